"""Look at exports of the bill, where it is paid: data exports, and the reports before them."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.billing import CostExport, CostReport, Payer
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.budgets import other_payers
from readiness.probes.ce import pays


@probe(CostExport, "bcm-data-exports.list_exports")
def cost_exports(aws: Aws, payers: Evidence[Payer]) -> Iterator[CostExport | Gap]:
    if pays(aws, payers):
        for each in aws.pages("bcm-data-exports.list_exports", "Exports"):
            yield CostExport(
                arn=each["ExportArn"],
                name=each["ExportName"],
                healthy=each["ExportStatus"].get("StatusCode") == "HEALTHY",
            )
    yield from other_payers(aws, payers, "bcm-data-exports:ListExports")


@probe(CostReport, "cur.describe_report_definitions")
def cost_reports(aws: Aws, payers: Evidence[Payer]) -> Iterator[CostReport | Gap]:
    if pays(aws, payers):
        for each in aws.pages("cur.describe_report_definitions", "ReportDefinitions"):
            name = each["ReportName"]
            yield CostReport(
                arn=aws.arn("cur", f"definition/{name}"),
                name=name,
                healthy=(each.get("ReportStatus") or {}).get("lastStatus") == "SUCCESS",
            )
    yield from other_payers(aws, payers, "cur:DescribeReportDefinitions")
