"""Does a machine that fails come back without a person?

The checks of "Configure auto recovery".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re

from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.alarms import MetricAlarm
from readiness.evidence.compute import DedicatedHost, Instance
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.usage import InstanceType

#: What makes instances again that fail, besides an Auto Scaling group.
_REPLACED_BY = {"karpenter.sh/": "Karpenter", "aws:elasticmapreduce:": "EMR", "AWSBatch": "Batch"}
_RECOVER = re.compile(r"arn:[^:]*:automate:[^:]*:ec2:recover$")
_STATUS = ("StatusCheckFailed_System", "StatusCheckFailed")


@check(Severity.HIGH)
def ec2_instance_auto_recovery(
    instance: Instance,
    types: Evidence[InstanceType],
    hosts: Evidence[DedicatedHost],
    alarms: Evidence[MetricAlarm],
) -> Result:
    """Hosts fail at night too, and an instance that nothing moves waits for somebody to notice.

    Pass: an Auto Scaling group replaces the instance; or EC2 recovers it by itself, which its type,
    its tenancy and its disks allow; or an alarm on its system status check recovers it; or its
    Dedicated Host has host recovery.
    Fix: put the instance into an Auto Scaling group of size one, or set its automatic recovery to
    default on a type that supports it.
    Blind spot: whether what runs on the instance starts again by itself.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-configuration-recovery.html
    """
    if out := _left_out(instance):
        return not_applicable(out)
    if instance.group:
        return passed(f"is replaced by the group {instance.group}")
    lacks, doubt = _lacks(instance, types)
    if not lacks:
        return passed("is recovered by EC2 itself")
    if instance.tenancy == "host" and any(
        each.id == instance.host and each.recovers for each in hosts
    ):
        return passed(f"lies on {instance.host}, which has host recovery")
    for alarm in alarms:
        if _recovers(alarm, instance):
            return passed(f"is recovered by the alarm {alarm.name}")
    said = f"is in no group, has no alarm that recovers it, and {lacks}"
    return unknown(doubt, said) if doubt else failed(said)


def _left_out(instance: Instance) -> str:
    """Say why nothing has to bring an instance back, empty where something has."""
    if instance.state != "running":
        return f"is {instance.state}"
    if instance.managed:
        return "is operated by a service of AWS"
    if instance.lifecycle in ("spot", "capacity-block"):
        return f"is a {instance.lifecycle} instance, which ends by itself"
    maker = next(
        (
            who
            for mark, who in _REPLACED_BY.items()
            for tag in instance.tags
            if tag.startswith(mark)
        ),
        "",
    )
    return f"is made and replaced by {maker}" if maker and not instance.group else ""


def _lacks(instance: Instance, types: Evidence[InstanceType]) -> tuple[str, Reason | None]:
    """Say why EC2 does not recover an instance by itself, and what leaves that open.

    The setting alone proves nothing: it is `default` also where it can do nothing.
    """
    if instance.recovery == "disabled":
        return "has automatic recovery disabled", None
    if instance.tenancy == "host":
        return "lies on a Dedicated Host, where EC2 recovers nothing by itself", None
    if instance.fabric:
        return "has an Elastic Fabric Adapter, with which EC2 recovers nothing", None
    if instance.root_on_store:
        return "has its root on a disk that stays behind", None
    found = next((each for each in types if each.name == instance.type), None)
    if found is None:
        return f"is of the type {instance.type}, of which EC2 tells nothing", Reason.UNDECIDED
    if found.metal or not found.recoverable:
        return f"is of the type {instance.type}, which EC2 does not recover", None
    if found.stores:
        # Types of this kind are recovered if they were launched without their disks.
        return (
            f"is of the type {instance.type}, and may have disks that stay behind",
            Reason.UNDECIDED,
        )
    if not instance.recovery:
        return "is described without its automatic recovery", Reason.NOT_SUPPORTED
    return "", None


def _recovers(alarm: MetricAlarm, instance: Instance) -> bool:
    """Whether an alarm moves an instance to another host when its status check fails."""
    return alarm.actions_enabled and (
        any(map(_RECOVER.match, alarm.actions))
        and any(
            metric.namespace == "AWS/EC2"
            and metric.name in _STATUS
            and metric.dimensions.get("InstanceId") == instance.id
            for metric in alarm.metrics
        )
    )


_HEALING = ("HealthCheck", "ReplaceUnhealthy", "Launch", "Terminate")


@check(Severity.HIGH)
def autoscaling_group_health_replacement(group: AutoScalingGroup) -> Result:
    """A group that is told not to replace what fails shrinks until nothing is left.

    Pass: none of HealthCheck, ReplaceUnhealthy, Launch and Terminate is suspended.
    Fix: resume the processes; suspend them for the length of a change alone.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html
    """
    if stopped := [process for process in _HEALING if process in group.suspended]:
        return failed(f"has {', '.join(stopped)} suspended")
    return passed("replaces instances that fail")


@check(Severity.MEDIUM)
def autoscaling_group_elb_health_check(group: AutoScalingGroup) -> Result:
    """EC2 sees whether a machine runs; only who asks the program sees whether that answers.

    Pass: a group that a load balancer leads to replaces what the load balancer finds unhealthy; one
    that VPC Lattice alone leads to, what that finds.
    Fix: add ELB to the health checks of the group, with a grace period as long as its start.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html
    """
    return judged_by_balancer(group)


def judged_by_balancer(group: AutoScalingGroup) -> Result:
    """Judge whether a group replaces what those find unhealthy that lead requests to it."""
    if not group.balanced:
        return not_applicable("gets no requests from a load balancer")
    kinds = [each.strip() for each in group.health_check.split(",")]
    by_lattice = group.lattice and not group.target_groups and "VPC_LATTICE" in kinds
    if "ELB" in kinds or by_lattice:
        return passed(f"is judged healthy by {group.health_check}")
    return failed(f"is judged healthy by {group.health_check} alone, not by its load balancer")
