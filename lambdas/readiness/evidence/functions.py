"""Lambda functions; never their environment or code."""

from __future__ import annotations

from datetime import datetime

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
    #: When its code or configuration was last changed.
    modified: datetime | None = None
    #: Whether X-Ray traces it: Active or PassThrough.
    tracing: str = "PassThrough"


@record(Scope.REGION, "concurrency of functions")
class Concurrency:
    """How many functions may run at once in a region. Source: lambda.GetAccountSettings."""

    arn: str
    limit: int
    #: What functions share that have no number of their own.
    unreserved: int


@record(Scope.REGION, "peak of concurrent functions")
class ConcurrencyPeak:
    """The most functions that ran at once in 14 days. Source: cloudwatch.GetMetricData."""

    #: The ARN of the region's concurrency.
    arn: str
    #: None where nothing ran.
    highest: float | None


@record(Scope.REGION, "function URL")
class FunctionUrl:
    """An address on the internet that calls a function. Source: lambda.ListFunctionUrlConfigs."""

    #: The ARN of the function, or of the alias that it calls.
    arn: str
    #: NONE or AWS_IAM.
    authentication: str
