"""Who may assume a role from outside, and on which conditions?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from readiness.checklist.iam import RESERVED_PATH
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.evidence import Evidence, account_of
from readiness.evidence.identity import Membership, UserCredentials
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.rights import Condition, IamRole, Trust
from readiness.evidence.unseen import tried

_ACCOUNT = re.compile(r"\d{12}")
_UNIQUE_ID = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
#: Providers of identities for machines: pods and pipelines, no people.
_MACHINES = ("/oidc.eks.", "/token.actions.githubusercontent.com", "/gitlab.com", "/bitbucket.org")


def asked(trust: Trust, *keys: str) -> Iterator[Condition]:
    """Yield the conditions that a request meets only by showing one of these keys, with a value."""
    for condition in trust.conditions:
        operator = condition.operator.removeprefix("foranyvalue:")
        if (
            condition.key in keys
            and operator.startswith(("stringequals", "stringlike", "arnequals", "arnlike"))
            and not operator.endswith("ifexists")
            and not condition.open
        ):
            yield condition


@dataclass(frozen=True)
class _Circle:
    """Whom an account knows: itself, its organization, and those it was told to trust."""

    unit: Unit
    memberships: Evidence[Membership]
    accounts: Evidence[OrganizationAccount]
    trusted: tuple[str, ...] = ()

    @property
    def organization(self) -> str:
        """The organization's id; empty for a stand-alone account."""
        return next((each.organization for each in self.memberships), "")

    def has(self, account: str) -> bool:
        """Whether an account is the own one or one of the organization."""
        if account == self.unit.account:
            return True
        return bool(self.organization) and any(each.id == account for each in self.accounts)

    def knows(self, account: str) -> bool:
        return account in self.trusted or self.has(account)

    def limits(self, trust: Trust) -> bool:
        """Whether a condition lets in only the organization, or accounts that are known."""
        for condition in asked(trust, "aws:principalorgid", "aws:principalorgpaths"):
            named = {value.partition("/")[0] for value in condition.values}
            if named == {self.organization}:
                return True
        return any(
            condition.values and all(self.knows(_account(value)) for value in condition.values)
            for condition in asked(trust, "aws:principalaccount", "aws:principalarn")
        )


def _account(principal: str) -> str:
    """Return the account that a principal belongs to, empty for a wildcard and a unique id."""
    account = principal if _ACCOUNT.fullmatch(principal) else account_of(principal)
    return account if _ACCOUNT.fullmatch(account) else ""


def _foreign(role: IamRole, unit: Unit) -> Iterator[tuple[Trust, str]]:
    """Yield the AWS principals outside the account that a role trusts."""
    for trust in role.trusts:
        for principal in trust.principals:
            if _account(principal) != unit.account:
                yield trust, principal


@check(Severity.CRITICAL)
def iam_role_trust_known_principals(
    roles: Evidence[IamRole],
    memberships: Evidence[Membership],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
    *,
    trusted_accounts: tuple[str, ...] = (),
) -> Iterator[Result]:
    """A trust policy is a door: whom it names needs nothing else from the account.

    Pass: every AWS principal that a role trusts is of the account itself, of its organization, or
    of `trusted_accounts` (write beside each whose it is and what for); everybody (`*`) only with a
    condition on the organization, or on such accounts or principals of theirs. `…IfExists` does not
    protect.
    Fix: name accounts or roles in the trust policy, or demand `aws:PrincipalOrgID`.
    Blind spot: a Deny in a trust policy is not taken into account.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-cross-account-resource-access.html
    """
    circle = _Circle(unit, memberships, accounts, trusted_accounts)

    def judge(trust: Trust, principal: str) -> Iterator[Result]:
        account = _account(principal)
        if not account and _UNIQUE_ID.fullmatch(principal):
            yield failed("trusts a principal that was deleted", Severity.LOW)
        elif circle.limits(trust):
            yield passed("trusts only those of its organization, or of accounts that are known")
        elif not account:
            yield failed("trusts everybody")
        elif circle.knows(account):
            whole = principal == account or principal.endswith(":root")
            yield passed(f"trusts account {account}, which is known{', as a whole' * whole}")
        else:
            because = f"trusts account {account}, which is neither of its organization nor in trusted_accounts"
            yield failed(because, Severity.HIGH)

    foreign = False
    for role in roles:
        for trust, principal in _foreign(role, unit):
            foreign = True
            for result in tried(judge(trust, principal), not_seen):
                yield result.about(f"{role.arn}#{principal}")
    if not foreign:
        if circle.organization:
            yield passed("has no role that trusts anybody outside the account")
        else:
            yield not_applicable("stands alone, and has no role that trusts another account")


@check(Severity.MEDIUM)
def iam_role_third_party_external_id(
    roles: Evidence[IamRole],
    memberships: Evidence[Membership],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
) -> Iterator[Result]:
    """A vendor assumes roles for many customers; the external id keeps it from mixing them up.

    Pass: a role that trusts an account outside the organization demands `sts:ExternalId`.
    Fix: add a condition `StringEquals` on `sts:ExternalId`, with the id that the vendor gives.
    Blind spot: whether a vendor gives every customer an id of its own is not visible.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
    """
    circle = _Circle(unit, memberships, accounts)

    def judge(role: IamRole) -> Iterator[Result]:
        bare: dict[str, None] = {}
        guarded: dict[str, None] = {}
        for trust, principal in _foreign(role, unit):
            account = _account(principal)
            if account and not circle.has(account):
                demanded = any(asked(trust, "sts:externalid"))
                (guarded if demanded else bare)[account] = None
        if bare:
            yield failed(f"lets account {', '.join(bare)} in without an external id")
        elif guarded:
            yield passed(f"demands an external id of account {', '.join(guarded)}")

    judged = False
    for role in roles:
        for result in tried(judge(role), not_seen):
            judged = True
            yield result.about(role.arn)
    if not judged:
        yield not_applicable("has no role that trusts an account outside its organization")


@check(Severity.MEDIUM)
def iam_human_cross_account_access_by_role(
    users: Evidence[UserCredentials],
    roles: Evidence[IamRole],
    memberships: Evidence[Membership],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
    *,
    identity_account: tuple[str, ...] = (),
) -> Result:
    """A person with a password in every account has as many passwords to lose, and to be taken away.

    Pass: people reach a member account by a role (of Identity Center, of an identity provider, or
    one that trusts an account of the organization), and no IAM user in it has a console password.
    The management account, and accounts in `identity_account`, may hold users.
    Fix: give people permission sets in Identity Center, and delete the passwords.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html
    """
    membership = next(iter(memberships), None)
    if membership is None or not membership.organization:
        return not_applicable("belongs to no organization")
    if membership.management == unit.account:
        return not_applicable("is the management account, from which people reach the others")
    if unit.account in identity_account:
        return not_applicable("holds the organization's users, by identity_account")
    named = [user.name for user in users if user.password]
    if named:
        few = f" (and {len(named) - 20} more)" if len(named) > 20 else ""
        return failed(f"has IAM users with a console password: {', '.join(named[:20])}{few}")
    by_identity = next((role for role in roles if _for_people(role)), None)
    if by_identity is not None:
        return passed(f"lets people in by a role, such as {by_identity.name}")
    circle = _Circle(unit, memberships, accounts)
    for role in roles:
        if any(circle.has(_account(each)) for _, each in _foreign(role, unit) if _account(each)):
            return passed(f"lets people in from another account by {role.name}")
    return no_evidence("has neither users with a password nor a role that people could assume")


def _for_people(role: IamRole) -> bool:
    return role.path.startswith(RESERVED_PATH) or any(
        ":saml-provider/" in provider
        or (":oidc-provider/" in provider and not any(each in provider for each in _MACHINES))
        for trust in role.trusts
        for provider in trust.providers
    )
