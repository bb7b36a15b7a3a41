"""Which steps of CI belong to a repository, wherever they are written."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.building import is_unfollowed, located_at, sourced_from, steps_of
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.pipelines import Action, Pipeline, Stage
from tests.repositories.records import SHOP, step
from tests.rows import ACCOUNT, REGION

CODECOMMIT = f"codecommit:{ACCOUNT}:{REGION}:shop"
LINT = BuildCommand(phase="build", command="cfn-lint t.yaml", tolerated="")


def project(**changes: Any) -> BuildProject:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/shop",
        "name": "shop",
        "source": "GITHUB",
        "location": "https://github.com/acme/shop.git",
        "buildspec": "inline",
        "commands": (LINT,),
        "webhook": True,
        "webhook_events": ("PUSH, PULL_REQUEST_CREATED",),
        "runner": False,
        "created": None,
    }
    return BuildProject(**values | changes)


def action(category: str, provider: str, commands: tuple[str, ...] = (), **target: str) -> Action:
    return Action(
        name=provider,
        category=category,
        owner="AWS",
        provider=provider,
        target=target,
        commands=commands,
    )


def pipeline(*actions: Action) -> Pipeline:
    return Pipeline(
        arn=f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop",
        name="shop",
        type="V2",
        stages=tuple(Stage(name=each.name, actions=(each,)) for each in actions),
        triggered=True,
    )


GITHUB = action("Source", "CodeStarSourceConnection", FullRepositoryId="Acme/shop")


@pytest.mark.parametrize(
    ("repository", "location", "belongs"),
    [
        (SHOP, "https://github.com/acme/shop.git", True),
        (SHOP, "https://github.com/Acme/Shop", True),
        (SHOP, "https://github.com/acme/workshop", False),
        (SHOP, "https://gitlab.com/acme/shop", False),
        (CODECOMMIT, f"https://git-codecommit.{REGION}.amazonaws.com/v1/repos/shop", True),
        (CODECOMMIT, "https://git-codecommit.us-east-1.amazonaws.com/v1/repos/shop", False),
        ("path:/src/shop", "https://github.com/acme/shop", False),
    ],
)
def test_a_projects_source(repository: str, location: str, belongs: bool) -> None:
    assert located_at(project(location=location), repository) is belongs


@pytest.mark.parametrize(
    ("repository", "source", "belongs"),
    [
        (SHOP, GITHUB, True),
        (SHOP, action("Source", "GitHub", Owner="acme", Repo="shop"), True),
        (SHOP, action("Source", "CodeStarSourceConnection", FullRepositoryId="acme/till"), False),
        (CODECOMMIT, action("Source", "CodeCommit", RepositoryName="shop"), True),
        (CODECOMMIT, action("Source", "ECR", RepositoryName="shop"), False),
    ],
)
def test_a_pipelines_source(repository: str, source: Action, belongs: bool) -> None:
    assert sourced_from(pipeline(source), repository) is belongs


@pytest.mark.parametrize(
    ("buildspec", "changes", "gaps"),
    [
        ("inline", {}, []),
        ("buildspec.yml", {}, []),
        ("./ci/buildspec-test.yaml", {}, []),
        ("ci/build.yml", {}, [""]),
        ("arn:aws:s3:::specs/buildspec.yml", {}, ["s3:GetObject"]),
        ("unreadable", {}, [""]),
        ("ci/build.yml", {"webhook": False}, []),
        ("ci/build.yml", {"location": "https://github.com/acme/till"}, []),
    ],
)
def test_what_a_change_starts_and_nobody_reads_is_a_gap(
    buildspec: str, changes: dict[str, Any], gaps: list[str]
) -> None:
    seen = Evidence((project(buildspec=buildspec, commands=(), **changes),))
    found = steps_of(SHOP, Evidence(), seen, Evidence())

    assert [gap.action for gap in found.gaps] == gaps


def test_a_folder_is_joined_with_nothing() -> None:
    dark: Evidence[Any] = Evidence(gaps=(Gap(reason=Reason.DENIED),))

    assert steps_of("path:/src/shop", Evidence((SPEC,)), dark, dark) == Evidence((SPEC,))


@pytest.mark.parametrize(
    ("workflow", "command", "unfollowed"),
    [
        ("CodeBuild project shop", "make lint", True),
        ("CodeBuild project shop", "npm run lint", True),
        ("CodeBuild project shop", "npm ci", False),
        ("CodeBuild project shop", "ci.sh all", True),
        ("pipeline shop", "tox -e lint", True),
        ("pipeline shop", "ruff check .", False),
        ("buildspec.yml", "make lint", False),
    ],
)
def test_tasks_are_followed_in_the_repository_alone(
    workflow: str, command: str, unfollowed: bool
) -> None:
    assert is_unfollowed(step(command, workflow=workflow)) is unfollowed


def joined(*records: Any, repository: str = SHOP) -> list[tuple[str, str, bool | None]]:
    def of(kind: type[Any]) -> Evidence[Any]:
        return Evidence(tuple(each for each in records if isinstance(each, kind)))

    found = steps_of(repository, of(type(step())), of(BuildProject), of(Pipeline))
    return [(each.workflow, each.command, each.on_change) for each in found]


IN_PROJECT = "CodeBuild project shop"
SPEC = step("pytest", workflow="buildspec.yml", on_change=None, triggers=())


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param([project()], [(IN_PROJECT, "cfn-lint t.yaml", True)], id="a webhook starts it"),
        pytest.param([project(webhook_events=())], [(IN_PROJECT, "cfn-lint t.yaml", True)], id="a webhook for everything"),
        pytest.param([project(webhook_events=("RELEASED",))], [(IN_PROJECT, "cfn-lint t.yaml", False)], id="a webhook for releases"),
        pytest.param([project(webhook=False, webhook_events=())], [(IN_PROJECT, "cfn-lint t.yaml", False)], id="nothing starts it"),
        pytest.param([project(runner=True)], [(IN_PROJECT, "cfn-lint t.yaml", False)], id="it runs jobs of GitHub"),
        pytest.param([project(location="", webhook=False), pipeline(GITHUB, action("Build", "CodeBuild", ProjectName="shop"))], [(IN_PROJECT, "cfn-lint t.yaml", True)], id="a pipeline starts it"),
        pytest.param([project(location="", webhook=False)], [], id="it builds something else"),
        pytest.param([pipeline(GITHUB, action("Compute", "Commands", ("pytest",)))], [("pipeline shop", "pytest", True)], id="commands of a pipeline"),
        pytest.param([SPEC, project(buildspec="buildspec.yml", commands=())], [("buildspec.yml", "pytest", True)], id="a buildspec whose project is known"),
        pytest.param([SPEC, project(buildspec="buildspec.yml", commands=(), webhook=False)], [("buildspec.yml", "pytest", False)], id="a buildspec that nothing starts"),
        pytest.param([SPEC], [("buildspec.yml", "pytest", None)], id="a buildspec that nobody is seen to build"),
    ],
)  # fmt: skip
def test_steps_are_joined(records: list[Any], expected: list[Any]) -> None:
    assert joined(*records) == expected


def test_what_was_not_seen_of_any_of_them_is_not_seen() -> None:
    lost = Gap(reason=Reason.DENIED, action="codebuild:ListProjects")
    found = steps_of(SHOP, Evidence((SPEC,)), Evidence(gaps=(lost,)), Evidence())

    assert found == Evidence((SPEC,), (lost,))
