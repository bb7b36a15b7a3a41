"""Can one machine, one task or one zone be taken out while the rest serves?

The checks of two items: what is configured of that ("High Availability"), and what holds at present
("Maintenance").
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from math import ceil

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.several_zones import has_standby, members_spread, not_judged
from readiness.evidence import Evidence, Reason
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.network import Subnet
from readiness.evidence.scaling import AutoScalingGroup

_NOT_PRODUCTION = "is not production"


# --- As it is configured --------------------------------------------------------------------------


@check(Severity.HIGH)
def rds_instance_multi_az(
    database: DbInstance | DbCluster, instances: Evidence[DbInstance], unit: Unit
) -> Result:
    """A database without a standby is down for as long as it is patched, resized or moved.

    Pass: the database is Multi-AZ, or its cluster has at least two instances in at least two zones.
    Fix: turn on Multi-AZ, or add a reader in another zone to the cluster.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.html
    """
    if reason := not_judged(database, unit):
        return not_applicable(reason)
    if isinstance(database, DbInstance):
        if has_standby(database):
            return passed("has a standby in another zone")
        return failed("has no standby in another zone")
    if database.mode == "serverless":
        return not_applicable("is Aurora Serverless v1, which moves by itself")
    if database.multi_az:
        return passed("has instances in several zones")
    return members_spread(database, instances)


@check(Severity.HIGH)
def elasticache_replication_group_failover(group: ReplicationGroup, unit: Unit) -> Result:
    """A cache that nobody takes over starts empty, and its database gets all the load at once.

    Pass: the group fails over by itself to another zone, and has at least two nodes.
    Fix: add a replica in another zone, and turn on automatic failover and Multi-AZ.
    See: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/AutoFailover.html
    """
    if not unit.is_production():
        return not_applicable(_NOT_PRODUCTION)
    lacks = [
        name
        for name, there in (
            ("automatic failover", group.automatic_failover),
            ("Multi-AZ", group.multi_az),
            ("second node", group.nodes >= 2),
        )
        if not there
    ]
    if lacks:
        return failed(f"has no {' and no '.join(lacks)}")
    return passed(f"fails over by itself among {group.nodes} nodes")


#: How services are deployed with a second set of tasks beside the first.
_BESIDE = ("BLUE_GREEN", "CANARY", "LINEAR")


@check(Severity.MEDIUM)
def ecs_service_rolling_without_gap(service: EcsService, unit: Unit) -> Result:
    """A deployment that stops the last task before the next one runs is an outage with a date.

    Pass: the service is deployed beside itself (blue/green, canary, linear, CodeDeploy), or at least
    one task keeps running while the others are replaced.
    Fix: run two tasks or more, or let a single one be started before the old one stops: minimum
    healthy percent 100, maximum percent 200.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    """
    if not unit.is_production(service.tags):
        return not_applicable(_NOT_PRODUCTION)
    if not service.desired:
        return not_applicable("runs no task")
    if service.strategy in _BESIDE:
        return passed(f"is deployed beside itself ({service.strategy})")
    if service.controller in ("CODE_DEPLOY", "EXTERNAL"):
        return passed(f"is deployed beside itself ({service.controller})")
    kept = ceil(service.desired * service.minimum_healthy / 100)
    bounds = f"between {service.minimum_healthy} % and {service.maximum} %"
    said = f"runs {service.desired} tasks, {bounds} of them during a deployment"
    if service.desired >= 2:
        return passed(said) if kept >= 1 else failed(said)
    said = f"runs one task, {bounds} of it during a deployment"
    beside = service.minimum_healthy >= 100 and service.maximum >= 200
    return passed(said) if beside else failed(said)


@check(Severity.MEDIUM)
def autoscaling_group_rolling_capacity(group: AutoScalingGroup, unit: Unit) -> Result:
    """A group that may shrink to one instance has none while that one is replaced.

    Pass: the group keeps at least two instances in at least two zones, or its maintenance policy
    starts a new instance before it takes an old one. Groups that no load balancer leads to are left
    out where neither holds.
    Fix: raise the minimum to two over two zones, or set an instance maintenance policy of 100 % to
    110 %.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """
    if not unit.is_production(group.tags):
        return not_applicable(_NOT_PRODUCTION)
    if not group.maximum:
        return not_applicable("may run nothing")
    zones = len(set(group.zones))
    if group.minimum >= 2 and zones >= 2:
        return passed(f"keeps {group.minimum} instances or more in {zones} zones")
    if group.minimum_healthy == 100 and (group.maximum_healthy or 0) > 100:
        return passed("starts a new instance before it takes an old one")
    if not group.balanced:
        return not_applicable("gets no requests from a load balancer")
    return failed(
        f"may shrink to {counted(group.minimum, 'instance')} in {counted(zones, 'zone')}, and stops one "
        "before it starts the next"
    )


# --- As it is at present --------------------------------------------------------------------------


@check(Severity.HIGH)
def elb_load_balancer_multiple_az(
    balancer: LoadBalancer | ClassicLoadBalancer, unit: Unit
) -> Result:
    """A load balancer in one zone goes down with it, and takes all that stands behind it along.

    Pass: the load balancer has at least two zones.
    Fix: enable a subnet in a second zone; suppress a network load balancer that keeps to one zone on
    purpose.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html
    """
    if not unit.is_production():
        return not_applicable(_NOT_PRODUCTION)
    zones = sorted(set(balancer.zones))
    said = f"lies in {', '.join(zones) or 'no zone'}"
    return passed(said) if len(zones) >= 2 else failed(f"{said} alone")


@check(Severity.HIGH)
def autoscaling_group_instances_multiple_az(group: AutoScalingGroup, unit: Unit) -> Result:
    """What is spread on paper may run in one zone today, after a night of replacements.

    Pass: at least two healthy instances are in service, in at least two zones. Groups that no load
    balancer leads to are left out where they have fewer.
    Fix: raise the desired number to two or more over two zones, and look for what keeps instances
    unhealthy.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-availability-zone-balanced.html
    """
    if not unit.is_production(group.tags):
        return not_applicable(_NOT_PRODUCTION)
    if not group.desired:
        return not_applicable("is to run nothing")
    serving = [each for each in group.instances if each.state == "InService" and each.healthy]
    zones = sorted({each.zone for each in serving})
    said = f"has {counted(len(serving), 'healthy instance')} in service in {', '.join(zones) or 'no zone'}"
    if len(serving) >= 2 and len(zones) >= 2:
        return passed(said)
    return failed(said) if group.balanced else not_applicable("gets no requests")


@check(Severity.HIGH)
def ecs_service_redundant_tasks(
    service: EcsService, subnets: Evidence[Subnet], unit: Unit
) -> Result:
    """A machine under a single task cannot be taken out without taking the service down.

    Pass: the service is to run and runs at least two tasks, and has subnets in two zones or, without
    subnets of its own, ECS spreads it over zones.
    Fix: run at least two tasks, in subnets of two zones.
    Blind spot: what nothing leads to (no load balancer, registry or Service Connect) counts as a
    worker, and is left out.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
    """
    if not unit.is_production(service.tags):
        return not_applicable(_NOT_PRODUCTION)
    if service.scheduling != "REPLICA":
        return not_applicable("runs a task on each machine")
    if not (service.balanced or service.discovered or service.connected):
        return not_applicable("is a worker: nothing leads requests to it")
    if service.launch_type == "EXTERNAL":
        return not_applicable("runs on machines outside of AWS")
    if not service.desired:
        return not_applicable("is to run nothing")
    newest = service.running if service.newest_running is None else service.newest_running
    if service.desired < 2 or service.running < 2:
        return failed(f"runs {service.running} of {counted(service.desired, 'task')}")
    if not service.subnets:
        if service.spread:
            return _settled(service, newest, "over zones, as ECS spreads them")
        return failed(f"runs {service.running} tasks, which nothing spreads over zones")
    zones: set[str] = set()
    lost = ""
    for name in service.subnets:
        subnet = next(iter(subnets.about(name, "id")), None)
        if subnet is None:
            lost = name
            continue
        zones.add(subnet.zone)
        if len(zones) >= 2:
            return _settled(service, newest, f"in {' and '.join(sorted(zones))}")
    if lost:
        return unknown(Reason.UNDECIDED, f"lies in {lost}, which the account does not see")
    return failed(f"runs {service.running} tasks in {', '.join(zones)} alone")


def _settled(service: EcsService, newest: int, where: str) -> Result:
    """Say how a service with enough tasks runs; in a deployment the newest ones are not all there."""
    if newest < 2:
        return no_evidence(f"is being deployed: of its newest tasks, {newest} run")
    return passed(f"runs {service.running} tasks {where}")
