"""Look at how many healthy targets load balancers counted behind them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from readiness.evidence import Evidence, Gap
from readiness.evidence.balancing import HealthyTargets, TargetGroup
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL, Series, measure

HOUR = timedelta(hours=1)
WINDOW = timedelta(days=1)
_NAMESPACES = {
    "app": "AWS/ApplicationELB",
    "net": "AWS/NetworkELB",
    "gwy": "AWS/GatewayELB",
}


@probe(HealthyTargets, CALL)
def healthy_targets(aws: Aws, groups: Evidence[TargetGroup]) -> Iterator[HealthyTargets | Gap]:
    def wanted(group: TargetGroup) -> dict[str, Series]:
        return {balancer: _series(group, balancer) for balancer in group.balancers}

    counted = (each for each in groups if each.balancers and each.type in ("instance", "ip"))
    for found in measure(aws, counted, wanted, since=aws.now - WINDOW):
        if isinstance(found, Gap):
            yield found
        else:
            minima = {name: tuple(points.values()) for name, points in found.points.items()}
            yield HealthyTargets(arn=found.resource.arn, minima=minima)


def _series(group: TargetGroup, balancer: str) -> Series:
    name = balancer.partition(":loadbalancer/")[2]
    return Series(
        namespace=_NAMESPACES[name.partition("/")[0]],
        metric="HealthyHostCount",
        dimensions={"TargetGroup": group.arn.rpartition(":")[2], "LoadBalancer": name},
        stat="Minimum",
        period=HOUR,
    )
