"""Does HTTP from the internet pass a front door with something behind it?

The checks of "Solution has load balancing in front of exposed HTTP endpoints".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.doors import is_a_way_in
from readiness.checklist.exposure import Paths, wide_open
from readiness.checklist.model import Result, Severity, check, failed, not_applicable, passed
from readiness.evidence import Evidence
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import (
    ClassicLoadBalancer,
    Listener,
    LoadBalancer,
    TargetGroup,
    TargetHealth,
)
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
)

#: Ports on which machines answer HTTP.
_HTTP_PORTS = (80, 443, 3000, 5000, 8000, 8080, 8081, 8443, 8888, 9443)


@check(Severity.HIGH)
def ec2_instance_http_behind_load_balancer(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    balancers: Evidence[LoadBalancer | ClassicLoadBalancer],
    *,
    http_ports: tuple[int, ...] = _HTTP_PORTS,
) -> Iterator[Result]:
    """Who asks a machine itself passes by the load balancer, its firewall and its spares.

    Pass: no interface of a running instance that the internet reaches lets anyone ask an HTTP port.
    Fix: put a load balancer in front, move the instance to a private subnet, and let in nothing but
    the load balancer's security group.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/what-is-load-balancing.html
    """
    if instance.state != "running":
        yield not_applicable(f"is {instance.state}")
        return
    paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)
    exposed = False
    opened: set[int] = set()
    for interface in interfaces.about(instance.id, "instance"):
        if paths.is_exposed(interface):
            exposed = True
            for name in interface.groups:
                opened.update(wide_open(name, http_ports, groups, lists))
    for port in sorted(opened):
        yield failed(f"answers anyone on the internet at port {port}").about(
            f"{instance.arn}#{port}"
        )
    if opened:
        return
    if exposed:
        yield passed("is exposed to the internet, and lets nobody ask an HTTP port")
    elif any(is_a_way_in(each) for each in balancers):
        yield passed("is not exposed to the internet")
    else:
        yield not_applicable("is in a region whose machines answer nobody on the internet")


@check(Severity.HIGH)
def ecs_service_http_behind_load_balancer(
    service: EcsService,
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    balancers: Evidence[LoadBalancer | ClassicLoadBalancer],
    *,
    http_ports: tuple[int, ...] = _HTTP_PORTS,
) -> Result:
    """Who asks a task itself passes by the load balancer, its firewall and its spares.

    Pass: the tasks of the service have no public address, or let nobody on the internet ask an HTTP
    port.
    Fix: switch off `assignPublicIp`, and let in nothing but the load balancer's security group.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
    """
    if service.public:
        opened = {
            port for name in service.groups for port in wide_open(name, http_ports, groups, lists)
        }
        if opened:
            named = ", ".join(map(str, sorted(opened)))
            return failed(f"gives its tasks public addresses that answer anyone at port {named}")
        return passed("gives its tasks public addresses that let nobody ask an HTTP port")
    if any(is_a_way_in(each) for each in balancers):
        return passed("gives its tasks no public addresses")
    return not_applicable("is in a region whose machines answer nobody on the internet")


@check(Severity.MEDIUM)
def elbv2_internet_facing_has_healthy_target(
    front: LoadBalancer
    | ClassicLoadBalancer
    | Distribution
    | RestApi
    | HttpApi
    | GraphqlApi
    | FunctionUrl,
    listeners: Evidence[Listener],
    targets: Evidence[TargetGroup],
    health: Evidence[TargetHealth],
) -> Result:
    """A front door with nothing behind it answers everybody with an error.

    Pass: the load balancer is active, listens, and has a healthy target; one that only redirects or
    answers by itself needs none. What AWS balances by itself (API Gateway, AppSync, CloudFront,
    function URLs) passes.
    Fix: register targets that pass their health checks, or delete the load balancer.
    Blind spot: of a Classic load balancer the registered instances count, whatever their health.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if not is_a_way_in(front):
        return not_applicable("is not on the internet")
    if isinstance(front, ClassicLoadBalancer):
        if not front.ports:
            return failed("has no listener")
        if not front.instances:
            return failed("has no instance registered")
        return passed(f"has {len(front.instances)} instances registered")
    if not isinstance(front, LoadBalancer):
        return passed("is balanced by AWS itself")
    if front.state != "active":
        return failed(f"is {front.state}")
    if not any(True for _ in listeners.about(front.arn, "balancer")):
        return failed("has no listener")
    groups = [group for group in targets if front.arn in group.balancers]
    if not groups:
        return passed("redirects, or answers by itself")
    for group in groups:
        found = health.of(group.arn)
        if found and found.healthy:
            return passed(f"has {len(found.healthy)} healthy targets in {group.name}")
    return failed(f"has no healthy target in {', '.join(group.name for group in groups)}")
