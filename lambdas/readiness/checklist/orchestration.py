"""Do containers run under ECS or EKS, steadily, with a way back, on a platform that is supported?

The checks of "Deploy Docker images using ECS, EKS or Fargate".
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.fleet import stopped
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
from readiness.evidence import Evidence, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksDescription, EksNodegroup, EksVersion
from readiness.evidence.published import FARGATE_PLATFORMS, PLATFORMS_FROM
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.templates import LaunchTemplateVersion


@check(Severity.MEDIUM)
def ec2_container_not_run_by_hand(
    version: LaunchTemplateVersion,
    running: Evidence[Instance | AutoScalingGroup],
) -> Result:
    """A container that a boot script starts is not started again when it ends, nor replaced gently.

    Pass: the user data of a launch template that instances run by starts no container, unless it makes
    the instance a machine of an ECS or EKS cluster.
    Fix: let ECS, EKS or Fargate run the container.
    Blind spot: the user data of instances without a launch template, and what their images start, is
    not looked at.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/Welcome.html
    """
    if not (version.newest or version.default):
        return not_applicable("is neither the newest version of its template nor the default one")
    if not any(_runs_by(each, version) for each in running):
        return not_applicable("is of a launch template that no instance runs by")
    if not version.readable:
        return unknown(Reason.UNDECIDED, "has user data in a form that is not known")
    if version.starts:
        return failed(f"starts containers by `{version.starts}` when an instance boots")
    return passed("starts no container by hand")


def _runs_by(found: Instance | AutoScalingGroup, version: LaunchTemplateVersion) -> bool:
    """Whether an instance, one of a group's included, runs by a launch template."""
    if isinstance(found, Instance):
        return found.template[0] == version.template and not stopped(found)
    templates = [each.template for each in found.instances if each.template is not None]
    return any(each.id == version.template for each in templates)


_GRADUAL = ("BLUE_GREEN", "LINEAR", "CANARY")


@check(Severity.MEDIUM)
def ecs_service_steady_with_rollback(
    service: EcsService, unit: Unit, *, minutes: int = 30
) -> Result:
    """A service that never becomes steady starts the same broken task all night.

    Pass: the service runs as many tasks as it wants, its deployment is complete, and the circuit
    breaker rolls a failing one back; or it is deployed blue/green, linear or canary with alarms, or by
    CodeDeploy.
    Fix: turn on the deployment circuit breaker with rollback, and see in its events why tasks end.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    daemon = service.scheduling == "DAEMON"
    if not daemon and service.desired == 0:
        return not_applicable("is scaled to zero")
    if service.rollout == "FAILED":
        return failed("has a deployment that failed")
    counts = f"runs {service.running} of {service.desired} tasks"
    short = not daemon and service.running < service.desired
    if short:
        since = service.unsteady or service.deployed
        if since is None:
            return no_evidence(f"{counts}, and does not tell since when")
        age = unit.age_days(since) * 24 * 60
        if age > minutes:
            return failed(f"{counts}, and is not steady since {age:.0f} minutes")
        return no_evidence(f"{counts}, and is not steady since {age:.0f} minutes")
    lacks = _no_way_back(service)
    if lacks:
        return failed(lacks)
    if service.controller == "EXTERNAL":
        return no_evidence(f"{counts}, deployed by a controller outside of ECS")
    if (
        service.controller == "ECS"
        and service.strategy == "ROLLING"
        and not service.breaker_rollback
    ):
        return no_evidence(f"{counts}, and alarms alone roll it back, without a circuit breaker")
    if service.controller == "ECS" and service.rollout != "COMPLETED":
        return no_evidence(f"{counts}, and is being deployed")
    return passed(f"{counts if not daemon else 'is a daemon'}, and is rolled back when it fails")


def _no_way_back(service: EcsService) -> str:
    """Say what a service lacks to be rolled back, empty where nothing is missing."""
    if service.controller != "ECS" or service.breaker_rollback:
        return ""
    if service.strategy in _GRADUAL:
        if service.alarmed:
            return ""
        return f"is deployed by {service.strategy} without alarms or a circuit breaker"
    if service.alarm_rollback:
        return ""
    if service.breaker:
        return "has a circuit breaker that does not roll back"
    return "has no circuit breaker that rolls a deployment back"


@check(Severity.MEDIUM)
def ecs_fargate_platform_version_latest(
    service: EcsService,
    unit: Unit,
    *,
    linux_platform: str = FARGATE_PLATFORMS["Linux"],
    windows_platform: str = FARGATE_PLATFORMS["Windows"],
) -> Result:
    """An old version of Fargate's platform gets no patches, and AWS ends its tasks one day.

    Pass: the service runs on the version LATEST, or on the newest one there is.
    Fix: set the platform version of the service to LATEST.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-fargate.html
    """
    if not service.platform:
        return not_applicable("does not run on Fargate")
    if service.platform == "LATEST":
        return passed("runs on the latest version of Fargate's platform")
    newest = windows_platform if "WINDOWS" in service.family.upper() else linux_platform
    if service.platform != newest:
        return failed(f"is pinned to {service.platform} of Fargate's platform, not {newest}")
    if newest in FARGATE_PLATFORMS.values() and (old := PLATFORMS_FROM.too_old(unit.now)):
        return unknown(Reason.UNDECIDED, f"is pinned to {newest} of Fargate's platform: {old}")
    return passed(f"runs on {newest} of Fargate's platform, the newest")


_BROKEN = frozenset({"FAILED", "DEGRADED", "CREATE_FAILED", "DELETE_FAILED"})
_CHANGING = frozenset({"CREATING", "PENDING", "DELETING", "UPDATING"})


@check(Severity.HIGH)
def eks_cluster_version_supported(
    found: EksDescription | EksNodegroup, versions: Evidence[EksVersion]
) -> Iterator[Result]:
    """A version of Kubernetes without support gets no fixes, and is upgraded by AWS on a day of its own.

    Pass: the cluster's version is in standard support, and clusters and node groups are active and
    report no issue.
    Fix: upgrade the cluster to the next version, and its node groups and add-ons after it.
    See: https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html
    """
    if found.status in _BROKEN:
        yield failed(f"is {found.status}{_told(found)}")
        return
    if found.status in ("CREATING", "PENDING", "DELETING"):
        yield not_applicable(f"is {found.status}")
        return
    if isinstance(found, EksDescription):
        known = next((each for each in versions if each.version == found.version), None)
        if known is None:
            said = f"runs Kubernetes {found.version}, of which EKS tells nothing"
            yield unknown(Reason.UNDECIDED, said)
            return
        if known.status != "STANDARD_SUPPORT":
            extended = known.status == "EXTENDED_SUPPORT"
            said = known.status.replace("_", " ").lower()
            yield failed(
                f"runs Kubernetes {found.version}, which is in {said}"
                if extended
                else f"runs Kubernetes {found.version}, which is {said}",
                Severity.MEDIUM if extended else None,
            )
            return
    if found.issues:
        yield no_evidence(f"is {found.status} and reports {', '.join(found.issues)}")
    elif found.status in _CHANGING:
        yield no_evidence(f"is {found.status}")
    elif isinstance(found, EksDescription):
        yield passed(f"runs Kubernetes {found.version}, in standard support")
    else:
        yield passed("is active and reports no issue")


def _told(found: EksDescription | EksNodegroup) -> str:
    return f": {', '.join(found.issues)}" if found.issues else ""
