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


@record(Scope.REGION, "enrolment in Compute Optimizer")
class OptimizerEnrollment:
    """Whether Compute Optimizer looks at the account. Source: compute-optimizer.GetEnrollmentStatus."""

    arn: str
    #: Active, Inactive, Pending or Failed.
    status: str


@record(Scope.REGION, "size that Compute Optimizer judged")
class SizingRecommendation:
    """What Compute Optimizer says of the size of a group, a service or a function.

    Source: compute-optimizer.GetAutoScalingGroupRecommendations, GetECSServiceRecommendations and
    GetLambdaFunctionRecommendations.
    """

    #: The resource's ARN.
    arn: str
    #: group, service or function.
    kind: str
    #: Underprovisioned, Overprovisioned, Optimized, NotOptimized or Unavailable.
    finding: str
    #: E.g. MemoryUnderprovisioned.
    reasons: tuple[str, ...]
    #: VeryLow, Low, Medium or High; empty where it is not told.
    risk: str
