"""Is an address one of those that EC2 gives out, and how old is the list that says so?

The list beside this module is AWS's own, of the service EC2 in every region, with neighbours put
together; `tools/ec2_ranges.py` renews it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from ipaddress import ip_address, ip_network

_LIST = "ec2_ranges.txt"


def is_of_ec2(address: str) -> bool:
    """Whether EC2 gives this address out, as a public or an Elastic IP address."""
    found = ip_address(address)
    number = int(found)
    return any(
        number >> (found.max_prefixlen - length) in blocks
        for length, blocks in _blocks()[found.version].items()
    )


@cache
def listed_on() -> datetime:
    """Return the day of the list."""
    return datetime.fromisoformat(_lines()[0].split()[1]).replace(tzinfo=UTC)


@cache
def _blocks() -> Mapping[int, Mapping[int, frozenset[int]]]:
    """Return the first bits of all blocks by their version and length."""
    found: dict[int, dict[int, set[int]]] = {4: {}, 6: {}}
    for line in _lines()[1:]:
        block = ip_network(line)
        bits = int(block.network_address) >> (block.max_prefixlen - block.prefixlen)
        found[block.version].setdefault(block.prefixlen, set()).add(bits)
    return {
        version: {length: frozenset(bits) for length, bits in lengths.items()}
        for version, lengths in found.items()
    }


@cache
def _lines() -> tuple[str, ...]:
    return tuple(files(__package__).joinpath(_LIST).read_text(encoding="utf-8").splitlines())
