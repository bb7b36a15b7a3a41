"""What the checks of stress tests say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check, Status
from readiness.checklist.stress_tests import (
    load_test_run_recent,
    load_test_window_healthy,
    repository_load_test_defined,
)
from readiness.evidence.alarms import AlarmMetric, MetricAlarm
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.repository import CiStep, LoadTest, Release, Repository
from readiness.evidence.stacks import Stack
from readiness.evidence.traffic import DoorTraffic
from tests.checklist.test_alarm_coverage import alarm
from tests.checklist.test_load_runs import (
    AGO,
    ARCHIVED,
    BUILT,
    RAN,
    REPOSITORY,
    RUN,
    RUNS,
    SHOP,
    ci,
    distributed,
    hour,
    run,
    traffic,
)
from tests.checklist.test_networking_doors import WEB, arn, balancer
from tests.checklist.test_networking_names import REST
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

K6 = LoadTest(repository=SHOP, path="load/test.js", tool="k6")


def stack(solution: str = "SO0062") -> Stack:
    return Stack(
        arn=arn("cloudformation", "stack/load/1"),
        name="load",
        status="CREATE_COMPLETE",
        created=NOW,
        updated=None,
        rollback_disabled=False,
        parent="",
        drift="NOT_CHECKED",
        drift_checked=None,
        tags={},
        solution=solution,
    )


def release(name: str, days: float | None) -> Release:
    published = None if days is None else NOW - timedelta(days=days)
    return Release(repository=SHOP, name=name, published=published)


def limit(threshold: float | None = 800, **changes: Any) -> MetricAlarm:
    values: dict[str, Any] = {
        "namespace": "AWS/ApiGateway",
        "name": "Latency",
        "dimensions": {"ApiName": REST.name},
        "stat": "p99",
    }
    more = {key: changes.pop(key) for key in list(changes) if key in values}
    metric = AlarmMetric(**values | more)
    return alarm(
        "slow",
        **{
            "metrics": (metric,),
            "threshold": threshold,
            "comparison": "GreaterThanThreshold",
        }
        | changes,
    )


#: The result's name, behind its last colon.
AT = f"/restapis/r1#{NOW - AGO:%Y-%m-%dT%H:%M}".rpartition(":")[2]
FAST = traffic(hour(p99=799.0))
SLOW = traffic(hour(p99=801.0))
#: A second way in, which carried its usual requests while the load test ran.
ASIDE = traffic(hour(busiest=1_000), arn=WEB)
DOORS = (LoadBalancer, ClassicLoadBalancer, RestApi, HttpApi, GraphqlApi, FunctionUrl)

ROWS: dict[Check[..., Any], list[Row]] = {
    repository_load_test_defined: [
        Row("a script", {"load/test.js": PASS}, (REPOSITORY, K6), says="k6"),
        Row("CI puts load on a system", PASS, (REPOSITORY, ci("vegeta attack"))),
        Row("the solution of AWS", {"stack/load/1": PASS}, (REPOSITORY, stack())),
        Row("another solution", NO_EVIDENCE, (REPOSITORY, stack("SO0111"))),
        Row("a fault experiment", NO_EVIDENCE, (REPOSITORY, LoadTest(repository=SHOP, path="fis.yaml", tool="a fault experiment"))),
        Row("CI runs benchmarks", NO_EVIDENCE, (REPOSITORY, ci("pytest --benchmark-only"))),
        Row("none", NO_EVIDENCE, (REPOSITORY,)),
        Row("archived", NOT_APPLICABLE, (ARCHIVED, K6)),
        Row("no repository", UNKNOWN, dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (REPOSITORY,), dark=[kind])
            for kind in (LoadTest, CiStep, Stack)
        ),
    ],
    load_test_run_recent: [
        Row("a workflow ran it", {RUN: PASS}, RAN, says="30 days ago"),
        Row("CodeBuild ran it", PASS, BUILT),
        Row("the solution ran it", PASS, (REPOSITORY, distributed())),
        Row("it failed", {RUN: FAIL}, (REPOSITORY, ci(), run(conclusion="failure"))),
        Row("too old", NO_EVIDENCE, (REPOSITORY, ci(), run(timedelta(days=181)))),
        Row("too old, but a year is allowed", PASS, (REPOSITORY, ci(), run(timedelta(days=181))), options={"load_test_max_age_days": 365}),
        Row("a schedule that never ran", NO_EVIDENCE, (REPOSITORY, ci(triggers=("schedule",)))),
        Row("a run of unit benchmarks", NO_EVIDENCE, (REPOSITORY, ci("pytest --benchmark-only"), run())),
        Row("a major release before it", PASS, (*RAN, release("v2.0.0", 40))),
        Row("a major release a month later", NO_EVIDENCE, (REPOSITORY, ci(), run(timedelta(days=90)), release("v2.0.0", 31)), says="before the release v2.0.0"),
        Row("a major release of this month", PASS, (REPOSITORY, ci(), run(timedelta(days=90)), release("v2.0.0", 30))),
        Row("a major release, which an option gives longer", PASS, (REPOSITORY, ci(), run(timedelta(days=90)), release("v2", 31)), options={"release_tag_lag_days": 60}),
        Row("a minor release", PASS, (REPOSITORY, ci(), run(timedelta(days=90)), release("v2.1.0", 31))),
        Row("a release that counts by option", NO_EVIDENCE, (REPOSITORY, ci(), run(timedelta(days=90)), release("2026.10", 31)), options={"release_tag_regex": r"^\d{4}\."}),
        Row("an undated release older than a dated one", PASS, (*RAN, release("v2.0.0", None), release("v2.1.0", 35))),
        Row("an undated release that may be newer", UNKNOWN, (*RAN, release("v2.0.0", None), release("v2.1.0", 3)), says="v2.0.0 is not known"),
        Row("archived", NOT_APPLICABLE, (ARCHIVED, ci(), run())),
        Row("no repository", UNKNOWN, dark=[Repository]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, (REPOSITORY,), dark=[kind]) for kind in RUNS),
        Row("releases are dark", UNKNOWN, RAN, dark=[Release]),
    ],
    load_test_window_healthy: [
        Row("three times the usual arrived", PASS, (*RAN, traffic()), says="3.0 times the usual"),
        Row("too little arrived", FAIL, (*RAN, traffic(hour(busiest=2_999))), says="less than 3 times"),
        Row("twice is enough", PASS, (*RAN, traffic(hour(busiest=2_000))), options={"load_factor": 2.0}),
        Row("too much failed", FAIL, (*RAN, traffic(hour(errors=101))), says="failed to answer 1.0%"),
        Row("more may fail", PASS, (*RAN, traffic(hour(errors=101))), options={"max_error_ratio": 0.05}),
        Row("functions refused, which is no bound here", PASS, (*RAN, traffic(hour(throttles=2)))),
        Row("as fast as the alarm demands", PASS, (*RAN, FAST, REST, limit())),
        Row("slower than the alarm demands", {AT: FAIL}, (*RAN, SLOW, REST, limit()), says="took 801 for its slowest, over the 800 of slow"),
        Row("slower than a load balancer's alarm", FAIL, (*RAN, traffic(hour(p99=2.0), arn=WEB), balancer(), limit(1, namespace="AWS/ApplicationELB", name="TargetResponseTime", dimensions={"LoadBalancer": "app/shop/1"}))),
        Row("an alarm on the average says nothing of the slowest", PASS, (*RAN, SLOW, REST, limit(stat="Average"))),
        Row("an alarm on a part of the way", PASS, (*RAN, SLOW, REST, limit(name="IntegrationLatency"))),
        Row("an alarm on another API", PASS, (*RAN, SLOW, REST, limit(dimensions={"ApiName": "other"}))),
        Row("an alarm on what is too fast", PASS, (*RAN, SLOW, REST, limit(comparison="LessThanThreshold"))),
        Row("an alarm with a band", PASS, (*RAN, SLOW, REST, limit(None))),
        Row("alarms of two accounts on one name", PASS, (*RAN, SLOW, REST, limit(), limit(arn=alarm("slow", "444455556666").arn))),
        Row("nothing measured how slow it was", PASS, (*RAN, traffic(), REST, limit())),
        Row("a way in that was not driven", {AT: PASS}, (*RAN, traffic(), ASIDE)),
        Row("neither was driven", FAIL, (*RAN, traffic(hour(busiest=1_000)), ASIDE)),
        Row("nothing arrived while it ran", NO_EVIDENCE, (*RAN, traffic(hour(started=NOW - timedelta(days=3))))),
        Row("a run whose end is not told", NO_EVIDENCE, (REPOSITORY, ci(), run(ended=None), traffic())),
        Row("nothing is usual", NO_EVIDENCE, (*RAN, traffic(usual=0))),
        Row("no run", NO_EVIDENCE, (REPOSITORY, traffic()), says="no run"),
        Row("too old a run", NO_EVIDENCE, (*RAN, traffic()), options={"load_test_max_age_days": 20}),
        Row("nothing on the internet", NOT_APPLICABLE, RAN),
        Row("archived", NOT_APPLICABLE, (ARCHIVED, traffic())),
        Row("no repository", UNKNOWN, (traffic(),), dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (REPOSITORY, traffic()), dark=[kind])
            for kind in RUNS
        ),
        Row("traffic is dark", UNKNOWN, RAN, dark=[DoorTraffic]),
        Row("some traffic is dark", {AT: PASS, SHOP.rpartition(":")[2]: UNKNOWN}, (*RAN, traffic()), gaps={DoorTraffic: [dark_gap(DoorTraffic, WEB)]}),
        Row("alarms are dark", UNKNOWN, (*RAN, FAST, REST), dark=[MetricAlarm]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (*RAN, FAST), dark=[kind])
            for kind in DOORS
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


ITEM = "performance/stress-test-has-been-done-on-solution-performance"


def test_without_a_repository_nothing_is_known_of_load_tests() -> None:
    assert verdict_of(ITEM, (traffic(), stack())) is Status.UNKNOWN
