"""What scales, by which policies, and when it last did: EC2 and Application Auto Scaling."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class TemplateVersion:
    """A launch template and one of its versions, as a group or an instance names it."""

    id: str
    #: A number, $Latest or $Default.
    version: str


@dataclass(frozen=True, kw_only=True)
class GroupInstance:
    """An instance of a group, as the group has it."""

    id: str
    #: InService, Pending, Terminating, Standby, …
    state: str
    #: None where a launch configuration made it.
    template: TemplateVersion | None
    #: The name of its zone.
    zone: str = ""
    healthy: bool = True


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
    #: The launch templates that it launches instances by, its own first; others override it for types.
    templates: tuple[TemplateVersion, ...] = ()
    instances: tuple[GroupInstance, ...] = ()
    #: Whether VPC Lattice leads requests to it.
    lattice: bool = False
    #: How many instances are paid on demand before any is a Spot one, and what part of the rest.
    on_demand_base: int = 0
    on_demand_percentage: int = 100


@record(Scope.REGION, "scaling policy of a group")
class GroupPolicy:
    """A scaling policy of an Auto Scaling group. Source: autoscaling.DescribePolicies."""

    arn: str
    #: The name of its group.
    group: str
    #: TargetTrackingScaling, StepScaling, SimpleScaling or PredictiveScaling.
    type: str
    enabled: bool
    #: Whether an alarm starts it.
    alarmed: bool
    #: Whether it only forecasts.
    forecasts_only: bool


@record(Scope.REGION, "scalable target")
class ScalableTarget:
    """What Application Auto Scaling may scale of ECS and DynamoDB.

    Source: application-autoscaling.DescribeScalableTargets.
    """

    arn: str
    #: E.g. `service/shop/web` or `table/orders/index/by-day`.
    resource: str
    #: E.g. `ecs:service:DesiredCount`.
    dimension: str
    minimum: int
    maximum: int
    out_suspended: bool
    in_suspended: bool
    schedules_suspended: bool = False


@record(Scope.REGION, "scaling policy of a target")
class TargetPolicy:
    """A scaling policy of a scalable target; those that only forecast are left out.

    Source: application-autoscaling.DescribeScalingPolicies.
    """

    arn: str
    resource: str
    dimension: str


@record(Scope.REGION, "scheduled action of a group")
class GroupSchedule:
    """A scheduled action of a group. Source: autoscaling.DescribeScheduledActions."""

    arn: str
    #: The name of its group.
    group: str
    #: How many instances it asks for, and how few it allows; None where it leaves that alone.
    desired: int | None = None
    minimum: int | None = None
    #: Whether it comes again, and is not for one day.
    recurs: bool = True


@record(Scope.REGION, "scheduled action of a target")
class TargetSchedule:
    """A scheduled action of a scalable target, unless it ran for the last time.

    Source: application-autoscaling.DescribeScheduledActions.
    """

    arn: str
    resource: str


@record(Scope.REGION, "scaling activity of a group")
class GroupActivity:
    """What a group did within six weeks. Source: autoscaling.DescribeScalingActivities."""

    #: The group's ARN and the activity's id.
    arn: str
    #: The name of its group.
    component: str
    started: datetime
    ended: datetime | None
    #: Successful, Failed, Cancelled, …
    status: str
    #: Whether it raised the number of instances, lowered it, or neither.
    raised: bool
    lowered: bool
    #: Whether a policy caused it, rather than a person, a schedule or a refresh.
    by_policy: bool


@record(Scope.REGION, "scaling activity of a target")
class TargetActivity:
    """The same of a scalable target. Source: application-autoscaling.DescribeScalingActivities."""

    arn: str
    #: Its resource and dimension, as `ScalableTarget` names them.
    component: str
    dimension: str
    started: datetime
    ended: datetime | None
    status: str
    raised: bool
    lowered: bool
    by_policy: bool
    #: Whether it did not scale since it was at its maximum.
    capped: bool


@record(Scope.REGION, "Auto Scaling group's peak")
class GroupPeak:
    """The most instances that a group wanted within six weeks. Source: cloudwatch.GetMetricData."""

    #: The group's ARN.
    arn: str
    #: None where the group publishes no metrics.
    desired: float | None
