"""Look at budgets: every account's own, and those of the account that pays for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.billing import (
    Budget,
    BudgetFacts,
    BudgetNotification,
    NotificationFacts,
    Payer,
    PayerBudget,
    PayerBudgetNotification,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered
from readiness.probes.filters import ALL, accounts_of, both, only
from readiness.probes.organizations import organization_of

B = TypeVar("B", bound=BudgetFacts)
N = TypeVar("N", bound=NotificationFacts)


@probe(Payer, "organizations.describe_organization")
def payers(aws: Aws) -> Iterator[Payer]:
    answer = organization_of(aws)
    if answer is not None:
        organization = answer["Organization"]
        yield Payer(arn=organization["Arn"], account=organization["MasterAccountId"])


def other_payers(aws: Aws, payers: Iterable[Payer], action: str) -> Iterator[Gap]:
    """Yield a gap where another account pays: what it has is not seen from this one."""
    for payer in payers:
        if payer.account != aws.account:
            yield Gap(
                reason=Reason.NOT_SCANNED,
                account=payer.account,
                action=action,
                detail="the organization role is not in the management account",
            )


@probe(Budget, "budgets.describe_budgets")
def own_budgets(aws: Aws) -> Iterator[Budget]:
    yield from _budgets(aws, Budget)


@probe(PayerBudget, "budgets.describe_budgets")
def payer_budgets(aws: Aws, payers: Evidence[Payer]) -> Iterator[PayerBudget | Gap]:
    if any(payer.account == aws.account for payer in payers):
        yield from _budgets(aws, PayerBudget)
    yield from other_payers(aws, payers, "budgets:ViewBudget")


@probe(
    BudgetNotification,
    "budgets.describe_budget_notifications_for_account",
    "budgets.describe_subscribers_for_notification",
)
def own_notifications(aws: Aws, budgets: Evidence[Budget]) -> Iterator[BudgetNotification | Gap]:
    yield from _notifications(aws, budgets, BudgetNotification)


@probe(
    PayerBudgetNotification,
    "budgets.describe_budget_notifications_for_account",
    "budgets.describe_subscribers_for_notification",
)
def payer_notifications(
    aws: Aws, budgets: Evidence[PayerBudget]
) -> Iterator[PayerBudgetNotification | Gap]:
    yield from _notifications(aws, budgets, PayerBudgetNotification)


def _budgets(aws: Aws, kind: type[B]) -> Iterator[B]:
    for each in aws.pages(
        "budgets.describe_budgets", "Budgets", AccountId=aws.account, ShowFilterExpression=True
    ):
        yield kind(
            arn=aws.arn("budgets", f"budget/{each['BudgetName']}", region=""),
            name=each["BudgetName"],
            type=each["BudgetType"],
            ends=each.get("TimePeriod", {}).get("End"),
            healthy=each.get("HealthStatus", {}).get("Status") != "UNHEALTHY",
            limit=float(each["BudgetLimit"]["Amount"]) if "BudgetLimit" in each else None,
            accounts=both(
                accounts_of(each.get("FilterExpression", {})),
                _accounts_of_old_filters(each.get("CostFilters", {})),
            ),
        )


def _accounts_of_old_filters(filters: Mapping[str, Any]) -> Any:
    return only(filters["LinkedAccount"]) if filters.get("LinkedAccount") else ALL


def _notifications(aws: Aws, budgets: Iterable[BudgetFacts], kind: type[N]) -> Iterator[N | Gap]:
    """Look at the notifications of cost budgets: no other budget tells of spend."""
    listed, hidden = gathered(budgets)
    costs = [budget for budget in listed if budget.type == "COST"]
    by_budget: dict[str, list[dict[str, Any]]] = {}
    if costs:
        for each in aws.pages(
            "budgets.describe_budget_notifications_for_account",
            "BudgetNotificationsForAccount",
            AccountId=aws.account,
        ):
            by_budget.setdefault(each["BudgetName"], []).extend(each.get("Notifications") or ())

    def look(budget: BudgetFacts) -> Iterator[N]:
        for each in by_budget.get(budget.name, ()):
            subscribers = aws.pages(
                "budgets.describe_subscribers_for_notification",
                "Subscribers",
                AccountId=aws.account,
                BudgetName=budget.name,
                Notification=each,
                absent=("NotFoundException",),
            )
            yield kind(
                arn=budget.arn,
                type=each["NotificationType"],
                comparison=each["ComparisonOperator"],
                threshold=each["Threshold"],
                percentage=each.get("ThresholdType", "PERCENTAGE") == "PERCENTAGE",
                subscribers=sum(1 for _ in subscribers),
            )

    yield from aws.each(costs, look)
    yield from hidden
