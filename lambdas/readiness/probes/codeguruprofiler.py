"""Look at CodeGuru Profiler's groups; never at a profile."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.code_scans import ProfilingGroup
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ProfilingGroup, "codeguruprofiler.list_profiling_groups")
def profiling_groups(aws: Aws) -> Iterator[ProfilingGroup]:
    found = aws.pages(
        "codeguruprofiler.list_profiling_groups", "profilingGroups", includeDescription=True
    )
    for each in found:
        status = each.get("profilingStatus", {})
        yield ProfilingGroup(arn=each["arn"], profiled=status.get("latestAgentProfileReportedAt"))
