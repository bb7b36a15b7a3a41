"""Look at EC2 Auto Scaling."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence.scaling import AutoScalingGroup
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(AutoScalingGroup, "autoscaling.describe_auto_scaling_groups")
def auto_scaling_groups(aws: Aws) -> Iterator[AutoScalingGroup]:
    for each in aws.pages("autoscaling.describe_auto_scaling_groups", "AutoScalingGroups"):
        policy = each.get("InstanceMaintenancePolicy") or {}
        yield AutoScalingGroup(
            arn=each["AutoScalingGroupARN"],
            name=each["AutoScalingGroupName"],
            zones=tuple(each["AvailabilityZones"]),
            tags=tags_of(each),
            minimum=each["MinSize"],
            maximum=each["MaxSize"],
            desired=each["DesiredCapacity"],
            health_check=each["HealthCheckType"],
            templated=bool(each.get("LaunchTemplate") or each.get("MixedInstancesPolicy")),
            balanced=any(
                each.get(source)
                for source in ("LoadBalancerNames", "TargetGroupARNs", "TrafficSources")
            ),
            minimum_healthy=policy.get("MinHealthyPercentage"),
            maximum_healthy=policy.get("MaxHealthyPercentage"),
            created=each["CreatedTime"],
            target_groups=_target_groups(each),
            suspended=tuple(
                process["ProcessName"] for process in each.get("SuspendedProcesses") or ()
            ),
            in_service=sum(
                instance["LifecycleState"] == "InService"
                for instance in each.get("Instances") or ()
            ),
        )


def _target_groups(group: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the target groups of a group, by either of the two lists that name them."""
    sources = group.get("TrafficSources") or ()
    named = (each["Identifier"] for each in sources if each.get("Type", "elbv2") == "elbv2")
    return tuple(dict.fromkeys((*(group.get("TargetGroupARNs") or ()), *named)))
