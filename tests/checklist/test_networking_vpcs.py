"""What the checks of "Networking" say of network ACLs, subnets, VPCs and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
from readiness.checklist.network_acls import (
    ec2_nacl_admin_ports_not_public,
    ec2_nacl_custom_associated,
    ec2_nacl_data_subnet_ingress_restricted,
)
from readiness.checklist.static_addresses import (
    ec2_eip_associated,
    ec2_standalone_instance_public_ip_static,
    vpc_egress_address_static,
)
from readiness.checklist.subnets import (
    vpc_data_store_in_private_subnet,
    vpc_subnet_auto_public_ip_disabled,
    vpc_subnet_tier_multi_az,
    vpc_subnet_tiers_separated,
)
from readiness.checklist.vpcs import (
    vpc_connected_cidrs_not_overlapping,
    vpc_default_not_used,
    vpc_flow_logs_enabled,
    vpc_subnet_free_ip_headroom,
)
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbInstance
from readiness.evidence.egress import Address, NatGateway
from readiness.evidence.network import (
    AclEntry,
    BlockPublicAccess,
    BlockPublicAccessExclusion,
    FlowLog,
    NetworkAcl,
    NetworkInterface,
    PeeredVpc,
    Peering,
    PrefixList,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitAttachment,
    Vpc,
)
from readiness.evidence.search import OpenSearchDomain
from tests.checklist.test_exposure import (
    blocking,
    interface,
    permission,
    prefix_list,
    route,
    table,
)
from tests.checklist.test_networking import EC2, group, ssh, vpc
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

OTHERS = f"arn:aws:ec2:{REGION}:444455556666"


def entry(number: int = 100, **changes: Any) -> AclEntry:
    values: dict[str, Any] = {
        "number": number,
        "egress": False,
        "allows": True,
        "protocol": "-1",
        "from_port": None,
        "to_port": None,
        "block": "0.0.0.0/0",
    }
    return AclEntry(**values | changes)


def tcp(number: int, first: int, last: int | None = None, **changes: Any) -> AclEntry:
    to_port = first if last is None else last
    return entry(number, protocol="6", from_port=first, to_port=to_port, **changes)


def acl(*entries: AclEntry, **changes: Any) -> NetworkAcl:
    values: dict[str, Any] = {
        "arn": f"{EC2}:network-acl/acl-1",
        "id": "acl-1",
        "vpc": "vpc-1",
        "default": False,
        "subnets": ("subnet-1",),
        "entries": entries,
    }
    return NetworkAcl(**values | changes)


def subnet(name: str = "subnet-1", zone: str = "a", **changes: Any) -> Subnet:
    values: dict[str, Any] = {
        "arn": f"{EC2}:subnet/{name}",
        "id": name,
        "vpc": "vpc-1",
        "zone": f"{REGION}{zone}",
        "zone_id": f"euw1-az-{zone}",
        "block": "10.0.0.0/24",
        "free_addresses": 200,
    }
    return Subnet(**values | changes)


def database(*subnets: str, **changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders",
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "cluster": "",
        "replica": False,
        "availability_zone": f"{REGION}a",
        "tags": {},
        "subnets": subnets,
    }
    return DbInstance(**values | changes)


def domain(*subnets: str) -> OpenSearchDomain:
    return OpenSearchDomain(
        arn=f"arn:aws:es:{REGION}:{ACCOUNT}:domain/logs",
        name="logs",
        zones=2,
        standby=False,
        subnets=subnets,
    )


def instance(**changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": f"{EC2}:instance/i-1",
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": NOW,
        "managed": False,
        "tags": {},
    }
    return Instance(**values | changes)


def address(**changes: Any) -> Address:
    values: dict[str, Any] = {
        "arn": f"{EC2}:elastic-ip/eipalloc-1",
        "public_ip": "198.51.100.7",
        "associated": True,
        "instance": "",
        "pool": "amazon",
        "managed_by": "",
        "tags": {},
    }
    return Address(**values | changes)


def nat(**changes: Any) -> NatGateway:
    values: dict[str, Any] = {
        "arn": f"{EC2}:natgateway/nat-1",
        "id": "nat-1",
        "state": "available",
        "created": NOW,
        "vpc": "vpc-1",
        "subnet": "subnet-1",
        "regional": False,
        "public": True,
        "tags": {},
    }
    return NatGateway(**values | changes)


def log(resource: str = "vpc-1", **changes: Any) -> FlowLog:
    values: dict[str, Any] = {
        "arn": f"{EC2}:vpc-flow-log/fl-{resource}",
        "resource": resource,
        "active": True,
        "traffic": "ALL",
        "error": "",
    }
    return FlowLog(**values | changes)


def peering(theirs: str = "10.1.0.0/16", **changes: Any) -> Peering:
    values: dict[str, Any] = {
        "arn": f"{EC2}:vpc-peering-connection/pcx-1",
        "status": "active",
        "requester": PeeredVpc(arn=f"{EC2}:vpc/vpc-1", blocks=("10.0.0.0/16",)),
        "accepter": PeeredVpc(arn=f"{OTHERS}:vpc/vpc-2", blocks=(theirs,)),
    }
    return Peering(**values | changes)


def attached(
    arn: str,
    gateway: str = "tgw-1",
    state: str = "available",
    owner: str = ACCOUNT,
    seen_in: str = EC2,
) -> TransitAttachment:
    return TransitAttachment(
        arn=f"{seen_in}:transit-gateway-attachment/{gateway}-{arn[-5:]}",
        gateway=gateway,
        owner=owner,
        vpc=arn,
        state=state,
    )


def private(*subnets: str, **changes: Any) -> RouteTable:
    """Make a route table without a way out, the main one unless it names subnets."""
    values: dict[str, Any] = {
        "arn": f"{EC2}:route-table/rtb-2",
        "id": "rtb-2",
        "main": not subnets,
        "subnets": subnets,
        "routes": (),
    }
    return table(**values | changes)


def way(**changes: Any) -> RouteTable:
    return private("subnet-2", routes=(route(**{"gateway": ""} | changes),))


#: Something runs in vpc-1, behind a private interface.
RUNS = interface(public_addresses=())
STORE = interface(description="RDSNetworkInterface", public_addresses=())
DENY = tcp(90, 22, allows=False)
ANSWERS = tcp(100, 1024, 65535)
OPEN_RDP = group(ssh(from_port=3389, to_port=3389))
NAMED = "network-acl/acl-1#100"
SHARED_VPC = vpc(arn=f"{OTHERS}:vpc/vpc-1")
#: Two tiers in two zones: subnets 1 and 3 are public, 2 and 4 private.
TIERS = (
    vpc(),
    subnet("subnet-1", "a"),
    subnet("subnet-3", "b"),
    subnet("subnet-2", "a"),
    subnet("subnet-4", "b"),
    table(subnets=("subnet-1", "subnet-3")),
    private(),
)
INSIDE = interface(subnet="subnet-2", public_addresses=(), instance="i-1")
OUTSIDE = interface(subnet="subnet-1", instance="i-1")
OWN = vpc(blocks=("10.0.0.0/16",))
THEIRS = f"{OTHERS}:vpc/vpc-2"
PAIR = f"vpc/vpc-1#{THEIRS}".rsplit(":", 1)[-1]

ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_nacl_admin_ports_not_public: [
        Row("nothing is let in", {"network-acl/acl-1": PASS}, (acl(), RUNS)),
        Row("everything is let in", {NAMED: FAIL}, (acl(entry()), RUNS), says="port 22, 3389 by its rule 100"),
        Row("SSH alone", {NAMED: FAIL}, (acl(tcp(100, 22)), RUNS), says="port 22 by"),
        Row("SSH in a range", {NAMED: FAIL}, (acl(tcp(100, 20, 30)), RUNS)),
        Row("each by a rule of its own", {NAMED: FAIL, "network-acl/acl-1#200": FAIL}, (acl(tcp(100, 22), tcp(200, 3389)), RUNS)),
        Row("all of IPv6", FAIL, (acl(entry(block="::/0")), RUNS)),
        Row("two blocks that are wide together", {"network-acl/acl-1#110": FAIL}, (acl(tcp(100, 22, block="12.0.0.0/8"), tcp(110, 22, block="13.0.0.0/8")), RUNS)),
        Row("one half of the internet", FAIL, (acl(tcp(100, 22, block="0.0.0.0/1")), RUNS)),
        Row("a narrow source", PASS, (acl(tcp(100, 22, block="203.0.113.0/24")), RUNS)),
        Row("a private source", PASS, (acl(tcp(100, 22, block="10.0.0.0/8")), RUNS)),
        Row("a narrow source that is wide by option", FAIL, (acl(tcp(100, 22, block="12.0.0.0/8")), RUNS), options={"wide_ipv4_prefix": 8}),
        Row("a /20 of IPv6 that is wide by option", FAIL, (acl(tcp(100, 22, block="2a00::/20")), RUNS), options={"wide_ipv6_prefix": 20}),
        Row("an earlier deny", PASS, (acl(entry(), DENY, tcp(91, 3389, allows=False)), RUNS)),
        Row("an earlier deny of IPv4 alone", {"network-acl/acl-1#101": FAIL}, (acl(DENY, tcp(100, 22), tcp(101, 22, block="::/0")), RUNS)),
        Row("an earlier deny of a small block", FAIL, (acl(tcp(90, 22, allows=False, block="203.0.113.0/24"), tcp(100, 22)), RUNS)),
        Row("an earlier deny of half the internet", FAIL, (acl(tcp(90, 22, allows=False, block="0.0.0.0/1"), tcp(100, 22)), RUNS)),
        Row("a later deny", FAIL, (acl(tcp(100, 22), tcp(110, 22, allows=False)), RUNS)),
        Row("UDP", PASS, (acl(entry(protocol="17", from_port=22, to_port=22)), RUNS)),
        Row("outbound", PASS, (acl(entry(egress=True)), RUNS)),
        Row("RDP as one of the ports for answers", {NAMED: PASS}, (acl(ANSWERS), group(), RUNS), says="ports for answers"),
        Row("RDP as one of them, and a group of another account is in use", UNKNOWN, (acl(ANSWERS), RUNS), says="sg-1"),
        Row("SSH by a rule of its own, and groups are dark", {"network-acl/acl-1#90": FAIL, "network-acl/acl-1": UNKNOWN}, (acl(tcp(90, 22), ANSWERS), RUNS), dark=[SecurityGroup]),
        Row("RDP as one of them, and a group opens it", {NAMED: FAIL}, (acl(ANSWERS), OPEN_RDP, RUNS), says="3389"),
        Row("RDP as one of them, and a group of another VPC opens it", PASS, (acl(ANSWERS), group(*OPEN_RDP.ingress, vpc="vpc-2", id="sg-2"), group(), RUNS)),
        Row("RDP beside the ports for answers", {"network-acl/acl-1#110": FAIL}, (acl(ANSWERS, tcp(110, 3389)), RUNS)),
        Row("a port that is ours to name", FAIL, (acl(tcp(100, 2222)), RUNS), options={"nacl_admin_ports": (2222,)}),
        Row("the default one", NOT_APPLICABLE, (acl(entry(), default=True), RUNS)),
        Row("one that serves no subnet", NOT_APPLICABLE, (acl(entry(), subnets=()), RUNS)),
        Row("another account's", NOT_APPLICABLE, (acl(entry(), arn=f"{OTHERS}:network-acl/acl-1"), RUNS)),
        Row("nothing runs in the region", NOT_APPLICABLE, (acl(entry()), interface(type="natGateway"))),
        Row("no network ACL", NOT_APPLICABLE),
        Row("ACLs are dark", UNKNOWN, dark=[NetworkAcl]),
        Row("interfaces are dark", UNKNOWN, (acl(),), dark=[NetworkInterface]),
        Row("groups are dark", UNKNOWN, (acl(ANSWERS), RUNS), dark=[SecurityGroup]),
        Row("prefix lists are dark", UNKNOWN, (acl(ANSWERS), group(permission(from_port=3389, to_port=3389, prefix_lists=("pl-1",))), RUNS), dark=[PrefixList]),
    ],
    ec2_nacl_data_subnet_ingress_restricted: [
        Row("its ports are closed", {"subnet/subnet-1#acl-1": PASS}, (subnet(), acl(tcp(100, 5432, block="10.0.0.0/8")), STORE)),
        Row("the default lets all in", {"subnet/subnet-1#acl-1": FAIL}, (subnet(), acl(entry(), default=True), STORE), says="port 1433 by rule 100"),
        Row("PostgreSQL alone", FAIL, (subnet(), acl(tcp(100, 5432)), STORE), says="5432"),
        Row("the ports for answers hold some too", FAIL, (subnet(), acl(ANSWERS), STORE), says="1433"),
        Row("a deny before", PASS, (subnet(), acl(tcp(90, 5432, allows=False), tcp(100, 5432)), STORE)),
        Row("where a database may lie", FAIL, (subnet(), acl(entry()), database("subnet-1"))),
        Row("where a search domain lies", FAIL, (subnet(), acl(entry()), domain("subnet-1"))),
        Row("another subnet's data", NOT_APPLICABLE, (subnet(), acl(entry()), database("subnet-2"))),
        Row("no data", NOT_APPLICABLE, (subnet(), acl(entry()), RUNS)),
        Row("data by a description of ours", FAIL, (subnet(), acl(entry()), interface(description="mongo")), options={"data_store_descriptions": ("mongo",)}),
        Row("a port that is ours to name", PASS, (subnet(), acl(tcp(100, 5432)), STORE), options={"nacl_data_ports": (27017,)}),
        Row("a /8 that is wide by option", FAIL, (subnet(), acl(tcp(100, 5432, block="12.0.0.0/8")), STORE), options={"wide_ipv4_prefix": 8}),
        Row("a /20 of IPv6 that is wide by option", FAIL, (subnet(), acl(tcp(100, 5432, block="2a00::/20")), STORE), options={"wide_ipv6_prefix": 20}),
        Row("a subnet that no ACL names", UNKNOWN, (subnet(), STORE), says="no network ACL"),
        Row("a shared subnet", NOT_APPLICABLE, (subnet(arn=f"{OTHERS}:subnet/subnet-1"), STORE), says="another account"),
        Row("no subnet", NOT_APPLICABLE),
        Row("subnets are dark", UNKNOWN, dark=[Subnet]),
        Row("ACLs are dark", UNKNOWN, (subnet(), STORE), dark=[NetworkAcl]),
        Row("interfaces are dark", UNKNOWN, (subnet(), acl()), dark=[NetworkInterface]),
        Row("databases are dark", UNKNOWN, (subnet(), acl()), dark=[DbInstance]),
        Row("domains are dark", UNKNOWN, (subnet(), acl()), dark=[OpenSearchDomain]),
    ],
    ec2_nacl_custom_associated: [
        Row("it serves a subnet", PASS, (acl(), RUNS), says="serves subnet-1"),
        Row("it serves many", PASS, (acl(subnets=("a", "b", "c", "d")), RUNS), says="a, b, c, …"),
        Row("another account's", NOT_APPLICABLE, (acl(subnets=(), arn=f"{OTHERS}:network-acl/acl-1"), RUNS)),
        Row("it serves none", FAIL, (acl(subnets=()), RUNS)),
        Row("the default one", NOT_APPLICABLE, (acl(subnets=(), default=True), RUNS)),
        Row("nothing runs in the region", NOT_APPLICABLE, (acl(subnets=()),)),
        Row("no network ACL", NOT_APPLICABLE),
        Row("ACLs are dark", UNKNOWN, dark=[NetworkAcl]),
        Row("interfaces are dark", UNKNOWN, (acl(),), dark=[NetworkInterface]),
    ],
    ec2_standalone_instance_public_ip_static: [
        Row("an Elastic IP", PASS, (instance(), interface(instance="i-1"))),
        Row("an automatic address", FAIL, (instance(), interface(instance="i-1", changing_addresses=("198.51.100.7",))), says="198.51.100.7"),
        Row("an automatic address beside an Elastic IP", FAIL, (instance(), interface(instance="i-1", public_addresses=("198.51.100.7", "198.51.100.8"), changing_addresses=("198.51.100.8",)))),
        Row("no public address", NOT_APPLICABLE, (instance(), interface(instance="i-1", public_addresses=()))),
        Row("another instance's", UNKNOWN, (instance(), interface(instance="i-2", changing_addresses=("198.51.100.7",))), says="network interfaces of i-1"),
        Row("it is stopped", NOT_APPLICABLE, (instance(state="stopped"), interface(instance="i-1"))),
        Row("a group replaces it", NOT_APPLICABLE, (instance(tags={"aws:autoscaling:groupName": "web"}), interface(instance="i-1"))),
        Row("no instance", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("interfaces are dark", UNKNOWN, (instance(),), dark=[NetworkInterface]),
    ],
    vpc_egress_address_static: [
        Row("a NAT gateway", {"route-table/rtb-2#0.0.0.0/0": PASS}, (way(nat_gateway="nat-1"), nat())),
        Row("a regional one that grows", PASS, (way(nat_gateway="nat-1"), nat(regional=True, grows=True)), says="further addresses"),
        Row("a private one", PASS, (way(nat_gateway="nat-1"), nat(public=False))),
        Row("one that failed", NO_EVIDENCE, (way(nat_gateway="nat-1"), nat(state="failed"))),
        Row("one without an Elastic IP", NO_EVIDENCE, (way(nat_gateway="nat-1"), nat(fixed=False))),
        Row("one that is not seen", NO_EVIDENCE, (way(nat_gateway="nat-1"), address())),
        Row("a transit gateway", PASS, (way(other="tgw-1"), address()), says="tgw-1"),
        Row("a firewall's endpoint", PASS, (way(gateway="vpce-1"), address())),
        Row("an egress-only gateway", PASS, (way(destination="::/0", other="eigw-1"), address())),
        Row("a way that is not told", NO_EVIDENCE, (way(), address())),
        Row("a region without a public address", NOT_APPLICABLE, (way(other="tgw-1"), RUNS)),
        Row("a region with a public address of a machine", PASS, (way(other="tgw-1"), interface())),
        Row("a table that serves no subnet", NOT_APPLICABLE, (private("subnet-2", subnets=(), main=False, routes=(route(gateway="", interface="eni-1"),)), interface(public_addresses=()), address())),
        Row("a machine with an Elastic IP", PASS, (way(interface="eni-1"), interface())),
        Row("a machine with an automatic address", {"route-table/rtb-2#0.0.0.0/0": FAIL}, (way(interface="eni-1"), interface(changing_addresses=("198.51.100.7",)))),
        Row("a machine without an address", FAIL, (way(interface="eni-1"), interface(public_addresses=()), address())),
        Row("a machine that is not seen", NO_EVIDENCE, (way(interface="eni-9"), interface())),
        Row("public subnets", NOT_APPLICABLE, (table(),)),
        Row("a route to one network", NOT_APPLICABLE, (way(destination="10.0.0.0/8", interface="eni-1"),)),
        Row("a black hole", NOT_APPLICABLE, (way(nat_gateway="nat-1", active=False), nat())),
        Row("by a prefix list that is wide", {"route-table/rtb-2#pl-1": FAIL}, (way(destination="", prefix_list="pl-1", interface="eni-1"), prefix_list(), interface(public_addresses=()), address())),
        Row("by a prefix list that nobody shows", UNKNOWN, (way(destination="", prefix_list="pl-1", interface="eni-1"),), says="pl-1"),
        Row("to a service by an endpoint whose prefix list nobody shows", NOT_APPLICABLE, (way(destination="", prefix_list="pl-1", gateway="vpce-1"),)),
        Row("by AWS's prefix list", NOT_APPLICABLE, (way(destination="", prefix_list="pl-1", gateway="vpce-1"), prefix_list(aws=True, blocks=()))),
        Row("another account's table", NOT_APPLICABLE, (private("subnet-2", arn=f"{OTHERS}:route-table/rtb-2", routes=(route(gateway="", interface="eni-1"),)),)),
        Row("no route table", NOT_APPLICABLE),
        Row("tables are dark", UNKNOWN, dark=[RouteTable]),
        Row("gateways are dark", UNKNOWN, (way(nat_gateway="nat-1"),), dark=[NatGateway]),
        Row("addresses are dark", UNKNOWN, (way(other="tgw-1"),), dark=[Address]),
        Row("interfaces are dark", UNKNOWN, (way(interface="eni-1"), address()), dark=[NetworkInterface]),
        Row("prefix lists are dark", UNKNOWN, (way(destination="", prefix_list="pl-1"),), dark=[PrefixList]),
    ],
    ec2_eip_associated: [
        Row("in use", {"elastic-ip/eipalloc-1": PASS}, (address(),)),
        Row("idle", FAIL, (address(associated=False),), says="198.51.100.7"),
        Row("idle, of a pool of ours", FAIL, (address(associated=False, pool="ipv4pool-ec2-1"),)),
        Row("a service's", NOT_APPLICABLE, (address(associated=False, managed_by="nlb"),)),
        Row("none", NOT_APPLICABLE),
        Row("addresses are dark", UNKNOWN, dark=[Address]),
    ],
    vpc_subnet_tiers_separated: [
        Row("the workload is inside", {"vpc/vpc-1": PASS}, (*TIERS, INSIDE)),
        Row("an instance is outside", FAIL, (*TIERS, OUTSIDE, instance()), says="public subnets: eni-1"),
        Row("many are outside", FAIL, (*TIERS, *(interface(id=f"eni-{n}", arn=f"{EC2}:network-interface/eni-{n}", type="lambda") for n in range(1, 6))), says="eni-1, eni-2, eni-3 and 2 more"),
        Row("an instance without a name, where no word is asked for", FAIL, (*TIERS, OUTSIDE, instance(tags={"Name": ""})), options={"public_workload_tags": ()}),
        Row("a function is outside", FAIL, (*TIERS, interface(type="lambda"))),
        Row("a task is outside", FAIL, (*TIERS, interface(description=f"arn:aws:ecs:{REGION}:{ACCOUNT}:attachment/1"))),
        Row("a bastion is outside", PASS, (*TIERS, OUTSIDE, instance(tags={"Name": "prod-bastion-1"}))),
        Row("a NAT instance is outside", PASS, (*TIERS, OUTSIDE, instance(tags={"Role": "NAT"}))),
        Row("a machine of a stack with such a word in its name", FAIL, (*TIERS, OUTSIDE, instance(tags={"aws:cloudformation:stack-name": "vpc-with-nat"}))),
        Row("a bastion by a tag for that", PASS, (*TIERS, OUTSIDE, instance(tags={"bastion": ""}))),
        Row("no bastion by a tag for that", FAIL, (*TIERS, OUTSIDE, instance(tags={"bastion": "false"}))),
        Row("a machine with such a syllable in its name", FAIL, (*TIERS, OUTSIDE, instance(tags={"Name": "native"}))),
        Row("a bastion that no option names", FAIL, (*TIERS, OUTSIDE, instance(tags={"Name": "prod-bastion-1"})), options={"public_workload_tags": ("edge",)}),
        Row("a load balancer is outside", PASS, (*TIERS, INSIDE, interface(description="ELB app/shop/1"))),
        Row("a network load balancer is outside", PASS, (*TIERS, INSIDE, interface(type="network_load_balancer"))),
        Row("a NAT gateway is outside", PASS, (*TIERS, INSIDE, interface(type="natGateway"))),
        Row("a database is outside, which another check judges", PASS, (*TIERS, STORE)),
        Row("a service of AWS is outside", NO_EVIDENCE, (*TIERS, interface(description="AWS created network interface for directory d-1"))),
        Row("private subnets alone", PASS, (vpc(), subnet(), private(), INSIDE)),
        Row("public subnets alone", FAIL, (vpc(), subnet(), table(), RUNS), says="public subnets alone"),
        Row("public by the main table", FAIL, (vpc(), subnet(), table(main=True, subnets=()), RUNS)),
        Row("public by a black hole", PASS, (vpc(), subnet(), table(routes=(route(active=False),)), RUNS)),
        Row("an egress-only gateway makes none public", PASS, (vpc(), subnet(), table(routes=(route(destination="::/0", gateway="", other="eigw-1"),)), RUNS)),
        Row("nothing runs in it", NOT_APPLICABLE, (vpc(), subnet(), table())),
        Row("a default VPC in use", FAIL, (vpc(default=True), subnet(), table(), RUNS)),
        Row("another account's VPC", NOT_APPLICABLE, (SHARED_VPC, subnet(), RUNS)),
        Row("no VPC", NOT_APPLICABLE),
        Row("VPCs are dark", UNKNOWN, dark=[Vpc]),
        Row("subnets are dark", UNKNOWN, (vpc(), private(), INSIDE), dark=[Subnet]),
        Row("interfaces are dark", UNKNOWN, TIERS, dark=[NetworkInterface]),
        Row("instances are dark", UNKNOWN, (*TIERS, OUTSIDE), dark=[Instance]),
        Row("tables are dark", UNKNOWN, (vpc(), subnet(), INSIDE), dark=[RouteTable]),
        Row("prefix lists are dark", UNKNOWN, (vpc(), subnet(), table(routes=(route(destination="", prefix_list="pl-1"),)), INSIDE), dark=[PrefixList]),
    ],
    vpc_data_store_in_private_subnet: [
        Row("a database inside", {"orders": PASS}, (*TIERS, database("subnet-2", "subnet-4"))),
        Row("a database that may lie outside", {"orders#subnet-1": FAIL}, (*TIERS, database("subnet-2", "subnet-1")), severity=Severity.HIGH),
        Row("a public database", FAIL, (*TIERS, database("subnet-1", public=True)), severity=Severity.CRITICAL),
        Row("a search domain outside", {"domain/logs#subnet-1": FAIL}, (*TIERS, domain("subnet-1"))),
        Row("a cache inside", {"network-interface/eni-1": PASS}, (*TIERS, interface(subnet="subnet-2", description="ElastiCache shop"))),
        Row("a cache outside", {"network-interface/eni-1#subnet-1": FAIL}, (*TIERS, interface(description="ElastiCache shop", public_addresses=())), severity=Severity.HIGH),
        Row("an exposed cluster", FAIL, (*TIERS, *blocking("off"), interface(description="RedshiftNetworkInterface")), severity=Severity.CRITICAL),
        Row("an exposed cluster that is cut off", FAIL, (*TIERS, *blocking(), interface(description="RedshiftNetworkInterface")), severity=Severity.HIGH),
        Row("a data store by a description of ours", FAIL, (*TIERS, interface(description="mongo", public_addresses=())), options={"data_store_descriptions": ("mongo",)}),
        Row("the subnet of another account", UNKNOWN, (*TIERS, database("subnet-9")), says="subnet-9"),
        Row("one public subnet, and one of another account", {"orders#subnet-1": FAIL}, (*TIERS, database("subnet-9", "subnet-1"))),
        Row("a database in no VPC of ours", NOT_APPLICABLE, (database(),)),
        Row("no data store", NOT_APPLICABLE, (*TIERS, INSIDE)),
        Row("databases are dark", UNKNOWN, TIERS, dark=[DbInstance]),
        Row("domains are dark", UNKNOWN, TIERS, dark=[OpenSearchDomain]),
        Row("interfaces are dark", UNKNOWN, TIERS, dark=[NetworkInterface]),
        Row("subnets are dark", UNKNOWN, (database("subnet-2"), private()), dark=[Subnet]),
        Row("tables are dark", UNKNOWN, (database("subnet-2"), subnet("subnet-2")), dark=[RouteTable]),
        Row("prefix lists are dark", UNKNOWN, (database("subnet-1"), subnet(), table(routes=(route(destination="", prefix_list="pl-1"),))), dark=[PrefixList]),
        Row("blocking is dark", FAIL, (*TIERS, interface(description="RedshiftNetworkInterface")), dark=[BlockPublicAccess], severity=Severity.HIGH),
        Row("exclusions are dark", FAIL, (*TIERS, *blocking(), interface(description="RedshiftNetworkInterface")), dark=[BlockPublicAccessExclusion], severity=Severity.HIGH),
    ],
    vpc_subnet_tier_multi_az: [
        Row("both tiers in two zones", {"vpc/vpc-1#private": PASS, "vpc/vpc-1#public": PASS}, (*TIERS, RUNS)),
        Row("the private tier in one zone", {"vpc/vpc-1#private": FAIL, "vpc/vpc-1#public": PASS}, (*(each for each in TIERS if getattr(each, "id", "") != "subnet-4"), RUNS)),
        Row("private subnets alone", {"vpc/vpc-1#private": PASS}, (vpc(), subnet("subnet-2", "a"), subnet("subnet-4", "b"), private(), RUNS)),
        Row("two names of one zone", {"vpc/vpc-1#private": FAIL}, (vpc(), subnet("subnet-2", "a"), subnet("subnet-4", "b", zone_id="euw1-az-a"), private(), RUNS)),
        Row("a Local Zone does not count", {"vpc/vpc-1#private": FAIL}, (vpc(), subnet("subnet-2", "a"), subnet("subnet-4", "-ber-1a"), private(), RUNS)),
        Row("an Outpost does not count", {"vpc/vpc-1#private": FAIL}, (vpc(), subnet("subnet-2", "a"), subnet("subnet-4", "b", outpost=True), private(), RUNS)),
        Row("three zones are wanted", FAIL, (*TIERS, RUNS), options={"min_azs": 3}),
        Row("nothing runs in it", NOT_APPLICABLE, TIERS),
        Row("a shared VPC", NOT_APPLICABLE, (SHARED_VPC, subnet(), RUNS)),
        Row("no VPC", NOT_APPLICABLE),
        Row("VPCs are dark", UNKNOWN, dark=[Vpc]),
        Row("subnets are dark", UNKNOWN, (vpc(), private(), RUNS), dark=[Subnet]),
        Row("interfaces are dark", UNKNOWN, TIERS, dark=[NetworkInterface]),
        Row("tables are dark", UNKNOWN, (vpc(), subnet(), RUNS), dark=[RouteTable]),
        Row("prefix lists are dark", UNKNOWN, (vpc(), subnet(), table(routes=(route(destination="", prefix_list="pl-1"),)), RUNS), dark=[PrefixList]),
    ],
    vpc_subnet_auto_public_ip_disabled: [
        Row("it gives none", PASS, (subnet(), RUNS)),
        Row("it gives them", {"subnet/subnet-1": FAIL}, (subnet(gives_public_addresses=True), RUNS)),
        Row("nothing runs in its VPC", NOT_APPLICABLE, (subnet(gives_public_addresses=True), interface(vpc="vpc-2"))),
        Row("another account's", NOT_APPLICABLE, (subnet(arn=f"{OTHERS}:subnet/subnet-1", gives_public_addresses=True), RUNS)),
        Row("no subnet", NOT_APPLICABLE),
        Row("subnets are dark", UNKNOWN, dark=[Subnet]),
        Row("interfaces are dark", UNKNOWN, (subnet(),), dark=[NetworkInterface]),
    ],
    vpc_default_not_used: [
        Row("a VPC of ours", PASS, (vpc(), RUNS)),
        Row("the default VPC is used", {"vpc/vpc-1": FAIL}, (vpc(default=True), RUNS), says="eni-1"),
        Row("the default VPC is untouched", NOT_APPLICABLE, (vpc(default=True),)),
        Row("the default VPC has an endpoint alone", NOT_APPLICABLE, (vpc(default=True), interface(type="vpc_endpoint"))),
        Row("the default VPC has an idle interface", NOT_APPLICABLE, (vpc(default=True), interface(in_use=False))),
        Row("another account's", NOT_APPLICABLE, (SHARED_VPC, RUNS)),
        Row("no VPC", NOT_APPLICABLE),
        Row("VPCs are dark", UNKNOWN, dark=[Vpc]),
        Row("interfaces are dark", UNKNOWN, (vpc(default=True),), dark=[NetworkInterface]),
    ],
    vpc_flow_logs_enabled: [
        Row("a log of the VPC", {"vpc/vpc-1": PASS}, (vpc(), subnet(), RUNS, log())),
        Row("a log of what is rejected", PASS, (vpc(), subnet(), RUNS, log(traffic="REJECT"))),
        Row("a log of what is accepted", FAIL, (vpc(), subnet(), RUNS, log(traffic="ACCEPT"))),
        Row("a log that is not active", FAIL, (vpc(), subnet(), RUNS, log(active=False)), says="no active"),
        Row("a log that cannot be delivered", FAIL, (vpc(), subnet(), RUNS, log(error="Access error")), says="(Access error)"),
        Row("a log of each subnet", PASS, (vpc(), subnet(), subnet("subnet-2"), RUNS, log("subnet-1"), log("subnet-2")), says="2 subnets"),
        Row("a log of one subnet, and an interface in the other", FAIL, (vpc(), subnet(), subnet("subnet-2"), interface(subnet="subnet-2"), log("subnet-1"))),
        Row("a log of each interface", PASS, (vpc(), subnet(), RUNS, log("eni-1")), says="interfaces"),
        Row("a log of another VPC", FAIL, (vpc(), subnet(), RUNS, log("vpc-2"))),
        Row("no log", FAIL, (vpc(), subnet(), RUNS)),
        Row("nothing runs in it", NOT_APPLICABLE, (vpc(), subnet())),
        Row("another account's", NOT_APPLICABLE, (SHARED_VPC, subnet(), RUNS)),
        Row("no VPC", NOT_APPLICABLE),
        Row("VPCs are dark", UNKNOWN, dark=[Vpc]),
        Row("logs are dark", UNKNOWN, (vpc(), subnet(), RUNS), dark=[FlowLog]),
        Row("subnets are dark", UNKNOWN, (vpc(), RUNS), dark=[Subnet]),
        Row("interfaces are dark", UNKNOWN, (vpc(), subnet(), log()), dark=[NetworkInterface]),
    ],
    vpc_connected_cidrs_not_overlapping: [
        Row("peers apart", {"vpc/vpc-1": PASS}, (OWN, peering())),
        Row("peers that overlap", {PAIR: FAIL}, (OWN, peering("10.0.128.0/17")), says="10.0.0.0/16"),
        Row("a peering that is not active", NOT_APPLICABLE, (OWN, peering("10.0.0.0/16", status="pending-acceptance"))),
        Row("a peering of others", NOT_APPLICABLE, (OWN, peering(requester=PeeredVpc(arn=f"{OTHERS}:vpc/vpc-3", blocks=("10.1.0.0/16",))))),
        Row("a secondary block that is not routed", PASS, (vpc(blocks=("10.0.0.0/16", "100.64.0.0/16")), peering("100.64.0.0/10"))),
        Row("such a block as that of the VPC itself", {PAIR: FAIL}, (vpc(blocks=("100.64.0.0/16",)), peering("100.64.0.0/10"))),
        Row("such a block, where it counts", {PAIR: FAIL}, (vpc(blocks=("10.0.0.0/16", "100.64.0.0/16")), peering("100.64.0.0/10")), options={"unrouted_blocks": ()}),
        Row("on a transit gateway, apart", {"vpc/vpc-1": PASS, "vpc/vpc-2": NOT_APPLICABLE}, (OWN, Vpc(arn=THEIRS, id="vpc-2", default=False, tags={}, blocks=("10.1.0.0/16",)), attached(OWN.arn), attached(THEIRS))),
        Row("on a transit gateway, overlapping", {PAIR: FAIL, "vpc/vpc-2": NOT_APPLICABLE}, (OWN, Vpc(arn=THEIRS, id="vpc-2", default=False, tags={}, blocks=("10.0.0.0/8",)), attached(OWN.arn), attached(THEIRS))),
        Row("on two transit gateways", NOT_APPLICABLE, (OWN, attached(OWN.arn), attached(THEIRS, "tgw-2"))),
        Row("an attachment that was rejected", NOT_APPLICABLE, (OWN, attached(OWN.arn), attached(THEIRS, state="rejected"))),
        Row("a VPC that is not scanned", UNKNOWN, (OWN, attached(OWN.arn), attached(THEIRS)), says=f"the blocks of {THEIRS}"),
        Row("a VPC that is not scanned, beside one that overlaps", {PAIR: FAIL, "vpc/vpc-1": UNKNOWN}, (OWN, peering("10.0.128.0/17"), attached(OWN.arn), attached(f"{OTHERS}:vpc/vpc-3"))),
        Row("a transit gateway of an account that is not scanned", UNKNOWN, (OWN, attached(OWN.arn, owner="444455556666")), says="the account 444455556666"),
        Row("one, as its owner and the VPC's see it", NOT_APPLICABLE, (OWN, attached(OWN.arn, owner="444455556666"), attached(OWN.arn, owner="444455556666", seen_in=OTHERS))),
        Row("another account's VPC", NOT_APPLICABLE, (Vpc(arn=THEIRS, id="vpc-2", default=False, tags={}, blocks=("10.0.0.0/16",)), attached(THEIRS)), says="another account"),
        Row("joined to nothing", NOT_APPLICABLE, (OWN,)),
        Row("no VPC", NOT_APPLICABLE),
        Row("VPCs are dark", UNKNOWN, (OWN, attached(OWN.arn), attached(THEIRS)), dark=[Vpc]),
        Row("peerings are dark", UNKNOWN, (OWN,), dark=[Peering]),
        Row("attachments are dark", UNKNOWN, (OWN, peering()), dark=[TransitAttachment]),
        Row("other accounts' VPCs are dark", {"vpc/vpc-1": UNKNOWN, "vpc/vpc-2": UNKNOWN}, (OWN, attached(OWN.arn), attached(THEIRS)), gaps={Vpc: [dark_gap(Vpc, THEIRS)]}),
    ],
    vpc_subnet_free_ip_headroom: [
        Row("enough", {"subnet/subnet-1": PASS}, (subnet(), RUNS), says="200 of 251"),
        Row("just a tenth", PASS, (subnet(free_addresses=26), RUNS)),
        Row("less than a tenth", FAIL, (subnet(free_addresses=25), RUNS), says="fewer than 26"),
        Row("less than sixteen", FAIL, (subnet(block="10.0.0.0/26", free_addresses=15), RUNS), says="fewer than 16"),
        Row("half of a small subnet", PASS, (subnet(block="10.0.0.0/28", free_addresses=5), RUNS)),
        Row("less than half of a small subnet", FAIL, (subnet(block="10.0.0.0/28", free_addresses=4), RUNS)),
        Row("another ratio", FAIL, (subnet(free_addresses=100), RUNS), options={"subnet_free_ratio": 0.5}),
        Row("another floor", FAIL, (subnet(free_addresses=50), RUNS), options={"min_free": 60}),
        Row("IPv6 only", NOT_APPLICABLE, (subnet(block="", free_addresses=0), RUNS)),
        Row("nothing runs in its VPC", NOT_APPLICABLE, (subnet(free_addresses=0), interface(vpc="vpc-2"))),
        Row("another account's", NOT_APPLICABLE, (subnet(arn=f"{OTHERS}:subnet/subnet-1", free_addresses=0), RUNS)),
        Row("no subnet", NOT_APPLICABLE),
        Row("subnets are dark", UNKNOWN, dark=[Subnet]),
        Row("interfaces are dark", UNKNOWN, (subnet(),), dark=[NetworkInterface]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
