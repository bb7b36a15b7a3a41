"""Is a system measured: by itself, from outside, in the business's figures, and its machines?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from readiness.checklist.alerting import NO_ENDPOINT, NOT_PRODUCTION, endpoints_here
from readiness.checklist.apart import noted
from readiness.checklist.kept_logs import is_node
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.databases import DbInstance
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionInvocations
from readiness.evidence.logs import MetricFilter
from readiness.evidence.observability import (
    PAGES,
    ActiveNamespace,
    BusinessDashboard,
    BusinessMetric,
    BusinessMetricUse,
    InstalledAgent,
    MemoryMetric,
    PrometheusWorkspace,
    SignalsServices,
)
from readiness.evidence.unseen import tried
from readiness.evidence.watching import Canary, CanaryRuns, HealthCheck

#: Younger than this, nothing has a metric to show.
TOO_NEW = timedelta(hours=3)


def is_new(moment: datetime | None, unit: Unit) -> bool:
    """Whether something was made less than three hours before the scan."""
    return moment is not None and unit.now - moment < TOO_NEW


# --- Track application metrics --------------------------------------------------------------------

Running = FunctionInvocations | EcsService | Instance | EksCluster


def _runs(running: Iterable[Running]) -> bool:
    """Whether an application runs; raises where that was not seen."""
    return any(map(_is_running, running))


def _is_running(each: Running) -> bool:
    match each:
        case FunctionInvocations():
            return each.count > 0
        case Instance():
            return each.state == "running"
        case _:
            return True


_NO_COMPUTE = "runs no function, container or instance"
#: Namespaces of what measures machines and services of AWS, or this product itself, and no application.
INFRASTRUCTURE = (
    "/aws/*",
    "AmazonMWAA",
    "CWAgent",
    "CloudWatchSynthetics",
    "ContainerInsights",
    "ContainerInsights/*",
    "ECS/ContainerInsights",
    "ECS/ContainerInsights/*",
    "Glue",
    "LambdaInsights",
    "Readiness",
    "System/Linux",
    "System/Windows",
    "Usage",
    "WAF",
    "aws/*",
)
#: Namespaces of the metric filters that security baselines make.
SECURITY = ("CISBenchmark", "CloudTrailMetrics", "LogMetrics")


def _is_any(name: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(name, each) for each in patterns)


@check(Severity.MEDIUM)
def cloudwatch_custom_metric_active(
    namespaces: Evidence[ActiveNamespace],
    running: Evidence[FunctionInvocations | EcsService | Instance | EksCluster],
    *,
    infrastructure_namespaces: tuple[str, ...] = (*INFRASTRUCTURE, *SECURITY),
    max_pages: int = PAGES,
) -> Result:
    """AWS measures machines; only the application knows how long an order takes.

    Pass: a metric of the last three hours is in a namespace that is neither AWS's nor that of an
    agent or a security baseline. At most 20 pages of metrics are looked at.
    Fix: emit metrics in the embedded metric format, e.g. by Powertools for AWS Lambda.
    Blind spot: metrics that go to Prometheus, Datadog or another tool alone are not visible here, and
    can be attested with a link.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format.html
    """
    beyond = False
    for each in namespaces:
        if _is_any(each.name, infrastructure_namespaces):
            continue
        beyond = beyond or each.page > max_pages
        if each.page <= max_pages:
            told = ", ".join(each.metrics[:3])
            return passed(f"has metrics of the last three hours ({told})").about(each.arn)
    if not _runs(running):
        return not_applicable(_NO_COMPUTE)
    if beyond:
        return unknown(
            Reason.TRUNCATED,
            f"has no metric of its own on the first {max_pages} pages, and more pages",
        )
    return no_evidence("had no metric of an application's own in the last three hours")


@check(Severity.MEDIUM)
def applicationsignals_service_discovered(
    signals: Evidence[SignalsServices],
    running: Evidence[FunctionInvocations | EcsService | Instance | EksCluster],
) -> Result:
    """Application Signals measures latency, errors and requests of a service without a line of code.

    Pass: Application Signals found a service in the last 24 hours.
    Fix: enable Application Signals for the functions, services or clusters of the region.
    Blind spot: where the region has no Application Signals, nothing is expected of it.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Application-Monitoring-Sections.html
    """
    offered = False
    for found in signals:
        offered = True
        for service in found.services:
            return passed(f"has {len(found.services)} services").about(
                f"{found.arn}#{service.name}"
            )
    if not offered:
        return not_applicable("is a region without Application Signals")
    if not _runs(running):
        return not_applicable(_NO_COMPUTE)
    return no_evidence("has no service in Application Signals")


@check(Severity.LOW)
def logs_metric_filter_present(
    filters: Evidence[MetricFilter],
    running: Evidence[FunctionInvocations | EcsService | Instance | EksCluster],
    *,
    security_namespaces: tuple[str, ...] = SECURITY,
) -> Result:
    """A metric filter counts what an application only writes down.

    Pass: a metric filter makes metrics in a namespace that is no security baseline's.
    Fix: create a metric filter on the log lines that matter, or emit the metric itself.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/MonitoringLogData.html
    """
    for each in filters:
        for namespace in each.namespaces:
            if not _is_any(namespace, security_namespaces):
                return passed(f"makes metrics in {namespace}").about(each.arn)
    if not _runs(running):
        return not_applicable(_NO_COMPUTE)
    return no_evidence("has no metric filter but those of a security baseline")


@check(Severity.LOW)
def amp_workspace_active(
    workspaces: Evidence[PrometheusWorkspace],
    running: Evidence[FunctionInvocations | EcsService | Instance | EksCluster],
) -> Result:
    """Prometheus takes what an application exports, and keeps it.

    Pass: a workspace of Amazon Managed Service for Prometheus is active.
    Fix: send the metrics of the clusters to a workspace, or attest the Prometheus that has them.
    See: https://docs.aws.amazon.com/prometheus/latest/userguide/what-is-Amazon-Managed-Service-Prometheus.html
    """
    for each in workspaces:
        if each.status == "ACTIVE":
            return passed("is active").about(each.arn)
    if not _runs(running):
        return not_applicable(_NO_COMPUTE)
    return no_evidence("has no active Prometheus workspace")


# --- Track availability metrics -------------------------------------------------------------------


@check(Severity.HIGH)
def synthetics_canary_running(
    canaries: Evidence[Canary],
    runs: Evidence[CanaryRuns],
    endpoints: Evidence[LoadBalancer | ClassicLoadBalancer | RestStage | HttpStage | Distribution],
    unit: Unit,
) -> Iterator[Result]:
    """A service that answers its own health check may still fail its users.

    Pass: a canary runs, and measured within 24 hours.
    Fix: create a heartbeat canary for each public endpoint, and an alarm on its SuccessPercent.
    Blind spot: pings from outside of AWS are not visible here, and can be attested with a link. A
    heartbeat of a login page measures less than an objective promises.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries.html
    """
    if not any(True for _ in endpoints_here(endpoints, unit)):
        yield not_applicable(NO_ENDPOINT)
        return
    yield from noted(_heartbeats(canaries), f"{unit.id}#blueprints")
    told: list[tuple[Canary, str]] = []
    nothing = True
    for canary in canaries:
        nothing = False
        if is_new(canary.created, unit):
            yield not_applicable("is younger than three hours").about(canary.arn)
            continue
        if canary.state != "RUNNING":
            told.append((canary, f"is {canary.state}"))
            continue
        found = runs.of(canary.arn)
        if found is not None and found.hours:
            yield passed(f"measured in {found.hours} of the last 24 hours").about(canary.arn)
            return
        told.append((canary, "measured nothing in 24 hours"))
    for canary, because in told:
        yield failed(because).about(canary.arn)
    if nothing:
        yield no_evidence("has no canary")


def _heartbeats(canaries: Iterable[Canary]) -> Iterator[Result]:
    for canary in canaries:
        if canary.blueprints and all("heartbeat" in each.lower() for each in canary.blueprints):
            yield no_evidence("only looks whether a page loads").about(f"{canary.arn}#blueprint")


@check(Severity.MEDIUM, scope=Scope.REGION)
def route53_health_check_configured(
    checks: Evidence[HealthCheck],
    endpoints: Evidence[LoadBalancer | ClassicLoadBalancer | RestStage | HttpStage | Distribution],
    unit: Unit,
) -> Result:
    """A health check asks from around the world, as users do.

    Pass: a health check of Route 53 is enabled, and is no routing control. Health checks have no
    region, and count for each.
    Fix: create an HTTPS health check for each public endpoint, and an alarm on its status.
    Blind spot: which endpoint a health check asks is not looked at here.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating.html
    """
    if not any(True for _ in endpoints_here(endpoints, unit)):
        return not_applicable(NO_ENDPOINT)
    for each in checks:
        if each.measures:
            return passed(f"measures by {each.type}").about(each.arn)
    return no_evidence("has no enabled health check")


# --- Track business metrics -----------------------------------------------------------------------

#: Names that may be a business's figures; a name alone proves nothing.
_HINT = re.compile(
    r"(?i)(order|checkout|cart|payment|revenue|sign.?up|registration|booking|subscription|"
    r"conversion|upload|webhook|message)"
)


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def cloudwatch_business_metric_active(
    uses: Evidence[BusinessMetricUse],
    namespaces: Evidence[ActiveNamespace],
    unit: Unit,
    *,
    business_metrics: tuple[BusinessMetric, ...] = (),
    max_age_hours: int = 24,
    business_service: bool = True,
) -> Result:
    """An outage that no machine notices shows in the orders that do not come.

    Pass: a metric that the configuration names in `business_metrics` was measured within 24 hours.
    Fix: publish three to five counters in the embedded metric format, and name them in the
    configuration: namespace, metric and dimensions.
    Blind spot: no API tells which metric the business is steered by; names that look like one are
    told, and prove nothing. A tool elsewhere can be attested with a link.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/publishingMetrics.html
    """
    if not business_service:
        return not_applicable("is no business service, by the configuration")
    if not unit.is_production():
        return not_applicable(NOT_PRODUCTION)
    named = {each.id for each in business_metrics}
    newest = ""
    for use in uses:
        if use.metric not in named or use.measured is None:
            continue
        hours = unit.age_days(use.measured) * 24
        if hours <= max_age_hours:
            return passed(f"was measured {hours:.0f} hours ago").about(use.arn)
        newest = f"{use.metric} was last measured {hours:.0f} hours ago, more than {max_age_hours}"
    if not named:
        return no_evidence(f"has no business metric configured{_candidates(namespaces)}")
    if newest:
        return no_evidence(newest)
    return failed(f"measured none of its {len(named)} business metrics in seven days")


def _candidates(namespaces: Evidence[ActiveNamespace]) -> str:
    """Name metrics that look like a business's figures; what was not seen is left out of the words."""
    listed: Iterable[ActiveNamespace | None] = namespaces
    found = sorted(
        {
            f"{each.name}/{name}"
            for each in tried(listed, lambda _: None)
            if each and not _is_any(each.name, (*INFRASTRUCTURE, *SECURITY))
            for name in each.metrics
            if _HINT.search(name)
        }
    )
    return f"; {', '.join(found[:5])} may be one" if found else ""


#: What cost tools call their dashboards.
COST_DASHBOARDS = (
    "*CUDOS*",
    "*CID*",
    "*KPI Dashboard*",
    "*Cost Intelligence*",
    "*TAO*",
    "*Compute Optimizer*",
)


@check(Severity.LOW, scope=Scope.ACCOUNT)
def quicksight_business_dashboard_published(
    dashboards: Evidence[BusinessDashboard],
    unit: Unit,
    *,
    max_age_days: int = 365,
    cost_dashboards: tuple[str, ...] = COST_DASHBOARDS,
    business_service: bool = True,
) -> Result:
    """Figures that everybody sees are the ones that a team steers by.

    Pass: a dashboard of QuickSight was published within a year, and its name is no cost dashboard's.
    Fix: publish the service's figures as a dashboard, or attest the tool that shows them.
    Blind spot: Amplitude, Looker and others are not visible here. A dashboard's name says little.
    See: https://docs.aws.amazon.com/quicksight/latest/user/creating-a-dashboard.html
    """
    if not business_service:
        return not_applicable("is no business service, by the configuration")
    if not unit.is_production():
        return not_applicable(NOT_PRODUCTION)
    for each in dashboards:
        recent = each.published and unit.age_days(each.published) <= max_age_days
        if recent and not _is_any(each.name, cost_dashboards):
            return passed(f"shows {each.name}").about(each.arn)
    return no_evidence(f"has no business dashboard that was published in {max_age_days} days")


# --- Track server metrics -------------------------------------------------------------------------


@check(Severity.MEDIUM)
def ec2_instance_agent_metrics(
    instance: Instance,
    memory: Evidence[MemoryMetric],
    namespaces: Evidence[ActiveNamespace],
    agents: Evidence[InstalledAgent],
    unit: Unit,
    *,
    agent_namespaces: tuple[str, ...] = (),
    external_monitoring: tuple[str, ...] = (),
) -> Result:
    """A hypervisor sees neither the memory nor the disks of its guests.

    Pass: the CloudWatch agent told of the instance's memory in the last three hours, or Container
    Insights does of a node. `agent_namespaces` names namespaces of an agent of one's own, and
    `external_monitoring` agents in Systems Manager's inventory that measure elsewhere, e.g.
    datadog-agent.
    Fix: roll out the CloudWatch agent with Systems Manager, with InstanceId among its dimensions.
    Blind spot: an agent that adds no InstanceId to its metrics is not recognised.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Install-CloudWatch-Agent.html
    """
    if out := _no_server(instance):
        return not_applicable(out)
    if is_new(instance.launched, unit):
        return not_applicable("was launched less than three hours ago")
    for found in memory.about(instance.arn):
        return passed(f"tells of its memory ({found.namespace} {found.name})")
    for namespace in namespaces if agent_namespaces else ():
        if _is_any(namespace.name, agent_namespaces) and instance.id in namespace.memory_of:
            return passed(f"tells of its memory ({namespace.name})")
    for agent in agents.about(instance.arn) if external_monitoring else ():
        if agent.name in external_monitoring:
            return passed(f"is measured by {agent.name}, by the configuration")
    said = "as a node" if is_node(instance) else "by an agent"
    return failed(f"told nothing of its memory {said} in the last three hours")


def _no_server(instance: Instance) -> str:
    """Say why an instance is nobody's server to watch, empty where it is."""
    if instance.managed:
        return "is operated by a service of AWS"
    return "" if instance.state == "running" else f"is {instance.state}"


@check(Severity.LOW)
def ec2_instance_detailed_monitoring(instance: Instance, unit: Unit) -> Result:
    """In five minutes a machine can fail and be replaced without a number to show for it.

    Pass: EC2 measures the instance every minute. What is not production is left out.
    Fix: enable detailed monitoring in the launch template; CloudWatch charges for each metric.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-detailed-monitoring.html
    """
    if out := _no_server(instance):
        return not_applicable(out)
    if not unit.is_production(instance.tags):
        return not_applicable(NOT_PRODUCTION)
    if instance.detailed:
        return passed("is measured every minute")
    return failed("is measured every five minutes")


#: Engines that have no Enhanced Monitoring.
_NOT_ENHANCED = frozenset({"docdb", "neptune"})


@check(Severity.LOW)
def rds_instance_enhanced_monitoring(database: DbInstance) -> Result:
    """A processor that is busy says nothing of the process that keeps it so.

    Pass: Enhanced Monitoring reports every 1 to 60 seconds.
    Fix: modify the instance with a monitoring interval and a monitoring role.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.html
    """
    if database.engine in _NOT_ENHANCED:
        return not_applicable(f"cannot have it ({database.engine})")
    if database.monitoring_seconds:
        return passed(f"reports every {database.monitoring_seconds} seconds")
    return failed("has Enhanced Monitoring off")
