"""Is what happens written down, and kept long enough to be looked into?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    gone,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.workloads import ours
from readiness.evidence import Evidence, region_of
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.balancing import (
    BalancerAttributes,
    ClassicAttributes,
    ClassicLoadBalancer,
    Listener,
    LoadBalancer,
)
from readiness.evidence.compute import Instance
from readiness.evidence.containers import (
    Container,
    ContainerInstance,
    EcsService,
    TaskDefinition,
)
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.functions import FunctionInvocations, LambdaFunction
from readiness.evidence.logs import LogDelivery, LogGroup, LogSubscription
from readiness.evidence.observability import InstalledAgent

# --- Store logs -----------------------------------------------------------------------------------

#: How long a group keeps its lines at least where they are archived elsewhere as well.
ARCHIVED_DAYS = 7


@check(Severity.MEDIUM)
def logs_log_group_retention(
    group: LogGroup,
    subscriptions: Evidence[LogSubscription],
    unit: Unit,
    *,
    log_retention_min_days: int = 90,
    log_retention_min_days_nonprod: int = 7,
    short_lived_groups: tuple[str, ...] = ("/aws/codebuild/*",),
    central_log_archive: bool = False,
) -> Result:
    """Many intrusions are found after months, and by then only what was kept can tell what happened.

    Pass: the group keeps its lines for at least 90 days, or for ever; 7 days where the place is not
    production. With `central_log_archive` 7 days are enough, and less where a subscription of the
    account sends all of its lines elsewhere.
    Fix: set the retention of the group in its infrastructure code.
    Blind spot: what is kept for ever is paid for ever. A subscription of a single group is not looked
    at: declare the archive by the option.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
    """
    if group.kind == "DELIVERY":
        return not_applicable("is of the class DELIVERY, which keeps lines for two days")
    short = next((each for each in short_lived_groups if fnmatchcase(group.name, each)), "")
    if short:
        return not_applicable(f"matches {short}, which is kept for a short time on purpose")
    days = group.retention_days
    if days is None:
        return passed("keeps its lines for ever, whose cost has no bound")
    least = log_retention_min_days if unit.is_production() else log_retention_min_days_nonprod
    if central_log_archive:
        least = min(least, ARCHIVED_DAYS)
    told = f"keeps its lines for {counted(days, 'day')}"
    if days >= least:
        return passed(told)
    for each in subscriptions if central_log_archive else ():
        if each.whole and not any(fnmatchcase(group.name, left) for left in each.without):
            return passed(f"{told}, and {each.name} sends them elsewhere")
    return failed(f"{told}, less than {least}")


#: The log that tells of errors, by the beginning of the engine's name.
_ERROR_LOGS = {
    "postgres": "postgresql",
    "aurora-postgresql": "postgresql",
    "mysql": "error",
    "aurora-mysql": "error",
    "mariadb": "error",
    "sqlserver": "error",
    "custom-sqlserver": "error",
    "oracle": "alert",
    "custom-oracle": "alert",
}


@check(Severity.MEDIUM)
def rds_instance_log_export(database: DbInstance | DbCluster) -> Result:
    """A database's own log lies on its disk, is rotated within days, and is gone with the instance.

    Pass: the log of the engine's errors is exported to CloudWatch Logs; any log for engines without
    one. Members of a cluster are judged as the cluster.
    Fix: modify the instance or the cluster to export its error log to CloudWatch Logs.
    See: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html
    """
    if isinstance(database, DbInstance) and database.cluster:
        return not_applicable(f"is a member of the cluster {database.cluster}, which is judged")
    exported = ", ".join(database.log_exports)
    if not exported:
        return failed("exports none of its logs")
    wanted = next(
        (log for engine, log in _ERROR_LOGS.items() if database.engine.startswith(engine)), ""
    )
    if wanted and wanted not in database.log_exports:
        return no_evidence(f"exports {exported}, and not the log {wanted}, which tells of errors")
    return passed(f"exports {exported}")


@check(Severity.MEDIUM)
def elb_load_balancer_access_logs(
    balancer: LoadBalancer | ClassicLoadBalancer,
    attributes: Evidence[BalancerAttributes | ClassicAttributes],
    deliveries: Evidence[LogDelivery],
    listeners: Evidence[Listener],
) -> Result:
    """Who asked for what, when, and what was answered: afterwards only an access log knows.

    Pass: access logs are written to a bucket, or CloudWatch Logs delivers them. A network load
    balancer logs requests over TLS alone.
    Fix: set access_logs.s3.enabled with a bucket whose policy lets the load balancer write.
    See: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    if isinstance(balancer, LoadBalancer):
        if balancer.type == "gateway":
            return not_applicable("is a gateway load balancer, which has no access log")
        if balancer.type == "network" and not any(
            each.protocol == "TLS" for each in listeners.about(balancer.arn, "balancer")
        ):
            return not_applicable("has no TLS listener, and logs nothing else")
    for each in attributes.about(balancer.arn) | deliveries.about(balancer.arn):
        if isinstance(each, LogDelivery):
            if each.kind.endswith("_ACCESS_LOGS"):
                return passed("has its access log delivered by CloudWatch Logs")
        elif each.access_log:
            return passed("writes an access log")
    if attributes.of(balancer.arn) is None:
        return gone()
    return failed("writes no access log")


# --- Solution has logging in place through CloudWatch Logs ----------------------------------------


#: The only region whose functions are copied to the edge.
EDGE_REGION = "us-east-1"


@check(Severity.MEDIUM)
def lambda_function_log_group_present(
    function: LambdaFunction,
    groups: Evidence[LogGroup],
    invocations: Evidence[FunctionInvocations],
) -> Result:
    """A function that may not write its log runs all the same, and says nothing.

    Pass: the function's log group exists. One that was not invoked in 14 days may have none yet.
    Fix: give the function's role the rights of AWSLambdaBasicExecutionRole, or create its log group
    in its infrastructure code.
    Blind spot: an extension of the function that sends its lines elsewhere is not seen, nor what a
    copy at the edge writes in other regions.
    See: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html
    """
    if not ours(function):
        return not_applicable("is made by a service of AWS")
    names = [function.logs_to]
    if region_of(function.arn) == EDGE_REGION:
        # Copies of a function at the edge write to a group that is named after the original's region.
        names.append(f"/aws/lambda/{EDGE_REGION}.{function.name}")
    for name in names:
        if any(True for _ in groups.about(name, "name")):
            return passed(f"writes to {name}")
    use = invocations.of(function.arn)
    if use is None or not use.count:
        return not_applicable("was not invoked in 14 days, and has no log group yet")
    return failed(
        f"was invoked {use.count:.0f} times in 14 days, and {function.logs_to} does not exist"
    )


#: Drivers that send lines to CloudWatch Logs, or through a router wherever it is told.
ACCEPTED_DRIVERS = ("awslogs", "awsfirelens")


@check(Severity.HIGH)
def ecs_task_definition_log_configuration(
    service: EcsService,
    definitions: Evidence[TaskDefinition],
    *,
    accepted_log_drivers: tuple[str, ...] = (
        *ACCEPTED_DRIVERS,
        "splunk",
        "gelf",
        "fluentd",
        "syslog",
    ),
) -> Result:
    """What a container printed is gone with its task unless a driver took it.

    Pass: every essential container of the task definition in use has the log driver awslogs,
    awsfirelens, splunk, gelf, fluentd or syslog; awsfirelens needs a router among the containers.
    Fix: add a logConfiguration with the driver awslogs to each container.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
    """
    if not service.task_definition:
        return no_evidence("has a task definition for each of its task sets, which are not read")
    name = f"{service.task_definition}#{service.name}"
    definition = definitions.of(service.task_definition)
    if definition is None:
        return not_applicable("had its task definition deleted during the scan").about(name)
    routed = any(each.routes_logs for each in definition.containers)
    flaws = [
        flaw
        for each in definition.containers
        if each.essential and (flaw := _unlogged(each, accepted_log_drivers, routed))
    ]
    if flaws:
        return failed("; ".join(flaws)).about(name)
    return passed("takes the output of every essential container elsewhere").about(name)


def _unlogged(container: Container, accepted: tuple[str, ...], routed: bool) -> str:
    """Say why the output of a container is lost, empty where it is not."""
    if container.routes_logs:
        return ""  # it takes the output of the others
    driver = container.log_driver
    if not driver:
        return f"{container.name} has no log configuration"
    if driver not in accepted:
        return f"{container.name} has the log driver {driver}"
    if driver == "awsfirelens" and not routed:
        return f"{container.name} has the log driver awsfirelens, and no container routes it"
    return ""


@check(Severity.MEDIUM)
def apigateway_stage_logging_enabled(stage: RestStage | HttpStage) -> Result:
    """An API without a log cannot tell who called it, nor why it refused.

    Pass: the stage writes an access log; or a stage of a REST API logs the executions of all its
    methods at the level ERROR or INFO.
    Fix: set the stage's access log destination to a log group.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    """
    if stage.access_log:
        return passed("writes an access log")
    if isinstance(stage, RestStage) and stage.execution_log in ("ERROR", "INFO"):
        return passed(f"logs its executions ({stage.execution_log})")
    return failed("writes neither an access log nor an execution log")


#: Who makes the instances that containers run on; their logs are judged there.
_NODES = frozenset({"ECS", "EKS", "Karpenter", "Kubernetes"})


def is_node(instance: Instance) -> bool:
    """Whether an instance is there for the containers of ECS or EKS, going by its tags."""
    marks = ("eks:", "aws:eks:", "kubernetes.io/cluster/", "karpenter.sh/")
    return instance.made_by in _NODES or any(
        tag.startswith(marks) or tag == "AmazonECSManaged" for tag in instance.tags
    )


@check(Severity.MEDIUM)
def ec2_instance_log_agent(
    instance: Instance, agents: Evidence[InstalledAgent], hosts: Evidence[ContainerInstance]
) -> Result:
    """What a machine writes to its disk is lost with the machine.

    Pass: Systems Manager's inventory lists an agent that sends logs away, or the instance is a node
    whose containers are judged by themselves.
    Fix: install the CloudWatch agent with Systems Manager's Distributor or Quick Setup.
    Blind spot: an instance that Systems Manager does not manage shows nothing; what its agent does
    can be attested. Whether an agent is configured is not visible.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Install-CloudWatch-Agent.html
    """
    if instance.state != "running":
        return not_applicable(f"is {instance.state}")
    if instance.managed:
        return not_applicable("is operated by a service of AWS")
    if is_node(instance):
        return passed("is a node of containers, whose logs are judged by themselves")
    for each in agents.about(instance.arn) | hosts.about(instance.id, "instance"):
        if isinstance(each, ContainerInstance):
            return passed("is a machine of ECS, whose containers' logs are judged by themselves")
        return passed(f"has an agent that takes logs in its inventory ({each.name})")
    return no_evidence(
        "has no agent that takes logs in Systems Manager's inventory, or is not managed by it"
    )
