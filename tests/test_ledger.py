"""What the ledger remembers, on a real table of the hub's emulator."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.checklist.model import Severity, Status
from readiness.findings import Finding
from readiness.ledger import Ledger, ScanRunningError
from readiness.results import WorkloadResult
from readiness.rollup import Score
from tests.table import KilledError, Writes, made, rows

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
SCORE = Score(score=0.5, known=0.75, attested=0.0, counted=4)
FIRST, SECOND, THIRD, LAST = (f"2026112{day}T060000Z-aaaa" for day in (4, 5, 6, 7))


@pytest.fixture
def ledger(hub: Any) -> Ledger:
    return made(hub("dynamodb"))


@pytest.fixture
def undisturbed(hub: Any) -> Ledger:
    return made(hub("dynamodb"))


@pytest.fixture(scope="module")
def dynamodb(hub: Any) -> Any:
    return hub("dynamodb")


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


@contextmanager
def stopped_after(ledger: Ledger, writes: int) -> Iterator[None]:
    """Let that many writes through, and kill what would make another."""
    counted = Writes(left=writes)
    counted.watch(ledger)
    with suppress(KilledError):
        yield
    counted.forget(ledger)


def told(ledger: Ledger) -> dict[str, str]:
    return {each["resource"][-1]: each["status"] for each in ledger.findings("shop")}


def test_a_quiet_scan_writes_no_finding(ledger: Ledger) -> None:
    first = result(FIRST, *(finding(number) for number in range(9)))
    same = replace(
        first,
        scan=SECOND,
        findings=tuple(replace(f, because="is still fine") for f in first.findings),
    )

    assert ledger.keep(None, first, "one", SCORE) == 9 + 3
    assert ledger.keep(first, same, "two", SCORE) == 3


def test_what_changed_is_written_and_what_is_gone_is_no_longer_told(ledger: Ledger) -> None:
    first = result(FIRST, finding(1), finding(2), finding(3))
    second = result(SECOND, finding(1), finding(2, Status.FAIL), finding(4))
    ledger.keep(None, first, "one", SCORE)
    written = ledger.keep(first, second, "two", SCORE)

    assert written == 3 + 3
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


def test_an_older_scan_that_ends_late_changes_no_finding(ledger: Ledger) -> None:
    ledger.keep(None, result(SECOND, finding(1, Status.FAIL)), "two", SCORE)
    ledger.keep(None, result(FIRST, finding(1), finding(2)), "one", SCORE)

    assert told(ledger) == {"1": "FAIL"}
    assert ledger.before("shop", THIRD) == "two"
    assert ledger.before("shop", FIRST) is None


def test_an_older_scan_that_ends_late_is_compared_with_what_was_before_both(ledger: Ledger) -> None:
    base = result(FIRST, finding(1))
    ledger.keep(None, base, "one", SCORE)
    ledger.keep(base, result(THIRD, finding(1, Status.FAIL)), "three", SCORE)

    assert ledger.before("shop", SECOND) == "one"


@pytest.mark.parametrize("writes", range(1, 5))
@pytest.mark.parametrize("first_to_end", [SECOND, THIRD])
def test_scans_that_overlap_do_not_mix(ledger: Ledger, writes: int, first_to_end: str) -> None:
    """The older one saw 1 fail and 3 appear, the younger one saw 2 fail and nothing else."""
    base = result(FIRST, finding(1), finding(2))
    older = result(SECOND, finding(1, Status.FAIL), finding(2), finding(3))
    younger = result(THIRD, finding(1), finding(2, Status.FAIL))
    ledger.keep(None, base, "one", SCORE)
    ending, other = (older, younger) if first_to_end == SECOND else (younger, older)
    with stopped_after(ledger, writes):
        ledger.keep(base, other, other.scan, SCORE)
    ledger.keep(base, ending, ending.scan, SCORE)
    ledger.keep(base, other, other.scan, SCORE)

    assert told(ledger) == {"1": "PASS", "2": "FAIL"}
    assert ledger.before("shop", LAST) == THIRD


def test_findings_of_a_scan_that_was_killed_are_put_right_by_the_next(ledger: Ledger) -> None:
    base = result(FIRST, finding(1), finding(2))
    ledger.keep(None, base, "one", SCORE)
    with stopped_after(ledger, 2):
        ledger.keep(base, result(SECOND, finding(1, Status.FAIL), finding(3)), "two", SCORE)
    assert told(ledger) == {"1": "FAIL", "3": "PASS"}
    ledger.keep(base, replace(base, scan=THIRD), "three", SCORE)

    assert told(ledger) == {"1": "PASS", "2": "PASS"}


@pytest.mark.parametrize("writes", range(1, 7))
def test_a_step_killed_at_any_write_and_repeated_ends_in_the_same_table(
    ledger: Ledger, undisturbed: Ledger, writes: int
) -> None:
    many = [finding(number) for number in range(150)]
    base = result(FIRST, *many)
    after = result(SECOND, *(replace(each, status=Status.FAIL) for each in many[:120]))
    for each in (ledger, undisturbed):
        each.keep(None, base, "one", SCORE)
    with stopped_after(ledger, writes):
        ledger.keep(base, after, "two", SCORE)
    for each in (ledger, undisturbed):
        each.keep(base, after, "two", SCORE)

    assert rows(ledger) == rows(undisturbed)


statuses = st.sampled_from(list(Status))
scans = st.dictionaries(st.integers(0, 5), statuses, max_size=6)
#: How a scan ends: well, killed after some writes, killed and repeated, or narrowed to an item.
endings = st.sampled_from(["well", "killed", "repeated", "narrowed"])


@settings(
    max_examples=50,
    deadline=None,
)
@given(days=st.lists(st.tuples(scans, endings, st.integers(0, 3)), min_size=1, max_size=6))
def test_whatever_happened_before_a_scan_that_ends_well_leaves_what_it_says(
    dynamodb: Any, days: list[tuple[dict[int, Status], str, int]]
) -> None:
    ledger = made(dynamodb)
    base: WorkloadResult | None = None
    for day, (said, ending, writes) in enumerate(days):
        scan = f"202611{day + 1:02}T060000Z-aaaa"
        after = result(scan, *(finding(number, status) for number, status in said.items()))
        if ending == "narrowed":
            narrowed = replace(after, filtered=("security/record-audit-logs",))
            ledger.keep(base, narrowed, scan, SCORE)
            continue
        if ending in ("killed", "repeated"):
            with stopped_after(ledger, writes):
                ledger.keep(base, after, scan, SCORE)
        if ending in ("well", "repeated"):
            ledger.keep(base, after, scan, SCORE)

            assert told(ledger) == {str(number): status for number, status in said.items()}
        if ledger.before("shop", "3") == scan:
            base = after


def refused(reason: str) -> AWSResponse:
    """An answer of DynamoDB that cancels a transaction of one write."""
    reasons = [{"Code": "None"}, {"Code": reason, "Message": "…"}]
    document = {
        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
        "Message": f"Transaction cancelled, … [None, {reason}]",
        "CancellationReasons": reasons,
    }
    return answer(document)


def throttled() -> AWSResponse:
    kind = "com.amazonaws.dynamodb.v20120810#ThrottlingException"
    return answer({"__type": kind, "message": "…"})


def answer(document: dict[str, Any]) -> AWSResponse:
    raw = io.BytesIO(json.dumps(document).encode())
    raw.stream = lambda *_, **__: iter([raw.getvalue()])  # type: ignore[attr-defined]
    headers = HTTPHeaders()
    headers["content-type"] = "application/x-amz-json-1.0"
    return AWSResponse("", 400, headers, raw)


@pytest.mark.parametrize(
    "fault",
    [
        lambda: refused("TransactionConflict"),
        lambda: refused("ThrottlingError"),
        lambda: refused("ProvisionedThroughputExceeded"),
        throttled,
    ],
)
def test_what_is_throttled_or_in_conflict_is_written_in_the_end(
    ledger: Ledger, fault: Callable[[], AWSResponse]
) -> None:
    faults = [fault(), fault()]

    def answer_first(**_: Any) -> AWSResponse | None:
        return faults.pop() if faults else None

    ledger._client.meta.events.register_first(
        "before-send.dynamodb.TransactWriteItems", answer_first
    )
    ledger.keep(None, result(FIRST, finding(1)), "one", SCORE)

    assert (told(ledger), faults) == ({"1": "PASS"}, [])


def test_a_write_that_stays_refused_is_an_error_and_loses_nothing(ledger: Ledger) -> None:
    base = result(FIRST, finding(1))
    ledger.keep(None, base, "one", SCORE)
    ledger._client.meta.events.register_first(
        "before-send.dynamodb.TransactWriteItems", lambda **_: refused("ValidationError")
    )
    with pytest.raises(ClientError, match="ValidationError"):
        ledger.keep(base, result(SECOND, finding(1, Status.FAIL)), "two", SCORE)

    assert (told(ledger), ledger.before("shop", THIRD)) == ({"1": "PASS"}, "one")


def test_a_filtered_scan_touches_only_what_it_judged(ledger: Ledger) -> None:
    first = result(FIRST, finding(1), finding(2))
    ledger.keep(None, first, "one", SCORE)
    narrowed = result(SECOND, finding(1, Status.FAIL), filtered=("security/record-audit-logs",))
    ledger.keep(first, narrowed, "two", SCORE)

    assert told(ledger) == {"1": "FAIL", "2": "PASS"}
    assert ledger.before("shop", THIRD) == "one"
    assert [each["scan"] for each in ledger.history("shop")] == [FIRST]


def test_what_a_filtered_scan_saw_in_passing_is_put_right_by_the_next(ledger: Ledger) -> None:
    first = result(FIRST, finding(1), finding(2))
    ledger.keep(None, first, "one", SCORE)
    narrowed = result(SECOND, finding(1, Status.FAIL), filtered=("security/record-audit-logs",))
    ledger.keep(first, narrowed, "two", SCORE)
    ledger.keep(first, replace(first, scan=THIRD), "three", SCORE)

    assert told(ledger) == {"1": "PASS", "2": "PASS"}


def test_a_quiet_second_scan_of_ten_thousand_findings_writes_next_to_nothing(
    ledger: Ledger,
) -> None:
    first = result(FIRST, *(finding(number) for number in range(10_000)))

    assert ledger.keep(None, first, "one", SCORE) == 10_000 + 3
    assert ledger.keep(first, replace(first, scan=SECOND), "two", SCORE) < 100


def test_history_is_in_order(ledger: Ledger) -> None:
    for scan in (FIRST, SECOND, THIRD):
        ledger.keep(None, result(scan), scan, SCORE)

    assert [each["scan"] for each in ledger.history("shop")] == [FIRST, SECOND, THIRD]
    assert ledger.history("shop")[0]["score"] == "0.5000"


def test_the_organization_has_a_history_of_its_scans_of_everything(ledger: Ledger) -> None:
    for scan, complete in ((FIRST, True), (SECOND, False), (THIRD, True)):
        ledger.end_scan(scan, NOW, {}, SCORE, complete=complete)

    assert [each["scan"] for each in ledger.history()] == [FIRST, THIRD]


def test_a_scan_waits_for_the_one_that_runs(ledger: Ledger) -> None:
    ledger.begin_scan(SECOND, NOW)
    with pytest.raises(ScanRunningError, match="still running"):
        ledger.begin_scan(FIRST, NOW)
    ledger.begin_scan(SECOND, NOW)  # the scheduler may deliver twice
    ledger.end_scan(SECOND, NOW, {"accounts_scanned": 3}, SCORE, complete=True)
    ledger.begin_scan(THIRD, NOW)

    assert ledger.last_scan(THIRD) == {"accounts_scanned": 3}
    assert ledger.last_scan(SECOND) is None


def test_a_conclusion_that_is_repeated_is_compared_with_the_same_scan(ledger: Ledger) -> None:
    ledger.end_scan(FIRST, NOW, {"accounts_scanned": 3}, SCORE, complete=True)
    befores = []
    for _ in range(2):
        befores.append(ledger.last_scan(SECOND))
        ledger.end_scan(SECOND, NOW, {"accounts_scanned": 2}, SCORE, complete=True)

    assert befores == [{"accounts_scanned": 3}] * 2


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
