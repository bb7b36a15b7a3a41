"""Judge one workload, and note what changed."""

from __future__ import annotations

from typing import Any

from environment import Context, ledger, logger, store
from readiness.workflow import finish_workload, load_plan


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Context) -> dict[str, int]:
    del context  # the logger reads it
    plan = load_plan(event["scan"], store())
    summary = finish_workload(plan, event["workload"], store(), ledger())
    return {"regressions": sum(summary.regressions.values()), "written": summary.written}
