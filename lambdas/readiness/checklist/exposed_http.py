"""Does HTTP from the internet pass a front door with something behind it?

The checks of "Solution has load balancing in front of exposed HTTP endpoints".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.doors import is_a_way_in
from readiness.checklist.exposure import Paths, exposed_ports, open_ports
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence, Gap, NotSeenError, Reason
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import (
    ClassicHealth,
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
    NetworkInterface,
    PrefixList,
    SecurityGroup,
    Subnet,
)
from readiness.evidence.unseen import known

#: Ports on which machines answer HTTP.
_HTTP_PORTS = (80, 443, 3000, 5000, 8000, 8080, 8081, 8443, 8888, 9443)


@check(Severity.HIGH)
def ec2_instance_http_behind_load_balancer(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    paths: Paths,
    balancers: Evidence[LoadBalancer | ClassicLoadBalancer],
    *,
    http_ports: tuple[int, ...] = _HTTP_PORTS,
) -> Iterator[Result]:
    """Who asks a machine itself passes by the load balancer, its firewall and its spares.

    Pass: the internet reaches no interface of the running instance whose security groups let anyone
    ask an HTTP port: 80, 443, 3000, 5000, 8000, 8080, 8081, 8443, 8888 or 9443.
    Fix: put a load balancer in front, move the instance to a private subnet, and let in nothing but
    the load balancer's security group.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/what-is-load-balancing.html
    """
    if instance.state != "running":
        yield not_applicable(f"is {instance.state}")
        return
    opened = False
    for port in exposed_ports(instance, http_ports, interfaces, groups, paths):
        opened = True
        because = f"is reached by anyone on the internet at port {port}"
        yield failed(because).about(f"{instance.arn}#{port}")
    if opened:
        return
    if any(is_a_way_in(each) for each in balancers):
        yield passed("lets nobody on the internet ask an HTTP port")
    else:
        yield not_applicable(_NO_DOOR)


_NO_DOOR = "answers no HTTP from the internet, nor does a load balancer of its region"


@check(Severity.HIGH)
def ecs_service_http_behind_load_balancer(
    service: EcsService,
    subnets: Evidence[Subnet],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    balancers: Evidence[LoadBalancer | ClassicLoadBalancer],
    *,
    http_ports: tuple[int, ...] = _HTTP_PORTS,
) -> Result:
    """Who asks a task itself passes by the load balancer, its firewall and its spares.

    Pass: the tasks of the service have no public address, or their security groups let nobody on the
    internet ask an HTTP port: 80, 443, 3000, 5000, 8000, 8080, 8081, 8443, 8888 or 9443.
    Fix: set `assignPublicIp` to DISABLED, and let in nothing but the load balancer's security group.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
    """

    def opened() -> Iterator[int]:
        return open_ports(_groups_of(service, subnets, groups), http_ports, groups, lists)

    if service.public:
        first = next(opened(), None)
        if first is None:
            return passed("gives its tasks public addresses that let nobody ask an HTTP port")
        named = ", ".join(map(str, known(lambda: sorted(opened()), [first])))
        return failed(f"gives its tasks public addresses that let anyone ask port {named}")
    if any(is_a_way_in(each) for each in balancers):
        return passed("gives its tasks no public addresses")
    return not_applicable(_NO_DOOR)


def _groups_of(
    service: EcsService, subnets: Evidence[Subnet], groups: Evidence[SecurityGroup]
) -> tuple[str, ...]:
    """Return the security groups of a service's tasks: without any, the default one of their VPC."""
    if service.groups:
        return service.groups
    vpcs = {subnet.vpc for name in service.subnets for subnet in subnets.about(name, "id")}
    found = tuple(each.id for each in groups if each.name == "default" and each.vpc in vpcs)
    if not found:
        detail = f"the account does not see the default security group of {service.name}"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    return found


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
    classic: Evidence[ClassicHealth],
) -> Result:
    """A front door with nothing behind it answers everybody with an error.

    Pass: the load balancer is active, has a listener, and has a healthy target in one of its target
    groups, or, a Classic one, an instance in service; one that only redirects or answers by itself
    needs none. A target whose health checks are off counts as healthy. What AWS balances by itself
    (API Gateway, AppSync, CloudFront, function URLs) passes.
    Fix: register targets that pass their health checks, or delete the load balancer.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if not is_a_way_in(front):
        return not_applicable("is not on the internet")
    if isinstance(front, ClassicLoadBalancer):
        if not front.ports:
            return failed("has no listener")
        if not front.instances:
            return failed("has no instance registered")
        return _instances_of(front, classic)
    if not isinstance(front, LoadBalancer):
        return passed("is balanced by AWS itself")
    if front.state == "provisioning":
        return no_evidence("is being set up")
    if front.state == "failed":
        return failed("could not be set up")
    result = _behind(front, listeners, targets, health)
    if result.status is Status.PASS and front.state != "active":
        return no_evidence(
            f"{result.because}, but is {front.state}: it lacks what it needs to grow"
        )
    return result


def _instances_of(front: ClassicLoadBalancer, classic: Evidence[ClassicHealth]) -> Result:
    found = classic.of(front.arn)
    if found is None:
        return gone()
    if serving := found.states.count("InService"):
        return passed(f"has instances in service: {serving}")
    if "Unknown" in found.states:
        return no_evidence("does not know yet whether its instances answer")
    return failed(f"has no instance in service, of {len(front.instances)} registered")


def _behind(
    front: LoadBalancer,
    listeners: Evidence[Listener],
    targets: Evidence[TargetGroup],
    health: Evidence[TargetHealth],
) -> Result:
    """Judge what a load balancer leads to."""
    if not any(True for _ in listeners.about(front.arn, "balancer")):
        return failed("has no listener")
    groups = [group for group in targets if front.arn in group.balancers]
    if not groups:
        return passed("redirects, or answers by itself")
    for group in groups:
        found = health.of(group.arn)
        if found and found.healthy:
            return passed(f"has healthy targets in {group.name}: {len(found.healthy)}")
    return failed(f"has no healthy target in {', '.join(group.name for group in groups)}")
