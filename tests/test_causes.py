"""Hold causes to what AWS's own tags say, and findings to the cause of their resource."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from readiness.causes import causes_of
from readiness.checklist.model import Status
from readiness.config import Workload
from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.files import Sighting, Target
from readiness.evidence.tagging import TaggedResource
from readiness.judging import Seen, judge

ACCOUNT, REGION = "111122223333", "eu-west-1"
GUID = "12345678-90ab-cdef-1234-567890abcdef"
NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)


def stacked(name: str) -> dict[str, str]:
    stack = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/{GUID}"
    return {"aws:cloudformation:stack-id": stack}


def sighting(*records: TaggedResource | Instance) -> Sighting:
    kinds: dict[type[Any], Evidence[Any]] = {
        kind: Evidence(tuple(each for each in records if isinstance(each, kind)))
        for kind in {type(each) for each in records}
    }
    return Sighting(target=Target(account=ACCOUNT, region=REGION), evidence=kinds)


def instance(**tags: str) -> Instance:
    return Instance(
        arn="i", id="i-1", type="m7g.large", state="running", launched=NOW, managed=False, tags=tags
    )


TEMPLATE = {"aws:ec2launchtemplate:id": "lt-0a", "aws:ec2launchtemplate:version": "3"}


@pytest.mark.parametrize(
    ("tags", "cause"),
    [
        (stacked("orders"), "stack orders in 111122223333 · eu-west-1"),
        (stacked(f"StackSet-baseline-{GUID}"), "stack set baseline"),
        (stacked(f"StackSet-AWSControlTowerBP-ROLES-{GUID}"), None),
        (stacked("awseb-e-abc-stack"), None),
        ({"aws:cloudformation:stack-id": "orders"}, None),
        ({"aws:cloudformation:stack-name": "orders", "Stack": "orders"}, None),
        ({}, None),
    ],
)
def test_the_stack_that_made_a_resource_is_its_cause(
    tags: dict[str, str], cause: str | None
) -> None:
    assert causes_of([sighting(TaggedResource(arn="a", tags=tags))]).get("a") == cause


def test_an_instance_comes_from_its_stack_or_else_its_launch_template() -> None:
    launched, made = instance(**TEMPLATE), instance(**TEMPLATE, **stacked("web"))

    assert causes_of([sighting(launched)]) == {"i": "launch template lt-0a"}
    assert causes_of([sighting(made)]) == {"i": "stack web in 111122223333 · eu-west-1"}


def test_a_finding_that_fails_carries_the_cause_of_its_resource() -> None:
    resource = instance()
    seen = Seen(
        started=NOW,
        sightings={
            ACCOUNT: Sighting(target=Target(account=ACCOUNT), regions=(REGION,)),
            f"{ACCOUNT}/{REGION}": sighting(
                resource, TaggedResource(arn=resource.arn, tags=stacked("web"))
            ),
        },
    )

    found = judge(Workload(name="shop", accounts=(ACCOUNT,)), seen).findings

    of_resource = [each for each in found if each.resource == resource.arn]
    assert {each.status for each in of_resource} > {Status.FAIL}
    assert {each.cause for each in of_resource if each.status is Status.FAIL} == {
        "stack web in 111122223333 · eu-west-1"
    }
    assert {each.cause for each in found if each.status is not Status.FAIL} == {""}
    assert all("cause" not in each.public() for each in found)
