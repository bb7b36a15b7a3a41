"""Is what runs built from shared repositories, and can pipelines deploy all of it again?

The checks of code and pipelines that "Backups and Restoring" shares with the delivery categories.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from readiness.checklist.apart import apart
from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.on_change import last_run
from readiness.checklist.standing import left_out
from readiness.checklist.workloads import Deployable, runs_something
from readiness.evidence import Evidence, Pooled, Reason, Scope, account_of, region_of
from readiness.evidence.builds import BuildProject
from readiness.evidence.containers import EcsService
from readiness.evidence.delivery import DeploymentGroup
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.ownership import Ownership
from readiness.evidence.pipelines import Action, Pipeline, PipelineExecutions
from readiness.evidence.repository import CiStep, Provider, Repository, WorkflowRun
from readiness.evidence.signals import GITHUB_WORKFLOWS, TERRAFORM, deploys, matches
from readiness.evidence.tagging import TaggedResource

# --- All code is in shared repository -------------------------------------------------------------

_VERSIONED = frozenset(
    {
        "CODECOMMIT",
        "GITHUB",
        "GITHUB_ENTERPRISE",
        "GITLAB",
        "GITLAB_SELF_MANAGED",
        "BITBUCKET",
        "CODEPIPELINE",
    }
)


@check(Severity.MEDIUM)
def codebuild_project_source_versioned(
    project: BuildProject, *, operational_projects: tuple[str, ...] = ()
) -> Result:
    """What is built from an archive or from nothing cannot be traced to a change, or built again.

    Pass: the project takes its source from a repository or from a pipeline.
    Fix: connect the project to its repository through a CodeConnections connection.
    Blind spot: a project that a pipeline feeds is as good as the pipeline's source.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/access-tokens.html
    """
    if any(fnmatchcase(project.name, each) for each in operational_projects):
        return not_applicable("does operational work and builds nothing, by the configuration")
    if project.source in _VERSIONED:
        return passed(f"takes its source from {project.source}")
    if project.source in ("S3", "NO_SOURCE"):
        return failed(f"takes its source from no repository ({project.source})")
    return no_evidence(f"takes its source from {project.source}, which is not known")


_REPOSITORY_PROVIDERS = frozenset({"CodeStarSourceConnection", "CodeCommit", "GitHub"})
#: Sources that hold what was built elsewhere, with the setting that names the place.
_STORES = {"S3": "S3Bucket", "ECR": "RepositoryName"}


@check(Severity.HIGH)
def codepipeline_pipeline_source_versioned(
    pipeline: Pipeline, *, trusted_source_buckets: tuple[str, ...] = ()
) -> Result:
    """A pipeline that starts from an uploaded file deploys whatever somebody uploads.

    Pass: a source action reads a repository, or all of them read buckets or image repositories that
    the configuration names as fed by one.
    Fix: make a CodeConnections connection to the repository the pipeline's source, or name the bucket
    that another pipeline feeds in `trusted_source_buckets`.
    Blind spot: what feeds a bucket that is named as trusted is not looked at.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
    """
    sources = [action for stage in pipeline.stages for action in stage.of("Source")]
    for action in sources:
        if action.provider in _REPOSITORY_PROVIDERS:
            return passed(f"takes its source from a repository ({action.provider})")
    if not sources:
        return no_evidence("has no source action")
    others = [action.provider for action in sources if action.provider not in _STORES]
    if others:
        return no_evidence(f"takes its source from {', '.join(others)}, which is not known")
    stores = [action.target.get(_STORES[action.provider], "") for action in sources]
    if all(any(fnmatchcase(each, name) for name in trusted_source_buckets) for each in stores):
        return passed(f"takes its source from {', '.join(stores)}, which a repository feeds")
    return failed(f"takes its source from no repository, but from {', '.join(stores)}")


_TOOLS = ("terraform", "opentofu", "pulumi", "cdk", "cloudformation", "crossplane", "serverless")
_KEYS = ("ManagedBy", "managed-by", "managed_by", "Provisioner", "IaC")
#: Tags by which tools mark what they made, as `key` or `key=value`; case does not matter.
IAC_MARKER_TAGS = (
    "terraform",
    "Terraform=true",
    *(f"{key}={tool}" for key in _KEYS for tool in _TOOLS),
)
#: Functions and services that AWS makes for itself.
_MADE_BY_AWS = ("aws-controltower-*", "StackSet-AWSControlTower*", "amplify-*", "cwsyn-*")
STACK_TAG = "aws:cloudformation:stack-id"
#: Tools that leave no mark on what they make unless they are told to.
UNMARKED = frozenset({TERRAFORM, "Pulumi"})


@check(Severity.HIGH, scope=Scope.REGION)
def compute_workload_code_traceable(
    workload: LambdaFunction | EcsService,
    tagged: Evidence[TaggedResource],
    pipelines: Pooled[Pipeline],
    groups: Evidence[DeploymentGroup],
    roots: Evidence[IacRoot],
    unit: Unit,
    *,
    iac_marker_tags: tuple[str, ...] = IAC_MARKER_TAGS,
    repo_tag_keys: tuple[str, ...] = ("repository", "repo", "git_repo", "source"),
) -> Result:
    """Code that was pasted into the console exists once, and nobody reviewed it.

    Pass: a stack made the function or service, or it carries the tag of an infrastructure tool or of
    its repository, or a pipeline or a CodeDeploy group deploys to it.
    Fix: deploy it from the pipeline alone; with Terraform or Pulumi mark everything by default tags.
    Blind spot: a stack, a tag or a pipeline says that code came from a tool, not which code it is.
    See: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
    """
    if any(fnmatchcase(workload.name, each) for each in _MADE_BY_AWS):
        return not_applicable("is made by a service of AWS, by its name")
    for record in tagged.about(workload.arn) | pipelines | groups:
        if said := _traces(record, workload, iac_marker_tags, repo_tag_keys):
            return passed(said)
    untraced = "carries no tag of a stack, a tool or a repository, and no pipeline deploys to it"
    for root in roots:
        if root.family in UNMARKED:
            if any(marker_of(each.tags, iac_marker_tags) for each in tagged):
                break
            return unknown(
                Reason.UNDECIDED,
                f"may be made by {root.arn}, which leaves no mark: configure iac_marker_tags",
            )
    return failed(untraced)


def _traces(
    record: TaggedResource | Pipeline | DeploymentGroup,
    workload: LambdaFunction | EcsService,
    markers: Iterable[str],
    repo_tag_keys: Iterable[str],
) -> str:
    match record:
        case TaggedResource():
            if STACK_TAG in record.tags:
                return f"is made by the stack {record.tags[STACK_TAG]}"
            marker = marker_of(record.tags, markers)
            keys = {key.lower() for key in repo_tag_keys}
            named = next((key for key in record.tags if key.lower() in keys), "")
            return f"is tagged {marker or named}" if marker or named else ""
        case Pipeline():
            for stage in record.stages:
                for action in stage.of("Deploy"):
                    if _hits(action, record, workload):
                        return f"is deployed by the pipeline {record.name}"
            return ""
        case DeploymentGroup():
            return f"is deployed by {record.arn}" if _service(workload) in record.services else ""


def marker_of(tags: Mapping[str, str], markers: Iterable[str]) -> str:
    """Return the marker that these tags carry, empty where they carry none."""
    named = {key.lower(): value.lower() for key, value in tags.items()}
    for marker in markers:
        key, _, value = marker.lower().partition("=")
        if key in named and (not value or named[key] == value):
            return marker
    return ""


def _service(workload: LambdaFunction | EcsService) -> str:
    """Return how CodeDeploy names an ECS service; a space, which is no name, for a function."""
    if isinstance(workload, EcsService):
        return f"{workload.cluster.rpartition('/')[2]}/{workload.name}"
    return " "


def _hits(action: Action, pipeline: Pipeline, workload: LambdaFunction | EcsService) -> bool:
    """Whether a deploy action acts on a function or a service."""
    if _place(action, pipeline) != (account_of(workload.arn), region_of(workload.arn)):
        return False
    if isinstance(workload, LambdaFunction):
        return action.target.get("FunctionName") in (workload.name, workload.arn)
    cluster, service = action.target.get("ClusterName"), action.target.get("ServiceName")
    return f"{cluster}/{service}" == _service(workload)


def _place(action: Action, pipeline: Pipeline) -> tuple[str, str]:
    """Return the account and region in which an action acts."""
    account = account_of(action.role) or account_of(pipeline.arn)
    return account, action.region or region_of(pipeline.arn)


@check(Severity.MEDIUM)
def repository_ownership_shared(
    repository: Repository, owners: Evidence[Ownership], *, minimum: int = 2
) -> Result:
    """A repository of one person leaves with that person.

    Pass: an organization owns the repository and two or more people contributed to it; a CodeCommit
    repository belongs to the account it lies in.
    Fix: transfer the repository to the organization, and let a second person work on it.
    Blind spot: only the hundred most active contributors are counted.
    See: https://docs.github.com/en/repositories/creating-and-managing-repositories/transferring-a-repository
    """
    if reason := left_out(repository):
        return not_applicable(reason)
    if repository.provider is Provider.CODECOMMIT:
        return passed("lies in CodeCommit of an account of the organization")
    found = owners.of(repository.arn)
    if found is None:
        return no_evidence("does not say who owns it")
    if not found.shared:
        return failed(f"belongs to the person {found.owner}")
    if found.people < minimum:
        return failed(f"has {found.people} contributors, fewer than {minimum}")
    return passed(f"belongs to {found.owner} and has {found.people} contributors or more")


# --- Solution can be easily deployed via pipeline -------------------------------------------------


@check(Severity.HIGH)
def codepipeline_pipeline_deploys_successfully(
    pipelines: Pooled[Pipeline],
    runs: Pooled[PipelineExecutions],
    projects: Pooled[BuildProject],
    deployable: Evidence[Deployable],
    unit: Unit,
    *,
    days: int = 90,
    newest: int = 3,
) -> Iterator[Result]:
    """A pipeline that has not deployed for a year will not deploy on the day it is needed.

    Pass: a pipeline that deploys, here or from another account to here, succeeded within 90 days.
    Fix: run the pipeline, and give it stages that deploy infrastructure and application.
    Blind spot: transitions that were switched off are not looked at, nor what a deployment left out.
    See: https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-continuous-delivery-integration.html
    """

    def judge(pipeline: Pipeline) -> Result:
        if not (how := _deploys(pipeline, projects)):
            return no_evidence("deploys nothing, or only promotes artifacts to a bucket")
        return _succeeds(pipeline, how, runs, unit, days, newest)

    found = False
    for result in apart(
        (each for each in pipelines if _acts_in(each, unit.account, unit.region)), judge
    ):
        found = True
        yield result
    if found:
        return
    if runs_something(deployable):
        yield no_evidence("has no pipeline in CodePipeline")
    else:
        yield not_applicable("runs nothing that can be deployed")


def _acts_in(pipeline: Pipeline, account: str, region: str) -> bool:
    """Whether a pipeline lies in a place, or deploys to it from elsewhere."""
    if (account_of(pipeline.arn), region_of(pipeline.arn)) == (account, region):
        return True
    actions = (action for stage in pipeline.stages for action in stage.of("Deploy"))
    return any(_place(action, pipeline) == (account, region) for action in actions)


def _deploys(pipeline: Pipeline, projects: Pooled[BuildProject]) -> str:
    """Say what of a pipeline deploys, empty where nothing does."""
    actions = [action for stage in pipeline.stages for action in stage.actions]
    for action in actions:
        # An object that is put into a bucket is an artifact that is promoted.
        if action.category == "Deploy" and action.provider != "S3":
            return f"{action.name} ({action.provider})"
        if any(deploys(command, "") for command in action.commands):
            return action.name
    for action in actions:
        if action.provider == "CodeBuild":
            account, region = _place(action, pipeline)
            partition = pipeline.arn.split(":")[1]
            name = action.target.get("ProjectName", "")
            project = projects.of(f"arn:{partition}:codebuild:{region}:{account}:project/{name}")
            if project and any(deploys(each.command, "") for each in project.commands):
                return action.name
    return ""


def _succeeds(
    pipeline: Pipeline,
    how: str,
    runs: Pooled[PipelineExecutions],
    unit: Unit,
    days: int,
    newest: int,
) -> Result:
    found = runs.of(pipeline.arn)
    executions = found.executions if found else ()
    # Superseded and stopped executions say nothing about the pipeline.
    ended = [each for each in executions if each.status in ("Succeeded", "Failed")]
    if not ended:
        return no_evidence(f"deploys by {how} and has no execution that ended")
    if len(ended) >= newest and all(each.status == "Failed" for each in ended[:newest]):
        return failed(f"deploys by {how}, and its {newest} newest executions failed")
    succeeded = next((each for each in ended if each.status == "Succeeded"), None)
    if succeeded is None:
        return no_evidence(f"deploys by {how} and never succeeded in {len(ended)} executions")
    age = unit.age_days(succeeded.started)
    if age <= days:
        return passed(f"deploys by {how} and succeeded {age:.0f} days ago")
    return failed(f"deploys by {how} and succeeded {age:.0f} days ago for the last time")


@check(Severity.HIGH)
def repository_deploy_workflow_succeeds(
    repository: Repository,
    steps: Evidence[CiStep],
    runs: Evidence[WorkflowRun],
    unit: Unit,
    *,
    days: int = 90,
) -> Iterator[Result]:
    """A workflow that deploys is the only way back that was ever tried.

    Pass: the newest completed run on the default branch of a workflow that deploys succeeded, within
    90 days.
    Fix: repair the workflow that deploys, and run it on a schedule where changes are rare.
    Blind spot: runs of other CI services than GitHub Actions are not seen. Deployments that Argo CD or
    Flux pull from the repository are not recognised.
    See: https://docs.github.com/en/actions/how-tos/deploy/deploy-to-third-party-platforms
    """
    if reason := left_out(repository):
        yield not_applicable(reason)
        return
    deploying: dict[str, str] = {}
    for step in steps:
        if not (step.tolerated or step.called) and deploys(step.command, step.uses):
            deploying.setdefault(step.workflow, step.command or step.uses)
    if not deploying:
        yield no_evidence("has no step in its CI definitions that deploys")
    for workflow, how in deploying.items():
        yield _ran(workflow, how, repository, runs, unit, days).about(
            f"{repository.arn}:{workflow}"
        )


def _ran(
    workflow: str,
    how: str,
    repository: Repository,
    runs: Evidence[WorkflowRun],
    unit: Unit,
    days: int,
) -> Result:
    said = f"deploys by `{how[:80]}`"
    if re.search(r"(^|/)buildspec[^/]*$", workflow):
        return no_evidence(f"{said} in CodeBuild, whose pipeline is judged by itself")
    if not matches(workflow, GITHUB_WORKFLOWS) and repository.provider is not Provider.FOLDER:
        return unknown(Reason.PROVIDER_UNSUPPORTED, f"{said} in a service whose runs are not seen")
    last = last_run(workflow, runs)
    if last is None:
        return no_evidence(f"{said} and has no completed run among the newest")
    age = unit.age_days(last.created)
    if last.conclusion != "success":
        return failed(f"{said}, and its newest run ended with {last.conclusion}")
    if age > days:
        return failed(f"{said}, and ran {age:.0f} days ago for the last time")
    return passed(f"{said} and succeeded {age:.0f} days ago")


#: Tools that build infrastructure from a description of it, which may have any name.
_INFRASTRUCTURE = re.compile(
    r"(?i)\b(cdk|sam|rain|cloudformation|terraform|tofu|terragrunt|pulumi|serverless|sls|sst|copilot)\b"
    r"|cloudformation-github-deploy|tfc-workflows"
)


@check(Severity.MEDIUM)
def repository_iac_present(
    repository: Repository, roots: Evidence[IacRoot], steps: Evidence[CiStep]
) -> Result:
    """Infrastructure that was clicked together cannot be built again by a pipeline.

    Pass: the repository holds infrastructure code that makes resources in AWS.
    Fix: describe the infrastructure with CloudFormation, CDK, Terraform or the like, in the repository.
    Blind spot: whether it describes all that is there. Of several repositories one alone may hold the
    infrastructure, so one without it fails only where its own CI deploys code.
    See: https://docs.aws.amazon.com/whitepapers/latest/introduction-devops-aws/infrastructure-as-code.html
    """
    if reason := left_out(repository):
        return not_applicable(reason)
    others = []
    for root in roots:
        if root.aws:
            return passed(f"describes infrastructure with {root.family} in {root.path}")
        others.append(root.family)
    if others:
        return no_evidence(f"describes no resources of AWS, but {', '.join(sorted(set(others)))}")
    deploying = [each.command or each.uses for each in steps if deploys(each.command, each.uses)]
    for said in deploying:
        if _INFRASTRUCTURE.search(said):
            return no_evidence(f"deploys by `{said[:80]}` what no file was recognised to describe")
    if deploying:
        return failed(f"deploys code by `{deploying[0][:80]}` and describes no infrastructure")
    return no_evidence("describes no infrastructure")
