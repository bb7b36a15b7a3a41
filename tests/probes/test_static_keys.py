"""Access keys of AWS in configurations are told by name, and none of them is kept."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from typing import Any

import pytest

from readiness.evidence.builds import BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import TaskDefinition
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.variables import Variable, variables_of
from tests.identities import IAM
from tests.probes.looking import Answer, answering, seen
from tests.rows import ACCOUNT, NOW, REGION

KEY_ID = "AKIA" + "Q3X7ABCDEFGH2345"
SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"
VARIABLES = {"AWS_SECRET_ACCESS_KEY": SECRET, "BACKUP": f"{KEY_ID}:{SECRET}", "STAGE": "live"}
NAMES = ("AWS_SECRET_ACCESS_KEY", "BACKUP")


def assert_kept_no_secret(records: Any) -> None:
    told = str([asdict(each) for each in records])

    assert SECRET not in told
    assert KEY_ID not in told


def names(variables: Iterable[Variable]) -> tuple[str, ...]:
    return tuple(each.name for each in variables if each.static_key)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("AWS_SECRET_ACCESS_KEY", SECRET, True),
        ("aws_access_key_id", "abcdefgh12345678", True),
        ("AWS_ACCESS_KEY_ID", "", False),
        ("AWS_ACCESS_KEY_ID", "{{resolve:ssm:/ci/key}}", False),
        ("A", KEY_ID, True),
        ("A", f"id={KEY_ID};", True),
        ("A", f"X{KEY_ID}", False),
        ("A", "AKIAIOSFODNN7EXAMPLE", False),
        ("A", "ASIAQ3X7ABCDEFGH2345", False),
        ("A", SECRET, False),
    ],
)
def test_which_variables_hold_a_key(name: str, value: str, expected: bool) -> None:
    assert [each.static_key for each in variables_of([(name, value)])] == [expected]


def test_functions() -> None:
    def function(name: str, environment: dict[str, Any]) -> dict[str, Any]:
        arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        return {"FunctionName": name, "FunctionArn": arn, "Environment": environment}

    sealed = {"Error": {"ErrorCode": "AccessDeniedException", "Message": "no"}}
    listed = [function("a", {"Variables": VARIABLES}), function("b", sealed), function("c", {})]
    with answering(Answer("lambda.list_functions", {"Functions": listed})) as connection:
        found = seen(connection, LambdaFunction)

    assert [(each.name, names(each.variables), each.variables_hidden) for each in found.seen] == [
        ("a", NAMES, False),
        ("b", (), True),
        ("c", (), False),
    ]
    assert_kept_no_secret(found.seen)


def test_task_definitions_and_their_roles() -> None:
    cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"
    definition = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:7"
    service = {
        "serviceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/web",
        "serviceName": "web",
        "clusterArn": cluster,
        "status": "ACTIVE",
        "taskDefinition": definition,
    }
    container = {
        "name": "web",
        "image": "web:1",
        "environment": [{"name": name, "value": value} for name, value in VARIABLES.items()],
        "secrets": [{"name": "AWS_ACCESS_KEY_ID", "valueFrom": "arn:aws:ssm:::parameter/key"}],
    }
    described = {
        "containerDefinitions": [container],
        "taskRoleArn": f"{IAM}:role/web",
        "executionRoleArn": f"{IAM}:role/ecs",
    }
    answers = (
        Answer("ecs.list_clusters", {"clusterArns": [cluster]}),
        Answer("ecs.list_services", {"serviceArns": [service["serviceArn"]]}),
        Answer("ecs.describe_services", {"services": [service]}),
        Answer("ecs.describe_task_definition", {"taskDefinition": described}),
    )
    with answering(*answers) as connection:
        found = seen(connection, TaskDefinition)

    (task,) = found.seen
    assert [names(each.variables) for each in task.containers] == [NAMES]
    assert (task.task_role, task.execution_role) == (f"{IAM}:role/web", f"{IAM}:role/ecs")
    assert_kept_no_secret(found.seen)


def test_build_projects() -> None:
    written = [{"name": name, "value": value} for name, value in VARIABLES.items()]
    named = [{"name": "AWS_ACCESS_KEY_ID", "value": "/ci/key", "type": "PARAMETER_STORE"}]

    def project(name: str, variables: list[dict[str, str]]) -> dict[str, Any]:
        return {
            "name": name,
            "arn": f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/{name}",
            "source": {"type": "NO_SOURCE"},
            "environment": {
                "type": "LINUX_CONTAINER",
                "image": "aws/codebuild/standard:7.0",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": variables,
            },
        }

    projects = [project("aa", written), project("bb", named)]
    answers = (
        Answer("codebuild.list_projects", {"projects": ["aa", "bb"]}),
        Answer("codebuild.batch_get_projects", {"projects": projects}),
    )
    with answering(*answers) as connection:
        found = seen(connection, BuildProject)

    assert [names(each.variables) for each in found.seen] == [NAMES, ()]
    assert_kept_no_secret(found.seen)


def test_launch_templates_and_instance_profiles() -> None:
    def version(number: int, text: str | bytes) -> dict[str, Any]:
        content = text if isinstance(text, bytes) else text.encode()
        return {
            "LaunchTemplateId": f"lt-{number}",
            "VersionNumber": 1,
            "CreateTime": NOW,
            "DefaultVersion": True,
            "LaunchTemplateData": {"UserData": base64.b64encode(content).decode()},
        }

    script = f"#!/bin/sh\nexport A={KEY_ID} B={SECRET}\n"
    parts = MIMEMultipart()
    parts.attach(MIMEApplication(gzip.compress(script.encode()), "x-gzip"))
    versions = [
        version(1, script),
        version(2, "#!/bin/sh\n"),
        version(3, gzip.compress(script.encode())),
        version(4, parts.as_bytes()),
        version(5, b"\x1f\x8b not packed at all"),
    ]
    answers = (
        Answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": []}),
        Answer("ec2.describe_launch_template_versions", {"LaunchTemplateVersions": versions}),
    )
    with answering(*answers) as connection:
        found = seen(connection, LaunchTemplateVersion)

    assert [(each.static_keys, each.readable) for each in found.seen] == [
        (True, True),
        (False, True),
        (True, True),
        (True, True),
        (False, False),
    ]
    assert_kept_no_secret(found.seen)


def test_the_instance_profile_of_an_instance() -> None:
    profile = {"Arn": f"{IAM}:instance-profile/app", "Id": "AIPAEXAMPLE"}

    def instance(name: str, **more: Any) -> dict[str, Any]:
        return {
            "InstanceId": name,
            "InstanceType": "m7g.large",
            "State": {"Name": "running"},
            "LaunchTime": datetime(2026, 1, 1, tzinfo=UTC),
            "Placement": {"AvailabilityZone": f"{REGION}a"},
            **more,
        }

    listed = [{"Instances": [instance("i-1", IamInstanceProfile=profile), instance("i-2")]}]
    with answering(Answer("ec2.describe_instances", {"Reservations": listed})) as connection:
        found = seen(connection, Instance)

    assert [each.profile for each in found.seen] == [profile["Arn"], ""]
