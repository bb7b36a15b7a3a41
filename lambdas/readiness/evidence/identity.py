"""Who signs in to an account, and with what: root, IAM users, identity providers, Identity Center."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "root user")
class RootUser:
    """The root user of the account, by the account's summary. Source: iam.GetAccountSummary."""

    arn: str
    mfa: bool
    #: Whether it has a password; taken for granted where the summary does not tell.
    password: bool
    access_keys: bool


@record(Scope.ACCOUNT, "virtual MFA device")
class VirtualMfaDevice:
    """A virtual MFA device that is assigned to someone. Source: iam.ListVirtualMFADevices."""

    #: The device's serial number.
    arn: str
    #: The ARN of whom it is assigned to.
    user: str


@record(Scope.ACCOUNT, "IAM user")
class UserCredentials:
    """A row of the credential report; the root user has one too. Source: iam.GetCredentialReport."""

    arn: str
    #: `<root_account>` for the root user.
    name: str
    #: Whether a console password is enabled; the report does not tell it of the root user.
    password: bool
    mfa: bool


@record(Scope.ACCOUNT, "password policy")
class PasswordPolicy:
    """What the account demands of passwords; absent where it demands nothing.

    Source: iam.GetAccountPasswordPolicy.
    """

    arn: str
    minimum_length: int
    upper: bool
    lower: bool
    numbers: bool
    symbols: bool
    #: How many passwords back must differ; 0 means none.
    reuse_prevention: int
    #: Days until a password expires; 0 means never.
    max_age_days: int


@record(Scope.ACCOUNT, "SAML provider")
class SamlProvider:
    """An identity provider that signs people in to roles. Source: iam.ListSAMLProviders."""

    arn: str


@record(Scope.ACCOUNT, "membership in an organization")
class Membership:
    """Whether the account belongs to an organization. Source: organizations.DescribeOrganization."""

    #: The account's ARN among the organization's; of a stand-alone account, one of the same form.
    arn: str
    #: The organization's id; empty for a stand-alone account.
    organization: str


@record(Scope.ACCOUNT, "Identity Center instance")
class IdentityCenterInstance:
    """An instance that the account owns or that is shared with it. Source: sso-admin.ListInstances."""

    arn: str


@record(Scope.ORGANIZATION, "organization's Identity Center instance")
class OrganizationIdentityCenter:
    """An instance that the organization owns. Source: sso-admin.ListInstances."""

    arn: str


@record(Scope.ORGANIZATION, "central root access")
class CentralRootAccess:
    """Whether root credentials of members are managed centrally. Source: iam.ListOrganizationsFeatures."""

    #: The organization's id.
    arn: str
    enabled: bool
