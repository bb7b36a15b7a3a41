"""Look at AppConfig."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.settings import (
    FLAGS,
    ConfigApplication,
    ConfigDeployment,
    ConfigEnvironment,
    ConfigProfile,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

#: What is said of an application or an environment that was deleted meanwhile.
_GONE = ("ResourceNotFoundException",)


@probe(ConfigApplication, "appconfig.list_applications")
def applications(aws: Aws) -> Iterator[ConfigApplication]:
    for each in aws.pages("appconfig.list_applications", "Items"):
        yield ConfigApplication(
            arn=aws.arn("appconfig", f"application/{each['Id']}"),
            id=each["Id"],
            name=each["Name"],
        )


@probe(ConfigEnvironment, "appconfig.list_environments")
def environments(
    aws: Aws, applications: Evidence[ConfigApplication]
) -> Iterator[ConfigEnvironment | Gap]:
    def look(application: ConfigApplication) -> Iterator[ConfigEnvironment]:
        listed = aws.pages(
            "appconfig.list_environments", "Items", absent=_GONE, ApplicationId=application.id
        )
        for each in listed:
            yield ConfigEnvironment(
                arn=f"{application.arn}/environment/{each['Id']}",
                application=application.arn,
                id=each["Id"],
                name=each["Name"],
            )

    yield from aws.each(applications, look)


@probe(ConfigProfile, "appconfig.list_configuration_profiles")
def profiles(aws: Aws, applications: Evidence[ConfigApplication]) -> Iterator[ConfigProfile | Gap]:
    def look(application: ConfigApplication) -> Iterator[ConfigProfile]:
        listed = aws.pages(
            "appconfig.list_configuration_profiles",
            "Items",
            absent=_GONE,
            ApplicationId=application.id,
        )
        for each in listed:
            yield ConfigProfile(
                arn=f"{application.arn}/configurationprofile/{each['Id']}",
                application=application.arn,
                id=each["Id"],
                type=each.get("Type") or "AWS.Freeform",
            )

    yield from aws.each(applications, look)


#: Deployments of each environment that are looked at, the newest first.
NEWEST = 200


@probe(ConfigDeployment, "appconfig.list_deployments")
def deployments(
    aws: Aws, environments: Evidence[ConfigEnvironment], profiles: Evidence[ConfigProfile]
) -> Iterator[ConfigDeployment | Gap]:
    flagged = {profile.application for profile in profiles.seen if profile.type == FLAGS}

    def look(environment: ConfigEnvironment) -> Iterator[ConfigDeployment | Gap]:
        application = environment.application
        listed = aws.pages(
            "appconfig.list_deployments",
            "Items",
            absent=_GONE,
            ApplicationId=application.rpartition("/")[2],
            EnvironmentId=environment.id,
        )
        for each in islice(listed, NEWEST):
            yield ConfigDeployment(
                arn=f"{environment.arn}/deployment/{each['DeploymentNumber']}",
                profile=f"{application}/configurationprofile/{each['ConfigurationProfileId']}",
                state=each["State"],
            )
        if next(listed, None) is not None:
            # An older one may be the only one of a profile.
            yield Gap(
                reason=Reason.TRUNCATED,
                account=aws.account,
                region=aws.region,
                detail=f"only the newest {NEWEST} deployments of {environment.arn} were read",
            )

    yield from aws.each((each for each in environments if each.application in flagged), look)
    # A profile that was not seen may be one with flags, whose deployments were not asked for.
    yield from (replace(gap, resource="") for gap in profiles.gaps)
