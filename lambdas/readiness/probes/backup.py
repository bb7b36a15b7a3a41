"""Look at AWS Backup."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.backups import (
    BackupPlan,
    BackupPlanRules,
    BackupRule,
    BackupVault,
    CopyJob,
    ProtectedResource,
    RegionSettings,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

#: How far AWS Backup's lists of jobs reach back.
JOBS = timedelta(days=30)
AIR_GAPPED = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"


@probe(ProtectedResource, "backup.list_protected_resources")
def protected_resources(aws: Aws) -> Iterator[ProtectedResource]:
    for each in aws.pages("backup.list_protected_resources", "Results"):
        yield ProtectedResource(
            arn=each["ResourceArn"],
            type=each["ResourceType"],
            last_backup=each.get("LastBackupTime"),
        )


@probe(BackupPlan, "backup.list_backup_plans")
def backup_plans(aws: Aws) -> Iterator[BackupPlan]:
    for each in aws.pages("backup.list_backup_plans", "BackupPlansList"):
        yield BackupPlan(
            arn=each["BackupPlanArn"],
            id=each["BackupPlanId"],
            name=each["BackupPlanName"],
            created=each["CreationDate"],
            last_run=each.get("LastExecutionDate"),
        )


@probe(BackupPlanRules, "backup.get_backup_plan")
def backup_plan_rules(aws: Aws, plans: Evidence[BackupPlan]) -> Iterator[BackupPlanRules | Gap]:
    def look(plan: BackupPlan) -> Iterator[BackupPlanRules]:
        answer = aws.call(
            "backup.get_backup_plan",
            BackupPlanId=plan.id,
            absent=("ResourceNotFoundException",),
        )
        if answer is not None:
            rules = tuple(_rule(each) for each in answer["BackupPlan"]["Rules"])
            yield BackupPlanRules(arn=plan.arn, rules=rules)

    yield from aws.each(plans, look)


def _rule(each: Mapping[str, Any]) -> BackupRule:
    return BackupRule(
        name=each["RuleName"],
        automatic=bool(each.get("ScheduleExpression") or each.get("EnableContinuousBackup")),
        delete_after_days=_kept(each),
        copies_to=tuple(
            action["DestinationBackupVaultArn"] for action in each.get("CopyActions") or ()
        ),
        air_gapped_vault=each.get("TargetLogicallyAirGappedBackupVaultArn", ""),
    )


def _kept(rule: Mapping[str, Any]) -> int | None:
    """Return how long recovery points are kept, None for ever; where copies replace them, these."""
    lifecycle = rule.get("Lifecycle") or {}
    copies = [_days(action.get("Lifecycle") or {}) for action in rule.get("CopyActions") or ()]
    if lifecycle.get("DeleteAfterEvent") != "DELETE_AFTER_COPY" or not copies:
        return _days(lifecycle)
    return None if None in copies else max(filter(None, copies), default=0)


def _days(lifecycle: Mapping[str, Any]) -> int | None:
    days: int | None = lifecycle.get("DeleteAfterDays")
    return days if days is None or days >= 0 else None  # -1 means for ever


@probe(CopyJob, "backup.list_copy_jobs")
def copy_jobs(aws: Aws) -> Iterator[CopyJob]:
    # Only the newest of a resource and a vault: a daily copy of everything is long otherwise.
    newest: dict[tuple[str, str], CopyJob] = {}
    for each in aws.pages(
        "backup.list_copy_jobs", "CopyJobs", ByCompleteAfter=aws.now - JOBS, MaxResults=1000
    ):
        job = CopyJob(
            arn=aws.arn("backup", f"copy-job/{each['CopyJobId']}"),
            source=each["ResourceArn"],
            type=each["ResourceType"],
            destination=each["DestinationBackupVaultArn"],
            air_gapped=each.get("DestinationVaultType") == AIR_GAPPED,
            state=each["State"],
            message=each.get("StatusMessage", ""),
            completed=each["CompletionDate"],
        )
        known = newest.get((job.source, job.destination))
        if known is None or known.completed < job.completed:
            newest[job.source, job.destination] = job
    yield from newest.values()


@probe(BackupVault, "backup.list_backup_vaults")
def backup_vaults(aws: Aws) -> Iterator[BackupVault]:
    for each in aws.pages("backup.list_backup_vaults", "BackupVaultList"):
        yield BackupVault(
            arn=each["BackupVaultArn"],
            locked=each.get("Locked", False),
            air_gapped=each.get("VaultType") == AIR_GAPPED,
        )


@probe(RegionSettings, "backup.describe_region_settings")
def region_settings(aws: Aws) -> Iterator[RegionSettings]:
    answer = aws.get("backup.describe_region_settings")
    yield RegionSettings(
        arn=aws.arn("backup", "region-settings"),
        opted_in=answer["ResourceTypeOptInPreference"],
    )
