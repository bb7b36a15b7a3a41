"""What does the run-time configuration say, and is it valid?

A folder, kept in git: `readiness.yaml` and `records/*.yaml`.
Deploy-time settings (roles, sender, schedule) live in the stacks' context instead; nothing is in both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator, model_validator

from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Severity

AccountId = Annotated[str, Field(pattern=r"^\d{12}$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$")]
#: No white space, no header or list separators: an address goes into a header of its own.
Address = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}$")
]
RepositoryId = Annotated[
    str, Field(pattern=r"^(github:[\w.-]+/[\w.-]+|codecommit:\d{12}:[a-z0-9-]+:[\w.-]+|path:.+)$")
]


class Strict(BaseModel):
    """Unknown keys are errors: a misspelt one must not be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cadence(StrEnum):
    """How often an audience gets its digest."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Accounts(Strict):
    """Which accounts of the organization are scanned: all active ones, less what is left out."""

    include: tuple[AccountId, ...] = ()
    organizational_units: tuple[str, ...] = ()
    exclude: tuple[AccountId, ...] = ()


class Workload(Strict):
    """A set of accounts and repositories with an owner; what a verdict is about."""

    name: Name
    accounts: tuple[AccountId, ...] = ()
    repositories: tuple[RepositoryId, ...] = ()
    owners: tuple[Address, ...] = ()
    environment: str = ""
    #: `check.option: value`, over the defaults and over the configuration's own `options`.
    options: Mapping[str, Any] = Field(default_factory=dict)

    @field_validator("options")
    @classmethod
    def _known_options(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        return checked_options(value)

    def options_of(self, check: str) -> dict[str, Any]:
        """Return the options set for one check, by their own names."""
        prefix = f"{check}."
        return {
            name.removeprefix(prefix): value
            for name, value in self.options.items()
            if name.startswith(prefix)
        }


class Audience(Strict):
    """Who gets one digest, about which workloads, and how often."""

    name: Name
    addresses: tuple[Address, ...] = Field(min_length=1)
    #: Workloads by name; empty means all.
    workloads: tuple[str, ...] = ()
    cadence: Cadence = Cadence.WEEKLY
    day: Weekday = "monday"


class OwnersMail(Strict):
    """Whether workload owners get their own digest; off by default, as tags can be edited by anyone."""

    enabled: bool = False
    allowed_domains: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _domains(self) -> OwnersMail:
        if self.enabled and not self.allowed_domains:
            message = (
                "owners' mail is switched on, so allowed_domains must name at least one domain"
            )
            raise ValueError(message)
        return self


class Configuration(Strict):
    """`readiness.yaml`, whole."""

    accounts: Accounts = Accounts()
    #: `enabled` (all that are enabled in an account) or a list.
    regions: Literal["enabled"] | tuple[str, ...] = "enabled"
    closed_regions: tuple[str, ...] = ()
    workloads: tuple[Workload, ...] = ()
    audiences: tuple[Audience, ...] = ()
    owners_mail: OwnersMail = OwnersMail()
    #: Gets what nobody else would.
    fallback: Address | None = None
    options: Mapping[str, Any] = Field(default_factory=dict)
    item_fail_severity: Severity = Severity.MEDIUM
    #: Cost Explorer charges USD 0.01 a request.
    cost_explorer: bool = True

    @field_validator("options")
    @classmethod
    def _known_options(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        return checked_options(value)

    @model_validator(mode="after")
    def _consistent(self) -> Configuration:
        names = [workload.name for workload in self.workloads]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            message = f"two workloads are named {twice[0]!r}; give each a name of its own"
            raise ValueError(message)
        return self


class Applies(Strict):
    """Where a record holds; what is empty holds everywhere."""

    workload: str = ""
    account: Annotated[str, Field(pattern=r"^(\d{12})?$")] = ""
    repository: str = ""

    def covers(self, *, workload: str, account: str, repository: str) -> bool:
        """Whether a finding of this place falls under the record."""
        return (
            self.workload in ("", workload)
            and self.account in ("", account)
            and self.repository in ("", repository)
        )


class Attestation(Strict):
    """A person's word for what no API shows: with evidence, author, date and expiry."""

    item: str
    check: str = ""
    scope: Applies = Applies()
    statement: str = Field(min_length=10)
    evidence: str = Field(pattern=r"^https://\S+$")
    author: Address
    date: dt.date
    expires: dt.date

    @model_validator(mode="after")
    def _valid(self) -> Attestation:
        known_item(self.item)
        if self.check:
            known_check(self.check)
        longest = ITEMS[self.item].validity_days
        if not self.date <= self.expires <= self.date + dt.timedelta(days=longest):
            message = (
                f"an attestation of {self.item} runs from its date at most {longest} days; "
                f"{self.expires} is outside"
            )
            raise ValueError(message)
        return self


class Suppression(Strict):
    """An accepted failure: who accepted it, why, and until when (at most 365 days)."""

    #: An item's or a check's id.
    item: str = ""
    check: str = ""
    scope: Applies = Applies()
    #: A pattern with `*` and `?`, matched against the resource as findings name it.
    resource: str = "*"
    reason: str = Field(min_length=10)
    approver: Address
    date: dt.date
    expires: dt.date

    @model_validator(mode="after")
    def _valid(self) -> Suppression:
        if bool(self.item) == bool(self.check):
            message = "a suppression names either an item or a check"
            raise ValueError(message)
        if self.item:
            known_item(self.item)
        else:
            known_check(self.check)
        if not self.date <= self.expires <= self.date + dt.timedelta(days=365):
            message = (
                f"a suppression runs at most 365 days from its date; {self.expires} is outside"
            )
            raise ValueError(message)
        return self

    def matches(self, resource: str) -> bool:
        return fnmatchcase(resource, self.resource)


class Records(Strict):
    """One file of `records/`."""

    attestations: tuple[Attestation, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


def known_item(name: str) -> str:
    """Return the id of an item, or raise a sentence that names the nearest one."""
    return _known(name, ITEMS, "item")


def known_check(name: str) -> str:
    """Return the id of a check, or raise a sentence that names the nearest one."""
    return _known(name, CHECKS, "check")


def _known(name: str, names: Mapping[str, Any], what: str) -> str:
    if name not in names:
        raise ValueError(unknown_name(name, names, what))
    return name


def unknown_name(name: str, names: Mapping[str, Any], what: str) -> str:
    """Say that a name is not known, and which one was probably meant."""
    near = get_close_matches(name, names, n=1, cutoff=0.4)
    return f"no {what} is named {name!r}" + (f"; the nearest is {near[0]!r}" if near else "")


def checked_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as their checks declare them; raises a sentence for one that no check has."""
    declared = {
        f"{check.id}.{name}": hint
        for check in CHECKS.values()
        for name, (hint, _) in check.options.items()
    }
    for name in options:
        if name not in declared:
            raise ValueError(unknown_name(name, declared, "option"))
    return {
        name: TypeAdapter(declared[name]).validate_python(value) for name, value in options.items()
    }
