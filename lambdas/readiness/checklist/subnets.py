"""Are the subnets of a VPC parted into tiers, over zones, and is what needs no internet kept from it?

The checks of "Set up subnets".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from readiness.checklist.apart import apart
from readiness.checklist.exposure import Exposure, Paths, is_workload
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.tiers import (
    DATA_STORES,
    is_front_door,
    is_named,
    keeps_data,
    not_judged,
)
from readiness.evidence import Evidence, Gap, NotSeenError, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbInstance
from readiness.evidence.network import (
    NetworkInterface,
    PrefixList,
    RouteTable,
    Subnet,
    Vpc,
)
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.unseen import known


def _routes(tables: Evidence[RouteTable], lists: Evidence[PrefixList]) -> Paths:
    """Return what decides whether a subnet is public; whether it is cut off is another question."""
    return Paths(tables=tables, lists=lists, blocks=Evidence(), exclusions=Evidence())


@check(Severity.HIGH)
def vpc_subnet_tiers_separated(
    vpc: Vpc,
    subnets: Evidence[Subnet],
    interfaces: Evidence[NetworkInterface],
    instances: Evidence[Instance],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    unit: Unit,
    *,
    public_workload_tags: tuple[str, ...] = ("bastion", "nat"),
) -> Result:
    """What needs no public address is safest where it cannot have one.

    Pass: the VPC has a private subnet, and no network interface of its workload lies in a public one.
    Load balancers, NAT gateways and data stores, which another check judges, are left out, and so are
    instances that are called `bastion` or `nat` by their name, their role, or a tag of their own.
    Fix: make private subnets and move the workload there; leave load balancers and NAT gateways
    in the public ones.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html
    """
    why = not_judged(vpc, interfaces, unit)
    if why:
        return not_applicable(why)
    paths = _routes(tables, lists)
    public: set[str] = set()
    private = False
    for subnet in subnets:
        if subnet.vpc == vpc.id:
            if paths.is_public(subnet.id, vpc.id):
                public.add(subnet.id)
            else:
                private = True
    if not private:
        return failed("has public subnets alone")
    astray: list[str] = []
    others: list[str] = []
    for interface in interfaces:
        if (
            interface.subnet not in public
            or not is_workload(interface)
            or is_front_door(interface)
            or keeps_data(interface)
        ):
            continue
        if not _is_application(interface):
            others.append(interface.id)
        elif not _is_meant_to_be_public(interface, instances, public_workload_tags):
            astray.append(interface.id)
    if astray:
        named = ", ".join(astray[:3]) + (f" and {len(astray) - 3} more" if len(astray) > 3 else "")
        return failed(f"has interfaces of its workload in public subnets: {named}")
    if others:
        return no_evidence(f"has {others[0]} of a service of AWS in a public subnet")
    return passed("keeps its workload in private subnets")


def _is_application(interface: NetworkInterface) -> bool:
    """Whether an interface is an instance's, a function's or a task's, which is described by an ARN."""
    described = interface.description.startswith(("arn:aws", "AWS Lambda VPC ENI"))
    return bool(interface.instance) or interface.type == "lambda" or described


def _is_meant_to_be_public(
    interface: NetworkInterface, instances: Evidence[Instance], words: tuple[str, ...]
) -> bool:
    if not (interface.instance and words):
        return False
    found = next(iter(instances.about(interface.instance, "id")), None)
    pattern = rf"(?i)(?<![a-z0-9])({'|'.join(map(re.escape, words))})(?![a-z0-9])"
    return found is not None and is_named(found.tags, pattern)


@check(Severity.HIGH)
def vpc_data_store_in_private_subnet(
    stores: Evidence[DbInstance | OpenSearchDomain | NetworkInterface],
    subnets: Evidence[Subnet],
    paths: Paths,
    *,
    data_store_descriptions: tuple[str, ...] = DATA_STORES,
) -> Iterator[Result]:
    """A data store in a public subnet is one setting away from the internet.

    Pass: no subnet of a database's subnet group, of a search domain, or of the network interface of
    another data store is public, i.e. has a default route to an internet gateway.
    Fix: make a subnet group of private subnets and move the data store there.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    """

    def judge(store: DbInstance | OpenSearchDomain | NetworkInterface) -> Iterator[Result]:
        if isinstance(store, NetworkInterface):
            if not (store.in_use and keeps_data(store, data_store_descriptions)):
                return
            places: tuple[str, ...] = (store.subnet,)
        else:
            places = store.subnets
        public = _first_public(places, subnets, paths)
        if not public:
            if places:
                yield passed("lies in private subnets")
            return
        exposed = (
            paths.exposure(store) is Exposure.EXPOSED
            if isinstance(store, NetworkInterface)
            else isinstance(store, DbInstance) and store.public
        )
        how = ", with a public address" if exposed else ""
        yield failed(
            f"may lie in the public subnet {public}{how}",
            Severity.CRITICAL if exposed else Severity.HIGH,
        ).about(f"{store.arn}#{public}")

    yield from apart(stores, judge)


def _first_public(names: tuple[str, ...], subnets: Evidence[Subnet], paths: Paths) -> str:
    """Return a public subnet among some, empty where none is; raises where one may be."""
    told = (name for name in names if known(partial(_is_public, name, subnets, paths), False))
    found = next(told, "")
    return found or next((name for name in names if _is_public(name, subnets, paths)), "")


def _is_public(name: str, subnets: Evidence[Subnet], paths: Paths) -> bool:
    subnet = next(iter(subnets.about(name, "id")), None)
    if subnet is None:
        detail = f"the account does not see the subnet {name}"
        raise NotSeenError([Gap(reason=Reason.UNDECIDED, detail=detail)])
    return paths.is_public(subnet.id, subnet.vpc)


@check(Severity.MEDIUM)
def vpc_subnet_tier_multi_az(
    vpc: Vpc,
    subnets: Evidence[Subnet],
    interfaces: Evidence[NetworkInterface],
    tables: Evidence[RouteTable],
    lists: Evidence[PrefixList],
    unit: Unit,
    *,
    min_azs: int = 2,
) -> Iterator[Result]:
    """What runs in one zone cannot move to another where there is no subnet.

    Pass: the public and the private subnets of a VPC, where it has such, each span at least two
    Availability Zones; Local Zones, Wavelength Zones and Outposts do not count.
    Fix: add a subnet of the same tier in a second zone.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html
    """
    why = not_judged(vpc, interfaces, unit)
    if why:
        yield not_applicable(why)
        return
    paths = _routes(tables, lists)
    tiers: dict[str, set[str]] = {}
    for subnet in subnets:
        if subnet.vpc == vpc.id:
            tier = "public" if paths.is_public(subnet.id, vpc.id) else "private"
            tiers.setdefault(tier, set()).update([subnet.zone_id] if subnet.in_zone else [])
    for tier, zones in sorted(tiers.items()):
        place = f"{vpc.arn}#{tier}"
        if len(zones) >= min_azs:
            yield passed(f"has {tier} subnets in {len(zones)} zones").about(place)
        else:
            yield failed(f"has {tier} subnets in {len(zones)} zones, fewer than {min_azs}").about(
                place
            )


@check(Severity.MEDIUM)
def vpc_subnet_auto_public_ip_disabled(
    subnet: Subnet, interfaces: Evidence[NetworkInterface], unit: Unit
) -> Result:
    """Where addresses are given away by default, a machine is public by oversight.

    Pass: the subnet gives no public IPv4 address to what is launched in it (`MapPublicIpOnLaunch`).
    Fix: switch off auto-assignment of public IPv4 addresses; ask for one where it is meant.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html
    """
    why = not_judged(subnet, interfaces, unit)
    if why:
        return not_applicable(why)
    if subnet.gives_public_addresses:
        return failed("gives a public address to whatever is launched in it")
    return passed("gives no public addresses by itself")
