"""Look at Resilience Hub."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.chaos import ResilienceApp
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ResilienceApp, "resiliencehub.list_apps")
def resilience_apps(aws: Aws) -> Iterator[ResilienceApp]:
    page: dict[str, str] = {}
    while True:  # botocore has no paginator for it
        answer = aws.get("resiliencehub.list_apps", **page)
        for each in answer["appSummaries"]:
            yield ResilienceApp(
                arn=each["appArn"],
                name=each["name"],
                compliance=each.get("complianceStatus", "NotAssessed"),
                assessed=each.get("lastAppComplianceEvaluationTime"),
            )
        if not answer.get("nextToken"):
            return
        page = {"nextToken": answer["nextToken"]}
