"""Look at how functions are reached and how many may run at once."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.functions import Concurrency, FunctionUrl, LambdaFunction
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Concurrency, "lambda.get_account_settings")
def concurrency(aws: Aws) -> Iterator[Concurrency]:
    limit = aws.get("lambda.get_account_settings")["AccountLimit"]
    yield Concurrency(
        arn=aws.arn("lambda", "concurrency"),
        limit=limit["ConcurrentExecutions"],
        unreserved=limit["UnreservedConcurrentExecutions"],
    )


@probe(FunctionUrl, "lambda.list_function_url_configs")
def function_urls(aws: Aws, functions: Evidence[LambdaFunction]) -> Iterator[FunctionUrl | Gap]:
    def look(function: LambdaFunction) -> Iterator[FunctionUrl]:
        # No call lists the URLs of a whole region.
        for each in aws.pages(
            "lambda.list_function_url_configs",
            "FunctionUrlConfigs",
            absent=("ResourceNotFoundException",),
            FunctionName=function.name,
        ):
            yield FunctionUrl(arn=each["FunctionArn"], authentication=each["AuthType"])

    yield from aws.each(functions, look)
