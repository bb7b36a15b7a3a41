"""What is seen of how services, groups, functions and instances are replaced."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, EcsCluster, EcsService, TaskDefinition
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.variables import Variable
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

CLUSTER = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/main"
WEB = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/main/web"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:7"
GROUP = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web"


def answers(**more: Any) -> tuple[Answer, ...]:
    service = {
        "serviceArn": WEB,
        "serviceName": "web",
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "desiredCount": 3,
        "createdAt": NOW,
        **more,
    }
    return (
        Answer("ecs.list_clusters", {"clusterArns": [CLUSTER]}),
        Answer("ecs.list_services", {"serviceArns": [WEB]}),
        Answer("ecs.describe_services", {"services": [service]}),
    )


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        pytest.param({}, {}, id="what is not said has AWS's defaults"),
        pytest.param(
            {"schedulingStrategy": "DAEMON"},
            {"scheduling": "DAEMON", "minimum_healthy": 0, "maximum": 100},
            id="a daemon has defaults of its own",
        ),
        pytest.param(
            {"deploymentController": {"type": "CODE_DEPLOY"}, "loadBalancers": [{"targetGroupArn": "arn"}]},
            {"controller": "CODE_DEPLOY", "balanced": True, "target_groups": ("arn",)},
            id="CodeDeploy deploys it",
        ),
        pytest.param(
            {
                "deploymentConfiguration": {
                    "strategy": "CANARY",
                    "minimumHealthyPercent": 50,
                    "maximumPercent": 150,
                    "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                    "alarms": {"enable": True, "rollback": True, "alarmNames": ["errors"]},
                },
                "taskDefinition": TASK,
                "runningCount": 2,
                "platformVersion": "1.4.0",
                "platformFamily": "Linux",
                "availabilityZoneRebalancing": "ENABLED",
                "deployments": [{"status": "PRIMARY", "runningCount": 1, "createdAt": NOW, "rolloutState": "IN_PROGRESS", "serviceConnectConfiguration": {"enabled": True}}],
                "events": [
                    {"createdAt": NOW, "message": "(service web) was unable to place a task"},
                    {"createdAt": NOW - timedelta(hours=1), "message": "(service web) has stopped 1 running tasks"},
                    {"createdAt": NOW - timedelta(hours=2), "message": "(service web) has reached a steady state."},
                    {"createdAt": NOW - timedelta(hours=3), "message": "(service web) has started 1 tasks"},
                ],
            },
            {
                "strategy": "CANARY",
                "minimum_healthy": 50,
                "maximum": 150,
                "breaker_rollback": True,
                "alarm_rollback": True,
                "connected": True,
                "task_definition": TASK,
                "running": 2,
                "newest_running": 1,
                "spread": True,
                "breaker": True,
                "alarmed": True,
                "platform": "1.4.0",
                "family": "Linux",
                "rollout": "IN_PROGRESS",
                "deployed": NOW,
                "unsteady": NOW - timedelta(hours=1),
            },
            id="everything is said",
        ),
        pytest.param(
            {"deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": False}, "alarms": {"enable": False, "rollback": True, "alarmNames": []}}},
            {"breaker": True},
            id="a breaker that does not roll back, alarms that are off",
        ),
        pytest.param({"deploymentConfiguration": {"alarms": {"enable": True, "rollback": True, "alarmNames": []}}}, {}, id="alarms that are on, and none"),
        pytest.param(
            {"placementStrategy": [{"type": "spread", "field": "attribute:ecs.availability-zone"}], "availabilityZoneRebalancing": "DISABLED"},
            {"spread": True},
            id="tasks are placed zone by zone",
        ),
        pytest.param({"placementStrategy": [{"type": "spread", "field": "instanceId"}]}, {}, id="tasks are placed machine by machine"),
    ],
)  # fmt: skip
def test_how_a_service_is_deployed(said: dict[str, Any], changes: dict[str, Any]) -> None:
    with answering(*answers(**said)) as connection:
        found = seen(connection, EcsService)

    values: dict[str, Any] = {
        "arn": WEB,
        "name": "web",
        "cluster": CLUSTER,
        "launch_type": "",
        "subnets": (),
        "tags": {},
        "desired": 3,
        "created": NOW,
    }
    assert found == Evidence((EcsService(**values | changes),))


def test_the_images_of_a_task_definition_and_nothing_else_of_it() -> None:
    containers = [
        {"name": "web", "image": "shop:1", "portMappings": [{"containerPort": 80}, {"containerPortRange": "9000-9010"}], "environment": [{"name": "PASSWORD", "value": "hunter2"}]},
        {"name": "xray", "image": "public.ecr.aws/xray/aws-xray-daemon", "essential": False, "versionConsistency": "disabled"},
    ]  # fmt: skip
    described = Answer(
        "ecs.describe_task_definition",
        {"taskDefinition": {"containerDefinitions": containers}},
        asked={"taskDefinition": TASK},
    )
    with answering(*answers(taskDefinition=TASK), described) as connection:
        found = seen(connection, TaskDefinition)
        assert_made_as_declared(connection, EcsCluster, EcsService, TaskDefinition)

    web = Container(
        name="web",
        image="shop:1",
        essential=True,
        consistent=True,
        variables=(Variable(name="PASSWORD"),),
        ports=(80,),
        port_range=True,
    )
    xray = Container(
        name="xray",
        image="public.ecr.aws/xray/aws-xray-daemon",
        essential=False,
        consistent=False,
    )
    assert found == Evidence((TaskDefinition(arn=TASK, containers=(web, xray)),))
    assert "hunter2" not in repr(found)


def test_a_refused_task_definition_is_a_gap_about_itself() -> None:
    described = Answer("ecs.describe_task_definition", error=DENIED)
    with answering(*answers(taskDefinition=TASK), described) as connection:
        found = seen(connection, TaskDefinition)

    assert found == Evidence(gaps=(refused("ecs:DescribeTaskDefinition", resource=TASK),))


def test_a_refused_service_may_use_another_task_definition() -> None:
    listed = answers()
    denied = Answer("ecs.list_services", error=DENIED)
    with answering(listed[0], denied) as connection:
        found = seen(connection, TaskDefinition)

    assert found == Evidence(gaps=(refused("ecs:ListServices"),))


def test_how_a_group_replaces_its_instances() -> None:
    group = {
        "AutoScalingGroupARN": GROUP,
        "AutoScalingGroupName": "web",
        "AvailabilityZones": [],
        "MinSize": 2,
        "MaxSize": 6,
        "DesiredCapacity": 3,
        "DefaultCooldown": 300,
        "HealthCheckType": "ELB",
        "CreatedTime": NOW,
        "MixedInstancesPolicy": {"LaunchTemplate": {}},
        "TargetGroupARNs": ["arn"],
        "InstanceMaintenancePolicy": {"MinHealthyPercentage": 90, "MaxHealthyPercentage": 120},
    }
    listed = Answer(
        "autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": [group]}, asked={}
    )
    with answering(listed) as connection:
        found = seen(connection, AutoScalingGroup)

    expected = AutoScalingGroup(
        arn=GROUP,
        name="web",
        zones=(),
        tags={},
        minimum=2,
        maximum=6,
        desired=3,
        health_check="ELB",
        templated=True,
        balanced=True,
        target_groups=("arn",),
        minimum_healthy=90,
        maximum_healthy=120,
        created=NOW,
    )
    assert found == Evidence((expected,))


def test_a_functions_digest_and_layers() -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pay"
    listed = {
        "FunctionArn": arn,
        "FunctionName": "pay",
        "CodeSha256": "abc=",
        "LastModified": "2026-11-24T06:00:00.000+0000",
        "Layers": [{"Arn": "arn:layer"}],
    }
    with answering(Answer("lambda.list_functions", {"Functions": [listed]})) as connection:
        found = seen(connection, LambdaFunction)

    expected = LambdaFunction(
        arn=arn, name="pay", subnets=(), code_sha256="abc=", layers=("arn:layer",), modified=NOW
    )
    assert found == Evidence((expected,))


def test_when_an_instance_was_first_launched_and_where_its_image_is_from() -> None:
    first = NOW - timedelta(days=400)
    instance = {
        "InstanceId": "i-1",
        "InstanceType": "m7g.large",
        "State": {"Name": "running"},
        "LaunchTime": NOW,
        "Placement": {"AvailabilityZone": f"{REGION}a"},
        "NetworkInterfaces": [
            {"Attachment": {"DeviceIndex": 1, "AttachTime": NOW}},
            {"Attachment": {"DeviceIndex": 0, "AttachTime": first}},
        ],
        "ProductCodes": [{"ProductCodeId": "x", "ProductCodeType": "marketplace"}],
    }
    listed = Answer("ec2.describe_instances", {"Reservations": [{"Instances": [instance]}]})
    with answering(listed) as connection:
        found = seen(connection, Instance)

    expected = Instance(
        arn=f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/i-1",
        id="i-1",
        type="m7g.large",
        state="running",
        launched=NOW,
        managed=False,
        tags={},
        zone=f"{REGION}a",
        attached=first,
        bought=True,
    )
    assert found == Evidence((expected,))
