"""Look at zonal shift."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.chaos import ZonalShiftResource
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(ZonalShiftResource, "arc-zonal-shift.list_managed_resources")
def zonal_shift_resources(aws: Aws) -> Iterator[ZonalShiftResource]:
    for each in aws.pages("arc-zonal-shift.list_managed_resources", "items"):
        yield ZonalShiftResource(
            arn=each["arn"], practice_runs=each.get("practiceRunStatus") == "ENABLED"
        )
