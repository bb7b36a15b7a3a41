"""Did what scales grow and shrink lately, under load that was put on it on purpose?

The checks of "Stress test has been done on autoscaling".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from readiness.checklist.elasticity import has_policy, has_target_policy, hosts_containers
from readiness.checklist.load_tests import MAX_AGE_DAYS, newest_success, run_recent
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.load import DistributedRun, happened_in, load_runs
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, Repository, WorkflowRun
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupActivity,
    GroupPeak,
    GroupPolicy,
    ScalableTarget,
    TargetActivity,
    TargetPolicy,
)

#: How long AWS keeps scaling activities.
_HISTORY_DAYS = 42


def _not_tested(
    component: AutoScalingGroup | ScalableTarget,
    group_policies: Evidence[GroupPolicy],
    target_policies: Evidence[TargetPolicy],
) -> str:
    """Say why there is no scaling to test, empty where there is."""
    if isinstance(component, AutoScalingGroup):
        if hosts_containers(component.tags):
            return "is filled with containers, whose services are judged"
        return "" if has_policy(component, group_policies) else "has no scaling policy"
    return "" if has_target_policy(component, target_policies) else "has no scaling policy"


def _activities(
    target: ScalableTarget, activities: Evidence[TargetActivity]
) -> Iterator[TargetActivity]:
    """Yield what a target did, the newest first: the reads and the writes of a table are two."""
    for each in activities.about(target.resource, "component"):
        if each.dimension == target.dimension:
            yield each


@check(Severity.MEDIUM)
def scaling_out_and_in_observed(
    component: AutoScalingGroup | ScalableTarget,
    group_policies: Evidence[GroupPolicy],
    target_policies: Evidence[TargetPolicy],
    group_activities: Evidence[GroupActivity],
    target_activities: Evidence[TargetActivity],
) -> Result:
    """A policy that never acted is a guess; growing may fail for want of quota, images or addresses.

    Pass: within the six weeks that AWS remembers, a policy made the group, service or table grow, and
    one made it shrink.
    Fix: drive it up and down with a load test, and mend what keeps it from launching.
    Blind spot: what a person, a schedule or a refresh did proves nothing of the policies.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-verify-scaling-activity.html
    """
    why = _not_tested(component, group_policies, target_policies)
    if why:
        return not_applicable(why)
    activities: Iterable[GroupActivity | TargetActivity]
    if isinstance(component, AutoScalingGroup):
        activities = group_activities.about(component.name, "component")
    else:
        activities = _activities(component, target_activities)
    newest = True
    raised = lowered = False
    for activity in activities:  # newest first
        if activity.raised and newest:
            newest = False
            if activity.status == "Failed":
                when = f"{activity.started:%Y-%m-%d}"
                return failed(f"failed to grow when it last tried, on {when}", Severity.HIGH)
        if activity.status == "Successful" and activity.by_policy:
            raised, lowered = raised or activity.raised, lowered or activity.lowered
        if raised and lowered:
            return passed("grew and shrank by its policies within six weeks")
    missing = [word for word, done in (("grow", raised), ("shrink", lowered)) if not done]
    return no_evidence(f"did not {' or '.join(missing)} by a policy within six weeks")


@check(Severity.MEDIUM)
def scaling_not_capped(
    component: AutoScalingGroup | ScalableTarget,
    group_policies: Evidence[GroupPolicy],
    target_policies: Evidence[TargetPolicy],
    target_activities: Evidence[TargetActivity],
    peaks: Evidence[GroupPeak],
) -> Result:
    """What reached its maximum would have grown on; how far, nobody knows.

    Pass: within six weeks the group always wanted fewer instances than its present maximum, or
    Application Auto Scaling was never kept from growing by the maximum of the service or table.
    Fix: raise the maximum, after the quotas behind it.
    Blind spot: a group without group metrics tells nothing of its past size, and none what its
    maximum was then.
    See: https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scaling-activities.html
    """
    why = _not_tested(component, group_policies, target_policies)
    if why:
        return not_applicable(why)
    if isinstance(component, AutoScalingGroup):
        peak = peaks.of(component.arn)
        if peak is None or peak.desired is None:
            return no_evidence("publishes no group metrics that would show its peak")
        told = f"wanted {peak.desired:.0f} of at most {component.maximum} instances"
        return failed(told) if peak.desired >= component.maximum else passed(told)
    for activity in _activities(component, target_activities):
        if activity.capped:
            when = f"{activity.started:%Y-%m-%d}"
            return failed(f"stood at its maximum of {component.maximum} on {when}")
    return passed(f"never stood at its maximum of {component.maximum} within six weeks")


@check(Severity.MEDIUM)
def autoscaling_load_test_run_recent(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    policies: Evidence[GroupPolicy | TargetPolicy],
    activities: Evidence[GroupActivity | TargetActivity],
    unit: Unit,
    *,
    load_test_max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Whether it grows fast enough shows under load that was put on it on purpose.

    Pass: the newest run of a load test within 180 days succeeded, and a policy made something grow
    while it ran.
    Fix: run a load test that rises above what one instance or task can bear.
    Blind spot: AWS remembers what grew for six weeks; of an older run only an attestation tells.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_adapt_to_changes_load_tested_adapt.html
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    if not any(True for _ in policies):
        return not_applicable("belongs to a workload without scaling policies")
    found = load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed)
    result = run_recent(found, unit, load_test_max_age_days)
    run = newest_success(found, unit, load_test_max_age_days)
    if result.status is not Status.PASS or run is None:
        return result
    for activity in activities:
        grew = activity.raised and activity.by_policy and activity.status == "Successful"
        if grew and happened_in(run, activity.started):
            return passed(f"{result.because}, and {activity.component} grew").about(run.arn)
    if run.ended is None or unit.age_days(run.started) > _HISTORY_DAYS:
        return no_evidence(f"{result.because}; what grew then is not known any more").about(run.arn)
    return failed(f"{result.because}, and no policy made anything grow").about(run.arn)
