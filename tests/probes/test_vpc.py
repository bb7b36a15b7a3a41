"""What is seen of the network."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    Permission,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
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


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (Vpc, "describe_vpcs", "ec2:DescribeVpcs"),
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
