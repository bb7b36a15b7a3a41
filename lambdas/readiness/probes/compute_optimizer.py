"""Look at Compute Optimizer."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.savings import (
    IdleRecommendation,
    OptimizerEnrollment,
    SizingRecommendation,
)
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.refusals import UnseenError


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


@probe(OptimizerEnrollment, "compute-optimizer.get_enrollment_status")
def enrollment(aws: Aws) -> Iterator[OptimizerEnrollment]:
    status = aws.get("compute-optimizer.get_enrollment_status")["status"]
    yield OptimizerEnrollment(arn=aws.arn("compute-optimizer", "enrollment"), status=status)


#: Operation, the list in its answer, the name in that of the resource's ARN, and what it is.
_SIZES = (
    (
        "get_auto_scaling_group_recommendations",
        "autoScalingGroupRecommendations",
        "autoScalingGroupArn",
        "group",
    ),
    ("get_ecs_service_recommendations", "ecsServiceRecommendations", "serviceArn", "service"),
    ("get_lambda_function_recommendations", "lambdaFunctionRecommendations", "functionArn", "function"),
)  # fmt: skip


@probe(
    SizingRecommendation,
    *(f"compute-optimizer.{operation}" for operation, _, _, _ in _SIZES),
)
def sizing_recommendations(
    aws: Aws, enrollments: Evidence[OptimizerEnrollment]
) -> Iterator[SizingRecommendation | Gap]:
    if not any(each.status == "Active" for each in enrollments):
        return
    for operation, member, name, kind in _SIZES:
        try:
            for each in aws.pages(
                f"compute-optimizer.{operation}", member, absent=("OptInRequiredException",)
            ):
                yield SizingRecommendation(
                    arn=each[name],
                    kind=kind,
                    finding=each["finding"],
                    reasons=tuple(each.get("findingReasonCodes") or ()),
                    risk=each.get("currentPerformanceRisk", ""),
                )
        except UnseenError as error:
            yield error.gap  # the other kinds may be told
