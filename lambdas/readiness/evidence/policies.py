"""What a resource policy lets whom do, as far as checks ask: principals and conditions, statement by statement."""

from __future__ import annotations

from pydantic.dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One condition of a statement."""

    #: E.g. `StringEquals` or `ForAnyValue:StringLike`.
    operator: str
    #: E.g. `aws:sourcevpce`, in lower case.
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a resource policy."""

    allows: bool
    #: `*` for anyone; else ARNs, account ids and names of services.
    principals: tuple[str, ...]
    #: Whether those are the ones it does not speak of.
    others: bool
    #: Empty where it names those it does not speak of.
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
