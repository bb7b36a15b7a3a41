"""What is said of logs, whether they are written and kept, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.kept_logs import (
    apigateway_stage_logging_enabled,
    ec2_instance_log_agent,
    ecs_task_definition_log_configuration,
    elb_load_balancer_access_logs,
    lambda_function_log_group_present,
    logs_log_group_retention,
    rds_instance_log_export,
)
from readiness.checklist.model import Check
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import (
    BalancerAttributes,
    ClassicAttributes,
    ClassicLoadBalancer,
    Listener,
    LoadBalancer,
)
from readiness.evidence.compute import Instance
from readiness.evidence.containers import (
    Container,
    ContainerInstance,
    EcsService,
    TaskDefinition,
)
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.functions import FunctionInvocations, LambdaFunction
from readiness.evidence.logs import LogDelivery, LogGroup, LogSubscription
from readiness.evidence.observability import InstalledAgent
from tests.checklist.observed import (
    HERE,
    arn,
    balancer,
    classic,
    database,
    db_cluster,
    function,
    http_stage,
    instance,
    invoked,
    rest_stage,
    service,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

DEV: dict[str, Any] = {"environment": "dev"}
ARCHIVE = {"central_log_archive": True}
BOTH = (BalancerAttributes, ClassicAttributes)


def group(days: int | None = 90, name: str = "/shop/web", **changes: Any) -> LogGroup:
    values = {"arn": arn("logs", f"log-group:{name}"), "name": name, "retention_days": days}
    return LogGroup(**values | changes)


def subscription(*without: str, whole: bool = True) -> LogSubscription:
    policy = arn("logs", "account-policy/archive")
    return LogSubscription(arn=policy, name="archive", whole=whole, without=without)


def attributes(*, logged: bool, of: LoadBalancer | None = None) -> BalancerAttributes:
    return BalancerAttributes(arn=(of or balancer()).arn, cross_zone=True, access_log=logged)


def classic_attributes(*, logged: bool) -> ClassicAttributes:
    return ClassicAttributes(arn=classic().arn, cross_zone=True, access_log=logged)


def delivery(kind: str = "ALB_ACCESS_LOGS") -> LogDelivery:
    return LogDelivery(arn=balancer().arn, kind=kind)


def listener(protocol: str) -> Listener:
    net = balancer("network")
    return Listener(
        arn=f"{net.arn}/l1",
        balancer=net.arn,
        port=443,
        protocol=protocol,
        actions=("forward",),
        tls_policy="",
        redirects_to_https=False,
    )


def container(driver: str = "awslogs", name: str = "web", **changes: Any) -> Container:
    values: dict[str, Any] = {
        "name": name,
        "image": "web:1",
        "essential": True,
        "consistent": True,
        "log_driver": driver,
    }
    return Container(**values | changes)


def definition(*containers: Container) -> TaskDefinition:
    return TaskDefinition(arn=arn("ecs", "task-definition/web:3"), containers=containers)


def agent(name: str = "log agent") -> InstalledAgent:
    return InstalledAgent(arn=instance().arn, name=name)


def host() -> ContainerInstance:
    return ContainerInstance(arn=arn("ecs", "container-instance/main/1"), instance="i-1")


ROWS: dict[Check[..., Any], list[Row]] = {
    logs_log_group_retention: [
        Row("long enough", {"/shop/web": PASS}, (group(90),), says="90 days"),
        Row("for ever", PASS, (group(None),), says="cost has no bound"),
        Row("too short", FAIL, (group(89),), says="89 days, less than 90"),
        Row("a day", FAIL, (group(1),), says="for 1 day, less"),
        Row("a year is wanted", FAIL, (group(180),), options={"log_retention_min_days": 365}),
        Row("a week where nothing is production", PASS, (group(7),), unit=DEV),
        Row("too short even there", FAIL, (group(3),), unit=DEV, says="less than 7"),
        Row("a fortnight is wanted there", FAIL, (group(7),), unit=DEV, options={"log_retention_min_days_nonprod": 14}),
        Row("an archive elsewhere", PASS, (group(7),), options=ARCHIVE),
        Row("an archive elsewhere, and too short", FAIL, (group(3),), options=ARCHIVE),
        Row("an archive by subscription", PASS, (group(3), subscription()), options=ARCHIVE, says="archive sends them"),
        Row("a subscription without the option", FAIL, (group(3), subscription())),
        Row("a subscription of some lines", FAIL, (group(3), subscription(whole=False)), options=ARCHIVE),
        Row("a subscription that leaves it out", FAIL, (group(3), subscription("/shop/*")), options=ARCHIVE),
        Row("a subscription that leaves out another", PASS, (group(3), subscription("/blog/*")), options=ARCHIVE),
        Row("subscriptions are dark", UNKNOWN, (group(3),), dark=[LogSubscription], options=ARCHIVE),
        Row("subscriptions are dark, and nothing is archived", FAIL, (group(3),), dark=[LogSubscription]),
        Row("of the class DELIVERY", NOT_APPLICABLE, (group(2, kind="DELIVERY"),)),
        Row("of builds", NOT_APPLICABLE, (group(3, "/aws/codebuild/shop"),)),
        Row("of builds, which count", FAIL, (group(3, "/aws/codebuild/shop"),), options={"short_lived_groups": ()}),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("groups are dark", UNKNOWN, dark=[LogGroup]),
    ],
    rds_instance_log_export: [
        Row("PostgreSQL's", {"orders": PASS}, (database(log_exports=("postgresql",)),)),
        Row("MySQL's errors", PASS, (database(engine="mysql", log_exports=("slowquery", "error")),)),
        Row("MariaDB's slow queries alone", NO_EVIDENCE, (database(engine="mariadb", log_exports=("slowquery",)),), says="not the log error"),
        Row("SQL Server's errors", PASS, (database(engine="sqlserver-se", log_exports=("error",)),)),
        Row("Oracle's alerts", PASS, (database(engine="oracle-ee", log_exports=("alert",)),)),
        Row("Oracle's audit alone", NO_EVIDENCE, (database(engine="oracle-ee", log_exports=("audit",)),)),
        Row("Db2's", PASS, (database(engine="db2-se", log_exports=("diag.log",)),)),
        Row("a cluster's", {"shop": PASS}, (db_cluster(log_exports=("postgresql",)),)),
        Row("a cluster of Aurora MySQL", PASS, (db_cluster(engine="aurora-mysql", log_exports=("error",)),)),
        Row("none of them", FAIL, (database(),)),
        Row("none of a cluster's", FAIL, (db_cluster(),)),
        Row("a member of a cluster", NOT_APPLICABLE, (database(cluster="shop"),), says="which is judged"),
        Row("no database", {HERE: NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[DbInstance]),
        Row("clusters are dark", UNKNOWN, dark=[DbCluster]),
    ],
    elb_load_balancer_access_logs: [
        Row("to a bucket", {"loadbalancer/app/shop/1": PASS}, (balancer(), attributes(logged=True))),
        Row("nowhere", FAIL, (balancer(), attributes(logged=False))),
        Row("delivered", PASS, (balancer(), attributes(logged=False), delivery()), says="delivered"),
        Row("health checks delivered alone", FAIL, (balancer(), attributes(logged=False), delivery("ALB_HEALTH_CHECK_LOGS"))),
        Row("a Classic one", {"loadbalancer/old": PASS}, (classic(), classic_attributes(logged=True))),
        Row("a Classic one to nowhere", FAIL, (classic(), classic_attributes(logged=False))),
        Row("over TLS", PASS, (balancer("network"), listener("TLS"), attributes(logged=True, of=balancer("network")))),
        Row("over TLS, to nowhere", FAIL, (balancer("network"), listener("TLS"), attributes(logged=False, of=balancer("network")))),
        Row("over TCP", NOT_APPLICABLE, (balancer("network"), listener("TCP")), says="no TLS listener"),
        Row("a gateway", NOT_APPLICABLE, (balancer("gateway"),)),
        Row("deleted meanwhile", NOT_APPLICABLE, (balancer(),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("load balancers are dark", UNKNOWN, dark=[LoadBalancer]),
        Row("Classic ones are dark", UNKNOWN, dark=[ClassicLoadBalancer]),
        Row("attributes are dark", UNKNOWN, (balancer(),), dark=[BalancerAttributes]),
        Row("one's attributes are dark", UNKNOWN, (balancer(),), gaps={BalancerAttributes: [dark_gap(BalancerAttributes, balancer().arn)]}),
        Row("attributes of Classic ones are dark", UNKNOWN, (classic(),), dark=[ClassicAttributes]),
        Row("deliveries are dark", UNKNOWN, (balancer(), attributes(logged=False)), dark=[LogDelivery]),
        Row("deliveries are dark, and it writes", PASS, (balancer(), attributes(logged=True)), dark=[LogDelivery]),
        Row("attributes are dark, and it is delivered", PASS, (balancer(), delivery()), dark=[*BOTH]),
        Row("listeners are dark", UNKNOWN, (balancer("network"), attributes(logged=False, of=balancer("network"))), dark=[Listener]),
    ],
    lambda_function_log_group_present: [
        Row("there", {"orders": PASS}, (function(), group(name="/aws/lambda/orders"))),
        Row("a group of its own choice", PASS, (function(log_group="/shop/orders"), group(name="/shop/orders"))),
        Row("a copy at the edge", PASS, (function(arn=f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:orders"), group(name="/aws/lambda/us-east-1.orders"))),
        Row("the copy of another function of its name", FAIL, (function(), invoked(), group(name="/aws/lambda/us-east-1.orders"))),
        Row("missing, and invoked", FAIL, (function(), invoked(12)), says="12 times"),
        Row("another's", FAIL, (function(), invoked(), group(name="/aws/lambda/pay"))),
        Row("missing, and not invoked", NOT_APPLICABLE, (function(), invoked(0))),
        Row("Control Tower's", NOT_APPLICABLE, (function("aws-controltower-NotificationForwarder"), invoked(name="aws-controltower-NotificationForwarder"))),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("functions are dark", UNKNOWN, dark=[LambdaFunction]),
        Row("groups are dark", UNKNOWN, (function(), invoked()), dark=[LogGroup]),
        Row("invocations are dark", UNKNOWN, (function(),), dark=[FunctionInvocations]),
        Row("invocations are dark, and the group is there", PASS, (function(), group(name="/aws/lambda/orders")), dark=[FunctionInvocations]),
    ],
    ecs_task_definition_log_configuration: [
        Row("to CloudWatch Logs", {"3#web": PASS}, (service(), definition(container()))),
        Row("nothing said", FAIL, (service(), definition(container(""))), says="web has no log configuration"),
        Row("to the machine's disk", FAIL, (service(), definition(container("json-file"))), says="json-file"),
        Row("nowhere", FAIL, (service(), definition(container("none")))),
        Row("to Splunk", PASS, (service(), definition(container("splunk")))),
        Row("to Splunk, which does not count", FAIL, (service(), definition(container("splunk"))), options={"accepted_log_drivers": ("awslogs",)}),
        Row("one of two", FAIL, (service(), definition(container(), container("", "cache")))),
        Row("one that is not essential", PASS, (service(), definition(container(), container("", "init", essential=False)))),
        Row("through a router", PASS, (service(), definition(container("awsfirelens"), container("", "router", routes_logs=True)))),
        Row("through a router that is not there", FAIL, (service(), definition(container("awsfirelens"))), says="no container routes it"),
        Row("two services, one definition", {"3#web": PASS, "3#pay": PASS}, (service(), service("pay"), definition(container()))),
        Row("a definition for each task set", NO_EVIDENCE, (service(task_definition=""),)),
        Row("deleted meanwhile", NOT_APPLICABLE, (service(),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("definitions are dark", UNKNOWN, (service(),), dark=[TaskDefinition]),
    ],
    apigateway_stage_logging_enabled: [
        Row("accesses", {"/restapis/a1/stages/live": PASS}, (rest_stage(access_log=True),)),
        Row("executions", PASS, (rest_stage(execution_log="ERROR"),)),
        Row("accesses of an HTTP API", {"/apis/b2/stages/$default": PASS}, (http_stage(access_log=True),)),
        Row("neither", FAIL, (rest_stage(),)),
        Row("neither of an HTTP API", FAIL, (http_stage(),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("stages of REST APIs are dark", UNKNOWN, dark=[RestStage]),
        Row("stages of HTTP APIs are dark", UNKNOWN, dark=[HttpStage]),
    ],
    ec2_instance_log_agent: [
        Row("an agent", {"instance/i-1": PASS}, (instance(), agent())),
        Row("Datadog's", PASS, (instance(), agent("datadog-agent"))),
        Row("another instance's", NO_EVIDENCE, (instance("i-2"), agent())),
        Row("no agent", NO_EVIDENCE, (instance(),), says="not managed"),
        Row("a node of EKS", PASS, (instance(tags={"aws:autoscaling:groupName": "n", "eks:cluster-name": "shop"}),)),
        Row("a machine of ECS, by its cluster", PASS, (instance(), host())),
        Row("another is a machine of ECS", NO_EVIDENCE, (instance("i-2"), host())),
        Row("machines of ECS are dark", UNKNOWN, (instance(),), dark=[ContainerInstance]),
        Row("a node of ECS", PASS, (instance(tags={"AmazonECSManaged": ""}),)),
        Row("a group's instance is none", NO_EVIDENCE, (instance(tags={"aws:autoscaling:groupName": "web"}),)),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("agents are dark", UNKNOWN, (instance(),), dark=[InstalledAgent]),
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
