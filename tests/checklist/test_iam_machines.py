"""Do workloads get their rights by roles, and only from whom they should?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.machine_access import (
    ec2_instance_profile_attached,
    ecs_task_role_set,
    iam_service_role_confused_deputy,
    workload_no_static_aws_keys,
)
from readiness.checklist.model import Check, Severity
from readiness.evidence.builds import BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, TaskDefinition
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.rights import IamRole
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.variables import Variable
from tests.identities import IAM, iam_role, trust, trusting
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)
from tests.verdicts import verdict_of

ITEM = "security/create-iam-roles"
TASK_ROLE, EXECUTION_ROLE = f"{IAM}:role/web", f"{IAM}:role/ecs-execution"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def instance(profile: str = f"{IAM}:instance-profile/app", **changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": NOW - timedelta(days=9),
        "managed": False,
        "tags": {},
        "profile": profile,
    }
    return Instance(**values | changes)


def variables(keys: Iterable[str]) -> tuple[Variable, ...]:
    """Return variables that hold a key, among those that hold none."""
    named = (Variable(name=name, access_key=True) for name in keys)
    return (Variable(name="STAGE", literal=True), *named)


def function(*keys: str, sealed: bool = False) -> LambdaFunction:
    name = arn("lambda", "function:orders")
    return LambdaFunction(
        arn=name, name="orders", subnets=(), variables=variables(keys), variables_hidden=sealed
    )


def task(*keys: str, role: str = TASK_ROLE, execution: str = EXECUTION_ROLE) -> TaskDefinition:
    web = Container(
        name="web", image="web:1", essential=True, consistent=True, variables=variables(keys)
    )
    name = arn("ecs", "task-definition/web:7")
    return TaskDefinition(arn=name, containers=(web,), task_role=role, execution_role=execution)


def project(*keys: str) -> BuildProject:
    return BuildProject(
        arn=arn("codebuild", "project/shop"),
        name="shop",
        source="GITHUB",
        location="",
        buildspec="buildspec.yml",
        commands=(),
        webhook=False,
        webhook_events=(),
        runner=False,
        created=NOW,
        variables=variables(keys),
    )


def template(static_keys: bool = False, readable: bool = True) -> LaunchTemplateVersion:
    return LaunchTemplateVersion(
        arn=arn("ec2", "launch-template/lt-1/3"),
        template="lt-1",
        number=3,
        created=NOW,
        newest=True,
        default=True,
        starts="",
        readable=readable,
        static_keys=static_keys,
    )


def served(name: str = "sns", **conditions: Any) -> IamRole:
    return trusting(trust({"Service": f"{name}.amazonaws.com"}, **conditions))


def source(key: str, value: Any, operator: str = "StringEquals") -> dict[str, Any]:
    return {operator: {key: value}}


ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_profile_attached: [
        Row("a profile", {"instance/i-1": PASS}, (instance(),), says="the instance profile app"),
        Row("no profile", FAIL, (instance(""),)),
        Row("no profile, which is well for us", PASS, (instance(""),), options={"allow_no_profile": True}),
        Row("stopped", NOT_APPLICABLE, (instance("", state="stopped"),)),
        Row("no instance", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
    ],
    workload_no_static_aws_keys: [
        Row("none anywhere", {"orders": PASS, "7": PASS, "project/shop": PASS, "launch-template/lt-1/3": PASS}, (function(), task(), project(), template())),
        Row("in a function", {"orders": FAIL}, (function("AWS_SECRET_ACCESS_KEY", "BACKUP_KEY"),), says="in AWS_SECRET_ACCESS_KEY, BACKUP_KEY", severity=Severity.CRITICAL),
        Row("in a container", {"7": FAIL}, (task("KEY"),), says="in KEY of container web"),
        Row("in a build project", {"project/shop": FAIL}, (project("KEY"),)),
        Row("in user data", {"launch-template/lt-1/3": FAIL}, (template(True),)),
        Row("variables that could not be decrypted", {"orders": UNKNOWN}, (function(sealed=True),), says="may not decrypt"),
        Row("user data that could not be read", UNKNOWN, (template(readable=False),)),
        Row("nothing", NOT_APPLICABLE),
        Row("functions are dark", UNKNOWN, dark=[LambdaFunction]),
        Row("task definitions are dark", UNKNOWN, dark=[TaskDefinition]),
        Row("build projects are dark", UNKNOWN, dark=[BuildProject]),
        Row("templates are dark", UNKNOWN, dark=[LaunchTemplateVersion]),
    ],
    ecs_task_role_set: [
        Row("a role of its own", {"7": PASS}, (task(),), says="the task role web"),
        Row("no task role", FAIL, (task(role=""),), severity=Severity.LOW),
        Row("neither role", FAIL, (task(role="", execution=""),), severity=Severity.LOW),
        Row("the execution role", FAIL, (task(role=EXECUTION_ROLE),), severity=Severity.MEDIUM),
        Row("no task definition", NOT_APPLICABLE),
        Row("task definitions are dark", UNKNOWN, dark=[TaskDefinition]),
    ],
    iam_service_role_confused_deputy: [
        Row("the account of the source", {"role/app": PASS}, (served(**source("aws:SourceAccount", ACCOUNT)),)),
        Row("the source itself", PASS, (served(**source("AWS:sourcearn", arn("sns", "orders"), "ArnLike")),)),
        Row("one bucket", PASS, (served("s3", **source("aws:SourceArn", "arn:aws:s3:::orders", "ArnEquals")),)),
        Row("the organization of the source", PASS, (served(**source("aws:SourceOrgID", "o-acme")),)),
        Row("paths of the organization", PASS, (served(**source("aws:SourceOrgPaths", ["o-acme/r-1/*"], "ForAnyValue:StringLike")),)),
        Row("none", {"role/app": FAIL}, (served(),), severity=Severity.LOW, says="lets sns.amazonaws.com act for any account"),
        Row("a service by its region", FAIL, (served("states.eu-west-1"),)),
        Row("the account of the source, if any", FAIL, (served(**source("aws:SourceAccount", ACCOUNT, "StringEqualsIfExists")),)),
        Row("any source", FAIL, (served(**source("aws:SourceArn", "*", "ArnLike")),)),
        Row("any source of the service", FAIL, (served(**source("aws:SourceArn", "arn:aws:sns:*:*:*", "ArnLike")),)),
        Row("any bucket", FAIL, (served("s3", **source("aws:SourceArn", "arn:aws:s3:::*", "ArnLike")),)),
        Row("any path", FAIL, (served(**source("aws:SourceOrgPaths", "o-*/r-1/*", "ForAnyValue:StringLike")),)),
        Row("all but one account", FAIL, (served(**source("aws:SourceAccount", "999988887777", "StringNotEquals")),)),
        Row("another condition", FAIL, (served(**source("aws:RequestedRegion", REGION)),)),
        Row("one of two statements", FAIL, (trusting(trust({"Service": "sns.amazonaws.com"}, **source("aws:SourceAccount", ACCOUNT)), trust({"Service": ["events.amazonaws.com"]})),)),
        Row("a service that does not tell", NOT_APPLICABLE, (served("ec2"), served("lambda"), served("ecs-tasks"))),
        Row("a service that we count", FAIL, (served("lambda"),), options={"services": ("lambda",)}),
        Row("a service that we do not count", NOT_APPLICABLE, (served(),), options={"services": ("s3",)}),
        Row("no role", NOT_APPLICABLE),
        Row("roles are dark", UNKNOWN, dark=[IamRole]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((instance(), function()), PASS),
        ((instance(), function("KEY")), FAIL),
        ((task(role=""), iam_role()), PASS),
        ((), NOT_APPLICABLE),
    ],
    ids=["roles", "a key", "a low failure beside a pass", "nothing runs"],
)  # fmt: skip
def test_the_item(seen: tuple[Any, ...], expected: Any) -> None:
    assert verdict_of(ITEM, seen) == expected
