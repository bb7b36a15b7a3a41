"""Does anything depend on a single instance, task or node?

The checks of "Use multiple Instances".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Mapping

from readiness.checklist.elasticity import cluster_of, hosts_containers, nodes_of, scalable_target
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence
from readiness.evidence.balancing import TargetGroup, TargetHealth
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.compute import Instance
from readiness.evidence.containers import ContainerInstance, EcsService
from readiness.evidence.databases import DbCluster
from readiness.evidence.scaling import AutoScalingGroup, ScalableTarget
from readiness.evidence.search import OpenSearchDomain


def _is_single(tags: Mapping[str, str], singleton_tag: str) -> bool:
    """Whether something is declared to run once."""
    return singleton_tag.lower() in {key.lower() for key in tags}


@check(Severity.MEDIUM)
def asg_minimum_two_instances(
    group: AutoScalingGroup,
    instances: Evidence[Instance],
    machines: Evidence[ContainerInstance],
    unit: Unit,
    *,
    singleton_tag: str = "Singleton",
) -> Result:
    """One instance is none as soon as it is replaced.

    Pass: the group never runs fewer than two instances, and two are in service; where a cluster of
    EKS or ECS fills them, the cluster has two machines, of whichever groups.
    Fix: raise the minimum to two or more; tag what must run once with `Singleton`.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-capacity-limits.html
    """
    why = _left_out(group.tags, unit, singleton_tag)
    if why:
        return not_applicable(why)
    if not group.desired:
        return not_applicable("runs nothing")
    cluster = cluster_of(group.tags)
    if cluster:
        count = nodes_of(cluster, instances)
        told = f"belongs to the cluster {cluster}, which has {counted(count, 'node')}"
        return passed(told) if count >= 2 else failed(told)
    if hosts_containers(group.tags):
        told = f"has {counted(group.in_service, 'machine')} for containers in service"
        if group.in_service >= 2:
            return passed(told)
        count = _beside(group, machines)
        told += f", in a cluster of {count}" if count else ""
        return passed(told) if count >= 2 else failed(told)
    if group.minimum < 2:
        return failed(f"may shrink to {counted(group.minimum, 'instance')}")
    if group.in_service < 2:
        return no_evidence(f"has {group.in_service} of {group.desired} instances in service now")
    return passed(f"runs at least {group.minimum} instances, {group.in_service} now")


def _beside(group: AutoScalingGroup, machines: Evidence[ContainerInstance]) -> int:
    """Return how many machines the clusters of ECS have that those of a group belong to."""
    own = {each.id for each in group.instances}
    clusters = {each.cluster for each in machines if each.instance in own} - {""}
    return sum(each.cluster in clusters for each in machines)


def _left_out(tags: Mapping[str, str], unit: Unit, singleton_tag: str) -> str:
    if not unit.is_production(tags):
        return "is not production"
    return f"has the tag {singleton_tag}" if _is_single(tags, singleton_tag) else ""


@check(Severity.MEDIUM)
def ecs_service_minimum_two_tasks(
    service: EcsService,
    targets: Evidence[ScalableTarget],
    unit: Unit,
    *,
    singleton_tag: str = "Singleton",
) -> Result:
    """One task is none while it is replaced.

    Pass: the service runs at least two tasks and may not scale below two.
    Fix: raise the desired number and the minimum of its scalable target to two or more; tag what
    must run once with `Singleton`.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
    """
    why = _left_out(service.tags, unit, singleton_tag)
    if why:
        return not_applicable(why)
    if not service.desired:
        return not_applicable("runs no task")
    if service.desired < 2:
        return failed("runs one task")
    if service.scheduling == "DAEMON":
        return passed(f"runs a task on each of {service.desired} machines")
    target = scalable_target(service, targets)
    if target is not None and target.minimum < 2:
        return failed(f"may scale down to {counted(target.minimum, 'task')}")
    return passed(f"runs {service.desired} tasks")


@check(Severity.MEDIUM)
def data_cluster_minimum_nodes(
    cluster: DbCluster | ReplicationGroup | OpenSearchDomain, unit: Unit
) -> Result:
    """A cluster of one node has nobody to take over, and no majority to decide who does.

    Pass: a database cluster has two instances or more, each node group of a cache a replica, a
    search domain three data nodes and, if it has dedicated masters, three of these.
    Fix: add a reader to the database cluster, a replica to the cache, or nodes to the search domain.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_withstand_component_failures_failover2good.html
    """
    if not unit.is_production(cluster.tags if isinstance(cluster, DbCluster) else {}):
        return not_applicable("is not production")
    match cluster:
        case DbCluster():
            if cluster.status == "deleting":
                return not_applicable("is being deleted")
            if not cluster.members:
                return not_applicable("has no instances of its own")
            told = f"({cluster.engine}) has {counted(len(cluster.members), 'instance')}"
            return passed(told) if len(cluster.members) >= 2 else failed(told)
        case ReplicationGroup():
            told = f"has {counted(cluster.replicas, 'replica')} for each primary"
            return passed(told) if cluster.replicas else failed(told)
        case OpenSearchDomain():
            told = f"has {counted(cluster.nodes, 'data node')} and {counted(cluster.masters, 'dedicated master')}"
            enough = cluster.nodes >= 3 and (not cluster.masters or cluster.masters >= 3)
            return passed(told) if enough else failed(told)


@check(Severity.MEDIUM)
def standalone_instance_not_single_target(
    group: TargetGroup,
    health: Evidence[TargetHealth],
    instances: Evidence[Instance],
    unit: Unit,
    *,
    singleton_tag: str = "Singleton",
) -> Result:
    """A load balancer before a single machine hides that there is nothing to balance.

    Pass: a target group that a load balancer leads to has two registered instances or more.
    Fix: register a second instance in another zone, better an Auto Scaling group.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_withstand_component_failures_failover2good.html
    """
    if not group.balancers:
        return not_applicable("serves no load balancer")
    if group.type != "instance":
        return not_applicable("leads to no instances")
    found = health.of(group.arn)
    names = {
        target.id
        for target in (found.targets if found else ())
        if not target.state.endswith("draining")
    }
    if not names:
        return not_applicable("has no target")
    if len(names) > 1:
        return passed(f"has {len(names)} instances registered")
    name = names.pop()
    instance = next(iter(instances.about(name, "id")), None)
    why = _left_out(instance.tags, unit, singleton_tag) if instance else ""
    return (
        not_applicable(f"leads to {name}, which {why}") if why else failed(f"leads to {name} alone")
    )
