"""Launch templates: what instances are launched by."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "launch template version")
class LaunchTemplateVersion:
    """The newest or the default version of a launch template, or one that a group names.

    Source: ec2.DescribeLaunchTemplateVersions; its user data is looked into and not kept.
    """

    #: The template's ARN, a slash, and the version's number.
    arn: str
    #: The template's id.
    template: str
    number: int
    created: datetime
    newest: bool
    default: bool
    #: How its user data starts containers by hand, e.g. `docker run`; empty where it does not.
    starts: str
    #: Whether the user data could be read; there may be none.
    readable: bool
    #: Whether its user data holds an access key of AWS.
    static_keys: bool = False
    #: What the metadata service of its instances asks for: required, optional, or disabled where it
    #: does not answer; empty where the account's or the image's default decides.
    metadata_tokens: str = ""
