"""Who looks at a workload from outside: canaries of Synthetics, and health checks of Route 53."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "canary")
class Canary:
    """A canary of CloudWatch Synthetics; nothing of its code. Source: synthetics.DescribeCanaries."""

    arn: str
    name: str
    #: CREATING, READY, STARTING, RUNNING, UPDATING, STOPPING, STOPPED, ERROR or DELETING.
    state: str
    created: datetime | None = None
    #: What it was made of, e.g. heartbeat; empty where it was written by hand.
    blueprints: tuple[str, ...] = ()


@record(Scope.REGION, "canary's runs")
class CanaryRuns:
    """In how many of the last 24 hours a canary measured. Source: cloudwatch.GetMetricData."""

    #: The canary's ARN.
    arn: str
    hours: int


@record(Scope.ACCOUNT, "health check")
class HealthCheck:
    """A health check of Route 53; nothing of where it looks. Source: route53.ListHealthChecks."""

    arn: str
    #: HTTP, HTTPS, HTTP_STR_MATCH, HTTPS_STR_MATCH, TCP, CALCULATED, CLOUDWATCH_METRIC or RECOVERY_CONTROL.
    type: str
    disabled: bool
    #: The service that made it; empty where it is the account's own.
    managed_by: str

    @property
    def measures(self) -> bool:
        """Whether it looks at anything: switches of Application Recovery Controller do not."""
        return not self.disabled and self.type != "RECOVERY_CONTROL"
