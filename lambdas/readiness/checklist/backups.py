"""Has everything that holds data a backup, made lately and kept long enough?

The checks of "Configure backup".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from readiness.checklist.apart import apart
from readiness.checklist.event_stores import engine_type, judged_at_its_source
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence, Identified
from readiness.evidence.backups import BackupPlan, BackupPlanRules, ProtectedResource
from readiness.evidence.caches import MemoryDbCluster, ReplicationGroup
from readiness.evidence.compute import Instance
from readiness.evidence.databases import (
    ContinuousBackups,
    DbCluster,
    DbInstance,
    ReplicaBackups,
    Table,
)
from readiness.evidence.storage import (
    Bucket,
    BucketReplication,
    BucketVersioning,
    EfsBackupPolicy,
    EfsFileSystem,
    FsxFileSystem,
    Snapshot,
    Volume,
    VolumeActivity,
)
from readiness.evidence.warehouses import RedshiftCluster

#: What holds data that somebody would miss; volumes last, since only they ask for their instances.
Store: TypeAlias = (
    DbInstance
    | DbCluster
    | Table
    | EfsFileSystem
    | FsxFileSystem
    | Bucket
    | RedshiftCluster
    | MemoryDbCluster
    | Volume
)

#: Names of buckets whose content can be made again, or is a log.
DERIVED_BUCKETS = (
    "cdk-*-assets-*",
    "cf-templates-*",
    "codepipeline-*",
    "aws-athena-query-results-*",
    "elasticbeanstalk-*",
    "config-bucket-*",
    "*-logs",
    "*-logs-*",
)

_UNATTACHED = "is attached to an instance that was made or deleted during the scan"
#: States of file systems that hold no data yet, or none any more.
_NO_DATA = ("creating", "deleting", "deleted", "error", "failed")
#: A plan of which nothing ran for longer does not make backups.
PLAN_RUN_DAYS = 8
#: A volume that was let go for less may be on its way to another instance.
LOOSE_DAYS = 7


def proof_of_backup(record: Identified, unit: Unit, hours: int) -> str:
    """Say which backup a record proves, empty where it proves none."""
    match record:
        case ProtectedResource(last_backup=datetime() as made) if _recent(made, unit, hours):
            return f"has a recovery point in AWS Backup from the last {hours} h"
        case Snapshot(state="completed", completed=made) if _recent(made, unit, hours):
            return f"has a snapshot from the last {hours} h"
        case ContinuousBackups(point_in_time=True):
            return "can be restored to a point in time"
        case ReplicaBackups(point_in_time=True, region=region):
            return f"has a replica in {region} that can be restored to a point in time"
        case EfsBackupPolicy(status="ENABLED"):
            return "has automatic backups switched on"
        case BucketVersioning(status="Enabled"):
            return "keeps old versions of its objects"
        case BucketReplication(rules=rules) if any(rule.enabled for rule in rules):
            return "is replicated"
        case _:
            return ""


def _recent(moment: datetime, unit: Unit, hours: int) -> bool:
    return unit.age_days(moment) * 24 <= hours


def backup_of(records: Iterable[Identified], unit: Unit, hours: int) -> str:
    """Say which backup these records prove; raises where that depends on what was not seen."""
    return next(filter(None, (proof_of_backup(each, unit, hours) for each in records)), "")


@check(Severity.CRITICAL)
def rds_instance_backup_retention(
    database: DbInstance | DbCluster,
    protected: Evidence[ProtectedResource],
    unit: Unit,
    *,
    retention_days: int = 7,
    recovery_point_hours: int = 192,
) -> Result:
    """A database that is lost with its backups is lost for good.

    Pass: automatic backups are kept for at least 7 days, or AWS Backup made a recovery point
    within the last 8 days.
    Fix: set the backup retention period to at least 7 days, or assign the database to an AWS
    Backup plan.
    Blind spot: that a backup can be restored is judged by "Test your backups", not here.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
    """
    if backed_up_elsewhere := judged_at_its_source(database):
        return not_applicable(backed_up_elsewhere)
    if database.backup_retention_days >= retention_days:
        return passed(
            f"keeps automatic backups for {counted(database.backup_retention_days, 'day')}"
        )
    if proof := backup_of(protected.about(database.arn), unit, recovery_point_hours):
        return passed(proof)
    return failed(
        f"keeps automatic backups for {counted(database.backup_retention_days, 'day')}, fewer than "
        f"{retention_days}, and has no recent recovery point in AWS Backup",
        None if unit.is_production(database.tags) else Severity.HIGH,
    )


@check(Severity.HIGH)
def dynamodb_table_recovery_enabled(
    table: Table,
    protected: Evidence[ProtectedResource],
    backups: Evidence[ContinuousBackups],
    replicas: Evidence[ReplicaBackups],
    unit: Unit,
    *,
    recovery_point_hours: int = 192,
) -> Result:
    """A faulty deployment can empty a table in seconds; only a backup undoes it.

    Pass: point-in-time recovery is on, in this region or at a replica of the table, or AWS Backup
    made a recovery point within the last 8 days.
    Fix: turn on point-in-time recovery of the table, or assign it to an AWS Backup plan.
    Blind spot: how long recovery reaches back (1 to 35 days) is not judged.
    See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
    """
    known = protected.about(table.arn) | backups.about(table.arn) | replicas.about(table.arn)
    if proof := backup_of(known, unit, recovery_point_hours):
        return passed(proof)
    if backups.of(table.arn) is None:
        return gone()
    return failed(
        "has neither point-in-time recovery nor a recovery point in AWS Backup from the last "
        f"{recovery_point_hours} h"
    )


@check(Severity.HIGH)
def backup_resource_recent_recovery_point(
    resource: EfsFileSystem
    | FsxFileSystem
    | Bucket
    | RedshiftCluster
    | MemoryDbCluster
    | ReplicationGroup
    | Volume,
    protected: Evidence[ProtectedResource],
    snapshots: Evidence[Snapshot],
    policies: Evidence[EfsBackupPolicy],
    versioning: Evidence[BucketVersioning],
    replication: Evidence[BucketReplication],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    *,
    recovery_point_hours: int = 192,
    retention_days: int = 7,
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Result:
    """What nobody backs up is missed on the day it is gone.

    Pass: AWS Backup made a recovery point of the volume or its instance, the file system or the
    bucket within the last 8 days; or there is a completed snapshot of the volume from the last 8
    days, EFS has automatic backups on, FSx or Redshift keeps its own for 7 days or more, MemoryDB
    or ElastiCache makes daily snapshots, or the bucket has versioning or an enabled replication
    rule.
    Fix: assign the resource by tag to an AWS Backup plan with a daily rule, or set its own
    retention.
    Blind spot: whether a volume, a bucket or a file system holds anything worth keeping. Of an FSx
    for ONTAP file system, one volume that is backed up counts for all. OpenSearch keeps automatic
    snapshots by itself and is not asked.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
    """
    if reason := needs_no_backup(resource, unit, instances, activity, derived_buckets):
        return not_applicable(reason)
    floor, kept = _own_retention(resource, retention_days)
    if floor and kept >= floor:
        return _weighed(passed(f"keeps automatic backups for {counted(kept, 'day')}"), resource)
    known: Iterable[Any]
    match resource:
        case Volume():
            own = protected.about(resource.arn) | snapshots.about(resource.arn, "volume")
            known = reduce(or_, map(protected.about, resource.instances), own)
        case Bucket():
            kept_by_s3 = versioning.about(resource.arn) | replication.about(resource.arn)
            known = protected.about(resource.arn) | kept_by_s3
        case EfsFileSystem():
            known = protected.about(resource.arn) | policies.about(resource.arn)
        case FsxFileSystem():
            # Of ONTAP and OpenZFS not the file system is backed up but its volumes.
            volume = f":volume/{resource.id}/"
            known = (each for each in protected if resource.arn == each.arn or volume in each.arn)
        case _:
            known = ()
    if proof := backup_of(known, unit, recovery_point_hours):
        return _weighed(passed(proof), resource)
    if _is_gone(resource, policies, versioning):
        return _weighed(gone(), resource)
    lacks = (
        f"keeps automatic backups for {counted(kept, 'day')}, fewer than {floor}"
        if floor
        else "has no backup"
    )
    if not isinstance(resource, RedshiftCluster | MemoryDbCluster | ReplicationGroup):
        lacks += f", and no recovery point from the last {recovery_point_hours} h"
    return _weighed(failed(lacks), resource)


def _is_gone(
    resource: Identified,
    policies: Evidence[EfsBackupPolicy],
    versioning: Evidence[BucketVersioning],
) -> bool:
    """Whether a resource was there no more when it was asked for what it keeps."""
    match resource:
        case EfsFileSystem():
            return policies.of(resource.arn) is None
        case Bucket():
            return versioning.of(resource.arn) is None
        case _:
            return False


def _own_retention(resource: Identified, days: int) -> tuple[int, int]:
    """Return the least days of a resource's own automatic backups, and its days; 0 for neither."""
    match resource:
        case RedshiftCluster(snapshot_retention_days=kept):
            return days, kept
        case FsxFileSystem(backup_retention_days=kept):
            return days, kept
        case MemoryDbCluster(snapshot_retention_days=kept):
            return 1, kept
        case ReplicationGroup(snapshot_retention_days=kept):
            return 1, kept
        case _:
            return 0, 0


def _weighed(result: Result, resource: Identified) -> Result:
    """Weigh a bucket's backup less than a database's, and a cache's least."""
    match resource:
        case Bucket():
            return replace(result, severity=Severity.MEDIUM)
        case ReplicationGroup():
            return replace(result, severity=Severity.LOW)
        case _:
            return result


def needs_no_backup(
    resource: Identified,
    unit: Unit,
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    derived_buckets: Iterable[str],
) -> str:
    """Say why a resource needs no backup of its own, empty where it does."""
    match resource:
        case DbInstance() | DbCluster():
            return judged_at_its_source(resource)
        case Bucket(name=name) if any(fnmatchcase(name, each) for each in derived_buckets):
            return "holds logs or what can be made again, by its name"
        case EfsFileSystem(state=state) | FsxFileSystem(state=state) if state.lower() in _NO_DATA:
            return f"is in the state {state}"
        case FsxFileSystem(deployment=deployment) if deployment.startswith("SCRATCH"):
            return "is scratch storage, which FSx cannot back up"
        case Volume(managed=True):
            return "is operated by a service of AWS"
        case Volume(state="in-use"):
            return _replaced_with_its_instance(resource, instances)
        case Volume(state="available"):
            return _just_let_go(resource, unit, activity)
        case Volume(state=state):
            return f"is in the state {state}"
        case _:
            return ""


def _replaced_with_its_instance(volume: Volume, instances: Evidence[Instance]) -> str:
    """Say why nobody misses what a volume holds; one that several instances share, all must say so."""
    why = ""
    for arn in volume.instances:
        instance = instances.of(arn)
        if instance is not None and not instance.made_by:
            return ""
        maker = instance.made_by if instance else ""
        why = f"is attached to an instance that {maker} replaces" if maker else _UNATTACHED
    return why


def _just_let_go(volume: Volume, unit: Unit, activity: Evidence[VolumeActivity]) -> str:
    found = activity.of(volume.arn)
    attached = (found and found.attached) or volume.created
    if unit.age_days(max(attached, volume.created)) < LOOSE_DAYS:
        return f"has been unattached for less than {LOOSE_DAYS} days"
    return ""


@check(Severity.MEDIUM)
def backup_plan_rule_retention(
    plans: Evidence[BackupPlan],
    rules: Evidence[BackupPlanRules],
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    *,
    retention_days: int = 7,
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Iterator[Result]:
    """A plan that never runs, or forgets after three days, looks like a backup and is none.

    Pass: every rule of the plan has a schedule or backs up continuously and keeps recovery points
    for at least 7 days, and the plan ran within the last 8 days.
    Fix: give each rule of the plan a daily schedule and a retention of 35 days or more, and assign
    resources to the plan.
    Blind spot: which resources the plan selects is judged by their recovery points, not here.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/about-backup-plans.html
    """
    planned = False
    for result in apart(plans, lambda plan: _plan(plan, rules, unit, retention_days)):
        planned = True
        yield result
    if not planned:
        if any_store(stores, instances, activity, unit, derived_buckets):
            yield no_evidence("has no backup plan; its resources' own backups are judged apart")
        else:
            yield not_applicable("has nothing to back up")


def _plan(
    plan: BackupPlan, rules: Evidence[BackupPlanRules], unit: Unit, retention_days: int
) -> Result:
    described = rules.of(plan.arn)
    if described is None:
        return gone()
    for rule in described.rules:
        days = rule.delete_after_days
        if days is not None and days < retention_days:
            return failed(
                f"deletes recovery points of rule {rule.name} after {days} days, sooner than after "
                f"{retention_days}"
            )
    if never_ran(plan, unit):
        return failed(f"never ran in the {unit.age_days(plan.created):.0f} days of its life")
    if plan.last_run is None:
        return no_evidence("has not run yet")
    if unit.age_days(plan.last_run) > PLAN_RUN_DAYS:
        return no_evidence(f"ran {unit.age_days(plan.last_run):.0f} days ago for the last time")
    manual = [rule.name for rule in described.rules if not rule.automatic]
    if manual or not described.rules:
        return no_evidence(f"has no schedule in {', '.join(manual) or 'any rule'}")
    return passed(f"runs by itself and keeps recovery points for {retention_days} days or more")


def never_ran(plan: BackupPlan, unit: Unit) -> bool:
    """Whether a plan had time to run, and did not."""
    return plan.last_run is None and unit.age_days(plan.created) > PLAN_RUN_DAYS


def any_store(
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    derived_buckets: Iterable[str],
) -> bool:
    """Whether the region holds anything that needs a backup; one thing seen is enough."""
    return any(True for _ in needy(stores, instances, activity, unit, derived_buckets))


def needy(
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    derived_buckets: Iterable[str],
) -> Iterator[Store]:
    for store in stores:
        elsewhere = isinstance(store, Bucket) and store.region != unit.region
        if not elsewhere and not needs_no_backup(store, unit, instances, activity, derived_buckets):
            yield store


def backup_type(store: Store, protected: Evidence[ProtectedResource]) -> str:
    """Return AWS Backup's word for a resource's type; empty where AWS Backup cannot protect it."""
    match store:
        case DbInstance(engine=engine) | DbCluster(engine=engine):
            return engine_type(engine)
        case Table():
            return "DynamoDB"
        case EfsFileSystem():
            return "EFS"
        case FsxFileSystem():
            return "FSx"
        case Bucket():
            return "S3"
        case RedshiftCluster():
            return "Redshift"
        case Volume(instances=instances):
            # AWS Backup may protect an instance as a whole.
            return "EC2" if any(map(protected.of, instances)) else "EBS"
        case _:
            return ""
