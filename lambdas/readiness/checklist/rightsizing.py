"""Do the machines do enough for what they cost: are they of the right size, do they rest when nobody works?

The checks of two items of "Cost".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.environments import declared_production
from readiness.evidence.scaling import AutoScalingGroup, GroupSchedule
from readiness.evidence.usage import (
    DatabaseConnections,
    DatabaseHours,
    DayOfUse,
    InstanceRecommendation,
    InstanceType,
    InstanceUse,
    RunHours,
)

#: As Trusted Advisor counts a megabyte a day of network.
MEGABYTE = 1_000_000
#: How many whole days of an instance are looked at, and so how long it has to have run.
DAYS = 14


def _group_of(instance: Instance, groups: Evidence[AutoScalingGroup]) -> str:
    """Return the ARN of the Auto Scaling group that an instance is reported with; empty for none."""
    name = instance.group
    group = next(iter(groups.about(name, "name")), None) if name else None
    return group.arn if group else ""


def _unsized(instance: Instance, unit: Unit, min_days: int) -> str:
    """Say why the size of an instance is not judged, empty where it is."""
    if instance.managed:
        return "is operated by a service of AWS"
    if instance.state != "running":
        return f"is {instance.state}"
    days = unit.age_days(instance.launched)
    if days < min_days:
        return f"has run for {days:.0f} days, too few of {min_days} to judge its size"
    return ""


# --- Sizes ----------------------------------------------------------------------------------------


@check(Severity.MEDIUM)
def compute_optimizer_instance_finding(
    instance: Instance,
    recommendations: Evidence[InstanceRecommendation],
    groups: Evidence[AutoScalingGroup],
    unit: Unit,
    *,
    saving_percent: float = 10,
) -> Result:
    """An instance of the wrong size is paid for every hour, or is too slow every hour.

    Pass: Compute Optimizer finds the instance optimized, or too large by less than 10 % of its price.
    Fix: change the instance to the option with the lowest risk; where Compute Optimizer is not on,
    opt in, with access to the whole organization.
    Blind spot: without the CloudWatch agent it does not see how much memory is used; the finding says
    so. Instances of one Auto Scaling group are reported once.
    See: https://docs.aws.amazon.com/compute-optimizer/latest/ug/view-ec2-recommendations.html
    """
    why = _unsized(instance, unit, DAYS)
    if why:
        return not_applicable(why)
    return _found(recommendations.of(instance.arn), saving_percent).about(
        _group_of(instance, groups)
    )


def _found(found: InstanceRecommendation | None, saving_percent: float) -> Result:
    if found is None:
        return not_applicable("has no finding of Compute Optimizer; its load is judged instead")
    blind = "" if found.memory or found.outside == "INTEGRATION_SUCCESS" else ", memory not seen"
    blind += f", outside metrics: {found.outside}" if found.outside else ""
    better = f"; {found.better} would do" if found.better else ""
    match found.finding:
        case "optimized":
            return passed(f"is of the right size (Compute Optimizer{blind})")
        case "underprovisioned":
            return failed(f"is too small{better} (Compute Optimizer{blind})")
        case "overprovisioned" if found.saving_percent is not None:
            saving = f"by {found.saving_percent:.0f} % of its price"
            if found.saving_percent < saving_percent:
                return passed(f"is too large {saving} at most (Compute Optimizer{blind})")
            return failed(f"is too large {saving}{better} (Compute Optimizer{blind})")
        case "overprovisioned":
            return no_evidence(f"is too large, by no told price (Compute Optimizer{blind})")
        case "notoptimized":
            return no_evidence(f"is not optimized, by no told reason (Compute Optimizer{blind})")
        case other:
            return no_evidence(f"is found {other} (Compute Optimizer{blind})")


@check(Severity.MEDIUM)
def ec2_instance_low_utilization(
    instance: Instance,
    recommendations: Evidence[InstanceRecommendation],
    uses: Evidence[InstanceUse],
    groups: Evidence[AutoScalingGroup],
    unit: Unit,
    *,
    low_cpu_percent: float = 10,
    low_network_megabytes: float = 5,
    low_days: int = 4,
) -> Result:
    """An instance with nothing to do costs as much as a busy one.

    Pass: on fewer than 4 of the last 14 days the average CPU was at most 10 % and the network carried
    at most 5 MB; judged where Compute Optimizer finds nothing.
    Fix: change to a smaller instance, or move its work elsewhere and terminate it.
    Blind spot: a burstable instance may be idle by day and right all the same; a warm standby is.
    See: https://docs.aws.amazon.com/awssupport/latest/user/cost-optimization-checks.html
    """
    why = _unsized(instance, unit, DAYS)
    if not why and recommendations.of(instance.arn):
        why = "is judged by what Compute Optimizer finds"
    if why:
        return not_applicable(why)
    days = days_of(instance, uses)
    if isinstance(days, Result):
        return days.about(_group_of(instance, groups))
    network = low_network_megabytes * MEGABYTE
    low = sum(day.cpu_average <= low_cpu_percent and day.network <= network for day in days)
    said = f"was nearly idle on {low} of the last {len(days)} days"
    return (failed(said) if low >= low_days else passed(said)).about(_group_of(instance, groups))


def days_of(instance: Instance, uses: Evidence[InstanceUse]) -> tuple[DayOfUse, ...] | Result:
    """Return the whole days of an instance's use, or what to say where some are missing."""
    use = uses.of(instance.arn)
    if use is None:
        return not_applicable("was stopped or terminated during the scan")
    if len(use.days) < DAYS:
        return unknown(
            Reason.UNDECIDED, f"shows numbers of {len(use.days)} days only, although it ran {DAYS}"
        )
    return use.days


@check(Severity.LOW)
def ec2_instance_current_generation(
    instance: Instance, types: Evidence[InstanceType], groups: Evidence[AutoScalingGroup]
) -> Result:
    """A previous generation costs more for less.

    Pass: AWS still counts the instance's type as current.
    Fix: change the instance to the same size of a current family.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-types.html#previous-gen-instances
    """
    if instance.managed:
        return not_applicable("is operated by a service of AWS")
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    found = next(iter(types.about(instance.type, "name")), None)
    if found is None:
        result = unknown(Reason.UNDECIDED, f"is a {instance.type}, which EC2 does not describe")
    elif found.current:
        result = passed(f"is of the current generation ({instance.type})")
    else:
        result = failed(f"is of a previous generation ({instance.type})")
    return result.about(_group_of(instance, groups))


# --- Hours ----------------------------------------------------------------------------------------

#: Younger things show no weekend yet.
_WEEK_HOURS = 7 * 24


def _hours_told(found: RunHours | DatabaseHours, max_run_ratio: float, up: bool) -> Result:
    """Judge by the share of hours in which something ran."""
    if found.there < _WEEK_HOURS:
        return not_applicable("is younger than a week")
    if up and not found.ran:
        return unknown(Reason.UNDECIDED, "is up, and shows no number that would tell its hours")
    ratio = found.ran / found.there
    said = f"ran in {found.ran} of {found.there} hours ({ratio:.0%})"
    return passed(said) if ratio <= max_run_ratio else failed(said)


def _untold(tags: Mapping[str, str], gone: str) -> Result:
    """Say why nothing is told of the hours of something that is not production."""
    if declared_production(tags):
        # Probes do not know the words of the configuration, and leave out what these usually mean.
        return unknown(
            Reason.NOT_SCANNED,
            "is tagged as production is by default, and its hours were not asked for",
        )
    return not_applicable(gone)


@check(Severity.MEDIUM)
def ec2_instance_offhours_stopped(
    machine: Instance | AutoScalingGroup,
    hours: Evidence[RunHours],
    schedules: Evidence[GroupSchedule],
    unit: Unit,
    *,
    nonprod_max_run_ratio: float = 0.75,
) -> Result:
    """What nobody uses at night and at weekends costs three times what it has to.

    Pass: outside of production, an instance, or any of a group, ran in at most 75 % of the hours of two
    weeks (five whole days are 71 %), or a schedule that recurs and is not suspended sets the group to
    none.
    Fix: stop it by a schedule, such as Instance Scheduler on AWS or EventBridge Scheduler.
    Blind spot: what fleets, Karpenter, EMR or Batch make outside of a group is not judged.
    See: https://docs.aws.amazon.com/solutions/latest/instance-scheduler-on-aws/solution-overview.html
    """
    if unit.is_production(machine.tags):
        return not_applicable("is production, or nothing says otherwise")
    if isinstance(machine, AutoScalingGroup):
        if not machine.maximum:
            return not_applicable("may run nothing")
        obeys = "ScheduledActions" not in machine.suspended
        if obeys and any(
            _empties(each, machine) for each in schedules.about(machine.name, "group")
        ):
            return passed("is set to no instance by a schedule")
        up = bool(machine.in_service)
    else:
        if machine.made_by:
            return not_applicable(f"was made by {machine.made_by}, and is judged with its group")
        if machine.lifecycle == "spot":
            return not_applicable("is a Spot instance")
        up = machine.state == "running"
    found = hours.of(machine.arn)
    if found is None:
        return _untold(machine.tags, "was made or terminated during the scan")
    return _hours_told(found, nonprod_max_run_ratio, up)


def _empties(schedule: GroupSchedule, group: AutoScalingGroup) -> bool:
    """Whether a schedule sets a group to no instance again and again; its minimum may forbid that."""
    least = group.minimum if schedule.minimum is None else schedule.minimum
    return schedule.recurs and schedule.desired == 0 and least == 0


@check(Severity.MEDIUM)
def rds_instance_offhours_stopped(
    database: DbInstance | DbCluster,
    hours: Evidence[DatabaseHours],
    unit: Unit,
    *,
    nonprod_max_run_ratio: float = 0.75,
) -> Result:
    """A test database that runs at night and at weekends costs three times what it has to.

    Pass: outside of production, a database instance on its own or a cluster ran in at most 75 % of the
    hours of two weeks, is stopped, or is an Aurora cluster that scales down to nothing. What RDS cannot
    stop is left out: replicas and their sources, SQL Server in several zones, Multi-AZ clusters.
    Fix: stop it by a schedule, such as Instance Scheduler on AWS or EventBridge Scheduler.
    Blind spot: RDS starts what is stopped again after 7 days.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html
    """
    if unit.is_production(database.tags):
        return not_applicable("is production, or nothing says otherwise")
    why = _unstoppable(database)
    if why:
        return not_applicable(why)
    if database.status == "stopped":
        return passed("is stopped; RDS starts it again after 7 days")
    if isinstance(database, DbCluster) and database.minimum_capacity == 0:
        return passed("scales down to nothing")
    found = hours.of(database.arn)
    if found is None:
        return _untold(database.tags, "was made or deleted during the scan")
    return _hours_told(found, nonprod_max_run_ratio, database.status == "available")


#: The engines whose clusters can be stopped: of RDS's own the Multi-AZ ones cannot.
_STOPPABLE = ("aurora", "docdb", "neptune")


def _unstoppable(database: DbInstance | DbCluster) -> str:
    """Say why a database cannot be stopped, empty where it can."""
    if isinstance(database, DbCluster):
        if not database.engine.startswith(_STOPPABLE):
            return "is a Multi-AZ cluster, which cannot be stopped"
        return ""
    if database.cluster:
        return "belongs to a cluster, which is judged instead"
    if database.replica:
        return "is a read replica, which cannot be stopped"
    if database.replicated:
        return "has read replicas, and so cannot be stopped"
    if database.engine.startswith("sqlserver") and (database.multi_az or database.standby_zone):
        return "is a Multi-AZ SQL Server, which cannot be stopped"
    if database.engine.startswith("custom-oracle"):
        return "is RDS Custom for Oracle, which cannot be stopped"
    return ""


@check(Severity.LOW)
def ec2_instance_stopped_too_long(
    instance: Instance, unit: Unit, *, stopped_days: int = 30
) -> Result:
    """A stopped instance still costs its disks and addresses, and is patched by nobody.

    Pass: the instance runs, or was stopped within the last 30 days.
    Fix: take an image of it and terminate it.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Stop_Start.html
    """
    if instance.managed:
        return not_applicable("is operated by a service of AWS")
    if instance.state != "stopped":
        return passed(f"is {instance.state}")
    if instance.stopped is None:
        return unknown(Reason.UNDECIDED, "is stopped, and EC2 does not tell since when")
    days = f"was stopped {unit.age_days(instance.stopped):.0f} days ago"
    return passed(days) if unit.age_days(instance.stopped) <= stopped_days else failed(days)


@check(Severity.MEDIUM)
def rds_instance_idle(
    database: DbInstance,
    connections: Evidence[DatabaseConnections],
    instances: Evidence[DbInstance],
    unit: Unit,
    *,
    idle_days: int = 7,
) -> Result:
    """A database that nothing connects to is paid for by the hour.

    Pass: something was connected within the last 7 days, to it or to another instance of its cluster.
    Fix: take a snapshot of the database and delete it.
    Blind spot: connections are looked at for 90 days. Neptune counts none, and is not judged.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
    """
    if database.engine == "neptune":
        return not_applicable("is of Neptune, which counts no connections")
    if database.status != "available":
        return not_applicable(f"is {database.status}")
    if database.created is None or unit.age_days(database.created) < idle_days:
        return not_applicable(f"is younger than {idle_days} days")
    own = _connected(database, connections, unit, idle_days)
    if own is None:
        return not_applicable("was stopped or deleted during the scan")
    if own.status is Status.PASS or not database.cluster:
        return own
    for peer in instances.about(database.cluster, "cluster"):
        found = connections.of(peer.arn)
        if found and found.connected and unit.age_days(found.connected) <= idle_days:
            return passed("belongs to a cluster that something is connected to")
    return own


def _connected(
    database: DbInstance, connections: Evidence[DatabaseConnections], unit: Unit, idle_days: int
) -> Result | None:
    found = connections.of(database.arn)
    if found is None:
        return None
    if found.connected and unit.age_days(found.connected) <= idle_days:
        return passed(f"had a connection {unit.age_days(found.connected):.0f} days ago")
    if not found.measured:
        return unknown(Reason.UNDECIDED, "is available, and shows no number of connections")
    if unit.age_days(found.since) < idle_days:
        looked = f"{unit.age_days(found.since):.0f} days"
        return unknown(
            Reason.NOT_SCANNED, f"had no connection in the last {looked}, all that is looked at"
        )
    return failed(f"had no connection in the last {idle_days} days")
