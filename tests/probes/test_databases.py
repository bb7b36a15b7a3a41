"""What is seen of databases, caches and warehouses."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from readiness.evidence import SCOPES, Evidence
from readiness.evidence.caches import MemoryDbCluster, ReplicationGroup
from readiness.evidence.databases import (
    ContinuousBackups,
    DbCluster,
    DbInstance,
    ReplicaBackups,
    Table,
    TableDescription,
)
from readiness.evidence.warehouses import RedshiftCluster
from readiness.probes import look
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION

RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"
TABLES = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"


def db_instance(name: str, **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceArn": f"{RDS}:db:{name}",
        "Engine": "postgres",
        "DBInstanceStatus": "available",
        "BackupRetentionPeriod": 7,
        **more,
    }


def expected_instance(name: str, **changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": f"{RDS}:db:{name}",
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": False,
        "cluster": "",
        "replica": False,
        "availability_zone": "",
        "tags": {},
    }
    return DbInstance(**values | changes)


def test_database_instances_of_every_page() -> None:
    plain = db_instance(
        "a", MultiAZ=True, AvailabilityZone="eu-west-1a", TagList=[{"Key": "a", "Value": "b"}]
    )
    others = [
        db_instance("b", ReadReplicaSourceDBInstanceIdentifier="a"),
        db_instance("c", ReadReplicaSourceDBClusterIdentifier="x"),
        db_instance("d", DBClusterIdentifier="shop"),
    ]
    answers = (
        Answer("rds.describe_db_instances", {"DBInstances": [plain], "Marker": "n"}, {}, {}),
        Answer("rds.describe_db_instances", {"DBInstances": others}, {}, {"Marker": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, DbInstance)
        assert_made_as_declared(connection, DbInstance)

    assert found == Evidence(
        (
            expected_instance("a", multi_az=True, availability_zone="eu-west-1a", tags={"a": "b"}),
            expected_instance("b", replica=True),
            expected_instance("c", replica=True),
            expected_instance("d", cluster="shop"),
        )
    )


def test_database_clusters() -> None:
    cluster = {
        "DBClusterArn": f"{RDS}:cluster:shop",
        "Engine": "aurora-postgresql",
        "Status": "available",
        "BackupRetentionPeriod": 1,
        "EngineMode": "serverless",
        "DBClusterMembers": [{"DBInstanceIdentifier": "shop-1"}],
    }
    with answering(Answer("rds.describe_db_clusters", {"DBClusters": [cluster]})) as connection:
        found = seen(connection, DbCluster)
        assert_made_as_declared(connection, DbCluster)

    assert found == Evidence(
        (
            DbCluster(
                arn=f"{RDS}:cluster:shop",
                engine="aurora-postgresql",
                status="available",
                backup_retention_days=1,
                multi_az=False,
                members=("shop-1",),
                tags={},
                mode="serverless",
            ),
        )
    )


def table(name: str) -> Table:
    return Table(arn=f"{TABLES}/{name}", name=name)


def listed(*names: str) -> Answer:
    return Answer("dynamodb.list_tables", {"TableNames": list(names)})


def point_in_time(status: str) -> dict[str, Any]:
    described: dict[str, Any] = {"ContinuousBackupsStatus": "ENABLED"}
    if status:
        described["PointInTimeRecoveryDescription"] = {"PointInTimeRecoveryStatus": status}
    return {"ContinuousBackupsDescription": described}


def test_tables_of_every_page() -> None:
    answers = (
        Answer(
            "dynamodb.list_tables", {"TableNames": ["carts"], "LastEvaluatedTableName": "carts"}
        ),
        Answer(
            "dynamodb.list_tables",
            {"TableNames": ["users"]},
            {},
            {"ExclusiveStartTableName": "carts"},
        ),
    )
    with answering(*answers) as connection:
        assert seen(connection, Table) == Evidence((table("carts"), table("users")))
        assert_made_as_declared(connection, Table)


def test_a_tables_arn_is_the_one_that_dynamodb_gives() -> None:
    with mock_aws(), connected("123456789012") as connection:
        client = boto3.client("dynamodb", region_name=REGION)
        made = client.create_table(
            TableName="carts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.update_continuous_backups(
            TableName="carts",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
        found = seen(connection, ContinuousBackups)

    arn = made["TableDescription"]["TableArn"]
    (backups,) = found
    assert backups.restorable is not None
    assert found == Evidence(
        (ContinuousBackups(arn=arn, point_in_time=True, restorable=backups.restorable),)
    )


def test_point_in_time_recovery_of_each_table() -> None:
    answers = (
        listed("off", "never", "refused", "gone"),
        Answer("dynamodb.describe_continuous_backups", point_in_time("DISABLED")),
        Answer("dynamodb.describe_continuous_backups", point_in_time("")),
        Answer("dynamodb.describe_continuous_backups", error=DENIED),
        Answer(
            "dynamodb.describe_continuous_backups",
            error={"service_error_code": "TableNotFoundException"},
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, ContinuousBackups)

    assert found == Evidence(
        (
            ContinuousBackups(arn=f"{TABLES}/off", point_in_time=False),
            ContinuousBackups(arn=f"{TABLES}/never", point_in_time=False),
        ),
        (refused("dynamodb:DescribeContinuousBackups", resource=f"{TABLES}/refused"),),
    )


def test_a_global_tables_replicas_are_asked_in_their_own_regions() -> None:
    regions = [{"RegionName": region} for region in (REGION, "eu-central-1")]
    answers = (
        listed("carts", "local"),
        Answer("dynamodb.describe_table", {"Table": {"Replicas": regions}}),
        Answer("dynamodb.describe_table", {"Table": {}}),
    )
    with answering(*answers) as connection:
        there = Stubber(connection.client("dynamodb", "eu-central-1"))
        there.add_response(
            "describe_continuous_backups", point_in_time("ENABLED"), {"TableName": "carts"}
        )
        there.activate()
        found = look(connection, REGION, SCOPES[ReplicaBackups], [ReplicaBackups, TableDescription])

    assert found[TableDescription] == Evidence(
        (
            TableDescription(
                arn=f"{TABLES}/carts", name="carts", replica_regions=("eu-central-1",)
            ),
            TableDescription(arn=f"{TABLES}/local", name="local", replica_regions=()),
        )
    )
    assert found[ReplicaBackups] == Evidence(
        (ReplicaBackups(arn=f"{TABLES}/carts", region="eu-central-1", point_in_time=True),)
    )


REDSHIFT = {"ClusterIdentifier": "dwh", "AutomatedSnapshotRetentionPeriod": 1}
MEMORYDB = f"arn:aws:memorydb:{REGION}:{ACCOUNT}:cluster/sessions"
CACHE = f"arn:aws:elasticache:{REGION}:{ACCOUNT}:replicationgroup:pages"

CLUSTERS: dict[str, tuple[Answer, Any]] = {
    "Redshift in one zone": (
        Answer("redshift.describe_clusters", {"Clusters": [REDSHIFT]}),
        RedshiftCluster(
            arn=f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:dwh",
            snapshot_retention_days=1,
            multi_az=False,
        ),
    ),
    "Redshift in two zones": (
        Answer("redshift.describe_clusters", {"Clusters": [{**REDSHIFT, "MultiAZ": "Enabled"}]}),
        RedshiftCluster(
            arn=f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:dwh",
            snapshot_retention_days=1,
            multi_az=True,
        ),
    ),
    "MemoryDB in two zones": (
        Answer(
            "memorydb.describe_clusters",
            {
                "Clusters": [
                    {"ARN": MEMORYDB, "SnapshotRetentionLimit": 5, "AvailabilityMode": "multiaz"}
                ]
            },
        ),
        MemoryDbCluster(arn=MEMORYDB, snapshot_retention_days=5, multi_az=True),
    ),
    "MemoryDB without anything": (
        Answer("memorydb.describe_clusters", {"Clusters": [{"ARN": MEMORYDB}]}),
        MemoryDbCluster(arn=MEMORYDB, snapshot_retention_days=0, multi_az=False),
    ),
    "ElastiCache in two zones": (
        Answer(
            "elasticache.describe_replication_groups",
            {
                "ReplicationGroups": [
                    {
                        "ARN": CACHE,
                        "SnapshotRetentionLimit": 1,
                        "MultiAZ": "enabled",
                        "AutomaticFailover": "enabled",
                        "MemberClusters": ["cache-001", "cache-002"],
                    }
                ]
            },
        ),
        ReplicationGroup(
            arn=CACHE, snapshot_retention_days=1, multi_az=True, automatic_failover=True, nodes=2
        ),
    ),
    "ElastiCache without anything": (
        Answer("elasticache.describe_replication_groups", {"ReplicationGroups": [{"ARN": CACHE}]}),
        ReplicationGroup(
            arn=CACHE, snapshot_retention_days=0, multi_az=False, automatic_failover=False
        ),
    ),
}


@pytest.mark.parametrize(
    ("answer", "expected"), [pytest.param(*row, id=name) for name, row in CLUSTERS.items()]
)
def test_a_cluster(answer: Answer, expected: Any) -> None:
    with answering(answer) as connection:
        assert seen(connection, type(expected)) == Evidence((expected,))
        assert_made_as_declared(connection, type(expected))


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (DbInstance, "rds.describe_db_instances", "rds:DescribeDBInstances"),
        (DbCluster, "rds.describe_db_clusters", "rds:DescribeDBClusters"),
        (Table, "dynamodb.list_tables", "dynamodb:ListTables"),
        (RedshiftCluster, "redshift.describe_clusters", "redshift:DescribeClusters"),
        (MemoryDbCluster, "memorydb.describe_clusters", "memorydb:DescribeClusters"),
        (
            ReplicationGroup,
            "elasticache.describe_replication_groups",
            "elasticache:DescribeReplicationGroups",
        ),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
