"""How much of what is paid for is used: the load of machines, the hours they ran, what would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "instance type")
class InstanceType:
    """A type of instance that runs in a region. Source: ec2.DescribeInstanceTypes."""

    #: Built from its name.
    arn: str
    name: str
    #: Whether it is of a generation that AWS still recommends.
    current: bool
    #: Whether EC2 can move it to another host, whether it is a machine of its own, and whether it
    #: may have disks that stay behind then.
    recoverable: bool = False
    metal: bool = False
    stores: bool = False


@record(Scope.REGION, "instance recommendation")
class InstanceRecommendation:
    """What Compute Optimizer finds of an instance.

    Source: compute-optimizer.GetEC2InstanceRecommendations.
    """

    #: The instance's ARN.
    arn: str
    #: Without case and underscores: optimized, overprovisioned, underprovisioned or notoptimized.
    finding: str
    #: What the best option saves, in percent of the price; None where no figure is given.
    saving_percent: float | None
    #: The type of the best option; empty where there is none.
    better: str
    #: Whether it saw how much memory is used, which takes an agent on the instance.
    memory: bool
    #: What the provider of outside metrics says; empty where none is set.
    outside: str = ""


@dataclass(frozen=True, kw_only=True)
class DayOfUse:
    """One whole day of an instance, in UTC."""

    cpu_average: float
    cpu_maximum: float
    #: Bytes, in and out.
    network: float


@record(Scope.REGION, "use of an instance")
class InstanceUse:
    """What an instance did on the last 14 whole days, as far as it ran. Source: cloudwatch.GetMetricData."""

    #: The instance's ARN.
    arn: str
    days: tuple[DayOfUse, ...]


@record(Scope.REGION, "hours that machines ran")
class RunHours:
    """In how many of the last 14 days' hours an instance, or any of a group, ran.

    Source: cloudwatch.GetMetricData.
    """

    #: The instance's or the group's ARN.
    arn: str
    ran: int
    #: Hours in which it was there.
    there: int


@record(Scope.REGION, "hours that a database ran")
class DatabaseHours:
    """The same of a database instance or a cluster. Source: cloudwatch.GetMetricData."""

    #: The instance's or the cluster's ARN.
    arn: str
    ran: int
    there: int


@record(Scope.REGION, "connections to a database")
class DatabaseConnections:
    """When anything was last connected to a database instance. Source: cloudwatch.GetMetricData."""

    #: The instance's ARN.
    arn: str
    #: The end of the last day with a connection; None where there was none.
    connected: datetime | None
    #: Whether any number came.
    measured: bool
    #: As far back as was looked.
    since: datetime
