"""Look at Elastic Beanstalk."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence import Evidence, Gap
from readiness.evidence.delivery import BeanstalkEnvironment, BeanstalkSettings
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(BeanstalkEnvironment, "elasticbeanstalk.describe_environments")
def environments(aws: Aws) -> Iterator[BeanstalkEnvironment]:
    listed = aws.pages(
        "elasticbeanstalk.describe_environments", "Environments", IncludeDeleted=False
    )
    for each in listed:
        yield BeanstalkEnvironment(
            arn=each["EnvironmentArn"],
            application=each["ApplicationName"],
            name=each["EnvironmentName"],
            tier=each["Tier"]["Name"],
        )


@probe(BeanstalkSettings, "elasticbeanstalk.describe_configuration_settings")
def environment_settings(
    aws: Aws, environments: Evidence[BeanstalkEnvironment]
) -> Iterator[BeanstalkSettings | Gap]:
    def look(environment: BeanstalkEnvironment) -> Iterator[BeanstalkSettings]:
        answer = aws.call(
            "elasticbeanstalk.describe_configuration_settings",
            absent=("InvalidParameterValue: No Environment found",),
            ApplicationName=environment.application,
            EnvironmentName=environment.name,
        )
        if answer is None:
            return
        # Beside what is deployed there may be a draft that is on its way, or failed.
        drafts_first = sorted(
            answer["ConfigurationSettings"],
            key=lambda settings: settings.get("DeploymentStatus") == "deployed",
        )
        # Option settings hold the environment's variables: only two of them are kept.
        options = {
            (option["Namespace"], option["OptionName"]): option.get("Value", "")
            for settings in drafts_first
            for option in settings["OptionSettings"]
        }
        yield BeanstalkSettings(
            arn=environment.arn,
            policy=options.get(("aws:elasticbeanstalk:command", "DeploymentPolicy"), ""),
            kind=options.get(("aws:elasticbeanstalk:environment", "EnvironmentType"), ""),
        )

    yield from aws.each(environments, look)
