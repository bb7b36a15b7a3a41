"""Look at Fault Injection Service."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.chaos import FaultExperiment
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(FaultExperiment, "fis.list_experiments")
def fault_experiments(aws: Aws) -> Iterator[FaultExperiment]:
    for each in aws.pages("fis.list_experiments", "experiments"):
        yield FaultExperiment(
            arn=each["arn"], status=each["state"]["status"], created=each["creationTime"]
        )
