"""What is seen of streams, buses and what copies their events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.backups import ProtectedResource, RegionSettings
from readiness.evidence.event_stores import (
    DataStream,
    DeliveryStream,
    EventArchive,
    EventBus,
    EventReplay,
    KafkaConnector,
    KafkaReplicator,
    StreamRetention,
)
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.restores import (
    LatestRestore,
    RestoreJob,
    RestoreTestingPlan,
    RestoreTestingTypes,
)
from readiness.probes import load
from readiness.probes.aws import Aws, Connection
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def looked(connection: Connection, kind: type[Any], *given: Evidence[Any]) -> list[Any]:
    probe = load()[kind]
    return list(probe.function(Aws(connection, REGION, probe.calls), *given))


CLICKS = DataStream(arn=arn("kinesis", "stream/clicks"), name="clicks")
GONE = DataStream(arn=arn("kinesis", "stream/gone"), name="gone")
KAFKA = KafkaCluster(
    arn=arn("kafka", "cluster/orders/1"),
    name="orders",
    serverless=False,
    zones=(),
    subnets=(),
    tags={},
)
NO_STREAM: Evidence[DataStream] = Evidence()
NO_CLUSTER: Evidence[KafkaCluster] = Evidence()


def test_streams_of_every_page() -> None:
    more = {"StreamNames": ["a"], "HasMoreStreams": True, "NextToken": "n"}
    answers = (
        Answer("kinesis.list_streams", more),
        Answer("kinesis.list_streams", {"StreamNames": ["b"], "HasMoreStreams": False}),
    )
    with answering(*answers) as connection:
        found = seen(connection, DataStream)
        assert_made_as_declared(connection, DataStream)

    assert [each.arn for each in found] == [arn("kinesis", "stream/a"), arn("kinesis", "stream/b")]


def test_retention_of_each_stream_and_a_gap_about_one() -> None:
    said = {
        "StreamName": "clicks",
        "StreamARN": CLICKS.arn,
        "StreamStatus": "ACTIVE",
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": NOW,
        "EnhancedMonitoring": [],
        "OpenShardCount": 1,
    }
    call = "kinesis.describe_stream_summary"
    hidden = DataStream(arn=arn("kinesis", "stream/hidden"), name="hidden")
    answers = (
        Answer(call, {"StreamDescriptionSummary": said}, asked={"StreamName": "clicks"}),
        Answer(call, error={"service_error_code": "ResourceNotFoundException"}),
        Answer(call, error=DENIED),
    )
    with answering(*answers) as connection:
        found = looked(connection, StreamRetention, Evidence((CLICKS, GONE, hidden)))

    assert found == [
        StreamRetention(arn=CLICKS.arn, hours=24, created=NOW),
        refused("kinesis:DescribeStreamSummary", resource=hidden.arn),
    ]


def delivery(name: str, source: dict[str, Any], **destination: Any) -> dict[str, Any]:
    return {
        "DeliveryStreamDescription": {
            "DeliveryStreamName": name,
            "DeliveryStreamARN": arn("firehose", f"deliverystream/{name}"),
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": "KinesisStreamAsSource",
            "VersionId": "1",
            "Source": source,
            "Destinations": [{"DestinationId": "d", **destination}],
            "HasMoreDestinations": False,
        }
    }


def test_firehose_reads_streams_and_clusters() -> None:
    listed, described = "firehose.list_delivery_streams", "firehose.describe_delivery_stream"
    kinesis = {"KinesisStreamSourceDescription": {"KinesisStreamARN": CLICKS.arn}}
    msk = {"MSKSourceDescription": {"MSKClusterARN": KAFKA.arn}}
    s3 = {"BucketARN": "arn:aws:s3:::b", "RoleARN": arn("iam", "role/r"), "BufferingHints": {}, "CompressionFormat": "GZIP", "EncryptionConfiguration": {}}  # fmt: skip
    asked = {"DeliveryStreamType": "KinesisStreamAsSource", "Limit": 50}
    answers = (
        Answer(listed, {"DeliveryStreamNames": ["a"], "HasMoreDeliveryStreams": True}, asked=asked),
        Answer(described, delivery("a", kinesis, ExtendedS3DestinationDescription=s3)),
        Answer(
            listed,
            {"DeliveryStreamNames": [], "HasMoreDeliveryStreams": False},
            asked={**asked, "ExclusiveStartDeliveryStreamName": "a"},
        ),
        Answer(
            listed,
            {"DeliveryStreamNames": ["b"], "HasMoreDeliveryStreams": False},
            asked={"DeliveryStreamType": "MSKAsSource", "Limit": 50},
        ),
        Answer(described, delivery("b", msk, SplunkDestinationDescription={})),
    )
    with answering(*answers) as connection:
        found = looked(connection, DeliveryStream, Evidence((CLICKS,)), Evidence((KAFKA,)))
        assert_made_as_declared(connection, DeliveryStream)

    assert [(each.name, each.status, each.source, each.to_bucket) for each in found] == [
        ("a", "ACTIVE", CLICKS.arn, True),
        ("b", "ACTIVE", KAFKA.arn, False),
    ]


def test_nothing_is_asked_where_there_is_nothing_to_copy() -> None:
    with answering() as connection:
        assert looked(connection, DeliveryStream, NO_STREAM, NO_CLUSTER) == []
        assert looked(connection, KafkaReplicator, NO_CLUSTER) == []
        assert looked(connection, KafkaConnector, NO_CLUSTER) == []
        assert looked(connection, EventReplay, Evidence()) == []


def test_buses_archives_and_replays_of_every_page() -> None:
    bus = arn("events", "event-bus/orders")
    archive = arn("events", "archive/all")
    kept = {"ArchiveName": "all", "EventSourceArn": bus, "State": "ENABLED", "CreationTime": NOW}
    replayed = {"ReplayName": "r", "EventSourceArn": archive, "State": "COMPLETED", "ReplayStartTime": NOW, "ReplayEndTime": NOW}  # fmt: skip
    answers = (
        Answer(
            "events.list_event_buses",
            {"EventBuses": [{"Name": "default", "Arn": f"{bus}-d"}], "NextToken": "n"},
            asked={},
        ),
        Answer(
            "events.list_event_buses",
            {"EventBuses": [{"Name": "orders", "Arn": bus, "CreationTime": NOW}]},
            asked={"NextToken": "n"},
        ),
        Answer("events.list_archives", {"Archives": [kept, {**kept, "RetentionDays": 7}]}),
        Answer("events.list_archives", {"Archives": [kept]}),
        Answer("events.list_replays", {"Replays": [replayed]}),
    )
    with answering(*answers) as connection:
        assert seen(connection, EventBus) == Evidence(
            (
                EventBus(arn=f"{bus}-d", name="default", created=None),
                EventBus(arn=bus, name="orders", created=NOW),
            )
        )
        assert [each.retention_days for each in seen(connection, EventArchive)] == [0, 7]
        assert seen(connection, EventReplay) == Evidence(
            (
                EventReplay(
                    arn=arn("events", "replay/r"),
                    archive=archive,
                    state="COMPLETED",
                    started=NOW,
                    ended=NOW,
                ),
            )
        )


def test_replicators_by_what_they_read_and_connectors_without_their_secrets() -> None:
    clusters = [
        {"KafkaClusterAlias": "a", "AmazonMskCluster": {"MskClusterArn": KAFKA.arn}},
        {"KafkaClusterAlias": "b", "AmazonMskCluster": {"MskClusterArn": "other"}},
    ]
    replicator = {
        "ReplicatorArn": arn("kafka", "replicator/r"),
        "ReplicatorState": "RUNNING",
        "KafkaClustersSummary": clusters,
        "ReplicationInfoSummaryList": [
            {"SourceKafkaClusterAlias": "a", "TargetKafkaClusterAlias": "b"}
        ],
    }
    sink = arn("kafkaconnect", "connector/sink/1")
    listed = [
        {"connectorArn": sink, "connectorState": "RUNNING"},
        {"connectorArn": f"{sink}2", "connectorState": "FAILED"},
    ]
    described = {
        "connectorArn": sink,
        "kafkaCluster": {
            "apacheKafkaCluster": {
                "bootstrapServers": "b-1.orders.x.kafka",
                "vpc": {"securityGroups": [], "subnets": []},
            }
        },
        "connectorConfiguration": {"connector.class": "S3SinkConnector", "password": "hunter2"},
    }
    answers = (
        Answer("kafka.list_replicators", {"Replicators": [replicator]}),
        Answer("kafkaconnect.list_connectors", {"connectors": listed}),
        Answer("kafkaconnect.describe_connector", described, asked={"connectorArn": sink}),
    )
    with answering(*answers) as connection:
        (copies,) = looked(connection, KafkaReplicator, Evidence((KAFKA,)))
        (connector,) = looked(connection, KafkaConnector, Evidence((KAFKA,)))

    assert copies.sources == (KAFKA.arn,)
    assert connector == KafkaConnector(
        arn=sink, servers="b-1.orders.x.kafka", kind="S3SinkConnector"
    )


def test_which_types_aws_backup_may_protect() -> None:
    said = {"ResourceTypeOptInPreference": {"DynamoDB": True, "Aurora": False}}
    with answering(Answer("backup.describe_region_settings", said)) as connection:
        (found,) = seen(connection, RegionSettings)

    assert found.opted_in == {"DynamoDB": True, "Aurora": False}


def test_restore_jobs_of_ninety_days() -> None:
    said = {"RestoreJobId": "j", "Status": "COMPLETED", "CreationDate": NOW, "ResourceType": "RDS", "SourceResourceArn": "s", "RecoveryPointArn": "p", "ValidationStatus": "SUCCESSFUL"}  # fmt: skip
    since = {"ByCreatedAfter": NOW - timedelta(days=90)}
    call = "backup.list_restore_jobs"
    answers = (
        Answer(call, {"RestoreJobs": [said], "NextToken": "n"}, asked=since),
        Answer(call, {"RestoreJobs": []}, asked={**since, "NextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, RestoreJob)
        assert_made_as_declared(connection, RestoreJob)

    assert found == Evidence(
        (
            RestoreJob(
                arn=arn("backup", "restore-job/j"),
                source="s",
                recovery_point="p",
                type="RDS",
                status="COMPLETED",
                validation="SUCCESSFUL",
                created=NOW,
            ),
        )
    )


def protected(name: str, kind: str = "DynamoDB") -> ProtectedResource:
    return ProtectedResource(arn=arn("dynamodb", f"table/{name}"), type=kind, last_backup=NOW)


def test_twenty_of_a_type_without_a_job_are_asked_event_stores_first() -> None:
    many = [protected(f"t{number}") for number in range(30)]
    resources = Evidence((*many, protected("order-events"), protected("vol", "EBS")))
    done = RestoreJob(
        arn="j",
        source="",
        recovery_point="",
        type="EBS",
        status="COMPLETED",
        validation="",
        created=NOW,
    )
    call = "backup.describe_protected_resource"
    first = arn("dynamodb", "table/order-events")
    answers = (
        Answer(call, {"LatestRestoreJobCreationDate": NOW}, asked={"ResourceArn": first}),
        *(Answer(call, {}, asked={"ResourceArn": each.arn}) for each in many[:19]),
    )
    with answering(*answers) as connection:
        found = looked(connection, LatestRestore, resources, Evidence((done,)))

    assert found[0] == LatestRestore(arn=first, type="DynamoDB", restored=NOW)
    assert {each.restored for each in found[1:]} == {None}
    assert len(found) == 20


def test_restore_testing_plans_and_what_they_select() -> None:
    plan = {
        "RestoreTestingPlanArn": arn("backup", "restore-testing-plan:p"),
        "RestoreTestingPlanName": "p",
        "CreationTime": NOW,
        "ScheduleExpression": "rate(30 days)",
    }
    selection = {
        "CreationTime": NOW,
        "IamRoleArn": "r",
        "ProtectedResourceType": "RDS",
        "RestoreTestingPlanName": "p",
        "RestoreTestingSelectionName": "s",
    }
    answers = (
        Answer("backup.list_restore_testing_plans", {"RestoreTestingPlans": [plan]}),
        Answer(
            "backup.list_restore_testing_selections",
            {"RestoreTestingSelections": [selection]},
            asked={"RestoreTestingPlanName": "p"},
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, RestoreTestingTypes)
        assert_made_as_declared(connection, RestoreTestingPlan, RestoreTestingTypes)

    assert found == Evidence(
        (RestoreTestingTypes(arn=arn("backup", "restore-testing-plan:p"), types=("RDS",)),)
    )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (DataStream, "kinesis.list_streams", "kinesis:ListStreams"),
        (EventBus, "events.list_event_buses", "events:ListEventBuses"),
        (EventArchive, "events.list_archives", "events:ListArchives"),
        (RegionSettings, "backup.describe_region_settings", "backup:DescribeRegionSettings"),
        (RestoreJob, "backup.list_restore_jobs", "backup:ListRestoreJobs"),
        (
            RestoreTestingPlan,
            "backup.list_restore_testing_plans",
            "backup:ListRestoreTestingPlans",
        ),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
