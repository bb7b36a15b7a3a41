"""Look at streams and buses, and at what copies or archives their events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence import Evidence, Gap
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
from readiness.probes import probe
from readiness.probes.aws import Aws

GONE = ("ResourceNotFoundException", "NotFoundException")


@probe(DataStream, "kinesis.list_streams")
def data_streams(aws: Aws) -> Iterator[DataStream]:
    for answer in aws.answers("kinesis.list_streams"):
        modes = {
            each["StreamName"]: (each.get("StreamModeDetails") or {}).get("StreamMode", "")
            for each in answer.get("StreamSummaries") or ()
        }
        for name in answer["StreamNames"]:
            arn = aws.arn("kinesis", f"stream/{name}")
            yield DataStream(arn=arn, name=name, mode=modes.get(name, ""))


@probe(StreamRetention, "kinesis.describe_stream_summary")
def stream_retentions(aws: Aws, streams: Evidence[DataStream]) -> Iterator[StreamRetention | Gap]:
    def look(stream: DataStream) -> Iterator[StreamRetention]:
        answer = aws.call("kinesis.describe_stream_summary", StreamName=stream.name, absent=GONE)
        if answer is not None:
            said = answer["StreamDescriptionSummary"]
            yield StreamRetention(
                arn=stream.arn,
                hours=said["RetentionPeriodHours"],
                created=said["StreamCreationTimestamp"],
                encrypted=said.get("EncryptionType") == "KMS",
            )

    yield from aws.each(streams, look)


@probe(
    DeliveryStream,
    "firehose.list_delivery_streams",
    "firehose.describe_delivery_stream",
)
def delivery_streams(
    aws: Aws, streams: Evidence[DataStream], clusters: Evidence[KafkaCluster]
) -> Iterator[DeliveryStream]:
    for kind, sources in (("KinesisStreamAsSource", streams), ("MSKAsSource", clusters)):
        if sources.seen or sources.gaps:
            for name in _delivering(aws, kind):
                answer = aws.call(
                    "firehose.describe_delivery_stream", DeliveryStreamName=name, absent=GONE
                )
                if answer is not None:
                    yield _delivery_stream(answer["DeliveryStreamDescription"])


def _delivering(aws: Aws, kind: str) -> Iterator[str]:
    page: dict[str, str] = {}
    while True:
        answer = aws.get(
            "firehose.list_delivery_streams", DeliveryStreamType=kind, Limit=50, **page
        )
        names = answer["DeliveryStreamNames"]
        yield from names
        if not (answer["HasMoreDeliveryStreams"] and names):
            return
        page = {"ExclusiveStartDeliveryStreamName": names[-1]}


def _delivery_stream(said: dict[str, Any]) -> DeliveryStream:
    source = said.get("Source") or {}
    stream = source.get("KinesisStreamSourceDescription") or {}
    cluster = source.get("MSKSourceDescription") or {}
    return DeliveryStream(
        arn=said["DeliveryStreamARN"],
        name=said["DeliveryStreamName"],
        status=said["DeliveryStreamStatus"],
        source=stream.get("KinesisStreamARN") or cluster.get("MSKClusterARN") or "",
        to_bucket=any(
            "ExtendedS3DestinationDescription" in each or "S3DestinationDescription" in each
            for each in said["Destinations"]
        ),
    )


@probe(EventBus, "events.list_event_buses")
def event_buses(aws: Aws) -> Iterator[EventBus]:
    for each in aws.pages("events.list_event_buses", "EventBuses"):
        yield EventBus(arn=each["Arn"], name=each["Name"], created=each.get("CreationTime"))


@probe(EventArchive, "events.list_archives")
def event_archives(aws: Aws) -> Iterator[EventArchive]:
    for each in aws.pages("events.list_archives", "Archives"):
        yield EventArchive(
            arn=aws.arn("events", f"archive/{each['ArchiveName']}"),
            bus=each["EventSourceArn"],
            state=each["State"],
            # Absent where nothing was set: events are kept for ever.
            retention_days=each.get("RetentionDays") or 0,
            created=each["CreationTime"],
        )


@probe(EventReplay, "events.list_replays")
def event_replays(aws: Aws, archives: Evidence[EventArchive]) -> Iterator[EventReplay]:
    if archives.seen or archives.gaps:
        for each in aws.pages("events.list_replays", "Replays"):
            yield EventReplay(
                arn=aws.arn("events", f"replay/{each['ReplayName']}"),
                archive=each["EventSourceArn"],
                state=each["State"],
                started=each["ReplayStartTime"],
                ended=each.get("ReplayEndTime"),
            )


@probe(KafkaReplicator, "kafka.list_replicators")
def kafka_replicators(aws: Aws, clusters: Evidence[KafkaCluster]) -> Iterator[KafkaReplicator]:
    if not (clusters.seen or clusters.gaps):
        return
    for each in aws.pages("kafka.list_replicators", "Replicators"):
        arns = {
            summary["KafkaClusterAlias"]: summary["AmazonMskCluster"]["MskClusterArn"]
            for summary in each.get("KafkaClustersSummary") or ()
            if "AmazonMskCluster" in summary  # else a cluster outside of MSK
        }
        flows = each.get("ReplicationInfoSummaryList") or ()
        yield KafkaReplicator(
            arn=each["ReplicatorArn"],
            state=each["ReplicatorState"],
            sources=tuple(arns.get(flow["SourceKafkaClusterAlias"], "") for flow in flows),
        )


@probe(KafkaConnector, "kafkaconnect.list_connectors", "kafkaconnect.describe_connector")
def kafka_connectors(aws: Aws, clusters: Evidence[KafkaCluster]) -> Iterator[KafkaConnector]:
    if not (clusters.seen or clusters.gaps):
        return
    for each in aws.pages("kafkaconnect.list_connectors", "connectors"):
        if each["connectorState"] == "RUNNING":
            answer = aws.call(
                "kafkaconnect.describe_connector", connectorArn=each["connectorArn"], absent=GONE
            )
            if answer is not None:
                yield KafkaConnector(
                    arn=each["connectorArn"],
                    servers=answer["kafkaCluster"]["apacheKafkaCluster"]["bootstrapServers"],
                    kind=answer["connectorConfiguration"].get("connector.class", ""),
                )
