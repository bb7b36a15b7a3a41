"""Look at EFS."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.storage import EfsBackupPolicy, EfsFileSystem
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(EfsFileSystem, "efs.describe_file_systems")
def file_systems(aws: Aws) -> Iterator[EfsFileSystem]:
    for each in aws.pages("efs.describe_file_systems", "FileSystems"):
        yield EfsFileSystem(
            arn=aws.arn("elasticfilesystem", f"file-system/{each['FileSystemId']}"),
            id=each["FileSystemId"],
            zone=each.get("AvailabilityZoneName", ""),
            tags=tags_of(each),
            encrypted=each.get("Encrypted", False),
            state=each["LifeCycleState"],
        )


@probe(EfsBackupPolicy, "efs.describe_backup_policy")
def backup_policies(
    aws: Aws, file_systems: Evidence[EfsFileSystem]
) -> Iterator[EfsBackupPolicy | Gap]:
    def look(file_system: EfsFileSystem) -> Iterator[EfsBackupPolicy]:
        answer = aws.call(
            "efs.describe_backup_policy",
            FileSystemId=file_system.id,
            absent=("PolicyNotFound",),
            gone=("FileSystemNotFound",),
        )
        status = answer["BackupPolicy"]["Status"] if answer else "DISABLED"
        yield EfsBackupPolicy(arn=file_system.arn, status=status)

    yield from aws.each(file_systems, look)
