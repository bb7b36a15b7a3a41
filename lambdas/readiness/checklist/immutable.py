"""Are servers and containers replaced, and never changed in place?

The checks of "Set up immutable infrastructure".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

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
from readiness.checklist.principals import CI_USERS, person
from readiness.evidence import Evidence, Pooled, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, TaskDefinition
from readiness.evidence.events import AccessLookup, Event
from readiness.evidence.registry import EcrRepository
from readiness.evidence.scaling import AutoScalingGroup


@check(Severity.MEDIUM)
def ec2_instance_replaced_regularly(
    found: Instance | AutoScalingGroup, unit: Unit, *, max_age_days: int = 180, pet_tag: str = "pet"
) -> Result:
    """A server that was never replaced is one that nobody knows how to make again.

    Pass: an Auto Scaling group or another service makes it, by a launch template, or it stands alone
    and was first launched within the last 180 days. Instances with the tag `pet` are left out.
    Fix: bake an AMI with EC2 Image Builder and roll it out by an instance refresh.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
    """
    if isinstance(found, AutoScalingGroup):
        if found.templated:
            return passed("launches instances by a launch template")
        return failed("launches instances by a launch configuration, which cannot be versioned")
    if found.state in ("stopping", "stopped", "shutting-down"):
        return not_applicable("is stopped")
    if any(tag.lower() == pet_tag.lower() for tag in found.tags):
        return not_applicable(f"is tagged {pet_tag}")
    if found.bought:
        return not_applicable("is an appliance from the Marketplace")
    if found.made_by:
        return passed(f"is made and replaced by {found.made_by}")
    first = min(moment for moment in (found.launched, found.attached) if moment)
    days = round(unit.age_days(first))
    if days <= max_age_days:
        return passed(f"was launched {days} days ago")
    return failed(f"was launched {days} days ago and stands alone")


#: Images of sidecars that AWS provides, or puts into tasks by itself.
_INJECTED = re.compile(
    r"^public\.ecr\.aws/(xray|aws-observability|appmesh|aws-appmesh|cloudwatch-agent|guardduty)/|"
    r"/(aws-guardduty-agent|aws-appmesh|amazon-ecs-service-connect|aws-for-fluent-bit|aws-xray)|"
    r"^amazon/(aws-xray-daemon|cloudwatch-agent|aws-for-fluent-bit|amazon-ecs-)"
)

_ECR = re.compile(r"^\d{12}\.dkr[.-]ecr[.-]")


def image_parts(image: str) -> tuple[str, str, str]:
    """Return the repository, the tag and the digest of an image's reference; empty what it lacks."""
    name, _, digest = image.partition("@")
    uri, colon, tag = name.rpartition(":")
    # A colon before a slash stands before a registry's port.
    return (uri, tag, digest) if colon and "/" not in tag else (name, "", digest)


def is_injected(container: Container) -> bool:
    """Whether a container is a sidecar of AWS's, whose image is not the owner's to pin."""
    return bool(_INJECTED.search(container.image))


@check(Severity.MEDIUM)
def ecs_task_definition_image_pinned(
    definition: TaskDefinition, repositories: Pooled[EcrRepository]
) -> Iterator[Result]:
    """A tag that moves makes two tasks of one service run two programs.

    Pass: every essential container's image has a digest, or a tag other than `latest` in a repository
    of ECR whose tags are immutable or that ECS resolves to one digest for each deployment.
    Fix: deploy images by their digest, and make the tags of the repository immutable.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    """
    for container in definition.containers:
        if container.essential and not is_injected(container):
            result = _pinned(container, repositories)
            yield result.about(f"{definition.arn}/{container.name}")


def _pinned(container: Container, repositories: Pooled[EcrRepository]) -> Result:
    uri, tag, digest = image_parts(container.image)
    if digest:
        return passed(f"runs {container.image} by its digest")
    if tag in ("", "latest"):
        return failed(f"runs {container.image}, whose tag {tag or 'latest'} moves")
    if not _ECR.match(uri):
        return no_evidence(f"runs {container.image}, whose tag can be moved in its registry")
    if container.consistent:
        return passed(f"runs {container.image}, resolved to one digest for each deployment")
    for repository in repositories.about(uri, "uri"):
        if _stays(repository, tag):
            return passed(f"runs {container.image}, whose tag is immutable")
    return no_evidence(f"runs {container.image}, whose tag can be moved")


#: How ECR calls repositories whose tags stay, some of them left out.
_IMMUTABLE = ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")


def _stays(repository: EcrRepository, tag: str) -> bool:
    """Whether a tag of a repository can never name another image; what is left out is the opposite."""
    left_out = any(fnmatchcase(tag, pattern) for pattern in repository.exclusions)
    return (repository.mutability in _IMMUTABLE) is not left_out


@check(Severity.MEDIUM)
def ecr_repository_tag_immutable(repository: EcrRepository) -> Result:
    """A tag that can be pushed again is no name of what runs.

    Pass: image tags are immutable, but for exclusions that leave some of them in.
    Fix: set the repository's image tag mutability to IMMUTABLE.
    Blind spot: which tags the exclusions are meant for is not known.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """
    if repository.mutability in _IMMUTABLE:
        if "*" in repository.exclusions:
            return failed("lets every tag be overwritten, as its exclusions leave none out")
        kept = f" but for {', '.join(repository.exclusions)}" if repository.exclusions else ""
        return passed(f"has immutable tags{kept}")
    return failed(f"lets tags be overwritten ({repository.mutability})")


#: Documents by which machines keep servers up to date.
_MACHINE_DOCUMENTS = re.compile(
    r"^(AWS-(RunPatchBaseline|PatchInstance|GatherSoftware|RefreshAssociation|UpdateSSMAgent)|"
    r"AmazonInspector|AWS-ConfigureAWSPackage)"
)


@check(Severity.LOW)
def ec2_instance_interactive_change_events(
    instance: Instance,
    lookups: Evidence[AccessLookup],
    unit: Unit,
    *,
    days: int = 30,
    machine_users: tuple[str, ...] = (),
    ci_users: tuple[str, ...] = CI_USERS,
) -> Result:
    """A server that people log in to is changed by hand sooner or later, and nobody writes it down.

    Pass: nobody opened a session on it or ran a command there in the last 30 days.
    Fix: bring what was needed there into the image, and close interactive access to production.
    Blind spot: SSH leaves no event, nor do commands that were sent to instances by their tags.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
    """
    if instance.state in ("stopping", "stopped", "shutting-down"):
        return not_applicable("is stopped")
    if not unit.is_production(instance.tags):
        return not_applicable("is not production")
    people: list[tuple[Event, str]] = []
    cut = False
    for lookup in lookups:
        for event in lookup.events:
            who = person(event, machine_users, ci_users)
            recent = unit.age_days(event.time) <= days
            if who and recent and instance.id in event.resources and not _by_schedule(event):
                people.append((event, who))
        oldest = lookup.events[-1].time if lookup.events else unit.now
        cut = cut or (lookup.sampled and unit.age_days(oldest) <= days)
    if people:
        told = "; ".join(f"{who} at {event.time:%Y-%m-%d %H:%M}" for event, who in people[:10])
        said = "once" if len(people) == 1 else f"{len(people)} times"
        return failed(f"was logged in to or told what to run {said} in {days} days: {told}")
    if cut:
        said = (
            "was neither logged in to nor told what to run in the newest events, which are not all"
        )
        return unknown(Reason.TRUNCATED, said)
    return passed(f"was neither logged in to nor told what to run in the last {days} days")


def _by_schedule(event: Event) -> bool:
    return bool(_MACHINE_DOCUMENTS.match(event.document))
