"""What made a resource, so that one change there mends everything it made?

Told only where a tag that AWS itself sets names it: nothing is guessed from names.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.files import Sighting
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.stacks import SERVICE_STACKS
from readiness.evidence.tagging import TaggedResource

#: The ARN of the stack that made a resource; nobody but CloudFormation can set it.
_STACK = "aws:cloudformation:stack-id"
_ARN = re.compile(
    r"arn:[\w-]+:cloudformation:(?P<region>[\w-]+):(?P<account>\d+):stack/(?P<name>[^/]+)/"
)
#: Records that carry the tags of what they tell of.
_TAGGED = (TaggedResource, AutoScalingGroup, Instance)
#: A stack set's instance is named after it, with an id of its own at the end.
_INSTANCE = re.compile(r"StackSet-(?P<name>.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def causes_of(sightings: Iterable[Sighting]) -> dict[str, str]:
    """Return what made the resources that were seen, by ARN; what is not known is not there."""
    causes: dict[str, str] = {}
    for sighting in sightings:
        for kind in _TAGGED:
            evidence: Evidence[Any] = sighting.of(kind)
            for record in evidence.seen:
                if cause := _stack(record.tags) or _template(record):
                    causes.setdefault(record.arn, cause)
    return causes


def _template(record: object) -> str:
    """Return the launch template of an instance that stands in no stack."""
    template = record.template[0] if isinstance(record, Instance) else ""
    return f"launch template {template}" if template else ""


def _stack(tags: Mapping[str, str]) -> str:
    """Return the stack or the stack set; nothing where a service operates the stack."""
    found = _ARN.match(tags.get(_STACK, ""))
    if found is None:
        return ""
    instance = _INSTANCE.fullmatch(found["name"])
    name = instance["name"] if instance else found["name"]
    if any(fnmatchcase(name, pattern) for pattern in SERVICE_STACKS):
        return ""
    return (
        f"stack set {name}"
        if instance
        else f"stack {name} in {found['account']} · {found['region']}"
    )
