"""How do the findings of an item become its verdict?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from readiness.checklist.model import Item, Mode, Rollup, Severity, Status, every
from readiness.evidence import Reason
from readiness.findings import Finding, Verdict

_EVERY = (Status.FAIL, Status.UNKNOWN, Status.NO_EVIDENCE, Status.PASS)
_SOME = (Status.PASS, Status.UNKNOWN, Status.FAIL, Status.NO_EVIDENCE)
_ORDER = {"every": _EVERY, "some": _SOME}


def combine(word: str, statuses: Iterable[Status]) -> Status:
    """Return the status that wins under `every` or `some`; NOT_APPLICABLE where nothing is left."""
    present = set(statuses)
    return next((status for status in _ORDER[word] if status in present), Status.NOT_APPLICABLE)


def verdict_of(
    item: Item,
    findings: Sequence[Finding],
    *,
    threshold: Severity = Severity.MEDIUM,
) -> Verdict:
    """Roll the findings of one item and workload up to its verdict."""
    effective = [finding for finding in findings if not finding.suppressed]
    status = _workload_status(item, effective, threshold)
    because = ""
    if len(effective) < len(findings) and status in (Status.PASS, Status.NOT_APPLICABLE):
        bare = _workload_status(item, findings, threshold)
        if bare in (Status.FAIL, Status.NO_EVIDENCE):
            # What decided is accepted: the item leaves the score, and never passes by that.
            status = Status.NOT_APPLICABLE
            because = next(finding.suppressed for finding in findings if finding.suppressed)
    return Verdict(
        item=item.id,
        status=status,
        mode=item.mode,
        failing=sum(finding.status is Status.FAIL for finding in effective),
        unknown=sum(finding.status is Status.UNKNOWN for finding in effective),
        because=because or _because(status, effective),
        attested=status is Status.PASS
        and any(finding.source == "attestation" for finding in effective),
    )


def _workload_status(item: Item, findings: Sequence[Finding], threshold: Severity) -> Status:
    if item.whole_workload:
        units: list[list[Finding]] = [list(findings)]
    else:
        ordered = sorted(findings, key=lambda finding: finding.unit)
        units = [list(group) for _, group in groupby(ordered, key=lambda finding: finding.unit)]
    return combine("every", (_unit_status(item, unit, threshold) for unit in units))


def _unit_status(item: Item, findings: Sequence[Finding], threshold: Severity) -> Status:
    """Roll up one unit: below the threshold nothing decides, unless nothing else is there."""
    counting = [finding for finding in findings if finding.severity is not Severity.INFO]
    heavy = [finding for finding in counting if finding.severity.rank <= threshold.rank]
    if any(finding.status is not Status.NOT_APPLICABLE for finding in heavy):
        counting = heavy
    return evaluate(item.rollup, counting, automated=item.mode is Mode.AUTOMATED)


def evaluate(rollup: Rollup, findings: Sequence[Finding], *, automated: bool) -> Status:
    """Evaluate an expression over the findings of one unit.

    In an automated item NO_EVIDENCE is left out where anything else decides, and is FAIL where
    nothing does: nobody can attest it, and nothing shows it.
    """
    if rollup.per:
        groups = sorted({finding.group for finding in findings})
        parts = (
            _evaluate(rollup, [each for each in findings if each.group == group], automated)
            for group in groups
        )
        return combine("every", parts)
    return _evaluate(rollup, findings, automated)


def _evaluate(rollup: Rollup, findings: Sequence[Finding], automated: bool) -> Status:
    by_check: dict[str, list[Finding]] = {}
    for finding in findings:
        by_check.setdefault(finding.check, []).append(finding)
    if automated and any(_decides(rollup, finding) for finding in findings):
        by_check = {
            check: [each for each in found if each.status is not Status.NO_EVIDENCE]
            for check, found in by_check.items()
        }
    status = _expression(rollup, by_check)
    return Status.FAIL if automated and status is Status.NO_EVIDENCE else status


def _expression(rollup: Rollup, by_check: Mapping[str, Sequence[Finding]]) -> Status:
    operands: list[Status] = []
    for operand in rollup.operands:
        if isinstance(operand, Rollup):
            nested = [finding for check in operand.checks for finding in by_check.get(check.id, ())]
            operands.append(
                evaluate(operand, nested, automated=False)
                if operand.per
                else _expression(operand, by_check)
            )
        else:
            operands.extend(finding.status for finding in by_check.get(operand.id, ()))
    if any(_expression(every(each), by_check) is Status.FAIL for each in rollup.supporting):
        operands.append(Status.FAIL)
    return combine(rollup.word, operands)


def _decides(rollup: Rollup, finding: Finding) -> bool:
    """Whether a finding decides something; a supporting one does so by failing alone."""
    supporting = {check.id for each in rollup.supporting for check in every(each).checks}
    if finding.check in supporting:
        return finding.status is Status.FAIL
    return finding.status in (Status.PASS, Status.FAIL, Status.UNKNOWN)


def _because(status: Status, findings: Sequence[Finding]) -> str:
    """Say in one line what decided: the commonest reason, and how many findings share it."""
    if status is Status.UNKNOWN:
        reasons = Counter(each.reason for each in findings if each.status is Status.UNKNOWN)
        return reasons.most_common(1)[0][0] if reasons else Reason.NOT_SCANNED.value
    deciding = [each for each in findings if each.status is status]
    if not deciding:
        if status is Status.FAIL:
            return "nothing shows it"
        return "nothing here that this item judges"
    worst = min(deciding, key=lambda each: (each.severity.rank, each.resource))
    more = f" (and {len(deciding) - 1} more)" if len(deciding) > 1 else ""
    return f"{worst.resource} {worst.because}{more}"


@dataclass(frozen=True, kw_only=True)
class Score:
    """Three shares of the verdicts that count, always shown together; 0 to 1, 0 where none count."""

    score: float
    known: float
    attested: float
    counted: int


def score_of(verdicts: Iterable[Verdict]) -> Score:
    """Return score, known and attested share over effective verdicts; NOT_APPLICABLE is left out."""
    counted = [each for each in verdicts if each.status is not Status.NOT_APPLICABLE]
    total = len(counted)
    passing = [each for each in counted if each.status is Status.PASS]
    failing = sum(each.status is Status.FAIL for each in counted)
    share = max(total, 1)
    return Score(
        score=len(passing) / share,
        known=(len(passing) + failing) / share,
        attested=sum(each.attested for each in passing) / share,
        counted=total,
    )
