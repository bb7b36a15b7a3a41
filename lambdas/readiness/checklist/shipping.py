"""What does a repository say of how it is delivered?

The checks of "Continuous Delivery" that judge repositories: their CI, manifests and infrastructure code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial

from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    Status,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
    unknown,
)
from readiness.checklist.on_change import Asked, what_of, why_not, witness
from readiness.checklist.standing import left_out
from readiness.checklist.tested import before
from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.apis import HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.building import steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.containers import EksCluster
from readiness.evidence.delivery import BeanstalkEnvironment
from readiness.evidence.environments import PRODUCTION, environment_of
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.infrastructure import (
    CanaryDefinition,
    CiJob,
    DeployEnvironment,
    DeployScript,
    EnvironmentSettings,
    FlagLibrary,
    IacRoot,
    IacTest,
    KubernetesObject,
)
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.repository import CiStep, CommitStatus, Hook, Language, Repository
from readiness.evidence.signals import (
    CDK,
    CLOUDFORMATION,
    IAC_STATIC,
    IAC_STATIC_ACTIONS,
    IAC_STATIC_HOOKS,
    IAC_TEST_TOOLS,
    IAC_TESTS,
    PACKAGE_ACTIONS,
    PACKAGE_COMMANDS,
    PRE_COMMIT_CI,
    RETAG_COMMANDS,
    UNIT_TEST_COMMANDS,
    deploys,
)
from readiness.evidence.unseen import tried

# --- Automate your deployments --------------------------------------------------------------------

#: Events that start a deployment because something changed.
_STARTED = frozenset({"push", "release", "workflow_run", "merge_group"})
_BY_HAND = frozenset({"workflow_dispatch"})
#: Events that start a preview of a change to which nobody agreed yet.
_PREVIEWS = frozenset({"pull_request", "pull_request_target"})


@check(Severity.MEDIUM)
def repository_deploy_workflow_triggered(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
    scripts: Evidence[DeployScript],
    roots: Evidence[IacRoot],
) -> Iterator[Result]:
    """A workflow that waits for somebody to press a button is a deploy command with a longer name.

    Pass: a step that deploys is started by a push, a tag, a release or another workflow, or the
    repository defines what Argo CD or Flux deploy from it.
    Fix: start the workflow that deploys by a push to the release branch, with an environment's
    approval where one is needed.
    See: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    started: set[str] = set()
    waiting: dict[str, CiStep] = {}
    for step in steps_of(repository.arn, steps, projects, pipelines):
        if step.workflow in started or step.never or step.called:
            continue
        if not deploys(step.command, step.uses):
            continue
        previews = bool(step.triggers) and _PREVIEWS.issuperset(step.triggers)
        if _STARTED.intersection(step.triggers) or (step.on_change is True and not previews):
            started.add(step.workflow)
            on = ", ".join(step.triggers) or "a change"
            said = passed(f"deploys by {what_of(step)} on {on}")
            yield said.about(f"{repository.arn}:{step.workflow}")
        else:
            waiting.setdefault(step.workflow, step)
    for workflow, step in waiting.items():
        if workflow not in started:
            yield _waits(step).about(f"{repository.arn}:{workflow}")
    for each in objects:
        if each.pulls:
            said = passed(f"defines the {each.kind} {each.name} for a GitOps operator")
            yield said.about(each.arn)
            return
    if started or waiting:
        return
    deployable = any(True for _ in roots)
    for script in scripts:
        # The README of a tool that deploys says how others use it.
        if deployable or not script.path.lower().startswith("readme"):
            said = failed(f"is deployed by `{script.command[:80]}`, which no CI runs")
            yield said.about(script.arn)
            return
    if deployable:
        yield no_evidence("has no step in its CI definitions that deploys")
    else:
        yield not_applicable("has nothing that is known to be deployed")


def _waits(step: CiStep) -> Result:
    if step.triggers and _BY_HAND.issuperset(step.triggers):
        return failed(f"deploys by {what_of(step)} only when somebody starts it")
    started = ", ".join(step.triggers) or "what it does not say"
    return no_evidence(f"deploys by {what_of(step)}, started by {started}")


# --- Create deployment environments ---------------------------------------------------------------

#: Environments of GitHub that no deployment of ours goes to.
_NO_ENVIRONMENTS = re.compile(r"(?i)^(github-pages|copilot|(pr|preview|pull)([-_/].*)?)$")


@check(Severity.MEDIUM)
def repository_environments_defined(
    repository: Repository,
    found: Evidence[DeployEnvironment | CiJob | EnvironmentSettings],
    steps: Evidence[CiStep],
) -> Result:
    """Where environments have names, each can have its own approval, its own secrets and its turn.

    Pass: GitHub's environments, the jobs of workflows or the settings of infrastructure code name two
    environments, one of them production.
    Fix: define an environment for each stage, and let workflows deploy to production last.
    Blind spot: an environment that is named is not known to be used.
    See: https://docs.github.com/en/actions/concepts/workflows-and-actions/deployment-environments
    """
    if out := left_out(repository):
        return not_applicable(out)
    names: set[str] = set()
    for each in found:
        name = each.name if isinstance(each, DeployEnvironment) else each.environment
        if name in ("", "*") or _NO_ENVIRONMENTS.match(name):
            continue
        names.add("production" if environment_of(name) in PRODUCTION else name.lower())
        if len(names) >= 2 and "production" in names:
            return passed(f"names production and {', '.join(sorted(names - {'production'}))}")
    said = ", ".join(sorted(names)) or "no environment"
    if any(deploys(each.command, each.uses) for each in steps):
        return failed(f"deploys and names {said}")
    return no_evidence(f"names {said} and has no step that deploys")


# --- Do zero-downtime deployments -----------------------------------------------------------------


@check(Severity.MEDIUM)
def kubernetes_deployment_strategy(
    repositories: Evidence[Repository],
    objects: Evidence[KubernetesObject],
    clusters: Evidence[EksCluster],
    unit: Unit,
) -> Iterator[Result]:
    """A Deployment that is recreated, or has one replica, is down at every deployment.

    Pass: a Deployment is rolled, and has two replicas or an autoscaler that keeps two.
    Fix: take the strategy RollingUpdate, with two replicas or more.
    Blind spot: a chart's values and the cluster itself are not read, nor are readiness probes. Where
    no repository is registered, a workload without an EKS cluster is taken to have no manifest.
    See: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/
    """

    def unseen(gaps: tuple[Gap, ...]) -> Result:
        unregistered = all(gap.reason is Reason.NO_REPOSITORY for gap in gaps)
        if unregistered and not any(True for _ in clusters):
            return not_applicable("has no repository registered and no EKS cluster")
        return not_seen(gaps)

    yield from tried(_deployments(repositories, objects, unit), unseen)


def _deployments(
    repositories: Evidence[Repository], objects: Evidence[KubernetesObject], unit: Unit
) -> Iterator[Result]:
    repository = repositories.of(unit.repository)
    if repository is not None and (out := left_out(repository)):
        yield not_applicable(out)
        return

    def judge(found: KubernetesObject) -> Iterator[Result]:
        if found.kind == "Deployment":
            yield _rolled(found, objects)

    yield from apart(objects, judge)
    if not any(each.kind == "Deployment" for each in objects):
        yield not_applicable("has no manifest of a Deployment")


def _rolled(found: KubernetesObject, objects: Evidence[KubernetesObject]) -> Result:
    if found.templated:
        return unknown(Reason.UNDECIDED, "is filled in by values that are not read")
    # Without a Service it is a worker.
    severity = None if any(each.kind == "Service" for each in objects) else Severity.LOW
    if found.strategy == "Recreate":
        return failed("is recreated: all of it stops before it starts again", severity)
    replicas = 1 if found.replicas is None else found.replicas
    for each in objects:
        if each.target == found.name and each.minimum is not None:
            replicas = each.minimum
    if replicas == 0:
        return not_applicable("is scaled to zero")
    if _missing(found.unavailable, replicas) >= replicas:
        return failed(f"lets {found.unavailable} of {replicas} replicas be missing", severity)
    if replicas >= 2:
        return passed(f"is rolled and has {replicas} replicas")
    return no_evidence("is rolled and has one replica")


def _missing(unavailable: str, replicas: int) -> int:
    """Return how many replicas a deployment may take away; Kubernetes rounds shares down."""
    number = int(unavailable.rstrip("%")) if re.fullmatch(r"\d+%?", unavailable) else 0
    return replicas * number // 100 if unavailable.endswith("%") else number


# --- Promote artifacts ----------------------------------------------------------------------------


@check(Severity.MEDIUM)
def repository_promotion_workflow(
    repository: Repository, jobs: Evidence[CiJob], steps: Evidence[CiStep]
) -> Iterator[Result]:
    """Two builds of one commit differ as soon as a dependency or a base image has moved.

    Pass: two jobs deploy what one job built before them: an artifact they download, an output, or the
    image of the commit; or a step gives a tested image its production tag.
    Fix: build in one job, and let the jobs of all environments take its image or artifact.
    Blind spot: other CI services than GitHub Actions are not judged.
    See: https://docs.github.com/en/actions/tutorials/store-and-share-data
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    builds: set[tuple[str, str]] = set()
    deployments: set[tuple[str, str]] = set()
    retagged: set[str] = set()
    for step in steps:
        if PACKAGE_COMMANDS.match(step.command) or PACKAGE_ACTIONS.match(step.uses):
            builds.add((step.workflow, step.job))
        if deploys(step.command, step.uses):
            deployments.add((step.workflow, step.job))
        if RETAG_COMMANDS.match(step.command):
            retagged.add(step.workflow)
    if not builds:
        yield not_applicable("builds nothing in CI that could be promoted")
        return
    workflows: dict[str, list[CiJob]] = {}
    for job in jobs:
        workflows.setdefault(job.workflow, []).append(job)
    nothing = True
    for workflow, listed in workflows.items():
        building = {job.name for job in listed if (workflow, job.name) in builds}
        deploying = [job for job in listed if (workflow, job.name) in deployments]
        result = _promotes(listed, building, deploying, workflow in retagged)
        if result is not None:
            nothing = False
            yield result.about(f"{repository.arn}:{workflow}")
    if nothing:
        yield no_evidence("has no workflow that builds once and deploys twice")


def _promotes(
    jobs: list[CiJob], building: set[str], deploying: list[CiJob], retagged: bool
) -> Result | None:
    """Judge one workflow; None where it neither promotes nor builds twice."""
    if retagged and deploying:
        return passed("gives a built image another tag instead of building it again")
    earlier = before(jobs)
    taking = [each for each in deploying if each.takes and earlier[each.name] & building]
    if len(taking) >= 2:
        return passed(f"deploys what was built once in {', '.join(each.name for each in taking)}")
    again = [each.name for each in deploying if each.name in building]
    if len(again) >= 2 and len(again) == len(deploying):
        return failed(f"builds again in each of {', '.join(again)}")
    return None


# --- Set up per-environment configuration ---------------------------------------------------------


@check(Severity.LOW)
def repository_environment_config_files(
    repository: Repository,
    settings: Evidence[EnvironmentSettings],
    jobs: Evidence[CiJob],
    steps: Evidence[CiStep],
    roots: Evidence[IacRoot],
) -> Result:
    """The same program with other settings is one program; a branch for each environment is several.

    Pass: one family of files, or GitHub's environments with variables of their own, hold settings for
    production and for another environment.
    Fix: keep one file, or one section, of settings for each environment, and one branch for all.
    Blind spot: code that looks at the branch's name to find its settings is not read.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_conf_mgmt_sys.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    families: dict[str, set[bool]] = {}
    branches: set[str] = set()

    def both(family: str, environment: str) -> bool:
        kinds = families.setdefault(family, set())
        kinds.add(environment_of(environment) in PRODUCTION)
        return len(kinds) == 2

    for each in settings:
        if both(each.family, each.environment):
            return passed(f"has settings for production and for another: {each.family}")
    for job in jobs:
        branches.update(name for name in job.branches if environment_of(name))
        named = job.environment not in ("", "*") and job.reads_settings
        if named and both("GitHub environments", job.environment):
            return passed("has settings for production and for another: GitHub environments")
    if len({environment_of(name) for name in branches}) >= 2:
        return failed(f"has a branch for each environment: {', '.join(sorted(branches))}")
    if any(deploys(each.command, each.uses) for each in steps) or any(True for _ in roots):
        return no_evidence("has settings for one environment at most")
    return not_applicable("deploys nothing that could take settings")


# --- Test your infrastructure code ----------------------------------------------------------------

#: The families whose tools are those of another.
_LIKE = {"SAM": CLOUDFORMATION, "SST": CDK}
_NO_IAC = "has no infrastructure code that makes resources in AWS"


def _by_family(
    roots: Evidence[IacRoot], judge: Callable[[str], Iterable[Result]]
) -> Iterator[Result]:
    """Judge each family of infrastructure code apart, in the name of its first root."""
    found: dict[str, IacRoot] = {}
    for root in roots:
        if root.aws:
            found.setdefault(root.family, root)
    if not found:
        yield not_applicable(_NO_IAC)
    for family, root in found.items():
        for result in tried(judge(_LIKE.get(family, family)), not_seen):
            yield result.about(root.arn)


@check(Severity.MEDIUM)
def repository_iac_static_checks_run(
    repository: Repository,
    roots: Evidence[IacRoot],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    tests: Evidence[IacTest],
    hooks: Evidence[Hook],
    statuses: Evidence[CommitStatus],
) -> Iterator[Result]:
    """A template that nobody checks fails when it is deployed, at best.

    Pass: a step that stops every change, or pre-commit.ci, validates each kind of infrastructure code:
    cfn-lint, tflint, checkov or the like, or cdk synth with cdk-nag.
    Fix: run cfn-lint and cfn-guard, or tflint and checkov, in the workflow of every change.
    Blind spot: which of several roots of one kind a step checks is not told apart.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/best-practices.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    joined = steps_of(repository.arn, steps, projects, pipelines)

    def judge(family: str) -> Iterator[Result]:
        asked = Asked("is checked", partial(_checks, family))
        found = witness(asked, joined)
        if found is None and family == CDK:
            found = _nagged(joined, tests)
        if found is None:
            found = _in_pre_commit_ci(family, hooks, statuses)
        yield found or why_not(asked, joined)

    yield from _by_family(roots, judge)


def _checks(family: str, step: CiStep) -> str:
    """Name what checks a kind of infrastructure code in a step, empty where nothing does."""
    commands = IAC_STATIC.get(family, IAC_STATIC[""])
    if commands.match(step.command) or IAC_STATIC_ACTIONS.match(step.uses):
        return what_of(step)
    named = IAC_STATIC_HOOKS.get(family, IAC_STATIC_HOOKS[""])
    return f"the hook {step.hook}" if step.hook in named else ""


def _in_pre_commit_ci(
    family: str, hooks: Evidence[Hook], statuses: Evidence[CommitStatus]
) -> Result | None:
    """Return PASS where pre-commit.ci runs a hook that checks a kind of infrastructure code."""
    named = IAC_STATIC_HOOKS.get(family, IAC_STATIC_HOOKS[""])
    hook = next((each.name for each in hooks if each.name in named), "")
    if hook and any(PRE_COMMIT_CI.search(each.context) for each in statuses):
        return passed(f"is checked by {hook} in pre-commit.ci")
    return None


def _nagged(steps: Evidence[CiStep], tests: Evidence[IacTest]) -> Result | None:
    """Return PASS where `cdk synth` stops changes by what cdk-nag finds."""
    if any(each.tool == "cdk-nag" for each in tests):
        return witness(Asked("is checked", _synthesizes), steps)
    return None


def _synthesizes(step: CiStep) -> str:
    return "cdk synth with cdk-nag" if re.match(r"cdk\b.*\bsynth", step.command) else ""


@check(Severity.MEDIUM)
def repository_iac_tests_run(
    repository: Repository,
    roots: Evidence[IacRoot],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    tests: Evidence[IacTest],
    *,
    require_iac_tests: bool = True,
) -> Iterator[Result]:
    """A policy or an assertion says once what every later change must not break.

    Pass: for each kind of infrastructure code a step that stops every change runs tests of it
    (assertions of templates, terraform test, Terratest) or policies (cfn-guard, conftest, cdk-nag).
    Fix: assert in unit tests what a template must hold, and run them in the workflow of every change.
    Blind spot: a preview such as terraform plan is no test. Without `require_iac_tests` a lack of
    tests is told and decides nothing.
    See: https://docs.aws.amazon.com/cdk/v2/guide/testing.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    joined = steps_of(repository.arn, steps, projects, pipelines)

    def judge(family: str) -> Iterator[Result]:
        found = witness(_tests_of(family), joined)
        if found is None and family == CDK:
            found = _nagged(joined, tests)
        if found is None:
            found = _tested(family, joined, tests)
        if found.status is Status.FAIL and not require_iac_tests:
            found = replace(found, severity=Severity.INFO)
        yield found

    yield from _by_family(roots, judge)


def _tests_of(family: str) -> Asked:
    """Ask for a step that tests a kind of infrastructure code by itself."""
    commands = IAC_TESTS.get(family, IAC_TESTS[""])
    return Asked("is tested", lambda step: what_of(step) if commands.match(step.command) else "")


def _tested(family: str, steps: Evidence[CiStep], tests: Evidence[IacTest]) -> Result:
    """Judge by the tests that a program's own test command runs."""
    found = next((each for each in tests if family in IAC_TEST_TOOLS.get(each.tool, ())), None)
    if found is None:
        return why_not(_tests_of(family), steps)
    asked = Asked(
        f"is tested with {found.tool} in {found.path}",
        lambda step: what_of(step) if UNIT_TEST_COMMANDS.match(step.command) else "",
    )
    return witness(asked, steps) or why_not(asked, steps)


# --- Use canary deployments -----------------------------------------------------------------------

Front = LoadBalancer | ClassicLoadBalancer | RestApi | HttpApi | FunctionUrl | BeanstalkEnvironment


@check(Severity.MEDIUM)
def repository_canary_defined(
    repository: Repository,
    canaries: Evidence[CanaryDefinition],
    objects: Evidence[KubernetesObject],
    fronts: Evidence[Front],
) -> Iterator[Result]:
    """A rollout whose steps are written down stops at the first when the alarms go off.

    Pass: SAM, CDK, Serverless Framework, Terraform, Argo Rollouts or Flagger are told to shift traffic
    step by step.
    Fix: set SAM's DeploymentPreference to Canary10Percent5Minutes with alarms, or roll out with Argo.
    Blind spot: weights of load balancers, Route 53 and CloudFront are not taken for a canary.
    See: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/automating-updates-to-serverless-apps.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    for found in canaries:
        yield passed(f"shifts traffic step by step with {found.tool}").about(found.arn)
        return
    serves = False
    for each in objects:
        serves = serves or each.kind in ("Service", "Ingress")
        rollout = each.kind == "Rollout" and each.strategy == "canary"
        if rollout or (each.kind == "Canary" and each.api.startswith("flagger.app/")):
            yield passed(f"shifts traffic step by step by the {each.kind} {each.name}").about(
                each.arn
            )
            return
    if serves or any(_serves(each) for each in fronts):
        yield no_evidence("shifts traffic step by step nowhere")
    else:
        yield not_applicable("serves no requests that could be shifted")


def _serves(front: Front) -> bool:
    return not isinstance(front, BeanstalkEnvironment) or front.tier == "WebServer"


# --- Use feature toggles --------------------------------------------------------------------------

#: Languages in which nobody writes an application.
_NO_APPLICATION = frozenset({"Terraform", "Shell"})


@check(Severity.LOW)
def repository_feature_flag_sdk_present(
    repository: Repository, libraries: Evidence[FlagLibrary], languages: Evidence[Language]
) -> Result:
    """Code that asks a flag before it takes a new path can be deployed long before that is switched on.

    Pass: a manifest asks for a feature flag library at run time, or the code imports Powertools'.
    Fix: read feature flags through OpenFeature, AppConfig or the library of a flag service.
    Blind spot: a library that is asked for is not known to be used; flags of the team's own make are
    not recognised, and can be attested.
    See: https://docs.aws.amazon.com/appconfig/latest/userguide/appconfig-creating-configuration-and-profile-feature-flags.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    aside = ""
    for library in libraries:
        if library.runtime:
            return passed(f"asks for {library.name}").about(library.arn)
        aside = f", but {library.name} for development"
    if not any(each.name not in _NO_APPLICATION for each in languages):
        return not_applicable("holds no application code")
    return no_evidence(f"asks for no feature flag library{aside}")
