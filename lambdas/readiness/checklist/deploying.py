"""Does a machine deploy, to one environment after the other, what was built once?

The checks of "Continuous Delivery" that judge who deploys, pipelines, environments and artifacts.
"""

from __future__ import annotations

from collections import Counter

from readiness.checklist.immutable import image_parts, is_injected
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.principals import CI_USERS, person, person_of
from readiness.checklist.workloads import Deployable, changed, ours
from readiness.evidence import Evidence, Pooled, Reason, Scope, account_of, service_of
from readiness.evidence.containers import EcsService, TaskDefinition
from readiness.evidence.delivery import HostedApp
from readiness.evidence.environments import OTHERS, environment_of, without_environment
from readiness.evidence.events import DAYS, PAGES, DeployLookup, Event
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.pipelines import Pipeline, PipelineExecutions, Stage
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.registry import EcrImage, EcrRepository
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

    Pass: machines caused 95 % of the deployments of the last 30 days, of which there were five or more:
    pipelines, CI roles, services of AWS, and the users named in `machine_users`. With
    `extra_deployers` an app of Amplify Hosting or App Runner that builds by itself passes where there
    were fewer.
    Fix: give the right to deploy to the pipeline's role alone, and take it out of people's permission
    sets.
    Blind spot: people and machines are told apart by how they name themselves, and at most the 200
    newest events of each kind are looked at. Deployments of API stages and to Kubernetes leave none.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_auto_integ_deploy.html
    """
    sampled = cut = False
    seen: list[Event] = []
    recent: list[Event] = []
    for lookup in lookups:
        looked_at = lookup.events[: pages_per_name * 50]
        more = lookup.sampled or len(looked_at) < len(lookup.events)
        oldest = looked_at[-1].time if looked_at else unit.now
        sampled = sampled or more
        cut = cut or (more and unit.age_days(oldest) <= days)
        events = [event for event in looked_at if _is_deployment(event)]
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
    if cut:
        said = (
            f"had {counted(len(recent), 'deployment')} among the newest events, which are not all"
        )
        return unknown(Reason.TRUNCATED, said)
    if not (young or seen or any(True for _ in pipelines)):
        return not_applicable(f"had no deployment in {DAYS} days, and nothing in it is younger")
    return no_evidence(
        f"had {counted(len(recent), 'deployment')} in the last {days} days, fewer than {minimum_events}"
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
    Blind spot: a rule of EventBridge that starts it by the clock looks like one that a change fires.
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


def _deploy_targets(stage: Stage) -> frozenset[tuple[str, ...]]:
    """Return where a stage deploys to: region, account, and what the service calls it."""
    return frozenset(
        (action.region, account_of(action.role), *(action.target.get(key, "") for key in _TARGETS))
        for action in stage.of("Deploy")
    )


@check(Severity.MEDIUM)
def codepipeline_pipeline_multiple_environments(
    pipeline: Pipeline, pipelines: Pooled[Pipeline], unit: Unit
) -> Result:
    """What goes to production first is tested by the customers.

    Pass: two stages deploy to different regions, accounts, stacks, services, groups or environments,
    or another pipeline of the workload has the same name but for the environment's word.
    Fix: give the pipeline a stage for each environment, production last and in an account of its own.
    Blind spot: two parts of one environment look like two environments, and deployments by build
    actions are not told apart.
    See: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/deployments-ou.html
    """
    stages = pipeline.deploying
    if not stages:
        return not_applicable("has no deploy action")
    if len({_deploy_targets(stage) for stage in stages}) >= 2:
        return passed(f"deploys to different targets in {', '.join(each.name for each in stages)}")
    own = environment_of(pipeline.name)
    if own:
        stem = without_environment(pipeline.name)
        for other in pipelines.belonging(unit.together):
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
    resources say which one environment it is for, and not five resources or more are tagged for
    production and five for others.
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
        return no_evidence(f"has {'one' if stages else 'no'} deploy stage, and so promotes nothing")
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
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_build_mgmt_sys.html
    """
    tags = found.tags if isinstance(found, EcsService) else {}
    if environment_of(found.name) in OTHERS or not unit.is_production(tags):
        return not_applicable("is not production")
    if isinstance(found, LambdaFunction):
        if not ours(found):
            return not_applicable("is made by a service of AWS")
        for function in (
            functions.about(found.code_sha256, "code_sha256") if found.code_sha256 else ()
        ):
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
