"""What the checks of targets for performance say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity, Status
from readiness.checklist.service_levels import (
    application_signals_slo_defined,
    cloudwatch_latency_alarm_defined,
    repository_performance_target_defined,
)
from readiness.evidence.alarms import (
    AlarmMetric,
    CentralAlarms,
    CompositeAlarm,
    MetricAlarm,
    ObservabilityLink,
)
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.documents import Document
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.infrastructure import MonitoringDefinition
from readiness.evidence.observability import Objective, ServiceObjectives
from readiness.evidence.repository import LoadTestPaths, Repository
from tests.checklist.test_alarm_coverage import alarm, link
from tests.checklist.test_api_access import api, graphql, http_api, url
from tests.checklist.test_networking_doors import WEB, arn, balancer, classic
from tests.checklist.test_networking_names import distribution
from tests.repositories.records import SHOP, repository
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
from tests.verdicts import verdict_of

OTHER = "444455556666"


def slo(**changes: Any) -> ServiceObjectives:
    values: dict[str, Any] = {
        "arn": arn("application-signals", "slo/checkout"),
        "name": "checkout",
        "source": "ServiceOperation",
    }
    return ServiceObjectives(
        arn=arn("application-signals", "slo"), objectives=(Objective(**values | changes),)
    )


LINKED = f"arn:aws:application-signals:{REGION}:{OTHER}:slo/checkout"
LOAD_BALANCER = {"LoadBalancer": WEB.partition(":loadbalancer/")[2]}


def watching(
    metric: str = "TargetResponseTime",
    namespace: str = "AWS/ApplicationELB",
    stat: str = "p99",
    dimensions: dict[str, str] | None = None,
    **changes: Any,
) -> MetricAlarm:
    looks = AlarmMetric(
        namespace=namespace,
        name=metric,
        dimensions=LOAD_BALANCER if dimensions is None else dimensions,
        stat=stat,
    )
    values: dict[str, Any] = {"metrics": (looks,), "threshold": 0.5}
    return alarm("slow", **values | changes)


def of_api(metric: str, **names: str) -> MetricAlarm:
    return watching(metric, "AWS/ApiGateway", dimensions=names)


SILENT = watching(actions=())
ABOVE = CompositeAlarm(
    arn=arn("cloudwatch", "alarm:above"),
    name="above",
    actions_enabled=True,
    actions=(arn("sns", "alarms"),),
    state="OK",
    since=SILENT.since,
    rule="ALARM(slow)",
)
EDGE = distribution(region=REGION)


def script(*, bounded: bool = True) -> LoadTestPaths:
    return LoadTestPaths(repository=SHOP, path="load/test.js", paths=(), bounded=bounded)


def document(line: int = 0) -> Document:
    return Document(repository=SHOP, path="docs/slo.md", size=9, lines=9, target_line=line)


OPEN_SLO = MonitoringDefinition(repository=SHOP, path="slo/checkout.yaml", tool="OpenSLO")
DOORS = (LoadBalancer, ClassicLoadBalancer, RestApi, HttpApi, GraphqlApi, FunctionUrl, Distribution)

ROWS: dict[Check[..., Any], list[Row]] = {
    application_signals_slo_defined: [
        Row("an objective", {"slo/checkout": PASS}, (balancer(), slo()), says="checkout"),
        Row("an objective on a metric", PASS, (balancer(), slo(source="CloudWatchMetric"))),
        Row("of several operations", PASS, (balancer(), slo(source=""))),
        Row("for what others do", NO_EVIDENCE, (balancer(), slo(source="ServiceDependency"))),
        Row("in a monitoring account, for us", PASS, (balancer(), slo(arn=LINKED, account=ACCOUNT))),
        Row("in a monitoring account, for others", NO_EVIDENCE, (balancer(), slo(arn=LINKED))),
        Row("ours, for a service of another account", NO_EVIDENCE, (balancer(), slo(account=OTHER))),
        Row("in another region", NO_EVIDENCE, (balancer(), ServiceObjectives(arn=f"arn:aws:application-signals:us-east-1:{ACCOUNT}:slo", objectives=slo().objectives))),
        Row("a region without any", NO_EVIDENCE, (balancer(), ServiceObjectives(arn=arn("application-signals", "slo"), objectives=()))),
        Row("none", {"111122223333/eu-west-1": NO_EVIDENCE}, (balancer(),)),
        Row("none, and nothing on the internet", NOT_APPLICABLE, (balancer(scheme="internal"), api(private=True))),
        Row("an objective, and nothing on the internet", PASS, (slo(),)),
        Row("objectives are dark", UNKNOWN, (balancer(),), dark=[ServiceObjectives]),
        Row("others' objectives are dark", PASS, (balancer(), slo()), gaps={ServiceObjectives: [dark_gap(ServiceObjectives)]}),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in DOORS),
    ],
    cloudwatch_latency_alarm_defined: [
        Row("a load balancer's percentile", {"loadbalancer/app/shop/1": PASS}, (balancer(), watching()), says="alarm slow"),
        Row("an average", PASS, (balancer(), watching(stat="Average")), says="tells little of the slowest"),
        Row("a band that is expected", NO_EVIDENCE, (balancer(), watching(threshold=None))),
        Row("another metric", NO_EVIDENCE, (balancer(), watching("RequestCount"))),
        Row("another load balancer", NO_EVIDENCE, (balancer(), watching(dimensions={"LoadBalancer": "app/other/2"}))),
        Row("no action", {"loadbalancer/app/shop/1": NO_EVIDENCE, "slow": FAIL}, (balancer(), SILENT), severity=Severity.MEDIUM),
        Row("actions that are off", {"loadbalancer/app/shop/1": NO_EVIDENCE, "slow": FAIL}, (balancer(), watching(actions_enabled=False))),
        Row("a composite alarm acts for it", {"loadbalancer/app/shop/1": PASS}, (balancer(), SILENT, ABOVE)),
        Row("nothing", NO_EVIDENCE, (balancer(),)),
        Row("a network load balancer", NO_EVIDENCE, (balancer(type="network"),), says="no metric of its latency"),
        Row("a Classic load balancer", PASS, (classic(), watching("Latency", "AWS/ELB", dimensions={"LoadBalancerName": "old"}))),
        Row("a distribution whose alarms lie in a region that is not scanned", UNKNOWN, (distribution(),), unit={"regions": (REGION,)}, says="us-east-1"),
        Row("a REST API", PASS, (api(), of_api("Latency", ApiName="orders"))),
        Row("a REST API's stage", PASS, (api(), of_api("IntegrationLatency", ApiName="orders", Stage="live"))),
        Row("another REST API", NO_EVIDENCE, (api(), of_api("Latency", ApiName="carts"))),
        Row("an HTTP API", PASS, (http_api(), of_api("Latency", ApiId="h1"))),
        Row("a GraphQL API", PASS, (graphql("AWS_IAM"), watching("Latency", "AWS/AppSync", dimensions={"GraphQLAPIId": "g1"}))),
        Row("a function's URL", PASS, (url("AWS_IAM"), watching("Duration", "AWS/Lambda", dimensions={"FunctionName": "pay"}))),
        Row("a distribution", PASS, (EDGE, watching("OriginLatency", "AWS/CloudFront", dimensions={"DistributionId": "E1", "Region": "Global"}))),
        Row("an objective", {"slo/checkout": PASS}, (slo(), watching("BreachedCount", "AWS/ApplicationSignals", "Sum", {"SloName": "checkout"}))),
        Row("an objective of another account", NOT_APPLICABLE, (slo(arn=LINKED),)),
        Row("an internal load balancer", NOT_APPLICABLE, (balancer(scheme="internal"),)),
        Row("a private API", NOT_APPLICABLE, (api(private=True),)),
        Row("nothing on the internet", NOT_APPLICABLE),
        Row("alarms are dark", UNKNOWN, (balancer(),), dark=[MetricAlarm]),
        Row("alarms are dark but for one", {"loadbalancer/app/shop/1": PASS, "loadbalancer/app/shop/1#alarms": UNKNOWN}, (balancer(), watching()), gaps={MetricAlarm: [dark_gap(MetricAlarm, "arn:other")]}),
        Row("composite alarms are dark", UNKNOWN, (balancer(), SILENT), dark=[CompositeAlarm]),
        Row("links are dark", UNKNOWN, (balancer(),), dark=[ObservabilityLink]),
        Row("the central alarms are dark", UNKNOWN, (balancer(), link()), dark=[CentralAlarms]),
        Row("objectives are dark", {"loadbalancer/app/shop/1": PASS, "111122223333/eu-west-1": UNKNOWN}, (balancer(), watching()), dark=[ServiceObjectives]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in DOORS),
    ],
    repository_performance_target_defined: [
        Row("thresholds of a load test", {"load/test.js": PASS}, (repository(), script())),
        Row("a load test without", NO_EVIDENCE, (repository(), script(bounded=False))),
        Row("objectives as code", {"slo/checkout.yaml": PASS}, (repository(), OPEN_SLO), says="OpenSLO"),
        Row("a line of a document", {"12": PASS}, (repository(), document(12)), says="line 12"),
        Row("documents without", NO_EVIDENCE, (repository(), document())),
        Row("alarms as code", NO_EVIDENCE, (repository(), MonitoringDefinition(repository=SHOP, path="a.tf", tool="Terraform"))),
        Row("nothing", NO_EVIDENCE, (repository(),)),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), script())),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (repository(),), dark=[kind])
            for kind in (LoadTestPaths, MonitoringDefinition, Document)
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


ITEM = "performance/expected-performance-in-ideal-conditions-is-defined"


def test_one_target_is_enough_unless_nobody_hears_of_another() -> None:
    assert verdict_of(ITEM, (balancer(), watching())) is Status.PASS
    assert verdict_of(ITEM, (balancer(), slo())) is Status.PASS
    assert verdict_of(ITEM, (balancer(), slo(), SILENT)) is Status.FAIL
