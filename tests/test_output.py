"""Hold the files that a scan leaves to the contract, and the exit codes to their order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from readiness.checklist import ITEMS
from readiness.checklist.model import Mode, Severity, Status
from readiness.config import Configuration, Workload
from readiness.findings import Finding, Verdict
from readiness.output import (
    OutputError,
    exit_code,
    prepare,
    previous,
    read,
    read_plan,
    results_in,
    write,
)
from readiness.planning import Plan, PlannedAccount, Request
from readiness.results import ScanRecord, ScanStatus, WorkloadResult, load_record
from readiness.scanning import Scan
from readiness.storage import Folder
from readiness.workflow import save_plan

STARTED = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
ITEM = "backups-and-restoring/configure-backup"

FINDING = Finding(
    workload="Pay ments",
    item=ITEM,
    check="rds_instance_backup_retention",
    status=Status.FAIL,
    severity=Severity.HIGH,
    account=ACCOUNT,
    region="eu-west-1",
    resource="arn:aws:rds:eu-west-1:111122223333:db:örders",
    because="keeps backups for 1 day",
    fix="keep them for 7 days.",
    first_seen="2026-11-20T06:00:00+00:00",
    changed_at="2026-11-24T06:00:00+00:00",
    unit=f"{ACCOUNT}/eu-west-1",
)


def scan_of(
    scan: str = "20261124T060000Z-ab12",
    *,
    findings: tuple[Finding, ...] = (FINDING,),
    status: ScanStatus = ScanStatus.COMPLETE,
    before: Mapping[str, WorkloadResult] | None = None,
    plan: Plan | None = None,
) -> Scan:
    """Return a scan of one workload, whose every item fails."""
    plan = plan or plan_of(scan)
    verdicts = tuple(
        Verdict(item=item.id, status=Status.FAIL, mode=item.mode, failing=1, because="x")
        for item in ITEMS.values()
    )
    result = WorkloadResult(
        workload="Pay ments",
        scan=scan,
        started=STARTED,
        findings=findings,
        verdicts=verdicts,
        carried=True,
    )
    record = ScanRecord(
        id=scan, started=STARTED, ended=STARTED + timedelta(seconds=9), status=status, seconds=9.0
    )
    return Scan(
        scan=record,
        results=(result,),
        plan=plan,
        before=before or {},
    )


def plan_of(
    scan: str,
    *,
    accounts: tuple[str, ...] = (ACCOUNT,),
    items: tuple[str, ...] = (),
    regions: tuple[str, ...] = ("eu-west-1",),
    milliseconds: int = 0,
) -> Plan:
    begun = datetime.strptime(scan.split("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return Plan(
        scan=scan,
        started=begun + timedelta(milliseconds=milliseconds),
        request=Request(items=items),
        configuration=Configuration(regions=regions),
        accounts=tuple(PlannedAccount(id=each) for each in accounts),
        workloads=(Workload(name="Pay ments", accounts=accounts),),
    )


def leave(out: Path, scan: Scan) -> None:
    """Leave a scan as the command line does: the plan by the scan itself, the rest after it."""
    prepare(out)
    save_plan(scan.plan, Folder(out))
    write(out, scan)


def test_a_finding_is_a_line_with_the_members_of_the_contract(tmp_path: Path) -> None:
    leave(tmp_path, scan_of())
    lines = (tmp_path / "findings.jsonl").read_text().splitlines()

    assert [list(json.loads(line).items()) for line in lines] == [
        [
            ("workload", "Pay ments"),
            ("item", ITEM),
            ("check", "rds_instance_backup_retention"),
            ("status", "FAIL"),
            ("severity", "high"),
            ("account", ACCOUNT),
            ("region", "eu-west-1"),
            ("resource", "arn:aws:rds:eu-west-1:111122223333:db:örders"),
            ("because", "keeps backups for 1 day"),
            ("reason", ""),
            ("fix", "keep them for 7 days."),
            ("suppressed", ""),
            ("source", "evidence"),
            ("first_seen", "2026-11-20T06:00:00+00:00"),
            ("changed_at", "2026-11-24T06:00:00+00:00"),
        ]
    ]


def test_every_item_has_its_verdict_in_the_order_of_the_checklist(tmp_path: Path) -> None:
    leave(tmp_path, scan_of())
    verdicts = json.loads((tmp_path / "verdicts.json").read_text())

    assert list(verdicts) == ["Pay ments"]
    assert list(verdicts["Pay ments"]) == list(ITEMS)
    assert list(verdicts["Pay ments"][ITEM].items()) == [
        ("status", "FAIL"),
        ("mode", Mode.AUTOMATED.value),
        ("failing", 1),
        ("unknown", 0),
        ("because", "x"),
    ]


def test_the_folder_holds_what_people_and_programs_read(tmp_path: Path) -> None:
    scan = scan_of()
    leave(tmp_path, scan)

    assert sorted(
        path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
    ) == [
        "digest.html",
        "digest.txt",
        "findings.jsonl",
        "report.html",
        "results/Pay%20ments.json.gz",
        "scan.json",
        "scans/20261124T060000Z-ab12/plan.json",
        "verdicts.json",
    ]
    assert load_record((tmp_path / "scan.json").read_bytes()) == scan.scan
    assert "Pay ments" in (tmp_path / "digest.txt").read_text()


def test_a_scan_is_read_back_as_it_was_left_with_what_it_was_compared_with(tmp_path: Path) -> None:
    before = scan_of("20261123T060000Z-aa11").results[0]
    scan = scan_of(before={"Pay ments": before, "elsewhere": before})
    leave(tmp_path, scan)
    saved = read(tmp_path)

    assert saved.record == scan.scan
    assert saved.plan == scan.plan
    assert saved.results == scan.results
    assert saved.before == {"Pay ments": before}


def test_a_folder_that_is_used_again_forgets_what_the_scan_before_saw(tmp_path: Path) -> None:
    first, second = scan_of("20261123T060000Z-aa11"), scan_of("20261124T060000Z-bb22")
    Folder(tmp_path).put("evidence/20261123T060000Z-aa11/x.json.gz", b"")
    Folder(tmp_path).put("evidence/mine/x.json.gz", b"")
    leave(tmp_path, first)
    gone = replace(first.results[0], workload="gone")
    leave(tmp_path, replace(first, results=(*first.results, gone)))
    leave(tmp_path, second)

    assert read_plan(tmp_path).scan == "20261124T060000Z-bb22"
    assert list(results_in(tmp_path)) == ["Pay ments"]
    assert not (tmp_path / "evidence/20261123T060000Z-aa11").exists()
    assert (tmp_path / "evidence/mine/x.json.gz").exists()


def test_an_out_folder_is_private_and_stays_out_of_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(Path("readiness-out/20261124T060000Z-ab12"))

    assert Path("readiness-out/20261124T060000Z-ab12").stat().st_mode & 0o777 == 0o700
    assert Path("readiness-out/.gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError) as caught:
        prepare(tmp_path / "file" / "out")

    assert str(caught.value) == (
        f"{tmp_path}/file/out cannot be written (Not a directory); name another folder with --out"
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("scans/x/plan.json", b"{}", "the plan in {} is not one that this version of readiness"),
        ("results/a.json.gz", b"{}", "{}/results/a.json.gz is not a result that this version"),
        ("nothing", b"", "{} holds no saved scan; `readiness scan --out {}` leaves one there"),
    ],
)
def test_a_folder_that_holds_no_scan_is_told(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    if name.startswith("results"):
        leave(tmp_path, scan_of())
    Folder(tmp_path).put(name, content)
    with pytest.raises(OutputError) as caught:
        read(tmp_path)

    assert str(caught.value).startswith(said.replace("{}", str(tmp_path)))


@pytest.mark.parametrize(
    ("then", "same"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"accounts": ("111122223333",)}, True, id="an account joined since"),
        pytest.param({"accounts": ("111122223333", "777788889999")}, False, id="an account left"),
        pytest.param({"items": (ITEM,)}, False, id="one item only"),
        pytest.param({"regions": ("us-east-1",)}, False, id="another region"),
    ],
)
def test_the_previous_scan_is_the_latest_of_the_same_scope(
    tmp_path: Path, then: Mapping[str, Any], same: bool
) -> None:
    joined = ("111122223333", "444455556666")
    names = ("20261121T060000Z-aa11", "20261122T060000Z-aa11")
    for name in names:
        plan = plan_of(name, **{"accounts": joined, **then})
        leave(tmp_path / name, scan_of(name, plan=plan))
    # Neither what did not finish, nor what came after, nor this scan itself.
    Folder(tmp_path).put("20261123T060000Z-aa11/results/Pay%20ments.json.gz", b"")
    for name in ("20261124T060000Z-bb22", "20261125T060000Z-aa11"):
        leave(tmp_path / name, scan_of(name, plan=plan_of(name, accounts=joined)))
    found = previous(tmp_path, plan_of("20261124T060000Z-bb22", accounts=joined))

    assert [each.scan for each in found.values()] == ([names[1]] if same else [])


def test_scans_of_one_second_are_told_apart_by_when_they_began(tmp_path: Path) -> None:
    for name, milliseconds in (("ff", 100), ("aa", 200), ("bb", 300)):
        scan = f"20261124T060000Z-{name}"
        plan = plan_of(scan, milliseconds=milliseconds)
        leave(tmp_path / scan, scan_of(scan, plan=plan))
    found = previous(tmp_path, plan)

    assert [each.scan for each in found.values()] == ["20261124T060000Z-aa"]


def test_a_kept_scan_of_another_version_is_passed_over(tmp_path: Path) -> None:
    leave(tmp_path / "20261123T060000Z-aa", scan_of("20261123T060000Z-aa"))
    Folder(tmp_path).put("20261123T060000Z-aa/scans/20261123T060000Z-aa/plan.json", b"{}")

    assert previous(tmp_path, plan_of("20261124T060000Z-bb")) == {}


@pytest.mark.parametrize(
    ("status", "changes", "fail_on", "code"),
    [
        pytest.param(ScanStatus.COMPLETE, {}, None, 0, id="failures alone are done"),
        pytest.param(ScanStatus.COMPLETE, {}, Severity.HIGH, 1, id="at the severity"),
        pytest.param(ScanStatus.COMPLETE, {}, Severity.LOW, 1, id="above the severity"),
        pytest.param(ScanStatus.COMPLETE, {}, Severity.CRITICAL, 0, id="below the severity"),
        pytest.param(
            ScanStatus.COMPLETE, {"suppressed": "accepted"}, Severity.HIGH, 0, id="accepted"
        ),
        pytest.param(
            ScanStatus.COMPLETE, {"status": Status.UNKNOWN}, Severity.INFO, 0, id="not known"
        ),
        pytest.param(ScanStatus.PARTIAL, {}, None, 3, id="partly seen"),
        pytest.param(ScanStatus.PARTIAL, {}, Severity.HIGH, 1, id="a failure before a gap"),
        pytest.param(ScanStatus.FAILED, {}, Severity.HIGH, 4, id="nothing seen before all"),
    ],
)
def test_exit_codes_stand_in_their_order(
    status: ScanStatus, changes: Mapping[str, str], fail_on: Severity | None, code: int
) -> None:
    finding = replace(FINDING, **changes)  # type: ignore[arg-type]  # rows of two types

    assert exit_code(scan_of(findings=(finding,), status=status), fail_on) == code
