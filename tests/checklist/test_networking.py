"""What the checks of "Networking" say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
from readiness.checklist.security_groups import (
    ec2_security_group_admin_ports_not_public,
    ec2_security_group_default_closed,
    ec2_security_group_high_risk_ports_not_public,
    ec2_security_group_public_ports_authorized_only,
)
from readiness.evidence.network import (
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    NetworkInterface,
    Permission,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Vpc,
)
from tests.checklist.test_exposure import (
    blocking,
    excluding,
    interface,
    permission,
    prefix_list,
    table,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
    judged,
)

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
OPEN = ("0.0.0.0/0",)


def group(*ingress: Permission, **changes: Any) -> SecurityGroup:
    values: dict[str, Any] = {
        "arn": f"{EC2}:security-group/sg-1",
        "id": "sg-1",
        "name": "web",
        "description": "The shop",
        "vpc": "vpc-1",
        "ingress": ingress,
        "egress": (),
    }
    return SecurityGroup(**values | changes)


def vpc(**changes: Any) -> Vpc:
    values: dict[str, Any] = {
        "arn": f"{EC2}:vpc/vpc-1",
        "id": "vpc-1",
        "default": False,
        "tags": {},
    }
    return Vpc(**values | changes)


def ssh(*blocks: str, **changes: Any) -> Permission:
    return permission(blocks=blocks or OPEN, **changes)


def postgres(*blocks: str, **changes: Any) -> Permission:
    return permission(**{"from_port": 5432, "to_port": 5432, "blocks": blocks or OPEN} | changes)


EVERYTHING = permission(protocol="-1", from_port=None, to_port=None, blocks=OPEN)
EXPOSED = (vpc(), interface(), table(), *blocking("off"))
HTTPS = permission(from_port=443, to_port=443, blocks=(*OPEN, "::/0"))
OTHER_GROUP = group(ssh("10.0.0.0/8"), arn=f"{EC2}:security-group/sg-2", id="sg-2")


def wide_rows(bad: Permission, entry: str, port: str) -> list[Row]:
    """Return the rows that both checks of named ports share; `bad` opens one of them."""
    name = f"security-group/sg-1#{entry}"
    listed = permission(from_port=bad.from_port, to_port=bad.to_port, prefix_lists=("pl-1",))
    narrow = prefix_list(blocks=("203.0.113.0/24",))
    halves = ("0.0.0.0/1", "128.0.0.0/1")
    wider = permission(from_port=bad.from_port, to_port=(bad.to_port or 0) + 2, blocks=OPEN)
    return [
        Row("a narrow source", PASS, (group(permission(from_port=bad.from_port, to_port=bad.to_port, blocks=("203.0.113.0/24",))), *EXPOSED)),
        Row("another group as source", PASS, (group(permission(from_port=bad.from_port, to_port=bad.to_port, groups=("sg-2",))), *EXPOSED)),
        Row("another port", PASS, (group(HTTPS), *EXPOSED)),
        Row("ICMP", PASS, (group(permission(protocol="icmp", from_port=-1, to_port=-1, blocks=OPEN)), *EXPOSED)),
        Row("on an exposed interface", {name: FAIL}, (group(bad), *EXPOSED), severity=Severity.CRITICAL, says=f"port {port}"),
        Row("on a private interface", FAIL, (group(bad), vpc(), interface(public_addresses=()), table()), severity=Severity.HIGH),
        Row("on nothing", FAIL, (group(bad), vpc()), severity=Severity.LOW, says="attached to nothing"),
        Row("on another group's interface only", FAIL, (group(bad), vpc(), interface(groups=("sg-2",)), table()), severity=Severity.LOW),
        Row("the VPC is cut off", FAIL, (group(bad), vpc(), interface(), table(), *blocking()), severity=Severity.HIGH, says="VPC Block Public Access"),
        Row("the VPC is cut off, its subnet is not", FAIL, (group(bad), vpc(), interface(), table(), *blocking(), *excluding("subnet/subnet-1")), severity=Severity.CRITICAL),
        Row("two halves of the internet", FAIL, (group(permission(from_port=bad.from_port, to_port=bad.to_port, blocks=halves)), *EXPOSED), says="0.0.0.0/0"),
        Row("all of IPv6", FAIL, (group(permission(from_port=bad.from_port, to_port=bad.to_port, blocks=("2000::/3",))), *EXPOSED)),
        Row("inside a range", FAIL, (group(wider), *EXPOSED)),
        Row("every protocol", {"security-group/sg-1#-1/all/0.0.0.0/0": FAIL}, (group(EVERYTHING), *EXPOSED)),
        Row("UDP", FAIL, (group(permission(protocol="17", from_port=bad.from_port, to_port=bad.to_port, blocks=OPEN)), *EXPOSED)),
        Row("a wide prefix list", FAIL, (group(listed), prefix_list(), *EXPOSED), says="pl-1"),
        Row("a narrow prefix list", PASS, (group(listed), narrow, *EXPOSED)),
        Row("AWS's own prefix list", PASS, (group(listed), prefix_list(aws=True, blocks=()), *EXPOSED)),
        Row("a prefix list nobody shows", UNKNOWN, (group(listed), *EXPOSED), says="cannot see the prefix list pl-1"),
        Row("a /8 where the option allows 8 bits", FAIL, (group(permission(from_port=bad.from_port, to_port=bad.to_port, blocks=("12.0.0.0/8",))), *EXPOSED), options={"wide_ipv4_prefix": 8}),
        Row("a /20 of IPv6 where the option allows 20 bits", FAIL, (group(permission(from_port=bad.from_port, to_port=bad.to_port, blocks=("2a00::/20",))), *EXPOSED), options={"wide_ipv6_prefix": 20}),
        Row("a group of Directory Service", NOT_APPLICABLE, (group(bad, description="AWS created security group for d-123 directory controllers"), *EXPOSED)),
        Row("a group of Directory Service, judged on wish", FAIL, (group(bad, description="AWS created security group for d-123"), *EXPOSED), options={"exempt_descriptions": ()}),
        Row("the default group of an unused default VPC", NOT_APPLICABLE, (group(bad, name="default"), vpc(default=True), interface(type="natGateway"))),
        Row("the default group of a default VPC in use", FAIL, (group(bad, name="default"), vpc(default=True), interface(), table(), *blocking("off"))),
        Row("the default group of a VPC of ours", FAIL, (group(bad, name="default"), *EXPOSED)),
        Row("no security group", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[SecurityGroup]),
        Row("one group fails, others are dark", {"security-group/sg-3": UNKNOWN, name: FAIL}, (group(bad), *EXPOSED), gaps={SecurityGroup: [dark_gap(SecurityGroup, f"{EC2}:security-group/sg-3")]}),
        Row("prefix lists are dark", {name: FAIL, "security-group/sg-1": UNKNOWN}, (group(bad, listed), *EXPOSED), dark=[PrefixList]),
        Row("prefix lists are dark before a bad entry", {name: FAIL, "security-group/sg-1": UNKNOWN}, (group(listed, bad), *EXPOSED), dark=[PrefixList]),
        Row("VPCs are dark", {name: FAIL}, (group(bad), *EXPOSED), dark=[Vpc]),
        Row("VPCs are dark and it may be an unused default", UNKNOWN, (group(bad, name="default"), *EXPOSED), dark=[Vpc]),
        Row("interfaces are dark", FAIL, (group(bad), *EXPOSED), dark=[NetworkInterface], severity=Severity.HIGH, says="was not seen"),
        Row("interfaces are dark in a default VPC", UNKNOWN, (group(bad, name="default"), vpc(default=True)), dark=[NetworkInterface]),
    ]  # fmt: skip


def ladder_rows(bad: Permission) -> list[Row]:
    """Return the rows in which what decides exposure is dark: the entry fails all the same."""
    return [
        *(
            Row(f"{kind.__name__} is dark", FAIL, (group(bad), *EXPOSED), dark=[kind], severity=Severity.HIGH, says="was not seen")
            for kind in (RouteTable, BlockPublicAccess)
        ),
        Row("exclusions are dark", FAIL, (group(bad), vpc(), interface(), table(), *blocking()), dark=[BlockPublicAccessExclusion], severity=Severity.HIGH, says="was not seen"),
        Row("an exposed interface is found among dark ones", FAIL, (group(bad), *EXPOSED), gaps={NetworkInterface: [dark_gap(NetworkInterface)]}, severity=Severity.CRITICAL),
        Row("a shared VPC, whose routes its owner has", FAIL, (group(bad), vpc(), interface()), severity=Severity.HIGH, says="was not seen"),
    ]  # fmt: skip


ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_security_group_admin_ports_not_public: [
        *wide_rows(ssh(), "tcp/22/0.0.0.0/0", "22"),
        *ladder_rows(ssh()),
        Row("RDP", FAIL, (group(ssh(from_port=3389, to_port=3389)), *EXPOSED), says="port 3389"),
        Row("Windows Remote Management", FAIL, (group(ssh(from_port=5985, to_port=5986)), *EXPOSED), says="port 5985, 5986"),
        Row("a port that is ours to name", FAIL, (group(ssh(from_port=2222, to_port=2222)), *EXPOSED), options={"admin_ports": (2222,)}),
        Row("a database's port", PASS, (group(postgres()), *EXPOSED)),
    ],
    ec2_security_group_high_risk_ports_not_public: [
        *wide_rows(postgres(), "tcp/5432/0.0.0.0/0", "5432"),
        *ladder_rows(postgres()),
        Row("MongoDB", FAIL, (group(postgres(from_port=27018, to_port=27018)), *EXPOSED), says="port 27018"),
        Row("a long list of ports", FAIL, (group(EVERYTHING), *EXPOSED), says="port 20, 21, 23, 25, 110, …"),
        Row("a login port", PASS, (group(ssh()), *EXPOSED)),
        Row("a port that is ours to name", FAIL, (group(postgres(from_port=8080, to_port=8080)), *EXPOSED), options={"high_risk_ports": (8080,)}),
    ],
    ec2_security_group_public_ports_authorized_only: [
        Row("HTTPS to everyone", PASS, (group(HTTPS), *EXPOSED)),
        Row("HTTP to everyone", PASS, (group(permission(from_port=80, to_port=80, blocks=OPEN)), *EXPOSED)),
        Row("QUIC to everyone", PASS, (group(permission(protocol="udp", from_port=443, to_port=443, blocks=OPEN)), *EXPOSED)),
        Row("ICMP to everyone", PASS, (group(permission(protocol="icmp", from_port=-1, to_port=-1, blocks=OPEN)), *EXPOSED)),
        Row("ICMP for IPv6 to everyone", PASS, (group(permission(protocol="58", from_port=-1, to_port=-1, blocks=("::/0",))), *EXPOSED)),
        Row("any port to a narrow source", PASS, (group(postgres("203.0.113.0/24")), *EXPOSED)),
        Row("any port to another group", PASS, (group(permission(groups=("sg-2",))), *EXPOSED)),
        Row("DNS over UDP", {"security-group/sg-1#udp/53/0.0.0.0/0": FAIL}, (group(permission(protocol="udp", from_port=53, to_port=53, blocks=OPEN)), *EXPOSED), severity=Severity.HIGH),
        Row("HTTP over UDP", FAIL, (group(permission(protocol="udp", from_port=80, to_port=80, blocks=OPEN)), *EXPOSED)),
        Row("a range wider than the set", {"security-group/sg-1#tcp/80-443/0.0.0.0/0": FAIL}, (group(permission(from_port=80, to_port=443, blocks=OPEN)), *EXPOSED)),
        Row("every protocol", {"security-group/sg-1#-1/all/0.0.0.0/0": FAIL}, (group(EVERYTHING), *EXPOSED), says="every protocol"),
        Row("a protocol without ports", FAIL, (group(permission(protocol="50", from_port=None, to_port=None, blocks=OPEN)), *EXPOSED)),
        Row("on nothing it is as bad", FAIL, (group(postgres()), vpc()), severity=Severity.HIGH),
        Row("one entry good, two bad", {"security-group/sg-1#tcp/22/0.0.0.0/0": FAIL, "security-group/sg-1#tcp/5432/0.0.0.0/0": FAIL}, (group(HTTPS, ssh(), postgres()), *EXPOSED)),
        Row("a set of ours", PASS, (group(permission(from_port=8443, to_port=8443, blocks=OPEN)), *EXPOSED), options={"authorized_public_ports": ("tcp/8443",)}),
        Row("two halves of the internet", FAIL, (group(ssh("0.0.0.0/1", "128.0.0.0/1")), *EXPOSED)),
        Row("a wide prefix list", FAIL, (group(permission(prefix_lists=("pl-1",))), prefix_list(), *EXPOSED), says="pl-1"),
        Row("AWS's own prefix list", PASS, (group(permission(prefix_lists=("pl-1",))), prefix_list(aws=True, blocks=()), *EXPOSED)),
        Row("the VPC is cut off", FAIL, (group(postgres()), vpc(), *blocking()), severity=Severity.MEDIUM, says="VPC Block Public Access"),
        Row("the VPC is cut off with an exclusion", FAIL, (group(postgres()), vpc(), *blocking(), *excluding("vpc/vpc-1")), severity=Severity.HIGH),
        Row("a group of Directory Service", NOT_APPLICABLE, (group(postgres(), description="AWS created security group for d-123"), *EXPOSED)),
        Row("the default group of an unused default VPC", NOT_APPLICABLE, (group(postgres(), name="default"), vpc(default=True))),
        Row("the default group of a default VPC in use", FAIL, (group(postgres(), name="default"), vpc(default=True), interface())),
        Row("no security group", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[SecurityGroup]),
        Row("prefix lists are dark", UNKNOWN, (group(permission(prefix_lists=("pl-1",))), *EXPOSED), dark=[PrefixList]),
        Row("prefix lists are dark before a bad entry", {"security-group/sg-1#tcp/5432/0.0.0.0/0": FAIL, "security-group/sg-1": UNKNOWN}, (group(permission(prefix_lists=("pl-1",)), postgres()), *EXPOSED), dark=[PrefixList]),
        Row("prefix lists are dark behind a wide block", FAIL, (group(postgres()), *EXPOSED), dark=[PrefixList]),
        Row("VPCs are dark and it may be an unused default", UNKNOWN, (group(postgres(), name="default"),), dark=[Vpc]),
        Row("interfaces are dark in a default VPC", UNKNOWN, (group(postgres(), name="default"), vpc(default=True)), dark=[NetworkInterface]),
        Row("blocking is dark", FAIL, (group(postgres()), *EXPOSED), dark=[BlockPublicAccess], severity=Severity.HIGH),
        Row("exclusions are dark", FAIL, (group(postgres()), vpc(), *blocking()), dark=[BlockPublicAccessExclusion], severity=Severity.HIGH),
    ],
    ec2_security_group_default_closed: [
        Row("the default group is empty", {"security-group/sg-1": PASS}, (group(name="default"), OTHER_GROUP, vpc())),
        Row("it lets something in", FAIL, (group(ssh("10.0.0.0/8"), name="default"), vpc()), severity=Severity.MEDIUM, says="lets traffic in"),
        Row("it lets everything out", FAIL, (group(name="default", egress=(EVERYTHING,)), vpc()), severity=Severity.MEDIUM, says="lets traffic out"),
        Row("it lets traffic in and out", FAIL, (group(ssh(), name="default", egress=(EVERYTHING,)), vpc()), says="lets traffic in and out"),
        Row("an interface uses it", FAIL, (group(name="default", egress=(EVERYTHING,)), vpc(), interface()), severity=Severity.HIGH, says="used by eni-1"),
        Row("an unused default VPC", NOT_APPLICABLE, (group(name="default", egress=(EVERYTHING,)), vpc(default=True), interface(vpc="vpc-2"))),
        Row("a default VPC in use", FAIL, (group(name="default", egress=(EVERYTHING,)), vpc(default=True), interface(groups=("sg-2",))), severity=Severity.MEDIUM),
        Row("no default group", NOT_APPLICABLE, (OTHER_GROUP, vpc())),
        Row("groups are dark", UNKNOWN, dark=[SecurityGroup]),
        Row("VPCs are dark", UNKNOWN, (group(name="default", egress=(EVERYTHING,)),), dark=[Vpc]),
        Row("one is undecided, the other is not", {"security-group/sg-1": UNKNOWN, "security-group/sg-3": FAIL}, (group(name="default"), group(ssh(), name="default", vpc="vpc-3", arn=f"{EC2}:security-group/sg-3", id="sg-3"), vpc(arn=f"{EC2}:vpc/vpc-3", id="vpc-3")), gaps={Vpc: [dark_gap(Vpc, f"{EC2}:vpc/vpc-1")]}),
        Row("interfaces are dark", FAIL, (group(name="default", egress=(EVERYTHING,)), vpc()), dark=[NetworkInterface], severity=Severity.MEDIUM),
        Row("interfaces are dark in a default VPC", UNKNOWN, (group(name="default"), vpc(default=True)), dark=[NetworkInterface]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_one_bad_entry_has_the_same_name_in_every_check() -> None:
    row = Row("everything to everyone", FAIL, (group(EVERYTHING), *EXPOSED))
    named = {
        result.resource
        for check in list(ROWS)[:3]
        for result in judged(check, row)
        if result.status is FAIL
    }

    assert named == {f"{EC2}:security-group/sg-1#-1/all/0.0.0.0/0"}
