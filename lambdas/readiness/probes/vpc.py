"""Look at the network half of EC2: VPCs, subnets, routes, interfaces and security groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.network import (
    AclEntry,
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    FlowLog,
    NetworkAcl,
    NetworkInterface,
    PeeredVpc,
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
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of


@probe(Vpc, "ec2.describe_vpcs")
def vpcs(aws: Aws) -> Iterator[Vpc]:
    for each in aws.pages("ec2.describe_vpcs", "Vpcs"):
        yield Vpc(
            arn=_arn(aws, each["OwnerId"], f"vpc/{each['VpcId']}"),
            id=each["VpcId"],
            default=each["IsDefault"],
            tags=tags_of(each),
            blocks=_blocks(each),
        )


def _blocks(vpc: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the IPv4 blocks of a VPC that are in use, its own first."""
    used = (
        each["CidrBlock"]
        for each in vpc.get("CidrBlockAssociationSet") or ()
        if each["CidrBlockState"]["State"] == "associated"
    )
    return tuple(sorted(used, key=lambda block: block != vpc["CidrBlock"]))


@probe(Subnet, "ec2.describe_subnets")
def subnets(aws: Aws) -> Iterator[Subnet]:
    for each in aws.pages("ec2.describe_subnets", "Subnets"):
        yield Subnet(
            arn=each["SubnetArn"],
            id=each["SubnetId"],
            vpc=each["VpcId"],
            zone=each["AvailabilityZone"],
            zone_id=each["AvailabilityZoneId"],
            block="" if each.get("Ipv6Native", False) else each["CidrBlock"],
            free_addresses=each["AvailableIpAddressCount"],
            gives_public_addresses=each["MapPublicIpOnLaunch"],
            outpost=bool(each.get("OutpostArn")),
        )


@probe(RouteTable, "ec2.describe_route_tables")
def route_tables(aws: Aws) -> Iterator[RouteTable]:
    for each in aws.pages("ec2.describe_route_tables", "RouteTables"):
        associations = each.get("Associations") or ()
        yield RouteTable(
            arn=_arn(aws, each["OwnerId"], f"route-table/{each['RouteTableId']}"),
            id=each["RouteTableId"],
            vpc=each["VpcId"],
            main=any(association.get("Main", False) for association in associations),
            subnets=tuple(
                association["SubnetId"] for association in associations if "SubnetId" in association
            ),
            routes=tuple(_route(route) for route in each.get("Routes") or ()),
        )


def _route(each: Mapping[str, Any]) -> Route:
    return Route(
        destination=each.get("DestinationCidrBlock") or each.get("DestinationIpv6CidrBlock") or "",
        prefix_list=each.get("DestinationPrefixListId", ""),
        gateway=each.get("GatewayId", ""),
        nat_gateway=each.get("NatGatewayId", ""),
        active=each["State"] == "active",
        # A route to an instance names its network interface too.
        interface=each.get("NetworkInterfaceId", ""),
        other=next((each[way] for way in _OTHER_WAYS if each.get(way)), ""),
    )


_OTHER_WAYS = (
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "OdbNetworkArn",
)


@probe(NetworkInterface, "ec2.describe_network_interfaces")
def network_interfaces(aws: Aws) -> Iterator[NetworkInterface]:
    # Services hide interfaces that they manage unless these are asked for.
    listed = aws.pages(
        "ec2.describe_network_interfaces", "NetworkInterfaces", IncludeManagedResources=True
    )
    for each in listed:
        addresses = [each, *(each.get("PrivateIpAddresses") or ())]
        associations = [address.get("Association") or {} for address in addresses]
        yield NetworkInterface(
            arn=aws.arn("ec2", f"network-interface/{each['NetworkInterfaceId']}"),
            id=each["NetworkInterfaceId"],
            type=each["InterfaceType"],
            description=each.get("Description", ""),
            in_use=each["Status"] == "in-use",
            vpc=each.get("VpcId", ""),
            subnet=each.get("SubnetId", ""),
            groups=tuple(group["GroupId"] for group in each.get("Groups") or ()),
            public_addresses=_public(associations),
            ipv6_addresses=tuple(
                address["Ipv6Address"] for address in each.get("Ipv6Addresses") or ()
            ),
            denies_internet=each.get("DenyAllIgwTraffic", False),
            # Addresses of services have owners of many names: what counts is the allocation.
            changing_addresses=_public(
                association for association in associations if not association.get("AllocationId")
            ),
            instance=(each.get("Attachment") or {}).get("InstanceId", ""),
            addresses=tuple(
                address["PrivateIpAddress"]
                for address in each.get("PrivateIpAddresses") or ()
                if "PrivateIpAddress" in address
            ),
        )


def _public(associations: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    found = (association.get("PublicIp") for association in associations)
    return tuple(dict.fromkeys(address for address in found if address))


@probe(PublicAddress)
def public_addresses(
    aws: Aws, interfaces: Evidence[NetworkInterface]
) -> Iterator[PublicAddress | Gap]:
    def look(each: NetworkInterface) -> Iterator[PublicAddress]:
        for address in (*each.public_addresses, *each.ipv6_addresses):
            yield PublicAddress(
                arn=f"{each.arn}/{address}",
                address=address,
                changing=address in each.changing_addresses,
                network_balancer=each.type == "network_load_balancer",
            )

    yield from aws.each(interfaces, look)


@probe(SecurityGroup, "ec2.describe_security_groups")
def security_groups(aws: Aws) -> Iterator[SecurityGroup]:
    for each in aws.pages("ec2.describe_security_groups", "SecurityGroups"):
        if each["OwnerId"] != aws.account:
            continue  # shared by another account, and judged there
        yield SecurityGroup(
            arn=aws.arn("ec2", f"security-group/{each['GroupId']}"),
            id=each["GroupId"],
            name=each["GroupName"],
            description=each.get("Description", ""),
            vpc=each.get("VpcId", ""),
            ingress=tuple(_permission(entry) for entry in each.get("IpPermissions") or ()),
            egress=tuple(_permission(entry) for entry in each.get("IpPermissionsEgress") or ()),
        )


def _permission(each: Mapping[str, Any]) -> Permission:
    return Permission(
        protocol=each["IpProtocol"],
        from_port=each.get("FromPort"),
        to_port=each.get("ToPort"),
        blocks=(
            *(entry["CidrIp"] for entry in each.get("IpRanges") or ()),
            *(entry["CidrIpv6"] for entry in each.get("Ipv6Ranges") or ()),
        ),
        prefix_lists=tuple(entry["PrefixListId"] for entry in each.get("PrefixListIds") or ()),
        groups=tuple(
            pair.get("GroupId") or pair.get("GroupName", "")
            for pair in each.get("UserIdGroupPairs") or ()
        ),
    )


@probe(PrefixList, "ec2.describe_managed_prefix_lists", "ec2.get_managed_prefix_list_entries")
def prefix_lists(aws: Aws) -> Iterator[PrefixList | Gap]:
    listed = aws.pages("ec2.describe_managed_prefix_lists", "PrefixLists")

    def look(each: Mapping[str, Any]) -> Iterator[PrefixList]:
        owned_by_aws = each["OwnerId"] == "AWS"
        entries = (
            ()
            if owned_by_aws
            else aws.pages(
                "ec2.get_managed_prefix_list_entries", "Entries", PrefixListId=each["PrefixListId"]
            )
        )
        yield PrefixList(
            arn=each["PrefixListArn"],
            id=each["PrefixListId"],
            aws=owned_by_aws,
            blocks=tuple(entry["Cidr"] for entry in entries),
        )

    yield from aws.each(listed, look, arn=lambda each: str(each["PrefixListArn"]))


@probe(BlockPublicAccess, "ec2.describe_vpc_block_public_access_options")
def block_public_access(aws: Aws) -> Iterator[BlockPublicAccess]:
    answer = aws.get("ec2.describe_vpc_block_public_access_options")
    options = answer["VpcBlockPublicAccessOptions"]
    # It takes minutes until a mode is in force.
    in_force = options.get("State") != "update-in-progress"
    yield BlockPublicAccess(
        arn=aws.arn("ec2", "vpc-block-public-access-options"),
        mode=options["InternetGatewayBlockMode"] if in_force else "off",
    )


@probe(BlockPublicAccessExclusion, "ec2.describe_vpc_block_public_access_exclusions")
def block_public_access_exclusions(aws: Aws) -> Iterator[BlockPublicAccessExclusion]:
    for each in aws.pages(
        "ec2.describe_vpc_block_public_access_exclusions", "VpcBlockPublicAccessExclusions"
    ):
        yield BlockPublicAccessExclusion(
            arn=aws.arn("ec2", f"vpc-block-public-access-exclusion/{each['ExclusionId']}"),
            excluded=each["ResourceArn"],
            mode=each["InternetGatewayExclusionMode"],
            state=each["State"],
        )


@probe(NetworkAcl, "ec2.describe_network_acls")
def network_acls(aws: Aws) -> Iterator[NetworkAcl]:
    for each in aws.pages("ec2.describe_network_acls", "NetworkAcls"):
        yield NetworkAcl(
            arn=_arn(aws, each["OwnerId"], f"network-acl/{each['NetworkAclId']}"),
            id=each["NetworkAclId"],
            vpc=each["VpcId"],
            default=each["IsDefault"],
            subnets=tuple(to["SubnetId"] for to in each.get("Associations") or ()),
            entries=tuple(_acl_entry(entry) for entry in each.get("Entries") or ()),
        )


def _acl_entry(each: Mapping[str, Any]) -> AclEntry:
    ports = each.get("PortRange") or {}
    return AclEntry(
        number=each["RuleNumber"],
        egress=each["Egress"],
        allows=each["RuleAction"] == "allow",
        protocol=each["Protocol"],
        from_port=ports.get("From"),
        to_port=ports.get("To"),
        block=each.get("CidrBlock") or each["Ipv6CidrBlock"],
    )


@probe(FlowLog, "ec2.describe_flow_logs")
def flow_logs(aws: Aws) -> Iterator[FlowLog]:
    for each in aws.pages("ec2.describe_flow_logs", "FlowLogs"):
        yield FlowLog(
            arn=aws.arn("ec2", f"vpc-flow-log/{each['FlowLogId']}"),
            resource=each["ResourceId"],
            active=each["FlowLogStatus"] == "ACTIVE",
            traffic=each.get("TrafficType", ""),
            error=each.get("DeliverLogsErrorMessage")
            or ("failed" if each.get("DeliverLogsStatus") == "FAILED" else ""),
        )


@probe(Peering, "ec2.describe_vpc_peering_connections")
def peerings(aws: Aws) -> Iterator[Peering]:
    for each in aws.pages("ec2.describe_vpc_peering_connections", "VpcPeeringConnections"):
        yield Peering(
            arn=aws.arn("ec2", f"vpc-peering-connection/{each['VpcPeeringConnectionId']}"),
            status=each["Status"]["Code"],
            requester=_peered(aws, each["RequesterVpcInfo"]),
            accepter=_peered(aws, each["AccepterVpcInfo"]),
        )


def _peered(aws: Aws, each: Mapping[str, Any]) -> PeeredVpc:
    region = each.get("Region") or aws.region
    place = f"arn:{aws.partition}:ec2:{region}:{each['OwnerId']}"
    return PeeredVpc(
        arn=f"{place}:vpc/{each['VpcId']}",
        blocks=tuple(
            sorted(
                (block["CidrBlock"] for block in each.get("CidrBlockSet") or ()),
                key=lambda block: block != each.get("CidrBlock"),
            )
        ),
    )


@probe(TransitAttachment, "ec2.describe_transit_gateway_attachments")
def transit_attachments(aws: Aws) -> Iterator[TransitAttachment]:
    # The listing of VPCs' attachments alone does not tell who owns the gateway.
    for each in aws.pages(
        "ec2.describe_transit_gateway_attachments",
        "TransitGatewayAttachments",
        Filters=[{"Name": "resource-type", "Values": ["vpc"]}],
    ):
        name = each["TransitGatewayAttachmentId"]
        yield TransitAttachment(
            arn=aws.arn("ec2", f"transit-gateway-attachment/{name}"),
            gateway=each["TransitGatewayId"],
            owner=each["TransitGatewayOwnerId"],
            vpc=_arn(aws, each["ResourceOwnerId"], f"vpc/{each['ResourceId']}"),
            state=each["State"],
        )


def _arn(aws: Aws, owner: str, resource: str) -> str:
    """Return the ARN of what another account may own and share with this one."""
    return f"arn:{aws.partition}:ec2:{aws.region}:{owner}:{resource}"
