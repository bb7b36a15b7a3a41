"""Tables of evidence: how a check's rows are written and judged in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from readiness.checklist.model import Check, Result, Severity, Status, Unit
from readiness.evidence import SCOPES, Evidence, Gap, Reason, Scope
from readiness.judging import results_of

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
REGION = "eu-west-1"

PASS = Status.PASS
FAIL = Status.FAIL
UNKNOWN = Status.UNKNOWN
NO_EVIDENCE = Status.NO_EVIDENCE
NOT_APPLICABLE = Status.NOT_APPLICABLE


@dataclass(frozen=True)
class Row:
    """One situation: what was seen, what was dark, and the status each resource must get.

    `expected` is one status for all results, or a status by resource name (the end of its ARN).
    """

    id: str
    expected: Status | Mapping[str, Status]
    seen: Iterable[Any] = ()
    #: Types of which nothing was seen.
    dark: Iterable[type[Any]] = ()
    #: Gaps about single records, by type.
    gaps: Mapping[type[Any], Iterable[Gap]] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)
    #: Changes to the unit, e.g. {"environment": "dev"}.
    unit: Mapping[str, Any] = field(default_factory=dict)
    #: Words that must stand in some result's sentence or reason.
    says: str = ""
    severity: Severity | None = None


def unit_for(check: Check[..., Any]) -> Unit:
    """Return the place a check is judged at in tests."""
    unit = Unit(account=ACCOUNT, now=NOW)
    if check.scope is Scope.REPOSITORY:
        return Unit(repository="github:acme/shop", now=NOW)
    return replace(unit, region=REGION) if check.scope is Scope.REGION else unit


def see_in(row: Row, region: str = REGION) -> Callable[[type[Any], bool], Evidence[Any]]:
    """Return the evidence of a row, by type; what is dark is so in this region, empty for all."""

    def see(kind: type[Any], _pooled: bool) -> Evidence[Any]:
        if kind in row.dark:
            return Evidence(gaps=(dark_gap(kind, region=region),))
        return Evidence(
            tuple(record for record in row.seen if isinstance(record, kind)),
            tuple(row.gaps.get(kind, ())),
        )

    return see


def dark_gap(kind: type[Any], resource: str = "", region: str = REGION) -> Gap:
    """Return the gap of a refused call, naming an action that says which type it hides."""
    region = region if SCOPES[kind] is Scope.REGION else ""
    return Gap(
        reason=Reason.DENIED,
        account=ACCOUNT,
        region=region,
        resource=resource,
        action=f"test:{kind.__name__}",
    )


def judged(check: Check[..., Any], row: Row) -> list[Result]:
    """Return what a check says of a row."""
    unit = replace(unit_for(check), **row.unit)
    return list(results_of(check, unit, see_in(row, unit.region), row.options))


def assert_row(check: Check[..., Any], row: Row) -> None:
    """Hold a check to a row."""
    results = judged(check, row)
    statuses = {result.resource: result.status for result in results}
    told = "\n".join(f"{each.status} {each.resource} {each.because}" for each in results)

    assert results, "a check always says something"
    assert all(result.because for result in results)
    if isinstance(row.expected, Status):
        assert set(statuses.values()) == {row.expected}, told
    else:
        short = {resource.rsplit(":", 1)[-1]: status for resource, status in statuses.items()}
        assert short == dict(row.expected), told
    if row.says:
        assert any(row.says in f"{each.because} {each.reason}" for each in results), told
    if row.severity:
        failing = {each.severity or check.severity for each in results if each.status is FAIL}
        assert failing == {row.severity}, told
    for result in results:
        if result.status is UNKNOWN:
            assert result.reason, "UNKNOWN always has its reason"
