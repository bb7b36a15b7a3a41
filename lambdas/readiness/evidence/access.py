"""Ways by which people and other networks get in: sessions, endpoints, VPNs, keys and consoles."""

from __future__ import annotations

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.REGION, "managed node")
class ManagedNode:
    """A machine that Systems Manager manages. Source: ssm.DescribeInstanceInformation."""

    #: The instance's ARN; of a machine outside of EC2 its own.
    arn: str
    #: Whether its agent answers.
    online: bool


@record(Scope.REGION, "Session Manager document")
class SessionDocument:
    """How Session Manager keeps sessions. Source: ssm.ListDocuments, ssm.GetDocument."""

    arn: str
    name: str
    #: Where sessions are logged; empty where they are not.
    bucket: str
    log_group: str
    #: Whether only encrypted ones are written to.
    bucket_encrypted: bool
    log_group_encrypted: bool


@record(Scope.REGION, "EC2 Instance Connect Endpoint")
class ConnectEndpoint:
    """An endpoint that leads to the instances of a VPC. Source: ec2.DescribeInstanceConnectEndpoints."""

    arn: str
    id: str
    vpc: str
    #: Whether it can be used.
    ready: bool
    groups: tuple[str, ...]
    #: The ids of its network interfaces.
    interfaces: tuple[str, ...]
    #: Whether instances see the client's address instead of the endpoint's.
    keeps_client: bool


@dataclass(frozen=True, kw_only=True)
class PortRange:
    """Ports from the first to the last."""

    first: int
    last: int


@record(Scope.REGION, "Verified Access endpoint")
class VerifiedAccessEndpoint:
    """An endpoint of Verified Access. Source: ec2.DescribeVerifiedAccessEndpoints."""

    arn: str
    active: bool
    #: load-balancer, network-interface, rds or cidr.
    type: str
    #: http, https or tcp.
    protocol: str
    ports: tuple[PortRange, ...]
    #: What it leads to: the id of an interface, or a block of addresses; empty for the other types.
    interface: str
    block: str
    #: The subnets that it stands in, and its security groups.
    subnets: tuple[str, ...]
    groups: tuple[str, ...]


@record(Scope.REGION, "Client VPN endpoint")
class ClientVpnEndpoint:
    """An endpoint of Client VPN. Source: ec2.DescribeClientVpnEndpoints."""

    arn: str
    id: str
    #: available, pending-associate or pending.
    state: str
    #: Where it leads to: a VPC's id, or a transit gateway's.
    vpc: str
    gateway: str
    #: certificate-authentication, directory-service-authentication or federated-authentication.
    authentication: tuple[str, ...]
    #: Whether connections are logged.
    logged: bool


@dataclass(frozen=True, kw_only=True)
class ClientVpnRule:
    """What some, or all, of those who are connected may reach."""

    destination: str
    everyone: bool


@record(Scope.REGION, "authorization rules of a Client VPN endpoint")
class ClientVpnRules:
    """The rules in force of an endpoint. Source: ec2.DescribeClientVpnAuthorizationRules."""

    #: The endpoint's ARN.
    arn: str
    rules: tuple[ClientVpnRule, ...]


@record(Scope.REGION, "VPN connection")
class VpnConnection:
    """A Site-to-Site VPN connection; never its keys. Source: ec2.DescribeVpnConnections."""

    arn: str
    #: pending, available or deleting.
    state: str
    #: Where it ends: a virtual private gateway, or a transit gateway.
    gateway: str
    transit_gateway: str
    #: Of each tunnel whether it is up; empty where nothing is told.
    tunnels: tuple[bool, ...]


@record(Scope.REGION, "key pair")
class KeyPair:
    """A key pair. Source: ec2.DescribeKeyPairs."""

    arn: str
    name: str


@record(Scope.REGION, "serial console")
class SerialConsole:
    """Whether people may use the serial consoles of instances. Source: ec2.GetSerialConsoleAccessStatus."""

    arn: str
    enabled: bool
