"""Look at CodeBuild; of environment variables nothing but their names leaves here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.builds import Build, BuildCommand, BuildProject, BuildReport
from readiness.evidence.variables import variables_of
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.batches import batches
from readiness.repositories.ci import report_forms
from readiness.repositories.commands import commands_of
from readiness.repositories.formats import FormatError, as_dict, as_list, load_yaml

#: Batch calls take so many names.
BATCH = 100
#: Of all projects together, the builds that are looked at; of one that is not among them, the newest.
NEWEST = 1_000
NEWEST_OF_PROJECT = 5
DAYS = 90
_USERINFO = re.compile(r"//[^/@]+@")


@probe(BuildProject, "codebuild.list_projects", "codebuild.batch_get_projects")
def projects(aws: Aws) -> Iterator[BuildProject]:
    for names in batches(aws.pages("codebuild.list_projects", "projects"), BATCH):
        for each in aws.get("codebuild.batch_get_projects", names=names)["projects"]:
            yield _project(each)


def _project(each: Mapping[str, Any]) -> BuildProject:
    source = each["source"]
    webhook = each.get("webhook", {})
    buildspec, commands, reports = _buildspec(source)
    filters = [entry for group in webhook.get("filterGroups") or () for entry in group]
    return BuildProject(
        arn=each["arn"],
        name=each["name"],
        source=source["type"],
        location=_USERINFO.sub("//", source.get("location", "")),
        buildspec=buildspec,
        commands=commands,
        reports=reports,
        webhook=bool(webhook),
        webhook_events=tuple(
            entry["pattern"]
            for entry in filters
            if entry["type"] == "EVENT" and not entry.get("excludeMatchedPattern", False)
        ),
        runner=webhook.get("buildType", "").startswith("RUNNER_")
        or any("WORKFLOW_JOB_QUEUED" in entry["pattern"] for entry in filters),
        created=each.get("created"),
        variables=variables_of(
            (said["name"], said["value"])
            for said in (each.get("environment") or {}).get("environmentVariables") or ()
            if said.get("type", "PLAINTEXT") == "PLAINTEXT"
        ),
    )


def _buildspec(
    source: Mapping[str, Any],
) -> tuple[str, tuple[BuildCommand, ...], tuple[str, ...]]:
    """Return where a buildspec is, and what it runs and reports where it is written in the project."""
    text = source.get("buildspec") or ""
    if "\n" not in text and not text.lstrip().startswith("{"):
        return text or "buildspec.yml", (), ()
    try:
        document = as_dict(load_yaml(text))
    except FormatError:
        return "unreadable", (), ()
    commands = tuple(_commands(as_dict(document.get("phases"))))
    return "inline", commands, tuple(report_forms(document))


def _commands(phases: Mapping[str, Any]) -> Iterator[BuildCommand]:
    for name, said in phases.items():
        phase = as_dict(said)
        goes_on = str(phase.get("on-failure", "")).upper() == "CONTINUE"
        for script in (*as_list(phase.get("commands")), *as_list(phase.get("finally"))):
            for command in commands_of(str(script)):
                yield BuildCommand(
                    phase=name,
                    command=str(command),
                    tolerated="on-failure: CONTINUE" if goes_on else command.tolerated,
                )


@probe(
    Build,
    "codebuild.list_builds",
    "codebuild.list_builds_for_project",
    "codebuild.batch_get_builds",
)
def builds(aws: Aws, projects: Evidence[BuildProject]) -> Iterator[Build | Gap]:
    if not projects.seen and not projects.gaps:
        return
    since = aws.now - timedelta(days=DAYS)
    found: set[str] = set()
    listed = islice(aws.pages("codebuild.list_builds", "ids"), NEWEST)  # newest first
    for ids in batches(listed, BATCH):
        batch = list(_builds(aws, ids))
        yield from (build for build in batch if build.started >= since)
        found |= {build.project for build in batch}
        if any(build.started < since for build in batch):
            break

    def look(project: BuildProject) -> Iterator[Build]:
        newest = aws.pages(
            "codebuild.list_builds_for_project",
            "ids",
            absent=("ResourceNotFoundException",),
            projectName=project.name,
        )
        ids = list(islice(newest, NEWEST_OF_PROJECT))
        if ids:
            yield from (build for build in _builds(aws, ids) if build.started >= since)

    # A busy region's newest builds may all be of a few projects.
    yield from aws.each((each for each in projects if each.name not in found), look)


def _builds(aws: Aws, ids: list[str]) -> Iterator[Build]:
    for each in aws.get("codebuild.batch_get_builds", ids=ids)["builds"]:
        yield Build(
            arn=each["arn"],
            project=each["projectName"],
            status=each["buildStatus"],
            started=each["startTime"],
            ended=each.get("endTime"),
            initiator=each.get("initiator", ""),
            commit=each.get("resolvedSourceVersion", ""),
            version=each.get("sourceVersion", ""),
        )


@probe(BuildReport, "codebuild.list_reports", "codebuild.batch_get_reports")
def reports(aws: Aws) -> Iterator[BuildReport]:
    for arns in batches(aws.pages("codebuild.list_reports", "reports"), BATCH):
        for each in aws.get("codebuild.batch_get_reports", reportArns=arns)["reports"]:
            yield BuildReport(
                arn=each["arn"],
                group=each["reportGroupArn"],
                type=each["type"],
                status=each["status"],
                created=each["created"],
                tests=each.get("testSummary", {}).get("total", 0),
                build=each.get("executionId", ""),
                lines=each.get("codeCoverageSummary", {}).get("lineCoveragePercentage"),
            )
