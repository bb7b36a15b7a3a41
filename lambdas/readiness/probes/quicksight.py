"""Look at QuickSight; where an account is not subscribed, it has no dashboard."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.observability import BusinessDashboard
from readiness.probes import probe
from readiness.probes.aws import Aws

_NOT_SUBSCRIBED = ("ResourceNotFoundException", "UnsupportedUserEditionException")


@probe(BusinessDashboard, "quicksight.list_dashboards")
def business_dashboards(aws: Aws) -> Iterator[BusinessDashboard]:
    for each in aws.pages(
        "quicksight.list_dashboards",
        "DashboardSummaryList",
        absent=_NOT_SUBSCRIBED,
        AwsAccountId=aws.account,
    ):
        yield BusinessDashboard(
            arn=each["Arn"], name=each.get("Name", ""), published=each.get("LastPublishedTime")
        )
