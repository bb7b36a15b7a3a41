"""What small folders show that are built as repositories in the wild are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from readiness.checklist.model import Status
from readiness.config import Workload
from readiness.judging import Seen, judge, kinds_of
from readiness.repositories import read

ON_CHANGE = "on: [push, pull_request]\njobs:\n  ci:\n    runs-on: x\n"


def workflow(steps: str, more: str = "") -> str:
    return f"{ON_CHANGE}{more}    steps:\n{steps}"


def sources(pattern: str, number: int = 4, text: str = "") -> dict[str, str]:
    return {pattern.format(each): text for each in range(number)}


GO = {"go.mod": "module a\n", **sources("a{}.go"), "a_test.go": "package a\n"}
JAVA = {**sources("src/main/java/A{}.java"), "src/test/java/ATest.java": ""}
PHP = {**sources("src/A{}.php"), "tests/ATest.php": ""}
RUST = {
    "Cargo.toml": "[package]\nname = 'a'\n",
    **sources("src/a{}.rs"),
    "tests/a.rs": "#[test]\nfn a() {}\n",
}
PYTHON = {**sources("shop/a{}.py", text="import os\n"), "tests/test_a.py": "def test_a(): ...\n"}
CI = ".github/workflows/ci.yml"

#: The files, and what a check says of them as a part of its sentence.
SHAPES: dict[str, tuple[dict[str, str], str, Status, str]] = {
    "a job names its build tool in a variable": (
        {**RUST, CI: workflow("    - run: ${{ env.CARGO }} test --workspace\n", "    env: {CARGO: cargo}\n")},
        "repository_tests_run_in_ci", Status.PASS, "cargo test --workspace",
    ),
    "a variable that is a secret stays one": (
        {**RUST, CI: workflow("    - run: ${{ env.TOOL }} test\n", "    env: {TOOL: '${{ secrets.TOOL }}'}\n")},
        "repository_tests_run_in_ci", Status.FAIL, "by no CI step",
    ),
    "Maven runs its default goal": (
        {**JAVA, "pom.xml": "<build><defaultGoal>clean verify</defaultGoal></build>", CI: workflow("    - run: mvn -V --file pom.xml\n")},
        "repository_tests_run_in_ci", Status.PASS, "mvn clean verify",
    ),
    "Maven without a goal does nothing": (
        {**JAVA, "pom.xml": "<project/>", CI: workflow("    - run: mvn -V\n")},
        "repository_tests_run_in_ci", Status.FAIL, "by no CI step",
    ),
    "Composer executes the runner": (
        {**PHP, "composer.json": "{}", CI: workflow("    - run: composer exec phpunit -- --verbose\n")},
        "repository_tests_run_in_ci", Status.PASS, "phpunit",
    ),
    "a script of Composer calls PHP itself": (
        {**PHP, "composer.json": '{"scripts": {"stan": "@php vendor/bin/phpstan analyse"}}', CI: workflow("    - run: composer stan\n")},
        "repository_static_analysis_runs", Status.PASS, "PHPStan",
    ),
    "a library of Packagist needs no lock": (
        {**PHP, "composer.json": '{"name": "a/b", "type": "library", "require": {"c/d": "^1"}}'},
        "repository_dependency_manifest_locked", Status.NOT_APPLICABLE, "library",
    ),
    "a project of Composer needs one": (
        {**PHP, "composer.json": '{"name": "a/b", "type": "project", "require": {"c/d": "^1"}}'},
        "repository_dependency_manifest_locked", Status.FAIL, "no lock",
    ),
    "make says what it does before it tests": (
        {**GO, "Makefile": "test:\n\t$(info *** running ***)\n\trichgo test -v ./...\n", CI: workflow("    - run: make test\n")},
        "repository_tests_run_in_ci", Status.PASS, "richgo test",
    ),
    "a tool that is installed is no build": (
        {**GO, CI: workflow("    - run: go install github.com/kyoh86/richgo@latest\n")},
        "repository_build_runs_in_ci", Status.FAIL, "by no CI step",
    ),
    "golangci-lint holds the form where its configuration says so": (
        {**GO, ".golangci.yml": "linters:\n  enable: [goimports]\n", CI: workflow("    - uses: golangci/golangci-lint-action@v3\n")},
        "repository_formatter_gate_in_ci", Status.PASS, "golangci-lint",
    ),
    "golangci-lint without a formatter does not": (
        {**GO, ".golangci.toml": "[linters]\nenable = ['errcheck']\n", CI: workflow("    - uses: golangci/golangci-lint-action@v3\n")},
        "repository_formatter_gate_in_ci", Status.FAIL, "by no CI step",
    ),
    "a runner that is not known": (
        {**PYTHON, "tox.ini": "[testenv]\ncommands = checkit shop\n", CI: workflow("    - run: tox -e tests\n")},
        "repository_tests_run_in_ci", Status.UNKNOWN, "no runner that is known",
    ),
    "a runner of the session's": (
        {**PYTHON, "noxfile.py": "import nox\n@nox.session\ndef tests(session):\n    session.run('virtue', 'shop')\n", CI: workflow("    - run: nox -s tests\n")},
        "repository_tests_run_in_ci", Status.PASS, "virtue",
    ),
    "what tests read is no code": (
        {**PYTHON, **sources("tests/data/cases/case{}.py", 200)},
        "repository_tests_present", Status.PASS, "1 files of tests for 5 files",
    ),
    "the README builds something else": (
        {**RUST, "README.md": "# a\n\n```\nmake defconfig && make -j8\n```\n"},
        "repo_readme_references_valid", Status.PASS, "no reference",
    ),
    "a description of an API is no template": (
        {**GO, "models/cloudformation.json": '{"shapes": {"Type": {"documentation": "Type: AWS::EC2::Instance"}}}'},
        "repository_iac_static_checks_run", Status.NOT_APPLICABLE, "no infrastructure code",
    ),
    "a template in JSON is one": (
        {**GO, "models/cloudformation.json": '{"Resources": {"A": {"Type": "AWS::EC2::Instance"}}}'},
        "repository_iac_static_checks_run", Status.FAIL, "by no CI step",
    ),
    "a workflow of another repository": (
        {**GO, CI: "on: push\njobs:\n  ci:\n    uses: acme/workflows/.github/workflows/ci.yml@v1\n"},
        "repository_coverage_configured", Status.UNKNOWN, "acme/workflows",
    ),
    "tests of a package beside its code": (
        {**PYTHON, **sources("testing/helper{}.py", 12, "def a():\n    return 1\n"), **sources("shop/b{}.py", 8, '"""Says it."""\n')},
        "repo_docstring_coverage", Status.FAIL, "8 of 12",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SHAPES)
def test_a_folder_is_judged_as_its_maintainer_would(case: str, tmp_path: Path) -> None:
    files, check, status, said = SHAPES[case]
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    reference = f"path:{tmp_path}"
    sighting = read(reference, kinds=kinds_of(), access=None, token="", scan="s", now=now)
    found = judge(
        Workload(name="shop", repositories=(reference,)),
        Seen(started=now, sightings={reference: sighting}),
    )
    results = {each.because: each.status for each in found.findings if each.check == check}

    assert [each for because, each in results.items() if said in because] == [status], results
