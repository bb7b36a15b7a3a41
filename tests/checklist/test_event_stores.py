"""What the checks of event stores and their backups say, situation by situation."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.event_stores import (
    event_store_backup_supported,
    event_store_recovery_point_recent,
    eventbridge_archive_retention,
    eventbridge_bus_archive_enabled,
    kinesis_stream_durable_copy,
    kinesis_stream_retention_period,
    msk_cluster_durable_copy,
)
from readiness.checklist.model import Check
from readiness.evidence.backups import ProtectedResource, RegionSettings
from readiness.evidence.databases import ContinuousBackups, DbCluster, DbInstance, Table
from readiness.evidence.event_rules import EventRule
from readiness.evidence.event_stores import (
    DataStream,
    DeliveryStream,
    EventArchive,
    EventBus,
    KafkaConnector,
    KafkaReplicator,
    StreamRetention,
)
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import (
    Bucket,
    BucketReplication,
    BucketVersioning,
    ReplicationRule,
)
from readiness.evidence.tagging import TaggedResource
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def tagged(of: str, value: str = "true") -> TaggedResource:
    return TaggedResource(arn=of, tags={"event-store": value})


EVENTS = Table(arn=arn("dynamodb", "table/order-events"), name="order-events")
CARTS = Table(arn=arn("dynamodb", "table/carts"), name="carts")


def recovery(on: bool, hours: float | None = 0.1, of: Table = EVENTS) -> ContinuousBackups:
    moment = None if hours is None else ago(hours / 24)
    return ContinuousBackups(arn=of.arn, point_in_time=on, restorable=moment)


def settings(**opted_in: bool) -> RegionSettings:
    return RegionSettings(arn=arn("backup", "region-settings"), opted_in=opted_in)


OFF = settings(DynamoDB=False, Aurora=False, RDS=False, Timestream=False)
INGEST = Bucket(arn="arn:aws:s3:::acme-ingest", name="acme-ingest", region=REGION, account=ACCOUNT)


def versioning(status: str) -> BucketVersioning:
    return BucketVersioning(arn=INGEST.arn, status=status)


def replication(*enabled: bool) -> BucketReplication:
    rules = tuple(
        ReplicationRule(enabled=each, destination="arn:aws:s3:::b", account="") for each in enabled
    )
    return BucketReplication(arn=INGEST.arn, rules=rules)


LEDGER = DbInstance(
    arn=arn("rds", "db:ledger"),
    engine="postgres",
    status="available",
    backup_retention_days=7,
    multi_az=True,
    cluster="",
    replica=False,
    availability_zone=f"{REGION}a",
    tags={},
    restorable=ago(0.01),
)
JOURNAL = DbCluster(
    arn=arn("rds", "cluster:journal"),
    engine="aurora-postgresql",
    status="available",
    backup_retention_days=1,
    multi_az=True,
    members=("journal-1",),
    tags={},
    restorable=ago(0.01),
)
DOMAIN = OpenSearchDomain(arn=arn("es", "domain/events"), name="events", zones=3, standby=False)
TIMESTREAM = arn("timestream", "database/iot/table/readings")
QUEUE = arn("sqs", "orders")
STREAM = DataStream(arn=arn("kinesis", "stream/clicks"), name="clicks")


def retention(hours: int, days: float = 100) -> StreamRetention:
    return StreamRetention(arn=STREAM.arn, hours=hours, created=ago(days))


def delivery(
    of: str = STREAM.arn, *, status: str = "ACTIVE", to_bucket: bool = True
) -> DeliveryStream:
    return DeliveryStream(
        arn=arn("firehose", "deliverystream/copy"),
        name="copy",
        status=status,
        source=of,
        to_bucket=to_bucket,
    )


BUS = EventBus(arn=arn("events", "event-bus/orders"), name="orders", created=ago(200))
DEFAULT = EventBus(arn=arn("events", "event-bus/default"), name="default", created=None)


def archive(name: str = "all", **changes: Any) -> EventArchive:
    values: dict[str, Any] = {
        "arn": arn("events", f"archive/{name}"),
        "bus": BUS.arn,
        "state": "ENABLED",
        "retention_days": 30,
        "created": ago(100),
    }
    return EventArchive(**values | changes)


def rule(pattern: Any, **changes: Any) -> EventRule:
    values: dict[str, Any] = {
        "arn": arn("events", "rule/r"),
        "name": "r",
        "enabled": True,
        "managed_by": "",
        "pattern": json.dumps(pattern) if pattern else "",
    }
    return EventRule(**values | changes)


OWN = rule({"source": ["com.acme.orders"]})
KAFKA = KafkaCluster(
    arn=arn("kafka", "cluster/orders/1-2"),
    name="orders",
    serverless=False,
    zones=(),
    subnets=(),
    tags={},
    created=ago(200),
)


def replicator(state: str = "RUNNING", *sources: str) -> KafkaReplicator:
    return KafkaReplicator(arn=arn("kafka", "replicator/r"), state=state, sources=sources)


def connector(
    kind: str = "io.confluent.connect.s3.S3SinkConnector", cluster: str = "orders"
) -> KafkaConnector:
    servers = f"b-1.{cluster}.4l0xyz.c2.kafka.{REGION}.amazonaws.com:9092"
    return KafkaConnector(arn=arn("kafkaconnect", "connector/sink/1"), servers=servers, kind=kind)


def protected(of: str, days: float | None) -> ProtectedResource:
    return ProtectedResource(arn=of, type="X", last_backup=None if days is None else ago(days))


LISTED = (Bucket, Table, DbInstance, DbCluster, OpenSearchDomain, TaggedResource)

ROWS: dict[Check[..., Any], list[Row]] = {
    event_store_backup_supported: [
        Row("a table with recovery", {"table/order-events": PASS}, (EVENTS, CARTS, recovery(True)), says="an event store by its name"),
        Row("a table that AWS Backup may protect", PASS, (EVENTS, recovery(False), settings(DynamoDB=True))),
        Row("a table without either", FAIL, (EVENTS, recovery(False), OFF)),
        Row("AWS Backup offers no tables here", NOT_APPLICABLE, (EVENTS, recovery(False), settings(EBS=True))),
        Row("a bucket with versions", {"acme-ingest": PASS}, (INGEST, versioning("Enabled"))),
        Row("a bucket whose versions are suspended", {"acme-ingest": FAIL}, (INGEST, versioning("Suspended"))),
        Row("a bucket that is gone", {"acme-ingest": NOT_APPLICABLE}, (INGEST,)),
        Row("a table that is gone", {"table/order-events": NOT_APPLICABLE}, (EVENTS, settings(DynamoDB=True))),
        Row("a database that is being deleted", {"ledger": NOT_APPLICABLE}, (replace(LEDGER, status="deleting", backup_retention_days=0), OFF)),
        Row("a bucket of another region", NOT_APPLICABLE, (replace(INGEST, region="eu-central-1"), versioning(""))),
        Row("databases with backups", {"ledger": PASS, "journal": PASS}, (LEDGER, JOURNAL)),
        Row("a database without", FAIL, (replace(LEDGER, backup_retention_days=0), OFF)),
        Row("a database that AWS Backup may protect", PASS, (replace(LEDGER, backup_retention_days=0), settings(RDS=True))),
        Row("RDS is on, Aurora is not", FAIL, (replace(JOURNAL, backup_retention_days=0), settings(RDS=True, Aurora=False))),
        Row("a member of a cluster", {"ledger": NOT_APPLICABLE}, (replace(LEDGER, cluster="journal"),)),
        Row("a replica", {"ledger": NOT_APPLICABLE}, (replace(LEDGER, replica=True),)),
        Row("a search domain", {"domain/events": PASS}, (DOMAIN,)),
        Row("by tag, whatever its name", {"table/carts": PASS}, (CARTS, tagged(CARTS.arn), recovery(True, of=CARTS)), says="tagged event-store"),
        Row("by the configuration, whatever its name", {"table/carts": PASS}, (CARTS, recovery(True, of=CARTS)), options={"event_stores": (CARTS.arn,)}, says="named in event_stores"),
        Row("a false positive that a tag takes out", NOT_APPLICABLE, (EVENTS, tagged(EVENTS.arn, "false"), recovery(False), OFF)),
        Row("an expression of one's own", {"table/carts": PASS}, (CARTS, recovery(True, of=CARTS)), options={"event_store_name_regex": "cart"}),
        Row("Timestream by tag", PASS, (tagged(TIMESTREAM), settings(Timestream=True))),
        Row("Timestream, off", FAIL, (tagged(TIMESTREAM), OFF)),
        Row("Timestream by the configuration", PASS, (settings(Timestream=True),), options={"event_stores": (TIMESTREAM,)}),
        Row("a queue by tag", FAIL, (tagged(QUEUE),), says="cannot be backed up"),
        Row("a queue by the configuration", FAIL, options={"event_stores": (QUEUE,)}),
        Row("a queue that is none", NOT_APPLICABLE, (tagged(QUEUE, "no"),)),
        Row("no event store", NOT_APPLICABLE, (CARTS,)),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,)) for kind in LISTED),
        Row("recovery is dark", UNKNOWN, (EVENTS, OFF), dark=(ContinuousBackups,)),
        Row("versioning is dark", UNKNOWN, (INGEST,), dark=(BucketVersioning,)),
        Row("settings are dark", UNKNOWN, (EVENTS, recovery(False)), dark=(RegionSettings,)),
    ],
    kinesis_stream_durable_copy: [
        Row("a week", PASS, (STREAM, retention(168))),
        Row("a day", FAIL, (STREAM, retention(24)), says="24 h"),
        Row("a day and Firehose", PASS, (STREAM, retention(24), delivery())),
        Row("Firehose is not active", FAIL, (STREAM, retention(24), delivery(status="DELETING"))),
        Row("Firehose writes elsewhere", FAIL, (STREAM, retention(24), delivery(to_bucket=False))),
        Row("Firehose reads another stream", FAIL, (STREAM, retention(24), delivery(arn("kinesis", "stream/other")))),
        Row("the stream is gone", NOT_APPLICABLE, (STREAM,)),
        Row("less is allowed", PASS, (STREAM, retention(48)), options={"retention_hours": 48}),
        Row("no event store by its tag", NOT_APPLICABLE, (STREAM, retention(24), tagged(STREAM.arn, "false"))),
        Row("no stream", NOT_APPLICABLE),
        Row("streams are dark", UNKNOWN, dark=(DataStream,)),
        Row("retention is dark", UNKNOWN, (STREAM,), dark=(StreamRetention,)),
        Row("Firehose is dark", UNKNOWN, (STREAM, retention(24)), dark=(DeliveryStream,)),
        Row("tags are dark", UNKNOWN, (STREAM, retention(168)), dark=(TaggedResource,)),
    ],
    eventbridge_bus_archive_enabled: [
        Row("an archive", PASS, (BUS, archive())),
        Row("no archive", FAIL, (BUS,)),
        Row("disabled", FAIL, (BUS, archive(state="DISABLED")), says="all (DISABLED)"),
        Row("failed to be made", FAIL, (BUS, archive(state="CREATE_FAILED"))),
        Row("being changed", NO_EVIDENCE, (BUS, archive(state="UPDATING")), says="all (UPDATING)"),
        Row("one of two", PASS, (BUS, archive(state="DISABLED"), archive("new"))),
        Row("of another bus", FAIL, (BUS, archive(bus=DEFAULT.arn))),
        Row("the default bus", NOT_APPLICABLE, (DEFAULT, rule({"source": ["aws.ec2"]}), rule(None))),
        Row("the default bus, for a prefix of AWS", NOT_APPLICABLE, (DEFAULT, rule({"source": [{"prefix": "aws."}]}))),
        Row("the default bus, for somebody's events", FAIL, (DEFAULT, OWN)),
        *(
            Row(f"the default bus, for {source}", FAIL, (DEFAULT, rule({"source": [source]})))
            for source in ({"prefix": "com.acme"}, {"wildcard": "*.orders"}, {"anything-but": {"prefix": "aws."}})
        ),
        Row("the default bus, for a wildcard of AWS", NOT_APPLICABLE, (DEFAULT, rule({"source": [{"wildcard": "aws.*"}, {"exists": True}]}))),
        Row("the default bus, for an archive's own rule", NOT_APPLICABLE, (DEFAULT, replace(OWN, managed_by="prod.vhs.events.aws.internal"))),
        Row("the default bus, by tag", FAIL, (DEFAULT, tagged(DEFAULT.arn))),
        Row("the default bus, by the configuration", FAIL, (DEFAULT,), options={"event_stores": (DEFAULT.arn,)}),
        Row("no event store by its tag", NOT_APPLICABLE, (BUS, tagged(BUS.arn, "false"))),
        Row("no bus", NOT_APPLICABLE),
        Row("buses are dark", UNKNOWN, dark=(EventBus,)),
        Row("archives are dark", UNKNOWN, (BUS,), dark=(EventArchive,)),
        Row("rules are dark", UNKNOWN, (DEFAULT, archive(bus=DEFAULT.arn)), dark=(EventRule,)),
        Row("tags are dark", UNKNOWN, (BUS, archive()), dark=(TaggedResource,)),
    ],
    msk_cluster_durable_copy: [
        Row("a replicator", PASS, (KAFKA, replicator("RUNNING", KAFKA.arn))),
        Row("a replicator that failed", FAIL, (KAFKA, replicator("FAILED", KAFKA.arn))),
        Row("a replicator into it", FAIL, (KAFKA, replicator("RUNNING", arn("kafka", "cluster/x/1")))),
        Row("a sink", PASS, (KAFKA, connector())),
        Row("a sink of another cluster", FAIL, (KAFKA, connector(cluster="carts"))),
        Row("a source", FAIL, (KAFKA, connector("io.debezium.connector.postgresql.PostgresConnector"))),
        Row("a sink of some serverless cluster", NO_EVIDENCE, (replace(KAFKA, serverless=True), connector(cluster="boot"))),
        Row("Firehose", PASS, (KAFKA, delivery(KAFKA.arn))),
        Row("tiered storage alone", FAIL, (KAFKA,)),
        Row("no event store by its tag", NOT_APPLICABLE, (KAFKA, tagged(KAFKA.arn, "no"))),
        Row("no cluster", NOT_APPLICABLE),
        Row("clusters are dark", UNKNOWN, dark=(KafkaCluster,)),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (KAFKA,), dark=(kind,))
            for kind in (KafkaReplicator, KafkaConnector, DeliveryStream, TaggedResource)
        ),
    ],
    event_store_recovery_point_recent: [
        Row("a daily recovery point", PASS, (EVENTS, protected(EVENTS.arn, 1), recovery(False))),
        Row("a weekly plan", FAIL, (EVENTS, protected(EVENTS.arn, 5), recovery(False)), says="5.0 days ago"),
        Row("a weekly plan is enough", PASS, (EVENTS, protected(EVENTS.arn, 5), recovery(False)), options={"recovery_point_hours": 192}),
        Row("the first backup runs", FAIL, (EVENTS, protected(EVENTS.arn, None), recovery(False))),
        Row("point-in-time recovery", PASS, (EVENTS, recovery(True))),
        Row("point-in-time recovery that stands still", FAIL, (EVENTS, recovery(True, hours=5))),
        Row("point-in-time recovery is being switched on", NO_EVIDENCE, (EVENTS, recovery(True, hours=None))),
        Row("databases", {"ledger": PASS, "journal": PASS}, (LEDGER, JOURNAL)),
        Row("a database that stands still", FAIL, (replace(LEDGER, restorable=ago(2)),)),
        Row("a database without backups", FAIL, (replace(LEDGER, restorable=None),)),
        Row("a stopped database", {"ledger": NOT_APPLICABLE}, (replace(LEDGER, status="stopped", restorable=ago(5)),)),
        Row("a member of a cluster", {"ledger": NOT_APPLICABLE}, (replace(LEDGER, cluster="journal"),)),
        Row("a replicated bucket", PASS, (INGEST, replication(False, True))),
        Row("a bucket and a table that are gone", {"acme-ingest": NOT_APPLICABLE, "table/order-events": NOT_APPLICABLE}, (INGEST, EVENTS)),
        Row("a bucket with versions alone", FAIL, (INGEST, versioning("Enabled"), replication())),
        Row("a bucket in AWS Backup", PASS, (INGEST, protected(INGEST.arn, 0.5), replication())),
        Row("a search domain", {"domain/events": PASS}, (DOMAIN,)),
        Row("Timestream in AWS Backup", PASS, (tagged(TIMESTREAM), protected(TIMESTREAM, 1))),
        Row("a queue", FAIL, (tagged(QUEUE),)),
        Row("taken out by a tag", NOT_APPLICABLE, (EVENTS, tagged(EVENTS.arn, "false"))),
        Row("no event store", NOT_APPLICABLE, (CARTS,)),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,)) for kind in LISTED),
        Row("recovery points are dark", UNKNOWN, (EVENTS, recovery(False)), dark=(ProtectedResource,)),
        Row("recovery is dark", UNKNOWN, (EVENTS,), dark=(ContinuousBackups,)),
        Row("replication is dark", UNKNOWN, (INGEST,), dark=(BucketReplication,)),
    ],
    eventbridge_archive_retention: [
        Row("thirty days", {"archive/all": PASS}, (BUS, archive())),
        Row("for ever", {"archive/all": PASS}, (BUS, archive(retention_days=0))),
        Row("a week", {"archive/all": FAIL}, (BUS, archive(retention_days=7)), says="7 days"),
        Row("a week is enough", {"archive/all": PASS}, (BUS, archive(retention_days=7)), options={"retention_days": 7}),
        Row("disabled", {"archive/all": FAIL}, (BUS, archive(state="DISABLED"))),
        Row("being changed", {"archive/all": NO_EVIDENCE}, (BUS, archive(state="UPDATING"))),
        Row("too new", {"archive/all": NOT_APPLICABLE}, (BUS, archive(retention_days=1, created=ago(0.5)))),
        Row("no archive", {"event-bus/orders": NO_EVIDENCE}, (BUS,)),
        Row("the default bus", NOT_APPLICABLE, (DEFAULT, archive(bus=DEFAULT.arn))),
        Row("buses are dark", UNKNOWN, dark=(EventBus,)),
        Row("archives are dark", UNKNOWN, (BUS,), dark=(EventArchive,)),
        Row("rules are dark", UNKNOWN, (DEFAULT, archive(bus=DEFAULT.arn)), dark=(EventRule,)),
        Row("tags are dark", UNKNOWN, (BUS, archive()), dark=(TaggedResource,)),
    ],
    kinesis_stream_retention_period: [
        Row("a week", PASS, (STREAM, retention(168))),
        Row("a day", FAIL, (STREAM, retention(24))),
        Row("a day and Firehose", PASS, (STREAM, retention(24), delivery())),
        Row("too new", NOT_APPLICABLE, (STREAM, retention(24, days=0.5))),
        Row("the stream is gone", NOT_APPLICABLE, (STREAM,)),
        Row("no event store by its tag", NOT_APPLICABLE, (STREAM, retention(24), tagged(STREAM.arn, "false"))),
        Row("no stream", NOT_APPLICABLE),
        Row("streams are dark", UNKNOWN, dark=(DataStream,)),
        Row("retention is dark", UNKNOWN, (STREAM,), dark=(StreamRetention,)),
        Row("Firehose is dark", UNKNOWN, (STREAM, retention(24)), dark=(DeliveryStream,)),
        Row("tags are dark", UNKNOWN, (STREAM, retention(168)), dark=(TaggedResource,)),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_row(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
