"""Hold every format to the published schema of those who read it."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import boto3
import jsonschema
import pytest
from botocore.stub import Stubber
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from readiness.checklist.model import Severity, Status
from readiness.findings import PUBLIC, Finding
from readiness.formats import OCSF, asff_of, csv_of, junit_of, ocsf_of
from readiness.results import WorkloadResult
from tests.digest import sample
from tests.digest.test_digest import TRAPS

HOMES = {"payments": sample.PAYMENTS, "web-shop": sample.SHOP}
SUPPRESSED = "accepted until 2026-12-04 by shop@example.com"


def story() -> list[WorkloadResult]:
    """Return the sample, with one failing finding that is accepted."""
    _, results = sample.results()
    first = results[0]
    number = next(n for n, each in enumerate(first.findings) if each.status is Status.FAIL)
    findings = list(first.findings)
    findings[number] = replace(findings[number], suppressed=SUPPRESSED)
    return [replace(first, findings=tuple(findings)), *results[1:]]


def alone(**members: Any) -> WorkloadResult:
    """Return a result with one finding."""
    finding = sample.finding(
        "payments",
        sample.STORY[0],
        sample.PAYMENTS,
        sample.IRELAND,
        sample.arn("rds", sample.PAYMENTS, sample.IRELAND, "db:orders"),
        Status.FAIL,
    )
    return WorkloadResult(
        workload="payments",
        scan=sample.RECORD.id,
        started=sample.THIS_WEEK,
        findings=(replace(finding, **members),),
    )


def findings_of(results: list[WorkloadResult]) -> list[Finding]:
    return [finding for each in results for finding in each.findings]


# CSV


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_has_a_row_for_each_finding_with_the_members_of_findings_jsonl() -> None:
    results = story()

    rows = rows_of(csv_of(results))

    assert [tuple(row) for row in rows] == [PUBLIC] * len(findings_of(results))
    assert rows == [
        {name: str(value) for name, value in each.public().items()} for each in findings_of(results)
    ]


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("\u200b=1", "'=1"),
        ("＝1", "'＝1"),
        ('a";=1', "a\";'=1"),
        ("a;=HYPERLINK(A1)", "a;'=HYPERLINK(A1)"),
        ("a, -1", "a, '-1"),
        ("db-1=2", "db-1=2"),
        ("a\nb", "a b"),
    ],
)
def test_no_spreadsheet_finds_a_formula(name: str, cell: str) -> None:
    (row,) = rows_of(csv_of([alone(resource=name)]))

    assert row["resource"] == cell


# OCSF

_SCHEMA = OcsfJsonSchemaEmbedded(get_ocsf_schema(OCSF))
_VALIDATORS = {
    profiles: jsonschema.Draft202012Validator(
        _SCHEMA.get_class_schema("compliance_finding", profiles=list(profiles))
    )
    for profiles in ((), ("cloud",))
}


def errors_in(event: Mapping[str, Any]) -> list[str]:
    profiles = tuple(event["metadata"]["profiles"])
    return [error.message for error in _VALIDATORS[profiles].iter_errors(event)]


def test_ocsf_events_hold_to_the_published_schema() -> None:
    results = story()

    events = ocsf_of(results, sample.RECORD)

    assert len(events) == len(findings_of(results))
    assert [error for event in events for error in errors_in(event)] == []
    assert {tuple(event["metadata"]["profiles"]) for event in events} == {(), ("cloud",)}
    assert len({event["finding_info"]["uid"] for event in events}) == len(events)
    assert errors_in({**events[0], "control": "x"}) != []


@pytest.mark.parametrize(
    ("status", "label", "number"),
    [
        (Status.PASS, "Pass", 1),
        (Status.FAIL, "Fail", 3),
        (Status.NO_EVIDENCE, "Warning", 2),
        (Status.UNKNOWN, "Unknown", 0),
        (Status.NOT_APPLICABLE, "Other", 99),
    ],
)
def test_a_status_keeps_its_meaning_in_ocsf(status: Status, label: str, number: int) -> None:
    (event,) = ocsf_of([alone(status=status)], sample.RECORD)
    captions = get_ocsf_schema(OCSF)["objects"]["compliance"]["attributes"]["status_id"]["enum"]

    assert (event["compliance"]["status"], event["compliance"]["status_id"]) == (label, number)
    assert captions[str(number)]["caption"] == label


def test_an_ocsf_event_tells_what_is_new_what_is_known_and_what_is_accepted() -> None:
    last_week = sample.LAST_WEEK.isoformat()

    (new,) = ocsf_of([alone()], sample.RECORD)
    (known,) = ocsf_of([alone(first_seen=last_week)], sample.RECORD)
    (accepted,) = ocsf_of([alone(suppressed=SUPPRESSED)], sample.RECORD)

    assert (new["activity_name"], new["type_uid"], new["status"]) == ("Create", 200301, "New")
    assert (known["activity_name"], known["type_uid"]) == ("Update", 200302)
    assert (accepted["status_id"], accepted["status_detail"]) == (3, SUPPRESSED)
    assert new["finding_info"]["uid"] == known["finding_info"]["uid"]
    assert new["remediation"]["references"][0].startswith("https://docs.aws.amazon.com/")


# ASFF


def refused(findings: list[dict[str, Any]]) -> str:
    """Return what the client of Security Hub says against a request; nothing where it is valid."""
    client = boto3.client("securityhub", region_name="eu-west-1")
    with Stubber(client) as stub:
        stub.add_response("batch_import_findings", {"FailedCount": 0, "SuccessCount": 1})
        client.batch_import_findings(Findings=findings)
    shape = client.meta.service_model.operation_model("BatchImportFindings").input_shape
    members = shape.members["Findings"].member.members
    for each in findings:
        for part, name in (("Compliance", "Status"), ("Workflow", "Status"), ("Severity", "Label")):
            if each[part][name] not in members[part].members[name].enum:
                return f"{part}.{name} {each[part][name]}"
    return ""


def test_asff_is_what_security_hub_takes() -> None:
    results = story()

    imported = asff_of(results, sample.RECORD, HOMES)

    assert len(imported) == len(findings_of(results))
    assert refused(imported) == ""
    assert refused([{**imported[0], "Workflow": {"Status": "DONE"}}]) == "Workflow.Status DONE"
    assert len({each["Id"] for each in imported}) == len(imported)
    assert {each["AwsAccountId"] for each in imported} == set(HOMES.values())


@pytest.mark.parametrize(
    ("status", "compliance", "label"),
    [
        (Status.PASS, {"Status": "PASSED"}, "INFORMATIONAL"),
        (Status.FAIL, {"Status": "FAILED"}, "CRITICAL"),
        (Status.NO_EVIDENCE, {"Status": "WARNING"}, "CRITICAL"),
        (
            Status.UNKNOWN,
            {
                "Status": "WARNING",
                "StatusReasons": [{"ReasonCode": "NOT_SEEN", "Description": "denied: rds:X"}],
            },
            "CRITICAL",
        ),
        (Status.NOT_APPLICABLE, {"Status": "NOT_AVAILABLE"}, "INFORMATIONAL"),
    ],
)
def test_a_status_keeps_its_meaning_in_asff(
    status: Status, compliance: dict[str, Any], label: str
) -> None:
    reason = "denied: rds:X" if status is Status.UNKNOWN else ""

    (imported,) = asff_of([alone(status=status, reason=reason)], sample.RECORD, {})

    assert (imported["Compliance"], imported["Severity"]["Label"]) == (compliance, label)


def test_a_finding_without_an_account_is_kept_in_its_workload_s_or_left_out() -> None:
    result = alone(account="", region="", resource="github:acme/payments")

    (imported,) = asff_of([result], sample.RECORD, HOMES)

    assert imported["AwsAccountId"] == sample.PAYMENTS
    assert imported["ProductArn"] == (
        f"arn:aws:securityhub:eu-central-1:{sample.PAYMENTS}:product/{sample.PAYMENTS}/default"
    )
    assert asff_of([result], sample.RECORD, {}) == []


def test_asff_keeps_to_its_limits_whatever_the_names() -> None:
    result = alone(resource="x" * 2000, because="y" * 3000, fix="z" * 2000)

    (imported,) = asff_of([result], sample.RECORD, {})

    assert len(imported["Resources"][0]["Id"]) == 512
    assert len(imported["Description"]) == 1024
    assert len(imported["Remediation"]["Recommendation"]["Text"]) == 512


# JUnit


def test_junit_counts_as_failed_what_fails_and_is_not_accepted_and_as_passed_what_was_seen() -> (
    None
):
    results = story()
    findings = findings_of(results)
    told = [{finding.item for finding in each.findings} for each in results]
    untold = [
        verdict
        for each, items in zip(results, told, strict=True)
        for verdict in each.verdicts
        if verdict.item not in items
    ]

    root = ElementTree.fromstring(junit_of(results, sample.RECORD))
    kinds = Counter(next((child.tag for child in case), "passed") for case in root.iter("testcase"))

    failed = [each for each in findings if each.status is Status.FAIL and not each.suppressed]
    assert kinds["failure"] == len(failed) + sum(each.status is Status.FAIL for each in untold)
    passing = [each for each in findings if each.status is Status.PASS]
    assert kinds["passed"] == len(passing) + sum(each.status is Status.PASS for each in untold)
    assert kinds.total() == len(findings) + len(untold)
    assert [suite.get("name") for suite in root] == ["payments", "web-shop"]
    for element in (root, *root):
        cases = [*element.iter("testcase")]
        assert element.attrib.items() >= {
            ("tests", str(len(cases))),
            ("failures", str(sum(case.find("failure") is not None for case in cases))),
            ("skipped", str(sum(case.find("skipped") is not None for case in cases))),
        }


@pytest.mark.parametrize(
    ("members", "tag", "message"),
    [
        ({}, "failure", "db:orders keeps backups for 0 days; 7 are the least"),
        (
            {"suppressed": SUPPRESSED},
            "skipped",
            f"{SUPPRESSED}: db:orders keeps backups for 0 days; 7 are the least",
        ),
        (
            {"status": Status.UNKNOWN, "because": "could not be judged: denied"},
            "skipped",
            "UNKNOWN: db:orders could not be judged: denied",
        ),
    ],
)
def test_a_junit_test_says_why(members: dict[str, Any], tag: str, message: str) -> None:
    root = ElementTree.fromstring(junit_of([alone(**members)], sample.RECORD))

    (case,) = root.iter("testcase")
    (child,) = case
    assert (child.tag, child.get("message")) == (tag, message)
    assert case.get("name") == "rds_instance_backup_retention [db:orders] 111122223333 · eu-west-1"


@pytest.mark.parametrize("trap", [*TRAPS, "\x00\x1b\ufffe\udc80]]>"])
def test_no_name_breaks_a_format(trap: str) -> None:
    result = alone(workload=trap, resource=trap, because=trap, severity=Severity.LOW)

    (row,) = rows_of(csv_of([result]))
    (event,) = ocsf_of([result], sample.RECORD)
    (case,) = ElementTree.fromstring(junit_of([result], sample.RECORD)).iter("testcase")

    assert row["check"] == case.attrib["name"].partition(" ")[0] == "rds_instance_backup_retention"
    assert errors_in(event) == []
    assert refused(asff_of([result], sample.RECORD, {})) == ""
