"""Containers: clusters, services and node groups of ECS and EKS."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.evidence import Scope, record


@record(Scope.REGION, "ECS cluster")
class EcsCluster:
    """An ECS cluster. Source: ecs.ListClusters."""

    arn: str


@record(Scope.REGION, "ECS service")
class EcsService:
    """An active ECS service. Source: ecs.ListServices, ecs.DescribeServices."""

    arn: str
    name: str
    #: The ARN of its cluster.
    cluster: str
    #: EC2, FARGATE, EXTERNAL or MANAGED_INSTANCES; empty where a capacity provider chooses.
    launch_type: str
    #: The subnets of its tasks; empty where tasks share the network of their instance.
    subnets: tuple[str, ...]
    tags: Mapping[str, str]


@record(Scope.REGION, "EKS cluster")
class EksCluster:
    """An EKS cluster. Source: eks.ListClusters."""

    arn: str
    name: str


@record(Scope.REGION, "EKS node group")
class EksNodegroup:
    """A managed node group. Source: eks.ListNodegroups, eks.DescribeNodegroup."""

    arn: str
    name: str
    #: The name of its cluster.
    cluster: str
    subnets: tuple[str, ...]
    tags: Mapping[str, str]
