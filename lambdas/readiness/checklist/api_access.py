"""Who may call an API: does everything that the internet reaches ask who is calling?"""

from __future__ import annotations

import re

from readiness.checklist.exposure import wide_blocks
from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.apis import GraphqlApi, HttpApi, HttpRoute, RestApi, RestMethod
from readiness.evidence.balancing import Listener, ListenerRule, LoadBalancer
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.policies import Condition, Statement

#: Paths that anybody may ask on purpose.
PUBLIC_PATHS = r"^/(health|ping|status|\.well-known/.*)$"
#: Ways to authorize that name an authorizer to decide.
_BY_AUTHORIZER = ("COGNITO_USER_POOLS", "CUSTOM")


def _may_be_open(path: str, public_api_paths: str) -> bool:
    return bool(public_api_paths) and bool(re.search(public_api_paths, path))


@check(Severity.HIGH)
def apigateway_rest_method_authorized(
    method: RestMethod, apis: Evidence[RestApi], *, public_api_paths: str = PUBLIC_PATHS
) -> Result:
    """A method without authorization answers anyone who finds its address.

    Pass: the method is authorized by IAM, Cognito or a Lambda authorizer, or its API is private or
    lets in certain principals, VPC endpoints, organizations or addresses alone, by its resource
    policy. Paths of `public_api_paths` may be open.
    Fix: set IAM, a Cognito or a Lambda authorizer at the method, and deploy the API.
    Blind spot: a change that was not deployed looks as if it were in force. Who checks a signature in
    code looks anonymous; declare such paths by `public_api_paths`.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    """
    api = apis.of(method.api)
    named = f"{method.method} {method.path}" + (f" of {api.name}" if api else "")
    if method.method == "OPTIONS":
        return not_applicable(f"({named}) answers what browsers ask beforehand")
    if method.authorization in _BY_AUTHORIZER and method.authorizer:
        return passed(f"({named}) asks an authorizer")
    if method.authorization not in ("NONE", *_BY_AUTHORIZER):
        return passed(f"({named}) is authorized by {method.authorization}")
    if api is not None and api.private:
        return passed(f"({named}) is reached by VPC endpoints alone")
    if api is not None and api.policy is None:
        because = f"({named}) has no authorization and a resource policy that could not be read"
        return unknown(Reason.UNDECIDED, because)
    guard = _guard(api.policy or ()) if api is not None else ""
    if guard:
        return passed(f"({named}) is open to certain callers alone, {guard}")
    if _may_be_open(method.path, public_api_paths):
        return passed(f"({named}) is open, as its path may be")
    if method.authorization != "NONE":
        return failed(f"({named}) names {method.authorization} and no authorizer that decides")
    if method.needs_key:
        because = f"({named}) asks for an API key, which says who pays and not who calls"
        return failed(because, Severity.MEDIUM)
    return failed(f"({named}) has no authorization")


@check(Severity.HIGH)
def apigatewayv2_route_authorized(
    way: HttpRoute | HttpApi,
    apis: Evidence[HttpApi],
    routes: Evidence[HttpRoute],
    *,
    public_api_paths: str = PUBLIC_PATHS,
) -> Result:
    """A route without authorization answers anyone; who is connected to a WebSocket is asked no more.

    Pass: each route of an HTTP API, and the `$connect` route of a WebSocket API, is authorized by
    IAM, a JWT or a Lambda authorizer. Paths of `public_api_paths` may be open.
    Fix: attach a JWT or Lambda authorizer, or IAM, to the route.
    Blind spot: who checks a signature in code looks anonymous; declare such paths by
    `public_api_paths`.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-access-control.html
    """
    if isinstance(way, HttpApi):
        if way.protocol != "WEBSOCKET":
            return not_applicable("is judged by each of its routes")
        own = routes.about(way.arn, "api")
        if any(route.key == _CONNECT for route in own):
            return not_applicable(f"is judged by its route {_CONNECT}")
        if not any(True for _ in own):
            return not_applicable("has no route")
        return failed(f"has no route {_CONNECT}, and so lets anyone connect")
    api = apis.of(way.api)
    named = f"{way.key} of {api.name}" if api else way.key
    if way.key.startswith("OPTIONS "):
        return not_applicable(f"({named}) answers what browsers ask beforehand")
    if api is not None and api.protocol == "WEBSOCKET" and way.key != _CONNECT:
        return not_applicable(f"({named}) is open to those who are connected alone")
    if way.authorization != "NONE":
        return passed(f"({named}) is authorized by {way.authorization}")
    if _may_be_open(way.path, public_api_paths):
        return passed(f"({named}) is open, as its path may be")
    return failed(f"({named}) has no authorization")


_CONNECT = "$connect"


@check(Severity.HIGH)
def appsync_and_function_url_authorized(door: GraphqlApi | FunctionUrl) -> Result:
    """An API key is in every copy of the client, and a function's address alone is no secret.

    Pass: a GraphQL API takes no API key, or is private; the URL of a function or an alias asks for
    IAM.
    Fix: authorize by IAM, Cognito, OIDC or a function instead of a key; switch the URL to AWS_IAM and
    put CloudFront with origin access control before it.
    Blind spot: a function that checks a signature itself, and one whose policy lets nobody call its URL,
    look open.
    See: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    """
    if isinstance(door, FunctionUrl):
        if door.authentication == "NONE":
            return failed("has a URL that asks nobody who they are", Severity.CRITICAL)
        return passed(f"has a URL that asks for {door.authentication}")
    if door.private:
        return passed(f"({door.name}) is reached by VPC endpoints alone")
    if "API_KEY" in door.authentication:
        return failed(f"({door.name}) lets in who has an API key")
    return passed(f"({door.name}) is authorized by {', '.join(door.authentication)}")


#: Actions of a listener that find out who is calling.
_AUTHENTICATE = ("authenticate-oidc", "authenticate-cognito", "jwt-validation")


@check(Severity.MEDIUM)
def elbv2_alb_authentication(
    way: Listener | ListenerRule,
    balancers: Evidence[LoadBalancer],
    listeners: Evidence[Listener],
) -> Result:
    """What a load balancer forwards without asking who calls, the application has to ask by itself.

    Pass: a listener of an application load balancer on the internet, and each of its rules, forwards
    after OIDC, Cognito or a JWT was checked, or the listener verifies certificates of clients. An
    attestation may say that the application asks.
    Fix: put an authenticate or JWT action before the forward action, or verify clients by mutual TLS.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
    """
    balancer = balancers.of(way.balancer)
    if balancer is not None and (
        balancer.type != "application" or balancer.scheme != "internet-facing"
    ):
        return not_applicable("belongs to no application load balancer on the internet")
    if "forward" not in way.actions:
        return not_applicable("forwards nothing: it redirects, or answers by itself")
    if way.lets_anyone_in:
        return failed("forwards also what it could not authenticate")
    before = way.actions[: way.actions.index("forward")]
    found = next((action for action in before if action in _AUTHENTICATE), "")
    if found:
        return passed(f"forwards after {found}")
    listener = way if isinstance(way, Listener) else listeners.of(way.listener)
    if listener is not None and listener.verifies_clients:
        return passed("verifies the certificates of its clients")
    return no_evidence("forwards without asking who calls; the application may ask")


# --- Resource policies ----------------------------------------------------------------------------

_ADDRESSES = ("aws:sourceip", "aws:vpcsourceip")
#: What a condition may ask for so that not everybody has it.
_GUARDS = frozenset(
    {
        *_ADDRESSES,
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourcevpc",
        "aws:sourcevpce",
    }
)
_EQUAL = re.compile(r"(ForAnyValue:)?(StringEquals|StringEqualsIgnoreCase|StringLike|Arn(Equals|Like)|IpAddress)")  # fmt: skip
_UNEQUAL = re.compile(r"(StringNot(Equals|EqualsIgnoreCase|Like)|ArnNot(Equals|Like)|NotIpAddress)(IfExists)?")  # fmt: skip
_INVOKE = frozenset({"*", "execute-api:*", "execute-api:Invoke"})


def _guard(policy: tuple[Statement, ...]) -> str:
    """Say by what a policy keeps out who is nobody in particular, empty where it does not."""
    allowing = [each for each in policy if each.allows]
    if policy and all(_names_callers(each) for each in allowing):
        return "by every statement of its resource policy"
    denial = next((each for each in policy if _denies_others(each)), None)
    return f"by {denial.conditions[0].key} in its resource policy" if denial else ""


def _names_callers(statement: Statement) -> bool:
    """Whether a statement lets in nobody but those whom it names, or who fulfil a condition."""
    if not statement.others and "*" not in statement.principals:
        return True
    return any(
        _EQUAL.fullmatch(each.operator) and _is_narrow(each) for each in statement.conditions
    )


def _denies_others(statement: Statement) -> bool:
    """Whether a statement denies everything to everyone but those who fulfil its one condition."""
    return (
        not statement.allows
        and not statement.others
        and "*" in statement.principals
        and not _INVOKE.isdisjoint(statement.actions)
        and any(map(_is_whole, statement.resources))
        and len(statement.conditions) == 1
        and bool(_UNEQUAL.fullmatch(statement.conditions[0].operator))
        and _is_narrow(statement.conditions[0])
    )


def _is_whole(resource: str) -> bool:
    """Whether a resource of a policy is the whole API: all stages, methods and paths."""
    return resource in ("*", "execute-api:/*", "execute-api:/*/*/*") or bool(
        re.fullmatch(r"arn:[^:]+:execute-api:[^:]*:[^:]*:[^/]+/\*(/\*/\*)?", resource)
    )


def _is_narrow(condition: Condition) -> bool:
    if condition.key not in _GUARDS or not condition.values:
        return False
    if condition.key in _ADDRESSES:
        return not wide_blocks(condition.values)
    return all(map(_names_somebody, condition.values))


def _names_somebody(value: str) -> bool:
    """Whether a value is of one account, organization or network: `o-*` is anybody's organization."""
    parts = value.split(":", 5)
    whose = (parts[4] or parts[5]) if len(parts) == 6 else value.partition("/")[0]
    return not {"*", "?"} & set(whose)
