"""Look at what the CloudWatch agent tells of disks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from readiness.evidence import Evidence, Gap
from readiness.evidence.disks import AGENT, LINUX, WINDOWS, DiskMetric, DiskUsage
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.ec2 import instance_arn
from readiness.probes.metrics import CALL, Series, measure

HOUR = timedelta(hours=1)
#: How far back the use of a disk is looked at.
WINDOW = timedelta(hours=24)


@probe(DiskMetric, "cloudwatch.list_metrics")
def disk_metrics(aws: Aws) -> Iterator[DiskMetric]:
    for metric in (LINUX, WINDOWS):
        listed = aws.pages(
            "cloudwatch.list_metrics",
            "Metrics",
            Namespace=AGENT,
            MetricName=metric,
            RecentlyActive="PT3H",
        )
        for each in listed:
            named = {pair["Name"]: pair["Value"] for pair in each.get("Dimensions") or ()}
            instance, group = named.get("InstanceId", ""), named.get("AutoScalingGroupName", "")
            owner = aws.arn("cloudwatch", "nameless-machine")
            if instance:
                owner = instance_arn(aws, instance)
            elif group:
                owner = aws.arn("autoscaling", f"autoScalingGroupName/{group}")
            others = ",".join(
                f"{key}={value}"
                for key, value in sorted(named.items())
                if key not in ("InstanceId", "ImageId", "InstanceType", "AutoScalingGroupName")
            )
            yield DiskMetric(
                arn=f"{owner}#{others or 'all disks'}",
                instance=instance,
                group=group,
                path=named.get("path", named.get("instance", "")),
                filesystem=named.get("fstype", ""),
                metric=metric,
                dimensions=tuple(sorted(named.items())),
            )


@probe(DiskUsage, CALL)
def disk_usage(aws: Aws, metrics: Evidence[DiskMetric]) -> Iterator[DiskUsage | Gap]:
    def wanted(metric: DiskMetric) -> dict[str, Series]:
        return {
            "disk": Series(
                namespace=AGENT,
                metric=metric.metric,
                dimensions=dict(metric.dimensions),
                stat="Minimum" if metric.metric == WINDOWS else "Maximum",
                period=HOUR,
            )
        }

    named = (each for each in metrics if each.instance or each.group)
    for found in measure(aws, named, wanted, since=aws.now - WINDOW):
        if isinstance(found, Gap):
            yield found
            continue
        metric, numbers = found.resource, found.points["disk"].values()
        used = None
        if numbers:
            used = 100 - min(numbers) if metric.metric == WINDOWS else max(numbers)
        yield DiskUsage(arn=metric.arn, path=metric.path, filesystem=metric.filesystem, used=used)
