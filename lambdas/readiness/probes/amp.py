"""Look at Amazon Managed Service for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.observability import PrometheusWorkspace
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(PrometheusWorkspace, "amp.list_workspaces")
def prometheus_workspaces(aws: Aws) -> Iterator[PrometheusWorkspace]:
    for each in aws.pages("amp.list_workspaces", "workspaces"):
        yield PrometheusWorkspace(
            arn=each["arn"],
            name=each.get("alias") or each["workspaceId"],
            status=each["status"]["statusCode"],
        )
