"""What do the configuration's files say, and where exactly are they wrong?

The same loader serves a folder on a laptop and the hub's bucket: it takes contents by name.
Everything that is wrong in all files is reported at once, by file and line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from botocore.loaders import create_loader
from pydantic import ValidationError

from readiness.checklist import ITEMS
from readiness.checklist.model import Mode
from readiness.config import (
    Attestation,
    Configuration,
    Records,
    Strict,
    Suppression,
    faults_of,
    unknown_name,
)

MAIN = "readiness.yaml"
RECORDS = re.compile(r"^records/[^/]+\.yaml$")

#: Five thousand workloads fit; what is larger was not written for us.
LARGEST = 1024 * 1024
#: Levels of lists and keys; ours are five.
DEEPEST = 12

M = TypeVar("M", bound=Strict)
Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it stands."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class ConfigurationError(Exception):
    """The configuration is wrong; the message has a line for each thing that is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A valid configuration with its records."""

    configuration: Configuration
    attestations: tuple[Attestation, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    #: Records that are in order but without effect, e.g. expired ones.
    warnings: tuple[Problem, ...] = ()


def read_folder(folder: Path) -> dict[str, bytes]:
    """Return the contents of a folder's YAML files by name; raises OSError with the file's name."""
    found = (*folder.glob("*"), *folder.glob("[Rr][Ee][Cc][Oo][Rr][Dd]*/**/*"))
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(found)
        if path.suffix.lower() in (".yaml", ".yml") and path.is_file()
    }


def load(files: Mapping[str, bytes], today: dt.date | None = None) -> Loaded:
    """Read `readiness.yaml` and `records/*.yaml`; raises ConfigurationError with all that is wrong."""
    today = today or dt.datetime.now(dt.UTC).date()
    problems: list[Problem] = []
    main = _Document(MAIN)
    configuration = Configuration()
    records: list[tuple[_Document, Records]] = []
    for name in sorted(files):
        document = _Document(name)
        if name == MAIN:
            main = document
            configuration = document.read(files[name], Configuration) or configuration
            document.problems.extend(_unknown_regions(document))
        elif RECORDS.match(name):
            read = document.read(files[name], Records)
            records.append((document, read or Records()))
        else:
            document.problems.extend(_misplaced(name))
        problems.extend(document.problems)
    workloads = {
        each["name"]: None
        for _, each in main.entries("workloads")
        if isinstance(each.get("name"), str)
    }
    for document, _ in records:
        problems.extend(_unknown_workloads(document, workloads))
    if problems:
        raise ConfigurationError(problems)
    warnings = [
        warning for document, read in records for warning in _without_effect(document, read, today)
    ]
    return Loaded(
        configuration=configuration,
        attestations=tuple(each for _, read in records for each in read.attestations),
        suppressions=tuple(each for _, read in records for each in read.suppressions),
        warnings=tuple(sorted(warnings)),
    )


@dataclass
class _Document:
    """One file: its values, the line of each, and what is wrong with it."""

    name: str
    data: Any = None
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, line: int, sentence: str) -> Problem:
        return Problem(self.name, line, sentence)

    def at(self, place: Place, sentence: str) -> Problem:
        """Say something about a place, or about what it would stand in."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.problem(self.lines.get(place, 1), sentence)

    def listed(self, key: str) -> list[Any]:
        """Return a list at the top, whatever else is wrong."""
        found = self.data.get(key) if isinstance(self.data, dict) else None
        return found if isinstance(found, list) else []

    def entries(self, key: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the entries of such a list that are keys and values, with their positions."""
        for position, each in enumerate(self.listed(key)):
            if isinstance(each, dict):
                yield position, each

    def read(self, content: bytes, model: type[M]) -> M | None:
        """Return the model that the content makes; None, with the problems kept, where it does not."""
        try:
            _Reader(self, _decoded(self, content)).document()
        except _UnreadableError as error:
            self.problems.append(error.problem)
            return None
        if self.data is None:
            return model()  # comments only
        if not isinstance(self.data, dict):
            sentence = f"holds {_kind(self.data)} where its keys are expected"
            self.problems.append(self.at((), sentence))
            return None
        try:
            return model.model_validate(self.data)
        except ValidationError as error:
            self.problems.extend(self.at(place, said) for place, said in faults_of(error))
            return None


class _UnreadableError(Exception):
    """The rest of a file cannot be read."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


def _decoded(document: _Document, content: bytes) -> str:
    if len(content) > LARGEST:
        sentence = f"holds {len(content):,} bytes; at most {LARGEST:,} are read"
        raise _UnreadableError(document.problem(1, sentence))
    if not content.strip():
        sentence = "is empty; write a key, or delete the file"
        raise _UnreadableError(document.problem(1, sentence))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sentence = "is not UTF-8 text; save it in that encoding"
        raise _UnreadableError(document.problem(line, sentence)) from error
    odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        sentence = f"holds the character U+{ord(odd.group()):04X}, which YAML does not allow"
        raise _UnreadableError(document.problem(line, sentence))
    return text


class _Reader:
    """Reads one YAML document from its events, every scalar as text, every value with its line.

    Texts become numbers, dates and switches where the model wants them, so that an account id keeps
    its leading zeros and `no` stays a word. What would make one text mean another (anchors, aliases,
    tags, keys written twice) is refused.
    """

    def __init__(self, document: _Document, text: str) -> None:
        self._document = document
        self._text = text.splitlines()
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        self._events = yaml.parse(text, Loader=loader)

    def document(self) -> None:
        """Fill the document's values and lines; raises _UnreadableError where it cannot go on."""
        self._expect(yaml.StreamStartEvent)
        if isinstance(self._next(), yaml.StreamEndEvent):
            return
        self._document.data = self._value(self._next(), ())
        self._expect(yaml.DocumentEndEvent)
        second = self._next()
        if not isinstance(second, yaml.StreamEndEvent):
            self._fail(second, "begins a second document; a file holds one")

    def _next(self) -> yaml.Event:
        try:
            return next(self._events)
        except yaml.MarkedYAMLError as error:
            raise _UnreadableError(_syntax_problem(error, self._document, self._text)) from error

    def _expect(self, kind: type[yaml.Event]) -> None:
        event = self._next()
        assert isinstance(event, kind)  # the order of these events is YAML's own

    def _fail(self, event: yaml.Event, sentence: str) -> None:
        raise _UnreadableError(self._document.problem(_line(event), sentence))

    def _value(self, event: yaml.Event, place: Place) -> Any:
        self._document.lines.setdefault(place, _line(event))
        if isinstance(event, yaml.AliasEvent):
            self._fail(event, f"uses the alias *{event.anchor}; write the value itself")
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._fail(event, f"sets the anchor &{anchor}; write the value where it is used")
        tag = getattr(event, "tag", None)
        if tag:
            self._fail(event, f"uses the tag {tag}; write the value without it")
        if len(place) > DEEPEST:
            self._fail(event, f"nests more than {DEEPEST} levels")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        assert isinstance(event, yaml.ScalarEvent)
        return None if event.implicit[0] and event.value in ("", "~", "null") else event.value

    def _mapping(self, place: Place) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._value(event, (*place, "?"))
            self._document.lines.pop((*place, "?"), None)
            if not isinstance(key, str):
                self._fail(event, "has a key that is not a word")
            inside = (*place, key)
            if key in values:
                first = self._document.lines[inside]
                sentence = f"the key {key!r} is written twice; it first stands in line {first}"
                self._document.problems.append(self._document.problem(_line(event), sentence))
                # Its values are read past, and judged with nothing.
                self._value(self._next(), (*place, f"{key} in line {_line(event)}"))
                continue
            self._document.lines[inside] = _line(event)
            values[key] = self._value(self._next(), inside)
        return values

    def _sequence(self, place: Place) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            values.append(self._value(event, (*place, len(values))))
        return values


def _line(event: yaml.Event) -> int:
    return _one_based(event.start_mark)


def _one_based(mark: Any) -> int:
    """Return a mark's line as editors count; Any: the two parsers have types of their own."""
    return int(mark.line) + 1


def _syntax_problem(error: yaml.MarkedYAMLError, document: _Document, text: list[str]) -> Problem:
    """Say what most often causes a parser's complaint, at the line where the cause stands."""
    mark, problem, context = error.problem_mark, error.problem or "", error.context or ""
    line = _one_based(mark) if mark else 1
    opened = _one_based(error.context_mark) if error.context_mark else line
    written = text[line - 1] if line <= len(text) else ""
    if re.match(r" *\t", written):
        return document.problem(line, "is indented with a tab; YAML takes spaces")
    if "cannot start any token" in problem:
        character = written[mark.column : mark.column + 1] if mark else ""
        return document.problem(line, f"{character!r} begins a value; put the value in quotes")
    if "mapping values are not allowed" in problem:
        return document.problem(
            line,
            "has a ':' where no key can stand; put the text in quotes, or mend the indentation",
        )
    if "quoted scalar" in context:
        return document.problem(opened, "opens a quote that is never closed")
    if "flow" in context:
        return document.problem(opened, "opens a bracket that is not closed where it should be")
    if "block" in context:
        return document.problem(line, "is not indented like the lines it belongs to")
    if "simple key" in context:
        return document.problem(opened, "has a key without a ':'")
    return document.problem(line, f"is not YAML: {', '.join(filter(None, (context, problem)))}")


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else "a text"


def _misplaced(name: str) -> Iterator[Problem]:
    """Report a file that was probably meant for us; others are none of our business."""
    folder, _, base = name.rpartition("/")
    stem = base.rpartition(".")[0]
    if not folder:
        if get_close_matches(stem.lower(), ["readiness"], cutoff=0.8):
            yield Problem(name, 1, f"is not read; name it {MAIN}")
        elif stem.lower() == "records":
            yield Problem(name, 1, f"is not read; move it to records/{base}")
    elif folder.lower() == "records":
        yield Problem(name, 1, f"is not read; name it records/{stem}.yaml")
    elif folder.split("/")[0].lower() in ("record", "records"):
        yield Problem(name, 1, f"is not read; move it to records/{stem}.yaml")


def _unknown_regions(document: _Document) -> Iterator[Problem]:
    known = known_regions()
    for key in ("regions", "closed_regions"):
        for position, region in enumerate(document.listed(key)):
            well_formed = isinstance(region, str) and re.fullmatch(
                r"[a-z]{2,}(-[a-z]+)+-\d+", region
            )
            if well_formed and region not in known:
                yield document.at((key, position), unknown_name(region, known, "region"))


def known_regions() -> tuple[str, ...]:
    """Return every region that this release's AWS SDK knows, in all partitions."""
    partitions = create_loader().load_data("partitions")["partitions"]
    return tuple(
        region
        for partition in partitions
        for region in partition["regions"]
        if not region.endswith("-global")
    )


def _unknown_workloads(document: _Document, workloads: Mapping[str, None]) -> Iterator[Problem]:
    """Report scopes that misspell a workload; an account may be a workload by its own name."""
    for kind in ("attestations", "suppressions"):
        for position, entry in document.entries(kind):
            scope = entry.get("scope")
            name = scope.get("workload") if isinstance(scope, dict) else None
            if not isinstance(name, str) or not name or name in workloads:
                continue
            if get_close_matches(name, workloads, cutoff=0.7):
                place = (kind, position, "scope", "workload")
                yield document.at(place, unknown_name(name, workloads, "workload"))


def _without_effect(document: _Document, records: Records, today: dt.date) -> Iterator[Problem]:
    for position, attestation in enumerate(records.attestations):
        said = _standing(attestation, today)
        if not said and ITEMS[attestation.item].mode is Mode.AUTOMATED:
            said = "has no effect: it is decided by evidence alone"
        if said:
            place = ("attestations", position)
            yield document.at(place, f"the attestation of {attestation.item} {said}")
    for position, suppression in enumerate(records.suppressions):
        said = _standing(suppression, today)
        if said:
            what = suppression.item or suppression.check
            yield document.at(("suppressions", position), f"the suppression of {what} {said}")


def _standing(record: Attestation | Suppression, today: dt.date) -> str:
    if record.expires < today:
        return f"expired on {record.expires}"
    return f"has no effect before {record.date}" if record.date > today else ""


def schema(model: type[Strict] = Configuration) -> dict[str, Any]:
    """Return the JSON Schema that editors check a file by: `Configuration`'s or `Records`'."""
    title = MAIN if model is Configuration else "records/*.yaml"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
        "title": title,
    }
