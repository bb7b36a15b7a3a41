"""What does one see of Readiness in a minute and a half, with no AWS account at all?

The synthesized template is deployed by the CDK CLI to an emulator, the real state machine runs the real
Lambda code over the simulated organization, twice, and something breaks in between.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from readiness.cli.summary import summary
from readiness.cli.terminal import errors, progress, say
from readiness.demo import organization as world
from readiness.demo.emulators import (
    ROOT,
    EmulatorError,
    Emulators,
    Processes,
    TerminatedError,
    emulators,
    fetch,
    plain_environment,
)
from readiness.demo.organization import HOME, HUB, MANAGEMENT, Organization
from readiness.digest.delivery import report_key
from readiness.evidence.files import Target
from readiness.ledger import Ledger
from readiness.output import READ, prepare, write
from readiness.results import load, load_record
from readiness.scanning import Progress, Scan
from readiness.storage import Bucket, Folder, Store
from readiness.workflow import evidence_key, load_plan, result_key

STACK = "readiness-hub"
#: How long a command of the CDK CLI, or a scan, may take before it is given up.
_PATIENCE = 180


class DemoError(Exception):
    """A step of the demo did not end as it should."""


@dataclass(frozen=True)
class Hub:
    """The deployed hub: where its emulator answers, and what its stack says of itself."""

    endpoint: str
    account: str
    outputs: Mapping[str, str]

    def client(self, service: str) -> Any:
        return world.session().client(
            service,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.account,
            aws_secret_access_key="demo",
            config=world.CLIENT,
        )

    @property
    def store(self) -> Bucket:
        return Bucket(self.client("s3"), self.outputs["Bucket"])

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.client("dynamodb"), self.outputs["Table"])

    def mails(self) -> list[dict[str, Any]]:
        """Return the mails that were sent, oldest first."""
        sent: dict[str, list[dict[str, Any]]] = fetch(
            f"{self.endpoint}/_ministack/ses/messages?account={self.account}"
        )["messages"]
        return sent.get(self.account, [])


@dataclass(frozen=True)
class Played:
    """One scan of the deployed hub, and the digest that told of it."""

    scan: Scan
    mail: Mapping[str, Any]


def run(out: Path) -> int:
    """Run the demo, leave its files in a folder, and return the exit code."""
    try:
        prepare(out)
        _play(out)
    except (EmulatorError, DemoError) as error:
        say(f"Error: {error}", style="red")
        return 4
    except KeyboardInterrupt:
        say("Stopped; everything that was started is gone.")
        return 130
    except TerminatedError:
        return 143
    return 0


def _play(out: Path) -> None:
    began = time.monotonic()
    with emulators(out / "logs") as (places, started):
        with _step("Founded an organization"):
            organization = world.found(places.organization)
        hub = _deploy(organization, places, started)
        first = _scan(hub, None)
        _show(hub, first)
        with _step("Let a week pass: a trail stopped, a port opened, a backup switched off"):
            world.break_something(organization)
        second = _scan(hub, first.scan)
        _show(hub, second)
        _leave(out, hub, second)
    for name in (*READ, "findings.jsonl", "verdicts.json", "scan.json", "evidence"):
        click.echo(out / name)
    say(f"Done in {time.monotonic() - began:.0f} s; everything that was started is gone.")


@contextmanager
def _step(done: str) -> Iterator[None]:
    """Say what was done, once it is, and how long it took."""
    began = time.monotonic()
    with errors().status(f"{done} …"):
        yield
    say(f"{done} ({time.monotonic() - began:.1f} s)")


def _deploy(organization: Organization, places: Emulators, started: Processes) -> Hub:
    """Furnish the accounts while the CDK CLI synthesizes and bootstraps; then deploy the hub."""
    account, cdk = organization.accounts[HUB], ROOT / "tools" / "cdk"
    context = {
        "platform": "local",
        "hub_account": account,
        "hub_region": HOME,
        "management_account": MANAGEMENT,
        "sender": "readiness@acme.example",
        # Each Lambda at a time is a process that unpacks the layer for itself: on two cores, starting
        # fewer of them is faster than looking at more accounts at once.
        "concurrency": "1",
    }
    settings = [word for key, value in context.items() for word in ("-c", f"{key}={value}")]
    with tempfile.TemporaryDirectory(prefix="readiness-cdk-") as folder:
        scratch = Path(folder)
        environment = cdk_environment(places.hub, account, scratch)
        assembly, outputs = scratch / "cdk.out", scratch / "outputs.json"
        command: list[str | Path]
        with _step("Filled its accounts, and synthesized the hub's template"):
            command = [cdk, "synth", "--quiet", "--output", assembly, *settings]
            started.start("cdk-synth", command, environment, ROOT)
            # Outside the project, or the CLI would synthesize once more.
            command = [cdk, "bootstrap", f"aws://{account}/{HOME}"]
            started.start("cdk-bootstrap", command, environment, scratch)
            world.furnish(organization)
            _finish(started, "cdk-synth")
            _finish(started, "cdk-bootstrap")
        with _step(
            "Deployed the hub to the emulator with the CDK CLI, and pushed its configuration"
        ):
            command = [cdk, "deploy", STACK, "--app", assembly, "--outputs-file", outputs]
            command += ["--require-approval", "never"]
            started.start("cdk-deploy", command, environment, ROOT)
            _finish(started, "cdk-deploy")
            hub = Hub(places.hub, account, json.loads(outputs.read_text())[STACK])
            for path, text in world.configuration(organization).items():
                hub.store.put(f"config/{path}", text.encode())
    return hub


def cdk_environment(hub: str, account: str, scratch: Path) -> dict[str, str]:
    """Return the CDK CLI's environment: the emulator, and a home of its own.

    The CLI remembers which account a key belongs to; MiniStack takes the key for the account.
    """
    return {
        **plain_environment(),
        "AWS_ENDPOINT_URL": hub,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_REGION": HOME,
        "CDK_HOME": str(scratch / "home"),
        "CI": "true",
    }


def _finish(started: Processes, name: str) -> None:
    """Wait for a command; raises DemoError with its last words where it failed."""
    try:
        code = started.running[name].wait(_PATIENCE)
    except subprocess.TimeoutExpired as error:
        message = f"{name} did not end within {_PATIENCE} seconds. {started.tail(name)}"
        raise DemoError(message) from error
    if code:
        message = f"{name} ended with code {code}. {started.tail(name)}"
        raise DemoError(message)


def _scan(hub: Hub, before: Scan | None) -> Played:
    """Start the state machine, follow it to its end, and read what it left."""
    began = time.monotonic()
    states, store, mailed = hub.client("stepfunctions"), hub.store, len(hub.mails())
    execution = states.start_execution(
        stateMachineArn=hub.outputs["StateMachine"], input=json.dumps({"digest": True})
    )["executionArn"]
    with progress() as tell:
        told: Progress | None = None
        while (state := states.describe_execution(executionArn=execution))["status"] == "RUNNING":
            if time.monotonic() - began > _PATIENCE:
                message = f"The scan did not end within {_PATIENCE} seconds."
                raise DemoError(message)
            if (now := _progress(store, before)) and now != told:
                tell(told := now)
            time.sleep(0.3)
    if state["status"] != "SUCCEEDED":
        message = f"The scan ended as {state['status']}: {state.get('error')}: {state.get('cause')}"
        raise DemoError(message)
    sent = hub.mails()[mailed:]
    if not sent:
        message = "The scan ended and no digest was mailed."
        raise DemoError(message)
    say(f"Ran the workflow over them, the digest mailed ({time.monotonic() - began:.1f} s)")
    return Played(_read(json.loads(state["output"])["scan"], store, before), sent[-1])


def _progress(store: Store, before: Scan | None) -> Progress | None:
    """Count the planned targets that were seen and the workloads that were judged."""
    planned = max((key for key in store.keys("scans/") if key.endswith("/plan.json")), default="")
    scan = planned.removeprefix("scans/").removesuffix("/plan.json")
    if not scan or (before and scan == before.plan.scan):
        return None
    plan = load_plan(scan, store)
    seen = {
        evidence_key(
            scan, Target(account=each.get("account", ""), repository=each.get("repository", ""))
        )
        for each in plan.targets
    } & set(store.keys(f"evidence/{scan}/"))
    judged = {result_key(scan, each.name) for each in plan.workloads} & set(
        store.keys(f"results/{scan}/")
    )
    return Progress(
        done=len(seen) + len(judged),
        total=len(plan.targets) + len(plan.workloads),
        label="Judging" if judged else "Looking",
    )


def _read(scan: str, store: Store, before: Scan | None) -> Scan:
    """Read a scan of the hub into what a scan on a laptop returns."""
    plan = load_plan(scan, store)
    results = tuple(load(_object(store, result_key(scan, each.name))) for each in plan.workloads)
    return Scan(
        scan=load_record(_object(store, f"scans/{scan}/scan.json")),
        results=results,
        plan=plan,
        before={each.workload: each for each in before.results} if before else {},
    )


def _object(store: Store, key: str) -> bytes:
    content = store.get(key)
    if content is None:
        message = f"The scan left no {key}."
        raise DemoError(message)
    return content


def _show(hub: Hub, played: Played) -> None:
    """Sum a scan up: what it says, what the ledger remembers of it, what was mailed."""
    for line in summary(played.scan):
        say(line)
    remembered = Counter(
        finding["status"]
        for workload in played.scan.verdicts
        for finding in hub.ledger.findings(workload)
    )
    failing = f"{remembered['FAIL']} of them failing"
    say(f"In DynamoDB: {remembered.total()} findings, {failing}")
    say(f"Mailed to {', '.join(played.mail['To'])}: {played.mail['Subject']}\n")


def _emitted(hub: Hub) -> Iterator[str]:
    """Yield what the Lambdas logged as metrics, in the order of the logs."""
    logs = hub.client("logs")
    for group in ("conclude", "digest"):
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/readiness-{group}"
        )
        messages = (event["message"] for page in pages for event in page["events"])
        yield from (each.strip() for each in messages if '"CloudWatchMetrics"' in each)


def _leave(out: Path, hub: Hub, played: Played) -> None:
    """Leave what `readiness scan` leaves, with the digest as it was mailed and the report as it was kept."""
    store, folder, scan = hub.store, Folder(out), played.scan
    for part in ("evidence", "scans"):
        for key in store.keys(f"{part}/{scan.plan.scan}/"):
            folder.put(key, _object(store, key))
    write(out, scan)
    report = _object(store, report_key(scan.plan.due[0], scan.plan.scan))
    metrics, alarms = list(_emitted(hub)), hub.client("cloudwatch").describe_alarms()
    folder.put("logs/metrics.jsonl", "".join(f"{line}\n" for line in metrics).encode())
    folder.put("logs/alarms.json", json.dumps(alarms["MetricAlarms"], default=str).encode())
    mailed = (played.mail["BodyHtml"].encode(), played.mail["BodyText"].encode(), report)
    for name, content in zip(READ, mailed, strict=True):
        folder.put(name, content)
