import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stacks import ROOT
from tests.stacks.deployed import ACCOUNT, Template, deployed, template_of, the

State = dict[str, Any]
SERVICE_ERRORS = [
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
]


@pytest.fixture(scope="session")
def definition(hub: Template) -> State:
    return definition_of(hub)


def definition_of(hub: Template) -> State:
    read: State = json.loads(the(hub, "AWS::StepFunctions::StateMachine")["DefinitionString"])
    return read


def every_state(states: State) -> Iterator[tuple[str, State]]:
    """Walk the states, those inside of maps as well."""
    for name, state in states["States"].items():
        yield name, state
        if "ItemProcessor" in state:
            yield from every_state(state["ItemProcessor"])


def of_kind(definition: State, kind: str) -> dict[str, State]:
    return {name: state for name, state in every_state(definition) if state["Type"] == kind}


def test_the_definition_is_valid(definition: State) -> None:
    node, validator = ROOT / ".venv/bin/node", ROOT / ".tools/node_modules/asl-validator/dist/bin"
    answer = subprocess.run(
        [node, validator / "asl-validator.js", "--json-definition", json.dumps(definition)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert (answer.returncode, answer.stderr) == (0, "")


def test_a_scan_goes_from_plan_to_conclusion(definition: State) -> None:
    states = definition["States"]
    planned, due = states["Planned?"], states["Digest due?"]

    assert definition["StartAt"] == "Plan"
    assert {name: state.get("Next") for name, state in states.items()} == {
        "Plan": "Planned?",
        "Planned?": None,
        "Refused": None,
        "Targets": "Pool",
        "Pool": "Workloads",
        "Not pooled": "Workloads",
        "Workloads": "Conclude",
        "Conclude": "Digest due?",
        "Digest due?": None,
        "Audiences": "Concluded",
        "Concluded": None,
    }
    assert (planned["Choices"], planned["Default"]) == (
        [{"Variable": "$.status", "StringEquals": "planned", "Next": "Targets"}],
        "Refused",
    )
    assert (due["Choices"], due["Default"]) == (
        [{"Variable": "$.digest", "BooleanEquals": True, "Next": "Audiences"}],
        "Concluded",
    )


def test_the_conclusion_is_the_output(definition: State) -> None:
    states = definition["States"]

    assert states["Conclude"]["ResultPath"] == "$.conclusion"
    assert states["Concluded"] == {"Type": "Pass", "InputPath": "$.conclusion", "End": True}
    assert states["Refused"] == {"Type": "Succeed"}


@pytest.mark.parametrize(
    ("name", "key", "at_a_time"),
    [
        ("Targets", "$.targets", 7),
        ("Workloads", "$.workloads", 7),
        ("Audiences", "$.audiences", 4),
    ],
)
def test_a_map_reads_its_items_from_s3_and_survives_every_failure(
    definition: State, name: str, key: str, at_a_time: int
) -> None:
    state = dict(definition["States"][name])
    processor = state.pop("ItemProcessor")
    state.pop("Next")

    assert state == {
        "Type": "Map",
        "Label": name,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": "bucket", "Key.$": key},
        },
        "MaxConcurrency": at_a_time,
        "ToleratedFailurePercentage": 100,
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "bucket", "Prefix": "maps"},
        },
        "ResultPath": None,
    }
    assert processor["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}


def test_forty_children_run_at_a_time_unless_decided_otherwise(undecided: Path) -> None:
    maps = [
        state["MaxConcurrency"]
        for name, state in every_state(definition_of(deployed(template_of(undecided, "hub"))))
        if name in {"Targets", "Workloads"}
    ]

    assert maps == [40, 40]


def test_the_regions_of_an_account_are_an_inline_map(definition: State) -> None:
    target = definition["States"]["Targets"]["ItemProcessor"]["States"]

    assert target["Survey"]["Next"] == "Regions"
    assert target["Regions"]["ItemsPath"] == "$.regions"
    assert target["Regions"]["ItemProcessor"]["ProcessorConfig"] == {"Mode": "INLINE"}
    assert target["Account or repository?"]["Choices"] == [
        {"Variable": "$.kind", "StringEquals": "account", "Next": "Survey"},
        {"Variable": "$.kind", "StringEquals": "repository", "Next": "Repository"},
    ]


def ends(processor: State, name: str) -> Iterator[State]:
    """Follow every way that leads on from the state to where it ends."""
    state = processor["States"][name]
    onward = [
        *(branch["Next"] for branch in state.get("Choices", [])),
        *(catch["Next"] for catch in state.get("Catch", [])),
        *(state[key] for key in ("Default", "Next") if key in state),
    ]
    for following in onward:
        yield from ends(processor, following)
    if not onward:
        yield state


def test_every_way_through_a_map_ends_in_a_constant(definition: State) -> None:
    processors = [
        state["ItemProcessor"] for _, state in every_state(definition) if "ItemProcessor" in state
    ]

    assert len(processors) == 4
    assert {
        json.dumps(end) for processor in processors for end in ends(processor, processor["StartAt"])
    } == {json.dumps({"Type": "Pass", "Result": 0, "End": True})}


def test_each_step_calls_its_function_and_nothing_else_does(definition: State) -> None:
    assert {name: task["Resource"] for name, task in of_kind(definition, "Task").items()} == {
        name: f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:readiness-{name.lower()}"
        for name in (
            "Plan",
            "Survey",
            "Probe",
            "Repository",
            "Pool",
            "Judge",
            "Conclude",
            "Digest",
        )
    }


def test_each_step_first_waits_for_lambda_and_then_tries_once_more(definition: State) -> None:
    retries = {
        name: [
            (each["ErrorEquals"], each["MaxAttempts"], each.get("BackoffRate", 1))
            for each in task["Retry"]
        ]
        for name, task in of_kind(definition, "Task").items()
    }

    assert len(retries) == 8
    assert all(
        retry == [(SERVICE_ERRORS, 6, 2), (["States.TaskFailed"], 1, 1)]
        for retry in retries.values()
    )


def test_each_step_is_given_longer_than_its_function(definition: State, hub: Template) -> None:
    limits = {
        function["FunctionName"]: function["Timeout"]
        for function in (
            each["Properties"]
            for each in hub["Resources"].values()
            if each["Type"] == "AWS::Lambda::Function"
        )
    }

    assert {
        name: task["TimeoutSeconds"] - limits[f"readiness-{name.lower()}"]
        for name, task in of_kind(definition, "Task").items()
    } == dict.fromkeys(of_kind(definition, "Task"), 60)
    assert limits == {
        "readiness-plan": 300,
        "readiness-survey": 900,
        "readiness-probe": 900,
        "readiness-repository": 900,
        "readiness-pool": 600,
        "readiness-judge": 900,
        "readiness-conclude": 300,
        "readiness-digest": 300,
    }


def test_a_step_that_fails_ends_the_scan_only_at_its_beginning_and_its_end(
    definition: State,
) -> None:
    passes = of_kind(definition, "Pass")
    tasks = of_kind(definition, "Task")
    caught = {
        name
        for name, task in tasks.items()
        if [catch["ErrorEquals"] for catch in task.get("Catch", [])] == [["States.ALL"]]
        and all(catch["Next"] in passes for catch in task["Catch"])
    }

    assert set(tasks) - caught == {"Plan", "Conclude"}


def test_a_failed_pool_leaves_the_state_as_it_was(definition: State) -> None:
    pool = definition["States"]["Pool"]

    assert (pool["ResultPath"], pool["Catch"]) == (
        None,
        [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Not pooled"}],
    )


def test_steps_between_maps_receive_a_pointer(definition: State) -> None:
    assert {
        name: task["Parameters"]
        for name, task in of_kind(definition, "Task").items()
        if "Parameters" in task
    } == {"Pool": {"scan.$": "$.scan"}, "Conclude": {"scan.$": "$.scan"}}


def test_nothing_is_used_that_the_local_engine_leaves_out_in_silence(definition: State) -> None:
    used = {key for _, state in every_state(definition) for key in state}

    assert not used & {"ItemBatcher", "MaxConcurrencyPath", "Credentials", "QueryLanguage"}
    assert "QueryLanguage" not in definition


def test_a_scan_is_traced_logged_and_shorter_than_a_day(hub: Template, definition: State) -> None:
    machine = the(hub, "AWS::StepFunctions::StateMachine")

    assert definition["TimeoutSeconds"] == 23 * 3600
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"] == {
        "Level": "ALL",
        "IncludeExecutionData": True,
        "Destinations": [
            {
                "CloudWatchLogsLogGroup": {
                    "LogGroupArn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:"
                    "/aws/vendedlogs/states/readiness:*"
                }
            }
        ],
    }
