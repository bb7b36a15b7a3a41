"""Judge the items of the category "Backups and Restoring"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import reduce
from operator import or_
from typing import Any, TypeAlias

from readiness.checklist.apart import apart
from readiness.checklist.delivered import (
    codebuild_project_source_versioned,
    codepipeline_pipeline_deploys_successfully,
    codepipeline_pipeline_source_versioned,
    compute_workload_code_traceable,
    repository_deploy_workflow_succeeds,
    repository_iac_present,
    repository_ownership_shared,
)
from readiness.checklist.event_stores import (
    engine_type,
    event_store_backup_supported,
    event_store_recovery_point_recent,
    eventbridge_archive_retention,
    eventbridge_bus_archive_enabled,
    kinesis_stream_durable_copy,
    kinesis_stream_retention_period,
    msk_cluster_durable_copy,
)
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Status,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    some,
    unknown,
)
from readiness.checklist.restores import (
    broken,
    event_store_restore_event_recent,
    event_store_restore_recent,
    eventbridge_replay_recent,
    restored,
)
from readiness.evidence import Evidence, Identified, Pooled, Reason, account_of, region_of
from readiness.evidence.backups import (
    BackupPlan,
    BackupPlanRules,
    BackupVault,
    CopyJob,
    ProtectedResource,
)
from readiness.evidence.caches import MemoryDbCluster, ReplicationGroup
from readiness.evidence.compute import Instance
from readiness.evidence.databases import (
    ContinuousBackups,
    DbCluster,
    DbInstance,
    ReplicaBackups,
    Table,
)
from readiness.evidence.events import RestoreLookup
from readiness.evidence.restores import (
    LatestRestore,
    RestoreJob,
    RestoreTestingPlan,
    RestoreTestingTypes,
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
from readiness.evidence.unseen import tried
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

#: A plan of which nothing ran for longer does not make backups.
PLAN_RUN_DAYS = 8
#: A volume that was let go for less may be on its way to another instance.
LOOSE_DAYS = 7
#: More resources of a type are summed up in one result.
LISTED = 100


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


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


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
    if backed_up_elsewhere := _judged_at_its_source(database):
        return not_applicable(backed_up_elsewhere)
    if database.backup_retention_days >= retention_days:
        return passed(f"keeps automatic backups for {_days(database.backup_retention_days)}")
    if proof := backup_of(protected.about(database.arn), unit, recovery_point_hours):
        return passed(proof)
    return failed(
        f"keeps automatic backups for {_days(database.backup_retention_days)}, fewer than "
        f"{retention_days}, and has no recent recovery point in AWS Backup",
        None if unit.is_production(database.tags) else Severity.HIGH,
    )


def _judged_at_its_source(database: DbInstance | DbCluster) -> str:
    if isinstance(database, DbInstance) and database.cluster:
        return "is backed up by its cluster, which is judged instead"
    if isinstance(database, DbInstance) and database.replica:
        return "is a read replica; its source is judged instead"
    return ""


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

    Pass: AWS Backup made a recovery point within the last 8 days; or the resource protects itself:
    a volume by a completed snapshot from the last 8 days, EFS by its backup policy, FSx and
    Redshift by automatic backups kept for 7 days, MemoryDB and ElastiCache by daily snapshots, a
    bucket by versioning or replication.
    Fix: assign the resource by tag to an AWS Backup plan with a daily rule, or set its own
    retention.
    Blind spot: whether a volume, a bucket or a file system holds anything worth keeping.
    OpenSearch keeps automatic snapshots by itself and is not asked.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
    """
    if reason := _needs_no_backup(resource, unit, instances, activity, derived_buckets):
        return not_applicable(reason)
    floor, kept = _own_retention(resource, retention_days)
    if floor and kept >= floor:
        return _weighed(passed(f"keeps automatic backups for {_days(kept)}"), resource)
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
    lacks = (
        f"keeps automatic backups for {_days(kept)}, fewer than {floor}"
        if floor
        else "has no backup"
    )
    if not isinstance(resource, RedshiftCluster | MemoryDbCluster | ReplicationGroup):
        lacks += f", and no recovery point from the last {recovery_point_hours} h"
    return _weighed(failed(lacks), resource)


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


def _needs_no_backup(
    resource: Identified,
    unit: Unit,
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    derived_buckets: Iterable[str],
) -> str:
    """Say why a resource needs no backup of its own, empty where it does."""
    match resource:
        case DbInstance() | DbCluster():
            return _judged_at_its_source(resource)
        case Bucket(name=name) if any(fnmatchcase(name, each) for each in derived_buckets):
            return "holds logs or what can be made again, by its name"
        case FsxFileSystem(deployment=deployment) if deployment.startswith("SCRATCH"):
            return "is scratch storage, which FSx cannot back up"
        case Volume(managed=True):
            return "is operated by a service of AWS"
        case Volume(state="in-use"):
            return _replaced_with_its_instance(resource, instances)
        case Volume(state="available"):
            return _just_let_go(resource, unit, activity)
        case Volume(state=state):
            return f"is {state}"
        case _:
            return ""


def _replaced_with_its_instance(volume: Volume, instances: Evidence[Instance]) -> str:
    for arn in volume.instances:
        instance = instances.of(arn)
        if instance is None:
            return "is attached to an instance that is gone"
        if instance.made_by:
            return f"is attached to an instance that {instance.made_by} replaces"
    return ""


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
        if _any_store(stores, instances, activity, unit, derived_buckets):
            yield no_evidence("has no backup plan; its resources' own backups are judged apart")
        else:
            yield not_applicable("has nothing to back up")


def _plan(
    plan: BackupPlan, rules: Evidence[BackupPlanRules], unit: Unit, retention_days: int
) -> Result:
    described = rules.of(plan.arn)
    if described is None:
        return not_applicable("was deleted during the scan")
    for rule in described.rules:
        days = rule.delete_after_days
        if days is not None and days < retention_days:
            return failed(
                f"deletes recovery points of rule {rule.name} after {days} days, sooner than after "
                f"{retention_days}"
            )
    if plan.last_run is None:
        if unit.age_days(plan.created) > PLAN_RUN_DAYS:
            return failed(f"never ran in the {unit.age_days(plan.created):.0f} days of its life")
        return no_evidence("has not run yet")
    if unit.age_days(plan.last_run) > PLAN_RUN_DAYS:
        return no_evidence(f"ran {unit.age_days(plan.last_run):.0f} days ago for the last time")
    manual = [rule.name for rule in described.rules if not rule.automatic]
    if manual or not described.rules:
        return no_evidence(f"has no schedule in {', '.join(manual) or 'any rule'}")
    return passed(f"runs by itself and keeps recovery points for {retention_days} days or more")


def _any_store(
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    derived_buckets: Iterable[str],
) -> bool:
    """Whether the region holds anything that needs a backup; one thing seen is enough."""
    return any(True for _ in _needy(stores, instances, activity, unit, derived_buckets))


def _needy(
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    derived_buckets: Iterable[str],
) -> Iterator[Store]:
    for store in stores:
        elsewhere = isinstance(store, Bucket) and store.region != unit.region
        if not elsewhere and not _needs_no_backup(
            store, unit, instances, activity, derived_buckets
        ):
            yield store


def _set_apart(
    unit: Unit, backup_account_ids: Iterable[str], sandbox_selector: Iterable[str]
) -> str:
    """Say why an account copies its backups to no other one, empty where it should."""
    if unit.account in backup_account_ids:
        return "is itself an account for backups"
    if unit.environment.lower() in sandbox_selector:
        return f"is a sandbox (environment {unit.environment})"
    return ""


def _vaults_outside(plan: BackupPlanRules, unit: Unit) -> list[str]:
    """Return the vaults a plan copies to that lie in other accounts or are logically air-gapped."""
    copies = [arn for rule in plan.rules for arn in rule.copies_to]
    air_gapped = [rule.air_gapped_vault for rule in plan.rules if rule.air_gapped_vault]
    return [*(arn for arn in copies if account_of(arn) != unit.account), *air_gapped]


def _leaves(job: CopyJob, unit: Unit) -> bool:
    return job.air_gapped or account_of(job.destination) != unit.account


@check(Severity.HIGH)
def backup_plan_cross_account_copy(
    rules: Evidence[BackupPlanRules],
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    *,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Iterator[Result]:
    """Whoever takes over an account can delete its backups; a copy elsewhere survives.

    Pass: a backup plan copies to a vault of another account, or to a logically air-gapped vault.
    Fix: enable cross-account backup in the organization and add a copy action to a locked vault in
    an account kept for backups.
    Blind spot: copies made outside AWS are invisible here and have to be attested.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        yield not_applicable(reason)
        return
    if not _any_store(stores, instances, activity, unit, derived_buckets):
        yield not_applicable("has nothing to back up")
        return
    local: list[str] = []
    copied = False
    for plan in rules:
        if vaults := _vaults_outside(plan, unit):
            copied = True
            yield passed(f"copies to {vaults[0]}").about(plan.arn)
        else:
            local.append(plan.arn)
    if copied:
        return
    for arn in local:
        yield failed("copies to no other account and to no logically air-gapped vault").about(arn)
    if not local:
        yield no_evidence("has no backup plan")


@check(Severity.HIGH)
def backup_copy_job_cross_account_recent(
    protected: Evidence[ProtectedResource],
    jobs: Evidence[CopyJob],
    rules: Evidence[BackupPlanRules],
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    *,
    copy_days: int = 8,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Iterator[Result]:
    """A copy action that fails every night protects nothing.

    Pass: of each type of protected resources, the newest copy to another account or to a logically
    air-gapped vault was completed within the last 8 days.
    Fix: read the message of the failed copy job; a resource encrypted with an AWS managed key must
    be encrypted with a customer managed key that the other account may use.
    Blind spot: AWS Backup lists copy jobs of 30 days. Snapshots that a script shares and copies are
    invisible here and have to be attested.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        yield not_applicable(reason)
        return

    def copied(resource: ProtectedResource) -> Result:
        if resource.last_backup is None:
            return not_applicable("is being backed up for the first time")
        recent = [
            job
            for job in jobs.about(resource.arn, "source")
            if _leaves(job, unit) and unit.age_days(job.completed) <= copy_days
        ]
        newest = max(recent, key=lambda job: job.completed, default=None)
        if newest and newest.state == "COMPLETED":
            return passed(f"was copied to {newest.destination} {_days_ago(newest, unit)}")
        if _deleted(resource, stores):
            return not_applicable("was deleted; only its recovery points are left")
        if newest:
            return failed(
                f"was not copied to {newest.destination} ({newest.state}: {newest.message[:200]})"
            )
        if any(_vaults_outside(plan, unit) for plan in rules):
            return failed(f"was not copied in the last {copy_days} days, although a plan copies")
        return no_evidence("is copied to no other account")

    by_type: dict[str, list[ProtectedResource]] = {}
    for resource in protected:
        by_type.setdefault(resource.type, []).append(resource)
    for kind, resources in sorted(by_type.items()):
        results = list(apart(resources, copied))
        if len(results) > LISTED:
            results = [_summary(results).about(f"{unit.id}/{kind}")]
        yield from (replace(result, group=kind) for result in results)
    unprotected = {
        kind
        for store in _needy(stores, instances, activity, unit, derived_buckets)
        if (kind := _backup_type(store, protected)) and kind not in by_type
    }
    for kind in sorted(unprotected):
        yield no_evidence(f"has resources of type {kind}, and AWS Backup protects none").about(
            f"{unit.id}/{kind}", group=kind
        )
    if not by_type and not unprotected:
        yield not_applicable("has nothing that AWS Backup could copy")


def _days_ago(job: CopyJob, unit: Unit) -> str:
    return f"{unit.age_days(job.completed):.1f} days ago"


#: AWS Backup's types of which the inventory is whole.
_INVENTORIED = frozenset(
    {"RDS", "Aurora", "DocumentDB", "Neptune", "DynamoDB", "EFS", "FSx", "S3", "Redshift", "EBS"}
)


def _deleted(resource: ProtectedResource, stores: Evidence[Store]) -> bool:
    """Whether a protected resource is in no inventory; of other types there is none to ask."""
    arn = resource.arn
    if resource.type == "FSx" and ":volume/" in arn:
        place, _, names = arn.partition(":volume/")
        arn = f"{place}:file-system/{names.partition('/')[0]}"
    return resource.type in _INVENTORIED and stores.of(arn) is None


def _backup_type(store: Store, protected: Evidence[ProtectedResource]) -> str:
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


_SUMMED = (Status.PASS, Status.UNKNOWN, Status.FAIL, Status.NO_EVIDENCE, Status.NOT_APPLICABLE)


def _summary(results: list[Result]) -> Result:
    """Sum up the results of one type as the item does: by the best that is certain."""
    best = min(results, key=lambda result: _SUMMED.index(result.status))
    count = sum(result.status is best.status for result in results)
    example = f"{best.resource} {best.because}"
    return replace(best, because=f"has {count} of {len(results)} alike; for one, {example}")


@check(Severity.MEDIUM)
def s3_bucket_cross_account_replication(
    bucket: Bucket,
    replication: Evidence[BucketReplication],
    jobs: Evidence[CopyJob],
    everywhere: Pooled[Bucket],
    unit: Unit,
    *,
    copy_days: int = 8,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Result:
    """A bucket that exists in one account only is emptied by one stolen credential.

    Pass: an enabled rule replicates the bucket to a bucket of another account.
    Fix: add a replication rule to a versioned bucket in an account kept for backups, or assign the
    bucket to an AWS Backup plan that copies to another account.
    Blind spot: a rule limited to a prefix or a tag counts like one for the whole bucket.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        return not_applicable(reason)
    if any(fnmatchcase(bucket.name, each) for each in derived_buckets):
        return not_applicable("holds logs or what can be made again, by its name")
    unnamed: list[str] = []
    for record in replication.about(bucket.arn) | jobs.about(bucket.arn, "source"):
        if isinstance(record, CopyJob):
            done = record.state == "COMPLETED" and unit.age_days(record.completed) <= copy_days
            if done and _leaves(record, unit):
                return not_applicable("is copied by AWS Backup, which is judged instead")
            continue
        for rule in record.rules:
            if rule.enabled and rule.account not in ("", unit.account):
                return _of_s3(passed(f"is replicated to {rule.destination} of {rule.account}"))
            if rule.enabled and not rule.account:
                unnamed.append(rule.destination)
    owners = {arn: everywhere.of(arn) for arn in unnamed}
    for arn, destination in owners.items():
        if destination and destination.account != unit.account:
            return _of_s3(passed(f"is replicated to {arn} of {destination.account}"))
    if unowned := [arn for arn, destination in owners.items() if destination is None]:
        return _of_s3(no_evidence(f"is replicated to {unowned[0]}, whose account was not scanned"))
    if unnamed:
        return _of_s3(failed("is replicated within its own account only"))
    return _of_s3(failed("is replicated to no other account"))


def _of_s3(result: Result) -> Result:
    return replace(result, group="S3")


@check(Severity.MEDIUM)
def backup_vault_lock_enabled(
    rules: Evidence[BackupPlanRules],
    jobs: Evidence[CopyJob],
    vaults: Pooled[BackupVault],
    unit: Unit,
    *,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
) -> Iterator[Result]:
    """An unlocked vault is emptied by whoever administers the account it lies in.

    Pass: each vault that copies go to is locked, or logically air-gapped.
    Fix: lock the destination vault with AWS Backup Vault Lock in compliance mode.
    Blind spot: a vault in an account that is not scanned stays unknown.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        yield not_applicable(reason)
        return
    judged: set[str] = set()
    for record in rules | jobs:
        for vault, air_gapped in _destinations(record, unit):
            if vault not in judged:
                judged.add(vault)
                for result in tried(_locked(vault, air_gapped, vaults), not_seen):
                    yield result.about(vault)
    if not judged:
        yield not_applicable("copies to no vault of another account")


def _destinations(record: BackupPlanRules | CopyJob, unit: Unit) -> Iterator[tuple[str, bool]]:
    """Yield each vault outside, and whether it is known to be logically air-gapped."""
    if isinstance(record, CopyJob):
        if _leaves(record, unit):
            yield record.destination, record.air_gapped
        return
    air_gapped = {rule.air_gapped_vault for rule in record.rules}
    for vault in _vaults_outside(record, unit):
        yield vault, vault in air_gapped


def _locked(arn: str, air_gapped: bool, vaults: Pooled[BackupVault]) -> Iterator[Result]:
    vault = None if air_gapped else vaults.of(arn)
    if air_gapped or (vault and vault.air_gapped):
        yield passed("is logically air-gapped")
    elif vault is None:
        yield unknown(Reason.NOT_SCANNED, f"lies in {account_of(arn)}, where it was not seen")
    elif vault.locked:
        yield passed("is locked")
    else:
        yield failed("is not locked")


# --- Test your backups ----------------------------------------------------------------------------

#: The events by which services restore what they back up themselves, by AWS Backup's type.
_RDS = ("RestoreDBInstanceFromDBSnapshot", "RestoreDBInstanceToPointInTime")
_CLUSTER = ("RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime")
NATIVE_RESTORES = {
    "RDS": (*_RDS, *_CLUSTER),
    "Aurora": _CLUSTER,
    "DocumentDB": _CLUSTER,
    "Neptune": _CLUSTER,
    "DynamoDB": ("RestoreTableFromBackup", "RestoreTableToPointInTime"),
    "Redshift": ("RestoreFromClusterSnapshot",),
    "FSx": ("CreateFileSystemFromBackup",),
}


def _backed_up(
    stores: Evidence[Store], protected: Evidence[ProtectedResource], recovery: Evidence[Any]
) -> Iterator[str]:
    """Yield the types of which something is backed up, by AWS Backup or by the service itself."""
    for resource in protected:
        yield resource.type
    for store in stores:
        match store:
            case DbInstance() | DbCluster() if store.backup_retention_days > 0:
                if not _judged_at_its_source(store):
                    yield _backup_type(store, protected)
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
    type are asked.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
    """
    types = sorted(set(_backed_up(stores, protected, recovery)))
    for kind in types:
        for result in tried(_tested(kind, protected, jobs, latest, unit, days), not_seen):
            yield result.about(f"{unit.id}/{kind}", kind)
    if not types:
        if _any_store(stores, instances, activity, unit, derived_buckets):
            yield failed("has nothing to restore: neither AWS Backup nor a service backs it up")
        else:
            yield not_applicable("has nothing to back up")


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
    unit: Unit,
    *,
    days: int = 90,
) -> Iterator[Result]:
    """A restore by hand, even one after an accident, shows that the data comes back.

    Pass: CloudTrail recorded a restore of the type within 90 days, here or from here in another
    account.
    Fix: restore each type to a new name each quarter, or let a restore testing plan do it.
    Blind spot: at most the 200 newest events of each kind are looked at, and whether a restore was
    completed is not recorded. New volumes from snapshots are too common to count.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
    """
    types = sorted(set(_backed_up(stores, protected, recovery)))
    for kind in types:
        for result in tried(_recorded(kind, lookups, unit, days), not_seen):
            yield result.about(f"{unit.id}/{kind}", kind)
    if not types:
        yield not_applicable("has nothing that could be restored")


def _recorded(kind: str, lookups: Pooled[RestoreLookup], unit: Unit, days: int) -> Iterator[Result]:
    names = NATIVE_RESTORES.get(kind, ())
    for lookup in lookups:
        here = (account_of(lookup.arn), region_of(lookup.arn)) == (unit.account, unit.region)
        for event in lookup.events:
            from_here = any(account_of(each) == unit.account for each in event.resources)
            of_type = lookup.name in names or (
                lookup.name == "StartRestoreJob" and kind in event.resources
            )
            if of_type and (here or from_here) and unit.age_days(event.time) <= days:
                age = unit.age_days(event.time)
                yield passed(f"was restored {age:.0f} days ago ({lookup.name})")
                return
    yield no_evidence(f"is in no restore that CloudTrail recorded in {days} days")


CATEGORY = category(
    "Backups and Restoring",
    item(
        "All code is in shared repository",
        every(
            codebuild_project_source_versioned,
            codepipeline_pipeline_source_versioned,
            compute_workload_code_traceable,
            repository_ownership_shared,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Configure backup",
        every(
            rds_instance_backup_retention,
            dynamodb_table_recovery_enabled,
            backup_resource_recent_recovery_point,
            supporting=(backup_plan_rule_retention,),
        ),
    ),
    item(
        "Configure cross-account backup",
        every(
            some(
                backup_plan_cross_account_copy,
                some(
                    backup_copy_job_cross_account_recent,
                    s3_bucket_cross_account_replication,
                    per="resource type",
                ),
            ),
            supporting=(backup_vault_lock_enabled,),
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Event storage can be backed up",
        every(
            event_store_backup_supported,
            kinesis_stream_durable_copy,
            eventbridge_bus_archive_enabled,
            msk_cluster_durable_copy,
        ),
    ),
    item(
        "Event storage is routinely backed up",
        every(
            event_store_recovery_point_recent,
            eventbridge_archive_retention,
            kinesis_stream_retention_period,
        ),
    ),
    item(
        "Event storage restore has been tested",
        some(
            event_store_restore_recent,
            eventbridge_replay_recent,
            event_store_restore_event_recent,
            per="event store type",
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Solution can be easily deployed via pipeline",
        every(
            some(codepipeline_pipeline_deploys_successfully, repository_deploy_workflow_succeeds),
            supporting=(repository_iac_present,),
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Test your backups",
        some(
            backup_restore_job_recent,
            backup_restore_testing_plan_active,
            data_restore_event_recent,
            per="resource type",
        ),
        mode=Mode.ATTESTED,
    ),
)
