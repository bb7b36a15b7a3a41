"""Are VPCs made for what runs in them, watched, and apart from each other?

The checks of "Set up VPCs".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from ipaddress import ip_network

from readiness.checklist.exposure import is_workload
from readiness.checklist.model import Result, Severity, Unit, check, failed, not_applicable, passed
from readiness.checklist.tiers import not_judged, runs_something
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.network import (
    FlowLog,
    NetworkInterface,
    Peering,
    Subnet,
    TransitAttachment,
    Vpc,
)


@check(Severity.MEDIUM)
def vpc_default_not_used(vpc: Vpc, interfaces: Evidence[NetworkInterface], unit: Unit) -> Result:
    """The default VPC has public subnets alone, and the same addresses in every account.

    Pass: nothing runs in the default VPC.
    Fix: move the workload to a VPC that was made for it, then delete the default one.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html
    """
    why = not_judged(vpc, interfaces, unit)
    if why:
        return not_applicable(why)
    if vpc.default:
        used = (each.id for each in interfaces if each.vpc == vpc.id and is_workload(each))
        return failed(f"is the default VPC and a workload runs in it ({next(used)})")
    return passed("was made for what runs in it")


@check(Severity.MEDIUM)
def vpc_flow_logs_enabled(
    vpc: Vpc,
    logs: Evidence[FlowLog],
    subnets: Evidence[Subnet],
    interfaces: Evidence[NetworkInterface],
    unit: Unit,
) -> Result:
    """After an incident the question is who talked to whom; only flow logs know.

    Pass: a flow log of the VPC, of each of its subnets or of each of its interfaces records all or
    rejected traffic and delivers it.
    Fix: create a flow log of the VPC for all traffic.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
    """
    why = not_judged(vpc, interfaces, unit)
    if why:
        return not_applicable(why)
    if _is_logged(vpc.id, logs):
        return passed("has a flow log")
    own = [each.id for each in subnets if each.vpc == vpc.id]
    if own and all(_is_logged(name, logs) for name in own):
        return passed(f"has a flow log of each of its {len(own)} subnets")
    there = [each for each in interfaces if each.vpc == vpc.id and each.in_use]
    if all(_is_logged(each.id, logs) or _is_logged(each.subnet, logs) for each in there):
        return passed(f"has flow logs of each of its {len(there)} interfaces")
    broken = next((each for each in logs.about(vpc.id, "resource") if each.error), None)
    if broken:
        return failed(f"has a flow log that cannot be delivered ({broken.error})")
    return failed("has no active flow log")


def _is_logged(name: str, logs: Evidence[FlowLog]) -> bool:
    return any(
        each.active and not each.error and each.traffic in ("ALL", "REJECT")
        for each in logs.about(name, "resource")
    )


@check(Severity.MEDIUM)
def vpc_connected_cidrs_not_overlapping(
    vpc: Vpc,
    peerings: Evidence[Peering],
    attachments: Pooled[TransitAttachment],
    everywhere: Pooled[Vpc],
    *,
    unrouted_blocks: tuple[str, ...] = ("100.64.0.0/10",),
) -> Iterator[Result]:
    """Of two networks with the same addresses, routes reach one.

    Pass: no two VPCs that are peered, or attached to the same transit gateway, share addresses.
    Fix: give one of them another block, planned by IPAM, and move its workload there.
    Blind spot: of a peer that is not scanned only the blocks that the peering shows are compared.
    See: https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
    """
    joined: dict[str, tuple[str, ...]] = {}
    for peering in peerings:
        if peering.status == "active":
            sides = (peering.requester, peering.accepter)
            if vpc.arn in {side.arn for side in sides}:
                joined.update({side.arn: side.blocks for side in sides})
    gateways = {each.gateway for each in attachments.about(vpc.arn, "vpc") if _is_attached(each)}
    for gateway in sorted(gateways):
        for attachment in attachments.about(gateway, "gateway"):
            if _is_attached(attachment) and attachment.vpc not in joined:
                other = everywhere.of(attachment.vpc)
                joined[attachment.vpc] = other.blocks if other else ()
    joined.pop(vpc.arn, None)
    if not joined:
        yield not_applicable("is joined to no other VPC")
        return
    clean = True
    for arn, blocks in sorted(joined.items()):
        shared = _shared(vpc.blocks, blocks, unrouted_blocks)
        if shared:
            clean = False
            pair = "#".join(sorted((vpc.arn, arn)))
            yield failed(f"share {shared}, and are joined").about(pair)
    if clean:
        yield passed(f"shares no addresses with the {len(joined)} VPCs that it is joined to")


def _is_attached(attachment: TransitAttachment) -> bool:
    return attachment.state in ("available", "modifying")


def _shared(own: tuple[str, ...], others: tuple[str, ...], unrouted: tuple[str, ...]) -> str:
    """Return a block of ours that others use too, empty where there is none."""
    reused = [ip_network(block) for block in unrouted]

    def routed(blocks: tuple[str, ...]) -> Iterator[str]:
        for block in blocks:
            if not any(ip_network(block).overlaps(each) for each in reused):
                yield block

    return next(
        (
            block
            for block in routed(own)
            for other in routed(others)
            if ip_network(block).overlaps(ip_network(other))
        ),
        "",
    )


#: AWS keeps the first four addresses and the last one of every subnet.
_KEPT_BY_AWS = 5


@check(Severity.MEDIUM)
def vpc_subnet_free_ip_headroom(
    subnet: Subnet,
    interfaces: Evidence[NetworkInterface],
    unit: Unit,
    *,
    subnet_free_ratio: float = 0.1,
    min_free: int = 16,
) -> Result:
    """Where addresses run out nothing is launched, scaled or deployed any more.

    Pass: at least 16 addresses and at least a tenth of the subnet's are free; of a small subnet, half.
    Fix: add a larger subnet, from a secondary block if need be, and move what takes most addresses.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    if account_of(subnet.arn) != unit.account:
        return not_applicable("belongs to another account, which shares it")
    if not subnet.block:
        return not_applicable("has IPv6 only")
    if not runs_something(subnet.vpc, interfaces):
        return not_applicable("is in a VPC that nothing runs in")
    usable = ip_network(subnet.block).num_addresses - _KEPT_BY_AWS
    wanted = min(max(min_free, math.ceil(usable * subnet_free_ratio)), usable // 2)
    told = f"{subnet.free_addresses} of {usable} addresses free"
    if subnet.free_addresses >= wanted:
        return passed(f"has {told}")
    return failed(f"has {told}, fewer than {wanted}")
