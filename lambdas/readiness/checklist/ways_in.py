"""By which way does somebody get into an instance, and into which instances does anybody need to?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from ipaddress import ip_address, ip_network

from readiness.checklist.exposure import group_named, hits, prefix_list
from readiness.checklist.model import Unit
from readiness.checklist.tiers import is_named
from readiness.evidence import Evidence
from readiness.evidence.access import ConnectEndpoint, ManagedNode, VerifiedAccessEndpoint
from readiness.evidence.compute import Instance
from readiness.evidence.network import NetworkInterface, Permission, PrefixList, SecurityGroup
from readiness.evidence.unseen import known

SSH, RDP = 22, 3389
#: What people log in by.
LOGIN_PORTS = (SSH, RDP)
#: These, and Windows Remote Management.
ADMIN_PORTS = (SSH, RDP, 5985, 5986)
#: How a bastion is called, by its name or its role.
BASTION = r"(?i)bastion|jump"
#: It takes a while until an agent has registered a new instance.
_SETTLED = timedelta(minutes=15)


def not_administered(instance: Instance) -> str:
    """Say why nobody logs in to an instance, empty where somebody may."""
    if instance.state != "running":
        return f"is {instance.state}"
    if instance.managed:
        return "is operated by a service of AWS"
    if any(tag.startswith("aws:elasticmapreduce:") for tag in instance.tags):
        return "is operated by EMR"
    return ""


def too_new(instance: Instance, unit: Unit) -> str:
    """Say that an instance has not settled yet, empty where it has."""
    return "was launched just now" if unit.now - instance.launched < _SETTLED else ""


def is_bastion(instance: Instance, pattern: str = BASTION) -> bool:
    """Whether an instance is a bastion by its name, its role, or a tag of its own for that."""
    return is_named(instance.tags, pattern)


def first_way(ways: Iterable[Callable[[], str]]) -> str:
    """Return the first way that leads in, empty where none does; raises where one may."""
    tried = list(ways)
    found = next(filter(None, (known(way, "") for way in tried)), "")
    return found or next(filter(None, (way() for way in tried)), "")


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What may lead into the instances of a region; each way says in words how it does."""

    nodes: Evidence[ManagedNode]
    endpoints: Evidence[ConnectEndpoint]
    interfaces: Evidence[NetworkInterface]
    groups: Evidence[SecurityGroup]
    lists: Evidence[PrefixList]

    def by_session(self, instance: Instance) -> str:
        """Say that Systems Manager reaches an instance."""
        node = self.nodes.of(instance.arn)
        return "is online in Systems Manager" if node is not None and node.online else ""

    def by_endpoint(self, instance: Instance, ports: tuple[int, ...]) -> str:
        """Say which Instance Connect Endpoint reaches one of these ports of an instance."""
        for endpoint in self.endpoints:
            if endpoint.vpc == instance.vpc and endpoint.ready:
                for target in self._interfaces_of(instance):
                    if any(self._connects(endpoint, target, port) for port in ports):
                        return f"is reached by the endpoint {endpoint.id}"
        return ""

    def by_verified_access(
        self,
        instance: Instance,
        ports: tuple[int, ...],
        endpoints: Evidence[VerifiedAccessEndpoint],
    ) -> str:
        """Say which endpoint of Verified Access leads to one of these ports of an instance."""
        for endpoint in endpoints:
            if not endpoint.active or endpoint.protocol != "tcp":
                continue
            if not any(
                each.first <= port <= each.last for each in endpoint.ports for port in ports
            ):
                continue
            for target in self._interfaces_of(instance):
                if target.id == endpoint.interface or (
                    endpoint.block
                    and _lie_in(endpoint.block, target.addresses)
                    # In another network the same address may be another machine's.
                    and self._stands_in(endpoint, target.vpc)
                ):
                    return f"is reached by {endpoint.arn.rpartition('/')[2]} of Verified Access"
        return ""

    def by_bastion(
        self,
        instance: Instance,
        ports: tuple[int, ...],
        instances: Evidence[Instance],
        pattern: str,
    ) -> str:
        """Say which bastion an instance lets reach one of these ports."""
        for other in instances:
            if other.arn == instance.arn or other.state != "running":
                continue
            if is_bastion(other, pattern) and any(
                self._lets_in(
                    target,
                    port,
                    source.groups,
                    # In another network the same address may be another machine's.
                    source.addresses if other.vpc == instance.vpc else (),
                )
                for source in self._interfaces_of(other)
                for target in self._interfaces_of(instance)
                for port in ports
            ):
                return f"is reached from the bastion {other.id}"
        return ""

    def _stands_in(self, endpoint: VerifiedAccessEndpoint, vpc: str) -> bool:
        """Whether an endpoint stands in a network, which its groups tell."""
        return any(group_named(name, self.groups).vpc == vpc for name in endpoint.groups)

    def _interfaces_of(self, instance: Instance) -> Evidence[NetworkInterface]:
        return self.interfaces.about(instance.id, "instance")

    def _connects(self, endpoint: ConnectEndpoint, target: NetworkInterface, port: int) -> bool:
        """Whether an endpoint's groups let it out to an interface, and that one's groups let it in."""
        leaves = any(
            hits(permission, port) and self._speaks_of(permission, target.groups, target.addresses)
            for name in endpoint.groups
            for permission in group_named(name, self.groups).egress
        )
        if not leaves:
            return False
        if self._lets_in(target, port, endpoint.groups, ()):
            return True
        if endpoint.keeps_client:
            return any(
                hits(permission, port) and (permission.blocks or permission.prefix_lists)
                for permission in self._ingress_of(target)
            )
        addresses = (
            address
            for name in endpoint.interfaces
            for interface in self.interfaces.about(name, "id")
            for address in interface.addresses
        )
        return self._lets_in(target, port, (), addresses)

    def _lets_in(
        self,
        target: NetworkInterface,
        port: int,
        groups: tuple[str, ...],
        addresses: Iterable[str],
    ) -> bool:
        sources = tuple(addresses)
        return any(
            hits(permission, port) and self._speaks_of(permission, groups, sources)
            for permission in self._ingress_of(target)
        )

    def _ingress_of(self, interface: NetworkInterface) -> Iterator[Permission]:
        for name in interface.groups:
            yield from group_named(name, self.groups).ingress

    def _speaks_of(
        self, permission: Permission, groups: tuple[str, ...], addresses: tuple[str, ...]
    ) -> bool:
        """Whether an entry of a security group means one of these groups or addresses."""
        if not set(groups).isdisjoint(permission.groups):
            return True
        if any(_lie_in(block, addresses) for block in permission.blocks):
            return True
        blocks = partial(prefix_list, lists=self.lists)
        return bool(addresses) and any(
            _lie_in(block, addresses)
            for name in permission.prefix_lists
            for block in blocks(name).blocks
        )


def _lie_in(block: str, addresses: Iterable[str]) -> bool:
    """Whether one of these addresses lies in a block."""
    network = ip_network(block, strict=False)
    return any(ip_address(address) in network for address in addresses)
