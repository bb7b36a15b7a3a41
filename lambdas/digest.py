"""Render one audience's digest and report of a scan, and mail it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit

from environment import (
    Context,
    client,
    ledger,
    logger,
    mail_settings,
    mailer,
    metrics,
    refused_queue,
    store,
)
from readiness.digest.delivery import Refusals, Sender, deliver
from readiness.workflow import load_plan


class NotDeliveredError(Exception):
    """SES did not take every mail yet; the workflow tries once more."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: Context) -> dict[str, int]:
    del context  # the logger reads it
    address, configuration_set = mail_settings()
    delivery = deliver(
        load_plan(event["scan"], store()),
        event["audience"],
        store=store(),
        bucket=store().name,
        region=client("s3").meta.region_name,
        ledger=ledger(),
        sender=Sender(client=mailer(), address=address, configuration_set=configuration_set),
        refusals=Refusals(client=client("sqs"), url=refused_queue()),
        now=datetime.now(UTC),
    )
    failed = delivery.refused + delivery.uncertain + delivery.waiting
    metrics.add_metric("DigestsSent", MetricUnit.Count, delivery.sent)
    metrics.add_metric("DigestsFailed", MetricUnit.Count, failed)
    if delivery.refused or delivery.uncertain:
        logger.error(
            "Digests were not delivered",
            extra={
                "audience": event["audience"],
                "refused": delivery.refused,
                "uncertain": delivery.uncertain,
            },
        )
    if delivery.waiting:
        message = f"{delivery.waiting} digests wait for SES"
        raise NotDeliveredError(message)
    return {"sent": delivery.sent, "failed": failed}
