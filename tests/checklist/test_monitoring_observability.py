"""What is said of services that tell of themselves, and of who listens, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.defined import (
    applicationsignals_slo_defined,
    repo_kpi_document_present,
    repo_monitoring_as_code,
    repo_monitoring_plan_present,
)
from readiness.checklist.model import Check
from readiness.checklist.observability import (
    apigateway_stage_tracing,
    cloudwatch_alarm_evaluating,
    cloudwatch_dashboard_present,
    ecs_cluster_container_insights,
    lambda_function_tracing,
    monitoring_platform_connected,
    rds_instance_database_insights,
)
from readiness.evidence.alarms import CompositeAlarm, LogAlarm, MetricAlarm, ObservabilityLink
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsActivity, EcsCluster, EcsService
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.infrastructure import IacRoot, MonitoringDefinition
from readiness.evidence.observability import (
    Dashboard,
    MetricStream,
    Objective,
    PrometheusWorkspace,
    ServiceObjectives,
    SignalsService,
    SignalsServices,
)
from readiness.evidence.repository import (
    BuildDefinition,
    CiStep,
    DependencyManifest,
    Repository,
    SourceFile,
)
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
    rest_stage,
    service,
    signals,
)
from tests.checklist.test_alarm_coverage import alarm, composite, link
from tests.checklist.test_monitoring import SCALING, log_alarm
from tests.repositories.records import SHOP, repository, step
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

CLUSTER = EcsCluster(arn=arn("ecs", "cluster/main"))
WORKLOAD = (Instance, LambdaFunction, EcsService, DbInstance, DbCluster, LoadBalancer, ClassicLoadBalancer)  # fmt: skip
THINGS = (instance(), function(), service(), database(), db_cluster(), balancer(), classic())
OTEL = "arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-python-amd64-ver-1-25-0:1"
DISTRO = "arn:aws:lambda:eu-west-1:615299751070:layer:AWSOpenTelemetryDistroPython:5"
DATADOG = "arn:aws:lambda:eu-west-1:464622532012:layer:Datadog-Python312:90"
OBJECTIVES = arn("application-signals", "slo")
SOME_METRICS = {"state": "INSUFFICIENT_DATA"}


def activity(insights: str = "disabled", tasks: int = 0) -> EcsActivity:
    return EcsActivity(arn=CLUSTER.arn, services=0, tasks=tasks, insights=insights)


def dashboard(**changes: Any) -> Dashboard:
    values: dict[str, Any] = {
        "arn": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop",
        "name": "shop",
        "modified": NOW,
        "size": 900,
    }
    return Dashboard(**values | changes)


def stream(state: str = "running") -> MetricStream:
    return MetricStream(arn=arn("cloudwatch", "metric-stream/all"), name="all", state=state)


def prometheus(status: str = "ACTIVE") -> PrometheusWorkspace:
    return PrometheusWorkspace(arn=arn("aps", "workspace/ws-1"), name="shop", status=status)


def objectives(*names: str) -> ServiceObjectives:
    found = (Objective(arn=f"{OBJECTIVES}/{name}", name=name) for name in names)
    return ServiceObjectives(arn=OBJECTIVES, objectives=tuple(found))


#: As a monitoring account lists them.
LINKED = ServiceObjectives(
    arn=OBJECTIVES,
    objectives=(
        Objective(
            arn="arn:aws:application-signals:eu-west-1:444455556666:slo/answers", name="answers"
        ),
    ),
)


def file(path: str, size: int | None = 2000) -> SourceFile:
    return SourceFile(repository=SHOP, path=path, size=size)


def defines(tool: str, path: str = "infra/alarms.tf") -> MonitoringDefinition:
    return MonitoringDefinition(repository=SHOP, path=path, tool=tool)


def root() -> IacRoot:
    return IacRoot(repository=SHOP, path="infra/main.tf", family="Terraform", aws=True)


#: A package, and a step that publishes it.
LIBRARY = (
    DependencyManifest(repository=SHOP, path="pyproject.toml", ecosystem="pip", package=True),
    step("twine upload dist/*"),
)


def without_workload(check_has: tuple[Any, ...] = ()) -> list[Row]:
    """Return what becomes of a region that shows nothing, thing by thing that may run there."""
    return [
        *(Row(f"nothing, and {type(each).__name__} runs", NO_EVIDENCE, (*check_has, each)) for each in THINGS),
        *(Row(f"nothing, and {kind.__name__} is dark", UNKNOWN, check_has, dark=[kind]) for kind in WORKLOAD),
        Row("nothing, and Control Tower's function", NOT_APPLICABLE, (*check_has, function("aws-controltower-NotificationForwarder"))),
        Row("nothing, and nothing runs", {HERE: NOT_APPLICABLE}, check_has),
    ]  # fmt: skip


def of_a_library(has: tuple[Any, ...] = ()) -> list[Row]:
    """Return what becomes of a repository that shows nothing and may be a library."""
    return [
        Row("a library", NOT_APPLICABLE, (repository(), *has, *LIBRARY), says="library"),
        Row("a library that is deployed too", NO_EVIDENCE, (repository(), *has, *LIBRARY, root())),
        Row("a package that nobody publishes", NO_EVIDENCE, (repository(), *has, *LIBRARY[:1])),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), *has)),
        Row("whether it is a library: roots are dark", UNKNOWN, (repository(), *has), dark=[IacRoot]),
        Row("whether it is a library: manifests are dark", UNKNOWN, (repository(), *has), dark=[DependencyManifest]),
        Row("whether it is a library: steps are dark", UNKNOWN, (repository(), *has, LIBRARY[0]), dark=[CiStep]),
        Row("whether it is a library: builds are dark", UNKNOWN, (repository(), *has, *LIBRARY), dark=[BuildDefinition]),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
    ]  # fmt: skip


ROWS: dict[Check[..., Any], list[Row]] = {
    ecs_cluster_container_insights: [
        Row("on", {"cluster/main": PASS}, (CLUSTER, activity("enabled"))),
        Row("enhanced", PASS, (CLUSTER, activity("enhanced"))),
        Row("off, with tasks", FAIL, (CLUSTER, activity(tasks=1))),
        Row("off, with a service that counts do not show", FAIL, (CLUSTER, activity(), service())),
        Row("off, with another cluster's service", NOT_APPLICABLE, (CLUSTER, activity(), service(cluster=arn("ecs", "cluster/test")))),
        Row("off, and empty", NOT_APPLICABLE, (CLUSTER, activity()), says="no service"),
        Row("deleted meanwhile", NOT_APPLICABLE, (CLUSTER,)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("clusters are dark", UNKNOWN, dark=[EcsCluster]),
        Row("its settings are dark", UNKNOWN, (CLUSTER, service()), dark=[EcsActivity]),
        Row("services are dark, and it may be empty", UNKNOWN, (CLUSTER, activity()), dark=[EcsService]),
        Row("services are dark, and tasks run", FAIL, (CLUSTER, activity(tasks=1)), dark=[EcsService]),
    ],
    lambda_function_tracing: [
        Row("X-Ray", {"orders": PASS}, (function(tracing="Active"),)),
        Row("a layer of OpenTelemetry", PASS, (function(layers=(OTEL,)),), says="aws-otel"),
        Row("a layer of Application Signals", PASS, (function(layers=(DISTRO,)),)),
        Row("another tool's layer, by the configuration", PASS, (function(layers=(DATADOG,)),), options={"accepted_layer_patterns": ("*:464622532012:layer:*",)}),
        Row("another tool's layer", FAIL, (function(layers=(DATADOG,)), signals())),
        Row("Application Signals found it", PASS, (function(), signals(SignalsService(name="orders", environment="lambda:default")))),
        Row("Application Signals found a container of its name", FAIL, (function(), signals(SignalsService(name="orders", environment="eks:shop/default", platform="AWS::EKS")))),
        Row("Application Signals found another", FAIL, (function(), signals(SignalsService(name="pay", platform="AWS::Lambda")))),
        Row("passes traces through", FAIL, (function(), signals()), says="PassThrough"),
        Row("no Application Signals in the region", FAIL, (function(),)),
        Row("Control Tower's", NOT_APPLICABLE, (function("aws-controltower-NotificationForwarder"),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("functions are dark", UNKNOWN, dark=[LambdaFunction]),
        Row("Application Signals is dark", UNKNOWN, (function(),), dark=[SignalsServices]),
    ],
    apigateway_stage_tracing: [
        Row("traced", {"/restapis/a1/stages/live": PASS}, (rest_stage(traced=True),)),
        Row("not traced", FAIL, (rest_stage(),)),
        Row("an HTTP API's", NOT_APPLICABLE, (http_stage(),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("stages of REST APIs are dark", UNKNOWN, dark=[RestStage]),
        Row("stages of HTTP APIs are dark", UNKNOWN, dark=[HttpStage]),
    ],
    rds_instance_database_insights: [
        Row("Performance Insights", {"orders": PASS}, (database(insights=True),)),
        Row("Database Insights, advanced", PASS, (database(insights_mode="advanced"),)),
        Row("neither", FAIL, (database(insights_mode="standard"),)),
        Row("too small for MySQL", NOT_APPLICABLE, (database(engine="mysql", type="db.t3.micro"),), says="db.t3.micro"),
        Row("of a family without it for Aurora MySQL", NOT_APPLICABLE, (database(engine="aurora-mysql", type="db.t3.medium"),)),
        Row("too small for Aurora MySQL", NOT_APPLICABLE, (database(engine="aurora-mysql", type="db.t4g.small"),)),
        Row("not too small for PostgreSQL", FAIL, (database(type="db.t3.micro"),)),
        Row("an old class", NOT_APPLICABLE, (database(type="db.t2.large"),)),
        Row("Neptune", NOT_APPLICABLE, (database(engine="neptune"),)),
        Row("an old class, which may", FAIL, (database(type="db.t2.large"),), options={"unsupported_classes": ()}),
        Row("a small one that has it", PASS, (database(engine="mysql", type="db.t3.micro", insights=True),)),
        Row("none", {HERE: NOT_APPLICABLE}),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
    ],
    cloudwatch_alarm_evaluating: [
        Row("one is OK", {HERE: PASS}, (alarm(),), says="errors is OK"),
        Row("one is in ALARM", PASS, (alarm(state="ALARM"),)),
        Row("a composite alarm is", PASS, (composite("shop", "TRUE"),)),
        Row("a log alarm is", PASS, (log_alarm(),)),
        Row("one without data", NO_EVIDENCE, (alarm(**SOME_METRICS), function()), says="1 without"),
        Row("one that only scales", NO_EVIDENCE, (alarm(actions=(SCALING,)), function())),
        Row("metric alarms are dark", UNKNOWN, (function(),), dark=[MetricAlarm]),
        Row("composite alarms are dark", UNKNOWN, (function(),), dark=[CompositeAlarm]),
        Row("log alarms are dark", UNKNOWN, (function(),), dark=[LogAlarm]),
        Row("one among dark ones", PASS, (alarm(),), gaps={MetricAlarm: [dark_gap(MetricAlarm)]}),
        *without_workload(),
    ],
    cloudwatch_dashboard_present: [
        Row("one", {"dashboard/shop": PASS}, (dashboard(),)),
        Row("an empty one", NO_EVIDENCE, (dashboard(size=30), function()), says="(1 of less)"),
        Row("an empty one is enough", PASS, (dashboard(size=30),), options={"min_size": 10}),
        Row("one that was never saved", NO_EVIDENCE, (dashboard(modified=None), function())),
        Row("dashboards are dark", UNKNOWN, (function(),), dark=[Dashboard]),
        *without_workload(),
    ],
    monitoring_platform_connected: [
        Row("a stream", {"metric-stream/all": PASS}, (stream(),)),
        Row("a stream that stopped", NO_EVIDENCE, (stream("stopped"), function())),
        Row("a link", PASS, (link(),), says="444455556666"),
        Row("Prometheus", PASS, (prometheus(),)),
        Row("Prometheus that is being deleted", NO_EVIDENCE, (prometheus("DELETING"), function())),
        Row("Application Signals", PASS, (signals(SignalsService(name="shop")),)),
        Row("Application Signals that found nothing", NO_EVIDENCE, (signals(), function())),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, (function(),), dark=[kind]) for kind in (MetricStream, ObservabilityLink, PrometheusWorkspace, SignalsServices)),
        *without_workload(),
    ],
    applicationsignals_slo_defined: [
        Row("one", {"slo/answers": PASS}, (objectives("answers"),)),
        Row("one of a linked account", NO_EVIDENCE, (LINKED, function())),
        Row("no Application Signals in the region", {HERE: NOT_APPLICABLE}, (function(),), says="without Application Signals"),
        Row("not production", NOT_APPLICABLE, (objectives(), function()), unit={"environment": "dev"}),
        Row("objectives are dark", UNKNOWN, (function(),), dark=[ServiceObjectives]),
        *without_workload((objectives(),)),
    ],
    repo_monitoring_plan_present: [
        Row("a document", {"docs/monitoring.md": PASS}, (repository(), file("docs/monitoring.md"))),
        Row("a document of objectives, deeper", PASS, (repository(), file("docs/ops/SLO-orders.adoc"))),
        Row("a document that says nothing", NO_EVIDENCE, (repository(), file("docs/monitoring.md", 40)), says="500 bytes"),
        Row("a short document is enough", PASS, (repository(), file("docs/monitoring.md", 40)), options={"min_size": 10}),
        Row("a document elsewhere", NO_EVIDENCE, (repository(), file("src/monitoring.md"))),
        Row("a document of something else", NO_EVIDENCE, (repository(), file("docs/slot-machines.txt"))),
        Row("a vendored document", NO_EVIDENCE, (repository(), file("vendor/x/docs/monitoring.md"))),
        Row("a file of objectives", PASS, (repository(), file("ops/slo.yaml", 40))),
        Row("a file of slots", NO_EVIDENCE, (repository(), file("ops/slots.yaml"))),
        Row("OpenSLO", PASS, (repository(), defines("OpenSLO", "ops/orders.yaml")), says="OpenSLO"),
        Row("an alarm is no plan", NO_EVIDENCE, (repository(), defines("Terraform"))),
        Row("a document whose size is not told", UNKNOWN, (repository(), file("docs/monitoring.md", None)), says="size"),
        Row("a document whose size is not told, and one that is", PASS, (repository(), file("docs/alerts.md", None), file("docs/monitoring.md"))),
        Row("files are dark", UNKNOWN, (repository(),), dark=[SourceFile]),
        Row("definitions are dark", UNKNOWN, (repository(),), dark=[MonitoringDefinition]),
        *of_a_library(),
    ],
    repo_monitoring_as_code: [
        Row("an alarm", {"infra/alarms.tf": PASS}, (repository(), defines("Terraform")), says="Terraform"),
        Row("a monitor of another tool", PASS, (repository(), defines("Datadog"))),
        Row("a library with alarms", PASS, (repository(), defines("Terraform"), *LIBRARY)),
        Row("nothing", {SHOP.rsplit(":", 1)[-1]: NO_EVIDENCE}, (repository(),)),
        Row("definitions are dark", UNKNOWN, (repository(),), dark=[MonitoringDefinition]),
        *of_a_library(),
    ],
    repo_kpi_document_present: [
        Row("a document", {"docs/kpi.md": PASS}, (repository(), file("docs/kpi.md"))),
        Row("a definition", PASS, (repository(), file("docs/figures/business-metrics.yaml"))),
        Row("a document that says nothing", NO_EVIDENCE, (repository(), file("docs/kpi.md", 40)), says="300 bytes"),
        Row("a short document is enough", PASS, (repository(), file("docs/kpi.md", 40)), options={"min_size": 10}),
        Row("a document elsewhere", NO_EVIDENCE, (repository(), file("kpi.md"))),
        Row("a document whose size is not told", UNKNOWN, (repository(), file("docs/kpi.md", None))),
        Row("nothing", NO_EVIDENCE, (repository(),)),
        Row("a fork", NOT_APPLICABLE, (repository(idle_fork=True),)),
        Row("files are dark", UNKNOWN, (repository(),), dark=[SourceFile]),
        Row("the repository is dark", UNKNOWN, dark=[Repository]),
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
