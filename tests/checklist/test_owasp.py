"""What the checks of OWASP's list say: of analysis, dependencies, reviews and web ACLs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check, Status
from readiness.checklist.owasp import (
    owasp_review_documented,
    repository_dependency_scanning_active,
    repository_sast_in_pipeline,
    waf_managed_rules_on_public_entry,
)
from readiness.evidence import Gap, Reason
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.code_security import CodeScanningAlerts, ReviewDocument, is_review
from readiness.evidence.detection import InspectorStatus
from readiness.evidence.edge import Distribution
from readiness.evidence.firewalls import AclRule, EdgeWebAcl, WebAcl, WebAclAssociation
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.network import PrefixList, SecurityGroup
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import (
    CiStep,
    CodeScanning,
    DependabotAlerts,
    DependencyManifest,
    Language,
    LastChange,
    Provider,
    Repository,
    UpdateBot,
)
from tests.checklist.test_encryption import arn
from tests.checklist.test_exposure import permission, prefix_list
from tests.checklist.test_networking import HTTPS as OPEN_443
from tests.checklist.test_networking import group
from tests.checklist.test_networking_names import HTTP, REST
from tests.checklist.test_transport import balancer, classic, distribution, origin
from tests.repositories.records import SHOP, language, repository, step
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
)
from tests.verdicts import verdict_of

CODE = (repository(), language())
FOLDER = repository(provider=Provider.FOLDER)
INFRA = (repository(), language("Terraform"))
UNSUPPORTED = (Gap(reason=Reason.PROVIDER_UNSUPPORTED),)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def holes(**days: float) -> CodeScanningAlerts:
    created = {int(number[1:]): ago(each) for number, each in days.items()}
    return CodeScanningAlerts(arn=SHOP, created=created)


def scanning(newest: float | None = None, *, configured: bool = False) -> CodeScanning:
    moment = None if newest is None else ago(newest)
    return CodeScanning(arn=SHOP, configured=configured, newest=moment)


def dependabot(enabled: bool = True, **days: float) -> DependabotAlerts:
    created = {int(number[1:]): ago(each) for number, each in days.items()}
    return DependabotAlerts(arn=SHOP, enabled=enabled, critical=created)


def needs(*names: str) -> DependencyManifest:
    return DependencyManifest(
        repository=SHOP, path="package.json", ecosystem="npm", dependencies=names
    )


def inspector(**types: str) -> InspectorStatus:
    return InspectorStatus(arn=arn("inspector2", "status"), types=types)


def project(command: str) -> BuildProject:
    return BuildProject(
        arn=arn("codebuild", "project/shop"),
        name="shop",
        source="GITHUB",
        location="https://github.com/acme/shop.git",
        buildspec="inline",
        commands=(BuildCommand(phase="build", command=command, tolerated=""),),
        webhook=True,
        webhook_events=("PUSH",),
        runner=False,
        created=NOW,
    )


BOT = UpdateBot(repository=SHOP, path=".github/dependabot.yml")
REVIEW = ReviewDocument(repository=SHOP, path="docs/threat-model.md")
DOOR = balancer()
COMMON = AclRule(name="c", action="none", managed="AWS/AWSManagedRulesCommonRuleSet")
INPUTS = AclRule(name="i", action="none", managed="AWS/AWSManagedRulesKnownBadInputsRuleSet")
SQL = AclRule(name="s", action="none", managed="AWS/AWSManagedRulesSQLiRuleSet")
BOUGHT = AclRule(name="o", action="none", managed="F5/F5-OWASP_Managed")
ACL = "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1"


def changed(days: float, path: str = REVIEW.path) -> LastChange:
    return LastChange(repository=SHOP, path=path, committed=ago(days))


def counted(*rules: AclRule) -> tuple[AclRule, ...]:
    return tuple(replace(each, action="count") for each in rules)


def associated(*rules: AclRule, web_acl: str = ACL) -> WebAclAssociation:
    return WebAclAssociation(arn=DOOR.arn, web_acl=web_acl, rules=rules)


def stage(web_acl: str = ACL) -> RestStage:
    return RestStage(
        arn=f"{REST.arn}/stages/live", api=REST.arn, name="live", throttled=True, web_acl=web_acl
    )


def graphql(*, private: bool = False) -> GraphqlApi:
    return GraphqlApi(
        arn=arn("appsync", "apis/g1"),
        name="g",
        private=private,
        authentication=("API_KEY",),
        web_acl=ACL,
    )


SAFE = WebAcl(arn=ACL, rules=(COMMON, INPUTS))
EDGE = distribution(web_acl=ACL)
EDGE_ACL = EdgeWebAcl(arn=ACL, rules=(COMMON, SQL))
BEHIND = replace(DOOR, dns="shop-1.elb.amazonaws.com", groups=("sg-1",))
BEFORE = replace(EDGE, origins=(origin(domain=BEHIND.dns),))
CLOSED = group(permission(prefix_lists=("pl-1",)))
CLOUDFRONT = prefix_list(aws=True)
SHIELD = (BEHIND, BEFORE, EDGE_ACL, associated(web_acl=""))


def the(found: str, status: Status, **others: Status) -> dict[str, Status]:
    """Expect a status of the load balancer, and of what else is judged."""
    return {found: status, **{name.replace("_", "/"): each for name, each in others.items()}}


LB, E1 = "loadbalancer/app/web/1", "distribution/E1"
STEPS = (CiStep, BuildProject, Pipeline)
DOORS = (
    *(LoadBalancer, ClassicLoadBalancer, RestApi, HttpApi, GraphqlApi, FunctionUrl, Distribution),
)

ROWS: dict[Check[..., Any], list[Row]] = {
    repository_sast_in_pipeline: [
        Row("CodeQL", PASS, [*CODE, step(uses="github/codeql-action/analyze")], says="runs CodeQL"),
        Row("Semgrep", PASS, [*CODE, step("semgrep ci")]),
        Row("Bandit as a hook", PASS, [*CODE, step(hook="bandit")]),
        Row("on a schedule is enough", PASS, [*CODE, step("semgrep ci", on_change=False)]),
        Row("in CodeBuild", PASS, [*CODE, project("snyk code test")]),
        Row("ESLint with a plugin", PASS, [*CODE, step("eslint src"), needs("eslint-plugin-security")], says="plugin"),
        Row("ESLint without one", FAIL, [*CODE, step("eslint src"), needs("eslint-plugin-react")]),
        Row("a plugin that nothing runs", FAIL, [*CODE, needs("eslint-plugin-security")]),
        Row("the default setup", PASS, [*CODE, scanning(configured=True)]),
        Row("an analysis of this month", PASS, [*CODE, scanning(29)], says="29 days ago"),
        Row("an analysis of last month", FAIL, [*CODE, scanning(31)]),
        Row("a step whose failure is tolerated still fails", FAIL, [*CODE, step("semgrep ci", tolerated="|| true")]),
        Row("a type checker is none", FAIL, [*CODE, step("mypy src"), step("ruff check")]),
        Row("nothing", FAIL, [*CODE], says="by nothing"),
        Row("an old alert", FAIL, [*CODE, step("semgrep ci"), holes(n7=31)], says="#7, the oldest for 31 days"),
        Row("many old alerts", FAIL, [*CODE, holes(n1=40, n2=90, n3=50, n4=60, n5=70, n6=80)], says="#2, #6, #5, #4, #3 and 1 more, the oldest for 90 days"),
        Row("a young alert", PASS, [*CODE, step("semgrep ci"), holes(n7=29)]),
        Row("an alert as old as the option allows", PASS, [*CODE, step("semgrep ci"), holes(n7=40)], options={"alert_days": 60}),
        Row("a task of CodeBuild that is not followed", UNKNOWN, [*CODE, project("make ci")], says="not followed"),
        Row("a task that is not followed, and a step", PASS, [*CODE, project("make ci"), step("semgrep ci")]),
        Row("infrastructure code alone", NOT_APPLICABLE, [*INFRA], says="no code of an application"),
        Row("archived", NOT_APPLICABLE, [repository(archived=True), language()]),
        Row("a folder shows no alerts", UNKNOWN, [FOLDER, language(), step("semgrep ci")], gaps={CodeScanningAlerts: UNSUPPORTED}, says="provider unsupported"),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("languages are dark", UNKNOWN, [repository()], dark=[Language]),
        Row("alerts are dark", UNKNOWN, [*CODE, step("semgrep ci")], dark=[CodeScanningAlerts]),
        Row("scanning is dark, a step is not", PASS, [*CODE, step("semgrep ci")], dark=[CodeScanning]),
        Row("scanning is dark", UNKNOWN, [*CODE], dark=[CodeScanning]),
        Row("manifests are dark where they decide", UNKNOWN, [*CODE, step("eslint src")], dark=[DependencyManifest]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, [*CODE], dark=[kind]) for kind in STEPS),
    ],
    repository_dependency_scanning_active: [
        Row("alerts are on", PASS, [*CODE, dependabot()]),
        Row("a bot", PASS, [*CODE, BOT, dependabot(enabled=False)], says=".github/dependabot.yml"),
        Row("a step", PASS, [*CODE, step("npm audit"), dependabot(enabled=False)], says="npm audit"),
        Row("Inspector looks at images", PASS, [*CODE, inspector(ecr="ENABLED")], says="images scanned by Inspector"),
        Row("Inspector looks at functions", PASS, [*CODE, inspector(**{"lambda": "ENABLED"})]),
        Row("Inspector looks at instances alone", FAIL, [*CODE, inspector(ec2="ENABLED", ecr="DISABLED")]),
        Row("nothing", FAIL, [*CODE, dependabot(enabled=False)], says="by nothing"),
        Row("a step whose failure is tolerated", FAIL, [*CODE, step("npm audit", tolerated="|| true")]),
        Row("an old critical alert", FAIL, [*CODE, dependabot(n3=45), BOT], says="#3, the oldest for 45 days"),
        Row("a young critical alert", PASS, [*CODE, dependabot(n3=5)]),
        Row("a task of CodeBuild that is not followed", UNKNOWN, [*CODE, project("make ci")]),
        Row("infrastructure code alone", NOT_APPLICABLE, [*INFRA]),
        Row("a folder shows no alerts", UNKNOWN, [FOLDER, language(), BOT], gaps={DependabotAlerts: UNSUPPORTED}, says="provider unsupported"),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("languages are dark", UNKNOWN, [repository()], dark=[Language]),
        Row("alerts are dark", UNKNOWN, [*CODE, BOT], dark=[DependabotAlerts]),
        Row("bots are dark, a step is not", PASS, [*CODE, step("npm audit")], dark=[UpdateBot]),
        Row("bots are dark", UNKNOWN, [*CODE], dark=[UpdateBot]),
        Row("Inspector is dark", UNKNOWN, [*CODE], dark=[InspectorStatus]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, [*CODE], dark=[kind]) for kind in STEPS),
    ],
    owasp_review_documented: [
        Row("a review of this year", PASS, [*CODE, REVIEW, changed(364)], says="docs/threat-model.md, changed 364 days ago"),
        Row("an old one", NO_EVIDENCE, [*CODE, REVIEW, changed(366)], says="nobody changed within 365"),
        Row("an old one, as the option allows", PASS, [*CODE, REVIEW, changed(366)], options={"review_days": 400}),
        Row("one without a date", NO_EVIDENCE, [*CODE, REVIEW]),
        Row("the second is of this year", PASS, [*CODE, REVIEW, changed(500), ReviewDocument(repository=SHOP, path="docs/asvs.md"), changed(3, "docs/asvs.md")]),
        Row("a dynamic scan", PASS, [*CODE, step(uses="zaproxy/action-baseline")], says="runs ZAP"),
        Row("nothing", NO_EVIDENCE, [*CODE], says="neither a threat model"),
        Row("a task of CodeBuild that is not followed", UNKNOWN, [*CODE, project("make ci")]),
        Row("infrastructure code, and nothing faces the internet", NOT_APPLICABLE, [*INFRA, balancer(scheme="internal"), replace(REST, private=True), distribution(enabled=False)], says="nothing faces"),
        Row("infrastructure code, and something does", NO_EVIDENCE, [*INFRA, DOOR]),
        Row("infrastructure code of an API", NO_EVIDENCE, [*INFRA, HTTP]),
        Row("infrastructure code of a Classic load balancer", NO_EVIDENCE, [*INFRA, classic(("HTTP", 80))]),
        Row("archived", NOT_APPLICABLE, [repository(archived=True), language()]),
        Row("no repository", NOT_APPLICABLE),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("languages are dark", UNKNOWN, [repository()], dark=[Language]),
        Row("reviews are dark", UNKNOWN, [*CODE], dark=[ReviewDocument]),
        Row("reviews are dark, a scan is not", PASS, [*CODE, step("nuclei -u x")], dark=[ReviewDocument]),
        Row("dates are dark", UNKNOWN, [*CODE, REVIEW], dark=[LastChange]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, [*CODE], dark=[kind]) for kind in STEPS),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, [*INFRA], dark=[kind]) for kind in DOORS),
    ],
    waf_managed_rules_on_public_entry: [
        Row("a load balancer", PASS, [DOOR, associated(COMMON, INPUTS)]),
        Row("with rules for SQL", PASS, [DOOR, associated(COMMON, SQL)]),
        Row("with a group of the Marketplace", PASS, [DOOR, associated(BOUGHT)], says="F5-OWASP_Managed"),
        Row("with the common rules alone", FAIL, [DOOR, associated(COMMON)], says="without the managed rules"),
        Row("with what is beside them alone", FAIL, [DOOR, associated(INPUTS)]),
        Row("with rules that merely count", FAIL, [DOOR, associated(*counted(COMMON, INPUTS))], says="merely count"),
        Row("with common rules that merely count", FAIL, [DOOR, associated(*counted(COMMON), INPUTS)]),
        Row("with a web ACL that has no rules", FAIL, [DOOR, associated()]),
        Row("without a web ACL", FAIL, [DOOR, associated(web_acl="")], says="has no web ACL"),
        Row("behind a distribution that protects it", the(LB, PASS, distribution_E1=PASS), [*SHIELD, CLOSED, CLOUDFRONT], says="by way of E1"),
        Row("behind it, and open to all", the(LB, FAIL, distribution_E1=PASS), [*SHIELD, group(OPEN_443)]),
        Row("behind one without a web ACL", the(LB, FAIL, distribution_E1=FAIL), [BEHIND, replace(BEFORE, web_acl=""), associated(web_acl=""), CLOSED, CLOUDFRONT]),
        Row("behind one that is off", the(LB, FAIL, distribution_E1=NOT_APPLICABLE), [BEHIND, replace(BEFORE, enabled=False), EDGE_ACL, associated(web_acl=""), CLOSED, CLOUDFRONT]),
        Row("a distribution before another", the(LB, FAIL, distribution_E1=PASS), [BEHIND, EDGE, EDGE_ACL, associated(web_acl=""), CLOSED, CLOUDFRONT]),
        Row("an internal load balancer", NOT_APPLICABLE, [balancer(scheme="internal")]),
        Row("a network load balancer", NOT_APPLICABLE, [replace(DOOR, type="network")]),
        Row("a distribution", PASS, [EDGE, EDGE_ACL]),
        Row("a distribution without a web ACL", FAIL, [distribution()]),
        Row("a distribution with WAF Classic", FAIL, [distribution(web_acl="0123-4567")], says="retired"),
        Row("a distribution whose web ACL is not found", UNKNOWN, [EDGE], says="not found"),
        Row("a distribution that is off", NOT_APPLICABLE, [distribution(enabled=False)]),
        Row("a stage", {"/restapis/r1/stages/live": PASS}, [stage(), REST, SAFE]),
        Row("a stage without a web ACL", FAIL, [stage(""), REST]),
        Row("a stage of a private API", NOT_APPLICABLE, [stage(""), replace(REST, private=True)]),
        Row("a GraphQL API", PASS, [graphql(), SAFE]),
        Row("a GraphQL API with rules that count", FAIL, [graphql(), WebAcl(arn=ACL, rules=counted(COMMON, SQL))]),
        Row("a private GraphQL API", NOT_APPLICABLE, [graphql(private=True)]),
        Row("an HTTP API can have none", NOT_APPLICABLE, [HTTP]),
        Row("none", NOT_APPLICABLE),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (LoadBalancer, RestStage, GraphqlApi, HttpApi)),
        Row("distributions are dark", UNKNOWN, [DOOR, associated(web_acl="")], dark=[Distribution]),
        Row("the association is dark", UNKNOWN, [DOOR], dark=[WebAclAssociation]),
        Row("web ACLs are dark", UNKNOWN, [stage(), REST], dark=[WebAcl]),
        Row("web ACLs of distributions are dark", UNKNOWN, [EDGE], dark=[EdgeWebAcl]),
        Row("APIs are dark", UNKNOWN, [stage(), SAFE], dark=[RestApi]),
        Row("security groups are dark", the(LB, UNKNOWN, distribution_E1=PASS), [*SHIELD], dark=[SecurityGroup]),
        Row("prefix lists are dark", the(LB, UNKNOWN, distribution_E1=PASS), [*SHIELD, CLOSED], dark=[PrefixList]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_owasp(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_a_web_acl_alone_passes_nothing_and_its_lack_fails() -> None:
    item = "security/go-through-the-owasp-top-10"

    # No repository is registered: nobody knows of a review.
    assert verdict_of(item, [DOOR, associated(COMMON, INPUTS)]) is UNKNOWN
    assert verdict_of(item, [DOOR, associated(web_acl="")]) is FAIL


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("docs/threat-model.md", True),
        ("THREAT_MODEL.md", True),
        ("docs/security/owasp-top-10.xlsx", True),
        ("security/asvs.yaml", True),
        ("docs/ThreatModel.pdf", True),
        ("src/owasp_client.py", False),
        ("node_modules/owasp/README.md", False),
        ("tests/fixtures/threat-model.md", False),
        ("docs/canvasvs.md", False),
        ("docs/architecture.md", False),
    ],
)
def test_which_files_are_reviews(path: str, expected: bool) -> None:
    assert is_review(path) is expected
