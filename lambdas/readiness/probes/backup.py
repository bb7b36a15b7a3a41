"""Look at AWS Backup."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.backups import ProtectedResource
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ProtectedResource, "backup.list_protected_resources")
def protected_resources(aws: Aws) -> Iterator[ProtectedResource]:
    for each in aws.pages("backup.list_protected_resources", "Results"):
        yield ProtectedResource(
            arn=each["ResourceArn"],
            type=each["ResourceType"],
            last_backup=each.get("LastBackupTime"),
        )
