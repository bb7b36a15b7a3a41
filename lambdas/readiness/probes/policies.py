"""How is a policy document read? In one place, for every service that has resource policies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Gap, Reason
from readiness.evidence.policies import Condition, Statement
from readiness.probes.aws import Aws
from readiness.probes.refusals import UnseenError


def statements_of(document: str) -> tuple[Statement, ...]:
    """Return the statements of a policy; raises ValueError where it is no policy."""
    return tuple(map(_statement, listed(_object(json.loads(document)).get("Statement"))))


def denials_of(document: str, aws: Aws, resource: str) -> tuple[Statement, ...]:
    """Return what a policy denies; raises UnseenError where it is no policy that we can read."""
    try:
        return tuple(each for each in statements_of(document) if not each.allows)
    except ValueError as error:
        gap = Gap(
            reason=Reason.UNDECIDED,
            account=aws.account,
            region=aws.region,
            resource=resource,
            detail="its policy is in a form that is not known",
        )
        raise UnseenError(gap) from error


def _object(said: Any) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        message = "a policy's document, its statements and their conditions are objects"
        raise ValueError(message)
    return said


def _statement(said: Any) -> Statement:
    each = _object(said)
    return Statement(
        allows=each.get("Effect") == "Allow",
        principals=tuple(_principals(each.get("Principal", each.get("NotPrincipal")))),
        others="NotPrincipal" in each,
        actions=tuple(map(str, listed(each.get("Action")))),
        resources=tuple(map(str, listed(each.get("Resource")))),
        conditions=tuple(_conditions(_object(each.get("Condition") or {}))),
    )


def _principals(said: Any) -> Iterator[str]:
    if isinstance(said, dict):
        for named in said.values():
            yield from map(str, listed(named))
    else:
        yield from map(str, listed(said))


def _conditions(said: Mapping[str, Any]) -> Iterator[Condition]:
    for operator, keys in said.items():
        for key, values in _object(keys).items():
            yield Condition(
                operator=operator, key=key.lower(), values=tuple(map(value_of, listed(values)))
            )


def value_of(said: Any) -> str:
    """Return a value as policies compare it: `true`, not `True`."""
    return str(said).lower() if isinstance(said, bool) else str(said)


def listed(said: Any) -> list[Any]:
    """Return what a policy may write as one thing or as a list of them."""
    return said if isinstance(said, list) else [] if said is None else [said]
