"""Look at CloudFormation; nothing is ever started, neither a resource scan nor a drift detection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from readiness.evidence.stacks import Stack, StackedResource
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of

#: Older scans say too little of what is there now.
SCAN_DAYS = 30


@probe(Stack, "cloudformation.describe_stacks")
def stacks(aws: Aws) -> Iterator[Stack]:
    # Without a name: all stacks but deleted ones.
    for each in aws.pages("cloudformation.describe_stacks", "Stacks"):
        drift = each.get("DriftInformation", {})
        yield Stack(
            arn=each["StackId"],
            name=each["StackName"],
            status=each["StackStatus"],
            created=each["CreationTime"],
            updated=each.get("LastUpdatedTime"),
            rollback_disabled=each.get("DisableRollback", False)
            or each.get("DeploymentConfig", {}).get("DisableRollback", False),
            rollback_triggers=len(
                each.get("RollbackConfiguration", {}).get("RollbackTriggers") or ()
            ),
            parent=each.get("ParentId", ""),
            drift=drift.get("StackDriftStatus", "NOT_CHECKED"),
            drift_checked=drift.get("LastCheckTimestamp"),
            tags=tags_of(each),
            solution=_solution(each["StackName"], each.get("Description", "")),
        )


def _solution(name: str, description: str) -> str:
    found = re.search(r"\((SO\d{4})\w*\)", description)
    if found:
        return found[1]
    said = f"{name} {description}".lower().replace("-", " ")
    return "Lambda Power Tuning" if "lambda power tuning" in said else ""


@probe(
    StackedResource,
    "cloudformation.list_resource_scans",
    "cloudformation.list_resource_scan_resources",
)
def stacked_resources(aws: Aws) -> Iterator[StackedResource]:
    since = aws.now - timedelta(days=SCAN_DAYS)
    scans = [
        scan
        for scan in aws.pages("cloudformation.list_resource_scans", "ResourceScanSummaries")
        if scan["Status"] == "COMPLETE" and scan["EndTime"] >= since
    ]
    if not scans:
        return
    newest = max(scans, key=lambda scan: scan["EndTime"])
    found = aws.pages(
        "cloudformation.list_resource_scan_resources",
        "Resources",
        ResourceScanId=newest["ResourceScanId"],
    )
    for each in found:
        if each.get("ManagedByStack", False):
            identifier = "|".join(each["ResourceIdentifier"].values())
            yield StackedResource(
                arn=aws.arn("cloudformation", f"resource-scan/{each['ResourceType']}/{identifier}"),
                type=each["ResourceType"],
                identifier=identifier,
            )
