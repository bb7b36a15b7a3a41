"""What does a scan leave behind: a workload's result, and the record of the scan itself?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from readiness.checklist.model import Status
from readiness.findings import Finding, Verdict, finding_from, verdict_from
from readiness.records import Use
from readiness.rollup import Score


@dataclass(frozen=True, kw_only=True)
class WorkloadResult:
    """What one scan says of one workload, and what is remembered of the scans before it."""

    workload: str
    scan: str
    started: datetime
    findings: tuple[Finding, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    #: The items it was narrowed to; empty for all.
    filtered: tuple[str, ...] = ()
    #: The accounts it was narrowed to; empty for all.
    accounts: tuple[str, ...] = ()
    #: Whether what follows, and the findings' `first_seen` and the like, are filled in already.
    carried: bool = False
    #: By item, while its verdict is UNKNOWN: the last known one.
    last_verdicts: Mapping[str, Status] = field(default_factory=dict)
    #: By item: ISO time of the scan in which the known verdict last changed.
    verdicts_since: Mapping[str, str] = field(default_factory=dict)

    def judged(self, item: str) -> bool:
        """Whether the scan judged an item at all."""
        return not self.filtered or item in self.filtered


def dump(result: WorkloadResult) -> bytes:
    """Return the document of a result, gzipped; the same result gives the same bytes."""
    return gzip.compress(to_json(result), mtime=0)


def load(content: bytes) -> WorkloadResult:
    """Read a result back."""
    document: dict[str, Any] = from_json(gzip.decompress(content))
    return WorkloadResult(
        workload=document["workload"],
        scan=document["scan"],
        started=datetime.fromisoformat(document["started"]),
        findings=tuple(finding_from(each) for each in document["findings"]),
        verdicts=tuple(verdict_from(each) for each in document["verdicts"]),
        filtered=tuple(document["filtered"]),
        accounts=tuple(document["accounts"]),
        carried=document["carried"],
        last_verdicts={item: Status(status) for item, status in document["last_verdicts"].items()},
        verdicts_since=document["verdicts_since"],
    )


class ScanStatus(StrEnum):
    """Whether a scan saw everything it planned to see."""

    COMPLETE = "COMPLETE"
    #: A whole target was not seen, or a probe crashed or passed its deadline.
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Which places of one kind were to be scanned, and what became of them."""

    expected: tuple[str, ...] = ()
    scanned: tuple[str, ...] = ()
    #: By place: why nothing, or not everything, was seen there.
    failed: Mapping[str, str] = field(default_factory=dict)
    #: By place: why it was left out on purpose, e.g. a suspended account.
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def missed(self) -> frozenset[str]:
        """The expected places that failed; `failed` may name the organization as well."""
        return frozenset(self.expected) & self.failed.keys()


@dataclass(frozen=True, kw_only=True)
class ClosedRegion:
    """A region in which a service control policy denies every regional call."""

    region: str
    accounts: tuple[str, ...]
    #: Whether the configuration declares it; undeclared, what lies there is UNKNOWN.
    declared: bool = False
    #: What to paste into the configuration.
    entry: str = ""


@dataclass(frozen=True, kw_only=True)
class ScanRecord:
    """One scan as a whole: the contents of `scan.json`."""

    id: str
    started: datetime
    ended: datetime
    status: ScanStatus
    accounts: Coverage = Coverage()
    #: By `account/region`.
    regions: Coverage = Coverage()
    repositories: Coverage = Coverage()
    closed_regions: tuple[ClosedRegion, ...] = ()
    #: By service, then by operation.
    calls: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    throttled: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    seconds: float = 0.0
    #: By workload.
    workloads: Mapping[str, Score] = field(default_factory=dict)
    organization: Score | None = None
    #: How many metrics CloudWatch was asked for: it charges by the metric, not by the call.
    metrics: int = 0
    #: The attestations and suppressions that the scan went by, and what became of each.
    records: tuple[Use, ...] = ()
    cost_usd: float = 0.0


_RECORD = TypeAdapter(ScanRecord)


def dump_record(record: ScanRecord) -> bytes:
    """Return `scan.json`."""
    return to_json(record, indent=2)


def load_record(content: bytes) -> ScanRecord:
    """Read `scan.json` back."""
    return _RECORD.validate_json(content)


def closed_entry(regions: Iterable[str]) -> str:
    """Return what to paste into the configuration so that these regions are left out."""
    return f"closed_regions: [{', '.join(sorted(regions))}]"


def by_service(calls: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Sort counts of `service.operation` by service, then by operation."""
    sorted_calls: dict[str, dict[str, int]] = {}
    for name in sorted(calls):
        service, _, operation = name.partition(".")
        sorted_calls.setdefault(service, {})[operation] = calls[name]
    return sorted_calls


#: USD a request, where AWS charges for reading. List prices of us-east-1; S3 counts as listing.
#: GetMetricData is charged by the metric that is asked for, and not by the request.
_METRIC_PRICE = 0.01 / 1000
_PRICES = {
    "ce": 0.01,
    "cloudwatch": 0.01 / 1000,
    "cloudwatch.get_metric_data": 0.0,
    "kms": 0.03 / 10_000,
    "s3": 0.005 / 1000,
}


def estimated_cost(calls: Mapping[str, int], metrics: int = 0) -> float:
    """Return what counts of `service.operation`, and of metrics asked for, cost in USD.

    The scanned accounts pay for these; what runs the scan (Lambda, Step Functions) is not in it.
    """
    return round(
        sum(
            count * _PRICES.get(name, _PRICES.get(name.partition(".")[0], 0.0))
            for name, count in calls.items()
        )
        + metrics * _METRIC_PRICE,
        4,
    )
