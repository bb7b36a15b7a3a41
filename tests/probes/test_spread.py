"""What is seen of regions that serve, and of data that lie in several."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence, Gap
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import BalancerTraffic
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import (
    DbCluster,
    DbInstance,
    GlobalCluster,
    Table,
    TableDescription,
)
from readiness.evidence.dns import DnsRecord, ZoneRecords
from readiness.evidence.edge import Accelerator, AcceleratorEndpoints
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.spread import RegionStores, ServingRegion, SpreadStore
from readiness.evidence.storage import MultiRegionAccessPoint
from readiness.probes.aws import Aws
from readiness.probes.spread import region_stores, serving_regions
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

METRICS = "cloudwatch.get_metric_data"
THERE = "eu-central-1"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"


def arn(service: str, name: str, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{ACCOUNT}:{name}"


def carried(name: str, amount: float) -> BalancerTraffic:
    return BalancerTraffic(arn=f"{BALANCER}/{name}", busiest_day=amount)


def rest(*, deployed: bool) -> RestStage:
    return RestStage(
        arn="arn:stage", api="arn:api", name="live", throttled=True, web_acl="", deployed=deployed
    )


def service(running: int) -> EcsService:
    return EcsService(
        arn=arn("ecs", "service/shop/web"),
        name="web",
        cluster=arn("ecs", "cluster/shop"),
        launch_type="",
        subnets=(),
        tags={},
        running=running,
    )


def function(name: str = "web") -> LambdaFunction:
    return LambdaFunction(arn=arn("lambda", f"function:{name}"), name=name, subnets=())


def serves(*found: Any, hidden: dict[type[Any], Gap] | None = None, calls: tuple[Answer, ...] = ()) -> list[Any]:  # fmt: skip
    """Return what the probe yields for these records, and for gaps by type."""
    kinds = (BalancerTraffic, RestStage, HttpStage, EcsService, LambdaFunction)
    given: list[Evidence[Any]] = [
        Evidence(
            tuple(each for each in found if isinstance(each, kind)),
            (hidden[kind],) if hidden and kind in hidden else (),
        )
        for kind in kinds
    ]
    with answering(*calls) as connection:
        return list(serving_regions(Aws(connection, REGION, frozenset({METRICS})), *given))


def called(*numbers: float) -> Answer:
    results = [
        {"Id": f"m{number}", "Timestamps": [NOW] * bool(each), "Values": [each] * bool(each)}
        for number, each in enumerate(numbers)
    ]
    return Answer(METRICS, {"MetricDataResults": results})


def serving(what: str) -> list[ServingRegion]:
    return [ServingRegion(arn=arn("ec2", "serving"), serves=what)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param((carried("app/web/1", 3),), serving("the load balancer app/web/1"), id="a load balancer with traffic"),
        pytest.param((carried("app/web/1", 0),), [], id="a load balancer without any"),
        pytest.param((carried("gwy/inspect/1", 3),), [], id="a gateway load balancer"),
        pytest.param((rest(deployed=True),), serving("the stage live of an API"), id="a stage of an API"),
        pytest.param((rest(deployed=False),), [], id="a stage to which nothing was deployed"),
        pytest.param((service(1),), serving("the service web"), id="a service that runs"),
        pytest.param((service(0),), [], id="a service that does not"),
        pytest.param((function("aws-controltower-x"),), [], id="a function that another service made"),
        pytest.param((), [], id="nothing"),
    ],
)  # fmt: skip
def test_what_serves(found: tuple[Any, ...], expected: list[ServingRegion]) -> None:
    assert serves(*found) == expected


def test_functions_are_measured_where_nothing_else_serves() -> None:
    both = (function("idle"), function("busy"))

    assert serves(*both, calls=(called(0, 5),)) == serving("the function busy")
    assert serves(*both, calls=(called(0, 0),)) == []
    assert serves(*both, service(1)) == serving("the service web")


def test_what_is_dark_hides_a_region_unless_something_else_serves() -> None:
    gap = refused("ecs:ListServices")

    assert serves(hidden={EcsService: gap}) == [gap]
    assert serves(carried("app/web/1", 3), hidden={EcsService: gap}) == serving(
        "the load balancer app/web/1"
    )
    assert serves(function(), calls=(Answer(METRICS, error=DENIED),)) == [
        refused("cloudwatch:GetMetricData")
    ]


def cluster() -> DbCluster:
    return DbCluster(
        arn=arn("rds", "cluster:shop"),
        engine="aurora-mysql",
        status="available",
        backup_retention_days=7,
        multi_az=True,
        members=(),
        tags={},
    )


def cache(global_id: str) -> ReplicationGroup:
    return ReplicationGroup(
        arn=arn("elasticache", f"replicationgroup:{global_id or 'own'}"),
        snapshot_retention_days=1,
        multi_az=True,
        automatic_failover=True,
        global_id=global_id,
    )


def stores(*found: Any, gaps: tuple[Gap, ...] = ()) -> list[Any]:
    kinds = (Table, TableDescription, DbInstance, DbCluster, GlobalCluster, ReplicationGroup)
    given: list[Evidence[Any]] = [
        Evidence(tuple(each for each in found if isinstance(each, kind)), gaps) for kind in kinds
    ]
    with connected() as connection:
        return list(region_stores(Aws(connection, REGION, frozenset()), *given))


def test_stores_and_those_that_lie_in_several_regions() -> None:
    clusters = (arn("rds", "cluster:shop"), arn("rds", "cluster:shop-2", THERE))
    found = stores(
        Table(arn="arn:orders", name="orders"),
        TableDescription(arn="arn:orders", name="orders", replica_regions=(THERE,)),
        Table(arn="arn:carts", name="carts"),
        TableDescription(arn="arn:carts", name="carts", replica_regions=()),
        cluster(),
        GlobalCluster(arn=f"arn:aws:rds::{ACCOUNT}:global-cluster:world", clusters=clusters),
        cache("ldgnf-c"),
        cache(""),
    )

    spread = (
        SpreadStore(name="the table orders", regions=(REGION, THERE)),
        SpreadStore(name="the global database world", regions=(REGION, THERE)),
        SpreadStore(name="the global cache ldgnf-c", regions=(REGION,)),
    )
    assert found == [RegionStores(arn=arn("rds", "stores"), count=5, spread=spread)]


def test_a_region_without_stores_and_one_of_which_a_part_is_dark() -> None:
    gap = refused("dynamodb:DescribeTable", resource="arn:orders")
    told = RegionStores(arn=arn("rds", "stores"), count=1, spread=())

    assert stores() == []
    assert stores(cluster(), gaps=(gap,)) == [told, refused("dynamodb:DescribeTable")]


def test_global_databases_are_asked_for_where_there_are_clusters() -> None:
    described = {
        "DBClusterArn": arn("rds", "cluster:shop"),
        "Engine": "aurora-mysql",
        "Status": "available",
        "BackupRetentionPeriod": 1,
    }
    world = {
        "GlobalClusterArn": "arn:world",
        "GlobalClusterMembers": [{"DBClusterArn": "arn:a", "Readers": ["arn:b"]}, {"DBClusterArn": "arn:b"}, {}],
    }  # fmt: skip
    answers = (
        Answer("rds.describe_db_clusters", {"DBClusters": [described]}),
        Answer("rds.describe_global_clusters", {"GlobalClusters": [world], "Marker": "more"}),
        Answer("rds.describe_global_clusters", {"GlobalClusters": []}),
    )
    with answering(*answers) as connection:
        found = seen(connection, GlobalCluster)
        assert_made_as_declared(connection, DbCluster, GlobalCluster)
    with answering(Answer("rds.describe_db_clusters", {"DBClusters": []})) as connection:
        assert seen(connection, GlobalCluster) == Evidence()

    assert found == Evidence((GlobalCluster(arn="arn:world", clusters=("arn:a", "arn:b")),))


def test_the_endpoints_of_accelerators_that_get_requests() -> None:
    ours = f"arn:aws:globalaccelerator::{ACCOUNT}:accelerator"
    listed = [
        {"AcceleratorArn": f"{ours}/a", "DnsName": "a.awsglobalaccelerator.com", "Enabled": True},
        {"AcceleratorArn": f"{ours}/b", "DnsName": "b.awsglobalaccelerator.com", "Enabled": True},
        {"AcceleratorArn": f"{ours}/off", "DnsName": "c.awsglobalaccelerator.com", "Enabled": False},
    ]  # fmt: skip
    listeners, groups = "globalaccelerator.list_listeners", "globalaccelerator.list_endpoint_groups"
    elsewhere = f"arn:aws:elasticloadbalancing:{THERE}:444455556666:loadbalancer/app/web/1"

    def group(region: str, *endpoints: str, dial: float = 100) -> dict[str, Any]:
        named = [{"EndpointId": each} for each in endpoints]
        return {
            "EndpointGroupRegion": region,
            "EndpointDescriptions": named,
            "TrafficDialPercentage": dial,
        }

    answers = (
        Answer("globalaccelerator.list_accelerators", {"Accelerators": listed}),
        Answer(listeners, {"Listeners": [{"ListenerArn": "arn:l1"}, {"ListenerArn": "arn:l2"}]}),
        Answer(groups, {"EndpointGroups": [group(REGION, "eipalloc-1")], "NextToken": "more"}),
        Answer(groups, {"EndpointGroups": [group(THERE, elsewhere), group("us-east-1")]}),
        Answer(groups, {"EndpointGroups": [group("us-west-1", "i-1", dial=0)]}),
        Answer(listeners, error=DENIED),
    )
    with answering(*answers, region="us-west-2") as connection:
        found = seen(connection, AcceleratorEndpoints)
        assert_made_as_declared(connection, Accelerator, AcceleratorEndpoints)

    assert found == Evidence(
        (
            AcceleratorEndpoints(
                arn=f"{ours}/a",
                regions=(THERE, REGION),
                accounts=(ACCOUNT, "444455556666"),
            ),
        ),
        (refused("globalaccelerator:ListListeners", resource=f"{ours}/b", region="us-west-2"),),
    )


def test_access_points_of_buckets_in_several_regions() -> None:
    parts = [{"Bucket": "shop-b", "Region": REGION}, {"Bucket": "shop-a", "Region": THERE}]
    listed = [
        {"Alias": "m1.mrap", "Status": "READY", "Regions": parts},
        {"Alias": "m2.mrap", "Status": "CREATING", "Regions": parts},
    ]
    call = "s3control.list_multi_region_access_points"
    asked = {"AccountId": ACCOUNT}
    answers = (
        Answer(call, {"AccessPoints": listed[:1], "NextToken": "more"}, asked=asked),
        Answer(call, {"AccessPoints": listed[1:]}, asked={**asked, "NextToken": "more"}),
    )
    with answering(*answers, region="us-west-2") as connection:
        found = seen(connection, MultiRegionAccessPoint)
        assert_made_as_declared(connection, MultiRegionAccessPoint)

    name = f"arn:aws:s3::{ACCOUNT}:accesspoint/m1.mrap"
    assert found == Evidence((MultiRegionAccessPoint(arn=name, regions=(THERE, REGION)),))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"Region": REGION}, {"routing": "latency", "region": REGION}, id="latency"),
        pytest.param({"GeoProximityLocation": {"AWSRegion": REGION}}, {"routing": "geoproximity", "region": REGION}, id="geoproximity"),
        pytest.param({"GeoProximityLocation": {"Bias": 1}}, {"routing": "geoproximity"}, id="geoproximity to a place"),
        pytest.param({"GeoLocation": {"CountryCode": "DE"}}, {"routing": "geolocation"}, id="geolocation"),
        pytest.param({"Failover": "SECONDARY"}, {"routing": "failover"}, id="failover"),
        pytest.param({"Weight": 1}, {"routing": "weighted"}, id="weighted"),
        pytest.param({"Weight": 0}, {}, id="a weight that sends nobody"),
        pytest.param({"MultiValueAnswer": True}, {}, id="several values"),
    ],
)  # fmt: skip
def test_how_a_record_is_chosen(said: dict[str, Any], expected: dict[str, Any]) -> None:
    zone = {"Id": "/hostedzone/Z1", "Name": "example.com.", "CallerReference": "r"}
    page = {"IsTruncated": False, "MaxItems": "300"}
    record = {"Name": "shop.example.com.", "Type": "A", "SetIdentifier": "x", **said}
    answers = (
        Answer("route53.list_hosted_zones", {"HostedZones": [zone], "Marker": "", **page}),
        Answer("route53.list_resource_record_sets", {"ResourceRecordSets": [record], **page}),
    )
    with answering(*answers) as connection:
        (found,) = seen(connection, ZoneRecords)

    assert found.account == ACCOUNT
    assert found.records == (DnsRecord(name="shop.example.com", type="A", **expected),)
