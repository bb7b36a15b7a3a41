"""What the checks of "Scalability" say of load balancers, of what grows, and of what runs twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.growth import (
    asg_dynamic_scaling_policy,
    dynamodb_table_scales,
    ecs_service_scales,
    eks_cluster_compute_scales,
)
from readiness.checklist.growth_tests import scaling_not_capped, scaling_out_and_in_observed
from readiness.checklist.model import Check, Severity
from readiness.checklist.multiples import (
    asg_minimum_two_instances,
    data_cluster_minimum_nodes,
    ecs_service_minimum_two_tasks,
    standalone_instance_not_single_target,
)
from readiness.checklist.spreading import (
    elb_cross_zone_enabled,
    elb_spans_multiple_az,
    service_attached_to_load_balancer,
    target_group_healthy_targets_multi_az,
)
from readiness.evidence.balancing import (
    BalancerAttributes,
    ClassicAttributes,
    ClassicLoadBalancer,
    LoadBalancer,
    Target,
    TargetGroup,
    TargetGroupTags,
    TargetHealth,
)
from readiness.evidence.caches import ReplicationGroup
from readiness.evidence.compute import Instance
from readiness.evidence.containers import (
    Container,
    ContainerInstance,
    EcsService,
    EksDescription,
    EksNodegroup,
    TaskDefinition,
)
from readiness.evidence.databases import DbCluster, TableDescription
from readiness.evidence.network import Subnet
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupActivity,
    GroupInstance,
    GroupPeak,
    GroupPolicy,
    GroupSchedule,
    ScalableTarget,
    TargetActivity,
    TargetPolicy,
    TargetSchedule,
)
from readiness.evidence.search import OpenSearchDomain
from tests.checklist.test_networking_doors import (
    BEHIND,
    KARPENTER,
    SCALED,
    WEB,
    arn,
    balancer,
    behind,
    classic,
    cluster,
    group_of,
    health,
    nodes,
    policy,
    scalable,
    service,
    target_policy,
)
from tests.checklist.test_networking_vpcs import instance, subnet
from tests.checklist.test_scalability import cache
from tests.checklist.test_scalability import cluster as databases
from tests.rows import (
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

A, B = f"{REGION}a", f"{REGION}b"
DEV = {"Environment": "dev"}
ONCE = {"singleton": "yes"}
IN_A = instance(zone=A)
IN_B = instance(arn=arn("ec2", "instance/i-2"), id="i-2", zone=B)
TASK = arn("ecs", "task-definition/web:1")
TABLE = arn("dynamodb", "table/orders")
BY_PLAN = GroupSchedule(arn=arn("autoscaling", "scheduledUpdateGroupAction:1"), group="web")
TASKS_BY_PLAN = TargetSchedule(
    arn=arn("autoscaling", "scheduledAction:1"), resource="service/shop/web"
)
NODE = instance(tags={"kubernetes.io/cluster/shop": "owned"})
TWO_NODES = (NODE, replace(NODE, arn=arn("ec2", "instance/i-2"), id="i-2"))
HOSTS = {"kubernetes.io/cluster/shop": "owned"}


def addresses(*targets: tuple[str, str]) -> TargetHealth:
    return TargetHealth(
        arn=BEHIND,
        targets=tuple(Target(id=name, zone=zone, state="healthy") for name, zone in targets),
    )


def definition(*ports: int) -> TaskDefinition:
    web = Container(name="web", image="web:1", essential=True, consistent=True, ports=ports)
    return TaskDefinition(arn=TASK, containers=(web,))


RANGE = TaskDefinition(arn=TASK, containers=(replace(definition().containers[0], port_range=True),))


def table(*indexes: str, on_demand: bool = False) -> TableDescription:
    return TableDescription(
        arn=TABLE, name="orders", replica_regions=(), on_demand=on_demand, indexes=indexes
    )


def capacity(resource: str = "table/orders", kind: str = "table") -> tuple[ScalableTarget, ...]:
    return tuple(
        scalable(
            arn=arn("application-autoscaling", f"{resource}/{verb}"),
            resource=resource,
            dimension=f"dynamodb:{kind}:{verb}CapacityUnits",
        )
        for verb in ("Read", "Write")
    )


def domain(nodes: int, masters: int = 0) -> OpenSearchDomain:
    return OpenSearchDomain(
        arn=arn("es", "domain/logs"),
        name="logs",
        zones=2,
        standby=False,
        nodes=nodes,
        masters=masters,
    )


def activity(number: int = 1, **changes: Any) -> GroupActivity:
    values: dict[str, Any] = {
        "arn": arn("autoscaling", f"activity/{number}"),
        "component": "web",
        "started": NOW - timedelta(days=number),
        "ended": NOW,
        "status": "Successful",
        "raised": True,
        "lowered": False,
        "by_policy": True,
    }
    return GroupActivity(**values | changes)


def step(number: int = 1, **changes: Any) -> TargetActivity:
    values: dict[str, Any] = {
        "arn": arn("application-autoscaling", f"activity/{number}"),
        "component": "service/shop/web",
        "dimension": "ecs:service:DesiredCount",
        "started": NOW - timedelta(days=number),
        "ended": NOW,
        "status": "Successful",
        "raised": True,
        "lowered": False,
        "by_policy": True,
        "capped": False,
    }
    return TargetActivity(**values | changes)


def peak(desired: float | None) -> GroupPeak:
    return GroupPeak(arn=group_of().arn, desired=desired)


def machine(cluster: str, instance: str) -> ContainerInstance:
    name = arn("ecs", f"container-instance/{cluster}/{instance}")
    return ContainerInstance(arn=name, instance=instance)


ECS_GROUP = group_of(
    tags={"AmazonECSManaged": ""},
    minimum=0,
    in_service=1,
    instances=(GroupInstance(id="i-1", state="InService", template=None),),
)


def of_table(number: int, verb: str, **changes: Any) -> TargetActivity:
    dimension = f"dynamodb:table:{verb}CapacityUnits"
    return step(number, component="table/orders", dimension=dimension, **changes)


TABLE_SCALES = (
    *capacity(),
    *(
        replace(target_policy(), arn=each.arn, resource=each.resource, dimension=each.dimension)
        for each in capacity()
    ),
)
DOWN: dict[str, Any] = {"raised": False, "lowered": True}
GROUP = (group_of(), policy())
TARGET = (scalable(), target_policy())
NAMED = "autoScalingGroupName/web"
SERVICE = "DesiredCount"  # what stands behind the last colon of its ARN

ROWS: dict[Check[..., Any], list[Row]] = {
    elb_spans_multiple_az: [
        Row("two zones", {"loadbalancer/app/shop/1": PASS}, (balancer(),)),
        Row("one zone", FAIL, (balancer(zones=(A,)),), says=f"lies in {A} alone"),
        Row("a Classic one in two zones", PASS, (classic(),)),
        Row("a Classic one in one zone", FAIL, (classic(zones=(A,)),)),
        Row("three zones are wanted", FAIL, (balancer(),), options={"min_azs": 3}),
        Row("no load balancer", NOT_APPLICABLE),
        Row("load balancers are dark", UNKNOWN, dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, dark=[ClassicLoadBalancer]),
    ],
    target_group_healthy_targets_multi_az: [
        Row("instances in two zones", {"targetgroup/web/1": PASS}, (behind(), health("healthy", "healthy"), IN_A, IN_B)),
        Row("instances in one zone", FAIL, (behind(), health("healthy", "healthy"), IN_A, replace(IN_B, zone=A)), says=f"{A} alone"),
        Row("one of two is healthy", FAIL, (behind(), health("healthy", "draining"), IN_A, IN_B), says="has 1 healthy"),
        Row("one of two is just starting", UNKNOWN, (behind(), health("healthy", "initial"), IN_A, IN_B), says="1 healthy target, fewer than 2; 1 target just started"),
        Row("one of three is just starting, and one fails", FAIL, (behind(), health("unhealthy", "initial", "unhealthy"), IN_A, IN_B)),
        Row("the group is gone", NOT_APPLICABLE, (behind(),)),
        Row("nothing is registered", FAIL, (behind(), health())),
        Row("addresses in subnets of two zones", PASS, (behind(type="ip"), addresses(("10.0.0.9", ""), ("10.0.1.9", "")), subnet(), subnet("subnet-2", "b", block="10.0.1.0/24"))),
        Row("addresses in one subnet", FAIL, (behind(type="ip"), addresses(("10.0.0.9", ""), ("10.0.0.8", "")), subnet())),
        Row("addresses that tell their zones", PASS, (behind(type="ip"), addresses(("10.0.0.9", A), ("10.0.1.9", B)))),
        Row("addresses outside of the VPC", UNKNOWN, (behind(type="ip"), addresses(("192.168.0.9", "all"), ("192.168.0.8", "all"))), says="192.168.0.9"),
        Row("two zones beside an address outside", PASS, (behind(type="ip"), addresses(("192.168.0.9", "all"), ("10.0.0.9", A), ("10.0.1.9", B)))),
        Row("an appliance behind a gateway load balancer", FAIL, (behind(protocol="GENEVE"), health("healthy"), IN_A)),
        Row("three targets are wanted", FAIL, (behind(), health("healthy", "healthy"), IN_A, IN_B), options={"min_targets": 3}),
        Row("three zones are wanted", FAIL, (behind(), health("healthy", "healthy"), IN_A, IN_B), options={"min_azs": 3}),
        Row("a function", PASS, (behind(type="lambda"), health("unavailable"))),
        Row("another load balancer", NOT_APPLICABLE, (behind(type="alb"),)),
        Row("no load balancer leads to it", NOT_APPLICABLE, (behind(balancers=()),)),
        Row("a development account", NOT_APPLICABLE, (behind(), health()), unit={"environment": "dev"}),
        Row("tagged as development", NOT_APPLICABLE, (behind(), health(), TargetGroupTags(arn=BEHIND, tags=DEV))),
        Row("no target group", NOT_APPLICABLE),
        Row("target groups are dark", UNKNOWN, dark=[TargetGroup]),
        Row("tags are dark", UNKNOWN, (behind(),), dark=[TargetGroupTags]),
        Row("health is dark", UNKNOWN, (behind(),), dark=[TargetHealth]),
        Row("instances are dark", UNKNOWN, (behind(), health("healthy", "healthy")), dark=[Instance]),
        Row("subnets are dark", UNKNOWN, (behind(type="ip"), addresses(("10.0.0.9", ""), ("10.0.1.9", ""))), dark=[Subnet]),
    ],
    service_attached_to_load_balancer: [
        Row("a group that is balanced", {NAMED: PASS}, (group_of(balanced=True),)),
        Row("a group that is not", FAIL, (group_of(),), says="3 instances behind no load balancer"),
        Row("a group of one", NOT_APPLICABLE, (group_of(desired=1),)),
        Row("a group of machines for containers", NOT_APPLICABLE, (group_of(tags={"AmazonECSManaged": ""}),)),
        Row("a service that is balanced", {"service/shop/web": PASS}, (service(balanced=True),)),
        Row("a service by Service Connect", PASS, (service(connected=True),)),
        Row("a service by Cloud Map", PASS, (service(discovered=True),)),
        Row("a service that listens alone", FAIL, (service(task_definition=TASK), definition(8080))),
        Row("a service that listens on a range of ports alone", FAIL, (service(task_definition=TASK), RANGE)),
        Row("a worker", NOT_APPLICABLE, (service(task_definition=TASK), definition())),
        Row("a service of one", NOT_APPLICABLE, (service(desired=1),)),
        Row("a daemon", NOT_APPLICABLE, (service(scheduling="DAEMON"),)),
        Row("a service with task sets", NO_EVIDENCE, (service(),)),
        Row("nothing runs", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("task definitions are dark", UNKNOWN, (service(task_definition=TASK),), dark=[TaskDefinition]),
    ],
    elb_cross_zone_enabled: [
        Row("an application load balancer", PASS, (balancer(),), says="always"),
        Row("a network load balancer with it", PASS, (balancer(type="network"), BalancerAttributes(arn=WEB, cross_zone=True))),
        Row("a network load balancer without it", FAIL, (balancer(type="network"), BalancerAttributes(arn=WEB, cross_zone=False))),
        Row("load balancers that are gone", NOT_APPLICABLE, (balancer(type="network"), classic())),
        Row("a Classic one with it", {"loadbalancer/old": PASS}, (classic(), ClassicAttributes(arn=classic().arn, cross_zone=True))),
        Row("a Classic one without it", FAIL, (classic(), ClassicAttributes(arn=classic().arn, cross_zone=False))),
        Row("no load balancer", NOT_APPLICABLE),
        Row("load balancers are dark", UNKNOWN, dark=[LoadBalancer]),
        Row("Classic load balancers are dark", UNKNOWN, dark=[ClassicLoadBalancer]),
        Row("attributes are dark", UNKNOWN, (balancer(type="network"),), dark=[BalancerAttributes]),
        Row("attributes of Classic ones are dark", UNKNOWN, (classic(),), dark=[ClassicAttributes]),
    ],
    asg_dynamic_scaling_policy: [
        Row("it tracks a target", {NAMED: PASS}, GROUP, says="between 2 and 6"),
        Row("no policy", FAIL, (group_of(),), severity=Severity.MEDIUM),
        Row("fixed by design", FAIL, (group_of(minimum=3, maximum=3), policy()), severity=Severity.LOW),
        Row("fixed, and not yet there", FAIL, (group_of(minimum=3, maximum=3, desired=2), policy()), severity=Severity.MEDIUM),
        Row("terminations are suspended", FAIL, (group_of(suspended=("Terminate",)), policy()), says="Terminate suspended"),
        Row("a schedule alone", FAIL, (group_of(), BY_PLAN)),
        Row("a schedule that is enough", PASS, (group_of(), BY_PLAN), options={"allow_scheduled_scaling": True}),
        *(
            Row(f"a schedule, and {process} is suspended", FAIL, (group_of(suspended=(process,)), BY_PLAN), options={"allow_scheduled_scaling": True})
            for process in ("Launch", "Terminate", "ScheduledActions")
        ),
        Row("another group's schedule", FAIL, (group_of(), replace(BY_PLAN, group="batch")), options={"allow_scheduled_scaling": True}),
        Row("a group that may run nothing", NOT_APPLICABLE, (group_of(minimum=0, maximum=0, desired=0),)),
        Row("a group of a node group", NOT_APPLICABLE, (group_of(tags={"eks:nodegroup-name": "web"}),)),
        Row("a group that ECS scales", PASS, (group_of(tags={"AmazonECSManaged": ""}), policy())),
        Row("a group of a capacity provider that nothing scales", FAIL, (group_of(tags={"AmazonECSManaged": ""}),)),
        Row("no group", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("policies are dark", UNKNOWN, (group_of(),), dark=[GroupPolicy]),
        Row("schedules are dark", UNKNOWN, (group_of(),), dark=[GroupSchedule], options={"allow_scheduled_scaling": True}),
    ],
    ecs_service_scales: [
        Row("it scales", {"service/shop/web": PASS}, (service(), *TARGET), says="between 2 and 6"),
        Row("no scalable target", FAIL, (service(),)),
        Row("the target of another cluster", FAIL, (service(), scalable(resource="service/other/web"), target_policy())),
        Row("no room", FAIL, (service(), scalable(maximum=2), target_policy()), says="fixed at 2"),
        Row("no policy", FAIL, (service(), scalable())),
        Row("suspended", FAIL, (service(), scalable(out_suspended=True), target_policy())),
        Row("scaling in is suspended", FAIL, (service(), scalable(in_suspended=True), target_policy()), says="never shrinks"),
        Row("a schedule that is suspended", FAIL, (service(), scalable(schedules_suspended=True), TASKS_BY_PLAN), options={"allow_scheduled_scaling": True}),
        Row("a schedule alone", FAIL, (service(), scalable(), TASKS_BY_PLAN)),
        Row("a schedule that is enough", PASS, (service(), scalable(), TASKS_BY_PLAN), options={"allow_scheduled_scaling": True}),
        Row("a daemon", NOT_APPLICABLE, (service(scheduling="DAEMON"),)),
        Row("nothing runs", NOT_APPLICABLE, (service(desired=0),)),
        Row("no service", NOT_APPLICABLE),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("targets are dark", UNKNOWN, (service(),), dark=[ScalableTarget]),
        Row("policies are dark", UNKNOWN, (service(), scalable()), dark=[TargetPolicy]),
        Row("schedules are dark", UNKNOWN, (service(), scalable()), dark=[TargetSchedule], options={"allow_scheduled_scaling": True}),
    ],
    dynamodb_table_scales: [
        Row("paid by request", {"table/orders": PASS}, (table(on_demand=True),)),
        Row("it scales", PASS, (table(), *capacity())),
        Row("it does not", FAIL, (table(),), says="its reads do not scale"),
        Row("its reads alone scale", FAIL, (table(), capacity()[0]), says="its writes do not scale"),
        Row("its indexes scale too", PASS, (table("day"), *capacity(), *capacity("table/orders/index/day", "index"))),
        Row("an index does not", FAIL, (table("day"), *capacity()), says="its index day"),
        Row("its bounds leave no room", FAIL, (table(), *(replace(each, minimum=6) for each in capacity()))),
        Row("its scaling is suspended", FAIL, (table(), *(replace(each, out_suspended=True) for each in capacity()))),
        Row("another table's targets", FAIL, (table(), *capacity("table/carts"))),
        Row("no table", NOT_APPLICABLE),
        Row("tables are dark", UNKNOWN, dark=[TableDescription]),
        Row("targets are dark", UNKNOWN, (table(),), dark=[ScalableTarget]),
    ],
    eks_cluster_compute_scales: [
        Row("Auto Mode", {"cluster/shop": PASS}, (cluster(auto_mode=True),)),
        Row("Fargate alone", PASS, (cluster(fargate=True),)),
        Row("Karpenter", PASS, (cluster(), KARPENTER)),
        Row("Karpenter in another cluster", FAIL, (cluster(name="batch"), KARPENTER)),
        Row("the Cluster Autoscaler", PASS, (cluster(), nodes(), SCALED)),
        Row("node groups that nothing scales", FAIL, (cluster(), nodes(), group_of(name="eks-web"))),
        Row("node groups without room", FAIL, (cluster(), nodes(maximum=1), SCALED)),
        Row("Fargate beside such node groups", FAIL, (cluster(fargate=True), nodes(maximum=1), SCALED)),
        Row("nothing", FAIL, (cluster(),)),
        *(Row(f"a cluster that is {status}", NOT_APPLICABLE, (cluster(status=status),)) for status in ("CREATING", "DELETING", "FAILED")),
        Row("no cluster", NOT_APPLICABLE),
        Row("clusters are dark", UNKNOWN, dark=[EksDescription]),
        Row("node groups are dark", UNKNOWN, (cluster(),), dark=[EksNodegroup]),
        Row("groups are dark", UNKNOWN, (cluster(), nodes()), dark=[AutoScalingGroup]),
        Row("instances are dark", UNKNOWN, (cluster(),), dark=[Instance]),
    ],
    scaling_out_and_in_observed: [
        Row("it grew and shrank", {NAMED: PASS}, (*GROUP, activity(1), activity(2, **DOWN))),
        Row("it only grew", NO_EVIDENCE, (*GROUP, activity(1)), says="did not shrink"),
        Row("it did nothing", NO_EVIDENCE, GROUP, says="did not grow or shrink"),
        Row("a person made it grow", NO_EVIDENCE, (*GROUP, activity(1, by_policy=False), activity(2, **DOWN)), says="did not grow"),
        Row("it last failed to grow", FAIL, (*GROUP, activity(1, status="Failed"), activity(2), activity(3, **DOWN)), severity=Severity.HIGH, says="2026-11-23"),
        Row("it failed before, and then grew", PASS, (*GROUP, activity(1), activity(2, status="Failed"), activity(3, **DOWN))),
        Row("it failed to shrink", NO_EVIDENCE, (*GROUP, activity(1), activity(2, status="Failed", **DOWN))),
        Row("another group's", NO_EVIDENCE, (*GROUP, activity(1, component="batch"), activity(2, component="batch", **DOWN))),
        Row("a service that grew and shrank", {SERVICE: PASS}, (*TARGET, step(1), step(2, **DOWN))),
        Row("a service that last failed to grow", FAIL, (*TARGET, step(1, status="Failed"), step(2))),
        Row("a service that did nothing", NO_EVIDENCE, TARGET),
        Row("a table whose writes grew and whose reads shrank", {"table/orders/Read": NO_EVIDENCE, "table/orders/Write": NO_EVIDENCE}, (*TABLE_SCALES, of_table(1, "Write"), of_table(2, "Read", **DOWN))),
        Row("a group without a policy", NOT_APPLICABLE, (group_of(), activity())),
        Row("a target without a policy", NOT_APPLICABLE, (scalable(), step())),
        Row("a group of machines for containers", NOT_APPLICABLE, (group_of(tags={"AmazonECSManaged": ""}), policy())),
        Row("nothing scales", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("targets are dark", UNKNOWN, dark=[ScalableTarget]),
        Row("policies of groups are dark", UNKNOWN, (group_of(),), dark=[GroupPolicy]),
        Row("policies of targets are dark", UNKNOWN, (scalable(),), dark=[TargetPolicy]),
        Row("activities of groups are dark", UNKNOWN, GROUP, dark=[GroupActivity]),
        Row("activities of targets are dark", UNKNOWN, TARGET, dark=[TargetActivity]),
        Row("it grew and shrank in the newest of a long history", PASS, (*GROUP, activity(1), activity(2, **DOWN)), gaps={GroupActivity: [dark_gap(GroupActivity)]}),
    ],
    scaling_not_capped: [
        Row("below its maximum", {NAMED: PASS}, (*GROUP, peak(5)), says="wanted 5 of at most 6"),
        Row("at its maximum", FAIL, (*GROUP, peak(6))),
        Row("no group metrics", NO_EVIDENCE, (*GROUP, peak(None))),
        Row("a service below its maximum", {SERVICE: PASS}, (*TARGET, step())),
        Row("a service at its maximum", FAIL, (*TARGET, step(3, capped=True)), says="on 2026-11-21"),
        Row("a table whose writes stood at their maximum", {"table/orders/Read": PASS, "table/orders/Write": FAIL}, (*TABLE_SCALES, of_table(1, "Write", capped=True))),
        Row("another service at its maximum", PASS, (*TARGET, step(capped=True, component="service/shop/api"))),
        Row("a group without a policy", NOT_APPLICABLE, (group_of(), peak(6))),
        Row("nothing scales", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("targets are dark", UNKNOWN, dark=[ScalableTarget]),
        Row("policies of groups are dark", UNKNOWN, (group_of(),), dark=[GroupPolicy]),
        Row("policies of targets are dark", UNKNOWN, (scalable(),), dark=[TargetPolicy]),
        Row("activities are dark", UNKNOWN, TARGET, dark=[TargetActivity]),
        Row("peaks are dark", UNKNOWN, GROUP, dark=[GroupPeak]),
    ],
    asg_minimum_two_instances: [
        Row("two at least", {NAMED: PASS}, (group_of(in_service=3),), says="at least 2"),
        Row("one at least", FAIL, (group_of(minimum=1, in_service=3),), says="may shrink to 1 instance"),
        Row("none at least", FAIL, (group_of(minimum=0, in_service=3),)),
        Row("a spot instance is being replaced", NO_EVIDENCE, (group_of(in_service=1),)),
        Row("it runs nothing", NOT_APPLICABLE, (group_of(minimum=0, desired=0),)),
        Row("a cluster of two", PASS, (group_of(tags=HOSTS, minimum=1), *TWO_NODES)),
        Row("a cluster of one", FAIL, (group_of(tags=HOSTS, minimum=2), NODE), says="has 1 node"),
        Row("a cluster with Karpenter's nodes", PASS, (group_of(tags=HOSTS, minimum=1), NODE, replace(KARPENTER, arn=arn("ec2", "instance/i-2"), id="i-2"))),
        Row("a stopped node does not count", FAIL, (group_of(tags=HOSTS), NODE, replace(TWO_NODES[1], state="stopped"))),
        Row("machines of a capacity provider", PASS, (group_of(tags={"AmazonECSManaged": ""}, minimum=0, in_service=2),)),
        Row("one machine of a capacity provider", FAIL, (group_of(tags={"AmazonECSManaged": ""}, minimum=0, in_service=1),)),
        Row("one machine of a capacity provider, beside another's in the cluster", PASS, (ECS_GROUP, machine("shop", "i-1"), machine("shop", "i-9")), says="in a cluster of 2"),
        Row("one machine of a capacity provider, alone in its cluster", FAIL, (ECS_GROUP, machine("shop", "i-1"), machine("batch", "i-9"))),
        Row("machines are dark", UNKNOWN, (ECS_GROUP,), dark=[ContainerInstance]),
        Row("what must run once", NOT_APPLICABLE, (group_of(tags=ONCE, minimum=1),), says="has the tag Singleton"),
        Row("by a tag of ours", NOT_APPLICABLE, (group_of(tags={"leader": ""}, minimum=1),), options={"singleton_tag": "Leader"}),
        Row("development", NOT_APPLICABLE, (group_of(tags=DEV, minimum=1),)),
        Row("no group", NOT_APPLICABLE),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("instances are dark", UNKNOWN, (group_of(tags=HOSTS),), dark=[Instance]),
    ],
    ecs_service_minimum_two_tasks: [
        Row("two tasks", {"service/shop/web": PASS}, (service(desired=2),)),
        Row("one task", FAIL, (service(desired=1),)),
        Row("it may scale down to one", FAIL, (service(), scalable(minimum=1)), says="down to 1"),
        Row("it may scale down to two", PASS, (service(), scalable())),
        Row("a daemon on two machines", PASS, (service(scheduling="DAEMON", desired=2),)),
        Row("a daemon on one machine", FAIL, (service(scheduling="DAEMON", desired=1),)),
        Row("it runs nothing", NOT_APPLICABLE, (service(desired=0),)),
        Row("what must run once", NOT_APPLICABLE, (service(desired=1, tags=ONCE),)),
        Row("by a tag of ours", NOT_APPLICABLE, (service(desired=1, tags={"leader": ""}),), options={"singleton_tag": "Leader"}),
        Row("development", NOT_APPLICABLE, (service(desired=1, tags=DEV),)),
        Row("no service", NOT_APPLICABLE),
        Row("services are dark", UNKNOWN, dark=[EcsService]),
        Row("targets are dark", UNKNOWN, (service(),), dark=[ScalableTarget]),
    ],
    data_cluster_minimum_nodes: [
        Row("two instances", {"shop": PASS}, (databases(),), says="(aurora-postgresql) has 2"),
        Row("one instance", FAIL, (databases(members=("one",)),)),
        Row("DocumentDB of one", FAIL, (databases(engine="docdb", members=("one",)),), says="(docdb)"),
        Row("serverless v1", NOT_APPLICABLE, (databases(members=()),)),
        Row("being deleted", NOT_APPLICABLE, (databases(members=("one",), status="deleting"),)),
        Row("a development cluster", NOT_APPLICABLE, (databases(members=("one",), tags=DEV),)),
        Row("a replica for each primary", {"sessions": PASS}, (replace(cache(), replicas=1),)),
        Row("a primary without a replica", FAIL, (replace(cache(), replicas=0),)),
        Row("three data nodes", {"domain/logs": PASS}, (domain(3),)),
        Row("two data nodes", FAIL, (domain(2),)),
        Row("three masters too", PASS, (domain(3, 3),)),
        Row("two masters", FAIL, (domain(3, 2),)),
        Row("no cluster", NOT_APPLICABLE),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind])
            for kind in (DbCluster, ReplicationGroup, OpenSearchDomain)
        ),
    ],
    standalone_instance_not_single_target: [
        Row("two instances", {"targetgroup/web/1": PASS}, (behind(), health("healthy", "unhealthy"))),
        Row("one instance", FAIL, (behind(), health("healthy"), IN_A), says="i-1 alone"),
        Row("one at two ports", FAIL, (behind(), addresses(("i-1", ""), ("i-1", "")), IN_A)),
        Row("one, and one that leaves", FAIL, (behind(), health("healthy", "draining"), IN_A)),
        Row("one, and one that fails while it leaves", FAIL, (behind(), health("healthy", "unhealthy.draining"), IN_A)),
        Row("no target", NOT_APPLICABLE, (behind(), health())),
        Row("addresses", NOT_APPLICABLE, (behind(type="ip"), health("healthy"))),
        Row("no load balancer leads to it", NOT_APPLICABLE, (behind(balancers=()),)),
        Row("what must run once", NOT_APPLICABLE, (behind(), health("healthy"), replace(IN_A, tags=ONCE))),
        Row("by a tag of ours", NOT_APPLICABLE, (behind(), health("healthy"), replace(IN_A, tags={"leader": ""})), options={"singleton_tag": "Leader"}),
        Row("development", NOT_APPLICABLE, (behind(), health("healthy"), replace(IN_A, tags=DEV))),
        Row("no target group", NOT_APPLICABLE),
        Row("target groups are dark", UNKNOWN, dark=[TargetGroup]),
        Row("health is dark", UNKNOWN, (behind(),), dark=[TargetHealth]),
        Row("instances are dark", UNKNOWN, (behind(), health("healthy")), dark=[Instance]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
