"""What the checks of gracefully degraded performance say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity, Status
from readiness.checklist.performance import (
    lambda_event_source_failure_handling,
    repository_resilience_pattern_present,
)
from readiness.evidence.functions import EventSourceMapping, FailureDestinations, LambdaFunction
from readiness.evidence.queues import Queue, QueueAttributes, SubscriptionDeadLetters
from readiness.evidence.repository import DependencyManifest, Language, Outline, Repository
from readiness.evidence.running import FailureSetting
from tests.checklist.test_degradation import (
    ELSEWHERE,
    FUNCTION,
    MESH,
    ORDERS,
    SPARE,
    arn,
    attributes,
    function,
    manifest,
    queue,
)
from tests.repositories.records import SHOP, language, repository
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
)
from tests.verdicts import verdict_of


def mapping(source: str = ORDERS, **changes: Any) -> EventSourceMapping:
    values: dict[str, Any] = {
        "arn": arn("lambda", "event-source-mapping:1"),
        "function": FUNCTION,
        "source": source,
    }
    return EventSourceMapping(**values | changes)


STREAM = arn("kinesis", "stream/orders")
TABLE = arn("dynamodb", "table/orders/stream/2026")
KAFKA = arn("kafka", "cluster/orders/1")


def of_stream(retries: int | None = -1, age: int | None = -1, **changes: Any) -> EventSourceMapping:
    return mapping(**{"source": STREAM, "retries": retries, "record_age": age} | changes)


def outline(*, limits: bool = True, test: bool = False) -> Outline:
    return Outline(
        repository=SHOP, path="app/calls.py", language="Python", test=test, limits_calls=limits
    )


KEPT = (queue(), attributes(dead_letters=SPARE), queue("spare"), attributes("spare"))
HERE = (repository(), language())

ROWS: dict[Check[..., Any], list[Row]] = {
    lambda_event_source_failure_handling: [
        Row("a queue with a dead-letter queue", {"1": PASS}, (mapping(), *KEPT), says="reads orders, which sends"),
        Row("a queue without one", FAIL, (mapping(), queue(), attributes()), severity=Severity.MEDIUM),
        Row("a queue whose dead-letter queue is gone", FAIL, (mapping(), queue(), attributes(dead_letters=SPARE))),
        Row("a dead-letter queue itself", PASS, (mapping(SPARE), *KEPT)),
        Row("a queue that was deleted", NOT_APPLICABLE, (mapping(),)),
        Row("a queue of an account that is scanned", NOT_APPLICABLE, (mapping(ELSEWHERE), Queue(arn=ELSEWHERE, url="https://spare"))),
        Row("a queue of an account that is not", UNKNOWN, (mapping(ELSEWHERE),), says="not scanned"),
        Row("a stream, bounded and told", PASS, (of_stream(3, failures=SPARE),)),
        Row("a stream, bounded by age and told", PASS, (of_stream(-1, 3600, failures=SPARE),)),
        Row("a table's stream", PASS, (of_stream(3, source=TABLE, failures=SPARE),)),
        Row("a stream, bounded and silent", FAIL, (of_stream(3),), severity=Severity.LOW, says="tells nobody"),
        Row("a stream, tried for ever", FAIL, (of_stream(),), severity=Severity.MEDIUM, says="keeps all behind it waiting"),
        Row("a stream of which no bounds are told", FAIL, (of_stream(None, None),)),
        Row("a stream, tried for ever and told", NO_EVIDENCE, (of_stream(failures=SPARE),)),
        Row("Kafka, told", PASS, (mapping(KAFKA, failures=SPARE),)),
        Row("Kafka, silent", FAIL, (mapping(KAFKA),)),
        Row("Kafka elsewhere, silent", FAIL, (mapping(""),)),
        Row("a broker", NOT_APPLICABLE, (mapping(arn("mq", "broker:orders")),), says="reads mq"),
        Row("DocumentDB", NOT_APPLICABLE, (mapping(arn("rds", "cluster:orders")),)),
        Row("it is disabled", NOT_APPLICABLE, (of_stream(enabled=False),)),
        Row("none", NOT_APPLICABLE),
        Row("mappings are dark", UNKNOWN, dark=[EventSourceMapping]),
        Row("attributes are dark", UNKNOWN, (mapping(), queue()), dark=[QueueAttributes]),
        Row("queues are dark", UNKNOWN, (mapping(), attributes(dead_letters=SPARE)), dark=[Queue]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (mapping(), queue(), attributes()), dark=[kind])
            for kind in (LambdaFunction, FailureDestinations, SubscriptionDeadLetters)
        ),
    ],
    repository_resilience_pattern_present: [
        Row("a circuit breaker", {"pyproject.toml": PASS}, (*HERE, manifest("pybreaker")), says="pybreaker"),
        *(
            Row(name, PASS, (*HERE, manifest(name)))
            for name in ("tenacity", "backoff", "p-retry", "axios-retry", "spring-retry", "resilience4j-core", "polly")
        ),
        Row("other libraries", NO_EVIDENCE, (*HERE, manifest("boto3", "backoffice"))),
        Row("settings of a mesh", PASS, (*HERE, MESH), says="Istio"),
        Row("limits of the SDK", {"app/calls.py": PASS}, (*HERE, outline())),
        Row("limits in a test", NO_EVIDENCE, (*HERE, outline(test=True))),
        Row("no limits", NO_EVIDENCE, (*HERE, outline(limits=False))),
        Row("infrastructure alone", NOT_APPLICABLE, (repository(), language("Terraform"))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), manifest("tenacity"))),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, HERE, dark=[kind])
            for kind in (DependencyManifest, FailureSetting, Outline)
        ),
        Row("languages are dark", UNKNOWN, (repository(),), dark=[Language]),
        Row("languages are dark, and a library shows it", PASS, (repository(), manifest("tenacity")), dark=[Language]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


ITEM = "performance/degraded-performance-is-handled-gracefully"


def test_a_queue_without_a_dead_letter_queue_fails_the_item() -> None:
    assert verdict_of(ITEM, (queue(), attributes(), function())) is Status.FAIL
