"""What is seen of the traffic from the internet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.traffic import DoorTraffic, Hour
from readiness.probes import traffic
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

REST = f"arn:aws:apigateway:{REGION}::/restapis/r1"
HTTP = f"arn:aws:apigateway:{REGION}::/apis/h1"
WEB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1"
OLD = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/old"
GRAPH = f"arn:aws:appsync:{REGION}:{ACCOUNT}:apis/g1"
URL = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pay:live"
THEN = NOW - timedelta(hours=3)


def balancer(scheme: str = "internet-facing", kind: str = "application") -> dict[str, Any]:
    return {
        "LoadBalancerArn": WEB,
        "LoadBalancerName": "web",
        "Type": kind,
        "Scheme": scheme,
        "CreatedTime": NOW,
        "State": {"Code": "active"},
    }


def classic() -> dict[str, Any]:
    return {
        "LoadBalancerName": "old",
        "Scheme": "internet-facing",
        "CreatedTime": NOW,
        "DNSName": "old.example",
    }


def method(path: str, function: str = "") -> dict[str, Any]:
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"
    called = {"methodIntegration": {"uri": uri}} if function else {}
    return {"id": "1", "path": path, "resourceMethods": {"POST": {"authorizationType": "NONE", **called}}}  # fmt: skip


def doors(**given: Any) -> tuple[Answer, ...]:
    """Return what lists the ways in of a region, each kind of which is empty unless it is given."""
    rest = given.get("rest", [])
    http = given.get("http", [])
    balancers = given.get("balancers", [])
    functions = given.get("functions", [])
    listener = {"ListenerArn": "arn:listener", "Port": 443, "Protocol": "HTTPS"}
    rules = [{"RuleArn": "arn:rule", "IsDefault": False, "Conditions": [{"Field": "path-pattern", "Values": [path]}]} for path in given.get("paths", [])]  # fmt: skip
    facing = [each for each in balancers if each["Scheme"] == "internet-facing" and each["Type"] == "application"]  # fmt: skip
    return (
        Answer("apigateway.get_rest_apis", {"items": rest}),
        *(Answer("apigateway.get_resources", {"items": given.get("methods", [])}) for _ in rest),
        Answer("apigatewayv2.get_apis", {"Items": http}),
        *(
            each
            for _ in http
            for each in (
                Answer("apigatewayv2.get_routes", {"Items": []}),
                Answer("apigatewayv2.get_integrations", {"Items": []}),
            )
        ),
        Answer("appsync.list_graphql_apis", {"graphqlApis": given.get("graphql", [])}, asked={"owner": "CURRENT_ACCOUNT"}),
        Answer("elbv2.describe_load_balancers", {"LoadBalancers": balancers}),
        *(Answer("elbv2.describe_listeners", {"Listeners": [listener]}) for _ in balancers),
        *(Answer("elbv2.describe_rules", {"Rules": rules}) for _ in facing),
        Answer("elb.describe_load_balancers", {"LoadBalancerDescriptions": given.get("classics", [])}),
        Answer("lambda.list_functions", {"Functions": functions}),
        *(Answer("lambda.list_function_url_configs", {"FunctionUrlConfigs": given.get("urls", [])}) for _ in functions),
    )  # fmt: skip


def measured(*series: Mapping[Any, float]) -> Answer:
    """Answer each query, in order, with its numbers."""
    results = [
        {
            "Id": f"m{number}",
            "Label": "x",
            "StatusCode": "Complete",
            "Timestamps": list(points),
            "Values": list(points.values()),
        }
        for number, points in enumerate(series)
    ]
    return Answer("cloudwatch.get_metric_data", {"MetricDataResults": results})


REST_API = {"id": "r1", "name": "orders"}


def test_requests_in_five_minutes_errors_and_the_slowest_by_the_hour() -> None:
    five, hour = timedelta(minutes=5), timedelta(hours=1)
    old = NOW - timedelta(days=40)
    answers = (
        *doors(rest=[REST_API], methods=[method("/orders")]),
        measured(
            {old: 900.0, THEN: 100.0, THEN + five: 300.0, THEN + hour: 50.0},
            {THEN: 3.0},
            {THEN: 450.0, THEN + hour: 80.0},
        ),
    )
    with answering(*answers) as there:
        found = seen(there, DoorTraffic)

    assert found == Evidence(
        (
            DoorTraffic(
                arn=REST,
                hours=(
                    Hour(started=old, requests=900, busiest=900, errors=0, throttles=0),
                    Hour(started=THEN, requests=400, busiest=300, errors=3, throttles=0, p99=450),
                    Hour(started=THEN + hour, requests=50, busiest=50, errors=0, throttles=0, p99=80),
                ),
                # Of the last 30 days alone.
                usual=100,
                webhook=False,
            ),
        )
    )  # fmt: skip


def test_refused_calls_of_the_functions_behind_a_webhook() -> None:
    function = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pay"
    answers = (
        *doors(rest=[REST_API], methods=[method("/webhooks/pay", function)]),
        measured({THEN: 2.0}, {THEN: 7.0}, {}, {}),
    )
    with answering(*answers) as there:
        (found,) = seen(there, DoorTraffic)

    assert found.webhook
    assert found.hours == (Hour(started=THEN, requests=7, busiest=7, errors=0, throttles=2),)


def test_every_way_in_is_asked_for_by_its_own_metrics() -> None:
    asked: list[tuple[Any, ...]] = []

    def note(params: Mapping[str, Any], **_: Any) -> None:
        for query in params["MetricDataQueries"]:
            stat = query["MetricStat"]
            metric = stat["Metric"]
            named = {each["Name"]: each["Value"] for each in metric["Dimensions"]}
            asked.append(
                (metric["Namespace"], metric["MetricName"], named, stat["Period"], stat["Stat"])
            )

    function = {"FunctionArn": URL.removesuffix(":live"), "FunctionName": "pay"}
    config = {
        "FunctionUrl": "https://abcdefgh.lambda-url.eu-west-1.on.aws/",
        "FunctionArn": URL,
        "CreationTime": "2026-01-01",
        "LastModifiedTime": "2026-01-01",
        "AuthType": "NONE",
    }
    given = doors(
        rest=[{**REST_API, "endpointConfiguration": {"types": ["PRIVATE"]}}],
        http=[{"ApiId": "h1", "Name": "carts", "ProtocolType": "HTTP", "RouteSelectionExpression": "x"}],
        balancers=[balancer()],
        paths=["/callback/*"],
        classics=[classic()],
        graphql=[{"arn": GRAPH, "name": "shop", "authenticationType": "API_KEY"}],
        functions=[function],
        urls=[config],
    )  # fmt: skip
    with answering(*given, measured(*({} for _ in range(15)))) as there:
        events = there.client("cloudwatch", REGION).meta.events
        events.register("before-parameter-build.cloudwatch.GetMetricData", note)
        found = seen(there, DoorTraffic)

    web = {"LoadBalancer": "app/web/1"}
    pay = {"FunctionName": "pay", "Resource": "pay:live"}
    assert asked == [
        ("AWS/ApplicationELB", "RequestCount", web, 300, "Sum"),
        ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", web, 3600, "Sum"),
        ("AWS/ApplicationELB", "TargetResponseTime", web, 3600, "p99"),
        ("AWS/ApiGateway", "Count", {"ApiId": "h1"}, 300, "Sum"),
        ("AWS/ApiGateway", "5xx", {"ApiId": "h1"}, 3600, "Sum"),
        ("AWS/ApiGateway", "Latency", {"ApiId": "h1"}, 3600, "p99"),
        ("AWS/AppSync", "Requests", {"GraphQLAPIId": "g1"}, 300, "Sum"),
        ("AWS/AppSync", "5XXError", {"GraphQLAPIId": "g1"}, 3600, "Sum"),
        ("AWS/AppSync", "Latency", {"GraphQLAPIId": "g1"}, 3600, "p99"),
        ("AWS/ELB", "RequestCount", {"LoadBalancerName": "old"}, 300, "Sum"),
        ("AWS/ELB", "HTTPCode_Backend_5XX", {"LoadBalancerName": "old"}, 3600, "Sum"),
        ("AWS/ELB", "Latency", {"LoadBalancerName": "old"}, 3600, "p99"),
        ("AWS/Lambda", "UrlRequestCount", pay, 300, "Sum"),
        ("AWS/Lambda", "Url5xxCount", pay, 3600, "Sum"),
        ("AWS/Lambda", "UrlRequestLatency", pay, 3600, "p99"),
    ]
    assert [(each.arn, each.webhook) for each in found] == [
        (WEB, True),
        (HTTP, False),
        (GRAPH, False),
        (OLD, False),
        (URL, False),
    ]


@pytest.mark.parametrize(("scheme", "kind"), [("internal", "application"), ("internet-facing", "network")])  # fmt: skip
def test_what_nobody_asks_from_the_internet_or_by_requests_is_not_measured(
    scheme: str, kind: str
) -> None:
    with answering(*doors(balancers=[balancer(scheme, kind)])) as there:
        assert seen(there, DoorTraffic) == Evidence()


def test_ways_in_beyond_the_most_that_are_measured_are_gaps_about_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(traffic, "MAX_DOORS", 1)
    answers = (
        *doors(rest=[REST_API], methods=[method("/orders")], classics=[classic()]),
        measured({}, {}, {}),
    )
    with answering(*answers) as there:
        found = seen(there, DoorTraffic)

    assert [each.arn for each in found.seen] == [REST]
    assert found.gaps == (
        Gap(
            reason=Reason.TRUNCATED,
            account=ACCOUNT,
            region=REGION,
            resource=OLD,
            action="cloudwatch:GetMetricData",
            detail="only 1 of 2 ways in were measured",
        ),
    )


def test_metrics_that_are_refused_are_a_gap_about_their_way_in() -> None:
    answers = (
        *doors(classics=[classic()]),
        Answer("cloudwatch.get_metric_data", error=DENIED),
    )
    with answering(*answers) as there:
        found = seen(there, DoorTraffic)

    assert found == Evidence(gaps=(refused("cloudwatch:GetMetricData", resource=OLD),))
