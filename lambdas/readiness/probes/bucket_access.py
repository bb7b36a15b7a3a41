"""Look at who may reach buckets, each in its own region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.bucket_access import (
    AccountAccessBlock,
    BucketAccessBlock,
    BucketPolicy,
    BucketPolicyStatus,
)
from readiness.evidence.storage import Bucket
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.policies import denials_of
from readiness.probes.s3 import GONE

_NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
_NO_POLICY = "NoSuchBucketPolicy"


@probe(BucketPolicyStatus, "s3.get_bucket_policy_status")
def bucket_policy_statuses(
    aws: Aws, buckets: Evidence[Bucket]
) -> Iterator[BucketPolicyStatus | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketPolicyStatus]:
        answer = aws.call(
            "s3.get_bucket_policy_status",
            region=bucket.region,
            absent=(_NO_POLICY,),
            gone=(GONE,),
            Bucket=bucket.name,
        )
        public = answer is not None and answer["PolicyStatus"]["IsPublic"]
        yield BucketPolicyStatus(arn=bucket.arn, public=public)

    yield from aws.each(buckets, look)


@probe(BucketPolicy, "s3.get_bucket_policy")
def bucket_policies(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketPolicy | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketPolicy]:
        answer = aws.call(
            "s3.get_bucket_policy",
            region=bucket.region,
            absent=(_NO_POLICY,),
            gone=(GONE,),
            Bucket=bucket.name,
        )
        denials = denials_of(answer["Policy"], aws, bucket.arn) if answer else ()
        yield BucketPolicy(arn=bucket.arn, denials=denials)

    yield from aws.each(buckets, look)


@probe(BucketAccessBlock, "s3.get_public_access_block")
def bucket_access_blocks(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketAccessBlock | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketAccessBlock]:
        answer = aws.call(
            "s3.get_public_access_block",
            region=bucket.region,
            absent=(_NO_BLOCK,),
            gone=(GONE,),
            Bucket=bucket.name,
        )
        yield BucketAccessBlock(arn=bucket.arn, on=_on(answer))

    yield from aws.each(buckets, look)


@probe(AccountAccessBlock, "s3control.get_public_access_block")
def account_access_block(aws: Aws) -> Iterator[AccountAccessBlock]:
    answer = aws.call(
        "s3control.get_public_access_block", absent=(_NO_BLOCK,), AccountId=aws.account
    )
    yield AccountAccessBlock(arn=aws.arn("s3", "public-access-block", region=""), on=_on(answer))


def _on(answer: Mapping[str, Any] | None) -> tuple[str, ...]:
    block = answer["PublicAccessBlockConfiguration"] if answer else {}
    return tuple(sorted(name for name, value in block.items() if value))
