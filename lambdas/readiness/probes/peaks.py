"""Look for the highest numbers of a while: what ran at once, what a group wanted."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.functions import Concurrency, ConcurrencyPeak
from readiness.evidence.scaling import AutoScalingGroup, GroupPeak
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL, Measured, Series, beginning, measure

CONCURRENCY_DAYS = 14
GROUP_DAYS = 42


@probe(ConcurrencyPeak, CALL)
def concurrency_peaks(aws: Aws, settings: Evidence[Concurrency]) -> Iterator[ConcurrencyPeak | Gap]:
    def wanted(_: Concurrency) -> dict[str, Series]:
        metric = "ConcurrentExecutions"
        return {
            "highest": Series(namespace="AWS/Lambda", metric=metric, dimensions={}, stat="Maximum")
        }

    for found in measure(aws, settings, wanted, since=beginning(aws, CONCURRENCY_DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            yield ConcurrencyPeak(arn=found.resource.arn, highest=_highest(found))


@probe(GroupPeak, CALL)
def group_peaks(aws: Aws, groups: Evidence[AutoScalingGroup]) -> Iterator[GroupPeak | Gap]:
    def wanted(group: AutoScalingGroup) -> dict[str, Series]:
        return {
            "highest": Series(
                namespace="AWS/AutoScaling",
                metric="GroupDesiredCapacity",
                dimensions={"AutoScalingGroupName": group.name},
                stat="Maximum",
            )
        }

    for found in measure(aws, groups, wanted, since=beginning(aws, GROUP_DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            yield GroupPeak(arn=found.resource.arn, desired=_highest(found))


def _highest(found: Measured[Concurrency] | Measured[AutoScalingGroup]) -> float | None:
    return max(found.points["highest"].values(), default=None)
