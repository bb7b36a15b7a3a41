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
