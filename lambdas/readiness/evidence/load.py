"""When was load put on a system, by which run, and did the run succeed?

A run is a GitHub workflow's or a CodeBuild project's that has a step which puts load on a system and
may fail, or one of the solution Distributed Load Testing. One that was skipped or stopped is none.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from readiness.evidence import Evidence, Scope, account_of, record
from readiness.evidence.building import located_at, sourced_from
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, WorkflowRun
from readiness.evidence.signals import LOAD_ACTIONS, LOAD_COMMANDS


@record(Scope.REGION, "distributed load test")
class DistributedRun:
    """A while in which Distributed Load Testing measured, by its own metrics.

    Source: cloudwatch.ListMetrics, cloudwatch.GetMetricData.
    CloudWatch lists no metric that was idle for two weeks, so older runs are not seen.
    """

    arn: str
    test: str
    started: datetime
    ended: datetime


@dataclass(frozen=True, kw_only=True)
class LoadRun:
    """One run that put load on a system."""

    #: The workflow run, the build or the distributed run.
    arn: str
    started: datetime
    #: None where it is not told.
    ended: datetime | None
    succeeded: bool


#: How a run ends that somebody neither skipped nor stopped, at GitHub and in CodeBuild.
_FINISHED = frozenset(
    {
        *("success", "failure", "timed_out", "startup_failure"),
        *("SUCCEEDED", "FAILED", "FAULT", "TIMED_OUT"),
    }
)


def puts_load(step: CiStep) -> bool:
    """Whether a step puts load on a system, and fails the run where it fails."""
    if step.tolerated:
        return False
    return bool(LOAD_COMMANDS.match(step.command) or LOAD_ACTIONS.match(step.uses))


def load_runs(
    repository: str,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
) -> Evidence[LoadRun]:
    """Return the runs of a repository's load tests, the newest first."""
    loading = {step.workflow for step in steps.seen if puts_load(step)}
    named = {
        (project.name, account_of(project.arn))
        for project in projects.seen
        if _loads(project, loading) and _builds(project, repository, pipelines)
    }
    found = [
        *(
            LoadRun(
                arn=run.arn,
                started=run.created,
                ended=run.ended,
                succeeded=run.conclusion == "success",
            )
            for run in runs.seen
            if run.workflow in loading and run.conclusion in _FINISHED
        ),
        *(
            LoadRun(
                arn=build.arn,
                started=build.started,
                ended=build.ended,
                succeeded=build.status == "SUCCEEDED",
            )
            for build in builds.seen
            if (build.project, account_of(build.arn)) in named and build.status in _FINISHED
        ),
        *(
            LoadRun(arn=run.arn, started=run.started, ended=run.ended, succeeded=True)
            for run in distributed.seen
        ),
    ]
    sets: tuple[Evidence[Any], ...] = (steps, runs, projects, builds, pipelines, distributed)
    gaps = dict.fromkeys(gap for each in sets for gap in each.gaps)
    return Evidence(tuple(sorted(found, key=lambda run: run.started, reverse=True)), tuple(gaps))


#: How long it takes until something that load caused has begun.
DELAY = timedelta(minutes=10)


def happened_in(run: LoadRun, moment: datetime) -> bool:
    """Whether something happened while a run put on load, or so soon after it that it was the cause."""
    return run.started <= moment <= (run.ended or run.started) + DELAY


def _loads(project: BuildProject, loading: set[str]) -> bool:
    """Whether a project puts load on a system, by its own buildspec or the repository's."""
    inline = any(
        LOAD_COMMANDS.match(each.command) and not each.tolerated for each in project.commands
    )
    return inline or project.buildspec in loading


def _builds(project: BuildProject, repository: str, pipelines: Evidence[Pipeline]) -> bool:
    """Whether a project builds a repository, by itself or in a pipeline."""
    return located_at(project, repository) or any(
        action.target.get("ProjectName") == project.name
        for pipeline in pipelines.seen
        if sourced_from(pipeline, repository)
        and account_of(pipeline.arn) == account_of(project.arn)
        for stage in pipeline.stages
        for action in stage.actions
    )
