"""What the checks of coverage, tests in the pipeline and the safety net say, situation by situation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.coverage import (
    coverage_above_floor,
    coverage_report_recent,
    repository_coverage_configured,
)
from readiness.checklist.model import Check, Severity
from readiness.checklist.safety_net import (
    deployment_self_verifies,
    repository_branch_requires_checks,
    repository_multiple_test_levels,
    synthetic_canary_running,
)
from readiness.checklist.testing import (
    ci_tests_last_run_passed,
    pipeline_tests_before_deploy,
    repository_tests_run_in_ci,
)
from readiness.evidence import Gap, Reason
from readiness.evidence.apis import GraphqlApi, HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.builds import Build, BuildCommand, BuildProject, BuildReport
from readiness.evidence.containers import EcsService
from readiness.evidence.coverage import CoverageSetup, CoverageSignal
from readiness.evidence.delivery import DeploymentGroup
from readiness.evidence.edge import Distribution
from readiness.evidence.event_rules import EventRule, RuleTargets
from readiness.evidence.functions import FunctionUrl
from readiness.evidence.infrastructure import CiJob, IacRoot, IacTest
from readiness.evidence.pipelines import Action, Pipeline, Stage
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
    WorkflowRun,
)
from readiness.evidence.stacks import Stack
from readiness.evidence.watching import Canary, HealthCheck
from tests.repositories.records import CI, SHOP, branch, language, repository, rule, step
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
    judged,
)

HERE = f"{REGION}:{ACCOUNT}"
PLAIN = (repository(), language())
ARCHIVED = (repository(archived=True), language())
JOBS = f"codecommit:{ACCOUNT}:{REGION}:jobs"
UNSUPPORTED = [Gap(reason=Reason.PROVIDER_UNSUPPORTED)]


def darks(seen: tuple[Any, ...], *kinds: type[Any]) -> Iterator[Row]:
    """Yield a row for each type of which nothing is seen; its own records are left out."""
    for kind in kinds:
        rest = tuple(each for each in seen if not isinstance(each, kind))
        yield Row(f"{kind.__name__} is dark", UNKNOWN, rest, dark=[kind])


def source(path: str, name: str = "Python", *, foreign: bool = False) -> SourceFile:
    return SourceFile(repository=SHOP, path=path, language=name, foreign=foreign)


def setup(tool: str = "pytest-cov", **changes: Any) -> CoverageSetup:
    return CoverageSetup(repository=SHOP, path="pyproject.toml", tool=tool, **changes)


def signal(days: float, kind: str = "status", name: str = "codecov/project") -> CoverageSignal:
    return CoverageSignal(repository=SHOP, kind=kind, name=name, made=NOW - timedelta(days=days))


def project(*commands: str, name: str = "shop", **changes: Any) -> BuildProject:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codebuild:{HERE}:project/{name}", "name": name, "source": "GITHUB",
        "location": "https://github.com/acme/shop.git", "buildspec": "inline", "webhook": True,
        "webhook_events": ("PUSH",), "runner": False, "created": None,
    }  # fmt: skip
    run = tuple(BuildCommand(phase="build", command=each, tolerated="") for each in commands)
    return BuildProject(**values | {"commands": run} | changes)


def build(days: float, status: str = "SUCCEEDED", **changes: Any) -> Build:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codebuild:{HERE}:build/shop:{days}", "project": "shop", "status": status,
        "started": NOW - timedelta(days=days), "ended": NOW - timedelta(days=days), "initiator": "x",
        "commit": "c0ffee", "version": "refs/heads/main",
    }  # fmt: skip
    return Build(**values | changes)


def report(days: float, kind: str = "CODE_COVERAGE", **changes: Any) -> BuildReport:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codebuild:{HERE}:report/shop:{days}", "type": kind, "status": "SUCCEEDED",
        "group": f"arn:aws:codebuild:{HERE}:report-group/shop", "created": NOW - timedelta(days=days),
        "tests": 0, "build": f"arn:aws:codebuild:{HERE}:build/shop:{days}",
    }  # fmt: skip
    return BuildReport(**values | changes)


def ran(days: float, conclusion: str = "success", workflow: str = CI) -> WorkflowRun:
    return WorkflowRun(
        repository=SHOP, number=int(1000 - days), workflow=workflow, event="push",
        conclusion=conclusion, created=NOW - timedelta(days=days),
    )  # fmt: skip


def job(name: str, *needs: str, **changes: Any) -> CiJob:
    values: dict[str, Any] = {
        "repository": SHOP, "workflow": CI, "name": name, "environment": "", "reads_settings": False,
        "needs": needs, "takes": False, "branches": (),
    }  # fmt: skip
    return CiJob(**values | changes)


def run(number: int, name: str, command: str = "", **changes: Any) -> CiStep:
    return step(command, number=number, job=name, **changes)


def action(category: str, provider: str, *commands: str, **target: str) -> Action:
    return Action(
        name=provider.lower(), category=category, owner="AWS", provider=provider, target=target,
        commands=commands,
    )  # fmt: skip


def pipeline(*actions: Action, on_failure: str = "") -> Pipeline:
    begin = action("Source", "CodeStarSourceConnection", FullRepositoryId="acme/shop")
    stages = tuple(
        Stage(name=each.category, actions=(each,), on_failure=on_failure)
        for each in (begin, *actions)
    )
    arn = f"arn:aws:codepipeline:{HERE}:main"
    return Pipeline(arn=arn, name="main", type="V2", stages=stages, triggered=False)


BUILT = action("Build", "CodeBuild", ProjectName="shop")
TESTED = action("Test", "CodeBuild", ProjectName="shop")
ECS = action("Deploy", "ECS", ClusterName="main", ServiceName="shop")


def service(name: str = "shop", **changes: Any) -> EcsService:
    values: dict[str, Any] = {
        "arn": f"arn:aws:ecs:{HERE}:service/main/{name}", "name": name, "launch_type": "FARGATE",
        "cluster": f"arn:aws:ecs:{HERE}:cluster/main", "subnets": (), "tags": {},
    }  # fmt: skip
    return EcsService(**values | changes)


def group(**changes: Any) -> DeploymentGroup:
    values: dict[str, Any] = {
        "arn": f"arn:aws:codedeploy:{HERE}:deploymentgroup:shop/live", "application": "shop",
        "name": "live", "platform": "Server", "config": "x", "style": "IN_PLACE", "balanced": True,
        "auto_scaling_groups": (), "services": (), "rollback": True, "rollback_events": (),
        "alarms_enabled": False, "alarms": (),
    }  # fmt: skip
    return DeploymentGroup(**values | changes)


def stack(triggers: int) -> Stack:
    return Stack(
        arn=f"arn:aws:cloudformation:{HERE}:stack/shop/1", name="shop", status="UPDATE_COMPLETE",
        created=NOW, updated=None, rollback_disabled=False, rollback_triggers=triggers, parent="",
        drift="NOT_CHECKED", drift_checked=None, tags={},
    )  # fmt: skip


COVERED = step("pytest --cov=shop")
NIGHTLY = {"on_change": False, "triggers": ("schedule",)}
QUIET = (repository(), language(), branch(days=90))
BUSY = (repository(), language(), branch(days=2))

# --- Automated coverage report is being carried out -----------------------------------------------

COVERAGE: dict[Check[..., Any], list[Row]] = {
    repository_coverage_configured: [
        Row("a flag of the test command", PASS, (*PLAIN, COVERED), says="pytest --cov=shop"),
        Row("at night is a run too", PASS, (*PLAIN, step("go test -coverprofile=c.out ./...", **NIGHTLY))),
        Row("an action that publishes it", PASS, (*PLAIN, step(uses="codecov/codecov-action"))),
        Row("tests that measure by themselves", PASS, (*PLAIN, setup(always=True), step("pytest")), says="pytest-cov (pyproject.toml)"),
        Row("a build that measures by itself", PASS, (repository(), language("Java"), setup("JaCoCo", always=True), step("mvn verify"))),
        Row("a report of a buildspec", PASS, (*PLAIN, step(uses="report COBERTURAXML", workflow="buildspec.yml", on_change=None))),
        Row("a report of an inline buildspec", PASS, (*PLAIN, project("pytest", reports=("JACOCOXML",)))),
        Row("a report of tests is none", FAIL, (*PLAIN, project("pytest", reports=("JUNITXML",)))),
        Row("set up and never run", FAIL, (*PLAIN, setup("coverage.py"), step("pytest")), says="coverage.py (pyproject.toml), which no CI step does"),
        Row("set up for other tests", FAIL, (*PLAIN, setup("Jest", always=True), step("pytest"))),
        Row("a step that never runs", FAIL, (*PLAIN, step("pytest --cov", tolerated="if: false"))),
        Row("nothing", FAIL, (*PLAIN, step("pytest")), says="measures no coverage"),
        Row("a workflow of another repository", UNKNOWN, (*PLAIN, step(uses="acme/ci/.github/workflows/test.yml")), says="another repository"),
        Row("a task that CodeBuild calls", UNKNOWN, (*PLAIN, project("make ci")), says="not followed"),
        Row("infrastructure alone", NOT_APPLICABLE, (repository(), language("Terraform"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, CiStep, BuildProject, Pipeline, CoverageSetup),
    ],
    coverage_report_recent: [
        Row("a status of this week", PASS, (*BUSY, COVERED, signal(3)), says="by the status codecov/project, 3 days old"),
        Row("an artifact", PASS, (*BUSY, COVERED, signal(30, "artifact", "coverage-html"))),
        Row("a status of the newest commit of long ago", PASS, (*QUIET, COVERED, signal(90)), says="of its newest commit"),
        Row("a status of an older commit of long ago", FAIL, (*QUIET, COVERED, signal(91))),
        Row("an old status, and commits since", FAIL, (*BUSY, COVERED, signal(31)), says="published no report in 30 days"),
        Row("a report in CodeBuild", PASS, (*BUSY, project("pytest"), report(5)), says="in shop, 5 days old"),
        Row("a report of another project", FAIL, (*BUSY, COVERED, report(5, build=f"arn:aws:codebuild:{HERE}:build/till:1"), project("pytest"))),
        Row("a report that failed", FAIL, (*BUSY, COVERED, project("pytest"), report(5, status="FAILED"))),
        Row("a report of tests", FAIL, (*BUSY, COVERED, project("pytest"), report(5, "TEST"))),
        Row("tests that measure by themselves, and no report", FAIL, (*BUSY, setup(always=True), step("pytest"))),
        Row("reports that CodeBuild dropped", NO_EVIDENCE, (*QUIET, project("pytest --cov")), says="drops reports"),
        Row("nothing is measured", NO_EVIDENCE, (*BUSY, step("pytest"))),
        Row("a folder does not show it", UNKNOWN, (*BUSY, COVERED), gaps={CoverageSignal: UNSUPPORTED}),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*BUSY, COVERED), Repository, Language, CiStep, BuildProject, Pipeline, CoverageSignal, BuildReport, Branch),
        Row("setups are dark", UNKNOWN, BUSY, dark=[CoverageSetup]),
    ],
    coverage_above_floor: [
        Row("a figure above", PASS, (*PLAIN, project("pytest"), report(1, lines=70.0)), says="70.0 %"),
        Row("a figure below", FAIL, (*PLAIN, project("pytest"), report(1, lines=69.9), report(2, lines=90.0)), says="69.9 % of its lines, less than 70 %"),
        Row("a floor of one's own", PASS, (*PLAIN, project("pytest"), report(1, lines=50.0)), options={"coverage_floor": 50}),
        Row("a floor, and a run that succeeded", PASS, (*PLAIN, setup(floor=True, always=True), step("pytest"), ran(1)), says="pytest-cov (pyproject.toml)"),
        Row("a floor in the command", PASS, (*PLAIN, step("pytest --cov --cov-fail-under=80"), ran(1))),
        Row("a floor, and a run that failed", NO_EVIDENCE, (*PLAIN, step("pytest --cov-fail-under=80"), ran(1, "failure"), ran(2)), says="no run that succeeded"),
        Row("another workflow succeeded", NO_EVIDENCE, (*PLAIN, step("pytest --cov-fail-under=80"), ran(1, workflow=".github/workflows/docs.yml"))),
        Row("the agreed floor is lower than ours", PASS, (*PLAIN, setup(floor=True), COVERED, ran(1), project("pytest"), report(1, lines=60.0))),
        Row("a floor that nothing runs", NO_EVIDENCE, (*PLAIN, setup(floor=True), step("pytest"), ran(1)), says="no figure"),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, Language, CiStep, BuildProject, Pipeline, BuildReport),
        Row("setups are dark", UNKNOWN, PLAIN, dark=[CoverageSetup]),
        Row("runs are dark", UNKNOWN, (*PLAIN, step("pytest --cov-fail-under=80")), dark=[WorkflowRun]),
    ],
}  # fmt: skip

# --- Automated testing is being utilised in the pipeline ------------------------------------------

TESTS = (*PLAIN, source("tests/test_a.py"))
DEPLOY = "cdk deploy"
SHIPPED = (repository(), run(1, "test", "pytest"), run(2, "live", DEPLOY))
LATER = ".github/workflows/deploy.yml"
SPEC = {"workflow": "buildspec.yml", "on_change": None}

PIPELINE: dict[Check[..., Any], list[Row]] = {
    repository_tests_run_in_ci: [
        Row("on every change", PASS, (*TESTS, step("pytest"))),
        Row("by a webhook of CodeBuild", PASS, (*TESTS, project("pytest"))),
        Row("no file of tests", FAIL, (*PLAIN, step("mvn verify")), says="has no file of tests"),
        Row("vendored tests are none", FAIL, (*PLAIN, source("vendor/test_a.py", foreign=True), step("pytest"))),
        Row("tests inside the files of Rust", PASS, (repository(), language("Rust"), Outline(repository=SHOP, path="src/a.rs", language="Rust", tests=True), step("cargo test"))),
        Row("tests and no step", FAIL, (*TESTS, step("ruff check .")), says="by no CI step"),
        Row("a step that cannot fail", FAIL, (*TESTS, step("pytest", tolerated="|| true")), says="|| true"),
        Row("a flag that skips them", FAIL, (*TESTS, step("mvn verify -DskipTests")), says="-DskipTests"),
        Row("a flag for no tests, with tests", PASS, (*TESTS, step("jest --passWithNoTests"))),
        Row("at night alone", FAIL, (*TESTS, step("pytest", **NIGHTLY))),
        Row("a script that says there are none", FAIL, (*TESTS, step("npm test", number=1), step("echo Error: no test specified", number=2, via=("npm run test",)))),
        Row("a runner that is not known", UNKNOWN, (*TESTS, step("nox -s tests", number=1), step("checkit shop", number=2, via=("nox -s tests",))), says="no runner that is known"),
        Row("what installs before it is none", FAIL, (*TESTS, step("nox -s tests", number=1), step("pip install .", number=2, via=("nox -s tests",)))),
        Row("tests of infrastructure", PASS, (repository(), IacRoot(repository=SHOP, path="main.tf", family="Terraform", aws=True), IacTest(repository=SHOP, path="a.tftest.hcl", tool="Terraform test"), step("terraform test"))),
        Row("a chart's tests", PASS, (repository(), language("Terraform"), IacTest(repository=SHOP, path="a", tool="x"), step("helm unittest chart"))),
        Row("validation is no test", FAIL, (repository(), language("Terraform"), step("terraform validate"))),
        Row("a workflow of another repository", UNKNOWN, (*TESTS, step(uses="acme/ci/.github/workflows/test.yml")), says="acme/ci"),
        Row("documents alone", NOT_APPLICABLE, (repository(),)),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(TESTS, Repository, CiStep, BuildProject, Pipeline),
        *darks((repository(), step("pytest")), Language, IacRoot),
        *darks((*PLAIN, step("pytest")), SourceFile, Outline, IacTest),
    ],
    pipeline_tests_before_deploy: [
        Row("the job that deploys needs the one that tests", PASS, (*SHIPPED, job("test"), job("live", "test")), says="`pytest`"),
        Row("at two removes", PASS, (*SHIPPED, job("test"), job("image", "test"), job("live", "image"))),
        Row("it tests in itself first", PASS, (repository(), run(1, "live", "pytest"), run(2, "live", DEPLOY), job("live"))),
        Row("it tests in itself afterwards", FAIL, (repository(), run(1, "live", DEPLOY), run(2, "live", "pytest"), job("live")), says="before any test"),
        Row("it tests in itself, on other events", FAIL, (repository(), run(1, "live", "pytest", triggers=("pull_request",)), run(2, "live", DEPLOY, triggers=("push",)), job("live")), says="before any test"),
        Row("it needs nothing", FAIL, (*SHIPPED, job("test"), job("live")), says="`cdk deploy` in live"),
        Row("it runs whatever happened before", FAIL, (*SHIPPED, job("test"), job("live", "test", always=True))),
        Row("tests that cannot fail", FAIL, (repository(), run(1, "test", "pytest", tolerated="continue-on-error"), run(2, "live", DEPLOY), job("test"), job("live", "test"))),
        Row("one of two jobs", FAIL, (*SHIPPED, run(3, "other", DEPLOY), job("test"), job("live", "test"), job("other"))),
        Row("it follows the success of a workflow", PASS, (repository(), run(1, "test", "pytest"), run(2, "live", DEPLOY, workflow=LATER), job("test", title="CI"), job("live", workflow=LATER, follows=("CI",), on_success=True))),
        Row("it follows a workflow in any case", FAIL, (repository(), run(1, "test", "pytest"), run(2, "live", DEPLOY, workflow=LATER), job("test", title="CI"), job("live", workflow=LATER, follows=("CI",))), says="whether or not"),
        Row("it follows another workflow", FAIL, (repository(), run(1, "test", "pytest"), run(2, "live", DEPLOY, workflow=LATER), job("test", title="CI"), job("live", workflow=LATER, follows=("Docs",), on_success=True))),
        Row("tests of another repository", UNKNOWN, (repository(), run(1, "test", uses="acme/ci/.github/workflows/test.yml"), run(2, "live", DEPLOY), job("test"), job("live", "test")), says="acme/ci"),
        Row("another service, in its order", PASS, (repository(), run(1, "test", "pytest", workflow=".gitlab-ci.yml"), run(2, "live", DEPLOY, workflow=".gitlab-ci.yml"))),
        Row("another service, the other way round", NO_EVIDENCE, (repository(), run(1, "live", DEPLOY, workflow=".gitlab-ci.yml"), run(2, "test", "pytest", workflow=".gitlab-ci.yml"))),
        Row("a test action before the deployment", {"main": PASS}, (repository(), pipeline(action("Test", "DeviceFarm"), ECS)), says="devicefarm"),
        Row("a build that tests", {"main": PASS}, (repository(), project("pytest"), pipeline(BUILT, ECS))),
        Row("a stage of tests that is skipped where it fails", {"main": FAIL}, (repository(), project("pytest"), pipeline(BUILT, ECS, on_failure="SKIP"))),
        Row("commands that test", {"main": PASS}, (repository(), pipeline(action("Compute", "Commands", "npm test"), ECS))),
        Row("a buildspec of the repository", {"main": PASS}, (repository(), step("pytest", **SPEC), project(buildspec="buildspec.yml"), pipeline(BUILT, ECS))),
        Row("a test action whose buildspec tests nothing", {"main": FAIL}, (repository(), project("ruff check ."), pipeline(TESTED, ECS)), says="stage Deploy"),
        Row("tests after the deployment", {"main": FAIL}, (repository(), project("pytest"), pipeline(ECS, BUILT))),
        Row("a build that deploys", {"main": FAIL}, (repository(), project("build", DEPLOY), pipeline(BUILT))),
        Row("a build after one that tests", {"main": PASS}, (repository(), project("pytest"), project(DEPLOY, name="live"), pipeline(BUILT, action("Build", "CodeBuild", ProjectName="live")))),
        Row("a buildspec in a bucket", {"main": UNKNOWN}, (repository(), project(buildspec="arn:aws:s3:::specs/a.yml"), pipeline(BUILT, ECS)), says="not read"),
        Row("a pipeline of another repository", NOT_APPLICABLE, (repository(arn="github:acme/till"), pipeline(ECS))),
        Row("a pipeline that deploys nothing", NOT_APPLICABLE, (repository(), project("pytest"), pipeline(BUILT))),
        Row("nothing deploys", NOT_APPLICABLE, (repository(), step("pytest"))),
        Row("a workflow that others call is judged where they do", NOT_APPLICABLE, (repository(), run(1, "live", DEPLOY, triggers=("workflow_call",), on_change=False), job("live"))),
        Row("a deployment that is switched off", NOT_APPLICABLE, (repository(), run(1, "live", DEPLOY, tolerated="if: false"), job("live"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*SHIPPED, job("test"), job("live")), Repository, CiJob),
        *darks((repository(), pipeline(BUILT, ECS)), Pipeline),
        Row("steps are dark", UNKNOWN, (repository(),), dark=[CiStep]),
        Row("projects are dark", {"main": UNKNOWN}, (repository(), pipeline(BUILT, ECS)), dark=[BuildProject]),
    ],
    ci_tests_last_run_passed: [
        Row("green", {CI: PASS}, (repository(), step("pytest"), ran(2, "failure"), ran(1))),
        Row("red", {CI: FAIL}, (repository(), step("pytest"), ran(2), ran(1, "timed_out")), says="timed_out"),
        Row("cancelled runs say nothing", {CI: PASS}, (repository(), step("pytest"), ran(2), ran(1, "cancelled"))),
        Row("never ran on the default branch", {CI: NO_EVIDENCE}, (repository(), step("pytest"), ran(1, workflow=LATER))),
        Row("a project that succeeded", {"project/shop": PASS}, (repository(), project("pytest"), build(1), report(1, "TEST", tests=9)), says="with 9 tests"),
        Row("a project that failed", {"project/shop": FAIL}, (repository(), project("pytest"), build(2), build(1, "FAILED"))),
        Row("a pull request that failed", {"project/shop": PASS}, (repository(), project("pytest"), build(2), build(1, "FAILED", version="pr/7"))),
        Row("a report without tests", {"project/shop": FAIL}, (repository(), project("pytest"), build(1), report(1, "TEST")), says="holds no test"),
        Row("a report that failed", {"project/shop": FAIL}, (repository(), project("pytest"), build(1), report(1, "TEST", tests=9, status="FAILED"))),
        Row("a build that was stopped", {"project/shop": NO_EVIDENCE}, (repository(), project("pytest"), build(1, "STOPPED"))),
        Row("never built", {"project/shop": NO_EVIDENCE}, (repository(), project("pytest"), build(1, ended=None))),
        Row("a project without tests", NO_EVIDENCE, (repository(), project("ruff check ."), build(1))),
        Row("tests elsewhere", NO_EVIDENCE, (repository(), step("pytest", workflow=".gitlab-ci.yml")), says="whose runs are not seen"),
        Row("none", NO_EVIDENCE, (repository(), step("ruff check .")), says="runs no tests"),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((repository(),), Repository, CiStep, BuildProject, Pipeline),
        Row("runs are dark", {CI: UNKNOWN}, (repository(), step("pytest")), dark=[WorkflowRun]),
        Row("builds are dark", {"project/shop": UNKNOWN}, (repository(), project("pytest")), dark=[Build]),
        Row("reports are dark", {"project/shop": UNKNOWN}, (repository(), project("pytest"), build(1)), dark=[BuildReport]),
    ],
}  # fmt: skip

# --- Testing safety net is in place ---------------------------------------------------------------

CHECKS = rule("required_status_checks", contexts=("ci",))
AWS = (repository(arn=JOBS, provider=Provider.CODECOMMIT), language(), branch())
TWO_EYES = ApprovalTemplate(repository=JOBS, name="two-eyes", approvals=1)
LISTENS = EventRule(
    arn=f"arn:aws:events:{HERE}:rule/pr", name="pr", enabled=True, managed_by="",
    pattern='{"source": ["aws.codecommit"], "detail-type": ["CodeCommit Pull Request State Change"]}',
)  # fmt: skip
STARTS = RuleTargets(arn=LISTENS.arn, targets=(f"arn:aws:codebuild:{HERE}:project/jobs",))
TELLS = RuleTargets(arn=LISTENS.arn, targets=(f"arn:aws:sns:{HERE}:chat",))
ROLLS = service(breaker_rollback=True)
LIVE = (repository(), language(), run(1, "live", "aws ecs update-service --service shop"))
CANARY = f"arn:aws:synthetics:{HERE}:canary:home"


def manifest(*dependencies: str) -> DependencyManifest:
    return DependencyManifest(
        repository=SHOP, path="package.json", ecosystem="npm", dependencies=dependencies
    )


def canary(state: str) -> Canary:
    return Canary(arn=CANARY, name="home", state=state)


def health(kind: str = "HTTPS", **changes: Any) -> HealthCheck:
    values: dict[str, Any] = {"arn": "arn:aws:route53:::healthcheck/1", "type": kind}
    return HealthCheck(**values | {"disabled": False, "managed_by": ""} | changes)


def balancer(scheme: str = "internet-facing") -> LoadBalancer:
    arn = f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/shop/1"
    return LoadBalancer(arn=arn, name="shop", type="application", scheme=scheme, created=NOW, zones=())  # fmt: skip


def api(*, private: bool = False) -> RestApi:
    return RestApi(arn=f"arn:aws:apigateway:{REGION}::/restapis/1", id="1", name="shop", private=private)  # fmt: skip


DOORS = (LoadBalancer, ClassicLoadBalancer, Distribution, RestApi, HttpApi, GraphqlApi, FunctionUrl)

NET: dict[Check[..., Any], list[Row]] = {
    repository_branch_requires_checks: [
        Row("pull requests and checks", PASS, (*BUSY, rule(), CHECKS), says="requires ci"),
        Row("checks alone", FAIL, (*BUSY, CHECKS), says="pushes"),
        Row("pull requests alone", FAIL, (*BUSY, rule()), says="checks failed"),
        Row("checks without names", FAIL, (*BUSY, rule(), rule("required_status_checks"))),
        Row("neither", FAIL, (*BUSY, rule("deletion"))),
        Row("the plan has none", FAIL, (*BUSY, rule("not offered")), says="plan"),
        Row("classic protection is hidden", UNKNOWN, (*BUSY, rule()), gaps={BranchRule: [Gap(reason=Reason.DENIED, action="Administration: read")]}, says="Administration: read"),
        Row("a folder does not show it", UNKNOWN, (repository(provider=Provider.FOLDER), language()), gaps={BranchRule: UNSUPPORTED}),
        Row("a template and a rule that builds", PASS, (*AWS, TWO_EYES, LISTENS, STARTS), says="built by pr"),
        Row("a rule that tells people", NO_EVIDENCE, (*AWS, TWO_EYES, LISTENS, TELLS), says="starts no build"),
        Row("a template alone", FAIL, (*AWS, TWO_EYES), says="nothing builds"),
        Row("a template for another branch", FAIL, (*AWS, ApprovalTemplate(repository=JOBS, name="x", approvals=1, branches=("refs/heads/old",)), LISTENS, STARTS), says="no approval rule"),
        Row("a rule of another region", FAIL, (*AWS, TWO_EYES, EventRule(**vars(LISTENS) | {"arn": LISTENS.arn.replace(REGION, "us-east-1")}), STARTS)),
        Row("a rule that is switched off", FAIL, (*AWS, TWO_EYES, EventRule(**vars(LISTENS) | {"enabled": False}), STARTS)),
        Row("documents alone", NOT_APPLICABLE, (repository(), branch())),
        Row("documents that are deployed", FAIL, (repository(), branch(), step("aws s3 sync a b"))),
        Row("nothing was ever pushed", NOT_APPLICABLE, PLAIN),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(BUSY, Repository, Branch, Language, BranchRule),
        *darks((*AWS, TWO_EYES, LISTENS), ApprovalTemplate, EventRule, RuleTargets),
        Row("steps are dark", UNKNOWN, (repository(), branch()), dark=[CiStep]),
    ],
    repository_multiple_test_levels: [
        Row("units and what runs together", PASS, (*PLAIN, source("tests/test_a.py"), source("tests/integration/test_b.py")), says="integration (tests/integration/test_b.py) and units (tests/test_a.py)"),
        Row("Testcontainers", PASS, (*PLAIN, source("tests/test_a.py"), manifest("testcontainers"))),
        Row("imports of moto", PASS, (*PLAIN, source("tests/test_a.py"), Outline(repository=SHOP, path="tests/test_a.py", language="Python", imports=("moto",)))),
        Row("from end to end alone beside integration", PASS, (*PLAIN, source("e2e/a.spec.ts", "JavaScript/TypeScript"), source("src/test/java/ShopIT.java", "Java"))),
        Row("a command from end to end", PASS, (*PLAIN, source("tests/test_a.py"), step("cypress run"))),
        Row("features of behave", PASS, (*PLAIN, source("tests/test_a.py"), source("features/pay.feature", ""))),
        Row("units alone", FAIL, (*PLAIN, source("tests/test_a.py"), source("src/component/button.py")), says="units alone"),
        Row("tests of an example", FAIL, (*PLAIN, source("examples/e2e/test_a.py"), source("tests/test_a.py"))),
        Row("documents of a folder", FAIL, (*PLAIN, source("tests/test_a.py"), source("e2e/README.md", ""))),
        Row("vendored", FAIL, (*PLAIN, source("tests/test_a.py"), source("vendor/e2e/a.py", foreign=True))),
        Row("none", FAIL, PLAIN, says="has no tests"),
        Row("documents alone", NOT_APPLICABLE, (repository(),)),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, source("tests/test_a.py")), Repository, Language, CiStep, SourceFile, DependencyManifest, Outline),
    ],
    deployment_self_verifies: [
        Row("a service that rolls back", PASS, (*LIVE, ROLLS), says="circuit breaker"),
        Row("a service with alarms", PASS, (*LIVE, service(alarm_rollback=True))),
        Row("the service that is named does not", FAIL, (*LIVE, service(), service("till", breaker_rollback=True))),
        Row("nothing is there to roll back", FAIL, LIVE, says="neither tried"),
        Row("a smoke test in the same job", PASS, (*LIVE, run(2, "live", "npm run smoke"), job("live")), says="npm run smoke"),
        Row("tests in a job that needs it", PASS, (*LIVE, run(2, "e2e", "playwright test"), job("live"), job("e2e", "live"))),
        Row("tests before it", FAIL, (*LIVE, run(0, "live", "pytest"), job("live"))),
        Row("a smoke test that may fail", FAIL, (*LIVE, run(2, "live", "npm run smoke", tolerated="continue-on-error"), job("live"))),
        Row("tests beside it", FAIL, (*LIVE, run(2, "test", "pytest"), job("live"), job("test"))),
        Row("curl in a job that verifies", PASS, (*LIVE, run(2, "smoke", "curl"), job("live"), job("smoke", "live"))),
        Row("curl in any other job tells people", FAIL, (*LIVE, run(2, "live", "curl"), job("live"))),
        Row("Helm takes it back", PASS, (*PLAIN, run(1, "live", "helm upgrade --atomic shop ."))),
        Row("a stack with alarms", PASS, (*PLAIN, run(1, "live", "aws cloudformation deploy --stack-name shop"), stack(1))),
        Row("a stack without", FAIL, (*PLAIN, run(1, "live", "aws cloudformation deploy --stack-name shop"), stack(0))),
        Row("what it deploys to is not named, and all roll back", PASS, (*PLAIN, run(1, "live", uses="aws-actions/amazon-ecs-deploy-task-definition"), ROLLS, group())),
        Row("and some roll back", NO_EVIDENCE, (*PLAIN, run(1, "live", DEPLOY), ROLLS, service("till")), says="2 components, of which 1"),
        Row("and none does", FAIL, (*PLAIN, run(1, "live", DEPLOY), service())),
        Row("a pipeline's service rolls back", {"main": PASS}, (*PLAIN, pipeline(ECS), ROLLS)),
        Row("a pipeline's service does not", {"main": FAIL}, (*PLAIN, pipeline(ECS), service())),
        Row("one of a pipeline's services does", {"main": NO_EVIDENCE}, (*PLAIN, pipeline(ECS, action("Deploy", "ECS", ClusterName="main", ServiceName="till")), ROLLS, service("till")), says="2 components, of which 1"),
        Row("a pipeline's stage rolls back", {"main": PASS}, (*PLAIN, pipeline(ECS, on_failure="ROLLBACK"), service())),
        Row("a pipeline's group rolls back", {"main": PASS}, (*PLAIN, pipeline(action("Deploy", "CodeDeploy", ApplicationName="shop", DeploymentGroupName="live")), group())),
        Row("a pipeline's stack has alarms", {"main": PASS}, (*PLAIN, pipeline(action("Deploy", "CloudFormation", StackName="shop")), stack(2))),
        Row("a pipeline tests afterwards", {"main": PASS}, (*PLAIN, project("pytest"), pipeline(ECS, BUILT)), says="`pytest`"),
        Row("a pipeline tests before alone", {"main": FAIL}, (*PLAIN, project("pytest"), pipeline(BUILT, ECS))),
        Row("a pipeline's build deploys", {"main": PASS}, (*PLAIN, project(DEPLOY), pipeline(BUILT), ROLLS)),
        Row("nothing deploys it", NOT_APPLICABLE, PLAIN),
        Row("a workflow that others call", NOT_APPLICABLE, (*PLAIN, run(1, "live", DEPLOY, triggers=("workflow_call",), on_change=False))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(LIVE, Repository, CiJob, EcsService, DeploymentGroup, Stack),
        *darks(PLAIN, CiStep, BuildProject, Pipeline),
    ],
    synthetic_canary_running: [
        Row("it runs", {"home": PASS}, [canary("RUNNING")]),
        Row("a health check", PASS, [health(), balancer()], says="Route 53"),
        Row("another maker's", PASS, [balancer()], options={"external_monitor": "Pingdom"}, says="Pingdom"),
        Row("it is stopped", FAIL, [canary("STOPPED"), balancer()], severity=Severity.INFO),
        Row("a health check of metrics", FAIL, [health("CLOUDWATCH_METRIC"), api()]),
        Row("a health check that is switched off", FAIL, [health(disabled=True), api()]),
        Row("inner doors alone", NOT_APPLICABLE, [balancer("internal"), api(private=True)]),
        Row("nothing", NOT_APPLICABLE),
        Row("canaries are dark", UNKNOWN, [balancer()], dark=[Canary]),
        Row("health checks are dark", UNKNOWN, [balancer()], dark=[HealthCheck]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in DOORS),
    ],
}  # fmt: skip

ROWS: dict[Check[..., Any], list[Row]] = {**COVERAGE, **PIPELINE, **NET}


def cases() -> list[Any]:
    return [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ]


@pytest.mark.parametrize(("check", "row"), cases())
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def test_without_a_figure_the_floor_decides_nothing() -> None:
    row = Row("no figure", NO_EVIDENCE, (*PLAIN, step("pytest")))

    assert [each.severity for each in judged(coverage_above_floor, row)] == [Severity.INFO]
