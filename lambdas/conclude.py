"""Write the scan's record and its metrics."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from environment import Context, ledger, logger, metrics, store
from readiness.checklist.model import Severity
from readiness.config import Cadence
from readiness.planning import Plan
from readiness.results import ScanRecord, ScanStatus
from readiness.workflow import Summary, conclude, load_plan


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    del context  # the logger reads it
    plan = load_plan(event["scan"], store())
    ended = datetime.now(UTC)
    record, summaries = conclude(plan, store(), ended)
    before = ledger().last_scan(plan.scan)
    told = _told(plan, record, summaries)
    if not plan.request.filtered:
        _measure(record, summaries, dropped(before, record))
        _measure_silence(plan, ended)
    ledger().end_scan(plan.scan, ended, told, complete=not plan.request.filtered)
    return told


def dropped(before: dict[str, Any] | None, record: ScanRecord) -> int:
    """Return how many accounts fewer were scanned than by the scan before, of those expected."""
    scanned = int(before["accounts_scanned"]) if before else 0
    expected = len(record.accounts.expected)
    return max(0, min(scanned, expected) - len(record.accounts.scanned))


def _measure_silence(plan: Plan, now: datetime) -> None:
    """Emit how long the audience that waits longest has heard nothing, of those with a rhythm."""
    expected = {Cadence.DAILY, Cadence.WEEKLY}
    heard = [ledger().told_at(each.name) for each in plan.audiences if each.cadence in expected]
    hours = [(now - each).total_seconds() / 3600 for each in heard if each is not None]
    if hours:
        metrics.add_metric("HoursSinceDigest", MetricUnit.Count, round(max(hours), 2))


def _told(plan: Plan, record: ScanRecord, summaries: list[Summary]) -> dict[str, Any]:
    """Return the execution's output: a few numbers and where the rest lies."""
    organization = record.organization
    asked = set(plan.request.workloads[:20])
    return {
        "scan": plan.scan,
        "status": record.status.value,
        "accounts_expected": len(record.accounts.expected),
        "accounts_scanned": len(record.accounts.scanned),
        "score": round(organization.score, 4) if organization else 0.0,
        "known": round(organization.known, 4) if organization else 0.0,
        "workloads": len(plan.workloads),
        "regressions": dict(_regressions(summaries)),
        "asked": {
            each.workload: dict(each.verdicts) for each in summaries if each.workload in asked
        },
        "result": f"scans/{plan.scan}/scan.json",
    }


def _regressions(summaries: list[Summary]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in summaries:
        found.update(each.regressions)
    return found


def _measure(record: ScanRecord, summaries: list[Summary], drop: int) -> None:
    """Emit what the alarms watch."""
    regressions = _regressions(summaries)
    organization = record.organization
    known_drop = max(
        (
            each.known_before - each.score.known
            for each in summaries
            if each.known_before is not None
        ),
        default=0.0,
    )
    counts: dict[str, float] = {
        "AccountsExpected": len(record.accounts.expected),
        "AccountsScanned": len(record.accounts.scanned),
        "AccountsFailed": len(record.accounts.failed),
        "CoverageDrop": drop,
        "NewFailures": sum(each.new_failures for each in summaries),
        "ScansCompleted": 0 if record.status is ScanStatus.FAILED else 1,
    }
    for severity in Severity:
        counts[f"Regressions{severity.value.capitalize()}"] = regressions[severity.value]
    for name, value in counts.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    metrics.add_metric("ScanSeconds", MetricUnit.Seconds, record.seconds)
    metrics.add_metric("KnownDrop", MetricUnit.Percent, round(100 * max(known_drop, 0.0), 2))
    if organization:
        metrics.add_metric("Score", MetricUnit.Percent, round(100 * organization.score, 2))
        metrics.add_metric("Known", MetricUnit.Percent, round(100 * organization.known, 2))
