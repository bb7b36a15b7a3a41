"""Judge the items of the category "Networking".

Their checks lie beside it, one module for each item.
"""

from __future__ import annotations

from readiness.checklist.exposed_http import (
    ec2_instance_http_behind_load_balancer,
    ecs_service_http_behind_load_balancer,
    elbv2_internet_facing_has_healthy_target,
)
from readiness.checklist.model import Mode, category, every, item
from readiness.checklist.network_acls import (
    ec2_nacl_admin_ports_not_public,
    ec2_nacl_custom_associated,
    ec2_nacl_data_subnet_ingress_restricted,
)
from readiness.checklist.security_groups import (
    ec2_security_group_admin_ports_not_public,
    ec2_security_group_default_closed,
    ec2_security_group_high_risk_ports_not_public,
    ec2_security_group_public_ports_authorized_only,
)
from readiness.checklist.static_addresses import (
    ec2_eip_associated,
    ec2_standalone_instance_public_ip_static,
    route53_record_not_ephemeral_ip,
    vpc_egress_address_static,
)
from readiness.checklist.subnets import (
    vpc_data_store_in_private_subnet,
    vpc_subnet_auto_public_ip_disabled,
    vpc_subnet_tier_multi_az,
    vpc_subnet_tiers_separated,
)
from readiness.checklist.surges import (
    elbv2_public_target_group_scaling_headroom,
    ingress_rate_limit_configured,
    lambda_account_concurrency_headroom,
)
from readiness.checklist.vpcs import (
    vpc_connected_cidrs_not_overlapping,
    vpc_default_not_used,
    vpc_flow_logs_enabled,
    vpc_subnet_free_ip_headroom,
)
from readiness.checklist.webhooks import (
    webhook_ingress_buffered,
    webhook_load_test_run_recent,
    webhook_load_test_window_healthy,
)
from readiness.checklist.zones import (
    route53_public_name_hosted_in_zone,
    route53_public_zone_query_logging,
    route53_record_target_exists,
    route53_zone_delegation_consistent,
)

CATEGORY = category(
    "Networking",
    item(
        "Configure DNS using Route 53",
        every(
            route53_public_name_hosted_in_zone,
            route53_record_target_exists,
            route53_zone_delegation_consistent,
            route53_public_zone_query_logging,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Configure Network ACLs",
        every(
            ec2_nacl_admin_ports_not_public,
            ec2_nacl_data_subnet_ingress_restricted,
            ec2_nacl_custom_associated,
        ),
    ),
    item(
        "Configure Security Groups",
        every(
            ec2_security_group_admin_ports_not_public,
            ec2_security_group_high_risk_ports_not_public,
            ec2_security_group_public_ports_authorized_only,
            ec2_security_group_default_closed,
        ),
    ),
    item(
        "Configure Static IPs",
        every(
            route53_record_not_ephemeral_ip,
            ec2_standalone_instance_public_ip_static,
            vpc_egress_address_static,
            ec2_eip_associated,
        ),
    ),
    item(
        "Scalability in place for sudden increase in incoming network traffic",
        every(
            elbv2_public_target_group_scaling_headroom,
            ingress_rate_limit_configured,
            lambda_account_concurrency_headroom,
        ),
    ),
    item(
        "Set up subnets",
        every(
            vpc_subnet_tiers_separated,
            vpc_data_store_in_private_subnet,
            vpc_subnet_tier_multi_az,
            vpc_subnet_auto_public_ip_disabled,
        ),
    ),
    item(
        "Set up VPCs",
        every(
            vpc_default_not_used,
            vpc_flow_logs_enabled,
            vpc_connected_cidrs_not_overlapping,
            vpc_subnet_free_ip_headroom,
        ),
    ),
    item(
        "Solution has load balancing in front of exposed HTTP endpoints",
        every(
            ec2_instance_http_behind_load_balancer,
            ecs_service_http_behind_load_balancer,
            elbv2_internet_facing_has_healthy_target,
        ),
    ),
    item(
        "Stress test has been done on volume of webhook ingestion",
        every(
            webhook_load_test_run_recent,
            supporting=(webhook_load_test_window_healthy, webhook_ingress_buffered),
        ),
        mode=Mode.ATTESTED,
        validity_days=180,
    ),
)
