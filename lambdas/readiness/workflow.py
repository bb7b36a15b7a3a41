"""What happens in each step of a scan?

The same functions run in the Lambdas and in one process on a laptop; they differ in the store, the
ledger and the credentials that they are given. Every step reads the plan and leaves files; none
returns data.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from readiness.evidence import Evidence, Gap, Reason, Scope
from readiness.evidence.files import Sighting, Target, dump, load
from readiness.evidence.places import SURVEYED, EnabledRegion
from readiness.judging import ORGANIZATION, Judged, Seen, judge, kinds_of, pooled_kinds, union
from readiness.planning import Plan, regions_of
from readiness.probes import look
from readiness.probes.access import Access
from readiness.probes.refusals import UnseenError
from readiness.storage import Store


def evidence_key(scan: str, target: Target) -> str:
    return f"evidence/{scan}/{target.file}"


def plan_key(scan: str) -> str:
    return f"scans/{scan}/plan.json"


def pool_key(scan: str) -> str:
    return f"scans/{scan}/pool.json.gz"


def coverage_key(scan: str) -> str:
    return f"scans/{scan}/coverage.json"


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
    plan: Plan, account: str, access: Access, store: Store, deadline: float | None = None
) -> tuple[str, ...]:
    """See what an account has once, and return which of its regions to probe."""
    scope = Scope.ORGANIZATION if account == ORGANIZATION else Scope.ACCOUNT
    return _see(plan, Target(account=account), scope, access, store, deadline)


def probe(
    plan: Plan,
    account: str,
    region: str,
    access: Access,
    store: Store,
    deadline: float | None = None,
) -> None:
    """See what one region of an account holds."""
    target = Target(account=account, region=region)
    _see(plan, target, Scope.REGION, access, store, deadline)


def _see(
    plan: Plan, target: Target, scope: Scope, access: Access, store: Store, deadline: float | None
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
    kinds = kinds_of(plan.items) | (SURVEYED if scope is Scope.ACCOUNT else frozenset())
    seen = look(connection, target.region or connection.home_region, scope, kinds)
    connection.close()
    regions = _regions(plan, seen[EnabledRegion]) if scope is Scope.ACCOUNT else ()
    sighting = Sighting(
        target=target,
        evidence=seen,
        partition=connection.partition,
        regions=regions,
        calls=connection.calls.made,
        throttled=connection.calls.throttled,
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
class Coverage:
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
    calls: Mapping[str, int] = field(default_factory=dict)
    throttled: Mapping[str, int] = field(default_factory=dict)


def pool(plan: Plan, store: Store) -> Coverage:
    """Merge the records that checks need from every account, and count what was seen.

    One target is held in memory at a time; coverage is what was planned less the objects found.
    """
    wanted = pooled_kinds(plan.items)
    parts: dict[type[Any], list[Evidence[Any]]] = {kind: [] for kind in wanted}
    expected, seen = [], []
    failed: dict[str, str] = {}
    crashed: dict[str, str] = {}
    closed: dict[str, list[str]] = {}
    calls: Counter[str] = Counter()
    throttled: Counter[str] = Counter()
    for sighting in _planned_sightings(plan, store):
        target = sighting.target
        expected.append(target.id)
        calls.update(sighting.calls)
        throttled.update(sighting.throttled)
        if sighting.failed:
            failed[target.id] = str(sighting.failed)
        elif sighting.closed:
            failed[target.id] = Reason.DENIED_BY_SCP.value
            closed.setdefault(target.account, []).append(target.region)
        else:
            seen.append(target.id)
        if sighting.crashed:
            crashed[target.id] = ", ".join(sighting.crashed)
        for kind in wanted:
            if sighting.failed or kind in sighting.evidence:
                parts[kind].append(sighting.of(kind))
    pooled = {kind: union(found) for kind, found in parts.items()}
    store.put(pool_key(plan.scan), dump(Sighting(target=Target(account="pool"), evidence=pooled)))
    coverage = Coverage(
        expected=tuple(expected),
        seen=tuple(seen),
        failed=failed,
        crashed=crashed,
        closed={account: tuple(regions) for account, regions in closed.items()},
        calls=calls,
        throttled=throttled,
    )
    store.put(coverage_key(plan.scan), TypeAdapter(Coverage).dump_json(coverage))
    return coverage


def load_coverage(scan: str, store: Store) -> Coverage | None:
    """Read what the pool step counted; None where it left nothing."""
    content = store.get(coverage_key(scan))
    return None if content is None else TypeAdapter(Coverage).validate_json(content)


def _planned_sightings(plan: Plan, store: Store) -> Any:
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
    return judge(
        workload,
        Seen(
            started=plan.started,
            sightings=sightings,
            pool=load(pooled).evidence if pooled else {},
        ),
        items=plan.items,
        attestations=plan.attestations,
        suppressions=plan.suppressions,
        environments=plan.environments,
        threshold=plan.configuration.item_fail_severity,
    )
