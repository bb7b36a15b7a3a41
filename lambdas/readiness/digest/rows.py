"""Of which rows do the digest and the report consist?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote

from readiness.checklist import ITEMS
from readiness.checklist.model import Severity
from readiness.findings import Finding
from readiness.results import Coverage

T = TypeVar("T")

#: An expiry so near is marked.
SOON_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class Links:
    """Where the reader finds more."""

    #: The report's address.
    report: str = "report.html"
    #: Whether the report opens at that address itself, so that a link can lead to a place in it.
    deep: bool = True
    #: Commands that fetch the report, one for each account from which it is read.
    copies: tuple[str, ...] = ()

    def to(self, key: str, value: str) -> str:
        """Return the address of the report with one filter set."""
        return f"{self.report}#{key}={quote(value, errors='replace')}" if self.deep else self.report


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
    """An attestation or suppression to see to."""

    #: `due`, `expired`, `contradicted`, or `without effect`.
    state: str

    what: str
    title: str
    person: str
    expires: dt.date
    #: Days from the scan to the expiry; negative when it is over.
    days: int
    #: What is wrong with it, where that is not its expiry.
    detail: str = ""

    @property
    def record(self) -> tuple[str, str, str, dt.date]:
        """What tells the record from others."""
        return (self.what, self.title, self.person, self.expires)

    @property
    def bad(self) -> bool:
        """Whether it no longer says what it should."""
        return self.state in ("expired", "contradicted")

    @property
    def soon(self) -> bool:
        """Whether it runs out before the next weekly digest."""
        return self.state == "due" and self.days <= SOON_DAYS

    @property
    def mark(self) -> str:
        return "✕" if self.bad else "!" if self.soon else "◷"

    @property
    def dated(self) -> bool:
        """Whether its expiry is what to see to."""
        return self.state in ("due", "expired")


@dataclass(frozen=True, kw_only=True)
class Fix:
    """One change, or the same change everywhere, and what it would clear."""

    #: The checks that it mends, the worst first.
    checks: tuple[str, ...]
    #: Where to make it: a stack, a launch template; empty where each resource is changed by itself.
    cause: str
    text: str
    severity: Severity
    findings: int
    workloads: int
    #: Failing items in which nothing else fails, once the fixes before it are made.
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


def percent(share: float) -> int:
    """Return whole percent, rounded down: 100 means all."""
    return int(share * 100 + 1e-9)


def cap(rows: Sequence[T], limit: int) -> Capped[T]:
    return Capped(whole=tuple(rows), limit=limit)


def anchor(finding: Finding) -> str:
    """Return a finding's place in the report; the same from scan to scan."""
    named = "\0".join((finding.workload, *finding.key))
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:12]


def title_of(item: str) -> str:
    """Return an item's title; its id where the checklist no longer has it."""
    return ITEMS[item].title if item in ITEMS else item


def sentence(text: str) -> str:
    """Return a text that begins like a sentence."""
    return text[:1].upper() + text[1:]


def where(finding: Finding) -> str:
    """Name the place: account and region, or repository."""
    return " · ".join(part for part in (finding.account, finding.region) if part) or finding.unit
