"""Does a linter find anything wrong with a policy that the templates give a role?"""

import json
from collections.abc import Iterator

import pytest
from parliament import analyze_policy_string

from tests.stacks.deployed import Template

#: A scanner looks at every resource; the tests of each role say where `*` may stand.
ACCEPTED = {"RESOURCE_STAR"}
#: An execution of an express state machine is another resource of this action; ours is none.
MISREAD = ("RESOURCE_MISMATCH", "states:DescribeExecution")


def policies(template: Template) -> Iterator[str]:
    """Yield each policy of a template's roles, as text."""
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if resource["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}:
            yield json.dumps(properties["PolicyDocument"])
        if resource["Type"] == "AWS::IAM::Role":
            yield from (
                json.dumps(each["PolicyDocument"]) for each in properties.get("Policies", ())
            )


def told(policy: str) -> list[tuple[str, str]]:
    """Return what the linter says of a policy: which issue, and about what."""
    return [
        (each.issue, str(each.detail))
        for each in analyze_policy_string(policy).findings
        if each.issue not in ACCEPTED
        and not (each.issue == MISREAD[0] and f"'{MISREAD[1]}'" in str(each.detail))
    ]


@pytest.mark.parametrize("stack", ["hub", "member", "organization"])
def test_the_linter_has_nothing_to_say(request: pytest.FixtureRequest, stack: str) -> None:
    found = list(policies(request.getfixturevalue(stack)))

    assert found
    assert [each for policy in found for each in told(policy)] == []


@pytest.mark.parametrize(
    ("statement", "issue"),
    [
        ({"Action": "s3:GetObjekt", "Resource": "*"}, "UNKNOWN_ACTION"),
        ({"Action": "dynamodb:GetItem", "Resource": "arn:aws:s3:::bucket"}, "RESOURCE_MISMATCH"),
        (
            {
                "Action": "sqs:SendMessage",
                "Resource": "*",
                "Condition": {"StringEquals": {"s3:prefix": "a"}},
            },
            "UNKNOWN_CONDITION_FOR_ACTION",
        ),
    ],
)
def test_the_linter_knows_wrong_policies(statement: dict[str, object], issue: str) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]}

    assert issue in {each for each, _ in told(json.dumps(policy))}
