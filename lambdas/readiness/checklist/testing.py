"""Judge the items of the category "Testing"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.checklist.coverage import (
    coverage_above_floor,
    coverage_report_recent,
    repository_coverage_configured,
)
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.on_change import (
    Asked,
    last_run,
    main_languages,
    run_of,
    what_of,
    wherever,
    witness,
)
from readiness.checklist.safety_net import (
    deployment_self_verifies,
    repository_branch_requires_checks,
    repository_multiple_test_levels,
    synthetic_canary_running,
)
from readiness.checklist.standing import left_out
from readiness.checklist.tested import before, is_test_of, test_steps, tests_by, tests_run
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import (
    builders_of,
    builds_of,
    is_readable,
    project_of,
    sourced_from,
    steps_in,
    steps_of,
)
from readiness.evidence.builds import Build, BuildProject, BuildReport
from readiness.evidence.infrastructure import CiJob, IacRoot, IacTest
from readiness.evidence.pipelines import Action, Pipeline
from readiness.evidence.repository import (
    CiStep,
    Language,
    Outline,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.evidence.signals import GITHUB_WORKFLOWS, deploys, matches
from readiness.evidence.unseen import tried

# --- Automated testing is being utilised in the pipeline ------------------------------------------


@check(Severity.HIGH)
def repository_tests_run_in_ci(
    repository: Repository,
    languages: Evidence[Language],
    roots: Evidence[IacRoot],
    files: Evidence[SourceFile],
    outlines: Evidence[Outline],
    infrastructure: Evidence[IacTest],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A test that no machine runs on a change is found broken by a customer.

    Pass: a CI step that runs on every change runs tests, its failure fails the run, and there are files
    of tests. Tests of infrastructure count; linters and `terraform validate` are none.
    Fix: run the tests on pull requests and on pushes to the default branch.
    Blind spot: what the tests assert is not read, nor are workflows of other repositories.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    if not main_languages(languages, language_share) and not any(True for _ in roots):
        return not_applicable("holds no code")
    result = wherever(_tests, repository.arn, steps, projects, pipelines)
    if result.status is not Status.PASS:
        return result
    for each in files:
        if is_test_of(each, each.language):
            return result
    # Rust has its unit tests inside the files that they test.
    if any(each.tests for each in outlines) or any(True for _ in infrastructure):
        return result
    return failed(f"{result.because}, and has no file of tests")


_INFRASTRUCTURE = re.compile(
    r"taskcat test run\b|helm unittest\b|kitchen (test|verify)\b|ct install\b"
)


def _tests(steps: Evidence[CiStep]) -> Result:
    asked = Asked(
        "is tested", lambda step: step.command if _INFRASTRUCTURE.match(step.command) else ""
    )
    return witness(asked, steps) or tests_run(steps)


@check(Severity.HIGH)
def pipeline_tests_before_deploy(
    repository: Repository,
    steps: Evidence[CiStep],
    jobs: Evidence[CiJob],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Iterator[Result]:
    """What is deployed before it is tested is tested by its users.

    Pass: in a pipeline a stage before the first that deploys runs tests. In a GitHub workflow the job
    that deploys needs a job that runs them, runs them before in itself, or follows the success of a
    workflow that does.
    Fix: put a test action before the deployment, or let the deploying job need the testing one.
    Blind spot: other CI services than GitHub and CodePipeline are judged within one definition alone;
    pipelines whose source is no registered repository are not looked at.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-create-pipeline-add-test.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    nothing = True
    deploying: dict[str, list[CiStep]] = {}
    for result in tried(_deploying(steps, deploying), not_seen):
        nothing = False
        yield result
    for workflow, found in deploying.items():
        nothing = False
        judged = (
            _in_workflow(workflow, found, steps, jobs)
            if matches(workflow, GITHUB_WORKFLOWS)
            else _in_definition(workflow, found, steps)
        )
        for result in tried(judged, not_seen):
            yield result.about(f"{repository.arn}:{workflow}")
    for pipeline in pipelines:
        if not sourced_from(pipeline, repository.arn):
            continue
        for result in tried(_in_pipeline(repository.arn, pipeline, steps, projects), not_seen):
            nothing = False
            yield result.about(pipeline.arn)
    if nothing:
        yield not_applicable("is deployed by no CI")


def _deploying(steps: Evidence[CiStep], found: dict[str, list[CiStep]]) -> Iterator[Result]:
    """Collect the steps that deploy, by workflow; yields nothing, and raises where steps are dark."""
    for step in steps:
        # Buildspecs are judged with the pipeline that they are a part of.
        ours = step.on_change is not None and not (step.called or step.never)
        if deploys(step.command, step.uses) and ours:
            found.setdefault(step.workflow, []).append(step)
    yield from ()


def _in_workflow(
    workflow: str, deploying: list[CiStep], steps: Evidence[CiStep], jobs: Evidence[CiJob]
) -> Iterator[Result]:
    """Judge a GitHub workflow: everything in it that deploys comes after tests."""
    earlier = before(job for job in jobs if job.workflow == workflow)
    named = {job.name: job for job in jobs if job.workflow == workflow}
    tests = [step for step in test_steps(steps) if not step.tolerated]
    shown = ""
    for step in deploying:
        own = named.get(step.job)
        gating = set() if own is None or own.always else earlier[step.job]
        here = (test for test in tests if test.workflow == workflow)
        found = next((test for test in here if _precedes(test, step, gating)), None)
        followed = None if own is None else next((t for t in tests if _follows(own, t, jobs)), None)
        if found is None and own is not None and own.on_success:
            found = followed
        if found is not None:
            shown = shown or f"tests by {what_of(found)} before it deploys"
            continue
        called = (each for each in steps if each.workflow == workflow and each.job in gating)
        elsewhere = next((each.elsewhere for each in called if each.elsewhere), "")
        if elsewhere:
            said = f"may be tested by {elsewhere}, which is in another repository"
            yield unknown(Reason.NOT_SCANNED, said)
        elif followed is not None:
            yield failed(f"deploys in {step.job} whether or not the workflow before it succeeded")
        else:
            yield failed(f"deploys by {what_of(step)} in {step.job} before any test")
        return
    yield passed(shown)


def _precedes(test: CiStep, step: CiStep, gating: set[str]) -> bool:
    """Whether a test of the same workflow stops what deploys, and runs on the same events."""
    together = not step.triggers or not set(test.triggers).isdisjoint(step.triggers)
    earlier = test.job in gating or (test.job == step.job and test.number < step.number)
    return together and earlier


def _follows(job: CiJob, test: CiStep, jobs: Evidence[CiJob]) -> bool:
    """Whether a job's workflow runs after the workflow of a test."""
    return bool(job.follows) and any(
        each.workflow == test.workflow and each.title in job.follows for each in jobs
    )


def _in_definition(
    workflow: str, deploying: list[CiStep], steps: Evidence[CiStep]
) -> Iterator[Result]:
    """Judge a definition of another CI service, whose jobs are taken in the order they are written."""
    first = min(step.number for step in deploying)
    for step in test_steps(steps):
        if step.workflow == workflow and step.number < first and not step.tolerated:
            yield passed(f"tests by {what_of(step)} before it deploys")
            return
    yield no_evidence("deploys, and no test is written before it in the same file")


def _in_pipeline(
    repository: str, pipeline: Pipeline, steps: Evidence[CiStep], projects: Evidence[BuildProject]
) -> Iterator[Result]:
    """Judge a pipeline: a stage before the first that deploys runs tests."""
    shown = unread = ""
    for stage in pipeline.stages:
        ran = [
            (action, _run_by(repository, action, pipeline, steps, projects))
            for action in stage.actions
        ]
        parts = [part for _, run in ran for part in run or ()]
        if stage.of("Deploy") or any(deploys(command, uses) for command, uses, _ in parts):
            if shown:
                yield passed(f"tests by {shown} before it deploys")
            elif unread:
                said = f"may be tested by {unread}, whose buildspec is not read"
                yield unknown(Reason.NOT_SCANNED, said)
            else:
                yield failed(f"deploys in the stage {stage.name} before any test")
            return
        for action, run in ran if stage.on_failure != "SKIP" else ():
            if action.category == "Test" and action.provider != "CodeBuild":
                shown = shown or f"{action.name} ({action.provider})"
            for command, uses, tests in run or ():
                if tests:
                    shown = shown or f"`{(command or uses)[:80]}` in {action.name}"
            unread = unread or (action.name if run is None else "")


def _run_by(
    repository: str,
    action: Action,
    pipeline: Pipeline,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
) -> list[tuple[str, str, bool]] | None:
    """Return what an action runs: command, action and whether these are tests; None where unread."""
    if action.provider != "CodeBuild":
        return [(command, "", tests_by(command)) for command in action.commands]
    project = project_of(action, pipeline, projects)
    if project is None or not is_readable(project.buildspec):
        return None
    own = steps_in(repository, project, steps)
    tests = {step.number for step in test_steps(own) if not step.tolerated}
    return [(step.command or step.hook, step.uses, step.number in tests) for step in own]


@check(Severity.MEDIUM)
def ci_tests_last_run_passed(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    runs: Evidence[WorkflowRun],
    builds: Evidence[Build],
    reports: Evidence[BuildReport],
) -> Iterator[Result]:
    """Tests that are red on the default branch stop nobody any more.

    Pass: the newest finished run on the default branch of each workflow with tests succeeded, and so
    did the newest build of each CodeBuild project with tests, with a report that holds tests.
    Fix: repair the tests on the default branch before anything else.
    Blind spot: runs of other CI services are not seen. Builds of pull requests are left out.
    See: https://docs.github.com/en/actions/how-tos/monitor-workflows/view-workflow-run-history
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    tests = [step for step in test_steps(steps) if step.on_change is not False]
    nothing = True
    on_github = sorted(
        {each.workflow for each in tests if matches(each.workflow, GITHUB_WORKFLOWS)}
    )
    for workflow in on_github:
        nothing = False
        for result in tried(_ran(workflow, runs), not_seen):
            yield result.about(f"{repository.arn}:{workflow}")
    for project, _ in builders_of(repository.arn, projects, pipelines):
        if not test_steps(steps_in(repository.arn, project, steps)):
            continue
        nothing = False
        for result in tried(_built(project, builds, reports), not_seen):
            yield result.about(project.arn)
    if nothing and list(steps_of(repository.arn, steps, projects, pipelines)) and tests:
        yield no_evidence(f"runs its tests in {run_of(tests[0])}, whose runs are not seen")
    elif nothing:
        yield no_evidence("runs no tests on a change")


def _ran(workflow: str, runs: Evidence[WorkflowRun]) -> Iterator[Result]:
    newest = last_run(workflow, runs)
    if newest is None:
        yield no_evidence("has no finished run on the default branch")
    elif newest.conclusion == "success":
        yield passed("succeeded when it last ran on the default branch")
    else:
        yield failed(f"ended in {newest.conclusion} when it last ran on the default branch")


def _built(
    project: BuildProject, builds: Evidence[Build], reports: Evidence[BuildReport]
) -> Iterator[Result]:
    own = [
        build
        for build in builds_of(project, builds)
        if build.ended is not None and not build.of_pull_request
    ]
    newest = max(own, key=lambda build: (build.started, build.arn), default=None)
    if newest is None:
        yield no_evidence("has no finished build that is no pull request's")
        return
    if newest.failed:
        yield failed(f"failed when it was last built ({newest.status.lower()})")
        return
    held = [each for each in reports if each.type == "TEST" and each.build == newest.arn]
    empty = next((each for each in held if each.tests == 0 or each.status == "FAILED"), None)
    if empty is not None:
        said = "failed" if empty.status == "FAILED" else "holds no test"
        yield failed(f"has a report of its newest build that {said}")
    elif newest.status == "SUCCEEDED":
        told = sum(each.tests for each in held)
        yield passed(f"succeeded when it was last built{f' with {told} tests' if told else ''}")
    else:
        yield no_evidence(f"was last built with the status {newest.status.lower()}")


CATEGORY = category(
    "Testing",
    item(
        "Automated coverage report is being carried out",
        every(repository_coverage_configured, coverage_report_recent, coverage_above_floor),
    ),
    item(
        "Automated testing is being utilised in the pipeline",
        every(repository_tests_run_in_ci, pipeline_tests_before_deploy, ci_tests_last_run_passed),
    ),
    item(
        "Testing safety net is in place",
        every(
            repository_branch_requires_checks,
            repository_multiple_test_levels,
            deployment_self_verifies,
            synthetic_canary_running,
        ),
    ),
)
