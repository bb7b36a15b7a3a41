"""What do network ACLs let in from the internet?

The checks of "Configure Network ACLs".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.acl import opening
from readiness.checklist.exposure import (
    WIDE_IPV4_PREFIX,
    WIDE_IPV6_PREFIX,
    hits,
    is_workload,
    wide_sources,
)
from readiness.checklist.model import Result, Severity, check, failed, not_applicable, passed
from readiness.checklist.tiers import DATA_STORES, DataStores
from readiness.evidence import Evidence, Gap, NotSeenError, Reason
from readiness.evidence.databases import DbInstance
from readiness.evidence.network import (
    NetworkAcl,
    NetworkInterface,
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
    *,
    nacl_admin_ports: tuple[int, ...] = (22, 3389),
    wide_ipv4_prefix: int = WIDE_IPV4_PREFIX,
    wide_ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> Iterator[Result]:
    """A network ACL is the second fence: it holds where a security group was opened by mistake.

    Pass: the first entry of a custom ACL that matches SSH or RDP from a wide source refuses it. RDP
    that is let in by the range for answers alone passes where no security group opens it.
    Fix: put a deny for the port before the allow, or narrow the allow to the networks that need it.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    why = _acl_left_out(acl, interfaces)
    if why:
        yield not_applicable(why)
        return
    opened: dict[int, list[int]] = {}
    clean = True
    for port in nacl_admin_ports:
        entry = opening(acl, port, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix)
        if entry is None:
            continue
        clean = False
        named = opening(
            acl,
            port,
            without_answers=True,
            ipv4_prefix=wide_ipv4_prefix,
            ipv6_prefix=wide_ipv6_prefix,
        )
        if named is None and not _open_by_a_group(
            acl.vpc,
            port,
            groups,
            lists,
            ipv4_prefix=wide_ipv4_prefix,
            ipv6_prefix=wide_ipv6_prefix,
        ):
            yield passed(
                f"lets port {port} in as one of the ports for answers; no security group opens it"
            ).about(f"{acl.arn}#{entry.number}")
        else:
            opened.setdefault((named or entry).number, []).append(port)
    for number, ports in sorted(opened.items()):
        listed = ", ".join(map(str, ports))
        yield failed(f"lets the internet reach port {listed} by its rule {number}").about(
            f"{acl.arn}#{number}"
        )
    if clean:
        yield passed("lets no wide source reach a login port")


def _acl_left_out(acl: NetworkAcl, interfaces: Evidence[NetworkInterface]) -> str:
    if acl.default:
        return "is the default one of its VPC"
    if not acl.subnets:
        return "serves no subnet"
    return "" if any(map(is_workload, interfaces)) else "is in a region in which nothing runs"


def _open_by_a_group(
    vpc: str,
    port: int,
    groups: Evidence[SecurityGroup],
    lists: Evidence[PrefixList],
    *,
    ipv4_prefix: int,
    ipv6_prefix: int,
) -> bool:
    return any(
        True
        for group in groups
        if group.vpc == vpc
        for permission in group.ingress
        if hits(permission, port)
        for _ in wide_sources(permission, lists, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix)
    )


@check(Severity.LOW)
def ec2_nacl_data_subnet_ingress_restricted(
    subnet: Subnet,
    acls: Evidence[NetworkAcl],
    interfaces: Evidence[NetworkInterface],
    databases: Evidence[DbInstance],
    domains: Evidence[OpenSearchDomain],
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

    Pass: the network ACL of a subnet that holds data stores lets no wide source reach the port of
    one.
    Fix: replace the allow-all entry by the networks of the application and the range for answers.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
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
        detail = f"the network ACL of {subnet.id} is its owner's"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    name = f"{subnet.arn}#{acl.id}"
    for port in nacl_data_ports:
        entry = opening(acl, port, ipv4_prefix=wide_ipv4_prefix, ipv6_prefix=wide_ipv6_prefix)
        if entry:
            because = f"lets the internet reach port {port} by rule {entry.number} of {acl.id}"
            return failed(f"holds data stores and {because}").about(name)
    return passed(f"holds data stores, whose ports {acl.id} keeps from the internet").about(name)


@check(Severity.LOW)
def ec2_nacl_custom_associated(acl: NetworkAcl, interfaces: Evidence[NetworkInterface]) -> Result:
    """An ACL that serves no subnet protects nothing, and is mistaken for one that does.

    Pass: a custom network ACL serves at least one subnet.
    Fix: delete it, or associate the subnets that it was made for.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
    """
    if acl.default:
        return not_applicable("is the default one of its VPC")
    if not any(map(is_workload, interfaces)):
        return not_applicable("is in a region in which nothing runs")
    if acl.subnets:
        return passed(f"serves {len(acl.subnets)} subnets")
    return failed("serves no subnet")
