"""Which alarms watch a resource: alarm by alarm, and among many with a part of them dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checklist.alarm_coverage import Cover, Watch, Watchable, covers, watches
from readiness.checklist.model import Result, Status, failed, not_seen
from readiness.evidence import Evidence, NotSeenError, Pooled
from readiness.evidence.alarms import (
    AlarmMetric,
    CentralAlarms,
    CompositeAlarm,
    MetricAlarm,
    ObservabilityLink,
)
from readiness.evidence.queries import Condition, Query, parsed
from tests.rows import ACCOUNT, NOW, REGION, dark_gap

YES, LIKELY, OPEN, NO = Cover.YES, Cover.LIKELY, Cover.OPEN, Cover.NO
CENTRAL = "444455556666"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"
SCALING = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:scalingPolicy:1:autoScalingGroupName/web"

BALANCER = Watchable(
    account=ACCOUNT,
    region=REGION,
    metrics={"AWS/ApplicationELB": frozenset({"HTTPCode_ELB_5XX_Count", "UnHealthyHostCount"})},
    names={"LoadBalancer": "app/shop/1"},
)
FUNCTION = Watchable(
    account=ACCOUNT,
    region=REGION,
    metrics={"AWS/Lambda": frozenset({"Errors", "Throttles"})},
    names={"FunctionName": "orders"},
    tags={"team": "shop"},
)
SERVICE = Watchable(
    account=ACCOUNT,
    region=REGION,
    metrics={
        "AWS/ECS": frozenset({"CPUUtilization"}),
        "ECS/ContainerInsights": frozenset({"RunningTaskCount"}),
    },
    names={"ClusterName": "main", "ServiceName": "web"},
)
INSTANCE = Watchable(
    account=ACCOUNT,
    region=REGION,
    metrics={"AWS/EC2": frozenset({"CPUUtilization"})},
    names={"InstanceId": "i-1"},
    shared={"AutoScalingGroupName": frozenset({"web"}), "ImageId": frozenset()},
)


def arn(name: str, account: str = ACCOUNT, region: str = REGION) -> str:
    return f"arn:aws:cloudwatch:{region}:{account}:alarm:{name}"


def alarm(name: str = "errors", account: str = ACCOUNT, **changes: Any) -> MetricAlarm:
    values: dict[str, Any] = {
        "arn": arn(name, account),
        "name": name,
        "actions_enabled": True,
        "actions": (TOPIC,),
        "state": "OK",
        "since": NOW - timedelta(days=30),
        "missing_data": "missing",
    }
    return MetricAlarm(**values | changes)


def on(
    namespace: str, name: str, dimensions: Mapping[str, str] | None = None, account: str = ""
) -> tuple[AlarmMetric]:
    return (
        AlarmMetric(
            namespace=namespace, name=name, dimensions=dict(dimensions or {}), account=account
        ),
    )


def errors(function: str = "orders", **changes: Any) -> MetricAlarm:
    return alarm(**{"metrics": on("AWS/Lambda", "Errors", {"FunctionName": function})} | changes)


def asking(query: str, **changes: Any) -> MetricAlarm:
    return alarm(queries=(query,), **changes)


def composite(name: str, rule: str, *actions: str, **changes: Any) -> CompositeAlarm:
    values: dict[str, Any] = {
        "arn": arn(name),
        "name": name,
        "actions_enabled": True,
        "actions": actions,
        "state": "OK",
        "since": NOW,
        "rule": rule,
    }
    return CompositeAlarm(**values | changes)


def link(shares: str = "AWS::CloudWatch::Metric") -> ObservabilityLink:
    return ObservabilityLink(
        arn=f"arn:aws:oam:{REGION}:{ACCOUNT}:link/1",
        sink=f"arn:aws:oam:{REGION}:{CENTRAL}:sink/1",
        shares=(shares,),
    )


def central(*alarms: MetricAlarm, account: str = CENTRAL) -> CentralAlarms:
    return CentralAlarms(arn=f"arn:aws:cloudwatch:{REGION}:{account}:central-alarms", alarms=alarms)


ZONE = {"LoadBalancer": "app/shop/1", "AvailabilityZone": "eu-west-1a"}
TARGETS = {"LoadBalancer": "app/shop/1", "TargetGroup": "targetgroup/shop/2"}
BOTH = {"ClusterName": "main", "ServiceName": "web"}

ONE_ALARM: list[tuple[str, MetricAlarm, Watchable, Cover]] = [
    ("it names the function", errors(), FUNCTION, YES),
    ("it names another function", errors("payments"), FUNCTION, NO),
    ("it names a version of it", errors(metrics=on("AWS/Lambda", "Errors", {"FunctionName": "orders", "Resource": "orders:live"})), FUNCTION, YES),
    ("it looks at a metric that says nothing", errors(metrics=on("AWS/Lambda", "Invocations", {"FunctionName": "orders"})), FUNCTION, NO),
    ("it looks at the same name elsewhere", errors(metrics=on("Acme", "Errors", {"FunctionName": "orders"})), FUNCTION, NO),
    ("it looks at all functions at once", errors(metrics=on("AWS/Lambda", "Errors")), FUNCTION, YES),
    ("it looks at all load balancers at once, of which there is no metric", alarm(metrics=on("AWS/ApplicationELB", "UnHealthyHostCount")), BALANCER, NO),
    ("its actions are switched off", errors(actions_enabled=False), FUNCTION, NO),
    ("it tracks a target", errors(name="TargetTracking-function:orders"), FUNCTION, NO),
    ("it only scales", errors(actions=(SCALING,)), FUNCTION, NO),
    ("it scales and tells", errors(actions=(SCALING, TOPIC)), FUNCTION, YES),
    ("it lies in another region", errors(arn=arn("errors", region="us-east-1")), FUNCTION, NO),
    ("it lies in another account", errors(account=CENTRAL), FUNCTION, NO),
    ("it lies in another account and looks at this one", alarm(account=CENTRAL, metrics=on("AWS/Lambda", "Errors", {"FunctionName": "orders"}, ACCOUNT)), FUNCTION, YES),
    ("it looks at another account", errors(metrics=on("AWS/Lambda", "Errors", {"FunctionName": "orders"}, CENTRAL)), FUNCTION, NO),
    ("its expression is made of several metrics", alarm(metrics=(*on("AWS/Lambda", "Invocations"), *on("AWS/Lambda", "Errors", {"FunctionName": "orders"}))), FUNCTION, YES),
    ("it looks at one zone", alarm(metrics=on("AWS/ApplicationELB", "UnHealthyHostCount", ZONE)), BALANCER, YES),
    ("it looks at one target group", alarm(metrics=on("AWS/ApplicationELB", "UnHealthyHostCount", TARGETS)), BALANCER, YES),
    ("it looks at a zone whose targets may be others", alarm(metrics=on("AWS/ApplicationELB", "UnHealthyHostCount", {"AvailabilityZone": "eu-west-1a"})), BALANCER, NO),
    ("it looks at one target group of another", alarm(metrics=on("AWS/ApplicationELB", "UnHealthyHostCount", {**TARGETS, "LoadBalancer": "app/blog/3"})), BALANCER, NO),
    ("it names cluster and service", alarm(metrics=on("AWS/ECS", "CPUUtilization", BOTH)), SERVICE, YES),
    ("it names a service of another cluster", alarm(metrics=on("AWS/ECS", "CPUUtilization", {**BOTH, "ClusterName": "test"})), SERVICE, NO),
    ("it looks at the whole cluster", alarm(metrics=on("AWS/ECS", "CPUUtilization", {"ClusterName": "main"})), SERVICE, YES),
    ("it looks at something else of the cluster", alarm(metrics=on("AWS/ECS", "CPUUtilization", {"ClusterName": "main", "CapacityProviderName": "spot"})), SERVICE, NO),
    ("it looks at Container Insights", alarm(metrics=on("ECS/ContainerInsights", "RunningTaskCount", BOTH)), SERVICE, YES),
    ("it looks at its group", alarm(metrics=on("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": "web"})), INSTANCE, YES),
    ("it looks at another group", alarm(metrics=on("AWS/EC2", "CPUUtilization", {"AutoScalingGroupName": "batch"})), INSTANCE, NO),
    ("it looks at an image of which it has none", alarm(metrics=on("AWS/EC2", "CPUUtilization", {"ImageId": "ami-1"})), INSTANCE, NO),
    ("it looks at a type that is not known", alarm(metrics=on("AWS/EC2", "CPUUtilization", {"InstanceType": "m7g.large"})), INSTANCE, NO),
    ("it looks at nothing", alarm(), FUNCTION, NO),
    ("a query over all", asking('SELECT MAX(Errors) FROM "AWS/Lambda"'), FUNCTION, YES),
    ("a query over all load balancers", asking('select sum(UnHealthyHostCount) from "AWS/ApplicationELB" group by LoadBalancer order by sum() desc limit 10'), BALANCER, YES),
    ("a query of another metric", asking('SELECT MAX(Duration) FROM "AWS/Lambda"'), FUNCTION, NO),
    ("a query of another namespace", asking('SELECT MAX(Errors) FROM "Acme"'), FUNCTION, NO),
    ("a query by function", asking('SELECT MAX(Errors) FROM SCHEMA("AWS/Lambda", FunctionName)'), FUNCTION, YES),
    ("a query of what has no dimension", asking('SELECT MAX(Errors) FROM SCHEMA("AWS/Lambda")'), FUNCTION, YES),
    ("a query of load balancers without dimension", asking('SELECT MAX(UnHealthyHostCount) FROM SCHEMA("AWS/ApplicationELB")'), BALANCER, NO),
    ("a query by target group", asking('SELECT MAX(UnHealthyHostCount) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer, TargetGroup)'), BALANCER, YES),
    ("a query by what is not known of it", asking('SELECT MAX(Errors) FROM SCHEMA("AWS/Lambda", Runtime)'), FUNCTION, OPEN),
    ("a query by what it has none of", asking('SELECT MAX(CPUUtilization) FROM SCHEMA("AWS/EC2", ImageId)'), INSTANCE, NO),
    ("a query by cluster", asking('SELECT AVG(CPUUtilization) FROM SCHEMA("AWS/ECS", ClusterName)'), SERVICE, YES),
    ("a query that names it", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE FunctionName = 'orders'"), FUNCTION, YES),
    ("a query that names another", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE FunctionName = 'payments'"), FUNCTION, NO),
    ("a query that leaves it out", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE FunctionName != 'orders'"), FUNCTION, NO),
    ("a query that leaves another out", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE FunctionName != 'test'"), FUNCTION, YES),
    ("a query that names it and a zone", asking("SELECT MAX(UnHealthyHostCount) FROM \"AWS/ApplicationELB\" WHERE LoadBalancer = 'app/shop/1' AND AvailabilityZone = 'eu-west-1a'"), BALANCER, YES),
    ("a query for a zone", asking("SELECT MAX(UnHealthyHostCount) FROM \"AWS/ApplicationELB\" WHERE AvailabilityZone = 'eu-west-1a'"), BALANCER, OPEN),
    ("a query for a tag that it has", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE tag.team = 'shop'"), FUNCTION, YES),
    ("a query for another tag", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE tag.\"team\" = 'blog'"), FUNCTION, NO),
    ("a query for a tag that it lacks", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE tag.env = 'prod'"), FUNCTION, NO),
    ("a query without a tag that it lacks", asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE tag.env != 'prod'"), FUNCTION, OPEN),
    ("a query for a tag, and tags are not known", asking("SELECT MAX(UnHealthyHostCount) FROM \"AWS/ApplicationELB\" WHERE tag.env = 'prod'"), BALANCER, OPEN),
    ("a query for its account", asking(f"SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE AWS.AccountId = '{ACCOUNT}'"), FUNCTION, YES),
    ("a query for another account", asking(f"SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE AWS.AccountId = '{CENTRAL}'"), FUNCTION, NO),
    ("a query for the alarm's own account", asking('SELECT MAX(Errors) FROM "AWS/Lambda" WHERE AWS.AccountId = CURRENT_ACCOUNT_ID()'), FUNCTION, YES),
    ("a central query over all", asking('SELECT MAX(Errors) FROM "AWS/Lambda"', account=CENTRAL), FUNCTION, YES),
    ("a central query for the central account", asking('SELECT MAX(Errors) FROM "AWS/Lambda" WHERE AWS.AccountId = CURRENT_ACCOUNT_ID()', account=CENTRAL), FUNCTION, NO),
    ("a query that is not understood", asking("SELECT p99(Errors) FROM \"AWS/Lambda\" WHERE FunctionName LIKE 'o%'"), FUNCTION, LIKELY),
    ("a query of another namespace that is not understood", asking("SELECT p99(Errors) FROM \"Acme\" WHERE FunctionName LIKE 'o%'"), FUNCTION, NO),
    ("PromQL that names the metric", alarm(promql="sum(rate(Errors[5m])) > 3"), FUNCTION, OPEN),
    ("PromQL that names it in quotes", alarm(promql='max({"Errors", FunctionName="orders"})'), FUNCTION, OPEN),
    ("PromQL that names another function", alarm(promql='max(Errors{FunctionName="payments"})'), FUNCTION, NO),
    ("PromQL that names another function at length", alarm(promql='max({"__name__"="Errors", "@aws.FunctionName"="payments"})'), FUNCTION, NO),
    ("PromQL that names it among others", alarm(promql='max(Errors{FunctionName="payments"}) or max(Errors{FunctionName="orders"})'), FUNCTION, OPEN),
    ("PromQL of another metric", alarm(promql="sum(Errors_total)"), FUNCTION, NO),
    ("PromQL that says the word", alarm(promql='label_replace(up, "a", "Errors", "b", "c")'), FUNCTION, NO),
    ("PromQL of another account", alarm(account=CENTRAL, promql="sum(Errors)"), FUNCTION, OPEN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "resource", "expected"),
    [row[1:] for row in ONE_ALARM],
    ids=[row[0] for row in ONE_ALARM],
)
def test_an_alarm_and_a_resource(found: MetricAlarm, resource: Watchable, expected: Cover) -> None:
    assert covers(found, resource) is expected


def test_an_alarm_watches_whatever_it_does_then() -> None:
    assert watches(errors(actions_enabled=False), FUNCTION) is YES
    assert watches(errors(actions=()), FUNCTION) is YES


QUERIES: list[tuple[str, Query | None]] = [
    ('SELECT AVG(CPUUtilization) FROM "AWS/EC2"', Query("AWS/EC2", "CPUUtilization")),
    ("SELECT AVG(\"my metric\") FROM Acme WHERE Host != 'a b'", Query("Acme", "my metric", None, (Condition("Host", False, False, "a b"),))),
    ("SELECT COUNT(x) FROM SCHEMA(\"AWS/EC2\", InstanceId, \"Auto Scaling\") WHERE \"Auto Scaling\"='it''s' AND tag.\"a b\" = 'c' GROUP BY InstanceId ORDER BY COUNT() ASC LIMIT 5", Query("AWS/EC2", "x", frozenset({"InstanceId", "Auto Scaling"}), (Condition("Auto Scaling", False, True, "it's"), Condition("a b", True, True, "c")))),
    ('SELECT SUM(x) FROM SCHEMA("AWS/EC2")', Query("AWS/EC2", "x", frozenset())),
    ("select min(x)\nfrom \"n\"\nwhere AWS.AccountId = '1' and AWS.AccountId != CURRENT_ACCOUNT_ID();", Query("n", "x", None, (Condition("", False, True, "1"), Condition("", False, False, None)))),
    ("SELECT SUM(x) FROM \"n\" WHERE a = 'WHERE b = 1'", Query("n", "x", None, (Condition("a", False, True, "WHERE b = 1"),))),
    ("SELECT SUM(x) FROM \"n\" WHERE a = 'b' OR a = 'c'", None),
    ("SELECT SUM(x) FROM \"n\" WHERE a IN ('b')", None),
    ("SELECT * FROM \"n\"", None),
    ("", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), QUERIES, ids=[text for text, _ in QUERIES])
def test_a_query_of_metrics_insights(text: str, expected: Query | None) -> None:
    assert parsed(text) == expected


_values = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=12)


def name(value: str, mark: str = '"') -> str:
    return mark + value.replace("\\", "\\\\").replace(mark, f"\\{mark}") + mark


def text_of(query: Query) -> str:
    source = name(query.namespace)
    if query.schema is not None:
        source = f"SCHEMA({', '.join([source, *map(name, query.schema)])})"
    where = " AND ".join(
        f"{'tag.' if each.tag else ''}{name(each.key)} {'=' if each.equal else '!='} "
        + name(each.value or "", "'")
        for each in query.conditions
    )
    return f"SELECT MAX({name(query.metric)}) FROM {source}" + (where and f" WHERE {where}")


@given(_values, _values, st.none() | st.frozensets(_values, max_size=3), st.lists(st.tuples(_values, st.booleans(), st.booleans(), _values), max_size=3))  # fmt: skip
def test_a_query_is_read_as_it_was_written(
    namespace: str,
    metric: str,
    schema: frozenset[str] | None,
    asked: list[tuple[str, bool, bool, str]],
) -> None:
    query = Query(namespace, metric, schema, tuple(Condition(*each) for each in asked))

    assert parsed(text_of(query)) == query


@given(st.dictionaries(st.sampled_from(["FunctionName", "Resource", "Zone"]), st.sampled_from(["orders", "payments"])))  # fmt: skip
def test_an_alarm_never_covers_what_its_dimensions_deny(dimensions: dict[str, str]) -> None:
    found = covers(errors(metrics=on("AWS/Lambda", "Errors", dimensions)), FUNCTION)
    names = dimensions.get("FunctionName")

    assert found is (YES if names == "orders" or not dimensions else NO)


def watch(
    *seen: Any, dark: tuple[type[Any], ...] = (), gaps: Mapping[type[Any], Any] | None = None
) -> Watch:
    def of(kind: type[Any]) -> Any:
        if kind in dark:
            return Evidence(gaps=(dark_gap(kind),))
        return Evidence(
            tuple(each for each in seen if isinstance(each, kind)), (gaps or {}).get(kind, ())
        )

    found = of(CentralAlarms)
    return Watch(
        of(MetricAlarm), of(CompositeAlarm), of(ObservabilityLink), Pooled(found.seen, found.gaps)
    )


def said(found: Watch, *resources: Watchable, **how: Any) -> Result:
    try:
        return found.over(*(resources or (FUNCTION,)), **how)
    except NotSeenError as error:
        return not_seen(error.gaps)


SHARED = alarm("shared", CENTRAL, metrics=on("AWS/Lambda", "Errors", {"FunctionName": "orders"}, ACCOUNT))  # fmt: skip

MANY: list[tuple[str, Watch, str, str]] = [
    ("one of many", watch(errors("payments", name="other"), errors()), "PASS", "the alarm errors"),
    ("none of many", watch(errors("payments")), "NO_EVIDENCE", "no alarm"),
    ("no alarm at all", watch(), "NO_EVIDENCE", "no alarm"),
    ("one that does nothing", watch(errors(actions=())), "NO_EVIDENCE", "no alarm"),
    ("one that a composite alarm hears", watch(errors(actions=()), composite("shop", "ALARM(errors)", TOPIC)), "PASS", "errors"),
    ("one that a silent composite alarm hears", watch(errors(actions=()), composite("shop", "ALARM(errors)")), "NO_EVIDENCE", ""),
    ("one that is heard two levels above", watch(errors(actions=()), composite("shop", "ALARM(errors)"), composite("all", "ALARM(shop)", TOPIC)), "PASS", ""),
    ("one that does nothing, and composite alarms are dark", watch(errors(actions=()), dark=(CompositeAlarm,)), "UNKNOWN", "CompositeAlarm"),
    ("one that acts, and composite alarms are dark", watch(errors(), dark=(CompositeAlarm,)), "PASS", ""),
    ("one that acts behind one that does nothing, and composite alarms are dark", watch(errors(name="quiet", actions=()), errors(), dark=(CompositeAlarm,)), "PASS", "errors"),
    ("alarms are dark", watch(dark=(MetricAlarm,)), "UNKNOWN", "MetricAlarm"),
    ("one among dark ones", watch(errors(), gaps={MetricAlarm: (dark_gap(MetricAlarm),)}), "PASS", ""),
    ("a query that is not understood", watch(asking('SELECT p99(Errors) FROM "AWS/Lambda"')), "PASS", "as far as"),
    ("a query for what is not known", watch(asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE Runtime = 'a'")), "UNKNOWN", "not known"),
    ("a query for what is not known that does nothing", watch(asking("SELECT MAX(Errors) FROM \"AWS/Lambda\" WHERE Runtime = 'a'", actions=())), "NO_EVIDENCE", ""),
    ("links are dark", watch(dark=(ObservabilityLink,)), "UNKNOWN", "ObservabilityLink"),
    ("one that acts, and links are dark", watch(errors(), dark=(ObservabilityLink,)), "PASS", ""),
    ("it shares its traces only", watch(link("AWS::XRay::Trace")), "NO_EVIDENCE", ""),
    ("it shares its metrics with an account that is not scanned", watch(link()), "UNKNOWN", f"account {CENTRAL}"),
    ("another account is scanned", watch(link(), central(account="777788889999")), "UNKNOWN", f"account {CENTRAL}"),
    ("the central account has no alarm for it", watch(link(), central()), "NO_EVIDENCE", ""),
    ("the central account has an alarm for it", watch(link(), central(SHARED)), "PASS", "the alarm shared"),
    ("a central composite alarm hears it", watch(link(), central(SHARED)), "PASS", ""),
    ("the central account has one for all", watch(link(), central(asking('SELECT MAX(Errors) FROM "AWS/Lambda"', account=CENTRAL))), "PASS", ""),
    ("no link leads to the account that has one for all", watch(central(asking('SELECT MAX(Errors) FROM "AWS/Lambda"', account=CENTRAL))), "NO_EVIDENCE", ""),
        ("own alarms are dark, a central one watches", watch(link(), central(SHARED), dark=(MetricAlarm,)), "PASS", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "status", "words"), [row[1:] for row in MANY], ids=[row[0] for row in MANY]
)
def test_the_alarms_over_a_resource(found: Watch, status: str, words: str) -> None:
    result = said(found)

    assert result.status.value == status, result.because
    assert words in f"{result.because} {result.reason}"


def test_a_dark_account_hides_its_own_alarms_alone() -> None:
    dark = dark_gap(CentralAlarms)
    elsewhere = watch(link(), central(), gaps={CentralAlarms: (dark,)})
    there = watch(link(), gaps={CentralAlarms: (replace(dark, account=CENTRAL),)})

    assert said(elsewhere).status is Status.NO_EVIDENCE
    assert said(there).status is Status.UNKNOWN
    assert "CentralAlarms" in said(there).reason


def test_a_resource_is_found_under_any_of_its_names() -> None:
    found = watch(alarm(metrics=on("AWS/ApplicationELB", "UnHealthyHostCount", TARGETS)))

    assert said(found, SERVICE, BALANCER).status is Status.PASS
    assert said(found, SERVICE).status is Status.NO_EVIDENCE


def test_an_alarm_that_is_not_wanted_does_not_count() -> None:
    found = watch(errors(threshold=99.0), errors(name="low", threshold=1.0))

    def low(alarm: MetricAlarm) -> bool:
        return alarm.threshold is not None and alarm.threshold < 10

    assert "the alarm low" in said(found, wanted=low).because
    assert said(found, wanted=lambda _: False).status is Status.NO_EVIDENCE


def test_the_caller_says_what_no_alarm_means() -> None:
    assert said(watch(), without=failed, lacks="is alone") == failed("is alone")


def test_every_alarm_that_looks_at_a_resource_is_told_once() -> None:
    quiet = errors(name="quiet", actions=(), actions_enabled=False)
    both = alarm("both", metrics=(*on("AWS/Lambda", "Errors"), *on("AWS/Lambda", "Throttles")))
    found = watch(quiet, both, errors("payments", name="other"))

    assert {each.name for each in found.watching(FUNCTION)} == {"quiet", "both"}


def test_alarms_that_are_dark_are_not_taken_for_none() -> None:
    with pytest.raises(NotSeenError):
        list(watch(dark=(MetricAlarm,)).watching(FUNCTION))
