"""Look at Application Auto Scaling: one listing covers every resource of a service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.scaling import (
    ScalableTarget,
    TargetActivity,
    TargetPolicy,
    TargetSchedule,
)
from readiness.probes import probe
from readiness.probes.autoscaling import HISTORY, MAX_ACTIVITIES, truncated
from readiness.probes.aws import Aws

NAMESPACES = ("ecs", "dynamodb")


@probe(ScalableTarget, "application-autoscaling.describe_scalable_targets")
def scalable_targets(aws: Aws) -> Iterator[ScalableTarget]:
    for each in _listed(aws, "describe_scalable_targets", "ScalableTargets"):
        suspended = each.get("SuspendedState") or {}
        yield ScalableTarget(
            arn=aws.arn(
                "application-autoscaling",
                f"scalable-target/{each['ResourceId']}/{each['ScalableDimension']}",
            ),
            resource=each["ResourceId"],
            dimension=each["ScalableDimension"],
            minimum=each["MinCapacity"],
            maximum=each["MaxCapacity"],
            out_suspended=suspended.get("DynamicScalingOutSuspended", False),
            in_suspended=suspended.get("DynamicScalingInSuspended", False),
            schedules_suspended=suspended.get("ScheduledScalingSuspended", False),
        )


@probe(TargetPolicy, "application-autoscaling.describe_scaling_policies")
def target_policies(aws: Aws) -> Iterator[TargetPolicy]:
    for each in _listed(aws, "describe_scaling_policies", "ScalingPolicies"):
        forecast = each.get("PredictiveScalingPolicyConfiguration")
        if forecast is not None and forecast.get("Mode", "ForecastOnly") == "ForecastOnly":
            continue  # it scales nothing
        yield TargetPolicy(
            arn=each["PolicyARN"],
            resource=each["ResourceId"],
            dimension=each["ScalableDimension"],
        )


@probe(TargetSchedule, "application-autoscaling.describe_scheduled_actions")
def target_schedules(aws: Aws) -> Iterator[TargetSchedule]:
    for each in _listed(aws, "describe_scheduled_actions", "ScheduledActions"):
        if not _is_over(each, aws.now):
            yield TargetSchedule(arn=each["ScheduledActionARN"], resource=each["ResourceId"])


_ONCE = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)\)")
#: No time zone is further from UTC.
_ZONES = timedelta(hours=14)


def _is_over(action: Mapping[str, Any], now: datetime) -> bool:
    """Whether a schedule ran for the last time; one that is over stays listed."""
    end = action.get("EndTime")
    once = _ONCE.match(action["Schedule"])
    return bool(end and end < now) or bool(
        once and datetime.fromisoformat(f"{once[1]}+00:00") + _ZONES < now
    )


def _listed(aws: Aws, operation: str, member: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
    for namespace in NAMESPACES:
        yield from aws.pages(
            f"application-autoscaling.{operation}", member, ServiceNamespace=namespace, **arguments
        )


#: E.g. "Setting desired count to 4." or "Setting write capacity units to 25."
_SET = re.compile(r"to (\d+)\b")
#: At the end of the names that target tracking gives its alarms.
_HIGH = re.compile(r"(Alarm|Capacity)High")
_LOW = re.compile(r"(Alarm|Capacity)Low")


@probe(TargetActivity, "application-autoscaling.describe_scaling_activities")
def target_activities(aws: Aws) -> Iterator[TargetActivity | Gap]:
    recent: list[Mapping[str, Any]] = []
    listed = _listed(
        aws, "describe_scaling_activities", "ScalingActivities", IncludeNotScaledActivities=True
    )
    for number, each in enumerate(listed):
        if number == MAX_ACTIVITIES:
            yield truncated(aws, "application-autoscaling:DescribeScalingActivities")
            break
        if aws.now - each["StartTime"] <= HISTORY:
            recent.append(each)
    size: dict[tuple[str, str], int] = {}
    activities: list[TargetActivity] = []
    for each in sorted(recent, key=lambda activity: activity["StartTime"]):
        key = (each["ResourceId"], each["ScalableDimension"])
        activities.append(_activity(aws, each, size.get(key)))
        if (found := _SET.search(each["Description"])) and each["StatusCode"] == "Successful":
            size[key] = int(found[1])
    yield from reversed(activities)  # newest first, as groups list theirs


def _activity(aws: Aws, each: Mapping[str, Any], before: int | None) -> TargetActivity:
    cause = each["Cause"]
    raised, lowered = bool(_HIGH.search(cause)), bool(_LOW.search(cause))
    found = _SET.search(each["Description"])
    if found and before is not None:
        raised, lowered = int(found[1]) > before, int(found[1]) < before
    reasons = [reason["Code"] for reason in each.get("NotScaledReasons") or ()]
    return TargetActivity(
        arn=aws.arn("application-autoscaling", f"activity/{each['ActivityId']}"),
        component=each["ResourceId"],
        dimension=each["ScalableDimension"],
        started=each["StartTime"],
        ended=each.get("EndTime"),
        status=each["StatusCode"],
        raised=raised and not reasons,
        lowered=lowered and not reasons,
        by_policy="triggered policy" in cause,
        capped="AlreadyAtMaxCapacity" in reasons,
    )
