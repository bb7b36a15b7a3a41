"""Look at launch templates; their user data is looked into and never kept."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email import message_from_bytes
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.evidence.variables import holds_access_key
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.ec2 import metadata_tokens

PAGE = 200
_CALL = "ec2.describe_launch_template_versions"
_GONE = ("InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.VersionNotFound")


@probe(LaunchTemplateVersion, _CALL)
def launch_template_versions(
    aws: Aws, groups: Evidence[AutoScalingGroup]
) -> Iterator[LaunchTemplateVersion | Gap]:
    found: set[tuple[str, int]] = set()
    newest: dict[str, int] = {}
    versions: list[Mapping[str, Any]] = []
    # Without a template: the newest and the default version of all of them.
    listed = aws.pages(
        _CALL, "LaunchTemplateVersions", Versions=["$Latest", "$Default"], MaxResults=PAGE
    )
    for each in listed:
        key = (each["LaunchTemplateId"], each["VersionNumber"])
        if key not in found:
            found.add(key)
            versions.append(each)
            newest[key[0]] = max(key[1], newest.get(key[0], 0))
    for each in versions:
        yield _version(aws, each, newest[each["LaunchTemplateId"]])

    def look(group: AutoScalingGroup) -> Iterator[LaunchTemplateVersion]:
        for template in group.templates:
            named = (template.id, template.version)
            if not named[1].isdigit() or (named[0], int(named[1])) in found:
                continue
            found.add((named[0], int(named[1])))
            pinned = aws.pages(
                _CALL,
                "LaunchTemplateVersions",
                absent=_GONE,
                LaunchTemplateId=named[0],
                Versions=[named[1]],
            )
            for each in pinned:
                yield _version(aws, each, newest.get(named[0], 0))

    # One after the other, so that no version is asked for twice.
    for group in groups.seen:
        yield from aws.each([group], look)
    # A group that was not seen may name a version that is neither the newest nor the default.
    yield from (replace(gap, resource="") for gap in groups.gaps)


def _version(aws: Aws, each: Mapping[str, Any], newest: int) -> LaunchTemplateVersion:
    template, number = each["LaunchTemplateId"], each["VersionNumber"]
    text = _decoded(each["LaunchTemplateData"].get("UserData", ""))
    return LaunchTemplateVersion(
        arn=aws.arn("ec2", f"launch-template/{template}/{number}"),
        template=template,
        number=number,
        created=each["CreateTime"],
        newest=number == newest,
        default=each["DefaultVersion"],
        starts=starts_containers(text or ""),
        readable=text is not None,
        static_keys=holds_access_key(text or ""),
        metadata_tokens=metadata_tokens(each["LaunchTemplateData"].get("MetadataOptions") or {}),
    )


def _decoded(user_data: str) -> str | None:
    """Return user data as text; None where it is in a form that is not known."""
    try:
        content = _unpacked(base64.b64decode(user_data, validate=True))
        if re.match(rb"(?i)\s*(mime-version|content-type):", content):
            parts = (part.get_payload(decode=True) for part in message_from_bytes(content).walk())
            content = b"\n".join(_unpacked(part) for part in parts if isinstance(part, bytes))
    except (binascii.Error, zlib.error, OSError, EOFError):
        return None
    return content.decode(errors="replace")


def _unpacked(content: bytes) -> bytes:
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


_BY_HAND = re.compile(
    r"\b(docker (?:container )?run|docker(?: |-)compose\b[^\n;&|]*\bup|podman run)\b"
)
#: What makes an instance a member of a cluster, whose scheduler starts its containers.
_MEMBER = re.compile(
    r"ECS_CLUSTER=|/etc/ecs/ecs\.config|/etc/eks/bootstrap\.sh|nodeadm|node\.eks\.aws|NodeConfig"
)


def starts_containers(text: str) -> str:
    """Return how a script starts containers by hand, empty where it does not."""
    said = "\n".join(line for line in text.split("\n") if not line.lstrip().startswith("#"))
    found = None if _MEMBER.search(said) else _BY_HAND.search(said)
    return " ".join(found[1].split()) if found else ""
