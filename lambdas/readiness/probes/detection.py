"""Look at Security Hub, GuardDuty and Inspector, and at who hears of what they find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.detection import (
    CriticalFindings,
    FindingsAdministrator,
    GuardDutyDetector,
    InspectorStatus,
    NotificationConfiguration,
    SecurityContact,
    SecurityHub,
    SecurityRoute,
    SecurityStandard,
)
from readiness.evidence.event_rules import SECURITY_EVENTS, EventRule
from readiness.probes import probe
from readiness.probes.aws import Aws

#: What Security Hub answers where it is not enabled.
_OFF = ("InvalidAccessException", "ResourceNotFoundException")
#: So many findings are looked at, the most that a page holds.
PAGE = 100
#: User Notifications is configured in one region for all, and in one partition only.
_NOTIFICATIONS = {"aws": "us-east-1"}
_TYPES = ("ec2", "ecr", "lambda", "lambdaCode", "codeRepository")


@probe(SecurityHub, "securityhub.describe_hub")
def security_hub(aws: Aws) -> Iterator[SecurityHub]:
    answer = aws.call("securityhub.describe_hub", absent=_OFF)
    if answer is not None:
        yield SecurityHub(arn=answer["HubArn"])


@probe(SecurityStandard, "securityhub.get_enabled_standards")
def standards(aws: Aws, hubs: Evidence[SecurityHub]) -> Iterator[SecurityStandard]:
    for _ in hubs:
        for each in aws.pages(
            "securityhub.get_enabled_standards", "StandardsSubscriptions", absent=_OFF
        ):
            yield SecurityStandard(
                arn=each["StandardsSubscriptionArn"], status=each["StandardsStatus"]
            )


@probe(CriticalFindings, "securityhub.get_findings")
def critical_findings(aws: Aws, hubs: Evidence[SecurityHub]) -> Iterator[CriticalFindings | Gap]:
    def look(hub: SecurityHub) -> Iterator[CriticalFindings]:
        # An administrator's hub holds other accounts' findings, one that aggregates other regions'.
        wanted = {
            "SeverityLabel": ("CRITICAL",),
            "RecordState": ("ACTIVE",),
            "WorkflowStatus": ("NEW", "NOTIFIED"),
            "AwsAccountId": (aws.account,),
            "Region": (aws.region,),
        }
        found: dict[str, datetime] = {}
        more = None
        for answer in aws.answers(
            "securityhub.get_findings",
            Filters={
                name: [{"Value": value, "Comparison": "EQUALS"} for value in values]
                for name, values in wanted.items()
            },
            SortCriteria=[{"Field": "CreatedAt", "SortOrder": "asc"}],
            MaxResults=PAGE,
            absent=_OFF,
        ):
            for each in answer["Findings"]:
                found[each["Id"]] = datetime.fromisoformat(each["CreatedAt"])
            more = bool(answer.get("NextToken"))
            if len(found) >= PAGE:
                break
        if more is not None:
            yield CriticalFindings(arn=hub.arn, created=found, more=more)

    yield from aws.each(hubs, look)


@probe(GuardDutyDetector, "guardduty.list_detectors", "guardduty.get_detector")
def detectors(aws: Aws) -> Iterator[GuardDutyDetector]:
    for name in aws.pages("guardduty.list_detectors", "DetectorIds"):
        found = aws.get("guardduty.get_detector", DetectorId=name)
        yield GuardDutyDetector(
            arn=aws.arn("guardduty", f"detector/{name}"),
            enabled=found["Status"] == "ENABLED",
            features=tuple(
                each["Name"] for each in found.get("Features") or () if each["Status"] == "ENABLED"
            ),
        )


@probe(
    FindingsAdministrator,
    "securityhub.get_administrator_account",
    "guardduty.get_administrator_account",
)
def administrators(
    aws: Aws, hubs: Evidence[SecurityHub], detectors: Evidence[GuardDutyDetector]
) -> Iterator[FindingsAdministrator | Gap]:
    def of_hub(hub: SecurityHub) -> Iterator[FindingsAdministrator]:
        answer = aws.call("securityhub.get_administrator_account", absent=_OFF)
        yield from _administrator(hub.arn, answer)

    def of_detector(detector: GuardDutyDetector) -> Iterator[FindingsAdministrator]:
        name = detector.arn.rpartition("/")[2]
        answer = aws.get("guardduty.get_administrator_account", DetectorId=name)
        yield from _administrator(detector.arn, answer)

    yield from aws.each(hubs, of_hub)
    yield from aws.each(detectors, of_detector)


def _administrator(
    arn: str, answer: dict[str, dict[str, str]] | None
) -> Iterator[FindingsAdministrator]:
    account = ((answer or {}).get("Administrator") or {}).get("AccountId")
    if account:
        yield FindingsAdministrator(arn=arn, account=account)


@probe(InspectorStatus, "inspector2.batch_get_account_status")
def inspector(aws: Aws) -> Iterator[InspectorStatus | Gap]:
    answer = aws.get("inspector2.batch_get_account_status", accountIds=[aws.account])
    if answer.get("failedAccounts"):
        yield Gap(
            reason=Reason.UNDECIDED,
            account=aws.account,
            region=aws.region,
            action="inspector2:BatchGetAccountStatus",
            detail=str(answer["failedAccounts"][0]["errorCode"]),
        )
        return
    # An account that never had Inspector may be left out of the answer.
    found = {each["accountId"]: each["resourceState"] for each in answer["accounts"]}
    states = found.get(aws.account, {})
    yield InspectorStatus(
        arn=aws.arn("inspector2", "account"),
        types={name: states.get(name, {}).get("status", "DISABLED") for name in _TYPES},
    )


@probe(SecurityRoute, "events.list_targets_by_rule")
def security_routes(aws: Aws, rules: Evidence[EventRule]) -> Iterator[SecurityRoute | Gap]:
    def look(rule: EventRule) -> Iterator[SecurityRoute]:
        targets = aws.pages(
            "events.list_targets_by_rule",
            "Targets",
            Rule=rule.name,
            absent=("ResourceNotFoundException",),
        )
        yield SecurityRoute(
            arn=rule.arn, sources=rule.security_sources, targets=sum(1 for _ in targets)
        )

    yield from aws.each((rule for rule in rules if rule.security_sources), look)


@probe(
    NotificationConfiguration,
    "notifications.list_notification_configurations",
    "notifications.list_event_rules",
    "notifications.list_channels",
)
def notification_configurations(aws: Aws) -> Iterator[NotificationConfiguration | Gap]:
    region = _NOTIFICATIONS.get(aws.partition)
    if region is None:
        return

    def look(listed: Mapping[str, Any]) -> Iterator[NotificationConfiguration]:
        where: dict[str, Any] = {
            "region": region,
            "notificationConfigurationArn": listed["arn"],
            "absent": ("ResourceNotFoundException",),
        }
        picked: dict[str, set[str]] = {}
        for each in aws.pages("notifications.list_event_rules", "eventRules", **where):
            if each["eventType"] in SECURITY_EVENTS.get(each["source"], ()):
                picked.setdefault(each["source"], set()).update(
                    name
                    for name, state in each["statusSummaryByRegion"].items()
                    if state["status"] == "ACTIVE"
                )
        if not picked:
            return
        channels = aws.pages("notifications.list_channels", "channels", **where)
        delivered = any(True for _ in channels)
        for source, regions in picked.items():
            yield NotificationConfiguration(
                arn=listed["arn"],
                name=listed["name"],
                source=source,
                regions=tuple(sorted(regions)),
                delivered=delivered,
            )

    listed = aws.pages(
        "notifications.list_notification_configurations",
        "notificationConfigurations",
        region=region,
    )
    yield from aws.each(listed, look, arn=lambda each: str(each["arn"]))


@probe(SecurityContact, "account.get_alternate_contact")
def security_contact(aws: Aws) -> Iterator[SecurityContact]:
    # Without an account's id it is the caller's own that is meant.
    answer = aws.call(
        "account.get_alternate_contact",
        AlternateContactType="SECURITY",
        absent=("ResourceNotFoundException",),
    )
    if answer is not None:
        contact = answer["AlternateContact"]
        yield SecurityContact(
            arn=aws.arn("account", "alternate-contact/security", region=""),
            domain=contact.get("EmailAddress", "").rpartition("@")[2].lower(),
            phone=bool(contact.get("PhoneNumber")),
        )
