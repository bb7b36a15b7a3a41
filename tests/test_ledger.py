"""What the ledger remembers, on a real table of the hub's emulator."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.model import Severity, Status
from readiness.findings import Finding
from readiness.ledger import Ledger, ScanRunningError
from readiness.results import WorkloadResult
from readiness.rollup import Score

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SCORE = Score(score=0.5, known=0.75, attested=0.0, counted=4)
FIRST, SECOND, THIRD = (f"2026112{day}T060000Z-aaaa" for day in (4, 5, 6))


@pytest.fixture
def ledger(hub: Any) -> Ledger:
    client, table = hub("dynamodb"), f"ledger-{uuid.uuid4().hex[:8]}"
    names = ("pk", "sk", "gsi1pk", "gsi1sk")
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "gsi1",
                "KeySchema": [
                    {"AttributeName": "gsi1pk", "KeyType": "HASH"},
                    {"AttributeName": "gsi1sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    return Ledger(client, table)


def finding(number: int, status: Status = Status.PASS, because: str = "is fine") -> Finding:
    return Finding(
        workload="shop",
        item="security/record-audit-logs",
        check="cloudtrail_log_validation_enabled",
        status=status,
        severity=Severity.MEDIUM,
        account="111122223333",
        resource=f"arn:aws:cloudtrail:us-east-1:111122223333:trail/{number}",
        because=because,
        unit="111122223333",
    )


def result(scan: str, *findings: Finding, **changes: Any) -> WorkloadResult:
    made = WorkloadResult(workload="shop", scan=scan, started=NOW, findings=findings)
    return replace(made, **changes)


def told(ledger: Ledger) -> dict[str, str]:
    return {each["resource"][-1]: each["status"] for each in ledger.findings("shop")}


def test_a_quiet_scan_writes_no_finding(ledger: Ledger) -> None:
    first = result(FIRST, *(finding(number) for number in range(9)))
    same = replace(
        first,
        scan=SECOND,
        findings=tuple(replace(f, because="is still fine") for f in first.findings),
    )

    assert ledger.keep(None, first, "one", SCORE) == 9 + 2
    assert ledger.keep(first, same, "two", SCORE) == 2


def test_what_changed_is_written_and_what_is_gone_is_no_longer_told(ledger: Ledger) -> None:
    first = result(FIRST, finding(1), finding(2), finding(3))
    second = result(SECOND, finding(1), finding(2, Status.FAIL), finding(4))
    ledger.keep(None, first, "one", SCORE)
    written = ledger.keep(first, second, "two", SCORE)

    assert written == 3 + 2
    assert told(ledger) == {"1": "PASS", "2": "FAIL", "4": "PASS"}


def test_a_repeated_step_compares_with_the_same_result_and_changes_nothing(ledger: Ledger) -> None:
    first, second = result(FIRST, finding(1)), result(SECOND, finding(1, Status.FAIL))
    ledger.keep(None, first, "one", SCORE)
    befores = []
    for _ in range(2):
        befores.append(ledger.before("shop", SECOND))
        ledger.keep(first, second, "two", SCORE)

    assert befores == ["one", "one"]
    assert told(ledger) == {"1": "FAIL"}
    assert ledger.before("shop", THIRD) == "two"


def test_an_older_scan_that_ends_late_changes_nothing(ledger: Ledger) -> None:
    ledger.keep(None, result(SECOND, finding(1, Status.FAIL)), "two", SCORE)
    ledger.keep(None, result(FIRST, finding(1)), "one", SCORE)

    assert told(ledger) == {"1": "FAIL"}
    assert ledger.before("shop", THIRD) == "two"
    assert ledger.before("shop", FIRST) is None


def test_a_filtered_scan_touches_only_what_it_judged(ledger: Ledger) -> None:
    first = result(FIRST, finding(1), finding(2))
    ledger.keep(None, first, "one", SCORE)
    narrowed = result(SECOND, finding(1, Status.FAIL), filtered=("security/record-audit-logs",))
    ledger.keep(first, narrowed, "two", SCORE)

    assert told(ledger) == {"1": "FAIL", "2": "PASS"}
    assert ledger.before("shop", THIRD) == "one"
    assert [each["scan"] for each in ledger.history("shop")] == [FIRST]


def test_history_is_in_order(ledger: Ledger) -> None:
    for scan in (FIRST, SECOND, THIRD):
        ledger.keep(None, result(scan), scan, SCORE)

    assert [each["scan"] for each in ledger.history("shop")] == [FIRST, SECOND, THIRD]
    assert ledger.history("shop")[0]["score"] == "0.5000"


def test_a_scan_waits_for_the_one_that_runs(ledger: Ledger) -> None:
    ledger.begin_scan(SECOND, NOW)
    with pytest.raises(ScanRunningError, match="still running"):
        ledger.begin_scan(FIRST, NOW)
    ledger.begin_scan(SECOND, NOW)  # the scheduler may deliver twice
    ledger.end_scan(SECOND, NOW, {"accounts_scanned": 3}, complete=True)
    ledger.begin_scan(THIRD, NOW)

    assert ledger.last_scan(THIRD) == {"accounts_scanned": 3}
    assert ledger.last_scan(SECOND) is None


def test_a_lost_scan_holds_nothing_up_for_longer_than_a_day(ledger: Ledger) -> None:
    ledger.begin_scan(SECOND, NOW)
    ledger.begin_scan(FIRST, NOW + timedelta(hours=25))


def test_a_delivery_is_claimed_once(ledger: Ledger) -> None:
    claim = ("platform", FIRST, "ops@example.com")

    assert ledger.begin_delivery(*claim, NOW) == "mine"
    assert ledger.begin_delivery(*claim, NOW) == "sending"
    ledger.end_delivery(*claim, "sent", NOW, "message-1")
    assert ledger.begin_delivery(*claim, NOW) == "sent"
    assert ledger.begin_delivery("platform", SECOND, "ops@example.com", NOW) == "mine"


def test_the_last_digest_never_goes_back(ledger: Ledger) -> None:
    assert ledger.last_told("platform") is None
    ledger.told("platform", SECOND, NOW)
    ledger.told("platform", FIRST, NOW)
    assert ledger.told_at("platform") == NOW
    assert ledger.last_told("platform") == SECOND


def test_names_of_any_length_fit_the_table(ledger: Ledger) -> None:
    long = replace(finding(1), resource="arn:aws:sqs:us-east-1:111122223333:" + "ü" * 2000)
    ledger.keep(None, result(FIRST, long), "one", SCORE)

    assert [each["resource"] for each in ledger.findings("shop")] == [long.resource]
