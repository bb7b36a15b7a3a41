"""What is seen of reserved capacity, Batch, the machines of ECS, and how they are paid for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.batch import BatchEnvironment
from readiness.evidence.commitments import CapacityReservation
from readiness.evidence.compute import Instance
from readiness.evidence.containers import (
    CapacityProvider,
    ContainerInstance,
    EcsActivity,
    EcsCluster,
    EcsService,
)
from readiness.evidence.event_stores import DataStream
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.scaling import (
    AutoScalingGroup,
    GroupSchedule,
    ScalableTarget,
    TargetPolicy,
    TargetSchedule,
)
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def test_reservations_of_every_page() -> None:
    def given(name: str, **more: Any) -> dict[str, Any]:
        return {
            "CapacityReservationArn": name,
            "OwnerId": ACCOUNT,
            "State": "active",
            "TotalInstanceCount": 4,
            "AvailableInstanceCount": 1,
            "CreateDate": NOW - timedelta(days=9),
            **more,
        }

    later = NOW - timedelta(days=2)
    operation, asked = "ec2.describe_capacity_reservations", {"MaxResults": 1000}
    answers = (
        Answer(operation, {"CapacityReservations": [given("a")], "NextToken": "n"}, {}, asked),
        Answer(
            operation,
            {
                "CapacityReservations": [
                    given("b", StartDate=later, ReservationType="capacity-block")
                ]
            },
            asked={**asked, "NextToken": "n"},
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, CapacityReservation)
        assert_made_as_declared(connection, CapacityReservation)

    common: dict[str, Any] = {"owner": ACCOUNT, "state": "active", "total": 4, "available": 1}
    assert found == Evidence(
        (
            CapacityReservation(arn="a", type="default", since=NOW - timedelta(days=9), **common),
            CapacityReservation(arn="b", type="capacity-block", since=later, **common),
        )
    )


def test_batch_environments_but_those_that_go() -> None:
    def given(name: str, **more: Any) -> dict[str, Any]:
        return {
            "computeEnvironmentName": name,
            "computeEnvironmentArn": arn("batch", name),
            "type": "MANAGED",
            "state": "ENABLED",
            "status": "VALID",
            **more,
        }

    def resources(kind: str, **more: Any) -> dict[str, Any]:
        return {"type": kind, "maxvCpus": 4, "subnets": [], **more}

    spot = {
        "infrastructureRoleArn": "role",
        "instanceLaunchTemplate": {
            "ec2InstanceProfileArn": "profile",
            "networkConfiguration": {"subnets": [], "securityGroups": []},
            "capacityOptionType": "SPOT",
        },
    }
    listed = [
        given("spot", computeResources=resources("SPOT")),
        given("own", type="UNMANAGED", state="DISABLED"),
        given("going", status="DELETING", computeResources=resources("EC2")),
        given(
            "machines",
            computeResources=resources("ECS_MANAGED_INSTANCES", managedInstancesProvider=spot),
        ),
    ]
    answer = Answer("batch.describe_compute_environments", {"computeEnvironments": listed})
    with answering(answer) as connection:
        found = seen(connection, BatchEnvironment)
        assert_made_as_declared(connection, BatchEnvironment)

    def environment(name: str, capacity: str, **changes: Any) -> BatchEnvironment:
        values: dict[str, Any] = {"managed": True, "enabled": True, "status": "VALID"}
        return BatchEnvironment(
            arn=arn("batch", name), name=name, capacity=capacity, **values | changes
        )

    assert found == Evidence(
        (
            environment("spot", "SPOT"),
            environment("own", "", managed=False, enabled=False),
            environment("machines", "SPOT"),
        )
    )


CLUSTER, OTHER = arn("ecs", "cluster/shop"), arn("ecs", "cluster/batch")
CLUSTERS = Answer("ecs.list_clusters", {"clusterArns": [CLUSTER, OTHER]})


def test_what_clusters_count() -> None:
    counted = {"clusterArn": CLUSTER, "activeServicesCount": 2, "runningTasksCount": 5}
    observed = {"settings": [{"name": "containerInsights", "value": "enhanced"}]}
    answers = (
        CLUSTERS,
        Answer(
            "ecs.describe_clusters",
            {"clusters": [counted | observed], "failures": [{"arn": OTHER, "reason": "MISSING"}]},
            asked={"clusters": [CLUSTER, OTHER], "include": ["SETTINGS"]},
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, EcsActivity)
        assert_made_as_declared(connection, EcsActivity, EcsCluster)

    assert found == Evidence((EcsActivity(arn=CLUSTER, services=2, tasks=5, insights="enhanced"),))


def test_the_machines_of_every_cluster(account: str) -> None:
    ec2, ecs = boto3.client("ec2", REGION), boto3.client("ecs", REGION)
    ecs.create_cluster(clusterName="empty")
    ecs.create_cluster(clusterName="shop")
    image = ec2.register_image(Name="base", RootDeviceName="/dev/xvda")["ImageId"]
    (made,) = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"]
    document = json.dumps({"instanceId": made["InstanceId"]})
    registered = ecs.register_container_instance(cluster="shop", instanceIdentityDocument=document)[
        "containerInstance"
    ]
    with connected(account) as connection:
        found = seen(connection, ContainerInstance)
        assert_made_as_declared(connection, ContainerInstance, EcsCluster)

    assert found == Evidence(
        (ContainerInstance(arn=registered["containerInstanceArn"], instance=made["InstanceId"]),)
    )


def test_a_cluster_whose_machines_are_refused_may_hold_any_instance() -> None:
    answers = (
        CLUSTERS,
        Answer("ecs.list_container_instances", error=DENIED),
        Answer("ecs.list_container_instances", {"containerInstanceArns": []}),
    )
    with answering(*answers) as connection:
        assert seen(connection, ContainerInstance) == Evidence(
            gaps=(refused("ecs:ListContainerInstances"),)
        )


def service(name: str, *providers: tuple[str, int]) -> dict[str, Any]:
    return {
        "serviceArn": arn("ecs", f"service/shop/{name}"),
        "serviceName": name,
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "capacityProviderStrategy": [
            {"capacityProvider": each, "weight": weight} for each, weight in providers
        ],
    }


def services(*given: dict[str, Any]) -> tuple[Answer, ...]:
    arns = [each["serviceArn"] for each in given]
    return (
        Answer("ecs.list_clusters", {"clusterArns": [CLUSTER]}),
        Answer("ecs.list_services", {"serviceArns": arns}),
        Answer("ecs.describe_services", {"services": list(given)}),
    )


def test_a_policy_that_only_forecasts_scales_nothing() -> None:
    def policy(name: str, mode: str = "") -> dict[str, Any]:
        metric = {"TargetValue": 50.0}
        forecast = {"MetricSpecifications": [metric], **({"Mode": mode} if mode else {})}
        return {
            "PolicyARN": name,
            "PolicyName": name,
            "ServiceNamespace": "ecs",
            "ResourceId": "service/shop/web",
            "ScalableDimension": "ecs:service:DesiredCount",
            "PolicyType": "PredictiveScaling",
            "CreationTime": NOW,
            "PredictiveScalingPolicyConfiguration": forecast,
        }

    operation = "application-autoscaling.describe_scaling_policies"
    given = [policy("a", "ForecastOnly"), policy("b", "ForecastAndScale"), policy("c")]
    answers = (
        Answer(operation, {"ScalingPolicies": given}, asked={"ServiceNamespace": "ecs"}),
        Answer(operation, {"ScalingPolicies": []}, asked={"ServiceNamespace": "dynamodb"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, TargetPolicy)

    assert found == Evidence(
        (TargetPolicy(arn="b", resource="service/shop/web", dimension="ecs:service:DesiredCount"),)
    )


def test_the_providers_that_get_a_part_of_a_service() -> None:
    given = service("web", ("FARGATE", 0), ("FARGATE_SPOT", 1))
    with answering(*services(given)) as connection:
        (found,) = seen(connection, EcsService)

        assert found.providers == ("FARGATE_SPOT",)
        # AWS's own have no machines to ask about.
    with answering(*services(given)) as connection:
        assert seen(connection, CapacityProvider) == Evidence()


def test_the_networks_and_target_groups_of_task_sets_and_colors() -> None:
    def network(public: str, *groups: str) -> dict[str, Any]:
        said = {"subnets": ["subnet-1"], "securityGroups": [*groups], "assignPublicIp": public}
        return {"networkConfiguration": {"awsvpcConfiguration": said}}

    plain = {**service("plain"), **network("DISABLED", "sg-1")}
    plain["loadBalancers"] = [
        {"targetGroupArn": "blue", "advancedConfiguration": {"alternateTargetGroupArn": "green"}}
    ]
    sets = {
        **service("sets"),
        **network("DISABLED", "sg-1"),
        "loadBalancers": [{"targetGroupArn": "blue"}],
        "taskSets": [
            {**network("ENABLED", "sg-2"), "loadBalancers": [{"targetGroupArn": "green"}]},
            {**network("DISABLED", "sg-3", "sg-2"), "loadBalancers": [{"targetGroupArn": "blue"}]},
            {"id": "ecs-svc/1"},
        ],
    }
    with answering(*services(plain, sets, service("bare"))) as connection:
        found = seen(connection, EcsService)

    assert [
        (each.name, each.public, each.groups, each.target_groups, each.balanced)
        for each in found.seen
    ] == [
        ("plain", False, ("sg-1",), ("blue", "green"), True),
        ("sets", True, ("sg-2", "sg-3"), ("blue", "green"), True),
        ("bare", False, (), (), False),
    ]


def test_the_machines_behind_capacity_providers() -> None:
    spot = {
        "infrastructureRoleArn": "role",
        "instanceLaunchTemplate": {
            "ec2InstanceProfileArn": "profile",
            "networkConfiguration": {"subnets": []},
            "capacityOptionType": "SPOT",
        },
    }
    grouped = {
        "capacityProviderArn": "a",
        "name": "grouped",
        "autoScalingGroupProvider": {"autoScalingGroupArn": "group"},
    }
    managed = {
        "capacityProviderArn": "b",
        "name": "managed",
        "cluster": CLUSTER,
        "managedInstancesProvider": spot,
    }
    fargate = {"capacityProviderArn": "c", "name": "FARGATE"}
    operation = "ecs.describe_capacity_providers"
    answers = (
        *services(service("web", ("grouped", 1)), service("api", ("FARGATE", 1))),
        Answer(operation, {"capacityProviders": [grouped, fargate], "nextToken": "n"}, asked={"cluster": CLUSTER}),
        Answer(operation, {"capacityProviders": [managed]}, asked={"cluster": CLUSTER, "nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, CapacityProvider)
        assert_made_as_declared(connection, CapacityProvider, EcsService, EcsCluster)

    assert found == Evidence(
        (
            CapacityProvider(arn="a", name="grouped", group="group", spot=False),
            CapacityProvider(arn="c", name="FARGATE", group="", spot=False),
            CapacityProvider(arn="b", name="managed", group="", spot=True, cluster="shop"),
        )
    )


@pytest.mark.parametrize(
    ("given", "lifecycle", "stopped"),
    [
        pytest.param({}, "", None, id="plain"),
        pytest.param({"InstanceLifecycle": "spot"}, "spot", None, id="Spot"),
        pytest.param(
            {"StateTransitionReason": "User initiated (2026-11-22 23:51:48 GMT)"},
            "",
            datetime(2026, 11, 22, 23, 51, 48, tzinfo=UTC),
            id="stopped, as AWS tells it",
        ),
        pytest.param(
            {"StateTransitionReason": "User initiated (2026-11-22 23:51:48 UTC)"},
            "",
            datetime(2026, 11, 22, 23, 51, 48, tzinfo=UTC),
            id="stopped, as emulators tell it",
        ),
        pytest.param(
            {"StateTransitionReason": "Server.InternalError"},
            "",
            None,
            id="stopped, without a date",
        ),
    ],
)
def test_how_an_instance_is_paid_for_and_since_when_it_is_stopped(
    given: dict[str, Any], lifecycle: str, stopped: datetime | None
) -> None:
    whole = {
        "InstanceId": "i-1",
        "InstanceType": "m7g.large",
        "State": {"Name": "stopped"},
        "LaunchTime": NOW,
        "Placement": {"AvailabilityZone": f"{REGION}a"},
        **given,
    }
    answer = Answer("ec2.describe_instances", {"Reservations": [{"Instances": [whole]}]})
    with answering(answer) as connection:
        (found,) = seen(connection, Instance)

    assert (found.lifecycle, found.stopped) == (lifecycle, stopped)


def test_what_of_a_mixed_group_is_paid_on_demand() -> None:
    group = {
        "AutoScalingGroupName": "web",
        "AutoScalingGroupARN": "a",
        "AvailabilityZones": [],
        "MinSize": 0,
        "MaxSize": 4,
        "DesiredCapacity": 0,
        "DefaultCooldown": 0,
        "HealthCheckType": "EC2",
        "CreatedTime": NOW,
        "MixedInstancesPolicy": {
            "InstancesDistribution": {
                "OnDemandBaseCapacity": 2,
                "OnDemandPercentageAboveBaseCapacity": 25,
            }
        },
    }
    operation = "autoscaling.describe_auto_scaling_groups"
    with answering(Answer(operation, {"AutoScalingGroups": [group]})) as connection:
        (found,) = seen(connection, AutoScalingGroup)

    assert (found.on_demand_base, found.on_demand_percentage) == (2, 25)


def test_how_many_instances_a_schedule_asks_for() -> None:
    actions = [
        {
            "ScheduledActionARN": "a",
            "AutoScalingGroupName": "web",
            "DesiredCapacity": 0,
            "MinSize": 0,
            "Recurrence": "0 20 * * 1-5",
        },
        {"ScheduledActionARN": "b", "AutoScalingGroupName": "web", "MaxSize": 9},
    ]
    operation = "autoscaling.describe_scheduled_actions"
    with answering(Answer(operation, {"ScheduledUpdateGroupActions": actions})) as connection:
        assert seen(connection, GroupSchedule) == Evidence(
            (
                GroupSchedule(arn="a", group="web", desired=0, minimum=0),
                GroupSchedule(arn="b", group="web", recurs=False),
            )
        )


def test_a_schedule_that_ran_for_the_last_time_is_none() -> None:
    def action(name: str, schedule: str, **more: Any) -> dict[str, Any]:
        return {
            "ScheduledActionName": name,
            "ScheduledActionARN": name,
            "ServiceNamespace": "ecs",
            "ResourceId": "service/shop/web",
            "Schedule": schedule,
            "CreationTime": NOW,
            **more,
        }

    actions = [
        action("each night", "cron(0 22 * * ? *)"),
        action("until last year", "cron(0 22 * * ? *)", EndTime=NOW - timedelta(days=365)),
        action("once, last year", f"at({NOW - timedelta(days=365):%Y-%m-%dT%H:%M:%S})"),
        action("once, tomorrow", f"at({NOW + timedelta(days=1):%Y-%m-%dT%H:%M:%S})"),
    ]
    operation = "application-autoscaling.describe_scheduled_actions"
    answers = (
        Answer(operation, {"ScheduledActions": actions}),
        Answer(operation, {"ScheduledActions": []}),
    )
    with answering(*answers) as connection:
        found = seen(connection, TargetSchedule)

    assert [each.arn for each in found] == ["each night", "once, tomorrow"]


def test_a_target_whose_schedules_are_suspended() -> None:
    target = {
        "ServiceNamespace": "ecs",
        "ResourceId": "service/shop/web",
        "ScalableDimension": "ecs:service:DesiredCount",
        "MinCapacity": 1,
        "MaxCapacity": 2,
        "RoleARN": "role",
        "CreationTime": NOW,
        "SuspendedState": {"ScheduledScalingSuspended": True},
    }
    operation = "application-autoscaling.describe_scalable_targets"
    answers = (
        Answer(operation, {"ScalableTargets": [target]}),
        Answer(operation, {"ScalableTargets": []}),
    )
    with answering(*answers) as connection:
        (found,) = seen(connection, ScalableTarget)

    assert (found.out_suspended, found.in_suspended, found.schedules_suspended) == (
        False,
        False,
        True,
    )


def test_the_mode_of_streams(account: str) -> None:
    client = boto3.client("kinesis", REGION)
    client.create_stream(StreamName="a", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    client.create_stream(StreamName="b", ShardCount=1)
    with connected(account) as connection:
        found = seen(connection, DataStream)

    assert {each.name: each.mode for each in found} == {"a": "ON_DEMAND", "b": "PROVISIONED"}


def test_functions_from_images() -> None:
    listed = [
        {"FunctionName": name, "FunctionArn": name, "PackageType": kind}
        for name, kind in (("a", "Image"), ("b", "Zip"))
    ]
    with answering(Answer("lambda.list_functions", {"Functions": listed})) as connection:
        assert [each.image for each in seen(connection, LambdaFunction)] == [True, False]


@pytest.mark.parametrize(
    ("kind", "answers", "action"),
    [
        (
            CapacityReservation,
            (Answer("ec2.describe_capacity_reservations", error=DENIED),),
            "ec2:DescribeCapacityReservations",
        ),
        (
            BatchEnvironment,
            (Answer("batch.describe_compute_environments", error=DENIED),),
            "batch:DescribeComputeEnvironments",
        ),
        (EcsActivity, (CLUSTERS, Answer("ecs.describe_clusters", error=DENIED)), "ecs:DescribeClusters"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], answers: tuple[Answer, ...], action: str) -> None:
    with answering(*answers) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))


def test_a_refused_provider_is_a_gap() -> None:
    answers = (
        *services(service("web", ("machines", 1))),
        Answer("ecs.describe_capacity_providers", error=DENIED),
    )
    with answering(*answers) as connection:
        assert seen(connection, CapacityProvider) == Evidence(
            gaps=(refused("ecs:DescribeCapacityProviders", resource=CLUSTER),)
        )
