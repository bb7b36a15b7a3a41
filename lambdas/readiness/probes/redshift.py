"""Look at Redshift."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.warehouses import RedshiftCluster
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(RedshiftCluster, "redshift.describe_clusters")
def clusters(aws: Aws) -> Iterator[RedshiftCluster]:
    for each in aws.pages("redshift.describe_clusters", "Clusters"):
        yield RedshiftCluster(
            arn=aws.arn("redshift", f"cluster:{each['ClusterIdentifier']}"),
            snapshot_retention_days=each["AutomatedSnapshotRetentionPeriod"],
            multi_az=each.get("MultiAZ", "").lower() == "enabled",
            encrypted=each.get("Encrypted", False),
            tags=tags_of(each),
        )
