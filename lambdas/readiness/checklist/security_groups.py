"""What do security groups let in from the internet?

The checks of "Configure Security Groups".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase

from readiness.checklist.apart import apart
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
    wide_sources,
)
from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    not_applicable,
    not_seen,
    passed,
)
from readiness.evidence import Evidence
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    Permission,
    PrefixList,
    SecurityGroup,
    Vpc,
)
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

    def opened(permission: Permission) -> Iterator[Result]:
        reached = [port for port in ports if hits(permission, port)]
        if not reached:
            return
        named = ", ".join(map(str, reached[:5])) + (", …" if len(reached) > 5 else "")
        for source in wide_sources(
            permission, paths.lists, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix
        ):
            severity, why = _severity(group, interfaces, paths)
            yield failed(f"lets {source} reach port {named}; {why}", severity).about(
                _entry(group, permission, source)
            )

    yield from _of_each_entry(group, opened)


def _of_each_entry(
    group: SecurityGroup, judge: Callable[[Permission], Iterator[Result]]
) -> Iterator[Result]:
    """Judge each entry by itself: one whose prefix list was not seen hides no other."""
    for permission in group.ingress:
        yield from tried(judge(permission), not_seen)


def _judged(why_not: str, results: Iterator[Result], because: str) -> Iterator[Result]:
    """Yield why a group is not judged; else what is wrong or not seen, and a pass where nothing is."""
    if why_not:
        yield not_applicable(why_not)
        return
    clean = True
    for result in results:
        clean = False
        yield result
    if clean:
        yield passed(because)


@check(Severity.HIGH)
def ec2_security_group_admin_ports_not_public(
    group: SecurityGroup,
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
    paths: Paths,
    *,
    admin_ports: tuple[int, ...] = (22, 3389, 5985, 5986),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
    exempt_descriptions: tuple[str, ...] = _DIRECTORY_GROUPS,
) -> Iterator[Result]:
    """A login port that the whole internet reaches is tried all day, by machines.

    Pass: no inbound entry lets a wide source (an IPv4 block of 7 bits or fewer, an IPv6 block of 16 bits
    or fewer, a customer's prefix list that holds one) reach SSH (22), RDP (3389) or Windows Remote
    Management (5985, 5986). Private blocks are not wide; neighbouring blocks count as one.
    Fix: remove the entry, or name the groups or networks that may log in; Session Manager needs no
    open port at all.
    Blind spot: a firewall in front of the instance is not counted.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    """
    why = _left_out(group, vpcs, interfaces, exempt_descriptions)
    opened = _open_to_the_world(
        group, admin_ports, interfaces, paths, wide_ipv4_prefix, wide_ipv6_prefix
    )
    return _judged(why, opened, "lets the internet reach no login port")


@check(Severity.HIGH)
def ec2_security_group_high_risk_ports_not_public(
    group: SecurityGroup,
    vpcs: Evidence[Vpc],
    interfaces: Evidence[NetworkInterface],
    paths: Paths,
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
    """Databases, caches, mail and clusters are searched for by their ports, and often ask no password.

    Pass: no inbound entry lets a wide source (an IPv4 block of 7 bits or fewer, an IPv6 block of 16 bits
    or fewer, a customer's prefix list that holds one) reach one of the ports 20, 21, 23, 25, 110, 135,
    143, 445, 1433, 1434, 1521, 2049, 2375, 2376, 2379, 3306, 4333, 5432, 5439, 5500, 5601, 5984, 6379,
    6443, 7000, 7001, 9042, 9092, 9200, 9300, 10250, 11211 and 27017 to 27019.
    Fix: remove the entry, or name the security group of the clients as its source.
    Blind spot: a firewall in front of the instance is not counted.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
    """
    why = _left_out(group, vpcs, interfaces, exempt_descriptions)
    opened = _open_to_the_world(
        group, high_risk_ports, interfaces, paths, wide_ipv4_prefix, wide_ipv6_prefix
    )
    return _judged(why, opened, "lets the internet reach no high-risk port")


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

    Pass: every inbound entry with a wide source (an IPv4 block of 7 bits or fewer, an IPv6 block of 16
    bits or fewer, a customer's prefix list that holds one) opens nothing but TCP 80, TCP 443 and UDP
    443; ICMP is not judged.
    Fix: narrow the entry to the ports that are public on purpose, or add these to
    `authorized_public_ports`.
    See: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_network_protection_layered.html
    """

    def opened(permission: Permission) -> Iterator[Result]:
        if _is_authorized(permission, authorized_public_ports):
            return
        for source in wide_sources(
            permission, lists, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix
        ):
            severity, why = _cut_off(group, blocks, exclusions)
            yield failed(f"opens {_ports(permission)} to {source}{why}", severity).about(
                _entry(group, permission, source)
            )

    why = _left_out(group, vpcs, interfaces, exempt_descriptions)
    allowed = ", ".join(authorized_public_ports)
    return _judged(
        why, _of_each_entry(group, opened), f"opens nothing but {allowed} to the internet"
    )


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

    Pass: the default security group of a VPC has no entry, inbound or outbound. That of a default VPC
    that nothing runs in is left out.
    Fix: give everything in the group a group of its own, then remove the default group's entries.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """

    def judge(group: SecurityGroup) -> Result:
        why = _left_out(group, vpcs, interfaces)
        if why:
            return not_applicable(why)
        if not (group.ingress or group.egress):
            return passed("lets nothing in and nothing out")
        ways = [("in", group.ingress), ("out", group.egress)]
        told = f"lets traffic {' and '.join(way for way, entries in ways if entries)}"
        users = (each.id for each in interfaces if group.id in each.groups)
        used = known(lambda: next(users, ""), "")
        if used:
            return failed(f"{told}, and is used by {used}", Severity.HIGH)
        return failed(told)

    yield from apart((group for group in groups if group.name == "default"), judge)
