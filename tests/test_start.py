"""Hold `readiness start` to what it starts, says and returns, on a real state machine of the emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

from readiness.cli import cli, start
from readiness.demo.emulators import Emulators
from readiness.workflow import STATE_MACHINE

TOLD = {"scan": "20261124T060000Z-aaaa", "status": "COMPLETE", "failing": {"medium": 2}}


@pytest.fixture
def run(
    places: Emulators, hub: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Run the command against a state machine of one given state."""
    monkeypatch.setattr(start, "_LOOK_EVERY", 0.1)
    for name, value in {
        "AWS_ENDPOINT_URL": places.hub,
        "AWS_ACCESS_KEY_ID": "111111111111",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    states = hub("stepfunctions")
    machine = f"arn:aws:states:us-east-1:111111111111:stateMachine:{STATE_MACHINE}"

    def invoke(state: dict[str, Any], *words: str) -> Result:
        definition = {"StartAt": "Scan", "States": {"Scan": state}}
        arguments = {"definition": json.dumps(definition)}
        if machine in {
            each["stateMachineArn"] for each in states.list_state_machines()["stateMachines"]
        }:
            states.update_state_machine(stateMachineArn=machine, **arguments)
        else:
            states.create_state_machine(
                name=STATE_MACHINE, roleArn="arn:aws:iam::111111111111:role/any", **arguments
            )
        return CliRunner().invoke(cli, ["start", *words], catch_exceptions=False)

    return invoke


def ends(**told: Any) -> dict[str, Any]:
    return {"Type": "Pass", "Result": {**TOLD, **told}, "End": True}


def fails(cause: str) -> dict[str, Any]:
    return {"Type": "Fail", "Error": "PlanError", "Cause": cause}


def test_it_only_narrows_the_configuration(run: Callable[..., Result], hub: Any) -> None:
    words = ("--workload", "shop", "--account", "111122223333", "--no-digest")
    item = "security/record-audit-logs"
    result = run(ends(), *words, "--item", item, "--item", item)
    execution = hub("stepfunctions").describe_execution(executionArn=result.stdout.strip())

    assert result.exit_code == 0
    assert json.loads(execution["input"]) == {
        "workloads": ["shop"],
        "accounts": ["111122223333"],
        "items": [item, item],
        "digest": False,
    }


def test_without_options_it_asks_for_what_the_schedule_asks_for(
    run: Callable[..., Result], hub: Any
) -> None:
    result = run(ends())
    execution = hub("stepfunctions").describe_execution(executionArn=result.stdout.strip())

    assert json.loads(execution["input"]) == {}


@pytest.mark.parametrize(
    ("state", "words", "code"),
    [
        (ends(), ["--wait"], 0),
        (ends(status="PARTIAL"), ["--wait"], 3),
        (ends(status="FAILED"), ["--wait"], 4),
        (ends(), ["--fail-on", "high"], 0),
        (ends(), ["--fail-on", "medium"], 1),
        (ends(), ["--fail-on", "low"], 1),
        (ends(status="PARTIAL"), ["--fail-on", "medium"], 1),
        (ends(status="FAILED"), ["--fail-on", "medium"], 4),
    ],
)
def test_a_pipeline_can_gate_on_it(
    run: Callable[..., Result], state: dict[str, Any], words: list[str], code: int
) -> None:
    result = run(state, *words)

    assert (result.exit_code, json.loads(result.stdout)) == (code, state["Result"])


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ends(status="refused"), "a younger scan is still running"),
        (fails("it says so"), "the scan ended as FAILED: it says so"),
        (
            fails(json.dumps({"errorType": "PlanError", "errorMessage": "there is no workload x"})),
            "the scan ended as FAILED: there is no workload x",
        ),
    ],
)
def test_what_did_not_end_well_says_why(
    run: Callable[..., Result], state: dict[str, Any], sentence: str
) -> None:
    result = run(state, "--wait")

    assert (result.exit_code, result.stdout) == (4, "")
    assert sentence in result.stderr


def test_it_stops_waiting_when_it_was_told_to(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "_MINUTE", 0.2)
    result = run({"Type": "Wait", "Seconds": 2, "Next": "Scan"}, "--wait", "--timeout", "1")

    assert result.exit_code == 4
    assert "the scan still runs" in result.stderr


def test_a_state_machine_that_is_not_there_is_told_in_a_sentence(
    run: Callable[..., Result],
) -> None:
    other = "arn:aws:states:us-east-1:111111111111:stateMachine:other"
    result = run(ends(), "--state-machine", other)

    assert result.exit_code == 4
    assert result.stderr.startswith("Error: the workflow could not be started or followed: ")
