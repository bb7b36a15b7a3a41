"""Judge the items of the category "Maintenance"."""

from __future__ import annotations

from readiness.checklist.foretold import (
    health_event_notification_configured,
    rds_event_subscription_configured,
)
from readiness.checklist.handover import (
    repo_codeowners_present,
    repo_decision_records_present,
    repo_maintenance_docs_score,
)
from readiness.checklist.headroom import (
    ec2_instance_disk_alarm,
    rds_instance_free_storage,
    rds_instance_free_storage_alarm,
    rds_instance_storage_autoscaling,
)
from readiness.checklist.model import Mode, category, every, item, some
from readiness.checklist.monitoring import cloudwatch_alarm_live
from readiness.checklist.observability import cloudwatch_dashboard_present
from readiness.checklist.schedules import (
    repo_schedule_definition_present,
    scheduler_failure_handling,
    scheduler_schedule_present,
    scheduler_target_valid,
)
from readiness.checklist.upkeep import (
    autoscaling_group_instances_multiple_az,
    ecs_service_redundant_tasks,
    elb_load_balancer_multiple_az,
    rds_instance_multi_az,
)

CATEGORY = category(
    "Maintenance",
    item(
        "Configure disk space",
        every(
            ec2_instance_disk_alarm,
            rds_instance_storage_autoscaling,
            rds_instance_free_storage,
            rds_instance_free_storage_alarm,
        ),
    ),
    item(
        "Set up cron jobs",
        # One schedule, in a region or in a repository, speaks for the workload.
        every(
            some(scheduler_schedule_present, repo_schedule_definition_present),
            scheduler_target_valid,
            scheduler_failure_handling,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Solution has sufficient documentation for code maintenance to take place",
        every(repo_maintenance_docs_score, repo_codeowners_present, repo_decision_records_present),
        mode=Mode.ATTESTED,
    ),
    item(
        "Solution has sufficient high availability for maintenance to take place",
        every(
            elb_load_balancer_multiple_az,
            autoscaling_group_instances_multiple_az,
            ecs_service_redundant_tasks,
            rds_instance_multi_az,
        ),
    ),
    item(
        "Solution has sufficient monitoring for maintenance to take place",
        every(
            health_event_notification_configured,
            rds_event_subscription_configured,
            cloudwatch_dashboard_present,
            cloudwatch_alarm_live,
        ),
        mode=Mode.ATTESTED,
    ),
)
