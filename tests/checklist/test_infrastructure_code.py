"""What the checks of infrastructure code and its stacks say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest

from readiness.checklist.covered import WideInventory
from readiness.checklist.infrastructure_code import (
    cloudformation_stack_healthy,
    cloudformation_stack_not_drifted,
    resource_managed_by_iac,
)
from readiness.checklist.model import Check, Severity, Status
from readiness.evidence.balancing import LoadBalancer
from readiness.evidence.databases import Table
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.network import Vpc
from readiness.evidence.queues import Queue, Topic
from readiness.evidence.stacks import Stack, StackedResource
from readiness.evidence.tagging import TaggedResource
from tests.repositories.records import SHOP
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    judged,
)

DAY = timedelta(days=1)


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def tables(count: int) -> list[Table]:
    return [Table(arn=arn("dynamodb", f"table/{n}"), name=str(n)) for n in range(count)]


def marked(*resources: Any, **tags: str) -> list[TaggedResource]:
    given = tags or {"aws:cloudformation:stack-id": "shop"}
    return [TaggedResource(arn=each.arn, tags=given) for each in resources]


TABLES = tables(10)
BALANCER = LoadBalancer(
    arn=arn("elasticloadbalancing", "loadbalancer/app/web/1"),
    name="web",
    type="application",
    scheme="internal",
    created=NOW,
    zones=(),
)
STACKED = StackedResource(
    arn=arn("cloudformation", "resource-scan/1"),
    type="AWS::ElasticLoadBalancingV2::LoadBalancer",
    identifier=BALANCER.arn,
)
QUEUE = Queue(arn=arn("sqs", "orders"), url="")
TERRAFORM = IacRoot(repository=SHOP, path="main.tf", family="Terraform", aws=True)
BASELINE = Topic(arn=arn("sns", "aws-controltower-SecurityNotifications"))


def network(*, default: bool = False, account: str = ACCOUNT) -> Vpc:
    return Vpc(arn=arn("ec2", "vpc/vpc-1", account), id="vpc-1", default=default, tags={})


def all_of(status: Status, *resources: Any) -> dict[str, Status]:
    short = {each.arn.rsplit(":", 1)[-1]: status for each in resources}
    return {f"{ACCOUNT}/{REGION}": status, **short}


def stack(status: str = "UPDATE_COMPLETE", **changes: Any) -> Stack:
    values: dict[str, Any] = {
        "arn": arn("cloudformation", "stack/shop/1"),
        "name": "shop",
        "status": status,
        "created": NOW - 100 * DAY,
        "updated": NOW - 2 * DAY,
        "rollback_disabled": False,
        "parent": "",
        "drift": "NOT_CHECKED",
        "drift_checked": None,
        "tags": {},
    }
    return Stack(**values | changes)


NESTED = {"parent": arn("cloudformation", "stack/root/1")}
SET = "StackSet-shop-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f"
INVENTORY = get_args(WideInventory)

ROWS: dict[Check[..., Any], list[Row]] = {
    resource_managed_by_iac: [
        Row("nine of ten", PASS, [*TABLES, *marked(*TABLES[:9])], says="9 of 10"),
        Row("eight of ten", all_of(FAIL, *TABLES[8:]), [*TABLES, *marked(*TABLES[:8])]),
        Row("eight of ten, and that is enough", PASS, [*TABLES, *marked(*TABLES[:8])], options={"iac_min_ratio": 0.8}),
        Row("marked by a tool", PASS, [QUEUE, *marked(QUEUE, ManagedBy="terraform")]),
        Row("marked by an option", PASS, [QUEUE, *marked(QUEUE, owner="cd")], options={"iac_tags": ("owner=cd",)}),
        Row("found in a stack by a resource scan", PASS, [BALANCER, STACKED]),
        Row("its policy alone is in a stack", all_of(FAIL, QUEUE), [QUEUE, StackedResource(arn=STACKED.arn, type="AWS::SQS::QueuePolicy", identifier="orders")]),
        Row("made by hand", all_of(FAIL, QUEUE), [QUEUE]),
        Row("no mark, and Terraform leaves none", all_of(FAIL, QUEUE), [QUEUE, TERRAFORM], says="main.tf leaves no mark"),
        Row("a table that was never tagged is no less there", all_of(FAIL, *TABLES[:2]), [*TABLES[:2], *marked(QUEUE)]),
        Row("inventory was not seen", UNKNOWN, [QUEUE, *marked(QUEUE)], dark=[INVENTORY[0]]),
        *(Row(f"{kind.__name__} was not seen", UNKNOWN, dark=[kind]) for kind in INVENTORY),
        Row("tags were not seen", UNKNOWN, [QUEUE], dark=[TaggedResource]),
        Row("resource scans were not seen", UNKNOWN, [QUEUE], dark=[StackedResource]),
        Row("infrastructure code was not seen", UNKNOWN, [QUEUE], dark=[IacRoot]),
        Row("a region of AWS's own things", NOT_APPLICABLE, [network(default=True), network(account="444455556666"), BASELINE]),
        Row("an empty region", NOT_APPLICABLE),
    ],
    cloudformation_stack_healthy: [
        Row("updated", PASS, [stack()]),
        Row("an import", PASS, [stack("IMPORT_COMPLETE")]),
        Row("an update that was taken back", FAIL, [stack("UPDATE_ROLLBACK_COMPLETE")], severity=Severity.LOW),
        Row("a stack that was never made", FAIL, [stack("ROLLBACK_COMPLETE")], severity=Severity.MEDIUM),
        Row("a rollback that failed", FAIL, [stack("UPDATE_ROLLBACK_FAILED")]),
        Row("a deletion that failed", FAIL, [stack("DELETE_FAILED")]),
        Row("an update for two days", FAIL, [stack("UPDATE_IN_PROGRESS")], says="48 hours"),
        Row("an update for two days, and that is allowed", NO_EVIDENCE, [stack("UPDATE_IN_PROGRESS")], options={"hours": 72}),
        Row("an update for an hour", NO_EVIDENCE, [stack("UPDATE_IN_PROGRESS", updated=NOW - DAY / 24)]),
        Row("a first creation for two days", FAIL, [stack("CREATE_IN_PROGRESS", created=NOW - 2 * DAY, updated=None)]),
        Row("a state that is not known", UNKNOWN, [stack("RESTING")]),
        Row("an instance of a stack set", NOT_APPLICABLE, [stack("UPDATE_ROLLBACK_FAILED", name=SET)]),
        Row("a change set that waits", NOT_APPLICABLE, [stack("REVIEW_IN_PROGRESS")]),
        Row("a stack that is being deleted", NOT_APPLICABLE, [stack("DELETE_IN_PROGRESS")]),
        Row("stacks were not seen", UNKNOWN, dark=[Stack]),
        Row("no stack", NOT_APPLICABLE),
    ],
    cloudformation_stack_not_drifted: [
        Row("in sync", PASS, [stack(drift="IN_SYNC", drift_checked=NOW - 3 * DAY)], says="3 days ago"),
        Row("in sync long ago", NO_EVIDENCE, [stack(drift="IN_SYNC", drift_checked=NOW - 91 * DAY)]),
        Row("in sync long ago, and that is enough", PASS, [stack(drift="IN_SYNC", drift_checked=NOW - 91 * DAY)], options={"days": 120}),
        Row("drifted", FAIL, [stack(drift="DRIFTED", drift_checked=NOW)]),
        Row("a nested stack that drifted", FAIL, [stack(drift="DRIFTED", drift_checked=NOW, **NESTED)]),
        Row("never checked", NO_EVIDENCE, [stack()]),
        Row("an instance of a stack set", NOT_APPLICABLE, [stack(drift="DRIFTED", name=SET)]),
        Row("stacks were not seen", UNKNOWN, dark=[Stack]),
        Row("no stack", NOT_APPLICABLE),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_rows(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_what_terraform_may_have_made_is_low() -> None:
    row = Row("no mark", FAIL, [QUEUE, TERRAFORM])
    whole, single = judged(resource_managed_by_iac, row)

    assert (whole.severity, single.severity) == (Severity.LOW, Severity.INFO)


def test_a_stack_that_was_never_checked_decides_nothing() -> None:
    (found,) = judged(cloudformation_stack_not_drifted, Row("never checked", FAIL, [stack()]))

    assert (found.status, found.severity) == (Status.NO_EVIDENCE, Severity.INFO)
