"""Judge the items of the category "Networking"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from ipaddress import ip_network

from readiness.checklist.acl import opening
from readiness.checklist.apart import apart
from readiness.checklist.dns import Owned, destinations, is_website, zones_of
from readiness.checklist.doors import is_a_way_in
from readiness.checklist.elasticity import (
    cluster_lacks,
    group_lacks,
    scalable_target,
    service_lacks,
)
from readiness.checklist.exposure import (
    WIDE_IPV4_PREFIX,
    WIDE_IPV6_PREFIX,
    Exposure,
    Paths,
    hits,
    is_blocked,
    is_workload,
    port_range,
    ports_of,
    protocol_of,
    wide_blocks,
    wide_open,
    wide_sources,
)
from readiness.checklist.load_tests import (
    MAX_AGE_DAYS,
    newest_success,
    refused,
    run_recent,
    window_healthy,
)
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Status,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out
from readiness.checklist.tiers import (
    DATA_STORES,
    DataStores,
    is_front_door,
    is_marked,
    keeps_data,
)
from readiness.evidence import Evidence, Gap, NotSeenError, Pooled, Reason, Scope, account_of
from readiness.evidence.apis import (
    ApiDomain,
    GraphqlApi,
    HttpApi,
    HttpRoute,
    HttpStage,
    RestApi,
    RestMethod,
    RestStage,
)
from readiness.evidence.balancing import (
    ClassicLoadBalancer,
    Listener,
    ListenerRule,
    LoadBalancer,
    TargetGroup,
    TargetGroupTags,
    TargetHealth,
)
from readiness.evidence.builds import Build, BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksDescription, EksNodegroup
from readiness.evidence.databases import DbInstance
from readiness.evidence.dns import (
    DnsRecord,
    HostedZone,
    QueryLog,
    RegisteredDomain,
    ZoneRecords,
)
from readiness.evidence.edge import Accelerator, Distribution
from readiness.evidence.egress import Address, NatGateway
from readiness.evidence.firewalls import (
    AclRule,
    EdgeRuleGroup,
    EdgeWebAcl,
    RuleGroup,
    WebAclAssociation,
)
from readiness.evidence.functions import (
    Concurrency,
    ConcurrencyPeak,
    FunctionUrl,
    LambdaFunction,
)
from readiness.evidence.load import DistributedRun, LoadRun, load_runs, puts_load
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    FlowLog,
    NetworkAcl,
    NetworkInterface,
    Peering,
    Permission,
    PrefixList,
    PublicAddress,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitAttachment,
    Vpc,
)
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.ranges import is_of_ec2, listed_on
from readiness.evidence.repository import CiStep, LoadTestPaths, Repository, WorkflowRun
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupPolicy,
    ScalableTarget,
    TargetPolicy,
)
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.signals import WEBHOOK_PATHS
from readiness.evidence.storage import Bucket
from readiness.evidence.traffic import DoorTraffic
from readiness.evidence.unseen import known, tried

#: AWS Directory Service opens many ports in the groups that it makes, and needs them.
_DIRECTORY_GROUPS = ("AWS created security group for d-*",)


def _left_out(
    group: SecurityGroup,
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
    exempt_descriptions: tuple[str, ...] = (),
) -> str:
    """Say why a group is not judged, empty where it is."""
    if any(fnmatchcase(group.description, pattern) for pattern in exempt_descriptions):
        return f"is exempt by its description ({group.description})"
    if group.name == "default":
        vpc = vpcs.of(f"{group.arn.rpartition(':')[0]}:vpc/{group.vpc}")
        default = vpc is not None and vpc.default
        if default and not any(each.vpc == group.vpc and is_workload(each) for each in interfaces):
            return "belongs to a default VPC that nothing runs in"
    return ""


def _entry(group: SecurityGroup, permission: Permission, source: str) -> str:
    """Name one entry of a group, the same for every check, so that its fix counts once."""
    return f"{group.arn}#{protocol_of(permission)}/{ports_of(permission)}/{source}"


def _severity(
    group: SecurityGroup, interfaces: Evidence[NetworkInterface], paths: Paths
) -> tuple[Severity, str]:
    """Say how bad an entry of a group is, by what the group is attached to; says also if unseen."""
    found = set(tried(_exposures(group, interfaces, paths), lambda _: Exposure.NOT_SEEN))
    if Exposure.EXPOSED in found:
        return Severity.CRITICAL, "an interface that it is attached to is exposed to the internet"
    if Exposure.NOT_SEEN in found:
        return Severity.HIGH, "how exposed its interfaces are was not seen"
    if Exposure.BLOCKED in found:
        return Severity.HIGH, "VPC Block Public Access cuts its interfaces off from the internet"
    if found:
        return Severity.HIGH, "it is attached to interfaces that the internet does not reach"
    return Severity.LOW, "it is attached to nothing"


def _exposures(
    group: SecurityGroup, interfaces: Evidence[NetworkInterface], paths: Paths
) -> Iterator[Exposure]:
    for interface in interfaces:
        if group.id in interface.groups:
            yield paths.exposure(interface)


def _open_to_the_world(
    group: SecurityGroup,
    ports: tuple[int, ...],
    interfaces: Evidence[NetworkInterface],
    paths: Paths,
    ipv4_prefix: int,
    ipv6_prefix: int,
) -> Iterator[Result]:
    """Yield a failure for each entry that lets a wide source reach one of these ports."""
    for permission in group.ingress:
        reached = [port for port in ports if hits(permission, port)]
        if not reached:
            continue
        named = ", ".join(map(str, reached[:5])) + (", …" if len(reached) > 5 else "")
        for source in wide_sources(
            permission, paths.lists, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix
        ):
            severity, why = _severity(group, interfaces, paths)
            yield failed(f"lets {source} reach port {named}; {why}", severity).about(
                _entry(group, permission, source)
            )


def _or_passed(failures: Iterator[Result], because: str) -> Iterator[Result]:
    """Yield the failures, and a pass where there is none."""
    clean = True
    for result in failures:
        clean = False
        yield result
    if clean:
        yield passed(because)


@check(Severity.HIGH)
def ec2_security_group_admin_ports_not_public(
    group: SecurityGroup,
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    *,
    admin_ports: tuple[int, ...] = (22, 3389, 5985, 5986),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
    exempt_descriptions: tuple[str, ...] = _DIRECTORY_GROUPS,
) -> Iterator[Result]:
    """A login port that the whole internet reaches is tried all day, by machines.

    Pass: no entry lets a wide source reach SSH, RDP or Windows Remote Management.
    Fix: remove the entry, or name the groups or networks that may log in; Session Manager needs no
    open port at all.
    Blind spot: a firewall in front of the instance is not counted.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    """
    why = _left_out(group, vpcs, interfaces, exempt_descriptions)
    if why:
        yield not_applicable(why)
        return
    paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)
    opened = _open_to_the_world(
        group, admin_ports, interfaces, paths, wide_ipv4_prefix, wide_ipv6_prefix
    )
    yield from _or_passed(opened, "lets no wide source reach a login port")


@check(Severity.HIGH)
def ec2_security_group_high_risk_ports_not_public(
    group: SecurityGroup,
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    *,
    high_risk_ports: tuple[int, ...] = (
        *(20, 21, 23, 25, 110, 135, 143, 445, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 3306, 4333),
        *(5432, 5439, 5500, 5601, 5984, 6379, 6443, 7000, 7001, 9042, 9092, 9200, 9300, 10250),
        *(11211, 27017, 27018, 27019),
    ),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
    exempt_descriptions: tuple[str, ...] = _DIRECTORY_GROUPS,
) -> Iterator[Result]:
    """Databases, caches, mail and cluster ports answer to clients of ours, never to the internet.

    Pass: no entry lets a wide source reach one of the high-risk ports.
    Fix: remove the entry, or name the security group of the clients as its source.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    """
    why = _left_out(group, vpcs, interfaces, exempt_descriptions)
    if why:
        yield not_applicable(why)
        return
    paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)
    opened = _open_to_the_world(
        group, high_risk_ports, interfaces, paths, wide_ipv4_prefix, wide_ipv6_prefix
    )
    yield from _or_passed(opened, "lets no wide source reach a high-risk port")


@check(Severity.HIGH)
def ec2_security_group_public_ports_authorized_only(
    group: SecurityGroup,
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    *,
    authorized_public_ports: tuple[str, ...] = ("tcp/80", "tcp/443", "udp/443"),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
    exempt_descriptions: tuple[str, ...] = _DIRECTORY_GROUPS,
) -> Iterator[Result]:
    """What the internet may reach is a short list; everything else is open by accident.

    Pass: every entry with a wide source lies inside TCP 80 and 443 and UDP 443; ICMP is not judged.
    Fix: narrow the entry to the ports that are public on purpose, or add these to
    `authorized_public_ports`.
    See: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_create_layers.html
    """
    why = _left_out(group, vpcs, interfaces, exempt_descriptions)
    if why:
        yield not_applicable(why)
        return

    def opened() -> Iterator[Result]:
        for permission in group.ingress:
            if _is_authorized(permission, authorized_public_ports):
                continue
            for source in wide_sources(
                permission, lists, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix
            ):
                severity, why = _cut_off(group, blocks, exclusions)
                yield failed(f"opens {_ports(permission)} to {source}{why}", severity).about(
                    _entry(group, permission, source)
                )

    allowed = ", ".join(authorized_public_ports)
    yield from _or_passed(opened(), f"opens nothing but {allowed} to wide sources")


def _is_authorized(permission: Permission, authorized: tuple[str, ...]) -> bool:
    protocol = protocol_of(permission)
    if protocol in ("icmp", "icmpv6"):
        return True
    ports = port_range(permission)
    return bool(ports) and all(f"{protocol}/{port}" in authorized for port in ports)


def _ports(permission: Permission) -> str:
    protocol = protocol_of(permission)
    return "every protocol" if protocol == "-1" else f"{protocol} {ports_of(permission)}"


def _cut_off(
    group: SecurityGroup,
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
) -> tuple[Severity, str]:
    """Say how bad an open port is where the whole VPC may be cut off; not seen is not cut off."""
    if known(lambda: is_blocked(blocks, exclusions, group.vpc), False):
        return Severity.MEDIUM, "; VPC Block Public Access cuts the VPC off from the internet"
    return Severity.HIGH, ""


@check(Severity.MEDIUM)
def ec2_security_group_default_closed(
    groups: Evidence[SecurityGroup],
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
) -> Iterator[Result]:
    """What is launched without a thought lands in the default group, and gets what it allows.

    Pass: the default group of a VPC lets nothing in and nothing out.
    Fix: give everything in the group a group of its own, then remove the default group's entries.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """

    def judge(group: SecurityGroup) -> Result:
        why = _left_out(group, vpcs, interfaces)
        if why:
            return not_applicable(why)
        entries = len(group.ingress) + len(group.egress)
        if not entries:
            return passed("lets nothing in and nothing out")
        users = (each.id for each in interfaces if group.id in each.groups)
        used = known(lambda: next(users, ""), "")
        if used:
            return failed(f"has {entries} entries and is used by {used}", Severity.HIGH)
        return failed(f"has {entries} entries")

    yield from apart((group for group in groups if group.name == "default"), judge)


def _runs_something(vpc: str, interfaces: Evidence[NetworkInterface]) -> bool:
    """Whether anything of a workload runs in a VPC."""
    return any(each.vpc == vpc and is_workload(each) for each in interfaces)


def _not_judged(vpc: Vpc, interfaces: Evidence[NetworkInterface], unit: Unit) -> str:
    """Say why a VPC is not judged, empty where it is."""
    if account_of(vpc.arn) != unit.account:
        return "belongs to another account, which shares it"
    return "" if _runs_something(vpc.id, interfaces) else "has nothing running in it"


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def route53_public_name_hosted_in_zone(
    front: Distribution | ApiDomain,
    zones: Pooled[HostedZone],
    answered: Pooled[ZoneRecords],
) -> Iterator[Result]:
    """A name that leads nowhere, or elsewhere, is an outage that no server notices.

    Pass: for each name of a distribution or an API, the closest public zone among all scanned
    accounts has a record that leads to it.
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
    for zone in found:
        records = answered.of(zone.arn)
        led.update(destinations(name, records) if records else ())
        if led & targets:
            yield passed(f"is where {name} leads to by its record in the zone {zone.name}")
            return
    if led:
        yield failed(f"has the name {name}, which leads to {min(led)} instead")
    else:
        yield failed(f"has the name {name}, for which the zone {found[0].name} has no record")


@check(Severity.HIGH)
def route53_record_target_exists(
    zone: ZoneRecords,
    balancers: Pooled[LoadBalancer | ClassicLoadBalancer],
    distributions: Pooled[Distribution],
    domains: Pooled[ApiDomain],
    apis: Pooled[RestApi | HttpApi],
    accelerators: Pooled[Accelerator],
    buckets: Pooled[Bucket],
    elastic: Pooled[Address],
    interfaces: Pooled[PublicAddress],
    unit: Unit,
    *,
    accepted_targets: tuple[str, ...] = (),
    ranges_max_age_days: int = 365,
) -> Iterator[Result]:
    """Whoever gets hold of what a record still leads to answers under our name.

    Pass: every record that leads to a load balancer, a distribution, a bucket's website, an API, an
    accelerator or an address of EC2 leads to one of a scanned account.
    Fix: delete the record first, then what it leads to.
    Blind spot: distributions that Cognito, Amplify or AppSync make for a domain are AWS's own; name
    them in `accepted_targets`, as well as what lies in accounts that are not scanned.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/protection-from-dangling-dns.html
    """
    owned = Owned(
        balancers=balancers,
        distributions=distributions,
        domains=domains,
        apis=apis,
        accelerators=accelerators,
        buckets=buckets,
        elastic=elastic,
        interfaces=interfaces,
    )
    stale = unit.age_days(listed_on()) > ranges_max_age_days
    for record in zone.records:
        for result in tried(_led(record, owned, accepted_targets, stale), not_seen):
            yield result.about(_named(zone, record))


def _named(zone: ZoneRecords, record: DnsRecord) -> str:
    return f"{zone.arn}/{record.name}/{record.type}"


def _led(
    record: DnsRecord, owned: Owned, accepted: tuple[str, ...], stale: bool
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
            if found:
                yield passed(f"leads to {target}")
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
    of the zone.
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
            return not_applicable("is registered, and delegated, outside of the scanned accounts")
        sent = {
            server
            for parent in parents
            for server in _name_servers(zone.name, answered.of(parent.arn))
        }
        by = f"the zone {parents[0].name}"
    if not sent:
        return failed(f"is not delegated: {by} names no name servers for it")
    servers = _name_servers(zone.name, records.of(zone.arn))
    if sent == servers:
        return passed(f"is delegated to by {by}")
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

    Pass: the queries of the public zone are logged.
    Fix: configure query logging to a log group in us-east-1.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/query-logs.html
    """
    if zone.private:
        return not_applicable("is private")
    return passed("logs its queries") if logs.of(zone.arn) else failed("does not log its queries")


@check(Severity.MEDIUM)
def ec2_nacl_admin_ports_not_public(
    acl: NetworkAcl,
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    interfaces: Evidence[NetworkInterface],
    *,
    nacl_admin_ports: tuple[int, ...] = (22, 3389),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> Iterator[Result]:
    """A network ACL is the second fence: it holds where a security group was opened by mistake.

    Pass: the first entry of a custom ACL that matches SSH or RDP from a wide source refuses it. RDP
    that is let in by the range for answers alone passes where no security group opens it.
    Fix: put a deny for the port before the allow, or narrow the allow to the networks that need it.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    why = _acl_left_out(acl, interfaces)
    if why:
        yield not_applicable(why)
        return
    opened: dict[int, list[int]] = {}
    clean = True
    for port in nacl_admin_ports:
        entry = opening(acl, port, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix)
        if entry is None:
            continue
        clean = False
        named = opening(
            acl,
            port,
            without_answers=True,
            ipv4_prefix=wide_ipv4_prefix,
            ipv6_prefix=wide_ipv6_prefix,
        )
        if named is None and not _open_by_a_group(
            acl.vpc,
            port,
            groups,
            lists,
            ipv4_prefix=wide_ipv4_prefix,
            ipv6_prefix=wide_ipv6_prefix,
        ):
            yield passed(
                f"lets port {port} in as one of the ports for answers; no security group opens it"
            ).about(f"{acl.arn}#{entry.number}")
        else:
            opened.setdefault((named or entry).number, []).append(port)
    for number, ports in sorted(opened.items()):
        listed = ", ".join(map(str, ports))
        yield failed(f"lets the internet reach port {listed} by its rule {number}").about(
            f"{acl.arn}#{number}"
        )
    if clean:
        yield passed("lets no wide source reach a login port")


def _acl_left_out(acl: NetworkAcl, interfaces: Evidence[NetworkInterface]) -> str:
    if acl.default:
        return "is the default one of its VPC"
    if not acl.subnets:
        return "serves no subnet"
    return "" if any(map(is_workload, interfaces)) else "is in a region in which nothing runs"


def _open_by_a_group(
    vpc: str,
    port: int,
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    *,
    ipv4_prefix: int,
    ipv6_prefix: int,
) -> bool:
    return any(
        True
        for group in groups
        if group.vpc == vpc
        for permission in group.ingress
        if hits(permission, port)
        for _ in wide_sources(permission, lists, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix)
    )


@check(Severity.LOW)
def ec2_nacl_data_subnet_ingress_restricted(
    subnet: Subnet,
    acls: Evidence[NetworkAcl],
    interfaces: Evidence[NetworkInterface],
    databases: Evidence[DbInstance],
    domains: Evidence[OpenSearchDomain],
    *,
    nacl_data_ports: tuple[int, ...] = (
        *(1433, 1521, 2049, 3306, 5432, 5439, 6379, 8182),
        *(9092, 9093, 9094, 9095, 9096, 9097, 9098, 9200, 11211, 27017),
    ),
    data_store_descriptions: tuple[str, ...] = DATA_STORES,
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> Result:
    """Data stores answer to the application; a subnet of theirs has no use for the internet.

    Pass: the network ACL of a subnet that holds data stores lets no wide source reach the port of
    one.
    Fix: replace the allow-all entry by the networks of the application and the range for answers.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    stores = DataStores(
        interfaces=interfaces,
        databases=databases,
        domains=domains,
        descriptions=data_store_descriptions,
    )
    if not stores.hold(subnet):
        return not_applicable("holds no data store")
    acl = next((each for each in acls if subnet.id in each.subnets), None)
    if acl is None:
        detail = f"the network ACL of {subnet.id} is its owner's"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    name = f"{subnet.arn}#{acl.id}"
    for port in nacl_data_ports:
        entry = opening(acl, port, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix)
        if entry:
            because = f"lets the internet reach port {port} by rule {entry.number} of {acl.id}"
            return failed(f"holds data stores and {because}").about(name)
    return passed(f"holds data stores, whose ports {acl.id} keeps from the internet").about(name)


@check(Severity.LOW)
def ec2_nacl_custom_associated(acl: NetworkAcl, interfaces: Evidence[NetworkInterface]) -> Result:
    """An ACL that serves no subnet protects nothing, and is mistaken for one that does.

    Pass: a custom network ACL serves at least one subnet.
    Fix: delete it, or associate the subnets that it was made for.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    if acl.default:
        return not_applicable("is the default one of its VPC")
    if not any(map(is_workload, interfaces)):
        return not_applicable("is in a region in which nothing runs")
    if acl.subnets:
        return passed(f"serves {len(acl.subnets)} subnets")
    return failed("serves no subnet")


@check(Severity.MEDIUM)
def route53_record_not_ephemeral_ip(
    zone: ZoneRecords, elastic: Pooled[Address], interfaces: Pooled[PublicAddress]
) -> Iterator[Result]:
    """An automatic public address changes when its machine stops, and then the name leads astray.

    Pass: every address of ours that a record names is an Elastic IP or a Network Load Balancer's.
    Fix: associate an Elastic IP, or put a load balancer in front and lead to it by an alias.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    for record in zone.records:
        if record.type != "A":
            continue
        for address in filter(is_of_ec2, record.values):
            for result in tried(_lasting(address, elastic, interfaces), not_seen):
                yield result.about(_named(zone, record))


def _lasting(
    address: str, elastic: Pooled[Address], interfaces: Pooled[PublicAddress]
) -> Iterator[Result]:
    for found in elastic.about(address, "public_ip") | interfaces.about(address, "address"):
        if isinstance(found, Address):
            yield passed(f"names {address}, an Elastic IP")
        elif found.network_balancer:
            yield passed(
                f"names {address}, which a Network Load Balancer holds as long as it lives"
            )
        elif found.changing:
            yield failed(f"names {address}, an automatic address, which changes")
        else:
            yield passed(f"names {address}, an Elastic IP")
        return


@check(Severity.MEDIUM)
def ec2_standalone_instance_public_ip_static(
    instance: Instance, interfaces: Evidence[NetworkInterface]
) -> Result:
    """Partners and firewalls know a machine by its address; a stop must not take it away.

    Pass: every public address of a running instance that stands alone is an Elastic IP.
    Fix: associate an Elastic IP with the instance, or take its public address away.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if instance.made_by:
        return not_applicable(f"is made and replaced by {instance.made_by}")
    public = 0
    for interface in interfaces.about(instance.id, "instance"):
        public += len(interface.public_addresses)
        if interface.changing_addresses:
            address = interface.changing_addresses[0]
            return failed(f"has the public address {address}, which changes when it stops")
    if not public:
        return not_applicable("has no public address")
    return passed(f"keeps its {public} public addresses when it stops")


@check(Severity.LOW)
def vpc_egress_address_static(
    table: RouteTable,
    gateways: Evidence[NatGateway],
    interfaces: Evidence[NetworkInterface],
    lists: Evidence[PrefixList],
    unit: Unit,
) -> Iterator[Result]:
    """Whom we call knows us by our address, if it stays the same.

    Pass: the default routes of private subnets lead to a NAT gateway with an Elastic IP, a transit
    gateway, a firewall or an egress-only gateway.
    Fix: replace the NAT instance by a NAT gateway with an Elastic IP.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """
    if account_of(table.arn) != unit.account:
        yield not_applicable("belongs to another account")
        return
    ways = [route for route in table.routes if route.active and _leads_out(route, lists)]
    if any(route.gateway.startswith("igw-") for route in ways):
        yield not_applicable("is of public subnets")
        return
    if not ways:
        yield not_applicable("has no default route")
        return
    for route in ways:
        place = f"{table.arn}#{route.destination or route.prefix_list}"
        yield _way_out(route, gateways, interfaces).about(place)


def _leads_out(route: Route, lists: Evidence[PrefixList]) -> bool:
    if route.destination:
        return bool(wide_blocks([route.destination]))
    found = next((each for each in lists if each.id == route.prefix_list), None)
    return found is not None and not found.aws and bool(wide_blocks(found.blocks))


def _way_out(
    route: Route, gateways: Evidence[NatGateway], interfaces: Evidence[NetworkInterface]
) -> Result:
    if route.nat_gateway:
        gateway = next(iter(gateways.about(route.nat_gateway, "id")), None)
        if gateway is None:
            return no_evidence(f"leads to {route.nat_gateway}, which the account does not see")
        if gateway.grows:
            because = f"leads to {gateway.id}, which takes further addresses as it needs them"
            return Result(status=Status.PASS, because=because, severity=Severity.INFO)
        if not gateway.public:
            return passed(f"leads to {gateway.id}, which leads to other networks of ours")
        if gateway.state != "available":
            return no_evidence(f"leads to {gateway.id}, which is {gateway.state}")
        if gateway.fixed:
            return passed(f"leads to {gateway.id}, whose addresses are Elastic IPs")
        return no_evidence(f"leads to {gateway.id}, whose addresses are not known as Elastic IPs")
    if route.interface:
        machine = next(iter(interfaces.about(route.interface, "id")), None)
        if machine is None:
            return no_evidence(f"leads to {route.interface}, which the account does not see")
        if machine.public_addresses and not machine.changing_addresses:
            return passed(f"leads to {machine.id}, which has an Elastic IP")
        return failed(f"leads to the machine behind {machine.id}, which has no Elastic IP")
    return passed(f"leads to {route.other or route.gateway}")


@check(Severity.LOW)
def ec2_eip_associated(address: Address) -> Result:
    """An Elastic IP that nothing uses costs as much as one in use, and may be in a partner's list.

    Pass: the Elastic IP is associated with a network interface.
    Fix: release it, after the allow-lists that hold it were cleaned.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    if address.managed_by:
        return not_applicable(f"is managed by {address.managed_by}")
    if address.associated:
        return passed(f"({address.public_ip}) is associated")
    return failed(f"({address.public_ip}) is associated with nothing")


@check(Severity.HIGH)
def elbv2_public_target_group_scaling_headroom(
    group: TargetGroup,
    balancers: Evidence[LoadBalancer],
    groups: Evidence[AutoScalingGroup],
    group_policies: Evidence[GroupPolicy],
    services: Evidence[EcsService],
    targets: Evidence[ScalableTarget],
    policies: Evidence[TargetPolicy],
    tags: Evidence[TargetGroupTags],
    clusters: Evidence[EksDescription],
    nodes: Evidence[EksNodegroup],
    instances: Evidence[Instance],
) -> Result:
    """A front door takes any crowd; behind it there is room only if something makes it.

    Pass: behind a load balancer on the internet stands an Auto Scaling group or an ECS service with
    a dynamic policy and a maximum above what it runs now, a function, or an EKS cluster whose nodes
    scale.
    Fix: raise the maximum above the present number and add a target tracking policy.
    Blind spot: how pods scale is not seen; a schedule alone is no answer to the unexpected.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html
    """
    if not any(_is_on_the_internet(arn, balancers) for arn in group.balancers):
        return not_applicable("serves no load balancer on the internet")
    if group.type == "lambda":
        return passed("leads to a function, which scales by itself")
    if group.type == "alb":
        return not_applicable("leads to a load balancer, whose own target groups are judged")
    behind = None
    for behind in groups | services:
        if group.arn not in behind.target_groups:
            continue
        if isinstance(behind, AutoScalingGroup):
            lack = _group_headroom(behind, group_policies)
        else:
            lack = _service_headroom(behind, targets, policies)
        if lack:
            return failed(f"leads to {behind.name}, which {lack}")
        return passed(f"leads to {behind.name}, which scales and has room to")
    tagged = tags.of(group.arn)
    cluster = tagged.tags.get("elbv2.k8s.aws/cluster") if tagged else None
    if cluster:
        found = next(iter(clusters.about(cluster, "name")), None)
        if found is None:
            return no_evidence(f"leads to the EKS cluster {cluster}, which is not in the region")
        lack = cluster_lacks(found, nodes, groups, instances)
        if lack:
            return failed(f"leads to the EKS cluster {cluster}, which {lack}")
        return passed(f"leads to the EKS cluster {cluster}, whose nodes scale")
    return failed("leads to targets that were registered by hand, and does not scale")


def _is_on_the_internet(arn: str, balancers: Evidence[LoadBalancer]) -> bool:
    balancer = balancers.of(arn)
    return balancer is not None and balancer.scheme == "internet-facing"


def _group_headroom(group: AutoScalingGroup, policies: Evidence[GroupPolicy]) -> str:
    needed = ("Launch", "AlarmNotification", "AddToLoadBalancer")
    lack = group_lacks(group, policies, needed=needed)
    if not lack and group.maximum <= group.desired:
        return f"already runs the {group.maximum} instances that it may"
    return lack


def _service_headroom(
    service: EcsService, targets: Evidence[ScalableTarget], policies: Evidence[TargetPolicy]
) -> str:
    lack = service_lacks(service, targets, policies)
    target = scalable_target(service, targets)
    if not lack and target is not None and target.maximum <= service.desired:
        return f"already runs the {target.maximum} tasks that it may"
    return lack


@check(Severity.MEDIUM)
def ingress_rate_limit_configured(
    front: LoadBalancer | Distribution | RestStage | HttpStage,
    associations: Evidence[WebAclAssociation],
    rule_groups: Evidence[RuleGroup],
    edge_acls: Evidence[EdgeWebAcl],
    edge_rule_groups: Evidence[EdgeRuleGroup],
    apis: Evidence[RestApi],
) -> Result:
    """Without a limit one caller may take what all of them share.

    Pass: the web ACL of an application load balancer or a distribution has a rate-based rule that
    acts; a stage of an API has a limit of its own or shares the account's.
    Fix: add a rate-based rule to the web ACL, or a throttling limit to the stage.
    Blind spot: rules that Firewall Manager adds count by their rule groups alone.
    See: https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
    """
    match front:
        case RestStage() | HttpStage():
            if isinstance(front, RestStage) and (api := apis.of(front.api)) and api.private:
                return not_applicable("is private")
            if front.throttled:
                return passed("has a rate limit of its own")
            return passed("has no rate limit of its own: all APIs share the account's default")
        case Distribution():
            if not front.enabled:
                return not_applicable("is switched off")
            if not front.web_acl.startswith("arn:"):
                return failed("has no web ACL" if not front.web_acl else "has one of WAF Classic")
            acl = edge_acls.of(front.web_acl)
            rules = acl.rules if acl else ()
            limited = _limits(rules, edge_rule_groups)
        case LoadBalancer():
            if front.type != "application":
                return not_applicable(f"is a {front.type} load balancer, which knows no requests")
            if front.scheme != "internet-facing":
                return not_applicable("is internal")
            association = associations.of(front.arn)
            if association is None or not association.web_acl:
                return failed("has no web ACL")
            limited = _limits(association.rules, rule_groups)
    if limited:
        return passed("has a web ACL that limits how much one caller may send")
    return failed("has a web ACL without a rate-based rule that acts")


def _limits(
    rules: tuple[AclRule, ...], groups: Evidence[RuleGroup] | Evidence[EdgeRuleGroup]
) -> bool:
    acting = ("block", "challenge", "captcha")
    if any(rule.rate_based and rule.action in acting for rule in rules):
        return True
    inside = (groups.of(rule.group) for rule in rules if rule.group and rule.action == "none")
    return any(
        rule.rate_based and rule.action in acting
        for group in inside
        if group is not None
        for rule in group.rules
    )


@check(Severity.MEDIUM)
def lambda_account_concurrency_headroom(
    concurrency: Concurrency,
    functions: Evidence[LambdaFunction],
    peaks: Evidence[ConcurrencyPeak],
    doors: Evidence[
        LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | GraphqlApi | FunctionUrl
    ],
    distributions: Evidence[Distribution],
    *,
    lambda_min_concurrency: int = 1000,
    used_share: float = 0.8,
    min_unreserved: int = 100,
) -> Result:
    """All functions of a region share one limit; a young account's is ten.

    Pass: the limit is at least 1000, at most 80 percent of it was in use within 14 days, and at
    least 100 of it are reserved for no function.
    Fix: ask for a higher quota of concurrent executions.
    See: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
    """
    if not any(True for _ in functions):
        return not_applicable("has no function")
    if not any(is_a_way_in(door) for door in doors | distributions):
        return not_applicable("has functions that nothing on the internet leads to")
    limit = concurrency.limit
    if limit < lambda_min_concurrency:
        return failed(f"lets {limit} functions run at once, fewer than {lambda_min_concurrency}")
    if concurrency.unreserved < min_unreserved:
        return failed(f"leaves {concurrency.unreserved} unreserved, fewer than {min_unreserved}")
    peak = peaks.of(concurrency.arn)
    highest = peak.highest if peak and peak.highest else 0
    if highest > limit * used_share:
        return failed(f"had {highest:.0f} of at most {limit} functions running at once")
    return passed(f"had {highest:.0f} of at most {limit} functions running at once")


def _routes(tables: Evidence[RouteTable], lists: Evidence[PrefixList]) -> Paths:
    """Return what decides whether a subnet is public; whether it is cut off is another question."""
    return Paths(tables=tables, lists=lists, blocks=Evidence(), exclusions=Evidence())


@check(Severity.HIGH)
def vpc_subnet_tiers_separated(
    vpc: Vpc,
    subnets: Evidence[Subnet],
    interfaces: Evidence[NetworkInterface],
    instances: Evidence[Instance],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    unit: Unit,
    *,
    public_workload_tags: tuple[str, ...] = ("bastion", "nat"),
) -> Result:
    """What needs no public address is safest where it cannot have one.

    Pass: the VPC has private subnets, and no instance, task or function sits in a public one, but
    for instances with a word such as `bastion` or `nat` in their tags.
    Fix: make private subnets and move the workload there; leave load balancers and NAT gateways
    in the public ones.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html
    """
    why = _not_judged(vpc, interfaces, unit)
    if why:
        return not_applicable(why)
    paths = _routes(tables, lists)
    public: set[str] = set()
    private = False
    for subnet in subnets:
        if subnet.vpc == vpc.id:
            if paths.is_public(subnet.id, vpc.id):
                public.add(subnet.id)
            else:
                private = True
    if not private:
        return failed("has public subnets alone")
    astray: list[str] = []
    others: list[str] = []
    for interface in interfaces:
        if (
            interface.subnet not in public
            or not is_workload(interface)
            or is_front_door(interface)
            or keeps_data(interface)
        ):
            continue
        if not _is_application(interface):
            others.append(interface.id)
        elif not _is_meant_to_be_public(interface, instances, public_workload_tags):
            astray.append(interface.id)
    if astray:
        named = ", ".join(astray[:3]) + (", …" if len(astray) > 3 else "")
        return failed(f"has {len(astray)} interfaces of its workload in public subnets ({named})")
    if others:
        return no_evidence(f"has {others[0]} of a service of AWS in a public subnet")
    return passed("keeps its workload in private subnets")


def _is_application(interface: NetworkInterface) -> bool:
    return bool(
        interface.instance
        or interface.type == "lambda"
        or interface.description.startswith(
            ("arn:aws", "AWS Lambda VPC ENI")
        )  # a task's is its ARN
    )


def _is_meant_to_be_public(
    interface: NetworkInterface, instances: Evidence[Instance], words: tuple[str, ...]
) -> bool:
    if not interface.instance:
        return False
    found = next(iter(instances.about(interface.instance, "id")), None)
    return found is not None and is_marked(found.tags, words)


@check(Severity.HIGH)
def vpc_data_store_in_private_subnet(
    stores: Evidence[DbInstance | OpenSearchDomain | NetworkInterface],
    subnets: Evidence[Subnet],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    *,
    data_store_descriptions: tuple[str, ...] = DATA_STORES,
) -> Iterator[Result]:
    """A data store in a public subnet is one setting away from the internet.

    Pass: no subnet of a database's subnet group, or of another data store, is public.
    Fix: make a subnet group of private subnets and move the data store there.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """
    paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)

    def judge(store: DbInstance | OpenSearchDomain | NetworkInterface) -> Iterator[Result]:
        if isinstance(store, NetworkInterface):
            if not (store.in_use and keeps_data(store, data_store_descriptions)):
                return
            places: tuple[str, ...] = (store.subnet,)
        else:
            places = store.subnets
        for place in places:
            if not _is_public(place, subnets, paths):
                continue
            exposed = (
                paths.exposure(store) is Exposure.EXPOSED
                if isinstance(store, NetworkInterface)
                else isinstance(store, DbInstance) and store.public
            )
            how = " and is reached from the internet" if exposed else ""
            yield failed(
                f"may lie in the public subnet {place}{how}",
                Severity.CRITICAL if exposed else Severity.HIGH,
            ).about(f"{store.arn}#{place}")
            return
        if places:
            yield passed("lies in private subnets")

    yield from apart(stores, judge)


def _is_public(name: str, subnets: Evidence[Subnet], paths: Paths) -> bool:
    subnet = next(iter(subnets.about(name, "id")), None)
    if subnet is None:
        detail = f"the account does not see the subnet {name}"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    return paths.is_public(subnet.id, subnet.vpc)


@check(Severity.MEDIUM)
def vpc_subnet_tier_multi_az(
    vpc: Vpc,
    subnets: Evidence[Subnet],
    interfaces: Evidence[NetworkInterface],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    unit: Unit,
    *,
    min_azs: int = 2,
) -> Iterator[Result]:
    """What runs in one zone cannot move to another where there is no subnet.

    Pass: the public and the private subnets of a VPC each span at least two Availability Zones;
    Local Zones, Wavelength Zones and Outposts do not count.
    Fix: add a subnet of the same tier in a second zone.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    """
    why = _not_judged(vpc, interfaces, unit)
    if why:
        yield not_applicable(why)
        return
    paths = _routes(tables, lists)
    tiers: dict[str, set[str]] = {}
    for subnet in subnets:
        if subnet.vpc == vpc.id:
            tier = "public" if paths.is_public(subnet.id, vpc.id) else "private"
            tiers.setdefault(tier, set()).update([subnet.zone_id] if subnet.in_zone else [])
    for tier, zones in sorted(tiers.items()):
        place = f"{vpc.arn}#{tier}"
        if len(zones) >= min_azs:
            yield passed(f"has {tier} subnets in {len(zones)} zones").about(place)
        else:
            yield failed(f"has {tier} subnets in {len(zones)} zones, fewer than {min_azs}").about(
                place
            )


@check(Severity.MEDIUM)
def vpc_subnet_auto_public_ip_disabled(
    subnet: Subnet, interfaces: Evidence[NetworkInterface], unit: Unit
) -> Result:
    """Where addresses are given away by default, a machine is public by oversight.

    Pass: the subnet gives no public address to what is launched in it.
    Fix: switch off auto-assignment of public IPv4 addresses; ask for one where it is meant.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html
    """
    if account_of(subnet.arn) != unit.account:
        return not_applicable("belongs to another account, which shares it")
    if not _runs_something(subnet.vpc, interfaces):
        return not_applicable("is in a VPC that nothing runs in")
    if subnet.gives_public_addresses:
        return failed("gives a public address to whatever is launched in it")
    return passed("gives no public addresses by itself")


@check(Severity.MEDIUM)
def vpc_default_not_used(vpc: Vpc, interfaces: Evidence[NetworkInterface], unit: Unit) -> Result:
    """The default VPC has public subnets alone, and the same addresses in every account.

    Pass: nothing runs in the default VPC.
    Fix: move the workload to a VPC that was made for it, then delete the default one.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
    """
    why = _not_judged(vpc, interfaces, unit)
    if why:
        return not_applicable(why)
    if vpc.default:
        used = (each.id for each in interfaces if each.vpc == vpc.id and is_workload(each))
        return failed(f"is the default VPC and a workload runs in it ({next(used)})")
    return passed("was made for what runs in it")


@check(Severity.MEDIUM)
def vpc_flow_logs_enabled(
    vpc: Vpc,
    logs: Evidence[FlowLog],
    subnets: Evidence[Subnet],
    interfaces: Evidence[NetworkInterface],
    unit: Unit,
) -> Result:
    """After an incident the question is who talked to whom; only flow logs know.

    Pass: a flow log of the VPC, of each of its subnets or of each of its interfaces records all or
    rejected traffic and delivers it.
    Fix: create a flow log of the VPC for all traffic.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """
    why = _not_judged(vpc, interfaces, unit)
    if why:
        return not_applicable(why)
    if _is_logged(vpc.id, logs):
        return passed("has a flow log")
    own = [each.id for each in subnets if each.vpc == vpc.id]
    if own and all(_is_logged(name, logs) for name in own):
        return passed(f"has a flow log of each of its {len(own)} subnets")
    there = [each for each in interfaces if each.vpc == vpc.id and each.in_use]
    if all(_is_logged(each.id, logs) or _is_logged(each.subnet, logs) for each in there):
        return passed(f"has flow logs of each of its {len(there)} interfaces")
    broken = next((each for each in logs.about(vpc.id, "resource") if each.error), None)
    if broken:
        return failed(f"has a flow log that cannot be delivered ({broken.error})")
    return failed("has no active flow log")


def _is_logged(name: str, logs: Evidence[FlowLog]) -> bool:
    return any(
        each.active and not each.error and each.traffic in ("ALL", "REJECT")
        for each in logs.about(name, "resource")
    )


@check(Severity.MEDIUM)
def vpc_connected_cidrs_not_overlapping(
    vpc: Vpc,
    peerings: Evidence[Peering],
    attachments: Pooled[TransitAttachment],
    everywhere: Pooled[Vpc],
    *,
    unrouted_blocks: tuple[str, ...] = ("100.64.0.0/10",),
) -> Iterator[Result]:
    """Of two networks with the same addresses, routes reach one.

    Pass: no two VPCs that are peered, or attached to the same transit gateway, share addresses.
    Fix: give one of them another block, planned by IPAM, and move its workload there.
    Blind spot: of a peer that is not scanned only the blocks that the peering shows are compared.
    See: https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
    """
    joined: dict[str, tuple[str, ...]] = {}
    for peering in peerings:
        if peering.status == "active":
            sides = (peering.requester, peering.accepter)
            if vpc.arn in {side.arn for side in sides}:
                joined.update({side.arn: side.blocks for side in sides})
    gateways = {each.gateway for each in attachments.about(vpc.arn, "vpc") if _is_attached(each)}
    for gateway in sorted(gateways):
        for attachment in attachments.about(gateway, "gateway"):
            if _is_attached(attachment) and attachment.vpc not in joined:
                other = everywhere.of(attachment.vpc)
                joined[attachment.vpc] = other.blocks if other else ()
    joined.pop(vpc.arn, None)
    if not joined:
        yield not_applicable("is joined to no other VPC")
        return
    clean = True
    for arn, blocks in sorted(joined.items()):
        shared = _shared(vpc.blocks, blocks, unrouted_blocks)
        if shared:
            clean = False
            pair = "#".join(sorted((vpc.arn, arn)))
            yield failed(f"share {shared}, and are joined").about(pair)
    if clean:
        yield passed(f"shares no addresses with the {len(joined)} VPCs that it is joined to")


def _is_attached(attachment: TransitAttachment) -> bool:
    return attachment.state in ("available", "modifying")


def _shared(own: tuple[str, ...], others: tuple[str, ...], unrouted: tuple[str, ...]) -> str:
    """Return a block of ours that others use too, empty where there is none."""
    reused = [ip_network(block) for block in unrouted]

    def routed(blocks: tuple[str, ...]) -> Iterator[str]:
        for block in blocks:
            if not any(ip_network(block).overlaps(each) for each in reused):
                yield block

    return next(
        (
            block
            for block in routed(own)
            for other in routed(others)
            if ip_network(block).overlaps(ip_network(other))
        ),
        "",
    )


#: AWS keeps the first four addresses and the last one of every subnet.
_KEPT_BY_AWS = 5


@check(Severity.MEDIUM)
def vpc_subnet_free_ip_headroom(
    subnet: Subnet,
    interfaces: Evidence[NetworkInterface],
    unit: Unit,
    *,
    subnet_free_ratio: float = 0.1,
    min_free: int = 16,
) -> Result:
    """Where addresses run out nothing is launched, scaled or deployed any more.

    Pass: at least 16 addresses and at least a tenth of the subnet's are free; of a small subnet, half.
    Fix: add a larger subnet, from a secondary block if need be, and move what takes most addresses.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    if account_of(subnet.arn) != unit.account:
        return not_applicable("belongs to another account, which shares it")
    if not subnet.block:
        return not_applicable("has IPv6 only")
    if not _runs_something(subnet.vpc, interfaces):
        return not_applicable("is in a VPC that nothing runs in")
    usable = ip_network(subnet.block).num_addresses - _KEPT_BY_AWS
    wanted = min(max(min_free, math.ceil(usable * subnet_free_ratio)), usable // 2)
    told = f"{subnet.free_addresses} of {usable} addresses free"
    if subnet.free_addresses >= wanted:
        return passed(f"has {told}")
    return failed(f"has {told}, fewer than {wanted}")


#: Ports on which machines answer HTTP.
_HTTP_PORTS = (80, 443, 3000, 5000, 8000, 8080, 8081, 8443, 8888, 9443)


@check(Severity.HIGH)
def ec2_instance_http_behind_load_balancer(
    instance: Instance,
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    balancers: Evidence[LoadBalancer | ClassicLoadBalancer],
    *,
    http_ports: tuple[int, ...] = _HTTP_PORTS,
) -> Iterator[Result]:
    """Who asks a machine itself passes by the load balancer, its firewall and its spares.

    Pass: no interface of a running instance that the internet reaches lets anyone ask an HTTP port.
    Fix: put a load balancer in front, move the instance to a private subnet, and let in nothing but
    the load balancer's security group.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/what-is-load-balancing.html
    """
    if instance.state != "running":
        yield not_applicable(f"is {instance.state}")
        return
    paths = Paths(tables=tables, lists=lists, blocks=blocks, exclusions=exclusions)
    exposed = False
    opened: set[int] = set()
    for interface in interfaces.about(instance.id, "instance"):
        if paths.is_exposed(interface):
            exposed = True
            for name in interface.groups:
                opened.update(wide_open(name, http_ports, groups, lists))
    for port in sorted(opened):
        yield failed(f"answers anyone on the internet at port {port}").about(
            f"{instance.arn}#{port}"
        )
    if opened:
        return
    if exposed:
        yield passed("is exposed to the internet, and lets nobody ask an HTTP port")
    elif any(is_a_way_in(each) for each in balancers):
        yield passed("is not exposed to the internet")
    else:
        yield not_applicable("is in a region whose machines answer nobody on the internet")


@check(Severity.HIGH)
def ecs_service_http_behind_load_balancer(
    service: EcsService,
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    balancers: Evidence[LoadBalancer | ClassicLoadBalancer],
    *,
    http_ports: tuple[int, ...] = _HTTP_PORTS,
) -> Result:
    """Who asks a task itself passes by the load balancer, its firewall and its spares.

    Pass: the tasks of the service have no public address, or let nobody on the internet ask an HTTP
    port.
    Fix: switch off `assignPublicIp`, and let in nothing but the load balancer's security group.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
    """
    if service.public:
        opened = {
            port for name in service.groups for port in wide_open(name, http_ports, groups, lists)
        }
        if opened:
            named = ", ".join(map(str, sorted(opened)))
            return failed(f"gives its tasks public addresses that answer anyone at port {named}")
        return passed("gives its tasks public addresses that let nobody ask an HTTP port")
    if any(is_a_way_in(each) for each in balancers):
        return passed("gives its tasks no public addresses")
    return not_applicable("is in a region whose machines answer nobody on the internet")


@check(Severity.MEDIUM)
def elbv2_internet_facing_has_healthy_target(
    front: LoadBalancer
    | ClassicLoadBalancer
    | Distribution
    | RestApi
    | HttpApi
    | GraphqlApi
    | FunctionUrl,
    listeners: Evidence[Listener],
    targets: Evidence[TargetGroup],
    health: Evidence[TargetHealth],
) -> Result:
    """A front door with nothing behind it answers everybody with an error.

    Pass: the load balancer is active, listens, and has a healthy target; one that only redirects or
    answers by itself needs none. What AWS balances by itself (API Gateway, AppSync, CloudFront,
    function URLs) passes.
    Fix: register targets that pass their health checks, or delete the load balancer.
    Blind spot: of a Classic load balancer the registered instances count, whatever their health.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
    """
    if not is_a_way_in(front):
        return not_applicable("is not on the internet")
    if isinstance(front, ClassicLoadBalancer):
        if not front.ports:
            return failed("has no listener")
        if not front.instances:
            return failed("has no instance registered")
        return passed(f"has {len(front.instances)} instances registered")
    if not isinstance(front, LoadBalancer):
        return passed("is balanced by AWS itself")
    if front.state != "active":
        return failed(f"is {front.state}")
    if not any(True for _ in listeners.about(front.arn, "balancer")):
        return failed("has no listener")
    groups = [group for group in targets if front.arn in group.balancers]
    if not groups:
        return passed("redirects, or answers by itself")
    for group in groups:
        found = health.of(group.arn)
        if found and found.healthy:
            return passed(f"has {len(found.healthy)} healthy targets in {group.name}")
    return failed(f"has no healthy target in {', '.join(group.name for group in groups)}")


_Way = RestMethod | HttpRoute | ListenerRule


def _paths(way: _Way) -> tuple[str, ...]:
    return way.paths if isinstance(way, ListenerRule) else (way.path,)


def _is_webhook(way: _Way, pattern: re.Pattern[str]) -> bool:
    return any(map(pattern.search, _paths(way)))


@check(Severity.MEDIUM)
def webhook_load_test_run_recent(
    repository: Repository,
    steps: Evidence[CiStep],
    scripts: Evidence[LoadTestPaths],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    ways: Evidence[RestMethod | HttpRoute | ListenerRule],
    unit: Unit,
    *,
    webhook_path_regex: str = WEBHOOK_PATHS,
    has_webhooks: bool = False,
    load_test_max_age_days: int = MAX_AGE_DAYS,
) -> Result:
    """Whoever calls us by a webhook sends all at once, and does not wait until we have grown.

    Pass: the newest run of a load test within 180 days succeeded, and a script or a command of it
    names the path of a webhook.
    Fix: add a scenario for the webhook's path to the load test, and run it on a schedule.
    Blind spot: routes that only code knows are not seen; declare them by `has_webhooks`. Distributed
    Load Testing shows the runs of the last two weeks alone.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_adapt_to_changes_load_tested_adapt.html
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    pattern = re.compile(webhook_path_regex)
    if not has_webhooks and not any(_is_webhook(way, pattern) for way in ways):
        return not_applicable("has no webhook: no path of an API or of a listener's rule is one")
    result = run_recent(
        load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed),
        unit,
        load_test_max_age_days,
    )
    if result.status is not Status.PASS:
        return result
    named = any(pattern.search(path) for script in scripts for path in script.paths) or any(
        puts_load(step) and pattern.search(step.command) for step in steps
    )
    if named:
        return result
    return no_evidence(f"{result.because}, by a test that names no webhook").about(result.resource)


@check(Severity.MEDIUM)
def webhook_load_test_window_healthy(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    projects: Evidence[BuildProject],
    builds: Evidence[Build],
    pipelines: Evidence[Pipeline],
    distributed: Evidence[DistributedRun],
    traffic: Evidence[DoorTraffic],
    unit: Unit,
    *,
    load_test_max_age_days: int = MAX_AGE_DAYS,
    load_factor: float = 3.0,
    max_error_ratio: float = 0.01,
) -> Iterator[Result]:
    """A load test counts for what arrived, not for what was sent.

    Pass: while the newest load test ran, a way in with a webhook carried at least three times its
    usual requests, failed to answer at most one percent, and its functions refused none.
    Fix: send more load, or mend what failed under it.
    Blind spot: CloudWatch keeps five minutes for 63 days; of an older run nothing is known.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_adapt_to_changes_load_tested_adapt.html
    """
    out = left_out(repository)
    if out:
        yield not_applicable(out)
        return
    run: LoadRun | None = None
    found = load_runs(repository.arn, steps, runs, projects, builds, pipelines, distributed)
    for each in traffic:
        if not each.webhook:
            continue
        run = run or newest_success(found, unit, load_test_max_age_days)
        if run is None:
            yield no_evidence("shows no run of a load test whose traffic could be looked at")
            return
        yield window_healthy(run, each, load_factor, max_error_ratio, refused)


@check(Severity.INFO)
def webhook_ingress_buffered(
    ways: Evidence[RestMethod | HttpRoute | ListenerRule],
    *,
    webhook_path_regex: str = WEBHOOK_PATHS,
) -> Iterator[Result]:
    """What takes an event and works on it later never has to refuse one.

    Pass: the webhook's path puts what it receives into a queue, a topic, a stream, a bus or a state
    machine, or calls a function without waiting.
    Fix: put a queue behind the webhook's path.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_mitigate_interaction_failure_throttle_requests.html
    """
    pattern = re.compile(webhook_path_regex)

    def judge(way: RestMethod | HttpRoute | ListenerRule) -> Result:
        if isinstance(way, ListenerRule):
            return failed(f"leads {way.paths[0]} to targets that answer while they work")
        if way.asynchronous:
            return passed(f"hands {way.path} over to {way.service}")
        return failed(f"lets {way.path} wait for {way.service or 'what is behind it'}")

    yield from apart((way for way in ways if _is_webhook(way, pattern)), judge)


CATEGORY = category(
    "Networking",
    item(
        "Configure DNS using Route 53",
        every(
            route53_public_name_hosted_in_zone,
            route53_record_target_exists,
            route53_zone_delegation_consistent,
            route53_public_zone_query_logging,
        ),
        mode=Mode.ATTESTED,
    ),
    item(
        "Configure Network ACLs",
        every(
            ec2_nacl_admin_ports_not_public,
            ec2_nacl_data_subnet_ingress_restricted,
            ec2_nacl_custom_associated,
        ),
    ),
    item(
        "Configure Security Groups",
        every(
            ec2_security_group_admin_ports_not_public,
            ec2_security_group_high_risk_ports_not_public,
            ec2_security_group_public_ports_authorized_only,
            ec2_security_group_default_closed,
        ),
    ),
    item(
        "Configure Static IPs",
        every(
            route53_record_not_ephemeral_ip,
            ec2_standalone_instance_public_ip_static,
            vpc_egress_address_static,
            ec2_eip_associated,
        ),
    ),
    item(
        "Scalability in place for sudden increase in incoming network traffic",
        every(
            elbv2_public_target_group_scaling_headroom,
            ingress_rate_limit_configured,
            lambda_account_concurrency_headroom,
        ),
    ),
    item(
        "Set up subnets",
        every(
            vpc_subnet_tiers_separated,
            vpc_data_store_in_private_subnet,
            vpc_subnet_tier_multi_az,
            vpc_subnet_auto_public_ip_disabled,
        ),
    ),
    item(
        "Set up VPCs",
        every(
            vpc_default_not_used,
            vpc_flow_logs_enabled,
            vpc_connected_cidrs_not_overlapping,
            vpc_subnet_free_ip_headroom,
        ),
    ),
    item(
        "Solution has load balancing in front of exposed HTTP endpoints",
        every(
            ec2_instance_http_behind_load_balancer,
            ecs_service_http_behind_load_balancer,
            elbv2_internet_facing_has_healthy_target,
        ),
    ),
    item(
        "Stress test has been done on volume of webhook ingestion",
        every(
            webhook_load_test_run_recent,
            supporting=(webhook_load_test_window_healthy, webhook_ingress_buffered),
        ),
        mode=Mode.ATTESTED,
        validity_days=180,
    ),
)
