"""Does capacity follow what is used: does it scale, is it paid by use, is it Spot where it may be?

The checks of three items of "Cost".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Mapping

from readiness.checklist.elasticity import is_dynamic, scalable_target, table_lacks
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.batch import BatchEnvironment
from readiness.evidence.commitments import CapacityReservation
from readiness.evidence.compute import Instance
from readiness.evidence.containers import CapacityProvider, EcsService
from readiness.evidence.databases import TableDescription
from readiness.evidence.event_stores import DataStream
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupPolicy,
    GroupSchedule,
    ScalableTarget,
    TargetPolicy,
    TargetSchedule,
)

# --- Paid by use ----------------------------------------------------------------------------------


@check(Severity.LOW)
def dynamodb_table_capacity_elastic(
    table: TableDescription, targets: Evidence[ScalableTarget], policies: Evidence[TargetPolicy]
) -> Result:
    """A table with a fixed capacity is paid for at night as it is by day.

    Pass: the table is paid by request, or policies scale its reads and writes and those of each
    index between a minimum and a higher maximum.
    Fix: switch the table to on-demand capacity, or let its capacity scale; where a steady load makes
    a fixed one cheaper, attest it with the calculation.
    See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html
    """
    if table.on_demand:
        return passed("is paid by request")
    lack = table_lacks(table, targets, policies)
    if lack:
        return no_evidence(lack)
    return passed("has a provisioned capacity, whose reads and writes policies scale")


@check(Severity.LOW)
def kinesis_stream_on_demand(stream: DataStream) -> Result:
    """A provisioned stream is paid by the shard and hour, whatever flows through it.

    Pass: the stream's capacity is on demand.
    Fix: switch the stream to on-demand mode; where a steady load makes shards cheaper, attest it with
    the calculation.
    See: https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html
    """
    match stream.mode:
        case "ON_DEMAND":
            return passed("has its capacity on demand")
        case "":
            return unknown(Reason.NOT_SUPPORTED, "is listed without the mode of its capacity")
        case mode:
            return no_evidence(f"has a {mode.lower()} capacity")


#: How long a new reservation may wait for its instances.
_GRACE_DAYS = 7


@check(Severity.MEDIUM)
def ec2_capacity_reservation_used(
    reservation: CapacityReservation, unit: Unit, *, unused_share: float = 0.2
) -> Result:
    """Reserved capacity is billed as if instances ran in it.

    Pass: at most 20 % of the reservation's instances are unused.
    Fix: launch instances into the reservation, lower its number, or cancel it.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/capacity-reservations-modify.html
    """
    if reservation.owner != unit.account:
        return not_applicable(f"belongs to account {reservation.owner}")
    if reservation.type == "capacity-block":
        return not_applicable("is a capacity block, which was paid in advance")
    if reservation.state != "active":
        return not_applicable(f"is {reservation.state}")
    if not reservation.total:
        return not_applicable("reserves no instance")
    unused = f"{reservation.available} of {reservation.total} instances unused"
    if reservation.available / reservation.total <= unused_share:
        return passed(f"has {unused}")
    if unit.age_days(reservation.since) < _GRACE_DAYS:
        return not_applicable(f"has {unused}, and is younger than {_GRACE_DAYS} days")
    return failed(f"has {unused}")


# --- Scaling --------------------------------------------------------------------------------------

#: Groups whose size a cluster sets by itself, without a policy of the group.
_SCALED_BY_CLUSTER = {
    "k8s.io/cluster-autoscaler/enabled": "the Cluster Autoscaler",
    "eks:nodegroup-name": "EKS",
    "AmazonECSManaged": "ECS",
}
#: How long CodeDeploy may need to give a copy of a group what the first one had.
_COPY_DAYS = 1


@check(Severity.MEDIUM)
def autoscaling_group_dynamic_scaling(
    group: AutoScalingGroup,
    policies: Evidence[GroupPolicy],
    schedules: Evidence[GroupSchedule],
    unit: Unit,
) -> Result:
    """A group of a fixed size is too dear for most hours of the day.

    Pass: the group's maximum is above its minimum, and a policy that acts by itself, a schedule or its
    cluster scales it.
    Fix: raise the maximum above the minimum and add a target tracking policy.
    Blind spot: whether the Cluster Autoscaler runs in a cluster is not seen.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
    """
    if not group.maximum:
        return not_applicable("may run nothing")
    if group.maximum == 1:
        return not_applicable("keeps a single instance alive")
    if (
        group.name.startswith("CodeDeploy_")
        and group.created
        and unit.age_days(group.created) < _COPY_DAYS
    ):
        return not_applicable("was copied by CodeDeploy less than a day ago")
    if group.maximum <= group.minimum:
        return failed(f"is fixed at {group.maximum} instances")
    if "Launch" in group.suspended:
        return failed("has launching suspended, and so cannot grow")
    return _scaled(group, policies, schedules)


def _scaled(
    group: AutoScalingGroup, policies: Evidence[GroupPolicy], schedules: Evidence[GroupSchedule]
) -> Result:
    room = f"between {group.minimum} and {group.maximum} instances"
    deaf = "AlarmNotification" in group.suspended
    cluster = next((who for tag, who in _SCALED_BY_CLUSTER.items() if tag in group.tags), "")
    if cluster and not (deaf and cluster == "ECS"):
        return passed(f"is scaled by {cluster} {room}")
    idle = False
    for each in policies.about(group.name, "group") | schedules.about(group.name, "group"):
        if isinstance(each, GroupSchedule):
            if "ScheduledActions" not in group.suspended:
                return passed(f"scales by a schedule {room}")
        elif is_dynamic(each) and not deaf:
            return passed(f"scales by a policy {room}")
        idle = True
    if deaf:
        return failed("has AlarmNotification suspended, and so does not hear its policies' alarms")
    if idle:
        return no_evidence("has policies or schedules, none of which acts")
    return failed("has neither a scaling policy nor a schedule")


@check(Severity.MEDIUM)
def ecs_service_scaling_policy(
    service: EcsService,
    targets: Evidence[ScalableTarget],
    policies: Evidence[TargetPolicy],
    schedules: Evidence[TargetSchedule],
) -> Result:
    """A service with a fixed number of tasks pays at night for what it needs by day.

    Pass: the service is a scalable target whose maximum is above its minimum, and a policy or a
    schedule scales it.
    Fix: register the service as a scalable target and add a target tracking policy.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
    """
    if service.scheduling != "REPLICA":
        return not_applicable("runs a task on each machine")
    if not service.desired:
        return not_applicable("runs no task")
    target = scalable_target(service, targets)
    if target is None:
        return no_evidence("is no scalable target")
    if target.maximum <= target.minimum:
        return no_evidence(f"is fixed at {target.maximum} tasks")
    room = f"between {target.minimum} and {target.maximum} tasks"
    known = policies.about(target.resource, "resource")
    for each in known | schedules.about(target.resource, "resource"):
        if isinstance(each, TargetPolicy):
            if each.dimension == target.dimension and not target.out_suspended:
                return passed(f"scales by a policy {room}")
        elif not target.schedules_suspended:
            return passed(f"scales by a schedule {room}")
    if target.out_suspended or target.schedules_suspended:
        return no_evidence("has its scaling suspended")
    return no_evidence("has neither a scaling policy nor a schedule")


@check(Severity.LOW)
def ec2_instance_in_scaling_group(
    instance: Instance, unit: Unit, *, standalone_days: int = 30
) -> Result:
    """An instance that stands alone neither grows nor comes back by itself.

    Pass: an Auto Scaling group, a fleet, or a service such as EKS, ECS, EMR or Batch made it.
    Fix: launch it from an Auto Scaling group; where a licence or a state binds it, attest it.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/what-is-amazon-ec2-auto-scaling.html
    """
    if instance.managed:
        return not_applicable("is operated by a service of AWS")
    if instance.made_by:
        return passed(f"was made by {instance.made_by}")
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if not unit.is_production(instance.tags):
        return not_applicable("is not production")
    days = unit.age_days(instance.launched)
    if days <= standalone_days:
        return not_applicable(f"has run for {days:.0f} days, no more than {standalone_days}")
    return no_evidence(f"has run for {days:.0f} days outside of any group")


# --- Spot -----------------------------------------------------------------------------------------

_SPOT = ("SPOT", "FARGATE_SPOT")


@check(Severity.LOW)
def batch_compute_environment_spot(
    environment: BatchEnvironment, environments: Evidence[BatchEnvironment]
) -> Result:
    """Jobs that may be interrupted cost up to nine tenths less on Spot capacity.

    Pass: the environment has Spot capacity, or another enabled one of the account and region has.
    Fix: add a Spot compute environment to the job queue; where long jobs cannot resume, attest it.
    See: https://docs.aws.amazon.com/batch/latest/userguide/bestpractice6.html
    """
    if not environment.managed:
        return not_applicable("is unmanaged")
    if not environment.enabled:
        return not_applicable("is disabled")
    if environment.status == "INVALID":
        return not_applicable("is invalid, and so runs no job")
    if environment.capacity in _SPOT:
        return passed(f"has {environment.capacity} capacity")
    for each in environments:
        usable = each.managed and each.enabled and each.status != "INVALID"
        if usable and each.capacity in _SPOT:
            return passed(f"has {each.name} beside it, with {each.capacity} capacity")
    return no_evidence(f"has {environment.capacity} capacity, and none beside it is Spot")


#: What the tag `role` says of a group that works in the background.
WORKERS = ("worker", "batch", "ci", "runner")


@check(Severity.LOW)
def autoscaling_group_worker_spot(
    group: AutoScalingGroup,
    instances: Evidence[Instance],
    *,
    worker_roles: tuple[str, ...] = WORKERS,
) -> Result:
    """Workers behind a queue can be interrupted, and so can be paid at the Spot price.

    Pass: a part of the group's instances are Spot ones, by its policy or as they are.
    Fix: give the group a mixed instances policy with Spot capacity and capacity rebalancing, or a tag
    `role` that says what else it does.
    Blind spot: a group that no load balancer leads to counts as a worker unless its tag `role` says
    otherwise.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
    """
    if group.balanced:
        return not_applicable("serves requests from a load balancer")
    role = role_of(group.tags)
    if role and role not in worker_roles:
        return not_applicable(f"has the role {role}")
    if "AWSBatchServiceTag" in group.tags:
        return not_applicable("is made by Batch, whose environments are judged")
    if not group.maximum:
        return not_applicable("may run nothing")
    spot = _spot(group, instances)
    if spot:
        return passed(spot)
    doubt = "" if role else "; declare its role by a tag, or attest"
    if not group.in_service:
        return no_evidence(f"has no instance that would show whether it is Spot{doubt}")
    return no_evidence(f"runs on demand alone{doubt}")


def role_of(tags: Mapping[str, str]) -> str:
    """Return what the tag `role` says, in lower case."""
    return next((value.lower() for key, value in tags.items() if key.lower() == "role"), "")


def _spot(group: AutoScalingGroup, instances: Evidence[Instance]) -> str:
    """Say what of a group is Spot, empty where nothing is."""
    if group.on_demand_percentage < 100 and group.on_demand_base < group.maximum:
        return f"may have {100 - group.on_demand_percentage} % of its instances as Spot ones"
    spot = any(each.lifecycle == "spot" and each.group == group.name for each in instances)
    return "has Spot instances" if spot else ""


@check(Severity.LOW)
def ecs_service_worker_spot(
    service: EcsService,
    providers: Evidence[CapacityProvider],
    groups: Evidence[AutoScalingGroup],
    instances: Evidence[Instance],
) -> Result:
    """Tasks that nobody waits for can be interrupted, and so can be paid at the Spot price.

    Pass: FARGATE_SPOT gets a part of the tasks, or a capacity provider with Spot machines does.
    Fix: add FARGATE_SPOT, or a provider with Spot capacity, to the service's capacity providers.
    Blind spot: a service that no load balancer, registry or Service Connect leads to counts as a
    worker.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html
    """
    if service.balanced or service.discovered or service.connected:
        return not_applicable("serves requests")
    if service.scheduling != "REPLICA":
        return not_applicable("runs a task on each machine")
    if service.launch_type == "EXTERNAL":
        return not_applicable("runs on machines outside of AWS")
    if "FARGATE_SPOT" in service.providers:
        return passed("gives FARGATE_SPOT a part of its tasks")
    cluster = service.cluster.rpartition("/")[2]
    for name in service.providers:
        if name == "FARGATE":
            continue
        for provider in providers.about(name, "name"):
            # One that belongs to a cluster may share its name with another cluster's.
            if provider.cluster not in ("", cluster):
                continue
            group = groups.of(provider.group) if provider.group else None
            if provider.spot or (group and _spot(group, instances)):
                return passed(f"gives {name} a part of its tasks, which has Spot machines")
    return no_evidence("gives no Spot capacity any of its tasks")
