"""Virtual machines: EC2 instances, and which service made them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

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

    @property
    def made_by(self) -> str:
        """The service that makes and replaces it, in words; empty where it stands alone."""
        if self.managed:
            return "a service of AWS"
        return next(
            (
                service
                for mark, service in SERVICE_TAGS.items()
                for tag in self.tags
                if tag == mark or (mark.endswith("*") and tag.startswith(mark[:-1]))
            ),
            "",
        )
