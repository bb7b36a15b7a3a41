"""Look at which regions serve, and which of their data are elsewhere too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from readiness.evidence import Evidence, Gap, region_of
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import BalancerTraffic
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import (
    DbCluster,
    DbInstance,
    GlobalCluster,
    Table,
    TableDescription,
)
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.spread import RegionStores, ServingRegion, SpreadStore
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered
from readiness.probes.metrics import CALL, Series, beginning, measure

#: How far back calls of functions count.
DAYS = 7


@probe(ServingRegion, CALL)
def serving_regions(
    aws: Aws,
    traffic: Evidence[BalancerTraffic],
    rest: Evidence[RestStage],
    http: Evidence[HttpStage],
    services: Evidence[EcsService],
    functions: Evidence[LambdaFunction],
) -> Iterator[ServingRegion | Gap]:
    """Say what serves first; functions are measured where nothing else does."""
    serves = ""
    hidden: list[Gap] = []
    everything: tuple[Evidence[Any], ...] = (traffic, rest, http, services)
    for each in everything:
        listed, gaps = gathered(each)
        hidden.extend(gaps)
        serves = serves or next(filter(None, map(_serves, listed)), "")
    if not serves:
        own = (function for function in functions if not function.incidental)
        for found in measure(aws, own, _calls, since=beginning(aws, DAYS)):
            if isinstance(found, Gap):
                hidden.append(found)
            elif sum(found.points["calls"].values()):
                serves = f"the function {found.resource.name}"
                break
    if serves:
        yield ServingRegion(arn=aws.arn("ec2", "serving"), serves=serves)
    else:
        yield from (replace(gap, resource="") for gap in hidden)


def _serves(each: BalancerTraffic | RestStage | HttpStage | EcsService) -> str:
    """Name what serves requests, empty where it serves none."""
    match each:
        case BalancerTraffic():
            # What a gateway load balancer carries are no requests of anybody.
            name = each.arn.partition(":loadbalancer/")[2]
            busy = each.busiest_day and not name.startswith("gwy/")
            return f"the load balancer {name}" if busy else ""
        case EcsService():
            return f"the service {each.name}" if each.running else ""
        case _:
            return f"the stage {each.name} of an API" if each.deployed else ""


def _calls(function: LambdaFunction) -> dict[str, Series]:
    named = {"FunctionName": function.name}
    return {"calls": Series(namespace="AWS/Lambda", metric="Invocations", dimensions=named)}


@probe(RegionStores)
def region_stores(
    aws: Aws,
    tables: Evidence[Table],
    described: Evidence[TableDescription],
    instances: Evidence[DbInstance],
    clusters: Evidence[DbCluster],
    databases: Evidence[GlobalCluster],
    caches: Evidence[ReplicationGroup],
) -> Iterator[RegionStores | Gap]:
    count = 0
    hidden: list[Gap] = []
    listings: tuple[Evidence[Any], ...] = (tables, instances, clusters, caches)
    for each in listings:
        listed, gaps = gathered(each)
        count += len(listed)
        hidden.extend(gaps)
    spread: list[SpreadStore] = []
    sources: tuple[Evidence[Any], ...] = (described, databases, caches)
    for each in sources:
        listed, gaps = gathered(each)
        spread.extend(store for one in listed if (store := _spread(aws, one)))
        hidden.extend(gaps)
    if count:
        yield RegionStores(arn=aws.arn("rds", "stores"), count=count, spread=tuple(spread))
    yield from (replace(gap, resource="") for gap in dict.fromkeys(hidden))


def _spread(
    aws: Aws, store: TableDescription | GlobalCluster | ReplicationGroup
) -> SpreadStore | None:
    """Return where the parts of a store lie, None where it lies in one region alone."""
    match store:
        case TableDescription(replica_regions=others) if others:
            return SpreadStore(name=f"the table {store.name}", regions=(aws.region, *others))
        case GlobalCluster():
            regions = dict.fromkeys(map(region_of, store.clusters))
            name = store.arn.rpartition(":")[2]
            return SpreadStore(name=f"the global database {name}", regions=tuple(regions))
        case ReplicationGroup(global_id=name) if name:
            return SpreadStore(name=f"the global cache {name}", regions=(aws.region,))
        case _:
            return None
