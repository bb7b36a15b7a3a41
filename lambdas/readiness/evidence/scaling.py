"""Groups of instances that scale: EC2 Auto Scaling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "Auto Scaling group")
class AutoScalingGroup:
    """An Auto Scaling group. Source: autoscaling.DescribeAutoScalingGroups."""

    arn: str
    name: str
    #: The names of the zones it launches instances in.
    zones: tuple[str, ...]
    tags: Mapping[str, str]
    minimum: int = 1
    maximum: int = 1
    desired: int = 1
    #: EC2, ELB or others, joined by commas.
    health_check: str = "EC2"
    #: What it launches instances by: a launch template, or the older launch configuration.
    templated: bool = True
    #: Whether a load balancer, a target group or another traffic source leads to it.
    balanced: bool = False
    #: How much of it runs while instances are replaced, in percent; None where no policy says so.
    minimum_healthy: int | None = None
    maximum_healthy: int | None = None
    created: datetime | None = None
    #: The ARNs of the target groups that it is registered in.
    target_groups: tuple[str, ...] = ()
    #: What it is told not to do for now, e.g. Launch or AlarmNotification.
    suspended: tuple[str, ...] = ()
    #: How many of its instances are in service.
    in_service: int = 0
