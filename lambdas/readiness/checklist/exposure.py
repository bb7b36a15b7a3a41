"""Which ports are open to how much of the internet, and which interfaces can it reach?

The definitions that every network check shares:

- A **wide source** is an IPv4 block of at most 7 bits outside the private ranges, an IPv6 block of at
  most 16 bits outside the unique local range, or a prefix list of a customer that holds one.
  Blocks are put together first, so that two halves of the internet are the internet.
  AWS's own prefix lists and references to security groups are never wide.
- A **port is hit** by protocol -1 always, by TCP and UDP where it lies in the range (no range is every
  port), by ICMP never.
- A **public subnet** has, in its own or else its VPC's main route table, an active route with a wide
  destination to an internet gateway.
- An **exposed interface** lies in a public subnet, has a public IPv4 or a global IPv6 address, and
  neither refuses internet traffic itself nor is cut off by VPC Block Public Access.
- A **workload interface** is in use, and not by the network itself (gateways, endpoints, resolvers).

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import (
    IPv4Network,
    IPv6Address,
    IPv6Network,
    collapse_addresses,
    ip_address,
    ip_network,
)

from readiness.evidence import Evidence, Gap, NotSeenError, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    Permission,
    PrefixList,
    RouteTable,
    SecurityGroup,
)
from readiness.evidence.unseen import known, tried

WIDE_IPV4_PREFIX = 7
WIDE_IPV6_PREFIX = 16

#: RFC 1918 and RFC 6598; RFC 4193.
_PRIVATE_IPV4 = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))
)
_LOCAL_IPV6 = IPv6Network("fc00::/7")

_PROTOCOLS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}


def wide_blocks(
    blocks: Iterable[str],
    *,
    ipv4_prefix: int = WIDE_IPV4_PREFIX,
    ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> tuple[str, ...]:
    """Return the wide blocks among these, after putting together what lies side by side."""
    networks = [ip_network(block, strict=False) for block in blocks]
    fourth = collapse_addresses(each for each in networks if isinstance(each, IPv4Network))
    sixth = collapse_addresses(each for each in networks if isinstance(each, IPv6Network))
    return (
        *(
            str(each)
            for each in fourth
            if each.prefixlen <= ipv4_prefix
            and not any(each.subnet_of(private) for private in _PRIVATE_IPV4)
        ),
        *(
            str(each)
            for each in sixth
            if each.prefixlen <= ipv6_prefix and not each.subnet_of(_LOCAL_IPV6)
        ),
    )


def wide_sources(
    permission: Permission,
    lists: Evidence[PrefixList],
    *,
    ipv4_prefix: int = WIDE_IPV4_PREFIX,
    ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> Iterator[str]:
    """Yield the wide blocks, then the prefix lists with wide blocks, that an entry lets in."""
    yield from wide_blocks(permission.blocks, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix)
    for name in permission.prefix_lists:
        found = prefix_list(name, lists)
        if not found.aws and wide_blocks(
            found.blocks, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix
        ):
            yield name


def group_named(name: str, groups: Evidence[SecurityGroup]) -> SecurityGroup:
    """Return the security group with an id; raises where the account does not see it."""
    found = next(iter(groups.about(name, "id")), None)
    if found is None:
        detail = f"the account does not see the security group {name}"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    return found


def wide_open(
    name: str,
    ports: tuple[int, ...],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
) -> Iterator[int]:
    """Yield the ports that a security group opens to a wide source, each once, as `open_ports`."""

    def opened(permission: Permission) -> Iterator[int]:
        reached = [port for port in ports if hits(permission, port)]
        if reached and any(True for _ in wide_sources(permission, lists)):
            yield from reached

    yield from _each_once(map(opened, group_named(name, groups).ingress))


def interfaces_of(
    instance: Instance, interfaces: Evidence[NetworkInterface]
) -> Iterator[NetworkInterface]:
    """Yield the interfaces of an instance that runs; raises where none was seen, since it has one."""
    none = True
    for interface in interfaces.about(instance.id, "instance"):
        none = False
        yield interface
    if none:
        detail = f"none of the network interfaces of {instance.id} was listed"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])


def exposed_ports(
    instance: Instance,
    ports: tuple[int, ...],
    interfaces: Evidence[NetworkInterface],
    groups: Evidence[SecurityGroup],
    paths: Paths,
) -> Iterator[int]:
    """Yield the ports at which the internet reaches an instance, each once.

    What was seen comes first; raises at the end where more may be open.
    """

    def reached(interface: NetworkInterface, name: str) -> Iterator[int]:
        # Either decides alone: an interface that is closed, or a group that opens nothing.
        if paths.exposure(interface) in (Exposure.CLOSED, Exposure.BLOCKED):
            return
        for port in wide_open(name, ports, groups, paths.lists):
            if paths.is_exposed(interface):
                yield port

    yield from _each_once(
        reached(interface, name)
        for interface in interfaces_of(instance, interfaces)
        for name in interface.groups
    )


def open_ports(
    names: Iterable[str],
    ports: tuple[int, ...],
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
) -> Iterator[int]:
    """Yield the ports that any of these groups opens to a wide source, each once.

    What was seen comes first; raises at the end where more may be open.
    """
    yield from _each_once(wide_open(name, ports, groups, lists) for name in names)


def _each_once(parts: Iterable[Iterable[int]]) -> Iterator[int]:
    found: set[int] = set()
    hidden: list[Gap] = []
    for part in parts:
        answers: Iterable[int | tuple[Gap, ...]] = part
        for each in tried(answers, lambda gaps: gaps):
            if isinstance(each, tuple):
                hidden.extend(each)
            elif each not in found:
                found.add(each)
                yield each
    if hidden:
        raise NotSeenError(hidden)


def prefix_list(name: str, lists: Evidence[PrefixList]) -> PrefixList:
    """Return the prefix list with an id; raises where the account does not see it."""
    found = next((each for each in lists if each.id == name), None)
    if found is None:
        detail = f"the account cannot see the prefix list {name}"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    return found


def protocol_of(permission: Permission) -> str:
    """Return the protocol by its name where it has one."""
    return _PROTOCOLS.get(permission.protocol, permission.protocol)


def port_range(permission: Permission) -> range:
    """Return the ports an entry opens; of a protocol without ports, none."""
    match protocol_of(permission):
        case "-1":
            return range(65536)
        case "tcp" | "udp":
            first = 0 if permission.from_port is None else max(permission.from_port, 0)
            last = permission.to_port
            return range(first, 65536 if last is None or last < 0 else last + 1)
        case _:
            return range(0)


def hits(permission: Permission, port: int) -> bool:
    """Whether an entry opens a port."""
    return port in port_range(permission)


def ports_of(permission: Permission) -> str:
    """Name the ports of an entry for people: `22`, `20-30`, `all`."""
    ports = port_range(permission)
    if len(ports) in (0, 65536):
        return "all"
    return str(ports[0]) if len(ports) == 1 else f"{ports[0]}-{ports[-1]}"


def is_workload(interface: NetworkInterface) -> bool:
    """Whether something of ours runs behind an interface, rather than the network itself."""
    return (
        interface.in_use
        and interface.type not in _NETWORK_TYPES
        and not interface.description.startswith(_NETWORK_DESCRIPTIONS)
    )


_NETWORK_TYPES = frozenset(
    {
        "gateway_load_balancer_endpoint",  # Network Firewall's endpoints too
        "natGateway",
        "transit_gateway",
        "vpc_endpoint",
    }
)
_NETWORK_DESCRIPTIONS = (
    "EC2 Instance Connect Endpoint",
    "Interface for NAT Gateway",
    "Network Interface for Transit Gateway",
    "Route 53 Resolver",
    "VPC Endpoint Interface",
    "Verified Access",
)


def route_table_of(subnet: str, vpc: str, tables: Evidence[RouteTable]) -> RouteTable | None:
    """Return the route table that a subnet names, or else its VPC's main one.

    None where there is neither: of a shared VPC only the owner sees the route tables.
    """
    own = next((each for each in tables if subnet in each.subnets), None)
    return own or next((each for each in tables if each.main and each.vpc == vpc), None)


def is_blocked(
    blocks: Evidence[BlockPublicAccess],
    exclusions: Evidence[BlockPublicAccessExclusion],
    vpc: str,
    subnet: str = "",
) -> bool:
    """Whether VPC Block Public Access cuts a VPC, or a subnet in it, off from the internet.

    Without a subnet the whole VPC is meant: then the exclusion of any subnet speaks against it.
    """
    if not any(each.mode in ("block-ingress", "block-bidirectional") for each in blocks):
        return False
    let_in = {
        each.excluded.rpartition("/")[2]
        for each in exclusions
        if each.mode == "allow-bidirectional" and each.state not in _NOT_IN_FORCE
    }
    if subnet:
        return not let_in & {vpc, subnet}
    return not any(name == vpc or name.startswith("subnet-") for name in let_in)


_NOT_IN_FORCE = frozenset({"create-failed", "delete-complete", "disable-complete"})


class Exposure(StrEnum):
    """How far the internet gets to an interface."""

    EXPOSED = "exposed to the internet"
    BLOCKED = "cut off by VPC Block Public Access"
    CLOSED = "not reachable from the internet"
    NOT_SEEN = "not seen whole"


@dataclass(frozen=True)
class Paths:
    """What decides whether the internet reaches a region's interfaces."""

    tables: Evidence[RouteTable]
    lists: Evidence[PrefixList]
    blocks: Evidence[BlockPublicAccess]
    exclusions: Evidence[BlockPublicAccessExclusion]

    def is_public(self, subnet: str, vpc: str) -> bool:
        """Whether a subnet is public; raises where its route table was not seen."""
        table = route_table_of(subnet, vpc, self.tables)
        if table is None:
            detail = f"ec2:DescribeRouteTables shows the tables of {vpc} to its owner alone"
            raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
        ways = [each for each in table.routes if each.active and each.gateway.startswith("igw-")]
        if wide_blocks(each.destination for each in ways if each.destination):
            return True
        return any(
            wide_blocks(found.blocks)
            for found in (
                prefix_list(each.prefix_list, self.lists) for each in ways if each.prefix_list
            )
            if not found.aws
        )

    def is_open(self, interface: NetworkInterface) -> bool:
        """Whether the internet would reach an interface if nothing were blocked."""
        addressed = interface.public_addresses or any(
            _is_global(address) for address in interface.ipv6_addresses
        )
        if not addressed or interface.denies_internet:
            return False
        return self.is_public(interface.subnet, interface.vpc)

    def is_exposed(self, interface: NetworkInterface) -> bool:
        """Whether the internet reaches an interface; raises where that was not seen."""
        return self.is_open(interface) and not is_blocked(
            self.blocks, self.exclusions, interface.vpc, interface.subnet
        )

    def exposure(self, interface: NetworkInterface) -> Exposure:
        """Say how far the internet gets to an interface, also where that was not seen."""
        return known(lambda: self._exposure(interface), Exposure.NOT_SEEN)

    def _exposure(self, interface: NetworkInterface) -> Exposure:
        if not self.is_open(interface):
            return Exposure.CLOSED
        return Exposure.EXPOSED if self.is_exposed(interface) else Exposure.BLOCKED


def _is_global(address: str) -> bool:
    found = ip_address(address)
    return isinstance(found, IPv6Address) and found.is_global
