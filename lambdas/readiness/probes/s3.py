"""Look at S3, once per account: the list is global, each bucket answers in its own region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.encryption import BucketEncryption, EncryptionRule
from readiness.evidence.storage import (
    Bucket,
    BucketLifecycle,
    BucketReplication,
    BucketVersioning,
    LifecycleRule,
    ReplicationRule,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

GONE = "NoSuchBucket"


@probe(Bucket, "s3.list_buckets", "s3.head_bucket")
def buckets(aws: Aws) -> Iterator[Bucket | Gap]:
    unplaced = []
    # BucketRegion is in the answer only where the request has a parameter.
    for each in aws.pages("s3.list_buckets", "Buckets", MaxBuckets=1000):
        bucket = Bucket(
            arn=f"arn:{aws.partition}:s3:::{each['Name']}",
            name=each["Name"],
            region=each.get("BucketRegion", ""),
            account=aws.account,
        )
        if bucket.region:
            yield bucket
        else:
            unplaced.append(bucket)

    def look(bucket: Bucket) -> Iterator[Bucket]:
        answer = aws.call("s3.head_bucket", Bucket=bucket.name, absent=(GONE, "404"))
        if answer is not None:
            yield replace(bucket, region=answer["BucketRegion"])

    yield from aws.each(unplaced, look)


@probe(BucketVersioning, "s3.get_bucket_versioning")
def bucket_versioning(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketVersioning | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketVersioning]:
        answer = aws.call(
            "s3.get_bucket_versioning", region=bucket.region, Bucket=bucket.name, absent=(GONE,)
        )
        if answer is not None:
            yield BucketVersioning(arn=bucket.arn, status=answer.get("Status", ""))

    yield from aws.each(buckets, look)


@probe(BucketEncryption, "s3.get_bucket_encryption")
def bucket_encryption(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketEncryption | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketEncryption]:
        answer = aws.call(
            "s3.get_bucket_encryption",
            region=bucket.region,
            Bucket=bucket.name,
            absent=("ServerSideEncryptionConfigurationNotFoundError",),
            gone=(GONE,),
        )
        rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else ()
        yield BucketEncryption(arn=bucket.arn, rules=tuple(map(_encryption_rule, rules)))

    yield from aws.each(buckets, look)


def _encryption_rule(each: Mapping[str, Any]) -> EncryptionRule:
    default = each.get("ApplyServerSideEncryptionByDefault") or {}
    return EncryptionRule(
        algorithm=default.get("SSEAlgorithm", ""),
        key=default.get("KMSMasterKeyID", ""),
        bucket_key=each.get("BucketKeyEnabled", False),
    )


@probe(BucketReplication, "s3.get_bucket_replication")
def bucket_replication(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketReplication | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketReplication]:
        answer = aws.call(
            "s3.get_bucket_replication",
            region=bucket.region,
            Bucket=bucket.name,
            absent=("ReplicationConfigurationNotFoundError",),
            gone=(GONE,),
        )
        rules = answer["ReplicationConfiguration"]["Rules"] if answer else ()
        yield BucketReplication(
            arn=bucket.arn,
            rules=tuple(
                ReplicationRule(
                    enabled=each["Status"] == "Enabled",
                    destination=each["Destination"]["Bucket"],
                    account=each["Destination"].get("Account", ""),
                )
                for each in rules
            ),
        )

    yield from aws.each(buckets, look)


@probe(BucketLifecycle, "s3.get_bucket_lifecycle_configuration")
def bucket_lifecycles(aws: Aws, buckets: Evidence[Bucket]) -> Iterator[BucketLifecycle | Gap]:
    def look(bucket: Bucket) -> Iterator[BucketLifecycle]:
        answer = aws.call(
            "s3.get_bucket_lifecycle_configuration",
            region=bucket.region,
            Bucket=bucket.name,
            absent=("NoSuchLifecycleConfiguration",),
            gone=(GONE,),
        )
        rules = answer.get("Rules") or () if answer else ()
        yield BucketLifecycle(arn=bucket.arn, rules=tuple(_lifecycle_rule(each) for each in rules))

    yield from aws.each(buckets, look)


def _lifecycle_rule(each: Mapping[str, Any]) -> LifecycleRule:
    expiration = each.get("Expiration", {})
    abort = each.get("AbortIncompleteMultipartUpload", {})
    return LifecycleRule(
        enabled=each["Status"] == "Enabled",
        limit=_limit(each),
        expires="Days" in expiration or "Date" in expiration,
        moves=bool(each.get("Transitions")),
        expires_noncurrent="NoncurrentVersionExpiration" in each,
        moves_noncurrent=bool(each.get("NoncurrentVersionTransitions")),
        abort_days=abort.get("DaysAfterInitiation"),
    )


def _limit(each: Mapping[str, Any]) -> str:
    """Say in words what a rule is limited to; a tag's value may be a customer's, and is left out."""
    chosen = each.get("Filter", {})
    both = {**chosen, **chosen.get("And", {})}
    prefix = both.get("Prefix") or each.get("Prefix")
    tags = [both["Tag"], *both.get("Tags", ())] if "Tag" in both else both.get("Tags", ())
    limits = [f"prefix {prefix}"] if prefix else []
    limits += [f"tag {tag['Key']}" for tag in tags]
    if "ObjectSizeGreaterThan" in both or "ObjectSizeLessThan" in both:
        limits.append("object size")
    return ", ".join(limits)
