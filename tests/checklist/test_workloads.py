"""What the checks of containers, their sizes, their platforms and of functions say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.container_images import (
    ecr_repository_image_scanning,
    ecs_running_image_from_trusted_registry,
    repository_container_image_built_in_pipeline,
)
from readiness.checklist.model import Check, Severity
from readiness.checklist.orchestration import (
    ec2_container_not_run_by_hand,
    ecs_fargate_platform_version_latest,
    ecs_service_steady_with_rollback,
    eks_cluster_version_supported,
)
from readiness.checklist.serverless import (
    apigateway_api_deployed,
    lambda_function_managed_by_iac,
    lambda_function_published_alias_used,
    lambda_function_runtime_supported,
)
from readiness.checklist.sizing import (
    compute_optimizer_no_under_provisioning,
    ecs_task_definition_memory_and_cpu_set,
    repository_k8s_resources_set,
    runtime_heap_bounded,
)
from readiness.evidence.apis import HttpApi, HttpRoute, HttpStage, RestApi, RestMethod, RestStage
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import (
    Container,
    EcsService,
    EksCluster,
    EksDescription,
    EksNodegroup,
    EksVersion,
    TaskDefinition,
)
from readiness.evidence.functions import EventSourceMapping, LambdaFunction
from readiness.evidence.heap import HeapBound
from readiness.evidence.infrastructure import (
    ChartResources,
    IacRoot,
    ImageDefinition,
    KubernetesObject,
    PodContainer,
)
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.registry import EcrRepository, RegistryScanning, ScanningRule
from readiness.evidence.repository import CiStep, Provider, Repository
from readiness.evidence.savings import OptimizerEnrollment, SizingRecommendation
from readiness.evidence.scaling import AutoScalingGroup, GroupInstance, TemplateVersion
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.usage import InstanceRecommendation
from tests.repositories.records import SHOP, repository, step
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

OTHER = "444455556666"
HERE = f"{ACCOUNT}/{REGION}"
LATER = {"now": NOW + timedelta(days=400)}


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


# --- Images ---------------------------------------------------------------------------------------


def image(path: str = "Dockerfile", runtime: str = "", *heap: HeapBound) -> ImageDefinition:
    return ImageDefinition(repository=SHOP, path=path, runtime=runtime, heap=heap)


PROJECT = BuildProject(
    arn=arn("codebuild", "project/images"),
    name="images",
    source="GITHUB",
    location="https://github.com/acme/shop",
    buildspec="inline",
    commands=(
        BuildCommand(phase="build", command="docker build -t shop .", tolerated=""),
        BuildCommand(phase="build", command="docker push shop", tolerated=""),
    ),
    webhook=True,
    webhook_events=(),
    runner=False,
    created=NOW,
)
BUILD, PUSH = step("docker build -t shop ."), step("docker push shop", number=2)

TASK = arn("ecs", "task-definition/web:1")


def definition(name: str = "web", picture: str = "", **changes: Any) -> TaskDefinition:
    own = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop:1.2.3"
    container = Container(
        name=name,
        image=picture or own,
        essential=True,
        consistent=True,
        **{key: changes.pop(key) for key in ("memory", "reservation", "cpu", "heap") if key in changes},
    )  # fmt: skip
    task = {key.removeprefix("task_"): value for key, value in changes.items()}
    return TaskDefinition(arn=TASK, containers=(container,), **task)


def service(**changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": arn("ecs", "service/shop/web"),
        "name": "web",
        "cluster": arn("ecs", "cluster/shop"),
        "launch_type": "FARGATE",
        "subnets": (),
        "tags": {},
        "task_definition": TASK,
        "running": 1,
        "rollout": "COMPLETED",
        "breaker": True,
        "breaker_rollback": True,
        "platform": "LATEST",
        "family": "Linux",
    }
    return EcsService(**values | changes)


def account(name: str) -> OrganizationAccount:
    place = f"arn:aws:organizations::1:account/o-1/{name}"
    return OrganizationAccount(arn=place, id=name, name="", email="", state="ACTIVE", paths=())


def ecr(*, scan_on_push: bool = False, name: str = "prod-shop") -> EcrRepository:
    return EcrRepository(
        arn=arn("ecr", f"repository/{name}"),
        name=name,
        uri="",
        mutability="IMMUTABLE",
        exclusions=(),
        scan_on_push=scan_on_push,
        created=NOW,
    )


def scanning(*rules: tuple[str, str], kind: str = "BASIC") -> RegistryScanning:
    return RegistryScanning(
        arn=arn("ecr", "registry-scanning"),
        type=kind,
        rules=tuple(ScanningRule(frequency=when, filters=(what,)) for what, when in rules),
    )


THEIRS = f"{OTHER}.dkr.ecr.{REGION}.amazonaws.com/base:1"

IMAGE_ROWS: dict[Check[..., Any], list[Row]] = {
    repository_container_image_built_in_pipeline: [
        Row("built and pushed", PASS, [repository(), image(), BUILD, PUSH], says="Dockerfile"),
        Row("built by an action that a login says pushes", PASS, [repository(), image(), step(uses="docker/build-push-action"), step(uses="aws-actions/amazon-ecr-login")]),
        Row("built and pushed by one command", PASS, [repository(), image(), step("docker buildx build --push -t shop .")]),
        Row("built by Jib, which pushes", PASS, [repository(), image(), step("gradle jib")]),
        Row("built by a CodeBuild project", PASS, [repository(), image(), PROJECT]),
        Row("built and not pushed", FAIL, [repository(), image(), BUILD], says="pushed nowhere"),
        Row("built by a step that may fail", FAIL, [repository(), image(), replace(BUILD, tolerated="|| true"), PUSH]),
        Row("built by no step", FAIL, [repository(), image(), step("pytest")]),
        Row("deployed by what may build it", NO_EVIDENCE, [repository(), image(), step("cdk deploy --all")]),
        Row("built in another repository's workflow", NO_EVIDENCE, [repository(), image(), step(uses="acme/ci/.github/workflows/image.yml")]),
        Row("built by a project that is not joined to CodeCommit", NO_EVIDENCE, [repository(provider=Provider.CODECOMMIT), image()]),
        Row("repositories were not seen", UNKNOWN, dark=[Repository]),
        Row("image definitions were not seen", UNKNOWN, [repository(), BUILD, PUSH], dark=[ImageDefinition]),
        Row("CI was not seen", UNKNOWN, [repository(), image()], dark=[CiStep]),
        Row("projects were not seen", UNKNOWN, [repository(), image()], dark=[BuildProject]),
        Row("pipelines were not seen", UNKNOWN, [repository(), image()], dark=[Pipeline]),
        Row("no image", NOT_APPLICABLE, [repository(), BUILD]),
        Row("an archived repository", NOT_APPLICABLE, [repository(archived=True), image()]),
    ],
    ecs_running_image_from_trusted_registry: [
        Row("its own registry", PASS, [definition(), service()], dark=[OrganizationAccount]),
        Row("a registry of the organization", PASS, [definition(picture=THEIRS), service(), account(OTHER)]),
        Row("a registry of a stranger", FAIL, [definition(picture=THEIRS), service(), account(ACCOUNT)]),
        Row("Docker Hub", FAIL, [definition(picture="nginx:1.27"), service()], says="Docker Hub"),
        Row("another registry", FAIL, [definition(picture="ghcr.io/acme/shop:1"), service()], says="ghcr.io"),
        Row("a registry that is trusted", PASS, [definition(picture="ghcr.io/acme/shop:1"), service()], options={"trusted_registries": ("ghcr.io/acme/",)}),
        Row("a namespace that is trusted", PASS, [definition(picture="ghcr.io/acme/shop:1"), service()], options={"trusted_registries": ("ghcr.io/acme",)}),
        Row("a namespace that begins like one that is trusted", FAIL, [definition(picture="ghcr.io/acme-evil/shop:1"), service()], options={"trusted_registries": ("ghcr.io/acme",)}),
        Row("an image that is trusted, whatever its version", PASS, [definition(picture="ghcr.io/acme/shop:1"), service()], options={"trusted_registries": ("ghcr.io/acme/shop",)}),
        Row("Fluent Bit from an account of AWS", PASS, [definition(picture="906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable"), service()]),
        Row("an image of AWS", PASS, [definition(picture="public.ecr.aws/xray/aws-xray-daemon:3.x"), service()]),
        Row("the command line of AWS", PASS, [definition(picture="public.ecr.aws/aws-cli/aws-cli:2.31.0"), service()]),
        Row("a namespace that only sounds like AWS", FAIL, [definition(picture="public.ecr.aws/aws-tools/shop:1"), service()]),
        Row("a sidecar of AWS from Docker Hub", PASS, [definition(picture="amazon/aws-xray-daemon"), service()]),
        Row("a copy of Docker Hub on public.ecr.aws", FAIL, [definition(picture="public.ecr.aws/docker/library/nginx:1"), service()]),
        Row("the same, and the table is too old to tell", UNKNOWN, [definition(picture="public.ecr.aws/docker/library/nginx:1"), service()], unit=LATER, says="400 days old"),
        Row("accounts were not seen", UNKNOWN, [definition(picture=THEIRS), service()], dark=[OrganizationAccount]),
        Row("services were not seen", UNKNOWN, [definition()], dark=[EcsService]),
        Row("definitions were not seen", UNKNOWN, [service()], dark=[TaskDefinition]),
        Row("a revision that no service uses", NOT_APPLICABLE, [definition(picture="nginx")]),
        Row("a service that is scaled to zero", NOT_APPLICABLE, [definition(picture="nginx"), service(desired=0)]),
    ],
    ecr_repository_image_scanning: [
        Row("scanned by a rule for all", PASS, [ecr(), scanning(("*", "SCAN_ON_PUSH"))]),
        Row("scanned by a rule for its name", PASS, [ecr(), scanning(("prod", "CONTINUOUS_SCAN"), kind="ENHANCED")], says="ENHANCED"),
        Row("a rule for others", FAIL, [ecr(), scanning(("test-*", "SCAN_ON_PUSH"))]),
        Row("a rule that scans by hand", FAIL, [ecr(), scanning(("*", "MANUAL"))]),
        Row("asks for it itself, which the registry's rules add to", PASS, [ecr(scan_on_push=True), scanning()]),
        Row("asks for it itself, superseded by enhanced scanning", NO_EVIDENCE, [ecr(scan_on_push=True), scanning(kind="ENHANCED")]),
        Row("not scanned", FAIL, [ecr(), scanning()]),
        Row("the registry was not seen", UNKNOWN, [ecr(scan_on_push=True)], dark=[RegistryScanning]),
        Row("repositories were not seen", UNKNOWN, dark=[EcrRepository]),
        Row("no repository", NOT_APPLICABLE, [scanning()]),
    ],
}  # fmt: skip


# --- Sizes ----------------------------------------------------------------------------------------


def pod(*lacks: str, name: str = "web", picture: bool = True, templated: bool = False) -> Any:
    return PodContainer(
        name=name,
        image=picture,
        cpu_request="cpu" not in lacks,
        memory_request="memory" not in lacks,
        memory_limit="limit" not in lacks,
        templated=templated,
    )


def manifest(
    *containers: PodContainer, kind: str = "Deployment", path: str = "k8s/web.yaml"
) -> Any:
    return KubernetesObject(
        repository=SHOP, path=path, number=0, api="apps/v1", kind=kind, name="web", containers=containers,
    )  # fmt: skip


def chart(lacks: str = "", elsewhere: str = "") -> ChartResources:
    return ChartResources(
        repository=SHOP, path="chart/values.yaml", key="resources", lacks=lacks, elsewhere=elsewhere
    )


def enrolled(status: str = "Active") -> OptimizerEnrollment:
    return OptimizerEnrollment(arn=arn("compute-optimizer", "enrollment"), status=status)


def size(kind: str, finding: str, *reasons: str, risk: str = "") -> SizingRecommendation:
    return SizingRecommendation(
        arn=arn("ec2", f"{kind}/1"), kind=kind, finding=finding, reasons=reasons, risk=risk
    )


def machine(finding: str) -> InstanceRecommendation:
    return InstanceRecommendation(
        arn=arn("ec2", "instance/i-1"),
        finding=finding,
        saving_percent=None,
        better="",
        memory=True,
        outside="",
    )


def server(state: str = "running") -> Instance:
    return Instance(
        arn=arn("ec2", "instance/i-1"),
        id="i-1",
        type="m7g.large",
        state=state,
        launched=NOW,
        managed=False,
        tags={},
    )


def function(name: str = "orders", **changes: Any) -> LambdaFunction:
    values: dict[str, Any] = {
        "arn": arn("lambda", f"function:{name}"),
        "name": name,
        "subnets": (),
        "runtime": "python3.13",
    }
    return LambdaFunction(**values | changes)


def xmx(number: float | None = 512, runtime: str = "JVM") -> HeapBound:
    flag = "-XX:MaxRAMPercentage=75" if number is None else f"-Xmx{number:.0f}m"
    return HeapBound(runtime=runtime, flag=flag, mebibytes=number)


CLUSTER = EksCluster(arn=arn("eks", "cluster/shop"), name="shop")
GROUP = AutoScalingGroup(
    arn=arn("autoscaling", "autoScalingGroup:1"), name="web", zones=(), tags={}
)
SHOP_IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop:1"

SIZE_ROWS: dict[Check[..., Any], list[Row]] = {
    ecs_task_definition_memory_and_cpu_set: [
        Row("said by the task, as always on Fargate", PASS, [definition(task_memory=512, task_cpu=256)]),
        Row("said by the container", PASS, [definition(memory=256, cpu=128)]),
        Row("a soft limit alone", FAIL, [definition(reservation=256, cpu=128)], says="reserves 256 MiB"),
        Row("no CPU units", FAIL, [definition(memory=256)], says="no CPU units"),
        Row("a limit of the task's memory and CPU of the container", NO_EVIDENCE, [definition(task_memory=512, cpu=128)]),
        Row("definitions were not seen", UNKNOWN, dark=[TaskDefinition]),
        Row("no definition", NOT_APPLICABLE),
    ],
    repository_k8s_resources_set: [
        Row("all of them", PASS, [repository(), manifest(pod())]),
        Row("no limit of memory", FAIL, [repository(), manifest(pod("limit"))], says="limits.memory"),
        Row("one container of two", {"k8s/web.yaml#0/web": PASS, "k8s/web.yaml#0/side": FAIL}, [repository(), manifest(pod(), pod("cpu", name="side"))]),
        Row("a patch says the rest", {"k8s/web.yaml#0/web": NO_EVIDENCE}, [repository(), manifest(pod("limit")), manifest(pod(picture=False), path="overlays/prod/web.yaml")]),
        Row("values that are filled in elsewhere", UNKNOWN, [repository(), manifest(pod("limit", templated=True))]),
        Row("a chart's values", PASS, [repository(), chart()]),
        Row("a chart's empty values", FAIL, [repository(), chart("requests.cpu")]),
        Row("a chart whose other values say it", NO_EVIDENCE, [repository(), chart("requests.cpu", "chart/values-prod.yaml")]),
        Row("manifests were not seen", UNKNOWN, [repository()], dark=[KubernetesObject]),
        Row("charts were not seen", UNKNOWN, [repository()], dark=[ChartResources]),
        Row("repositories were not seen", UNKNOWN, [manifest(pod())], dark=[Repository]),
        Row("no manifest", NOT_APPLICABLE, [repository()]),
        Row("a manifest that starts nothing", NOT_APPLICABLE, [repository(), manifest(kind="Service")]),
        Row("an archived repository", NOT_APPLICABLE, [repository(archived=True), manifest(pod("cpu"))]),
    ],
    compute_optimizer_no_under_provisioning: [
        Row("large enough", PASS, [enrolled(), server(), machine("optimized")]),
        Row("too small", FAIL, [enrolled(), size("service", "Underprovisioned", "CPUUnderprovisioned")]),
        Row("an instance that is too small", FAIL, [enrolled(), server(), machine("underprovisioned")]),
        Row("an instance that is stopped", NOT_APPLICABLE, [enrolled(), server("stopped"), machine("underprovisioned")], says="runs no more"),
        Row("an instance that is gone, of all there was", {"instance/i-1": NOT_APPLICABLE, HERE: NOT_APPLICABLE}, [enrolled(), machine("underprovisioned")]),
        Row("an instance that is gone, beside one of which nothing is told", {"instance/i-1": NOT_APPLICABLE, HERE: NO_EVIDENCE}, [enrolled(), function(), machine("underprovisioned")]),
        Row("an instance that may be gone", {"instance/i-1": UNKNOWN, HERE: UNKNOWN}, [enrolled(), machine("underprovisioned")], dark=[Instance]),
        Row("a service that is larger than it needs", PASS, [enrolled(), size("service", "Overprovisioned")]),
        Row("a service that is large enough", PASS, [enrolled(), size("service", "Optimized")]),
        Row("recommendations for instances were not seen", UNKNOWN, [enrolled(), function()], dark=[InstanceRecommendation]),
        Row("a function with too little memory", FAIL, [enrolled(), size("function", "NotOptimized", "MemoryUnderprovisioned")]),
        Row("a function with too much memory", PASS, [enrolled(), size("function", "NotOptimized", "MemoryOverprovisioned")]),
        Row("a function of which too little is known", NO_EVIDENCE, [enrolled(), size("function", "Unavailable", "InsufficientData")]),
        Row("larger than it needs, which is a matter of cost", PASS, [enrolled(), server(), machine("overprovisioned")]),
        Row("a group at risk", FAIL, [enrolled(), size("group", "NotOptimized", risk="High")]),
        Row("a group without risk", PASS, [enrolled(), size("group", "NotOptimized", risk="VeryLow")]),
        Row("a group of which nothing is told", NO_EVIDENCE, [enrolled(), size("group", "NotOptimized")]),
        Row("an instance that is odd in another way", NO_EVIDENCE, [enrolled(), server(), machine("notoptimized")]),
        Row("not enrolled", NO_EVIDENCE, [enrolled("Inactive"), function()], says="not enrolled"),
        Row("enrolled since yesterday", NO_EVIDENCE, [enrolled(), function()]),
        Row("recommendations were not seen", UNKNOWN, [enrolled(), function()], dark=[SizingRecommendation]),
        Row("enrolment was not seen", UNKNOWN, [function()], dark=[OptimizerEnrollment]),
        Row("instances were not seen", UNKNOWN, dark=[Instance]),
        Row("groups were not seen", UNKNOWN, dark=[AutoScalingGroup]),
        Row("services were not seen", UNKNOWN, dark=[EcsService]),
        Row("functions were not seen", UNKNOWN, dark=[LambdaFunction]),
        Row("nothing runs", NOT_APPLICABLE, [enrolled(), function("cwsyn-shop")]),
    ],
    runtime_heap_bounded: [
        Row("a number below the container's memory", PASS, [definition(heap=(xmx(),), memory=1024), service()]),
        Row("a number below the task's memory", PASS, [definition(heap=(xmx(),), task_memory=1024)]),
        Row("more than there is", FAIL, [definition(heap=(xmx(2048),), memory=1024)], says="more than there is"),
        Row("almost all there is", NO_EVIDENCE, [definition(heap=(xmx(1000),), memory=1024)]),
        Row("almost all there is, and that is allowed", PASS, [definition(heap=(xmx(1000),), memory=1024)], options={"heap_share": 1.0}),
        Row("a number without a limit of memory", NO_EVIDENCE, [definition(heap=(xmx(),))]),
        Row("a share", PASS, [definition(heap=(xmx(None),))]),
        Row("a JVM that is told nothing: safe, and not configured", NO_EVIDENCE, [definition(picture="eclipse-temurin:21-jre")]),
        Row("said in the Dockerfile of its repository", PASS, [definition(picture=SHOP_IMAGE, memory=1024), image("Dockerfile", "JVM", xmx()), service()]),
        Row("more than there is, said in the Dockerfile", {"1/web": FAIL}, [definition(picture=SHOP_IMAGE, memory=256), image("Dockerfile", "JVM", xmx())]),
        Row("a Dockerfile that says nothing", NO_EVIDENCE, [image("Dockerfile", "Node.js"), service()]),
        Row("a number in a Dockerfile for EKS", NO_EVIDENCE, [image("Dockerfile", "Go", HeapBound(runtime="Go", flag="GOMEMLIMIT=1GiB", mebibytes=1024)), CLUSTER], says="is not told"),
        Row("a share in a Dockerfile for EKS", PASS, [image("Dockerfile", "JVM", xmx(None)), CLUSTER]),
        Row("a bound of another runtime", NO_EVIDENCE, [image("Dockerfile", "Node.js", xmx()), service()]),
        Row("definitions were not seen", UNKNOWN, dark=[TaskDefinition]),
        Row("Dockerfiles were not seen", UNKNOWN, [definition()], dark=[ImageDefinition]),
        Row("services were not seen", UNKNOWN, [image("Dockerfile", "Go")], dark=[EcsService]),
        Row("clusters were not seen", UNKNOWN, [image("Dockerfile", "Go")], dark=[EksCluster]),
        Row("a runtime that is not known", NOT_APPLICABLE, [definition(), service()]),
        Row("no container", NOT_APPLICABLE),
    ],
}  # fmt: skip


# --- Platforms ------------------------------------------------------------------------------------


def template(starts: str = "", **changes: Any) -> LaunchTemplateVersion:
    values: dict[str, Any] = {
        "arn": arn("ec2", "launch-template/lt-1/2"),
        "template": "lt-1",
        "number": 2,
        "created": NOW,
        "newest": True,
        "default": False,
        "starts": starts,
        "readable": True,
    }
    return LaunchTemplateVersion(**values | changes)


def instance(name: str = "lt-1", state: str = "running") -> Instance:
    return Instance(
        arn=arn("ec2", "instance/i-1"),
        id="i-1",
        type="m7g.large",
        state=state,
        launched=NOW,
        managed=False,
        tags={"aws:ec2launchtemplate:id": name, "aws:ec2launchtemplate:version": "2"},
    )


MEMBER = GroupInstance(
    id="i-1", state="InService", template=TemplateVersion(id="lt-1", version="2")
)


def cluster(version: str = "1.34", status: str = "ACTIVE", *issues: str) -> EksDescription:
    return EksDescription(
        arn=CLUSTER.arn, name="shop", auto_mode=False, fargate=False, version=version, status=status, issues=issues,
    )  # fmt: skip


def nodes(status: str = "ACTIVE", *issues: str) -> EksNodegroup:
    return EksNodegroup(
        arn=arn("eks", "nodegroup/shop/main"), name="main", cluster="shop", subnets=(), tags={}, status=status, issues=issues,
    )  # fmt: skip


def kubernetes(version: str = "1.34", status: str = "STANDARD_SUPPORT") -> EksVersion:
    return EksVersion(arn=arn("eks", f"version/{version}"), version=version, status=status)


HOUR_AGO = NOW - timedelta(hours=1)
ROLLED_BY_ALARMS: dict[str, Any] = {"breaker": False, "breaker_rollback": False, "alarmed": True}
NO_BREAKER: dict[str, Any] = {"breaker": False, "breaker_rollback": False}

PLATFORM_ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_container_not_run_by_hand: [
        Row("no container", PASS, [template(), instance()]),
        Row("docker run, and an instance runs by it", FAIL, [template("docker run"), instance()], says="`docker run`"),
        Row("docker run, and a group's instance runs by it", FAIL, [template("docker run"), replace(GROUP, instances=(MEMBER,))]),
        Row("docker run, and nothing runs by it", NOT_APPLICABLE, [template("docker run"), instance("lt-9"), instance(state="stopped")]),
        Row("an old version", NOT_APPLICABLE, [template("docker run", newest=False), instance()]),
        Row("user data that could not be read", UNKNOWN, [template(readable=False), instance()]),
        Row("versions were not seen", UNKNOWN, dark=[LaunchTemplateVersion]),
        Row("instances were not seen", UNKNOWN, [template("docker run")], dark=[Instance]),
        Row("groups were not seen", UNKNOWN, [template("docker run")], dark=[AutoScalingGroup]),
    ],
    ecs_service_steady_with_rollback: [
        Row("steady, with a circuit breaker", PASS, [service()]),
        Row("blue/green with alarms", PASS, [service(strategy="BLUE_GREEN", **ROLLED_BY_ALARMS)]),
        Row("blue/green without alarms", FAIL, [service(strategy="BLUE_GREEN", **NO_BREAKER)]),
        Row("by CodeDeploy", PASS, [service(controller="CODE_DEPLOY", rollout="", **NO_BREAKER)]),
        Row("no circuit breaker", FAIL, [service(**NO_BREAKER)]),
        Row("a circuit breaker that does not roll back", FAIL, [service(breaker_rollback=False)], says="does not roll back"),
        Row("rolled back by alarms alone", NO_EVIDENCE, [service(alarm_rollback=True, **ROLLED_BY_ALARMS)]),
        Row("a deployment that failed", FAIL, [service(rollout="FAILED")]),
        Row("too few tasks for an hour", FAIL, [service(running=0, unsteady=HOUR_AGO)], says="60 minutes"),
        Row("too few tasks since a deployment an hour ago", FAIL, [service(running=0, deployed=HOUR_AGO, rollout="IN_PROGRESS")]),
        Row("too few tasks for ten minutes", NO_EVIDENCE, [service(running=0, unsteady=NOW - timedelta(minutes=10))]),
        Row("too few tasks for an hour, which is allowed", NO_EVIDENCE, [service(running=0, unsteady=HOUR_AGO)], options={"minutes": 90}),
        Row("too few tasks, since when is not told", NO_EVIDENCE, [service(running=0)]),
        Row("a deployment in progress is no failure", NO_EVIDENCE, [service(rollout="IN_PROGRESS", deployed=HOUR_AGO)]),
        Row("a daemon has no number of tasks that means anything", PASS, [service(scheduling="DAEMON", desired=3, running=1)]),
        Row("a controller outside of ECS", NO_EVIDENCE, [service(controller="EXTERNAL", **NO_BREAKER)]),
        Row("scaled to zero", NOT_APPLICABLE, [service(desired=0, running=0)]),
        Row("services were not seen", UNKNOWN, dark=[EcsService]),
    ],
    ecs_fargate_platform_version_latest: [
        Row("the latest", PASS, [service()], unit=LATER),
        Row("pinned to the newest", PASS, [service(platform="1.4.0")]),
        Row("pinned to the newest of Windows", PASS, [service(platform="1.0.0", family="WINDOWS_SERVER_2022_CORE")]),
        Row("pinned to an old one", FAIL, [service(platform="1.3.0")], unit=LATER),
        Row("pinned to what was the newest, and the table is old", UNKNOWN, [service(platform="1.4.0")], unit=LATER),
        Row("pinned to the newest by an option", PASS, [service(platform="1.5.0")], options={"linux_platform": "1.5.0"}, unit=LATER),
        Row("not on Fargate", NOT_APPLICABLE, [service(platform="")]),
        Row("services were not seen", UNKNOWN, dark=[EcsService]),
    ],
    eks_cluster_version_supported: [
        Row("in standard support", PASS, [cluster(), nodes(), kubernetes()]),
        Row("in extended support: a warning, no outage", {"cluster/shop": FAIL}, [cluster(), kubernetes(status="EXTENDED_SUPPORT")], severity=Severity.MEDIUM),
        Row("not supported", FAIL, [cluster(), kubernetes(status="UNSUPPORTED")], severity=Severity.HIGH),
        Row("a version that is not listed", UNKNOWN, [cluster(), kubernetes("1.35")]),
        Row("a cluster that failed", FAIL, [cluster("1.34", "FAILED"), kubernetes()]),
        Row("node groups that are degraded", FAIL, [nodes("DEGRADED", "AccessDenied")], says="AccessDenied"),
        Row("a node group with an issue", NO_EVIDENCE, [nodes("ACTIVE", "NodeCreationFailure")]),
        Row("a cluster with an issue", NO_EVIDENCE, [cluster("1.34", "ACTIVE", "Other"), kubernetes()]),
        Row("a node group that is updated", NO_EVIDENCE, [nodes("UPDATING")]),
        Row("a cluster that is made", NOT_APPLICABLE, [cluster("1.34", "CREATING")]),
        Row("versions were not seen", UNKNOWN, [cluster()], dark=[EksVersion]),
        Row("clusters were not seen", UNKNOWN, dark=[EksDescription]),
        Row("node groups were not seen", UNKNOWN, dark=[EksNodegroup]),
        Row("no cluster", NOT_APPLICABLE, [kubernetes()]),
    ],
}  # fmt: skip


# --- Functions ------------------------------------------------------------------------------------


def tagged(**tags: str) -> TaggedResource:
    return TaggedResource(arn=function().arn, tags=tags)


def by_stack(key: str) -> TaggedResource:
    return TaggedResource(arn=function().arn, tags={key: "shop"})


def mapping(qualifier: str = "", name: str = "orders") -> EventSourceMapping:
    return EventSourceMapping(
        arn=arn("lambda", "event-source-mapping:1"),
        function=arn("lambda", f"function:{name}") + (f":{qualifier}" if qualifier else ""),
    )


REST = RestApi(arn=f"arn:aws:apigateway:{REGION}::/restapis/a", id="a", name="shop", private=False)
HTTP = HttpApi(arn=f"arn:aws:apigateway:{REGION}::/apis/b", id="b", name="shop", protocol="HTTP")


def method(function: str) -> RestMethod:
    return RestMethod(
        arn=f"{REST.arn}/resources/1/methods/GET", api=REST.arn, path="/", method="GET", authorization="NONE",
        needs_key=False, service="lambda", function=function, asynchronous=False,
    )  # fmt: skip


def route(function: str) -> HttpRoute:
    return HttpRoute(
        arn=f"{HTTP.arn}/routes/1", api=HTTP.arn, key="$default", authorization="NONE",
        service="lambda", function=function, asynchronous=False,
    )  # fmt: skip


def rest_stage(*, deployed: bool = True) -> RestStage:
    return RestStage(
        arn=f"{REST.arn}/stages/prod", api=REST.arn, name="prod", throttled=False, web_acl="", deployed=deployed,
    )  # fmt: skip


def http_stage(*, deployed: bool = True) -> HttpStage:
    return HttpStage(
        arn=f"{HTTP.arn}/stages/prod", api=HTTP.arn, name="prod", throttled=False, deployed=deployed
    )


ROOT = IacRoot(repository=SHOP, path="main.tf", family="Terraform", aws=True)
ALIASED = arn("lambda", "function:orders:live")
PLAIN = arn("lambda", "function:orders")
FILLED_IN = arn("lambda", "function:orders:${stageVariables.alias}")

FUNCTION_ROWS: dict[Check[..., Any], list[Row]] = {
    lambda_function_runtime_supported: [
        Row("supported", PASS, [function()]),
        Row("deprecated", FAIL, [function(runtime="python3.9")], says="deprecated on 2025-12-15", severity=Severity.HIGH),
        Row("to be deprecated within two months", FAIL, [function(runtime="nodejs22.x")], unit={"now": NOW + timedelta(days=120)}, severity=Severity.LOW),
        Row("a runtime that is not in the table", UNKNOWN, [function(runtime="python4.0")]),
        Row("a runtime in preview", UNKNOWN, [function(runtime="nodejs26.x")], says="no end is known"),
        Row("a runtime of its owner's", UNKNOWN, [function(runtime="custom")], says="no end is known"),
        Row("an old Java on a new system", PASS, [function(runtime="java11.al2023")], says="2029-06-30"),
        Row("an end by an option", PASS, [function(runtime="python4.0")], options={"runtime_ends": ("python4.0=2031-01-01",)}, unit=LATER),
        Row("the table is too old to say that it is supported", UNKNOWN, [function()], unit=LATER, says="days old"),
        Row("deprecated when the table was made", FAIL, [function(runtime="python3.9")], unit=LATER),
        Row("a container image", PASS, [function(runtime="", image=True)]),
        Row("a function of a canary", NOT_APPLICABLE, [function("cwsyn-shop", runtime="python3.9")]),
        Row("a function of a construct", NOT_APPLICABLE, [function("Shop-LogRetention0a1b2c3d", runtime="nodejs18.x")]),
        Row("functions were not seen", UNKNOWN, dark=[LambdaFunction]),
        Row("no function", NOT_APPLICABLE),
    ],
    lambda_function_managed_by_iac: [
        Row("made by a stack", PASS, [function(), by_stack("aws:cloudformation:stack-name")], says="stack shop"),
        Row("made by a stack that is told by its id", PASS, [function(), by_stack("aws:cloudformation:stack-id")]),
        Row("marked by a tool", PASS, [function(), tagged(ManagedBy="terraform")]),
        Row("marked by Pulumi", PASS, [function(), tagged(pulumi="shop")]),
        Row("managed by a person", FAIL, [function(), tagged(ManagedBy="mia")]),
        Row("no mark", FAIL, [function()]),
        Row("Terraform that leaves no mark", UNKNOWN, [function(), ROOT], says="configure iac_tags"),
        Row("Terraform that leaves its mark elsewhere", FAIL, [function(), ROOT, TaggedResource(arn=arn("sqs", "q"), tags={"ManagedBy": "terraform"})]),
        Row("tags were not seen", UNKNOWN, [function()], dark=[TaggedResource]),
        Row("infrastructure code was not seen", UNKNOWN, [function()], dark=[IacRoot]),
        Row("functions were not seen", UNKNOWN, dark=[LambdaFunction]),
        Row("a function of a canary", NOT_APPLICABLE, [function("cwsyn-shop")]),
    ],
    lambda_function_published_alias_used: [
        Row("a mapping to an alias", PASS, [mapping("live")]),
        Row("a mapping to a version", PASS, [mapping("7")]),
        Row("a mapping to whatever was uploaded", FAIL, [mapping()]),
        Row("a mapping to $LATEST", FAIL, [mapping("$LATEST")]),
        Row("methods and routes by an alias", PASS, [method(ALIASED), route(ALIASED)]),
        Row("methods and routes without one", FAIL, [method(PLAIN), route(PLAIN)]),
        Row("an alias that a variable fills in", UNKNOWN, [method(FILLED_IN)]),
        Row("a method that calls no function", NOT_APPLICABLE, [method("")]),
        Row("a mapping of a canary", NOT_APPLICABLE, [mapping(name="cwsyn-shop")]),
        Row("mappings were not seen", UNKNOWN, dark=[EventSourceMapping]),
        Row("methods were not seen", UNKNOWN, dark=[RestMethod]),
        Row("routes were not seen", UNKNOWN, dark=[HttpRoute]),
    ],
    apigateway_api_deployed: [
        Row("deployed", PASS, [REST, HTTP, rest_stage(), http_stage()]),
        Row("stages to which nothing was deployed", FAIL, [REST, HTTP, rest_stage(deployed=False), http_stage(deployed=False)]),
        Row("no stage", FAIL, [REST]),
        Row("REST APIs were not seen", UNKNOWN, dark=[RestApi]),
        Row("HTTP APIs were not seen", UNKNOWN, dark=[HttpApi]),
        Row("stages of REST APIs were not seen", UNKNOWN, [REST], dark=[RestStage]),
        Row("stages of HTTP APIs were not seen", UNKNOWN, [HTTP], dark=[HttpStage]),
        Row("no API", NOT_APPLICABLE),
    ],
}  # fmt: skip

ROWS = {**IMAGE_ROWS, **SIZE_ROWS, **PLATFORM_ROWS, **FUNCTION_ROWS}


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_rows(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
