"""What is seen of machine images, launch templates and the disks of instances."""

from __future__ import annotations

import base64
import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.alarms import ObservabilityLink
from readiness.evidence.compute import Disk, Instance
from readiness.evidence.disks import DiskMetric, DiskUsage
from readiness.evidence.images import ImageBlock, ImagePipeline, InstanceImage, OwnImage
from readiness.evidence.scaling import AutoScalingGroup, GroupInstance, TemplateVersion
from readiness.evidence.templates import LaunchTemplateVersion
from readiness.probes.launch_templates import starts_containers
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

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
METADATA = "ec2.describe_instance_image_metadata"
NOTHING = Answer("ec2.describe_instances", {"Reservations": []})


def metadata(name: str, **more: Any) -> dict[str, Any]:
    image = {"ImageId": "ami-1", "State": "available", "OwnerId": ACCOUNT, **more}
    return {"InstanceId": name, "ImageMetadata": image}


def test_the_images_of_instances_of_every_page() -> None:
    dated = {
        "CreationDate": "2026-11-01T06:00:00.000Z",
        "DeprecationTime": "2028-11-01T06:00:00.000Z",
        "Name": "base",
        "ImageOwnerAlias": "amazon",
    }
    answers = (
        NOTHING,
        Answer(METADATA, {"InstanceImageMetadata": [metadata("i-1", **dated)], "NextToken": "n"}),
        Answer(METADATA, {"InstanceImageMetadata": [metadata("i-2", State="deregistered")]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, InstanceImage)

    alike: dict[str, Any] = {"image": "ami-1", "owner": ACCOUNT}
    assert found == Evidence(
        (
            InstanceImage(
                arn=f"{EC2}:instance/i-1",
                name="base",
                alias="amazon",
                state="available",
                created=datetime(2026, 11, 1, 6, tzinfo=UTC),
                deprecated=datetime(2028, 11, 1, 6, tzinfo=UTC),
                **alike,
            ),
            InstanceImage(
                arn=f"{EC2}:instance/i-2",
                name="",
                alias="",
                state="deregistered",
                created=None,
                deprecated=None,
                **alike,
            ),
        )
    )


def test_images_are_listed_where_the_question_about_instances_is_not_offered() -> None:
    with mock_aws():
        ec2 = boto3.client("ec2", region_name=REGION)
        account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
        image = ec2.register_image(Name="base", RootDeviceName="/dev/xvda")["ImageId"]
        ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)
        with connected(account) as connection:
            (found,) = seen(connection, InstanceImage)
            (instance,) = seen(connection, Instance)
            (own,) = seen(connection, OwnImage)

    assert (found.arn, found.image, found.owner) == (instance.arn, image, account)
    assert instance.disks == (Disk(device="/dev/sda1", root=True, deleted=True),)
    assert own == OwnImage(arn=f"arn:aws:ec2:{REGION}::image/{image}", public=False)


def test_a_refused_question_about_instances_is_not_asked_in_another_way() -> None:
    with answering(NOTHING, Answer(METADATA, error=DENIED)) as connection:
        found = seen(connection, InstanceImage)

    assert found == Evidence(gaps=(refused("ec2:DescribeInstanceImageMetadata"),))


def test_whether_images_may_become_public() -> None:
    answer = Answer(
        "ec2.get_image_block_public_access_state",
        {"ImageBlockPublicAccessState": "unblocked", "ManagedBy": "account"},
    )
    with answering(answer) as connection:
        found = seen(connection, ImageBlock)
        assert_made_as_declared(connection, ImageBlock)

    assert found == Evidence(
        (ImageBlock(arn=f"{EC2}:image-block-public-access", state="unblocked"),)
    )


def test_pipelines_of_machine_images_of_every_page() -> None:
    arn = f"arn:aws:imagebuilder:{REGION}:{ACCOUNT}:image-pipeline"
    recipe = f"arn:aws:imagebuilder:{REGION}:{ACCOUNT}:image-recipe/base/1.0.0"
    ran = {
        "arn": f"{arn}/base",
        "imageRecipeArn": recipe,
        "status": "ENABLED",
        "dateLastRun": "2026-11-20T06:00:00.000Z",
    }
    new = {"arn": f"{arn}/new", "imageRecipeArn": recipe, "status": "DISABLED"}
    broken = {**ran, "arn": f"{arn}/broken", "lastRunStatus": "FAILED"}
    containers = {"arn": f"{arn}/web", "status": "ENABLED"}
    call = "imagebuilder.list_image_pipelines"
    answers = (
        Answer(call, {"imagePipelineList": [ran, containers, broken], "nextToken": "n"}),
        Answer(call, {"imagePipelineList": [new]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ImagePipeline)
        assert_made_as_declared(connection, ImagePipeline)

    assert found == Evidence(
        (
            ImagePipeline(
                arn=f"{arn}/base", enabled=True, ran=datetime(2026, 11, 20, 6, tzinfo=UTC)
            ),
            ImagePipeline(
                arn=f"{arn}/broken",
                enabled=True,
                ran=datetime(2026, 11, 20, 6, tzinfo=UTC),
                failed=True,
            ),
            ImagePipeline(arn=f"{arn}/new", enabled=False, ran=None),
        )
    )


# --- Launch templates -----------------------------------------------------------------------------

VERSIONS = "ec2.describe_launch_template_versions"
NO_GROUPS = Answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": []})


def listed(number: int, *, default: bool = False, user_data: bytes = b"") -> dict[str, Any]:
    return {
        "LaunchTemplateId": "lt-1",
        "VersionNumber": number,
        "CreateTime": NOW,
        "DefaultVersion": default,
        "LaunchTemplateData": {"UserData": base64.b64encode(user_data).decode()},
    }


def version(number: int, **changes: Any) -> LaunchTemplateVersion:
    values: dict[str, Any] = {
        "arn": f"{EC2}:launch-template/lt-1/{number}",
        "template": "lt-1",
        "number": number,
        "created": NOW,
        "newest": False,
        "default": False,
        "starts": "",
        "readable": True,
    }
    return LaunchTemplateVersion(**values | changes)


def test_a_group_that_is_hidden_may_name_another_version() -> None:
    hidden = Answer("autoscaling.describe_auto_scaling_groups", error=DENIED)
    versions = Answer(VERSIONS, {"LaunchTemplateVersions": [listed(2, default=True)]})
    with answering(hidden, versions) as connection:
        found = seen(connection, LaunchTemplateVersion)

    newest = version(2, newest=True, default=True)
    assert found == Evidence((newest,), (refused("autoscaling:DescribeAutoScalingGroups"),))


def pinned(name: str, number: str) -> dict[str, Any]:
    return {
        "AutoScalingGroupName": name,
        "AutoScalingGroupARN": f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:{name}",
        "MinSize": 1,
        "MaxSize": 1,
        "DesiredCapacity": 1,
        "DefaultCooldown": 1,
        "AvailabilityZones": [f"{REGION}a"],
        "HealthCheckType": "EC2",
        "CreatedTime": NOW,
        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": number},
    }


def test_versions_of_launch_templates_each_asked_for_once() -> None:
    groups = [pinned("a", "2"), pinned("b", "2"), pinned("c", "7"), pinned("d", "$Latest")]
    answers = (
        Answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": groups}),
        Answer(
            VERSIONS,
            {"LaunchTemplateVersions": [listed(7, user_data=b"docker run x"), listed(1, default=True)]},
        ),
        Answer(VERSIONS, {"LaunchTemplateVersions": [listed(2)]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, LaunchTemplateVersion)

    assert found == Evidence(
        (version(7, newest=True, starts="docker run"), version(1, default=True), version(2))
    )


def test_refused_versions_are_a_gap() -> None:
    with answering(NO_GROUPS, Answer(VERSIONS, error=DENIED)) as connection:
        found = seen(connection, LaunchTemplateVersion)

    assert found == Evidence(gaps=(refused("ec2:DescribeLaunchTemplateVersions"),))


MULTIPART = (
    b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=b="\n\n--=b=\n'
    b"Content-Type: text/x-shellscript\nContent-Transfer-Encoding: base64\n\n"
    + base64.b64encode(b"#!/bin/sh\ndocker compose -f shop.yml up -d\n")
    + b"\n--=b=--\n"
)


@pytest.mark.parametrize(
    ("user_data", "starts", "readable"),
    [
        pytest.param(b"", "", True, id="none"),
        pytest.param(gzip.compress(b"podman run web"), "podman run", True, id="packed"),
        pytest.param(MULTIPART, "docker compose -f shop.yml up", True, id="in a part of a message"),
        pytest.param(b"\x1f\x8bnot packed", "", False, id="packed in another way"),
    ],
)
def test_user_data(user_data: bytes, starts: str, readable: bool) -> None:
    answer = Answer(VERSIONS, {"LaunchTemplateVersions": [listed(1, user_data=user_data)]})
    with answering(NO_GROUPS, answer) as connection:
        found = seen(connection, LaunchTemplateVersion)

    assert found == Evidence((version(1, newest=True, starts=starts, readable=readable),))


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("yum install -y docker\ndocker run -d web", "docker run"),
        ("docker-compose up -d", "docker-compose up"),
        ("# docker run web", ""),
        ("echo ECS_CLUSTER=shop >> /etc/ecs/ecs.config\ndocker run agent", ""),
        ("/etc/eks/bootstrap.sh shop\ndocker run agent", ""),
        ("docker pull web", ""),
    ],
)
def test_scripts_that_start_containers(script: str, expected: str) -> None:
    assert starts_containers(script) == expected


def test_the_instances_and_templates_of_a_group() -> None:
    mixed = {
        **pinned("web", "3"),
        "Instances": [
            {
                "InstanceId": "i-1",
                "AvailabilityZone": f"{REGION}a",
                "LifecycleState": "InService",
                "HealthStatus": "Healthy",
                "ProtectedFromScaleIn": False,
                "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "3"},
            },
            {
                "InstanceId": "i-2",
                "AvailabilityZone": f"{REGION}b",
                "LifecycleState": "Terminating",
                "HealthStatus": "UNHEALTHY",
                "ProtectedFromScaleIn": False,
            },
        ],
        "MixedInstancesPolicy": {
            "LaunchTemplate": {
                "LaunchTemplateSpecification": {"LaunchTemplateId": "lt-2"},
                "Overrides": [
                    {"InstanceType": "m7g.large"},
                    {"LaunchTemplateSpecification": {"LaunchTemplateId": "lt-3", "Version": "1"}},
                ],
            }
        },
        "TrafficSources": [{"Identifier": "arn:lattice", "Type": "vpc-lattice"}],
    }
    del mixed["LaunchTemplate"]
    answer = Answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": [mixed]})
    with answering(answer) as connection:
        (found,) = seen(connection, AutoScalingGroup)

    assert found.templates == (
        TemplateVersion(id="lt-2", version="$Default"),
        TemplateVersion(id="lt-3", version="1"),
    )
    assert found.instances == (
        GroupInstance(
            id="i-1",
            state="InService",
            template=TemplateVersion(id="lt-1", version="3"),
            zone=f"{REGION}a",
        ),
        GroupInstance(
            id="i-2", state="Terminating", template=None, zone=f"{REGION}b", healthy=False
        ),
    )
    assert found.lattice


# --- Disks ----------------------------------------------------------------------------------------

LIST = "cloudwatch.list_metrics"


def dimensions(**named: str) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in named.items()]


def listed_metric(metric: str, **named: str) -> dict[str, Any]:
    return {"Namespace": "CWAgent", "MetricName": metric, "Dimensions": dimensions(**named)}


LINUX_DISK = listed_metric(
    "disk_used_percent", InstanceId="i-1", path="/", device="nvme0n1p1", fstype="xfs"
)
WINDOWS_DISK = listed_metric("LogicalDisk % Free Space", AutoScalingGroupName="web", instance="C:")
METRICS = (
    Answer(LIST, {"Metrics": [LINUX_DISK, listed_metric("disk_used_percent", host="laptop")]}),
    Answer(LIST, {"Metrics": [WINDOWS_DISK]}),
)
LINUX_ARN = f"{EC2}:instance/i-1#device=nvme0n1p1,fstype=xfs,path=/"
WINDOWS_ARN = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroupName/web#instance=C:"


def test_metrics_of_disks() -> None:
    with answering(*METRICS) as connection:
        found = seen(connection, DiskMetric)
        assert_made_as_declared(connection, DiskMetric)

    assert [(each.arn, each.instance, each.group, each.path, each.filesystem) for each in found] == [
        (LINUX_ARN, "i-1", "", "/", "xfs"),
        (f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:nameless-machine#host=laptop", "", "", "", ""),
        (WINDOWS_ARN, "", "web", "C:", ""),
    ]  # fmt: skip


def test_the_use_of_disks() -> None:
    hour = NOW - timedelta(hours=3)
    data = [
        {"Id": "m0", "Timestamps": [hour, NOW], "Values": [40.0, 60.0]},
        {"Id": "m1", "Timestamps": [hour, NOW], "Values": [30.0, 10.0]},
    ]
    answer = Answer("cloudwatch.get_metric_data", {"MetricDataResults": data})
    with answering(*METRICS, answer) as connection:
        found = seen(connection, DiskUsage)

    assert found == Evidence(
        (
            DiskUsage(arn=LINUX_ARN, path="/", filesystem="xfs", used=60.0),
            DiskUsage(arn=WINDOWS_ARN, path="C:", filesystem="", used=90.0),
        )
    )


@pytest.mark.parametrize(
    ("kind", "call", "action"),
    [
        (OwnImage, "ec2.describe_images", "ec2:DescribeImages"),
        (ImageBlock, "ec2.get_image_block_public_access_state", "ec2:GetImageBlockPublicAccessState"),
        (ImagePipeline, "imagebuilder.list_image_pipelines", "imagebuilder:ListImagePipelines"),
        (DiskMetric, LIST, "cloudwatch:ListMetrics"),
        (ObservabilityLink, "oam.list_links", "oam:ListLinks"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], call: str, action: str) -> None:
    with answering(Answer(call, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))


def test_links_to_accounts_that_watch() -> None:
    sink = f"arn:aws:oam:{REGION}:444455556666:sink/1"

    def link(number: int) -> dict[str, Any]:
        arn = f"arn:aws:oam:{REGION}:{ACCOUNT}:link/{number}"
        return {"Arn": arn, "SinkArn": sink, "ResourceTypes": ["AWS::CloudWatch::Metric"]}

    answers = (
        Answer("oam.list_links", {"Items": [link(1)], "NextToken": "n"}),
        Answer("oam.list_links", {"Items": [link(2)]}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ObservabilityLink)
        assert_made_as_declared(connection, ObservabilityLink)

    assert [(each.arn[-1], each.sink, each.shares) for each in found] == [
        ("1", sink, ("AWS::CloudWatch::Metric",)),
        ("2", sink, ("AWS::CloudWatch::Metric",)),
    ]
