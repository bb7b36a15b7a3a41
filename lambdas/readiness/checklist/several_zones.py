"""Does what runs, and what it needs, outlive the loss of a zone?

The checks of "Use multiple Availability Zones".
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from readiness.checklist.exposure import route_table_of
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.evidence import Evidence, Reason
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.containers import EcsService, EksNodegroup
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.egress import NatGateway
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.network import RouteTable, Subnet, Vpc
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.storage import EfsFileSystem
from readiness.evidence.warehouses import RedshiftCluster


def _by_design(because: str) -> Result:
    """Return a pass that is true of every account, and so decides nothing."""
    return replace(passed(because), severity=Severity.INFO)


def _subnet(name: str, subnets: Evidence[Subnet]) -> Subnet | None:
    return next(iter(subnets.about(name, "id")), None)


def _spread(names: Iterable[str], subnets: Evidence[Subnet], min_azs: int) -> Result:
    """Judge by the zones that subnets lie in; two subnets may share one."""
    zones: set[str] = set()
    lost = []
    for name in names:
        subnet = _subnet(name, subnets)
        if subnet is None:
            lost.append(name)
        else:
            zones.add(subnet.zone_id)
        if len(zones) >= min_azs:
            return passed(f"spans {len(zones)} zones ({', '.join(sorted(zones))})")
    if lost:
        return unknown(Reason.UNDECIDED, f"lies in {lost[0]}, which the account does not see")
    if not zones:
        return no_evidence("names no subnets whose zones would show it")
    return failed(f"lies in {', '.join(sorted(zones))} alone, fewer than {min_azs} zones")


@check(Severity.MEDIUM)
def compute_spans_multiple_az(
    compute: AutoScalingGroup | EcsService | EksNodegroup | LambdaFunction,
    subnets: Evidence[Subnet],
    unit: Unit,
    *,
    min_azs: int = 2,
) -> Result:
    """A zone fails as a whole; what runs in one zone only fails with it.

    Pass: the zones of an Auto Scaling group, or of the subnets of an ECS service, an EKS node group
    or a function in a VPC, are at least two.
    Fix: add a subnet in a second zone.
    Blind spot: where tasks of ECS share the network of their instances, these decide.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html
    """
    if isinstance(compute, LambdaFunction):
        if not unit.is_production():
            return not_applicable("is not production")
        if not compute.subnets:
            return _by_design("is in no VPC, and so runs in several zones by design")
        return _spread(compute.subnets, subnets, min_azs)
    if not unit.is_production(compute.tags):
        return not_applicable("is not production")
    if isinstance(compute, AutoScalingGroup):
        if not compute.maximum:
            return not_applicable("may run nothing")
        zones = sorted(set(compute.zones))
        if len(zones) >= min_azs:
            return passed(f"spans {len(zones)} zones ({', '.join(zones)})")
        return failed(f"launches in {', '.join(zones)} alone, fewer than {min_azs} zones")
    if isinstance(compute, EksNodegroup) and compute.status in ("DELETING", "CREATE_FAILED"):
        return not_applicable(f"is in the state {compute.status}")
    if isinstance(compute, EcsService) and compute.launch_type == "EXTERNAL":
        return not_applicable("runs on machines outside of AWS")
    if isinstance(compute, EcsService) and not compute.subnets:
        return no_evidence("runs in the zones of its cluster's instances, which it does not name")
    return _spread(compute.subnets, subnets, min_azs)


@check(Severity.MEDIUM)
def rds_multi_az(
    database: DbInstance | DbCluster,
    instances: Evidence[DbInstance],
    unit: Unit,
    *,
    min_azs: int = 2,
) -> Result:
    """Without a standby in another zone, a database comes back when its zone does.

    Pass: an instance has a standby in another zone; a cluster of Aurora, DocumentDB or Neptune has
    instances in at least two zones; any other cluster is Multi-AZ.
    Fix: turn on Multi-AZ, or add a reader in another zone to the cluster.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html
    """
    if reason := not_judged(database, unit):
        return not_applicable(reason)
    if isinstance(database, DbInstance):
        if has_standby(database):
            return passed(f"({database.engine}) has a standby in another zone")
        return failed(f"({database.engine}) lies in {database.availability_zone} alone")
    if not database.engine.startswith(("aurora", "docdb", "neptune")):
        if database.multi_az:
            return passed(f"({database.engine}) is a Multi-AZ cluster")
        return failed(f"({database.engine}) is not a Multi-AZ cluster")
    return members_spread(database, instances, min_azs)


def not_judged(database: DbInstance | DbCluster, unit: Unit) -> str:
    """Say why a database needs no second zone of its own, empty where it does."""
    if isinstance(database, DbInstance) and database.cluster:
        return "belongs to a cluster, which is judged instead"
    if isinstance(database, DbInstance) and database.replica:
        return "is a read replica; its source is judged instead"
    if database.status == "deleting":
        return "is being deleted"
    return "" if unit.is_production(database.tags) else "is not production"


def has_standby(database: DbInstance) -> bool:
    """Whether an instance has a copy in another zone that takes over."""
    return database.multi_az or bool(database.standby_zone)


def members_spread(cluster: DbCluster, instances: Evidence[DbInstance], min_azs: int = 2) -> Result:
    """Judge a cluster by the zones of its instances."""
    if not cluster.members:
        return no_evidence(f"({cluster.engine}) has no instances whose zones would show it")
    zones: set[str] = set()
    nowhere = ""
    for instance in instances.about(cluster.arn.rpartition(":")[2], "cluster"):
        if not instance.availability_zone:
            nowhere = instance.arn.rpartition(":")[2]
            continue
        zones.add(instance.availability_zone)
        if len(zones) >= min_azs:
            return passed(f"({cluster.engine}) has instances in {', '.join(sorted(zones))}")
    if nowhere:
        said = f"({cluster.engine}) has the instance {nowhere}, whose zone is not told yet"
        return unknown(Reason.UNDECIDED, said)
    named = ", ".join(sorted(zones)) or "no zone"
    return failed(f"({cluster.engine}) has its instances in {named} alone")


@check(Severity.MEDIUM)
def data_service_multi_az(
    service: ReplicationGroup | OpenSearchDomain | RedshiftCluster | EfsFileSystem | KafkaCluster,
    subnets: Evidence[Subnet],
    unit: Unit,
) -> Result:
    """A cache, an index or a file system in one zone takes everything that needs it down with it.

    Pass: ElastiCache has Multi-AZ and automatic failover; OpenSearch spreads its nodes over at least
    two zones; Redshift is Multi-AZ; EFS is regional; MSK has brokers in at least two zones.
    Fix: turn on Multi-AZ or zone awareness; a One Zone file system has to be copied to a regional one.
    See: https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_fault_isolation_multiaz_region_system.html
    """
    tags = (
        service.tags if isinstance(service, EfsFileSystem | KafkaCluster | RedshiftCluster) else {}
    )
    if not unit.is_production(tags):
        return not_applicable("is not production")
    match service:
        case ReplicationGroup(multi_az=True, automatic_failover=True):
            return passed("has Multi-AZ and automatic failover")
        case ReplicationGroup():
            off = {"Multi-AZ": service.multi_az, "automatic failover": service.automatic_failover}
            return failed(f"has no {' and no '.join(name for name, on in off.items() if not on)}")
        case OpenSearchDomain(standby=True):
            return passed("has a zone that stands by")
        case OpenSearchDomain():
            if service.zones >= 2:
                return passed(f"spreads its nodes over {service.zones} zones")
            return failed("has its nodes in one zone")
        case RedshiftCluster():
            return passed("is Multi-AZ") if service.multi_az else failed("is not Multi-AZ")
        case EfsFileSystem():
            if service.zone:
                return failed(f"stores its files in {service.zone} alone")
            return passed("stores its files in several zones")
        case KafkaCluster(serverless=True):
            return _by_design("is serverless, and so runs in several zones by design")
        case KafkaCluster():
            zones = sorted(set(service.zones))
            if not zones:
                return _spread(service.subnets, subnets, 2)
            if len(zones) >= 2:
                return passed(f"has brokers in {', '.join(zones)}")
            return failed(f"has brokers in {zones[0]} alone")


@check(Severity.LOW)
def vpc_nat_gateway_per_az(
    subnets: Evidence[Subnet],
    tables: Evidence[RouteTable],
    gateways: Evidence[NatGateway],
    vpcs: Evidence[Vpc],
    unit: Unit,
) -> Iterator[Result]:
    """With one NAT gateway for all zones, losing its zone cuts the others off from the internet.

    Pass: the subnets of each zone that go out through a NAT gateway use one in their own zone, or a
    regional one.
    Fix: make a NAT gateway in each zone and route its subnets there, or replace it by a regional one.
    See: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-basics.html
    """
    good: dict[str, Result] = {}
    bad: set[str] = set()
    for subnet in subnets:
        table = route_table_of(subnet.id, subnet.vpc, tables)
        used = {route.nat_gateway for route in (table.routes if table else ()) if route.active}
        for name in sorted(used - {""}):
            vpc = f"{subnet.arn.rpartition(':')[0]}:vpc/{subnet.vpc}"
            place = f"{vpc}#{subnet.zone}"
            result = _way_out(subnet, name, gateways, subnets)
            found = vpcs.of(vpc)
            if not unit.is_production(found.tags if found else {}):
                result = not_applicable("is not production")
            if result.status is not Status.FAIL:
                good.setdefault(place, result)
            elif place not in bad:
                bad.add(place)
                yield result.about(place)
    for place in sorted(good.keys() - bad):
        yield good[place].about(place)


def _way_out(
    subnet: Subnet, name: str, gateways: Evidence[NatGateway], subnets: Evidence[Subnet]
) -> Result:
    gateway = next(iter(gateways.about(name, "id")), None)
    if gateway is None:
        return not_applicable(f"routes to {name}, which is gone")
    if gateway.state in ("failed", "deleting"):
        return not_applicable(f"routes to {name}, which is {gateway.state}")
    if gateway.regional:
        return passed(f"goes out through {name}, which is in every zone")
    home = _subnet(gateway.subnet, subnets)
    zone = home.zone if home else "another VPC"
    if zone == subnet.zone:
        return passed(f"goes out through {name} in its own zone")
    return failed(f"goes out through {name} in {zone}")
