"""Storage: buckets and their settings, volumes and their snapshots, file systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "bucket")
class Bucket:
    """A general purpose bucket. Source: s3.ListBuckets; directory buckets are not in it."""

    arn: str
    name: str
    #: Where it lies; its ARN does not tell.
    region: str
    #: Whose it is; its ARN does not tell.
    account: str


@record(Scope.ACCOUNT, "bucket's versioning")
class BucketVersioning:
    """Whether a bucket keeps old versions. Source: s3.GetBucketVersioning."""

    #: The bucket's ARN.
    arn: str
    #: Enabled or Suspended; empty where it never was versioned.
    status: str


@dataclass(frozen=True, kw_only=True)
class ReplicationRule:
    """One replication rule of a bucket."""

    enabled: bool
    #: The destination bucket's ARN.
    destination: str
    #: The destination's account where the rule names it; AWS asks for it only to change the owner.
    account: str


@record(Scope.ACCOUNT, "bucket's replication")
class BucketReplication:
    """Where a bucket is replicated to; without rules where nowhere. Source: s3.GetBucketReplication."""

    #: The bucket's ARN.
    arn: str
    rules: tuple[ReplicationRule, ...]


@dataclass(frozen=True, kw_only=True)
class LifecycleRule:
    """One lifecycle rule of a bucket."""

    enabled: bool
    #: What the rule is limited to, in words; empty where it is for the whole bucket.
    limit: str
    #: After some days or at a date; removing expired delete markers alone does not count.
    expires: bool
    moves: bool
    expires_noncurrent: bool
    moves_noncurrent: bool
    #: Days after which unfinished multipart uploads are aborted; None where they are not.
    abort_days: int | None

    @property
    def shrinks(self) -> bool:
        """Whether it takes data away, or to cheaper storage."""
        return self.enabled and (
            self.expires or self.moves or self.expires_noncurrent or self.moves_noncurrent
        )


@record(Scope.ACCOUNT, "bucket's lifecycle")
class BucketLifecycle:
    """A bucket's lifecycle; without rules where it has none. Source: s3.GetBucketLifecycleConfiguration."""

    #: The bucket's ARN.
    arn: str
    rules: tuple[LifecycleRule, ...]


@record(Scope.ACCOUNT, "bucket's number of objects")
class BucketObjects:
    """How many objects a bucket held, by its storage metrics. Source: cloudwatch.GetMetricData."""

    #: The bucket's ARN.
    arn: str
    #: One number a day, the newest last; a new or long empty bucket has none.
    daily: tuple[float, ...]

    @property
    def empty(self) -> bool:
        """Whether it held nothing on each of the last three days that were measured."""
        return len(self.daily) >= 3 and not any(self.daily[-3:])


@record(Scope.ACCOUNT, "bucket's size")
class BucketSize:
    """The bytes a bucket holds by storage type, by its storage metrics. Source: cloudwatch.GetMetricData.

    Only asked for buckets that no lifecycle rule is known to keep small.
    """

    #: The bucket's ARN.
    arn: str
    #: The newest number of bytes by CloudWatch's name of the storage type.
    bytes: Mapping[str, float]


@record(Scope.ACCOUNT, "multi-region access point")
class MultiRegionAccessPoint:
    """One name for buckets in several regions. Source: s3control.ListMultiRegionAccessPoints."""

    arn: str
    regions: tuple[str, ...]


@record(Scope.REGION, "volume")
class Volume:
    """An EBS volume. Source: ec2.DescribeVolumes."""

    arn: str
    id: str
    #: creating, available, in-use, deleting, deleted or error.
    state: str
    created: datetime
    #: The ARNs of the instances it is attached to.
    instances: tuple[str, ...]
    #: Whether a service of AWS operates it.
    managed: bool
    tags: Mapping[str, str]
    #: gp3, gp2, io2, io1, st1, sc1 or standard.
    type: str = "gp3"
    encrypted: bool = False


@record(Scope.REGION, "snapshot")
class Snapshot:
    """A snapshot of an EBS volume that the account owns. Source: ec2.DescribeSnapshots."""

    arn: str
    #: The volume's ARN; of a copied snapshot one that does not exist.
    volume: str
    #: pending, completed, error, recoverable or recovering.
    state: str
    #: When it was completed; when it was begun where that is not told.
    completed: datetime
    encrypted: bool = False


@record(Scope.REGION, "volume's activity")
class VolumeActivity:
    """When an unattached volume was attached last, by its metrics. Source: cloudwatch.GetMetricData.

    EBS publishes a volume's metrics only while it is attached.
    """

    #: The volume's ARN.
    arn: str
    #: The end of the last day with a number; None where there is none since `since`.
    attached: datetime | None
    since: datetime


@record(Scope.REGION, "EFS file system")
class EfsFileSystem:
    """An EFS file system. Source: efs.DescribeFileSystems."""

    arn: str
    id: str
    #: The one zone it lies in; empty for a regional one.
    zone: str
    tags: Mapping[str, str]
    encrypted: bool = False
    #: creating, available, updating, deleting, deleted or error.
    state: str = "available"


@record(Scope.REGION, "EFS backup policy")
class EfsBackupPolicy:
    """Whether automatic backups of a file system are on. Source: efs.DescribeBackupPolicy."""

    #: The file system's ARN.
    arn: str
    #: ENABLED, ENABLING, DISABLED or DISABLING.
    status: str


@record(Scope.REGION, "FSx file system")
class FsxFileSystem:
    """An FSx file system. Source: fsx.DescribeFileSystems."""

    arn: str
    id: str
    #: WINDOWS, LUSTRE, ONTAP or OPENZFS.
    type: str
    #: E.g. MULTI_AZ_1 or SCRATCH_2.
    deployment: str
    #: Days of automatic daily backups; 0 means off.
    backup_retention_days: int
    tags: Mapping[str, str]
    #: AVAILABLE, CREATING, FAILED, DELETING, MISCONFIGURED, UPDATING or MISCONFIGURED_UNAVAILABLE.
    state: str = "AVAILABLE"
