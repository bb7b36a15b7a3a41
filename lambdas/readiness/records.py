"""Which attestation or suppression covers a finding, and what became of each record?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from readiness.checklist.model import Item, Mode, Status
from readiness.config import Applies, Attestation, Suppression
from readiness.evidence import Reason
from readiness.findings import Finding

#: The two kinds of not knowing that a person's word may stand in for.
_ATTESTABLE = (Reason.PROVIDER_UNSUPPORTED.value, Reason.NO_REPOSITORY.value)


class Standing(StrEnum):
    """Whether a record holds at the time of a scan."""

    IN_FORCE = "in force"
    NOT_YET = "not yet"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True)
class Use:
    """What one scan did with one record."""

    #: `attestation` or `suppression`.
    kind: str
    item: str
    check: str
    scope: Applies
    #: The pattern of a suppression; empty for an attestation.
    resource: str
    #: Its author or approver.
    person: str
    expires: date
    standing: Standing
    #: Findings that pass or are accepted by it; none unless it is in force.
    covered: int = 0
    #: Findings that fail although it vouches for their item.
    contradicted: int = 0
    #: Findings that are UNKNOWN, and that it might cover.
    unseen: int = 0

    @property
    def unmatched(self) -> bool:
        """Whether a suppression holds, all was seen that it might cover, and it covers nothing.

        An attestation that is not needed, since the evidence passes, is no reason to do anything.
        """
        idle = not (self.covered or self.unseen)
        return self.kind == "suppression" and self.standing is Standing.IN_FORCE and idle

    def plus(self, other: Use) -> Use:
        """Add what the same record did in another workload."""
        return replace(
            self,
            covered=self.covered + other.covered,
            contradicted=self.contradicted + other.contradicted,
            unseen=self.unseen + other.unseen,
        )


def uses_of(
    findings: Iterable[Finding],
    attestations: Sequence[Attestation],
    suppressions: Sequence[Suppression],
    now: datetime,
) -> tuple[Use, ...]:
    """Return what a scan did with each record, attestations first, in their order."""
    of_item: dict[str, list[Finding]] = {}
    of_check: dict[str, list[Finding]] = {}
    for finding in findings:
        of_item.setdefault(finding.item, []).append(finding)
        of_check.setdefault(finding.check, []).append(finding)
    uses = [_use(each, of_item.get(each.item, ()), now) for each in attestations]
    uses += [
        _use(each, of_item.get(each.item, ()) or of_check.get(each.check, ()), now)
        for each in suppressions
    ]
    return tuple(uses)


def _use(record: Attestation | Suppression, findings: Iterable[Finding], now: datetime) -> Use:
    if isinstance(record, Attestation):
        kind, person, pattern = "attestation", record.author, ""
        ours = [each for each in findings if _vouches(record, each)]
        covered = [each for each in ours if each.source == "attestation"]
    else:
        kind, person, pattern = "suppression", record.approver, record.resource
        ours = [each for each in findings if _accepts(record, each)]
        covered = [each for each in ours if each.suppressed]
    holds = standing(record, now)
    failing = [each for each in ours if each.fails]
    return Use(
        kind=kind,
        item=record.item,
        check=record.check,
        scope=record.scope,
        resource=pattern,
        person=person,
        expires=record.expires,
        standing=holds,
        covered=len(covered) if holds is Standing.IN_FORCE else 0,
        contradicted=len(failing) if kind == "attestation" and holds is Standing.IN_FORCE else 0,
        unseen=sum(each.status is Status.UNKNOWN for each in ours),
    )


def standing(record: Attestation | Suppression, now: datetime) -> Standing:
    """Say whether a record holds at this time."""
    if record.expires < now.date():
        return Standing.EXPIRED
    return Standing.NOT_YET if record.date > now.date() else Standing.IN_FORCE


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
        if _vouches(record, finding) and standing(record, now) is Standing.IN_FORCE:
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
        if _accepts(record, finding) and standing(record, now) is Standing.IN_FORCE:
            until = f"accepted until {record.expires} by {record.approver}"
            return replace(finding, suppressed=until)
    return finding


def _vouches(record: Attestation, finding: Finding) -> bool:
    named = record.item == finding.item and record.check in ("", finding.check)
    return named and _covers(record.scope, finding)


def _accepts(record: Suppression, finding: Finding) -> bool:
    named = record.item == finding.item or record.check == finding.check
    return named and _covers(record.scope, finding) and record.matches(finding.resource)


def _covers(scope: Applies, finding: Finding) -> bool:
    repository = "" if finding.account else finding.unit
    return scope.covers(workload=finding.workload, account=finding.account, repository=repository)
