"""Look at what was used or measured lately: functions, canaries, and what the business steers by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from readiness.evidence import Evidence, Gap
from readiness.evidence.functions import FunctionInvocations, LambdaFunction
from readiness.evidence.observability import BusinessMetric, BusinessMetricUse
from readiness.evidence.watching import Canary, CanaryRuns
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL, DAY, Series, beginning, measure

HOUR = timedelta(hours=1)
INVOKED_DAYS = 14
BUSINESS_DAYS = 7


@probe(FunctionInvocations, CALL)
def function_invocations(
    aws: Aws, functions: Evidence[LambdaFunction]
) -> Iterator[FunctionInvocations | Gap]:
    def wanted(function: LambdaFunction) -> dict[str, Series]:
        named = {"FunctionName": function.name}
        return {"calls": Series(namespace="AWS/Lambda", metric="Invocations", dimensions=named)}

    for found in measure(aws, functions, wanted, since=beginning(aws, INVOKED_DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            count = sum(found.points["calls"].values())
            yield FunctionInvocations(arn=found.resource.arn, count=count)


@probe(CanaryRuns, CALL)
def canary_runs(aws: Aws, canaries: Evidence[Canary]) -> Iterator[CanaryRuns | Gap]:
    def wanted(canary: Canary) -> dict[str, Series]:
        named = {"CanaryName": canary.name}
        return {
            "success": Series(
                namespace="CloudWatchSynthetics",
                metric="SuccessPercent",
                dimensions=named,
                stat="SampleCount",
                period=HOUR,
            )
        }

    running = (canary for canary in canaries if canary.state == "RUNNING")
    for found in measure(aws, running, wanted, since=aws.now - DAY):
        if isinstance(found, Gap):
            yield found
        else:
            yield CanaryRuns(arn=found.resource.arn, hours=len(found.points["success"]))


@dataclass(frozen=True)
class _Named:
    arn: str
    metric: BusinessMetric


@probe(BusinessMetricUse, CALL)
def business_metric_uses(aws: Aws) -> Iterator[BusinessMetricUse | Gap]:
    def wanted(named: _Named) -> dict[str, Series]:
        metric = named.metric
        return {
            "samples": Series(
                namespace=metric.namespace,
                metric=metric.metric,
                dimensions=metric.dimensions,
                stat="SampleCount",
                period=HOUR,
            )
        }

    configured = [
        _Named(aws.arn("cloudwatch", f"metric/{each.id}"), each)
        for each in aws.connection.business_metrics
    ]
    for found in measure(aws, configured, wanted, since=beginning(aws, BUSINESS_DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            last = max(found.points["samples"], default=None)
            yield BusinessMetricUse(
                arn=found.resource.arn,
                metric=found.resource.metric.id,
                measured=last and min(last + HOUR, aws.now),
            )
