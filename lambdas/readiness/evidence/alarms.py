"""Alarms of CloudWatch, what they do, and whether anybody hears of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class _Alarm:
    arn: str
    name: str
    #: Whether its actions are switched on.
    actions_enabled: bool
    #: The ARNs of what it does when it goes off.
    actions: tuple[str, ...]
    #: OK, ALARM or INSUFFICIENT_DATA.
    state: str
    since: datetime

    @property
    def acts(self) -> bool:
        """Whether it does something when it goes off."""
        return self.actions_enabled and bool(self.actions)

    @property
    def scales(self) -> bool:
        """Whether it is there to scale something, and not to tell somebody."""
        scaling = [re.match(r"arn:[^:]*:autoscaling:", action) for action in self.actions]
        return self.name.startswith("TargetTracking-") or (bool(scaling) and all(scaling))


@dataclass(frozen=True, kw_only=True)
class AlarmMetric:
    """A metric that an alarm looks at."""

    namespace: str
    name: str


@record(Scope.REGION, "metric alarm")
class MetricAlarm(_Alarm):
    """An alarm on metrics. Source: cloudwatch.DescribeAlarms."""

    #: What missing data means: missing, ignore, breaching or notBreaching.
    missing_data: str
    #: Empty where it looks at the result of a query alone.
    metrics: tuple[AlarmMetric, ...] = ()


@record(Scope.REGION, "log alarm")
class LogAlarm(_Alarm):
    """An alarm on a query of logs. Source: cloudwatch.DescribeAlarms."""

    #: What missing data means, as of metrics.
    missing_data: str


@record(Scope.REGION, "composite alarm")
class CompositeAlarm(_Alarm):
    """An alarm on other alarms. Source: cloudwatch.DescribeAlarms."""

    #: Which states of which alarms make it go off.
    rule: str

    def watches(self, alarm: MetricAlarm | LogAlarm | CompositeAlarm) -> bool:
        """Whether its rule names an alarm, by name or by ARN."""
        quoted_or_bare = re.findall(r'"([^"]*)"|([^\s(),"]+)', self.rule)
        return not {alarm.name, alarm.arn}.isdisjoint(
            name for pair in quoted_or_bare for name in pair if name
        )


@record(Scope.REGION, "alarm mute rule")
class AlarmMuteRule:
    """What silences alarms at present. Source: cloudwatch.ListAlarmMuteRules."""

    arn: str
    #: None where it has no end.
    expires: datetime | None


@record(Scope.REGION, "SNS topic's subscriptions")
class TopicSubscriptions:
    """Who hears of what an SNS topic is told; never their addresses.

    Source: sns.ListTopics, sns.ListSubscriptions, and sns.ListSubscriptionsByTopic where these show
    nobody: subscriptions that another account made are in that account's list alone.
    """

    #: The topic's ARN.
    arn: str
    confirmed: int
    pending: int
