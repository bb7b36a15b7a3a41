"""Judge the items of the category "Code Efficiency and Performance"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Status,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    some,
)
from readiness.checklist.on_change import no_source, run_of
from readiness.checklist.workloads import Compute, runs_something
from readiness.evidence import Evidence
from readiness.evidence.building import builders_of, builds_of, steps_in, steps_of
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.code_scans import ProfilingGroup
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import (
    BENCHMARK_ACTIONS,
    BENCHMARK_COMMANDS,
    BENCHMARK_DEPENDENCIES,
    BENCHMARK_FILES,
)
from readiness.evidence.repository import (
    CiStep,
    DependencyManifest,
    Language,
    LoadTest,
    Outline,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.evidence.signals import LOAD_ACTIONS, LOAD_COMMANDS, matches
from readiness.evidence.stacks import Stack
from readiness.evidence.unseen import tried


def measures(step: CiStep) -> str:
    """Name the benchmark or load test that a step runs, empty where it runs none."""
    if LOAD_ACTIONS.search(step.uses) or BENCHMARK_ACTIONS.match(step.uses):
        return step.uses
    found = LOAD_COMMANDS.match(step.command) or BENCHMARK_COMMANDS.match(step.command)
    return step.command if found else ""


@check(Severity.MEDIUM)
def repository_performance_tests_run(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    runs: Evidence[WorkflowRun],
    builds: Evidence[Build],
    unit: Unit,
    *,
    days: int = 90,
    language_share: float = 0.10,
) -> Iterator[Result]:
    """A speed that was measured last year is the speed of last year's code.

    Pass: CI has a step with a benchmark or a load test, and its workflow, or the CodeBuild project that
    has it, succeeded in the last 90 days and did not fail since.
    Fix: add a job with k6, Locust or pytest-benchmark on a schedule, with a threshold that fails it.
    Blind spot: runs of other CI services than GitHub Actions and CodeBuild are not seen; attest them.
    See: https://docs.aws.amazon.com/wellarchitected/latest/performance-efficiency-pillar/perf_process_culture_load_test.html
    """
    why = no_source(repository, languages, language_share)
    if why:
        yield not_applicable(why)
        return
    listed = [step for step in steps if measures(step) and not step.never]
    found: set[Status] = set()
    in_projects = set()
    for project, _ in builders_of(repository.arn, projects, pipelines):
        for step in steps_in(repository.arn, project, steps):
            if measures(step):
                in_projects.add(step.workflow)
                judged = _ended(step, _builds(project, builds), unit, days)
                for result in tried(judged, not_seen):
                    found.add(result.status)
                    yield result.about(project.arn)
                break
    for workflow, step in sorted({each.workflow: each for each in listed}.items()):
        if workflow not in in_projects:
            judged = _ended(step, _runs(workflow, runs), unit, days)
            for result in tried(judged, not_seen):
                found.add(result.status)
                yield result.about(f"{repository.arn}:{workflow}")
    if Status.PASS not in found:
        # A project that was not seen may be the one that measures.
        list(steps_of(repository.arn, steps, projects, pipelines))
    if not found:
        yield no_evidence("measures its performance in no CI step")


_GOOD = frozenset({"success", "succeeded"})
_BAD = frozenset({"failure", "failed", "fault", "startup_failure", "timed_out"})


def _builds(project: BuildProject, builds: Evidence[Build]) -> Iterator[tuple[datetime, str]]:
    """Yield when each build of a project ended, and how."""
    for build in builds_of(project, builds):
        if build.ended is not None:
            yield build.ended, build.status.lower()


def _runs(workflow: str, runs: Evidence[WorkflowRun]) -> Iterator[tuple[datetime, str]]:
    """Yield when each run of a workflow was started, and how it ended."""
    return ((run.created, run.conclusion) for run in runs if run.workflow == workflow)


def _ended(
    step: CiStep, ends: Iterator[tuple[datetime, str]], unit: Unit, days: int
) -> Iterator[Result]:
    """Judge a step that measures by how it ended of late."""
    told = f"runs `{measures(step)[:80]}` in {run_of(step)}"
    listed = sorted(ends)
    if not listed:
        yield no_evidence(f"{told}, and shows no run of it")
        return
    newest, how = listed[-1]
    ago = round(unit.age_days(newest))
    good = [moment for moment, each in listed if each in _GOOD]
    if how in _BAD:
        yield failed(f"{told}, which failed {ago} days ago")
    elif good and unit.age_days(good[-1]) <= days:
        yield passed(f"{told}, which succeeded {round(unit.age_days(good[-1]))} days ago")
    else:
        yield no_evidence(f"{told}, which last ran {ago} days ago ({how})")


@check(Severity.LOW)
def repository_performance_tests_present(
    repository: Repository,
    languages: Evidence[Language],
    files: Evidence[SourceFile],
    shown: Evidence[LoadTest | DependencyManifest | Outline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A benchmark that is written down can be run again after a change.

    Pass: the repository has a benchmark or a load test, or depends on a library for them.
    Fix: write a benchmark of what is called most, or a load test of the public interface.
    See: https://docs.aws.amazon.com/wellarchitected/latest/performance-efficiency-pillar/perf_process_culture_load_test.html
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)
    for each in shown:
        match each:
            case LoadTest() if each.tool != "a fault experiment":
                return passed(f"has a load test of {each.tool} ({each.path})")
            case DependencyManifest():
                used = sorted(BENCHMARK_DEPENDENCIES & {name.lower() for name in each.dependencies})
                if used:
                    return passed(f"measures with {used[0]} ({each.path})")
            case Outline() if each.benchmarks:
                return passed(f"has benchmarks in {each.path}")
            case _:
                continue
    for file in files:
        if not file.foreign and matches(file.path.rpartition("/")[2], BENCHMARK_FILES):
            return passed(f"measures as {file.path} says")
    return no_evidence("has neither a benchmark nor a load test")


@check(Severity.LOW)
def compute_profiling_recent(
    groups: Evidence[ProfilingGroup],
    stacks: Evidence[Stack],
    compute: Evidence[Compute],
    unit: Unit,
    *,
    days: int = 30,
    stack_days: int = 90,
) -> Iterator[Result]:
    """A profile of what runs shows where the time goes, which is seldom where one thinks.

    Pass: a group of CodeGuru Profiler got a profile in the last 30 days, or a stack of Distributed Load
    Testing on AWS or of Lambda Power Tuning was updated in the last 90 days.
    Fix: run Lambda Power Tuning or Distributed Load Testing on AWS, and keep the result.
    Blind spot: profilers of other makers are not seen; attest them.
    See: https://docs.aws.amazon.com/solutions/latest/distributed-load-testing-on-aws/solution-overview.html
    """
    for each in groups | stacks:
        match each:
            case ProfilingGroup():
                if each.profiled is not None and unit.age_days(each.profiled) <= days:
                    age = round(unit.age_days(each.profiled))
                    yield passed(f"got a profile {age} days ago").about(each.arn)
                    return
            case Stack():
                age = round(unit.age_days(each.updated or each.created))
                stands = each.status not in _NOT_MADE and not each.status.startswith("DELETE")
                if each.solution in _MEASURING and stands and age <= stack_days:
                    said = f"is {_MEASURING[each.solution]}, updated {age} days ago"
                    yield passed(said).about(each.arn)
                    return
    if runs_something(compute):
        yield no_evidence("shows no profile and no load test of the last weeks")
    else:
        yield not_applicable("runs nothing that could be measured")


#: How a stack ends, or waits, that was never made.
_NOT_MADE = frozenset(
    {
        "CREATE_FAILED",
        "REVIEW_IN_PROGRESS",
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "ROLLBACK_IN_PROGRESS",
    }
)
_MEASURING = {
    "SO0062": "Distributed Load Testing on AWS",
    "Lambda Power Tuning": "Lambda Power Tuning",
}


@check(Severity.LOW)
def lambda_function_performance_telemetry(function: LambdaFunction) -> Result:
    """A function that is traced shows which of its calls is slow.

    Pass: X-Ray traces it actively, or the Lambda Insights extension is among its layers.
    Fix: set the function's tracing mode to Active, or add the Lambda Insights layer.
    See: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    """
    if function.incidental:
        return not_applicable("was made by a service or a deployment for itself")
    if function.tracing == "Active":
        return passed("is traced by X-Ray")
    if any("LambdaInsightsExtension" in layer for layer in function.layers):
        return passed("has the Lambda Insights extension")
    return failed("is neither traced nor has Lambda Insights")


CATEGORY = category(
    "Code Efficiency and Performance",
    item(
        "Code performance has been measured and tested",
        every(
            some(repository_performance_tests_run, compute_profiling_recent),
            supporting=(
                repository_performance_tests_present,
                lambda_function_performance_telemetry,
            ),
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
)
