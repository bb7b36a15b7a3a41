"""Look at Cost Explorer, once per organization: every request costs USD 0.01."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from readiness.evidence import Evidence, Gap, account_of
from readiness.evidence.billing import (
    AnomalyMonitor,
    AnomalySubscription,
    CostAllocationTag,
    Payer,
    TaggedCost,
)
from readiness.evidence.commitments import CommitmentCoverage, CommitmentUse, CostHubEnrollment
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.budgets import other_payers
from readiness.probes.filters import accounts_of

#: As many as an answer may hold, so that one request does.
PAGE = 100


@probe(AnomalyMonitor, "ce.get_anomaly_monitors")
def anomaly_monitors(aws: Aws, payers: Evidence[Payer]) -> Iterator[AnomalyMonitor | Gap]:
    pays = any(payer.account == aws.account for payer in payers)
    for each in aws.pages("ce.get_anomaly_monitors", "AnomalyMonitors", MaxResults=PAGE):
        yield AnomalyMonitor(
            arn=each["MonitorArn"],
            owner=account_of(each["MonitorArn"]),
            organization=pays,
            dimension=each.get("MonitorDimension", ""),
            accounts=accounts_of(each.get("MonitorSpecification", {})),
        )
    yield from other_payers(aws, payers, "ce:GetAnomalyMonitors")


@probe(AnomalySubscription, "ce.get_anomaly_subscriptions")
def anomaly_subscriptions(aws: Aws, payers: Evidence[Payer]) -> Iterator[AnomalySubscription | Gap]:
    for each in aws.pages("ce.get_anomaly_subscriptions", "AnomalySubscriptions", MaxResults=PAGE):
        yield AnomalySubscription(
            arn=each["SubscriptionArn"],
            monitors=tuple(each["MonitorArnList"]),
            subscribers=sum(who.get("Status") != "DECLINED" for who in each["Subscribers"]),
        )
    yield from other_payers(aws, payers, "ce:GetAnomalySubscriptions")


def pays(aws: Aws, payers: Evidence[Payer]) -> bool:
    """Whether the account pays for itself; raises where that was not seen."""
    return all(payer.account == aws.account for payer in payers)


@probe(CostAllocationTag, "ce.list_cost_allocation_tags")
def cost_allocation_tags(aws: Aws) -> Iterator[CostAllocationTag]:
    for each in aws.pages(
        "ce.list_cost_allocation_tags", "CostAllocationTags", Status="Active", MaxResults=1000
    ):
        key = each["TagKey"]
        yield CostAllocationTag(arn=aws.arn("ce", f"tag/{key}", region=""), key=key)


@probe(TaggedCost, "ce.get_cost_and_usage")
def tagged_costs(
    aws: Aws, payers: Evidence[Payer], tags: Evidence[CostAllocationTag]
) -> Iterator[TaggedCost | Gap]:
    active = {each.key for each in tags.seen}
    for tag in aws.connection.cost_tags:
        costs: dict[str, dict[bool, float]] = {}
        currency = ""
        for (account, value), amount, unit in _costs(aws, _by("TAG", tag)):
            currency = unit
            # Values come as `tag$value`, and as `tag$` where there is none.
            tagged = bool(value.partition("$")[2])
            of_account = costs.setdefault(account, {True: 0.0, False: 0.0})
            of_account[tagged] += amount
        rest: dict[str, dict[str, float]] = {}
        # What an inactive tag leaves out is everything.
        if (tag in active or tags.gaps) and any(each[False] for each in costs.values()):
            without = {"Tags": {"Key": tag, "MatchOptions": ["ABSENT"]}}
            for (account, service), amount, _ in _costs(
                aws, _by("DIMENSION", "SERVICE"), Filter=without
            ):
                rest.setdefault(account, {})[service] = amount
        for account, each in costs.items():
            yield TaggedCost(
                account=account,
                tag=tag,
                total=each[True] + each[False],
                tagged=each[True],
                untagged=rest.get(account, {}),
                currency=currency,
            )
        yield TaggedCost(
            account="",
            tag=tag,
            total=sum(each[True] + each[False] for each in costs.values()),
            tagged=sum(each[True] for each in costs.values()),
            untagged={},
            currency=currency,
        )
    yield from other_payers(aws, payers, "ce:GetCostAndUsage")


def _by(kind: str, key: str) -> list[dict[str, str]]:
    return [{"Type": "DIMENSION", "Key": "LINKED_ACCOUNT"}, {"Type": kind, "Key": key}]


def _costs(
    aws: Aws, groups: list[dict[str, str]], **more: Any
) -> Iterator[tuple[tuple[str, str], float, str]]:
    """Yield what the last full month cost by account and another key: the keys, amount and currency."""
    end = aws.now.astimezone(UTC).replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    for period in aws.pages(
        "ce.get_cost_and_usage",
        "ResultsByTime",
        TimePeriod={"Start": f"{start:%Y-%m-%d}", "End": f"{end:%Y-%m-%d}"},
        Granularity="MONTHLY",
        Metrics=["UnblendedCost"],
        GroupBy=groups,
        **more,
    ):
        for each in period.get("Groups") or ():
            account, key = each["Keys"]
            cost = each["Metrics"]["UnblendedCost"]
            yield (account, key), float(cost["Amount"]), cost["Unit"]


#: How far back commitments are looked at.
COMMITMENT_DAYS = 30


def _period(now: datetime) -> dict[str, str]:
    end = now.astimezone(UTC)
    start = end - timedelta(days=COMMITMENT_DAYS)
    return {"Start": f"{start:%Y-%m-%d}", "End": f"{end:%Y-%m-%d}"}


@probe(CommitmentCoverage, "ce.get_savings_plans_coverage", "ce.get_reservation_coverage")
def commitment_coverage(
    aws: Aws, payers: Evidence[Payer], hubs: Evidence[CostHubEnrollment]
) -> Iterator[CommitmentCoverage | Gap]:
    """Only where Cost Optimization Hub, which is free, does not tell more."""
    if any(each.active for each in hubs):
        return
    yield from other_payers(aws, payers, "ce:GetSavingsPlansCoverage")
    if not pays(aws, payers):
        return
    covered = open_ = 0.0
    # Savings Plans cannot be grouped by account: the organization is told as a whole.
    for each in aws.pages(
        "ce.get_savings_plans_coverage",
        "SavingsPlansCoverages",
        TimePeriod=_period(aws.now),
        Granularity="MONTHLY",
    ):
        coverage = each["Coverage"]
        covered += float(coverage.get("SpendCoveredBySavingsPlans") or 0)
        open_ += float(coverage.get("OnDemandCost") or 0)
    answer = aws.get(
        "ce.get_reservation_coverage", TimePeriod=_period(aws.now), Granularity="MONTHLY"
    )
    hours = (answer.get("Total") or {}).get("CoverageHours") or {}
    yield CommitmentCoverage(
        arn=aws.arn("ce", "coverage", region=""),
        share=_share(covered, open_, hours),
    )


def _share(covered: float, open_: float, hours: Mapping[str, str]) -> float | None:
    """Put hours under reservations and the spend that was left for Savings Plans together."""
    running = float(hours.get("TotalRunningHours") or 0)
    spend = covered + open_
    if not running and not spend:
        return None
    reserved = float(hours.get("ReservedHours") or 0) / running if running else 0.0
    return reserved + (1 - reserved) * (covered / spend if spend else 0.0)


@probe(CommitmentUse, "ce.get_savings_plans_utilization", "ce.get_reservation_utilization")
def commitment_uses(aws: Aws, payers: Evidence[Payer]) -> Iterator[CommitmentUse | Gap]:
    def look(kind: str) -> Iterator[CommitmentUse]:
        period: dict[str, Any] = {"TimePeriod": _period(aws.now), "Granularity": "MONTHLY"}
        if kind == "Savings Plans":
            answer = aws.get("ce.get_savings_plans_utilization", **period)
            said = answer["Total"]["Utilization"]
            bought = said.get("TotalCommitment")
        else:
            answer = aws.get("ce.get_reservation_utilization", **period)
            said = answer.get("Total") or {}
            bought = said.get("PurchasedHours")
        percent = float(said.get("UtilizationPercentage") or 0)
        yield CommitmentUse(
            arn=aws.arn("ce", f"utilization/{kind}", region=""),
            kind=kind,
            percent=percent if float(bought or 0) else None,
        )

    yield from other_payers(aws, payers, "ce:GetSavingsPlansUtilization")
    if pays(aws, payers):
        kinds: list[Any] = ["Savings Plans", "reserved instances"]
        yield from aws.each(kinds, look, arn=str)
