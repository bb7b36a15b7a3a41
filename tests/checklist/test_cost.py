"""What the checks of "Cost" say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.cost import (
    budgets_budget_alert_configured,
    ce_anomaly_subscription_configured,
    cloudwatch_billing_alarm_configured,
    ec2_address_unassociated,
    ec2_nat_gateway_idle,
    ec2_volume_unattached,
    elb_load_balancer_idle,
    s3_bucket_incomplete_multipart_abort,
    s3_bucket_lifecycle_configured,
    s3_bucket_noncurrent_version_expiration,
)
from readiness.checklist.model import Check, Severity, Status
from readiness.evidence import Gap, Reason
from readiness.evidence.alarms import AlarmMetric, MetricAlarm
from readiness.evidence.balancing import (
    BalancerOwner,
    BalancerTraffic,
    ClassicLoadBalancer,
    LoadBalancer,
)
from readiness.evidence.billing import (
    Accounts,
    AnomalyMonitor,
    AnomalySubscription,
    Budget,
    BudgetNotification,
    PayerBudget,
    PayerBudgetNotification,
)
from readiness.evidence.compute import Instance
from readiness.evidence.egress import Address, NatGateway, NatTraffic
from readiness.evidence.savings import IdleRecommendation
from readiness.evidence.storage import (
    Bucket,
    BucketLifecycle,
    BucketObjects,
    BucketSize,
    BucketVersioning,
    LifecycleRule,
    Volume,
    VolumeActivity,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

PAYER = "999988887777"
OTHER = "444455556666"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


BUCKET = Bucket(arn="arn:aws:s3:::invoices", name="invoices", region=REGION, account=ACCOUNT)


def rule(**changes: Any) -> LifecycleRule:
    values: dict[str, Any] = {
        "enabled": True,
        "limit": "",
        "expires": False,
        "moves": False,
        "expires_noncurrent": False,
        "moves_noncurrent": False,
        "abort_days": None,
    }
    return LifecycleRule(**values | changes)


def lifecycle(*rules: LifecycleRule) -> BucketLifecycle:
    return BucketLifecycle(arn=BUCKET.arn, rules=rules)


def size(**storage: float) -> BucketSize:
    return BucketSize(arn=BUCKET.arn, bytes=storage)


def objects(*daily: float) -> BucketObjects:
    return BucketObjects(arn=BUCKET.arn, daily=daily)


def versioning(status: str) -> BucketVersioning:
    return BucketVersioning(arn=BUCKET.arn, status=status)


BARE = lifecycle()
NO_SIZE = size()
EMPTY = objects(0, 0, 0)


def volume(**changes: Any) -> Volume:
    values: dict[str, Any] = {
        "arn": arn("ec2", "volume/vol-1"),
        "id": "vol-1",
        "state": "available",
        "created": ago(100),
        "instances": (),
        "managed": False,
        "tags": {},
    }
    return Volume(**values | changes)


def activity(attached: datetime | None) -> VolumeActivity:
    return VolumeActivity(arn=volume().arn, attached=attached, since=ago(90))


INSTANCE = Instance(
    arn=arn("ec2", "instance/i-1"),
    id="i-1",
    type="m7g.large",
    state="running",
    launched=ago(100),
    managed=False,
    tags={},
)


def address(**changes: Any) -> Address:
    values: dict[str, Any] = {
        "arn": arn("ec2", "elastic-ip/eipalloc-1"),
        "public_ip": "192.0.2.1",
        "associated": True,
        "instance": "",
        "pool": "amazon",
        "managed_by": "",
        "tags": {},
    }
    return Address(**values | changes)


def balancer(kind: str = "application", **changes: Any) -> LoadBalancer:
    values: dict[str, Any] = {
        "arn": arn("elasticloadbalancing", "loadbalancer/app/web/1"),
        "name": "web",
        "type": kind,
        "scheme": "internet-facing",
        "created": ago(30),
        "zones": (f"{REGION}a", f"{REGION}b"),
    }
    return LoadBalancer(**values | changes)


def classic(**changes: Any) -> ClassicLoadBalancer:
    values: dict[str, Any] = {
        "arn": arn("elasticloadbalancing", "loadbalancer/old"),
        "name": "old",
        "scheme": "internet-facing",
        "created": ago(30),
        "zones": (f"{REGION}a",),
        "instances": ("i-1",),
    }
    return ClassicLoadBalancer(**values | changes)


def carried(busiest: float, of: str = "") -> BalancerTraffic:
    return BalancerTraffic(arn=of or balancer().arn, busiest_day=busiest)


OWNER = BalancerOwner(arn=balancer().arn, cluster="shop")


def gateway(**changes: Any) -> NatGateway:
    values: dict[str, Any] = {
        "arn": arn("ec2", "natgateway/nat-1"),
        "id": "nat-1",
        "state": "available",
        "created": ago(100),
        "vpc": "vpc-1",
        "subnet": "subnet-1",
        "regional": False,
        "public": True,
        "tags": {},
    }
    return NatGateway(**values | changes)


def nat_traffic(last: datetime | None) -> NatTraffic:
    return NatTraffic(arn=gateway().arn, carried=last, since=ago(90))


def price(of: str) -> IdleRecommendation:
    return IdleRecommendation(arn=of, monthly_savings=6.4, currency="USD")


OWN_BUDGET = f"arn:aws:budgets::{ACCOUNT}:budget/month"
PAYER_BUDGET = f"arn:aws:budgets::{PAYER}:budget/all"


def budget(**changes: Any) -> Budget:
    values: dict[str, Any] = {
        "arn": OWN_BUDGET,
        "name": "month",
        "type": "COST",
        "ends": datetime(2087, 6, 15, tzinfo=NOW.tzinfo),
        "healthy": True,
        "limit": 1000.0,
        "accounts": Accounts(),
    }
    return Budget(**values | changes)


def payer_budget(accounts: Accounts | None = None) -> PayerBudget:
    return PayerBudget(
        arn=PAYER_BUDGET,
        name="all",
        type="COST",
        ends=None,
        healthy=True,
        limit=9000.0,
        accounts=accounts or Accounts(),
    )


def told(**changes: Any) -> BudgetNotification:
    values: dict[str, Any] = {
        "arn": OWN_BUDGET,
        "type": "ACTUAL",
        "comparison": "GREATER_THAN",
        "threshold": 80.0,
        "percentage": True,
        "subscribers": 1,
    }
    return BudgetNotification(**values | changes)


PAYER_TOLD = PayerBudgetNotification(
    arn=PAYER_BUDGET,
    type="FORECASTED",
    comparison="GREATER_THAN",
    threshold=100.0,
    percentage=True,
    subscribers=2,
)


def only(*ids: str) -> Accounts:
    return Accounts(ids=ids, all_but=False)


def monitor(**changes: Any) -> AnomalyMonitor:
    values: dict[str, Any] = {
        "arn": f"arn:aws:ce::{PAYER}:anomalymonitor/1",
        "owner": PAYER,
        "organization": True,
        "dimension": "SERVICE",
        "accounts": Accounts(),
    }
    return AnomalyMonitor(**values | changes)


def subscription(subscribers: int = 1, to: str = "") -> AnomalySubscription:
    return AnomalySubscription(
        arn=f"arn:aws:ce::{PAYER}:anomalysubscription/1",
        monitors=(to or monitor().arn,),
        subscribers=subscribers,
    )


HOME = {"regions": ("us-east-1", REGION)}


def alarm(region: str = "us-east-1", **changes: Any) -> MetricAlarm:
    values: dict[str, Any] = {
        "arn": f"arn:aws:cloudwatch:{region}:{ACCOUNT}:alarm:spend",
        "name": "spend",
        "actions_enabled": True,
        "actions": (f"arn:aws:sns:{region}:{ACCOUNT}:spend",),
        "state": "OK",
        "since": ago(400),
        "missing_data": "missing",
        "metrics": (AlarmMetric(namespace="AWS/Billing", name="EstimatedCharges"),),
    }
    return MetricAlarm(**values | changes)


def charges_of(account: str) -> AlarmMetric:
    named = {"Currency": "USD", "LinkedAccount": account}
    return AlarmMetric(namespace="AWS/Billing", name="EstimatedCharges", dimensions=named)


def far_gap(region: str) -> Gap:
    return Gap(reason=Reason.DENIED, account=ACCOUNT, region=region, action="test:MetricAlarm")


ROWS: dict[Check[..., Any], list[Row]] = {
    s3_bucket_lifecycle_configured: [
        Row("a rule expires", PASS, (BUCKET, lifecycle(rule(expires=True)))),
        Row("a rule moves", PASS, (BUCKET, lifecycle(rule(moves=True)))),
        Row("a rule expires noncurrent versions", PASS, (BUCKET, lifecycle(rule(expires_noncurrent=True)))),
        Row("a rule moves noncurrent versions", PASS, (BUCKET, lifecycle(rule(moves_noncurrent=True)))),
        Row("a rule for a prefix", PASS, (BUCKET, lifecycle(rule(expires=True, limit="prefix tmp/"))), says="limited to prefix tmp/"),
        Row("no lifecycle", FAIL, (BUCKET, BARE, NO_SIZE)),
        Row("gone meanwhile", NOT_APPLICABLE, (BUCKET,), says="deleted during the scan"),
        Row("the rule is off", FAIL, (BUCKET, lifecycle(rule(enabled=False, expires=True)), NO_SIZE)),
        Row("only unfinished uploads are aborted", FAIL, (BUCKET, lifecycle(rule(abort_days=7)), NO_SIZE)),
        Row("Intelligent-Tiering", PASS, (BUCKET, BARE, size(IntelligentTieringFAStorage=60, IntelligentTieringIAStorage=31, StandardStorage=9)), says="91%"),
        Row("Intelligent-Tiering in part", FAIL, (BUCKET, BARE, size(IntelligentTieringFAStorage=80, StandardStorage=20))),
        Row("Intelligent-Tiering in part, half asked", PASS, (BUCKET, BARE, size(IntelligentTieringFAStorage=80, StandardStorage=20)), options={"intelligent_tiering_share": 0.5}),
        Row("empty for three days", NOT_APPLICABLE, (BUCKET, BARE, NO_SIZE, EMPTY)),
        Row("empty, with a rule", NOT_APPLICABLE, (BUCKET, lifecycle(rule(expires=True)), EMPTY)),
        Row("empty for two days", FAIL, (BUCKET, BARE, NO_SIZE, objects(0, 0))),
        Row("emptied today", FAIL, (BUCKET, BARE, NO_SIZE, objects(0, 5, 0, 0))),
        Row("filled again", FAIL, (BUCKET, BARE, NO_SIZE, objects(0, 0, 0, 5))),
        Row("no bucket", NOT_APPLICABLE),
        Row("buckets are dark", UNKNOWN, dark=[Bucket]),
        Row("a bucket's policy refuses", UNKNOWN, (BUCKET, NO_SIZE), gaps={BucketLifecycle: [dark_gap(BucketLifecycle, BUCKET.arn)]}),
        Row("the lifecycle is dark", UNKNOWN, (BUCKET, NO_SIZE), dark=[BucketLifecycle]),
        Row("the lifecycle is dark, all is in Intelligent-Tiering", PASS, (BUCKET, size(IntelligentTieringFAStorage=1000)), dark=[BucketLifecycle]),
        Row("sizes are dark, a rule expires", PASS, (BUCKET, lifecycle(rule(expires=True))), dark=[BucketSize]),
        Row("sizes are dark", UNKNOWN, (BUCKET, BARE), dark=[BucketSize]),
        Row("numbers of objects are dark", FAIL, (BUCKET, BARE, NO_SIZE), dark=[BucketObjects]),
        Row("numbers of objects are dark, a rule expires", PASS, (BUCKET, lifecycle(rule(expires=True))), dark=[BucketObjects]),
    ],
    s3_bucket_noncurrent_version_expiration: [
        Row("versions expire", PASS, (BUCKET, versioning("Enabled"), lifecycle(rule(expires_noncurrent=True)))),
        Row("versions below a prefix expire", PASS, (BUCKET, versioning("Enabled"), lifecycle(rule(expires_noncurrent=True, limit="prefix tmp/"))), says="limited to prefix tmp/"),
        Row("versions of a suspended bucket expire", PASS, (BUCKET, versioning("Suspended"), lifecycle(rule(expires_noncurrent=True)))),
        Row("versions stay", FAIL, (BUCKET, versioning("Enabled"), BARE)),
        Row("versions of a suspended bucket stay", FAIL, (BUCKET, versioning("Suspended"), lifecycle(rule(expires=True)))),
        Row("versions are moved only", FAIL, (BUCKET, versioning("Enabled"), lifecycle(rule(moves_noncurrent=True)))),
        Row("the rule is off", FAIL, (BUCKET, versioning("Enabled"), lifecycle(rule(enabled=False, expires_noncurrent=True)))),
        Row("never versioned", NOT_APPLICABLE, (BUCKET, versioning(""), BARE)),
        Row("gone meanwhile", NOT_APPLICABLE, (BUCKET, versioning("Enabled")), says="deleted during the scan"),
        Row("empty", NOT_APPLICABLE, (BUCKET, versioning("Enabled"), BARE, EMPTY)),
        Row("no bucket", NOT_APPLICABLE),
        Row("buckets are dark", UNKNOWN, dark=[Bucket]),
        Row("versioning is dark", UNKNOWN, (BUCKET, BARE), dark=[BucketVersioning]),
        Row("the lifecycle is dark", UNKNOWN, (BUCKET, versioning("Enabled")), dark=[BucketLifecycle]),
        Row("numbers of objects are dark", PASS, (BUCKET, versioning("Enabled"), lifecycle(rule(expires_noncurrent=True))), dark=[BucketObjects]),
    ],
    s3_bucket_incomplete_multipart_abort: [
        Row("after seven days", PASS, (BUCKET, lifecycle(rule(abort_days=7)))),
        Row("after eight days", FAIL, (BUCKET, lifecycle(rule(abort_days=8))), severity=Severity.LOW),
        Row("after eight days, thirty allowed", PASS, (BUCKET, lifecycle(rule(abort_days=8))), options={"abort_days": 30}),
        Row("the soonest rule counts", PASS, (BUCKET, lifecycle(rule(abort_days=30), rule(abort_days=1)))),
        Row("for a prefix only", FAIL, (BUCKET, lifecycle(rule(abort_days=7, limit="prefix tmp/")))),
        Row("the rule is off", FAIL, (BUCKET, lifecycle(rule(abort_days=7, enabled=False)))),
        Row("never", FAIL, (BUCKET, lifecycle(rule(expires=True)))),
        Row("gone meanwhile", NOT_APPLICABLE, (BUCKET,), says="deleted during the scan"),
        Row("empty", NOT_APPLICABLE, (BUCKET, BARE, EMPTY)),
        Row("no bucket", NOT_APPLICABLE),
        Row("buckets are dark", UNKNOWN, dark=[Bucket]),
        Row("the lifecycle is dark", UNKNOWN, (BUCKET,), dark=[BucketLifecycle]),
        Row("numbers of objects are dark", PASS, (BUCKET, lifecycle(rule(abort_days=7))), dark=[BucketObjects]),
    ],
    ec2_volume_unattached: [
        Row("attached", PASS, (volume(state="in-use"),)),
        Row("attached a week ago", PASS, (volume(), activity(ago(7)))),
        Row("attached three weeks ago", FAIL, (volume(), activity(ago(21)))),
        Row("attached three weeks ago, a month allowed", PASS, (volume(), activity(ago(21))), options={"unattached_volume_days": 30}),
        Row("never seen attached", FAIL, (volume(), activity(None))),
        Row("never seen attached, at a price", FAIL, (volume(), activity(None), price(volume().arn)), says="USD 6.40 a month"),
        Row("the price is dark", FAIL, (volume(), activity(None)), dark=[IdleRecommendation]),
        Row("never seen attached in less than is asked", UNKNOWN, (volume(created=ago(400)), activity(None)), options={"unattached_volume_days": 180}),
        Row("young", NOT_APPLICABLE, (volume(created=ago(13)), activity(None))),
        Row("operated by AWS", NOT_APPLICABLE, (volume(managed=True),)),
        Row("gone", NOT_APPLICABLE, (volume(),)),
        Row("no volume", NOT_APPLICABLE),
        Row("volumes are dark", UNKNOWN, dark=[Volume]),
        Row("activity is dark", UNKNOWN, (volume(),), dark=[VolumeActivity]),
        Row("activity is dark, but it is attached", PASS, (volume(state="in-use"),), dark=[VolumeActivity]),
    ],
    ec2_address_unassociated: [
        Row("of a network interface", PASS, (address(),)),
        Row("of a running instance", PASS, (address(instance=INSTANCE.arn), INSTANCE)),
        Row("of a stopped instance", FAIL, (address(instance=INSTANCE.arn), replace(INSTANCE, state="stopped")), says="i-1"),
        Row("of an instance that is not ours", PASS, (address(instance=INSTANCE.arn),)),
        Row("of nothing", FAIL, (address(associated=False),), severity=Severity.LOW),
        Row("brought along", NOT_APPLICABLE, (address(associated=False, pool="ipv4pool-ec2-1"),)),
        Row("of a pool of IPAM, in use", PASS, (address(pool="ipam-pool-1"),)),
        Row("of a pool of IPAM, unused", UNKNOWN, (address(associated=False, pool="ipam-pool-1"),), says="whether AWS bills"),
        Row("managed by a load balancer", NOT_APPLICABLE, (address(associated=False, managed_by="alb"),)),
        Row("no address", NOT_APPLICABLE),
        Row("addresses are dark", UNKNOWN, dark=[Address]),
        Row("instances are dark", UNKNOWN, (address(instance=INSTANCE.arn),), dark=[Instance]),
        Row("instances are dark, and it is none's", PASS, (address(),), dark=[Instance]),
    ],
    elb_load_balancer_idle: [
        Row("a hundred requests on a day", PASS, (balancer(), carried(100))),
        Row("ninety-nine", FAIL, (balancer(), carried(99)), says="99 requests"),
        Row("ninety-nine, ten asked", PASS, (balancer(), carried(99)), options={"busy_day_requests": 10}),
        Row("one byte through a network load balancer", PASS, (balancer("network"), carried(1))),
        Row("one byte through a gateway load balancer", PASS, (balancer("gateway"), carried(1))),
        Row("no byte through a network load balancer", FAIL, (balancer("network"), carried(0)), says="0 bytes"),
        Row("made by an EKS cluster", FAIL, (balancer(), carried(0), OWNER), says="the EKS cluster shop"),
        Row("who made it is dark", FAIL, (balancer(), carried(0)), dark=[BalancerOwner]),
        Row("younger than a week", NOT_APPLICABLE, (balancer(created=ago(6)), carried(0))),
        Row("a Classic with requests", PASS, (classic(), carried(100, classic().arn))),
        Row("a Classic without requests", FAIL, (classic(), carried(5, classic().arn))),
        Row("a Classic without instances", FAIL, (classic(instances=()), carried(500, classic().arn)), says="has no instance"),
        Row("a Classic without instances, two days old", FAIL, (classic(instances=(), created=ago(2)),)),
        Row("a Classic without instances, an hour old", NOT_APPLICABLE, (classic(instances=(), created=ago(0.04)),)),
        Row("gone", NOT_APPLICABLE, (balancer(),)),
        Row("no load balancer", NOT_APPLICABLE),
        Row("load balancers are dark", UNKNOWN, dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, dark=[ClassicLoadBalancer]),
        Row("traffic is dark", UNKNOWN, (balancer(),), dark=[BalancerTraffic]),
    ],
    ec2_nat_gateway_idle: [
        Row("carried data yesterday", PASS, (gateway(), nat_traffic(ago(1)))),
        Row("carried data 31 days ago", FAIL, (gateway(), nat_traffic(ago(31)))),
        Row("carried data 31 days ago, 60 asked", PASS, (gateway(), nat_traffic(ago(31))), options={"idle_days": 60}),
        Row("never carried a byte", FAIL, (gateway(), nat_traffic(None))),
        Row("never carried a byte, at a price", FAIL, (gateway(), nat_traffic(None), price(gateway().arn)), says="USD 6.40 a month"),
        Row("the price is dark", FAIL, (gateway(), nat_traffic(None)), dark=[IdleRecommendation]),
        Row("no byte in less than is asked", UNKNOWN, (gateway(created=ago(400)), nat_traffic(None)), options={"idle_days": 180}),
        Row("younger than 30 days", NOT_APPLICABLE, (gateway(created=ago(29)), nat_traffic(None))),
        Row("being made", NOT_APPLICABLE, (gateway(state="pending"),)),
        Row("gone", NOT_APPLICABLE, (gateway(),)),
        Row("no gateway", NOT_APPLICABLE),
        Row("gateways are dark", UNKNOWN, dark=[NatGateway]),
        Row("traffic is dark", UNKNOWN, (gateway(),), dark=[NatTraffic]),
    ],
    budgets_budget_alert_configured: [
        Row("at 80 % of its own budget", {"budget/month": PASS}, (budget(), told())),
        Row("at exactly 100 %", PASS, (budget(), told(threshold=100.0))),
        Row("at 120 %", FAIL, (budget(), told(threshold=120.0))),
        Row("at 120 %, 150 allowed", PASS, (budget(), told(threshold=120.0)), options={"threshold_percent": 150}),
        Row("at an amount below the limit", PASS, (budget(), told(threshold=900.0, percentage=False))),
        Row("at an amount above the limit", FAIL, (budget(), told(threshold=1100.0, percentage=False))),
        Row("at an amount, without a limit to compare it with", UNKNOWN, (budget(limit=None), told(threshold=1100.0, percentage=False)), says="names no limit"),
        Row("at an amount without a limit, and at 80 %", PASS, (budget(limit=None), told(threshold=1100.0, percentage=False), told())),
        Row("when spend is low", FAIL, (budget(), told(comparison="LESS_THAN"))),
        Row("nobody is subscribed", FAIL, (budget(), told(subscribers=0))),
        Row("no notification", FAIL, (budget(),), says="1 cost budgets"),
        Row("a usage budget", FAIL, (budget(type="USAGE"), told()), says="no cost budget"),
        Row("an ended budget", FAIL, (budget(ends=ago(1)), told())),
        Row("an unhealthy budget", FAIL, (budget(healthy=False), told())),
        Row("its own, about another account", FAIL, (budget(accounts=only(OTHER)), told())),
        Row("the payer's for all", {"budget/all": PASS}, (payer_budget(), PAYER_TOLD)),
        Row("the payer's for this account", PASS, (payer_budget(only(ACCOUNT)), PAYER_TOLD)),
        Row("the payer's for another account", FAIL, (payer_budget(only(OTHER)), PAYER_TOLD)),
        Row("the payer's for all but this", FAIL, (payer_budget(Accounts(ids=(ACCOUNT,))), PAYER_TOLD)),
        Row("none at all", FAIL, severity=Severity.HIGH),
        Row("the payer's are dark, its own suffices", PASS, (budget(), told()), dark=[PayerBudget, PayerBudgetNotification]),
        Row("the payer's are dark", UNKNOWN, dark=[PayerBudget, PayerBudgetNotification]),
        Row("its own are dark, the payer's suffices", PASS, (payer_budget(), PAYER_TOLD), dark=[Budget, BudgetNotification]),
        Row("its own are dark", UNKNOWN, dark=[Budget]),
        Row("its own notifications are dark", UNKNOWN, (budget(),), dark=[BudgetNotification]),
        Row("the payer's notifications are dark", UNKNOWN, (payer_budget(),), dark=[PayerBudgetNotification]),
    ],
    ce_anomaly_subscription_configured: [
        Row("all services of the organization", PASS, (monitor(), subscription())),
        Row("all linked accounts", PASS, (monitor(dimension="LINKED_ACCOUNT"), subscription())),
        Row("a custom monitor names the account", PASS, (monitor(dimension="", accounts=only(ACCOUNT)), subscription())),
        Row("a custom monitor names another", FAIL, (monitor(dimension="", accounts=only(OTHER)), subscription())),
        Row("a custom monitor of a tag", FAIL, (monitor(dimension=""), subscription())),
        Row("a monitor of a tag", FAIL, (monitor(dimension="TAG"), subscription())),
        Row("everybody declined", FAIL, (monitor(), subscription(0)), says="nobody is told"),
        Row("the subscription is to another monitor", FAIL, (monitor(), subscription(to=f"{monitor().arn}2"))),
        Row("the monitor of another account", FAIL, (monitor(owner=OTHER, organization=False), subscription())),
        Row("the account's own monitor", PASS, (monitor(owner=ACCOUNT, organization=False), subscription())),
        Row("none at all", FAIL, severity=Severity.HIGH),
        Row("monitors are dark", UNKNOWN, (subscription(),), dark=[AnomalyMonitor]),
        Row("subscriptions are dark", UNKNOWN, (monitor(),), dark=[AnomalySubscription]),
    ],
    cloudwatch_billing_alarm_configured: [
        Row("an alarm on charges", {"spend": PASS}, (alarm(),), unit=HOME),
        Row("of which there was no data for a day", PASS, (alarm(state="INSUFFICIENT_DATA", since=ago(1)),), unit=HOME),
        Row("of which there was no data for three days", FAIL, (alarm(state="INSUFFICIENT_DATA", since=ago(3)),), unit=HOME, says="no data for 3 days"),
        Row("without an action", FAIL, (alarm(actions=()),), unit=HOME, says="has no action"),
        Row("switched off", FAIL, (alarm(actions_enabled=False),), unit=HOME, says="switched off"),
        Row("one is mute, another is heard", PASS, (alarm(actions=()), alarm()), unit=HOME),
        Row("on another metric", FAIL, (alarm(metrics=(AlarmMetric(namespace="AWS/EC2", name="CPUUtilization"),)),), unit=HOME),
        Row("in another region", FAIL, (alarm(REGION),), unit=HOME),
        Row("on the charges of this account", PASS, (alarm(metrics=(charges_of(ACCOUNT),)),), unit=HOME),
        Row("on the charges of another account", FAIL, (alarm(metrics=(charges_of("444455556666"),)),), unit=HOME),
        Row("none", FAIL, unit=HOME, severity=Severity.MEDIUM),
        Row("none, and us-east-1 is not scanned", UNKNOWN, unit={"regions": (REGION,)}, says="us-east-1"),
        Row("alarms are dark", UNKNOWN, dark=[MetricAlarm], unit=HOME),
        Row("us-east-1 is dark", UNKNOWN, gaps={MetricAlarm: [far_gap("us-east-1")]}, unit=HOME),
        Row("another region is dark", FAIL, gaps={MetricAlarm: [far_gap(REGION)]}, unit=HOME),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


LIFECYCLES = "cost/clean-up-old-data-with-s3-lifecycle-settings"
UNUSED = "cost/clean-up-unused-resources"
ALARMS = "cost/create-billing-alarms"

VERDICTS: dict[str, tuple[str, Status, tuple[Any, ...], tuple[type[Any], ...]]] = {
    "only parts of uploads are left": (LIFECYCLES, PASS, (BUCKET, lifecycle(rule(expires=True)), versioning("")), ()),
    "a bare bucket": (LIFECYCLES, FAIL, (BUCKET, BARE, NO_SIZE, versioning("")), ()),
    "an empty bucket": (LIFECYCLES, NOT_APPLICABLE, (BUCKET, BARE, EMPTY, versioning("")), ()),
    "nothing that could be idle": (UNUSED, NOT_APPLICABLE, (), ()),
    "an idle gateway beside a busy load balancer": (UNUSED, FAIL, (balancer(), carried(100), gateway(), nat_traffic(None)), ()),
    "an address alone, of nothing": (UNUSED, FAIL, (address(associated=False),), ()),
    "an address of nothing beside a busy load balancer": (UNUSED, PASS, (address(associated=False), balancer(), carried(100)), ()),
    "a budget is enough": (ALARMS, PASS, (budget(), told()), (AnomalyMonitor,)),
    "an anomaly subscription is enough": (ALARMS, PASS, (monitor(), subscription()), (Budget,)),
    "an alarm could be in a region that is not scanned": (ALARMS, UNKNOWN, (), ()),
    "no organization role, no budget": (ALARMS, UNKNOWN, (), (PayerBudget, PayerBudgetNotification)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("item", "expected", "seen", "dark"),
    [pytest.param(*row, id=name) for name, row in VERDICTS.items()],
)
def test_the_item_says(
    item: str, expected: Status, seen: tuple[Any, ...], dark: tuple[type[Any], ...]
) -> None:
    assert verdict_of(item, seen, dark) is expected
