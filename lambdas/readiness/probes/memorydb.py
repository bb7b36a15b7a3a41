"""Look at MemoryDB."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.caches import MemoryDbCluster
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(MemoryDbCluster, "memorydb.describe_clusters")
def clusters(aws: Aws) -> Iterator[MemoryDbCluster]:
    for each in aws.pages("memorydb.describe_clusters", "Clusters"):
        yield MemoryDbCluster(
            arn=each["ARN"],
            snapshot_retention_days=each.get("SnapshotRetentionLimit", 0),
            multi_az=each.get("AvailabilityMode", "").lower() == "multiaz",
        )
