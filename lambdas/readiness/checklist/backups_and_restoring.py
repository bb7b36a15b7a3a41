"""Judge the items of the category "Backups and Restoring"."""

from __future__ import annotations

from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence
from readiness.evidence.backups import ProtectedResource
from readiness.evidence.databases import DbCluster, DbInstance


def recently_backed_up(
    arn: str, protected: Evidence[ProtectedResource], unit: Unit, hours: int
) -> bool:
    """Whether AWS Backup holds a recovery point of the resource that is young enough."""
    found = protected.of(arn)
    return (
        found is not None
        and found.last_backup is not None
        and unit.age_days(found.last_backup) * 24 <= hours
    )


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
    if isinstance(database, DbInstance) and database.cluster:
        return not_applicable("is backed up by its cluster, which is judged instead")
    if isinstance(database, DbInstance) and database.replica:
        return not_applicable("is a read replica; its source is judged instead")
    if database.backup_retention_days >= retention_days:
        return passed(f"keeps automatic backups for {database.backup_retention_days} days")
    if recently_backed_up(database.arn, protected, unit, recovery_point_hours):
        return passed(f"has a recovery point in AWS Backup from the last {recovery_point_hours} h")
    return failed(
        f"keeps automatic backups for {database.backup_retention_days} days, fewer than "
        f"{retention_days}, and has no recent recovery point in AWS Backup",
        None if unit.is_production(database.tags) else Severity.HIGH,
    )


CATEGORY = category(
    "Backups and Restoring",
    item("All code is in shared repository", mode=Mode.ATTESTED),
    item("Configure backup", every(rds_instance_backup_retention)),
    item("Configure cross-account backup", mode=Mode.ATTESTED),
    item("Event storage can be backed up"),
    item("Event storage is routinely backed up"),
    item("Event storage restore has been tested", mode=Mode.ATTESTED),
    item("Solution can be easily deployed via pipeline", mode=Mode.ATTESTED),
    item("Test your backups", mode=Mode.ATTESTED),
)
