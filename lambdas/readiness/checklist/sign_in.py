"""Does signing in take more than a password: for root, for IAM users and through an identity provider?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence
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
from readiness.evidence.unseen import known


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
    """Without a policy IAM takes eight characters of three kinds, and the last password again.

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
