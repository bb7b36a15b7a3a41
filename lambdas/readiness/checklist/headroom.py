"""Have disks and databases room left, do they grow by themselves, and does an alarm say when not?

The checks of "Configure disk space".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from readiness.checklist.alarm_coverage import Watch, Watchable
from readiness.checklist.alerting import watchable_database
from readiness.checklist.apart import apart
from readiness.checklist.fleet import TOO_NEW_HOURS
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.alarms import (
    MetricAlarm,
)
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbInstance, FreeStorage
from readiness.evidence.disks import (
    AGENT,
    LINUX,
    NODE_DISKS,
    WINDOWS,
    DiskMetric,
    NodeDiskMetric,
)
from readiness.evidence.unseen import known

# --- Disks of instances ---------------------------------------------------------------------------


@check(Severity.HIGH, scope=Scope.REGION)
def ec2_instance_disk_alarm(
    instances: Evidence[Instance],
    metrics: Evidence[DiskMetric],
    nodes: Evidence[NodeDiskMetric],
    watch: Watch,
    unit: Unit,
    *,
    used_limit_percent: float = 90,
    external_monitoring: str = "",
) -> Iterator[Result]:
    """EC2 does not see how full a disk is, and a machine with a full one still answers pings.

    Pass: the CloudWatch agent, or Container Insights of a cluster's machine, told of the instance's
    disks within three hours, and an alarm that acts goes off at 90 % used (10 % free) or before. An
    alarm on the instance's Auto Scaling group, or on its cluster, counts.
    Fix: install the CloudWatch agent with its disk metrics and the dimension InstanceId, and set an
    alarm at 85 %.
    Blind spot: what tools outside of CloudWatch watch; name one in `external_monitoring` to leave
    instances out.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Install-CloudWatch-Agent.html
    """
    wanted = partial(_early, used_limit_percent=used_limit_percent)

    def judge(instance: Instance) -> Result:
        if out := _left_out(instance, unit, external_monitoring):
            return not_applicable(out)
        groups = (instance.group,) if instance.group else ()
        own = metrics.about(instance.id, "instance") | metrics.among(groups, "group")
        node = nodes.about(instance.arn)
        if not any(True for _ in own | node):
            if any(not (each.instance or each.group) for each in metrics):
                return unknown(
                    Reason.UNDECIDED,
                    "may be one of the machines whose agent tells of disks without naming itself: "
                    "agent_without_instance_dimension",
                )
            return failed("has no agent that told how full its disks are within three hours")
        found = watch.over(
            *_watchables(instance, known(lambda: {each.cluster for each in node}, set()), unit),
            wanted=wanted,
            without=failed,
            lacks=f"is watched by no alarm that acts at {used_limit_percent:g} % used or before",
        )
        if found.status is Status.FAIL:
            tuple(node)  # raises where it may be a cluster's machine, watched with its cluster
        return found

    yield from apart(instances, judge)
    if not any(True for _ in instances):
        yield not_applicable("has no instance")


def _left_out(instance: Instance, unit: Unit, external_monitoring: str) -> str:
    """Say why nothing has to watch the disks of an instance, empty where something has."""
    if instance.state != "running":
        return f"is {instance.state}"
    if instance.managed:
        return "is operated by a service of AWS"
    if instance.lifecycle == "spot":
        return "is a spot instance, which ends by itself"
    if not instance.disks:
        return "has no EBS volume"
    if external_monitoring:
        return f"is watched by {external_monitoring}, by the configuration"
    if unit.age_days(instance.launched) * 24 < TOO_NEW_HOURS:
        return f"was launched less than {TOO_NEW_HOURS} hours ago"
    return ""


def _watchables(instance: Instance, clusters: set[str], unit: Unit) -> Iterator[Watchable]:
    """Yield how alarms may name an instance's disks: by itself, by its group, by its cluster."""
    agent = {AGENT: frozenset((LINUX, WINDOWS))}
    here = partial(Watchable, account=unit.account, region=unit.region, tags=instance.tags)
    yield here(metrics=agent, names={"InstanceId": instance.id})
    if instance.group:
        yield here(metrics=agent, names={"AutoScalingGroupName": instance.group})
    yield here(
        metrics={namespace: frozenset((name,)) for namespace, name in NODE_DISKS.items()},
        names={"InstanceId": instance.id},
        shared={"ClusterName": frozenset(clusters)},
    )


def _early(alarm: MetricAlarm, used_limit_percent: float) -> bool:
    """Whether an alarm on the use of disks goes off in time; Windows counts what is free."""
    if alarm.threshold is None:
        return False
    free = any(metric.name == WINDOWS for metric in alarm.metrics)
    if alarm.comparison.startswith("GreaterThan"):
        return not free and alarm.threshold <= used_limit_percent
    used = any(metric.name != WINDOWS for metric in alarm.metrics)
    return (
        alarm.comparison.startswith("LessThan")
        and not used
        and alarm.threshold >= 100 - used_limit_percent
    )


# --- Databases ------------------------------------------------------------------------------------

_GROWS = "has the storage of its cluster, which grows by itself"


@check(Severity.MEDIUM)
def rds_instance_storage_autoscaling(database: DbInstance) -> Result:
    """A database that is out of storage stops, and starts again only after somebody gave it more.

    Pass: the storage of the instance grows by itself, up to more than it has now. Aurora, DocumentDB,
    Neptune, Multi-AZ clusters and RDS Custom are left out, where there is no such setting.
    Fix: set the maximum storage threshold (MaxAllocatedStorage) to twice what is allocated.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html
    """
    if database.grows:
        return not_applicable(_GROWS)
    if database.engine.startswith("custom-"):
        return not_applicable("is an instance of RDS Custom, which cannot grow by itself")
    if database.cluster:
        return not_applicable("belongs to a Multi-AZ cluster, which cannot grow by itself")
    most = database.allocated_at_most
    if most is not None and most > database.allocated:
        return passed(f"has {database.allocated} GiB, and grows by itself up to {most} GiB")
    return failed(f"has {database.allocated} GiB, and does not grow by itself")


@check(Severity.HIGH)
def rds_instance_free_storage(
    database: DbInstance,
    storage: Evidence[FreeStorage],
    unit: Unit,
    *,
    free_percent: float = 15,
) -> Result:
    """What is left of a disk at 15 % is gone in one bad night, or in one long transaction.

    Pass: at least 15 % of the allocated storage was free at any time of the last 24 hours.
    Fix: raise the allocated storage, or remove what is not needed: old logs, bloat, unused indexes.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
    """
    if database.grows:
        return not_applicable(_GROWS)
    if database.status == "stopped":
        return not_applicable("is stopped")
    if database.created is None or unit.age_days(database.created) * 24 < TOO_NEW_HOURS:
        return not_applicable(f"was made less than {TOO_NEW_HOURS} hours ago")
    found = storage.of(database.arn)
    if found is None or found.least is None or not database.allocated:
        return unknown(Reason.UNDECIDED, "published no free storage within 24 hours")
    percent = 100 * found.least / (database.allocated * 2**30)
    said = f"had {percent:.0f} % of its {database.allocated} GiB free at the least, within 24 hours"
    return passed(said) if percent >= free_percent else failed(said)


#: What tells of the storage of an instance, and of one whose storage is its cluster's.
_FREE = frozenset({"FreeStorageSpace"})
_FREE_OF_CLUSTER = frozenset({"AuroraVolumeBytesLeftTotal", "FreeLocalStorage"})


@check(Severity.MEDIUM, scope=Scope.REGION)
def rds_instance_free_storage_alarm(
    databases: Evidence[DbInstance],
    instances: Evidence[Instance],
    watch: Watch,
    unit: Unit,
    *,
    external_monitoring: str = "",
) -> Iterator[Result]:
    """Storage that grows by itself grows once in six hours, and a bulk load is faster.

    Pass: an alarm that acts watches FreeStorageSpace of the instance; of Aurora, FreeLocalStorage or
    AuroraVolumeBytesLeftTotal. Aurora is left out where nothing else in the region has a disk.
    Fix: set an alarm on FreeStorageSpace at 15 % of the allocated storage, in bytes.
    Blind spot: what tools outside of CloudWatch watch; name one in `external_monitoring` to leave
    databases out.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/monitoring-cloudwatch.html
    """

    def judge(database: DbInstance) -> Result:
        if external_monitoring:
            return not_applicable(f"is watched by {external_monitoring}, by the configuration")
        metrics = _FREE_OF_CLUSTER if database.grows else _FREE
        if database.grows and not _has_disks(databases, instances):
            return not_applicable(f"{_GROWS}, and nothing else here has a disk")
        lacks = f"has no alarm that acts on {' or '.join(sorted(metrics))}"
        return watch.over(watchable_database(database, unit, metrics), without=failed, lacks=lacks)

    yield from apart(databases, judge)
    if not any(True for _ in databases):
        yield not_applicable("has no database instance")


def _has_disks(databases: Evidence[DbInstance], instances: Evidence[Instance]) -> bool:
    """Whether anything in a region has disks that may fill up."""
    for each in databases | instances:
        if isinstance(each, DbInstance):
            if not each.grows:
                return True
        elif each.state == "running" and each.disks:
            return True
    return False
