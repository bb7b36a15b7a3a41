"""Records of a region that is observed, for the tests of "Monitoring" and "Logging"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionInvocations, LambdaFunction
from readiness.evidence.observability import ActiveNamespace, SignalsService, SignalsServices
from tests.rows import ACCOUNT, NOW, REGION

HERE = f"{ACCOUNT}/{REGION}"
HOUR = timedelta(hours=1)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def balancer(kind: str = "application", **changes: Any) -> LoadBalancer:
    prefix = {"application": "app", "network": "net", "gateway": "gwy"}[kind]
    values: dict[str, Any] = {
        "arn": arn("elasticloadbalancing", f"loadbalancer/{prefix}/shop/1"),
        "name": "shop",
        "type": kind,
        "scheme": "internet-facing",
        "created": NOW - timedelta(days=30),
        "zones": (),
    }
    return LoadBalancer(**values | changes)


def classic() -> ClassicLoadBalancer:
    return ClassicLoadBalancer(
        arn=arn("elasticloadbalancing", "loadbalancer/old"),
        name="old",
        scheme="internal",
        created=NOW - timedelta(days=30),
        zones=(),
        instances=(),
    )


def function(name: str = "orders", **changes: Any) -> LambdaFunction:
    values: dict[str, Any] = {
        "arn": arn("lambda", f"function:{name}"),
        "name": name,
        "subnets": (),
    }
    return LambdaFunction(**values | changes)


def invoked(count: float = 7, name: str = "orders") -> FunctionInvocations:
    return FunctionInvocations(arn=arn("lambda", f"function:{name}"), count=count)


def service(name: str = "web", **changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": arn("ecs", f"service/main/{name}"),
        "name": name,
        "cluster": arn("ecs", "cluster/main"),
        "launch_type": "FARGATE",
        "subnets": (),
        "tags": {},
        "task_definition": arn("ecs", "task-definition/web:3"),
    }
    return EcsService(**values | changes)


def database(name: str = "orders", **changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": arn("rds", f"db:{name}"),
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "cluster": "",
        "replica": False,
        "availability_zone": f"{REGION}a",
        "tags": {},
        "type": "db.r8g.large",
    }
    return DbInstance(**values | changes)


def db_cluster(**changes: Any) -> DbCluster:
    values: dict[str, Any] = {
        "arn": arn("rds", "cluster:shop"),
        "engine": "aurora-postgresql",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "members": ("shop-1",),
        "tags": {},
    }
    return DbCluster(**values | changes)


def instance(name: str = "i-1", **changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", f"instance/{name}"),
        "id": name,
        "type": "m7g.large",
        "state": "running",
        "launched": NOW - timedelta(days=100),
        "managed": False,
        "tags": {},
    }
    return Instance(**values | changes)


def eks() -> EksCluster:
    return EksCluster(arn=arn("eks", "cluster/shop"), name="shop")


def rest_stage(**changes: Any) -> RestStage:
    api = f"arn:aws:apigateway:{REGION}::/restapis/a1"
    values: dict[str, Any] = {
        "arn": f"{api}/stages/live",
        "api": api,
        "name": "live",
        "throttled": True,
        "web_acl": "",
    }
    return RestStage(**values | changes)


def http_stage(**changes: Any) -> HttpStage:
    api = f"arn:aws:apigateway:{REGION}::/apis/b2"
    values: dict[str, Any] = {
        "arn": f"{api}/stages/$default",
        "api": api,
        "name": "$default",
        "throttled": True,
    }
    return HttpStage(**values | changes)


def distribution(region: str = REGION, **changes: Any) -> Distribution:
    values: dict[str, Any] = {
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "id": "E1",
        "region": region,
        "enabled": True,
        "dns": "d1.cloudfront.net",
        "aliases": (),
        "tenants": False,
        "web_acl": "",
    }
    return Distribution(**values | changes)


def signals(*services: SignalsService) -> SignalsServices:
    return SignalsServices(arn=arn("application-signals", "services"), services=services)


def namespace(name: str = "Shop", *metrics: str, **changes: Any) -> ActiveNamespace:
    values: dict[str, Any] = {
        "arn": arn("cloudwatch", f"namespace/{name}"),
        "name": name,
        "metrics": metrics or ("Latency",),
    }
    return ActiveNamespace(**values | changes)
