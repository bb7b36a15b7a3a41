"""What does one finding and one verdict look like, inside and in the output files?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readiness.checklist.model import Mode, Severity, Status


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check on one resource for one item of one workload."""

    workload: str
    item: str
    check: str
    status: Status
    severity: Severity
    account: str = ""
    region: str = ""
    resource: str
    #: Completes "<resource> …".
    because: str
    #: Why it is UNKNOWN; empty otherwise.
    reason: str = ""
    fix: str = ""
    #: "accepted until … by …" where a suppression covers it; empty otherwise.
    suppressed: str = ""
    #: `evidence` or `attestation`.
    source: str = "evidence"
    #: ISO times of the scans in which it was first seen and last changed its status.
    first_seen: str = ""
    changed_at: str = ""
    #: The place it was judged in, and the group it rolls up by; inside only.
    unit: str = ""
    group: str = ""
    #: What made the resource, in words, where it fails and that is known: a stack, a launch template.
    cause: str = ""
    #: The last known status while it is UNKNOWN; and the version of the check that said so.
    last_known: str = ""
    version: int = 1

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it the same finding from scan to scan, within its workload."""
        return (self.item, self.check, self.account, self.region, self.resource)

    @property
    def fails(self) -> bool:
        """Whether it fails, and nobody has accepted that."""
        return self.status is Status.FAIL and not self.suppressed

    def public(self) -> dict[str, Any]:
        """Return the members of the output contract, in its order."""
        return {name: getattr(self, name) for name in PUBLIC}


PUBLIC = (
    "workload",
    "item",
    "check",
    "status",
    "severity",
    "account",
    "region",
    "resource",
    "because",
    "reason",
    "fix",
    "suppressed",
    "source",
    "first_seen",
    "changed_at",
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The roll-up of one item for one workload."""

    item: str
    status: Status
    mode: Mode
    failing: int = 0
    unknown: int = 0
    because: str = ""
    #: Whether an attestation took part in a PASS.
    attested: bool = False

    def public(self) -> dict[str, Any]:
        """Return the members of the output contract, in its order."""
        return {
            "status": self.status.value,
            "mode": self.mode.value,
            "failing": self.failing,
            "unknown": self.unknown,
            "because": self.because,
        }


def finding_from(values: Mapping[str, Any]) -> Finding:
    """Read a finding back from a result file."""
    return Finding(
        **{**values, "status": Status(values["status"]), "severity": Severity(values["severity"])}
    )


def verdict_from(values: Mapping[str, Any]) -> Verdict:
    """Read a verdict back from a result file."""
    return Verdict(**{**values, "status": Status(values["status"]), "mode": Mode(values["mode"])})
