"""Do load balancers share requests out among zones, and among targets that answer?

The checks of "Set up load balancing".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from readiness.checklist.elasticity import hosts_containers
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
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
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, TaskDefinition
from readiness.evidence.network import Subnet
from readiness.evidence.scaling import AutoScalingGroup


@check(Severity.MEDIUM)
def elb_spans_multiple_az(
    balancer: LoadBalancer | ClassicLoadBalancer, *, min_azs: int = 2
) -> Result:
    """When its only zone fails a load balancer is gone, however many targets are well in others.

    Pass: the load balancer has nodes in at least two zones.
    Fix: enable a subnet in a second zone for the load balancer.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    zones = sorted(set(balancer.zones))
    said = f"lies in {', '.join(zones) or 'no zone'}"
    return passed(said) if len(zones) >= min_azs else failed(f"{said} alone")


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
    two zones, or leads to a function.
    Fix: run at least two targets, in subnets of two zones.
    Blind spot: health is that of one moment. Where targets that are just starting would make up the
    number, nothing is decided.
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
    if found is None:
        return gone()
    healthy = found.healthy
    if len(healthy) < min_targets:
        starting = sum(target.state == "initial" for target in found.targets)
        said = f"has {counted(len(healthy), 'healthy target')}, fewer than {min_targets}"
        if len(healthy) + starting >= min_targets:
            return unknown(Reason.TOO_YOUNG, f"{said}; {counted(starting, 'target')} just started")
        return failed(said)
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
    Fix: register it in a target group; suppress a group that only works off a queue.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-load-balancer.html
    """
    if isinstance(service, AutoScalingGroup):
        if hosts_containers(service.tags):
            return not_applicable("is filled with containers, whose services are judged")
        if service.desired < 2:
            return not_applicable(f"runs {counted(service.desired, 'instance')}")
        if service.balanced:
            return passed("is registered in a load balancer")
        return failed(f"runs {service.desired} instances behind no load balancer")
    if service.scheduling != "REPLICA":
        return not_applicable("runs a task on each machine")
    if service.desired < 2:
        return not_applicable(f"runs {counted(service.desired, 'task')}")
    if service.balanced:
        return passed("is registered in a load balancer")
    if service.connected or service.discovered:
        return passed("is found by the services that call it")
    definition = definitions.of(service.task_definition) if service.task_definition else None
    if definition is None:
        return no_evidence("has task sets, whose ports were not looked at")
    if not any(each.ports or each.port_range for each in definition.containers):
        return not_applicable("listens on no port")
    return failed(f"runs {service.desired} tasks that listen behind no load balancer")


@check(Severity.LOW)
def elb_cross_zone_enabled(
    balancer: LoadBalancer | ClassicLoadBalancer,
    attributes: Evidence[BalancerAttributes],
    classic: Evidence[ClassicAttributes],
) -> Result:
    """Where zones share nothing, two targets in one zone get as much to do as ten in another.

    Pass: cross-zone load balancing is on, as it always is for an application load balancer.
    Fix: turn on cross-zone load balancing; suppress a load balancer that keeps zones apart on purpose.
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
    if found is None:
        return gone()
    if found.cross_zone:
        return passed("shares its targets among its zones")
    return failed("keeps the targets of each zone to itself")
