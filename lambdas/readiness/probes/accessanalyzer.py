"""Look at what IAM Access Analyzer says of access that nobody uses."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.rights import UnusedAccess, UnusedAccessAnalyzer
from readiness.probes import probe
from readiness.probes.aws import Aws

_KINDS = ("ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS")


@probe(UnusedAccessAnalyzer, "accessanalyzer.list_analyzers")
def unused_access_analyzers(aws: Aws) -> Iterator[UnusedAccessAnalyzer]:
    for each in aws.pages("accessanalyzer.list_analyzers", "analyzers"):
        if each["type"] in _KINDS and each["status"] == "ACTIVE":
            yield UnusedAccessAnalyzer(arn=each["arn"])


@probe(UnusedAccess, "accessanalyzer.list_findings_v2")
def unused_access(
    aws: Aws, analyzers: Evidence[UnusedAccessAnalyzer]
) -> Iterator[UnusedAccess | Gap]:
    def look(analyzer: UnusedAccessAnalyzer) -> Iterator[UnusedAccess]:
        # An organization's analyzer speaks of every account; each is judged by its own.
        wanted = {
            "status": {"eq": ["ACTIVE"]},
            "findingType": {"eq": ["UnusedIAMRole", "UnusedPermission"]},
            "resourceOwnerAccount": {"eq": [aws.account]},
        }
        for each in aws.pages(
            "accessanalyzer.list_findings_v2",
            "findings",
            analyzerArn=analyzer.arn,
            filter=wanted,
            absent=("ResourceNotFoundException",),
        ):
            yield UnusedAccess(
                arn=f"{analyzer.arn}/{each['id']}",
                role=each.get("resource", ""),
                type=each.get("findingType", ""),
            )

    yield from aws.each(analyzers, look)
