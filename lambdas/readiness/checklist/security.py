"""Judge the items of the category "Security"."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

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
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Status,
    Unit,
    category,
    check,
    every,
    failed,
    gone,
    item,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
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
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.bucket_access import (
    AccountAccessBlock,
    BucketAccessBlock,
    BucketPolicyStatus,
)
from readiness.evidence.identity import (
    CentralRootAccess,
    IdentityCenterInstance,
    Membership,
    OrganizationIdentityCenter,
    PasswordPolicy,
    RootUser,
    SamlProvider,
    UserCredentials,
    VirtualMfaDevice,
)
from readiness.evidence.storage import Bucket
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus
from readiness.evidence.unseen import known, tried


@check(Severity.CRITICAL)
def iam_root_mfa_enabled(
    root: RootUser,
    devices: Evidence[VirtualMfaDevice],
    central: Evidence[CentralRootAccess],
    *,
    require_root_hardware_mfa: bool = False,
) -> Result:
    """The root user can do everything, and no policy of the account can hold it back.

    Pass: the root user has MFA, or it has neither a password nor an access key, as where the
    organization manages root access centrally. With `require_root_hardware_mfa` a virtual device
    is not enough; a passkey is.
    Fix: enable MFA for the root user, or remove the root credentials of member accounts centrally.
    Blind spot: a device that nobody can find any more looks like any other.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html
    """
    if not root.mfa:
        if not root.password and not root.access_keys:
            return passed("has neither a password nor an access key to sign in with")
        managed = known(lambda: any(each.enabled for each in central), False)
        hint = ", although its organization can remove root credentials centrally"
        return failed("can sign in without MFA" + (hint if managed else ""))
    if require_root_hardware_mfa and any(each.user == root.arn for each in devices):
        return failed("has a virtual MFA device, not a hardware one")
    kinds = {
        True: "a virtual MFA device",
        False: "a hardware MFA device or a passkey",
        None: "an MFA device",
    }
    virtual = known(lambda: any(each.user == root.arn for each in devices), None)
    return passed(f"has {kinds[virtual]}")


@check(Severity.HIGH)
def iam_user_console_mfa_enabled(users: Evidence[UserCredentials]) -> Iterator[Result]:
    """A password alone is guessed, phished and reused; with MFA it opens nothing.

    Pass: every IAM user with a console password has an MFA device.
    Fix: enforce MFA for the user, or let people sign in through Identity Center and delete the
    password.
    Blind spot: whether the device is still in somebody's hands is not visible, and the credential
    report is up to four hours old.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
    """
    for user in users:
        if user.password and user.mfa:
            yield passed("has a console password and MFA").about(user.arn)
        elif user.password:
            yield failed("has a console password and no MFA").about(user.arn)


@check(Severity.MEDIUM)
def iam_password_policy_strong(
    policies: Evidence[PasswordPolicy],
    users: Evidence[UserCredentials],
    *,
    minimum_length: int = 14,
    reuse_prevention: int = 24,
    password_max_age: int = 0,
    require_password_policy_always: bool = False,
) -> Result:
    """Without a policy IAM takes any password of eight characters, and the last one again.

    Pass: passwords have at least 14 characters of all four kinds, and differ from the last 24; with
    `password_max_age` they also expire. It is not judged where no IAM user has a password.
    Fix: set the account's password policy.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
    """
    if not require_password_policy_always and not any(user.password for user in users):
        return not_applicable("has no IAM user with a console password")
    policy = next(iter(policies), None)
    if policy is None:
        return failed("has no password policy")
    kinds = {
        "upper case": policy.upper,
        "lower case": policy.lower,
        "numbers": policy.numbers,
        "symbols": policy.symbols,
    }
    flaws = []
    if policy.minimum_length < minimum_length:
        flaws.append(f"allows {policy.minimum_length} characters, fewer than {minimum_length}")
    if not all(kinds.values()):
        flaws.append(f"demands no {', '.join(kind for kind, asked in kinds.items() if not asked)}")
    if policy.reuse_prevention < reuse_prevention:
        flaws.append(
            f"remembers {policy.reuse_prevention} passwords, fewer than {reuse_prevention}"
        )
    if password_max_age and not 0 < policy.max_age_days <= password_max_age:
        flaws.append(f"lets passwords live longer than {password_max_age} days")
    if flaws:
        return failed(f"has a password policy that {'; '.join(flaws)}")
    return passed(f"demands {policy.minimum_length} characters of every kind")


@check(Severity.HIGH)
def identity_center_mfa_enforced(
    own: Evidence[IdentityCenterInstance | SamlProvider],
    memberships: Evidence[Membership],
    organization: Evidence[OrganizationIdentityCenter],
) -> Iterator[Result]:
    """Where people sign in elsewhere, MFA is enforced there, and only there.

    Pass: an attestation with the setting of Identity Center or of the identity provider. No API
    shows it.
    Fix: let Identity Center or the identity provider prompt for MFA at every sign-in, and attest it.
    See: https://docs.aws.amazon.com/singlesignon/latest/userguide/how-to-configure-mfa-device-enforcement.html
    """
    used = False
    for provider in own:
        used = True
        yield no_evidence(_SIGNS_IN).about(provider.arn)
    # The organization is asked only where the account itself shows no way in of that kind.
    if not used and any(membership.organization for membership in memberships):
        for instance in organization:
            used = True
            yield no_evidence(_SIGNS_IN).about(instance.arn)
    if not used:
        yield not_applicable("uses neither Identity Center nor a SAML provider")


_SIGNS_IN = "signs people in; whether it enforces MFA is visible to no API"


@check(Severity.CRITICAL)
def cloudtrail_multi_region_logging(
    trails: Evidence[Trail],
    statuses: Evidence[TrailStatus],
    selections: Evidence[TrailSelection],
    everywhere: Pooled[TrailSelection],
    unit: Unit,
    *,
    delivery_hours: int = 24,
) -> Result:
    """Without a trail that records every region, nobody can say afterwards who did what.

    Pass: a trail that the account can see (the organization's included) covers all regions, is
    logging, delivered within the last day without an error, and records all management events.
    Fix: create an organization trail for all regions with log file validation and a KMS key, into
    a log archive account's bucket.
    Blind spot: event history (90 days) and CloudTrail Lake are not counted as an audit log.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
    """
    # A member may be refused the selection of its organization's trail; the owner sees it.
    chosen = selections | everywhere

    def flaw(trail: Trail) -> str:
        return _flaw(trail, statuses, chosen, unit, delivery_hours)

    # One trail that is seen whole is enough, whatever is hidden of the others.
    for trail in trails:
        if not known(partial(flaw, trail), "was not seen whole"):
            selection = chosen.glimpse(trail.arn)
            excluded = ", ".join(selection.excluded_sources) if selection else ""
            without = f", without the events of {excluded}" if excluded else ""
            return passed(f"is recorded in every region by {trail.arn}{without}")
    flaws = [f"{trail.arn} {flaw(trail)}" for trail in trails]
    return failed("; ".join(flaws) if flaws else "has no trail")


def _flaw(
    trail: Trail,
    statuses: Evidence[TrailStatus],
    selections: Evidence[TrailSelection],
    unit: Unit,
    delivery_hours: int,
) -> str:
    """Say why a trail is not the one, empty where it is; raises where that was not seen."""
    if not trail.multi_region:
        return "records one region only"
    status = statuses.of(trail.arn)
    if status is None or not status.logging:
        return "is not logging"
    if status.delivery_error:
        return f"cannot deliver ({status.delivery_error})"
    if status.delivered is None or unit.now - status.delivered > timedelta(hours=delivery_hours):
        return f"delivered nothing in the last {delivery_hours} hours"
    selection = selections.of(trail.arn)
    if selection is None or not (selection.management_reads and selection.management_writes):
        return "does not record all management events"
    return ""


def _is_elsewhere(trail: Trail, unit: Unit) -> bool:
    return account_of(trail.arn) != unit.account


@check(Severity.MEDIUM)
def cloudtrail_log_validation_enabled(trail: Trail, unit: Unit) -> Result:
    """Digest files are what proves that a log file was not altered after delivery.

    Pass: log file validation is on. A trail of another account is judged there.
    Fix: turn on log file validation of the trail.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
    """
    if _is_elsewhere(trail, unit):
        return not_applicable("belongs to another account, and is judged there")
    if trail.validated:
        return passed("validates its log files")
    return failed("does not validate its log files")


@check(Severity.MEDIUM)
def cloudtrail_encrypted_with_kms(trail: Trail, unit: Unit) -> Result:
    """With a key of one's own, who may read the log is decided apart from who may read the bucket.

    Pass: the trail encrypts its log files with a KMS key. A trail of another account is judged
    there.
    Fix: set a customer-managed key for the trail, whose policy lets CloudTrail use it.
    See: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
    """
    if _is_elsewhere(trail, unit):
        return not_applicable("belongs to another account, and is judged there")
    if trail.kms_key:
        return passed(f"encrypts its log files with {trail.kms_key}")
    return failed("encrypts its log files with S3's own key only")


@check(Severity.CRITICAL)
def cloudtrail_bucket_not_public(
    trails: Evidence[Trail],
    everywhere: Pooled[Trail],
    buckets: Evidence[Bucket],
    statuses: Evidence[BucketPolicyStatus],
    blocks: Evidence[BucketAccessBlock],
    account_blocks: Evidence[AccountAccessBlock],
    unit: Unit,
) -> Iterator[Result]:
    """The audit log tells an attacker what is watched, and an open bucket lets it be changed.

    Pass: the bucket of a trail is not public by its policy, and all four settings of Block Public
    Access are on, at the bucket or for the account. A bucket is judged in the account that owns it,
    whichever account's trail writes to it.
    Fix: turn on Block Public Access for the bucket or the account, and remove the policy statement
    that makes the bucket public.
    Blind spot: of accounts that were not seen, it is not known to which buckets their trails write.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """

    def judge(bucket: str) -> Iterator[Result]:
        if buckets.of(bucket) is None:
            yield not_applicable("belongs to another account, and is judged there")
            return
        status = statuses.of(bucket)
        if status is None:
            yield gone()
            return
        if status.public:
            yield failed("holds an audit log and is public by its policy")
            return
        block = blocks.of(bucket)
        on = set(block.on if block else ())
        if len(on) < len(_BLOCKS):
            on.update(name for each in account_blocks for name in each.on)
        missing = ", ".join(sorted(_BLOCKS - on))
        if not on:
            yield failed("holds an audit log, and nothing blocks public access to it")
        elif missing:
            yield no_evidence(f"is not public; of Block Public Access {missing} is off")
        else:
            yield passed("is not public, and public access to it is blocked")

    own = {trail.bucket for trail in trails} - {""}
    others = set(tried((trail.bucket for trail in everywhere), lambda _: "")) - {"", *own}
    for name in sorted(own | others):
        bucket = f"arn:{unit.partition}:s3:::{name}"
        for result in tried(judge(bucket), not_seen):
            if name in own or result.status is not Status.NOT_APPLICABLE:
                yield result.about(bucket)


_BLOCKS = frozenset(
    {"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"}
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
