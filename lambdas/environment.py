"""What do the Lambdas get from their environment, and what do they share?

The handlers are the only readers of the environment; everything below `readiness` is handed what it needs.
"""

from __future__ import annotations

import os
import time
from functools import cache
from typing import Any, Protocol

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from readiness.digest.mail import ONCE
from readiness.ledger import Ledger
from readiness.probes.access import Access
from readiness.repositories.github import API as GITHUB
from readiness.storage import Bucket

#: How long before its time-out a handler stops looking and writes what it has.
MARGIN_SECONDS = 60

logger = Logger()
metrics = Metrics()


class Context(Protocol):
    """What a handler needs of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int: ...


def deadline(context: Context) -> float:
    """Return the moment, by `time.monotonic()`, at which this invocation stops looking."""
    return time.monotonic() + context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS


@cache
def client(service: str) -> Any:
    """Return the one client of a service in the hub account."""
    maker: Any = boto3
    return maker.client(
        service,
        config=Config(
            connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 6}
        ),
    )


@cache
def store() -> Bucket:
    return Bucket(client("s3"), os.environ["READINESS_BUCKET"])


@cache
def ledger() -> Ledger:
    return Ledger(client("dynamodb"), os.environ["READINESS_TABLE"])


@cache
def access() -> Access:
    """Return how member accounts are reached: always by their member role, the hub's included."""
    session = boto3.Session()
    return Access(
        session=session,
        partition=session.get_partition_for_region(session.region_name or "us-east-1"),
        role_name=os.environ["READINESS_MEMBER_ROLE"],
        external_id=os.environ["READINESS_EXTERNAL_ID"],
        organization_role=os.environ.get("READINESS_ORGANIZATION_ROLE", ""),
        endpoint_url=os.environ.get("READINESS_MEMBER_ENDPOINT"),
    )


@cache
def token() -> str:
    """Return the secret with the code host's token, or tokens by host; empty at first."""
    name = os.environ["READINESS_TOKEN_SECRET"]
    return str(client("secretsmanager").get_secret_value(SecretId=name).get("SecretString", ""))


@cache
def github_url() -> str:
    """Return where GitHub's REST API answers: its cloud, or a server of one's own."""
    return os.environ.get("READINESS_GITHUB_URL") or GITHUB


@cache
def mail_settings() -> tuple[str, str]:
    """Return the digest's sender, and its configuration set."""
    return os.environ["READINESS_SENDER"], os.environ["READINESS_CONFIGURATION_SET"]


@cache
def mailer() -> Any:
    """Return the client of SES."""
    maker: Any = boto3
    return maker.client("sesv2", config=ONCE)


@cache
def time_zone() -> str:
    """Return the schedule's time zone, in which a digest's weekday is meant."""
    return os.environ["READINESS_TIME_ZONE"]


@cache
def refused_queue() -> str:
    """Return the queue of the mails that SES refuses for good."""
    return os.environ["READINESS_REFUSED_QUEUE"]
