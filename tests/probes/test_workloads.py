"""What is seen of task definitions, clusters, registries, functions and of what Compute Optimizer says."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.apis import HttpStage, RestStage
from readiness.evidence.containers import (
    EksDescription,
    EksNodegroup,
    EksVersion,
    TaskDefinition,
)
from readiness.evidence.functions import EventSourceMapping, LambdaFunction
from readiness.evidence.heap import HeapBound
from readiness.evidence.registry import RegistryScanning, ScanningRule
from readiness.evidence.savings import OptimizerEnrollment, SizingRecommendation
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


TASK = arn("ecs", "task-definition/web:1")
SERVICE = {
    "serviceArn": arn("ecs", "service/shop/web"),
    "serviceName": "web",
    "clusterArn": arn("ecs", "cluster/shop"),
    "status": "ACTIVE",
    "taskDefinition": TASK,
}


def test_a_task_definitions_limits_and_heap_and_no_secret() -> None:
    container = {
        "name": "web",
        "image": "web:1",
        "memory": 1024,
        "memoryReservation": 512,
        "cpu": 128,
        "environment": [
            {"name": "JAVA_TOOL_OPTIONS", "value": "-Xmx512m -Dpassword=hunter2"},
            {"name": "PASSWORD", "value": "hunter2 -Xmx9g"},
        ],
        "command": ["node", "--max-old-space-size=300", "--token=hunter2"],
    }
    answers = (
        Answer("ecs.list_clusters", {"clusterArns": [arn("ecs", "cluster/shop")]}),
        Answer("ecs.list_services", {"serviceArns": [SERVICE["serviceArn"]]}),
        Answer("ecs.describe_services", {"services": [SERVICE]}),
        Answer(
            "ecs.describe_task_definition",
            {"taskDefinition": {"containerDefinitions": [container], "memory": "2048", "cpu": "256"}},
        ),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, TaskDefinition)

    (task,) = found
    (limited,) = task.containers
    assert (task.memory, task.cpu) == (2048, 256)
    assert (limited.memory, limited.reservation, limited.cpu) == (1024, 512, 128)
    assert limited.heap == (
        HeapBound(runtime="JVM", flag="-Xmx512m", mebibytes=512),
        HeapBound(runtime="Node.js", flag="--max-old-space-size=300", mebibytes=300),
    )
    assert "hunter2" not in repr(found)


CLUSTERS = Answer("eks.list_clusters", {"clusters": ["shop"]})


def test_a_clusters_version_and_health() -> None:
    described = {
        "name": "shop",
        "version": "1.34",
        "status": "ACTIVE",
        "health": {"issues": [{"code": "AccessDenied"}]},
    }
    answers = (
        CLUSTERS,
        Answer("eks.describe_cluster", {"cluster": described}),
        Answer("eks.list_fargate_profiles", {"fargateProfileNames": []}),
    )
    with answering(*answers) as connection:
        found = seen(connection, EksDescription)

    assert found == Evidence(
        (
            EksDescription(
                arn=arn("eks", "cluster/shop"),
                name="shop",
                auto_mode=False,
                fargate=False,
                version="1.34",
                status="ACTIVE",
                issues=("AccessDenied",),
            ),
        )
    )


def test_a_node_groups_health() -> None:
    group = {
        "nodegroupArn": arn("eks", "nodegroup/shop/main/1"),
        "subnets": [],
        "scalingConfig": {"minSize": 1, "maxSize": 1, "desiredSize": 1},
        "status": "DEGRADED",
        "health": {"issues": [{"code": "NodeCreationFailure"}]},
    }
    answers = (
        CLUSTERS,
        Answer("eks.list_nodegroups", {"nodegroups": ["main"]}),
        Answer("eks.describe_nodegroup", {"nodegroup": group}),
    )
    with answering(*answers) as connection:
        (found,) = seen(connection, EksNodegroup)

    assert (found.status, found.issues) == ("DEGRADED", ("NodeCreationFailure",))


def test_versions_of_kubernetes_of_every_page_those_without_support_included() -> None:
    call = "eks.describe_cluster_versions"

    def version(name: str, status: str) -> dict[str, Any]:
        return {"clusterVersion": name, "versionStatus": status}

    answers = (
        CLUSTERS,
        Answer(
            call,
            {"clusterVersions": [version("1.34", "STANDARD_SUPPORT")], "nextToken": "n"},
            asked={"includeAll": True},
        ),
        Answer(call, {"clusterVersions": [version("1.27", "UNSUPPORTED")]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, EksVersion)

    assert found == Evidence(
        (
            EksVersion(arn=arn("eks", "version/1.34"), version="1.34", status="STANDARD_SUPPORT"),
            EksVersion(arn=arn("eks", "version/1.27"), version="1.27", status="UNSUPPORTED"),
        )
    )


def test_versions_are_not_asked_for_where_there_is_no_cluster() -> None:
    with answering(Answer("eks.list_clusters", {"clusters": []})) as connection:
        assert seen(connection, EksVersion) == Evidence()


def test_refused_versions_are_a_gap() -> None:
    with answering(CLUSTERS, Answer("eks.describe_cluster_versions", error=DENIED)) as connection:
        found = seen(connection, EksVersion)

    assert found == Evidence(gaps=(refused("eks:DescribeClusterVersions"),))


def test_the_scanning_of_a_registry() -> None:
    said = {
        "scanType": "ENHANCED",
        "rules": [
            {
                "scanFrequency": "CONTINUOUS_SCAN",
                "repositoryFilters": [{"filter": "prod-*", "filterType": "WILDCARD"}],
            }
        ],
    }
    answer = Answer("ecr.get_registry_scanning_configuration", {"scanningConfiguration": said})
    with answering(answer) as connection:
        found = seen(connection, RegistryScanning)
        assert_made_as_declared(connection, RegistryScanning)

    rule = ScanningRule(frequency="CONTINUOUS_SCAN", filters=("prod-*",))
    assert found == Evidence(
        (RegistryScanning(arn=arn("ecr", "registry-scanning"), type="ENHANCED", rules=(rule,)),)
    )


def test_functions_and_what_reads_for_them() -> None:
    trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("main.py", "")
    with mock_aws():
        role = boto3.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=trust)
        client = boto3.client("lambda", region_name=REGION)
        made = client.create_function(
            FunctionName="orders",
            Runtime="python3.13",
            Role=role["Role"]["Arn"],
            Handler="main.handler",
            Code={"ZipFile": archive.getvalue()},
        )
        queue = boto3.client("sqs", region_name=REGION).create_queue(QueueName="orders")["QueueUrl"]
        address = f"arn:aws:sqs:{REGION}:{queue.split('/')[-2]}:orders"
        reads = client.create_event_source_mapping(FunctionName="orders", EventSourceArn=address)
        with connected(queue.split("/")[-2]) as connection:
            (function,) = seen(connection, LambdaFunction)
            (mapping,) = seen(connection, EventSourceMapping)

    assert (function.runtime, function.image) == ("python3.13", False)
    assert mapping.function == made["FunctionArn"]
    assert mapping.arn.endswith(f":event-source-mapping:{reads['UUID']}")


def test_stages_to_which_something_was_deployed() -> None:
    stages = [
        {"stageName": "prod", "deploymentId": "d1"},
        {"stageName": "new"},
    ]
    answers = (
        Answer("apigateway.get_rest_apis", {"items": [{"id": "a", "name": "shop"}]}),
        Answer("apigateway.get_stages", {"item": stages}),
    )
    with answering(*answers) as connection:
        rest = seen(connection, RestStage)
    api = {"ApiId": "b", "Name": "shop", "ProtocolType": "HTTP", "RouteSelectionExpression": "x"}
    names = [
        {"StageName": "prod", "DeploymentId": "d1"},
        {"StageName": "$default", "AutoDeploy": True},
        {"StageName": "new"},
    ]
    answers = (
        Answer("apigatewayv2.get_apis", {"Items": [api]}),
        Answer("apigatewayv2.get_stages", {"Items": names}),
    )
    with answering(*answers) as connection:
        http = seen(connection, HttpStage)

    assert [each.deployed for each in rest] == [True, False]
    assert [each.deployed for each in http] == [True, True, False]


STATUS = "compute-optimizer.get_enrollment_status"
SIZES = {
    "get_auto_scaling_group_recommendations": "autoScalingGroupRecommendations",
    "get_ecs_service_recommendations": "ecsServiceRecommendations",
    "get_lambda_function_recommendations": "lambdaFunctionRecommendations",
}
FOUND: dict[str, list[dict[str, Any]]] = {
    "get_auto_scaling_group_recommendations": [
        {
            "autoScalingGroupArn": arn("autoscaling", "group"),
            "finding": "NotOptimized",
            "currentPerformanceRisk": "High",
        }
    ],
    "get_ecs_service_recommendations": [
        {"serviceArn": arn("ecs", "service/shop/web"), "finding": "Optimized"}
    ],
    "get_lambda_function_recommendations": [
        {
            "functionArn": arn("lambda", "function:orders"),
            "finding": "NotOptimized",
            "findingReasonCodes": ["MemoryUnderprovisioned"],
        }
    ],
}


def size(resource: str, kind: str, finding: str, **more: Any) -> SizingRecommendation:
    values = {"reasons": (), "risk": "", **more}
    return SizingRecommendation(arn=resource, kind=kind, finding=finding, **values)


def test_what_compute_optimizer_says_of_sizes() -> None:
    answers = [
        Answer(f"compute-optimizer.{call}", {SIZES[call]: listed}) for call, listed in FOUND.items()
    ]
    with answering(Answer(STATUS, {"status": "Active"}), *answers) as connection:
        found = seen(connection, SizingRecommendation)
        assert_made_as_declared(connection, OptimizerEnrollment, SizingRecommendation)

    assert found == Evidence(
        (
            size(arn("autoscaling", "group"), "group", "NotOptimized", risk="High"),
            size(arn("ecs", "service/shop/web"), "service", "Optimized"),
            size(
                arn("lambda", "function:orders"),
                "function",
                "NotOptimized",
                reasons=("MemoryUnderprovisioned",),
            ),
        )
    )


def test_sizes_of_one_kind_that_are_refused_hide_no_other() -> None:
    groups, services, functions = SIZES
    answers = [
        Answer(STATUS, {"status": "Active"}),
        Answer(f"compute-optimizer.{groups}", error=DENIED),
        Answer(f"compute-optimizer.{services}", {SIZES[services]: FOUND[services]}),
        Answer(f"compute-optimizer.{functions}", {SIZES[functions]: []}),
    ]
    with answering(*answers) as connection:
        found = seen(connection, SizingRecommendation)

    assert found == Evidence(
        (size(arn("ecs", "service/shop/web"), "service", "Optimized"),),
        (refused("compute-optimizer:GetAutoScalingGroupRecommendations"),),
    )


def test_sizes_are_not_asked_for_where_nobody_enrolled() -> None:
    with answering(Answer(STATUS, {"status": "Inactive"})) as connection:
        assert seen(connection, SizingRecommendation) == Evidence()


@pytest.mark.parametrize(
    ("kind", "call", "action"),
    [
        (RegistryScanning, "ecr.get_registry_scanning_configuration", "ecr:GetRegistryScanningConfiguration"),
        (EventSourceMapping, "lambda.list_event_source_mappings", "lambda:ListEventSourceMappings"),
        (OptimizerEnrollment, STATUS, "compute-optimizer:GetEnrollmentStatus"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], call: str, action: str) -> None:
    with answering(Answer(call, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
