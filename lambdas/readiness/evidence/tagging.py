"""Which tags do resources carry?"""

from __future__ import annotations

from collections.abc import Mapping

from readiness.evidence import Scope, record


@record(Scope.REGION, "tagged resource")
class TaggedResource:
    """A resource that is or was tagged; a resource that never was is not listed. Source: tag.GetResources."""

    arn: str
    tags: Mapping[str, str]
