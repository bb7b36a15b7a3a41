"""What will this scan look at, and which workloads will it judge?

The plan is made once, from the organization and the configuration, and saved with the scan: every
later step reads it, and nothing else of the configuration.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError, field_validator

from readiness.checklist.model import ENVIRONMENT_TAGS
from readiness.config import (
    AccountId,
    Address,
    Attestation,
    Audience,
    Cadence,
    Configuration,
    Name,
    Strict,
    Suppression,
    Workload,
    faults_of,
    known_item,
    unknown_name,
)
from readiness.evidence import Evidence, NotSeenError
from readiness.evidence.billing import COST_TAG
from readiness.evidence.places import AccountTags, OperationsContact, OrganizationAccount
from readiness.judging import ORGANIZATION

_ADDRESS: TypeAdapter[str] = TypeAdapter(Address)


class PlanError(Exception):
    """The scan cannot be planned; the message says what to do."""


class Request(Strict):
    """What a scan on demand asks for; it may only narrow the configuration."""

    workloads: tuple[Name, ...] = ()
    accounts: tuple[AccountId, ...] = ()
    items: tuple[str, ...] = ()
    #: True sends every audience its digest now, False sends none; by default those that are due.
    digest: bool | None = None

    @field_validator("items")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(known_item(name) for name in value)

    @property
    def filtered(self) -> bool:
        return bool(self.workloads or self.accounts or self.items)


def request_of(given: Mapping[str, Any]) -> Request:
    """Read an execution's input; raises PlanError with a sentence for each thing that is wrong."""
    try:
        return Request.model_validate(given)
    except ValidationError as error:
        said = "; ".join(sentence for _, sentence in faults_of(error))
        message = f"the execution's input is wrong: {said}"
        raise PlanError(message) from error


class PlannedAccount(Strict):
    """An account that will be scanned."""

    id: AccountId
    name: str = ""
    #: What its tags declare.
    environment: str = ""


class SkippedAccount(Strict):
    """An account that is left out, and why."""

    id: str
    name: str = ""
    reason: str


class Plan(Strict):
    """Everything the later steps need to know: the scan's snapshot of organization and configuration."""

    scan: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
    started: AwareDatetime
    #: The schedule's: days and weeks of digests begin and end in it.
    time_zone: str = "UTC"
    request: Request = Request()
    configuration: Configuration = Configuration()
    attestations: tuple[Attestation, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    accounts: tuple[PlannedAccount, ...] = ()
    skipped: tuple[SkippedAccount, ...] = ()
    workloads: tuple[Workload, ...] = ()
    repositories: tuple[str, ...] = ()
    #: Everyone who gets a digest: the configured audiences and, where switched on, the owners.
    audiences: tuple[Audience, ...] = ()
    #: Those whose digest is due with this scan, by name.
    due: tuple[str, ...] = ()
    #: Whether an organization role or the management account's own credentials are at hand.
    organization: bool = False
    #: Why not every account of the organization is known; empty where all are, or none was asked for.
    unlisted: str = ""

    @property
    def items(self) -> tuple[str, ...]:
        return self.request.items

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def workload(self, name: str) -> Workload:
        return next(each for each in self.workloads if each.name == name)

    def audience(self, name: str) -> Audience:
        return next(each for each in self.audiences if each.name == name)

    @property
    def cost_tags(self) -> tuple[str, ...]:
        """The tags by which workloads want their costs told: Cost Explorer is asked for each."""
        check = "ce_cost_allocation_coverage"
        named = (
            each.options_of(check).get("cost_allocation_tag", COST_TAG) for each in self.workloads
        )
        return tuple(dict.fromkeys(named)) or (COST_TAG,)

    @property
    def environments(self) -> Mapping[str, str]:
        return {each.id: each.environment for each in self.accounts if each.environment}

    @property
    def targets(self) -> tuple[dict[str, str], ...]:
        """What is surveyed or read, one Lambda each."""
        accounts = [each.id for each in self.accounts]
        if self.organization:
            accounts.insert(0, ORGANIZATION)
        return (
            *({"kind": "account", "scan": self.scan, "account": each} for each in accounts),
            *(
                {"kind": "repository", "scan": self.scan, "repository": each}
                for each in self.repositories
            ),
        )


def scan_id(started: datetime, suffix: str) -> str:
    """Name a scan so that names sort by time."""
    return f"{started:%Y%m%dT%H%M%SZ}-{suffix}"


def make_plan(
    request: Request,
    *,
    scan: str,
    started: datetime,
    configuration: Configuration,
    attestations: Sequence[Attestation] = (),
    suppressions: Sequence[Suppression] = (),
    listed: Evidence[OrganizationAccount] | None = None,
    tags: Evidence[AccountTags] | None = None,
    contacts: Evidence[OperationsContact] | None = None,
    own_account: str = "",
    time_zone: str = "UTC",
) -> Plan:
    """Choose accounts, workloads, repositories and audiences.

    `listed` is what Organizations says; None where there is no organization to ask. Raises
    PlanError with a sentence where nothing can be scanned.
    """
    accounts, skipped = _accounts(configuration, listed, tags, own_account)
    unlisted = str(NotSeenError(listed.gaps)) if listed else ""
    owners = _owners(listed, tags, contacts, configuration.owner_tags)
    workloads = tuple(_owned(each, owners) for each in _workloads(configuration, accounts))
    if request.workloads:
        known = {each.name: each for each in workloads}
        for name in request.workloads:
            if name not in known:
                raise PlanError(unknown_name(name, known, "workload"))
        workloads = tuple(known[name] for name in request.workloads)
    if request.accounts:
        listed_ids = {each.id: each for each in accounts}
        for account in request.accounts:
            if account not in listed_ids:
                raise PlanError(_not_planned(account, skipped, unlisted))
        workloads = tuple(
            each.model_copy(
                update={"accounts": tuple(a for a in each.accounts if a in request.accounts)}
            )
            for each in workloads
            if set(each.accounts) & set(request.accounts)
        )
    if request.filtered:
        wanted = {account for each in workloads for account in each.accounts}
        accounts = tuple(each for each in accounts if each.id in wanted)
    repositories = tuple(dict.fromkeys(name for each in workloads for name in each.repositories))
    if not accounts and not repositories:
        raise PlanError(_nothing(skipped, unlisted))
    audiences = _audiences(configuration, workloads)
    local = started.astimezone(ZoneInfo(time_zone))
    return Plan(
        scan=scan,
        started=started,
        time_zone=time_zone,
        request=request,
        configuration=configuration,
        attestations=tuple(attestations),
        suppressions=tuple(suppressions),
        accounts=accounts,
        skipped=skipped,
        workloads=workloads,
        repositories=repositories,
        audiences=audiences,
        due=tuple(
            each.name
            for each in audiences
            if request.digest or (request.digest is None and is_due(each, local))
        ),
        organization=listed is not None,
        unlisted=unlisted,
    )


def regions_of(plan: Plan, enabled: Sequence[str]) -> tuple[str, ...]:
    """Return which of an account's enabled regions are probed."""
    wanted = plan.configuration.regions
    closed = set(plan.configuration.closed_regions)
    return tuple(
        region
        for region in sorted(enabled)
        if region not in closed and (wanted == "enabled" or region in wanted)
    )


def _accounts(
    configuration: Configuration,
    listed: Evidence[OrganizationAccount] | None,
    tags: Evidence[AccountTags] | None,
    own_account: str,
) -> tuple[tuple[PlannedAccount, ...], tuple[SkippedAccount, ...]]:
    asked = configuration.accounts
    named = dict.fromkeys(
        (*asked.include, *(a for each in configuration.workloads for a in each.accounts))
    )
    if listed is None or (listed.gaps and not listed.seen):
        # Without Organizations the list in the configuration is what there is.
        ids = [account for account in (named or [own_account]) if account]
        left = set(asked.exclude)
        return tuple(PlannedAccount(id=each) for each in ids if each not in left), ()
    kept, skipped = [], []
    known = {each.arn: each.tags for each in tags.seen} if tags else {}
    for account in sorted(listed.seen, key=lambda each: each.id):
        reason = _left_out(account, configuration)
        if reason:
            skipped.append(SkippedAccount(id=account.id, name=account.name, reason=reason))
        else:
            kept.append(
                PlannedAccount(
                    id=account.id,
                    name=account.name,
                    environment=_environment(known.get(account.arn, {})),
                )
            )
    missing = sorted(set(named) - {each.id for each in listed.seen})
    if listed.gaps:
        # The list was cut off: what it does not hold may be there all the same.
        kept.extend(PlannedAccount(id=each) for each in missing if each not in asked.exclude)
    else:
        foreign = "is not an account of this organization"
        skipped.extend(SkippedAccount(id=each, reason=foreign) for each in missing)
    return tuple(kept), tuple(skipped)


def _left_out(account: OrganizationAccount, configuration: Configuration) -> str:
    asked = configuration.accounts
    if account.state != "ACTIVE":
        return f"is {account.state.lower().replace('_', ' ')}"
    if account.id in asked.exclude:
        return "is excluded by the configuration"
    if asked.include and account.id not in asked.include:
        return "is not included by the configuration"
    units = asked.organizational_units
    if units and not account.paths:
        return "is in a unit that Organizations does not tell"
    if units and not any(unit in path.split("/") for unit in units for path in account.paths):
        return "is in none of the configured organizational units"
    return ""


def _nothing(skipped: Sequence[SkippedAccount], unlisted: str) -> str:
    """Say why there is nothing to scan, and what to do about it."""
    reasons = Counter(each.reason for each in skipped)
    if reasons:
        told = ", ".join(f"{reason} ({number})" for reason, number in sorted(reasons.items()))
        return (
            "there is nothing to scan: every account is left out, since it "
            f"{told}; look at `accounts:` in readiness.yaml"
        )
    name = "name accounts under `accounts: include:` in readiness.yaml, or with --account"
    if unlisted:
        return (
            f"there is nothing to scan: the organization's accounts were not seen ({unlisted}); "
            f"mend its role, or {name}"
        )
    return f"there is nothing to scan: there is no organization role to list accounts; {name}"


def _environment(tags: Mapping[str, str]) -> str:
    named = {key.lower(): value for key, value in tags.items()}
    return next((named[key].lower() for key in ENVIRONMENT_TAGS if named.get(key)), "")


def _workloads(
    configuration: Configuration, accounts: Sequence[PlannedAccount]
) -> tuple[Workload, ...]:
    """Return the configured workloads, and one for every account that is in none of them."""
    planned = {each.id for each in accounts}
    found = [
        each.model_copy(
            update={
                "accounts": tuple(a for a in each.accounts if a in planned),
                "options": {**configuration.options, **each.options},
            }
        )
        for each in configuration.workloads
    ]
    taken = {account for each in found for account in each.accounts}
    alone = [each for each in accounts if each.id not in taken]
    names = Counter([each.name for each in found] + [_name(each) for each in alone])
    for account in alone:
        name = _name(account)
        unique = name if names[name] == 1 else f"{name[:51]} {account.id}"
        found.append(
            Workload(name=unique, accounts=(account.id,), options=dict(configuration.options))
        )
    return tuple(found)


def _owners(
    listed: Evidence[OrganizationAccount] | None,
    tags: Evidence[AccountTags] | None,
    contacts: Evidence[OperationsContact] | None,
    keys: Iterable[str],
) -> Mapping[str, str]:
    """Return an owner's address by account: of its tags, else its contact; what is none is left out."""
    wanted = [key.lower() for key in keys]
    by_arn = {each.arn: each.address for each in contacts.seen} if contacts else {}
    for each in tags.seen if tags else ():
        named = {key.lower(): value.strip() for key, value in each.tags.items()}
        found = next((named[key] for key in wanted if _is_address(named.get(key))), "")
        if found:
            by_arn[each.arn] = found
    return {
        each.id: by_arn[each.arn]
        for each in (listed.seen if listed else ())
        if _is_address(by_arn.get(each.arn))
    }


def _is_address(text: str | None) -> bool:
    """Whether a text, which anybody in an account may have written, is a mail address."""
    try:
        _ADDRESS.validate_python(text)
    except ValidationError:
        return False
    return True


def _owned(workload: Workload, owners: Mapping[str, str]) -> Workload:
    """Return a workload with its accounts' owners where the configuration names none."""
    if workload.owners:
        return workload
    found = dict.fromkeys(owners[each] for each in workload.accounts if each in owners)
    return workload.model_copy(update={"owners": tuple(found)})


def _name(account: PlannedAccount) -> str:
    """Return a workload's name for an account: its own, less what a name may not hold."""
    name = re.sub(r"[^A-Za-z0-9 ._-]+", "-", account.name).strip(" ._-")[:64].strip()
    return name or account.id


def _audiences(configuration: Configuration, workloads: Sequence[Workload]) -> tuple[Audience, ...]:
    """Return the configured audiences, the owners' where switched on, and who gets the rest.

    An owner's address outside the allowed domains gets nothing; the fallback audience does instead,
    and it hears of every workload that nobody else would.
    """
    found = list(configuration.audiences)
    mail = configuration.owners_mail
    domains = {each.casefold() for each in mail.allowed_domains}
    unheard = set()
    for workload in workloads if mail.enabled else ():
        allowed = tuple(
            each for each in workload.owners if each.rpartition("@")[2].casefold() in domains
        )
        if allowed:
            found.append(
                Audience(
                    name=_unique(f"owners of {workload.name}", found),
                    addresses=allowed,
                    workloads=(workload.name,),
                )
            )
        if len(allowed) < len(workload.owners):
            unheard.add(workload.name)
    if configuration.fallback:
        # Whose cadence is `never` is told of nothing.
        heard = [each for each in found if each.cadence is not Cadence.NEVER]
        told = {name for each in heard for name in each.workloads}
        if not any(not each.workloads for each in heard):
            unheard |= {each.name for each in workloads} - told
        if unheard:
            found.append(
                Audience(
                    name=_unique("fallback", found),
                    addresses=(configuration.fallback,),
                    workloads=tuple(each.name for each in workloads if each.name in unheard)
                    if heard
                    else (),
                )
            )
    return tuple(found)


def _unique(name: str, found: Sequence[Audience]) -> str:
    """Return a name for an audience that no other has: two of one name would get each other's mail."""
    taken = {each.name.casefold() for each in found}
    short = name[:64].strip()
    if short.casefold() not in taken:
        return short
    numbered = (f"{name[:59].strip()} {number}" for number in count(2))
    return next(each for each in numbered if each.casefold() not in taken)


def is_due(audience: Audience, started: datetime) -> bool:
    """Whether an audience's digest goes out with a scan that started then, by that clock's day."""
    day = started.strftime("%A").lower()
    match audience.cadence:
        case Cadence.DAILY:
            return True
        case Cadence.WEEKLY:
            return day == audience.day
        case Cadence.MONTHLY:
            return day == audience.day and started.day <= 7
        case Cadence.NEVER:
            return False


def _not_planned(account: str, skipped: Sequence[SkippedAccount], unlisted: str) -> str:
    for each in skipped:
        if each.id == account:
            return f"account {account} {each.reason}"
    why = f"; the organization's accounts were not seen ({unlisted})" if unlisted else ""
    return f"account {account} is not among the accounts of this scan{why}"
