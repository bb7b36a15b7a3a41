"""In which regions does an account serve, and which of its data are in several?"""

from __future__ import annotations

from dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.REGION, "serving region")
class ServingRegion:
    """A region that serves requests: there is one of it where something was seen to serve.

    Source: the region's load balancers, APIs, services and functions, cloudwatch.GetMetricData.
    """

    arn: str
    #: What serves there, in words.
    serves: str


@dataclass(frozen=True, kw_only=True)
class SpreadStore:
    """A store of data that lies in several regions, or a part of one."""

    #: What all of its parts are known by.
    name: str
    #: The regions that are known from here, this one included.
    regions: tuple[str, ...]


@record(Scope.REGION, "region's stores")
class RegionStores:
    """The stores of data in a region; there is one of it where there are any.

    Source: the region's tables, databases and caches, rds.DescribeGlobalClusters.
    """

    arn: str
    count: int
    spread: tuple[SpreadStore, ...]
