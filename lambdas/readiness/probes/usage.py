"""Look at how much of what is paid for is used: by Compute Optimizer and by metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.compute import Instance
from readiness.evidence.databases import NAMESPACES, DbCluster, DbInstance
from readiness.evidence.environments import declared_production
from readiness.evidence.functions import FunctionUse, LambdaFunction
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.usage import (
    DatabaseConnections,
    DatabaseHours,
    DayOfUse,
    InstanceRecommendation,
    InstanceType,
    InstanceUse,
    RunHours,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered
from readiness.probes.batches import batches
from readiness.probes.metrics import (
    CALL,
    DAY,
    IN_USE_DAYS,
    Measured,
    Points,
    Series,
    beginning,
    end_of,
    measure,
)

HOUR = timedelta(hours=1)
#: The days by which sizes and hours are judged, as Trusted Advisor does.
DAYS = 14


@probe(InstanceType, "ec2.describe_instance_types")
def instance_types(aws: Aws, instances: Evidence[Instance]) -> Iterator[InstanceType | Gap]:
    listed, hidden = gathered(instances)
    names = sorted({each.type for each in listed if each.state == "running"})
    for batch in batches(names, 100):
        # To name a type that is gone is an error; a filter finds nothing.
        wanted = [{"Name": "instance-type", "Values": batch}]
        for each in aws.pages("ec2.describe_instance_types", "InstanceTypes", Filters=wanted):
            name = each["InstanceType"]
            yield InstanceType(
                arn=aws.arn("ec2", f"instance-type/{name}"),
                name=name,
                current=each["CurrentGeneration"],
                recoverable=each.get("AutoRecoverySupported", False),
                metal=each.get("BareMetal", False),
                stores=each.get("InstanceStorageSupported", False),
            )
    yield from hidden


@probe(InstanceRecommendation, "compute-optimizer.get_ec2_instance_recommendations")
def instance_recommendations(
    aws: Aws, instances: Evidence[Instance]
) -> Iterator[InstanceRecommendation | Gap]:
    # The management account may ask for one member a request: each member is asked itself instead.
    listed, hidden = gathered(instances)
    if any(each.state == "running" for each in listed) or hidden:
        for each in aws.pages(
            "compute-optimizer.get_ec2_instance_recommendations",
            "instanceRecommendations",
            absent=("OptInRequiredException",),
            maxResults=1000,
        ):
            yield _recommendation(each)


def _recommendation(each: Mapping[str, Any]) -> InstanceRecommendation:
    options = [(_saving(option), option) for option in each.get("recommendationOptions") or ()]
    priced = [(saving, option) for saving, option in options if saving is not None]
    nothing: tuple[float | None, Mapping[str, Any]] = (None, {})
    saving, best = max(priced, key=lambda found: found[0], default=nothing)
    status = (each.get("externalMetricStatus") or {}).get("statusCode", "")
    return InstanceRecommendation(
        arn=each["instanceArn"],
        finding=each["finding"].replace("_", "").lower(),
        saving_percent=saving,
        better=best.get("instanceType", "") or next((o["instanceType"] for _, o in options), ""),
        memory=any(
            metric.get("name", "").lower() == "memory"
            for metric in each.get("utilizationMetrics") or ()
        ),
        outside="" if status == "NO_EXTERNAL_METRIC_SET" else status,
    )


def _saving(option: Mapping[str, Any]) -> float | None:
    said = option.get("savingsOpportunityAfterDiscounts") or option.get("savingsOpportunity") or {}
    percent: float | None = said.get("savingsOpportunityPercentage")
    return percent


def _of_instance(instance: Instance, metric: str, stat: str, period: timedelta = DAY) -> Series:
    named = {"InstanceId": instance.id}
    return Series(namespace="AWS/EC2", metric=metric, dimensions=named, stat=stat, period=period)


@probe(InstanceUse, CALL)
def instance_uses(
    aws: Aws, instances: Evidence[Instance], recommendations: Evidence[InstanceRecommendation]
) -> Iterator[InstanceUse | Gap]:
    """Of what runs long enough; where Compute Optimizer decides, only what stands alone matters."""

    def matters(instance: Instance) -> bool:
        old = aws.now - instance.launched >= DAYS * DAY
        open_ = not instance.made_by or recommendations.glimpse(instance.arn) is None
        return instance.state == "running" and not instance.managed and old and open_

    def wanted(instance: Instance) -> dict[str, Series]:
        return {
            "average": _of_instance(instance, "CPUUtilization", "Average"),
            "maximum": _of_instance(instance, "CPUUtilization", "Maximum"),
            "in": _of_instance(instance, "NetworkIn", "Sum"),
            "out": _of_instance(instance, "NetworkOut", "Sum"),
        }

    for found in measure(aws, _those(instances, matters), wanted, since=beginning(aws, DAYS)):
        if isinstance(found, Gap):
            yield found
        else:
            yield InstanceUse(arn=found.resource.arn, days=tuple(_days(aws, found.points)))


def _days(aws: Aws, points: Mapping[str, Points]) -> Iterator[DayOfUse]:
    """Yield the whole days: today's numbers are too low by the hours that are to come."""
    for day, average in points["average"].items():
        if day + DAY <= aws.now and all(day in each for each in points.values()):
            yield DayOfUse(
                cpu_average=average,
                cpu_maximum=points["maximum"][day],
                network=points["in"][day] + points["out"][day],
            )


@probe(RunHours, CALL)
def run_hours(
    aws: Aws, instances: Evidence[Instance], groups: Evidence[AutoScalingGroup]
) -> Iterator[RunHours | Gap]:
    """Of what stands alone or is a group, unless a tag declares it production."""

    def matters(machine: Instance | AutoScalingGroup) -> bool:
        if declared_production(machine.tags):
            return False
        if isinstance(machine, Instance):
            return not machine.made_by and machine.lifecycle != "spot"
        return machine.maximum > 0

    def wanted(machine: Instance | AutoScalingGroup) -> dict[str, Series]:
        if isinstance(machine, Instance):
            return {"ran": _of_instance(machine, "CPUUtilization", "Average", HOUR)}
        # EC2 publishes it of the instances of a group together, as long as any runs.
        named = {"AutoScalingGroupName": machine.name}
        return {
            "ran": Series(
                namespace="AWS/EC2",
                metric="CPUUtilization",
                dimensions=named,
                stat="Average",
                period=HOUR,
            )
        }

    since = aws.now - DAYS * DAY
    for found in measure(aws, _those(instances | groups, matters), wanted, since=since):
        if isinstance(found, Gap):
            yield found
        else:
            machine = found.resource
            made = (
                machine.attached or machine.launched
                if isinstance(machine, Instance)
                else machine.created
            )
            ran, there = _hours(aws, found.points["ran"], made)
            yield RunHours(arn=machine.arn, ran=ran, there=there)


def _hours(aws: Aws, points: Points, made: datetime | None) -> tuple[int, int]:
    """Return the hours with a number, and the hours since the window or the thing itself began."""
    window = DAYS * DAY
    age = window if made is None else min(aws.now - made, window)
    there = round(age / HOUR)
    return min(len(points), there), there


def _of_database(
    database: DbInstance | DbCluster, metric: str, stat: str, period: timedelta = DAY
) -> Series:
    key = "DBInstanceIdentifier" if isinstance(database, DbInstance) else "DBClusterIdentifier"
    return Series(
        namespace=NAMESPACES.get(database.engine, "AWS/RDS"),
        metric=metric,
        dimensions={key: database.arn.rpartition(":")[2]},
        stat=stat,
        period=period,
    )


@probe(DatabaseHours, CALL)
def database_hours(
    aws: Aws, instances: Evidence[DbInstance], clusters: Evidence[DbCluster]
) -> Iterator[DatabaseHours | Gap]:
    """Of instances on their own and of clusters, unless a tag declares them production."""

    def matters(database: DbInstance | DbCluster) -> bool:
        alone = isinstance(database, DbCluster) or not database.cluster
        return alone and not declared_production(database.tags)

    def wanted(database: DbInstance | DbCluster) -> dict[str, Series]:
        return {"ran": _of_database(database, "CPUUtilization", "Average", HOUR)}

    since = aws.now - DAYS * DAY
    for found in measure(aws, _those(instances | clusters, matters), wanted, since=since):
        if isinstance(found, Gap):
            yield found
        else:
            ran, there = _hours(aws, found.points["ran"], found.resource.created)
            yield DatabaseHours(arn=found.resource.arn, ran=ran, there=there)


@probe(DatabaseConnections, CALL)
def database_connections(
    aws: Aws, instances: Evidence[DbInstance]
) -> Iterator[DatabaseConnections | Gap]:
    """Of those that are up; Neptune counts requests, and no connections."""

    def matters(database: DbInstance) -> bool:
        return database.status == "available" and database.engine != "neptune"

    def wanted(database: DbInstance) -> dict[str, Series]:
        return {"connections": _of_database(database, "DatabaseConnections", "Maximum")}

    since = beginning(aws, IN_USE_DAYS)
    for found in measure(aws, _those(instances, matters), wanted, since=since):
        if isinstance(found, Gap):
            yield found
        else:
            points = found.points["connections"]
            used = [day for day, most in points.items() if most > 0]
            yield DatabaseConnections(
                arn=found.resource.arn,
                connected=end_of(aws, used),
                measured=bool(points),
                since=since,
            )


#: How far back calls of functions count.
CALL_DAYS = 30


@probe(FunctionUse, CALL)
def function_uses(
    aws: Aws, functions: Evidence[LambdaFunction], instances: Evidence[Instance]
) -> Iterator[FunctionUse | Gap]:
    """Of regions without instances; one series tells of all functions where all are ours."""
    if any(each.state == "running" for each in instances):
        return
    listed, hidden = gathered(functions)
    ours = [each for each in listed if not each.incidental]
    region = FunctionUse(arn=aws.arn("lambda", "functions"), calls=0.0)
    asked: list[LambdaFunction | FunctionUse] = [region] if len(ours) == len(listed) else [*ours]

    def wanted(function: LambdaFunction | FunctionUse) -> dict[str, Series]:
        named = {"FunctionName": function.name} if isinstance(function, LambdaFunction) else {}
        return {"calls": Series(namespace="AWS/Lambda", metric="Invocations", dimensions=named)}

    if not ours:
        yield from hidden
        return
    calls = 0.0
    lost: list[Gap] = []
    found: Measured[LambdaFunction | FunctionUse] | Gap
    for found in measure(aws, asked, wanted, since=beginning(aws, CALL_DAYS)):
        if isinstance(found, Gap):
            lost.append(replace(found, resource=""))
        else:
            calls += sum(found.points["calls"].values())
    if calls or not lost:
        yield FunctionUse(arn=region.arn, calls=calls)
    yield from lost
    yield from hidden


def _those(things: Iterable[Any], matter: Any) -> Iterator[Any]:
    """Keep what matters; a gap at the end of the things still shows."""
    return (each for each in things if matter(each))
