"""What the definitions of exposure say, for every block, port and route."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.checklist.exposure import (
    Exposure,
    Paths,
    hits,
    is_blocked,
    is_workload,
    port_range,
    ports_of,
    wide_blocks,
    wide_sources,
)
from readiness.evidence import Evidence, Gap, NotSeenError, Reason
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    Permission,
    PrefixList,
    Route,
    RouteTable,
)

EC2 = "arn:aws:ec2:eu-west-1:111122223333"
DARK: Evidence[Any] = Evidence(gaps=(Gap(reason=Reason.DENIED),))
NONE: Evidence[Any] = Evidence()


def permission(**changes: Any) -> Permission:
    values: dict[str, Any] = {
        "protocol": "tcp",
        "from_port": 22,
        "to_port": 22,
        "blocks": (),
        "prefix_lists": (),
        "groups": (),
    }
    return Permission(**values | changes)


def prefix_list(**changes: Any) -> PrefixList:
    values: dict[str, Any] = {
        "arn": f"{EC2}:prefix-list/pl-1",
        "id": "pl-1",
        "aws": False,
        "blocks": ("0.0.0.0/0",),
    }
    return PrefixList(**values | changes)


def interface(**changes: Any) -> NetworkInterface:
    values: dict[str, Any] = {
        "arn": f"{EC2}:network-interface/eni-1",
        "id": "eni-1",
        "type": "interface",
        "description": "",
        "in_use": True,
        "vpc": "vpc-1",
        "subnet": "subnet-1",
        "groups": ("sg-1",),
        "public_addresses": ("198.51.100.7",),
        "ipv6_addresses": (),
        "denies_internet": False,
    }
    return NetworkInterface(**values | changes)


def route(**changes: Any) -> Route:
    values: dict[str, Any] = {
        "destination": "0.0.0.0/0",
        "prefix_list": "",
        "gateway": "igw-1",
        "nat_gateway": "",
        "active": True,
    }
    return Route(**values | changes)


def table(**changes: Any) -> RouteTable:
    values: dict[str, Any] = {
        "arn": f"{EC2}:route-table/rtb-1",
        "id": "rtb-1",
        "vpc": "vpc-1",
        "main": False,
        "subnets": ("subnet-1",),
        "routes": (route(),),
    }
    return RouteTable(**values | changes)


def blocking(mode: str = "block-ingress") -> Evidence[BlockPublicAccess]:
    return Evidence((BlockPublicAccess(arn=f"{EC2}:vpc-block-public-access-options", mode=mode),))


def excluding(
    name: str, mode: str = "allow-bidirectional", state: str = "create-complete"
) -> Evidence[BlockPublicAccessExclusion]:
    return Evidence(
        (
            BlockPublicAccessExclusion(
                arn=f"{EC2}:vpc-block-public-access-exclusion/vpcbpa-exclude-1",
                excluded=f"{EC2}:{name}",
                mode=mode,
                state=state,
            ),
        )
    )


def paths(*tables: RouteTable, **changes: Any) -> Paths:
    values: dict[str, Any] = {
        "tables": Evidence(tables or (table(),)),
        "lists": NONE,
        "blocks": blocking("off"),
        "exclusions": NONE,
    }
    return Paths(**values | changes)


@pytest.mark.parametrize(
    ("blocks", "wide"),
    [
        pytest.param(["0.0.0.0/0"], ("0.0.0.0/0",), id="all of IPv4"),
        pytest.param(["::/0"], ("::/0",), id="all of IPv6"),
        pytest.param(["2000::/3"], ("2000::/3",), id="all of IPv6 that is given out"),
        pytest.param(["0.0.0.0/1", "128.0.0.0/1"], ("0.0.0.0/0",), id="two halves"),
        pytest.param(["12.0.0.0/8", "13.0.0.0/8"], ("12.0.0.0/7",), id="two eighths side by side"),
        pytest.param(["12.0.0.0/8", "14.0.0.0/8"], (), id="two eighths apart"),
        pytest.param(["10.0.0.0/8"], (), id="private"),
        pytest.param(["fd00::/8"], (), id="unique local"),
        pytest.param(["fc00::/7"], (), id="all of unique local"),
        pytest.param(["2001:db8::/32"], (), id="one network of IPv6"),
        pytest.param(["203.0.113.0/24", "::/0"], ("::/0",), id="narrow in one family only"),
        pytest.param(["203.0.113.9/0"], ("0.0.0.0/0",), id="host bits are ignored"),
    ],
)  # fmt: skip
def test_wide_blocks(blocks: list[str], wide: tuple[str, ...]) -> None:
    assert wide_blocks(blocks) == wide


def test_a_private_block_stays_private_where_wider_prefixes_are_allowed() -> None:
    private = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"]

    assert wide_blocks(private, ipv4_prefix=16) == ()
    assert wide_blocks(["11.0.0.0/8"], ipv4_prefix=8) == ("11.0.0.0/8",)


@st.composite
def splits(draw: st.DrawFn, family: type[IPv4Network] | type[IPv6Network]) -> list[str]:
    """Cut the whole internet of one family into blocks, however unevenly."""
    whole = "0.0.0.0/0" if family is IPv4Network else "::/0"
    parts: list[Any] = [family(whole)]
    for _ in range(draw(st.integers(0, 12))):
        chosen = parts.pop(draw(st.integers(0, len(parts) - 1)))
        parts.extend(chosen.subnets() if chosen.prefixlen < chosen.max_prefixlen else [chosen])
    return draw(st.permutations([str(each) for each in parts]))


@given(splits(IPv4Network))
def test_ipv4_in_pieces_is_still_everything(blocks: list[str]) -> None:
    assert wide_blocks(blocks) == ("0.0.0.0/0",)


@given(splits(IPv6Network))
def test_ipv6_in_pieces_is_still_everything(blocks: list[str]) -> None:
    assert wide_blocks(blocks) == ("::/0",)


@given(st.integers(0, 2**32 - 1), st.integers(8, 32))
def test_one_narrow_block_is_never_wide(address: int, prefix: int) -> None:
    assert wide_blocks([str(IPv4Network((address, prefix), strict=False))]) == ()


@given(st.lists(st.ip_addresses(v=6), max_size=20))
def test_single_addresses_are_never_wide(addresses: list[Any]) -> None:
    assert wide_blocks(map(str, addresses)) == ()


@given(st.lists(st.sampled_from(["0.0.0.0/1", "::/0", "10.0.0.0/8", "1.2.3.0/24"]), max_size=4))
def test_more_sources_never_make_a_group_narrower(blocks: list[str]) -> None:
    before = [ip_network(each) for each in wide_blocks(blocks)]
    after = [ip_network(each) for each in wide_blocks([*blocks, "198.51.100.0/24"])]

    assert all(
        any(old.version == new.version and old.subnet_of(new) for new in after)  # type: ignore[arg-type]
        for old in before
    )


@given(st.integers(0, 65535), st.integers(0, 65535), st.integers(0, 65535))
def test_a_port_is_hit_where_it_lies_in_the_range(first: int, last: int, port: int) -> None:
    for protocol in ("tcp", "6", "udp", "17"):
        entry = permission(protocol=protocol, from_port=first, to_port=last)

        assert hits(entry, port) is (first <= port <= last)


@given(st.integers(0, 65535))
def test_every_protocol_hits_every_port_and_icmp_hits_none(port: int) -> None:
    assert hits(permission(protocol="-1", from_port=None, to_port=None), port)
    assert hits(permission(from_port=None, to_port=None), port)
    for protocol in ("icmp", "icmpv6", "1", "58", "50"):
        assert not hits(permission(protocol=protocol, from_port=-1, to_port=-1), port)


def test_ports_are_named_as_people_write_them() -> None:
    assert ports_of(permission()) == "22"
    assert ports_of(permission(from_port=20, to_port=30)) == "20-30"
    assert ports_of(permission(protocol="-1", from_port=None, to_port=None)) == "all"
    assert ports_of(permission(protocol="icmp", from_port=-1, to_port=-1)) == "all"
    assert port_range(permission(from_port=0, to_port=65535)) == range(65536)


def test_a_customers_prefix_list_is_as_wide_as_its_blocks() -> None:
    entry = permission(blocks=("203.0.113.0/24",), prefix_lists=("pl-1", "pl-2"))
    halves = prefix_list(blocks=("0.0.0.0/1", "128.0.0.0/1"))
    narrow = prefix_list(arn=f"{EC2}:prefix-list/pl-2", id="pl-2", blocks=("203.0.113.0/24",))

    assert tuple(wide_sources(entry, Evidence((halves, narrow)))) == ("pl-1",)


def test_a_prefix_list_of_aws_and_a_group_are_never_wide() -> None:
    entry = permission(prefix_lists=("pl-1",), groups=("sg-2",))

    assert tuple(wide_sources(entry, Evidence((prefix_list(aws=True, blocks=()),)))) == ()


def test_a_prefix_list_that_was_not_seen_hides_no_wide_block() -> None:
    sources = wide_sources(permission(blocks=("0.0.0.0/0",), prefix_lists=("pl-1",)), DARK)

    assert next(sources) == "0.0.0.0/0"
    with pytest.raises(NotSeenError):
        next(sources)


def test_a_prefix_list_that_the_account_cannot_see_is_not_narrow() -> None:
    with pytest.raises(NotSeenError, match="cannot see the prefix list pl-1"):
        tuple(wide_sources(permission(prefix_lists=("pl-1",)), NONE))


@pytest.mark.parametrize(
    ("tables", "public"),
    [
        pytest.param([table()], True, id="its own table leads to the internet"),
        pytest.param([table(subnets=(), main=True)], True, id="the main table leads to the internet"),
        pytest.param(
            [table(routes=()), table(arn="rtb-2", id="rtb-2", subnets=(), main=True)], False,
            id="its own table wins over the main one",
        ),
        pytest.param(
            [table(subnets=(), main=True, vpc="vpc-2"), table(subnets=(), main=True, routes=())], False,
            id="the main table of another VPC says nothing",
        ),
        pytest.param([table(routes=(route(active=False),))], False, id="a black hole"),
        pytest.param([table(routes=(route(gateway="vgw-1"),))], False, id="a private gateway"),
        pytest.param([table(routes=(route(gateway="", nat_gateway="nat-1"),))], False, id="a NAT gateway"),
        pytest.param([table(routes=(route(destination="203.0.113.0/24"),))], False, id="one network only"),
        pytest.param([table(routes=(route(destination="::/0"),))], True, id="IPv6"),
        pytest.param(
            [table(routes=(route(destination="0.0.0.0/1"), route(destination="128.0.0.0/1")))], True,
            id="the internet in two routes",
        ),
    ],
)  # fmt: skip
def test_a_subnet_is_public_by_its_effective_route_table(
    tables: list[RouteTable], public: bool
) -> None:
    assert paths(*tables).is_public("subnet-1", "vpc-1") is public


def test_a_route_to_a_prefix_list_is_as_wide_as_the_list() -> None:
    way = table(routes=(route(destination="", prefix_list="pl-1"),))

    assert paths(way, lists=Evidence((prefix_list(),))).is_public("subnet-1", "vpc-1")
    assert not paths(way, lists=Evidence((prefix_list(aws=True),))).is_public("subnet-1", "vpc-1")


def test_a_shared_subnet_whose_route_tables_are_its_owners_is_not_private() -> None:
    with pytest.raises(NotSeenError, match="ec2:DescribeRouteTables shows the tables of vpc-9"):
        paths().is_public("subnet-9", "vpc-9")


def test_the_main_table_is_not_taken_while_the_subnets_own_may_be_unseen() -> None:
    partly = Evidence((table(subnets=(), main=True),), DARK.gaps)

    with pytest.raises(NotSeenError):
        paths(tables=partly).is_public("subnet-1", "vpc-1")


@pytest.mark.parametrize(
    ("changes", "network", "exposure"),
    [
        pytest.param({}, {}, Exposure.EXPOSED, id="a public address in a public subnet"),
        pytest.param({"public_addresses": ()}, {}, Exposure.CLOSED, id="no public address"),
        pytest.param(
            {"public_addresses": (), "ipv6_addresses": ("2a05:d018::7",)}, {}, Exposure.EXPOSED,
            id="a global IPv6 address",
        ),
        pytest.param(
            {"public_addresses": (), "ipv6_addresses": ("fd00::7",)}, {}, Exposure.CLOSED,
            id="a local IPv6 address",
        ),
        pytest.param({"denies_internet": True}, {}, Exposure.CLOSED, id="the interface refuses"),
        pytest.param({"subnet": "subnet-2"}, {"tables": Evidence((table(), table(subnets=(), main=True, routes=())))}, Exposure.CLOSED, id="a private subnet"),
        pytest.param({}, {"blocks": blocking()}, Exposure.BLOCKED, id="VPC Block Public Access"),
        pytest.param({}, {"blocks": blocking("block-bidirectional")}, Exposure.BLOCKED, id="in both directions"),
        pytest.param({}, {"blocks": blocking(), "exclusions": excluding("vpc/vpc-1")}, Exposure.EXPOSED, id="its VPC is excluded"),
        pytest.param({}, {"blocks": blocking(), "exclusions": excluding("subnet/subnet-1")}, Exposure.EXPOSED, id="its subnet is excluded"),
        pytest.param({}, {"blocks": blocking(), "exclusions": excluding("subnet/subnet-2")}, Exposure.BLOCKED, id="another subnet is excluded"),
        pytest.param({}, {"blocks": blocking(), "exclusions": excluding("vpc/vpc-1", mode="allow-egress")}, Exposure.BLOCKED, id="excluded outwards only"),
        pytest.param({}, {"blocks": blocking(), "exclusions": excluding("vpc/vpc-1", state="create-in-progress")}, Exposure.EXPOSED, id="the exclusion is being made"),
        pytest.param({}, {"blocks": blocking(), "exclusions": excluding("vpc/vpc-1", state="delete-complete")}, Exposure.BLOCKED, id="the exclusion is gone"),
        pytest.param({}, {"blocks": DARK}, Exposure.NOT_SEEN, id="blocking is dark"),
        pytest.param({}, {"blocks": blocking(), "exclusions": DARK}, Exposure.NOT_SEEN, id="exclusions are dark"),
        pytest.param({}, {"tables": DARK}, Exposure.NOT_SEEN, id="routes are dark"),
        pytest.param({"public_addresses": ()}, {"tables": DARK, "blocks": DARK}, Exposure.CLOSED, id="without an address nothing dark matters"),
    ],
)  # fmt: skip
def test_how_far_the_internet_gets(
    changes: dict[str, Any], network: dict[str, Any], exposure: Exposure
) -> None:
    assert paths(**network).exposure(interface(**changes)) is exposure


def test_a_whole_vpc_is_cut_off_unless_something_in_it_may_be_excluded() -> None:
    assert is_blocked(blocking(), NONE, "vpc-1")
    assert is_blocked(blocking(), excluding("vpc/vpc-2"), "vpc-1")
    assert not is_blocked(blocking(), excluding("subnet/subnet-9"), "vpc-1")
    assert not is_blocked(blocking("off"), DARK, "vpc-1")


@pytest.mark.parametrize(
    ("changes", "workload"),
    [
        pytest.param({}, True, id="an instance"),
        pytest.param({"type": "lambda"}, True, id="a function"),
        pytest.param({"description": "RDSNetworkInterface"}, True, id="a database"),
        pytest.param({"in_use": False}, False, id="attached to nothing"),
        pytest.param({"type": "natGateway"}, False, id="a NAT gateway"),
        pytest.param({"type": "vpc_endpoint"}, False, id="an endpoint"),
        pytest.param({"type": "transit_gateway"}, False, id="a transit gateway"),
        pytest.param({"type": "gateway_load_balancer_endpoint"}, False, id="a firewall"),
        pytest.param({"description": "Route 53 Resolver: rslvr-in-1:rni-1"}, False, id="a resolver"),
        pytest.param({"description": "EC2 Instance Connect Endpoint: eice-1"}, False, id="a login endpoint"),
    ],
)  # fmt: skip
def test_a_workload_runs_behind_an_interface(changes: dict[str, Any], workload: bool) -> None:
    assert is_workload(interface(**changes)) is workload
