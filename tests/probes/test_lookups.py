"""What is seen of CloudTrail's event history, and how often it is asked."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbCluster
from readiness.evidence.events import (
    ACCESS_EVENTS,
    DEPLOY_EVENTS,
    RESTORE_EVENTS,
    AccessLookup,
    DeployLookup,
    Event,
    RestoreLookup,
)
from readiness.probes import load, lookups
from readiness.probes.aws import Aws, Connection
from readiness.probes.refusals import UnseenError
from tests.probes.looking import DENIED, Answer, answering, assert_made_as_declared
from tests.rows import ACCOUNT, NOW, REGION

INSTANCE = Instance(
    arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1",
    id="i-1",
    type="m7g.large",
    state="running",
    launched=NOW,
    managed=False,
    tags={},
)
SOMETHING = Evidence((INSTANCE,))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Count the pauses instead of making them."""
    made: list[float] = []
    monkeypatch.setattr("readiness.probes.lookups.time.sleep", made.append)
    return made


def looked(connection: Connection, kind: type[Any], *given: Evidence[Any]) -> list[Any]:
    probe = load()[kind]
    return list(probe.function(Aws(connection, REGION, probe.calls), *given))


def nothing_but(first: type[Any], rest: int) -> list[Evidence[Any]]:
    """Return the evidence that a probe starts from: one instance, and nothing of the others."""
    needs = load()[first].needs
    assert len(needs) == rest
    return [SOMETHING if kind is Instance else Evidence() for kind in needs]


def event(name: str, **said: Any) -> dict[str, Any]:
    source = {**DEPLOY_EVENTS, **ACCESS_EVENTS, **RESTORE_EVENTS}[name]
    spoken = {"eventName": name, "eventSource": source, **said}
    return {"EventTime": NOW, "EventName": name, "CloudTrailEvent": json.dumps(spoken)}


def asked(name: str, **more: str) -> dict[str, Any]:
    return {
        "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": name}],
        "StartTime": NOW - timedelta(days=90),
        "EndTime": NOW,
        "MaxResults": 50,
        **more,
    }


LOOKUP = "cloudtrail.lookup_events"


def test_four_pages_of_each_name_with_a_pause_after_each(pauses: list[float]) -> None:
    names = list(DEPLOY_EVENTS)
    events = [event(names[0], userIdentity={"type": "Root"})]
    tokens: list[dict[str, str]] = [{}, *({"NextToken": f"n{number}"} for number in range(5))]
    # One of them is empty, and does not count.
    pages = [events, [], events, events, events]
    answers = (
        *(
            Answer(LOOKUP, {"Events": page, **following}, asked=asked(names[0], **token))
            for page, (token, following) in zip(pages, pairwise(tokens), strict=True)
        ),
        *(Answer(LOOKUP, {"Events": []}, asked=asked(name)) for name in names[1:]),
    )
    with answering(*answers) as connection:
        found = looked(connection, DeployLookup, *nothing_but(DeployLookup, len(load()[DeployLookup].needs)))  # fmt: skip
        assert_made_as_declared(connection, DeployLookup)

    assert [(each.name, len(each.events), each.sampled) for each in found] == [
        (names[0], 4, True),
        *((name, 0, False) for name in names[1:]),
    ]
    assert pauses == [lookups.PAUSE] * len(answers)
    assert lookups.PAUSE >= 0.5, "two requests a second"


def test_nothing_is_looked_up_where_nothing_runs(pauses: list[float]) -> None:
    with answering() as connection:
        for kind in (DeployLookup, AccessLookup):
            empty: list[Evidence[Any]] = [Evidence() for _ in load()[kind].needs]
            assert looked(connection, kind, *empty) == []


def test_a_refusal_ends_the_queue(pauses: list[float]) -> None:
    with (
        answering(Answer(LOOKUP, error=DENIED)) as connection,
        pytest.raises(UnseenError, match="denied: cloudtrail:LookupEvents"),
    ):
        looked(connection, AccessLookup, SOMETHING, Evidence())


def test_who_did_what(pauses: list[float]) -> None:
    session = {
        "type": "AssumedRole",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/alice@example.com",
        "sessionContext": {"sessionIssuer": {"userName": "AWSReservedSSO_Admin_1"}},
    }
    ran = event(
        "SendCommand",
        userIdentity=session,
        sessionCredentialFromConsole="true",
        requestParameters={
            "instanceIds": ["i-1", "i-2"],
            "documentName": "AWS-RunShellScript",
            "parameters": {"commands": ["echo hunter2"]},
        },
    )
    failed = event("SendCommand", userIdentity=session, errorCode="AccessDenied")
    foreign = event("SendCommand", userIdentity=session, eventSource="other.amazonaws.com")
    began = {
        **event("StartSession", userIdentity={"type": "IAMUser", "userName": "bob", "arn": f"arn:aws:iam::{ACCOUNT}:user/bob"}, requestParameters={"target": "i-1"}),
        "Resources": [{"ResourceType": "AWS::EC2::Instance", "ResourceName": "i-1"}],
    }  # fmt: skip
    answers = (
        Answer(LOOKUP, {"Events": [ran, failed, foreign]}, asked=asked("SendCommand")),
        Answer(LOOKUP, {"Events": [began]}, asked=asked("StartSession")),
    )
    with answering(*answers) as connection:
        found = looked(connection, AccessLookup, SOMETHING, Evidence())

    history = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:event"
    assert found == [
        AccessLookup(
            arn=f"{history}/SendCommand",
            name="SendCommand",
            events=(
                Event(
                    time=NOW,
                    principal_type="AssumedRole",
                    principal_arn=str(session["arn"]),
                    principal_name="AWSReservedSSO_Admin_1",
                    session="alice@example.com",
                    console=True,
                    invoked_by="",
                    resources=("i-1", "i-2"),
                    document="AWS-RunShellScript",
                ),
            ),
            sampled=False,
        ),
        AccessLookup(
            arn=f"{history}/StartSession",
            name="StartSession",
            events=(
                Event(
                    time=NOW,
                    principal_type="IAMUser",
                    principal_arn=f"arn:aws:iam::{ACCOUNT}:user/bob",
                    principal_name="bob",
                    session="",
                    console=False,
                    invoked_by="",
                    resources=("i-1",),
                ),
            ),
            sampled=False,
        ),
    ]
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("parameters", "changes"),
    [
        ({"desiredCount": 4, "service": "web"}, False),
        ({"taskDefinition": "web:7"}, True),
        ({"forceNewDeployment": True}, True),
        (None, False),
    ],
)
def test_whether_an_update_of_a_service_changes_its_code(
    parameters: Any, changes: bool, pauses: list[float]
) -> None:
    updates = [event("UpdateService", userIdentity={}, requestParameters=parameters)]
    answers = [
        Answer(LOOKUP, {"Events": updates if name == "UpdateService" else []})
        for name in DEPLOY_EVENTS
    ]
    with answering(*answers) as connection:
        given = nothing_but(DeployLookup, len(load()[DeployLookup].needs))
        found = looked(connection, DeployLookup, *given)

    events = [each for lookup in found for each in lookup.events]
    assert [each.changes_code for each in events] == [changes]


@pytest.mark.parametrize(
    ("said", "engine"),
    [
        ({"requestParameters": {"engine": "aurora-mysql"}}, "aurora-mysql"),
        ({"responseElements": {"engine": "neptune"}}, "neptune"),
        ({"requestParameters": None, "responseElements": None}, ""),
    ],
)
def test_which_engine_a_restored_cluster_has(said: Any, engine: str, pauses: list[float]) -> None:
    name = "RestoreDBClusterToPointInTime"
    restored = [event(name, userIdentity={}, **said)]
    answers = [
        Answer(LOOKUP, {"Events": restored if each == name else []})
        for each, source in RESTORE_EVENTS.items()
        if source == "rds.amazonaws.com"
    ]
    with answering(*answers) as connection:
        given = [
            SOMETHING if kind is DbCluster else Evidence() for kind in load()[RestoreLookup].needs
        ]
        found = looked(connection, RestoreLookup, *given)

    assert [each.engine for lookup in found for each in lookup.events] == [engine]
