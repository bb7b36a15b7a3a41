"""Queues and topics: SQS and SNS, what encrypts what they hold, and who gets what nobody could take."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "queue")
class Queue:
    """A queue of SQS. Source: sqs.ListQueues."""

    arn: str
    url: str


@record(Scope.REGION, "queue's attributes")
class QueueAttributes:
    """What a queue is like. Source: sqs.GetQueueAttributes."""

    #: The queue's ARN.
    arn: str
    #: Whether SQS's own key encrypts it, or a key of KMS.
    own_key: bool
    kms_key: str
    #: The ARN of the queue to which go the messages that nobody could take; empty where to none.
    dead_letters: str = ""
    #: Whether its policy says of which queues it takes such messages.
    takes_dead_letters: bool = False

    @property
    def encrypted(self) -> bool:
        return self.own_key or bool(self.kms_key)


@record(Scope.REGION, "topic")
class Topic:
    """A topic of SNS. Source: sns.ListTopics."""

    arn: str


@record(Scope.REGION, "topic's attributes")
class TopicAttributes:
    """What a topic is like. Source: sns.GetTopicAttributes."""

    #: The topic's ARN.
    arn: str
    #: Empty where no key of KMS encrypts it.
    kms_key: str


@record(Scope.REGION, "subscription")
class Subscription:
    """A subscription of this account to a topic; never its address. Source: sns.ListSubscriptions."""

    #: One that nobody confirmed yet has no ARN but its topic's, and its place in the list.
    arn: str
    #: The topic's ARN, which may be another account's.
    topic: str
    #: confirmed, PendingConfirmation or Deleted.
    state: str


@record(Scope.REGION, "subscription's dead letters")
class SubscriptionDeadLetters:
    """Where goes what a subscription could not deliver, where a queue is looked for that gets it.

    Source: sns.GetSubscriptionAttributes.
    """

    #: The subscription's ARN.
    arn: str
    #: The ARN of the queue; empty where there is none.
    dead_letters: str
