"""What is seen of the network."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
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
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
OTHER = f"arn:aws:ec2:{REGION}:444455556666"


@pytest.fixture
def ec2() -> Any:
    with mock_aws():
        yield boto3.client("ec2", region_name=REGION)


def only(evidence: Evidence[Any], **members: str) -> list[Any]:
    """Keep the records with these members: an account in moto has a default VPC besides."""
    return [
        each
        for each in evidence
        if all(getattr(each, name) == value for name, value in members.items())
    ]


def test_a_vpc_with_its_subnets_and_routes(ec2: Any) -> None:
    account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone=f"{REGION}a")[
        "Subnet"
    ]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.create_route(RouteTableId=table, DestinationIpv6CidrBlock="::/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])

    with connected(account) as connection:
        vpcs, subnets, tables = (seen(connection, kind) for kind in (Vpc, Subnet, RouteTable))
        assert_made_as_declared(connection, Vpc, Subnet, RouteTable)
    local = Route(
        destination="10.0.0.0/16", prefix_list="", gateway="local", nat_gateway="", active=True
    )
    place = f"arn:aws:ec2:{REGION}:{account}"

    assert only(vpcs, id=vpc) == [
        Vpc(arn=f"{place}:vpc/{vpc}", id=vpc, default=False, tags={}, blocks=("10.0.0.0/16",))
    ]
    assert [each.default for each in vpcs if each.id != vpc] == [True]
    assert only(subnets, vpc=vpc) == [
        Subnet(
            arn=f"{place}:subnet/{subnet['SubnetId']}",
            id=subnet["SubnetId"],
            vpc=vpc,
            zone=f"{REGION}a",
            zone_id=subnet["AvailabilityZoneId"],
            block="10.0.0.0/24",
            free_addresses=251,
        )
    ]
    main, own = sorted(only(tables, vpc=vpc), key=lambda each: not each.main)
    assert (main.main, main.subnets, main.routes) == (True, (), (local,))
    assert own == RouteTable(
        arn=f"{place}:route-table/{table}",
        id=table,
        vpc=vpc,
        main=False,
        subnets=(subnet["SubnetId"],),
        routes=(
            local,
            Route(destination="0.0.0.0/0", prefix_list="", gateway=gateway, nat_gateway="", active=True),
            Route(destination="::/0", prefix_list="", gateway=gateway, nat_gateway="", active=True),
        ),
    )  # fmt: skip


def test_a_security_group_and_the_prefix_lists(ec2: Any) -> None:
    account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    listed = ec2.create_managed_prefix_list(
        PrefixListName="offices",
        MaxEntries=2,
        AddressFamily="IPv4",
        Entries=[{"Cidr": "203.0.113.0/24"}, {"Cidr": "198.51.100.0/24"}],
    )["PrefixList"]
    group = ec2.create_security_group(GroupName="web", Description="The shop", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
                "PrefixListIds": [{"PrefixListId": listed["PrefixListId"]}],
            },
            {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]},
        ],
    )

    with connected(account) as connection:
        groups = seen(connection, SecurityGroup)
        lists = seen(connection, PrefixList)
        assert_made_as_declared(connection, SecurityGroup, PrefixList)

    web = Permission(
        protocol="tcp",
        from_port=443,
        to_port=443,
        blocks=("0.0.0.0/0", "::/0"),
        prefix_lists=(listed["PrefixListId"],),
        groups=(),
    )
    every: dict[str, Any] = {
        "protocol": "-1",
        "from_port": None,
        "to_port": None,
        "prefix_lists": (),
    }
    assert only(groups, id=group) == [
        SecurityGroup(
            arn=f"arn:aws:ec2:{REGION}:{account}:security-group/{group}",
            id=group,
            name="web",
            description="The shop",
            vpc=vpc,
            ingress=(web, Permission(**every, blocks=(), groups=(group,))),
            egress=(Permission(**every, blocks=("0.0.0.0/0",), groups=()),),
        )
    ]
    assert only(lists, id=listed["PrefixListId"]) == [
        PrefixList(
            arn=listed["PrefixListArn"],
            id=listed["PrefixListId"],
            aws=False,
            blocks=("203.0.113.0/24", "198.51.100.0/24"),
        )
    ]
    assert {each.blocks for each in lists if each.aws} == {()}


def test_a_group_that_another_account_shares_is_left_to_it() -> None:
    def listed(group: str, owner: str) -> dict[str, Any]:
        return {"GroupId": group, "GroupName": "web", "OwnerId": owner, "VpcId": "vpc-1"}

    answers = (
        Answer("ec2.describe_security_groups", {"SecurityGroups": [listed("sg-1", ACCOUNT)], "NextToken": "more"}),
        Answer("ec2.describe_security_groups", {"SecurityGroups": [listed("sg-2", "444455556666")]}, asked={"NextToken": "more"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        groups = seen(connection, SecurityGroup)

    assert [each.id for each in groups] == ["sg-1"]


ELASTIC = "198.51.100.8"


def test_interfaces_with_every_address_and_those_that_services_hide() -> None:
    def address(private: str, public: str = "") -> dict[str, Any]:
        kept = {"AllocationId": "eipalloc-1"} if public == ELASTIC else {}
        association = {"Association": {"PublicIp": public, **kept}} if public else {}
        return {"PrivateIpAddress": private, **association}

    answer = {
        "NetworkInterfaces": [
            {
                "NetworkInterfaceId": "eni-1",
                "InterfaceType": "interface",
                "Description": "Primary",
                "Status": "in-use",
                "VpcId": "vpc-1",
                "SubnetId": "subnet-1",
                "Groups": [{"GroupId": "sg-1", "GroupName": "web"}],
                "Association": {"PublicIp": "198.51.100.7"},
                "PrivateIpAddresses": [address("10.0.0.1", "198.51.100.7"), address("10.0.0.2"), address("10.0.0.3", ELASTIC)],
                "Ipv6Addresses": [{"Ipv6Address": "2a05:d018::7"}],
                "Attachment": {"AttachmentId": "eni-attach-1", "InstanceId": "i-1"},
            },
            {"NetworkInterfaceId": "eni-2", "InterfaceType": "natGateway", "Status": "available", "DenyAllIgwTraffic": True},
        ]
    }  # fmt: skip
    asked = {"IncludeManagedResources": True}
    with answering(Answer("ec2.describe_network_interfaces", answer, asked=asked)) as connection:
        interfaces = seen(connection, NetworkInterface)
        assert_made_as_declared(connection, NetworkInterface)

    assert interfaces == Evidence(
        (
            NetworkInterface(
                arn=f"{EC2}:network-interface/eni-1",
                id="eni-1",
                type="interface",
                description="Primary",
                in_use=True,
                vpc="vpc-1",
                subnet="subnet-1",
                groups=("sg-1",),
                public_addresses=("198.51.100.7", "198.51.100.8"),
                ipv6_addresses=("2a05:d018::7",),
                denies_internet=False,
                changing_addresses=("198.51.100.7",),
                instance="i-1",
                addresses=("10.0.0.1", "10.0.0.2", "10.0.0.3"),
            ),
            NetworkInterface(
                arn=f"{EC2}:network-interface/eni-2",
                id="eni-2",
                type="natGateway",
                description="",
                in_use=False,
                vpc="",
                subnet="",
                groups=(),
                public_addresses=(),
                ipv6_addresses=(),
                denies_internet=True,
            ),
        )
    )


def test_one_prefix_list_that_is_refused_hides_itself_alone() -> None:
    def listed(name: str, owner: str) -> dict[str, str]:
        arn = f"arn:aws:ec2:{REGION}:{owner}:prefix-list/{name}"
        return {"PrefixListId": name, "PrefixListArn": arn, "OwnerId": owner}

    lists = [listed("pl-1", ACCOUNT), listed("pl-2", "444455556666"), listed("pl-3", "AWS")]
    entries = {"Entries": [{"Cidr": "203.0.113.0/24"}]}
    answers = (
        Answer("ec2.describe_managed_prefix_lists", {"PrefixLists": lists}),
        Answer("ec2.get_managed_prefix_list_entries", error=DENIED),
        Answer("ec2.get_managed_prefix_list_entries", entries, asked={"PrefixListId": "pl-2"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, PrefixList)

    assert found == Evidence(
        (
            PrefixList(arn=f"{OTHER}:prefix-list/pl-2", id="pl-2", aws=False, blocks=("203.0.113.0/24",)),
            PrefixList(arn=f"arn:aws:ec2:{REGION}:AWS:prefix-list/pl-3", id="pl-3", aws=True, blocks=()),
        ),
        (refused("ec2:GetManagedPrefixListEntries", resource=f"{EC2}:prefix-list/pl-1"),),
    )  # fmt: skip


def test_block_public_access_and_every_page_of_its_exclusions() -> None:
    def page(name: str, **more: str) -> dict[str, Any]:
        return {
            "VpcBlockPublicAccessExclusions": [
                {
                    "ExclusionId": f"vpcbpa-exclude-{name}",
                    "ResourceArn": f"{EC2}:vpc/{name}",
                    "InternetGatewayExclusionMode": "allow-egress",
                    "State": "create-complete",
                }
            ],
            **more,
        }

    options = {"VpcBlockPublicAccessOptions": {"InternetGatewayBlockMode": "block-ingress"}}
    operation = "ec2.describe_vpc_block_public_access_exclusions"
    answers = (
        Answer("ec2.describe_vpc_block_public_access_options", options),
        Answer(operation, page("vpc-1", NextToken="more"), asked={}),
        Answer(operation, page("vpc-2"), asked={"NextToken": "more"}),
    )
    with answering(*answers) as connection:
        blocks = seen(connection, BlockPublicAccess)
        exclusions = seen(connection, BlockPublicAccessExclusion)
        assert_made_as_declared(connection, BlockPublicAccess, BlockPublicAccessExclusion)

    assert blocks == Evidence(
        (BlockPublicAccess(arn=f"{EC2}:vpc-block-public-access-options", mode="block-ingress"),)
    )
    assert exclusions == Evidence(
        tuple(
            BlockPublicAccessExclusion(
                arn=f"{EC2}:vpc-block-public-access-exclusion/vpcbpa-exclude-{name}",
                excluded=f"{EC2}:vpc/{name}",
                mode="allow-egress",
                state="create-complete",
            )
            for name in ("vpc-1", "vpc-2")
        )
    )


def test_routes_name_what_they_lead_to_and_subnets_where_they_lie() -> None:
    def routed(**way: str) -> dict[str, str]:
        return {"DestinationCidrBlock": "0.0.0.0/0", "State": "active", **way}

    routes = [
        routed(InstanceId="i-1", NetworkInterfaceId="eni-1"),
        routed(TransitGatewayId="tgw-1"),
        routed(EgressOnlyInternetGatewayId="eigw-1", State="blackhole"),
    ]
    listed = {
        "SubnetArn": f"{EC2}:subnet/subnet-1",
        "SubnetId": "subnet-1",
        "VpcId": "vpc-1",
        "AvailabilityZone": f"{REGION}a",
        "AvailabilityZoneId": "euw1-az1",
        "AvailableIpAddressCount": 0,
        "MapPublicIpOnLaunch": True,
        "Ipv6Native": True,
        "OutpostArn": "arn:outpost",
    }
    tabled = {"RouteTableId": "rtb-1", "OwnerId": ACCOUNT, "VpcId": "vpc-1", "Routes": routes}
    answers = (
        Answer("ec2.describe_route_tables", {"RouteTables": [tabled]}),
        Answer("ec2.describe_subnets", {"Subnets": [listed]}),
    )
    with answering(*answers) as connection:
        (table,) = seen(connection, RouteTable)
        (subnet,) = seen(connection, Subnet)

    ways = [(each.interface, each.other, each.active) for each in table.routes]
    assert ways == [("eni-1", "", True), ("", "tgw-1", True), ("", "eigw-1", False)]
    assert (subnet.block, subnet.gives_public_addresses, subnet.in_zone) == ("", True, False)


@pytest.mark.parametrize(
    ("zone", "lies"),
    [("a", True), ("-ber-1a", False), ("-wl1-ber-wlz-1", False)],
)
def test_local_and_wavelength_zones_are_no_availability_zones(zone: str, lies: bool) -> None:
    name = f"{REGION}{zone}"
    subnet = Subnet(arn=f"{EC2}:subnet/s", id="s", vpc="v", zone=name, zone_id="z")

    assert subnet.in_zone is lies


def test_network_acls_with_every_entry() -> None:
    def entry(number: int, **more: Any) -> dict[str, Any]:
        return {
            "RuleNumber": number,
            "Egress": False,
            "RuleAction": "allow",
            "Protocol": "6",
            **more,
        }

    acl = {
        "NetworkAclId": "acl-1",
        "OwnerId": ACCOUNT,
        "VpcId": "vpc-1",
        "IsDefault": False,
        "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}],
        "Entries": [
            entry(100, CidrBlock="0.0.0.0/0", PortRange={"From": 22, "To": 23}),
            entry(101, Ipv6CidrBlock="::/0", Protocol="-1", RuleAction="deny"),
        ],
    }
    other = {
        "NetworkAclId": "acl-2",
        "OwnerId": "444455556666",
        "VpcId": "vpc-2",
        "IsDefault": True,
    }
    answers = (
        Answer("ec2.describe_network_acls", {"NetworkAcls": [acl], "NextToken": "n"}, asked={}),
        Answer("ec2.describe_network_acls", {"NetworkAcls": [other]}, asked={"NextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, NetworkAcl)
        assert_made_as_declared(connection, NetworkAcl)

    alike: dict[str, Any] = {"egress": False}
    assert found == Evidence(
        (
            NetworkAcl(
                arn=f"{EC2}:network-acl/acl-1",
                id="acl-1",
                vpc="vpc-1",
                default=False,
                subnets=("subnet-1", "subnet-2"),
                entries=(
                    AclEntry(number=100, allows=True, protocol="6", from_port=22, to_port=23, block="0.0.0.0/0", **alike),
                    AclEntry(number=101, allows=False, protocol="-1", from_port=None, to_port=None, block="::/0", **alike),
                ),
            ),
            NetworkAcl(arn=f"{OTHER}:network-acl/acl-2", id="acl-2", vpc="vpc-2", default=True, subnets=(), entries=()),
        )
    )  # fmt: skip


def test_flow_logs_and_why_they_cannot_be_delivered() -> None:
    logs = [
        {"FlowLogId": "fl-1", "ResourceId": "vpc-1", "FlowLogStatus": "ACTIVE", "TrafficType": "ALL"},
        {"FlowLogId": "fl-2", "ResourceId": "tgw-1", "FlowLogStatus": "INACTIVE", "DeliverLogsErrorMessage": "Access error"},
    ]  # fmt: skip
    answers = (
        Answer("ec2.describe_flow_logs", {"FlowLogs": logs[:1], "NextToken": "n"}, asked={}),
        Answer("ec2.describe_flow_logs", {"FlowLogs": logs[1:]}, asked={"NextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, FlowLog)
        assert_made_as_declared(connection, FlowLog)

    place = f"{EC2}:vpc-flow-log"
    assert found == Evidence(
        (
            FlowLog(arn=f"{place}/fl-1", resource="vpc-1", active=True, traffic="ALL", error=""),
            FlowLog(
                arn=f"{place}/fl-2",
                resource="tgw-1",
                active=False,
                traffic="",
                error="Access error",
            ),
        )
    )


def test_public_access_that_is_not_blocked_yet() -> None:
    operation = "ec2.describe_vpc_block_public_access_options"
    options = {"InternetGatewayBlockMode": "block-ingress", "State": "update-in-progress"}
    with answering(Answer(operation, {"VpcBlockPublicAccessOptions": options})) as connection:
        (found,) = seen(connection, BlockPublicAccess)

    assert found.mode == "off"


def test_the_blocks_of_a_vpc_that_are_in_use_its_own_first() -> None:
    def block(name: str, state: str = "associated") -> dict[str, Any]:
        return {"CidrBlock": name, "CidrBlockState": {"State": state}}

    vpc = {
        "OwnerId": ACCOUNT,
        "VpcId": "vpc-1",
        "IsDefault": False,
        "CidrBlock": "10.0.0.0/16",
        "CidrBlockAssociationSet": [
            block("100.64.0.0/16"),
            block("10.1.0.0/16", "disassociated"),
            block("10.0.0.0/16"),
        ],
    }
    with answering(Answer("ec2.describe_vpcs", {"Vpcs": [vpc]})) as connection:
        (found,) = seen(connection, Vpc)

    assert found.blocks == ("10.0.0.0/16", "100.64.0.0/16")


def test_peerings_and_attachments_with_the_vpcs_of_other_accounts() -> None:
    peering = {
        "VpcPeeringConnectionId": "pcx-1",
        "Status": {"Code": "active"},
        "RequesterVpcInfo": {
            "OwnerId": ACCOUNT,
            "VpcId": "vpc-1",
            "CidrBlock": "10.0.0.0/16",
            "CidrBlockSet": [{"CidrBlock": "100.64.0.0/16"}, {"CidrBlock": "10.0.0.0/16"}],
        },
        "AccepterVpcInfo": {"OwnerId": "444455556666", "VpcId": "vpc-2", "Region": "eu-north-1"},
    }
    attachment = {
        "TransitGatewayAttachmentId": "tgw-attach-1",
        "TransitGatewayId": "tgw-1",
        "TransitGatewayOwnerId": "777788889999",
        "ResourceId": "vpc-2",
        "ResourceOwnerId": "444455556666",
        "State": "available",
    }
    listing = "ec2.describe_transit_gateway_attachments"
    wanted = {"Filters": [{"Name": "resource-type", "Values": ["vpc"]}]}
    answers = (
        Answer("ec2.describe_vpc_peering_connections", {"VpcPeeringConnections": [], "NextToken": "n"}),
        Answer("ec2.describe_vpc_peering_connections", {"VpcPeeringConnections": [peering]}, asked={"NextToken": "n"}),
        Answer(listing, {"TransitGatewayAttachments": [], "NextToken": "n"}, asked=wanted),
        Answer(
            listing,
            {"TransitGatewayAttachments": [attachment]},
            asked={**wanted, "NextToken": "n"},
        ),
    )  # fmt: skip
    with answering(*answers) as connection:
        peerings = seen(connection, Peering)
        attachments = seen(connection, TransitAttachment)
        assert_made_as_declared(connection, Peering, TransitAttachment)

    assert peerings == Evidence(
        (
            Peering(
                arn=f"{EC2}:vpc-peering-connection/pcx-1",
                status="active",
                requester=PeeredVpc(
                    arn=f"{EC2}:vpc/vpc-1", blocks=("10.0.0.0/16", "100.64.0.0/16")
                ),
                accepter=PeeredVpc(arn="arn:aws:ec2:eu-north-1:444455556666:vpc/vpc-2", blocks=()),
            ),
        )
    )
    assert attachments == Evidence(
        (
            TransitAttachment(
                arn=f"{EC2}:transit-gateway-attachment/tgw-attach-1",
                gateway="tgw-1",
                owner="777788889999",
                vpc=f"{OTHER}:vpc/vpc-2",
                state="available",
            ),
        )
    )


def test_public_addresses_for_the_other_accounts() -> None:
    balancer = {
        "NetworkInterfaceId": "eni-1",
        "InterfaceType": "network_load_balancer",
        "Status": "in-use",
        "Association": {"PublicIp": "198.51.100.7"},
        "Ipv6Addresses": [{"Ipv6Address": "2a05:d018::7"}],
    }
    private = {"NetworkInterfaceId": "eni-2", "InterfaceType": "interface", "Status": "in-use"}
    listed = Answer("ec2.describe_network_interfaces", {"NetworkInterfaces": [balancer, private]})
    with answering(listed) as connection:
        found = seen(connection, PublicAddress)

    eni = f"{EC2}:network-interface/eni-1"
    assert found == Evidence(
        (
            PublicAddress(arn=f"{eni}/198.51.100.7", address="198.51.100.7", changing=True, network_balancer=True),
            PublicAddress(arn=f"{eni}/2a05:d018::7", address="2a05:d018::7", changing=False, network_balancer=True),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (Vpc, "describe_vpcs", "ec2:DescribeVpcs"),
        (NetworkAcl, "describe_network_acls", "ec2:DescribeNetworkAcls"),
        (FlowLog, "describe_flow_logs", "ec2:DescribeFlowLogs"),
        (Peering, "describe_vpc_peering_connections", "ec2:DescribeVpcPeeringConnections"),
        (TransitAttachment, "describe_transit_gateway_attachments", "ec2:DescribeTransitGatewayAttachments"),
        (PublicAddress, "describe_network_interfaces", "ec2:DescribeNetworkInterfaces"),
        (Subnet, "describe_subnets", "ec2:DescribeSubnets"),
        (RouteTable, "describe_route_tables", "ec2:DescribeRouteTables"),
        (NetworkInterface, "describe_network_interfaces", "ec2:DescribeNetworkInterfaces"),
        (SecurityGroup, "describe_security_groups", "ec2:DescribeSecurityGroups"),
        (PrefixList, "describe_managed_prefix_lists", "ec2:DescribeManagedPrefixLists"),
        (BlockPublicAccess, "describe_vpc_block_public_access_options", "ec2:DescribeVpcBlockPublicAccessOptions"),
        (BlockPublicAccessExclusion, "describe_vpc_block_public_access_exclusions", "ec2:DescribeVpcBlockPublicAccessExclusions"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap_not_an_empty_network(
    kind: type[Any], operation: str, action: str
) -> None:
    with answering(Answer(f"ec2.{operation}", error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
