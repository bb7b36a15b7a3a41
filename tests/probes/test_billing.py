"""What is seen of budgets and cost anomaly subscriptions, and which accounts they are about."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.billing import (
    Accounts,
    AnomalyMonitor,
    AnomalySubscription,
    Budget,
    BudgetNotification,
    Payer,
    PayerBudget,
    PayerBudgetNotification,
)
from readiness.probes.filters import accounts_of
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW

A, B, C = "111111111111", "222222222222", "333333333333"
ORGANIZATION = "arn:aws:organizations::999988887777:organization/o-1"
BUDGETS = f"arn:aws:budgets::{ACCOUNT}:budget"


def linked(*ids: str) -> dict[str, Any]:
    return {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": list(ids)}}


SERVICE = {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon EC2"]}}
TAG = {"Tags": {"Key": "team", "Values": ["shop"]}}


def only(*ids: str) -> Accounts:
    return Accounts(ids=ids, all_but=False)


def all_but(*ids: str) -> Accounts:
    return Accounts(ids=ids, all_but=True)


EXPRESSIONS: dict[str, tuple[dict[str, Any], Accounts]] = {
    "nothing": ({}, all_but()),
    "a service": (SERVICE, all_but()),
    "a tag": (TAG, all_but()),
    "two accounts": (linked(B, A), only(A, B)),
    "not an account": ({"Not": linked(A)}, all_but(A)),
    "not a service": ({"Not": SERVICE}, all_but()),
    "not a service of an account": ({"Not": {"And": [linked(A), SERVICE]}}, all_but()),
    "not but": ({"Not": {"Not": linked(A)}}, only(A)),
    "a service of an account": ({"And": [linked(A), SERVICE]}, only(A)),
    "accounts in common": ({"And": [linked(A, B), linked(B, C)]}, only(B)),
    "accounts but one": ({"And": [linked(A, B), {"Not": linked(B)}]}, only(A)),
    "one but accounts": ({"And": [{"Not": linked(B)}, linked(A, B)]}, only(A)),
    "neither of two": ({"And": [{"Not": linked(A)}, {"Not": linked(B)}]}, all_but(A, B)),
    "an account or another": ({"Or": [linked(A), linked(B)]}, only(A, B)),
    "an account or a service": ({"Or": [linked(A), SERVICE]}, all_but()),
    "all but one, or that one": ({"Or": [{"Not": linked(A)}, linked(A)]}, all_but()),
    "neither both": ({"Not": {"Or": [linked(A), linked(B)]}}, all_but(A, B)),
}


@pytest.mark.parametrize(
    ("expression", "expected"), [pytest.param(*row, id=name) for name, row in EXPRESSIONS.items()]
)
def test_the_accounts_of_a_filter(expression: dict[str, Any], expected: Accounts) -> None:
    assert accounts_of(expression) == expected


def payer(account: str) -> Answer:
    organization = {"Arn": ORGANIZATION, "MasterAccountId": account}
    return Answer("organizations.describe_organization", {"Organization": organization})


STANDS_ALONE = Answer(
    "organizations.describe_organization",
    error={"service_error_code": "AWSOrganizationsNotInUseException"},
)
MEMBER = "999988887777"


def elsewhere(action: str) -> Gap:
    return Gap(
        reason=Reason.NOT_SCANNED,
        account=MEMBER,
        action=action,
        detail="the organization role is not in the management account",
    )


def budget(name: str = "month", **more: Any) -> dict[str, Any]:
    return {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY", **more}


def expected_budget(**changes: Any) -> Budget:
    values: dict[str, Any] = {
        "arn": f"{BUDGETS}/month",
        "name": "month",
        "type": "COST",
        "ends": None,
        "healthy": True,
        "limit": None,
        "accounts": all_but(),
    }
    return Budget(**values | changes)


BUDGET_ROWS: dict[str, tuple[dict[str, Any], Budget]] = {
    "bare": ({}, expected_budget()),
    "a usage budget": ({"BudgetType": "USAGE"}, expected_budget(type="USAGE")),
    "with a limit": ({"BudgetLimit": {"Amount": "1000.0", "Unit": "USD"}}, expected_budget(limit=1000.0)),
    "with an end": ({"TimePeriod": {"End": NOW}}, expected_budget(ends=NOW)),
    "unhealthy": ({"HealthStatus": {"Status": "UNHEALTHY"}}, expected_budget(healthy=False)),
    "filters of the old form": ({"CostFilters": {"LinkedAccount": [A]}}, expected_budget(accounts=only(A))),
    "other filters of the old form": ({"CostFilters": {"Service": ["EC2"]}}, expected_budget()),
    "filters of the new form": ({"FilterExpression": linked(A)}, expected_budget(accounts=only(A))),
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"), [pytest.param(*row, id=name) for name, row in BUDGET_ROWS.items()]
)
def test_a_budget(given: dict[str, Any], expected: Budget) -> None:
    asked = {"AccountId": ACCOUNT, "ShowFilterExpression": True}
    answer = Answer("budgets.describe_budgets", {"Budgets": [budget(**given)]}, {}, asked)
    with answering(answer) as connection:
        assert seen(connection, Budget) == Evidence((expected,))
        assert_made_as_declared(connection, Budget)


def notification(threshold: float, **more: Any) -> dict[str, Any]:
    return {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": threshold,
        **more,
    }


def told(threshold: float, subscribers: int, **changes: Any) -> BudgetNotification:
    values: dict[str, Any] = {
        "arn": f"{BUDGETS}/month",
        "type": "ACTUAL",
        "comparison": "GREATER_THAN",
        "threshold": threshold,
        "percentage": True,
        "subscribers": subscribers,
    }
    return BudgetNotification(**values | changes)


def test_notifications_of_cost_budgets_and_how_many_are_told() -> None:
    budgets = [budget(), budget("hours", BudgetType="USAGE")]
    half, amount, full = (
        notification(50.0),
        notification(900.0, ThresholdType="ABSOLUTE_VALUE"),
        notification(100.0),
    )
    mail = {"SubscriptionType": "EMAIL", "Address": "who@example.com"}
    by_budget = [
        {"BudgetName": "month", "Notifications": [half, amount, full]},
        {"BudgetName": "hours", "Notifications": [half]},
    ]
    asked = {"AccountId": ACCOUNT, "BudgetName": "month"}
    operation = "budgets.describe_subscribers_for_notification"
    answers = (
        Answer("budgets.describe_budgets", {"Budgets": budgets}),
        Answer(
            "budgets.describe_budget_notifications_for_account",
            {"BudgetNotificationsForAccount": by_budget},
            asked={"AccountId": ACCOUNT},
        ),
        Answer(operation, {"Subscribers": [mail, mail]}, {}, {**asked, "Notification": half}),
        Answer(operation, {}, {}, {**asked, "Notification": amount}),
        Answer(operation, error={"service_error_code": "NotFoundException"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, BudgetNotification)

    assert found == Evidence((told(50.0, 2), told(900.0, 0, percentage=False), told(100.0, 0)))
    assert "who@example.com" not in repr(found)


def test_an_account_without_cost_budgets_is_asked_for_no_notification() -> None:
    with answering(Answer("budgets.describe_budgets", {"Budgets": []})) as connection:
        assert seen(connection, BudgetNotification) == Evidence()


def test_a_refused_subscriber_is_a_gap_about_its_budget() -> None:
    by_budget = [{"BudgetName": "month", "Notifications": [notification(50.0)]}]
    answers = (
        Answer("budgets.describe_budgets", {"Budgets": [budget()]}),
        Answer(
            "budgets.describe_budget_notifications_for_account",
            {"BudgetNotificationsForAccount": by_budget},
        ),
        Answer("budgets.describe_subscribers_for_notification", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, BudgetNotification)

    assert found == Evidence(gaps=(refused("budgets:ViewBudget", resource=f"{BUDGETS}/month"),))


def test_the_management_accounts_budgets() -> None:
    answers = (
        payer(ACCOUNT),
        Answer("budgets.describe_budgets", {"Budgets": [budget()]}),
        Answer(
            "budgets.describe_budget_notifications_for_account",
            {"BudgetNotificationsForAccount": []},
        ),
    )
    with answering(*answers) as connection:
        assert seen(connection, PayerBudgetNotification) == Evidence()
    with answering(*answers[:2]) as connection:
        assert [each.name for each in seen(connection, PayerBudget)] == ["month"]
        assert_made_as_declared(connection, PayerBudget, Payer)


def test_a_member_does_not_see_the_management_accounts_budgets() -> None:
    with answering(payer(MEMBER)) as connection:
        assert seen(connection, PayerBudget) == Evidence(gaps=(elsewhere("budgets:ViewBudget"),))


def test_an_account_that_stands_alone_has_no_payer() -> None:
    with answering(STANDS_ALONE) as connection:
        assert seen(connection, Payer) == Evidence()
    with answering(STANDS_ALONE) as connection:
        assert seen(connection, PayerBudget) == Evidence()


def test_who_pays_is_refused() -> None:
    with answering(Answer("organizations.describe_organization", error=DENIED)) as connection:
        assert seen(connection, PayerBudget) == Evidence(
            gaps=(refused("organizations:DescribeOrganization"),)
        )


MONITOR = f"arn:aws:ce::{ACCOUNT}:anomalymonitor/1"
SUBSCRIPTION = f"arn:aws:ce::{ACCOUNT}:anomalysubscription/1"


def monitors(*given: dict[str, Any]) -> Answer:
    named = [{"MonitorArn": MONITOR, "MonitorName": "m", **each} for each in given]
    return Answer("ce.get_anomaly_monitors", {"AnomalyMonitors": named}, {}, {"MaxResults": 100})


def monitor(**changes: Any) -> AnomalyMonitor:
    values: dict[str, Any] = {
        "arn": MONITOR,
        "owner": ACCOUNT,
        "organization": True,
        "dimension": "",
        "accounts": all_but(),
    }
    return AnomalyMonitor(**values | changes)


def test_anomaly_monitors_of_the_management_account() -> None:
    answer = monitors(
        {"MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"},
        {"MonitorType": "CUSTOM", "MonitorSpecification": linked(A)},
    )
    with answering(payer(ACCOUNT), answer) as connection:
        found = seen(connection, AnomalyMonitor)
        assert_made_as_declared(connection, AnomalyMonitor, Payer)

    assert found == Evidence((monitor(dimension="SERVICE"), monitor(accounts=only(A))))


def test_anomaly_monitors_of_a_member_are_its_own_and_others_are_not_seen() -> None:
    answer = monitors({"MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"})
    with answering(payer(MEMBER), answer) as connection:
        assert seen(connection, AnomalyMonitor) == Evidence(
            (monitor(dimension="SERVICE", organization=False),),
            (elsewhere("ce:GetAnomalyMonitors"),),
        )


def test_anomaly_monitors_of_an_account_that_stands_alone() -> None:
    answer = monitors({"MonitorType": "DIMENSIONAL", "MonitorDimension": "SERVICE"})
    with answering(STANDS_ALONE, answer) as connection:
        assert seen(connection, AnomalyMonitor) == Evidence(
            (monitor(dimension="SERVICE", organization=False),)
        )


def test_anomaly_subscribers_who_declined_are_not_counted() -> None:
    mail = {"Type": "EMAIL", "Address": "who@example.com"}
    given = {
        "SubscriptionArn": SUBSCRIPTION,
        "SubscriptionName": "s",
        "Frequency": "DAILY",
        "MonitorArnList": [MONITOR],
        "Subscribers": [{**mail, "Status": "DECLINED"}, {**mail, "Status": "CONFIRMED"}, mail],
    }
    answer = Answer("ce.get_anomaly_subscriptions", {"AnomalySubscriptions": [given]})
    with answering(payer(ACCOUNT), answer) as connection:
        found = seen(connection, AnomalySubscription)
        assert_made_as_declared(connection, AnomalySubscription, Payer)

    assert found == Evidence(
        (AnomalySubscription(arn=SUBSCRIPTION, monitors=(MONITOR,), subscribers=2),)
    )
    assert "who@example.com" not in repr(found)


@pytest.mark.parametrize(
    ("kind", "answers", "action"),
    [
        (Budget, (Answer("budgets.describe_budgets", error=DENIED),), "budgets:ViewBudget"),
        (
            AnomalyMonitor,
            (payer(ACCOUNT), Answer("ce.get_anomaly_monitors", error=DENIED)),
            "ce:GetAnomalyMonitors",
        ),
        (
            AnomalySubscription,
            (payer(ACCOUNT), Answer("ce.get_anomaly_subscriptions", error=DENIED)),
            "ce:GetAnomalySubscriptions",
        ),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], answers: tuple[Answer, ...], action: str) -> None:
    with answering(*answers) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
