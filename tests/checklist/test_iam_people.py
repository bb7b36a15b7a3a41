"""How people come into an account: root, users, groups and Identity Center."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
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
from tests.identities import (
    IAM,
    ROOT,
    allow,
    credentials,
    days_ago,
    iam_group,
    iam_role,
    iam_user,
    membership,
    root_row,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

CENTER = OrganizationIdentityCenter(arn="arn:aws:sso:::instance/ssoins-1", region="eu-west-1")
SAML = SamlProvider(arn=f"{IAM}:saml-provider/Okta")
SSO = iam_role("AWSReservedSSO_Admin_1", path="/aws-reserved/sso.amazonaws.com/")
HERE = f"arn:aws:organizations::000000000001:account/o-acme/{ACCOUNT}"


def assigned(*people: str, groups: int = 0) -> AccountAssignments:
    return AccountAssignments(
        arn=HERE, account=ACCOUNT, people=tuple(("ps-1", each) for each in people), groups=groups
    )


def root_user(**changes: Any) -> RootUser:
    values: dict[str, Any] = {"arn": ROOT, "mfa": True, "password": True, "access_keys": False}
    return RootUser(**values | changes)


def key(
    slot: int = 1, rotated: float | None = 30, used: float | None = 1, *, active: bool = True
) -> AccessKey:
    return AccessKey(
        slot=slot,
        active=active,
        rotated=None if rotated is None else days_ago(rotated),
        used=None if used is None else days_ago(used),
    )


def with_keys(*keys: AccessKey) -> UserCredentials:
    return credentials("bot", password=False, created=days_ago(400), keys=keys)


def signed_in(used: float | None, changed: float = 300, **changes: Any) -> UserCredentials:
    return credentials(
        password_used=None if used is None else days_ago(used),
        password_changed=days_ago(changed),
        created=days_ago(400),
        **changes,
    )


ROWS: dict[Check[..., Any], list[Row]] = {
    iam_user_no_direct_policies: [
        Row("in a group only", {"user/ann": PASS}, (iam_user(groups=("devs",)),)),
        Row("a boundary grants nothing", PASS, (iam_user(boundary=f"{IAM}:policy/limit"),)),
        Row("an attached policy", {"user/ann": FAIL}, (iam_user(attached=(f"{IAM}:policy/read",)),), says="policies of its own: read", severity=Severity.MEDIUM),
        Row("an inline policy", FAIL, (iam_user("ann", allow("s3:GetObject", "arn:aws:s3:::a/*")),), says="policies of its own: own"),
        Row("a user of a service", FAIL, (iam_user("svc-backup", allow("s3:*")),), severity=Severity.LOW),
        Row("a user of SES", FAIL, (iam_user("ses-smtp-user.20260101-120000", allow("ses:SendRawEmail")),), severity=Severity.LOW),
        Row("a user of a service, as we name them", FAIL, (iam_user("robot7", allow("s3:*")),), options={"service_user_regex": "^robot"}, severity=Severity.LOW),
        Row("no user is a service's", FAIL, (iam_user("svc-backup", allow("s3:*")),), options={"service_user_regex": ""}, severity=Severity.MEDIUM),
        Row("no user", NOT_APPLICABLE),
        Row("users are dark", UNKNOWN, dark=[IamUser]),
    ],
    iam_user_in_group: [
        Row("in a group", {"user/ann": PASS}, (iam_user(groups=("devs",)), credentials())),
        Row("in no group", {"user/ann": FAIL}, (iam_user(), credentials()), severity=Severity.LOW),
        Row("a user without a password", NOT_APPLICABLE, (iam_user(), credentials(password=False))),
        Row("a user younger than the report", UNKNOWN, (iam_user(),)),
        Row("no user", NOT_APPLICABLE),
        Row("users are dark", UNKNOWN, dark=[IamUser]),
        Row("the report is dark", UNKNOWN, (iam_user(groups=("devs",)),), dark=[UserCredentials]),
    ],
    iam_group_used: [
        Row("members and policies", {"group/devs": PASS}, (iam_group("devs", allow("s3:Get*")), iam_user(groups=("devs",)))),
        Row("an attached policy", PASS, (iam_group(attached=(f"{IAM}:policy/read",)), iam_user(groups=("devs",)))),
        Row("no member", FAIL, (iam_group("devs", allow("s3:Get*")), iam_user(groups=("ops",))), says="has no member"),
        Row("no policy", FAIL, (iam_group(), iam_user(groups=("devs",))), says="has no policy"),
        Row("no group", NOT_APPLICABLE, (iam_user(),)),
        Row("groups are dark", UNKNOWN, dark=[IamGroup]),
        Row("users are dark", UNKNOWN, (iam_group("devs", allow("s3:Get*")),), dark=[IamUser]),
        Row("users are dark, and it has no policy", FAIL, (iam_group(),), dark=[IamUser]),
    ],
    identity_center_assignments_by_group: [
        Row("by groups", {ACCOUNT: PASS}, (membership(), CENTER, assigned(groups=2)), says="in 2 assignments"),
        Row("to a person", {f"account/o-acme/{ACCOUNT}#ps-1/f81d": FAIL}, (membership(), CENTER, assigned("f81d", groups=2)), says="f81d by ps-1"),
        Row("to the one who breaks the glass", {ACCOUNT: PASS}, (membership(), CENTER, assigned("f81d")), options={"break_glass_users": ("f81d",)}),
        Row("to nobody", NOT_APPLICABLE, (membership(), CENTER, assigned())),
        Row("a stand-alone account", NOT_APPLICABLE, (membership(""),)),
        Row("a stand-alone account has no organization to look at", NOT_APPLICABLE, (membership(""),), dark=[OrganizationIdentityCenter, AccountAssignments]),
        Row("no Identity Center", NOT_APPLICABLE, (membership(),)),
        Row("an account that is not active", NOT_APPLICABLE, (membership(), CENTER)),
        Row("the membership is dark", UNKNOWN, (CENTER, assigned(groups=1)), dark=[Membership]),
        Row("instances are dark", UNKNOWN, (membership(), assigned(groups=1)), dark=[OrganizationIdentityCenter]),
        Row("assignments are dark", UNKNOWN, (membership(), CENTER), dark=[AccountAssignments]),
        Row("another account's assignments are dark", PASS, (membership(), CENTER, assigned(groups=1)), gaps={AccountAssignments: [dark_gap(AccountAssignments, "other")]}),
    ],
    iam_root_no_access_keys: [
        Row("none", {"root": PASS}, (root_user(),)),
        Row("a key", {"root": FAIL}, (root_user(access_keys=True),), severity=Severity.CRITICAL),
        Row("a certificate", FAIL, (root_user(certificates=True),), says="a signing certificate"),
        Row("the summary is dark", UNKNOWN, dark=[RootUser]),
    ],
    iam_root_not_used: [
        Row("never", {"root": PASS}, (root_row(),), says="never used"),
        Row("long ago", PASS, (root_row(password_used=days_ago(91)),), says="91 days ago"),
        Row("lately", {"root": FAIL}, (root_row(password_used=days_ago(10), reported=NOW),), says="10 days ago, by the report of 2026-11-24 06:00 UTC"),
        Row("lately, by a key", FAIL, (root_row(password_used=days_ago(200), keys=(key(used=3),)),), says="3 days ago"),
        Row("lately, by a key that is switched off since", FAIL, (root_row(keys=(key(used=3, active=False),)),), says="3 days ago"),
        Row("lately enough for us", PASS, (root_row(password_used=days_ago(10)),), options={"root_unused_days": 7}),
        Row("a user's sign-in is none of root's", PASS, (root_row(), signed_in(1))),
        Row("a report without root", {"root": UNKNOWN}, (credentials(),), says="no row in the credential report"),
        Row("the report is dark", UNKNOWN, dark=[UserCredentials]),
    ],
    iam_human_access_individual: [
        Row("by SAML alone", {ACCOUNT: PASS}, (SAML, root_row(), credentials(password=False))),
        Row("by Identity Center alone", {ACCOUNT: PASS}, (SSO,)),
        Row("federation, and one who breaks the glass", {ACCOUNT: PASS}, (SSO, credentials("breakglass")), options={"break_glass_users": ("breakglass",)}),
        Row("a password beside federation", {"user/ann": FAIL}, (SAML, credentials()), severity=Severity.LOW),
        Row("a shared password beside federation", {"user/admin": FAIL}, (SAML, credentials("admin")), severity=Severity.MEDIUM),
        Row("one user each", {"user/ann": PASS, "user/bob": PASS}, (credentials(), credentials("bob"))),
        Row("a team's user", {"user/ann": PASS, "user/dev-team": FAIL}, (credentials(), credentials("dev-team")), severity=Severity.MEDIUM),
        Row("an administrator with a number", FAIL, (credentials("Admin2"),)),
        Row("a person who administers", PASS, (credentials("jdoe-admin"),)),
        Row("a person by a number", PASS, (credentials("4711"),)),
        Row("a name that we share", FAIL, (credentials("frontdesk"),), options={"shared_names": ("frontdesk",)}),
        Row("nobody comes in", {ACCOUNT: NO_EVIDENCE}, (iam_role(), root_row())),
        Row("the report is dark", UNKNOWN, (SAML,), dark=[UserCredentials]),
        Row("providers are dark", UNKNOWN, (credentials(),), dark=[SamlProvider]),
        Row("roles are dark", UNKNOWN, (credentials(),), dark=[IamRole]),
        Row("roles are dark, and a provider is seen", PASS, (SAML,), dark=[IamRole]),
        Row("roles are dark, and a team has a password", {"user/ops": FAIL, ACCOUNT: UNKNOWN}, (credentials("ops"),), dark=[IamRole]),
    ],
    iam_user_credentials_fresh: [
        Row("a password in use", {"user/ann#password": PASS}, (signed_in(1),)),
        Row("a password that nobody uses", {"user/ann#password": FAIL}, (signed_in(46),), says="was not used for 46 days"),
        Row("a password that was never used", FAIL, (signed_in(None, changed=50),), says="was never used for 50 days"),
        Row("a password that was changed since", PASS, (signed_in(100, changed=5),)),
        Row("a new password that was never used", PASS, (signed_in(None, changed=5),)),
        Row("a password of which nothing is known", FAIL, (credentials(),)),
        Row("often enough for us", PASS, (signed_in(46),), options={"credential_unused_days": 60}),
        Row("a key in use", {"user/bot#key 1": PASS}, (with_keys(key()),)),
        Row("a key that nobody uses", {"user/bot#key 1": FAIL}, (with_keys(key(rotated=80, used=46)),)),
        Row("a key that was never used", FAIL, (with_keys(key(rotated=50, used=None)),), says="was never used for 50 days"),
        Row("a new key that was never used", PASS, (with_keys(key(rotated=5, used=None)),)),
        Row("an old key in use", FAIL, (with_keys(key(rotated=91)),), says="is 91 days old, more than 90"),
        Row("a key not too old for us", PASS, (with_keys(key(rotated=91)),), options={"access_key_max_age_days": 365}),
        Row("a key whose date is the user's", FAIL, (with_keys(key(rotated=None)),), says="400 days old"),
        Row("two keys", {"user/bot#key 1": PASS, "user/bot#key 2": PASS, "user/bot#keys": FAIL}, (with_keys(key(), key(2)),)),
        Row("a key that is switched off", NOT_APPLICABLE, (with_keys(key(rotated=900, used=None, active=False)),)),
        Row("a second key that is switched off", {"user/bot#key 1": PASS}, (with_keys(key(), key(2, active=False)),)),
        Row("the time of the report", PASS, (signed_in(1, reported=NOW),), says="by the report of 2026-11-24 06:00 UTC"),
        Row("the root user is judged elsewhere", NOT_APPLICABLE, (root_row(keys=(key(rotated=900),)),)),
        Row("a user without credentials", NOT_APPLICABLE, (credentials(password=False),)),
        Row("no user", NOT_APPLICABLE),
        Row("the report is dark", UNKNOWN, dark=[UserCredentials]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("item", "seen", "expected"),
    [
        ("create-iam-groups", (membership(""),), NOT_APPLICABLE),
        ("create-iam-groups", (membership(), CENTER, assigned(groups=1)), PASS),
        ("create-iam-groups", (membership(""), iam_user(groups=("devs",)), credentials(), iam_group()), PASS),
        ("create-iam-users", (root_user(), root_row(), SAML), PASS),
        ("create-iam-users", (root_user(), root_row(), SAML, signed_in(1)), PASS),
        ("create-iam-users", (root_user(), root_row()), PASS),
    ],
    ids=["nobody", "Identity Center", "a low failure", "federation", "a password beside it", "no people"],
)  # fmt: skip
def test_the_items(item: str, seen: tuple[Any, ...], expected: Any) -> None:
    assert verdict_of(f"security/{item}", seen) == expected
