"""What the checks of "Security" say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.security import (
    cloudtrail_log_validation_enabled,
    cloudtrail_multi_region_logging,
)
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus
from tests.rows import ACCOUNT, FAIL, NOT_APPLICABLE, NOW, PASS, UNKNOWN, Row, assert_row

TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"


def trail(**changes: Any) -> Trail:
    values: dict[str, Any] = {
        "arn": TRAIL,
        "home_region": "eu-west-1",
        "multi_region": True,
        "organization": False,
        "validated": True,
        "kms_key": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
        "bucket": "audit-logs",
    }
    return Trail(**values | changes)


def status(**changes: Any) -> TrailStatus:
    values: dict[str, Any] = {
        "arn": TRAIL,
        "logging": True,
        "delivery_error": "",
        "delivered": NOW - timedelta(hours=1),
    }
    return TrailStatus(**values | changes)


def selection(**changes: Any) -> TrailSelection:
    values: dict[str, Any] = {
        "arn": TRAIL,
        "management_reads": True,
        "management_writes": True,
        "excluded_sources": (),
    }
    return TrailSelection(**values | changes)


GOOD = (trail(), status(), selection())

ROWS: dict[Check[..., Any], list[Row]] = {
    cloudtrail_multi_region_logging: [
        Row("one trail records everything", PASS, GOOD),
        Row("no trail at all", FAIL, says="has no trail"),
        Row("one region only", FAIL, (trail(multi_region=False), status(), selection())),
        Row("logging is stopped", FAIL, (trail(), status(logging=False), selection())),
        Row("the bucket refuses", FAIL, (trail(), status(delivery_error="AccessDenied"), selection())),
        Row("silent for two days", FAIL, (trail(), status(delivered=NOW - timedelta(hours=48)), selection())),
        Row("silent for two days, three allowed", PASS, (trail(), status(delivered=NOW - timedelta(hours=48)), selection()), options={"delivery_hours": 72}),
        Row("writes only", FAIL, (trail(), status(), selection(management_reads=False))),
        Row("trails are dark", UNKNOWN, dark=[Trail], says="test:Trail"),
        Row("the only trail's status is dark", UNKNOWN, (trail(), selection()), dark=[TrailStatus]),
        Row("a flaw that is seen needs no status", FAIL, (trail(multi_region=False),), dark=[TrailStatus]),
    ],
    cloudtrail_log_validation_enabled: [
        Row("validation is on", PASS, GOOD),
        Row("validation is off", {"trail/audit": FAIL}, (trail(validated=False),)),
        Row("no trail", NOT_APPLICABLE),
        Row("trails are dark", UNKNOWN, dark=[Trail]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
