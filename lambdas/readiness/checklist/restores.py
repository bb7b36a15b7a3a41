"""Was what the event stores hold restored or replayed lately, so that somebody knows it works?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from readiness.checklist.event_stores import (
    EVENT_STORE_TAG,
    Declared,
    Listed,
    engine_type,
    excluded,
    holds_events,
    identified,
    name_of,
    of_each,
    unlisted,
)
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence, Pooled, account_of, region_of, service_of
from readiness.evidence.databases import DbCluster, DbInstance, Table
from readiness.evidence.event_rules import EventRule
from readiness.evidence.event_stores import (
    EVENT_STORE_NAMES,
    DataStream,
    EventArchive,
    EventBus,
    EventReplay,
    StreamRetention,
)
from readiness.evidence.events import RESTORE_EVENTS, Event, RestoreLookup
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.restores import LatestRestore, RestoreJob
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import Bucket
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.unseen import known

Kept: TypeAlias = Listed | TaggedResource | Declared | DataStream | KafkaCluster

_BAD_VALIDATION = frozenset({"FAILED", "TIMED_OUT"})


def restored(job: RestoreJob) -> bool:
    """Whether a job brought the data back, as far as anybody looked."""
    return job.status == "COMPLETED" and job.validation not in _BAD_VALIDATION


def broken(job: RestoreJob) -> bool:
    """Whether a job ended, and did not bring the data back."""
    return job.status in ("FAILED", "ABORTED") or job.validation in _BAD_VALIDATION


def type_of(store: Kept) -> str:
    """Return the type of an event store, in AWS Backup's words where it has one."""
    match store:
        case Bucket():
            return "S3"
        case Table():
            return "DynamoDB"
        case DbInstance() | DbCluster():
            return engine_type(store.engine)
        case OpenSearchDomain():
            return "OpenSearch"
        case DataStream():
            return "Kinesis"
        case KafkaCluster():
            return "MSK"
        case _:
            return unlisted(store.arn)


@check(Severity.HIGH)
def event_store_restore_recent(
    stores: Evidence[
        Bucket
        | Table
        | DbInstance
        | DbCluster
        | OpenSearchDomain
        | TaggedResource
        | DataStream
        | KafkaCluster
    ],
    tagged: Evidence[TaggedResource],
    retentions: Evidence[StreamRetention],
    jobs: Pooled[RestoreJob],
    latest: Evidence[LatestRestore],
    unit: Unit,
    *,
    days: int = 90,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
    event_store_name_regex: str = EVENT_STORE_NAMES,
) -> Iterator[Result]:
    """A backup that nobody ever restored is a hope.

    Pass: AWS Backup restored the store within 90 days, in whichever scanned account.
    Fix: add the store to a restore testing plan, or restore it by hand each quarter and attest it with
    the number of events that came back.
    Blind spot: reading a stream again from its beginning leaves no trace; attest it. Of a type, at most
    twenty resources without a listed job are asked for their latest restore.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
    """

    def judge(store: Kept) -> Iterator[Result]:
        names = (event_stores, event_store_tag, event_store_name_regex)
        if not _is_store(store, tagged, unit, names):
            return
        created = _created(store)
        if isinstance(store, DataStream):
            seen = retentions.of(store.arn)
            created = seen.created if seen else None
        if reason := _too_new(created, unit, days):
            yield _typed(not_applicable(reason), store)
        else:
            yield _restored(store, jobs, latest, unit, days)

    yield from of_each(stores, judge, unit, event_stores)


def _too_new(created: datetime | None, unit: Unit, days: int) -> str:
    """Say that a store is younger than the restores that are asked for, where its age is told."""
    if created and unit.age_days(created) < days:
        return f"is too new: {unit.age_days(created):.0f} days old"
    return ""


def _created(store: Kept) -> datetime | None:
    """Return when a store was made, None where its listing does not tell."""
    return store.created if isinstance(store, KafkaCluster | DbInstance | DbCluster) else None


def _is_store(
    store: Kept,
    tagged: Evidence[TaggedResource],
    unit: Unit,
    names: tuple[tuple[str, ...], str, str],
) -> bool:
    if isinstance(store, DataStream | KafkaCluster):
        return not excluded(store, tagged, names[1])
    if isinstance(store, DbInstance) and (store.cluster or store.replica):
        return False
    return bool(identified(store, tagged, unit, *names))


def _restored(
    store: Kept, jobs: Pooled[RestoreJob], latest: Evidence[LatestRestore], unit: Unit, days: int
) -> Result:
    failure = ""
    for record in jobs.about(store.arn, "source") | latest.about(store.arn):
        moment = record.created if isinstance(record, RestoreJob) else record.restored
        if moment is None or unit.age_days(moment) > days:
            continue
        if isinstance(record, LatestRestore):
            if not failure:
                return _typed(passed(f"was restored {unit.age_days(moment):.0f} days ago"), store)
        elif restored(record):
            return _typed(passed(f"was restored {unit.age_days(moment):.0f} days ago"), store)
        elif broken(record):
            failure = record.validation or record.status
    if failure:
        return _typed(failed(f"could not be restored: its restore ended with {failure}"), store)
    return _typed(no_evidence(f"was not restored by AWS Backup in {days} days"), store)


def _typed(result: Result, store: Kept) -> Result:
    return result.about(store.arn, type_of(store))


@check(Severity.MEDIUM)
def eventbridge_replay_recent(
    bus: EventBus,
    archives: Evidence[EventArchive],
    replays: Evidence[EventReplay],
    rules: Evidence[EventRule],
    tagged: Evidence[TaggedResource],
    unit: Unit,
    *,
    days: int = 90,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
) -> Iterator[Result]:
    """Consumers that were never given an old event do strange things with one.

    Pass: a replay of an archive of the bus was completed within 90 days.
    Fix: replay an archive to a rule for tests each quarter.
    Blind spot: EventBridge forgets replays after 90 days.
    See: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
    """
    if reason := holds_events(bus, rules, tagged, event_stores, event_store_tag):
        yield not_applicable(reason).about(bus.arn, "EventBridge")
        return
    if reason := _too_new(bus.created, unit, days):
        yield not_applicable(reason).about(bus.arn, "EventBridge")
        return
    found = False
    for archive in archives.about(bus.arn, "bus"):
        found = True
        yield _replayed(archive, replays, unit, days).about(archive.arn, "EventBridge")
    if not found:
        yield no_evidence("has no archive to replay").about(bus.arn, "EventBridge")


def _replayed(
    archive: EventArchive, replays: Evidence[EventReplay], unit: Unit, days: int
) -> Result:
    newest: EventReplay | None = None
    for replay in replays.about(archive.arn, "archive"):
        if replay.state == "COMPLETED" and replay.ended and unit.age_days(replay.ended) <= days:
            return passed(f"was replayed {unit.age_days(replay.ended):.0f} days ago")
        if newest is None or newest.started < replay.started:
            newest = replay
    if newest and newest.state == "FAILED":
        return failed(f"could not be replayed: {name_of(newest)} failed")
    return no_evidence(f"was not replayed in {days} days")


@check(Severity.MEDIUM)
def event_store_restore_event_recent(
    stores: Evidence[Bucket | Table | DbInstance | DbCluster | TaggedResource],
    tagged: Evidence[TaggedResource],
    lookups: Pooled[RestoreLookup],
    jobs: Pooled[RestoreJob],
    unit: Unit,
    *,
    days: int = 90,
    event_stores: tuple[str, ...] = (),
    event_store_tag: str = EVENT_STORE_TAG,
    event_store_name_regex: str = EVENT_STORE_NAMES,
) -> Iterator[Result]:
    """A restore that a person started by hand shows as well as any that the data comes back.

    Pass: CloudTrail recorded a restore of the store or of its snapshot within 90 days: where the store
    lies by its name, in another scanned account by its ARN. Restores by AWS Backup whose jobs are
    still listed are left to these.
    Fix: restore the store to a new name each quarter, and attest how many events came back.
    Blind spot: at most the 200 newest events of each kind are looked at, and whether the restore was
    completed is not recorded. A snapshot is known by the name of its store in its own.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
    """

    def judge(store: Kept) -> Iterator[Result]:
        names = (event_stores, event_store_tag, event_store_name_regex)
        if not _is_store(store, tagged, unit, names):
            return
        if reason := _too_new(_created(store), unit, days):
            yield _typed(not_applicable(reason), store)
            return
        own = jobs.about(store.arn, "source")
        told = known(lambda: any(unit.age_days(each.created) <= days for each in own), False)
        for lookup in lookups:
            for event in lookup.events if _restores(lookup, store) else ():
                recent = unit.age_days(event.time) <= days and not (
                    told and by_backup(lookup, event)
                )
                if recent and _names(lookup, event, store, unit):
                    said = f"was restored {unit.age_days(event.time):.0f} days ago ({lookup.name})"
                    yield _typed(passed(said), store)
                    return
        yield _typed(
            no_evidence(f"is in no restore that CloudTrail recorded in {days} days"), store
        )

    yield from of_each(stores, judge, unit, event_stores)


def by_backup(lookup: RestoreLookup, event: Event) -> bool:
    """Whether AWS Backup restored: where its jobs are listed, they tell how that ended."""
    return lookup.name == "StartRestoreJob" or event.invoked_by == "backup.amazonaws.com"


def _restores(lookup: RestoreLookup, store: Kept) -> bool:
    """Whether a kind of restore brings back what a store's service, or AWS Backup, keeps of it."""
    service = RESTORE_EVENTS[lookup.name].partition(".")[0]
    return service in ("backup", service_of(store.arn))


def _names(lookup: RestoreLookup, event: Event, store: Kept, unit: Unit) -> bool:
    """Whether an event names a store, or a snapshot of it; a bare name means what lies beside it."""
    name = re.escape(name_of(store))
    pattern = re.compile(rf"(^|[:/]){name}($|[:/]|-\d{{4}}-\d\d)")
    for each in event.resources:
        place = each if account_of(each) else lookup.arn
        here = (account_of(place), region_of(place)) == (unit.account, unit.region)
        if each == store.arn or (here and pattern.search(each)):
            return True
    return False
