"""Look at CloudWatch metrics: many series in few calls, of those resources alone whose verdict needs them.

`measure` asks for the series of many resources at once; each probe turns them into one fact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar

from readiness.evidence import Evidence, Gap, Identified, Reason
from readiness.evidence.balancing import BalancerTraffic, ClassicLoadBalancer, LoadBalancer
from readiness.evidence.egress import NatGateway, NatTraffic
from readiness.evidence.storage import (
    Bucket,
    BucketLifecycle,
    BucketObjects,
    BucketSize,
    Volume,
    VolumeActivity,
)
from readiness.probes import probe
from readiness.probes.actions import action_of
from readiness.probes.aws import Aws, gathered
from readiness.probes.refusals import UnseenError

S = TypeVar("S", bound=Identified)

#: GetMetricData takes this many queries a call; answers beyond 100,800 numbers come in pages.
QUERIES = 500
DAY = timedelta(days=1)
CALL = "cloudwatch.get_metric_data"


@dataclass(frozen=True, kw_only=True)
class Series:
    """A metric of one resource, as one number a period."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    stat: str = "Sum"
    period: timedelta = DAY

    def query(self, name: str) -> dict[str, Any]:
        """Return the query that asks for it."""
        metric = {
            "Namespace": self.namespace,
            "MetricName": self.metric,
            "Dimensions": [{"Name": key, "Value": each} for key, each in self.dimensions.items()],
        }
        seconds = int(self.period.total_seconds())
        return {"Id": name, "MetricStat": {"Metric": metric, "Period": seconds, "Stat": self.stat}}


#: The numbers of one series by the beginning of their period, the oldest first; where there was
#: nothing to measure there is no number.
Points = Mapping[datetime, float]


@dataclass(frozen=True)
class Measured(Generic[S]):
    """The numbers of one resource, by the names that its series were given."""

    resource: S
    points: Mapping[str, Points]


def beginning(aws: Aws, days: int) -> datetime:
    """Return the midnight, in UTC, some days before the scan: periods of a day begin at midnight."""
    return datetime.combine((aws.now - timedelta(days=days)).astimezone(UTC), time(), UTC)


def measure(
    aws: Aws,
    resources: Iterable[S],
    wanted: Callable[[S], Mapping[str, Series]],
    *,
    since: datetime,
    region: str = "",
) -> Iterator[Measured[S] | Gap]:
    """Yield the numbers of each resource, or what stood in the way.

    `wanted` names the series of one resource. They are asked for 500 at a time, whomever they
    belong to; a refused call leaves a gap about each resource of its batch.
    """
    listed, hidden = gathered(resources)
    for batch in _batches(listed, wanted):
        queries = {
            f"m{number}": (resource.arn, name, series)
            for number, (resource, name, series) in enumerate(
                (resource, name, series)
                for resource, named in batch
                for name, series in named.items()
            )
        }
        try:
            answers, errors = _ask(aws, queries, since, region)
        except UnseenError as error:
            yield from (replace(error.gap, resource=resource.arn) for resource, _ in batch)
            continue
        found: dict[str, dict[str, Points]] = {}
        for number, (arn, name, _) in queries.items():
            found.setdefault(arn, {})[name] = dict(sorted(answers.get(number, ())))
        failed = {queries[number][0]: detail for number, detail in errors.items()}
        for resource, _ in batch:
            if resource.arn in failed:
                yield Gap(
                    reason=Reason.NO_ANSWER,
                    account=aws.account,
                    region=region or aws.region,
                    resource=resource.arn,
                    action=action_of(CALL),
                    detail=failed[resource.arn],
                )
            else:
                yield Measured(resource, found.get(resource.arn, {}))
    yield from hidden


def _batches(
    resources: Iterable[S], wanted: Callable[[S], Mapping[str, Series]]
) -> Iterator[list[tuple[S, Mapping[str, Series]]]]:
    """Keep the series of one resource together."""
    batch: list[tuple[S, Mapping[str, Series]]] = []
    size = 0
    for resource in resources:
        named = wanted(resource)
        if batch and size + len(named) > QUERIES:
            yield batch
            batch, size = [], 0
        batch.append((resource, named))
        size += len(named)
    if batch:
        yield batch


def _ask(
    aws: Aws, queries: Mapping[str, tuple[str, str, Series]], since: datetime, region: str
) -> tuple[dict[str, list[tuple[datetime, float]]], dict[str, str]]:
    """Return the numbers by query, and what CloudWatch says of the queries it could not answer."""
    answers: dict[str, list[tuple[datetime, float]]] = {}
    errors = dict.fromkeys(queries, "the answer lacks the metric")
    for each in aws.pages(
        CALL,
        "MetricDataResults",
        region=region,
        MetricDataQueries=[series.query(number) for number, (_, _, series) in queries.items()],
        StartTime=since,
        EndTime=aws.now,
    ):
        number = each["Id"]
        errors.pop(number, None)
        if each.get("StatusCode") in ("InternalError", "Forbidden"):
            errors[number] = each["StatusCode"]
        numbers = zip(each.get("Timestamps") or (), each.get("Values") or (), strict=True)
        answers.setdefault(number, []).extend(numbers)
    return answers, errors


def end_of(aws: Aws, days: Iterable[datetime]) -> datetime | None:
    """Return the end of the last of these days, or now where it is today; None where there is none."""
    last = max(days, default=None)
    return last and min(last + DAY, aws.now)


#: How far back it is looked for a sign of use; options may not ask for more.
IN_USE_DAYS = 90


@probe(VolumeActivity, CALL)
def volume_activity(aws: Aws, volumes: Evidence[Volume]) -> Iterator[VolumeActivity | Gap]:
    def wanted(volume: Volume) -> dict[str, Series]:
        # VolumeIdleTime is not published for volumes that can be attached twice.
        named = {"VolumeId": volume.id}
        return {"ops": Series(namespace="AWS/EBS", metric="VolumeReadOps", dimensions=named)}

    since = beginning(aws, IN_USE_DAYS)
    loose = (volume for volume in volumes if volume.state == "available")
    for found in measure(aws, loose, wanted, since=since):
        if isinstance(found, Gap):
            yield found
        else:
            attached = end_of(aws, found.points["ops"])
            yield VolumeActivity(arn=found.resource.arn, attached=attached, since=since)


@probe(NatTraffic, CALL)
def nat_traffic(aws: Aws, gateways: Evidence[NatGateway]) -> Iterator[NatTraffic | Gap]:
    def wanted(gateway: NatGateway) -> dict[str, Series]:
        named = {"NatGatewayId": gateway.id}
        return {
            metric: Series(namespace="AWS/NATGateway", metric=metric, dimensions=named)
            for metric in ("BytesOutToDestination", "BytesInFromSource")
        }

    since = beginning(aws, IN_USE_DAYS)
    running = (gateway for gateway in gateways if gateway.state == "available")
    for found in measure(aws, running, wanted, since=since):
        if isinstance(found, Gap):
            yield found
        else:
            used = [
                day for points in found.points.values() for day, sum_ in points.items() if sum_ > 0
            ]
            yield NatTraffic(arn=found.resource.arn, carried=end_of(aws, used), since=since)


#: Trusted Advisor's window.
BALANCER_DAYS = 7
_BALANCERS = {
    "application": ("AWS/ApplicationELB", "RequestCount"),
    "network": ("AWS/NetworkELB", "ProcessedBytes"),
    "gateway": ("AWS/GatewayELB", "ProcessedBytes"),
}


@probe(BalancerTraffic, CALL)
def balancer_traffic(
    aws: Aws, balancers: Evidence[LoadBalancer], classics: Evidence[ClassicLoadBalancer]
) -> Iterator[BalancerTraffic | Gap]:
    def wanted(balancer: LoadBalancer | ClassicLoadBalancer) -> dict[str, Series]:
        if isinstance(balancer, ClassicLoadBalancer):
            namespace, metric = "AWS/ELB", "RequestCount"
            named = {"LoadBalancerName": balancer.name}
        else:
            namespace, metric = _BALANCERS[balancer.type]
            named = {"LoadBalancer": balancer.dimension}
        return {"carried": Series(namespace=namespace, metric=metric, dimensions=named)}

    both = balancers | classics
    for found in measure(aws, both, wanted, since=beginning(aws, BALANCER_DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            busiest = max(found.points["carried"].values(), default=0)
            yield BalancerTraffic(arn=found.resource.arn, busiest_day=busiest)


#: Storage metrics come once a day, one to two days late: enough for three of them.
STORAGE_DAYS = 7
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
STORAGE_TYPES = (
    "StandardStorage",
    "IntelligentTieringFAStorage",
    "IntelligentTieringIAStorage",
    "IntelligentTieringAAStorage",
    "IntelligentTieringAIAStorage",
    "IntelligentTieringDAAStorage",
    "IntAAObjectOverhead",
    "IntAAS3ObjectOverhead",
    "IntDAAObjectOverhead",
    "IntDAAS3ObjectOverhead",
    "StandardIAStorage",
    "StandardIASizeOverhead",
    "StandardIAObjectOverhead",
    "OneZoneIAStorage",
    "OneZoneIASizeOverhead",
    "ReducedRedundancyStorage",
    "GlacierInstantRetrievalStorage",
    "GlacierInstantRetrievalSizeOverhead",
    "GlacierStorage",
    "GlacierStagingStorage",
    "GlacierObjectOverhead",
    "GlacierS3ObjectOverhead",
    "DeepArchiveStorage",
    "DeepArchiveStagingStorage",
    "DeepArchiveObjectOverhead",
    "DeepArchiveS3ObjectOverhead",
)


@probe(BucketObjects, CALL)
def bucket_objects(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketObjects | Gap]:
    def wanted(bucket: Bucket) -> dict[str, Series]:
        return {"objects": _storage_series(bucket, "NumberOfObjects", "AllStorageTypes")}

    for found in _measure_buckets(aws, buckets, wanted):
        if isinstance(found, Gap):
            yield found
        else:
            daily = tuple(found.points["objects"].values())
            yield BucketObjects(arn=found.resource.arn, daily=daily)


@probe(BucketSize, CALL)
def bucket_sizes(
    aws: Aws, buckets: Evidence[Bucket], lifecycles: Evidence[BucketLifecycle]
) -> Iterator[BucketSize | Gap]:
    def wanted(bucket: Bucket) -> dict[str, Series]:
        return {kind: _storage_series(bucket, "BucketSizeBytes", kind) for kind in STORAGE_TYPES}

    def grows(bucket: Bucket) -> bool:
        lifecycle = lifecycles.glimpse(bucket.arn)
        return lifecycle is None or not any(rule.shrinks for rule in lifecycle.rules)

    for found in _measure_buckets(aws, filter(grows, buckets), wanted):
        if isinstance(found, Gap):
            yield found
        else:
            newest = {kind: points[max(points)] for kind, points in found.points.items() if points}
            yield BucketSize(arn=found.resource.arn, bytes=newest)


def _storage_series(bucket: Bucket, metric: str, kind: str) -> Series:
    named = {"BucketName": bucket.name, "StorageType": kind}
    return Series(namespace="AWS/S3", metric=metric, dimensions=named, stat="Average")


def _measure_buckets(
    aws: Aws, buckets: Iterable[Bucket], wanted: Callable[[Bucket], Mapping[str, Series]]
) -> Iterator[Measured[Bucket] | Gap]:
    """Ask in each bucket's own region: there its metrics lie."""
    listed, hidden = gathered(buckets)
    since = beginning(aws, STORAGE_DAYS)
    of_region = attrgetter("region")
    for region, there in groupby(sorted(listed, key=of_region), key=of_region):
        yield from measure(aws, there, wanted, since=since, region=region)
    yield from hidden
