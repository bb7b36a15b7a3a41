"""Lambda functions; never their code or what their environment holds."""

from __future__ import annotations

import re
from datetime import datetime

from readiness.evidence import Scope, record
from readiness.evidence.variables import Variable

#: Functions that a service of AWS makes for itself.
SERVICE_FUNCTIONS = ("cwsyn-", "aws-controltower-", "amplify-login-")
#: What CDK names the functions that serve its own custom resources; CloudFormation cuts names short.
_CUSTOM_RESOURCES = re.compile(
    r"CustomResourceProvi|-Custom(S3AutoDelete|CDK|VpcRestrict|ECRAutoDelete|CrossRegion)|"
    r"LogRetention[0-9a-f]{8}|AWS679f53fac002430c|BucketNotificationsHandler|"
    r"framework(onEvent|isComplete|onTimeout)|awscdkawseks"
)


def is_incidental(name: str) -> bool:
    """Whether a service of AWS or a deployment made a function for itself, going by its name."""
    return name.startswith(SERVICE_FUNCTIONS) or bool(_CUSTOM_RESOURCES.search(name))


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
    #: The log group of its choice; empty where it is the one that is named after it.
    log_group: str = ""
    #: Whether it runs a container image.
    image: bool = False
    #: The ARN of what gets the events that it could not handle; empty where nothing does.
    dead_letters: str = ""
    #: Its environment variables, without their values.
    variables: tuple[Variable, ...] = ()
    #: Whether the key that encrypts them hides them from whoever may not decrypt.
    variables_hidden: bool = False
    #: E.g. python3.13; empty for a container image.
    runtime: str = ""

    @property
    def logs_to(self) -> str:
        """The name of the log group that it writes to."""
        return self.log_group or f"/aws/lambda/{self.name}"

    @property
    def incidental(self) -> bool:
        """Whether a service of AWS or a deployment made it for itself, going by its name."""
        return is_incidental(self.name)


@record(Scope.REGION, "event source mapping")
class EventSourceMapping:
    """What reads a queue or a stream for a function. Source: lambda.ListEventSourceMappings."""

    arn: str
    #: The ARN of the function, or of its version or alias.
    function: str
    #: The ARN of what gets what the function could not handle; empty where nothing does.
    failures: str = ""
    #: The ARN of what it reads; empty where that is a Kafka cluster elsewhere.
    source: str = ""
    #: Whether it reads at present.
    enabled: bool = True
    #: How often a batch of a stream is tried again, and until which age in seconds its records are;
    #: -1 is for ever. None where the source has no such limit.
    retries: int | None = None
    record_age: int | None = None

    @property
    def kind(self) -> str:
        """The service that it reads, e.g. `kinesis`; `kafka` also where that is not AWS's."""
        return self.source.split(":")[2] if self.source else "kafka"


@record(Scope.REGION, "function's invocations")
class FunctionInvocations:
    """How often a function was invoked in 14 days. Source: cloudwatch.GetMetricData."""

    #: The function's ARN.
    arn: str
    count: float


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


@record(Scope.REGION, "use of functions")
class FunctionUse:
    """How often the functions of a region were called in 30 days. Source: cloudwatch.GetMetricData.

    Those that a service or a deployment made for itself are left out.
    """

    arn: str
    calls: float


@record(Scope.REGION, "function's asynchronous events")
class AsyncEvents:
    """How many events a function was handed without waiting for it in 14 days.

    Of functions without a queue for what they could not handle. Source: cloudwatch.GetMetricData.
    """

    #: The function's ARN.
    arn: str
    received: float


@record(Scope.REGION, "function's destinations of failures")
class FailureDestinations:
    """Where goes what a function could not handle, of those that are handed events.

    Source: lambda.ListFunctionEventInvokeConfigs.
    """

    #: The function's ARN.
    arn: str
    #: The ARNs of queues, topics, functions, buses or buckets, of all its versions and aliases.
    destinations: tuple[str, ...]
