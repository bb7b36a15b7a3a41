"""Relational databases: RDS, and what shares its API (Aurora, DocumentDB, Neptune)."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.evidence import Scope, record


@record(Scope.REGION, "database instance")
class DbInstance:
    """A database instance. Source: rds.DescribeDBInstances."""

    arn: str
    engine: str
    status: str
    #: Days of automatic backups; 0 means off.
    backup_retention_days: int
    multi_az: bool
    #: Empty for an instance on its own.
    cluster: str
    #: Whether it replicates another instance or cluster.
    replica: bool
    availability_zone: str
    tags: Mapping[str, str]


@record(Scope.REGION, "database cluster")
class DbCluster:
    """A cluster of database instances. Source: rds.DescribeDBClusters."""

    arn: str
    engine: str
    status: str
    #: Days of automatic backups; Aurora has always at least one.
    backup_retention_days: int
    multi_az: bool
    #: Identifiers of its instances; empty for serverless v1.
    members: tuple[str, ...]
    tags: Mapping[str, str]
