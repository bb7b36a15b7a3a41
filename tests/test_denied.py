"""Denying one IAM action at a time: what changes says so, and nothing else changes."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.checklist import CHECKS, ITEMS
from readiness.checklist.model import Status
from readiness.findings import Finding
from readiness.permissions import member_actions, organization_actions
from readiness.probes import load, wanted
from readiness.probes.actions import action_of, api_name
from readiness.scan import scan
from tests.world import build

REGION = "us-east-1"

#: Actions whose refusal changes no answer about the simulated account, and why; the probes' own
#: tests and the dark rows of the checks stand in for them.
NOT_ASKED: dict[str, str] = {
    "elasticloadbalancing:DescribeTags": "it only says who made an idle load balancer",
}


def actions_of(check_id: str) -> set[str]:
    """Return every action that the evidence of a check takes."""
    probes = wanted(CHECKS[check_id].needs).values()
    return {action_of(call) for probe in probes for call in probe.calls}


def items_with(action: str) -> list[str]:
    return [
        item.id
        for item in ITEMS.values()
        if any(action in actions_of(check.id) for check in item.checks)
    ]


@pytest.fixture(scope="module")
def account() -> Iterator[None]:
    with mock_aws():
        build(REGION)
        yield


def findings(items: list[str], denied: str = "") -> dict[tuple[str, ...], Finding]:
    """Scan, with one action refused at the client."""
    session = boto3.Session(region_name=REGION)

    def refuse(model: Any, **_: Any) -> Any:
        operation = f"{model.service_model.service_name}.{model.name}"
        if ACTION_OF_API.get(operation) != denied:
            return None
        answer = {
            "Error": {"Code": "AccessDenied", "Message": "no"},
            "ResponseMetadata": {"HTTPStatusCode": 403},
        }
        return SimpleNamespace(status_code=403), answer

    session.events.register("before-call", refuse)
    found = scan(session, regions=[REGION], items=items)
    return {finding.key: finding for finding in found.findings}


def _apis() -> dict[str, str]:
    """Return the action of every declared call, by `service.API`."""
    return {
        f"{call.partition('.')[0]}.{api_name(call)}": action_of(call)
        for probe in load().values()
        for call in probe.calls
    }


ACTION_OF_API = _apis()
EVERY_ACTION = sorted({*member_actions(), *organization_actions()})


@pytest.fixture(scope="module")
def before(account: None) -> dict[tuple[str, ...], Finding]:
    return findings([])


@pytest.mark.parametrize("action", EVERY_ACTION)
def test_denying_an_action_makes_unknown_what_needs_it_and_nothing_else(
    action: str, before: dict[tuple[str, ...], Finding]
) -> None:
    items = items_with(action)
    if not items:
        pytest.skip("only plan or survey asks for it")
    after = findings(items, denied=action)
    same = {key: said(finding) for key, finding in before.items() if finding.item in items}
    changed = [finding for key, finding in after.items() if said(finding) != same.get(key)]

    for finding in changed:
        told = f"{finding.check} {finding.status} {finding.resource}: {finding.because}"
        assert action in actions_of(finding.check), told
        assert finding.status is Status.UNKNOWN, told
        assert action in finding.reason, told
    assert bool(changed) is (action not in NOT_ASKED)


def said(finding: Finding) -> tuple[str, str]:
    return finding.status.value, finding.reason
