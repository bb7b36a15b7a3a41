"""What is seen of canaries, health checks, and of who is told of pull requests."""

from __future__ import annotations

import json
from typing import Any

import boto3
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.event_rules import RuleTargets
from readiness.evidence.watching import Canary, HealthCheck
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION

RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule"


def test_canaries_page_by_page() -> None:
    def page(name: str, state: str, **more: Any) -> Answer:
        canaries = [{"Name": name, "Status": {"State": state}, "Code": {"Handler": "x"}}]
        return Answer("synthetics.describe_canaries", {"Canaries": canaries, **more})

    with answering(page("home", "RUNNING", NextToken="more"), page("pay", "STOPPED")) as connection:
        found = seen(connection, Canary)
        assert_made_as_declared(connection, Canary)

    arn = f"arn:aws:synthetics:{REGION}:{ACCOUNT}:canary"
    assert found == Evidence(
        (
            Canary(arn=f"{arn}:home", name="home", state="RUNNING"),
            Canary(arn=f"{arn}:pay", name="pay", state="STOPPED"),
        )
    )


def test_canaries_that_may_not_be_listed_are_a_gap() -> None:
    with answering(Answer("synthetics.describe_canaries", error=DENIED)) as connection:
        found = seen(connection, Canary)

    assert found == Evidence(gaps=(refused("synthetics:DescribeCanaries"),))


def test_health_checks_keep_nothing_of_where_they_look() -> None:
    with mock_aws():
        client = boto3.client("route53", region_name=REGION)
        settings = {"Type": "HTTPS", "FullyQualifiedDomainName": "shop.example.com", "Port": 443}
        made = client.create_health_check(CallerReference="1", HealthCheckConfig=settings)
        with connected() as connection:
            found = seen(connection, HealthCheck)
            assert_made_as_declared(connection, HealthCheck)

    arn = f"arn:aws:route53:::healthcheck/{made['HealthCheck']['Id']}"
    assert found == Evidence((HealthCheck(arn=arn, type="HTTPS", disabled=False, managed_by=""),))


def rules(*names: str) -> Answer:
    pattern = {"source": ["aws.codecommit"], "detail-type": ["CodeCommit Pull Request State Change"]}  # fmt: skip
    listed = [
        {"Name": name, "Arn": f"{RULE}/{name}", "State": "ENABLED", "EventPattern": json.dumps(pattern)}
        for name in names
    ]  # fmt: skip
    other = {
        "Name": "x",
        "Arn": f"{RULE}/x",
        "State": "ENABLED",
        "EventPattern": '{"source": ["a"]}',
    }
    return Answer("events.list_rules", {"Rules": [*listed, other]})


def targets(arn: str, **more: Any) -> Answer:
    found = [{"Id": "1", "Arn": arn, "Input": '{"token": "x"}'}]
    return Answer("events.list_targets_by_rule", {"Targets": found, **more})


def test_the_targets_of_rules_on_pull_requests_and_of_no_others() -> None:
    project = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/shop"
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:chat"
    answers = (rules("pr", "gone"), targets(project, NextToken="t"), targets(topic), Answer("events.list_targets_by_rule", error=DENIED))  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, RuleTargets)

    gap = refused("events:ListTargetsByRule", resource=f"{RULE}/gone")
    assert found == Evidence((RuleTargets(arn=f"{RULE}/pr", targets=(project, topic)),), (gap,))
