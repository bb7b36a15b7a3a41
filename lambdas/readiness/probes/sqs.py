"""Look at SQS; never at a queue's policy or messages."""

from __future__ import annotations

import json
from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.queues import Queue, QueueAttributes
from readiness.probes import probe
from readiness.probes.aws import Aws

_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


@probe(Queue, "sqs.list_queues")
def queues(aws: Aws) -> Iterator[Queue]:
    # Only a request that says how much it takes is answered by pages.
    for url in aws.pages("sqs.list_queues", "QueueUrls", MaxResults=1000):
        yield Queue(arn=aws.arn("sqs", url.rpartition("/")[2]), url=url)


@probe(QueueAttributes, "sqs.get_queue_attributes")
def queue_attributes(aws: Aws, queues: Evidence[Queue]) -> Iterator[QueueAttributes | Gap]:
    def look(queue: Queue) -> Iterator[QueueAttributes]:
        answer = aws.call(
            "sqs.get_queue_attributes", absent=_GONE, QueueUrl=queue.url, AttributeNames=["All"]
        )
        if answer is not None:
            said = answer.get("Attributes") or {}
            redrive = json.loads(said.get("RedrivePolicy") or "{}")
            allowed = json.loads(said.get("RedriveAllowPolicy") or "{}")
            yield QueueAttributes(
                arn=queue.arn,
                own_key=said.get("SqsManagedSseEnabled") == "true",
                kms_key=said.get("KmsMasterKeyId", ""),
                dead_letters=redrive.get("deadLetterTargetArn", ""),
                # One that denies all says that it is no dead-letter queue.
                takes_dead_letters=allowed.get("redrivePermission") in ("allowAll", "byQueue"),
            )

    yield from aws.each(queues, look)
