"""See what an account has once, and say which of its regions to probe."""

from __future__ import annotations

from typing import Any

from environment import Context, access, deadline, logger, store
from readiness.workflow import load_plan, survey


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    account, scan = event["account"], event["scan"]
    regions = survey(load_plan(scan, store()), account, access(), store(), deadline(context))
    return {
        "scan": scan,
        "account": account,
        "regions": [{"scan": scan, "account": account, "region": each} for each in regions],
    }
