"""Of which paths is the last change looked up, when each costs a call?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from readiness.evidence import Evidence
from readiness.evidence.code_security import ReviewDocument
from readiness.evidence.documents import (
    Diagram,
    Document,
    document_places,
    is_changelog,
    is_document,
    readme_rank,
)
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.repository import LoadTest


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Paths of one kind, of which the first are dated."""

    paths: tuple[str, ...]
    most: int
    detail: str
    #: Paths that cannot be dated themselves.
    undated: tuple[str, ...] = ()


def dated(
    listed: Iterable[str],
    evidence: Mapping[type[Any], Evidence[Any]],
    wanted: set[type[Any]],
    folders: bool,
) -> Iterator[Asked]:
    """Yield what is dated for the types that are wanted; `folders` says whether folders can be."""
    paths = tuple(listed)
    tests = dict.fromkeys(test.path for test in evidence[LoadTest].seen)
    detail = "only the first 10 load tests were dated"
    yield Asked(paths=tuple(tests), most=10, detail=detail)
    if ReviewDocument in wanted:
        reviews = tuple(each.path for each in evidence[ReviewDocument].seen)
        detail = "only the first 5 security reviews were dated"
        yield Asked(paths=reviews, most=5, detail=detail)
    if Document in wanted:
        ranked = sorted((rank, path) for path in paths if (rank := readme_rank(path)) is not None)
        yield Asked(paths=tuple(path for _, path in ranked[:1]), most=1, detail="")
        yield from _places(paths, document_places(paths), folders)
        changelogs = tuple(
            sorted(filter(is_changelog, paths), key=lambda path: (path.count("/"), path))
        )
        yield Asked(paths=changelogs, most=2, detail="only the first 2 changelogs were dated")
    if {Document, Diagram} <= wanted:
        found = (*evidence[Diagram].seen, *(each for each in evidence[Document].seen if each.drawn))
        drawn = tuple(dict.fromkeys(each.path for each in found))
        yield Asked(paths=drawn, most=5, detail="only the first 5 diagrams were dated")
    if {Diagram, IacRoot} <= wanted:
        roots = dict.fromkeys(root.place for root in evidence[IacRoot].seen)
        yield from _places(paths, roots, folders)


def _places(paths: tuple[str, ...], places: Iterable[str], folders: bool) -> Iterator[Asked]:
    """Yield folders, or where these cannot be dated the first files in each."""
    found = tuple(places)
    if folders:
        yield Asked(paths=found, most=5, detail="only the first 5 folders of its kind were dated")
        return
    for place in found:
        inside = tuple(path for path in paths if path.startswith(f"{place}/"))
        files = tuple(filter(is_document, inside)) or inside or (place,)
        detail = "only the first 5 files of a folder were dated"
        # That the folder has more to it is a gap about the folder.
        rest = (place,) if inside else ()
        yield Asked(paths=files[:5], most=5, detail=detail, undated=rest)
