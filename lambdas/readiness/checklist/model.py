"""What is an item, a check and a result, and how do results roll up into a verdict?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, Generic, ParamSpec, TypeVar

from readiness.evidence import SCOPES, Evidence, Gap, NotSeenError, Pooled, Reason, Scope
from readiness.evidence.environments import TAGS as ENVIRONMENT_TAGS

P = ParamSpec("P")
R = TypeVar("R")


class Status(StrEnum):
    """The five answers, for findings and for verdicts alike."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"
    NO_EVIDENCE = "NO_EVIDENCE"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Severity(StrEnum):
    """Security Hub's labels."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Return 0 for critical, rising to 4 for info."""
        return list(Severity).index(self)

    def lowered(self) -> Severity:
        """Return the next label down; low stays low."""
        return list(Severity)[min(self.rank + 1, Severity.LOW.rank)]


class Mode(StrEnum):
    """What may decide an item: the evidence alone, or a person where evidence is silent."""

    AUTOMATED = "automated"
    ATTESTED = "automated+attested"


@dataclass(frozen=True, kw_only=True)
class Unit:
    """The place that is judged: an account's region, an account, or a repository, at one time."""

    account: str = ""
    region: str = ""
    repository: str = ""
    partition: str = "aws"
    now: datetime
    #: The account's regions that are scanned; empty where they were not seen.
    regions: tuple[str, ...] = ()
    #: The accounts of the workload that is judged, this one included; empty where it stands alone.
    workload_accounts: tuple[str, ...] = ()
    #: What the configuration or the account's tags declare, e.g. `dev`; empty where nothing does.
    environment: str = ""
    production_values: tuple[str, ...] = ("prod", "production", "prd", "live")
    environment_tags: tuple[str, ...] = ENVIRONMENT_TAGS

    @property
    def id(self) -> str:
        """Name the place the way findings do."""
        return self.repository or "/".join(part for part in (self.account, self.region) if part)

    @property
    def together(self) -> tuple[str, ...]:
        """The accounts that run the workload together."""
        return self.workload_accounts or (self.account,)

    def age_days(self, moment: datetime) -> float:
        """Return how long before the scan's start a moment was, in days."""
        return (self.now - moment).total_seconds() / 86400

    def is_production(self, tags: Mapping[str, str] | None = None) -> bool:
        """Everything is production unless a tag, the account or the workload says otherwise."""
        named = {key.lower(): value for key, value in (tags or {}).items()}
        declared = next((named[key] for key in self.environment_tags if key in named), "")
        declared = declared or self.environment
        return not declared or declared.lower() in self.production_values


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a check says of one resource; `because` completes "<resource> …"."""

    status: Status
    because: str
    #: The resource's ARN where the check names it itself; the part that fails may follow a `#`, and
    #: counts as a regression where the resource passed as a whole.
    resource: str = ""
    #: Overrides the check's severity for this one result.
    severity: Severity | None = None
    #: Why it is UNKNOWN, in the words of a gap.
    reason: str = ""
    #: The group the item rolls up by, e.g. a language.
    group: str = ""

    def about(self, resource: str, group: str = "") -> Result:
        """Name the resource, and the group it rolls up in."""
        return replace(self, resource=resource, group=group or self.group)


def passed(because: str) -> Result:
    return Result(status=Status.PASS, because=because)


def failed(because: str, severity: Severity | None = None) -> Result:
    return Result(status=Status.FAIL, because=because, severity=severity)


def not_applicable(because: str) -> Result:
    return Result(status=Status.NOT_APPLICABLE, because=because)


def gone() -> Result:
    """Return what is said of a resource that was listed, and not there when it was asked further."""
    return not_applicable("was deleted during the scan")


def no_evidence(because: str) -> Result:
    return Result(status=Status.NO_EVIDENCE, because=because)


def unknown(reason: Reason, because: str) -> Result:
    return Result(status=Status.UNKNOWN, because=because, reason=reason.value)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: "1 day", "2 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def not_seen(gaps: Iterable[Gap]) -> Result:
    """Return UNKNOWN for what these gaps hide."""
    reason = "; ".join(sorted({str(gap) for gap in gaps}))
    return Result(status=Status.UNKNOWN, because=f"could not be judged: {reason}", reason=reason)


_SECTION = re.compile(r"^(Pass|Fix|Blind spot|See):\s*", re.MULTILINE)


@dataclass(frozen=True)
class Check(Generic[P, R]):
    """One documented pure function that judges one kind of resource.

    What it needs is read from its signature: a first parameter typed as a record (or a union of
    records) makes it judge each of them, `Evidence[T]` asks for a set (of a union: for one set of
    them all), `Pooled[T]` for that set from every account, a dataclass of such sets (`Watch`) for
    all of them, `Unit` for place and time; keyword-only parameters are its options.
    """

    function: Callable[P, R]
    severity: Severity
    scope: Scope
    #: Raised when the meaning of PASS or FAIL changes, so that no regression is raised for it.
    version: int = 1

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def id(self) -> str:
        return self.function.__name__

    @cached_property
    def sections(self) -> Mapping[str, str]:
        """The docstring cut at its headings: `why`, `Pass`, `Fix`, `Blind spot`, `See`."""
        text = inspect.getdoc(self.function) or ""
        parts = _SECTION.split(text)
        named = dict(zip(parts[1::2], parts[2::2], strict=True))
        return {key: " ".join(value.split()) for key, value in {"why": parts[0], **named}.items()}

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        """The positional parameters and their resolved types."""
        return _resolved(self.function)[0]

    @cached_property
    def options(self) -> Mapping[str, tuple[Any, Any]]:
        """The options by name: type and default."""
        return _resolved(self.function)[1]

    @cached_property
    def subjects(self) -> tuple[type[Any], ...]:
        """The record types that are judged one by one; empty where the unit itself is judged."""
        return _subjects(self.parameters)

    @cached_property
    def needs(self) -> frozenset[type[Any]]:
        """Every record type whose gaps can make the answer UNKNOWN."""
        asked = (kind for _, kinds in _sets(self.parameters) for kind in kinds)
        return frozenset((*self.subjects, *asked))

    @cached_property
    def pooled(self) -> frozenset[type[Any]]:
        """The record types asked for from every account."""
        sets = _sets(self.parameters)
        return frozenset(kind for origin, kinds in sets if origin is Pooled for kind in kinds)


#: Every check by its id.
CHECKS: dict[str, Check[Any, Any]] = {}


def check(
    severity: Severity, *, scope: Scope | None = None, version: int = 1
) -> Callable[[Callable[P, R]], Check[P, R]]:
    """Register a function as a check; its name is its id, its docstring its page.

    `scope` is where it is judged: by default per repository, region or account, whichever is the
    narrowest of the evidence it asks for.
    """

    def make(function: Callable[P, R]) -> Check[P, R]:
        made = Check(function, severity, scope or _narrowest(function), version)
        if made.id in CHECKS:
            message = f"two checks are named {made.id}"
            raise TypeError(message)
        missing = {"Pass", "Fix", "See"} - set(made.sections)
        if missing or not made.sections["why"]:
            message = f"the docstring of {made.id} lacks {sorted(missing) or 'a first sentence'}"
            raise TypeError(message)
        CHECKS[made.id] = made
        return made

    return make


@cache
def _resolved(function: Callable[..., Any]) -> tuple[dict[str, Any], dict[str, tuple[Any, Any]]]:
    hints = typing.get_type_hints(function)
    positional: dict[str, Any] = {}
    options: dict[str, tuple[Any, Any]] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            options[name] = (hints[name], parameter.default)
        else:
            positional[name] = hints[name]
    return positional, options


def set_of(hint: Any) -> tuple[Any, tuple[type[Any], ...]] | None:
    """Return whether a parameter asks for `Evidence` or `Pooled`, and of which record types."""
    origin = typing.get_origin(hint)
    if origin in (Evidence, Pooled):
        return origin, _members(typing.get_args(hint)[0])
    return None


def parts_of(hint: Any) -> Mapping[str, Any]:
    """Return the sets that a dataclass is made of, by name; none where a parameter is another thing."""
    making: Callable[..., Any] = hint
    if is_dataclass(hint) and hint is not Unit and hint not in SCOPES:
        return _resolved(making)[0]
    return {}


def _sets(parameters: Mapping[str, Any]) -> list[tuple[Any, tuple[type[Any], ...]]]:
    found = []
    for hint in parameters.values():
        asked = set_of(hint)
        found += [asked] if asked else _sets(parts_of(hint))
    return found


def _subjects(parameters: Mapping[str, Any]) -> tuple[type[Any], ...]:
    first = next(iter(parameters.values()), None)
    return tuple(member for member in _members(first) if member in SCOPES)


def _members(hint: Any) -> tuple[type[Any], ...]:
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    return typing.get_args(hint) if union else (hint,)


def _narrowest(function: Callable[..., Any]) -> Scope:
    parameters = _resolved(function)[0]
    sets = _sets(parameters)
    scopes = {SCOPES[kind] for kind in _subjects(parameters)}
    scopes |= {SCOPES[kind] for origin, kinds in sets if origin is Evidence for kind in kinds}
    for scope in (Scope.REPOSITORY, Scope.REGION, Scope.ACCOUNT, Scope.ORGANIZATION):
        if scope in scopes:
            return scope
    message = f"{function.__name__} asks for no evidence"
    raise TypeError(message)


@dataclass(frozen=True)
class Rollup:
    """An expression over the findings of checks: `every` or `some`, nested, by group.

    The operands are all findings of the named checks, and the single status of each nested expression.
    """

    word: str
    operands: tuple[Check[..., Any] | Rollup, ...]
    #: Roll up each group of results (a language, a resource type) apart, then all groups by `every`.
    per: str = ""
    #: Checks, or expressions of them, whose FAIL counts, whose PASS never decides and whose UNKNOWN
    #: does not count.
    supporting: tuple[Check[..., Any] | Rollup, ...] = ()

    @cached_property
    def checks(self) -> tuple[Check[..., Any], ...]:
        """Every check of the expression, in order."""
        found: list[Check[..., Any]] = []
        for operand in (*self.operands, *self.supporting):
            found.extend(operand.checks if isinstance(operand, Rollup) else [operand])
        return tuple(dict.fromkeys(found))


def every(
    *operands: Check[..., Any] | Rollup,
    per: str = "",
    supporting: Sequence[Check[..., Any] | Rollup] = (),
) -> Rollup:
    """FAIL if any fails, else UNKNOWN if any, else NO_EVIDENCE if any, else PASS if any."""
    return Rollup("every", operands, per, tuple(supporting))


def some(*operands: Check[..., Any] | Rollup, per: str = "") -> Rollup:
    """PASS if any passes, else UNKNOWN if any, else FAIL if any, else NO_EVIDENCE if any."""
    return Rollup("some", operands, per)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One line of the checklist, and how its verdict is found."""

    category: str
    title: str
    rollup: Rollup
    mode: Mode = Mode.AUTOMATED
    #: Roll up all places of a workload as one: a witness in one region speaks for the workload.
    whole_workload: bool = False
    #: How long an attestation of this item may run.
    validity_days: int = 365

    @cached_property
    def id(self) -> str:
        return f"{slug(self.category)}/{slug(self.title)}"

    @property
    def checks(self) -> tuple[Check[..., Any], ...]:
        return self.rollup.checks


@dataclass(frozen=True)
class Category:
    """One heading of the checklist, and its items in order."""

    title: str
    items: tuple[Item, ...] = field(default=())


def category(title: str, *items: Callable[[str], Item]) -> Category:
    """Put items under a heading."""
    return Category(title, tuple(make(title) for make in items))


def item(
    title: str,
    rollup: Rollup,
    *,
    mode: Mode = Mode.AUTOMATED,
    whole_workload: bool = False,
    validity_days: int = 365,
) -> Callable[[str], Item]:
    """Declare an item; its id is its slugged title under its category's."""

    def under(heading: str) -> Item:
        return Item(
            category=heading,
            title=title,
            mode=mode,
            rollup=rollup,
            whole_workload=whole_workload,
            validity_days=validity_days,
        )

    return under


def slug(title: str) -> str:
    """Return the title in lower case with every run of other characters as one hyphen."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def each(results: Result | Iterator[Result] | Iterable[Result]) -> Iterator[Result]:
    """Yield what a check returned, one result or many."""
    if isinstance(results, Result):
        yield results
    else:
        yield from results


__all__ = [
    "CHECKS",
    "ENVIRONMENT_TAGS",
    "Category",
    "Check",
    "Item",
    "Mode",
    "NotSeenError",
    "Result",
    "Rollup",
    "Severity",
    "Status",
    "Unit",
    "category",
    "check",
    "counted",
    "each",
    "every",
    "failed",
    "gone",
    "item",
    "no_evidence",
    "not_applicable",
    "not_seen",
    "parts_of",
    "passed",
    "set_of",
    "slug",
    "some",
    "unknown",
]
