"""What is seen of secrets in Secrets Manager: their names and dates."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.secret_stores import Secret
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

HERE = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret"
LIST = "secretsmanager.list_secrets"


def listed(name: str, **more: Any) -> dict[str, Any]:
    return {"ARN": f"{HERE}:{name}", "Name": name, "CreatedDate": NOW, **more}


def test_secrets_of_every_page() -> None:
    ago = NOW - timedelta(days=9)
    rotated = {"RotationEnabled": True, "LastRotatedDate": ago, "LastChangedDate": ago}
    answers = (
        Answer(LIST, {"SecretList": [listed("old"), listed("db", OwningService="rds", PrimaryRegion=REGION, NextRotationDate=NOW, RotationRules={"ScheduleExpression": "cron(0 8 1 * ? *)"}, **rotated)], "NextToken": "n"}, asked={"MaxResults": 100}),
        Answer(LIST, {"SecretList": [listed("copy", PrimaryRegion="us-east-1")]}, asked={"MaxResults": 100, "NextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Secret)
        assert_made_as_declared(connection, Secret)

    bare: dict[str, Any] = {
        "owner": "",
        "primary": "",
        "rotates": False,
        "every_days": None,
        "due": None,
        "rotated": None,
        "changed": NOW,
    }
    old = Secret(**bare | {"arn": f"{HERE}:old", "name": "old"})
    copy = Secret(**bare | {"arn": f"{HERE}:copy", "name": "copy", "primary": "us-east-1"})
    db = Secret(
        arn=f"{HERE}:db",
        name="db",
        owner="rds",
        primary="",
        rotates=True,
        every_days=None,
        due=NOW,
        rotated=ago,
        changed=ago,
    )
    assert found == Evidence((old, db, copy))


@pytest.mark.parametrize(
    ("rules", "days"),
    [
        ({"AutomaticallyAfterDays": 30}, 30),
        ({"ScheduleExpression": "rate(10 days)"}, 10),
        ({"ScheduleExpression": "rate(1 day)"}, 1),
        ({"ScheduleExpression": "rate(12 hours)"}, 0.5),
        ({"ScheduleExpression": "cron(0 8 1 * ? *)"}, None),
        ({}, None),
    ],
)
def test_how_often_a_secret_is_rotated(rules: dict[str, Any], days: float | None) -> None:
    answer = Answer(LIST, {"SecretList": [listed("db", RotationRules=rules)]})
    with answering(answer) as connection:
        (found,) = seen(connection, Secret)

    assert found.every_days == days


@mock_aws
def test_moto_lists_a_secret_without_its_value() -> None:
    client = boto3.client("secretsmanager", region_name=REGION)
    client.create_secret(Name="db", SecretString="hunter2hunter2")
    with connected() as connection:
        found = seen(connection, Secret)

    assert [(each.name, each.rotates) for each in found] == [("db", False)]
    assert "hunter2" not in repr(found)


def test_a_refused_list_is_a_gap() -> None:
    with answering(Answer(LIST, error=DENIED)) as connection:
        assert seen(connection, Secret) == Evidence(gaps=(refused("secretsmanager:ListSecrets"),))
