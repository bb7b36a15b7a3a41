"""Look at Lambda; of environment variables nothing but their names leaves here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.functions import EventSourceMapping, LambdaFunction
from readiness.evidence.variables import variables_of
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(LambdaFunction, "lambda.list_functions")
def lambda_functions(aws: Aws) -> Iterator[LambdaFunction]:
    for each in aws.pages("lambda.list_functions", "Functions"):
        environment = each.get("Environment") or {}
        yield LambdaFunction(
            arn=each["FunctionArn"],
            name=each["FunctionName"],
            subnets=tuple((each.get("VpcConfig") or {}).get("SubnetIds") or ()),
            code_sha256=each.get("CodeSha256", ""),
            modified=each.get("LastModified"),
            tracing=(each.get("TracingConfig") or {}).get("Mode", "PassThrough"),
            image=each.get("PackageType") == "Image",
            runtime=each.get("Runtime", ""),
            dead_letters=(each.get("DeadLetterConfig") or {}).get("TargetArn", ""),
            log_group=_log_group(each),
            layers=tuple(layer["Arn"] for layer in each.get("Layers") or ()),
            variables=variables_of((environment.get("Variables") or {}).items()),
            variables_hidden="Error" in environment,
        )


@probe(EventSourceMapping, "lambda.list_event_source_mappings")
def event_source_mappings(aws: Aws) -> Iterator[EventSourceMapping]:
    for each in aws.pages("lambda.list_event_source_mappings", "EventSourceMappings"):
        yield EventSourceMapping(
            arn=aws.arn("lambda", f"event-source-mapping:{each['UUID']}"),
            function=each["FunctionArn"],
            failures=((each.get("DestinationConfig") or {}).get("OnFailure") or {}).get(
                "Destination", ""
            ),
            source=each.get("EventSourceArn", ""),
            enabled=each.get("State") not in ("Disabled", "Disabling", "Deleting"),
            retries=each.get("MaximumRetryAttempts"),
            record_age=each.get("MaximumRecordAgeInSeconds"),
        )


def _log_group(each: Mapping[str, Any]) -> str:
    chosen: str = (each.get("LoggingConfig") or {}).get("LogGroup", "")
    return "" if chosen == f"/aws/lambda/{each['FunctionName']}" else chosen
