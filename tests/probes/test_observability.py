"""What is seen of logs, of what is measured, and of who looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.alarms import ObservabilityLink
from readiness.evidence.functions import FunctionInvocations
from readiness.evidence.logs import LogDelivery, LogGroup, LogSubscription, MetricFilter
from readiness.evidence.observability import (
    ActiveNamespace,
    BusinessDashboard,
    BusinessMetric,
    BusinessMetricUse,
    Dashboard,
    InstalledAgent,
    MemoryMetric,
    MetricStream,
    Objective,
    PrometheusWorkspace,
    ServiceObjectives,
    SignalsService,
    SignalsServices,
)
from readiness.evidence.watching import Canary, CanaryRuns, HealthCheck
from readiness.probes import listed_metrics
from readiness.probes.aws import Aws, Connection
from readiness.probes.listed_metrics import memory_metrics
from readiness.probes.recent import canary_runs, function_invocations
from readiness.probes.refusals import UnseenError
from readiness.probes.ssm import LOG_AGENTS, installed_agents
from tests.checklist.observed import arn, function, instance
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

OTHER = "444455556666"
METRICS = "cloudwatch.get_metric_data"
LIST = "cloudwatch.list_metrics"
HOUR = timedelta(hours=1)


def looking(connection: Connection, *calls: str) -> Aws:
    """Look as one probe may that declared these calls."""
    return Aws(connection, REGION, frozenset(calls))


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def test_links_to_monitoring_accounts() -> None:
    def linked(number: str) -> dict[str, Any]:
        return {
            "Arn": f"arn:aws:oam:{REGION}:{ACCOUNT}:link/{number}",
            "SinkArn": f"arn:aws:oam:{REGION}:{OTHER}:sink/1",
            "ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::XRay::Trace"],
        }

    answers = (
        Answer("oam.list_links", {"Items": [linked("1")], "NextToken": "more"}, asked={}),
        Answer("oam.list_links", {"Items": [linked("2")]}, asked={"NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ObservabilityLink)
        assert_made_as_declared(connection, ObservabilityLink)

    assert found == Evidence(
        tuple(
            ObservabilityLink(
                arn=f"arn:aws:oam:{REGION}:{ACCOUNT}:link/{number}",
                sink=f"arn:aws:oam:{REGION}:{OTHER}:sink/1",
                shares=("AWS::CloudWatch::Metric", "AWS::XRay::Trace"),
            )
            for number in ("1", "2")
        )
    )


def test_log_groups_and_the_filters_on_them(account: str) -> None:
    logs = boto3.client("logs", region_name=REGION)
    for number in range(60):
        logs.create_log_group(logGroupName=f"/shop/{number:02}")
    logs.put_retention_policy(logGroupName="/shop/00", retentionInDays=30)
    made = {"metricName": "Errors", "metricNamespace": "Shop", "metricValue": "1"}
    logs.put_metric_filter(
        logGroupName="/shop/00",
        filterName="errors",
        filterPattern="ERROR",
        metricTransformations=[made],
    )
    with connected(account) as connection:
        groups = seen(connection, LogGroup)
        filters = seen(connection, MetricFilter)
        assert_made_as_declared(connection, LogGroup, MetricFilter)

    place = f"arn:aws:logs:{REGION}:{account}:log-group:/shop/00"
    assert len(groups.seen) == 60
    assert groups.seen[0] == LogGroup(arn=place, name="/shop/00", retention_days=30)
    assert groups.seen[1].retention_days is None
    assert filters == Evidence(
        (MetricFilter(arn=f"{place}:metric-filter:errors", name="errors", namespaces=("Shop",)),)
    )


def test_the_class_of_a_log_group() -> None:
    listed = {
        "logGroupName": "/flow",
        "arn": arn("logs", "log-group:/flow:*"),
        "logGroupClass": "DELIVERY",
    }
    answer = Answer("logs.describe_log_groups", {"logGroups": [listed]}, asked={"limit": 50})
    with answering(answer) as connection:
        found = seen(connection, LogGroup)

    group = LogGroup(
        arn=arn("logs", "log-group:/flow"), name="/flow", retention_days=None, kind="DELIVERY"
    )
    assert found == Evidence((group,))


@pytest.mark.parametrize(
    ("document", "chosen", "expected"),
    [
        ('{"DestinationArn": "arn", "FilterPattern": ""}', None, (True, ())),
        ('{"DestinationArn": "arn"}', "", (True, ())),
        ('{"FilterPattern": "ERROR"}', None, (False, ())),
        ("{}", 'LogGroupName NOT IN ["/a", "/b"]', (True, ("/a", "/b"))),
        ("{}", 'LogGroupNamePrefix NOT IN ["/a"]', (True, ("/a*",))),
        ("{}", 'LogGroupName IN ["/a"]', (False, ())),
    ],
)
def test_subscriptions_of_the_account(
    document: str, chosen: str | None, expected: tuple[bool, tuple[str, ...]]
) -> None:
    policy = {"policyName": "archive", "policyDocument": document}
    if chosen is not None:
        policy["selectionCriteria"] = chosen
    answer = Answer(
        "logs.describe_account_policies",
        {"accountPolicies": [policy]},
        asked={"policyType": "SUBSCRIPTION_FILTER_POLICY"},
    )
    with answering(answer) as connection:
        (found,) = seen(connection, LogSubscription)
        assert_made_as_declared(connection, LogSubscription)

    assert found.arn == arn("logs", "account-policy/archive")
    assert (found.whole, found.without) == expected


def test_whose_logs_are_delivered() -> None:
    balancer = arn("elasticloadbalancing", "loadbalancer/app/shop/1")
    first = {"name": "shop", "resourceArns": [balancer], "logType": "ALB_ACCESS_LOGS"}
    gone = {"name": "gone", "resourceArns": ["arn:gone"], "logType": "x", "status": "INACTIVE"}
    loose = {"name": "loose", "resourceArns": ["arn:loose"], "logType": "x"}
    call, joined = "logs.describe_delivery_sources", "logs.describe_deliveries"
    answers = (
        Answer(call, {"deliverySources": [first], "nextToken": "more"}, asked={}),
        Answer(call, {"deliverySources": [gone, loose]}, asked={"nextToken": "more"}),
        Answer(joined, {"deliveries": [{"deliverySourceName": "gone"}], "nextToken": "n"}),
        Answer(joined, {"deliveries": [{"deliverySourceName": "shop"}]}, asked={"nextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, LogDelivery)
        assert_made_as_declared(connection, LogDelivery)

    assert found == Evidence((LogDelivery(arn=balancer, kind="ALB_ACCESS_LOGS"),))


def test_no_delivery_is_asked_for_where_there_is_no_source_of_one() -> None:
    with answering(Answer("logs.describe_delivery_sources", {"deliverySources": []})) as connection:
        assert seen(connection, LogDelivery) == Evidence()


def test_services_and_objectives_of_application_signals() -> None:
    services, objectives = (
        "application-signals.list_services",
        "application-signals.list_service_level_objectives",
    )
    day = {"StartTime": NOW - timedelta(days=1), "EndTime": NOW}
    asked = {**day, "MaxResults": 100}
    keys = {"Type": "Service", "Name": "orders", "Environment": "lambda:default"}
    summary = {
        "KeyAttributes": keys,
        "MetricReferences": [],
        "AttributeMaps": [{"PlatformType": "AWS::Lambda"}],
    }
    resource = {
        "KeyAttributes": {
            "Type": "AWS::Resource",
            "ResourceType": "AWS::SQS::Queue",
            "Identifier": "jobs",
        },
        "MetricReferences": [],
    }
    objective = {
        "Arn": f"{arn('application-signals', 'slo')}/answers",
        "Name": "answers",
        "KeyAttributes": {**keys, "AwsAccountId": "444455556666"},
        "MetricSourceType": "ServiceOperation",
    }
    answers = (
        Answer(services, {**day, "ServiceSummaries": [summary], "NextToken": "more"}, asked=asked),
        Answer(services, {**day, "ServiceSummaries": [resource]}, asked={**asked, "NextToken": "more"}),
        Answer(objectives, {"SloSummaries": [objective]}, asked={"IncludeLinkedAccounts": True, "MaxResults": 50}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, SignalsServices)
        defined = seen(connection, ServiceObjectives)
        assert_made_as_declared(connection, SignalsServices, ServiceObjectives)

    orders = SignalsService(name="orders", environment="lambda:default", platform="AWS::Lambda")
    jobs = SignalsService(name="jobs", platform="AWS::SQS::Queue")
    place = arn("application-signals", "services")
    assert found == Evidence((SignalsServices(arn=place, services=(orders, jobs)),))
    slo = Objective(
        arn=str(objective["Arn"]),
        name="answers",
        service="orders",
        source="ServiceOperation",
        account="444455556666",
    )
    assert defined == Evidence(
        (ServiceObjectives(arn=arn("application-signals", "slo"), objectives=(slo,)),)
    )


def test_a_region_with_application_signals_and_nothing_in_it_is_told_apart() -> None:
    answer = Answer("application-signals.list_service_level_objectives", {"SloSummaries": []})
    with answering(answer) as connection:
        (found,) = seen(connection, ServiceObjectives)

    assert found.objectives == ()


def test_a_region_without_application_signals_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any, **__: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://application-signals.api.aws")

    with connected() as connection:
        client = connection.client("application-signals", REGION)
        monkeypatch.setattr(client, "_make_api_call", unreachable)
        monkeypatch.setattr(connection.session, "get_available_regions", lambda *_: ["us-east-1"])
        assert seen(connection, SignalsServices) == Evidence()
        monkeypatch.setattr(connection.session, "get_available_regions", lambda *_: [REGION])
        found = seen(connection, SignalsServices)

    assert [gap.reason for gap in found.gaps] == [Reason.NO_ANSWER]


def test_canaries_and_whether_they_measured() -> None:
    def listed(name: str, state: str, **more: Any) -> dict[str, Any]:
        return {"Name": name, "Status": {"State": state}, "Timeline": {"Created": NOW}, **more}

    call = "synthetics.describe_canaries"
    answers = (
        Answer(call, {"Canaries": [listed("shop", "RUNNING", Code={"BlueprintTypes": ["heartbeat"]})], "NextToken": "more"}, asked={}),
        Answer(call, {"Canaries": [listed("old", "STOPPED")]}, asked={"NextToken": "more"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Canary)
        assert_made_as_declared(connection, Canary)
    measured = {
        "Id": "m0",
        "StatusCode": "Complete",
        "Timestamps": [NOW - HOUR, NOW - 2 * HOUR],
        "Values": [12.0, 11.0],
    }
    with answering(Answer(METRICS, {"MetricDataResults": [measured]})) as connection:
        runs = list(canary_runs(looking(connection, METRICS), found))
        asked = connection.calls.metrics

    shop, old = found.seen
    assert shop == Canary(
        arn=arn("synthetics", "canary:shop"),
        name="shop",
        state="RUNNING",
        created=NOW,
        blueprints=("heartbeat",),
    )
    assert (old.name, old.state) == ("old", "STOPPED")
    # One that is stopped needs no number.
    assert runs == [CanaryRuns(arn=shop.arn, hours=2)]
    assert asked == 1


def test_how_often_functions_were_invoked_in_batches_of_500() -> None:
    functions = tuple(function(f"f{number}") for number in range(501))
    day = NOW - timedelta(days=1)

    def results(count: int) -> dict[str, Any]:
        numbers = {"StatusCode": "Complete", "Timestamps": [day, NOW], "Values": [2.0, 1.0]}
        return {"MetricDataResults": [{"Id": f"m{number}", **numbers} for number in range(count)]}

    answers = (Answer(METRICS, results(500)), Answer(METRICS, results(1)))
    with answering(*answers) as connection:
        found = list(function_invocations(looking(connection, METRICS), Evidence(functions)))

    assert found == [FunctionInvocations(arn=each.arn, count=3) for each in functions]


def test_a_refused_batch_is_a_gap_about_each_of_its_functions() -> None:
    with answering(Answer(METRICS, error=DENIED)) as connection:
        found = list(function_invocations(looking(connection, METRICS), Evidence((function(),))))

    assert found == [refused("cloudwatch:GetMetricData", resource=function().arn)]


def listed_metric(namespace: str, name: str, **dimensions: str) -> dict[str, Any]:
    pairs = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    return {"Namespace": namespace, "MetricName": name, "Dimensions": pairs}


def test_namespaces_with_metrics_of_the_last_three_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed_metrics, "PAGE", 3)
    first = [
        listed_metric("AWS/Lambda", "Errors"),
        listed_metric("Shop", "Latency", Path="/"),
        listed_metric("Shop", "Latency", Path="/cart"),
    ]
    second = [
        listed_metric("Acme/Host", "mem_used_percent", InstanceId="i-1"),
        listed_metric("Acme/Host", "mem_used_percent", host="ip-10-0-0-1"),
        listed_metric("Shop", "Orders"),
    ]
    answers = (
        Answer(LIST, {"Metrics": first, "NextToken": "more"}, asked={"RecentlyActive": "PT3H"}),
        Answer(LIST, {"Metrics": second}, asked={"RecentlyActive": "PT3H", "NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ActiveNamespace)
        assert_made_as_declared(connection, ActiveNamespace)

    def namespace(name: str, **members: Any) -> ActiveNamespace:
        return ActiveNamespace(arn=arn("cloudwatch", f"namespace/{name}"), name=name, **members)

    assert found == Evidence(
        (
            namespace("Shop", metrics=("Latency", "Orders"), page=1),
            namespace("Acme/Host", metrics=("mem_used_percent",), page=2, memory_of=("i-1",)),
        )
    )


def test_more_metrics_than_are_listed_are_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed_metrics, "PAGE", 1)
    monkeypatch.setattr(listed_metrics, "PAGES", 2)
    metrics = [listed_metric("Shop", "Orders"), listed_metric("AWS/EC2", "x"), listed_metric("Late", "x")]  # fmt: skip
    with answering(Answer(LIST, {"Metrics": metrics, "NextToken": "more"})) as connection:
        found = seen(connection, ActiveNamespace)

    assert [each.name for each in found.seen] == ["Shop"]
    gap = Gap(
        reason=Reason.TRUNCATED,
        account=ACCOUNT,
        region=REGION,
        action="cloudwatch:ListMetrics",
        detail="only 2 pages of metrics were listed",
    )
    assert found.gaps == (gap,)


def test_which_instances_tell_of_their_memory() -> None:
    names: tuple[tuple[str, str, list[Any]], ...] = (
        ("CWAgent", "mem_used_percent", [listed_metric("CWAgent", "mem_used_percent", InstanceId="i-1"), listed_metric("CWAgent", "mem_used_percent", host="web")]),
        ("CWAgent", "mem_available_percent", [listed_metric("CWAgent", "mem_available_percent", InstanceId="i-1")]),
        ("CWAgent", "Memory % Committed Bytes In Use", []),
        ("ContainerInsights", "node_memory_utilization", [listed_metric("ContainerInsights", "node_memory_utilization", InstanceId="i-2", ClusterName="shop")]),
        ("ECS/ContainerInsights", "instance_memory_utilization", [listed_metric("ECS/ContainerInsights", "instance_memory_utilization", InstanceId="i-9")]),
    )  # fmt: skip
    answers = [
        Answer(LIST, {"Metrics": metrics}, asked={"Namespace": namespace, "MetricName": name, "RecentlyActive": "PT3H"})
        for namespace, name, metrics in names
    ]  # fmt: skip
    machines = (instance("i-1"), instance("i-2"), instance("i-3", state="stopped"))
    with answering(*answers) as connection:
        found = list(memory_metrics(looking(connection, LIST), Evidence(machines)))
        none = list(memory_metrics(looking(connection, LIST), Evidence(machines[2:])))

    assert found == [
        MemoryMetric(arn=machines[0].arn, namespace="CWAgent", name="mem_used_percent"),
        MemoryMetric(arn=machines[1].arn, namespace="ContainerInsights", name="node_memory_utilization"),
    ]  # fmt: skip
    assert none == []


def test_which_agents_are_installed() -> None:
    def asked(*names: str) -> dict[str, Any]:
        wanted = {"Key": "AWS:Application.Name", "Values": list(names), "Type": "Equal"}
        return {"Filters": [wanted]}

    call = "ssm.get_inventory"
    answers = (
        Answer(call, {"Entities": [{"Id": "i-1"}], "NextToken": "more"}, asked=asked(*LOG_AGENTS)),
        Answer(call, {"Entities": [{"Id": "mi-1"}]}, asked={**asked(*LOG_AGENTS), "NextToken": "more"}),
        Answer(call, {"Entities": [{"Id": "i-2"}]}, asked=asked("datadog-agent")),
    )  # fmt: skip
    machines = (instance("i-1"), instance("i-2"))
    with answering(*answers) as connection:
        found = list(installed_agents(looking(connection, call), Evidence(machines)))
        none = list(installed_agents(looking(connection, call), Evidence()))

    assert found == [
        InstalledAgent(arn=machines[0].arn, name="log agent"),
        InstalledAgent(arn=machines[1].arn, name="datadog-agent"),
    ]
    assert none == []


def test_streams_workspaces_dashboards_and_health_checks() -> None:
    stream = {"Arn": arn("cloudwatch", "metric-stream/all"), "Name": "all", "State": "running"}
    space = {
        "workspaceId": "ws-1",
        "arn": arn("aps", "workspace/ws-1"),
        "status": {"statusCode": "ACTIVE"},
        "createdAt": NOW,
    }
    board = {
        "DashboardName": "shop",
        "DashboardArn": f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop",
        "LastModified": NOW,
        "Size": 900,
    }
    check = {
        "Id": "h1",
        "CallerReference": "1",
        "HealthCheckVersion": 1,
        "HealthCheckConfig": {"Type": "HTTPS", "Disabled": True},
    }
    page = {"Marker": "", "IsTruncated": False, "MaxItems": "100"}
    with answering(
        Answer("cloudwatch.list_metric_streams", {"Entries": [stream]}),
        Answer("amp.list_workspaces", {"workspaces": [space]}),
    ) as connection:
        streams, spaces = (seen(connection, kind) for kind in (MetricStream, PrometheusWorkspace))
        assert_made_as_declared(connection, MetricStream, PrometheusWorkspace)
    with answering(
        Answer("cloudwatch.list_dashboards", {"DashboardEntries": [board]}),
        Answer("route53.list_health_checks", {"HealthChecks": [check], **page}),
    ) as connection:
        boards, checks = (seen(connection, kind) for kind in (Dashboard, HealthCheck))
        assert_made_as_declared(connection, Dashboard, HealthCheck)

    assert streams == Evidence((MetricStream(arn=stream["Arn"], name="all", state="running"),))
    assert spaces == Evidence(
        (PrometheusWorkspace(arn=arn("aps", "workspace/ws-1"), name="ws-1", status="ACTIVE"),)
    )
    assert boards == Evidence(
        (
            Dashboard(
                arn=f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop",
                name="shop",
                modified=NOW,
                size=900,
            ),
        )
    )
    assert checks == Evidence(
        (
            HealthCheck(
                arn="arn:aws:route53:::healthcheck/h1", type="HTTPS", disabled=True, managed_by=""
            ),
        )
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ResourceNotFoundException", Evidence()),
        ("UnsupportedUserEditionException", Evidence()),
        ("AccessDeniedException", Evidence(gaps=(refused("quicksight:ListDashboards"),))),
    ],
)
def test_an_account_without_quicksight_has_no_dashboard(code: str, expected: Any) -> None:
    error = {"service_error_code": code, "http_status_code": 403 if "Denied" in code else 404}
    with answering(Answer("quicksight.list_dashboards", error=error)) as connection:
        assert seen(connection, BusinessDashboard) == expected


def test_dashboards_of_quicksight() -> None:
    board = {"Arn": arn("quicksight", "dashboard/d1"), "Name": "Orders", "LastPublishedTime": NOW}
    answer = {"DashboardSummaryList": [board, {"Arn": "arn:draft"}]}
    asked = {"AwsAccountId": ACCOUNT}
    with answering(Answer("quicksight.list_dashboards", answer, asked=asked)) as connection:
        found = seen(connection, BusinessDashboard)
        assert_made_as_declared(connection, BusinessDashboard)

    assert found == Evidence(
        (
            BusinessDashboard(arn=board["Arn"], name="Orders", published=NOW),  # type: ignore[arg-type]
            BusinessDashboard(arn="arn:draft", name="", published=None),
        )
    )


def test_the_business_metrics_that_the_configuration_names() -> None:
    orders = BusinessMetric("Shop", "Orders", {"country": "de"})
    carts = BusinessMetric("Shop", "Carts")
    last = NOW - timedelta(minutes=30)
    numbers = {"Id": "m0", "StatusCode": "Complete", "Timestamps": [last, NOW - 5 * HOUR], "Values": [1.0, 2.0]}  # fmt: skip
    answer = {"MetricDataResults": [numbers, {"Id": "m1", "StatusCode": "Complete"}]}
    with answering(Answer(METRICS, answer)) as connection:
        connection.business_metrics = (orders, carts)
        found = seen(connection, BusinessMetricUse)
        assert_made_as_declared(connection, BusinessMetricUse)
    with connected() as connection:
        nothing = seen(connection, BusinessMetricUse)

    place = arn("cloudwatch", "metric/Shop/Orders{country=de}")
    assert found == Evidence(
        (
            # The hour is not over.
            BusinessMetricUse(arn=place, metric="Shop/Orders{country=de}", measured=NOW),
            BusinessMetricUse(arn=arn("cloudwatch", "metric/Shop/Carts"), metric="Shop/Carts", measured=None),
        )
    )  # fmt: skip
    assert nothing == Evidence()


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (ObservabilityLink, "oam.list_links", "oam:ListLinks"),
        (LogGroup, "logs.describe_log_groups", "logs:DescribeLogGroups"),
        (LogSubscription, "logs.describe_account_policies", "logs:DescribeAccountPolicies"),
        (LogDelivery, "logs.describe_delivery_sources", "logs:DescribeDeliverySources"),
        (MetricFilter, "logs.describe_metric_filters", "logs:DescribeMetricFilters"),
        (SignalsServices, "application-signals.list_services", "application-signals:ListServices"),
        (ServiceObjectives, "application-signals.list_service_level_objectives", "application-signals:ListServiceLevelObjectives"),
        (Canary, "synthetics.describe_canaries", "synthetics:DescribeCanaries"),
        (ActiveNamespace, LIST, "cloudwatch:ListMetrics"),
        (MetricStream, "cloudwatch.list_metric_streams", "cloudwatch:ListMetricStreams"),
        (PrometheusWorkspace, "amp.list_workspaces", "aps:ListWorkspaces"),
        (Dashboard, "cloudwatch.list_dashboards", "cloudwatch:ListDashboards"),
        (HealthCheck, "route53.list_health_checks", "route53:ListHealthChecks"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))


@pytest.mark.parametrize(
    ("operation", "probe", "action"),
    [
        (LIST, memory_metrics, "cloudwatch:ListMetrics"),
        ("ssm.get_inventory", installed_agents, "ssm:GetInventory"),
    ],
)
def test_a_refused_look_at_instances_hides_all_of_them(
    operation: str, probe: Any, action: str
) -> None:
    with (
        answering(Answer(operation, error=DENIED)) as connection,
        pytest.raises(UnseenError) as caught,
    ):
        list(probe(looking(connection, operation), Evidence((instance(),))))

    assert caught.value.gap == refused(action)
