"""Who may assume a role from outside, and how people come into a member account."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
from readiness.checklist.trust import (
    iam_human_cross_account_access_by_role,
    iam_role_third_party_external_id,
    iam_role_trust_known_principals,
)
from readiness.evidence.identity import Membership, UserCredentials
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.rights import IamRole
from tests.identities import (
    IAM,
    ROOT,
    SISTER,
    VENDOR,
    accounts,
    credentials,
    iam_role,
    membership,
    root_row,
    trust,
    trusting,
)
from tests.rows import ACCOUNT, FAIL, NO_EVIDENCE, NOT_APPLICABLE, PASS, UNKNOWN, Row, assert_row
from tests.verdicts import verdict_of

ITEM = "security/create-cross-account-iam-roles"
OF_SISTER = {"AWS": f"arn:aws:iam::{SISTER}:root"}
OF_VENDOR = {"AWS": f"arn:aws:iam::{VENDOR}:role/scanner"}
EVERYBODY = {"AWS": "*"}
SSO = iam_role("AWSReservedSSO_Admin_1", path="/aws-reserved/sso.amazonaws.com/")
MEMBER = (membership(), *accounts())
ALONE = membership("")
EXTERNAL_ID = {"sts:ExternalId": "b1946ac9"}


def ours(operator: str = "StringEquals", value: Any = "o-acme") -> dict[str, Any]:
    return {operator: {"aws:PrincipalOrgID": value}}


def federated(provider: str) -> IamRole:
    principal = {"Federated": f"{IAM}:{provider}"}
    return trusting(trust(principal, "sts:AssumeRoleWithWebIdentity"))


def open_to_all(**conditions: Any) -> tuple[Any, ...]:
    return (*MEMBER, trusting(trust(EVERYBODY, **conditions)))


ROWS: dict[Check[..., Any], list[Row]] = {
    iam_role_trust_known_principals: [
        Row("an account of the organization", {"root": PASS}, (*MEMBER, trusting(trust(OF_SISTER))), says="trusts account 222233334444, which is known, as a whole"),
        Row("a role of the organization", PASS, (*MEMBER, trusting(trust({"AWS": f"arn:aws:iam::{SISTER}:role/ci"})))),
        Row("an account by its id alone", {f"role/app#{SISTER}": PASS}, (*MEMBER, trusting(trust({"AWS": SISTER})))),
        Row("itself", {ACCOUNT: PASS}, (*MEMBER, trusting(trust({"AWS": [ROOT, ACCOUNT]})))),
        Row("services and providers are no accounts", {ACCOUNT: PASS}, (*MEMBER, trusting(trust({"Service": "ec2.amazonaws.com"})), federated("saml-provider/Okta"))),
        Row("a stranger", {"role/scanner": FAIL}, (*MEMBER, trusting(trust(OF_VENDOR))), severity=Severity.HIGH, says="999988887777, which is neither of its organization nor in trusted_accounts"),
        Row("a stranger among friends", {"root": PASS, f"role/app#{VENDOR}": FAIL}, (*MEMBER, trusting(trust({"AWS": [OF_SISTER["AWS"], VENDOR]})))),
        Row("a stranger whom we trust", PASS, (*MEMBER, trusting(trust(OF_VENDOR))), options={"trusted_accounts": (VENDOR,)}),
        Row("everybody", {"role/app#*": FAIL}, open_to_all(), severity=Severity.CRITICAL),
        Row("everybody, without saying what of", FAIL, (*MEMBER, trusting(trust("*"))), severity=Severity.CRITICAL),
        Row("everybody but one", FAIL, (*MEMBER, trusting({"Effect": "Allow", "NotPrincipal": {"AWS": SISTER}, "Action": "sts:AssumeRole"})), severity=Severity.CRITICAL),
        Row("everybody by any action", FAIL, (*MEMBER, trusting(trust(EVERYBODY, "sts:*")))),
        Row("everybody by all actions but one", FAIL, (*MEMBER, trusting({"Effect": "Allow", "Principal": "*", "NotAction": "sts:TagSession"}))),
        Row("tagging lets nobody in", {ACCOUNT: PASS}, (*MEMBER, trusting(trust(EVERYBODY, "sts:TagSession")))),
        Row("a deny lets nobody in", {ACCOUNT: PASS}, (*MEMBER, trusting({**trust(EVERYBODY), "Effect": "Deny"}))),
        Row("everybody of the organization", PASS, open_to_all(**ours())),
        Row("the condition in other letters", PASS, open_to_all(StringEquals={"AWS:principalorgid": ["o-acme"]})),
        Row("everybody of a unit of the organization", PASS, open_to_all(**{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-acme/r-1/ou-1/*"}})),
        Row("everybody of accounts that are known", PASS, open_to_all(StringEquals={"aws:PrincipalAccount": [ACCOUNT, SISTER]})),
        Row("everybody of accounts, one of them a stranger's", FAIL, open_to_all(StringEquals={"aws:PrincipalAccount": [ACCOUNT, VENDOR]})),
        Row("everybody who is a role of accounts that are known", PASS, open_to_all(ArnLike={"aws:PrincipalArn": [f"{IAM}:role/ci-*", f"arn:aws:iam::{SISTER}:role/ci"]})),
        Row("everybody who is a role of some account", FAIL, open_to_all(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/ci"})),
        Row("everybody who is a role, one of them a stranger's", FAIL, open_to_all(StringLike={"aws:PrincipalArn": [f"{IAM}:role/*", f"arn:aws:iam::{VENDOR}:role/ci"]})),
        Row("everybody but a role", FAIL, open_to_all(ArnNotEquals={"aws:PrincipalArn": f"{IAM}:role/ci"})),
        Row("everybody of another organization", FAIL, open_to_all(**ours(value="o-other"))),
        Row("everybody of ours and of another", FAIL, open_to_all(**ours(value=["o-acme", "o-other"]))),
        Row("everybody of an organization, if any", FAIL, open_to_all(**ours("StringEqualsIfExists"))),
        Row("everybody of paths, for all values", FAIL, open_to_all(**{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-acme/*"}})),
        Row("everybody but of the organization", FAIL, open_to_all(**ours("StringNotEquals"))),
        Row("everybody of any organization", FAIL, open_to_all(**ours("StringLike", "*"))),
        Row("everybody with an external id", FAIL, open_to_all(StringEquals=EXTERNAL_ID)),
        Row("a stranger of the organization", PASS, (*MEMBER, trusting(trust(OF_VENDOR, **ours())))),
        Row("a deleted principal", {"role/app#AROAEXAMPLE1234567890": FAIL}, (*MEMBER, trusting(trust({"AWS": "AROAEXAMPLE1234567890"}))), severity=Severity.LOW),
        Row("stands alone, and trusts a stranger", FAIL, (ALONE, trusting(trust(OF_VENDOR)))),
        Row("stands alone, and trusts nobody", NOT_APPLICABLE, (ALONE, iam_role())),
        Row("stands alone, and no organization is seen", FAIL, (ALONE, trusting(trust(OF_VENDOR))), dark=[OrganizationAccount]),
        Row("accounts are dark", UNKNOWN, (membership(), trusting(trust(OF_VENDOR))), dark=[OrganizationAccount]),
        Row("accounts are dark, and everybody may come", FAIL, (membership(), trusting(trust(EVERYBODY))), dark=[OrganizationAccount]),
        Row("one role is judged whatever is hidden of another", {"role/scanner": UNKNOWN, "role/app#*": FAIL}, (membership(), trusting(trust(OF_VENDOR)), trusting(trust("*"))), dark=[OrganizationAccount]),
        Row("roles are dark", UNKNOWN, MEMBER, dark=[IamRole]),
        Row("the membership is dark", UNKNOWN, (trusting(trust(OF_SISTER)), *accounts()), dark=[Membership]),
    ],
    iam_role_third_party_external_id: [
        Row("demanded of a vendor", {"role/app": PASS}, (*MEMBER, trusting(trust(OF_VENDOR, StringEquals=EXTERNAL_ID)))),
        Row("not demanded", {"role/app": FAIL}, (*MEMBER, trusting(trust(OF_VENDOR))), says="lets account 999988887777 in without"),
        Row("demanded in one of two statements", FAIL, (*MEMBER, trusting(trust(OF_VENDOR, StringEquals=EXTERNAL_ID), trust({"AWS": "888877776666"})))),
        Row("demanded if it is there", FAIL, (*MEMBER, trusting(trust(OF_VENDOR, StringEqualsIfExists=EXTERNAL_ID)))),
        Row("any will do", FAIL, (*MEMBER, trusting(trust(OF_VENDOR, StringLike={"sts:ExternalId": "*"})))),
        Row("any but one will do", FAIL, (*MEMBER, trusting(trust(OF_VENDOR, StringNotEquals=EXTERNAL_ID)))),
        Row("a pattern of ids", PASS, (*MEMBER, trusting(trust(OF_VENDOR, StringLike={"sts:ExternalId": "acme-*"})))),
        Row("an account of the organization needs none", NOT_APPLICABLE, (*MEMBER, trusting(trust(OF_SISTER)))),
        Row("the account itself needs none", NOT_APPLICABLE, (*MEMBER, trusting(trust({"AWS": ROOT})))),
        Row("a stand-alone account's vendor", FAIL, (ALONE, trusting(trust(OF_VENDOR)))),
        Row("no role", NOT_APPLICABLE, MEMBER),
        Row("accounts are dark", UNKNOWN, (membership(), trusting(trust(OF_VENDOR, StringEquals=EXTERNAL_ID))), dark=[OrganizationAccount]),
        Row("roles are dark", UNKNOWN, MEMBER, dark=[IamRole]),
        Row("the membership is dark", UNKNOWN, (trusting(trust(OF_VENDOR)),), dark=[Membership]),
    ],
    iam_human_cross_account_access_by_role: [
        Row("by Identity Center", {ACCOUNT: PASS}, (*MEMBER, SSO, root_row(), credentials(password=False)), says="such as AWSReservedSSO_Admin_1"),
        Row("by a SAML provider", PASS, (*MEMBER, federated("saml-provider/Okta"))),
        Row("by an OIDC provider", PASS, (*MEMBER, federated("oidc-provider/acme.okta.com"))),
        Row("from an account of the organization", PASS, (*MEMBER, trusting(trust(OF_SISTER)))),
        Row("pods and pipelines are no people", NO_EVIDENCE, (*MEMBER, federated("oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/1"), federated("oidc-provider/token.actions.githubusercontent.com"))),
        Row("a vendor is none of ours", NO_EVIDENCE, (*MEMBER, trusting(trust(OF_VENDOR)))),
        Row("nobody comes in", NO_EVIDENCE, MEMBER),
        Row("users with a password", FAIL, (*MEMBER, SSO, credentials(), credentials("bob")), says="console password: ann, bob"),
        Row("many users with a password", FAIL, (*MEMBER, *(credentials(f"u{n}") for n in range(25))), says="(and 5 more)"),
        Row("the account that holds the users", NOT_APPLICABLE, (*MEMBER, credentials()), options={"identity_account": (ACCOUNT,)}),
        Row("the management account", NOT_APPLICABLE, (membership(management=ACCOUNT), credentials())),
        Row("a stand-alone account", NOT_APPLICABLE, (ALONE, credentials())),
        Row("the report is dark", UNKNOWN, (*MEMBER, SSO), dark=[UserCredentials]),
        Row("roles are dark", UNKNOWN, MEMBER, dark=[IamRole]),
        Row("the membership is dark", UNKNOWN, (SSO,), dark=[Membership]),
        Row("accounts are dark", UNKNOWN, (membership(), trusting(trust(OF_SISTER))), dark=[OrganizationAccount]),
        Row("accounts are dark, and Identity Center lets people in", PASS, (membership(), SSO), dark=[OrganizationAccount]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((*MEMBER, SSO), PASS),
        ((*MEMBER, SSO, trusting(trust(EVERYBODY))), FAIL),
        ((ALONE, iam_role()), NOT_APPLICABLE),
        (MEMBER, PASS),
    ],
    ids=["Identity Center", "open to everybody", "alone", "nobody comes in"],
)  # fmt: skip
def test_the_item(seen: tuple[Any, ...], expected: Any) -> None:
    assert verdict_of(ITEM, seen) == expected
