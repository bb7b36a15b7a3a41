"""What is seen of Compute Optimizer."""

from __future__ import annotations

from typing import Any

from readiness.evidence import Evidence
from readiness.evidence.savings import IdleRecommendation
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)

CALL = "compute-optimizer.get_idle_recommendations"


def savings(value: float) -> dict[str, Any]:
    return {"estimatedMonthlySavings": {"value": value, "currency": "USD"}}


def test_idle_resources_of_every_page_with_the_price_after_discounts() -> None:
    plain = {"resourceArn": "a", "savingsOpportunity": savings(8)}
    discounted = {
        "resourceArn": "b",
        "savingsOpportunity": savings(8),
        "savingsOpportunityAfterDiscounts": savings(6),
    }
    answers = (
        Answer(CALL, {"idleRecommendations": [plain], "nextToken": "n"}, {}, {}),
        Answer(CALL, {"idleRecommendations": [discounted]}, {}, {"nextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, IdleRecommendation)
        assert_made_as_declared(connection, IdleRecommendation)

    assert found == Evidence(
        (
            IdleRecommendation(arn="a", monthly_savings=8, currency="USD"),
            IdleRecommendation(arn="b", monthly_savings=6, currency="USD"),
        )
    )


def test_an_account_that_is_not_enrolled_has_no_recommendations() -> None:
    error = {"service_error_code": "OptInRequiredException", "http_status_code": 403}
    with answering(Answer(CALL, error=error)) as connection:
        assert seen(connection, IdleRecommendation) == Evidence()


def test_a_refusal_is_a_gap() -> None:
    with answering(Answer(CALL, error=DENIED)) as connection:
        assert seen(connection, IdleRecommendation) == Evidence(
            gaps=(refused("compute-optimizer:GetIdleRecommendations"),)
        )
