"""What is seen of addresses, NAT gateways and load balancers."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.balancing import (
    BalancerOwner,
    ClassicListener,
    ClassicLoadBalancer,
    LoadBalancer,
)
from readiness.evidence.egress import Address, NatGateway
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
BALANCERS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer"


def address(**changes: Any) -> Address:
    values: dict[str, Any] = {
        "arn": f"{EC2}:elastic-ip/eipalloc-1",
        "public_ip": "192.0.2.1",
        "associated": False,
        "instance": "",
        "pool": "amazon",
        "managed_by": "",
        "tags": {},
    }
    return Address(**values | changes)


ADDRESSES: dict[str, tuple[dict[str, Any], Address]] = {
    "of nothing": ({}, address()),
    "of an instance": ({"AssociationId": "eipassoc-1", "InstanceId": "i-1"}, address(associated=True, instance=f"{EC2}:instance/i-1")),
    "of an interface": ({"AssociationId": "eipassoc-1", "InstanceId": ""}, address(associated=True)),
    "brought along": ({"PublicIpv4Pool": "ipv4pool-ec2-1"}, address(pool="ipv4pool-ec2-1")),
    "of a carrier": ({"PublicIp": "", "CarrierIp": "155.146.10.1"}, address(public_ip="155.146.10.1")),
    "of an Outpost": ({"PublicIp": "", "CustomerOwnedIp": "198.51.100.9", "CustomerOwnedIpv4Pool": "ipv4pool-coip-1"}, address(public_ip="198.51.100.9", pool="ipv4pool-coip-1")),
    "of a load balancer": ({"ServiceManaged": "alb"}, address(managed_by="alb")),
    "tagged": ({"Tags": [{"Key": "a", "Value": "b"}]}, address(tags={"a": "b"})),
    "without an allocation": ({"AllocationId": ""}, address(arn=f"{EC2}:elastic-ip/192.0.2.1")),
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"), [pytest.param(*row, id=name) for name, row in ADDRESSES.items()]
)
def test_an_address(given: dict[str, Any], expected: Address) -> None:
    whole = {"PublicIp": "192.0.2.1", "AllocationId": "eipalloc-1", **given}
    with answering(Answer("ec2.describe_addresses", {"Addresses": [whole]})) as connection:
        assert seen(connection, Address) == Evidence((expected,))
        assert_made_as_declared(connection, Address)


def test_nat_gateways_of_every_page_but_the_deleted() -> None:
    def given(name: str, **more: Any) -> dict[str, Any]:
        return {
            "NatGatewayId": name,
            "State": "available",
            "CreateTime": NOW,
            "VpcId": "vpc-1",
            "NatGatewayAddresses": [{"AllocationId": "eipalloc-1"}],
            **more,
        }

    def gateway(name: str, **changes: Any) -> NatGateway:
        values: dict[str, Any] = {
            "arn": f"{EC2}:natgateway/{name}",
            "id": name,
            "state": "available",
            "created": NOW,
            "vpc": "vpc-1",
            "subnet": "",
            "regional": False,
            "public": True,
            "tags": {},
        }
        return NatGateway(**values | changes)

    others = [
        given("nat-2", AvailabilityMode="regional"),
        given("nat-3", ConnectivityType="private", Tags=[{"Key": "a", "Value": "b"}]),
        given("nat-4", State="deleted"),
        given("nat-5", NatGatewayAddresses=[{"AllocationId": "eipalloc-1"}, {}]),
        given("nat-6", NatGatewayAddresses=[]),
    ]
    first = [given("nat-1", SubnetId="subnet-1")]
    asked = {"MaxResults": 1000}
    answers = (
        Answer("ec2.describe_nat_gateways", {"NatGateways": first, "NextToken": "n"}, {}, asked),
        Answer(
            "ec2.describe_nat_gateways",
            {"NatGateways": others},
            asked={**asked, "NextToken": "n"},
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, NatGateway)
        assert_made_as_declared(connection, NatGateway)

    assert found == Evidence(
        (
            gateway("nat-1", subnet="subnet-1"),
            gateway("nat-2", regional=True),
            gateway("nat-3", public=False, tags={"a": "b"}),
            gateway("nat-5", fixed=False),
            gateway("nat-6", fixed=False),
        )
    )


def balancer(name: str) -> dict[str, Any]:
    return {
        "LoadBalancerArn": f"{BALANCERS}/app/{name}/1",
        "LoadBalancerName": name,
        "Type": "application",
        "Scheme": "internal",
        "State": {"Code": "provisioning"},
        "DNSName": f"Internal-{name}-1.{REGION}.elb.amazonaws.com",
        "CreatedTime": NOW,
        "AvailabilityZones": [{"ZoneName": "eu-west-1a"}, {"ZoneName": "eu-west-1b"}],
    }


def expected_balancer(name: str) -> LoadBalancer:
    return LoadBalancer(
        arn=f"{BALANCERS}/app/{name}/1",
        name=name,
        type="application",
        scheme="internal",
        created=NOW,
        zones=("eu-west-1a", "eu-west-1b"),
        state="provisioning",
        dns=f"internal-{name}-1.{REGION}.elb.amazonaws.com",
    )


def test_load_balancers_of_every_page() -> None:
    operation = "elbv2.describe_load_balancers"
    answers = (
        Answer(operation, {"LoadBalancers": [balancer("a")], "NextMarker": "n"}, {}, {}),
        Answer(operation, {"LoadBalancers": [balancer("b")]}, {}, {"Marker": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, LoadBalancer)
        assert_made_as_declared(connection, LoadBalancer)

    assert found == Evidence((expected_balancer("a"), expected_balancer("b")))


def test_who_made_load_balancers_is_asked_twenty_at_a_time() -> None:
    names = [f"lb{number}" for number in range(21)]
    arns = [f"{BALANCERS}/app/{name}/1" for name in names]
    tags = [{"Key": "elbv2.k8s.aws/cluster", "Value": "shop"}, {"Key": "a", "Value": "b"}]
    told = [{"ResourceArn": arns[0], "Tags": tags}, {"ResourceArn": arns[1], "Tags": tags[1:]}]
    answers = (
        Answer("elbv2.describe_load_balancers", {"LoadBalancers": [*map(balancer, names)]}),
        Answer("elbv2.describe_tags", {"TagDescriptions": told}, {}, {"ResourceArns": arns[:20]}),
        Answer("elbv2.describe_tags", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, BalancerOwner)

    assert found == Evidence(
        (BalancerOwner(arn=arns[0], cluster="shop"),),
        (refused("elasticloadbalancing:DescribeTags"),),
    )


def test_classic_load_balancers() -> None:
    classic = {
        "LoadBalancerName": "old",
        "Scheme": "internet-facing",
        "CreatedTime": NOW,
        "AvailabilityZones": ["eu-west-1a"],
        "Instances": [{"InstanceId": "i-1"}],
        "DNSName": f"Old-1.{REGION}.elb.amazonaws.com",
        "ListenerDescriptions": [
            {"Listener": {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 8080}}
        ],
    }
    answer = {"LoadBalancerDescriptions": [classic]}
    with answering(Answer("elb.describe_load_balancers", answer)) as connection:
        found = seen(connection, ClassicLoadBalancer)
        assert_made_as_declared(connection, ClassicLoadBalancer)

    assert found == Evidence(
        (
            ClassicLoadBalancer(
                arn=f"{BALANCERS}/old",
                name="old",
                scheme="internet-facing",
                created=NOW,
                zones=("eu-west-1a",),
                instances=("i-1",),
                dns=f"old-1.{REGION}.elb.amazonaws.com",
                ports=(80,),
                listeners=(ClassicListener(port=80, protocol="HTTP", policies=()),),
            ),
        )
    )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (Address, "ec2.describe_addresses", "ec2:DescribeAddresses"),
        (NatGateway, "ec2.describe_nat_gateways", "ec2:DescribeNatGateways"),
        (
            LoadBalancer,
            "elbv2.describe_load_balancers",
            "elasticloadbalancing:DescribeLoadBalancers",
        ),
        (
            ClassicLoadBalancer,
            "elb.describe_load_balancers",
            "elasticloadbalancing:DescribeLoadBalancers",
        ),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
