"""The network of a region: VPCs, subnets, routes, interfaces, security groups and what blocks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from readiness.evidence import Scope, record


@record(Scope.REGION, "VPC")
class Vpc:
    """A VPC. Source: ec2.DescribeVpcs."""

    arn: str
    id: str
    #: Whether AWS made it with the account.
    default: bool
    tags: Mapping[str, str]


@record(Scope.REGION, "subnet")
class Subnet:
    """A subnet, shared ones included. Source: ec2.DescribeSubnets."""

    arn: str
    id: str
    vpc: str
    #: The zone's name differs from account to account, its id does not.
    zone: str
    zone_id: str


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
    #: off, block-ingress or block-bidirectional.
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
