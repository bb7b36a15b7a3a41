"""What may the run-time configuration say, and does it contradict itself?

A folder, kept in git: `readiness.yaml` and `records/*.yaml`.
Deploy-time settings (roles, sender, schedule) live in the stacks' context instead; nothing is in both.
Every model reports all that is wrong with it at once, each in a sentence and by its place.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Severity
from readiness.evidence.observability import BusinessMetric

#: What a text that has this pattern is, to people.
_MEANINGS: dict[str, str] = {}


def _like(pattern: str, meaning: str) -> Any:
    """Let a text have a form, and remember what to call it."""
    _MEANINGS[pattern] = meaning
    return Field(pattern=pattern)


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


def unknown_name(name: str, names: Iterable[str], what: str) -> str:
    """Say that a name is not known, and which one was probably meant."""
    known = list(names)
    near = [each for each in known if each.endswith(f"/{name}")] or get_close_matches(
        name, known, n=1, cutoff=0.4
    )
    return f"no {what} is named {_shown(name)}" + (f"; the nearest is {near[0]!r}" if near else "")


def _iso(value: Any) -> Any:
    """Let texts be dates in one form only: pydantic would read a number as seconds since 1970."""
    if isinstance(value, str) and not (len(value) == 10 and value[4] == value[7] == "-"):
        kind = "date_form"
        raise PydanticCustomError(kind, "is not an ISO date")
    return value


_DOMAIN = r"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+"
_REPOSITORY = (
    r"github:[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+"
    r"|codecommit:[0-9]{12}:[a-z0-9-]+:[A-Za-z0-9_.-]+"
    r"|url:https://.+"
    r"|path:.+"
)
_ACCOUNT_MEANS = "an account id (12 digits)"
_REPOSITORY_MEANS = (
    "a repository like github:owner/name, codecommit:account:region:name, "
    "url:https://host/name or path:folder"
)

AccountId = Annotated[str, _like(r"^[0-9]{12}$", _ACCOUNT_MEANS)]
AnyAccount = Annotated[str, _like(r"^([0-9]{12})?$", _ACCOUNT_MEANS)]
Name = Annotated[
    str,
    _like(
        r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$",
        "a name (letters, digits, spaces, dots, hyphens; 64 at most, a letter or digit first)",
    ),
]
#: No white space, no header or list separators: an address goes into a header of its own.
Address = Annotated[
    str, _like(rf"^[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_DOMAIN}$", "a mail address")
]
Domain = Annotated[str, _like(rf"^{_DOMAIN}$", "a domain like example.com")]
Region = Annotated[str, _like(r"^[a-z]{2,}(-[a-z]+)+-[0-9]+$", "a region like eu-west-1")]
OrganizationalUnit = Annotated[
    str,
    _like(
        r"^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$",
        "an organizational unit's id like ou-ab12-12345678",
    ),
]
RepositoryId = Annotated[str, _like(rf"^({_REPOSITORY})$", _REPOSITORY_MEANS)]
AnyRepository = Annotated[str, _like(rf"^({_REPOSITORY})?$", _REPOSITORY_MEANS)]
Link = Annotated[str, _like(r"^https://\S+$", "a link that begins with https://")]
ItemId = Annotated[str, AfterValidator(known_item), Field(json_schema_extra={"enum": [*ITEMS]})]
AnyItem = Annotated[
    str,
    AfterValidator(lambda name: name and known_item(name)),
    Field(json_schema_extra={"enum": ["", *ITEMS]}),
]
AnyCheck = Annotated[
    str,
    AfterValidator(lambda name: name and known_check(name)),
    Field(json_schema_extra={"enum": ["", *sorted(CHECKS)]}),
]
Day = Annotated[dt.date, BeforeValidator(_iso)]

#: A place within a document (keys and positions), and the sentence about it.
Fault = tuple[tuple[str | int, ...], str]


class Strict(BaseModel):
    """Unknown keys are errors: a misspelt one must not be silently without effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def contradictions(cls, _given: Mapping[str, Any]) -> Iterable[Fault]:
        """Say what is wrong between members, whatever else is wrong with each of them."""
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(value, cls) or not isinstance(value, Mapping):
            return handler(value)
        # A key without a value says nothing, like a list whose entries are commented out.
        value = {
            key: each
            for key, each in value.items()
            if each is not None or key not in cls.model_fields
        }
        faults: list[Fault] = []
        made = None
        try:
            made = handler(value)
        except ValidationError as error:
            faults = [(each["loc"], _sentence(each, cls)) for each in _causes(error)]
        faults.extend(cls.contradictions(value))
        if made is None or faults:
            raise _failure(faults)
        return made


def _causes(error: ValidationError) -> list[ErrorDetails]:
    """Leave out that a list is too short where its entries are what is wrong."""
    errors = error.errors()
    parents = {each["loc"][:-1] for each in errors}
    return [each for each in errors if each["type"] != "too_short" or each["loc"] not in parents]


def _failure(faults: Iterable[Fault]) -> ValidationError:
    details = [
        InitErrorDetails(
            type=PydanticCustomError("fault", _verbatim(sentence)), loc=place, input=None
        )
        for place, sentence in faults
    ]
    return ValidationError.from_exception_data("the configuration", details, hide_input=True)


def _verbatim(sentence: str) -> Any:
    """Pass a sentence where the types want a literal: without a context nothing is filled in."""
    return sentence


def faults_of(error: ValidationError) -> tuple[Fault, ...]:
    """Return what is wrong, by place."""
    return tuple((each["loc"], _sentence(each, Strict)) for each in error.errors())


def _sentence(error: ErrorDetails, model: type[BaseModel], key: str = "it") -> str:
    """Say one of pydantic's errors in words that name the key, the value and what is taken there."""
    given, context = error["input"], error.get("ctx", {})
    key = next((part for part in reversed(error["loc"]) if isinstance(part, str)), key)
    match error["type"]:
        case "fault":
            return error["msg"]
        case "value_error":
            return str(context["error"])
        case "extra_forbidden" | "unexpected_keyword_argument":
            return unknown_name(key, model.model_fields, "key")
        case "missing":
            return f"{key} is missing"
        case "string_pattern_mismatch":
            return f"{_shown(given)} in {key} is not {_MEANINGS[context['pattern']]}"
        case "enum" | "literal_error":
            return _choice(given, key, context["expected"])
        case "bool_parsing" | "bool_type":
            return f"{_shown(given)} in {key} is neither true nor false"
        case "int_parsing" | "int_type" | "int_from_float":
            return f"{_shown(given)} in {key} is not a whole number"
        case "float_parsing" | "float_type":
            return f"{_shown(given)} in {key} is not a number"
        case "string_too_short":
            return f"{key} takes at least {context['min_length']} characters"
        case "too_short":
            return f"{key} takes at least one entry"
        case "string_type":
            return f"{key} takes text, not {_kind(given)}"
        case "tuple_type":
            return f"{key} takes a list, not {_kind(given)}"
        case (
            "mapping_type" | "dict_type" | "dataclass_type" | "model_type" | "model_attributes_type"
        ):
            return f"{key} takes keys and values, not {_kind(given)}"
        case name if name.startswith("date_"):
            return f"{_shown(given)} in {key} is not a date like 2026-11-24"
    return f"{_shown(given)} in {key} does not do: {error['msg']}"


def _choice(given: Any, key: str, expected: str) -> str:
    choices = [each.strip(" '") for each in expected.replace(" or ", ", ").split(",")]
    near = get_close_matches(str(given), choices, n=1, cutoff=0.4)
    nearest = f"; the nearest is {near[0]!r}" if near else ""
    return f"{_shown(given)} in {key} is not one of {', '.join(choices)}{nearest}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:76]}...'"


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return "keys and values"
    if isinstance(value, list | tuple):
        return "a list"
    return "nothing" if value is None else f"{_shown(value)}"


def _member(entry: Any, name: str) -> Any:
    """Return a member of what may be a model, a mapping, or neither."""
    return entry.get(name) if isinstance(entry, Mapping) else getattr(entry, name, None)


def _listed(entry: Any, name: str) -> list[Any]:
    found = _member(entry, name)
    return list(found) if isinstance(found, list | tuple) else []


def _texts(entry: Any, name: str) -> frozenset[str]:
    return frozenset(each for each in _listed(entry, name) if isinstance(each, str))


def _text(entry: Any, name: str) -> str:
    found = _member(entry, name)
    return found if isinstance(found, str) else ""


def _is_on(value: Any) -> bool:
    try:
        return TypeAdapter(bool).validate_python(value)
    except ValidationError:
        return False


def _date(given: Mapping[str, Any], name: str) -> dt.date | None:
    found = given.get(name)
    try:
        return TypeAdapter(Day).validate_python(found)
    except ValidationError:
        return None


class Cadence(StrEnum):
    """How often an audience gets its digest."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    NEVER = "never"


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _options_schema(schema: dict[str, Any]) -> None:
    """Name every option with its type and default, so that editors complete and check them."""
    known = {}
    for name, (hint, default) in declared_options().items():
        said = TypeAdapter(hint).json_schema()
        known[name] = {**_inlined(said, said.pop("$defs", {})), "default": default}
    schema.update(properties=known, additionalProperties=False)


def _inlined(part: Any, definitions: Mapping[str, Any]) -> Any:
    """Put definitions where they are referred to: a reference is resolved from the whole schema's root."""
    if isinstance(part, dict):
        if "$ref" in part:
            return _inlined(definitions[part["$ref"].rpartition("/")[2]], definitions)
        return {key: _inlined(value, definitions) for key, value in part.items()}
    return [_inlined(each, definitions) for each in part] if isinstance(part, list) else part


#: `check.option: value`.
Options = Annotated[Mapping[str, Any], Field(json_schema_extra=_options_schema)]


def declared_options() -> dict[str, tuple[Any, Any]]:
    """Return every option of every check by its full name: type and default."""
    return {
        f"{check.id}.{name}": option
        for check in sorted(CHECKS.values(), key=lambda each: each.id)
        for name, option in check.options.items()
    }


def checked_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options as their checks declare them; raises with a sentence for each that is wrong."""
    declared = declared_options()
    checked: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, value in options.items():
        if name not in declared:
            faults.append(((name,), unknown_name(name, declared, "option")))
            continue
        try:
            checked[name] = TypeAdapter(declared[name][0]).validate_python(value)
        except ValidationError as error:
            for each in error.errors():
                place = (name, *each["loc"])
                faults.append((place, _sentence(each, Strict, name)))
    if faults:
        raise _failure(faults)
    return checked


class Accounts(Strict):
    """Which accounts of the organization are scanned: all active ones, less what is left out."""

    include: tuple[AccountId, ...] = ()
    organizational_units: tuple[OrganizationalUnit, ...] = ()
    exclude: tuple[AccountId, ...] = ()

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        included = _texts(given, "include")
        for position, account in enumerate(_listed(given, "exclude")):
            if isinstance(account, str) and account in included:
                yield ("exclude", position), f"account {account} is both included and excluded"


class Workload(Strict):
    """A set of accounts and repositories with an owner; what a verdict is about."""

    name: Name
    accounts: tuple[AccountId, ...] = ()
    repositories: tuple[RepositoryId, ...] = ()
    owners: tuple[Address, ...] = ()
    environment: str = ""
    #: `check.option: value`, over the defaults and over the configuration's own `options`.
    options: Options = Field(default_factory=dict)

    _options = field_validator("options")(checked_options)

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
    #: In the time zone of the daily schedule.
    day: Weekday = "monday"


class OwnersMail(Strict):
    """Whether workload owners get their own digest; off by default, as tags can be edited by anyone."""

    enabled: bool = False
    allowed_domains: tuple[Domain, ...] = ()

    @model_validator(mode="after")
    def _domains(self) -> OwnersMail:
        if self.enabled and not self.allowed_domains:
            message = (
                "owners' mail is switched on, so allowed_domains must name at least one domain"
            )
            raise ValueError(message)
        return self


class Metrics(Strict):
    """Which workloads have metrics of their own; CloudWatch charges for each."""

    workloads: tuple[str, ...] = Field(default=(), max_length=50)


class Configuration(Strict):
    """`readiness.yaml`, whole."""

    accounts: Accounts = Accounts()
    #: `enabled` (all that are enabled in an account) or a list.
    regions: Literal["enabled"] | tuple[Region, ...] = "enabled"
    closed_regions: tuple[Region, ...] = ()
    workloads: tuple[Workload, ...] = ()
    audiences: tuple[Audience, ...] = ()
    owners_mail: OwnersMail = OwnersMail()
    metrics: Metrics = Metrics()
    #: Tags of accounts that hold an owner's address, whatever their case; asked where a workload
    #: names no owner.
    owner_tags: tuple[str, ...] = ("Owner", "Contact")
    #: Gets what nobody else would.
    fallback: Address | None = None
    options: Options = Field(default_factory=dict)
    item_fail_severity: Severity = Severity.MEDIUM
    #: Cost Explorer charges USD 0.01 a request.
    cost_explorer: bool = True

    @property
    def switched_off(self) -> Mapping[str, str]:
        """The services that no probe may ask, by the line that says so."""
        return {} if self.cost_explorer else {"ce": "cost_explorer: false"}

    @property
    def business_metrics(self) -> tuple[BusinessMetric, ...]:
        """Every metric that is asked for because a workload, or all of them, are steered by it."""
        option = "cloudwatch_business_metric_active.business_metrics"
        named = (
            each.get(option, ()) for each in (self.options, *(w.options for w in self.workloads))
        )
        return tuple({metric.id: metric for metrics in named for metric in metrics}.values())

    _options = field_validator("options")(checked_options)

    @field_validator("regions", mode="before")
    @classmethod
    def _one_form(cls, value: Any) -> Any:
        """Tell apart the word and the list first: a union would complain of both."""
        if isinstance(value, str) and value != "enabled":
            message = f"regions takes the word enabled or a list of regions, not {_shown(value)}"
            raise ValueError(message)
        return value if isinstance(value, str) else _REGIONS.validate_python(value)

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        yield from _same_names(given, "workloads")
        yield from _same_names(given, "audiences")
        yield from _workload_faults(given)
        yield from _audience_faults(given)
        yield from _unknown_in(given, ("metrics",), given.get("metrics"))
        owners_mail = given.get("owners_mail")
        if _is_on(_member(owners_mail, "enabled")) and not given.get("fallback"):
            yield (
                ("owners_mail",),
                "owners' mail is switched on, so fallback must name who gets what no allowed "
                "owner would",
            )
        regions = _texts(given, "regions")
        for position, region in enumerate(_listed(given, "closed_regions")):
            if isinstance(region, str) and region in regions:
                sentence = f"{region} is both in regions and in closed_regions"
                yield ("closed_regions", position), sentence


_REGIONS = TypeAdapter(tuple[Region, ...])


def _same_names(given: Mapping[str, Any], key: str) -> Iterator[Fault]:
    """Tell names apart without case: they become file names, and people read them aloud."""
    taken: dict[str, str] = {}
    for position, entry in enumerate(_listed(given, key)):
        name = _text(entry, "name")
        if name.casefold() in taken:
            first = taken[name.casefold()]
            sentence = f"two {key} are named {first!r}; give each a name of its own"
            yield (key, position, "name"), sentence
        elif name:
            taken[name.casefold()] = name


def _workload_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    included = _texts(given.get("accounts"), "include")
    excluded = _texts(given.get("accounts"), "exclude")
    environments: dict[str, tuple[str, str]] = {}
    for position, entry in enumerate(_listed(given, "workloads")):
        name, environment = _text(entry, "name"), _text(entry, "environment")
        if not isinstance(entry, Mapping | Workload):
            continue
        if not (_member(entry, "accounts") or _member(entry, "repositories")):
            yield (
                ("workloads", position),
                f"workload {name!r} has neither accounts nor repositories",
            )
        for index, account in enumerate(_listed(entry, "accounts")):
            place = ("workloads", position, "accounts", index)
            if not isinstance(account, str):
                continue
            if account in excluded or (included and account not in included):
                key = "exclude" if account in excluded else "include"
                yield (
                    place,
                    f"workload {name!r} names account {account}, which accounts.{key} leaves out",
                )
            if not environment:
                continue
            other, declared = environments.setdefault(account, (name, environment))
            if declared.lower() != environment.lower():
                yield (
                    place,
                    f"account {account} is {environment!r} in workload {name!r} "
                    f"and {declared!r} in workload {other!r}; an account has one environment",
                )


def _audience_faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    for position, entry in enumerate(_listed(given, "audiences")):
        yield from _unknown_in(given, ("audiences", position), entry)


def _unknown_in(
    given: Mapping[str, Any], place: tuple[str | int, ...], entry: Any
) -> Iterator[Fault]:
    """Report the names under `workloads` that are no workload's."""
    names = dict.fromkeys(_text(each, "name") for each in _listed(given, "workloads"))
    for index, name in enumerate(_listed(entry, "workloads")):
        if isinstance(name, str) and name not in names:
            yield (*place, "workloads", index), unknown_name(name, names, "workload")


class Applies(Strict):
    """Where a record holds; what is empty holds everywhere."""

    workload: str = ""
    account: AnyAccount = ""
    repository: AnyRepository = ""

    def covers(self, *, workload: str, account: str, repository: str) -> bool:
        """Whether a finding of this place falls under the record."""
        return (
            self.workload in ("", workload)
            and self.account in ("", account)
            and self.repository in ("", repository)
        )


class Attestation(Strict):
    """A person's word for what no API shows: with evidence, author, date and expiry."""

    item: ItemId
    check: AnyCheck = ""
    scope: Applies = Applies()
    statement: str = Field(min_length=10)
    evidence: Link
    author: Address
    date: Day
    expires: Day

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        item, check = ITEMS.get(_text(given, "item")), CHECKS.get(_text(given, "check"))
        if item is None:
            return
        if check and check not in item.checks:
            yield ("check",), f"check {check.id!r} does not belong to {item.id}"
        yield from _too_long(given, f"an attestation of {item.id}", item.validity_days)


class Suppression(Strict):
    """An accepted failure: who accepted it, why, and until when (at most 365 days)."""

    #: An item's or a check's id.
    item: AnyItem = ""
    check: AnyCheck = ""
    scope: Applies = Applies()
    #: A pattern with `*` and `?`, matched against the resource as findings name it.
    resource: str = Field(default="*", min_length=1)
    reason: str = Field(min_length=10)
    approver: Address
    date: Day
    expires: Day

    @classmethod
    def contradictions(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        if bool(_member(given, "item")) == bool(_member(given, "check")):
            yield (), "a suppression names either an item or a check"
        yield from _too_long(given, "a suppression", 365)

    def matches(self, resource: str) -> bool:
        return fnmatchcase(resource, self.resource)


def _too_long(given: Mapping[str, Any], what: str, longest: int) -> Iterator[Fault]:
    begins, ends = _date(given, "date"), _date(given, "expires")
    if begins and ends and not begins <= ends <= begins + dt.timedelta(days=longest):
        latest = begins + dt.timedelta(days=longest)
        yield (
            ("expires",),
            f"{what} runs at most {longest} days, here from {begins} to {latest}; "
            f"{ends} is outside",
        )


class Records(Strict):
    """One file of `records/`."""

    attestations: tuple[Attestation, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
