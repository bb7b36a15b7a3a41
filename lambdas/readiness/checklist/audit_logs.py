"""Is everything that is done in an account recorded, where nobody can read or change it?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.bucket_access import (
    AccountAccessBlock,
    BucketAccessBlock,
    BucketPolicyStatus,
)
from readiness.evidence.storage import Bucket
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus
from readiness.evidence.unseen import known, tried


@check(Severity.CRITICAL)
def cloudtrail_multi_region_logging(
    trails: Evidence[Trail],
    statuses: Evidence[TrailStatus],
    selections: Evidence[TrailSelection],
    everywhere: Pooled[TrailSelection],
    unit: Unit,
    *,
    delivery_hours: int = 24,
) -> Result:
    """Without a trail that records every region, nobody can say afterwards who did what.

    Pass: a trail that the account can see (the organization's included) covers all regions, is
    logging, delivered within the last day without an error, and records all management events.
    Fix: create an organization trail for all regions with log file validation and a KMS key, into
    a log archive account's bucket.
    Blind spot: event history (90 days) and CloudTrail Lake are not counted as an audit log.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
    """
    # A member may be refused the selection of its organization's trail; the owner sees it.
    chosen = selections | everywhere

    def flaw(trail: Trail) -> str:
        return _flaw(trail, statuses, chosen, unit, delivery_hours)

    # One trail that is seen whole is enough, whatever is hidden of the others.
    for trail in trails:
        if not known(partial(flaw, trail), "was not seen whole"):
            selection = chosen.glimpse(trail.arn)
            excluded = ", ".join(selection.excluded_sources) if selection else ""
            without = f", without the events of {excluded}" if excluded else ""
            return passed(f"is recorded in every region by {trail.arn}{without}")
    flaws = [f"{trail.arn} {flaw(trail)}" for trail in trails]
    return failed("; ".join(flaws) if flaws else "has no trail")


def _flaw(
    trail: Trail,
    statuses: Evidence[TrailStatus],
    selections: Evidence[TrailSelection],
    unit: Unit,
    delivery_hours: int,
) -> str:
    """Say why a trail is not the one, empty where it is; raises where that was not seen."""
    if not trail.multi_region:
        return "records one region only"
    status = statuses.of(trail.arn)
    if status is None or not status.logging:
        return "is not logging"
    if status.delivery_error:
        return f"cannot deliver ({status.delivery_error})"
    if status.delivered is None or unit.now - status.delivered > timedelta(hours=delivery_hours):
        return f"delivered nothing in the last {delivery_hours} hours"
    selection = selections.of(trail.arn)
    if selection is None or not (selection.management_reads and selection.management_writes):
        return "does not record all management events"
    return ""


def _is_elsewhere(trail: Trail, unit: Unit) -> bool:
    return account_of(trail.arn) != unit.account


@check(Severity.MEDIUM)
def cloudtrail_log_validation_enabled(trail: Trail, unit: Unit) -> Result:
    """Digest files are what proves that a log file was not altered after delivery.

    Pass: log file validation is on. A trail of another account is judged there.
    Fix: turn on log file validation of the trail.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
    """
    if _is_elsewhere(trail, unit):
        return not_applicable("belongs to another account, and is judged there")
    if trail.validated:
        return passed("validates its log files")
    return failed("does not validate its log files")


@check(Severity.MEDIUM)
def cloudtrail_encrypted_with_kms(trail: Trail, unit: Unit) -> Result:
    """With a key of one's own, who may read the log is decided apart from who may read the bucket.

    Pass: the trail encrypts its log files with a KMS key. A trail of another account is judged
    there.
    Fix: set a customer-managed key for the trail, whose policy lets CloudTrail use it.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
    """
    if _is_elsewhere(trail, unit):
        return not_applicable("belongs to another account, and is judged there")
    if trail.kms_key:
        return passed(f"encrypts its log files with {trail.kms_key}")
    return failed("encrypts its log files with S3's own key only")


@check(Severity.CRITICAL)
def cloudtrail_bucket_not_public(
    trails: Evidence[Trail],
    everywhere: Pooled[Trail],
    buckets: Evidence[Bucket],
    statuses: Evidence[BucketPolicyStatus],
    blocks: Evidence[BucketAccessBlock],
    account_blocks: Evidence[AccountAccessBlock],
    unit: Unit,
) -> Iterator[Result]:
    """The audit log tells an attacker what is watched, and an open bucket lets it be changed.

    Pass: the bucket of a trail is not public by its policy, and all four settings of Block Public
    Access are on, at the bucket or for the account. A bucket is judged in the account that owns it,
    whichever account's trail writes to it.
    Fix: turn on Block Public Access for the bucket or the account, and remove the policy statement
    that makes the bucket public.
    Blind spot: of accounts that were not seen, it is not known to which buckets their trails write.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """

    def judge(bucket: str) -> Iterator[Result]:
        if buckets.of(bucket) is None:
            yield not_applicable("belongs to another account, and is judged there")
            return
        status = statuses.of(bucket)
        if status is None:
            yield gone()
            return
        if status.public:
            yield failed("holds an audit log and is public by its policy")
            return
        block = blocks.of(bucket)
        on = set(block.on if block else ())
        if len(on) < len(_BLOCKS):
            on.update(name for each in account_blocks for name in each.on)
        missing = ", ".join(sorted(_BLOCKS - on))
        if not on:
            yield failed("holds an audit log, and nothing blocks public access to it")
        elif missing:
            yield no_evidence(f"is not public; of Block Public Access {missing} is off")
        else:
            yield passed("is not public, and public access to it is blocked")

    own = {trail.bucket for trail in trails} - {""}
    others = set(tried((trail.bucket for trail in everywhere), lambda _: "")) - {"", *own}
    for name in sorted(own | others):
        bucket = f"arn:{unit.partition}:s3:::{name}"
        for result in tried(judge(bucket), not_seen):
            if name in own or result.status is not Status.NOT_APPLICABLE:
                yield result.about(bucket)


_BLOCKS = frozenset(
    {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
)
