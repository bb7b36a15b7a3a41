"""Look at EC2 Auto Scaling."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.scaling import AutoScalingGroup
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(AutoScalingGroup, "autoscaling.describe_auto_scaling_groups")
def auto_scaling_groups(aws: Aws) -> Iterator[AutoScalingGroup]:
    for each in aws.pages("autoscaling.describe_auto_scaling_groups", "AutoScalingGroups"):
        yield AutoScalingGroup(
            arn=each["AutoScalingGroupARN"],
            name=each["AutoScalingGroupName"],
            zones=tuple(each["AvailabilityZones"]),
            tags=tags_of(each),
        )
