"""Do servers and containers run hardened: patched, scanned, watched, and with no more rights than they need?

The checks of "Use server hardening practices".
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.elasticity import hosts_containers
from readiness.checklist.fleet import CLUSTER_IMAGES
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.ways_in import not_administered, too_new
from readiness.evidence import Evidence, Reason
from readiness.evidence.access import ManagedNode
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, TaskDefinition
from readiness.evidence.detection import GuardDutyDetector, InspectorStatus
from readiness.evidence.hardening import InspectedInstance, PatchCompliance
from readiness.evidence.images import InstanceImage
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.unseen import known, tried


def _not_ours(instance: Instance) -> str:
    """Say why an instance is not judged, empty where it is."""
    if instance.state != "running":
        return f"is {instance.state}"
    return "is operated by a service of AWS" if instance.managed else ""


@check(Severity.HIGH)
def ec2_instance_imdsv2_required(
    machine: Instance | LaunchTemplateVersion, groups: Evidence[AutoScalingGroup]
) -> Result:
    """A server that can be made to fetch an address hands out its role, where no token is asked for.

    Pass: the metadata service of the running instance, and of what a group would launch next, asks
    for a token (IMDSv2) or does not answer at all. A launch template that says nothing leaves it to
    the account's or the image's default, and is not judged.
    Fix: set `HttpTokens` to required, in the launch template and as the account's default.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
    """
    if isinstance(machine, LaunchTemplateVersion):
        if not any(_launches(group, machine) for group in groups):
            return not_applicable("is launched by no Auto Scaling group")
        if not machine.metadata_tokens:
            return no_evidence("says nothing of the metadata service, so that a default decides")
    elif out := _not_ours(machine):
        return not_applicable(out)
    match machine.metadata_tokens:
        case "required":
            return passed("has a metadata service that asks for a token")
        case "disabled":
            return passed("has no metadata service")
        case "optional":
            is_template = isinstance(machine, LaunchTemplateVersion)
            return failed(
                "has a metadata service that asks for no token",
                Severity.MEDIUM if is_template else None,
            )
        case _:
            return unknown(Reason.UNDECIDED, "does not say what its metadata service asks for")


def _launches(group: AutoScalingGroup, version: LaunchTemplateVersion) -> bool:
    """Whether a group launches instances by a version of a launch template."""
    names = {str(version.number)}
    names |= {"$Latest"} if version.newest else set()
    names |= {"$Default"} if version.default else set()
    return any(each.id == version.template and each.version in names for each in group.templates)


@check(Severity.HIGH)
def ssm_patch_compliant(
    instance: Instance,
    patches: Evidence[PatchCompliance],
    nodes: Evidence[ManagedNode],
    images: Evidence[InstanceImage],
    unit: Unit,
    *,
    max_age_days: int = 30,
    immutable_patching: bool = False,
) -> Result:
    """What attackers use most is what a patch ended months ago.

    Pass: Patch Manager found the running instance compliant within 30 days. With
    `immutable_patching` an image of at most 30 days stands in for that. Machines of clusters are
    replaced by their cluster's updates, and left out.
    Fix: scan and install by a patch policy of Quick Setup, or build a new image every month.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager.html
    """
    out = not_administered(instance)
    if not out and hosts_containers(instance.tags):
        out = "is a machine of a cluster"
    if out:
        return not_applicable(out)
    image = images.of(instance.arn)
    if image is not None and CLUSTER_IMAGES.match(image.name):
        return not_applicable(f"runs {image.name}, the image of a machine of a cluster")
    found = patches.of(instance.arn)
    if found is not None and not found.compliant:
        return failed("lacks a patch" if found.missing == 1 else f"lacks {found.missing} patches")
    looked = round(unit.age_days(found.scanned)) if found is not None else None
    if looked is not None and looked <= max_age_days:
        return passed(f"had all patches {counted(looked, 'day')} ago")
    if immutable_patching and image is not None and image.created is not None:
        built = round(unit.age_days(image.created))
        if built <= max_age_days:
            return passed(f"runs an image that is {counted(built, 'day')} old")
    if looked is not None:
        return no_evidence(
            f"had all patches {counted(looked, 'day')} ago, and was not looked at since"
        )
    if found is None and too_new(instance, unit):
        return not_applicable(too_new(instance, unit))
    managed = known(lambda: nodes.of(instance.arn) is not None, True)
    why = "" if managed else ": Systems Manager does not manage it"
    return failed(f"was never scanned for missing patches{why}", Severity.MEDIUM)


#: Features of GuardDuty that see malware on, or what is done in, an instance.
_FEATURES = ("EBS_MALWARE_PROTECTION", "RUNTIME_MONITORING")


@check(Severity.HIGH)
def inspector_ec2_no_aged_critical(
    instances: Evidence[Instance],
    statuses: Evidence[InspectorStatus],
    inspected: Evidence[InspectedInstance],
    detectors: Evidence[GuardDutyDetector],
    unit: Unit,
) -> Iterator[Result]:
    """A critical vulnerability that has a remedy is open for as long as nobody looks.

    Pass: Inspector scans instances, and finds no critical vulnerability in them that a newer package
    ends; GuardDuty looks for malware on their volumes or monitors what runs.
    Fix: enable Inspector for EC2 and GuardDuty's malware protection in the whole organization, and
    update the package.
    Blind spot: what Inspector scans without its agent it sees once a day; it does not see software
    that was installed without a package manager.
    See: https://docs.aws.amazon.com/inspector/latest/user/scanning-ec2.html
    """
    running = [each for each in instances if not _not_ours(each)]
    if not running:
        yield not_applicable("runs no instance")
        return
    yield from tried(_scanned(running, statuses, inspected, unit), not_seen)
    for result in tried(_watched(detectors), not_seen):
        yield result.about(f"{unit.id}#guardduty")


def _scanned(
    running: list[Instance],
    statuses: Evidence[InspectorStatus],
    inspected: Evidence[InspectedInstance],
    unit: Unit,
) -> Iterator[Result]:
    status = next(iter(statuses), None)
    if status is None:
        yield not_applicable("has instances, where Inspector is not offered").about(unit.id)
        return
    if status.types["ec2"] != "ENABLED":
        told = f"has {counted(len(running), 'instance')}, and Inspector scans none"
        yield failed(told, Severity.MEDIUM).about(unit.id)
        return
    for instance in running:
        for result in tried(_vulnerable(instance, inspected), not_seen):
            yield result.about(instance.arn)


def _vulnerable(instance: Instance, inspected: Evidence[InspectedInstance]) -> Iterator[Result]:
    found = inspected.of(instance.arn)
    if found is not None and found.fixable:
        yield failed(
            f"has {counted(found.fixable, 'critical finding')} of Inspector that a newer package ends"
        )
    elif found is None or not found.scanned:
        why = f" ({found.reason})" if found and found.reason else ""
        yield no_evidence(f"is not scanned by Inspector{why}")
    elif found.critical:
        yield passed(
            f"has {counted(found.critical, 'critical finding')} of Inspector, and a remedy for none"
        )
    else:
        yield passed("has no critical vulnerability")


def _watched(detectors: Evidence[GuardDutyDetector]) -> Iterator[Result]:
    for detector in detectors:
        feature = next((each for each in _FEATURES if each in detector.features), "")
        if detector.enabled and feature:
            yield passed(f"is watched by GuardDuty ({feature})")
            return
    told = "has neither GuardDuty's malware protection nor its runtime monitoring for instances"
    yield failed(told, Severity.LOW)


@check(Severity.MEDIUM)
def ecs_container_hardened(definition: TaskDefinition) -> Iterator[Result]:
    """What breaks into a container gets what the container has: root, the host, a place to write.

    Pass: no container is privileged, writes to its root file system, runs as root by its definition,
    or shares processes, memory or (without a user of its own) the network of the host.
    Fix: set `readonlyRootFilesystem` and a user, mount volumes for what is written, and drop
    `privileged` and the host's modes.
    Blind spot: a definition without a user runs as the image says. Root file systems of Windows
    cannot be read-only, and are left out.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html
    """
    for container in definition.containers:
        flaws = list(_flaws(definition, container))
        place = f"{definition.arn}#{container.name}"
        if flaws:
            severity = Severity.HIGH if container.privileged else None
            yield failed(f"({container.name}) {'; '.join(flaws)}", severity).about(place)
        else:
            yield passed(f"({container.name}) has no more rights than it needs").about(place)


def _flaws(definition: TaskDefinition, container: Container) -> Iterator[str]:
    if container.privileged:
        yield "is privileged"
    if not container.read_only and not definition.windows:
        yield "may write to its root file system"
    if container.user.partition(":")[0] in ("0", "root"):
        yield "runs as root"
    if definition.processes == "host":
        yield "shares the processes of the host"
    if definition.memory_segments == "host":
        yield "shares the memory of the host"
    if definition.network == "host" and not container.user:
        yield "shares the network of the host and names no user"
