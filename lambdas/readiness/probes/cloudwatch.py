"""Look at CloudWatch's alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.alarms import (
    AlarmMetric,
    AlarmMuteRule,
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

#: What an endpoint says that does not know of log alarms, and so has none.
_UNHEARD_OF = ("InvalidParameterValue", "ValidationError", "ValidationException")


@probe(MetricAlarm, "cloudwatch.describe_alarms")
def metric_alarms(aws: Aws) -> Iterator[MetricAlarm]:
    for each in _alarms(aws, "MetricAlarm"):
        yield MetricAlarm(
            **_members(each),
            missing_data=each.get("TreatMissingData", "missing"),
            metrics=tuple(_metrics(each)),
        )


def _metrics(each: Mapping[str, Any]) -> Iterator[AlarmMetric]:
    """Yield the metric of an alarm, or those that its expression is made of."""
    parts = [
        part["MetricStat"]["Metric"] for part in each.get("Metrics") or () if "MetricStat" in part
    ]
    for metric in [each, *parts]:
        if "MetricName" in metric:
            yield AlarmMetric(namespace=metric.get("Namespace", ""), name=metric["MetricName"])


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
    }


@probe(AlarmMuteRule, "cloudwatch.list_alarm_mute_rules")
def alarm_mute_rules(aws: Aws) -> Iterator[AlarmMuteRule]:
    listed = aws.pages(
        "cloudwatch.list_alarm_mute_rules", "AlarmMuteRuleSummaries", Statuses=["ACTIVE"]
    )
    for each in listed:
        yield AlarmMuteRule(arn=each["AlarmMuteRuleArn"], expires=each.get("ExpireDate"))
