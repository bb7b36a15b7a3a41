"""What the checks of pipelines that deploy a repository say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.automation import (
    deploy_pipeline_last_run_succeeded,
    deploy_pipeline_short_lived_credentials,
    deploy_pipeline_trigger_automatic,
    repository_deploy_pipeline_defined,
)
from readiness.checklist.model import Check, Severity
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.infrastructure import AwsLogin, IacRoot, ImageDefinition, KubernetesObject
from readiness.evidence.pipelines import Action, Execution, Pipeline, PipelineExecutions, Stage
from readiness.evidence.repository import (
    Branch,
    BuildDefinition,
    CiStep,
    Provider,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.evidence.rights import Condition, IamRole, Trust
from tests.repositories.records import CI, SHOP, branch, file, repository, step
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

ROOT = IacRoot(repository=SHOP, path="template.yaml", family="SAM", aws=True)
BUILD = BuildDefinition(repository=SHOP, path="package.json")
PUSHED = {"triggers": ("push",)}
DEPLOY = step("cdk deploy --all", **PUSHED)
GITLAB = ".gitlab-ci.yml"
PIPELINE = f"arn:aws:codepipeline:{REGION}:{ACCOUNT}:shop"


def action(category: str, provider: str, **target: str) -> Action:
    return Action(
        name=category.lower(), category=category, owner="AWS", provider=provider, target=target
    )


def pipeline(
    *, source: str = "CodeStarSourceConnection", triggered: bool = False, **settings: str
) -> Pipeline:
    own = {"Owner": "acme", "Repo": "shop", "FullRepositoryId": "acme/shop", **settings}
    return Pipeline(
        arn=PIPELINE,
        name="shop",
        type="V2",
        stages=(
            Stage(name="Source", actions=(action("Source", source, **own),)),
            Stage(name="Live", actions=(action("Deploy", "CloudFormation"),)),
        ),
        triggered=triggered,
    )


def executions(*given: tuple[str, float]) -> PipelineExecutions:
    return PipelineExecutions(
        arn=PIPELINE,
        executions=tuple(
            Execution(status=status, started=NOW - timedelta(days=days), trigger="", trigger_detail="")
            for status, days in given
        ),
    )  # fmt: skip


def run(conclusion: str, days: float, workflow: str = CI) -> WorkflowRun:
    return WorkflowRun(
        repository=SHOP,
        number=int(days * 10),
        workflow=workflow,
        event="push",
        conclusion=conclusion,
        created=NOW - timedelta(days=days),
    )


ARGO = KubernetesObject(
    repository=SHOP,
    path="argo/shop.yaml",
    number=0,
    api="argoproj.io/v1alpha1",
    kind="Application",
    name="shop",
)
PROJECT = BuildProject(
    arn=f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/shop",
    name="shop",
    source="GITHUB",
    location="https://github.com/acme/shop",
    buildspec="inline",
    commands=(BuildCommand(phase="build", command="cdk deploy", tolerated=""),),
    webhook=True,
    webhook_events=("PUSH",),
    runner=False,
    created=NOW,
)
HERE = repository()
FOLDER = repository(provider=Provider.FOLDER)
ARCHIVED = repository(archived=True)
NOWHERE = step("pytest")

DEFINED: dict[Check[..., Any], list[Row]] = {
    repository_deploy_pipeline_defined: [
        Row("a step deploys", PASS, [HERE, ROOT, DEPLOY], says="cdk deploy"),
        Row("a pipeline deploys", PASS, [HERE, ROOT, pipeline()], says="pipeline shop"),
        Row("a project deploys", PASS, [HERE, ROOT, PROJECT]),
        Row("an operator deploys", PASS, [HERE, ROOT, ARGO], says="GitOps"),
        Row("a pipeline of another repository", FAIL, [HERE, ROOT, pipeline(FullRepositoryId="acme/other", Repo="other")]),
        Row("a job that is named deploy and runs tests", FAIL, [HERE, ROOT, step("pytest", job="deploy")]),
        Row("a step that may fail", FAIL, [HERE, ROOT, step("cdk deploy", tolerated="|| true")]),
        Row("a workflow of another repository", NO_EVIDENCE, [HERE, ROOT, step(uses="acme/ci/.github/workflows/deploy.yml")]),
        Row("another CI service without a step that can be read", NO_EVIDENCE, [HERE, ROOT, file("Jenkinsfile")]),
        Row("no file of CI", FAIL, [HERE, ROOT, file("main.py")]),
        Row("CI was not seen", UNKNOWN, [HERE, ROOT], dark=[CiStep]),
        Row("projects were not seen", UNKNOWN, [HERE, ROOT], dark=[BuildProject]),
        Row("pipelines were not seen", UNKNOWN, [HERE, ROOT], dark=[Pipeline]),
        Row("manifests were not seen", UNKNOWN, [HERE, ROOT], dark=[KubernetesObject]),
        Row("files were not seen", UNKNOWN, [HERE, ROOT], dark=[SourceFile]),
        Row("repositories were not seen", UNKNOWN, [DEPLOY], dark=[Repository]),
        Row("infrastructure code was not seen", UNKNOWN, [HERE, DEPLOY], dark=[IacRoot]),
        Row("images were not seen", UNKNOWN, [HERE, DEPLOY], dark=[ImageDefinition]),
        Row("builds were not seen", UNKNOWN, [HERE, DEPLOY], dark=[BuildDefinition]),
        Row("a package that is published", NOT_APPLICABLE, [HERE, BUILD, step("npm publish")]),
        Row("nothing to deploy", NOT_APPLICABLE, [HERE, DEPLOY]),
        Row("an archived repository", NOT_APPLICABLE, [ARCHIVED, ROOT]),
    ],
    deploy_pipeline_last_run_succeeded: [
        Row("the newest run succeeded", PASS, [HERE, DEPLOY, run("failure", 9), run("success", 3)], says="3 days ago"),
        Row("the newest run failed", FAIL, [HERE, DEPLOY, run("success", 9), run("failure", 3)], severity=Severity.MEDIUM),
        Row("a run that was cancelled says nothing", PASS, [HERE, DEPLOY, run("success", 9), run("cancelled", 3)]),
        Row("the newest run was long ago", FAIL, [HERE, DEPLOY, run("success", 100), branch(days=2)], severity=Severity.MEDIUM),
        Row("long ago, and so was the newest commit", FAIL, [HERE, DEPLOY, run("success", 100), branch(days=100)], severity=Severity.LOW),
        Row("long ago, which is allowed", PASS, [HERE, DEPLOY, run("success", 100)], options={"deploy_max_age_days": 120}),
        Row("no run among the newest", NO_EVIDENCE, [HERE, DEPLOY, run("success", 1, "other.yml")]),
        Row("a pipeline that succeeded", PASS, [HERE, pipeline(), executions(("Superseded", 1), ("Succeeded", 2))]),
        Row("a pipeline that failed", FAIL, [HERE, pipeline(), executions(("Failed", 1), ("Succeeded", 2))]),
        Row("a pipeline that never ran", NO_EVIDENCE, [HERE, pipeline()]),
        Row("a project by itself", NO_EVIDENCE, [HERE, PROJECT]),
        Row("a CI service whose runs are not seen", UNKNOWN, [HERE, step("cdk deploy", workflow=GITLAB)], says="provider unsupported"),
        Row("runs were not seen", UNKNOWN, [HERE, DEPLOY], dark=[WorkflowRun]),
        Row("branches were not seen", UNKNOWN, [HERE, DEPLOY, run("success", 100)], dark=[Branch]),
        Row("executions were not seen", UNKNOWN, [HERE, pipeline()], dark=[PipelineExecutions]),
        Row("CI was not seen", UNKNOWN, [HERE], dark=[CiStep]),
        Row("projects were not seen", UNKNOWN, [HERE], dark=[BuildProject]),
        Row("pipelines were not seen", UNKNOWN, [HERE], dark=[Pipeline]),
        Row("repositories were not seen", UNKNOWN, dark=[Repository]),
        Row("nothing deploys", NOT_APPLICABLE, [HERE, NOWHERE]),
        Row("an archived repository", NOT_APPLICABLE, [ARCHIVED, DEPLOY]),
    ],
}  # fmt: skip


def login(
    role: str = "",
    *,
    keys: bool = False,
    token: bool = True,
    variable: str = "",
    workflow: str = CI,
) -> AwsLogin:
    return AwsLogin(
        repository=SHOP, workflow=workflow, job="deploy", role=role, keys=keys, token=token, variable=variable
    )  # fmt: skip


ROLE = f"arn:aws:iam::{ACCOUNT}:role/deploys"
SUBJECT = "token.actions.githubusercontent.com:sub"


def role(*subjects: str, operator: str = "stringlike", key: str = SUBJECT) -> IamRole:
    condition = Condition(
        operator=operator, key=key, open="*" in subjects, values=subjects if key == SUBJECT else ()
    )
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    trust = Trust(providers=(provider,), conditions=(condition,) if subjects else ())
    return IamRole(arn=ROLE, name="deploys", path="/", created=NOW, trusts=(trust,))


OWN = role("repo:acme/shop:ref:refs/heads/main")
NAMED, VARIABLE = login(ROLE), login("*", variable="vars.DEPLOY_ROLE")
TWO: dict[str, Any] = {f"{CI}": FAIL, "role/deploys": FAIL}

SIGNED_IN: dict[Check[..., Any], list[Row]] = {
    deploy_pipeline_short_lived_credentials: [
        Row("a role that trusts this repository", PASS, [HERE, DEPLOY, NAMED, OWN]),
        Row("a role for an environment of this repository", PASS, [HERE, DEPLOY, NAMED, role("repo:Acme/Shop:environment:prod", operator="stringequals")]),
        Row("a role that trusts another repository", NO_EVIDENCE, [HERE, DEPLOY, NAMED, role("repo:acme/other:*")]),
        Row("a role that trusts the whole owner", FAIL, [HERE, DEPLOY, NAMED, role("repo:acme/*")], severity=Severity.MEDIUM),
        Row("a role that trusts whoever has the right beginning", FAIL, [HERE, DEPLOY, NAMED, role("repo:*")], severity=Severity.CRITICAL),
        Row("a role without a subject", TWO, [HERE, DEPLOY, NAMED, role()], severity=Severity.CRITICAL),
        Row("a role that trusts any subject", FAIL, [HERE, DEPLOY, NAMED, role("*")], severity=Severity.CRITICAL),
        Row("a star that is compared as it is written lets nobody in", NO_EVIDENCE, [HERE, DEPLOY, NAMED, role("repo:acme/*", operator="stringequals")]),
        Row("a role that other claims limit", NO_EVIDENCE, [HERE, DEPLOY, NAMED, role("x", key="token.actions.githubusercontent.com:repository")]),
        Row("a role that is named by a variable, and one that fits", PASS, [HERE, DEPLOY, VARIABLE, OWN], says="as arn:aws:iam"),
        Row("a role that is named by a variable, and one for the owner", FAIL, [HERE, DEPLOY, VARIABLE, role("repo:acme/*")]),
        Row("a role that is named by a variable, and two that it may be", NO_EVIDENCE, [HERE, DEPLOY, VARIABLE, OWN, replace(role("repo:acme/*"), arn=f"{ROLE}-all")], says="or arn:aws:iam"),
        Row("a role that is named by a variable, and none that fits", NO_EVIDENCE, [HERE, DEPLOY, VARIABLE], says="vars.DEPLOY_ROLE"),
        Row("a role of no account of the workload", NO_EVIDENCE, [HERE, DEPLOY, NAMED]),
        Row("a role without asking for a token", NO_EVIDENCE, [HERE, DEPLOY, login(ROLE, token=False), OWN]),
        Row("access keys", FAIL, [HERE, DEPLOY, login(keys=True)], says="access keys", severity=Severity.HIGH),
        Row("access keys beside a role", FAIL, [HERE, DEPLOY, NAMED, login(keys=True), OWN]),
        Row("no sign-in that its file says", NO_EVIDENCE, [HERE, DEPLOY]),
        Row("a project in AWS", PASS, [HERE, PROJECT], says="service role"),
        Row("a pipeline in AWS", PASS, [HERE, pipeline()]),
        Row("a buildspec", PASS, [HERE, step("cdk deploy", workflow="buildspec.yml")], says="service role"),
        Row("a buildspec with access keys", FAIL, [HERE, step("cdk deploy", workflow="buildspec.yml"), login(keys=True, workflow="buildspec.yml")], says="all the same"),
        Row("a buildspec whose sign-in was not seen", UNKNOWN, [HERE, step("cdk deploy", workflow="buildspec.yml")], dark=[AwsLogin]),
        Row("sign-ins were not seen", UNKNOWN, [HERE, DEPLOY], dark=[AwsLogin]),
        Row("roles were not seen", UNKNOWN, [HERE, DEPLOY, NAMED], dark=[IamRole]),
        Row("CI was not seen", UNKNOWN, [HERE], dark=[CiStep]),
        Row("projects were not seen", UNKNOWN, [HERE], dark=[BuildProject]),
        Row("pipelines were not seen", UNKNOWN, [HERE], dark=[Pipeline]),
        Row("repositories were not seen", UNKNOWN, dark=[Repository]),
        Row("nothing deploys", NOT_APPLICABLE, [HERE, NOWHERE, login(keys=True), role()]),
        Row("an archived repository", NOT_APPLICABLE, [ARCHIVED, DEPLOY]),
    ],
    deploy_pipeline_trigger_automatic: [
        Row("a push", PASS, [HERE, DEPLOY], says="on push"),
        Row("a release", PASS, [HERE, step("cdk deploy", on_change=False, triggers=("release", "workflow_dispatch"))]),
        Row("by hand alone", FAIL, [HERE, step("cdk deploy", on_change=False, triggers=("workflow_dispatch",))]),
        Row("by hand in one job, by a push in another", PASS, [HERE, step("cdk deploy", on_change=False, triggers=("workflow_dispatch",)), DEPLOY]),
        Row("on a schedule", NO_EVIDENCE, [HERE, step("cdk deploy", on_change=False, triggers=("schedule",))]),
        Row("a CI service that does not say", NO_EVIDENCE, [HERE, step("cdk deploy", on_change=None, triggers=(), workflow="Jenkinsfile")]),
        Row("a pipeline with a trigger", PASS, [HERE, pipeline(triggered=True, DetectChanges="false")]),
        Row("a pipeline that detects changes", PASS, [HERE, pipeline()]),
        Row("a pipeline that detects none", FAIL, [HERE, pipeline(DetectChanges="false")]),
        Row("a pipeline that a rule may start", NO_EVIDENCE, [HERE, pipeline(source="GitHub", PollForSourceChanges="false")]),
        Row("CI was not seen", UNKNOWN, [HERE], dark=[CiStep]),
        Row("projects were not seen", UNKNOWN, [HERE], dark=[BuildProject]),
        Row("pipelines were not seen", UNKNOWN, [HERE], dark=[Pipeline]),
        Row("repositories were not seen", UNKNOWN, dark=[Repository]),
        Row("nothing deploys", NOT_APPLICABLE, [HERE, NOWHERE]),
        Row("an archived repository", NOT_APPLICABLE, [ARCHIVED, DEPLOY]),
    ],
}  # fmt: skip

ROWS = {**DEFINED, **SIGNED_IN}


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
