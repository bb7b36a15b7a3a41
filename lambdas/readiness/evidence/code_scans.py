"""Which code do Inspector and CodeGuru Profiler look at?"""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "code repository in Inspector")
class CodeRepositoryCoverage:
    """A code repository that Inspector covers. Source: inspector2.ListCoverage."""

    #: Inspector's own name of the repository.
    arn: str
    #: What its host calls it, e.g. `acme/shop`.
    project: str
    #: ACTIVE or INACTIVE.
    status: str
    scanned: datetime | None


@record(Scope.REGION, "profiling group")
class ProfilingGroup:
    """A group of CodeGuru Profiler. Source: codeguruprofiler.ListProfilingGroups."""

    arn: str
    #: When an agent last sent a profile; None where none ever did.
    profiled: datetime | None
