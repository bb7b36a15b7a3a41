import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from readiness.permissions import member_policies, organization_policies
from tests.stacks.deployed import Template, all_of, deployed, listed, template_of, the

Statement = dict[str, Any]


def trust(template: Template) -> Statement:
    (statement,) = the(template, "AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    read: Statement = statement
    return read


def allowed(template: Template) -> list[str]:
    return [
        action
        for policy in all_of(template, "AWS::IAM::ManagedPolicy")
        for statement in policy["PolicyDocument"]["Statement"]
        for action in listed(statement["Action"])
    ]


def denied(template: Template) -> list[str]:
    (inline,) = the(template, "AWS::IAM::Role")["Policies"]
    (statement,) = inline["PolicyDocument"]["Statement"]

    assert (statement["Effect"], statement["Resource"]) == ("Deny", "*")
    patterns: list[str] = statement["Action"]
    return patterns


@pytest.fixture(params=["member", "organization"])
def role_template(request: pytest.FixtureRequest) -> Template:
    template: Template = request.getfixturevalue(request.param)
    return template


@pytest.mark.parametrize(
    ("stack", "seekers"),
    [
        ("member", ["survey", "probe", "repository"]),
        ("organization", ["plan", "survey"]),
    ],
)
def test_only_the_hubs_looking_roles_are_trusted(
    request: pytest.FixtureRequest, stack: str, seekers: list[str]
) -> None:
    assert trust(request.getfixturevalue(stack)) == {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
        "Condition": {
            "ArnEquals": {
                "aws:PrincipalArn": [
                    f"arn:aws:iam::111122223333:role/readiness-{seeker}" for seeker in seekers
                ]
            },
            "StringEquals": {
                "aws:PrincipalOrgID": "o-abcdefghij",
                "sts:ExternalId": "readiness",
            },
        },
    }


def test_without_an_organization_the_external_id_is_still_asked_for(undecided: Path) -> None:
    template = deployed(template_of(undecided, "member"), HubAccount="111122223333")

    assert trust(template)["Condition"]["StringEquals"] == {"sts:ExternalId": "readiness"}


def test_a_session_lasts_an_hour(role_template: Template) -> None:
    assert the(role_template, "AWS::IAM::Role")["MaxSessionDuration"] == 3600


@pytest.mark.parametrize(
    ("stack", "name", "policies"),
    [
        ("member", "readiness-member", member_policies()),
        ("organization", "readiness-organization", organization_policies()),
    ],
)
def test_the_role_may_do_what_the_probes_declare(
    request: pytest.FixtureRequest, stack: str, name: str, policies: list[Statement]
) -> None:
    template = request.getfixturevalue(stack)

    assert the(template, "AWS::IAM::Role")["RoleName"] == name
    assert sorted(allowed(template)) == sorted(
        action
        for policy in policies
        for statement in policy["Statement"]
        for action in listed(statement["Action"])
    )


def test_its_policies_fit_into_iams_quotas(role_template: Template) -> None:
    policies = all_of(role_template, "AWS::IAM::ManagedPolicy")
    sizes = [len(json.dumps(each["PolicyDocument"], separators=(",", ":"))) for each in policies]

    assert 1 <= len(policies) <= 10
    assert all(size <= 6144 for size in sizes)
    assert len(json.dumps(the(role_template, "AWS::IAM::Role")["Policies"])) <= 10_240


def test_every_action_only_reads(role_template: Template) -> None:
    levels = {action: access_level(action) for action in allowed(role_template)}

    assert {action: level for action, level in levels.items() if level not in READS} == {}


@pytest.mark.parametrize(
    "action",
    [
        "dynamodb:BatchGetItem",
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "kms:Decrypt",
        "lambda:GetFunction",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "logs:StartQuery",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParametersByPath",
    ],
)
def test_data_is_denied_whatever_else_is_allowed(role_template: Template, action: str) -> None:
    assert any(fnmatchcase(action, pattern) for pattern in denied(role_template))


def test_nothing_is_denied_that_a_probe_calls(role_template: Template) -> None:
    assert [
        action
        for action in allowed(role_template)
        if any(fnmatchcase(action, pattern) for pattern in denied(role_template))
    ] == []


def test_the_role_deploys_where_nothing_is_bootstrapped(assembly: Path) -> None:
    for stack in ("member", "organization"):
        assert set(template_of(assembly, stack)["Parameters"]) == {"HubAccount"}


def test_the_rollout_carries_the_member_role_into_every_unit(assembly: Path) -> None:
    rollout = the(deployed(template_of(assembly, "rollout")), "AWS::CloudFormation::StackSet")
    body = rollout.pop("TemplateBody")
    member = template_of(assembly, "member")

    assert json.loads(body)["Resources"].keys() == member["Resources"].keys()
    assert len(body) <= 51_200
    assert rollout == {
        "StackSetName": "readiness-member",
        "Description": "The read-only role through which the Readiness hub account looks.",
        "PermissionModel": "SERVICE_MANAGED",
        "CallAs": "DELEGATED_ADMIN",
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "AutoDeployment": {"Enabled": True, "RetainStacksOnAccountRemoval": False},
        "ManagedExecution": {"Active": True},
        "OperationPreferences": {
            "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
            "FailureTolerancePercentage": 100,
            "MaxConcurrentPercentage": 25,
        },
        "Parameters": [{"ParameterKey": "HubAccount", "ParameterValue": "111122223333"}],
        "StackInstancesGroup": [
            {
                "DeploymentTargets": {
                    "OrganizationalUnitIds": ["ou-abcd-12345678", "ou-abcd-87654321"]
                },
                "Regions": ["eu-central-1"],
            }
        ],
    }


def test_without_units_there_is_no_rollout(undecided: Path) -> None:
    assert not (undecided / "readiness-rollout.template.json").exists()


READS = {"List", "Read"}


def access_level(action: str) -> str:
    """Look the action up in AWS's own list: none may be unknown to IAM."""
    service, name = action.split(":")
    level: str = get_action_data(service, name)[service][0]["access_level"]
    return level
