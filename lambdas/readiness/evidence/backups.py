"""AWS Backup: what is protected, by which plans and vaults, copied where."""

from __future__ import annotations

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
