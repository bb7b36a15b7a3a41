"""Look at Lambda; environment variables are dropped here."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.functions import LambdaFunction
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(LambdaFunction, "lambda.list_functions")
def lambda_functions(aws: Aws) -> Iterator[LambdaFunction]:
    for each in aws.pages("lambda.list_functions", "Functions"):
        yield LambdaFunction(
            arn=each["FunctionArn"],
            name=each["FunctionName"],
            subnets=tuple((each.get("VpcConfig") or {}).get("SubnetIds") or ()),
            code_sha256=each.get("CodeSha256", ""),
            modified=each.get("LastModified"),
            tracing=(each.get("TracingConfig") or {}).get("Mode", "PassThrough"),
            image=each.get("PackageType") == "Image",
            layers=tuple(layer["Arn"] for layer in each.get("Layers") or ()),
        )
