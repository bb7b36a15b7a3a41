"""Look at SNS; never at the addresses of subscriptions."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.alarms import TopicSubscriptions
from readiness.evidence.queues import (
    QueueAttributes,
    Subscription,
    SubscriptionDeadLetters,
    Topic,
    TopicAttributes,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

CONFIRMED = "confirmed"


@probe(Topic, "sns.list_topics")
def topics(aws: Aws) -> Iterator[Topic]:
    for each in aws.pages("sns.list_topics", "Topics"):
        yield Topic(arn=each["TopicArn"])


@probe(TopicAttributes, "sns.get_topic_attributes")
def topic_attributes(aws: Aws, topics: Evidence[Topic]) -> Iterator[TopicAttributes | Gap]:
    def look(topic: Topic) -> Iterator[TopicAttributes]:
        answer = aws.call("sns.get_topic_attributes", absent=("NotFound",), TopicArn=topic.arn)
        if answer is not None:
            said = answer.get("Attributes") or {}
            yield TopicAttributes(arn=topic.arn, kms_key=said.get("KmsMasterKeyId", ""))

    yield from aws.each(topics, look)


@probe(Subscription, "sns.list_subscriptions")
def subscriptions(aws: Aws) -> Iterator[Subscription]:
    for number, each in enumerate(aws.pages("sns.list_subscriptions", "Subscriptions")):
        state = _state(each)
        yield Subscription(
            arn=each["SubscriptionArn"] if state == CONFIRMED else f"{each['TopicArn']}#{number}",
            topic=each["TopicArn"],
            state=state,
        )


@probe(TopicSubscriptions, "sns.list_subscriptions_by_topic")
def topic_subscriptions(
    aws: Aws, topics: Evidence[Topic], subscriptions: Evidence[Subscription]
) -> Iterator[TopicSubscriptions | Gap]:
    found: dict[str, Counter[str]] = {topic.arn: Counter() for topic in topics.seen}
    yield from topics.gaps
    if not found:
        return
    for each in subscriptions:
        if each.topic in found:  # not those of this account to topics of others
            found[each.topic][each.state] += 1
    counted = [_counted(topic, states) for topic, states in found.items()]
    yield from (each for each in counted if each.confirmed)
    yield from aws.each(
        (each for each in counted if not each.confirmed), lambda each: _of_topic(aws, each.arn)
    )


@probe(SubscriptionDeadLetters, "sns.get_subscription_attributes")
def subscription_dead_letters(
    aws: Aws, subscriptions: Evidence[Subscription], queues: Evidence[QueueAttributes]
) -> Iterator[SubscriptionDeadLetters | Gap]:
    """Look for the queues of whom it is not known who sends them what."""

    def look(subscription: Subscription) -> Iterator[SubscriptionDeadLetters]:
        answer = aws.call(
            "sns.get_subscription_attributes",
            absent=("NotFound",),
            SubscriptionArn=subscription.arn,
        )
        if answer is not None:
            said = (answer.get("Attributes") or {}).get("RedrivePolicy") or "{}"
            yield SubscriptionDeadLetters(
                arn=subscription.arn,
                dead_letters=json.loads(said).get("deadLetterTargetArn", ""),
            )

    taken = {queue.dead_letters for queue in queues.seen}
    if any(not queue.dead_letters and queue.arn not in taken for queue in queues.seen):
        confirmed = (each for each in subscriptions if each.state == CONFIRMED)
        yield from aws.each(confirmed, look)
    yield from queues.gaps


def _of_topic(aws: Aws, topic: str) -> Iterator[TopicSubscriptions]:
    answers = list(
        aws.answers("sns.list_subscriptions_by_topic", absent=("NotFound",), TopicArn=topic)
    )
    if answers:  # else it was deleted meanwhile
        listed = (each for answer in answers for each in answer.get("Subscriptions") or ())
        yield _counted(topic, Counter(map(_state, listed)))


def _state(each: Mapping[str, Any]) -> str:
    """Return what it is called here where it is confirmed, else what stands in place of a subscription's ARN."""
    name: str = each["SubscriptionArn"]
    return CONFIRMED if name.startswith("arn:") else name


def _counted(topic: str, states: Counter[str]) -> TopicSubscriptions:
    return TopicSubscriptions(
        arn=topic, confirmed=states[CONFIRMED], pending=states["PendingConfirmation"]
    )
