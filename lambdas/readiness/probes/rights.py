"""What does a policy document come to, as far as the checks ask?

Statements about single resources are dropped, wherever they allow or deny; nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from sys import intern
from typing import Any

from readiness.evidence.rights import Condition, Statement, Trust
from readiness.probes.policies import listed, value_of

#: Condition keys whose values say which accounts, organizations, principals or resources are meant.
TELLING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        # Which repositories' workflows GitHub's tokens are of.
        "token.actions.githubusercontent.com:sub",
    }
)
EVERYTHING = "*"
_WILD = re.compile(r"[*?]+(?:\.amazonaws\.com(?:\.cn)?)?")
#: `${aws:PrincipalAccount}`, whose colon parts nothing.
_VARIABLE = re.compile(r"\$\{[^}]*\}")
#: What follows the account in an ARN that names nothing of its own: `*`, `role/*`, `function:*`.
_ANY = re.compile(r"(?:([A-Za-z][\w-]*)([:/]?))?[*?/:]*\*[*?/:]*")

#: Services whose resources are named right behind the account: `orders/*` is one bucket's objects.
_WITHOUT_TYPES = ("s3", "sns", "sqs")


def statements_of(document: Mapping[str, Any], account: str) -> tuple[Statement, ...]:
    """Return the statements that reach more than single resources of an account."""
    return tuple(_statements(document, account))


def trusts_of(document: Mapping[str, Any]) -> tuple[Trust, ...]:
    """Return the statements by which somebody may assume a role."""
    return tuple(_trusts(document))


def _statements(document: Mapping[str, Any], account: str) -> Iterator[Statement]:
    for each in _stated(document):
        allow = each["Effect"] == "Allow"
        reach = _reach(each, account, allow)
        but = "NotAction" in each
        actions = tuple(_lower(each.get("NotAction" if but else "Action")))
        if reach and (actions or but):
            yield Statement(
                allow=allow,
                actions=actions,
                but=but,
                reach=reach,
                conditions=tuple(_conditions(each)),
            )


def _reach(statement: Mapping[str, Any], account: str, allow: bool) -> tuple[str, ...]:
    """Return what a statement reaches as a whole.

    `NotResource` allows as if it were everything. What it denies are all resources but a few named
    ones; where it spares whole types, it is not said to deny anything.
    """
    if "NotResource" in statement:
        spared = {_whole(str(each), account, True) for each in listed(statement["NotResource"])}
        spared -= {""}
        return () if EVERYTHING in spared or (spared and not allow) else (EVERYTHING,)
    named = listed(statement.get("Resource"))
    reached = {_whole(str(each), account, allow) for each in named} - {""}
    return (EVERYTHING,) if EVERYTHING in reached else tuple(map(intern, sorted(reached)))


@lru_cache(maxsize=4096)
def _whole(pattern: str, account: str, allow: bool) -> str:
    """Return what a resource pattern covers as a whole, empty where it names single resources.

    Wildcards run over colons: `arn:aws:iam::*` is every resource of IAM. What is allowed in one
    region is allowed; what is denied in one region is not denied in others.
    """
    pattern = _VARIABLE.sub("$", pattern)
    if re.fullmatch(r"[*?:]*\*[*?:]*", pattern):
        return EVERYTHING
    parts = pattern.split(":", 5)
    if parts[0] != "arn" and "*" not in parts[0]:
        return ""
    service = parts[2] if len(parts) > 2 else parts[-1]
    service = EVERYTHING if re.fullmatch(r"[*?]+", service) else service.lower()
    kind = EVERYTHING
    if len(parts) == 6:
        region, owner = parts[3:5]
        if not allow and region not in ("", "*"):
            return ""
        if owner and "$" not in owner and not fnmatchcase(account, owner):
            return ""
        found = _ANY.fullmatch(parts[5])
        if found is None or (found[1] and service in _WITHOUT_TYPES):
            return ""
        # `ro*` is every type that begins so.
        kind = f"{(found[1] or '').lower()}{'' if found[2] else EVERYTHING}"
    elif not parts[-1].endswith("*"):
        return ""
    return EVERYTHING if service == kind == EVERYTHING else f"{service}:{kind}"


def _conditions(statement: Mapping[str, Any]) -> Iterator[Condition]:
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, said in keys.items():
            name = intern(key.lower())
            values = tuple(map(value_of, listed(said)))
            yield Condition(
                operator=intern(operator.lower()),
                key=name,
                open=any(_WILD.fullmatch(value) for value in values),
                # `Null` asks whether a key is there at all.
                values=values if name in TELLING or operator.lower() == "null" else (),
            )


def _trusts(document: Mapping[str, Any]) -> Iterator[Trust]:
    for each in _stated(document):
        if each["Effect"] != "Allow" or not _assumes(each):
            continue
        said = each.get("Principal", EVERYTHING)  # `NotPrincipal` lets in everybody else
        named = said if isinstance(said, dict) else {"AWS": said}
        yield Trust(
            principals=tuple(str(one) for one in listed(named.get("AWS"))),
            services=tuple(_lower(named.get("Service"))),
            providers=tuple(str(one) for one in listed(named.get("Federated"))),
            conditions=tuple(_conditions(each)),
        )


def _assumes(statement: Mapping[str, Any]) -> bool:
    """Whether a statement of a trust policy is about assuming; tagging a session alone lets nobody in."""
    assuming = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
    if "NotAction" in statement:
        left_out = list(_lower(statement["NotAction"]))
        return any(not any(fnmatchcase(name, each) for each in left_out) for name in assuming)
    return any(fnmatchcase(name, each) for each in _lower(statement["Action"]) for name in assuming)


def _stated(document: Any) -> list[Mapping[str, Any]]:
    """Return a policy's statements; raises ValueError where it is none."""
    found = listed(document.get("Statement")) if isinstance(document, Mapping) else [document]
    if not all(isinstance(each, Mapping) for each in found):
        message = "a policy's statement is not an object"
        raise ValueError(message)
    return found


def _lower(said: Any) -> Iterator[str]:
    return (intern(str(each).lower()) for each in listed(said))
