"""What runs at certain times by itself, what it starts, and how often that failed."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "schedule")
class Schedule:
    """A schedule of EventBridge Scheduler. Source: scheduler.ListSchedules."""

    arn: str
    name: str
    group: str
    enabled: bool

    @property
    def group_arn(self) -> str:
        """The ARN of its group, by which CloudWatch counts failures."""
        place, _, _ = self.arn.partition(":schedule/")
        return f"{place}:schedule-group/{self.group}"


@record(Scope.REGION, "schedule's failures")
class ScheduleDetail:
    """What becomes of a start that fails, of schedules that no alarm watches by their group.

    Source: scheduler.GetSchedule, of which the input is dropped.
    """

    #: The schedule's ARN.
    arn: str
    #: The ARN of the queue that gets what could not be started; empty where there is none.
    dead_letters: str
    #: When it runs for the last time; None where it has no end.
    until: datetime | None


@record(Scope.REGION, "targets of a scheduled rule")
class ScheduledTargets:
    """What an enabled rule of the account's own starts at certain times.

    Source: events.ListTargetsByRule.
    """

    #: The rule's ARN.
    arn: str
    targets: int
    #: How many of them have no queue for what could not be started.
    without_queue: int


@record(Scope.REGION, "failed starts")
class FailedStarts:
    """How often a rule, or the schedules of a group, failed to start something in seven days.

    Source: cloudwatch.GetMetricData.
    """

    #: The rule's or the group's ARN.
    arn: str
    count: float


@record(Scope.REGION, "maintenance window")
class MaintenanceWindow:
    """A maintenance window of Systems Manager. Source: ssm.DescribeMaintenanceWindows."""

    arn: str
    name: str
    enabled: bool
