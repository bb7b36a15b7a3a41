"""Judge the items of the category "Logging"."""

from __future__ import annotations

from readiness.checklist.kept_logs import (
    apigateway_stage_logging_enabled,
    ec2_instance_log_agent,
    ecs_task_definition_log_configuration,
    lambda_function_log_group_present,
)
from readiness.checklist.model import Mode, category, every, item

CATEGORY = category(
    "Logging",
    item(
        "Solution has logging in place through CloudWatch Logs",
        every(
            lambda_function_log_group_present,
            ecs_task_definition_log_configuration,
            apigateway_stage_logging_enabled,
            ec2_instance_log_agent,
        ),
        mode=Mode.ATTESTED,
    ),
)
