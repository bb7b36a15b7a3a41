"""What stands in a subnet or a VPC: front doors, data stores, bastions, or the workload itself?

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


_NAMING_TAGS = frozenset(
    {"name", "role", "type", "purpose", "function", "component", "service", "app", "application"}
)


def is_named(tags: Mapping[str, str], pattern: str) -> bool:
    """Whether something is called so by its name, its role, or a tag of its own for that; an empty pattern means nothing."""
    return bool(pattern) and any(
        re.search(pattern, value)
        if tag.lower() in _NAMING_TAGS
        else re.search(pattern, tag) and value.lower() not in ("false", "no", "0")
        for tag, value in tags.items()
    )


def not_judged(place: Vpc | Subnet, interfaces: Evidence[NetworkInterface], unit: Unit) -> str:
    """Say why a VPC or a subnet is not judged, empty where it is."""
    if account_of(place.arn) != unit.account:
        return "belongs to another account, which shares it"
    vpc = place.id if isinstance(place, Vpc) else place.vpc
    if any(each.vpc == vpc and is_workload(each) for each in interfaces):
        return ""
    return f"{'has' if isinstance(place, Vpc) else 'is in a VPC with'} nothing running in it"
