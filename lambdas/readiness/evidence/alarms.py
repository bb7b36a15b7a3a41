"""Alarms of CloudWatch, what they do, and whether anybody hears of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from readiness.evidence import Scope, account_of, record
from readiness.evidence.unseen import known

#: The metrics of services without regions; they lie in one region alone.
GLOBAL_NAMESPACES = ("AWS/CloudFront", "AWS/Route53")


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
    #: What its author says of it; links are kept up to their query, which may hold a token.
    description: str = ""

    @property
    def links(self) -> bool:
        """Whether its description leads to a page."""
        return bool(re.search(r"https?://", self.description))

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
    dimensions: Mapping[str, str] = field(default_factory=dict)
    #: The account whose metric it is; empty where it is the alarm's own.
    account: str = ""
    #: E.g. Average or p99.
    stat: str = ""


@record(Scope.REGION, "metric alarm")
class MetricAlarm(_Alarm):
    """An alarm on metrics. Source: cloudwatch.DescribeAlarms."""

    #: What missing data means: missing, ignore, breaching or notBreaching.
    missing_data: str
    #: Empty where it looks at the result of a query alone.
    metrics: tuple[AlarmMetric, ...] = ()
    #: The queries of Metrics Insights that it looks at.
    queries: tuple[str, ...] = ()
    #: The query of PromQL that it looks at; empty where it looks at none.
    promql: str = ""
    #: None where a band of expected values, or PromQL, takes its place.
    threshold: float | None = None
    #: How its metric is compared with the threshold, e.g. GreaterThanThreshold.
    comparison: str = ""

    @property
    def looks_elsewhere(self) -> bool:
        """Whether it may look at metrics of other accounts, or at those of a service without regions."""
        own = ("", account_of(self.arn))
        return bool(self.queries or self.promql) or any(
            metric.account not in own or metric.namespace in GLOBAL_NAMESPACES
            for metric in self.metrics
        )


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
        return not {alarm.name, alarm.arn}.isdisjoint(_words_of(self.rule))


@lru_cache(maxsize=4096)
def _words_of(rule: str) -> frozenset[str]:
    """Return every word of a rule; kept, since every silent alarm asks every rule."""
    quoted_or_bare = re.findall(r'"([^"]*)"|([^\s(),"]+)', rule)
    return frozenset(name for pair in quoted_or_bare for name in pair if name)


def acts_above(
    alarm: MetricAlarm | LogAlarm | CompositeAlarm,
    above: CompositeAlarm,
    composites: Iterable[CompositeAlarm],
    passed_by: frozenset[str] = frozenset(),
) -> bool:
    """Whether a composite alarm watches another and acts, or one above it does; they may be circular."""
    if above.arn in passed_by or above.arn == alarm.arn or not above.watches(alarm):
        return False
    return above.acts or known(
        lambda: any(
            acts_above(above, higher, composites, passed_by | {above.arn}) for higher in composites
        ),
        False,
    )


def heard(alarm: MetricAlarm, composites: Iterable[CompositeAlarm]) -> bool:
    """Whether an alarm does something when it goes off, by itself or by a composite alarm above it."""
    return alarm.acts or any(acts_above(alarm, above, composites) for above in composites)


@record(Scope.REGION, "central alarms")
class CentralAlarms:
    """What of a region's alarms may look at something outside of it; there is always one of it.

    Source: the region's alarms.
    """

    arn: str
    #: Those that do something when they go off, by themselves or by a composite alarm above them.
    alarms: tuple[MetricAlarm, ...]


@record(Scope.REGION, "observability link")
class ObservabilityLink:
    """A link that shares what an account measures with another. Source: oam.ListLinks."""

    arn: str
    #: The ARN of what it leads to, in the other account.
    sink: str
    #: What is shared, e.g. AWS::CloudWatch::Metric.
    shares: tuple[str, ...]


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
