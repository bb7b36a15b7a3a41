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


@record(Scope.REGION, "reserved instance")
class ReservedInstance:
    """A reservation of EC2 instances that is active or begins later. Source: ec2.DescribeReservedInstances."""

    #: Built from its id.
    arn: str
    #: The type of instance.
    kind: str
    #: active or queued.
    state: str
    start: datetime
    end: datetime


@record(Scope.ACCOUNT, "Savings Plan")
class SavingsPlan:
    """A Savings Plan that is active or begins later. Source: savingsplans.DescribeSavingsPlans."""

    arn: str
    #: Compute, EC2Instance, SageMaker or Database.
    kind: str
    #: active or queued.
    state: str
    start: datetime
    end: datetime
    #: The region and the family of instances that it is for; empty where it is for all.
    region: str = ""
    family: str = ""


@record(Scope.ORGANIZATION, "enrolment in Cost Optimization Hub")
class CostHubEnrollment:
    """Whether Cost Optimization Hub is on. Source: cost-optimization-hub.ListEnrollmentStatuses."""

    #: Built from the account.
    arn: str
    active: bool
    #: Whether it looks at the members of the organization as well.
    members: bool


@record(Scope.ORGANIZATION, "recommended commitment")
class CommitmentRecommendation:
    """What Cost Optimization Hub would have the organization commit to.

    Source: cost-optimization-hub.ListRecommendations.
    """

    #: Built from its id.
    arn: str
    id: str
    account: str
    #: E.g. ComputeSavingsPlans.
    what: str
    monthly_savings: float
    saving_percent: float
    currency: str


@record(Scope.ORGANIZATION, "coverage by commitments")
class CommitmentCoverage:
    """What part of the organization's compute was paid in advance, in 30 days.

    Source: ce.GetSavingsPlansCoverage, ce.GetReservationCoverage.
    """

    #: Built from the account that pays.
    arn: str
    #: From 0 to 1; None where nothing ran that could be covered.
    share: float | None


@record(Scope.ORGANIZATION, "utilization of commitments")
class CommitmentUse:
    """How much of what was paid in advance was used, in 30 days.

    Source: ce.GetSavingsPlansUtilization, ce.GetReservationUtilization.
    """

    #: Built from the account that pays.
    arn: str
    #: `Savings Plans` or `reserved instances`.
    kind: str
    #: None where there was nothing.
    percent: float | None
