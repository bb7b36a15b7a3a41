"""See what one repository holds."""

from __future__ import annotations

from typing import Any

from environment import Context, access, deadline, github_url, logger, store, token
from readiness.workflow import load_plan, read_repository


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: Context) -> int:
    plan = load_plan(event["scan"], store())
    read_repository(
        plan,
        event["repository"],
        access(),
        store(),
        token=token(),
        github_url=github_url(),
        folders=False,
        deadline=deadline(context),
    )
    return 0
