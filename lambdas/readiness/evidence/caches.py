"""Caches and in-memory databases: ElastiCache, MemoryDB and DAX."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "ElastiCache replication group")
class ReplicationGroup:
    """A replication group of ElastiCache. Source: elasticache.DescribeReplicationGroups."""

    arn: str
    #: Days of automatic snapshots; 0 means off.
    snapshot_retention_days: int
    multi_az: bool
    automatic_failover: bool
    #: The replicas of the node group that has the fewest.
    replicas: int = 0
    #: All of its nodes.
    nodes: int = 0
    #: The id of the global datastore that it is a part of; empty where it is in none.
    global_id: str = ""
    encrypted: bool = False
    #: Whether it speaks TLS: `required`, `preferred` (clients may do without) or empty.
    tls: str = ""


@record(Scope.REGION, "MemoryDB cluster")
class MemoryDbCluster:
    """A cluster of MemoryDB. Source: memorydb.DescribeClusters."""

    arn: str
    #: Days of automatic snapshots; 0 means off.
    snapshot_retention_days: int
    multi_az: bool


@record(Scope.REGION, "DAX cluster")
class DaxCluster:
    """A cache before DynamoDB. Source: dax.DescribeClusters."""

    arn: str
    encrypted: bool
