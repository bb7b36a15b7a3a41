"""Do instances run from images that the organization builds, again and again, and keeps to itself?

The checks of "Build AMIs".
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.apart import apart, noted
from readiness.checklist.elasticity import hosts_containers
from readiness.checklist.fleet import not_an_application, stopped
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
from readiness.evidence import Evidence, Pooled, Reason, Scope
from readiness.evidence.compute import Instance
from readiness.evidence.images import ImageBlock, ImagePipeline, InstanceImage, OwnImage
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.repository import CiStep, Repository, SourceFile
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.unseen import known


def _out(instance: Instance, images: Evidence[InstanceImage]) -> str:
    """Say why an instance's image is not judged, empty where it is."""
    return "is stopped" if stopped(instance) else not_an_application(instance, images)


#: How EC2 calls the owners of images that everybody may use.
_ALIASES = {"amazon": "Amazon", "aws-marketplace": "a seller on the Marketplace"}


@check(Severity.MEDIUM)
def ec2_instance_image_org_built(
    instance: Instance,
    images: Evidence[InstanceImage],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
) -> Result:
    """What is installed when an instance boots is another thing at every boot, and not there at some.

    Pass: the instance runs an image that an account of the organization owns.
    Fix: build an image with EC2 Image Builder or Packer, and launch instances from it.
    Blind spot: a golden base whose application is installed at boot passes.
    See: https://docs.aws.amazon.com/imagebuilder/latest/userguide/start-build-image-pipeline.html
    """
    if out := _out(instance, images):
        return not_applicable(out)
    image = images.of(instance.arn)
    if image is None:
        return unknown(Reason.UNDECIDED, f"runs {instance.image}, of which nothing is told")
    return _owned(image, accounts, unit).about(f"{instance.arn}#{image.image}")


def _owned(image: InstanceImage, accounts: Evidence[OrganizationAccount], unit: Unit) -> Result:
    said = f"runs {image.image} ({image.name or 'without a name'})"
    if image.state == "deregistered":
        return failed(f"{said}, which is deregistered: it cannot be launched again", Severity.HIGH)
    if image.alias in _ALIASES:
        return failed(f"{said} of {_ALIASES[image.alias]}: the application is installed at boot")
    if not image.owner:
        return unknown(Reason.UNDECIDED, f"{said}, whose owner is not told")
    ours = image.owner == unit.account or any(each.id == image.owner for each in accounts)
    if ours:
        return passed(f"{said} of account {image.owner}")
    return failed(f"{said} of account {image.owner}, which is not of the organization")


@check(Severity.MEDIUM, scope=Scope.REGION)
def ec2_image_in_use_fresh(
    instances: Evidence[Instance],
    images: Evidence[InstanceImage],
    unit: Unit,
    *,
    ami_max_age_days: int = 90,
) -> Iterator[Result]:
    """An old image brings the holes of its day back with every instance that is launched.

    Pass: the image of a running instance is at most 90 days old and neither deprecated nor disabled.
    Fix: let the image pipeline run every month, and roll its image out by an instance refresh.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html
    """
    done: set[str] = set()

    def judge(instance: Instance) -> Iterator[Result]:
        if _out(instance, images):
            return
        image = images.of(instance.arn)
        if image is None:
            yield unknown(Reason.UNDECIDED, f"runs {instance.image}, of which nothing is told")
            return
        if image.image not in done:
            done.add(image.image)
            alone: tuple[str, ...] = (instance.arn,)
            users = known(
                lambda: tuple(each.arn for each in images.about(image.image, "image")), alone
            )
            # An image's ARN has no account.
            place = instance.arn.split(":")
            name = ":".join((*place[:4], "", f"image/{image.image}"))
            yield _fresh(image, users, unit, ami_max_age_days).about(name)

    yield from apart(instances, judge)
    if not any(not _out(instance, images) for instance in instances):
        yield not_applicable("runs no instance from an image of its own choice")


def _fresh(image: InstanceImage, users: tuple[str, ...], unit: Unit, most: int) -> Result:
    names = ", ".join(each.rpartition("/")[2] for each in users[:5])
    by = f"is run by {names}{', …' if users[5:] else ''}"
    if image.state == "disabled":
        return failed(f"{by} and is disabled")
    if image.deprecated is not None and image.deprecated <= unit.now:
        return failed(f"{by} and is deprecated since {image.deprecated:%Y-%m-%d}")
    if image.created is None:
        return unknown(Reason.UNDECIDED, f"{by}; when it was made is not told")
    days = round(unit.age_days(image.created))
    if days > most:
        return failed(f"{by} and is {days} days old")
    return passed(f"{by} and is {days} days old")


@check(Severity.MEDIUM, scope=Scope.REGION)
def image_build_pipeline_present(
    instances: Evidence[Instance],
    images: Evidence[InstanceImage],
    pipelines: Pooled[ImagePipeline],
    repositories: Evidence[Repository],
    steps: Evidence[CiStep],
    files: Evidence[SourceFile],
    unit: Unit,
    *,
    ami_max_age_days: int = 90,
) -> Result:
    """An image that was made by hand is made again by nobody.

    Pass: a pipeline of EC2 Image Builder in the account, or in the account that owns an image in use,
    is enabled and built an image within 90 days, or CI runs packer build on a template in the
    repository.
    Fix: create an image pipeline with a monthly schedule.
    Blind spot: whether the pipeline builds the very image that is in use is not looked at.
    See: https://docs.aws.amazon.com/imagebuilder/latest/userguide/ami-image-pipelines.html
    """
    owners: set[str] = set()
    theirs = False
    for instance in instances:
        if not _out(instance, images):
            image = images.of(instance.arn)
            ours = image is not None and image.alias not in _ALIASES and bool(image.owner)
            if image is not None and ours:
                owners.add(image.owner)
            theirs = theirs or not ours
    if not owners and not theirs:
        return not_applicable("runs no instance from an image of its own choice")
    idle = ""
    for each in pipelines.belonging(tuple(sorted(owners | {unit.account}))) | steps:
        if isinstance(each, CiStep):
            if _packs(each, files):
                return passed(f"has images built by packer in {each.repository}")
        elif not each.enabled:
            idle = idle or f"; {each.arn} is disabled"
        elif each.ran is None or unit.age_days(each.ran) > ami_max_age_days:
            idle = idle or f"; {each.arn} did not run within {ami_max_age_days} days"
        elif each.failed:
            idle = idle or f"; {each.arn} built no image when it last ran"
        else:
            days = round(unit.age_days(each.ran))
            return passed(f"has images built by {each.arn}, which ran {days} days ago")
    if not owners:
        return no_evidence(f"runs no image of an account, and nothing builds one{idle}")
    if not any(True for _ in repositories):
        said = f"runs images of {', '.join(sorted(owners))}, and no repository shows their builder"
        return unknown(Reason.NO_REPOSITORY, f"{said}{idle}")
    return failed(f"runs images of {', '.join(sorted(owners))}, which nothing builds again{idle}")


def _packs(step: CiStep, files: Evidence[SourceFile]) -> bool:
    """Whether a step builds a template of Packer that is in its repository."""
    return (
        step.command.startswith("packer build")
        and not step.tolerated
        and any(
            file.path.endswith((".pkr.hcl", ".pkr.json")) or file.path in step.command
            for file in files.about(step.repository, "repository")
        )
    )


@check(Severity.CRITICAL, scope=Scope.REGION)
def ec2_image_owned_not_public(
    images: Evidence[OwnImage],
    block: Evidence[ImageBlock],
    instances: Evidence[Instance],
    launched: Evidence[InstanceImage],
    groups: Evidence[AutoScalingGroup],
    unit: Unit,
) -> Iterator[Result]:
    """A public image gives everybody the program, and whatever else lies on its disk.

    Pass: an image that the account owns is not public; asked where instances or groups launch from
    images of their own choice.
    Fix: make the image private, and block public access to images in the account's regions.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html
    """

    def judge(image: OwnImage) -> Result:
        if image.public:
            return failed("is public: everybody may launch it")
        if not any(_launches(each, launched) for each in groups | instances):
            return not_applicable("is private, and nothing here launches from an image")
        return passed("is private")

    yield from apart(images, judge)
    yield from noted(_blocked(block), f"{unit.id}/public-images")
    if not any(True for _ in images):
        yield not_applicable("owns no image")


def _launches(found: AutoScalingGroup | Instance, images: Evidence[InstanceImage]) -> bool:
    """Whether a group or an instance starts from an image that its owner chose."""
    if isinstance(found, AutoScalingGroup):
        return not hosts_containers(found.tags)
    return not _out(found, images)


def _blocked(block: Evidence[ImageBlock]) -> Iterator[Result]:
    for each in block:
        if each.state == "unblocked":
            yield failed("does not block making images public").about(each.arn)
        else:
            yield passed(f"blocks making images public ({each.state})").about(each.arn)
