"""What the checks of "Code Readability" say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.code_readability import (
    repository_ci_run_green,
    repository_linter_configured,
    repository_linter_runs_on_change,
)
from readiness.checklist.model import Check
from readiness.evidence import Gap, Reason
from readiness.evidence.repository import (
    BranchRule,
    CiStep,
    CommitStatus,
    Hook,
    Language,
    Manifest,
    Provider,
    Repository,
    SourceFile,
    WorkflowRun,
)
from tests.repositories.records import (
    CI,
    SHOP,
    file,
    language,
    manifest,
    repository,
    rule,
    run,
    status,
    step,
)
from tests.rows import FAIL, NO_EVIDENCE, NOT_APPLICABLE, PASS, UNKNOWN, Row, assert_row

JS = "JavaScript/TypeScript"
PLAIN = (repository(), language())
FOLDER = (repository(provider=Provider.FOLDER), language())
RUFF_HOOK = Hook(repository=SHOP, name="ruff-check")


def unsupported(*kinds: type[Any]) -> dict[type[Any], list[Gap]]:
    return {kind: [Gap(reason=Reason.PROVIDER_UNSUPPORTED)] for kind in kinds}


ROWS: dict[Check[..., Any], list[Row]] = {
    repository_linter_configured: [
        Row("a section of pyproject.toml", {"Python": PASS}, (*PLAIN, manifest("pyproject.toml", "tool", "tool.ruff.lint")), says="ruff (pyproject.toml)"),
        Row("a file of its own", PASS, (*PLAIN, file(".flake8"))),
        Row("flake8's section in tox.ini", PASS, (*PLAIN, manifest("tox.ini", "tox", "flake8"))),
        Row("a hook alone", PASS, (*PLAIN, RUFF_HOOK), says="hook ruff-check"),
        Row("a local hook by what it runs", PASS, (*PLAIN, Hook(repository=SHOP, name="lint", commands=("pylint src",)))),
        Row("a CI step alone", PASS, (*PLAIN, step("flake8 src"))),
        Row("super-linter covers every language", PASS, (*PLAIN, step(uses="super-linter/super-linter/slim"))),
        Row("nothing at all", {"Python": FAIL}, PLAIN, says="has no linter"),
        Row("a type checker is no linter", FAIL, (*PLAIN, manifest("pyproject.toml", "tool.mypy"), step("mypy src"))),
        Row("a formatter is no linter", FAIL, (*PLAIN, step("ruff format --check ."), step("black --check .", number=2))),
        Row("sorting imports is no linting", FAIL, (*PLAIN, step("ruff check --select I"))),
        Row("a test's data configures nothing", FAIL, (*PLAIN, file("tests/fixtures/bad/.flake8"))),
        Row("a vendored configuration configures nothing", FAIL, (*PLAIN, file("vendor/lib/.flake8", foreign=True))),
        Row("a linter of one language says nothing of the other", {JS: FAIL, "Python": PASS}, (repository(), language(share=0.6), language(JS, share=0.4), manifest("pyproject.toml", "tool.ruff"))),
        Row("only TSLint", {JS: FAIL}, (repository(), language(JS), file("tslint.json")), says="no longer maintained"),
        Row("ESLint beside TSLint", {JS: PASS}, (repository(), language(JS), file("tslint.json"), file("web/eslint.config.mjs"))),
        Row("analyzers of .NET", {"C#": PASS}, (repository(), language("C#"), manifest("src/Shop.csproj", "EnableNETAnalyzers"))),
        Row("too few files for a main language", NOT_APPLICABLE, (repository(), language(files=2))),
        Row("too small a share for a main language", NOT_APPLICABLE, (repository(), language(share=0.09)), says="9% of the source"),
        Row("a small share that counts by option", FAIL, (repository(), language(share=0.09)), options={"language_share": 0.05}),
        Row("no source at all", NOT_APPLICABLE, (repository(),)),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), language()), says="archived"),
        Row("a fork without commits", NOT_APPLICABLE, (repository(idle_fork=True), language()), says="fork"),
        Row("languages are dark", UNKNOWN, (repository(),), dark=[Language]),
        Row("the repository is dark", UNKNOWN, (language(), file(".flake8")), dark=[Repository]),
        Row("files are dark", UNKNOWN, PLAIN, dark=[SourceFile], says="test:SourceFile"),
        Row("configurations are dark", UNKNOWN, PLAIN, dark=[Manifest]),
        Row("hooks are dark", UNKNOWN, PLAIN, dark=[Hook]),
        Row("steps are dark", UNKNOWN, PLAIN, dark=[CiStep]),
        Row("one witness needs no other", PASS, (*PLAIN, file(".flake8")), dark=[Manifest, Hook, CiStep]),
    ],
    repository_linter_runs_on_change: [
        Row("a step on pull requests", {"Python": PASS}, (*PLAIN, step("ruff check .")), says=f"ruff in {CI}"),
        Row("a hook that CI runs", PASS, (*PLAIN, step(hook="ruff", via=("pre-commit run ruff",))), says="by way of pre-commit run ruff"),
        Row("configured, never run", {"Python": FAIL}, (*PLAIN, manifest("pyproject.toml", "tool.ruff"), step("pytest")), says="no CI step"),
        Row("a hook on the author's machine only", FAIL, (*PLAIN, RUFF_HOOK)),
        Row("no CI at all", FAIL, PLAIN),
        Row("it cannot fail", FAIL, (*PLAIN, step("ruff check .", tolerated="continue-on-error")), says="cannot fail (continue-on-error)"),
        Row("only by night", FAIL, (*PLAIN, step("ruff check .", on_change=False, triggers=("schedule",))), says="only on schedule"),
        Row("one step that fails beside one that cannot", PASS, (*PLAIN, step("pylint src", tolerated="|| true"), step("flake8 src", number=2))),
        Row("a linter of another language", {"Python": FAIL, JS: PASS}, (repository(), language(share=0.5), language(JS, share=0.5), step("eslint src"))),
        Row("megalinter covers every language", {"Go": PASS, JS: PASS}, (repository(), language("Go", share=0.5), language(JS, share=0.5), step(uses="oxsecurity/megalinter"))),
        Row("pre-commit.ci runs the hook", PASS, (*PLAIN, RUFF_HOOK, status("pre-commit.ci - push")), says="pre-commit.ci"),
        Row("pre-commit.ci is required", PASS, (*PLAIN, RUFF_HOOK, rule("required_status_checks", contexts=("pre-commit.ci - pr",)))),
        Row("pre-commit.ci has no linter among its hooks", FAIL, (*PLAIN, Hook(repository=SHOP, name="black"), status("pre-commit.ci - push"))),
        Row("SonarCloud reviews", PASS, (*PLAIN, status("SonarCloud Code Analysis"))),
        Row("a deployment's status reviews nothing", FAIL, (*PLAIN, status("netlify/shop"))),
        Row("a folder's hook may be run by its host", UNKNOWN, (*FOLDER, RUFF_HOOK), gaps=unsupported(BranchRule, CommitStatus), says="provider unsupported"),
        Row("a folder with the settings of a review service", UNKNOWN, (*FOLDER, file("sonar-project.properties")), gaps=unsupported(BranchRule, CommitStatus)),
        Row("a folder without hooks is judged by its files", FAIL, FOLDER, gaps=unsupported(BranchRule, CommitStatus)),
        Row("a folder whose CI lints", PASS, (*FOLDER, step("flake8")), gaps=unsupported(BranchRule, CommitStatus)),
        Row("what starts Jenkins is said at Jenkins", UNKNOWN, (*PLAIN, step("flake8", workflow="Jenkinsfile", on_change=None, triggers=())), says="does not say what starts it"),
        Row("a workflow of another repository is not read", UNKNOWN, (*PLAIN, step(uses="acme/shared/.github/workflows/lint.yml")), says="in another repository"),
        Row("CodeCommit, and no project builds it", FAIL, (repository(provider=Provider.CODECOMMIT), language())),
        Row("in a folder that has no configuration", {JS: FAIL}, (repository(), language(JS), file("web/.eslintrc.json"), step("eslint .", folder="api")), says="in api, where it has no configuration"),
        Row("in the folder of its configuration", {JS: PASS}, (repository(), language(JS), file("web/.eslintrc.json"), step("eslint .", folder="web/src"))),
        Row("without any configuration, by its defaults", PASS, (*PLAIN, step("ruff check .", folder="api"))),
        Row("Checkstyle bound to Maven's check", {"Java": PASS}, (repository(), language("Java"), manifest("pom.xml", "maven-checkstyle-plugin", "maven-checkstyle-plugin:check"), step("mvn -B verify"))),
        Row("Checkstyle that only reports", {"Java": FAIL}, (repository(), language("Java"), manifest("pom.xml", "maven-checkstyle-plugin"), step("mvn -B verify"))),
        Row("Gradle's check with Checkstyle", {"Java": PASS}, (repository(), language("Java"), manifest("build.gradle.kts", "checkstyle"), step("gradle check"))),
        Row("a minor language", NOT_APPLICABLE, (repository(), language(files=1))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), language())),
        Row("languages are dark", UNKNOWN, (repository(), step("flake8")), dark=[Language]),
        Row("the repository is dark", UNKNOWN, (language(), step("flake8")), dark=[Repository]),
        Row("steps are dark", UNKNOWN, PLAIN, dark=[CiStep], says="test:CiStep"),
        Row("steps are dark, a service is seen", PASS, (*PLAIN, status("Codacy Static Code Analysis")), dark=[CiStep]),
        Row("statuses are dark", UNKNOWN, PLAIN, dark=[CommitStatus]),
        Row("branch rules are dark", UNKNOWN, PLAIN, dark=[BranchRule]),
        Row("a step decides without statuses", PASS, (*PLAIN, step("flake8")), dark=[CommitStatus, BranchRule, Hook]),
        Row("the hooks behind pre-commit.ci are dark", UNKNOWN, (*PLAIN, status("pre-commit.ci - push")), dark=[Hook]),
        Row("configurations are dark for a step in a folder", UNKNOWN, (*PLAIN, step("flake8", folder="api")), dark=[Manifest]),
        Row("files are dark for a step in a folder", UNKNOWN, (*PLAIN, step("flake8", folder="api")), dark=[SourceFile]),
    ],
    repository_ci_run_green: [
        Row("the newest run succeeded", {CI: PASS}, (repository(), step("flake8"), run(1, "failure"), run(2, "success"))),
        Row("the newest run failed", {CI: FAIL}, (repository(), step("flake8"), run(1, "success"), run(2, "timed_out")), says="timed_out"),
        Row("a cancelled run is no end", {CI: PASS}, (repository(), step("flake8"), run(1, "success"), run(2, "cancelled"))),
        Row("another workflow's run", {CI: NO_EVIDENCE}, (repository(), step("flake8"), run(1, "success", workflow=".github/workflows/docs.yml"))),
        Row("no workflow lints", NOT_APPLICABLE, (repository(), step("pytest"), run(1, "failure"))),
        Row("Jenkins leaves no run", NOT_APPLICABLE, (repository(), step("flake8", workflow="Jenkinsfile", on_change=None))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), step("flake8"), run(1, "failure"))),
        Row("the repository is dark", UNKNOWN, (step("flake8"), run(1, "success")), dark=[Repository]),
        Row("steps are dark", UNKNOWN, (repository(), run(1, "success")), dark=[CiStep]),
        Row("runs are dark", UNKNOWN, (repository(), step("flake8")), dark=[WorkflowRun]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
