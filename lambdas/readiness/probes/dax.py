"""Look at DAX."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.caches import DaxCluster
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(DaxCluster, "dax.describe_clusters")
def clusters(aws: Aws) -> Iterator[DaxCluster]:
    for each in aws.pages("dax.describe_clusters", "Clusters"):
        yield DaxCluster(
            arn=each["ClusterArn"],
            encrypted=(each.get("SSEDescription") or {}).get("Status") == "ENABLED",
        )
