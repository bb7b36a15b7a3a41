"""What is an instance for: an application's own machine, or one that a service or a cluster fills?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re

from readiness.checklist.elasticity import hosts_containers
from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.images import InstanceImage

#: Images that AWS makes for machines of clusters.
CLUSTER_IMAGES = re.compile(r"^(amazon-eks-|al20\d\d-ami-ecs-|amzn2-ami-ecs-|bottlerocket-)")
#: What makes and replaces instances without choosing what runs on them.
_NEUTRAL = ("", "an Auto Scaling group", "an EC2 fleet")


def stopped(instance: Instance) -> bool:
    """Whether an instance runs nothing now."""
    return instance.state in ("stopping", "stopped", "shutting-down")


def not_an_application(instance: Instance, images: Evidence[InstanceImage] | None = None) -> str:
    """Say why an instance runs no application of its own, empty where it may."""
    if instance.managed:
        return "is operated by a service of AWS"
    if hosts_containers(instance.tags):
        return "is a machine of a cluster"
    if instance.made_by not in _NEUTRAL:
        return f"is made by {instance.made_by}"
    image = images.glimpse(instance.arn) if images is not None else None
    if image is not None and CLUSTER_IMAGES.match(image.name):
        return f"runs {image.name}, the image of a machine of a cluster"
    return ""


#: How long it takes until the metrics of something new can be looked for.
TOO_NEW_HOURS = 3


def sought(instance: Instance, words: tuple[str, ...]) -> str:
    """Return the first of these words that an instance's name or one of its tags is made of."""
    name = instance.tags.get("Name", "")
    named = {part for part in re.split(r"[^a-z0-9]+", name.lower()) if part}
    named |= {tag.lower() for tag in instance.tags}
    return next((word for word in words if word.lower() in named), "")
