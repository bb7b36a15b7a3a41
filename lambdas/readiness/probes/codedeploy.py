"""Look at CodeDeploy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.delivery import PREDEFINED, DeploymentConfig, DeploymentGroup
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.batches import batches

#: Batch calls take so many names.
BATCH = 25
#: What is said of an application that was deleted meanwhile.
_GONE = ("ApplicationDoesNotExistException",)


@probe(
    DeploymentGroup,
    "codedeploy.list_applications",
    "codedeploy.list_deployment_groups",
    "codedeploy.batch_get_deployment_groups",
)
def deployment_groups(aws: Aws) -> Iterator[DeploymentGroup | Gap]:
    def look(application: str) -> Iterator[DeploymentGroup]:
        names = aws.pages(
            "codedeploy.list_deployment_groups",
            "deploymentGroups",
            absent=_GONE,
            applicationName=application,
        )
        for some in batches(names, BATCH):
            answer = aws.call(
                "codedeploy.batch_get_deployment_groups",
                absent=_GONE,
                applicationName=application,
                deploymentGroupNames=some,
            )
            for each in answer["deploymentGroupsInfo"] if answer else ():
                yield _group(aws, each)

    applications = aws.pages("codedeploy.list_applications", "applications")
    # A group whose application was refused cannot be named: the gap hides them all.
    yield from aws.each(applications, look, arn=lambda _: "")


def _group(aws: Aws, each: Mapping[str, Any]) -> DeploymentGroup:
    application, name = each["applicationName"], each["deploymentGroupName"]
    balancing = each.get("loadBalancerInfo", {})
    rollback = each.get("autoRollbackConfiguration", {})
    alarms = each.get("alarmConfiguration", {})
    return DeploymentGroup(
        arn=aws.arn("codedeploy", f"deploymentgroup:{application}/{name}"),
        application=application,
        name=name,
        platform=each.get("computePlatform", "Server"),
        config=each["deploymentConfigName"],
        style=each.get("deploymentStyle", {}).get("deploymentType", "IN_PLACE"),
        balanced=any(balancing.values()),
        auto_scaling_groups=tuple(group["name"] for group in each.get("autoScalingGroups") or ()),
        services=tuple(
            f"{service['clusterName']}/{service['serviceName']}"
            for service in each.get("ecsServices") or ()
        ),
        rollback=rollback.get("enabled", False),
        rollback_events=tuple(rollback.get("events") or ()),
        alarms_enabled=alarms.get("enabled", False),
        alarms=tuple(alarm["name"] for alarm in alarms.get("alarms") or ()),
    )


@probe(DeploymentConfig, "codedeploy.get_deployment_config")
def deployment_configs(
    aws: Aws, groups: Evidence[DeploymentGroup]
) -> Iterator[DeploymentConfig | Gap]:
    def arn(name: str) -> str:
        return aws.arn("codedeploy", f"deploymentconfig:{name}")

    def look(name: str) -> Iterator[DeploymentConfig]:
        answer = aws.call(
            "codedeploy.get_deployment_config",
            absent=("DeploymentConfigDoesNotExistException",),
            deploymentConfigName=name,
        )
        if answer is None:
            return
        each = answer["deploymentConfigInfo"]
        minimum = each.get("minimumHealthyHosts", {})
        yield DeploymentConfig(
            arn=arn(name),
            name=name,
            minimum_type=minimum.get("type", ""),
            minimum=minimum.get("value", 0),
            routing=each.get("trafficRoutingConfig", {}).get("type", ""),
        )

    # Of applications that were refused no configuration is known either: their gaps stay.
    names: dict[Any, None] = dict.fromkeys(
        group.config for group in groups.seen if not group.config.startswith(PREDEFINED)
    )
    yield from aws.each(names, look, arn=arn)
    yield from groups.gaps
