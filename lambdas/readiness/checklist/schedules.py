"""Do recurring tasks run on something managed, do they start, and is anybody told where not?

The checks of "Set up cron jobs".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from readiness.checklist.alarm_coverage import Watch, Watchable
from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.standing import left_out
from readiness.checklist.workloads import runs_something
from readiness.evidence import Evidence, Scope
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.event_rules import EventRule
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.repository import Repository
from readiness.evidence.running import ScheduleDefinition
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.schedules import (
    FailedStarts,
    MaintenanceWindow,
    Schedule,
    ScheduleDetail,
    ScheduledTargets,
)
from readiness.evidence.unseen import known


@check(Severity.LOW, scope=Scope.REGION)
def scheduler_schedule_present(
    found: Evidence[Schedule | EventRule | MaintenanceWindow],
    details: Evidence[ScheduleDetail],
    compute: Evidence[LambdaFunction | EcsService | EksCluster | AutoScalingGroup | Instance],
    unit: Unit,
) -> Result:
    """A task in the crontab of one machine ends with that machine, and nobody notices for a month.

    Pass: the region has an enabled schedule of EventBridge Scheduler, a rule with a schedule or a
    maintenance window. What a service of AWS keeps, and what ran for the last time, does not count.
    Fix: move the entries of crontabs to EventBridge Scheduler; where nothing recurs, attest it.
    Blind spot: the crontab of a machine is not visible to any call.
    See: https://docs.aws.amazon.com/scheduler/latest/UserGuide/what-is-scheduler.html
    """
    for each in found:
        match each:
            case Schedule(enabled=True):
                # One of which the end is not known is taken to run on.
                detail = details.glimpse(each.arn)
                if detail is None or not _is_over(detail, unit):
                    return passed("is an enabled schedule").about(each.arn)
            case EventRule(enabled=True, scheduled=True, managed_by=""):
                return passed("is an enabled rule with a schedule").about(each.arn)
            case MaintenanceWindow(enabled=True):
                return passed("is an enabled maintenance window").about(each.arn)
    if not runs_something(compute):
        return not_applicable("runs nothing that could have recurring tasks")
    return no_evidence("has no schedule that is enabled")


def _is_over(detail: ScheduleDetail, unit: Unit) -> bool:
    return detail.until is not None and detail.until < unit.now


def _out(rule: EventRule) -> str:
    """Say why a scheduled rule is not judged, empty where it is."""
    if rule.managed_by:
        return f"is kept by {rule.managed_by}"
    return "" if rule.enabled else "is disabled"


@check(Severity.HIGH, scope=Scope.REGION)
def scheduler_target_valid(
    rules: Evidence[EventRule],
    targets: Evidence[ScheduledTargets],
    schedules: Evidence[Schedule],
    failures: Evidence[FailedStarts],
) -> Iterator[Result]:
    """A schedule that starts nothing looks like one that does.

    Pass: each enabled rule with a schedule has a target, and no start failed within 7 days; nor did
    one of a group of schedules.
    Fix: correct the target, its role or its policy, and start it once by hand.
    Blind spot: whether what was started did its work is not seen.
    See: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
    """

    def judge(rule: EventRule) -> Result:
        if out := _out(rule):
            return not_applicable(out)
        found = targets.of(rule.arn)
        if found is None:
            return gone()
        if not found.targets:
            return failed("is enabled, and starts nothing")
        return _started(failures.of(rule.arn), f"has {found.targets} targets, and ")

    scheduled = rules.spread(lambda rule: (rule,) if rule.scheduled else ())
    yield from apart(scheduled, judge)
    groups = {each.group_arn: each for each in schedules if each.enabled}
    for arn in groups:
        yield _started(failures.of(arn), "").about(arn)
    if not groups and not any(True for _ in scheduled):
        yield not_applicable("has no schedule")


def _started(found: FailedStarts | None, said: str) -> Result:
    if found is not None and found.count:
        return failed(f"failed to start something {found.count:.0f} times within 7 days")
    return passed(f"{said}failed to start nothing within 7 days")


@check(Severity.MEDIUM, scope=Scope.REGION)
def scheduler_failure_handling(
    rules: Evidence[EventRule],
    targets: Evidence[ScheduledTargets],
    schedules: Evidence[Schedule],
    details: Evidence[ScheduleDetail],
    watch: Watch,
    unit: Unit,
) -> Iterator[Result]:
    """A nightly task that was not started is missed on the day on which its result is needed.

    Pass: an alarm that acts watches FailedInvocations of the rule, or TargetErrorCount or
    InvocationDroppedCount of the schedule's group; or what could not be started goes to a queue, of a
    rule for each target.
    Fix: set a dead-letter queue on the schedule, and an alarm on TargetErrorCount.
    Blind spot: whether anybody looks into the queue.
    See: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
    """

    def of_rule(rule: EventRule) -> Result:
        if out := _out(rule):
            return not_applicable(out)

        def kept() -> bool:
            found = targets.of(rule.arn)
            return found is not None and found.targets > 0 and not found.without_queue

        named = Watchable(
            account=unit.account,
            region=unit.region,
            metrics={"AWS/Events": frozenset({"FailedInvocations"})},
            names={"RuleName": rule.name},
        )
        return _handled(kept, watch, named)

    def of_schedule(schedule: Schedule) -> Result:
        if not schedule.enabled:
            return not_applicable("is disabled")
        detail = known(partial(details.of, schedule.arn), None)
        if detail is not None and _is_over(detail, unit):
            return not_applicable(f"ran for the last time on {detail.until:%Y-%m-%d}")

        def kept() -> bool:
            found = details.of(schedule.arn)
            return found is not None and bool(found.dead_letters)

        named = Watchable(
            account=unit.account,
            region=unit.region,
            metrics={"AWS/Scheduler": frozenset({"InvocationDroppedCount", "TargetErrorCount"})},
            names={"ScheduleGroup": schedule.group},
        )
        return _handled(kept, watch, named)

    scheduled = rules.spread(lambda rule: (rule,) if rule.scheduled else ())
    yield from apart(scheduled, of_rule)
    yield from apart(schedules, of_schedule)
    if not any(True for _ in scheduled) and not any(True for _ in schedules):
        yield not_applicable("has no schedule")


def _handled(kept: Callable[[], bool], watch: Watch, named: Watchable) -> Result:
    """Judge by a queue for what could not be started, else by an alarm."""
    if known(kept, False):
        return passed("sends what could not be started to a queue")

    def watched() -> Result:
        lacks = "has neither a queue nor an alarm for what could not be started"
        return watch.over(named, without=failed, lacks=lacks)

    found = known(watched, None)
    if found is None or found.status is not Status.PASS:
        kept()  # raises where the queue was not seen, which may be there
    return found or watched()


@check(Severity.LOW)
def repo_schedule_definition_present(
    repository: Repository, definitions: Evidence[ScheduleDefinition]
) -> Result:
    """A schedule that is written down is reviewed when it changes, and there again after a disaster.

    Pass: the repository defines a schedule: of EventBridge, of a workflow of GitHub, or a CronJob of
    Kubernetes. The cron of a host is told, and does not pass.
    Fix: define schedules in infrastructure code.
    Blind spot: schedules that a program registers when it starts are not recognised.
    See: https://docs.aws.amazon.com/scheduler/latest/UserGuide/getting-started.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    host = ""
    for each in definitions:
        if not each.host:
            return passed(f"defines a schedule of {each.tool}").about(each.arn)
        host = host or each.path
    if host:
        return no_evidence(f"sets up the cron of a host in {host}, which nothing manages")
    return no_evidence("defines no schedule")
