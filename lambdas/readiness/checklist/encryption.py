"""Is data encrypted at rest: by default where it is new, and wherever it already lies?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    gone,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason, account_of
from readiness.evidence.caches import DaxCluster, ReplicationGroup
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbCluster, DbClusterSnapshot, DbInstance, DbSnapshot
from readiness.evidence.encryption import (
    BucketEncryption,
    EbsDefault,
    EncryptionRule,
    KeyRotation,
    KmsKey,
)
from readiness.evidence.event_stores import DataStream, StreamRetention
from readiness.evidence.queues import Queue, QueueAttributes, Topic, TopicAttributes
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import Bucket, EfsFileSystem, Snapshot, Volume
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.warehouses import RedshiftCluster

# --- What is new ----------------------------------------------------------------------------------


@check(Severity.MEDIUM)
def ec2_ebs_encryption_by_default(
    defaults: Evidence[EbsDefault], used: Evidence[Instance | Volume | LaunchTemplateVersion]
) -> Result:
    """Whoever makes a volume forgets a switch some day; a default forgets nothing.

    Pass: new EBS volumes of the region are encrypted by default. A region without an instance, a
    volume or a launch template is not judged.
    Fix: turn on EBS encryption by default in every region, by a declarative policy or a StackSet.
    Blind spot: volumes that exist already are judged by themselves, under "Data is encrypted at
    REST".
    See: https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
    """
    if not any(True for _ in used):
        return not_applicable("has no instance, volume or launch template")
    if any(each.encrypts for each in defaults):
        return passed("encrypts new volumes by default")
    return failed("does not encrypt new volumes by default")


_KMS = "aws:kms"
_ALGORITHMS = ("AES256", _KMS, "aws:kms:dsse")


@check(Severity.MEDIUM)
def s3_bucket_default_encryption_configured(
    bucket: Bucket,
    encryptions: Evidence[BucketEncryption],
    keys: Evidence[KmsKey],
    tagged: Evidence[TaggedResource],
    unit: Unit,
    *,
    require_kms_buckets: tuple[str, ...] = (),
) -> Result:
    """S3 encrypts every new object; with a key of one's own, who may read it is decided twice.

    Pass: a rule encrypts new objects with S3's key or a key of KMS. Buckets that
    `require_kms_buckets` names (`orders-*`, or by a tag as `data=personal`) use a customer managed
    key of KMS and a bucket key.
    Fix: set default encryption of the bucket, with SSE-KMS, your key and a bucket key where you
    demand them.
    Blind spot: whether objects from before the rule are encrypted with the same key.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
    """
    encryption = encryptions.of(bucket.arn)
    if encryption is None:
        return gone()
    rule = next((each for each in encryption.rules if each.algorithm in _ALGORITHMS), None)
    if rule is None:
        return failed("has no default encryption")
    if not _is_named(bucket, require_kms_buckets, tagged):
        return passed(f"encrypts new objects with {rule.algorithm}")
    if rule.algorithm != _KMS:
        return failed(f"has to use {_KMS} with a customer managed key, and uses {rule.algorithm}")
    lack = _no_customer_key(rule, keys, unit)
    if isinstance(lack, Result):
        return lack
    if lack:
        return failed(f"has to use a customer managed key, and uses {lack}")
    if not rule.bucket_key:
        return failed("has to use a bucket key, and uses none")
    return passed(f"encrypts new objects with {rule.key} and a bucket key")


def _is_named(bucket: Bucket, names: tuple[str, ...], tagged: Evidence[TaggedResource]) -> bool:
    """Whether a list of name patterns and of tags (`key=value`) means a bucket."""
    if any(fnmatchcase(bucket.name, each) for each in names if "=" not in each):
        return True
    pairs = [each.partition("=") for each in names if "=" in each]
    if not pairs:
        return False
    found = tagged.of(bucket.arn)
    tags: Mapping[str, str] = found.tags if found else {}
    return any(fnmatchcase(tags.get(key, ""), value) for key, _, value in pairs if key in tags)


def _no_customer_key(rule: EncryptionRule, keys: Evidence[KmsKey], unit: Unit) -> str | Result:
    """Say which key a rule uses that is no customer's, empty where it uses a customer's."""
    if not rule.key:
        return "the key that AWS keeps for S3"
    name = rule.key.rpartition(":")[2]
    if name.startswith("alias/"):
        return "the key that AWS keeps for S3" if name.startswith("alias/aws/") else ""
    arn = rule.key
    if not arn.startswith("arn:"):
        arn = f"arn:{unit.partition}:kms:{unit.region}:{unit.account}:key/{rule.key}"
    if account_of(arn) != unit.account:
        return ""  # AWS's own keys serve their account alone
    key = keys.of(arn)
    if key is None:
        return unknown(Reason.UNDECIDED, f"uses {arn}, which is not among the region's keys")
    return "a key of AWS's own" if key.of_aws else ""


@check(Severity.MEDIUM)
def kms_key_rotation_enabled(
    key: KmsKey, rotations: Evidence[KeyRotation], *, rotation_period_days: int = 365
) -> Result:
    """What one key has ever encrypted is lost with it; a key that changes loses a year at most.

    Pass: KMS rotates the customer managed key every 365 days or sooner. Keys that KMS cannot rotate
    (asymmetric, HMAC, imported, in a custom key store, replicas) and AWS's own are not judged.
    Fix: enable automatic rotation of the key.
    See: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    """
    if key.unrotatable:
        return not_applicable(key.unrotatable)
    rotation = rotations.of(key.arn)
    if rotation is None:
        return not_applicable("is a key that KMS does not rotate")
    if not rotation.enabled:
        return failed("is never rotated")
    said = f"is rotated every {counted(rotation.days, 'day')}"
    if rotation.days > rotation_period_days:
        return failed(f"{said}, more than {rotation_period_days}")
    return passed(said)


@check(Severity.HIGH)
def kms_key_not_scheduled_for_deletion(key: KmsKey) -> Result:
    """With the key goes everything that it encrypted, for ever.

    Pass: the key does not wait for its deletion. AWS's own keys are not judged.
    Fix: cancel the deletion, and disable a key first that nobody seems to use.
    See: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
    """
    if key.of_aws:
        return not_applicable("is AWS's own")
    if key.state == "PendingReplicaDeletion":
        return failed("is deleted as soon as its replicas are")
    if key.state == "PendingDeletion":
        when = f" on {key.deleted.date().isoformat()}" if key.deleted else ""
        return failed(f"is deleted{when}, and with it what it encrypted")
    return passed("is not scheduled for deletion")


# --- What is there --------------------------------------------------------------------------------


@check(Severity.HIGH)
def ebs_volume_encrypted(volume: Volume) -> Result:
    """A volume that is copied, shared or thrown away takes its data along.

    Pass: the volume is encrypted. One that is attached to nothing counts for less.
    Fix: take a snapshot, copy it encrypted, and make the volume anew from the copy.
    See: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html
    """
    if volume.encrypted:
        return passed("is encrypted")
    if volume.state in ("deleting", "deleted"):
        return not_applicable("is being deleted")
    if volume.state == "available":
        return failed("is not encrypted, and attached to nothing", Severity.MEDIUM)
    return failed("is not encrypted")


@check(Severity.MEDIUM)
def snapshot_encrypted(snapshot: Snapshot | DbSnapshot | DbClusterSnapshot) -> Result:
    """A snapshot holds all of a disk or a database, and is shared with one call.

    Pass: the snapshot of a volume, of a database or of a database cluster is encrypted. Those that
    AWS Backup made are among them.
    Fix: copy the snapshot with encryption, and delete the one without.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html
    """
    return passed("is encrypted") if snapshot.encrypted else failed("is not encrypted")


@check(Severity.HIGH)
def rds_storage_encrypted(database: DbInstance | DbCluster) -> Result:
    """A database without encryption is readable in every backup, replica and snapshot of it, too.

    Pass: the storage of the instance, or of the cluster it is in, is encrypted (RDS, Aurora,
    DocumentDB, Neptune).
    Fix: restore an encrypted copy of a snapshot, and let it take over.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
    """
    if isinstance(database, DbInstance) and database.cluster:
        return not_applicable(f"is judged with its cluster {database.cluster}")
    return passed("is encrypted") if database.encrypted else failed("is not encrypted")


_DataService = (
    EfsFileSystem
    | OpenSearchDomain
    | RedshiftCluster
    | ReplicationGroup
    | DaxCluster
    | DataStream
    | Queue
    | Topic
)
_BY_DESIGN = (
    "encrypts what DynamoDB, CloudWatch Logs, ECR and new objects of S3 hold by their design"
)


@check(Severity.HIGH)
def data_service_encrypted_at_rest(
    services: Evidence[_DataService],
    streams: Evidence[StreamRetention],
    queues: Evidence[QueueAttributes],
    topics: Evidence[TopicAttributes],
    unit: Unit,
    *,
    require_sns_kms: bool = False,
) -> Iterator[Result]:
    """Copies, caches and messages hold the same data as the database that is encrypted.

    Pass: the EFS file system, the OpenSearch domain, the Redshift cluster, the ElastiCache
    replication group, the DAX cluster, the Kinesis stream or the SQS queue is encrypted at rest; with
    `require_sns_kms` an SNS topic as well. What always is (DynamoDB, CloudWatch Logs, ECR, new
    objects of S3) is told as a note.
    Fix: turn on encryption of the stream, the queue or the topic; make the others anew from an
    encrypted copy.
    Blind spot: clusters of ElastiCache without a replication group (Memcached) cannot be encrypted at
    rest, and are not listed.
    See: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_protect_data_rest_encrypt.html
    """

    def judge(service: _DataService) -> Result:
        match service:
            case DataStream():
                stream = streams.of(service.arn)
                return _decided(None if stream is None else stream.encrypted, Severity.MEDIUM)
            case Queue():
                queue = queues.of(service.arn)
                return _decided(None if queue is None else queue.encrypted, Severity.MEDIUM)
            case Topic():
                if not require_sns_kms:
                    return not_applicable("is a topic, of which no key of KMS is demanded")
                topic = topics.of(service.arn)
                return _decided(None if topic is None else bool(topic.kms_key), Severity.MEDIUM)
            case _:
                return _decided(service.encrypted)

    nothing = True
    for result in apart(services, judge):
        nothing = False
        yield result
    if nothing:
        yield not_applicable("has no data service whose encryption is a choice").about(unit.id)
    note = replace(passed(_BY_DESIGN), severity=Severity.INFO)
    yield note.about(f"{unit.id}#encrypted-by-design")


def _decided(encrypted: bool | None, severity: Severity | None = None) -> Result:
    if encrypted is None:
        return gone()
    return passed("is encrypted") if encrypted else failed("is not encrypted", severity)
