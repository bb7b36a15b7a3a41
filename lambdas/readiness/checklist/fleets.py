"""Do instances come from Auto Scaling groups, by the newest version of a launch template?

The checks of "Deploy AMIs using Auto Scaling Groups".
"""

from __future__ import annotations

from readiness.checklist.elasticity import hosts_containers
from readiness.checklist.fleet import not_an_application, sought, stopped
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
from readiness.checklist.recovery import judged_by_balancer
from readiness.evidence import Evidence, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.images import InstanceImage
from readiness.evidence.scaling import AutoScalingGroup, TemplateVersion
from readiness.evidence.templates import LaunchTemplateVersion

#: Words of names and tags by which machines that cannot be one of many are known.
_PETS = (
    "bastion", "jumpbox", "jumphost", "nat", "vpn", "license", "licence", "appliance", "dc", "ad", "pet",
)  # fmt: skip


@check(Severity.MEDIUM)
def ec2_instance_in_auto_scaling_group(
    instance: Instance,
    images: Evidence[InstanceImage],
    unit: Unit,
    *,
    asg_exempt: tuple[str, ...] = _PETS,
    grace_days: int = 7,
) -> Result:
    """An instance in no group is replaced by a person, at the hour at which it fails.

    Pass: an Auto Scaling group or a fleet launched the instance. Bastions, NAT instances, licensed
    appliances and domain controllers are left out, by the words of `asg_exempt` in name or tags.
    Fix: put the image into a launch template, and an Auto Scaling group around it.
    Blind spot: an instance that was detached from its group looks like one that never was in one.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/create-asg-launch-template.html
    """
    if stopped(instance):
        return not_applicable("is stopped")
    if out := not_an_application(instance, images):
        return not_applicable(out)
    if instance.group:
        return passed(f"is in the group {instance.group}")
    if instance.made_by:
        return passed(f"is made by {instance.made_by}")
    if instance.bought:
        return not_applicable("is an appliance from the Marketplace")
    if word := sought(instance, asg_exempt):
        return not_applicable(f"is named {word}, and so one of a kind")
    images.of(instance.arn)  # its name may say that a cluster fills it: not seen is not "no"
    days = round(unit.age_days(instance.launched))
    if days < grace_days:
        return no_evidence(f"is in no group since {days} days, which may be on purpose")
    return failed(f"is in no group, {days} days after it was launched")


@check(Severity.MEDIUM)
def asg_uses_launch_template(group: AutoScalingGroup) -> Result:
    """A launch configuration has no versions, and AWS adds nothing to it any more.

    Pass: the group launches instances by a launch template.
    Fix: copy the launch configuration to a launch template, and name that in the group.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/migrate-to-launch-templates.html
    """
    if hosts_containers(group.tags):
        return not_applicable("makes machines of a cluster")
    if group.templated:
        return passed("launches instances by a launch template")
    return failed("launches instances by a launch configuration")


@check(Severity.MEDIUM)
def asg_instances_on_current_version(
    group: AutoScalingGroup,
    versions: Evidence[LaunchTemplateVersion],
    unit: Unit,
    *,
    hours: int = 24,
) -> Result:
    """A group of two versions runs two programs, and which one answers is chance.

    Pass: every instance in service was launched by the version that the group would launch now, or
    instances are being replaced at the moment.
    Fix: start an instance refresh after each new version of the launch template.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
    """
    if hosts_containers(group.tags):
        return not_applicable("makes machines of a cluster")
    if not group.templates:
        return not_applicable("launches instances by a launch configuration, which has no versions")
    serving = [each for each in group.instances if each.state == "InService"]
    if not serving:
        return not_applicable("has no instance in service")
    wanted = [found for each in group.templates if (found := _resolved(each, versions))]
    if len(wanted) < len(group.templates):
        return unknown(Reason.UNDECIDED, "names a version of a launch template that is not listed")
    current = {(each.template, str(each.number)) for each in wanted}
    old = [
        each.id
        for each in serving
        if each.template is None or (each.template.id, each.template.version) not in current
    ]
    version = wanted[0].number
    if not old:
        return passed(f"runs {len(serving)} instances of version {version}")
    said = f"runs {len(old)} of {len(serving)} instances by another version than {version}"
    if any(each.state.startswith(("Pending", "Terminating")) for each in group.instances):
        return passed(f"{said}, and replaces instances now")
    age = unit.age_days(max(each.created for each in wanted)) * 24
    if age <= hours:
        return no_evidence(f"{said}, which is {age:.0f} hours old")
    names = f"{', '.join(old[:5])}{', …' if old[5:] else ''}"
    return failed(f"{said}, which is {age / 24:.0f} days old: {names}")


def _resolved(
    template: TemplateVersion, versions: Evidence[LaunchTemplateVersion]
) -> LaunchTemplateVersion | None:
    """Return the version that a group names, or that it means by $Latest and $Default."""
    for each in versions.about(template.id, "template"):
        meant = {"$Latest": each.newest, "$Default": each.default}
        if meant.get(template.version, template.version == str(each.number)):
            return each
    return None


@check(Severity.MEDIUM)
def asg_load_balanced_uses_elb_health_check(group: AutoScalingGroup) -> Result:
    """An instance whose program hangs is healthy to EC2, and serves errors until somebody looks.

    Pass: a group that a load balancer leads to replaces what the load balancer finds unhealthy; one
    that VPC Lattice alone leads to, what that finds.
    Fix: add ELB (or VPC_LATTICE) to the health checks of the group.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html
    """
    return judged_by_balancer(group)
