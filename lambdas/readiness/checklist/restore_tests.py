"""Was what is backed up restored lately, so that somebody knows that it comes back?

The checks of "Test your backups".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from readiness.checklist.backups import DERIVED_BUCKETS, Store, any_store, backup_type
from readiness.checklist.event_stores import engine_type, judged_at_its_source
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.checklist.restores import broken, by_backup, restored
from readiness.evidence import Evidence, Pooled, account_of, region_of
from readiness.evidence.backups import ProtectedResource
from readiness.evidence.caches import MemoryDbCluster
from readiness.evidence.compute import Instance
from readiness.evidence.databases import ContinuousBackups, DbCluster, DbInstance, Table
from readiness.evidence.events import Event, RestoreLookup
from readiness.evidence.restores import (
    LatestRestore,
    RestoreJob,
    RestoreTestingPlan,
    RestoreTestingTypes,
)
from readiness.evidence.storage import (
    Bucket,
    BucketVersioning,
    FsxFileSystem,
    Snapshot,
    VolumeActivity,
)
from readiness.evidence.unseen import known, tried
from readiness.evidence.warehouses import RedshiftCluster


def _backed_up(
    stores: Evidence[Store], protected: Evidence[ProtectedResource], recovery: Evidence[Any]
) -> Iterator[str]:
    """Yield the types of which something is backed up, by AWS Backup or by the service itself."""
    for resource in protected:
        yield resource.type
    for store in stores:
        match store:
            case DbInstance() | DbCluster() if store.backup_retention_days > 0:
                if not judged_at_its_source(store):
                    yield backup_type(store, protected)
            case Table():
                if any(each.point_in_time for each in recovery.about(store.arn)):
                    yield "DynamoDB"
            case RedshiftCluster(snapshot_retention_days=days) if days > 0:
                yield "Redshift"
            case FsxFileSystem(backup_retention_days=days) if days > 0:
                yield "FSx"
            case _:
                continue


@check(Severity.HIGH)
def backup_restore_job_recent(
    stores: Evidence[Store],
    protected: Evidence[ProtectedResource],
    recovery: Evidence[ContinuousBackups],
    jobs: Pooled[RestoreJob],
    latest: Evidence[LatestRestore],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    snapshots: Evidence[Snapshot],
    versioning: Evidence[BucketVersioning],
    unit: Unit,
    *,
    days: int = 90,
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Iterator[Result]:
    """A backup is worth what its last restore was.

    Pass: AWS Backup restored something of each type that is backed up within 90 days, here or in a
    recovery account, and no validation of it failed.
    Fix: create a restore testing plan that restores each type monthly, with a validation.
    Blind spot: AWS Backup lists jobs of about 30 days; for older ones at most twenty resources of a
    type are asked, and whether those restores were completed is not told. Volumes with snapshots and
    buckets with versions that AWS Backup does not know are asked for no restore.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
    """
    types = sorted(set(_backed_up(stores, protected, recovery)))
    for kind in types:
        for result in tried(_tested(kind, protected, jobs, latest, unit, days), not_seen):
            yield result.about(f"{unit.id}/{kind}", kind)
    if types:
        return
    if not any_store(stores, instances, activity, unit, derived_buckets):
        yield not_applicable("has nothing to back up")
    elif kept := _kept_otherwise(stores, snapshots, versioning, unit):
        yield no_evidence(f"{kept}, and no restore of that is recorded")
    else:
        yield failed("has nothing to restore: neither AWS Backup nor a service backs it up")


def _kept_otherwise(
    stores: Evidence[Store],
    snapshots: Evidence[Snapshot],
    versioning: Evidence[BucketVersioning],
    unit: Unit,
) -> str:
    """Say what a region keeps in a way whose restores nobody records, empty where nothing is kept."""
    for each in stores | snapshots | versioning:
        match each:
            case MemoryDbCluster(snapshot_retention_days=days) if days > 0:
                return "has snapshots of MemoryDB"
            case Snapshot(state="completed"):
                return "has snapshots of volumes"
            case BucketVersioning(status="Enabled"):
                found = stores.of(each.arn)
                if isinstance(found, Bucket) and found.region == unit.region:
                    return "has buckets that keep old versions"
            case _:
                continue
    return ""


def _tested(
    kind: str,
    protected: Evidence[ProtectedResource],
    jobs: Pooled[RestoreJob],
    latest: Evidence[LatestRestore],
    unit: Unit,
    days: int,
) -> Iterator[Result]:
    failure = ""
    for record in jobs.about(kind, "type") | latest.about(kind, "type"):
        if isinstance(record, RestoreJob):
            if not _ours(record, protected, unit) or unit.age_days(record.created) > days:
                continue
            if restored(record):
                yield passed(f"was restored {unit.age_days(record.created):.0f} days ago")
                return
            if broken(record):
                failure = record.validation or record.status
        elif record.restored and unit.age_days(record.restored) <= days and not failure:
            yield passed(f"was restored {unit.age_days(record.restored):.0f} days ago")
            return
    if failure:
        yield failed(f"could not be restored: a restore ended with {failure}")
        return
    yield no_evidence(f"was not restored by AWS Backup in {days} days")


def _ours(job: RestoreJob, protected: Evidence[ProtectedResource], unit: Unit) -> bool:
    """Whether what was restored came from this account and region, wherever it was restored."""
    if not job.source:
        return (account_of(job.arn), region_of(job.arn)) == (unit.account, unit.region)
    if account_of(job.source):
        return (account_of(job.source), region_of(job.source)) == (unit.account, unit.region)
    return protected.of(job.source) is not None


@check(Severity.MEDIUM)
def backup_restore_testing_plan_active(
    protected: Evidence[ProtectedResource],
    plans: Evidence[RestoreTestingPlan],
    selections: Evidence[RestoreTestingTypes],
    unit: Unit,
    *,
    days: int = 90,
) -> Iterator[Result]:
    """What is restored by schedule does not wait for somebody to have time for it.

    Pass: of each type that AWS Backup protects, a restore testing plan selects it and ran within 90
    days.
    Fix: add a selection for the type to a restore testing plan, with a validation.
    Blind spot: whether the plan's restores succeeded is judged by their jobs.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
    """
    types = sorted({resource.type for resource in protected})
    for kind in types:
        for result in tried(_planned(kind, plans, selections, unit, days), not_seen):
            yield result.about(result.resource or f"{unit.id}/{kind}", kind)
    if not types:
        yield not_applicable("has nothing that AWS Backup protects")


def _planned(
    kind: str,
    plans: Evidence[RestoreTestingPlan],
    selections: Evidence[RestoreTestingTypes],
    unit: Unit,
    days: int,
) -> Iterator[Result]:
    stale: list[Result] = []
    for plan in plans:
        selected = selections.of(plan.arn)
        if selected is None or kind not in selected.types:
            continue
        name = f"{plan.arn}/{kind}"
        since = plan.last_run or plan.created
        if plan.last_run and unit.age_days(since) <= days:
            yield passed(f"is restored by plan, {unit.age_days(since):.0f} days ago").about(name)
            return
        if unit.age_days(since) > days:
            stale.append(failed(f"has not run in {unit.age_days(since):.0f} days").about(name))
    if stale:
        yield from stale
    else:
        yield no_evidence("is selected by no restore testing plan that ran")


@check(Severity.MEDIUM)
def data_restore_event_recent(
    stores: Evidence[Store],
    protected: Evidence[ProtectedResource],
    recovery: Evidence[ContinuousBackups],
    lookups: Pooled[RestoreLookup],
    jobs: Pooled[RestoreJob],
    unit: Unit,
    *,
    days: int = 90,
) -> Iterator[Result]:
    """A restore by hand, even one after an accident, shows that the data comes back.

    Pass: CloudTrail recorded a restore of the type within 90 days, here or from here in another
    account. Restores by AWS Backup whose jobs are still listed are left to these.
    Fix: restore each type to a new name each quarter, or let a restore testing plan do it.
    Blind spot: at most the 200 newest events of each kind are looked at, and whether a restore was
    completed is not recorded. New volumes from snapshots are too common to count. Where
    CloudTrail does not tell a cluster's engine, its restore counts if all clusters here have one.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
    """
    types = sorted(set(_backed_up(stores, protected, recovery)))
    for kind in types:
        told = known(partial(_has_jobs, kind, jobs, protected, unit, days), False)
        for result in tried(_recorded(kind, stores, lookups, unit, days, told), not_seen):
            yield result.about(f"{unit.id}/{kind}", kind)
    if not types:
        yield not_applicable("has nothing that could be restored")


def _has_jobs(
    kind: str,
    jobs: Pooled[RestoreJob],
    protected: Evidence[ProtectedResource],
    unit: Unit,
    days: int,
) -> bool:
    """Whether AWS Backup's jobs tell how its restores of a type ended."""
    return any(
        unit.age_days(job.created) <= days and _ours(job, protected, unit)
        for job in jobs.about(kind, "type")
    )


def _recorded(
    kind: str,
    stores: Evidence[Store],
    lookups: Pooled[RestoreLookup],
    unit: Unit,
    days: int,
    told: bool,
) -> Iterator[Result]:
    for lookup in lookups:
        here = (account_of(lookup.arn), region_of(lookup.arn)) == (unit.account, unit.region)
        for event in lookup.events:
            if unit.age_days(event.time) > days or (told and by_backup(lookup, event)):
                continue
            from_here = any(
                (account_of(each), region_of(each)) == (unit.account, unit.region)
                for each in event.resources
            )
            if (here or from_here) and kind in _restored_types(lookup.name, event, stores):
                age = unit.age_days(event.time)
                yield passed(f"was restored {age:.0f} days ago ({lookup.name})")
                return
    yield no_evidence(f"is in no restore that CloudTrail recorded in {days} days")


def _restored_types(name: str, event: Event, stores: Evidence[Store]) -> Iterable[str]:
    """Return what kind of thing an event brought back, in AWS Backup's words."""
    if name == "StartRestoreJob":
        return event.resources  # which name the type
    if name.startswith("RestoreDBCluster"):
        if event.engine:
            return (engine_type(event.engine),)
        kinds = {engine_type(each.engine) for each in stores if isinstance(each, DbCluster)}
        return kinds if len(kinds) == 1 else ()
    return (_RESTORED_BY[name],)


#: What services bring back by themselves, in AWS Backup's words; clusters come in several engines.
_RESTORED_BY = {
    "RestoreDBInstanceFromDBSnapshot": "RDS",
    "RestoreDBInstanceToPointInTime": "RDS",
    "RestoreTableFromBackup": "DynamoDB",
    "RestoreTableToPointInTime": "DynamoDB",
    "RestoreFromClusterSnapshot": "Redshift",
    "CreateFileSystemFromBackup": "FSx",
}
