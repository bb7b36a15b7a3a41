"""Virtual machines: EC2 instances, and which service made them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record

#: Tags by which a service marks the instances it makes and replaces; a star ends a family of them.
SERVICE_TAGS: Mapping[str, str] = {
    "aws:autoscaling:groupName": "an Auto Scaling group",
    "eks:*": "EKS",
    "aws:eks:*": "EKS",
    "kubernetes.io/cluster/*": "Kubernetes",
    "karpenter.sh/*": "Karpenter",
    "AmazonECSManaged": "ECS",
    "AWSBatchServiceTag": "Batch",
    "aws:elasticmapreduce:*": "EMR",
    "elasticbeanstalk:*": "Elastic Beanstalk",
    "aws:ec2:fleet-id": "an EC2 fleet",
}


def marked(tags: Iterable[str], marks: Mapping[str, str]) -> str:
    """Return what the first of these marks that is among the tags stands for, empty where none is."""
    return next(
        (
            meant
            for mark, meant in marks.items()
            for tag in tags
            if tag == mark or (mark.endswith("*") and tag.startswith(mark[:-1]))
        ),
        "",
    )


@dataclass(frozen=True, kw_only=True)
class Disk:
    """One EBS volume of an instance, as the instance has it."""

    #: E.g. `/dev/xvda`.
    device: str
    root: bool
    #: Whether it is deleted when the instance is terminated.
    deleted: bool


@record(Scope.REGION, "instance")
class Instance:
    """An EC2 instance; terminated ones are left out. Source: ec2.DescribeInstances."""

    arn: str
    id: str
    type: str
    #: pending, running, shutting-down, stopping or stopped.
    state: str
    launched: datetime
    #: Whether a service of AWS operates it, as EKS Auto Mode does.
    managed: bool
    tags: Mapping[str, str]
    #: The name of its availability zone.
    zone: str = ""
    #: When its first network interface was attached: a start after a stop renews `launched` alone.
    attached: datetime | None = None
    #: Whether its image was bought on the Marketplace.
    bought: bool = False
    #: Whether EC2 measures it every minute, and not every five.
    detailed: bool = False
    #: spot, scheduled or capacity-block; empty for what is paid on demand.
    lifecycle: str = ""
    #: When it was stopped, where it is stopped and tells it.
    stopped: datetime | None = None
    #: The id of its image.
    image: str = ""
    disks: tuple[Disk, ...] = ()
    #: The id of its VPC.
    vpc: str = ""
    #: The name of the key pair that it was launched with; empty where there was none.
    key: str = ""
    windows: bool = False
    #: What its metadata service asks for: required, optional, or disabled where it does not answer;
    #: empty where that was not told.
    metadata_tokens: str = ""
    #: The ARN of its instance profile; empty where it has none.
    profile: str = ""
    #: Whether EC2 may move it to another host by itself: default or disabled; empty where not told.
    recovery: str = ""
    #: default, dedicated or host, and the id of its Dedicated Host.
    tenancy: str = "default"
    host: str = ""
    #: Whether it has an Elastic Fabric Adapter, and whether its root is an instance store.
    fabric: bool = False
    root_on_store: bool = False

    @property
    def group(self) -> str:
        """The name of its Auto Scaling group; empty where it is in none."""
        return self.tags.get("aws:autoscaling:groupName", "")

    @property
    def template(self) -> tuple[str, str]:
        """The id and the version of the launch template that it was launched by; empty without one."""
        name = "aws:ec2launchtemplate"
        return self.tags.get(f"{name}:id", ""), self.tags.get(f"{name}:version", "")

    @property
    def made_by(self) -> str:
        """The service that makes and replaces it, in words; empty where it stands alone."""
        return "a service of AWS" if self.managed else marked(self.tags, SERVICE_TAGS)


@record(Scope.REGION, "Dedicated Host")
class DedicatedHost:
    """A Dedicated Host of one's own. Source: ec2.DescribeHosts."""

    arn: str
    id: str
    #: Whether its instances move to another host where it fails.
    recovers: bool
