"""Which resources hold the solution's events, and can these be had again after a loss?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeAlias, TypeVar

from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence, Identified, account_of, region_of, service_of
from readiness.evidence.backups import ProtectedResource, RegionSettings
from readiness.evidence.databases import ContinuousBackups, DbCluster, DbInstance, Table
from readiness.evidence.event_rules import EventRule
from readiness.evidence.event_stores import (
    EVENT_STORE_NAMES,
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
from readiness.evidence.storage import Bucket, BucketReplication, BucketVersioning
from readiness.evidence.tagging import TaggedResource

EVENT_STORE_TAG = "event-store"
_NO = frozenset({"false", "no", "0", "none", "off"})

#: Stores of which there is a list, and which may hold anything.
Listed: TypeAlias = Bucket | Table | DbInstance | DbCluster | OpenSearchDomain
#: What holds nothing but events.
Streaming: TypeAlias = DataStream | EventBus | KafkaCluster

S = TypeVar("S", bound=Identified)

#: Services whose stores nobody lists: they are judged where a tag or the configuration names them.
_UNLISTED = {"timestream": "Timestream", "sqs": "SQS"}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A store that the configuration names."""

    arn: str


def identified(
    found: Listed | TaggedResource | Declared,
    tagged: Evidence[TaggedResource],
    unit: Unit,
    event_stores: Iterable[str],
    event_store_tag: str,
    event_store_name_regex: str,
) -> str:
    """Say why something is an event store of this region, empty where it is none.

    Of what no name speaks for, only tags that were seen are looked at: whoever judges a whole region
    reads the set of tags to its end, and meets its gaps there.
    """
    if isinstance(found, Declared):
        return "named in event_stores" if unlisted(found.arn) else ""
    if isinstance(found, TaggedResource):
        said = _tag(found, event_store_tag)
        return said if said and said != _EXCLUDED and unlisted(found.arn) else ""
    if isinstance(found, Bucket) and found.region != unit.region:
        return ""
    if found.arn in event_stores:
        return "named in event_stores"
    named = re.search(event_store_name_regex, name_of(found))
    seen = tagged.of(found.arn) if named else tagged.glimpse(found.arn)
    said = _tag(seen, event_store_tag) if seen else ""
    if said:
        return "" if said == _EXCLUDED else said
    return "an event store by its name" if named else ""


_EXCLUDED = "excluded"


def _tag(resource: TaggedResource, key: str) -> str:
    """Say what the tag of a resource declares: an event store, none (`excluded`), or nothing."""
    value = next((value for name, value in resource.tags.items() if name.lower() == key), None)
    if value is None:
        return ""
    return _EXCLUDED if value.lower() in _NO else f"tagged {key}"


def unlisted(arn: str) -> str:
    """Return the type of a store that no list shows, empty for any other."""
    return _UNLISTED.get(service_of(arn), "")


def excluded(store: Streaming, tagged: Evidence[TaggedResource], key: str) -> bool:
    """Whether a tag says that a stream, bus or cluster is no event store."""
    resource = tagged.of(store.arn)
    return resource is not None and _tag(resource, key) == _EXCLUDED


def name_of(store: Identified) -> str:
    """Return a resource's own name."""
    return re.split(r"[:/]", store.arn)[-1]


def declared(unit: Unit, event_stores: Iterable[str]) -> list[Declared]:
    """Return the stores of this account and region that the configuration names."""
    return [
        Declared(arn=arn)
        for arn in event_stores
        if (account_of(arn), region_of(arn)) == (unit.account, unit.region)
    ]


def holds_events(
    bus: EventBus,
    rules: Evidence[EventRule],
    tagged: Evidence[TaggedResource],
    event_stores: Iterable[str],
    event_store_tag: str,
) -> str:
    """Say why a bus is no event store, empty where it is one.

    The default bus carries what services of AWS say, unless a rule waits for somebody else's events.
    """
    if bus.arn in event_stores:
        return ""
    resource = tagged.of(bus.arn)
    said = _tag(resource, event_store_tag) if resource else ""
    if said:
        return f"is no event store by its tag {event_store_tag}" if said == _EXCLUDED else ""
    if bus.default and not any(_own_source(rule) for rule in rules):
        return "carries events of AWS alone, for all its rules say"
    return ""


def _own_source(rule: EventRule) -> bool:
    """Whether a rule waits for events from a source that is no service of AWS."""
    if rule.managed_by or not rule.enabled or not rule.pattern:
        return False
    for source in json.loads(rule.pattern).get("source") or ():
        if not isinstance(source, dict):
            names = [source]
        elif "anything-but" in source:
            return True
        else:
            names = [value for value in source.values() if isinstance(value, str)]
        if any(not str(name).startswith("aws.") for name in names):
            return True
    return False


def engine_type(engine: str) -> str:
    """Return AWS Backup's word for a database by its engine."""
    words = {"aurora": "Aurora", "docdb": "DocumentDB", "neptune": "Neptune"}
    return next((word for start, word in words.items() if engine.startswith(start)), "RDS")


def judged_at_its_source(database: DbInstance | DbCluster) -> str:
    """Say why a database's own backups are not judged, empty where they are."""
    if database.status == "deleting":
        return "is being deleted"
    if isinstance(database, DbInstance) and database.cluster:
        return "is backed up by its cluster, which is judged instead"
    if isinstance(database, DbInstance) and database.replica:
        return "is a read replica; its source is judged instead"
    return ""


# --- Event storage can be backed up ---------------------------------------------------------------


@check(Severity.HIGH)
def event_store_backup_supported(
    stores: Evidence[Bucket | Table | DbInstance | DbCluster | OpenSearchDomain | TaggedResource],
    tagged: Evidence[TaggedResource],
    backups: Evidence[ContinuousBackups],
    versioning: Evidence[BucketVersioning],
    settings: Evidence[RegionSettings],
    unit: Unit,
    *,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
    event_store_name_regex: str = EVENT_STORE_NAMES,
) -> Iterator[Result]:
    """Events are the one thing that cannot be made again from anything else.

    Pass: of each event store a backup is switched on or can be: a table by point-in-time recovery or
    AWS Backup, a bucket by versioning, a database by automatic backups or AWS Backup, Timestream by
    AWS Backup. OpenSearch keeps snapshots by itself.
    Fix: switch on point-in-time recovery or versioning, or opt in to the type in AWS Backup; keep
    events in a stream or table and not in a queue.
    Blind spot: event stores are recognised by a tag `event-store`, by the configuration, or by their
    names; a tag `event-store: false` takes one out.
    See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
    """

    def judge(found: Listed | TaggedResource | Declared) -> Iterator[Result]:
        names = (event_stores, event_store_tag, event_store_name_regex)
        if by := identified(found, tagged, unit, *names):
            yield _told(_supported(found, backups, versioning, settings), by)

    yield from of_each(stores, judge, unit, event_stores)


def of_each(
    stores: Iterable[S],
    judge: Callable[[S | Declared], Iterator[Result]],
    unit: Unit,
    event_stores: Iterable[str],
) -> Iterator[Result]:
    """Judge each event store of a region, those that only the configuration names included."""
    nothing = True
    for result in chain(apart(declared(unit, event_stores), judge), apart(stores, judge)):
        nothing = False
        yield result
    if nothing:
        yield not_applicable("has no event store that a backup could hold")


def _told(result: Result, by: str) -> Result:
    """Say beside a result why its resource counts as an event store."""
    return replace(result, because=f"{result.because} ({by})")


def _supported(
    store: Listed | TaggedResource | Declared,
    backups: Evidence[ContinuousBackups],
    versioning: Evidence[BucketVersioning],
    settings: Evidence[RegionSettings],
) -> Result:
    match store:
        case Bucket():
            for record in versioning.about(store.arn):
                if record.status == "Enabled":
                    return passed("keeps old versions of its objects")
                return failed("keeps no old versions of its objects")
            return gone()
        case OpenSearchDomain():
            return passed("keeps automatic snapshots by itself")
        case Table():
            for backup in backups.about(store.arn):
                if backup.point_in_time:
                    return passed("can be restored to a point in time")
                return _opted_in("DynamoDB", settings, "has no point-in-time recovery")
            return gone()
        case DbInstance() | DbCluster():
            if elsewhere := judged_at_its_source(store):
                return not_applicable(elsewhere)
            if store.backup_retention_days > 0:
                return passed(f"keeps automatic backups for {store.backup_retention_days} days")
            return _opted_in(engine_type(store.engine), settings, "keeps no automatic backups")
        case _:
            kind = unlisted(store.arn)
            if kind == "SQS":
                return failed("is a queue, which cannot be backed up")
            return _opted_in(kind, settings, "has no backup of its own")


def _opted_in(kind: str, settings: Evidence[RegionSettings], lacks: str) -> Result:
    for region in settings:
        if kind not in region.opted_in:
            return not_applicable(f"{lacks}, and AWS Backup offers none for {kind} here")
        if region.opted_in[kind]:
            return passed(f"can be backed up by AWS Backup, which is on for {kind}")
    return failed(f"{lacks}, and AWS Backup is off for {kind}")


@check(Severity.HIGH)
def kinesis_stream_durable_copy(
    stream: DataStream,
    retentions: Evidence[StreamRetention],
    deliveries: Evidence[DeliveryStream],
    tagged: Evidence[TaggedResource],
    *,
    retention_hours: int = 168,
    event_store_tag: str = EVENT_STORE_TAG,
) -> Result:
    """A stream forgets a record after a day by default; a consumer that was down longer never sees it.

    Pass: the stream keeps its records for a week, or Firehose copies them to a bucket.
    Fix: raise the retention period to 168 hours, or copy the stream to a bucket with Firehose.
    Blind spot: a consumer of one's own that writes events elsewhere is not seen.
    See: https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html
    """
    if excluded(stream, tagged, event_store_tag):
        return not_applicable(f"is no event store by its tag {event_store_tag}")
    return _kept(stream, retentions, deliveries, retention_hours)


def _kept(
    stream: DataStream,
    retentions: Evidence[StreamRetention],
    deliveries: Evidence[DeliveryStream],
    retention_hours: int,
) -> Result:
    hours = None
    for record in retentions.about(stream.arn) | deliveries.about(stream.arn, "source"):
        if isinstance(record, StreamRetention):
            hours = record.hours
            if hours >= retention_hours:
                return passed(f"keeps its records for {hours} h")
        elif record.status == "ACTIVE" and record.to_bucket:
            return passed(f"is copied to a bucket by {record.name}")
    if hours is None:
        return gone()
    return failed(
        f"keeps its records for {hours} h, fewer than {retention_hours}, and no Firehose stream "
        "copies them to a bucket"
    )


#: States in which an archive is not off; which it was, or will be, is not told.
_UNSETTLED = frozenset({"CREATING", "UPDATING", "UPDATE_FAILED"})


@check(Severity.HIGH)
def eventbridge_bus_archive_enabled(
    bus: EventBus,
    archives: Evidence[EventArchive],
    rules: Evidence[EventRule],
    tagged: Evidence[TaggedResource],
    *,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
) -> Result:
    """A bus forgets an event as soon as its rules have seen it.

    Pass: an archive of the bus is enabled.
    Fix: create an archive of the bus with a retention of 30 days or more.
    Blind spot: an archive with an event pattern keeps the events that match it and no others; the
    pattern is not looked at.
    See: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
    """
    if reason := holds_events(bus, rules, tagged, event_stores, event_store_tag):
        return not_applicable(reason)
    others = []
    for archive in archives.about(bus.arn, "bus"):
        if archive.state == "ENABLED":
            return passed(f"is archived by {name_of(archive)}")
        others.append(archive)
    named = ", ".join(f"{name_of(each)} ({each.state})" for each in others)
    if any(each.state in _UNSETTLED for each in others):
        return no_evidence(f"has an archive that is not settled: {named}")
    return failed(f"has no enabled archive{', but ' if named else ''}{named}")


@check(Severity.MEDIUM)
def msk_cluster_durable_copy(
    cluster: KafkaCluster,
    replicators: Evidence[KafkaReplicator],
    connectors: Evidence[KafkaConnector],
    deliveries: Evidence[DeliveryStream],
    tagged: Evidence[TaggedResource],
    *,
    event_store_tag: str = EVENT_STORE_TAG,
) -> Result:
    """Three brokers keep a topic alive, and delete it together when somebody asks one of them to.

    Pass: a replicator copies from the cluster, or an S3 sink of MSK Connect or a Firehose stream does.
    Fix: copy the topics to a bucket with a Firehose stream or an S3 sink connector.
    Blind spot: which topics are copied, and copies by tools of one's own, are not seen. Tiered storage
    is durability and no copy.
    See: https://docs.aws.amazon.com/msk/latest/developerguide/integrations-kinesis-data-firehose.html
    """
    if excluded(cluster, tagged, event_store_tag):
        return not_applicable(f"is no event store by its tag {event_store_tag}")
    elsewhere = ""
    for record in replicators | connectors | deliveries.about(cluster.arn, "source"):
        match record:
            case KafkaReplicator(state="RUNNING", sources=sources) if cluster.arn in sources:
                return passed(f"is copied by the replicator {record.arn}")
            case DeliveryStream(status="ACTIVE", to_bucket=True):
                return passed(f"is copied to a bucket by {record.name}")
            case KafkaConnector(kind=kind, servers=servers) if "S3SinkConnector" in kind:
                # Brokers of a provisioned cluster carry its name: b-1.shop.4l0x.c2.kafka.…
                if f".{cluster.name.lower()}." in servers.lower():
                    return passed(f"is copied to a bucket by the connector {record.arn}")
                elsewhere = record.arn
            case _:
                continue
    if elsewhere and cluster.serverless:
        return no_evidence(f"may be copied by {elsewhere}, whose brokers do not name their cluster")
    return failed("is copied by no replicator, S3 sink connector or Firehose stream")


# --- Event storage is routinely backed up ---------------------------------------------------------

#: Younger archives and streams had no time to hold anything.
_NEW_DAYS = 1


@check(Severity.HIGH)
def event_store_recovery_point_recent(
    stores: Evidence[Bucket | Table | DbInstance | DbCluster | OpenSearchDomain | TaggedResource],
    tagged: Evidence[TaggedResource],
    protected: Evidence[ProtectedResource],
    backups: Evidence[ContinuousBackups],
    replication: Evidence[BucketReplication],
    unit: Unit,
    *,
    recovery_point_hours: int = 26,
    restorable_hours: int = 1,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
    event_store_name_regex: str = EVENT_STORE_NAMES,
) -> Iterator[Result]:
    """Of last week's events, a weekly backup holds none.

    Pass: AWS Backup made a recovery point within the last 26 hours, or the store is captured all the
    time: a table or database that can be restored to the last hour, a bucket that is replicated.
    OpenSearch makes a snapshot every hour by itself.
    Fix: add a daily rule for the store to an AWS Backup plan, or switch on point-in-time recovery.
    Blind spot: versioning alone keeps events in the bucket they are lost with, and does not count.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
    """

    def judge(found: Listed | TaggedResource | Declared) -> Iterator[Result]:
        names = (event_stores, event_store_tag, event_store_name_regex)
        if by := identified(found, tagged, unit, *names):
            known = protected.about(found.arn)
            captured = backups.about(found.arn) | replication.about(found.arn)
            limits = (recovery_point_hours, restorable_hours)
            yield _told(_fresh(found, known, captured, unit, limits), by)

    yield from of_each(stores, judge, unit, event_stores)


def _fresh(
    store: Listed | TaggedResource | Declared,
    protected: Evidence[ProtectedResource],
    captured: Evidence[ContinuousBackups | BucketReplication],
    unit: Unit,
    limits: tuple[int, int],
) -> Result:
    hours, restorable_hours = limits
    starting = False
    records: Iterable[ProtectedResource | ContinuousBackups | BucketReplication] = protected
    match store:
        case OpenSearchDomain():
            return passed("makes a snapshot every hour by itself")
        case DbInstance() | DbCluster():
            if elsewhere := judged_at_its_source(store):
                return not_applicable(elsewhere)
            if store.status == "stopped":
                return not_applicable("is stopped, and so takes no events")
            if store.restorable and unit.age_days(store.restorable) * 24 <= restorable_hours:
                return passed(f"can be restored to {store.restorable:%Y-%m-%d %H:%M}")
        case Bucket() | Table():
            both: Evidence[ProtectedResource | ContinuousBackups | BucketReplication]
            both = protected | captured
            records = both
        case _:
            if unlisted(store.arn) == "SQS":
                return failed("is a queue, which cannot be backed up")
    last = None
    for record in records:
        match record:
            case ProtectedResource(last_backup=made) if made:
                last = made
                if unit.age_days(made) * 24 <= hours:
                    return passed(f"has a recovery point from the last {hours} h")
            case ContinuousBackups(point_in_time=True, restorable=None):
                starting = True
            case ContinuousBackups(point_in_time=True, restorable=moment) if moment:
                if unit.age_days(moment) * 24 <= restorable_hours:
                    return passed(f"can be restored to {moment:%Y-%m-%d %H:%M}")
            case BucketReplication(rules=rules) if any(rule.enabled for rule in rules):
                return passed("is replicated to another bucket")
            case _:
                continue
    if starting:
        return no_evidence("is being made restorable to a point in time")
    if isinstance(store, Bucket | Table) and not any(True for _ in captured):
        return gone()
    if last:
        return failed(f"has its newest recovery point from {unit.age_days(last):.1f} days ago")
    return failed("has no recovery point and is not captured continuously")


@check(Severity.MEDIUM)
def eventbridge_archive_retention(
    bus: EventBus,
    archives: Evidence[EventArchive],
    rules: Evidence[EventRule],
    tagged: Evidence[TaggedResource],
    unit: Unit,
    *,
    retention_days: int = 30,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
) -> Iterator[Result]:
    """A loss is noticed when somebody asks for the event, which may be weeks later.

    Pass: each archive of the bus is enabled and keeps events for 30 days or for ever.
    Fix: raise the archive's retention to 30 days or more, and enable it.
    Blind spot: what the archive holds by now; EventBridge counts its events up to a day late.
    See: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
    """
    if reason := holds_events(bus, rules, tagged, event_stores, event_store_tag):
        yield not_applicable(reason)
        return
    found = False
    for archive in archives.about(bus.arn, "bus"):
        found = True
        yield _archived(archive, unit, retention_days).about(archive.arn)
    if not found:
        yield no_evidence("has no archive")


def _archived(archive: EventArchive, unit: Unit, retention_days: int) -> Result:
    if unit.age_days(archive.created) < _NEW_DAYS:
        return not_applicable("is too new: younger than 24 h")
    if archive.state in _UNSETTLED:
        return no_evidence(f"is in the state {archive.state}")
    if archive.state != "ENABLED":
        return failed(f"is in the state {archive.state}")
    if archive.retention_days == 0:
        return passed("keeps events for ever")
    said = f"keeps events for {archive.retention_days} days"
    if archive.retention_days >= retention_days:
        return passed(said)
    return failed(f"{said}, fewer than {retention_days}")


@check(Severity.MEDIUM)
def kinesis_stream_retention_period(
    stream: DataStream,
    retentions: Evidence[StreamRetention],
    deliveries: Evidence[DeliveryStream],
    tagged: Evidence[TaggedResource],
    unit: Unit,
    *,
    retention_hours: int = 168,
    event_store_tag: str = EVENT_STORE_TAG,
) -> Result:
    """A fault that begins on Friday evening is found on Monday, when a stream of one day is empty.

    Pass: the stream keeps its records for a week, or Firehose copies them to a bucket.
    Fix: raise the retention period to 168 hours, or copy the stream to a bucket with Firehose.
    See: https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html
    """
    if excluded(stream, tagged, event_store_tag):
        return not_applicable(f"is no event store by its tag {event_store_tag}")
    seen = retentions.glimpse(stream.arn)
    if seen and unit.age_days(seen.created) < _NEW_DAYS:
        return not_applicable("is too new: younger than 24 h")
    return _kept(stream, retentions, deliveries, retention_hours)
