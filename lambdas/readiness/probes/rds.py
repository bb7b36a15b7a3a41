"""Look at relational databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from readiness.evidence.databases import (
    DbCluster,
    DbClusterSnapshot,
    DbInstance,
    DbSnapshot,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of

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
            created=each.get("InstanceCreateTime"),
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
