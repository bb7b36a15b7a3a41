"""Look at what ways in carried, five minutes by five minutes, where something calls them by a webhook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from readiness.evidence import Evidence, Gap
from readiness.evidence.apis import HttpApi, HttpRoute, RestApi, RestMethod
from readiness.evidence.balancing import ListenerRule
from readiness.evidence.signals import WEBHOOK_PATHS
from readiness.evidence.traffic import Hour, WebhookTraffic
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered
from readiness.probes.metrics import CALL, Points, Series, beginning, measure

#: CloudWatch keeps five minutes for 63 days; a usual load is that of the last 30.
KEPT_DAYS = 63
USUAL_DAYS = 30
FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
#: Of one way in so many functions are asked for.
MAX_FUNCTIONS = 10
_WEBHOOK = re.compile(WEBHOOK_PATHS)


@dataclass(frozen=True)
class _Door:
    """A way in with a webhook, and the functions behind that."""

    arn: str
    namespace: str
    dimensions: Mapping[str, str]
    requests: str
    errors: str
    functions: tuple[str, ...] = ()

    def series(self) -> dict[str, Series]:
        counted = {"requests": self.requests, "errors": self.errors}
        refused = {
            f"throttles {name}": Series(
                namespace="AWS/Lambda",
                metric="Throttles",
                dimensions={"FunctionName": name},
                period=HOUR,
            )
            for name in self.functions[:MAX_FUNCTIONS]
        }
        return refused | {
            name: Series(
                namespace=self.namespace,
                metric=metric,
                dimensions=self.dimensions,
                period=FIVE_MINUTES,
            )
            for name, metric in counted.items()
        }


@probe(WebhookTraffic, CALL)
def webhook_traffic(
    aws: Aws,
    rest_apis: Evidence[RestApi],
    http_apis: Evidence[HttpApi],
    methods: Evidence[RestMethod],
    routes: Evidence[HttpRoute],
    rules: Evidence[ListenerRule],
) -> Iterator[WebhookTraffic | Gap]:
    all_apis: Evidence[RestApi | HttpApi] = rest_apis | http_apis
    all_ways: Evidence[RestMethod | HttpRoute] = methods | routes
    apis, hidden = gathered(all_apis)
    ways, hidden_ways = gathered(all_ways)
    balanced, hidden_rules = gathered(rules)
    doors = [*_apis(apis, ways), *_balancers(balanced)]
    usual_since = beginning(aws, USUAL_DAYS)
    since = beginning(aws, KEPT_DAYS)
    for found in measure(aws, doors, _Door.series, since=since):
        if isinstance(found, Gap):
            yield found
            continue
        requests = found.points["requests"]
        usual = [number for at, number in requests.items() if number and at >= usual_since]
        yield WebhookTraffic(
            arn=found.resource.arn,
            hours=tuple(_hours(found.points)),
            usual=median(usual) if usual else 0,
        )
    yield from (*hidden, *hidden_ways, *hidden_rules)


def _apis(apis: list[RestApi | HttpApi], ways: list[RestMethod | HttpRoute]) -> Iterator[_Door]:
    functions: dict[str, dict[str, None]] = {}
    for way in ways:
        if _WEBHOOK.search(way.path):
            called = functions.setdefault(way.api, {})
            name = way.function.rpartition(":function:")[2].partition(":")[0]
            called.update({name: None} if name else {})
    for api in apis:
        behind = tuple(functions.get(api.arn, ()))
        if api.arn not in functions:
            continue
        if isinstance(api, RestApi):
            named = {"ApiName": api.name}
            yield _Door(api.arn, "AWS/ApiGateway", named, "Count", "5XXError", behind)
        else:
            yield _Door(api.arn, "AWS/ApiGateway", {"ApiId": api.id}, "Count", "5xx", behind)


def _balancers(rules: list[ListenerRule]) -> Iterator[_Door]:
    hooked = (rule.balancer for rule in rules if any(map(_WEBHOOK.search, rule.paths)))
    for arn in dict.fromkeys(hooked):
        named = {"LoadBalancer": arn.partition(":loadbalancer/")[2]}
        errors = "HTTPCode_Target_5XX_Count"
        yield _Door(arn, "AWS/ApplicationELB", named, "RequestCount", errors)


def _hours(points: Mapping[str, Points]) -> Iterator[Hour]:
    hours: dict[datetime, dict[str, float]] = {}
    for name, series in points.items():
        what = name.partition(" ")[0]
        for moment, number in series.items():
            hour = hours.setdefault(moment.replace(minute=0, second=0), {})
            hour[what] = hour.get(what, 0) + number
            if what == "requests":
                hour["busiest"] = max(hour.get("busiest", 0), number)
    for started, said in sorted(hours.items()):
        if any(said.values()):
            yield Hour(
                started=started,
                requests=said.get("requests", 0),
                busiest=said.get("busiest", 0),
                errors=said.get("errors", 0),
                throttles=said.get("throttles", 0),
            )
