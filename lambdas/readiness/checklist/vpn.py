"""How do people and other networks reach what has no public address: by a service that knows who they are?

The checks of "Deploy a VPN Server".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from ipaddress import IPv4Network, ip_network

from readiness.checklist.exposure import Paths, is_workload, wide_blocks
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.tiers import is_front_door
from readiness.checklist.ways_in import first_way
from readiness.evidence import Evidence, Pooled, Reason, account_of
from readiness.evidence.access import (
    ClientVpnEndpoint,
    ClientVpnRules,
    ConnectEndpoint,
    ManagedNode,
    VerifiedAccessEndpoint,
    VpnConnection,
)
from readiness.evidence.compute import Instance
from readiness.evidence.network import (
    NetworkInterface,
    PrefixList,
    RouteTable,
    Subnet,
    TransitAttachment,
    Vpc,
)
from readiness.evidence.unseen import known

#: Interfaces of what nobody logs in to: AWS runs the machine.
_SERVERLESS = frozenset(
    {
        "api_gateway_managed",
        "aws_codestar_connections_managed",
        "iot_rules_managed",
        "lambda",
        "quicksight",
    }
)
_TASK = re.compile(r"arn:[^:]+:ecs:.*:attachment/")
_AVAILABLE = "available"


@check(Severity.MEDIUM)
def private_network_access_path_present(
    vpc: Vpc,
    interfaces: Evidence[NetworkInterface],
    subnets: Evidence[Subnet],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    vpns: Evidence[ClientVpnEndpoint],
    connections: Evidence[VpnConnection],
    verified: Evidence[VerifiedAccessEndpoint],
    endpoints: Evidence[ConnectEndpoint],
    nodes: Evidence[ManagedNode],
    instances: Evidence[Instance],
    attachments: Evidence[TransitAttachment],
    all_attachments: Pooled[TransitAttachment],
    all_vpns: Pooled[ClientVpnEndpoint],
    all_connections: Pooled[VpnConnection],
    unit: Unit,
) -> Result:
    """What has no public address still has to be reached, by somebody who is known, on a way that is logged.

    Pass: Client VPN, a Site-to-Site VPN, Verified Access, an EC2 Instance Connect Endpoint or a session
    of Systems Manager leads into the VPC, or a transit gateway leads to a network in which one of the
    VPNs ends, in any account. A VPC is judged that has machines in private subnets.
    Fix: use Session Manager, or set up Client VPN with SAML or Verified Access; attest what AWS does
    not see.
    Blind spot: Direct Connect, VPN servers on instances and the services of others are not seen.
    See: https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/what-is.html
    """
    if account_of(vpc.arn) != unit.account:
        return not_applicable("belongs to another account, whose network it is")
    paths = Paths(tables=tables, lists=lists, blocks=Evidence(), exclusions=Evidence())
    own = interfaces.about(vpc.id, "vpc")

    def is_private(interface: NetworkInterface) -> bool:
        return _is_a_machine(interface) and not paths.is_public(interface.subnet, vpc.id)

    witness = known(lambda: any(known(partial(is_private, each), False) for each in own), False)
    if not witness and not any(map(is_private, own)):
        return not_applicable("has no machine in a private subnet")

    def gateways() -> Iterator[str]:
        for each in attachments:
            if each.vpc == vpc.arn and each.state == _AVAILABLE:
                yield each.gateway

    def by_session() -> str:
        online = (nodes.of(each.arn) for each in instances if each.vpc == vpc.id)
        found = next((node for node in online if node is not None and node.online), None)
        return f"is reached by sessions of {found.arn.rpartition('/')[2]}" if found else ""

    def by_endpoint() -> str:
        found = next((each for each in endpoints if each.ready and each.vpc == vpc.id), None)
        return f"is reached by the endpoint {found.id}" if found else ""

    def by_client_vpn() -> str:
        for each in vpns:
            leads = each.vpc == vpc.id or (each.gateway and each.gateway in gateways())
            if each.state == _AVAILABLE and leads:
                return f"is reached by Client VPN {each.id}"
        return ""

    def by_connection() -> str:
        for each in connections:
            if each.state == _AVAILABLE and (
                (each.gateway and _routes_to(each.gateway, vpc, tables))
                or (each.transit_gateway and each.transit_gateway in gateways())
            ):
                return f"is reached by {each.arn.rpartition('/')[2]}"
        return ""

    def by_verified_access() -> str:
        for each in verified:
            places = (subnet for name in each.subnets for subnet in subnets.about(name, "id"))
            faces = interfaces.about(each.interface, "id") if each.interface else ()
            if each.active and any(place.vpc == vpc.id for place in (*faces, *places)):
                return f"is reached by {each.arn.rpartition('/')[2]} of Verified Access"
        return ""

    def by_central_network() -> str:
        for gateway in gateways():
            found = _ends_at(gateway, all_attachments, all_vpns, all_connections)
            if found:
                return f"is reached by {found} through {gateway}"
        return ""

    found = first_way(
        (
            by_session,
            by_endpoint,
            by_client_vpn,
            by_connection,
            by_verified_access,
            by_central_network,
        )
    )
    if found:
        return passed(found)
    return no_evidence("has machines in private subnets, and no way to them that AWS shows")


def _is_a_machine(interface: NetworkInterface) -> bool:
    return (
        is_workload(interface)
        and interface.type not in _SERVERLESS
        and not is_front_door(interface)
        and not _TASK.match(interface.description)
    )


def _routes_to(gateway: str, vpc: Vpc, tables: Evidence[RouteTable]) -> bool:
    """Whether a VPC sends anything to a virtual private gateway."""
    return any(
        route.gateway == gateway and route.active
        for table in tables
        if table.vpc == vpc.id
        for route in table.routes
    )


def _ends_at(
    gateway: str,
    attachments: Pooled[TransitAttachment],
    vpns: Pooled[ClientVpnEndpoint],
    connections: Pooled[VpnConnection],
) -> str:
    """Return the VPN that a transit gateway leads to, in whichever account it is."""

    def by_connection() -> str:
        for each in connections:
            if each.transit_gateway == gateway and each.state == _AVAILABLE:
                return each.arn.rpartition("/")[2]
        return ""

    def by_client_vpn() -> str:
        for each in vpns:
            if each.state == _AVAILABLE and (each.gateway == gateway or attached(each.vpc)):
                return f"Client VPN {each.id}"
        return ""

    def attached(vpc: str) -> bool:
        return bool(vpc) and any(
            each.gateway == gateway and each.state == _AVAILABLE and each.vpc.endswith(f"/{vpc}")
            for each in attachments
        )

    return first_way((by_connection, by_client_vpn))


@check(Severity.HIGH)
def client_vpn_authentication_and_authorization(
    endpoint: ClientVpnEndpoint, rules: Evidence[ClientVpnRules], vpcs: Evidence[Vpc]
) -> Result:
    """A VPN that lets everyone who is connected reach everything is a second internet inside.

    Pass: people are authenticated by SAML or a directory, and no rule lets everyone reach all
    addresses or a whole VPC. Certificates alone are a low failure: they are a key, and no person.
    Fix: authenticate by SAML, and authorize each group for the networks that it needs.
    See: https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/cvpn-working-rules.html
    """
    if not endpoint.authentication:
        return failed("authenticates nobody")
    found = rules.of(endpoint.arn)
    for_everyone = [each.destination for each in (found.rules if found else ()) if each.everyone]
    wide = next(iter(wide_blocks(for_everyone)), "")
    if wide:
        return failed(f"lets everyone who is connected reach {wide}")
    for destination in for_everyone:
        for vpc in vpcs:
            if any(_is_within(block, destination) for block in vpc.blocks):
                return failed(f"lets everyone who is connected reach all of {vpc.id}")
    # A VPC has an IPv6 block of 44 to 60 bits; which one is its own is not looked at.
    for destination in for_everyone:
        network = ip_network(destination, strict=False)
        if network.version == 6 and network.prefixlen <= _LONGEST_OF_A_VPC:
            said = f"lets everyone who is connected reach {destination}"
            return no_evidence(f"{said}; whether that is all of a VPC is not told")
    if set(endpoint.authentication) == {"certificate-authentication"}:
        return failed("authenticates by certificates alone", Severity.LOW)
    ways = ", ".join(endpoint.authentication)
    return passed(
        f"authenticates by {ways}, and lets nobody reach a whole network just by being there"
    )


_LONGEST_OF_A_VPC = 60


def _is_within(block: str, destination: str) -> bool:
    inner, outer = ip_network(block), ip_network(destination, strict=False)
    if not (isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network)):
        return False
    return inner.subnet_of(outer)


@check(Severity.LOW)
def client_vpn_connection_logging(endpoint: ClientVpnEndpoint) -> Result:
    """Who was connected when is the first question after the fact.

    Pass: the endpoint logs connections.
    Fix: turn on connection logging, into a log group.
    See: https://docs.aws.amazon.com/vpn/latest/clientvpn-admin/connection-logging.html
    """
    if endpoint.logged:
        return passed("logs who connects")
    return failed("does not log who connects")


@check(Severity.MEDIUM)
def site_to_site_vpn_tunnels_up(connection: VpnConnection) -> Result:
    """AWS replaces one end of a tunnel at a time, and a connection with one tunnel is down then.

    Pass: two tunnels of the connection are up.
    Fix: configure the second tunnel at the customer gateway; where the device can hold one tunnel
    alone, accept the failure.
    See: https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
    """
    if connection.state != _AVAILABLE:
        return not_applicable(f"is {connection.state}")
    if not connection.tunnels:
        return unknown(Reason.UNDECIDED, "tells nothing of its tunnels")
    up = sum(connection.tunnels)
    return passed("has two tunnels up") if up >= 2 else failed(f"has {up} of two tunnels up")
