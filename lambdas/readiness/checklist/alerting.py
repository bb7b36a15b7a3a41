"""Is what matters watched by an alarm that anybody hears of?

The checks judge a whole region at once: its alarms are sorted once, for thousands of resources.
Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from readiness.checklist.alarm_coverage import Cover, Watch, Watchable, covers
from readiness.checklist.apart import apart
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
from readiness.checklist.workloads import ours
from readiness.evidence import Evidence, Reason
from readiness.evidence.alarms import (
    CentralAlarms,
    MetricAlarm,
)
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import NAMESPACES, DbInstance
from readiness.evidence.edge import Distribution
from readiness.evidence.functions import FunctionInvocations, LambdaFunction
from readiness.evidence.unseen import known
from readiness.evidence.watching import HealthCheck

NOT_PRODUCTION = "is not production"

#: The metrics of a load balancer's own errors, of its targets, and of what it has to refuse.
BALANCER_METRICS: Mapping[str, frozenset[str]] = {
    "AWS/ApplicationELB": frozenset(
        {
            "HTTPCode_ELB_5XX_Count",
            "HTTPCode_Target_5XX_Count",
            "HealthyHostCount",
            "RejectedConnectionCount",
            "TargetResponseTime",
            "UnHealthyHostCount",
        }
    ),
    "AWS/NetworkELB": frozenset(
        {
            "HealthyHostCount",
            "PortAllocationErrorCount",
            "TCP_Target_Reset_Count",
            "UnHealthyHostCount",
        }
    ),
    "AWS/GatewayELB": frozenset({"HealthyHostCount", "UnHealthyHostCount"}),
}
_BALANCER_NAMESPACES = {
    "application": "AWS/ApplicationELB",
    "network": "AWS/NetworkELB",
    "gateway": "AWS/GatewayELB",
}
FUNCTION_METRICS = frozenset({"DeadLetterErrors", "Duration", "Errors", "IteratorAge", "Throttles"})
#: The lag and the storage of some engines have names of their own.
DATABASE_METRICS = frozenset(
    {
        "AuroraReplicaLag",
        "CPUUtilization",
        "DBInstanceReplicaLag",
        "DBLoad",
        "DatabaseConnections",
        "FreeLocalStorage",
        "FreeStorageSpace",
        "FreeableMemory",
        "ReplicaLag",
    }
)
SERVICE_METRICS: Mapping[str, frozenset[str]] = {
    "AWS/ECS": frozenset({"CPUUtilization", "MemoryUtilization"}),
    "ECS/ContainerInsights": frozenset(
        {"CpuUtilized", "MemoryUtilized", "RunningTaskCount", "TaskCpuUtilization"}
    ),
}


def watchable_balancer(balancer: LoadBalancer, unit: Unit) -> Watchable:
    """Return how alarms name a load balancer."""
    namespace = _BALANCER_NAMESPACES[balancer.type]
    return Watchable(
        account=unit.account,
        region=unit.region,
        metrics={namespace: BALANCER_METRICS[namespace]},
        names={"LoadBalancer": balancer.dimension},
    )


def watchable_function(function: LambdaFunction, unit: Unit) -> Watchable:
    """Return how alarms name a function."""
    return Watchable(
        account=unit.account,
        region=unit.region,
        metrics={"AWS/Lambda": FUNCTION_METRICS},
        names={"FunctionName": function.name},
    )


def watchable_database(
    database: DbInstance, unit: Unit, metrics: frozenset[str] = DATABASE_METRICS
) -> Watchable:
    """Return how alarms name a database instance, by itself or by its cluster."""
    return Watchable(
        account=unit.account,
        region=unit.region,
        metrics={NAMESPACES.get(database.engine, "AWS/RDS"): metrics},
        names={"DBInstanceIdentifier": database.arn.rpartition(":")[2]},
        shared={
            "DBClusterIdentifier": frozenset({database.cluster} - {""}),
            # Of a cluster's two roles an instance may have either, any day.
            "Role": frozenset({"READER", "WRITER"} if database.cluster else ()),
            "DatabaseClass": frozenset({database.type} - {""}),
            "EngineName": frozenset({database.engine}),
        },
        tags=database.tags,
    )


def watchable_service(service: EcsService, unit: Unit) -> Iterator[Watchable]:
    """Yield how alarms name an ECS service: by itself, and by the target groups it serves."""
    yield Watchable(
        account=unit.account,
        region=unit.region,
        metrics=SERVICE_METRICS,
        names={"ClusterName": service.cluster.rpartition("/")[2], "ServiceName": service.name},
        tags=service.tags,
    )
    for group in service.target_groups:
        yield Watchable(
            account=unit.account,
            region=unit.region,
            metrics=BALANCER_METRICS,
            names={"TargetGroup": group.rpartition(":")[2]},
        )


def watchable_instance(
    instance: Instance, unit: Unit, metrics: Mapping[str, frozenset[str]]
) -> Watchable:
    """Return how alarms name an instance, by itself or by its Auto Scaling group.

    EC2 puts together by type, and over all, what it measures every minute alone.
    """
    return Watchable(
        account=unit.account,
        region=unit.region,
        metrics=metrics,
        names={"InstanceId": instance.id},
        shared={
            "AutoScalingGroupName": frozenset({instance.group} - {""}),
            "InstanceType": frozenset({instance.type} if instance.detailed else ()),
        },
        tags=instance.tags,
        in_total=instance.detailed,
    )


# --- Solution has alerting in place ---------------------------------------------------------------


def _lacks(external_monitoring: str) -> str:
    lacks = "is watched by no alarm that does something when it goes off"
    if external_monitoring:
        return f"{lacks}; {external_monitoring} may watch it, which can be attested with a link"
    return lacks


def _of_balancer(balancer: LoadBalancer, watch: Watch, unit: Unit, outside: str = "") -> Result:
    if not unit.is_production():
        return not_applicable(NOT_PRODUCTION)
    return watch.over(watchable_balancer(balancer, unit), lacks=_lacks(outside))


def _of_function(
    function: LambdaFunction,
    invocations: Evidence[FunctionInvocations],
    watch: Watch,
    unit: Unit,
    outside: str = "",
) -> Result:
    if not unit.is_production():
        return not_applicable(NOT_PRODUCTION)
    if not ours(function):
        return not_applicable("is made by a service of AWS")
    use = invocations.of(function.arn)
    if use is None or not use.count:
        return not_applicable("was not invoked in 14 days")
    return watch.over(watchable_function(function, unit), lacks=_lacks(outside))


def _of_database(database: DbInstance, watch: Watch, unit: Unit, outside: str = "") -> Result:
    if not unit.is_production(database.tags):
        return not_applicable(NOT_PRODUCTION)
    return watch.over(watchable_database(database, unit), lacks=_lacks(outside))


def _of_service(service: EcsService, watch: Watch, unit: Unit, outside: str = "") -> Result:
    if not unit.is_production(service.tags):
        return not_applicable(NOT_PRODUCTION)
    if service.alarmed:
        return passed("has alarms that watch its deployments")
    return watch.over(*watchable_service(service, unit), lacks=_lacks(outside))


@check(Severity.HIGH)
def elb_load_balancer_alarm_coverage(
    balancers: Evidence[LoadBalancer], watch: Watch, unit: Unit, *, external_monitoring: str = ""
) -> Iterator[Result]:
    """A load balancer is where users meet an outage; without an alarm they are the ones who report it.

    Pass: an alarm with an action, or one below a composite alarm with an action, looks at the load
    balancer's errors, at its targets' health or answers, or at what it had to refuse. Alarms of a
    central account count where the account shares its metrics with it.
    Fix: create the recommended alarms for the load balancer in its infrastructure code.
    Blind spot: a query of Metrics Insights counts as far as it can be read, what one of PromQL sees is
    not known, and a threshold that is never reached counts like any other.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """
    yield from apart(balancers, lambda each: _of_balancer(each, watch, unit, external_monitoring))


@check(Severity.MEDIUM)
def lambda_function_alarm_coverage(
    functions: Evidence[LambdaFunction],
    invocations: Evidence[FunctionInvocations],
    watch: Watch,
    unit: Unit,
    *,
    external_monitoring: str = "",
) -> Iterator[Result]:
    """A function that fails behind a queue or a schedule tells nobody.

    Pass: an alarm that acts looks at the errors, throttles, duration, dead letters or iterator age of
    the function, or at those of all functions together. Only functions that were invoked in 14 days
    are judged.
    Fix: one alarm on the errors of all functions is a beginning; alarms of its own show which it is.
    Blind spot: a query of Metrics Insights counts as far as it can be read, and what one of PromQL sees
    is not known.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """
    yield from apart(
        functions, lambda each: _of_function(each, invocations, watch, unit, external_monitoring)
    )


@check(Severity.HIGH)
def rds_instance_alarm_coverage(
    databases: Evidence[DbInstance], watch: Watch, unit: Unit, *, external_monitoring: str = ""
) -> Iterator[Result]:
    """A database runs out of storage, memory or connections slowly, and then all at once.

    Pass: an alarm that acts looks at the processor, memory, storage, connections, load or replication
    lag of the instance or of its cluster.
    Fix: create the recommended alarms for the database in its infrastructure code.
    Blind spot: a query of Metrics Insights counts as far as it can be read, and what one of PromQL sees
    is not known.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """
    yield from apart(databases, lambda each: _of_database(each, watch, unit, external_monitoring))


@check(Severity.MEDIUM)
def ecs_service_alarm_coverage(
    services: Evidence[EcsService], watch: Watch, unit: Unit, *, external_monitoring: str = ""
) -> Iterator[Result]:
    """A service that restarts its tasks for ever looks busy, not broken.

    Pass: an alarm that acts looks at the processor, the memory or the number of tasks of the service
    or of its cluster, or at a target group that it serves, or alarms watch its deployments.
    Fix: alarm on the service's memory and on the healthy hosts of its target group.
    Blind spot: a query of Metrics Insights counts as far as it can be read, and what one of PromQL sees
    is not known.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """
    yield from apart(services, lambda each: _of_service(each, watch, unit, external_monitoring))


# --- Solution has monitoring in place -------------------------------------------------------------


@check(Severity.MEDIUM)
def workload_resource_monitored_share(
    balancers: Evidence[LoadBalancer],
    functions: Evidence[LambdaFunction],
    invocations: Evidence[FunctionInvocations],
    databases: Evidence[DbInstance],
    services: Evidence[EcsService],
    watch: Watch,
    unit: Unit,
    *,
    min_share: float = 0.5,
) -> Result:
    """Monitoring that looks at a tenth of a system finds a tenth of its failures.

    Pass: at least 50 % of the region's load balancers, functions in use, databases and ECS services
    in production are covered by an alarm that acts.
    Fix: start with the load balancers and the databases: one alarm each covers most of what matters.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
    """
    results = (
        *apart(balancers, lambda each: _of_balancer(each, watch, unit)),
        *apart(functions, lambda each: _of_function(each, invocations, watch, unit)),
        *apart(databases, lambda each: _of_database(each, watch, unit)),
        *apart(services, lambda each: _of_service(each, watch, unit)),
    )
    found = [each.status for each in results if each.status is not Status.NOT_APPLICABLE]
    if not found:
        return not_applicable("has nothing in production that alarms would watch")
    covered, open_ = found.count(Status.PASS), found.count(Status.UNKNOWN)
    told = f"has alarms on {covered} of {len(found)} resources ({covered / len(found):.0%})"
    if covered >= min_share * len(found):
        return passed(told)
    if covered + open_ >= min_share * len(found):
        return unknown(Reason.UNDECIDED, f"{told}, and {open_} could not be judged")
    return no_evidence(f"{told}, less than {min_share:.0%}")


# --- Track server metrics -------------------------------------------------------------------------

STATUS_METRICS = frozenset(
    {
        "StatusCheckFailed",
        "StatusCheckFailed_AttachedEBS",
        "StatusCheckFailed_Instance",
        "StatusCheckFailed_System",
    }
)


@check(Severity.MEDIUM)
def ec2_instance_status_check_alarm(
    instances: Evidence[Instance],
    watch: Watch,
    unit: Unit,
) -> Iterator[Result]:
    """AWS says every minute whether an instance is reachable; somebody should listen.

    Pass: an alarm that acts looks at a status check of the instance. Instances that a group or a
    service replaces are left out.
    Fix: create an alarm on StatusCheckFailed with an SNS topic, and one on StatusCheckFailed_System
    with the recover action.
    See: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/creating_status_check_alarms.html
    """

    def judge(instance: Instance) -> Result:
        if instance.state != "running":
            return not_applicable(f"is {instance.state}")
        if instance.made_by:
            return not_applicable(f"is replaced by {instance.made_by}")
        resource = watchable_instance(instance, unit, {"AWS/EC2": STATUS_METRICS})
        lacks = "has no alarm on its status checks that does something when it goes off"
        return watch.over(resource, without=failed, lacks=lacks)

    yield from apart(instances, judge)


# --- Track availability metrics -------------------------------------------------------------------

#: What tells that users are not served, by namespace.
AVAILABILITY_METRICS: Mapping[str, frozenset[str]] = {
    "AWS/ApiGateway": frozenset({"5XXError", "5xx"}),
    "AWS/ApplicationELB": frozenset(
        {"HTTPCode_ELB_5XX_Count", "HealthyHostCount", "UnHealthyHostCount"}
    ),
    "AWS/ELB": frozenset({"HTTPCode_ELB_5XX", "HealthyHostCount", "UnHealthyHostCount"}),
    "AWS/NetworkELB": frozenset({"HealthyHostCount", "UnHealthyHostCount"}),
    "ApplicationSignals": frozenset({"Availability", "Fault"}),
    "CloudWatchSynthetics": frozenset({"Failed", "SuccessPercent"}),
}
_HEALTH_CHECKS: Mapping[str, frozenset[str]] = {"AWS/Route53": frozenset({"HealthCheckStatus"})}
_DISTRIBUTIONS: Mapping[str, frozenset[str]] = {"AWS/CloudFront": frozenset({"5xxErrorRate"})}
#: Where the metrics of services without regions lie, by partition.
GLOBAL_REGIONS = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}

RegionalEndpoint = LoadBalancer | ClassicLoadBalancer | RestStage | HttpStage
Endpoint = RegionalEndpoint | Distribution


def endpoints_here(endpoints: Evidence[Endpoint], unit: Unit) -> Iterator[Endpoint]:
    """Yield what users reach in a region; distributions stand where global services answer."""
    for each in endpoints:
        match each:
            case Distribution():
                if each.region == unit.region and each.enabled:
                    yield each
            case LoadBalancer(type="gateway"):
                pass  # it leads traffic through appliances, and to nobody's service
            case _:
                yield each


NO_ENDPOINT = "has no load balancer, API or distribution"


@check(Severity.HIGH)
def availability_alarm_configured(
    endpoints: Evidence[LoadBalancer | ClassicLoadBalancer | RestStage | HttpStage],
    distributions: Evidence[Distribution],
    checks: Evidence[HealthCheck],
    watch: Watch,
    unit: Unit,
) -> Result:
    """Availability that nobody is told of is a number for the report after the outage.

    Pass: an alarm that acts looks at a canary, a health check of Route 53, the healthy hosts or the
    errors of a load balancer, the server errors of an API or a distribution, or the faults or
    availability of a service of Application Signals. Alarms on health checks and distributions lie in
    us-east-1: one on a health check counts for every region, one on a distribution for each whose
    load balancers or APIs it fetches from.
    Fix: create an alarm on the canary's SuccessPercent, or on HTTPCode_ELB_5XX_Count.
    Blind spot: which of several endpoints the alarm is about is not looked at here, and an origin of
    a distribution is known by AWS's own name for it alone.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries.html
    """
    if not any(True for _ in endpoints_here(endpoints | distributions, unit)):
        return not_applicable(NO_ENDPOINT)
    home = GLOBAL_REGIONS.get(unit.partition, "")
    at_home = {**_HEALTH_CHECKS, **_DISTRIBUTIONS} if unit.region == home else {}
    here = partial(
        watch.over,
        _any_of(unit, unit.region, {**AVAILABILITY_METRICS, **at_home}),
        lacks="has no alarm on availability that does something when it goes off",
    )
    found = known(here, None)
    if found is not None and found.status is Status.PASS:
        return found
    if unit.region != home:
        there = watch.centrals.within(home, unit.account)
        outside = partial(_measured_outside, distributions, checks, unit, home)
        alarm = known(lambda: _edge_alarm(there, outside()), None)
        if alarm is not None:
            return passed(f"is watched by the alarm {alarm.name} in {home}")
        if any(True for _ in outside()):
            _edge_alarm(there, outside())  # raises where there may be one
            if not any(True for _ in there):
                return unknown(
                    Reason.NOT_SCANNED,
                    f"may be watched by an alarm in {home}, which is not scanned",
                )
    return here()


def _measured_outside(
    distributions: Evidence[Distribution], checks: Evidence[HealthCheck], unit: Unit, home: str
) -> Iterator[Watchable]:
    """Yield what is measured where global services are, and tells of a region's endpoints."""
    if any(each.measures for each in checks):
        yield _any_of(unit, home, _HEALTH_CHECKS)
    for each in distributions:
        if each.enabled and _fetches_from(each, unit.region):
            yield Watchable(
                account=unit.account,
                region=home,
                metrics=_DISTRIBUTIONS,
                names={"DistributionId": each.id},
            )


def _fetches_from(distribution: Distribution, region: str) -> bool:
    """Whether an origin is a load balancer or an API of a region, by the name that AWS gave it."""
    ours = re.compile(
        rf"\.({region}\.elb|elb\.{region}|execute-api\.{region})\.amazonaws\.com(\.cn)?$"
    )
    return any(ours.search(origin.domain) for origin in distribution.origins)


def _any_of(unit: Unit, region: str, metrics: Mapping[str, frozenset[str]]) -> Watchable:
    """Return what any alarm on one of these metrics covers, whatever resource it is about."""
    return Watchable(account=unit.account, region=region, metrics=metrics, names={})


def _edge_alarm(
    centrals: Evidence[CentralAlarms], resources: Iterable[Watchable]
) -> MetricAlarm | None:
    """Return an alarm on a service without regions, of those that are heard."""
    return next(
        (
            alarm
            for resource in resources
            for central in centrals
            for alarm in central.alarms
            if covers(alarm, resource) is Cover.YES
        ),
        None,
    )
