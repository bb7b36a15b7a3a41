"""Look at relational databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from readiness.evidence import Evidence, Gap
from readiness.evidence.databases import (
    DEFAULT_GROUP,
    TLS_PARAMETERS,
    DbCluster,
    DbClusterParameters,
    DbClusterSnapshot,
    DbEventSubscription,
    DbInstance,
    DbParameters,
    DbSnapshot,
    GlobalCluster,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered, tags_of

T = TypeVar("T")

#: What AWS says of a parameter group of which nothing waits for a restart.
IN_FORCE = "in-sync"


@probe(DbInstance, "rds.describe_db_instances")
def db_instances(aws: Aws) -> Iterator[DbInstance]:
    for each in aws.pages("rds.describe_db_instances", "DBInstances"):
        yield DbInstance(
            arn=each["DBInstanceArn"],
            engine=each["Engine"],
            status=each["DBInstanceStatus"],
            backup_retention_days=each["BackupRetentionPeriod"],
            multi_az=each.get("MultiAZ", False),
            cluster=each.get("DBClusterIdentifier", ""),
            replica=bool(
                each.get("ReadReplicaSourceDBInstanceIdentifier")
                or each.get("ReadReplicaSourceDBClusterIdentifier")
            ),
            availability_zone=each.get("AvailabilityZone", ""),
            tags=tags_of(each, "TagList"),
            standby_zone=each.get("SecondaryAvailabilityZone", ""),
            public=each.get("PubliclyAccessible", False),
            subnets=tuple(
                subnet["SubnetIdentifier"]
                for subnet in (each.get("DBSubnetGroup") or {}).get("Subnets") or ()
            ),
            restorable=each.get("LatestRestorableTime"),
            type=each.get("DBInstanceClass", ""),
            insights=each.get("PerformanceInsightsEnabled", False),
            insights_mode=each.get("DatabaseInsightsMode", ""),
            monitoring_seconds=each.get("MonitoringInterval", 0),
            log_exports=tuple(each.get("EnabledCloudwatchLogsExports") or ()),
            created=each.get("InstanceCreateTime"),
            allocated=each.get("AllocatedStorage", 0),
            allocated_at_most=each.get("MaxAllocatedStorage"),
            replicated=bool(
                each.get("ReadReplicaDBInstanceIdentifiers")
                or each.get("ReadReplicaDBClusterIdentifiers")
            ),
            encrypted=each.get("StorageEncrypted", False),
            iam_authentication=each.get("IAMDatabaseAuthenticationEnabled", False),
            version=each.get("EngineVersion", ""),
            parameter_groups=tuple(
                group["DBParameterGroupName"] for group in each.get("DBParameterGroups") or ()
            ),
            parameters_in_force=all(
                group.get("ParameterApplyStatus", IN_FORCE) == IN_FORCE
                for group in each.get("DBParameterGroups") or ()
            ),
        )


@probe(DbCluster, "rds.describe_db_clusters")
def db_clusters(aws: Aws) -> Iterator[DbCluster]:
    # IncludeShared stays off: clusters shared from other accounts are judged there.
    for each in aws.pages("rds.describe_db_clusters", "DBClusters"):
        yield DbCluster(
            arn=each["DBClusterArn"],
            engine=each["Engine"],
            status=each["Status"],
            backup_retention_days=each["BackupRetentionPeriod"],
            multi_az=each.get("MultiAZ", False),
            members=tuple(
                member["DBInstanceIdentifier"] for member in each.get("DBClusterMembers") or ()
            ),
            tags=tags_of(each, "TagList"),
            restorable=each.get("LatestRestorableTime"),
            log_exports=tuple(each.get("EnabledCloudwatchLogsExports") or ()),
            created=each.get("ClusterCreateTime"),
            mode=each.get("EngineMode", "provisioned"),
            minimum_capacity=(each.get("ServerlessV2ScalingConfiguration") or {}).get(
                "MinCapacity"
            ),
            encrypted=each.get("StorageEncrypted", False),
            iam_authentication=each.get("IAMDatabaseAuthenticationEnabled", False),
            version=each.get("EngineVersion", ""),
            parameter_group=each.get("DBClusterParameterGroup", ""),
            parameters_in_force=all(
                member.get("DBClusterParameterGroupStatus", IN_FORCE) == IN_FORCE
                for member in each.get("DBClusterMembers") or ()
            ),
        )


@probe(DbSnapshot, "rds.describe_db_snapshots")
def db_snapshots(aws: Aws) -> Iterator[DbSnapshot]:
    # Without IncludeShared and IncludePublic: those of others are theirs.
    for each in aws.pages("rds.describe_db_snapshots", "DBSnapshots"):
        yield DbSnapshot(arn=each["DBSnapshotArn"], encrypted=each.get("Encrypted", False))


@probe(DbClusterSnapshot, "rds.describe_db_cluster_snapshots")
def db_cluster_snapshots(aws: Aws) -> Iterator[DbClusterSnapshot]:
    for each in aws.pages("rds.describe_db_cluster_snapshots", "DBClusterSnapshots"):
        yield DbClusterSnapshot(
            arn=each["DBClusterSnapshotArn"], encrypted=each.get("StorageEncrypted", False)
        )


@probe(DbParameters, "rds.describe_db_parameters")
def db_parameters(aws: Aws, instances: Evidence[DbInstance]) -> Iterator[DbParameters | Gap]:
    named = (name for each in instances.seen if not each.cluster for name in each.parameter_groups)
    yield from _parameters(
        aws, "rds.describe_db_parameters", "DBParameterGroupName", "pg", named, DbParameters
    )
    # An instance that was not seen may use another one.
    yield from (replace(gap, resource="") for gap in instances.gaps)


@probe(DbClusterParameters, "rds.describe_db_cluster_parameters")
def db_cluster_parameters(
    aws: Aws, clusters: Evidence[DbCluster]
) -> Iterator[DbClusterParameters | Gap]:
    yield from _parameters(
        aws,
        "rds.describe_db_cluster_parameters",
        "DBClusterParameterGroupName",
        "cluster-pg",
        (each.parameter_group for each in clusters.seen),
        DbClusterParameters,
    )
    yield from (replace(gap, resource="") for gap in clusters.gaps)


def _parameters(
    aws: Aws, operation: str, argument: str, kind: str, named: Iterable[str], make: Callable[..., T]
) -> Iterator[T | Gap]:
    """Look at each group once; in a group with the defaults nothing can be set."""

    def look(arn: str) -> Iterator[T]:
        name = arn.rpartition(":")[2]
        listed = aws.pages(
            operation,
            "Parameters",
            Source="user",
            **{argument: name},
        )
        said = {each["ParameterName"]: each.get("ParameterValue", "") for each in listed}
        yield make(arn=arn, set={name: said[name] for name in sorted(TLS_PARAMETERS & said.keys())})

    arns: Any = dict.fromkeys(
        aws.arn("rds", f"{kind}:{name}")
        for name in named
        if name and not name.startswith(DEFAULT_GROUP)
    )
    yield from aws.each(arns, look, arn=str)


@probe(GlobalCluster, "rds.describe_global_clusters")
def global_clusters(aws: Aws, clusters: Evidence[DbCluster]) -> Iterator[GlobalCluster | Gap]:
    listed, hidden = gathered(clusters)
    if listed:
        for each in aws.pages("rds.describe_global_clusters", "GlobalClusters"):
            yield GlobalCluster(
                arn=each["GlobalClusterArn"],
                clusters=tuple(
                    member["DBClusterArn"]
                    for member in each.get("GlobalClusterMembers") or ()
                    if member.get("DBClusterArn")
                ),
            )
    yield from hidden


@probe(DbEventSubscription, "rds.describe_event_subscriptions")
def event_subscriptions(
    aws: Aws, instances: Evidence[DbInstance], clusters: Evidence[DbCluster]
) -> Iterator[DbEventSubscription | Gap]:
    both: Evidence[DbInstance | DbCluster] = instances | clusters
    listed, hidden = gathered(both)
    if listed:
        for each in aws.pages("rds.describe_event_subscriptions", "EventSubscriptionsList"):
            yield DbEventSubscription(
                arn=each["EventSubscriptionArn"],
                enabled=each.get("Enabled", False),
                source=each.get("SourceType", ""),
                categories=tuple(each.get("EventCategoriesList") or ()),
                status=each.get("Status", "active"),
            )
    yield from hidden
