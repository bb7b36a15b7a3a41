"""Which versions of Lambda functions were published?"""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "function version")
class FunctionVersion:
    """A published version of a function. Source: lambda.ListFunctions."""

    arn: str
    #: The function's ARN, without the version.
    function: str
    number: int
    code_sha256: str
