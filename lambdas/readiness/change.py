"""What changed between two saved results of a workload?

Used from scan to scan, from digest to digest, and on a laptop.
A gap is not a change: UNKNOWN keeps the last known answer beside it, and what comes after the gap is
compared with that.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from readiness.checklist.model import Severity, Status
from readiness.findings import Finding, Verdict
from readiness.results import WorkloadResult

Key = tuple[str, str, str, str, str]

_UNSHOWN = (Status.FAIL, Status.NO_EVIDENCE)


class Kind(StrEnum):
    """How an answer differs from the last known one."""

    #: PASS before, FAIL now.
    REGRESSION = "regression"
    #: FAIL now, where neither PASS nor FAIL was known before.
    NEW = "new"
    #: Accepted before, no longer accepted, still failing.
    REAPPEARED = "reappeared"
    #: PASS before, and now nothing shows it: an attestation ran out, for example.
    LAPSED = "lapsed"
    FIXED = "fixed"
    #: It is no longer there, or no longer judged.
    GONE = "gone"
    UNKNOWN = "became unknown"
    KNOWN = "known again"
    #: The check judges differently than before; the resource need not have changed.
    RULE_CHANGED = "verdicts that change"


@dataclass(frozen=True, kw_only=True)
class FindingChange:
    kind: Kind
    before: Finding | None
    after: Finding | None

    @property
    def finding(self) -> Finding:
        """The finding as it is now; as it was, where it is gone."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def severity(self) -> Severity:
        """The finding's severity as it is now."""
        return self.finding.severity


@dataclass(frozen=True, kw_only=True)
class VerdictChange:
    kind: Kind
    before: Verdict
    after: Verdict
    #: The worst of the findings that decide it now.
    severity: Severity


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What changed in one workload."""

    #: Nothing was known of the workload before: what fails now is neither new nor a regression.
    baseline: bool = False
    #: Accounts and repositories of which nothing was known before.
    first_seen: tuple[str, ...] = ()
    findings: tuple[FindingChange, ...] = ()
    verdicts: tuple[VerdictChange, ...] = ()

    def of(self, *kinds: Kind) -> tuple[FindingChange, ...]:
        """Return the changed findings of these kinds."""
        return tuple(each for each in self.findings if each.kind in kinds)

    @property
    def regressions(self) -> tuple[FindingChange | VerdictChange, ...]:
        """What counts as a regression: findings, and verdicts that none of these explains."""
        findings = self.of(Kind.REGRESSION)
        explained = {change.finding.item for change in findings}
        verdicts = (
            change
            for change in self.verdicts
            if change.kind is Kind.REGRESSION and change.after.item not in explained
        )
        return (*findings, *verdicts)


def carry(before: WorkloadResult | None, after: WorkloadResult) -> WorkloadResult:
    """Return a fresh result with what is remembered: since when, and what was known before a gap.

    A finding whose place went dark stays, as UNKNOWN: it is neither gone nor forgotten.
    A result that was carried already is returned as it is.
    """
    if after.carried:
        return after
    now = after.started.isoformat()
    past = {} if before is None else {finding.key: finding for finding in before.findings}
    findings = [_remembered(past.get(finding.key), finding, now) for finding in after.findings]
    if before is not None:
        findings.extend(_darkened(before, after))
    last: dict[str, Status] = {}
    since: dict[str, str] = {}
    for verdict in after.verdicts:
        known = _last_verdict(before, verdict.item)
        unchanged = verdict.status in (known, Status.UNKNOWN) and before is not None
        since[verdict.item] = (
            before.verdicts_since.get(verdict.item, now) if before and unchanged else now
        )
        if verdict.status is Status.UNKNOWN and known is not None:
            last[verdict.item] = known
    return replace(
        after,
        findings=tuple(findings),
        carried=True,
        last_verdicts=last,
        verdicts_since=since,
    )


def _remembered(before: Finding | None, after: Finding, now: str) -> Finding:
    if before is None:
        return replace(after, first_seen=now, changed_at=now)
    known = _last_known(before)
    unknown = after.status is Status.UNKNOWN
    return replace(
        after,
        first_seen=before.first_seen or now,
        changed_at=(before.changed_at or now) if unknown or after.status is known else now,
        last_known=known.value if unknown and known else "",
        # The version belongs to the answer that was last known.
        version=before.version if unknown and known else after.version,
    )


def _darkened(before: WorkloadResult, after: WorkloadResult) -> Iterable[Finding]:
    """Yield what was known of places that cannot be seen now."""
    present = {finding.key for finding in after.findings}
    dark = _dark_places(after)
    for finding in before.findings:
        if finding.key in present:
            continue
        shade = _shade(finding, dark)
        if shade is not None:
            known = _last_known(finding)
            yield replace(
                finding,
                status=Status.UNKNOWN,
                because=shade.because,
                reason=shade.reason,
                fix="",
                suppressed="",
                source="evidence",
                last_known=known.value if known else "",
            )


def _dark_places(result: WorkloadResult) -> dict[tuple[str, str, str], Finding]:
    """Return, by item, check and unit, the findings that say that a whole unit was not seen.

    A check may name the parts of a unit that it was not shown, behind a `#`; then the unit is dark too.
    """
    return {
        (finding.item, finding.check, finding.unit): finding
        for finding in result.findings
        if finding.status is Status.UNKNOWN and finding.resource.partition("#")[0] == finding.unit
    }


def _shade(finding: Finding, dark: Mapping[tuple[str, str, str], Finding]) -> Finding | None:
    """Return the finding that hides this one: its unit's, or its account's."""
    by_unit = dark.get((finding.item, finding.check, finding.unit))
    return by_unit or dark.get((finding.item, finding.check, finding.account))


def compare(before: WorkloadResult | None, after: WorkloadResult) -> Changes:
    """Say what changed from one result of a workload to a later one.

    What either of the two did not judge is left alone.
    """
    after = carry(before, after)
    places = dict.fromkeys(_place(finding) for finding in after.findings if _last_known(finding))
    known = {_place(each) for each in before.findings if _last_known(each)} if before else set()
    first_seen = tuple(place for place in places if place not in known)
    if before is None or not known:
        return Changes(baseline=True, first_seen=first_seen)
    findings = tuple(_finding_changes(before, after, frozenset(first_seen)))
    return Changes(
        first_seen=first_seen,
        findings=findings,
        verdicts=tuple(_verdict_changes(before, after, findings, frozenset(first_seen))),
    )


def _place(finding: Finding) -> str:
    return finding.account or finding.unit


def _last_known(finding: Finding) -> Status | None:
    if finding.status is not Status.UNKNOWN:
        return finding.status
    return Status(finding.last_known) if finding.last_known else None


def _finding_changes(
    before: WorkloadResult, after: WorkloadResult, first_seen: frozenset[str]
) -> Iterable[FindingChange]:
    past = {finding.key: finding for finding in before.findings}
    present = {finding.key: finding for finding in after.findings}
    checks = {(finding.item, finding.check) for finding in before.findings}
    dark = _dark_places(before)
    broken: set[Key] = set()
    for finding in after.findings:
        old = past.pop(finding.key, None)
        if not before.judged(finding.item) or _place(finding) in first_seen:
            continue
        if old is None:
            whole = _passed_whole(finding, among=past)
            if whole is not None and finding.status is Status.FAIL:
                old = whole
                broken.add(whole.key)
        if old is not None:
            kind = _finding_kind(old, finding)
        elif finding.status is not Status.FAIL or finding.suppressed:
            kind = None
        elif (finding.item, finding.check) not in checks:
            kind = Kind.RULE_CHANGED
        else:
            kind = Kind.NEW if _shade(finding, dark) is None else Kind.KNOWN
        if kind is not None and finding.severity is not Severity.INFO:
            yield FindingChange(kind=kind, before=old, after=finding)
    for old in past.values():
        if old.key in broken:
            continue  # told already, by what of it fails now
        now = _passed_whole(old, among=present)
        if now is not None and _last_known(old) in _UNSHOWN:
            yield FindingChange(kind=Kind.FIXED, before=old, after=now)
            continue
        looked = after.judged(old.item) and (not after.accounts or old.account in after.accounts)
        about_a_resource = old.resource != old.unit and old.severity is not Severity.INFO
        if looked and about_a_resource and _last_known(old) is not None:
            yield FindingChange(kind=Kind.GONE, before=old, after=None)


def _passed_whole(finding: Finding, *, among: Mapping[Key, Finding]) -> Finding | None:
    """Return what passed of the whole resource of which this finding tells a part.

    A check may name what fails of a resource behind a `#`, and passes the resource as a whole.
    """
    resource, part, _ = finding.resource.partition("#")
    if not part:
        return None
    found = among.get((*finding.key[:-1], resource))
    return found if found is not None and _last_known(found) is Status.PASS else None


def _finding_kind(before: Finding, after: Finding) -> Kind | None:
    known = _last_known(before)
    if known is after.status and before.suppressed and not after.suppressed:
        return Kind.REAPPEARED
    kind = _kind(before.status, known, after.status)
    if kind in (Kind.UNKNOWN, Kind.KNOWN):
        return kind
    if kind is not None and after.suppressed:
        # It failed for the first time, and somebody had accepted that before.
        return Kind.KNOWN if before.status is Status.UNKNOWN else None
    return Kind.RULE_CHANGED if kind is not None and before.version != after.version else kind


def _kind(before: Status, known: Status | None, after: Status) -> Kind | None:
    """Compare an answer with the one before it and the last known one."""
    if after is Status.UNKNOWN:
        return Kind.UNKNOWN if before is not Status.UNKNOWN else None
    kind: Kind | None = None
    if known is not None and known is not after:
        match after:
            case Status.FAIL:
                kind = Kind.REGRESSION if known is Status.PASS else Kind.NEW
            case Status.PASS:
                kind = Kind.FIXED if known in _UNSHOWN else None
            case Status.NO_EVIDENCE:
                kind = Kind.LAPSED if known is Status.PASS else None
            case Status.NOT_APPLICABLE:
                kind = Kind.GONE if known in _UNSHOWN else None
    return kind or (Kind.KNOWN if before is Status.UNKNOWN else None)


def _last_verdict(result: WorkloadResult | None, item: str) -> Status | None:
    if result is None:
        return None
    status = next((each.status for each in result.verdicts if each.item == item), None)
    return result.last_verdicts.get(item) if status is Status.UNKNOWN else status


def _verdict_changes(
    before: WorkloadResult,
    after: WorkloadResult,
    findings: Iterable[FindingChange],
    first_seen: frozenset[str],
) -> Iterable[VerdictChange]:
    if before.accounts or after.accounts:
        return  # the verdict of a part says nothing of the whole
    kinds = {change.finding.key: change.kind for change in findings}
    past = {verdict.item: verdict for verdict in before.verdicts}
    of_item: dict[str, list[Finding]] = {}
    for finding in after.findings:
        of_item.setdefault(finding.item, []).append(finding)
    failed: dict[str, list[Finding]] = {}
    for finding in before.findings:
        if _last_known(finding) in _UNSHOWN and not finding.suppressed:
            failed.setdefault(finding.item, []).append(finding)
    for verdict in after.verdicts:
        old = past.get(verdict.item)
        if old is None:
            continue
        known = _last_verdict(before, verdict.item)
        deciding = [
            finding
            for finding in of_item.get(verdict.item, ())
            if finding.status is verdict.status
            and not finding.suppressed
            and finding.severity is not Severity.INFO
        ]
        kind = _kind(old.status, known, verdict.status)
        if kind in (Kind.REGRESSION, Kind.NEW, Kind.LAPSED):
            kind = _cause(kind, deciding, kinds, first_seen)
        elif kind is Kind.FIXED:
            cured = {kinds.get(finding.key) for finding in failed.get(verdict.item, ())}
            kind = Kind.RULE_CHANGED if cured == {Kind.RULE_CHANGED} else kind
        elif kind is Kind.GONE:
            kind = None  # an item is never gone: it does not apply, or its failure is accepted
        if kind is not None:
            worst = min(
                (each.severity for each in deciding), key=lambda each: each.rank, default=None
            )
            yield VerdictChange(
                kind=kind, before=old, after=verdict, severity=worst or Severity.MEDIUM
            )


def _cause(
    kind: Kind,
    deciding: Iterable[Finding],
    kinds: Mapping[Key, Kind],
    first_seen: frozenset[str],
) -> Kind | None:
    """Say why a verdict got worse, by what is new among the findings that decide it."""
    fresh = [each for each in deciding if each.key in kinds or _place(each) in first_seen]
    causes = {kinds[each.key] for each in fresh if each.key in kinds}
    if fresh and not causes:
        return None  # the baseline of an account that joined the workload
    if causes in ({Kind.RULE_CHANGED}, {Kind.REAPPEARED}):
        return causes.pop()
    if kind is Kind.REGRESSION and causes and not causes & {Kind.REGRESSION, Kind.LAPSED}:
        return Kind.NEW  # a new resource fails; nothing that stood before got worse
    return kind
