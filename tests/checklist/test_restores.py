"""What the checks of restores say, of event stores and of every type that is backed up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.restore_tests import (
    backup_restore_job_recent,
    backup_restore_testing_plan_active,
    data_restore_event_recent,
)
from readiness.checklist.restores import (
    event_store_restore_event_recent,
    event_store_restore_recent,
    eventbridge_replay_recent,
)
from readiness.evidence.backups import ProtectedResource
from readiness.evidence.caches import MemoryDbCluster
from readiness.evidence.compute import Instance
from readiness.evidence.databases import ContinuousBackups, DbCluster, DbInstance, Table
from readiness.evidence.event_rules import EventRule
from readiness.evidence.event_stores import (
    DataStream,
    EventArchive,
    EventBus,
    EventReplay,
    StreamRetention,
)
from readiness.evidence.events import Event, RestoreLookup
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.restores import (
    LatestRestore,
    RestoreJob,
    RestoreTestingPlan,
    RestoreTestingTypes,
)
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import (
    Bucket,
    BucketVersioning,
    EfsFileSystem,
    FsxFileSystem,
    Snapshot,
    Volume,
    VolumeActivity,
)
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.warehouses import RedshiftCluster
from tests.checklist.test_event_stores import (
    BUS,
    CARTS,
    DEFAULT,
    EVENTS,
    INGEST,
    KAFKA,
    LEDGER,
    STREAM,
    ago,
    archive,
    arn,
    recovery,
    retention,
    tagged,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

RECOVERY = "444455556666"


def job(source: str = EVENTS.arn, days: float = 10, **changes: Any) -> RestoreJob:
    values: dict[str, Any] = {
        "arn": arn("backup", f"restore-job/{days}"),
        "source": source,
        "recovery_point": "",
        "type": "DynamoDB",
        "status": "COMPLETED",
        "validation": "",
        "created": ago(days),
    }
    return RestoreJob(**values | changes)


IN_RECOVERY = job(arn=f"arn:aws:backup:{REGION}:{RECOVERY}:restore-job/1")


def latest(days: float | None, of: str = EVENTS.arn) -> LatestRestore:
    return LatestRestore(arn=of, type="DynamoDB", restored=None if days is None else ago(days))


def replay(
    state: str = "COMPLETED", days: float = 10, of: EventArchive | None = None
) -> EventReplay:
    return EventReplay(
        arn=arn("events", f"replay/r{days:.0f}"),
        archive=(of or archive()).arn,
        state=state,
        started=ago(days),
        ended=ago(days),
    )


def event(*resources: str, days: float = 10) -> Event:
    return Event(
        time=ago(days),
        principal_type="AssumedRole",
        principal_arn="",
        principal_name="",
        session="",
        console=False,
        invoked_by="",
        resources=resources,
    )


def lookup(
    name: str, *events: Event, account: str = ACCOUNT, region: str = REGION
) -> RestoreLookup:
    return RestoreLookup(
        arn=f"arn:aws:cloudtrail:{region}:{account}:event/{name}",
        name=name,
        events=events,
        sampled=False,
    )


BY_HAND = lookup("RestoreTableToPointInTime", event("order-events", "test-copy"))
PROTECTED = ProtectedResource(arn=EVENTS.arn, type="DynamoDB", last_backup=ago(1))
BUCKETS = ProtectedResource(arn=INGEST.arn, type="S3", last_backup=ago(1))
PLAIN = Bucket(arn="arn:aws:s3:::pictures", name="pictures", region=REGION, account=ACCOUNT)
PLAN = arn("backup", "restore-testing-plan:monthly-1")


def plan(ran: float | None, created: float = 300) -> RestoreTestingPlan:
    last: datetime | None = None if ran is None else ago(ran)
    return RestoreTestingPlan(arn=PLAN, name="monthly", created=ago(created), last_run=last)


def selects(*types: str) -> RestoreTestingTypes:
    return RestoreTestingTypes(arn=PLAN, types=types)


VOLUME = Volume(
    arn=arn("ec2", "volume/vol-1"),
    id="vol-1",
    state="in-use",
    created=ago(100),
    instances=(arn("ec2", "instance/i-1"),),
    managed=False,
    tags={},
)
LOOSE = replace(VOLUME, state="available", instances=())
STALE = VolumeActivity(arn=VOLUME.arn, attached=None, since=ago(90))
SNAPSHOT = Snapshot(
    arn=f"arn:aws:ec2:{REGION}::snapshot/snap-1",
    volume=VOLUME.arn,
    state="completed",
    completed=ago(40),
)
AWAY = replace(PLAIN, arn="arn:aws:s3:::films", name="films", region="us-east-1")
MEMORY = MemoryDbCluster(
    arn=arn("memorydb", "cluster/sessions"), snapshot_retention_days=1, multi_az=True
)


def versioned(bucket: Bucket) -> BucketVersioning:
    return BucketVersioning(arn=bucket.arn, status="Enabled")


def cluster(name: str, engine: str) -> DbCluster:
    return DbCluster(
        arn=arn("rds", f"cluster:{name}"),
        engine=engine,
        status="available",
        backup_retention_days=7,
        multi_az=True,
        members=(f"{name}-1",),
        tags={},
    )


AURORA, GRAPH = cluster("shop", "aurora-mysql"), cluster("graph", "neptune")
KINDS = {kind: f"{ACCOUNT}/{REGION}/{kind}" for kind in ("Aurora", "Neptune")}
STORES = (
    DbInstance, DbCluster, Table, EfsFileSystem, FsxFileSystem, Bucket, RedshiftCluster,
    MemoryDbCluster, Volume,
)  # fmt: skip
EVENT_STORES = (
    Bucket, Table, DbInstance, DbCluster, OpenSearchDomain, TaggedResource, DataStream, KafkaCluster,
)  # fmt: skip

ROWS: dict[Check[..., Any], list[Row]] = {
    event_store_restore_recent: [
        Row("restored last week", PASS, (EVENTS, job())),
        Row("restored in a recovery account", PASS, (EVENTS, IN_RECOVERY)),
        Row("restored longer ago than jobs are listed", PASS, (EVENTS, latest(60))),
        Row("restored last year", NO_EVIDENCE, (EVENTS, latest(300), job(days=120))),
        Row("never restored", NO_EVIDENCE, (EVENTS, latest(None))),
        Row("the newest failed and none completed", FAIL, (EVENTS, job(status="FAILED"), latest(10)), says="FAILED"),
        Row("one failed and one completed", PASS, (EVENTS, job(status="FAILED", days=5), job(days=10))),
        Row("its validation failed", FAIL, (EVENTS, job(validation="TIMED_OUT"))),
        Row("another table was restored", NO_EVIDENCE, (EVENTS, job(CARTS.arn))),
        Row("a stream leaves no trace", NO_EVIDENCE, (STREAM, retention(168), KAFKA)),
        Row("a database that is too new", NOT_APPLICABLE, (replace(LEDGER, created=ago(20)),)),
        Row("a stream and a cluster that are too new", NOT_APPLICABLE, (STREAM, retention(168, days=20), replace(KAFKA, created=ago(20)))),
        Row("taken out by a tag", NOT_APPLICABLE, (STREAM, retention(168), tagged(STREAM.arn, "false"))),
        Row("no event store", NOT_APPLICABLE, (CARTS,)),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,)) for kind in EVENT_STORES),
        Row("retention is dark", UNKNOWN, (STREAM,), dark=(StreamRetention,)),
        Row("jobs are dark", UNKNOWN, (EVENTS,), dark=(RestoreJob,)),
        Row("latest restores are dark", UNKNOWN, (EVENTS,), dark=(LatestRestore,)),
    ],
    eventbridge_replay_recent: [
        Row("replayed last week", {"archive/all": PASS}, (BUS, archive(), replay())),
        Row("replayed last year", {"archive/all": NO_EVIDENCE}, (BUS, archive(), replay(days=120))),
        Row("the newest failed", {"archive/all": FAIL}, (BUS, archive(), replay("FAILED"))),
        Row("one failed and one completed", {"archive/all": PASS}, (BUS, archive(), replay("FAILED", 5), replay())),
        Row("cancelled", {"archive/all": NO_EVIDENCE}, (BUS, archive(), replay("CANCELLED"))),
        Row("never", {"archive/all": NO_EVIDENCE}, (BUS, archive())),
        Row("nothing to replay", NO_EVIDENCE, (BUS,)),
        Row("too new", NOT_APPLICABLE, (replace(BUS, created=ago(20)), archive())),
        Row("the default bus", NOT_APPLICABLE, (DEFAULT,)),
        Row("buses are dark", UNKNOWN, dark=(EventBus,)),
        Row("archives are dark", UNKNOWN, (BUS,), dark=(EventArchive,)),
        Row("replays are dark", UNKNOWN, (BUS, archive()), dark=(EventReplay,)),
        Row("rules are dark", UNKNOWN, (DEFAULT,), dark=(EventRule,)),
        Row("tags are dark", UNKNOWN, (BUS, archive(), replay()), dark=(TaggedResource,)),
    ],
    event_store_restore_event_recent: [
        Row("by its name", PASS, (EVENTS, BY_HAND), says="RestoreTableToPointInTime"),
        Row("by its backup", PASS, (EVENTS, lookup("RestoreTableFromBackup", event(f"{EVENTS.arn}/backup/0163")))),
        Row("by its snapshot", PASS, (LEDGER, lookup("RestoreDBInstanceFromDBSnapshot", event("rds:ledger-2026-11-20-05-10")))),
        Row("in another account, by its ARN", PASS, (EVENTS, lookup("RestoreTableToPointInTime", event(EVENTS.arn), account=RECOVERY))),
        Row("in another account, by its backup", PASS, (EVENTS, lookup("RestoreTableFromBackup", event(f"{EVENTS.arn}/backup/0163"), account=RECOVERY))),
        Row("a table of the same name in another account", NO_EVIDENCE, (EVENTS, lookup("RestoreTableToPointInTime", event("order-events"), account=RECOVERY))),
        Row("a table of the same name in another region", NO_EVIDENCE, (EVENTS, replace(BY_HAND, arn=f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:event/x"))),
        Row("a database of the same name", NO_EVIDENCE, (EVENTS, lookup("RestoreDBInstanceToPointInTime", event("order-events")))),
        Row("a database that is too new", NOT_APPLICABLE, (replace(LEDGER, created=ago(20)),)),
        Row("by AWS Backup, whose job failed", NO_EVIDENCE, (EVENTS, lookup("StartRestoreJob", event(EVENTS.arn)), job(status="FAILED"))),
        Row("by AWS Backup, whose job is not listed any more", PASS, (EVENTS, lookup("StartRestoreJob", event(EVENTS.arn)))),
        Row("by AWS Backup, whose jobs are dark", PASS, (EVENTS, lookup("StartRestoreJob", event(EVENTS.arn))), dark=(RestoreJob,)),
        Row("its namesake", NO_EVIDENCE, (LEDGER, lookup("RestoreDBInstanceToPointInTime", event("ledger-archive")))),
        Row("too long ago", NO_EVIDENCE, (EVENTS, lookup("RestoreTableFromBackup", event("order-events", days=80))), options={"days": 30}),
        Row("no event store", NOT_APPLICABLE, (CARTS,)),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,))
            for kind in (Bucket, Table, DbInstance, DbCluster, TaggedResource)
        ),
        Row("the history is dark", UNKNOWN, (EVENTS,), dark=(RestoreLookup,)),
    ],
    backup_restore_job_recent: [
        Row("restored last week", PASS, (PROTECTED, job())),
        Row("in a recovery account", PASS, (PROTECTED, IN_RECOVERY)),
        Row("a recovery account restored somebody else's", NO_EVIDENCE, (PROTECTED, replace(IN_RECOVERY, source=f"arn:aws:dynamodb:{REGION}:{RECOVERY}:table/x"))),
        Row("a bucket in a recovery account", PASS, (BUCKETS, replace(IN_RECOVERY, type="S3", source=INGEST.arn))),
        Row("a job that does not tell its source", PASS, (PROTECTED, job(""))),
        Row("longer ago than jobs are listed", PASS, (PROTECTED, latest(60))),
        Row("an empty list is no failure", NO_EVIDENCE, (PROTECTED, latest(None))),
        Row("it failed", FAIL, (PROTECTED, job(status="ABORTED"))),
        Row("its validation failed", FAIL, (PROTECTED, job(validation="FAILED"))),
        Row("one type of two", {f"{ACCOUNT}/{REGION}/DynamoDB": PASS, f"{ACCOUNT}/{REGION}/S3": NO_EVIDENCE}, (PROTECTED, BUCKETS, job())),
        Row("a service's own backups", NO_EVIDENCE, (LEDGER, EVENTS, recovery(True))),
        Row("snapshots of volumes", NO_EVIDENCE, (LOOSE, STALE, SNAPSHOT), says="snapshots of volumes"),
        Row("a snapshot that failed", FAIL, (LOOSE, STALE, replace(SNAPSHOT, state="error"))),
        Row("a bucket with versions", NO_EVIDENCE, (PLAIN, versioned(PLAIN)), says="old versions"),
        Row("another region's bucket with versions", FAIL, (PLAIN, AWAY, versioned(AWAY))),
        Row("snapshots of MemoryDB", NO_EVIDENCE, (MEMORY,), says="MemoryDB"),
        Row("snapshots are dark", UNKNOWN, (PLAIN,), dark=(Snapshot,)),
        Row("versions are dark", UNKNOWN, (PLAIN,), dark=(BucketVersioning,)),
        Row("nothing to restore", FAIL, (PLAIN, CARTS, recovery(False, of=CARTS)), says="nothing to restore"),
        Row("nothing at all", NOT_APPLICABLE),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,)) for kind in STORES),
        Row("recovery points are dark", UNKNOWN, (CARTS,), dark=(ProtectedResource,)),
        Row("recovery is dark", UNKNOWN, (CARTS,), dark=(ContinuousBackups,)),
        Row("jobs are dark", UNKNOWN, (PROTECTED,), dark=(RestoreJob,)),
        Row("latest restores are dark", UNKNOWN, (PROTECTED,), dark=(LatestRestore,)),
        Row("instances are dark", UNKNOWN, (VOLUME,), dark=(Instance,)),
        Row("activity is dark", UNKNOWN, (LOOSE,), dark=(VolumeActivity,)),
    ],
    backup_restore_testing_plan_active: [
        Row("it ran", PASS, (PROTECTED, plan(10), selects("DynamoDB"))),
        Row("it has not run for long", FAIL, (PROTECTED, plan(120), selects("DynamoDB")), says="120 days"),
        Row("it never ran", FAIL, (PROTECTED, plan(None), selects("DynamoDB"))),
        Row("it is new", NO_EVIDENCE, (PROTECTED, plan(None, created=5), selects("DynamoDB"))),
        Row("without selections it tests nothing", NO_EVIDENCE, (PROTECTED, plan(10), selects())),
        Row("it selects another type", NO_EVIDENCE, (PROTECTED, plan(10), selects("RDS"))),
        Row("no plan", NO_EVIDENCE, (PROTECTED,)),
        Row("nothing is protected", NOT_APPLICABLE),
        Row("recovery points are dark", UNKNOWN, dark=(ProtectedResource,)),
        Row("plans are dark", UNKNOWN, (PROTECTED,), dark=(RestoreTestingPlan,)),
        Row("selections are dark", UNKNOWN, (PROTECTED, plan(10)), dark=(RestoreTestingTypes,)),
    ],
    data_restore_event_recent: [
        Row("by hand", PASS, (EVENTS, recovery(True), BY_HAND)),
        Row("by AWS Backup", PASS, (BUCKETS, lookup("StartRestoreJob", event("S3")))),
        Row("by AWS Backup, whose job failed", NO_EVIDENCE, (BUCKETS, lookup("StartRestoreJob", event("S3")), job(INGEST.arn, type="S3", status="FAILED"))),
        Row("by AWS Backup, whose job of another type failed", PASS, (BUCKETS, lookup("StartRestoreJob", event("S3")), job(status="FAILED"))),
        Row("by AWS Backup, which asked the service, and whose job failed", NO_EVIDENCE, (PROTECTED, lookup("RestoreTableFromBackup", replace(event(EVENTS.arn), invoked_by="backup.amazonaws.com")), job(status="FAILED"))),
        Row("by hand, after a job that failed", PASS, (PROTECTED, BY_HAND, job(status="FAILED"))),
        Row("by AWS Backup, whose jobs are dark", PASS, (BUCKETS, lookup("StartRestoreJob", event("S3"))), dark=(RestoreJob,)),
        Row("another type by AWS Backup", NO_EVIDENCE, (BUCKETS, lookup("StartRestoreJob", event("EBS")))),
        Row("from here, in another account", PASS, (LEDGER, lookup("RestoreDBInstanceFromDBSnapshot", event(arn("rds", "snapshot:s")), account=RECOVERY))),
        Row("from here, in another region", PASS, (LEDGER, lookup("RestoreDBInstanceFromDBSnapshot", event(arn("rds", "snapshot:s")), region="us-east-1"))),
        Row("another region's, by its own account", NO_EVIDENCE, (EVENTS, recovery(True), lookup("RestoreTableFromBackup", event(EVENTS.arn.replace(REGION, "us-east-1")), region="us-east-1"))),
        Row("a cluster of another engine", {KINDS["Aurora"]: PASS, KINDS["Neptune"]: NO_EVIDENCE}, (AURORA, GRAPH, lookup("RestoreDBClusterFromSnapshot", replace(event("s"), engine="aurora-mysql")))),
        Row("a cluster whose engine is not told, of two", NO_EVIDENCE, (AURORA, GRAPH, lookup("RestoreDBClusterToPointInTime", event("s")))),
        Row("a cluster whose engine is not told, of one", PASS, (AURORA, lookup("RestoreDBClusterToPointInTime", event("s")))),
        Row("a cluster is no instance", NO_EVIDENCE, (LEDGER, lookup("RestoreDBClusterToPointInTime", replace(event("s"), engine="aurora-mysql")))),
        Row("somebody else's, in another account", NO_EVIDENCE, (LEDGER, lookup("RestoreDBInstanceFromDBSnapshot", event("s"), account=RECOVERY))),
        Row("none", NO_EVIDENCE, (LEDGER,)),
        Row("nothing to restore", NOT_APPLICABLE, (PLAIN,)),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,)) for kind in STORES),
        Row("recovery points are dark", UNKNOWN, dark=(ProtectedResource,)),
        Row("recovery is dark", UNKNOWN, (CARTS,), dark=(ContinuousBackups,)),
        Row("the history is dark", UNKNOWN, (LEDGER,), dark=(RestoreLookup,)),
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
