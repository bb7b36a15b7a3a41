"""Does each public name lead to what is ours, and nowhere else?

The checks of "Configure DNS using Route 53".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from readiness.checklist.dns import (
    Owned,
    destinations,
    hands_over,
    is_website,
    lies_in,
    plain,
    record_named,
    region_in,
    zones_of,
)
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Pooled, Reason, Scope
from readiness.evidence.apis import ApiDomain
from readiness.evidence.dns import DnsRecord, HostedZone, QueryLog, RegisteredDomain, ZoneRecords
from readiness.evidence.edge import Distribution
from readiness.evidence.ranges import is_of_ec2, listed_on
from readiness.evidence.unseen import tried


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def route53_public_name_hosted_in_zone(
    front: Distribution | ApiDomain,
    zones: Pooled[HostedZone],
    answered: Pooled[ZoneRecords],
) -> Iterator[Result]:
    """A name that leads nowhere, or elsewhere, is an outage that no server notices.

    Pass: for each name of a distribution or an API, the closest public zone among all scanned
    accounts has a record (A, AAAA or CNAME, or the wildcard that answers in its stead) that leads to
    it, by itself or through other records of the zone. For the name `*.example.com` any name below
    example.com will do.
    Fix: add an alias record for the name that leads to the distribution or the API's own name.
    Blind spot: names that distribution tenants hold are not looked at, nor are zones of DNS
    providers; for these attest with an export of the zone.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-configuring.html
    """
    if isinstance(front, Distribution):
        if front.tenants:
            yield not_applicable("keeps its names in distribution tenants, which are not looked at")
            return
        if not front.enabled:
            yield not_applicable("is switched off")
            return
        names, targets = front.aliases, {front.dns}
    else:
        if front.private:
            yield not_applicable("is private")
            return
        names, targets = (front.name,), set(front.targets)
    if not names:
        yield not_applicable("has no name of its own")
    for name in names:
        for result in tried(_hosted(name, targets, zones, answered), not_seen):
            yield result.about(f"{front.arn}#{name}")


def _hosted(
    name: str, targets: set[str], zones: Pooled[HostedZone], answered: Pooled[ZoneRecords]
) -> Iterator[Result]:
    found = zones_of(name, zones)
    if not found:
        yield no_evidence(f"has the name {name}, which no zone of the scanned accounts holds")
        return
    led: set[str] = set()
    handed_over = False
    for zone in found:
        records = answered.of(zone.arn)
        if records is None:
            continue
        led.update(destinations(name, records))
        if not targets.isdisjoint(led) or not targets.isdisjoint(_led_below(name, records)):
            yield passed(f"is where {name} leads to by its record in the zone {zone.name}")
            return
        handed_over = handed_over or hands_over(name, records)
    if led:
        yield failed(f"has the name {name}, which leads to {min(led)} instead")
    elif handed_over:
        zone_name = found[0].name
        yield no_evidence(f"has the name {name}, which {zone_name} leaves to other name servers")
    else:
        yield failed(f"has the name {name}, for which the zone {found[0].name} has no record")


def _led_below(name: str, zone: ZoneRecords) -> Iterator[str]:
    """Yield the names to which the names that a wildcard covers lead."""
    for record in zone.records:
        if name.startswith("*.") and lies_in(record.name, name[2:]):
            yield from map(plain, record.targets)


@check(Severity.HIGH)
def route53_record_target_exists(
    zone: ZoneRecords,
    owned: Owned,
    unit: Unit,
    *,
    accepted_targets: tuple[str, ...] = (),
    ranges_max_age_days: int = 365,
) -> Iterator[Result]:
    """Whoever gets hold of what a record still leads to answers under our name.

    Pass: every record that leads to a load balancer, a distribution, a bucket's website, an API, an
    accelerator or an address of EC2 leads to one of a scanned account.
    Fix: where nothing of yours is behind the target, delete the record; where something is, name the
    target in `accepted_targets`. Delete a record always before what it leads to.
    Blind spot: distributions that Cognito, Amplify or AppSync make for a domain are AWS's own, and look
    like nobody's; so do addresses of Lightsail, accelerators with custom routing, and what lies in
    accounts or regions that are not scanned.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html
    """
    stale = unit.age_days(listed_on()) > ranges_max_age_days
    for record in zone.records:
        for result in tried(_led(record, owned, accepted_targets, stale, unit), not_seen):
            yield result.about(record_named(zone, record))


def _led(
    record: DnsRecord, owned: Owned, accepted: tuple[str, ...], stale: bool, unit: Unit
) -> Iterator[Result]:
    """Judge each thing of AWS that a record leads to."""
    for target in record.targets:
        if any(fnmatchcase(target, pattern) for pattern in accepted):
            yield passed(f"leads to {target}, which is accepted")
        elif is_website(target):
            if owned.has_bucket(record.name):
                yield passed(f"leads to the website in the bucket {record.name}")
            else:
                because = f"leads to the website of a bucket {record.name} that no account has"
                yield failed(because, Severity.CRITICAL)
        elif (found := owned.has_name(target)) is not None:
            region = region_in(target)
            if found:
                yield passed(f"leads to {target}")
            elif region and unit.regions and region not in unit.regions:
                told = f"leads to {target}; {region} is not scanned"
                yield unknown(Reason.NOT_SCANNED, told)
            else:
                yield failed(f"leads to {target}, which no scanned account owns")
    if record.type not in ("A", "AAAA"):
        return
    for address in record.values:
        if any(fnmatchcase(address, pattern) for pattern in accepted):
            yield passed(f"leads to {address}, which is accepted")
        elif is_of_ec2(address):
            if owned.has_address(address):
                yield passed(f"leads to {address}")
            else:
                yield failed(f"leads to {address} of EC2, which no scanned account owns")
        elif stale:
            told = (
                f"leads to {address}; the list of EC2's addresses of {listed_on():%Y-%m-%d} is old"
            )
            yield unknown(Reason.UNDECIDED, told)


_DELEGATED_ELSEWHERE = "is delegated by a registrar or a zone outside of the scanned accounts"


@check(Severity.MEDIUM)
def route53_zone_delegation_consistent(
    zone: HostedZone,
    records: Evidence[ZoneRecords],
    zones: Pooled[HostedZone],
    answered: Pooled[ZoneRecords],
    registered: Pooled[RegisteredDomain],
) -> Result:
    """A zone that nobody is sent to answers nobody, however right its records are.

    Pass: the name servers that the registrar, or else the parent zone, sends resolvers to are those
    in the zone's own NS record.
    Fix: copy the zone's name servers to the registrar or to the NS record in the parent zone, or
    delete the zone if it is a forgotten double.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/domain-name-servers-glue-records.html
    """
    if zone.private:
        return not_applicable("is private")
    domain = next((each for each in registered if each.name == zone.name), None)
    if domain:
        sent, by = set(domain.nameservers), "the registrar"
    else:
        parents = zones_of(zone.name.partition(".")[2], zones)
        if not parents:
            return not_applicable(_DELEGATED_ELSEWHERE)
        by = f"the zone {parents[0].name}"
        listed = [found for parent in parents if (found := answered.of(parent.arn))]
        sent = {server for found in listed for server in _name_servers(zone.name, found)}
        if not sent and any(hands_over(zone.name, found) for found in listed):
            return not_applicable(_DELEGATED_ELSEWHERE)
    if not sent:
        return failed(f"is not delegated: {by} names no name servers for it")
    servers = _name_servers(zone.name, records.of(zone.arn))
    if sent == servers:
        return passed(f"has the name servers that {by} sends resolvers to")
    astray = min(sent - servers, default=min(servers - sent, default=""))
    return failed(f"has other name servers than {by} sends resolvers to, e.g. {astray}")


def _name_servers(name: str, zone: ZoneRecords | None) -> set[str]:
    return {
        server
        for record in (zone.records if zone else ())
        if record.type == "NS" and record.name == name
        for server in record.values
    }


@check(Severity.LOW)
def route53_public_zone_query_logging(zone: HostedZone, logs: Evidence[QueryLog]) -> Result:
    """Who asks for which name tells of attacks and of forgotten clients; without a log nobody knows.

    Pass: the public zone has a configuration for query logging.
    Fix: configure query logging, into a log group in us-east-1.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
    """
    if zone.private:
        return not_applicable("is private")
    return passed("logs its queries") if logs.of(zone.arn) else failed("does not log its queries")
