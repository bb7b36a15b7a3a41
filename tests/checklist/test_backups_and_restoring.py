"""What the checks of "Backups and Restoring" say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.backup_copies import (
    backup_copy_job_cross_account_recent,
    backup_plan_cross_account_copy,
    backup_vault_lock_enabled,
    s3_bucket_cross_account_replication,
)
from readiness.checklist.backups import (
    backup_plan_rule_retention,
    backup_resource_recent_recovery_point,
    dynamodb_table_recovery_enabled,
    rds_instance_backup_retention,
)
from readiness.checklist.model import Check, Severity, Status
from readiness.evidence.backups import (
    BackupPlan,
    BackupPlanRules,
    BackupRule,
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
from readiness.evidence.storage import (
    Bucket,
    BucketReplication,
    BucketVersioning,
    EfsBackupPolicy,
    EfsFileSystem,
    FsxFileSystem,
    ReplicationRule,
    Snapshot,
    Volume,
    VolumeActivity,
)
from readiness.evidence.warehouses import RedshiftCluster
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
    dark_gap,
    judged,
)
from tests.verdicts import verdict_of

VAULTS = "444455556666"


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def database(**changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": arn("rds", "db:orders"),
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "cluster": "",
        "replica": False,
        "availability_zone": f"{REGION}a",
        "tags": {},
    }
    return DbInstance(**values | changes)


def cluster(**changes: Any) -> DbCluster:
    values: dict[str, Any] = {
        "arn": arn("rds", "cluster:shop"),
        "engine": "aurora-postgresql",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "members": ("shop-1",),
        "tags": {},
    }
    return DbCluster(**values | changes)


def protected(of: str, kind: str = "RDS", days: float | None = 1) -> ProtectedResource:
    return ProtectedResource(arn=of, type=kind, last_backup=None if days is None else ago(days))


TABLE = Table(arn=arn("dynamodb", "table/carts"), name="carts")


def point_in_time(on: bool) -> ContinuousBackups:
    return ContinuousBackups(arn=TABLE.arn, point_in_time=on)


def replica(on: bool) -> ReplicaBackups:
    return ReplicaBackups(arn=TABLE.arn, region="eu-central-1", point_in_time=on)


def volume(**changes: Any) -> Volume:
    values: dict[str, Any] = {
        "arn": arn("ec2", "volume/vol-1"),
        "id": "vol-1",
        "state": "in-use",
        "created": ago(100),
        "instances": (INSTANCE.arn,),
        "managed": False,
        "tags": {},
    }
    return Volume(**values | changes)


def instance(**changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": ago(100),
        "managed": False,
        "tags": {},
    }
    return Instance(**values | changes)


INSTANCE = instance()
SECOND = instance(arn=arn("ec2", "instance/i-2"), id="i-2")
SHARED = volume(instances=(INSTANCE.arn, SECOND.arn))


def snapshot(days: float, state: str = "completed", of: str = "") -> Snapshot:
    return Snapshot(
        arn=f"arn:aws:ec2:{REGION}::snapshot/snap-{days:.0f}",
        volume=of or volume().arn,
        state=state,
        completed=ago(days),
    )


def activity(attached: datetime | None) -> VolumeActivity:
    return VolumeActivity(arn=volume().arn, attached=attached, since=ago(90))


LOOSE = volume(state="available", instances=())
EFS = EfsFileSystem(arn=arn("elasticfilesystem", "file-system/fs-1"), id="fs-1", zone="", tags={})


def policy(status: str) -> EfsBackupPolicy:
    return EfsBackupPolicy(arn=EFS.arn, status=status)


def fsx(**changes: Any) -> FsxFileSystem:
    values: dict[str, Any] = {
        "arn": arn("fsx", "file-system/fs-2"),
        "id": "fs-2",
        "type": "ONTAP",
        "deployment": "MULTI_AZ_1",
        "backup_retention_days": 0,
        "tags": {},
    }
    return FsxFileSystem(**values | changes)


def bucket(name: str = "invoices", region: str = REGION, account: str = ACCOUNT) -> Bucket:
    return Bucket(arn=f"arn:aws:s3:::{name}", name=name, region=region, account=account)


def versioning(status: str) -> BucketVersioning:
    return BucketVersioning(arn=bucket().arn, status=status)


def replication(*rules: ReplicationRule) -> BucketReplication:
    return BucketReplication(arn=bucket().arn, rules=rules)


def to(name: str, account: str = "", enabled: bool = True) -> ReplicationRule:
    return ReplicationRule(enabled=enabled, destination=f"arn:aws:s3:::{name}", account=account)


UNVERSIONED = (versioning(""), replication())
LOGS = bucket("shop-logs")


def redshift(days: int) -> RedshiftCluster:
    return RedshiftCluster(
        arn=arn("redshift", "cluster:dwh"), snapshot_retention_days=days, multi_az=False
    )


def memorydb(days: int) -> MemoryDbCluster:
    return MemoryDbCluster(
        arn=arn("memorydb", "cluster/sessions"), snapshot_retention_days=days, multi_az=True
    )


def cache(days: int) -> ReplicationGroup:
    return ReplicationGroup(
        arn=arn("elasticache", "replicationgroup:pages"),
        snapshot_retention_days=days,
        multi_az=True,
        automatic_failover=True,
    )


PLAN = BackupPlan(
    arn=arn("backup", "backup-plan:p1"),
    id="p1",
    name="daily",
    created=ago(400),
    last_run=ago(1),
)


def rule(**changes: Any) -> BackupRule:
    values: dict[str, Any] = {
        "name": "nightly",
        "automatic": True,
        "delete_after_days": 35,
        "copies_to": (),
        "air_gapped_vault": "",
    }
    return BackupRule(**values | changes)


def rules(*given: BackupRule, plan: str = PLAN.arn) -> BackupPlanRules:
    return BackupPlanRules(arn=plan, rules=given)


AWAY = arn("backup", "backup-vault:central", VAULTS)
NEAR = f"arn:aws:backup:eu-central-1:{ACCOUNT}:backup-vault:second"
AIR_GAPPED = arn("backup", "backup-vault:gapped")
COPYING = rules(rule(copies_to=(AWAY,)))
LOCAL = rules(rule(copies_to=(NEAR,)))


def job(**changes: Any) -> CopyJob:
    values: dict[str, Any] = {
        "arn": arn("backup", "copy-job/j1"),
        "source": database().arn,
        "type": "RDS",
        "destination": AWAY,
        "air_gapped": False,
        "state": "COMPLETED",
        "message": "",
        "completed": ago(1),
    }
    return CopyJob(**values | changes)


def vault(of: str = AWAY, *, locked: bool = False, air_gapped: bool = False) -> BackupVault:
    return BackupVault(arn=of, locked=locked, air_gapped=air_gapped)


CENTRAL = {"backup_account_ids": (ACCOUNT,)}
SANDBOX = {"environment": "Sandbox"}
MANY = [
    protected(arn("ec2", f"volume/vol-{number}"), "EBS") for number in range(101)
]  # fmt: skip
MANY_VOLUMES = [volume(arn=each.arn, id=each.arn.rsplit("/", 1)[-1], instances=()) for each in MANY]

ROWS: dict[Check[..., Any], list[Row]] = {
    rds_instance_backup_retention: [
        Row("seven days", PASS, (database(), cluster())),
        Row("six days", FAIL, (database(backup_retention_days=6),), severity=Severity.CRITICAL),
        Row("off, outside production", FAIL, (database(backup_retention_days=0, tags={"Environment": "dev"}),), severity=Severity.HIGH),
        Row("Aurora's one day", {"shop": FAIL}, (cluster(backup_retention_days=1),)),
        Row("AWS Backup covers what is off", PASS, (database(backup_retention_days=0), protected(database().arn))),
        Row("AWS Backup stopped nine days ago", FAIL, (database(backup_retention_days=0), protected(database().arn, days=9))),
        Row("nine days ago, ten allowed", PASS, (database(backup_retention_days=0), protected(database().arn, days=9)), options={"recovery_point_hours": 240}),
        Row("thirty days asked", FAIL, (database(),), options={"retention_days": 30}),
        Row("the first backup runs", FAIL, (database(backup_retention_days=0), protected(database().arn, days=None))),
        Row("being deleted", NOT_APPLICABLE, (database(status="deleting", backup_retention_days=0), cluster(status="deleting", backup_retention_days=1))),
        Row("a read replica", NOT_APPLICABLE, (database(replica=True, backup_retention_days=0),)),
        Row("a member of a cluster", {"shop-1": NOT_APPLICABLE, "shop": PASS}, (database(arn=arn("rds", "db:shop-1"), cluster="shop", backup_retention_days=1), cluster())),
        Row("no database", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[DbInstance]),
        Row("clusters are dark", {"orders": PASS, f"{ACCOUNT}/{REGION}": UNKNOWN}, (database(),), dark=[DbCluster]),
        Row("AWS Backup is dark, own backups suffice", PASS, (database(),), dark=[ProtectedResource]),
        Row("AWS Backup is dark, own backups fail", UNKNOWN, (database(backup_retention_days=0),), dark=[ProtectedResource], says="test:ProtectedResource"),
    ],
    dynamodb_table_recovery_enabled: [
        Row("point-in-time recovery", PASS, (TABLE, point_in_time(True))),
        Row("AWS Backup alone", PASS, (TABLE, point_in_time(False), protected(TABLE.arn, "DynamoDB"))),
        Row("neither", FAIL, (TABLE, point_in_time(False))),
        Row("AWS Backup stopped nine days ago", FAIL, (TABLE, point_in_time(False), protected(TABLE.arn, "DynamoDB", 9))),
        Row("nine days ago, ten allowed", PASS, (TABLE, point_in_time(False), protected(TABLE.arn, "DynamoDB", 9)), options={"recovery_point_hours": 240}),
        Row("a replica can be restored", PASS, (TABLE, point_in_time(False), replica(True)), says="eu-central-1"),
        Row("no replica can be restored", FAIL, (TABLE, point_in_time(False), replica(False))),
        Row("AWS Backup is dark, recovery is on", PASS, (TABLE, point_in_time(True)), dark=[ProtectedResource]),
        Row("AWS Backup is dark, recovery is off", UNKNOWN, (TABLE, point_in_time(False)), dark=[ProtectedResource]),
        Row("recovery is dark, AWS Backup suffices", PASS, (TABLE, protected(TABLE.arn, "DynamoDB")), dark=[ContinuousBackups, ReplicaBackups]),
        Row("recovery is dark", UNKNOWN, (TABLE,), dark=[ContinuousBackups]),
        Row("another table's recovery is dark", FAIL, (TABLE, point_in_time(False)), gaps={ContinuousBackups: [dark_gap(ContinuousBackups, "arn:aws:dynamodb:::table/else")]}),
        Row("replicas are dark", UNKNOWN, (TABLE, point_in_time(False)), dark=[ReplicaBackups]),
        Row("the table is gone", NOT_APPLICABLE, (TABLE,)),
        Row("no table", NOT_APPLICABLE),
        Row("tables are dark", UNKNOWN, dark=[Table]),
    ],
    backup_resource_recent_recovery_point: [
        Row("a volume's snapshot", PASS, (volume(), INSTANCE, snapshot(1))),
        Row("a volume in AWS Backup", PASS, (volume(), INSTANCE, protected(volume().arn, "EBS"))),
        Row("a volume's instance in AWS Backup", PASS, (volume(), INSTANCE, protected(INSTANCE.arn, "EC2"))),
        Row("a volume without anything", FAIL, (volume(), INSTANCE), severity=Severity.HIGH),
        Row("a snapshot of nine days", FAIL, (volume(), INSTANCE, snapshot(9))),
        Row("a snapshot of nine days, ten allowed", PASS, (volume(), INSTANCE, snapshot(9)), options={"recovery_point_hours": 240}),
        Row("snapshots that failed or are pending", FAIL, (volume(), INSTANCE, snapshot(1, "error"), snapshot(2, "pending"))),
        Row("another volume's snapshot", FAIL, (volume(), INSTANCE, snapshot(1, of=arn("ec2", "volume/vol-2")))),
        Row("the volume of an Auto Scaling instance", NOT_APPLICABLE, (volume(), instance(tags={"aws:autoscaling:groupName": "web"}))),
        Row("the volume of an EKS node", NOT_APPLICABLE, (volume(), instance(tags={"eks:cluster-name": "shop"}))),
        Row("the volume of an ECS instance", NOT_APPLICABLE, (volume(), instance(tags={"AmazonECSManaged": "true"}))),
        Row("the volume of a Beanstalk instance", NOT_APPLICABLE, (volume(), instance(tags={"elasticbeanstalk:environment-name": "web"}))),
        Row("the volume of an EMR node", NOT_APPLICABLE, (volume(), instance(tags={"aws:elasticmapreduce:job-flow-id": "j-1"}))),
        Row("the volume of an instance that AWS operates", NOT_APPLICABLE, (volume(), instance(managed=True))),
        Row("a volume that AWS operates", NOT_APPLICABLE, (volume(managed=True),)),
        Row("the instance is gone", NOT_APPLICABLE, (volume(),)),
        Row("shared by an instance that is replaced and one that is not", FAIL, (SHARED, instance(tags={"aws:autoscaling:groupName": "web"}), SECOND)),
        Row("shared by instances that are replaced", NOT_APPLICABLE, (SHARED, instance(tags={"aws:autoscaling:groupName": "web"}), replace(SECOND, managed=True))),
        Row("a volume that is being deleted", NOT_APPLICABLE, (volume(state="deleting"),)),
        Row("let go six days ago", NOT_APPLICABLE, (LOOSE, activity(ago(6)))),
        Row("let go eight days ago", FAIL, (LOOSE, activity(ago(8)))),
        Row("never attached in the window", FAIL, (LOOSE, activity(None))),
        Row("never attached and young", NOT_APPLICABLE, (replace(LOOSE, created=ago(2)), activity(None))),
        Row("EFS backs itself up", PASS, (EFS, policy("ENABLED"))),
        Row("EFS in AWS Backup", PASS, (EFS, policy("DISABLED"), protected(EFS.arn, "EFS"))),
        Row("EFS without either", FAIL, (EFS, policy("DISABLED"))),
        Row("EFS that is being deleted, FSx that failed", NOT_APPLICABLE, (replace(EFS, state="deleting"), policy("DISABLED"), fsx(state="FAILED"))),
        Row("FSx keeps seven days", PASS, (fsx(backup_retention_days=7),)),
        Row("FSx keeps six days", FAIL, (fsx(backup_retention_days=6),)),
        Row("FSx in AWS Backup", PASS, (fsx(), protected(fsx().arn, "FSx"))),
        Row("a volume of ONTAP in AWS Backup", PASS, (fsx(), protected(arn("fsx", "volume/fs-2/fsvol-1"), "FSx"))),
        Row("another file system in AWS Backup", FAIL, (fsx(), protected(arn("fsx", "file-system/fs-3"), "FSx"))),
        Row("Lustre scratch", NOT_APPLICABLE, (fsx(type="LUSTRE", deployment="SCRATCH_2"),)),
        Row("a versioned bucket", PASS, (bucket(), versioning("Enabled"), replication())),
        Row("a replicated bucket", PASS, (bucket(), versioning(""), replication(to("copy")))),
        Row("a bucket in AWS Backup", PASS, (bucket(), *UNVERSIONED, protected(bucket().arn, "S3"))),
        Row("a bare bucket", FAIL, (bucket(), *UNVERSIONED), severity=Severity.MEDIUM),
        Row("versioning was suspended", FAIL, (bucket(), versioning("Suspended"), replication(to("copy", enabled=False)))),
        Row("another region's bucket", NOT_APPLICABLE, (bucket(region="us-east-1"),)),
        *(
            Row(f"the derived bucket {name}", NOT_APPLICABLE, (bucket(name),))
            for name in ("cdk-hnb659fds-assets-1-eu-west-1", "cf-templates-1", "codepipeline-eu-west-1-1", "aws-athena-query-results-1", "elasticbeanstalk-eu-west-1-1", "shop-access-logs")
        ),
        Row("no bucket is derived", FAIL, (LOGS, replace(versioning(""), arn=LOGS.arn)), options={"derived_buckets": ()}),
        Row("a bucket that is gone", NOT_APPLICABLE, (bucket(),)),
        Row("a file system that is gone", NOT_APPLICABLE, (EFS,)),
        Row("Redshift keeps seven days", PASS, (redshift(7),)),
        Row("Redshift keeps its default of one day", FAIL, (redshift(1),), says="1 day, fewer than 7"),
        Row("Redshift asks AWS Backup for nothing", FAIL, (redshift(1),), dark=[ProtectedResource]),
        Row("MemoryDB and ElastiCache keep one day", PASS, (memorydb(1), cache(1))),
        Row("MemoryDB keeps nothing", FAIL, (memorydb(0),), dark=[ProtectedResource], severity=Severity.HIGH),
        Row("ElastiCache keeps nothing", FAIL, (cache(0),), severity=Severity.LOW),
        Row("nothing that keeps data", NOT_APPLICABLE),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (Volume, EfsFileSystem, FsxFileSystem, Bucket, RedshiftCluster, MemoryDbCluster, ReplicationGroup)
        ),
        Row("AWS Backup is dark, a snapshot suffices", PASS, (volume(), INSTANCE, snapshot(1)), dark=[ProtectedResource]),
        Row("AWS Backup is dark", UNKNOWN, (volume(), INSTANCE, EFS, policy("DISABLED"), fsx(), bucket(), *UNVERSIONED), dark=[ProtectedResource]),
        Row("snapshots are dark", UNKNOWN, (volume(), INSTANCE), dark=[Snapshot]),
        Row("instances are dark", UNKNOWN, (volume(), snapshot(1)), dark=[Instance]),
        Row("activity is dark", UNKNOWN, (LOOSE,), dark=[VolumeActivity]),
        Row("the policy is dark", UNKNOWN, (EFS,), dark=[EfsBackupPolicy]),
        Row("versioning is dark", UNKNOWN, (bucket(), replication()), dark=[BucketVersioning]),
        Row("replication is dark", UNKNOWN, (bucket(), versioning("")), dark=[BucketReplication]),
    ],
    backup_plan_rule_retention: [
        Row("a daily plan", PASS, (PLAN, rules(rule()))),
        Row("kept for ever", PASS, (PLAN, rules(rule(delete_after_days=None)))),
        Row("kept for three days", FAIL, (PLAN, rules(rule(), rule(name="hourly", delete_after_days=3))), says="hourly"),
        Row("kept for seven days, thirty asked", FAIL, (PLAN, rules(rule(delete_after_days=7))), options={"retention_days": 30}),
        Row("never ran in a year", FAIL, (replace(PLAN, last_run=None), rules(rule()))),
        Row("made yesterday", NO_EVIDENCE, (replace(PLAN, created=ago(1), last_run=None), rules(rule()))),
        Row("ran three weeks ago", NO_EVIDENCE, (replace(PLAN, last_run=ago(21)), rules(rule()))),
        Row("a rule without a schedule", NO_EVIDENCE, (PLAN, rules(rule(automatic=False)))),
        Row("no plan, a database", NO_EVIDENCE, (database(),)),
        Row("no plan, only what needs no backup", NOT_APPLICABLE, (bucket("shop-logs"), bucket(region="us-east-1"), volume(managed=True))),
        Row("no plan, nothing to back up", NOT_APPLICABLE),
        Row("the plan was deleted", NOT_APPLICABLE, (PLAN,)),
        Row("plans are dark", UNKNOWN, dark=[BackupPlan]),
        Row("the rules are dark", UNKNOWN, (PLAN,), dark=[BackupPlanRules]),
        *(Row(f"no plan, and {kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (DbInstance, DbCluster, Table, EfsFileSystem, FsxFileSystem, Bucket, RedshiftCluster, MemoryDbCluster, Volume)),
        Row("no plan, and instances are dark", UNKNOWN, (volume(),), dark=[Instance]),
        Row("no plan, and activity is dark", UNKNOWN, (LOOSE,), dark=[VolumeActivity]),
        Row("one witness is enough", NO_EVIDENCE, (database(),), dark=[Table, Instance]),
    ],
    backup_plan_cross_account_copy: [
        Row("a plan copies away", PASS, (database(), COPYING), says=AWAY),
        Row("a plan copies away, a bucket is all there is", PASS, (bucket(), COPYING)),
        Row("a plan backs up to an air-gapped vault", PASS, (database(), rules(rule(air_gapped_vault=AIR_GAPPED)))),
        Row("a plan that ran copies away", PASS, (database(), PLAN, COPYING)),
        Row("a new plan copies away", PASS, (database(), replace(PLAN, created=ago(1), last_run=None), COPYING)),
        Row("a plan that never ran would copy away", {"p1": NO_EVIDENCE}, (database(), replace(PLAN, last_run=None), COPYING), says="never ran"),
        Row("plans are dark", UNKNOWN, (database(), COPYING), dark=[BackupPlan]),
        Row("one plan of two copies away", {"p1": PASS}, (database(), COPYING, rules(rule(), plan=arn("backup", "backup-plan:p2")))),
        Row("another region of the same account", {"p1": FAIL}, (database(), LOCAL)),
        Row("no copy at all", FAIL, (database(), rules(rule()))),
        Row("no plan", NO_EVIDENCE, (database(),)),
        Row("nothing to back up", NOT_APPLICABLE, (LOCAL, bucket("shop-logs"))),
        Row("the account for backups", NOT_APPLICABLE, (database(), LOCAL), options=CENTRAL),
        Row("a sandbox", NOT_APPLICABLE, (database(), LOCAL), unit=SANDBOX),
        Row("another word for a sandbox", NOT_APPLICABLE, (database(), LOCAL), unit={"environment": "play"}, options={"sandbox_selector": ("play",)}),
        Row("the rules are dark", UNKNOWN, (database(),), dark=[BackupPlanRules]),
        Row("one plan is dark, another copies", {"p1": PASS, f"{ACCOUNT}/{REGION}": UNKNOWN}, (database(), COPYING), gaps={BackupPlanRules: [dark_gap(BackupPlanRules, "arn:aws:backup:::p2")]}),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, (COPYING,), dark=[kind]) for kind in (DbInstance, DbCluster, Table, EfsFileSystem, FsxFileSystem, Bucket, RedshiftCluster, MemoryDbCluster, Volume)),
        Row("instances are dark", UNKNOWN, (volume(), COPYING), dark=[Instance]),
        Row("activity is dark", UNKNOWN, (LOOSE, COPYING), dark=[VolumeActivity]),
    ],
    backup_copy_job_cross_account_recent: [
        Row("copied yesterday", PASS, (database(), protected(database().arn), job(), COPYING)),
        Row("copied to an air-gapped vault", PASS, (database(), protected(database().arn), job(destination=AIR_GAPPED, air_gapped=True))),
        Row("the newest failed", FAIL, (database(), protected(database().arn), job(completed=ago(2)), job(state="FAILED", message="the key is not shared", destination=f"{AWAY}-2")), says="the key is not shared"),
        Row("the newest is partial", FAIL, (database(), protected(database().arn), job(state="PARTIAL"))),
        Row("the newest was completed", PASS, (database(), protected(database().arn), job(), job(state="FAILED", completed=ago(2), destination=f"{AWAY}-2"))),
        Row("nine days ago", FAIL, (database(), protected(database().arn), job(completed=ago(9)), COPYING)),
        Row("nine days ago, ten allowed", PASS, (database(), protected(database().arn), job(completed=ago(9)), COPYING), options={"copy_days": 10}),
        Row("none although a plan copies", FAIL, (database(), protected(database().arn), COPYING)),
        Row("none, and no plan copies", NO_EVIDENCE, (database(), protected(database().arn), LOCAL)),
        Row("copied within the account", NO_EVIDENCE, (database(), protected(database().arn), job(destination=NEAR))),
        Row("the first backup runs", NOT_APPLICABLE, (database(), protected(database().arn, days=None), COPYING)),
        Row("deleted and still listed", NOT_APPLICABLE, (protected(database().arn), COPYING)),
        Row("deleted, and its last copy failed", NOT_APPLICABLE, (protected(database().arn), job(state="FAILED"), COPYING)),
        Row("a deleted volume of ONTAP", NOT_APPLICABLE, (protected(arn("fsx", "volume/fs-2/fsvol-1"), "FSx"), COPYING)),
        Row("a volume of ONTAP", FAIL, (fsx(), protected(arn("fsx", "volume/fs-2/fsvol-1"), "FSx"), COPYING)),
        Row("a type of which there is no inventory", FAIL, (protected(arn("timestream", "database/d"), "Timestream"), COPYING)),
        Row("AWS Backup protects none of a type", {"orders": PASS, f"{ACCOUNT}/{REGION}/DynamoDB": NO_EVIDENCE}, (database(), TABLE, protected(database().arn), job())),
        Row("instances are protected as a whole", {"instance/i-1": PASS}, (volume(), INSTANCE, protected(INSTANCE.arn, "EC2"), job(source=INSTANCE.arn))),
        Row("every type by its word", {f"{ACCOUNT}/{REGION}/{kind}": NO_EVIDENCE for kind in ("RDS", "Aurora", "DocumentDB", "Neptune", "DynamoDB", "EFS", "FSx", "S3", "Redshift", "EBS")}, (database(), cluster(), cluster(engine="docdb"), cluster(engine="neptune"), TABLE, EFS, fsx(), bucket(), redshift(7), memorydb(1), volume(), INSTANCE)),
        Row("a hundred and one, one of them copied", {f"{ACCOUNT}/{REGION}/EBS": PASS}, (*MANY, *MANY_VOLUMES, job(source=MANY[7].arn)), says="has 1 of 101 alike"),
        Row("nothing to copy", NOT_APPLICABLE),
        Row("only MemoryDB, which AWS Backup cannot protect", NOT_APPLICABLE, (memorydb(1),)),
        Row("the account for backups", NOT_APPLICABLE, (database(), protected(database().arn)), options=CENTRAL),
        Row("a sandbox", NOT_APPLICABLE, (database(), protected(database().arn)), unit=SANDBOX),
        Row("protected resources are dark", UNKNOWN, (database(),), dark=[ProtectedResource]),
        Row("jobs are dark", {"orders": UNKNOWN}, (database(), protected(database().arn)), dark=[CopyJob]),
        Row("rules are dark", {"orders": UNKNOWN}, (database(), protected(database().arn)), dark=[BackupPlanRules]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, (protected(database().arn), COPYING), dark=[kind]) for kind in (DbInstance, DbCluster, Table, EfsFileSystem, FsxFileSystem, Bucket, RedshiftCluster, MemoryDbCluster, Volume)),
        Row("instances are dark", UNKNOWN, (volume(),), dark=[Instance]),
        Row("activity is dark", UNKNOWN, (LOOSE,), dark=[VolumeActivity]),
    ],
    s3_bucket_cross_account_replication: [
        Row("a rule names another account", PASS, (bucket(), replication(to("copy", VAULTS)))),
        Row("another scanned account owns the destination", PASS, (bucket(region=REGION), replication(to("copy")), bucket("copy", "us-east-1", VAULTS))),
        Row("the same account owns the destination", {"invoices": FAIL}, (bucket(), replication(to("copy")), bucket("copy", "us-east-1"))),
        Row("a rule names the same account", FAIL, (bucket(), replication(to("copy", ACCOUNT)))),
        Row("nobody knows who owns the destination", NO_EVIDENCE, (bucket(), replication(to("copy")))),
        Row("the rule is off", FAIL, (bucket(), replication(to("copy", VAULTS, enabled=False)))),
        Row("no replication", FAIL, (bucket(), replication())),
        Row("AWS Backup copies it", NOT_APPLICABLE, (bucket(), replication(), job(source=bucket().arn))),
        Row("AWS Backup copied it nine days ago", FAIL, (bucket(), replication(), job(source=bucket().arn, completed=ago(9)))),
        Row("nine days ago, ten allowed", NOT_APPLICABLE, (bucket(), replication(), job(source=bucket().arn, completed=ago(9))), options={"copy_days": 10}),
        Row("AWS Backup fails to copy it", FAIL, (bucket(), replication(), job(source=bucket().arn, state="FAILED"))),
        Row("AWS Backup copies it within the account", FAIL, (bucket(), replication(), job(source=bucket().arn, destination=NEAR))),
        Row("a log bucket", NOT_APPLICABLE, (bucket("shop-logs"),)),
        Row("no bucket is derived", FAIL, (LOGS, replace(replication(), arn=LOGS.arn)), options={"derived_buckets": ()}),
        Row("a bucket that is gone", NOT_APPLICABLE, (bucket(),)),
        Row("no bucket", NOT_APPLICABLE),
        Row("the account for backups", NOT_APPLICABLE, (bucket(), replication()), options=CENTRAL),
        Row("a sandbox", NOT_APPLICABLE, (bucket(), replication()), unit=SANDBOX),
        Row("buckets are dark", UNKNOWN, dark=[Bucket]),
        Row("replication is dark", UNKNOWN, (bucket(),), dark=[BucketReplication]),
        Row("replication is dark, AWS Backup copies it", NOT_APPLICABLE, (bucket(), job(source=bucket().arn)), dark=[BucketReplication]),
        Row("jobs are dark, replication suffices", PASS, (bucket(), replication(to("copy", VAULTS))), dark=[CopyJob]),
        Row("jobs are dark", UNKNOWN, (bucket(), replication()), dark=[CopyJob]),
    ],
    backup_vault_lock_enabled: [
        Row("the destination is locked", {"central": PASS}, (COPYING, vault(locked=True))),
        Row("the destination is air-gapped", PASS, (COPYING, vault(air_gapped=True))),
        Row("the plan itself says air-gapped", {"gapped": PASS}, (rules(rule(air_gapped_vault=AIR_GAPPED)),)),
        Row("the job itself says air-gapped", {"gapped": PASS}, (job(destination=AIR_GAPPED, air_gapped=True),)),
        Row("the destination is unlocked", FAIL, (COPYING, vault())),
        Row("a script's destination is unlocked", FAIL, (job(), vault())),
        Row("the destination was not scanned", UNKNOWN, (COPYING,), says=f"lies in {VAULTS}"),
        Row("only within the account", NOT_APPLICABLE, (LOCAL, job(destination=NEAR), vault(NEAR))),
        Row("no plan", NOT_APPLICABLE, (vault(),)),
        Row("the account for backups", NOT_APPLICABLE, (COPYING,), options=CENTRAL),
        Row("a sandbox", NOT_APPLICABLE, (COPYING,), unit=SANDBOX),
        Row("rules are dark", UNKNOWN, dark=[BackupPlanRules]),
        Row("jobs are dark", UNKNOWN, dark=[CopyJob]),
        Row("vaults are dark", UNKNOWN, (COPYING,), dark=[BackupVault]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


RDS = database()
IN_BACKUP = protected(RDS.arn)

VERDICTS: dict[str, dict[str, tuple[Any, tuple[Any, ...], tuple[type[Any], ...]]]] = {
    "backups-and-restoring/configure-backup": {
        "nothing to back up": (NOT_APPLICABLE, (), ()),
        "own backups and no plan": (PASS, (RDS,), ()),
        "own backups and a plan that forgets": (FAIL, (RDS, PLAN, rules(rule(delete_after_days=1))), ()),
        "a good plan cannot pass a database without backups": (FAIL, (database(backup_retention_days=0), PLAN, rules(rule())), ()),
        "a cache without snapshots beside a database": (PASS, (RDS, cache(0)), ()),
        "a cache without snapshots alone": (FAIL, (cache(0),), ()),
        "dark plans do not hide good backups": (PASS, (RDS,), (BackupPlan,)),
        "AWS Backup refused, and own backups fail": (UNKNOWN, (database(backup_retention_days=0),), (ProtectedResource,)),
    },
    "backups-and-restoring/configure-cross-account-backup": {
        "nothing to back up": (NOT_APPLICABLE, (), ()),
        "nothing in AWS Backup": (NO_EVIDENCE, (RDS,), ()),
        "a plan copies away, and jobs do": (PASS, (RDS, IN_BACKUP, COPYING, job(), vault(locked=True)), ()),
        "any of a plan, its jobs or replication passes": (PASS, (RDS, IN_BACKUP, COPYING, job(state="FAILED")), ()),
        "jobs alone pass": (PASS, (RDS, IN_BACKUP, job()), ()),
        "jobs of one type do not pass another": (NO_EVIDENCE, (RDS, TABLE, IN_BACKUP, job()), ()),
        "jobs and replication, each for its type": (PASS, (RDS, IN_BACKUP, job(), bucket(), replication(to("copy", VAULTS))), ()),
        "replication alone, of all there is": (PASS, (bucket(), replication(to("copy", VAULTS))), ()),
        "a bare bucket": (FAIL, (bucket(), replication()), ()),
        "a local plan": (FAIL, (RDS, IN_BACKUP, LOCAL), ()),
        "an unlocked vault fails what else passes": (FAIL, (RDS, IN_BACKUP, COPYING, job(), vault()), ()),
        "a vault in an account that is not scanned decides nothing": (PASS, (RDS, IN_BACKUP, COPYING, job()), ()),
        "dark jobs, and a local plan": (UNKNOWN, (RDS, IN_BACKUP, LOCAL), (CopyJob,)),
        "dark jobs, and a plan that copies away": (PASS, (RDS, IN_BACKUP, COPYING), (CopyJob,)),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("item", "expected", "seen", "dark"),
    [pytest.param(item, *row, id=f"{item}: {name}") for item, rows in VERDICTS.items() for name, row in rows.items()],
)  # fmt: skip
def test_the_item_says(
    item: str, expected: Status, seen: tuple[Any, ...], dark: tuple[type[Any], ...]
) -> None:
    assert verdict_of(item, seen, dark) is expected


def test_a_replicated_bucket_counts_for_its_type() -> None:
    row = Row("replicated", PASS, (bucket(), replication(to("copy", VAULTS))))

    assert [each.group for each in judged(s3_bucket_cross_account_replication, row)] == ["S3"]
