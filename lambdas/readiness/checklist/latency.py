"""By which metric is the latency of a way in known, and which alarm says how long it may be?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from readiness.checklist.doors import Door
from readiness.evidence import account_of, region_of
from readiness.evidence.alarms import AlarmMetric, MetricAlarm
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionUrl

_PERCENTILE = re.compile(r"(?i)p\d|tm|pr|wm|tc")


@dataclass(frozen=True, kw_only=True)
class Latency:
    """How CloudWatch measures how long something takes to answer."""

    namespace: str
    #: The first is measured where callers are; the others leave a part of the way out.
    metrics: tuple[str, ...]
    names: Mapping[str, str]
    region: str


def latency_of(door: Door) -> Latency | None:
    """Return by what a way in's latency is measured; None where that is not."""
    region = region_of(door.arn)
    found: tuple[str, tuple[str, ...], dict[str, str]]
    match door:
        case LoadBalancer():
            if door.type != "application":
                return None
            named = {"LoadBalancer": door.dimension}
            found = ("AWS/ApplicationELB", ("TargetResponseTime",), named)
        case ClassicLoadBalancer():
            found = ("AWS/ELB", ("Latency",), {"LoadBalancerName": door.name})
        case RestApi():
            found = ("AWS/ApiGateway", ("Latency", "IntegrationLatency"), {"ApiName": door.name})
        case HttpApi():
            found = ("AWS/ApiGateway", ("Latency", "IntegrationLatency"), {"ApiId": door.id})
        case GraphqlApi():
            named = {"GraphQLAPIId": door.arn.rpartition("/")[2]}
            found = ("AWS/AppSync", ("Latency",), named)
        case FunctionUrl():
            name = door.arn.partition(":function:")[2].partition(":")[0]
            found = ("AWS/Lambda", ("UrlRequestLatency", "Duration"), {"FunctionName": name})
        case Distribution():
            region = door.region
            found = ("AWS/CloudFront", ("OriginLatency",), {"DistributionId": door.id})
    namespace, metrics, names = found
    return Latency(namespace=namespace, metrics=metrics, names=names, region=region)


def is_percentile(stat: str) -> bool:
    """Whether a statistic tells of the slowest requests, rather than of all of them together."""
    return bool(_PERCENTILE.match(stat))


def limits(latency: Latency, alarms: Iterable[MetricAlarm]) -> Iterator[tuple[float, MetricAlarm]]:
    """Yield how long the slowest requests may take, by each alarm on what callers wait for.

    APIs have no account in their ARN: where alarms of several accounts name one, none of them counts.
    """
    found = [
        (alarm.threshold, alarm)
        for alarm in alarms
        if alarm.threshold is not None
        and alarm.comparison.startswith("GreaterThan")
        and region_of(alarm.arn) == latency.region
        and any(_is_on(metric, latency) for metric in alarm.metrics)
    ]
    if len({account_of(alarm.arn) for _, alarm in found}) == 1:
        yield from found


def _is_on(metric: AlarmMetric, latency: Latency) -> bool:
    return (
        metric.namespace == latency.namespace
        and metric.name == latency.metrics[0]
        and is_percentile(metric.stat)
        and latency.names.items() <= metric.dimensions.items()
    )
