"""Look at ECS; never at the environment of a task definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.containers import EcsCluster, EcsService
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of
from readiness.probes.batches import batches

_GONE = "ClusterNotFoundException"


@probe(EcsCluster, "ecs.list_clusters")
def ecs_clusters(aws: Aws) -> Iterator[EcsCluster]:
    for arn in aws.pages("ecs.list_clusters", "clusterArns"):
        yield EcsCluster(arn=arn)


@probe(EcsService, "ecs.list_services", "ecs.describe_services")
def ecs_services(aws: Aws, clusters: Evidence[EcsCluster]) -> Iterator[EcsService | Gap]:
    def look(cluster: EcsCluster) -> Iterator[EcsService | Gap]:
        listed = aws.pages("ecs.list_services", "serviceArns", cluster=cluster.arn, maxResults=100)
        for names in batches(listed, 10):
            answer = aws.call(
                "ecs.describe_services",
                absent=(_GONE,),
                cluster=cluster.arn,
                services=names,
                include=["TAGS"],
            )
            yield from _described(aws, answer or {})

    yield from aws.each(clusters, look)


def _described(aws: Aws, answer: Mapping[str, Any]) -> Iterator[EcsService | Gap]:
    for each in answer.get("services") or ():
        if each["status"] == "ACTIVE":  # one that drains is being deleted
            network = (each.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
            yield EcsService(
                arn=each["serviceArn"],
                name=each["serviceName"],
                cluster=each["clusterArn"],
                launch_type=each.get("launchType", ""),
                subnets=tuple(network.get("subnets") or ()),
                tags=tags_of(each, "tags", "key", "value"),
            )
    for each in answer.get("failures") or ():
        if each.get("reason") != "MISSING":  # one that is missing was deleted meanwhile
            yield Gap(
                reason=Reason.UNDECIDED,
                account=aws.account,
                region=aws.region,
                resource=each.get("arn", ""),
                action="ecs:DescribeServices",
                detail=str(each.get("reason", "")),
            )
