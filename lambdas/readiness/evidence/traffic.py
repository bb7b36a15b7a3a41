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
    #: Calls of the functions behind it that were refused since too many ran; counted of webhooks alone.
    throttles: float
    #: How long the slowest hundredth of its requests took at least, in the unit of the metric: seconds
    #: of a load balancer, milliseconds of all else. None where that was not measured.
    p99: float | None = None


@record(Scope.REGION, "traffic from the internet")
class DoorTraffic:
    """What an API, a load balancer or a function's URL carried within 63 days; quiet hours are left out.

    Source: cloudwatch.GetMetricData.
    """

    #: The ARN of the API, the load balancer or the function.
    arn: str
    hours: tuple[Hour, ...]
    #: The median of all five minutes with requests within 30 days; 0 where there were none.
    usual: float
    #: Whether somebody calls it by a webhook, as far as its paths tell.
    webhook: bool = True

    def within(self, started: datetime, ended: datetime) -> tuple[Hour, ...]:
        """Return the hours that a while touches."""
        return tuple(
            each
            for each in self.hours
            if each.started < ended and each.started + timedelta(hours=1) > started
        )
