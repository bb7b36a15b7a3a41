"""What the checks of shared code and of pipelines that deploy it say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.delivered import (
    codebuild_project_source_versioned,
    codepipeline_pipeline_deploys_successfully,
    codepipeline_pipeline_source_versioned,
    compute_workload_code_traceable,
    repository_deploy_workflow_succeeds,
    repository_iac_present,
    repository_ownership_shared,
)
from readiness.checklist.model import Check
from readiness.checklist.workloads import Deployable
from readiness.evidence import Gap, Reason
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService, EksCluster
from readiness.evidence.delivery import BeanstalkEnvironment, DeploymentGroup
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.ownership import Ownership
from readiness.evidence.pipelines import Action, Execution, Pipeline, PipelineExecutions, Stage
from readiness.evidence.repository import (
    CiStep,
    Provider,
    Repository,
    WorkflowRun,
)
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.stacks import Stack
from readiness.evidence.tagging import TaggedResource
from tests.repositories.records import SHOP, repository, step
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

TOOLING = "444455556666"


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def project(source: str = "GITHUB", *commands: str, name: str = "shop") -> BuildProject:
    return BuildProject(
        arn=arn("codebuild", f"project/{name}"),
        name=name,
        source=source,
        location="",
        buildspec="inline",
        commands=tuple(
            BuildCommand(phase="build", command=command, tolerated="") for command in commands
        ),
        webhook=False,
        webhook_events=(),
        runner=False,
        created=NOW,
    )


def action(category: str, provider: str, **changes: Any) -> Action:
    values: dict[str, Any] = {
        "name": category.lower(),
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "target": {},
    }
    return Action(**values | changes)


def source(provider: str, **target: str) -> Action:
    return action("Source", provider, target=target)


def pipeline(*actions: Action, account: str = ACCOUNT) -> Pipeline:
    return Pipeline(
        arn=arn("codepipeline", "shop", account),
        name="shop",
        type="V2",
        stages=tuple(Stage(name=each.name, actions=(each,)) for each in actions),
        triggered=True,
    )


def runs(*given: tuple[str, float], account: str = ACCOUNT) -> PipelineExecutions:
    return PipelineExecutions(
        arn=arn("codepipeline", "shop", account),
        executions=tuple(
            Execution(
                status=status,
                started=NOW - timedelta(days=days),
                trigger="WebhookV2",
                trigger_detail="",
            )
            for status, days in given
        ),
    )


FUNCTION = LambdaFunction(arn=arn("lambda", "function:orders"), name="orders", subnets=())
SERVICE = EcsService(
    arn=arn("ecs", "service/shop/web"),
    name="web",
    cluster=arn("ecs", "cluster/shop"),
    launch_type="FARGATE",
    subnets=(),
    tags={},
)


def tagged(of: str = FUNCTION.arn, **tags: str) -> TaggedResource:
    return TaggedResource(arn=of, tags=tags)


STACKED = TaggedResource(
    arn=FUNCTION.arn, tags={"aws:cloudformation:stack-id": arn("cloudformation", "stack/shop/1")}
)
GROUP = DeploymentGroup(
    arn=arn("codedeploy", "deploymentgroup:shop/web"),
    application="shop",
    name="web",
    platform="ECS",
    config="CodeDeployDefault.ECSAllAtOnce",
    style="BLUE_GREEN",
    balanced=True,
    auto_scaling_groups=(),
    services=("shop/web",),
    rollback=True,
    rollback_events=(),
    alarms_enabled=False,
    alarms=(),
)
TO_FUNCTION = action("Deploy", "Lambda", target={"FunctionName": "orders"})
TO_SERVICE = action("Deploy", "ECS", target={"ClusterName": "shop", "ServiceName": "web"})
STACK_DEPLOY = action("Deploy", "CloudFormation", target={"StackName": "shop"})
FROM_AFAR = replace(
    TO_SERVICE, role=f"arn:aws:iam::{ACCOUNT}:role/deployer", region=REGION
)  # fmt: skip


def root(family: str, *, path: str = "infra/main.tf", aws: bool = True) -> IacRoot:
    return IacRoot(repository=SHOP, path=path, family=family, aws=aws)


TERRAFORM = root("Terraform")
OWN = Ownership(arn=SHOP, owner="acme", shared=True, people=2)
IN_CODECOMMIT = repository(provider=Provider.CODECOMMIT)
DEPLOY = ".github/workflows/deploy.yml"


def run(conclusion: str = "success", days: float = 3, workflow: str = DEPLOY) -> WorkflowRun:
    return WorkflowRun(
        repository=SHOP,
        number=round(days * 10),
        workflow=workflow,
        event="schedule",
        conclusion=conclusion,
        created=NOW - timedelta(days=days),
    )


def deploying(command: str = "cdk deploy --all", **changes: Any) -> CiStep:
    return step(command, **{"workflow": DEPLOY, **changes})


WORKING = (pipeline(STACK_DEPLOY), runs(("Succeeded", 3)))
BUILT = action("Build", "CodeBuild", target={"ProjectName": "shop"})

ROWS: dict[Check[..., Any], list[Row]] = {
    codebuild_project_source_versioned: [
        *(
            Row(f"from {source}", PASS, (project(source),))
            for source in ("CODECOMMIT", "GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED", "BITBUCKET", "CODEPIPELINE")
        ),
        Row("from an archive", FAIL, (project("S3"),)),
        Row("from nothing", FAIL, (project("NO_SOURCE"),)),
        Row("from nothing, for operations", NOT_APPLICABLE, (project("NO_SOURCE", name="nightly-cleanup"),), options={"operational_projects": ("nightly-*",)}),
        Row("from what comes next year", NO_EVIDENCE, (project("SOURCEHUT"),)),
        Row("no project", NOT_APPLICABLE),
        Row("projects are dark", UNKNOWN, dark=(BuildProject,)),
    ],
    codepipeline_pipeline_source_versioned: [
        *(
            Row(f"from {provider}", PASS, (pipeline(source(provider)),))
            for provider in ("CodeStarSourceConnection", "CodeCommit")
        ),
        Row("GitHub by its old OAuth", PASS, (pipeline(action("Source", "GitHub", owner="ThirdParty")),)),
        Row("a repository and a base image", PASS, (pipeline(source("CodeCommit"), source("ECR", RepositoryName="base")),)),
        Row("a bucket alone", FAIL, (pipeline(source("S3", S3Bucket="uploads")),), says="uploads"),
        Row("an image alone", FAIL, (pipeline(source("ECR", RepositoryName="web")),)),
        Row("a bucket that another pipeline feeds", PASS, (pipeline(source("S3", S3Bucket="promoted")),), options={"trusted_source_buckets": ("promoted",)}),
        Row("one of two buckets is fed", FAIL, (pipeline(source("S3", S3Bucket="promoted"), source("S3", S3Bucket="uploads")),), options={"trusted_source_buckets": ("promoted",)}),
        Row("a source of somebody's own", NO_EVIDENCE, (pipeline(source("Gerrit")),)),
        Row("no source", NO_EVIDENCE, (pipeline(STACK_DEPLOY),)),
        Row("no pipeline", NOT_APPLICABLE),
        Row("pipelines are dark", UNKNOWN, dark=(Pipeline,)),
    ],
    compute_workload_code_traceable: [
        Row("made by a stack", PASS, (FUNCTION, STACKED), says="stack/shop/1"),
        Row("marked by Terraform", PASS, (FUNCTION, tagged(ManagedBy="Terraform"))),
        Row("marked by a key alone", PASS, (FUNCTION, tagged(terraform="yes"))),
        Row("named after its repository", PASS, (FUNCTION, tagged(Repository="acme/shop"))),
        Row("a tag that says nothing", FAIL, (FUNCTION, tagged(ManagedBy="alice"))),
        Row("pasted into the console", FAIL, (FUNCTION, SERVICE)),
        Row("a pipeline deploys the function", PASS, (FUNCTION, pipeline(TO_FUNCTION))),
        Row("a pipeline deploys the service", PASS, (SERVICE, pipeline(TO_SERVICE))),
        Row("a pipeline of another account deploys it", PASS, (SERVICE, pipeline(FROM_AFAR, account=TOOLING))),
        Row("a pipeline deploys its namesake elsewhere", FAIL, (SERVICE, pipeline(TO_SERVICE, account=TOOLING))),
        Row("CodeDeploy deploys the service", PASS, (SERVICE, GROUP)),
        Row("Terraform without a mark", UNKNOWN, (FUNCTION, TERRAFORM), says="configure iac_marker_tags"),
        Row("Pulumi without a mark", UNKNOWN, (FUNCTION, root("Pulumi")), says="configure iac_marker_tags"),
        Row("Terraform marks all but this", FAIL, (FUNCTION, TERRAFORM, tagged(SERVICE.arn, terraform="true"))),
        Row("a template in the repository", FAIL, (FUNCTION, root("CloudFormation"))),
        Row("a mark of one's own", PASS, (FUNCTION, tagged(Stackset="core")), options={"iac_marker_tags": ("stackset=core",)}),
        Row("made by Control Tower", NOT_APPLICABLE, (replace(FUNCTION, name="aws-controltower-NotificationForwarder"),)),
        Row("made by Amplify", NOT_APPLICABLE, (replace(FUNCTION, name="amplify-login-verify"),)),
        Row("nothing runs", NOT_APPLICABLE),
        Row("functions are dark", UNKNOWN, dark=(LambdaFunction,)),
        Row("services are dark", UNKNOWN, dark=(EcsService,)),
        Row("tags are dark", UNKNOWN, (FUNCTION,), dark=(TaggedResource,)),
        Row("pipelines are dark", UNKNOWN, (FUNCTION,), dark=(Pipeline,)),
        Row("groups are dark", UNKNOWN, (FUNCTION,), dark=(DeploymentGroup,)),
        Row("infrastructure code is dark", UNKNOWN, (FUNCTION,), dark=(IacRoot,)),
    ],
    repository_ownership_shared: [
        Row("an organization and two people", PASS, (repository(), OWN)),
        Row("a person's", FAIL, (repository(), replace(OWN, owner="mia", shared=False)), says="the person mia"),
        Row("one contributor", FAIL, (repository(), replace(OWN, people=1))),
        Row("three asked for", FAIL, (repository(), OWN), options={"minimum": 3}),
        Row("CodeCommit", PASS, (IN_CODECOMMIT,)),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), OWN)),
        Row("an owner that is not told", NO_EVIDENCE, (repository(),)),
        Row("a local folder", UNKNOWN, (repository(provider=Provider.FOLDER),), gaps={Ownership: [Gap(reason=Reason.PROVIDER_UNSUPPORTED)]}, says="provider unsupported"),
        Row("no repository registered", UNKNOWN, gaps={Repository: [Gap(reason=Reason.NO_REPOSITORY)]}, says="no repository registered"),
        Row("the repository is dark", UNKNOWN, dark=(Repository,)),
        Row("its owner is dark", UNKNOWN, (repository(),), dark=(Ownership,)),
    ],
    codepipeline_pipeline_deploys_successfully: [
        Row("it deployed last week", PASS, WORKING),
        Row("it deployed last year", FAIL, (pipeline(STACK_DEPLOY), runs(("Succeeded", 300))), says="300 days ago"),
        Row("a quiet product, by the option", PASS, (pipeline(STACK_DEPLOY), runs(("Succeeded", 300))), options={"days": 365}),
        Row("three failures in a row", FAIL, (pipeline(STACK_DEPLOY), runs(("Failed", 1), ("Failed", 2), ("Failed", 3), ("Succeeded", 4)))),
        Row("two failures in a row", PASS, (pipeline(STACK_DEPLOY), runs(("Failed", 1), ("Failed", 2), ("Succeeded", 4)))),
        Row("superseded and stopped are no failures", PASS, (pipeline(STACK_DEPLOY), runs(("Superseded", 1), ("Stopped", 1), ("Superseded", 1), ("Succeeded", 4)))),
        Row("never succeeded yet", NO_EVIDENCE, (pipeline(STACK_DEPLOY), runs(("Failed", 1)))),
        Row("never ran", NO_EVIDENCE, (pipeline(STACK_DEPLOY), runs())),
        Row("it only promotes to a bucket", NO_EVIDENCE, (pipeline(action("Deploy", "S3", target={"BucketName": "artifacts"})), runs(("Succeeded", 1)))),
        Row("it only builds", NO_EVIDENCE, (pipeline(BUILT), project("CODEPIPELINE", "pytest"), runs(("Succeeded", 1)))),
        Row("its build deploys", PASS, (pipeline(BUILT), project("CODEPIPELINE", "cdk deploy --all"), runs(("Succeeded", 1)))),
        Row("its commands deploy", PASS, (pipeline(action("Compute", "Commands", commands=("sam deploy",))), runs(("Succeeded", 1)))),
        Row("from a tooling account", PASS, (pipeline(FROM_AFAR, account=TOOLING), runs(("Succeeded", 1), account=TOOLING))),
        Row("a tooling account deploys elsewhere", NO_EVIDENCE, (FUNCTION, pipeline(TO_SERVICE, account=TOOLING), runs(("Succeeded", 1), account=TOOLING)), says="no pipeline"),
        Row("no pipeline for what runs", NO_EVIDENCE, (FUNCTION,)),
        Row("nothing runs", NOT_APPLICABLE),
        Row("pipelines are dark", UNKNOWN, (FUNCTION,), dark=(Pipeline,)),
        Row("executions are dark", UNKNOWN, (pipeline(STACK_DEPLOY),), dark=(PipelineExecutions,)),
        Row("projects are dark", UNKNOWN, (pipeline(BUILT), runs(("Succeeded", 1))), dark=(BuildProject,)),
        *(
            Row(f"{kind.__name__} is dark", UNKNOWN, dark=(kind,))
            for kind in (LambdaFunction, EcsService, EksCluster, AutoScalingGroup, Instance, BeanstalkEnvironment, Stack)
        ),
    ],
    repository_deploy_workflow_succeeds: [
        Row("a green run", PASS, (repository(), deploying(), run()), says="cdk deploy"),
        Row("a scheduled run counts", PASS, (repository(), deploying(triggers=("schedule",), on_change=False), run())),
        Row("by an action", PASS, (repository(), deploying("", uses="aws-actions/aws-cloudformation-github-deploy"), run())),
        Row("the newest is red", FAIL, (repository(), deploying(), run("failure", 1), run(days=2)), says="failure"),
        Row("a cancelled run is no failure", PASS, (repository(), deploying(), run("cancelled", 1), run(days=2))),
        Row("too long ago", FAIL, (repository(), deploying(), run(days=120))),
        Row("too long ago but allowed", PASS, (repository(), deploying(), run(days=120)), options={"days": 180}),
        Row("it never ran", NO_EVIDENCE, (repository(), deploying(), run(workflow=".github/workflows/ci.yml"))),
        Row("no workflow deploys", NO_EVIDENCE, (repository(), step("pytest"))),
        Row("a step whose failure stops nothing", NO_EVIDENCE, (repository(), deploying(tolerated="continue-on-error"), run())),
        Row("another CI service", UNKNOWN, (repository(), deploying(workflow="Jenkinsfile")), says="provider unsupported"),
        Row("a buildspec", NO_EVIDENCE, (repository(), deploying(workflow="buildspec.yml")), says="CodeBuild"),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), deploying(), run())),
        Row("a local folder", UNKNOWN, (repository(provider=Provider.FOLDER), deploying()), gaps={WorkflowRun: [Gap(reason=Reason.PROVIDER_UNSUPPORTED)]}, says="provider unsupported"),
        Row("the repository is dark", UNKNOWN, dark=(Repository,)),
        Row("steps are dark", UNKNOWN, (repository(),), dark=(CiStep,)),
        Row("runs are dark", UNKNOWN, (repository(), deploying()), dark=(WorkflowRun,)),
    ],
    repository_iac_present: [
        Row("infrastructure of AWS", PASS, (repository(), TERRAFORM), says="infra/main.tf"),
        Row("a template among manifests", PASS, (repository(), root("Helm", aws=False), root("SAM", path="template.yaml"))),
        Row("manifests alone", NO_EVIDENCE, (repository(), root("Kubernetes", aws=False)), says="Kubernetes"),
        Row("code only is deployed", FAIL, (repository(), step("aws lambda update-function-code --function-name orders"))),
        Row("a template of an odd name is deployed", NO_EVIDENCE, (repository(), step("aws cloudformation deploy --template-file main.yml"))),
        Row("no infrastructure", NO_EVIDENCE, (repository(), step("pytest"))),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), TERRAFORM)),
        Row("the repository is dark", UNKNOWN, dark=(Repository,)),
        Row("infrastructure code is dark", UNKNOWN, (repository(),), dark=(IacRoot,)),
        Row("steps are dark", UNKNOWN, (repository(),), dark=(CiStep,)),
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
def test_row(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_everything_that_can_be_deployed_is_asked_for() -> None:
    assert codepipeline_pipeline_deploys_successfully.needs >= set(Deployable.__args__)
