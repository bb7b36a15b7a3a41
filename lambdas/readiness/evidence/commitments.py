"""What is paid for in advance: reserved capacity, reserved instances and Savings Plans."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "capacity reservation")
class CapacityReservation:
    """A reservation of capacity in a zone. Source: ec2.DescribeCapacityReservations."""

    arn: str
    #: The account that pays for it.
    owner: str
    #: active, expired, cancelled, pending, scheduled, …
    state: str
    #: default or capacity-block.
    type: str
    total: int
    available: int
    #: Since when it can be used.
    since: datetime
