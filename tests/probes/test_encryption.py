"""What is seen of encryption: defaults, keys, snapshots of databases, queues, topics and caches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.caches import DaxCluster, ReplicationGroup
from readiness.evidence.databases import (
    DbClusterParameters,
    DbClusterSnapshot,
    DbInstance,
    DbParameters,
    DbSnapshot,
)
from readiness.evidence.encryption import (
    BucketEncryption,
    EbsDefault,
    EncryptionRule,
    KeyRotation,
    KmsKey,
    ListedKey,
)
from readiness.evidence.queues import Queue, QueueAttributes, Topic, TopicAttributes
from readiness.evidence.storage import Bucket
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

KMS = f"arn:aws:kms:{REGION}:{ACCOUNT}"
SQS = f"arn:aws:sqs:{REGION}:{ACCOUNT}"
SNS = f"arn:aws:sns:{REGION}:{ACCOUNT}"
RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


@pytest.mark.parametrize("on", [True, False])
def test_whether_a_region_encrypts_new_volumes(account: str, on: bool) -> None:
    client = boto3.client("ec2", region_name=REGION)
    if on:
        client.enable_ebs_encryption_by_default()
    with connected(account) as connection:
        found = seen(connection, EbsDefault)
        assert_made_as_declared(connection, EbsDefault)

    arn = f"arn:aws:ec2:{REGION}:{account}:ebs-encryption-by-default"
    assert found == Evidence((EbsDefault(arn=arn, encrypts=on),))


def test_how_buckets_encrypt_new_objects(account: str) -> None:
    client = boto3.client("s3", region_name="us-east-1")
    for name in ("bare", "orders"):
        client.create_bucket(Bucket=name)
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k1"},
        "BucketKeyEnabled": True,
    }
    client.put_bucket_encryption(
        Bucket="orders", ServerSideEncryptionConfiguration={"Rules": [rule]}
    )
    with connected(account) as connection:
        found = seen(connection, BucketEncryption)
        assert_made_as_declared(connection, Bucket, BucketEncryption)

    ours = EncryptionRule(algorithm="aws:kms", key="k1", bucket_key=True)
    assert found == Evidence(
        (
            # Real buckets have always a rule; the simulated ones may have none.
            BucketEncryption(arn="arn:aws:s3:::bare", rules=()),
            BucketEncryption(arn="arn:aws:s3:::orders", rules=(ours,)),
        )
    )


def described(name: str, **changes: Any) -> Answer:
    said = {
        "KeyId": name,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "Origin": "AWS_KMS",
        "KeyState": "Enabled",
    }
    return Answer(
        "kms.describe_key",
        {"KeyMetadata": said | changes},
        asked={"KeyId": f"{KMS}:key/{name}"},
    )


def keys(*names: str) -> dict[str, Any]:
    return {"Keys": [{"KeyId": name, "KeyArn": f"{KMS}:key/{name}"} for name in names]}


def key(name: str, **changes: Any) -> KmsKey:
    values: dict[str, Any] = {
        "arn": f"{KMS}:key/{name}",
        "of_aws": False,
        "spec": "SYMMETRIC_DEFAULT",
        "origin": "AWS_KMS",
        "state": "Enabled",
    }
    return KmsKey(**values | changes)


def test_keys_and_the_rotation_of_those_that_rotate() -> None:
    gone = {"service_error_code": "NotFoundException", "http_status_code": 400}
    unsupported = {"service_error_code": "UnsupportedOperationException", "http_status_code": 400}
    replica = {"MultiRegionConfiguration": {"MultiRegionKeyType": "REPLICA"}}
    status = "kms.get_key_rotation_status"
    answers = (
        Answer("kms.list_keys", {**keys("ours", "aws"), "Truncated": True, "NextMarker": "m"}, asked={"Limit": 1000}),
        Answer("kms.list_keys", keys("rsa", "far", "going", "gone", "denied", "odd"), asked={"Limit": 1000, "Marker": "m"}),
        described("ours"),
        described("aws", KeyManager="AWS"),
        described("rsa", KeySpec="RSA_2048"),
        described("far", **replica),
        described("going", KeyState="PendingDeletion", DeletionDate=NOW),
        Answer("kms.describe_key", error=gone),
        Answer("kms.describe_key", error=DENIED),
        described("odd"),
        Answer(status, {"KeyRotationEnabled": True, "RotationPeriodInDays": 90}, asked={"KeyId": f"{KMS}:key/ours"}),
        Answer(status, error=unsupported),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, KeyRotation)
        assert_made_as_declared(connection, ListedKey, KmsKey, KeyRotation)

    rotation = KeyRotation(arn=f"{KMS}:key/ours", enabled=True, days=90)
    hidden = refused("kms:DescribeKey", resource=f"{KMS}:key/denied")
    assert found == Evidence((rotation,), (hidden,))


def test_what_keys_are_like() -> None:
    answers = (
        Answer("kms.list_keys", keys("ours", "aws", "far", "going", "denied")),
        described("ours"),
        described("aws", KeyManager="AWS"),
        described("far", MultiRegionConfiguration={"MultiRegionKeyType": "REPLICA"}),
        described("going", KeyState="PendingDeletion", DeletionDate=NOW),
        Answer("kms.describe_key", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, KmsKey)

    assert found == Evidence(
        (
            key("ours"),
            key("aws", of_aws=True),
            key("far", replica=True),
            key("going", state="PendingDeletion", deleted=NOW),
        ),
        (refused("kms:DescribeKey", resource=f"{KMS}:key/denied"),),
    )


def test_an_answer_without_a_period_means_a_year(account: str) -> None:
    client = boto3.client("kms", region_name=REGION)
    arn = client.create_key()["KeyMetadata"]["Arn"]
    client.enable_key_rotation(KeyId=arn)
    with connected(account) as connection:
        assert seen(connection, KeyRotation) == Evidence(
            (KeyRotation(arn=arn, enabled=True, days=365),)
        )


def test_queues_of_every_page_and_what_encrypts_them() -> None:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
    gone = {
        "service_error_code": "AWS.SimpleQueueService.NonExistentQueue",
        "http_status_code": 400,
    }
    said = "sqs.get_queue_attributes"
    answers = (
        Answer("sqs.list_queues", {"QueueUrls": [f"{url}/work", f"{url}/old"], "NextToken": "n"}, asked={"MaxResults": 1000}),
        Answer("sqs.list_queues", {"QueueUrls": [f"{url}/kms", f"{url}/gone", f"{url}/shut"]}, asked={"MaxResults": 1000, "NextToken": "n"}),
        Answer(said, {"Attributes": {"SqsManagedSseEnabled": "true", "Policy": "{}", "RedrivePolicy": f'{{"deadLetterTargetArn": "{SQS}:old"}}'}}, asked={"QueueUrl": f"{url}/work", "AttributeNames": ["All"]}),
        Answer(said, {"Attributes": {"SqsManagedSseEnabled": "false", "RedriveAllowPolicy": '{"redrivePermission": "allowAll"}'}}),
        Answer(said, {"Attributes": {"KmsMasterKeyId": "alias/aws/sqs", "RedriveAllowPolicy": '{"redrivePermission": "denyAll"}'}}),
        Answer(said, error=gone),
        Answer(said, error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, QueueAttributes)
        assert_made_as_declared(connection, Queue, QueueAttributes)

    assert found == Evidence(
        (
            QueueAttributes(arn=f"{SQS}:work", own_key=True, kms_key="", dead_letters=f"{SQS}:old"),
            QueueAttributes(arn=f"{SQS}:old", own_key=False, kms_key="", takes_dead_letters=True),
            QueueAttributes(arn=f"{SQS}:kms", own_key=False, kms_key="alias/aws/sqs"),
        ),
        (refused("sqs:GetQueueAttributes", resource=f"{SQS}:shut"),),
    )


def test_topics_and_what_encrypts_them() -> None:
    gone = {"service_error_code": "NotFound", "http_status_code": 404}
    said = "sns.get_topic_attributes"
    answers = (
        Answer("sns.list_topics", {"Topics": [{"TopicArn": f"{SNS}:{name}"} for name in ("news", "bare", "gone", "shut")]}),
        Answer(said, {"Attributes": {"KmsMasterKeyId": "alias/ours", "Policy": "{}"}}, asked={"TopicArn": f"{SNS}:news"}),
        Answer(said, {"Attributes": {}}),
        Answer(said, error=gone),
        Answer(said, error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, TopicAttributes)
        assert_made_as_declared(connection, Topic, TopicAttributes)

    assert found == Evidence(
        (
            TopicAttributes(arn=f"{SNS}:news", kms_key="alias/ours"),
            TopicAttributes(arn=f"{SNS}:bare", kms_key=""),
        ),
        (refused("sns:GetTopicAttributes", resource=f"{SNS}:shut"),),
    )


def test_snapshots_of_databases_and_clusters_of_every_page() -> None:
    one = {"DBSnapshotArn": f"{RDS}:snapshot:a", "Encrypted": True}
    two = {"DBSnapshotArn": f"{RDS}:snapshot:b", "Encrypted": False}
    three = {"DBClusterSnapshotArn": f"{RDS}:cluster-snapshot:c", "StorageEncrypted": True}
    answers = (
        Answer("rds.describe_db_snapshots", {"DBSnapshots": [one], "Marker": "m"}, asked={}),
        Answer("rds.describe_db_snapshots", {"DBSnapshots": [two]}, asked={"Marker": "m"}),
        Answer("rds.describe_db_cluster_snapshots", {"DBClusterSnapshots": [three]}, asked={}),
    )
    with answering(*answers) as connection:
        found = seen(connection, DbSnapshot), seen(connection, DbClusterSnapshot)
        assert_made_as_declared(connection, DbSnapshot, DbClusterSnapshot)

    assert found == (
        Evidence(
            (
                DbSnapshot(arn=f"{RDS}:snapshot:a", encrypted=True),
                DbSnapshot(arn=f"{RDS}:snapshot:b", encrypted=False),
            )
        ),
        Evidence((DbClusterSnapshot(arn=f"{RDS}:cluster-snapshot:c", encrypted=True),)),
    )


def database(name: str, *groups: str, **more: Any) -> dict[str, Any]:
    return {
        "DBInstanceArn": f"{RDS}:db:{name}",
        "Engine": "postgres",
        "DBInstanceStatus": "available",
        "BackupRetentionPeriod": 7,
        "DBParameterGroups": [
            {"DBParameterGroupName": group, "ParameterApplyStatus": "in-sync"} for group in groups
        ],
        **more,
    }


def test_each_parameter_group_is_asked_once_and_a_default_one_never() -> None:
    listed = [
        database("one", "strict"),
        database("two", "strict"),
        database("three", "default.postgres16"),
        database("five", "shut"),
        database("member", "mine", DBClusterIdentifier="main"),
    ]
    page = {"ParameterName": "rds.force_ssl", "ParameterValue": "1"}
    other = {"ParameterName": "max_connections", "ParameterValue": "5"}
    said = "rds.describe_db_parameters"
    asked = {"DBParameterGroupName": "strict", "Source": "user"}
    answers = (
        Answer("rds.describe_db_instances", {"DBInstances": listed}),
        Answer(said, {"Parameters": [other], "Marker": "m"}, asked=asked),
        Answer(said, {"Parameters": [page]}, asked={**asked, "Marker": "m"}),
        Answer(said, error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, DbParameters)
        assert_made_as_declared(connection, DbInstance, DbParameters)

    assert found == Evidence(
        (DbParameters(arn=f"{RDS}:pg:strict", set={"rds.force_ssl": "1"}),),
        (refused("rds:DescribeDBParameters", resource=f"{RDS}:pg:shut"),),
    )


def test_what_a_group_of_a_cluster_says() -> None:
    cluster = {
        "DBClusterArn": f"{RDS}:cluster:main",
        "Engine": "aurora-mysql",
        "Status": "available",
        "BackupRetentionPeriod": 7,
        "DBClusterParameterGroup": "ours",
    }
    said = {"Parameters": [{"ParameterName": "require_secure_transport", "ParameterValue": "ON"}]}
    asked = {"DBClusterParameterGroupName": "ours", "Source": "user"}
    answers = (
        Answer("rds.describe_db_clusters", {"DBClusters": [cluster]}),
        Answer("rds.describe_db_cluster_parameters", said, asked=asked),
    )
    with answering(*answers) as connection:
        found = seen(connection, DbClusterParameters)

    ours = DbClusterParameters(arn=f"{RDS}:cluster-pg:ours", set={"require_secure_transport": "ON"})
    assert found == Evidence((ours,))


def test_an_instance_that_was_not_seen_may_use_another_group() -> None:
    with answering(Answer("rds.describe_db_instances", error=DENIED)) as connection:
        assert seen(connection, DbParameters) == Evidence(
            gaps=(refused("rds:DescribeDBInstances"),)
        )


def test_clusters_of_dax() -> None:
    arn = f"arn:aws:dax:{REGION}:{ACCOUNT}:cache"
    pages = (
        [{"ClusterArn": f"{arn}/a", "SSEDescription": {"Status": "ENABLED"}}],
        [{"ClusterArn": f"{arn}/b"}],
    )
    answers = (
        Answer("dax.describe_clusters", {"Clusters": pages[0], "NextToken": "n"}, asked={}),
        Answer("dax.describe_clusters", {"Clusters": pages[1]}, asked={"NextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, DaxCluster)
        assert_made_as_declared(connection, DaxCluster)

    assert found == Evidence(
        (
            DaxCluster(arn=f"{arn}/a", encrypted=True),
            DaxCluster(arn=f"{arn}/b", encrypted=False),
        )
    )


def test_how_caches_speak_tls() -> None:
    def group(name: str, **more: Any) -> dict[str, Any]:
        return {"ARN": name, **more}

    listed = [
        group("bare"),
        group("old", TransitEncryptionEnabled=True),
        group("lax", TransitEncryptionEnabled=True, TransitEncryptionMode="preferred"),
        group("all", AtRestEncryptionEnabled=True),
    ]
    answer = Answer("elasticache.describe_replication_groups", {"ReplicationGroups": listed})
    with answering(answer) as connection:
        found = seen(connection, ReplicationGroup)

    assert [(each.arn, each.encrypted, each.tls) for each in found] == [
        ("bare", False, ""),
        ("old", False, "required"),
        ("lax", False, "preferred"),
        ("all", True, ""),
    ]


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (DaxCluster, "dax.describe_clusters", "dax:DescribeClusters"),
        (DbClusterSnapshot, "rds.describe_db_cluster_snapshots", "rds:DescribeDBClusterSnapshots"),
        (DbSnapshot, "rds.describe_db_snapshots", "rds:DescribeDBSnapshots"),
        (EbsDefault, "ec2.get_ebs_encryption_by_default", "ec2:GetEbsEncryptionByDefault"),
        (KmsKey, "kms.list_keys", "kms:ListKeys"),
        (QueueAttributes, "sqs.list_queues", "sqs:ListQueues"),
        (TopicAttributes, "sns.list_topics", "sns:ListTopics"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
