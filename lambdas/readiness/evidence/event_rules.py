"""Rules of EventBridge, and which events they pick."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from readiness.evidence import Scope, record

#: What services say of threats, weaknesses and incidents, by their source.
SECURITY_EVENTS: Mapping[str, tuple[str, ...]] = {
    "aws.health": ("AWS Health Event",),
    "aws.guardduty": ("GuardDuty Finding",),
    "aws.securityhub": ("Security Hub Findings - Imported", "Findings Imported V2"),
    "aws.inspector2": ("Inspector2 Finding",),
}


@record(Scope.REGION, "EventBridge rule")
class EventRule:
    """A rule of the default event bus. Source: events.ListRules."""

    arn: str
    name: str
    enabled: bool
    #: The service that keeps it, e.g. for an archive; empty where it is the account's own.
    managed_by: str
    #: JSON; empty where the rule follows a schedule alone.
    pattern: str
    #: Whether it starts by itself at certain times.
    scheduled: bool = False

    @property
    def security_sources(self) -> tuple[str, ...]:
        """Whose security events it picks."""
        return tuple(
            source
            for source, kinds in SECURITY_EVENTS.items()
            if any(self.picks({"source": source, "detail-type": kind}) for kind in kinds)
        )

    def picks(self, event: Mapping[str, Any]) -> bool:
        """Whether it picks an event of which some members are known.

        Members that are not known do not speak against it. A pattern that asks neither for a source
        nor for a type (an archive's, for example) is meant for no event in particular.
        """
        pattern = _parsed(self.pattern) if self.pattern else {}
        meant = "source" in pattern or "detail-type" in pattern
        return self.enabled and not self.managed_by and meant and _matches(pattern, event)


@record(Scope.REGION, "targets of an EventBridge rule")
class RuleTargets:
    """The targets of a rule on pull requests of CodeCommit. Source: events.ListTargetsByRule."""

    #: The rule's ARN.
    arn: str
    targets: tuple[str, ...]


#: What CodeCommit tells of a pull request that was opened or changed.
PULL_REQUEST = {
    "source": "aws.codecommit",
    "detail-type": "CodeCommit Pull Request State Change",
}


@lru_cache(maxsize=1024)
def _parsed(pattern: str) -> Mapping[str, Any]:
    """Return a pattern's members; kept, since every silent alarm asks every rule."""
    found: Mapping[str, Any] = json.loads(pattern)
    return found


def _matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    return all(
        any(_matches(option, event) for option in wanted)
        if name == "$or"
        else name not in event or _accepts(wanted, event[name])
        for name, wanted in pattern.items()
    )


def _accepts(wanted: Any, found: Any) -> bool:
    """Whether one member of a pattern accepts what an event holds there.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
    """
    if isinstance(wanted, Mapping):
        return isinstance(found, Mapping) and _matches(wanted, found)
    values = found if isinstance(found, list) else [found]
    return any(_equals(each, value) for each in wanted for value in values)


def _equals(wanted: Any, value: Any) -> bool:
    match wanted:
        case {"prefix": {"equals-ignore-case": str(text)}}:
            return str(value).lower().startswith(text.lower())
        case {"prefix": str(text)}:
            return str(value).startswith(text)
        case {"suffix": {"equals-ignore-case": str(text)}}:
            return str(value).lower().endswith(text.lower())
        case {"suffix": str(text)}:
            return str(value).endswith(text)
        case {"equals-ignore-case": str(text)}:
            return str(value).lower() == text.lower()
        case {"wildcard": str(text)}:
            return bool(re.fullmatch(".*".join(map(re.escape, text.split("*"))), str(value)))
        case {"anything-but": without}:
            return not any(_equals(each, value) for each in _listed(without))
        case {"exists": bool(there)}:
            return there
        case Mapping():
            return True  # an operator for numbers or addresses, of which we know none
        case _:
            return bool(wanted == value)


def _listed(without: Any) -> Iterable[Any]:
    """Return what `anything-but` leaves out, one by one."""
    if isinstance(without, Mapping):
        return [{name: each} for name, many in without.items() for each in _listed(many)]
    return without if isinstance(without, list) else [without]
