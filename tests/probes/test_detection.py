"""What is seen of Security Hub, GuardDuty, Inspector, security contacts, and of assessments."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence, Gap, Reason, Scope
from readiness.evidence.architecture import WellArchitectedWorkload
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
from readiness.evidence.event_rules import EventRule
from readiness.probes import look
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

HUB = f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hub/default"
MADE = datetime(2026, 9, 1, tzinfo=UTC)
NOT_SUBSCRIBED = {"service_error_code": "InvalidAccessException", "http_status_code": 401}
IS_ON = Answer("securityhub.describe_hub", {"HubArn": HUB})


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


@mock_aws
def test_security_hub_where_it_is_on_and_where_it_is_not() -> None:
    account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
    with connected(account) as connection:
        assert seen(connection, SecurityHub) == Evidence()
    boto3.client("securityhub", region_name=REGION).enable_security_hub()
    with connected(account) as connection:
        found = seen(connection, SecurityHub)
        assert_made_as_declared(connection, SecurityHub)

    assert found == Evidence((SecurityHub(arn=HUB.replace(ACCOUNT, account)),))


def test_every_page_of_standards() -> None:
    def standard(name: str, status: str) -> dict[str, Any]:
        return {
            "StandardsSubscriptionArn": arn("securityhub", f"subscription/{name}/v/1"),
            "StandardsArn": f"arn:aws:securityhub:{REGION}::standards/{name}/v/1",
            "StandardsInput": {},
            "StandardsStatus": status,
        }

    call = "securityhub.get_enabled_standards"
    answers = (
        IS_ON,
        Answer(call, {"StandardsSubscriptions": [standard("a", "READY")], "NextToken": "more"}),
        Answer(call, {"StandardsSubscriptions": [standard("b", "FAILED")]}, asked={"NextToken": "more"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, SecurityStandard)
        assert_made_as_declared(connection, SecurityStandard, SecurityHub)

    assert found == Evidence(
        (
            SecurityStandard(arn=arn("securityhub", "subscription/a/v/1"), status="READY"),
            SecurityStandard(arn=arn("securityhub", "subscription/b/v/1"), status="FAILED"),
        )
    )


def test_without_security_hub_nobody_asks_for_standards_and_findings() -> None:
    off = Answer("securityhub.describe_hub", error=NOT_SUBSCRIBED)
    for kind in (SecurityStandard, CriticalFindings):
        with answering(off) as connection:
            assert seen(connection, kind) == Evidence()


def test_open_critical_findings_of_this_account_and_region_oldest_first() -> None:
    def equal(*values: str) -> list[dict[str, str]]:
        return [{"Value": value, "Comparison": "EQUALS"} for value in values]

    asked = {
        "Filters": {
            "SeverityLabel": equal("CRITICAL"),
            "RecordState": equal("ACTIVE"),
            "WorkflowStatus": equal("NEW", "NOTIFIED"),
            "AwsAccountId": equal(ACCOUNT),
            "Region": equal(REGION),
        },
        "SortCriteria": [{"Field": "CreatedAt", "SortOrder": "asc"}],
        "MaxResults": 100,
    }
    finding = {
        "SchemaVersion": "2018-10-08",
        "Id": "f-1",
        "ProductArn": "p",
        "GeneratorId": "g",
        "AwsAccountId": ACCOUNT,
        "CreatedAt": "2026-09-01T00:00:00.000Z",
        "UpdatedAt": "2026-09-01T00:00:00.000Z",
        "Title": "an open port",
        "Description": "hush",
        "Resources": [],
    }
    call = "securityhub.get_findings"
    # The first page may be empty.
    pages = (
        Answer(call, {"Findings": [], "NextToken": "more"}, asked=asked),
        Answer(call, {"Findings": [finding]}, asked={**asked, "NextToken": "more"}),
    )
    with answering(IS_ON, *pages) as connection:
        found = seen(connection, CriticalFindings)
        assert_made_as_declared(connection, CriticalFindings, SecurityHub)
    ids = [f"f-{number}" for number in range(100)]
    many = [{**finding, "Id": each} for each in ids]
    with answering(IS_ON, Answer(call, {"Findings": many, "NextToken": "more"})) as connection:
        (oldest,) = seen(connection, CriticalFindings)

    assert found == Evidence((CriticalFindings(arn=HUB, created={"f-1": MADE}, more=False),))
    assert oldest == CriticalFindings(arn=HUB, created=dict.fromkeys(ids, MADE), more=True)


def test_refused_findings_are_a_gap_about_the_hub() -> None:
    with answering(IS_ON, Answer("securityhub.get_findings", error=DENIED)) as connection:
        assert seen(connection, CriticalFindings) == Evidence(
            gaps=(refused("securityhub:GetFindings", resource=HUB),)
        )


DETECTORS = Answer("guardduty.list_detectors", {"DetectorIds": ["d1"]})


def described(status: str, **features: str) -> Answer:
    listed = [{"Name": name, "Status": value} for name, value in features.items()]
    answer = {"ServiceRole": "r", "Status": status, "Features": listed}
    return Answer("guardduty.get_detector", answer, asked={"DetectorId": "d1"})


def test_a_detector_and_its_features() -> None:
    answers = (
        DETECTORS,
        described("ENABLED", EBS_MALWARE_PROTECTION="ENABLED", RUNTIME_MONITORING="DISABLED"),
    )
    with answering(*answers) as connection:
        found = seen(connection, GuardDutyDetector)
        assert_made_as_declared(connection, GuardDutyDetector)

    name = arn("guardduty", "detector/d1")
    assert found == Evidence(
        (GuardDutyDetector(arn=name, enabled=True, features=("EBS_MALWARE_PROTECTION",)),)
    )


def test_a_detector_that_is_off() -> None:
    with answering(DETECTORS, described("DISABLED")) as connection:
        found = seen(connection, GuardDutyDetector)

    assert [each.enabled for each in found.seen] == [False]


def test_who_administers_findings() -> None:
    answers = (
        IS_ON,
        DETECTORS,
        described("ENABLED"),
        Answer("securityhub.get_administrator_account", {"Administrator": {"AccountId": "222233334444"}}),
        Answer("guardduty.get_administrator_account", {"Administrator": {}}, asked={"DetectorId": "d1"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, FindingsAdministrator)
        assert_made_as_declared(connection, FindingsAdministrator, SecurityHub, GuardDutyDetector)

    assert found == Evidence((FindingsAdministrator(arn=HUB, account="222233334444"),))


def state(status: str) -> dict[str, str]:
    return {"status": status, "errorCode": "ALREADY_ENABLED", "errorMessage": "-"}


def test_what_inspector_scans() -> None:
    whole = {
        "accountId": ACCOUNT,
        "state": state("ENABLED"),
        "resourceState": {"ec2": state("ENABLED"), "ecr": state("DISABLED"), "lambda": state("ENABLING"), "codeRepository": state("ENABLED")},
    }  # fmt: skip
    answer = Answer(
        "inspector2.batch_get_account_status",
        {"accounts": [whole], "failedAccounts": []},
        asked={"accountIds": [ACCOUNT]},
    )
    with answering(answer) as connection:
        found = seen(connection, InspectorStatus)
        assert_made_as_declared(connection, InspectorStatus)

    types = {
        "ec2": "ENABLED",
        "ecr": "DISABLED",
        "lambda": "ENABLING",
        "lambdaCode": "DISABLED",
        "codeRepository": "ENABLED",
    }
    assert found == Evidence((InspectorStatus(arn=arn("inspector2", "account"), types=types),))


def test_an_account_that_inspector_does_not_know() -> None:
    with answering(Answer("inspector2.batch_get_account_status", {"accounts": []})) as connection:
        (found,) = seen(connection, InspectorStatus).seen

    assert set(found.types.values()) == {"DISABLED"}


def test_an_account_that_inspector_does_not_answer_for() -> None:
    failed = {"accountId": ACCOUNT, "errorCode": "INTERNAL_ERROR", "errorMessage": "no"}
    answer = {"accounts": [], "failedAccounts": [failed]}
    with answering(Answer("inspector2.batch_get_account_status", answer)) as connection:
        found = seen(connection, InspectorStatus)

    assert found == Evidence(
        gaps=(
            Gap(
                reason=Reason.UNDECIDED,
                account=ACCOUNT,
                region=REGION,
                action="inspector2:BatchGetAccountStatus",
                detail="INTERNAL_ERROR",
            ),
        )
    )


@pytest.mark.parametrize(
    ("pattern", "sources"),
    [
        ('{"source": ["aws.health"]}', ("aws.health",)),
        ('{"source": ["aws.guardduty"], "detail": {"severity": [{"numeric": [">=", 7]}]}}', ("aws.guardduty",)),
        ('{"source": [{"prefix": "aws.secur"}]}', ("aws.securityhub",)),
        ('{"source": [{"anything-but": ["aws.health", "aws.inspector2"]}]}', ("aws.guardduty", "aws.securityhub")),
        ('{"detail-type": ["Inspector2 Finding"]}', ("aws.inspector2",)),
        ('{"source": ["aws.inspector2"], "detail-type": ["Inspector2 Scan"]}', ()),
        ('{"source": ["aws.ec2"]}', ()),
        ('{"detail-type": ["EC2 Instance State-change Notification"]}', ()),
        ('{"account": ["111122223333"]}', ()),
    ],
)  # fmt: skip
def test_whose_security_events_a_rule_picks(pattern: str, sources: tuple[str, ...]) -> None:
    rule = EventRule(arn="r", name="r", enabled=True, managed_by="", pattern=pattern)

    assert rule.security_sources == sources


def rule(name: str, state: str = "ENABLED", **changes: Any) -> dict[str, Any]:
    pattern = '{"source": ["aws.guardduty"]}'
    found = {"Name": name, "Arn": arn("events", f"rule/{name}"), "State": state}
    return {**found, "EventPattern": pattern, **changes}


def test_targets_of_enabled_rules_that_pick_security_events() -> None:
    rules = [
        rule("alerts"),
        rule("hidden"),
        rule("off", "DISABLED"),
        rule("theirs", ManagedBy="securityhub.amazonaws.com"),
        rule("other", EventPattern='{"source": ["aws.ec2"]}'),
    ]
    target = {"Id": "1", "Arn": arn("sns", "alerts"), "Input": "hush"}
    call = "events.list_targets_by_rule"
    answers = (
        Answer("events.list_rules", {"Rules": rules}),
        Answer(call, {"Targets": [target], "NextToken": "more"}, asked={"Rule": "alerts"}),
        Answer(call, {"Targets": [target]}, asked={"Rule": "alerts", "NextToken": "more"}),
        Answer(call, error=DENIED, asked={"Rule": "hidden"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, SecurityRoute)
        assert_made_as_declared(connection, SecurityRoute, EventRule)

    assert found == Evidence(
        (SecurityRoute(arn=rules[0]["Arn"], sources=("aws.guardduty",), targets=2),),
        (refused("events:ListTargetsByRule", resource=rules[1]["Arn"]),),
    )


def test_what_user_notifications_picks_where_and_whether_it_is_sent() -> None:
    def name(number: int) -> str:
        return f"arn:aws:notifications::{ACCOUNT}:configuration/a0{number}abcdefghijklmnopqrstuvwx"

    def rule(number: int, source: str, kind: str, **states: str) -> dict[str, Any]:
        return {
            "arn": f"{name(number)}/rule/a01abcdefghijklmnopqrstuvwx",
            "notificationConfigurationArn": name(number),
            "creationTime": MADE,
            "source": source,
            "eventType": kind,
            "eventPattern": "",
            "regions": list(states),
            "managedRules": [],
            "statusSummaryByRegion": {
                region.replace("_", "-"): {"status": state, "reason": ""}
                for region, state in states.items()
            },
        }

    listed = [
        {"arn": name(number), "name": f"n{number}", "description": "d", "status": "ACTIVE", "creationTime": MADE}
        for number in (1, 2, 3, 4)
    ]  # fmt: skip
    rules, channels = "notifications.list_event_rules", "notifications.list_channels"
    health = ("aws.health", "AWS Health Event")
    answers = (
        Answer("notifications.list_notification_configurations", {"notificationConfigurations": listed}),
        Answer(
            rules,
            {
                "eventRules": [
                    rule(1, *health, eu_west_1="ACTIVE", us_east_1="INACTIVE"),
                    rule(1, *health, us_west_2="ACTIVE"),
                    rule(1, "aws.ec2", "EC2 Instance State-change Notification", eu_west_1="ACTIVE"),
                ]
            },
            asked={"notificationConfigurationArn": name(1)},
        ),
        Answer(channels, {"channels": ["arn:aws:chatbot::1:chat-configuration/c"]}, asked={"notificationConfigurationArn": name(1)}),
        Answer(rules, {"eventRules": [rule(2, "aws.guardduty", "GuardDuty Finding", eu_west_1="ACTIVE")]}),
        Answer(channels, {"channels": []}),
        Answer(rules, error=DENIED),
        Answer(rules, {"eventRules": []}),
    )  # fmt: skip
    with answering(*answers, region="us-east-1") as connection:
        found = seen(connection, NotificationConfiguration)
        assert_made_as_declared(connection, NotificationConfiguration)

    assert found == Evidence(
        (
            NotificationConfiguration(
                arn=name(1),
                name="n1",
                source="aws.health",
                regions=("eu-west-1", "us-west-2"),
                delivered=True,
            ),
            NotificationConfiguration(
                arn=name(2), name="n2", source="aws.guardduty", regions=("eu-west-1",)
            ),
        ),
        (replace(refused("notifications:ListEventRules", resource=name(3)), region="us-east-1"),),
    )


def test_other_partitions_have_no_user_notifications() -> None:
    with connected() as connection:
        connection.partition = "aws-cn"
        found = look(connection, "cn-north-1", Scope.ACCOUNT, [NotificationConfiguration])  # fmt: skip

    assert found[NotificationConfiguration] == Evidence()


@mock_aws
def test_the_security_contact_without_its_name_and_address() -> None:
    account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
    with connected(account) as connection:
        assert seen(connection, SecurityContact) == Evidence()
    boto3.client("account", region_name=REGION).put_alternate_contact(
        AlternateContactType="SECURITY",
        Name="Ann",
        Title="CISO",
        EmailAddress="ann@Acme.com",
        PhoneNumber="+1 555 0100",
    )
    with connected(account) as connection:
        found = seen(connection, SecurityContact)
        assert_made_as_declared(connection, SecurityContact)

    name = f"arn:aws:account::{account}:alternate-contact/security"
    assert found == Evidence((SecurityContact(arn=name, domain="acme.com", phone=True),))


def test_every_page_of_audit_reports() -> None:
    def report(number: int, status: str) -> dict[str, Any]:
        name = f"00000000-0000-4000-8000-00000000000{number}"
        return {"id": name, "name": "SOC 2", "status": status, "creationTime": MADE}

    first, second = report(1, "COMPLETE"), report(2, "FAILED")
    call = "auditmanager.list_assessment_reports"
    answers = (
        Answer(call, {"assessmentReports": [first], "nextToken": "more"}),
        Answer(call, {"assessmentReports": [second]}, asked={"nextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, AuditReport)
        assert_made_as_declared(connection, AuditReport)

    assert found == Evidence(
        tuple(
            AuditReport(
                arn=arn("auditmanager", f"assessmentReport/{each['id']}"),
                name="SOC 2",
                status=each["status"],
                created=MADE,
            )
            for each in (first, second)
        )
    )


def test_audit_manager_that_nobody_set_up_is_an_answer_and_a_refusal_is_none() -> None:
    not_set_up = {
        "service_error_code": "AccessDeniedException",
        "service_message": "Please complete AWS Audit Manager setup from home page to enable this action in this account.",
        "http_status_code": 403,
    }
    call = "auditmanager.list_assessment_reports"
    with answering(Answer(call, error=not_set_up)) as connection:
        assert seen(connection, AuditReport) == Evidence()
    with answering(Answer(call, error=DENIED)) as connection:
        assert seen(connection, AuditReport) == Evidence(
            gaps=(refused("auditmanager:ListAssessmentReports"),)
        )


def test_runs_of_penetration_tests_in_every_agent_space() -> None:
    spaces = [{"agentSpaceId": f"as-{each}", "name": each} for each in "ab"]
    test = {"pentestId": "pt-1", "agentSpaceId": "as-a", "title": "shop"}

    def job(name: str, status: str, **more: Any) -> dict[str, Any]:
        return {"pentestJobId": name, "pentestId": "pt-1", "status": status, **more}

    jobs = [job("j-1", "COMPLETED", jobType="FULL", updatedAt=MADE), job("j-2", "IN_PROGRESS")]
    answers = (
        Answer("securityagent.list_agent_spaces", {"agentSpaceSummaries": spaces}),
        Answer("securityagent.list_pentests", {"pentestSummaries": [test]}, asked={"agentSpaceId": "as-a"}),
        Answer("securityagent.list_pentest_jobs_for_pentest", {"pentestJobSummaries": jobs}, asked={"agentSpaceId": "as-a", "pentestId": "pt-1"}),
        Answer("securityagent.list_pentests", error=DENIED, asked={"agentSpaceId": "as-b"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, PenetrationTest)
        assert_made_as_declared(connection, PenetrationTest)

    space = arn("securityagent", "agent-space/as-a")
    common: dict[str, Any] = {"title": "shop"}
    assert found == Evidence(
        (
            PenetrationTest(arn=f"{space}/pentest/pt-1/job/j-1", status="COMPLETED", type="FULL", ended=MADE, **common),
            PenetrationTest(arn=f"{space}/pentest/pt-1/job/j-2", status="IN_PROGRESS", type="", ended=None, **common),
        ),
        (refused("securityagent:ListPentests", resource=arn("securityagent", "agent-space/as-b")),),
    )  # fmt: skip


def test_security_agent_is_asked_where_it_is_offered() -> None:
    with connected() as connection:
        found = look(connection, "eu-south-2", Scope.REGION, [PenetrationTest])

    assert found[PenetrationTest] == Evidence()


def test_the_risks_of_a_review() -> None:
    name = arn("wellarchitected", "workload/00000000000000000000000000000001")
    listed = {
        "WorkloadId": "0" * 31 + "1",
        "WorkloadArn": name,
        "WorkloadName": "shop",
        "UpdatedAt": NOW,
        "RiskCounts": {"HIGH": 2, "UNANSWERED": 5, "NONE": 40},
    }
    answers = (
        Answer("wellarchitected.list_workloads", {"WorkloadSummaries": [listed]}),
        Answer("wellarchitected.get_workload", {"Workload": {"AccountIds": [ACCOUNT]}}),
    )
    with answering(*answers) as connection:
        found = seen(connection, WellArchitectedWorkload)

    assert found == Evidence(
        (
            WellArchitectedWorkload(
                arn=name,
                name="shop",
                accounts=(ACCOUNT,),
                design=False,
                updated=NOW,
                high_risks=2,
                unanswered=5,
            ),
        )
    )


def test_a_review_whose_risks_are_not_counted_is_none_without_risks() -> None:
    name = arn("wellarchitected", "workload/00000000000000000000000000000001")
    listed = {"WorkloadId": "0" * 31 + "1", "WorkloadArn": name, "WorkloadName": "shop"}
    answers = (
        Answer("wellarchitected.list_workloads", {"WorkloadSummaries": [listed]}),
        Answer("wellarchitected.get_workload", {"Workload": {}}),
    )
    with answering(*answers) as connection:
        found = seen(connection, WellArchitectedWorkload)

    assert [each.unanswered for each in found] == [1]


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (SecurityHub, "securityhub.describe_hub", "securityhub:DescribeHub"),
        (GuardDutyDetector, "guardduty.list_detectors", "guardduty:ListDetectors"),
        (InspectorStatus, "inspector2.batch_get_account_status", "inspector2:BatchGetAccountStatus"),
        (SecurityRoute, "events.list_rules", "events:ListRules"),
        (SecurityContact, "account.get_alternate_contact", "account:GetAlternateContact"),
        (PenetrationTest, "securityagent.list_agent_spaces", "securityagent:ListAgentSpaces"),
    ],
)  # fmt: skip
def test_a_refused_call_is_a_gap_not_an_absence(
    kind: type[Any], operation: str, action: str
) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
