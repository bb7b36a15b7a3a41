"""Where software finds its settings at run time: AppConfig, and the names of SSM parameters."""

from __future__ import annotations

from readiness.evidence import Scope, record


@record(Scope.REGION, "AppConfig application")
class ConfigApplication:
    """An application of AppConfig. Source: appconfig.ListApplications."""

    arn: str
    id: str
    name: str


@record(Scope.REGION, "AppConfig environment")
class ConfigEnvironment:
    """An environment of an application. Source: appconfig.ListEnvironments."""

    arn: str
    #: The application's ARN.
    application: str
    id: str
    name: str


#: The type of profiles that hold feature flags.
FLAGS = "AWS.AppConfig.FeatureFlags"


@record(Scope.REGION, "AppConfig profile")
class ConfigProfile:
    """A configuration profile. Source: appconfig.ListConfigurationProfiles."""

    arn: str
    #: The application's ARN.
    application: str
    id: str
    #: AWS.AppConfig.FeatureFlags or AWS.Freeform; old profiles name none and are free-form.
    type: str


@record(Scope.REGION, "AppConfig deployment")
class ConfigDeployment:
    """A deployment, among the newest of each environment of an application with feature flags.

    Source: appconfig.ListDeployments.
    """

    #: `…/environment/<id>/deployment/<number>`.
    arn: str
    #: The profile's ARN.
    profile: str
    #: BAKING, VALIDATING, DEPLOYING, COMPLETE, ROLLING_BACK, ROLLED_BACK or REVERTED.
    state: str


@record(Scope.REGION, "SSM parameter")
class Parameter:
    """The name of a parameter of this account; never its value. Source: ssm.DescribeParameters."""

    arn: str
    name: str
    #: String, StringList or SecureString.
    type: str = ""
