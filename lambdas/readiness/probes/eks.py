"""Look at EKS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.containers import EksCluster, EksDescription, EksNodegroup, EksVersion
from readiness.probes import probe
from readiness.probes.aws import Aws

_GONE = "ResourceNotFoundException"


@probe(EksCluster, "eks.list_clusters")
def eks_clusters(aws: Aws) -> Iterator[EksCluster]:
    for name in aws.pages("eks.list_clusters", "clusters"):
        yield EksCluster(arn=aws.arn("eks", f"cluster/{name}"), name=name)


@probe(EksDescription, "eks.describe_cluster", "eks.list_fargate_profiles")
def eks_descriptions(aws: Aws, clusters: Evidence[EksCluster]) -> Iterator[EksDescription | Gap]:
    def look(cluster: EksCluster) -> Iterator[EksDescription]:
        answer = aws.call("eks.describe_cluster", absent=(_GONE,), name=cluster.name)
        if answer is None:
            return
        auto_mode = (answer["cluster"].get("computeConfig") or {}).get("enabled", False)
        profiles = aws.pages(
            "eks.list_fargate_profiles",
            "fargateProfileNames",
            absent=(_GONE,),
            clusterName=cluster.name,
        )
        yield EksDescription(
            arn=cluster.arn,
            name=cluster.name,
            auto_mode=auto_mode,
            fargate=any(True for _ in profiles),
            version=answer["cluster"].get("version", ""),
            status=answer["cluster"].get("status", ""),
            issues=_issues(answer["cluster"]),
        )

    yield from aws.each(clusters, look)


@probe(EksNodegroup, "eks.list_nodegroups", "eks.describe_nodegroup")
def eks_nodegroups(aws: Aws, clusters: Evidence[EksCluster]) -> Iterator[EksNodegroup | Gap]:
    def look(cluster: EksCluster) -> Iterator[EksNodegroup]:
        listed = aws.pages(
            "eks.list_nodegroups", "nodegroups", absent=(_GONE,), clusterName=cluster.name
        )
        for name in listed:
            answer = aws.call(
                "eks.describe_nodegroup",
                absent=(_GONE,),
                clusterName=cluster.name,
                nodegroupName=name,
            )
            if answer is not None:
                group = answer["nodegroup"]
                yield EksNodegroup(
                    arn=group["nodegroupArn"],
                    name=name,
                    cluster=cluster.name,
                    subnets=tuple(group["subnets"]),
                    tags=group.get("tags") or {},
                    minimum=group["scalingConfig"]["minSize"],
                    maximum=group["scalingConfig"]["maxSize"],
                    desired=group["scalingConfig"]["desiredSize"],
                    groups=tuple(
                        each["name"]
                        for each in (group.get("resources") or {}).get("autoScalingGroups") or ()
                    ),
                    status=group.get("status", ""),
                    issues=_issues(group),
                )

    yield from aws.each(clusters, look)


def _issues(found: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(each["code"] for each in (found.get("health") or {}).get("issues") or ())


@probe(EksVersion, "eks.describe_cluster_versions")
def eks_versions(aws: Aws, clusters: Evidence[EksCluster]) -> Iterator[EksVersion]:
    if not clusters.seen and not clusters.gaps:
        return
    # Without asking for all, versions that are not supported any more are left out.
    for each in aws.pages("eks.describe_cluster_versions", "clusterVersions", includeAll=True):
        yield EksVersion(
            arn=aws.arn("eks", f"version/{each['clusterVersion']}"),
            version=each["clusterVersion"],
            status=each["versionStatus"],
        )
