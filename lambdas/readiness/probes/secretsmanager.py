"""Look at the list of secrets; no value is ever asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.secret_stores import Secret
from readiness.probes import probe
from readiness.probes.aws import Aws

_RATE = re.compile(r"rate\((\d+)\s+(hour|day)s?\)")


@probe(Secret, "secretsmanager.list_secrets")
def secrets(aws: Aws) -> Iterator[Secret]:
    # Without IncludePlannedDeletion: what waits for its deletion is not listed.
    for each in aws.pages("secretsmanager.list_secrets", "SecretList", MaxResults=100):
        primary = each.get("PrimaryRegion") or aws.region
        yield Secret(
            arn=each["ARN"],
            name=each["Name"],
            owner=each.get("OwningService", ""),
            primary="" if primary == aws.region else primary,
            rotates=each.get("RotationEnabled", False),
            every_days=_days(each.get("RotationRules") or {}),
            due=each.get("NextRotationDate"),
            rotated=each.get("LastRotatedDate"),
            changed=each.get("LastChangedDate") or each["CreatedDate"],
        )


def _days(rules: Mapping[str, Any]) -> float | None:
    """Return the days between two rotations; a calendar (`cron(…)`) has no number of them."""
    rate = _RATE.fullmatch(rules.get("ScheduleExpression", ""))
    if rate:
        return int(rate[1]) / (24 if rate[2] == "hour" else 1)
    days: int | None = rules.get("AutomaticallyAfterDays")
    return days
