"""What do the checks say of what was seen?

Evidence becomes findings, findings become verdicts.
Pure: no AWS, no clock, no environment, no logging; the same evidence always gives the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from readiness.causes import causes_of
from readiness.checklist import ITEMS
from readiness.checklist.model import (
    Check,
    Item,
    Result,
    Severity,
    Status,
    Unit,
    each,
    not_applicable,
    not_seen,
    parts_of,
    set_of,
    unknown,
)
from readiness.config import Attestation, Suppression, Workload
from readiness.evidence import NOUNS, SCOPES, Evidence, Gap, NotSeenError, Pooled, Reason, Scope
from readiness.evidence.edge import Distribution
from readiness.evidence.files import Sighting, Target, dark
from readiness.evidence.places import EnabledRegion
from readiness.findings import Finding, Verdict
from readiness.records import accepted, attested
from readiness.rollup import verdict_of

See = Callable[[type[Any], bool], Evidence[Any]]

#: The target of what belongs to the organization rather than to one account.
ORGANIZATION = "organization"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Everything one scan saw that a workload may be judged by."""

    started: datetime
    #: By target id: `account`, `account/region`, a repository's id, or `organization`.
    sightings: Mapping[str, Sighting]
    #: The pooled records of all accounts, by type.
    pool: Mapping[type[Any], Evidence[Any]] = field(default_factory=dict)

    def at(self, target: Target) -> Sighting:
        """Return what was seen at a target; no object is the gap."""
        found = self.sightings.get(target.id)
        if found is not None:
            return found
        lost = Gap(
            reason=Reason.NO_ANSWER,
            account=target.account,
            region=target.region,
            detail=f"{target.id} left no evidence",
        )
        return Sighting(target=target, failed=lost)

    def of_workload(self, workload: Workload) -> list[Sighting]:
        """Return what was seen in a workload's accounts and their regions."""
        return [
            sighting
            for sighting in self.sightings.values()
            if sighting.target.account in workload.accounts
        ]

    def organization(self, kind: type[Any]) -> Evidence[Any]:
        found = self.sightings.get(ORGANIZATION)
        if found is None:
            return dark(Reason.NOT_SCANNED, Target(), "no organization role")
        return found.of(kind)


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What a scan says of one workload."""

    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]


def judge(
    workload: Workload,
    seen: Seen,
    *,
    items: Iterable[str] = (),
    attestations: Sequence[Attestation] = (),
    suppressions: Sequence[Suppression] = (),
    environments: Mapping[str, str] | None = None,
    threshold: Severity = Severity.MEDIUM,
) -> Judged:
    """Judge a workload by what was seen: all 124 items, or those named.

    `environments` are what the accounts' tags declare, by account id.
    """
    chosen = [ITEMS[name] for name in items] or list(ITEMS.values())
    findings: list[Finding] = []
    verdicts = []
    judged: dict[str, list[tuple[Unit, Result]]] = {}
    causes = causes_of(seen.of_workload(workload))
    for item in chosen:
        of_item: list[Finding] = []
        for check in item.checks:
            if check.id not in judged:
                judged[check.id] = list(_judge_check(check, workload, seen, environments or {}))
            of_item.extend(
                _finding(item, check, workload.name, unit, result, causes)
                for unit, result in judged[check.id]
            )
        of_item = [attested(finding, item, attestations, seen.started) for finding in of_item]
        of_item = [accepted(finding, suppressions, seen.started) for finding in of_item]
        kept: dict[tuple[str, ...], Finding] = {}
        for finding in of_item:
            kept[finding.key] = _worse(finding, kept.get(finding.key))
        findings.extend(kept.values())
        verdicts.append(verdict_of(item, tuple(kept.values()), threshold=threshold))
    return Judged(findings=tuple(findings), verdicts=tuple(verdicts))


def kinds_of(items: Iterable[str] = ()) -> frozenset[type[Any]]:
    """Return the evidence types that the checks of these items need; of all items by default."""
    chosen = [ITEMS[name] for name in items] or list(ITEMS.values())
    return frozenset(kind for item in chosen for check in item.checks for kind in check.needs)


def pooled_kinds(items: Iterable[str] = ()) -> frozenset[type[Any]]:
    """Return the evidence types that these items' checks need from every account."""
    chosen = [ITEMS[name] for name in items] or list(ITEMS.values())
    return frozenset(kind for item in chosen for check in item.checks for kind in check.pooled)


def _judge_check(
    check: Check[..., Any], workload: Workload, seen: Seen, environments: Mapping[str, str]
) -> Iterator[tuple[Unit, Result]]:
    options = workload.options_of(check.id)
    for unit, see in _units(check.scope, workload, seen, environments):
        for result in results_of(check, unit, see, options):
            yield unit, result


def results_of(
    check: Check[..., Any], unit: Unit, see: See, options: Mapping[str, Any] | None = None
) -> Iterator[Result]:
    """Yield what a check says of one unit; what it cannot say is UNKNOWN, never silence."""
    subjects = check.subjects
    hints = list(check.parameters.values())[1 if subjects else 0 :]
    rest = [_argument(hint, unit, see) for hint in hints]
    options = options or {}
    if not subjects:
        yield from _named(_results(check, rest, options), unit.id)
        return
    empty = True
    gaps: list[Gap] = []
    for kind in subjects:
        evidence = see(kind, False)
        gaps.extend(evidence.gaps)
        for record in evidence.seen:
            global_list = check.scope is Scope.REGION and SCOPES[kind] is Scope.ACCOUNT
            arguments = rest
            if global_list and unit.region and record.region != unit.region:
                if not _is_homeless(record, unit):
                    continue  # judged with the evidence of its own region
                unseen = _without_region(see, record.region)
                arguments = [_argument(hint, unit, unseen) for hint in hints]
            empty = False
            yield from _named(_results(check, [record, *arguments], options), record.arn)
    for resource in sorted({gap.resource for gap in gaps}):
        hidden = [gap for gap in gaps if gap.resource == resource]
        yield not_seen(hidden).about(resource or unit.id)
    if empty and not gaps:
        nouns = " or ".join(NOUNS[kind] for kind in subjects)
        yield not_applicable(f"has no {nouns}").about(unit.id)


def _is_homeless(record: Any, unit: Unit) -> bool:
    """Whether what is global is judged here, since the region where it is at home is not scanned."""
    return (
        isinstance(record, Distribution)
        and record.region not in unit.regions
        and unit.region == min(unit.regions, default="")
    )


def _without_region(see: See, region: str) -> See:
    """See what an account has, and nothing of a region that is not scanned."""

    def look(kind: type[Any], pooled: bool) -> Evidence[Any]:
        if pooled or SCOPES[kind] is not Scope.REGION:
            return see(kind, pooled)
        detail = f"{region}, where global services answer"
        return dark(Reason.NOT_SCANNED, Target(region=region), detail)

    return look


def _results(
    check: Check[..., Any], arguments: Sequence[Any], options: Mapping[str, Any]
) -> Iterator[Result]:
    nothing = True
    try:
        for result in each(check(*arguments, **options)):
            nothing = False
            yield result
    except NotSeenError as error:
        yield not_seen(error.gaps)
        return
    except Exception as error:
        # A check that crashes on odd evidence must not silence the others, nor pass.
        detail = f"{Reason.CHECK_CRASHED.value}: {type(error).__name__}"
        yield replace(
            unknown(Reason.CHECK_CRASHED, f"could not be judged: {detail}"), reason=detail
        )
        return
    if nothing:
        yield not_applicable("has nothing that this check judges")


def _named(results: Iterator[Result], name: str) -> Iterator[Result]:
    for result in results:
        yield result if result.resource else result.about(name)


def _units(
    scope: Scope, workload: Workload, seen: Seen, environments: Mapping[str, str]
) -> Iterator[tuple[Unit, See]]:
    if scope is Scope.REPOSITORY:
        yield from _repositories(workload, seen)
        return
    for account in workload.accounts:
        own = seen.at(Target(account=account))
        unit = Unit(
            account=account,
            partition=own.partition,
            now=seen.started,
            regions=own.regions,
            workload_accounts=workload.accounts,
            environment=workload.environment or environments.get(account, ""),
        )
        if scope is Scope.REGION and own.regions:
            for region in own.regions:
                yield replace(unit, region=region), _region_view(seen, workload, account, region)
        else:
            yield unit, _account_view(seen, account)


def _repositories(workload: Workload, seen: Seen) -> Iterator[tuple[Unit, See]]:
    if not workload.repositories:
        target = Target(repository=f"workload:{workload.name}")
        lost = Sighting(target=target, failed=Gap(reason=Reason.NO_REPOSITORY))
        yield (
            Unit(repository=target.id, now=seen.started, environment=workload.environment),
            _repository_view(seen, workload, lost),
        )
    for repository in workload.repositories:
        sighting = seen.at(Target(repository=repository))
        unit = Unit(repository=repository, now=seen.started, environment=workload.environment)
        yield unit, _repository_view(seen, workload, sighting)


def _region_view(seen: Seen, workload: Workload, account: str, region: str) -> See:
    """A region sees its workload's repositories together, e.g. to find what made its resources."""

    def see(kind: type[Any], pooled: bool) -> Evidence[Any]:
        if pooled:
            return _pool(seen, kind)
        match SCOPES[kind]:
            case Scope.ORGANIZATION:
                return seen.organization(kind)
            case Scope.ACCOUNT:
                return seen.at(Target(account=account)).of(kind)
            case Scope.REPOSITORY:
                targets = (Target(repository=each) for each in workload.repositories)
                return union(seen.at(target).of(kind) for target in targets)
            case _:
                return seen.at(Target(account=account, region=region)).of(kind)

    return see


def _account_view(seen: Seen, account: str) -> See:
    """An account sees its regions' evidence together."""

    def see(kind: type[Any], pooled: bool) -> Evidence[Any]:
        if pooled:
            return _pool(seen, kind)
        own = seen.at(Target(account=account))
        if SCOPES[kind] is Scope.ORGANIZATION:
            return seen.organization(kind)
        if SCOPES[kind] is Scope.ACCOUNT or own.failed:
            return own.of(kind)
        if not own.regions:
            # Every account has a region: none means that they were not seen.
            return own.of(EnabledRegion) if own.of(EnabledRegion).gaps else no_region(account)
        regions = (Target(account=account, region=region) for region in own.regions)
        return union(seen.at(target).of(kind) for target in regions)

    return see


def _repository_view(seen: Seen, workload: Workload, sighting: Sighting) -> See:
    """A repository sees its workload's accounts together, e.g. to find the builds of its code."""

    def see(kind: type[Any], pooled: bool) -> Evidence[Any]:
        if SCOPES[kind] is Scope.REPOSITORY:
            return sighting.of(kind)
        return union(_account_view(seen, account)(kind, pooled) for account in workload.accounts)

    return see


def no_region(account: str) -> Evidence[Any]:
    """Return dark evidence for an account of which no region is scanned."""
    return dark(
        Reason.NOT_SCANNED, Target(account=account), "none of its enabled regions is configured"
    )


def _pool(seen: Seen, kind: type[Any]) -> Evidence[Any]:
    found = seen.pool.get(kind)
    return found if found is not None else dark(Reason.NOT_SCANNED, Target(), "no pooled records")


def union(parts: Iterable[Evidence[Any]]) -> Evidence[Any]:
    """Put evidence of several places together, with the union of their gaps."""
    listed = list(parts)
    records = {id(record): record for part in listed for record in part.seen}
    return Evidence(
        tuple(records.values()), tuple(dict.fromkeys(gap for part in listed for gap in part.gaps))
    )


def _finding(
    item: Item,
    check: Check[..., Any],
    workload: str,
    unit: Unit,
    result: Result,
    causes: Mapping[str, str],
) -> Finding:
    wants_fix = result.status in (Status.FAIL, Status.NO_EVIDENCE)
    return Finding(
        workload=workload,
        item=item.id,
        check=check.id,
        status=result.status,
        severity=result.severity or check.severity,
        account=unit.account,
        region=unit.region,
        resource=result.resource,
        because=result.because,
        reason=result.reason,
        fix=check.sections["Fix"] if wants_fix else "",
        unit=unit.id,
        group=result.group,
        cause=causes.get(result.resource, "") if result.status is Status.FAIL else "",
        version=check.version,
    )


_WORST = (Status.FAIL, Status.UNKNOWN, Status.NO_EVIDENCE, Status.PASS, Status.NOT_APPLICABLE)


def _worse(one: Finding, other: Finding | None) -> Finding:
    """Keep the worse of two results on one resource: a name seen twice must not hide a FAIL."""
    if other is None:
        return one
    return min(one, other, key=lambda finding: _WORST.index(finding.status))


def _argument(hint: Any, unit: Unit, see: See) -> Any:
    """Return what a parameter asks for; the sets of a union in its order."""
    if hint is Unit:
        return unit
    asked = set_of(hint)
    if asked is None:
        parts = parts_of(hint)
        assert parts  # a check's parameters are its subject, its unit and evidence
        return hint(**{name: _argument(part, unit, see) for name, part in parts.items()})
    origin, kinds = asked
    sets = [see(kind, origin is Pooled) for kind in kinds]
    return sets[0] if len(sets) == 1 else union(sets)
