"""What is said of those who ought to hear of maintenance, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.foretold import (
    health_event_notification_configured,
    rds_event_subscription_configured,
)
from readiness.checklist.model import Check
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbCluster, DbEventSubscription, DbInstance
from readiness.evidence.detection import NotificationConfiguration, SecurityRoute
from readiness.evidence.functions import LambdaFunction
from tests.rows import (
    ACCOUNT,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

CENTRAL = "444455556666"
OPTION = {"health_central_account": CENTRAL}


def route(
    *sources: str, account: str = ACCOUNT, region: str = REGION, targets: int = 1
) -> SecurityRoute:
    return SecurityRoute(
        arn=f"arn:aws:events:{region}:{account}:rule/health", sources=sources, targets=targets
    )


def notifies(source: str, **changes: Any) -> NotificationConfiguration:
    values: dict[str, Any] = {
        "arn": f"arn:aws:notifications::{ACCOUNT}:configuration/1",
        "name": "health",
        "source": source,
        "regions": (REGION,),
        "delivered": True,
    }
    return NotificationConfiguration(**values | changes)


def database() -> DbInstance:
    return DbInstance(
        arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders",
        engine="postgres",
        status="available",
        backup_retention_days=7,
        multi_az=True,
        cluster="",
        replica=False,
        availability_zone=f"{REGION}a",
        tags={},
    )


def cluster() -> DbCluster:
    return DbCluster(
        arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shop",
        engine="aurora-mysql",
        status="available",
        backup_retention_days=7,
        multi_az=True,
        members=(),
        tags={},
    )


def function(name: str = "orders") -> LambdaFunction:
    return LambdaFunction(
        arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}", name=name, subnets=()
    )


def subscription(
    *categories: str, source: str = "db-instance", enabled: bool = True
) -> DbEventSubscription:
    return DbEventSubscription(
        arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:es:dba",
        enabled=enabled,
        source=source,
        categories=categories,
    )


BOTH = ("maintenance", "failure", "backup")

ROWS: dict[Check[..., Any], list[Row]] = {
    health_event_notification_configured: [
        Row("a rule with a target", {"rule/health": PASS}, (database(), route("aws.guardduty", "aws.health"))),
        Row("a rule without a target", {f"{ACCOUNT}/{REGION}": NO_EVIDENCE}, (database(), route("aws.health", targets=0))),
        Row("a rule for something else", NO_EVIDENCE, (database(), route("aws.guardduty"))),
        Row("a notification configuration", {"configuration/1": PASS}, (database(), notifies("aws.health"))),
        Row("a notification configuration for another region", NO_EVIDENCE, (database(), notifies("aws.health", regions=("us-east-1",)))),
        Row("a notification configuration without a channel", NO_EVIDENCE, (database(), notifies("aws.health", delivered=False))),
        Row("a notification configuration for something else", NO_EVIDENCE, (database(), notifies("aws.securityhub"))),
        Row("the central account's rule", PASS, (database(), route("aws.health", account=CENTRAL)), options=OPTION),
        Row("the central account's rule in another region", NO_EVIDENCE, (database(), route("aws.health", account=CENTRAL, region="us-east-1", targets=0)), options=OPTION),
        Row("nothing", NO_EVIDENCE, (function(),)),
        Row("nothing runs", NOT_APPLICABLE, (function("aws-controltower-x"),)),
        Row("routes are dark", UNKNOWN, (database(),), dark=[SecurityRoute]),
        Row("routes are dark, and User Notifications tells", PASS, (database(), notifies("aws.health")), dark=[SecurityRoute]),
        Row("notification configurations are dark", UNKNOWN, (database(),), dark=[NotificationConfiguration]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (Instance, LambdaFunction, EcsService, DbInstance, DbCluster, LoadBalancer, ClassicLoadBalancer)
        ),
    ],
    rds_event_subscription_configured: [
        Row("both categories", {"dba": PASS}, (database(), subscription(*BOTH))),
        Row("all categories of clusters", PASS, (cluster(), subscription(source="db-cluster"))),
        Row("all categories of everything", PASS, (database(), subscription(source=""))),
        Row("one category", {f"{ACCOUNT}/{REGION}": NO_EVIDENCE}, (database(), subscription("failure")), says="without maintenance"),
        Row("of snapshots", NO_EVIDENCE, (database(), subscription(source="db-snapshot"))),
        Row("switched off", NO_EVIDENCE, (database(), subscription(*BOTH, enabled=False))),
        Row("its topic is gone", NO_EVIDENCE, (database(), replace(subscription(*BOTH), status="topic-not-exist")), says="reaches no topic (topic-not-exist)"),
        Row("no subscription", NO_EVIDENCE, (cluster(),)),
        Row("no database", NOT_APPLICABLE),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
        Row("clusters are dark", UNKNOWN, dark=[DbCluster]),
        Row("subscriptions are dark", UNKNOWN, (database(),), dark=[DbEventSubscription]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
