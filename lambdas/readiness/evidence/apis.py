"""APIs: API Gateway (REST, HTTP and WebSocket), their names, stages and routes, and AppSync."""

from __future__ import annotations

from readiness.evidence import Scope, record
from readiness.evidence.policies import Statement


@record(Scope.REGION, "REST API")
class RestApi:
    """A REST API. Source: apigateway.GetRestApis."""

    arn: str
    id: str
    name: str
    #: Whether only VPC endpoints reach it.
    private: bool
    #: What its resource policy says; empty where it has none, None where it could not be read.
    policy: tuple[Statement, ...] | None = ()


@record(Scope.REGION, "HTTP or WebSocket API")
class HttpApi:
    """An HTTP or a WebSocket API. Source: apigatewayv2.GetApis."""

    arn: str
    id: str
    name: str
    #: HTTP or WEBSOCKET.
    protocol: str


@record(Scope.REGION, "custom domain of an API")
class ApiDomain:
    """A name that an API answers to. Source: apigateway.GetDomainNames, apigatewayv2.GetDomainNames."""

    arn: str
    #: In lower case.
    name: str
    #: Whether only VPC endpoints reach it.
    private: bool
    #: The names of AWS that it leads to, in lower case.
    targets: tuple[str, ...]
    #: Which TLS it speaks, e.g. TLS_1_2; empty where it is not told.
    tls_policy: str = ""


@record(Scope.REGION, "stage of a REST API")
class RestStage:
    """A stage of a REST API. Source: apigateway.GetStages."""

    arn: str
    #: The API's ARN.
    api: str
    name: str
    #: Whether a rate limit of its own is set.
    throttled: bool
    #: The ARN of its web ACL; empty where it has none.
    web_acl: str
    #: Whether a part of its requests goes to a newer deployment now.
    canary: bool = False
    #: Whether something was deployed to it.
    deployed: bool = True
    #: Whether X-Ray traces its requests.
    traced: bool = False
    #: Whether it writes an access log, and what it writes of each request: OFF, ERROR or INFO.
    access_log: bool = False
    execution_log: str = "OFF"


@record(Scope.REGION, "stage of an HTTP API")
class HttpStage:
    """A stage of an HTTP or WebSocket API. Source: apigatewayv2.GetStages."""

    arn: str
    #: The API's ARN.
    api: str
    name: str
    throttled: bool
    #: Whether something was deployed to it, or is by itself after each change.
    deployed: bool = True
    #: Whether it writes an access log.
    access_log: bool = False


@record(Scope.REGION, "method of a REST API")
class RestMethod:
    """A method of a path of a REST API. Source: apigateway.GetResources."""

    arn: str
    #: The API's ARN.
    api: str
    path: str
    #: GET, POST, …, or ANY.
    method: str
    #: NONE, AWS_IAM, CUSTOM or COGNITO_USER_POOLS.
    authorization: str
    needs_key: bool
    #: The service of AWS that it calls, e.g. `lambda` or `sqs`; empty for HTTP and for mocks.
    service: str
    #: The ARN of the function that it calls; empty where it calls none.
    function: str
    #: Whether it waits for no answer of what it calls.
    asynchronous: bool
    #: The id of the authorizer that decides; empty where it names none.
    authorizer: str = ""


@record(Scope.REGION, "route of an HTTP API")
class HttpRoute:
    """A route of an HTTP or WebSocket API. Source: apigatewayv2.GetRoutes, apigatewayv2.GetIntegrations."""

    arn: str
    #: The API's ARN.
    api: str
    #: E.g. `POST /orders`, `$default` or `sendMessage`.
    key: str
    #: NONE, AWS_IAM, CUSTOM or JWT.
    authorization: str
    service: str
    function: str
    asynchronous: bool

    @property
    def path(self) -> str:
        return self.key.partition(" ")[2] or self.key


@record(Scope.REGION, "GraphQL API")
class GraphqlApi:
    """A GraphQL API of AppSync. Source: appsync.ListGraphqlApis."""

    arn: str
    name: str
    #: Whether only VPC endpoints reach it.
    private: bool
    #: How callers are known: the first way, then the others.
    authentication: tuple[str, ...]
    #: The ARN of its web ACL; empty where it has none.
    web_acl: str
