"""How new versions replace old ones: CodeDeploy, Elastic Beanstalk, and services that deploy by themselves."""

from __future__ import annotations

from readiness.evidence import Scope, record

#: Configurations that AWS made are known by their names.
PREDEFINED = "CodeDeployDefault."


@record(Scope.REGION, "deployment group")
class DeploymentGroup:
    """A CodeDeploy deployment group. Source: codedeploy.BatchGetDeploymentGroups."""

    #: `…:deploymentgroup:<application>/<name>`.
    arn: str
    application: str
    name: str
    #: Server, Lambda or ECS.
    platform: str
    #: The deployment configuration's name.
    config: str
    #: IN_PLACE or BLUE_GREEN.
    style: str
    #: Whether a load balancer or target group is told of deployments.
    balanced: bool
    auto_scaling_groups: tuple[str, ...]
    #: ECS services, as `cluster/service`.
    services: tuple[str, ...]
    rollback: bool
    #: DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, DEPLOYMENT_STOP_ON_REQUEST.
    rollback_events: tuple[str, ...]
    alarms_enabled: bool
    alarms: tuple[str, ...]


@record(Scope.REGION, "deployment configuration")
class DeploymentConfig:
    """A deployment configuration that a group uses and AWS did not make. Source: codedeploy.GetDeploymentConfig."""

    #: `…:deploymentconfig:<name>`.
    arn: str
    name: str
    #: HOST_COUNT or FLEET_PERCENT, and the number; empty and 0 for other platforms than Server.
    minimum_type: str
    minimum: int
    #: TimeBasedCanary, TimeBasedLinear or AllAtOnce; empty for the platform Server.
    routing: str


@record(Scope.REGION, "Elastic Beanstalk environment")
class BeanstalkEnvironment:
    """An environment; terminated ones are left out. Source: elasticbeanstalk.DescribeEnvironments."""

    arn: str
    application: str
    name: str
    #: WebServer or Worker.
    tier: str


@record(Scope.REGION, "Elastic Beanstalk environment's settings")
class BeanstalkSettings:
    """How an environment is deployed. Source: elasticbeanstalk.DescribeConfigurationSettings."""

    #: The environment's ARN.
    arn: str
    #: AllAtOnce, Rolling, RollingWithAdditionalBatch, Immutable or TrafficSplitting; empty where unset.
    policy: str
    #: SingleInstance or LoadBalanced; empty where unset.
    kind: str


@record(Scope.REGION, "application that deploys itself")
class HostedApp:
    """An app of Amplify Hosting or a service of App Runner.

    Source: amplify.ListApps, apprunner.ListServices, apprunner.DescribeService.
    """

    arn: str
    #: Whether it is connected to a repository (App Runner: or an image repository).
    connected: bool
    #: Whether a change there is built and deployed by itself.
    automatic: bool
