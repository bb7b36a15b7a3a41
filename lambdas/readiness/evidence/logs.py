"""Logs: where they lie, for how long, and what is made of them; never what they say."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "log group")
class LogGroup:
    """A log group of CloudWatch Logs. Source: logs.DescribeLogGroups."""

    arn: str
    name: str
    #: None where nothing is ever deleted.
    retention_days: int | None
    #: STANDARD, INFREQUENT_ACCESS, DELIVERY or ESSENTIALS.
    kind: str = "STANDARD"


@record(Scope.REGION, "account's log subscription")
class LogSubscription:
    """A policy that sends what all log groups of a region get elsewhere.

    Source: logs.DescribeAccountPolicies.
    """

    #: Built from its name.
    arn: str
    name: str
    #: Whether it sends every line, and not only those that match a pattern.
    whole: bool
    #: The log groups that it leaves out, by name or by a name's beginning and a star.
    without: tuple[str, ...] = ()


@record(Scope.REGION, "log delivery")
class LogDelivery:
    """A resource whose logs CloudWatch Logs delivers somewhere.

    Source: logs.DescribeDeliverySources, logs.DescribeDeliveries.
    """

    #: The resource's ARN.
    arn: str
    #: E.g. ALB_ACCESS_LOGS.
    kind: str


@record(Scope.REGION, "metric filter")
class MetricFilter:
    """A filter that makes metrics of a log group's lines. Source: logs.DescribeMetricFilters."""

    #: Built from the names of its log group and of itself.
    arn: str
    name: str
    #: The namespaces of its metrics.
    namespaces: tuple[str, ...]
