"""Judge the items of the category "Performance"."""

from __future__ import annotations

from dataclasses import replace

from readiness.checklist.dead_letters import Sender, dead_letters_of
from readiness.checklist.degradation import library_of, sqs_queue_dead_letter_configured
from readiness.checklist.fleets import asg_load_balanced_uses_elb_health_check
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    passed,
    some,
    unknown,
)
from readiness.checklist.service_levels import (
    application_signals_slo_defined,
    cloudwatch_latency_alarm_defined,
    repository_performance_target_defined,
)
from readiness.checklist.standing import left_out
from readiness.checklist.stress_tests import (
    load_test_run_recent,
    load_test_window_healthy,
    repository_load_test_defined,
)
from readiness.evidence import Evidence, Pooled, Reason, account_of, region_of
from readiness.evidence.functions import EventSourceMapping, FailureDestinations, LambdaFunction
from readiness.evidence.practices import NOT_BUILT
from readiness.evidence.queues import Queue, QueueAttributes, SubscriptionDeadLetters
from readiness.evidence.repository import DependencyManifest, Language, Outline, Repository
from readiness.evidence.running import FailureSetting
from readiness.evidence.signals import RETRY_PACKAGES

# --- Degraded performance is handled gracefully ---------------------------------------------------

#: A batch is tried for ever, a record however old it is.
_FOR_EVER = -1


@check(Severity.MEDIUM)
def lambda_event_source_failure_handling(
    mapping: EventSourceMapping,
    queues: Evidence[Queue],
    everywhere: Pooled[Queue],
    attributes: Evidence[QueueAttributes],
    functions: Evidence[LambdaFunction],
    destinations: Evidence[FailureDestinations],
    mappings: Evidence[EventSourceMapping],
    subscriptions: Evidence[SubscriptionDeadLetters],
    unit: Unit,
) -> Result:
    """One record that a function cannot handle stops all behind it, until it expires.

    Pass: what reads a stream tries a record only so often or so long, and sends it on then; what
    reads Kafka sends it on; what reads a queue reads one with a dead-letter queue.
    Fix: set the maximum of attempts or the maximum age of records, and a destination on failure.
    See: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    """
    if not mapping.enabled:
        return not_applicable("is disabled")
    match mapping.kind:
        case "sqs":
            return _of_queue(
                mapping.source,
                attributes,
                attributes | functions | destinations | mappings | subscriptions,
                queues,
                everywhere,
                unit,
            )
        case "kinesis" | "dynamodb":
            bounded = any(
                each not in (None, _FOR_EVER) for each in (mapping.retries, mapping.record_age)
            )
            if bounded and mapping.failures:
                return passed(f"gives up in the end, and tells {mapping.failures}")
            if bounded:
                return failed("gives up in the end, and tells nobody what it dropped", Severity.LOW)
            if mapping.failures:
                return no_evidence("tries a record until it expires, and tells of it only then")
            return failed("tries a record until it expires, and keeps all behind it waiting")
        case "kafka":
            if mapping.failures:
                return passed(f"tells {mapping.failures} what it could not handle")
            return failed("tries a record until it expires, and keeps all behind it waiting")
        case _:
            return not_applicable(f"reads {mapping.kind}, which has no such settings")


def _of_queue(
    queue: str,
    attributes: Evidence[QueueAttributes],
    senders: Evidence[Sender],
    queues: Evidence[Queue],
    everywhere: Pooled[Queue],
    unit: Unit,
) -> Result:
    """Judge a mapping by the queue that it reads, which another account may own."""
    name = queue.rpartition(":")[2]
    if (account_of(queue), region_of(queue)) == (unit.account, unit.region):
        found = dead_letters_of(queue, attributes, senders, queues, everywhere, unit)
        return replace(found, because=f"reads {name}, which {found.because}")
    if everywhere.of(queue) is not None:
        return not_applicable(f"reads {name} of another account, where it is judged")
    because = f"reads {name}, of an account that is not scanned"
    return unknown(Reason.NOT_SCANNED, because)


@check(Severity.MEDIUM)
def repository_resilience_pattern_present(
    repository: Repository,
    found: Evidence[DependencyManifest | FailureSetting | Outline],
    languages: Evidence[Language],
) -> Result:
    """A slow dependency makes all that wait for it slow, unless somebody gives up first.

    Pass: the repository asks for a library that tries again with pauses, breaks circuits or bounds
    what is tried at once, gives time limits and retries to the SDK of Python, or sets outlier
    detection, retries or time limits between services. A design or a game day can be attested.
    Fix: put time limits, retries with jitter and a circuit breaker around calls of other services.
    Blind spot: what is asked for is not known to be used; of the source files a sample is read.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_client_timeouts.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    for each in found:
        if name := _resilience(each):
            return passed(f"has {name} in {each.path}").about(f"{repository.arn}:{each.path}")
    if all(each.name in NOT_BUILT for each in languages):
        return not_applicable("holds no application code")
    return no_evidence("shows nothing that limits, repeats or breaks off calls")


def _resilience(found: DependencyManifest | FailureSetting | Outline) -> str:
    """Name what a file brings against slow dependencies, empty where it brings nothing."""
    match found:
        case Outline():
            return "time limits and retries" if found.limits_calls and not found.test else ""
        case DependencyManifest():
            return library_of(found) or next(filter(RETRY_PACKAGES.match, found.dependencies), "")
        case FailureSetting():
            return f"{found.tool}'s settings for failures"


#: One of these is enough, and each of them can fail.
_TARGETS = (
    application_signals_slo_defined,
    cloudwatch_latency_alarm_defined,
    repository_performance_target_defined,
)

CATEGORY = category(
    "Performance",
    item(
        "Degraded performance is handled gracefully",
        every(
            sqs_queue_dead_letter_configured,
            lambda_event_source_failure_handling,
            asg_load_balanced_uses_elb_health_check,
            repository_resilience_pattern_present,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Expected performance in ideal conditions is defined",
        every(
            some(*_TARGETS),
            supporting=_TARGETS,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Stress test has been done on solution performance",
        every(
            load_test_run_recent,
            supporting=(repository_load_test_defined, load_test_window_healthy),
        ),
        mode=Mode.ATTESTED,
        validity_days=180,
    ),
)
