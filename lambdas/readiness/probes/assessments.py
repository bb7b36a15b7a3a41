"""Look at what Audit Manager and AWS Security Agent found out about an account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.detection import AuditReport, PenetrationTest
from readiness.probes import probe
from readiness.probes.aws import Aws

#: Where AWS Security Agent is offered; botocore does not know it.
#: https://docs.aws.amazon.com/securityagent/latest/userguide/resilience.html, read in November 2026.
_SECURITY_AGENT = frozenset(
    {
        "ap-northeast-1",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "eu-central-1",
        "eu-west-1",
        "sa-east-1",
        "us-east-1",
        "us-west-2",
    }
)
_GONE = ("ResourceNotFoundException",)


@probe(AuditReport, "auditmanager.list_assessment_reports")
def audit_reports(aws: Aws) -> Iterator[AuditReport]:
    # Where nobody set it up the service refuses everybody.
    not_set_up = "AccessDeniedException: Please complete AWS Audit Manager setup"
    for each in aws.pages(
        "auditmanager.list_assessment_reports", "assessmentReports", absent=(not_set_up,)
    ):
        yield AuditReport(
            arn=aws.arn("auditmanager", f"assessmentReport/{each['id']}"),
            name=each.get("name", ""),
            status=each["status"],
            created=each["creationTime"],
        )


@probe(
    PenetrationTest,
    "securityagent.list_agent_spaces",
    "securityagent.list_pentests",
    "securityagent.list_pentest_jobs_for_pentest",
)
def penetration_tests(aws: Aws) -> Iterator[PenetrationTest | Gap]:
    if aws.region not in _SECURITY_AGENT:
        return

    def look(space: Mapping[str, Any]) -> Iterator[PenetrationTest]:
        name = space["agentSpaceId"]
        for test in aws.pages(
            "securityagent.list_pentests", "pentestSummaries", agentSpaceId=name, absent=_GONE
        ):
            for each in aws.pages(
                "securityagent.list_pentest_jobs_for_pentest",
                "pentestJobSummaries",
                agentSpaceId=name,
                pentestId=test["pentestId"],
                absent=_GONE,
            ):
                yield PenetrationTest(
                    arn=f"{_space(aws, name)}/pentest/{test['pentestId']}/job/{each['pentestJobId']}",
                    title=each.get("title") or test["title"],
                    status=each.get("status", ""),
                    type=each.get("jobType", ""),
                    ended=each.get("updatedAt"),
                )

    spaces = aws.pages("securityagent.list_agent_spaces", "agentSpaceSummaries")
    yield from aws.each(spaces, look, arn=lambda each: _space(aws, each["agentSpaceId"]))


def _space(aws: Aws, name: str) -> str:
    return aws.arn("securityagent", f"agent-space/{name}")
