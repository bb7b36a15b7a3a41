"""Does everything that runs say how much CPU and memory it gets, and is that as much as it needs?

The checks of "Configure CPU, memory and GC settings".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out
from readiness.checklist.workloads import ours
from readiness.evidence import Evidence, Reason, Scope
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, EcsService, EksCluster, TaskDefinition
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.heap import HeapBound, runtime_of
from readiness.evidence.infrastructure import (
    ChartResources,
    ImageDefinition,
    KubernetesObject,
    PodContainer,
)
from readiness.evidence.repository import Repository
from readiness.evidence.savings import OptimizerEnrollment, SizingRecommendation
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.usage import InstanceRecommendation


@check(Severity.MEDIUM)
def ecs_task_definition_memory_and_cpu_set(definition: TaskDefinition) -> Iterator[Result]:
    """A container without a limit takes the memory of its neighbours, which are then killed.

    Pass: the task says its CPU and memory, or the container says its CPU and a hard limit of memory.
    Fix: set cpu and memory of the task, or of every container of it.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """
    for container in definition.containers:
        yield _limited(definition, container).about(f"{definition.arn}/{container.name}")


def _limited(definition: TaskDefinition, container: Container) -> Result:
    if definition.cpu and definition.memory:
        return passed(f"is of a task of {definition.cpu} CPU units and {definition.memory} MiB")
    if container.memory and container.cpu:
        return passed(f"has {container.cpu} CPU units and {container.memory} MiB")
    lacks = []
    if not (container.memory or definition.memory):
        lacks.append(
            f"reserves {container.reservation} MiB and has no limit of memory"
            if container.reservation
            else "has no limit of memory"
        )
    if not (container.cpu or definition.cpu):
        lacks.append("has no CPU units")
    if lacks:
        return failed(" and ".join(lacks))
    return no_evidence("has its memory or its CPU bounded by its task alone")


#: What keeps pods running, and what runs them to their end.
_WORKLOADS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})


@check(Severity.MEDIUM)
def repository_k8s_resources_set(
    repository: Repository,
    objects: Evidence[KubernetesObject],
    charts: Evidence[ChartResources],
) -> Iterator[Result]:
    """A pod that asks for nothing is put where there is nothing, and is the first to be evicted.

    Pass: each container of a manifest, and each `resources` of a chart's values, says requests.cpu,
    requests.memory and limits.memory.
    Fix: write requests of CPU and memory and a limit of memory into every container.
    Blind spot: what the cluster itself adds, by a LimitRange or an admission webhook, is not seen.
    See: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return

    def judge(found: KubernetesObject) -> Iterator[Result]:
        for container in found.containers if found.kind in _WORKLOADS else ():
            if container.image:
                result = _resources(found, container, objects)
                yield result.about(f"{found.arn}/{container.name}")

    def judge_chart(found: ChartResources) -> Result:
        if not found.lacks:
            return passed(f"says in {found.key} what its container gets")
        if found.elsewhere:
            said = f"lacks {found.lacks} in {found.key}"
            return no_evidence(f"{said}, which {found.elsewhere} says")
        return failed(f"lacks {found.lacks} in {found.key}")

    yield from apart(objects, judge)
    yield from apart(charts, judge_chart)
    if not any(_has_pods(each) for each in objects | charts):
        yield not_applicable("has no manifest and no chart that starts a container")


def _has_pods(found: KubernetesObject | ChartResources) -> bool:
    if isinstance(found, ChartResources):
        return True
    return found.kind in _WORKLOADS and any(each.image for each in found.containers)


def _resources(
    found: KubernetesObject, container: PodContainer, objects: Evidence[KubernetesObject]
) -> Result:
    if container.templated:
        return unknown(Reason.UNDECIDED, "has its resources filled in by values that are not read")
    if not container.lacks:
        return passed("says its requests and its limit of memory")
    for other in objects.about(found.name, "name"):
        if other.kind == found.kind and other.arn != found.arn:
            for patch in other.containers:
                if patch.name == container.name and not (patch.image or patch.lacks):
                    return no_evidence(f"lacks {container.lacks}, which {other.path} patches")
    return failed(f"lacks {container.lacks}")


Sized = Instance | AutoScalingGroup | EcsService | LambdaFunction


@check(Severity.MEDIUM, scope=Scope.REGION)
def compute_optimizer_no_under_provisioning(
    sized: Evidence[Sized],
    enrollments: Evidence[OptimizerEnrollment],
    recommendations: Evidence[InstanceRecommendation | SizingRecommendation],
) -> Iterator[Result]:
    """What is too small for its load fails at the hour of its highest load.

    Pass: Compute Optimizer finds none of the instances, groups, services and functions too small.
    What it finds too large passes: that is a matter of cost.
    Fix: enrol the account in Compute Optimizer, and take the sizes that it recommends.
    See: https://docs.aws.amazon.com/compute-optimizer/latest/ug/viewing-recommendations.html
    """
    told = False

    def judge(found: InstanceRecommendation | SizingRecommendation) -> Result:
        nonlocal told
        if isinstance(found, InstanceRecommendation):
            # It tells of an instance for days after that is stopped or gone.
            instance = sized.of(found.arn)
            if instance is None or not _runs(instance):
                return not_applicable("runs no more")
        told = True
        return _sized(found) if isinstance(found, SizingRecommendation) else _sized_instance(found)

    yield from apart(recommendations, judge)
    if told:
        return
    if not any(map(_runs, sized)):
        yield not_applicable("runs nothing whose size could be judged")
        return
    for enrollment in enrollments:
        if enrollment.status != "Active":
            yield no_evidence(f"is not enrolled in Compute Optimizer ({enrollment.status})")
            return
    yield no_evidence("has nothing of which Compute Optimizer has seen enough yet")


def _runs(each: Sized) -> bool:
    """Whether something runs whose size is the owner's to choose."""
    match each:
        case Instance():
            return each.state == "running"
        case LambdaFunction():
            return ours(each)
        case _:
            return True


def _sized_instance(found: InstanceRecommendation) -> Result:
    match found.finding:
        case "underprovisioned":
            return failed("is too small, as Compute Optimizer finds")
        case "overprovisioned":
            larger = passed("is larger than it needs, as Compute Optimizer finds")
            return replace(larger, severity=Severity.INFO)
        case "optimized":
            return passed("is as large as it needs, as Compute Optimizer finds")
        case _:
            return no_evidence("is not optimized, as Compute Optimizer finds, by no told reason")


def _sized(found: SizingRecommendation) -> Result:
    reasons = f" ({', '.join(found.reasons)})" if found.reasons else ""
    if found.kind == "group":
        if found.risk in ("VeryLow", "Low"):
            return passed(f"has a low risk of being too small ({found.risk})")
        if found.risk in ("Medium", "High"):
            return failed(f"has a risk of being too small ({found.risk})")
        return no_evidence(f"is {found.finding} to Compute Optimizer, which tells no risk")
    if found.finding == "Underprovisioned" or "MemoryUnderprovisioned" in found.reasons:
        return failed(f"is too small, as Compute Optimizer finds{reasons}")
    if found.finding == "Overprovisioned":
        larger = passed(f"is larger than it needs, as Compute Optimizer finds{reasons}")
        return replace(larger, severity=Severity.INFO)
    if {"InsufficientData", "Inconclusive"} & set(found.reasons) or found.finding == "Unavailable":
        return no_evidence(f"has told Compute Optimizer too little{reasons}")
    if found.finding == "Optimized" or found.kind == "function":
        return passed(f"is as large as it needs, as Compute Optimizer finds{reasons}")
    return no_evidence(f"is {found.finding} to Compute Optimizer{reasons}")


@check(Severity.MEDIUM, scope=Scope.REGION)
def runtime_heap_bounded(
    definitions: Evidence[TaskDefinition],
    images: Evidence[ImageDefinition],
    containers: Evidence[EcsService | EksCluster],
    *,
    heap_share: float = 0.9,
) -> Iterator[Result]:
    """A heap that may grow beyond its container is ended by the kernel, without a word in any log.

    Pass: what a JVM, Node.js, .NET or Go may take is bounded by a share, or by a number of at most
    90 % of the container's memory, in its task definition or its Dockerfile.
    Fix: set -XX:MaxRAMPercentage, --max-old-space-size, DOTNET_GCHeapHardLimitPercent or GOMEMLIMIT.
    Blind spot: the runtime is known by the names of images alone, and which Dockerfile an image is
    from by its repository's name. Functions are not judged: Lambda bounds the heaps of its runtimes.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html
    """

    def judge(definition: TaskDefinition) -> Iterator[Result]:
        for container in definition.containers:
            result = _bounded(definition, container, images, heap_share)
            if result is not None:
                yield result.about(f"{definition.arn}/{container.name}")

    def judge_image(image: ImageDefinition) -> Iterator[Result]:
        own = [bound for bound in image.heap if bound.runtime == image.runtime]
        if not image.runtime:
            return
        if not own:
            yield no_evidence(f"sets no bound to the heap of {image.runtime}")
        elif own[-1].mebibytes is None:
            yield passed(f"bounds the heap of {image.runtime} by {own[-1].flag}")
        # A number is judged with the memory of the containers that it has to fit into.
        elif not any(_is_of(each, image) for task in definitions for each in task.containers):
            said = f"bounds the heap of {image.runtime} by {own[-1].flag}"
            yield no_evidence(f"{said}; how much memory its container has is not told")

    yield from apart(definitions, judge)
    if any(True for _ in containers):
        yield from apart(images, judge_image)
    known = any(each.runtime for each in images) or any(
        container.heap or runtime_of(container.image)
        for definition in definitions
        for container in definition.containers
    )
    if not known:
        yield not_applicable("runs no container that is known to collect garbage")


def _bounded(
    definition: TaskDefinition,
    container: Container,
    images: Evidence[ImageDefinition],
    heap_share: float,
) -> Result | None:
    """Judge one container; None where it is not known to collect garbage."""
    if container.heap:
        bound = container.heap[-1]
        return _fits(bound, definition, container, heap_share)
    runtime = runtime_of(container.image)
    for image in images:
        if image.runtime and _is_of(container, image):
            own = [bound for bound in image.heap if bound.runtime == image.runtime]
            if own:
                return _fits(own[-1], definition, container, heap_share, f" in {image.path}")
            runtime = runtime or image.runtime
    return no_evidence(f"sets no bound to the heap of {runtime}") if runtime else None


def _is_of(container: Container, image: ImageDefinition) -> bool:
    """Whether a container runs the image of a Dockerfile, going by its repository's name."""
    name = container.image.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return image.repository.rpartition("/")[2] == name


def _fits(
    bound: HeapBound,
    definition: TaskDefinition,
    container: Container,
    heap_share: float,
    where: str = "",
) -> Result:
    said = f"bounds the heap of {bound.runtime} by {bound.flag}{where}"
    if bound.mebibytes is None:
        return passed(said)
    memory = container.memory or definition.memory
    if not memory:
        return no_evidence(f"{said}, and its container has no limit of memory")
    said += f" of {memory} MiB"
    if bound.mebibytes > memory:
        return failed(f"{said}, which is more than there is")
    if bound.mebibytes <= heap_share * memory:
        return passed(said)
    return no_evidence(f"{said}, which leaves less than {1 - heap_share:.0%} for all else")
