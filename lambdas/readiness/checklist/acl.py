"""How much of the internet does a network ACL let reach a port?

The entries of one direction are tried by their numbers, and the first that matches decides.
So what an entry lets in is its block without the blocks that earlier entries refused.

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar

from readiness.checklist.exposure import WIDE_IPV4_PREFIX, WIDE_IPV6_PREFIX, wide_blocks
from readiness.evidence.network import AclEntry, NetworkAcl

N = TypeVar("N", IPv4Network, IPv6Network)

_TCP, _EVERY = "6", "-1"
#: Where answers to what a subnet asked arrive; an ACL knows no connections and has to let them in.
_EPHEMERAL = 1024
_LAST_PORT = 65535


def matches(entry: AclEntry, port: int) -> bool:
    """Whether an entry speaks of a TCP port."""
    if entry.protocol == _EVERY:
        return True
    if entry.protocol != _TCP:
        return False
    first = 0 if entry.from_port is None else entry.from_port
    last = _LAST_PORT if entry.to_port is None else entry.to_port
    return first <= port <= last


def lets_answers_in(entry: AclEntry) -> bool:
    """Whether an entry is the range in which answers arrive."""
    return (
        entry.protocol == _TCP
        and (entry.from_port or 0) >= _EPHEMERAL
        and entry.to_port == _LAST_PORT
    )


def opening(
    acl: NetworkAcl,
    port: int,
    *,
    without_answers: bool = False,
    ipv4_prefix: int = WIDE_IPV4_PREFIX,
    ipv6_prefix: int = WIDE_IPV6_PREFIX,
) -> AclEntry | None:
    """Return the entry by which a wide source reaches a TCP port, None where none does.

    Where only several entries together let in a wide source, the last of them is returned.
    """
    refused: list[IPv4Network | IPv6Network] = []
    let_in: list[str] = []
    for entry in sorted(acl.entries, key=lambda each: each.number):
        if entry.egress or not matches(entry, port):
            continue
        block = ip_network(entry.block, strict=False)
        if not entry.allows:
            refused.append(block)
            continue
        if without_answers and lets_answers_in(entry):
            continue
        let_in.extend(map(str, _left(block, refused)))
        if wide_blocks(let_in, ipv4_prefix=ipv4_prefix, ipv6_prefix=ipv6_prefix):
            return entry
    return None


def _left(
    block: IPv4Network | IPv6Network, refused: Iterable[IPv4Network | IPv6Network]
) -> Iterator[IPv4Network | IPv6Network]:
    """Yield what is left of a block without others."""
    if isinstance(block, IPv4Network):
        yield from _without(block, [each for each in refused if isinstance(each, IPv4Network)])
    else:
        yield from _without(block, [each for each in refused if isinstance(each, IPv6Network)])


def _without(block: N, refused: Iterable[N]) -> list[N]:
    left = [block]
    for hole in refused:
        left = [piece for each in left for piece in _cut(each, hole)]
    return left


def _cut(block: N, hole: N) -> Iterator[N]:
    if not block.overlaps(hole):
        yield block
    elif not block.subnet_of(hole):
        yield from block.address_exclude(hole)
