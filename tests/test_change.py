from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.change import FindingChange, Kind, carry, compare
from readiness.checklist.model import Mode, Severity, Status
from readiness.findings import Finding, Verdict
from readiness.results import WorkloadResult, dump, load

ACCOUNT = "111122223333"
ITEM = "security/record-audit-logs"
START = datetime(2026, 11, 1, 6, tzinfo=UTC)
PASS, FAIL, UNKNOWN = Status.PASS, Status.FAIL, Status.UNKNOWN
NO_EVIDENCE, NOT_APPLICABLE = Status.NO_EVIDENCE, Status.NOT_APPLICABLE


def finding(status: Status, resource: str = "arn:aws:x:::one", **changes: str | int) -> Finding:
    made = Finding(
        workload="shop",
        item=ITEM,
        check="trail_logging",
        status=status,
        severity=Severity.HIGH,
        account=ACCOUNT,
        region="eu-west-1",
        resource=resource,
        because="is so",
        reason="denied: x:List" if status is UNKNOWN else "",
        unit=f"{ACCOUNT}/eu-west-1",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def dark(resource: str = f"{ACCOUNT}/eu-west-1") -> Finding:
    """Return the finding that says that a whole unit was not seen."""
    place, _, region = resource.partition("/")
    return finding(UNKNOWN, resource, account=place, region=region, unit=resource)


def result(
    *findings: Finding, verdict: Status | None = None, day: int = 0, filtered: Sequence[str] = ()
) -> WorkloadResult:
    verdicts = (Verdict(item=ITEM, status=verdict, mode=Mode.AUTOMATED),) if verdict else ()
    return WorkloadResult(
        workload="shop",
        scan=f"scan-{day}",
        started=START + timedelta(days=day),
        findings=findings,
        verdicts=verdicts,
        filtered=tuple(filtered),
    )


def history(*scans: WorkloadResult) -> list[WorkloadResult]:
    """Return results as consecutive scans leave them."""
    kept: list[WorkloadResult] = []
    for day, scan in enumerate(scans):
        fresh = replace(scan, scan=f"scan-{day}", started=START + timedelta(days=day))
        kept.append(carry(kept[-1] if kept else None, fresh))
    return kept


@dataclass(frozen=True)
class Row:
    id: str
    #: The scans in order, each by its findings; the last two are compared.
    scans: Sequence[Sequence[Finding]]
    #: Kind by the end of the resource's name.
    expected: dict[str, Kind]


ANOTHER = finding(PASS, "arn:aws:x:::another")
EXPIRED = finding(FAIL, suppressed="accepted until 2026-11-01 by a@example.com")
INFO = {"severity": Severity.INFO}

ROWS = [
    Row(
        "a part of what passed as a whole fails",
        ([finding(PASS), ANOTHER], [finding(FAIL, "arn:aws:x:::one#tcp/22"), ANOTHER]),
        {"one#tcp/22": Kind.REGRESSION},
    ),
    Row(
        "a part of what passed as a whole fails after a gap",
        (
            [finding(PASS), ANOTHER],
            [finding(UNKNOWN), ANOTHER],
            [finding(FAIL, "arn:aws:x:::one#tcp/22"), ANOTHER],
        ),
        {"one#tcp/22": Kind.REGRESSION},
    ),
    Row(
        "another part of what failed before fails",
        (
            [finding(FAIL, "arn:aws:x:::one#tcp/21"), ANOTHER],
            [
                finding(FAIL, "arn:aws:x:::one#tcp/21"),
                finding(FAIL, "arn:aws:x:::one#tcp/22"),
                ANOTHER,
            ],
        ),
        {"one#tcp/22": Kind.NEW},
    ),
    Row(
        "the parts that failed are gone and the whole passes",
        ([finding(FAIL, "arn:aws:x:::one#tcp/22"), ANOTHER], [finding(PASS), ANOTHER]),
        {"one": Kind.FIXED},
    ),
    Row("the same answer", [[finding(FAIL)], [finding(FAIL)]], {}),
    Row("worse", [[finding(PASS)], [finding(FAIL)]], {"one": Kind.REGRESSION}),
    Row("better", [[finding(FAIL)], [finding(PASS)]], {"one": Kind.FIXED}),
    Row("shown at last", [[finding(NO_EVIDENCE)], [finding(PASS)]], {"one": Kind.FIXED}),
    Row("shown no longer", [[finding(PASS)], [finding(NO_EVIDENCE)]], {"one": Kind.LAPSED}),
    Row("a new resource fails", [[ANOTHER], [ANOTHER, finding(FAIL)]], {"one": Kind.NEW}),
    Row("a new resource passes", [[ANOTHER], [ANOTHER, finding(PASS)]], {}),
    Row("it begins to apply", [[finding(NOT_APPLICABLE)], [finding(FAIL)]], {"one": Kind.NEW}),
    Row("it no longer applies", [[finding(FAIL)], [finding(NOT_APPLICABLE)]], {"one": Kind.GONE}),
    Row("deleted", [[ANOTHER, finding(FAIL)], [ANOTHER]], {"one": Kind.GONE}),
    Row("a gap", [[finding(PASS)], [finding(UNKNOWN)]], {"one": Kind.UNKNOWN}),
    Row("a gap goes on", [[finding(PASS)], [finding(UNKNOWN)], [finding(UNKNOWN)]], {}),
    Row(
        "the gap ends as before",
        [[finding(FAIL)], [finding(UNKNOWN)], [finding(FAIL)]],
        {"one": Kind.KNOWN},
    ),
    Row(
        "worse across a gap",
        [[finding(PASS)], [finding(UNKNOWN)], [finding(UNKNOWN)], [finding(FAIL)]],
        {"one": Kind.REGRESSION},
    ),
    Row(
        "better across a gap",
        [[finding(FAIL)], [finding(UNKNOWN)], [finding(PASS)]],
        {"one": Kind.FIXED},
    ),
    Row(
        "known for the first time",
        [[ANOTHER, finding(UNKNOWN)], [ANOTHER, finding(FAIL)]],
        {"one": Kind.KNOWN},
    ),
    Row(
        "the whole region goes dark",
        [[finding(FAIL)], [dark()]],
        {"one": Kind.UNKNOWN},
    ),
    Row(
        "the whole account goes dark",
        [[finding(FAIL)], [dark(ACCOUNT)]],
        {"one": Kind.UNKNOWN},
    ),
    Row(
        "worse while its region was dark",
        [[finding(PASS)], [dark()], [dark()], [finding(FAIL)]],
        {"one": Kind.REGRESSION},
    ),
    Row(
        "deleted while its region was dark",
        [[ANOTHER, finding(FAIL)], [dark()], [ANOTHER]],
        {"one": Kind.GONE, "another": Kind.KNOWN},
    ),
    Row(
        "first seen when its region is seen again",
        [[ANOTHER], [dark()], [ANOTHER, finding(FAIL)]],
        {"one": Kind.KNOWN, "another": Kind.KNOWN},
    ),
    Row("an acceptance runs out", [[EXPIRED], [finding(FAIL)]], {"one": Kind.REAPPEARED}),
    Row("accepted from now on", [[finding(FAIL)], [EXPIRED]], {}),
    Row("worse, and accepted before", [[finding(PASS)], [EXPIRED]], {}),
    Row(
        "the check judges differently",
        [[finding(PASS)], [finding(FAIL, version=2)]],
        {"one": Kind.RULE_CHANGED},
    ),
    Row(
        "the check changed during a gap",
        [[finding(PASS)], [finding(UNKNOWN, version=2)], [finding(FAIL, version=2)]],
        {"one": Kind.RULE_CHANGED},
    ),
    Row("the check changed, the answer did not", [[finding(FAIL)], [finding(FAIL, version=2)]], {}),
    Row(
        "a new check",
        [[ANOTHER], [ANOTHER, finding(FAIL, check="new_check")]],
        {"one": Kind.RULE_CHANGED},
    ),
    Row("information", [[finding(PASS, **INFO)], [finding(FAIL, **INFO)]], {}),
    Row(
        "an account joins",
        [[ANOTHER], [ANOTHER, finding(FAIL, account="444455556666")]],
        {},
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_findings_change_by_their_last_known_answer(row: Row) -> None:
    *_, before, after = history(*(result(*findings) for findings in row.scans))

    changes = compare(before, after)

    assert {
        change.finding.resource.rpartition(":")[2]: change.kind for change in changes.findings
    } == row.expected


VERDICTS: list[tuple[str, list[tuple[Status, list[Finding]]], Kind | None]] = [
    ("worse", [(PASS, [finding(PASS)]), (FAIL, [finding(FAIL)])], Kind.REGRESSION),
    (
        "worse across a gap",
        [
            (PASS, [finding(PASS)]),
            (UNKNOWN, [finding(UNKNOWN)]),
            (UNKNOWN, [finding(UNKNOWN)]),
            (FAIL, [finding(FAIL)]),
        ],
        Kind.REGRESSION,
    ),
    ("a gap", [(PASS, [finding(PASS)]), (UNKNOWN, [finding(UNKNOWN)])], Kind.UNKNOWN),
    (
        "the gap ends as before",
        [(PASS, [finding(PASS)]), (UNKNOWN, [finding(UNKNOWN)]), (PASS, [finding(PASS)])],
        Kind.KNOWN,
    ),
    ("better", [(FAIL, [finding(FAIL)]), (PASS, [finding(PASS)])], Kind.FIXED),
    (
        "a new resource fails",
        [(PASS, [ANOTHER]), (FAIL, [ANOTHER, finding(FAIL)])],
        Kind.NEW,
    ),
    (
        "the check judges differently",
        [(PASS, [finding(PASS)]), (FAIL, [finding(FAIL, version=2)])],
        Kind.RULE_CHANGED,
    ),
    (
        "the check is milder now",
        [(FAIL, [finding(FAIL)]), (PASS, [finding(PASS, version=2)])],
        Kind.RULE_CHANGED,
    ),
    (
        "an acceptance runs out",
        [(NOT_APPLICABLE, [EXPIRED]), (FAIL, [finding(FAIL)])],
        Kind.REAPPEARED,
    ),
    ("accepted from now on", [(FAIL, [finding(FAIL)]), (NOT_APPLICABLE, [EXPIRED])], None),
    (
        "an account joins and fails",
        [(PASS, [ANOTHER]), (FAIL, [ANOTHER, finding(FAIL, account="444455556666")])],
        None,
    ),
    (
        "the one witness is gone",
        [(PASS, [ANOTHER, finding(FAIL)]), (FAIL, [finding(FAIL)])],
        Kind.REGRESSION,
    ),
    (
        "an attestation ran out",
        [(PASS, [finding(PASS)]), (NO_EVIDENCE, [finding(NO_EVIDENCE)])],
        Kind.LAPSED,
    ),
]


@pytest.mark.parametrize(
    ("scans", "expected"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_verdicts_change_by_what_changed_below_them(
    scans: list[tuple[Status, list[Finding]]], expected: Kind | None
) -> None:
    *_, before, after = history(*(result(*found, verdict=status) for status, found in scans))

    changes = compare(before, after)

    assert [change.kind for change in changes.verdicts] == [expected] * (expected is not None)


def test_the_first_scan_of_a_workload_is_a_baseline() -> None:
    first = result(finding(FAIL), verdict=FAIL)

    assert compare(None, first).baseline
    assert compare(None, first).findings == ()
    assert compare(result(dark(ACCOUNT), verdict=UNKNOWN), first).baseline


def test_an_account_that_joins_is_named() -> None:
    before, after = history(result(ANOTHER), result(ANOTHER, finding(FAIL, account="444455556666")))

    assert compare(before, after).first_seen == ("444455556666",)


def test_a_verdict_regression_counts_where_no_finding_explains_it() -> None:
    before, after = history(
        result(ANOTHER, finding(FAIL), verdict=PASS), result(finding(FAIL), verdict=FAIL)
    )
    explained = compare(result(finding(PASS), verdict=PASS), result(finding(FAIL), verdict=FAIL))

    assert [type(each).__name__ for each in compare(before, after).regressions] == ["VerdictChange"]
    assert [type(each).__name__ for each in explained.regressions] == ["FindingChange"]


def test_a_filtered_scan_touches_only_what_it_judged() -> None:
    other = finding(FAIL, "arn:aws:x:::other", item="cost/create-billing-alarms")
    before = result(finding(PASS), other, verdict=PASS)
    narrowed = result(finding(FAIL), verdict=FAIL, day=1, filtered=[ITEM])

    assert [change.kind for change in compare(before, narrowed).findings] == [Kind.REGRESSION]
    assert [
        change.kind for change in compare(narrowed, replace(before, started=START)).findings
    ] == [Kind.FIXED]


def test_a_scan_of_some_accounts_says_nothing_of_the_others() -> None:
    other = finding(PASS, "arn:aws:x:::other", account="444455556666")
    before = result(finding(PASS), other, verdict=PASS)
    narrowed = replace(result(finding(FAIL), verdict=FAIL, day=1), accounts=(ACCOUNT,))

    changes = compare(before, narrowed)

    assert [change.kind for change in changes.findings] == [Kind.REGRESSION]
    assert changes.verdicts == ()


def test_since_when_outlasts_a_gap() -> None:
    *_, last = history(
        result(finding(PASS)),
        result(finding(FAIL)),
        result(finding(UNKNOWN)),
        result(finding(FAIL)),
    )

    (kept,) = last.findings
    assert (kept.first_seen[:10], kept.changed_at[:10]) == ("2026-11-01", "2026-11-02")


def test_what_is_dark_is_remembered_with_its_last_answer() -> None:
    *_, last = history(result(finding(PASS)), result(dark()), result(dark()))

    assert [
        (each.resource, each.status, each.last_known, each.reason) for each in last.findings
    ] == [
        (f"{ACCOUNT}/eu-west-1", UNKNOWN, "", "denied: x:List"),
        ("arn:aws:x:::one", UNKNOWN, "PASS", "denied: x:List"),
    ]


def test_what_failed_in_a_part_of_a_unit_is_remembered_when_its_account_is_dark() -> None:
    unit = f"{ACCOUNT}/eu-west-1"
    part = finding(FAIL, f"{unit}#guardduty")
    blind = finding(UNKNOWN, f"{ACCOUNT}#ec2", region="", unit=ACCOUNT)
    *_, before, after = history(result(part), result(blind))

    assert [(each.resource, each.status, each.last_known) for each in after.findings] == [
        (f"{ACCOUNT}#ec2", UNKNOWN, ""),
        (f"{unit}#guardduty", UNKNOWN, "FAIL"),
    ]
    assert compare(before, after).of(Kind.GONE, Kind.FIXED) == ()


statuses = st.sampled_from(list(Status))
#: What one scan says of up to three resources; a missing one was not there.
scans = st.dictionaries(st.sampled_from("abc"), statuses, max_size=3)
histories = st.lists(scans, min_size=1, max_size=6)


def scan_of(said: dict[str, Status]) -> WorkloadResult:
    """Return a scan in which the account itself was certainly seen."""
    seen = finding(NOT_APPLICABLE, f"{ACCOUNT}/eu-west-1")
    found = [finding(status, f"arn:aws:x:::{name}") for name, status in sorted(said.items())]
    return result(seen, *found, verdict=next(iter(said.values()), NOT_APPLICABLE))


@given(histories)
def test_nothing_changes_against_itself(days: list[dict[str, Status]]) -> None:
    last = history(*map(scan_of, days))[-1]

    changes = compare(last, replace(last, scan="again"))

    assert (changes.findings, changes.verdicts) == ((), ())


@given(histories)
def test_a_result_is_read_back_as_it_was_written(days: list[dict[str, Status]]) -> None:
    last = history(*map(scan_of, days))[-1]

    assert load(dump(last)) == last
    assert carry(last, last) == last


@given(histories)
def test_a_scan_that_sees_nothing_changes_nothing(days: list[dict[str, Status]]) -> None:
    *_, before, after = history(*map(scan_of, days), result(dark(ACCOUNT), verdict=UNKNOWN))

    changes = compare(before, after)

    assert {change.kind for change in changes.findings} <= {Kind.UNKNOWN}
    assert {change.kind for change in changes.verdicts} <= {Kind.UNKNOWN}
    assert {each.key for each in before.findings} <= {each.key for each in after.findings}


@settings(max_examples=300)
@given(histories, st.integers(1, 3), st.booleans())
def test_gaps_between_scans_are_as_if_they_had_not_been(
    days: list[dict[str, Status]], gaps: int, whole: bool
) -> None:
    known = [{name: each for name, each in day.items() if each is not UNKNOWN} for day in days]
    plain = history(*map(scan_of, known))
    gapped: list[WorkloadResult] = []
    for day in map(scan_of, known):
        lost = [replace(each, status=UNKNOWN, reason="denied: x:Get") for each in day.findings]
        gap = result(dark(ACCOUNT)) if whole else result(*lost)
        gapped += [day, *[gap] * gaps]
    with_gaps = history(*gapped)[:: gaps + 1]

    for index in range(1, len(known)):
        straight = compare(plain[index - 1], plain[index])
        around = compare(with_gaps[index - 1], with_gaps[index])
        assert _kinds(straight.findings) == _kinds(around.findings)


@given(histories)
def test_times_never_run_backwards(days: list[dict[str, Status]]) -> None:
    for kept in history(*map(scan_of, days)):
        now = kept.started.isoformat()

        assert all(each.first_seen <= each.changed_at <= now for each in kept.findings)
        assert set(kept.verdicts_since) == {ITEM}


Remembered = tuple[str, str, Status | None]


def remembered(
    before: dict[str, Remembered], said: dict[str, Status], now: str
) -> dict[str, Remembered]:
    """Say by hand, of each resource: since when, changed when, last known as what."""
    after: dict[str, Remembered] = {}
    for name, status in said.items():
        known = None if status is UNKNOWN else status
        if name not in before:
            after[name] = (now, now, known)
            continue
        first, changed, last = before[name]
        if status is UNKNOWN or status is last:
            after[name] = (first, changed, last)
        else:
            after[name] = (first, now, known)
    return after


def worse(before: Remembered | None, after: Status | None) -> Kind | None:
    """Say by hand whether, and how, an answer got worse."""
    if after is not FAIL:
        return None
    if before is None:
        return Kind.NEW
    _, _, known = before
    if known in (None, FAIL):
        return None
    return Kind.REGRESSION if known is PASS else Kind.NEW


@settings(max_examples=1000)
@given(histories)
def test_a_thousand_histories_keep_times_and_counts(days: list[dict[str, Status]]) -> None:
    before: dict[str, Remembered] = {}
    kept = history(*map(scan_of, days))
    for index, said in enumerate(days):
        now = kept[index].started.isoformat()
        after = remembered(before, said, now)
        found = {
            each.resource[-1]: each for each in kept[index].findings if "/" not in each.resource
        }

        assert {name: (each.first_seen, each.changed_at) for name, each in found.items()} == {
            name: each[:2] for name, each in after.items()
        }
        if index:
            changes = compare(kept[index - 1], kept[index])
            expected = {name: worse(before.get(name), status) for name, status in said.items()}

            assert {
                each.finding.resource[-1]: each.kind
                for each in changes.of(Kind.REGRESSION, Kind.NEW)
            } == {name: kind for name, kind in expected.items() if kind}
            assert len(changes.regressions) >= sum(
                kind is Kind.REGRESSION for kind in expected.values()
            )
        before = after


def _kinds(changes: Sequence[FindingChange]) -> set[tuple[object, Kind]]:
    return {(each.finding.key, each.kind) for each in changes}
