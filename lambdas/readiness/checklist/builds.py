"""Is it written down how code is built, and does a server build it?

The checks of "Configure a build system" and "Set up a build server".
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial

from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.on_change import (
    Asked,
    main_languages,
    no_source,
    on_every_change,
    wherever,
)
from readiness.checklist.principals import CI_USERS, in_session
from readiness.checklist.standing import minor, of_language
from readiness.checklist.tested import tested
from readiness.evidence import Evidence
from readiness.evidence.building import builders_of, builds_of, hooked
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import BUILD_ACTIONS, BUILD_COMMANDS, NOT_BUILT
from readiness.evidence.repository import (
    Branch,
    BuildDefinition,
    CiStep,
    CommitStatus,
    Language,
    Provider,
    Repository,
    WorkflowRun,
)
from readiness.evidence.signals import REVIEW_SERVICES
from readiness.evidence.unseen import known

# --- Configure a build system ---------------------------------------------------------------------


@check(Severity.MEDIUM)
def repository_build_definition_present(
    language: Language,
    repositories: Evidence[Repository],
    definitions: Evidence[BuildDefinition],
    *,
    language_share: float = 0.10,
) -> Result:
    """A build that is written down gives the same artifact to everybody who runs it.

    Pass: a build definition covers each main language; a Dockerfile that copies the source, and a root
    tool such as Nx, Bazel or Make, cover all of them. Shell and Terraform are not built.
    Fix: add the standard build file of the language, such as pyproject.toml with a build system.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    why = minor(language, repositories, language_share)
    if not why and language.name in NOT_BUILT:
        why = "is not built"
    if why:
        return of_language(language, not_applicable(why))
    for definition in definitions:
        if not definition.languages or language.name in definition.languages:
            return of_language(language, passed(f"is built by {definition.path}"))
    return of_language(language, failed("has no build definition"))


def _built(step: CiStep) -> str:
    if BUILD_ACTIONS.match(step.uses):
        return step.uses
    return step.command if BUILD_COMMANDS.match(step.command) else tested(step)


@check(Severity.MEDIUM)
def repository_build_runs_in_ci(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A build that no machine runs on a change breaks until somebody needs it.

    Pass: a CI step that runs on every change builds the code, or tests it in a way that builds it, and
    its failure fails the run.
    Fix: call the build from the workflow of pull requests, or from the project's buildspec.
    Blind spot: a CodeBuild project of an account outside the workload is not seen, so that what its
    buildspec runs is UNKNOWN.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    why = no_source(repository, languages, language_share)
    if not why:
        names = {each.name for each in main_languages(languages, language_share)}
        why = "" if names - NOT_BUILT else "has nothing that is built"
    if why:
        return not_applicable(why)
    judge = partial(on_every_change, Asked("is built", _built))
    return wherever(judge, repository.arn, steps, projects, pipelines)


# --- Set up a build server ------------------------------------------------------------------------


@check(Severity.MEDIUM)
def codebuild_project_recent_build(
    project: BuildProject, builds: Evidence[Build], unit: Unit, *, days: int = 90
) -> Result:
    """A project that builds nothing, or nothing that succeeds, tells nobody that a change breaks.

    Pass: a build ended in the last 90 days, and one of the newest five succeeded. Builds that somebody
    stopped are left out.
    Fix: repair the project's build, and let a webhook start it on every change.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/webhooks.html
    """
    if project.runner:
        return not_applicable("lends its machines to another CI service")
    ended = [
        build
        for build in builds.about(project.name, "project")
        if build.finished and build.ended and unit.age_days(build.ended) <= days
    ]
    if not ended:
        return failed(f"ended no build in the last {days} days")
    newest = sorted(ended, key=lambda build: build.started, reverse=True)[:5]
    if all(build.failed for build in newest):
        return failed(f"failed in all of its {len(newest)} newest builds")
    age = round(unit.age_days(newest[0].started))
    return passed(f"built {age} days ago ({newest[0].status.lower()})")


#: Initiators that are machines.
_MACHINES = re.compile(
    r"(?i)^(codepipeline/|codebuild-jenkins-plugin$|github-hookshot|bitbucket|gitlab|rule/|events?[/.-])|webhook"
)


@check(Severity.LOW)
def codebuild_project_triggered_automatically(
    project: BuildProject, pipelines: Evidence[Pipeline], builds: Evidence[Build]
) -> Result:
    """A build that somebody has to start is not started when it matters.

    Pass: a webhook starts the project on pushes or pull requests, or a pipeline or an event starts it.
    Fix: add a webhook with filter groups for pushes and pull requests.
    Blind spot: a rule of EventBridge may start it by the clock. People and machines are told apart by
    how they name themselves.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/webhooks.html
    """
    if project.runner:
        return not_applicable("lends its machines to another CI service")
    if hooked(project):
        events = ", ".join(project.webhook_events) or "every event"
        return passed(f"is started by its webhook ({events})")
    if project.source == "CODEPIPELINE":
        return passed("is started by its pipeline")
    for pipeline in pipelines:
        for stage in pipeline.stages:
            if any(action.target.get("ProjectName") == project.name for action in stage.actions):
                return passed(f"is started by the pipeline {pipeline.name}")
    starters = set()
    for build in builds.about(project.name, "project"):
        if _MACHINES.search(build.initiator):
            return passed(f"is started by {build.initiator}")
        starters.add(build.initiator or "somebody")
    if not starters:
        return no_evidence("has no trigger and no build")
    said = f"is started only by {', '.join(sorted(starters)[:5])}"
    return failed(said) if all(map(_is_person, starters)) else no_evidence(said)


def _is_person(initiator: str) -> bool:
    """Whether a user started a build, or the session of a role that people take."""
    role, slash, session = initiator.partition("/")
    return not slash or bool(in_session(role, session, CI_USERS))


@check(Severity.MEDIUM)
def repository_ci_runs_recent(
    repository: Repository,
    languages: Evidence[Language],
    branches: Evidence[Branch],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    runs: Evidence[WorkflowRun],
    builds: Evidence[Build],
    statuses: Evidence[CommitStatus],
    unit: Unit,
    *,
    days: int = 90,
    late_days: int = 1,
    language_share: float = 0.10,
) -> Result:
    """CI that does not run guards nothing, however well it is written.

    Pass: a workflow or a CodeBuild project runs on every change, and a run on the default branch ended
    in the last 90 days, not more than a day before the newest commit.
    Fix: add a GitHub workflow on push and pull_request, and switch disabled workflows on again.
    Blind spot: of other CI services only their status on the newest commit is seen.
    See: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)

    def in_time(moment: datetime) -> bool:
        late = [(each.committed - moment).total_seconds() / 86400 for each in branches]
        return bool(late) and max(late) <= late_days and unit.age_days(moment) <= days

    def built() -> Result | None:
        for project, on_change in builders_of(repository.arn, projects, pipelines):
            for build in builds_of(project, builds) if on_change else ():
                merged = build.finished and not build.of_pull_request
                if merged and in_time(build.started):
                    ago = round(unit.age_days(build.started))
                    return passed(f"was built by the project {project.name} {ago} days ago")
        return None

    def judge(steps: Evidence[CiStep]) -> Result:
        defined = [step for step in steps if step.on_change is not False]
        on_github = {step.workflow for step in defined if step.workflow.startswith(".github/")}
        if not defined:
            if any(True for _ in steps):
                return failed("has CI, none of which runs on a change")
            return no_evidence("has no CI definition")
        if repository.provider is Provider.CODECOMMIT:
            return no_evidence("shows no build of CodeBuild after its newest commit")
        newest = max((run.created for run in runs if _ran(run, on_github)), default=None)
        if newest is not None and in_time(newest):
            ago = round(unit.age_days(newest))
            return passed(f"ran its CI on the default branch {ago} days ago")
        if on_github != {step.workflow for step in defined}:
            for status in statuses:
                named = status.state in _REPORTED and not _NO_BUILD.search(status.context)
                if named and any(unit.age_days(each.committed) <= days for each in branches):
                    return passed(f"has the status {status.context} on its newest commit")
        if not on_github:
            return no_evidence(f"defines CI in {defined[0].workflow}, and shows no run of it")
        if newest is None:
            return failed("has workflows and no run of them on the default branch")
        said = f"ran its CI {round(unit.age_days(newest))} days ago"
        if unit.age_days(newest) > days:
            return failed(f"{said} for the last time")
        return failed(f"{said}, before its newest commit")

    def ran() -> Result:
        return wherever(judge, repository.arn, steps, projects, pipelines)

    for answer in (ran, built):
        found = known(answer, None)
        if found is not None and found.status is Status.PASS:
            return found
    built()  # raises where builds that may be its own were not seen
    return ran()


#: How a run ends that did run: neither skipped nor cancelled.
_FINISHED = frozenset({"success", "failure", "timed_out", "neutral"})
#: How a status ends.
_REPORTED = frozenset({"success", "failure", "error"})
#: Statuses that are no build: reviews, agreements, previews, coverage, dependencies and hooks.
_NO_BUILD = re.compile(
    rf"{REVIEW_SERVICES.pattern}|\b(cla|dco|easycla|wip)\b|licen[sc]e|vercel|netlify|codecov|coveralls|"
    r"pre-commit|snyk|renovate|dependabot"
)


def _ran(run: WorkflowRun, workflows: set[str]) -> bool:
    return run.workflow in workflows and run.conclusion in _FINISHED
