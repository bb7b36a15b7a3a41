"""Where do messages of a queue go that nobody could handle?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re

from readiness.checklist.model import (
    Result,
    Unit,
    failed,
    gone,
    no_evidence,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Pooled, Reason, account_of, region_of
from readiness.evidence.functions import EventSourceMapping, FailureDestinations, LambdaFunction
from readiness.evidence.queues import Queue, QueueAttributes, SubscriptionDeadLetters

#: What may send what it could not handle to a queue.
Sender = (
    QueueAttributes
    | LambdaFunction
    | FailureDestinations
    | EventSourceMapping
    | SubscriptionDeadLetters
)
#: Names of queues that take what others could not handle.
_NAMES = re.compile(
    r"(?i)(^|[-_.])(dlq|dead-?_?letters?(-?_?queue)?|redrive)([-_.]|$)|DLQ|DeadLetter"
)


def dead_letters_of(
    queue: str,
    attributes: Evidence[QueueAttributes],
    senders: Evidence[Sender],
    queues: Evidence[Queue],
    everywhere: Pooled[Queue],
    unit: Unit,
) -> Result:
    """Judge whether a queue, by its ARN, has a dead-letter queue or is one."""
    own = attributes.of(queue)
    if own is None:
        return gone()
    if own.dead_letters:
        return _sends(own.dead_letters, queues, everywhere, unit)
    if own.takes_dead_letters:
        return passed("is a dead-letter queue by its redrive allow policy")
    for each in senders:
        if queue in _sends_to(each):
            return passed(f"is the dead-letter queue of {each.arn}")
    name = queue.rpartition(":")[2]
    if _NAMES.search(name):
        return no_evidence("is named as a dead-letter queue, and shows nobody that uses it")
    return failed("has no dead-letter queue, and is none")


def _sends(target: str, queues: Evidence[Queue], everywhere: Pooled[Queue], unit: Unit) -> Result:
    here = (account_of(target), region_of(target)) == (unit.account, unit.region)
    if (queues if here else everywhere).of(target) is not None:
        return passed(f"sends what nobody could handle to {target}")
    if here:
        return failed(f"sends what nobody could handle to {target}, which does not exist")
    because = f"sends what nobody could handle to {target}, of an account that is not scanned"
    return unknown(Reason.NOT_SCANNED, because)


def _sends_to(sender: Sender) -> tuple[str, ...]:
    """Return where something sends what it could not handle."""
    match sender:
        case FailureDestinations():
            return sender.destinations
        case EventSourceMapping():
            return (sender.failures,)
        case _:
            return (sender.dead_letters,)
