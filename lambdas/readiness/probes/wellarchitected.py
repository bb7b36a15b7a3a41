"""Look at the Well-Architected Tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.architecture import WellArchitectedWorkload
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
        yield WellArchitectedWorkload(
            arn=listed["WorkloadArn"],
            name=listed["WorkloadName"],
            accounts=tuple(found.get("AccountIds") or ()),
            design=bool(found.get("ArchitecturalDesign")),
        )

    listed = aws.pages("wellarchitected.list_workloads", "WorkloadSummaries")
    yield from aws.each(listed, look, arn=lambda each: str(each["WorkloadArn"]))
