"""Look at ECS; of environment variables nothing but their names leaves here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.containers import (
    CapacityProvider,
    Container,
    ContainerInstance,
    EcsActivity,
    EcsCluster,
    EcsService,
    TaskDefinition,
)
from readiness.evidence.heap import HEAP_VARIABLES, HeapBound, heap_bounds
from readiness.evidence.variables import variables_of
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered, tags_of
from readiness.probes.batches import batches

_GONE = "ClusterNotFoundException"
_BY_ZONE = "attribute:ecs.availability-zone"


@probe(EcsCluster, "ecs.list_clusters")
def ecs_clusters(aws: Aws) -> Iterator[EcsCluster]:
    for arn in aws.pages("ecs.list_clusters", "clusterArns"):
        yield EcsCluster(arn=arn)


@probe(EcsService, "ecs.list_services", "ecs.describe_services")
def ecs_services(aws: Aws, clusters: Evidence[EcsCluster]) -> Iterator[EcsService | Gap]:
    def look(cluster: EcsCluster) -> Iterator[EcsService | Gap]:
        listed = aws.pages(
            "ecs.list_services", "serviceArns", absent=(_GONE,), cluster=cluster.arn, maxResults=100
        )
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
            networks = _networks(each)
            yield EcsService(
                arn=each["serviceArn"],
                name=each["serviceName"],
                cluster=each["clusterArn"],
                launch_type=each.get("launchType", ""),
                subnets=_named(networks, "subnets"),
                tags=tags_of(each, "tags", "key", "value"),
                public=any(network.get("assignPublicIp") == "ENABLED" for network in networks),
                groups=_named(networks, "securityGroups"),
                providers=tuple(
                    part["capacityProvider"]
                    for part in each.get("capacityProviderStrategy") or ()
                    if part.get("weight", 0)
                ),
                **_deployment(each),
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


def _networks(service: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the networks of a service's tasks: those of its task sets, where they have their own."""

    def of(part: Mapping[str, Any]) -> Mapping[str, Any]:
        return (part.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}

    sets = [network for part in service.get("taskSets") or () if (network := of(part))]
    return sets or [of(service)]


def _named(networks: Iterable[Mapping[str, Any]], member: str) -> tuple[str, ...]:
    named = (name for network in networks for name in network.get(member) or ())
    return tuple(dict.fromkeys(named))


def _balancers(service: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what leads to a service, or to one of its task sets."""
    for part in (service, *(service.get("taskSets") or ())):
        yield from part.get("loadBalancers") or ()


def _target_groups(service: Mapping[str, Any]) -> Iterator[str]:
    """Yield the target groups of a service, the one of its other color too."""
    for each in _balancers(service):
        other = (each.get("advancedConfiguration") or {}).get("alternateTargetGroupArn")
        yield from filter(None, (each.get("targetGroupArn"), other))


@probe(EcsActivity, "ecs.describe_clusters")
def ecs_activity(aws: Aws, clusters: Evidence[EcsCluster]) -> Iterator[EcsActivity | Gap]:
    listed, hidden = gathered(clusters)
    for batch in batches(listed, 100):
        names = [each.arn for each in batch]
        # Without SETTINGS every cluster looks as if Container Insights were off.
        answer = aws.get("ecs.describe_clusters", clusters=names, include=["SETTINGS"])
        for each in answer["clusters"]:
            settings = tags_of(each, "settings", "name", "value")
            yield EcsActivity(
                arn=each["clusterArn"],
                services=each.get("activeServicesCount", 0),
                tasks=each.get("runningTasksCount", 0),
                insights=settings.get("containerInsights", "disabled"),
            )
    yield from hidden


@probe(ContainerInstance, "ecs.list_container_instances", "ecs.describe_container_instances")
def container_instances(
    aws: Aws, clusters: Evidence[EcsCluster]
) -> Iterator[ContainerInstance | Gap]:
    def look(cluster: EcsCluster) -> Iterator[ContainerInstance]:
        listed = aws.pages(
            "ecs.list_container_instances",
            "containerInstanceArns",
            absent=(_GONE,),
            cluster=cluster.arn,
        )
        for names in batches(listed, 100):
            answer = aws.call(
                "ecs.describe_container_instances",
                absent=(_GONE,),
                cluster=cluster.arn,
                containerInstances=names,
            )
            for each in (answer or {}).get("containerInstances") or ():
                yield ContainerInstance(
                    arn=each["containerInstanceArn"], instance=each.get("ec2InstanceId", "")
                )

    # Another cluster may hold any instance: a gap about one of them hides instances, not itself.
    for found in aws.each(clusters, look):
        yield replace(found, resource="") if isinstance(found, Gap) else found


#: Capacity providers of AWS's own, which have no machines of the account.
_FARGATE = ("FARGATE", "FARGATE_SPOT")


@probe(CapacityProvider, "ecs.describe_capacity_providers")
def capacity_providers(
    aws: Aws, services: Evidence[EcsService]
) -> Iterator[CapacityProvider | Gap]:
    listed, hidden = gathered(services)
    names = {name for service in listed for name in service.providers if name not in _FARGATE}
    # One that makes machines by itself belongs to a cluster, and is told of there alone.
    clusters: dict[Any, None] = dict.fromkeys(
        service.cluster for service in listed if names & {*service.providers}
    )

    def look(cluster: str) -> Iterator[CapacityProvider]:
        for each in aws.pages(
            "ecs.describe_capacity_providers", "capacityProviders", cluster=cluster
        ):
            machines = each.get("managedInstancesProvider") or {}
            template = machines.get("instanceLaunchTemplate") or {}
            yield CapacityProvider(
                arn=each["capacityProviderArn"],
                name=each["name"],
                group=(each.get("autoScalingGroupProvider") or {}).get("autoScalingGroupArn", ""),
                spot=template.get("capacityOptionType") == "SPOT",
                cluster=each.get("cluster", "").rpartition("/")[2],
            )

    yield from aws.each(clusters, look, arn=str)
    yield from hidden


def _deployment(each: Mapping[str, Any]) -> dict[str, Any]:
    """Return how a service is deployed; what is not said has the default that AWS documents."""
    said = each.get("deploymentConfiguration") or {}
    breaker, alarms = said.get("deploymentCircuitBreaker") or {}, said.get("alarms") or {}
    alarmed = alarms.get("enable", False) and bool(alarms.get("alarmNames"))
    daemon = each.get("schedulingStrategy") == "DAEMON"
    deployments = each.get("deployments") or ()
    return {
        "scheduling": "DAEMON" if daemon else "REPLICA",
        "desired": each.get("desiredCount", 0),
        "controller": (each.get("deploymentController") or {}).get("type", "ECS"),
        "strategy": said.get("strategy", "ROLLING"),
        "minimum_healthy": said.get("minimumHealthyPercent", 0 if daemon else 100),
        "maximum": said.get("maximumPercent", 100 if daemon else 200),
        "breaker_rollback": breaker.get("enable", False) and breaker.get("rollback", False),
        "alarm_rollback": alarmed and alarms.get("rollback", False),
        "balanced": any(_balancers(each)),
        "connected": any(
            (deployment.get("serviceConnectConfiguration") or {}).get("enabled", False)
            for deployment in deployments
        ),
        "running": each.get("runningCount", 0),
        "breaker": breaker.get("enable", False),
        "alarmed": alarmed,
        "unsteady": _unsteady(each.get("events") or ()),
        "platform": _platform(each),
        "family": each.get("platformFamily", ""),
        **_rollout(deployments),
        "task_definition": each.get("taskDefinition", ""),
        "created": each.get("createdAt"),
        "discovered": bool(each.get("serviceRegistries"))
        or any(deployment.get("vpcLatticeConfigurations") for deployment in deployments),
        "newest_running": next(
            (
                deployment.get("runningCount", 0)
                for deployment in deployments
                if deployment.get("status") == "PRIMARY"
            ),
            None,
        ),
        "spread": each.get("availabilityZoneRebalancing") == "ENABLED"
        or any(
            placed.get("type") == "spread" and placed.get("field") == _BY_ZONE
            for placed in each.get("placementStrategy") or ()
        ),
        "target_groups": tuple(dict.fromkeys(_target_groups(each))),
    }


def _rollout(deployments: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    primary = next((each for each in deployments if each.get("status") == "PRIMARY"), {})
    return {"rollout": primary.get("rolloutState", ""), "deployed": primary.get("createdAt")}


def _unsteady(events: Iterable[Mapping[str, Any]]) -> datetime | None:
    """Return when the first event after the last steady state was; the newest events come first."""
    since = None
    for each in events:
        if "has reached a steady state" in each.get("message", ""):
            break
        since = each["createdAt"]
    return since


def _platform(each: Mapping[str, Any]) -> str:
    """Return the version of Fargate's platform; one that is not said is the latest."""
    said: str = each.get("platformVersion", "")
    return said or ("LATEST" if each.get("launchType") == "FARGATE" else "")


@probe(TaskDefinition, "ecs.describe_task_definition")
def task_definitions(aws: Aws, services: Evidence[EcsService]) -> Iterator[TaskDefinition | Gap]:
    def look(arn: str) -> Iterator[TaskDefinition]:
        found = aws.get("ecs.describe_task_definition", taskDefinition=arn)["taskDefinition"]
        yield TaskDefinition(
            arn=arn,
            memory=_number(found.get("memory")),
            cpu=_number(found.get("cpu")),
            task_role=found.get("taskRoleArn", ""),
            execution_role=found.get("executionRoleArn", ""),
            network=found.get("networkMode", "bridge"),
            processes=found.get("pidMode", ""),
            memory_segments=found.get("ipcMode", ""),
            windows=(found.get("runtimePlatform") or {})
            .get("operatingSystemFamily", "")
            .startswith("WINDOWS"),
            containers=tuple(
                Container(
                    name=each["name"],
                    image=each["image"],
                    essential=each.get("essential", True),
                    consistent=each.get("versionConsistency", "enabled") == "enabled",
                    ports=tuple(
                        mapping["containerPort"]
                        for mapping in each.get("portMappings") or ()
                        if "containerPort" in mapping  # else a range of them
                    ),
                    port_range=any(
                        "containerPortRange" in mapping
                        for mapping in each.get("portMappings") or ()
                    ),
                    variables=variables_of(
                        (said["name"], said.get("value", ""))
                        for said in each.get("environment") or ()
                    ),
                    memory=each.get("memory"),
                    reservation=each.get("memoryReservation"),
                    cpu=each.get("cpu", 0),
                    heap=_heap(each),
                    privileged=each.get("privileged", False),
                    read_only=each.get("readonlyRootFilesystem", False),
                    user=each.get("user", ""),
                    log_driver=(each.get("logConfiguration") or {}).get("logDriver", ""),
                    routes_logs=bool(each.get("firelensConfiguration")),
                )
                for each in found["containerDefinitions"]
            ),
        )

    used: dict[Any, None] = dict.fromkeys(
        service.task_definition for service in services.seen if service.task_definition
    )
    yield from aws.each(used, look, arn=str)
    # A service that was not seen may use another one.
    yield from (replace(gap, resource="") for gap in services.gaps)


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _heap(container: Mapping[str, Any]) -> tuple[HeapBound, ...]:
    """Return what a container says of its heap; its environment and command are not kept."""
    said = [
        f"{pair['name']}={pair['value']}"
        for pair in container.get("environment") or ()
        if pair.get("name") in HEAP_VARIABLES and "value" in pair
    ]
    said += (*(container.get("entryPoint") or ()), *(container.get("command") or ()))
    return heap_bounds("\n".join(said))
