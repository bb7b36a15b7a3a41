"""Which zone answers for a name, where do its records lead, and do they lead to anything of ours?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from readiness.evidence import Evidence, Gap, NotSeenError, Pooled, Reason
from readiness.evidence.apis import ApiDomain, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.dns import DnsRecord, HostedZone, ZoneRecords
from readiness.evidence.edge import Accelerator, Distribution
from readiness.evidence.egress import Address
from readiness.evidence.network import PublicAddress
from readiness.evidence.storage import Bucket

#: How many records may lead to one another.
_STEPS = 8


def lies_in(name: str, zone: str) -> bool:
    """Whether a zone of this name may answer for a name."""
    return name == zone or name.endswith(f".{zone}")


def zones_of(name: str, zones: Iterable[HostedZone]) -> list[HostedZone]:
    """Return the public zones that answer for a name: those with the longest name, mostly one."""
    found = [each for each in zones if not each.private and lies_in(name, each.name)]
    longest = max((len(each.name) for each in found), default=0)
    return [each for each in found if len(each.name) == longest]


def answering(name: str, zone: ZoneRecords) -> list[DnsRecord]:
    """Return the records that answer for a name: its own, or else those of the closest wildcard.

    A wildcard answers for no name that has records of its own, nor for what lies below one.
    """
    if not lies_in(name, zone.zone):
        return []  # most targets: they would be looked for among thousands of records
    own = [each for each in zone.records if each.name == name]
    if own or "*" in name:
        return own
    parent = name.partition(".")[2]
    while parent and not any(lies_in(each.name, parent) for each in zone.records):
        parent = parent.partition(".")[2]
    return [each for each in zone.records if each.name == f"*.{parent}"]


def hands_over(name: str, zone: ZoneRecords) -> bool:
    """Whether a zone leaves a name to other name servers, as it does with a zone of its own below."""
    return any(
        each.type == "NS" and each.name != zone.zone and lies_in(name, each.name)
        for each in zone.records
    )


def destinations(name: str, zone: ZoneRecords) -> Iterator[str]:
    """Yield the names that a name leads to, through the zone's own records."""
    pending = [name]
    for _ in range(_STEPS):
        if not pending:
            return
        asked = pending.pop()
        for record in answering(asked, zone):
            if record.type in ("A", "AAAA", "CNAME"):
                for target in record.targets:
                    yield plain(target)
                    if lies_in(target, zone.zone):
                        pending.append(target)


def plain(name: str) -> str:
    """Return a load balancer's name without the prefix by which it answers in IPv6 too."""
    return name.removeprefix("dualstack.")


_BALANCER = re.compile(r"\.elb(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$")
_DISTRIBUTION = re.compile(r"\.cloudfront\.(net|cn)$")
_WEBSITE = re.compile(r"(^|\.)s3-website[.-][a-z0-9-]+\.amazonaws\.com(\.cn)?$")
_API = re.compile(r"^([a-z0-9-]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$")
_ACCELERATOR = re.compile(r"\.awsglobalaccelerator\.com$")
_REGION = re.compile(r"(?:^|[.-])((?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:-[a-z]+)+-\d)(?=[.-]|$)")


def region_in(name: str) -> str:
    """Return the region that a name of AWS tells, empty where it tells none."""
    found = _REGION.search(name) if name.endswith((".amazonaws.com", ".amazonaws.com.cn")) else None
    return found[1] if found else ""


@dataclass(frozen=True)
class Owned:
    """What the accounts of a scan own that a record may lead to."""

    balancers: Pooled[LoadBalancer | ClassicLoadBalancer]
    distributions: Pooled[Distribution]
    domains: Pooled[ApiDomain]
    apis: Pooled[RestApi | HttpApi]
    accelerators: Pooled[Accelerator]
    buckets: Pooled[Bucket]
    elastic: Pooled[Address]
    interfaces: Pooled[PublicAddress]

    def has_address(self, address: str) -> bool:
        """Whether an address is one of theirs."""
        elastic = self.elastic.about(address, "public_ip")
        return _any(elastic | self.interfaces.about(address, "address"))

    def has_name(self, target: str) -> bool | None:
        """Whether a name of AWS is one of theirs; None where it is no name of AWS that we know."""
        name = plain(target)
        if _BALANCER.search(name):
            # The nodes of its zones have names below its own, and nobody else can have one there.
            above = self.balancers.about(name.partition(".")[2], "dns")
            return _any(self.balancers.about(name, "dns") | above)
        if _DISTRIBUTION.search(name):
            # An API that is optimized for the edge has a distribution of AWS's own.
            owned = _any(self.distributions.about(name, "dns")) or self._has_api_target(name)
            return owned or self._serves_no_tenants()
        if found := _API.search(name):
            api = found[1].partition("-vpce-")[0]  # its name at one endpoint of a VPC
            return _any(self.apis.about(api, "id")) or self._has_api_target(name)
        if _ACCELERATOR.search(name):
            return any(name in each.dns for each in self.accelerators)
        return None

    def has_bucket(self, name: str) -> bool:
        return _any(self.buckets.about(name, "name"))

    def _serves_no_tenants(self) -> bool:
        """Return False where no distribution serves tenants; raises where one does.

        Their names lead to connection groups, which are not looked at.
        """
        if any(each.tenants for each in self.distributions):
            detail = "connection groups of CloudFront are not looked at"
            raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
        return False

    def _has_api_target(self, name: str) -> bool:
        return any(name in each.targets for each in self.domains)


def is_website(target: str) -> bool:
    """Whether a name is that of a website in a bucket; the bucket has the name of the record."""
    return bool(_WEBSITE.search(target))


def _any(found: Evidence[Any]) -> bool:
    return any(True for _ in found)


def record_named(zone: ZoneRecords, record: DnsRecord) -> str:
    """Return how findings name a record."""
    return f"{zone.arn}/{record.name}/{record.type}"
