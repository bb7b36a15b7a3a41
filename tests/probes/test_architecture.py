"""What is seen of reviews in the Well-Architected Tool, and of runbooks in Systems Manager."""

from __future__ import annotations

from typing import Any

import boto3
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.architecture import WellArchitectedWorkload
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
from tests.rows import ACCOUNT, REGION

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
            WellArchitectedWorkload(arn=arn("a"), name="shop a", accounts=(ACCOUNT,), design=True),
            WellArchitectedWorkload(arn=arn("b"), name="shop b", accounts=(), design=False),
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
