"""Look at whom what is measured is shared with: CloudWatch's Observability Access Manager."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.alarms import ObservabilityLink
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ObservabilityLink, "oam.list_links")
def observability_links(aws: Aws) -> Iterator[ObservabilityLink]:
    for each in aws.pages("oam.list_links", "Items"):
        yield ObservabilityLink(
            arn=each["Arn"], sink=each["SinkArn"], shares=tuple(each["ResourceTypes"])
        )
