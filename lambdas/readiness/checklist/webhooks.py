"""Has the way by which others call us been driven beyond its peak?

The checks of "Stress test has been done on volume of webhook ingestion".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.checklist.apart import apart
from readiness.checklist.load_tests import (
    MAX_AGE_DAYS,
    driven_by,
    newest_success,
    refused,
    run_recent,
    window_healthy,
)
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
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence
from readiness.evidence.apis import HttpRoute, RestMethod
from readiness.evidence.balancing import ListenerRule
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.load import DistributedRun, load_runs, puts_load
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, LoadTestPaths, Repository, WorkflowRun
from readiness.evidence.signals import WEBHOOK_PATHS
from readiness.evidence.traffic import DoorTraffic

_Way = RestMethod | HttpRoute | ListenerRule


def _paths(way: _Way) -> tuple[str, ...]:
    return way.paths if isinstance(way, ListenerRule) else (way.path,)


def _is_webhook(way: _Way, pattern: re.Pattern[str]) -> bool:
    return any(map(pattern.search, _paths(way)))


@check(Severity.MEDIUM)
def webhook_load_test_run_recent(
    repository: Repository,
    steps: Evidence[CiStep],
    scripts: Evidence[LoadTestPaths],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    ways: Evidence[RestMethod | HttpRoute | ListenerRule],
    unit: Unit,
    *,
    webhook_path_regex: str = WEBHOOK_PATHS,
    has_webhooks: bool = False,
    load_test_max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Whoever calls us by a webhook sends all at once, and does not wait until we have grown.

    Pass: the newest run of a load test within 180 days succeeded, and a script or a command of the
    repository's load tests names the path of a webhook.
    Fix: add a scenario for the webhook's path to the load test, and run it on a schedule.
    Blind spot: routes that only code knows are not seen; declare them by `has_webhooks`. Distributed
    Load Testing shows the runs of the last two weeks alone.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_adapt_to_changes_load_tested_adapt.html
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    pattern = re.compile(webhook_path_regex)
    if not has_webhooks and not any(_is_webhook(way, pattern) for way in ways):
        return not_applicable("has no webhook: no path of an API or of a listener's rule is one")
    result = run_recent(
        load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed),
        unit,
        load_test_max_age_days,
    )
    if result.status is not Status.PASS:
        return result
    named = any(pattern.search(path) for script in scripts for path in script.paths) or any(
        puts_load(step) and pattern.search(step.command) for step in steps
    )
    if named:
        return result
    return no_evidence(f"{result.because}, by a test that names no webhook").about(result.resource)


@check(Severity.MEDIUM)
def webhook_load_test_window_healthy(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    traffic: Evidence[DoorTraffic],
    unit: Unit,
    *,
    load_test_max_age_days: int = MAX_AGE_DAYS,
    load_factor: float = 3.0,
    max_error_ratio: float = 0.01,
) -> Iterator[Result]:
    """A load test counts for what arrived, not for what was sent.

    Pass: while the newest load test that succeeded ran, a way in with a webhook carried in its busiest
    five minutes at least three times its usual requests (the median of 30 days), failed to answer at
    most one percent, and its functions refused none. Ways in that the test did not drive are left out,
    if it drove another.
    Fix: send more load, or mend what failed under it.
    Blind spot: CloudWatch keeps five minutes for 63 days; of an older run nothing is known. A way in
    with a webhook is known by the default of `webhook_path_regex` here.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_adapt_to_changes_load_tested_adapt.html
    """
    out = left_out(repository)
    if out:
        yield not_applicable(out)
        return
    hooked = [each for each in traffic if each.webhook]
    if not hooked:
        yield not_applicable("has no way in with a webhook")
        return
    found = load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed)
    run = newest_success(found, unit, load_test_max_age_days)
    if run is None:
        yield no_evidence("shows no run of a load test whose traffic could be looked at")
        return
    for each in driven_by(run, hooked, load_factor):
        yield window_healthy(run, each, load_factor, max_error_ratio, refused)


@check(Severity.INFO)
def webhook_ingress_buffered(
    ways: Evidence[RestMethod | HttpRoute | ListenerRule],
    *,
    webhook_path_regex: str = WEBHOOK_PATHS,
) -> Iterator[Result]:
    """What takes an event and works on it later never has to refuse one.

    Pass: the webhook's path puts what it receives into a queue, a topic, a stream, a bus or a state
    machine, or calls a function without waiting for it. This is told, and decides nothing.
    Fix: integrate the webhook's path with SQS or EventBridge, and work from there.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_prevent_interaction_failure_loosely_coupled_system.html
    """
    pattern = re.compile(webhook_path_regex)

    def judge(way: RestMethod | HttpRoute | ListenerRule) -> Result:
        if isinstance(way, ListenerRule):
            path = next(filter(pattern.search, way.paths))
            if "forward" not in way.actions:
                return not_applicable(f"answers {path} by itself")
            return failed(f"leads {path} to targets that answer while they work")
        if isinstance(way, RestMethod) and way.method == "OPTIONS":
            return not_applicable(f"tells browsers who may call {way.path}")
        if way.asynchronous:
            return passed(f"hands {way.path} over to {way.service}")
        return failed(f"lets {way.path} wait for {way.service or 'what is behind it'}")

    yield from apart((way for way in ways if _is_webhook(way, pattern)), judge)
