"""What the checks of who may call an API say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.api_access import (
    apigateway_rest_method_authorized,
    apigatewayv2_route_authorized,
    appsync_and_function_url_authorized,
    elbv2_alb_authentication,
)
from readiness.checklist.model import Check, Severity, Status
from readiness.evidence.apis import GraphqlApi, HttpApi, HttpRoute, RestApi, RestMethod
from readiness.evidence.balancing import Listener, ListenerRule, LoadBalancer
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.policies import Condition, Statement
from tests.checklist.test_networking_doors import arn, balancer, listener
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

PLACE = f"arn:aws:apigateway:{REGION}::"


def api(*policy: Statement, **changes: Any) -> RestApi:
    values: dict[str, Any] = {
        "arn": f"{PLACE}/restapis/r1",
        "id": "r1",
        "name": "orders",
        "private": False,
        "policy": policy,
    }
    return RestApi(**values | changes)


def method(authorization: str = "NONE", **changes: Any) -> RestMethod:
    values: dict[str, Any] = {
        "arn": f"{PLACE}/restapis/r1/resources/a1/methods/GET",
        "api": f"{PLACE}/restapis/r1",
        "path": "/orders",
        "method": "GET",
        "authorization": authorization,
        "needs_key": False,
        "service": "lambda",
        "function": "",
        "asynchronous": False,
    }
    return RestMethod(**values | changes)


def statement(*conditions: Condition, **changes: Any) -> Statement:
    values: dict[str, Any] = {
        "allows": True,
        "principals": ("*",),
        "others": False,
        "actions": ("execute-api:Invoke",),
        "resources": (f"arn:aws:execute-api:{REGION}:111122223333:r1/*",),
        "conditions": conditions,
    }
    return Statement(**values | changes)


def when(operator: str, key: str, *values: str) -> Condition:
    return Condition(operator=operator, key=key, values=values)


ANYONE = statement()
OFFICE = "203.0.113.0/24"


def denial(operator: str, key: str, *values: str, **changes: Any) -> tuple[Statement, Statement]:
    return ANYONE, statement(when(operator, key, *values), **{"allows": False} | changes)


def http_api(protocol: str = "HTTP", name: str = "h1") -> HttpApi:
    return HttpApi(arn=f"{PLACE}/apis/{name}", id=name, name="carts", protocol=protocol)


def route(key: str, authorization: str = "NONE", *, of: str = "h1") -> HttpRoute:
    return HttpRoute(
        arn=f"{PLACE}/apis/{of}/routes/{key}",
        api=f"{PLACE}/apis/{of}",
        key=key,
        authorization=authorization,
        service="lambda",
        function="",
        asynchronous=False,
    )


def graphql(*authentication: str, private: bool = False) -> GraphqlApi:
    return GraphqlApi(
        arn=arn("appsync", "apis/g1"),
        name="shop",
        private=private,
        authentication=authentication,
        web_acl="",
    )


def url(authentication: str, name: str = "function:pay") -> FunctionUrl:
    return FunctionUrl(arn=arn("lambda", name), authentication=authentication)


def rule(*actions: str, **changes: Any) -> ListenerRule:
    values: dict[str, Any] = {
        "arn": arn("elasticloadbalancing", "listener-rule/app/shop/1/2/3"),
        "listener": listener().arn,
        "balancer": balancer().arn,
        "paths": ("/orders/*",),
        "actions": actions,
    }
    return ListenerRule(**values | changes)


REDIRECTS = listener(actions=("redirect",))

ROWS: dict[Check[..., Any], list[Row]] = {
    apigateway_rest_method_authorized: [
        Row("authorized by IAM", {"/restapis/r1/resources/a1/methods/GET": PASS}, (api(), method("AWS_IAM"))),
        Row("a Cognito authorizer", PASS, (api(), method("COGNITO_USER_POOLS", authorizer="c1"))),
        Row("a Lambda authorizer", PASS, (api(), method("CUSTOM", authorizer="l1"))),
        Row("Cognito without an authorizer", FAIL, (api(), method("COGNITO_USER_POOLS")), says="no authorizer"),
        Row("a Lambda authorizer that is not named", FAIL, (api(), method("CUSTOM"))),
        Row("no authorization", FAIL, (api(), method()), severity=Severity.HIGH, says="GET /orders of orders"),
        Row("an authorizer that other methods have alone", {"/restapis/r1/resources/a1/methods/GET": FAIL, "/restapis/r1/resources/a2/methods/POST": PASS}, (api(), method(), method("CUSTOM", authorizer="l1", arn=f"{PLACE}/restapis/r1/resources/a2/methods/POST"))),
        Row("an API key alone", FAIL, (api(), method(needs_key=True)), severity=Severity.MEDIUM),
        Row("a preflight", NOT_APPLICABLE, (api(), method(method="OPTIONS"))),
        Row("a private API", PASS, (api(private=True), method())),
        Row("a health check", PASS, (api(), method(path="/health")), says="as its path may be"),
        Row("a well-known path", PASS, (api(), method(path="/.well-known/jwks.json"))),
        Row("a path that begins like one", FAIL, (api(), method(path="/healthy"))),
        Row("a webhook that is declared", PASS, (api(), method(path="/hooks/pay")), options={"public_api_paths": "^/hooks/"}),
        Row("no path may be open", FAIL, (api(), method(path="/health")), options={"public_api_paths": ""}),
        Row("a webhook that is not", FAIL, (api(), method(path="/hooks/pay"))),
        Row("a policy for anyone", FAIL, (api(ANYONE), method())),
        Row("a policy for named roles", PASS, (api(statement(principals=("arn:aws:iam::444455556666:role/pay",))), method()), says="resource policy"),
        Row("a policy for all but one", FAIL, (api(statement(principals=("arn:aws:iam::444455556666:root",), others=True)), method())),
        Row("a policy for VPC endpoints", PASS, (api(statement(when("StringEquals", "aws:sourcevpce", "vpce-1"))), method())),
        Row("a policy for an organization", PASS, (api(statement(when("ForAnyValue:StringLike", "aws:principalorgpaths", "o-1/*"))), method())),
        Row("a policy for an office", PASS, (api(statement(when("IpAddress", "aws:sourceip", OFFICE))), method())),
        Row("a policy for every address", FAIL, (api(statement(when("IpAddress", "aws:sourceip", "0.0.0.0/1", "128.0.0.0/1"))), method())),
        Row("a condition that a missing key fulfils", FAIL, (api(statement(when("StringEqualsIfExists", "aws:sourcevpce", "vpce-1"))), method())),
        Row("a condition that says who not", FAIL, (api(statement(when("StringNotEquals", "aws:sourcevpce", "vpce-1"))), method())),
        Row("a condition that anyone fulfils", FAIL, (api(statement(when("StringLike", "aws:principalorgid", "*"))), method())),
        Row("a condition that every organization fulfils", FAIL, (api(statement(when("StringLike", "aws:principalorgid", "o-*"))), method())),
        Row("a condition that every organization's units fulfil", FAIL, (api(statement(when("ForAnyValue:StringLike", "aws:principalorgpaths", "o-*/r-*/*"))), method())),
        Row("a condition that every account's roles fulfil", FAIL, (api(statement(when("ArnLike", "aws:principalarn", "arn:aws:iam::*:role/*"))), method())),
        Row("a condition on one account's roles", PASS, (api(statement(when("ArnLike", "aws:principalarn", "arn:aws:iam::444455556666:role/*"))), method())),
        Row("a condition on something else", FAIL, (api(statement(when("StringEquals", "aws:useragent", "shop"))), method())),
        Row("two statements, one for anyone", FAIL, (api(ANYONE, statement(when("IpAddress", "aws:sourceip", OFFICE))), method())),
        Row("all but an office are denied", PASS, (api(*denial("NotIpAddress", "aws:sourceip", OFFICE)), method()), says="aws:sourceip"),
        Row("all but a VPC are denied", PASS, (api(*denial("StringNotEquals", "aws:sourcevpc", "vpc-1", resources=("execute-api:/*",))), method())),
        Row("some addresses are denied", FAIL, (api(*denial("IpAddress", "aws:sourceip", OFFICE)), method())),
        Row("all but an office are denied one path", FAIL, (api(*denial("NotIpAddress", "aws:sourceip", OFFICE, resources=(f"arn:aws:execute-api:{REGION}:111122223333:r1/live/GET/admin",))), method())),
        Row("all but an office are denied, on a second condition", FAIL, (api(ANYONE, statement(when("NotIpAddress", "aws:sourceip", OFFICE), when("StringEquals", "aws:useragent", "x"), allows=False)), method())),
        Row("one account is denied", FAIL, (api(*denial("NotIpAddress", "aws:sourceip", OFFICE, principals=("444455556666",))), method())),
        Row("another action is denied", FAIL, (api(*denial("NotIpAddress", "aws:sourceip", OFFICE, actions=("execute-api:ManageConnections",))), method())),
        Row("a policy that could not be read", UNKNOWN, (api(policy=None), method()), says="could not be read"),
        Row("a policy that could not be read does not matter", PASS, (api(policy=None), method("AWS_IAM"))),
        Row("no method", NOT_APPLICABLE, (api(),)),
        Row("methods are dark", UNKNOWN, (api(),), dark=[RestMethod]),
        Row("APIs are dark", UNKNOWN, (method(),), dark=[RestApi]),
        Row("one API's methods are dark", {"/restapis/r1/resources/a1/methods/GET": FAIL, "/restapis/r2": UNKNOWN}, (api(), method()), gaps={RestMethod: [dark_gap(RestMethod, f"{PLACE}/restapis/r2")]}),
    ],
    apigatewayv2_route_authorized: [
        Row("a JWT", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/GET /carts": PASS}, (http_api(), route("GET /carts", "JWT"))),
        Row("IAM", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/GET /carts": PASS}, (http_api(), route("GET /carts", "AWS_IAM"))),
        Row("a Lambda authorizer", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/GET /carts": PASS}, (http_api(), route("GET /carts", "CUSTOM"))),
        Row("no authorization", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/GET /carts": FAIL}, (http_api(), route("GET /carts")), severity=Severity.HIGH),
        Row("the default route", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/$default": FAIL}, (http_api(), route("$default"))),
        Row("a preflight", NOT_APPLICABLE, (http_api(), route("OPTIONS /carts"))),
        Row("a health check", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/GET /ping": PASS}, (http_api(), route("GET /ping"))),
        Row("a webhook that is declared", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/POST /hooks": PASS}, (http_api(), route("POST /hooks")), options={"public_api_paths": "^/hooks$"}),
        Row("a WebSocket whose $connect is authorized", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/$connect": PASS, "/apis/h1/routes/send": NOT_APPLICABLE}, (http_api("WEBSOCKET"), route("$connect", "AWS_IAM"), route("send"))),
        Row("a WebSocket whose $connect is not", {"/apis/h1": NOT_APPLICABLE, "/apis/h1/routes/$connect": FAIL}, (http_api("WEBSOCKET"), route("$connect"))),
        Row("a WebSocket without $connect", {"/apis/h1": FAIL, "/apis/h1/routes/send": NOT_APPLICABLE}, (http_api("WEBSOCKET"), route("send")), says="lets anyone connect"),
        Row("a WebSocket without any route", NOT_APPLICABLE, (http_api("WEBSOCKET"),)),
        Row("no API", NOT_APPLICABLE),
        Row("APIs are dark", {"/apis/h1/routes/GET /carts": UNKNOWN, "111122223333/eu-west-1": UNKNOWN}, (route("GET /carts"),), dark=[HttpApi]),
        Row("routes are dark", UNKNOWN, (http_api("WEBSOCKET"),), dark=[HttpRoute]),
        Row("another API's routes are dark", {"/apis/h1": UNKNOWN, "/apis/h2": UNKNOWN}, (http_api("WEBSOCKET"),), gaps={HttpRoute: [dark_gap(HttpRoute, f"{PLACE}/apis/h2")]}),
    ],
    appsync_and_function_url_authorized: [
        Row("IAM and Cognito", {"apis/g1": PASS}, (graphql("AWS_IAM", "AMAZON_COGNITO_USER_POOLS"),)),
        Row("a key", FAIL, (graphql("API_KEY"),), severity=Severity.HIGH),
        Row("a key besides Cognito", FAIL, (graphql("AMAZON_COGNITO_USER_POOLS", "API_KEY"),)),
        Row("a private API with a key", PASS, (graphql("API_KEY", private=True),)),
        Row("a URL for IAM", PASS, (url("AWS_IAM"),)),
        Row("a URL for anyone", FAIL, (url("NONE"),), severity=Severity.CRITICAL),
        Row("an alias's URL for anyone", {"pay": PASS, "live": FAIL}, (url("AWS_IAM"), url("NONE", "function:pay:live"))),
        Row("neither", NOT_APPLICABLE),
        Row("GraphQL APIs are dark", {"pay": PASS, "111122223333/eu-west-1": UNKNOWN}, (url("AWS_IAM"),), dark=[GraphqlApi]),
        Row("URLs are dark", {"apis/g1": PASS, "111122223333/eu-west-1": UNKNOWN}, (graphql("AWS_IAM"),), dark=[FunctionUrl]),
    ],
    elbv2_alb_authentication: [
        Row("OIDC first", PASS, (balancer(), listener(actions=("authenticate-oidc", "forward"))), says="after authenticate-oidc"),
        Row("a JWT first", PASS, (balancer(), listener(actions=("jwt-validation", "forward")))),
        Row("a rule with Cognito first", {"listener-rule/app/shop/1/2/3": PASS, "listener/app/shop/1/2": NOT_APPLICABLE}, (balancer(), REDIRECTS, rule("authenticate-cognito", "forward"))),
        Row("mutual TLS", PASS, (balancer(), listener(verifies_clients=True), rule("forward")), says="certificates"),
        Row("who is not authenticated is let in", FAIL, (balancer(), listener(actions=("authenticate-oidc", "forward"), lets_anyone_in=True))),
        Row("a rule lets them in", {"listener-rule/app/shop/1/2/3": FAIL, "listener/app/shop/1/2": NOT_APPLICABLE}, (balancer(), REDIRECTS, rule("authenticate-oidc", "forward", lets_anyone_in=True))),
        Row("no authentication", NO_EVIDENCE, (balancer(), listener())),
        Row("it redirects to HTTPS", NOT_APPLICABLE, (balancer(), REDIRECTS)),
        Row("it answers by itself", NOT_APPLICABLE, (balancer(), listener(actions=("fixed-response",)))),
        Row("it is internal", NOT_APPLICABLE, (balancer(scheme="internal"), listener())),
        Row("a network load balancer", NOT_APPLICABLE, (balancer(type="network"), listener(protocol="TCP"))),
        Row("no listener", NOT_APPLICABLE, (balancer(),)),
        Row("listeners are dark", {"listener-rule/app/shop/1/2/3": UNKNOWN, "111122223333/eu-west-1": UNKNOWN}, (balancer(), rule("forward")), dark=[Listener]),
        Row("rules are dark", {"listener/app/shop/1/2": PASS, "111122223333/eu-west-1": UNKNOWN}, (balancer(), listener(verifies_clients=True)), dark=[ListenerRule]),
        Row("load balancers are dark", UNKNOWN, (listener(verifies_clients=True),), dark=[LoadBalancer]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


ITEM = "security/api-usage-requires-credentials-or-authentication"


def test_an_open_method_fails_the_item_and_an_open_load_balancer_waits_for_a_word() -> None:
    door = (balancer(), listener())

    assert verdict_of(ITEM, (api(), method("AWS_IAM"))) is Status.PASS
    assert verdict_of(ITEM, (api(), method("AWS_IAM"), *door)) is Status.NO_EVIDENCE
    assert verdict_of(ITEM, (api(), method(), *door)) is Status.FAIL
    assert verdict_of(ITEM, ()) is Status.NOT_APPLICABLE
