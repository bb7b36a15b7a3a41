"""Hold the order of the fixes to what each of them clears."""

from __future__ import annotations

from dataclasses import replace

from readiness.checklist.model import Severity, Status
from readiness.digest.fixes import _CHOSEN, fixes_of
from readiness.digest.rows import Links
from readiness.findings import Finding
from readiness.results import WorkloadResult
from tests.digest import sample

STACK = "stack orders in 111122223333 · eu-west-1"
BACKUP, ENCRYPT, ALERT = (
    "backups-and-restoring/configure-backup",
    "security/data-is-encrypted-at-rest",
    "monitoring/set-up-alerts",
)


def fails(
    item: str, check: str, resource: str, cause: str = "", *, workload: str = "payments"
) -> Finding:
    return Finding(
        workload=workload,
        item=item,
        check=check,
        status=Status.FAIL,
        severity=Severity.HIGH,
        resource=resource,
        because="is wrong",
        fix=f"mend {check}.",
        cause=cause,
    )


def result(*findings: Finding, workload: str = "payments") -> WorkloadResult:
    return WorkloadResult(
        workload=workload,
        scan="s",
        started=sample.THIS_WEEK,
        findings=findings,
        verdicts=sample.verdicts_of(findings),
    )


def told(*results: WorkloadResult) -> list[tuple[str, int, int]]:
    """Return of each fix where or what it mends, how much it clears, and how many findings it has."""
    return [
        (each.cause or each.checks[0], each.clears, each.findings)
        for each in fixes_of(results, Links())
    ]


def test_what_one_stack_made_is_one_fix() -> None:
    findings = [
        fails(BACKUP, "backup", "db", STACK),
        fails(ENCRYPT, "encrypt", "db", STACK),
        fails(ALERT, "alert", "queue", STACK),
        fails(ALERT, "alert", "topic"),
    ]

    fixes = fixes_of([result(*findings)], Links())

    assert [(each.cause, each.clears, each.findings) for each in fixes] == [
        (STACK, 2, 3),
        ("", 1, 1),
    ]
    assert fixes[0].text == f"In {STACK}: Mend backup. And what 2 more checks found there."
    assert fixes[0].link == (
        "report.html#cause=stack%20orders%20in%20111122223333%20%C2%B7%20eu-west-1"
    )
    assert fixes[1].link == "report.html#check=alert"


def test_the_same_change_everywhere_is_one_fix_where_it_clears_more_than_a_stack() -> None:
    findings = [fails(BACKUP, "backup", "db-1", STACK), fails(BACKUP, "backup", "db-2")]

    assert told(result(*findings)) == [("backup", 1, 2)]


def test_what_fails_nowhere_but_in_one_stack_is_told_by_the_stack() -> None:
    findings = [fails(BACKUP, "backup", name, STACK) for name in ("db-1", "db-2")]

    assert told(result(*findings)) == [(STACK, 1, 2)]


def test_a_fix_clears_what_the_fixes_before_it_left_to_it_alone() -> None:
    findings = [
        fails(BACKUP, "backup", "db"),
        fails(BACKUP, "plan", "account"),
        fails(ENCRYPT, "backup", "db"),
    ]

    assert told(result(*findings)) == [("backup", 1, 2), ("plan", 1, 1)]


def test_what_does_not_decide_its_item_clears_nothing() -> None:
    found = result(fails(BACKUP, "backup", "db"))
    passing = tuple(replace(each, status=Status.PASS) for each in found.verdicts)

    assert told(replace(found, verdicts=passing)) == [("backup", 0, 1)]


def test_what_reaches_more_workloads_comes_first_where_as_much_is_cleared() -> None:
    here = [fails(BACKUP, "local", "db"), fails(BACKUP, "shared", "db")]
    there = [fails(BACKUP, "shared", "db", workload="web-shop"), fails(BACKUP, "other", "db")]
    there[1] = replace(there[1], workload="web-shop")

    assert told(result(*here), result(*there, workload="web-shop"))[0] == ("shared", 0, 2)


def test_every_failing_finding_is_told_once_however_many_there_are() -> None:
    findings = [
        fails(BACKUP, f"check-{n % 260}", f"db-{n}", f"stack {n % 7}" * (n % 3 == 0))
        for n in range(1000)
    ]

    fixes = told(result(*findings))

    assert len(fixes) > _CHOSEN
    assert sum(count for _, _, count in fixes) == 1000
    assert [clears for _, clears, _ in fixes] == [0] * (len(fixes) - 1) + [1]
    assert told(result(*reversed(findings))) == fixes


def test_what_is_accepted_is_no_fix() -> None:
    assert told(result(replace(fails(BACKUP, "backup", "db"), suppressed="accepted"))) == []
