"""What is said of requests that pass no load balancer, and of what stands behind one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.fronts import (
    ec2_instance_direct_web_exposure,
    ecs_service_load_balanced,
    elbv2_target_group_multiple_targets,
)
from readiness.checklist.model import Check
from readiness.evidence.balancing import (
    BalancerAttributes,
    HealthyTargets,
    LoadBalancer,
    TargetGroup,
    TargetGroupTags,
)
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, EcsService, TaskDefinition
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
)
from tests.checklist.test_exposure import (
    blocking,
    excluding,
    interface,
    permission,
    prefix_list,
    route,
    table,
)
from tests.checklist.test_networking import HTTPS, OPEN, group
from tests.checklist.test_networking_vpcs import instance
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

OUTSIDE = (instance(), interface(instance="i-1"), table(), *blocking("off"))
INSIDE = (instance(), interface(instance="i-1", public_addresses=()), table())
BY_IPV6 = interface(instance="i-1", public_addresses=(), ipv6_addresses=("2a05:d018::7",))
LISTED = permission(from_port=443, to_port=443, prefix_lists=("pl-1",))
DOOR = permission(from_port=9000, to_port=9000, blocks=OPEN)

WEB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1"
NET = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/net/tcp/1"
BEHIND = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/web/1"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:1"


def service(**changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/web",
        "name": "web",
        "cluster": f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop",
        "launch_type": "FARGATE",
        "subnets": ("subnet-1",),
        "tags": {},
        "task_definition": TASK,
    }
    return EcsService(**values | changes)


def definition(**changes: Any) -> TaskDefinition:
    values: dict[str, Any] = {
        "name": "web",
        "image": "shop:1",
        "essential": True,
        "consistent": True,
        "ports": (8080,),
    }
    return TaskDefinition(arn=TASK, containers=(Container(**values | changes),))


def behind(**changes: Any) -> TargetGroup:
    values: dict[str, Any] = {
        "arn": BEHIND,
        "name": "web",
        "type": "ip",
        "protocol": "HTTP",
        "vpc": "vpc-1",
        "balancers": (WEB,),
    }
    return TargetGroup(**values | changes)


def balancer(**changes: Any) -> LoadBalancer:
    values: dict[str, Any] = {
        "arn": WEB,
        "name": "web",
        "type": "application",
        "scheme": "internal",
        "created": NOW - timedelta(days=30),
        "zones": (f"{REGION}a", f"{REGION}b"),
    }
    return LoadBalancer(**values | changes)


def counted(*minima: float, by: str = WEB) -> HealthyTargets:
    """Return a day's hours, as many of each kind."""
    return counted_hours(*(minima * 24)[:24], by=by)


def counted_hours(*minima: float, by: str = WEB) -> HealthyTargets:
    return HealthyTargets(arn=BEHIND, minima={by: minima})


def tagged(**tags: str) -> TargetGroupTags:
    return TargetGroupTags(arn=BEHIND, tags=tags)


def shared(*, cross_zone: bool) -> BalancerAttributes:
    return BalancerAttributes(arn=NET, cross_zone=cross_zone)


HERE = (behind(), balancer())
ZONAL = (behind(balancers=(NET,)), balancer(arn=NET, name="tcp", type="network"))
YOUNG = balancer(created=NOW - timedelta(hours=5))

ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_direct_web_exposure: [
        Row("anyone asks port 443", {"instance/i-1": FAIL}, (*OUTSIDE, group(HTTPS)), says="at port 443"),
        Row("anyone asks any port", FAIL, (*OUTSIDE, group(permission(protocol="-1", from_port=None, to_port=None, blocks=OPEN))), says="80, 443, 8080, 8443"),
        Row("anyone asks by IPv6 alone", FAIL, (instance(), BY_IPV6, table(routes=(route(destination="::/0"),)), *blocking("off"), group(HTTPS))),
        Row("a port that is ours to name", FAIL, (*OUTSIDE, group(DOOR)), options={"web_ports": (9000,)}),
        Row("another port", {"instance/i-1": PASS}, (*OUTSIDE, group(DOOR))),
        Row("the load balancer's group alone", PASS, (*OUTSIDE, group(permission(from_port=443, to_port=443, groups=("sg-2",))))),
        Row("CloudFront's prefix list", PASS, (*OUTSIDE, group(LISTED), prefix_list(aws=True))),
        Row("a prefix list of one's own that is the world", FAIL, (*OUTSIDE, group(LISTED), prefix_list())),
        Row("no interface in the list", UNKNOWN, (instance(), group(HTTPS)), says="network interfaces of i-1"),
        Row("no public address", PASS, (*INSIDE, group(HTTPS)), says="no public address"),
        Row("a public address without a way in", PASS, (*OUTSIDE[:2], table(routes=()), group(HTTPS))),
        Row("the VPC is cut off", PASS, (*OUTSIDE[:3], *blocking(), group(HTTPS))),
        Row("the VPC is cut off, its subnet is not", FAIL, (*OUTSIDE[:3], *blocking(), *excluding("subnet/subnet-1"), group(HTTPS))),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"), *OUTSIDE[1:], group(HTTPS))),
        Row("a service operates it", NOT_APPLICABLE, (instance(managed=True), *OUTSIDE[1:], group(HTTPS))),
        Row("a VPN by its tag", NOT_APPLICABLE, (instance(tags={"Role": "VPN"}), *OUTSIDE[1:], group(HTTPS)), says="vpn"),
        Row("a bastion by its name", NOT_APPLICABLE, (instance(tags={"Name": "shop-bastion-1"}), *OUTSIDE[1:], group(HTTPS))),
        Row("a role that is not left out", FAIL, (instance(tags={"Name": "shop-bastion-1"}), *OUTSIDE[1:], group(HTTPS)), options={"non_container_roles": ("vpn",)}),
        Row("none", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("interfaces are dark", UNKNOWN, (instance(),), dark=[NetworkInterface]),
        Row("groups are dark", UNKNOWN, OUTSIDE, dark=[SecurityGroup]),
        Row("tables are dark", UNKNOWN, (*OUTSIDE[:2], group(HTTPS)), dark=[RouteTable]),
        Row("tables are dark, and nothing is open", PASS, (*OUTSIDE[:2], group(DOOR)), dark=[RouteTable]),
        Row("prefix lists are dark", UNKNOWN, (*OUTSIDE, group(LISTED)), dark=[PrefixList]),
        Row("blocking is dark", UNKNOWN, (*OUTSIDE[:3], group(HTTPS)), dark=[BlockPublicAccess]),
        Row("exclusions are dark", UNKNOWN, (*OUTSIDE[:3], *blocking(), group(HTTPS)), dark=[BlockPublicAccessExclusion]),
    ],
    ecs_service_load_balanced: [
        Row("a load balancer", {"service/shop/web": PASS}, (service(balanced=True, public=True), definition())),
        Row("Service Connect", PASS, (service(connected=True), definition())),
        Row("Cloud Map or VPC Lattice", PASS, (service(discovered=True), definition())),
        Row("Cloud Map with public addresses", FAIL, (service(discovered=True, public=True), definition())),
        Row("public addresses", {"service/shop/web": FAIL}, (service(public=True), definition())),
        Row("a range of ports at public addresses", FAIL, (service(public=True), definition(ports=(), port_range=True))),
        Row("a worker", NOT_APPLICABLE, (service(public=True), definition(ports=()))),
        Row("private, and nothing leads to it", NO_EVIDENCE, (service(), definition())),
        Row("task sets", NO_EVIDENCE, (service(task_definition="", public=True),)),
        Row("its task definition is gone", NO_EVIDENCE, (service(public=True),)),
        Row("none", NOT_APPLICABLE),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("definitions are dark", UNKNOWN, (service(public=True),), dark=[TaskDefinition]),
        Row("definitions are dark, behind a load balancer", PASS, (service(balanced=True),), dark=[TaskDefinition]),
    ],
    elbv2_target_group_multiple_targets: [
        Row("two targets", {"targetgroup/web/1": PASS}, (*HERE, counted(2, 2, 2)), says="2 healthy targets behind web"),
        Row("one target", {"targetgroup/web/1": FAIL}, (*HERE, counted(1, 1, 2))),
        Row("one target in a few hours", PASS, (*HERE, counted(2, 1, 2))),
        Row("three are wanted", FAIL, (*HERE, counted(2, 2)), options={"min_targets": 3}),
        Row("targets in half of the hours", PASS, (*HERE, counted_hours(*[2] * 13))),
        Row("targets since three hours", UNKNOWN, (*HERE, counted_hours(2, 2, 2)), says="in 3 of a day's hours alone"),
        Row("one target since three hours", FAIL, (*HERE, counted_hours(1, 1, 1))),
        Row("no numbers, as without targets", FAIL, (*HERE, counted()), says="had 0"),
        Row("no numbers of a load balancer that is young", UNKNOWN, (behind(), YOUNG, counted()), says="data too young"),
        Row("numbers of a load balancer that is young", PASS, (behind(), YOUNG, counted(2))),
        Row("a load balancer that is too new", NOT_APPLICABLE, (behind(), balancer(created=NOW), counted())),
        Row("two load balancers, one of which finds one", FAIL, (behind(balancers=(WEB, NET)), balancer(), balancer(arn=NET, name="tcp"), HealthyTargets(arn=BEHIND, minima={WEB: (2,), NET: (1,)}))),
        Row("zones that share nothing count by themselves", UNKNOWN, (*ZONAL, counted(1, by=NET), shared(cross_zone=False)), says="each zone by itself"),
        Row("two in each zone", PASS, (*ZONAL, counted(2, by=NET), shared(cross_zone=False))),
        Row("zones that share, and one target", FAIL, (*ZONAL, counted(1, by=NET), shared(cross_zone=True))),
        Row("one zone, and one target", FAIL, (ZONAL[0], balancer(arn=NET, type="network", zones=(f"{REGION}a",)), counted(1, by=NET))),
        Row("a function", NOT_APPLICABLE, (behind(type="lambda"), balancer())),
        Row("a load balancer behind another", NOT_APPLICABLE, (behind(type="alb"), balancer())),
        Row("no load balancer", NOT_APPLICABLE, (behind(balancers=()),)),
        Row("a load balancer that is gone", NOT_APPLICABLE, (behind(), counted(1))),
        Row("a test, by its tag", NOT_APPLICABLE, (*HERE, counted(1), tagged(Environment="test"))),
        Row("not production", NOT_APPLICABLE, (*HERE, counted(1)), unit={"environment": "dev"}),
        Row("none", NOT_APPLICABLE),
        Row("target groups are dark", UNKNOWN, dark=[TargetGroup]),
        Row("numbers are dark", UNKNOWN, HERE, dark=[HealthyTargets]),
        Row("load balancers are dark", UNKNOWN, (behind(), counted(1)), dark=[LoadBalancer]),
        Row("attributes are dark", UNKNOWN, (*ZONAL, counted(1, by=NET)), dark=[BalancerAttributes], says="test:BalancerAttributes"),
        Row("attributes are dark, and each zone has two", PASS, (*ZONAL, counted(2, by=NET)), dark=[BalancerAttributes]),
        Row("tags are dark", UNKNOWN, (*HERE, counted(2)), dark=[TargetGroupTags]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
