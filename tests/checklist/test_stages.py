"""What the checks of a pipeline's environments say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.model import Check
from readiness.checklist.stages import (
    environment_account_separated,
    pipeline_production_gate,
    repository_pipeline_environments,
)
from readiness.evidence.builds import BuildProject
from readiness.evidence.infrastructure import (
    AwsLogin,
    CiJob,
    DeployEnvironment,
    DeployVariable,
    EnvironmentSettings,
    KubernetesObject,
)
from readiness.evidence.pipelines import Action, Pipeline, Stage
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.repository import CiStep, Repository
from tests.repositories.records import CI, SHOP, repository, step
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

LIVE, TEST, TOOLS = "111122223333", "444455556666", "777788889999"
HERE, DEPLOY = repository(), step("cdk deploy --all")
WAYS: tuple[Any, ...] = (HERE, DEPLOY)


def environment(name: str, *, protected: bool = True) -> DeployEnvironment:
    return DeployEnvironment(repository=SHOP, name=name, protected=protected)


def job(environment: str) -> CiJob:
    return CiJob(
        repository=SHOP, workflow=CI, name="deploy", environment=environment, reads_settings=False,
        needs=(), takes=False, branches=(),
    )  # fmt: skip


def settings(name: str, *, path: str = "infra/envs/x", family: str = "CDK context", account: str = "") -> EnvironmentSettings:  # fmt: skip
    return EnvironmentSettings(
        repository=SHOP, path=path, family=family, environment=name, account=account
    )


def deploy(name: str, account: str = "", **changes: Any) -> Stage:
    role = f"arn:aws:iam::{account}:role/deploys" if account else ""
    action = Action(
        name="Deploy", category="Deploy", owner="AWS", provider="CloudFormation", role=role, target={}
    )  # fmt: skip
    return Stage(name=name, actions=(action,), **changes)


APPROVAL = Stage(
    name="Approve",
    actions=(Action(name="Look", category="Approval", owner="AWS", provider="Manual", target={}),),
)


def pipeline(*stages: Stage, source: str = "acme/shop") -> Pipeline:
    begin = Action(
        name="Source",
        category="Source",
        owner="AWS",
        provider="CodeStarSourceConnection",
        target={"FullRepositoryId": source},
    )
    return Pipeline(
        arn=f"arn:aws:codepipeline:{REGION}:{TOOLS}:shop",
        name="shop",
        type="V2",
        stages=(Stage(name="Source", actions=(begin,)), *stages),
        triggered=True,
    )


def login(role: str, environment: str = "", variable: str = "", job: str = "deploy") -> AwsLogin:
    arn = f"arn:aws:iam::{role}:role/deploys" if role.isdigit() else role
    return AwsLogin(
        repository=SHOP, workflow=CI, job=job, environment=environment, role=arn, variable=variable, token=True,
    )  # fmt: skip


def variable(environment: str, account: str, name: str = "ROLE") -> DeployVariable:
    return DeployVariable(repository=SHOP, environment=environment, name=name, account=account)


def account(name: str, called: str) -> OrganizationAccount:
    place = f"arn:aws:organizations::1:account/o-1/{name}"
    return OrganizationAccount(arn=place, id=name, name=called, email="", state="ACTIVE", paths=())


NAMED = login("*", "production", "vars.ROLE"), login("*", "staging", "vars.ROLE")
DARK: tuple[type[Any], ...] = (CiStep, BuildProject, Pipeline, KubernetesObject)


def dark() -> list[Row]:
    kinds: tuple[type[Any], ...] = (Repository, *DARK)
    return [Row(f"{kind.__name__} was not seen", UNKNOWN, [HERE], dark=[kind]) for kind in kinds]


ROWS: dict[Check[..., Any], list[Row]] = {
    repository_pipeline_environments: [
        Row("two environments of GitHub", PASS, [*WAYS, environment("production"), environment("staging")]),
        Row("two jobs", PASS, [*WAYS, job("prod"), job("dev")]),
        Row("settings of two", PASS, [*WAYS, settings("prod"), settings("dev")]),
        Row("two stages of a pipeline", PASS, [HERE, pipeline(deploy("Staging"), deploy("Prod"))]),
        Row("one of GitHub and one of settings", PASS, [*WAYS, environment("production"), settings("qa")]),
        Row("one alone", FAIL, [*WAYS, environment("production")], says="production alone"),
        Row("production twice, in two regions", FAIL, [HERE, pipeline(deploy("Prod-eu"), deploy("Prod-us"))]),
        Row("a preview is no environment", FAIL, [*WAYS, environment("production"), environment("pr-17")]),
        Row("names of test data", FAIL, [*WAYS, environment("production"), settings("dev", path="tests/fixtures/envs/dev.tfvars")]),
        Row("settings of the program", FAIL, [*WAYS, environment("production"), settings("dev", family=".NET settings")]),
        Row("stages of another repository's pipeline", FAIL, [*WAYS, pipeline(deploy("Staging"), deploy("Prod"), source="acme/other")]),
        Row("no name", FAIL, WAYS, says="no environment"),
        *dark(),
        *(Row(f"{kind.__name__} was not seen, and it is deployed", UNKNOWN, WAYS, dark=[kind]) for kind in (DeployEnvironment, CiJob, EnvironmentSettings)),
        Row("nothing deploys it", NOT_APPLICABLE, [HERE, environment("production")]),
        Row("an archived repository", NOT_APPLICABLE, [replace(HERE, archived=True), DEPLOY]),
    ],
    pipeline_production_gate: [
        Row("a protected environment", PASS, [*WAYS, environment("production"), environment("dev", protected=False)]),
        Row("an open environment", FAIL, [*WAYS, environment("production", protected=False)], says="plan"),
        Row("an approval before production", PASS, [HERE, pipeline(deploy("Dev"), APPROVAL, deploy("Prod"))]),
        Row("a condition of entry", PASS, [HERE, pipeline(deploy("Dev"), deploy("Prod", gated=True))]),
        Row("an approval behind production", FAIL, [HERE, pipeline(deploy("Prod"), APPROVAL)], says="Prod"),
        Row("the last stage stands for production", FAIL, [HERE, pipeline(deploy("One"), deploy("Two"))], says="Two"),
        Row("no production environment", NO_EVIDENCE, [*WAYS, environment("dev", protected=False)]),
        *dark(),
        Row("environments were not seen, and it is deployed", UNKNOWN, WAYS, dark=[DeployEnvironment]),
        Row("nothing deploys it", NOT_APPLICABLE, [HERE, environment("production", protected=False)]),
    ],
    environment_account_separated: [
        Row("two roles", PASS, [*WAYS, login(LIVE, "production"), login(TEST, "staging")], says=LIVE),
        Row("two roles of jobs that are named so", PASS, [*WAYS, login(LIVE, job="deploy-prod"), login(TEST, job="deploy-dev")]),
        Row("two roles of one account", FAIL, [*WAYS, login(LIVE, "production"), login(LIVE, "staging")], says=LIVE),
        Row("variables of two environments", PASS, [*WAYS, *NAMED, variable("production", LIVE), variable("staging", TEST)]),
        Row("one variable for both", FAIL, [*WAYS, *NAMED, variable("", LIVE)]),
        Row("a secret", UNKNOWN, [*WAYS, login("*", "production", "secrets.ROLE"), login(TEST, "staging")], says="secrets.ROLE"),
        Row("a variable that holds no account", UNKNOWN, [*WAYS, *NAMED], says="vars.ROLE"),
        Row("stages with roles of two accounts", PASS, [HERE, pipeline(deploy("Dev", TEST), deploy("Prod", LIVE))]),
        Row("stages in the pipeline's own account", FAIL, [HERE, pipeline(deploy("Dev"), deploy("Prod"))], says=TOOLS),
        Row("settings with accounts", PASS, [*WAYS, settings("prod", account=LIVE), settings("dev", account=TEST)]),
        Row("accounts that are named for their environments", PASS, [*WAYS, login(LIVE), login(TEST), account(LIVE, "shop-prod"), account(TEST, "shop-dev")]),
        Row("accounts that are named for nothing", NO_EVIDENCE, [*WAYS, login(LIVE), login(TEST), account(LIVE, "blue"), account(TEST, "green")]),
        Row("one environment alone", NO_EVIDENCE, [*WAYS, login(LIVE, "production")]),
        Row("no account", NO_EVIDENCE, WAYS),
        *dark(),
        *(Row(f"{kind.__name__} was not seen, and it is deployed", UNKNOWN, WAYS, dark=[kind]) for kind in (AwsLogin, EnvironmentSettings)),
        Row("variables were not seen", UNKNOWN, [*WAYS, *NAMED], dark=[DeployVariable]),
        Row("accounts were not seen", UNKNOWN, [*WAYS, login(LIVE)], dark=[OrganizationAccount]),
        Row("nothing deploys it", NOT_APPLICABLE, [HERE, login(LIVE, "production")]),
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
def test_rows(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
