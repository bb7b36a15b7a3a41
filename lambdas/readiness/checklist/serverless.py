"""Are functions made by code, on runtimes that are supported, and released by version?

The checks of "Deploy serverless apps using Lambda and API Gateway".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatchcase

from readiness.checklist.delivered import IAC_MARKER_TAGS, UNMARKED, marker_of
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.apis import HttpApi, HttpRoute, HttpStage, RestApi, RestMethod, RestStage
from readiness.evidence.functions import EventSourceMapping, LambdaFunction, is_incidental
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.published import LAMBDA_RUNTIMES, RUNTIMES_FROM
from readiness.evidence.tagging import TaggedResource

#: More functions that services of AWS make for themselves.
SERVICE_FUNCTIONS = ("StackSet-AWSControlTower*", "amplify-*")


def _service_made(name: str, patterns: tuple[str, ...]) -> bool:
    return is_incidental(name) or any(fnmatchcase(name, pattern) for pattern in patterns)


_SERVICE = "is made by a service of AWS or a construct, by its name"


@check(Severity.HIGH)
def lambda_function_runtime_supported(
    function: LambdaFunction,
    unit: Unit,
    *,
    warn_days: int = 60,
    runtime_ends: tuple[str, ...] = (),
    service_functions: tuple[str, ...] = SERVICE_FUNCTIONS,
) -> Result:
    """A runtime that AWS gave up gets no patches, and functions on it cannot be updated one day.

    Pass: the function's runtime is not deprecated. A container image has none, and passes.
    Fix: move the function to a newer runtime of its language.
    Blind spot: what a container image holds is not looked at. AWS tells the dates on a page alone, and
    moves them: `runtime_ends` (`python3.15=2031-06-30`) adds to the table and overrides it.
    See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
    """
    if _service_made(function.name, service_functions):
        return not_applicable(_SERVICE)
    if function.image:
        return passed("is a container image, whose runtime is its own")
    pairs = (each.partition("=") for each in runtime_ends)
    overridden = {name: date.fromisoformat(end) for name, _, end in pairs}
    end = overridden.get(function.runtime, LAMBDA_RUNTIMES.get(function.runtime))
    if end is None:
        said = f"runs on {function.runtime or 'a runtime that is not told'}"
        return unknown(Reason.UNDECIDED, f"{said}, of which no end is known")
    days = (end - unit.now.date()).days
    said = f"runs on {function.runtime}, which AWS deprecates on {end}"
    old = "" if function.runtime in overridden else RUNTIMES_FROM.too_old(unit.now)
    # What had ended when the table was made stays so; every other date may have been moved.
    if old and end > RUNTIMES_FROM.looked_up:
        return unknown(Reason.UNDECIDED, f"{said}: {old}")
    if days < 0:
        return failed(f"runs on {function.runtime}, which AWS deprecated on {end}")
    if days <= warn_days:
        return failed(said, Severity.LOW)
    return passed(said)


@check(Severity.MEDIUM)
def lambda_function_managed_by_iac(
    function: LambdaFunction,
    tagged: Evidence[TaggedResource],
    roots: Evidence[IacRoot],
    *,
    iac_tags: tuple[str, ...] = (*IAC_MARKER_TAGS, "pulumi"),
    service_functions: tuple[str, ...] = SERVICE_FUNCTIONS,
) -> Result:
    """A function that was made by hand cannot be made again, nor reviewed.

    Pass: the function carries the tag of a stack, or of a tool that describes infrastructure.
    Fix: deploy it with SAM, CDK or Terraform, and mark everything that a tool makes by default tags.
    See: https://docs.aws.amazon.com/lambda/latest/dg/foundation-iac.html
    """
    if _service_made(function.name, service_functions):
        return not_applicable(_SERVICE)
    for each in tagged.about(function.arn):
        if stack := each.tags.get("aws:cloudformation:stack-name"):
            return passed(f"is made by the stack {stack}")
        if "aws:cloudformation:stack-id" in each.tags:
            return passed("is made by a stack")
        if marker := marker_of(each.tags, iac_tags):
            return passed(f"is tagged {marker}")
    for root in roots:
        if root.family in UNMARKED:
            if any(marker_of(each.tags, iac_tags) for each in tagged):
                break
            said = f"may be made by {root.arn}, which leaves no mark: configure iac_tags"
            return unknown(Reason.UNDECIDED, said)
    return failed("carries no tag of a stack or of a tool")


Caller = EventSourceMapping | RestMethod | HttpRoute


@check(Severity.LOW)
def lambda_function_published_alias_used(
    caller: Caller, *, service_functions: tuple[str, ...] = SERVICE_FUNCTIONS
) -> Result:
    """What calls a function without a version gets each change the moment it is uploaded.

    Pass: the event source mapping or the API calls a version or an alias of the function.
    Fix: publish a version with each deployment, and let callers use an alias that moves to it.
    Blind spot: rules of EventBridge, state machines and code that call functions are not looked at.
    See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
    """
    parts = caller.function.split(":")
    if len(parts) < 7 or parts[5] != "function":
        return not_applicable("calls no function")
    name, qualifier = parts[6], parts[7] if len(parts) > 7 else ""
    if _service_made(name, service_functions):
        return not_applicable(f"calls {name}, which {_SERVICE}")
    if "${" in caller.function:
        said = f"calls {name}:{qualifier}".rstrip(":")
        return unknown(Reason.UNDECIDED, f"{said}, which a variable of the stage fills in")
    if qualifier and qualifier != "$LATEST":
        return passed(f"calls {name} by {qualifier}")
    return failed(f"calls {name} without a version, whatever was uploaded last")


@check(Severity.LOW)
def apigateway_api_deployed(
    api: RestApi | HttpApi, stages: Evidence[RestStage | HttpStage]
) -> Iterator[Result]:
    """An API without a stage answers nobody, and is what is left of an attempt.

    Pass: a stage of the API has a deployment, or deploys each change by itself.
    Fix: deploy the API to a stage, or delete it.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
    """
    for stage in stages.about(api.arn, "api"):
        if stage.deployed:
            yield passed(f"is deployed to {stage.name}")
            return
    yield failed("has no stage that something was deployed to")
