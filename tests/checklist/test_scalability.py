"""What the checks of "Scalability" say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
from readiness.checklist.several_zones import (
    compute_spans_multiple_az,
    data_service_multi_az,
    rds_multi_az,
    vpc_nat_gateway_per_az,
)
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.containers import EcsService, EksNodegroup
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.egress import NatGateway
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.network import RouteTable, Subnet, Vpc
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import EfsFileSystem
from readiness.evidence.warehouses import RedshiftCluster
from tests.checklist.test_exposure import route, table
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
    judged,
)

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
DEV = {"Environment": "dev"}
A, B = f"{REGION}a", f"{REGION}b"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def subnet(name: str, zone: str = "a", vpc: str = "vpc-1") -> Subnet:
    return Subnet(
        arn=f"{EC2}:subnet/{name}",
        id=name,
        vpc=vpc,
        zone=f"{REGION}{zone}",
        zone_id=f"euw1-az-{zone}",
    )


def group(*zones: str, tags: dict[str, str] | None = None) -> AutoScalingGroup:
    name = arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web")
    return AutoScalingGroup(arn=name, name="web", zones=zones, tags=tags or {})


def service(*subnets: str, tags: dict[str, str] | None = None, launch_type: str = "FARGATE") -> Any:
    return EcsService(
        arn=arn("ecs", "service/shop/web"),
        name="web",
        cluster=arn("ecs", "cluster/shop"),
        launch_type=launch_type,
        subnets=subnets,
        tags=tags or {},
    )


def nodes(*subnets: str, tags: dict[str, str] | None = None) -> EksNodegroup:
    return EksNodegroup(
        arn=arn("eks", "nodegroup/shop/web/1"),
        name="web",
        cluster="shop",
        subnets=subnets,
        tags=tags or {},
    )


def function(*subnets: str) -> LambdaFunction:
    return LambdaFunction(arn=arn("lambda", "function:pay"), name="pay", subnets=subnets)


def database(name: str = "orders", **changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": arn("rds", f"db:{name}"),
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "cluster": "",
        "replica": False,
        "availability_zone": A,
        "tags": {},
    }
    return DbInstance(**values | changes)


def member(name: str, zone: str, cluster: str = "shop") -> DbInstance:
    return database(name, cluster=cluster, availability_zone=zone, multi_az=False)


def cluster(**changes: Any) -> DbCluster:
    values: dict[str, Any] = {
        "arn": arn("rds", "cluster:shop"),
        "engine": "aurora-postgresql",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": False,
        "members": ("one", "two"),
        "tags": {},
    }
    return DbCluster(**values | changes)


def cache(*, multi_az: bool = True, automatic_failover: bool = True) -> ReplicationGroup:
    return ReplicationGroup(
        arn=arn("elasticache", "replicationgroup:sessions"),
        snapshot_retention_days=7,
        multi_az=multi_az,
        automatic_failover=automatic_failover,
    )


def domain(zones: int = 2, *, standby: bool = False) -> OpenSearchDomain:
    return OpenSearchDomain(arn=arn("es", "domain/logs"), name="logs", zones=zones, standby=standby)


def warehouse(*, multi_az: bool = True) -> RedshiftCluster:
    return RedshiftCluster(
        arn=arn("redshift", "cluster:facts"), snapshot_retention_days=7, multi_az=multi_az
    )


def files(zone: str = "", tags: dict[str, str] | None = None) -> EfsFileSystem:
    return EfsFileSystem(
        arn=arn("elasticfilesystem", "file-system/fs-1"), id="fs-1", zone=zone, tags=tags or {}
    )


def kafka(*zones: str, **changes: Any) -> KafkaCluster:
    values: dict[str, Any] = {
        "arn": arn("kafka", "cluster/events/1"),
        "name": "events",
        "serverless": False,
        "zones": zones,
        "subnets": (),
        "tags": {},
    }
    return KafkaCluster(**values | changes)


def vpc(tags: dict[str, str] | None = None) -> Vpc:
    return Vpc(arn=f"{EC2}:vpc/vpc-1", id="vpc-1", default=False, tags=tags or {})


def nat(name: str, home: str, *, regional: bool = False) -> NatGateway:
    return NatGateway(
        arn=f"{EC2}:natgateway/{name}",
        id=name,
        state="available",
        created=NOW,
        vpc="vpc-1",
        subnet=home,
        regional=regional,
        public=True,
        tags={},
    )


def private(name: str, *gateways: str, main: bool = False, **changes: Any) -> RouteTable:
    """Route a subnet out through NAT gateways."""
    routes = tuple(route(gateway="", nat_gateway=gateway, **changes) for gateway in gateways)
    subnets = () if main else (name,)
    return table(
        arn=f"{EC2}:route-table/rtb-{name}", id=f"rtb-{name}", main=main, subnets=subnets, routes=routes
    )  # fmt: skip


TWO = (subnet("subnet-a", "a"), subnet("subnet-b", "b"), subnet("subnet-c", "a"))
#: Public subnets with a NAT gateway in each of two zones.
HOMES = (vpc(), subnet("home-a", "a"), subnet("home-b", "b"), nat("nat-a", "home-a"), nat("nat-b", "home-b"))  # fmt: skip
IN_A, IN_B = "vpc/vpc-1#eu-west-1a", "vpc/vpc-1#eu-west-1b"

ROWS: dict[Check[..., Any], list[Row]] = {
    compute_spans_multiple_az: [
        Row("a group in two zones", {"autoScalingGroupName/web": PASS}, (group(A, B),)),
        Row("a group in one zone", FAIL, (group(A),), says=f"{A} alone"),
        Row("three zones are wanted", FAIL, (group(A, B),), options={"min_azs": 3}),
        Row("a group that may run nothing", NOT_APPLICABLE, (replace(group(A), maximum=0),)),
        Row("a service in two zones", {"service/shop/web": PASS}, (service("subnet-a", "subnet-b"), *TWO)),
        Row("a service in two subnets of one zone", FAIL, (service("subnet-a", "subnet-c"), *TWO), says="euw1-az-a alone"),
        Row("a service on the network of its instances", NO_EVIDENCE, (service(launch_type="EC2"),)),
        Row("a service outside of AWS", NOT_APPLICABLE, (service(launch_type="EXTERNAL"),)),
        Row("nodes in two zones", {"nodegroup/shop/web/1": PASS}, (nodes("subnet-a", "subnet-b"), *TWO)),
        Row("nodes in one zone", FAIL, (nodes("subnet-a"), *TWO)),
        Row("nodes that are being deleted", NOT_APPLICABLE, (replace(nodes("subnet-a"), status="DELETING"), *TWO)),
        Row("a function in two zones", {"pay": PASS}, (function("subnet-a", "subnet-b"), *TWO)),
        Row("a function in one zone", {"pay": FAIL}, (function("subnet-a"), *TWO)),
        Row("a function in no VPC", {"pay": PASS}, (function(),), says="by design"),
        Row("a subnet that the account does not see", UNKNOWN, (function("subnet-x", "subnet-a"), *TWO), says="subnet-x"),
        Row("two zones beside a subnet that the account does not see", PASS, (function("subnet-x", "subnet-a", "subnet-b"), *TWO)),
        Row("a group of development", NOT_APPLICABLE, (group(A, tags=DEV),)),
        Row("a service of development", NOT_APPLICABLE, (service("subnet-a", tags=DEV),)),
        Row("nodes of development", NOT_APPLICABLE, (nodes("subnet-a", tags=DEV),)),
        Row("a function of a development account", NOT_APPLICABLE, (function("subnet-a"), *TWO), unit={"environment": "dev"}),
        Row("a group of production in a development account", FAIL, (group(A, tags={"Environment": "prod"}),), unit={"environment": "dev"}),
        Row("nothing that computes", NOT_APPLICABLE, TWO),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (AutoScalingGroup, EcsService, EksNodegroup, LambdaFunction)
        ),
        Row("subnets are dark", {"autoScalingGroupName/web": PASS, "pay": UNKNOWN}, (group(A, B), function("subnet-a")), dark=[Subnet]),
        Row("a group in one zone while services are dark", {"autoScalingGroupName/web": FAIL, f"{ACCOUNT}/{REGION}": UNKNOWN}, (group(A),), dark=[EcsService]),
    ],
    rds_multi_az: [
        Row("a standby", {"orders": PASS}, (database(),)),
        Row("no standby", {"orders": FAIL}, (database(multi_az=False),), says=f"(postgres) lies in {A} alone"),
        Row("SQL Server with mirroring", PASS, (database(engine="sqlserver-se", multi_az=False, standby_zone=B),), says="sqlserver-se"),
        Row("a read replica", NOT_APPLICABLE, (database(multi_az=False, replica=True),)),
        Row("a development database", NOT_APPLICABLE, (database(multi_az=False, tags=DEV),)),
        Row("Aurora in two zones", {"shop": PASS, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE}, (cluster(), member("one", A), member("two", B))),
        Row("Aurora in one zone", {"shop": FAIL, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE}, (cluster(), member("one", A), member("two", A))),
        Row("another cluster's instances do not count", {"shop": FAIL, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE}, (cluster(members=("one",)), member("one", A), member("two", B, cluster="other"))),
        Row("DocumentDB in one zone", {"shop": FAIL, "one": NOT_APPLICABLE}, (cluster(engine="docdb"), member("one", A)), says="(docdb)"),
        Row("Neptune in two zones", {"shop": PASS, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE}, (cluster(engine="neptune"), member("one", A), member("two", B))),
        Row("an instance that is being made counts for no zone", {"shop": UNKNOWN, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE}, (cluster(), member("one", A), member("two", ""))),
        Row("all instances are being made", {"shop": UNKNOWN, "one": NOT_APPLICABLE}, (cluster(), member("one", ""))),
        Row("being deleted", NOT_APPLICABLE, (database(multi_az=False, status="deleting"),)),
        Row("three zones are wanted", {"shop": FAIL, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE}, (cluster(), member("one", A), member("two", B)), options={"min_azs": 3}),
        Row("a Multi-AZ cluster", {"shop": PASS}, (cluster(engine="mysql", multi_az=True),)),
        Row("a cluster that is none", {"shop": FAIL}, (cluster(engine="mysql"),)),
        Row("a cluster without instances", {"shop": NO_EVIDENCE}, (cluster(members=()),)),
        Row("a development cluster", NOT_APPLICABLE, (cluster(tags=DEV),)),
        Row("no database", NOT_APPLICABLE),
        Row("clusters are dark", UNKNOWN, dark=[DbCluster]),
        Row("instances are dark", UNKNOWN, (cluster(),), dark=[DbInstance]),
        Row("instances in two zones among dark ones", {"shop": PASS, "one": NOT_APPLICABLE, "two": NOT_APPLICABLE, f"{ACCOUNT}/{REGION}": UNKNOWN}, (cluster(), member("one", A), member("two", B)), gaps={DbInstance: [dark_gap(DbInstance)]}),
        Row("instances in one zone among dark ones", {"shop": UNKNOWN, "one": NOT_APPLICABLE, f"{ACCOUNT}/{REGION}": UNKNOWN}, (cluster(), member("one", A)), gaps={DbInstance: [dark_gap(DbInstance)]}),
    ],
    data_service_multi_az: [
        Row("a cache with both", {"sessions": PASS}, (cache(),)),
        Row("a cache without failover", FAIL, (cache(automatic_failover=False),), says="no automatic failover"),
        Row("a cache without Multi-AZ", FAIL, (cache(multi_az=False),), says="has no Multi-AZ"),
        Row("a domain in two zones", {"domain/logs": PASS}, (domain(),)),
        Row("a domain in one zone", FAIL, (domain(1),)),
        Row("a domain with a zone that stands by", PASS, (domain(3, standby=True),)),
        Row("a warehouse in two zones", {"facts": PASS}, (warehouse(),)),
        Row("a warehouse in one zone", FAIL, (warehouse(multi_az=False),)),
        Row("a warehouse of development", NOT_APPLICABLE, (replace(warehouse(multi_az=False), tags=DEV),)),
        Row("a regional file system", {"file-system/fs-1": PASS}, (files(),)),
        Row("a file system in one zone", FAIL, (files(A),), says=f"{A} alone"),
        Row("a file system of development", NOT_APPLICABLE, (files(A, tags=DEV),)),
        Row("brokers in two zones", {"cluster/events/1": PASS}, (kafka("euw1-az1", "euw1-az2"),)),
        Row("brokers in one zone", FAIL, (kafka("euw1-az1"),)),
        Row("brokers whose subnets tell it", PASS, (kafka(subnets=("subnet-a", "subnet-b")), *TWO)),
        Row("brokers in two subnets of one zone", FAIL, (kafka(subnets=("subnet-a", "subnet-c")), *TWO)),
        Row("brokers that tell nothing", NO_EVIDENCE, (kafka(),)),
        Row("Kafka without servers", PASS, (kafka(serverless=True),), says="by design"),
        Row("Kafka of development", NOT_APPLICABLE, (kafka("euw1-az1", tags=DEV),)),
        Row("a cache of a development account", NOT_APPLICABLE, (cache(multi_az=False),), unit={"environment": "dev"}),
        Row("nothing that keeps data", NOT_APPLICABLE),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (ReplicationGroup, OpenSearchDomain, RedshiftCluster, EfsFileSystem, KafkaCluster)
        ),
        Row("subnets are dark", {"cluster/events/1": UNKNOWN, "sessions": PASS}, (kafka(subnets=("subnet-a",)), cache()), dark=[Subnet]),
    ],
    vpc_nat_gateway_per_az: [
        Row("one in each zone", {IN_A: PASS, IN_B: PASS}, (*HOMES, subnet("app-a", "a"), subnet("app-b", "b"), private("app-a", "nat-a"), private("app-b", "nat-b"))),
        Row("both zones through one", {IN_A: PASS, IN_B: FAIL}, (*HOMES, subnet("app-a", "a"), subnet("app-b", "b"), private("app-a", "nat-a"), private("app-b", "nat-a")), says=f"goes out through nat-a in {A}"),
        Row("one of two subnets crosses zones", {IN_B: FAIL}, (*HOMES, subnet("app-b", "b"), subnet("db-b", "b"), private("app-b", "nat-b"), private("db-b", "nat-a"))),
        Row("by the main route table", {IN_A: PASS, IN_B: FAIL}, (vpc(), subnet("app-a", "a"), subnet("app-b", "b"), nat("nat-a", "app-a"), private("main", "nat-a", main=True))),
        Row("a regional gateway", {IN_A: PASS, IN_B: PASS}, (vpc(), subnet("app-a", "a"), subnet("app-b", "b"), nat("nat-r", "", regional=True), private("app-a", "nat-r"), private("app-b", "nat-r"))),
        Row("a black hole", NOT_APPLICABLE, (*HOMES, subnet("app-b", "b"), private("app-b", "nat-a", active=False))),
        Row("a gateway that is gone", {IN_B: NOT_APPLICABLE}, (*HOMES, subnet("app-b", "b"), private("app-b", "nat-x"))),
        Row("a gateway that failed", {IN_B: NOT_APPLICABLE}, (*HOMES, subnet("app-b", "b"), replace(nat("nat-x", "nat-b"), state="failed"), private("app-b", "nat-x"))),
        Row("no subnet goes out", NOT_APPLICABLE, (*HOMES, subnet("app-a", "a"))),
        Row("a shared subnet, whose routes its owner has", NOT_APPLICABLE, (*HOMES, subnet("app-a", "a", vpc="vpc-9"))),
        Row("a development VPC", {IN_B: NOT_APPLICABLE}, (vpc(DEV), *HOMES[1:], subnet("app-b", "b"), private("app-b", "nat-a"))),
        Row("no subnet", NOT_APPLICABLE),
        Row("subnets are dark", UNKNOWN, dark=[Subnet]),
        Row("routes are dark", UNKNOWN, (*HOMES, subnet("app-a", "a")), dark=[RouteTable]),
        Row("gateways are dark", UNKNOWN, (*HOMES, subnet("app-a", "a"), private("app-a", "nat-a")), dark=[NatGateway]),
        Row("VPCs are dark", UNKNOWN, (*HOMES, subnet("app-a", "a"), private("app-a", "nat-a")), dark=[Vpc]),
        Row("one zone depends on another, others are dark", {IN_B: FAIL, f"{ACCOUNT}/{REGION}": UNKNOWN}, (*HOMES, subnet("app-b", "b"), private("app-b", "nat-a")), gaps={Subnet: [dark_gap(Subnet)]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("check", "resource"),
    [(compute_spans_multiple_az, function()), (data_service_multi_az, kafka(serverless=True))],
)
def test_what_is_so_by_design_decides_nothing(check: Check[..., Any], resource: Any) -> None:
    (result,) = judged(check, Row("by design", PASS, (resource,)))

    assert (result.status, result.severity) == (PASS, Severity.INFO)
