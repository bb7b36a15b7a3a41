"""What do the steps of a scan take when an organization, or a workload in it, is large?

`make scale` prints the tables of docs/limits.md. The steps are the scan's own functions, each in a
process of its own, over sightings of a simulated account that are multiplied; what the network adds
is a model, whose numbers stand at the top of this file.
"""

from __future__ import annotations

import argparse
import gzip
import heapq
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from readiness.config import Audience, Configuration
from readiness.digest.render import render_digest, render_report
from readiness.digest.view import view_of
from readiness.evidence.files import Target, load
from readiness.planning import Plan, Request, make_plan
from readiness.results import dump, load_record
from readiness.results import load as load_result
from readiness.storage import Folder, Memory
from readiness.workflow import (
    conclude,
    evidence_key,
    finish_workload,
    judge_seen,
    leave,
    load_plan,
    pool,
    remember,
    result_key,
    save_plan,
    seen_of,
    sighting_at,
)

SCAN = "20261124T060000Z-aaaa"
STARTED = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
#: The account of which all others are copies.
MODEL = "123456789012"
REGIONS = ("us-east-1", "eu-west-1")
SIZES = (1_000, 10_000, 100_000)

#: The organization: how many accounts hold how often what the model account holds.
HUGE, TIMES = 10, 50
#: Accounts whose role is refused, and accounts that do not answer until the deadline.
REFUSED, SILENT = 5, 5
DEADLINE_SECONDS = 14 * 60
CONCURRENCIES = (10, 40, 100, 400)

#: The network: a call takes so long (log-normal), eight are made at once, and an account's region
#: answers so many calls a second once its burst is spent.
CALL_SECONDS, CALL_SIGMA = 0.08, 0.6
CALLS_AT_ONCE = 8
CHAIN = 14
BURST, CALLS_A_SECOND = 200, 20
#: Every function starts cold. One of 1 GB has a part of a core, one of 3 GB (pool, judge) a whole one.
COLD_SECONDS, SLOWER = 2.5, 1.8
#: What a call takes of this machine's core, as `make bench` measures it.
CALL_PROCESSOR = 0.006

#: USD, us-east-1, on Arm.
GB_SECOND = 0.0000133334
INVOCATION = 0.20 / 1e6
TRANSITION = 0.025 / 1e3
WRITE_UNIT, READ_UNIT = 0.625 / 1e6, 0.125 / 1e6
S3_PUT, S3_GET, S3_GB_MONTH = 0.005 / 1e3, 0.0004 / 1e3, 0.023
METRIC, COST_EXPLORER = 0.01 / 1e3, 0.01
#: A finding's item is below 1 KB; a transaction takes two units, and its index another.
UNITS_A_FINDING = 3
#: Of the findings of a quiet day, the share that changed.
CHANGED = 0.01
#: What pool and judge are given; all others have 1 GB.
GIGABYTES = 3008 / 1024


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a step took in a process of its own."""

    seconds: float
    megabytes: float
    more: Mapping[str, Any]


def made_plan(accounts: Sequence[str]) -> Plan:
    configuration = Configuration.model_validate(
        {"accounts": {"include": list(accounts)}, "regions": list(REGIONS)}
    )
    return make_plan(Request(), scan=SCAN, started=STARTED, configuration=configuration)


# --- Sightings ------------------------------------------------------------------------------------


def seed(folder: Path) -> Mapping[str, Any]:
    """Scan a simulated account for the sightings that are multiplied."""
    import boto3
    from moto import mock_aws

    from readiness.scanning import scan
    from tests import world

    store = Memory()
    resources = 0
    with mock_aws():
        world.build(REGIONS[0])
        found = scan(boto3.Session(region_name=REGIONS[0]), regions=[REGIONS[0]], store=store)
    for target in (Target(account=MODEL), Target(account=MODEL, region=REGIONS[0])):
        content = store.get(evidence_key(found.plan.scan, target))
        assert content is not None
        found_here = len(arns_of(json.loads(gzip.decompress(content))))
        resources += found_here * (len(REGIONS) if target.region else 1)
        Folder(folder).put(f"model/{target.file}", content)
    return {"resources": resources}


def arns_of(document: Mapping[str, Any]) -> set[str]:
    return {each["arn"] for kind in document["evidence"].values() for each in kind["seen"]}


def grown(content: bytes, account: str, region: str, copies: int) -> bytes:
    """Return a sighting as another account's, with every record so many times under other names.

    A record that names another one of the sighting, by its ARN or its end, names that one's copy.
    """
    text = gzip.decompress(content).decode().replace(MODEL, account)
    document = json.loads(text.replace(REGIONS[0], region) if region else text)
    arns = arns_of(document)
    known = arns | {end for arn in arns if len(end := re.split("[:/]", arn)[-1]) >= 4}

    def renamed(value: Any, number: int) -> Any:
        if isinstance(value, str):
            return f"{value}-{number}" if value in known else value
        if isinstance(value, list):
            return [renamed(each, number) for each in value]
        if isinstance(value, dict):
            return {key: renamed(each, number) for key, each in value.items()}
        return value

    for name, kind in document["evidence"].items():
        if name == "EnabledRegion":
            continue
        kind["seen"] += [
            renamed(each, number) for number in range(1, copies) for each in kind["seen"]
        ]
    if not region:
        document["regions"] = list(REGIONS)
    return gzip.compress(json.dumps(document).encode(), 1)


def put_account(folder: Path, account: str, copies: int) -> None:
    store = Folder(folder)
    for target in (
        Target(account=account),
        *(Target(account=account, region=region) for region in REGIONS),
    ):
        model = Target(account=MODEL, region=REGIONS[0] if target.region else "")
        content = store.get(f"model/{model.file}")
        assert content is not None
        store.put(evidence_key(SCAN, target), grown(content, account, target.region, copies))


# --- Steps, each in a process of its own ----------------------------------------------------------


def step_probe(folder: Path, account: str) -> Mapping[str, Any]:
    """Hold what a region showed, and leave it."""
    store = Folder(folder)
    plan = load_plan(SCAN, store)
    sighting = sighting_at(plan, Target(account=account, region=REGIONS[0]), store)
    began = time.process_time()
    leave(plan, sighting, store)
    return {"seconds": time.process_time() - began}


def step_pool(folder: Path, _: str) -> Mapping[str, Any]:
    store = Folder(folder)
    began = time.process_time()
    pool(load_plan(SCAN, store), store)
    return {"seconds": time.process_time() - began}


def step_judge(folder: Path, account: str) -> Mapping[str, Any]:
    """Judge one large workload, with the parts of the step timed apart."""
    store = Folder(folder)
    plan = load_plan(SCAN, store)
    marks = [time.process_time()]
    seen = seen_of(plan, account, store)
    marks.append(time.process_time())
    held = peak()
    judged = judge_seen(plan, account, seen)
    marks.append(time.process_time())
    judging = peak()
    result, _ = remember(plan, account, judged, None)
    content = dump(result)
    store.put(result_key(SCAN, account), content)
    marks.append(time.process_time())
    names = ("read", "judge", "keep")
    return {
        **{name: marks[at + 1] - marks[at] for at, name in enumerate(names)},
        "seconds": marks[-1] - marks[0],
        "held": held,
        "judging": judging,
        "findings": len(result.findings),
        "bytes": len(content),
    }


def step_digest(folder: Path, account: str) -> Mapping[str, Any]:
    store = Folder(folder)
    plan = load_plan(SCAN, store)
    record, _ = conclude(plan, store, STARTED + timedelta(minutes=20))
    began = time.process_time()
    content = store.get(result_key(SCAN, account))
    assert content is not None
    audience = Audience.model_validate(
        {"name": account, "workloads": [account], "addresses": ["team@example.com"]}
    )
    view = view_of(audience, [load_result(content)], record, workloads=plan.workloads)
    mail = len(render_digest(view).html)
    return {
        "seconds": time.process_time() - began,
        "mail": mail,
        "report": len(render_report(view).encode()),
    }


def step_workloads(folder: Path, sample: str) -> Mapping[str, Any]:
    """Judge every so many-th workload of the organization."""
    store = Folder(folder)
    plan = load_plan(SCAN, store)
    chosen = plan.workloads[:: int(sample)]
    began = time.process_time()
    for workload in chosen:
        finish_workload(plan, workload.name, store, None)
    seconds = time.process_time() - began
    findings = 0
    for workload in chosen:
        content = store.get(result_key(SCAN, workload.name))
        assert content is not None
        findings += len(load_result(content).findings)
    return {
        "seconds": seconds,
        "each": seconds / len(chosen),
        "findings": findings / len(chosen),
    }


def step_everybody(folder: Path, sample: str) -> Mapping[str, Any]:
    """Conclude, and render the digest of who hears of every workload that was judged."""
    store = Folder(folder)
    plan = load_plan(SCAN, store)
    began = time.process_time()
    conclude(plan, store, STARTED + timedelta(minutes=20))
    concluded = time.process_time() - began
    record = store.get(f"scans/{SCAN}/scan.json")
    assert record is not None
    audience = Audience.model_validate({"name": "everybody", "addresses": ["platform@example.com"]})
    contents = (store.get(result_key(SCAN, each.name)) for each in plan.workloads[:: int(sample)])
    results = [load_result(content) for content in contents if content]
    view = view_of(audience, results, load_record(record), workloads=plan.workloads)
    mail = len(render_digest(view).html)
    report = len(render_report(view).encode())
    return {
        "seconds": time.process_time() - began,
        "conclude": concluded,
        "mail": mail,
        "report": report,
    }


STEPS = {
    "seed": lambda folder, _: seed(folder),
    "probe": step_probe,
    "pool": step_pool,
    "judge": step_judge,
    "digest": step_digest,
    "workloads": step_workloads,
    "everybody": step_everybody,
}


def peak() -> float:
    """Return the most memory this process held so far, in MB."""
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def take(step: str, folder: Path, argument: str = "") -> Taken:
    """Run a step in a process of its own: what the ones before it held is not counted."""
    words = [sys.executable, __file__, "--step", step, str(folder), argument]
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "AKIASCALE00000000000",
        "AWS_SECRET_ACCESS_KEY": "scale",
        "AWS_DEFAULT_REGION": REGIONS[0],
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    return Taken(seconds=said.pop("seconds", 0.0), megabytes=said.pop("peak"), more=said)


# --- Tables ---------------------------------------------------------------------------------------


def by_size(folder: Path, resources: int, sizes: Iterable[int]) -> Iterator[str]:
    """Yield what one workload of a size takes."""
    yield (
        "| Resources | Findings | Probe MB | Judge: read s | judge s | keep s | judge s per 100,000 "
        "| MB | Result MB | Digest s | MB | Mail KB | Report MB |"
    )
    yield "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    account = "200000000001"
    for size in sizes:
        put_account(folder, account, max(1, round(size / resources)))
        save_plan(made_plan([account]), Folder(folder))
        probe = take("probe", folder, account)
        take("pool", folder)
        judge = take("judge", folder, account)
        digest = take("digest", folder, account)
        more = judge.more
        yield (
            f"| {size:,} | {more['findings']:,} | {probe.megabytes:.0f} | {more['read']:.1f} "
            f"| {more['judge']:.1f} | {more['keep']:.1f} "
            f"| {more['judge'] / more['findings'] * 100_000:.1f} | {judge.megabytes:.0f} "
            f"| {more['bytes'] / 1e6:.1f} | {digest.seconds:.1f} | {digest.megabytes:.0f} "
            f"| {digest.more['mail'] / 1e3:.0f} | {digest.more['report'] / 1e6:.1f} |"
        )


def furnish(folder: Path, accounts: int) -> list[tuple[str, int]]:
    """Put an organization's sightings down; return the accounts and how often each holds the model."""
    listed = [
        (str(300000000000 + number), TIMES if number < HUGE else 1) for number in range(accounts)
    ]
    for number, (account, copies) in enumerate(listed):
        if number < accounts - REFUSED - SILENT:
            put_account(folder, account, copies)
    save_plan(made_plan([account for account, _ in listed]), Folder(folder))
    return listed


def durations(folder: Path, accounts: Sequence[tuple[str, int]]) -> Iterator[tuple[float, float]]:
    """Yield how long each account's child runs, and how long its functions do in all."""
    chance = random.Random(1)
    survey, probe = (
        load(Folder(folder).get(f"model/{target.file}") or b"")
        for target in (Target(account=MODEL), Target(account=MODEL, region=REGIONS[0]))
    )
    for number, (_, copies) in enumerate(accounts):
        left = len(accounts) - number
        if left <= REFUSED:
            yield COLD_SECONDS, COLD_SECONDS
        elif left <= REFUSED + SILENT:
            yield DEADLINE_SECONDS, DEADLINE_SECONDS
        else:
            first = looked(survey.calls, copies, chance)
            rest = [looked(probe.calls, copies, chance) for _ in REGIONS]
            yield first + max(rest), first + sum(rest)


def looked(calls: Mapping[str, int], copies: int, chance: random.Random) -> float:
    """Return how long one target is looked at: its chain, its calls in turns, or its busiest service."""
    many = [count * copies if count > 1 else count for count in calls.values()]
    mean = sum(chance.lognormvariate(0, CALL_SIGMA) for _ in range(CHAIN)) / CHAIN * CALL_SECONDS
    by_service: dict[str, int] = {}
    for (name, _), count in zip(calls.items(), many, strict=True):
        service = name.partition(".")[0]
        by_service[service] = by_service.get(service, 0) + count
    throttled = max(0, max(by_service.values()) - BURST) / CALLS_A_SECOND
    processor = sum(many) * CALL_PROCESSOR * SLOWER
    turns = max(CHAIN, sum(many) / CALLS_AT_ONCE) * mean
    return COLD_SECONDS + max(turns, processor, throttled)


def makespan(jobs: Iterable[float], at_a_time: int) -> float:
    """Return when the last of these is done, so many at a time, each when one before it is done."""
    free = [0.0] * at_a_time
    for job in jobs:
        heapq.heapreplace(free, free[0] + job)
    return max(free)


def organization(folder: Path, count: int, sample: int) -> Iterator[str]:
    """Yield what an organization takes: throughput by concurrency, the steps, and the cost."""
    listed = furnish(folder, count)
    looked_at = list(durations(folder, listed))
    pooled = take("pool", folder)
    workloads = take("workloads", folder, str(sample))
    everybody = take("everybody", folder, str(sample))
    judged = COLD_SECONDS + workloads.more["each"]
    yield "| At a time | Looking min | Accounts a minute | Judging min | Scan min |"
    yield "|--:|--:|--:|--:|--:|"
    for at_a_time in CONCURRENCIES:
        looking = makespan((child for child, _ in looked_at), at_a_time)
        judging = makespan([judged] * count, at_a_time)
        whole = looking + pooled.seconds + judging + everybody.seconds * SLOWER
        yield (
            f"| {at_a_time} | {looking / 60:.1f} | {count / looking * 60:.0f} "
            f"| {judging / 60:.1f} | {whole / 60:.1f} |"
        )
    yield ""
    yield f"| Step, {count:,} accounts × {len(REGIONS)} regions | CPU s | Peak MB |"
    yield "|---|--:|--:|"
    yield f"| pool | {pooled.seconds:.1f} | {pooled.megabytes:.0f} |"
    yield (
        f"| judge, each ({workloads.more['findings']:,.0f} findings) "
        f"| {workloads.more['each']:.2f} | {workloads.megabytes:.0f} |"
    )
    yield f"| conclude | {everybody.more['conclude']:.2f} | {everybody.megabytes:.0f} |"
    yield (
        f"| digest and report of {-(-count // sample):,} workloads "
        f"| {everybody.seconds - everybody.more['conclude']:.1f} | {everybody.megabytes:.0f} |"
    )
    yield ""
    yield from cost(
        count,
        looking=sum(functions for _, functions in looked_at),
        pooled=pooled.seconds,
        judged=judged,
        findings=workloads.more["findings"],
        stored=stored(folder),
        metrics=metrics(folder, listed),
    )


def metrics(folder: Path, listed: Iterable[tuple[str, int]]) -> float:
    sightings = [
        load(Folder(folder).get(f"model/{target.file}") or b"")
        for target in (Target(account=MODEL), Target(account=MODEL, region=REGIONS[0]))
    ]
    each = sightings[0].metrics + len(REGIONS) * sightings[1].metrics
    return sum(each * copies for _, copies in listed)


def stored(folder: Path) -> float:
    """Return the gigabytes of evidence that a scan leaves."""
    return sum(path.stat().st_size for path in (folder / "evidence").rglob("*.gz")) / 1e9


def cost(
    count: int,
    *,
    looking: float,
    pooled: float,
    judged: float,
    findings: float,
    stored: float,
    metrics: float,
) -> Iterator[str]:
    """Yield the cost of one quiet scan, in USD, by what is charged."""
    targets = count * (1 + len(REGIONS))
    # A target's child: choice, survey, map, a probe and its end by region, the end; a workload's: two.
    transitions = count * (4 + 2 * len(REGIONS)) + count * 2 + 20
    changed = findings * count * CHANGED
    lines = {
        "Lambda, GB-seconds": (looking + (pooled + judged * count) * GIGABYTES) * GB_SECOND,
        "Lambda, invocations": (targets + count + 4) * INVOCATION,
        "Step Functions, transitions": transitions * TRANSITION,
        "DynamoDB, 1 % of the findings changed": (changed * UNITS_A_FINDING + count * 6)
        * WRITE_UNIT
        + count * 2 * READ_UNIT,
        "S3, requests": (targets + count * 2) * S3_PUT + (2 * targets + count * 4) * S3_GET,
        "S3, evidence kept for a month": stored * S3_GB_MONTH,
        "CloudWatch, metrics asked for": metrics * METRIC,
        "Cost Explorer, once": 5 * COST_EXPLORER,
    }
    yield "| A scan of all | USD |"
    yield "|---|--:|"
    for name, dollars in lines.items():
        yield f"| {name} | {dollars:.3f} |"
    whole = sum(lines.values())
    yield f"| **Together** | **{whole:.2f}** |"
    yield f"| An account, a month of daily scans | {whole / count * 30:.3f} |"
    first = findings * count * UNITS_A_FINDING * WRITE_UNIT
    yield f"| The first scan besides, which writes every finding | {first:.2f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--sample", type=int, default=10, help="judge every so many-th account")
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    chosen = parser.parse_args()
    if chosen.step:
        name, folder, argument = chosen.step
        said = STEPS[name](Path(folder), argument)
        print(json.dumps({**said, "peak": peak()}))
        return
    with tempfile.TemporaryDirectory(prefix="readiness-scale-") as scratch:
        folder = Path(scratch)
        resources: int = take("seed", folder).more["resources"]
        for line in by_size(folder, resources, chosen.sizes):
            print(line, flush=True)
        print()
        for line in organization(folder, chosen.accounts, chosen.sample):
            print(line, flush=True)


if __name__ == "__main__":
    main()
