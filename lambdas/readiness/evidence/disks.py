"""How full are the disks of instances, as an agent inside of them tells it?"""

from __future__ import annotations

from readiness.evidence import Scope, record

#: The CloudWatch agent's namespace and its two metrics of disks, as Linux and Windows have them.
AGENT = "CWAgent"
LINUX = "disk_used_percent"
WINDOWS = "LogicalDisk % Free Space"


@record(Scope.REGION, "metric of a disk")
class DiskMetric:
    """A disk that the CloudWatch agent told of within three hours. Source: cloudwatch.ListMetrics."""

    #: The ARN of the instance, or of its group's name, and the disk.
    arn: str
    #: The instance's id, and the name of its Auto Scaling group; one of them may be empty, and both
    #: where the agent does not say on which machine it runs.
    instance: str
    group: str
    #: The mount point or the drive's letter; empty where all disks are told of together.
    path: str
    #: The kind of file system; empty where it is not told.
    filesystem: str
    #: disk_used_percent or LogicalDisk % Free Space.
    metric: str
    dimensions: tuple[tuple[str, str], ...]


@record(Scope.REGION, "use of a disk")
class DiskUsage:
    """The most of a disk that was in use within a day, in percent. Source: cloudwatch.GetMetricData."""

    #: The metric's ARN.
    arn: str
    path: str
    filesystem: str
    #: None where nothing was measured.
    used: float | None


#: What Container Insights calls the use of the disks of a cluster's machines, in percent.
NODE_DISKS = {
    "ContainerInsights": "node_filesystem_utilization",
    "ECS/ContainerInsights": "instance_filesystem_utilization",
}


@record(Scope.REGION, "disk of a cluster's machine")
class NodeDiskMetric:
    """That Container Insights told of an instance's disks within three hours.

    Source: cloudwatch.ListMetrics.
    """

    #: The instance's ARN.
    arn: str
    #: The name of its cluster.
    cluster: str
