"""Are container images built by a pipeline, scanned, named by a version, and from a place we trust?

The checks of "Build Docker images", and of the images that run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from readiness.checklist.immutable import image_parts, is_injected
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.containers import Container, EcsService, TaskDefinition
from readiness.evidence.infrastructure import ImageDefinition
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.published import AWS_REGISTRIES, REGISTRIES_FROM
from readiness.evidence.registry import EcrRepository, RegistryScanning
from readiness.evidence.repository import CiStep, Provider, Repository
from readiness.evidence.signals import (
    IMAGE_BUILD_ACTIONS,
    IMAGE_BUILD_COMMANDS,
    IMAGE_PUSH_ACTIONS,
    IMAGE_PUSH_COMMANDS,
    IMAGES_OF_ASSETS,
)


@check(Severity.MEDIUM)
def repository_container_image_built_in_pipeline(
    repository: Repository,
    images: Evidence[ImageDefinition],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Result:
    """An image from somebody's laptop holds what lay on that laptop, and nobody can build it again.

    Pass: a CI step builds the image that the repository defines, and one pushes it to a registry.
    Fix: build and push the image in the workflow of the release branch, or in CodeBuild.
    Blind spot: which of several images a step builds is not told apart.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    found = next(iter(images), None)
    if found is None:
        return not_applicable("defines no container image")
    builds = pushes = ""
    hidden = ""
    for step in steps_of(repository.arn, steps, projects, pipelines):
        if step.tolerated:
            continue
        said = f"`{(step.command or step.uses)[:80]}` in {step.workflow}"
        if IMAGE_BUILD_COMMANDS.match(step.command) or IMAGE_BUILD_ACTIONS.match(step.uses):
            builds = builds or said
        if IMAGE_PUSH_COMMANDS.match(step.command) or IMAGE_PUSH_ACTIONS.match(step.uses):
            pushes = pushes or said
        if builds and pushes:
            return passed(f"has the image of {found.path} built by {builds}")
        if ".github/workflows/" in step.uses:
            hidden = hidden or f"may be built by {step.uses}, which is in another repository"
        elif IMAGES_OF_ASSETS.match(step.command):
            hidden = hidden or f"is deployed by {said}, which may build the image of {found.path}"
    if not builds and repository.provider is Provider.CODECOMMIT:
        hidden = hidden or "may be built by a CodeBuild project that is not joined to it"
    if hidden:
        return no_evidence(hidden)
    if builds:
        return failed(f"has the image of {found.path} built by {builds}, and pushed nowhere")
    return failed(f"defines an image in {found.path} that no CI step builds")


def in_use(definition: TaskDefinition, services: Evidence[EcsService]) -> bool:
    """Whether a service runs tasks of a definition now."""
    users = services.about(definition.arn, "task_definition")
    return any(each.desired > 0 or each.scheduling == "DAEMON" for each in users)


_ECR = re.compile(r"^(\d{12})\.dkr[.-]ecr(-fips)?[.-]")
#: Images of AWS that come from Docker Hub, or from ECR of accounts of its own.
_SIDECARS = (
    "amazon/*",
    "840364872350.dkr.ecr.*.amazonaws.com/aws-appmesh-envoy*",
    "906394416424.dkr.ecr.*.amazonaws.com/aws-for-fluent-bit*",
)


@check(Severity.MEDIUM)
def ecs_running_image_from_trusted_registry(
    definition: TaskDefinition,
    services: Evidence[EcsService],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
    *,
    trusted_registries: tuple[str, ...] = (),
    sidecars: tuple[str, ...] = _SIDECARS,
) -> Iterator[Result]:
    """Whoever owns the registry decides what runs tomorrow under the same name.

    Pass: the image of a running task is in ECR of an account of the organization, in a namespace of
    AWS's on public.ecr.aws, in a registry or a namespace of `trusted_registries`, or is one of AWS's
    own `sidecars`.
    Fix: copy the image into ECR, or pull it through a cache rule of ECR.
    Blind spot: what a cache of ECR pulls through is as good as its source.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
    """
    if not in_use(definition, services):
        yield not_applicable("is of no service that runs tasks")
        return
    for container in definition.containers:
        patterns = (*trusted_registries, *sidecars)
        result = _from(container.image, patterns, accounts, unit)
        yield result.about(f"{definition.arn}/{container.name}")


def _from(
    image: str, patterns: tuple[str, ...], accounts: Evidence[OrganizationAccount], unit: Unit
) -> Result:
    if any(_is_of(image, pattern) for pattern in patterns):
        return passed(f"runs {image}, which the configuration trusts")
    own = _ECR.match(image)
    if own:
        if own[1] == unit.account or any(each.id == own[1] for each in accounts):
            return passed(f"runs {image}, of an account of the organization")
        return failed(f"runs {image}, of an account that is not of the organization")
    if image.startswith(AWS_REGISTRIES):
        return passed(f"runs {image}, of AWS")
    if image.startswith("public.ecr.aws/") and (old := REGISTRIES_FROM.too_old(unit.now)):
        return unknown(Reason.UNDECIDED, f"runs {image}, which may be of AWS: {old}")
    host, slash, _ = image.partition("/")
    elsewhere = slash and (set(".:") & set(host) or host == "localhost")
    return failed(f"runs {image} from {host if elsewhere else 'Docker Hub'} directly")


def _is_of(image: str, place: str) -> bool:
    """Whether an image is what a pattern says, or of the registry, namespace or name it begins with."""
    beginnings = tuple(f"{place.rstrip('/')}{end}" for end in "/:@")
    return fnmatchcase(image, place) or image.startswith(beginnings)


#: How often images are scanned by themselves.
_BY_ITSELF = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


@check(Severity.HIGH)
def ecr_repository_image_scanning(
    repository: EcrRepository, scanning: Evidence[RegistryScanning]
) -> Result:
    """An image that nobody scans brings last year's holes to production.

    Pass: a rule of the registry scans the repository's images on push or continuously, or, under
    basic scanning, the repository asks for it itself.
    Fix: give the registry a scanning rule with the filter * and scan on push, or enhanced scanning.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html
    """
    enhanced = False
    for registry in scanning:
        enhanced = registry.type == "ENHANCED"
        for rule in registry.rules:
            if rule.frequency in _BY_ITSELF and any(
                _selects(each, repository.name) for each in rule.filters
            ):
                return passed(f"is scanned by the registry ({registry.type}, {rule.frequency})")
    if repository.scan_on_push and enhanced:
        return no_evidence("asks for a scan on push, which enhanced scanning supersedes")
    if repository.scan_on_push:
        return passed("is scanned on push, as it asks itself")
    return failed("is scanned neither by a rule of the registry nor on push")


def _selects(pattern: str, name: str) -> bool:
    """Whether a filter of the registry selects a repository; without a star it may stand anywhere."""
    return fnmatchcase(name, pattern) if "*" in pattern else pattern in name


#: Names that move: what they mean today they did not mean yesterday.
_MOVING = ("latest", "main", "master", "dev", "develop", "trunk")


@check(Severity.MEDIUM)
def ecs_running_image_versioned(
    definition: TaskDefinition,
    services: Evidence[EcsService],
    *,
    moving_tags: tuple[str, ...] = _MOVING,
) -> Iterator[Result]:
    """An image named latest is another one tomorrow, and cannot be gone back to.

    Pass: the image of a running task has a digest, or a tag that is neither latest nor a branch.
    Fix: deploy the image by the version or the commit that it was built from, or by its digest.
    Blind spot: a tag that looks like a version may still be pushed again.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """
    if not in_use(definition, services):
        yield not_applicable("is of no service that runs tasks")
        return
    for container in definition.containers:
        result = _versioned(container, moving_tags)
        yield result.about(f"{definition.arn}/{container.name}")


def _versioned(container: Container, moving_tags: tuple[str, ...]) -> Result:
    _, tag, digest = image_parts(container.image)
    if digest:
        return passed(f"runs {container.image} by its digest")
    if is_injected(container):
        return not_applicable(f"runs {container.image}, a sidecar of AWS")
    if tag in ("", *moving_tags):
        return failed(f"runs {container.image}, whose tag {tag or 'latest'} moves")
    return passed(f"runs {container.image}")
