"""Look at Compute Optimizer."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.savings import IdleRecommendation
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(IdleRecommendation, "compute-optimizer.get_idle_recommendations")
def idle_recommendations(aws: Aws) -> Iterator[IdleRecommendation]:
    for each in aws.pages(
        "compute-optimizer.get_idle_recommendations",
        "idleRecommendations",
        absent=("OptInRequiredException",),
    ):
        savings = (each.get("savingsOpportunityAfterDiscounts") or each["savingsOpportunity"])[
            "estimatedMonthlySavings"
        ]
        yield IdleRecommendation(
            arn=each["resourceArn"],
            monthly_savings=savings["value"],
            currency=savings["currency"],
        )
