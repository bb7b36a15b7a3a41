"""What the checks of "Configure auto recovery" say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.recovery import (
    autoscaling_group_elb_health_check,
    autoscaling_group_health_replacement,
    ec2_instance_auto_recovery,
)
from readiness.evidence.alarms import AlarmMetric, MetricAlarm
from readiness.evidence.compute import DedicatedHost, Instance
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.usage import InstanceType
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


def arn(service: str, name: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def instance(**changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": NOW,
        "managed": False,
        "tags": {},
        "recovery": "default",
    }
    return Instance(**values | changes)


def kind(**changes: Any) -> InstanceType:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance-type/m7g.large"),
        "name": "m7g.large",
        "current": True,
        "recoverable": True,
    }
    return InstanceType(**values | changes)


def alarm(**changes: Any) -> MetricAlarm:
    values: dict[str, Any] = {
        "arn": arn("cloudwatch", "alarm:recover"),
        "name": "recover",
        "actions_enabled": True,
        "actions": (f"arn:aws:automate:{REGION}:ec2:recover",),
        "state": "OK",
        "since": NOW,
        "missing_data": "missing",
        "metrics": (on("StatusCheckFailed_System"),),
    }
    return MetricAlarm(**values | changes)


def on(metric: str, name: str = "i-1") -> AlarmMetric:
    return AlarmMetric(namespace="AWS/EC2", name=metric, dimensions={"InstanceId": name})


def host(*, recovers: bool) -> DedicatedHost:
    return DedicatedHost(arn=arn("ec2", "dedicated-host/h-1"), id="h-1", recovers=recovers)


def group(**changes: Any) -> AutoScalingGroup:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web"),
        "name": "web",
        "zones": ("eu-west-1a",),
        "tags": {},
    }
    return AutoScalingGroup(**values | changes)


OFF = instance(recovery="disabled")
ON_HOST = instance(tenancy="host", host="h-1")
GROUPED = {"aws:autoscaling:groupName": "web"}

ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_auto_recovery: [
        Row("a type that EC2 recovers", {"instance/i-1": PASS}, (instance(), kind()), says="by EC2 itself"),
        Row("dedicated tenancy is recovered too", PASS, (instance(tenancy="dedicated"), kind())),
        Row("switched off", {"instance/i-1": FAIL}, (OFF, kind()), says="disabled"),
        Row("switched off, in a group", PASS, (instance(recovery="disabled", tags=GROUPED), kind()), says="the group web"),
        Row("`default` on a type that is not recovered", FAIL, (instance(), kind(recoverable=False)), says="m7g.large"),
        Row("`default` on bare metal", FAIL, (instance(), kind(metal=True))),
        Row("`default` with an Elastic Fabric Adapter", FAIL, (instance(fabric=True), kind())),
        Row("`default` with its root on an instance store", FAIL, (instance(root_on_store=True), kind())),
        Row("`default` on a type that may have been launched without its disks", UNKNOWN, (instance(), kind(stores=True)), says="stay behind"),
        Row("`default` on a Dedicated Host", FAIL, (ON_HOST, kind(), host(recovers=False))),
        Row("a Dedicated Host that recovers", PASS, (ON_HOST, kind(), host(recovers=True)), says="h-1"),
        Row("another Dedicated Host that recovers", FAIL, (instance(tenancy="host", host="h-2"), kind(), host(recovers=True))),
        Row("the answer lacks the setting", UNKNOWN, (instance(recovery=""), kind()), says="not supported by the endpoint"),
        Row("the answer lacks the setting of a type that is not recovered", FAIL, (instance(recovery=""), kind(recoverable=False))),
        Row("the answer lacks the setting, and an alarm recovers it", PASS, (instance(recovery=""), kind(), alarm())),
        Row("switched off, and an alarm recovers it", PASS, (OFF, kind(), alarm()), says="the alarm recover"),
        Row("an alarm on either status check", PASS, (OFF, kind(), alarm(metrics=(on("StatusCheckFailed"),)))),
        Row("an alarm on something else", FAIL, (OFF, kind(), alarm(metrics=(on("CPUUtilization"),)))),
        Row("an alarm of another instance", FAIL, (OFF, kind(), alarm(metrics=(on("StatusCheckFailed_System", "i-2"),)))),
        Row("an alarm that only tells", FAIL, (OFF, kind(), alarm(actions=(arn("sns", "alarms"),)))),
        Row("an alarm that reboots", FAIL, (OFF, kind(), alarm(actions=(f"arn:aws:automate:{REGION}:ec2:reboot",)))),
        Row("an alarm whose actions are off", FAIL, (OFF, kind(), alarm(actions_enabled=False))),
        Row("a type that is not described", UNKNOWN, (instance(),)),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped", recovery="disabled"),)),
        Row("spot", NOT_APPLICABLE, (instance(lifecycle="spot", recovery="disabled"),)),
        Row("a capacity block", NOT_APPLICABLE, (instance(lifecycle="capacity-block", recovery="disabled"),)),
        Row("a service operates it", NOT_APPLICABLE, (instance(managed=True, recovery="disabled"),)),
        Row("EMR replaces it", NOT_APPLICABLE, (instance(tags={"aws:elasticmapreduce:job-flow-id": "j-1"}, recovery="disabled"),)),
        Row("Karpenter replaces it", NOT_APPLICABLE, (instance(tags={"kubernetes.io/cluster/shop": "owned", "karpenter.sh/nodepool": "main"}, recovery="disabled"),)),
        Row("none", {f"{ACCOUNT}/{REGION}": NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("types are dark", UNKNOWN, (instance(),), dark=[InstanceType]),
        Row("types are dark, and it is switched off", FAIL, (OFF,), dark=[InstanceType]),
        Row("alarms are dark", UNKNOWN, (OFF, kind()), dark=[MetricAlarm]),
        Row("hosts are dark", UNKNOWN, (ON_HOST, kind()), dark=[DedicatedHost]),
        Row("hosts are dark, on none", PASS, (instance(), kind()), dark=[DedicatedHost]),
    ],
    autoscaling_group_health_replacement: [
        Row("nothing is suspended", {"autoScalingGroupName/web": PASS}, (group(),)),
        *(
            Row(f"{process} is suspended", {"autoScalingGroupName/web": FAIL}, (group(suspended=(process,)),), says=process)
            for process in ("HealthCheck", "ReplaceUnhealthy", "Launch", "Terminate")
        ),
        Row("something else is suspended", PASS, (group(suspended=("AZRebalance", "ScheduledActions")),)),
        Row("none", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("a suspended one among dark ones", {"autoScalingGroupName/web": FAIL, f"{ACCOUNT}/{REGION}": UNKNOWN}, (group(suspended=("Launch",)),), gaps={AutoScalingGroup: [dark_gap(AutoScalingGroup)]}),
    ],
    autoscaling_group_elb_health_check: [
        Row("the load balancer decides", {"autoScalingGroupName/web": PASS}, (group(balanced=True, health_check="ELB"),)),
        Row("among others", PASS, (group(balanced=True, health_check="EC2,ELB,EBS"),)),
        Row("EC2 alone", {"autoScalingGroupName/web": FAIL}, (group(balanced=True),), says="EC2 alone"),
        Row("EC2 and its disks", FAIL, (group(balanced=True, health_check="EC2,EBS"),)),
        Row("VPC Lattice", PASS, (group(balanced=True, lattice=True, health_check="VPC_LATTICE"),)),
        Row("VPC Lattice, but a target group leads to it too", FAIL, (group(balanced=True, lattice=True, target_groups=("web",), health_check="VPC_LATTICE"),)),
        Row("VPC Lattice, but a load balancer leads to it", FAIL, (group(balanced=True, health_check="VPC_LATTICE"),)),
        Row("nothing leads to it", NOT_APPLICABLE, (group(),)),
        Row("none", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
