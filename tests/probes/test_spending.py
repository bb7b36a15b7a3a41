"""What is seen of costs, of who looks at them, and of what is paid in advance."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from readiness.config import Configuration, Workload
from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.billing import CostAllocationTag, CostExport, CostReport, Payer, TaggedCost
from readiness.evidence.commitments import (
    CommitmentCoverage,
    CommitmentRecommendation,
    CommitmentUse,
    CostHubEnrollment,
    ReservedInstance,
    SavingsPlan,
)
from readiness.evidence.events import CostLookup
from readiness.planning import Request, make_plan
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.probes.test_billing import MEMBER, STANDS_ALONE, elsewhere, payer
from tests.rows import ACCOUNT, NOW, REGION

A, B = "111111111111", "222222222222"
TAGS, USAGE = "ce.list_cost_allocation_tags", "ce.get_cost_and_usage"
LAST_MONTH = {"Start": "2026-10-01", "End": "2026-11-01"}
MONTH = {"Start": "2026-10-25", "End": "2026-11-24"}
ACTIVE = Answer(
    TAGS,
    {"CostAllocationTags": [{"TagKey": "application", "Type": "UserDefined", "Status": "Active"}]},
    asked={"Status": "Active", "MaxResults": 1000},
)
NONE_ACTIVE = Answer(TAGS, {"CostAllocationTags": []})


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}::{ACCOUNT}:{resource}"


def usage(*groups: tuple[str, str, str], token: str = "") -> dict[str, Any]:
    period = {
        "TimePeriod": LAST_MONTH,
        "Groups": [
            {
                "Keys": [account, key],
                "Metrics": {"UnblendedCost": {"Amount": amount, "Unit": "USD"}},
            }
            for account, key, amount in groups
        ],
    }
    return {"ResultsByTime": [period], **({"NextPageToken": token} if token else {})}


def asked(kind: str, key: str, **more: Any) -> dict[str, Any]:
    return {
        "TimePeriod": LAST_MONTH,
        "Granularity": "MONTHLY",
        "Metrics": ["UnblendedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": kind, "Key": key}],
        **more,
    }


WITHOUT = {"Tags": {"Key": "application", "MatchOptions": ["ABSENT"]}}


def cost(account: str, total: float, tagged: float, **more: Any) -> TaggedCost:
    values: dict[str, Any] = {"tag": "application", "untagged": {}, "currency": "USD"}
    return TaggedCost(account=account, total=total, tagged=tagged, **values | more)


def test_costs_by_account_and_tag_of_every_page_and_the_rest_by_service() -> None:
    by_tag = asked("TAG", "application")
    answers = (
        payer(ACCOUNT),
        ACTIVE,
        Answer(USAGE, usage((A, "application$shop", "60"), (A, "application$", "30"), token="n"), asked=by_tag),
        Answer(USAGE, usage((A, "application$web", "10"), (B, "application$shop", "5")), asked={**by_tag, "NextPageToken": "n"}),
        Answer(USAGE, usage((A, "Tax", "20"), (A, "Amazon EC2", "10")), asked=asked("DIMENSION", "SERVICE", Filter=WITHOUT)),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, TaggedCost)
        assert_made_as_declared(connection, TaggedCost, CostAllocationTag, Payer)

    assert found == Evidence(
        (
            cost(A, 100, 70, untagged={"Tax": 20, "Amazon EC2": 10}),
            cost(B, 5, 5),
            cost("", 105, 75),
        )
    )


def test_the_rest_is_not_asked_for_where_there_is_none_or_no_tag_is_active() -> None:
    whole = Answer(USAGE, usage((A, "application$shop", "60")))
    with answering(payer(ACCOUNT), ACTIVE, whole) as connection:
        assert seen(connection, TaggedCost) == Evidence((cost(A, 60, 60), cost("", 60, 60)))
    untagged = Answer(USAGE, usage((A, "application$", "60")))
    with answering(payer(ACCOUNT), NONE_ACTIVE, untagged) as connection:
        assert seen(connection, TaggedCost) == Evidence((cost(A, 60, 0), cost("", 60, 0)))


def test_a_member_sees_its_own_costs_and_says_that_others_are_not_seen() -> None:
    own = Answer(USAGE, usage((ACCOUNT, "application$shop", "60")))
    denied = Answer(TAGS, error=DENIED)
    with answering(payer(MEMBER), denied, own) as connection:
        assert seen(connection, TaggedCost) == Evidence(
            (cost(ACCOUNT, 60, 60), cost("", 60, 60)), (elsewhere("ce:GetCostAndUsage"),)
        )


def test_each_tag_that_a_workload_names_is_asked_for_once() -> None:
    option = "ce_cost_allocation_coverage.cost_allocation_tag"
    workloads = (
        Workload(name="shop", accounts=(A,), options={option: "team"}),
        Workload(name="web", accounts=(A,)),
        Workload(name="api", accounts=(A,), options={option: "team"}),
    )
    plan = make_plan(
        Request(),
        scan="20261124T060000Z-0001",
        started=NOW,
        configuration=Configuration(workloads=workloads),
    )

    assert plan.cost_tags == ("team", "application")

    answers = (
        payer(ACCOUNT),
        NONE_ACTIVE,
        *(Answer(USAGE, usage(), asked=asked("TAG", tag)) for tag in plan.cost_tags),
    )
    with answering(*answers) as connection:
        connection.cost_tags = plan.cost_tags
        found = seen(connection, TaggedCost)

    assert [each.tag for each in found] == ["team", "application"]


def test_in_january_the_last_full_month_is_december() -> None:
    period = {"Start": "2026-12-01", "End": "2027-01-01"}
    answers = (
        STANDS_ALONE,
        NONE_ACTIVE,
        Answer(USAGE, usage(), asked={**asked("TAG", "application"), "TimePeriod": period}),
    )
    with answering(*answers) as connection:
        connection.started = datetime(2027, 1, 1, 3, tzinfo=UTC)
        seen(connection, TaggedCost)


COVERAGE, RESERVED = "ce.get_savings_plans_coverage", "ce.get_reservation_coverage"
HUB = "cost-optimization-hub.list_enrollment_statuses"
ON = Answer(HUB, {"items": [{"accountId": ACCOUNT, "status": "Active"}]})
OFF = Answer(HUB, {"items": [{"accountId": ACCOUNT, "status": "Inactive"}]})


def plans_cover(covered: str, open_: str) -> dict[str, Any]:
    return {"Coverage": {"SpendCoveredBySavingsPlans": covered, "OnDemandCost": open_}}


def hours(reserved: str, running: str) -> Answer:
    counted = {"ReservedHours": reserved, "TotalRunningHours": running}
    return Answer(
        RESERVED,
        {"CoveragesByTime": [], "Total": {"CoverageHours": counted}},
        asked={"TimePeriod": MONTH, "Granularity": "MONTHLY"},
    )


@pytest.mark.parametrize(
    ("plans", "reserved", "share"),
    [
        pytest.param(
            [plans_cover("60", "20"), plans_cover("0", "20")], ("0", "0"), 0.6, id="plans"
        ),
        pytest.param(
            [plans_cover("50", "50")], ("40", "100"), 0.7, id="plans on top of reservations"
        ),
        pytest.param([], ("40", "100"), 0.4, id="reservations"),
        pytest.param([], ("0", "0"), None, id="nothing"),
    ],
)
def test_how_much_commitments_cover(
    plans: list[Any], reserved: tuple[str, str], share: float | None
) -> None:
    asked = {"TimePeriod": MONTH, "Granularity": "MONTHLY"}
    answers = (
        payer(ACCOUNT),
        OFF,
        Answer(COVERAGE, {"SavingsPlansCoverages": plans[:1], "NextToken": "n"}, asked=asked),
        Answer(COVERAGE, {"SavingsPlansCoverages": plans[1:]}, asked={**asked, "NextToken": "n"}),
        hours(*reserved),
    )
    with answering(*answers) as connection:
        found = seen(connection, CommitmentCoverage)
        assert_made_as_declared(connection, CommitmentCoverage, CostHubEnrollment, Payer)

    (coverage,) = found
    assert coverage.share == pytest.approx(share)


def test_no_coverage_is_paid_for_where_the_hub_is_on_or_refused() -> None:
    with answering(payer(ACCOUNT), ON) as connection:
        assert seen(connection, CommitmentCoverage) == Evidence()
    with answering(payer(ACCOUNT), Answer(HUB, error=DENIED)) as connection:
        assert seen(connection, CommitmentCoverage) == Evidence(
            gaps=(refused("cost-optimization-hub:ListEnrollmentStatuses"),)
        )


@pytest.mark.parametrize("members", [True, False])
def test_whether_the_hub_looks_at_members(members: bool) -> None:
    on = {"items": [{"accountId": ACCOUNT, "status": "Active"}], "includeMemberAccounts": members}
    with answering(Answer(HUB, on)) as connection:
        (found,) = seen(connection, CostHubEnrollment)

    assert (found.active, found.members) == (True, members)


PLANS_USED, RESERVED_USED = "ce.get_savings_plans_utilization", "ce.get_reservation_utilization"


def plans_used(percent: str, bought: str) -> Answer:
    said = {"UtilizationPercentage": percent, "TotalCommitment": bought}
    return Answer(
        PLANS_USED,
        {"Total": {"Utilization": said}},
        asked={"TimePeriod": MONTH, "Granularity": "MONTHLY"},
    )


def reserved_used(percent: str, bought: str) -> Answer:
    total = {"UtilizationPercentage": percent, "PurchasedHours": bought}
    return Answer(RESERVED_USED, {"UtilizationsByTime": [], "Total": total})


def used(kind: str, percent: float | None) -> CommitmentUse:
    return CommitmentUse(arn=arn("ce", f"utilization/{kind}"), kind=kind, percent=percent)


def test_how_much_of_the_commitments_is_used() -> None:
    answers = (payer(ACCOUNT), plans_used("87.5", "100"), reserved_used("0", "0"))
    with answering(*answers) as connection:
        assert seen(connection, CommitmentUse) == Evidence(
            (used("Savings Plans", 87.5), used("reserved instances", None))
        )
        assert_made_as_declared(connection, CommitmentUse, Payer)


@pytest.mark.parametrize(
    ("kind", "answers", "action"),
    [
        (CommitmentUse, (), "ce:GetSavingsPlansUtilization"),
        (CommitmentCoverage, (OFF,), "ce:GetSavingsPlansCoverage"),
    ],
)
def test_the_commitments_of_a_member_do_not_stand_for_the_organization(
    kind: type[Any], answers: tuple[Answer, ...], action: str
) -> None:
    with answering(payer(MEMBER), *answers) as connection:
        assert seen(connection, kind) == Evidence(gaps=(elsewhere(action),))


def test_a_new_account_has_no_data_yet_and_that_is_no_crash() -> None:
    young = Answer(PLANS_USED, error={"service_error_code": "DataUnavailableException"})
    with answering(payer(ACCOUNT), young, reserved_used("95", "10")) as connection:
        assert seen(connection, CommitmentUse) == Evidence(
            (used("reserved instances", 95),),
            (
                Gap(
                    reason=Reason.NO_DATA,
                    account=ACCOUNT,
                    region=REGION,
                    resource="Savings Plans",
                    action="ce:GetSavingsPlansUtilization",
                    detail="DataUnavailableException",
                ),
            ),
        )


def test_recommended_commitments_of_every_page() -> None:
    def given(name: str) -> dict[str, Any]:
        return {
            "recommendationId": name,
            "accountId": A,
            "recommendedResourceType": "ComputeSavingsPlans",
            "estimatedMonthlySavings": 120.5,
            "estimatedSavingsPercentage": 22.0,
            "currencyCode": "USD",
        }

    def expected(name: str) -> CommitmentRecommendation:
        return CommitmentRecommendation(
            arn=arn("cost-optimization-hub", f"recommendation/{name}"),
            id=name,
            account=A,
            what="ComputeSavingsPlans",
            monthly_savings=120.5,
            saving_percent=22,
            currency="USD",
        )

    operation = "cost-optimization-hub.list_recommendations"
    asked = {"filter": {"actionTypes": ["PurchaseSavingsPlans", "PurchaseReservedInstances"]}}
    answers = (
        payer(ACCOUNT),
        ON,
        Answer(operation, {"items": [given("a")], "nextToken": "n"}, asked=asked),
        Answer(operation, {"items": [given("b")]}, asked={**asked, "nextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, CommitmentRecommendation)
        assert_made_as_declared(connection, CommitmentRecommendation, CostHubEnrollment, Payer)

    assert found == Evidence((expected("a"), expected("b")))


def test_no_recommendation_where_the_hub_is_off() -> None:
    with answering(payer(ACCOUNT), OFF) as connection:
        assert seen(connection, CommitmentRecommendation) == Evidence()


def test_a_member_does_not_see_what_is_recommended_to_the_payer() -> None:
    operation = "cost-optimization-hub.list_recommendations"
    with answering(payer(MEMBER), ON, Answer(operation, {"items": []})) as connection:
        assert seen(connection, CommitmentRecommendation) == Evidence(
            gaps=(elsewhere("cost-optimization-hub:ListRecommendations"),)
        )


def test_plans_that_are_active_or_queued_of_every_page() -> None:
    def given(name: str) -> dict[str, Any]:
        return {
            "savingsPlanArn": name,
            "savingsPlanType": "EC2Instance",
            "region": "eu-west-1",
            "ec2InstanceFamily": "m7g",
            "state": "active",
            "start": "2026-01-01T00:00:00Z",
            "end": "2027-01-01T00:00:00.000Z",
        }

    def expected(name: str) -> SavingsPlan:
        return SavingsPlan(
            arn=name,
            kind="EC2Instance",
            state="active",
            start=datetime(2026, 1, 1, tzinfo=UTC),
            end=datetime(2027, 1, 1, tzinfo=UTC),
            region="eu-west-1",
            family="m7g",
        )

    operation, asked = "savingsplans.describe_savings_plans", {"states": ["active", "queued"]}
    answers = (
        Answer(operation, {"savingsPlans": [given("a")], "nextToken": "n"}, asked=asked),
        Answer(operation, {"savingsPlans": [given("b")]}, asked={**asked, "nextToken": "n"}),
    )
    with answering(*answers) as connection:
        assert seen(connection, SavingsPlan) == Evidence((expected("a"), expected("b")))
        assert_made_as_declared(connection, SavingsPlan)


def test_reserved_instances_that_are_active_or_queued() -> None:
    given = {
        "ReservedInstancesId": "1",
        "InstanceType": "m7g.large",
        "State": "queued",
        "Start": NOW,
        "End": NOW + timedelta(days=365),
    }
    asked = {"Filters": [{"Name": "state", "Values": ["active", "queued"]}]}
    answer = Answer("ec2.describe_reserved_instances", {"ReservedInstances": [given]}, asked=asked)
    with answering(answer) as connection:
        assert seen(connection, ReservedInstance) == Evidence(
            (
                ReservedInstance(
                    arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:reserved-instances/1",
                    kind="m7g.large",
                    state="queued",
                    start=NOW,
                    end=NOW + timedelta(days=365),
                ),
            )
        )
        assert_made_as_declared(connection, ReservedInstance)


EXPORTS, REPORTS = "bcm-data-exports.list_exports", "cur.describe_report_definitions"


def test_data_exports_of_every_page() -> None:
    def given(name: str, **status: str) -> dict[str, Any]:
        place = arn("bcm-data-exports", f"export/{name}")
        return {"ExportArn": place, "ExportName": name, "ExportStatus": status}

    answers = (
        payer(ACCOUNT),
        Answer(EXPORTS, {"Exports": [given("a", StatusCode="HEALTHY")], "NextToken": "n"}, asked={}),
        Answer(EXPORTS, {"Exports": [given("b", StatusCode="UNHEALTHY"), given("c")]}, asked={"NextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, CostExport) == Evidence(
            (
                CostExport(arn=arn("bcm-data-exports", "export/a"), name="a", healthy=True),
                CostExport(arn=arn("bcm-data-exports", "export/b"), name="b", healthy=False),
                CostExport(arn=arn("bcm-data-exports", "export/c"), name="c", healthy=False),
            )
        )
        assert_made_as_declared(connection, CostExport, Payer)


def test_reports_that_were_delivered_and_others() -> None:
    def given(name: str, **more: Any) -> dict[str, Any]:
        return {
            "ReportName": name,
            "TimeUnit": "DAILY",
            "Format": "Parquet",
            "Compression": "Parquet",
            "AdditionalSchemaElements": [],
            "S3Bucket": "bills",
            "S3Prefix": "",
            "S3Region": "us-east-1",
            **more,
        }

    listed = [
        given("a", ReportStatus={"lastStatus": "SUCCESS"}),
        given("b", ReportStatus={"lastStatus": "ERROR_NO_BUCKET"}),
        given("c"),
    ]
    with answering(STANDS_ALONE, Answer(REPORTS, {"ReportDefinitions": listed})) as connection:
        found = seen(connection, CostReport)

        assert [(each.name, each.healthy) for each in found] == [
            ("a", True),
            ("b", False),
            ("c", False),
        ]


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        (CostExport, "bcm-data-exports:ListExports"),
        (CostReport, "cur:DescribeReportDefinitions"),
        (CostLookup, "cloudtrail:LookupEvents"),
    ],
)
def test_a_member_is_not_asked_how_the_bill_is_looked_at(kind: type[Any], action: str) -> None:
    with answering(payer(MEMBER)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(elsewhere(action),))


LOOKUP = "cloudtrail.lookup_events"


def event(name: str, **said: Any) -> dict[str, Any]:
    role = f"arn:aws:sts::{ACCOUNT}:assumed-role/Billing/mia"
    whole = {
        "eventName": name,
        "eventSource": "ce.amazonaws.com",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": role,
            "sessionContext": {"sessionIssuer": {"userName": "Billing"}},
        },
        "requestParameters": {"filter": "a customer's name"},
        **said,
    }
    return {"EventTime": NOW, "EventName": name, "CloudTrailEvent": json.dumps(whole)}


def test_who_asked_for_costs_and_what_scans_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readiness.probes.lookups.time.sleep", lambda _: None)
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/readiness/readiness-20261124T060000Z-0001"
    scan = {"type": "AssumedRole", "arn": session, "sessionContext": {}}
    listed = [
        event("GetCostandUsage"),
        event("GetCostAndUsageWithResources", userAgent="Boto3/1.40 Botocore/1.40 readiness"),
        event("GetCostAndUsage", userIdentity=scan),
        event("GetCostForecast"),
        event("GetCostAndUsage", errorCode="AccessDenied"),
    ]
    asked = {
        "LookupAttributes": [{"AttributeKey": "EventSource", "AttributeValue": "ce.amazonaws.com"}],
        "StartTime": NOW - timedelta(days=90),
        "EndTime": NOW,
        "MaxResults": 50,
    }
    tokens: list[dict[str, str]] = [{}, *({"NextToken": f"n{number}"} for number in range(5))]
    pages = [listed, *([event("GetCostForecast")] for _ in range(4))]
    answers = (
        payer(ACCOUNT),
        *(
            Answer(LOOKUP, {"Events": page, **following}, asked={**asked, **token})
            for page, (token, following) in zip(pages, pairwise(tokens), strict=True)
        ),
    )
    with answering(*answers) as connection:
        (found,) = seen(connection, CostLookup)
        assert_made_as_declared(connection, CostLookup, Payer)

    assert [(each.principal_name, each.scanner) for each in found.events] == [
        ("Billing", False),
        ("Billing", True),
        ("", True),
    ]
    assert found.sampled
    assert "customer" not in repr(found)


@pytest.mark.parametrize(
    ("kind", "answers", "action"),
    [
        (CostAllocationTag, (Answer(TAGS, error=DENIED),), "ce:ListCostAllocationTags"),
        (
            TaggedCost,
            (payer(ACCOUNT), ACTIVE, Answer(USAGE, error=DENIED)),
            "ce:GetCostAndUsage",
        ),
        (
            CommitmentCoverage,
            (payer(ACCOUNT), OFF, Answer(COVERAGE, error=DENIED)),
            "ce:GetSavingsPlansCoverage",
        ),
        (
            CommitmentRecommendation,
            (
                payer(ACCOUNT),
                ON,
                Answer("cost-optimization-hub.list_recommendations", error=DENIED),
            ),
            "cost-optimization-hub:ListRecommendations",
        ),
        (
            SavingsPlan,
            (Answer("savingsplans.describe_savings_plans", error=DENIED),),
            "savingsplans:DescribeSavingsPlans",
        ),
        (
            ReservedInstance,
            (Answer("ec2.describe_reserved_instances", error=DENIED),),
            "ec2:DescribeReservedInstances",
        ),
        (
            CostExport,
            (payer(ACCOUNT), Answer(EXPORTS, error=DENIED)),
            "bcm-data-exports:ListExports",
        ),
        (
            CostReport,
            (payer(ACCOUNT), Answer(REPORTS, error=DENIED)),
            "cur:DescribeReportDefinitions",
        ),
        (CostLookup, (payer(ACCOUNT), Answer(LOOKUP, error=DENIED)), "cloudtrail:LookupEvents"),
    ],
)
def test_a_refusal_is_a_gap(kind: type[Any], answers: tuple[Answer, ...], action: str) -> None:
    with answering(*answers) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
