"""Look at EC2 Auto Scaling."""

from __future__ import annotations

from collections.abc import Iterator

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
        )
