"""Which attestation or suppression covers a finding?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from readiness.checklist.model import Item, Mode, Status
from readiness.config import Applies, Attestation, Suppression
from readiness.evidence import Reason
from readiness.findings import Finding

#: The two kinds of not knowing that a person's word may stand in for.
_ATTESTABLE = (Reason.PROVIDER_UNSUPPORTED.value, Reason.NO_REPOSITORY.value)


def attested(
    finding: Finding, item: Item, attestations: Sequence[Attestation], now: datetime
) -> Finding:
    """Turn NO_EVIDENCE into PASS where a valid attestation covers it; never FAIL, never a refusal."""
    if item.mode is not Mode.ATTESTED:
        return finding
    silent = finding.status is Status.NO_EVIDENCE or (
        finding.status is Status.UNKNOWN and finding.reason.startswith(_ATTESTABLE)
    )
    if not silent:
        return finding
    for record in attestations:
        if (
            record.item == finding.item
            and record.check in ("", finding.check)
            and _covers(record.scope, finding)
            and record.date <= now.date() <= record.expires
        ):
            return replace(
                finding,
                status=Status.PASS,
                because=f"is attested by {record.author} until {record.expires}",
                reason="",
                fix="",
                source="attestation",
            )
    return finding


def accepted(finding: Finding, suppressions: Sequence[Suppression], now: datetime) -> Finding:
    """Mark a FAIL or NO_EVIDENCE that a valid suppression covers; its status stays."""
    if finding.status not in (Status.FAIL, Status.NO_EVIDENCE):
        return finding
    for record in suppressions:
        if (
            (record.item == finding.item or record.check == finding.check)
            and _covers(record.scope, finding)
            and record.matches(finding.resource)
            and record.date <= now.date() <= record.expires
        ):
            until = f"accepted until {record.expires} by {record.approver}"
            return replace(finding, suppressed=until)
    return finding


def _covers(scope: Applies, finding: Finding) -> bool:
    repository = "" if finding.account else finding.unit
    return scope.covers(workload=finding.workload, account=finding.account, repository=repository)
