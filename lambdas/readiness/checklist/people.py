"""How do people come into an account: as whom, through which groups, with which credentials?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from readiness.checklist.iam import RESERVED_PATH
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.identity import (
    AccessKey,
    AccountAssignments,
    Membership,
    OrganizationIdentityCenter,
    RootUser,
    SamlProvider,
    UserCredentials,
)
from readiness.evidence.rights import IamGroup, IamRole, IamUser

ROOT = "<root_account>"
#: What several people are called together.
SHARED_NAMES = (
    "admin",
    "administrator",
    "root",
    "dev",
    "ops",
    "team",
    "shared",
    "test",
    "user",
    "aws",
    "ci",
    "deploy",
)


@check(Severity.MEDIUM)
def iam_user_no_direct_policies(
    user: IamUser,
    *,
    service_user_regex: str = r"(?i)^(svc|service|ses-smtp-user)[-_.]",
) -> Result:
    """A right that one user has for himself is forgotten when he changes jobs, and missing for the next.

    Pass: no policy is attached to the user, and it has no inline policy; a permissions boundary
    grants nothing. Users of services (`service_user_regex`) are low.
    Fix: put the user in a group that has the policy, or give people permission sets in Identity
    Center.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html
    """
    names = [arn.rpartition("/")[2] for arn in user.attached]
    names.extend(policy.name for policy in user.inline)
    if not names:
        return passed("has no policy of its own")
    service = bool(service_user_regex) and re.search(service_user_regex, user.name)
    return failed(
        f"has policies of its own: {', '.join(sorted(names))}", Severity.LOW if service else None
    )


@check(Severity.LOW)
def iam_user_in_group(user: IamUser, credentials: Evidence[UserCredentials]) -> Result:
    """A person in no group has either no rights or rights of its own.

    Pass: a user with a console password is in a group.
    Fix: put the user in the group of its job.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage_add-remove-users.html
    """
    row = credentials.of(user.arn)
    if row is None:
        return unknown(Reason.UNDECIDED, "is not in the credential report yet")
    if not row.password:
        return not_applicable("has no console password")
    if user.groups:
        return passed(f"is in {', '.join(user.groups)}")
    return failed("has a console password and is in no group")


@check(Severity.LOW)
def iam_group_used(group: IamGroup, users: Evidence[IamUser]) -> Result:
    """A group without members or without rights is a promise that nobody keeps.

    Pass: the group has a member and a policy.
    Fix: delete the group, or give it what it is for.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups_manage.html
    """
    if not group.attached and not group.inline:
        return failed("has no policy")
    if any(group.name in user.groups for user in users):
        return passed("has members and policies")
    return failed("has no member")


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def identity_center_assignments_by_group(
    memberships: Evidence[Membership],
    instances: Evidence[OrganizationIdentityCenter],
    assignments: Evidence[AccountAssignments],
    unit: Unit,
    *,
    break_glass_users: tuple[str, ...] = (),
) -> Iterator[Result]:
    """Access that is given to a person goes on when the person's job does not.

    Pass: Identity Center gives access to the account by groups alone; people in
    `break_glass_users` (by their ids in the identity store) are left out.
    Fix: assign the permission set to a group, and remove the assignment to the person.
    Blind spot: who is in a group is decided at the identity provider.
    See: https://docs.aws.amazon.com/singlesignon/latest/userguide/assignusers.html
    """
    if not any(each.organization for each in memberships):
        yield not_applicable("belongs to no organization whose Identity Center could give access")
        return
    if not any(True for _ in instances):
        yield not_applicable("belongs to an organization without Identity Center")
        return
    found = next((each for each in assignments if each.account == unit.account), None)
    if found is None:
        yield not_applicable("is no active account of its organization")
        return
    people = [(name, who) for name, who in found.people if who not in break_glass_users]
    for name, who in people:
        yield failed(f"gives access to a person, not a group: {who} by {name}").about(
            f"{found.arn}#{name}/{who}"
        )
    if not people and (found.groups or found.people):
        yield passed(f"gives access by groups alone, in {counted(found.groups, 'assignment')}")
    elif not people:
        yield not_applicable("is assigned to nobody in Identity Center")


@check(Severity.CRITICAL)
def iam_root_no_access_keys(root: RootUser) -> Result:
    """A key of the root user can do everything, from anywhere, and no policy of the account holds it back.

    Pass: the root user has neither access keys nor signing certificates.
    Fix: delete them; use roles for whatever uses them.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
    """
    if root.access_keys:
        return failed("has an access key")
    if root.certificates:
        return failed("has a signing certificate")
    return passed("has neither access keys nor signing certificates")


@check(Severity.HIGH)
def iam_root_not_used(
    users: Evidence[UserCredentials],
    unit: Unit,
    *,
    root_unused_days: int = 90,
) -> Result:
    """Where the root user works, nobody knows which person did.

    Pass: neither its password nor an access key of it, switched off by now or not, was used in the
    last 90 days.
    Fix: work with roles; keep the root user for the few tasks that only it can do.
    Blind spot: the credential report is up to four hours old.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html
    """
    name = f"arn:{unit.partition}:iam::{unit.account}:root"
    root = next((user for user in users if user.name == ROOT), None)
    if root is None:
        because = "has no row in the credential report"
        return unknown(Reason.UNDECIDED, because).about(name)
    last = _latest(root.password_used, *(key.used for key in root.keys))
    made = _made(root)
    if last is None:
        return passed(f"was never used since AWS keeps track{made}").about(name)
    days = unit.age_days(last)
    told = f"was last used {counted(round(days), 'day')} ago{made}"
    return (failed(told) if days <= root_unused_days else passed(told)).about(name)


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def _made(user: UserCredentials) -> str:
    return f", by the report of {user.reported:%Y-%m-%d %H:%M} UTC" if user.reported else ""


@check(Severity.MEDIUM)
def iam_human_access_individual(
    federation: Evidence[SamlProvider | IamRole],
    users: Evidence[UserCredentials],
    *,
    break_glass_users: tuple[str, ...] = (),
    shared_names: tuple[str, ...] = SHARED_NAMES,
) -> Iterator[Result]:
    """Who did something is only known where everybody comes as themselves.

    Pass: people are federated (by a SAML provider or Identity Center), and no IAM user has a console
    password but those in `break_glass_users`; or, without federation, every such user is named as
    one person is, and not as a team (`shared_names`). Passwords beside federation are low.
    Fix: let people sign in through Identity Center, and delete the passwords.
    Blind spot: several people may share one person's password.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#bp-users-federation-idp
    """
    people = [
        user
        for user in users
        if user.password and user.name != ROOT and user.name not in break_glass_users
    ]
    for user in people:
        if _shared(user.name, shared_names):
            yield failed("is named as several people are, and has a console password").about(
                user.arn
            )
    personal = [user for user in people if not _shared(user.name, shared_names)]
    if any(
        isinstance(way, SamlProvider) or way.path.startswith(RESERVED_PATH) for way in federation
    ):
        for user in personal:
            because = "has a console password, although people are federated"
            yield failed(because, Severity.LOW).about(user.arn)
        if not people:
            yield passed("lets people in by federation alone")
        return
    for user in personal:
        yield passed("is named as one person is").about(user.arn)
    if not people:
        because = "lets nobody in, neither by federation nor by a password"
        yield replace(no_evidence(because), severity=Severity.INFO)


def _shared(name: str, shared_names: tuple[str, ...]) -> bool:
    """Whether a name has no word of its own: `dev-team` and `admin2`, but not `jdoe-admin` or `4711`."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word]
    return bool(words) and all(word in shared_names for word in words)


@check(Severity.MEDIUM)
def iam_user_credentials_fresh(
    users: Evidence[UserCredentials],
    unit: Unit,
    *,
    credential_unused_days: int = 45,
    access_key_max_age_days: int = 90,
) -> Iterator[Result]:
    """Credentials that nobody uses or changes are those whose theft nobody notices.

    Pass: a password and a key that are active were used within 45 days, a key is not older than
    90 days, and a user has one active key at most. One that was never used may be 45 days old.
    Fix: delete what is not used, and let roles replace the rest.
    Blind spot: the credential report is up to four hours old.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
    """
    judged = False
    for user in users:
        if user.name == ROOT or not (user.password or user.active_keys):
            continue
        judged = True
        made = _made(user)
        if user.password:
            last = _latest(user.password_used, user.password_changed) or user.created
            told = _idle(last, user.password_used, unit, credential_unused_days)
            yield _fresh(told, made).about(f"{user.arn}#password")
        for key in user.active_keys:
            told = _stale(key, user, unit, credential_unused_days, access_key_max_age_days)
            yield _fresh(told, made).about(f"{user.arn}#key {key.slot}")
        if len(user.active_keys) > 1:
            yield failed(f"has two active access keys{made}").about(f"{user.arn}#keys")
    if not judged:
        yield not_applicable("has no IAM user with a password or an active key")


def _stale(
    key: AccessKey, user: UserCredentials, unit: Unit, unused_days: int, max_age_days: int
) -> str:
    """Say why a key is stale, empty where it is not."""
    made = key.rotated or user.created
    idle = _idle(_latest(key.used, made), key.used, unit, unused_days)
    if idle or made is None or unit.age_days(made) <= max_age_days:
        return idle
    return f"is {counted(round(unit.age_days(made)), 'day')} old, more than {max_age_days}"


def _idle(last: datetime | None, used: datetime | None, unit: Unit, unused_days: int) -> str:
    """Say for how long a credential was not used, empty where it was, or is new."""
    if last is None:
        return "was never used, nobody knows since when"
    days = unit.age_days(last)
    if days <= unused_days:
        return ""
    return f"was {'not' if used else 'never'} used for {counted(round(days), 'day')}"


def _fresh(flaw: str, made: str) -> Result:
    return failed(flaw + made) if flaw else passed(f"is fresh{made}")
