"""Look at web ACLs: each that is used once, and the rule groups that it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.apis import GraphqlApi, RestStage
from readiness.evidence.balancing import LoadBalancer
from readiness.evidence.edge import Distribution
from readiness.evidence.firewalls import (
    AclRule,
    EdgeRuleGroup,
    EdgeWebAcl,
    RuleGroup,
    WebAcl,
    WebAclAssociation,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

GONE = ("WAFNonexistentItemException",)


@probe(WebAclAssociation, "wafv2.get_web_acl_for_resource")
def associations(aws: Aws, balancers: Evidence[LoadBalancer]) -> Iterator[WebAclAssociation | Gap]:
    def look(balancer: LoadBalancer) -> Iterator[WebAclAssociation]:
        if balancer.type != "application" or balancer.scheme != "internet-facing":
            return
        answer = aws.call("wafv2.get_web_acl_for_resource", absent=GONE, ResourceArn=balancer.arn)
        if answer is None:
            return
        acl = answer.get("WebACL") or {}
        yield WebAclAssociation(
            arn=balancer.arn, web_acl=acl.get("ARN", ""), rules=tuple(_rules(acl))
        )

    yield from aws.each(balancers, look)


@probe(WebAcl, "wafv2.get_web_acl")
def web_acls(
    aws: Aws, stages: Evidence[RestStage], apis: Evidence[GraphqlApi]
) -> Iterator[WebAcl | Gap]:
    for found in _acls(aws, (each.web_acl for each in (stages | apis).seen), "REGIONAL"):
        yield found if isinstance(found, Gap) else WebAcl(arn=found[0], rules=found[1])
    yield from (replace(gap, resource="") for gap in (stages | apis).gaps)


@probe(EdgeWebAcl, "wafv2.get_web_acl")
def edge_web_acls(aws: Aws, distributions: Evidence[Distribution]) -> Iterator[EdgeWebAcl | Gap]:
    for found in _acls(aws, (each.web_acl for each in distributions.seen), "CLOUDFRONT"):
        yield found if isinstance(found, Gap) else EdgeWebAcl(arn=found[0], rules=found[1])
    yield from (replace(gap, resource="") for gap in distributions.gaps)


def _acls(
    aws: Aws, named: Iterable[str], scope: str
) -> Iterator[tuple[str, tuple[AclRule, ...]] | Gap]:
    def look(arn: str) -> Iterator[tuple[str, tuple[AclRule, ...]]]:
        *_, name, identity = arn.split("/")
        answer = aws.call("wafv2.get_web_acl", absent=GONE, Name=name, Scope=scope, Id=identity)
        if answer is not None:
            yield arn, tuple(_rules(answer["WebACL"]))

    yield from aws.each(_distinct(named), look, arn=str)


@probe(RuleGroup, "wafv2.get_rule_group")
def rule_groups(
    aws: Aws, acls: Evidence[WebAcl], associations: Evidence[WebAclAssociation]
) -> Iterator[RuleGroup | Gap]:
    both = acls | associations
    for found in _groups(aws, (each.rules for each in both.seen)):
        yield found if isinstance(found, Gap) else RuleGroup(arn=found[0], rules=found[1])
    yield from (replace(gap, resource="") for gap in both.gaps)


@probe(EdgeRuleGroup, "wafv2.get_rule_group")
def edge_rule_groups(aws: Aws, acls: Evidence[EdgeWebAcl]) -> Iterator[EdgeRuleGroup | Gap]:
    for found in _groups(aws, (each.rules for each in acls.seen)):
        yield found if isinstance(found, Gap) else EdgeRuleGroup(arn=found[0], rules=found[1])
    yield from (replace(gap, resource="") for gap in acls.gaps)


def _groups(
    aws: Aws, rules: Iterable[tuple[AclRule, ...]]
) -> Iterator[tuple[str, tuple[AclRule, ...]] | Gap]:
    def look(arn: str) -> Iterator[tuple[str, tuple[AclRule, ...]]]:
        answer = aws.call("wafv2.get_rule_group", absent=GONE, ARN=arn)
        if answer is not None:
            yield arn, tuple(_rules(answer["RuleGroup"]))

    named = (rule.group for each in rules for rule in each)
    yield from aws.each(_distinct(named), look, arn=str)


def _distinct(named: Iterable[str]) -> Any:
    """Return each ARN once; what is no ARN is a web ACL of WAF Classic, which answers elsewhere."""
    return dict.fromkeys(arn for arn in named if arn.startswith("arn:"))


def _rules(acl: Mapping[str, Any]) -> Iterator[AclRule]:
    for each in acl.get("Rules") or ():
        yield _rule(each, each["Statement"])
    for place in ("PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups"):
        for each in acl.get(place) or ():
            yield _rule(each, each["FirewallManagerStatement"])


def _rule(each: Mapping[str, Any], statement: Mapping[str, Any]) -> AclRule:
    managed = statement.get("ManagedRuleGroupStatement") or {}
    # A group has no action of its own: its rules act, unless all of them are only counted.
    action = each.get("Action") or each.get("OverrideAction") or {"None": {}}
    return AclRule(
        name=each["Name"],
        action=next(iter(action)).lower(),
        rate_based=_has_rate(statement),
        managed=f"{managed['VendorName']}/{managed['Name']}" if managed else "",
        group=(statement.get("RuleGroupReferenceStatement") or {}).get("ARN", ""),
        overrides=_overrides(statement),
    )


def _overrides(statement: Mapping[str, Any]) -> dict[str, str]:
    """Return what a web ACL lets rules of a group do instead of what they say."""
    grouped = (
        statement.get("RuleGroupReferenceStatement")
        or statement.get("ManagedRuleGroupStatement")
        or {}
    )
    return {each["Name"]: "count" for each in grouped.get("ExcludedRules") or ()} | {
        each["Name"]: next(iter(each["ActionToUse"])).lower()
        for each in grouped.get("RuleActionOverrides") or ()
    }


def _has_rate(statement: Mapping[str, Any]) -> bool:
    if "RateBasedStatement" in statement:
        return True
    inner = [
        *((statement.get("AndStatement") or {}).get("Statements") or ()),
        *((statement.get("OrStatement") or {}).get("Statements") or ()),
    ]
    return any(map(_has_rate, inner))
