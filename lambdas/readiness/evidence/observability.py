"""How a system is observed: what it measures of itself, who measures it from outside, and where to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pydantic
import pydantic.dataclasses

from readiness.evidence import Scope, record

#: Pages of metrics that are listed: 500 metrics each.
PAGES = 20
#: What the CloudWatch agent, and Container Insights, call the memory of a machine.
AGENT_MEMORY = ("mem_used_percent", "mem_available_percent", "Memory % Committed Bytes In Use")
NODE_MEMORY = {
    "ContainerInsights": "node_memory_utilization",
    "ECS/ContainerInsights": "instance_memory_utilization",
}


@record(Scope.REGION, "namespace of metrics")
class ActiveNamespace:
    """A namespace that is not AWS's, with metrics of the last three hours.

    Source: cloudwatch.ListMetrics, the account's own metrics alone.
    """

    #: Built from its name.
    arn: str
    name: str
    #: The names of its metrics, some of many.
    metrics: tuple[str, ...]
    #: The page on which it was first listed, beginning with 1.
    page: int = 1
    #: The ids of the instances whose memory it tells of.
    memory_of: tuple[str, ...] = ()


@record(Scope.REGION, "memory of an instance")
class MemoryMetric:
    """That an agent told of the memory of an instance in the last three hours.

    Source: cloudwatch.ListMetrics.
    """

    #: The instance's ARN.
    arn: str
    namespace: str
    name: str


@record(Scope.REGION, "agent on an instance")
class InstalledAgent:
    """A program that is installed on an instance, of those that matter. Source: ssm.GetInventory."""

    #: The instance's ARN.
    arn: str
    #: The name under which it was looked for; `log agent` for all that take logs and no more is asked.
    name: str


@dataclass(frozen=True, kw_only=True)
class SignalsService:
    """A service that Application Signals found."""

    name: str
    #: E.g. `lambda:default` or `eks:shop/default`.
    environment: str = ""
    #: E.g. AWS::Lambda.
    platform: str = ""


@record(Scope.REGION, "services of Application Signals")
class SignalsServices:
    """What Application Signals found in a day; there is one where the region has Application Signals.

    Source: application-signals.ListServices.
    """

    #: Built from the region.
    arn: str
    services: tuple[SignalsService, ...]


@dataclass(frozen=True, kw_only=True)
class Objective:
    """A service level objective."""

    arn: str
    name: str
    #: The name of the service that it is about; empty where it is about a metric alone.
    service: str = ""
    #: What it is measured by: ServiceOperation, CloudWatchMetric, …
    source: str = ""
    #: The account of the service that it is about; empty where it is the objective's own.
    account: str = ""


@record(Scope.REGION, "service level objectives")
class ServiceObjectives:
    """The service level objectives of a region; there is one where it has Application Signals.

    In a monitoring account those of the accounts that are linked to it are there, too.
    Source: application-signals.ListServiceLevelObjectives.
    """

    #: Built from the region.
    arn: str
    objectives: tuple[Objective, ...]


@record(Scope.REGION, "metric stream")
class MetricStream:
    """A stream that takes metrics elsewhere. Source: cloudwatch.ListMetricStreams."""

    arn: str
    name: str
    #: running or stopped.
    state: str


@record(Scope.REGION, "Prometheus workspace")
class PrometheusWorkspace:
    """A workspace of Amazon Managed Service for Prometheus. Source: amp.ListWorkspaces."""

    arn: str
    #: Its alias, or its id where it has none.
    name: str
    #: ACTIVE, CREATING, …
    status: str


@record(Scope.ACCOUNT, "dashboard")
class Dashboard:
    """A dashboard of CloudWatch. Source: cloudwatch.ListDashboards."""

    arn: str
    name: str
    modified: datetime | None
    #: In bytes.
    size: int


@record(Scope.REGION, "dashboard of QuickSight")
class BusinessDashboard:
    """A dashboard of QuickSight. Source: quicksight.ListDashboards."""

    arn: str
    name: str
    #: None where it was never published.
    published: datetime | None


@pydantic.dataclasses.dataclass(frozen=True, config=pydantic.ConfigDict(extra="forbid"))
class BusinessMetric:
    """A metric that the configuration names as one that the business is steered by."""

    namespace: str
    metric: str
    dimensions: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name it, with its dimensions."""
        told = ",".join(f"{key}={value}" for key, value in sorted(self.dimensions.items()))
        return f"{self.namespace}/{self.metric}" + (f"{{{told}}}" if told else "")


@record(Scope.REGION, "business metric")
class BusinessMetricUse:
    """When a metric that the configuration names was last measured in seven days.

    Source: cloudwatch.GetMetricData.
    """

    #: Built from the region and the metric.
    arn: str
    #: As the metric names itself.
    metric: str
    #: The end of the last hour with a number, or the scan's start within it; None where there is none.
    measured: datetime | None
