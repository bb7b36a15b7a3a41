"""Judge the items of the category "Provisioning and Deployment"."""

from __future__ import annotations

from readiness.checklist.automation import (
    deploy_pipeline_last_run_succeeded,
    deploy_pipeline_short_lived_credentials,
    deploy_pipeline_trigger_automatic,
    repository_deploy_pipeline_defined,
)
from readiness.checklist.container_images import (
    ecr_repository_image_scanning,
    ecs_running_image_from_trusted_registry,
    ecs_running_image_versioned,
    repository_container_image_built_in_pipeline,
)
from readiness.checklist.delivered import repository_iac_present
from readiness.checklist.disks import (
    ebs_volume_type_current,
    ec2_instance_data_volume_preserved,
    ec2_instance_disk_usage_below_limit,
    ec2_instance_disk_usage_monitored,
)
from readiness.checklist.fleets import (
    asg_instances_on_current_version,
    asg_load_balanced_uses_elb_health_check,
    asg_uses_launch_template,
    ec2_instance_in_auto_scaling_group,
)
from readiness.checklist.immutable import ecr_repository_tag_immutable
from readiness.checklist.infrastructure_code import (
    cloudformation_stack_healthy,
    cloudformation_stack_not_drifted,
    resource_managed_by_iac,
)
from readiness.checklist.machine_images import (
    ec2_image_in_use_fresh,
    ec2_image_owned_not_public,
    ec2_instance_image_org_built,
    image_build_pipeline_present,
)
from readiness.checklist.model import Mode, category, every, item, some
from readiness.checklist.orchestration import (
    ec2_container_not_run_by_hand,
    ecs_fargate_platform_version_latest,
    ecs_service_steady_with_rollback,
    eks_cluster_version_supported,
)
from readiness.checklist.releases import (
    repository_release_tag_current,
    repository_release_tag_present,
)
from readiness.checklist.serverless import (
    apigateway_api_deployed,
    lambda_function_managed_by_iac,
    lambda_function_published_alias_used,
    lambda_function_runtime_supported,
)
from readiness.checklist.sizing import (
    compute_optimizer_no_under_provisioning,
    ecs_task_definition_memory_and_cpu_set,
    repository_k8s_resources_set,
    runtime_heap_bounded,
)
from readiness.checklist.stages import (
    environment_account_separated,
    pipeline_production_gate,
    repository_pipeline_environments,
)

CATEGORY = category(
    "Provisioning and Deployment",
    item(
        "Build AMIs",
        every(
            ec2_instance_image_org_built,
            ec2_image_in_use_fresh,
            image_build_pipeline_present,
            ec2_image_owned_not_public,
        ),
    ),
    item(
        "Build Docker images",
        every(
            repository_container_image_built_in_pipeline,
            ecs_running_image_from_trusted_registry,
            ecr_repository_image_scanning,
            ecr_repository_tag_immutable,
        ),
    ),
    item(
        "Configure CPU, memory and GC settings",
        every(
            ecs_task_definition_memory_and_cpu_set,
            repository_k8s_resources_set,
            compute_optimizer_no_under_provisioning,
            runtime_heap_bounded,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Configure hard drives",
        every(
            ec2_instance_disk_usage_monitored,
            ec2_instance_disk_usage_below_limit,
            ebs_volume_type_current,
            ec2_instance_data_volume_preserved,
        ),
    ),
    item(
        "Deploy AMIs using Auto Scaling Groups",
        every(
            ec2_instance_in_auto_scaling_group,
            asg_uses_launch_template,
            asg_instances_on_current_version,
            asg_load_balanced_uses_elb_health_check,
        ),
    ),
    item(
        "Deploy Docker images using ECS, EKS or Fargate",
        every(
            ec2_container_not_run_by_hand,
            ecs_service_steady_with_rollback,
            ecs_fargate_platform_version_latest,
            eks_cluster_version_supported,
        ),
    ),
    item(
        "Deploy serverless apps using Lambda and API Gateway",
        every(
            lambda_function_runtime_supported,
            lambda_function_managed_by_iac,
            lambda_function_published_alias_used,
            apigateway_api_deployed,
        ),
    ),
    item(
        "Solution can be deployed automatically via a pipeline",
        every(
            repository_deploy_pipeline_defined,
            deploy_pipeline_last_run_succeeded,
            deploy_pipeline_short_lived_credentials,
            deploy_pipeline_trigger_automatic,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Solution has release tags",
        every(
            repository_release_tag_present,
            repository_release_tag_current,
            ecs_running_image_versioned,
        ),
    ),
    item(
        "Solution is defined in Infrastructure as code",
        every(
            resource_managed_by_iac,
            # One repository may hold the infrastructure of them all.
            some(repository_iac_present),
            cloudformation_stack_healthy,
            cloudformation_stack_not_drifted,
        ),
        whole_workload=True,
    ),
    item(
        "Solution pipeline has multiple environments for dev and prod",
        every(
            repository_pipeline_environments,
            pipeline_production_gate,
            environment_account_separated,
        ),
    ),
)
