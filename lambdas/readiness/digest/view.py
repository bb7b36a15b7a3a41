"""What does one audience need to know this week, in which order, and how much of it?

The digest and the report are rendered from one view, so that they cannot disagree.
Nothing outside the audience's workloads enters it: not an account, not a name.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar
from urllib.parse import quote

from readiness.change import Changes, FindingChange, Kind, VerdictChange, compare
from readiness.checklist import CATEGORIES, ITEMS
from readiness.checklist.model import Severity, Status
from readiness.config import Applies, Attestation, Audience, Records, Suppression, Workload
from readiness.digest.names import clean, short
from readiness.findings import Finding
from readiness.results import Coverage, ScanRecord, WorkloadResult
from readiness.rollup import Score, score_of

T = TypeVar("T")

#: How many rows each part of the digest has at most; the report has them all.
REGRESSIONS = 10
NEW = 5
DUE = 8
FIXED = 6
FIXES = 5
REASONS = 6
WORKLOADS = 10
PLACES = 5
#: How many weeks the trend shows.
TREND = 12
#: How many days ahead an expiry is announced.
NOTICE_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the reader finds more."""

    #: The report's address.
    report: str = "report.html"
    #: Whether the report opens at that address itself, so that a link can lead to a place in it.
    deep: bool = True
    #: A command that fetches the report.
    copy: str = ""

    def to(self, key: str, value: str) -> str:
        """Return the address of the report with one filter set."""
        return f"{self.report}#{key}={quote(value)}" if self.deep else self.report


@dataclass(frozen=True, kw_only=True)
class Point:
    """The shares on one day, in whole percent."""

    day: dt.date
    score: int
    known: int


@dataclass(frozen=True, kw_only=True)
class Capped(Generic[T]):
    """A list of which the digest shows the first rows, and the report all."""

    whole: tuple[T, ...]
    limit: int

    @property
    def rows(self) -> tuple[T, ...]:
        return self.whole[: self.limit]

    @property
    def rest(self) -> tuple[T, ...]:
        return self.whole[self.limit :]

    @property
    def total(self) -> int:
        return len(self.whole)

    @property
    def more(self) -> int:
        return len(self.rest)


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that changed: the same check with the same answer, on one resource or on several."""

    item: str
    title: str
    severity: Severity
    workload: str
    where: str
    #: The first resources, by what people call them.
    names: tuple[str, ...]
    #: How many findings it stands for.
    count: int
    because: str
    fix: str
    since: dt.date
    owner: str
    link: str


@dataclass(frozen=True, kw_only=True)
class Due:
    """An attestation or suppression that runs out, or has run out since the last digest."""

    what: str
    title: str
    person: str
    expires: dt.date
    #: Days from the scan to the expiry; negative when it is over.
    days: int


@dataclass(frozen=True, kw_only=True)
class Fix:
    """One change of the same kind everywhere, and what it would clear."""

    check: str
    text: str
    severity: Severity
    findings: int
    workloads: int
    #: Failing items in which no other finding fails.
    clears: int
    link: str


@dataclass(frozen=True, kw_only=True)
class CategoryRow:
    title: str
    failing: int
    counted: int
    findings: int
    link: str


@dataclass(frozen=True, kw_only=True)
class WorkloadRow:
    name: str
    score: int
    delta: int | None
    known: int
    regressions: int
    failing: int
    link: str


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """One reason for not knowing."""

    reason: str
    items: int
    findings: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What of the audience's places the scan saw."""

    accounts: Coverage
    regions: Coverage
    repositories: Coverage
    #: What to paste into the configuration for regions that are closed and not declared.
    closed: tuple[tuple[str, str], ...]

    @property
    def failed(self) -> tuple[tuple[str, str], ...]:
        """Every place of which something is missing, with the reason."""
        return tuple(
            (place, reason)
            for each in (self.accounts, self.regions, self.repositories)
            for place, reason in each.failed.items()
        )


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that the templates say."""

    audience: str
    cadence: str
    #: The workload's name where there is one; else the audience's.
    scope: str
    scan: ScanRecord
    #: When the digest is rendered.
    moment: dt.datetime
    seen: Seen
    score: Score
    #: Against the last digest, in percentage points; None where there was none.
    delta: int | None
    known_delta: int | None
    counts: Mapping[Status, int]
    severities: Mapping[Severity, int]
    trend: tuple[Point, ...]
    baseline: bool
    #: Workloads, accounts and repositories that are seen for the first time.
    first_seen: Capped[str]
    regressions: Capped[Change]
    #: How many regressions there are, counted as the metric counts them.
    regressed: int
    new: Capped[Change]
    #: What was accepted or attested until now, and is so no longer.
    lapsed: Capped[Change]
    due: Capped[Due]
    fixed: Capped[Change]
    gone: int
    rule_changed: tuple[str, ...]
    became_unknown: int
    known_again: int
    categories: tuple[CategoryRow, ...]
    fixes: Capped[Fix]
    unseen: Capped[Unseen]
    workloads: Capped[WorkloadRow]
    links: Links
    results: tuple[WorkloadResult, ...]
    changes: Mapping[str, Changes]

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell but that there is nothing to tell."""
        return not (
            self.baseline
            or self.regressed
            or self.new.total
            or self.lapsed.total
            or self.due.total
            or self.fixed.total
            or self.rule_changed
            or self.became_unknown
            or self.known_again
            or self.first_seen.total
            or self.delta
            or self.known_delta
        )

    @property
    def week(self) -> int:
        return self.scan.started.isocalendar().week

    @property
    def age(self) -> str:
        """How old the scan is, in the largest unit that tells it."""
        hours = (self.moment - self.scan.started).total_seconds() / 3600
        if hours < 1:
            return "less than an hour"
        return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def view_of(
    audience: Audience,
    results: Iterable[WorkloadResult],
    scan: ScanRecord,
    *,
    before: Iterable[WorkloadResult] = (),
    workloads: Iterable[Workload] = (),
    records: Records | None = None,
    history: Sequence[Point] = (),
    links: Links | None = None,
    moment: dt.datetime | None = None,
) -> View:
    """Return what an audience is told of its workloads.

    `results` are the scan's, `before` those that the audience's last digest told of.
    """
    names = set(audience.workloads)
    now = tuple(each for each in results if not names or each.workload in names)
    then = {each.workload: each for each in before}
    planned = {each.name: each for each in workloads if not names or each.name in names}
    links = links or Links()
    changes = {each.workload: compare(then.get(each.workload), each) for each in now}
    baseline = all(each.baseline for each in changes.values())
    told = _Telling(changes=changes, planned=planned, links=links, day=scan.started.date())
    verdicts = [verdict for each in now for verdict in each.verdicts]
    failing = [finding for each in now for finding in each.findings if _fails(finding)]
    score = score_of(verdicts)
    earlier = score_of(
        verdict for name in changes if name in then for verdict in then[name].verdicts
    )
    compared = not baseline and earlier.counted > 0
    regressed = told.regressions()
    due = _due(now, planned.values(), records or Records(), scan, then.values())
    expired = {each.title for each in due if each.days < 0}
    lapsed = [row for row in told.rows(Kind.REAPPEARED, Kind.LAPSED) if row.title not in expired]
    return View(
        audience=audience.name,
        cadence=audience.cadence.value,
        scope=now[0].workload if len(now) == 1 else audience.name,
        scan=scan,
        moment=moment or scan.ended,
        seen=_seen(scan, None if not names else _places(now, planned.values())),
        score=score,
        delta=percent(score.score) - percent(earlier.score) if compared else None,
        known_delta=percent(score.known) - percent(earlier.known) if compared else None,
        counts=Counter(verdict.status for verdict in verdicts),
        severities=Counter(finding.severity for finding in failing),
        trend=tuple(history[-TREND:]),
        baseline=baseline,
        first_seen=cap([] if baseline else told.first_seen(), PLACES),
        regressions=cap(regressed, REGRESSIONS),
        regressed=sum(len(each.regressions) for each in changes.values()),
        new=cap(told.rows(Kind.NEW), NEW),
        lapsed=cap(lapsed, DUE),
        due=cap(due, DUE),
        fixed=cap(told.rows(Kind.FIXED), FIXED),
        gone=told.count(Kind.GONE),
        rule_changed=told.checks(Kind.RULE_CHANGED),
        became_unknown=told.count(Kind.UNKNOWN),
        known_again=told.count(Kind.KNOWN),
        categories=tuple(_categories(now, failing, links)),
        fixes=cap(fixes_of(now, links), FIXES),
        unseen=cap(_unseen(now), REASONS),
        workloads=cap(_workloads(now, then, changes, links), WORKLOADS),
        links=links,
        results=now,
        changes=changes,
    )


def percent(share: float) -> int:
    """Return whole percent, rounded down: 100 means all."""
    return int(share * 100 + 1e-9)


def cap(rows: Sequence[T], limit: int) -> Capped[T]:
    return Capped(whole=tuple(rows), limit=limit)


def anchor(finding: Finding) -> str:
    """Return a finding's place in the report; the same from scan to scan."""
    named = "\0".join((finding.workload, *finding.key))
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:12]


def _fails(finding: Finding) -> bool:
    return (
        finding.status is Status.FAIL
        and not finding.suppressed
        and finding.severity is not Severity.INFO
    )


@dataclass(frozen=True, kw_only=True)
class _Telling:
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


def grouped_by(rows: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def title_of(item: str) -> str:
    """Return an item's title; its id where the checklist no longer has it."""
    return ITEMS[item].title if item in ITEMS else item


def sentence(text: str) -> str:
    """Return a text that begins like a sentence."""
    return text[:1].upper() + text[1:]


def where(finding: Finding) -> str:
    """Name the place: account and region, or repository."""
    return " · ".join(part for part in (finding.account, finding.region) if part) or finding.unit


def _day(moment: str) -> dt.date | None:
    return dt.datetime.fromisoformat(moment).date() if moment else None


def _places(results: Iterable[WorkloadResult], planned: Iterable[Workload]) -> frozenset[str]:
    """Return the accounts and repositories of the audience."""
    found = {finding.account or finding.unit for each in results for finding in each.findings}
    for workload in planned:
        found |= {*workload.accounts, *workload.repositories}
    return frozenset(found)


def _seen(scan: ScanRecord, places: frozenset[str] | None) -> Seen:
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


def _due(
    results: Iterable[WorkloadResult],
    planned: Iterable[Workload],
    records: Records,
    scan: ScanRecord,
    before: Iterable[WorkloadResult],
) -> list[Due]:
    """Return the records of this audience that run out soon, or ran out since its last digest."""
    today = scan.started.date()
    last = min((each.started.date() for each in before), default=today - dt.timedelta(days=7))
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
            what="attestation" if isinstance(record, Attestation) else "suppression",
            title=title_of(record.item) if record.item else record.check,
            person=record.author if isinstance(record, Attestation) else record.approver,
            expires=record.expires,
            days=(record.expires - today).days,
        )
        for record in latest.values()
        if last <= record.expires <= today + dt.timedelta(days=NOTICE_DAYS)
    ]
    return sorted(due, key=lambda each: (each.expires, each.what, each.title, each.person))


def _categories(
    results: Sequence[WorkloadResult], failing: Iterable[Finding], links: Links
) -> Iterable[CategoryRow]:
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


def fixes_of(results: Iterable[WorkloadResult], links: Links) -> list[Fix]:
    """Group what fails by the check, hence by the fix; what clears most items comes first.

    A fix clears an item of a workload where nothing else fails it.
    """
    failing = [finding for each in results for finding in each.findings if _fails(finding)]
    checks_of = {
        place: {finding.check for finding in group}
        for place, group in grouped_by(failing, _item_of).items()
    }
    deciding = {
        (each.workload, verdict.item)
        for each in results
        for verdict in each.verdicts
        if verdict.status is Status.FAIL
    }
    fixes = []
    for group in grouped_by(failing, lambda finding: finding.check).values():
        first = min(group, key=lambda finding: finding.severity.rank)
        places = {_item_of(finding) for finding in group}
        fixes.append(
            Fix(
                check=first.check,
                text=sentence(first.fix or first.because),
                severity=first.severity,
                findings=len(group),
                workloads=len({finding.workload for finding in group}),
                clears=sum(len(checks_of[place]) == 1 for place in places & deciding),
                link=links.to("check", first.check),
            )
        )
    return sorted(
        fixes,
        key=lambda fix: (-fix.clears, -fix.workloads, fix.severity.rank, -fix.findings, fix.check),
    )


def _item_of(finding: Finding) -> tuple[str, str]:
    return (finding.workload, finding.item)


def _unseen(results: Iterable[WorkloadResult]) -> list[Unseen]:
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


def _workloads(
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
