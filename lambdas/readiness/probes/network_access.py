"""Look at the ways into a VPC that EC2 offers: endpoints, VPNs, key pairs and the serial console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.access import (
    ClientVpnEndpoint,
    ClientVpnRule,
    ClientVpnRules,
    ConnectEndpoint,
    KeyPair,
    PortRange,
    SerialConsole,
    VerifiedAccessEndpoint,
    VpnConnection,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

#: States in which an endpoint of Instance Connect serves; an update that fails changes nothing.
_READY = ("create-complete", "update-in-progress", "update-complete", "update-failed")


@probe(ConnectEndpoint, "ec2.describe_instance_connect_endpoints")
def connect_endpoints(aws: Aws) -> Iterator[ConnectEndpoint]:
    for each in aws.pages(
        "ec2.describe_instance_connect_endpoints", "InstanceConnectEndpoints", MaxResults=50
    ):
        yield ConnectEndpoint(
            arn=each["InstanceConnectEndpointArn"],
            id=each["InstanceConnectEndpointId"],
            vpc=each["VpcId"],
            ready=each["State"] in _READY,
            groups=tuple(each.get("SecurityGroupIds") or ()),
            interfaces=tuple(each.get("NetworkInterfaceIds") or ()),
            keeps_client=each.get("PreserveClientIp", False),
        )


@probe(VerifiedAccessEndpoint, "ec2.describe_verified_access_endpoints")
def verified_access_endpoints(aws: Aws) -> Iterator[VerifiedAccessEndpoint]:
    for each in aws.pages(
        "ec2.describe_verified_access_endpoints", "VerifiedAccessEndpoints", MaxResults=200
    ):
        options = _options(each)
        yield VerifiedAccessEndpoint(
            arn=aws.arn("ec2", f"verified-access-endpoint/{each['VerifiedAccessEndpointId']}"),
            active=each["Status"]["Code"] in ("active", "updating"),
            type=each["EndpointType"],
            protocol=options.get("Protocol", ""),
            ports=tuple(_ports(options)),
            interface=options.get("NetworkInterfaceId", ""),
            block=options.get("Cidr", ""),
            subnets=tuple(options.get("SubnetIds") or ()),
            groups=tuple(each.get("SecurityGroupIds") or ()),
        )


def _options(endpoint: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options of an endpoint's type; the others are absent."""
    names = ("LoadBalancerOptions", "NetworkInterfaceOptions", "RdsOptions", "CidrOptions")
    return next((endpoint[name] for name in names if endpoint.get(name)), {})


def _ports(options: Mapping[str, Any]) -> Iterator[PortRange]:
    if "Port" in options:
        yield PortRange(first=options["Port"], last=options["Port"])
    for each in options.get("PortRanges") or ():
        yield PortRange(first=each["FromPort"], last=each["ToPort"])


@probe(ClientVpnEndpoint, "ec2.describe_client_vpn_endpoints")
def client_vpn_endpoints(aws: Aws) -> Iterator[ClientVpnEndpoint]:
    for each in aws.pages(
        "ec2.describe_client_vpn_endpoints", "ClientVpnEndpoints", MaxResults=1000
    ):
        state = each["Status"]["Code"]
        if state not in ("deleting", "deleted"):
            name = each["ClientVpnEndpointId"]
            yield ClientVpnEndpoint(
                arn=aws.arn("ec2", f"client-vpn-endpoint/{name}"),
                id=name,
                state=state,
                vpc=each.get("VpcId", ""),
                gateway=(each.get("TransitGatewayConfiguration") or {}).get("TransitGatewayId", ""),
                authentication=tuple(
                    option["Type"] for option in each.get("AuthenticationOptions") or ()
                ),
                logged=each["ConnectionLogOptions"]["Enabled"],
            )


@probe(ClientVpnRules, "ec2.describe_client_vpn_authorization_rules")
def client_vpn_rules(
    aws: Aws, endpoints: Evidence[ClientVpnEndpoint]
) -> Iterator[ClientVpnRules | Gap]:
    def look(endpoint: ClientVpnEndpoint) -> Iterator[ClientVpnRules]:
        listed = aws.pages(
            "ec2.describe_client_vpn_authorization_rules",
            "AuthorizationRules",
            ClientVpnEndpointId=endpoint.id,
            MaxResults=1000,
        )
        yield ClientVpnRules(
            arn=endpoint.arn,
            rules=tuple(
                ClientVpnRule(
                    destination=each["DestinationCidr"], everyone=each.get("AccessAll", False)
                )
                for each in listed
                if each["Status"]["Code"] in ("active", "authorizing")
            ),
        )

    yield from aws.each(endpoints, look)


@probe(VpnConnection, "ec2.describe_vpn_connections")
def vpn_connections(aws: Aws) -> Iterator[VpnConnection]:
    for each in aws.pages("ec2.describe_vpn_connections", "VpnConnections"):
        if each["State"] != "deleted":
            # Its configuration holds the keys that both ends share: it is not looked at.
            yield VpnConnection(
                arn=aws.arn("ec2", f"vpn-connection/{each['VpnConnectionId']}"),
                state=each["State"],
                gateway=each.get("VpnGatewayId", ""),
                transit_gateway=each.get("TransitGatewayId", ""),
                tunnels=tuple(
                    tunnel["Status"] == "UP" for tunnel in each.get("VgwTelemetry") or ()
                ),
            )


@probe(KeyPair, "ec2.describe_key_pairs")
def key_pairs(aws: Aws) -> Iterator[KeyPair]:
    for each in aws.pages("ec2.describe_key_pairs", "KeyPairs"):
        name = each["KeyName"]
        yield KeyPair(arn=aws.arn("ec2", f"key-pair/{name}"), name=name)


@probe(SerialConsole, "ec2.get_serial_console_access_status")
def serial_console(aws: Aws) -> Iterator[SerialConsole]:
    answer = aws.get("ec2.get_serial_console_access_status")
    yield SerialConsole(
        arn=aws.arn("ec2", "serial-console-access"), enabled=answer["SerialConsoleAccessEnabled"]
    )
