"""AWS Batch: what its jobs run on."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "Batch compute environment")
class BatchEnvironment:
    """A compute environment of Batch. Source: batch.DescribeComputeEnvironments."""

    arn: str
    name: str
    #: Whether Batch makes its machines.
    managed: bool
    enabled: bool
    #: VALID, INVALID, CREATING or UPDATING.
    status: str
    #: EC2, SPOT, FARGATE, FARGATE_SPOT or ECS_MANAGED_INSTANCES; empty where it is not managed.
    capacity: str
