"""Look at what Inspector finds in instances of this account; an administrator would see its members', too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.detection import InspectorStatus
from readiness.evidence.hardening import InspectedInstance
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.ec2 import instance_arn


@dataclass(frozen=True)
class _Covered:
    arn: str
    name: str
    scanned: bool
    reason: str
    critical: int


@probe(
    InspectedInstance,
    "inspector2.list_coverage",
    "inspector2.list_finding_aggregations",
    "inspector2.list_findings",
)
def inspected_instances(
    aws: Aws, statuses: Evidence[InspectorStatus]
) -> Iterator[InspectedInstance | Gap]:
    if not any(status.types["ec2"] == "ENABLED" for status in statuses):
        return

    def look(covered: _Covered) -> Iterator[InspectedInstance]:
        # The sums do not tell which findings have a remedy.
        fixable = sum(1 for _ in _fixable(aws, covered.name)) if covered.critical else 0
        yield InspectedInstance(
            arn=covered.arn,
            scanned=covered.scanned,
            reason=covered.reason,
            critical=covered.critical,
            fixable=fixable,
        )

    yield from aws.each(list(_covered(aws)), look)


def _covered(aws: Aws) -> Iterator[_Covered]:
    critical = {
        each["ec2InstanceAggregation"]["instanceId"]: _critical(each["ec2InstanceAggregation"])
        for each in aws.pages(
            "inspector2.list_finding_aggregations",
            "responses",
            aggregationType="AWS_EC2_INSTANCE",
            accountIds=[_equals(aws.account)],
        )
    }
    wanted = {
        "accountId": [_equals(aws.account)],
        "resourceType": [_equals("AWS_EC2_INSTANCE")],
        "scanType": [_equals("PACKAGE")],
    }
    for each in aws.pages("inspector2.list_coverage", "coveredResources", filterCriteria=wanted):
        name, status = each["resourceId"], each.get("scanStatus") or {}
        yield _Covered(
            arn=instance_arn(aws, name),
            name=name,
            scanned=status.get("statusCode") == "ACTIVE",
            reason=status.get("reason", ""),
            critical=critical.get(name, 0),
        )


def _critical(aggregation: dict[str, Any]) -> int:
    return int((aggregation.get("severityCounts") or {}).get("critical", 0))


def _fixable(aws: Aws, name: str) -> Iterator[Any]:
    wanted = {
        "awsAccountId": [_equals(aws.account)],
        "resourceId": [_equals(name)],
        "severity": [_equals("CRITICAL")],
        "findingStatus": [_equals("ACTIVE")],
        "fixAvailable": [_equals("YES"), _equals("PARTIAL")],
    }
    yield from aws.pages("inspector2.list_findings", "findings", filterCriteria=wanted)


def _equals(value: str) -> dict[str, str]:
    return {"comparison": "EQUALS", "value": value}
