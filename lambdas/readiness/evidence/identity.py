"""Who signs in to an account, and with what: root, IAM users, identity providers, Identity Center."""

from __future__ import annotations

from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "root user")
class RootUser:
    """The root user of the account, by the account's summary. Source: iam.GetAccountSummary."""

    arn: str
    mfa: bool
    #: Whether it has a password; taken for granted where the summary does not tell.
    password: bool
    access_keys: bool
    #: Whether it has certificates to sign requests with.
    certificates: bool = False


@record(Scope.ACCOUNT, "virtual MFA device")
class VirtualMfaDevice:
    """A virtual MFA device that is assigned to someone. Source: iam.ListVirtualMFADevices."""

    #: The device's serial number.
    arn: str
    #: The ARN of whom it is assigned to.
    user: str


@dataclass(frozen=True, kw_only=True)
class AccessKey:
    """One of the two access keys that a user may have; never its id."""

    #: 1 or 2.
    slot: int
    rotated: datetime | None
    #: None where it was never used, or not since IAM keeps track.
    used: datetime | None
    #: Whether it opens anything now.
    active: bool = True


@record(Scope.ACCOUNT, "IAM user")
class UserCredentials:
    """A row of the credential report; the root user has one too. Source: iam.GetCredentialReport."""

    arn: str
    #: `<root_account>` for the root user.
    name: str
    #: Whether a console password is enabled; the report does not tell it of the root user.
    password: bool
    mfa: bool
    created: datetime | None = None
    #: When the password was last used; None where it never was, or not since IAM keeps track.
    password_used: datetime | None = None
    password_changed: datetime | None = None
    #: Those that were ever issued, and not deleted since.
    keys: tuple[AccessKey, ...] = ()
    #: When the report was made: up to four hours ago.
    reported: datetime | None = None

    @property
    def active_keys(self) -> tuple[AccessKey, ...]:
        return tuple(key for key in self.keys if key.active)


@record(Scope.ACCOUNT, "access key of a user")
class IssuedKey:
    """An access key of an IAM user, active or not; its id is not kept. Source: iam.ListAccessKeys."""

    #: The user's ARN, and by what its id is known again.
    arn: str
    #: Of its id, as of the ids that repositories are searched for.
    fingerprint: str
    active: bool


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
    #: The id of the organization's management account; empty for a stand-alone account.
    management: str = ""


@record(Scope.ACCOUNT, "Identity Center instance")
class IdentityCenterInstance:
    """An instance that the account owns or that is shared with it. Source: sso-admin.ListInstances."""

    arn: str


@record(Scope.ORGANIZATION, "organization's Identity Center instance")
class OrganizationIdentityCenter:
    """An instance that the organization owns. Source: sso-admin.ListInstances."""

    arn: str
    #: Its home region, where alone its API answers; empty where it was not told.
    region: str = ""


@record(Scope.ORGANIZATION, "central root access")
class CentralRootAccess:
    """Whether root credentials of members are managed centrally. Source: iam.ListOrganizationsFeatures."""

    #: The organization's id.
    arn: str
    enabled: bool


@record(Scope.ORGANIZATION, "account's assignments")
class AccountAssignments:
    """Who was given access to an account by Identity Center. Source: sso-admin.ListAccountAssignments."""

    #: The account's ARN among the organization's.
    arn: str
    #: The account's id.
    account: str
    #: Assignments to single people, as the names of the permission set and of the person.
    people: tuple[tuple[str, str], ...]
    #: How many assignments are to groups.
    groups: int
