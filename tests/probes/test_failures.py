"""What is seen of who gets what could not be handled or delivered, and of what is gone meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.containers import EcsService, EksNodegroup
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import (
    AsyncEvents,
    EventSourceMapping,
    FailureDestinations,
    FunctionUrl,
    LambdaFunction,
)
from readiness.evidence.queues import SubscriptionDeadLetters
from tests.probes.looking import DENIED, Answer, answering, refused, seen
from tests.rows import ACCOUNT, NOW, REGION

CONFIGS = "lambda.list_function_event_invoke_configs"
GONE = {"service_error_code": "ResourceNotFoundException", "http_status_code": 404}


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def functions(*names: str, **more: Any) -> Answer:
    listed = [
        {"FunctionName": name, "FunctionArn": arn("lambda", f"function:{name}"), **more}
        for name in names
    ]
    return Answer("lambda.list_functions", {"Functions": listed})


def handed(*received: float) -> Answer:
    """Answer each function's query with as many events, on two days."""
    results = [
        {"Id": f"m{number}", "Timestamps": [NOW] * bool(each), "Values": [each] * bool(each)}
        for number, each in enumerate(received)
    ]
    return Answer("cloudwatch.get_metric_data", {"MetricDataResults": results})


def test_events_are_counted_of_functions_that_may_lose_them() -> None:
    answers = (functions("busy", "idle", "aws-controltower-x"), handed(7, 0))
    with answering(*answers) as connection:
        found = seen(connection, AsyncEvents)

    assert found == Evidence(
        (
            AsyncEvents(arn=arn("lambda", "function:busy"), received=7),
            AsyncEvents(arn=arn("lambda", "function:idle"), received=0),
        )
    )


def test_a_function_with_a_dead_letter_queue_is_not_measured() -> None:
    answer = functions("safe", DeadLetterConfig={"TargetArn": arn("sqs", "dead")})
    with answering(answer) as connection:
        assert seen(connection, AsyncEvents) == Evidence()
    with answering(answer) as connection:
        (function,) = seen(connection, LambdaFunction)

    assert function.dead_letters == arn("sqs", "dead")


def test_destinations_are_asked_of_functions_that_are_handed_events() -> None:
    dead = arn("sqs", "dead")
    on_failure = {"DestinationConfig": {"OnFailure": {"Destination": dead}}}
    answers = (
        functions("a", "b", "c", "idle"),
        handed(1, 2, 3, 0),
        Answer(CONFIGS, {"FunctionEventInvokeConfigs": [on_failure], "NextMarker": "n"}),
        Answer(CONFIGS, {"FunctionEventInvokeConfigs": [on_failure, {"DestinationConfig": {}}]}),
        Answer(CONFIGS, error=GONE),
        Answer(CONFIGS, error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, FailureDestinations)

    assert found == Evidence(
        (
            FailureDestinations(arn=arn("lambda", "function:a"), destinations=(dead,)),
            FailureDestinations(arn=arn("lambda", "function:b"), destinations=()),
        ),
        (refused("lambda:ListFunctionEventInvokeConfigs", resource=arn("lambda", "function:c")),),
    )


def test_where_a_mapping_sends_what_failed() -> None:
    listed = [
        {"UUID": "1" * 36, "FunctionArn": arn("lambda", "function:a")},
        {
            "UUID": "2" * 36,
            "FunctionArn": arn("lambda", "function:a"),
            "DestinationConfig": {"OnFailure": {"Destination": arn("sqs", "dead")}},
        },
    ]
    answer = Answer("lambda.list_event_source_mappings", {"EventSourceMappings": listed})
    with answering(answer) as connection:
        found = seen(connection, EventSourceMapping)

    assert [each.failures for each in found] == ["", arn("sqs", "dead")]


def test_what_a_mapping_reads_and_when_it_gives_up() -> None:
    common = {"FunctionArn": arn("lambda", "function:a")}
    listed = [
        {"UUID": "1" * 36, **common, "EventSourceArn": arn("kinesis", "stream/a"), "State": "Enabled", "MaximumRetryAttempts": -1, "MaximumRecordAgeInSeconds": 60},
        {"UUID": "2" * 36, **common, "SelfManagedEventSource": {}, "State": "Disabled"},
    ]  # fmt: skip
    answer = Answer("lambda.list_event_source_mappings", {"EventSourceMappings": listed})
    with answering(answer) as connection:
        stream, elsewhere = seen(connection, EventSourceMapping)

    assert (stream.source, stream.kind, stream.enabled) == (
        arn("kinesis", "stream/a"),
        "kinesis",
        True,
    )
    assert (stream.retries, stream.record_age) == (-1, 60)
    assert (elsewhere.source, elsewhere.kind, elsewhere.enabled) == ("", "kafka", False)
    assert (elsewhere.retries, elsewhere.record_age) == (None, None)


def queues(**dead_letters: str) -> tuple[Answer, ...]:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
    return (
        Answer("sqs.list_queues", {"QueueUrls": [f"{url}/{name}" for name in dead_letters]}),
        *(
            Answer(
                "sqs.get_queue_attributes",
                {"Attributes": {"RedrivePolicy": json.dumps({"deadLetterTargetArn": to})} if to else {}},
            )
            for to in dead_letters.values()
        ),
    )  # fmt: skip


def subscriptions(*names: str) -> Answer:
    listed = [
        {"TopicArn": arn("sns", "orders"), "SubscriptionArn": name, "Endpoint": "ann@example.com"}
        for name in names
    ]
    return Answer("sns.list_subscriptions", {"Subscriptions": listed})


def test_subscriptions_are_asked_where_a_queue_has_no_known_sender() -> None:
    said = "sns.get_subscription_attributes"
    first, second, third = (arn("sns", f"orders:{number}") for number in range(3))
    redrive = json.dumps({"deadLetterTargetArn": arn("sqs", "dead")})
    answers = (
        *queues(work="", dead=""),
        subscriptions(first, "PendingConfirmation", second, third),
        Answer(said, {"Attributes": {"RedrivePolicy": redrive, "Endpoint": "ann@example.com"}}),
        Answer(said, {"Attributes": {}}),
        Answer(said, error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, SubscriptionDeadLetters)

    assert found == Evidence(
        (
            SubscriptionDeadLetters(arn=first, dead_letters=arn("sqs", "dead")),
            SubscriptionDeadLetters(arn=second, dead_letters=""),
        ),
        (refused("sns:GetSubscriptionAttributes", resource=third),),
    )


def test_no_subscription_is_asked_where_every_queue_is_accounted_for() -> None:
    answers = (
        *queues(work=arn("sqs", "dead"), dead=""),
        subscriptions(arn("sns", "orders:1")),
    )
    with answering(*answers) as connection:
        assert seen(connection, SubscriptionDeadLetters) == Evidence()


def test_what_a_distribution_falls_back_to() -> None:
    origins = [
        {"Id": "first", "DomainName": "A.eu-west-1.elb.amazonaws.com"},
        {"Id": "second", "DomainName": "b.s3.amazonaws.com"},
    ]
    group = {
        "Id": "both",
        "FailoverCriteria": {"StatusCodes": {"Quantity": 1, "Items": [502]}},
        "Members": {"Quantity": 2, "Items": [{"OriginId": "first"}, {"OriginId": "second"}]},
    }
    pages = [
        {"ErrorCode": 404, "ResponsePagePath": "/404.html"},
        {"ErrorCode": 502, "ResponsePagePath": "/sorry.html"},
        {"ErrorCode": 503, "ErrorCachingMinTTL": 5},
    ]
    described: dict[str, Any] = {
        "Id": "E1",
        "ARN": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "Enabled": True,
        "DomainName": "d1.cloudfront.net",
        "Aliases": {"Quantity": 0},
        "WebACLId": "",
        "Origins": {"Quantity": 2, "Items": origins},
        "OriginGroups": {"Quantity": 1, "Items": [group]},
        "CustomErrorResponses": {"Quantity": 3, "Items": pages},
    }
    required: dict[str, Any] = {
        "Status": "Deployed",
        "LastModifiedTime": NOW,
        "DefaultCacheBehavior": {"TargetOriginId": "both", "ViewerProtocolPolicy": "https-only"},
        "CacheBehaviors": {"Quantity": 0},
        "Comment": "",
        "PriceClass": "PriceClass_All",
        "ViewerCertificate": {},
        "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
        "HttpVersion": "http2",
        "IsIPV6Enabled": True,
        "Staging": False,
    }
    page = {"Marker": "", "MaxItems": 100, "IsTruncated": False, "Quantity": 1}
    answer = {"DistributionList": {**page, "Items": [{**described, **required}]}}
    with answering(Answer("cloudfront.list_distributions", answer)) as connection:
        (found,) = seen(connection, Distribution)

    assert found.origin_groups == (("a.eu-west-1.elb.amazonaws.com", "b.s3.amazonaws.com"),)
    assert found.error_pages == (502,)


CLUSTER = Answer("eks.list_clusters", {"clusters": ["shop"]})
ECS = Answer("ecs.list_clusters", {"clusterArns": ["shop"]})
NO_CLUSTER = {"service_error_code": "ClusterNotFoundException"}


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        (FunctionUrl, (functions("pay"), Answer("lambda.list_function_url_configs", error=GONE))),
        (EksNodegroup, (CLUSTER, Answer("eks.list_nodegroups", error=GONE))),
        (EcsService, (ECS, Answer("ecs.list_services", error=NO_CLUSTER))),
    ],
)
def test_what_is_gone_when_it_is_asked_further_is_no_gap(
    kind: type[Any], answers: tuple[Answer, ...]
) -> None:
    with answering(*answers) as connection:
        assert seen(connection, kind) == Evidence()
