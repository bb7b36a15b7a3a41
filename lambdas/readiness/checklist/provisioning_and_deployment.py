"""Judge the items of the category "Provisioning and Deployment"."""

from __future__ import annotations

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
from readiness.checklist.machine_images import (
    ec2_image_in_use_fresh,
    ec2_image_owned_not_public,
    ec2_instance_image_org_built,
    image_build_pipeline_present,
)
from readiness.checklist.model import Mode, category, every, item

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
    item("Build Docker images"),
    item("Configure CPU, memory and GC settings", mode=Mode.ATTESTED),
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
    item("Deploy Docker images using ECS, EKS or Fargate"),
    item("Deploy serverless apps using Lambda and API Gateway"),
    item("Solution can be deployed automatically via a pipeline", mode=Mode.ATTESTED),
    item("Solution has release tags"),
    item("Solution is defined in Infrastructure as code"),
    item("Solution pipeline has multiple environments for dev and prod"),
)
