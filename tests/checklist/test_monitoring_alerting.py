"""What the checks on alarms say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.alerting import (
    availability_alarm_configured,
    ec2_instance_status_check_alarm,
    ecs_service_alarm_coverage,
    elb_load_balancer_alarm_coverage,
    lambda_function_alarm_coverage,
    rds_instance_alarm_coverage,
    workload_resource_monitored_share,
)
from readiness.checklist.model import Check
from readiness.evidence.alarms import CentralAlarms, CompositeAlarm, MetricAlarm, ObservabilityLink
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbInstance
from readiness.evidence.edge import Distribution, Origin
from readiness.evidence.functions import FunctionInvocations, LambdaFunction
from readiness.evidence.watching import HealthCheck
from tests.checklist.observed import (
    HERE,
    balancer,
    classic,
    database,
    distribution,
    function,
    http_stage,
    instance,
    invoked,
    rest_stage,
    service,
)
from tests.checklist.test_alarm_coverage import alarm, asking, central, composite, link, on
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"
SHOP = {"LoadBalancer": "app/shop/1"}
WEB = {"ClusterName": "main", "ServiceName": "web"}
GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/web/9"
TARGETS = {"TargetGroup": "targetgroup/web/9", "LoadBalancer": "app/other/3"}
DEV: dict[str, Any] = {"environment": "dev"}
STAGED = {"Environment": "staging"}
EVERY_ALARM: tuple[type[Any], ...] = (MetricAlarm, CompositeAlarm, ObservabilityLink, CentralAlarms)


def over(namespace: str, metric: str, dimensions: dict[str, str], **changes: Any) -> MetricAlarm:
    return alarm(metrics=on(namespace, metric, dimensions), **changes)


def silent(found: MetricAlarm) -> MetricAlarm:
    return replace(found, actions=())


ERRORS = over("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", SHOP)
FAILING = over("AWS/Lambda", "Errors", {"FunctionName": "orders"})
STORAGE = over("AWS/RDS", "FreeStorageSpace", {"DBInstanceIdentifier": "orders"})
BUSY = over("AWS/ECS", "CPUUtilization", WEB)
CHECKED = over("AWS/EC2", "StatusCheckFailed", {"InstanceId": "i-1"})
NOWHERE = over("AWS/RDS", "ReadLatency", {"DBInstanceIdentifier": "orders"})
ABOVE = composite("shop", "ALARM(errors)", TOPIC)


def health(**changes: Any) -> HealthCheck:
    values: dict[str, Any] = {
        "arn": "arn:aws:route53:::healthcheck/h1",
        "type": "HTTPS",
        "disabled": False,
        "managed_by": "",
    }
    return HealthCheck(**values | changes)


def edge(*alarms: MetricAlarm) -> CentralAlarms:
    place = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:central-alarms"
    return CentralAlarms(arn=place, alarms=alarms)


def in_virginia(namespace: str, metric: str, **changes: Any) -> MetricAlarm:
    place = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:alarm:edge"
    named = {"DistributionId": "E1", "Region": "Global"} if "Front" in namespace else {"Id": "1"}
    return over(namespace, metric, named, arn=place, name="edge", **changes)


ORIGIN_ERRORS = in_virginia("AWS/CloudFront", "5xxErrorRate")


def fetching(*domains: str, **changes: Any) -> Distribution:
    origins = (Origin(id=name, domain=name, protocol="https-only", tls=()) for name in domains)
    return replace(distribution("us-east-1"), origins=tuple(origins), **changes)


def dark_rows(resource: Any, *others: Any) -> list[Row]:
    """Return what becomes of a resource without an alarm where a part of the alarms is dark."""
    quiet: dict[type[Any], tuple[MetricAlarm, ...]] = {
        CompositeAlarm: (silent(ERRORS), silent(FAILING), silent(STORAGE), silent(BUSY))
    }
    return [
        Row(f"{kind.__name__} is dark", UNKNOWN, (resource, *others, *quiet.get(kind, ()), *((link(),) if kind is CentralAlarms else ())), dark=[kind])
        for kind in EVERY_ALARM
    ]  # fmt: skip


ROWS: dict[Check[..., Any], list[Row]] = {
    elb_load_balancer_alarm_coverage: [
        Row("errors of its own", {"loadbalancer/app/shop/1": PASS}, (balancer(), ERRORS), says="the alarm errors"),
        Row("targets that fail", PASS, (balancer(), over("AWS/ApplicationELB", "UnHealthyHostCount", {**SHOP, "TargetGroup": "t"}))),
        Row("a network load balancer's targets", PASS, (balancer("network"), over("AWS/NetworkELB", "UnHealthyHostCount", {"LoadBalancer": "net/shop/1"}))),
        Row("a gateway's targets", PASS, (balancer("gateway"), over("AWS/GatewayELB", "HealthyHostCount", {"LoadBalancer": "gwy/shop/1"}))),
        Row("a query over all", PASS, (balancer(), asking('SELECT SUM(HTTPCode_ELB_5XX_Count) FROM "AWS/ApplicationELB"'))),
        Row("an expression over errors and requests", PASS, (balancer(), alarm(metrics=(*on("AWS/ApplicationELB", "RequestCount", SHOP), *ERRORS.metrics)))),
        Row("a composite alarm is heard", PASS, (balancer(), silent(ERRORS), ABOVE)),
        Row("requests say nothing", NO_EVIDENCE, (balancer(), over("AWS/ApplicationELB", "RequestCount", SHOP))),
        Row("another load balancer's", NO_EVIDENCE, (balancer(), over("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", {"LoadBalancer": "app/blog/2"}))),
        Row("no alarm", NO_EVIDENCE, (balancer(),), says="watched by no alarm"),
        Row("an alarm that nobody hears", NO_EVIDENCE, (balancer(), silent(ERRORS))),
        Row("an alarm whose actions are off", NO_EVIDENCE, (balancer(), replace(ERRORS, actions_enabled=False))),
        Row("target tracking", NO_EVIDENCE, (balancer(), replace(ERRORS, name="TargetTracking-service/web"))),
        Row("its group's alarm", NO_EVIDENCE, (balancer(), over("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": "web"}))),
        Row("another tool watches", NO_EVIDENCE, (balancer(),), options={"external_monitoring": "Datadog"}, says="Datadog may watch it"),
        Row("a central account that is not scanned", UNKNOWN, (balancer(), link()), says="444455556666"),
        Row("a central account that has no alarm for it", NO_EVIDENCE, (balancer(), link(), central())),
        Row("not production", NOT_APPLICABLE, (balancer(),), unit=DEV),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("load balancers are dark", {HERE: UNKNOWN}, dark=[LoadBalancer]),
        *dark_rows(balancer()),
    ],
    lambda_function_alarm_coverage: [
        Row("errors of its own", {"orders": PASS}, (function(), invoked(), FAILING)),
        Row("errors of all functions", PASS, (function(), invoked(), over("AWS/Lambda", "Errors", {}))),
        Row("an iterator that is late", PASS, (function(), invoked(), over("AWS/Lambda", "IteratorAge", {"FunctionName": "orders"}))),
        Row("invocations say nothing", NO_EVIDENCE, (function(), invoked(), over("AWS/Lambda", "Invocations", {"FunctionName": "orders"}))),
        Row("no alarm", NO_EVIDENCE, (function(), invoked())),
        Row("another tool watches", NO_EVIDENCE, (function(), invoked()), options={"external_monitoring": "Datadog"}, says="Datadog may watch it"),
        Row("not invoked", NOT_APPLICABLE, (function(), invoked(0)), says="not invoked"),
        Row("Control Tower's", NOT_APPLICABLE, (function("aws-controltower-NotificationForwarder"),)),
        Row("not production", NOT_APPLICABLE, (function(), invoked()), unit=DEV),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("functions are dark", UNKNOWN, dark=[LambdaFunction]),
        Row("invocations are dark", UNKNOWN, (function(), FAILING), dark=[FunctionInvocations]),
        Row("one function's invocations are dark", {"orders": UNKNOWN, "pay": NO_EVIDENCE}, (function(), function("pay"), invoked(name="pay")), gaps={FunctionInvocations: [dark_gap(FunctionInvocations, function().arn)]}),
        *dark_rows(function(), invoked()),
    ],
    rds_instance_alarm_coverage: [
        Row("the lag of a reader of Aurora", PASS, (database(engine="aurora-mysql"), over("AWS/RDS", "AuroraReplicaLag", {"DBInstanceIdentifier": "orders"}))),
        Row("its storage", {"orders": PASS}, (database(), STORAGE)),
        Row("its cluster", PASS, (database(cluster="shop"), over("AWS/RDS", "DatabaseConnections", {"DBClusterIdentifier": "shop", "Role": "WRITER"}))),
        Row("all databases", PASS, (database(), over("AWS/RDS", "CPUUtilization", {}))),
        Row("DocumentDB in a namespace of its own", PASS, (database(engine="docdb"), over("AWS/DocDB", "CPUUtilization", {"DBInstanceIdentifier": "orders"}))),
        Row("a query by tag", PASS, (database(tags={"team": "shop"}), asking("SELECT MAX(CPUUtilization) FROM \"AWS/RDS\" WHERE tag.team = 'shop'"))),
        Row("a query by another tag", NO_EVIDENCE, (database(tags={"team": "shop"}), asking("SELECT MAX(CPUUtilization) FROM \"AWS/RDS\" WHERE tag.team = 'blog'"))),
        Row("a query by engine", PASS, (database(), asking("SELECT MAX(CPUUtilization) FROM \"AWS/RDS\" WHERE EngineName = 'postgres'"))),
        Row("a cluster that it is not in", NO_EVIDENCE, (database(), over("AWS/RDS", "CPUUtilization", {"DBClusterIdentifier": "shop"}))),
        Row("latency says too little", NO_EVIDENCE, (database(), NOWHERE)),
        Row("another tool watches", NO_EVIDENCE, (database(),), options={"external_monitoring": "Datadog"}, says="Datadog may watch it"),
        Row("not production by its tag", NOT_APPLICABLE, (database(tags=STAGED),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
        *dark_rows(database()),
    ],
    ecs_service_alarm_coverage: [
        Row("memory that Container Insights measures", PASS, (service(), over("ECS/ContainerInsights", "MemoryUtilized", WEB))),
        Row("its processor", {"service/main/web": PASS}, (service(), BUSY)),
        Row("its cluster's", PASS, (service(), over("AWS/ECS", "MemoryUtilization", {"ClusterName": "main"}))),
        Row("its tasks", PASS, (service(), over("ECS/ContainerInsights", "RunningTaskCount", WEB))),
        Row("its target group", PASS, (service(target_groups=(GROUP,)), over("AWS/ApplicationELB", "UnHealthyHostCount", TARGETS))),
        Row("another's target group", NO_EVIDENCE, (service(), over("AWS/ApplicationELB", "UnHealthyHostCount", TARGETS))),
        Row("its deployments", PASS, (service(alarmed=True),), says="deployments"),
        Row("another service's", NO_EVIDENCE, (service("pay"), BUSY)),
        Row("no alarm", NO_EVIDENCE, (service(),)),
        Row("another tool watches", NO_EVIDENCE, (service(),), options={"external_monitoring": "Datadog"}, says="Datadog may watch it"),
        Row("not production by its tag", NOT_APPLICABLE, (service(tags=STAGED),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        *dark_rows(service()),
    ],
    workload_resource_monitored_share: [
        Row("all", {HERE: PASS}, (balancer(), ERRORS, database(), STORAGE), says="2 of 2 resources (100%)"),
        Row("half", {HERE: PASS}, (balancer(), ERRORS, database()), says="1 of 2 resources (50%)"),
        Row("a third", {HERE: NO_EVIDENCE}, (balancer(), ERRORS, database(), service()), says="1 of 3 resources (33%), less than 50%"),
        Row("a third is enough", PASS, (balancer(), ERRORS, database(), service()), options={"min_share": 0.3}),
        Row("a function that nobody uses is left out", PASS, (balancer(), ERRORS, function(), invoked(0)), says="1 of 1"),
        Row("a function in use", NO_EVIDENCE, (function(), invoked()), says="0 of 1"),
        Row("what is not production is left out", PASS, (balancer(), ERRORS, database(tags=STAGED)), says="1 of 1"),
        Row("nothing", {HERE: NOT_APPLICABLE}),
        Row("not production", NOT_APPLICABLE, (balancer(),), unit=DEV),
        Row("enough although one is open", PASS, (balancer(), ERRORS, function(), FAILING, function("pay"), invoked()), gaps={FunctionInvocations: [dark_gap(FunctionInvocations, function("pay").arn)]}, says="2 of 3"),
        Row("it depends on one that is open", UNKNOWN, (balancer(), function()), dark=[FunctionInvocations], says="1 could not be judged"),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, (balancer(), ERRORS, *extra), dark=[kind]) for kind, extra in ((LoadBalancer, ()), (LambdaFunction, ()), (DbInstance, ()), (EcsService, ()))),
        *dark_rows(balancer()),
    ],
    ec2_instance_status_check_alarm: [
        Row("its status check", {"instance/i-1": PASS}, (instance(), CHECKED)),
        Row("its disks", PASS, (instance(), over("AWS/EC2", "StatusCheckFailed_AttachedEBS", {"InstanceId": "i-1"}))),
        Row("a query over all", PASS, (instance(), asking('SELECT MAX(StatusCheckFailed) FROM SCHEMA("AWS/EC2", InstanceId)'))),
        Row("another instance's", FAIL, (instance("i-2"), CHECKED)),
        Row("all of those that are measured every minute", PASS, (instance(detailed=True), over("AWS/EC2", "StatusCheckFailed", {}))),
        Row("one of five minutes is not among all", FAIL, (instance(), over("AWS/EC2", "StatusCheckFailed", {}))),
        Row("its type, measured every minute", PASS, (instance(detailed=True), over("AWS/EC2", "StatusCheckFailed", {"InstanceType": "m7g.large"}))),
        Row("one of five minutes is not among its type", FAIL, (instance(), over("AWS/EC2", "StatusCheckFailed", {"InstanceType": "m7g.large"}))),
        Row("a query over the total alone", FAIL, (instance(), asking('SELECT MAX(StatusCheckFailed) FROM SCHEMA("AWS/EC2")'))),
        Row("its processor says nothing of it", FAIL, (instance(), over("AWS/EC2", "CPUUtilization", {"InstanceId": "i-1"}))),
        Row("no alarm", FAIL, (instance(),), says="status checks"),
        Row("an alarm that nobody hears", FAIL, (instance(), silent(CHECKED))),
        Row("a group's instance", NOT_APPLICABLE, (instance(tags={"aws:autoscaling:groupName": "web"}),), says="replaced by"),
        Row("a node", NOT_APPLICABLE, (instance(tags={"eks:cluster-name": "shop"}),)),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True),)),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        *dark_rows(instance())[:1],
        Row("composite alarms are dark", UNKNOWN, (instance(), silent(CHECKED)), dark=[CompositeAlarm]),
        *dark_rows(instance())[2:],
    ],
    availability_alarm_configured: [
        Row("a canary", {HERE: PASS}, (balancer(), over("CloudWatchSynthetics", "SuccessPercent", {"CanaryName": "shop"}))),
        Row("errors of a load balancer", PASS, (balancer(), ERRORS)),
        Row("healthy hosts of a network load balancer", PASS, (balancer("network"), over("AWS/NetworkELB", "HealthyHostCount", {"LoadBalancer": "net/shop/1", "TargetGroup": "t"}))),
        Row("errors of a REST API", PASS, (rest_stage(), over("AWS/ApiGateway", "5XXError", {"ApiName": "shop"}))),
        Row("errors of an HTTP API", PASS, (http_stage(), over("AWS/ApiGateway", "5xx", {"ApiId": "b2"}))),
        Row("faults of a service", PASS, (balancer(), over("ApplicationSignals", "Fault", {"Service": "shop"}))),
        Row("a query over all load balancers", PASS, (classic(), asking("SELECT SUM(HTTPCode_ELB_5XX_Count) FROM \"AWS/ApplicationELB\" WHERE AvailabilityZone = 'a'"))),
        Row("a health check, from another region", PASS, (balancer(), health(), edge(in_virginia("AWS/Route53", "HealthCheckStatus"))), says="in us-east-1"),
        Row("a distribution's errors, where it is judged", {f"{ACCOUNT}/us-east-1": PASS}, (distribution("us-east-1"), in_virginia("AWS/CloudFront", "5xxErrorRate")), unit={"region": "us-east-1"}),
        Row("errors of a distribution that fetches from here", PASS, (balancer(), fetching(f"shop-1.{REGION}.elb.amazonaws.com"), edge(ORIGIN_ERRORS)), says="in us-east-1"),
        Row("of one that fetches from an API here", PASS, (rest_stage(), fetching(f"a1.execute-api.{REGION}.amazonaws.com"), edge(ORIGIN_ERRORS))),
        Row("of one that fetches from a network load balancer here", PASS, (balancer("network"), fetching(f"shop-1.elb.{REGION}.amazonaws.com"), edge(ORIGIN_ERRORS))),
        Row("of one that fetches from another region", NO_EVIDENCE, (balancer(), fetching("shop-1.eu-west-2.elb.amazonaws.com"), edge(ORIGIN_ERRORS))),
        Row("of one whose origin has a name of its own", NO_EVIDENCE, (balancer(), fetching("origin.example.com"), edge(ORIGIN_ERRORS))),
        Row("of one that is off", NO_EVIDENCE, (balancer(), fetching(f"shop-1.{REGION}.elb.amazonaws.com", enabled=False), edge(ORIGIN_ERRORS))),
        Row("of another than fetches from here", NO_EVIDENCE, (balancer(), fetching(f"shop-1.{REGION}.elb.amazonaws.com", id="E2"), edge(ORIGIN_ERRORS))),
        Row("one fetches from here, and its alarms are not scanned", UNKNOWN, (balancer(), fetching(f"shop-1.{REGION}.elb.amazonaws.com")), says="not scanned"),
        Row("distributions are dark, and an alarm is here", PASS, (balancer(), ERRORS), dark=[Distribution]),
        Row("errors of distributions are measured elsewhere", NO_EVIDENCE, (balancer(), over("AWS/CloudFront", "5xxErrorRate", {"DistributionId": "E1"}))),
        Row("a Classic load balancer's targets", PASS, (classic(), over("AWS/ELB", "UnHealthyHostCount", {"LoadBalancerName": "old"}))),
        Row("a gateway is nothing that users reach", NOT_APPLICABLE, (balancer("gateway"),)),
        Row("an alarm on a health check that is a switch", NO_EVIDENCE, (balancer(), health(type="RECOVERY_CONTROL"), edge(in_virginia("AWS/Route53", "HealthCheckStatus")))),
        Row("a distribution is judged elsewhere", NOT_APPLICABLE, (distribution("us-east-1"),)),
        Row("a distribution that is off", NOT_APPLICABLE, (distribution(enabled=False),)),
        Row("latency is no availability", NO_EVIDENCE, (balancer(), over("AWS/ApplicationELB", "TargetResponseTime", SHOP))),
        Row("an alarm that nobody hears", NO_EVIDENCE, (balancer(), silent(ERRORS))),
        Row("a composite alarm is heard", PASS, (balancer(), silent(ERRORS), ABOVE)),
        Row("no alarm", {HERE: NO_EVIDENCE}, (balancer(),), says="no alarm on availability"),
        Row("no alarm on a health check either", NO_EVIDENCE, (balancer(), health(), edge())),
        Row("a health check whose alarms are not scanned", UNKNOWN, (balancer(), health()), says="not scanned"),
        Row("a disabled health check has no alarm to look for", NO_EVIDENCE, (balancer(), health(disabled=True))),
        Row("a central account that is not scanned", UNKNOWN, (balancer(), link())),
        Row("no endpoint", {HERE: NOT_APPLICABLE}),
        Row("no endpoint, and an alarm", {HERE: NOT_APPLICABLE}, (ERRORS,)),
        *(Row(f"no endpoint, and {kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (LoadBalancer, ClassicLoadBalancer, RestStage, HttpStage, Distribution)),
        Row("health checks are dark", UNKNOWN, (balancer(),), dark=[HealthCheck]),
        *dark_rows(balancer())[:3],
        Row("alarms elsewhere are dark", UNKNOWN, (balancer(), health()), dark=[CentralAlarms]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
