"""Judge the items of the category "Scalability"."""

from __future__ import annotations

from readiness.checklist.growth import (
    asg_dynamic_scaling_policy,
    dynamodb_table_scales,
    ecs_service_scales,
    eks_cluster_compute_scales,
)
from readiness.checklist.growth_tests import (
    autoscaling_load_test_run_recent,
    scaling_not_capped,
    scaling_out_and_in_observed,
)
from readiness.checklist.model import Mode, category, every, item
from readiness.checklist.multiples import (
    asg_minimum_two_instances,
    data_cluster_minimum_nodes,
    ecs_service_minimum_two_tasks,
    standalone_instance_not_single_target,
)
from readiness.checklist.several_zones import (
    compute_spans_multiple_az,
    data_service_multi_az,
    rds_multi_az,
    vpc_nat_gateway_per_az,
)
from readiness.checklist.spreading import (
    elb_cross_zone_enabled,
    elb_spans_multiple_az,
    service_attached_to_load_balancer,
    target_group_healthy_targets_multi_az,
)

CATEGORY = category(
    "Scalability",
    item(
        "Set up load balancing",
        every(
            elb_spans_multiple_az,
            target_group_healthy_targets_multi_az,
            service_attached_to_load_balancer,
            elb_cross_zone_enabled,
        ),
    ),
    item(
        "Solution resources can auto scale to handle workload",
        every(
            asg_dynamic_scaling_policy,
            ecs_service_scales,
            dynamodb_table_scales,
            eks_cluster_compute_scales,
        ),
    ),
    item(
        "Stress test has been done on autoscaling",
        every(
            scaling_out_and_in_observed,
            autoscaling_load_test_run_recent,
            supporting=(scaling_not_capped,),
        ),
        mode=Mode.ATTESTED,
        validity_days=180,
    ),
    item(
        "Use multiple Availability Zones",
        every(
            compute_spans_multiple_az,
            rds_multi_az,
            data_service_multi_az,
            vpc_nat_gateway_per_az,
        ),
    ),
    item(
        "Use multiple Instances",
        every(
            asg_minimum_two_instances,
            ecs_service_minimum_two_tasks,
            data_cluster_minimum_nodes,
            standalone_instance_not_single_target,
        ),
    ),
)
