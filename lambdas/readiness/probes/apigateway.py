"""Look at REST APIs of API Gateway, and at the names of all its APIs.

Its control plane takes few requests a second; the client's adaptive retries wait for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.apis import ApiDomain, RestApi, RestMethod, RestStage
from readiness.evidence.policies import Statement
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.policies import statements_of

GONE = ("NotFoundException",)
_PRIVATE = "PRIVATE"
#: What takes a request and answers before it was worked on.
QUEUES = frozenset({"events", "firehose", "kinesis", "sns", "sqs", "states"})
_FUNCTION = re.compile(r"functions/(arn:[^/]+)/invocations")


def api_arn(aws: Aws, resource: str) -> str:
    # The ARNs of API Gateway have no account.
    return f"arn:{aws.partition}:apigateway:{aws.region}::/{resource}"


@probe(RestApi, "apigateway.get_rest_apis")
def rest_apis(aws: Aws) -> Iterator[RestApi]:
    for each in aws.pages("apigateway.get_rest_apis", "items", limit=500):
        yield RestApi(
            arn=api_arn(aws, f"restapis/{each['id']}"),
            id=each["id"],
            name=each["name"],
            private=_PRIVATE in ((each.get("endpointConfiguration") or {}).get("types") or ()),
            policy=_policy(each.get("policy") or ""),
        )


def _policy(document: str) -> tuple[Statement, ...] | None:
    """Return the statements of an API's policy, None where it is none that we can read."""
    if not document:
        return ()
    with suppress(ValueError):
        return statements_of(document)
    with suppress(ValueError):
        # API Gateway mostly escapes the quotation marks and slashes of the document once more.
        return statements_of(json.loads(f'"{document}"', strict=False))
    return None


@probe(RestStage, "apigateway.get_stages")
def rest_stages(aws: Aws, apis: Evidence[RestApi]) -> Iterator[RestStage | Gap]:
    def look(api: RestApi) -> Iterator[RestStage]:
        answer = aws.call("apigateway.get_stages", absent=GONE, restApiId=api.id) or {}
        for each in answer.get("item") or ():
            settings = (each.get("methodSettings") or {}).values()
            yield RestStage(
                arn=f"{api.arn}/stages/{each['stageName']}",
                api=api.arn,
                name=each["stageName"],
                # A limit of -1 is none.
                throttled=any(method.get("throttlingRateLimit", -1) > 0 for method in settings),
                web_acl=each.get("webAclArn", ""),
                canary=bool(each.get("canarySettings")),
                deployed=bool(each.get("deploymentId")),
                traced=each.get("tracingEnabled", False),
                access_log=bool((each.get("accessLogSettings") or {}).get("destinationArn")),
                execution_log=(each.get("methodSettings") or {})
                .get("*/*", {})
                .get("loggingLevel", "OFF"),
            )

    yield from aws.each(apis, look)


@probe(RestMethod, "apigateway.get_resources")
def rest_methods(aws: Aws, apis: Evidence[RestApi]) -> Iterator[RestMethod | Gap]:
    def look(api: RestApi) -> Iterator[RestMethod]:
        listed = aws.pages(
            "apigateway.get_resources",
            "items",
            absent=GONE,
            restApiId=api.id,
            embed=["methods"],
            limit=500,
        )
        for each in listed:
            for verb, method in (each.get("resourceMethods") or {}).items():
                yield RestMethod(
                    arn=f"{api.arn}/resources/{each['id']}/methods/{verb}",
                    api=api.arn,
                    path=each["path"],
                    method=verb,
                    authorization=method.get("authorizationType", "NONE"),
                    needs_key=method.get("apiKeyRequired", False),
                    authorizer=method.get("authorizerId", ""),
                    **integration_of(method.get("methodIntegration") or {}),
                )

    yield from aws.each(apis, look)


def integration_of(each: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a method calls: names alone, since an address may hold anything."""
    uri = each.get("uri") or ""
    # arn:aws:apigateway:region:service:path/…
    parts = uri.split(":", 5)
    service = parts[4] if len(parts) == 6 and parts[2] == "apigateway" else ""
    function = _FUNCTION.search(uri)
    asked = (each.get("requestParameters") or {}).get(
        "integration.request.header.X-Amz-Invocation-Type", ""
    )
    return {
        "service": service,
        "function": function[1] if function else "",
        "asynchronous": service in QUEUES or asked.strip("'") == "Event",
    }


@probe(ApiDomain, "apigateway.get_domain_names", "apigatewayv2.get_domain_names")
def api_domains(aws: Aws) -> Iterator[ApiDomain]:
    found: dict[str, ApiDomain] = {}
    for each in aws.pages("apigateway.get_domain_names", "items", limit=500):
        names = (each.get("regionalDomainName"), each.get("distributionDomainName"))
        private = _PRIVATE in ((each.get("endpointConfiguration") or {}).get("types") or ())
        policy = each.get("securityPolicy", "")
        found[each["domainName"]] = _domain(aws, each["domainName"], names, policy, private=private)
    for each in aws.pages("apigatewayv2.get_domain_names", "Items"):
        settings = each.get("DomainNameConfigurations") or ()
        names = tuple(setting.get("ApiGatewayDomainName") for setting in settings)
        policy = next((setting.get("SecurityPolicy", "") for setting in settings), "")
        if each["DomainName"] not in found:  # both list most of them
            found[each["DomainName"]] = _domain(aws, each["DomainName"], names, policy)
    yield from found.values()


def _domain(
    aws: Aws, name: str, targets: tuple[str | None, ...], policy: str, *, private: bool = False
) -> ApiDomain:
    return ApiDomain(
        arn=api_arn(aws, f"domainnames/{name}"),
        name=name.lower(),
        private=private,
        targets=tuple(target.lower() for target in targets if target),
        tls_policy=policy,
    )
