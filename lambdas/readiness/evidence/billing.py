"""Spend: the budgets, anomaly subscriptions and notifications that tell somebody of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class Accounts:
    """The accounts a budget or a monitor looks at: these, or all but these."""

    ids: tuple[str, ...] = ()
    all_but: bool = True

    def include(self, account: str) -> bool:
        return (account in self.ids) != self.all_but

    def name(self, account: str) -> bool:
        """Whether the account is named, and not merely among all."""
        return not self.all_but and account in self.ids


@record(Scope.ORGANIZATION, "paying account")
class Payer:
    """The management account, which pays for the others. Source: organizations.DescribeOrganization."""

    #: The organization's ARN.
    arn: str
    account: str


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """What is known of a budget, whoever made it."""

    arn: str
    name: str
    #: COST, USAGE, …
    type: str
    #: None where it goes on for ever.
    ends: datetime | None
    #: Whether AWS can still read what it is about.
    healthy: bool
    #: None where each period has its own.
    limit: float | None
    accounts: Accounts


@record(Scope.ACCOUNT, "budget")
class Budget(BudgetFacts):
    """A budget of the account's own. Source: budgets.DescribeBudgets."""


@record(Scope.ORGANIZATION, "budget of the paying account")
class PayerBudget(BudgetFacts):
    """A budget of the management account. Source: budgets.DescribeBudgets."""


@dataclass(frozen=True, kw_only=True)
class NotificationFacts:
    """When somebody is told of a cost budget. Source: budgets.DescribeSubscribersForNotification."""

    #: The budget's ARN.
    arn: str
    #: ACTUAL or FORECASTED.
    type: str
    #: GREATER_THAN, LESS_THAN or EQUAL_TO.
    comparison: str
    threshold: float
    #: Whether the threshold is a percentage of the budget's limit, or an amount.
    percentage: bool
    #: How many are told; their addresses are not kept.
    subscribers: int


@record(Scope.ACCOUNT, "budget's notification")
class BudgetNotification(NotificationFacts):
    """A notification of a cost budget of the account's own."""


@record(Scope.ORGANIZATION, "notification of the paying account's budget")
class PayerBudgetNotification(NotificationFacts):
    """A notification of a cost budget of the management account."""


@record(Scope.ORGANIZATION, "cost anomaly monitor")
class AnomalyMonitor:
    """What Cost Anomaly Detection looks at. Source: ce.GetAnomalyMonitors."""

    arn: str
    #: The account that made it.
    owner: str
    #: Whether the owner pays for every member, and so its monitors see them.
    organization: bool
    #: SERVICE, LINKED_ACCOUNT, TAG or COST_CATEGORY; empty for a custom one.
    dimension: str
    #: The accounts that a custom monitor is limited to.
    accounts: Accounts


@record(Scope.ORGANIZATION, "cost anomaly subscription")
class AnomalySubscription:
    """Who is told of a cost anomaly. Source: ce.GetAnomalySubscriptions."""

    arn: str
    #: The ARNs of the monitors.
    monitors: tuple[str, ...]
    #: How many did not decline; their addresses are not kept.
    subscribers: int


#: The tag that tells what spend is for, unless the configuration names another.
COST_TAG = "application"


@record(Scope.ORGANIZATION, "cost allocation tag")
class CostAllocationTag:
    """A tag that is active for cost allocation. Source: ce.ListCostAllocationTags."""

    #: Built from its key.
    arn: str
    key: str


@record(Scope.ORGANIZATION, "cost of an account by a tag")
class TaggedCost:
    """What an account cost in the last full month, and what of it has a tag. Source: ce.GetCostAndUsage."""

    account: str
    tag: str
    total: float
    tagged: float
    #: What has no such tag, by service.
    untagged: Mapping[str, float]
    currency: str

    @property
    def arn(self) -> str:
        return cost_of(self.account, self.tag)


def cost_of(account: str, tag: str) -> str:
    """Name the cost of an account by a tag; without an account that of all whose costs were asked for."""
    return f"{account}#{tag}"


@record(Scope.ORGANIZATION, "cost export")
class CostExport:
    """A data export of Billing. Source: bcm-data-exports.ListExports."""

    arn: str
    name: str
    healthy: bool


@record(Scope.ORGANIZATION, "cost and usage report")
class CostReport:
    """A Cost and Usage Report. Source: cur.DescribeReportDefinitions."""

    #: Built from its name.
    arn: str
    name: str
    #: Whether it was last delivered.
    healthy: bool
