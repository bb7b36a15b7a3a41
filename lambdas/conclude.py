"""Write the scan's record and its metrics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from environment import Context, ledger, logger, metrics, store
from readiness.checklist.model import Severity
from readiness.config import Cadence
from readiness.planning import Plan
from readiness.results import ScanRecord, ScanStatus
from readiness.workflow import Summary, conclude, load_plan

#: How many workloads that were asked for the output tells of.
_ASKED = 20


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
        _measure(record, summaries, dropped(before, record, listed=not plan.unlisted))
        _measure_workloads(plan.configuration.metrics.workloads, summaries)
        _measure_silence(plan, ended)
    ledger().end_scan(
        plan.scan, ended, told, record.organization, complete=not plan.request.filtered
    )
    return told


def dropped(before: dict[str, Any] | None, record: ScanRecord, *, listed: bool) -> int:
    """Return how many accounts fewer were scanned than by the scan before, of those expected.

    Where not every account was listed, those that were not may be there all the same.
    """
    scanned = int(before["accounts_scanned"]) if before else 0
    expected = min(scanned, len(record.accounts.expected)) if listed else scanned
    return max(0, expected - len(record.accounts.scanned))


def _measure_silence(plan: Plan, now: datetime) -> None:
    """Emit how long the audience that waits longest has heard nothing, of those with a rhythm."""
    expected = {Cadence.DAILY, Cadence.WEEKLY}
    heard = [ledger().told_at(each.name) for each in plan.audiences if each.cadence in expected]
    hours = [(now - each).total_seconds() / 3600 for each in heard if each is not None]
    if hours:
        metrics.add_metric("HoursSinceDigest", MetricUnit.Count, round(max(hours), 2))


def _told(plan: Plan, record: ScanRecord, summaries: list[Summary]) -> dict[str, Any]:
    """Return the execution's output: a few numbers, and where the rest lies.

    A pipeline gates on it, so it carries what up to twenty workloads that were asked for say.
    """
    organization = record.organization
    asked = set(plan.request.workloads[:_ASKED])
    return {
        "scan": plan.scan,
        "status": record.status.value,
        "accounts_expected": len(record.accounts.expected),
        "accounts_scanned": len(record.accounts.scanned),
        "score": round(organization.score, 4) if organization else 0.0,
        "known": round(organization.known, 4) if organization else 0.0,
        "workloads": len(plan.workloads),
        "failing": dict(_sum(each.failing for each in summaries)),
        "regressions": dict(_sum(each.regressions for each in summaries)),
        "asked": {
            each.workload: {"verdicts": dict(each.verdicts), "failing": dict(each.failing)}
            for each in summaries
            if each.workload in asked
        },
        "result": f"scans/{plan.scan}/scan.json",
    }


def _sum(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return total


def _measure(record: ScanRecord, summaries: list[Summary], drop: int) -> None:
    """Emit what the alarms watch."""
    regressions = _sum(each.regressions for each in summaries)
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
        "AccountsFailed": len(record.accounts.missed),
        "CoverageDrop": drop,
        "NewFailures": sum(each.new_failures for each in summaries),
        "ScansCompleted": 0 if record.status is ScanStatus.FAILED else 1,
    }
    for severity in Severity:
        counts[f"Regressions{severity.value.capitalize()}"] = regressions[severity.value]
    for name, value in counts.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    calls = {
        "Calls": record.calls,
        "Throttles": record.throttled,
    }
    for name, by_service in calls.items():
        total = sum(_sum(by_service.values()).values())
        metrics.add_metric(name, MetricUnit.Count, total)
    metrics.add_metric("CostUsd", MetricUnit.Count, record.cost_usd)
    metrics.add_metric("ScanSeconds", MetricUnit.Seconds, record.seconds)
    metrics.add_metric("KnownDrop", MetricUnit.Percent, round(100 * max(known_drop, 0.0), 2))
    if organization:
        metrics.add_metric("Score", MetricUnit.Percent, round(100 * organization.score, 2))
        metrics.add_metric("Known", MetricUnit.Percent, round(100 * organization.known, 2))


def _measure_workloads(names: Iterable[str], summaries: Iterable[Summary]) -> None:
    """Emit the metrics of the workloads that the configuration names, by the dimension `workload`."""
    by_name = {each.workload: each for each in summaries}
    for each in (by_name[name] for name in names if name in by_name):
        for name, unit, value in (
            ("Score", MetricUnit.Percent, round(100 * each.score.score, 2)),
            ("Known", MetricUnit.Percent, round(100 * each.score.known, 2)),
            ("Regressions", MetricUnit.Count, sum(each.regressions.values())),
            ("NewFailures", MetricUnit.Count, each.new_failures),
        ):
            with single_metric(
                name=name,
                unit=unit,
                value=value,
                namespace=metrics.provider.namespace,
                default_dimensions={
                    "service": metrics.provider.service or "",
                    "workload": each.workload,
                },
            ):
                pass
