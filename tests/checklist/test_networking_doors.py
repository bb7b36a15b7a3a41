"""What the checks of "Networking" say of the ways in: load balancers, limits, room behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.exposed_http import (
    ec2_instance_http_behind_load_balancer,
    ecs_service_http_behind_load_balancer,
    elbv2_internet_facing_has_healthy_target,
)
from readiness.checklist.model import Check
from readiness.checklist.surges import (
    elbv2_public_target_group_scaling_headroom,
    ingress_rate_limit_configured,
    lambda_account_concurrency_headroom,
)
from readiness.evidence.apis import GraphqlApi, HttpApi, HttpStage, RestApi, RestStage
from readiness.evidence.balancing import (
    ClassicHealth,
    ClassicLoadBalancer,
    Listener,
    LoadBalancer,
    Target,
    TargetGroup,
    TargetGroupTags,
    TargetHealth,
)
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksDescription, EksNodegroup
from readiness.evidence.edge import Distribution
from readiness.evidence.firewalls import (
    AclRule,
    EdgeRuleGroup,
    EdgeWebAcl,
    RuleGroup,
    WebAclAssociation,
)
from readiness.evidence.functions import (
    Concurrency,
    ConcurrencyPeak,
    FunctionUrl,
    LambdaFunction,
)
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Subnet,
)
from readiness.evidence.scaling import AutoScalingGroup, GroupPolicy, ScalableTarget, TargetPolicy
from tests.checklist.test_exposure import blocking, excluding, interface, permission, table
from tests.checklist.test_networking import HTTPS, OPEN, group
from tests.checklist.test_networking_names import HTTP, REST, distribution
from tests.checklist.test_networking_vpcs import instance, subnet
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
    dark_gap,
)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


WEB = arn("elasticloadbalancing", "loadbalancer/app/shop/1")
OLD = arn("elasticloadbalancing", "loadbalancer/old")
BEHIND = arn("elasticloadbalancing", "targetgroup/web/1")
SERVICE = "ecs:service:DesiredCount"


def balancer(**changes: Any) -> LoadBalancer:
    values: dict[str, Any] = {
        "arn": WEB,
        "name": "shop",
        "type": "application",
        "scheme": "internet-facing",
        "created": NOW,
        "zones": (f"{REGION}a", f"{REGION}b"),
    }
    return LoadBalancer(**values | changes)


def classic(**changes: Any) -> ClassicLoadBalancer:
    values: dict[str, Any] = {
        "arn": OLD,
        "name": "old",
        "scheme": "internet-facing",
        "created": NOW,
        "zones": (f"{REGION}a", f"{REGION}b"),
        "instances": ("i-1", "i-2"),
        "ports": (80,),
    }
    return ClassicLoadBalancer(**values | changes)


def serving(*states: str) -> ClassicHealth:
    return ClassicHealth(arn=OLD, states=states)


def listener(**changes: Any) -> Listener:
    values: dict[str, Any] = {
        "arn": arn("elasticloadbalancing", "listener/app/shop/1/2"),
        "balancer": WEB,
        "port": 443,
        "protocol": "HTTPS",
        "actions": ("forward",),
        "tls_policy": "",
        "redirects_to_https": False,
    }
    return Listener(**values | changes)


def behind(**changes: Any) -> TargetGroup:
    values: dict[str, Any] = {
        "arn": BEHIND,
        "name": "web",
        "type": "instance",
        "protocol": "HTTP",
        "vpc": "vpc-1",
        "balancers": (WEB,),
    }
    return TargetGroup(**values | changes)


def health(*states: str, zone: str = "") -> TargetHealth:
    targets = (Target(id=f"i-{n}", zone=zone, state=each) for n, each in enumerate(states, 1))
    return TargetHealth(arn=BEHIND, targets=tuple(targets))


def group_of(**changes: Any) -> AutoScalingGroup:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web"),
        "name": "web",
        "zones": (f"{REGION}a",),
        "tags": {},
        "minimum": 2,
        "maximum": 6,
        "desired": 3,
        "target_groups": (BEHIND,),
    }
    return AutoScalingGroup(**values | changes)


def policy(**changes: Any) -> GroupPolicy:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", "scalingPolicy:1:autoScalingGroupName/web:policyName/cpu"),
        "group": "web",
        "type": "TargetTrackingScaling",
        "enabled": True,
        "alarmed": True,
        "forecasts_only": False,
    }
    return GroupPolicy(**values | changes)


def service(**changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": arn("ecs", "service/shop/web"),
        "name": "web",
        "cluster": arn("ecs", "cluster/shop"),
        "launch_type": "FARGATE",
        "subnets": ("subnet-1",),
        "tags": {},
        "desired": 3,
        "target_groups": (BEHIND,),
        "groups": ("sg-1",),
    }
    return EcsService(**values | changes)


def scalable(**changes: Any) -> ScalableTarget:
    values: dict[str, Any] = {
        "arn": arn("application-autoscaling", f"scalable-target/service/shop/web/{SERVICE}"),
        "resource": "service/shop/web",
        "dimension": SERVICE,
        "minimum": 2,
        "maximum": 6,
        "out_suspended": False,
        "in_suspended": False,
    }
    return ScalableTarget(**values | changes)


def target_policy(**changes: Any) -> TargetPolicy:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", "scalingPolicy:1:resource/ecs/service/shop/web:policyName/cpu"),
        "resource": "service/shop/web",
        "dimension": SERVICE,
    }
    return TargetPolicy(**values | changes)


def cluster(**changes: Any) -> EksDescription:
    values: dict[str, Any] = {
        "arn": arn("eks", "cluster/shop"),
        "name": "shop",
        "auto_mode": False,
        "fargate": False,
    }
    return EksDescription(**values | changes)


def nodes(**changes: Any) -> EksNodegroup:
    values: dict[str, Any] = {
        "arn": arn("eks", "nodegroup/shop/web/1"),
        "name": "web",
        "cluster": "shop",
        "subnets": (),
        "tags": {},
        "maximum": 5,
        "groups": ("eks-web",),
    }
    return EksNodegroup(**values | changes)


SCALED = group_of(
    name="eks-web", target_groups=(), tags={"k8s.io/cluster-autoscaler/enabled": "true"}
)
TAGGED = TargetGroupTags(arn=BEHIND, tags={"elbv2.k8s.aws/cluster": "shop"})
KARPENTER = instance(
    tags={"karpenter.sh/nodepool": "default", "kubernetes.io/cluster/shop": "owned"}
)
DOOR = (balancer(), behind())
OUTER = arn("elasticloadbalancing", "loadbalancer/net/outer/1")
#: A network load balancer on the internet that leads to an internal one.
CHAIN = (
    balancer(scheme="internal"),
    behind(),
    balancer(arn=OUTER, type="network"),
    behind(arn="arn:outer", type="alb", balancers=(OUTER,)),
    TargetHealth(arn="arn:outer", targets=(Target(id=WEB, zone="", state="healthy"),)),
)


def limits(action: str = "block", **changes: Any) -> AclRule:
    values: dict[str, Any] = {"name": "flood", "action": action, "rate_based": True}
    return AclRule(**values | changes)


def associated(*rules: AclRule, web_acl: str = "arn:acl") -> WebAclAssociation:
    return WebAclAssociation(arn=WEB, web_acl=web_acl, rules=rules)


STAGE = f"arn:aws:apigateway:{REGION}::/restapis/r1/stages/live"
GROUP = AclRule(name="ours", action="none", group="arn:group")


def stage(**changes: Any) -> RestStage:
    values: dict[str, Any] = {
        "arn": STAGE,
        "api": REST.arn,
        "name": "live",
        "throttled": True,
        "web_acl": "",
    }
    return RestStage(**values | changes)


def http_stage(*, throttled: bool) -> HttpStage:
    return HttpStage(arn=f"{HTTP.arn}/stages/live", api=HTTP.arn, name="live", throttled=throttled)


PRIVATE = RestApi(arn=REST.arn, id="r1", name="r", private=True)
EDGE = distribution(web_acl="arn:edge", region=REGION)
EDGE_ACL = EdgeWebAcl(arn="arn:edge", rules=(limits(),))
CALLED = GraphqlApi(
    arn=arn("appsync", "apis/g1"), name="g", private=False, authentication=("API_KEY",), web_acl=""
)
URL = FunctionUrl(arn=arn("lambda", "function:pay"), authentication="NONE")
FUNCTION = LambdaFunction(arn=arn("lambda", "function:pay"), name="pay", subnets=())


def concurrency(limit: int = 1000, unreserved: int = 900) -> Concurrency:
    return Concurrency(arn=arn("lambda", "concurrency"), limit=limit, unreserved=unreserved)


def peak(highest: float | None = 500) -> ConcurrencyPeak:
    return ConcurrencyPeak(arn=arn("lambda", "concurrency"), highest=highest)


#: A running instance with a public address in a public subnet, whose group is `sg-1`.
OUTSIDE = (instance(), interface(instance="i-1"), table(), *blocking("off"))
INSIDE = (instance(), interface(instance="i-1", public_addresses=()), table())
HTTP_ALT = permission(from_port=8080, to_port=8080, blocks=OPEN)
LISTED = permission(from_port=443, to_port=443, prefix_lists=("pl-1",))

ROWS: dict[Check[..., Any], list[Row]] = {
    elbv2_public_target_group_scaling_headroom: [
        Row("a group with room and a policy", {"targetgroup/web/1": PASS}, (*DOOR, group_of(), policy())),
        Row("a step policy", PASS, (*DOOR, group_of(), policy(type="StepScaling"))),
        Row("a simple policy with an alarm", PASS, (*DOOR, group_of(), policy(type="SimpleScaling"))),
        Row("a simple policy that nothing starts", FAIL, (*DOOR, group_of(), policy(type="SimpleScaling", alarmed=False))),
        Row("a forecast that scales", PASS, (*DOOR, group_of(), policy(type="PredictiveScaling"))),
        Row("a forecast that only looks", FAIL, (*DOOR, group_of(), policy(type="PredictiveScaling", forecasts_only=True))),
        Row("a policy that is off", FAIL, (*DOOR, group_of(), policy(enabled=False)), says="no dynamic scaling policy"),
        Row("another group's policy", FAIL, (*DOOR, group_of(), policy(group="batch"))),
        Row("a schedule alone", FAIL, (*DOOR, group_of())),
        Row("no room", FAIL, (*DOOR, group_of(desired=6), policy()), says="already runs the 6"),
        Row("fixed by design", FAIL, (*DOOR, group_of(minimum=3, maximum=3), policy()), says="fixed at 3"),
        Row("launches are suspended", FAIL, (*DOOR, group_of(suspended=("Launch",)), policy()), says="Launch suspended"),
        Row("alarms are suspended", FAIL, (*DOOR, group_of(suspended=("AlarmNotification",)), policy())),
        Row("registration is suspended", FAIL, (*DOOR, group_of(suspended=("AddToLoadBalancer",)), policy())),
        Row("rebalancing is suspended", PASS, (*DOOR, group_of(suspended=("AZRebalance",)), policy())),
        Row("a service with room and a policy", PASS, (*DOOR, service(), scalable(), target_policy())),
        Row("a service that is no scalable target", FAIL, (*DOOR, service()), says="no scalable target"),
        Row("a service without a policy", FAIL, (*DOOR, service(), scalable()), says="no scaling policy"),
        Row("a service without room", FAIL, (*DOOR, service(desired=6), scalable(), target_policy()), says="already runs the 6"),
        Row("a service whose scaling out is suspended", FAIL, (*DOOR, service(), scalable(out_suspended=True), target_policy())),
        Row("a function", PASS, (balancer(), behind(type="lambda"))),
        Row("another load balancer", NOT_APPLICABLE, (balancer(), behind(type="alb"))),
        Row("pods on nodes that scale", PASS, (*DOOR, TAGGED, cluster(), nodes(), SCALED)),
        Row("pods on Auto Mode", PASS, (*DOOR, TAGGED, cluster(auto_mode=True))),
        Row("pods on Karpenter's nodes", PASS, (*DOOR, TAGGED, cluster(), KARPENTER)),
        Row("pods on a fixed number of nodes", FAIL, (*DOOR, TAGGED, cluster(), nodes(maximum=1), SCALED)),
        Row("pods of a cluster that is not here", NO_EVIDENCE, (*DOOR, TAGGED)),
        Row("pods of Auto Mode's own load balancer", PASS, (*DOOR, TargetGroupTags(arn=BEHIND, tags={"eks:eks-cluster-name": "shop"}), cluster(auto_mode=True))),
        Row("nodes in a group that the Cluster Autoscaler scales", PASS, (*DOOR, group_of(tags={"kubernetes.io/cluster/shop": "owned"}), cluster(), nodes(), SCALED)),
        Row("nodes in a group that nothing scales", FAIL, (*DOOR, group_of(tags={"kubernetes.io/cluster/shop": "owned"}), policy(), cluster()), says="the EKS cluster shop"),
        Row("two groups of which one scales", PASS, (*DOOR, group_of(name="green", desired=1, minimum=1, maximum=1), group_of(), policy())),
        Row("two groups, and the one that scales stands idle", FAIL, (*DOOR, group_of(name="blue", minimum=0, desired=0), policy(group="blue"), group_of()), says="web, which has no"),
        Row("one group that may scale from nothing", PASS, (*DOOR, group_of(minimum=0, desired=0), policy())),
        Row("targets by hand", FAIL, (*DOOR, health("healthy")), says="by hand"),
        Row("no target", NOT_APPLICABLE, (*DOOR, health()), says="no target"),
        Row("behind an internal load balancer behind one on the internet", {"targetgroup/web/1": FAIL, "outer": NOT_APPLICABLE}, (*CHAIN, health("healthy"))),
        Row("behind an internal load balancer that nothing leads to", NOT_APPLICABLE, (*CHAIN[:-1], health("healthy"))),
        Row("an internal load balancer", NOT_APPLICABLE, (balancer(scheme="internal"), behind())),
        Row("the idle half of a deployment", NOT_APPLICABLE, (balancer(), behind(balancers=()))),
        Row("no target group", NOT_APPLICABLE),
        Row("target groups are dark", UNKNOWN, dark=[TargetGroup]),
        Row("load balancers are dark", UNKNOWN, (behind(),), dark=[LoadBalancer]),
        Row("groups are dark", UNKNOWN, DOOR, dark=[AutoScalingGroup]),
        Row("policies of groups are dark", UNKNOWN, (*DOOR, group_of()), dark=[GroupPolicy]),
        Row("services are dark", UNKNOWN, DOOR, dark=[EcsService]),
        Row("scalable targets are dark", UNKNOWN, (*DOOR, service()), dark=[ScalableTarget]),
        Row("policies of targets are dark", UNKNOWN, (*DOOR, service(), scalable()), dark=[TargetPolicy]),
        Row("tags are dark", UNKNOWN, DOOR, dark=[TargetGroupTags]),
        Row("health is dark", UNKNOWN, DOOR, dark=[TargetHealth]),
        Row("a group without a policy, and services are dark", UNKNOWN, (*DOOR, group_of()), dark=[EcsService]),
        Row("clusters are dark", UNKNOWN, (*DOOR, TAGGED), dark=[EksDescription]),
        Row("node groups are dark", UNKNOWN, (*DOOR, TAGGED, cluster()), dark=[EksNodegroup]),
        Row("instances are dark", UNKNOWN, (*DOOR, TAGGED, cluster()), dark=[Instance]),
    ],
    ingress_rate_limit_configured: [
        Row("a rule that blocks", {"loadbalancer/app/shop/1": PASS}, (balancer(), associated(limits()))),
        Row("a rule that challenges", PASS, (balancer(), associated(limits("challenge")))),
        Row("a rule that only counts", FAIL, (balancer(), associated(limits("count")))),
        Row("a rule of a group", PASS, (balancer(), associated(GROUP), RuleGroup(arn="arn:group", rules=(limits(),)))),
        Row("a rule of a group that is only counted here", FAIL, (balancer(), associated(replace(GROUP, overrides={"flood": "count"})), RuleGroup(arn="arn:group", rules=(limits(),)))),
        Row("a rule of a group that counts, and blocks here", PASS, (balancer(), associated(replace(GROUP, overrides={"flood": "block"})), RuleGroup(arn="arn:group", rules=(limits("count"),)))),
        Row("a rule of a group that only counts", FAIL, (balancer(), associated(AclRule(name="ours", action="count", group="arn:group")), RuleGroup(arn="arn:group", rules=(limits(),)))),
        Row("rules without a rate", FAIL, (balancer(), associated(limits(rate_based=False))), says="without a rate-based rule"),
        Row("no web ACL", FAIL, (balancer(), associated(web_acl="")), says="has no web ACL"),
        Row("a load balancer that is gone", NOT_APPLICABLE, (balancer(),), says="deleted"),
        Row("a network load balancer", NOT_APPLICABLE, (balancer(type="network"),)),
        Row("an internal load balancer", NOT_APPLICABLE, (balancer(scheme="internal"),)),
        Row("a distribution with a rule", {"distribution/E1": PASS}, (EDGE, EDGE_ACL)),
        Row("a distribution with a rule of a group", PASS, (EDGE, EdgeWebAcl(arn="arn:edge", rules=(GROUP,)), EdgeRuleGroup(arn="arn:group", rules=(limits(),)))),
        Row("a distribution without a rule", FAIL, (EDGE, EdgeWebAcl(arn="arn:edge", rules=()))),
        Row("a distribution without a web ACL", FAIL, (distribution(region=REGION),)),
        Row("a distribution with WAF Classic", FAIL, (distribution(region=REGION, web_acl="0123"),), says="WAF Classic"),
        Row("a distribution that is off", NOT_APPLICABLE, (distribution(region=REGION, enabled=False),)),
        Row("a distribution that is judged elsewhere", NOT_APPLICABLE, (distribution(),)),
        Row("a distribution that is judged in the region of its own", NOT_APPLICABLE, (distribution(),), unit={"regions": (REGION, "us-east-1")}),
        Row("a distribution whose own region is not scanned", {"distribution/E1": FAIL}, (distribution(),), unit={"regions": (REGION, "us-west-2")}),
        Row("such a one, in another region", NOT_APPLICABLE, (distribution(),), unit={"region": "us-west-2", "regions": (REGION, "us-west-2")}),
        Row("a stage with a limit", {"/restapis/r1/stages/live": PASS}, (stage(), REST), says="of its own"),
        Row("a stage that shares the account's", PASS, (stage(throttled=False), REST), says="share the account's default"),
        Row("a stage of a private API", NOT_APPLICABLE, (stage(), PRIVATE)),
        Row("a stage of an HTTP API", {"/apis/h1/stages/live": PASS}, (http_stage(throttled=True),)),
        Row("one that shares the account's", PASS, (http_stage(throttled=False),), says="default"),
        Row("no way in", NOT_APPLICABLE),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (LoadBalancer, Distribution, RestStage, HttpStage)
        ),
        Row("associations are dark", UNKNOWN, (balancer(),), dark=[WebAclAssociation]),
        Row("rule groups are dark", UNKNOWN, (balancer(), associated(GROUP)), dark=[RuleGroup]),
        Row("web ACLs of distributions are dark", UNKNOWN, (EDGE,), dark=[EdgeWebAcl]),
        Row("rule groups of distributions are dark", UNKNOWN, (EDGE, EdgeWebAcl(arn="arn:edge", rules=(GROUP,))), dark=[EdgeRuleGroup]),
        Row("APIs are dark", UNKNOWN, (stage(),), dark=[RestApi]),
    ],
    lambda_account_concurrency_headroom: [
        Row("room enough", {"concurrency": PASS}, (concurrency(), FUNCTION, balancer(), peak()), says="reached 500 at once"),
        Row("nothing ran", PASS, (concurrency(), FUNCTION, balancer(), peak(None)), says="reached 0"),
        Row("a young account", FAIL, (concurrency(10, 10), FUNCTION, balancer(), peak(1)), says="limited to 10"),
        Row("a young account that may be", PASS, (concurrency(150, 150), FUNCTION, balancer(), peak(1)), options={"lambda_min_concurrency": 100}),
        Row("in use nearly up to the limit", FAIL, (concurrency(), FUNCTION, balancer(), peak(801))),
        Row("just below", PASS, (concurrency(), FUNCTION, balancer(), peak(800))),
        Row("another share", FAIL, (concurrency(), FUNCTION, balancer(), peak(600)), options={"used_share": 0.5}),
        Row("nearly all is reserved", FAIL, (concurrency(unreserved=99), FUNCTION, balancer(), peak()), says="leaves 99 unreserved"),
        Row("nearly all is reserved, and may be", PASS, (concurrency(unreserved=99), FUNCTION, balancer(), peak()), options={"min_unreserved": 50}),
        *(
            Row(f"a way in by {type(door).__name__}", PASS, (concurrency(), FUNCTION, door, peak()))
            for door in (classic(), REST, HTTP, CALLED, URL, distribution("www.example.com"))
        ),
        Row("no way in", NOT_APPLICABLE, (concurrency(10, 10), FUNCTION, balancer(scheme="internal"), PRIVATE)),
        Row("no function", NOT_APPLICABLE, (concurrency(10, 10), balancer())),
        Row("limits are dark", UNKNOWN, dark=[Concurrency]),
        Row("functions are dark", UNKNOWN, (concurrency(),), dark=[LambdaFunction]),
        Row("peaks are dark", UNKNOWN, (concurrency(), FUNCTION, balancer()), dark=[ConcurrencyPeak]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (concurrency(), FUNCTION), dark=[kind])
            for kind in (LoadBalancer, ClassicLoadBalancer, RestApi, HttpApi, GraphqlApi, FunctionUrl, Distribution)
        ),
    ],
    ec2_instance_http_behind_load_balancer: [
        Row("anyone asks port 443", {"instance/i-1#443": FAIL}, (*OUTSIDE, group(HTTPS))),
        Row("anyone asks port 8080", {"instance/i-1#8080": FAIL}, (*OUTSIDE, group(HTTP_ALT))),
        Row("anyone asks two ports", {"instance/i-1#443": FAIL, "instance/i-1#8080": FAIL}, (*OUTSIDE, group(HTTPS, HTTP_ALT))),
        Row("even behind a load balancer", FAIL, (*OUTSIDE, group(HTTPS), balancer())),
        Row("a port that is ours to name", FAIL, (*OUTSIDE, group(permission(from_port=4000, to_port=4000, blocks=OPEN))), options={"http_ports": (4000,)}),
        Row("another port", {"instance/i-1": PASS}, (*OUTSIDE, group(permission(blocks=OPEN)), balancer())),
        Row("another port, and nothing answers the internet", NOT_APPLICABLE, (*OUTSIDE, group(permission(blocks=OPEN)))),
        Row("the load balancer's group alone", PASS, (*OUTSIDE, group(permission(from_port=443, to_port=443, groups=("sg-2",))), balancer())),
        Row("anyone asks it, whatever a group of another account says", {"instance/i-1#443": FAIL, "instance/i-1": UNKNOWN}, (OUTSIDE[0], interface(instance="i-1", groups=("sg-9", "sg-1")), *OUTSIDE[2:], group(HTTPS))),
        Row("it is inside, behind a load balancer", {"instance/i-1": PASS}, (*INSIDE, group(HTTPS), balancer())),
        Row("it is inside, behind a Classic load balancer", PASS, (*INSIDE, group(HTTPS), classic())),
        Row("the VPC is cut off", NOT_APPLICABLE, (*OUTSIDE[:3], *blocking(), group(HTTPS))),
        Row("the VPC is cut off, its subnet is not", FAIL, (*OUTSIDE[:3], *blocking(), *excluding("subnet/subnet-1"), group(HTTPS))),
        Row("nothing answers the internet", NOT_APPLICABLE, (*INSIDE, group(HTTPS), balancer(scheme="internal"))),
        Row("its interface is not listed", UNKNOWN, (instance(), group(HTTPS), balancer()), says="network interfaces of i-1"),
        Row("it is stopped", NOT_APPLICABLE, (instance(state="stopped"), *OUTSIDE[1:], group(HTTPS))),
        Row("the group of another account", UNKNOWN, OUTSIDE, says="sg-1"),
        Row("the group of another account on what the internet does not reach", PASS, (*INSIDE, balancer())),
        Row("a prefix list that nobody shows, before an open entry", {"instance/i-1#443": FAIL, "instance/i-1": UNKNOWN}, (*OUTSIDE, group(LISTED, HTTPS))),
        Row("nothing is open, and tables are dark", PASS, (*OUTSIDE[:2], group(), balancer()), dark=[RouteTable]),
        Row("no instance", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("interfaces are dark", UNKNOWN, (instance(),), dark=[NetworkInterface]),
        Row("groups are dark", UNKNOWN, OUTSIDE, dark=[SecurityGroup]),
        Row("tables are dark", UNKNOWN, (*OUTSIDE[:2], group(HTTPS)), dark=[RouteTable]),
        Row("prefix lists are dark", UNKNOWN, (*OUTSIDE, group(LISTED)), dark=[PrefixList]),
        Row("blocking is dark", UNKNOWN, (*OUTSIDE[:3], group(HTTPS)), dark=[BlockPublicAccess]),
        Row("exclusions are dark", UNKNOWN, (*OUTSIDE[:3], *blocking(), group(HTTPS)), dark=[BlockPublicAccessExclusion]),
        Row("load balancers are dark", UNKNOWN, (*INSIDE, group(HTTPS)), dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, (*INSIDE, group(HTTPS)), dark=[ClassicLoadBalancer]),
    ],
    ecs_service_http_behind_load_balancer: [
        Row("anyone asks its tasks", {"service/shop/web": FAIL}, (service(public=True), group(HTTPS)), says="port 443"),
        Row("even behind a load balancer", FAIL, (service(public=True), group(HTTPS), balancer())),
        Row("a port that is ours to name", FAIL, (service(public=True), group(permission(from_port=4000, to_port=4000, blocks=OPEN))), options={"http_ports": (4000,)}),
        Row("the load balancer alone asks them", PASS, (service(public=True), group(permission(from_port=443, to_port=443, groups=("sg-2",))))),
        Row("another port", PASS, (service(public=True), group(permission(blocks=OPEN)))),
        Row("no public addresses", PASS, (service(), group(HTTPS), balancer())),
        Row("no public addresses, and nothing answers the internet", NOT_APPLICABLE, (service(), group(HTTPS))),
        Row("the group of another account", UNKNOWN, (service(public=True),), says="sg-1"),
        Row("anyone asks its tasks, whatever a group of another account says", FAIL, (service(public=True, groups=("sg-9", "sg-1")), group(HTTPS)), says="port 443"),
        Row("no group, so the default one, which is open", FAIL, (service(public=True, groups=()), subnet(), group(HTTPS, name="default"))),
        Row("no group, and the default one is closed", PASS, (service(public=True, groups=()), subnet(), group(name="default"), group(HTTPS, id="sg-2"))),
        Row("no group, and the default one of another account", UNKNOWN, (service(public=True, groups=()), subnet(), group(name="default", vpc="vpc-2")), says="default security group"),
        Row("no service", NOT_APPLICABLE),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("groups are dark", UNKNOWN, (service(public=True),), dark=[SecurityGroup]),
        Row("prefix lists are dark", UNKNOWN, (service(public=True), group(LISTED)), dark=[PrefixList]),
        Row("subnets are dark", UNKNOWN, (service(public=True, groups=()), group(HTTPS, name="default")), dark=[Subnet]),
        Row("load balancers are dark", UNKNOWN, (service(),), dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, (service(),), dark=[ClassicLoadBalancer]),
    ],
    elbv2_internet_facing_has_healthy_target: [
        Row("a healthy target", {"loadbalancer/app/shop/1": PASS}, (*DOOR, listener(), health("healthy", "unhealthy")), says="healthy targets in web: 1"),
        Row("a function without health checks", PASS, (*DOOR, listener(), health("unavailable"))),
        Row("no healthy target", FAIL, (*DOOR, listener(), health("unhealthy", "initial", "draining")), says="no healthy target in web"),
        Row("no target", FAIL, (*DOOR, listener(), health())),
        Row("one of two groups is healthy", PASS, (*DOOR, behind(arn="arn:other", name="other"), listener(), health("healthy"))),
        Row("no listener", FAIL, (*DOOR, health("healthy")), says="no listener"),
        Row("another balancer's listener", FAIL, (*DOOR, listener(balancer="arn:other"), health("healthy"))),
        Row("it only redirects", PASS, (balancer(), listener(actions=("redirect",)))),
        Row("it failed", FAIL, (balancer(state="failed"), behind(), listener(), health("healthy")), says="could not be set up"),
        Row("it is being set up", NO_EVIDENCE, (balancer(state="provisioning"), behind())),
        Row("it lacks what it needs to grow", NO_EVIDENCE, (balancer(state="active_impaired"), behind(), listener(), health("healthy")), says="active_impaired"),
        Row("it lacks that, and has no healthy target", FAIL, (balancer(state="active_impaired"), behind(), listener(), health("unhealthy"))),
        Row("an internal load balancer", NOT_APPLICABLE, (balancer(scheme="internal"),)),
        Row("a Classic one", {"loadbalancer/old": PASS}, (classic(), serving("InService", "OutOfService")), says="in service: 1"),
        Row("a Classic one whose instances do not answer", FAIL, (classic(), serving("OutOfService", "OutOfService")), says="of 2 registered"),
        Row("a Classic one that does not know yet", NO_EVIDENCE, (classic(), serving("Unknown", "OutOfService"))),
        Row("a Classic one that is gone", NOT_APPLICABLE, (classic(),), says="deleted"),
        Row("health of Classic ones is dark", UNKNOWN, (classic(),), dark=[ClassicHealth]),
        Row("a Classic one without instances", FAIL, (classic(instances=()),)),
        Row("a Classic one without a listener", FAIL, (classic(ports=()),)),
        *(
            Row(f"AWS balances {type(door).__name__}", PASS, (door,), says="by AWS itself")
            for door in (REST, HTTP, CALLED, URL, distribution(region=REGION))
        ),
        Row("a private API", NOT_APPLICABLE, (PRIVATE,)),
        Row("a distribution that is off", NOT_APPLICABLE, (distribution(region=REGION, enabled=False),)),
        Row("no way in", NOT_APPLICABLE),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (LoadBalancer, ClassicLoadBalancer, Distribution, RestApi, HttpApi, GraphqlApi, FunctionUrl)
        ),
        Row("listeners are dark", UNKNOWN, (balancer(),), dark=[Listener]),
        Row("target groups are dark", UNKNOWN, (balancer(), listener()), dark=[TargetGroup]),
        Row("health is dark", UNKNOWN, (*DOOR, listener()), dark=[TargetHealth]),
        Row("a healthy target beside one whose health is dark", PASS, (*DOOR, behind(arn="arn:other", name="other"), listener(), health("healthy")), gaps={TargetHealth: [dark_gap(TargetHealth, "arn:other")]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
