"""What is seen of scans and profiles of code, and of published functions."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.code_scans import CodeRepositoryCoverage, ProfilingGroup
from readiness.evidence.versions import FunctionVersion
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

REPOSITORY = f"arn:aws:inspector2:{REGION}:{ACCOUNT}:codesecurity-integration/1/project/2"
GROUP = f"arn:aws:codeguru-profiler:{REGION}:{ACCOUNT}:profilingGroup/shop"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop"
CODE = {"resourceType": [{"comparison": "EQUALS", "value": "CODE_REPOSITORY"}]}


def covered(**more: Any) -> dict[str, Any]:
    return {
        "accountId": ACCOUNT,
        "resourceId": REPOSITORY,
        "resourceType": "CODE_REPOSITORY",
        "scanType": "CODE",
        **more,
    }


def test_code_repositories_of_every_page() -> None:
    first = covered(
        resourceMetadata={
            "codeRepository": {
                "projectName": "acme/shop",
                "providerType": "GITHUB",
                "providerTypeVisibility": "PRIVATE",
            }
        },
        scanStatus={"statusCode": "ACTIVE", "reason": "SUCCESSFUL"},
        lastScannedAt=NOW,
    )
    answers = (
        Answer("inspector2.list_coverage", {"coveredResources": [first], "nextToken": "n"}, asked={"filterCriteria": CODE}),
        Answer("inspector2.list_coverage", {"coveredResources": [covered()]}, asked={"filterCriteria": CODE, "nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, CodeRepositoryCoverage) == Evidence(
            (
                CodeRepositoryCoverage(
                    arn=REPOSITORY, project="acme/shop", status="ACTIVE", scanned=NOW
                ),
                CodeRepositoryCoverage(arn=REPOSITORY, project="", status="INACTIVE", scanned=None),
            )
        )
        assert_made_as_declared(connection, CodeRepositoryCoverage)


def test_profiling_groups_of_every_page() -> None:
    used = {"arn": GROUP, "profilingStatus": {"latestAgentProfileReportedAt": NOW}}
    answers = (
        Answer("codeguruprofiler.list_profiling_groups", {"profilingGroupNames": [], "profilingGroups": [used], "nextToken": "n"}, asked={"includeDescription": True}),
        Answer("codeguruprofiler.list_profiling_groups", {"profilingGroupNames": [], "profilingGroups": [{"arn": GROUP}]}, asked={"includeDescription": True, "nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, ProfilingGroup) == Evidence(
            (ProfilingGroup(arn=GROUP, profiled=NOW), ProfilingGroup(arn=GROUP, profiled=None))
        )
        assert_made_as_declared(connection, ProfilingGroup)


def test_published_versions_without_latest() -> None:
    def listed(version: str) -> dict[str, Any]:
        return {"FunctionArn": f"{FUNCTION}:{version}", "Version": version, "CodeSha256": "abc"}

    answers = (
        Answer("lambda.list_functions", {"Functions": [listed("$LATEST")], "NextMarker": "n"}, asked={"FunctionVersion": "ALL"}),
        Answer("lambda.list_functions", {"Functions": [listed("7")]}, asked={"FunctionVersion": "ALL", "Marker": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, FunctionVersion) == Evidence(
            (FunctionVersion(arn=f"{FUNCTION}:7", function=FUNCTION, number=7, code_sha256="abc"),)
        )
        assert_made_as_declared(connection, FunctionVersion)


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (CodeRepositoryCoverage, "inspector2.list_coverage", "inspector2:ListCoverage"),
        (ProfilingGroup, "codeguruprofiler.list_profiling_groups", "codeguru-profiler:ListProfilingGroups"),
        (FunctionVersion, "lambda.list_functions", "lambda:ListFunctions"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_action(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
