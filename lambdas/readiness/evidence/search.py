"""Search: OpenSearch domains."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "OpenSearch domain")
class OpenSearchDomain:
    """An OpenSearch domain. Source: opensearch.ListDomainNames, opensearch.DescribeDomains."""

    arn: str
    name: str
    #: In how many zones its nodes lie.
    zones: int
    #: Whether one zone stands by, ready to take over.
    standby: bool
    #: Its data nodes, and the dedicated masters beside them.
    nodes: int = 1
    masters: int = 0
    #: The subnets of its VPC; empty where it is in none.
    subnets: tuple[str, ...] = ()
    #: Whether its data is encrypted at rest, and whether it refuses requests without TLS.
    encrypted: bool = False
    https_only: bool = False
