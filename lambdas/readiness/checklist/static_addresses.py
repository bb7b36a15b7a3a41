"""Do the addresses by which others know us stay the same?

The checks of "Configure Static IPs".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.dns import record_named
from readiness.checklist.exposure import interfaces_of, prefix_list, wide_blocks
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.compute import Instance
from readiness.evidence.dns import ZoneRecords
from readiness.evidence.egress import Address, NatGateway
from readiness.evidence.network import (
    NetworkInterface,
    PrefixList,
    PublicAddress,
    Route,
    RouteTable,
)
from readiness.evidence.ranges import is_of_ec2
from readiness.evidence.unseen import known, tried


@check(Severity.MEDIUM)
def route53_record_not_ephemeral_ip(
    zone: ZoneRecords, elastic: Pooled[Address], interfaces: Pooled[PublicAddress]
) -> Iterator[Result]:
    """An automatic public address changes when its machine stops, and then the name leads astray.

    Pass: every IPv4 address of a scanned account that a public record names is an Elastic IP or a
    Network Load Balancer's.
    Fix: associate an Elastic IP, or put a load balancer in front and lead to it by an alias.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    for record in zone.records:
        if record.type != "A":
            continue
        for address in record.values:
            for result in tried(_lasting(address, elastic, interfaces), not_seen):
                yield result.about(record_named(zone, record))


def _lasting(
    address: str, elastic: Pooled[Address], interfaces: Pooled[PublicAddress]
) -> Iterator[Result]:
    owned = elastic.about(address, "public_ip") | interfaces.about(address, "address")
    if is_of_ec2(address):
        found = next(iter(owned), None)
    else:  # brought along, or given out since the list was made: nobody else's is asked for
        found = known(lambda: next(iter(owned), None), None)
    if found is None:
        return
    if isinstance(found, Address) or not (found.changing or found.network_balancer):
        yield passed(f"names {address}, an Elastic IP")
    elif found.network_balancer:
        yield passed(f"names {address}, which a Network Load Balancer holds as long as it lives")
    else:
        yield failed(f"names {address}, an automatic address, which changes")


@check(Severity.MEDIUM)
def ec2_standalone_instance_public_ip_static(
    instance: Instance, interfaces: Evidence[NetworkInterface]
) -> Result:
    """Partners and firewalls know a machine by its address; a stop must not take it away.

    Pass: every public IPv4 address of a running instance that no service makes and replaces is an
    Elastic IP.
    Fix: associate an Elastic IP with the instance, or take its public address away.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if instance.made_by:
        return not_applicable(f"is made and replaced by {instance.made_by}")
    public = 0
    for interface in interfaces_of(instance, interfaces):
        public += len(interface.public_addresses)
        if interface.changing_addresses:
            address = interface.changing_addresses[0]
            return failed(f"has the public address {address}, which changes when it stops")
    if not public:
        return not_applicable("has no public address")
    return passed(f"keeps its public addresses ({public}) when it stops")


@check(Severity.LOW)
def vpc_egress_address_static(
    table: RouteTable,
    gateways: Evidence[NatGateway],
    addresses: Evidence[Address],
    interfaces: Evidence[NetworkInterface],
    lists: Evidence[PrefixList],
    unit: Unit,
) -> Iterator[Result]:
    """A partner's allow-list shuts us out as soon as the address that we call from changes.

    Pass: the default routes of private subnets lead to an available NAT gateway with Elastic IPs, to
    a machine with an Elastic IP, or to a gateway that has no address of its own: a transit gateway,
    a virtual private gateway, the endpoint of a firewall, or an egress-only gateway.
    Fix: replace the NAT instance by a NAT gateway with an Elastic IP.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html
    """
    if account_of(table.arn) != unit.account:
        yield not_applicable("belongs to another account, which shares it")
        return
    if not (table.main or table.subnets):
        yield not_applicable("serves no subnet")
        return
    ways = [route for route in table.routes if route.active and _leads_out(route, lists)]
    if any(route.gateway.startswith("igw-") for route in ways):
        yield not_applicable("is of public subnets")
        return
    if not ways:
        yield not_applicable("has no default route")
        return
    public: Evidence[NatGateway | Address] = gateways | addresses
    if not (any(True for _ in public) or any(each.public_addresses for each in interfaces)):
        yield not_applicable("is in a region without a public address")
        return
    for route in ways:
        place = f"{table.arn}#{route.destination or route.prefix_list}"
        yield _way_out(route, gateways, interfaces).about(place)


def _leads_out(route: Route, lists: Evidence[PrefixList]) -> bool:
    if route.destination:
        return bool(wide_blocks([route.destination]))
    if not route.prefix_list or route.gateway.startswith("vpce-"):
        return False  # a gateway's endpoint leads to a service of AWS
    found = prefix_list(route.prefix_list, lists)
    return not found.aws and bool(wide_blocks(found.blocks))


def _way_out(
    route: Route, gateways: Evidence[NatGateway], interfaces: Evidence[NetworkInterface]
) -> Result:
    if route.nat_gateway:
        gateway = next(iter(gateways.about(route.nat_gateway, "id")), None)
        if gateway is None:
            return no_evidence(f"leads to {route.nat_gateway}, which the account does not see")
        if gateway.grows:
            because = f"leads to {gateway.id}, which takes further addresses as it needs them"
            return Result(status=Status.PASS, because=because, severity=Severity.INFO)
        if not gateway.public:
            return passed(f"leads to {gateway.id}, which leads to other networks of ours")
        if gateway.state != "available":
            return no_evidence(f"leads to {gateway.id}, which is {gateway.state}")
        if gateway.fixed:
            return passed(f"leads to {gateway.id}, whose addresses are Elastic IPs")
        return no_evidence(f"leads to {gateway.id}, whose addresses are not known as Elastic IPs")
    if route.interface:
        machine = next(iter(interfaces.about(route.interface, "id")), None)
        if machine is None:
            return no_evidence(f"leads to {route.interface}, which the account does not see")
        if machine.public_addresses and not machine.changing_addresses:
            return passed(f"leads to {machine.id}, which has an Elastic IP")
        return failed(f"leads to the machine behind {machine.id}, which has no Elastic IP")
    if onward := route.other or route.gateway:
        return passed(f"leads to {onward}")
    return no_evidence("leads out by a way that is not told")


@check(Severity.LOW)
def ec2_eip_associated(address: Address) -> Result:
    """An Elastic IP that nothing uses costs as much as one in use, and may be in a partner's list.

    Pass: the Elastic IP is associated with an instance or a network interface. One that a service of
    AWS manages is left out.
    Fix: take it out of the allow-lists that hold it, then release it.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html
    """
    if address.managed_by:
        return not_applicable(f"is managed by {address.managed_by}")
    if address.associated:
        return passed(f"({address.public_ip}) is associated")
    return failed(f"({address.public_ip}) is associated with nothing")
