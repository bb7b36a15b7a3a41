"""Which steps does CI run for a repository, those that are written in the accounts included?

A buildspec in the repository does not say who builds it, and a project's own buildspec is not in the
repository: CodeBuild and CodePipeline know both.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from readiness.evidence import Evidence, Gap, Reason, account_of, region_of
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.coverage import report_of
from readiness.evidence.pipelines import Action, Pipeline
from readiness.evidence.repository import CiStep
from readiness.evidence.signals import BUILDSPECS, matches

#: Events of a webhook that a change causes.
_CHANGES = re.compile(r"PUSH|PULL_REQUEST_(CREATED|UPDATED|REOPENED)")


def steps_of(
    repository: str,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Evidence[CiStep]:
    """Return the repository's own steps and those of the projects and pipelines that build it.

    What a change starts and nobody can read is a gap. A folder has an address in no project.
    """
    if repository.startswith("path:"):
        return steps
    piped = [each for each in pipelines.seen if sourced_from(each, repository)]
    builders: dict[str, bool] = {}
    found: list[CiStep] = []
    unread: list[Gap] = []
    for project, on_change in builders_of(repository, projects, pipelines):
        builders[project.buildspec] = on_change or builders.get(project.buildspec, False)
        found.extend(_steps_of_project(repository, project, on_change))
        if on_change and not is_readable(project.buildspec):
            unread.append(_unread(project))
    for pipeline in piped:
        found.extend(_steps_of_pipeline(repository, pipeline))
    own = (
        replace(step, on_change=builders[step.workflow])
        if step.on_change is None and step.workflow in builders
        else step
        for step in steps.seen
    )
    gaps = dict.fromkeys((*steps.gaps, *projects.gaps, *pipelines.gaps, *unread))
    return Evidence((*own, *found), tuple(gaps))


def builders_of(
    repository: str, projects: Evidence[BuildProject], pipelines: Evidence[Pipeline]
) -> Iterator[tuple[BuildProject, bool]]:
    """Yield the projects that were seen to build a repository, and whether a change starts them."""
    piped = [each for each in pipelines.seen if sourced_from(each, repository)]
    named = {(project, account_of(each.arn)) for each in piped for project in _projects_of(each)}
    for project in projects.seen:
        in_pipeline = (project.name, account_of(project.arn)) in named
        if in_pipeline or located_at(project, repository):
            yield project, in_pipeline or hooked(project)


#: Where the steps of projects and pipelines are, as people call it.
_PROJECT, _PIPELINE = "CodeBuild project", "pipeline"
#: Commands that run what is written in a file of the repository.
_INDIRECT = re.compile(
    r"(make|gmake|just|task|invoke|inv|poe|tox|nox|pre-commit|turbo|nx|lerna|rake|hatch run)\b|"
    r"(npm|yarn|pnpm|bun)( run(-script)?)? (?!ci\b|install\b|i\b|add\b|cache\b|config\b|login\b|publish\b|audit\b|pack\b|set\b)\w|"
    r"composer (run|run-script|test|lint|check)|(ba|z|da)?sh \S|\S+\.(sh|bash)\b"
)


def is_unfollowed(step: CiStep) -> bool:
    """Whether a step calls a task of the repository from outside of it, where tasks are not followed."""
    outside = step.workflow.startswith((f"{_PROJECT} ", f"{_PIPELINE} "))
    return outside and bool(_INDIRECT.match(step.command))


def sourced_from(pipeline: Pipeline, repository: str) -> bool:
    """Whether a pipeline begins with a repository."""
    provider, _, name = repository.partition(":")
    for stage in pipeline.stages:
        for action in stage.of("Source"):
            if provider == "github" and name.lower() in (
                action.target.get("FullRepositoryId", "").lower(),
                f"{action.target.get('Owner', '')}/{action.target.get('Repo', '')}".lower(),
            ):
                return True
            place = f"{account_of(pipeline.arn)}:{region_of(pipeline.arn)}"
            own = f"{place}:{action.target.get('RepositoryName', '')}"
            if provider == "codecommit" and action.provider == "CodeCommit" and name == own:
                return True
    return False


def located_at(project: BuildProject, repository: str) -> bool:
    """Whether a project takes its source from a repository."""
    provider, _, name = repository.partition(":")
    address = project.location.lower().removesuffix("/").removesuffix(".git")
    if provider == "github":
        return bool(re.search(rf"github[^/]*/{re.escape(name.lower())}$", address))
    if provider == "codecommit":
        account, _, rest = name.partition(":")
        region, _, own = rest.partition(":")
        ending = f"git-codecommit.{region}.amazonaws.com/v1/repos/{own}".lower()
        return account_of(project.arn) == account and address.endswith(ending)
    return False


def project_of(
    action: Action, pipeline: Pipeline, projects: Evidence[BuildProject]
) -> BuildProject | None:
    """Return the project that an action builds; None where it builds none, or one that is gone."""
    if action.provider != "CodeBuild":
        return None
    account = account_of(action.role) or account_of(pipeline.arn)
    region = action.region or region_of(pipeline.arn)
    partition = pipeline.arn.split(":")[1]
    name = action.target.get("ProjectName", "")
    return projects.of(f"arn:{partition}:codebuild:{region}:{account}:project/{name}")


def steps_in(repository: str, project: BuildProject, steps: Evidence[CiStep]) -> Evidence[CiStep]:
    """Return what a project runs: of itself, or of the file in the repository that it names."""
    own = tuple(_steps_of_project(repository, project, True))
    file = project.buildspec.removeprefix("./")
    return Evidence(own) if own or file == "inline" else steps.about(file, "workflow")


def builds_of(project: BuildProject, builds: Evidence[Build]) -> Iterator[Build]:
    """Yield the builds of a project, and not those of its namesake in another place."""
    place = account_of(project.arn), region_of(project.arn)
    for build in builds.about(project.name, "project"):
        if (account_of(build.arn), region_of(build.arn)) == place:
            yield build


def is_readable(buildspec: str) -> bool:
    """Whether what a project runs is in itself, or in a file that is read along with the repository."""
    return buildspec == "inline" or (
        not buildspec.startswith("arn:") and matches(buildspec.removeprefix("./"), BUILDSPECS)
    )


def _unread(project: BuildProject) -> Gap:
    """Return the gap of a project whose buildspec has another name, or lies in a bucket."""
    stored = project.buildspec.startswith("arn:")
    return Gap(
        reason=Reason.NOT_SCANNED,
        account=account_of(project.arn),
        region=region_of(project.arn),
        action="s3:GetObject" if stored else "",
        detail=f"the buildspec of the CodeBuild project {project.name} is not read",
    )


def hooked(project: BuildProject) -> bool:
    """Whether a webhook starts a project on a change; one without filters does on every push."""
    if not project.webhook or project.runner:
        return False
    return not project.webhook_events or any(map(_CHANGES.search, project.webhook_events))


def _projects_of(pipeline: Pipeline) -> Iterator[str]:
    for stage in pipeline.stages:
        for action in stage.actions:
            if action.provider == "CodeBuild" and "ProjectName" in action.target:
                yield action.target["ProjectName"]


def _steps_of_project(repository: str, project: BuildProject, on_change: bool) -> Iterator[CiStep]:
    for number, command in enumerate(project.commands):
        yield CiStep(
            repository=repository,
            workflow=f"{_PROJECT} {project.name}",
            job=command.phase,
            number=number,
            command=command.command,
            triggers=("a change",) if on_change else ("nothing by itself",),
            on_change=on_change,
            tolerated=command.tolerated,
        )
    for number, form in enumerate(project.reports, start=len(project.commands)):
        yield CiStep(
            repository=repository,
            workflow=f"{_PROJECT} {project.name}",
            job="reports",
            number=number,
            uses=report_of(form),
            triggers=("a change",) if on_change else ("nothing by itself",),
            on_change=on_change,
        )


def _steps_of_pipeline(repository: str, pipeline: Pipeline) -> Iterator[CiStep]:
    number = 0
    for stage in pipeline.stages:
        for action in stage.actions:
            for command in action.commands:
                yield CiStep(
                    repository=repository,
                    workflow=f"{_PIPELINE} {pipeline.name}",
                    job=action.name,
                    number=number,
                    command=command,
                    triggers=("a change",),
                    on_change=True,
                )
                number += 1
