"""What is seen of alarms, of what silences and picks them, and of who hears of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence, NotSeenError
from readiness.evidence.alarms import (
    AlarmMetric,
    AlarmMuteRule,
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
    TopicSubscriptions,
)
from readiness.evidence.event_rules import EventRule
from readiness.evidence.queues import Subscription, Topic
from readiness.probes.aws import Aws
from readiness.probes.cloudwatch import central_alarms
from readiness.probes.sns import topic_subscriptions
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

OTHER = "444455556666"
ALARM = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm"
SNS = f"arn:aws:sns:{REGION}:{ACCOUNT}"
DESCRIBE = "cloudwatch.describe_alarms"


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def described(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "AlarmArn": f"{ALARM}:{name}",
        "ActionsEnabled": True,
        "StateValue": "OK",
        "StateUpdatedTimestamp": NOW,
        **more,
    }


def members(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "arn": f"{ALARM}:{name}",
        "name": name,
        "actions_enabled": True,
        "actions": (),
        "state": "OK",
        "since": NOW,
        **changes,
    }


def test_a_metric_alarm(account: str) -> None:
    boto3.client("cloudwatch", region_name=REGION).put_metric_alarm(
        AlarmName="cpu",
        Namespace="AWS/EC2",
        MetricName="CPUUtilization",
        AlarmDescription="Runbook: https://me:x@example.com/cpu?token=y#z now",
        Dimensions=[{"Name": "InstanceId", "Value": "i-1"}],
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=90,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[f"arn:aws:sns:{REGION}:{account}:on-call"],
        TreatMissingData="notBreaching",
    )
    with connected(account) as connection:
        (found,) = seen(connection, MetricAlarm)
        others = [seen(connection, kind) for kind in (LogAlarm, CompositeAlarm)]
        assert_made_as_declared(connection, MetricAlarm, LogAlarm, CompositeAlarm)

    assert found == MetricAlarm(
        arn=f"arn:aws:cloudwatch:{REGION}:{account}:alarm:cpu",
        name="cpu",
        actions_enabled=True,
        actions=(f"arn:aws:sns:{REGION}:{account}:on-call",),
        state="OK",
        since=found.since,
        missing_data="notBreaching",
        metrics=(
            AlarmMetric(
                namespace="AWS/EC2",
                name="CPUUtilization",
                dimensions={"InstanceId": "i-1"},
                stat="Average",
            ),
        ),
        threshold=90,
        comparison="GreaterThanThreshold",
        description="Runbook: https://example.com/cpu now",
    )
    assert others == [Evidence(), Evidence()]


def test_the_metrics_that_an_expression_is_made_of() -> None:
    pair = {"Name": "Currency", "Value": "USD"}
    charges = {"Namespace": "AWS/Billing", "MetricName": "EstimatedCharges", "Dimensions": [pair]}
    parts = [
        {"Id": "rate", "Expression": "RATE(charges)"},
        {
            "Id": "charges",
            "MetricStat": {"Metric": charges, "Period": 21600, "Stat": "Maximum"},
            "AccountId": OTHER,
        },
    ]
    answer = {"MetricAlarms": [described("spend", Metrics=parts)]}
    with answering(Answer(DESCRIBE, answer)) as connection:
        (found,) = seen(connection, MetricAlarm)

    assert found.metrics == (
        AlarmMetric(
            namespace="AWS/Billing",
            name="EstimatedCharges",
            dimensions={"Currency": "USD"},
            account=OTHER,
            stat="Maximum",
        ),
    )
    assert found.queries == ()


def test_the_queries_of_alarms() -> None:
    insights = ' SELECT MAX(Errors) FROM "AWS/Lambda"'
    parts = [{"Id": "all", "Expression": insights}, {"Id": "half", "Expression": "all / 2"}]
    promql = {"PromQLCriteria": {"Query": "sum(Errors)"}}
    answer = {"MetricAlarms": [described("errors", Metrics=parts), described("prometheus", EvaluationCriteria=promql)]}  # fmt: skip
    with answering(Answer(DESCRIBE, answer)) as connection:
        found = [(each.queries, each.promql) for each in seen(connection, MetricAlarm)]

    assert found == [((insights,), ""), ((), "sum(Errors)")]


def test_the_alarms_that_look_at_other_accounts_and_are_heard() -> None:
    def elsewhere(name: str, account: str = OTHER, **changes: Any) -> MetricAlarm:
        metric = AlarmMetric(namespace="AWS/Lambda", name="Errors", account=account)
        values = {"metrics": (metric,), "actions": (f"{SNS}:on-call",), "missing_data": "missing"}
        return MetricAlarm(**members(name, **values | changes))

    alarms = (
        elsewhere("there"),
        elsewhere("here", ACCOUNT),
        elsewhere("silent", actions=()),
        elsewhere("watched", actions=()),
        elsewhere("off", actions_enabled=False),
        elsewhere("TargetTracking-there"),
        elsewhere("query", metrics=(), queries=('SELECT MAX(x) FROM "y"',)),
    )
    above = CompositeAlarm(**members("above", rule="ALARM(watched)", actions=(f"{SNS}:on-call",)))
    with connected() as connection:
        aws = Aws(connection, REGION, frozenset())
        (found,) = central_alarms(aws, Evidence(alarms), Evidence((above,)))
        (none,) = central_alarms(aws, Evidence(), Evidence())

    assert found.arn == none.arn == f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:central-alarms"
    assert [each.name for each in found.alarms] == ["there", "watched", "query"]
    assert none.alarms == ()


def test_every_page_of_every_type_of_alarm() -> None:
    earlier = NOW - timedelta(days=9)
    metric = described("cpu", StateTransitionedTimestamp=earlier, ActionsEnabled=False)
    log = described("errors", AlarmActions=["arn:a"], TreatMissingData="breaching")
    above = described("shop", AlarmRule="ALARM(cpu)", StateValue="ALARM")

    def pages(kind: str, first: Any, second: Any) -> tuple[Answer, Answer]:
        asked = {"AlarmTypes": [kind]}
        return (
            Answer(DESCRIBE, {f"{kind}s": [first], "NextToken": "more"}, asked=asked),
            Answer(DESCRIBE, {f"{kind}s": [second]}, asked={**asked, "NextToken": "more"}),
        )

    answers = (
        *pages("MetricAlarm", metric, described("disk")),
        *pages("LogAlarm", log, described("slow")),
        *pages("CompositeAlarm", above, described("all", AlarmRule="TRUE")),
    )
    with answering(*answers) as connection:
        metrics, logs, composites = (
            seen(connection, kind) for kind in (MetricAlarm, LogAlarm, CompositeAlarm)
        )

    assert metrics == Evidence(
        (
            MetricAlarm(
                **members("cpu", since=earlier, actions_enabled=False), missing_data="missing"
            ),
            MetricAlarm(**members("disk"), missing_data="missing"),
        )
    )
    assert logs == Evidence(
        (
            LogAlarm(**members("errors", actions=("arn:a",)), missing_data="breaching"),
            LogAlarm(**members("slow"), missing_data="missing"),
        )
    )
    assert composites == Evidence(
        (
            CompositeAlarm(**members("shop", state="ALARM"), rule="ALARM(cpu)"),
            CompositeAlarm(**members("all"), rule="TRUE"),
        )
    )


def test_an_endpoint_that_never_heard_of_log_alarms_has_none() -> None:
    unheard = {"service_error_code": "ValidationError", "http_status_code": 400}
    with answering(Answer(DESCRIBE, error=unheard)) as connection:
        assert seen(connection, LogAlarm) == Evidence()


def test_the_mute_rules_that_are_active() -> None:
    def page(name: str, **more: Any) -> dict[str, Any]:
        summary = {"AlarmMuteRuleArn": f"arn:{name}", **more}
        return {"AlarmMuteRuleSummaries": [summary]}

    operation = "cloudwatch.list_alarm_mute_rules"
    asked = {"Statuses": ["ACTIVE"]}
    answers = (
        Answer(operation, {**page("night", ExpireDate=NOW), "NextToken": "more"}, asked=asked),
        Answer(operation, page("always"), asked={**asked, "NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, AlarmMuteRule)
        assert_made_as_declared(connection, AlarmMuteRule)

    assert found == Evidence(
        (
            AlarmMuteRule(arn="arn:night", expires=NOW),
            AlarmMuteRule(arn="arn:always", expires=None),
        )
    )


def test_rules_of_the_default_bus(account: str) -> None:
    client = boto3.client("events", region_name=REGION)
    pattern = json.dumps({"source": ["aws.cloudwatch"]})
    client.put_rule(Name="alarms", EventPattern=pattern)
    client.put_rule(Name="nightly", ScheduleExpression="rate(1 day)", State="DISABLED")
    with connected(account) as connection:
        found = seen(connection, EventRule)
        assert_made_as_declared(connection, EventRule)

    arn = f"arn:aws:events:{REGION}:{account}:rule"
    rules = {
        EventRule(arn=f"{arn}/alarms", name="alarms", enabled=True, managed_by="", pattern=pattern),
        EventRule(
            arn=f"{arn}/nightly",
            name="nightly",
            enabled=False,
            managed_by="",
            pattern="",
            scheduled=True,
        ),
    }
    assert set(found) == rules


def test_every_page_of_rules() -> None:
    def page(name: str, **more: str) -> dict[str, Any]:
        return {"Rules": [{"Name": name, "Arn": f"arn:{name}", "State": "ENABLED"} | more]}

    managed = page("archive", ManagedBy="prod.vhs.events.aws.internal")
    answers = (
        Answer("events.list_rules", {**managed, "NextToken": "more"}, asked={}),
        Answer("events.list_rules", page("alarms"), asked={"NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, EventRule)

    assert [(each.name, bool(each.managed_by)) for each in found] == [
        ("archive", True),
        ("alarms", False),
    ]


def event(name: str = "cpu") -> dict[str, Any]:
    return {
        "source": "aws.cloudwatch",
        "detail-type": "CloudWatch Alarm State Change",
        "resources": [f"{ALARM}:{name}"],
        "detail": {"alarmName": name, "state": {"value": "ALARM"}},
    }


@pytest.mark.parametrize(
    ("pattern", "picks"),
    [
        ({"source": ["aws.cloudwatch"]}, True),
        ({"source": ["aws.ec2", "aws.cloudwatch"]}, True),
        ({"source": ["aws.ec2"]}, False),
        ({"source": [{"prefix": "aws."}]}, True),
        ({"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}, True),
        ({"source": [{"suffix": "watch"}]}, True),
        ({"source": [{"suffix": {"equals-ignore-case": "WATCH"}}]}, True),
        ({"source": [{"equals-ignore-case": "AWS.CloudWatch"}]}, True),
        ({"source": [{"wildcard": "aws.*watch"}]}, True),
        ({"source": [{"wildcard": "aws.ec*"}]}, False),
        ({"source": [{"anything-but": "aws.cloudwatch"}]}, False),
        ({"source": [{"anything-but": ["aws.ec2", "aws.rds"]}]}, True),
        ({"source": [{"anything-but": {"prefix": "aws."}}]}, False),
        ({"source": [{"anything-but": {"suffix": ["ec2", "rds"]}}]}, True),
        ({"source": [{"exists": False}]}, False),
        ({"detail-type": ["CloudWatch Alarm State Change"]}, True),
        ({"source": ["aws.cloudwatch"], "account": ["999999999999"]}, True),
        ({"source": ["aws.cloudwatch"], "detail": {"state": {"value": ["OK"]}}}, False),
        ({"source": ["aws.cloudwatch"], "detail": {"configuration": {"x": [{"numeric": [">", 1]}]}}}, True),
        ({"source": ["aws.cloudwatch"], "detail": {"alarmName": {"nested": ["x"]}}}, False),
        ({"source": ["aws.cloudwatch"], "$or": [{"detail": {"alarmName": ["disk"]}}, {"detail": {"alarmName": ["cpu"]}}]}, True),
        ({"source": ["aws.cloudwatch"], "$or": [{"detail": {"alarmName": ["disk"]}}]}, False),
        ({"source": ["aws.cloudwatch"], "detail": {"alarmName": [{"numeric": [">", 1]}]}}, True),
        ({"replay-name": [{"exists": False}]}, False),
        ({}, False),
    ],
    ids=lambda value: json.dumps(value),
)  # fmt: skip
def test_a_rule_picks_by_its_pattern(pattern: dict[str, Any], picks: bool) -> None:
    rule = EventRule(
        arn="arn:rule", name="rule", enabled=True, managed_by="", pattern=json.dumps(pattern)
    )

    assert rule.picks(event()) is picks


def test_who_hears_of_a_topic(account: str) -> None:
    client = boto3.client("sns", region_name=REGION)
    heard = client.create_topic(Name="on-call")["TopicArn"]
    unheard = client.create_topic(Name="old")["TopicArn"]
    client.subscribe(TopicArn=heard, Protocol="email", Endpoint="ann@example.com")
    with connected(account) as connection:
        found = seen(connection, TopicSubscriptions)
        assert_made_as_declared(connection, Topic, Subscription, TopicSubscriptions)

    assert found == Evidence(
        (
            TopicSubscriptions(arn=heard, confirmed=1, pending=0),
            TopicSubscriptions(arn=unheard, confirmed=0, pending=0),
        )
    )


def subscription(topic: str, arn: str = "", protocol: str = "email") -> dict[str, str]:
    return {
        "TopicArn": f"{SNS}:{topic}",
        "SubscriptionArn": arn or f"{SNS}:{topic}:1",
        "Protocol": protocol,
        "Endpoint": "ann@example.com",
    }


def test_topics_that_look_unheard_are_asked_themselves() -> None:
    topics = ("heard", "pending", "shared", "refused", "gone")
    gone = {"service_error_code": "NotFound", "http_status_code": 404}
    by_topic = "sns.list_subscriptions_by_topic"
    foreign = subscription("elsewhere") | {"TopicArn": "arn:aws:sns:eu-west-1:444455556666:other"}
    waiting = subscription("pending", "PendingConfirmation")
    listed = (
        Answer(
            "sns.list_subscriptions",
            {"Subscriptions": [subscription("heard"), foreign], "NextToken": "more"},
            asked={},
        ),
        Answer("sns.list_subscriptions", {"Subscriptions": [waiting]}, asked={"NextToken": "more"}),
    )
    with answering(*listed) as connection:
        subscriptions = seen(connection, Subscription)
    answers = (
        Answer(by_topic, {"Subscriptions": [waiting, subscription("pending", "Deleted")]}, asked={"TopicArn": f"{SNS}:pending"}),
        Answer(by_topic, {"Subscriptions": [], "NextToken": "more"}, asked={"TopicArn": f"{SNS}:shared"}),
        Answer(by_topic, {"Subscriptions": [subscription("shared")]}, asked={"TopicArn": f"{SNS}:shared", "NextToken": "more"}),
        Answer(by_topic, error=DENIED),
        Answer(by_topic, error=gone),
    )  # fmt: skip
    with answering(*answers) as connection:
        aws = Aws(connection, REGION, frozenset({by_topic}))
        own = Evidence(tuple(Topic(arn=f"{SNS}:{name}") for name in topics))
        found = list(topic_subscriptions(aws, own, subscriptions))

    assert found == [
        TopicSubscriptions(arn=f"{SNS}:heard", confirmed=1, pending=0),
        TopicSubscriptions(arn=f"{SNS}:pending", confirmed=0, pending=1),
        TopicSubscriptions(arn=f"{SNS}:shared", confirmed=1, pending=0),
        refused("sns:ListSubscriptionsByTopic", resource=f"{SNS}:refused"),
    ]
    assert "example.com" not in repr((subscriptions, found))


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (MetricAlarm, DESCRIBE, "cloudwatch:DescribeAlarms"),
        (LogAlarm, DESCRIBE, "cloudwatch:DescribeAlarms"),
        (CompositeAlarm, DESCRIBE, "cloudwatch:DescribeAlarms"),
        (AlarmMuteRule, "cloudwatch.list_alarm_mute_rules", "cloudwatch:ListAlarmMuteRules"),
        (EventRule, "events.list_rules", "events:ListRules"),
        (Topic, "sns.list_topics", "sns:ListTopics"),
        (Subscription, "sns.list_subscriptions", "sns:ListSubscriptions"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))


def test_topics_of_every_page() -> None:
    topics = [[{"TopicArn": f"{SNS}:{name}"}] for name in ("first", "second")]
    answers = (
        Answer("sns.list_topics", {"Topics": topics[0], "NextToken": "more"}, asked={}),
        Answer("sns.list_topics", {"Topics": topics[1]}, asked={"NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, Topic)

    assert found == Evidence((Topic(arn=f"{SNS}:first"), Topic(arn=f"{SNS}:second")))


def test_refused_subscriptions_leave_no_topic_unheard() -> None:
    topics = Evidence((Topic(arn=f"{SNS}:on-call"),))
    hidden: Evidence[Subscription] = Evidence(gaps=(refused("sns:ListSubscriptions"),))
    with connected() as connection, pytest.raises(NotSeenError, match="sns:ListSubscriptions"):
        list(topic_subscriptions(Aws(connection, REGION, frozenset()), topics, hidden))
