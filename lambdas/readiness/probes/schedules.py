"""Look at what runs at certain times; never at what it hands on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from readiness.evidence import Evidence, Gap
from readiness.evidence.alarms import MetricAlarm
from readiness.evidence.event_rules import EventRule
from readiness.evidence.schedules import (
    FailedStarts,
    MaintenanceWindow,
    Schedule,
    ScheduleDetail,
    ScheduledTargets,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered
from readiness.probes.metrics import CALL, Series, beginning, measure

#: How far back failures count.
DAYS = 7
_GONE = ("ResourceNotFoundException",)
_FAILURES = frozenset({"InvocationDroppedCount", "TargetErrorCount"})


@probe(Schedule, "scheduler.list_schedules")
def schedules(aws: Aws) -> Iterator[Schedule]:
    for each in aws.pages("scheduler.list_schedules", "Schedules", MaxResults=100):
        yield Schedule(
            arn=each["Arn"],
            name=each["Name"],
            group=each["GroupName"],
            enabled=each["State"] == "ENABLED",
        )


@probe(ScheduleDetail, "scheduler.get_schedule")
def schedule_details(
    aws: Aws, schedules: Evidence[Schedule], alarms: Evidence[MetricAlarm]
) -> Iterator[ScheduleDetail | Gap]:
    """Look at schedules one by one, unless an alarm tells of all of their group."""
    watched = {group for alarm in alarms.seen for group in _watched_by(alarm)}

    def look(schedule: Schedule) -> Iterator[ScheduleDetail]:
        if not schedule.enabled or watched & {"", schedule.group}:
            return
        answer = aws.call(
            "scheduler.get_schedule", absent=_GONE, Name=schedule.name, GroupName=schedule.group
        )
        if answer is not None:
            dead = (answer["Target"].get("DeadLetterConfig") or {}).get("Arn", "")
            yield ScheduleDetail(arn=schedule.arn, dead_letters=dead, until=_until(answer))

    yield from aws.each(schedules, look)


def _watched_by(alarm: MetricAlarm) -> Iterator[str]:
    """Yield the groups whose failures an alarm that acts by itself tells of; empty for all."""
    if alarm.acts and not alarm.scales:
        for metric in alarm.metrics:
            counted = metric.namespace == "AWS/Scheduler" and metric.name in _FAILURES
            if counted and not metric.account and set(metric.dimensions) <= {"ScheduleGroup"}:
                yield metric.dimensions.get("ScheduleGroup", "")


_ONCE = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")


def _until(schedule: Mapping[str, Any]) -> datetime | None:
    """Return when a schedule runs for the last time: the end that it has, or its only time."""
    found = _ONCE.fullmatch(schedule["ScheduleExpression"])
    if found:
        zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone", "UTC"))
        return datetime.fromisoformat(found[1]).replace(tzinfo=zone).astimezone(UTC)
    end: datetime | None = schedule.get("EndDate")
    return end


def _runs(rule: EventRule) -> bool:
    return rule.scheduled and rule.enabled and not rule.managed_by


@probe(ScheduledTargets, "events.list_targets_by_rule")
def scheduled_targets(aws: Aws, rules: Evidence[EventRule]) -> Iterator[ScheduledTargets | Gap]:
    def look(rule: EventRule) -> Iterator[ScheduledTargets]:
        listed = list(
            aws.pages("events.list_targets_by_rule", "Targets", absent=_GONE, Rule=rule.name)
        )
        yield ScheduledTargets(
            arn=rule.arn,
            targets=len(listed),
            without_queue=sum(
                not (each.get("DeadLetterConfig") or {}).get("Arn") for each in listed
            ),
        )

    # Rules that pick events besides are asked by those whom the events concern.
    yield from aws.each((rule for rule in rules if _runs(rule)), look)


@dataclass(frozen=True)
class _Starter:
    """What starts something by itself, and how CloudWatch names its failures."""

    arn: str
    series: Series


@probe(FailedStarts, CALL)
def failed_starts(
    aws: Aws, rules: Evidence[EventRule], schedules: Evidence[Schedule]
) -> Iterator[FailedStarts | Gap]:
    listed, hidden_rules = gathered(rules)
    listed_schedules, hidden_schedules = gathered(schedules)
    starters = [
        _Starter(
            rule.arn,
            Series(
                namespace="AWS/Events",
                metric="FailedInvocations",
                dimensions={"RuleName": rule.name},
            ),
        )
        for rule in listed
        if _runs(rule)
    ]
    groups = {each.group_arn: each.group for each in listed_schedules if each.enabled}
    starters += [
        _Starter(
            arn,
            Series(
                namespace="AWS/Scheduler",
                metric="TargetErrorCount",
                dimensions={"ScheduleGroup": group},
            ),
        )
        for arn, group in groups.items()
    ]

    def wanted(starter: _Starter) -> dict[str, Series]:
        return {"failed": starter.series}

    for found in measure(aws, starters, wanted, since=beginning(aws, DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            count = sum(found.points["failed"].values())
            yield FailedStarts(arn=found.resource.arn, count=count)
    yield from (*hidden_rules, *hidden_schedules)


@probe(MaintenanceWindow, "ssm.describe_maintenance_windows")
def maintenance_windows(aws: Aws) -> Iterator[MaintenanceWindow]:
    for each in aws.pages("ssm.describe_maintenance_windows", "WindowIdentities"):
        yield MaintenanceWindow(
            arn=aws.arn("ssm", f"maintenancewindow/{each['WindowId']}"),
            name=each.get("Name", ""),
            enabled=each.get("Enabled", False) and not _is_over(each),
        )


def _is_over(window: Mapping[str, Any]) -> bool:
    """Whether a window that ends, or opens once, opens no more."""
    ends = "EndDate" in window or window.get("Schedule", "").startswith("at(")
    return ends and not window.get("NextExecutionTime")
