"""Look at Cost Optimization Hub, which knows the whole organization and is free."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.billing import Payer
from readiness.evidence.commitments import CommitmentRecommendation, CostHubEnrollment
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.budgets import other_payers

_COMMITMENTS = ["PurchaseSavingsPlans", "PurchaseReservedInstances"]


@probe(CostHubEnrollment, "cost-optimization-hub.list_enrollment_statuses")
def enrollments(aws: Aws) -> Iterator[CostHubEnrollment]:
    answers = list(aws.answers("cost-optimization-hub.list_enrollment_statuses"))
    yield CostHubEnrollment(
        arn=aws.arn("cost-optimization-hub", "enrollment", region=""),
        active=any(
            each.get("status") == "Active"
            for answer in answers
            for each in answer.get("items") or ()
        ),
        members=any(answer.get("includeMemberAccounts", False) for answer in answers),
    )


@probe(CommitmentRecommendation, "cost-optimization-hub.list_recommendations")
def recommendations(
    aws: Aws, payers: Evidence[Payer], hubs: Evidence[CostHubEnrollment]
) -> Iterator[CommitmentRecommendation | Gap]:
    if not any(each.active for each in hubs):
        return
    for each in aws.pages(
        "cost-optimization-hub.list_recommendations",
        "items",
        filter={"actionTypes": _COMMITMENTS},
    ):
        name = each["recommendationId"]
        yield CommitmentRecommendation(
            arn=aws.arn("cost-optimization-hub", f"recommendation/{name}", region=""),
            id=name,
            account=each["accountId"],
            what=each["recommendedResourceType"],
            monthly_savings=each["estimatedMonthlySavings"],
            saving_percent=each["estimatedSavingsPercentage"],
            currency=each["currencyCode"],
        )
    yield from other_payers(aws, payers, "cost-optimization-hub:ListRecommendations")
