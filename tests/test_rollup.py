"""How findings become verdicts: the truth tables of the checklist's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from readiness.checklist.audit_logs import (
    cloudtrail_log_validation_enabled as second,
)
from readiness.checklist.audit_logs import (
    cloudtrail_multi_region_logging as first,
)
from readiness.checklist.model import Check, Item, Mode, Rollup, Severity, Status, every, some
from readiness.config import Applies, Attestation, Suppression
from readiness.findings import Finding
from readiness.records import accepted, attested
from readiness.rollup import combine, score_of, verdict_of
from tests.rows import FAIL, NO_EVIDENCE, NOT_APPLICABLE, NOW, PASS, UNKNOWN

ALL = tuple(Status)


def item(rollup: Rollup, mode: Mode = Mode.ATTESTED, **changes: bool) -> Item:
    return Item(category="Test", title="Some item", mode=mode, rollup=rollup, **changes)


def finding(
    status: Status,
    check: Check[Any, Any] = first,
    *,
    severity: Severity = Severity.HIGH,
    unit: str = "111122223333",
    resource: str = "",
    group: str = "",
    suppressed: str = "",
) -> Finding:
    return Finding(
        workload="shop",
        item="test/some-item",
        check=check.id,
        status=status,
        severity=severity,
        account="111122223333",
        resource=resource or f"{status}-{check.id}-{unit}-{group}-{severity}",
        because="is so",
        reason="denied: a:B" if status is UNKNOWN else "",
        unit=unit,
        group=group,
        suppressed=suppressed,
    )


@pytest.mark.parametrize(("one", "other"), list(product(ALL, ALL)))
def test_every_takes_the_worst(one: Status, other: Status) -> None:
    order = [FAIL, UNKNOWN, NO_EVIDENCE, PASS, NOT_APPLICABLE]

    assert combine("every", [one, other]) is min(one, other, key=order.index)


@pytest.mark.parametrize(("one", "other"), list(product(ALL, ALL)))
def test_some_takes_the_witness(one: Status, other: Status) -> None:
    order = [PASS, UNKNOWN, FAIL, NO_EVIDENCE, NOT_APPLICABLE]

    assert combine("some", [one, other]) is min(one, other, key=order.index)


@pytest.mark.parametrize("word", ["every", "some"])
def test_nothing_at_all_is_not_applicable(word: str) -> None:
    assert combine(word, []) is NOT_APPLICABLE


#: (expression, findings, verdict) in an attestable item.
CASES = [
    (every(first, second), [finding(PASS), finding(UNKNOWN, second)], UNKNOWN),
    (every(first, second), [finding(FAIL), finding(UNKNOWN, second)], FAIL),
    (every(first, second), [finding(PASS), finding(NO_EVIDENCE, second)], NO_EVIDENCE),
    (every(first, second), [finding(PASS), finding(NOT_APPLICABLE, second)], PASS),
    (some(first, second), [finding(FAIL), finding(PASS, second)], PASS),
    (some(first, second), [finding(FAIL), finding(UNKNOWN, second)], UNKNOWN),
    (every(some(first), second), [finding(PASS), finding(FAIL, second)], FAIL),
    (some(every(first), every(second)), [finding(FAIL), finding(PASS, second)], PASS),
    # Supporting: a FAIL counts, a PASS alone never passes, an UNKNOWN does not decide.
    (every(first, supporting=(second,)), [finding(PASS), finding(FAIL, second)], FAIL),
    (every(first, supporting=(second,)), [finding(PASS, second)], NOT_APPLICABLE),
    (every(first, supporting=(second,)), [finding(PASS), finding(UNKNOWN, second)], PASS),
    (every(first, supporting=(second,)), [finding(PASS), finding(NO_EVIDENCE, second)], PASS),
    # A supporting expression fails where the whole of it does.
    (
        every(first, supporting=(some(second),)),
        [finding(PASS), finding(FAIL, second), finding(PASS, second)],
        PASS,
    ),
    (
        every(first, supporting=(some(second),)),
        [finding(PASS), finding(FAIL, second), finding(FAIL, second)],
        FAIL,
    ),
    (every(first, supporting=(some(second),)), [finding(UNKNOWN), finding(FAIL, second)], FAIL),
    (every(first, supporting=(some(second),)), [finding(UNKNOWN), finding(PASS, second)], UNKNOWN),
]
#: The same in an automated item, where NO_EVIDENCE fails unless something else decides.
AUTOMATED_CASES = [
    (every(first, second), [finding(NO_EVIDENCE), finding(PASS, second)], PASS),
    (every(first, second), [finding(NO_EVIDENCE), finding(NO_EVIDENCE, second)], FAIL),
    (every(first, supporting=(second,)), [finding(NO_EVIDENCE), finding(PASS, second)], FAIL),
    (every(first, supporting=(second,)), [finding(NO_EVIDENCE), finding(UNKNOWN, second)], FAIL),
    (every(first, supporting=(second,)), [finding(NO_EVIDENCE), finding(FAIL, second)], FAIL),
]


@pytest.mark.parametrize(("rollup", "findings", "expected"), CASES)
def test_an_expression_gives(rollup: Rollup, findings: list[Finding], expected: Status) -> None:
    assert verdict_of(item(rollup), findings).status is expected


@pytest.mark.parametrize(("rollup", "findings", "expected"), AUTOMATED_CASES)
def test_an_expression_of_an_automated_item_gives(
    rollup: Rollup, findings: list[Finding], expected: Status
) -> None:
    assert verdict_of(item(rollup, Mode.AUTOMATED), findings).status is expected


def test_groups_roll_up_apart_and_then_together() -> None:
    rollup = some(first, second, per="language")
    python = [finding(FAIL, group="python"), finding(PASS, second, group="python")]
    go = [finding(FAIL, group="go"), finding(FAIL, second, group="go")]

    assert verdict_of(item(rollup), python).status is PASS
    assert verdict_of(item(rollup), [*python, *go]).status is FAIL


def test_a_witness_in_one_place_says_nothing_of_another() -> None:
    findings = [finding(PASS, unit="1/eu-west-1"), finding(FAIL, unit="1/us-east-1")]

    assert verdict_of(item(some(first)), findings).status is FAIL
    assert verdict_of(item(some(first), whole_workload=True), findings).status is PASS


def test_low_results_do_not_decide_beside_heavier_ones() -> None:
    low = finding(FAIL, severity=Severity.LOW)
    heavy = finding(PASS, second)

    assert verdict_of(item(every(first, second)), [low, heavy]).status is PASS
    assert verdict_of(item(every(first, second)), [low]).status is FAIL
    beside = [low, finding(NOT_APPLICABLE, second)]
    assert verdict_of(item(every(first, second)), beside).status is FAIL


def test_low_results_decide_where_the_threshold_says_so() -> None:
    findings = [finding(FAIL, severity=Severity.LOW), finding(PASS, second)]
    verdict = verdict_of(item(every(first, second)), findings, threshold=Severity.LOW)

    assert verdict.status is FAIL


def test_info_results_never_decide() -> None:
    note = finding(FAIL, severity=Severity.INFO)

    assert verdict_of(item(every(first, second)), [note, finding(PASS, second)]).status is PASS
    assert verdict_of(item(every(first)), [note]).status is NOT_APPLICABLE


def test_an_automated_item_fails_where_nothing_shows_it() -> None:
    silent = finding(NO_EVIDENCE)
    verdict = verdict_of(item(every(first, second), Mode.AUTOMATED), [silent])

    assert (verdict.status, verdict.because) == (FAIL, "nothing shows it")


def test_silence_in_an_automated_item_is_left_out_where_anything_decides() -> None:
    automated = item(every(first, second), Mode.AUTOMATED)
    silent = finding(NO_EVIDENCE)

    assert verdict_of(automated, [silent, finding(PASS, second)]).status is PASS
    assert verdict_of(automated, [silent, finding(UNKNOWN, second)]).status is UNKNOWN


def test_silence_in_one_place_is_not_spoken_for_by_another() -> None:
    automated = item(every(first, second), Mode.AUTOMATED)
    findings = [finding(NO_EVIDENCE, unit="1/eu-west-1"), finding(PASS, unit="1/us-east-1")]

    assert verdict_of(automated, findings).status is FAIL


def test_an_accepted_failure_never_passes() -> None:
    until = "accepted until 2027-01-01 by ops@example.com"
    suppressed = finding(FAIL, suppressed=until)
    verdict = verdict_of(item(every(first, second)), [suppressed, finding(PASS, second)])

    assert (verdict.status, verdict.because) == (NOT_APPLICABLE, until)


def test_an_accepted_failure_hides_no_other() -> None:
    suppressed = finding(FAIL, suppressed="accepted until 2027-01-01 by ops@example.com")
    also = finding(FAIL, resource="another")

    assert verdict_of(item(every(first)), [suppressed, also]).status is FAIL
    assert verdict_of(item(every(first)), [suppressed, finding(UNKNOWN)]).status is UNKNOWN


def test_the_verdict_counts_what_counts() -> None:
    findings = [finding(FAIL, resource="a"), finding(FAIL, resource="b"), finding(UNKNOWN)]
    verdict = verdict_of(item(every(first)), findings)

    assert (verdict.failing, verdict.unknown) == (2, 1)
    assert verdict.because == "a is so (and 1 more)"


def test_score_known_and_attested_leave_out_what_does_not_apply() -> None:
    verdicts = [
        verdict_of(item(every(first)), [finding(status)])
        for status in (PASS, FAIL, NO_EVIDENCE, UNKNOWN, NOT_APPLICABLE)
    ]
    score = score_of(verdicts)

    assert (score.score, score.known, score.attested, score.counted) == (0.25, 0.5, 0.0, 4)


def attestation(**changes: object) -> Attestation:
    values: dict[str, object] = {
        "item": "security/go-through-a-security-audit",
        "statement": "An auditor went through it all.",
        "evidence": "https://example.com/audit",
        "author": "ana@example.com",
        "date": date(2026, 11, 1),
        "expires": date(2027, 10, 31),
    }
    return Attestation.model_validate(values | changes)


def audited(status: Status, reason: str = "") -> Finding:
    found = finding(status)
    return replace(found, item="security/go-through-a-security-audit", reason=reason)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (audited(NO_EVIDENCE), PASS),
        (audited(UNKNOWN, "provider unsupported"), PASS),
        (audited(UNKNOWN, "no repository registered"), PASS),
        (audited(UNKNOWN, "denied: s3:ListAllMyBuckets"), UNKNOWN),
        (audited(UNKNOWN, "throttled"), UNKNOWN),
        (audited(FAIL), FAIL),
        (audited(NOT_APPLICABLE), NOT_APPLICABLE),
    ],
)
def test_an_attestation_speaks_where_evidence_is_silent(found: Finding, expected: Status) -> None:
    assert attested(found, item(every(first)), [attestation()], NOW).status is expected


def test_an_attestation_has_no_word_in_an_automated_item() -> None:
    automated = item(every(first), Mode.AUTOMATED)

    assert attested(audited(NO_EVIDENCE), automated, [attestation()], NOW).status is NO_EVIDENCE


@pytest.mark.parametrize(
    "changes",
    [
        {"date": date(2026, 12, 1)},
        {"date": date(2025, 12, 1), "expires": date(2026, 11, 23)},
        {"scope": Applies(workload="another")},
        {"scope": Applies(account="999999999999")},
    ],
)
def test_an_attestation_that_does_not_hold_changes_nothing(changes: dict[str, object]) -> None:
    record = attestation(**changes)

    assert attested(audited(NO_EVIDENCE), item(every(first)), [record], NOW).status is NO_EVIDENCE


def test_an_attestation_holds_through_its_last_day() -> None:
    record = attestation(expires=NOW.date())

    assert attested(audited(NO_EVIDENCE), item(every(first)), [record], NOW).status is PASS


@pytest.mark.parametrize("status", ALL)
def test_only_failures_and_silence_can_be_accepted(status: Status) -> None:
    record = Suppression(
        check=first.id,
        reason="The trail is kept by another team.",
        approver="boss@example.com",
        date=date(2026, 11, 1),
        expires=date(2027, 1, 1),
    )
    found = accepted(finding(status), [record], NOW)

    assert found.status is status
    assert bool(found.suppressed) is (status in (FAIL, NO_EVIDENCE))
