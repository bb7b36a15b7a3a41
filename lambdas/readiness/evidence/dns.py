"""Names: hosted zones of Route 53, their records, and the domains that lead to them."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.ACCOUNT, "hosted zone")
class HostedZone:
    """A hosted zone. Source: route53.ListHostedZones."""

    arn: str
    id: str
    #: In lower case, without the last dot.
    name: str
    private: bool


@dataclass(frozen=True, kw_only=True)
class DnsRecord:
    """One record of a zone: of type A, AAAA, CNAME or NS."""

    #: In lower case, without the last dot; a wildcard begins with `*.`.
    name: str
    type: str
    #: What an alias leads to; empty for every other record.
    alias: str = ""
    #: Addresses or names, in lower case, without the last dot.
    values: tuple[str, ...] = ()
    #: How one of several records of this name is chosen: latency, geolocation, geoproximity, weighted
    #: or failover; empty where it is the only one, or gets nothing.
    routing: str = ""
    #: The region for which it is chosen, where it says so.
    region: str = ""

    @property
    def targets(self) -> tuple[str, ...]:
        """The names that it leads to."""
        named = self.values if self.type == "CNAME" else ()
        return (self.alias, *named) if self.alias else named


@record(Scope.ACCOUNT, "public zone's records")
class ZoneRecords:
    """What a public zone answers. Source: route53.ListResourceRecordSets."""

    #: The zone's ARN.
    arn: str
    zone: str
    records: tuple[DnsRecord, ...]
    #: The account that holds the zone; its ARN has none.
    account: str = ""


@record(Scope.ACCOUNT, "query log")
class QueryLog:
    """A log of what is asked of a zone. Source: route53.ListQueryLoggingConfigs."""

    #: The zone's ARN.
    arn: str


@record(Scope.ACCOUNT, "registered domain")
class RegisteredDomain:
    """A domain that Route 53 registered, and to whom it is delegated; nothing of its owner.

    Source: route53domains.ListDomains, route53domains.GetDomainDetail.
    """

    arn: str
    name: str
    #: In lower case, without the last dot.
    nameservers: tuple[str, ...]
