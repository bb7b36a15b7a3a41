"""What is said of what is measured, situation by situation, and of items as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.measured import (
    amp_workspace_active,
    applicationsignals_service_discovered,
    cloudwatch_business_metric_active,
    cloudwatch_custom_metric_active,
    ec2_instance_agent_metrics,
    ec2_instance_detailed_monitoring,
    logs_metric_filter_present,
    quicksight_business_dashboard_published,
    rds_instance_enhanced_monitoring,
    route53_health_check_configured,
    synthetics_canary_running,
)
from readiness.checklist.model import Check, Status
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.databases import DbInstance
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionInvocations
from readiness.evidence.logs import MetricFilter
from readiness.evidence.observability import (
    ActiveNamespace,
    BusinessDashboard,
    BusinessMetric,
    BusinessMetricUse,
    InstalledAgent,
    MemoryMetric,
    PrometheusWorkspace,
    SignalsService,
    SignalsServices,
)
from readiness.evidence.watching import Canary, CanaryRuns, HealthCheck
from tests.checklist.observed import (
    HERE,
    HOUR,
    arn,
    balancer,
    classic,
    database,
    distribution,
    eks,
    http_stage,
    instance,
    invoked,
    namespace,
    rest_stage,
    service,
    signals,
)
from tests.checklist.test_alarm_coverage import alarm, on
from tests.checklist.test_monitoring_alerting import ERRORS, health, over
from tests.checklist.test_monitoring_observability import dashboard, objectives, prometheus
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

DEV: dict[str, Any] = {"environment": "dev"}
RUNNING = (FunctionInvocations, EcsService, Instance, EksCluster)
ENDPOINTS = (LoadBalancer, ClassicLoadBalancer, RestStage, HttpStage, Distribution)
CANARY = arn("synthetics", "canary:shop")
ORDERS = BusinessMetric("Shop", "Orders", {"country": "de"})
NAMED = {"business_metrics": (ORDERS,)}


def without_application(has: tuple[Any, ...] = ()) -> list[Row]:
    """Return what becomes of a region that shows nothing, thing by thing that may run there."""
    return [
        *(Row(f"nothing, and {type(each).__name__} runs", NO_EVIDENCE, (*has, each)) for each in (invoked(), service(), instance(), eks())),
        *(Row(f"nothing, and {kind.__name__} is dark", UNKNOWN, has, dark=[kind]) for kind in RUNNING),
        Row("nothing, and a function that nobody calls", NOT_APPLICABLE, (*has, invoked(0))),
        Row("nothing, and an instance that is stopped", NOT_APPLICABLE, (*has, instance(state="stopped"))),
        Row("nothing, and nothing runs", {HERE: NOT_APPLICABLE}, has),
    ]  # fmt: skip


def without_endpoint() -> list[Row]:
    return [
        Row("no endpoint", {HERE: NOT_APPLICABLE}),
        Row("a distribution that is judged elsewhere", NOT_APPLICABLE, (distribution("us-east-1"),)),
        *(Row(f"no endpoint, and {kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in ENDPOINTS),
        *(Row(f"nothing for {type(each).__name__}", NO_EVIDENCE, (each,)) for each in (classic(), rest_stage(), http_stage(), distribution())),
    ]  # fmt: skip


def metric_filter(*namespaces: str) -> MetricFilter:
    place = arn("logs", "log-group:/shop/web:metric-filter:errors")
    return MetricFilter(arn=place, name="errors", namespaces=namespaces)


def canary(state: str = "RUNNING", **changes: Any) -> Canary:
    values: dict[str, Any] = {
        "arn": CANARY,
        "name": "shop",
        "state": state,
        "created": NOW - timedelta(days=9),
    }
    return Canary(**values | changes)


def ran(hours: int = 24) -> CanaryRuns:
    return CanaryRuns(arn=CANARY, hours=hours)


def used(hours: float | None, metric: BusinessMetric = ORDERS) -> BusinessMetricUse:
    return BusinessMetricUse(
        arn=arn("cloudwatch", f"metric/{metric.id}"),
        metric=metric.id,
        measured=None if hours is None else NOW - timedelta(hours=hours),
    )


def shown(name: str = "Orders", days: float | None = 20) -> BusinessDashboard:
    return BusinessDashboard(
        arn=arn("quicksight", "dashboard/d1"),
        name=name,
        published=None if days is None else NOW - timedelta(days=days),
    )


def memory(name: str = "mem_used_percent", of: str = "i-1") -> MemoryMetric:
    return MemoryMetric(arn=arn("ec2", f"instance/{of}"), namespace="CWAgent", name=name)


def agent(name: str = "datadog-agent") -> InstalledAgent:
    return InstalledAgent(arn=instance().arn, name=name)


DATADOG = {"external_monitoring": ("datadog-agent",)}
OWN = {"agent_namespaces": ("Acme/*",)}

ROWS: dict[Check[..., Any], list[Row]] = {
    cloudwatch_custom_metric_active: [
        Row("the application's own", {"namespace/Shop": PASS}, (namespace("Shop", "Latency", "Errors"),), says="Latency, Errors"),
        *(Row(f"of machines alone: {each}", NO_EVIDENCE, (namespace(each), service())) for each in ("CWAgent", "ContainerInsights", "ContainerInsights/Prometheus", "ECS/ContainerInsights", "ECS/ContainerInsights/Prometheus", "LambdaInsights", "CloudWatchSynthetics", "Usage")),
        *(Row(f"of a security baseline: {each}", NO_EVIDENCE, (namespace(each), service())) for each in ("CISBenchmark", "LogMetrics", "CloudTrailMetrics")),
        Row("a namespace that does not count", NO_EVIDENCE, (namespace(), service()), options={"infrastructure_namespaces": ("Shop",)}),
        *(Row(f"of a service of AWS: {each}", NO_EVIDENCE, (namespace(each), service())) for each in ("Glue", "AmazonMWAA", "/aws/sagemaker/Endpoints", "WAF", "System/Linux")),
        Row("of this product itself", NO_EVIDENCE, (namespace("Readiness"), service())),
        Row("on a page that is not looked at", UNKNOWN, (namespace(page=3), service()), options={"max_pages": 2}),
        Row("on the last page that is looked at", PASS, (namespace(page=2),), options={"max_pages": 2}),
        Row("metrics are dark", UNKNOWN, (service(),), dark=[ActiveNamespace]),
        Row("found before the list was cut", PASS, (namespace(),), gaps={ActiveNamespace: [dark_gap(ActiveNamespace)]}),
        *without_application(),
    ],
    applicationsignals_service_discovered: [
        Row("a service", {"services#shop": PASS}, (signals(SignalsService(name="shop")),)),
        Row("no Application Signals in the region", {HERE: NOT_APPLICABLE}, (service(),)),
        Row("Application Signals is dark", UNKNOWN, (service(),), dark=[SignalsServices]),
        *without_application((signals(),)),
    ],
    logs_metric_filter_present: [
        Row("of the application", {"errors": PASS}, (metric_filter("Shop"),)),
        Row("of a security baseline", NO_EVIDENCE, (metric_filter("CISBenchmark"), service())),
        Row("of both", PASS, (metric_filter("LogMetrics", "Shop"),)),
        Row("a namespace that does not count", NO_EVIDENCE, (metric_filter("Shop"), service()), options={"security_namespaces": ("Sh*",)}),
        Row("filters are dark", UNKNOWN, (service(),), dark=[MetricFilter]),
        *without_application(),
    ],
    amp_workspace_active: [
        Row("active", {"workspace/ws-1": PASS}, (prometheus(),)),
        Row("being made", NO_EVIDENCE, (prometheus("CREATING"), service())),
        Row("workspaces are dark", UNKNOWN, (service(),), dark=[PrometheusWorkspace]),
        *without_application(),
    ],
    synthetics_canary_running: [
        Row("it runs", {"shop": PASS}, (balancer(), canary(), ran()), says="24 of the last 24 hours"),
        Row("it runs and measures nothing", {"shop": FAIL}, (balancer(), canary(), ran(0)), says="measured nothing"),
        Row("stopped", FAIL, (balancer(), canary("STOPPED")), says="is STOPPED"),
        Row("in error", FAIL, (balancer(), canary("ERROR"))),
        Row("never started", FAIL, (balancer(), canary("READY"))),
        Row("one of two runs", {"shop": PASS}, (balancer(), canary("STOPPED", arn=f"{CANARY}-2", name="shop-2"), canary(), ran())),
        Row("too new", {"shop": NOT_APPLICABLE}, (balancer(), canary(created=NOW - HOUR), ran(0))),
        Row("only a heartbeat", {"shop": PASS, "shop#blueprint": NO_EVIDENCE}, (balancer(), canary(blueprints=("syn-heartbeat",)), ran())),
        Row("no canary", {HERE: NO_EVIDENCE}, (balancer(),)),
        Row("canaries are dark", {HERE: UNKNOWN, f"{HERE}#blueprints": UNKNOWN}, (balancer(),), dark=[Canary]),
        Row("runs are dark", UNKNOWN, (balancer(), canary()), dark=[CanaryRuns]),
        *without_endpoint(),
    ],
    route53_health_check_configured: [
        Row("one", {"healthcheck/h1": PASS}, (balancer(), health()), says="HTTPS"),
        Row("one of others", PASS, (balancer(), health(type="CALCULATED"))),
        Row("disabled", NO_EVIDENCE, (balancer(), health(disabled=True))),
        Row("a switch", NO_EVIDENCE, (balancer(), health(type="RECOVERY_CONTROL"))),
        Row("none", {HERE: NO_EVIDENCE}, (balancer(),)),
        Row("health checks are dark", UNKNOWN, (balancer(),), dark=[HealthCheck]),
        *without_endpoint(),
    ],
    cloudwatch_business_metric_active: [
        Row("measured today", {"metric/Shop/Orders{country=de}": PASS}, (used(2),), options=NAMED, says="2 hours ago"),
        Row("measured the day before yesterday", {ACCOUNT: NO_EVIDENCE}, (used(40),), options=NAMED, says="40 hours ago, more than 24"),
        Row("two days are enough", PASS, (used(40),), options={**NAMED, "max_age_hours": 48}),
        Row("never measured", {ACCOUNT: FAIL}, (used(None),), options=NAMED, says="none of its 1"),
        Row("one of two", PASS, (used(None), used(2, BusinessMetric("Shop", "Carts"))), options={"business_metrics": (ORDERS, BusinessMetric("Shop", "Carts"))}),
        Row("another workload's", FAIL, (used(None), used(2, BusinessMetric("Blog", "Posts"))), options=NAMED),
        Row("none is configured", {ACCOUNT: NO_EVIDENCE}, says="no business metric configured"),
        Row("none is configured, and some look like one", NO_EVIDENCE, (namespace("Shop", "OrderCount", "Latency"),), says="Shop/OrderCount may be one"),
        Row("none is configured, and an agent's looks like one", NO_EVIDENCE, (namespace("CWAgent", "message_count"),)),
        Row("no business service", NOT_APPLICABLE, (used(2),), options={**NAMED, "business_service": False}),
        Row("not production", NOT_APPLICABLE, (used(2),), options=NAMED, unit=DEV),
        Row("metrics are dark", UNKNOWN, options=NAMED, dark=[BusinessMetricUse]),
        Row("names are dark, and nothing is configured", NO_EVIDENCE, dark=[ActiveNamespace]),
    ],
    quicksight_business_dashboard_published: [
        Row("published", {"dashboard/d1": PASS}, (shown(),), says="Orders"),
        Row("published long ago", NO_EVIDENCE, (shown(days=400),)),
        Row("published long ago, which is enough", PASS, (shown(days=400),), options={"max_age_days": 500}),
        Row("never published", NO_EVIDENCE, (shown(days=None),)),
        *(Row(f"of cost: {each}", NO_EVIDENCE, (shown(each),)) for each in ("CUDOS Dashboard v5", "KPI Dashboard", "TAO", "Cost Intelligence Dashboard", "Compute Optimizer Dashboard", "CID")),
        Row("of cost, which counts", PASS, (shown("CUDOS"),), options={"cost_dashboards": ()}),
        Row("none", {ACCOUNT: NO_EVIDENCE}),
        Row("no business service", NOT_APPLICABLE, options={"business_service": False}),
        Row("not production", NOT_APPLICABLE, unit=DEV),
        Row("dashboards are dark", UNKNOWN, dark=[BusinessDashboard]),
    ],
    ec2_instance_agent_metrics: [
        Row("its memory", {"instance/i-1": PASS}, (instance(), memory()), says="CWAgent mem_used_percent"),
        Row("nothing", FAIL, (instance(),), says="by an agent"),
        Row("another's memory", FAIL, (instance(), memory(of="i-2"))),
        Row("a node's memory", FAIL, (instance(tags={"eks:cluster-name": "shop"}),), says="as a node"),
        Row("an agent of its own", PASS, (instance(), namespace("Acme/Host", memory_of=("i-1",))), options=OWN),
        Row("an agent of its own elsewhere", FAIL, (instance(), namespace("Acme/Host", memory_of=("i-2",))), options=OWN),
        Row("an agent of its own that is not named", FAIL, (instance(), namespace("Acme/Host", memory_of=("i-1",)))),
        Row("another tool's", PASS, (instance(), agent()), options=DATADOG),
        Row("another tool's that is not named", FAIL, (instance(), agent())),
        Row("a log agent is no other tool", FAIL, (instance(), agent("log agent")), options=DATADOG),
        Row("of a group", FAIL, (instance(tags={"aws:autoscaling:groupName": "web"}),)),
        Row("too new", NOT_APPLICABLE, (instance(launched=NOW - HOUR),)),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("metrics are dark", UNKNOWN, (instance(),), dark=[MemoryMetric]),
        Row("names are dark", UNKNOWN, (instance(),), dark=[ActiveNamespace], options=OWN),
        Row("agents are dark", UNKNOWN, (instance(),), dark=[InstalledAgent], options=DATADOG),
        Row("names and agents are dark, and nobody asked", FAIL, (instance(),), dark=[ActiveNamespace, InstalledAgent]),
    ],
    ec2_instance_detailed_monitoring: [
        Row("every minute", {"instance/i-1": PASS}, (instance(detailed=True),)),
        Row("every five minutes", FAIL, (instance(),)),
        Row("not production", NOT_APPLICABLE, (instance(),), unit=DEV),
        Row("not production by its tag", NOT_APPLICABLE, (instance(tags={"env": "test"}),)),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
    ],
    rds_instance_enhanced_monitoring: [
        Row("every minute", {"orders": PASS}, (database(monitoring_seconds=60),), says="every 60 seconds"),
        Row("off", FAIL, (database(),)),
        Row("a member of a cluster too", FAIL, (database(cluster="shop"),)),
        Row("DocumentDB", NOT_APPLICABLE, (database(engine="docdb"),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
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


WATCHED = over("CloudWatchSynthetics", "SuccessPercent", {"CanaryName": "shop"})
LIVE = alarm("live", metrics=on("Acme", "Alive"))

VERDICTS: list[tuple[str, str, tuple[Any, ...], Status]] = [
    ("a canary and its alarm", "track-availability-metrics", (balancer(), canary(), ran(), WATCHED), PASS),
    ("a health check instead", "track-availability-metrics", (balancer(), canary("STOPPED"), health(), WATCHED), PASS),
    ("a canary without an alarm", "track-availability-metrics", (balancer(), canary(), ran()), NO_EVIDENCE),
    ("an alarm without a canary", "track-availability-metrics", (balancer(), ERRORS), NO_EVIDENCE),
    ("a canary that is broken, and no health check", "track-availability-metrics", (balancer(), canary("ERROR"), WATCHED), FAIL),
    ("half is watched, and alarms are live", "solution-has-monitoring-in-place", (balancer(), ERRORS), PASS),
    ("alarms are live on something else", "solution-has-monitoring-in-place", (balancer(), LIVE), NO_EVIDENCE),
    ("a dashboard weighs too little", "solution-has-monitoring-in-place", (balancer(), alarm(metrics=ERRORS.metrics, state="INSUFFICIENT_DATA"), dashboard()), NO_EVIDENCE),
    ("Prometheus weighs too little", "track-application-metrics", (service(), prometheus()), NO_EVIDENCE),
    ("a metric of its own", "track-application-metrics", (service(), namespace()), PASS),
    ("an objective in one region", "solution-has-desired-monitoring-defined", (objectives("answers"),), PASS),
    ("nothing is measured of the machines", "track-server-metrics", (instance(),), FAIL),
]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "seen", "expected"),
    [each[1:] for each in VERDICTS],
    ids=[each[0] for each in VERDICTS],
)
def test_the_items_verdict(item: str, seen: tuple[Any, ...], expected: Status) -> None:
    assert verdict_of(f"monitoring/{item}", seen) is expected
