"""What files show of builds, dependencies, conventions and declarations."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Gap, Reason
from readiness.evidence.repository import (
    BuildDefinition,
    Convention,
    DependencyManifest,
    Outline,
    Readme,
    UpdateBot,
)
from readiness.repositories.outlines import MAX_SAMPLED
from readiness.repositories.reading import MAX_SIZE
from tests.repositories.reader import seen
from tests.repositories.records import SHOP

JS = "JavaScript/TypeScript"

BUILDS: dict[str, tuple[dict[str, str], dict[str, tuple[str, ...]]]] = {
    "a package of Python": ({"pyproject.toml": "[build-system]\nbuild-backend='hatchling.build'"}, {"pyproject.toml": ("Python",)}),
    "the settings of tools alone": ({"pyproject.toml": "[tool.ruff]"}, {}),
    "an extension along with its package": ({"pyproject.toml": "[build-system]\nbuild-backend='maturin'"}, {"pyproject.toml": ("Python", "C/C++", "Rust")}),
    "a script that builds": ({"package.json": '{"scripts": {"build": "tsc"}}'}, {"package.json": (JS,)}),
    "a package that needs no compiler": ({"package.json": '{"name": "a", "main": "a.js"}'}, {"package.json": (JS,)}),
    "scripts that build nothing": ({"package.json": '{"scripts": {"lint": "eslint ."}}'}, {}),
    "make with a recipe that tests": ({"Makefile": "help:\n\t@echo help\ntest:\n\tpytest\n"}, {"Makefile": ()}),
    "make with help and clean": ({"Makefile": "help:\n\t@echo help\nclean:\n\trm -rf dist\n"}, {}),
    "an image that copies": ({"Dockerfile": "FROM x\nCOPY . /app\n"}, {"Dockerfile": ()}),
    "an image that copies from another": ({"Dockerfile": "FROM x\nCOPY --from=y /a /b\n"}, {}),
    "SAM": ({"template.yaml": "Transform: AWS::Serverless-2016-10-31"}, {"template.yaml": ()}),
    "vendored": ({"vendor/x/go.mod": ""}, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", BUILDS)
def test_a_build_is_what_builds_something(case: str) -> None:
    files, expected = BUILDS[case]

    assert {each.path: each.languages for each in seen(BuildDefinition, files)} == expected


NPM = '{"name": "a", "dependencies": {"left-pad": "1"}}'
LOCKS: dict[str, tuple[dict[str, str], dict[str, tuple[str, str]]]] = {
    "a lock beside it": ({"package.json": NPM, "package-lock.json": ""}, {"package.json": ("npm", "package-lock.json")}),
    "a lock at the root of the workspace": ({"web/package.json": NPM, "yarn.lock": ""}, {"web/package.json": ("npm", "yarn.lock")}),
    "a lock in another folder": ({"package.json": NPM, "api/yarn.lock": ""}, {"package.json": ("npm", "")}),
    "pinned requirements": ({"requirements.txt": "# by pip-compile\na==1\nb[x]==2 ; python_version > '3'\n"}, {"requirements.txt": ("pip", "requirements.txt")}),
    "open requirements": ({"requirements.txt": "a\nb>=2\n"}, {"requirements.txt": ("pip", "")}),
    "compiled requirements": ({"requirements.in": "a\n", "requirements.txt": "a==1\n"}, {"requirements.in": ("pip", "requirements.txt"), "requirements.txt": ("pip", "requirements.txt")}),
    "an exact pom": ({"pom.xml": "<dependency><artifactId>a</artifactId><version>1</version></dependency>"}, {"pom.xml": ("maven", "pom.xml")}),
    "a snapshot": ({"pom.xml": "<dependency><artifactId>a</artifactId><version>1-SNAPSHOT</version></dependency>"}, {"pom.xml": ("maven", "")}),
    "examples, tests and documents": ({"examples/package.json": NPM, "tests/requirements.txt": "a", "docs/requirements.txt": "a"}, {}),
    "a module of Go": ({"go.mod": "require (\n\tgithub.com/a/b v1.0.0\n)\n", "go.sum": ""}, {"go.mod": ("gomod", "go.sum")}),
    "a module of Go that needs nothing": ({"go.mod": "module a\n"}, {}),
}  # fmt: skip


@pytest.mark.parametrize("case", LOCKS)
def test_a_manifest_has_its_lock(case: str) -> None:
    files, expected = LOCKS[case]
    found = seen(DependencyManifest, files)

    assert {each.path: (each.ecosystem, each.lock) for each in found} == expected


def test_names_of_dependencies_are_kept_without_their_versions() -> None:
    text = (
        "[project]\ndependencies=['Requests>=2']\n[dependency-groups]\ndev=['pytest-benchmark']\n"
    )

    assert seen(DependencyManifest, {"pyproject.toml": text}) == [
        DependencyManifest(
            repository=SHOP,
            path="pyproject.toml",
            ecosystem="pip",
            dependencies=("requests", "pytest-benchmark"),
        )
    ]


def test_bots_and_what_they_watch() -> None:
    files = {
        ".github/dependabot.yml": "updates:\n- package-ecosystem: uv\n- package-ecosystem: docker\n- package-ecosystem: npm\n  open-pull-requests-limit: 0\n",
        "renovate.json": "{}",
        "package.json": '{"renovate": {}}',
    }

    assert seen(UpdateBot, files) == [
        UpdateBot(repository=SHOP, path=".github/dependabot.yml", ecosystems=("pip", "docker")),
        UpdateBot(repository=SHOP, path="renovate.json"),
        UpdateBot(repository=SHOP, path="package.json"),
    ]


CONVENTIONS: dict[str, tuple[str, str, set[tuple[str, str]]]] = {
    "ruff's N": ("pyproject.toml", "[tool.ruff.lint]\nselect=['E', 'N']", {("naming", "ruff")}),
    "ruff's ALL": ("ruff.toml", "[lint]\nselect=['ALL']", {("naming", "ruff"), ("documentation", "ruff")}),
    "ruff's ALL without D": ("ruff.toml", "[lint]\nselect=['ALL']\nignore=['D']", {("naming", "ruff"), ("form of documentation", "ruff")}),
    "ruff's DTZ is not D": ("ruff.toml", "[lint]\nselect=['DTZ', 'NPY']", set()),
    "ruff's D without what misses": ("pyproject.toml", "[tool.ruff.lint]\nselect=['D']\nignore=['D1']", {("form of documentation", "ruff")}),
    "ruff's rules for the form": ("pyproject.toml", "[tool.ruff.lint]\nselect=['D200', 'D4']", {("form of documentation", "ruff")}),
    "ruff's D without modules": ("pyproject.toml", "[tool.ruff.lint]\nselect=['D']\nignore=['D100', 'D104']", {("documentation", "ruff")}),
    "pylint": (".pylintrc", "[MESSAGES CONTROL]\ndisable=missing-docstring\n", {("naming", "pylint")}),
    "pylint without names": (".pylintrc", "[MESSAGES CONTROL]\ndisable=\n    invalid-name,\n    C0114\n", set()),
    "interrogate": ("pyproject.toml", "[tool.interrogate]\nfail-under=90", {("documentation", "interrogate")}),
    "interrogate that allows all": ("pyproject.toml", "[tool.interrogate]\nfail-under=0", {("documentation", "interrogate")}),
    "interrogate with what it demands by itself": ("pyproject.toml", "[tool.interrogate]\n", {("documentation", "interrogate")}),
    "interrogate of tox": ("tox.ini", "[interrogate]\nfail-under = 75\n", {("documentation", "interrogate")}),
    "pydocstyle of setup.cfg": ("setup.cfg", "[pydocstyle]\nconvention = google\n", {("documentation", "pydocstyle")}),
    "ESLint's plugin for jsdoc": ("eslint.config.js", "import jsdoc from 'eslint-plugin-jsdoc'", {("form of documentation", "ESLint")}),
    "a plugin that nothing uses": ("package.json", '{"devDependencies": {"eslint-plugin-jsdoc": "1"}}', set()),
    "revive": ("revive.toml", "[rule.exported]\n", {("documentation", "revive")}),
    "Cargo's lints": ("Cargo.toml", "[workspace.lints.rust]\nmissing_docs = 'deny'\n", {("documentation", "the compiler")}),
    "ESLint": ("eslint.config.js", "rules: {camelcase: 'error'}", {("naming", "ESLint")}),
    "ESLint, switched off": ("eslint.config.js", "rules: {camelcase: 'off'}", set()),
    "Biome, switched off": ("biome.json", '{"useNamingConvention": "off"}', set()),
    "Checkstyle": ("checkstyle.xml", '<module name="MethodName"/>', {("naming", "Checkstyle")}),
    "golangci-lint": (".golangci.yml", "linters:\n  enable: [revive]\n", {("naming", "golangci-lint")}),
    "Rust": ("src/lib.rs", "#![warn(missing_docs)]\n", {("naming", "the compiler"), ("documentation", "the compiler")}),
    "Rust that allows any name": ("src/lib.rs", "#![allow(non_snake_case)]\n", set()),
    "C#": (".editorconfig", "dotnet_naming_rule.a.severity = error\n", {("naming", ".NET analyzers")}),
    "RuboCop without names": (".rubocop.yml", "Naming:\n  Enabled: false\nStyle/Documentation:\n  Enabled: false\n", set()),
    "tflint": (".tflint.hcl", 'rule "terraform_naming_convention" {\n  enabled = true\n}', {("naming", "TFLint")}),
}  # fmt: skip


@pytest.mark.parametrize("case", CONVENTIONS)
def test_a_convention_is_what_a_configuration_demands(case: str) -> None:
    path, text, expected = CONVENTIONS[case]

    assert {(each.kind, each.tool) for each in seen(Convention, {path: text})} == expected


STRICT: dict[str, tuple[str, str, tuple[bool, int]]] = {
    "Rust that denies": ("src/lib.rs", "#![deny(missing_docs)]\n", (True, 100)),
    "Rust that warns": ("src/lib.rs", "#![warn(missing_docs)]\n", (False, 100)),
    "Cargo that warns": ("Cargo.toml", "[lints.rust]\nmissing_docs = { level = 'warn' }\n", (False, 100)),
    "interrogate with a floor": ("pyproject.toml", "[tool.interrogate]\nfail-under = 42.5\n", (True, 42)),
    "interrogate by itself": ("pyproject.toml", "[tool.interrogate]\n", (True, 80)),
    "interrogate without a floor": ("pyproject.toml", "[tool.interrogate]\nfail-under = 0\n", (True, 0)),
}  # fmt: skip


@pytest.mark.parametrize("case", STRICT)
def test_a_convention_says_how_strict_it_is(case: str) -> None:
    path, text, expected = STRICT[case]
    found = [each for each in seen(Convention, {path: text}) if each.kind == "documentation"]

    assert [(each.strict, each.floor) for each in found] == [expected]


PYTHON = '''"""A module that says what it is for."""
import logging
import os
import requests
import shop.inner
class good_name:
    """x"""
    def getValue(self):
        a = 1
        return a
class Handler(logging.Handler):
    """Handles what is logged somewhere."""
    def createLock(self):
        a = 1
        return a
def _private(): ...
def short(): ...
'''


def test_an_outline_of_python_counts_and_keeps_no_text() -> None:
    found = seen(Outline, {"shop/inner.py": PYTHON})

    assert found == [
        Outline(
            repository=SHOP,
            path="shop/inner.py",
            language="Python",
            names=5,
            odd=("good_name", "getValue"),
            public=5,
            documented=2,
            declared=6,
            described=3,
            imports=("requests",),
        )
    ]


def test_what_a_program_wrote_has_no_outline() -> None:
    files = {
        "a.py": "# Generated by the protocol buffer compiler.  DO NOT EDIT!\n",
        "b.go": "// Code generated by mockgen. DO NOT EDIT.\npackage b\n",
        "c.ts": "/* @generated */\n",
        "d.py": "# Reads reports that were generated by the till.\n",
    }

    assert [each.path for each in seen(Outline, files)] == ["d.py"]


def test_what_does_not_parse_is_said() -> None:
    assert [each.parsed for each in seen(Outline, {"a.py": "def ("})] == [False]


DOCUMENTED: dict[str, tuple[str, str, tuple[int, int]]] = {
    "Go": ("a.go", "package a\n\n// Open opens.\nfunc Open() {}\n\n// Wrong name.\nfunc Close() {}\nfunc inner() {}\n", (2, 1)),
    "Java": ("A.java", "package a;\n/** Says it. */\n@Deprecated\npublic class A {\n  public void b() {}\n}\n", (2, 1)),
    "a licence is none": ("a.ts", "/** Licence */\nexport function a() {}\n", (1, 0)),
    "TypeScript": ("a.ts", "import b from 'b'\n/** Says it. */\nexport async function a() {}\nexport const c = 1\n", (2, 1)),
    "Rust": ("src/a.rs", "use b;\n/// Says it.\n#[inline]\npub fn a() {}\npub struct B;\n", (2, 1)),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTED)
def test_comments_before_public_declarations_document_them(case: str) -> None:
    path, text, expected = DOCUMENTED[case]

    assert [(each.public, each.documented) for each in seen(Outline, {path: text})] == [expected]


def test_rust_and_python_tests_are_told_by_what_they_say() -> None:
    files = {
        "src/a.rs": "#[cfg(test)]\nmod tests {}\n",
        "test_utils.py": "def helper(): ...\n",
        "test_a.py": "def test_it(): ...\n",
    }

    assert {each.path: each.tests for each in seen(Outline, files)} == {
        "src/a.rs": True,
        "test_utils.py": False,
        "test_a.py": True,
    }


def test_a_sample_is_bounded_and_the_same_every_time() -> None:
    files = {f"src/m{number}.py": "" for number in range(MAX_SAMPLED + 50)}
    found = seen(Outline, files)

    assert len(found) == MAX_SAMPLED
    assert found == seen(Outline, dict(reversed(files.items())))


def test_a_source_file_of_more_than_a_mebibyte_is_a_gap() -> None:
    found: list[Any] = seen(Outline, {"a.py": b"#" * (MAX_SIZE + 1)})

    assert [(type(each), each.reason) for each in found] == [(Gap, Reason.TRUNCATED)]


def test_a_readme_is_counted_at_the_root_alone() -> None:
    assert seen(Readme, {"README.md": "# Shop\n\nSells.\n", "docs/README.md": ""}) == [
        Readme(repository=SHOP, path="README.md", lines=2, characters=15)
    ]


def test_what_builds_and_helps_imports_nothing_of_the_products() -> None:
    files = {"setup.py": "import setuptools\n", "scripts/release.py": "import requests\n"}

    assert [each.imports for each in seen(Outline, files)] == [(), ()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from botocore.config import Config\nConfig(connect_timeout=5, retries={'mode': 'adaptive'})", True),
        ("import botocore\nbotocore.config.Config(\n    retries={'max_attempts': 3},\n    read_timeout=5,\n)", True),
        ("from botocore.config import Config\nConfig(retries={'max_attempts': 3})", False),
        ("from botocore.config import Config\nConfig(read_timeout=5)", False),
        ("from ours import Config\nConfig(read_timeout=5, retries=3)", False),
    ],
)  # fmt: skip
def test_whether_a_file_limits_the_calls_of_the_sdk(text: str, expected: bool) -> None:
    assert [each.limits_calls for each in seen(Outline, {"a.py": text})] == [expected]
