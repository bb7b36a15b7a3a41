"""Repositories made of a dict, for tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.repository import CiStep
from readiness.repositories.ci import steps_of
from readiness.repositories.facts import facts_of
from readiness.repositories.reading import Addition, Entry, Reading
from tests.repositories.records import SHOP


@dataclass(frozen=True)
class Shelf:
    """Files in a dict as a source."""

    files: Mapping[str, bytes]
    gaps: tuple[Gap, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(path, len(content)) for path, content in self.files.items())

    past: tuple[Addition, ...] = ()
    far: frozenset[str] = frozenset()

    def read(self, path: str) -> bytes:
        return self.files[path]

    def at_hand(self, path: str) -> bool:
        return path not in self.far

    def history(self) -> Iterator[Addition]:
        yield from self.past


def reading(
    files: Mapping[str, str | bytes],
    *,
    branch: str = "main",
    gaps: tuple[Gap, ...] = (),
    others: tuple[str, ...] = (),
) -> Reading:
    contents = {
        path: text.encode() if isinstance(text, str) else text for path, text in files.items()
    }
    return Reading(SHOP, branch, Shelf(contents, gaps, others))


def steps(files: Mapping[str, str], **changes: Any) -> list[CiStep]:
    """Return the steps of a repository's CI, all of which must be readable."""
    found = list(steps_of(reading(files, **changes)))
    assert not [each for each in found if isinstance(each, Gap)]
    return [each for each in found if isinstance(each, CiStep)]


def seen(kind: type[Any], files: Mapping[str, str | bytes], **changes: Any) -> list[Any]:
    """Return what the files show of one type."""
    return list(facts_of(reading(files, **changes))[kind]())
