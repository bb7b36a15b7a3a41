"""See what one region of an account holds."""

from __future__ import annotations

from typing import Any

from environment import Context, access, deadline, logger, store
from readiness.workflow import load_plan, probe


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Context) -> int:
    plan = load_plan(event["scan"], store())
    probe(plan, event["account"], event["region"], access(), store(), deadline(context))
    return 0
