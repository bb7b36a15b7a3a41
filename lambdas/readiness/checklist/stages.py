"""Does a pipeline pass through an environment that is not production, a gate, and another account?

The checks of "Solution pipeline has multiple environments for dev and prod".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from readiness.checklist.apart import apart
from readiness.checklist.automation import deploys_by, ways_of
from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.rollout import production_stages
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason, account_of
from readiness.evidence.building import sourced_from
from readiness.evidence.builds import BuildProject
from readiness.evidence.environments import OTHERS, PRODUCTION, environment_of
from readiness.evidence.infrastructure import (
    AwsLogin,
    CiJob,
    DeployEnvironment,
    DeployVariable,
    EnvironmentSettings,
    KubernetesObject,
)
from readiness.evidence.pipelines import Pipeline, Stage
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.repository import CiStep, Repository
from readiness.evidence.signals import is_sample

#: Settings that say where infrastructure goes, rather than how a program runs.
_OF_INFRASTRUCTURE = frozenset(
    {
        "Terraform variables",
        "a folder for each environment",
        "Helm values",
        "overlays",
        "SAM configurations",
        "CDK context",
        "Serverless Framework stages",
        "Copilot environments",
    }
)
_NOTHING = "has no pipeline that deploys it, which another item says"


def _out(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
) -> str:
    """Say why a repository has no environments to judge, empty where it is deployed."""
    if out := left_out(repository):
        return out
    ways = ways_of(repository.arn, steps, projects, pipelines, objects)
    return "" if any(deploys_by(each, repository.arn) for each in ways) else _NOTHING


def _names(
    found: DeployEnvironment | CiJob | EnvironmentSettings | Pipeline, repository: str
) -> Iterator[str]:
    """Yield what may name an environment; multi-region stages name none."""
    match found:
        case DeployEnvironment():
            yield found.name
        case CiJob():
            yield found.environment
        case EnvironmentSettings():
            if found.family in _OF_INFRASTRUCTURE and not is_sample(found.path):
                yield found.environment
        case Pipeline():
            for stage in found.deploying if sourced_from(found, repository) else ():
                yield from _names_of(stage)


def _names_of(stage: Stage) -> Iterator[str]:
    yield stage.name
    for action in stage.of("Deploy"):
        yield from (action.name, *action.target.values())


@check(Severity.HIGH)
def repository_pipeline_environments(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
    found: Evidence[DeployEnvironment | CiJob | EnvironmentSettings],
) -> Result:
    """What goes to production first is tested by the customers.

    Pass: GitHub's environments, the jobs of workflows, the stages of a pipeline or the settings of
    infrastructure code name an environment that is production and one that is not.
    Fix: deploy to a staging environment first, and promote the same artifact to production.
    Blind spot: an environment that is named is not known to be deployed to; stages of one environment
    in several regions count as one.
    See: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html
    """
    if out := _out(repository, steps, projects, pipelines, objects):
        return not_applicable(out)
    production: set[str] = set()
    others: set[str] = set()
    for each in found | pipelines:
        for name in _names(each, repository.arn):
            word = environment_of(name)
            (production if word in PRODUCTION else others if word in OTHERS else set()).add(name)
        if production and others:
            return passed(f"names {min(production)} and {min(others)}")
    said = ", ".join(sorted(production | others)[:5]) or "no environment"
    return failed(f"is deployed, and names {said} alone")


@check(Severity.MEDIUM)
def pipeline_production_gate(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
    environments: Evidence[DeployEnvironment],
) -> Iterator[Result]:
    """A change that nobody held up for a look is in production before anybody sees what it does.

    Pass: GitHub's production environment has a reviewer, a wait or branches that it is limited to, or a
    pipeline has an approval or a condition of entry before it deploys to production.
    Fix: demand a reviewer for the production environment, or add an approval action before its stage.
    Blind spot: on private repositories GitHub offers this with paid plans alone.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-action-add.html
    """
    if out := _out(repository, steps, projects, pipelines, objects):
        yield not_applicable(out)
        return
    nothing = True

    def judge(environment: DeployEnvironment) -> Iterator[Result]:
        nonlocal nothing
        if environment_of(environment.name) in PRODUCTION:
            nothing = False
            if environment.protected:
                yield passed("is production, and has rules that hold a deployment up")
            else:
                yield failed(
                    "is production, and nothing holds a deployment up; on a private repository the "
                    "plan may not offer it"
                )

    def judge_pipeline(pipeline: Pipeline) -> Iterator[Result]:
        nonlocal nothing
        if deploys_by(pipeline, repository.arn):
            nothing = False
            stages = production_stages(pipeline)
            open_ones = [each.name for each in stages if not _gated(pipeline, each)]
            if open_ones:
                yield failed(f"deploys to {', '.join(open_ones)} without an approval before it")
            else:
                yield passed(f"has a gate before {', '.join(each.name for each in stages)}")

    yield from apart(environments, judge)
    yield from apart(pipelines, judge_pipeline)
    if nothing:
        yield no_evidence("names no production environment that could have a gate")


def _gated(pipeline: Pipeline, stage: Stage) -> bool:
    """Whether an approval or a condition comes before a stage, or first in it."""
    before = pipeline.stages[: pipeline.stages.index(stage) + 1]
    return stage.gated or any(each.of("Approval") for each in before)


@dataclass
class _Places:
    """Which accounts are deployed to, and what names those that are not told."""

    production: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)
    #: Accounts of environments that are not named.
    unnamed: dict[str, str] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)

    def add(self, environment: str, account: str, where: str) -> None:
        word = environment_of(environment)
        kind = self.production if word in PRODUCTION else self.others
        (kind if word else self.unnamed).setdefault(account, where)


@check(Severity.MEDIUM)
def environment_account_separated(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
    logins: Evidence[AwsLogin],
    settings: Evidence[EnvironmentSettings],
    variables: Evidence[DeployVariable],
    accounts: Evidence[OrganizationAccount],
) -> Result:
    """An account is the only wall that keeps a test from reaching the customers' data.

    Pass: production and the other environments are deployed to different accounts, by the roles that
    workflows and pipelines assume, or by the accounts that infrastructure code names.
    Fix: give each environment an account of its own, and the pipeline a role in each.
    Blind spot: accounts that secrets name can never be read.
    See: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/benefits-of-using-multiple-aws-accounts.html
    """
    if out := _out(repository, steps, projects, pipelines, objects):
        return not_applicable(out)
    places = _Places()
    for login in logins:
        if login.role:
            _add_login(places, login, variables)
    for setting in settings:
        if setting.account:
            places.add(setting.environment, setting.account, setting.path)
    for pipeline in pipelines:
        for stage in pipeline.deploying if sourced_from(pipeline, repository.arn) else ():
            word = next(filter(None, map(environment_of, _names_of(stage))), "")
            for action in stage.of("Deploy"):
                account = account_of(action.role) or account_of(pipeline.arn)
                places.add(word, account, f"the stage {stage.name} of {pipeline.name}")
    if places.unnamed:
        named = {each.id: each for each in accounts}
        for account, where in places.unnamed.items():
            known = named.get(account)
            names = (known.name, *known.paths) if known else ()
            word = next(filter(None, map(environment_of, names)), "")
            if word:
                places.add(word, account, where)
    return _separated(places)


def _add_login(places: _Places, login: AwsLogin, variables: Evidence[DeployVariable]) -> None:
    environment = login.environment.strip("*") or login.job
    if login.role != "*":
        places.add(environment, account_of(login.role), f"{login.workflow}, {login.job}")
        return
    source, _, name = login.variable.partition(".")
    found = False
    for variable in variables.about(name, "name") if source == "vars" else ():
        if variable.environment in ("", login.environment):
            found = True
            places.add(variable.environment or environment, variable.account, login.variable)
    if not found:
        places.hidden.append(login.variable or login.workflow)


def _separated(places: _Places) -> Result:
    both = sorted(places.production.keys() & places.others.keys())
    if both:
        ways = f"{places.production[both[0]]} and {places.others[both[0]]}"
        return failed(f"deploys production and others to account {both[0]}, by {ways}")
    if places.hidden:
        names = ", ".join(dict.fromkeys(places.hidden))
        return unknown(Reason.UNDECIDED, f"deploys to accounts that {names} names")
    if places.production and places.others:
        one, other = min(places.production), min(places.others)
        return passed(f"deploys production to account {one}, and others to {other}")
    return no_evidence("does not say to which accounts production and the others are deployed")
