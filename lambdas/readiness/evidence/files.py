"""How does the evidence of one target lie in a file, and how is it read back?

One gzipped JSON document per target: an account's own facts, an account's region, or a repository.
A type that was not asked for is absent; a type that was asked for and not seen has gaps.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from readiness.evidence import RECORDS, Evidence, Gap, Reason


@dataclass(frozen=True, kw_only=True)
class Target:
    """One place that is probed at once: `account`, `account/region`, or a repository's id."""

    account: str = ""
    region: str = ""
    repository: str = ""

    @property
    def id(self) -> str:
        return self.repository or "/".join(part for part in (self.account, self.region) if part)

    @property
    def file(self) -> str:
        """The name of its file: no two targets share one, and no repository's name leads elsewhere."""
        name = ".".join(part for part in (self.account, self.region) if part)
        return f"{quote(self.repository, safe='') or name}.json.gz"


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What was seen at one target in one scan, and what it took."""

    target: Target
    evidence: Mapping[type[Any], Evidence[Any]] = field(default_factory=dict)
    #: Why nothing at all was seen, e.g. the member role could not be assumed.
    failed: Gap | None = None
    partition: str = "aws"
    #: The regions that are enabled in the account; only an account's own sighting has them.
    regions: tuple[str, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    throttled: Mapping[str, int] = field(default_factory=dict)
    #: How many metrics CloudWatch was asked for, by which it charges.
    metrics: int = 0
    #: How many calls to this place were answered, be it with nothing.
    answered: int = 0
    seconds: float = 0.0

    def of(self, kind: type[Any]) -> Evidence[Any]:
        """Return the evidence of a type; dark where it was not collected, or nothing was seen."""
        if self.failed:
            return Evidence(gaps=(self.failed,))
        found = self.evidence.get(kind)
        return found if found is not None else dark(Reason.NOT_SCANNED, self.target)

    @property
    def crashed(self) -> tuple[str, ...]:
        """The types whose probe crashed or passed its deadline here, by name."""
        late = {Reason.CRASHED, Reason.TIMED_OUT}
        return tuple(
            sorted(
                kind.__name__
                for kind, each in self.evidence.items()
                if any(gap.reason in late for gap in each.gaps)
            )
        )

    @property
    def closed(self) -> bool:
        """Whether a service control policy denies everything here, as a region deny does."""
        sets = list(self.evidence.values())
        reasons = {gap.reason for each in sets for gap in each.gaps}
        # What has neither been seen nor missed was not asked for: nothing here answered.
        return reasons == {_CLOSED} and not self.answered and not any(each.seen for each in sets)


_CLOSED = Reason.DENIED_BY_SCP


def dark(reason: Reason, target: Target, detail: str = "") -> Evidence[Any]:
    """Return evidence of which nothing was seen."""
    return Evidence(
        gaps=(Gap(reason=reason, account=target.account, region=target.region, detail=detail),)
    )


def dump(sighting: Sighting) -> bytes:
    """Return the document of a sighting, gzipped."""
    document = {
        "target": sighting.target,
        "failed": sighting.failed,
        "partition": sighting.partition,
        "regions": sighting.regions,
        "calls": sighting.calls,
        "throttled": sighting.throttled,
        "metrics": sighting.metrics,
        "answered": sighting.answered,
        "seconds": round(sighting.seconds, 3),
        "evidence": {
            kind.__name__: {"seen": each.seen, "gaps": each.gaps}
            for kind, each in sighting.evidence.items()
        },
    }
    return gzip.compress(to_json(document), mtime=0)


def load(content: bytes) -> Sighting:
    """Read a sighting back; a record type that no longer exists is left out."""
    document = from_json(gzip.decompress(content))
    return Sighting(
        target=Target(**document["target"]),
        failed=_gap(document["failed"]) if document["failed"] else None,
        partition=document["partition"],
        regions=tuple(document["regions"]),
        calls=document["calls"],
        throttled=document["throttled"],
        metrics=document.get("metrics", 0),
        answered=document.get("answered", 0),
        seconds=document["seconds"],
        evidence={
            RECORDS[name]: Evidence(
                tuple(map(_adapter(name).validate_python, each["seen"])),
                tuple(_gap(gap) for gap in each["gaps"]),
            )
            for name, each in document["evidence"].items()
            if name in RECORDS
        },
    )


def _gap(values: Mapping[str, str]) -> Gap:
    rest = {name: value for name, value in values.items() if name != "reason"}
    return Gap(reason=Reason(values["reason"]), **rest)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(RECORDS[name])
