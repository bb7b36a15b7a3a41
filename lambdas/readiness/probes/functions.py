"""Look at what becomes of events that functions are handed and could not handle."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.functions import AsyncEvents, FailureDestinations, LambdaFunction
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL, Series, beginning, measure

ASYNC_DAYS = 14


@probe(AsyncEvents, CALL)
def async_events(aws: Aws, functions: Evidence[LambdaFunction]) -> Iterator[AsyncEvents | Gap]:
    def wanted(function: LambdaFunction) -> dict[str, Series]:
        named = {"FunctionName": function.name}
        metric = "AsyncEventsReceived"
        return {"events": Series(namespace="AWS/Lambda", metric=metric, dimensions=named)}

    open_ = (each for each in functions if not (each.incidental or each.dead_letters))
    for found in measure(aws, open_, wanted, since=beginning(aws, ASYNC_DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            received = sum(found.points["events"].values())
            yield AsyncEvents(arn=found.resource.arn, received=received)


@probe(FailureDestinations, "lambda.list_function_event_invoke_configs")
def failure_destinations(
    aws: Aws, events: Evidence[AsyncEvents]
) -> Iterator[FailureDestinations | Gap]:
    def look(function: AsyncEvents) -> Iterator[FailureDestinations]:
        listed = aws.pages(
            "lambda.list_function_event_invoke_configs",
            "FunctionEventInvokeConfigs",
            absent=("ResourceNotFoundException",),
            FunctionName=function.arn,
        )
        named = (
            ((each.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
            for each in listed
        )
        yield FailureDestinations(
            arn=function.arn, destinations=tuple(dict.fromkeys(filter(None, named)))
        )

    yield from aws.each((each for each in events if each.received), look)
