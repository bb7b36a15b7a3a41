"""Have the disks of instances room, does somebody watch it, and do they keep what must be kept?

The checks of "Configure hard drives".
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import partial

from readiness.checklist.alarm_coverage import Watch, Watchable
from readiness.checklist.apart import apart
from readiness.checklist.fleet import TOO_NEW_HOURS, stopped
from readiness.checklist.model import (
    Result,
    Severity,
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
from readiness.evidence.disks import AGENT, LINUX, WINDOWS, DiskMetric, DiskUsage
from readiness.evidence.storage import Volume


def _out(instance: Instance) -> str:
    """Say why an instance's disks are not judged, empty where they are."""
    if instance.managed:
        return "is operated by a service of AWS"
    return "" if instance.disks else "has no EBS volume"


@check(Severity.MEDIUM, scope=Scope.REGION)
def ec2_instance_disk_usage_monitored(
    instances: Evidence[Instance],
    metrics: Evidence[DiskMetric],
    watch: Watch,
    unit: Unit,
    *,
    disk_metric_namespaces: tuple[str, ...] = (),
) -> Iterator[Result]:
    """A full disk stops a database and a log alike, and EC2 itself does not see how full one is.

    Pass: the CloudWatch agent told of the instance's disks within three hours, and an alarm that acts
    watches them; or such an alarm watches a namespace of `disk_metric_namespaces`.
    Fix: install the CloudWatch agent with its disk metrics, and set an alarm on disk_used_percent.
    Blind spot: agents of other makers are seen only where they report to CloudWatch and an alarm
    watches what they report.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Install-CloudWatch-Agent.html
    """

    def judge(instance: Instance) -> Result:
        out = _out(instance)
        if not out and stopped(instance):
            out = "is stopped"
        if not out and unit.age_days(instance.launched) * 24 < TOO_NEW_HOURS:
            out = f"was launched less than {TOO_NEW_HOURS} hours ago"
        if out:
            return not_applicable(out)
        if disk_metric_namespaces:
            for alarm in watch.alarms:
                if _on(alarm, instance, disk_metric_namespaces) and watch.hears(alarm):
                    return passed(f"has its disks watched by the alarm {alarm.name}")
        told = ((instance.id, "instance"), (instance.group, "group"))
        if not any(True for value, key in told if value for _ in metrics.about(value, key)):
            return failed("has no agent that told how full its disks are within three hours")
        return watch.over(
            *_watchables(instance, unit),
            without=partial(failed, severity=Severity.LOW),
            lacks="tells how full its disks are, and no alarm that does something watches it",
        )

    yield from apart(instances, judge)
    if not any(True for _ in instances):
        yield not_applicable("has no instance")


def _watchables(instance: Instance, unit: Unit) -> Iterator[Watchable]:
    """Yield how alarms may name an instance: by itself, or by its group where the agent sums that up."""
    names = {"InstanceId": instance.id, "AutoScalingGroupName": instance.group}
    for key, value in names.items():
        if value:
            yield Watchable(
                account=unit.account,
                region=unit.region,
                metrics={AGENT: frozenset((LINUX, WINDOWS))},
                names={key: value},
            )


def _on(alarm: MetricAlarm, instance: Instance, namespaces: tuple[str, ...]) -> bool:
    """Whether an alarm looks at metrics of an instance, or of its group, in these namespaces."""
    return not alarm.scales and any(
        metric.namespace in namespaces
        and not {instance.id, instance.group or instance.id}.isdisjoint(metric.dimensions.values())
        for metric in alarm.metrics
    )


#: Places that are full by design, and file systems that are no disks.
_ALWAYS_FULL = ("/snap/*", "/boot/efi")
_NO_DISKS = ("tmpfs", "devtmpfs", "squashfs", "overlay")


@check(Severity.MEDIUM)
def ec2_instance_disk_usage_below_limit(usage: DiskUsage, *, disk_used_limit: int = 85) -> Result:
    """What is left of a disk at 85 % is gone in one bad night.

    Pass: at no time of the last 24 hours was 85 % of the disk in use, or more.
    Fix: take away what is not needed, or enlarge the volume and its file system.
    Blind spot: a disk that no agent tells of is not judged here; another check says that it is not.
    See: https://docs.aws.amazon.com/ebs/latest/userguide/requesting-ebs-volume-modifications.html
    """
    path = usage.path
    if any(fnmatchcase(path, pattern) for pattern in _ALWAYS_FULL) or usage.filesystem in _NO_DISKS:
        return not_applicable(f"is {path or usage.filesystem}, which is no disk that fills up")
    if usage.used is None:
        # It is listed since it was measured within three hours: not to find the number is not to know.
        return unknown(Reason.UNDECIDED, "is measured, and shows no number of the last 24 hours")
    said = f"was {usage.used:.0f} % full within 24 hours"
    return passed(said) if usage.used < disk_used_limit else failed(said)


_CURRENT = ("gp3", "io2", "st1", "sc1")
_FORMER = {"standard": "gp3", "gp2": "gp3", "io1": "io2"}


@check(Severity.LOW)
def ebs_volume_type_current(volume: Volume, instances: Evidence[Instance]) -> Result:
    """A volume of the former generation costs more for less speed, and io1 fails more often than io2.

    Pass: the volume is gp3, io2, st1 or sc1.
    Fix: modify the volume to gp3 or io2 while it is in use.
    See: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
    """
    if volume.managed:
        return not_applicable("is operated by a service of AWS")
    if not volume.instances:
        return not_applicable("is attached to no instance")
    for arn in volume.instances:
        instance = instances.of(arn)
        if instance is not None and instance.managed:
            return not_applicable("belongs to an instance that a service of AWS operates")
    if volume.type in _CURRENT:
        return passed(f"is of the type {volume.type}")
    if volume.type in _FORMER:
        return failed(f"is of the type {volume.type}, whose successor is {_FORMER[volume.type]}")
    return unknown(Reason.UNDECIDED, f"is of the type {volume.type}, which is not known")


@check(Severity.LOW, scope=Scope.REGION)
def ec2_instance_data_volume_preserved(instance: Instance) -> Iterator[Result]:
    """A data volume that goes with its instance goes with a wrong click, too.

    Pass: each data volume of an instance that stands alone outlives it.
    Fix: set DeleteOnTermination of the data volumes to false.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/preserving-volumes-on-termination.html
    """
    out = _out(instance)
    if not out and instance.made_by:
        out = f"is made and replaced by {instance.made_by}, and so keeps nothing"
    data = [disk for disk in instance.disks if not disk.root]
    if not out and not data:
        out = "has no data volume"
    if out:
        yield not_applicable(out)
        return
    for disk in data:
        name = f"{instance.arn}#{disk.device}"
        if disk.deleted:
            yield failed(f"loses {disk.device} when it is terminated").about(name)
        else:
            yield passed(f"leaves {disk.device} when it is terminated").about(name)
