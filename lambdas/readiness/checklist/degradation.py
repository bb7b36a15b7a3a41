"""What becomes of a request when something that it needs fails?

The checks of "Configure graceful degradation".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.checklist.dead_letters import Sender, dead_letters_of
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Pooled
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
from readiness.evidence.signals import RESILIENCE_PACKAGES


@check(Severity.MEDIUM)
def lambda_function_failure_destination(
    function: LambdaFunction,
    events: Evidence[AsyncEvents],
    destinations: Evidence[FailureDestinations],
) -> Result:
    """What a function could not handle after two more tries is gone, unless something keeps it.

    Pass: a function that is handed events has a dead-letter queue, or a destination on failure.
    Fix: set an OnFailure destination of the function, and an alarm on what lies there.
    Blind spot: a destination of one version or alias counts for the whole function.
    See: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    """
    if function.incidental:
        return not_applicable("serves AWS itself, or a deployment")
    if function.dead_letters:
        return passed(f"sends what it could not handle to {function.dead_letters}")
    handed = events.of(function.arn)
    if handed is None or not handed.received:
        return not_applicable("was handed no event within 14 days, and so is called synchronously")
    found = destinations.of(function.arn)
    if found is not None and found.destinations:
        return passed(f"sends what it could not handle to {found.destinations[0]}")
    return failed(
        f"was handed {handed.received:.0f} events within 14 days, and loses what it could not handle"
    )


@check(Severity.MEDIUM)
def sqs_queue_dead_letter_configured(
    queue: Queue,
    queues: Evidence[Queue],
    everywhere: Pooled[Queue],
    attributes: Evidence[QueueAttributes],
    functions: Evidence[LambdaFunction],
    destinations: Evidence[FailureDestinations],
    mappings: Evidence[EventSourceMapping],
    subscriptions: Evidence[SubscriptionDeadLetters],
    unit: Unit,
) -> Result:
    """A message that nobody can handle comes back until it expires, and holds up those behind it.

    Pass: the queue has a dead-letter queue that exists, or is one: of a queue, a function or a
    subscription, or by its redrive allow policy.
    Fix: give the queue a redrive policy; suppress a FIFO queue that keeps its order by having none.
    Blind spot: a queue that is named as a dead-letter queue, and gets what rules, schedules or pipes
    could not deliver, shows nothing of it, and can be attested.
    See: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
    """
    senders: Evidence[Sender] = attributes | functions | destinations | mappings | subscriptions
    return dead_letters_of(queue.arn, attributes, senders, queues, everywhere, unit)


@check(Severity.LOW)
def cloudfront_distribution_fallback(distribution: Distribution) -> Result:
    """Where the origin fails, visitors see a page of yours or an error of CloudFront's.

    Pass: the distribution has a group of origins, or a page of its own for an error of the server
    (5xx).
    Fix: add a second origin and a group of both, or an error page from a bucket.
    See: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
    """
    if not distribution.enabled:
        return not_applicable("is disabled")
    if distribution.origin_groups:
        return passed("falls back to a second origin")
    if distribution.error_pages:
        codes = ", ".join(map(str, distribution.error_pages))
        return passed(f"has a page of its own for {codes}")
    return no_evidence("has neither a group of origins nor a page for errors of the server")


#: Languages in which nobody writes an application.
_NO_APPLICATION = frozenset({"Terraform", "Shell"})


@check(Severity.LOW)
def repo_resilience_pattern_present(
    repository: Repository,
    found: Evidence[DependencyManifest | FlagLibrary | FailureSetting],
    languages: Evidence[Language],
) -> Result:
    """A call without a limit waits for a service that is gone, and takes its own callers with it.

    Pass: the repository asks for a library that breaks circuits, tries again or gives up in time, or
    for one of feature flags; or it sets outlier detection, retries or time limits in Istio, Envoy, App
    Mesh or ECS Service Connect.
    Fix: put time limits, retries with jitter and a circuit breaker around calls of other services.
    Blind spot: what is asked for is not known to be used; a game day shows more, and can be attested.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_graceful_degradation.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    for each in found:
        if name := _pattern(each):
            return passed(f"has {name} in {each.path}").about(f"{repository.arn}:{each.path}")
    if not any(each.name not in _NO_APPLICATION for each in languages):
        return not_applicable("holds no application code")
    return no_evidence("shows nothing that limits, repeats or breaks off calls")


def _pattern(found: DependencyManifest | FlagLibrary | FailureSetting) -> str:
    """Name what a file brings against failures, empty where it brings nothing."""
    match found:
        case DependencyManifest():
            return library_of(found)
        case FlagLibrary():
            return found.name if found.runtime else ""
        case FailureSetting():
            return f"{found.tool}'s settings for failures"


def library_of(manifest: DependencyManifest) -> str:
    """Return the library against failures that a manifest asks for, empty where it asks for none."""
    return next(filter(RESILIENCE_PACKAGES.match, manifest.dependencies), "")
