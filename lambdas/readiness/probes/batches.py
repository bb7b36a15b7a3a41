"""How are many names asked for by calls that take some of them?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size`; itertools.batched came with Python 3.12."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch
