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
from readiness.checklist.tiers import not_judged
from readiness.evidence import Evidence, Gap, NotSeenError, Pooled, Reason, account_of
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

    Pass: no network interface of a workload is in use in the default VPC; those of gateways,
    endpoints and resolvers do not count.
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

    Pass: an active flow log of the VPC, of each of its subnets or of each of its network interfaces
    records all or rejected traffic, and nothing keeps it from delivering.
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
    unit: Unit,
    *,
    unrouted_blocks: tuple[str, ...] = ("100.64.0.0/10",),
) -> Iterator[Result]:
    """Of two networks with the same addresses, routes reach one.

    Pass: no two VPCs that are peered, or attached to the same transit gateway, share IPv4 addresses.
    Secondary blocks in 100.64.0.0/10, which pods use over and over and nobody routes, may be alike.
    Fix: give one of them another block, planned by IPAM, and move its workload there.
    Blind spot: of a peer that is not scanned only the blocks that the peering shows are compared.
    See: https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html
    """
    if account_of(vpc.arn) != unit.account:
        yield not_applicable("belongs to another account, which shares it")
        return
    joined: set[str] = set()
    clean = True
    for arn, blocks in _joined(vpc, peerings, attachments, everywhere):
        shared = "" if arn in joined else _shared(vpc.blocks, blocks, unrouted_blocks)
        joined.add(arn)
        if shared:
            clean = False
            pair = "#".join(sorted((vpc.arn, arn)))
            yield failed(f"share {shared}, and are joined").about(pair)
    if not joined:
        yield not_applicable("is joined to no other VPC")
    elif clean:
        yield passed(f"shares no addresses with what it is joined to, VPCs in number {len(joined)}")


def _joined(
    vpc: Vpc,
    peerings: Evidence[Peering],
    attachments: Pooled[TransitAttachment],
    everywhere: Pooled[Vpc],
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the VPCs that one is joined to, some twice, and their blocks; raises where one is hidden."""
    hidden: list[Gap] = []
    for peering in peerings:
        sides = {side.arn: side.blocks for side in (peering.requester, peering.accepter)}
        if peering.status == "active" and vpc.arn in sides:
            yield from ((arn, blocks) for arn, blocks in sides.items() if arn != vpc.arn)
    own = {each.gateway: each.owner for each in attachments.about(vpc.arn, "vpc") if each.attached}
    for gateway, owner in sorted(own.items()):
        listed = False
        for each in attachments.about(gateway, "gateway"):
            listed = listed or account_of(each.arn) == owner
            if not each.attached or each.vpc == vpc.arn:
                continue
            if other := everywhere.of(each.vpc):
                yield other.arn, other.blocks
            else:
                detail = f"the blocks of {each.vpc}, which is attached to {gateway} too"
                hidden.append(Gap(reason=Reason.NOT_SCANNED, detail=detail))
        if not listed:  # other accounts see their own attachments alone
            detail = f"the attachments of {gateway}, which belongs to the account {owner}"
            hidden.append(Gap(reason=Reason.NOT_SCANNED, detail=detail))
    if hidden:
        raise NotSeenError(hidden)


def _shared(own: tuple[str, ...], others: tuple[str, ...], unrouted: tuple[str, ...]) -> str:
    """Return a block of ours that others use too, empty where there is none."""
    reused = [ip_network(block) for block in unrouted]

    def routed(blocks: tuple[str, ...]) -> Iterator[str]:
        for number, block in enumerate(blocks):
            # The first one is that of the VPC itself, and always routed.
            if not number or not any(ip_network(block).overlaps(each) for each in reused):
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

    Pass: at least 16 IPv4 addresses and at least a tenth of those that the subnet can give are free; in
    a subnet that can give fewer than 32, half of them.
    Fix: add a larger subnet, from a secondary block if need be, and move what takes most addresses.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
    """
    why = not_judged(subnet, interfaces, unit)
    if why:
        return not_applicable(why)
    if not subnet.block:
        return not_applicable("has IPv6 only")
    usable = ip_network(subnet.block).num_addresses - _KEPT_BY_AWS
    wanted = min(max(min_free, math.ceil(usable * subnet_free_ratio)), usable // 2)
    told = f"{subnet.free_addresses} of {usable} addresses free"
    if subnet.free_addresses >= wanted:
        return passed(f"has {told}")
    return failed(f"has {told}, fewer than {wanted}")
