"""Does everything that has a size grow and shrink with its load?

The checks of "Solution resources can auto scale to handle workload".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.checklist.elasticity import (
    cluster_lacks,
    group_lacks,
    hosts_pods,
    scalable_target,
    service_lacks,
    table_lacks,
)
from readiness.checklist.model import (
    Result,
    Severity,
    check,
    counted,
    failed,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksDescription, EksNodegroup
from readiness.evidence.databases import TableDescription
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupPolicy,
    GroupSchedule,
    ScalableTarget,
    TargetPolicy,
    TargetSchedule,
)


@check(Severity.MEDIUM)
def asg_dynamic_scaling_policy(
    group: AutoScalingGroup,
    policies: Evidence[GroupPolicy],
    schedules: Evidence[GroupSchedule],
    *,
    allow_scheduled_scaling: bool = False,
) -> Result:
    """A group whose size somebody has to change is too small at night and too dear by day.

    Pass: the maximum is above the minimum; Launch, Terminate and AlarmNotification are not suspended;
    and an enabled policy reacts to load: target tracking, steps, a simple policy with an alarm, or a
    forecast that scales. ECS makes such a policy for the group of a capacity provider with managed
    scaling. With `allow_scheduled_scaling` a schedule is enough.
    Fix: add a target tracking policy, and a maximum above the minimum; suppress a group whose size is
    fixed on purpose.
    Blind spot: a step policy without an alarm looks like one that acts. Groups of machines for
    Kubernetes are left out, since its own autoscaler changes their size.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scale-based-on-demand.html
    """
    if hosts_pods(group.tags):
        return not_applicable("is filled with pods, whose cluster is judged")
    if not group.maximum:
        return not_applicable("may run nothing")
    if group.minimum == group.maximum == group.desired:
        return failed(f"is fixed at {counted(group.maximum, 'instance')}", Severity.LOW)
    lack = group_lacks(group, policies)
    if not lack:
        return passed(f"scales between {group.minimum} and {group.maximum} instances")
    if (
        allow_scheduled_scaling
        and group.maximum > group.minimum
        and not {"Launch", "Terminate", "ScheduledActions"}.intersection(group.suspended)
        and any(True for _ in schedules.about(group.name, "group"))
    ):
        return passed("scales by a schedule")
    return failed(lack)


@check(Severity.MEDIUM)
def ecs_service_scales(
    service: EcsService,
    targets: Evidence[ScalableTarget],
    policies: Evidence[TargetPolicy],
    schedules: Evidence[TargetSchedule],
    *,
    allow_scheduled_scaling: bool = False,
) -> Result:
    """A service whose tasks somebody has to count is too small when it matters.

    Pass: Application Auto Scaling may raise and lower the number of tasks, within bounds that leave
    room, by a policy. With `allow_scheduled_scaling` a schedule is enough.
    Fix: register the service as a scalable target and add a target tracking policy.
    Blind spot: tasks on instances need room there too, which the capacity provider has to make.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
    """
    if service.scheduling != "REPLICA":
        return not_applicable("runs a task on each machine")
    if not service.desired:
        return not_applicable("runs no task")
    lack = service_lacks(service, targets, policies)
    target = scalable_target(service, targets)
    if not lack and target is not None:
        if target.in_suspended:
            return failed("has scaling in suspended, and so never shrinks")
        return passed(f"scales between {target.minimum} and {target.maximum} tasks")
    if (
        allow_scheduled_scaling
        and target is not None
        and not target.schedules_suspended
        and any(True for _ in schedules.about(target.resource, "resource"))
    ):
        return passed("scales by a schedule")
    return failed(lack)


@check(Severity.MEDIUM)
def dynamodb_table_scales(table: TableDescription, targets: Evidence[ScalableTarget]) -> Result:
    """A table with a fixed capacity refuses requests above it, and is paid for below it.

    Pass: the table is paid by request; or its reads and writes, and those of each index, are scalable
    targets with room between their bounds, whose scaling is not suspended.
    Fix: switch the table to on-demand capacity.
    Blind spot: whether a policy uses that room is judged where the cost of capacity is.
    See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
    """
    if table.on_demand:
        return passed("is paid by request, and so scales by itself")
    lack = table_lacks(table, targets)
    return failed(lack) if lack else passed("scales its reads and writes")


@check(Severity.MEDIUM)
def eks_cluster_compute_scales(
    cluster: EksDescription,
    nodes: Evidence[EksNodegroup],
    groups: Evidence[AutoScalingGroup],
    instances: Evidence[Instance],
) -> Result:
    """Pods that scale need machines that scale; else they wait.

    Pass: the cluster has Auto Mode, nodes of Karpenter, nothing but Fargate, or a node group whose
    maximum is above its minimum and which the Cluster Autoscaler finds by its tags.
    Fix: turn on Auto Mode, or install Karpenter.
    Blind spot: whether the Cluster Autoscaler runs, and how pods scale, stands in the cluster.
    See: https://docs.aws.amazon.com/eks/latest/userguide/autoscaling.html
    """
    if cluster.status in ("CREATING", "DELETING", "FAILED"):
        return not_applicable(f"is in the state {cluster.status}")
    lack = cluster_lacks(cluster, nodes, groups, instances)
    return failed(lack) if lack else passed("has nodes that scale")
