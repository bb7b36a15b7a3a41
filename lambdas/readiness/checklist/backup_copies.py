"""Do copies of the backups lie where whoever takes over the account cannot reach them?

The checks of "Configure cross-account backup".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from readiness.checklist.apart import apart
from readiness.checklist.backups import (
    DERIVED_BUCKETS,
    Store,
    any_store,
    backup_type,
    needy,
    never_ran,
)
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
    unknown,
)
from readiness.evidence import Evidence, Pooled, Reason, account_of
from readiness.evidence.backups import (
    BackupPlan,
    BackupPlanRules,
    BackupVault,
    CopyJob,
    ProtectedResource,
)
from readiness.evidence.compute import Instance
from readiness.evidence.storage import Bucket, BucketReplication, VolumeActivity
from readiness.evidence.unseen import tried

#: More resources of a type are summed up in one result.
LISTED = 100


def _set_apart(
    unit: Unit, backup_account_ids: Iterable[str], sandbox_selector: Iterable[str]
) -> str:
    """Say why an account copies its backups to no other one, empty where it should."""
    if unit.account in backup_account_ids:
        return "is itself an account for backups"
    if unit.environment.lower() in sandbox_selector:
        return f"is a sandbox (environment {unit.environment})"
    return ""


def _vaults_outside(plan: BackupPlanRules, unit: Unit) -> list[str]:
    """Return the vaults a plan copies to that lie in other accounts or are logically air-gapped."""
    copies = [arn for rule in plan.rules for arn in rule.copies_to]
    air_gapped = [rule.air_gapped_vault for rule in plan.rules if rule.air_gapped_vault]
    return [*(arn for arn in copies if account_of(arn) != unit.account), *air_gapped]


def _leaves(job: CopyJob, unit: Unit) -> bool:
    return job.air_gapped or account_of(job.destination) != unit.account


@check(Severity.HIGH)
def backup_plan_cross_account_copy(
    plans: Evidence[BackupPlan],
    rules: Evidence[BackupPlanRules],
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    *,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Iterator[Result]:
    """Whoever takes over an account can delete its backups; a copy elsewhere survives.

    Pass: a backup plan that is new or has run copies to a vault of another account, or to a logically
    air-gapped vault.
    Fix: enable cross-account backup in the organization and add a copy action to a locked vault in
    an account kept for backups.
    Blind spot: whether the plan's copies arrive is judged by its copy jobs. Copies made outside AWS
    are invisible here and have to be attested.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        yield not_applicable(reason)
        return
    if not any_store(stores, instances, activity, unit, derived_buckets):
        yield not_applicable("has nothing to back up")
        return
    others: list[Result] = []
    copied = False
    for plan in rules:
        vaults = _vaults_outside(plan, unit)
        found = plans.of(plan.arn)
        if vaults and found and never_ran(found, unit):
            idle = f"would copy to {vaults[0]}, and never ran"
            others.append(no_evidence(idle).about(plan.arn))
        elif vaults:
            copied = True
            yield passed(f"copies to {vaults[0]}").about(plan.arn)
        else:
            local = "copies to no other account and to no logically air-gapped vault"
            others.append(failed(local).about(plan.arn))
    if not copied:
        yield from others or [no_evidence("has no backup plan")]


@check(Severity.HIGH)
def backup_copy_job_cross_account_recent(
    protected: Evidence[ProtectedResource],
    jobs: Evidence[CopyJob],
    rules: Evidence[BackupPlanRules],
    stores: Evidence[Store],
    instances: Evidence[Instance],
    activity: Evidence[VolumeActivity],
    unit: Unit,
    *,
    copy_days: int = 8,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Iterator[Result]:
    """A copy action that fails every night protects nothing.

    Pass: of each type of protected resources, the newest copy to another account or to a logically
    air-gapped vault was completed within the last 8 days.
    Fix: read the message of the failed copy job; a resource encrypted with an AWS managed key must
    be encrypted with a customer managed key that the other account may use.
    Blind spot: AWS Backup lists copy jobs of 30 days. Snapshots that a script shares and copies are
    invisible here and have to be attested.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        yield not_applicable(reason)
        return

    def copied(resource: ProtectedResource) -> Result:
        if resource.last_backup is None:
            return not_applicable("is being backed up for the first time")
        recent = [
            job
            for job in jobs.about(resource.arn, "source")
            if _leaves(job, unit) and unit.age_days(job.completed) <= copy_days
        ]
        newest = max(recent, key=lambda job: job.completed, default=None)
        if newest and newest.state == "COMPLETED":
            return passed(f"was copied to {newest.destination} {_days_ago(newest, unit)}")
        if _deleted(resource, stores):
            return not_applicable("was deleted; only its recovery points are left")
        if newest:
            return failed(
                f"was not copied to {newest.destination} ({newest.state}: {newest.message[:200]})"
            )
        if any(_vaults_outside(plan, unit) for plan in rules):
            return failed(f"was not copied in the last {copy_days} days, although a plan copies")
        return no_evidence("is copied to no other account")

    by_type: dict[str, list[ProtectedResource]] = {}
    for resource in protected:
        by_type.setdefault(resource.type, []).append(resource)
    for kind, resources in sorted(by_type.items()):
        results = list(apart(resources, copied))
        if len(results) > LISTED:
            results = [_summary(results).about(f"{unit.id}/{kind}")]
        yield from (replace(result, group=kind) for result in results)
    unprotected = {
        kind
        for store in needy(stores, instances, activity, unit, derived_buckets)
        if (kind := backup_type(store, protected)) and kind not in by_type
    }
    for kind in sorted(unprotected):
        yield no_evidence(f"has resources of type {kind}, and AWS Backup protects none").about(
            f"{unit.id}/{kind}", group=kind
        )
    if not by_type and not unprotected:
        yield not_applicable("has nothing that AWS Backup could copy")


def _days_ago(job: CopyJob, unit: Unit) -> str:
    return f"{unit.age_days(job.completed):.1f} days ago"


#: AWS Backup's types of which the inventory is whole.
_INVENTORIED = frozenset(
    {"RDS", "Aurora", "DocumentDB", "Neptune", "DynamoDB", "EFS", "FSx", "S3", "Redshift", "EBS"}
)


def _deleted(resource: ProtectedResource, stores: Evidence[Store]) -> bool:
    """Whether a protected resource is in no inventory; of other types there is none to ask."""
    arn = resource.arn
    if resource.type == "FSx" and ":volume/" in arn:
        place, _, names = arn.partition(":volume/")
        arn = f"{place}:file-system/{names.partition('/')[0]}"
    return resource.type in _INVENTORIED and stores.of(arn) is None


_SUMMED = (Status.PASS, Status.UNKNOWN, Status.FAIL, Status.NO_EVIDENCE, Status.NOT_APPLICABLE)


def _summary(results: list[Result]) -> Result:
    """Sum up the results of one type as the item does: by the best that is certain."""
    best = min(results, key=lambda result: _SUMMED.index(result.status))
    count = sum(result.status is best.status for result in results)
    example = f"{best.resource} {best.because}"
    return replace(best, because=f"has {count} of {len(results)} alike; for one, {example}")


@check(Severity.MEDIUM)
def s3_bucket_cross_account_replication(
    bucket: Bucket,
    replication: Evidence[BucketReplication],
    jobs: Evidence[CopyJob],
    everywhere: Pooled[Bucket],
    unit: Unit,
    *,
    copy_days: int = 8,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
    derived_buckets: tuple[str, ...] = DERIVED_BUCKETS,
) -> Result:
    """A bucket that exists in one account only is emptied by one stolen credential.

    Pass: an enabled rule replicates the bucket to a bucket of another account.
    Fix: add a replication rule to a versioned bucket in an account kept for backups, or assign the
    bucket to an AWS Backup plan that copies to another account.
    Blind spot: a rule limited to a prefix or a tag counts like one for the whole bucket.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        return not_applicable(reason)
    if any(fnmatchcase(bucket.name, each) for each in derived_buckets):
        return not_applicable("holds logs or what can be made again, by its name")
    unnamed: list[str] = []
    for record in replication.about(bucket.arn) | jobs.about(bucket.arn, "source"):
        if isinstance(record, CopyJob):
            done = record.state == "COMPLETED" and unit.age_days(record.completed) <= copy_days
            if done and _leaves(record, unit):
                return not_applicable("is copied by AWS Backup, which is judged instead")
            continue
        for rule in record.rules:
            if rule.enabled and rule.account not in ("", unit.account):
                return _of_s3(passed(f"is replicated to {rule.destination} of {rule.account}"))
            if rule.enabled and not rule.account:
                unnamed.append(rule.destination)
    owners = {arn: everywhere.of(arn) for arn in unnamed}
    for arn, destination in owners.items():
        if destination and destination.account != unit.account:
            return _of_s3(passed(f"is replicated to {arn} of {destination.account}"))
    if replication.of(bucket.arn) is None:
        return gone()
    if unowned := [arn for arn, destination in owners.items() if destination is None]:
        return _of_s3(no_evidence(f"is replicated to {unowned[0]}, whose account was not scanned"))
    if unnamed:
        return _of_s3(failed("is replicated within its own account only"))
    return _of_s3(failed("is replicated to no other account"))


def _of_s3(result: Result) -> Result:
    return replace(result, group="S3")


@check(Severity.MEDIUM)
def backup_vault_lock_enabled(
    rules: Evidence[BackupPlanRules],
    jobs: Evidence[CopyJob],
    vaults: Pooled[BackupVault],
    unit: Unit,
    *,
    backup_account_ids: tuple[str, ...] = (),
    sandbox_selector: tuple[str, ...] = ("sandbox",),
) -> Iterator[Result]:
    """An unlocked vault is emptied by whoever administers the account it lies in.

    Pass: each vault that copies go to is locked, or logically air-gapped.
    Fix: lock the destination vault with AWS Backup Vault Lock in compliance mode.
    Blind spot: a vault in an account that is not scanned stays unknown. A lock in governance mode,
    which an administrator of the vault's account can take off, counts like one in compliance mode.
    See: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
    """
    if reason := _set_apart(unit, backup_account_ids, sandbox_selector):
        yield not_applicable(reason)
        return
    judged: set[str] = set()
    for record in rules | jobs:
        for vault, air_gapped in _destinations(record, unit):
            if vault not in judged:
                judged.add(vault)
                for result in tried(_locked(vault, air_gapped, vaults), not_seen):
                    yield result.about(vault)
    if not judged:
        yield not_applicable("copies to no vault of another account")


def _destinations(record: BackupPlanRules | CopyJob, unit: Unit) -> Iterator[tuple[str, bool]]:
    """Yield each vault outside, and whether it is known to be logically air-gapped."""
    if isinstance(record, CopyJob):
        if _leaves(record, unit):
            yield record.destination, record.air_gapped
        return
    air_gapped = {rule.air_gapped_vault for rule in record.rules}
    for vault in _vaults_outside(record, unit):
        yield vault, vault in air_gapped


def _locked(arn: str, air_gapped: bool, vaults: Pooled[BackupVault]) -> Iterator[Result]:
    vault = None if air_gapped else vaults.of(arn)
    if air_gapped or (vault and vault.air_gapped):
        yield passed("is logically air-gapped")
    elif vault is None:
        yield unknown(Reason.NOT_SCANNED, f"lies in {account_of(arn)}, where it was not seen")
    elif vault.locked:
        yield passed("is locked")
    else:
        yield failed("is not locked")
