"""What the checks of encryption at rest say: of defaults and keys, and of what lies there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.encryption import (
    data_service_encrypted_at_rest,
    ebs_volume_encrypted,
    ec2_ebs_encryption_by_default,
    kms_key_not_scheduled_for_deletion,
    kms_key_rotation_enabled,
    rds_storage_encrypted,
    s3_bucket_default_encryption_configured,
    snapshot_encrypted,
)
from readiness.checklist.model import Check, Severity
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
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

AGO = NOW - timedelta(days=30)


def arn(service: str, resource: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{resource}"


BUCKET = Bucket(arn="arn:aws:s3:::orders", name="orders", region=REGION, account=ACCOUNT)
KEY = arn("kms", "key/k1")
INSTANCE = Instance(
    arn=arn("ec2", "instance/i-1"),
    id="i-1",
    type="t3.micro",
    state="running",
    launched=AGO,
    managed=False,
    tags={},
)
TEMPLATE = LaunchTemplateVersion(
    arn=arn("ec2", "launch-template/lt-1/1"),
    template="lt-1",
    number=1,
    created=AGO,
    newest=True,
    default=True,
    starts="",
    readable=True,
)
ON = EbsDefault(arn=arn("ec2", "ebs-encryption-by-default"), encrypts=True)
OFF = EbsDefault(arn=arn("ec2", "ebs-encryption-by-default"), encrypts=False)


def volume(*, encrypted: bool = True, state: str = "in-use") -> Volume:
    return Volume(
        arn=arn("ec2", "volume/vol-1"),
        id="vol-1",
        state=state,
        created=AGO,
        instances=(INSTANCE.arn,),
        managed=False,
        tags={},
        encrypted=encrypted,
    )


def snapshot(*, encrypted: bool) -> Snapshot:
    return Snapshot(
        arn=f"arn:aws:ec2:{REGION}::snapshot/snap-1",
        volume=arn("ec2", "volume/vol-1"),
        state="completed",
        completed=AGO,
        encrypted=encrypted,
    )


def rules(
    algorithm: str = "AES256", key: str = "", *, bucket_key: bool = False
) -> BucketEncryption:
    rule = EncryptionRule(algorithm=algorithm, key=key, bucket_key=bucket_key)
    return BucketEncryption(arn=BUCKET.arn, rules=(rule,))


def key(**changes: Any) -> KmsKey:
    values: dict[str, Any] = {
        "arn": KEY,
        "of_aws": False,
        "spec": "SYMMETRIC_DEFAULT",
        "origin": "AWS_KMS",
        "state": "Enabled",
    }
    return KmsKey(**values | changes)


def rotation(days: int = 365, *, enabled: bool = True) -> KeyRotation:
    return KeyRotation(arn=KEY, enabled=enabled, days=days)


def instance_of(**changes: Any) -> DbInstance:
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
        "arn": arn("rds", "cluster:main"),
        "engine": "aurora-postgresql",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "members": ("one",),
        "tags": {},
    }
    return DbCluster(**values | changes)


def files(*, encrypted: bool = True) -> EfsFileSystem:
    return EfsFileSystem(
        arn=arn("elasticfilesystem", "file-system/fs-1"),
        id="fs-1",
        zone="",
        tags={},
        encrypted=encrypted,
    )


def search(*, encrypted: bool = True, https_only: bool = True) -> OpenSearchDomain:
    return OpenSearchDomain(
        arn=arn("es", "domain/search"),
        name="search",
        zones=3,
        standby=False,
        encrypted=encrypted,
        https_only=https_only,
    )


def warehouse(*, encrypted: bool = True) -> RedshiftCluster:
    return RedshiftCluster(
        arn=arn("redshift", "cluster:facts"),
        snapshot_retention_days=7,
        multi_az=True,
        encrypted=encrypted,
    )


def cache(*, encrypted: bool = True, tls: str = "required") -> ReplicationGroup:
    return ReplicationGroup(
        arn=arn("elasticache", "replicationgroup:cache"),
        snapshot_retention_days=7,
        multi_az=True,
        automatic_failover=True,
        encrypted=encrypted,
        tls=tls,
    )


def dax(*, encrypted: bool = True) -> DaxCluster:
    return DaxCluster(arn=arn("dax", "cache/near"), encrypted=encrypted)


STREAM = DataStream(arn=arn("kinesis", "stream/clicks"), name="clicks")
QUEUE = Queue(arn=arn("sqs", "work"), url="https://sqs/work")
TOPIC = Topic(arn=arn("sns", "news"))


def stream(*, encrypted: bool = True) -> StreamRetention:
    return StreamRetention(arn=STREAM.arn, hours=24, created=AGO, encrypted=encrypted)


def queue(*, own_key: bool = False, kms_key: str = "") -> QueueAttributes:
    return QueueAttributes(arn=QUEUE.arn, own_key=own_key, kms_key=kms_key)


def topic(kms_key: str = "") -> TopicAttributes:
    return TopicAttributes(arn=TOPIC.arn, kms_key=kms_key)


DESIGN = {f"{ACCOUNT}/{REGION}#encrypted-by-design": PASS}
DEMANDED = {"require_sns_kms": True}
NAMED = {"require_kms_buckets": ("orders*",)}
TAGGED = {"require_kms_buckets": ("data=personal",)}
PERSONAL = TaggedResource(arn=BUCKET.arn, tags={"data": "personal"})
OURS = rules("aws:kms", KEY, bucket_key=True)

ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_ebs_encryption_by_default: [
        Row("on, with an instance", PASS, [ON, INSTANCE]),
        Row("on, with a volume", PASS, [ON, volume()]),
        Row("off, with a template alone", FAIL, [OFF, TEMPLATE], says="does not encrypt new"),
        Row("off, and what exists is encrypted", FAIL, [OFF, volume(encrypted=True)]),
        Row("nobody uses the region", NOT_APPLICABLE, [OFF], says="has no instance, volume"),
        Row("the default is dark", UNKNOWN, [INSTANCE], dark=[EbsDefault]),
        Row("instances are dark", UNKNOWN, [OFF], dark=[Instance]),
        Row("volumes are dark", UNKNOWN, [OFF], dark=[Volume]),
        Row("templates are dark", UNKNOWN, [OFF], dark=[LaunchTemplateVersion]),
        Row("a volume is enough, instances are dark", FAIL, [OFF, volume()], dark=[Instance]),
    ],
    s3_bucket_default_encryption_configured: [
        Row("S3's own key is enough", PASS, [BUCKET, rules()], says="with AES256"),
        Row("a key of KMS", PASS, [BUCKET, rules("aws:kms")]),
        Row("two layers", PASS, [BUCKET, rules("aws:kms:dsse")]),
        Row("gone meanwhile", NOT_APPLICABLE, [BUCKET], says="deleted during the scan"),
        Row("no rule at all", FAIL, [BUCKET, BucketEncryption(arn=BUCKET.arn, rules=())]),
        Row("a rule without an algorithm", FAIL, [BUCKET, rules("")], says="no default encryption"),
        Row("named, and as demanded", PASS, [BUCKET, OURS, key()], options=NAMED),
        Row("named, by S3's key", FAIL, [BUCKET, rules()], options=NAMED, says="uses AES256"),
        Row("named, two layers have no bucket key", FAIL, [BUCKET, rules("aws:kms:dsse", KEY)], options=NAMED),
        Row("named, by the key for S3", FAIL, [BUCKET, rules("aws:kms", bucket_key=True)], options=NAMED, says="the key that AWS keeps"),
        Row("named, by its alias", FAIL, [BUCKET, rules("aws:kms", "alias/aws/s3", bucket_key=True)], options=NAMED),
        Row("named, by a key of AWS's own", FAIL, [BUCKET, OURS, key(of_aws=True)], options=NAMED, says="a key of AWS's own"),
        Row("named, by an alias of ours", PASS, [BUCKET, rules("aws:kms", "alias/orders", bucket_key=True)], options=NAMED),
        Row("named, by a bare id", PASS, [BUCKET, rules("aws:kms", "k1", bucket_key=True), key()], options=NAMED),
        Row("named, by another account's key", PASS, [BUCKET, rules("aws:kms", "arn:aws:kms:eu-west-1:444455556666:key/k", bucket_key=True)], options=NAMED),
        Row("named, by a key that is not there", UNKNOWN, [BUCKET, OURS], options=NAMED, says="not among the region's keys"),
        Row("named, without a bucket key", FAIL, [BUCKET, rules("aws:kms", KEY), key()], options=NAMED, says="bucket key"),
        Row("named by a tag", FAIL, [BUCKET, rules(), PERSONAL], options=TAGGED),
        Row("has another tag", PASS, [BUCKET, rules(), TaggedResource(arn=BUCKET.arn, tags={"data": "public"})], options=TAGGED),
        Row("has no tag", PASS, [BUCKET, rules()], options=TAGGED),
        Row("no bucket", NOT_APPLICABLE),
        Row("the list is dark", UNKNOWN, dark=[Bucket]),
        Row("its encryption is dark", UNKNOWN, [BUCKET], dark=[BucketEncryption]),
        Row("keys are dark where one must be a customer's", UNKNOWN, [BUCKET, OURS], dark=[KmsKey], options=NAMED),
        Row("tags are dark where they decide", UNKNOWN, [BUCKET, rules()], dark=[TaggedResource], options=TAGGED),
    ],
    kms_key_rotation_enabled: [
        Row("every year", PASS, [key(), rotation()]),
        Row("sooner", PASS, [key(), rotation(90)], says="every 90 days"),
        Row("never", FAIL, [key(), rotation(enabled=False)], says="is never rotated"),
        Row("later than a year", FAIL, [key(), rotation(730)], says="every 730 days, more than 365"),
        Row("later, as the option allows", PASS, [key(), rotation(730)], options={"rotation_period_days": 730}),
        Row("AWS's own", NOT_APPLICABLE, [key(of_aws=True)], says="AWS's own"),
        Row("asymmetric", NOT_APPLICABLE, [key(spec="RSA_2048")], says="RSA_2048"),
        Row("for messages", NOT_APPLICABLE, [key(spec="HMAC_256")]),
        Row("imported", NOT_APPLICABLE, [key(origin="EXTERNAL")]),
        Row("in a custom store", NOT_APPLICABLE, [key(origin="AWS_CLOUDHSM")]),
        Row("a replica", NOT_APPLICABLE, [key(replica=True)], says="its primary key"),
        Row("disabled", NOT_APPLICABLE, [key(state="Disabled")], says="not enabled (Disabled)"),
        Row("KMS says that it cannot", NOT_APPLICABLE, [key()], says="KMS does not rotate"),
        Row("no key", NOT_APPLICABLE),
        Row("keys are dark", UNKNOWN, dark=[KmsKey]),
        Row("one key's policy denies it", {"key/k1": PASS, "key/k2": UNKNOWN}, [key(), rotation()], gaps={KmsKey: [dark_gap(KmsKey, arn("kms", "key/k2"))]}),
        Row("rotation is dark", UNKNOWN, [key()], dark=[KeyRotation]),
    ],
    kms_key_not_scheduled_for_deletion: [
        Row("in use", PASS, [key()]),
        Row("disabled is not deleted", PASS, [key(state="Disabled")]),
        Row("waits for its deletion", FAIL, [key(state="PendingDeletion", deleted=NOW)], says="on 2026-11-24"),
        Row("waits for its replicas", FAIL, [key(state="PendingReplicaDeletion")], says="as soon as its replicas"),
        Row("AWS's own", NOT_APPLICABLE, [key(of_aws=True)]),
        Row("keys are dark", UNKNOWN, dark=[KmsKey]),
    ],
    ebs_volume_encrypted: [
        Row("encrypted", PASS, [volume()]),
        Row("not, in use", FAIL, [volume(encrypted=False)], severity=Severity.HIGH),
        Row("not, attached to nothing", FAIL, [volume(encrypted=False, state="available")], severity=Severity.MEDIUM),
        Row("not, and going", NOT_APPLICABLE, [volume(encrypted=False, state="deleting")]),
        Row("none", NOT_APPLICABLE),
        Row("dark", UNKNOWN, dark=[Volume]),
    ],
    snapshot_encrypted: [
        Row("of a volume", PASS, [snapshot(encrypted=True)]),
        Row("of a volume, not", FAIL, [snapshot(encrypted=False)]),
        Row("of a database", PASS, [DbSnapshot(arn=arn("rds", "snapshot:a"), encrypted=True)]),
        Row("of a database, not", FAIL, [DbSnapshot(arn=arn("rds", "snapshot:a"), encrypted=False)]),
        Row("of a cluster, not", FAIL, [DbClusterSnapshot(arn=arn("rds", "cluster-snapshot:a"), encrypted=False)]),
        Row("none", NOT_APPLICABLE),
        Row("of volumes are dark", UNKNOWN, dark=[Snapshot]),
        Row("of databases are dark", UNKNOWN, dark=[DbSnapshot]),
        Row("of clusters are dark", UNKNOWN, dark=[DbClusterSnapshot]),
    ],
    rds_storage_encrypted: [
        Row("an instance", PASS, [instance_of(encrypted=True)]),
        Row("an instance, not", FAIL, [instance_of()]),
        Row("a cluster, not", FAIL, [cluster()]),
        Row("a member is judged with its cluster", {"main": PASS, "orders": NOT_APPLICABLE}, [cluster(encrypted=True), instance_of(cluster="main")]),
        Row("none", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[DbInstance]),
        Row("clusters are dark", UNKNOWN, dark=[DbCluster]),
    ],
    data_service_encrypted_at_rest: [
        Row("all of them", {"file-system/fs-1": PASS, "domain/search": PASS, "facts": PASS, "cache": PASS, "cache/near": PASS, "stream/clicks": PASS, "work": PASS, "news": NOT_APPLICABLE, **DESIGN}, [files(), search(), warehouse(), cache(), dax(), STREAM, stream(), QUEUE, queue(own_key=True), TOPIC]),
        Row("files, not", {"file-system/fs-1": FAIL, **DESIGN}, [files(encrypted=False)], severity=Severity.HIGH),
        Row("search, not", {"domain/search": FAIL, **DESIGN}, [search(encrypted=False)], severity=Severity.HIGH),
        Row("a warehouse, not", {"facts": FAIL, **DESIGN}, [warehouse(encrypted=False)]),
        Row("a cache, not", {"cache": FAIL, **DESIGN}, [cache(encrypted=False)]),
        Row("DAX, not", {"cache/near": FAIL, **DESIGN}, [dax(encrypted=False)]),
        Row("a stream, not", {"stream/clicks": FAIL, **DESIGN}, [STREAM, stream(encrypted=False)], severity=Severity.MEDIUM),
        Row("a queue from before 2022", {"work": FAIL, **DESIGN}, [QUEUE, queue()], severity=Severity.MEDIUM),
        Row("a queue with a key of KMS tells nothing else", {"work": PASS, **DESIGN}, [QUEUE, queue(kms_key="alias/aws/sqs")]),
        Row("a topic, as nobody demands", {"news": NOT_APPLICABLE, **DESIGN}, [TOPIC, topic()]),
        Row("a topic, demanded", {"news": FAIL, **DESIGN}, [TOPIC, topic()], options=DEMANDED, severity=Severity.MEDIUM),
        Row("a topic, as demanded", {"news": PASS, **DESIGN}, [TOPIC, topic("alias/ours")], options=DEMANDED),
        Row("a queue that is gone meanwhile", {"work": NOT_APPLICABLE, **DESIGN}, [QUEUE]),
        Row("nothing of that kind", {f"{ACCOUNT}/{REGION}": NOT_APPLICABLE, **DESIGN}),
        *(
            Row(f"{kind.__name__} is dark", {"file-system/fs-1": PASS, f"{ACCOUNT}/{REGION}": UNKNOWN}, [files()], dark=[kind])
            for kind in (OpenSearchDomain, RedshiftCluster, ReplicationGroup, DaxCluster, DataStream, Queue, Topic)
        ),
        Row("files are dark", UNKNOWN, dark=[EfsFileSystem]),
        Row("streams are dark", {"stream/clicks": UNKNOWN, **DESIGN}, [STREAM], dark=[StreamRetention]),
        Row("queues are dark", {"work": UNKNOWN, **DESIGN}, [QUEUE], dark=[QueueAttributes]),
        Row("topics are dark", {"news": UNKNOWN, **DESIGN}, [TOPIC], dark=[TopicAttributes], options=DEMANDED),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_encryption(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_what_is_encrypted_by_design_passes_no_item() -> None:
    item = "security/data-is-encrypted-at-rest"

    assert verdict_of(item, []) is NOT_APPLICABLE
    assert verdict_of(item, [files()]) is PASS
    assert verdict_of(item, [files(), volume(encrypted=False)]) is FAIL
    assert verdict_of(item, [files()], dark=[Queue]) is UNKNOWN


def test_a_bucket_is_judged_in_its_own_region() -> None:
    item = "security/configure-encryption-at-rest"
    elsewhere = Bucket(arn="arn:aws:s3:::far", name="far", region="us-east-2", account=ACCOUNT)

    assert verdict_of(item, [BUCKET, rules()]) is PASS
    assert verdict_of(item, [elsewhere]) is NOT_APPLICABLE
    assert verdict_of(item, [BUCKET, rules(), INSTANCE, OFF]) is FAIL
