"""Judge the items of the category "Security".

Their checks lie beside it, by topic.
"""

from __future__ import annotations

from readiness.checklist.api_access import (
    apigateway_rest_method_authorized,
    apigatewayv2_route_authorized,
    appsync_and_function_url_authorized,
    elbv2_alb_authentication,
)
from readiness.checklist.assurance import (
    account_security_contact_registered,
    repository_advisory_feed_active,
    security_assessment_recent,
    security_events_routed,
    securityhub_no_open_critical,
    securityhub_standard_enabled,
    vulnerability_feed_active,
)
from readiness.checklist.audit_logs import (
    cloudtrail_bucket_not_public,
    cloudtrail_encrypted_with_kms,
    cloudtrail_log_validation_enabled,
    cloudtrail_multi_region_logging,
)
from readiness.checklist.encryption import (
    data_service_encrypted_at_rest,
    ebs_volume_encrypted,
    ec2_ebs_encryption_by_default,
    kms_key_not_scheduled_for_deletion,
    kms_key_rotation_enabled,
    rds_storage_encrypted,
    s3_bucket_default_encryption_configured,
    snapshot_encrypted,
)
from readiness.checklist.exposed_secrets import (
    github_secret_alerts_closed,
    repository_history_secret_free,
    repository_secret_push_prevention,
    repository_secret_scanning_enabled,
)
from readiness.checklist.hardening import (
    ec2_instance_imdsv2_required,
    ecs_container_hardened,
    inspector_ec2_no_aged_critical,
    ssm_patch_compliant,
)
from readiness.checklist.instance_access import (
    bastion_host_hardened,
    ec2_instance_admin_port_not_public,
    ec2_instance_managed_access_path,
    ec2_instance_session_access,
    ec2_instance_ssh_not_public,
    ec2_key_pair_not_shared,
    ec2_serial_console_disabled,
    ssm_session_logging_enabled,
)
from readiness.checklist.least_privilege import (
    iam_access_unused,
    iam_policy_no_admin_equivalent,
    iam_policy_no_privilege_escalation,
    iam_policy_no_service_wildcard,
)
from readiness.checklist.machine_access import (
    ec2_instance_profile_attached,
    ecs_task_role_set,
    iam_service_role_confused_deputy,
    workload_no_static_aws_keys,
)
from readiness.checklist.model import Mode, category, every, item
from readiness.checklist.owasp import (
    owasp_review_documented,
    repository_dependency_scanning_active,
    repository_sast_in_pipeline,
    waf_managed_rules_on_public_entry,
)
from readiness.checklist.people import (
    iam_group_used,
    iam_human_access_individual,
    iam_root_no_access_keys,
    iam_root_not_used,
    iam_user_credentials_fresh,
    iam_user_in_group,
    iam_user_no_direct_policies,
    identity_center_assignments_by_group,
)
from readiness.checklist.secret_stores import (
    secret_store_in_use,
    secretsmanager_secret_rotated,
    ssm_parameter_secret_is_securestring,
    workload_env_no_plaintext_secret,
)
from readiness.checklist.sign_in import (
    iam_password_policy_strong,
    iam_root_mfa_enabled,
    iam_user_console_mfa_enabled,
    identity_center_mfa_enforced,
)
from readiness.checklist.transport import (
    cloudfront_https_only,
    data_access_requires_tls,
    elb_listener_encrypted_or_redirects,
    tls_policy_modern,
)
from readiness.checklist.trust import (
    iam_human_cross_account_access_by_role,
    iam_role_third_party_external_id,
    iam_role_trust_known_principals,
)
from readiness.checklist.vpn import (
    client_vpn_authentication_and_authorization,
    client_vpn_connection_logging,
    private_network_access_path_present,
    site_to_site_vpn_tunnels_up,
)

CATEGORY = category(
    "Security",
    item(
        "API usage requires credentials or authentication",
        every(
            apigateway_rest_method_authorized,
            apigatewayv2_route_authorized,
            appsync_and_function_url_authorized,
            elbv2_alb_authentication,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "AWS IAM Permissions are minimal, users only have permissions they need",
        every(
            iam_policy_no_admin_equivalent,
            iam_policy_no_privilege_escalation,
            iam_policy_no_service_wildcard,
            iam_access_unused,
        ),
    ),
    item(
        "Configure encryption at rest",
        every(
            ec2_ebs_encryption_by_default,
            s3_bucket_default_encryption_configured,
            kms_key_rotation_enabled,
            kms_key_not_scheduled_for_deletion,
        ),
    ),
    item(
        "Create a password policy and enforce MFA",
        every(
            iam_root_mfa_enabled,
            iam_user_console_mfa_enabled,
            iam_password_policy_strong,
            identity_center_mfa_enforced,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Create cross-account IAM Roles",
        every(
            iam_role_trust_known_principals,
            iam_role_third_party_external_id,
            iam_human_cross_account_access_by_role,
        ),
    ),
    item(
        "Create IAM Groups",
        every(
            iam_user_no_direct_policies,
            iam_user_in_group,
            iam_group_used,
            identity_center_assignments_by_group,
        ),
    ),
    item(
        "Create IAM Roles",
        every(
            ec2_instance_profile_attached,
            workload_no_static_aws_keys,
            ecs_task_role_set,
            iam_service_role_confused_deputy,
        ),
    ),
    item(
        "Create IAM Users",
        every(
            iam_root_no_access_keys,
            iam_root_not_used,
            iam_human_access_individual,
            iam_user_credentials_fresh,
        ),
    ),
    item(
        "Data is encrypted at REST",
        every(
            ebs_volume_encrypted,
            snapshot_encrypted,
            rds_storage_encrypted,
            data_service_encrypted_at_rest,
        ),
    ),
    item(
        "Deploy a Bastion Host",
        every(
            ec2_instance_admin_port_not_public,
            ec2_instance_managed_access_path,
            bastion_host_hardened,
            ssm_session_logging_enabled,
        ),
    ),
    item(
        "Deploy a VPN Server",
        every(
            private_network_access_path_present,
            client_vpn_authentication_and_authorization,
            client_vpn_connection_logging,
            site_to_site_vpn_tunnels_up,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Go through a security audit",
        every(
            security_assessment_recent,
            securityhub_standard_enabled,
            securityhub_no_open_critical,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Go through the OWASP Top 10",
        # A web ACL that holds proves no review; one that does not is a finding all the same.
        every(
            repository_sast_in_pipeline,
            repository_dependency_scanning_active,
            owasp_review_documented,
            supporting=(waf_managed_rules_on_public_entry,),
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Network traffic is over HTTPS",
        every(
            elb_listener_encrypted_or_redirects,
            tls_policy_modern,
            cloudfront_https_only,
            data_access_requires_tls,
        ),
    ),
    item(
        "No secrets exposed in repository",
        every(
            repository_history_secret_free,
            github_secret_alerts_closed,
            repository_secret_scanning_enabled,
            repository_secret_push_prevention,
        ),
    ),
    item(
        "Record audit Logs",
        every(
            cloudtrail_multi_region_logging,
            cloudtrail_log_validation_enabled,
            cloudtrail_encrypted_with_kms,
            cloudtrail_bucket_not_public,
        ),
    ),
    item(
        "Set up a secrets management solution",
        every(
            workload_env_no_plaintext_secret,
            secret_store_in_use,
            secretsmanager_secret_rotated,
            ssm_parameter_secret_is_securestring,
        ),
    ),
    item(
        "Set up SSH access",
        every(
            ec2_instance_ssh_not_public,
            ec2_instance_session_access,
            ec2_key_pair_not_shared,
            ec2_serial_console_disabled,
        ),
    ),
    item(
        "Sign up for security advisories",
        every(
            account_security_contact_registered,
            security_events_routed,
            vulnerability_feed_active,
            repository_advisory_feed_active,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Use server hardening practices",
        every(
            ec2_instance_imdsv2_required,
            ssm_patch_compliant,
            inspector_ec2_no_aged_critical,
            ecs_container_hardened,
        ),
    ),
)
