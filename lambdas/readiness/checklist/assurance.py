"""Did somebody look for weaknesses, and do people hear of those that are found?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.on_change import run_by, run_of
from readiness.checklist.standing import left_out
from readiness.checklist.workloads import Deployable, runs_something
from readiness.evidence import Evidence, Pooled, Reason, Scope, account_of, region_of
from readiness.evidence.advisories import ADVISORY_TOOLS
from readiness.evidence.architecture import WellArchitectedWorkload
from readiness.evidence.building import is_unfollowed, steps_of
from readiness.evidence.builds import BuildProject
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
from readiness.evidence.repository import CiStep, DependabotAlerts, Provider, Repository, UpdateBot
from readiness.evidence.unseen import known, tried

Assessment = AuditReport | PenetrationTest | WellArchitectedWorkload


@check(Severity.HIGH, scope=Scope.ACCOUNT)
def security_assessment_recent(
    assessments: Evidence[Assessment],
    compute: Evidence[Deployable],
    unit: Unit,
    *,
    audit_max_age_days: int = 365,
) -> Result:
    """Whoever built something is the last to see what is wrong with it.

    Pass: within a year Audit Manager completed an assessment report, or AWS Security Agent a full
    penetration test. A Well-Architected review of that time without high risks and open questions
    passes as well, and is weak evidence: it is the builders' own. Everything else is attested, with
    the report and its date.
    Fix: have an audit or a penetration test made every year, and attest it with the report.
    Blind spot: whether the assessment was of this workload, and not of another one in the account,
    is not visible. AWS Security Agent is looked for in the regions that had it in November 2026.
    See: https://docs.aws.amazon.com/audit-manager/latest/userguide/generate-assessment-report.html
    """
    strong = known(lambda: next(_recent(assessments, unit, audit_max_age_days, False), None), None)
    if strong is not None:
        return strong
    weak = known(lambda: next(_recent(assessments, unit, audit_max_age_days, True), None), None)
    if weak is not None:
        return weak
    older = sum(1 for _ in assessments)
    if not runs_something(compute):
        return not_applicable("runs nothing that could be assessed")
    because = "has no assessment of the last year that AWS knows of"
    return no_evidence(because + (", only older or unfinished ones" if older else ""))


def _recent(
    assessments: Evidence[Assessment], unit: Unit, max_age_days: int, review: bool
) -> Iterator[Result]:
    """Yield a pass for each assessment that counts: a review, or one by others."""
    when: datetime | None
    for each in assessments:
        match each:
            case AuditReport():
                done, when, what = each.status == "COMPLETE", each.created, f"report {each.name}"
            case PenetrationTest():
                done = each.status == "COMPLETED" and each.type in ("", "FULL")
                when, what = each.ended, f"penetration test {each.title}"
            case WellArchitectedWorkload():
                ours = unit.account in (each.accounts or (account_of(each.arn),))
                done = ours and not each.high_risks and not each.unanswered
                when = each.updated
                what = f"review of {each.name} alone, which is weak evidence"
        if (
            done
            and isinstance(each, WellArchitectedWorkload) is review
            and when is not None
            and unit.age_days(when) <= max_age_days
        ):
            age = counted(round(unit.age_days(when)), "day")
            yield passed(f"was assessed {age} ago, by the {what}").about(each.arn)


@check(Severity.MEDIUM)
def securityhub_standard_enabled(
    hubs: Evidence[SecurityHub],
    standards: Evidence[SecurityStandard],
    compute: Evidence[Deployable],
) -> Result:
    """Between two audits a standard says every day what went astray.

    Pass: Security Hub is enabled in the region, and a standard is ready. A region in which nothing
    runs is not judged.
    Fix: enable Security Hub with AWS Foundational Security Best Practices, for the organization.
    See: https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html
    """
    hub = next(iter(hubs), None)
    ready = next((each for each in standards if each.status == "READY"), None)
    if hub is not None and ready is not None:
        name = ready.arn.partition(":subscription/")[2]
        return passed(f"holds the region to {name}").about(hub.arn)
    if not runs_something(compute):
        return not_applicable("runs nothing that a standard could judge")
    if hub is None:
        return failed("has no Security Hub")
    return failed("has no standard that is ready").about(hub.arn)


@check(Severity.HIGH)
def securityhub_no_open_critical(
    findings: CriticalFindings, unit: Unit, *, open_days: int = 30
) -> Result:
    """A critical finding that stays open is one that nobody owns.

    Pass: no critical finding about the account and region is new or notified for more than 30 days.
    Where Security Hub is off there is nothing to judge.
    Fix: close what is found, or suppress in Security Hub what does not apply.
    Blind spot: only the hundred oldest are looked at.
    See: https://docs.aws.amazon.com/securityhub/latest/userguide/finding-workflow-status.html
    """
    ages = [(unit.age_days(made), name) for name, made in findings.created.items()]
    late = sorted((each for each in ages if each[0] > open_days), reverse=True)
    if not late:
        return passed(f"has no critical finding open for more than {open_days} days")
    count = f"{len(late)}{' or more' if findings.more else ''}"
    names = ", ".join(name for _, name in late[:50])
    days = f"more than {open_days} days, the oldest for {late[0][0]:.0f}"
    return failed(f"has critical findings ({count}) open for {days}: {names}")


@check(Severity.MEDIUM)
def account_security_contact_registered(
    contacts: Evidence[SecurityContact], *, domains: tuple[str, ...] = ()
) -> Result:
    """When AWS sees a key leaked, it writes to somebody; without a contact to whoever opened the account.

    Pass: the account has an alternate contact for security, with an address and a telephone; with
    `domains` its address is in one of them.
    Fix: set the security contact of all accounts in the organization's management account.
    Blind spot: whether somebody reads that mail is not visible.
    See: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact-alternate.html
    """
    contact = next(iter(contacts), None)
    if contact is None:
        return failed("has no contact for security")
    if not contact.domain or not contact.phone:
        return failed("has a contact for security without an address or a telephone")
    if domains and contact.domain not in {each.lower() for each in domains}:
        return failed(f"has a contact for security at {contact.domain}, which is none of ours")
    return passed(f"has a contact for security at {contact.domain}")


@check(Severity.MEDIUM)
def security_events_routed(
    routes: Evidence[SecurityRoute | NotificationConfiguration],
    administrators: Evidence[FindingsAdministrator],
    everywhere: Pooled[SecurityRoute],
    watched: Pooled[SecurityHub | GuardDutyDetector],
    compute: Evidence[Deployable],
    unit: Unit,
) -> Result:
    """A finding that lies in a console is read when it is too late.

    Pass: an enabled rule of the default bus sends events of AWS Health, GuardDuty, Security Hub or
    Inspector to a target, or AWS User Notifications picks them in the region and has a channel to send
    them by; or another account administers Security Hub or GuardDuty and does so in the same region. A
    region in which nothing runs is not judged.
    Fix: route these events to a chat or an on-call service in every region that is used.
    Blind spot: who stands behind a target is not visible; global events of AWS Health arrive in
    us-east-1 alone, and are judged there.
    See: https://docs.aws.amazon.com/health/latest/ug/cloudwatch-events-health.html
    """

    def first() -> Result | None:
        for each in routes:
            match each:
                case SecurityRoute(targets=targets, sources=sources) if targets:
                    because = f"sends events of {', '.join(sources)} on, by {_name(each.arn)}"
                    return passed(because)
                case NotificationConfiguration() if each.tells_of(unit.region):
                    return passed(f"notifies of {each.source}, by {each.name}")
        return None

    def there() -> Result | None:
        for other in sorted({each.account for each in administrators} - {unit.account}):
            found = known(partial(_sent_on, everywhere, other, unit.region), None)
            if found:
                return passed(f"is administered by account {other}, which sends events on")
        return None

    found = known(first, None) or known(there, None)
    if found:
        return found
    first()  # what was not seen may be the one
    for other in sorted({each.account for each in administrators} - {unit.account}):
        _sent_on(everywhere, other, unit.region)
        if not any(_in(each.arn, other, unit.region) for each in watched):
            because = f"is administered by account {other}, which was not scanned"
            return unknown(Reason.NOT_SCANNED, because)
    if not runs_something(compute):
        return not_applicable("runs nothing that could be watched")
    return failed("sends security events to nobody")


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]


def _in(arn: str, account: str, region: str) -> bool:
    return account_of(arn) == account and region_of(arn) == region


def _sent_on(routes: Iterable[SecurityRoute], account: str, region: str) -> bool:
    return any(each.targets and _in(each.arn, account, region) for each in routes)


@check(Severity.HIGH)
def vulnerability_feed_active(
    inspectors: Evidence[InspectorStatus],
    detectors: Evidence[GuardDutyDetector],
    instances: Evidence[Instance],
    images: Evidence[EcrRepository],
    functions: Evidence[LambdaFunction],
    unit: Unit,
) -> Iterator[Result]:
    """Software that was safe when it was installed is not when its hole is published.

    Pass: Inspector scans each kind of thing that the region has (instances, images, functions), and
    GuardDuty is enabled where it has any. Instances that services of AWS operate do not count.
    Fix: enable Inspector and GuardDuty for the organization, with every new account.
    See: https://docs.aws.amazon.com/inspector/latest/user/scanning-resources.html
    """
    nouns = {"ec2": "instances", "ecr": "images", "lambda": "functions"}
    used: dict[str, Callable[[], bool]] = {
        "ec2": lambda: any(
            each.state != "shutting-down" and not each.managed for each in instances
        ),
        "ecr": lambda: any(True for _ in images),
        "lambda": lambda: any(not each.incidental for each in functions),
    }

    def scanned(kind: str) -> Iterator[Result]:
        if used[kind]():
            state = next((each.types.get(kind, "DISABLED") for each in inspectors), "")
            if not state:
                yield not_applicable(f"has {nouns[kind]}, where Inspector is not offered")
            elif state == "ENABLED":
                yield passed(f"has its {nouns[kind]} scanned by Inspector")
            else:
                yield failed(f"has {nouns[kind]}, and Inspector for them is {state.lower()}")

    def watched() -> Iterator[Result]:
        if any(known(use, False) for use in used.values()) or any(use() for use in used.values()):
            if any(each.enabled for each in detectors):
                yield passed("is watched by GuardDuty")
            else:
                yield failed("has no GuardDuty detector that is enabled")

    for kind in used:
        for result in tried(scanned(kind), not_seen):
            yield result.about(f"{unit.id}#{kind}")
    for result in tried(watched(), not_seen):
        yield result.about(f"{unit.id}#guardduty")


@check(Severity.MEDIUM)
def repository_advisory_feed_active(
    repository: Repository,
    alerts: Evidence[DependabotAlerts],
    bots: Evidence[UpdateBot],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Result:
    """A published hole in a library is known to everybody but whoever hears of no advisories.

    Pass: GitHub's Dependabot alerts are on, or an update bot is configured, or CI asks a database of
    advisories (OSV, Trivy, pip-audit, npm audit and their like).
    Fix: switch Dependabot alerts on, or let CI run a scanner of dependencies every day.
    Blind spot: mailing lists of vendors are attested.
    See: https://docs.github.com/en/code-security/dependabot/dependabot-alerts/about-dependabot-alerts
    """
    why = left_out(repository)
    if why:
        return not_applicable(why)
    followed = True
    ran = steps_of(repository.arn, steps, projects, pipelines)
    for each in alerts | bots | ran:
        match each:
            case DependabotAlerts() if each.enabled:
                return passed("has Dependabot alerts")
            case UpdateBot():
                return passed(f"is looked after by the bot of {each.path}")
            case CiStep():
                tool = run_by(ADVISORY_TOOLS, each)
                if tool:
                    return passed(f"asks {tool.name} for advisories, in {run_of(each)}")
                followed = followed and not is_unfollowed(each)
    if not followed:
        because = "may ask for advisories in a task that CodeBuild or CodePipeline calls"
        return unknown(Reason.UNDECIDED, because)
    if repository.provider is Provider.GITHUB:
        return failed("has no Dependabot alerts, and nothing else that hears of advisories")
    return no_evidence("has nothing that hears of advisories")
