"""Look at Resilience Hub."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.chaos import ResilienceApp
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ResilienceApp, "resiliencehub.list_apps")
def resilience_apps(aws: Aws) -> Iterator[ResilienceApp]:
    for each in aws.pages("resiliencehub.list_apps", "appSummaries"):
        yield ResilienceApp(
            arn=each["appArn"],
            name=each["name"],
            compliance=each.get("complianceStatus", "NotAssessed"),
            assessed=each.get("lastAppComplianceEvaluationTime"),
        )
