"""How is an account scanned from here, with nothing deployed?

The same plan, probes, judge and change as the deployed workflow, in this process, with a pool of
threads in place of Step Functions.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import boto3

from readiness import workflow
from readiness.config import Attestation, Configuration, Suppression, Workload
from readiness.findings import Finding, Verdict
from readiness.judging import ORGANIZATION
from readiness.planning import Plan, Request, make_plan, scan_id
from readiness.probes.access import Access, sts_of
from readiness.probes.aws import CALL_ERRORS
from readiness.probes.refusals import gap_of
from readiness.repositories import reference_of
from readiness.repositories.github import API as GITHUB
from readiness.results import ScanRecord, WorkloadResult
from readiness.storage import Memory, Store

#: Targets at a time; each makes up to `max_concurrency` calls at once.
TARGETS = 4
#: How long one target is looked at, as in Lambda; what it has not shown by then is a gap.
TARGET_SECONDS = 14 * 60


class ScanError(Exception):
    """Nothing could be scanned; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a scan is."""

    done: int
    total: int
    label: str


@dataclass(frozen=True, kw_only=True)
class Scan:
    """What a scan found."""

    scan: ScanRecord
    results: tuple[WorkloadResult, ...]
    plan: Plan
    #: What was known before, by workload, where something was.
    before: Mapping[str, WorkloadResult] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding of every workload."""
        return tuple(finding for result in self.results for finding in result.findings)

    @cached_property
    def verdicts(self) -> Mapping[str, Mapping[str, Verdict]]:
        """Workload → item → verdict, in the checklist's order."""
        return {
            result.workload: {verdict.item: verdict for verdict in result.verdicts}
            for result in self.results
        }


def scan(
    session: boto3.Session,
    *,
    accounts: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
    items: Sequence[str] | None = None,
    repositories: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    configuration: Configuration | None = None,
    attestations: Sequence[Attestation] = (),
    suppressions: Sequence[Suppression] = (),
    endpoint_url: str | None = None,
    role_name: str = "",
    external_id: str = "",
    token: str = "",
    github_url: str = GITHUB,
    max_concurrency: int = 8,
    progress: Callable[[Progress], None] | None = None,
    previous: Mapping[str, WorkloadResult] | None = None,
    store: Store | None = None,
) -> Scan:
    """Scan accounts and repositories with the caller's own credentials, and judge them.

    Without `accounts`: those of the configuration where a role is named to reach them, else the
    caller's own. No role is assumed in the caller's own account. `token` is GitHub's, asked at
    `github_url`. Raises ScanError where the
    credentials do not work, PlanError where there is nothing to scan, and pydantic's
    ValidationError for an unknown item or option; UnknownRepositoryError for what names no repository.
    """
    started = datetime.now(UTC)
    store = store or Memory()
    own_account, partition = _caller(session, endpoint_url)
    configured = configuration or Configuration()
    access = Access(
        session=session,
        partition=partition,
        own_account=own_account,
        role_name=role_name,
        external_id=external_id,
        endpoint_url=endpoint_url,
        max_concurrency=max_concurrency,
    )
    plan = make_plan(
        Request(items=tuple(items or ())),
        scan=scan_id(started, secrets.token_hex(2)),
        started=started,
        configuration=_narrowed(configured, accounts, regions, options, role_name, own_account),
        attestations=attestations,
        suppressions=suppressions,
        own_account=own_account,
    )
    plan = plan.model_copy(update={"organization": True})
    if repositories:
        plan = _with_repositories(plan, [reference_of(each, github_url) for each in repositories])
    workflow.save_plan(plan, store)
    _look(plan, access, store, token, github_url, progress or (lambda _: None))
    workflow.pool(plan, store)
    return judged(plan, store, previous or {}, datetime.now(UTC))


def judged(
    plan: Plan, store: Store, previous: Mapping[str, WorkloadResult], ended: datetime
) -> Scan:
    """Judge what a store holds of a scan; also for saved evidence, offline."""
    results, summaries = [], []
    for workload in plan.workloads:
        verdicts = workflow.judge_workload(plan, workload.name, store)
        result, summary = workflow.remember(
            plan, workload.name, verdicts, previous.get(workload.name)
        )
        results.append(result)
        summaries.append(summary)
    record = workflow.record_of(plan, workflow.load_tally(plan.scan, store), summaries, ended)
    return Scan(
        scan=record,
        results=tuple(results),
        plan=plan,
        before=dict(previous),
    )


def _caller(session: boto3.Session, endpoint_url: str | None) -> tuple[str, str]:
    """Return the caller's account and partition."""
    try:
        identity = sts_of(session, endpoint_url).get_caller_identity()
    except CALL_ERRORS as error:
        message = (
            f"AWS does not say who is calling ({gap_of(error, 'sts.get_caller_identity')}); "
            "give working credentials with --profile or the AWS_* environment variables, "
            "and an endpoint that answers"
        )
        raise ScanError(message) from error
    return str(identity["Account"]), str(identity["Arn"]).split(":")[1]


def _narrowed(
    configuration: Configuration,
    accounts: Sequence[str] | None,
    regions: Sequence[str] | None,
    options: Mapping[str, Any] | None,
    role_name: str,
    own_account: str,
) -> Configuration:
    """Return the configuration with what the caller asked for in place of what it says."""
    changes: dict[str, Any] = {"audiences": ()}
    if accounts is None and not role_name:
        accounts = [own_account]
    if accounts is not None:
        changes["accounts"] = {"include": tuple(accounts)}
        changes["workloads"] = tuple(
            workload.model_dump()
            | {"accounts": tuple(each for each in workload.accounts if each in accounts)}
            for workload in configuration.workloads
            if set(workload.accounts) & set(accounts)
        )
    if regions:
        changes["regions"] = tuple(regions)
    if options:
        changes["options"] = {**configuration.options, **options}
    return Configuration.model_validate(configuration.model_dump() | changes)


def _with_repositories(plan: Plan, repositories: Sequence[str]) -> Plan:
    """Judge these repositories with every workload of the scan."""
    workloads: tuple[Workload, ...] = tuple(
        each.model_copy(
            update={"repositories": tuple(dict.fromkeys((*each.repositories, *repositories)))}
        )
        for each in plan.workloads
    )
    names = tuple(dict.fromkeys((*plan.repositories, *repositories)))
    return plan.model_copy(update={"workloads": workloads, "repositories": names})


def _look(
    plan: Plan,
    access: Access,
    store: Store,
    token: str,
    github_url: str,
    progress: Callable[[Progress], None],
) -> None:
    """See every target, a few at a time, and an account's regions as soon as they are known."""
    waiting: dict[Future[tuple[str, ...]], str] = {}
    unknown: dict[Future[tuple[str, ...]], str] = {}
    done = 0
    with ThreadPoolExecutor(TARGETS, thread_name_prefix="target") as pool:
        for account in (ORGANIZATION, *(each.id for each in plan.accounts)):
            regions: Future[tuple[str, ...]] = Future()
            unknown[regions] = account
            waiting[pool.submit(_survey, plan, account, access, store, regions)] = account
        for repository in plan.repositories:
            reading = pool.submit(
                _in_time,
                workflow.read_repository,
                plan,
                repository,
                access,
                store,
                token=token,
                github_url=github_url,
            )
            waiting[reading] = repository
        while waiting:
            ready, _ = wait({*waiting, *unknown}, return_when=FIRST_COMPLETED)
            for future in ready & unknown.keys():
                account = unknown.pop(future)
                for region in future.result():
                    probing = pool.submit(
                        _in_time, workflow.probe, plan, account, region, access, store
                    )
                    waiting[probing] = f"{account}/{region}"
            for future in ready & waiting.keys():
                target = waiting.pop(future)
                future.result()
                done += 1
                progress(Progress(done=done, total=done + len(waiting), label=target))


def _survey(
    plan: Plan, account: str, access: Access, store: Store, regions: Future[tuple[str, ...]]
) -> tuple[str, ...]:
    """See what an account has once; its regions are known before that, or at its end."""
    found = _in_time(workflow.survey, plan, account, access, store, known=regions.set_result)
    if not regions.done():
        regions.set_result(found)
    return found


def _in_time(look: Callable[..., tuple[str, ...]], *arguments: Any, **rest: Any) -> tuple[str, ...]:
    """Look at a target; its time runs from the moment it has its turn."""
    return look(*arguments, **rest, deadline=time.monotonic() + TARGET_SECONDS)
