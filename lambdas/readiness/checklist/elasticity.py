"""Does something grow by itself, and if not, what does it lack?

Each function says in words what is missing, and nothing where nothing is.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from readiness.checklist.model import counted
from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksDescription, EksNodegroup
from readiness.evidence.databases import TableDescription
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupPolicy,
    ScalableTarget,
    TargetPolicy,
)

_NEEDED = ("Launch", "Terminate", "AlarmNotification")
_SERVICE = "ecs:service:DesiredCount"
#: By these tags the Cluster Autoscaler finds the groups that it scales.
_CLUSTER_AUTOSCALER = "k8s.io/cluster-autoscaler/enabled"
_KARPENTER = "karpenter.sh/nodepool"
#: Tags of groups whose machines Kubernetes fills; there the cluster's own scaling counts.
_POD_HOSTS = ("eks:cluster-name", "eks:nodegroup-name", _KARPENTER)


def hosts_pods(tags: Mapping[str, str]) -> bool:
    """Whether a group or an instance is a machine of Kubernetes, by its tags."""
    return any(
        tag in _POD_HOSTS
        or tag.startswith(("kubernetes.io/cluster/", "k8s.io/cluster-autoscaler/"))
        for tag in tags
    )


def hosts_containers(tags: Mapping[str, str]) -> bool:
    """Whether a group or an instance is a machine of a cluster of ECS or Kubernetes, by its tags."""
    return "AmazonECSManaged" in tags or hosts_pods(tags)


def is_dynamic(policy: GroupPolicy) -> bool:
    """Whether a policy reacts to load by itself."""
    match policy.type:
        case "TargetTrackingScaling" | "StepScaling":
            return policy.enabled
        case "SimpleScaling":
            return policy.enabled and policy.alarmed
        case "PredictiveScaling":
            return policy.enabled and not policy.forecasts_only
        case _:
            return False


def has_policy(group: AutoScalingGroup, policies: Evidence[GroupPolicy]) -> bool:
    """Whether a policy reacts to a group's load."""
    return any(is_dynamic(policy) for policy in policies.about(group.name, "group"))


def group_lacks(
    group: AutoScalingGroup,
    policies: Evidence[GroupPolicy],
    *,
    needed: tuple[str, ...] = _NEEDED,
) -> str:
    """Say why an Auto Scaling group does not scale."""
    stopped = [process for process in group.suspended if process in needed]
    if stopped:
        return f"has {', '.join(stopped)} suspended"
    if group.maximum <= group.minimum:
        return f"is fixed at {counted(group.maximum, 'instance')}"
    return "" if has_policy(group, policies) else "has no dynamic scaling policy"


def scalable_target(
    service: EcsService, targets: Evidence[ScalableTarget]
) -> ScalableTarget | None:
    """Return what Application Auto Scaling may do with a service."""
    named = targets.about(resource_of(service), "resource")
    return next((each for each in named if each.dimension == _SERVICE), None)


def resource_of(service: EcsService) -> str:
    """Return how Application Auto Scaling names a service."""
    return f"service/{service.cluster.rpartition('/')[2]}/{service.name}"


def service_lacks(
    service: EcsService,
    targets: Evidence[ScalableTarget],
    policies: Evidence[TargetPolicy],
) -> str:
    """Say why an ECS service does not scale."""
    target = scalable_target(service, targets)
    if target is None:
        return "is no scalable target"
    if target.out_suspended:
        return "has scaling out suspended"
    if target.maximum <= target.minimum:
        return f"is fixed at {counted(target.maximum, 'task')}"
    return "" if has_target_policy(target, policies) else "has no scaling policy"


def has_target_policy(target: ScalableTarget, policies: Evidence[TargetPolicy]) -> bool:
    """Whether a policy scales a target."""
    named = policies.about(target.resource, "resource")
    return any(each.dimension == target.dimension for each in named)


def table_lacks(
    table: TableDescription,
    targets: Evidence[ScalableTarget],
    policies: Evidence[TargetPolicy] | None = None,
) -> str:
    """Say what of a table's provisioned capacity does not scale; without policies, by bounds alone."""
    for resource, dimension, what in _capacities(table):
        named = targets.about(resource, "resource")
        target = next((each for each in named if each.dimension == dimension), None)
        lack = ""
        if target is None:
            lack = f"{what} do not scale"
        elif policies is not None and not has_target_policy(target, policies):
            lack = f"no policy scales {what}"
        elif target.maximum <= target.minimum:
            lack = f"{what} are fixed at {counted(target.maximum, 'unit')}"
        elif target.out_suspended or target.in_suspended:
            lack = f"the scaling of {what} is suspended"
        if lack:
            return f"has a provisioned capacity, and {lack}"
    return ""


def _capacities(table: TableDescription) -> Iterator[tuple[str, str, str]]:
    """Yield what of a table scales apart: its resource, its dimension, and what it is in words."""
    resource = f"table/{table.name}"
    for verb in ("Read", "Write"):
        yield resource, f"dynamodb:table:{verb}CapacityUnits", f"its {verb.lower()}s"
        for index in table.indexes:
            what = f"the {verb.lower()}s of its index {index}"
            yield f"{resource}/index/{index}", f"dynamodb:index:{verb}CapacityUnits", what


def cluster_lacks(
    cluster: EksDescription,
    nodes: Evidence[EksNodegroup],
    groups: Evidence[AutoScalingGroup],
    instances: Evidence[Instance],
) -> str:
    """Say why the nodes of an EKS cluster do not scale."""
    if cluster.auto_mode:
        return ""
    own = nodes.about(cluster.name, "cluster")
    if any(each.maximum > each.minimum and _is_scaled(each, groups) for each in own):
        return ""
    if any(_KARPENTER in each.tags and _is_in(each, cluster.name) for each in instances):
        return ""
    if cluster.fargate and not any(True for _ in own):
        return ""
    return (
        "has neither Auto Mode, nor Karpenter, nor node groups that the Cluster Autoscaler scales"
    )


def cluster_of(tags: Mapping[str, str]) -> str:
    """Return the EKS cluster that a group, an instance or a target group belongs to, by its tags."""
    for tag in tags:
        if tag.startswith("kubernetes.io/cluster/"):
            return tag.removeprefix("kubernetes.io/cluster/")
    return next((tags[tag] for tag in _CLUSTER_TAGS if tag in tags), "")


#: By these EKS, and the controller of its load balancers, name the cluster that something belongs to.
_CLUSTER_TAGS = ("eks:cluster-name", "eks:eks-cluster-name", "elbv2.k8s.aws/cluster")


def nodes_of(cluster: str, instances: Evidence[Instance]) -> int:
    """Return how many running machines an EKS cluster has, whoever made them."""
    return sum(each.state == "running" and _is_in(each, cluster) for each in instances)


def _is_scaled(nodes: EksNodegroup, groups: Evidence[AutoScalingGroup]) -> bool:
    return any(each.name in nodes.groups and _CLUSTER_AUTOSCALER in each.tags for each in groups)


def _is_in(instance: Instance, cluster: str) -> bool:
    tags = instance.tags
    return f"kubernetes.io/cluster/{cluster}" in tags or cluster in (
        tags.get("eks:eks-cluster-name"),
        tags.get("aws:eks:cluster-name"),
        tags.get("eks:cluster-name"),
    )
