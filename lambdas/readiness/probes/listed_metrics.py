"""Look for metrics by their names: which have told of anything in the last three hours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.compute import Instance
from readiness.evidence.disks import NODE_DISKS, NodeDiskMetric
from readiness.evidence.observability import (
    AGENT_MEMORY,
    NODE_MEMORY,
    PAGES,
    ActiveNamespace,
    MemoryMetric,
)
from readiness.probes import probe
from readiness.probes.actions import action_of
from readiness.probes.aws import Aws, gathered, tags_of

LIST = "cloudwatch.list_metrics"
RECENT = "PT3H"
#: CloudWatch lists this many metrics a page.
PAGE = 500
#: Names of one namespace that are kept.
MAX_NAMES = 200
_MEMORY = frozenset((*AGENT_MEMORY, *NODE_MEMORY.values()))


@dataclass
class _Namespace:
    page: int
    names: dict[str, None] = field(default_factory=dict)
    memory_of: dict[str, None] = field(default_factory=dict)


@probe(ActiveNamespace, LIST)
def active_namespaces(aws: Aws) -> Iterator[ActiveNamespace | Gap]:
    found: dict[str, _Namespace] = {}
    whole = True
    # Metrics of linked accounts are left out by default.
    for number, each in enumerate(aws.pages(LIST, "Metrics", RecentlyActive=RECENT)):
        if number >= PAGES * PAGE:
            whole = False
            break
        if not each["Namespace"].startswith("AWS/"):
            _note(found.setdefault(each["Namespace"], _Namespace(number // PAGE + 1)), each)
    for name, seen in found.items():
        yield ActiveNamespace(
            arn=aws.arn("cloudwatch", f"namespace/{name}"),
            name=name,
            metrics=tuple(seen.names),
            page=seen.page,
            memory_of=tuple(seen.memory_of),
        )
    if not whole:
        yield Gap(
            reason=Reason.TRUNCATED,
            account=aws.account,
            region=aws.region,
            action=action_of(LIST),
            detail=f"only {PAGES} pages of metrics were listed",
        )


def _note(seen: _Namespace, each: Mapping[str, Any]) -> None:
    if len(seen.names) < MAX_NAMES:
        seen.names[each["MetricName"]] = None
    if each["MetricName"] in _MEMORY:
        instance = tags_of(each, "Dimensions", "Name").get("InstanceId")
        if instance:
            seen.memory_of[instance] = None


@probe(MemoryMetric, LIST)
def memory_metrics(aws: Aws, instances: Evidence[Instance]) -> Iterator[MemoryMetric | Gap]:
    listed, hidden = gathered(instances)
    running = {each.id: each.arn for each in listed if each.state == "running"}
    wanted = [("CWAgent", name) for name in AGENT_MEMORY] + list(NODE_MEMORY.items())
    told: set[str] = set()
    for namespace, name in wanted if running else ():
        for each in aws.pages(
            LIST, "Metrics", Namespace=namespace, MetricName=name, RecentlyActive=RECENT
        ):
            arn = running.get(tags_of(each, "Dimensions", "Name").get("InstanceId", ""))
            if arn and arn not in told:
                told.add(arn)
                yield MemoryMetric(arn=arn, namespace=namespace, name=name)
    yield from hidden


@probe(NodeDiskMetric, LIST)
def node_disk_metrics(aws: Aws, instances: Evidence[Instance]) -> Iterator[NodeDiskMetric | Gap]:
    listed, hidden = gathered(instances)
    running = {each.id: each.arn for each in listed if each.state == "running"}
    told: dict[str, str] = {}
    for namespace, name in NODE_DISKS.items() if running else ():
        for each in aws.pages(
            LIST, "Metrics", Namespace=namespace, MetricName=name, RecentlyActive=RECENT
        ):
            named = tags_of(each, "Dimensions", "Name")
            arn = running.get(named.get("InstanceId", ""))
            if arn:
                told.setdefault(arn, named.get("ClusterName", ""))
    yield from (NodeDiskMetric(arn=arn, cluster=cluster) for arn, cluster in told.items())
    yield from hidden
