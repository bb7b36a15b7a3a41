"""Look at the published versions of Lambda functions; environment variables are dropped here."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.versions import FunctionVersion
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(FunctionVersion, "lambda.list_functions")
def function_versions(aws: Aws) -> Iterator[FunctionVersion]:
    for each in aws.pages("lambda.list_functions", "Functions", FunctionVersion="ALL"):
        if each["Version"].isdigit():
            yield FunctionVersion(
                arn=each["FunctionArn"],
                function=each["FunctionArn"].removesuffix(f":{each['Version']}"),
                number=int(each["Version"]),
                code_sha256=each.get("CodeSha256", ""),
            )
