"""Was the solution driven beyond its peak on purpose, lately, and did it bear that?

The checks of "Stress test has been done on solution performance".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from readiness.checklist.latency import latency_of, limits
from readiness.checklist.load_tests import (
    MAX_AGE_DAYS,
    driven_by,
    newest_success,
    run_recent,
    window_healthy,
)
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.alarms import MetricAlarm
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.load import DistributedRun, load_runs, puts_load
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, LoadTest, Release, Repository, WorkflowRun
from readiness.evidence.stacks import Stack
from readiness.evidence.traffic import DoorTraffic, Hour
from readiness.evidence.unseen import tried

#: How a release is called whose first number alone counts.
MAJOR_RELEASE = r"^v?\d+(\.0)*$"
_FAULTS = "a fault experiment"


@check(Severity.LOW)
def repository_load_test_defined(
    repository: Repository,
    tests: Evidence[LoadTest],
    steps: Evidence[CiStep],
    stacks: Evidence[Stack],
) -> Result:
    """What puts load on a system has to exist before it can be run again.

    Pass: the repository holds a load test, or its CI puts load on a system; or the solution
    Distributed Load Testing is deployed in an account of the workload.
    Fix: write a scenario for k6, Locust or JMeter, or deploy Distributed Load Testing.
    Blind spot: benchmarks of functions are no load tests, and do not count.
    See: https://docs.aws.amazon.com/solutions/latest/distributed-load-testing-on-aws/solution-overview.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    ways: Evidence[LoadTest | CiStep | Stack] = tests | steps | stacks
    for each in ways:
        match each:
            case LoadTest() if each.tool != _FAULTS:
                return passed(f"defines a load test of {each.tool} in {each.path}").about(each.arn)
            case CiStep() if puts_load(each):
                return passed(f"puts load on a system in {each.workflow}").about(each.arn)
            case Stack(solution="SO0062"):  # as the stacks of that solution call it
                return passed("is Distributed Load Testing on AWS").about(each.arn)
    return no_evidence("defines no load test")


@check(Severity.MEDIUM)
def load_test_run_recent(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    releases: Evidence[Release],
    unit: Unit,
    *,
    load_test_max_age_days: int = MAX_AGE_DAYS,
    release_tag_regex: str = MAJOR_RELEASE,
    release_tag_lag_days: int = 30,
) -> Result:
    """What was driven to its limit once says little of what was built since.

    Pass: the newest run of a load test within 180 days succeeded, and is not older than the last
    major release, once that is 30 days old.
    Fix: run the load test on a schedule, or before each release.
    Blind spot: Distributed Load Testing shows the runs of the last two weeks alone; of the rest, and
    of tests that are run by hand, only an attestation tells.
    See: https://docs.aws.amazon.com/wellarchitected/latest/performance-efficiency-pillar/perf_process_culture_load_test.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    found = load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed)
    result = run_recent(found, unit, load_test_max_age_days)
    run = newest_success(found, unit, load_test_max_age_days)
    if result.status is not Status.PASS or run is None:
        return result
    newest = max((each.published for each in releases if each.published), default=None)
    for release in releases:
        if not re.search(release_tag_regex, release.name):
            continue
        if release.published is None:
            # Only the newest are dated: an undated one is older than these.
            if newest is None or newest > run.started:
                because = f"{result.because}; whether that was before {release.name} is not known"
                return unknown(Reason.UNDECIDED, because).about(result.resource)
        elif (
            release.published > run.started
            and unit.age_days(release.published) > release_tag_lag_days
        ):
            when = f"{release.published:%Y-%m-%d}"
            because = f"{result.because}, before the release {release.name} of {when}"
            return no_evidence(because).about(result.resource)
    return result


@check(Severity.MEDIUM)
def load_test_window_healthy(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    traffic: Evidence[DoorTraffic],
    doors: Evidence[
        LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | GraphqlApi | FunctionUrl
    ],
    alarms: Evidence[MetricAlarm],
    unit: Unit,
    *,
    load_test_max_age_days: int = MAX_AGE_DAYS,
    load_factor: float = 3.0,
    max_error_ratio: float = 0.01,
) -> Iterator[Result]:
    """A load test counts for what arrived, and for how it was answered.

    Pass: while the newest load test ran, a way in carried at least three times its usual requests,
    failed to answer at most one percent, and answered the slowest hundredth as fast as its alarm on a
    percentile demands. Ways in that the test did not drive are left out, if it drove another.
    Fix: send more load, or mend what failed under it.
    Blind spot: CloudWatch keeps five minutes for 63 days; of an older run nothing is known. What a
    CDN answers from its cache does not reach the way in behind it.
    See: https://docs.aws.amazon.com/wellarchitected/latest/performance-efficiency-pillar/perf_process_culture_load_test.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    found = load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed)
    run = newest_success(found, unit, load_test_max_age_days)
    if run is None:
        yield no_evidence("shows no run of a load test whose traffic could be looked at")
        return
    carried: list[DoorTraffic] = []
    hidden: list[Result] = []
    for each in tried(_all(traffic), not_seen):
        if isinstance(each, Result):
            hidden.append(each)
        else:
            carried.append(each)
    for each in driven_by(run, carried, load_factor):
        slow = _slow(each, doors, alarms)
        judged = partial(window_healthy, run, each, load_factor, max_error_ratio, slow)
        for result in tried(_one(judged), not_seen):
            yield result if result.resource else result.about(each.arn)
    yield from hidden


def _all(traffic: Evidence[DoorTraffic]) -> Iterator[DoorTraffic | Result]:
    yield from traffic


def _one(judge: Callable[[], Result]) -> Iterator[Result]:
    yield judge()


def _slow(
    traffic: DoorTraffic,
    doors: Evidence[
        LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | GraphqlApi | FunctionUrl
    ],
    alarms: Evidence[MetricAlarm],
) -> Callable[[Sequence[Hour]], str]:
    """Return what says that the slowest requests took longer than an alarm allows."""

    def slow(hours: Sequence[Hour]) -> str:
        door = doors.of(traffic.arn)
        latency = latency_of(door) if door is not None else None
        slowest = max((hour.p99 for hour in hours if hour.p99 is not None), default=None)
        if latency is None or slowest is None:
            return ""
        for limit, alarm in limits(latency, alarms):
            if slowest > limit:
                return f"took {slowest:g} for its slowest, over the {limit:g} of {alarm.name}"
        return ""

    return slow
