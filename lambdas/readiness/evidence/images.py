"""Machine images: which ones run, which ones are ours, and what builds them."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "instance's image")
class InstanceImage:
    """The image that an instance was launched from, gone or not.

    Source: ec2.DescribeInstanceImageMetadata; where that is not offered, ec2.DescribeImages.
    """

    #: The instance's ARN.
    arn: str
    #: The image's id.
    image: str
    name: str
    #: The account that owns it.
    owner: str
    #: amazon, aws-marketplace or aws-backup-vault; empty for the image of an account.
    alias: str
    #: available, deregistered, disabled, …
    state: str
    #: None where it is not told.
    created: datetime | None
    #: From when on it is deprecated; None where nothing is said.
    deprecated: datetime | None


@record(Scope.REGION, "machine image")
class OwnImage:
    """An image that the account owns. Source: ec2.DescribeImages."""

    arn: str
    #: Whether everybody may launch it.
    public: bool


@record(Scope.REGION, "block of public images")
class ImageBlock:
    """Whether images can be made public in a region. Source: ec2.GetImageBlockPublicAccessState."""

    arn: str
    #: block-new-sharing or unblocked.
    state: str


@record(Scope.REGION, "image pipeline")
class ImagePipeline:
    """A pipeline of EC2 Image Builder that builds machine images. Source: imagebuilder.ListImagePipelines."""

    arn: str
    enabled: bool
    #: None where it never ran.
    ran: datetime | None
    #: Whether it built no image then.
    failed: bool = False
