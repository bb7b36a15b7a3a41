"""Look at CloudWatch: its alarms, its dashboards and the streams of its metrics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence
from readiness.evidence.alarms import (
    AlarmMetric,
    AlarmMuteRule,
    CentralAlarms,
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
    heard,
)
from readiness.evidence.observability import Dashboard, MetricStream
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of

#: What of a link may be a token: who asks, and the query.
_SECRET = re.compile(r"(https?://)(?:[^\s/@]*@)?([^\s?#]*)[?#]?\S*")
#: What an endpoint says that does not know of log alarms, and so has none.
_UNHEARD_OF = ("InvalidParameterValue", "ValidationError", "ValidationException")


@probe(MetricAlarm, "cloudwatch.describe_alarms")
def metric_alarms(aws: Aws) -> Iterator[MetricAlarm]:
    for each in _alarms(aws, "MetricAlarm"):
        yield MetricAlarm(
            **_members(each),
            missing_data=each.get("TreatMissingData", "missing"),
            metrics=tuple(_metrics(each)),
            queries=tuple(_queries(each)),
            promql=each.get("EvaluationCriteria", {}).get("PromQLCriteria", {}).get("Query", ""),
            threshold=each.get("Threshold"),
            comparison=each.get("ComparisonOperator", ""),
        )


def _metrics(each: Mapping[str, Any]) -> Iterator[AlarmMetric]:
    """Yield the metric of an alarm, or those that its expression is made of."""
    if "MetricName" in each:
        stat = each.get("Statistic") or each.get("ExtendedStatistic", "")
        yield _metric(each, stat=stat)
    for part in each.get("Metrics") or ():
        if "MetricStat" in part:
            of = part["MetricStat"]
            yield _metric(of["Metric"], stat=of["Stat"], account=part.get("AccountId", ""))


def _metric(of: Mapping[str, Any], **members: str) -> AlarmMetric:
    return AlarmMetric(
        namespace=of.get("Namespace", ""),
        name=of["MetricName"],
        dimensions=tags_of(of, "Dimensions", "Name"),
        **members,
    )


def _queries(each: Mapping[str, Any]) -> Iterator[str]:
    for part in each.get("Metrics") or ():
        if part.get("Expression", "").lstrip()[:6].upper() == "SELECT":
            yield part["Expression"]


@probe(CentralAlarms)
def central_alarms(
    aws: Aws, alarms: Evidence[MetricAlarm], composites: Evidence[CompositeAlarm]
) -> Iterator[CentralAlarms]:
    yield CentralAlarms(
        arn=aws.arn("cloudwatch", "central-alarms"),
        alarms=tuple(
            alarm
            for alarm in alarms
            if alarm.looks_elsewhere
            and alarm.actions_enabled
            and not alarm.scales
            and heard(alarm, composites)
        ),
    )


@probe(LogAlarm, "cloudwatch.describe_alarms")
def log_alarms(aws: Aws) -> Iterator[LogAlarm]:
    listed = aws.pages(
        "cloudwatch.describe_alarms", "LogAlarms", absent=_UNHEARD_OF, AlarmTypes=["LogAlarm"]
    )
    for each in listed:
        yield LogAlarm(**_members(each), missing_data=each.get("TreatMissingData", "missing"))


@probe(CompositeAlarm, "cloudwatch.describe_alarms")
def composite_alarms(aws: Aws) -> Iterator[CompositeAlarm]:
    for each in _alarms(aws, "CompositeAlarm"):
        yield CompositeAlarm(**_members(each), rule=each["AlarmRule"])


def _alarms(aws: Aws, kind: str) -> Iterator[Mapping[str, Any]]:
    # Without a type only metric alarms are listed.
    return aws.pages("cloudwatch.describe_alarms", f"{kind}s", AlarmTypes=[kind])


def _members(each: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "arn": each["AlarmArn"],
        "name": each["AlarmName"],
        "actions_enabled": each["ActionsEnabled"],
        "actions": tuple(each.get("AlarmActions") or ()),
        "state": each["StateValue"],
        "since": each.get("StateTransitionedTimestamp") or each["StateUpdatedTimestamp"],
        "description": _SECRET.sub(r"\1\2", each.get("AlarmDescription", "")),
    }


@probe(AlarmMuteRule, "cloudwatch.list_alarm_mute_rules")
def alarm_mute_rules(aws: Aws) -> Iterator[AlarmMuteRule]:
    listed = aws.pages(
        "cloudwatch.list_alarm_mute_rules", "AlarmMuteRuleSummaries", Statuses=["ACTIVE"]
    )
    for each in listed:
        yield AlarmMuteRule(arn=each["AlarmMuteRuleArn"], expires=each.get("ExpireDate"))


@probe(MetricStream, "cloudwatch.list_metric_streams")
def metric_streams(aws: Aws) -> Iterator[MetricStream]:
    for each in aws.pages("cloudwatch.list_metric_streams", "Entries"):
        yield MetricStream(arn=each["Arn"], name=each["Name"], state=each["State"])


@probe(Dashboard, "cloudwatch.list_dashboards")
def dashboards(aws: Aws) -> Iterator[Dashboard]:
    for each in aws.pages("cloudwatch.list_dashboards", "DashboardEntries"):
        yield Dashboard(
            arn=each["DashboardArn"],
            name=each["DashboardName"],
            modified=each.get("LastModified"),
            size=each.get("Size", 0),
        )
