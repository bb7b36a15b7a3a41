"""A small organization in two weeks, made up: what the digest's tests and pictures are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.change import carry
from readiness.checklist import ITEMS
from readiness.checklist.model import Severity, Status
from readiness.config import Applies, Attestation, Audience, Records, Suppression, Workload
from readiness.digest.view import Links, Point, View, view_of
from readiness.findings import Finding, Verdict
from readiness.results import ClosedRegion, Coverage, ScanRecord, ScanStatus, WorkloadResult
from readiness.rollup import combine

LAST_WEEK = dt.datetime(2026, 11, 16, 6, 0, tzinfo=dt.UTC)
THIS_WEEK = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
PAYMENTS = "111122223333"
SHOP = "444455556666"
P, F, U, N = Status.PASS, Status.FAIL, Status.UNKNOWN, Status.NO_EVIDENCE


@dataclass(frozen=True)
class Told:
    """One check in the sample: what it says of each resource, last week and this week."""

    item: str
    check: str
    severity: Severity
    fails: str
    fix: str
    #: (account, region, resource, last week, this week); None where it was not there.
    resources: Sequence[tuple[str, str, str, Status | None, Status | None]]
    reason: str = ""


def arn(service: str, account: str, region: str, name: str) -> str:
    return f"arn:aws:{service}:{region}:{account}:{name}"


IRELAND, FRANKFURT = "eu-west-1", "eu-central-1"
STORY = (
    Told(
        "backups-and-restoring/configure-backup",
        "rds_instance_backup_retention",
        Severity.CRITICAL,
        "keeps backups for 0 days; 7 are the least",
        "set the backup retention period to at least 7 days, or assign the database to an AWS Backup plan.",
        (
            (PAYMENTS, IRELAND, arn("rds", PAYMENTS, IRELAND, "db:orders"), P, F),
            (PAYMENTS, IRELAND, arn("rds", PAYMENTS, IRELAND, "db:ledger"), P, P),
            (SHOP, IRELAND, arn("rds", SHOP, IRELAND, "db:catalogue"), F, P),
            (SHOP, IRELAND, arn("rds", SHOP, IRELAND, "db:reviews"), F, F),
        ),
    ),
    Told(
        "networking/configure-security-groups",
        "security_group_open_admin_port",
        Severity.HIGH,
        "lets 0.0.0.0/0 reach port 22 on 1 network interface",
        "remove the open ingress and reach the machines by Session Manager.",
        (
            (PAYMENTS, FRANKFURT, arn("ec2", PAYMENTS, FRANKFURT, "security-group/sg-0f3a"), P, F),
            (PAYMENTS, FRANKFURT, arn("ec2", PAYMENTS, FRANKFURT, "security-group/sg-0f3b"), P, F),
            (PAYMENTS, FRANKFURT, arn("ec2", PAYMENTS, FRANKFURT, "security-group/sg-0f3c"), P, F),
            (PAYMENTS, FRANKFURT, arn("ec2", PAYMENTS, FRANKFURT, "security-group/sg-0f3d"), P, F),
            (SHOP, IRELAND, f"{SHOP}/{IRELAND}", Status.NOT_APPLICABLE, None),
            (SHOP, IRELAND, arn("ec2", SHOP, IRELAND, "security-group/sg-77aa"), None, F),
        ),
    ),
    Told(
        "monitoring/set-up-alerts",
        "load_balancer_error_alarm",
        Severity.MEDIUM,
        "has no alarm on HTTPCode_Target_5XX_Count",
        "create a CloudWatch alarm on target 5XX errors that notifies the owners' topic.",
        tuple(
            (
                account,
                IRELAND,
                arn("elasticloadbalancing", account, IRELAND, f"loadbalancer/app/{name}/50dc6c4"),
                F,
                F,
            )
            for account, name in ((PAYMENTS, "checkout"), (PAYMENTS, "admin"), (SHOP, "front"))
        ),
    ),
    Told(
        "cost/clean-up-unused-resources",
        "ebs_volume_unattached",
        Severity.LOW,
        "has been attached to nothing for 41 days and costs USD 8 a month",
        "take a snapshot if the data may be needed, then delete the volume.",
        (
            *(
                (PAYMENTS, IRELAND, arn("ec2", PAYMENTS, IRELAND, f"volume/vol-{n:04x}"), F, F)
                for n in range(3)
            ),
            *(
                (SHOP, IRELAND, arn("ec2", SHOP, IRELAND, f"volume/vol-{n:04x}"), F, P)
                for n in range(2)
            ),
        ),
    ),
    Told(
        "scalability/use-multiple-availability-zones",
        "auto_scaling_group_zones",
        Severity.HIGH,
        "runs in one availability zone",
        "give the group subnets in at least two availability zones.",
        (
            (
                SHOP,
                IRELAND,
                arn("autoscaling", SHOP, IRELAND, "autoScalingGroup:9f:group/web"),
                F,
                F,
            ),
            (
                PAYMENTS,
                IRELAND,
                arn("autoscaling", PAYMENTS, IRELAND, "autoScalingGroup:a1:group/api"),
                P,
                P,
            ),
        ),
    ),
    Told(
        "security/record-audit-logs",
        "cloudtrail_multi_region_logging",
        Severity.CRITICAL,
        "has no trail",
        "create an organization trail for all regions with log file validation and a KMS key, into a log archive account's bucket.",
        ((PAYMENTS, "", PAYMENTS, P, P), (SHOP, "", SHOP, F, F)),
    ),
    Told(
        "security/create-a-password-policy-and-enforce-mfa",
        "iam_user_mfa_enabled",
        Severity.HIGH,
        "can sign in to the console without MFA",
        "enforce MFA for console users, or move them to Identity Center.",
        (
            (PAYMENTS, "", f"arn:aws:iam::{PAYMENTS}:user/release-bot", P, F),
            (SHOP, "", SHOP, P, U),
        ),
        reason="denied: iam:GenerateCredentialReport",
    ),
    Told(
        "high-availability/perform-load-tests-and-use-chaos-engineering",
        "load_test_evidence",
        Severity.MEDIUM,
        "shows no load test and no chaos experiment of the last 180 days",
        "run a load test and keep its report, or attest it.",
        ((PAYMENTS, IRELAND, f"{PAYMENTS}/{IRELAND}", P, N),),
    ),
    Told(
        "continuous-integration/do-code-reviews",
        "repository_review_required",
        Severity.MEDIUM,
        "lets anybody push to main without a review",
        "protect the default branch and require one approval.",
        (("", "", "workload:web-shop", U, U), ("", "", "github:acme/payments", F, P)),
        reason="no repository registered",
    ),
)
WORKLOADS = (
    Workload(
        name="payments",
        accounts=(PAYMENTS,),
        repositories=("github:acme/payments",),
        owners=("ada@example.com",),
    ),
    Workload(name="web-shop", accounts=(SHOP,), owners=("shop@example.com",)),
)
EVERYBODY = Audience(name="Platform", addresses=("platform@example.com",))
RECORDS = Records(
    attestations=(
        Attestation(
            item="backups-and-restoring/test-your-backups",
            scope=Applies(workload="payments"),
            statement="Restored orders into staging.",
            evidence="https://wiki.example.com/restore",
            author="ada@example.com",
            date=dt.date(2026, 9, 1),
            expires=dt.date(2026, 11, 28),
        ),
        Attestation(
            item="high-availability/perform-load-tests-and-use-chaos-engineering",
            scope=Applies(workload="payments"),
            statement="Load test of the checkout.",
            evidence="https://wiki.example.com/load",
            author="ada@example.com",
            date=dt.date(2026, 6, 1),
            expires=dt.date(2026, 11, 20),
        ),
    ),
    suppressions=(
        Suppression(
            item="cost/clean-up-unused-resources",
            scope=Applies(workload="web-shop"),
            reason="Kept for the audit until it ends.",
            approver="shop@example.com",
            date=dt.date(2026, 9, 1),
            expires=dt.date(2026, 12, 4),
        ),
    ),
)
RECORD = ScanRecord(
    id="20261123T060000Z-1a2b",
    started=THIS_WEEK,
    ended=THIS_WEEK + dt.timedelta(minutes=11),
    status=ScanStatus.PARTIAL,
    accounts=Coverage(
        expected=(PAYMENTS, SHOP, "777788889999"),
        scanned=(PAYMENTS, SHOP),
        failed={"777788889999": "denied: sts:AssumeRole"},
    ),
    regions=Coverage(
        expected=tuple(f"{a}/{r}" for a in (PAYMENTS, SHOP) for r in (IRELAND, FRANKFURT)),
        scanned=tuple(f"{a}/{r}" for a in (PAYMENTS, SHOP) for r in (IRELAND, FRANKFURT)),
    ),
    repositories=Coverage(expected=("github:acme/payments",), scanned=("github:acme/payments",)),
    closed_regions=(
        ClosedRegion(region="ap-east-1", accounts=(SHOP,), entry="closed_regions: [ap-east-1]"),
    ),
    calls={"rds": {"describe_db_instances": 8}, "ec2": {"describe_security_groups": 8}},
    throttled={"ec2": {"describe_security_groups": 1}},
    seconds=652.4,
    cost_usd=0.0312,
)
HISTORY = tuple(
    Point(day=(THIS_WEEK - dt.timedelta(weeks=11 - n)).date(), score=score, known=70 + n)
    for n, score in enumerate((41, 44, 44, 47, 52, 51, 55, 58, 58, 62, 66, 64))
)


def findings_of(
    workload: Workload, *, week: int, told: Iterable[Told] = STORY
) -> Iterator[Finding]:
    """Yield what the story says of a workload's places in its week: 0 is last week, 1 this week."""
    places = {*workload.accounts, *workload.repositories, f"workload:{workload.name}"}
    for each in told:
        for account, region, resource, *weeks in each.resources:
            status = weeks[week]
            if status is None or (account or resource) not in places:
                continue
            yield finding(workload.name, each, account, region, resource, status)


def finding(
    workload: str, told: Told, account: str, region: str, resource: str, status: Status
) -> Finding:
    unit = "/".join(part for part in (account, region) if part) or resource
    because = told.fails if status in (F, N) else "is as it should be"
    if status is U:
        because = f"could not be judged: {told.reason}"
    return Finding(
        workload=workload,
        item=told.item,
        check=told.check,
        status=status,
        severity=told.severity,
        account=account,
        region=region,
        resource=resource,
        because=because,
        reason=told.reason if status is U else "",
        fix=told.fix if status in (F, N) else "",
        unit=unit,
    )


def verdicts_of(findings: Iterable[Finding]) -> tuple[Verdict, ...]:
    """Roll up the findings by `every`; what the story does not tell of is spread evenly."""
    of_item: dict[str, list[Finding]] = {}
    for each in findings:
        of_item.setdefault(each.item, []).append(each)
    return tuple(_verdict(name, of_item.get(name, ()), order) for order, name in enumerate(ITEMS))


def _verdict(item: str, findings: Sequence[Finding], order: int) -> Verdict:
    if findings:
        status = combine("every", (each.status for each in findings))
        deciding = [each for each in findings if each.status is status]
        because = deciding[0].reason or f"{deciding[0].resource} {deciding[0].because}"
    else:
        status = (P, P, P, Status.NOT_APPLICABLE, F, P, U)[order % 7]
        because = {
            P: "is as it should be",
            F: "nothing shows it",
            U: "no repository registered",
            Status.NOT_APPLICABLE: "nothing here that this item judges",
        }[status]
    return Verdict(
        item=item,
        status=status,
        mode=ITEMS[item].mode,
        failing=sum(each.status is F for each in findings),
        unknown=sum(each.status is U for each in findings),
        because=because,
        attested=status is P and order % 4 == 0,
    )


def results(
    told: Iterable[Told] = STORY, workloads: Sequence[Workload] = WORKLOADS
) -> tuple[list[WorkloadResult], list[WorkloadResult]]:
    """Return the results of both weeks, the second carried over from the first."""
    told = tuple(told)
    before, after = [], []
    for workload in workloads:
        weeks = []
        for week, started in enumerate((LAST_WEEK, THIS_WEEK)):
            found = tuple(findings_of(workload, week=week, told=told))
            weeks.append(
                WorkloadResult(
                    workload=workload.name,
                    scan=f"{started:%Y%m%d}",
                    started=started,
                    findings=found,
                    verdicts=verdicts_of(found),
                )
            )
        before.append(carry(None, weeks[0]))
        after.append(carry(before[-1], weeks[1]))
    return before, after


def many(number: int, name: str = "table/orders-{n}") -> Told:
    """Return a check with many resources of payments: worse, better, new and as bad as before."""
    weeks = ((P, F), (F, P), (None, F), (F, F))
    return Told(
        "security/data-is-encrypted-at-rest",
        "dynamodb_table_encrypted",
        Severity.MEDIUM,
        "is encrypted with a key that nobody here can rotate",
        "encrypt the table with a customer-managed key.",
        tuple(
            (
                PAYMENTS,
                IRELAND,
                arn("dynamodb", PAYMENTS, IRELAND, name.format(n=n)),
                *weeks[n % len(weeks)],
            )
            for n in range(number)
        ),
    )


def view(told: Iterable[Told] = STORY, *, audience: Audience = EVERYBODY, **changes: Any) -> View:
    """Return the sample's view; `changes` replace arguments of `view_of`."""
    before, after = results(told)
    arguments: dict[str, Any] = {
        "before": before,
        "workloads": WORKLOADS,
        "records": RECORDS,
        "history": HISTORY,
        "links": Links(copies=("aws s3 cp s3://readiness-000000000000/reports/platform.html .",)),
        "moment": THIS_WEEK + dt.timedelta(hours=1, minutes=30),
    }
    return view_of(audience, after, RECORD, **(arguments | changes))
