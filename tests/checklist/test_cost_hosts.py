"""What the checks of "Cost" say of what could run in containers or functions."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.hosts import (
    container_platform_in_use,
    ec2_instance_container_host,
    ec2_instance_lambda_candidate,
    lambda_function_in_use,
    repo_container_build_present,
    repo_serverless_definition_present,
)
from readiness.checklist.model import Check, Status
from readiness.evidence.batch import BatchEnvironment
from readiness.evidence.compute import Instance
from readiness.evidence.containers import ContainerInstance, EcsActivity, EksCluster
from readiness.evidence.functions import FunctionUse, LambdaFunction
from readiness.evidence.infrastructure import IacRoot, ServerlessDefinition
from readiness.evidence.repository import Language, Manifest, Repository, SourceFile
from readiness.evidence.usage import DayOfUse, InstanceUse
from tests.repositories.records import SHOP, file, language, manifest, repository
from tests.rows import (
    ACCOUNT,
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

CONTAINERS, FUNCTIONS = "cost/use-docker-when-possible", "cost/use-lambda-when-possible"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def instance(*tags: tuple[str, str], **changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": ago(100),
        "managed": False,
        "tags": dict(tags),
    }
    return Instance(**values | changes)


HOST = ContainerInstance(arn=arn("ecs", "container-instance/shop/1"), instance="i-1")
STOPPED = instance(state="stopped")


def cluster(services: int, tasks: int) -> EcsActivity:
    return EcsActivity(arn=arn("ecs", "cluster/shop"), services=services, tasks=tasks)


KUBERNETES = EksCluster(arn=arn("eks", "cluster/shop"), name="shop")


def environment(enabled: bool) -> BatchEnvironment:
    return BatchEnvironment(
        arn=arn("batch", "compute-environment/jobs"),
        name="jobs",
        managed=True,
        enabled=enabled,
        status="VALID",
        capacity="EC2",
    )


def function(name: str = "orders", *, image: bool = False) -> LambdaFunction:
    return LambdaFunction(arn=arn("lambda", f"function:{name}"), name=name, subnets=(), image=image)


def calls(number: float) -> FunctionUse:
    return FunctionUse(arn=arn("lambda", "functions"), calls=number)


def root(family: str) -> IacRoot:
    return IacRoot(repository=SHOP, path="template.yaml", family=family, aws=True)


def use(
    *days: tuple[float, float, float], rest: tuple[float, float, float] = (1, 2, 1)
) -> InstanceUse:
    """Days as average and maximum CPU and megabytes; the rest of two weeks is idle."""
    filled = (*days, *[rest] * (14 - len(days)))
    return InstanceUse(
        arn=instance().arn,
        days=tuple(
            DayOfUse(cpu_average=cpu, cpu_maximum=most, network=megabytes * 1e6)
            for cpu, most, megabytes in filled
        ),
    )


APP = (repository(), language())
DECLARED = ServerlessDefinition(repository=SHOP, path="template.yaml", tool="SAM")

ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_container_host: [
        Row("of ECS", PASS, (instance(), HOST), says="ECS"),
        Row("of EKS", PASS, (instance(("aws:eks:cluster-name", "shop")),)),
        Row("of Kubernetes", PASS, (instance(("kubernetes.io/cluster/shop", "owned")),), says="Kubernetes"),
        Row("of Karpenter", PASS, (instance(("karpenter.sh/nodepool", "default")),)),
        Row("of Batch", PASS, (instance(("AWSBatchServiceTag", "batch")),)),
        Row("another one is of ECS", NO_EVIDENCE, (instance(id="i-2"), HOST)),
        Row("of none", NO_EVIDENCE, (instance(),), says="no container cluster"),
        Row("of Elastic Beanstalk", NO_EVIDENCE, (instance(("elasticbeanstalk:environment-name", "shop")),), says="whose platform"),
        Row("a bastion by its tag", NOT_APPLICABLE, (instance(("Role", "Bastion")),), says="the role bastion"),
        Row("a VPN by its name", NOT_APPLICABLE, (instance(("Name", "shop-vpn-1")),), says="the role vpn"),
        Row("a web server by its tag, whatever its name", NO_EVIDENCE, (instance(("role", "web"), ("Name", "vpn")),)),
        Row("a role of one's own", NOT_APPLICABLE, (instance(("role", "license")),), options={"non_container_roles": ("license",)}),
        Row("a Marketplace appliance", NOT_APPLICABLE, (instance(bought=True),), says="Marketplace"),
        Row("stopped", NOT_APPLICABLE, (STOPPED,)),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True),)),
        Row("no instance", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("machines of ECS are dark", UNKNOWN, (instance(),), dark=[ContainerInstance]),
    ],
    container_platform_in_use: [
        Row("of every kind", PASS, (cluster(2, 5), KUBERNETES, environment(True), function(image=True)), says="2 ECS services, 5 ECS tasks, 1 EKS clusters, 1 Batch environments, 1 functions from images"),
        Row("tasks alone", PASS, (cluster(0, 3),), says="has 3 ECS tasks"),
        Row("none", NO_EVIDENCE, (cluster(0, 0), environment(False), function())),
        Row("ECS is dark", UNKNOWN, (KUBERNETES,), dark=[EcsActivity]),
        Row("EKS is dark", UNKNOWN, (cluster(1, 1),), dark=[EksCluster]),
        Row("Batch is dark", UNKNOWN, (cluster(1, 1),), dark=[BatchEnvironment]),
        Row("functions are dark", UNKNOWN, (cluster(1, 1),), dark=[LambdaFunction]),
    ],
    repo_container_build_present: [
        *(
            Row(f"by {path}", PASS, (*APP, file(path)), says=path)
            for path in (
                "Dockerfile",
                "services/web/api.Dockerfile",
                "Containerfile",
                "docker-compose.prod.yaml",
                "compose.yml",
                "skaffold.yaml",
                "project.toml",
                ".ko.yaml",
                "charts/web/Chart.yaml",
            )
        ),
        Row("by Jib in Maven", PASS, (*APP, manifest("pom.xml", "jib-maven-plugin")), says="Jib (pom.xml)"),
        Row("by Jib in Gradle", PASS, (*APP, manifest("build.gradle", "com.google.cloud.tools.jib"))),
        Row("functions in a container", PASS, (*APP, root("SAM"), file("Dockerfile"))),
        Row("a vendored Dockerfile", NO_EVIDENCE, (*APP, file("vendor/x/Dockerfile", foreign=True))),
        Row("none", NO_EVIDENCE, (*APP, file("main.py"), manifest("pom.xml", "surefire")), says="nothing that builds an image"),
        Row("infrastructure alone", NOT_APPLICABLE, (repository(), language("Terraform")), says="nothing that is built"),
        Row("documents alone", NOT_APPLICABLE, (repository(), file("README.md"))),
        Row("functions of SAM", NOT_APPLICABLE, (*APP, root("SAM")), says="template.yaml"),
        Row("functions of the Serverless Framework", NOT_APPLICABLE, (*APP, root("Serverless Framework"))),
        Row("Terraform beside an app", NO_EVIDENCE, (*APP, root("Terraform"))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), language())),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        Row("files are dark", UNKNOWN, APP, dark=[SourceFile]),
        Row("manifests are dark", UNKNOWN, APP, dark=[Manifest]),
        Row("languages are dark", UNKNOWN, (repository(),), dark=[Language]),
        Row("infrastructure is dark", UNKNOWN, APP, dark=[IacRoot]),
    ],
    ec2_instance_lambda_candidate: [
        Row("a peak on one day", PASS, (instance(), use((1, 5.1, 1)))),
        Row("traffic on one day", PASS, (instance(), use((1, 2, 5.1)))),
        Row("a peak that is allowed", NO_EVIDENCE, (instance(), use((1, 9, 1))), options={"idle_cpu_maximum_percent": 10}),
        Row("idle", NO_EVIDENCE, (instance(), use()), says="was idle on all of the last 14 days (CPU 1.0 %"),
        Row("at the thresholds", NO_EVIDENCE, (instance(), use((2, 5, 5))), says="was idle"),
        Row("neither idle nor busy", NO_EVIDENCE, (instance(), use((3, 4, 1))), says="did little"),
        Row("days are missing", UNKNOWN, (instance(), InstanceUse(arn=instance().arn, days=()))),
        Row("younger than two weeks", NOT_APPLICABLE, (instance(launched=ago(13)), use())),
        Row("of a group", NOT_APPLICABLE, (instance(("aws:autoscaling:groupName", "web")), use())),
        Row("a directory", NOT_APPLICABLE, (instance(("role", "directory")), use())),
        Row("a bastion that counts", NO_EVIDENCE, (instance(("role", "bastion")), use()), options={"non_container_roles": ()}),
        Row("stopped", NOT_APPLICABLE, (STOPPED, use())),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True), use())),
        Row("gone meanwhile", NOT_APPLICABLE, (instance(),)),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("metrics are dark", UNKNOWN, (instance(),), dark=[InstanceUse]),
    ],
    lambda_function_in_use: [
        Row("called", PASS, (function(), calls(7)), says="called 7 times"),
        Row("called, beside a stopped instance", PASS, (function(), STOPPED, calls(7))),
        Row("never called", NO_EVIDENCE, (function(), calls(0)), says="none of which was called"),
        Row("beside a running instance", NOT_APPLICABLE, (function(), instance(), calls(7)), says="which are judged"),
        Row("of Control Tower", NOT_APPLICABLE, (function("aws-controltower-NotificationForwarder"), calls(7))),
        *(
            Row(f"of CDK: {name}", NOT_APPLICABLE, (function(name), calls(7)))
            for name in (
                "shop-CustomS3AutoDeleteObjectsCustomResourceProvi-aBc1",
                "shop-LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a-aBc1",
                "shop-AWS679f53fac002430cb0da5b7982bd22872D164C4C-aBc1",
                "shop-BucketNotificationsHandler050a0587b7544547bf-aBc1",
            )
        ),
        Row("nothing", NOT_APPLICABLE),
        Row("functions are dark", UNKNOWN, (calls(7),), dark=[LambdaFunction]),
        Row("instances are dark", UNKNOWN, (function(), calls(7)), dark=[Instance]),
        Row("calls are dark", UNKNOWN, (function(),), dark=[FunctionUse]),
        Row("a part of the calls is dark", PASS, (function(), calls(7)), gaps={FunctionUse: [dark_gap(FunctionUse)]}),
    ],
    repo_serverless_definition_present: [
        Row("declared", PASS, (repository(), DECLARED), says="SAM (template.yaml)"),
        Row("none", NO_EVIDENCE, (repository(),)),
        Row("archived", NOT_APPLICABLE, (repository(archived=True),)),
        Row("repositories are dark", UNKNOWN, dark=[Repository]),
        Row("declarations are dark", UNKNOWN, (repository(),), dark=[ServerlessDefinition]),
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
    "containers cannot be told without a repository": (CONTAINERS, (instance(), HOST), UNKNOWN),
    "no instance, functions in use": (FUNCTIONS, (function(), calls(3)), PASS),
    "an idle instance can be attested": (FUNCTIONS, (instance(), use()), NO_EVIDENCE),
    "a busy instance": (FUNCTIONS, (instance(), use((50, 90, 900))), PASS),
}


@pytest.mark.parametrize(
    ("item", "seen", "expected"), [pytest.param(*row, id=name) for name, row in VERDICTS.items()]
)
def test_the_verdict(item: str, seen: tuple[Any, ...], expected: Status) -> None:
    assert verdict_of(item, seen) is expected
