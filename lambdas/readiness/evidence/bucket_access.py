"""Whether buckets are open to the public: their policies, and what blocks public access to them."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "bucket's policy status")
class BucketPolicyStatus:
    """Whether a bucket's policy makes it public. Source: s3.GetBucketPolicyStatus."""

    #: The bucket's ARN.
    arn: str
    #: Whether S3 takes the policy for public; no policy is not.
    public: bool


@record(Scope.ACCOUNT, "bucket's public access block")
class BucketAccessBlock:
    """What blocks public access to one bucket. Source: s3.GetPublicAccessBlock."""

    #: The bucket's ARN.
    arn: str
    #: The names of the settings that are on, of `BlockPublicAcls`, `IgnorePublicAcls`,
    #: `BlockPublicPolicy` and `RestrictPublicBuckets`.
    on: tuple[str, ...]


@record(Scope.ACCOUNT, "account's public access block")
class AccountAccessBlock:
    """What blocks public access to all of an account's buckets. Source: s3control.GetPublicAccessBlock."""

    arn: str
    #: As of one bucket.
    on: tuple[str, ...]
