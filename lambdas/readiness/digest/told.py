"""What do results and changes say to an audience, row by row?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from readiness.change import Changes, FindingChange, Kind, VerdictChange
from readiness.checklist import CATEGORIES
from readiness.checklist.model import Severity, Status
from readiness.config import Applies, Attestation, Cadence, Records, Suppression, Workload
from readiness.digest.names import clean, short
from readiness.digest.rows import (
    CategoryRow,
    Change,
    Due,
    Links,
    Seen,
    Unseen,
    WorkloadRow,
    anchor,
    percent,
    sentence,
    title_of,
    where,
)
from readiness.findings import Finding
from readiness.records import uses_of
from readiness.results import Coverage, ScanRecord, WorkloadResult
from readiness.rollup import score_of

T = TypeVar("T")

#: How many days ahead an expiry is announced; who is told once a month is told before it is over.
NOTICE_DAYS = 14
MONTHLY_NOTICE_DAYS = 35 + 7


@dataclass(frozen=True, kw_only=True)
class Telling:
    """The changes of an audience's workloads, told row by row."""

    changes: Mapping[str, Changes]
    planned: Mapping[str, Workload]
    links: Links
    day: dt.date

    def regressions(self) -> list[Change]:
        """Return what got worse, of findings and of verdicts that no finding explains."""
        rows = self.rows(Kind.REGRESSION)
        rows += [
            self._verdict(name, change)
            for name, each in self.changes.items()
            for change in each.regressions
            if isinstance(change, VerdictChange)
        ]
        return sorted(rows, key=_newest_and_worst)

    def rows(self, *kinds: Kind) -> list[Change]:
        """Return the findings that changed so, those of one check in one place together."""
        found = (change for each in self.changes.values() for change in each.of(*kinds))
        grouped = grouped_by(found, _same_row)
        return sorted((self._row(group) for group in grouped.values()), key=_newest_and_worst)

    def count(self, kind: Kind) -> int:
        return sum(len(each.of(kind)) for each in self.changes.values())

    def checks(self, kind: Kind) -> tuple[str, ...]:
        found = (change for each in self.changes.values() for change in each.of(kind))
        return tuple(sorted({change.finding.check for change in found}))

    def first_seen(self) -> list[str]:
        """Return the workloads, accounts and repositories of which this is the baseline."""
        return [
            place
            for name, each in self.changes.items()
            for place in ([name] if each.baseline else each.first_seen)
        ]

    def _row(self, group: Sequence[FindingChange]) -> Change:
        first = min(group, key=lambda change: (change.finding.severity.rank, change.finding.key))
        finding = first.finding
        return Change(
            item=finding.item,
            title=title_of(finding.item),
            severity=finding.severity,
            workload=finding.workload,
            where=where(finding),
            names=tuple(short(change.finding.resource) for change in group[:3]),
            count=len(group),
            because=finding.because,
            fix=sentence(finding.fix),
            since=_day(finding.changed_at) or self.day,
            owner=self._owner(finding.workload),
            link=self.links.to("finding", anchor(finding)),
        )

    def _verdict(self, workload: str, change: VerdictChange) -> Change:
        return Change(
            item=change.after.item,
            title=title_of(change.after.item),
            severity=change.severity,
            workload=workload,
            where="",
            names=(),
            count=1,
            because=change.after.because,
            fix="",
            since=self.day,
            owner=self._owner(workload),
            link=self.links.to("item", change.after.item),
        )

    def _owner(self, workload: str) -> str:
        planned = self.planned.get(workload)
        return ", ".join(planned.owners[:2]) if planned else ""


def _same_row(change: FindingChange) -> tuple[str, ...]:
    finding = change.finding
    return (finding.workload, finding.item, finding.check, finding.changed_at[:10], where(finding))


def _newest_and_worst(row: Change) -> tuple[int, int, str, str, str]:
    return (row.severity.rank, -row.since.toordinal(), row.workload, row.title, row.where)


def places_of(results: Iterable[WorkloadResult], planned: Iterable[Workload]) -> frozenset[str]:
    """Return the accounts and repositories of the audience."""
    found = {finding.account or finding.unit for each in results for finding in each.findings}
    for workload in planned:
        found |= {*workload.accounts, *workload.repositories}
    return frozenset(found)


def seen_of(scan: ScanRecord, places: frozenset[str] | None) -> Seen:
    """Cut the scan's coverage to the audience's places; None means that all are."""

    def ours(place: str) -> bool:
        return places is None or place in places or place.partition("/")[0] in places

    def cut(coverage: Coverage) -> Coverage:
        return Coverage(
            expected=tuple(filter(ours, coverage.expected)),
            scanned=tuple(filter(ours, coverage.scanned)),
            failed={place: why for place, why in coverage.failed.items() if ours(place)},
            left_out={place: why for place, why in coverage.left_out.items() if ours(place)},
        )

    return Seen(
        accounts=cut(scan.accounts),
        # What is left out there is whole regions, by the configuration: no account's name.
        regions=replace(cut(scan.regions), left_out=scan.regions.left_out),
        repositories=cut(scan.repositories),
        closed=tuple(
            (each.region, each.entry)
            for each in scan.closed_regions
            if not each.declared and any(map(ours, each.accounts))
        ),
    )


def due_of(
    results: Iterable[WorkloadResult],
    planned: Iterable[Workload],
    records: Records,
    scan: ScanRecord,
    before: Iterable[WorkloadResult],
    cadence: Cadence = Cadence.WEEKLY,
) -> list[Due]:
    """Return the records of this audience that run out soon, or ran out since its last digest."""
    notice = MONTHLY_NOTICE_DAYS if cadence is Cadence.MONTHLY else NOTICE_DAYS
    today = scan.started.date()
    last = min((each.started.date() for each in before), default=today - dt.timedelta(days=7))
    ours = _scopes(results, planned)
    every: tuple[Attestation | Suppression, ...] = (*records.attestations, *records.suppressions)
    latest: dict[Hashable, Attestation | Suppression] = {}
    for record in every:
        if ours(record.scope):
            pattern = record.resource if isinstance(record, Suppression) else ""
            key = (type(record), record.item, record.check, record.scope, pattern)
            # A renewed record speaks for the one that it renews.
            if key not in latest or record.expires > latest[key].expires:
                latest[key] = record
    due = [
        Due(
            state="expired" if record.expires < today else "due",
            what="attestation" if isinstance(record, Attestation) else "suppression",
            title=title_of(record.item) if record.item else record.check,
            person=record.author if isinstance(record, Attestation) else record.approver,
            expires=record.expires,
            days=(record.expires - today).days,
        )
        for record in latest.values()
        if last <= record.expires <= today + dt.timedelta(days=notice)
    ]
    return sorted(due, key=lambda each: (each.expires, each.what, each.title, each.person))


def disputed_of(
    results: Iterable[WorkloadResult],
    planned: Iterable[Workload],
    records: Records,
    scan: ScanRecord,
    *,
    everything: bool,
) -> list[Due]:
    """Return the records that evidence contradicts, and those that cover nothing.

    A record that holds everywhere may cover what this audience does not see: that it covers nothing
    is told to those alone who see everything.
    """
    results = list(results)
    if any(each.filtered or each.accounts for each in results):
        return []
    findings = [finding for each in results for finding in each.findings]
    ours = _scopes(results, planned)
    disputed = []
    for use in uses_of(findings, records.attestations, records.suppressions, scan.started):
        scoped = use.scope != Applies() or everything
        if not ours(use.scope):
            continue
        if use.contradicted:
            fails = "finding fails" if use.contradicted == 1 else "findings fail"
            state, detail = "contradicted", f"{use.contradicted} {fails} although it says otherwise"
        elif use.unmatched and scoped:
            where = f" ({use.resource})" if use.resource not in ("", "*") else ""
            state, detail = "without effect", f"there is nothing that it covers{where}"
        else:
            continue
        disputed.append(
            Due(
                state=state,
                what=use.kind,
                title=title_of(use.item) if use.item else use.check,
                person=use.person,
                expires=use.expires,
                days=(use.expires - scan.started.date()).days,
                detail=detail,
            )
        )
    return sorted(disputed, key=lambda each: (not each.bad, each.what, each.title, each.person))


def _scopes(
    results: Iterable[WorkloadResult], planned: Iterable[Workload]
) -> Callable[[Applies], bool]:
    """Return whether a record's scope is the audience's."""
    results, planned = list(results), list(planned)
    names = {each.workload for each in results}
    accounts = {finding.account for each in results for finding in each.findings}
    repositories = {finding.unit for each in results for finding in each.findings}
    for workload in planned:
        accounts |= set(workload.accounts)
        repositories |= set(workload.repositories)

    def ours(scope: Applies) -> bool:
        return (
            scope.workload in {"", *names}
            and scope.account in {"", *accounts}
            and scope.repository in {"", *repositories}
        )

    return ours


def categories_of(
    results: Sequence[WorkloadResult], failing: Iterable[Finding], links: Links
) -> Iterator[CategoryRow]:
    findings = Counter(finding.item for finding in failing)
    statuses: dict[str, Counter[Status]] = {}
    for each in results:
        for verdict in each.verdicts:
            statuses.setdefault(verdict.item, Counter())[verdict.status] += 1
    for category in CATEGORIES:
        here: Counter[Status] = Counter()
        for item in category.items:
            here.update(statuses.get(item.id, {}))
        if here[Status.FAIL]:
            yield CategoryRow(
                title=category.title,
                failing=here[Status.FAIL],
                counted=here.total() - here[Status.NOT_APPLICABLE],
                findings=sum(findings[item.id] for item in category.items),
                link=links.to("category", category.title),
            )


def unseen_of(results: Iterable[WorkloadResult]) -> list[Unseen]:
    """Count what is not known by its reason; a reason with several parts counts for each."""
    findings: Counter[str] = Counter()
    items: dict[str, set[tuple[str, str]]] = {}
    for result in results:
        explained = set()
        for finding in result.findings:
            if finding.status is Status.UNKNOWN and finding.severity is not Severity.INFO:
                explained.add(finding.item)
                for reason in finding.reason.split("; "):
                    findings[clean(reason)] += 1
                    items.setdefault(clean(reason), set()).add((result.workload, finding.item))
        for verdict in result.verdicts:
            if verdict.status is Status.UNKNOWN and verdict.item not in explained:
                items.setdefault(clean(verdict.because), set()).add((result.workload, verdict.item))
    rows = [
        Unseen(reason=reason, items=len(places), findings=findings[reason])
        for reason, places in items.items()
    ]
    return sorted(rows, key=lambda row: (-row.items, -row.findings, row.reason))


def workloads_of(
    results: Iterable[WorkloadResult],
    before: Mapping[str, WorkloadResult],
    changes: Mapping[str, Changes],
    links: Links,
) -> list[WorkloadRow]:
    """Return the workloads, those that lost most first."""
    rows = []
    for each in results:
        score = score_of(each.verdicts)
        old = before.get(each.workload)
        delta = None
        if old is not None and not changes[each.workload].baseline:
            delta = percent(score.score) - percent(score_of(old.verdicts).score)
        rows.append(
            WorkloadRow(
                name=each.workload,
                score=percent(score.score),
                delta=delta,
                known=percent(score.known),
                regressions=len(changes[each.workload].regressions),
                failing=sum(verdict.status is Status.FAIL for verdict in each.verdicts),
                link=links.to("workload", each.workload),
            )
        )
    return sorted(rows, key=lambda row: (-row.regressions, row.delta or 0, row.score, row.name))


def fails(finding: Finding) -> bool:
    return finding.fails and finding.severity is not Severity.INFO


def grouped_by(rows: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _day(moment: str) -> dt.date | None:
    return dt.datetime.fromisoformat(moment).date() if moment else None
