"""Which files of a repository are read, and within which bounds?

At most 60 files of at most 1 MiB each are read from one repository, and at most 200 source files as a
sample; every file that was wanted and not read is a gap about that file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeVar

from readiness.evidence import Gap, Reason
from readiness.evidence.signals import matches
from readiness.probes.refusals import UnseenError
from readiness.repositories.formats import FormatError

T = TypeVar("T")

MAX_READ = 60
MAX_SIZE = 1 << 20
#: More files than this are not listed.
MAX_LISTED = 50_000


@dataclass(frozen=True)
class Entry:
    """One file, as the source lists it."""

    path: str
    size: int | None = None


@dataclass(frozen=True)
class Addition:
    """Lines that one commit added to a file, one after the other."""

    commit: str
    path: str
    #: The number of the first of them.
    line: int
    text: str


class Source(Protocol):
    """Where a repository's files come from."""

    @property
    def entries(self) -> tuple[Entry, ...]: ...

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Say why files may be missing from the list; empty where it is whole."""
        ...

    @property
    def others(self) -> tuple[str, ...]:
        """Return the paths that are there and are no files: links and submodules."""
        ...

    def read(self, path: str) -> bytes:
        """Return a listed file's content; raises UnseenError where it cannot."""
        ...

    def at_hand(self, path: str) -> bool:
        """Whether a file can be read without asking anybody for it."""
        ...

    def history(self) -> Iterator[Addition]:
        """Yield what was ever added on any branch; raises UnseenError where that cannot be told."""
        ...


@dataclass
class Reading:
    """One repository's files, each read at most once and all within the bounds."""

    repository: str
    branch: str
    source: Source
    _texts: dict[str, str | Gap] = field(default_factory=dict)
    _parsed: dict[tuple[str, Callable[[str], Any]], Any] = field(default_factory=dict)

    @cached_property
    def sizes(self) -> dict[str, int | None]:
        """Every file's size by its path."""
        return {entry.path: entry.size for entry in self.source.entries}

    def matching(self, patterns: Iterable[str]) -> list[str]:
        """Return the files that match, those nearest to the root first."""
        wanted = tuple(patterns)
        found = (path for path in self.sizes if matches(path, wanted))
        return sorted(found, key=lambda path: (path.count("/"), path))

    def named(self, patterns: Iterable[str]) -> list[str]:
        """Return the files whose name matches in any folder, those nearest to the root first."""
        wanted = tuple(patterns)
        found = (path for path in self.sizes if matches(path.rpartition("/")[2], wanted))
        return sorted(found, key=lambda path: (path.count("/"), path))

    def text(self, path: str) -> str:
        """Return a file's text; raises UnseenError with the gap where it was not read."""
        if path not in self._texts:
            self._texts[path] = self._read(path)
        found = self._texts[path]
        if isinstance(found, Gap):
            raise UnseenError(found)
        return found

    def parsed(self, path: str, load: Callable[[str], T]) -> T:
        """Return a file parsed; raises UnseenError where it is not read or not in its format."""
        key = (path, load)
        if key not in self._parsed:
            try:
                self._parsed[key] = load(self.text(path))
            except FormatError as error:
                raise UnseenError(self.gap(path, Reason.UNDECIDED, str(error))) from error
        found: T = self._parsed[key]
        return found

    def gap(self, path: str, reason: Reason, detail: str) -> Gap:
        """Return the gap that one file leaves."""
        return Gap(reason=reason, resource=f"{self.repository}:{path}", detail=f"{path}: {detail}")

    def sample(self, path: str) -> str:
        """Return a source file's text, which counts for no limit but its own; it is not kept."""
        known = self._texts.get(path)
        found = known if known is not None else self._read_within(path)
        if isinstance(found, Gap):
            raise UnseenError(found)
        return found

    def _read(self, path: str) -> str | Gap:
        if sum(isinstance(text, str) for text in self._texts.values()) >= MAX_READ:
            return self.gap(path, Reason.TRUNCATED, f"{MAX_READ} other files were read before it")
        return self._read_within(path)

    def _read_within(self, path: str) -> str | Gap:
        size = self.sizes[path]
        if size is not None and size > MAX_SIZE:
            return self.gap(path, Reason.TRUNCATED, "it is larger than 1 MiB")
        try:
            content = self.source.read(path)
        except UnseenError as error:
            return error.gap
        if len(content) > MAX_SIZE:
            return self.gap(path, Reason.TRUNCATED, "it is larger than 1 MiB")
        return content.decode("utf-8-sig", errors="replace")


def each_file(paths: Iterable[str], look: Callable[[str], Iterable[T]]) -> Iterator[T | Gap]:
    """Look at each file; one that cannot be read leaves a gap about itself alone."""
    for path in paths:
        try:
            yield from look(path)
        except UnseenError as error:
            yield error.gap


def git_pattern(pattern: str) -> re.Pattern[str]:
    """Return gitattributes' and gitignore's form of a pattern: without a slash it matches a name in any folder."""
    anchored = "/" in pattern.rstrip("/")
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern.strip("/"))
    meaning = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    said = "".join(meaning.get(part, re.escape(part)) for part in parts)
    return re.compile(f"{'' if anchored else '(?:.*/)?'}{said}$")


def no_history(detail: str) -> Gap:
    """Return the gap that a source leaves which shows no more than the newest files."""
    return Gap(reason=Reason.NOT_SCANNED, detail=detail)
