"""How is one question kept apart from the next, where part of the evidence was not seen?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from readiness.evidence import Gap, NotSeenError

R = TypeVar("R")


def tried(answers: Iterable[R], otherwise: Callable[[tuple[Gap, ...]], R]) -> Iterator[R]:
    """Yield answers; the first that depends on something not seen gives way to what is said then."""
    try:
        yield from answers
    except NotSeenError as error:
        yield otherwise(error.gaps)


def known(answer: Callable[[], R], otherwise: R) -> R:
    """Return an answer, or what is taken for it where it depends on something not seen.

    For words, severities and witnesses: what fails or passes must itself be seen.
    """
    try:
        return answer()
    except NotSeenError:
        return otherwise
