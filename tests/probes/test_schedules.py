"""What is seen of things that run at certain times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.alarms import AlarmMetric, MetricAlarm
from readiness.evidence.event_rules import EventRule
from readiness.evidence.schedules import (
    FailedStarts,
    MaintenanceWindow,
    Schedule,
    ScheduleDetail,
    ScheduledTargets,
)
from readiness.probes.aws import Aws
from readiness.probes.schedules import failed_starts, schedule_details
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

GET = "scheduler.get_schedule"
METRICS = "cloudwatch.get_metric_data"
TARGETS = "events.list_targets_by_rule"
DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:missed"
GONE = {"service_error_code": "ResourceNotFoundException", "http_status_code": 404}


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def test_schedules_of_every_page() -> None:
    def listed(name: str, state: str) -> dict[str, Any]:
        return {
            "Arn": arn("scheduler", f"schedule/jobs/{name}"),
            "Name": name,
            "GroupName": "jobs",
            "State": state,
        }

    call = "scheduler.list_schedules"
    answers = (
        Answer(call, {"Schedules": [listed("a", "ENABLED")], "NextToken": "more"}),
        Answer(call, {"Schedules": [listed("b", "DISABLED")]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, Schedule)
        assert_made_as_declared(connection, Schedule)

    assert found == Evidence((schedule("a"), schedule("b", enabled=False)))
    assert {each.group_arn for each in found} == {arn("scheduler", "schedule-group/jobs")}


def schedule(name: str, *, group: str = "jobs", enabled: bool = True) -> Schedule:
    place = arn("scheduler", f"schedule/{group}/{name}")
    return Schedule(arn=place, name=name, group=group, enabled=enabled)


def alarm(*, acts: bool = True, **dimensions: str) -> MetricAlarm:
    return MetricAlarm(
        arn=arn("cloudwatch", "alarm:failed"),
        name="failed",
        actions_enabled=True,
        actions=(arn("sns", "on-call"),) if acts else (),
        state="OK",
        since=NOW,
        missing_data="missing",
        metrics=(
            AlarmMetric(namespace="AWS/Scheduler", name="TargetErrorCount", dimensions=dimensions),
        ),
    )


def described(expression: str = "rate(1 day)", **more: Any) -> Answer:
    target: dict[str, Any] = {"Arn": "arn:topic", "RoleArn": "arn:role", "Input": "hunter2"}
    if dead := more.pop("dead", ""):
        target["DeadLetterConfig"] = {"Arn": dead}
    return Answer(GET, {"ScheduleExpression": expression, "Target": target, **more})


def details(*found: Schedule, alarms: tuple[MetricAlarm, ...] = (), answers: tuple[Answer, ...] = ()) -> list[Any]:  # fmt: skip
    with answering(*answers) as connection:
        aws = Aws(connection, REGION, frozenset({GET}))
        return list(schedule_details(aws, Evidence(found), Evidence(alarms)))


def test_what_becomes_of_starts_that_fail() -> None:
    answers = (
        described(dead=DEAD),
        described(),
        Answer(GET, error=GONE),
        Answer(GET, error=DENIED),
    )
    found = details(*map(schedule, "abcd"), schedule("off", enabled=False), answers=answers)

    assert found == [
        ScheduleDetail(arn=schedule("a").arn, dead_letters=DEAD, until=None),
        ScheduleDetail(arn=schedule("b").arn, dead_letters="", until=None),
        refused("scheduler:GetSchedule", resource=schedule("d").arn),
    ]
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (described("at(2026-11-24T07:30:00)"), datetime(2026, 11, 24, 7, 30, tzinfo=UTC)),
        (described("at(2026-11-24T07:30:00)", ScheduleExpressionTimezone="Europe/Berlin"), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        (described("cron(0 3 * * ? *)", EndDate=NOW), NOW),
        (described("cron(0 3 * * ? *)"), None),
    ],
)  # fmt: skip
def test_when_a_schedule_runs_for_the_last_time(answer: Answer, expected: datetime | None) -> None:
    (found,) = details(schedule("a"), answers=(answer,))

    assert found.until == expected


def test_schedules_that_an_alarm_watches_are_not_looked_at_one_by_one() -> None:
    both = (schedule("a"), schedule("b", group="other"))
    other = ScheduleDetail(arn=both[1].arn, dead_letters="", until=None)

    assert details(*both, alarms=(alarm(),)) == []
    assert details(*both, alarms=(alarm(ScheduleGroup="jobs"),), answers=(described(),)) == [other]
    assert len(details(*both, alarms=(alarm(acts=False),), answers=(described(),) * 2)) == 2


def rule(name: str, **changes: Any) -> EventRule:
    values: dict[str, Any] = {
        "arn": arn("events", f"rule/{name}"),
        "name": name,
        "enabled": True,
        "managed_by": "",
        "pattern": "",
        "scheduled": True,
    }
    return EventRule(**values | changes)


def test_targets_of_rules_that_start_by_themselves() -> None:
    def listed(name: str, state: str = "ENABLED", **more: Any) -> dict[str, Any]:
        return {"Name": name, "Arn": arn("events", f"rule/{name}"), "State": state, **more}

    timed = {"ScheduleExpression": "rate(1 day)"}
    rules = [
        listed("nightly", **timed),
        listed("gone", **timed),
        listed("shut", **timed),
        listed("off", "DISABLED", **timed),
        listed("kept", ManagedBy="ssm.amazonaws.com", **timed),
        listed("events", EventPattern='{"source": ["x"]}'),
    ]
    safe = {"Id": "1", "Arn": "arn:a", "DeadLetterConfig": {"Arn": DEAD}}
    answers = (
        Answer("events.list_rules", {"Rules": rules}),
        Answer(TARGETS, {"Targets": [safe], "NextToken": "more"}),
        Answer(TARGETS, {"Targets": [{"Id": "2", "Arn": "arn:b"}]}),
        Answer(TARGETS, error=GONE),
        Answer(TARGETS, error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, ScheduledTargets)
        assert_made_as_declared(connection, EventRule, ScheduledTargets)

    assert found == Evidence(
        (
            ScheduledTargets(arn=arn("events", "rule/nightly"), targets=2, without_queue=1),
            ScheduledTargets(arn=arn("events", "rule/gone"), targets=0, without_queue=0),
        ),
        (refused("events:ListTargetsByRule", resource=arn("events", "rule/shut")),),
    )


def test_failed_starts_of_rules_and_of_groups_of_schedules() -> None:
    def query(number: int, namespace: str, metric: str, name: str, value: str) -> dict[str, Any]:
        dimensions = [{"Name": name, "Value": value}]
        named = {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}
        return {"Id": f"m{number}", "MetricStat": {"Metric": named, "Period": 86400, "Stat": "Sum"}}

    asked = {
        "MetricDataQueries": [
            query(0, "AWS/Events", "FailedInvocations", "RuleName", "nightly"),
            query(1, "AWS/Scheduler", "TargetErrorCount", "ScheduleGroup", "jobs"),
        ],
        "StartTime": datetime(2026, 11, 17, tzinfo=UTC),
        "EndTime": NOW,
    }
    results = [
        {"Id": "m0", "Timestamps": [NOW, NOW - timedelta(days=1)], "Values": [1.0, 2.0]},
        {"Id": "m1", "Timestamps": [], "Values": []},
    ]
    rules = Evidence((rule("nightly"), rule("off", enabled=False), rule("x", scheduled=False)))
    hidden = refused("scheduler:ListSchedules")
    schedules = Evidence(
        (schedule("a"), schedule("b"), schedule("c", group="o", enabled=False)), (hidden,)
    )
    answer = Answer(METRICS, {"MetricDataResults": results}, asked=asked)
    with answering(answer) as connection:
        aws = Aws(connection, REGION, frozenset({METRICS}))
        found = list(failed_starts(aws, rules, schedules))

    assert found == [
        FailedStarts(arn=arn("events", "rule/nightly"), count=3),
        FailedStarts(arn=arn("scheduler", "schedule-group/jobs"), count=0),
        hidden,
    ]


@pytest.mark.parametrize(
    ("said", "enabled"),
    [
        ({"Schedule": "rate(7 days)"}, True),
        ({"Schedule": "rate(7 days)", "EndDate": "2027-01-01T00:00Z", "NextExecutionTime": "2026-11-25T00:00Z"}, True),
        ({"Schedule": "rate(7 days)", "EndDate": "2025-01-01T00:00Z"}, False),
        ({"Schedule": "at(2025-01-01T00:00:00)"}, False),
        ({"Schedule": "at(2027-01-01T00:00:00)", "NextExecutionTime": "2027-01-01T00:00Z"}, True),
    ],
)  # fmt: skip
def test_a_window_that_opens_no_more_is_off(said: dict[str, Any], enabled: bool) -> None:
    listed = [{"WindowId": f"mw-{0:017}", "Name": "nightly", "Enabled": True, **said}]
    answer = Answer("ssm.describe_maintenance_windows", {"WindowIdentities": listed})
    with answering(answer) as connection:
        (found,) = seen(connection, MaintenanceWindow)

    assert found.enabled is enabled


def test_maintenance_windows(account: str) -> None:
    client = boto3.client("ssm", region_name=REGION)
    made = client.create_maintenance_window(
        Name="nightly",
        Schedule="rate(1 day)",
        Duration=2,
        Cutoff=1,
        AllowUnassociatedTargets=True,
    )
    with connected(account) as connection:
        (found,) = seen(connection, MaintenanceWindow)
        assert_made_as_declared(connection, MaintenanceWindow)

    place = f"arn:aws:ssm:{REGION}:{account}:maintenancewindow/{made['WindowId']}"
    assert found == MaintenanceWindow(arn=place, name="nightly", enabled=True)


@pytest.mark.parametrize(
    ("kind", "call", "action"),
    [
        (Schedule, "scheduler.list_schedules", "scheduler:ListSchedules"),
        (MaintenanceWindow, "ssm.describe_maintenance_windows", "ssm:DescribeMaintenanceWindows"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], call: str, action: str) -> None:
    with answering(Answer(call, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
