"""Which alarm watches a resource, and does anybody hear of it?

`covers` answers for one alarm and one resource; `Watch` finds the alarm among thousands, and in the
central account that a region's metrics are shared with.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property, partial, reduce
from operator import or_

from readiness.checklist.model import Result, no_evidence, passed, unknown
from readiness.evidence import Evidence, Pooled, Reason, account_of, region_of
from readiness.evidence.alarms import (
    AlarmMetric,
    CentralAlarms,
    CompositeAlarm,
    MetricAlarm,
    ObservabilityLink,
    heard,
)
from readiness.evidence.queries import Condition, namespace_of, parsed, selectors
from readiness.evidence.unseen import known, tried


@dataclass(frozen=True, kw_only=True)
class Watchable:
    """How alarms name a resource: where it is measured, by which metrics, under which dimensions."""

    account: str
    region: str
    #: The names of the metrics that count, by namespace.
    metrics: Mapping[str, frozenset[str]]
    #: The dimensions that, all together, name this resource and no other; none where any alarm on
    #: these metrics counts.
    names: Mapping[str, str]
    #: The dimensions that it shares with others, e.g. its Auto Scaling group's.
    shared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: None where they are not known.
    tags: Mapping[str, str] | None = None
    #: Whether it counts in the metrics without dimensions, where its namespace has these at all.
    in_total: bool = True

    def knows(self, key: str) -> frozenset[str] | None:
        """Return its values of a dimension, None where they are not known."""
        return frozenset((self.names[key],)) if key in self.names else self.shared.get(key)


class Cover(Enum):
    """What is known of an alarm and a resource."""

    #: It looks at a metric of the resource.
    YES = "yes"
    #: It names the metric or its namespace, in a query that says too little of whose.
    LIKELY = "likely"
    #: It looks at resources with something of which we do not know whether this one has it.
    OPEN = "open"
    NO = "no"


#: What has no metric over all of its resources: an alarm without dimensions sees nothing there.
#: ECS and Container Insights have none beyond a cluster.
WITHOUT_TOTAL = frozenset(
    {
        "AWS/ApplicationELB",
        "AWS/CloudFront",
        "AWS/ECS",
        "AWS/GatewayELB",
        "AWS/NetworkELB",
        "AWS/Route53",
        "ContainerInsights",
        "ECS/ContainerInsights",
    }
)
#: What has one only where somebody has it made: an alarm without data looks at nothing there.
TOTAL_ON_DEMAND = frozenset({"CWAgent"})


def covers(alarm: MetricAlarm, resource: Watchable) -> Cover:
    """Say whether an alarm watches a resource, as far as itself goes: its actions must be on."""
    if not alarm.actions_enabled or alarm.scales:
        return Cover.NO
    return watches(alarm, resource)


def watches(alarm: MetricAlarm, resource: Watchable) -> Cover:
    """Say whether an alarm looks at a metric of a resource, whatever it does then."""
    if region_of(alarm.arn) != resource.region:
        return Cover.NO
    found = {_by_metric(alarm, metric, resource) for metric in alarm.metrics}
    found |= {_by_query(alarm, text, resource) for text in alarm.queries}
    found.add(_by_promql(alarm, resource))
    return next(cover for cover in Cover if cover in found)


def _by_metric(alarm: MetricAlarm, metric: AlarmMetric, resource: Watchable) -> Cover:
    if (metric.account or account_of(alarm.arn)) != resource.account:
        return Cover.NO
    if metric.name not in resource.metrics.get(metric.namespace, ()):
        return Cover.NO
    dimensions = metric.dimensions
    if not dimensions:
        silent = alarm.state == "INSUFFICIENT_DATA" and metric.namespace in TOTAL_ON_DEMAND
        total = resource.in_total and metric.namespace not in WITHOUT_TOTAL and not silent
        return Cover.YES if total else Cover.NO
    known_of = {key: resource.knows(key) for key in dimensions}
    if any(
        values is not None and dimensions[key] not in values for key, values in known_of.items()
    ):
        return Cover.NO
    # One that is named may be looked at in part, e.g. in one zone; one that is not may lie elsewhere.
    named = resource.names.keys() <= dimensions.keys()
    return Cover.YES if named or None not in known_of.values() else Cover.NO


def _by_query(alarm: MetricAlarm, text: str, resource: Watchable) -> Cover:
    query = parsed(text)
    if query is None:
        return Cover.LIKELY if namespace_of(text) in resource.metrics else Cover.NO
    if query.metric not in resource.metrics.get(query.namespace, ()):
        return Cover.NO
    asked = {each.key for each in query.conditions if each.equal and not each.tag}
    named = resource.names.keys() <= asked | (query.schema or frozenset())
    answers = {_meets(each, alarm, resource, named) for each in query.conditions}
    if query.schema is not None:
        answers |= {_has(key, resource, named) for key in query.schema}
        total = resource.in_total and query.namespace not in WITHOUT_TOTAL
        answers.add(bool(query.schema) or total)
    if False in answers:
        return Cover.NO
    return Cover.OPEN if None in answers else Cover.YES


def _meets(asked: Condition, alarm: MetricAlarm, resource: Watchable, named: bool) -> bool | None:
    """Whether a resource meets a condition of a query; None where that is not known.

    Of a resource that is named something else may be asked besides, e.g. one zone.
    """
    if asked.tag:
        if resource.tags is None or (asked.key not in resource.tags and not asked.equal):
            return None
        return (resource.tags.get(asked.key) == asked.value) is asked.equal
    if not asked.key:
        return (resource.account == (asked.value or account_of(alarm.arn))) is asked.equal
    values = resource.knows(asked.key)
    if values is None:
        return True if named else None
    return (asked.value in values) is asked.equal


def _has(key: str, resource: Watchable, named: bool) -> bool | None:
    """Whether a resource is measured under a dimension, None where that is not known."""
    values = resource.knows(key)
    if values is None:
        return True if named else None
    return bool(values)


def _by_promql(alarm: MetricAlarm, resource: Watchable) -> Cover:
    """Say that a query may look at a resource, never that it does.

    PromQL sees what comes in by OpenTelemetry, and metrics of AWS only where an account has them
    enriched; without that such an alarm is OK for ever.
    """
    counted = frozenset().union(*resource.metrics.values())
    for selector in selectors(alarm.promql):
        if selector.names & counted and all(
            _agrees(label, value, resource) for label, value in selector.labels
        ):
            return Cover.OPEN
    return Cover.NO


def _agrees(label: str, value: str, resource: Watchable) -> bool:
    """Whether a label, which may stand behind words and dots, says nothing else of a resource."""
    name = re.split(r"[.@]", label)[-1].lower()
    told = next((key for key in (*resource.names, *resource.shared) if key.lower() == name), "")
    return not told or value in (resource.knows(told) or ())


@dataclass(frozen=True)
class _Entry:
    """One way in which an alarm is found: by a metric and a value of a dimension, or by its query."""

    arn: str
    key: str
    alarm: MetricAlarm


#: Stand where a dimension's value would: for any of them, and for a query.
_ANY, _QUERY = "*", "?"


def _key(namespace: str, metric: str, value: str) -> str:
    return "\0".join((namespace, metric, value))


def _entries(alarm: MetricAlarm) -> Iterator[_Entry]:
    keys = [
        _key(metric.namespace, metric.name, value)
        for metric in alarm.metrics
        for value in (*(metric.dimensions.values() or ("",)), _ANY)
    ]
    for text in alarm.queries:
        query = parsed(text)
        # Of a query that is not understood at least the namespace may be.
        keys.append(
            _key(query.namespace, query.metric, _QUERY)
            if query
            else _key(namespace_of(text), "", _QUERY)
        )
    # PromQL names metrics without their namespace.
    named = (name for selector in selectors(alarm.promql) for name in selector.names)
    keys.extend(_key("", name, _QUERY) for name in named)
    return (_Entry(alarm.arn, key, alarm) for key in dict.fromkeys(keys))


def _keys(resource: Watchable) -> Iterator[str]:
    shared = (value for values in resource.shared.values() for value in values)
    values = ("", *resource.names.values(), *shared) if resource.names else (_ANY,)
    for namespace, metrics in resource.metrics.items():
        yield _key(namespace, "", _QUERY)
        for metric in metrics:
            yield _key("", metric, _QUERY)
            for value in (*values, _QUERY):
                yield _key(namespace, metric, value)


@dataclass(frozen=True)
class _Candidate:
    """An alarm that may cover a resource, and how surely."""

    arn: str
    alarm: MetricAlarm
    cover: Cover


#: What a link shares that an alarm needs.
_METRICS = "AWS::CloudWatch::Metric"

Wanted = Callable[[MetricAlarm], bool]


def _any(_alarm: MetricAlarm) -> bool:
    return True


@dataclass(frozen=True)
class Watch:
    """The alarms of a region, and those of the accounts that it shares its metrics with."""

    alarms: Evidence[MetricAlarm]
    composites: Evidence[CompositeAlarm]
    links: Evidence[ObservabilityLink]
    centrals: Pooled[CentralAlarms]

    @cached_property
    def _shared_with(self) -> Mapping[str, Evidence[CentralAlarms]]:
        """What each account that metrics are shared with has, by the ARN of the sink."""
        listed: Iterable[ObservabilityLink | None] = self.links
        return {
            link.sink: self.centrals.within(region_of(link.sink), account_of(link.sink))
            for link in tried(listed, lambda _: None)
            if link and _METRICS in link.shares
        }

    @cached_property
    def _own(self) -> Evidence[_Entry]:
        return self.alarms.spread(_entries)

    @cached_property
    def _central(self) -> Evidence[_Entry]:
        nothing: Evidence[CentralAlarms] = Evidence()
        return reduce(or_, self._shared_with.values(), nothing).spread(
            lambda each: (entry for alarm in each.alarms for entry in _entries(alarm))
        )

    def hears(self, alarm: MetricAlarm) -> bool:
        """Whether an alarm does something when it goes off, or a composite alarm above it does."""
        return heard(alarm, self.composites)

    def watching(self, resource: Watchable) -> Iterator[MetricAlarm]:
        """Yield the region's own alarms that look at a resource, whatever they do then."""
        told: set[str] = set()
        for entry in self._own.among(_keys(resource), "key"):
            if entry.arn not in told and watches(entry.alarm, resource) in _COVERED:
                told.add(entry.arn)
                yield entry.alarm

    def over(
        self,
        *resources: Watchable,
        wanted: Wanted = _any,
        without: Callable[[str], Result] = no_evidence,
        lacks: str = "is watched by no alarm that does something when it goes off",
    ) -> Result:
        """Say which alarm covers a resource, under any of the names it has.

        The alarm must be `wanted`, and heard: it does something when it goes off, or a composite alarm
        above it does. `without` is the answer, with `lacks`, where there certainly is none.
        """
        own = _candidates(self._own, resources, wanted)
        central = _candidates(self._central, resources, wanted)
        found = known(lambda: self._found(own), None) or known(lambda: _first(central), None)
        if found is not None:
            said = "" if found.cover is Cover.YES else ", as far as its query can be read"
            return passed(f"is watched by the alarm {found.alarm.name}{said}")
        self._found(own)
        unread = self._unread()
        if unread:
            return unknown(
                Reason.NOT_SCANNED,
                f"may be watched by alarms of account {unread}, which its metrics are shared with",
            )
        hearing = own.spread(lambda each: (each,) if self.hears(each.alarm) else ())
        for each in hearing | central:
            if each.cover is Cover.OPEN:
                why = (
                    "whether PromQL sees metrics of AWS here is not known"
                    if each.alarm.promql
                    else "its query asks for what is not known of this resource"
                )
                return unknown(
                    Reason.UNDECIDED, f"may be watched by the alarm {each.alarm.name}: {why}"
                )
        return without(lacks)

    def _found(self, own: Evidence[_Candidate]) -> _Candidate | None:
        """Return the first alarm that covers and is heard; raise where one may be."""
        sure = own.spread(lambda each: (each,) if each.cover in _COVERED else ())
        for each in sure:
            if known(partial(self.hears, each.alarm), False):
                return each
        return next((each for each in sure if self.hears(each.alarm)), None)

    def _unread(self) -> str:
        """Return an account whose alarms could count and were not looked at; raise where one may be."""
        for link in self.links:
            if link.sink in self._shared_with and not any(
                True for _ in self._shared_with[link.sink]
            ):
                return account_of(link.sink)
        return ""


_COVERED = (Cover.YES, Cover.LIKELY)


def _candidates(
    entries: Evidence[_Entry], resources: Iterable[Watchable], wanted: Wanted
) -> Evidence[_Candidate]:
    """Return the alarms that cover a resource, or may."""

    def of(resource: Watchable) -> Evidence[_Candidate]:
        return entries.among(_keys(resource), "key").spread(
            lambda entry: (
                _Candidate(entry.arn, entry.alarm, cover)
                for cover in (covers(entry.alarm, resource),)
                if cover is not Cover.NO and wanted(entry.alarm)
            )
        )

    return reduce(or_, map(of, resources))


def _first(candidates: Evidence[_Candidate]) -> _Candidate | None:
    return next((each for each in candidates if each.cover in _COVERED), None)
