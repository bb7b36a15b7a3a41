"""What the checks of secrets say: in variables, in stores, and how old they are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.secret_stores import (
    secret_store_in_use,
    secretsmanager_secret_rotated,
    ssm_parameter_secret_is_securestring,
    workload_env_no_plaintext_secret,
)
from readiness.evidence.builds import BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, EcsService, TaskDefinition
from readiness.evidence.databases import DbCluster, DbInstance, Table
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.secret_forms import FORMS_FROM
from readiness.evidence.secret_stores import Secret
from readiness.evidence.settings import Parameter
from readiness.evidence.variables import Variable, variables_of
from tests.checklist.test_encryption import INSTANCE, arn, cluster, instance_of
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

#: A day on which the formats of secrets are too old to pass by.
LATER = {"now": NOW + timedelta(days=FORMS_FROM.good_for_days + 1)}
LONG = "a1B2c3D4e5F6"


def function(*settings: tuple[str, str], **changes: Any) -> LambdaFunction:
    values: dict[str, Any] = {
        "arn": arn("lambda", "function:pay"),
        "name": "pay",
        "subnets": (),
        "variables": variables_of(settings),
    }
    return LambdaFunction(**values | changes)


def task(*settings: tuple[str, str]) -> TaskDefinition:
    web = Container(
        name="web", image="web:1", essential=True, consistent=True, variables=variables_of(settings)
    )
    return TaskDefinition(arn=arn("ecs", "task-definition/web:1"), containers=(web,))


def project(*settings: tuple[str, str]) -> BuildProject:
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
        variables=variables_of(settings),
    )


SERVICE = EcsService(
    arn=arn("ecs", "service/shop/web"),
    name="web",
    cluster=arn("ecs", "cluster/shop"),
    launch_type="FARGATE",
    subnets=(),
    tags={},
)
TABLE = Table(arn=arn("dynamodb", "table/orders"), name="orders")


def secret(age: float = 10, **changes: Any) -> Secret:
    values: dict[str, Any] = {
        "arn": arn("secretsmanager", "secret:db"),
        "name": "db",
        "owner": "",
        "primary": "",
        "rotates": False,
        "every_days": None,
        "due": None,
        "rotated": None,
        "changed": NOW - timedelta(days=age),
    }
    return Secret(**values | changes)


def rotating(ago: float, every: float | None = 30, **changes: Any) -> Secret:
    values: dict[str, Any] = {
        "rotates": True,
        "every_days": every,
        "rotated": NOW - timedelta(days=ago),
    }
    return secret(400, **values | changes)


def parameter(name: str, kind: str = "String") -> Parameter:
    return Parameter(arn=arn("ssm", f"parameter{name}"), name=name, type=kind)


SECURE = parameter("/shop/url", "SecureString")
PLACE = f"{ACCOUNT}/{REGION}"
WORKLOADS = (LambdaFunction, EcsService, BuildProject, Instance, DbInstance, DbCluster)

ROWS: dict[Check[..., Any], list[Row]] = {
    workload_env_no_plaintext_secret: [
        Row("no variables", PASS, [function()], says="has no environment variables"),
        Row("harmless ones", PASS, [function(("LOG_LEVEL", "debug"), ("TABLE", "orders"))], says="has 2"),
        Row("a password by its name", {"pay#DB_PASSWORD": FAIL}, [function(("DB_PASSWORD", "hunter2hunter2"), ("A", "b"))], says="under the name of a secret"),
        Row("two of them", {"pay#API_KEY": FAIL, "pay#CLIENT_SECRET": FAIL}, [function(("API_KEY", LONG), ("CLIENT_SECRET", LONG))]),
        Row("a token by its format", {"pay#THING": FAIL}, [function(("THING", "ghp_" + "a1B2" * 9))], says="a token of GitHub"),
        Row("a fine-grained token", {"pay#THING": FAIL}, [function(("THING", "github_pat_" + "a1B2" * 20))]),
        Row("a token of Slack", {"pay#HOOK": FAIL}, [function(("HOOK", "xox" + "b-1234567890-abcdef"))]),
        Row("a private key", {"pay#PEM": FAIL}, [function(("PEM", "-----BEGIN PRIVATE KEY-----\n" + "MIIEvQ0" * 9))]),
        Row("a signed token", {"pay#SESSION": FAIL}, [function(("SESSION", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9aa.c2lnbmF0dXJl"))]),
        Row("an address with a password", {"pay#DATABASE_URL": FAIL}, [function(("DATABASE_URL", "postgres://app:pw@db:5432/shop"))]),
        Row("an access key with its secret", {"pay#KEYS": FAIL}, [function(("KEYS", "AKIA" + "QYLPMN5HHHFPZAM2:" + "aB3/" * 10))]),
        Row("an access key's id alone is no secret", PASS, [function(("KEY", "AKIA" + "QYLPMN5HHHFPZAM2"))]),
        Row("names of where secrets are", PASS, [function(("SECRET_ARN", "arn:aws:x:y"), ("DB_SECRET_NAME", "prod/db/main"), ("TOKEN_URL", "https://id.example.com/token"), ("PASSWORD_FILE", "/run/secrets/pw"), ("TOKEN_TTL", "3600 seconds"))]),
        Row("references, whatever the name", PASS, [function(("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"), ("API_KEY", "{{resolve:ssm:/a/b}}"), ("TOKEN", "secretsmanager:shop/token"))]),
        Row("switches and numbers", PASS, [function(("USE_TOKEN", "true"), ("MAX_TOKENS", "4096000000"), ("PASSWORD", "short"))]),
        Row("names that only sound like it", PASS, [function(("BYPASS_CACHE", "whenever it rains"), ("COMPASS_HOST", "compass.example.com"), ("TOKENIZER", "bert-base-cased"))]),
        Row("in a task definition, by its container", {"1#web/DB_PASS": FAIL}, [task(("DB_PASS", LONG))]),
        Row("a clean task definition", PASS, [task(("LOG_LEVEL", "debug"))]),
        Row("in a build project", {"project/shop#NPM_TOKEN": FAIL}, [project(("NPM_TOKEN", LONG))]),
        Row("its key hides it", UNKNOWN, [function(variables_hidden=True)], says="kms:Decrypt"),
        Row("the formats are too old to pass by", UNKNOWN, [function(("LOG_LEVEL", "debug"))], unit=LATER, says="days old"),
        Row("old formats still find what they find", FAIL, [function(("DB_PASSWORD", LONG))], unit=LATER),
        Row("old formats pass what has nothing", PASS, [function()], unit=LATER),
        Row("nothing runs", NOT_APPLICABLE),
        Row("functions are dark", UNKNOWN, dark=[LambdaFunction]),
        Row("task definitions are dark", UNKNOWN, dark=[TaskDefinition]),
        Row("projects are dark", UNKNOWN, dark=[BuildProject]),
    ],
    secret_store_in_use: [
        Row("a secret", PASS, [secret(), function()]),
        Row("a replica counts", PASS, [secret(primary="us-east-1"), function()]),
        Row("a SecureString", PASS, [SECURE, SERVICE]),
        Row("a database with a password, and no store", FAIL, [instance_of()], says="needs a password or a key"),
        Row("a cluster with a password", FAIL, [cluster()]),
        Row("a function that is told of a database", FAIL, [function(("DB_HOST", "db.example.com"))]),
        Row("a task that is told of an API", FAIL, [SERVICE, task(("PAYMENTS_API_URL", "https://pay.example.com"))]),
        Row("a project with a token in plain text", FAIL, [project(("NPM_TOKEN", LONG))]),
        Row("a plain parameter is no store", FAIL, [parameter("/shop/url"), instance_of()]),
        Row("services keep secrets for themselves", NO_EVIDENCE, [secret(owner="rds"), instance_of()], says="services keep"),
        Row("databases that ask IAM", PASS, [instance_of(iam_authentication=True), cluster(iam_authentication=True)], says="IAM says"),
        Row("a member of a cluster is the cluster's", PASS, [cluster(iam_authentication=True), instance_of(cluster="main")]),
        Row("tables ask IAM", PASS, [TABLE, function(("TABLE", "orders"))]),
        Row("tables ask IAM, and a function hides what it is told", UNKNOWN, [TABLE, function(variables_hidden=True)], says="kms:Decrypt"),
        Row("a function hides what it is told, and a database asks", FAIL, [function(variables_hidden=True), instance_of()]),
        Row("nothing says that it needs one", NO_EVIDENCE, [INSTANCE], says="nothing says"),
        Row("a reference is no need of its own", NO_EVIDENCE, [function(("DB_HOST", "arn:aws:rds:x"))]),
        Row("nothing runs", NOT_APPLICABLE, [secret()]),
        Row("secrets are dark", UNKNOWN, [function()], dark=[Secret]),
        Row("parameters are dark", UNKNOWN, [function()], dark=[Parameter]),
        Row("a secret is a secret, parameters are dark", PASS, [secret(), function()], dark=[Parameter]),
        Row("task definitions are dark", UNKNOWN, [SERVICE], dark=[TaskDefinition]),
        Row("tables are dark", UNKNOWN, [function()], dark=[Table]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in WORKLOADS),
    ],
    secretsmanager_secret_rotated: [
        Row("rotated in time", PASS, [rotating(20)], says="as its schedule"),
        Row("at the end of its window", PASS, [rotating(30.9)]),
        Row("late", FAIL, [rotating(32)], says="is late with its rotation"),
        Row("late, and changed by hand", PASS, [rotating(32, changed=NOW - timedelta(days=5))]),
        Row("by a calendar", PASS, [rotating(80, None, due=NOW + timedelta(days=10))]),
        Row("by a calendar, late", FAIL, [rotating(80, None, due=NOW - timedelta(days=2))]),
        Row("by nothing that is told", FAIL, [rotating(80, None)]),
        Row("to be rotated, and never was", FAIL, [rotating(0, rotated=None)]),
        Row("changed by hand", PASS, [secret(90)], says="was changed 90 days ago"),
        Row("nobody changed it", FAIL, [secret(91)], says="91 days ago, more than 90"),
        Row("as old as the option allows", PASS, [secret(91)], options={"secret_max_age_days": 180}),
        Row("a service rotates it", PASS, [secret(400, owner="rds", rotates=True)], says="by rds"),
        Row("a service does not", NOT_APPLICABLE, [secret(400, owner="events")]),
        Row("a replica", NOT_APPLICABLE, [secret(400, primary="us-east-1")], says="us-east-1"),
        Row("none", NOT_APPLICABLE),
        Row("dark", UNKNOWN, dark=[Secret]),
    ],
    ssm_parameter_secret_is_securestring: [
        Row("secure", PASS, [parameter("/shop/db-password", "SecureString")]),
        Row("in plain text", FAIL, [parameter("/shop/db-password")], says="is a String"),
        Row("a list in plain text", FAIL, [parameter("/shop/api_keys", "StringList")]),
        Row("no secret by its name", NOT_APPLICABLE, [parameter("/shop/url")]),
        Row("says where the secret is", NOT_APPLICABLE, [parameter("/shop/secret-arn")]),
        Row("none", NOT_APPLICABLE),
        Row("dark", UNKNOWN, dark=[Parameter]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_secrets(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_of_a_variable_nothing_but_its_name_is_kept() -> None:
    kept = variables_of([("DB_PASSWORD", "hunter2hunter2"), ("KEY", "AKIA" + "QYLPMN5HHHFPZAM2")])

    assert kept == (
        Variable(name="DB_PASSWORD", literal=True),
        Variable(name="KEY", literal=True, access_key=True),
    )
