"""Who may do what in an account: users, groups and roles, and what their policies come to.

A policy is reduced where it is read: what it allows on single resources is left out, and of a
condition only the operator and the key are kept, with the values that tell accounts from one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One key that a statement asks for."""

    #: In lower case, with its qualifiers, e.g. `stringequals`, `foranyvalue:stringlikeifexists`.
    operator: str
    #: In lower case, e.g. `aws:principalorgid`.
    key: str
    #: Whether any value would do, since one of those asked for is a bare wildcard.
    open: bool
    #: Of keys that name organizations, accounts, principals or resources; empty for all others.
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a policy, as far as it reaches more than single resources."""

    allow: bool
    #: Patterns in lower case.
    actions: tuple[str, ...]
    #: Whether it speaks of every action but these.
    but: bool
    #: What it reaches as a whole, as `*`, `service:*` or `service:type`, e.g. `iam:role`.
    reach: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InlinePolicy:
    """A policy that belongs to one principal alone."""

    name: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, kw_only=True)
class Trust:
    """One statement of a role's trust policy that lets somebody assume it."""

    #: AWS principals as they are written: `*`, account ids, ARNs, unique ids.
    principals: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    #: Identity providers: ARNs, or names such as `cognito-identity.amazonaws.com`.
    providers: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@record(Scope.ACCOUNT, "managed policy")
class ManagedPolicy:
    """The default version of a managed policy. Source: iam.GetAccountAuthorizationDetails."""

    arn: str
    statements: tuple[Statement, ...]


@record(Scope.ACCOUNT, "IAM user")
class IamUser:
    """An IAM user and its policies. Source: iam.GetAccountAuthorizationDetails."""

    arn: str
    name: str
    #: The names of its groups.
    groups: tuple[str, ...] = ()
    #: The ARNs of managed policies.
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()
    #: The ARN of its permissions boundary; empty where it has none.
    boundary: str = ""


@record(Scope.ACCOUNT, "IAM group")
class IamGroup:
    """A group of IAM users. Source: iam.GetAccountAuthorizationDetails."""

    arn: str
    name: str
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()


@record(Scope.ACCOUNT, "IAM role")
class IamRole:
    """A role; those linked to a service are left out. Source: iam.GetAccountAuthorizationDetails."""

    arn: str
    name: str
    path: str
    created: datetime
    #: When it was last used in the 400 days that IAM remembers; None where it was not.
    used: datetime | None = None
    trusts: tuple[Trust, ...] = ()
    attached: tuple[str, ...] = ()
    inline: tuple[InlinePolicy, ...] = ()
    boundary: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)


@record(Scope.REGION, "unused-access analyzer")
class UnusedAccessAnalyzer:
    """An active analyzer of unused access. Source: accessanalyzer.ListAnalyzers."""

    arn: str


@record(Scope.REGION, "finding of unused access")
class UnusedAccess:
    """An active finding about a role of this account. Source: accessanalyzer.ListFindingsV2."""

    #: The analyzer's ARN and the finding's id.
    arn: str
    #: The role's ARN.
    role: str
    #: UnusedIAMRole or UnusedPermission.
    type: str
