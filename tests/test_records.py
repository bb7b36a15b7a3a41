"""What a scan does with the records it was given."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from readiness.checklist.model import Severity, Status
from readiness.config import Applies, Attestation, Suppression
from readiness.findings import Finding
from readiness.records import Standing, Use, uses_of

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
ITEM = "high-availability/perform-load-tests-and-use-chaos-engineering"
CHECK = "fis_experiment_recent"
ATTESTATION = Attestation(
    item=ITEM,
    statement="We test the load every spring.",
    evidence="https://wiki.example.com/load",
    author="ada@example.com",
    date=date(2026, 11, 1),
    expires=date(2027, 4, 1),
)
SUPPRESSION = Suppression(
    item=ITEM,
    resource="*:instance/*",
    reason="It is switched off in spring.",
    approver="bea@example.com",
    date=date(2026, 11, 1),
    expires=date(2027, 4, 1),
)


def finding(status: Status, **changes: object) -> Finding:
    made = Finding(
        workload="shop",
        item=ITEM,
        check=CHECK,
        status=status,
        severity=Severity.MEDIUM,
        account="111122223333",
        resource="arn:aws:ec2:us-east-1:111122223333:instance/i-1",
        because="says so",
        unit="111122223333",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def counts(use: Use) -> tuple[Standing, int, int, int, bool]:
    return use.standing, use.covered, use.contradicted, use.unseen, use.unmatched


ATTESTED = finding(Status.PASS, source="attestation")
ACCEPTED = finding(Status.FAIL, suppressed="accepted until 2027-04-01 by bea@example.com")
IN_FORCE = Standing.IN_FORCE


@pytest.mark.parametrize(
    ("record", "findings", "expected"),
    [
        (ATTESTATION, [ATTESTED, ATTESTED], (IN_FORCE, 2, 0, 0, False)),
        (ATTESTATION, [finding(Status.PASS)], (IN_FORCE, 0, 0, 0, False)),
        (ATTESTATION, [ATTESTED, finding(Status.FAIL)], (IN_FORCE, 1, 1, 0, False)),
        (ATTESTATION, [ACCEPTED], (IN_FORCE, 0, 0, 0, False)),
        (ATTESTATION, [finding(Status.UNKNOWN)], (IN_FORCE, 0, 0, 1, False)),
        (
            ATTESTATION,
            [finding(Status.FAIL, item="cost/use-auto-scaling")],
            (IN_FORCE, 0, 0, 0, False),
        ),
        (SUPPRESSION, [ACCEPTED], (IN_FORCE, 1, 0, 0, False)),
        (SUPPRESSION, [finding(Status.PASS)], (IN_FORCE, 0, 0, 0, True)),
        (SUPPRESSION, [], (IN_FORCE, 0, 0, 0, True)),
        (SUPPRESSION, [finding(Status.UNKNOWN)], (IN_FORCE, 0, 0, 1, False)),
        (SUPPRESSION, [replace(ACCEPTED, resource="arn:other")], (IN_FORCE, 0, 0, 0, True)),
    ],
)
def test_each_record_says_what_became_of_it(
    record: Attestation | Suppression,
    findings: Iterable[Finding],
    expected: tuple[Standing, int, int, int, bool],
) -> None:
    attestations = [record] if isinstance(record, Attestation) else []
    suppressions = [record] if isinstance(record, Suppression) else []
    (use,) = uses_of(findings, attestations, suppressions, NOW)

    assert counts(use) == expected


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ((date(2026, 11, 24), date(2026, 11, 24)), Standing.IN_FORCE),
        ((date(2026, 11, 25), date(2026, 11, 25)), Standing.NOT_YET),
        ((date(2026, 11, 1), date(2026, 11, 23)), Standing.EXPIRED),
    ],
)
def test_a_record_holds_from_its_first_day_to_its_last(
    dates: tuple[date, date], expected: Standing
) -> None:
    begins, ends = dates
    record = ATTESTATION.model_copy(update={"date": begins, "expires": ends})
    (use,) = uses_of([finding(Status.FAIL)], [record], [], NOW)

    assert use.standing is expected
    assert use.contradicted == (expected is Standing.IN_FORCE)


def test_a_check_is_suppressed_in_every_item_that_it_serves() -> None:
    record = Suppression(
        check=CHECK,
        reason="It is known and accepted.",
        approver="bea@example.com",
        scope=Applies(account="111122223333"),
        date=date(2026, 11, 1),
        expires=date(2027, 4, 1),
    )
    elsewhere = replace(ACCEPTED, account="444455556666")
    (use,) = uses_of(
        [ACCEPTED, replace(ACCEPTED, item="cost/use-auto-scaling"), elsewhere], [], [record], NOW
    )

    assert use.covered == 2


def test_what_a_record_did_in_all_workloads_adds_up() -> None:
    one, two = (uses_of(found, [ATTESTATION], [], NOW)[0] for found in ([ATTESTED], [ATTESTED] * 2))

    assert one.plus(two).covered == 3
