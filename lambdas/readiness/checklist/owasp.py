"""Was what people reach over the web looked at for the holes of OWASP's list?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from readiness.checklist.analysed import scanned
from readiness.checklist.doors import Door, is_a_way_in
from readiness.checklist.exposure import group_named, wide_sources
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.on_change import main_languages, run_by, run_of
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.advisories import ADVISORY_TOOLS
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi, RestStage
from readiness.evidence.balancing import LoadBalancer
from readiness.evidence.building import is_unfollowed, steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.code_security import (
    DAST_TOOLS,
    ESLINT,
    ESLINT_SECURITY,
    SAST_TOOLS,
    CodeScanningAlerts,
    ReviewDocument,
)
from readiness.evidence.detection import InspectorStatus
from readiness.evidence.edge import Distribution
from readiness.evidence.firewalls import AclRule, EdgeWebAcl, WebAcl, WebAclAssociation
from readiness.evidence.network import PrefixList, SecurityGroup
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import (
    CiStep,
    CodeScanning,
    DependabotAlerts,
    DependencyManifest,
    Language,
    LastChange,
    Repository,
    UpdateBot,
)
from readiness.evidence.signals import Tool
from readiness.evidence.unseen import known

#: Languages in which nobody writes what answers requests.
_NO_APPLICATIONS = frozenset({"Shell", "Terraform"})


def _no_application(
    repository: Repository, languages: Evidence[Language], language_share: float
) -> str:
    """Say why a repository holds no code of an application, empty where it does."""
    out = left_out(repository)
    if out:
        return out
    if any(each.name not in _NO_APPLICATIONS for each in main_languages(languages, language_share)):
        return ""
    return "has no code of an application"


def _aged(created: Mapping[int, datetime], unit: Unit, alert_days: int) -> str:
    """Name the alerts that are open for too long, the oldest first; empty where none is."""
    late = sorted(
        (moment, number) for number, moment in created.items() if unit.age_days(moment) > alert_days
    )
    named = ", ".join(f"#{number}" for _, number in late[:5])
    more = f" and {len(late) - 5} more" if len(late) > 5 else ""
    if not late:
        return ""
    oldest = counted(round(unit.age_days(late[0][0])), "day")
    return f"{named}{more}, the oldest for {oldest}"


def _ran(tools: tuple[Tool, ...], steps: Iterable[CiStep]) -> Result | None:
    """Return PASS for a step that runs one of these tools; None once all were seen and none does."""
    unfollowed = False
    for step in steps:
        if step.tolerated:
            continue
        tool = run_by(tools, step)
        if tool:
            return passed(f"runs {tool.name} in {run_of(step)}")
        unfollowed = unfollowed or is_unfollowed(step)
    if unfollowed:
        because = "calls tasks from CodeBuild or CodePipeline that are not followed"
        return unknown(Reason.UNDECIDED, because)
    return None


@check(Severity.HIGH)
def repository_sast_in_pipeline(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    manifests: Evidence[DependencyManifest],
    scannings: Evidence[CodeScanning],
    alerts: Evidence[CodeScanningAlerts],
    unit: Unit,
    *,
    days: int = 30,
    alert_days: int = 30,
    language_share: float = 0.10,
) -> Result:
    """Injection and broken access are written into code, and can be read out of it.

    Pass: CI runs CodeQL, Semgrep, Snyk Code, Sonar, Bandit, gosec, Brakeman or their like, or GitHub's
    code scanning has its default setup or an analysis of the last 30 days; and no alert of it that is
    critical or high has been open for more than 30 days. Repositories without code of an application
    are not judged.
    Fix: enable the default setup of code scanning or run Semgrep in CI, and close the alerts.
    See: https://docs.github.com/en/code-security/code-scanning/introduction-to-code-scanning/about-code-scanning
    """
    why = _no_application(repository, languages, language_share)
    if why:
        return not_applicable(why)
    for each in alerts:
        late = _aged(each.created, unit, alert_days)
        if late:
            return failed(f"has open alerts of code scanning that are critical or high: {late}")
    by_host = known(lambda: scanned(scannings, unit, days), None)
    if by_host:
        return by_host
    found = steps_of(repository.arn, steps, projects, pipelines)
    ran = known(lambda: _ran(SAST_TOOLS, found), None)
    if ran and ran.status is Status.PASS:
        return ran
    for step in found:
        if step.command and ESLINT.match(step.command) and not step.tolerated:
            if _has_plugin(manifests):
                return passed(f"runs ESLint with a plugin for security in {run_of(step)}")
            break
    # Nothing that was seen runs: what was taken for absent above must be seen to be so.
    return (
        _ran(SAST_TOOLS, found)
        or scanned(scannings, unit, days)
        or failed("is analysed for security by nothing")
    )


def _has_plugin(manifests: Evidence[DependencyManifest]) -> bool:
    return any(ESLINT_SECURITY.match(name) for each in manifests for name in each.dependencies)


@check(Severity.HIGH)
def repository_dependency_scanning_active(
    repository: Repository,
    languages: Evidence[Language],
    alerts: Evidence[DependabotAlerts],
    bots: Evidence[UpdateBot],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    inspectors: Evidence[InspectorStatus],
    unit: Unit,
    *,
    alert_days: int = 30,
    language_share: float = 0.10,
) -> Result:
    """Most of what runs was written by others, and so were most of its holes.

    Pass: GitHub's Dependabot alerts are on, an update bot is configured, CI asks a database of
    advisories, or Inspector scans images, functions or code in an account of the workload; and no
    critical alert has been open for more than 30 days. Repositories without code of an application are
    not judged.
    Fix: switch Dependabot alerts on, and update what they name.
    See: https://docs.github.com/en/code-security/dependabot/dependabot-alerts/about-dependabot-alerts
    """
    why = _no_application(repository, languages, language_share)
    if why:
        return not_applicable(why)
    for each in alerts:
        late = _aged(each.critical, unit, alert_days)
        if late:
            return failed(f"has open critical alerts of Dependabot: {late}")
        if each.enabled:
            return passed("has Dependabot alerts")
    bot = known(lambda: next(iter(bots), None), None)
    if bot:
        return passed(f"is looked after by the bot of {bot.path}")
    inspected = known(lambda: _inspected(inspectors), "")
    if inspected:
        return passed(f"has its {inspected} scanned by Inspector")
    ran = _ran(ADVISORY_TOOLS, steps_of(repository.arn, steps, projects, pipelines))
    if ran:
        return ran
    # Nothing scans: what was taken for absent above must be seen to be so.
    if any(True for _ in bots) or _inspected(inspectors):
        return passed("has something that looks after what it depends on")
    return failed("is asked by nothing for holes in what it depends on")


_CODE = {
    "ecr": "images",
    "lambda": "functions",
    "lambdaCode": "functions",
    "codeRepository": "code",
}


def _inspected(inspectors: Evidence[InspectorStatus]) -> str:
    """Name what Inspector scans of a solution's code, empty where it does not."""
    return next(
        (
            noun
            for each in inspectors
            for kind, noun in _CODE.items()
            if each.types.get(kind) == "ENABLED"
        ),
        "",
    )


@check(Severity.MEDIUM)
def owasp_review_documented(
    repository: Repository,
    languages: Evidence[Language],
    reviews: Evidence[ReviewDocument],
    changes: Evidence[LastChange],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    doors: Evidence[Door],
    unit: Unit,
    *,
    review_days: int = 365,
    language_share: float = 0.10,
) -> Result:
    """Tools find what has a pattern; who may do what, and what happens if not, somebody has to think of.

    Pass: a threat model, or a review by OWASP's Top 10 or ASVS, lies in the repository and was changed
    within a year; or CI runs a dynamic scan (ZAP, Nuclei and their like). An attestation may link the
    review. A repository without code of an application is not judged where nothing faces the internet.
    Fix: go through the OWASP Top 10 with the team once a year, and keep what you found in
    docs/threat-model.md.
    See: https://owasp.org/www-project-top-ten/
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    why = _no_application(repository, languages, language_share)
    if why and not any(map(is_a_way_in, doors)):
        return not_applicable(f"{why}, and nothing faces the internet")
    recent = known(lambda: _recent(reviews, changes, unit, review_days), None)
    if recent:
        return recent
    ran = _ran(DAST_TOOLS, steps_of(repository.arn, steps, projects, pipelines))
    if ran:
        return ran
    found = _recent(reviews, changes, unit, review_days)
    if found:
        return found
    old = next(iter(reviews), None)
    if old:
        return no_evidence(
            f"has a review in {old.path} that nobody changed within {review_days} days"
        )
    return no_evidence("has neither a threat model nor a review by OWASP's lists")


def _recent(
    reviews: Evidence[ReviewDocument],
    changes: Evidence[LastChange],
    unit: Unit,
    review_days: int,
) -> Result | None:
    for review in reviews:
        change = changes.of(review.arn)
        if change is not None and unit.age_days(change.committed) <= review_days:
            age = counted(round(unit.age_days(change.committed)), "day")
            return passed(f"has a review in {review.path}, changed {age} ago")
    return None


_COMMON = "AWS/AWSManagedRulesCommonRuleSet"
_BESIDE = ("AWS/AWSManagedRulesKnownBadInputsRuleSet", "AWS/AWSManagedRulesSQLiRuleSet")
_OWASP = re.compile(r"(?i)owasp")


@check(Severity.MEDIUM)
def waf_managed_rules_on_public_entry(
    front: LoadBalancer | Distribution | RestStage | GraphqlApi | HttpApi,
    associations: Evidence[WebAclAssociation],
    acls: Evidence[WebAcl],
    edge_acls: Evidence[EdgeWebAcl],
    distributions: Evidence[Distribution],
    apis: Evidence[RestApi],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
) -> Result:
    """A web ACL wins the days between a hole that is known and a release that closes it.

    Pass: the web ACL of the application load balancer, the distribution, the stage or the GraphQL API
    has AWS's common rules and those for known bad inputs or SQL injection, or a group of the
    Marketplace for OWASP's list, and does not merely count what they find. A load balancer whose
    security groups let nobody in from everywhere may stand behind a distribution with such a web ACL.
    Fix: add AWSManagedRulesCommonRuleSet and AWSManagedRulesKnownBadInputsRuleSet to the web ACL, and
    let them block.
    Blind spot: HTTP APIs cannot have a web ACL; only a distribution before them can. A managed group that
    looks at some requests alone (scope-down), or of which single rules merely count, passes.
    See: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
    """
    match front:
        case HttpApi():
            return not_applicable("is an HTTP or WebSocket API, which can have no web ACL")
        case LoadBalancer():
            if front.type != "application":
                return not_applicable(f"is a {front.type} load balancer, which knows no requests")
            if front.scheme == "internal":
                return not_applicable("is internal")
            association = associations.of(front.arn)
            named = association.web_acl if association else ""
            result = _protected(named, association.rules if association else None)
            if result.status is not Status.PASS:
                name = _shield(front, distributions, edge_acls, groups, lists)
                if name:
                    return passed(
                        f"is reached by way of {name} alone, whose web ACL has such rules"
                    )
            return result
        case Distribution():
            if not front.enabled:
                return not_applicable("is switched off")
            edge = edge_acls.of(front.web_acl) if front.web_acl.startswith("arn:") else None
            return _protected(front.web_acl, edge.rules if edge else None)
        case RestStage():
            api = apis.of(front.api)
            if api is not None and api.private:
                return not_applicable("is private")
        case GraphqlApi():
            if front.private:
                return not_applicable("is private")
    found = acls.of(front.web_acl) if front.web_acl.startswith("arn:") else None
    return _protected(front.web_acl, found.rules if found else None)


def _protected(web_acl: str, rules: tuple[AclRule, ...] | None) -> Result:
    """Judge a web ACL; without rules it could not be found."""
    if not web_acl:
        return failed("has no web ACL")
    if not web_acl.startswith("arn:"):
        return failed("has one of WAF Classic, which is retired")
    if rules is None:
        return unknown(Reason.UNDECIDED, f"has the web ACL {web_acl}, which is not found")
    acting = {rule.managed for rule in rules if rule.managed and rule.action != "count"}
    if _COMMON in acting and not acting.isdisjoint(_BESIDE):
        return passed("has a web ACL with AWS's common rules and those beside them")
    ours = next((name for name in sorted(acting) if _of_the_marketplace(name)), "")
    if ours:
        return passed(f"has a web ACL with {ours}")
    counted = {rule.managed for rule in rules if rule.managed and rule.action == "count"}
    if _COMMON in counted or not counted.isdisjoint(_BESIDE):
        return failed("has a web ACL whose managed rules merely count")
    return failed("has a web ACL without the managed rules against OWASP's list")


def _of_the_marketplace(name: str) -> bool:
    return not name.startswith("AWS/") and bool(_OWASP.search(name))


def _shield(
    balancer: LoadBalancer,
    distributions: Evidence[Distribution],
    edge_acls: Evidence[EdgeWebAcl],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
) -> str:
    """Name the distribution that protects a load balancer nobody else reaches, empty where none does."""
    for each in distributions:
        if not each.enabled or not balancer.dns:
            continue
        if all(origin.domain != balancer.dns for origin in each.origins):
            continue
        acl = edge_acls.of(each.web_acl) if each.web_acl.startswith("arn:") else None
        safe = _protected(each.web_acl, acl.rules if acl else None).status is Status.PASS
        if safe and balancer.groups and not _open_to_all(balancer, groups, lists):
            return each.id
    return ""


def _open_to_all(
    balancer: LoadBalancer, groups: Evidence[SecurityGroup], lists: Evidence[PrefixList]
) -> bool:
    return any(
        True
        for name in balancer.groups
        for permission in group_named(name, groups).ingress
        for _ in wide_sources(permission, lists)
    )
