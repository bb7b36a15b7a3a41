"""Look for runs of the solution Distributed Load Testing on AWS, by the metrics that it leaves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from readiness.evidence import Gap
from readiness.evidence.load import DistributedRun
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL, Series, beginning, measure

NAMESPACE = "distributed-load-testing"
DAYS = 180
HOUR = timedelta(hours=1)
#: One metric of each test: how many requests succeeded.
_SUCCEEDED = re.compile(r"^(?P<test>[\w-]+)-numSucc$")


@dataclass(frozen=True)
class _Metric:
    arn: str
    test: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


@probe(DistributedRun, "cloudwatch.list_metrics", CALL)
def distributed_runs(aws: Aws) -> Iterator[DistributedRun | Gap]:
    def wanted(metric: _Metric) -> dict[str, Series]:
        dimensions = dict(metric.dimensions)
        return {
            "succeeded": Series(
                namespace=NAMESPACE, metric=metric.name, dimensions=dimensions, period=HOUR
            )
        }

    for found in measure(aws, _metrics(aws), wanted, since=beginning(aws, DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            for started, ended in _whiles(found.points["succeeded"]):
                yield DistributedRun(
                    arn=f"{found.resource.arn}/{started:%Y-%m-%dT%H}",
                    test=found.resource.test,
                    started=started,
                    ended=ended,
                )


def _metrics(aws: Aws) -> Iterator[_Metric]:
    for each in aws.pages("cloudwatch.list_metrics", "Metrics", Namespace=NAMESPACE):
        named = _SUCCEEDED.match(each["MetricName"])
        if named:
            pairs = ((pair["Name"], pair["Value"]) for pair in each.get("Dimensions") or ())
            yield _Metric(
                arn=aws.arn("cloudwatch", f"{NAMESPACE}/{named['test']}"),
                test=named["test"],
                name=each["MetricName"],
                dimensions=tuple(pairs),
            )


def _whiles(hours: Iterable[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """Yield the beginning and the end of hours that follow one another."""
    started: datetime | None = None
    ended = datetime.min
    for hour in sorted(hours):
        if started is not None and hour > ended:
            yield started, ended
            started = None
        started = started or hour
        ended = hour + HOUR
    if started is not None:
        yield started, ended
