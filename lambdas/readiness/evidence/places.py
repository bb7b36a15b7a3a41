"""Where there is something to look at: the organization's accounts and an account's regions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from readiness.evidence import Scope, record


@record(Scope.ORGANIZATION, "account")
class OrganizationAccount:
    """An account of the organization. Source: organizations.ListAccounts."""

    arn: str
    id: str
    name: str
    email: str
    #: ACTIVE, SUSPENDED, PENDING_CLOSURE or PENDING_ACTIVATION.
    state: str
    #: The names of its organizational units by their ids, as `o-…/r-…/ou-…/`; empty where not told.
    paths: tuple[str, ...]


@record(Scope.ORGANIZATION, "account's tags")
class AccountTags:
    """The tags of an account. Source: organizations.ListTagsForResource."""

    arn: str
    tags: Mapping[str, str]


@record(Scope.ORGANIZATION, "account's contact")
class OperationsContact:
    """Whom AWS writes to about an account's operations. Source: account.GetAlternateContact."""

    #: The account's.
    arn: str
    address: str


@record(Scope.ACCOUNT, "region")
class EnabledRegion:
    """A region that is enabled in the account. Source: ec2.DescribeRegions."""

    arn: str
    name: str


#: What the survey sees of every account, and the plan of the organization, whatever is judged.
SURVEYED: frozenset[type[Any]] = frozenset({EnabledRegion})
DISCOVERED: frozenset[type[Any]] = frozenset({OrganizationAccount, AccountTags})
#: What the plan sees beside it where owners get mail.
CONTACTS: frozenset[type[Any]] = frozenset({OperationsContact})
