"""Look at machine images, and at what builds them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.images import ImageBlock, ImagePipeline, InstanceImage, OwnImage
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.batches import batches
from readiness.probes.ec2 import PAGE, instance_arn
from readiness.probes.refusals import UnseenError

_METADATA = "ec2.describe_instance_image_metadata"
#: A filter takes so many values.
FILTER = 200


def image_arn(aws: Aws, image: str) -> str:
    # An image's ARN has no account.
    return f"arn:{aws.partition}:ec2:{aws.region}::image/{image}"


@probe(InstanceImage, _METADATA, "ec2.describe_images")
def instance_images(aws: Aws, instances: Evidence[Instance]) -> Iterator[InstanceImage]:
    try:
        listed = list(aws.pages(_METADATA, "InstanceImageMetadata", MaxResults=PAGE))
    except UnseenError as error:
        # Only where the call does not exist: a refusal says that the answer is not ours to see.
        if error.gap.reason is not Reason.NOT_SUPPORTED:
            raise
        yield from _by_their_images(aws, instances)
        return
    for each in listed:
        yield _image(instance_arn(aws, each["InstanceId"]), each["ImageMetadata"])


def _by_their_images(aws: Aws, instances: Evidence[Instance]) -> Iterator[InstanceImage]:
    """Look at the images of instances; those that are gone or not shared any more are not told."""
    running = list(instances)
    found: dict[str, Mapping[str, Any]] = {}
    for names in batches(dict.fromkeys(each.image for each in running if each.image), FILTER):
        # Asked for by id, one image that is gone would refuse the whole call.
        wanted = [{"Name": "image-id", "Values": names}]
        for image in aws.pages("ec2.describe_images", "Images", Filters=wanted, MaxResults=PAGE):
            found[image["ImageId"]] = image
    for each in running:
        if each.image in found:
            yield _image(each.arn, found[each.image])


def _image(instance: str, each: Mapping[str, Any]) -> InstanceImage:
    return InstanceImage(
        arn=instance,
        image=each["ImageId"],
        name=each.get("Name", ""),
        owner=each.get("OwnerId", ""),
        alias=each.get("ImageOwnerAlias", ""),
        state=each["State"],
        created=_moment(each.get("CreationDate")),
        deprecated=_moment(each.get("DeprecationTime")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@probe(OwnImage, "ec2.describe_images")
def own_images(aws: Aws) -> Iterator[OwnImage]:
    # Without an owner every public image there is would answer.
    for each in aws.pages("ec2.describe_images", "Images", Owners=["self"], MaxResults=PAGE):
        yield OwnImage(arn=image_arn(aws, each["ImageId"]), public=each["Public"])


@probe(ImageBlock, "ec2.get_image_block_public_access_state")
def image_block(aws: Aws) -> Iterator[ImageBlock]:
    state = aws.get("ec2.get_image_block_public_access_state")["ImageBlockPublicAccessState"]
    yield ImageBlock(arn=aws.arn("ec2", "image-block-public-access"), state=state)


_NOTHING_BUILT = ("CANCELLED", "FAILED")


@probe(ImagePipeline, "imagebuilder.list_image_pipelines")
def image_pipelines(aws: Aws) -> Iterator[ImagePipeline | Gap]:
    for each in aws.pages("imagebuilder.list_image_pipelines", "imagePipelineList"):
        if "imageRecipeArn" in each:  # the others build container images
            yield ImagePipeline(
                arn=each["arn"],
                enabled=each["status"] == "ENABLED",
                ran=_moment(each.get("dateLastRun")),
                failed=each.get("lastRunStatus") in _NOTHING_BUILT,
            )
