"""Did somebody look for weaknesses, and do people hear of those that are found?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from readiness.checklist.assurance import (
    account_security_contact_registered,
    repository_advisory_feed_active,
    security_assessment_recent,
    security_events_routed,
    securityhub_no_open_critical,
    securityhub_standard_enabled,
    vulnerability_feed_active,
)
from readiness.checklist.model import Check, Unit
from readiness.checklist.workloads import Deployable
from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.architecture import WellArchitectedWorkload
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.detection import (
    AuditReport,
    CriticalFindings,
    FindingsAdministrator,
    GuardDutyDetector,
    InspectorStatus,
    NotificationConfiguration,
    PenetrationTest,
    SecurityContact,
    SecurityHub,
    SecurityRoute,
    SecurityStandard,
)
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.registry import EcrRepository
from readiness.evidence.repository import (
    CiStep,
    DependabotAlerts,
    Provider,
    Repository,
    UpdateBot,
)
from readiness.judging import results_of
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
from tests.verdicts import verdict_of

ADMINISTRATOR = "222233334444"
SHOP = "github:acme/shop"
PLACE = f"{ACCOUNT}/{REGION}"


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def days(number: float) -> Any:
    return NOW - timedelta(days=number)


def report(age: float = 30, status: str = "COMPLETE") -> AuditReport:
    name = arn("auditmanager", "assessmentReport/1")
    return AuditReport(arn=name, name="SOC 2", status=status, created=days(age))


def pentest(
    age: float | None = 30, status: str = "COMPLETED", type_: str = "FULL"
) -> PenetrationTest:
    ended = None if age is None else days(age)
    name = arn("securityagent", "agent-space/1/pentest/1/job/1")
    return PenetrationTest(arn=name, title="shop", status=status, type=type_, ended=ended)


def review(age: float = 30, owner: str = ACCOUNT, **changes: Any) -> WellArchitectedWorkload:
    values: dict[str, Any] = {
        "arn": arn("wellarchitected", "workload/1", owner),
        "name": "shop",
        "accounts": (),
        "design": False,
        "updated": days(age),
    }
    return WellArchitectedWorkload(**values | changes)


FUNCTION = LambdaFunction(arn=arn("lambda", "function:orders"), name="orders", subnets=())
HUB = SecurityHub(arn=arn("securityhub", "hub/default"))
COMPUTE = get_args(Deployable)
DEPLOYABLE = {kind: f"{kind.__name__} is dark" for kind in COMPUTE}


def standard(status: str = "READY") -> SecurityStandard:
    name = "subscription/aws-foundational-security-best-practices/v/1.0.0"
    return SecurityStandard(arn=arn("securityhub", name), status=status)


def criticals(*ages: float, more: bool = False) -> CriticalFindings:
    return CriticalFindings(arn=HUB.arn, created={f"f-{age}": days(age) for age in ages}, more=more)


def contact(domain: str = "acme.com", phone: bool = True) -> SecurityContact:
    name = f"arn:aws:account::{ACCOUNT}:alternate-contact/security"
    return SecurityContact(arn=name, domain=domain, phone=phone)


def route(*sources: str, targets: int = 1, account: str = ACCOUNT) -> SecurityRoute:
    return SecurityRoute(
        arn=arn("events", "rule/alerts", account),
        sources=sources or ("aws.guardduty",),
        targets=targets,
    )


NOTIFIES = NotificationConfiguration(
    arn=f"arn:aws:notifications::{ACCOUNT}:configuration/1",
    name="health",
    source="aws.health",
    regions=(REGION,),
    delivered=True,
)


def detector(enabled: bool = True, account: str = ACCOUNT) -> GuardDutyDetector:
    return GuardDutyDetector(arn=arn("guardduty", "detector/1", account), enabled=enabled)


ADMINISTERED = FindingsAdministrator(arn=detector().arn, account=ADMINISTRATOR)


def inspector(**types: str) -> InspectorStatus:
    return InspectorStatus(arn=arn("inspector2", "account"), types=types)


SCANS_ALL = inspector(ec2="ENABLED", ecr="ENABLED", **{"lambda": "ENABLED"})
IMAGES = EcrRepository(
    arn=arn("ecr", "repository/shop"),
    name="shop",
    uri="",
    mutability="IMMUTABLE",
    exclusions=(),
    scan_on_push=True,
    created=NOW,
)


def instance(state: str = "running") -> Instance:
    return Instance(
        arn=arn("ec2", "instance/i-1"),
        id="i-1",
        type="m7g.large",
        state=state,
        launched=days(9),
        managed=False,
        tags={},
    )


def repository(provider: Provider = Provider.GITHUB, **changes: Any) -> Repository:
    values: dict[str, Any] = {"arn": SHOP, "provider": provider, "default_branch": "main"}
    return Repository(**values | changes)


def alerts(enabled: bool = True) -> DependabotAlerts:
    return DependabotAlerts(arn=SHOP, enabled=enabled)


def step(command: str = "", uses: str = "", hook: str = "", **changes: Any) -> CiStep:
    values: dict[str, Any] = {
        "repository": SHOP,
        "workflow": ".github/workflows/ci.yml",
        "job": "check",
        "number": 1,
        "command": command,
        "uses": uses,
        "hook": hook,
    }
    return CiStep(**values | changes)


OFF = (repository(), alerts(False))
UNSUPPORTED = (Gap(reason=Reason.PROVIDER_UNSUPPORTED, resource=SHOP),)
BOT = UpdateBot(repository=SHOP, path=".github/dependabot.yml")
TASKS = BuildProject(
    arn=arn("codebuild", "project/shop"),
    name="shop",
    source="GITHUB",
    location="https://github.com/acme/shop",
    buildspec="inline",
    commands=(BuildCommand(phase="build", command="make audit", tolerated=""),),
    webhook=True,
    webhook_events=("PUSH",),
    runner=False,
    created=NOW,
)


def dark_compute(seen: Any, expected: Any = UNKNOWN) -> list[Row]:
    return [Row(words, expected, seen, dark=[kind]) for kind, words in DEPLOYABLE.items()]


ROWS: dict[Check[..., Any], list[Row]] = {
    security_assessment_recent: [
        Row("a report of Audit Manager", {"assessmentReport/1": PASS}, (report(),), says="30 days ago, by the report SOC 2"),
        Row("a penetration test", PASS, (pentest(),), says="the penetration test shop"),
        Row("a penetration test of a kind that is not told", PASS, (pentest(type_=""),)),
        Row("a review of one's own", PASS, (review(),), says="which is weak evidence"),
        Row("a review of the account, owned by another", PASS, (review(owner=ADMINISTRATOR, accounts=(ACCOUNT,)),)),
        Row("the better of two", PASS, (review(), report()), says="the report SOC 2"),
        Row("a report too old", NO_EVIDENCE, (report(366), FUNCTION), says="only older or unfinished ones"),
        Row("a report not too old for us", PASS, (report(366),), options={"audit_max_age_days": 730}),
        Row("a report that failed", NO_EVIDENCE, (report(status="FAILED"), FUNCTION)),
        Row("a test that failed", NO_EVIDENCE, (pentest(status="FAILED"), FUNCTION)),
        Row("a test that goes on", NO_EVIDENCE, (pentest(None, "IN_PROGRESS"), FUNCTION)),
        Row("a test of a change alone", NO_EVIDENCE, (pentest(type_="CICD"), FUNCTION)),
        Row("a review with high risks", NO_EVIDENCE, (review(high_risks=1), FUNCTION)),
        Row("a review that was never begun", NO_EVIDENCE, (review(unanswered=57), FUNCTION)),
        Row("a review without a date", NO_EVIDENCE, (review(updated=None), FUNCTION)),
        Row("a review of other accounts", NO_EVIDENCE, (review(accounts=(ADMINISTRATOR,)), FUNCTION)),
        Row("a review that others share", NO_EVIDENCE, (review(owner=ADMINISTRATOR), FUNCTION)),
        Row("none", {ACCOUNT: NO_EVIDENCE}, (FUNCTION,)),
        Row("nothing runs", NOT_APPLICABLE),
        Row("reports are dark", UNKNOWN, (FUNCTION,), dark=[AuditReport]),
        Row("tests are dark", UNKNOWN, (FUNCTION,), dark=[PenetrationTest]),
        Row("tests are dark, and a report is seen", PASS, (report(),), dark=[PenetrationTest]),
        Row("reviews are dark", UNKNOWN, (FUNCTION,), dark=[WellArchitectedWorkload]),
        *dark_compute(()),
    ],
    securityhub_standard_enabled: [
        Row("a standard", {"hub/default": PASS}, (HUB, standard()), says="aws-foundational-security-best-practices"),
        Row("one of two is ready", PASS, (HUB, standard("FAILED"), standard())),
        Row("no hub", {PLACE: FAIL}, (FUNCTION,), says="has no Security Hub"),
        Row("no standard", {"hub/default": FAIL}, (HUB, FUNCTION)),
        Row("a standard that is not ready", FAIL, (HUB, standard("INCOMPLETE"), FUNCTION)),
        Row("nothing runs", NOT_APPLICABLE),
        Row("the hub is dark", UNKNOWN, (FUNCTION, standard()), dark=[SecurityHub]),
        Row("standards are dark", UNKNOWN, (HUB, FUNCTION), dark=[SecurityStandard]),
        *dark_compute(()),
    ],
    securityhub_no_open_critical: [
        Row("none", {"hub/default": PASS}, (criticals(),)),
        Row("young ones", PASS, (criticals(3, 29),)),
        Row("old ones", FAIL, (criticals(31, 60, 3),), says="(2) open for more than 30 days, the oldest for 60: f-60, f-31"),
        Row("too many to count", FAIL, (criticals(*range(31, 131), more=True),), says="(100 or more)"),
        Row("old ones, not too old for us", PASS, (criticals(31),), options={"open_days": 60}),
        Row("Security Hub is off", NOT_APPLICABLE),
        Row("findings are dark", UNKNOWN, dark=[CriticalFindings]),
    ],
    account_security_contact_registered: [
        Row("a contact", {ACCOUNT: PASS}, (contact(),), says="at acme.com"),
        Row("none", {ACCOUNT: FAIL}, says="has no contact for security"),
        Row("no telephone", FAIL, (contact(phone=False),)),
        Row("no address", FAIL, (contact(""),)),
        Row("an address of ours", PASS, (contact(),), options={"domains": ("Acme.com",)}),
        Row("an address of others", FAIL, (contact("mail.example"),), options={"domains": ("acme.com",)}, says="mail.example, which is none of ours"),
        Row("the contact is dark", UNKNOWN, dark=[SecurityContact]),
    ],
    security_events_routed: [
        Row("a rule with a target", {PLACE: PASS}, (route("aws.health", "aws.guardduty"),), says="aws.health, aws.guardduty on, by alerts"),
        Row("a configuration of User Notifications", PASS, (NOTIFIES,), says="notifies of aws.health, by health"),
        Row("a configuration of User Notifications for another region", FAIL, (replace(NOTIFIES, regions=("us-east-1",)), FUNCTION)),
        Row("a configuration of User Notifications without a channel", FAIL, (replace(NOTIFIES, delivered=False), FUNCTION)),
        Row("a rule without a target", FAIL, (route(targets=0), FUNCTION)),
        Row("nothing", FAIL, (FUNCTION,), says="sends security events to nobody"),
        Row("nothing runs", NOT_APPLICABLE),
        Row("an administrator that was not scanned", UNKNOWN, (ADMINISTERED, FUNCTION), says="222233334444, which was not scanned"),
        Row("an administrator that sends nothing on", FAIL, (ADMINISTERED, FUNCTION, detector(account=ADMINISTRATOR))),
        Row("it administers itself", FAIL, (FindingsAdministrator(arn=HUB.arn, account=ACCOUNT), FUNCTION)),
        Row("routes are dark", UNKNOWN, (FUNCTION,), dark=[SecurityRoute]),
        Row("configurations are dark", UNKNOWN, (FUNCTION,), dark=[NotificationConfiguration]),
        Row("configurations are dark, and a route is seen", PASS, (route(),), dark=[NotificationConfiguration]),
        Row("one route is dark, and another is seen", PASS, (route(),), gaps={SecurityRoute: [dark_gap(SecurityRoute, "other")]}),
        Row("administrators are dark", UNKNOWN, (FUNCTION,), dark=[FindingsAdministrator]),
        Row("hubs are dark", UNKNOWN, (ADMINISTERED, FUNCTION), dark=[SecurityHub]),
        Row("detectors are dark", UNKNOWN, (ADMINISTERED, FUNCTION), dark=[GuardDutyDetector]),
        *dark_compute(()),
    ],
    vulnerability_feed_active: [
        Row("everything is scanned", {f"{PLACE}#ec2": PASS, f"{PLACE}#ecr": PASS, f"{PLACE}#lambda": PASS, f"{PLACE}#guardduty": PASS}, (instance(), IMAGES, FUNCTION, SCANS_ALL, detector())),
        Row("functions are not", {f"{PLACE}#ec2": PASS, f"{PLACE}#lambda": FAIL, f"{PLACE}#guardduty": PASS}, (instance(), FUNCTION, inspector(ec2="ENABLED", **{"lambda": "DISABLED"}), detector()), says="Inspector for them is disabled"),
        Row("Inspector is off", {f"{PLACE}#ecr": FAIL, f"{PLACE}#guardduty": PASS}, (IMAGES, inspector(ec2="DISABLED", ecr="DISABLED"), detector())),
        Row("Inspector is not offered", {f"{PLACE}#ecr": NOT_APPLICABLE, f"{PLACE}#guardduty": PASS}, (IMAGES, detector())),
        Row("an instance that a service operates", NOT_APPLICABLE, (replace(instance(), managed=True), SCANS_ALL)),
        Row("no detector", {f"{PLACE}#lambda": PASS, f"{PLACE}#guardduty": FAIL}, (FUNCTION, SCANS_ALL)),
        Row("a detector that is off", {f"{PLACE}#lambda": PASS, f"{PLACE}#guardduty": FAIL}, (FUNCTION, SCANS_ALL, detector(False))),
        Row("nothing that could be scanned", NOT_APPLICABLE, (SCANS_ALL,)),
        Row("an instance that goes away", NOT_APPLICABLE, (instance("shutting-down"),)),
        Row("a function that a service made", NOT_APPLICABLE, (LambdaFunction(arn=arn("lambda", "function:cwsyn-1"), name="cwsyn-1", subnets=()),)),
        Row("Inspector is dark", {f"{PLACE}#lambda": UNKNOWN, f"{PLACE}#guardduty": PASS}, (FUNCTION, detector()), dark=[InspectorStatus]),
        Row("detectors are dark", {f"{PLACE}#lambda": PASS, f"{PLACE}#guardduty": UNKNOWN}, (FUNCTION, SCANS_ALL), dark=[GuardDutyDetector]),
        Row("instances are dark", {f"{PLACE}#ec2": UNKNOWN, f"{PLACE}#lambda": PASS, f"{PLACE}#guardduty": PASS}, (FUNCTION, SCANS_ALL, detector()), dark=[Instance]),
        Row("images are dark", {f"{PLACE}#ecr": UNKNOWN, f"{PLACE}#guardduty": UNKNOWN}, (SCANS_ALL, detector()), dark=[EcrRepository]),
        Row("functions are dark", {f"{PLACE}#lambda": UNKNOWN, f"{PLACE}#guardduty": UNKNOWN}, (SCANS_ALL, detector()), dark=[LambdaFunction]),
    ],
    repository_advisory_feed_active: [
        Row("alerts", PASS, (repository(), alerts()), says="has Dependabot alerts"),
        Row("a bot", PASS, (*OFF, BOT), says="the bot of .github/dependabot.yml"),
        Row("a scanner in CI", PASS, (*OFF, step("osv-scanner scan .")), says="asks OSV-Scanner for advisories"),
        Row("an action", PASS, (*OFF, step(uses="aquasecurity/trivy-action")), says="Trivy"),
        Row("a hook", PASS, (*OFF, step(hook="pip-audit"))),
        Row("npm audit", PASS, (*OFF, step("npm audit --audit-level=high"))),
        Row("npm audit of signatures alone", FAIL, (*OFF, step("npm audit signatures"))),
        Row("a scanner of infrastructure", FAIL, (*OFF, step("trivy config ."))),
        Row("nothing", FAIL, (*OFF, step("pytest")), says="has no Dependabot alerts"),
        Row("at CodeCommit", NO_EVIDENCE, (repository(Provider.CODECOMMIT),)),
        Row("a folder", UNKNOWN, (repository(Provider.FOLDER),), gaps={DependabotAlerts: UNSUPPORTED}, says="provider unsupported"),
        Row("a folder with a bot", PASS, (repository(Provider.FOLDER), BOT), gaps={DependabotAlerts: UNSUPPORTED}),
        Row("a task that is not followed", UNKNOWN, (*OFF, TASKS), says="may ask for advisories in a task"),
        Row("an archive", NOT_APPLICABLE, (repository(archived=True), alerts(False))),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
        Row("alerts are dark", UNKNOWN, (repository(),), dark=[DependabotAlerts]),
        Row("bots are dark", UNKNOWN, OFF, dark=[UpdateBot]),
        Row("steps are dark", UNKNOWN, OFF, dark=[CiStep]),
        Row("projects are dark", UNKNOWN, OFF, dark=[BuildProject]),
        Row("pipelines are dark", UNKNOWN, OFF, dark=[Pipeline]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("others", "gaps", "expected"),
    [
        ((route(account=ADMINISTRATOR),), (), PASS),
        ((route(account=ADMINISTRATOR, targets=0), detector(account=ADMINISTRATOR)), (), FAIL),
        ((route(account="333344445555"), detector(account=ADMINISTRATOR)), (), FAIL),
        ((detector(account=ADMINISTRATOR),), (dark_gap(SecurityRoute),), UNKNOWN),
    ],
    ids=["it sends on", "it has no target", "another sends on", "its rules are dark"],
)
def test_the_administrators_account_may_send_events_on(
    others: tuple[Any, ...], gaps: tuple[Gap, ...], expected: Any
) -> None:
    own: tuple[Any, ...] = (ADMINISTERED, FUNCTION)

    def see(kind: type[Any], pooled: bool) -> Evidence[Any]:
        records = tuple(each for each in (others if pooled else own) if isinstance(each, kind))
        return Evidence(records, gaps if pooled and kind is SecurityRoute else ())

    unit = Unit(account=ACCOUNT, region=REGION, now=NOW)
    results = list(results_of(security_events_routed, unit, see))

    assert [each.status for each in results] == [expected]


@pytest.mark.parametrize(
    ("item", "seen", "expected"),
    [
        ("go-through-a-security-audit", (report(), HUB, standard(), criticals()), PASS),
        ("go-through-a-security-audit", (FUNCTION, HUB, standard(), criticals()), NO_EVIDENCE),
        ("go-through-a-security-audit", (report(), FUNCTION), FAIL),
        ("go-through-a-security-audit", (), NOT_APPLICABLE),
        ("sign-up-for-security-advisories", (contact(), route(), FUNCTION, SCANS_ALL, detector()), UNKNOWN),
        ("sign-up-for-security-advisories", (route(), FUNCTION, SCANS_ALL, detector()), FAIL),
    ],
    ids=["audited", "not audited", "no standard", "nothing runs", "no repository registered", "no contact"],
)  # fmt: skip
def test_the_items(item: str, seen: tuple[Any, ...], expected: Any) -> None:
    assert verdict_of(f"security/{item}", seen) == expected
