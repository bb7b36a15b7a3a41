"""Does every request pass a load balancer, and has that more than one target to choose from?

The checks of "Solution has load balancing for all requests".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from readiness.checklist.capacity import role_of
from readiness.checklist.exposure import Paths, exposed_ports, interfaces_of
from readiness.checklist.fleet import TOO_NEW_HOURS, sought
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.balancing import (
    BalancerAttributes,
    HealthyTargets,
    LoadBalancer,
    TargetGroup,
    TargetGroupTags,
)
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, TaskDefinition
from readiness.evidence.network import (
    NetworkInterface,
    SecurityGroup,
)
from readiness.evidence.unseen import known

_WEB_PORTS = (80, 443, 8080, 8443)
#: What the tag `role`, or the name, says of machines that answer by design, each for itself.
_DOORS = ("bastion", "vpn", "nat", "mail", "proxy", "appliance")


@check(Severity.HIGH)
def ec2_instance_direct_web_exposure(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    paths: Paths,
    *,
    web_ports: tuple[int, ...] = _WEB_PORTS,
    non_container_roles: tuple[str, ...] = _DOORS,
) -> Result:
    """A request that reaches a machine by itself finds no other when that machine is gone.

    Pass: the internet cannot reach the instance, or no security group of it opens 80, 443, 8080 or
    8443 to everybody. VPNs, bastions, NAT and mail machines are left out, by their tag `role` or
    their name.
    Fix: move the instance to a private subnet behind a load balancer, and let in nothing but the load
    balancer's security group, or CloudFront's prefix list.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if instance.managed:
        return not_applicable("is operated by a service of AWS")
    role = role_of(instance.tags)
    role = role if role in non_container_roles else sought(instance, non_container_roles)
    if role:
        return not_applicable(f"is a {role} machine, which answers by design")

    def opened() -> Iterator[int]:
        return exposed_ports(instance, web_ports, interfaces, groups, paths)

    first = next(opened(), None)
    if first is not None:
        named = ", ".join(map(str, known(lambda: sorted(opened()), [first])))
        because = f"is reached by anyone on the internet at port {named}, past any load balancer"
        return failed(because)
    own = interfaces_of(instance, interfaces)
    if any(each.public_addresses or each.ipv6_addresses for each in own):
        return passed("has a public address at which nobody on the internet finds a web port")
    return passed("has no public address")


@check(Severity.MEDIUM)
def ecs_service_load_balanced(service: EcsService, definitions: Evidence[TaskDefinition]) -> Result:
    """Tasks with addresses of their own share out no requests, and lose them with each deployment.

    Pass: a load balancer leads to the service; or others find it by Cloud Map, Service Connect or VPC
    Lattice, and its tasks have no public addresses.
    Fix: register the service in a target group, and switch off `assignPublicIp`.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
    """
    if service.balanced:
        return passed("is behind a load balancer")
    if service.connected or service.discovered:
        if not service.public:
            return passed("is found by the services that call it, and by nobody else")
    elif not service.task_definition:
        return no_evidence("has task sets, whose ports were not looked at")
    definition = definitions.of(service.task_definition) if service.task_definition else None
    if definition is None:
        return no_evidence("is behind no load balancer, and its task definition is gone")
    if not any(each.ports or each.port_range for each in definition.containers):
        return not_applicable("listens on no port")
    if service.public:
        return failed("listens at public addresses of its tasks, behind no load balancer")
    return no_evidence("listens, and neither a load balancer nor a registry leads to it")


@check(Severity.MEDIUM)
def elbv2_target_group_multiple_targets(
    group: TargetGroup,
    counted: Evidence[HealthyTargets],
    balancers: Evidence[LoadBalancer],
    attributes: Evidence[BalancerAttributes],
    tags: Evidence[TargetGroupTags],
    unit: Unit,
    *,
    min_targets: int = 2,
) -> Result:
    """A load balancer before one target has nothing to balance when that one fails.

    Pass: in the median of the last 24 hours the target group had at least two healthy targets.
    Fix: register a second target, in another zone, and look at what keeps targets unhealthy.
    Blind spot: a network load balancer whose zones share nothing counts the targets of each zone by
    themselves, so that one in each cannot be told from one in all.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if group.type not in ("instance", "ip"):
        return not_applicable(f"leads to a target of the type {group.type}, balanced elsewhere")
    if not group.balancers:
        return not_applicable("serves no load balancer")
    tagged = tags.of(group.arn)
    if not unit.is_production(tagged.tags if tagged else {}):
        return not_applicable("is not production")
    found = counted.of(group.arn)
    minima = found.minima if found else {}
    results = [
        _counted(balancer, minima.get(balancer.arn, ()), attributes, unit, min_targets)
        for name in group.balancers
        if (balancer := balancers.of(name)) is not None
    ]
    if not results:
        return not_applicable("is led to by load balancers that are gone")
    return min(results, key=lambda result: _WORST.index(result.status))


_WORST = (Status.FAIL, Status.UNKNOWN, Status.PASS, Status.NOT_APPLICABLE)


def _counted(
    balancer: LoadBalancer,
    minima: tuple[float, ...],
    attributes: Evidence[BalancerAttributes],
    unit: Unit,
    min_targets: int,
) -> Result:
    """Judge what one load balancer counted."""
    hours = unit.age_days(balancer.created) * 24
    if hours < TOO_NEW_HOURS:
        return not_applicable(
            f"is led to by {balancer.name}, which is younger than {TOO_NEW_HOURS} hours"
        )
    if not minima and hours < 24:
        return unknown(Reason.TOO_YOUNG, f"has no numbers of {balancer.name} yet")
    usual = median(minima) if minima else 0
    # Nothing is counted where there are no targets; a group tells no age by which to excuse that.
    silent = max(int(min(hours, 24)) - len(minima), 0)
    if usual >= min_targets and median((*minima, *[0.0] * silent)) < min_targets:
        return unknown(
            Reason.TOO_YOUNG,
            f"had targets behind {balancer.name} in {len(minima)} of a day's hours alone",
        )
    said = f"had {usual:g} healthy targets behind {balancer.name} in the median of a day's hours"
    if usual >= min_targets:
        return passed(said)
    if minima and balancer.type != "application" and len(balancer.zones) > 1:
        shared = attributes.of(balancer.arn)
        if shared is None or not shared.cross_zone:
            return unknown(Reason.UNDECIDED, f"{said}, which counts each zone by itself")
    return failed(said)
