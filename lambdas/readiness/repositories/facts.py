"""What do the files of a repository say, whoever hosts it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.code_security import ExposedSecret, ReviewDocument, is_review
from readiness.evidence.coverage import CoverageSetup
from readiness.evidence.documents import CatalogEntry, Diagram, Document, ReadmeReferences
from readiness.evidence.repository import (
    BuildDefinition,
    CiStep,
    Codeowners,
    Convention,
    DependencyManifest,
    Hook,
    Language,
    LoadTest,
    LoadTestPaths,
    Manifest,
    Outline,
    Readme,
    SourceFile,
    UpdateBot,
)
from readiness.evidence.signals import (
    CODEOWNERS,
    GIT_ATTRIBUTES,
    LOAD_TEST_BOUNDS,
    LOAD_TEST_FILES,
    LOAD_TEST_PATHS,
    LOAD_TEST_TEXTS,
    MANIFESTS,
    PRE_COMMIT,
    is_foreign,
    language_of,
    matches,
)
from readiness.repositories import infrastructure, running
from readiness.repositories.ci import steps_of
from readiness.repositories.commands import commands_of
from readiness.repositories.coverage import setups_of
from readiness.repositories.definitions import builds_of, conventions_of, readmes_of
from readiness.repositories.dependencies import bots_of, manifests_of
from readiness.repositories.documents import catalog_of, diagrams_of, documents_of
from readiness.repositories.formats import (
    as_dict,
    as_list,
    load_ini,
    load_json,
    load_toml,
    load_yaml,
    tables,
)
from readiness.repositories.leaks import leaks_of
from readiness.repositories.outlines import outlines_of
from readiness.repositories.reading import Reading, each_file, git_pattern
from readiness.repositories.references import references_of
from readiness.repositories.tasks import hooks_of

Facts = Mapping[type[Any], Callable[[], Iterator[Any]]]


#: The types that files alone show, in the order in which they may use up the files that are read.
KINDS = (
    SourceFile, Language, CiStep, Hook, Codeowners, Readme, Manifest, UpdateBot, DependencyManifest,
    BuildDefinition, Convention, CoverageSetup, CatalogEntry, Document, Diagram, ReadmeReferences,
    LoadTest, LoadTestPaths, Outline, ReviewDocument, ExposedSecret, *infrastructure.KINDS, *running.KINDS,
)  # fmt: skip


def facts_of(reading: Reading) -> Facts:
    """Return what can be seen in the files, by type."""
    looks: dict[type[Any], Callable[[Reading], Iterator[Any]]] = {
        SourceFile: _files,
        Language: _languages,
        CiStep: steps_of,
        Hook: _hooks,
        Codeowners: _codeowners,
        Manifest: _manifests,
        LoadTest: _load_tests,
        ReviewDocument: _reviews,
        ExposedSecret: leaks_of,
        LoadTestPaths: _load_test_paths,
        Readme: readmes_of,
        UpdateBot: bots_of,
        DependencyManifest: manifests_of,
        BuildDefinition: builds_of,
        Convention: conventions_of,
        CoverageSetup: setups_of,
        CatalogEntry: catalog_of,
        Document: documents_of,
        Diagram: diagrams_of,
        ReadmeReferences: references_of,
        Outline: _outlines,
        **infrastructure.KINDS,
        **running.KINDS,
    }
    return {kind: partial(_with_gaps, look, reading) for kind, look in looks.items()}


def _with_gaps(look: Callable[[Reading], Iterator[Any]], reading: Reading) -> Iterator[Any]:
    """Yield what the listed files show, and that others are missing: they may show more."""
    yield from look(reading)
    yield from reading.source.gaps


def _files(reading: Reading) -> Iterator[SourceFile]:
    generated = _generated(reading)
    for entry in reading.source.entries:
        yield SourceFile(
            repository=reading.repository,
            path=entry.path,
            size=entry.size,
            language=language_of(entry.path),
            foreign=is_foreign(entry.path) or generated(entry.path),
        )


def _languages(reading: Reading) -> Iterator[Language]:
    if reading.source.gaps:
        return  # shares of a part say nothing about the whole
    generated = _generated(reading)
    counts = Counter(
        language
        for path in reading.sizes
        if (language := language_of(path)) and not is_foreign(path) and not generated(path)
    )
    for name, files in sorted(counts.items()):
        yield Language(
            repository=reading.repository, name=name, files=files, share=files / counts.total()
        )


def _outlines(reading: Reading) -> Iterator[Outline | Gap]:
    generated = _generated(reading)
    paths = [path for path in reading.sizes if language_of(path) and not generated(path)]
    yield from outlines_of(reading, paths)


_MARKS = re.compile(r"(?:^|\s)([-!]?)linguist-(?:generated|vendored)(?:=(\w+))?")


def _generated(reading: Reading) -> Callable[[str], bool]:
    """Return whether a path is marked as generated or vendored; the last line that matches decides."""
    lines: list[tuple[re.Pattern[str], bool]] = []
    text = reading.text(GIT_ATTRIBUTES) if GIT_ATTRIBUTES in reading.sizes else ""
    for line in text.split("\n")[:1000]:
        pattern, _, attributes = line.strip().partition(" ")
        mark = _MARKS.search(attributes)
        if mark and not pattern.startswith("#"):
            lines.append((git_pattern(pattern), not mark[1] and mark[2] != "false"))

    def generated(path: str) -> bool:
        return next((marked for pattern, marked in reversed(lines) if pattern.match(path)), False)

    return generated


def _hooks(reading: Reading) -> Iterator[Hook]:
    if PRE_COMMIT not in reading.sizes:
        return
    for name, script, stages in hooks_of(reading):
        if not stages or "manual" not in stages:
            commands = tuple(str(command) for command in commands_of(script))
            yield Hook(repository=reading.repository, name=name, commands=commands)


def _reviews(reading: Reading) -> Iterator[ReviewDocument]:
    for path, size in reading.sizes.items():
        if size != 0 and is_review(path):
            yield ReviewDocument(repository=reading.repository, path=path)


def _codeowners(reading: Reading) -> Iterator[Codeowners | Gap]:
    def look(path: str) -> Iterator[Codeowners]:
        lines = (line.partition("#")[0].split() for line in reading.text(path).split("\n"))
        owned = sum(len(words) > 1 for words in lines)
        yield Codeowners(repository=reading.repository, path=path, owned=owned)

    yield from each_file((path for path in CODEOWNERS if path in reading.sizes), look)


def _manifests(reading: Reading) -> Iterator[Manifest | Gap]:
    for form, names in MANIFESTS.items():
        paths = (path for path in reading.named(names) if not is_foreign(path))
        yield from each_file(paths, partial(_manifest, reading, _SECTIONS[form]))


def _manifest(
    reading: Reading, sections: Callable[[str], Iterable[str]], path: str
) -> Iterator[Manifest]:
    found = tuple(dict.fromkeys(reading.parsed(path, sections)))
    yield Manifest(repository=reading.repository, path=path, sections=found)


def _toml_sections(text: str) -> list[str]:
    return list(tables(load_toml(text)))


def _ini_sections(text: str) -> list[str]:
    """Return the sections, and .editorconfig's keys up to their first dot, e.g. `dotnet_diagnostic`."""
    document = load_ini(text)
    keys = {key.partition(".")[0] for values in document.values() for key in values if "." in key}
    return [*filter(None, document), *sorted(keys)]


def _json_sections(text: str) -> list[str]:
    document = load_json(text)
    return list(document) if isinstance(document, dict) else []


_PLUGIN = re.compile(r"<plugin>(.*?)</plugin>", re.DOTALL)
_ARTIFACT = re.compile(r"<artifactId>\s*([\w.-]+)\s*</artifactId>")
_GOAL = re.compile(r"<goal>\s*([\w-]+)\s*</goal>")
_SWITCH = re.compile(r"<(\w+)>\s*true\s*</\1>", re.IGNORECASE)


def _xml_sections(text: str) -> list[str]:
    """Return a pom.xml's plugins with the goals they are bound to, and the switches that are on.

    By pattern, not by a parser: XML from elsewhere can be made to blow one up.
    """
    found = [switch[1] for switch in _SWITCH.finditer(text)]
    for plugin in _PLUGIN.finditer(text):
        name = _ARTIFACT.search(plugin[1])
        if name:
            found += [name[1], *(f"{name[1]}:{goal[1]}" for goal in _GOAL.finditer(plugin[1]))]
    return found


_GRADLE_PLUGIN = re.compile(
    r"""\bid\s*\(?\s*['"]([\w.-]+)['"]|apply\s+plugin:\s*['"]([\w.-]+)['"]|^\s*(checkstyle|pmd)\s*$""",
    re.MULTILINE,
)


def _gradle_sections(text: str) -> list[str]:
    return [next(filter(None, found.groups())) for found in _GRADLE_PLUGIN.finditer(text)]


def _golangci_sections(text: str) -> list[str]:
    """Return what golangci-lint runs by name, linters and formatters alike."""
    toml = re.search(r"(?m)^\[linters", text)
    document = load_toml(text) if toml else as_dict(load_yaml(text))
    return [
        f"enable.{name}"
        for part in ("linters", "formatters")
        for name in as_list(as_dict(document.get(part)).get("enable"))
    ]


_SECTIONS: Mapping[str, Callable[[str], list[str]]] = {
    "toml": _toml_sections,
    "ini": _ini_sections,
    "json": _json_sections,
    "xml": _xml_sections,
    "gradle": _gradle_sections,
    "golangci": _golangci_sections,
}


def _load_tests(reading: Reading) -> Iterator[LoadTest | Gap]:
    own = sorted(
        (path for path in reading.sizes if not is_foreign(path)),
        key=lambda path: (path.count("/"), path),
    )
    for path in own:
        tool = next((tool for tool, names in LOAD_TEST_FILES.items() if matches(path, names)), "")
        if tool:
            yield LoadTest(repository=reading.repository, path=path, tool=tool)
        elif LOAD_TEST_PATHS.search(path):
            yield from each_file([path], partial(_load_test, reading))


def _load_test(reading: Reading, path: str) -> Iterator[LoadTest]:
    for tool, names, said in LOAD_TEST_TEXTS:
        if matches(path, names) and said.search(reading.text(path)):
            yield LoadTest(repository=reading.repository, path=path, tool=tool)
            return


#: A path behind an address, or at the beginning of a quoted or listed word, as far as its parts are
#: words: what has digits or capitals in front may be a token.
_URL_PATH = re.compile(
    r"""(?:https?://[^\s/"'`<>]+|["'`>=:}]\s*|\s)((?:/[a-z][a-zA-Z_-]{0,24}(?![\w.]))+)"""
)
_MAX_PATHS = 50


def _load_test_paths(reading: Reading) -> Iterator[LoadTestPaths | Gap]:
    def look(path: str) -> Iterator[LoadTestPaths]:
        found = dict.fromkeys(match[1] for match in _URL_PATH.finditer(reading.text(path)))
        paths = tuple(found)[:_MAX_PATHS]
        yield LoadTestPaths(
            repository=reading.repository,
            path=path,
            paths=paths,
            bounded=bool(LOAD_TEST_BOUNDS.search(reading.text(path))),
        )

    for test in _load_tests(reading):
        if isinstance(test, Gap):
            yield test
        else:
            yield from each_file([test.path], look)
