"""Look at load balancers of the second generation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.balancing import (
    BalancerAttributes,
    BalancerOwner,
    InternalRule,
    Listener,
    ListenerRule,
    LoadBalancer,
    SslPolicy,
    Target,
    TargetGroup,
    TargetGroupTags,
    TargetHealth,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of

#: DescribeTags takes this many ARNs.
TAGGED = 20
CLUSTER_TAG = "elbv2.k8s.aws/cluster"


@probe(LoadBalancer, "elbv2.describe_load_balancers")
def load_balancers(aws: Aws) -> Iterator[LoadBalancer]:
    for each in aws.pages("elbv2.describe_load_balancers", "LoadBalancers"):
        yield LoadBalancer(
            arn=each["LoadBalancerArn"],
            name=each["LoadBalancerName"],
            type=each["Type"],
            scheme=each.get("Scheme", ""),
            created=each["CreatedTime"],
            zones=tuple(zone["ZoneName"] for zone in each.get("AvailabilityZones") or ()),
            state=each["State"]["Code"],
            dns=each.get("DNSName", "").lower(),
            groups=tuple(each.get("SecurityGroups") or ()),
        )


@probe(BalancerOwner, "elbv2.describe_tags")
def balancer_owners(aws: Aws, balancers: Evidence[LoadBalancer]) -> Iterator[BalancerOwner]:
    for arn, tags in _tags(aws, [each.arn for each in balancers]):
        if CLUSTER_TAG in tags:
            yield BalancerOwner(arn=arn, cluster=tags[CLUSTER_TAG])


@probe(TargetGroupTags, "elbv2.describe_tags")
def target_group_tags(aws: Aws, groups: Evidence[TargetGroup]) -> Iterator[TargetGroupTags]:
    for arn, tags in _tags(aws, [each.arn for each in groups]):
        yield TargetGroupTags(arn=arn, tags=tags)


def _tags(aws: Aws, arns: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    for first in range(0, len(arns), TAGGED):
        batch = arns[first : first + TAGGED]
        for each in aws.pages("elbv2.describe_tags", "TagDescriptions", ResourceArns=batch):
            yield each["ResourceArn"], tags_of(each)


#: What was just listed may be gone.
_NO_BALANCER = ("LoadBalancerNotFound",)
_NO_GROUP = ("TargetGroupNotFound",)
_NO_LISTENER = ("ListenerNotFound",)


@probe(Listener, "elbv2.describe_listeners")
def listeners(aws: Aws, balancers: Evidence[LoadBalancer]) -> Iterator[Listener | Gap]:
    def look(balancer: LoadBalancer) -> Iterator[Listener]:
        for each in aws.pages(
            "elbv2.describe_listeners",
            "Listeners",
            absent=_NO_BALANCER,
            LoadBalancerArn=balancer.arn,
        ):
            actions = _in_order(each.get("DefaultActions") or ())
            yield Listener(
                arn=each["ListenerArn"],
                balancer=balancer.arn,
                port=each.get("Port"),
                protocol=each.get("Protocol", ""),
                actions=tuple(action["Type"] for action in actions),
                tls_policy=each.get("SslPolicy", ""),
                redirects_to_https=_redirects_to_https(actions),
                lets_anyone_in=_lets_anyone_in(actions),
                verifies_clients=(each.get("MutualAuthentication") or {}).get("Mode") == "verify",
                target_groups=tuple(dict.fromkeys(_groups(actions))),
            )

    yield from aws.each(balancers, look)


def _redirects_to_https(actions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an action sends clients to HTTPS by name: `#{protocol}` sends HTTP to HTTP."""
    return any(
        (action.get("RedirectConfig") or {}).get("Protocol") == "HTTPS" for action in actions
    )


def _groups(actions: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for action in actions:
        if "TargetGroupArn" in action:
            yield action["TargetGroupArn"]
        for each in (action.get("ForwardConfig") or {}).get("TargetGroups") or ():
            yield each["TargetGroupArn"]


def _lets_anyone_in(actions: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an action that authenticates hands on what it could not authenticate."""
    return any(
        (action.get(config) or {}).get("OnUnauthenticatedRequest") == "allow"
        for action in actions
        for config in ("AuthenticateOidcConfig", "AuthenticateCognitoConfig")
    )


def _rules(aws: Aws, listener: Listener) -> Iterator[tuple[Any, list[Mapping[str, Any]]]]:
    """Yield the rules of a listener beside its default, each with its actions in order."""
    for each in aws.pages(
        "elbv2.describe_rules", "Rules", absent=_NO_LISTENER, ListenerArn=listener.arn
    ):
        if not each["IsDefault"]:
            yield each, _in_order(each.get("Actions") or ())


@probe(ListenerRule, "elbv2.describe_rules")
def listener_rules(
    aws: Aws, balancers: Evidence[LoadBalancer], listeners: Evidence[Listener]
) -> Iterator[ListenerRule | Gap]:
    facing = {
        each.arn
        for each in balancers.seen
        if each.type == "application" and each.scheme == "internet-facing"
    }

    def look(listener: Listener) -> Iterator[ListenerRule]:
        if listener.balancer not in facing:
            return
        for each, actions in _rules(aws, listener):
            yield ListenerRule(
                arn=each["RuleArn"],
                listener=listener.arn,
                balancer=listener.balancer,
                paths=tuple(_paths(each.get("Conditions") or ())),
                actions=tuple(action["Type"] for action in actions),
                lets_anyone_in=_lets_anyone_in(actions),
                redirects_to_https=_redirects_to_https(actions),
            )

    yield from aws.each(listeners, look)


@probe(InternalRule, "elbv2.describe_rules")
def internal_rules(
    aws: Aws, balancers: Evidence[LoadBalancer], listeners: Evidence[Listener]
) -> Iterator[InternalRule | Gap]:
    # Those of load balancers on the internet are asked for with all their other rules.
    inside = {
        each.arn
        for each in balancers.seen
        if each.type == "application" and each.scheme != "internet-facing"
    }

    def look(listener: Listener) -> Iterator[InternalRule]:
        if listener.balancer not in inside or listener.protocol != "HTTP":
            return
        for each, actions in _rules(aws, listener):
            yield InternalRule(
                arn=each["RuleArn"],
                listener=listener.arn,
                actions=tuple(action["Type"] for action in actions),
                redirects_to_https=_redirects_to_https(actions),
            )

    yield from aws.each(listeners, look)


@probe(SslPolicy, "elbv2.describe_ssl_policies")
def ssl_policies(aws: Aws, listeners: Evidence[Listener]) -> Iterator[SslPolicy | Gap]:
    if any(each.tls_policy for each in listeners.seen):
        for each in aws.pages("elbv2.describe_ssl_policies", "SslPolicies"):
            yield SslPolicy(
                arn=aws.arn("elasticloadbalancing", f"ssl-policy/{each['Name']}"),
                name=each["Name"],
                protocols=tuple(each.get("SslProtocols") or ()),
            )


def _in_order(actions: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(actions, key=lambda each: int(each.get("Order", 0)))


def _paths(conditions: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for each in conditions:
        if each.get("Field") == "path-pattern":
            config = each.get("PathPatternConfig") or {}
            patterns = (
                *(each.get("Values") or ()),
                *(config.get("Values") or ()),
                *(each.get("RegexValues") or ()),
                *(config.get("RegexValues") or ()),
            )
            yield from dict.fromkeys(patterns)  # the old and the new form say the same


@probe(TargetGroup, "elbv2.describe_target_groups")
def target_groups(aws: Aws) -> Iterator[TargetGroup]:
    for each in aws.pages("elbv2.describe_target_groups", "TargetGroups"):
        yield TargetGroup(
            arn=each["TargetGroupArn"],
            name=each["TargetGroupName"],
            type=each["TargetType"],
            protocol=each.get("Protocol", ""),
            vpc=each.get("VpcId", ""),
            balancers=tuple(each.get("LoadBalancerArns") or ()),
            port=each.get("Port"),
        )


@probe(TargetHealth, "elbv2.describe_target_health")
def target_health(aws: Aws, groups: Evidence[TargetGroup]) -> Iterator[TargetHealth | Gap]:
    def look(group: TargetGroup) -> Iterator[TargetHealth]:
        if not group.balancers:
            return
        answer = aws.call(
            "elbv2.describe_target_health", absent=_NO_GROUP, TargetGroupArn=group.arn
        )
        if answer is not None:
            listed = answer.get("TargetHealthDescriptions") or ()
            yield TargetHealth(arn=group.arn, targets=tuple(map(_target, listed)))

    yield from aws.each(groups, look)


def _target(each: Mapping[str, Any]) -> Target:
    return Target(
        id=each["Target"]["Id"],
        zone=each["Target"].get("AvailabilityZone", ""),
        state=each["TargetHealth"]["State"],
    )


@probe(BalancerAttributes, "elbv2.describe_load_balancer_attributes")
def balancer_attributes(
    aws: Aws, balancers: Evidence[LoadBalancer]
) -> Iterator[BalancerAttributes | Gap]:
    def look(balancer: LoadBalancer) -> Iterator[BalancerAttributes]:
        answer = aws.call(
            "elbv2.describe_load_balancer_attributes",
            absent=_NO_BALANCER,
            LoadBalancerArn=balancer.arn,
        )
        if answer is not None:
            said = tags_of(answer, "Attributes")
            yield BalancerAttributes(
                arn=balancer.arn,
                # The zones of an application load balancer always share their traffic.
                cross_zone=balancer.type == "application"
                or said.get("load_balancing.cross_zone.enabled") == "true",
                access_log=said.get("access_logs.s3.enabled") == "true",
            )

    yield from aws.each(balancers, look)
