"""How is the deployed workflow started from here, followed, and gated on?"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed
from tenacity.stop import stop_never

from readiness.checklist.model import Severity
from readiness.cli.choices import ACCOUNT, ITEM, SEVERITY, credentials
from readiness.cli.terminal import errors, say, show_json
from readiness.results import ScanStatus
from readiness.scanning import ScanError
from readiness.workflow import STATE_MACHINE

#: Seconds between two looks at an execution, and between two lines that say it still runs.
_LOOK_EVERY, _SAY_EVERY = 3.0, 30.0
_MINUTE = 60.0


@click.command("start")
@click.option(
    "--workload", "workloads", multiple=True, help="Only this workload. Repeatable, as these all."
)
@click.option("--account", "accounts", multiple=True, type=ACCOUNT, help="Only this account.")
@click.option("--item", "items", multiple=True, type=ITEM, help="Only this item.")
@click.option(
    "--digest/--no-digest",
    default=None,
    help="Send every audience its digest now, or none; by default those that are due.",
)
@click.option("--wait", is_flag=True, help="Follow it to its end, and exit with what it found.")
@click.option(
    "--fail-on",
    type=SEVERITY,
    help="Wait, and exit with 1 where a finding of this severity or above fails, not suppressed.",
)
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    metavar="MINUTES",
    help="Stop waiting after this long; the scan goes on.",
)
@click.option(
    "--state-machine",
    metavar="ARN",
    help=f"The state machine; by default {STATE_MACHINE}, in your account and region.",
)
@credentials
def start_command(
    workloads: tuple[str, ...],
    accounts: tuple[str, ...],
    items: tuple[str, ...],
    digest: bool | None,
    wait: bool,
    fail_on: Severity | None,
    timeout: int | None,
    state_machine: str | None,
    profile: str | None,
    endpoint_url: str | None,
) -> int:
    """Start the deployed workflow on demand; it may only narrow the configuration.

    With --wait or --fail-on, what it found is printed as JSON. Exit codes: 2 wrong usage or
    configuration, 4 it did not end well, 1 --fail-on met, 3 part of it was not seen, 0 done.
    """
    asked = {"workloads": workloads, "accounts": accounts, "items": items}
    request: dict[str, Any] = {key: list(value) for key, value in asked.items() if value}
    if digest is not None:
        request["digest"] = digest
    try:
        session: Any = boto3.Session(profile_name=profile)
        states = session.client("stepfunctions", endpoint_url=endpoint_url)
        machine = state_machine or _machine(session, states.meta.region_name, endpoint_url)
        execution = states.start_execution(stateMachineArn=machine, input=json.dumps(request))
        arn = execution["executionArn"]
        say(f"Started {arn}")
        if not (wait or fail_on):
            click.echo(arn)
            return 0
        ended = _followed(states, arn, timeout)
    except (BotoCoreError, ClientError) as error:
        message = f"the workflow could not be started or followed: {error}"
        raise ScanError(message) from error
    return _answer(ended, fail_on)


def _machine(session: Any, region: str, endpoint_url: str | None) -> str:
    caller = session.client("sts", endpoint_url=endpoint_url).get_caller_identity()
    partition = caller["Arn"].split(":")[1]
    return f"arn:{partition}:states:{region}:{caller['Account']}:stateMachine:{STATE_MACHINE}"


def _followed(states: Any, execution: str, timeout: int | None) -> Mapping[str, Any]:
    """Wait for an execution's end; the last answer, still RUNNING where the time is over."""
    began = said = time.monotonic()

    def look() -> Mapping[str, Any]:
        nonlocal said
        state: Mapping[str, Any] = states.describe_execution(executionArn=execution)
        now = time.monotonic()
        status.update(f"Scanning for {now - began:.0f} s …")
        if not console.is_terminal and now - said >= _SAY_EVERY:
            said = now
            say(f"Scanning for {now - began:.0f} s …")
        return state

    console = errors()
    waiting = Retrying(
        retry=retry_if_result(lambda state: state["status"] == "RUNNING"),
        wait=wait_fixed(_LOOK_EVERY),
        stop=stop_after_delay(timeout * _MINUTE) if timeout else stop_never,
        retry_error_callback=lambda attempt: attempt.outcome and attempt.outcome.result(),
    )
    with console.status("Scanning …") as status:
        found: Mapping[str, Any] = waiting(look)
    return found


def _answer(ended: Mapping[str, Any], fail_on: Severity | None) -> int:
    """Print what the scan concluded, and say how it ended as an exit code."""
    match ended["status"]:
        case "SUCCEEDED":
            told = json.loads(ended["output"])
        case "RUNNING":
            message = f"the scan still runs; follow it with the execution {ended['executionArn']}"
            raise ScanError(message)
        case status:
            message = f"the scan ended as {status}: {_cause(ended)}"
            raise ScanError(message)
    if told["status"] == "refused":
        message = "a younger scan is still running; start this one when it has ended"
        raise ScanError(message)
    show_json(told)
    if told["status"] == ScanStatus.FAILED:
        return 4
    if fail_on and any(
        told["failing"].get(each.value) for each in Severity if each.rank <= fail_on.rank
    ):
        return 1
    return 3 if told["status"] == ScanStatus.PARTIAL else 0


def _cause(ended: Mapping[str, Any]) -> str:
    """Return why an execution failed: the sentence of ours that a Lambda's error carries."""
    cause = str(ended.get("cause") or ended.get("error") or "it says no cause")
    try:
        found = json.loads(cause)
    except ValueError:
        return cause
    return str(found.get("errorMessage", cause)) if isinstance(found, dict) else cause
