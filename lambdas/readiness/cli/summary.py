"""What does one want to know of a scan at a glance?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from readiness.change import FindingChange, Kind, compare
from readiness.checklist.model import Severity, Status
from readiness.digest.names import clean, short
from readiness.digest.render import counted
from readiness.digest.view import percent
from readiness.findings import Finding
from readiness.results import Coverage, dump_record
from readiness.rollup import Score
from readiness.scanning import Scan

#: Lines of each part; the report has them all.
_LINES = 8

COLUMNS = ("WORKLOAD", "VERDICT", "SEVERITY", "ITEM", "BECAUSE")
_SHOWN = (Status.FAIL, Status.NO_EVIDENCE)


def document(found: Scan) -> dict[str, Any]:
    """Return everything that a scan says, as its files say it."""
    return {
        "scan": json.loads(dump_record(found.scan)),
        "verdicts": {
            workload: {item: verdict.public() for item, verdict in by_item.items()}
            for workload, by_item in found.verdicts.items()
        },
        "findings": [finding.public() for finding in found.findings],
    }


def failing_rows(found: Scan) -> list[tuple[str, ...]]:
    """Return a row for each item to act on, the worst first; what passes is in the counts."""
    worst: dict[tuple[str, str], Severity] = {}
    for finding in found.findings:
        if finding.status in _SHOWN and not finding.suppressed:
            key = (finding.workload, finding.item)
            worst[key] = min(finding.severity, worst.get(key, Severity.INFO), key=lambda s: s.rank)
    rows = [
        (workload, verdict, worst.get((workload, verdict.item), Severity.MEDIUM))
        for workload, verdicts in found.verdicts.items()
        for verdict in verdicts.values()
        if verdict.status in _SHOWN
    ]
    rows.sort(key=lambda row: (row[1].status is not Status.FAIL, row[2].rank))
    return [
        (
            workload,
            verdict.status.value,
            severity.value,
            verdict.item,
            clean(verdict.because, 200),
        )
        for workload, verdict, severity in rows
    ]


def summary(found: Scan) -> Iterator[str]:
    """Yield the lines of the summary."""
    yield ""
    yield from _coverage(found)
    yield from _scores(found)
    yield from _verdicts(found)
    yield from _changes(found)
    yield from _records(found)
    yield from _unseen(found.findings)
    yield ""


def _coverage(found: Scan) -> Iterator[str]:
    record = found.scan
    parts = [
        f"{len(coverage.scanned)} of {counted(len(coverage.expected), noun, plural)}"
        for coverage, noun, plural in (
            (record.accounts, "account", ""),
            (record.regions, "region", ""),
            (record.repositories, "repository", "repositories"),
        )
        if coverage.expected
    ]
    calls = sum(count for service in record.calls.values() for count in service.values())
    yield (
        f"{record.status.value}: saw {', '.join(parts) or 'nothing'} "
        f"in {record.seconds:.0f} s, with {counted(calls, 'call')}"
    )
    for coverage in (record.accounts, record.regions, record.repositories):
        yield from _places("not seen", coverage)
    for region in record.closed_regions:
        if not region.declared:
            yield f"  {region.region} is closed by policy; to leave it out: {region.entry}"


def _places(label: str, coverage: Coverage) -> Iterator[str]:
    listed = sorted(coverage.failed.items())
    for place, why in listed[:_LINES]:
        yield f"  {label}: {clean(place, 100)} ({clean(why, 200)})"
    if len(listed) > _LINES:
        yield f"  {label}: {len(listed) - _LINES} more"


def _scores(found: Scan) -> Iterator[str]:
    listed = list(found.scan.workloads.items())
    if found.scan.organization and len(listed) != 1:
        yield f"All workloads: {_score(found.scan.organization)}"
    for workload, score in sorted(listed, key=lambda each: each[1].score)[:_LINES]:
        yield f"{workload}: {_score(score)}"
    if len(listed) > _LINES:
        yield f"{len(listed) - _LINES} more workloads"


def _score(score: Score) -> str:
    return (
        f"score {percent(score.score)} %, known {percent(score.known)} %, "
        f"attested {percent(score.attested)} %"
    )


def _verdicts(found: Scan) -> Iterator[str]:
    verdicts = [verdict for by_item in found.verdicts.values() for verdict in by_item.values()]
    counts = Counter(verdict.status for verdict in verdicts)
    yield "Verdicts: " + ", ".join(
        f"{counts[status]} {status.value}" for status in Status if counts[status]
    )
    open_ = [finding for finding in found.findings if finding.fails]
    severities = Counter(finding.severity for finding in open_)
    if open_:
        yield "Failing findings: " + ", ".join(
            f"{severities[each]} {each.value}" for each in Severity if severities[each]
        )


def _changes(found: Scan) -> Iterator[str]:
    compared = [each for each in found.results if each.workload in found.before]
    if not compared:
        yield "Nothing to compare with: this is the baseline."
        return
    since = min(found.before[each.workload].started for each in compared)
    changes = [compare(found.before[each.workload], each) for each in compared]

    def of(*kinds: Kind) -> list[FindingChange]:
        return [change for each in changes for change in each.of(*kinds)]

    regressions = of(Kind.REGRESSION)
    yield (
        f"Since {since:%Y-%m-%d %H:%M} UTC: {counted(len(regressions), 'regression')}, "
        f"{counted(len(of(Kind.NEW)), 'new failure')}, "
        f"{len(of(Kind.REAPPEARED, Kind.LAPSED))} no longer accepted or attested, "
        f"{len(of(Kind.FIXED))} fixed"
    )
    regressions.sort(key=lambda change: change.finding.severity.rank)
    for change in regressions[:_LINES]:
        finding = change.finding
        said = clean(f"{short(finding.resource)} {finding.because}", 200)
        yield f"  regression: {finding.severity.value} {finding.check}: {said}"
    if len(regressions) > _LINES:
        yield f"  regression: {len(regressions) - _LINES} more"


def _records(found: Scan) -> Iterator[str]:
    """Yield the records that are to be seen to: contradicted by evidence, or covering nothing."""
    for use in found.scan.records:
        what = f"the {use.kind} of {use.item or use.check} by {use.person}"
        if use.contradicted:
            yield f"  contradicted: {what}: {counted(use.contradicted, 'finding')} of it FAIL"
        elif use.unmatched and not found.plan.request.filtered:
            pattern = f" ({clean(use.resource, 100)})" if use.resource != "*" else ""
            yield f"  without effect: {what} covers nothing{pattern}"


def _unseen(findings: Iterable[Finding]) -> Iterator[str]:
    reasons = Counter(finding.reason for finding in findings if finding.status is Status.UNKNOWN)
    if reasons:
        yield "Could not look:"
    for reason, count in reasons.most_common(_LINES):
        yield f"  {counted(count, 'finding')}: {clean(reason, 200)}"
    if len(reasons) > _LINES:
        yield f"  {counted(len(reasons) - _LINES, 'other reason')}"
