"""Look at Cost Anomaly Detection, once per organization: every request costs USD 0.01."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap, account_of
from readiness.evidence.billing import AnomalyMonitor, AnomalySubscription, Payer
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
