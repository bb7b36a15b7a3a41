"""What CI checks say of repositories that CodeBuild and CodePipeline build, situation by situation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.analysed import repository_static_analysis_runs
from readiness.checklist.automated_tests import repository_tests_run_on_change
from readiness.checklist.builds import repository_build_runs_in_ci, repository_ci_runs_recent
from readiness.checklist.code_readability import (
    repository_doc_rules_enforced,
    repository_linter_configured,
    repository_linter_runs_on_change,
)
from readiness.checklist.formatted import (
    repository_formatter_automatic,
    repository_formatter_configured,
    repository_formatter_gate_in_ci,
)
from readiness.checklist.model import Check, Status
from readiness.evidence.builds import Build, BuildCommand, BuildProject
from readiness.evidence.pipelines import Action, Pipeline, Stage
from readiness.evidence.repository import Provider
from tests.repositories.records import branch, language, manifest, repository, step
from tests.rows import ACCOUNT, FAIL, NO_EVIDENCE, NOW, PASS, REGION, UNKNOWN, Row, assert_row

PLAIN = (repository(), language())
HERE = f"{REGION}:{ACCOUNT}"


def project(*commands: str, **changes: Any) -> BuildProject:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codebuild:{HERE}:project/shop", "name": "shop", "source": "GITHUB",
        "location": "https://github.com/acme/shop.git", "buildspec": "inline", "webhook": True,
        "webhook_events": ("PUSH",), "runner": False, "created": None,
    }  # fmt: skip
    run = tuple(BuildCommand(phase="build", command=each, tolerated="") for each in commands)
    return BuildProject(**values | {"commands": run} | changes)


def action(category: str, provider: str, **changes: Any) -> Action:
    return Action(
        **{"name": provider, "category": category, "owner": "AWS", "provider": provider, "target": {}} | changes
    )  # fmt: skip


def pipeline(*actions: Action) -> Pipeline:
    source = action("Source", "CodeStarSourceConnection", target={"FullRepositoryId": "acme/shop"})
    stages = tuple(Stage(name=each.name, actions=(each,)) for each in (source, *actions))
    arn = f"arn:aws:codepipeline:{HERE}:main"
    return Pipeline(arn=arn, name="main", type="V2", stages=stages, triggered=False)


BUILT = action("Build", "CodeBuild", target={"ProjectName": "shop"})
FED: dict[str, Any] = {"location": "", "source": "CODEPIPELINE", "webhook": False, "webhook_events": ()}  # fmt: skip


def gates(command: str, none: Status = FAIL) -> Iterator[Row]:
    """Yield the situations of a check that wants a command on every change."""
    yield Row("a webhook runs it", PASS, (*PLAIN, project(command)), says="CodeBuild project shop")
    yield Row("a pipeline builds it", PASS, (*PLAIN, project(command, **FED), pipeline(BUILT)))
    yield Row("a pipeline runs it itself", PASS, (*PLAIN, pipeline(action("Compute", "Commands", commands=(command,)))), says="pipeline main")  # fmt: skip
    yield Row("a file of the repository that a webhook builds", PASS, (*PLAIN, project(buildspec="buildspec.yml"), step(command, workflow="buildspec.yml", on_change=None)))  # fmt: skip
    yield Row("nothing starts it by itself", FAIL, (*PLAIN, project(command, webhook=False)), says="nothing by itself")  # fmt: skip
    yield Row("a release starts it", FAIL, (*PLAIN, project(command, webhook_events=("RELEASED",))))
    yield Row("a project of another repository", none, (*PLAIN, project(command, location="https://github.com/acme/till")))  # fmt: skip
    yield Row("a project that runs something else", none, (*PLAIN, project("echo hello")))
    yield Row(
        "a task of the repository", UNKNOWN, (*PLAIN, project("make ci")), says="not followed"
    )
    yield Row("a buildspec in a bucket", UNKNOWN, (*PLAIN, project(buildspec="arn:aws:s3:::specs/shop.yml")), says="s3:GetObject")  # fmt: skip
    yield Row("a buildspec of another name", UNKNOWN, (*PLAIN, project(buildspec="ci/shop.yml")), says="is not read")  # fmt: skip
    yield Row("a buildspec of another name that nothing starts", none, (*PLAIN, project(buildspec="ci/shop.yml", webhook=False)))  # fmt: skip
    yield Row("its own workflow is enough", PASS, (*PLAIN, step(command)), dark=[BuildProject, Pipeline])  # fmt: skip
    yield Row("projects are dark", UNKNOWN, PLAIN, dark=[BuildProject])
    yield Row("pipelines are dark", UNKNOWN, PLAIN, dark=[Pipeline])


def shown(command: str, none: Status = FAIL, *more: Any) -> Iterator[Row]:
    """Yield the situations of a check that wants to see a command anywhere."""
    seen = (*PLAIN, *more)
    yield Row("a project runs it", PASS, (*seen, project(command)))
    yield Row("nobody runs it", none, (*seen, project("echo hello")))
    yield Row("projects are dark", UNKNOWN, seen, dark=[BuildProject])
    yield Row("pipelines are dark", UNKNOWN, seen, dark=[Pipeline])


def built(days: float, *, status: str = "SUCCEEDED", version: str = "refs/heads/main") -> Build:
    when = NOW - timedelta(days=days)
    return Build(
        arn=f"arn:aws:codebuild:{HERE}:build/shop:1", project="shop", status=status, started=when,
        ended=when, initiator="GitHub-Hookshot/1", commit="", version=version,
    )  # fmt: skip


IN_CODECOMMIT = repository(arn=f"codecommit:{ACCOUNT}:{REGION}:shop", provider=Provider.CODECOMMIT)
RUFF = manifest("pyproject.toml", "tool.ruff.format")
HUSKY = manifest("package.json", "husky")
NIGHTLY = step("pytest", on_change=False, triggers=("schedule",))

ROWS: dict[Check[..., Any], list[Row]] = {
    repository_linter_runs_on_change: list(gates("ruff check .")),
    repository_formatter_gate_in_ci: list(gates("ruff format --check .")),
    repository_static_analysis_runs: list(gates("bandit -r src", NO_EVIDENCE)),
    repository_build_runs_in_ci: [row for row in gates("build") if row.id != "a task of the repository"],
    repository_tests_run_on_change: list(gates("pytest")),
    repository_linter_configured: list(shown("ruff check .")),
    repository_formatter_configured: list(shown("ruff format --check .")),
    repository_formatter_automatic: [
        *shown("ruff format --check ."),
        Row("hooks of the author need no CodeBuild", PASS, (*PLAIN, RUFF, HUSKY), dark=[BuildProject, Pipeline]),
    ],
    repository_doc_rules_enforced: list(shown("interrogate -f 80 src", NO_EVIDENCE)),
    repository_ci_runs_recent: [
        Row("projects, which are judged by themselves", NO_EVIDENCE, (*PLAIN, branch(), project("pytest")), says="shows no run"),
        Row("a project built the newest commit", PASS, (*PLAIN, branch(days=2), project("pytest"), built(2)), says="by the project shop 2 days ago"),
        Row("a project built what is not the newest commit", NO_EVIDENCE, (*PLAIN, branch(days=2), project("pytest"), built(9))),
        Row("a project built a pull request", NO_EVIDENCE, (*PLAIN, branch(days=2), project("pytest"), built(1, version="pr/7"))),
        Row("a project was stopped", NO_EVIDENCE, (*PLAIN, branch(days=2), project("pytest"), built(1, status="STOPPED"))),
        Row("a project that nothing starts built", FAIL, (*PLAIN, branch(days=2), project("pytest", webhook=False), built(1))),
        Row("a project built a repository of CodeCommit", PASS, (IN_CODECOMMIT, language(), branch(days=2), step("pytest", workflow="buildspec.yml", on_change=None), project(source="CODECOMMIT", location=f"https://git-codecommit.{REGION}.amazonaws.com/v1/repos/shop", buildspec="buildspec.yml"), built(1)), unit={"repository": IN_CODECOMMIT.arn}),
        Row("builds are dark", UNKNOWN, (*PLAIN, branch(), project("pytest")), dark=[Build]),
        Row("nightly workflows and a project", NO_EVIDENCE, (*PLAIN, branch(), NIGHTLY, project("pytest"))),
        Row("nightly workflows alone", FAIL, (*PLAIN, branch(), NIGHTLY)),
        Row("projects are dark", UNKNOWN, (*PLAIN, branch(), NIGHTLY), dark=[BuildProject]),
        Row("pipelines are dark", UNKNOWN, (*PLAIN, branch(), NIGHTLY), dark=[Pipeline]),
    ],
}  # fmt: skip


def cases() -> list[Any]:
    return [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ]


@pytest.mark.parametrize(("check", "row"), cases())
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
