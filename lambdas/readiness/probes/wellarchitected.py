"""Look at the Well-Architected Tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.architecture import CostReview, WellArchitectedWorkload
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(WellArchitectedWorkload, "wellarchitected.list_workloads", "wellarchitected.get_workload")
def workloads(aws: Aws) -> Iterator[WellArchitectedWorkload | Gap]:
    def look(listed: Mapping[str, Any]) -> Iterator[WellArchitectedWorkload]:
        answer = aws.call(
            "wellarchitected.get_workload",
            WorkloadId=listed["WorkloadId"],
            absent=("ResourceNotFoundException",),
        )
        if answer is None:
            return
        found = answer["Workload"]
        risks = listed.get("RiskCounts") or {}
        yield WellArchitectedWorkload(
            arn=listed["WorkloadArn"],
            name=listed["WorkloadName"],
            accounts=tuple(found.get("AccountIds") or ()),
            design=bool(found.get("ArchitecturalDesign")),
            updated=listed.get("UpdatedAt"),
            high_risks=risks.get("HIGH", 0),
            # Where nothing is counted, no question was answered.
            unanswered=risks.get("UNANSWERED", 0 if risks else 1),
        )

    listed = aws.pages("wellarchitected.list_workloads", "WorkloadSummaries")
    yield from aws.each(listed, look, arn=lambda each: str(each["WorkloadArn"]))


@probe(CostReview, "wellarchitected.get_lens_review")
def cost_reviews(
    aws: Aws, workloads: Evidence[WellArchitectedWorkload]
) -> Iterator[CostReview | Gap]:
    def look(workload: WellArchitectedWorkload) -> Iterator[CostReview]:
        answer = aws.call(
            "wellarchitected.get_lens_review",
            WorkloadId=workload.arn.rpartition("/")[2],
            LensAlias="wellarchitected",
            absent=("ResourceNotFoundException",),
        )
        if answer is None:
            return
        review = answer["LensReview"]
        pillars = {each["PillarId"]: each for each in review["PillarReviewSummaries"]}
        if _COSTS in pillars:
            risks = pillars[_COSTS]["RiskCounts"]
            yield CostReview(
                arn=workload.arn,
                updated=review["UpdatedAt"],
                # Numbers of nothing are left out; where nothing is counted, no question was answered.
                unanswered=risks.get("UNANSWERED", 0 if risks else 1),
            )

    yield from aws.each(workloads, look)


_COSTS = "costOptimization"
