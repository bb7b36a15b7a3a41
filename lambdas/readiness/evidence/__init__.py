"""What was seen, and what was not: the one form in which facts reach the checks.

A probe yields frozen records; what it could not see is a `Gap`.
`Evidence` holds both, and behaves like an iterable that ends with `NotSeenError` where something is missing.
So Python's own words are three-valued over it:

- `any(...)` and `next(...)` find a witness although parts are dark, and raise where there is none,
- `all(...)` and `for ... return failed(...)` find a counterexample, and raise where there is none,
- `len(tuple(...))`, `sorted(...)` and every other use of the whole raise as soon as something is dark.

Nobody has to remember that a refusal is not an empty list.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar, cast, dataclass_transform

import pydantic
import pydantic.dataclasses


class Scope(StrEnum):
    """How often a fact is fetched: once per region, account, organization or repository."""

    REGION = "region"
    ACCOUNT = "account"
    ORGANIZATION = "organization"
    REPOSITORY = "repository"


class Reason(StrEnum):
    """Why something was not seen; the value is what people read."""

    DENIED = "denied"
    DENIED_BY_SCP = "denied by a service control policy"
    THROTTLED = "throttled"
    TIMED_OUT = "timed out"
    REGION_DISABLED = "region disabled"
    NOT_SUPPORTED = "not supported by the endpoint"
    TRUNCATED = "truncated"
    TOO_YOUNG = "data too young"
    NO_DATA = "the service has no data"
    CRASHED = "probe crashed"
    CHECK_CRASHED = "check crashed"
    ODD_ANSWER = "the answer is not as documented"
    NO_ANSWER = "no answer from the target"
    NOT_SCANNED = "not scanned"
    SWITCHED_OFF = "switched off"
    NO_REPOSITORY = "no repository registered"
    PROVIDER_UNSUPPORTED = "provider unsupported"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One thing that was not seen: where, why, and which IAM action or endpoint stood in the way."""

    reason: Reason
    account: str = ""
    region: str = ""
    #: The record the gap is about; empty when the whole set is meant.
    resource: str = ""
    #: The IAM action as it is written in a policy, or the permission's name at another provider.
    action: str = ""
    #: One line of detail; never an answer's body.
    detail: str = ""

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.reason.value, self.action) if part)
        return f"{said} ({self.detail})" if self.detail else said


class NotSeenError(Exception):
    """Something the answer depends on was not seen."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        self.gaps = tuple(gaps)
        super().__init__("; ".join(sorted({str(gap) for gap in self.gaps})))


class Identified(Protocol):
    """A record: everything that can be judged has a name of its own."""

    @property
    def arn(self) -> str: ...


T = TypeVar("T", bound=Identified)
U = TypeVar("U", bound=Identified)
C = TypeVar("C")


@dataclass(frozen=True)
class Evidence(Generic[T]):
    """Records of one type from one place, and the gaps among them."""

    seen: tuple[T, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def __iter__(self) -> Iterator[T]:
        yield from self.seen
        if self.gaps:
            raise NotSeenError(self.gaps)

    def of(self, arn: str) -> T | None:
        """Return the record with this ARN, None where it certainly is not; raise where it may be."""
        found = self._filed("arn").get(arn)
        if found is not None:
            return found[0]
        self._demand(arn)
        return None

    def glimpse(self, arn: str) -> T | None:
        """Return the record if it was seen; None says nothing.

        Only for words that decide nothing, and where the entry counts a refusal as absence.
        """
        found = self._filed("arn").get(arn)
        return found[0] if found else None

    def about(self, value: str, key: str = "arn") -> Evidence[T]:
        """Keep the records filed under a value, and the gaps that may hide more of them.

        By ARN, a gap about another record hides nothing; by any other key every gap may.
        """
        hiding = (gap for gap in self.gaps if key != "arn" or gap.resource in ("", value))
        return Evidence(self._filed(key).get(value, ()), tuple(hiding))

    def __or__(self, other: Evidence[U]) -> Evidence[T | U]:
        """Put two sets together: a witness in one is found although the other is dark."""
        return Evidence((*self.seen, *other.seen), (*self.gaps, *other.gaps))

    def among(self, values: Iterable[str], key: str) -> Evidence[T]:
        """Keep the records filed under any of these values, and every gap."""
        filed = self._filed(key)
        return Evidence(tuple(each for value in values for each in filed.get(value, ())), self.gaps)

    def spread(self, parts: Callable[[T], Iterable[U]]) -> Evidence[U]:
        """Take every record apart; what hides records hides their parts."""
        return Evidence(tuple(part for record in self.seen for part in parts(record)), self.gaps)

    def within(self, region: str, account: str = "") -> Evidence[T]:
        """Keep what belongs to one region, or to one account there: records by their ARN, gaps by their place."""
        return Evidence(
            tuple(
                record
                for record in self.seen
                if region_of(record.arn) == region and account in ("", account_of(record.arn))
            ),
            tuple(
                gap
                for gap in self.gaps
                if gap.region in ("", region) and (not account or gap.account in ("", account))
            ),
        )

    def belonging(self, accounts: tuple[str, ...]) -> Evidence[T]:
        """Keep what belongs to some accounts: records by their ARN, gaps by their place.

        Kept, since each account of a workload asks for the same.
        """
        if accounts not in self._shares:
            wanted = frozenset(accounts)
            self._shares[accounts] = Evidence(
                tuple(each for each in self.seen if account_of(each.arn) in wanted),
                tuple(gap for gap in self.gaps if gap.account in ("", *wanted)),
            )
        return self._shares[accounts]

    @cached_property
    def _shares(self) -> dict[tuple[str, ...], Evidence[T]]:
        return {}

    def _demand(self, arn: str) -> None:
        missing = [gap for gap in self.gaps if gap.resource in ("", arn)]
        if missing:
            raise NotSeenError(missing)

    def _filed(self, key: str) -> Mapping[str, tuple[T, ...]]:
        """Return the records by one of their members; made once, since every resource asks."""
        if key not in self._files:
            filed: dict[str, list[T]] = {}
            for record in self.seen:
                filed.setdefault(getattr(record, key), []).append(record)
            self._files[key] = {value: tuple(found) for value, found in filed.items()}
        return self._files[key]

    @cached_property
    def _files(self) -> dict[str, dict[str, tuple[T, ...]]]:
        return {}


class Pooled(Evidence[T]):
    """The same records from every account of the scan, with the union of their gaps."""


def region_of(arn: str) -> str:
    """Return the region in an ARN, empty where it has none."""
    parts = arn.split(":", 5)
    return parts[3] if len(parts) == 6 else ""


def service_of(arn: str) -> str:
    """Return the service in an ARN, empty where it has none."""
    parts = arn.split(":", 5)
    return parts[2] if len(parts) == 6 else ""


def account_of(arn: str) -> str:
    """Return the account in an ARN, empty where it has none."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 else ""


#: Every record type by its name, with the scope in which it is fetched.
RECORDS: dict[str, type[Any]] = {}
SCOPES: dict[type[Any], Scope] = {}
#: What people call one record of a type, e.g. "RDS instance".
NOUNS: dict[type[Any], str] = {}


#: Nothing secret is kept: an error about a malformed answer does not repeat the answer.
_CONFIG = pydantic.ConfigDict(hide_input_in_errors=True)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
def record(scope: Scope, noun: str) -> Callable[[type[C]], type[C]]:
    """Make a class an evidence record: frozen, by keywords, validated where it is made.

    Validation at the border means that a malformed answer is a gap there, and no surprise in a check.
    """

    def make(cls: type[C]) -> type[C]:
        made: Any = pydantic.dataclasses.dataclass(frozen=True, kw_only=True, config=_CONFIG)(cls)
        if cls.__name__ in RECORDS:
            message = f"two evidence records are named {cls.__name__}"
            raise TypeError(message)
        RECORDS[cls.__name__] = made
        SCOPES[made] = scope
        NOUNS[made] = noun
        return cast("type[C]", made)

    return make
