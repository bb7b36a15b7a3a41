"""What stands in a subnet or a VPC: front doors, data stores, or the workload itself?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from readiness.checklist.exposure import is_workload
from readiness.checklist.model import Unit
from readiness.evidence import Evidence, account_of
from readiness.evidence.databases import DbInstance
from readiness.evidence.network import NetworkInterface, Subnet, Vpc
from readiness.evidence.search import OpenSearchDomain

#: How services of AWS describe the network interfaces of what keeps data.
DATA_STORES = (
    "RDSNetworkInterface",
    "ElastiCache",
    "RedshiftNetworkInterface",
    "ES ",
    "EFS mount target",
    "DMSNetworkInterface",
    "Amazon MSK",
    "DAX",
)

_FRONT_DOORS = frozenset(
    {
        "api_gateway_managed",
        "gateway_load_balancer",
        "global_accelerator_managed",
        "load_balancer",
        "network_load_balancer",
    }
)


def is_front_door(interface: NetworkInterface) -> bool:
    """Whether a load balancer or another front door of AWS stands behind an interface."""
    return interface.type in _FRONT_DOORS or interface.description.startswith("ELB ")


def keeps_data(interface: NetworkInterface, descriptions: tuple[str, ...] = DATA_STORES) -> bool:
    """Whether an interface is a data store's, by its description."""
    return interface.description.startswith(descriptions)


@dataclass(frozen=True, kw_only=True)
class DataStores:
    """What tells where data is kept."""

    interfaces: Evidence[NetworkInterface]
    databases: Evidence[DbInstance]
    domains: Evidence[OpenSearchDomain]
    descriptions: tuple[str, ...] = DATA_STORES

    def hold(self, subnet: Subnet) -> bool:
        """Whether a subnet holds a data store, or is one that a data store may move to."""
        # Filed by subnet: an account has many of both, and each subnet asks.
        within = self.interfaces.among((subnet.id,), "subnet")
        for store in within | self.databases | self.domains:
            if isinstance(store, NetworkInterface):
                if keeps_data(store, self.descriptions):
                    return True
            elif subnet.id in store.subnets:
                return True
        return False


_WORDS = re.compile(r"[a-z0-9]+")


def is_marked(tags: Mapping[str, str], words: tuple[str, ...]) -> bool:
    """Whether a key or a value among tags has one of these as a word, e.g. `prod-bastion-1`."""
    found = {word for text in (*tags, *tags.values()) for word in _WORDS.findall(text.lower())}
    return not found.isdisjoint(word.lower() for word in words)


def runs_something(vpc: str, interfaces: Evidence[NetworkInterface]) -> bool:
    """Whether anything of a workload runs in a VPC."""
    return any(each.vpc == vpc and is_workload(each) for each in interfaces)


def not_judged(vpc: Vpc, interfaces: Evidence[NetworkInterface], unit: Unit) -> str:
    """Say why a VPC is not judged, empty where it is."""
    if account_of(vpc.arn) != unit.account:
        return "belongs to another account, which shares it"
    return "" if runs_something(vpc.id, interfaces) else "has nothing running in it"
