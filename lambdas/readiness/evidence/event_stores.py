"""Streams, buses and what copies or archives their events: Kinesis, Firehose, EventBridge, MSK."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record

#: Names of what probably holds events, where a store may hold anything.
EVENT_STORE_NAMES = (
    r"(?i)(^|[-_/.])(events?|event-?store|webhooks?|ingest(ion)?|journal|ledger)([-_/.]|$)"
)


@record(Scope.REGION, "Kinesis stream")
class DataStream:
    """A Kinesis data stream. Source: kinesis.ListStreams."""

    arn: str
    name: str
    #: ON_DEMAND or PROVISIONED; empty where it is not told.
    mode: str = ""


@record(Scope.REGION, "Kinesis stream's retention")
class StreamRetention:
    """How long a stream keeps its records. Source: kinesis.DescribeStreamSummary."""

    #: The stream's ARN.
    arn: str
    hours: int
    created: datetime
    #: Whether a key of KMS encrypts its records.
    encrypted: bool = False


@record(Scope.REGION, "Firehose stream")
class DeliveryStream:
    """A Firehose stream that reads a Kinesis stream or an MSK cluster.

    Source: firehose.ListDeliveryStreams, firehose.DescribeDeliveryStream.
    """

    arn: str
    name: str
    #: CREATING, ACTIVE, DELETING, …
    status: str
    #: The ARN of what it reads.
    source: str
    #: Whether it writes to a bucket, and not only what it failed to deliver.
    to_bucket: bool


@record(Scope.REGION, "event bus")
class EventBus:
    """A bus of EventBridge. Source: events.ListEventBuses."""

    arn: str
    name: str
    #: None where it is not told, as for the default bus.
    created: datetime | None

    @property
    def default(self) -> bool:
        """Whether it is the one that services of AWS send to."""
        return self.name == "default"


@record(Scope.REGION, "event archive")
class EventArchive:
    """An archive of a bus. Source: events.ListArchives."""

    #: Built from its name.
    arn: str
    #: The ARN of the bus.
    bus: str
    #: ENABLED, DISABLED, CREATING, UPDATING, CREATE_FAILED or UPDATE_FAILED.
    state: str
    #: 0 means for ever.
    retention_days: int
    created: datetime


@record(Scope.REGION, "event replay")
class EventReplay:
    """A replay of archived events; EventBridge forgets it after 90 days. Source: events.ListReplays."""

    #: Built from its name.
    arn: str
    #: The ARN of the archive.
    archive: str
    #: STARTING, RUNNING, CANCELLING, COMPLETED, CANCELLED or FAILED.
    state: str
    started: datetime
    #: None where it has not ended.
    ended: datetime | None


@record(Scope.REGION, "MSK replicator")
class KafkaReplicator:
    """A replicator between clusters. Source: kafka.ListReplicators."""

    arn: str
    #: RUNNING, CREATING, UPDATING, DELETING or FAILED.
    state: str
    #: The ARNs of the clusters that it reads.
    sources: tuple[str, ...]


@record(Scope.REGION, "MSK connector")
class KafkaConnector:
    """A connector of MSK Connect that runs; of its configuration nothing but its class is kept.

    Source: kafkaconnect.ListConnectors, kafkaconnect.DescribeConnector.
    """

    arn: str
    #: The brokers it connects to, which name the cluster.
    servers: str
    #: The Java class that copies, e.g. `io.confluent.connect.s3.S3SinkConnector`.
    kind: str
