"""Judge the items of the category "Continuous Delivery"."""

from __future__ import annotations

from readiness.checklist.delivered import repository_iac_present
from readiness.checklist.deploying import (
    account_environment_separation,
    artifact_digest_shared_across_environments,
    codepipeline_pipeline_artifact_promotion,
    codepipeline_pipeline_multiple_environments,
    codepipeline_pipeline_source_triggered,
    deployment_principal_automated,
)
from readiness.checklist.immutable import (
    ec2_instance_interactive_change_events,
    ec2_instance_replaced_regularly,
    ecr_repository_tag_immutable,
    ecs_task_definition_image_pinned,
)
from readiness.checklist.model import Mode, category, every, item, some
from readiness.checklist.rollout import (
    apigateway_stage_canary_active,
    autoscaling_group_rolling_replacement,
    codedeploy_deployment_config_shifts_traffic,
    codedeploy_deployment_group_auto_rollback,
    codedeploy_deployment_group_keeps_capacity,
    codepipeline_stage_rollback_configured,
    ecs_service_canary_strategy,
    ecs_service_deployment_rollback,
    ecs_service_rolling_without_downtime,
    platform_deployment_strategy,
)
from readiness.checklist.runtime_settings import (
    appconfig_environment_separation,
    appconfig_feature_flag_profile_deployed,
    lambda_function_appconfig_extension,
    ssm_parameter_environment_namespaces,
)
from readiness.checklist.shipping import (
    kubernetes_deployment_strategy,
    repository_canary_defined,
    repository_deploy_workflow_triggered,
    repository_environment_config_files,
    repository_environments_defined,
    repository_feature_flag_sdk_present,
    repository_iac_static_checks_run,
    repository_iac_tests_run,
    repository_promotion_workflow,
)
from readiness.checklist.stacks import (
    cloudformation_stack_drift_status,
    cloudformation_stack_rollback_enabled,
    iac_resource_coverage,
)

CATEGORY = category(
    "Continuous Delivery",
    item(
        "Automate your deployments",
        # Where machines and people can be counted, that decides; else either of the others.
        every(
            deployment_principal_automated,
            some(
                deployment_principal_automated,
                codepipeline_pipeline_source_triggered,
                repository_deploy_workflow_triggered,
            ),
        ),
        whole_workload=True,
    ),
    item(
        "Create deployment environments",
        every(
            some(repository_environments_defined, codepipeline_pipeline_multiple_environments),
            supporting=(account_environment_separation,),
        ),
        whole_workload=True,
    ),
    item(
        "Define your infrastructure as code",
        every(
            iac_resource_coverage,
            # One repository may hold the infrastructure of them all.
            supporting=(some(repository_iac_present), cloudformation_stack_drift_status),
        ),
        whole_workload=True,
    ),
    item(
        "Do zero-downtime deployments",
        every(
            ecs_service_rolling_without_downtime,
            codedeploy_deployment_group_keeps_capacity,
            autoscaling_group_rolling_replacement,
            platform_deployment_strategy,
            kubernetes_deployment_strategy,
        ),
    ),
    item(
        "Promote artifacts",
        some(
            codepipeline_pipeline_artifact_promotion,
            artifact_digest_shared_across_environments,
            repository_promotion_workflow,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Roll back in case of failure",
        every(
            codedeploy_deployment_group_auto_rollback,
            ecs_service_deployment_rollback,
            cloudformation_stack_rollback_enabled,
            supporting=(codepipeline_stage_rollback_configured,),
        ),
    ),
    item(
        "Set up immutable infrastructure",
        every(
            ec2_instance_replaced_regularly,
            ecs_task_definition_image_pinned,
            ecr_repository_tag_immutable,
            supporting=(ec2_instance_interactive_change_events,),
        ),
    ),
    item(
        "Set up per-environment configuration",
        some(
            repository_environment_config_files,
            ssm_parameter_environment_namespaces,
            appconfig_environment_separation,
        ),
        whole_workload=True,
    ),
    item(
        "Test your infrastructure code",
        every(repository_iac_static_checks_run, repository_iac_tests_run),
    ),
    item(
        "Use canary deployments",
        some(
            codedeploy_deployment_config_shifts_traffic,
            ecs_service_canary_strategy,
            repository_canary_defined,
            apigateway_stage_canary_active,
            per="component",
        ),
        whole_workload=True,
    ),
    item(
        "Use feature toggles",
        some(
            appconfig_feature_flag_profile_deployed,
            lambda_function_appconfig_extension,
            repository_feature_flag_sdk_present,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
)
