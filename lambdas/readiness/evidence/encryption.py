"""What encrypts data at rest: an account's defaults, buckets' defaults, and the keys of KMS."""

from __future__ import annotations

from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.REGION, "EBS encryption by default")
class EbsDefault:
    """Whether new volumes of a region are encrypted. Source: ec2.GetEbsEncryptionByDefault."""

    arn: str
    encrypts: bool


@dataclass(frozen=True, kw_only=True)
class EncryptionRule:
    """One rule by which a bucket encrypts new objects."""

    #: AES256, aws:kms or aws:kms:dsse; empty where it names none.
    algorithm: str
    #: The key's id, ARN or alias; empty for the key that S3 or KMS keeps for it.
    key: str
    #: Whether a bucket key saves requests to KMS.
    bucket_key: bool


@record(Scope.ACCOUNT, "bucket's encryption")
class BucketEncryption:
    """How a bucket encrypts new objects by default. Source: s3.GetBucketEncryption."""

    #: The bucket's ARN.
    arn: str
    rules: tuple[EncryptionRule, ...]


@record(Scope.REGION, "listed key")
class ListedKey:
    """A key of KMS, AWS's own among them. Source: kms.ListKeys."""

    arn: str


@record(Scope.REGION, "KMS key")
class KmsKey:
    """What a key of KMS is like. Source: kms.DescribeKey."""

    arn: str
    #: Whether AWS made it and looks after it.
    of_aws: bool
    #: E.g. SYMMETRIC_DEFAULT, RSA_2048 or HMAC_256.
    spec: str
    #: AWS_KMS, EXTERNAL, AWS_CLOUDHSM or EXTERNAL_KEY_STORE.
    origin: str
    #: Enabled, Disabled, PendingDeletion, PendingReplicaDeletion, PendingImport, …
    state: str
    #: Whether it is the replica of a key in another region, which decides for it.
    replica: bool = False
    #: When it is deleted, where it is.
    deleted: datetime | None = None

    @property
    def unrotatable(self) -> str:
        """Say why KMS does not rotate such a key by itself; empty where it does if it is told to."""
        if self.of_aws:
            return "is AWS's own, which rotates it"
        if self.spec != "SYMMETRIC_DEFAULT":
            return f"is a {self.spec} key, which KMS does not rotate"
        if self.origin != "AWS_KMS":
            return f"has material from elsewhere ({self.origin}), which KMS does not rotate"
        if self.replica:
            return "is a replica, which its primary key rotates"
        return "" if self.state == "Enabled" else f"is not enabled ({self.state})"


@record(Scope.REGION, "key's rotation")
class KeyRotation:
    """Whether KMS rotates a key that it can rotate. Source: kms.GetKeyRotationStatus."""

    #: The key's ARN.
    arn: str
    enabled: bool
    days: int
