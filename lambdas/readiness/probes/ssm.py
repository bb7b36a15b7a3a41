"""Look at Systems Manager."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.settings import Parameter
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Parameter, "ssm.describe_parameters")
def parameters(aws: Aws) -> Iterator[Parameter]:
    # Without Shared: parameters of other accounts, and AWS's own, are not listed.
    for each in aws.pages("ssm.describe_parameters", "Parameters"):
        name = each["Name"]
        yield Parameter(
            arn=each.get("ARN") or aws.arn("ssm", f"parameter/{name.removeprefix('/')}"),
            name=name,
        )
