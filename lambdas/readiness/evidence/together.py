"""How is evidence of several types asked as one, and how is one question kept apart from the next?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from readiness.evidence import Evidence, Gap, NotSeenError

R = TypeVar("R")


def together(*parts: Evidence[Any]) -> Evidence[Any]:
    """Put evidence of several types together: a witness in one counts while another is dark."""
    seen = {id(record): record for part in parts for record in part.seen}
    return Evidence(
        tuple(seen.values()),
        tuple(dict.fromkeys(chain.from_iterable(part.gaps for part in parts))),
    )


def tried(answers: Iterable[R], otherwise: Callable[[tuple[Gap, ...]], R]) -> Iterator[R]:
    """Yield answers; the first that depends on something not seen gives way to what is said then."""
    try:
        yield from answers
    except NotSeenError as error:
        yield otherwise(error.gaps)
