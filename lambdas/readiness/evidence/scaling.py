"""Groups of instances that scale: EC2 Auto Scaling."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.evidence import Scope, record


@record(Scope.REGION, "Auto Scaling group")
class AutoScalingGroup:
    """An Auto Scaling group. Source: autoscaling.DescribeAutoScalingGroups."""

    arn: str
    name: str
    #: The names of the zones it launches instances in.
    zones: tuple[str, ...]
    tags: Mapping[str, str]
