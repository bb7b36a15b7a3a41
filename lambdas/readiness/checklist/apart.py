"""How does a check that judges a whole place still judge each record by itself?

For checks that also say something of the place as a whole, and so cannot have a record as subject.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from readiness.checklist.model import Result, Severity, each, not_seen
from readiness.evidence import Identified
from readiness.evidence.unseen import tried

T = TypeVar("T", bound=Identified)


def apart(
    records: Iterable[T], judge: Callable[[T], Result | Iterable[Result]]
) -> Iterator[Result]:
    """Judge each record by itself, as the judge does: one that cannot be decided hides no other."""
    for record in records:
        for result in tried(_answers(judge, record), not_seen):
            yield result if result.resource else result.about(record.arn)


def _answers(judge: Callable[[T], Result | Iterable[Result]], record: T) -> Iterator[Result]:
    yield from each(judge(record))


def noted(results: Iterable[Result], place: str) -> Iterator[Result]:
    """Yield results as info: they are told and decide nothing, whatever of them was not seen."""
    for result in tried(results, lambda gaps: not_seen(gaps).about(place)):
        yield replace(result, severity=Severity.INFO)
