"""Look at what ways in from the internet carried, five minutes by five minutes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.apis import GraphqlApi, HttpApi, HttpRoute, RestApi, RestMethod
from readiness.evidence.balancing import ClassicLoadBalancer, ListenerRule, LoadBalancer
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.signals import WEBHOOK_PATHS
from readiness.evidence.traffic import DoorTraffic, Hour
from readiness.probes import probe
from readiness.probes.actions import action_of
from readiness.probes.aws import Aws, gathered
from readiness.probes.metrics import CALL, Points, Series, beginning, measure

#: CloudWatch keeps five minutes for 63 days; a usual load is that of the last 30.
KEPT_DAYS = 63
USUAL_DAYS = 30
FIVE_MINUTES = timedelta(minutes=5)
HOUR = timedelta(hours=1)
#: Of so many ways in; one fills a fifth of an answer's page.
MAX_DOORS = 40
#: Of one way in so many functions are asked for.
MAX_FUNCTIONS = 10
_WEBHOOK = re.compile(WEBHOOK_PATHS)

_Api = RestApi | HttpApi
_Way = RestMethod | HttpRoute
_Front = RestApi | HttpApi | GraphqlApi | LoadBalancer | ClassicLoadBalancer | FunctionUrl


@dataclass(frozen=True, kw_only=True)
class _Door:
    """A way in, how it is measured, and the functions behind its webhook."""

    arn: str
    namespace: str
    dimensions: Mapping[str, str]
    requests: str
    errors: str
    latency: str
    webhook: bool
    functions: tuple[str, ...] = ()

    def series(self) -> dict[str, Series]:
        counted = {
            "requests": (self.requests, FIVE_MINUTES, "Sum"),
            "errors": (self.errors, HOUR, "Sum"),
            "p99": (self.latency, HOUR, "p99"),
        }
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
                period=period,
                stat=stat,
            )
            for name, (metric, period, stat) in counted.items()
        }


@probe(DoorTraffic, CALL)
def door_traffic(
    aws: Aws,
    rest_apis: Evidence[RestApi],
    http_apis: Evidence[HttpApi],
    methods: Evidence[RestMethod],
    routes: Evidence[HttpRoute],
    rules: Evidence[ListenerRule],
    graphql_apis: Evidence[GraphqlApi],
    balancers: Evidence[LoadBalancer],
    classics: Evidence[ClassicLoadBalancer],
    urls: Evidence[FunctionUrl],
) -> Iterator[DoorTraffic | Gap]:
    all_ways: Evidence[_Way] = methods | routes
    ways, hidden_ways = gathered(all_ways)
    balanced, hidden_rules = gathered(rules)
    listed: Evidence[_Front] = rest_apis | http_apis | graphql_apis | balancers | classics | urls
    fronts, hidden = gathered(listed)
    hooked = _functions(ways)
    hooked |= {rule.balancer: () for rule in balanced if any(map(_WEBHOOK.search, rule.paths))}
    found = [door for front in fronts for door in _doors(front, hooked)]
    found.sort(key=lambda door: (not door.webhook, door.arn))
    yield from _carried(aws, found[:MAX_DOORS])
    for door in found[MAX_DOORS:]:
        yield Gap(
            reason=Reason.TRUNCATED,
            account=aws.account,
            region=aws.region,
            resource=door.arn,
            action=action_of(CALL),
            detail=f"only {MAX_DOORS} of {len(found)} ways in were measured",
        )
    yield from (*hidden, *hidden_ways, *hidden_rules)


def _carried(aws: Aws, doors: list[_Door]) -> Iterator[DoorTraffic | Gap]:
    usual_since = beginning(aws, USUAL_DAYS)
    for each in measure(aws, doors, _Door.series, since=beginning(aws, KEPT_DAYS)):
        if isinstance(each, Gap):
            yield each
            continue
        requests = each.points["requests"]
        usual = [number for at, number in requests.items() if number and at >= usual_since]
        yield DoorTraffic(
            arn=each.resource.arn,
            hours=tuple(_hours(each.points)),
            usual=median(usual) if usual else 0,
            webhook=each.resource.webhook,
        )


def _functions(ways: Iterable[_Way]) -> dict[str, tuple[str, ...]]:
    """Return the functions behind the webhooks of each API that has one."""
    functions: dict[str, dict[str, None]] = {}
    for way in ways:
        if _WEBHOOK.search(way.path):
            called = functions.setdefault(way.api, {})
            name = way.function.rpartition(":function:")[2].partition(":")[0]
            called.update({name: None} if name else {})
    return {api: tuple(named) for api, named in functions.items()}


def _doors(front: _Front, hooked: Mapping[str, tuple[str, ...]]) -> Iterator[_Door]:
    """Yield how something is measured that the internet may reach, or that has a webhook."""
    named: dict[str, str]
    match front:
        case RestApi():
            if front.private and front.arn not in hooked:
                return
            names = ("AWS/ApiGateway", "Count", "5XXError", "Latency")
            named = {"ApiName": front.name}
        case HttpApi():
            if front.protocol != "HTTP":
                return
            names = ("AWS/ApiGateway", "Count", "5xx", "Latency")
            named = {"ApiId": front.id}
        case GraphqlApi():
            if front.private:
                return
            names = ("AWS/AppSync", "Requests", "5XXError", "Latency")
            named = {"GraphQLAPIId": front.arn.rpartition("/")[2]}
        case LoadBalancer():
            if front.type != "application" or front.scheme != "internet-facing":
                return
            errors = "HTTPCode_Target_5XX_Count"
            names = ("AWS/ApplicationELB", "RequestCount", errors, "TargetResponseTime")
            named = {"LoadBalancer": front.dimension}
        case ClassicLoadBalancer():
            if front.scheme != "internet-facing":
                return
            names = ("AWS/ELB", "RequestCount", "HTTPCode_Backend_5XX", "Latency")
            named = {"LoadBalancerName": front.name}
        case FunctionUrl():
            names = ("AWS/Lambda", "UrlRequestCount", "Url5xxCount", "UrlRequestLatency")
            function, _, alias = front.arn.partition(":function:")[2].partition(":")
            named = {"FunctionName": function}
            if alias:
                named["Resource"] = f"{function}:{alias}"
    namespace, requests, errors, latency = names
    yield _Door(
        arn=front.arn,
        namespace=namespace,
        dimensions=named,
        requests=requests,
        errors=errors,
        latency=latency,
        webhook=front.arn in hooked,
        functions=hooked.get(front.arn, ()),
    )


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
                p99=said.get("p99"),
            )
