"""What do network ACLs let in from the internet?

The checks of "Configure Network ACLs".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from readiness.checklist.acl import opening
from readiness.checklist.exposure import (
    WIDE_IPV4_PREFIX,
    WIDE_IPV6_PREFIX,
    group_named,
    hits,
    is_workload,
    wide_sources,
)
from readiness.checklist.model import Result, Severity, Unit, check, failed, not_applicable, passed
from readiness.checklist.tiers import DATA_STORES, DataStores
from readiness.evidence import Evidence, Gap, NotSeenError, Reason, account_of
from readiness.evidence.databases import DbInstance
from readiness.evidence.network import (
    AclEntry,
    NetworkAcl,
    NetworkInterface,
    Permission,
    PrefixList,
    SecurityGroup,
    Subnet,
)
from readiness.evidence.search import OpenSearchDomain


@check(Severity.MEDIUM)
def ec2_nacl_admin_ports_not_public(
    acl: NetworkAcl,
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    interfaces: Evidence[NetworkInterface],
    unit: Unit,
    *,
    nacl_admin_ports: tuple[int, ...] = (22, 3389),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> Iterator[Result]:
    """A network ACL is the second fence: it holds where a security group was opened by mistake.

    Pass: by the order of its rules, a custom network ACL lets no wide source reach port 22 or 3389: no
    IPv4 block of 7 bits or fewer outside the private ranges, no IPv6 block of 16 bits or fewer. A port
    that only the range for answers lets in (from 1024 or above to 65535) passes where no security
    group of the VPC opens it.
    Fix: put a deny for the port before the allow, or narrow the allow to the networks that need it.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    why = _left_out(acl, interfaces, unit) or ("" if acl.subnets else "serves no subnet")
    if why:
        yield not_applicable(why)
        return
    opens = partial(opening, acl, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix)
    opened: dict[int, list[int]] = {}
    for_answers: dict[int, AclEntry] = {}
    for port in nacl_admin_ports:
        if named := opens(port, without_answers=True):
            opened.setdefault(named.number, []).append(port)
        elif entry := opens(port):
            for_answers[port] = entry
    for number, ports in sorted(opened.items()):
        listed = ", ".join(map(str, ports))
        yield failed(f"lets the internet reach port {listed} by its rule {number}").about(
            f"{acl.arn}#{number}"
        )
    for port, entry in for_answers.items():
        told = f"lets port {port} in as one of the ports for answers"
        wide = partial(
            wide_sources, lists=lists, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix
        )
        if _is_open_by_a_group(acl.vpc, port, groups, interfaces, wide):
            result = failed(f"{told}, and a security group opens it to the internet")
        else:
            result = passed(f"{told}; no security group opens it")
        yield result.about(f"{acl.arn}#{entry.number}")
    if not (opened or for_answers):
        yield passed("lets the internet reach no login port")


def _left_out(acl: NetworkAcl, interfaces: Evidence[NetworkInterface], unit: Unit) -> str:
    """Say why an ACL is not judged, empty where it is."""
    if account_of(acl.arn) != unit.account:
        return "belongs to another account, which shares it"
    if acl.default:
        return "is the default one of its VPC"
    return "" if any(map(is_workload, interfaces)) else "is in a region in which nothing runs"


def _is_open_by_a_group(
    vpc: str,
    port: int,
    groups: Evidence[SecurityGroup],
    interfaces: Evidence[NetworkInterface],
    wide: Callable[[Permission], Iterator[str]],
) -> bool:
    """Whether a security group of a VPC opens a port; raises where one is used that is not seen."""
    own = (group for group in groups if group.vpc == vpc)
    entries = (entry for group in own for entry in group.ingress if hits(entry, port))
    if any(True for entry in entries for _ in wide(entry)):
        return True
    # Of a VPC that is shared, other accounts have groups of their own.
    for interface in interfaces.about(vpc, "vpc"):
        for name in interface.groups:
            group_named(name, groups)
    return False


@check(Severity.LOW)
def ec2_nacl_data_subnet_ingress_restricted(
    subnet: Subnet,
    acls: Evidence[NetworkAcl],
    interfaces: Evidence[NetworkInterface],
    databases: Evidence[DbInstance],
    domains: Evidence[OpenSearchDomain],
    unit: Unit,
    *,
    nacl_data_ports: tuple[int, ...] = (
        *(1433, 1521, 2049, 3306, 5432, 5439, 6379, 8182),
        *(9092, 9093, 9094, 9095, 9096, 9097, 9098, 9200, 11211, 27017),
    ),
    data_store_descriptions: tuple[str, ...] = DATA_STORES,
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> Result:
    """Data stores answer to the application; a subnet of theirs has no use for the internet.

    Pass: by the order of its rules, the network ACL of a subnet that holds data stores, or is in the
    subnet group of a database, lets no wide source reach the port of one: 1433, 1521, 2049, 3306,
    5432, 5439, 6379, 8182, 9092 to 9098, 9200, 11211 or 27017.
    Fix: replace the allow-all rule by the networks of the application and the range for answers.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    if account_of(subnet.arn) != unit.account:
        return not_applicable("belongs to another account, which shares it")
    stores = DataStores(
        interfaces=interfaces,
        databases=databases,
        domains=domains,
        descriptions=data_store_descriptions,
    )
    if not stores.hold(subnet):
        return not_applicable("holds no data store")
    acl = next((each for each in acls if subnet.id in each.subnets), None)
    if acl is None:
        detail = f"no network ACL names {subnet.id}"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    name = f"{subnet.arn}#{acl.id}"
    for port in nacl_data_ports:
        entry = opening(acl, port, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix)
        if entry:
            because = f"lets the internet reach port {port} by rule {entry.number} of {acl.id}"
            return failed(f"holds data stores and {because}").about(name)
    return passed(f"holds data stores, whose ports {acl.id} keeps from the internet").about(name)


@check(Severity.LOW)
def ec2_nacl_custom_associated(
    acl: NetworkAcl, interfaces: Evidence[NetworkInterface], unit: Unit
) -> Result:
    """A network ACL that serves no subnet protects nothing, and is mistaken for one that does.

    Pass: a custom network ACL serves at least one subnet.
    Fix: delete it, or associate the subnets that it was made for.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    why = _left_out(acl, interfaces, unit)
    if why:
        return not_applicable(why)
    if acl.subnets:
        return passed(f"serves {', '.join(acl.subnets[:3])}{', …' if len(acl.subnets) > 3 else ''}")
    return failed("serves no subnet")
