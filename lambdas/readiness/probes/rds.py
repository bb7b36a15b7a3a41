"""Look at relational databases."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.databases import DbCluster, DbInstance
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


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
            minimum_capacity=(each.get("ServerlessV2ScalingConfiguration") or {}).get(
                "MinCapacity"
            ),
        )
