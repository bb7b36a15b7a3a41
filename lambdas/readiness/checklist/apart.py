"""How does a check that judges a whole place still judge each record by itself?

For checks that also say something of the place as a whole, and so cannot have a record as subject.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar

from readiness.checklist.model import Result, Severity, each, not_seen
from readiness.evidence import Evidence, Identified, NotSeenError

T = TypeVar("T", bound=Identified)


def apart(
    records: Iterable[T], judge: Callable[[T], Result | Iterable[Result]]
) -> Iterator[Result]:
    """Judge each record by itself, as the judge does: one that cannot be decided hides no other."""
    for record in records:
        try:
            results = list(each(judge(record)))
        except NotSeenError as error:
            results = [not_seen(error.gaps)]
        for result in results:
            yield result if result.resource else result.about(record.arn)


def noted(results: Iterable[Result], place: str) -> Iterator[Result]:
    """Yield results as info: they are told, and decide nothing, whatever of them was not seen."""
    try:
        for result in results:
            yield replace(result, severity=Severity.INFO)
    except NotSeenError as error:
        yield replace(not_seen(error.gaps), severity=Severity.INFO).about(place)


def together(*parts: Evidence[Any]) -> Evidence[Any]:
    """Put evidence of several types together, so that a witness in one counts while another is dark."""
    return Evidence(
        tuple(dict.fromkeys(chain.from_iterable(part.seen for part in parts))),
        tuple(dict.fromkeys(chain.from_iterable(part.gaps for part in parts))),
    )
