"""Which zone answers for a name, where do its records lead, and do they lead to anything of ours?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from readiness.evidence import Evidence
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


def answers(record: DnsRecord, name: str) -> bool:
    """Whether a record answers for a name, by itself or as a wildcard."""
    if record.name == name:
        return True
    return record.name.startswith("*.") and lies_in(name, record.name[2:]) and "*" not in name


def destinations(name: str, zone: ZoneRecords) -> Iterator[str]:
    """Yield the names that a name leads to, through the zone's own records."""
    pending = [name]
    for _ in range(_STEPS):
        if not pending:
            return
        asked = pending.pop()
        for record in zone.records:
            if record.type in ("A", "AAAA", "CNAME") and answers(record, asked):
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


@dataclass(frozen=True, kw_only=True)
class Owned:
    """What the accounts of a scan own that a record may lead to."""

    balancers: Evidence[LoadBalancer | ClassicLoadBalancer]
    distributions: Evidence[Distribution]
    domains: Evidence[ApiDomain]
    apis: Evidence[RestApi | HttpApi]
    accelerators: Evidence[Accelerator]
    buckets: Evidence[Bucket]
    elastic: Evidence[Address]
    interfaces: Evidence[PublicAddress]

    def has_address(self, address: str) -> bool:
        """Whether an address is one of theirs."""
        elastic = self.elastic.about(address, "public_ip")
        return _any(elastic | self.interfaces.about(address, "address"))

    def has_name(self, target: str) -> bool | None:
        """Whether a name of AWS is one of theirs; None where it is no name of AWS that we know."""
        name = plain(target)
        if _BALANCER.search(name):
            return _any(self.balancers.about(name, "dns"))
        if _DISTRIBUTION.search(name):
            # An API that is optimized for the edge has a distribution of AWS's own.
            return _any(self.distributions.about(name, "dns")) or self._has_api_target(name)
        if found := _API.search(name):
            return _any(self.apis.about(found[1], "id")) or self._has_api_target(name)
        if _ACCELERATOR.search(name):
            return any(name in each.dns for each in self.accelerators)
        return None

    def has_bucket(self, name: str) -> bool:
        return _any(self.buckets.about(name, "name"))

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
