"""What is said of taking one machine, one task or one zone out, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.upkeep import (
    autoscaling_group_instances_multiple_az,
    autoscaling_group_rolling_capacity,
    ecs_service_redundant_tasks,
    ecs_service_rolling_without_gap,
    elasticache_replication_group_failover,
    elb_load_balancer_multiple_az,
    rds_instance_multi_az,
)
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.network import Subnet
from readiness.evidence.scaling import AutoScalingGroup, GroupInstance
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
)

A, B = f"{REGION}a", f"{REGION}b"
DEV = {"environment": "dev"}
TAGGED = {"Environment": "test"}


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def instance(name: str = "orders", **changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": arn("rds", f"db:{name}"),
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": False,
        "cluster": "",
        "replica": False,
        "availability_zone": A,
        "tags": {},
    }
    return DbInstance(**values | changes)


def cluster(**changes: Any) -> DbCluster:
    values: dict[str, Any] = {
        "arn": arn("rds", "cluster:shop"),
        "engine": "aurora-mysql",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": False,
        "members": ("one", "two"),
        "tags": {},
    }
    return DbCluster(**values | changes)


def member(name: str, zone: str, of: str = "shop") -> DbInstance:
    return instance(name, cluster=of, availability_zone=zone)


def cache(**changes: Any) -> ReplicationGroup:
    values: dict[str, Any] = {
        "arn": arn("elasticache", "replicationgroup:cache"),
        "snapshot_retention_days": 1,
        "multi_az": True,
        "automatic_failover": True,
        "nodes": 2,
    }
    return ReplicationGroup(**values | changes)


def service(**changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": arn("ecs", "service/shop/web"),
        "name": "web",
        "cluster": arn("ecs", "cluster/shop"),
        "launch_type": "FARGATE",
        "subnets": ("subnet-a", "subnet-b"),
        "tags": {},
        "desired": 2,
        "running": 2,
        "newest_running": 2,
        "balanced": True,
    }
    return EcsService(**values | changes)


def subnet(name: str, zone: str) -> Subnet:
    return Subnet(
        arn=arn("ec2", f"subnet/{name}"), id=name, vpc="vpc-1", zone=zone, zone_id=f"id-{zone}"
    )


def group(**changes: Any) -> AutoScalingGroup:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web"),
        "name": "web",
        "zones": (A, B),
        "tags": {},
        "minimum": 2,
        "maximum": 4,
        "desired": 2,
        "balanced": True,
        "instances": (running(A), running(B)),
    }
    return AutoScalingGroup(**values | changes)


def running(zone: str, state: str = "InService", *, healthy: bool = True) -> GroupInstance:
    return GroupInstance(id=f"i-{zone}", state=state, template=None, zone=zone, healthy=healthy)


def balancer(*zones: str) -> LoadBalancer:
    name = arn("elasticloadbalancing", "loadbalancer/app/web/1")
    return LoadBalancer(
        arn=name, name="web", type="application", scheme="internal", created=NOW, zones=zones
    )


def classic(*zones: str) -> ClassicLoadBalancer:
    name = arn("elasticloadbalancing", "loadbalancer/old")
    return ClassicLoadBalancer(
        arn=name, name="old", scheme="internal", created=NOW, zones=zones, instances=()
    )


SUBNETS = (subnet("subnet-a", A), subnet("subnet-b", B))
SAME = (subnet("subnet-a", A), subnet("subnet-b", A))
MEMBERS = {"one": NOT_APPLICABLE, "two": NOT_APPLICABLE}

ROWS: dict[Check[..., Any], list[Row]] = {
    rds_instance_multi_az: [
        Row("a standby", {"orders": PASS}, (instance(multi_az=True),)),
        Row("a standby of SQL Server, told by its zone alone", PASS, (instance(standby_zone=B),)),
        Row("no standby", {"orders": FAIL}, (instance(),)),
        Row("no standby of what a tag calls a test", NOT_APPLICABLE, (instance(tags=TAGGED),)),
        Row("no standby of what is not production", NOT_APPLICABLE, (instance(),), unit=DEV),
        Row("a read replica", NOT_APPLICABLE, (instance(replica=True),)),
        Row("a cluster in two zones", {"shop": PASS, **MEMBERS}, (cluster(), member("one", A), member("two", B))),
        Row("a cluster in one zone", {"shop": FAIL, **MEMBERS}, (cluster(), member("one", A), member("two", A)), says=f"in {A} alone"),
        Row("being deleted", {"orders": NOT_APPLICABLE}, (instance(status="deleting"),)),
        Row("a second instance that has no zone yet", {"shop": UNKNOWN, **MEMBERS}, (cluster(), member("one", A), member("two", "")), says="not told yet"),
        Row("a third instance that has no zone yet", {"shop": PASS, **MEMBERS, "three": NOT_APPLICABLE}, (cluster(members=("one", "two", "three")), member("three", ""), member("one", A), member("two", B))),
        Row("a cluster of one instance", {"shop": FAIL, "one": NOT_APPLICABLE}, (cluster(members=("one",)), member("one", A))),
        Row("another cluster's instance does not count", {"shop": FAIL, **MEMBERS}, (cluster(), member("one", A), member("two", B, of="other"))),
        Row("a Multi-AZ cluster reports it itself", {"shop": PASS}, (cluster(engine="mysql", multi_az=True),)),
        Row("Aurora Serverless v1", {"shop": NOT_APPLICABLE}, (cluster(mode="serverless", members=()),)),
        Row("a cluster without instances", {"shop": NO_EVIDENCE}, (cluster(members=()),)),
        Row("none", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, (cluster(),), dark=[DbInstance]),
        Row("clusters are dark", UNKNOWN, dark=[DbCluster]),
    ],
    elasticache_replication_group_failover: [
        Row("it fails over", {"cache": PASS}, (cache(),), says="2 nodes"),
        Row("no automatic failover", {"cache": FAIL}, (cache(automatic_failover=False),), says="no automatic failover"),
        Row("one zone", FAIL, (cache(multi_az=False),), says="no Multi-AZ"),
        Row("one node", FAIL, (cache(nodes=1),), says="no second node"),
        Row("nothing of all", FAIL, (cache(nodes=1, multi_az=False, automatic_failover=False),), says="no automatic failover and no Multi-AZ and no second node"),
        Row("not production", NOT_APPLICABLE, (cache(nodes=1),), unit=DEV),
        Row("none", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[ReplicationGroup]),
    ],
    ecs_service_rolling_without_gap: [
        Row("two tasks, by the defaults", {"service/shop/web": PASS}, (service(),)),
        Row("half of two tasks stay", PASS, (service(minimum_healthy=50, maximum=100),)),
        Row("a tenth of two tasks is one", PASS, (service(minimum_healthy=10),)),
        Row("none of two tasks stays", {"service/shop/web": FAIL}, (service(minimum_healthy=0),), says="2 tasks, between 0 % and 200 %"),
        Row("one task, and the next starts first", PASS, (service(desired=1),), says="one task"),
        Row("one task that stops first", FAIL, (service(desired=1, minimum_healthy=0, maximum=100),)),
        Row("one task without room for another", FAIL, (service(desired=1, maximum=150),)),
        *(Row(f"one task, {kind}", PASS, (service(desired=1, minimum_healthy=0, strategy=kind),)) for kind in ("BLUE_GREEN", "CANARY", "LINEAR")),
        *(Row(f"one task, {kind}", PASS, (service(desired=1, minimum_healthy=0, controller=kind),)) for kind in ("CODE_DEPLOY", "EXTERNAL")),
        Row("a daemon that stops everywhere first", FAIL, (service(scheduling="DAEMON", minimum_healthy=0, maximum=100),)),
        Row("nothing runs", NOT_APPLICABLE, (service(desired=0),)),
        Row("one task of what a tag calls a test", NOT_APPLICABLE, (service(desired=1, minimum_healthy=0, tags=TAGGED),)),
        Row("none", NOT_APPLICABLE),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
    ],
    autoscaling_group_rolling_capacity: [
        Row("two instances in two zones", {"autoScalingGroupName/web": PASS}, (group(),)),
        Row("one instance", {"autoScalingGroupName/web": FAIL}, (group(minimum=1),)),
        Row("one zone", FAIL, (group(zones=(A,)),)),
        Row("one instance, and the next starts first", PASS, (group(minimum=1, minimum_healthy=100, maximum_healthy=110),)),
        Row("one instance that goes first", FAIL, (group(minimum=1, minimum_healthy=90, maximum_healthy=100),)),
        Row("a worker group of one", NOT_APPLICABLE, (group(minimum=1, balanced=False),)),
        Row("it may run nothing", NOT_APPLICABLE, (group(minimum=0, maximum=0),)),
        Row("not production", NOT_APPLICABLE, (group(minimum=1),), unit=DEV),
        Row("none", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
    ],
    elb_load_balancer_multiple_az: [
        Row("two zones, one zone", {"loadbalancer/app/web/1": PASS, "loadbalancer/old": FAIL}, (balancer(A, B), classic(A)), says=f"{A} alone"),
        Row("a Classic one in two zones", PASS, (classic(A, B),)),
        Row("not production", NOT_APPLICABLE, (balancer(A),), unit=DEV),
        Row("none", NOT_APPLICABLE),
        Row("load balancers are dark", UNKNOWN, dark=[LoadBalancer]),
        Row("Classic ones are dark", UNKNOWN, dark=[ClassicLoadBalancer]),
        Row("one zone while Classic ones are dark", {"loadbalancer/app/web/1": FAIL, f"{ACCOUNT}/{REGION}": UNKNOWN}, (balancer(A),), dark=[ClassicLoadBalancer]),
    ],
    autoscaling_group_instances_multiple_az: [
        Row("two instances in two zones", {"autoScalingGroupName/web": PASS}, (group(),), says="2 healthy instances"),
        Row("two instances in one zone, of two that are configured", {"autoScalingGroupName/web": FAIL}, (group(instances=(running(A), running(A))),)),
        Row("one of two is unhealthy", FAIL, (group(instances=(running(A), running(B, healthy=False))),)),
        Row("one of two is not in service yet", FAIL, (group(instances=(running(A), running(B, "Pending"))),)),
        Row("none runs", FAIL, (group(instances=()),), says="no zone"),
        Row("a worker group of one", NOT_APPLICABLE, (group(instances=(running(A),), balanced=False),)),
        Row("a worker group of two", PASS, (group(balanced=False),)),
        Row("nothing is to run", NOT_APPLICABLE, (group(desired=0, instances=()),)),
        Row("not production", NOT_APPLICABLE, (group(instances=()),), unit=DEV),
        Row("none", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
    ],
    ecs_service_redundant_tasks: [
        Row("two tasks in two zones", {"service/shop/web": PASS}, (service(), *SUBNETS), says=f"{A} and {B}"),
        Row("two subnets in one zone", {"service/shop/web": FAIL}, (service(), *SAME), says=f"{A} alone"),
        Row("two subnets in one zone, which ECS cannot spread", FAIL, (service(spread=True), *SAME)),
        Row("one of two tasks runs", FAIL, (service(running=1), *SUBNETS), says="1 of 2"),
        Row("one task is to run, and two run for a moment", FAIL, (service(desired=1), *SUBNETS)),
        Row("a deployment in which the old tasks still run", NO_EVIDENCE, (service(newest_running=0), *SUBNETS)),
        Row("a deployment by task sets", PASS, (service(newest_running=None), *SUBNETS)),
        Row("in the network of its machines, spread over zones", PASS, (service(subnets=(), spread=True),)),
        Row("in the network of its machines, by chance", FAIL, (service(subnets=()),)),
        Row("a subnet that the account does not see", UNKNOWN, (service(), SUBNETS[0])),
        Row("found by Cloud Map", FAIL, (service(balanced=False, discovered=True, running=1), *SUBNETS)),
        Row("found by Service Connect", FAIL, (service(balanced=False, connected=True, running=1), *SUBNETS)),
        Row("a worker", NOT_APPLICABLE, (service(balanced=False, running=1, desired=1),)),
        Row("a daemon", NOT_APPLICABLE, (service(scheduling="DAEMON", running=1, desired=1),)),
        Row("machines outside of AWS", NOT_APPLICABLE, (service(launch_type="EXTERNAL", running=1),)),
        Row("nothing is to run", NOT_APPLICABLE, (service(desired=0, running=0),)),
        Row("not production", NOT_APPLICABLE, (service(running=1),), unit=DEV),
        Row("none", NOT_APPLICABLE),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("subnets are dark", UNKNOWN, (service(),), dark=[Subnet]),
        Row("subnets are dark, and one task runs", FAIL, (service(running=1),), dark=[Subnet]),
        Row("another subnet is dark", PASS, (service(), *SUBNETS), gaps={Subnet: [dark_gap(Subnet)]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
