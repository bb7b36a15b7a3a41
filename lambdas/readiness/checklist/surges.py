"""Does what faces the internet take a sudden crowd?

The checks of "Scalability in place for sudden increase in incoming network traffic".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.checklist.doors import is_a_way_in
from readiness.checklist.elasticity import (
    cluster_lacks,
    cluster_of,
    group_lacks,
    scalable_target,
    service_lacks,
)
from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence
from readiness.evidence.apis import GraphqlApi, HttpApi, HttpStage, RestApi, RestStage
from readiness.evidence.balancing import (
    ClassicLoadBalancer,
    LoadBalancer,
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
from readiness.evidence.functions import Concurrency, ConcurrencyPeak, FunctionUrl, LambdaFunction
from readiness.evidence.scaling import AutoScalingGroup, GroupPolicy, ScalableTarget, TargetPolicy


@check(Severity.HIGH)
def elbv2_public_target_group_scaling_headroom(
    group: TargetGroup,
    balancers: Evidence[LoadBalancer],
    groups: Evidence[AutoScalingGroup],
    group_policies: Evidence[GroupPolicy],
    services: Evidence[EcsService],
    targets: Evidence[ScalableTarget],
    policies: Evidence[TargetPolicy],
    tags: Evidence[TargetGroupTags],
    clusters: Evidence[EksDescription],
    nodes: Evidence[EksNodegroup],
    instances: Evidence[Instance],
    everything: Evidence[TargetGroup],
    health: Evidence[TargetHealth],
) -> Result:
    """A front door takes any crowd; behind it there is room only if something makes it.

    Pass: the target group of a load balancer on the internet leads to an Auto Scaling group or an ECS
    service with a dynamic policy and a maximum above what it runs now, to a function, or to an EKS
    cluster whose nodes scale. A target group without targets is left out.
    Fix: raise the maximum above the present number and add a target tracking policy; a schedule alone
    is no answer to the unexpected.
    Blind spot: how the pods of a cluster scale is not seen.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
    """
    if not _is_reached(group, balancers, everything, health):
        return not_applicable("serves no load balancer on the internet")
    if group.type == "lambda":
        return passed("leads to a function, which scales by itself")
    if group.type == "alb":
        return not_applicable("leads to a load balancer, whose own target groups are judged")

    def lack_of(behind: AutoScalingGroup | EcsService) -> str:
        if isinstance(behind, AutoScalingGroup):
            return _group_headroom(behind, group_policies)
        return _service_headroom(behind, targets, policies)

    def judge_cluster(name: str) -> Result:
        found = next(iter(clusters.about(name, "name")), None)
        if found is None:
            return no_evidence(f"leads to the EKS cluster {name}, which is not in the region")
        if lack := cluster_lacks(found, nodes, groups, instances):
            return failed(f"leads to the EKS cluster {name}, which {lack}")
        return passed(f"leads to the EKS cluster {name}, whose nodes scale")

    there: list[AutoScalingGroup | EcsService] = []
    for behind in groups | services:
        if group.arn in behind.target_groups:
            there.append(behind)
            # Half of a deployment in two colors stands idle: what runs now decides.
            if behind.desired and not _cluster_behind(behind) and not lack_of(behind):
                return passed(f"leads to {behind.name}, which scales and has room to")
    for behind in [each for each in there if each.desired] or there:
        if cluster := _cluster_behind(behind):
            return judge_cluster(cluster)
        if lack := lack_of(behind):
            return failed(f"leads to {behind.name}, which {lack}")
        return passed(f"leads to {behind.name}, which scales and has room to")
    tagged = tags.of(group.arn)
    if tagged and (cluster := cluster_of(tagged.tags)):
        return judge_cluster(cluster)
    registered = health.of(group.arn)
    if not (registered and registered.targets):
        return not_applicable("has no target")
    return failed("leads to targets that were registered by hand, and does not scale")


def _cluster_behind(behind: AutoScalingGroup | EcsService) -> str:
    """Return the EKS cluster that a group's machines belong to, which scales them in its own way."""
    return cluster_of(behind.tags) if isinstance(behind, AutoScalingGroup) else ""


def _is_reached(
    group: TargetGroup,
    balancers: Evidence[LoadBalancer],
    everything: Evidence[TargetGroup],
    health: Evidence[TargetHealth],
) -> bool:
    """Whether the internet reaches a target group, be it by two load balancers in a row."""
    if any(_is_on_the_internet(arn, balancers) for arn in group.balancers):
        return True
    for front in everything.about("alb", "type") if group.balancers else ():
        if any(_is_on_the_internet(arn, balancers) for arn in front.balancers):
            registered = health.of(front.arn)
            if registered and any(each.id in group.balancers for each in registered.targets):
                return True
    return False


def _is_on_the_internet(arn: str, balancers: Evidence[LoadBalancer]) -> bool:
    balancer = balancers.of(arn)
    return balancer is not None and balancer.scheme == "internet-facing"


def _group_headroom(group: AutoScalingGroup, policies: Evidence[GroupPolicy]) -> str:
    needed = ("Launch", "AlarmNotification", "AddToLoadBalancer")
    lack = group_lacks(group, policies, needed=needed)
    if not lack and group.maximum <= group.desired:
        return f"already runs the {group.maximum} instances that it may"
    return lack


def _service_headroom(
    service: EcsService, targets: Evidence[ScalableTarget], policies: Evidence[TargetPolicy]
) -> str:
    lack = service_lacks(service, targets, policies)
    target = scalable_target(service, targets)
    if not lack and target is not None and target.maximum <= service.desired:
        return f"already runs the {target.maximum} tasks that it may"
    return lack


@check(Severity.MEDIUM)
def ingress_rate_limit_configured(
    front: LoadBalancer | Distribution | RestStage | HttpStage,
    associations: Evidence[WebAclAssociation],
    rule_groups: Evidence[RuleGroup],
    edge_acls: Evidence[EdgeWebAcl],
    edge_rule_groups: Evidence[EdgeRuleGroup],
    apis: Evidence[RestApi],
) -> Result:
    """Without a limit one caller may take what all of them share.

    Pass: the web ACL of an application load balancer on the internet, or of a distribution, has a
    rate-based rule, itself or in a rule group of the customer, that blocks, challenges or asks for a
    CAPTCHA. A stage of an API passes: it has a limit of its own, or shares the account's default.
    Fix: add a rate-based rule to the web ACL, or a throttling limit to the stage.
    Blind spot: what managed rule groups of AWS or of vendors limit is not seen.
    See: https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
    """
    match front:
        case RestStage() | HttpStage():
            if isinstance(front, RestStage) and (api := apis.of(front.api)) and api.private:
                return not_applicable("is private")
            if front.throttled:
                return passed("has a rate limit of its own")
            return passed("has no rate limit of its own: all APIs share the account's default")
        case Distribution():
            if not front.enabled:
                return not_applicable("is switched off")
            if not front.web_acl.startswith("arn:"):
                return failed(
                    "has a web ACL of WAF Classic, which AWS has ended"
                    if front.web_acl
                    else "has no web ACL"
                )
            acl = edge_acls.of(front.web_acl)
            rules = acl.rules if acl else ()
            limited = _limits(rules, edge_rule_groups)
        case LoadBalancer():
            if front.type != "application":
                return not_applicable(f"is a {front.type} load balancer, which knows no requests")
            if front.scheme != "internet-facing":
                return not_applicable("is internal")
            association = associations.of(front.arn)
            if association is None:
                return gone()
            if not association.web_acl:
                return failed("has no web ACL")
            limited = _limits(association.rules, rule_groups)
    if limited:
        return passed("has a web ACL that limits how much one caller may send")
    return failed("has a web ACL without a rate-based rule that acts")


def _limits(
    rules: tuple[AclRule, ...], groups: Evidence[RuleGroup] | Evidence[EdgeRuleGroup]
) -> bool:
    acting = ("block", "challenge", "captcha")
    if any(rule.rate_based and rule.action in acting for rule in rules):
        return True
    return any(
        inner.rate_based and rule.overrides.get(inner.name, inner.action) in acting
        for rule in rules
        if rule.group and rule.action == "none" and (group := groups.of(rule.group))
        for inner in group.rules
    )


@check(Severity.MEDIUM)
def lambda_account_concurrency_headroom(
    concurrency: Concurrency,
    functions: Evidence[LambdaFunction],
    peaks: Evidence[ConcurrencyPeak],
    doors: Evidence[
        LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | GraphqlApi | FunctionUrl
    ],
    distributions: Evidence[Distribution],
    *,
    lambda_min_concurrency: int = 1000,
    used_share: float = 0.8,
    min_unreserved: int = 100,
) -> Result:
    """All functions of a region share one limit, ten in a young account; beyond it calls are refused.

    Pass: the limit is at least 1000, at most 80 percent of it was in use within 14 days, and at
    least 100 of it are reserved for no function.
    Fix: ask Service Quotas for more concurrent executions, or reserve fewer of them.
    See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    """
    if not any(True for _ in functions):
        return not_applicable("has no function")
    if not any(is_a_way_in(door) for door in doors | distributions):
        return not_applicable("has functions that nothing on the internet leads to")
    limit = concurrency.limit
    if limit < lambda_min_concurrency:
        return failed(f"is limited to {limit} at once, fewer than {lambda_min_concurrency}")
    if concurrency.unreserved < min_unreserved:
        return failed(f"leaves {concurrency.unreserved} unreserved, fewer than {min_unreserved}")
    peak = peaks.of(concurrency.arn)
    highest = peak.highest if peak and peak.highest else 0
    told = f"reached {highest:.0f} at once within 14 days, of {limit}"
    return failed(told) if highest > limit * used_share else passed(told)
