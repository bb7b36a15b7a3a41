"""Look at the tags of all resources at once."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.tagging import TaggedResource
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(TaggedResource, "resourcegroupstaggingapi.get_resources")
def tagged_resources(aws: Aws) -> Iterator[TaggedResource]:
    listed = aws.pages(
        "resourcegroupstaggingapi.get_resources", "ResourceTagMappingList", ResourcesPerPage=100
    )
    for each in listed:
        yield TaggedResource(arn=each["ResourceARN"], tags=tags_of(each))
