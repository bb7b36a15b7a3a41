"""What could be saved, by Compute Optimizer: figures that are told, and decide nothing."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "idle recommendation")
class IdleRecommendation:
    """A resource that Compute Optimizer finds idle. Source: compute-optimizer.GetIdleRecommendations."""

    #: The resource's ARN.
    arn: str
    #: What it costs a month, after discounts where these are known.
    monthly_savings: float
    currency: str
