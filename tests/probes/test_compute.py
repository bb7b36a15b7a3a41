"""What is seen of groups, services, node groups, functions, domains and Kafka clusters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.containers import EcsCluster, EcsService, EksCluster, EksNodegroup
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.kafka import KafkaCluster
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.search import OpenSearchDomain
from readiness.evidence.variables import Variable
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


def test_an_auto_scaling_group(account: str) -> None:
    ec2 = boto3.client("ec2", region_name=REGION)
    client = boto3.client("autoscaling", region_name=REGION)
    subnets = ec2.describe_subnets()["Subnets"][:2]
    client.create_launch_configuration(
        LaunchConfigurationName="web", ImageId="ami-12c6146b", InstanceType="t3.micro"
    )
    client.create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchConfigurationName="web",
        MinSize=0,
        MaxSize=2,
        VPCZoneIdentifier=",".join(subnet["SubnetId"] for subnet in subnets),
        Tags=[{"Key": "Environment", "Value": "dev"}],
    )
    with connected(account) as connection:
        (found,) = seen(connection, AutoScalingGroup)
        assert_made_as_declared(connection, AutoScalingGroup)

    made = client.describe_auto_scaling_groups()["AutoScalingGroups"][0]
    assert found == AutoScalingGroup(
        arn=made["AutoScalingGroupARN"],
        name="web",
        zones=tuple(subnet["AvailabilityZone"] for subnet in subnets),
        tags={"Environment": "dev"},
        minimum=0,
        maximum=2,
        desired=0,
        templated=False,
        created=made["CreatedTime"],
    )


CLUSTER = arn("ecs", "cluster/shop")
OTHER_CLUSTER = arn("ecs", "cluster/batch")


def described(name: str, **more: Any) -> dict[str, Any]:
    return {
        "serviceArn": arn("ecs", f"service/shop/{name}"),
        "serviceName": name,
        "clusterArn": CLUSTER,
        "status": "ACTIVE",
        "desiredCount": 1,
        **more,
    }


def service(name: str, **changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": arn("ecs", f"service/shop/{name}"),
        "name": name,
        "cluster": CLUSTER,
        "launch_type": "",
        "subnets": (),
        "tags": {},
    }
    return EcsService(**values | changes)


def test_services_of_every_cluster_ten_at_a_time() -> None:
    names = [f"s{number}" for number in range(11)]
    first = {
        "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-a", "subnet-b"]}},
        "launchType": "FARGATE",
        "tags": [{"key": "Environment", "value": "prod"}],
    }
    answers = (
        Answer("ecs.list_clusters", {"clusterArns": [CLUSTER]}),
        Answer("ecs.list_services", {"serviceArns": names[:6], "nextToken": "more"}),
        Answer("ecs.list_services", {"serviceArns": names[6:]}),
        Answer(
            "ecs.describe_services",
            {"services": [described("s0", **first), described("s1", status="DRAINING")], "failures": [{"arn": "s2", "reason": "MISSING"}]},
            asked={"cluster": CLUSTER, "services": names[:10], "include": ["TAGS"]},
        ),
        Answer(
            "ecs.describe_services",
            {"services": [described("s10")], "failures": [{"arn": "s9", "reason": "THROTTLED"}]},
            asked={"cluster": CLUSTER, "services": names[10:], "include": ["TAGS"]},
        ),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, EcsService)
        assert_made_as_declared(connection, EcsCluster, EcsService)

    undecided = Gap(
        reason=Reason.UNDECIDED,
        account=ACCOUNT,
        region=REGION,
        resource="s9",
        action="ecs:DescribeServices",
        detail="THROTTLED",
    )
    prod = {"Environment": "prod"}
    subnets = ("subnet-a", "subnet-b")
    assert found == Evidence(
        (
            service("s0", launch_type="FARGATE", subnets=subnets, tags=prod, platform="LATEST"),
            service("s10"),
        ),
        (undecided,),
    )


def test_a_refused_cluster_hides_its_own_services_alone() -> None:
    answers = (
        Answer("ecs.list_clusters", {"clusterArns": [OTHER_CLUSTER, CLUSTER]}),
        Answer("ecs.list_services", error=DENIED),
        Answer("ecs.list_services", {"serviceArns": ["web"]}),
        Answer("ecs.describe_services", {"services": [described("web")]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, EcsService)

    gap = refused("ecs:ListServices", resource=OTHER_CLUSTER)
    assert found == Evidence((service("web"),), (gap,))


def test_node_groups_of_every_cluster(account: str) -> None:
    client = boto3.client("eks", region_name=REGION)
    role = f"arn:aws:iam::{account}:role/eks"
    client.create_cluster(name="shop", roleArn=role, resourcesVpcConfig={})
    client.create_nodegroup(
        clusterName="shop",
        nodegroupName="web",
        nodeRole=role,
        subnets=["subnet-a", "subnet-b"],
        tags={"Environment": "dev"},
        scalingConfig={"minSize": 1, "maxSize": 5, "desiredSize": 3},
    )
    with connected(account) as connection:
        clusters = seen(connection, EksCluster)
        (nodes,) = seen(connection, EksNodegroup)
        assert_made_as_declared(connection, EksCluster, EksNodegroup)

    cluster = f"arn:aws:eks:{REGION}:{account}:cluster/shop"
    assert clusters == Evidence((EksCluster(arn=cluster, name="shop"),))
    made = client.describe_nodegroup(clusterName="shop", nodegroupName="web")["nodegroup"]
    assert nodes == EksNodegroup(
        arn=made["nodegroupArn"],
        name="web",
        cluster="shop",
        subnets=("subnet-a", "subnet-b"),
        tags={"Environment": "dev"},
        minimum=1,
        maximum=5,
        desired=3,
        groups=tuple(each["name"] for each in made["resources"]["autoScalingGroups"]),
    )


def test_a_node_group_that_is_refused_and_one_that_is_gone() -> None:
    gone = {"service_error_code": "ResourceNotFoundException", "http_status_code": 404}
    answers = (
        Answer("eks.list_clusters", {"clusters": ["shop", "batch"]}),
        Answer("eks.list_nodegroups", {"nodegroups": ["old"]}, asked={"clusterName": "shop"}),
        Answer("eks.describe_nodegroup", error=gone),
        Answer("eks.list_nodegroups", {"nodegroups": ["web"]}, asked={"clusterName": "batch"}),
        Answer("eks.describe_nodegroup", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, EksNodegroup)

    assert found == Evidence(
        gaps=(refused("eks:DescribeNodegroup", resource=arn("eks", "cluster/batch")),)
    )


def test_functions_and_of_their_environment_the_names_alone() -> None:
    secret = {"Variables": {"PASSWORD": "hunter2"}}
    network = {"SubnetIds": ["subnet-a", "subnet-b"], "VpcId": "vpc-1"}

    def page(name: str, **more: Any) -> dict[str, Any]:
        found = {
            "FunctionName": name,
            "FunctionArn": arn("lambda", f"function:{name}"),
            "Environment": secret,
        }
        return {"Functions": [{**found, **more}]}

    answers = (
        Answer("lambda.list_functions", {**page("pay", VpcConfig=network, LoggingConfig={"LogGroup": "/shop/pay"}), "NextMarker": "more"}, asked={}),
        Answer("lambda.list_functions", page("mail", LoggingConfig={"LogGroup": "/aws/lambda/mail"}, VpcConfig={"SubnetIds": []}, Environment={"Error": {"ErrorCode": "AccessDeniedException"}}), asked={"Marker": "more"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, LambdaFunction)
        assert_made_as_declared(connection, LambdaFunction)

    assert found == Evidence(
        (
            LambdaFunction(
                arn=arn("lambda", "function:pay"),
                name="pay",
                subnets=("subnet-a", "subnet-b"),
                variables=(Variable(name="PASSWORD"),),
                log_group="/shop/pay",
            ),
            LambdaFunction(
                arn=arn("lambda", "function:mail"), name="mail", subnets=(), variables_hidden=True
            ),
        )
    )
    assert "hunter2" not in repr(found)


def test_domains_five_at_a_time() -> None:
    names = [f"logs-{number}" for number in range(6)]

    def status(name: str, config: dict[str, Any], **more: Any) -> dict[str, Any]:
        place = {"ARN": arn("es", f"domain/{name}"), "DomainName": name, "DomainId": f"1/{name}"}
        return {**place, "ClusterConfig": config, **more}

    aware = {"ZoneAwarenessEnabled": True}
    three = {"ZoneAwarenessConfig": {"AvailabilityZoneCount": 3}, "MultiAZWithStandbyEnabled": True}
    statuses = [
        status("logs-0", {"ZoneAwarenessEnabled": False}),
        status("logs-1", aware),
        status("logs-2", aware | three),
        status("logs-3", {}, Deleted=True),
    ]
    answers = (
        Answer("opensearch.list_domain_names", {"DomainNames": [{"DomainName": name} for name in names]}),
        Answer("opensearch.describe_domains", {"DomainStatusList": statuses}, asked={"DomainNames": names[:5]}),
        Answer("opensearch.describe_domains", {"DomainStatusList": []}, asked={"DomainNames": names[5:]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, OpenSearchDomain)
        assert_made_as_declared(connection, OpenSearchDomain)

    assert found == Evidence(
        tuple(
            OpenSearchDomain(arn=arn("es", f"domain/{name}"), name=name, zones=zones, standby=standby)
            for name, zones, standby in (("logs-0", 1, False), ("logs-1", 2, False), ("logs-2", 3, True))
        )
    )  # fmt: skip


def test_kafka_with_and_without_servers() -> None:
    brokers = {
        "ClientSubnets": ["subnet-a", "subnet-b"],
        "InstanceType": "kafka.m5.large",
        "ZoneIds": ["euw1-az1", "euw1-az2"],
    }

    def cluster(name: str, **more: Any) -> dict[str, Any]:
        place = {"ClusterArn": arn("kafka", f"cluster/{name}"), "ClusterName": name}
        return {**place, "CreationTime": NOW, **more}

    provisioned = cluster(
        "events",
        ClusterType="PROVISIONED",
        Tags={"Environment": "dev"},
        Provisioned={"BrokerNodeGroupInfo": brokers, "NumberOfBrokerNodes": 2},
    )
    serverless = cluster(
        "logs", ClusterType="SERVERLESS", Serverless={"VpcConfigs": [{"SubnetIds": ["subnet-c"]}]}
    )
    operation = "kafka.list_clusters_v2"
    answers = (
        Answer(operation, {"ClusterInfoList": [provisioned], "NextToken": "more"}, asked={}),
        Answer(operation, {"ClusterInfoList": [serverless]}, asked={"NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, KafkaCluster)
        assert_made_as_declared(connection, KafkaCluster)

    assert found == Evidence(
        (
            KafkaCluster(
                arn=arn("kafka", "cluster/events"),
                name="events",
                serverless=False,
                zones=("euw1-az1", "euw1-az2"),
                subnets=("subnet-a", "subnet-b"),
                tags={"Environment": "dev"},
                created=NOW,
            ),
            KafkaCluster(
                arn=arn("kafka", "cluster/logs"),
                name="logs",
                serverless=True,
                zones=(),
                subnets=("subnet-c",),
                tags={},
                created=NOW,
            ),
        )
    )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (AutoScalingGroup, "autoscaling.describe_auto_scaling_groups", "autoscaling:DescribeAutoScalingGroups"),
        (EcsCluster, "ecs.list_clusters", "ecs:ListClusters"),
        (EcsService, "ecs.list_clusters", "ecs:ListClusters"),
        (EksCluster, "eks.list_clusters", "eks:ListClusters"),
        (EksNodegroup, "eks.list_clusters", "eks:ListClusters"),
        (LambdaFunction, "lambda.list_functions", "lambda:ListFunctions"),
        (OpenSearchDomain, "opensearch.list_domain_names", "es:ListDomainNames"),
        (KafkaCluster, "kafka.list_clusters_v2", "kafka:ListClustersV2"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
