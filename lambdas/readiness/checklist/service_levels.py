"""Is it written down, in numbers, how fast the solution has to be?

The checks of "Expected performance in ideal conditions is defined".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from readiness.checklist.alarm_coverage import Watch, Watchable
from readiness.checklist.doors import is_a_way_in
from readiness.checklist.latency import Latency, is_percentile, latency_of
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.alarms import (
    MetricAlarm,
)
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.documents import Document
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.infrastructure import MonitoringDefinition
from readiness.evidence.observability import ServiceObjectives
from readiness.evidence.repository import LoadTestPaths, Repository
from readiness.evidence.unseen import known, tried


@check(Severity.MEDIUM)
def application_signals_slo_defined(
    objectives: Evidence[ServiceObjectives],
    everywhere: Pooled[ServiceObjectives],
    doors: Evidence[
        LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | GraphqlApi | FunctionUrl
    ],
    distributions: Evidence[Distribution],
    unit: Unit,
) -> Result:
    """A service level objective says in numbers what users may expect, and how much may be missed.

    Pass: Application Signals has an objective for a service of the account and region, here or in a
    monitoring account. It is not judged where nothing leads in from the internet.
    Fix: define an objective for latency or availability in Application Signals.
    Blind spot: instances that the internet reaches by themselves are no ways in here.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-ServiceLevelObjectives.html
    """
    # What lies here is a witness, whatever of other accounts was not seen.
    for found in (objectives | everywhere).within(unit.region):
        for each in found.objectives:
            owner = each.account or account_of(each.arn)
            if owner == unit.account and each.source != "ServiceDependency":
                return passed(f"({each.name}) says what users may expect").about(each.arn)
    if not any(is_a_way_in(door) for door in doors | distributions):
        return not_applicable("has nothing that the internet leads to")
    return no_evidence("has no service level objective")


@check(Severity.MEDIUM)
def cloudwatch_latency_alarm_defined(
    door: LoadBalancer
    | ClassicLoadBalancer
    | RestApi
    | HttpApi
    | GraphqlApi
    | FunctionUrl
    | Distribution
    | ServiceObjectives,
    watch: Watch,
    unit: Unit,
) -> Iterator[Result]:
    """A threshold is a target that somebody hears of when it is missed.

    Pass: an alarm with a threshold watches the latency of what the internet leads to, or an
    objective, and does something when it goes off. One that does nothing fails.
    Fix: set an alarm on the 99th percentile of the latency, with an SNS topic as its action.
    Blind spot: which functions stand behind an API is not looked at.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """
    if isinstance(door, ServiceObjectives):
        own = [each for each in door.objectives if account_of(each.arn) == unit.account]
        for each in own:
            latency = Latency(
                namespace="AWS/ApplicationSignals",
                metrics=("AttainmentRate", "BreachedCount", "BurnRate"),
                names={"SloName": each.name},
                region=unit.region,
            )
            yield from _watched(each.arn, latency, watch, unit)
        if not own:
            yield not_applicable("has no objective of this account")
        return
    if not is_a_way_in(door):
        yield not_applicable("is not on the internet")
        return
    measured = latency_of(door)
    if measured is None:
        yield no_evidence("has no metric of its latency that an alarm could watch")
        return
    yield from _watched(door.arn, measured, watch, unit)


def _watched(
    name: str,
    latency: Latency,
    watch: Watch,
    unit: Unit,
) -> Iterator[Result]:
    watched = Watchable(
        account=unit.account,
        region=latency.region,
        metrics={latency.namespace: frozenset(latency.metrics)},
        names=latency.names,
    )
    for result in tried(_defined(watch, watched), not_seen):
        yield result.about(name)
    for result in tried(_silent(watch, watched), not_seen):
        yield result if result.resource else result.about(f"{name}#alarms")


def _silent(watch: Watch, watched: Watchable) -> Iterator[Result]:
    """Yield the targets of which nobody hears, one by one."""
    for alarm in watch.watching(watched):
        if alarm.threshold is not None and not alarm.scales and not watch.hears(alarm):
            because = "watches a latency, and does nothing when it goes off"
            yield failed(because).about(alarm.arn)


def _defined(watch: Watch, watched: Watchable) -> Iterator[Result]:
    """Look for an alarm on the slowest requests, then for any with a threshold."""

    def slowest(alarm: MetricAlarm) -> bool:
        return any(is_percentile(metric.stat) for metric in alarm.metrics) and bounded(alarm)

    def bounded(alarm: MetricAlarm) -> bool:
        return alarm.threshold is not None

    best = known(lambda: watch.over(watched, wanted=slowest), None)
    if best is not None and best.status is Status.PASS:
        yield best
        return
    found = watch.over(
        watched, wanted=bounded, lacks="has no alarm on its latency that does something"
    )
    if found.status is Status.PASS:
        found = replace(found, because=f"{found.because}, which tells little of the slowest")
    yield found


@check(Severity.LOW)
def repository_performance_target_defined(
    repository: Repository,
    tests: Evidence[LoadTestPaths],
    definitions: Evidence[MonitoringDefinition],
    documents: Evidence[Document],
) -> Result:
    """A target that stands with the code is tested, reviewed and changed with it.

    Pass: a load test says by which numbers it fails, a file defines objectives for OpenSLO or Sloth, or
    a line of a document names a measure with a number and its unit.
    Fix: write thresholds into the load test.
    See: https://docs.aws.amazon.com/wellarchitected/latest/performance-efficiency-pillar/perf_process_culture_establish_key_performance_indicators.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    targets: Evidence[LoadTestPaths | MonitoringDefinition | Document] = (
        tests | definitions | documents
    )
    for each in targets:
        place = f"{repository.arn}:{each.path}"
        match each:
            case LoadTestPaths(bounded=True):
                return passed(f"says in {each.path} by which numbers a run fails").about(place)
            case MonitoringDefinition(declares_objectives=True):
                return passed(f"defines objectives for {each.tool} in {each.path}").about(place)
            case Document(target_line=line) if line:
                told = f"states a target in {each.path}, line {line}"
                return passed(told).about(f"{place}:{line}")
    return no_evidence("states in no number how fast it has to be")
