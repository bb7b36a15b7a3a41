"""Do at least two regions serve the workload at once?

The checks of "Solution is run concurrently in multiple regions".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from readiness.checklist.dns import destinations, plain, region_in
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.evidence import Evidence, Pooled, Scope, account_of, region_of
from readiness.evidence.apis import ApiDomain
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.dns import DnsRecord, ZoneRecords
from readiness.evidence.edge import AcceleratorEndpoints, Distribution
from readiness.evidence.spread import RegionStores, ServingRegion
from readiness.evidence.storage import MultiRegionAccessPoint
from readiness.evidence.unseen import known, tried

_NOT_PRODUCTION = "is not production"
_ONE_SUFFICES = "is declared to need one region alone, which the business has to accept by date"


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def account_serving_regions(
    regions: Pooled[ServingRegion], unit: Unit, *, multi_region_required: bool = True
) -> Result:
    """A region fails rarely and wholly, and then nothing in it can be repaired by you.

    Pass: the workload's accounts serve requests in at least two regions: by a load balancer with
    traffic, a stage of an API, a service of ECS or a function that was called within 7 days.
    Fix: deploy the workload in a second region; where one is enough, set `multi_region_required` to
    false and attest that the business accepts the time it takes to move.
    Blind spot: functions that only work for the account itself, on a schedule, count as serving.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html
    """
    if not unit.is_production():
        return not_applicable(_NOT_PRODUCTION)
    if not multi_region_required:
        return no_evidence(_ONE_SUFFICES)
    found: dict[str, str] = {}
    for each in regions.belonging(unit.together):
        found.setdefault(region_of(each.arn), each.serves)
        if len(found) > 1:
            return passed(
                "serves in " + " and ".join(f"{name} ({what})" for name, what in found.items())
            )
    for name, what in found.items():
        return no_evidence(f"serves in {name} alone ({what})")
    return no_evidence("serves no requests in any region that was looked at")


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def route53_record_multi_region_routing(
    zones: Pooled[ZoneRecords],
    accelerators: Pooled[AcceleratorEndpoints],
    distributions: Pooled[Distribution],
    balancers: Pooled[LoadBalancer | ClassicLoadBalancer],
    domains: Pooled[ApiDomain],
    unit: Unit,
    *,
    multi_region_required: bool = True,
) -> Result:
    """Two regions are worth one where nothing leads people to the second.

    Pass: records of one name (latency, geolocation, geoproximity, weighted or failover), an
    accelerator, or a group of origins lead to at least two regions. Zones and accelerators of other
    accounts count where they lead to resources of the workload.
    Fix: add latency records for each region, or an accelerator with an endpoint group in each.
    Blind spot: names that do not tell their region, and DNS outside of Route 53, are not understood;
    attest them.
    See: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-latency.html
    """
    if not unit.is_production():
        return not_applicable(_NOT_PRODUCTION)
    if not multi_region_required:
        return no_evidence(_ONE_SUFFICES)

    def ours(target: str) -> bool:
        """Whether a name of AWS leads to a resource of the workload."""
        of_balancers = balancers.about(plain(target), "dns")
        if any(True for _ in of_balancers.belonging(unit.together)):
            return True
        return any(plain(target) in each.targets for each in domains.belonging(unit.together))

    ways: Evidence[_Way] = zones | accelerators | distributions.belonging(unit.together)
    # What lies in the workload's own accounts needs no look at whom it leads to.
    found = known(lambda: next(_ways(ways, unit), None), None)
    if found is None:
        found = next(_ways(ways, unit, ours), None)
    if found is not None:
        return found
    return no_evidence("has no record, accelerator or origin group that leads to two regions")


_Way = ZoneRecords | AcceleratorEndpoints | Distribution


def _ways(
    ways: Evidence[_Way], unit: Unit, ours: Callable[[str], bool] | None = None
) -> Iterator[Result]:
    """Yield what leads to two regions of the workload; without `ours`, what its accounts hold."""
    for each in ways:
        match each:
            case ZoneRecords():
                mine = each.account in unit.together
                if mine or ours:
                    yield from _records(each, None if mine else ours)
            case AcceleratorEndpoints():
                holders = {account_of(each.arn), *each.accounts}
                if len(each.regions) > 1 and holders.intersection(unit.together):
                    yield passed(f"leads to {' and '.join(each.regions)}").about(each.arn)
            case Distribution():
                for group in each.origin_groups if each.enabled else ():
                    regions = sorted({name for origin in group if (name := region_in(origin))})
                    if len(regions) > 1:
                        said = f"has a group of origins in {' and '.join(regions)}"
                        yield passed(said).about(each.arn)


def _records(zone: ZoneRecords, ours: Callable[[str], bool] | None) -> Iterator[Result]:
    """Yield the names of a zone whose records lead to two regions, and to something of ours."""
    routed: dict[str, list[DnsRecord]] = {}
    for record in zone.records:
        if record.routing:
            routed.setdefault(record.name, []).append(record)
    for name, records in routed.items():
        regions: dict[str, None] = {}
        targets: list[str] = []
        for record in records:
            led = _led(record, zone)
            targets.extend(led)
            named = [region for name in led if (region := region_in(name))]
            regions.update(dict.fromkeys(named or filter(None, [record.region])))
        if len(regions) > 1 and (ours is None or any(map(ours, targets))):
            said = f"leads to {' and '.join(regions)} by {records[0].routing} records"
            yield passed(said).about(f"{zone.arn}#{name}")


def _led(record: DnsRecord, zone: ZoneRecords) -> list[str]:
    """Return the names that a record leads to, through other records of its zone too."""
    further = (name for target in record.targets for name in destinations(target, zone))
    return [*map(plain, record.targets), *further]


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def data_store_multi_region(
    stores: Pooled[RegionStores],
    buckets: Pooled[MultiRegionAccessPoint],
    regions: Pooled[ServingRegion],
    unit: Unit,
    *,
    multi_region_required: bool = True,
) -> Result:
    """A second region without the data is a second region that serves errors.

    Pass: a DynamoDB table, an Aurora or ElastiCache global database, or a multi-region access point
    of S3 lies in at least two of the regions that serve.
    Fix: make the table global, or add a secondary region to the database.
    Blind spot: databases that replicate themselves, MemoryDB, and buckets without such an access point
    are not looked at.
    See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GlobalTables.html
    """
    if not unit.is_production():
        return not_applicable(_NOT_PRODUCTION)
    if not multi_region_required:
        return no_evidence(_ONE_SUFFICES)
    own_stores = stores.belonging(unit.together)
    own_buckets = buckets.belonging(unit.together)
    own_regions = regions.belonging(unit.together)
    ways: Evidence[RegionStores | MultiRegionAccessPoint] = own_stores | own_buckets
    # A witness needs no more than what was seen of each.
    seen_regions: Iterable[ServingRegion | None] = own_regions
    seen_ways: Iterable[RegionStores | MultiRegionAccessPoint | None] = ways
    serving = {region_of(each.arn) for each in tried(seen_regions, lambda _: None) if each}
    spread: dict[str, set[str]] = {}
    count = 0
    for each in tried(seen_ways, lambda _: None):
        match each:
            case RegionStores():
                count += each.count
                for store in each.spread:
                    spread.setdefault(store.name, set()).update(store.regions)
            case MultiRegionAccessPoint():
                count += 1
                spread[f"the access point {each.arn.rpartition('/')[2]}"] = set(each.regions)
    for name, where in spread.items():
        if len(shared := sorted(where & serving)) > 1:
            return passed(f"has {name} in {' and '.join(shared)}, which serve")
    for _ in ways | own_regions:
        continue  # raises where something was not seen, which may be what is missing
    if not count:
        return not_applicable("has no store of data that was looked for")
    apart = next((name for name, where in spread.items() if len(where) > 1), "")
    if apart:
        return no_evidence(f"has {apart} in several regions, of which not two serve")
    return no_evidence(f"has {count} stores of data, none of which lies in two regions")
