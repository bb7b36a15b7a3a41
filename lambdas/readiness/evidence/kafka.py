"""Kafka: clusters of MSK."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "MSK cluster")
class KafkaCluster:
    """A cluster of MSK. Source: kafka.ListClustersV2."""

    arn: str
    name: str
    serverless: bool
    #: The ids of its brokers' zones; empty where it does not tell.
    zones: tuple[str, ...]
    #: The subnets of its brokers, or of its clients where it is serverless.
    subnets: tuple[str, ...]
    tags: Mapping[str, str]
    #: When it was created.
    created: datetime | None = None
