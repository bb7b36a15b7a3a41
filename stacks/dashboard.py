"""What does the platform team look at to see that the scans themselves are well?"""

from __future__ import annotations

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from stacks.alarms import NAMESPACE, SERVICE
from stacks.functions import Functions

DASHBOARD = "readiness"


class Dashboard(Construct):
    """One page of graphs: coverage, score, regressions, durations, throttles, cost, and the alarms."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        functions: Functions,
        state_machine: sfn.StateMachine,
        alarms: list[cloudwatch.IAlarm],
    ) -> None:
        super().__init__(scope, id)
        page = cloudwatch.Dashboard(
            self,
            "Page",
            dashboard_name=DASHBOARD,
            # Scans are daily: a quarter shows their course.
            default_interval=cdk.Duration.days(90),
        )
        page.add_widgets(cloudwatch.AlarmStatusWidget(title="Alarms", alarms=alarms, width=24))
        page.add_widgets(
            _graph("Coverage: accounts", "AccountsExpected", "AccountsScanned", "AccountsFailed"),
            _graph("Score and known share, %", "Score", "Known", top=100),
            _graph(
                "Regressions and new failures",
                "RegressionsCritical",
                "RegressionsHigh",
                "RegressionsMedium",
                "RegressionsLow",
                "NewFailures",
            ),
        )
        page.add_widgets(
            _graph("Duration of a scan, s", "ScanSeconds"),
            _graph("API calls, and those that were throttled", "Calls", "Throttles"),
            _graph("Estimated cost of what a scan reads, USD", "CostUsd"),
        )
        page.add_widgets(
            _graph("Digests", "DigestsSent", "DigestsFailed"),
            cloudwatch.GraphWidget(
                title="Executions",
                width=8,
                left=[
                    metric.with_(statistic="Sum", period=cdk.Duration.days(1))
                    for metric in (
                        state_machine.metric_started(),
                        state_machine.metric_succeeded(),
                        state_machine.metric_failed(),
                        state_machine.metric_timed_out(),
                    )
                ],
            ),
            cloudwatch.GraphWidget(
                title="Duration of a step at most, ms, and errors",
                width=8,
                left=[
                    function.metric_duration(
                        statistic="Maximum", period=cdk.Duration.days(1), label=name
                    )
                    for name, function in functions.items()
                ],
                right=[
                    function.metric_errors(
                        statistic="Sum", period=cdk.Duration.days(1), label=f"{name}: errors"
                    )
                    for name, function in functions.items()
                ],
            ),
        )


def _graph(title: str, *metrics: str, top: float | None = None) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title,
        width=8,
        left=[
            cloudwatch.Metric(
                namespace=NAMESPACE,
                metric_name=name,
                dimensions_map={"service": SERVICE},
                statistic="Maximum",
                period=cdk.Duration.days(1),
            )
            for name in metrics
        ],
        left_y_axis=cloudwatch.YAxisProps(min=0, max=top),
    )
