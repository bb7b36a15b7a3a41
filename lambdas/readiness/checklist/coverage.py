"""Is the coverage of tests measured, reported and held to a floor?

The checks of "Testing" that judge coverage.
"""

from __future__ import annotations

from dataclasses import replace
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
    unknown,
)
from readiness.checklist.on_change import last_run, main_languages, run_of, wherever
from readiness.checklist.standing import left_out
from readiness.checklist.tested import tested
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import builders_of, is_unfollowed, steps_of
from readiness.evidence.builds import BuildProject, BuildReport
from readiness.evidence.coverage import (
    FLOOR_COMMANDS,
    MEASURED,
    RUNNERS,
    CoverageSetup,
    CoverageSignal,
    covers,
)
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import Branch, CiStep, Language, Repository, WorkflowRun
from readiness.evidence.unseen import known


def unmeasured(repository: Repository, languages: Evidence[Language], share: float) -> str:
    """Say why nothing of a repository could be covered, empty where something could."""
    out = left_out(repository)
    if out:
        return out
    if any(each.name in MEASURED for each in main_languages(languages, share)):
        return ""
    return "holds no code of a language whose coverage is measured"


def _measures(step: CiStep) -> str:
    """Name what of a step measures coverage, empty where nothing does or it never runs."""
    return "" if step.never else covers(step.command, step.uses)


def _runs(setup: CoverageSetup, step: CiStep) -> bool:
    """Whether a step runs tests that a setup measures by itself."""
    runner = RUNNERS.get(setup.tool)
    return bool(setup.always and runner and runner.match(step.command) and tested(step))


@check(Severity.MEDIUM)
def repository_coverage_configured(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    setups: Evidence[CoverageSetup],
    *,
    language_share: float = 0.10,
) -> Result:
    """What no test reaches is known only where somebody measures it.

    Pass: a CI step measures coverage: a test command with its flag, or whose configuration says so, an
    action that publishes coverage, or a buildspec that declares a report of it.
    Fix: run the tests with coverage in CI, such as `pytest --cov`, and publish the report.
    Blind spot: whether what is measured is the code that counts.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/code-coverage-report.html
    """
    if why := unmeasured(repository, languages, language_share):
        return not_applicable(why)
    judge = partial(_configured, setups)
    return wherever(judge, repository.arn, steps, projects, pipelines)


def _configured(setups: Evidence[CoverageSetup], steps: Evidence[CiStep]) -> Result:
    for step in steps:
        if name := _measures(step):
            return passed(f"measures coverage by {name} in {run_of(step)}")
    shown = ""
    for setup in setups:
        shown = shown or f"{setup.tool} ({setup.path})"
        for step in steps:
            if _runs(setup, step):
                return passed(f"measures coverage by {setup.tool} ({setup.path}) in {run_of(step)}")
    for step in steps:
        if step.elsewhere:
            said = f"may measure coverage by {step.elsewhere}, which is in another repository"
            return unknown(Reason.NOT_SCANNED, said)
        if is_unfollowed(step):
            said = f"may measure coverage by `{step.command[:80]}` in {step.workflow}, which is not followed"
            return unknown(Reason.UNDECIDED, said)
    if shown:
        return failed(f"is set up to measure coverage by {shown}, which no CI step does")
    return failed("measures no coverage")


@check(Severity.MEDIUM)
def coverage_report_recent(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    setups: Evidence[CoverageSetup],
    published: Evidence[CoverageSignal | BuildReport],
    branches: Evidence[Branch],
    unit: Unit,
    *,
    days: int = 30,
    language_share: float = 0.10,
) -> Result:
    """A report that nobody can open changes nothing.

    Pass: of the last 30 days there is a report of coverage: in CodeBuild, as a status or check of
    Codecov, Coveralls, Sonar and the like on a commit or a merged pull request, or as an artifact. Of a
    repository without commits since then, the newest commit has one.
    Fix: publish the coverage from CI, to CodeBuild's reports, to Codecov or as an artifact.
    Blind spot: CodeBuild keeps reports for 30 days. Of GitHub the newest 20 commits are asked.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/code-coverage-report.html
    """
    if why := unmeasured(repository, languages, language_share):
        return not_applicable(why)
    names = {project.name for project, _ in builders_of(repository.arn, projects, pipelines)}
    newest: datetime | None = known(
        lambda: max((branch.committed for branch in branches), default=None), None
    )
    for each in published:
        if isinstance(each, CoverageSignal):
            said, made = f"shows coverage by the {each.kind} {each.name}", each.made
        elif _is_of(each, names):
            said, made = (
                f"has a report of coverage in {each.group.rpartition('/')[2]}",
                each.created,
            )
        else:
            continue
        age = unit.age_days(made)
        if age <= days:
            return passed(f"{said}, {round(age)} days old")
        if newest is not None and unit.age_days(newest) > days and made >= newest:
            return passed(f"{said}, of its newest commit {round(unit.age_days(newest))} days ago")
    # A project that was not seen may be the one whose report was.
    joined = list(steps_of(repository.arn, steps, projects, pipelines))
    by_project = bool(names)
    idle = all(unit.age_days(branch.committed) > days for branch in branches)
    for step in joined:
        if _measures(step):
            if idle and by_project:
                return no_evidence(
                    f"had no commit in {days} days, after which CodeBuild drops reports"
                )
            return failed(
                f"measures coverage in {run_of(step)} and published no report in {days} days"
            )
    for setup in setups:
        if any(_runs(setup, step) for step in joined):
            return failed(
                f"measures coverage by {setup.tool} and published no report in {days} days"
            )
    return no_evidence("measures no coverage that could be reported")


def _is_of(report: BuildReport, projects: set[str]) -> bool:
    good = report.type == "CODE_COVERAGE" and report.status == "SUCCEEDED"
    return good and report.project in projects


@check(Severity.LOW)
def coverage_above_floor(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    setups: Evidence[CoverageSetup],
    runs: Evidence[WorkflowRun],
    reports: Evidence[BuildReport],
    *,
    coverage_floor: float = 70,
    language_share: float = 0.10,
) -> Result:
    """A floor that fails the build keeps coverage from sinking a line at a time.

    Pass: the newest report of coverage in CodeBuild covers 70 % of the lines; or CI fails below a floor
    (fail_under, coverageThreshold, JaCoCo's check, Codecov's target) and its newest run succeeded.
    Fix: set the floor of the coverage tool a little below the present figure, and raise it.
    Blind spot: figures that other services keep are not read; without one this tells and decides
    nothing.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/code-coverage-report.html
    """
    if why := unmeasured(repository, languages, language_share):
        return not_applicable(why)
    floored = partial(_floored, setups, runs)
    held = known(lambda: wherever(floored, repository.arn, steps, projects, pipelines), None)
    if held is not None and held.status is Status.PASS:
        return held
    names = {project.name for project, _ in builders_of(repository.arn, projects, pipelines)}
    own = [each for each in reports if _is_of(each, names) and each.lines is not None]
    newest = max(own, key=lambda each: (each.created, each.arn), default=None)
    if newest is not None and newest.lines is not None:
        said = f"covers {newest.lines:.1f} % of its lines"
        if newest.lines >= coverage_floor:
            return passed(said)
        return failed(f"{said}, less than {coverage_floor:g} %")
    result = wherever(floored, repository.arn, steps, projects, pipelines)
    return replace(result, severity=Severity.INFO)


def _floored(
    setups: Evidence[CoverageSetup], runs: Evidence[WorkflowRun], steps: Evidence[CiStep]
) -> Result:
    """Judge whether a run that succeeded held coverage to a floor."""
    workflows: dict[str, str] = {}
    for step in steps:
        if FLOOR_COMMANDS.search(step.command):
            workflows.setdefault(step.workflow, step.command)
    for setup in setups:
        for step in steps if setup.floor else ():
            if _measures(step) or _runs(setup, step):
                workflows.setdefault(step.workflow, f"{setup.tool} ({setup.path})")
    for workflow, floor in workflows.items():
        newest = last_run(workflow, runs)
        if newest is not None and newest.conclusion == "success":
            return passed(f"is held to a floor by {floor}, and its newest run succeeded")
    if workflows:
        floor = next(iter(workflows.values()))
        return no_evidence(f"is held to a floor by {floor}, and shows no run that succeeded")
    return no_evidence("shows no figure of its coverage")
