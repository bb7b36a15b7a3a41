"""Look at the code repositories that Inspector covers."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.code_scans import CodeRepositoryCoverage
from readiness.probes import probe
from readiness.probes.aws import Aws

_CODE = {"resourceType": [{"comparison": "EQUALS", "value": "CODE_REPOSITORY"}]}


@probe(CodeRepositoryCoverage, "inspector2.list_coverage")
def code_repositories(aws: Aws) -> Iterator[CodeRepositoryCoverage]:
    for each in aws.pages("inspector2.list_coverage", "coveredResources", filterCriteria=_CODE):
        yield CodeRepositoryCoverage(
            arn=each["resourceId"],
            project=each.get("resourceMetadata", {})
            .get("codeRepository", {})
            .get("projectName", ""),
            status=each.get("scanStatus", {}).get("statusCode", "INACTIVE"),
            scanned=each.get("lastScannedAt"),
        )
