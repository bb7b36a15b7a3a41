"""What may a principal do in effect, and who may become it?

A model of IAM over what a listing of an account shows: identity policies of a principal and its
groups, less explicit denies, within its permissions boundary.
It does not see service control and resource control policies, resource policies and session policies,
takes no Deny into account that has a condition or names single resources, and follows no chain of roles.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache

from readiness.evidence import Evidence
from readiness.evidence.escalations import ESCALATIONS, IAM_WRITES, REACHES
from readiness.evidence.rights import (
    Condition,
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    Statement,
)

Principal = IamUser | IamGroup | IamRole

#: Roles of Identity Center, which nobody may change in the account itself.
RESERVED_PATH = "/aws-reserved/"
#: Policies of AWS for roles that its services take; they are as AWS thinks the service needs.
_SERVICE_POLICIES = (":iam::aws:policy/service-role/", ":iam::aws:policy/aws-service-role/")
_BY_NAME = ("AdministratorAccess", "IAMFullAccess")
POWER_USER = "PowerUserAccess"

_EVERY_ACTION = re.compile(r"[*?]*\*[*?]*(:[*?]*\*[*?]*)?")
_EVERY_OF_SERVICE = re.compile(r"[a-z0-9-]+:[*?]*\*[*?]*")

#: Every action that is asked about, in lower case, and how it is written.
_ASKED = {
    action.lower(): action
    for action in sorted({*IAM_WRITES, *(one for each in ESCALATIONS for one in each)})
}

#: Conditions on who calls, when, from where, by way of what and with which device narrow nothing that
#: is allowed.
_CIRCUMSTANCES = frozenset(
    {
        "aws:assumedroot",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:currenttime",
        "aws:ec2instancesourceprivateipv4",
        "aws:ec2instancesourcevpc",
        "aws:epochtime",
        "aws:federatedprovider",
        "aws:multifactorauthage",
        "aws:multifactorauthpresent",
        "aws:referer",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:resourceorgid",
        "aws:resourceorgpaths",
        "aws:securetransport",
        "aws:sourceidentity",
        "aws:sourceip",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:tokenissuetime",
        "aws:useragent",
        "aws:userid",
        "aws:username",
        "aws:viaawsservice",
        "ec2:sourceinstancearn",
        "lambda:sourcefunctionarn",
        "aws:vpcsourceip",
    }
)
_NEGATED = ("stringnot", "arnnot", "notip", "numericnot", "datenot")


@dataclass(frozen=True)
class Policy:
    """A policy that a principal has, and by which it has it."""

    #: The name of an inline policy, the ARN of a managed one.
    name: str
    #: The group that it comes from; empty where it is the principal's own.
    group: str
    statements: tuple[Statement, ...]

    @property
    def label(self) -> str:
        return self.name.partition(":policy/")[2] or self.name

    @property
    def words(self) -> str:
        return f"{self.label} of group {self.group}" if self.group else self.label


@dataclass(frozen=True)
class Rights:
    """What a principal's policies come to."""

    policies: tuple[Policy, ...]
    #: The statements of its permissions boundary; None where it has none.
    boundary: tuple[Statement, ...] | None
    #: Policies that are attached, and that the account does not list.
    missing: tuple[str, ...]

    @cached_property
    def denied(self) -> frozenset[str]:
        return _denied(each for policy in self.policies for each in policy.statements)

    def capped(self, actions: Iterable[str]) -> frozenset[str]:
        """Return what is left of actions after explicit denies and within the boundary."""
        left = frozenset(actions) - self.denied
        if self.boundary is not None:
            left &= _allowed(self.boundary) - _denied(self.boundary)
        return left

    @cached_property
    def allowed(self) -> frozenset[str]:
        """Every action asked about that is allowed in effect, without regard to single resources."""
        return self.capped(
            action for policy in self.policies for action in _allowed(policy.statements)
        )

    def administers(self, policy: Policy) -> bool:
        """Whether a policy makes its principal an administrator in effect."""
        writes = frozenset(action.lower() for action in IAM_WRITES)
        if _aws_named(policy, *_BY_NAME):
            return bool(self.capped(writes))
        for each in policy.statements:
            if each.allow and reaches_everything(each) and not narrowed(each):
                full = each.but or any(map(_EVERY_ACTION.fullmatch, each.actions))
                if full and self.capped(writes & _spoken_of(each)):
                    return True
        return False

    def powers(self, policy: Policy) -> bool:
        """Whether a policy is AWS's own for power users, which allows all but IAM."""
        unbound = self.boundary is None or any(
            each.allow
            and reaches_everything(each)
            and (each.but or any(map(_EVERY_ACTION.fullmatch, each.actions)))
            for each in self.boundary
        )
        return _aws_named(policy, POWER_USER) and unbound

    @property
    def escalations(self) -> Iterator[str]:
        """Name the sets of actions that are complete."""
        for actions in ESCALATIONS:
            if all(action.lower() in self.allowed for action in actions):
                yield " + ".join(actions)


def rights_of(
    principal: Principal, policies: Evidence[ManagedPolicy], groups: Evidence[IamGroup]
) -> Rights:
    """Put together what a principal has; raises where a policy or a group was not seen."""
    found = list(_own(principal, policies))
    if isinstance(principal, IamUser):
        for name in principal.groups:
            listed = list(groups.about(name, "name"))
            found.extend(each for group in listed for each in _own(group, policies, name))
            if not listed:
                found.append((f"group {name}", None))
    boundary: tuple[Statement, ...] | None = None
    missing = [name for name, policy in found if policy is None]
    if not isinstance(principal, IamGroup) and principal.boundary:
        limit = policies.of(principal.boundary)
        if limit is None:
            missing.append(principal.boundary)
        else:
            boundary = limit.statements
    known = tuple(policy for _, policy in found if policy is not None)
    return Rights(policies=known, boundary=boundary, missing=tuple(missing))


def _own(
    principal: Principal, policies: Evidence[ManagedPolicy], group: str = ""
) -> Iterator[tuple[str, Policy | None]]:
    for inline in principal.inline:
        yield inline.name, Policy(inline.name, group, inline.statements)
    for arn in principal.attached:
        if not any(mark in arn for mark in _SERVICE_POLICIES):
            seen = policies.of(arn)
            yield arn, Policy(arn, group, seen.statements) if seen else None


def _aws_named(policy: Policy, *names: str) -> bool:
    return any(policy.name.endswith(f":iam::aws:policy/{name}") for name in names)


def reaches_everything(statement: Statement) -> bool:
    return "*" in statement.reach


def narrowed(statement: Statement) -> bool:
    """Whether a condition narrows what a statement allows."""
    return any(map(_narrows, statement.conditions))


def _narrows(condition: Condition) -> bool:
    """Whether a request must show something about what is done, or to what.

    A condition that holds where its key is absent narrows nothing: most actions know few keys.
    """
    operator = condition.operator.removeprefix("foranyvalue:")
    about_the_caller = condition.key in _CIRCUMSTANCES or condition.key.startswith("aws:principal")
    if operator == "null":
        absent = "true" in {value.lower() for value in condition.values}
        return not absent and not about_the_caller
    holds_without = operator.startswith(("forallvalues:", *_NEGATED))
    holds_without = holds_without or operator.endswith("ifexists")
    return not (holds_without or condition.open or about_the_caller)


def wildcards(statements: Iterable[Statement]) -> Iterator[str]:
    """Name what statements allow of whole services: `s3:*`, or everything but a few actions."""
    for each in statements:
        if not each.allow:
            continue
        if each.but and any(reach == "*" or reach.endswith(":*") for reach in each.reach):
            yield f"everything but {', '.join(each.actions) or 'nothing'}"
        elif not each.but:
            for action in each.actions:
                service = action.partition(":")[0]
                full = _EVERY_ACTION.fullmatch(action)
                if (full and reaches_everything(each)) or (
                    _EVERY_OF_SERVICE.fullmatch(action) and {"*", f"{service}:*"} & set(each.reach)
                ):
                    yield action


@lru_cache(maxsize=65536)
def _matching(pattern: str) -> frozenset[str]:
    """Return the actions asked about that a pattern matches."""
    if "*" not in pattern and "?" not in pattern:
        return frozenset({pattern}) & _ASKED.keys()
    literal = pattern.replace("[", "[[]")  # a bracket means nothing in a policy
    return frozenset(action for action in _ASKED if fnmatchcase(action, literal))


def _spoken_of(statement: Statement) -> frozenset[str]:
    """Return the actions asked about that a statement speaks of, wherever it reaches them."""
    named = frozenset[str]().union(*map(_matching, statement.actions))
    spoken = frozenset(_ASKED) - named if statement.but else named
    if reaches_everything(statement):
        return spoken
    return frozenset(
        action for action in spoken if _reached(action, statement.reach, statement.allow)
    )


def _reached(action: str, reach: Sequence[str], allow: bool) -> bool:
    """Whether one of several whole types is what an action needs, or may be where that is not known."""
    wanted = REACHES.get(_ASKED[action], f"{action.partition(':')[0]}:")
    service, _, kind = wanted.partition(":")
    for each in reach:
        place, _, type_ = each.partition(":")
        fits = fnmatchcase(kind, type_) if kind else allow or type_ == "*"
        if fnmatchcase(service, place) and fits:
            return True
    return False


def _allowed(statements: Iterable[Statement]) -> frozenset[str]:
    allowing = (each for each in statements if each.allow and not narrowed(each))
    return frozenset[str]().union(*map(_spoken_of, allowing))


def _denied(statements: Iterable[Statement]) -> frozenset[str]:
    denying = (each for each in statements if not each.allow and not each.conditions)
    return frozenset[str]().union(*map(_spoken_of, denying))
