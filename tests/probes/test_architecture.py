"""What is seen of reviews in the Well-Architected Tool, and of runbooks in Systems Manager."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
from moto import mock_aws

from readiness.evidence import Evidence, Reason
from readiness.evidence.architecture import CostReview, WellArchitectedWorkload
from readiness.evidence.runbooks import AutomationRunbook
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

LIST, GET = "wellarchitected.list_workloads", "wellarchitected.get_workload"


def arn(number: str) -> str:
    return f"arn:aws:wellarchitected:{REGION}:{ACCOUNT}:workload/{number * 32}"


def listed(number: str, token: str = "") -> Answer:
    each = {"WorkloadId": number * 32, "WorkloadArn": arn(number), "WorkloadName": f"shop {number}"}
    return Answer(LIST, {"WorkloadSummaries": [each], **({"NextToken": token} if token else {})})


def got(number: str, **more: Any) -> Answer:
    return Answer(GET, {"Workload": more}, asked={"WorkloadId": number * 32})


def test_workloads_tell_their_accounts_and_whether_they_link_a_design() -> None:
    answers = (
        listed("a", "more"),
        listed("b"),
        got("a", AccountIds=[ACCOUNT], ArchitecturalDesign="https://wiki.example.com/?token=x"),
        got("b"),
    )
    with answering(*answers) as connection:
        found = seen(connection, WellArchitectedWorkload)
        assert_made_as_declared(connection, WellArchitectedWorkload)

    assert found == Evidence(
        (
            WellArchitectedWorkload(
                arn=arn("a"), name="shop a", accounts=(ACCOUNT,), design=True, unanswered=1
            ),
            WellArchitectedWorkload(
                arn=arn("b"), name="shop b", accounts=(), design=False, unanswered=1
            ),
        )
    )


def test_a_workload_that_may_not_be_read_is_a_gap_about_itself_and_one_that_is_gone_is_none() -> (
    None
):
    gone = {"service_error_code": "ResourceNotFoundException", "http_status_code": 404}
    answers = (
        listed("a", "more"), listed("b"),
        Answer(GET, error=DENIED), Answer(GET, error=gone),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, WellArchitectedWorkload)

    gap = refused("wellarchitected:GetWorkload", resource=arn("a"))
    assert found == Evidence(gaps=(gap,))


REVIEW = "wellarchitected.get_lens_review"


def reviewed(*pillars: dict[str, Any]) -> dict[str, Any]:
    updated = NOW - timedelta(days=9)
    return {"LensReview": {"UpdatedAt": updated, "PillarReviewSummaries": list(pillars)}}


def test_how_much_of_the_cost_pillar_is_answered() -> None:
    security = {"PillarId": "security", "RiskCounts": {"UNANSWERED": 9}}
    open_ = {"PillarId": "costOptimization", "RiskCounts": {"UNANSWERED": 2, "HIGH": 1}}
    done = {"PillarId": "costOptimization", "RiskCounts": {"NONE": 11}}
    gone = {"service_error_code": "ResourceNotFoundException", "http_status_code": 404}
    asked = {"WorkloadId": "a" * 32, "LensAlias": "wellarchitected"}
    answers = (
        listed("a", "1"), listed("b", "2"), listed("c", "3"), listed("d", "4"), listed("e"),
        got("a"), got("b"), got("c"), got("d"), got("e"),
        Answer(REVIEW, reviewed(security, open_), asked=asked),
        Answer(REVIEW, reviewed(done)),
        Answer(REVIEW, reviewed(security)),
        Answer(REVIEW, error=gone),
        Answer(REVIEW, error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, CostReview)
        assert_made_as_declared(connection, CostReview, WellArchitectedWorkload)

    updated = NOW - timedelta(days=9)
    assert found == Evidence(
        (
            CostReview(arn=arn("a"), updated=updated, unanswered=2),
            CostReview(arn=arn("b"), updated=updated, unanswered=0),
        ),
        (refused("wellarchitected:GetLensReview", resource=arn("e")),),
    )


def test_a_pillar_without_numbers_is_a_gap_and_not_answered() -> None:
    answers = (listed("a"), got("a"), Answer(REVIEW, reviewed({"PillarId": "costOptimization"})))
    with answering(*answers) as connection:
        found = seen(connection, CostReview)

    assert found.seen == ()
    assert [gap.reason for gap in found.gaps] == [Reason.ODD_ANSWER]


def test_a_pillar_that_counts_nothing_is_not_answered() -> None:
    fresh = {"PillarId": "costOptimization", "RiskCounts": {}}
    with answering(listed("a"), got("a"), Answer(REVIEW, reviewed(fresh))) as connection:
        (found,) = seen(connection, CostReview)

    assert found.unanswered == 1


def test_workloads_that_may_not_be_listed_are_a_gap() -> None:
    with answering(Answer(LIST, error=DENIED)) as connection:
        found = seen(connection, WellArchitectedWorkload)

    assert found == Evidence(gaps=(refused("wellarchitected:ListWorkloads"),))


def test_the_accounts_own_automation_documents_are_listed_and_no_others() -> None:
    with mock_aws():
        client = boto3.client("ssm", region_name=REGION)
        for name, kind in (("restart", "Automation"), ("run", "Command"), ("AWSQuickSetup-a", "Automation")):  # fmt: skip
            client.create_document(
                Name=name, DocumentType=kind, DocumentFormat="YAML",
                Content="schemaVersion: '0.3'\nmainSteps: []\n",
            )  # fmt: skip
        with connected() as connection:
            found = seen(connection, AutomationRunbook)
            assert_made_as_declared(connection, AutomationRunbook)

    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:automation-definition/restart"
    assert found == Evidence((AutomationRunbook(arn=arn, name="restart"),))


def test_documents_are_asked_for_page_by_page_and_by_owner() -> None:
    filters = [
        {"Key": "Owner", "Values": ["Self"]},
        {"Key": "DocumentType", "Values": ["Automation"]},
    ]
    answers = (
        Answer("ssm.list_documents", {"DocumentIdentifiers": [{"Name": "a"}], "NextToken": "t"}, asked={"Filters": filters}),
        Answer("ssm.list_documents", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, AutomationRunbook)

    assert [each.name for each in found.seen] == ["a"]
    assert found.gaps == (refused("ssm:ListDocuments"),)
