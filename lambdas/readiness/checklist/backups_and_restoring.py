"""Judge the items of the category "Backups and Restoring"."""

from __future__ import annotations

from readiness.checklist.backup_copies import (
    backup_copy_job_cross_account_recent,
    backup_plan_cross_account_copy,
    backup_vault_lock_enabled,
    s3_bucket_cross_account_replication,
)
from readiness.checklist.backups import (
    backup_plan_rule_retention,
    backup_resource_recent_recovery_point,
    dynamodb_table_recovery_enabled,
    rds_instance_backup_retention,
)
from readiness.checklist.delivered import (
    codebuild_project_source_versioned,
    codepipeline_pipeline_deploys_successfully,
    codepipeline_pipeline_source_versioned,
    compute_workload_code_traceable,
    repository_deploy_workflow_succeeds,
    repository_iac_present,
    repository_ownership_shared,
)
from readiness.checklist.event_stores import (
    event_store_backup_supported,
    event_store_recovery_point_recent,
    eventbridge_archive_retention,
    eventbridge_bus_archive_enabled,
    kinesis_stream_durable_copy,
    kinesis_stream_retention_period,
    msk_cluster_durable_copy,
)
from readiness.checklist.model import Mode, category, every, item, some
from readiness.checklist.restore_tests import (
    backup_restore_job_recent,
    backup_restore_testing_plan_active,
    data_restore_event_recent,
)
from readiness.checklist.restores import (
    event_store_restore_event_recent,
    event_store_restore_recent,
    eventbridge_replay_recent,
)

CATEGORY = category(
    "Backups and Restoring",
    item(
        "All code is in shared repository",
        every(
            codebuild_project_source_versioned,
            codepipeline_pipeline_source_versioned,
            compute_workload_code_traceable,
            repository_ownership_shared,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Configure backup",
        every(
            rds_instance_backup_retention,
            dynamodb_table_recovery_enabled,
            backup_resource_recent_recovery_point,
            supporting=(backup_plan_rule_retention,),
        ),
    ),
    item(
        "Configure cross-account backup",
        every(
            some(
                backup_plan_cross_account_copy,
                some(
                    backup_copy_job_cross_account_recent,
                    s3_bucket_cross_account_replication,
                    per="resource type",
                ),
            ),
            supporting=(backup_vault_lock_enabled,),
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Event storage can be backed up",
        every(
            event_store_backup_supported,
            kinesis_stream_durable_copy,
            eventbridge_bus_archive_enabled,
            msk_cluster_durable_copy,
        ),
    ),
    item(
        "Event storage is routinely backed up",
        every(
            event_store_recovery_point_recent,
            eventbridge_archive_retention,
            kinesis_stream_retention_period,
        ),
    ),
    item(
        "Event storage restore has been tested",
        some(
            event_store_restore_recent,
            eventbridge_replay_recent,
            event_store_restore_event_recent,
            per="event store type",
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Solution can be easily deployed via pipeline",
        every(
            some(codepipeline_pipeline_deploys_successfully, repository_deploy_workflow_succeeds),
            supporting=(repository_iac_present,),
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Test your backups",
        some(
            backup_restore_job_recent,
            backup_restore_testing_plan_active,
            data_restore_event_recent,
            per="resource type",
        ),
        mode=Mode.ATTESTED,
    ),
)
