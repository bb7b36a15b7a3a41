"""What does one audience need to know this week, in which order, and how much of it?

The digest and the report are rendered from one view, so that they cannot disagree.
Nothing outside the audience's workloads enters it: not an account, not a name.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from readiness.change import Changes, Kind, compare
from readiness.checklist.model import Severity, Status
from readiness.config import Audience, Records, Workload
from readiness.digest.fixes import fixes_of
from readiness.digest.rows import (
    Capped,
    CategoryRow,
    Change,
    Due,
    Fix,
    Links,
    Point,
    Seen,
    Unseen,
    WorkloadRow,
    cap,
    percent,
)
from readiness.digest.told import (
    Telling,
    categories_of,
    disputed_of,
    due_of,
    fails,
    places_of,
    seen_of,
    unseen_of,
    workloads_of,
)
from readiness.results import ScanRecord, WorkloadResult
from readiness.rollup import Score, score_of

__all__ = ["Links", "Point", "View", "percent", "view_of"]

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
    #: Whose calendar it goes by.
    zone: dt.tzinfo
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
        return self.scan.started.astimezone(self.zone).isocalendar().week

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
    zone: dt.tzinfo = dt.UTC,
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
    told = Telling(changes=changes, planned=planned, links=links, day=scan.started.date())
    verdicts = [verdict for each in now for verdict in each.verdicts]
    failing = [finding for each in now for finding in each.findings if fails(finding)]
    score = score_of(verdicts)
    earlier = score_of(
        verdict for name in changes if name in then for verdict in then[name].verdicts
    )
    compared = not baseline and earlier.counted > 0
    regressed = told.regressions()
    records = records or Records()
    due = due_of(now, planned.values(), records, scan, then.values(), audience.cadence)
    told_already = {each.record for each in due}
    disputed = disputed_of(now, planned.values(), records, scan, everything=not names)
    due += [each for each in disputed if each.bad or each.record not in told_already]
    expired = {each.title for each in due if each.state == "expired"}
    lapsed = [row for row in told.rows(Kind.REAPPEARED, Kind.LAPSED) if row.title not in expired]
    return View(
        audience=audience.name,
        cadence=audience.cadence.value,
        scope=now[0].workload if len(now) == 1 else audience.name,
        scan=scan,
        moment=moment or scan.ended,
        zone=zone,
        seen=seen_of(scan, None if not names else places_of(now, planned.values())),
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
        categories=tuple(categories_of(now, failing, links)),
        fixes=cap(fixes_of(now, links), FIXES),
        unseen=cap(unseen_of(now), REASONS),
        workloads=cap(workloads_of(now, then, changes, links), WORKLOADS),
        links=links,
        results=now,
        changes=changes,
    )
