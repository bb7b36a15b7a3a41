"""Databases: RDS and what shares its API (Aurora, DocumentDB, Neptune), and DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record

#: The engines whose metrics lie in a namespace of their own.
NAMESPACES: Mapping[str, str] = {"docdb": "AWS/DocDB", "neptune": "AWS/Neptune"}


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
    #: Where its standby lies; SQL Server with mirroring tells it by this alone.
    standby_zone: str = ""
    #: Whether its name leads to a public address.
    public: bool = False
    #: The subnets that it may lie in.
    subnets: tuple[str, ...] = ()
    #: The newest moment it can be restored to; None where there is none.
    restorable: datetime | None = None
    #: E.g. db.r8g.large.
    type: str = ""
    #: Whether Performance Insights is on, and the mode of Database Insights: standard or advanced.
    insights: bool = False
    insights_mode: str = ""
    #: The seconds between the numbers of Enhanced Monitoring; 0 where it is off.
    monitoring_seconds: int = 0
    #: The logs that it writes to CloudWatch Logs, e.g. error.
    log_exports: tuple[str, ...] = ()
    #: None while it is being made.
    created: datetime | None = None
    #: Whether others replicate it.
    replicated: bool = False
    #: GiB that it has, and up to which it grows by itself; None where it does not.
    allocated: int = 0
    allocated_at_most: int | None = None
    encrypted: bool = False
    #: Whether callers may prove who they are to IAM instead of by a password.
    iam_authentication: bool = False
    #: E.g. `16.4`.
    version: str = ""
    #: The names of its parameter groups, and whether what they say is in force.
    parameter_groups: tuple[str, ...] = ()
    parameters_in_force: bool = True

    @property
    def grows(self) -> bool:
        """Whether it has the storage of a cluster, which grows by itself (Aurora and its kin)."""
        return self.engine.startswith(("aurora", "docdb", "neptune"))


@record(Scope.REGION, "event subscription of databases")
class DbEventSubscription:
    """Who is told what of databases. Source: rds.DescribeEventSubscriptions."""

    arn: str
    enabled: bool
    #: db-instance, db-cluster, db-snapshot, …; empty for all.
    source: str
    #: maintenance, failure, …; empty for all.
    categories: tuple[str, ...]
    #: active, or what keeps it from telling anybody: no-permission or topic-not-exist; …
    status: str = "active"


@record(Scope.REGION, "database's free storage")
class FreeStorage:
    """The least storage that a database instance had left within a day. Source: cloudwatch.GetMetricData."""

    #: The instance's ARN.
    arn: str
    #: Bytes; None where nothing was measured.
    least: float | None


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
    #: The newest moment it can be restored to; None where there is none.
    restorable: datetime | None = None
    #: The logs that it writes to CloudWatch Logs, e.g. error.
    log_exports: tuple[str, ...] = ()
    created: datetime | None = None
    #: `serverless` for Aurora Serverless v1; else provisioned or another mode of Aurora's.
    mode: str = "provisioned"
    #: The least that Aurora Serverless v2 scales down to; None where it is not serverless.
    minimum_capacity: float | None = None
    encrypted: bool = False
    iam_authentication: bool = False
    version: str = ""
    #: The name of its parameter group, and whether what it says is in force in every member.
    parameter_group: str = ""
    parameters_in_force: bool = True


@dataclass(frozen=True, kw_only=True)
class _Snapshot:
    arn: str
    encrypted: bool


@record(Scope.REGION, "database snapshot")
class DbSnapshot(_Snapshot):
    """A snapshot of a database instance that the account owns. Source: rds.DescribeDBSnapshots."""


@record(Scope.REGION, "database cluster's snapshot")
class DbClusterSnapshot(_Snapshot):
    """A snapshot of a cluster that the account owns. Source: rds.DescribeDBClusterSnapshots."""


@dataclass(frozen=True, kw_only=True)
class _Parameters:
    #: Built from the group's name.
    arn: str
    #: What somebody set of the parameters in `TLS_PARAMETERS`; the others have the engine's default.
    set: Mapping[str, str]


@record(Scope.REGION, "database parameter group")
class DbParameters(_Parameters):
    """What a group that an instance uses says of TLS. Source: rds.DescribeDBParameters."""


@record(Scope.REGION, "cluster parameter group")
class DbClusterParameters(_Parameters):
    """What a group that a cluster uses says of TLS. Source: rds.DescribeDBClusterParameters."""


#: The parameters by which a database refuses clients that speak no TLS.
TLS_PARAMETERS = frozenset({"rds.force_ssl", "require_secure_transport"})
#: Groups with the engine's defaults, which nobody can change, begin so.
DEFAULT_GROUP = "default."


@record(Scope.REGION, "global database")
class GlobalCluster:
    """A database whose clusters lie in several regions. Source: rds.DescribeGlobalClusters."""

    arn: str
    #: The ARNs of its clusters.
    clusters: tuple[str, ...]


@record(Scope.REGION, "DynamoDB table")
class Table:
    """A DynamoDB table. Source: dynamodb.ListTables."""

    arn: str
    name: str


@record(Scope.REGION, "DynamoDB table's description")
class TableDescription:
    """What a DynamoDB table is like. Source: dynamodb.DescribeTable."""

    #: The table's ARN.
    arn: str
    name: str
    #: The regions of its replicas, its own left out; empty where it is no global table.
    replica_regions: tuple[str, ...]
    #: Whether it is paid by request, and so needs no scaling.
    on_demand: bool = False
    #: The names of its global secondary indexes.
    indexes: tuple[str, ...] = ()


@record(Scope.REGION, "DynamoDB table's continuous backups")
class ContinuousBackups:
    """Whether a table can be restored to a point in time. Source: dynamodb.DescribeContinuousBackups."""

    #: The table's ARN.
    arn: str
    point_in_time: bool
    #: The newest moment it can be restored to; None while recovery is being switched on.
    restorable: datetime | None = None


@record(Scope.REGION, "DynamoDB replica's continuous backups")
class ReplicaBackups:
    """The same of a table's replica in another region. Source: dynamodb.DescribeContinuousBackups."""

    #: The ARN of the table in this region.
    arn: str
    region: str
    point_in_time: bool
