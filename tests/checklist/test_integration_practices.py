"""What the checks of builds, analysis, tests, form and dependencies say, situation by situation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.analysed import (
    github_code_scanning_active,
    inspector2_code_repository_scanned,
    repository_static_analysis_runs,
)
from readiness.checklist.automated_tests import (
    codebuild_test_report_recent,
    repository_tests_present,
    repository_tests_run_on_change,
)
from readiness.checklist.builds import (
    codebuild_project_recent_build,
    codebuild_project_triggered_automatically,
    repository_build_definition_present,
    repository_build_runs_in_ci,
    repository_ci_runs_recent,
)
from readiness.checklist.code_efficiency_and_performance import (
    compute_profiling_recent,
    lambda_function_performance_telemetry,
    repository_performance_tests_present,
    repository_performance_tests_run,
)
from readiness.checklist.dependencies import (
    codeartifact_repository_present,
    repository_ci_installs_from_lock,
    repository_dependency_manifest_locked,
    repository_dependency_updates_automated,
)
from readiness.checklist.formatted import repository_formatter_gate_in_ci
from readiness.checklist.model import Check
from readiness.checklist.reviews import (
    github_branch_status_checks_required,
    repository_history_protected,
    repository_registered_active,
)
from readiness.checklist.versioned import (
    codeartifact_package_version_published,
    ecr_repository_version_tags,
    lambda_function_version_published,
    repository_release_published,
)
from readiness.evidence import Gap, Reason
from readiness.evidence.builds import Build, BuildCommand, BuildProject, BuildReport
from readiness.evidence.code_scans import CodeRepositoryCoverage, ProfilingGroup
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.pipelines import Action, Pipeline, Stage
from readiness.evidence.registry import (
    CacheRule,
    EcrImage,
    EcrRepository,
    PackageRepository,
    PackageVersion,
)
from readiness.evidence.repository import (
    Branch,
    BranchRule,
    BuildDefinition,
    CiStep,
    CodeScanning,
    CommitStatus,
    DependencyManifest,
    Hook,
    Language,
    LoadTest,
    Manifest,
    Outline,
    Provider,
    Release,
    Repository,
    SourceFile,
    UpdateBot,
    WorkflowRun,
)
from readiness.evidence.stacks import Stack
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.versions import FunctionVersion
from tests.repositories.records import (
    SHOP,
    branch,
    file,
    language,
    manifest,
    merge,
    repository,
    rule,
    status,
    step,
)
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
    dark_gap,
)

JS = "JavaScript/TypeScript"
PLAIN = (repository(), language())
ARCHIVED = (repository(archived=True), language())
INFRASTRUCTURE = (repository(), language("Terraform"))
FOLDER = (repository(provider=Provider.FOLDER), language())
JOBS = repository(provider=Provider.CODECOMMIT)
UNSUPPORTED = [Gap(reason=Reason.PROVIDER_UNSUPPORTED)]
HERE = f"{REGION}:{ACCOUNT}"
NIGHTLY = {"on_change": False, "triggers": ("schedule",)}


def days_ago(days: float) -> Any:
    return NOW - timedelta(days=days)


def darks(seen: tuple[Any, ...], *kinds: type[Any]) -> Iterator[Row]:
    """Yield a row for each type of which nothing is seen; its own records are left out."""
    for kind in kinds:
        rest = tuple(each for each in seen if not isinstance(each, kind))
        yield Row(f"{kind.__name__} is dark", UNKNOWN, rest, dark=[kind])


def definition(path: str, *languages: str) -> BuildDefinition:
    return BuildDefinition(repository=SHOP, path=path, languages=languages)


def outline(path: str = "src/a.py", **changes: Any) -> Outline:
    return Outline(**{"repository": SHOP, "path": path, "language": "Python", **changes})


def source(path: str, language: str = "Python", *, foreign: bool = False) -> SourceFile:
    return SourceFile(repository=SHOP, path=path, language=language, foreign=foreign)


def needs(
    path: str = "pyproject.toml", ecosystem: str = "pip", **changes: Any
) -> DependencyManifest:
    values: dict[str, Any] = {"repository": SHOP, "path": path, "ecosystem": ecosystem}
    return DependencyManifest(**values | changes)


def bot(*ecosystems: str, path: str = ".github/dependabot.yml") -> UpdateBot:
    return UpdateBot(repository=SHOP, path=path, ecosystems=ecosystems)


def hook(name: str) -> Hook:
    return Hook(repository=SHOP, name=name)


def ran(
    days: float, conclusion: str = "success", workflow: str = ".github/workflows/ci.yml"
) -> WorkflowRun:
    return WorkflowRun(
        repository=SHOP, number=int(1000 - days), workflow=workflow, event="push",
        conclusion=conclusion, created=days_ago(days),
    )  # fmt: skip


def release(name: str, days: float | None) -> Release:
    published = None if days is None else days_ago(days)
    return Release(repository=SHOP, name=name, published=published)


def scanning(*, configured: bool = False, days: float | None = None) -> CodeScanning:
    newest = None if days is None else days_ago(days)
    return CodeScanning(arn=SHOP, configured=configured, newest=newest)


def coverage(
    status: str = "ACTIVE", days: float | None = 1, project: str = "acme/shop"
) -> CodeRepositoryCoverage:
    scanned = None if days is None else days_ago(days)
    return CodeRepositoryCoverage(arn=f"arn:aws:inspector2:{HERE}:codesecurity/1", project=project, status=status, scanned=scanned)  # fmt: skip


ECR = EcrRepository(
    arn=f"arn:aws:ecr:{HERE}:repository/shop", name="shop", uri="x", mutability="MUTABLE",
    exclusions=(), scan_on_push=False, created=NOW,
)  # fmt: skip


CACHED = replace(ECR, arn=f"arn:aws:ecr:{HERE}:repository/hub/nginx", name="hub/nginx")
CACHE = CacheRule(arn=f"arn:aws:ecr:{HERE}:pull-through-cache-rule/hub", prefix="hub")


def image(days: float, *tags: str, of: EcrRepository = ECR) -> EcrImage:
    digest = f"sha256:{days}"
    return EcrImage(arn=f"{of.arn}@{digest}", repository=of.arn, digest=digest, tags=tags, pushed=days_ago(days))  # fmt: skip


PACKAGES = PackageRepository(
    arn=f"arn:aws:codeartifact:{HERE}:repository/acme/own", name="own", domain="acme", domain_owner=ACCOUNT,
)  # fmt: skip
PUBLISHED = PackageVersion(arn=PACKAGES.arn, package="shop", version="1.2")
FUNCTION = LambdaFunction(
    arn=f"arn:aws:lambda:{HERE}:function:shop", name="shop", subnets=(), code_sha256="abc"
)


def version(number: int, code: str) -> FunctionVersion:
    return FunctionVersion(arn=f"{FUNCTION.arn}:{number}", function=FUNCTION.arn, number=number, code_sha256=code)  # fmt: skip


def tagged(**tags: str) -> TaggedResource:
    return TaggedResource(arn=FUNCTION.arn, tags=tags)


def project(**changes: Any) -> BuildProject:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codebuild:{HERE}:project/shop", "name": "shop", "source": "GITHUB", "location": "",
        "buildspec": "buildspec.yml", "commands": (), "webhook": False, "webhook_events": (),
        "runner": False, "created": None,
    }  # fmt: skip
    return BuildProject(**values | changes)


def build(
    days: float, status: str = "SUCCEEDED", initiator: str = "ana", ended: bool = True
) -> Build:
    return Build(
        arn=f"arn:aws:codebuild:{HERE}:build/shop:{days}", project="shop", status=status,
        started=days_ago(days), ended=days_ago(days) if ended else None, initiator=initiator, commit="",
    )  # fmt: skip


def pipeline(name: str) -> Pipeline:
    action = Action(name="build", category="Build", owner="AWS", provider="CodeBuild", target={"ProjectName": name})  # fmt: skip
    stage = Stage(name="build", actions=(action,))
    return Pipeline(arn=f"arn:aws:codepipeline:{HERE}:main", name="main", type="V2", stages=(stage,), triggered=False)  # fmt: skip


LOADING = project(
    location="https://github.com/acme/shop.git", buildspec="inline",
    commands=(BuildCommand(phase="build", command="k6 run load.js", tolerated=""),),
)  # fmt: skip
GROUP = f"arn:aws:codebuild:{HERE}:report-group/shop"


def report(
    days: float, status: str = "SUCCEEDED", tests: int = 9, kind: str = "TEST"
) -> BuildReport:
    return BuildReport(arn=f"{GROUP.replace('-group', '')}:{days}", group=GROUP, type=kind, status=status, created=days_ago(days), tests=tests)  # fmt: skip


def group(days: float | None) -> ProfilingGroup:
    profiled = None if days is None else days_ago(days)
    return ProfilingGroup(arn=f"arn:aws:codeguru-profiler:{HERE}:profilingGroup/shop", profiled=profiled)  # fmt: skip


def stack(solution: str, days: float) -> Stack:
    return Stack(
        arn=f"arn:aws:cloudformation:{HERE}:stack/load/1", name="load", status="CREATE_COMPLETE",
        created=days_ago(days), updated=None, rollback_disabled=False, parent="", drift="NOT_CHECKED",
        drift_checked=None, tags={}, solution=solution,
    )  # fmt: skip


ROWS: dict[Check[..., Any], list[Row]] = {
    repository_build_definition_present: [
        Row("pyproject.toml", {"Python": PASS}, (*PLAIN, definition("pyproject.toml", "Python"))),
        Row("a Dockerfile that copies the source", PASS, (*PLAIN, definition("Dockerfile"))),
        Row("SAM builds a function with requirements alone", PASS, (*PLAIN, definition("template.yaml"))),
        Row("a root tool for all members", {"Python": PASS, JS: PASS}, (repository(), language(share=0.5), language(JS, share=0.5), definition("nx.json"))),
        Row("one of two languages", {"Python": PASS, JS: FAIL}, (repository(), language(share=0.5), language(JS, share=0.5), definition("setup.py", "Python"))),
        Row("none", FAIL, PLAIN),
        Row("Terraform is not built", NOT_APPLICABLE, INFRASTRUCTURE),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, BuildDefinition, Language),
    ],
    repository_build_runs_in_ci: [
        Row("a build", PASS, (*PLAIN, step("build"))),
        Row("tests that imply one", PASS, (*PLAIN, step("pytest"))),
        Row("an action that builds an image", PASS, (*PLAIN, step(uses="docker/build-push-action"))),
        Row("only by night", FAIL, (*PLAIN, step("build", **NIGHTLY)), says="only on schedule"),
        Row("nothing builds", FAIL, (*PLAIN, step("ruff check ."))),
        Row("a buildspec does not say what starts it", UNKNOWN, (*PLAIN, step("build", workflow="buildspec.yml", on_change=None))),
        Row("infrastructure", NOT_APPLICABLE, INFRASTRUCTURE),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, CiStep),
    ],
    repository_static_analysis_runs: [
        Row("CodeQL uploads, so it need not fail", PASS, (*PLAIN, step(uses="github/codeql-action/analyze", tolerated="continue-on-error")), says="CodeQL"),
        Row("Bandit", PASS, (*PLAIN, step("bandit -r src"))),
        Row("CodeQL that is switched off", FAIL, (*PLAIN, step(uses="github/codeql-action/analyze", tolerated="if: false")), says="is switched off (if: false)"),
        Row("Bandit that cannot fail", FAIL, (*PLAIN, step("bandit -r src", tolerated="|| true"))),
        Row("mypy is analysis of types", PASS, (*PLAIN, step("mypy src"))),
        Row("mypy is no security analysis", NO_EVIDENCE, (*PLAIN, step("mypy src")), options={"require_sast": True}),
        Row("mypy is set up and never run", FAIL, (*PLAIN, manifest("pyproject.toml", "tool.mypy"), step("pytest")), says="mypy (pyproject.toml)"),
        Row("a scanner of dependencies is none", NO_EVIDENCE, (*PLAIN, step("pip-audit"))),
        Row("a scanner of infrastructure beside code", NO_EVIDENCE, (*PLAIN, language("Terraform", share=0.5), step("checkov -d ."))),
        Row("a scanner of infrastructure where there is nothing else", PASS, (*INFRASTRUCTURE, step("checkov -d ."))),
        Row("of another language", NO_EVIDENCE, (*PLAIN, step("gosec ./..."))),
        Row("SpotBugs bound to Maven's verify", PASS, (repository(), language("Java"), manifest("pom.xml", "spotbugs-maven-plugin", "spotbugs-maven-plugin:check"), step("mvn -B verify"))),
        Row("SonarCloud reports", PASS, (*PLAIN, status("SonarCloud Code Analysis"))),
        Row("Snyk reports on code", PASS, (*PLAIN, status("code/snyk (acme)"))),
        Row("Snyk reports on dependencies", NO_EVIDENCE, (*PLAIN, status("security/snyk (acme)"))),
        Row("a folder is judged by its files", NO_EVIDENCE, FOLDER, gaps={BranchRule: UNSUPPORTED, CommitStatus: UNSUPPORTED}),
        Row("nothing", NO_EVIDENCE, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, CiStep, SourceFile, Manifest, BranchRule, CommitStatus),
    ],
    github_code_scanning_active: [
        Row("the default setup leaves no file", PASS, (*PLAIN, scanning(configured=True))),
        Row("an analysis of last month", PASS, (*PLAIN, scanning(days=30))),
        Row("an analysis of the month before", NO_EVIDENCE, (*PLAIN, scanning(days=31))),
        Row("an analysis of the month before, by option", PASS, (*PLAIN, scanning(days=31)), options={"days": 60}),
        Row("none", NO_EVIDENCE, (*PLAIN, scanning())),
        Row("the setup is refused, and an analysis is seen", PASS, (*PLAIN, scanning(days=3)), gaps={CodeScanning: [dark_gap(CodeScanning)]}),
        Row("the setup is refused, and an old analysis is seen", UNKNOWN, (*PLAIN, scanning(days=31)), gaps={CodeScanning: [dark_gap(CodeScanning)]}),
        Row("CodeCommit", NOT_APPLICABLE, (JOBS, language())),
        Row("a folder", UNKNOWN, FOLDER, gaps={CodeScanning: UNSUPPORTED}, says="provider unsupported"),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, scanning(configured=True)), Repository, Language, CodeScanning),
    ],
    inspector2_code_repository_scanned: [
        Row("scanned yesterday", PASS, (*PLAIN, coverage())),
        Row("inactive", FAIL, (*PLAIN, coverage("INACTIVE"))),
        Row("scanned long ago", NO_EVIDENCE, (*PLAIN, coverage(days=31))),
        Row("scanned long ago, allowed", PASS, (*PLAIN, coverage(days=31)), options={"days": 60}),
        Row("never scanned", NO_EVIDENCE, (*PLAIN, coverage(days=None))),
        Row("another repository", NO_EVIDENCE, (*PLAIN, coverage(project="acme/till"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, coverage()), Repository, CodeRepositoryCoverage),
    ],
    repository_registered_active: [
        Row("commits of this week", PASS, (repository(), branch())),
        Row("the newest commit is a year old", NO_EVIDENCE, (repository(), branch(days=366))),
        Row("the newest commit is a year old, allowed", PASS, (repository(), branch(days=366)), options={"days": 730}),
        Row("archived and mapped", FAIL, (repository(archived=True), branch()), says="is archived"),
        Row("without a default branch", FAIL, (repository(default_branch=""),), says="no default branch"),
        Row("empty", FAIL, (repository(),), says="is empty"),
        Row("a folder shows no service", UNKNOWN, (repository(provider=Provider.FOLDER), branch())),
        *darks((repository(), branch()), Repository, Branch),
    ],
    repository_history_protected: [
        Row("neither overwritten nor deleted", PASS, (repository(), branch(), rule("non_fast_forward"), rule("deletion"))),
        Row("may be deleted", FAIL, (repository(), branch(), rule("non_fast_forward")), says="can be deleted"),
        Row("open to both", FAIL, (repository(), branch()), says="overwritten and deleted"),
        Row("classic protection may not be read", UNKNOWN, (repository(), branch()), gaps={BranchRule: UNSUPPORTED}),
        Row("CodeCommit", NOT_APPLICABLE, (JOBS, branch()), says="IAM"),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), branch())),
        *darks((repository(), branch(), rule("non_fast_forward"), rule("deletion")), Repository, Branch, BranchRule),
    ],
    ecr_repository_version_tags: [
        Row("versions", PASS, (ECR, *(image(n, f"v1.{n}.0") for n in range(1, 4)))),
        Row("commits", PASS, (ECR, image(1, "main-3f2a9bc"), image(2, "8d1c0de"), image(3, "20260101"))),
        Row("mutable words", FAIL, (ECR, image(1, "prod"), image(2, "dev"), image(3, "1.0"))),
        Row("the newest is only latest", FAIL, (ECR, image(1, "latest"), *(image(n, f"1.{n}") for n in range(2, 30))), says="latest"),
        Row("latest beside a version", PASS, (ECR, image(1, "latest", "1.3"), image(2, "1.2"), image(3, "1.1"))),
        Row("untagged children of an index do not count", PASS, (ECR, image(1, "1.3"), image(2), image(3))),
        Row("nothing is tagged", FAIL, (ECR, image(1))),
        Row("of two images the newest alone", PASS, (ECR, image(1, "1.3"), image(2, "dev"))),
        Row("half of them, allowed", PASS, (ECR, image(1, "1.3"), image(2, "dev"), image(3, "1.1"), image(4, "qa")), options={"ratio": 0.5}),
        Row("a smaller sample", PASS, (ECR, *(image(n, f"1.{n}") for n in range(1, 4)), image(9, "dev")), options={"newest": 3}),
        Row("assets of the CDK", PASS, (ECR, image(1, "a" * 64), image(2, "b" * 64), image(3, "c" * 64))),
        Row("no image", NOT_APPLICABLE, (ECR,)),
        Row("copies of another registry", NOT_APPLICABLE, (CACHED, CACHE, image(1, "latest", of=CACHED)), says="rule hub copies"),
        Row("a name that begins like that of a rule", FAIL, (replace(CACHED, name="hubs/nginx"), CACHE, image(1, "latest", of=CACHED))),
        Row("rules are dark", UNKNOWN, (CACHED, image(1, "latest", of=CACHED)), dark=[CacheRule]),
        *darks((ECR,), EcrRepository, EcrImage),
    ],
    codeartifact_package_version_published: [
        Row("one of its own", PASS, (PACKAGES, PUBLISHED), says="shop 1.2"),
        Row("copies only", NO_EVIDENCE, (PACKAGES,)),
        *darks((PACKAGES,), PackageRepository, PackageVersion),
    ],
    repository_release_published: [
        Row("a release of this year", PASS, (*PLAIN, branch(), definition("setup.py"), release("v1.2.3", 100))),
        Row("an old release of a quiet repository", PASS, (*PLAIN, branch(days=340), definition("setup.py"), release("1.2", 400)), says="60 days behind"),
        Row("an old release of a busy repository", NO_EVIDENCE, (*PLAIN, branch(), definition("setup.py"), release("1.2", 400))),
        Row("an old release, allowed", PASS, (*PLAIN, branch(), definition("setup.py"), release("1.2", 400)), options={"days": 500}),
        Row("a tag that is no version", NO_EVIDENCE, (*PLAIN, branch(), definition("setup.py"), release("backup", 1))),
        Row("published without a version", FAIL, (*PLAIN, branch(), definition("setup.py"), step("twine upload dist/*", **NIGHTLY))),
        Row("nothing to publish", NOT_APPLICABLE, (*PLAIN, branch())),
        Row("CodeCommit lists no tags", NOT_APPLICABLE, (JOBS, branch(), definition("setup.py"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((repository(), branch(), definition("setup.py"), release("1.2", 400)), Repository, Branch, Release),
        *darks((repository(), branch(), definition("setup.py")), CiStep, BuildDefinition),
    ],
    lambda_function_version_published: [
        Row("the code is published", PASS, (FUNCTION, version(1, "old"), version(2, "abc")), says="version 2"),
        Row("newer code than the newest version", NO_EVIDENCE, (FUNCTION, version(1, "abc"), version(2, "old"))),
        Row("only $LATEST", NO_EVIDENCE, (FUNCTION,), says="$LATEST"),
        Row("no digest is told", NO_EVIDENCE, (replace(FUNCTION, code_sha256=""), version(1, ""))),
        Row("a function of CDK's own", NOT_APPLICABLE, (replace(FUNCTION, name="LogRetention0a1b2c3d"),)),
        Row("a tag names the commit", PASS, (FUNCTION, tagged(Commit="3f2a9bc"))),
        Row("another tag", NO_EVIDENCE, (FUNCTION, tagged(team="shop"))),
        Row("another tag, by option", PASS, (FUNCTION, tagged(build="7")), options={"version_tag_keys": ("build",)}),
        *darks((FUNCTION,), LambdaFunction, FunctionVersion, TaggedResource),
    ],
    codebuild_project_recent_build: [
        Row("built this week", PASS, (project(), build(3))),
        Row("one of five succeeded", PASS, (project(), build(9), *(build(n, "FAILED") for n in range(1, 5)))),
        Row("the newest five failed", FAIL, (project(), build(9), *(build(n, "FAULT") for n in range(1, 6))), says="5 newest"),
        Row("no build", FAIL, (project(),)),
        Row("no build of the last weeks", FAIL, (project(), build(20)), options={"days": 14}),
        Row("a build that still runs is no end", FAIL, (project(), build(1, "IN_PROGRESS", ended=False))),
        Row("builds that were stopped", FAIL, (project(), build(1, "STOPPED"), build(2, "STOPPED")), says="ended no build"),
        Row("a runner of another service", NOT_APPLICABLE, (project(runner=True),)),
        *darks((project(),), BuildProject, Build),
    ],
    codebuild_project_triggered_automatically: [
        Row("a webhook", PASS, (project(webhook=True, webhook_events=("PUSH",)),), says="PUSH"),
        Row("an action of a pipeline", PASS, (project(), pipeline("shop"))),
        Row("its source is a pipeline", PASS, (project(source="CODEPIPELINE"),)),
        Row("GitHub started it", PASS, (project(), build(1, initiator="GitHub-Hookshot/1"))),
        Row("only people", FAIL, (project(), build(1), pipeline("till")), says="ana"),
        Row("a webhook on releases alone", NO_EVIDENCE, (project(webhook=True, webhook_events=("RELEASED",)),)),
        Row("the session of a role that people take", FAIL, (project(), build(1, initiator="AWSReservedSSO_Admin_1/ana"))),
        Row("a role that may be anybody's", NO_EVIDENCE, (project(), build(1, initiator="jenkins/run-7"), build(2)), says="ana, jenkins/run-7"),
        Row("Jenkins' plugin", PASS, (project(), build(1, initiator="CodeBuild-Jenkins-Plugin"))),
        Row("nobody", NO_EVIDENCE, (project(),)),
        Row("a runner of another service", NOT_APPLICABLE, (project(runner=True),)),
        *darks((project(),), BuildProject, Pipeline, Build),
    ],
    repository_ci_runs_recent: [
        Row("ran today", PASS, (*PLAIN, branch(), step("pytest"), ran(2))),
        Row("no run after the newest commit", FAIL, (*PLAIN, branch(days=2), step("pytest"), ran(9))),
        Row("no run for months", FAIL, (*PLAIN, branch(days=100), step("pytest"), ran(100))),
        Row("no run for months, allowed", PASS, (*PLAIN, branch(days=100), step("pytest"), ran(100)), options={"days": 200}),
        Row("no run at all", FAIL, (*PLAIN, branch(), step("pytest"))),
        Row("a run that was skipped", FAIL, (*PLAIN, branch(), step("pytest"), ran(1, "skipped")), says="no run of them"),
        Row("nothing runs on a change", FAIL, (*PLAIN, branch(), step("pytest", **NIGHTLY), ran(1))),
        Row("no CI", NO_EVIDENCE, (*PLAIN, branch())),
        Row("Jenkins leaves a status", PASS, (*PLAIN, branch(), step("pytest", workflow="Jenkinsfile", on_change=None), status("continuous-integration/jenkins"))),
        Row("Jenkins leaves nothing", NO_EVIDENCE, (*PLAIN, branch(), step("pytest", workflow="Jenkinsfile", on_change=None))),
        Row("Jenkins left a status last year", NO_EVIDENCE, (*PLAIN, branch(days=400), step("pytest", workflow="Jenkinsfile", on_change=None), status("jenkins"))),
        Row("Jenkins has not ended", NO_EVIDENCE, (*PLAIN, branch(), step("pytest", workflow="Jenkinsfile", on_change=None), replace(status("jenkins"), state="pending"))),
        Row("an agreement is no build", NO_EVIDENCE, (*PLAIN, branch(), step("pytest", workflow="Jenkinsfile", on_change=None), status("license/cla"))),
        Row("CodeCommit", NO_EVIDENCE, (JOBS, language(), branch(), step("pytest", workflow="buildspec.yml", on_change=None))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, branch(), step("pytest"), ran(2)), Repository, Language, Branch, CiStep, WorkflowRun),
        Row("CommitStatus is dark", UNKNOWN, (*PLAIN, branch(), step("pytest", workflow="Jenkinsfile", on_change=None)), dark=[CommitStatus]),
    ],
    repository_tests_present: [
        Row("one file in ten", {"Python": PASS}, (*PLAIN, source("tests/test_a.py"), outline("tests/test_a.py", test=True, tests=True))),
        Row("one file in forty", FAIL, (repository(), language(files=40), source("tests/test_a.py"), outline("tests/test_a.py", test=True, tests=True))),
        Row("one file in forty, allowed", PASS, (repository(), language(files=40), source("test_a.py"), outline("test_a.py", test=True, tests=True)), options={"ratio": 0.02}),
        Row("helpers of tests are none", FAIL, (*PLAIN, source("test_utils.py"), outline("test_utils.py", test=True)), says="no sampled one"),
        Row("Rust's are inside", {"Rust": PASS}, (repository(), language("Rust"), outline("src/a.rs", language="Rust", tests=True))),
        Row("Rust without any", {"Rust": FAIL}, (repository(), language("Rust"), outline("src/a.rs", language="Rust"))),
        Row("vendored tests", FAIL, (*PLAIN, source("vendor/test_a.py", foreign=True))),
        Row("Go", {"Go": PASS}, (repository(), language("Go"), source("a_test.go", "Go"))),
        Row("bats", {"Shell": PASS}, (repository(), language("Shell"), source("test/a.bats", ""))),
        Row("none", FAIL, PLAIN),
        Row("infrastructure", NOT_APPLICABLE, INFRASTRUCTURE),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, source("test_a.py"), outline("test_a.py", test=True, tests=True)), Repository, Language, SourceFile, Outline),
    ],
    repository_tests_run_on_change: [
        Row("pytest on pull requests", PASS, (*PLAIN, step("pytest -q"))),
        Row("behind tox", PASS, (*PLAIN, step("tox -e py"), step("pytest", number=2, via=("tox -e py",)))),
        Row("npm's default is no test", FAIL, (repository(), language(JS), step("npm test"), step("echo", number=2, via=("test in package.json",)), step("exit 1", number=3, via=("test in package.json",)))),
        Row("npm test of which nothing is known", PASS, (repository(), language(JS), step("npm test"))),
        Row("skipped by a flag", FAIL, (repository(), language("Java"), step("mvn package -DskipTests")), says="-DskipTests skips the tests"),
        Row("Gradle without tests", FAIL, (repository(), language("Java"), step("gradle build -x test"))),
        Row("only by night", FAIL, (*PLAIN, step("pytest", **NIGHTLY)), says="only on schedule"),
        Row("it cannot fail", FAIL, (*PLAIN, step("pytest", tolerated="|| true")), says="cannot fail (|| true)"),
        Row("no test", FAIL, (*PLAIN, step("pip install pytest"))),
        Row("a buildspec does not say what starts it", UNKNOWN, (*PLAIN, step("pytest", workflow="buildspec.yml", on_change=None))),
        Row("infrastructure", NOT_APPLICABLE, INFRASTRUCTURE),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, CiStep),
    ],
    codebuild_test_report_recent: [
        Row("tests that succeeded", {"report-group/shop": PASS}, (project(), report(2), report(9, "FAILED"))),
        Row("tests that failed", FAIL, (project(), report(2, "FAILED"), report(9))),
        Row("a report without tests", NO_EVIDENCE, (project(), report(2, tests=0))),
        Row("a report of coverage", NO_EVIDENCE, (project(), report(2, kind="CODE_COVERAGE"))),
        Row("older than is allowed", NO_EVIDENCE, (project(), report(9)), options={"days": 7}),
        Row("no report", NO_EVIDENCE, (project(),)),
        Row("no project", NOT_APPLICABLE),
        *darks((), BuildReport, BuildProject),
    ],
    github_branch_status_checks_required: [
        Row("a check is required", PASS, (repository(), branch(), rule("required_status_checks", contexts=("ci",))), says="requires ci"),
        Row("none is", FAIL, (repository(), branch(), rule("deletion"))),
        Row("checks are required, and none is named", FAIL, (repository(), branch(), rule("required_status_checks"))),
        Row("CodeCommit", NOT_APPLICABLE, (JOBS, branch())),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), branch())),
        *darks((repository(), branch()), Repository, Branch, BranchRule),
    ],
    repository_formatter_gate_in_ci: [
        Row("a check", {"Python": PASS}, (*PLAIN, step("ruff format --check ."))),
        Row("pre-commit in CI", PASS, (*PLAIN, step(hook="black", via=("pre-commit run --all-files",)))),
        Row("rewriting is no gate", FAIL, (*PLAIN, step("black .")), says="nothing refuses the change"),
        Row("rewriting, and git diff refuses", PASS, (*PLAIN, step("black ."), step("git diff --exit-code", number=2))),
        Row("git diff in another job", FAIL, (*PLAIN, step("black ."), step("git diff --exit-code", job="other", number=2))),
        Row("a bot commits", PASS, (*PLAIN, step("black ."), step(uses="autofix-ci/action", number=2))),
        Row("a hook alone", FAIL, (*PLAIN, hook("black")), says="by a hook alone"),
        Row("pre-commit.ci runs the hook", PASS, (*PLAIN, hook("black"), status("pre-commit.ci - pr"))),
        Row("pre-commit.ci is required beside others", PASS, (*PLAIN, hook("black"), rule("required_status_checks", contexts=("ci", "pre-commit.ci - pr"))), says="that pre-commit.ci - pr runs"),
        Row("sorting imports is no form", FAIL, (*PLAIN, step("ruff check --select I ."))),
        Row("ESLint with Prettier", {JS: PASS}, (repository(), language(JS), needs("package.json", "npm", dependencies=("eslint-plugin-prettier",)), step("eslint ."))),
        Row("Spotless bound to Gradle's check", {"Java": PASS}, (repository(), language("Java"), manifest("build.gradle", "com.diffplug.spotless"), step("gradle check"))),
        Row("Spotless bound to Maven's verify", {"Java": PASS}, (repository(), language("Java"), manifest("pom.xml", "spotless-maven-plugin", "spotless-maven-plugin:check"), step("mvn verify"))),
        Row("one of two languages", {"Python": PASS, JS: FAIL}, (repository(), language(share=0.5), language(JS, share=0.5), step("black --check ."))),
        Row("it cannot fail", FAIL, (*PLAIN, step("black --check .", tolerated="|| true"))),
        Row("a folder's hook may be run by its host", UNKNOWN, (*FOLDER, hook("black")), gaps={BranchRule: UNSUPPORTED, CommitStatus: UNSUPPORTED}),
        Row("nothing", FAIL, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, CiStep, Hook, Manifest),
        *darks((*PLAIN, hook("black")), BranchRule, CommitStatus),
        Row("DependencyManifest is dark", {JS: UNKNOWN}, (repository(), language(JS)), dark=[DependencyManifest]),
    ],
    repository_dependency_manifest_locked: [
        Row("a lock", {"pyproject.toml": PASS}, (*PLAIN, needs(lock="uv.lock")), says="uv.lock"),
        Row("no lock", FAIL, (*PLAIN, needs())),
        Row("requirements without pins", FAIL, (*PLAIN, needs("requirements.txt"))),
        Row("one of two", {"pyproject.toml": PASS, "package.json": FAIL}, (*PLAIN, needs(lock="uv.lock"), needs("package.json", "npm"))),
        Row("a library needs none", NOT_APPLICABLE, (*PLAIN, needs(package=True), step(uses="pypa/gh-action-pypi-publish"))),
        Row("a library that is an image too", FAIL, (*PLAIN, needs(package=True), definition("Dockerfile"), step(uses="pypa/gh-action-pypi-publish"))),
        Row("a package that nothing publishes", FAIL, (*PLAIN, needs(package=True))),
        Row("a snapshot in the pom", FAIL, (repository(), language("Java"), needs("pom.xml", "maven", lock="pom.xml", loose=("shop 1-SNAPSHOT",))), says="1-SNAPSHOT"),
        Row("imports without a manifest", FAIL, (*PLAIN, outline(imports=("requests",))), says="requests"),
        Row("nothing from elsewhere", NOT_APPLICABLE, (*PLAIN, outline())),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, DependencyManifest, Outline),
        *darks((*PLAIN, needs(package=True)), CiStep, BuildDefinition),
    ],
    repository_dependency_updates_automated: [
        Row("Dependabot watches it", {"pip": PASS}, (*PLAIN, needs(), bot("pip", "github-actions"))),
        Row("Dependabot watches something else", FAIL, (*PLAIN, needs(), bot("github-actions"))),
        Row("Renovate watches everything", PASS, (*PLAIN, needs(), bot(path="renovate.json"))),
        Row("security updates leave no file", PASS, (*PLAIN, needs(), merge(7, author="dependabot[bot]", bot=True)), says="#7"),
        Row("the bot's last merge is long ago", FAIL, (*PLAIN, needs(), merge(7, author="dependabot[bot]", bot=True, days=100))),
        Row("the bot's last merge is long ago, allowed", PASS, (*PLAIN, needs(), merge(7, author="renovate[bot]", bot=True, days=100)), options={"days": 200}),
        Row("no bot", FAIL, (*PLAIN, needs())),
        Row("no manifest", NOT_APPLICABLE, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, needs()), Repository, Language, DependencyManifest, UpdateBot, type(merge(1))),
    ],
    repository_ci_installs_from_lock: [
        Row("uv sync --locked", PASS, (*PLAIN, needs(lock="uv.lock"), step("uv sync --locked"))),
        Row("npm ci", PASS, (repository(), language(JS), needs("package.json", "npm", lock="package-lock.json"), step("npm ci"))),
        Row("npm install", FAIL, (repository(), language(JS), needs("package.json", "npm", lock="package-lock.json"), step("npm install"))),
        Row("pinned requirements", PASS, (*PLAIN, needs("requirements.txt", lock="requirements.txt"), step("pip install -r requirements.txt"))),
        Row("a name without a version", FAIL, (*PLAIN, needs(lock="uv.lock"), step("pip install requests"))),
        Row("the build's own tools", NO_EVIDENCE, (*PLAIN, needs(lock="uv.lock"), step("pip install tox"))),
        Row("no lock", NO_EVIDENCE, (*PLAIN, needs(), step("pip install requests"))),
        Row("no manifest", NOT_APPLICABLE, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, needs(lock="uv.lock")), Repository, Language, CiStep, DependencyManifest),
    ],
    codeartifact_repository_present: [
        Row("one", PASS, (PACKAGES,)),
        Row("none", NO_EVIDENCE),
        *darks((), PackageRepository),
    ],
    repository_performance_tests_run: [
        Row("a benchmark that ran", PASS, (*PLAIN, step("pytest --benchmark-only", **NIGHTLY), ran(10))),
        Row("a load test by an action", PASS, (*PLAIN, step(uses="grafana/k6-action"), ran(10))),
        Row("it failed", FAIL, (*PLAIN, step("k6 run load.js"), ran(1, "failure"), ran(5))),
        Row("it ran long ago", NO_EVIDENCE, (*PLAIN, step("k6 run load.js"), ran(91))),
        Row("it ran long ago, allowed", PASS, (*PLAIN, step("k6 run load.js"), ran(91)), options={"days": 100}),
        Row("it never ran", NO_EVIDENCE, (*PLAIN, step("k6 run load.js"))),
        Row("it was cancelled since", PASS, (*PLAIN, step("k6 run load.js"), ran(1, "cancelled"), ran(80)), says="succeeded 80 days ago"),
        Row("it is switched off", NO_EVIDENCE, (*PLAIN, step("k6 run load.js", tolerated="if: false"), ran(1)), says="in no CI step"),
        Row("a project measures", {"project/shop": PASS}, (*PLAIN, LOADING, build(3)), says="succeeded 3 days ago"),
        Row("a project measures, by the file in the repository", {"project/shop": PASS}, (*PLAIN, replace(LOADING, buildspec="buildspec.yml", commands=()), step("k6 run load.js", workflow="buildspec.yml", on_change=None), build(3))),
        Row("a project measures, and failed", {"project/shop": FAIL}, (*PLAIN, LOADING, build(3, "FAILED"), build(9))),
        Row("a project measures, and a namesake elsewhere was built", {"project/shop": NO_EVIDENCE}, (*PLAIN, LOADING, replace(build(3), arn="arn:aws:codebuild:eu-west-1:444455556666:build/shop:3"))),
        Row("a project measures, and its builds are dark", {"project/shop": UNKNOWN}, (*PLAIN, LOADING), dark=[Build]),
        Row("projects are dark", UNKNOWN, PLAIN, dark=[BuildProject]),
        Row("pipelines are dark", UNKNOWN, PLAIN, dark=[Pipeline]),
        Row("another workflow ran", NO_EVIDENCE, (*PLAIN, step("k6 run load.js"), ran(1, workflow=".github/workflows/docs.yml"))),
        Row("no step", NO_EVIDENCE, (*PLAIN, step("pytest"), ran(1))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, step("k6 run load.js")), Repository, Language, CiStep, WorkflowRun),
    ],
    repository_performance_tests_present: [
        Row("a load test", PASS, (*PLAIN, LoadTest(repository=SHOP, path="load.js", tool="k6"))),
        Row("a fault experiment is none", NO_EVIDENCE, (*PLAIN, LoadTest(repository=SHOP, path="fis.yml", tool="a fault experiment"))),
        Row("a library", PASS, (*PLAIN, needs(dependencies=("pytest-benchmark",)))),
        Row("benchmarks in Go", PASS, (*PLAIN, outline("a_test.go", language="Go", benchmarks=True))),
        Row("asv's settings", PASS, (*PLAIN, file("benchmarks/asv.conf.json"))),
        Row("vendored settings", NO_EVIDENCE, (*PLAIN, file("node_modules/x/.lighthouserc.js", foreign=True))),
        Row("none", NO_EVIDENCE, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, SourceFile, LoadTest, DependencyManifest, Outline),
    ],
    compute_profiling_recent: [
        Row("a profile of this week", {"profilingGroup/shop": PASS}, (FUNCTION, group(3))),
        Row("an old profile", NO_EVIDENCE, (FUNCTION, group(31))),
        Row("an old profile, allowed", PASS, (FUNCTION, group(31)), options={"days": 60}),
        Row("a group without a profile", NO_EVIDENCE, (FUNCTION, group(None))),
        Row("Distributed Load Testing", PASS, (FUNCTION, stack("SO0062", 30))),
        Row("Distributed Load Testing, long untouched", NO_EVIDENCE, (FUNCTION, stack("SO0062", 100))),
        Row("Distributed Load Testing, long untouched, allowed", PASS, (FUNCTION, stack("SO0062", 100)), options={"stack_days": 200}),
        Row("another solution", NO_EVIDENCE, (FUNCTION, stack("SO0001", 1))),
        Row("Distributed Load Testing that was rolled back", NO_EVIDENCE, (FUNCTION, replace(stack("SO0062", 1), status="ROLLBACK_COMPLETE"))),
        Row("Distributed Load Testing that waits for its review", NO_EVIDENCE, (FUNCTION, replace(stack("SO0062", 1), status="REVIEW_IN_PROGRESS"))),
        Row("nothing", NO_EVIDENCE, (FUNCTION,)),
        Row("nothing runs", NOT_APPLICABLE),
        *darks((), *sorted(compute_profiling_recent.needs, key=lambda each: each.__name__)),
    ],
    lambda_function_performance_telemetry: [
        Row("traced", PASS, (LambdaFunction(arn=FUNCTION.arn, name="shop", subnets=(), tracing="Active"),)),
        Row("Lambda Insights", PASS, (LambdaFunction(arn=FUNCTION.arn, name="shop", subnets=(), layers=("arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:53",)),)),
        Row("neither", FAIL, (FUNCTION,)),
        Row("a function of Control Tower's", NOT_APPLICABLE, (replace(FUNCTION, name="aws-controltower-NotificationForwarder"),)),
        *darks((FUNCTION,), LambdaFunction),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
