"""What is seen of stacks, and of resource scans that somebody else began."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.stacks import Stack, StackedResource
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop/1"


def listed(**more: Any) -> dict[str, Any]:
    return {
        "StackId": STACK,
        "StackName": "shop",
        "CreationTime": NOW,
        "StackStatus": "CREATE_COMPLETE",
        **more,
    }


def stack(**changes: Any) -> Stack:
    values: dict[str, Any] = {
        "arn": STACK,
        "name": "shop",
        "status": "CREATE_COMPLETE",
        "created": NOW,
        "updated": None,
        "rollback_disabled": False,
        "parent": "",
        "drift": "NOT_CHECKED",
        "drift_checked": None,
        "tags": {},
    }
    return Stack(**values | changes)


def test_stacks_of_every_page_without_their_parameters() -> None:
    whole = listed(
        ParentId=STACK,
        LastUpdatedTime=NOW,
        RollbackConfiguration={
            "RollbackTriggers": [{"Arn": "arn:1", "Type": "AWS::CloudWatch::Alarm"}]
        },
        DriftInformation={"StackDriftStatus": "DRIFTED", "LastCheckTimestamp": NOW},
        Tags=[{"Key": "env", "Value": "dev"}],
        Parameters=[{"ParameterKey": "Password", "ParameterValue": "hunter2"}],
    )
    answers = (
        Answer("cloudformation.describe_stacks", {"Stacks": [whole], "NextToken": "n"}, asked={}),
        Answer("cloudformation.describe_stacks", {"Stacks": [listed(DisableRollback=True), listed(DeploymentConfig={"Mode": "STANDARD", "DisableRollback": True})]}, asked={"NextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Stack)
        assert_made_as_declared(connection, Stack)

    changed = stack(
        rollback_triggers=1,
        parent=STACK,
        updated=NOW,
        drift="DRIFTED",
        drift_checked=NOW,
        tags={"env": "dev"},
    )
    off = stack(rollback_disabled=True)
    assert found == Evidence((changed, off, off))


def scan(name: str, days: float, status: str = "COMPLETE") -> dict[str, Any]:
    arn = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:resourceScan/{name}"
    ended = {} if status == "IN_PROGRESS" else {"EndTime": NOW - timedelta(days=days)}
    return {"ResourceScanId": arn, "Status": status, **ended}


def test_resources_in_stacks_of_the_newest_whole_scan() -> None:
    scans = [scan("old", 20), scan("new", 2), scan("failed", 1, "FAILED"), scan("now", 0, "IN_PROGRESS")]  # fmt: skip
    resources = [
        {"ResourceType": "AWS::S3::Bucket", "ResourceIdentifier": {"BucketName": "orders"}, "ManagedByStack": True},
        {"ResourceType": "AWS::S3::Bucket", "ResourceIdentifier": {"BucketName": "by-hand"}, "ManagedByStack": False},
    ]  # fmt: skip
    answers = (
        Answer("cloudformation.list_resource_scans", {"ResourceScanSummaries": scans}, asked={}),
        Answer("cloudformation.list_resource_scan_resources", {"Resources": resources, "NextToken": "n"}, asked={"ResourceScanId": scans[1]["ResourceScanId"]}),
        Answer("cloudformation.list_resource_scan_resources", {"Resources": []}, asked={"ResourceScanId": scans[1]["ResourceScanId"], "NextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, StackedResource)
        assert_made_as_declared(connection, StackedResource)

    assert found == Evidence(
        (
            StackedResource(
                arn=f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:resource-scan/AWS::S3::Bucket/orders",
                type="AWS::S3::Bucket",
                identifier="orders",
            ),
        )
    )


def test_a_scan_of_last_season_is_not_read() -> None:
    with answering(
        Answer("cloudformation.list_resource_scans", {"ResourceScanSummaries": [scan("old", 31)]})
    ) as connection:
        assert seen(connection, StackedResource) == Evidence()


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (Stack, "cloudformation.describe_stacks", "cloudformation:DescribeStacks"),
        (StackedResource, "cloudformation.list_resource_scans", "cloudformation:ListResourceScans"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
