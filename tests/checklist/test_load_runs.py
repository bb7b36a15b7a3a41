"""What the checks of load tests' runs say: of webhooks, of what grew, of what arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.growth_tests import autoscaling_load_test_run_recent
from readiness.checklist.model import Check
from readiness.checklist.webhooks import (
    webhook_ingress_buffered,
    webhook_load_test_run_recent,
    webhook_load_test_window_healthy,
)
from readiness.evidence.apis import HttpRoute, RestMethod
from readiness.evidence.balancing import ListenerRule
from readiness.evidence.builds import Build, BuildCommand, BuildProject
from readiness.evidence.load import DistributedRun
from readiness.evidence.pipelines import Action, Pipeline, Stage
from readiness.evidence.repository import (
    CiStep,
    LoadTestPaths,
    Provider,
    Repository,
    WorkflowRun,
)
from readiness.evidence.scaling import GroupActivity, GroupPolicy, TargetActivity, TargetPolicy
from readiness.evidence.traffic import DoorTraffic, Hour
from tests.checklist.test_networking_doors import WEB, arn, policy, target_policy
from tests.checklist.test_networking_names import HTTP, REST
from tests.checklist.test_scalability_growth import activity, step
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
)

SHOP = "github:acme/shop"
WORKFLOW = ".github/workflows/load.yml"
REPOSITORY = Repository(arn=SHOP, provider=Provider.GITHUB, default_branch="main")
ARCHIVED = Repository(arn=SHOP, provider=Provider.GITHUB, default_branch="main", archived=True)
AGO = timedelta(days=30)


def ci(command: str = "k6 run load/test.js", **changes: Any) -> CiStep:
    values: dict[str, Any] = {
        "repository": SHOP,
        "workflow": WORKFLOW,
        "job": "load",
        "number": 1,
        "command": command,
    }
    return CiStep(**values | changes)


def run(ago: timedelta = AGO, **changes: Any) -> WorkflowRun:
    values: dict[str, Any] = {
        "repository": SHOP,
        "number": 7,
        "workflow": WORKFLOW,
        "event": "schedule",
        "conclusion": "success",
        "created": NOW - ago,
        "ended": NOW - ago + timedelta(hours=1),
    }
    return WorkflowRun(**values | changes)


def project(**changes: Any) -> BuildProject:
    values: dict[str, Any] = {
        "arn": arn("codebuild", "project/load"),
        "name": "load",
        "source": "GITHUB",
        "location": "https://github.com/acme/shop.git",
        "buildspec": "inline",
        "commands": (BuildCommand(phase="build", command="k6 run load/test.js", tolerated=""),),
        "webhook": False,
        "webhook_events": (),
        "runner": False,
        "created": NOW,
    }
    return BuildProject(**values | changes)


def build(ago: timedelta = AGO, **changes: Any) -> Build:
    values: dict[str, Any] = {
        "arn": arn("codebuild", "build/load:1"),
        "project": "load",
        "status": "SUCCEEDED",
        "started": NOW - ago,
        "ended": NOW - ago + timedelta(hours=1),
        "initiator": "ana",
        "commit": "",
    }
    return Build(**values | changes)


def pipeline() -> Pipeline:
    source = Action(
        name="code",
        category="Source",
        owner="AWS",
        provider="CodeStarSourceConnection",
        target={"FullRepositoryId": "acme/shop"},
    )
    test = Action(
        name="load",
        category="Test",
        owner="AWS",
        provider="CodeBuild",
        target={"ProjectName": "load"},
    )
    stages = (Stage(name="source", actions=(source,)), Stage(name="test", actions=(test,)))
    return Pipeline(
        arn=arn("codepipeline", "shop"), name="shop", type="V2", stages=stages, triggered=True
    )


def distributed(ago: timedelta = timedelta(days=3)) -> DistributedRun:
    started = NOW - ago
    return DistributedRun(
        arn=arn("cloudwatch", "distributed-load-testing/t1/x"),
        test="t1",
        started=started,
        ended=started + timedelta(hours=1),
    )


def method(path: str = "/webhooks/pay", **changes: Any) -> RestMethod:
    values: dict[str, Any] = {
        "arn": f"{REST.arn}/resources/1/methods/POST",
        "api": REST.arn,
        "path": path,
        "method": "POST",
        "authorization": "NONE",
        "needs_key": False,
        "service": "lambda",
        "function": arn("lambda", "function:pay"),
        "asynchronous": False,
    }
    return RestMethod(**values | changes)


def http_route(key: str = "POST /webhooks", **changes: Any) -> HttpRoute:
    values: dict[str, Any] = {
        "arn": f"{HTTP.arn}/routes/1",
        "api": HTTP.arn,
        "key": key,
        "authorization": "NONE",
        "service": "sqs",
        "function": "",
        "asynchronous": True,
    }
    return HttpRoute(**values | changes)


def rule(*paths: str) -> ListenerRule:
    return ListenerRule(
        arn=arn("elasticloadbalancing", "listener-rule/app/shop/1/2/3"),
        listener=arn("elasticloadbalancing", "listener/app/shop/1/2"),
        balancer=WEB,
        paths=paths or ("/callback/*",),
        actions=("forward",),
    )


def script(*paths: str) -> LoadTestPaths:
    return LoadTestPaths(repository=SHOP, path="load/test.js", paths=paths or ("/webhooks/pay",))


def hour(**changes: Any) -> Hour:
    values: dict[str, Any] = {
        "started": NOW - AGO,
        "requests": 10_000,
        "busiest": 3_000,
        "errors": 0,
        "throttles": 0,
    }
    return Hour(**values | changes)


def traffic(*hours: Hour, usual: float = 1_000, **changes: Any) -> DoorTraffic:
    values: dict[str, Any] = {"arn": REST.arn, "hours": hours or (hour(),), "usual": usual}
    return DoorTraffic(**values | changes)


RAN = (REPOSITORY, ci(), run())
#: The end of the run's name, behind its last colon.
RUN = "7"
BUILT = (REPOSITORY, project(), build())
RAN_AT = f"{NOW - AGO:%Y-%m-%dT%H:%M}"
RUNS = (CiStep, WorkflowRun, BuildProject, Build, Pipeline, DistributedRun)
SCALES = (*RAN, policy())
GREW = activity(started=NOW - AGO + timedelta(minutes=20))

ROWS: dict[Check[..., Any], list[Row]] = {
    webhook_load_test_run_recent: [
        Row("a workflow ran it", {RUN: PASS}, (*RAN, script(), method()), says="30 days ago"),
        Row("an action ran it", PASS, (REPOSITORY, ci("", uses="grafana/k6-action"), run(), script(), method())),
        Row("a command names the webhook", PASS, (REPOSITORY, ci("hey -n 1000 https://shop.example.com/webhooks"), run(), method())),
        Row("CodeBuild ran it", PASS, (*BUILT, script(), method())),
        Row("CodeBuild ran the repository's buildspec", PASS, (REPOSITORY, ci(workflow="buildspec.yml"), project(buildspec="buildspec.yml", commands=()), build(), script(), method())),
        Row("CodeBuild ran it in a pipeline", PASS, (REPOSITORY, project(source="CODEPIPELINE", location=""), pipeline(), build(), script(), method())),
        Row("CodeBuild ran another repository's", NO_EVIDENCE, (REPOSITORY, project(location="https://github.com/acme/other"), build(), script(), method())),
        Row("the solution ran it", PASS, (REPOSITORY, distributed(), script(), method())),
        Row("the webhook of an HTTP API", PASS, (*RAN, script(), http_route())),
        Row("the webhook of a load balancer", PASS, (*RAN, script(), rule())),
        Row("it failed", {RUN: FAIL}, (REPOSITORY, ci(), run(conclusion="failure"), script(), method())),
        Row("it failed, and a newer one did not", PASS, (*RAN, run(timedelta(days=40), number=6, conclusion="failure"), script(), method())),
        Row("the newest failed", FAIL, (*RAN, run(timedelta(days=2), number=8, conclusion="failure"), script(), method())),
        Row("a build failed", FAIL, (REPOSITORY, project(), build(status="FAILED"), script(), method())),
        *(
            Row(f"it was {ended}", NO_EVIDENCE, (REPOSITORY, ci(), run(conclusion=ended), script(), method()))
            for ended in ("cancelled", "skipped")
        ),
        Row("it was stopped", NO_EVIDENCE, (REPOSITORY, project(), build(status="STOPPED"), script(), method())),
        Row("the newest was skipped", PASS, (*RAN, run(timedelta(days=2), number=8, conclusion="skipped"), script(), method())),
        Row("a few hours too old", NO_EVIDENCE, (REPOSITORY, ci(), run(timedelta(days=180, hours=6)), script(), method())),
        Row("it runs now", NO_EVIDENCE, (REPOSITORY, project(), build(status="IN_PROGRESS"), script(), method())),
        Row("on the last day", PASS, (REPOSITORY, ci(), run(timedelta(days=180)), script(), method())),
        Row("too old", NO_EVIDENCE, (REPOSITORY, ci(), run(timedelta(days=181)), script(), method()), says="180 days"),
        Row("too old, but a year is allowed", PASS, (REPOSITORY, ci(), run(timedelta(days=181)), script(), method()), options={"load_test_max_age_days": 365}),
        Row("a script that never ran", NO_EVIDENCE, (REPOSITORY, ci(), script(), method())),
        Row("a run that hides its failure", NO_EVIDENCE, (REPOSITORY, ci(tolerated="continue-on-error"), run(), script(), method())),
        Row("a run of something else", NO_EVIDENCE, (REPOSITORY, ci("pytest"), run(), script(), method())),
        Row("a test of other paths", {RUN: NO_EVIDENCE}, (*RAN, script("/orders"), method()), says="names no webhook"),
        Row("no webhook", NOT_APPLICABLE, (*RAN, script(), method("/orders"), http_route("$default"), rule("/orders/*"))),
        Row("a webhook that is declared", PASS, (*RAN, script()), options={"has_webhooks": True}),
        Row("a webhook by a path of ours", PASS, (*RAN, script("/notify"), method("/notify")), options={"webhook_path_regex": "/notify"}),
        Row("archived", NOT_APPLICABLE, (ARCHIVED, ci(), method())),
        Row("no repository", UNKNOWN, (method(),), dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (REPOSITORY, script(), method()), dark=[kind])
            for kind in RUNS
        ),
        Row("scripts are dark", UNKNOWN, (*RAN, method()), dark=[LoadTestPaths]),
        *(
            Row(f"{kind.__name__} is dark, and nothing else is a webhook", UNKNOWN, RAN, dark=[kind])
            for kind in (RestMethod, HttpRoute, ListenerRule)
        ),
    ],
    webhook_load_test_window_healthy: [
        Row("three times the usual arrived", PASS, (*RAN, traffic()), says="3.0 times the usual"),
        Row("too little arrived", FAIL, (*RAN, traffic(hour(busiest=2_999))), says="less than 3 times"),
        Row("another webhook that the test did not drive", {f"{REST.arn}#{RAN_AT}".rsplit(":", 1)[-1]: PASS}, (*RAN, traffic(), traffic(hour(busiest=900), arn=HTTP.arn))),
        Row("two webhooks, and the test drove neither", FAIL, (*RAN, traffic(hour(busiest=900)), traffic(hour(busiest=900), arn=HTTP.arn))),
        Row("twice is enough", PASS, (*RAN, traffic(hour(busiest=2_000))), options={"load_factor": 2.0}),
        Row("too much failed", FAIL, (*RAN, traffic(hour(errors=101))), says="failed to answer 1.0%"),
        Row("as much as may fail", PASS, (*RAN, traffic(hour(errors=100)))),
        Row("more may fail", PASS, (*RAN, traffic(hour(errors=101))), options={"max_error_ratio": 0.05}),
        Row("functions refused", FAIL, (*RAN, traffic(hour(throttles=2))), says="2 calls"),
        Row("nothing arrived while it ran", NO_EVIDENCE, (*RAN, traffic(hour(started=NOW - timedelta(days=3))))),
        Row("a run whose end is not told", NO_EVIDENCE, (REPOSITORY, ci(), run(ended=None), traffic())),
        Row("nothing is usual", NO_EVIDENCE, (*RAN, traffic(usual=0))),
        Row("a failed run does not count", NO_EVIDENCE, (REPOSITORY, ci(), run(conclusion="failure"), traffic()), says="no run"),
        Row("no run", NO_EVIDENCE, (REPOSITORY, traffic())),
        Row("too old a run", NO_EVIDENCE, (*RAN, traffic()), options={"load_test_max_age_days": 20}),
        Row("no webhook", NOT_APPLICABLE, RAN),
        Row("traffic of something else", NOT_APPLICABLE, (*RAN, traffic(webhook=False))),
        Row("archived", NOT_APPLICABLE, (ARCHIVED, traffic())),
        Row("no repository", UNKNOWN, (traffic(),), dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (REPOSITORY, traffic()), dark=[kind])
            for kind in RUNS
        ),
        Row("traffic is dark", UNKNOWN, RAN, dark=[DoorTraffic]),
    ],
    webhook_ingress_buffered: [
        Row("a queue", {"/apis/h1/routes/1": PASS}, (http_route(),), says="over to sqs"),
        Row("a function that waits", {"/restapis/r1/resources/1/methods/POST": FAIL}, (method(),), says="wait for lambda"),
        Row("a function that does not", PASS, (method(asynchronous=True),)),
        Row("a load balancer", FAIL, (rule(),), says="/callback/*"),
        Row("a load balancer that sends elsewhere", NOT_APPLICABLE, (replace(rule(), actions=("redirect",)),)),
        Row("a load balancer, by its second path", FAIL, (rule("/orders/*", "/callback/*"),), says="/callback/*"),
        Row("what browsers ask before", NOT_APPLICABLE, (method(method="OPTIONS", service=""),)),
        Row("another path", NOT_APPLICABLE, (method("/orders"), http_route("GET /orders"), rule("/orders"))),
        Row("a path of ours", FAIL, (method("/notify"),), options={"webhook_path_regex": "/notify"}),
        Row("nothing", NOT_APPLICABLE),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (RestMethod, HttpRoute, ListenerRule)
        ),
    ],
    autoscaling_load_test_run_recent: [
        Row("a group grew meanwhile", {RUN: PASS}, (*SCALES, GREW), says="and web grew"),
        Row("a service grew meanwhile", PASS, (*RAN, target_policy(), step(started=NOW - AGO))),
        Row("a group grew right after", PASS, (*SCALES, activity(started=NOW - AGO + timedelta(minutes=69)))),
        Row("a group grew later", {RUN: FAIL}, (*SCALES, activity(started=NOW - AGO + timedelta(hours=2))), says="no policy made anything grow"),
        Row("a group failed to grow meanwhile", FAIL, (*SCALES, replace(GREW, status="Failed"))),
        Row("a person made a group grow meanwhile", FAIL, (*SCALES, replace(GREW, by_policy=False))),
        Row("a group shrank meanwhile", FAIL, (*SCALES, activity(started=NOW - AGO, raised=False, lowered=True))),
        Row("nothing grew", FAIL, SCALES),
        Row("nothing grew in a build", FAIL, (*BUILT, policy())),
        Row("a run of two months ago", NO_EVIDENCE, (REPOSITORY, ci(), run(timedelta(days=60)), policy()), says="not known any more"),
        Row("a run whose end is not told", NO_EVIDENCE, (REPOSITORY, ci(), run(ended=None), policy())),
        Row("the run failed", FAIL, (REPOSITORY, ci(), run(conclusion="failure"), policy(), GREW), says="failed its load test"),
        Row("no run", NO_EVIDENCE, (REPOSITORY, policy(), GREW)),
        Row("too old a run", NO_EVIDENCE, (*SCALES, GREW), options={"load_test_max_age_days": 20}),
        Row("nothing scales", NOT_APPLICABLE, RAN),
        Row("archived", NOT_APPLICABLE, (ARCHIVED, policy())),
        Row("no repository", UNKNOWN, (policy(),), dark=[Repository]),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (REPOSITORY, policy()), dark=[kind])
            for kind in RUNS
        ),
        Row("policies of groups are dark", UNKNOWN, RAN, dark=[GroupPolicy]),
        Row("policies of targets are dark", UNKNOWN, RAN, dark=[TargetPolicy]),
        Row("activities of groups are dark", UNKNOWN, SCALES, dark=[GroupActivity]),
        Row("activities of targets are dark", UNKNOWN, SCALES, dark=[TargetActivity]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
