"""Merge what accounts know about one another, and count what was seen."""

from __future__ import annotations

from typing import Any

from environment import Context, logger, store
from readiness.workflow import load_plan, pool


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Context) -> dict[str, int]:
    del context  # the logger reads it
    tally = pool(load_plan(event["scan"], store()), store())
    return {"expected": len(tally.expected), "seen": len(tally.seen)}
