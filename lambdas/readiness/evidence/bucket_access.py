"""Whether buckets are open to the public: their policies, and what blocks public access to them."""

from __future__ import annotations

from readiness.evidence import Scope, record
from readiness.evidence.policies import Statement


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


@record(Scope.ACCOUNT, "bucket's policy")
class BucketPolicy:
    """What a bucket's policy denies; what it allows is left out. Source: s3.GetBucketPolicy."""

    #: The bucket's ARN.
    arn: str
    denials: tuple[Statement, ...]


@record(Scope.ORGANIZATION, "resource control policy")
class ResourceControlPolicy:
    """A policy of the organization for the resources of its accounts, and what it denies.

    Source: organizations.ListPolicies, organizations.DescribePolicy, organizations.ListTargetsForPolicy.
    """

    arn: str
    name: str
    denials: tuple[Statement, ...]
    #: The ids of the roots, organizational units and accounts that it is attached to.
    targets: tuple[str, ...]
