"""AWS Backup: what is protected, by which plans and vaults, copied where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "protected resource")
class ProtectedResource:
    """A resource with recovery points in AWS Backup. Source: backup.ListProtectedResources.

    It may be deleted and still listed: join with an inventory, never count from here.
    """

    arn: str
    #: AWS Backup's word, e.g. `RDS`, `EBS`.
    type: str
    #: None while the first backup runs.
    last_backup: datetime | None


@record(Scope.REGION, "backup plan")
class BackupPlan:
    """A backup plan, also one that an organization's backup policy made. Source: backup.ListBackupPlans."""

    arn: str
    id: str
    name: str
    created: datetime
    #: None where it never ran.
    last_run: datetime | None


@dataclass(frozen=True, kw_only=True)
class BackupRule:
    """One rule of a plan."""

    name: str
    #: Whether it has a schedule or backs up continuously.
    automatic: bool
    #: None where recovery points are kept for ever. Where they are deleted once copied, the copies'.
    delete_after_days: int | None
    #: The vaults it copies to, by ARN.
    copies_to: tuple[str, ...]
    #: The ARN of the logically air-gapped vault it backs up to; empty where it has none.
    air_gapped_vault: str


@record(Scope.REGION, "backup plan's rules")
class BackupPlanRules:
    """What a plan does. Source: backup.GetBackupPlan."""

    #: The plan's ARN.
    arn: str
    rules: tuple[BackupRule, ...]


@record(Scope.REGION, "copy job")
class CopyJob:
    """The newest copy of a resource's recovery points to one vault. Source: backup.ListCopyJobs."""

    #: The job's ARN.
    arn: str
    #: The ARN of the resource whose recovery point was copied.
    source: str
    #: AWS Backup's word for the resource's type.
    type: str
    #: The vault's ARN.
    destination: str
    air_gapped: bool
    #: COMPLETED, FAILED or PARTIAL.
    state: str
    message: str
    completed: datetime


@record(Scope.REGION, "backup vault")
class BackupVault:
    """A backup vault. Source: backup.ListBackupVaults."""

    arn: str
    locked: bool
    air_gapped: bool


@record(Scope.REGION, "AWS Backup's settings")
class RegionSettings:
    """Which types AWS Backup may protect in a region. Source: backup.DescribeRegionSettings."""

    arn: str
    #: Whether a type is switched on; a type that the region does not offer is not named.
    opted_in: Mapping[str, bool]
