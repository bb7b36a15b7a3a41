"""Look at AWS Batch."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.batch import BatchEnvironment
from readiness.probes import probe
from readiness.probes.aws import Aws

_GOING = ("DELETING", "DELETED")


@probe(BatchEnvironment, "batch.describe_compute_environments")
def batch_environments(aws: Aws) -> Iterator[BatchEnvironment]:
    for each in aws.pages("batch.describe_compute_environments", "computeEnvironments"):
        if each.get("status") not in _GOING:
            resources = each.get("computeResources") or {}
            machines = resources.get("managedInstancesProvider") or {}
            template = machines.get("instanceLaunchTemplate") or {}
            spot = template.get("capacityOptionType") == "SPOT"
            yield BatchEnvironment(
                arn=each["computeEnvironmentArn"],
                name=each["computeEnvironmentName"],
                managed=each["type"] == "MANAGED",
                enabled=each.get("state") == "ENABLED",
                status=each.get("status", ""),
                capacity="SPOT" if spot else resources.get("type", ""),
            )
