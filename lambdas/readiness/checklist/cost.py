"""Judge the items of the category "Cost"."""

from __future__ import annotations

from datetime import datetime

from readiness.checklist.capacity import (
    autoscaling_group_dynamic_scaling,
    autoscaling_group_worker_spot,
    batch_compute_environment_spot,
    dynamodb_table_capacity_elastic,
    ec2_capacity_reservation_used,
    ec2_instance_in_scaling_group,
    ecs_service_scaling_policy,
    ecs_service_worker_spot,
    kinesis_stream_on_demand,
)
from readiness.checklist.hosts import (
    container_platform_in_use,
    ec2_instance_container_host,
    ec2_instance_lambda_candidate,
    lambda_function_in_use,
    repo_container_build_present,
    repo_serverless_definition_present,
)
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    gone,
    item,
    not_applicable,
    passed,
    some,
    unknown,
)
from readiness.checklist.rightsizing import (
    compute_optimizer_instance_finding,
    ec2_instance_current_generation,
    ec2_instance_low_utilization,
    ec2_instance_offhours_stopped,
    ec2_instance_stopped_too_long,
    rds_instance_idle,
    rds_instance_offhours_stopped,
)
from readiness.checklist.spending import (
    billing_cost_export_configured,
    ce_commitment_utilization,
    ce_cost_allocation_coverage,
    cloudtrail_cost_analysis_activity,
    commitment_expiring,
    cost_hub_commitment_recommendation,
    repo_cost_estimate_present,
    wellarchitected_workload_cost_review,
)
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.alarms import AlarmMetric, MetricAlarm
from readiness.evidence.balancing import (
    BalancerOwner,
    BalancerTraffic,
    ClassicLoadBalancer,
    LoadBalancer,
)
from readiness.evidence.billing import (
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
    Volume,
    VolumeActivity,
)

EMPTY = "held no object on the last three days that were measured"


def _empty(bucket: Bucket, objects: Evidence[BucketObjects]) -> bool:
    """Whether a bucket is known to be empty; where the metrics are refused or absent it is not."""
    found = objects.glimpse(bucket.arn)
    return found is not None and found.empty


@check(Severity.MEDIUM)
def s3_bucket_lifecycle_configured(
    bucket: Bucket,
    lifecycles: Evidence[BucketLifecycle],
    sizes: Evidence[BucketSize],
    objects: Evidence[BucketObjects],
    *,
    intelligent_tiering_share: float = 0.9,
) -> Result:
    """Data that nobody reads any more is paid for every month, for ever.

    Pass: an enabled lifecycle rule expires objects or moves them to cheaper storage, or at least
    90 % of the bytes lie in Intelligent-Tiering.
    Fix: add a lifecycle rule that expires objects or moves them on; archives that must never
    expire can move.
    Blind spot: a rule limited to a prefix or a tag passes, whatever lies outside it; the limit is
    printed. Directory buckets are not looked at.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html
    """
    if _empty(bucket, objects):
        return not_applicable(EMPTY)
    for record in lifecycles.about(bucket.arn) | sizes.about(bucket.arn):
        if isinstance(record, BucketLifecycle):
            shrinking = [rule for rule in record.rules if rule.shrinks]
            if shrinking:
                whole = any(not rule.limit for rule in shrinking)
                limit = "" if whole else f", limited to {shrinking[0].limit}"
                return passed(f"has a lifecycle rule that expires or moves data{limit}")
        elif _tiered(record) >= intelligent_tiering_share:
            return passed(f"keeps {_tiered(record):.0%} of its bytes in Intelligent-Tiering")
    if lifecycles.of(bucket.arn) is None:
        return gone()
    return failed("has no enabled lifecycle rule that expires or moves data")


def _tiered(size: BucketSize) -> float:
    """Return the share of a bucket's bytes that lie in Intelligent-Tiering."""
    tiered = sum(
        number for kind, number in size.bytes.items() if kind.startswith("IntelligentTiering")
    )
    return tiered / max(sum(size.bytes.values()), 1)


@check(Severity.MEDIUM)
def s3_bucket_noncurrent_version_expiration(
    bucket: Bucket,
    versioning: Evidence[BucketVersioning],
    lifecycles: Evidence[BucketLifecycle],
    objects: Evidence[BucketObjects],
) -> Result:
    """In a versioned bucket nothing is ever deleted, unless old versions expire.

    Pass: the bucket is or was versioned, and an enabled rule expires noncurrent versions.
    Fix: add a lifecycle rule that expires noncurrent versions after 30 to 90 days.
    Blind spot: a rule limited to a prefix or a tag passes, whatever lies outside it; the limit is
    printed.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html
    """
    if _empty(bucket, objects):
        return not_applicable(EMPTY)
    found = versioning.of(bucket.arn)
    if found is None:
        return gone()
    if not found.status:
        return not_applicable("was never versioned")
    lifecycle = lifecycles.of(bucket.arn)
    if lifecycle is None:
        return gone()
    expiring = [rule for rule in lifecycle.rules if rule.enabled and rule.expires_noncurrent]
    if expiring:
        whole = any(not rule.limit for rule in expiring)
        limit = "" if whole else f", limited to {expiring[0].limit}"
        return passed(f"expires noncurrent versions{limit}")
    return failed(f"keeps noncurrent versions for ever (versioning: {found.status})")


@check(Severity.LOW)
def s3_bucket_incomplete_multipart_abort(
    bucket: Bucket,
    lifecycles: Evidence[BucketLifecycle],
    objects: Evidence[BucketObjects],
    *,
    abort_days: int = 7,
) -> Result:
    """The parts of an upload that broke off are invisible in listings, and billed.

    Pass: an enabled rule for the whole bucket aborts unfinished multipart uploads within 7 days.
    Fix: add a lifecycle rule without a filter that aborts incomplete multipart uploads after 7
    days.
    See: https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
    """
    if _empty(bucket, objects):
        return not_applicable(EMPTY)
    lifecycle = lifecycles.of(bucket.arn)
    if lifecycle is None:
        return gone()
    days = [
        rule.abort_days
        for rule in lifecycle.rules
        if rule.enabled and not rule.limit and rule.abort_days is not None
    ]
    if days and min(days) <= abort_days:
        return passed(f"aborts unfinished multipart uploads after {min(days)} days")
    if days:
        return failed(f"aborts unfinished multipart uploads only after {min(days)} days")
    return failed("has no rule for the whole bucket that aborts unfinished multipart uploads")


def _unlooked(what: str, since: datetime, unit: Unit) -> Result:
    days = f"{unit.age_days(since):.0f} days"
    return unknown(
        Reason.NOT_SCANNED, f"showed no {what} in the last {days}, all that is looked at"
    )


def _price(arn: str, savings: Evidence[IdleRecommendation]) -> str:
    """Say what an idle resource costs, where Compute Optimizer knows it."""
    found = savings.glimpse(arn)
    return f", for {found.currency} {found.monthly_savings:.2f} a month" if found else ""


@check(Severity.MEDIUM)
def ec2_volume_unattached(
    volume: Volume,
    activity: Evidence[VolumeActivity],
    savings: Evidence[IdleRecommendation],
    unit: Unit,
    *,
    unattached_volume_days: int = 14,
) -> Result:
    """An unattached volume costs as much as one in use.

    Pass: the volume is attached, or was within the last 14 days.
    Fix: take a snapshot of the volume and delete it.
    Blind spot: EBS keeps no date of detaching; it publishes metrics only while a volume is
    attached, so the last number tells. They are looked at for 90 days.
    See: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-volume.html
    """
    if volume.managed:
        return not_applicable("is operated by a service of AWS")
    if volume.state != "available":
        return passed(f"is {volume.state}")
    if unit.age_days(volume.created) < unattached_volume_days:
        return not_applicable(f"is younger than {unattached_volume_days} days")
    found = activity.of(volume.arn)
    if found is None:
        return not_applicable("was attached or deleted during the scan")
    if found.attached and unit.age_days(found.attached) <= unattached_volume_days:
        return passed(f"was attached {unit.age_days(found.attached):.0f} days ago")
    if unit.age_days(found.since) < unattached_volume_days:
        return _unlooked("sign of use", found.since, unit)
    return failed(
        f"has been attached to nothing for {unattached_volume_days} days or longer"
        f"{_price(volume.arn, savings)}"
    )


#: Pools of IPAM, which may hold AWS's addresses or the customer's own.
PLANNED = "ipam-pool-"


@check(Severity.LOW)
def ec2_address_unassociated(address: Address, instances: Evidence[Instance]) -> Result:
    """Every public IPv4 address is billed by the hour, and one that leads nowhere is wasted.

    Pass: the address is associated, and not with a stopped instance.
    Fix: release the address, or start or terminate the instance.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    planned = address.pool.startswith(PLANNED)
    if address.pool != "amazon" and not planned:
        return not_applicable(f"comes from the pool {address.pool}, which AWS does not bill")
    if address.managed_by:
        return not_applicable(f"is managed by AWS ({address.managed_by})")
    if not address.associated and planned:
        said = f"({address.public_ip}) is associated with nothing; whether AWS bills the addresses"
        return unknown(Reason.UNDECIDED, f"{said} of the pool {address.pool} is not told")
    if not address.associated:
        return failed(f"({address.public_ip}) is associated with nothing")
    instance = instances.of(address.instance) if address.instance else None
    if instance and instance.state == "stopped":
        return failed(f"({address.public_ip}) is associated with {instance.id}, which is stopped")
    return passed("is associated")


#: Trusted Advisor's window for load balancers.
BALANCER_DAYS = 7


@check(Severity.MEDIUM)
def elb_load_balancer_idle(
    balancer: LoadBalancer | ClassicLoadBalancer,
    traffic: Evidence[BalancerTraffic],
    owners: Evidence[BalancerOwner],
    unit: Unit,
    *,
    busy_day_requests: int = 100,
) -> Result:
    """A load balancer is billed by the hour, with or without requests.

    Pass: an application or Classic load balancer served at least 100 requests on one of the last 7
    days; a network or gateway load balancer carried any byte.
    Fix: delete the load balancer; where an EKS cluster made it, delete its Ingress or Service.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-delete.html
    """
    days = unit.age_days(balancer.created)
    if isinstance(balancer, ClassicLoadBalancer) and not balancer.instances and days >= 1:
        return failed("has no instance")
    if days < BALANCER_DAYS:
        return not_applicable(f"is younger than {BALANCER_DAYS} days")
    found = traffic.of(balancer.arn)
    if found is None:
        return gone()
    counted = isinstance(balancer, ClassicLoadBalancer) or balancer.type == "application"
    what = "requests" if counted else "bytes"
    if found.busiest_day >= (busy_day_requests if counted else 1):
        return passed(f"carried {found.busiest_day:.0f} {what} on its busiest day")
    owner = owners.glimpse(balancer.arn)
    made = f"; the EKS cluster {owner.cluster} made it" if owner else ""
    return failed(
        f"carried {found.busiest_day:.0f} {what} on its busiest of the last {BALANCER_DAYS} days"
        f"{made}"
    )


@check(Severity.MEDIUM)
def ec2_nat_gateway_idle(
    gateway: NatGateway,
    traffic: Evidence[NatTraffic],
    savings: Evidence[IdleRecommendation],
    unit: Unit,
    *,
    idle_days: int = 30,
) -> Result:
    """A NAT gateway is billed by the hour, with or without traffic.

    Pass: the gateway carried data within the last 30 days.
    Fix: delete the NAT gateway and release its address.
    Blind spot: a gateway that stands by for another zone or region is idle on purpose: accept it by
    a dated suppression. Traffic is looked at for 90 days.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html
    """
    if gateway.state != "available":
        return not_applicable(f"is {gateway.state}")
    if unit.age_days(gateway.created) < idle_days:
        return not_applicable(f"is younger than {idle_days} days")
    found = traffic.of(gateway.arn)
    if found is None:
        return gone()
    if found.carried and unit.age_days(found.carried) <= idle_days:
        return passed(f"carried data {unit.age_days(found.carried):.0f} days ago")
    if unit.age_days(found.since) < idle_days:
        return _unlooked("traffic", found.since, unit)
    return failed(f"carried no byte in the last {idle_days} days{_price(gateway.arn, savings)}")


@check(Severity.HIGH)
def budgets_budget_alert_configured(
    budgets: Evidence[Budget],
    notifications: Evidence[BudgetNotification],
    payer_budgets: Evidence[PayerBudget],
    payer_notifications: Evidence[PayerBudgetNotification],
    unit: Unit,
    *,
    threshold_percent: float = 100,
) -> Result:
    """A leaked key or a loop costs thousands before the month's bill shows it.

    Pass: a cost budget that covers the account, its own or the paying account's, has not ended, is
    healthy, and tells somebody at 100 % of its limit or earlier.
    Fix: create a monthly cost budget with notifications at 80 % of actual and 100 % of forecast
    spend.
    Blind spot: a budget that is limited to a service or a tag counts like one of all spend.
    See: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
    """
    known = budgets | payer_budgets
    unmeasured = ""
    for notification in notifications | payer_notifications:
        budget = known.glimpse(notification.arn)
        if budget and _watches_spend(budget, unit) and notification.subscribers:
            percent = _percent(notification, budget)
            if notification.comparison != "GREATER_THAN":
                continue
            if percent is None:
                unmeasured = budget.name
            elif percent <= threshold_percent:
                told = f"{notification.subscribers} subscribers at {percent:.0f} % of its limit"
                return passed(f"tells {told}").about(budget.arn)
    if unmeasured:
        return unknown(
            Reason.UNDECIDED,
            f"is covered by the budget {unmeasured}, which tells at an amount and names no limit",
        )
    covering = [budget.name for budget in known if _watches_spend(budget, unit)]
    if not covering:
        return failed("is covered by no cost budget, of its own or of the paying account")
    return failed(
        f"is covered by {len(covering)} cost budgets, and none tells anybody by "
        f"{threshold_percent:.0f} % of its limit"
    )


def _watches_spend(budget: Budget | PayerBudget, unit: Unit) -> bool:
    return (
        budget.type == "COST"
        and budget.healthy
        and (budget.ends is None or budget.ends > unit.now)
        and budget.accounts.include(unit.account)
    )


def _percent(
    notification: BudgetNotification | PayerBudgetNotification, budget: Budget | PayerBudget
) -> float | None:
    """Return a threshold as a percentage; None for an amount that there is no limit to compare with."""
    if notification.percentage:
        return notification.threshold
    return 100 * notification.threshold / budget.limit if budget.limit else None


@check(Severity.HIGH, scope=Scope.ACCOUNT)
def ce_anomaly_subscription_configured(
    subscriptions: Evidence[AnomalySubscription], monitors: Evidence[AnomalyMonitor], unit: Unit
) -> Result:
    """Spend that is unusual for the account shows a leak or a mistake within a day.

    Pass: somebody is subscribed to a cost anomaly monitor that watches the account: one of all
    services or linked accounts, or a custom one that names the account.
    Fix: create a cost anomaly monitor of AWS services in the management account, with a
    subscription that goes to a person.
    Blind spot: each request costs USD 0.01, so only the organization's monitors are asked for, once
    per scan; those that a member account made for itself are not.
    See: https://docs.aws.amazon.com/cost-management/latest/userguide/manage-ad.html
    """
    for record in subscriptions | monitors:
        if isinstance(record, AnomalySubscription) and record.subscribers:
            watching = filter(None, map(monitors.glimpse, record.monitors))
            if any(_watches(monitor, unit) for monitor in watching):
                told = f"tells {record.subscribers} subscribers of anomalies"
                return passed(told).about(record.arn)
    if any(_watches(monitor, unit) for monitor in monitors):
        return failed("is watched for cost anomalies, and nobody is told of them")
    return failed("is watched by no cost anomaly monitor of the organization")


def _watches(monitor: AnomalyMonitor, unit: Unit) -> bool:
    if monitor.owner != unit.account and not monitor.organization:
        return False
    if monitor.dimension:
        return monitor.dimension in ("SERVICE", "LINKED_ACCOUNT")
    return monitor.accounts.name(unit.account)


#: The only region in which AWS publishes an account's charges.
BILLING_REGION = "us-east-1"
CHARGES = ("AWS/Billing", "EstimatedCharges")


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def cloudwatch_billing_alarm_configured(alarms: Evidence[MetricAlarm], unit: Unit) -> Result:
    """The oldest and simplest way to learn of a bill that grows.

    Pass: an alarm on the account's EstimatedCharges in us-east-1 has an action, its actions are
    enabled, and it has not been without data for more than 2 days.
    Fix: switch on billing alerts in the billing preferences and create an alarm on EstimatedCharges
    in us-east-1 with an SNS topic as its action.
    Blind spot: an alarm on the charges of a single service counts like one on all of them.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/monitor_estimated_charges_with_cloudwatch.html
    """
    flaws = []
    for alarm in alarms.within(BILLING_REGION):
        if any(_are_charges(metric, unit) for metric in alarm.metrics):
            flaw = _silence(alarm, unit)
            if not flaw:
                return passed("goes off by the account's charges").about(alarm.arn)
            flaws.append(f"{alarm.name} {flaw}")
    if BILLING_REGION not in unit.regions:
        return unknown(
            Reason.NOT_SCANNED,
            f"could have its alarm in {BILLING_REGION} only, which is not scanned",
        )
    if flaws:
        return failed(f"has no alarm on its charges that is heard: {'; '.join(flaws)}")
    return failed(f"has no alarm on EstimatedCharges in {BILLING_REGION}")


def _are_charges(metric: AlarmMetric, unit: Unit) -> bool:
    """Whether a metric is of the account's charges: the paying account has those of others too."""
    of = metric.dimensions.get("LinkedAccount", unit.account)
    return (metric.namespace, metric.name) == CHARGES and of == unit.account


#: EstimatedCharges comes several times a day; silence for longer means billing alerts are off.
SILENT_DAYS = 2


def _silence(alarm: MetricAlarm, unit: Unit) -> str:
    """Say why an alarm would not be heard, empty where it would."""
    if not alarm.actions_enabled:
        return "has its actions switched off"
    if not alarm.actions:
        return "has no action"
    days = unit.age_days(alarm.since)
    if alarm.state == "INSUFFICIENT_DATA" and days > SILENT_DAYS:
        return f"has had no data for {days:.0f} days"
    return ""


CATEGORY = category(
    "Cost",
    item(
        "Clean up old data with S3 lifecycle settings",
        every(
            s3_bucket_lifecycle_configured,
            s3_bucket_noncurrent_version_expiration,
            s3_bucket_incomplete_multipart_abort,
        ),
    ),
    item(
        "Clean up unused resources",
        every(
            ec2_volume_unattached,
            ec2_address_unassociated,
            elb_load_balancer_idle,
            ec2_nat_gateway_idle,
        ),
    ),
    item(
        "Cost analysis has been done against all resources used by solution",
        every(
            ce_cost_allocation_coverage,
            # A review of every account, or an estimate in every repository.
            some(every(wellarchitected_workload_cost_review), every(repo_cost_estimate_present)),
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Create billing alarms",
        some(
            budgets_budget_alert_configured,
            ce_anomaly_subscription_configured,
            cloudwatch_billing_alarm_configured,
        ),
    ),
    item(
        "Learn to analyze your AWS bill",
        every(billing_cost_export_configured, cloudtrail_cost_analysis_activity),
        mode=Mode.ATTESTED,
    ),
    item(
        "Pick proper EC2 instance types and sizes",
        every(
            compute_optimizer_instance_finding,
            ec2_instance_low_utilization,
            ec2_instance_current_generation,
        ),
    ),
    item(
        "Resources are on a pay-per-use model",
        every(
            dynamodb_table_capacity_elastic,
            kinesis_stream_on_demand,
            ec2_capacity_reservation_used,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Shut down EC2 instances and RDS DBs when not using them",
        every(
            ec2_instance_offhours_stopped,
            rds_instance_offhours_stopped,
            ec2_instance_stopped_too_long,
            rds_instance_idle,
        ),
    ),
    item(
        "Use Auto Scaling",
        every(
            autoscaling_group_dynamic_scaling,
            ecs_service_scaling_policy,
            dynamodb_table_capacity_elastic,
            ec2_instance_in_scaling_group,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Use Docker when possible",
        every(
            ec2_instance_container_host,
            container_platform_in_use,
            repo_container_build_present,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Use Lambda when possible",
        every(
            ec2_instance_lambda_candidate,
            lambda_function_in_use,
            repo_serverless_definition_present,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Use reserved EC2 instances for dedicated work",
        every(
            cost_hub_commitment_recommendation,
            ce_commitment_utilization,
            commitment_expiring,
        ),
    ),
    item(
        "Use Spot EC2 instances for background jobs",
        every(
            batch_compute_environment_spot,
            autoscaling_group_worker_spot,
            ecs_service_worker_spot,
        ),
        mode=Mode.ATTESTED,
    ),
)
