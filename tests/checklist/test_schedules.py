"""What the checks of "Set up cron jobs" say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.schedules import (
    repo_schedule_definition_present,
    scheduler_failure_handling,
    scheduler_schedule_present,
    scheduler_target_valid,
)
from readiness.evidence.alarms import (
    AlarmMetric,
    CentralAlarms,
    CompositeAlarm,
    MetricAlarm,
    ObservabilityLink,
)
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
from tests.repositories.records import SHOP, repository
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

ITEM = "maintenance/set-up-cron-jobs"
HERE = f"{ACCOUNT}/{REGION}"
CENTRAL = "444455556666"
LINK = ObservabilityLink(
    arn=f"arn:aws:oam:{REGION}:{ACCOUNT}:link/1",
    sink=f"arn:aws:oam:{REGION}:{CENTRAL}:sink/1",
    shares=("AWS::CloudWatch::Metric",),
)


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


RULE = arn("events", "rule/nightly")
SCHEDULE = arn("scheduler", "schedule/jobs/nightly")
GROUP = arn("scheduler", "schedule-group/jobs")


def rule(**changes: Any) -> EventRule:
    values: dict[str, Any] = {
        "arn": RULE,
        "name": "nightly",
        "enabled": True,
        "managed_by": "",
        "pattern": "",
        "scheduled": True,
    }
    return EventRule(**values | changes)


def schedule(*, enabled: bool = True) -> Schedule:
    return Schedule(arn=SCHEDULE, name="nightly", group="jobs", enabled=enabled)


def detail(dead_letters: str = "", *, days: float | None = None) -> ScheduleDetail:
    until = None if days is None else NOW + timedelta(days=days)
    return ScheduleDetail(arn=SCHEDULE, dead_letters=dead_letters, until=until)


def targets(number: int = 1, without_queue: int = 0) -> ScheduledTargets:
    return ScheduledTargets(arn=RULE, targets=number, without_queue=without_queue)


def starts(name: str, count: float) -> FailedStarts:
    return FailedStarts(arn=name, count=count)


def window(*, enabled: bool = True) -> MaintenanceWindow:
    return MaintenanceWindow(
        arn=arn("ssm", "maintenancewindow/mw-1"), name="nightly", enabled=enabled
    )


def alarm(namespace: str, metric: str, *actions: str, **dimensions: str) -> MetricAlarm:
    return MetricAlarm(
        arn=arn("cloudwatch", "alarm:failed"),
        name="failed",
        actions_enabled=True,
        actions=actions or (arn("sns", "on-call"),),
        state="OK",
        since=NOW,
        missing_data="missing",
        metrics=(AlarmMetric(namespace=namespace, name=metric, dimensions=dimensions),),
    )


def quiet(found: MetricAlarm) -> MetricAlarm:
    return MetricAlarm(**{**found.__dict__, "actions": ()})


def function() -> LambdaFunction:
    return LambdaFunction(arn=arn("lambda", "function:orders"), name="orders", subnets=())


def definition(tool: str = "Kubernetes", *, host: bool = False) -> ScheduleDefinition:
    return ScheduleDefinition(repository=SHOP, path="k8s/nightly.yaml", tool=tool, host=host)


OF_RULE = alarm("AWS/Events", "FailedInvocations", RuleName="nightly")
OF_GROUP = alarm("AWS/Scheduler", "TargetErrorCount", ScheduleGroup="jobs")
QUEUE = arn("sqs", "missed")
NEVER = (starts(RULE, 0), starts(GROUP, 0))

ROWS: dict[Check[..., Any], list[Row]] = {
    scheduler_schedule_present: [
        Row("a schedule", {"schedule/jobs/nightly": PASS}, (schedule(),)),
        Row("a schedule without end", PASS, (schedule(), detail())),
        Row("a schedule that ends next month", PASS, (schedule(), detail(days=30))),
        Row("a schedule that ran for the last time", NO_EVIDENCE, (function(), schedule(), detail(days=-1))),
        Row("a disabled schedule", NO_EVIDENCE, (function(), schedule(enabled=False))),
        Row("a rule", {"rule/nightly": PASS}, (rule(),)),
        Row("a rule of events", NO_EVIDENCE, (function(), rule(scheduled=False))),
        Row("a disabled rule", NO_EVIDENCE, (function(), rule(enabled=False))),
        Row("a rule that a service keeps", NO_EVIDENCE, (function(), rule(managed_by="ssm.amazonaws.com"))),
        Row("a maintenance window", {"maintenancewindow/mw-1": PASS}, (window(),)),
        Row("a disabled maintenance window", NO_EVIDENCE, (function(), window(enabled=False))),
        Row("none", {HERE: NO_EVIDENCE}, (function(),)),
        Row("nothing runs", {HERE: NOT_APPLICABLE}),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (Schedule, EventRule, MaintenanceWindow, LambdaFunction, EcsService, EksCluster, AutoScalingGroup, Instance)
        ),
        Row("schedules are dark, and a rule is there", {"rule/nightly": PASS}, (rule(),), dark=[Schedule]),
        Row("the ends of schedules are dark", PASS, (schedule(),), dark=[ScheduleDetail]),
    ],
    scheduler_target_valid: [
        Row("a rule and a group that failed never", {"rule/nightly": PASS, "schedule-group/jobs": PASS}, (rule(), targets(), schedule(), *NEVER)),
        Row("a rule without a target", {"rule/nightly": FAIL}, (rule(), targets(0), *NEVER), says="starts nothing"),
        Row("a rule that failed", {"rule/nightly": FAIL}, (rule(), targets(), starts(RULE, 3)), says="3 times"),
        Row("a group that failed", {"schedule-group/jobs": FAIL}, (schedule(), starts(GROUP, 2)), says="2 times"),
        Row("a disabled rule without a target", {"rule/nightly": NOT_APPLICABLE}, (rule(enabled=False),), says="disabled"),
        Row("a rule that a service keeps", NOT_APPLICABLE, (rule(managed_by="ssm.amazonaws.com"),)),
        Row("a rule of events", {HERE: NOT_APPLICABLE}, (rule(scheduled=False),)),
        Row("a disabled schedule", {HERE: NOT_APPLICABLE}, (schedule(enabled=False),)),
        Row("a rule that is gone", NOT_APPLICABLE, (rule(),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("rules are dark", UNKNOWN, dark=[EventRule]),
        Row("targets are dark", UNKNOWN, (rule(), *NEVER), dark=[ScheduledTargets]),
        Row("schedules are dark", UNKNOWN, dark=[Schedule]),
        Row("failures are dark", UNKNOWN, (rule(), targets()), dark=[FailedStarts]),
        Row("failures are dark, and a rule has no target", FAIL, (rule(), targets(0)), dark=[FailedStarts]),
    ],
    scheduler_failure_handling: [
        Row("an alarm on the rule", {"rule/nightly": PASS}, (rule(), targets(1, 1), OF_RULE), says="the alarm failed"),
        Row("an alarm on all rules", PASS, (rule(), targets(1, 1), alarm("AWS/Events", "FailedInvocations"))),
        Row("an alarm on another rule", {"rule/nightly": FAIL}, (rule(), targets(1, 1), alarm("AWS/Events", "FailedInvocations", RuleName="other"))),
        Row("an alarm that tells nobody", FAIL, (rule(), targets(1, 1), quiet(OF_RULE))),
        Row("a queue for each target", PASS, (rule(), targets(2)), says="a queue"),
        Row("a queue for one of two targets", FAIL, (rule(), targets(2, 1))),
        Row("no target, and so no queue", FAIL, (rule(), targets(0))),
        Row("a queue of the schedule", {"schedule/jobs/nightly": PASS}, (schedule(), detail(QUEUE))),
        Row("no queue of the schedule", {"schedule/jobs/nightly": FAIL}, (schedule(), detail())),
        Row("an alarm on the group", PASS, (schedule(), OF_GROUP)),
        Row("an alarm on what the group dropped", PASS, (schedule(), detail(), alarm("AWS/Scheduler", "InvocationDroppedCount", ScheduleGroup="jobs"))),
        Row("an alarm on another group", FAIL, (schedule(), detail(), alarm("AWS/Scheduler", "TargetErrorCount", ScheduleGroup="other"))),
        Row("a schedule that ran for the last time", NOT_APPLICABLE, (schedule(), detail(days=-1)), says="last time"),
        Row("a disabled schedule", NOT_APPLICABLE, (schedule(enabled=False), detail())),
        Row("a disabled rule", NOT_APPLICABLE, (rule(enabled=False),)),
        Row("a rule that a service keeps", NOT_APPLICABLE, (rule(managed_by="ssm.amazonaws.com"),)),
        Row("none", {HERE: NOT_APPLICABLE}, (rule(scheduled=False),)),
        Row("rules are dark", UNKNOWN, dark=[EventRule]),
        Row("targets are dark", UNKNOWN, (rule(),), dark=[ScheduledTargets]),
        Row("targets are dark, and an alarm watches", PASS, (rule(), OF_RULE), dark=[ScheduledTargets]),
        Row("schedules are dark", UNKNOWN, dark=[Schedule]),
        Row("the queues of schedules are dark", UNKNOWN, (schedule(),), dark=[ScheduleDetail]),
        Row("the queues of schedules are dark, and an alarm watches", PASS, (schedule(), OF_GROUP), dark=[ScheduleDetail]),
        Row("alarms are dark", UNKNOWN, (rule(), targets(1, 1)), dark=[MetricAlarm]),
        Row("alarms are dark, and a queue is there", PASS, (rule(), targets()), dark=[MetricAlarm]),
        Row("composite alarms are dark", UNKNOWN, (rule(), targets(1, 1), quiet(OF_RULE)), dark=[CompositeAlarm]),
        Row("links are dark", UNKNOWN, (rule(), targets(1, 1)), dark=[ObservabilityLink]),
        Row("the alarms of a central account are dark", UNKNOWN, (rule(), targets(1, 1), LINK), dark=[CentralAlarms]),
    ],
    repo_schedule_definition_present: [
        Row("a CronJob", {"k8s/nightly.yaml": PASS}, (repository(), definition()), says="Kubernetes"),
        Row("the cron of a host", {SHOP.rpartition(":")[2]: NO_EVIDENCE}, (repository(), definition("the cron of a host", host=True)), says="k8s/nightly.yaml"),
        Row("the cron of a host, and a schedule", PASS, (repository(), definition("the cron of a host", host=True), definition())),
        Row("none", NO_EVIDENCE, (repository(),)),
        Row("archived", NOT_APPLICABLE, (repository(archived=True),)),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        Row("definitions are dark", UNKNOWN, (repository(),), dark=[ScheduleDefinition]),
        Row("a witness among dark ones", PASS, (repository(), definition()), gaps={ScheduleDefinition: [dark_gap(ScheduleDefinition)]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        pytest.param((function(), schedule(), detail(QUEUE), starts(GROUP, 0)), PASS, id="a schedule that is looked after"),
        pytest.param((function(), schedule(), detail(), starts(GROUP, 0)), FAIL, id="a schedule that nobody looks after"),
        pytest.param((function(), schedule(), detail(QUEUE), starts(GROUP, 1)), FAIL, id="a schedule that fails"),
    ],
)  # fmt: skip
def test_the_item(seen: tuple[Any, ...], expected: Any) -> None:
    assert verdict_of(ITEM, seen) is expected
