"""Look at FSx."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.storage import FsxFileSystem
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of

#: Where each type keeps its settings.
SETTINGS = {
    "WINDOWS": "WindowsConfiguration",
    "LUSTRE": "LustreConfiguration",
    "ONTAP": "OntapConfiguration",
    "OPENZFS": "OpenZFSConfiguration",
}


@probe(FsxFileSystem, "fsx.describe_file_systems")
def file_systems(aws: Aws) -> Iterator[FsxFileSystem]:
    for each in aws.pages("fsx.describe_file_systems", "FileSystems"):
        settings = each.get(SETTINGS[each["FileSystemType"]], {})
        yield FsxFileSystem(
            arn=each["ResourceARN"],
            id=each["FileSystemId"],
            type=each["FileSystemType"],
            deployment=settings.get("DeploymentType", ""),
            backup_retention_days=settings.get("AutomaticBackupRetentionDays", 0),
            tags=tags_of(each),
            state=each.get("Lifecycle", "AVAILABLE"),
        )
