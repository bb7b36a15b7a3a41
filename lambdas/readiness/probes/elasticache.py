"""Look at ElastiCache."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.caches import ReplicationGroup
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ReplicationGroup, "elasticache.describe_replication_groups")
def replication_groups(aws: Aws) -> Iterator[ReplicationGroup]:
    for each in aws.pages("elasticache.describe_replication_groups", "ReplicationGroups"):
        yield ReplicationGroup(
            arn=each["ARN"],
            snapshot_retention_days=each.get("SnapshotRetentionLimit", 0),
            multi_az=each.get("MultiAZ") == "enabled",
            automatic_failover=each.get("AutomaticFailover") == "enabled",
            replicas=_replicas(each),
            global_id=(each.get("GlobalReplicationGroupInfo") or {}).get(
                "GlobalReplicationGroupId", ""
            ),
            nodes=len(each.get("MemberClusters") or ()),
            encrypted=each.get("AtRestEncryptionEnabled", False),
            # Groups that have no mode are from before there was one: then all clients need TLS.
            tls=each.get("TransitEncryptionMode", "required")
            if each.get("TransitEncryptionEnabled", False)
            else "",
        )


def _replicas(group: Mapping[str, Any]) -> int:
    """Return how many nodes besides its primary the smallest node group has."""
    sizes = [len(each.get("NodeGroupMembers") or ()) for each in group.get("NodeGroups") or ()]
    return max(min(sizes, default=0) - 1, 0)
