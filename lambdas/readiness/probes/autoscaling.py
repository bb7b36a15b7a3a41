"""Look at EC2 Auto Scaling."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from readiness.evidence import Gap, Reason
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupActivity,
    GroupInstance,
    GroupPolicy,
    GroupSchedule,
    TemplateVersion,
)
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
            templates=tuple(_templates(each)),
            instances=tuple(
                GroupInstance(
                    id=instance["InstanceId"],
                    state=instance["LifecycleState"],
                    template=_template(instance.get("LaunchTemplate")),
                    zone=instance["AvailabilityZone"],
                    healthy=instance["HealthStatus"].lower() == "healthy",
                )
                for instance in each.get("Instances") or ()
            ),
            lattice=any(
                source.get("Type") == "vpc-lattice" for source in each.get("TrafficSources") or ()
            ),
            **_on_demand(each),
        )


def _templates(group: Mapping[str, Any]) -> Iterator[TemplateVersion]:
    """Yield the launch templates of a group: its own, then those for some of its types."""
    mixed = (group.get("MixedInstancesPolicy") or {}).get("LaunchTemplate") or {}
    named = (
        group.get("LaunchTemplate"),
        mixed.get("LaunchTemplateSpecification"),
        *(each.get("LaunchTemplateSpecification") for each in mixed.get("Overrides") or ()),
    )
    yield from filter(None, map(_template, named))


def _template(named: Mapping[str, Any] | None) -> TemplateVersion | None:
    if not named:
        return None
    # A group that names no version takes the default one.
    return TemplateVersion(id=named["LaunchTemplateId"], version=named.get("Version", "$Default"))


def _on_demand(group: Mapping[str, Any]) -> dict[str, int]:
    """Return what of a mixed group is paid on demand; without one all of it is, as far as it tells."""
    said = (group.get("MixedInstancesPolicy") or {}).get("InstancesDistribution") or {}
    return {
        "on_demand_base": said.get("OnDemandBaseCapacity", 0),
        "on_demand_percentage": said.get("OnDemandPercentageAboveBaseCapacity", 100),
    }


def _target_groups(group: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the target groups of a group, by either of the two lists that name them."""
    sources = group.get("TrafficSources") or ()
    named = (each["Identifier"] for each in sources if each.get("Type", "elbv2") == "elbv2")
    return tuple(dict.fromkeys((*(group.get("TargetGroupARNs") or ()), *named)))


@probe(GroupPolicy, "autoscaling.describe_policies")
def group_policies(aws: Aws) -> Iterator[GroupPolicy]:
    for each in aws.pages("autoscaling.describe_policies", "ScalingPolicies"):
        forecast = each.get("PredictiveScalingConfiguration") or {}
        yield GroupPolicy(
            arn=each["PolicyARN"],
            group=each["AutoScalingGroupName"],
            type=each["PolicyType"],
            enabled=each.get("Enabled", True),
            alarmed=bool(each.get("Alarms")),
            forecasts_only=forecast.get("Mode", "ForecastOnly") == "ForecastOnly",
        )


@probe(GroupSchedule, "autoscaling.describe_scheduled_actions")
def group_schedules(aws: Aws) -> Iterator[GroupSchedule]:
    listed = aws.pages("autoscaling.describe_scheduled_actions", "ScheduledUpdateGroupActions")
    for each in listed:
        yield GroupSchedule(
            arn=each["ScheduledActionARN"],
            group=each["AutoScalingGroupName"],
            desired=each.get("DesiredCapacity"),
            minimum=each.get("MinSize"),
            recurs=bool(each.get("Recurrence")),
        )


#: AWS keeps activities for six weeks; of a busy region only so many of the newest are read.
HISTORY = timedelta(days=42)
MAX_ACTIVITIES = 2_000
_DESIRED = re.compile(r"changing the desired capacity from (\d+) to (\d+)")
_BY_POLICY = re.compile(r"triggered policy|predictive scaling", re.IGNORECASE)


@probe(GroupActivity, "autoscaling.describe_scaling_activities")
def group_activities(aws: Aws) -> Iterator[GroupActivity | Gap]:
    listed = aws.pages("autoscaling.describe_scaling_activities", "Activities")
    for number, each in enumerate(listed):  # newest first
        if aws.now - each["StartTime"] > HISTORY:
            return
        if number == MAX_ACTIVITIES:
            yield truncated(aws, "autoscaling:DescribeScalingActivities")
            return
        cause = each["Cause"]
        before, after = map(int, found.groups()) if (found := _DESIRED.search(cause)) else (0, 0)
        yield GroupActivity(
            arn=aws.arn("autoscaling", f"activity/{each['ActivityId']}"),
            component=each["AutoScalingGroupName"],
            started=each["StartTime"],
            ended=each.get("EndTime"),
            status=each["StatusCode"],
            raised=after > before or "increasing the capacity" in cause,
            lowered=after < before or "shrinking the capacity" in cause,
            by_policy=bool(_BY_POLICY.search(cause)),
        )


def truncated(aws: Aws, action: str) -> Gap:
    """Return the gap behind the newest of a long history."""
    return Gap(
        reason=Reason.TRUNCATED,
        account=aws.account,
        region=aws.region,
        action=action,
        detail=f"only the newest {MAX_ACTIVITIES} were read",
    )
