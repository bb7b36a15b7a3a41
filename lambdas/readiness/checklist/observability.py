"""Do services tell of themselves, and does a living system listen?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.workloads import ours
from readiness.evidence import Evidence, Scope, account_of
from readiness.evidence.alarms import (
    CompositeAlarm,
    LogAlarm,
    MetricAlarm,
    ObservabilityLink,
)
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsActivity, EcsCluster, EcsService
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.observability import (
    Dashboard,
    MetricStream,
    PrometheusWorkspace,
    SignalsServices,
)

Workload = (
    Instance
    | LambdaFunction
    | EcsService
    | DbInstance
    | DbCluster
    | LoadBalancer
    | ClassicLoadBalancer
)


def runs_workload(workload: Evidence[Workload]) -> bool:
    """Whether a region holds anything to monitor; raises where that was not seen."""
    return any(not isinstance(each, LambdaFunction) or ours(each) for each in workload)


NO_WORKLOAD = "has no workload"

# --- Configure services for observability ---------------------------------------------------------


@check(Severity.MEDIUM)
def ecs_cluster_container_insights(
    cluster: EcsCluster, activity: Evidence[EcsActivity], services: Evidence[EcsService]
) -> Result:
    """Without Container Insights nothing tells how many tasks a service runs, or what they need.

    Pass: Container Insights is enabled or enhanced in the cluster.
    Fix: aws ecs update-cluster-settings --settings name=containerInsights,value=enabled; the setting
    of the account is for clusters that are made after it.
    Blind spot: what CloudWatch charges for its metrics may not be worth it in a small cluster: accept
    the finding there.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/ContainerInsights.html
    """
    found = activity.of(cluster.arn)
    if found is None:
        return gone()
    if found.insights in ("enabled", "enhanced"):
        return passed(f"has Container Insights {found.insights}")
    if not found.tasks and not any(True for _ in services.about(cluster.arn, "cluster")):
        return not_applicable("has no service and no running task")
    return failed(f"has Container Insights {found.insights}")


#: Layers of AWS that trace functions, by the beginning of their name.
TRACING_LAYERS = ("AWSOpenTelemetryDistro*", "aws-otel-*")


@check(Severity.LOW)
def lambda_function_tracing(
    function: LambdaFunction,
    signals: Evidence[SignalsServices],
    *,
    accepted_layer_patterns: tuple[str, ...] = (),
) -> Result:
    """A trace shows which call of a slow request was slow.

    Pass: X-Ray traces the function actively, or it has a layer of OpenTelemetry, or Application
    Signals lists it. `accepted_layer_patterns` names the layers of other tools by their ARN.
    Fix: set the function's TracingConfig to Active, or add the layer of Application Signals.
    Blind spot: a function that passes traces through is traced where its caller samples.
    See: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    """
    if not ours(function):
        return not_applicable("is made by a service of AWS")
    if function.tracing == "Active":
        return passed("is traced by X-Ray")
    for layer in function.layers:
        name = layer.rpartition(":layer:")[2]
        if any(fnmatchcase(name, each) for each in TRACING_LAYERS) or any(
            fnmatchcase(layer, each) for each in accepted_layer_patterns
        ):
            return passed(f"is traced by the layer {name}")
    for found in signals:
        if any(
            _is_of(function, each.name, each.environment, each.platform) for each in found.services
        ):
            return passed("is a service of Application Signals")
    return failed(f"is traced by nothing of its own (X-Ray: {function.tracing})")


def _is_of(function: LambdaFunction, name: str, environment: str, platform: str) -> bool:
    """Whether a service of Application Signals is a function."""
    lambda_ = environment.startswith("lambda:") or platform.startswith("AWS::Lambda")
    return lambda_ and name == function.name


@check(Severity.LOW)
def apigateway_stage_tracing(stage: RestStage | HttpStage) -> Result:
    """A trace that begins at the API shows what a request cost on its whole way.

    Pass: X-Ray traces the stage of the REST API. HTTP APIs have no such setting.
    Fix: switch on X-Ray tracing in the stage's logs and tracing settings.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html
    """
    if isinstance(stage, HttpStage):
        return not_applicable("is a stage of an HTTP or WebSocket API, which X-Ray does not trace")
    return passed("is traced by X-Ray") if stage.traced else failed("is not traced by X-Ray")


#: Engines and classes without Performance Insights, as `engine:class`.
#: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
#: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DatabaseInsights.Engines.html
UNSUPPORTED = (
    "neptune:*",
    "*:db.t2.*",
    "aurora-mysql:db.t3.*",
    *(
        f"{engine}:db.{family}.{size}"
        for engine in ("aurora-mysql", "mysql", "mariadb")
        for family in ("t3", "t4g")
        for size in ("micro", "small")
    ),
)


@check(Severity.MEDIUM)
def rds_instance_database_insights(
    database: DbInstance, *, unsupported_classes: tuple[str, ...] = UNSUPPORTED
) -> Result:
    """Which statement keeps a database busy is not visible from its processor.

    Pass: Database Insights measures the instance, in standard mode (which the API calls Performance
    Insights) or in advanced mode. Engines and classes that cannot have it are left out.
    Fix: modify the instance, or its cluster, to switch on Database Insights.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.html
    """
    if database.insights_mode == "advanced":
        return passed("has Database Insights in advanced mode")
    if database.insights:
        return passed("has Database Insights in standard mode (Performance Insights)")
    kind = f"{database.engine}:{database.type}"
    if any(fnmatchcase(kind, each) for each in unsupported_classes):
        return not_applicable(f"cannot have it ({database.engine} on {database.type})")
    return failed("has Database Insights off")


# --- Solution has monitoring in place -------------------------------------------------------------


@check(Severity.MEDIUM)
def cloudwatch_alarm_evaluating(
    alarms: Evidence[MetricAlarm | CompositeAlarm | LogAlarm],
    workload: Evidence[Workload],
) -> Result:
    """An alarm that has data is the least sign that somebody watches.

    Pass: at least one alarm of the region that does not only scale is OK or in ALARM.
    Fix: create alarms on what the region runs, and correct those without data.
    Blind spot: what another tool watches is not visible here, and can be attested with a link.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """
    silent = 0
    for alarm in alarms:
        if alarm.scales:
            continue
        if alarm.state != "INSUFFICIENT_DATA":
            return passed(f"has alarms that are evaluated ({alarm.name} is {alarm.state})")
        silent += 1
    if not runs_workload(workload):
        return not_applicable(NO_WORKLOAD)
    return no_evidence(f"has no alarm with data ({silent} without)" if silent else "has no alarm")


@check(Severity.LOW, scope=Scope.REGION)
def cloudwatch_dashboard_present(
    dashboards: Evidence[Dashboard],
    workload: Evidence[Workload],
    *,
    min_size: int = 200,
) -> Result:
    """A dashboard answers in seconds what a search in the console answers in minutes.

    Pass: the account has a dashboard of more than 200 bytes. Dashboards are the same in every region.
    Fix: create a dashboard of the service's few important numbers.
    Blind spot: dashboards of Grafana or another tool are not visible here, and can be attested.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Dashboards.html
    """
    small = 0
    for dashboard in dashboards:
        if dashboard.modified and dashboard.size > min_size:
            return passed(f"is a dashboard of {dashboard.size} bytes").about(dashboard.arn)
        small += 1
    if not runs_workload(workload):
        return not_applicable(NO_WORKLOAD)
    return no_evidence(f"has no dashboard of more than {min_size} bytes ({small} of less)")


@check(Severity.LOW)
def monitoring_platform_connected(
    platforms: Evidence[MetricStream | ObservabilityLink | PrometheusWorkspace | SignalsServices],
    workload: Evidence[Workload],
) -> Result:
    """What many accounts tell in one place, people look at.

    Pass: a metric stream runs, or a link shares with a monitoring account, or there is an active
    Prometheus workspace, or Application Signals found a service.
    Fix: link the account to a monitoring account by CloudWatch cross-account observability.
    Blind spot: whether anything arrives at the end of a stream, and what tools with a role of their
    own read, is not visible; it can be attested with the tool's address.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Unified-Cross-Account.html
    """
    for platform in platforms:
        said = _connects(platform)
        if said:
            return passed(said).about(platform.arn)
    if not runs_workload(workload):
        return not_applicable(NO_WORKLOAD)
    return no_evidence("is connected to no monitoring platform")


def _connects(
    platform: MetricStream | ObservabilityLink | PrometheusWorkspace | SignalsServices,
) -> str:
    match platform:
        case MetricStream():
            return f"streams metrics ({platform.name})" if platform.state == "running" else ""
        case ObservabilityLink():
            return f"shares what it measures with account {account_of(platform.sink)}"
        case PrometheusWorkspace():
            active = platform.status == "ACTIVE"
            return f"takes metrics of Prometheus ({platform.name})" if active else ""
        case SignalsServices():
            found = len(platform.services)
            return f"has {found} services in Application Signals" if found else ""
