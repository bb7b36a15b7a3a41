"""Lambda functions; never their environment or code."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "function")
class LambdaFunction:
    """A Lambda function. Source: lambda.ListFunctions."""

    arn: str
    name: str
    #: The subnets of its VPC; empty where it is in none.
    subnets: tuple[str, ...]
    #: The digest of its code; the same code packed twice may have two.
    code_sha256: str = ""
    #: The ARNs of its layers.
    layers: tuple[str, ...] = ()
