"""Judge the items of the category "Scalability"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network

from readiness.checklist.elasticity import (
    cluster_lacks,
    cluster_of,
    group_lacks,
    has_policy,
    hosts_containers,
    nodes_of,
    scalable_target,
    service_lacks,
)
from readiness.checklist.exposure import route_table_of
from readiness.checklist.load_tests import MAX_AGE_DAYS, newest_success, run_recent
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Status,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.balancing import (
    BalancerAttributes,
    ClassicAttributes,
    ClassicLoadBalancer,
    LoadBalancer,
    Target,
    TargetGroup,
    TargetGroupTags,
    TargetHealth,
)
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.compute import Instance
from readiness.evidence.containers import (
    EcsService,
    EksDescription,
    EksNodegroup,
    TaskDefinition,
)
from readiness.evidence.databases import DbCluster, DbInstance, TableDescription
from readiness.evidence.egress import NatGateway
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.load import DistributedRun, happened_in, load_runs
from readiness.evidence.network import RouteTable, Subnet, Vpc
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, Repository, WorkflowRun
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupActivity,
    GroupPeak,
    GroupPolicy,
    GroupSchedule,
    ScalableTarget,
    TargetActivity,
    TargetPolicy,
    TargetSchedule,
)
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import EfsFileSystem
from readiness.evidence.warehouses import RedshiftCluster


def _by_design(because: str) -> Result:
    """Return a pass that is true of every account, and so decides nothing."""
    return replace(passed(because), severity=Severity.INFO)


def _subnet(name: str, subnets: Evidence[Subnet]) -> Subnet | None:
    return next(iter(subnets.about(name, "id")), None)


def _spread(names: Iterable[str], subnets: Evidence[Subnet], min_azs: int) -> Result:
    """Judge by the zones that subnets lie in; two subnets may share one."""
    zones: set[str] = set()
    lost = []
    for name in names:
        subnet = _subnet(name, subnets)
        if subnet is None:
            lost.append(name)
        else:
            zones.add(subnet.zone_id)
        if len(zones) >= min_azs:
            return passed(f"spans {len(zones)} zones ({', '.join(sorted(zones))})")
    if lost:
        return unknown(Reason.UNDECIDED, f"lies in {lost[0]}, which the account does not see")
    if not zones:
        return no_evidence("names no subnets whose zones would show it")
    return failed(f"lies in {', '.join(sorted(zones))} alone, fewer than {min_azs} zones")


@check(Severity.MEDIUM)
def compute_spans_multiple_az(
    compute: AutoScalingGroup | EcsService | EksNodegroup | LambdaFunction,
    subnets: Evidence[Subnet],
    unit: Unit,
    *,
    min_azs: int = 2,
) -> Result:
    """A zone fails as a whole; what runs in one zone only fails with it.

    Pass: the zones of an Auto Scaling group, or of the subnets of an ECS service, an EKS node group
    or a function in a VPC, are at least two.
    Fix: add a subnet in a second zone.
    Blind spot: where tasks of ECS share the network of their instances, these decide.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html
    """
    if isinstance(compute, LambdaFunction):
        if not unit.is_production():
            return not_applicable("is not production")
        if not compute.subnets:
            return _by_design("is in no VPC, and so runs in several zones by design")
        return _spread(compute.subnets, subnets, min_azs)
    if not unit.is_production(compute.tags):
        return not_applicable("is not production")
    if isinstance(compute, AutoScalingGroup):
        zones = sorted(set(compute.zones))
        if len(zones) >= min_azs:
            return passed(f"spans {len(zones)} zones ({', '.join(zones)})")
        return failed(f"launches in {', '.join(zones)} alone, fewer than {min_azs} zones")
    if isinstance(compute, EcsService) and compute.launch_type == "EXTERNAL":
        return not_applicable("runs on machines outside of AWS")
    if isinstance(compute, EcsService) and not compute.subnets:
        return no_evidence("runs in the zones of its cluster's instances, which it does not name")
    return _spread(compute.subnets, subnets, min_azs)


@check(Severity.MEDIUM)
def rds_multi_az(
    database: DbInstance | DbCluster,
    instances: Evidence[DbInstance],
    unit: Unit,
    *,
    min_azs: int = 2,
) -> Result:
    """Without a standby in another zone, a database comes back when its zone does.

    Pass: an instance has a standby in another zone; a cluster of Aurora, DocumentDB or Neptune has
    instances in at least two zones; any other cluster is Multi-AZ.
    Fix: turn on Multi-AZ, or add a reader in another zone to the cluster.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html
    """
    if isinstance(database, DbInstance):
        if database.cluster:
            return not_applicable("belongs to a cluster, which is judged instead")
        if database.replica:
            return not_applicable("is a read replica; its source is judged instead")
        if not unit.is_production(database.tags):
            return not_applicable("is not production")
        if database.multi_az or database.standby_zone:
            return passed(f"({database.engine}) has a standby in another zone")
        return failed(f"({database.engine}) lies in {database.availability_zone} alone")
    if not unit.is_production(database.tags):
        return not_applicable("is not production")
    if not database.engine.startswith(("aurora", "docdb", "neptune")):
        if database.multi_az:
            return passed(f"({database.engine}) is a Multi-AZ cluster")
        return failed(f"({database.engine}) is not a Multi-AZ cluster")
    if not database.members:
        return no_evidence(f"({database.engine}) has no instances whose zones would show it")
    zones: set[str] = set()
    for instance in instances:
        if instance.cluster == database.arn.rpartition(":")[2]:
            zones.add(instance.availability_zone)
        if len(zones) >= min_azs:
            return passed(f"({database.engine}) has instances in {', '.join(sorted(zones))}")
    return failed(f"({database.engine}) has instances in {', '.join(sorted(zones))} alone")


@check(Severity.MEDIUM)
def data_service_multi_az(
    service: ReplicationGroup | OpenSearchDomain | RedshiftCluster | EfsFileSystem | KafkaCluster,
    subnets: Evidence[Subnet],
    unit: Unit,
) -> Result:
    """A cache, an index or a file system in one zone takes everything that needs it down with it.

    Pass: ElastiCache has Multi-AZ and automatic failover; OpenSearch spreads its nodes over at least
    two zones; Redshift is Multi-AZ; EFS is regional; MSK has brokers in at least two zones.
    Fix: turn on Multi-AZ or zone awareness; a One Zone file system has to be copied to a regional one.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html
    """
    tags = service.tags if isinstance(service, EfsFileSystem | KafkaCluster) else {}
    if not unit.is_production(tags):
        return not_applicable("is not production")
    match service:
        case ReplicationGroup(multi_az=True, automatic_failover=True):
            return passed("has Multi-AZ and automatic failover")
        case ReplicationGroup():
            off = {"Multi-AZ": service.multi_az, "automatic failover": service.automatic_failover}
            return failed(f"has no {' and no '.join(name for name, on in off.items() if not on)}")
        case OpenSearchDomain(standby=True):
            return passed("has a zone that stands by")
        case OpenSearchDomain():
            if service.zones >= 2:
                return passed(f"spreads its nodes over {service.zones} zones")
            return failed("has its nodes in one zone")
        case RedshiftCluster():
            return passed("is Multi-AZ") if service.multi_az else failed("is not Multi-AZ")
        case EfsFileSystem():
            if service.zone:
                return failed(f"stores its files in {service.zone} alone")
            return passed("stores its files in several zones")
        case KafkaCluster(serverless=True):
            return _by_design("is serverless, and so runs in several zones by design")
        case KafkaCluster():
            zones = sorted(set(service.zones))
            if not zones:
                return _spread(service.subnets, subnets, 2)
            if len(zones) >= 2:
                return passed(f"has brokers in {', '.join(zones)}")
            return failed(f"has brokers in {zones[0]} alone")


@check(Severity.LOW)
def vpc_nat_gateway_per_az(
    subnets: Evidence[Subnet],
    tables: Evidence[RouteTable],
    gateways: Evidence[NatGateway],
    vpcs: Evidence[Vpc],
    unit: Unit,
) -> Iterator[Result]:
    """With one NAT gateway for all zones, losing its zone cuts the others off from the internet.

    Pass: the subnets of each zone that go out through a NAT gateway use one in their own zone, or a
    regional one.
    Fix: make a NAT gateway in each zone and route its subnets there, or replace it by a regional one.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    good: dict[str, Result] = {}
    bad: set[str] = set()
    for subnet in subnets:
        table = route_table_of(subnet.id, subnet.vpc, tables)
        used = {route.nat_gateway for route in (table.routes if table else ()) if route.active}
        for name in sorted(used - {""}):
            vpc = f"{subnet.arn.rpartition(':')[0]}:vpc/{subnet.vpc}"
            place = f"{vpc}#{subnet.zone}"
            result = _way_out(subnet, name, gateways, subnets)
            found = vpcs.of(vpc)
            if not unit.is_production(found.tags if found else {}):
                result = not_applicable("is not production")
            if result.status is not Status.FAIL:
                good.setdefault(place, result)
            elif place not in bad:
                bad.add(place)
                yield result.about(place)
    for place in sorted(good.keys() - bad):
        yield good[place].about(place)


def _way_out(
    subnet: Subnet, name: str, gateways: Evidence[NatGateway], subnets: Evidence[Subnet]
) -> Result:
    gateway = next(iter(gateways.about(name, "id")), None)
    if gateway is None:
        return not_applicable(f"routes to {name}, which is gone")
    if gateway.regional:
        return passed(f"goes out through {name}, which is in every zone")
    home = _subnet(gateway.subnet, subnets)
    zone = home.zone if home else "another VPC"
    if zone == subnet.zone:
        return passed(f"goes out through {name} in its own zone")
    return failed(f"goes out through {name} in {zone}")


@check(Severity.MEDIUM)
def elb_spans_multiple_az(
    balancer: LoadBalancer | ClassicLoadBalancer, *, min_azs: int = 2
) -> Result:
    """A load balancer in one zone goes down with it, and takes all that stands behind it along.

    Pass: the load balancer has nodes in at least two zones.
    Fix: enable a subnet in a second zone for the load balancer.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    zones = len(balancer.zones)
    if zones >= min_azs:
        return passed(f"spans {zones} zones")
    return failed(f"spans {zones} zones, fewer than {min_azs}")


@check(Severity.MEDIUM)
def target_group_healthy_targets_multi_az(
    group: TargetGroup,
    health: Evidence[TargetHealth],
    instances: Evidence[Instance],
    subnets: Evidence[Subnet],
    tags: Evidence[TargetGroupTags],
    unit: Unit,
    *,
    min_azs: int = 2,
    min_targets: int = 2,
) -> Result:
    """One healthy target is a load balancer in name only; two in one zone fall together.

    Pass: a target group that a load balancer leads to has at least two healthy targets in at least
    two zones.
    Fix: run at least two targets, in subnets of two zones.
    Blind spot: health is that of one moment; a target that is just starting counts as none.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html
    """
    if not group.balancers:
        return not_applicable("serves no load balancer")
    tagged = tags.of(group.arn)
    if not unit.is_production(tagged.tags if tagged else {}):
        return not_applicable("is not production")
    if group.type == "lambda":
        return passed("leads to a function, which runs in several zones by design")
    if group.type == "alb":
        return not_applicable("leads to a load balancer, whose own target groups are judged")
    found = health.of(group.arn)
    healthy = found.healthy if found else ()
    if len(healthy) < min_targets:
        return failed(f"has {len(healthy)} healthy targets, fewer than {min_targets}")
    zones: set[str] = set()
    nowhere = ""
    for target in healthy:
        zone = _zone_of(target, group, instances, subnets)
        nowhere = nowhere or ("" if zone else target.id)
        zones.update([zone] if zone else [])
        if len(zones) >= min_azs:
            return passed(f"has {len(healthy)} healthy targets in {', '.join(sorted(zones))}")
    if nowhere:
        return unknown(Reason.UNDECIDED, f"has the target {nowhere}, whose zone is not known")
    return failed(f"has its healthy targets in {', '.join(sorted(zones))} alone")


def _zone_of(
    target: Target, group: TargetGroup, instances: Evidence[Instance], subnets: Evidence[Subnet]
) -> str:
    """Return the zone a target lies in, empty where nothing tells."""
    if target.zone:
        return "" if target.zone == "all" else target.zone
    if group.type == "instance":
        instance = next(iter(instances.about(target.id, "id")), None)
        return instance.zone if instance else ""
    address = ip_address(target.id)
    for subnet in subnets.about(group.vpc, "vpc"):
        if subnet.block and address in ip_network(subnet.block):
            return subnet.zone
    return ""


@check(Severity.MEDIUM)
def service_attached_to_load_balancer(
    service: AutoScalingGroup | EcsService, definitions: Evidence[TaskDefinition]
) -> Result:
    """Two copies that nobody shares the requests out to are one copy and a spare.

    Pass: an Auto Scaling group with two or more instances, or an ECS service with two or more tasks
    that listen, is registered in a load balancer; a service may also be found by Service Connect,
    Cloud Map or VPC Lattice.
    Fix: register it in a target group.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html
    """
    if isinstance(service, AutoScalingGroup):
        if hosts_containers(service.tags):
            return not_applicable("is filled with containers, whose services are judged")
        if service.desired < 2:
            return not_applicable(f"runs {service.desired} instances")
        if service.balanced:
            return passed("is registered in a load balancer")
        return failed(f"runs {service.desired} instances behind no load balancer")
    if service.scheduling != "REPLICA":
        return not_applicable("runs a task on each machine")
    if service.desired < 2:
        return not_applicable(f"runs {service.desired} tasks")
    if service.balanced:
        return passed("is registered in a load balancer")
    if service.connected or service.discovered:
        return passed("is found by the services that call it")
    definition = definitions.of(service.task_definition) if service.task_definition else None
    if definition is None:
        return no_evidence("has task sets, whose ports were not looked at")
    if not any(container.ports for container in definition.containers):
        return not_applicable("listens on no port")
    return failed(f"runs {service.desired} tasks that listen behind no load balancer")


@check(Severity.LOW)
def elb_cross_zone_enabled(
    balancer: LoadBalancer | ClassicLoadBalancer,
    attributes: Evidence[BalancerAttributes],
    classic: Evidence[ClassicAttributes],
) -> Result:
    """Without it each zone's node asks its own targets, however few these are.

    Pass: the nodes of the load balancer share all targets, as those of an application load balancer
    always do.
    Fix: turn on cross-zone load balancing, unless zones are kept apart on purpose.
    Blind spot: a target group may say otherwise; the load balancer's setting is the default.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html
    """
    if isinstance(balancer, LoadBalancer) and balancer.type == "application":
        return passed("shares its targets among its zones, as it always does")
    found: BalancerAttributes | ClassicAttributes | None
    if isinstance(balancer, LoadBalancer):
        found = attributes.of(balancer.arn)
    else:
        found = classic.of(balancer.arn)
    if found is not None and found.cross_zone:
        return passed("shares its targets among its zones")
    return failed("keeps the targets of each zone to itself")


@check(Severity.MEDIUM)
def asg_dynamic_scaling_policy(
    group: AutoScalingGroup,
    policies: Evidence[GroupPolicy],
    schedules: Evidence[GroupSchedule],
    *,
    allow_scheduled_scaling: bool = False,
) -> Result:
    """A group whose size somebody has to change is too small at night and too dear by day.

    Pass: the group may grow, launches and alarms are not suspended, and an enabled policy reacts to
    its load (target tracking, steps, a simple policy with an alarm, or a forecast that scales).
    With `allow_scheduled_scaling` a schedule is enough.
    Fix: add a target tracking policy, and a maximum above the minimum.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scale-based-on-demand.html
    """
    if hosts_containers(group.tags):
        return not_applicable("is filled with containers, whose cluster is judged")
    if not group.maximum:
        return not_applicable("may run nothing")
    if group.minimum == group.maximum == group.desired:
        return failed(f"is fixed at {group.maximum} instances", Severity.LOW)
    lack = group_lacks(group, policies)
    if not lack:
        return passed(f"scales between {group.minimum} and {group.maximum} instances")
    if (
        allow_scheduled_scaling
        and group.maximum > group.minimum
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

    Pass: Application Auto Scaling may change the number of tasks, within bounds that leave room,
    by a policy. With `allow_scheduled_scaling` a schedule is enough.
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
        return passed(f"scales between {target.minimum} and {target.maximum} tasks")
    if (
        allow_scheduled_scaling
        and target is not None
        and any(True for _ in schedules.about(target.resource, "resource"))
    ):
        return passed("scales by a schedule")
    return failed(lack)


@check(Severity.MEDIUM)
def dynamodb_table_scales(table: TableDescription, targets: Evidence[ScalableTarget]) -> Result:
    """A table with a fixed capacity refuses requests above it, and is paid for below it.

    Pass: the table is paid by request, or its reads and writes and those of each index scale.
    Fix: switch the table to on-demand capacity.
    See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/AutoScaling.html
    """
    if table.on_demand:
        return passed("is paid by request, and so scales by itself")
    resource = f"table/{table.name}"
    places = [
        (resource, "table"),
        *((f"{resource}/index/{index}", "index") for index in table.indexes),
    ]
    for place, kind in places:
        for verb in ("Read", "Write"):
            dimension = f"dynamodb:{kind}:{verb}CapacityUnits"
            named = targets.about(place, "resource")
            if not any(each.dimension == dimension for each in named):
                what = f"the index {place.rpartition('/')[2]}" if kind == "index" else "it"
                return failed(
                    f"has a provisioned capacity, and {verb.lower()}s of {what} do not scale"
                )
    return passed("scales its reads and writes")


@check(Severity.MEDIUM)
def eks_cluster_compute_scales(
    cluster: EksDescription,
    nodes: Evidence[EksNodegroup],
    groups: Evidence[AutoScalingGroup],
    instances: Evidence[Instance],
) -> Result:
    """Pods that scale need machines that scale; else they wait.

    Pass: the cluster has Auto Mode, Karpenter's nodes, Fargate alone, or a node group with room that
    the Cluster Autoscaler finds by its tags.
    Fix: turn on Auto Mode, or install Karpenter.
    Blind spot: whether the Cluster Autoscaler runs, and how pods scale, stands in the cluster.
    See: https://docs.aws.amazon.com/eks/latest/userguide/autoscaling.html
    """
    lack = cluster_lacks(cluster, nodes, groups, instances)
    return failed(lack) if lack else passed("has nodes that scale")


#: How long AWS keeps scaling activities.
_HISTORY_DAYS = 42


def _not_tested(
    component: AutoScalingGroup | ScalableTarget,
    group_policies: Evidence[GroupPolicy],
    target_policies: Evidence[TargetPolicy],
) -> str:
    """Say why there is no scaling to test, empty where there is."""
    if isinstance(component, AutoScalingGroup):
        if hosts_containers(component.tags):
            return "is filled with containers, whose services are judged"
        return "" if has_policy(component, group_policies) else "has no scaling policy"
    named = target_policies.about(component.resource, "resource")
    if any(each.dimension == component.dimension for each in named):
        return ""
    return "has no scaling policy"


@check(Severity.MEDIUM)
def scaling_out_and_in_observed(
    component: AutoScalingGroup | ScalableTarget,
    group_policies: Evidence[GroupPolicy],
    target_policies: Evidence[TargetPolicy],
    group_activities: Evidence[GroupActivity],
    target_activities: Evidence[TargetActivity],
) -> Result:
    """A policy that never acted is a guess; growing may fail for want of quota, images or addresses.

    Pass: within the six weeks that AWS remembers, a policy made it grow and a policy made it shrink.
    Fix: drive it up and down with a load test, and mend what keeps it from launching.
    Blind spot: what a person, a schedule or a refresh did proves nothing of the policies.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-verify-scaling-activity.html
    """
    why = _not_tested(component, group_policies, target_policies)
    if why:
        return not_applicable(why)
    activities: Evidence[GroupActivity] | Evidence[TargetActivity]
    if isinstance(component, AutoScalingGroup):
        activities = group_activities.about(component.name, "component")
    else:
        activities = target_activities.about(component.resource, "component")
    newest = True
    raised = lowered = False
    for activity in activities:  # newest first
        if activity.raised and newest:
            newest = False
            if activity.status == "Failed":
                when = f"{activity.started:%Y-%m-%d}"
                return failed(f"failed to grow when it last tried, on {when}", Severity.HIGH)
        if activity.status == "Successful" and activity.by_policy:
            raised, lowered = raised or activity.raised, lowered or activity.lowered
        if raised and lowered:
            return passed("grew and shrank by its policies within six weeks")
    missing = [word for word, done in (("grow", raised), ("shrink", lowered)) if not done]
    return no_evidence(f"did not {' or '.join(missing)} by a policy within six weeks")


@check(Severity.MEDIUM)
def scaling_not_capped(
    component: AutoScalingGroup | ScalableTarget,
    group_policies: Evidence[GroupPolicy],
    target_policies: Evidence[TargetPolicy],
    target_activities: Evidence[TargetActivity],
    peaks: Evidence[GroupPeak],
) -> Result:
    """What reached its maximum would have grown on; how far, nobody knows.

    Pass: within six weeks it never stood at its maximum.
    Fix: raise the maximum, after the quotas behind it.
    Blind spot: a group without group metrics tells nothing of its past size.
    See: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html
    """
    why = _not_tested(component, group_policies, target_policies)
    if why:
        return not_applicable(why)
    if isinstance(component, AutoScalingGroup):
        peak = peaks.of(component.arn)
        if peak is None or peak.desired is None:
            return no_evidence("publishes no group metrics that would show its peak")
        told = f"wanted {peak.desired:.0f} of at most {component.maximum} instances"
        return failed(told) if peak.desired >= component.maximum else passed(told)
    for activity in target_activities.about(component.resource, "component"):
        if activity.capped:
            when = f"{activity.started:%Y-%m-%d}"
            return failed(f"stood at its maximum of {component.maximum} on {when}")
    return passed(f"never stood at its maximum of {component.maximum} within six weeks")


@check(Severity.MEDIUM)
def autoscaling_load_test_run_recent(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    policies: Evidence[GroupPolicy | TargetPolicy],
    activities: Evidence[GroupActivity | TargetActivity],
    unit: Unit,
    *,
    load_test_max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Whether it grows fast enough shows under load that was put on it on purpose.

    Pass: the newest run of a load test within 180 days succeeded, and something that scales grew
    while it ran.
    Fix: run a load test that rises above what one instance or task can bear.
    Blind spot: AWS remembers what grew for six weeks; of an older run only an attestation tells.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_adapt_to_changes_load_tested_adapt.html
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    if not any(True for _ in policies):
        return not_applicable("belongs to a workload without scaling policies")
    found = load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed)
    result = run_recent(found, unit, load_test_max_age_days)
    run = newest_success(found, unit, load_test_max_age_days)
    if result.status is not Status.PASS or run is None:
        return result
    for activity in activities:
        if activity.raised and happened_in(run, activity.started):
            return passed(f"{result.because}, and {activity.component} grew").about(run.arn)
    if run.ended is None or unit.age_days(run.started) > _HISTORY_DAYS:
        return no_evidence(f"{result.because}; what grew then is not known any more").about(run.arn)
    return failed(f"{result.because}, and nothing grew").about(run.arn)


def _is_single(tags: Mapping[str, str], singleton_tag: str) -> bool:
    """Whether something is declared to run once."""
    return singleton_tag.lower() in {key.lower() for key in tags}


@check(Severity.MEDIUM)
def asg_minimum_two_instances(
    group: AutoScalingGroup,
    instances: Evidence[Instance],
    unit: Unit,
    *,
    singleton_tag: str = "Singleton",
) -> Result:
    """One instance is none as soon as it is replaced.

    Pass: the group never runs fewer than two instances, and two are in service; of machines of a
    cluster, the cluster has two.
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
        told = f"belongs to the cluster {cluster}, which has {count} nodes"
        return passed(told) if count >= 2 else failed(told)
    if hosts_containers(group.tags):
        told = f"has {group.in_service} machines for containers in service"
        return passed(told) if group.in_service >= 2 else failed(told)
    if group.minimum < 2:
        return failed(f"may run {group.minimum} instances")
    if group.in_service < 2:
        return no_evidence(f"has {group.in_service} of {group.desired} instances in service now")
    return passed(f"runs at least {group.minimum} instances, {group.in_service} now")


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
        return failed(f"may scale down to {target.minimum} tasks")
    return passed(f"runs {service.desired} tasks")


@check(Severity.MEDIUM)
def data_cluster_minimum_nodes(
    cluster: DbCluster | ReplicationGroup | OpenSearchDomain, unit: Unit
) -> Result:
    """A cluster of one node has nobody to take over, and no majority to decide who does.

    Pass: a database cluster has two instances or more, each node group of a cache a replica, a
    search domain three data nodes and, if it has dedicated masters, three of these.
    Fix: add a reader, a replica, or nodes.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_withstand_component_failures_failover2good.html
    """
    if not unit.is_production(cluster.tags if isinstance(cluster, DbCluster) else {}):
        return not_applicable("is not production")
    match cluster:
        case DbCluster():
            if not cluster.members:
                return not_applicable("has no instances of its own")
            told = f"({cluster.engine}) has {len(cluster.members)} instances"
            return passed(told) if len(cluster.members) >= 2 else failed(told)
        case ReplicationGroup():
            told = f"has {cluster.replicas} replicas for each primary"
            return passed(told) if cluster.replicas else failed(told)
        case OpenSearchDomain():
            told = f"has {cluster.nodes} data nodes and {cluster.masters} dedicated masters"
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
    names = {target.id for target in (found.targets if found else ()) if target.state != "draining"}
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


CATEGORY = category(
    "Scalability",
    item(
        "Set up load balancing",
        every(
            elb_spans_multiple_az,
            target_group_healthy_targets_multi_az,
            service_attached_to_load_balancer,
            elb_cross_zone_enabled,
        ),
    ),
    item(
        "Solution resources can auto scale to handle workload",
        every(
            asg_dynamic_scaling_policy,
            ecs_service_scales,
            dynamodb_table_scales,
            eks_cluster_compute_scales,
        ),
    ),
    item(
        "Stress test has been done on autoscaling",
        every(
            scaling_out_and_in_observed,
            autoscaling_load_test_run_recent,
            supporting=(scaling_not_capped,),
        ),
        mode=Mode.ATTESTED,
        validity_days=180,
    ),
    item(
        "Use multiple Availability Zones",
        every(
            compute_spans_multiple_az,
            rds_multi_az,
            data_service_multi_az,
            vpc_nat_gateway_per_az,
        ),
    ),
    item(
        "Use multiple Instances",
        every(
            asg_minimum_two_instances,
            ecs_service_minimum_two_tasks,
            data_cluster_minimum_nodes,
            standalone_instance_not_single_target,
        ),
    ),
)
