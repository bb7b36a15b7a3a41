"""Look at Compute Optimizer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence.savings import IdleRecommendation
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(IdleRecommendation, "compute-optimizer.get_idle_recommendations")
def idle_recommendations(aws: Aws) -> Iterator[IdleRecommendation]:
    more: dict[str, Any] = {}
    while True:
        # botocore has no paginator for it.
        answer = aws.call(
            "compute-optimizer.get_idle_recommendations",
            absent=("OptInRequiredException",),
            **more,
        )
        if answer is None:
            return
        for each in answer.get("idleRecommendations") or ():
            savings = (each.get("savingsOpportunityAfterDiscounts") or each["savingsOpportunity"])[
                "estimatedMonthlySavings"
            ]
            yield IdleRecommendation(
                arn=each["resourceArn"],
                monthly_savings=savings["value"],
                currency=savings["currency"],
            )
        if not answer.get("nextToken"):
            return
        more = {"nextToken": answer["nextToken"]}
