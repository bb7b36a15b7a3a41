"""What the checks of "Configure graceful degradation" say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.degradation import (
    cloudfront_distribution_fallback,
    lambda_function_failure_destination,
    repo_resilience_pattern_present,
    sqs_queue_dead_letter_configured,
)
from readiness.checklist.model import Check
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import (
    AsyncEvents,
    EventSourceMapping,
    FailureDestinations,
    LambdaFunction,
)
from readiness.evidence.infrastructure import FlagLibrary
from readiness.evidence.queues import Queue, QueueAttributes, SubscriptionDeadLetters
from readiness.evidence.repository import DependencyManifest, Language, Repository
from readiness.evidence.running import FailureSetting
from tests.repositories.records import SHOP, language, repository
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


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


FUNCTION = arn("lambda", "function:orders")


def function(name: str = "orders", **changes: Any) -> LambdaFunction:
    values: dict[str, Any] = {"arn": arn("lambda", f"function:{name}"), "name": name, "subnets": ()}
    return LambdaFunction(**values | changes)


def handed(received: float) -> AsyncEvents:
    return AsyncEvents(arn=FUNCTION, received=received)


def to(*destinations: str) -> FailureDestinations:
    return FailureDestinations(arn=FUNCTION, destinations=destinations)


def queue(name: str = "orders") -> Queue:
    return Queue(arn=arn("sqs", name), url=f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}")


def attributes(name: str = "orders", dead_letters: str = "", **changes: Any) -> QueueAttributes:
    values: dict[str, Any] = {
        "arn": arn("sqs", name),
        "own_key": True,
        "kms_key": "",
        "dead_letters": dead_letters,
    }
    return QueueAttributes(**values | changes)


def mapping(failures: str) -> EventSourceMapping:
    return EventSourceMapping(
        arn=arn("lambda", "event-source-mapping:1"), function=FUNCTION, failures=failures
    )


def subscription(dead_letters: str) -> SubscriptionDeadLetters:
    return SubscriptionDeadLetters(arn=arn("sns", "orders:1"), dead_letters=dead_letters)


def distribution(**changes: Any) -> Distribution:
    values: dict[str, Any] = {
        "arn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1",
        "id": "E1",
        "region": "us-east-1",
        "enabled": True,
        "dns": "d1.cloudfront.net",
        "aliases": (),
        "tenants": False,
        "web_acl": "",
    }
    return Distribution(**values | changes)


def manifest(*dependencies: str) -> DependencyManifest:
    return DependencyManifest(
        repository=SHOP, path="pyproject.toml", ecosystem="pip", dependencies=dependencies
    )


def library(*, runtime: bool = True) -> FlagLibrary:
    return FlagLibrary(repository=SHOP, path="package.json", name="unleash-client", runtime=runtime)


MESH = FailureSetting(repository=SHOP, path="k8s/orders.yaml", tool="Istio")
ORDERS = arn("sqs", "orders")
SPARE = arn("sqs", "spare")
ELSEWHERE = f"arn:aws:sqs:{REGION}:444455556666:spare"
HERE = (repository(), language())

ROWS: dict[Check[..., Any], list[Row]] = {
    lambda_function_failure_destination: [
        Row("a dead-letter queue", {"orders": PASS}, (function(dead_letters=SPARE),), says="spare"),
        Row("a destination on failure", {"orders": PASS}, (function(), handed(7), to(SPARE)), says="spare"),
        Row("neither", {"orders": FAIL}, (function(), handed(7), to()), says="7 events"),
        Row("a function that is called synchronously needs none", {"orders": NOT_APPLICABLE}, (function(), handed(0)), says="synchronously"),
        Row("a function of Control Tower", NOT_APPLICABLE, (function("aws-controltower-x"),)),
        Row("none", NOT_APPLICABLE),
        Row("functions are dark", UNKNOWN, dark=[LambdaFunction]),
        Row("events are dark", UNKNOWN, (function(),), dark=[AsyncEvents]),
        Row("events are dark, and it has a dead-letter queue", PASS, (function(dead_letters=SPARE),), dark=[AsyncEvents]),
        Row("destinations are dark", UNKNOWN, (function(), handed(7)), dark=[FailureDestinations]),
    ],
    sqs_queue_dead_letter_configured: [
        Row("a dead-letter queue, and the queue that is one", {"orders": PASS, "spare": PASS}, (queue(), attributes(dead_letters=SPARE), queue("spare"), attributes("spare"))),
        Row("neither", {"orders": FAIL}, (queue(), attributes()), says="is none"),
        Row("one that does not exist", {"orders": FAIL}, (queue(), attributes(dead_letters=SPARE)), says="does not exist"),
        Row("one of an account that is not scanned", UNKNOWN, (queue(), attributes(dead_letters=ELSEWHERE)), says="not scanned"),
        Row("one of an account that is scanned", {"orders": PASS, "spare": NOT_APPLICABLE}, (queue(), attributes(dead_letters=ELSEWHERE), Queue(arn=ELSEWHERE, url="https://spare"))),
        Row("one by its redrive allow policy", {"orders": PASS}, (queue(), attributes(takes_dead_letters=True)), says="redrive allow policy"),
        Row("another's queue does not help", {"orders": FAIL}, (queue(), attributes(), function(dead_letters=SPARE))),
        Row("of a function", PASS, (queue(), attributes(), function(dead_letters=ORDERS)), says="function:orders"),
        Row("of a function's destination", PASS, (queue(), attributes(), to(ORDERS))),
        Row("of a function that reads a stream", PASS, (queue(), attributes(), mapping(ORDERS))),
        Row("of a subscription to a topic", PASS, (queue(), attributes(), subscription(ORDERS))),
        Row("its name says so, and nothing else", {"orders-dlq": NO_EVIDENCE}, (queue("orders-dlq"), attributes("orders-dlq"))),
        Row("CDK's name says so", NO_EVIDENCE, (queue("Shop-OrdersDeadLetterQueue7F-abc"), attributes("Shop-OrdersDeadLetterQueue7F-abc"))),
        Row("a FIFO queue without one", FAIL, (queue("orders.fifo"), attributes("orders.fifo"))),
        Row("deleted meanwhile", NOT_APPLICABLE, (queue(),)),
        Row("none", NOT_APPLICABLE),
        Row("queues are dark", UNKNOWN, dark=[Queue]),
        Row("attributes are dark", UNKNOWN, (queue(),), dark=[QueueAttributes]),
        Row("another's attributes are dark", UNKNOWN, (queue(), attributes()), gaps={QueueAttributes: [dark_gap(QueueAttributes, SPARE)]}),
        Row("the list is dark but for one", UNKNOWN, (queue(), attributes(dead_letters=SPARE)), gaps={Queue: [dark_gap(Queue)]}),
        Row("another's attributes are dark, and it has one", {"orders": PASS, "spare": UNKNOWN}, (queue(), queue("spare"), attributes(dead_letters=SPARE)), gaps={QueueAttributes: [dark_gap(QueueAttributes, SPARE)]}),
        Row("functions are dark", UNKNOWN, (queue(), attributes()), dark=[LambdaFunction]),
        Row("destinations are dark", UNKNOWN, (queue(), attributes()), dark=[FailureDestinations]),
        Row("mappings are dark", UNKNOWN, (queue(), attributes()), dark=[EventSourceMapping]),
        Row("subscriptions are dark", UNKNOWN, (queue(), attributes()), dark=[SubscriptionDeadLetters]),
        Row("subscriptions are dark, and a function uses it", PASS, (queue(), attributes(), function(dead_letters=ORDERS)), dark=[SubscriptionDeadLetters]),
    ],
    cloudfront_distribution_fallback: [
        Row("a group of origins", {"distribution/E1": PASS}, (distribution(origin_groups=(("a.example", "b.example"),)),)),
        Row("a page for errors", PASS, (distribution(error_pages=(502, 503)),), says="502, 503"),
        Row("neither", {"distribution/E1": NO_EVIDENCE}, (distribution(),)),
        Row("disabled", NOT_APPLICABLE, (distribution(enabled=False),)),
        Row("none", NOT_APPLICABLE),
        Row("distributions are dark", UNKNOWN, dark=[Distribution]),
    ],
    repo_resilience_pattern_present: [
        Row("a library that tries again", {"pyproject.toml": PASS}, (*HERE, manifest("boto3", "tenacity")), says="tenacity"),
        *(
            Row(f"{name}", PASS, (*HERE, manifest(name)))
            for name in ("resilience4j-spring-boot3", "polly", "microsoft.extensions.http.resilience", "pybreaker", "opossum", "cockatiel", "github.com/sony/gobreaker", "hystrix-go", "failsafe")
        ),
        Row("libraries of something else", NO_EVIDENCE, (*HERE, manifest("boto3", "pollyjs", "circuitbreaker-ui"))),
        Row("a flag library", PASS, (*HERE, library()), says="unleash-client"),
        Row("a flag library for development alone", NO_EVIDENCE, (*HERE, library(runtime=False))),
        Row("settings of a mesh", PASS, (*HERE, MESH), says="Istio"),
        Row("nothing", NO_EVIDENCE, HERE),
        Row("infrastructure alone", NOT_APPLICABLE, (repository(), language("Terraform"))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True),)),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        Row("manifests are dark", UNKNOWN, HERE, dark=[DependencyManifest]),
        Row("flag libraries are dark", UNKNOWN, HERE, dark=[FlagLibrary]),
        Row("settings are dark", UNKNOWN, HERE, dark=[FailureSetting]),
        Row("settings are dark, and a library shows it", PASS, (*HERE, manifest("tenacity")), dark=[FailureSetting]),
        Row("languages are dark", UNKNOWN, (repository(),), dark=[Language]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
