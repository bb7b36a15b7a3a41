"""Judge the items of the category "Security"."""

from __future__ import annotations

from datetime import timedelta

from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    passed,
)
from readiness.evidence import Evidence
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus


@check(Severity.CRITICAL)
def cloudtrail_multi_region_logging(
    trails: Evidence[Trail],
    statuses: Evidence[TrailStatus],
    selections: Evidence[TrailSelection],
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
    flaws = []
    for trail in trails:
        flaw = _flaw(trail, statuses, selections, unit, delivery_hours)
        if not flaw:
            return passed(f"is recorded in every region by {trail.arn}")
        flaws.append(f"{trail.arn} {flaw}")
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


@check(Severity.MEDIUM)
def cloudtrail_log_validation_enabled(trail: Trail) -> Result:
    """Digest files are what proves that a log file was not altered after delivery.

    Pass: log file validation is on.
    Fix: turn on log file validation of the trail.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
    """
    if trail.validated:
        return passed("validates its log files")
    return failed("does not validate its log files")


CATEGORY = category(
    "Security",
    item(
        "API usage requires credentials or authentication",
        mode=Mode.ATTESTED,
    ),
    item("AWS IAM Permissions are minimal, users only have permissions they need"),
    item("Configure encryption at rest"),
    item("Create a password policy and enforce MFA", mode=Mode.ATTESTED),
    item("Create cross-account IAM Roles"),
    item("Create IAM Groups"),
    item("Create IAM Roles"),
    item("Create IAM Users"),
    item("Data is encrypted at REST"),
    item("Deploy a Bastion Host"),
    item("Deploy a VPN Server", mode=Mode.ATTESTED),
    item("Go through a security audit", mode=Mode.ATTESTED),
    item("Go through the OWASP Top 10", mode=Mode.ATTESTED),
    item("Network traffic is over HTTPS"),
    item("No secrets exposed in repository"),
    item(
        "Record audit Logs",
        every(cloudtrail_multi_region_logging, cloudtrail_log_validation_enabled),
    ),
    item("Set up a secrets management solution"),
    item("Set up SSH access"),
    item("Sign up for security advisories", mode=Mode.ATTESTED),
    item("Use server hardening practices"),
)
