"""The network of a region: VPCs, subnets, routes, interfaces, security groups and what blocks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from readiness.evidence import Scope, record, region_of


@record(Scope.REGION, "VPC")
class Vpc:
    """A VPC. Source: ec2.DescribeVpcs."""

    arn: str
    id: str
    #: Whether AWS made it with the account.
    default: bool
    tags: Mapping[str, str]
    #: Its IPv4 blocks, the first one first.
    blocks: tuple[str, ...] = ()


@record(Scope.REGION, "subnet")
class Subnet:
    """A subnet, shared ones included. Source: ec2.DescribeSubnets."""

    arn: str
    id: str
    vpc: str
    #: The zone's name differs from account to account, its id does not.
    zone: str
    zone_id: str
    #: Empty where it has IPv6 only.
    block: str = ""
    #: How many of its IPv4 addresses are free.
    free_addresses: int = 0
    #: Whether what is launched in it gets a public address unless it refuses.
    gives_public_addresses: bool = False
    #: Whether it lies on an Outpost.
    outpost: bool = False

    @property
    def in_zone(self) -> bool:
        """Whether it lies in an Availability Zone, not in a Local or Wavelength Zone or an Outpost."""
        # eu-west-1a, but us-west-2-lax-1a and us-east-1-wl1-bos-wlz-1.
        return not self.outpost and len(self.zone) == len(region_of(self.arn)) + 1


@dataclass(frozen=True, kw_only=True)
class Route:
    """One route of a route table."""

    #: An IPv4 or IPv6 block; empty where it is a prefix list.
    destination: str
    prefix_list: str
    #: An internet gateway (`igw-…`), a virtual private gateway, a gateway endpoint or `local`.
    gateway: str
    nat_gateway: str
    active: bool
    #: A machine that routes: the id of its network interface.
    interface: str = ""
    #: Any other way out, by its id: a transit gateway, a peering, an egress-only gateway, …
    other: str = ""


@record(Scope.REGION, "route table")
class RouteTable:
    """A route table; of a shared VPC only its owner sees them. Source: ec2.DescribeRouteTables."""

    arn: str
    id: str
    vpc: str
    #: Whether it serves the subnets that name no other.
    main: bool
    #: The subnets that name it.
    subnets: tuple[str, ...]
    routes: tuple[Route, ...]


@record(Scope.REGION, "network interface")
class NetworkInterface:
    """A network interface, hidden ones of services included. Source: ec2.DescribeNetworkInterfaces."""

    arn: str
    id: str
    #: `interface`, or what AWS uses it for, e.g. `natGateway`, `vpc_endpoint`.
    type: str
    description: str
    in_use: bool
    vpc: str
    subnet: str
    groups: tuple[str, ...]
    public_addresses: tuple[str, ...]
    ipv6_addresses: tuple[str, ...]
    #: Whether traffic through an internet gateway is refused at the interface.
    denies_internet: bool
    #: The public addresses that are no Elastic IP, and change when it stops.
    changing_addresses: tuple[str, ...] = ()
    #: The id of the instance that it is attached to.
    instance: str = ""
    #: Its private IPv4 addresses.
    addresses: tuple[str, ...] = ()


@record(Scope.REGION, "public address")
class PublicAddress:
    """An address by which the internet knows a network interface, for the other accounts of the scan.

    Source: ec2.DescribeNetworkInterfaces.
    """

    #: The interface's ARN and the address.
    arn: str
    address: str
    #: Whether it is an automatic one, which changes when its interface's owner stops.
    changing: bool
    #: Whether a Network Load Balancer holds it: one zone, one address, as long as it lives.
    network_balancer: bool


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What a security group lets in or out."""

    #: `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for every protocol.
    protocol: str
    #: None where every port is meant.
    from_port: int | None
    to_port: int | None
    #: IPv4 and IPv6 blocks.
    blocks: tuple[str, ...]
    prefix_lists: tuple[str, ...]
    groups: tuple[str, ...]


@record(Scope.REGION, "security group")
class SecurityGroup:
    """A security group of the account. Source: ec2.DescribeSecurityGroups."""

    arn: str
    id: str
    name: str
    description: str
    vpc: str
    ingress: tuple[Permission, ...]
    egress: tuple[Permission, ...]


@record(Scope.REGION, "prefix list")
class PrefixList:
    """A prefix list that the account can refer to: AWS's, its own, or shared with it.

    Source: ec2.DescribeManagedPrefixLists, ec2.GetManagedPrefixListEntries.
    """

    arn: str
    id: str
    #: Whether AWS keeps it; its blocks are then not looked at.
    aws: bool
    blocks: tuple[str, ...]


@record(Scope.REGION, "VPC block public access")
class BlockPublicAccess:
    """Whether the region's VPCs are cut off. Source: ec2.DescribeVpcBlockPublicAccessOptions."""

    arn: str
    #: off, block-ingress or block-bidirectional; off also where another is not in force yet.
    mode: str


@record(Scope.REGION, "exclusion from VPC block public access")
class BlockPublicAccessExclusion:
    """A VPC or subnet that is not cut off. Source: ec2.DescribeVpcBlockPublicAccessExclusions."""

    arn: str
    #: The VPC's or the subnet's ARN.
    excluded: str
    #: allow-bidirectional or allow-egress.
    mode: str
    state: str


@dataclass(frozen=True, kw_only=True)
class AclEntry:
    """One entry of a network ACL."""

    number: int
    egress: bool
    allows: bool
    #: A number, e.g. `6` for TCP, or `-1` for every protocol.
    protocol: str
    #: None where every port is meant.
    from_port: int | None
    to_port: int | None
    #: An IPv4 or IPv6 block.
    block: str


@record(Scope.REGION, "network ACL")
class NetworkAcl:
    """A network ACL. Source: ec2.DescribeNetworkAcls."""

    arn: str
    id: str
    vpc: str
    #: Whether AWS made it with its VPC.
    default: bool
    #: The subnets that it serves.
    subnets: tuple[str, ...]
    entries: tuple[AclEntry, ...]


@record(Scope.REGION, "flow log")
class FlowLog:
    """A flow log of a VPC, a subnet, an interface or a transit gateway. Source: ec2.DescribeFlowLogs."""

    arn: str
    #: The id of what it logs.
    resource: str
    active: bool
    #: ACCEPT, REJECT or ALL; of a transit gateway empty.
    traffic: str
    #: Why it cannot deliver; empty where it can.
    error: str


@dataclass(frozen=True, kw_only=True)
class PeeredVpc:
    """One side of a peering."""

    arn: str
    #: Its IPv4 blocks, the first one first; empty until the peering was accepted.
    blocks: tuple[str, ...]


@record(Scope.REGION, "VPC peering")
class Peering:
    """A peering between two VPCs. Source: ec2.DescribeVpcPeeringConnections."""

    arn: str
    #: active, pending-acceptance, expired, …
    status: str
    requester: PeeredVpc
    accepter: PeeredVpc


@record(Scope.REGION, "transit gateway attachment")
class TransitAttachment:
    """A VPC that is attached to a transit gateway, as the gateway's or the VPC's owner sees it.

    Source: ec2.DescribeTransitGatewayAttachments.
    """

    #: In the account that sees it.
    arn: str
    gateway: str
    #: The account that owns the gateway, and alone sees all that is attached to it.
    owner: str
    #: The VPC's ARN.
    vpc: str
    #: available, pending, rejected, …
    state: str

    @property
    def attached(self) -> bool:
        return self.state in ("available", "modifying")
