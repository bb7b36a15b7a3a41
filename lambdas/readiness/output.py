"""Which files does a scan leave on a laptop, how are they read back, and which exit code says it?

A folder holds one scan: what was seen (`evidence/`, `scans/`), what it says (`findings.jsonl`,
`verdicts.json`, `scan.json`, `results/`), what was known before (`results/before/`), and what people
read. A file is either whole or not there.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from readiness.checklist.model import Severity
from readiness.config import Audience, Cadence, Records
from readiness.digest.render import Mail, render_digest, render_report
from readiness.digest.view import Point, percent, view_of
from readiness.findings import Finding
from readiness.planning import Plan
from readiness.results import (
    ScanRecord,
    ScanStatus,
    WorkloadResult,
    dump,
    dump_record,
    load,
    load_record,
)
from readiness.rollup import score_of
from readiness.scanning import Scan
from readiness.storage import Folder
from readiness.workflow import load_plan, mean_of

#: Where scans are kept that were given no folder.
ROOT = Path("readiness-out")

RESULTS = "results"
BEFORE = "results/before"
#: Names of scans, as folders.
_SCANS = "[0-9]*T[0-9]*Z-*"
READ = ("digest.html", "digest.txt", "report.html")


class OutputError(Exception):
    """A folder cannot be written, or does not hold what it should; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """A scan that was read back from its folder."""

    record: ScanRecord
    plan: Plan
    results: tuple[WorkloadResult, ...]
    before: Mapping[str, WorkloadResult]


def prepare(out: Path) -> None:
    """Make a folder that this user alone can read, and see that it can be written."""
    try:
        # Evidence is an attack map.
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        Folder(out).put(".writable", b"")
        (out / ".writable").unlink()
        if out.parent == ROOT and not (ROOT / ".gitignore").exists():
            Folder(ROOT).put(".gitignore", b"*\n")
    except OSError as error:
        message = f"{out} cannot be written ({error.strerror}); name another folder with --out"
        raise OutputError(message) from error


def write(out: Path, scan: Scan) -> None:
    """Leave a scan's files in its folder, beside the evidence that its store left there."""
    folder = Folder(out)
    findings = (json.dumps(finding.public()) for finding in scan.findings)
    verdicts = {
        workload: {item: verdict.public() for item, verdict in by_item.items()}
        for workload, by_item in scan.verdicts.items()
    }
    before = [result for name, result in scan.before.items() if name in scan.verdicts]
    _keep_results(folder, BEFORE, before)
    _keep_results(folder, RESULTS, scan.results)
    folder.put("findings.jsonl", "".join(f"{line}\n" for line in findings).encode())
    folder.put("verdicts.json", f"{json.dumps(verdicts, indent=2)}\n".encode())
    folder.put("scan.json", dump_record(scan.scan))
    render(out, saved_from(scan), scan.scan.ended)
    _forget_others(out, scan.scan.id)


def saved_from(scan: Scan) -> Saved:
    return Saved(record=scan.scan, plan=scan.plan, results=scan.results, before=scan.before)


def render(out: Path, saved: Saved, moment: datetime) -> Mail:
    """Leave the digest and the report of everything that was scanned; return the digest."""
    view = view_of(
        # On a laptop there is one reader, and no address.
        Audience.model_construct(name="this scan", addresses=(), cadence=Cadence.NEVER),
        saved.results,
        saved.record,
        before=saved.before.values(),
        workloads=saved.plan.workloads,
        records=Records(attestations=saved.plan.attestations, suppressions=saved.plan.suppressions),
        history=_history(saved),
        moment=moment,
    )
    mail = render_digest(view)
    folder = Folder(out)
    for name, text in zip(READ, (mail.html, mail.text, render_report(view)), strict=True):
        folder.put(name, text.encode())
    return mail


def _history(saved: Saved) -> tuple[Point, ...]:
    """Return the trend: the scan before, where there was one, and this one."""
    points = []
    for results in (saved.before.values(), saved.results):
        score = mean_of(score_of(each.verdicts) for each in results)
        if score:
            day = max(each.started for each in results).date()
            points.append(Point(day=day, score=percent(score.score), known=percent(score.known)))
    return tuple(points)


def _keep_results(folder: Folder, kept_in: str, results: Iterable[WorkloadResult]) -> None:
    """Leave these results, and no other, in a part of the folder."""
    names = set()
    for result in results:
        name = f"{quote(result.workload, safe='')}.json.gz"
        folder.put(f"{kept_in}/{name}", dump(result))
        names.add(name)
    for path in (folder.path / kept_in).glob("*.json.gz"):
        if path.name not in names:
            path.unlink()


def _forget_others(out: Path, scan: str) -> None:
    """Remove what an earlier scan saw from a folder that was used again."""
    for part in ("evidence", "scans"):
        for path in (out / part).glob(_SCANS):
            if path.name != scan and path.is_dir():
                shutil.rmtree(path)


def results_in(folder: Path) -> dict[str, WorkloadResult]:
    """Return the results of the scan that a folder holds, by workload; none where it holds none."""
    return _results(folder / RESULTS)


def read(folder: Path) -> Saved:
    """Read a saved scan back; raises OutputError where the folder does not hold one."""
    plan = read_plan(folder)
    record = Folder(folder).get("scan.json")
    if record is None:
        message = f"{folder} holds no scan.json; `readiness scan --out {folder}` leaves one there"
        raise OutputError(message)
    return Saved(
        record=load_record(record),
        plan=plan,
        results=tuple(results_in(folder).values()),
        before=before_in(folder),
    )


def before_in(folder: Path) -> dict[str, WorkloadResult]:
    """Return the results that a folder's scan was compared with, by workload."""
    return _results(folder / BEFORE)


def _results(folder: Path) -> dict[str, WorkloadResult]:
    found = {}
    for path in sorted(folder.glob("*.json.gz")):
        try:
            result = load(path.read_bytes())
        except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
            message = f"{path} is not a result that this version of readiness can read"
            raise OutputError(message) from error
        found[result.workload] = result
    return found


def read_plan(folder: Path) -> Plan:
    """Return the plan of the scan that a folder holds; raises OutputError where it holds none."""
    scans = sorted(path.parent.name for path in (folder / "scans").glob("*/plan.json"))
    if not scans:
        message = f"{folder} holds no saved scan; `readiness scan --out {folder}` leaves one there"
        raise OutputError(message)
    try:
        return load_plan(scans[-1], Folder(folder))
    except ValueError as error:
        message = f"the plan in {folder} is not one that this version of readiness can read"
        raise OutputError(message) from error


def previous(root: Path, plan: Plan) -> dict[str, WorkloadResult]:
    """Return, by workload, the latest earlier results of the same scope among the kept scans."""
    found: dict[str, WorkloadResult] = {}
    for folder, earlier in _kept(root):
        if earlier.started >= plan.started:
            continue
        alike = {
            workload.name
            for workload in earlier.workloads
            if workload.name not in found and _same_scope(workload.name, earlier, plan)
        }
        if alike:
            results = results_in(folder)
            found |= {name: result for name, result in results.items() if name in alike}
    return found


def _kept(root: Path) -> list[tuple[Path, Plan]]:
    """Return the kept scans that were finished, the latest first; names tell seconds only."""
    kept = []
    for folder in root.glob(_SCANS):
        if (folder / "scan.json").is_file():
            # Another version's plan: nothing to compare with, and no reason to fail.
            with contextlib.suppress(OutputError):
                kept.append((folder, read_plan(folder)))
    return sorted(kept, key=lambda each: each[1].started, reverse=True)


def _same_scope(workload: str, earlier: Plan, now: Plan) -> bool:
    """Whether a workload was seen no further then than now; what joined since is a baseline."""
    later = next((each for each in now.workloads if each.name == workload), None)
    if later is None:
        return False
    then = earlier.workload(workload)
    return (
        earlier.items == now.items
        and earlier.configuration.regions == now.configuration.regions
        and set(then.accounts) <= set(later.accounts)
        and set(then.repositories) <= set(later.repositories)
    )


def failing(findings: Iterable[Finding], worst: Severity) -> list[Finding]:
    """Return the findings that fail, are not accepted, and are at least this severe."""
    return [
        finding for finding in findings if finding.fails and finding.severity.rank <= worst.rank
    ]


def exit_code(scan: Scan, fail_on: Severity | None) -> int:
    """Say how a scan ended: 4 nothing seen, 1 what must not fail fails, 3 partly seen, 0 done."""
    if scan.scan.status is ScanStatus.FAILED:
        return 4
    if fail_on is not None and failing(scan.findings, fail_on):
        return 1
    return 3 if scan.scan.status is ScanStatus.PARTIAL else 0
