"""What is seen of who may call an API."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.apis import RestApi, RestMethod
from readiness.evidence.balancing import Listener, ListenerRule, LoadBalancer
from readiness.evidence.policies import Condition, Statement
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import NOW, REGION

API = f"arn:aws:apigateway:{REGION}::/restapis/r1"
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "a/*"},
            {
                "Effect": "Deny",
                "Principal": {"AWS": ["*"], "Service": "x.amazonaws.com"},
                "Action": ["execute-api:Invoke"],
                "Resource": ["a/*"],
                "Condition": {
                    "NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]},
                    "Bool": {"aws:SecureTransport": False},
                },
            },
        ],
    }
)  # fmt: skip
STATEMENTS = (
    Statement(
        allows=True,
        principals=("*",),
        others=False,
        actions=("execute-api:Invoke",),
        resources=("a/*",),
        conditions=(),
    ),
    Statement(
        allows=False,
        principals=("*", "x.amazonaws.com"),
        others=False,
        actions=("execute-api:Invoke",),
        resources=("a/*",),
        conditions=(
            Condition(operator="NotIpAddress", key="aws:sourceip", values=("203.0.113.0/24",)),
            Condition(operator="Bool", key="aws:securetransport", values=("false",)),
        ),
    ),
)
#: As API Gateway answers: quotation marks and slashes are escaped once more.
ESCAPED = POLICY.replace('"', r"\"").replace("/", r"\/")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        pytest.param({}, (), id="none"),
        pytest.param({"policy": POLICY}, STATEMENTS, id="plain"),
        pytest.param({"policy": ESCAPED}, STATEMENTS, id="escaped once more"),
        pytest.param({"policy": "{"}, None, id="no JSON"),
        pytest.param({"policy": "[]"}, None, id="no policy"),
        pytest.param({"policy": '{"Statement": ["all"]}'}, None, id="no statement"),
    ],
)
def test_a_rest_api_with_its_policy(policy: dict[str, str], expected: Any) -> None:
    listed = {"id": "r1", "name": "orders", "endpointConfiguration": {"types": ["PRIVATE"]}}
    with answering(Answer("apigateway.get_rest_apis", {"items": [{**listed, **policy}]})) as there:
        found = seen(there, RestApi)

    assert found == Evidence(
        (RestApi(arn=API, id="r1", name="orders", private=True, policy=expected),)
    )


def test_a_policy_that_names_whom_it_leaves_out() -> None:
    left_out = {"NotPrincipal": {"AWS": "1"}, "Effect": "Allow", "NotAction": "a", "Resource": "*"}
    listed = {"id": "r1", "name": "orders", "policy": json.dumps({"Statement": left_out})}
    with answering(Answer("apigateway.get_rest_apis", {"items": [listed]})) as there:
        (found,) = seen(there, RestApi)

    assert found.policy == (
        Statement(
            allows=True,
            principals=("1",),
            others=True,
            actions=(),
            resources=("*",),
            conditions=(),
        ),
    )


def test_methods_with_their_authorizers_from_every_page() -> None:
    def path(name: str, **method: Any) -> dict[str, Any]:
        return {"id": name, "path": f"/{name}", "resourceMethods": {"GET": method}}

    pages = (
        Answer("apigateway.get_rest_apis", {"items": [{"id": "r1", "name": "orders"}]}),
        Answer("apigateway.get_resources", {"items": [path("a", authorizationType="CUSTOM", authorizerId="l1", apiKeyRequired=True)], "position": "2"}),
        Answer("apigateway.get_resources", {"items": [path("b", authorizationType="NONE")]}, asked={"restApiId": "r1", "embed": ["methods"], "limit": 500, "position": "2"}),
    )  # fmt: skip
    with answering(*pages) as there:
        found = seen(there, RestMethod)
        assert_made_as_declared(there, RestApi, RestMethod)
    common: dict[str, Any] = {
        "api": API,
        "method": "GET",
        "service": "",
        "function": "",
        "asynchronous": False,
    }

    assert found == Evidence(
        (
            RestMethod(**common, arn=f"{API}/resources/a/methods/GET", path="/a", authorization="CUSTOM", needs_key=True, authorizer="l1"),
            RestMethod(**common, arn=f"{API}/resources/b/methods/GET", path="/b", authorization="NONE", needs_key=False),
        )
    )  # fmt: skip


def test_methods_that_are_refused_are_a_gap_about_their_api() -> None:
    answers = (
        Answer("apigateway.get_rest_apis", {"items": [{"id": "r1", "name": "orders"}]}),
        Answer("apigateway.get_resources", error=DENIED),
    )
    with answering(*answers) as there:
        found = seen(there, RestMethod)

    assert found == Evidence(gaps=(refused("apigateway:GET", resource=API),))


BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:111122223333:loadbalancer/app/shop/1"
LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:111122223333:listener/app/shop/1/2"


def test_listeners_and_rules_that_ask_who_calls() -> None:
    balancer = {
        "LoadBalancerArn": BALANCER,
        "LoadBalancerName": "shop",
        "Type": "application",
        "Scheme": "internet-facing",
        "CreatedTime": NOW,
        "State": {"Code": "active"},
    }
    forward = {"Type": "forward", "Order": 2, "TargetGroupArn": "arn:group"}
    cognito = {"UserPoolArn": "a", "UserPoolClientId": "b", "UserPoolDomain": "c"}
    asks = {
        "Type": "authenticate-cognito",
        "Order": 1,
        "AuthenticateCognitoConfig": {**cognito, "OnUnauthenticatedRequest": "allow"},
    }
    oidc = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {
        "Issuer": "a", "AuthorizationEndpoint": "b", "TokenEndpoint": "c", "UserInfoEndpoint": "d",
        "ClientId": "e", "OnUnauthenticatedRequest": "deny",
    }}  # fmt: skip
    answers = (
        Answer("elbv2.describe_load_balancers", {"LoadBalancers": [balancer]}),
        Answer("elbv2.describe_listeners", {"Listeners": [{"ListenerArn": LISTENER, "Port": 443, "Protocol": "HTTPS", "DefaultActions": [forward, oidc], "MutualAuthentication": {"Mode": "verify"}}]}),
        Answer("elbv2.describe_rules", {"Rules": [{"RuleArn": "arn:default", "IsDefault": True}, {"RuleArn": "arn:rule", "IsDefault": False, "Actions": [forward, asks]}]}),
    )  # fmt: skip
    with answering(*answers) as there:
        rules = seen(there, ListenerRule)
        assert_made_as_declared(there, LoadBalancer, Listener, ListenerRule)
    with answering(*answers[:2]) as there:
        listeners = seen(there, Listener)

    assert listeners == Evidence(
        (
            Listener(
                arn=LISTENER,
                balancer=BALANCER,
                port=443,
                protocol="HTTPS",
                actions=("authenticate-oidc", "forward"),
                tls_policy="",
                redirects_to_https=False,
                lets_anyone_in=False,
                verifies_clients=True,
                target_groups=("arn:group",),
            ),
        )
    )
    assert rules == Evidence(
        (
            ListenerRule(
                arn="arn:rule",
                listener=LISTENER,
                balancer=BALANCER,
                paths=(),
                actions=("authenticate-cognito", "forward"),
                lets_anyone_in=True,
            ),
        )
    )


@mock_aws
def test_an_api_of_the_simulated_account() -> None:
    client: Any = boto3.client("apigateway", region_name=REGION)
    name = client.create_rest_api(name="orders", policy=POLICY)["id"]
    with connected("123456789012") as there:
        found = seen(there, RestApi)

    assert [(each.id, each.policy) for each in found] == [(name, STATEMENTS)]
