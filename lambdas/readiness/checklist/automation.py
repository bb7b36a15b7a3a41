"""Does a pipeline deploy the repository by itself, did it work, and how does it sign in?

The checks of "Solution can be deployed automatically via a pipeline".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from fnmatch import fnmatchcase

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
    passed,
    unknown,
)
from readiness.checklist.releases import DeployableCode
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.building import sourced_from, steps_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.infrastructure import AwsLogin, KubernetesObject
from readiness.evidence.pipelines import Pipeline, PipelineExecutions
from readiness.evidence.practices import PUBLISH_ACTIONS, PUBLISH_COMMANDS
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
from readiness.evidence.signals import CI_FILES, GITHUB_WORKFLOWS, deploys, matches

#: What may bring a repository into an environment.
Way = CiStep | Pipeline | KubernetesObject


def ways_of(
    repository: str,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
) -> Evidence[Way]:
    """Return what may deploy a repository: its steps, those of the accounts, pipelines, operators."""
    return steps_of(repository, steps, projects, pipelines) | pipelines | objects


def deploys_by(found: Way, repository: str) -> str:
    """Say how something deploys a repository, empty where it does not."""
    match found:
        case CiStep():
            if deploys(found.command, found.uses) and not found.tolerated:
                return f"`{(found.command or found.uses)[:80]}` in {found.workflow}"
            return ""
        case Pipeline():
            stages = found.deploying if sourced_from(found, repository) else ()
            return f"the stage {stages[0].name} of the pipeline {found.name}" if stages else ""
        case KubernetesObject():
            if found.pulls:
                return f"the {found.kind} {found.name} of a GitOps operator"
            return ""


@check(Severity.HIGH)
def repository_deploy_pipeline_defined(
    repository: Repository,
    code: Evidence[DeployableCode],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    objects: Evidence[KubernetesObject],
    files: Evidence[SourceFile],
) -> Result:
    """What one person deploys from a laptop, nobody deploys while that person is away.

    Pass: a CI step, a pipeline of CodePipeline or a GitOps operator deploys the repository.
    Fix: add a workflow that deploys, or a pipeline of CodePipeline whose source is the repository.
    Blind spot: workflows of other repositories and other CI services are read as far as their files
    are here. What a package is published to is no environment.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-continuous-delivery-integration.html
    """
    if out := left_out(repository):
        return not_applicable(out)
    if not any(True for _ in code):
        return not_applicable("holds nothing that could be deployed")
    publishes = hidden = ""
    for found in ways_of(repository.arn, steps, projects, pipelines, objects):
        if how := deploys_by(found, repository.arn):
            return passed(f"is deployed by {how}")
        if isinstance(found, CiStep):
            if ".github/workflows/" in found.uses:
                hidden = f"may be deployed by {found.uses}, which is in another repository"
            if PUBLISH_COMMANDS.match(found.command) or PUBLISH_ACTIONS.match(found.uses):
                publishes = found.command or found.uses
    if hidden:
        return no_evidence(hidden)
    for file in files:
        for service, names in CI_FILES.items():
            if service not in ("github", "codebuild") and matches(file.path, names):
                return no_evidence(f"has no step in {file.path} that is known to deploy")
    if publishes and all(isinstance(each, BuildDefinition) for each in code):
        return not_applicable(f"is published by `{publishes[:80]}`, and deployed by others")
    return failed("is deployed by no CI step and no pipeline")


_ENDED_BADLY = frozenset({"failure", "timed_out", "startup_failure"})


@check(Severity.MEDIUM)
def deploy_pipeline_last_run_succeeded(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    runs: Evidence[WorkflowRun],
    executions: Evidence[PipelineExecutions],
    branches: Evidence[Branch],
    unit: Unit,
    *,
    deploy_max_age_days: int = 90,
) -> Iterator[Result]:
    """A pipeline whose last run failed, or was long ago, fails again when it is needed.

    Pass: the newest completed run of what deploys the repository succeeded within 90 days.
    Fix: repair the pipeline, and run it on a schedule where changes are rare.
    Blind spot: of GitHub the runs on the default branch alone are seen, of CodeBuild by itself none.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-view-cli.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    nothing = True
    for workflow, how in _deploying(repository, steps, projects, pipelines).items():
        nothing = False
        name = f"{repository.arn}:{workflow}"
        if not matches(workflow, GITHUB_WORKFLOWS):
            yield _elsewhere(workflow, how, repository).about(name)
            continue
        ended = [
            (run.created, run.conclusion == "success")
            for run in runs
            if run.workflow == workflow
            and (run.conclusion == "success" or run.conclusion in _ENDED_BADLY)
        ]
        yield _newest(ended, how, branches, unit, deploy_max_age_days).about(name)

    def judge(pipeline: Pipeline) -> Iterator[Result]:
        nonlocal nothing
        if not (how := deploys_by(pipeline, repository.arn)):
            return
        nothing = False
        found = executions.of(pipeline.arn)
        ended = [
            (each.started, each.status == "Succeeded")
            for each in (found.executions if found else ())
            if each.status in ("Succeeded", "Failed")
        ]
        yield _newest(ended, how, branches, unit, deploy_max_age_days)

    yield from apart(pipelines, judge)
    if nothing:
        yield not_applicable("has no pipeline that deploys it, which another check says")


def _deploying(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> dict[str, str]:
    """Return the workflows that deploy a repository, and how each does."""
    found: dict[str, str] = {}
    for step in steps_of(repository.arn, steps, projects, pipelines):
        if how := deploys_by(step, repository.arn):
            found.setdefault(step.workflow, how)
    return found


def _elsewhere(workflow: str, how: str, repository: Repository) -> Result:
    """Answer for what deploys outside of GitHub Actions."""
    in_aws = in_account(workflow)
    if in_aws or repository.provider is Provider.FOLDER:
        return no_evidence(f"is deployed by {how}, whose runs are not told apart here")
    said = f"is deployed by {how}, of a service whose runs are not seen"
    return unknown(Reason.PROVIDER_UNSUPPORTED, said)


def in_account(workflow: str) -> bool:
    """Whether a workflow is a buildspec, a project or a pipeline, which run in AWS."""
    return bool(re.search(r"(^|/)buildspec[^/]*$|^CodeBuild project |^pipeline ", workflow))


def _newest(
    ended: list[tuple[datetime, bool]],
    how: str,
    branches: Evidence[Branch],
    unit: Unit,
    days: int,
) -> Result:
    """Judge the newest of the runs that came to an end."""
    if not ended:
        return no_evidence(f"is deployed by {how}, which has no completed run among the newest")
    started, succeeded = max(ended)
    age = unit.age_days(started)
    said = f"is deployed by {how}, whose newest run"
    if not succeeded:
        return failed(f"{said} failed {age:.0f} days ago")
    if age <= days:
        return passed(f"{said} succeeded {age:.0f} days ago")
    for branch in branches:
        if unit.age_days(branch.committed) > days:
            said = f"{said} was {age:.0f} days ago, and there was no commit since {days} days"
            return failed(said, Severity.LOW)
    return failed(f"{said} was {age:.0f} days ago")


# --- How it signs in ------------------------------------------------------------------------------

_GITHUB = "token.actions.githubusercontent.com"
_SUBJECT = f"{_GITHUB}:sub"


@check(Severity.HIGH)
def deploy_pipeline_short_lived_credentials(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    logins: Evidence[AwsLogin],
    roles: Evidence[IamRole],
) -> Iterator[Result]:
    """An access key in a CI service's settings works for whoever copies it, until somebody notices.

    Pass: what deploys runs inside AWS on a service role, or signs in by a role that its own token may
    assume and whose trust is limited to the repository.
    Fix: let the workflow assume a role by OpenID Connect, with a condition on the subject of its token.
    Blind spot: settings of a CI service that are in none of its files are not seen.
    See: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    inside: list[str] = []
    outside: dict[str, set[str]] = {}
    for step in steps_of(repository.arn, steps, projects, pipelines):
        if deploys_by(step, repository.arn):
            if in_account(step.workflow):
                inside.append(step.workflow)
            else:
                outside.setdefault(step.workflow, {step.workflow}).update(step.via)
    for workflow in dict.fromkeys(inside):
        said = passed("runs inside AWS, on a service role")
        if any(each.keys for each in logins if each.workflow == workflow):
            said = failed("runs inside AWS, and signs in with access keys all the same")
        yield said.about(f"{repository.arn}:{workflow}")
    for workflow, paths in outside.items():
        own = [each for each in logins if each.workflow in paths]
        yield _signs_in(own, repository, roles).about(f"{repository.arn}:{workflow}")
    piped = [each for each in pipelines if deploys_by(each, repository.arn)]
    for pipeline in piped:
        yield passed("runs inside AWS, on a service role").about(pipeline.arn)
    if outside and repository.provider is Provider.GITHUB:
        for role in roles:
            if reach(role, repository.arn) == _ANYBODY:
                said = failed("may be assumed by workflows of everybody's", Severity.CRITICAL)
                yield said.about(role.arn)
    if not (inside or outside or piped):
        yield not_applicable("has no pipeline that deploys it, which another check says")


def _signs_in(own: list[AwsLogin], repository: Repository, roles: Evidence[IamRole]) -> Result:
    for login in own:
        if login.keys:
            return failed(f"signs in with access keys in the job {login.job or login.workflow}")
    by_role = [login for login in own if login.role]
    if not by_role:
        return no_evidence("does not say in its file how it signs in to AWS")
    for login in by_role:
        if not login.token:
            return no_evidence(
                f"signs in by a role in the job {login.job}, without asking for a token"
            )
    worst: Result | None = None
    for login in by_role:
        result = _trusts(login, repository, roles)
        if worst is None or _ORDER.index(result.status) < _ORDER.index(worst.status):
            worst = result
    assert worst is not None  # there is one login at least
    return worst


_ORDER = (Status.FAIL, Status.UNKNOWN, Status.NO_EVIDENCE, Status.PASS)


def _trusts(login: AwsLogin, repository: Repository, roles: Evidence[IamRole]) -> Result:
    """Judge the role that a login assumes; one that an expression names is looked for by its trust."""
    if login.role != "*":
        role = roles.of(login.role)
        if role is None:
            return no_evidence(f"assumes {login.role}, which is in no account of the workload")
        return _limited(role, repository)
    fitting = [role for role in roles if reach(role, repository.arn) == _OWN]
    wider = [role for role in roles if reach(role, repository.arn) == _ORGANIZATION]
    if wider and not fitting:
        return _limited(wider[0], repository)
    if wider:
        said = f"assumes the role of {login.variable}, which may be {fitting[0].arn}"
        return no_evidence(f"{said}, or {wider[0].arn}, which trusts every repository of its owner")
    if fitting:
        return passed(f"assumes by its token a role that trusts it alone, as {fitting[0].arn} does")
    return no_evidence(
        f"assumes the role of {login.variable}, and no role here is seen to trust it"
    )


_ANYBODY, _ORGANIZATION, _OWN, _OTHER = "anybody", "the organization", "the repository", "another"


def _limited(role: IamRole, repository: Repository) -> Result:
    match reach(role, repository.arn):
        case "anybody":
            return failed(f"assumes {role.arn}, which trusts everybody's", Severity.CRITICAL)
        case "the organization":
            said = f"assumes {role.arn}, which trusts every repository of its owner"
            return failed(said, Severity.MEDIUM)
        case "the repository":
            return passed(f"assumes {role.arn} by its token, which trusts this repository")
        case _:
            return no_evidence(f"assumes {role.arn}, which is not seen to trust this repository")


def reach(role: IamRole, repository: str) -> str:
    """Return whose workflows of GitHub a role lets in, as far as they could be this repository's."""
    found = {
        _reach(trust, repository.removeprefix("github:").lower())
        for trust in role.trusts
        if any(_GITHUB in provider for provider in trust.providers)
    }
    return next((each for each in (_ANYBODY, _ORGANIZATION, _OWN) if each in found), _OTHER)


def _reach(trust: Trust, name: str) -> str:
    subjects = [each for each in trust.conditions if each.key == _SUBJECT and _compares(each)]
    if not subjects:
        # Other claims of the token may limit it as well, in ways that are not read here.
        own = (each.key for each in trust.conditions if each.key.startswith(_GITHUB))
        return _OTHER if any(key != f"{_GITHUB}:aud" for key in own) else _ANYBODY
    if any(each.open and "like" in each.operator for each in subjects):
        return _ANYBODY
    owner = name.partition("/")[0]
    found = set()
    for condition in subjects:
        like = "like" in condition.operator
        for value in condition.values:
            found.add(_whose(value.lower(), like, owner, name))
    return next((each for each in (_ANYBODY, _ORGANIZATION, _OWN) if each in found), _OTHER)


def _compares(condition: Condition) -> bool:
    operator = condition.operator.removeprefix("foranyvalue:")
    return operator.startswith(("stringequals", "stringlike"))


def _whose(value: str, like: bool, owner: str, name: str) -> str:
    """Return whose repositories a subject stands for, e.g. `repo:acme/shop:ref:refs/heads/main`."""
    whole = value.removeprefix("repo:").partition(":")[0]
    theirs, _, own = whole.partition("/")
    wild = set("*?")
    if not value.startswith("repo:"):
        return _ANYBODY if like and wild & set(value[:5]) else _OTHER
    if like and wild & set(theirs):
        return _ANYBODY
    if like and wild & set(own):
        return _ORGANIZATION if theirs == owner and fnmatchcase(name, whole) else _OTHER
    return _OWN if whole == name else _OTHER


# --- What starts it -------------------------------------------------------------------------------

_STARTED = frozenset({"push", "release", "create", "workflow_run", "merge_group", "pull_request"})
_BY_HAND = frozenset({"workflow_dispatch"})
#: Sources whose changes are detected by CodePipeline itself, and the setting that stops it.
_DETECTED = {
    "CodeStarSourceConnection": "DetectChanges",
    "CodeCommit": "PollForSourceChanges",
    "GitHub": "PollForSourceChanges",
    "S3": "PollForSourceChanges",
}


@check(Severity.LOW)
def deploy_pipeline_trigger_automatic(
    repository: Repository,
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
) -> Iterator[Result]:
    """A pipeline that somebody has to start deploys when they think of it.

    Pass: a push, a tag, a release or a merge starts what deploys the repository.
    Fix: start the workflow by a push to the release branch, or give the pipeline a trigger.
    Blind spot: a rule of EventBridge that starts a pipeline is not looked at.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html
    """
    if out := left_out(repository):
        yield not_applicable(out)
        return
    told: dict[str, Result] = {}
    for step in steps_of(repository.arn, steps, projects, pipelines):
        how = deploys_by(step, repository.arn)
        known = told.get(step.workflow)
        if how and (known is None or known.status is not Status.PASS):
            told[step.workflow] = _started(step, how)
    for workflow, result in told.items():
        yield result.about(f"{repository.arn}:{workflow}")
    piped = [each for each in pipelines if deploys_by(each, repository.arn)]
    for pipeline in piped:
        yield _detects(pipeline).about(pipeline.arn)
    if not (told or piped):
        yield not_applicable("has no pipeline that deploys it, which another check says")


def _started(step: CiStep, how: str) -> Result:
    started = _STARTED.intersection(step.triggers)
    if step.on_change is True or started:
        on = ", ".join(sorted(started)) or "every change"
        return passed(f"is deployed by {how} on {on}")
    if step.triggers and _BY_HAND.issuperset(step.triggers):
        return failed(f"is deployed by {how} only when somebody starts it")
    said = ", ".join(step.triggers) or "what its file does not say"
    return no_evidence(f"is deployed by {how}, started by {said}")


def _detects(pipeline: Pipeline) -> Result:
    if pipeline.triggered:
        return passed("is started by its trigger")
    sources = [action for stage in pipeline.stages for action in stage.of("Source")]
    silent = []
    for action in sources:
        setting = _DETECTED.get(action.provider)
        if setting and action.target.get(setting, "true").lower() != "false":
            return passed(f"is started by changes of its source {action.name}")
        silent.append(action.provider)
    if silent and all(each == "CodeStarSourceConnection" for each in silent):
        return failed("detects no change of its source, and so starts by hand alone")
    return no_evidence("polls for no change; a rule of EventBridge may start it")
