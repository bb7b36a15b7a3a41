"""Judge the items of the category "Continuous Integration"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from readiness.checklist.code_readability import (
    configures,
    hook_formats,
    repository_formatter_configured,
)
from readiness.checklist.delivered import codebuild_project_source_versioned
from readiness.checklist.model import (
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
    not_seen,
    passed,
    some,
    unknown,
)
from readiness.checklist.on_change import (
    Asked,
    asked_of,
    main_languages,
    no_source,
    on_every_change,
    run_by,
    run_of,
    stops_changes,
    wherever,
    why_not,
    witness,
)
from readiness.checklist.standing import inactive, left_out, minor
from readiness.checklist.tested import is_test_data, is_test_of, tested, tests_run
from readiness.evidence import Evidence, Pooled, Reason
from readiness.evidence.builds import Build, BuildProject, BuildReport
from readiness.evidence.code_scans import CodeRepositoryCoverage
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import (
    ANALYSERS,
    BUILD_ACTIONS,
    BUILD_COMMANDS,
    COMMITS_CHANGES,
    FORMATTERS,
    JAVASCRIPT,
    NOT_BUILT,
    PACKAGE_ACTIONS,
    PACKAGE_COMMANDS,
    PUBLISH_ACTIONS,
    PUBLISH_COMMANDS,
    PYTHON,
    REFUSES_CHANGES,
    TEST_TEXTS,
    VERSION,
    Analyser,
    Formatter,
)
from readiness.evidence.registry import EcrImage, EcrRepository, PackageRepository, PackageVersion
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    BuildDefinition,
    CiStep,
    Codeowners,
    CodeScanning,
    CommitStatus,
    DependencyManifest,
    Hook,
    Language,
    Manifest,
    MergedPullRequest,
    Outline,
    Provider,
    Release,
    Repository,
    SourceFile,
    UpdateBot,
    WorkflowRun,
)
from readiness.evidence.signals import PRE_COMMIT_CI, REVIEW_SERVICES
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.unseen import tried
from readiness.evidence.versions import FunctionVersion


@check(Severity.HIGH)
def github_branch_review_required(
    branch: Branch,
    repositories: Evidence[Repository],
    rules: Evidence[BranchRule],
    unit: Unit,
    *,
    approvals: int = 1,
    inactive_days: int = 180,
) -> Result:
    """Only the platform can say that nothing reaches the default branch on one person's word.

    Pass: a ruleset or the classic protection of the default branch demands an approval of every pull
    request.
    Fix: add a ruleset on the default branch that requires a pull request with one approval.
    Blind spot: who may bypass the rule (administrators, a ruleset's bypass list) is not judged.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
    """
    repository = repositories.of(branch.repository)
    if repository is not None:
        if repository.provider is Provider.CODECOMMIT:
            return not_applicable("is in CodeCommit, which has approval rules instead")
        out = left_out(repository)
        if out:
            return not_applicable(out)
    age = round(unit.age_days(branch.committed))
    if age > inactive_days:
        return not_applicable(f"had its newest commit {age} days ago")
    offered = True
    for rule in rules:
        if rule.approvals >= approvals:
            return passed(f"takes a change only with {_approvals(rule.approvals)}")
        offered = offered and rule.kind != "not offered"
    if not offered:
        return failed("has no protection, as GitHub's plan offers none for this repository")
    return failed(f"takes changes without {_approvals(approvals)}")


def _approvals(number: int) -> str:
    return "an approval" if number == 1 else f"{number} approvals"


@check(Severity.HIGH)
def codecommit_repository_approval_rule(
    repository: Repository,
    branches: Evidence[Branch],
    templates: Evidence[ApprovalTemplate],
    unit: Unit,
    *,
    approvals: int = 1,
    inactive_days: int = 180,
) -> Result:
    """Without an approval rule, CodeCommit lets everybody merge their own pull request.

    Pass: an approval rule template that holds for the default branch and demands an approval is
    associated with the repository.
    Fix: create an approval rule template with one approval and associate it with the repository.
    Blind spot: an approval rule stops no push; that takes an IAM policy on codecommit:References,
    which is not read. The share of reviewed merges shows direct pushes.
    See: https://docs.aws.amazon.com/codecommit/latest/userguide/approval-rule-templates.html
    """
    if repository.provider is Provider.GITHUB:
        return not_applicable("is on GitHub, which has rulesets instead")
    out = left_out(repository) or inactive(repository, branches, unit, inactive_days)
    if out:
        return not_applicable(out)
    default = f"refs/heads/{repository.default_branch}"
    for template in templates:
        holds = not template.branches or default in template.branches
        if holds and template.approvals >= approvals:
            return passed(f"takes a merge only by the approval rule of {template.name}")
    return failed(f"has no approval rule template that demands {_approvals(approvals)}")


@check(Severity.MEDIUM)
def pullrequest_merged_review_ratio(
    repository: Repository,
    branches: Evidence[Branch],
    merges: Evidence[MergedPullRequest],
    unit: Unit,
    *,
    sample: int = 20,
    ratio: float = 0.95,
    count_bots: bool = False,
    inactive_days: int = 180,
) -> Result:
    """What was merged shows whether reviews happen, whatever the settings say.

    Pass: 95 % of the 20 newest merged pull requests had been approved by a person other than their
    author before they were merged. Merges of bots are left out unless `count_bots` is set.
    Fix: let a second person approve every pull request, and close the way of direct pushes.
    Blind spot: CodeCommit records approvals only where a pull request has an approval rule, and no
    time of a merge: the last activity stands for it.
    See: https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/reviewing-changes-in-pull-requests/about-pull-request-reviews
    """
    out = left_out(repository) or inactive(repository, branches, unit, inactive_days)
    if out:
        return not_applicable(out)
    newest = sorted(merges, key=lambda merge: (merge.merged, merge.number), reverse=True)
    if not any(unit.age_days(merge.merged) <= inactive_days for merge in newest):
        return failed(
            f"had commits and no merged pull request in {inactive_days} days: direct pushes"
        )
    judged = [merge for merge in newest if count_bots or not merge.bot][:sample]
    if not judged:
        return no_evidence("shows merges of bots alone")
    alone = [merge for merge in judged if not set(merge.approved_by) - {merge.author}]
    reviewed = len(judged) - len(alone)
    said = f"had {reviewed} of its {len(judged)} newest merged pull requests approved by a second person"
    if reviewed >= ratio * len(judged):
        return passed(said)
    numbers = ", ".join(f"#{merge.number}" for merge in alone[:10])
    return failed(f"{said}; not {numbers}{' and more' if len(alone) > 10 else ''}")


@check(Severity.LOW)
def repository_codeowners_present(
    repository: Repository,
    branches: Evidence[Branch],
    files: Evidence[Codeowners],
    unit: Unit,
    *,
    inactive_days: int = 180,
) -> Result:
    """Owners named by path are asked for their review without anybody remembering to.

    Pass: CODEOWNERS, .github/CODEOWNERS or docs/CODEOWNERS names an owner for at least one path.
    Fix: write a CODEOWNERS file that names a team for each part of the repository.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
    """
    out = left_out(repository) or inactive(repository, branches, unit, inactive_days)
    if out:
        return not_applicable(out)
    empty = ""
    for file in files:
        if file.owned:
            return passed(f"names owners in {file.path}")
        empty = file.path
    return failed(f"names no owner in {empty}" if empty else "has no CODEOWNERS file")


# --- Configure a build system ---------------------------------------------------------------------


@check(Severity.MEDIUM)
def repository_build_definition_present(
    language: Language,
    repositories: Evidence[Repository],
    definitions: Evidence[BuildDefinition],
    *,
    language_share: float = 0.10,
) -> Result:
    """A build that is written down gives the same artifact to everybody who runs it.

    Pass: a build definition covers each main language; a Dockerfile that copies the source, and a root
    tool such as Nx, Bazel or Make, cover all of them. Shell and Terraform are not built.
    Fix: add the standard build file of the language, such as pyproject.toml with a build system.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    why = minor(language, repositories, language_share)
    if not why and language.name in NOT_BUILT:
        why = "is not built"
    if why:
        return _of(language, not_applicable(why))
    for definition in definitions:
        if not definition.languages or language.name in definition.languages:
            return _of(language, passed(f"is built by {definition.path}"))
    return _of(language, failed("has no build definition"))


def _built(step: CiStep) -> str:
    if BUILD_ACTIONS.match(step.uses):
        return step.uses
    return step.command if BUILD_COMMANDS.match(step.command) else tested(step)


@check(Severity.MEDIUM)
def repository_build_runs_in_ci(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A build that no machine runs on a change breaks until somebody needs it.

    Pass: a CI step that runs on every change builds the code, or tests it in a way that builds it, and
    its failure fails the run.
    Fix: call the build from the workflow of pull requests, or from the project's buildspec.
    Blind spot: a CodeBuild project of an account outside the workload is not seen, so that what its
    buildspec runs is UNKNOWN.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
    """
    why = no_source(repository, languages, language_share)
    if not why:
        names = {each.name for each in main_languages(languages, language_share)}
        why = "" if names - NOT_BUILT else "has nothing that is built"
    if why:
        return not_applicable(why)
    judge = partial(on_every_change, Asked("is built", _built))
    return wherever(judge, repository.arn, steps, projects, pipelines)


# --- Configure static analysis --------------------------------------------------------------------


@check(Severity.MEDIUM)
def repository_static_analysis_runs(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    configured: Evidence[SourceFile | Manifest],
    reported: Evidence[BranchRule | CommitStatus],
    *,
    require_sast: bool = False,
    language_share: float = 0.10,
) -> Result:
    """An analyser reads every path of the code, the ones that no test takes included.

    Pass: on every change CI runs an analyser of a main language, and its failure fails the run or its
    findings go to a gate of their own. Type checkers count, unless `require_sast` is set.
    Fix: run CodeQL, Semgrep or the language's analyser in the workflow of pull requests.
    Blind spot: scanners of dependencies, images and infrastructure are no analysis of the code.
    See: https://docs.github.com/en/code-security/code-scanning/introduction-to-code-scanning/about-code-scanning
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)
    names = [each.name for each in main_languages(languages, language_share)]
    tools = tuple(
        tool
        for tool in ANALYSERS
        if any(tool.covers(name) for name in names)
        and not (require_sast and tool.types)
        and not (tool.infrastructure and set(names) != {"Terraform"})
    )

    asked = asked_of("is analysed", tools)

    def judge(steps: Evidence[CiStep]) -> Result:
        for step in steps:
            tool = run_by(tools, step)
            if isinstance(tool, Analyser) and tool.gated and step.on_change:
                return passed(f"is analysed by {tool.name} in {run_of(step)}")
        found = witness(asked, steps)
        if found:
            return found
        shown = ""
        for file in configured:
            bound = next((tool for tool in tools if configures(tool, file)), None)
            if bound is None:
                continue
            shown = shown or f"{bound.name} ({file.path})"
            if any(bound.is_bound_to(step.command) and stops_changes(step) for step in steps):
                return passed(f"is analysed by {bound.name}, which {file.path} binds to the build")
        if repository.provider is not Provider.FOLDER:
            for each in reported:
                contexts = each.contexts if isinstance(each, BranchRule) else (each.context,)
                for context in contexts:
                    if _REVIEWED.search(context):
                        return passed(f"is analysed by {context}")
        said = f"is set up for {shown}, which no CI step runs" if shown else ""
        nothing = failed(said) if said else no_evidence("is analysed by no CI step")
        return why_not(asked, steps, nothing)

    return wherever(judge, repository.arn, steps, projects, pipelines)


_REVIEWED = re.compile(rf"{REVIEW_SERVICES.pattern}|snyk|codeql|semgrep")


@check(Severity.MEDIUM)
def github_code_scanning_active(
    repository: Repository,
    scannings: Evidence[CodeScanning],
    languages: Evidence[Language],
    unit: Unit,
    *,
    days: int = 30,
    language_share: float = 0.10,
) -> Result:
    """GitHub's default setup scans every change without a workflow file.

    Pass: code scanning's default setup is configured, or the newest analysis is at most 30 days old.
    Fix: enable the default setup under the repository's code security settings.
    See: https://docs.github.com/en/code-security/code-scanning/enabling-code-scanning/configuring-default-setup-for-code-scanning
    """
    why = no_source(repository, languages, language_share)
    if repository.provider is Provider.CODECOMMIT:
        why = "is in CodeCommit, which GitHub does not scan"
    if why:
        return not_applicable(why)
    scanning = scannings.of(repository.arn)
    if scanning is None:
        return no_evidence("has no code scanning")
    if scanning.configured:
        return passed("is scanned by the default setup of code scanning")
    if scanning.newest is None:
        return no_evidence("has no code scanning")
    age = round(unit.age_days(scanning.newest))
    said = f"had its newest code scanning analysis {age} days ago"
    return passed(said) if age <= days else no_evidence(said)


@check(Severity.MEDIUM)
def inspector2_code_repository_scanned(
    repository: Repository,
    coverages: Pooled[CodeRepositoryCoverage],
    unit: Unit,
    *,
    days: int = 30,
) -> Result:
    """Inspector reads the code of the repositories that are connected to it on every change.

    Pass: Inspector covers the repository in an account of the scan, is active, and scanned it in the last
    30 days.
    Fix: connect the code host in Amazon Inspector's code security, and start the scans again.
    Blind spot: members of an organization may see only what their delegated administrator connected.
    See: https://docs.aws.amazon.com/inspector/latest/user/code-security-assessments.html
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    name = repository.arn.partition(":")[2].lower()
    for coverage in coverages:
        if coverage.project.lower() != name:
            continue
        if coverage.status != "ACTIVE":
            return failed(f"is not scanned by Inspector ({coverage.status.lower()})")
        if coverage.scanned is None:
            return no_evidence("was never scanned by Inspector")
        age = round(unit.age_days(coverage.scanned))
        said = f"was scanned by Inspector {age} days ago"
        return passed(said) if age <= days else no_evidence(said)
    return no_evidence("is not among the code repositories of Inspector")


# --- Pick a version control system ----------------------------------------------------------------


@check(Severity.HIGH)
def repository_registered_active(
    repository: Repository, branches: Evidence[Branch], unit: Unit, *, days: int = 365
) -> Result:
    """Code that lives in one known place, with its history, survives its authors' laptops.

    Pass: the repository is reachable, has a default branch, and got a commit in the last 365 days.
    Fix: keep the code in the organization's Git service, and register that repository.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_version_control.html
    """
    if repository.provider is Provider.FOLDER:
        said = "is a folder, which does not show the Git service it came from"
        return unknown(Reason.PROVIDER_UNSUPPORTED, said)
    if repository.archived:
        return failed("is archived, and a workload is mapped to it (archived_but_mapped)")
    if not repository.default_branch:
        return failed("has no default branch")
    for branch in branches:
        age = round(unit.age_days(branch.committed))
        said = f"is on {repository.provider}, with its newest commit {age} days ago"
        return passed(said) if age <= days else no_evidence(said)
    return failed("is empty")


@check(Severity.MEDIUM)
def repository_history_protected(
    branch: Branch, repositories: Evidence[Repository], rules: Evidence[BranchRule]
) -> Result:
    """A history that anybody can rewrite proves nothing, and a deleted branch takes it along.

    Pass: rulesets or the classic protection forbid force pushes to the default branch, and its deletion.
    Fix: add a ruleset on the default branch that blocks force pushes and restricts deletions.
    Blind spot: who may bypass the rule is not judged.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
    """
    repository = repositories.of(branch.repository)
    if repository is not None:
        if repository.provider is Provider.CODECOMMIT:
            return not_applicable("is in CodeCommit, where IAM policies protect branches")
        out = left_out(repository)
        if out:
            return not_applicable(out)
    held = set()
    for rule in rules:
        held.add(rule.kind)
        if {"non_fast_forward", "deletion"} <= held:
            return passed("can be neither overwritten nor deleted")
    open_to = [
        words
        for kind, words in (("non_fast_forward", "overwritten"), ("deletion", "deleted"))
        if kind not in held
    ]
    return failed(f"can be {' and '.join(open_to)}")


# --- Publish versioned artifacts ------------------------------------------------------------------


@check(Severity.MEDIUM)
def ecr_repository_version_tags(
    repository: EcrRepository,
    images: Evidence[EcrImage],
    *,
    ratio: float = 0.90,
    newest: int = 20,
) -> Result:
    """A tag that names a version says which commit runs; `latest` says when somebody pushed.

    Pass: of the 20 newest tagged images 90 % have a tag that is a version, a commit or a build number,
    and the newest is not only `latest`. Of fewer than 3 images the newest alone is judged.
    Fix: tag every image with its version or commit where it is built.
    Blind spot: of a repository with more than 1,000 images the newest may not be among those listed.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
    """
    own = list(images.about(repository.arn, "repository"))
    if not own:
        return not_applicable("holds no image")
    tagged = sorted((image for image in own if image.tags), key=_pushed, reverse=True)[:newest]
    if not tagged:
        return failed(f"holds {len(own)} images without a tag")
    judged = tagged if len(tagged) >= 3 else tagged[:1]
    good = sum(any(VERSION.fullmatch(tag) for tag in image.tags) for image in judged)
    said = f"has a version as a tag of {good} of its {len(judged)} newest tagged images"
    if set(tagged[0].tags) == {"latest"}:
        return failed("has only the tag latest on its newest image")
    return passed(said) if good >= ratio * len(judged) else failed(said)


def _pushed(image: EcrImage) -> tuple[datetime, str]:
    return image.pushed, image.digest


@check(Severity.LOW)
def codeartifact_package_version_published(
    repository: PackageRepository, versions: Evidence[PackageVersion]
) -> Result:
    """A package in a registry can be installed again as it was.

    Pass: a version of a package was published into the repository from inside.
    Fix: publish packages from CI after `aws codeartifact login`.
    See: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html
    """
    version = versions.of(repository.arn)
    if version is not None:
        return passed(f"holds {version.package} {version.version}")
    return no_evidence("holds nothing that was published into it, only copies from upstream")


@check(Severity.LOW)
def repository_release_published(
    repository: Repository,
    branches: Evidence[Branch],
    releases: Evidence[Release],
    steps: Evidence[CiStep],
    definitions: Evidence[BuildDefinition],
    unit: Unit,
    *,
    days: int = 365,
    behind_days: int = 90,
) -> Result:
    """A version with a name can be asked for, compared and gone back to.

    Pass: the newest release or tag is a version, and is at most 365 days old or 90 days behind the
    default branch.
    Fix: tag each release with its version, and publish it from CI.
    See: https://docs.github.com/en/repositories/releasing-projects-on-github/about-releases
    """
    out = left_out(repository)
    if repository.provider is Provider.CODECOMMIT:
        out = "is in CodeCommit, which lists no tags"
    if out:
        return not_applicable(out)
    if not any(True for _ in definitions):
        return not_applicable("builds nothing that could be published")
    versions = [each for each in releases if VERSION.fullmatch(each.name)]
    dated = [each for each in versions if each.published]
    if dated:
        newest = max(dated, key=lambda each: (each.published or unit.now, each.name))
        assert newest.published is not None
        age = round(unit.age_days(newest.published))
        said = f"published {newest.name} {age} days ago"
        if age <= days:
            return passed(said)
        for branch in branches:
            behind = round((branch.committed - newest.published).total_seconds() / 86400)
            if behind <= behind_days:
                return passed(f"{said}, {max(behind, 0)} days behind its default branch")
        return no_evidence(said)
    for step in steps:
        if PUBLISH_COMMANDS.match(step.command) or PUBLISH_ACTIONS.match(step.uses):
            return failed(f"is published in {run_of(step)} without a tag that is a version")
    return no_evidence("has no release and no tag that is a version")


@check(Severity.LOW)
def lambda_function_version_published(
    function: LambdaFunction,
    versions: Evidence[FunctionVersion],
    tagged: Evidence[TaggedResource],
    *,
    version_tag_keys: tuple[str, ...] = ("version", "commit", "git_sha"),
) -> Result:
    """A published version is the function as it was, and can be pointed to again.

    Pass: the newest published version holds the code of $LATEST, or a tag names version or commit.
    Fix: publish a version with each deployment, and call the function through an alias.
    See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    own = list(versions.about(function.arn, "function"))
    if own:
        newest = max(own, key=lambda each: each.number)
        if newest.code_sha256 == function.code_sha256:
            return passed(f"has its code published as version {newest.number}")
    for resource in tagged.about(function.arn):
        keys = {key.lower(): value for key, value in resource.tags.items()}
        key = next((key for key in version_tag_keys if keys.get(key.lower())), "")
        if key:
            return passed(f"names its version in the tag {key}")
    if own:
        return no_evidence("has newer code than its newest published version")
    return no_evidence("has only $LATEST")


# --- Set up a build server ------------------------------------------------------------------------

_BROKEN = frozenset({"FAILED", "FAULT", "TIMED_OUT"})


@check(Severity.MEDIUM)
def codebuild_project_recent_build(
    project: BuildProject, builds: Evidence[Build], unit: Unit, *, days: int = 90
) -> Result:
    """A project that builds nothing, or nothing that succeeds, tells nobody that a change breaks.

    Pass: a build ended in the last 90 days, and not all of the newest five failed.
    Fix: repair the project's build, and let a webhook start it on every change.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/webhooks.html
    """
    if project.runner:
        return not_applicable("lends its machines to another CI service")
    ended = [
        build
        for build in builds.about(project.name, "project")
        if build.ended is not None and unit.age_days(build.ended) <= days
    ]
    if not ended:
        return failed(f"ended no build in the last {days} days")
    newest = sorted(ended, key=lambda build: build.started, reverse=True)[:5]
    if all(build.status in _BROKEN for build in newest):
        return failed(f"failed in all of its {len(newest)} newest builds")
    age = round(unit.age_days(newest[0].started))
    return passed(f"built {age} days ago ({newest[0].status.lower()})")


#: Initiators that are machines.
_MACHINES = re.compile(
    r"(?i)^(codepipeline/|github-hookshot|bitbucket|gitlab|rule/|events?[/.-])|webhook"
)


@check(Severity.LOW)
def codebuild_project_triggered_automatically(
    project: BuildProject, pipelines: Evidence[Pipeline], builds: Evidence[Build]
) -> Result:
    """A build that somebody has to start is not started when it matters.

    Pass: a webhook starts the project on pushes or pull requests, or a pipeline or an event starts it.
    Fix: add a webhook with filter groups for pushes and pull requests.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/webhooks.html
    """
    if project.runner:
        return not_applicable("lends its machines to another CI service")
    if project.webhook:
        events = ", ".join(project.webhook_events) or "every event"
        return passed(f"is started by its webhook ({events})")
    if project.source == "CODEPIPELINE":
        return passed("is started by its pipeline")
    for pipeline in pipelines:
        for stage in pipeline.stages:
            if any(action.target.get("ProjectName") == project.name for action in stage.actions):
                return passed(f"is started by the pipeline {pipeline.name}")
    people = set()
    for build in builds.about(project.name, "project"):
        if _MACHINES.search(build.initiator):
            return passed(f"is started by {build.initiator}")
        people.add(build.initiator)
    if people:
        return failed(f"is started only by {', '.join(sorted(people)[:5])}")
    return no_evidence("has no trigger and no build")


@check(Severity.MEDIUM)
def repository_ci_runs_recent(
    repository: Repository,
    languages: Evidence[Language],
    branches: Evidence[Branch],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    runs: Evidence[WorkflowRun],
    statuses: Evidence[CommitStatus],
    unit: Unit,
    *,
    days: int = 90,
    late_days: int = 1,
    language_share: float = 0.10,
) -> Result:
    """CI that does not run guards nothing, however well it is written.

    Pass: a workflow runs on every change, and a run on the default branch ended in the last 90 days, not
    more than a day before the newest commit.
    Fix: add a GitHub workflow on push and pull_request, and switch disabled workflows on again.
    Blind spot: of other CI services only their status on the newest commit is seen.
    See: https://docs.github.com/en/actions/how-tos/manage-workflow-runs/disable-and-enable-workflows
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)

    def judge(steps: Evidence[CiStep]) -> Result:
        defined = [step for step in steps if step.on_change is not False]
        on_github = {step.workflow for step in defined if step.workflow.startswith(".github/")}
        if not defined:
            if any(True for _ in steps):
                return failed("has CI, none of which runs on a change")
            return no_evidence("has no CI definition")
        if repository.provider is Provider.CODECOMMIT:
            return no_evidence("is built by CodeBuild projects, which are judged by themselves")
        newest = max((run.created for run in runs if run.workflow in on_github), default=None)
        commit = next(iter(branches), None)
        if newest is not None and commit is not None:
            age = unit.age_days(newest)
            late = (commit.committed - newest).total_seconds() / 86400
            if age <= days and late <= late_days:
                return passed(f"ran its CI on the default branch {round(age)} days ago")
        if on_github != {step.workflow for step in defined}:
            for status in statuses:
                if not REVIEW_SERVICES.search(status.context):
                    return passed(f"has the status {status.context} on its newest commit")
        if not on_github:
            return no_evidence(f"defines CI in {defined[0].workflow}, and shows no run of it")
        if newest is None:
            return failed("has workflows and no run of them on the default branch")
        return failed(
            f"ran its CI {round(unit.age_days(newest))} days ago, before its newest commit"
        )

    return wherever(judge, repository.arn, steps, projects, pipelines)


# --- Set up automated tests -----------------------------------------------------------------------


@check(Severity.HIGH)
def repository_tests_present(
    language: Language,
    repositories: Evidence[Repository],
    files: Evidence[SourceFile],
    outlines: Evidence[Outline],
    *,
    ratio: float = 0.05,
    language_share: float = 0.10,
) -> Result:
    """Code without tests is changed by hope.

    Pass: of the files of each main language 5 % are tests, and a sampled one holds a test.
    Fix: write tests beside the code, beginning with what breaks most often.
    Blind spot: what the tests assert is not read; their coverage is another item's.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_test_val_chg.html
    """
    why = minor(language, repositories, language_share)
    if not why and language.name == "Terraform":
        why = "is infrastructure, whose tests are another item's"
    if why:
        return _of(language, not_applicable(why))
    tests = sum(is_test_of(file, language.name) for file in files)
    # What tests read or compile is neither code nor a test.
    number = language.files - sum(is_test_data(file, language.name) for file in files)
    sampled = [each for each in outlines if each.language == language.name]
    if language.name == "Rust":  # its unit tests are inside the files they test
        inside = sum(each.tests and not each.test for each in sampled)
        others = sum(not each.test for each in sampled) or 1
        tests += round(inside / others * language.files)
    share = tests / max(number, 1)
    said = f"has {tests} files of tests for {number} files ({share:.0%})"
    if share < ratio or not tests:
        return _of(language, failed(said if tests else "has no file of tests"))
    if language.name in TEST_TEXTS and not any(each.tests for each in sampled):
        return _of(language, failed(f"{said}, and no sampled one holds a test"))
    return _of(language, passed(said))


@check(Severity.HIGH)
def repository_tests_run_on_change(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A test that stops no change is found broken by the next one, or by a customer.

    Pass: a CI step that runs on pull requests or on pushes to the default branch runs tests, none of its
    flags skips them, and its failure fails the run.
    Fix: run the test command in the workflow of pull requests, and make it a required check.
    Blind spot: a CodeBuild project of an account outside the workload is not seen, so that what its
    buildspec runs is UNKNOWN.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
    """
    why = no_source(repository, languages, language_share)
    if not why:
        names = {each.name for each in main_languages(languages, language_share)}
        why = (
            "" if names - {"Terraform"} else "holds infrastructure, whose tests are another item's"
        )
    if why:
        return not_applicable(why)
    return wherever(tests_run, repository.arn, steps, projects, pipelines)


@check(Severity.LOW)
def codebuild_test_report_recent(
    reports: Evidence[BuildReport],
    projects: Evidence[BuildProject],
    unit: Unit,
    *,
    days: int = 30,
) -> Iterator[Result]:
    """A report shows which test broke, and since when.

    Pass: the newest report of tests in a group succeeded, holds tests, and is at most 30 days old.
    Fix: declare the test results under reports in the buildspec.
    Blind spot: CodeBuild keeps reports for 30 days; absence proves nothing.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
    """
    newest: dict[str, BuildReport] = {}
    for report in reports:
        if report.type == "TEST" and report.status != "DELETING":
            known = newest.get(report.group)
            if known is None or report.created > known.created:
                newest[report.group] = report
    for group, report in sorted(newest.items()):
        age = round(unit.age_days(report.created))
        said = f"holds a report of {report.tests} tests, {age} days old ({report.status.lower()})"
        if report.status == "FAILED":
            result = failed(said)
        elif report.status == "SUCCEEDED" and report.tests > 0 and age <= days:
            result = passed(said)
        else:
            result = no_evidence(said)
        yield result.about(group)
    if not newest:
        if any(True for _ in projects):
            yield no_evidence("has no report of tests")
        else:
            yield not_applicable("has no CodeBuild project")


@check(Severity.MEDIUM)
def github_branch_status_checks_required(
    branch: Branch, repositories: Evidence[Repository], rules: Evidence[BranchRule]
) -> Result:
    """A test that may fail and still be merged is a comment.

    Pass: a ruleset or the classic protection of the default branch requires status checks.
    Fix: make the workflow's check required in a ruleset on the default branch.
    See: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/about-protected-branches
    """
    repository = repositories.of(branch.repository)
    if repository is not None:
        if repository.provider is Provider.CODECOMMIT:
            return not_applicable("is in CodeCommit, which has no status checks")
        out = left_out(repository)
        if out:
            return not_applicable(out)
    for rule in rules:
        if rule.kind == "required_status_checks":
            return passed(f"requires {', '.join(rule.contexts) or 'status checks'}")
    return failed("takes changes whose checks failed")


# --- Set up automatic code formatting -------------------------------------------------------------


@check(Severity.LOW)
def repository_formatter_gate_in_ci(
    language: Language,
    repositories: Evidence[Repository],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    hooks: Evidence[Hook],
    configured: Evidence[Manifest],
    manifests: Evidence[DependencyManifest],
    reported: Evidence[BranchRule | CommitStatus],
    *,
    language_share: float = 0.10,
) -> Result:
    """A hook on a laptop can be skipped; a gate cannot.

    Pass: for each main language CI refuses unformatted code on every change, or a bot formats it.
    Fix: add the formatter's check, such as `ruff format --check`, as a step that is required.
    See: https://docs.astral.sh/ruff/formatter/
    """
    why = minor(language, repositories, language_share)
    if why:
        return _of(language, not_applicable(why))

    def judge(steps: Evidence[CiStep]) -> Result:
        tools = tuple(tool for tool in FORMATTERS if tool.covers(language.name))

        asked = asked_of("is held to its form", tools)
        found = witness(asked, steps)
        if found:
            return _of(language, found)
        writes = [
            (tool, step)
            for step in steps
            for tool in tools
            if isinstance(tool, Formatter) and tool.rewrites_in(step.command)
        ]
        for tool, step in writes:
            for after in steps:
                same = (after.workflow, after.job) == (step.workflow, step.job)
                if not same or after.number <= step.number or not stops_changes(after):
                    continue
                if REFUSES_CHANGES.match(after.command) or COMMITS_CHANGES.match(after.uses):
                    said = f"is formatted by {tool.name} in {run_of(step)}, and {after.command or after.uses} follows"
                    return _of(language, passed(said))
        for each in configured:
            for tool in tools:
                bound = tool.bound and tool.has_section(each.path, each.sections)
                if bound and any(
                    tool.is_bound_to(step.command) and stops_changes(step) for step in steps
                ):
                    said = (
                        f"is held to its form by {tool.name}, which {each.path} binds to the build"
                    )
                    return _of(language, passed(said))
        if language.name == JAVASCRIPT and any(
            "eslint-plugin-prettier" in manifest.dependencies for manifest in manifests
        ):
            for step in steps:
                if step.command.startswith("eslint") and stops_changes(step):
                    said = f"is held to its form by ESLint with Prettier in {run_of(step)}"
                    return _of(language, passed(said))
        hooked = any(hook_formats(tool, hook) for hook in hooks for tool in tools)
        if hooked:
            # Where the host shows it, pre-commit.ci runs the hook; a folder's host is dark.
            for report in reported:
                contexts = report.contexts if isinstance(report, BranchRule) else (report.context,)
                if any(PRE_COMMIT_CI.search(context) for context in contexts):
                    return _of(language, passed(f"is formatted by a hook that {contexts[0]} runs"))
        nothing = failed("is formatted by no CI step")
        if hooked:
            nothing = failed("is formatted by a hook alone, which can be skipped (hook_only)")
        elif writes:
            tool, step = writes[0]
            said = f"is rewritten by {tool.name} in {run_of(step)}, and nothing refuses the change (write_mode_without_check)"
            nothing = failed(said)
        return _of(language, why_not(asked, steps, nothing))

    return wherever(judge, language.repository, steps, projects, pipelines)


# --- Use dependency management --------------------------------------------------------------------


def published(
    manifest: DependencyManifest, steps: Evidence[CiStep], definitions: Evidence[BuildDefinition]
) -> bool:
    """Whether a manifest is that of a library: others install it, and nothing here deploys it."""
    package = manifest.package
    for definition in definitions:
        name = definition.path.rpartition("/")[2]
        # Requirements beside a package's own build file are the package's.
        package = package or (manifest.ecosystem == "pip" and PYTHON in definition.languages)
        if "ockerfile" in name or name in ("cdk.json", "serverless.yml", "template.yaml"):
            return False
    if manifest.ecosystem == "composer" and manifest.package:
        return True  # Packagist takes what is tagged, without a step
    for step in steps if package else ():
        if PACKAGE_COMMANDS.match(step.command) or PACKAGE_ACTIONS.match(step.uses):
            return True
    return False


@check(Severity.HIGH)
def repository_dependency_manifest_locked(
    repository: Repository,
    languages: Evidence[Language],
    manifests: Evidence[DependencyManifest],
    outlines: Evidence[Outline],
    steps: Evidence[CiStep],
    definitions: Evidence[BuildDefinition],
    *,
    language_share: float = 0.10,
) -> Iterator[Result]:
    """Without a lock, the build of tomorrow has other dependencies than the one that was tested.

    Pass: each manifest has its lock in its folder or at the root of its workspace. Maven and NuGet need
    exact versions instead. A library that others install needs none.
    Fix: commit the lock file of the package manager, or pin every requirement.
    Blind spot: what a library publishes is told from the steps of its CI.
    See: https://docs.github.com/en/code-security/supply-chain-security/understanding-your-software-supply-chain/dependency-graph-supported-package-ecosystems
    """
    why = no_source(repository, languages, language_share)
    if why:
        yield not_applicable(why)
        return
    found = False
    for manifest in manifests:
        found = True
        if manifest.loose:
            result = failed(f"leaves versions open: {', '.join(manifest.loose)}")
        elif manifest.lock:
            result = passed(f"is pinned by {manifest.lock}")
        elif published(manifest, steps, definitions):
            result = not_applicable("describes a library, which needs no lock")
        else:
            result = failed("has no lock")
        yield result.about(manifest.arn)
    if found:
        return
    imported = sorted({name for each in outlines if not each.test for name in each.imports})
    if imported:
        yield failed(f"imports {', '.join(imported[:5])}, and has no manifest")
    else:
        yield not_applicable("uses nothing from elsewhere")


@check(Severity.MEDIUM)
def repository_dependency_updates_automated(
    repository: Repository,
    languages: Evidence[Language],
    manifests: Evidence[DependencyManifest],
    bots: Evidence[UpdateBot],
    merges: Evidence[MergedPullRequest],
    unit: Unit,
    *,
    days: int = 90,
    language_share: float = 0.10,
) -> Iterator[Result]:
    """A dependency that nobody updates is a hole with a date on it.

    Pass: for each ecosystem of the repository a bot's configuration covers it, or a bot's pull request
    was merged in the last 90 days.
    Fix: add .github/dependabot.yml with every ecosystem, or a renovate.json.
    See: https://docs.github.com/en/code-security/dependabot/dependabot-version-updates/configuring-dependabot-version-updates
    """
    why = no_source(repository, languages, language_share)
    if why:
        yield not_applicable(why)
        return
    ecosystems = sorted({manifest.ecosystem for manifest in manifests})
    if not ecosystems:
        yield not_applicable("has no manifest of dependencies")
        return

    def judge(ecosystem: str) -> Result:
        for each in bots | merges:
            match each:
                case UpdateBot():
                    if not each.ecosystems or ecosystem in each.ecosystems:
                        return passed(f"is kept up to date by {each.path}")
                case _:
                    by_bot = each.author.startswith(("dependabot", "renovate"))
                    if by_bot and unit.age_days(each.merged) <= days:
                        return passed(f"is kept up to date by {each.author} (#{each.number})")
        return failed("is kept up to date by no bot")

    for ecosystem in ecosystems:
        for result in tried(_one(judge, ecosystem), not_seen):
            yield result.about(f"{repository.arn}:{ecosystem}")


def _one(judge: Callable[[str], Result], name: str) -> Iterator[Result]:
    yield judge(name)


_FROZEN = re.compile(
    r"npm (ci|clean-install)\b|yarn( install)?\b.*--(immutable|frozen-lockfile)|pnpm (i|install)\b.*--frozen-lockfile|"
    r"bun (i|install)\b.*--frozen-lockfile|uv sync\b.*--(locked|frozen)|uv (pip )?install\b.*--require-hashes|poetry (install|sync)|"
    r"pip\S* install\b.*--require-hashes|pip-sync\b|pdm (sync|install)\b|pipenv (sync|install\b.*--deploy)|"
    r"bundle install\b|cargo\b.*--(locked|frozen)|dotnet restore\b.*--locked-mode|composer (install|i)\b|go (build|test|mod download)\b|go install\b(?!.*\w\.\w+/)"
)
_LOOSE = re.compile(
    r"npm (install|i)( -\S+)*$|pnpm (install|i)\b.*--no-frozen-lockfile|composer update\b"
)
_PIP = re.compile(r"(uv )?pip\S* install\b(?P<rest>.*)")
#: What a build may install by name: its own tools.
_TOOLS = frozenset(
    [
        "pip",
        "setuptools",
        "wheel",
        "build",
        "tox",
        "nox",
        "uv",
        "poetry",
        "pre-commit",
        "hatch",
        "pdm",
        "pipenv",
        "twine",
        "virtualenv",
        "tox-uv",
        "tox-gh",
        "tox-gh-actions",
        "cibuildwheel",
        "awscli",
        "coverage",
        "codecov",
        "flit",
        "maturin",
        "pip-tools",
    ]
)


@check(Severity.LOW)
def repository_ci_installs_from_lock(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    manifests: Evidence[DependencyManifest],
    *,
    language_share: float = 0.10,
) -> Result:
    """A lock that the build does not read pins nothing.

    Pass: CI installs with the flag that keeps to the lock, such as `npm ci` or `uv sync --locked`.
    Fix: install with the frozen flag of the package manager in every build.
    See: https://docs.npmjs.com/cli/commands/npm-ci
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)
    locks = {manifest.path: manifest.lock for manifest in manifests}
    if not locks:
        return not_applicable("has no manifest of dependencies")
    if not any(locks.values()):
        return no_evidence("has no lock to install from")
    frozen = loose = ""
    for step in steps:
        if _FROZEN.match(step.command):
            frozen = frozen or f"{step.command} in {run_of(step)}"
        elif _LOOSE.match(step.command):
            loose = loose or f"{step.command} in {run_of(step)}"
        pip = _PIP.match(step.command)
        if pip:
            words = [word for word in pip["rest"].split() if not word.startswith("-")]
            files = [word for word in words if locks.get(word)]
            plain = [
                word
                for word in words
                if re.fullmatch(r"[A-Za-z][\w.-]*(\[[\w,-]+\])?", word)
                and word.partition("[")[0].lower() not in _TOOLS
                and not word.endswith((".txt", ".in"))
            ]
            if files:
                frozen = frozen or f"{step.command} in {run_of(step)}"
            elif plain and not re.search(r"\s-r\b|\s-e\b|\s\.", pip["rest"]):
                loose = loose or f"{step.command} in {run_of(step)}"
    if loose:
        return failed(f"installs without its lock: {loose}")
    if frozen:
        return passed(f"installs from its lock: {frozen}")
    return no_evidence("shows no step that installs from a lock")


@check(Severity.INFO)
def codeartifact_repository_present(
    repositories: Evidence[PackageRepository],
) -> Iterator[Result]:
    """A registry of one's own still has the package that its author deleted.

    Pass: a CodeArtifact repository exists.
    Fix: create a CodeArtifact repository with an upstream, and let the builds install from it.
    See: https://docs.aws.amazon.com/codeartifact/latest/ug/welcome.html
    """
    found = False
    for repository in repositories:
        found = True
        yield passed("is there to install from").about(repository.arn)
    if not found:
        yield no_evidence("has no CodeArtifact repository")


def _of(language: Language, result: Result) -> Result:
    return result.about(language.arn, group=language.name)


CATEGORY = category(
    "Continuous Integration",
    item(
        "Configure a build system",
        every(repository_build_definition_present, repository_build_runs_in_ci),
    ),
    item(
        "Configure static analysis",
        some(
            repository_static_analysis_runs,
            github_code_scanning_active,
            inspector2_code_repository_scanned,
        ),
    ),
    item(
        "Do code reviews",
        # Each of the first two is NOT_APPLICABLE where the other one's provider has the repository.
        every(
            github_branch_review_required,
            codecommit_repository_approval_rule,
            pullrequest_merged_review_ratio,
            supporting=(repository_codeowners_present,),
        ),
    ),
    item(
        "Pick a version control system",
        every(
            repository_registered_active,
            codebuild_project_source_versioned,
            repository_history_protected,
        ),
    ),
    item(
        "Publish versioned artifacts",
        some(
            ecr_repository_version_tags,
            codeartifact_package_version_published,
            repository_release_published,
            lambda_function_version_published,
        ),
    ),
    item(
        "Set up a build server",
        some(
            codebuild_project_recent_build,
            codebuild_project_triggered_automatically,
            repository_ci_runs_recent,
        ),
    ),
    item(
        "Set up automated tests",
        every(
            repository_tests_present,
            repository_tests_run_on_change,
            supporting=(codebuild_test_report_recent, github_branch_status_checks_required),
        ),
    ),
    item(
        "Set up automatic code formatting",
        every(
            every(repository_formatter_gate_in_ci, per="language"),
            supporting=(repository_formatter_configured,),
        ),
    ),
    item(
        "Use dependency management",
        every(
            repository_dependency_manifest_locked,
            repository_dependency_updates_automated,
            supporting=(repository_ci_installs_from_lock, codeartifact_repository_present),
        ),
    ),
)
