"""Can a change reach production untested, and does anybody notice when it breaks there?

The checks of "Testing" that judge protection, levels of tests, deployments and canaries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.checklist.coverage import unmeasured
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.checklist.standing import left_out
from readiness.checklist.tested import before, is_test_of, test_steps, tests_by
from readiness.evidence import Evidence, Scope, account_of, region_of
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.building import project_of, sourced_from, steps_in, steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.containers import EcsService
from readiness.evidence.delivery import DeploymentGroup
from readiness.evidence.edge import Distribution
from readiness.evidence.event_rules import PULL_REQUEST, EventRule, RuleTargets
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.infrastructure import CiJob
from readiness.evidence.pipelines import Action, Pipeline
from readiness.evidence.practices import TEST_LEVELS
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    CiStep,
    DependencyManifest,
    Language,
    Outline,
    Provider,
    Repository,
    SourceFile,
)
from readiness.evidence.signals import deploys
from readiness.evidence.stacks import Stack
from readiness.evidence.unseen import tried
from readiness.evidence.watching import Canary, HealthCheck


def _unguarded(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    language_share: float,
) -> str:
    """Say why a repository needs no safety net, empty where it does."""
    why = unmeasured(repository, languages, language_share)
    if why and not left_out(repository) and any(deploys(each.command, each.uses) for each in steps):
        return ""
    return why


@check(Severity.HIGH)
def repository_branch_requires_checks(
    repository: Repository,
    branches: Evidence[Branch],
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    rules: Evidence[BranchRule],
    templates: Evidence[ApprovalTemplate],
    events: Evidence[EventRule],
    targets: Evidence[RuleTargets],
    *,
    language_share: float = 0.10,
) -> Result:
    """A test that is not required is skipped on the day that it matters.

    Pass: on GitHub a ruleset or the classic protection of the default branch demands a pull request and
    status checks. In CodeCommit an approval rule template holds for it, and a rule of EventBridge
    starts CodeBuild or a pipeline on pull requests.
    Fix: add a ruleset on the default branch that requires pull requests and the checks of CI.
    Blind spot: who may bypass the rules, and checks that are required and never report.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
    """
    if why := _unguarded(repository, languages, steps, language_share):
        return not_applicable(why)
    if repository.provider is Provider.CODECOMMIT:
        return _in_codecommit(repository, templates, events, targets)
    if repository.provider is not Provider.FOLDER and not any(True for _ in branches):
        return not_applicable("has no commit on its default branch")
    checks: tuple[str, ...] = ()
    reviewed, offered = False, True
    for rule in rules:
        checks = checks or rule.contexts
        reviewed = reviewed or rule.kind == "pull_request"
        offered = offered and rule.kind != "not offered"
        if checks and reviewed:
            return passed(f"takes pull requests alone, and requires {', '.join(checks[:5])}")
    if not offered:
        return failed("has no protection, as GitHub's plan offers none for this repository")
    if checks:
        return failed("requires checks, and takes pushes without a pull request")
    if reviewed:
        return failed("takes pull requests whose checks failed")
    return failed("takes changes without a pull request and without checks")


def _in_codecommit(
    repository: Repository,
    templates: Evidence[ApprovalTemplate],
    events: Evidence[EventRule],
    targets: Evidence[RuleTargets],
) -> Result:
    default = f"refs/heads/{repository.default_branch}"
    held = any(not each.branches or default in each.branches for each in templates)
    if not held:
        return failed("has no approval rule template")
    _, account, region, name = repository.arn.split(":", 3)
    event = {
        **PULL_REQUEST,
        "account": account,
        "region": region,
        "detail": {"repositoryNames": [name]},
    }
    listens = ""
    for rule in events:
        if (account_of(rule.arn), region_of(rule.arn)) != (account, region):
            continue
        if not rule.picks(event):
            continue
        listens = rule.name
        found = targets.of(rule.arn)
        if found and any(
            ":codebuild:" in each or ":codepipeline:" in each for each in found.targets
        ):
            return passed(f"has an approval rule, and is built by {rule.name} on pull requests")
    if listens:
        return no_evidence(
            f"has pull requests that {listens} tells of, which starts no build by itself"
        )
    return failed("has an approval rule, and nothing builds its pull requests")


@check(Severity.MEDIUM)
def repository_multiple_test_levels(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    shown: Evidence[SourceFile | DependencyManifest | Outline],
    *,
    language_share: float = 0.10,
) -> Result:
    """Units that work alone may not work together, and nobody's browser runs a unit.

    Pass: two of three levels of tests are there: of units; of integration or contracts; from end to end.
    They are told by folders, names, libraries and commands.
    Fix: add tests of what runs together, such as with Testcontainers, or from end to end with
    Playwright.
    Blind spot: a folder's name is a word; what the tests do is not read.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_test_val_chg.html
    """
    if why := _unguarded(repository, languages, steps, language_share):
        return not_applicable(why)
    found: dict[str, str] = {}
    for each in shown | steps:
        match each:
            case SourceFile():
                level = _level_of_file(each)
                place = each.path
            case DependencyManifest():
                level = _level_of(each.dependencies)
                place = each.path
            case Outline():
                level = _level_of(each.imports)
                place = each.path
            case CiStep():
                level = next((name for name, known in TEST_LEVELS.items() if known.commands.match(each.command)), "")  # fmt: skip
                place = each.workflow
        if level:
            found.setdefault(level, place)
            if len(found) >= 2:
                said = " and ".join(f"{name} ({where})" for name, where in sorted(found.items()))
                return passed(f"has tests of {said}")
    if found:
        name, where = next(iter(found.items()))
        return failed(f"has tests of {name} alone ({where})")
    return failed("has no tests")


def _level_of_file(file: SourceFile) -> str:
    if (
        file.foreign
        or _EXAMPLES.search(file.path)
        or not (file.language or _NO_SOURCE.search(file.path))
    ):
        return ""
    for name, known in TEST_LEVELS.items():
        if known.paths.search(file.path):
            return name
    return "units" if is_test_of(file, file.language) else ""


#: Tests that are no source files, and folders whose tests are others'.
_NO_SOURCE = re.compile(r"\.(feature|postman_collection\.json)$|(^|/)cypress\.json$")
_EXAMPLES = re.compile(r"(?i)(^|/)(examples?|samples?|templates?|docs?)/")


def _level_of(names: tuple[str, ...]) -> str:
    for level, known in TEST_LEVELS.items():
        if any(known.packages.fullmatch(name.lower()) for name in names):
            return level
    return ""


# --- Deployments that verify themselves -----------------------------------------------------------

#: Commands by which a deployment is tried, or waits until it is known to be well.
_VERIFIES = re.compile(
    r"newman run\b|k6 run\b|artillery run\b|cypress run\b|playwright test\b|\S*(smoke|health)\S*|"
    r"(npm|yarn|pnpm)( run)? \S*(smoke|health|e2e)\S*|make \S*(smoke|health|verify)\S*|helm test\b|"
    r"kubectl\b.*\brollout status\b|aws ecs wait\b|aws deploy wait\b|aws lambda invoke\b|argocd app wait\b"
)
#: Deployments that take themselves back.
_ATOMIC = re.compile(r"helm\b.*\b(upgrade|install)\b.*--(atomic|rollback-on-failure)\b")
_VERIFYING_JOB = re.compile(r"(?i)smoke|verify|health|e2e|end.to.end|post.?deploy|integration")
_NAMED = {
    "service": re.compile(r"--service[= ](\S+)"),
    "stack": re.compile(r"--stack-name[= ](\S+)"),
    "group": re.compile(r"--deployment-group-name[= ](\S+)"),
}
Component = EcsService | DeploymentGroup | Stack


@check(Severity.MEDIUM)
def deployment_self_verifies(
    repository: Repository,
    steps: Evidence[CiStep],
    jobs: Evidence[CiJob],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    components: Evidence[EcsService | DeploymentGroup | Stack],
) -> Iterator[Result]:
    """A deployment that notices its own failure is over before a customer notices it.

    Pass: what deploys the repository takes it back or tries it afterwards: the circuit breaker or alarms
    of an ECS service, the rollback of a CodeDeploy group, a stage that rolls back, alarms that roll back
    a stack, or a test after the deployment in the pipeline or workflow.
    Fix: turn on the rollback of what deploys, or add a smoke test after the deployment.
    Blind spot: what a command deploys to is known only where it names it.
    See: https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-rollback-and-redeploy.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    nothing = True
    joined = steps_of(repository.arn, steps, projects, pipelines)
    deploying: dict[str, list[CiStep]] = {}
    for step in joined:
        if deploys(step.command, step.uses) and not (step.called or step.never):
            deploying.setdefault(step.workflow, []).append(step)
    piped = {stepped.workflow for stepped in _in_pipelines(repository, pipelines, projects, steps)}
    for workflow, found in deploying.items():
        if workflow in piped:
            continue  # judged with its pipeline
        nothing = False
        for result in tried(_of_workflow(found, joined, jobs, components), not_seen):
            yield result.about(f"{repository.arn}:{workflow}")
    for pipeline in pipelines:
        if sourced_from(pipeline, repository.arn):
            for result in tried(
                _of_pipeline(repository, pipeline, projects, steps, components), not_seen
            ):
                nothing = False
                yield result.about(pipeline.arn)
    if nothing:
        yield not_applicable("is deployed by no CI")


def _in_pipelines(
    repository: Repository,
    pipelines: Evidence[Pipeline],
    projects: Evidence[BuildProject],
    steps: Evidence[CiStep],
) -> Iterator[CiStep]:
    """Yield the steps of projects that pipelines of the repository build."""
    for pipeline in pipelines:
        for stage in pipeline.stages if sourced_from(pipeline, repository.arn) else ():
            for action in stage.actions:
                project = project_of(action, pipeline, projects)
                if project is not None:
                    yield from steps_in(repository.arn, project, steps)


def _of_workflow(
    deploying: list[CiStep],
    steps: Evidence[CiStep],
    jobs: Evidence[CiJob],
    components: Evidence[EcsService | DeploymentGroup | Stack],
) -> Iterator[Result]:
    workflow = deploying[0].workflow
    earlier = before(job for job in jobs if job.workflow == workflow)
    tests = {step.number for step in test_steps(steps)}
    for step in steps:
        if step.workflow != workflow or step.tolerated:
            continue
        # What curl asks for is not kept; in a job of such a name it asks what was deployed.
        asks = step.command == "curl" and _VERIFYING_JOB.search(step.job)
        tries = step.number in tests or _VERIFIES.match(step.command) or asks
        if tries and any(_comes_after(step, each, earlier) for each in deploying):
            yield passed(f"is tried by `{(step.command or step.uses)[:80]}` after it is deployed")
            return
    if any(_ATOMIC.search(step.command) for step in deploying):
        yield passed("is taken back by Helm where it fails")
        return
    yield _of_components(deploying, components)


def _comes_after(step: CiStep, deploying: CiStep, earlier: dict[str, set[str]]) -> bool:
    if step.job == deploying.job:
        return step.number > deploying.number
    return deploying.job in earlier.get(step.job, set())


def _of_components(
    deploying: list[CiStep], components: Evidence[EcsService | DeploymentGroup | Stack]
) -> Result:
    """Judge what commands deploy to: what they name, or else everything that could be meant."""
    said = " ".join(step.command for step in deploying)
    names = {kind: set(pattern.findall(said)) for kind, pattern in _NAMED.items()}
    named: list[Component] = []
    others: list[Component] = []
    for each in components:
        if _is_named(each, names):
            named.append(each)
        elif not isinstance(each, Stack):
            others.append(each)
    judged = named or others
    good = [each for each in judged if _verified(each)]
    if judged and len(good) == len(judged):
        return passed(f"is taken back where it fails: {good[0].arn} {_verified(good[0])}")
    if good:
        told = f"of which {len(good)} are taken back where a deployment fails"
        return no_evidence(f"may be deployed to {len(judged)} components, {told}")
    return failed("is neither tried after it is deployed nor taken back where it fails")


def _is_named(component: Component, names: dict[str, set[str]]) -> bool:
    match component:
        case EcsService():
            return component.name in names["service"]
        case DeploymentGroup():
            return component.name in names["group"]
        case Stack():
            return component.name in names["stack"]


def _verified(component: Component) -> str:
    """Say how a component takes back a deployment that fails, empty where it does not."""
    match component:
        case EcsService():
            if component.breaker_rollback:
                return "has a circuit breaker that rolls back"
            return "has alarms that roll it back" if component.alarm_rollback else ""
        case DeploymentGroup():
            return "rolls back" if component.rollback else ""
        case Stack():
            return "has alarms that roll it back" if component.rollback_triggers else ""


def _of_pipeline(
    repository: Repository,
    pipeline: Pipeline,
    projects: Evidence[BuildProject],
    steps: Evidence[CiStep],
    components: Evidence[EcsService | DeploymentGroup | Stack],
) -> Iterator[Result]:
    deployed = False
    actions: list[Action] = []
    commands: list[CiStep] = []
    for stage in pipeline.stages:
        for action in stage.actions:
            project = project_of(action, pipeline, projects)
            own = list(steps_in(repository.arn, project, steps)) if project else []
            if deployed:
                said = [step.command for step in own] + list(action.commands)
                tries = next((each for each in said if tests_by(each) or _VERIFIES.match(each)), "")
                if tries or (action.category == "Test" and action.provider != "CodeBuild"):
                    yield passed(f"is tried by `{tries or action.name}` after it is deployed")
                    return
            commands += [step for step in own if deploys(step.command, step.uses)]
        found = stage.of("Deploy")
        actions += found
        if found and stage.on_failure == "ROLLBACK":
            yield passed(f"rolls the stage {stage.name} back where it fails")
            return
        deployed = deployed or bool(found or commands)
    if not deployed:
        return
    if not actions:
        yield _of_components(commands, components)
        return
    hit = [each for each in components if any(_hits(action, each) for action in actions)]
    good = [each for each in hit if _verified(each)]
    if good and len(good) == len(hit):
        yield passed(f"deploys to {good[0].arn}, which {_verified(good[0])}")
    elif good:
        told = f"of which {len(good)} are taken back where a deployment fails"
        yield no_evidence(f"deploys to {len(hit)} components, {told}")
    else:
        yield failed("neither tries what it deployed nor takes it back where it fails")


def _hits(action: Action, component: Component) -> bool:
    match component:
        case EcsService():
            cluster = component.cluster.rpartition("/")[2]
            return (action.target.get("ClusterName"), action.target.get("ServiceName")) == (cluster, component.name)  # fmt: skip
        case DeploymentGroup():
            return (
                action.target.get("ApplicationName") == component.application
                and action.target.get("DeploymentGroupName") == component.name
            )
        case Stack():
            return action.target.get("StackName") == component.name


# --- Canaries -------------------------------------------------------------------------------------

_PROBES = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")


@check(Severity.LOW, scope=Scope.ACCOUNT)
def synthetic_canary_running(
    watching: Evidence[Canary | HealthCheck],
    doors: Evidence[
        LoadBalancer
        | ClassicLoadBalancer
        | Distribution
        | RestApi
        | HttpApi
        | GraphqlApi
        | FunctionUrl
    ],
    unit: Unit,
    *,
    external_monitor: str = "",
) -> Result:
    """A canary finds what is broken from outside before the customers do.

    Pass: a canary of Synthetics runs, or a health check of Route 53 looks at an address, or the
    configuration names a monitor of another maker.
    Fix: create a canary of CloudWatch Synthetics for the main path.
    Blind spot: what a canary looks at, and how its last run ended. Without one this tells and decides
    nothing.
    See: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries.html
    """
    if external_monitor:
        return passed(f"is watched by {external_monitor}, by the configuration")
    for each in watching:
        if isinstance(each, Canary):
            if each.state == "RUNNING":
                return passed(f"is watched by the canary {each.name}").about(each.arn)
        elif each.type in _PROBES and not each.disabled:
            return passed("is watched by a health check of Route 53").about(each.arn)
    for door in doors:
        if _is_public(door):
            return failed("is reached from the internet and watched by no canary", Severity.INFO)
    return not_applicable("has nothing that the internet reaches")


def _is_public(
    door: LoadBalancer
    | ClassicLoadBalancer
    | Distribution
    | RestApi
    | HttpApi
    | GraphqlApi
    | FunctionUrl,
) -> bool:
    match door:
        case LoadBalancer() | ClassicLoadBalancer():
            return door.scheme == "internet-facing"
        case Distribution():
            return door.enabled
        case RestApi() | GraphqlApi():
            return not door.private
        case _:
            return True
