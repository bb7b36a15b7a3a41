"""What the checks of "Monitoring" say, situation by situation."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check, Severity, Unit
from readiness.checklist.monitoring import (
    cloudwatch_alarm_action_configured,
    cloudwatch_alarm_live,
    sns_alarm_topic_subscribed,
)
from readiness.evidence import Evidence
from readiness.evidence.alarms import (
    AlarmMuteRule,
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
    TopicSubscriptions,
)
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.event_rules import EventRule
from readiness.evidence.functions import LambdaFunction
from readiness.judging import results_of
from tests.checklist.test_scalability import cluster, database, function, service
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
    judged,
    see_in,
)

OTHER = "444455556666"
HERE = f"{ACCOUNT}/{REGION}"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"
CENTRAL = f"arn:aws:sns:{REGION}:{OTHER}:central"
SCALING = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1:autoScalingGroupName/web"
WORKLOAD = (Instance, LambdaFunction, EcsService, DbInstance, DbCluster, LoadBalancer, ClassicLoadBalancer)  # fmt: skip


def members(name: str, *actions: str, **changes: Any) -> dict[str, Any]:
    return {
        "arn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}",
        "name": name,
        "actions_enabled": True,
        "actions": actions,
        "state": "OK",
        "since": NOW - timedelta(days=30),
        **changes,
    }


def alarm(name: str = "cpu", *actions: str, **changes: Any) -> MetricAlarm:
    return MetricAlarm(**members(name, *actions, **{"missing_data": "missing"} | changes))


def log_alarm(name: str = "errors", *actions: str, **changes: Any) -> LogAlarm:
    return LogAlarm(**members(name, *actions, **{"missing_data": "missing"} | changes))


def composite(name: str, rule: str, *actions: str, **changes: Any) -> CompositeAlarm:
    return CompositeAlarm(**members(name, *actions, **{"rule": rule} | changes))


def rule(pattern: Any = None, **changes: Any) -> EventRule:
    values: dict[str, Any] = {
        "arn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/alarms",
        "name": "alarms",
        "enabled": True,
        "managed_by": "",
        "pattern": pattern
        if pattern == ""
        else json.dumps(pattern or {"source": ["aws.cloudwatch"]}),
    }
    return EventRule(**values | changes)


def mute(**changes: Any) -> AlarmMuteRule:
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm-mute-rule:night"
    values: dict[str, Any] = {"arn": arn, "expires": NOW + timedelta(days=2)}
    return AlarmMuteRule(**values | changes)


def topic(confirmed: int = 1, pending: int = 0, arn: str = TOPIC) -> TopicSubscriptions:
    return TopicSubscriptions(arn=arn, confirmed=confirmed, pending=pending)


def control_tower() -> LambdaFunction:
    name = "aws-controltower-NotificationForwarder"
    return LambdaFunction(
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}", name=name, subnets=()
    )


STATE_CHANGE = {
    "source": ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
}

ROWS: dict[Check[..., Any], list[Row]] = {
    cloudwatch_alarm_action_configured: [
        Row("it tells a topic", {"cpu": PASS}, (alarm("cpu", TOPIC),)),
        Row("it runs a function", PASS, (alarm("cpu", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:page"),)),
        Row("a log alarm tells a topic", {"errors": PASS}, (log_alarm("errors", TOPIC),)),
        Row("a composite alarm tells a topic", {"shop": PASS}, (composite("shop", "TRUE", TOPIC),)),
        Row("it does nothing", {"cpu": FAIL}, (alarm(),), says="has no action"),
        Row("a log alarm does nothing", {"errors": FAIL}, (log_alarm(),)),
        Row("a composite alarm does nothing", {"shop": FAIL}, (composite("shop", "TRUE"),)),
        Row("its actions are switched off", FAIL, (alarm("cpu", TOPIC, actions_enabled=False),), says="switched off"),
        Row("a composite alarm above it acts", {"cpu": PASS, "shop": PASS}, (alarm(), composite("shop", 'ALARM("cpu") OR ALARM(disk)', TOPIC)), says="the composite alarm shop"),
        Row("a composite alarm names it by its ARN", {"cpu": PASS, "shop": PASS}, (alarm(), composite("shop", f"NOT OK({alarm().arn})", TOPIC))),
        Row("a composite alarm names it among others", {"cpu": PASS, "shop": PASS}, (alarm(), composite("shop", "AT_LEAST(2, ALARM, (cpu, disk))", TOPIC))),
        Row("a composite alarm above it does nothing", {"cpu": FAIL, "shop": FAIL}, (alarm(), composite("shop", "ALARM(cpu)"))),
        Row("a composite alarm above it is switched off", {"cpu": FAIL, "shop": FAIL}, (alarm(), composite("shop", "ALARM(cpu)", TOPIC, actions_enabled=False))),
        Row("a composite alarm acts on others", {"cpu": FAIL, "shop": PASS}, (alarm(), composite("shop", 'ALARM("cpu of web")', TOPIC))),
        Row("two levels above it something acts", {"cpu": PASS, "shop": PASS, "all": PASS}, (alarm(), composite("shop", "ALARM(cpu)"), composite("all", "ALARM(shop)", TOPIC))),
        Row("composite alarms in a circle", {"cpu": FAIL, "one": FAIL, "two": FAIL}, (alarm(), composite("one", "ALARM(cpu) OR ALARM(two)"), composite("two", "ALARM(one)"))),
        Row("a rule picks every state change", {"cpu": PASS}, (alarm(), rule(STATE_CHANGE)), says="the rule alarms"),
        Row("a rule picks all of CloudWatch", PASS, (alarm(), rule())),
        Row("a rule picks this alarm", PASS, (alarm(), rule({**STATE_CHANGE, "resources": [{"wildcard": "*:alarm:cpu"}]}))),
        Row("a rule picks another alarm", FAIL, (alarm(), rule({**STATE_CHANGE, "resources": ["arn:other"]}))),
        Row("a rule picks alarms by name", PASS, (alarm(), rule({**STATE_CHANGE, "detail": {"alarmName": [{"prefix": "c"}]}}))),
        Row("a rule picks other alarms by name", FAIL, (alarm(), rule({**STATE_CHANGE, "detail": {"alarmName": [{"anything-but": {"prefix": "c"}}]}}))),
        Row("a rule picks recoveries only", FAIL, (alarm(), rule({**STATE_CHANGE, "detail": {"state": {"value": ["OK"]}}}))),
        Row("a rule picks another type", FAIL, (alarm(), rule({**STATE_CHANGE, "detail-type": ["CloudWatch Alarm Configuration Change"]}))),
        Row("a rule picks another service", FAIL, (alarm(), rule({"source": ["aws.ec2"]}))),
        Row("the rule is disabled", FAIL, (alarm(), rule(STATE_CHANGE, enabled=False))),
        Row("an archive picks everything", FAIL, (alarm(), rule({"replay-name": [{"exists": False}]}))),
        Row("a service's own rule", FAIL, (alarm(), rule(STATE_CHANGE, managed_by="devops-guru.amazonaws.com"))),
        Row("a schedule", FAIL, (alarm(), rule(""))),
        Row("target tracking", {"TargetTracking-web": NOT_APPLICABLE, HERE: NOT_APPLICABLE}, (alarm("TargetTracking-web", SCALING),)),
        Row("it only scales", {"cpu": NOT_APPLICABLE, HERE: NOT_APPLICABLE}, (alarm("cpu", SCALING),)),
        Row("it scales and tells", {"cpu": PASS}, (alarm("cpu", SCALING, TOPIC),)),
        Row("only scaling alarms and workload", {"cpu": NOT_APPLICABLE, HERE: FAIL}, (alarm("cpu", SCALING), function())),
        Row("no alarm and a function", {HERE: FAIL}, (function(),), says="has workload and no alarm"),
        Row("no alarm and a service", {HERE: FAIL}, (service(),)),
        Row("no alarm and a database", {HERE: FAIL}, (database(),)),
        Row("no alarm and a cluster", {HERE: FAIL}, (cluster(),)),
        Row("no alarm and Control Tower's function", {HERE: NOT_APPLICABLE}, (control_tower(),)),
        Row("no alarm and nothing else", {HERE: NOT_APPLICABLE}),
        Row("no alarm, a function, and instances are dark", FAIL, (function(),), dark=[Instance]),
        *(Row(f"no alarm, and {kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in WORKLOAD),
        Row("metric alarms are dark", UNKNOWN, dark=[MetricAlarm]),
        Row("log alarms are dark", UNKNOWN, dark=[LogAlarm]),
        Row("composite alarms are dark", {"cpu": UNKNOWN, HERE: UNKNOWN}, (alarm(),), dark=[CompositeAlarm]),
        Row("rules are dark", {"cpu": UNKNOWN, "disk": PASS}, (alarm(), alarm("disk", TOPIC)), dark=[EventRule]),
        Row("a composite alarm above it acts, and rules are dark", {"cpu": PASS, "shop": PASS}, (alarm(), composite("shop", "ALARM(cpu)", TOPIC)), dark=[EventRule]),
        Row("a rule picks it, and composite alarms are dark", {"cpu": PASS, HERE: UNKNOWN}, (alarm(), rule(STATE_CHANGE)), dark=[CompositeAlarm]),
        Row("one does nothing among dark ones", {"cpu": FAIL, HERE: UNKNOWN}, (alarm(),), gaps={MetricAlarm: [dark_gap(MetricAlarm)]}),
        Row("what mutes is dark", {"cpu": PASS, f"{HERE}#mute-rules": UNKNOWN}, (alarm("cpu", TOPIC),), dark=[AlarmMuteRule]),
    ],
    sns_alarm_topic_subscribed: [
        Row("somebody confirmed", {"on-call": PASS}, (alarm("cpu", TOPIC), topic()), says="1 confirmed in all"),
        Row("two alarms, one topic", {"on-call": PASS}, (alarm("cpu", TOPIC), alarm("disk", TOPIC), topic())),
        Row("nobody", {"on-call": FAIL}, (alarm("cpu", TOPIC), topic(0)), says="has no subscription"),
        Row("nobody confirmed", FAIL, (alarm("cpu", TOPIC), topic(0, 2)), says="2 wait to be confirmed"),
        Row("the topic is gone", FAIL, (alarm("cpu", TOPIC),), says="does not exist"),
        Row("a composite alarm's topic", {"on-call": FAIL}, (composite("shop", "TRUE", TOPIC), topic(0))),
        Row("a log alarm's topic", {"on-call": FAIL}, (log_alarm("errors", TOPIC), topic(0))),
        Row("two topics", {"on-call": PASS, "central": FAIL}, (alarm("cpu", TOPIC, CENTRAL), topic(), topic(0, arn=CENTRAL))),
        Row("another account's topic", {"central": PASS}, (alarm("cpu", CENTRAL), topic(arn=CENTRAL))),
        Row("a topic of an account that is not scanned", {"central": UNKNOWN}, (alarm("cpu", CENTRAL),), says="not scanned"),
        Row("only a function", NOT_APPLICABLE, (alarm("cpu", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:page"),)),
        Row("an alarm that scales", NOT_APPLICABLE, (alarm("TargetTracking-web", TOPIC), topic(0))),
        Row("no alarm", {HERE: NOT_APPLICABLE}),
        Row("metric alarms are dark", UNKNOWN, dark=[MetricAlarm]),
        Row("log alarms are dark", UNKNOWN, dark=[LogAlarm]),
        Row("composite alarms are dark", UNKNOWN, dark=[CompositeAlarm]),
        Row("nobody hears of one, and others are dark", {"on-call": FAIL, HERE: UNKNOWN}, (alarm("cpu", TOPIC), topic(0)), dark=[LogAlarm]),
        Row("topics are dark", {"on-call": UNKNOWN}, (alarm("cpu", TOPIC),), dark=[TopicSubscriptions]),
        Row("another topic is dark", PASS, (alarm("cpu", TOPIC), topic()), gaps={TopicSubscriptions: [dark_gap(TopicSubscriptions, CENTRAL)]}),
    ],
    cloudwatch_alarm_live: [
        Row("it is OK", {"cpu": PASS}, (alarm(),), says="is OK"),
        Row("it is in ALARM", PASS, (alarm(state="ALARM"),)),
        Row("without data for a week", PASS, (alarm(state="INSUFFICIENT_DATA", since=NOW - timedelta(days=7)),)),
        Row("without data for a month", {"cpu": FAIL}, (alarm(state="INSUFFICIENT_DATA"),), says="30 days, more than 7"),
        Row("without data for a month, which is allowed", PASS, (alarm(state="INSUFFICIENT_DATA"),), options={"insufficient_data_days": 60}),
        Row("missing data is good", NOT_APPLICABLE, (alarm(state="INSUFFICIENT_DATA", missing_data="notBreaching"),)),
        Row("missing data is bad", FAIL, (alarm(state="INSUFFICIENT_DATA", missing_data="breaching"),)),
        Row("a log alarm without data", {"errors": FAIL}, (log_alarm(state="INSUFFICIENT_DATA"),)),
        Row("a composite alarm without data", {"shop": FAIL}, (composite("shop", "ALARM(cpu)", state="INSUFFICIENT_DATA"),)),
        Row("it scales", NOT_APPLICABLE, (alarm("TargetTracking-web", SCALING, state="INSUFFICIENT_DATA"),)),
        Row("no alarm", NOT_APPLICABLE),
        Row("metric alarms are dark", UNKNOWN, dark=[MetricAlarm]),
        Row("log alarms are dark", UNKNOWN, dark=[LogAlarm]),
        Row("composite alarms are dark", UNKNOWN, dark=[CompositeAlarm]),
        Row("one is dead among dark ones", {"cpu": FAIL, HERE: UNKNOWN}, (alarm(state="INSUFFICIENT_DATA"),), dark=[CompositeAlarm]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("muted", "because"),
    [
        (mute(), "silences alarms until 2026-11-26 06:00"),
        (mute(expires=None), "silences alarms without end"),
    ],
    ids=["for two days", "for ever"],
)
def test_what_mutes_alarms_is_told_and_decides_nothing(muted: AlarmMuteRule, because: str) -> None:
    row = Row("an alarm that acts, and a mute rule", PASS, (alarm("cpu", TOPIC), muted))
    acts, silenced = judged(cloudwatch_alarm_action_configured, row)

    assert (acts.status, acts.severity) == (PASS, None)
    assert (silenced.resource, silenced.because) == (muted.arn, because)
    assert silenced.severity is Severity.INFO


def test_a_central_topic_is_known_from_the_account_that_owns_it() -> None:
    ours = see_in(Row("ours", PASS, (alarm("cpu", CENTRAL),)))
    theirs = see_in(Row("theirs", PASS, (topic(3, arn=CENTRAL),)))

    def see(kind: type[Any], pooled: bool) -> Evidence[Any]:
        return theirs(kind, pooled) if pooled else ours(kind, pooled)

    unit = Unit(account=ACCOUNT, region=REGION, now=NOW)
    (result,) = results_of(sns_alarm_topic_subscribed, unit, see)

    assert (result.status, result.resource) == (PASS, CENTRAL)
