"""What is seen of metrics, and in how few calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.balancing import BalancerTraffic, HealthyTargets
from readiness.evidence.egress import NatTraffic
from readiness.evidence.storage import BucketObjects, BucketSize, VolumeActivity
from readiness.probes.aws import Aws, Connection
from readiness.probes.metrics import Measured, Series, beginning, measure
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
BALANCERS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"
TODAY = datetime(2026, 11, 24, tzinfo=NOW.tzinfo)
CALL = "cloudwatch.get_metric_data"


@dataclass(frozen=True)
class Thing:
    """Anything with metrics."""

    arn: str


def thing(number: int) -> Thing:
    return Thing(arn=f"{EC2}:thing/{number}")


def numbers(*ids: int, **more: Any) -> dict[str, Any]:
    """Answer each query with its own number, as of today."""
    return {
        "MetricDataResults": [
            {"Id": f"m{each}", "Timestamps": [TODAY], "Values": [float(each)], **more}
            for each in ids
        ]
    }


def asks(connection: Connection) -> Aws:
    return Aws(connection, REGION, frozenset({CALL}))


def one_series(thing: Thing) -> dict[str, Series]:
    return {"n": Series(namespace="N", metric="M", dimensions={"Thing": thing.arn})}


def measured(connection: Connection, count: int) -> list[Measured[Thing] | Gap]:
    aws = asks(connection)
    return list(measure(aws, map(thing, range(count)), one_series, since=beginning(aws, 7)))


def test_five_hundred_series_are_asked_at_a_time() -> None:
    answers = (Answer(CALL, numbers(*range(500))), Answer(CALL, numbers(0)))
    with answering(*answers) as connection:
        found = measured(connection, 501)

    assert [each.points["n"][TODAY] for each in found if isinstance(each, Measured)] == [
        *map(float, range(500)),
        0.0,
    ]


def test_a_query_names_metric_window_and_period() -> None:
    asked = {
        "StartTime": TODAY - timedelta(days=7),
        "EndTime": NOW,
        "MetricDataQueries": [
            {
                "Id": "m0",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "N",
                        "MetricName": "M",
                        "Dimensions": [{"Name": "Thing", "Value": thing(0).arn}],
                    },
                    "Period": 86400,
                    "Stat": "Sum",
                },
            }
        ],
    }
    with answering(Answer(CALL, numbers(0), asked=asked)) as connection:
        assert measured(connection, 1) == [Measured(thing(0), {"n": {TODAY: 0.0}})]


def test_numbers_of_every_page_are_put_together_oldest_first() -> None:
    yesterday = TODAY - timedelta(days=1)
    newer = {"Id": "m0", "Timestamps": [TODAY], "Values": [2.0], "StatusCode": "PartialData"}
    older = {"Id": "m0", "Timestamps": [yesterday], "Values": [1.0], "StatusCode": "Complete"}
    answers = (
        Answer(CALL, {"MetricDataResults": [newer], "NextToken": "n"}),
        Answer(CALL, {"MetricDataResults": [older]}),
    )
    with answering(*answers) as connection:
        (found,) = measured(connection, 1)

    assert isinstance(found, Measured)
    assert list(found.points["n"].items()) == [(yesterday, 1.0), (TODAY, 2.0)]


def test_a_refused_call_is_a_gap_about_each_of_its_resources() -> None:
    answers = (Answer(CALL, error=DENIED), Answer(CALL, numbers(0)))
    with answering(*answers) as connection:
        found = measured(connection, 501)

    assert found[:500] == [
        refused("cloudwatch:GetMetricData", resource=thing(number).arn) for number in range(500)
    ]
    assert found[500] == Measured(thing(500), {"n": {TODAY: 0.0}})


@pytest.mark.parametrize("status", ["InternalError", "Forbidden"])
def test_a_series_that_cloudwatch_cannot_answer_is_a_gap(status: str) -> None:
    failed = {"Id": "m1", "Timestamps": [], "Values": [], "StatusCode": status}
    answer = {"MetricDataResults": [*numbers(0)["MetricDataResults"], failed]}
    with answering(Answer(CALL, answer)) as connection:
        found = measured(connection, 2)

    assert found == [Measured(thing(0), {"n": {TODAY: 0.0}}), lost(thing(1).arn, status)]


def test_a_series_that_the_answer_lacks_is_a_gap() -> None:
    with answering(Answer(CALL, numbers(0))) as connection:
        found = measured(connection, 2)

    assert found[1] == lost(thing(1).arn, "the answer lacks the metric")


def lost(resource: str, detail: str) -> Gap:
    return Gap(
        reason=Reason.NO_ANSWER,
        account=ACCOUNT,
        region=REGION,
        resource=resource,
        action="cloudwatch:GetMetricData",
        detail=detail,
    )


def test_what_was_seen_of_a_gapped_list_is_measured() -> None:
    gap = refused("ec2:DescribeVolumes", resource="x")
    with answering(Answer(CALL, numbers(0))) as connection:
        aws = asks(connection)
        things = Evidence((thing(0),), (gap,))
        found = list(measure(aws, things, one_series, since=beginning(aws, 7)))

    assert found == [Measured(thing(0), {"n": {TODAY: 0.0}}), gap]


def test_nothing_is_asked_of_nothing() -> None:
    with answering() as connection:
        assert measured(connection, 0) == []
        assert not connection.calls.made


@pytest.fixture
def aws() -> Iterator[Connection]:
    with mock_aws(), connected("123456789012") as connection:
        yield connection


def put(namespace: str, metric: str, days: float, value: float, **dimensions: str) -> None:
    """Leave a number some days before the scan."""
    boto3.client("cloudwatch", region_name=REGION).put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": key, "Value": name} for key, name in dimensions.items()],
                "Timestamp": NOW - timedelta(days=days),
                "Value": value,
            }
        ],
    )


def test_when_unattached_volumes_were_attached_last(aws: Connection) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    old, idle = (
        ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"] for _ in range(2)
    )
    put("AWS/EBS", "VolumeReadOps", 20, 0, VolumeId=old)
    put("AWS/EBS", "VolumeReadOps", 30, 5, VolumeId=old)

    found = seen(aws, VolumeActivity)

    volumes = EC2.replace(ACCOUNT, "123456789012") + ":volume/"
    since = TODAY - timedelta(days=90)
    ended = TODAY - timedelta(days=19)
    assert {each.arn: each for each in found} == {
        f"{volumes}{name}": VolumeActivity(arn=f"{volumes}{name}", attached=day, since=since)
        for name, day in ((old, ended), (idle, None))
    }
    assert aws.calls.made[CALL] == 1


def test_attached_volumes_have_no_metrics_asked(aws: Connection) -> None:
    boto3.client("ec2", region_name=REGION).run_instances(
        ImageId="ami-12345678", MinCount=1, MaxCount=1
    )

    assert seen(aws, VolumeActivity) == Evidence()
    assert CALL not in aws.calls.made


def test_a_volume_in_use_today_was_attached_no_later_than_now(aws: Connection) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    put("AWS/EBS", "VolumeReadOps", 0.1, 1, VolumeId=volume)

    assert [each.attached for each in seen(aws, VolumeActivity)] == [NOW]


def test_when_nat_gateways_carried_data_last(aws: Connection) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    used, idle = (
        ec2.create_nat_gateway(SubnetId=subnet, ConnectivityType="private")["NatGateway"]["NatGatewayId"]
        for _ in range(2)
    )  # fmt: skip
    put("AWS/NATGateway", "BytesInFromSource", 40, 7, NatGatewayId=used)
    put("AWS/NATGateway", "BytesOutToDestination", 35, 7, NatGatewayId=used)
    put("AWS/NATGateway", "BytesOutToDestination", 1, 0, NatGatewayId=used)

    found = seen(aws, NatTraffic)

    last = {each.arn.rsplit("/", 1)[-1]: each.carried for each in found}
    assert last == {used: TODAY - timedelta(days=34), idle: None}
    assert aws.calls.made[CALL] == 1


def test_what_each_kind_of_load_balancer_carried() -> None:
    def balancer(kind: str, path: str) -> dict[str, Any]:
        return {
            "LoadBalancerArn": f"{BALANCERS}/{path}",
            "LoadBalancerName": kind,
            "Type": kind,
            "State": {"Code": "active"},
            "CreatedTime": NOW,
        }

    listed = [
        balancer("application", "app/a/1"),
        balancer("network", "net/n/2"),
        balancer("gateway", "gwy/g/3"),
    ]
    classic = {"LoadBalancerName": "old", "CreatedTime": NOW}

    def query(number: int, namespace: str, metric: str, name: str, value: str) -> dict[str, Any]:
        dimensions = [{"Name": name, "Value": value}]
        measured = {"Namespace": namespace, "MetricName": metric, "Dimensions": dimensions}
        return {
            "Id": f"m{number}",
            "MetricStat": {"Metric": measured, "Period": 86400, "Stat": "Sum"},
        }

    asked = {
        "StartTime": TODAY - timedelta(days=7),
        "EndTime": NOW,
        "MetricDataQueries": [
            query(0, "AWS/ApplicationELB", "RequestCount", "LoadBalancer", "app/a/1"),
            query(1, "AWS/NetworkELB", "ProcessedBytes", "LoadBalancer", "net/n/2"),
            query(2, "AWS/GatewayELB", "ProcessedBytes", "LoadBalancer", "gwy/g/3"),
            query(3, "AWS/ELB", "RequestCount", "LoadBalancerName", "old"),
        ],
    }
    days = [TODAY - timedelta(days=2), TODAY - timedelta(days=1)]
    busy = {"Id": "m0", "Timestamps": days, "Values": [120.0, 80.0]}
    others = [{"Id": f"m{number}", "Timestamps": [], "Values": []} for number in (1, 2, 3)]
    answers = (
        Answer("elbv2.describe_load_balancers", {"LoadBalancers": listed}),
        Answer("elb.describe_load_balancers", {"LoadBalancerDescriptions": [classic]}),
        Answer(CALL, {"MetricDataResults": [busy, *others]}, asked=asked),
    )
    with answering(*answers) as connection:
        found = seen(connection, BalancerTraffic)

    carried = {"app/a/1": 120.0, "net/n/2": 0.0, "gwy/g/3": 0.0, "old": 0.0}
    assert found == Evidence(
        tuple(
            BalancerTraffic(arn=f"{BALANCERS}/{path}", busiest_day=busiest)
            for path, busiest in carried.items()
        )
    )


def bucket(name: str) -> None:
    boto3.client("s3", region_name=REGION).create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION}
    )


def test_how_many_objects_buckets_held_on_each_day(aws: Connection) -> None:
    bucket("full")
    bucket("new")
    for days, value in ((4, 7), (3, 0), (2, 9)):
        put("AWS/S3", "NumberOfObjects", days, value, BucketName="full", StorageType="AllStorageTypes")  # fmt: skip

    assert seen(aws, BucketObjects) == Evidence(
        (
            BucketObjects(arn="arn:aws:s3:::full", daily=(7, 0, 9)),
            BucketObjects(arn="arn:aws:s3:::new", daily=()),
        )
    )


def test_the_size_of_buckets_that_no_rule_shrinks(aws: Connection) -> None:
    bucket("bare")
    bucket("ruled")
    boto3.client("s3", region_name=REGION).put_bucket_lifecycle_configuration(
        Bucket="ruled",
        LifecycleConfiguration={
            "Rules": [{"Status": "Enabled", "Filter": {}, "Expiration": {"Days": 30}}]
        },
    )
    for days, value in ((3, 10), (2, 20)):
        put("AWS/S3", "BucketSizeBytes", days, value, BucketName="bare", StorageType="StandardStorage")  # fmt: skip
    put("AWS/S3", "BucketSizeBytes", 2, 5, BucketName="bare", StorageType="IntelligentTieringFAStorage")  # fmt: skip

    assert seen(aws, BucketSize) == Evidence(
        (
            BucketSize(
                arn="arn:aws:s3:::bare",
                bytes={"StandardStorage": 20, "IntelligentTieringFAStorage": 5},
            ),
        )
    )


def test_a_bucket_whose_lifecycle_is_refused_is_measured_all_the_same() -> None:
    named = [{"Name": "shy", "BucketRegion": REGION}]
    answers = (
        Answer("s3.list_buckets", {"Buckets": named}),
        Answer("s3.get_bucket_lifecycle_configuration", error=DENIED),
        Answer(CALL, {"MetricDataResults": [{"Id": "m0"}]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, BucketSize)

    # The stub answers one series of many: the bucket was asked for, which is what counts here.
    assert {gap.resource for gap in found.gaps} == {"arn:aws:s3:::shy"}


def test_buckets_are_measured_in_their_own_regions_and_one_region_hides_no_other() -> None:
    named = [
        {"Name": "here", "BucketRegion": REGION},
        {"Name": "there", "BucketRegion": "us-east-1"},
    ]
    answers = (
        Answer("s3.list_buckets", {"Buckets": named}),
        Answer(CALL, numbers(0)),
    )
    with answering(*answers) as connection:
        abroad = Stubber(connection.client("cloudwatch", "us-east-1"))
        abroad.add_client_error("get_metric_data", "AccessDeniedException", http_status_code=403)
        abroad.activate()
        found = seen(connection, BucketObjects)
        assert set(connection.calls.made) == {"s3.list_buckets", CALL}

    assert found == Evidence(
        (BucketObjects(arn="arn:aws:s3:::here", daily=(0.0,)),),
        (refused("cloudwatch:GetMetricData", resource="arn:aws:s3:::there", region="us-east-1"),),
    )


def target_group(name: str, kind: str, *balancers: str) -> dict[str, Any]:
    return {
        "TargetGroupArn": f"{BALANCERS.removesuffix('loadbalancer')}targetgroup/{name}/1",
        "TargetGroupName": name,
        "TargetType": kind,
        "LoadBalancerArns": [f"{BALANCERS}/{each}" for each in balancers],
    }


def test_healthy_targets_are_counted_for_each_load_balancer_of_those_that_have_targets() -> None:
    listed = [
        target_group("web", "ip", "app/web/1", "net/tcp/1"),
        target_group("loose", "ip"),
        target_group("function", "lambda", "app/web/1"),
    ]

    def query(number: int, namespace: str, balancer: str) -> dict[str, Any]:
        dimensions = [
            {"Name": "TargetGroup", "Value": "targetgroup/web/1"},
            {"Name": "LoadBalancer", "Value": balancer},
        ]
        metric = {
            "Namespace": namespace,
            "MetricName": "HealthyHostCount",
            "Dimensions": dimensions,
        }
        return {
            "Id": f"m{number}",
            "MetricStat": {"Metric": metric, "Period": 3600, "Stat": "Minimum"},
        }

    asked = {
        "MetricDataQueries": [
            query(0, "AWS/ApplicationELB", "app/web/1"),
            query(1, "AWS/NetworkELB", "net/tcp/1"),
        ],
        "StartTime": NOW - timedelta(days=1),
        "EndTime": NOW,
    }
    results = [
        {"Id": "m0", "Timestamps": [NOW, NOW - timedelta(hours=1)], "Values": [2.0, 1.0]},
        {"Id": "m1", "Timestamps": [], "Values": []},
    ]
    answers = (
        Answer("elbv2.describe_target_groups", {"TargetGroups": listed}),
        Answer(CALL, {"MetricDataResults": results}, asked=asked),
    )
    with answering(*answers) as connection:
        found = seen(connection, HealthyTargets)

    minima = {f"{BALANCERS}/app/web/1": (1.0, 2.0), f"{BALANCERS}/net/tcp/1": ()}
    assert found == Evidence((HealthyTargets(arn=listed[0]["TargetGroupArn"], minima=minima),))
