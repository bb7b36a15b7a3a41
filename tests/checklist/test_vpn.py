"""What the checks of how private networks are reached say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity, Status
from readiness.checklist.vpn import (
    client_vpn_authentication_and_authorization,
    client_vpn_connection_logging,
    private_network_access_path_present,
    site_to_site_vpn_tunnels_up,
)
from readiness.evidence.access import (
    ClientVpnEndpoint,
    ClientVpnRule,
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
from tests.checklist.test_exposure import interface, prefix_list, route, table
from tests.checklist.test_instance_access import endpoint, instance, node, verified
from tests.checklist.test_networking import EC2, vpc
from tests.checklist.test_networking_vpcs import OTHERS, subnet
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

PRIVATE_TABLE = table(routes=(route(gateway="local", destination="10.0.0.0/16"),))
#: A VPC with a machine in a subnet without a way to the internet.
PRIVATE = (vpc(blocks=("10.0.0.0/16",)), interface(public_addresses=()), PRIVATE_TABLE)
CERTIFICATE = "certificate-authentication"


def vpn(**changes: Any) -> ClientVpnEndpoint:
    values: dict[str, Any] = {
        "arn": f"{EC2}:client-vpn-endpoint/cvpn-1",
        "id": "cvpn-1",
        "state": "available",
        "vpc": "vpc-1",
        "gateway": "",
        "authentication": ("federated-authentication",),
        "logged": True,
    }
    return ClientVpnEndpoint(**values | changes)


def ruled(*destinations: str, everyone: bool = True) -> ClientVpnRules:
    rules = (ClientVpnRule(destination=each, everyone=everyone) for each in destinations)
    return ClientVpnRules(arn=vpn().arn, rules=tuple(rules))


def connection(*tunnels: bool, **changes: Any) -> VpnConnection:
    values: dict[str, Any] = {
        "arn": f"{EC2}:vpn-connection/vpn-1",
        "state": "available",
        "gateway": "vgw-1",
        "transit_gateway": "",
        "tunnels": tunnels,
    }
    return VpnConnection(**values | changes)


def attached(
    to: str = f"{EC2}:vpc/vpc-1", gateway: str = "tgw-1", state: str = "available"
) -> TransitAttachment:
    return TransitAttachment(
        arn=f"{to.rpartition(':vpc/')[0]}:transit-gateway-attachment/{gateway}",
        gateway=gateway,
        owner="444455556666",
        vpc=to,
        state=state,
    )


HUB = attached(f"{OTHERS}:vpc/vpc-hub")
HUB_VPN = vpn(arn=f"{OTHERS}:client-vpn-endpoint/cvpn-2", id="cvpn-2", vpc="vpc-hub")
TO_VGW = table(routes=(route(destination="192.168.0.0/16", gateway="vgw-1"),))
SESSION = (instance(), node())

ROWS: dict[Check[..., Any], list[Row]] = {
    private_network_access_path_present: [
        Row("a session", {"vpc/vpc-1": PASS}, (*PRIVATE, *SESSION), says="sessions of i-1"),
        Row("a session in another VPC", NO_EVIDENCE, (*PRIVATE, instance(vpc="vpc-2"), node())),
        Row("an agent that is lost", NO_EVIDENCE, (*PRIVATE, instance(), node(online=False))),
        Row("an endpoint of Instance Connect", PASS, (*PRIVATE, endpoint())),
        Row("an endpoint that failed", NO_EVIDENCE, (*PRIVATE, endpoint(ready=False))),
        Row("an endpoint in another VPC", NO_EVIDENCE, (*PRIVATE, endpoint(vpc="vpc-2"))),
        Row("Client VPN", PASS, (*PRIVATE, vpn()), says="Client VPN cvpn-1"),
        Row("Client VPN without a network", NO_EVIDENCE, (*PRIVATE, vpn(state="pending-associate"))),
        Row("Client VPN at the transit gateway", PASS, (*PRIVATE, vpn(vpc="", gateway="tgw-1"), attached())),
        Row("Client VPN at another gateway", NO_EVIDENCE, (*PRIVATE, vpn(vpc="", gateway="tgw-2"), attached())),
        Row("a VPN connection that the VPC routes to", PASS, (*PRIVATE[:2], TO_VGW, connection()), says="vpn-1"),
        Row("a VPN connection that it does not", NO_EVIDENCE, (*PRIVATE, connection())),
        Row("a VPN connection that another VPC routes to", NO_EVIDENCE, (*PRIVATE, table(vpc="vpc-2", subnets=(), routes=TO_VGW.routes), connection())),
        Row("a VPN connection that is pending", NO_EVIDENCE, (*PRIVATE[:2], TO_VGW, connection(state="pending"))),
        Row("a VPN connection at the transit gateway", PASS, (*PRIVATE, connection(gateway="", transit_gateway="tgw-1"), attached())),
        Row("Verified Access to an interface", PASS, (*PRIVATE, verified()), says="vae-1"),
        Row("Verified Access to a subnet", PASS, (*PRIVATE, verified(type="load-balancer", interface="", subnets=("subnet-1",)), subnet())),
        Row("Verified Access elsewhere", NO_EVIDENCE, (*PRIVATE, verified(interface="", subnets=("subnet-9",)), subnet("subnet-9", vpc="vpc-2"))),
        Row("Verified Access that is being deleted", NO_EVIDENCE, (*PRIVATE, verified(active=False))),
        Row("Client VPN in a central account", PASS, (*PRIVATE, attached(), HUB, HUB_VPN), says="Client VPN cvpn-2 through tgw-1"),
        Row("Client VPN at the central account's gateway", PASS, (*PRIVATE, attached(), vpn(arn=HUB_VPN.arn, id="cvpn-2", vpc="", gateway="tgw-1"))),
        Row("a VPN connection in a central account", PASS, (*PRIVATE, attached(), connection(arn=f"{OTHERS}:vpn-connection/vpn-9", gateway="", transit_gateway="tgw-1"))),
        Row("a central account on another gateway", NO_EVIDENCE, (*PRIVATE, attached(gateway="tgw-2"), HUB, HUB_VPN)),
        Row("an attachment that was not accepted", NO_EVIDENCE, (*PRIVATE, attached(state="pendingAcceptance"), HUB, HUB_VPN)),
        Row("a central network that is not attached", NO_EVIDENCE, (*PRIVATE, attached(), HUB_VPN)),
        Row("nothing", {"vpc/vpc-1": NO_EVIDENCE}, PRIVATE),
        Row("public machines alone", NOT_APPLICABLE, (vpc(), interface(), table())),
        Row("functions alone", NOT_APPLICABLE, (vpc(), interface(public_addresses=(), type="lambda"), PRIVATE_TABLE)),
        Row("tasks alone", NOT_APPLICABLE, (vpc(), interface(public_addresses=(), description="arn:aws:ecs:eu-west-1:111122223333:attachment/1"), PRIVATE_TABLE)),
        Row("a load balancer alone", NOT_APPLICABLE, (vpc(), interface(public_addresses=(), type="network_load_balancer"), PRIVATE_TABLE)),
        Row("a database", NO_EVIDENCE, (vpc(), interface(public_addresses=(), description="RDSNetworkInterface"), PRIVATE_TABLE)),
        Row("an empty VPC", NOT_APPLICABLE, (vpc(), PRIVATE_TABLE)),
        Row("a VPC that another account shares", NOT_APPLICABLE, (vpc(arn=f"{OTHERS}:vpc/vpc-1"), interface(public_addresses=()))),
        Row("no VPC", NOT_APPLICABLE),
        Row("VPCs are dark", UNKNOWN, dark=[Vpc]),
        Row("interfaces are dark", UNKNOWN, (vpc(), PRIVATE_TABLE, *SESSION), dark=[NetworkInterface]),
        Row("one machine is seen, others are dark", PASS, (*PRIVATE, *SESSION), gaps={NetworkInterface: [dark_gap(NetworkInterface)]}),
        Row("routes are dark", UNKNOWN, (*PRIVATE[:2], *SESSION), dark=[RouteTable]),
        Row("prefix lists are dark", UNKNOWN, (*PRIVATE[:2], table(routes=(route(destination="", prefix_list="pl-1"),)), *SESSION), dark=[PrefixList]),
        Row("a prefix list to the internet", NOT_APPLICABLE, (*PRIVATE[:2], table(routes=(route(destination="", prefix_list="pl-1"),)), prefix_list())),
        Row("one subnet's routes are its owner's, another's are seen", PASS, (*PRIVATE, *SESSION, interface(id="eni-0", subnet="subnet-0", vpc="vpc-1", public_addresses=()))),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, (*PRIVATE, attached()), dark=[kind])
            for kind in (ClientVpnEndpoint, VpnConnection, VerifiedAccessEndpoint, ConnectEndpoint, Instance, TransitAttachment)
        ),
        Row("nodes are dark", UNKNOWN, (*PRIVATE, instance()), dark=[ManagedNode]),
        Row("subnets are dark", UNKNOWN, (*PRIVATE, verified(interface="", subnets=("subnet-1",))), dark=[Subnet]),
    ],
    client_vpn_authentication_and_authorization: [
        Row("SAML, by group", {"client-vpn-endpoint/cvpn-1": PASS}, (vpn(), ruled("10.0.0.0/16", everyone=False), vpc())),
        Row("a directory", PASS, (vpn(authentication=("directory-service-authentication",)), ruled())),
        Row("SAML and certificates", PASS, (vpn(authentication=(CERTIFICATE, "federated-authentication")), ruled())),
        Row("certificates alone", FAIL, (vpn(authentication=(CERTIFICATE,)), ruled()), severity=Severity.LOW),
        Row("nothing", FAIL, (vpn(authentication=()), ruled()), severity=Severity.HIGH),
        Row("everyone to a narrow network", PASS, (vpn(), ruled("10.0.1.0/24"), vpc(blocks=("10.0.0.0/16",)))),
        Row("everyone to the internet", FAIL, (vpn(), ruled("0.0.0.0/0"), vpc()), severity=Severity.HIGH, says="0.0.0.0/0"),
        Row("everyone to all of IPv6", FAIL, (vpn(), ruled("::/0"), vpc())),
        Row("everyone to what may be all of a VPC by IPv6", NO_EVIDENCE, (vpn(), ruled("2001:db8:0:100::/56"), vpc()), says="is not told"),
        Row("everyone to a subnet by IPv6", PASS, (vpn(), ruled("2001:db8:0:101::/64"), vpc())),
        Row("everyone to two halves of the internet", FAIL, (vpn(), ruled("0.0.0.0/1", "128.0.0.0/1"), vpc())),
        Row("everyone to a whole VPC", FAIL, (vpn(), ruled("10.0.0.0/16"), vpc(blocks=("10.0.0.0/16",))), says="all of vpc-1"),
        Row("everyone to more than a VPC", FAIL, (vpn(), ruled("10.0.0.0/8"), vpc(blocks=("10.0.0.0/16",)))),
        Row("certificates alone, and everyone to everything", FAIL, (vpn(authentication=(CERTIFICATE,)), ruled("0.0.0.0/0")), severity=Severity.HIGH),
        Row("no endpoint", NOT_APPLICABLE),
        Row("endpoints are dark", UNKNOWN, dark=[ClientVpnEndpoint]),
        Row("rules are dark", UNKNOWN, (vpn(), vpc()), dark=[ClientVpnRules]),
        Row("VPCs are dark", UNKNOWN, (vpn(), ruled("10.0.1.0/24")), dark=[Vpc]),
        Row("VPCs are dark, and everyone reaches everything", FAIL, (vpn(), ruled("0.0.0.0/0")), dark=[Vpc]),
    ],
    client_vpn_connection_logging: [
        Row("it logs", {"client-vpn-endpoint/cvpn-1": PASS}, (vpn(),)),
        Row("it does not", FAIL, (vpn(logged=False),), severity=Severity.LOW),
        Row("endpoints are dark", UNKNOWN, dark=[ClientVpnEndpoint]),
    ],
    site_to_site_vpn_tunnels_up: [
        Row("two up", {"vpn-connection/vpn-1": PASS}, (connection(True, True),)),
        Row("one up", FAIL, (connection(True, False),), severity=Severity.MEDIUM, says="1 of two"),
        Row("none up", FAIL, (connection(False, False),)),
        Row("nothing is told", UNKNOWN, (connection(),)),
        Row("it is pending", NOT_APPLICABLE, (connection(False, False, state="pending"),)),
        Row("connections are dark", UNKNOWN, dark=[VpnConnection]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


ITEM = "security/deploy-a-vpn-server"


def test_sessions_alone_need_no_vpn() -> None:
    assert verdict_of(ITEM, (*PRIVATE, *SESSION)) is Status.PASS
    assert verdict_of(ITEM, PRIVATE) is Status.NO_EVIDENCE
    assert verdict_of(ITEM, (*PRIVATE, *SESSION, connection(True, False))) is Status.FAIL
    assert verdict_of(ITEM, ()) is Status.NOT_APPLICABLE


def test_low_failures_beside_a_way_in_do_not_fail_the_item() -> None:
    seen = (*PRIVATE, *SESSION, vpn(authentication=(CERTIFICATE,), logged=False), ruled())

    assert verdict_of(ITEM, seen) is Status.PASS
