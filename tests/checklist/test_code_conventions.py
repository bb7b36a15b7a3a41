"""What the checks of names, documentation and form say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.code_readability import (
    repository_doc_rules_enforced,
    repository_docstring_coverage,
    repository_identifier_conformance,
    repository_naming_rules_configured,
    repository_readme_substantive,
)
from readiness.checklist.formatted import (
    repository_formatter_automatic,
    repository_formatter_configured,
)
from readiness.checklist.model import Check
from readiness.evidence.repository import (
    CiStep,
    Convention,
    Hook,
    Language,
    Manifest,
    Outline,
    Readme,
    Repository,
    SourceFile,
)
from tests.repositories.records import SHOP, file, language, manifest, repository, step
from tests.rows import FAIL, NO_EVIDENCE, NOT_APPLICABLE, PASS, UNKNOWN, Row, assert_row

JS = "JavaScript/TypeScript"
PLAIN = (repository(), language())
ARCHIVED = (repository(archived=True), language())
MINOR = (repository(), language(files=2))


def convention(
    kind: str = "naming", language: str = "Python", tool: str = "ruff", path: str = "pyproject.toml"
) -> Convention:
    return Convention(repository=SHOP, path=path, kind=kind, language=language, tool=tool)


WARNS = replace(convention("documentation", "Rust", "the compiler", "src/lib.rs"), strict=False)


def outline(path: str = "src/a.py", **changes: Any) -> Outline:
    return Outline(**{"repository": SHOP, "path": path, "language": "Python", **changes})


def hook(name: str, *commands: str) -> Hook:
    return Hook(repository=SHOP, name=name, commands=commands)


def readme(lines: int, characters: int) -> Readme:
    return Readme(repository=SHOP, path="README.md", lines=lines, characters=characters)


ROWS: dict[Check[..., Any], list[Row]] = {
    repository_naming_rules_configured: [
        Row("ruff's rules N", {"Python": PASS}, (*PLAIN, convention()), says="ruff (pyproject.toml)"),
        Row("a rule of another language", {"Python": FAIL}, (*PLAIN, convention(language=JS, tool="ESLint"))),
        Row("a rule on documentation is none on names", FAIL, (*PLAIN, convention("documentation"))),
        Row("no rule", FAIL, PLAIN, says="no rule for names"),
        Row("Kotlin's linters look at names unasked", {"Kotlin": PASS}, (repository(), language("Kotlin"), step("gradle ktlintCheck"))),
        Row("a language without a rule beside one with it", {"Python": FAIL, "Shell": NOT_APPLICABLE}, (repository(), language(share=0.5), language("Shell", share=0.5))),
        Row("no language that has a rule", {"Shell": UNKNOWN}, (repository(), language("Shell")), says="no language beside it"),
        Row("a minor language", NOT_APPLICABLE, MINOR),
        Row("archived", NOT_APPLICABLE, ARCHIVED, says="archived"),
        Row("the repository is dark", UNKNOWN, (language(), convention()), dark=[Repository]),
        Row("languages are dark", UNKNOWN, (repository(), convention()), dark=[Language]),
        Row("conventions are dark", UNKNOWN, PLAIN, dark=[Convention]),
        Row("hooks and steps are dark", {"Kotlin": UNKNOWN}, (repository(), language("Kotlin")), dark=[Hook, CiStep]),
    ],
    repository_identifier_conformance: [
        Row("nine of ten", PASS, (*PLAIN, outline(names=10, odd=("Bad",))), says="90.0%"),
        Row("eight of ten", FAIL, (*PLAIN, outline(names=10, odd=("A", "B"))), says="src/a.py"),
        Row("eight of ten, allowed", PASS, (*PLAIN, outline(names=10, odd=("A", "B"))), options={"ratio": 0.8}),
        Row("a smaller sample", PASS, (*PLAIN, outline(names=10), outline("src/b.py", names=10, odd=("A",) * 9)), options={"sample": 1}),
        Row("names of tests do not count", PASS, (*PLAIN, outline(names=10), outline("test_a.py", test=True, names=9, odd=("A",) * 9))),
        Row("one of four files is newer than the parser", UNKNOWN, (*PLAIN, outline(parsed=False), *(outline(f"src/{n}.py", names=3) for n in range(3))), says="in 1 of 4 files"),
        Row("one of ten files is newer than the parser", PASS, (*PLAIN, outline(parsed=False), *(outline(f"src/{n}.py", names=3) for n in range(9)))),
        Row("nothing is declared", NO_EVIDENCE, (*PLAIN, outline())),
        Row("another language", NOT_APPLICABLE, (repository(), language("Go"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        Row("outlines are dark", UNKNOWN, PLAIN, dark=[Outline]),
        Row("the repository is dark", UNKNOWN, (language(), outline(names=3)), dark=[Repository]),
        Row("languages are dark", UNKNOWN, (repository(), outline(names=3)), dark=[Language]),
    ],
    repository_doc_rules_enforced: [
        Row("ruff's rules D in CI", PASS, (*PLAIN, convention("documentation"), step("ruff check ."))),
        Row("ruff's rules D in a hook", PASS, (*PLAIN, convention("documentation"), hook("ruff"))),
        Row("ruff's rules D, nowhere run", NO_EVIDENCE, (*PLAIN, convention("documentation")), says="which no hook and no CI step"),
        Row("ruff's rules D in a step that cannot fail", NO_EVIDENCE, (*PLAIN, convention("documentation"), step("ruff check .", tolerated="|| true"))),
        Row("interrogate in CI", PASS, (*PLAIN, convention("documentation", tool="interrogate"), step("interrogate src"))),
        Row("pydocstyle without a configuration", PASS, (*PLAIN, step("pydocstyle src"))),
        Row("interrogate without a floor", NO_EVIDENCE, (*PLAIN, replace(convention("documentation", tool="interrogate"), floor=0), step("interrogate src"))),
        Row("interrogate that is told to let all pass", NO_EVIDENCE, (*PLAIN, step("interrogate --fail-under 0 src"))),
        Row("a hook of pydocstyle", PASS, (*PLAIN, hook("pydocstyle"))),
        Row("the compiler denies missing documentation", PASS, (repository(), language("Rust"), convention("documentation", "Rust", "the compiler", "src/lib.rs"))),
        Row("the compiler warns of it", NO_EVIDENCE, (repository(), language("Rust"), WARNS, step("cargo test"))),
        Row("the compiler warns of it, and CI denies warnings", PASS, (repository(), language("Rust"), WARNS, step("cargo clippy -- -D warnings"))),
        Row("nothing demands it", NO_EVIDENCE, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        Row("conventions are dark", UNKNOWN, (*PLAIN, step("ruff check .")), dark=[Convention]),
        Row("hooks are dark", UNKNOWN, (*PLAIN, convention("documentation")), dark=[Hook]),
        Row("steps are dark", UNKNOWN, (*PLAIN, convention("documentation")), dark=[CiStep]),
        Row("the repository is dark", UNKNOWN, (language(), convention("documentation"), hook("ruff")), dark=[Repository]),
        Row("languages are dark", UNKNOWN, (repository(), convention("documentation"), hook("ruff")), dark=[Language]),
    ],
    repository_docstring_coverage: [
        Row("four of ten", PASS, (*PLAIN, outline(public=10, documented=4)), says="4 of 10"),
        Row("three of ten", FAIL, (*PLAIN, outline(public=10, documented=3)), says="(30%)"),
        Row("three of ten, allowed", PASS, (*PLAIN, outline(public=10, documented=3)), options={"ratio": 0.3}),
        Row("a smaller sample", PASS, (*PLAIN, outline(public=10, documented=4), outline("src/b.py", public=90)), options={"sample": 1}),
        Row("tests do not count", PASS, (*PLAIN, outline(public=10, documented=4), outline("test_a.py", test=True, public=90))),
        Row("a language that is not measured", NO_EVIDENCE, (repository(), language("C/C++"), outline("a.c", language="C/C++"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        Row("outlines are dark", UNKNOWN, PLAIN, dark=[Outline]),
        Row("the repository is dark", UNKNOWN, (language(), outline(public=1, documented=1)), dark=[Repository]),
        Row("languages are dark", UNKNOWN, (repository(), outline(public=1, documented=1)), dark=[Language]),
    ],
    repository_readme_substantive: [
        Row("thirty lines", PASS, (*PLAIN, readme(30, 200)), says="30 lines"),
        Row("few long lines", PASS, (*PLAIN, readme(5, 1500))),
        Row("a heading", FAIL, (*PLAIN, readme(1, 12)), says="1 lines and 12 characters"),
        Row("a heading is enough by option", PASS, (*PLAIN, readme(1, 12)), options={"lines": 1}),
        Row("none", FAIL, PLAIN, says="no README"),
        Row("no main language", NOT_APPLICABLE, (repository(), language(files=2), readme(1, 1))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        Row("READMEs are dark", UNKNOWN, PLAIN, dark=[Readme]),
        Row("languages are dark", UNKNOWN, (repository(), readme(30, 200)), dark=[Language]),
        Row("the repository is dark", UNKNOWN, (language(), readme(30, 200)), dark=[Repository]),
    ],
    repository_formatter_configured: [
        Row("a section of pyproject.toml", PASS, (*PLAIN, manifest("pyproject.toml", "tool", "tool.black")), says="Black (pyproject.toml)"),
        Row("ruff's section is a linter's", FAIL, (*PLAIN, manifest("pyproject.toml", "tool", "tool.ruff"))),
        Row("ruff's section of form", PASS, (*PLAIN, manifest("pyproject.toml", "tool.ruff.format"))),
        Row("ruff format in a hook", PASS, (*PLAIN, hook("ruff-format"))),
        Row("a local hook by what it runs", PASS, (*PLAIN, hook("fmt", "black src"))),
        Row("a step that rewrites", PASS, (*PLAIN, step("black ."))),
        Row(".editorconfig alone is no formatter", FAIL, (*PLAIN, manifest(".editorconfig", "*"))),
        Row("gofmt needs a hook or a step", {"Go": FAIL}, (repository(), language("Go"))),
        Row("gofmt in a step", {"Go": PASS}, (repository(), language("Go"), step("gofmt -l ."))),
        Row("one of two languages", {"Python": PASS, JS: FAIL}, (repository(), language(share=0.5), language(JS, share=0.5), hook("black"))),
        Row("a template's configuration is not its own", {JS: FAIL}, (repository(), language(JS), file("templates/.prettierrc"))),
        Row("Prettier's file", {JS: PASS}, (repository(), language(JS), file(".prettierrc.json"))),
        Row("none", FAIL, PLAIN, says="no formatter"),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, PLAIN, dark=[kind]) for kind in (SourceFile, Manifest, Hook, CiStep, Repository)),
        Row("languages are dark", UNKNOWN, (repository(), hook("black")), dark=[Language]),
    ],
    repository_formatter_automatic: [
        Row("a hook", PASS, (*PLAIN, hook("black")), says="hook black"),
        Row("a step", PASS, (*PLAIN, step("ruff format --check ."))),
        Row("configured only", FAIL, (*PLAIN, manifest("pyproject.toml", "tool.black")), says="where somebody runs it"),
        Row("lint-staged in package.json", {JS: PASS}, (repository(), language(JS), manifest("package.json", "prettier", "lint-staged"))),
        Row("husky's hooks", {JS: PASS}, (repository(), language(JS), file(".prettierrc"), file(".husky/pre-commit"))),
        Row("husky without a formatter", {JS: FAIL}, (repository(), language(JS), file(".husky/pre-commit"))),
        Row("Spotless in Gradle's check", {"Java": PASS}, (repository(), language("Java"), manifest("build.gradle", "com.diffplug.spotless")), says="bound to the build"),
        Row("Spotless in the pom, bound to no phase", {"Java": FAIL}, (repository(), language("Java"), manifest("pom.xml", "spotless-maven-plugin"))),
        Row("Spotless bound to Maven's verify", {"Java": PASS}, (repository(), language("Java"), manifest("pom.xml", "spotless-maven-plugin", "spotless-maven-plugin:check"))),
        Row("none", FAIL, PLAIN, says="by no tool"),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, PLAIN, dark=[kind]) for kind in (SourceFile, Manifest, Hook, CiStep, Repository)),
        Row("languages are dark", UNKNOWN, (repository(), hook("black")), dark=[Language]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
