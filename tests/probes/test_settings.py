"""What is seen of AppConfig, of the names of parameters, and of tags."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.settings import (
    ConfigApplication,
    ConfigDeployment,
    ConfigEnvironment,
    ConfigProfile,
    Parameter,
)
from readiness.evidence.tagging import TaggedResource
from readiness.probes import load
from readiness.probes.aws import Aws, Connection
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION

SHOP = f"arn:aws:appconfig:{REGION}:{ACCOUNT}:application/shop"
TILL = f"arn:aws:appconfig:{REGION}:{ACCOUNT}:application/till"
APPLICATIONS = (
    Answer("appconfig.list_applications", {"Items": [{"Id": "shop", "Name": "Shop"}], "NextToken": "n"}, asked={}),
    Answer("appconfig.list_applications", {"Items": [{"Id": "till", "Name": "Till"}]}, asked={"NextToken": "n"}),
)  # fmt: skip


def test_applications_of_every_page() -> None:
    with answering(*APPLICATIONS) as connection:
        found = seen(connection, ConfigApplication)
        assert_made_as_declared(connection, ConfigApplication)

    assert found == Evidence(
        (
            ConfigApplication(arn=SHOP, id="shop", name="Shop"),
            ConfigApplication(arn=TILL, id="till", name="Till"),
        )
    )


def test_environments_although_those_of_one_application_are_refused() -> None:
    answers = (
        *APPLICATIONS,
        Answer("appconfig.list_environments", {"Items": [{"Id": "e1", "Name": "prod"}]}, asked={"ApplicationId": "shop"}),
        Answer("appconfig.list_environments", error=DENIED),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, ConfigEnvironment)
        assert_made_as_declared(connection, ConfigApplication, ConfigEnvironment)

    prod = ConfigEnvironment(arn=f"{SHOP}/environment/e1", application=SHOP, id="e1", name="prod")
    assert found == Evidence((prod,), (refused("appconfig:ListEnvironments", resource=TILL),))


def test_profiles_and_that_old_ones_are_free_form() -> None:
    profiles = [{"Id": "p1", "Type": "AWS.AppConfig.FeatureFlags"}, {"Id": "p2"}]
    answers = (
        *APPLICATIONS,
        Answer("appconfig.list_configuration_profiles", {"Items": profiles}, asked={"ApplicationId": "shop"}),
        Answer("appconfig.list_configuration_profiles", {"Items": []}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, ConfigProfile)
        assert_made_as_declared(connection, ConfigApplication, ConfigProfile)

    assert found == Evidence((profile("p1"), profile("p2", type="AWS.Freeform")))


def profile(name: str, **changes: Any) -> ConfigProfile:
    values: dict[str, Any] = {
        "arn": f"{SHOP}/configurationprofile/{name}",
        "application": SHOP,
        "id": name,
        "type": "AWS.AppConfig.FeatureFlags",
    }
    return ConfigProfile(**values | changes)


def environment(application: str) -> ConfigEnvironment:
    return ConfigEnvironment(
        arn=f"{application}/environment/e1", application=application, id="e1", name="prod"
    )


def deployments(connection: Connection, *given: Evidence[Any]) -> list[Any]:
    """Return what the probe of deployments yields for these environments and profiles."""
    probe = load()[ConfigDeployment]
    return list(probe.function(Aws(connection, REGION, probe.calls), *given))


def test_deployments_of_applications_with_flags_alone() -> None:
    deployed = [{"DeploymentNumber": 7, "ConfigurationProfileId": "p1", "State": "COMPLETE"}]
    asked = {"ApplicationId": "shop", "EnvironmentId": "e1"}
    answers = (
        Answer("appconfig.list_deployments", {"Items": deployed * 200, "NextToken": "n"}, asked=asked),
        Answer("appconfig.list_deployments", {"Items": deployed}, asked={**asked, "NextToken": "n"}),
    )  # fmt: skip
    environments = Evidence((environment(SHOP), environment(TILL)))
    profiles = Evidence((profile("p1"), profile("p2", application=TILL, type="AWS.Freeform")))
    with answering(*answers) as connection:
        found = deployments(connection, environments, profiles)
        assert_made_as_declared(connection, ConfigDeployment)

    expected = ConfigDeployment(
        arn=f"{SHOP}/environment/e1/deployment/7",
        profile=f"{SHOP}/configurationprofile/p1",
        state="COMPLETE",
    )
    truncated = Gap(
        reason=Reason.TRUNCATED,
        account=ACCOUNT,
        region=REGION,
        detail=f"only the newest 200 deployments of {SHOP}/environment/e1 were read",
    )
    assert found == [*[expected] * 200, truncated]


def test_a_profile_that_was_not_seen_may_have_been_deployed() -> None:
    hidden = refused("appconfig:ListConfigurationProfiles", resource=TILL)
    with answering() as connection:
        found = deployments(
            connection, Evidence((environment(TILL),)), Evidence[Any](gaps=(hidden,))
        )

    assert found == [refused("appconfig:ListConfigurationProfiles")]


def test_names_of_parameters_of_every_page_and_nothing_else_of_them() -> None:
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/prod/shop/url"
    answers = (
        Answer("ssm.describe_parameters", {"Parameters": [{"Name": "/prod/shop/url", "ARN": arn, "Type": "SecureString", "LastModifiedUser": "alice"}], "NextToken": "n"}, asked={}),
        Answer("ssm.describe_parameters", {"Parameters": [{"Name": "plain", "Type": "String"}]}, asked={"NextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, Parameter)
        assert_made_as_declared(connection, Parameter)

    plain = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/plain"
    assert found == Evidence(
        (
            Parameter(arn=arn, name="/prod/shop/url", type="SecureString"),
            Parameter(arn=plain, name="plain", type="String"),
        )
    )


def test_tags_of_every_page() -> None:
    def page(arn: str, token: str) -> dict[str, Any]:
        tags = [{"Key": "env", "Value": "dev"}]
        return {
            "ResourceTagMappingList": [{"ResourceARN": arn, "Tags": tags}],
            "PaginationToken": token,
        }

    operation = "resourcegroupstaggingapi.get_resources"
    answers = (
        Answer(operation, page("arn:1", "n"), asked={"ResourcesPerPage": 100}),
        Answer(operation, page("arn:2", ""), asked={"ResourcesPerPage": 100, "PaginationToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, TaggedResource)
        assert_made_as_declared(connection, TaggedResource)

    assert found == Evidence(
        tuple(TaggedResource(arn=arn, tags={"env": "dev"}) for arn in ("arn:1", "arn:2"))
    )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (ConfigApplication, "appconfig.list_applications", "appconfig:ListApplications"),
        (ConfigEnvironment, "appconfig.list_applications", "appconfig:ListApplications"),
        (Parameter, "ssm.describe_parameters", "ssm:DescribeParameters"),
        (TaggedResource, "resourcegroupstaggingapi.get_resources", "tag:GetResources"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
