"""What is seen of pipelines, deployment groups, environments and services that deploy themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.containers import EcsService
from readiness.evidence.delivery import (
    BeanstalkEnvironment,
    BeanstalkSettings,
    DeploymentConfig,
    DeploymentGroup,
    HostedApp,
)
from readiness.evidence.pipelines import Action, Execution, Pipeline, PipelineExecutions, Stage
from readiness.evidence.registry import EcrImage, PackageVersion
from readiness.evidence.settings import ConfigEnvironment, ConfigProfile
from readiness.probes.aws import Aws, NotOfferedError
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

PIPELINE = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop"
GROUP = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deploymentgroup:shop/live"
CONFIG = f"arn:aws:codedeploy:{REGION}:{ACCOUNT}:deploymentconfig:half"
BEANSTALK = f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:environment/shop/live"


def definition(name: str) -> dict[str, Any]:
    def kind(category: str, provider: str) -> dict[str, str]:
        return {"category": category, "owner": "AWS", "provider": provider, "version": "1"}

    return {
        "pipeline": {
            "name": name,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/pipeline",
            "pipelineType": "V2",
            "triggers": [
                {
                    "providerType": "CodeStarSourceConnection",
                    "gitConfiguration": {"sourceActionName": "Source"},
                }
            ],
            "stages": [
                {
                    "name": "Source",
                    "actions": [
                        {
                            "name": "Source",
                            "actionTypeId": kind("Source", "CodeStarSourceConnection"),
                            "configuration": {
                                "FullRepositoryId": "acme/shop",
                                "BranchName": "main",
                                "ConnectionArn": "arn:aws:codestar-connections:…",
                            },
                            "outputArtifacts": [{"name": "source"}],
                        }
                    ],
                },
                {
                    "name": "Check",
                    "actions": [
                        {
                            "name": "Check",
                            "actionTypeId": kind("Compute", "Commands"),
                            "commands": ["TOKEN=hunter2 uv run pytest", "cfn-lint *.yaml || true"],
                            "environmentVariables": [{"name": "TOKEN", "value": "hunter2"}],
                            "inputArtifacts": [{"name": "source"}],
                        }
                    ],
                },
                {
                    "name": "Live",
                    "beforeEntry": {"conditions": [{"result": "FAIL"}]},
                    "onFailure": {"result": "ROLLBACK"},
                    "actions": [
                        {
                            "name": "Deploy",
                            "actionTypeId": kind("Deploy", "CloudFormation"),
                            "region": "eu-central-1",
                            "roleArn": "arn:aws:iam::444455556666:role/deploy",
                            "configuration": {
                                "StackName": "shop",
                                "ParameterOverrides": '{"Password": "hunter2"}',
                            },
                            "inputArtifacts": [{"name": "source"}],
                        }
                    ],
                },
            ],
        }
    }


SHOP = Pipeline(
    arn=PIPELINE,
    name="shop",
    type="V2",
    triggered=True,
    stages=(
        Stage(
            name="Source",
            actions=(
                Action(
                    name="Source",
                    category="Source",
                    owner="AWS",
                    provider="CodeStarSourceConnection",
                    outputs=("source",),
                    target={"FullRepositoryId": "acme/shop", "BranchName": "main"},
                ),
            ),
        ),
        Stage(
            name="Check",
            actions=(
                Action(
                    name="Check",
                    category="Compute",
                    owner="AWS",
                    provider="Commands",
                    inputs=("source",),
                    target={},
                    commands=("pytest", "cfn-lint *.yaml", "true"),
                ),
            ),
        ),
        Stage(
            name="Live",
            on_failure="ROLLBACK",
            gated=True,
            actions=(
                Action(
                    name="Deploy",
                    category="Deploy",
                    owner="AWS",
                    provider="CloudFormation",
                    region="eu-central-1",
                    role="arn:aws:iam::444455556666:role/deploy",
                    inputs=("source",),
                    target={"StackName": "shop"},
                ),
            ),
        ),
    ),
)


def test_pipelines_of_every_page_without_their_secrets() -> None:
    gone = {
        "service_error_code": "PipelineNotFoundException",
        "service_message": "gone",
        "http_status_code": 400,
    }
    answers = (
        Answer("codepipeline.list_pipelines", {"pipelines": [{"name": "shop"}], "nextToken": "n"}, asked={}),
        Answer("codepipeline.list_pipelines", {"pipelines": [{"name": "gone"}, {"name": "closed"}]}, asked={"nextToken": "n"}),
        Answer("codepipeline.get_pipeline", definition("shop"), asked={"name": "shop"}),
        Answer("codepipeline.get_pipeline", error=gone),
        Answer("codepipeline.get_pipeline", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Pipeline)
        assert_made_as_declared(connection, Pipeline)

    closed = refused("codepipeline:GetPipeline", resource=PIPELINE.replace("shop", "closed"))
    assert found == Evidence((SHOP,), (closed,))
    assert "hunter2" not in repr(found)


def test_the_newest_twenty_executions_and_what_started_them() -> None:
    runs = [
        {
            "status": "Succeeded",
            "startTime": NOW,
            "trigger": {"triggerType": "WebhookV2", "triggerDetail": "acme/shop"},
        },
        *({"status": "Failed", "startTime": NOW} for _ in range(30)),
    ]
    answers = (
        Answer("codepipeline.list_pipelines", {"pipelines": [{"name": "shop"}]}),
        Answer("codepipeline.get_pipeline", definition("shop")),
        Answer("codepipeline.list_pipeline_executions", {"pipelineExecutionSummaries": runs, "nextToken": "n"}, asked={"pipelineName": "shop", "maxResults": 20}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, PipelineExecutions)
        assert_made_as_declared(connection, Pipeline, PipelineExecutions)

    other = Execution(status="Failed", started=NOW, trigger="", trigger_detail="")
    first = Execution(
        status="Succeeded", started=NOW, trigger="WebhookV2", trigger_detail="acme/shop"
    )
    assert found == Evidence((PipelineExecutions(arn=PIPELINE, executions=(first, *[other] * 19)),))


def group(**more: Any) -> dict[str, Any]:
    return {
        "applicationName": "shop",
        "deploymentGroupName": "live",
        "deploymentConfigName": "half",
        **more,
    }


GROUPS = (
    Answer("codedeploy.list_applications", {"applications": ["shop"], "nextToken": "n"}, asked={}),
    Answer("codedeploy.list_applications", {"applications": ["till"]}, asked={"nextToken": "n"}),
)


def test_deployment_groups_of_every_application() -> None:
    whole = group(
        computePlatform="ECS",
        deploymentStyle={"deploymentType": "BLUE_GREEN"},
        loadBalancerInfo={"targetGroupPairInfoList": [{"targetGroups": [{"name": "blue"}]}]},
        autoScalingGroups=[{"name": "web"}],
        ecsServices=[{"serviceName": "web", "clusterName": "main"}],
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
        alarmConfiguration={"enabled": True, "alarms": [{"name": "errors"}]},
    )
    bare = group(applicationName="till", deploymentConfigName="CodeDeployDefault.AllAtOnce")
    answers = (
        *GROUPS,
        Answer("codedeploy.list_deployment_groups", {"deploymentGroups": ["live"]}, asked={"applicationName": "shop"}),
        Answer("codedeploy.batch_get_deployment_groups", {"deploymentGroupsInfo": [whole]}, asked={"applicationName": "shop", "deploymentGroupNames": ["live"]}),
        Answer("codedeploy.list_deployment_groups", {"deploymentGroups": ["live"]}),
        Answer("codedeploy.batch_get_deployment_groups", {"deploymentGroupsInfo": [bare]}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, DeploymentGroup)
        assert_made_as_declared(connection, DeploymentGroup)

    assert found == Evidence(
        (
            DeploymentGroup(
                arn=GROUP,
                application="shop",
                name="live",
                platform="ECS",
                config="half",
                style="BLUE_GREEN",
                balanced=True,
                auto_scaling_groups=("web",),
                services=("main/web",),
                rollback=True,
                rollback_events=("DEPLOYMENT_FAILURE",),
                alarms_enabled=True,
                alarms=("errors",),
            ),
            DeploymentGroup(
                arn=GROUP.replace("shop/", "till/"),
                application="till",
                name="live",
                platform="Server",
                config="CodeDeployDefault.AllAtOnce",
                style="IN_PLACE",
                balanced=False,
                auto_scaling_groups=(),
                services=(),
                rollback=False,
                rollback_events=(),
                alarms_enabled=False,
                alarms=(),
            ),
        )
    )


def test_a_refused_application_hides_its_groups_and_their_configurations() -> None:
    answers = (
        *GROUPS,
        Answer("codedeploy.list_deployment_groups", error=DENIED),
        Answer("codedeploy.list_deployment_groups", {"deploymentGroups": ["live"]}),
        Answer("codedeploy.batch_get_deployment_groups", {"deploymentGroupsInfo": [group(applicationName="till")]}),
        Answer("codedeploy.get_deployment_config", {
            "deploymentConfigInfo": {
                "deploymentConfigName": "half",
                "minimumHealthyHosts": {"type": "FLEET_PERCENT", "value": 50},
            }
        }, asked={"deploymentConfigName": "half"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, DeploymentConfig)
        assert_made_as_declared(connection, DeploymentGroup, DeploymentConfig)

    half = DeploymentConfig(
        arn=CONFIG, name="half", minimum_type="FLEET_PERCENT", minimum=50, routing=""
    )
    assert found == Evidence((half,), (refused("codedeploy:ListDeploymentGroups"),))


def gone(code: str) -> dict[str, Any]:
    return {"service_error_code": code, "service_message": "gone", "http_status_code": 400}


ECR = {
    "repositoryArn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shop",
    "repositoryName": "shop",
    "repositoryUri": "shop",
    "createdAt": NOW,
    "imageTagMutability": "MUTABLE",
}
FEED = {
    "arn": f"arn:aws:codeartifact:{REGION}:{ACCOUNT}:repository/acme/own",
    "name": "own",
    "domainName": "acme",
    "domainOwner": ACCOUNT,
}


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        pytest.param(DeploymentGroup, [Answer("codedeploy.list_applications", {"applications": ["shop"]}), Answer("codedeploy.list_deployment_groups", error=gone("ApplicationDoesNotExistException"))], id="CodeDeploy's application"),
        pytest.param(DeploymentGroup, [Answer("codedeploy.list_applications", {"applications": ["shop"]}), Answer("codedeploy.list_deployment_groups", {"deploymentGroups": ["live"]}), Answer("codedeploy.batch_get_deployment_groups", error=gone("ApplicationDoesNotExistException"))], id="CodeDeploy's application, a call later"),
        pytest.param(ConfigEnvironment, [Answer("appconfig.list_applications", {"Items": [{"Id": "shop", "Name": "shop"}]}), Answer("appconfig.list_environments", error=gone("ResourceNotFoundException"))], id="AppConfig's application"),
        pytest.param(ConfigProfile, [Answer("appconfig.list_applications", {"Items": [{"Id": "shop", "Name": "shop"}]}), Answer("appconfig.list_configuration_profiles", error=gone("ResourceNotFoundException"))], id="AppConfig's application of profiles"),
        pytest.param(EcrImage, [Answer("ecr.describe_repositories", {"repositories": [ECR]}), Answer("ecr.describe_images", error=gone("RepositoryNotFoundException"))], id="ECR's repository"),
        pytest.param(PackageVersion, [Answer("codeartifact.list_repositories", {"repositories": [FEED]}), Answer("codeartifact.list_packages", error=gone("ResourceNotFoundException"))], id="CodeArtifact's repository"),
        pytest.param(EcsService, [Answer("ecs.list_clusters", {"clusterArns": [f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/main"]}), Answer("ecs.list_services", error=gone("ClusterNotFoundException"))], id="ECS's cluster"),
    ],
)  # fmt: skip
def test_what_was_deleted_between_two_calls_is_gone(kind: type[Any], answers: list[Answer]) -> None:
    with answering(*answers) as connection:
        assert seen(connection, kind) == Evidence()


def test_a_configuration_that_was_deleted_meanwhile_is_gone() -> None:
    answers = (
        Answer("codedeploy.list_applications", {"applications": ["till"]}),
        Answer("codedeploy.list_deployment_groups", {"deploymentGroups": ["live"]}),
        Answer("codedeploy.batch_get_deployment_groups", {"deploymentGroupsInfo": [group(applicationName="till", deploymentConfigName="half")]}),
        Answer("codedeploy.get_deployment_config", error=gone("DeploymentConfigDoesNotExistException")),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, DeploymentConfig) == Evidence()


def test_environments_and_two_of_their_settings() -> None:
    def setting(namespace: str, name: str, value: str) -> dict[str, str]:
        return {"Namespace": f"aws:elasticbeanstalk:{namespace}", "OptionName": name, "Value": value}  # fmt: skip

    listed = {
        "EnvironmentArn": BEANSTALK,
        "ApplicationName": "shop",
        "EnvironmentName": "live",
        "Tier": {"Name": "WebServer"},
    }
    settings = [
        setting("command", "DeploymentPolicy", "Immutable"),
        setting("environment", "EnvironmentType", "LoadBalanced"),
        setting("application:environment", "PASSWORD", "hunter2"),
    ]
    answers = (
        Answer("elasticbeanstalk.describe_environments", {"Environments": [], "NextToken": "n"}, asked={"IncludeDeleted": False}),
        Answer("elasticbeanstalk.describe_environments", {"Environments": [listed]}, asked={"IncludeDeleted": False, "NextToken": "n"}),
        Answer("elasticbeanstalk.describe_configuration_settings", {"ConfigurationSettings": [{"OptionSettings": settings}]}, asked={"ApplicationName": "shop", "EnvironmentName": "live"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BeanstalkSettings)
        assert_made_as_declared(connection, BeanstalkEnvironment, BeanstalkSettings)

    expected = BeanstalkSettings(arn=BEANSTALK, policy="Immutable", kind="LoadBalanced")
    assert found == Evidence((expected,))


def test_what_is_deployed_counts_and_no_draft_and_what_is_gone_is_no_gap() -> None:
    def draft(policy: str, status: str) -> dict[str, Any]:
        option = {"Namespace": "aws:elasticbeanstalk:command", "OptionName": "DeploymentPolicy", "Value": policy}  # fmt: skip
        return {"DeploymentStatus": status, "OptionSettings": [option]}

    listed = [
        {"EnvironmentArn": BEANSTALK if name == "live" else f"{BEANSTALK}-{name}", "ApplicationName": "shop", "EnvironmentName": name, "Tier": {"Name": "WebServer"}}
        for name in ("live", "gone")
    ]  # fmt: skip
    gone = {
        "service_error_code": "InvalidParameterValue",
        "service_message": "No Environment found for EnvironmentName = 'gone'.",
        "http_status_code": 400,
    }
    answers = (
        Answer("elasticbeanstalk.describe_environments", {"Environments": listed}),
        Answer("elasticbeanstalk.describe_configuration_settings", {"ConfigurationSettings": [draft("AllAtOnce", "deployed"), draft("Immutable", "failed")]}),
        Answer("elasticbeanstalk.describe_configuration_settings", error=gone),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, BeanstalkSettings)

    assert found == Evidence((BeanstalkSettings(arn=BEANSTALK, policy="AllAtOnce", kind=""),))


def test_a_worker_environment() -> None:
    listed = {
        "EnvironmentArn": BEANSTALK,
        "ApplicationName": "shop",
        "EnvironmentName": "live",
        "Tier": {"Name": "Worker"},
    }
    with answering(
        Answer("elasticbeanstalk.describe_environments", {"Environments": [listed]})
    ) as connection:
        assert seen(connection, BeanstalkEnvironment) == Evidence(
            (BeanstalkEnvironment(arn=BEANSTALK, application="shop", name="live", tier="Worker"),)
        )


def amplify(name: str) -> dict[str, Any]:
    return {
        "appId": name,
        "appArn": f"arn:aws:amplify:{REGION}:{ACCOUNT}:apps/{name}",
        "name": name,
        "description": "",
        "repository": "https://github.com/acme/shop",
        "platform": "WEB",
        "createTime": NOW,
        "updateTime": NOW,
        "environmentVariables": {"PASSWORD": "hunter2"},
        "defaultDomain": "d1.amplifyapp.com",
        "enableBranchAutoBuild": True,
        "enableBasicAuth": False,
    }


def test_services_that_deploy_themselves_on_every_page_although_one_kind_is_refused() -> None:
    runner = f"arn:aws:apprunner:{REGION}:{ACCOUNT}:service/till/{'1' * 32}"
    described = {
        "Service": {
            "ServiceName": "till",
            "ServiceId": "1" * 32,
            "ServiceArn": runner,
            "CreatedAt": NOW,
            "UpdatedAt": NOW,
            "Status": "RUNNING",
            "SourceConfiguration": {
                "AutoDeploymentsEnabled": False,
                "ImageRepository": {"ImageIdentifier": "till:1", "ImageRepositoryType": "ECR"},
            },
            "InstanceConfiguration": {},
            "AutoScalingConfigurationSummary": {},
            "NetworkConfiguration": {},
        },
        "OperationId": "1",
    }
    del described["OperationId"]
    answers = (
        Answer("amplify.list_apps", {"apps": [amplify("d1")], "nextToken": "n"}, asked={}),
        Answer("amplify.list_apps", error=DENIED),
        Answer("apprunner.list_services", {"ServiceSummaryList": [], "NextToken": "n"}, asked={}),
        Answer("apprunner.list_services", {"ServiceSummaryList": [{"ServiceArn": runner}]}, asked={"NextToken": "n"}),
        Answer("apprunner.describe_service", described, asked={"ServiceArn": runner}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, HostedApp)
        assert_made_as_declared(connection, HostedApp)

    assert found == Evidence(
        (
            HostedApp(
                arn=f"arn:aws:amplify:{REGION}:{ACCOUNT}:apps/d1", connected=True, automatic=True
            ),
            HostedApp(arn=runner, connected=True, automatic=False),
        ),
        (refused("amplify:ListApps"),),
    )


def test_a_region_without_one_of_these_services_may_have_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere(_: Aws) -> Iterator[HostedApp]:
        raise NotOfferedError
        yield

    monkeypatch.setattr("readiness.probes.hosting._app_runner", nowhere)
    with answering(Answer("amplify.list_apps", {"apps": [amplify("d1")]})) as connection:
        found = seen(connection, HostedApp)

    app = f"arn:aws:amplify:{REGION}:{ACCOUNT}:apps/d1"
    assert found == Evidence((HostedApp(arn=app, connected=True, automatic=True),))


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (Pipeline, "codepipeline.list_pipelines", "codepipeline:ListPipelines"),
        (DeploymentGroup, "codedeploy.list_applications", "codedeploy:ListApplications"),
        (BeanstalkEnvironment, "elasticbeanstalk.describe_environments", "elasticbeanstalk:DescribeEnvironments"),
        (BeanstalkSettings, "elasticbeanstalk.describe_environments", "elasticbeanstalk:DescribeEnvironments"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
