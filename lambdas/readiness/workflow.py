"""What happens in each step of a scan?

The same functions run in the Lambdas and in one process on a laptop; they differ in the store, the
ledger and the credentials that they are given. Every step reads the plan and leaves files; none
returns data.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache, reduce
from typing import Any
from urllib.parse import quote

from pydantic import TypeAdapter

from readiness.change import Kind, carry, compare
from readiness.evidence import Evidence, Gap, Reason, Scope
from readiness.evidence.files import Sighting, Target, dump, load
from readiness.evidence.places import SURVEYED, EnabledRegion
from readiness.judging import ORGANIZATION, Judged, Seen, judge, kinds_of, pooled_kinds, union
from readiness.ledger import Ledger
from readiness.planning import Plan, regions_of
from readiness.probes import look
from readiness.probes.access import Access
from readiness.probes.refusals import UnseenError
from readiness.records import Use, uses_of
from readiness.repositories import read
from readiness.repositories.github import API as GITHUB
from readiness.results import (
    ClosedRegion,
    Coverage,
    ScanRecord,
    ScanStatus,
    WorkloadResult,
    by_service,
    closed_entry,
    dump_record,
    estimated_cost,
)
from readiness.results import dump as dump_result
from readiness.results import load as load_result
from readiness.rollup import Score, score_of
from readiness.storage import Store

#: The name of the state machine that makes these steps, by which a scan is started on demand.
STATE_MACHINE = "readiness"


def evidence_key(scan: str, target: Target) -> str:
    return f"evidence/{scan}/{target.file}"


def plan_key(scan: str) -> str:
    return f"scans/{scan}/plan.json"


def pool_key(scan: str) -> str:
    return f"evidence/{scan}/pool.json.gz"


def tally_key(scan: str) -> str:
    return f"scans/{scan}/tally.json"


def save_plan(plan: Plan, store: Store) -> None:
    store.put(plan_key(plan.scan), plan.model_dump_json().encode())


def load_plan(scan: str, store: Store) -> Plan:
    """Read a scan's plan; raises LookupError where there is none."""
    content = store.get(plan_key(scan))
    if content is None:
        message = f"scan {scan} has no plan"
        raise LookupError(message)
    return Plan.model_validate_json(content)


def survey(
    plan: Plan,
    account: str,
    access: Access,
    store: Store,
    deadline: float | None = None,
    *,
    known: Callable[[tuple[str, ...]], None] = lambda regions: None,
) -> tuple[str, ...]:
    """See what an account has once, and return which of its regions to probe.

    `known` hears of the regions as soon as they are known, before the rest of the account is seen.
    """
    scope = Scope.ORGANIZATION if account == ORGANIZATION else Scope.ACCOUNT
    return _see(plan, Target(account=account), scope, access, store, deadline, known)


def probe(
    plan: Plan,
    account: str,
    region: str,
    access: Access,
    store: Store,
    deadline: float | None = None,
) -> tuple[str, ...]:
    """See what one region of an account holds; there are no regions to look at after it."""
    target = Target(account=account, region=region)
    return _see(plan, target, Scope.REGION, access, store, deadline)


def read_repository(
    plan: Plan,
    repository: str,
    access: Access,
    store: Store,
    *,
    token: str = "",
    github_url: str = GITHUB,
    folders: bool = True,
    deadline: float | None = None,
) -> tuple[str, ...]:
    """See what a repository holds; there are no regions to look at after it.

    `folders` says whether this machine's own folders may be read.
    """
    sighting = read(
        repository,
        kinds=kinds_of(plan.items),
        access=access,
        token=token,
        scan=plan.scan,
        now=plan.started,
        deadline=deadline,
        github_url=github_url,
        folders=folders,
    )
    leave(plan, sighting, store)
    return ()


def _see(
    plan: Plan,
    target: Target,
    scope: Scope,
    access: Access,
    store: Store,
    deadline: float | None,
    known: Callable[[tuple[str, ...]], None] = lambda regions: None,
) -> tuple[str, ...]:
    """Look at one target and leave its file; return the regions to probe where it is an account."""
    began = time.monotonic()
    try:
        if scope is Scope.ORGANIZATION:
            connection = access.organization(scan=plan.scan, started=plan.started)
        else:
            connection = access.member(target.account, scan=plan.scan, started=plan.started)
    except UnseenError as error:
        leave(plan, Sighting(target=target, failed=error.gap), store)
        return ()
    connection.deadline = deadline
    connection.switched_off = plan.configuration.switched_off
    connection.cost_tags = plan.cost_tags
    connection.business_metrics = plan.configuration.business_metrics
    # First, since an account's regions wait for it.
    kinds = [*(SURVEYED if scope is Scope.ACCOUNT else ()), *kinds_of(plan.items)]

    def told(kind: type[Any], evidence: Evidence[Any]) -> None:
        if kind is EnabledRegion:
            known(_regions(plan, evidence))

    seen = look(connection, target.region or connection.home_region, scope, kinds, told=told)
    connection.close()
    regions = _regions(plan, seen[EnabledRegion]) if scope is Scope.ACCOUNT else ()
    sighting = Sighting(
        target=target,
        evidence=seen,
        partition=connection.partition,
        regions=regions,
        calls=connection.calls.made,
        throttled=connection.calls.throttled,
        metrics=connection.calls.metrics,
        answered=connection.calls.answered,
        seconds=time.monotonic() - began,
    )
    leave(plan, sighting, store)
    return regions


def _regions(plan: Plan, enabled: Evidence[EnabledRegion]) -> tuple[str, ...]:
    named = plan.configuration.regions
    if enabled.gaps and named != "enabled":
        # They were named in the configuration; whether they are enabled, their probes will see.
        return regions_of(plan, named)
    return regions_of(plan, [each.name for each in enabled.seen])


def leave(plan: Plan, sighting: Sighting, store: Store) -> None:
    """Save what was seen at a target."""
    store.put(evidence_key(plan.scan, sighting.target), dump(sighting))


@dataclass(frozen=True, kw_only=True)
class Tally:
    """What was planned, what was seen of it, and what that took."""

    #: Target ids: accounts, `account/region`, repositories.
    expected: tuple[str, ...]
    seen: tuple[str, ...]
    #: Why a target was not seen, by its id.
    failed: Mapping[str, str] = field(default_factory=dict)
    #: Targets in which a probe crashed or passed its deadline, with the types it left dark.
    crashed: Mapping[str, str] = field(default_factory=dict)
    #: Regions, by account, in which a service control policy denies everything.
    closed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: Regions that an account has enabled and the configuration leaves out.
    unwanted: tuple[str, ...] = ()
    calls: Mapping[str, int] = field(default_factory=dict)
    throttled: Mapping[str, int] = field(default_factory=dict)
    #: How many metrics CloudWatch was asked for.
    metrics: int = 0


def pool(plan: Plan, store: Store) -> Tally:
    """Merge the records that checks need from every account, and count what was seen.

    One target is held in memory at a time; coverage is what was planned less the objects found.
    """
    wanted = pooled_kinds(plan.items)
    parts: dict[type[Any], list[Evidence[Any]]] = {kind: [] for kind in wanted}
    expected, seen = [], []
    failed: dict[str, str] = {}
    crashed: dict[str, str] = {}
    closed: dict[str, list[str]] = {}
    unwanted: set[str] = set()
    calls: Counter[str] = Counter()
    throttled: Counter[str] = Counter()
    metrics = 0
    for sighting in _planned_sightings(plan, store):
        target = sighting.target
        expected.append(target.id)
        calls.update(sighting.calls)
        throttled.update(sighting.throttled)
        metrics += sighting.metrics
        if sighting.failed:
            failed[target.id] = str(sighting.failed)
        elif sighting.closed:
            failed[target.id] = Reason.DENIED_BY_SCP.value
            closed.setdefault(target.account, []).append(target.region)
        else:
            seen.append(target.id)
        if sighting.crashed:
            crashed[target.id] = ", ".join(sighting.crashed)
        unwanted |= {each.name for each in sighting.of(EnabledRegion).seen} - set(sighting.regions)
        for kind in wanted:
            if sighting.failed or kind in sighting.evidence:
                parts[kind].append(sighting.of(kind))
    pooled = {kind: union(found) for kind, found in parts.items()}
    store.put(pool_key(plan.scan), dump(Sighting(target=Target(account="pool"), evidence=pooled)))
    tally = Tally(
        expected=tuple(expected),
        seen=tuple(seen),
        failed=failed,
        crashed=crashed,
        closed={account: tuple(regions) for account, regions in closed.items()},
        unwanted=tuple(sorted(unwanted)),
        calls=calls,
        throttled=throttled,
        metrics=metrics,
    )
    store.put(tally_key(plan.scan), TypeAdapter(Tally).dump_json(tally))
    return tally


def load_tally(scan: str, store: Store) -> Tally | None:
    """Read what the pool step counted; None where it left nothing."""
    content = store.get(tally_key(scan))
    return None if content is None else TypeAdapter(Tally).validate_json(content)


def _planned_sightings(plan: Plan, store: Store) -> Iterator[Sighting]:
    """Yield the sighting of every planned target; one that left no object is a failed one."""
    if plan.organization:
        yield sighting_at(plan, Target(account=ORGANIZATION), store)
    for account in plan.accounts:
        own = sighting_at(plan, Target(account=account.id), store)
        yield own
        for region in own.regions:
            yield sighting_at(plan, Target(account=account.id, region=region), store)
    for repository in plan.repositories:
        yield sighting_at(plan, Target(repository=repository), store)


def sighting_at(plan: Plan, target: Target, store: Store) -> Sighting:
    """Read what was seen at a target; no object is the gap."""
    content = store.get(evidence_key(plan.scan, target))
    if content is not None:
        return load(content)
    gap = Gap(
        reason=Reason.NO_ANSWER,
        account=target.account,
        region=target.region,
        detail="its probe ended without a word",
    )
    return Sighting(target=target, failed=gap)


def judge_workload(plan: Plan, name: str, store: Store) -> Judged:
    """Judge one workload by what its accounts and repositories showed."""
    return judge_seen(plan, name, seen_of(plan, name, store))


def seen_of(plan: Plan, name: str, store: Store) -> Seen:
    """Read what a workload is judged by: what its places showed, and the pool."""
    workload = plan.workload(name)
    targets = [Target(account=ORGANIZATION)] if plan.organization else []
    targets += [Target(account=account) for account in workload.accounts]
    targets += [Target(repository=repository) for repository in workload.repositories]
    sightings = {target.id: sighting_at(plan, target, store) for target in targets}
    for account in workload.accounts:
        for region in sightings[account].regions:
            target = Target(account=account, region=region)
            sightings[target.id] = sighting_at(plan, target, store)
    pooled = store.get(pool_key(plan.scan))
    return Seen(
        started=plan.started,
        sightings=sightings,
        pool=_pooled(pooled) if pooled else {},
    )


@lru_cache(maxsize=1)
def _pooled(content: bytes) -> Mapping[type[Any], Evidence[Any]]:
    """Read the pool; kept, as one process judges many workloads of a scan, one after the other."""
    return load(content).evidence


def judge_seen(plan: Plan, name: str, seen: Seen) -> Judged:
    """Judge one workload, by the plan's items and records, by what was seen."""
    return judge(
        plan.workload(name),
        seen,
        items=plan.items,
        attestations=plan.attestations,
        suppressions=plan.suppressions,
        environments=plan.environments,
        threshold=plan.configuration.item_fail_severity,
    )


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One workload's result in a few numbers, so that nobody has to read it whole."""

    workload: str
    score: Score
    #: The known share of the result before; None where there was none.
    known_before: float | None
    #: Effective verdicts by status.
    verdicts: Mapping[str, int]
    #: Failing findings that are not accepted, by severity.
    failing: Mapping[str, int]
    #: Regressed findings by severity, and failures on what was not there before.
    regressions: Mapping[str, int]
    new_failures: int
    #: What became of each record of the plan, attestations first.
    records: tuple[Use, ...] = ()
    #: Items written to the ledger.
    written: int = 0


def result_key(scan: str, workload: str) -> str:
    return f"results/{scan}/{quote(workload, safe='')}.json.gz"


def summary_key(scan: str, workload: str) -> str:
    return f"results/{scan}/summaries/{quote(workload, safe='')}.json"


def finish_workload(plan: Plan, name: str, store: Store, ledger: Ledger | None) -> Summary:
    """Judge a workload, compare it with what was known, and keep both.

    Repeating the step gives the same files and the same ledger.
    """
    judged = judge_workload(plan, name, store)
    key = ledger.before(name, plan.scan) if ledger else None
    content = store.get(key) if key else None
    before = load_result(content) if content else None
    result, summary = remember(plan, name, judged, before)
    store.put(result_key(plan.scan, name), dump_result(result))
    if ledger:
        written = ledger.keep(before, result, result_key(plan.scan, name), summary.score)
        summary = replace(summary, written=written)
    store.put(summary_key(plan.scan, name), TypeAdapter(Summary).dump_json(summary))
    return summary


def remember(
    plan: Plan, name: str, judged: Judged, before: WorkloadResult | None
) -> tuple[WorkloadResult, Summary]:
    """Put what was judged beside what was known before."""
    result = carry(
        before,
        WorkloadResult(
            workload=name,
            scan=plan.scan,
            started=plan.started,
            findings=judged.findings,
            verdicts=judged.verdicts,
            filtered=plan.items,
            accounts=plan.request.accounts,
        ),
    )
    changes = compare(before, result)
    regressed = Counter(change.severity.value for change in changes.regressions)
    summary = Summary(
        workload=name,
        score=score_of(result.verdicts),
        known_before=score_of(before.verdicts).known if before else None,
        verdicts=Counter(verdict.status.value for verdict in result.verdicts),
        failing=Counter(finding.severity.value for finding in result.findings if finding.fails),
        regressions=regressed,
        new_failures=len(changes.of(Kind.NEW)),
        records=uses_of(result.findings, plan.attestations, plan.suppressions, plan.started),
    )
    return result, summary


def conclude(plan: Plan, store: Store, ended: datetime) -> tuple[ScanRecord, list[Summary]]:
    """Write the scan's record from what its steps left."""
    tally = load_tally(plan.scan, store)
    summaries = []
    for workload in plan.workloads:
        content = store.get(summary_key(plan.scan, workload.name))
        if content:
            summaries.append(TypeAdapter(Summary).validate_json(content))
    record = record_of(plan, tally, summaries, ended)
    if len(summaries) < len(plan.workloads) and record.status is ScanStatus.COMPLETE:
        record = replace(record, status=ScanStatus.PARTIAL)
    store.put(f"scans/{plan.scan}/scan.json", dump_record(record))
    return record, summaries


def record_of(
    plan: Plan, tally: Tally | None, summaries: Sequence[Summary], ended: datetime
) -> ScanRecord:
    """Return the record of a scan: what was planned, what was seen, what it took."""
    if tally is None:
        return ScanRecord(id=plan.scan, started=plan.started, ended=ended, status=ScanStatus.FAILED)
    places = [each for each in tally.expected if each != ORGANIZATION]
    repositories = set(plan.repositories)
    accounts = {each.id for each in plan.accounts}
    whole = not tally.failed and not tally.crashed and not plan.unlisted
    anything = any(each in tally.seen for each in places)
    return ScanRecord(
        id=plan.scan,
        started=plan.started,
        ended=ended,
        status=ScanStatus.FAILED
        if not anything
        else ScanStatus.COMPLETE
        if whole
        else ScanStatus.PARTIAL,
        accounts=_with_organization(
            plan,
            tally,
            _coverage(
                tally,
                [each for each in places if each in accounts],
                {each.id: each.reason for each in plan.skipped},
            ),
        ),
        regions=_coverage(
            tally,
            [each for each in places if each not in accounts | repositories],
            dict.fromkeys(tally.unwanted, "enabled, and not among the configured regions")
            | dict.fromkeys(plan.configuration.closed_regions, "declared as closed"),
        ),
        repositories=_coverage(tally, [each for each in places if each in repositories], {}),
        closed_regions=_closed(tally),
        calls=by_service(tally.calls),
        throttled=by_service(tally.throttled),
        seconds=round((ended - plan.started).total_seconds(), 1),
        workloads={each.workload: each.score for each in summaries},
        organization=mean_of(each.score for each in summaries),
        records=_used(summaries),
        metrics=tally.metrics,
        cost_usd=estimated_cost(tally.calls, tally.metrics),
    )


def _used(summaries: Iterable[Summary]) -> tuple[Use, ...]:
    """Add up what became of each record in all workloads."""
    by_record = zip(*(each.records for each in summaries), strict=True)
    return tuple(reduce(Use.plus, uses) for uses in by_record)


def mean_of(scores: Iterable[Score]) -> Score | None:
    """Return the organization's score: each verdict of each workload counts once."""
    listed = [each for each in scores if each.counted]
    counted = sum(each.counted for each in listed)
    if not counted:
        return None
    return Score(
        score=sum(each.score * each.counted for each in listed) / counted,
        known=sum(each.known * each.counted for each in listed) / counted,
        attested=sum(each.attested * each.counted for each in listed) / counted,
        counted=counted,
    )


def _with_organization(plan: Plan, tally: Tally, accounts: Coverage) -> Coverage:
    """Say among the accounts that the organization itself was not seen, or not all of its accounts."""
    own = _coverage(tally, [ORGANIZATION], {}).failed
    told = {ORGANIZATION: plan.unlisted} if plan.unlisted else own
    return replace(accounts, failed={**told, **accounts.failed})


def _coverage(tally: Tally, expected: Sequence[str], left_out: Mapping[str, str]) -> Coverage:
    failed = {each: tally.failed[each] for each in expected if each in tally.failed}
    failed |= {
        each: f"{Reason.CRASHED.value} or late: {tally.crashed[each]}"
        for each in expected
        if each in tally.crashed
    }
    return Coverage(
        expected=tuple(expected),
        scanned=tuple(each for each in expected if each in tally.seen),
        failed=failed,
        left_out=left_out,
    )


def _closed(tally: Tally) -> tuple[ClosedRegion, ...]:
    by_region: dict[str, list[str]] = {}
    for account, regions in tally.closed.items():
        for region in regions:
            by_region.setdefault(region, []).append(account)
    return tuple(
        ClosedRegion(region=region, accounts=tuple(sorted(accounts)), entry=closed_entry([region]))
        for region, accounts in sorted(by_region.items())
    )
