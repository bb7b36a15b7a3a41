"""Judge the items of the category "Continuous Delivery"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from readiness.checklist.apart import apart
from readiness.checklist.covered import INVENTORY_TYPES, Inventory, coverage
from readiness.checklist.delivered import (
    IAC_MARKER_TAGS,
    UNMARKED,
    repository_iac_present,
)
from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    passed,
    some,
    unknown,
)
from readiness.checklist.principals import CI_USERS, person, person_of
from readiness.checklist.shipping import (
    kubernetes_deployment_strategy,
    repository_canary_defined,
    repository_deploy_workflow_triggered,
    repository_environment_config_files,
    repository_environments_defined,
    repository_feature_flag_sdk_present,
    repository_iac_static_checks_run,
    repository_iac_tests_run,
    repository_promotion_workflow,
)
from readiness.checklist.workloads import Compute, Deployable, changed, ours, runs_something
from readiness.evidence import Evidence, Pooled, Reason, Scope, account_of, service_of
from readiness.evidence.apis import RestStage
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, EcsService, TaskDefinition
from readiness.evidence.delivery import (
    BeanstalkEnvironment,
    BeanstalkSettings,
    DeploymentConfig,
    DeploymentGroup,
    HostedApp,
)
from readiness.evidence.environments import (
    OTHERS,
    PRODUCTION,
    environment_of,
    without_environment,
)
from readiness.evidence.events import DAYS, PAGES, AccessLookup, DeployLookup, Event
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.pipelines import Action, Pipeline, PipelineExecutions, Stage
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
from readiness.evidence.tagging import TaggedResource

# --- Automate your deployments --------------------------------------------------------------------


@check(Severity.HIGH)
def deployment_principal_automated(
    lookups: Evidence[DeployLookup],
    apps: Evidence[HostedApp],
    pipelines: Evidence[Pipeline],
    deployable: Evidence[Deployable],
    unit: Unit,
    *,
    days: int = 30,
    pages_per_name: int = PAGES,
    minimum_events: int = 5,
    ratio: float = 0.95,
    machine_users: tuple[str, ...] = (),
    ci_users: tuple[str, ...] = CI_USERS,
    extra_deployers: bool = False,
) -> Result:
    """A deployment that a person starts by hand is one that nobody reviewed and nobody can repeat.

    Pass: machines caused 95 % of the deployments of the last 30 days: pipelines, CI roles, services
    of AWS, and the users named in `machine_users`. With `extra_deployers` an app of Amplify Hosting
    or App Runner that builds by itself passes where there are too few of them.
    Fix: give the right to deploy to the pipeline's role alone, and take it out of people's permission
    sets.
    Blind spot: people and machines are told apart by how they name themselves, and at most the 200
    newest events of each kind are looked at. Changes to API stages and Kubernetes leave none.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/welcome.html
    """
    sampled = False
    seen: list[Event] = []
    recent: list[Event] = []
    for lookup in lookups:
        sampled = sampled or lookup.sampled
        events = [event for event in lookup.events[: pages_per_name * 50] if _is_deployment(event)]
        seen.extend(events)
        recent.extend(event for event in events if unit.age_days(event.time) <= days)
    if len(recent) >= minimum_events:
        return _by_hand_or_not(recent, days, ratio, machine_users, ci_users, sampled)
    if extra_deployers:
        for app in apps:
            if app.connected and app.automatic:
                return passed(f"builds and deploys {app.arn} from its repository by itself")
    anything = young = False
    for each in deployable:
        if ours(each):
            moment = changed(each)
            anything = True
            young = young or moment is None or unit.age_days(moment) <= DAYS
    if not anything:
        return not_applicable("runs nothing that can be deployed")
    if not (young or seen or any(True for _ in pipelines)):
        return not_applicable(f"had no deployment in {DAYS} days, and nothing in it is younger")
    return no_evidence(
        f"had {len(recent)} deployments in the last {days} days, fewer than {minimum_events}"
    )


def _is_deployment(event: Event) -> bool:
    """Whether an event is a deployment of its own: what a stack does belongs to the stack's event."""
    return event.changes_code and event.invoked_by != "cloudformation.amazonaws.com"


def _by_hand_or_not(
    events: list[Event],
    days: int,
    ratio: float,
    machine_users: tuple[str, ...],
    ci_users: tuple[str, ...],
    sampled: bool,
) -> Result:
    people = [(event, who) for event in events if (who := person(event, machine_users, ci_users))]
    machines = len(events) - len(people)
    said = f"had {machines} of {len(events)} deployments of the last {days} days caused by machines"
    said += " (the newest, as sampled)" if sampled else ""
    if machines >= ratio * len(events):
        return passed(said)
    told = "; ".join(
        f"{who} changed {', '.join(event.resources[:2]) or 'something'} at {event.time:%Y-%m-%d %H:%M}"
        for event, who in people[:10]
    )
    return failed(f"{said}; {told}{'; and more' if len(people) > 10 else ''}")


#: What starts a pipeline without anybody asking for it.
_AUTOMATIC = frozenset(
    {"Webhook", "WebhookV2", "CloudWatchEvent", "PollForSourceChanges", "PutActionRevision"}
)


@check(Severity.MEDIUM)
def codepipeline_pipeline_source_triggered(
    pipeline: Pipeline,
    runs: Evidence[PipelineExecutions],
    *,
    newest: int = 10,
    machine_users: tuple[str, ...] = (),
    ci_users: tuple[str, ...] = CI_USERS,
) -> Result:
    """A pipeline that somebody has to start deploys when they think of it, and what they think of.

    Pass: one of its ten newest executions was started by its source: a webhook, an event, a poll or
    a new revision.
    Fix: give the pipeline a trigger on its source repository's release branch.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-about-starting.html
    """
    found = runs.of(pipeline.arn)
    executions = found.executions[:newest] if found else ()
    for execution in executions:
        if execution.trigger in _AUTOMATIC:
            return passed(f"was started by its source ({execution.trigger})")
    if not executions:
        return no_evidence("has never run")
    people = {
        person_of(execution.trigger_detail, machine_users, ci_users)
        if execution.trigger == "StartPipelineExecution"
        else ""
        for execution in executions
    }
    if "" not in people:
        return failed(
            f"was started by hand in its {len(executions)} newest executions, "
            f"by {', '.join(sorted(people)[:5])}"
        )
    return no_evidence(f"was started by no change in its {len(executions)} newest executions")


# --- Create deployment environments ---------------------------------------------------------------

#: Settings of a deploy action that tell one environment from another.
_TARGETS = (
    "StackName",
    "StackSetName",
    "ClusterName",
    "ServiceName",
    "ApplicationName",
    "DeploymentGroupName",
    "EnvironmentName",
    "BucketName",
    "FunctionName",
)


def deploy_targets(stage: Stage) -> frozenset[tuple[str, ...]]:
    """Return where a stage deploys to: region, account, and what the service calls it."""
    return frozenset(
        (action.region, account_of(action.role), *(action.target.get(key, "") for key in _TARGETS))
        for action in stage.of("Deploy")
    )


@check(Severity.MEDIUM)
def codepipeline_pipeline_multiple_environments(
    pipeline: Pipeline, pipelines: Evidence[Pipeline]
) -> Result:
    """What goes to production first is tested by the customers.

    Pass: two stages deploy to different regions, accounts, stacks, services, groups or environments,
    or another pipeline here has the same name but for the environment's word.
    Fix: give the pipeline a stage for each environment, production last and in an account of its own.
    Blind spot: whether the first of two targets is used for tests is not seen, and deployments by
    build actions are not told apart.
    See: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/deployments-ou.html
    """
    stages = pipeline.deploying
    if not stages:
        return not_applicable("has no deploy action")
    if len({deploy_targets(stage) for stage in stages}) >= 2:
        return passed(f"deploys to different targets in {', '.join(each.name for each in stages)}")
    own = environment_of(pipeline.name)
    if own:
        stem = without_environment(pipeline.name)
        for other in pipelines:
            theirs = environment_of(other.name)
            if theirs and theirs != own and without_environment(other.name) == stem:
                return passed(f"deploys to {own}, and {other.name} to {theirs}")
    return failed("deploys to one target alone")


#: Services whose resources belong to the tools that build and deploy, for whichever environment.
_TOOLS = frozenset(
    {
        "codepipeline",
        "codebuild",
        "codecommit",
        "codedeploy",
        "codeartifact",
        "codeconnections",
        "codestar-connections",
        "ecr",
        "cloudformation",
    }
)


@check(Severity.MEDIUM, scope=Scope.ACCOUNT)
def account_environment_separation(
    tagged: Evidence[TaggedResource],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
    *,
    minimum: int = 5,
) -> Result:
    """An account is the only wall that keeps a test from reaching the customers' data.

    Pass: the configuration, the account's tags or name, its organizational unit, or the tags of its
    resources say which one environment it is for.
    Fix: give each environment an account of its own, production and the others under organizational
    units of their own.
    Blind spot: resources without a tag for the environment are not counted.
    See: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html
    """
    counts: Counter[bool] = Counter()
    for resource in tagged:
        said = _environment_tag(resource, unit)
        if said is not None:
            counts[said] += 1
        if min(counts[True], counts[False]) >= minimum:
            return failed(
                f"holds resources of production and of other environments, {minimum} or more of each"
            )
    if unit.environment:
        return passed(f"is declared as {unit.environment}")
    if bool(counts[True]) != bool(counts[False]):
        kind = "production" if counts[True] else "other environments than production"
        return passed(f"holds resources tagged for {kind} alone ({counts.total()})")
    for account in accounts:
        if account.id == unit.account:
            for name in (account.name, *account.paths):
                if environment_of(name):
                    return passed(f"is named for one environment ({name})")
    return no_evidence("says nowhere which environment it is for")


def _environment_tag(resource: TaggedResource, unit: Unit) -> bool | None:
    """Return whether a resource is tagged as production, None where no tag of it says."""
    if service_of(resource.arn) in _TOOLS:
        return None
    named = {key.lower(): value.lower() for key, value in resource.tags.items()}
    value = next((named[key] for key in unit.environment_tags if key in named), "")
    if value in unit.production_values:
        return True
    return False if environment_of(value) in OTHERS else None


# --- Define your infrastructure as code -----------------------------------------------------------

_LISTED = 100


@check(Severity.HIGH, scope=Scope.REGION)
def iac_resource_coverage(
    inventory: Evidence[Inventory],
    tagged: Evidence[TaggedResource],
    stacked: Evidence[StackedResource],
    roots: Evidence[IacRoot],
    unit: Unit,
    *,
    ratio: float = 0.8,
    iac_marker_tags: tuple[str, ...] = IAC_MARKER_TAGS,
    types: tuple[str, ...] = INVENTORY_TYPES,
) -> Iterator[Result]:
    """What was made by hand cannot be made again, reviewed, or rolled back.

    Pass: 80 % of the functions, services, databases, tables, instances, groups, buckets, APIs and
    image repositories carry the tag of a stack or of a tool, or a resource scan found them in a stack.
    Fix: import what was made by hand with the IaC generator or import blocks, and mark everything by
    default tags.
    Blind spot: a tag says that a tool made a resource, not that nobody changed it since.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/generate-IaC.html
    """
    found = coverage(inventory, tagged, stacked, unit, ratio, iac_marker_tags, types)
    if not found.total:
        yield not_applicable("holds no resource that infrastructure code would make")
        return
    said = found.said
    if found.enough:
        yield passed(said)
        return
    left = found.left
    if not found.marked:
        for root in roots:
            if root.family in UNMARKED:
                yield unknown(
                    Reason.UNDECIDED,
                    f"{said}, and {root.arn} leaves no mark: configure iac_marker_tags",
                )
                return
    yield failed(
        f"{said}; not {', '.join(each.arn for each in left[:5])}{', …' if left[5:] else ''}"
    )
    for each in left[:_LISTED]:
        yield failed("carries no mark of infrastructure code", Severity.INFO).about(each.arn)


@check(Severity.MEDIUM)
def cloudformation_stack_drift_status(stack: Stack) -> Result:
    """A stack that drifted will undo by its next update what somebody changed by hand.

    Pass: the last drift detection found the stack in sync.
    Fix: bring the change into the template, or undo it, and detect drift on a schedule.
    Blind spot: drift detection is never started here, since that is no read.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
    """
    if out := stack_out(stack):
        return not_applicable(out)
    if stack.drift == "DRIFTED":
        return failed("drifted from its template")
    if stack.drift == "IN_SYNC":
        return passed("is in sync with its template")
    return no_evidence("was never checked for drift")


# --- Do zero-downtime deployments -----------------------------------------------------------------

_GRADUAL = ("BLUE_GREEN", "LINEAR", "CANARY")


@check(Severity.HIGH)
def ecs_service_rolling_without_downtime(service: EcsService) -> Result:
    """A service that stops its tasks before new ones run is down at every deployment.

    Pass: CodeDeploy deploys it, or ECS does blue/green, linear or canary, or rolling with all of its
    tasks healthy (half of them where it has two or more) and room for new ones.
    Fix: set minimumHealthyPercent to 100 and maximumPercent to 200, or deploy blue/green.
    Blind spot: whether the cluster's instances have room for more tasks is not looked at.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    """
    if service.scheduling == "DAEMON":
        return not_applicable("is a daemon, which tolerates gaps")
    if not service.desired:
        return not_applicable("is scaled to zero")
    if service.controller == "EXTERNAL":
        return unknown(Reason.UNDECIDED, "is deployed by a controller outside of ECS")
    if service.controller == "CODE_DEPLOY":
        return passed("is deployed blue/green by CodeDeploy")
    if service.strategy in _GRADUAL:
        return passed(f"is deployed by the strategy {service.strategy}")
    healthy, most = service.minimum_healthy, service.maximum
    said = f"keeps {healthy} % of {service.desired} tasks and may run {most} %"
    if healthy < 50 or (healthy < 100 and service.desired == 1):
        return failed(said, None if service.balanced or service.connected else Severity.LOW)
    if most > 100:
        return passed(said)
    return no_evidence(f"{said}: whether instances have room for new tasks is not seen")


@check(Severity.HIGH)
def codedeploy_deployment_group_keeps_capacity(
    group: DeploymentGroup,
    configs: Evidence[DeploymentConfig],
    groups: Evidence[AutoScalingGroup],
) -> Result:
    """All instances at once is all customers at once.

    Pass: the group is deployed blue/green, or in place with some of its instances kept healthy.
    Fix: deploy blue/green, or take CodeDeployDefault.HalfAtATime or OneAtATime.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """
    if group.platform == "Lambda":
        return not_applicable("deploys functions, which are updated without a gap")
    if group.style == "BLUE_GREEN" or group.platform == "ECS":
        return passed("is deployed blue/green")
    if group.config.startswith(PREDEFINED) and group.config != f"{PREDEFINED}AllAtOnce":
        return passed(f"is deployed in place by {group.config}")
    if not group.config.startswith(PREDEFINED):
        config = configs.of(config_arn(group))
        if config is None:
            return no_evidence(f"uses the configuration {group.config}, which is gone")
        if config.minimum:
            return passed(f"keeps instances healthy by {group.config} ({config.minimum})")
    several = group.balanced or any(
        each.name in group.auto_scaling_groups and each.desired > 1 for each in groups
    )
    if several:
        return failed(f"is deployed in place to all instances at once by {group.config}")
    return no_evidence("is deployed to all instances at once, and how many it has is not told")


#: Configurations that AWS made are known by their names.
PREDEFINED = "CodeDeployDefault."


def config_arn(group: DeploymentGroup) -> str:
    """Return the ARN of the deployment configuration that a group uses."""
    return f"{group.arn.partition(':deploymentgroup:')[0]}:deploymentconfig:{group.config}"


@check(Severity.MEDIUM)
def autoscaling_group_rolling_replacement(
    group: AutoScalingGroup, *, minimum_healthy: int = 90
) -> Result:
    """A group of one instance behind a load balancer is down while that instance is replaced.

    Pass: it may have two instances or more, and its maintenance policy keeps 90 % of them healthy, or
    without a policy two run that the load balancer's health checks watch.
    Fix: set an instance maintenance policy that launches before it terminates, and ELB health checks.
    Blind spot: CloudFormation's UpdatePolicy is not written in the group, and not seen here.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-instance-maintenance-policy.html
    """
    if not group.balanced:
        return not_applicable("gets no requests from a load balancer")
    if not group.desired:
        return not_applicable("is scaled to zero")
    keeps = group.minimum_healthy
    if group.desired == 1 and (group.maximum_healthy or 0) <= 100:
        return failed("runs one instance and launches no other before that is terminated")
    if keeps is not None and keeps < 50:
        return failed(f"keeps {keeps} % of its instances healthy while they are replaced")
    if group.maximum >= 2 and keeps is not None and keeps >= minimum_healthy:
        return passed(f"keeps {keeps} % of its instances healthy while they are replaced")
    if group.maximum >= 2 and keeps is None and group.desired >= 2 and "ELB" in group.health_check:
        return passed(f"runs {group.desired} instances that its load balancer watches")
    said = "has no maintenance policy" if keeps is None else f"keeps {keeps} % healthy"
    return no_evidence(
        f"runs {group.desired} of at most {group.maximum} instances with health checks of "
        f"{group.health_check} and {said}"
    )


@check(Severity.MEDIUM)
def platform_deployment_strategy(
    environment: BeanstalkEnvironment, settings: Evidence[BeanstalkSettings]
) -> Result:
    """Elastic Beanstalk stops every instance of an environment at once unless it is told otherwise.

    Pass: its deployment policy is Rolling, RollingWithAdditionalBatch, Immutable or TrafficSplitting.
    Fix: set the deployment policy to Immutable, or to RollingWithAdditionalBatch.
    See: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.rolling-version-deploy.html
    """
    found = settings.of(environment.arn)
    if found is None:
        return not_applicable("is gone")
    policy = found.policy or "AllAtOnce"
    if policy != "AllAtOnce":
        return passed(f"is deployed by the policy {policy}")
    if environment.tier == "Worker":
        return not_applicable("is a worker, which serves no requests")
    return failed("is deployed to all instances at once")


# --- Promote artifacts ----------------------------------------------------------------------------


@check(Severity.MEDIUM)
def codepipeline_pipeline_artifact_promotion(pipeline: Pipeline) -> Result:
    """What was built again for production is not what was tested.

    Pass: two deploy stages take the same artifact, which one build or source action made before them.
    Fix: build once, and let every deploy stage take that artifact.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts.html
    """
    stages = pipeline.deploying
    if len(stages) < 2:
        return no_evidence(f"has {len(stages)} deploy stages, which promote nothing")
    makers = {
        output: (index, action)
        for index, stage in enumerate(pipeline.stages)
        for action in stage.actions
        for output in action.outputs
    }
    places = [pipeline.stages.index(stage) for stage in stages]
    begins = [-1, *places[:-1]]
    built_anew = all(
        any(
            artifact in makers
            and makers[artifact][1].category == "Build"
            and begin < makers[artifact][0] <= place
            for artifact in _taken(stage)
        )
        for stage, begin, place in zip(stages, begins, places, strict=True)
    )
    if built_anew:
        return failed("builds again for every stage that it deploys to")
    for artifact, takers in Counter(name for stage in stages for name in _taken(stage)).items():
        index, action = makers.get(artifact, (places[0] + 1, None))
        before = action is not None and action.category in ("Build", "Source")
        if takers >= 2 and before and index <= places[0]:
            return passed(f"deploys {artifact} in {takers} stages as it was made once")
    return no_evidence("deploys no artifact in two stages that was made before both")


def _taken(stage: Stage) -> frozenset[str]:
    """Return the artifacts that a stage deploys."""
    return frozenset(name for action in stage.of("Deploy") for name in action.inputs)


@check(Severity.LOW)
def artifact_digest_shared_across_environments(
    found: LambdaFunction | EcsService,
    functions: Pooled[LambdaFunction],
    services: Pooled[EcsService],
    definitions: Pooled[TaskDefinition],
    images: Pooled[EcrImage],
    repositories: Pooled[EcrRepository],
    accounts: Evidence[OrganizationAccount],
    unit: Unit,
) -> Result:
    """The same digest in both places is the one proof that what was tested is what runs.

    Pass: it runs the digest that one of another environment runs, whose name is the same but for the
    environment's word. Which environment that is for, its name says, or its account's name or unit.
    Fix: deploy images and packages by digest, the same in every environment.
    Blind spot: production may be behind, and code packed twice has two digests: a difference proves
    nothing.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """
    tags = found.tags if isinstance(found, EcsService) else {}
    if environment_of(found.name) in OTHERS or not unit.is_production(tags):
        return not_applicable("is not production")
    if isinstance(found, LambdaFunction):
        if not ours(found):
            return not_applicable("is made by a service of AWS")
        for function in functions.about(found.code_sha256, "code_sha256"):
            if _tested_as(found, function, accounts):
                return passed(f"runs the code of {function.arn}")
        return no_evidence("runs code that no function of another environment runs")
    digests: set[str] = set()
    for service in services:
        if _tested_as(found, service, accounts):
            digests = digests or _digests(found, definitions, images, repositories)
            if digests & _digests(service, definitions, images, repositories):
                return passed(f"runs an image of {service.arn}")
    return no_evidence("runs no image that a service of another environment is seen to run")


def _tested_as(
    production: LambdaFunction | EcsService,
    other: LambdaFunction | EcsService,
    accounts: Evidence[OrganizationAccount],
) -> bool:
    """Whether one is the same as the other in an environment that is not production."""
    if without_environment(production.name) != without_environment(other.name):
        return False
    said = environment_of(other.name)
    if not said and account_of(other.arn) != account_of(production.arn):
        said = next(
            (
                environment_of(name)
                for account in accounts
                if account.id == account_of(other.arn)
                for name in (account.name, *account.paths)
                if environment_of(name)
            ),
            "",
        )
    return said in OTHERS


def _digests(
    service: EcsService,
    definitions: Evidence[TaskDefinition],
    images: Evidence[EcrImage],
    repositories: Evidence[EcrRepository],
) -> set[str]:
    """Return the digests of the images that a service is defined to run, as far as they are in ECR."""
    definition = definitions.of(service.task_definition)
    digests: set[str] = set()
    for container in definition.containers if definition else ():
        if is_injected(container):
            continue
        uri, tag, digest = image_parts(container.image)
        if digest:
            digests.add(digest)
            continue
        for repository in repositories.about(uri, "uri"):
            for image in images.about(repository.arn, "repository"):
                if tag in image.tags:
                    digests.add(image.digest)
    return digests


# --- Roll back in case of failure -----------------------------------------------------------------


@check(Severity.HIGH)
def codedeploy_deployment_group_auto_rollback(group: DeploymentGroup) -> Result:
    """A deployment that failed at night stays until somebody wakes up, unless it is taken back by itself.

    Pass: automatic rollback is on for failed deployments, and for those that an alarm stops where the
    group watches alarms.
    Fix: turn on automatic rollback for deployment failures and alarms, and give the group alarms.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
    """
    watched = group.alarms_enabled and bool(group.alarms)
    if not group.rollback or "DEPLOYMENT_FAILURE" not in group.rollback_events:
        return failed("is not rolled back when a deployment fails")
    if watched and "DEPLOYMENT_STOP_ON_ALARM" not in group.rollback_events:
        return failed("is not rolled back when one of its alarms stops a deployment")
    return passed(f"is rolled back when a deployment fails{'' if watched else '; it has no alarm'}")


@check(Severity.HIGH)
def ecs_service_deployment_rollback(service: EcsService) -> Result:
    """ECS starts a broken task again and again for hours unless the circuit breaker ends it.

    Pass: the deployment circuit breaker or an alarm rolls a deployment back, or CodeDeploy deploys it
    and is judged itself.
    Fix: turn on the deployment circuit breaker with rollback.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    if service.controller == "EXTERNAL":
        return not_applicable("is deployed by a controller outside of ECS")
    if service.controller == "CODE_DEPLOY":
        return passed("is deployed by CodeDeploy, whose deployment group is judged itself")
    if service.breaker_rollback:
        return passed("is rolled back by the deployment circuit breaker")
    if service.alarm_rollback:
        return passed("is rolled back by its alarms")
    return failed("is not rolled back: neither the circuit breaker nor an alarm does it")


@check(Severity.MEDIUM)
def cloudformation_stack_rollback_enabled(stack: Stack) -> Result:
    """A stack that stays half updated takes no further deployment until somebody repairs it.

    Pass: rollback on failure is not disabled, and the stack did not fail to roll back.
    Fix: turn rollback on failure on again; continue a failed rollback, leaving out what blocks it.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
    """
    if stack.status in ("UPDATE_ROLLBACK_FAILED", "ROLLBACK_FAILED") and not stack_out(stack):
        return failed(f"is stuck in {stack.status}", Severity.HIGH)
    out = stack_out(stack) or _nested(stack)
    if out:
        return not_applicable(out)
    if stack.rollback_disabled:
        return failed("keeps what failed: rollback is disabled")
    return passed("is rolled back when an update fails")


def stack_out(stack: Stack) -> str:
    """Say why a stack is not judged, empty where it is."""
    if stack.made_by:
        return f"is operated by {stack.made_by}"
    if stack.status == "REVIEW_IN_PROGRESS":
        return "was never created: a change set waits for its review"
    return "is being deleted" if stack.status == "DELETE_IN_PROGRESS" else ""


def _nested(stack: Stack) -> str:
    return "is nested, and judged at its root" if stack.parent else ""


#: Deploy providers that take a failed deployment back by themselves.
_ROLLS_BACK = frozenset(
    {"CloudFormation", "CloudFormationStackSet", "CodeDeploy", "CodeDeployToECS"}
)
#: Those that leave what they did.
_LEAVES = frozenset({"S3", "Lambda"})


@check(Severity.LOW)
def codepipeline_stage_rollback_configured(pipeline: Pipeline) -> Iterator[Result]:
    """Where the deployer cannot take back what it did, the pipeline can.

    Pass: the production stage rolls back on failure (V2), or its provider does so by itself.
    Fix: set the stage's onFailure result to ROLLBACK in a V2 pipeline.
    Blind spot: what a custom action does on failure is not known.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback-automatic.html
    """
    for stage in production_stages(pipeline):
        name = f"{pipeline.arn}/{stage.name}"
        if stage.on_failure == "ROLLBACK":
            yield passed("rolls the stage back on failure").about(name)
            continue
        actions = stage.of("Deploy")
        leaving = sorted({each.provider for each in actions if _leaves(each)})
        unknown_ones = sorted({each.provider for each in actions} - _ROLLS_BACK)
        if leaving:
            yield failed(f"does not roll back, and neither does {', '.join(leaving)}").about(name)
        elif unknown_ones:
            said = f"does not roll back, and leaves it to {', '.join(unknown_ones)}"
            yield no_evidence(said).about(name)
        else:
            yield passed("deploys by a service that rolls back by itself").about(name)


def _leaves(action: Action) -> bool:
    return action.provider in _LEAVES or action.owner == "Custom"


def production_stages(pipeline: Pipeline) -> tuple[Stage, ...]:
    """Return the stages that deploy to production: those named so, else the last that deploys."""
    stages = pipeline.deploying
    named = tuple(each for each in stages if _speaks_of_production(each))
    return named or stages[-1:]


def _speaks_of_production(stage: Stage) -> bool:
    names = [stage.name, *(name for each in stage.of("Deploy") for name in each.target.values())]
    return any(environment_of(name) in PRODUCTION for name in names)


# --- Set up immutable infrastructure --------------------------------------------------------------


@check(Severity.MEDIUM)
def ec2_instance_replaced_regularly(
    found: Instance | AutoScalingGroup, unit: Unit, *, max_age_days: int = 180, pet_tag: str = "pet"
) -> Result:
    """A server that was never replaced is one that nobody knows how to make again.

    Pass: an Auto Scaling group or another service makes it, by a launch template, or it stands alone
    and was first launched within the last 180 days. Instances with the tag `pet` are left out.
    Fix: bake an AMI with EC2 Image Builder and roll it out by an instance refresh.
    See: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-instance-refresh.html
    """
    if isinstance(found, AutoScalingGroup):
        if found.templated:
            return passed("launches instances by a launch template")
        return failed("launches instances by a launch configuration, which cannot be versioned")
    if found.state in ("stopping", "stopped", "shutting-down"):
        return not_applicable("is stopped")
    if any(tag.lower() == pet_tag.lower() for tag in found.tags):
        return not_applicable(f"is tagged {pet_tag}")
    if found.bought:
        return not_applicable("is an appliance from the Marketplace")
    if found.made_by:
        return passed(f"is made and replaced by {found.made_by}")
    first = min(moment for moment in (found.launched, found.attached) if moment)
    days = round(unit.age_days(first))
    if days <= max_age_days:
        return passed(f"was launched {days} days ago")
    return failed(f"was launched {days} days ago and stands alone")


#: Images of sidecars that AWS provides, or puts into tasks by itself.
_INJECTED = re.compile(
    r"^public\.ecr\.aws/(xray|aws-observability|appmesh|aws-appmesh|cloudwatch-agent|guardduty)/|"
    r"/(aws-guardduty-agent|aws-appmesh|amazon-ecs-service-connect|aws-for-fluent-bit|aws-xray)|"
    r"^amazon/(aws-xray-daemon|cloudwatch-agent|aws-for-fluent-bit|amazon-ecs-)"
)
_ECR = re.compile(r"^\d{12}\.dkr[.-]ecr[.-]")


def image_parts(image: str) -> tuple[str, str, str]:
    """Return the repository, the tag and the digest of an image's reference; empty what it lacks."""
    name, _, digest = image.partition("@")
    uri, colon, tag = name.rpartition(":")
    # A colon before a slash stands before a registry's port.
    return (uri, tag, digest) if colon and "/" not in tag else (name, "", digest)


def is_injected(container: Container) -> bool:
    """Whether a container is a sidecar of AWS's, whose image is not the owner's to pin."""
    return bool(_INJECTED.search(container.image))


@check(Severity.MEDIUM)
def ecs_task_definition_image_pinned(
    definition: TaskDefinition, repositories: Pooled[EcrRepository]
) -> Iterator[Result]:
    """A tag that moves makes two tasks of one service run two programs.

    Pass: every essential container's image has a digest, or a tag other than `latest` in a repository
    of ECR whose tags are immutable or that ECS resolves to one digest for each deployment.
    Fix: deploy images by their digest, and make the tags of the repository immutable.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
    """
    for container in definition.containers:
        if container.essential and not is_injected(container):
            result = _pinned(container, repositories)
            yield result.about(f"{definition.arn}/{container.name}")


def _pinned(container: Container, repositories: Pooled[EcrRepository]) -> Result:
    uri, tag, digest = image_parts(container.image)
    if digest:
        return passed(f"runs {container.image} by its digest")
    if tag in ("", "latest"):
        return failed(f"runs {container.image}, whose tag {tag or 'latest'} moves")
    if not _ECR.match(uri):
        return no_evidence(f"runs {container.image}, whose tag can be moved in its registry")
    if container.consistent:
        return passed(f"runs {container.image}, resolved to one digest for each deployment")
    for repository in repositories.about(uri, "uri"):
        if repository.mutability in IMMUTABLE:
            return passed(f"runs {container.image}, whose tags are immutable")
    return no_evidence(f"runs {container.image}, whose tag can be moved")


#: How ECR calls repositories whose tags stay, some of them left out.
IMMUTABLE = ("IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION")


@check(Severity.MEDIUM)
def ecr_repository_tag_immutable(repository: EcrRepository) -> Result:
    """A tag that can be pushed again is no name of what runs.

    Pass: image tags are immutable, with or without exclusions.
    Fix: set the repository's image tag mutability to IMMUTABLE.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """
    if repository.mutability in IMMUTABLE:
        kept = f" but for {', '.join(repository.exclusions)}" if repository.exclusions else ""
        return passed(f"has immutable tags{kept}")
    return failed(f"lets tags be overwritten ({repository.mutability})")


#: Documents by which machines keep servers up to date.
_MACHINE_DOCUMENTS = re.compile(
    r"^(AWS-(RunPatchBaseline|PatchInstance|GatherSoftware|RefreshAssociation|UpdateSSMAgent)|"
    r"AmazonInspector|AWS-ConfigureAWSPackage)"
)


@check(Severity.LOW)
def ec2_instance_interactive_change_events(
    instance: Instance,
    lookups: Evidence[AccessLookup],
    unit: Unit,
    *,
    days: int = 30,
    machine_users: tuple[str, ...] = (),
    ci_users: tuple[str, ...] = CI_USERS,
) -> Result:
    """A server that people log in to is changed by hand sooner or later, and nobody writes it down.

    Pass: nobody opened a session on it or ran a command there in the last 30 days.
    Fix: bring what was needed there into the image, and close interactive access to production.
    Blind spot: SSH leaves no event, nor do commands that were sent to instances by their tags.
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
    """
    if instance.state in ("stopping", "stopped", "shutting-down"):
        return not_applicable("is stopped")
    if not unit.is_production(instance.tags):
        return not_applicable("is not production")
    people: list[tuple[Event, str]] = []
    cut = False
    for lookup in lookups:
        for event in lookup.events:
            who = person(event, machine_users, ci_users)
            recent = unit.age_days(event.time) <= days
            if who and recent and instance.id in event.resources and not _by_schedule(event):
                people.append((event, who))
        oldest = lookup.events[-1].time if lookup.events else None
        cut = cut or (lookup.sampled and oldest is not None and unit.age_days(oldest) <= days)
    if people:
        told = "; ".join(f"{who} at {event.time:%Y-%m-%d %H:%M}" for event, who in people[:10])
        return failed(f"was logged in to {len(people)} times in the last {days} days: {told}")
    if cut:
        return unknown(Reason.TRUNCATED, "had no visitor in the newest events, which are not all")
    return passed(f"had no visitor in the last {days} days")


def _by_schedule(event: Event) -> bool:
    return bool(_MACHINE_DOCUMENTS.match(event.document))


# --- Set up per-environment configuration ---------------------------------------------------------


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
    See: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-hierarchies.html
    """
    paths = []
    for parameter in own:
        parts = parameter.name.strip("/").split("/")
        if parameter.name.startswith("/aws/") or len(parts) < 2:
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
        return no_evidence(f"has {len(names)} environments")

    yield from apart(applications, judge)
    if not any(True for _ in applications):
        yield _nothing_or(compute, "has no AppConfig application")


def _nothing_or(compute: Evidence[Compute], because: str) -> Result:
    """Return NO_EVIDENCE where something runs, NOT_APPLICABLE where nothing does."""
    if runs_something(compute):
        return no_evidence(because)
    return not_applicable("runs nothing that takes settings")


# --- Use canary deployments -----------------------------------------------------------------------

_SHIFTS = re.compile(r"^CodeDeployDefault\.(Lambda|ECS)(Canary|Linear)")


@check(Severity.MEDIUM)
def codedeploy_deployment_config_shifts_traffic(
    group: DeploymentGroup,
    configs: Evidence[DeploymentConfig],
    *,
    canary_required_all: bool = False,
) -> Result:
    """A version that one customer in ten meets first hurts one in ten.

    Pass: the deployment configuration shifts traffic as a canary or linearly. One component that does
    is enough, unless `canary_required_all` is set.
    Fix: take a configuration such as CodeDeployDefault.LambdaCanary10Percent5Minutes, with alarms.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
    """
    component = group.arn if canary_required_all else ""
    if group.platform not in ("Lambda", "ECS"):
        return not_applicable("deploys to servers, where CodeDeploy shifts no traffic")
    if _SHIFTS.match(group.config):
        return passed(f"shifts traffic by {group.config}").about(group.arn, component)
    if group.config.startswith(PREDEFINED):
        return failed(f"shifts all traffic at once by {group.config}").about(group.arn, component)
    config = configs.of(config_arn(group))
    if config is not None and config.routing in ("TimeBasedCanary", "TimeBasedLinear"):
        return passed(f"shifts traffic by {group.config} ({config.routing})").about(
            group.arn, component
        )
    return failed(f"shifts all traffic at once by {group.config}").about(group.arn, component)


@check(Severity.MEDIUM)
def ecs_service_canary_strategy(
    service: EcsService, *, canary_required_all: bool = False
) -> Result:
    """A version that one customer in ten meets first hurts one in ten.

    Pass: ECS deploys the service by the strategy CANARY or LINEAR. One component that does is enough,
    unless `canary_required_all` is set.
    Fix: set the service's deployment strategy to CANARY, with alarms that roll it back.
    See: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/canary-deployment.html
    """
    component = service.arn if canary_required_all else ""
    if not service.balanced:
        return not_applicable("gets no requests from a load balancer")
    if not service.desired:
        return not_applicable("is scaled to zero")
    if service.controller != "ECS":
        return not_applicable(f"is deployed by {service.controller}, which shifts its traffic")
    if service.strategy in ("CANARY", "LINEAR"):
        return passed(f"is deployed by the strategy {service.strategy}").about(
            service.arn, component
        )
    return failed(f"gets all traffic at once by the strategy {service.strategy}").about(
        service.arn, component
    )


@check(Severity.INFO)
def apigateway_stage_canary_active(stage: RestStage) -> Result:
    """A canary of an API's stage is there only while a version is rolled out.

    Pass: a part of the stage's requests goes to a newer deployment now.
    Fix: deploy the API as a canary and promote it when its errors stay low.
    Blind spot: between two deployments nothing shows it; weighted aliases of functions are not read.
    See: https://docs.aws.amazon.com/apigateway/latest/developerguide/canary-release.html
    """
    if stage.canary:
        return passed("sends a part of its requests to a newer deployment")
    return no_evidence("has no canary now")


# --- Use feature toggles --------------------------------------------------------------------------

FLAGS = "AWS.AppConfig.FeatureFlags"


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


CATEGORY = category(
    "Continuous Delivery",
    item(
        "Automate your deployments",
        # Where machines and people can be counted, that decides; else either of the others.
        every(
            deployment_principal_automated,
            some(
                deployment_principal_automated,
                codepipeline_pipeline_source_triggered,
                repository_deploy_workflow_triggered,
            ),
        ),
        whole_workload=True,
    ),
    item(
        "Create deployment environments",
        every(
            some(repository_environments_defined, codepipeline_pipeline_multiple_environments),
            supporting=(account_environment_separation,),
        ),
        whole_workload=True,
    ),
    item(
        "Define your infrastructure as code",
        every(
            iac_resource_coverage,
            # One repository may hold the infrastructure of them all.
            supporting=(some(repository_iac_present), cloudformation_stack_drift_status),
        ),
        whole_workload=True,
    ),
    item(
        "Do zero-downtime deployments",
        every(
            ecs_service_rolling_without_downtime,
            codedeploy_deployment_group_keeps_capacity,
            autoscaling_group_rolling_replacement,
            platform_deployment_strategy,
            kubernetes_deployment_strategy,
        ),
    ),
    item(
        "Promote artifacts",
        some(
            codepipeline_pipeline_artifact_promotion,
            artifact_digest_shared_across_environments,
            repository_promotion_workflow,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Roll back in case of failure",
        every(
            codedeploy_deployment_group_auto_rollback,
            ecs_service_deployment_rollback,
            cloudformation_stack_rollback_enabled,
            supporting=(codepipeline_stage_rollback_configured,),
        ),
    ),
    item(
        "Set up immutable infrastructure",
        every(
            ec2_instance_replaced_regularly,
            ecs_task_definition_image_pinned,
            ecr_repository_tag_immutable,
            supporting=(ec2_instance_interactive_change_events,),
        ),
    ),
    item(
        "Set up per-environment configuration",
        some(
            repository_environment_config_files,
            ssm_parameter_environment_namespaces,
            appconfig_environment_separation,
        ),
        whole_workload=True,
    ),
    item(
        "Test your infrastructure code",
        every(repository_iac_static_checks_run, repository_iac_tests_run),
    ),
    item(
        "Use canary deployments",
        some(
            codedeploy_deployment_config_shifts_traffic,
            ecs_service_canary_strategy,
            repository_canary_defined,
            apigateway_stage_canary_active,
            per="component",
        ),
        whole_workload=True,
    ),
    item(
        "Use feature toggles",
        some(
            appconfig_feature_flag_profile_deployed,
            lambda_function_appconfig_extension,
            repository_feature_flag_sdk_present,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
)
