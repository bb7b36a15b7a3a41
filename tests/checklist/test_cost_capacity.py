"""What the checks of "Cost" say of capacity: paid by use, scaled, Spot."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.capacity import (
    autoscaling_group_dynamic_scaling,
    autoscaling_group_worker_spot,
    batch_compute_environment_spot,
    dynamodb_table_capacity_elastic,
    ec2_capacity_reservation_used,
    ec2_instance_in_scaling_group,
    ecs_service_scaling_policy,
    ecs_service_worker_spot,
    kinesis_stream_on_demand,
)
from readiness.checklist.model import Check, Status
from readiness.evidence.batch import BatchEnvironment
from readiness.evidence.commitments import CapacityReservation
from readiness.evidence.compute import Instance
from readiness.evidence.containers import CapacityProvider, EcsService
from readiness.evidence.databases import TableDescription
from readiness.evidence.event_stores import DataStream
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupPolicy,
    GroupSchedule,
    ScalableTarget,
    TargetPolicy,
    TargetSchedule,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def table(*indexes: str, on_demand: bool = False) -> TableDescription:
    return TableDescription(
        arn=arn("dynamodb", "table/orders"),
        name="orders",
        replica_regions=(),
        on_demand=on_demand,
        indexes=indexes,
    )


def target(resource: str, dimension: str, **changes: Any) -> ScalableTarget:
    values: dict[str, Any] = {
        "arn": f"{resource}/{dimension}",
        "resource": resource,
        "dimension": dimension,
        "minimum": 1,
        "maximum": 10,
        "out_suspended": False,
        "in_suspended": False,
    }
    return ScalableTarget(**values | changes)


def policy(resource: str, dimension: str) -> TargetPolicy:
    return TargetPolicy(
        arn=f"policy/{resource}/{dimension}", resource=resource, dimension=dimension
    )


def scaled(resource: str, kind: str, *verbs: str, **changes: Any) -> tuple[Any, ...]:
    """A target and a policy for each of reads and writes."""
    dimensions = [f"dynamodb:{kind}:{verb}CapacityUnits" for verb in verbs or ("Read", "Write")]
    return tuple(
        each
        for dimension in dimensions
        for each in (target(resource, dimension, **changes), policy(resource, dimension))
    )


TABLE = scaled("table/orders", "table")
INDEX = scaled("table/orders/index/by-day", "index")


def stream(mode: str) -> DataStream:
    return DataStream(arn=arn("kinesis", "stream/clicks"), name="clicks", mode=mode)


def reservation(available: int, **changes: Any) -> CapacityReservation:
    values: dict[str, Any] = {
        "arn": arn("ec2", "capacity-reservation/cr-1"),
        "owner": ACCOUNT,
        "state": "active",
        "type": "default",
        "total": 10,
        "available": available,
        "since": ago(30),
    }
    return CapacityReservation(**values | changes)


def group(name: str = "web", **changes: Any) -> AutoScalingGroup:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", f"autoScalingGroup:1:autoScalingGroupName/{name}"),
        "name": name,
        "zones": ("eu-west-1a",),
        "tags": {},
        "minimum": 1,
        "maximum": 4,
        "desired": 2,
        "in_service": 2,
        "created": ago(100),
    }
    return AutoScalingGroup(**values | changes)


def group_policy(**changes: Any) -> GroupPolicy:
    values: dict[str, Any] = {
        "arn": "policy/web",
        "group": "web",
        "type": "TargetTrackingScaling",
        "enabled": True,
        "alarmed": True,
        "forecasts_only": False,
    }
    return GroupPolicy(**values | changes)


NIGHT = GroupSchedule(arn="schedule/night", group="web", desired=0)
CLUSTER = arn("ecs", "cluster/shop")
SERVICE = "service/shop/web"
COUNT = "ecs:service:DesiredCount"


def service(**changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": arn("ecs", SERVICE),
        "name": "web",
        "cluster": CLUSTER,
        "launch_type": "FARGATE",
        "subnets": (),
        "tags": {},
    }
    return EcsService(**values | changes)


TASKS = target(SERVICE, COUNT)
TASK_POLICY = policy(SERVICE, COUNT)
TASK_SCHEDULE = TargetSchedule(arn="schedule/web", resource=SERVICE)


def instance(**changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": ago(100),
        "managed": False,
        "tags": {},
    }
    return Instance(**values | changes)


def environment(name: str = "jobs", **changes: Any) -> BatchEnvironment:
    values: dict[str, Any] = {
        "arn": arn("batch", f"compute-environment/{name}"),
        "name": name,
        "managed": True,
        "enabled": True,
        "status": "VALID",
        "capacity": "EC2",
    }
    return BatchEnvironment(**values | changes)


MEMBER = instance(tags={"aws:autoscaling:groupName": "web"})
SPOT_MEMBER = instance(tags={"aws:autoscaling:groupName": "web"}, lifecycle="spot")
MIXED = group(on_demand_percentage=50)


def provider(**changes: Any) -> CapacityProvider:
    values: dict[str, Any] = {
        "arn": arn("ecs", "capacity-provider/machines"),
        "name": "machines",
        "group": group().arn,
        "spot": False,
    }
    return CapacityProvider(**values | changes)


ON_MACHINES = service(providers=("FARGATE", "machines"), launch_type="")

ROWS: dict[Check[..., Any], list[Row]] = {
    dynamodb_table_capacity_elastic: [
        Row("on demand", PASS, (table(on_demand=True),), says="by request"),
        Row("reads and writes scale", PASS, (table(), *TABLE)),
        Row("its index too", PASS, (table("by-day"), *TABLE, *INDEX)),
        Row("fixed", NO_EVIDENCE, (table(),), says="its reads do not scale"),
        Row("writes are fixed", NO_EVIDENCE, (table(), *scaled("table/orders", "table", "Read")), says="writes"),
        Row("an index is fixed", NO_EVIDENCE, (table("by-day"), *TABLE), says="its index by-day"),
        Row("a target without a policy", NO_EVIDENCE, (table(), *TABLE[::2])),
        Row("its maximum is its minimum", NO_EVIDENCE, (table(), *scaled("table/orders", "table", minimum=9, maximum=9)), says="its reads are fixed at 9 units"),
        Row("scaling is suspended", NO_EVIDENCE, (table(), *scaled("table/orders", "table", out_suspended=True)), says="suspended"),
        Row("scaling in is suspended", NO_EVIDENCE, (table(), *scaled("table/orders", "table", in_suspended=True)), says="suspended"),
        Row("no table", NOT_APPLICABLE),
        Row("tables are dark", UNKNOWN, dark=[TableDescription]),
        Row("targets are dark", UNKNOWN, (table(),), dark=[ScalableTarget]),
        Row("policies are dark", UNKNOWN, (table(), *TABLE[::2]), dark=[TargetPolicy]),
    ],
    kinesis_stream_on_demand: [
        Row("on demand", PASS, (stream("ON_DEMAND"),)),
        Row("provisioned", NO_EVIDENCE, (stream("PROVISIONED"),), says="provisioned"),
        Row("its mode is not told", UNKNOWN, (stream(""),)),
        Row("no stream", NOT_APPLICABLE),
        Row("streams are dark", UNKNOWN, dark=[DataStream]),
    ],
    ec2_capacity_reservation_used: [
        Row("in use", PASS, (reservation(0),)),
        Row("a fifth is unused", PASS, (reservation(2),)),
        Row("more is unused", FAIL, (reservation(3),), says="3 of 10 instances unused"),
        Row("more is allowed", PASS, (reservation(3),), options={"unused_share": 0.5}),
        Row("of this week", NOT_APPLICABLE, (reservation(10, since=ago(6.9)),), says="younger than 7 days"),
        Row("of last week", FAIL, (reservation(10, since=ago(7)),)),
        Row("a capacity block", NOT_APPLICABLE, (reservation(10, type="capacity-block"),), says="in advance"),
        Row("cancelled", NOT_APPLICABLE, (reservation(10, state="cancelled"),)),
        Row("of another account", NOT_APPLICABLE, (reservation(10, owner="444455556666"),), says="444455556666"),
        Row("of nothing", NOT_APPLICABLE, (reservation(0, total=0),)),
        Row("none", NOT_APPLICABLE),
        Row("reservations are dark", UNKNOWN, dark=[CapacityReservation]),
    ],
    autoscaling_group_dynamic_scaling: [
        Row("a policy", PASS, (group(), group_policy()), says="between 1 and 4"),
        Row("a schedule", PASS, (group(), NIGHT), says="by a schedule"),
        Row("the Cluster Autoscaler", PASS, (group(tags={"k8s.io/cluster-autoscaler/enabled": "true"}),)),
        Row("an EKS node group", PASS, (group(tags={"eks:nodegroup-name": "main"}),)),
        Row("an ECS provider", PASS, (group(tags={"AmazonECSManaged": ""}),)),
        Row("a fixed EKS node group", FAIL, (group(tags={"eks:nodegroup-name": "main"}, minimum=4),)),
        Row("fixed", FAIL, (group(minimum=4), group_policy()), says="fixed at 4"),
        Row("a single instance", NOT_APPLICABLE, (group(maximum=1),), says="single"),
        Row("none", NOT_APPLICABLE, (group(minimum=0, maximum=0),)),
        Row("nothing scales it", FAIL, (group(),), says="neither"),
        Row("another group's policy", FAIL, (group(), group_policy(group="api"))),
        Row("launching is suspended", FAIL, (group(suspended=("Launch",)), group_policy(), NIGHT), says="launching"),
        Row("alarms are suspended", FAIL, (group(suspended=("AlarmNotification",)), group_policy()), says="AlarmNotification"),
        Row("alarms are suspended, a schedule acts", PASS, (group(suspended=("AlarmNotification",)), group_policy(), NIGHT)),
        Row("alarms are suspended, ECS needs them", FAIL, (group(suspended=("AlarmNotification",), tags={"AmazonECSManaged": ""}),)),
        Row("alarms are suspended, Kubernetes needs none", PASS, (group(suspended=("AlarmNotification",), tags={"eks:nodegroup-name": "m"}),)),
        Row("schedules are suspended", NO_EVIDENCE, (group(suspended=("ScheduledActions",)), NIGHT)),
        Row("a policy that is off", NO_EVIDENCE, (group(), group_policy(enabled=False)), says="none of which acts"),
        Row("a forecast alone", NO_EVIDENCE, (group(), group_policy(type="PredictiveScaling", forecasts_only=True))),
        Row("a policy that nothing starts", NO_EVIDENCE, (group(), group_policy(type="SimpleScaling", alarmed=False))),
        Row("a fresh copy of CodeDeploy", NOT_APPLICABLE, (group("CodeDeploy_shop_d-1", created=ago(0.5)),), says="CodeDeploy"),
        Row("a copy of CodeDeploy that stayed", FAIL, (group("CodeDeploy_shop_d-1", created=ago(9)),)),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("policies are dark", UNKNOWN, (group(),), dark=[GroupPolicy]),
        Row("policies are dark, a schedule acts", PASS, (group(), NIGHT), dark=[GroupPolicy]),
        Row("schedules are dark", UNKNOWN, (group(),), dark=[GroupSchedule]),
        Row("schedules are dark, a policy acts", PASS, (group(), group_policy()), dark=[GroupSchedule]),
    ],
    ecs_service_scaling_policy: [
        Row("a policy", PASS, (service(), TASKS, TASK_POLICY), says="between 1 and 10"),
        Row("a schedule", PASS, (service(), TASKS, TASK_SCHEDULE), says="by a schedule"),
        Row("no target", NO_EVIDENCE, (service(),), says="no scalable target"),
        Row("another service's target", NO_EVIDENCE, (service(name="api"), TASKS, TASK_POLICY)),
        Row("no room", NO_EVIDENCE, (service(), target(SERVICE, COUNT, minimum=10), TASK_POLICY), says="fixed at 10"),
        Row("nothing scales it", NO_EVIDENCE, (service(), TASKS), says="neither"),
        Row("suspended", NO_EVIDENCE, (service(), target(SERVICE, COUNT, out_suspended=True), TASK_POLICY), says="suspended"),
        Row("schedules suspended", NO_EVIDENCE, (service(), target(SERVICE, COUNT, schedules_suspended=True), TASK_SCHEDULE), says="suspended"),
        Row("a daemon", NOT_APPLICABLE, (service(scheduling="DAEMON"),)),
        Row("no task", NOT_APPLICABLE, (service(desired=0),)),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("targets are dark", UNKNOWN, (service(),), dark=[ScalableTarget]),
        Row("policies are dark", UNKNOWN, (service(), TASKS), dark=[TargetPolicy]),
        Row("schedules are dark", UNKNOWN, (service(), TASKS), dark=[TargetSchedule]),
    ],
    ec2_instance_in_scaling_group: [
        Row("of a group", PASS, (MEMBER,), says="Auto Scaling group"),
        Row("of a fleet", PASS, (instance(tags={"aws:ec2:fleet-id": "fleet-1"}),)),
        Row("of Karpenter", PASS, (instance(tags={"karpenter.sh/nodepool": "default"}),), says="Karpenter"),
        Row("of EMR", PASS, (instance(tags={"aws:elasticmapreduce:job-flow-id": "j-1"}),)),
        Row("alone", NO_EVIDENCE, (instance(),), says="100 days outside of any group"),
        Row("alone for a month", NOT_APPLICABLE, (instance(launched=ago(30)),)),
        Row("alone longer, which is allowed", NOT_APPLICABLE, (instance(launched=ago(50)),), options={"standalone_days": 60}),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("not production", NOT_APPLICABLE, (instance(tags={"Environment": "dev"}),)),
        Row("in an account that is not production", NOT_APPLICABLE, (instance(),), unit={"environment": "dev"}),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True),)),
        Row("none", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
    ],
    batch_compute_environment_spot: [
        Row("Spot", PASS, (environment(capacity="SPOT"),)),
        Row("Fargate Spot", PASS, (environment(capacity="FARGATE_SPOT"),)),
        Row("on demand beside Spot", PASS, (environment(), environment("spot", capacity="SPOT")), says="spot beside it"),
        Row("on demand", NO_EVIDENCE, (environment(),), says="EC2 capacity"),
        Row("Fargate", NO_EVIDENCE, (environment(capacity="FARGATE"),)),
        Row("the Spot one is disabled", {"compute-environment/jobs": NO_EVIDENCE, "compute-environment/spot": NOT_APPLICABLE}, (environment(), environment("spot", capacity="SPOT", enabled=False))),
        Row("the Spot one is invalid", {"compute-environment/jobs": NO_EVIDENCE, "compute-environment/spot": NOT_APPLICABLE}, (environment(), environment("spot", capacity="SPOT", status="INVALID"))),
        Row("unmanaged", NOT_APPLICABLE, (environment(managed=False, capacity=""),)),
        Row("disabled", NOT_APPLICABLE, (environment(enabled=False),)),
        Row("none", NOT_APPLICABLE),
        Row("environments are dark", UNKNOWN, dark=[BatchEnvironment]),
        Row("others are dark", UNKNOWN, (environment(),), gaps={BatchEnvironment: [dark_gap(BatchEnvironment)]}),
    ],
    autoscaling_group_worker_spot: [
        Row("mixed", PASS, (MIXED,), says="50 %"),
        Row("mixed, with a base below its maximum", PASS, (group(on_demand_percentage=0, on_demand_base=3),)),
        Row("mixed, with a base that is all of it", NO_EVIDENCE, (group(on_demand_percentage=0, on_demand_base=4), MEMBER)),
        Row("a Spot member", PASS, (group(), SPOT_MEMBER), says="Spot instances"),
        Row("another group's Spot member", NO_EVIDENCE, (group("api"), SPOT_MEMBER)),
        Row("on demand", NO_EVIDENCE, (group(), MEMBER), says="declare its role by a tag, or attest"),
        Row("a worker on demand", NO_EVIDENCE, (group(tags={"Role": "Worker"}), MEMBER), says="runs on demand alone"),
        Row("no instance", NO_EVIDENCE, (group(in_service=0),), says="no instance"),
        Row("another role", NOT_APPLICABLE, (group(tags={"role": "web"}),), says="the role web"),
        Row("another role that counts", NO_EVIDENCE, (group(tags={"role": "render"}),), options={"worker_roles": ("render",)}),
        Row("behind a load balancer", NOT_APPLICABLE, (group(balanced=True),)),
        Row("of Batch", NOT_APPLICABLE, (group(tags={"AWSBatchServiceTag": "batch"}),)),
        Row("nothing", NOT_APPLICABLE, (group(minimum=0, maximum=0),)),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("instances are dark", UNKNOWN, (group(),), dark=[Instance]),
        Row("instances are dark, the policy decides", PASS, (MIXED,), dark=[Instance]),
    ],
    ecs_service_worker_spot: [
        Row("Fargate Spot", PASS, (service(providers=("FARGATE", "FARGATE_SPOT")),)),
        Row("machines of a mixed group", PASS, (ON_MACHINES, provider(), MIXED), says="machines"),
        Row("machines of a Spot group", PASS, (ON_MACHINES, provider(), group(), SPOT_MEMBER)),
        Row("Spot machines without a group", PASS, (ON_MACHINES, provider(group="", spot=True, cluster="shop"))),
        Row("another cluster's provider", NO_EVIDENCE, (ON_MACHINES, provider(group="", spot=True, cluster="api"))),
        Row("machines on demand", NO_EVIDENCE, (ON_MACHINES, provider(), group(), MEMBER)),
        Row("Fargate", NO_EVIDENCE, (service(),), says="no Spot capacity"),
        Row("behind a load balancer", NOT_APPLICABLE, (service(balanced=True),)),
        Row("found by a registry", NOT_APPLICABLE, (service(discovered=True),)),
        Row("Service Connect", NOT_APPLICABLE, (service(connected=True),)),
        Row("a daemon", NOT_APPLICABLE, (service(scheduling="DAEMON"),)),
        Row("elsewhere", NOT_APPLICABLE, (service(launch_type="EXTERNAL"),)),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("providers are dark", UNKNOWN, (ON_MACHINES,), dark=[CapacityProvider]),
        Row("groups are dark", UNKNOWN, (ON_MACHINES, provider()), dark=[AutoScalingGroup]),
        Row("instances are dark", UNKNOWN, (ON_MACHINES, provider(), group()), dark=[Instance]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


VERDICTS: dict[str, tuple[str, tuple[Any, ...], Status]] = {
    "nothing to pay for": ("resources-are-on-a-pay-per-use-model", (), NOT_APPLICABLE),
    "an unused reservation": (
        "resources-are-on-a-pay-per-use-model",
        (table(on_demand=True), reservation(9)),
        FAIL,
    ),
    "a fixed table can be attested": (
        "resources-are-on-a-pay-per-use-model",
        (table(), stream("ON_DEMAND")),
        NO_EVIDENCE,
    ),
    "a fixed table does not outweigh a used reservation": (
        "resources-are-on-a-pay-per-use-model",
        (table(), reservation(0)),
        PASS,
    ),
    "nothing that scales": ("use-auto-scaling", (), NOT_APPLICABLE),
    "a group that scales": ("use-auto-scaling", (group(), group_policy()), PASS),
    "a service that does not": (
        "use-auto-scaling",
        (group(), group_policy(), service()),
        NO_EVIDENCE,
    ),
    "a fixed group": ("use-auto-scaling", (group(minimum=4), service()), FAIL),
    "nothing in the background": (
        "use-spot-ec2-instances-for-background-jobs",
        (group(balanced=True),),
        NOT_APPLICABLE,
    ),
    "workers on demand can be attested": (
        "use-spot-ec2-instances-for-background-jobs",
        (group(), environment(capacity="SPOT")),
        NO_EVIDENCE,
    ),
    "workers on Spot": ("use-spot-ec2-instances-for-background-jobs", (MIXED,), PASS),
}


@pytest.mark.parametrize(
    ("item", "seen", "expected"), [pytest.param(*row, id=name) for name, row in VERDICTS.items()]
)
def test_the_verdict(item: str, seen: tuple[Any, ...], expected: Status) -> None:
    assert verdict_of(f"cost/{item}", seen) is expected
