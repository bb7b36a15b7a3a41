"""What public ways in carried, hour by hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class Hour:
    """One hour of traffic."""

    started: datetime
    requests: float
    #: Requests of its busiest five minutes.
    busiest: float
    #: Requests that the server failed to answer.
    errors: float
    #: Calls of the functions behind it that were refused since too many ran.
    throttles: float


@record(Scope.REGION, "webhook's traffic")
class WebhookTraffic:
    """What an API or a load balancer with a webhook carried within 63 days; quiet hours are left out.

    Source: cloudwatch.GetMetricData.
    """

    #: The ARN of the API or the load balancer.
    arn: str
    hours: tuple[Hour, ...]
    #: The median of all five minutes with requests within 30 days; 0 where there were none.
    usual: float

    def within(self, started: datetime, ended: datetime) -> tuple[Hour, ...]:
        """Return the hours that a while touches."""
        return tuple(
            each
            for each in self.hours
            if each.started < ended and each.started + timedelta(hours=1) > started
        )
