"""What is seen of build projects, builds and their reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.builds import Build, BuildCommand, BuildProject, BuildReport
from readiness.evidence.variables import Variable
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

HERE = f"arn:aws:codebuild:{REGION}:{ACCOUNT}"
BUILDSPEC = """
version: 0.2
env:
  variables:
    PASSWORD: hunter2
phases:
  install:
    on-failure: CONTINUE
    commands:
      - npm ci
  build:
    commands:
      - cfn-lint template.yaml || true
      - PASSWORD=hunter2 pytest
"""


def project(name: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "arn": f"{HERE}:project/{name}",
        "source": {"type": "GITHUB", "location": "https://bot:hunter2@github.com/acme/shop.git"},
        "environment": {
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [
                {"name": "PASSWORD", "value": "hunter2"},
                {"name": "TOKEN", "value": "shop/token", "type": "SECRETS_MANAGER"},
            ],
        },
        **more,
    }


def shop(**changes: Any) -> BuildProject:
    values: dict[str, Any] = {
        "arn": f"{HERE}:project/shop",
        "name": "shop",
        "source": "GITHUB",
        "location": "https://github.com/acme/shop.git",
        "buildspec": "buildspec.yml",
        "commands": (),
        "webhook": False,
        "webhook_events": (),
        "runner": False,
        "created": None,
        "variables": (Variable(name="PASSWORD"),),
    }
    return BuildProject(**values | changes)


def listed(*names: str) -> Answer:
    return Answer("codebuild.list_projects", {"projects": list(names)} if names else {})


def test_projects_of_every_page_by_the_hundred() -> None:
    names = [f"p{number}" for number in range(101)]
    answers = (
        Answer("codebuild.list_projects", {"projects": names[:60], "nextToken": "n"}, asked={}),
        Answer("codebuild.list_projects", {"projects": names[60:]}, asked={"nextToken": "n"}),
        Answer("codebuild.batch_get_projects", {"projects": [project("shop")]}, asked={"names": names[:100]}),
        Answer("codebuild.batch_get_projects", {"projects": []}, asked={"names": names[100:]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BuildProject)
        assert_made_as_declared(connection, BuildProject)

    assert found == Evidence((shop(),))


@pytest.mark.parametrize(
    ("more", "changes"),
    [
        pytest.param(
            {"source": {"type": "CODEPIPELINE", "buildspec": BUILDSPEC}},
            {
                "source": "CODEPIPELINE",
                "location": "",
                "buildspec": "inline",
                "commands": (
                    BuildCommand(phase="install", command="npm ci", tolerated="on-failure: CONTINUE"),
                    BuildCommand(phase="build", command="cfn-lint template.yaml", tolerated="|| true"),
                    BuildCommand(phase="build", command="true", tolerated=""),
                    BuildCommand(phase="build", command="pytest", tolerated=""),
                ),
            },
            id="an inline buildspec is reduced to its commands",
        ),
        pytest.param(
            {"source": {"type": "NO_SOURCE", "buildspec": "a: [\nb"}},
            {"source": "NO_SOURCE", "location": "", "buildspec": "unreadable"},
            id="an inline buildspec that is no YAML",
        ),
        pytest.param(
            {"source": {"type": "S3", "location": "b/k", "buildspec": "arn:aws:s3:::b/spec.yml"}},
            {"source": "S3", "location": "b/k", "buildspec": "arn:aws:s3:::b/spec.yml"},
            id="a buildspec in S3",
        ),
        pytest.param(
            {
                "created": NOW,
                "webhook": {
                    "secret": "hunter2",
                    "filterGroups": [
                        [
                            {"type": "EVENT", "pattern": "PUSH, PULL_REQUEST_CREATED"},
                            {"type": "EVENT", "pattern": "RELEASED", "excludeMatchedPattern": True},
                            {"type": "BASE_REF", "pattern": "main"},
                        ]
                    ],
                },
            },
            {
                "created": NOW,
                "webhook": True,
                "webhook_events": ("PUSH, PULL_REQUEST_CREATED",),
            },
            id="a webhook",
        ),
        pytest.param(
            {"webhook": {"filterGroups": [[{"type": "EVENT", "pattern": "WORKFLOW_JOB_QUEUED"}]]}},
            {"webhook": True, "webhook_events": ("WORKFLOW_JOB_QUEUED",), "runner": True},
            id="a runner of GitHub Actions",
        ),
        pytest.param(
            {"webhook": {"buildType": "RUNNER_BUILDKITE_BUILD"}},
            {"webhook": True, "runner": True},
            id="a runner of Buildkite",
        ),
    ],
)  # fmt: skip
def test_a_project(more: dict[str, Any], changes: dict[str, Any]) -> None:
    answers = (listed("shop"), Answer("codebuild.batch_get_projects", {"projects": [project("shop", **more)]}))  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BuildProject)

    assert found == Evidence((shop(**changes),))
    assert "hunter2" not in repr(found)


def build(number: int, name: str = "shop", when: datetime = NOW, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{name}:{number}",
        "arn": f"{HERE}:build/{name}:{number}",
        "projectName": name,
        "buildStatus": "SUCCEEDED",
        "startTime": when,
        "initiator": "GitHub-Hookshot/1",
        "resolvedSourceVersion": "abc",
        "sourceVersion": "pr/7",
        **more,
    }


def built(number: int, name: str = "shop", **changes: Any) -> Build:
    values: dict[str, Any] = {
        "arn": f"{HERE}:build/{name}:{number}",
        "project": name,
        "status": "SUCCEEDED",
        "started": NOW,
        "ended": None,
        "initiator": "GitHub-Hookshot/1",
        "commit": "abc",
        "version": "pr/7",
    }
    return Build(**values | changes)


def test_builds_are_asked_for_back_to_ninety_days_and_of_quiet_projects_alone() -> None:
    old = NOW - timedelta(days=91)
    ids = [f"shop:{number}" for number in range(101)]
    answers = (
        listed("shop", "till", "new", "closed"),
        Answer("codebuild.batch_get_projects", {"projects": [project(name) for name in ("shop", "till", "new", "closed")]}),
        Answer("codebuild.list_builds", {"ids": ids, "nextToken": "more that nobody asks for"}, asked={}),
        Answer("codebuild.batch_get_builds", {"builds": [build(0, endTime=NOW), build(1, when=old)]}, asked={"ids": ids[:100]}),
        Answer("codebuild.list_builds_for_project", {"ids": [f"till:{number}" for number in range(9)]}, asked={"projectName": "till"}),
        Answer("codebuild.batch_get_builds", {"builds": [build(7, "till"), build(6, "till", old)]}, asked={"ids": [f"till:{number}" for number in range(5)]}),
        Answer("codebuild.list_builds_for_project", {}, asked={"projectName": "new"}),
        Answer("codebuild.list_builds_for_project", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Build)
        assert_made_as_declared(connection, BuildProject, Build)

    closed = refused("codebuild:ListBuildsForProject", resource=f"{HERE}:project/closed")
    assert found == Evidence((built(0, ended=NOW), built(7, "till")), (closed,))


def test_no_builds_are_asked_for_where_there_is_no_project() -> None:
    with answering(listed()) as connection:
        assert seen(connection, Build) == Evidence()


def test_reports_of_every_page() -> None:
    report = {
        "arn": f"{HERE}:report/unit:1",
        "reportGroupArn": f"{HERE}:report-group/unit",
        "type": "TEST",
        "status": "SUCCEEDED",
        "created": NOW,
        "testSummary": {"total": 42, "statusCounts": {}, "durationInNanoSeconds": 1},
    }
    cover = {
        "arn": f"{HERE}:report/cover:1",
        "reportGroupArn": f"{HERE}:report-group/cover",
        "type": "CODE_COVERAGE",
        "status": "SUCCEEDED",
        "created": NOW,
        "executionId": f"{HERE}:build/shop:7",
        "codeCoverageSummary": {"lineCoveragePercentage": 71.5, "linesCovered": 9},
    }
    answers = (
        Answer("codebuild.list_reports", {"reports": ["arn:1"], "nextToken": "n"}, asked={}),
        Answer("codebuild.list_reports", {"reports": ["arn:2"]}, asked={"nextToken": "n"}),
        Answer("codebuild.batch_get_reports", {"reports": [report, cover]}, asked={"reportArns": ["arn:1", "arn:2"]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BuildReport)
        assert_made_as_declared(connection, BuildReport)

    def seen_report(name: str, kind: str, tests: int, **more: Any) -> BuildReport:
        return BuildReport(
            **more,
            arn=f"{HERE}:report/{name}:1",
            group=f"{HERE}:report-group/{name}",
            type=kind,
            status="SUCCEEDED",
            created=NOW,
            tests=tests,
        )

    assert found == Evidence(
        (
            seen_report("unit", "TEST", 42),
            seen_report("cover", "CODE_COVERAGE", 0, build=f"{HERE}:build/shop:7", lines=71.5),
        )
    )
    assert [each.project for each in found.seen] == ["", "shop"]


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (BuildProject, "codebuild.list_projects", "codebuild:ListProjects"),
        (BuildReport, "codebuild.list_reports", "codebuild:ListReports"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))


def test_the_reports_of_an_inline_buildspec() -> None:
    text = "version: 0.2\nreports:\n  lines: {file-format: JACOCOXML, files: [a]}\nphases: {}\n"
    answers = (
        listed("shop"),
        Answer("codebuild.batch_get_projects", {"projects": [project("shop", source={"type": "GITHUB", "buildspec": text})]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        (found,) = seen(connection, BuildProject)

    assert (found.buildspec, found.commands, found.reports) == ("inline", (), ("JACOCOXML",))
