"""What does the report hold: every item, every finding, and what its filters need?

The findings travel as data in an element that is not executed; the page's own script renders what is
looked at. Texts that repeat are sent once.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from readiness.change import Kind
from readiness.checklist import CATEGORIES, CHECKS, Category
from readiness.checklist.model import Mode, Severity, Status
from readiness.digest.names import clean, pattern
from readiness.digest.rows import Point, anchor, percent
from readiness.digest.view import View
from readiness.findings import Finding
from readiness.results import WorkloadResult
from readiness.rollup import score_of

#: The page stays quick up to here; of more findings those that pass or do not apply are left out.
LISTED = 20_000
#: The longest name that is shown whole; ARNs end at 2,048 characters, and are cut in their middle.
_LONGEST = 1000
_STATUSES = tuple(Status)
_SEVERITIES = tuple(Severity)
_KINDS = ("", *(kind.value for kind in Kind))
#: How many workloads the overview has rows for, those that score least first.
_OVERVIEW = 200
_SETTLED = (Status.PASS, Status.NOT_APPLICABLE)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One category of one workload in the overview."""

    category: str
    failing: int
    unknown: int
    counted: int
    link: str

    @property
    def shade(self) -> str:
        """Return the class of its colour; the number or mark in it says the same."""
        if not self.counted:
            return "none"
        if self.failing:
            return f"bad{min(3, 1 + 3 * self.failing // self.counted)}"
        return "dark" if self.unknown else "good"


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    workload: str
    score: int
    known: int
    cells: tuple[Cell, ...]


class _Words:
    """Texts that repeat, each by its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(clean(text, _LONGEST), len(self._numbers))

    @property
    def all(self) -> list[str]:
        return list(self._numbers)


def page_of(view: View) -> dict[str, Any]:
    """Return what the report's template prints."""
    style, script = _asset("report.css"), _asset("report.js")
    heat = sorted(_heat(view), key=lambda row: (row.score, row.workload))
    return {
        "view": view,
        "data": data_of(view),
        "style": Markup(style),
        "script": Markup(script),
        "policy": "; ".join(
            (
                "default-src 'none'",
                f"style-src {_source(style)}",
                f"script-src {_source(script)}",
                "base-uri 'none'",
                "form-action 'none'",
            )
        ),
        "heat": heat[:_OVERVIEW],
        "hidden_workloads": max(0, len(heat) - _OVERVIEW),
        "headings": [category.title for category in CATEGORIES],
        "trend": _line(view.trend),
        "calls": sum(sum(each.values()) for each in view.scan.calls.values()),
        "throttled": sum(sum(each.values()) for each in view.scan.throttled.values()),
    }


def data_of(view: View) -> dict[str, Any]:
    """Return the data of the page's script: lists of lists, read by position."""
    words = _Words()
    listed = _listed(view.results)
    kinds = [
        {change.finding.key: change.kind for change in view.changes[each.workload].findings}
        for each in view.results
    ]
    return {
        "day": view.scan.started.date().isoformat(),
        "statuses": _STATUSES,
        "severities": _SEVERITIES,
        "kinds": _KINDS,
        "categories": [category.title for category in CATEGORIES],
        "items": [
            [item.id, item.title, index, int(item.mode is Mode.ATTESTED), item.validity_days]
            for index, category in enumerate(CATEGORIES)
            for item in category.items
        ],
        "workloads": [clean(each.workload, _LONGEST) for each in view.results],
        "verdicts": [_verdicts(view, words, each) for each in view.results],
        "findings": [
            _row(words, index, finding, kinds[index].get(finding.key, ""))
            for index, finding in listed
        ],
        "left_out": sum(len(each.findings) for each in view.results) - len(listed),
        "checks": _checks(finding for _, finding in listed),
        "words": words.all,
    }


def _listed(results: Sequence[WorkloadResult]) -> list[tuple[int, Finding]]:
    listed = [(index, each) for index, result in enumerate(results) for each in result.findings]
    if len(listed) <= LISTED:
        return listed
    return [(index, each) for index, each in listed if each.status not in _SETTLED]


def _verdicts(view: View, words: _Words, result: WorkloadResult) -> dict[str, list[Any]]:
    kinds = {change.after.item: change.kind for change in view.changes[result.workload].verdicts}
    return {
        verdict.item: [
            _STATUSES.index(verdict.status),
            words.number(verdict.because),
            verdict.failing,
            verdict.unknown,
            int(verdict.attested),
            _KINDS.index(kinds.get(verdict.item, "")),
            result.verdicts_since.get(verdict.item, "")[:10],
        ]
        for verdict in result.verdicts
    }


def _row(words: _Words, workload: int, finding: Finding, kind: str) -> list[Any]:
    named = clean(finding.resource, _LONGEST)
    wanted = pattern(finding.resource)
    return [
        workload,
        words.number(finding.item),
        words.number(finding.check),
        _STATUSES.index(finding.status),
        _SEVERITIES.index(finding.severity),
        words.number(finding.account),
        words.number(finding.region),
        words.number(finding.unit),
        named,
        words.number(finding.because),
        words.number(finding.reason),
        words.number(finding.suppressed),
        finding.changed_at[:10],
        _KINDS.index(kind),
        anchor(finding),
        # What a suppression must say where the name cannot be typed as it is shown.
        "" if wanted == named else wanted,
        words.number(finding.cause),
    ]


def _checks(findings: Iterator[Finding]) -> dict[str, list[str]]:
    """Return what there is to say of each check: why it matters, what passes, the fix, the page."""
    said: dict[str, list[str]] = {}
    for finding in findings:
        known = CHECKS.get(finding.check)
        if known is not None and finding.check not in said:
            sections = known.sections
            see = next((word for word in sections["See"].split() if "://" in word), "")
            said[finding.check] = [sections["why"], sections["Pass"], sections["Fix"], see]
        elif known is None and (finding.fix or finding.check not in said):
            said[finding.check] = ["", "", clean(finding.fix, _LONGEST), ""]
    return said


def _heat(view: View) -> Iterator[HeatRow]:
    for each in view.results:
        status = {verdict.item: verdict.status for verdict in each.verdicts}
        score = score_of(each.verdicts)
        yield HeatRow(
            workload=each.workload,
            score=percent(score.score),
            known=percent(score.known),
            cells=tuple(_cell(category, status, each.workload) for category in CATEGORIES),
        )


def _cell(category: Category, statuses: Mapping[str, Status], workload: str) -> Cell:
    here = [statuses[item.id] for item in category.items if item.id in statuses]
    return Cell(
        category=category.title,
        failing=here.count(Status.FAIL),
        unknown=here.count(Status.UNKNOWN),
        counted=len(here) - here.count(Status.NOT_APPLICABLE),
        link=f"#workload={quote(workload, errors='replace')}&category={quote(category.title)}",
    )


def _line(trend: Sequence[Point]) -> list[tuple[int, int, Point]]:
    """Return the points of the trend in a box of 300 by 60."""
    step = 300 / max(1, len(trend) - 1)
    return [(round(n * step), 60 - point.score * 60 // 100, point) for n, point in enumerate(trend)]


def _asset(name: str) -> str:
    return files("readiness.digest").joinpath("templates", name).read_text("utf-8")


def _source(content: str) -> str:
    """Return how the page's policy names the one style or script that it allows."""
    digest = hashlib.sha256(content.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
