"""What the checks of "Continuous Delivery" say, situation by situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from readiness.checklist.covered import Inventory
from readiness.checklist.deploying import (
    account_environment_separation,
    artifact_digest_shared_across_environments,
    codepipeline_pipeline_artifact_promotion,
    codepipeline_pipeline_multiple_environments,
    codepipeline_pipeline_source_triggered,
    deployment_principal_automated,
)
from readiness.checklist.immutable import (
    ec2_instance_interactive_change_events,
    ec2_instance_replaced_regularly,
    ecr_repository_tag_immutable,
    ecs_task_definition_image_pinned,
    image_parts,
)
from readiness.checklist.model import Check, Severity
from readiness.checklist.rollout import (
    apigateway_stage_canary_active,
    autoscaling_group_rolling_replacement,
    codedeploy_deployment_config_shifts_traffic,
    codedeploy_deployment_group_auto_rollback,
    codedeploy_deployment_group_keeps_capacity,
    codepipeline_stage_rollback_configured,
    ecs_service_canary_strategy,
    ecs_service_deployment_rollback,
    ecs_service_rolling_without_downtime,
    platform_deployment_strategy,
)
from readiness.checklist.runtime_settings import (
    appconfig_environment_separation,
    appconfig_feature_flag_profile_deployed,
    lambda_function_appconfig_extension,
    ssm_parameter_environment_namespaces,
)
from readiness.checklist.stacks import (
    cloudformation_stack_drift_status,
    cloudformation_stack_rollback_enabled,
    iac_resource_coverage,
)
from readiness.checklist.workloads import Compute, Deployable
from readiness.evidence.apis import RestStage
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, EcsService, TaskDefinition
from readiness.evidence.databases import DbInstance
from readiness.evidence.delivery import (
    BeanstalkEnvironment,
    BeanstalkSettings,
    DeploymentConfig,
    DeploymentGroup,
    HostedApp,
)
from readiness.evidence.events import AccessLookup, DeployLookup, Event
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.pipelines import Action, Execution, Pipeline, PipelineExecutions, Stage
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.registry import EcrImage, EcrRepository
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.settings import (
    ConfigApplication,
    ConfigDeployment,
    ConfigEnvironment,
    ConfigProfile,
    Parameter,
)
from readiness.evidence.stacks import Stack, StackedResource
from readiness.evidence.storage import Bucket
from readiness.evidence.tagging import TaggedResource
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
from tests.verdicts import verdict_of

OTHER_ACCOUNT = "444455556666"


def arn(service: str, resource: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{resource}"


def made(kind: Any, **values: Any) -> Any:
    """Return a maker of records: these values, changed where a row says so."""

    def make(**changes: Any) -> Any:
        return kind(**values | changes)

    return make


instance = made(
    Instance,
    arn=arn("ec2", "instance/i-1"),
    id="i-1",
    type="m7g.large",
    state="running",
    launched=NOW - timedelta(days=10),
    managed=False,
    tags={},
)
function = made(
    LambdaFunction,
    arn=arn("lambda", "function:pay"),
    name="pay",
    subnets=(),
    code_sha256="one",
    modified=NOW - timedelta(days=200),
)
service = made(
    EcsService,
    arn=arn("ecs", "service/main/web"),
    name="web",
    cluster=arn("ecs", "cluster/main"),
    launch_type="FARGATE",
    subnets=(),
    tags={},
    desired=2,
    balanced=True,
    task_definition=arn("ecs", "task-definition/web:7"),
)
scaling_group = made(
    AutoScalingGroup,
    arn=arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web"),
    name="web",
    zones=(),
    tags={},
    minimum=2,
    maximum=4,
    desired=2,
    health_check="ELB",
    balanced=True,
)
stack = made(
    Stack,
    arn=arn("cloudformation", "stack/shop/1"),
    name="shop",
    status="UPDATE_COMPLETE",
    created=NOW - timedelta(days=400),
    updated=NOW - timedelta(days=100),
    rollback_disabled=False,
    parent="",
    drift="NOT_CHECKED",
    drift_checked=None,
    tags={},
)
group = made(
    DeploymentGroup,
    arn=arn("codedeploy", "deploymentgroup:shop/live"),
    application="shop",
    name="live",
    platform="Server",
    config="CodeDeployDefault.OneAtATime",
    style="IN_PLACE",
    balanced=False,
    auto_scaling_groups=(),
    services=(),
    rollback=True,
    rollback_events=("DEPLOYMENT_FAILURE",),
    alarms_enabled=False,
    alarms=(),
)
config = made(
    DeploymentConfig,
    arn=arn("codedeploy", "deploymentconfig:own"),
    name="own",
    minimum_type="HOST_COUNT",
    minimum=1,
    routing="",
)
event = made(
    Event,
    time=NOW - timedelta(days=1),
    principal_type="AssumedRole",
    principal_arn=arn("sts", "assumed-role/pipeline/1"),
    principal_name="pipeline",
    session="1",
    console=False,
    invoked_by="",
    resources=("web",),
)
human = made(
    Event,
    time=NOW - timedelta(days=1),
    principal_type="AssumedRole",
    principal_arn=arn("sts", "assumed-role/AWSReservedSSO_Admin_1/alice"),
    principal_name="AWSReservedSSO_Admin_1",
    session="alice",
    console=False,
    invoked_by="",
    resources=("web", "i-1"),
)


def deploys(*events: Event, name: str = "UpdateService", sampled: bool = False) -> DeployLookup:
    return DeployLookup(
        arn=arn("cloudtrail", f"event/{name}"), name=name, events=events, sampled=sampled
    )


def visits(*events: Event, sampled: bool = False) -> AccessLookup:
    return AccessLookup(
        arn=arn("cloudtrail", "event/StartSession"),
        name="StartSession",
        events=events,
        sampled=sampled,
    )


def action(category: str = "Deploy", provider: str = "CloudFormation", **changes: Any) -> Action:
    values: dict[str, Any] = {
        "name": "act",
        "category": category,
        "owner": "AWS",
        "provider": provider,
        "target": {},
    }
    return Action(**values | changes)


def stage(name: str, *actions: Action, **changes: Any) -> Stage:
    return Stage(name=name, actions=actions, **changes)


def pipeline(*stages: Stage, name: str = "shop", account: str = ACCOUNT) -> Pipeline:
    return Pipeline(
        arn=arn("codepipeline", name, account), name=name, type="V2", stages=stages, triggered=False
    )


def runs(*executions: Execution) -> PipelineExecutions:
    return PipelineExecutions(arn=arn("codepipeline", "shop"), executions=executions)


def run(trigger: str, detail: str = "") -> Execution:
    return Execution(status="Succeeded", started=NOW, trigger=trigger, trigger_detail=detail)


def dark(kinds: Iterable[type[Any]], *seen: Any, **more: Any) -> list[Row]:
    """Return a row for each type: with these records, and nothing of that type to be seen."""
    return [
        Row(f"{kind.__name__} is dark", UNKNOWN, [each for each in seen if not isinstance(each, kind)], dark=[kind], says=f"test:{kind.__name__}", **more)
        for kind in kinds
    ]  # fmt: skip


SSO = f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_1/alice@example.com"
CI_ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/github/run-1"
SOURCE = stage("Source", action("Source", "CodeStarSourceConnection", outputs=("source",)))


def cdk(session: str) -> Event:
    role = f"cdk-hnb659fds-deploy-role-{ACCOUNT}-{REGION}"
    return event(principal_name=role, session=session)  # type: ignore[no-any-return]


def beanstalk(tier: str = "WebServer") -> BeanstalkEnvironment:
    return BeanstalkEnvironment(
        arn=arn("elasticbeanstalk", "environment/shop/live"),
        application="shop",
        name="live",
        tier=tier,
    )


def policy(said: str) -> BeanstalkSettings:
    return BeanstalkSettings(
        arn=arn("elasticbeanstalk", "environment/shop/live"), policy=said, kind=""
    )


def task(image: str, **changes: Any) -> TaskDefinition:
    values: dict[str, Any] = {"name": "web", "image": image, "essential": True, "consistent": True}
    return TaskDefinition(
        arn=arn("ecs", "task-definition/web:7"), containers=(Container(**values | changes),)
    )


def repository(mutability: str = "MUTABLE", account: str = ACCOUNT, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "arn": arn("ecr", "repository/shop", account),
        "name": "shop",
        "uri": f"{account}.dkr.ecr.{REGION}.amazonaws.com/shop",
        "mutability": mutability,
        "exclusions": (),
        "scan_on_push": False,
        "created": NOW,
    }
    return EcrRepository(**values | changes)


ECR = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/shop"
DIGEST = "sha256:" + "a" * 64


def image(*tags: str, digest: str = DIGEST) -> EcrImage:
    shop = arn("ecr", "repository/shop")
    return EcrImage(arn=f"{shop}@{digest}", repository=shop, digest=digest, tags=tags, pushed=NOW)


def tagged(value: str, number: int = 5, kind: str = "lambda") -> list[TaggedResource]:
    return [
        TaggedResource(arn=arn(kind, f"{value}-{each}"), tags={"Env": value})
        for each in range(number)
    ]


def account(name: str, identity: str = ACCOUNT, paths: tuple[str, ...] = ()) -> OrganizationAccount:
    return OrganizationAccount(
        arn=f"arn:aws:organizations::{ACCOUNT}:account/o-1/{identity}",
        id=identity,
        name=name,
        email="",
        state="ACTIVE",
        paths=paths,
    )


def parameter(name: str, owner: str = ACCOUNT) -> Parameter:
    return Parameter(arn=arn("ssm", f"parameter{name}", owner), name=name)


def application(owner: str = ACCOUNT) -> ConfigApplication:
    return ConfigApplication(
        arn=arn("appconfig", "application/shop", owner), id="shop", name="Shop"
    )


def environment(name: str, owner: str = ACCOUNT) -> ConfigEnvironment:
    return ConfigEnvironment(
        arn=arn("appconfig", f"application/shop/environment/{name}", owner),
        application=arn("appconfig", "application/shop", owner),
        id=name,
        name=name,
    )


def profile(kind: str = "AWS.AppConfig.FeatureFlags") -> ConfigProfile:
    return ConfigProfile(
        arn=arn("appconfig", "application/shop/configurationprofile/flags"),
        application=arn("appconfig", "application/shop"),
        id="flags",
        type=kind,
    )


def deployed(state: str) -> ConfigDeployment:
    return ConfigDeployment(
        arn=arn("appconfig", "application/shop/environment/prod/deployment/1"),
        profile=arn("appconfig", "application/shop/configurationprofile/flags"),
        state=state,
    )


def marked(of: Any, **tags: str) -> TaggedResource:
    """Return the tags of a resource; of a stack where none are given."""
    return TaggedResource(arn=of.arn, tags=tags or {"aws:cloudformation:stack-id": "arn:stack"})


def functions(number: int) -> list[Any]:
    return [function(arn=arn("lambda", f"function:{each}")) for each in range(number)]


def stacked(kind: str, identifier: str) -> StackedResource:
    return StackedResource(
        arn=arn("cloudformation", f"resource-scan/{kind}/{identifier}"),
        type=kind,
        identifier=identifier,
    )


def bucket(name: str = "orders", region: str = REGION) -> Bucket:
    return Bucket(arn=f"arn:aws:s3:::{name}", name=name, region=region, account=ACCOUNT)


database = made(
    DbInstance,
    arn=arn("rds", "db:orders"),
    engine="postgres",
    status="available",
    backup_retention_days=7,
    multi_az=True,
    cluster="",
    replica=False,
    availability_zone="",
    tags={},
)
TERRAFORM = IacRoot(repository="github:acme/shop", path="main.tf", family="Terraform", aws=True)
STAGE = RestStage(
    arn=f"arn:aws:apigateway:{REGION}::/restapis/1/stages/live",
    api=f"arn:aws:apigateway:{REGION}::/restapis/1",
    name="live",
    throttled=False,
    web_acl="",
    canary=True,
)
PLACE = f"{ACCOUNT}/{REGION}"
FOUR_OF_FIVE = [*functions(5), *(marked(each) for each in functions(4))]
COMPUTE = get_args(Compute)
DEPLOYABLE = get_args(Deployable)
FIVE = tuple(event() for _ in range(5))
BY_HAND = tuple(human() for _ in range(5))
OLD = NOW - timedelta(days=40)

ROWS: dict[Check[..., Any], list[Row]] = {
    deployment_principal_automated: [
        Row("machines alone", PASS, [deploys(*FIVE)], says="5 of 5"),
        Row("people alone", FAIL, [deploys(*BY_HAND)], says="alice changed web, i-1 at 2026-11-23 06:00"),
        Row("19 of 20 are machines", PASS, [deploys(*FIVE, *FIVE, *FIVE, *FIVE[1:], human())]),
        Row("18 of 20 are machines", FAIL, [deploys(*FIVE, *FIVE, *FIVE, *FIVE[2:], human(), human())]),
        Row("18 of 20 are machines, 90 % suffice", PASS, [deploys(*FIVE, *FIVE, *FIVE, *FIVE[2:], human(), human())], options={"ratio": 0.9}),
        Row("more events than were looked at", PASS, [deploys(*FIVE, sampled=True)], says="as sampled"),
        Row("more events than are to be looked at", PASS, [deploys(*(FIVE * 11))], options={"pages_per_name": 1}, says="as sampled"),
        Row("four deployments among the newest events, which are not all", UNKNOWN, [deploys(*FIVE[1:], sampled=True), function()], says="had 4 deployments among the newest events"),
        Row("no deployment among the newest events, which are not all", UNKNOWN, [deploys(sampled=True), function()], says="had 0 deployments"),
        Row("four deployments, and more events before the window", NO_EVIDENCE, [deploys(*FIVE[1:], human(time=OLD), sampled=True), function()], says="had 4 deployments in"),
        Row("the root user", FAIL, [deploys(*(event(principal_type="Root", principal_name="") for _ in FIVE))], says="the root user"),
        Row("an IAM user", FAIL, [deploys(*(event(principal_type="IAMUser", principal_name="bob") for _ in FIVE))], says="bob"),
        Row("an IAM user that is a machine", PASS, [deploys(*(event(principal_type="IAMUser", principal_name="jenkins") for _ in FIVE))], options={"machine_users": ("jenkins",)}),
        Row("a role that was taken in the console", FAIL, [deploys(*(event(console=True, session="bob") for _ in FIVE))]),
        Row("a role whose session is somebody's address", FAIL, [deploys(*(event(session="bob@example.com") for _ in FIVE))]),
        Row("a service that acts for a person", PASS, [deploys(*(human(invoked_by="codepipeline.amazonaws.com") for _ in FIVE))]),
        Row("a service by itself", PASS, [deploys(*(event(principal_type="AWSService", principal_name="") for _ in FIVE))]),
        Row("cdk deploy on a laptop", FAIL, [deploys(*(cdk("aws-cdk-alice") for _ in FIVE))]),
        Row("cdk deploy on a runner", PASS, [deploys(*(cdk("aws-cdk-runner") for _ in FIVE))]),
        Row("cdk deploy by a named CI user", PASS, [deploys(*(cdk("aws-cdk-builder") for _ in FIVE))], options={"ci_users": ("builder",)}),
        Row("what stacks do belongs to their own events", NO_EVIDENCE, [deploys(*(human(invoked_by="cloudformation.amazonaws.com") for _ in FIVE)), function(modified=NOW)]),
        Row("a service that only changes its size", NO_EVIDENCE, [deploys(*(human(changes_code=False) for _ in FIVE)), function(modified=NOW)]),
        Row("four deployments are too few", NO_EVIDENCE, [deploys(*FIVE[1:]), function()], says="had 4 deployments"),
        Row("four deployments, four asked for", PASS, [deploys(*FIVE[1:])], options={"minimum_events": 4}),
        Row("deployments of last month", NO_EVIDENCE, [deploys(*(human(time=OLD) for _ in FIVE)), function()]),
        Row("deployments of last month, in a longer window", FAIL, [deploys(*(human(time=OLD) for _ in FIVE)), function()], options={"days": 60}),
        Row("an app that deploys itself is not asked about", NO_EVIDENCE, [function(modified=NOW), HostedApp(arn="arn:app", connected=True, automatic=True)]),
        Row("an app that deploys itself is asked about", PASS, [function(), HostedApp(arn="arn:app", connected=True, automatic=True)], options={"extra_deployers": True}),
        Row("an app without its repository", NO_EVIDENCE, [function(modified=NOW), HostedApp(arn="arn:app", connected=False, automatic=True)], options={"extra_deployers": True}),
        Row("nothing runs", NOT_APPLICABLE),
        Row("only a service's own stack is there", NOT_APPLICABLE, [stack(name="AWSControlTowerBP-1")]),
        Row("nothing was deployed, and nothing is young", NOT_APPLICABLE, [deploys(), function(), stack()], says="no deployment in 90 days"),
        Row("nothing was deployed, and a function is young", NO_EVIDENCE, [deploys(), function(modified=NOW), stack()]),
        Row("nothing was deployed, and a pipeline is there", NO_EVIDENCE, [deploys(), function(), pipeline(SOURCE)]),
        Row("nothing was deployed, and an environment tells no date", NO_EVIDENCE, [beanstalk()]),
        *dark([DeployLookup, Pipeline], deploys(), function()),
        *dark(DEPLOYABLE, deploys()),
        *dark([HostedApp], deploys(), function(), options={"extra_deployers": True}),
    ],
    codepipeline_pipeline_source_triggered: [
        Row("a webhook started it", PASS, [pipeline(), runs(run("StartPipelineExecution", SSO), run("WebhookV2"))], says="WebhookV2"),
        Row("a person started it", FAIL, [pipeline(), runs(run("StartPipelineExecution", SSO))], says="alice@example.com"),
        Row("a user started it", FAIL, [pipeline(), runs(run("StartPipelineExecution", f"arn:aws:iam::{ACCOUNT}:user/ops/bob"))], says="bob"),
        Row("the root user started it", FAIL, [pipeline(), runs(run("StartPipelineExecution", f"arn:aws:iam::{ACCOUNT}:root"))]),
        Row("a machine's user started it", NO_EVIDENCE, [pipeline(), runs(run("StartPipelineExecution", f"arn:aws:iam::{ACCOUNT}:user/bob"))], options={"machine_users": ("bob",)}),
        Row("a role started it", NO_EVIDENCE, [pipeline(), runs(run("StartPipelineExecution", CI_ROLE))]),
        Row("a rollback started it", NO_EVIDENCE, [pipeline(), runs(run("AutomatedRollback"))]),
        Row("its webhook is too long ago", FAIL, [pipeline(), runs(*(run("StartPipelineExecution", SSO) for _ in range(10)), run("Webhook"))]),
        Row("its webhook is too long ago, more are looked at", PASS, [pipeline(), runs(*(run("StartPipelineExecution", SSO) for _ in range(10)), run("Webhook"))], options={"newest": 20}),
        Row("it never ran", NO_EVIDENCE, [pipeline(), runs()]),
        Row("no pipeline", NOT_APPLICABLE),
        *dark([Pipeline, PipelineExecutions], pipeline()),
    ],
    codepipeline_pipeline_multiple_environments: [
        Row("two stacks", PASS, [pipeline(stage("Test", action(target={"StackName": "shop-test"})), stage("Live", action(target={"StackName": "shop-prod"})))], says="Test, Live"),
        Row("two accounts", PASS, [pipeline(stage("Test", action(role=f"arn:aws:iam::{OTHER_ACCOUNT}:role/deploy")), stage("Live", action()))]),
        Row("two regions", PASS, [pipeline(stage("Test", action(region="eu-central-1")), stage("Live", action()))]),
        Row("two stages, one target", FAIL, [pipeline(stage("Prepare", action(target={"StackName": "shop"})), stage("Execute", action(target={"StackName": "shop"})))]),
        Row("one stage", FAIL, [pipeline(stage("Live", action(target={"StackName": "shop"})))]),
        Row("a pipeline for each environment", PASS, [pipeline(stage("Deploy", action()), name="shop-dev"), pipeline(stage("Deploy", action()), name="shop-prod")]),
        Row("another product's pipeline", {"shop-dev": FAIL, "till-prod": FAIL}, [pipeline(stage("Deploy", action()), name="shop-dev"), pipeline(stage("Deploy", action()), name="till-prod")]),
        Row("a pipeline in each account of the workload", PASS, [pipeline(stage("Deploy", action()), name="shop-dev"), pipeline(stage("Deploy", action()), name="shop-prod", account=OTHER_ACCOUNT)], unit={"workload_accounts": (ACCOUNT, OTHER_ACCOUNT)}),
        Row("a namesake of another workload", {"shop-dev": FAIL, "shop-prod": PASS}, [pipeline(stage("Deploy", action()), name="shop-dev"), pipeline(stage("Deploy", action()), name="shop-prod", account=OTHER_ACCOUNT)]),
        Row("it deploys nothing", NOT_APPLICABLE, [pipeline(SOURCE)]),
        Row("no pipeline", NOT_APPLICABLE),
        Row("pipelines are dark", UNKNOWN, dark=[Pipeline]),
    ],
    account_environment_separation: [
        Row("both environments in one account", FAIL, [*tagged("prod"), *tagged("dev")], says="5 or more of each"),
        Row("four of the one are stray", NO_EVIDENCE, [*tagged("prod"), *tagged("dev", 4)]),
        Row("four of the one, three asked for", FAIL, [*tagged("prod"), *tagged("dev", 4)], options={"minimum": 3}),
        Row("tools belong to neither", PASS, [*tagged("prod"), *tagged("dev", kind="codepipeline"), *tagged("dev", kind="codebuild")]),
        Row("production alone", PASS, tagged("production"), says="production alone (5)"),
        Row("others alone", PASS, tagged("staging")),
        Row("a value that is no environment", NO_EVIDENCE, tagged("blue")),
        Row("the account is declared", PASS, unit={"environment": "dev"}, says="declared as dev"),
        Row("the account's name says it", PASS, [account("shop-prod")], says="shop-prod"),
        Row("the account's unit says it", PASS, [account("shop", paths=("Root/Workloads/Prod/",))]),
        Row("another account's name says it", NO_EVIDENCE, [account("shop-prod", OTHER_ACCOUNT)]),
        Row("nothing says it", NO_EVIDENCE, [account("shop")]),
        Row("a declared account that holds both", FAIL, [*tagged("prod"), *tagged("dev")], unit={"environment": "prod"}),
        *dark([TaggedResource, OrganizationAccount]),
    ],
    iac_resource_coverage: [
        Row("four of five", PASS, FOUR_OF_FIVE, says="has 4 of 5 resources"),
        Row("three of five", {PLACE: FAIL, "3": FAIL, "4": FAIL}, FOUR_OF_FIVE[:-1]),
        Row("three of five, half suffice", PASS, FOUR_OF_FIVE[:-1], options={"ratio": 0.5}),
        Row("a marker of Terraform", PASS, [function(), marked(function(), terraform="")]),
        Row("a marker with its value", PASS, [function(), marked(function(), managedby="Terraform")]),
        Row("a marker of nobody", {PLACE: FAIL, "pay": FAIL}, [function(), marked(function(), ManagedBy="alice")]),
        Row("a marker of ours", PASS, [function(), marked(function(), made_by="us")], options={"iac_marker_tags": ("made_by=us",)}),
        Row("a tag that the listing itself tells", PASS, [database(tags={"terraform": "true"})]),
        Row("a resource scan found it", PASS, [function(), stacked("AWS::Lambda::Function", "pay")]),
        Row("a resource scan found its ARN", PASS, [service(), stacked("AWS::ECS::Service", f"{service().arn}|main")]),
        Row("a resource scan found a namesake", {PLACE: FAIL, "pay": FAIL}, [function(), stacked("AWS::SQS::Queue", "pay")]),
        Row("a resource scan found a permission of it alone", {PLACE: FAIL, "pay": FAIL}, [function(), stacked("AWS::Lambda::Permission", "pay|from-s3")]),
        Row("Terraform without a mark", UNKNOWN, [function(), TERRAFORM], says="configure iac_marker_tags"),
        Row("Terraform without a mark, beside a stack", UNKNOWN, [*functions(3), marked(functions(3)[2]), TERRAFORM], says="configure iac_marker_tags"),
        Row("Terraform with marks elsewhere", {PLACE: FAIL, "0": FAIL, "1": FAIL}, [*functions(3), marked(functions(3)[2], terraform=""), TERRAFORM]),
        Row("made by a service", NOT_APPLICABLE, [function(name="cwsyn-watch"), instance(tags={"karpenter.sh/nodepool": "a"}), scaling_group(tags={"eks:cluster-name": "a"}), bucket("cf-templates-1-eu-west-1")]),
        Row("a bucket of another region", NOT_APPLICABLE, [bucket(region="us-east-1")]),
        Row("a bucket of this one", {PLACE: FAIL, "orders": FAIL}, [bucket()]),
        Row("types that are not asked for", NOT_APPLICABLE, [function()], options={"types": ("rds",)}),
        Row("nothing at all", NOT_APPLICABLE),
        *dark(get_args(Inventory), *FOUR_OF_FIVE),
        *dark([TaggedResource, StackedResource], function()),
        *dark([IacRoot], function()),
    ],
    cloudformation_stack_drift_status: [
        Row("in sync", PASS, [stack(drift="IN_SYNC")]),
        Row("in sync when it was looked at", PASS, [stack(drift="IN_SYNC", drift_checked=NOW - timedelta(days=700))], says="as was seen 700 days ago"),
        Row("drifted", FAIL, [stack(drift="DRIFTED")]),
        Row("never checked", NO_EVIDENCE, [stack()]),
        Row("of Control Tower", NOT_APPLICABLE, [stack(name="AWSControlTowerBP-BASELINE", drift="DRIFTED")]),
        Row("no stack", NOT_APPLICABLE),
        *dark([Stack]),
    ],
    apigateway_stage_canary_active: [
        Row("a canary now", PASS, [STAGE]),
        Row("no canary now", NO_EVIDENCE, [replace(STAGE, canary=False)]),
        Row("no stage", NOT_APPLICABLE),
        *dark([RestStage]),
    ],
    ecs_service_rolling_without_downtime: [
        Row("AWS's defaults", PASS, [service()], says="keeps 100 % of 2 tasks"),
        Row("half of two", PASS, [service(minimum_healthy=50)]),
        Row("less than half", FAIL, [service(minimum_healthy=40)], severity=Severity.HIGH),
        Row("half of one", FAIL, [service(minimum_healthy=50, desired=1)]),
        Row("less than half of a worker", FAIL, [service(minimum_healthy=0, balanced=False)], severity=Severity.LOW),
        Row("less than half of what Service Connect leads to", FAIL, [service(minimum_healthy=0, balanced=False, connected=True)], severity=Severity.HIGH),
        Row("no room", NO_EVIDENCE, [service(minimum_healthy=50, maximum=100)]),
        Row("blue/green", PASS, [service(strategy="BLUE_GREEN", minimum_healthy=0)]),
        Row("CodeDeploy", PASS, [service(controller="CODE_DEPLOY", minimum_healthy=0)]),
        Row("an external controller", UNKNOWN, [service(controller="EXTERNAL")], says="undecided"),
        Row("a daemon", NOT_APPLICABLE, [service(scheduling="DAEMON", minimum_healthy=0)]),
        Row("scaled to zero", NOT_APPLICABLE, [service(desired=0, minimum_healthy=0)]),
        Row("no service", NOT_APPLICABLE),
        *dark([EcsService]),
    ],
    codedeploy_deployment_group_keeps_capacity: [
        Row("one at a time", PASS, [group()]),
        Row("blue/green", PASS, [group(style="BLUE_GREEN", config="CodeDeployDefault.AllAtOnce")]),
        Row("an ECS service", PASS, [group(platform="ECS", style="BLUE_GREEN", config="CodeDeployDefault.ECSAllAtOnce")]),
        Row("all at once behind a load balancer", FAIL, [group(config="CodeDeployDefault.AllAtOnce", balanced=True)]),
        Row("all at once in a group of two", FAIL, [group(config="CodeDeployDefault.AllAtOnce", auto_scaling_groups=("web",)), scaling_group()]),
        Row("all at once in a group of one", NO_EVIDENCE, [group(config="CodeDeployDefault.AllAtOnce", auto_scaling_groups=("web",)), scaling_group(desired=1)]),
        Row("one at a time in a group of two", PASS, [group(auto_scaling_groups=("web",)), scaling_group()]),
        Row("one at a time in a group of one behind a load balancer", FAIL, [group(auto_scaling_groups=("web",), balanced=True), scaling_group(desired=1)], says="single instance"),
        Row("one at a time in a group of one that serves nobody", NO_EVIDENCE, [group(auto_scaling_groups=("web",)), scaling_group(desired=1)]),
        Row("all at once by tags", NO_EVIDENCE, [group(config="CodeDeployDefault.AllAtOnce"), scaling_group()]),
        Row("an own configuration that keeps some", PASS, [group(config="own"), config()]),
        Row("an own configuration that keeps a share", PASS, [group(config="own"), config(minimum_type="FLEET_PERCENT", minimum=75)], says="keeps 75 % of its instances"),
        Row("an own configuration that keeps none", FAIL, [group(config="own", balanced=True), config(minimum=0)]),
        Row("an own configuration that is gone", NO_EVIDENCE, [group(config="own")]),
        Row("functions are updated at once", NOT_APPLICABLE, [group(platform="Lambda", style="BLUE_GREEN")]),
        Row("no group", NOT_APPLICABLE),
        *dark([DeploymentGroup]),
        *dark([DeploymentConfig], group(config="own", balanced=True)),
        *dark([AutoScalingGroup], group(config="CodeDeployDefault.AllAtOnce", auto_scaling_groups=("web",))),
    ],
    autoscaling_group_rolling_replacement: [
        Row("two that are watched", PASS, [scaling_group()]),
        Row("a policy", PASS, [scaling_group(minimum_healthy=100, maximum_healthy=110, health_check="EC2")]),
        Row("a weak policy", NO_EVIDENCE, [scaling_group(minimum_healthy=80)], says="keeps 80 % healthy"),
        Row("a weak policy, 80 % suffice", PASS, [scaling_group(minimum_healthy=80)], options={"minimum_healthy": 80}),
        Row("less than half", FAIL, [scaling_group(minimum_healthy=40)]),
        Row("one alone", FAIL, [scaling_group(desired=1)]),
        Row("one, and another before it ends", PASS, [scaling_group(desired=1, minimum_healthy=100, maximum_healthy=200)]),
        Row("two that nobody watches", NO_EVIDENCE, [scaling_group(health_check="EC2")], says="has no maintenance policy"),
        Row("no load balancer", NOT_APPLICABLE, [scaling_group(balanced=False, desired=1)]),
        Row("scaled to zero", NOT_APPLICABLE, [scaling_group(desired=0)]),
        Row("no group", NOT_APPLICABLE),
        *dark([AutoScalingGroup]),
    ],
    platform_deployment_strategy: [
        Row("immutable", PASS, [beanstalk(), policy("Immutable")]),
        Row("all at once", FAIL, [beanstalk(), policy("AllAtOnce")]),
        Row("Beanstalk's default", FAIL, [beanstalk(), policy("")]),
        Row("rolling", PASS, [beanstalk(), policy("Rolling")]),
        Row("rolling over a single instance", FAIL, [beanstalk(), replace(policy("Rolling"), kind="SingleInstance")], says="single instance"),
        Row("a single instance that is replaced", PASS, [beanstalk(), replace(policy("Immutable"), kind="SingleInstance")]),
        Row("a worker", NOT_APPLICABLE, [beanstalk("Worker"), policy("AllAtOnce")]),
        Row("gone meanwhile", NOT_APPLICABLE, [beanstalk()]),
        Row("no environment", NOT_APPLICABLE),
        *dark([BeanstalkEnvironment, BeanstalkSettings], beanstalk()),
    ],
    codepipeline_pipeline_artifact_promotion: [
        Row("built once", PASS, [pipeline(SOURCE, stage("Build", action("Build", "CodeBuild", outputs=("app",))), stage("Test", action(inputs=("app",))), stage("Live", action(inputs=("app",))))], says="deploys app in 2 stages"),
        Row("the source itself", PASS, [pipeline(SOURCE, stage("Test", action(inputs=("source",))), stage("Live", action(inputs=("source",))))]),
        Row("built for each", FAIL, [pipeline(SOURCE, stage("Test", action("Build", "CodeBuild", outputs=("a",)), action(inputs=("a", "source"))), stage("Build again", action("Build", "CodeBuild", outputs=("b",))), stage("Live", action(inputs=("b", "source"))))]),
        Row("another artifact each", NO_EVIDENCE, [pipeline(SOURCE, stage("Build", action("Build", "CodeBuild", outputs=("a", "b"))), stage("Test", action(inputs=("a",))), stage("Live", action(inputs=("b",))))]),
        Row("one deploy stage", NO_EVIDENCE, [pipeline(SOURCE, stage("Live", action(inputs=("source",))))]),
        Row("no pipeline", NOT_APPLICABLE),
        *dark([Pipeline]),
    ],
    artifact_digest_shared_across_environments: [
        Row("the same code in two functions", {"pay-prod": PASS, "pay-dev": NOT_APPLICABLE}, [function(arn=arn("lambda", "function:pay-prod"), name="pay-prod"), function(arn=arn("lambda", "function:pay-dev"), name="pay-dev")]),
        Row("the same code in another account", {"pay": PASS, "pay-dev": NOT_APPLICABLE}, [function(), function(arn=arn("lambda", "function:pay-dev", OTHER_ACCOUNT), name="pay-dev")]),
        Row("other code", {"pay": NO_EVIDENCE, "pay-dev": NOT_APPLICABLE}, [function(), function(arn=arn("lambda", "function:pay-dev"), name="pay-dev", code_sha256="two")]),
        Row("code of which no digest is told", {"pay": NO_EVIDENCE, "pay-dev": NOT_APPLICABLE}, [function(code_sha256=""), function(arn=arn("lambda", "function:pay-dev"), name="pay-dev", code_sha256="")]),
        Row("the same code under another name", {"pay": NO_EVIDENCE, "mail-dev": NOT_APPLICABLE}, [function(), function(arn=arn("lambda", "function:mail-dev"), name="mail-dev")]),
        Row("a service of AWS's own", NOT_APPLICABLE, [function(name="cwsyn-watch")]),
        Row("everything here is for tests", NOT_APPLICABLE, [function(), service()], unit={"environment": "dev"}),
        Row("the same digest in two services", {"service/main/web": PASS, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev"), task(f"{ECR}@{DIGEST}")]),
        Row("the same digest behind a tag", {"service/main/web": PASS, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev"), task(f"{ECR}:1.2"), repository(), image("1.2")]),
        Row("a sidecar is no artifact", {"service/main/web": NO_EVIDENCE, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev"), task(f"public.ecr.aws/xray/aws-xray-daemon@{DIGEST}")]),
        Row("a tag that is not in the registry", {"service/main/web": NO_EVIDENCE, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev"), task(f"{ECR}:1.3"), repository(), image("1.2")]),
        Row("nothing runs", NOT_APPLICABLE),
        *dark([LambdaFunction, EcsService]),
        Row("task definitions are dark", {"service/main/web": UNKNOWN, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev")], dark=[TaskDefinition]),
        Row("repositories are dark", {"service/main/web": UNKNOWN, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev"), task(f"{ECR}:1.2")], dark=[EcrRepository]),
        Row("images are dark", {"service/main/web": UNKNOWN, "service/main/web-dev": NOT_APPLICABLE}, [service(), service(arn=arn("ecs", "service/main/web-dev"), name="web-dev"), task(f"{ECR}:1.2"), repository()], dark=[EcrImage]),
        Row("accounts are dark", UNKNOWN, [function(), function(arn=arn("lambda", "function:pay", OTHER_ACCOUNT))], dark=[OrganizationAccount]),
    ],
    codedeploy_deployment_group_auto_rollback: [
        Row("on failure", PASS, [group()], says="it has no alarm"),
        Row("on failure and alarms", PASS, [group(rollback_events=("DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"), alarms_enabled=True, alarms=("errors",))]),
        Row("alarms that roll nothing back", FAIL, [group(alarms_enabled=True, alarms=("errors",))], says="one of its alarms"),
        Row("off", FAIL, [group(rollback=False)]),
        Row("on request alone", FAIL, [group(rollback_events=("DEPLOYMENT_STOP_ON_REQUEST",))]),
        Row("no group", NOT_APPLICABLE),
        *dark([DeploymentGroup]),
    ],
    ecs_service_deployment_rollback: [
        Row("the circuit breaker", PASS, [service(breaker_rollback=True)]),
        Row("alarms", PASS, [service(alarm_rollback=True)]),
        Row("CodeDeploy", PASS, [service(controller="CODE_DEPLOY")]),
        Row("neither, as in an old service", FAIL, [service()]),
        Row("an external controller", NOT_APPLICABLE, [service(controller="EXTERNAL")]),
        Row("no service", NOT_APPLICABLE),
        *dark([EcsService]),
    ],
    cloudformation_stack_rollback_enabled: [
        Row("rollback is on", PASS, [stack()]),
        Row("rollback is off", FAIL, [stack(rollback_disabled=True)], severity=Severity.MEDIUM),
        Row("stuck", FAIL, [stack(status="UPDATE_ROLLBACK_FAILED")], severity=Severity.HIGH),
        Row("stuck in a nested stack", FAIL, [stack(status="UPDATE_ROLLBACK_FAILED", parent="arn:parent")]),
        Row("stuck in an import", FAIL, [stack(status="IMPORT_ROLLBACK_FAILED")], severity=Severity.HIGH),
        Row("nested", NOT_APPLICABLE, [stack(rollback_disabled=True, parent="arn:parent")]),
        Row("of Control Tower", NOT_APPLICABLE, [stack(name="AWSControlTowerBP-BASELINE", rollback_disabled=True)]),
        Row("of a stack set", NOT_APPLICABLE, [stack(name="StackSet-roles-0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", status="ROLLBACK_FAILED")]),
        Row("never created", NOT_APPLICABLE, [stack(status="REVIEW_IN_PROGRESS")]),
        Row("on its way out", NOT_APPLICABLE, [stack(status="DELETE_IN_PROGRESS", rollback_disabled=True)]),
        Row("no stack", NOT_APPLICABLE),
        *dark([Stack]),
    ],
    codepipeline_stage_rollback_configured: [
        Row("the stage rolls back", {"shop/Live": PASS}, [pipeline(SOURCE, stage("Live", action(provider="S3"), on_failure="ROLLBACK"))]),
        Row("the provider rolls back", {"shop/Live": PASS}, [pipeline(stage("Live", action(provider="CodeDeployToECS")))]),
        Row("nothing rolls back", {"shop/Live": FAIL}, [pipeline(stage("Live", action(provider="S3")))]),
        Row("a custom action", {"shop/Live": FAIL}, [pipeline(stage("Live", action(provider="Ours", owner="Custom")))]),
        Row("it is left to the service", {"shop/Live": NO_EVIDENCE}, [pipeline(stage("Live", action(provider="ECS")))]),
        Row("production alone is judged", {"shop/Prod": PASS}, [pipeline(stage("Dev", action(provider="S3")), stage("Prod", action()), stage("Docs", action(provider="S3")))]),
        Row("production by its stack's name", {"shop/One": PASS}, [pipeline(stage("One", action(target={"StackName": "shop-production"})), stage("Two", action(provider="S3")))]),
        Row("nothing is deployed", NOT_APPLICABLE, [pipeline(SOURCE)]),
        Row("no pipeline", NOT_APPLICABLE),
        *dark([Pipeline]),
    ],
    ec2_instance_replaced_regularly: [
        Row("young", PASS, [instance()], says="launched 10 days ago"),
        Row("old", FAIL, [instance(launched=NOW - timedelta(days=181))]),
        Row("old, a year is allowed", PASS, [instance(launched=NOW - timedelta(days=181))], options={"max_age_days": 365}),
        Row("old, and started again yesterday", FAIL, [instance(attached=NOW - timedelta(days=400))], says="400 days ago"),
        Row("old, and made by a service", PASS, [instance(launched=NOW - timedelta(days=400), tags={"karpenter.sh/nodepool": "a"})], says="Karpenter"),
        Row("a pet", NOT_APPLICABLE, [instance(launched=NOW - timedelta(days=400), tags={"Pet": ""})]),
        Row("a pet by another tag", NOT_APPLICABLE, [instance(launched=NOW - timedelta(days=400), tags={"bastion": ""})], options={"pet_tag": "bastion"}),
        Row("an appliance", NOT_APPLICABLE, [instance(launched=NOW - timedelta(days=400), bought=True)]),
        Row("stopped", NOT_APPLICABLE, [instance(launched=NOW - timedelta(days=400), state="stopped")]),
        Row("a group by a launch template", PASS, [scaling_group()]),
        Row("a group by a launch configuration", FAIL, [scaling_group(templated=False)]),
        Row("neither", NOT_APPLICABLE),
        *dark([Instance, AutoScalingGroup]),
    ],
    ecs_task_definition_image_pinned: [
        Row("by digest", {"7/web": PASS}, [task(f"nginx@{DIGEST}")]),
        Row("a version in ECR", PASS, [task(f"{ECR}:1.2")], says="resolved to one digest"),
        Row("latest", FAIL, [task(f"{ECR}:latest")]),
        Row("no tag", FAIL, [task(f"{ECR}")], says="whose tag latest moves"),
        Row("no tag behind a registry's port", FAIL, [task("registry.example.com:5000/shop")]),
        Row("a version that ECS does not resolve, immutable", PASS, [task(f"{ECR}:1.2", consistent=False), repository("IMMUTABLE")]),
        Row("a version that ECS does not resolve, mutable", NO_EVIDENCE, [task(f"{ECR}:1.2", consistent=False), repository()]),
        Row("a version that is left out of the immutable ones", NO_EVIDENCE, [task(f"{ECR}:dev-2", consistent=False), repository("IMMUTABLE_WITH_EXCLUSION", exclusions=("dev-*",))]),
        Row("a version that is left out of the mutable ones", PASS, [task(f"{ECR}:v2", consistent=False), repository("MUTABLE_WITH_EXCLUSION", exclusions=("v*",))]),
        Row("a version in a public registry", NO_EVIDENCE, [task("nginx:1.27")], says="in its registry"),
        Row("a sidecar of AWS's", NOT_APPLICABLE, [task("public.ecr.aws/xray/aws-xray-daemon:latest")]),
        Row("a container that may end", NOT_APPLICABLE, [task("nginx", essential=False)]),
        Row("no task definition", NOT_APPLICABLE),
        *dark([TaskDefinition]),
        *dark([EcrRepository], task(f"{ECR}:1.2", consistent=False)),
    ],
    ecr_repository_tag_immutable: [
        Row("immutable", PASS, [repository("IMMUTABLE")]),
        Row("immutable with exclusions", PASS, [repository("IMMUTABLE_WITH_EXCLUSION", exclusions=("latest",))], says="but for latest"),
        Row("mutable", FAIL, [repository("MUTABLE")]),
        Row("immutable but for all", FAIL, [repository("IMMUTABLE_WITH_EXCLUSION", exclusions=("*",))]),
        Row("mutable with exclusions", FAIL, [repository("MUTABLE_WITH_EXCLUSION")]),
        Row("no repository", NOT_APPLICABLE),
        *dark([EcrRepository]),
    ],
    ec2_instance_interactive_change_events: [
        Row("nobody came", PASS, [instance(), visits()]),
        Row("somebody came", FAIL, [instance(), visits(human())], says="alice at 2026-11-23 06:00"),
        Row("somebody came last quarter", PASS, [instance(), visits(human(time=OLD))]),
        Row("somebody came last quarter, in a longer window", FAIL, [instance(), visits(human(time=OLD))], options={"days": 60}),
        Row("somebody came to another server", PASS, [instance(), visits(human(resources=("i-2",)))]),
        Row("a machine came", PASS, [instance(), visits(event(resources=("i-1",)))]),
        Row("a patch baseline ran", PASS, [instance(), visits(human(document="AWS-RunPatchBaseline"))]),
        Row("a script ran", FAIL, [instance(), visits(human(document="AWS-RunShellScript"))]),
        Row("nobody came in the newest events, which are not all", UNKNOWN, [instance(), visits(human(resources=("i-2",)), sampled=True)], says="truncated"),
        Row("all of the newest events failed", UNKNOWN, [instance(), visits(sampled=True)], says="truncated"),
        Row("nobody came in more than the window", PASS, [instance(), visits(human(resources=("i-2",)), human(time=OLD), sampled=True)]),
        Row("no production", NOT_APPLICABLE, [instance(tags={"env": "dev"}), visits(human())]),
        Row("stopped", NOT_APPLICABLE, [instance(state="stopped"), visits(human())]),
        Row("no instance", NOT_APPLICABLE),
        *dark([Instance, AccessLookup], instance()),
    ],
    ssm_parameter_environment_namespaces: [
        Row("a path by environment", PASS, [parameter("/prod/shop/url")], says="/prod/shop/url"),
        Row("a path with the environment inside", PASS, [parameter("/shop/dev/url")]),
        Row("the same path in two accounts", PASS, [parameter("/shop/url"), parameter("/shop/url", OTHER_ACCOUNT)], says=OTHER_ACCOUNT),
        Row("a path", NO_EVIDENCE, [parameter("/shop/url"), function()]),
        Row("a path in an account of its own", PASS, [parameter("/shop/url"), function()], options={"separate_accounts": True}),
        Row("a plain name", NO_EVIDENCE, [parameter("prod"), function()], options={"separate_accounts": True}),
        Row("AWS's own", NO_EVIDENCE, [parameter("/aws/prod/ami"), function()]),
        Row("what CDK writes into every account", NO_EVIDENCE, [parameter("/cdk-bootstrap/hnb659fds/version"), parameter("/cdk-bootstrap/hnb659fds/version", OTHER_ACCOUNT), function()]),
        Row("nothing", NO_EVIDENCE, [instance()]),
        Row("nothing runs", NOT_APPLICABLE),
        *dark([Parameter, *COMPUTE]),
    ],
    appconfig_environment_separation: [
        Row("two environments", PASS, [application(), environment("prod"), environment("dev")], says="prod and dev"),
        Row("one environment here and one elsewhere", {"application/shop": PASS}, [application(), application(OTHER_ACCOUNT), environment("live"), environment("prod", OTHER_ACCOUNT)]),
        Row("one environment", NO_EVIDENCE, [application(), environment("prod")], says="has one environment"),
        Row("no environment", NO_EVIDENCE, [application()]),
        Row("no application", NO_EVIDENCE, [function()]),
        Row("nothing runs", NOT_APPLICABLE),
        *dark([ConfigApplication, ConfigEnvironment], application()),
        *dark(COMPUTE),
    ],
    codedeploy_deployment_config_shifts_traffic: [
        Row("a canary", PASS, [group(platform="Lambda", config="CodeDeployDefault.LambdaCanary10Percent5Minutes")]),
        Row("linear", PASS, [group(platform="ECS", config="CodeDeployDefault.ECSLinear10PercentEvery1Minutes")]),
        Row("all at once", FAIL, [group(platform="Lambda", config="CodeDeployDefault.LambdaAllAtOnce")]),
        Row("an own canary", PASS, [group(platform="Lambda", config="own"), config(routing="TimeBasedCanary")]),
        Row("an own one all at once", FAIL, [group(platform="Lambda", config="own"), config(routing="AllAtOnce")]),
        Row("an own one that is gone", NO_EVIDENCE, [group(platform="Lambda", config="own")]),
        Row("every component is asked for", FAIL, [group(platform="ECS", config="CodeDeployDefault.ECSAllAtOnce")], options={"canary_required_all": True}),
        Row("servers", NOT_APPLICABLE, [group()]),
        Row("no group", NOT_APPLICABLE),
        *dark([DeploymentGroup]),
        *dark([DeploymentConfig], group(platform="Lambda", config="own")),
    ],
    ecs_service_canary_strategy: [
        Row("a canary", PASS, [service(strategy="CANARY")]),
        Row("linear", PASS, [service(strategy="LINEAR")]),
        Row("rolling", FAIL, [service()]),
        Row("blue/green at once", FAIL, [service(strategy="BLUE_GREEN")]),
        Row("every component is asked for", FAIL, [service()], options={"canary_required_all": True}),
        Row("CodeDeploy", NOT_APPLICABLE, [service(controller="CODE_DEPLOY")]),
        Row("a worker", NOT_APPLICABLE, [service(balanced=False)]),
        Row("scaled to zero", NOT_APPLICABLE, [service(desired=0)]),
        Row("no service", NOT_APPLICABLE),
        *dark([EcsService]),
    ],
    appconfig_feature_flag_profile_deployed: [
        Row("deployed", PASS, [profile(), deployed("DEPLOYING"), deployed("COMPLETE")]),
        Row("never deployed", FAIL, [profile()]),
        Row("rolled back", NO_EVIDENCE, [profile(), deployed("ROLLED_BACK")], says="rolled_back"),
        Row("free-form settings are no flags", {f"{ACCOUNT}/{REGION}": NO_EVIDENCE}, [profile("AWS.Freeform"), deployed("COMPLETE"), function()]),
        Row("no profile", NO_EVIDENCE, [instance()]),
        Row("nothing runs", NOT_APPLICABLE),
        *dark([ConfigProfile, ConfigDeployment], profile()),
        *dark(COMPUTE),
    ],
    lambda_function_appconfig_extension: [
        Row("the extension", PASS, [function(layers=("arn:aws:lambda:eu-west-1:434848589818:layer:AWS-AppConfig-Extension:1",))]),
        Row("another layer", NO_EVIDENCE, [function(layers=("arn:aws:lambda:eu-west-1:1:layer:numpy:1",))]),
        Row("no function", NOT_APPLICABLE),
        *dark([LambdaFunction]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize(
    ("reference", "parts"),
    [
        ("nginx", ("nginx", "", "")),
        ("nginx:1.27", ("nginx", "1.27", "")),
        (f"{ECR}:1@{DIGEST}", (ECR, "1", DIGEST)),
        ("registry:5000/shop", ("registry:5000/shop", "", "")),
        ("registry:5000/shop:2", ("registry:5000/shop", "2", "")),
    ],
)
def test_an_images_reference_is_taken_apart(reference: str, parts: tuple[str, str, str]) -> None:
    assert image_parts(reference) == parts


DELIVERY = "continuous-delivery/"


@pytest.mark.parametrize(
    ("item", "seen", "expected"),
    [
        pytest.param("automate-your-deployments", [deploys(*FIVE), pipeline(), runs(run("StartPipelineExecution", SSO))], PASS, id="machines that can be counted decide"),
        pytest.param("automate-your-deployments", [deploys(*BY_HAND), pipeline(), runs(run("Webhook"))], FAIL, id="people that can be counted decide"),
        pytest.param("automate-your-deployments", [deploys(), function(modified=NOW), pipeline(), runs(run("StartPipelineExecution", SSO))], UNKNOWN, id="too few to count, and no repository to see"),
        pytest.param("automate-your-deployments", [deploys(), function(modified=NOW), pipeline(), runs(run("Webhook"))], PASS, id="too few to count, and a pipeline"),
        pytest.param("create-deployment-environments", [pipeline(stage("Test", action(region="a")), stage("Live", action()))], PASS, id="environments"),
        pytest.param("create-deployment-environments", [pipeline(stage("Test", action(region="a")), stage("Live", action())), *tagged("prod"), *tagged("dev")], FAIL, id="environments in one account"),
        pytest.param("create-deployment-environments", tagged("prod"), UNKNOWN, id="an account of its own is no environment beside it"),
        pytest.param("define-your-infrastructure-as-code", [*FOUR_OF_FIVE, stack()], PASS, id="coverage decides, whatever was not checked for drift"),
        pytest.param("define-your-infrastructure-as-code", [*FOUR_OF_FIVE, stack(drift="DRIFTED")], FAIL, id="a stack that drifted"),
        pytest.param("define-your-infrastructure-as-code", FOUR_OF_FIVE[:-1], FAIL, id="too little is covered"),
        pytest.param("do-zero-downtime-deployments", [service(), scaling_group()], PASS, id="no manifest is missed where there is no cluster"),
        pytest.param("do-zero-downtime-deployments", [service(), scaling_group(desired=1)], FAIL, id="each of them must keep up"),
        pytest.param("promote-artifacts", [pipeline(SOURCE, stage("Test", action(inputs=("source",))), stage("Live", action(inputs=("source",))))], PASS, id="one pipeline that promotes"),
        pytest.param("roll-back-in-case-of-failure", [service(breaker_rollback=True), pipeline(stage("Live", action(provider="S3")))], PASS, id="a low failure beside heavier ones"),
        pytest.param("roll-back-in-case-of-failure", [service(), stack()], FAIL, id="each of them must roll back"),
        pytest.param("set-up-immutable-infrastructure", [instance(), repository("IMMUTABLE")], PASS, id="everything is replaced"),
        pytest.param("set-up-immutable-infrastructure", [instance(), repository("MUTABLE")], FAIL, id="a tag can be overwritten"),
        pytest.param("set-up-immutable-infrastructure", [function()], NOT_APPLICABLE, id="functions are immutable by design"),
        pytest.param("set-up-per-environment-configuration", [function(), parameter("/prod/url")], PASS, id="one way is enough"),
        pytest.param("test-your-infrastructure-code", [], UNKNOWN, id="no repository is registered"),
        pytest.param("use-canary-deployments", [service(), service(arn=arn("ecs", "service/main/pay"), strategy="CANARY")], PASS, id="one component is enough"),
        pytest.param("use-feature-toggles", [profile(), deployed("COMPLETE")], PASS, id="one flag is enough"),
        pytest.param("use-feature-toggles", [function(layers=("arn:aws:lambda:eu-west-1:1:layer:AWS-AppConfig-Extension:1",))], UNKNOWN, id="the extension alone decides nothing"),
    ],
)  # fmt: skip
def test_the_item_is(item: str, seen: list[Any], expected: Any) -> None:
    assert verdict_of(DELIVERY + item, seen) is expected
