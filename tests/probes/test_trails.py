"""What is seen of trails, and of who may reach the buckets that they write to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.bucket_access import (
    AccountAccessBlock,
    BucketAccessBlock,
    BucketPolicyStatus,
)
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

OURS = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"
THEIRS = f"arn:aws:cloudtrail:{REGION}:444455556666:trail/organization"
ALL_FOUR = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def listed(*arns: str) -> Answer:
    trails = [{"TrailARN": arn, "HomeRegion": REGION, "S3BucketName": "audit-logs"} for arn in arns]
    return Answer("cloudtrail.describe_trails", {"trailList": trails})


def test_a_trail_of_the_account(account: str) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="audit-logs")
    client = boto3.client("cloudtrail", region_name=REGION)
    client.create_trail(
        Name="audit",
        S3BucketName="audit-logs",
        IsMultiRegionTrail=True,
        EnableLogFileValidation=True,
        KmsKeyId="alias/audit",
    )
    client.start_logging(Name="audit")
    kinds = (Trail, TrailStatus, TrailSelection)
    arn = f"arn:aws:cloudtrail:{REGION}:{account}:trail/audit"

    with connected(account) as connection:
        trails, statuses, selections = (seen(connection, kind) for kind in kinds)
        assert_made_as_declared(connection, *kinds)

    assert trails == Evidence(
        (
            Trail(
                arn=arn,
                home_region=REGION,
                multi_region=True,
                organization=False,
                validated=True,
                kms_key="alias/audit",
                bucket="audit-logs",
            ),
        )
    )
    (status,) = statuses
    assert (status.arn, status.logging, status.delivery_error) == (arn, True, "")
    # Without explicit selectors every management event is recorded.
    assert selections == Evidence((selection(arn),))


def selection(
    arn: str, *, reads: bool = True, writes: bool = True, excluded: tuple[str, ...] = ()
) -> TrailSelection:
    return TrailSelection(
        arn=arn, management_reads=reads, management_writes=writes, excluded_sources=excluded
    )


def advanced(*fields: dict[str, Any], category: str = "Management") -> dict[str, Any]:
    chosen = {"Field": "eventCategory", "Equals": [category]}
    return {"AdvancedEventSelectors": [{"FieldSelectors": [chosen, *fields]}]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param({"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]}, selection(OURS), id="all"),
        pytest.param({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, selection(OURS, reads=False), id="writes only"),
        pytest.param({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, selection(OURS, writes=False), id="reads only"),
        pytest.param({"EventSelectors": [{"IncludeManagementEvents": False}]}, selection(OURS, reads=False, writes=False), id="data events only"),
        pytest.param({"EventSelectors": [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]}, selection(OURS, excluded=("kms.amazonaws.com",)), id="without KMS"),
        pytest.param(advanced(), selection(OURS), id="advanced, all"),
        pytest.param(advanced({"Field": "readOnly", "Equals": ["false"]}), selection(OURS, reads=False), id="advanced, writes only"),
        pytest.param(advanced({"Field": "readOnly", "Equals": ["true"]}), selection(OURS, writes=False), id="advanced, reads only"),
        pytest.param(advanced({"Field": "eventSource", "NotEquals": ["rdsdata.amazonaws.com"]}), selection(OURS, excluded=("rdsdata.amazonaws.com",)), id="advanced, without the RDS Data API"),
        pytest.param(advanced({"Field": "eventSource", "Equals": ["s3.amazonaws.com"]}), selection(OURS, reads=False, writes=False), id="advanced, one service only"),
        pytest.param(advanced({"Field": "eventName", "NotEquals": ["AssumeRole"]}), selection(OURS, reads=False, writes=False), id="advanced, without some events"),
        pytest.param(advanced(category="Data"), selection(OURS, reads=False, writes=False), id="advanced, data events only"),
    ],
)  # fmt: skip
def test_what_a_trail_records(answer: dict[str, Any], expected: TrailSelection) -> None:
    selectors = Answer("cloudtrail.get_event_selectors", answer, asked={"TrailName": OURS})
    with answering(listed(OURS), selectors) as connection:
        assert seen(connection, TrailSelection) == Evidence((expected,))


def test_a_member_may_be_refused_what_its_organizations_trail_records() -> None:
    answers = (
        listed(THEIRS, OURS),
        Answer("cloudtrail.get_event_selectors", error=DENIED),
        Answer("cloudtrail.get_event_selectors", {}),
    )
    with answering(*answers) as connection:
        found = seen(connection, TrailSelection)

    gap = refused("cloudtrail:GetEventSelectors", resource=THEIRS)
    assert found == Evidence((selection(OURS),), (gap,))


def test_the_status_is_asked_of_the_trails_home_by_its_whole_name() -> None:
    status = {"IsLogging": True, "LatestDeliveryError": "AccessDenied", "LatestDeliveryTime": NOW}
    asked = {"Name": THEIRS}
    answers = (listed(THEIRS), Answer("cloudtrail.get_trail_status", status, asked=asked))
    with answering(*answers) as connection:
        found = seen(connection, TrailStatus)

    assert found == Evidence(
        (TrailStatus(arn=THEIRS, logging=True, delivery_error="AccessDenied", delivered=NOW),)
    )


@pytest.mark.parametrize("kind", [Trail, TrailStatus, TrailSelection])
def test_refused_trails_are_a_gap_in_all_that_starts_from_them(kind: type[Any]) -> None:
    with answering(Answer("cloudtrail.describe_trails", error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused("cloudtrail:DescribeTrails"),))


def test_who_may_reach_a_bucket(account: str) -> None:
    client = boto3.client("s3", region_name=REGION)
    for name in ("closed", "open"):
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    client.put_public_access_block(
        Bucket="closed", PublicAccessBlockConfiguration=dict.fromkeys(ALL_FOUR, True)
    )
    boto3.client("s3control", region_name=REGION).put_public_access_block(
        AccountId=account,
        PublicAccessBlockConfiguration={"BlockPublicAcls": True, "BlockPublicPolicy": False},
    )

    with connected(account) as connection:
        blocks = seen(connection, BucketAccessBlock)
        of_account = seen(connection, AccountAccessBlock)

    assert blocks == Evidence(
        (
            BucketAccessBlock(arn="arn:aws:s3:::closed", on=ALL_FOUR),
            BucketAccessBlock(arn="arn:aws:s3:::open", on=()),
        )
    )
    assert of_account == Evidence(
        (
            AccountAccessBlock(
                arn=f"arn:aws:s3::{account}:public-access-block", on=("BlockPublicAcls",)
            ),
        )
    )


def test_no_block_for_the_account_is_an_answer(account: str) -> None:
    with connected(account) as connection:
        (found,) = seen(connection, AccountAccessBlock)
        assert_made_as_declared(connection, AccountAccessBlock)

    assert found.on == ()


def buckets(*names: str) -> Answer:
    found = [{"Name": name, "BucketRegion": REGION} for name in names]
    return Answer("s3.list_buckets", {"Buckets": found})


def test_a_policy_is_public_or_not_and_no_policy_is_not() -> None:
    operation = "s3.get_bucket_policy_status"
    answers = (
        buckets("public", "private", "plain", "guarded", "gone"),
        Answer(operation, {"PolicyStatus": {"IsPublic": True}}, asked={"Bucket": "public"}),
        Answer(operation, {"PolicyStatus": {"IsPublic": False}}),
        Answer(operation, error={"service_error_code": "NoSuchBucketPolicy", "http_status_code": 404}),
        Answer(operation, error=DENIED),
        Answer(operation, error={"service_error_code": "NoSuchBucket", "http_status_code": 404}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BucketPolicyStatus)

    assert found == Evidence(
        (
            BucketPolicyStatus(arn="arn:aws:s3:::public", public=True),
            BucketPolicyStatus(arn="arn:aws:s3:::private", public=False),
            BucketPolicyStatus(arn="arn:aws:s3:::plain", public=False),
        ),
        (refused("s3:GetBucketPolicyStatus", resource="arn:aws:s3:::guarded"),),
    )


def test_one_refused_block_hides_itself_alone() -> None:
    block = {"PublicAccessBlockConfiguration": dict.fromkeys(ALL_FOUR, True)}
    answers = (
        buckets("guarded", "closed"),
        Answer("s3.get_public_access_block", error=DENIED),
        Answer("s3.get_public_access_block", block),
    )
    with answering(*answers) as connection:
        found = seen(connection, BucketAccessBlock)

    assert found == Evidence(
        (BucketAccessBlock(arn="arn:aws:s3:::closed", on=ALL_FOUR),),
        (refused("s3:GetBucketPublicAccessBlock", resource="arn:aws:s3:::guarded"),),
    )


def test_a_refused_block_of_the_account_is_a_gap() -> None:
    with answering(Answer("s3control.get_public_access_block", error=DENIED)) as connection:
        found = seen(connection, AccountAccessBlock)

    assert found == Evidence(gaps=(refused("s3:GetAccountPublicAccessBlock"),))
