"""Look at SNS; never at the addresses of subscriptions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.alarms import TopicSubscriptions
from readiness.evidence.queues import Topic, TopicAttributes
from readiness.probes import probe
from readiness.probes.aws import Aws


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


@probe(TopicSubscriptions, "sns.list_subscriptions", "sns.list_subscriptions_by_topic")
def topic_subscriptions(aws: Aws, topics: Evidence[Topic]) -> Iterator[TopicSubscriptions | Gap]:
    found: dict[str, Counter[str]] = {topic.arn: Counter() for topic in topics.seen}
    yield from topics.gaps
    if not found:
        return
    for each in aws.pages("sns.list_subscriptions", "Subscriptions"):
        if each["TopicArn"] in found:  # not those of this account to topics of others
            found[each["TopicArn"]][_state(each)] += 1
    counted = [_counted(topic, states) for topic, states in found.items()]
    yield from (each for each in counted if each.confirmed)
    yield from aws.each(
        (each for each in counted if not each.confirmed), lambda each: _of_topic(aws, each.arn)
    )


def _of_topic(aws: Aws, topic: str) -> Iterator[TopicSubscriptions]:
    states: Counter[str] = Counter()
    page: dict[str, str] = {}
    while True:
        answer = aws.call(
            "sns.list_subscriptions_by_topic", absent=("NotFound",), TopicArn=topic, **page
        )
        if answer is None:
            return  # it was deleted meanwhile
        states.update(_state(each) for each in answer.get("Subscriptions") or ())
        if not answer.get("NextToken"):
            yield _counted(topic, states)
            return
        page = {"NextToken": answer["NextToken"]}


def _state(each: Mapping[str, Any]) -> str:
    """Return `confirmed`, or what stands in place of a subscription's ARN."""
    name: str = each["SubscriptionArn"]
    return "confirmed" if name.startswith("arn:") else name


def _counted(topic: str, states: Counter[str]) -> TopicSubscriptions:
    return TopicSubscriptions(
        arn=topic, confirmed=states["confirmed"], pending=states["PendingConfirmation"]
    )
