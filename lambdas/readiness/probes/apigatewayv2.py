"""Look at HTTP and WebSocket APIs of API Gateway."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.apis import HttpApi, HttpRoute, HttpStage
from readiness.probes import probe
from readiness.probes.apigateway import GONE, QUEUES, api_arn, integration_of
from readiness.probes.aws import Aws

#: The services of `IntegrationSubtype`, e.g. `SQS-SendMessage`, as integrations name them by URI.
_SUBTYPES = {"EventBridge": "events", "StepFunctions": "states"}


@probe(HttpApi, "apigatewayv2.get_apis")
def http_apis(aws: Aws) -> Iterator[HttpApi]:
    for each in aws.pages("apigatewayv2.get_apis", "Items"):
        yield HttpApi(
            arn=api_arn(aws, f"apis/{each['ApiId']}"),
            id=each["ApiId"],
            name=each["Name"],
            protocol=each["ProtocolType"],
        )


@probe(HttpStage, "apigatewayv2.get_stages")
def http_stages(aws: Aws, apis: Evidence[HttpApi]) -> Iterator[HttpStage | Gap]:
    def look(api: HttpApi) -> Iterator[HttpStage]:
        for each in aws.pages("apigatewayv2.get_stages", "Items", absent=GONE, ApiId=api.id):
            settings = each.get("DefaultRouteSettings") or {}
            yield HttpStage(
                arn=f"{api.arn}/stages/{each['StageName']}",
                api=api.arn,
                name=each["StageName"],
                throttled=settings.get("ThrottlingRateLimit", 0) > 0,
                deployed=bool(each.get("DeploymentId")) or each.get("AutoDeploy", False),
                access_log=bool((each.get("AccessLogSettings") or {}).get("DestinationArn")),
            )

    yield from aws.each(apis, look)


@probe(HttpRoute, "apigatewayv2.get_routes", "apigatewayv2.get_integrations")
def http_routes(aws: Aws, apis: Evidence[HttpApi]) -> Iterator[HttpRoute | Gap]:
    def look(api: HttpApi) -> Iterator[HttpRoute]:
        routes = list(aws.pages("apigatewayv2.get_routes", "Items", absent=GONE, ApiId=api.id))
        listed = aws.pages("apigatewayv2.get_integrations", "Items", absent=GONE, ApiId=api.id)
        called = {each["IntegrationId"]: _called(each) for each in listed}
        for each in routes:
            target = each.get("Target", "").removeprefix("integrations/")
            yield HttpRoute(
                arn=f"{api.arn}/routes/{each['RouteId']}",
                api=api.arn,
                key=each["RouteKey"],
                authorization=each.get("AuthorizationType", "NONE"),
                **called.get(target, _called({})),
            )

    yield from aws.each(apis, look)


def _called(each: Mapping[str, Any]) -> dict[str, Any]:
    subtype = each.get("IntegrationSubtype", "")
    if subtype:
        name = subtype.partition("-")[0]
        service = _SUBTYPES.get(name, name.lower())
        waits = subtype == "StepFunctions-StartSyncExecution"
        return {
            "service": service,
            "function": "",
            "asynchronous": service in QUEUES and not waits,
        }
    uri = each.get("IntegrationUri", "")
    if ":lambda:" in uri and ":function:" in uri and "/invocations" not in uri:
        return {"service": "lambda", "function": uri, "asynchronous": False}
    return integration_of({"uri": uri, "requestParameters": each.get("RequestParameters")})
