"""Does what runs find settings by environment, and flags to switch it by?

The checks of "Continuous Delivery" that judge Parameter Store, AppConfig and functions.
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.workloads import Compute, runs_something
from readiness.evidence import Evidence, Pooled, account_of
from readiness.evidence.environments import environment_of
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.settings import (
    FLAGS,
    ConfigApplication,
    ConfigDeployment,
    ConfigEnvironment,
    ConfigProfile,
    Parameter,
)

# --- Set up per-environment configuration ---------------------------------------------------------


#: Paths that AWS and CDK's bootstrap write into every account.
_BASELINE = ("/aws/", "/cdk-bootstrap/")


@check(Severity.LOW)
def ssm_parameter_environment_namespaces(
    own: Evidence[Parameter],
    everywhere: Pooled[Parameter],
    compute: Evidence[Compute],
    unit: Unit,
    *,
    separate_accounts: bool = False,
) -> Result:
    """Settings under one path for each environment let the same program run in all of them.

    Pass: a parameter's path has a part that names an environment, or the same path is in another
    account too; with `separate_accounts` any path with two parts is enough.
    Fix: name parameters by path, for example /prod/shop/url, and read them where the program runs.
    Blind spot: a parameter that a baseline writes into every account looks the same; of these the
    bootstrap of CDK is known and left out.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html
    """
    paths = []
    for parameter in own:
        parts = parameter.name.strip("/").split("/")
        if parameter.name.startswith(_BASELINE) or len(parts) < 2:
            continue
        paths.append(parameter.name)
        if separate_accounts or any(environment_of(part) for part in parts[:-1]):
            return passed(f"keeps settings by environment, for example {parameter.name}")
    for name in paths:
        for other in everywhere.about(name, "name"):
            if account_of(other.arn) != unit.account:
                return passed(f"keeps {name} as account {account_of(other.arn)} does")
    if not runs_something(compute):
        return not_applicable("runs nothing that takes settings")
    return no_evidence("has no parameter whose path names an environment")


@check(Severity.LOW)
def appconfig_environment_separation(
    applications: Evidence[ConfigApplication],
    environments: Evidence[ConfigEnvironment],
    applications_everywhere: Pooled[ConfigApplication],
    environments_everywhere: Pooled[ConfigEnvironment],
    compute: Evidence[Compute],
    unit: Unit,
) -> Iterator[Result]:
    """An AppConfig environment for each stage changes settings there without touching the others.

    Pass: an application has two environments, or one in each of two accounts.
    Fix: create an environment for each stage, and deploy the same profile to them in turn.
    See: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-environment.html
    """

    def judge(application: ConfigApplication) -> Result:
        names = []
        for environment in environments.about(application.arn, "application"):
            names.append(environment.name)
            if len(names) == 2:
                return passed(f"has the environments {' and '.join(names)}")
        for other in applications_everywhere.about(application.name, "name") if names else ():
            if account_of(other.arn) != unit.account:
                for _ in environments_everywhere.about(other.arn, "application"):
                    return passed(f"has an environment here and one in {account_of(other.arn)}")
        return no_evidence("has one environment" if names else "has no environment")

    yield from apart(applications, judge)
    if not any(True for _ in applications):
        yield _nothing_or(compute, "has no AppConfig application")


def _nothing_or(compute: Evidence[Compute], because: str) -> Result:
    """Return NO_EVIDENCE where something runs, NOT_APPLICABLE where nothing does."""
    if runs_something(compute):
        return no_evidence(because)
    return not_applicable("runs nothing that takes settings")


# --- Use feature toggles --------------------------------------------------------------------------


@check(Severity.LOW)
def appconfig_feature_flag_profile_deployed(
    profiles: Evidence[ConfigProfile],
    deployments: Evidence[ConfigDeployment],
    compute: Evidence[Compute],
) -> Iterator[Result]:
    """A flag switches a risky change off in seconds, where a deployment takes an hour.

    Pass: a profile of feature flags was deployed.
    Fix: create a feature flag profile in AppConfig, deploy it, and read it through the AppConfig agent.
    Blind spot: a flag service of another maker, or of the team's own, is not seen here; attest it.
    See: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-configuration-and-profile-feature-flags.html
    """

    def judge(profile: ConfigProfile) -> Iterator[Result]:
        if profile.type != FLAGS:
            return
        states = set()
        for deployment in deployments.about(profile.arn, "profile"):
            states.add(deployment.state)
            if deployment.state == "COMPLETE":
                yield passed("holds feature flags and is deployed")
                return
        if states:
            yield no_evidence(f"holds feature flags that are {', '.join(sorted(states)).lower()}")
        else:
            yield failed("holds feature flags and was never deployed")

    yield from apart(profiles, judge)
    if not any(profile.type == FLAGS for profile in profiles):
        yield _nothing_or(compute, "has no feature flag profile in AppConfig")


@check(Severity.INFO)
def lambda_function_appconfig_extension(function: LambdaFunction) -> Result:
    """The AppConfig extension is how functions usually read feature flags.

    Pass: one of its layers is the AppConfig extension.
    Fix: add the AppConfig agent's Lambda extension as a layer where the function reads flags.
    See: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-integration-lambda-extensions.html
    """
    if any(":layer:AWS-AppConfig-Extension" in layer for layer in function.layers):
        return passed("has the AppConfig extension")
    return no_evidence("has no AppConfig extension")
