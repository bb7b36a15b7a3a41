"""What the checks of "Continuous Delivery" say of repositories, situation by situation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from readiness.checklist.model import Check, Severity
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
from readiness.evidence import Gap, Reason
from readiness.evidence.apis import HttpApi, RestApi
from readiness.evidence.balancing import ClassicLoadBalancer, LoadBalancer
from readiness.evidence.builds import BuildCommand, BuildProject
from readiness.evidence.containers import EksCluster
from readiness.evidence.delivery import BeanstalkEnvironment
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
from tests.repositories.records import CI, SHOP, language, repository, status, step
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
)

HERE = repository()
ARCHIVED = repository(archived=True)


def root(
    family: str = "CloudFormation", path: str = "template.yaml", *, aws: bool = True
) -> IacRoot:
    return IacRoot(repository=SHOP, path=path, family=family, aws=aws)


def deploy(*triggers: str, on_change: bool | None = False, **changes: Any) -> CiStep:
    return step("cdk deploy --all", triggers=triggers, on_change=on_change, **changes)


def job(name: str, **changes: Any) -> CiJob:
    values: dict[str, Any] = {
        "repository": SHOP,
        "workflow": CI,
        "name": name,
        "environment": "",
        "reads_settings": False,
        "needs": (),
        "takes": False,
        "branches": (),
    }
    return CiJob(**values | changes)


def thing(kind: str = "Deployment", **changes: Any) -> KubernetesObject:
    values: dict[str, Any] = {
        "repository": SHOP,
        "path": "k8s/app.yaml",
        "number": 0,
        "api": "apps/v1",
        "kind": kind,
        "name": "web",
    }
    return KubernetesObject(**values | changes)


SERVICE = thing("Service", api="v1", number=9)


def project(*commands: str) -> BuildProject:
    return BuildProject(
        arn=f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/shop",
        name="shop",
        source="GITHUB",
        location="https://github.com/acme/shop.git",
        buildspec="inline",
        commands=tuple(
            BuildCommand(phase="build", command=each, tolerated="") for each in commands
        ),
        webhook=True,
        webhook_events=("PUSH",),
        runner=False,
        created=None,
    )


def environment(name: str) -> DeployEnvironment:
    return DeployEnvironment(repository=SHOP, name=name, protected=False)


def settings(name: str, family: str = "Helm values") -> EnvironmentSettings:
    return EnvironmentSettings(
        repository=SHOP, path=f"values-{name}.yaml", family=family, environment=name
    )


def proof(tool: str, path: str = "test/stack.test.ts") -> IacTest:
    return IacTest(repository=SHOP, path=path, tool=tool)


def library(name: str = "openfeature-sdk", *, runtime: bool = True) -> FlagLibrary:
    return FlagLibrary(repository=SHOP, path="pyproject.toml", name=name, runtime=runtime)


BALANCER = LoadBalancer(
    arn=f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1",
    name="web",
    type="application",
    scheme="internet-facing",
    created=NOW,
    zones=(),
)
SCRIPT = DeployScript(repository=SHOP, path="Makefile", command="cdk deploy")
CANARY = CanaryDefinition(repository=SHOP, path="template.yaml", tool="SAM")
ADDRESS = FunctionUrl(arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:pay", authentication="NONE")
FRONTS = (LoadBalancer, ClassicLoadBalancer, RestApi, HttpApi, FunctionUrl, BeanstalkEnvironment)


def beanstalk(tier: str) -> BeanstalkEnvironment:
    return BeanstalkEnvironment(
        arn=f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:environment/shop/live",
        application="shop",
        name="live",
        tier=tier,
    )


def dark(kinds: Iterable[type[Any]], *seen: Any) -> list[Row]:
    """Return a row for each type: with these records, and nothing of that type to be seen."""
    return [
        Row(f"{kind.__name__} is dark", UNKNOWN, [each for each in (HERE, *seen) if not isinstance(each, kind)], dark=[kind], says=f"test:{kind.__name__}")
        for kind in kinds
    ]  # fmt: skip


UNREGISTERED = Gap(reason=Reason.NO_REPOSITORY)
CLUSTER = EksCluster(arn=f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/main", name="main")
BUILD = step("docker build .", job="build")
TO_TEST = step("kubectl apply -f k8s", job="test")
TO_LIVE = step("kubectl apply -f k8s", job="live")

ROWS: dict[Check[..., Any], list[Row]] = {
    repository_deploy_workflow_triggered: [
        Row("a push starts it", PASS, [HERE, deploy("push", on_change=True)], says="on push"),
        Row("a tag starts it", PASS, [HERE, deploy("push")]),
        Row("a pull request starts a preview", NO_EVIDENCE, [HERE, deploy("pull_request", on_change=True)], says="started by pull_request"),
        Row("a push starts it, and it is switched off", NO_EVIDENCE, [HERE, deploy("push", on_change=True, tolerated="if: false"), root()]),
        Row("a release starts it", PASS, [HERE, deploy("release")]),
        Row("another workflow starts it", PASS, [HERE, deploy("workflow_run")]),
        Row("another CI service starts it on a change", PASS, [HERE, deploy(on_change=True, workflow=".gitlab-ci.yml")]),
        Row("an action deploys", PASS, [HERE, step(uses="aws-actions/amazon-ecs-deploy-task-definition", triggers=("push",))]),
        Row("somebody starts it", {".github/workflows/ci.yml": FAIL}, [HERE, deploy("workflow_dispatch")]),
        Row("somebody or a push starts it", PASS, [HERE, deploy("workflow_dispatch", "push")]),
        Row("one workflow by a push, one by hand", {".github/workflows/ci.yml": PASS, "hand.yml": FAIL}, [HERE, deploy("push"), deploy("workflow_dispatch", workflow="hand.yml")]),
        Row("a schedule starts it", NO_EVIDENCE, [HERE, deploy("schedule")]),
        Row("another workflow calls it, and is judged instead", {".github/workflows/ci.yml": PASS}, [HERE, deploy("push", via=(".github/workflows/ship.yml",)), deploy("workflow_call", workflow=".github/workflows/ship.yml")]),
        Row("a Jenkins job, who knows", NO_EVIDENCE, [HERE, deploy(on_change=None, workflow="Jenkinsfile")], says="does not say"),
        Row("a project of CodeBuild", {"CodeBuild project shop": PASS}, [HERE, project("cdk deploy")]),
        Row("a GitOps operator", PASS, [HERE, thing("Application", api="argoproj.io/v1alpha1")]),
        Row("a rollout of Argo's, which no operator pulls", NO_EVIDENCE, [HERE, thing("Rollout", api="argoproj.io/v1alpha1", strategy="canary"), root()]),
        Row("a Makefile that no CI calls", {"Makefile": FAIL}, [HERE, SCRIPT]),
        Row("a README that says how", {"README.md": FAIL}, [HERE, replace(SCRIPT, path="README.md"), root()]),
        Row("the README of a tool that deploys", NOT_APPLICABLE, [HERE, replace(SCRIPT, path="README.md")]),
        Row("a Makefile that CI calls too", PASS, [HERE, SCRIPT, deploy("push")]),
        Row("infrastructure code that nothing deploys", NO_EVIDENCE, [HERE, root()]),
        Row("a library", NOT_APPLICABLE, [HERE, step("pytest")]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, deploy("workflow_dispatch")]),
        *dark([Repository, CiStep, BuildProject, Pipeline, KubernetesObject, DeployScript, IacRoot]),
    ],
    repository_environments_defined: [
        Row("two environments of GitHub", PASS, [HERE, environment("production"), environment("staging")], says="staging"),
        Row("jobs that name two", PASS, [HERE, job("a", environment="dev"), job("b", environment="prod")]),
        Row("settings for two", PASS, [HERE, settings("qa"), settings("live")]),
        Row("one of each", PASS, [HERE, environment("prod"), job("a", environment="preprod")]),
        Row("no production", FAIL, [HERE, environment("dev"), environment("staging"), deploy("push")]),
        Row("production by two names", FAIL, [HERE, environment("production"), settings("prod"), deploy("push")], says="names production"),
        Row("pages, previews and expressions are none", FAIL, [HERE, environment("github-pages"), environment("copilot"), environment("pr-12"), job("a", environment="*"), environment("prod"), deploy("push")]),
        Row("nothing is deployed", NO_EVIDENCE, [HERE, environment("prod")]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED]),
        *dark([Repository, DeployEnvironment, CiJob, EnvironmentSettings, CiStep]),
    ],
    kubernetes_deployment_strategy: [
        Row("two replicas", PASS, [HERE, thing(replicas=2)]),
        Row("an autoscaler that keeps two", {"k8s/app.yaml#0": PASS}, [HERE, thing(replicas=1), thing("HorizontalPodAutoscaler", number=1, target="web", minimum=2)]),
        Row("another's autoscaler", {"k8s/app.yaml#0": NO_EVIDENCE}, [HERE, thing(), thing("HorizontalPodAutoscaler", number=1, target="pay", minimum=2)]),
        Row("recreated", {"k8s/app.yaml#0": FAIL}, [HERE, thing(strategy="Recreate", replicas=3), SERVICE], severity=Severity.MEDIUM),
        Row("a worker that is recreated", FAIL, [HERE, thing(strategy="Recreate")], severity=Severity.LOW),
        Row("one that may be missing", {"k8s/app.yaml#0": FAIL}, [HERE, thing(replicas=1, unavailable="1"), SERVICE]),
        Row("all that may be missing", {"k8s/app.yaml#0": FAIL}, [HERE, thing(replicas=3, unavailable="100%"), SERVICE]),
        Row("both may be missing", {"k8s/app.yaml#0": FAIL}, [HERE, thing(replicas=2, unavailable="2"), SERVICE]),
        Row("half of one, which is none", NO_EVIDENCE, [HERE, thing(replicas=1, unavailable="50%")]),
        Row("one", NO_EVIDENCE, [HERE, thing()], says="one replica"),
        Row("scaled to zero", NOT_APPLICABLE, [HERE, thing(replicas=0)]),
        Row("a value from elsewhere", UNKNOWN, [HERE, thing(templated=True)], says="undecided"),
        Row("no Deployment", NOT_APPLICABLE, [HERE, SERVICE]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, thing(strategy="Recreate")]),
        Row("no repository is registered, and no cluster is there", NOT_APPLICABLE, gaps={kind: [UNREGISTERED] for kind in (Repository, KubernetesObject)}),
        Row("no repository is registered, and a cluster is there", UNKNOWN, [CLUSTER], gaps={kind: [UNREGISTERED] for kind in (Repository, KubernetesObject)}, says="no repository registered"),
        Row("no repository is registered, and clusters are dark", UNKNOWN, gaps={kind: [UNREGISTERED] for kind in (Repository, KubernetesObject)}, dark=[EksCluster], says="test:EksCluster"),
        *dark([Repository, KubernetesObject]),
    ],
    repository_promotion_workflow: [
        Row("built once, deployed twice", {".github/workflows/ci.yml": PASS}, [HERE, BUILD, TO_TEST, TO_LIVE, job("build"), job("test", needs=("build",), takes=True), job("live", needs=("test",), takes=True)]),
        Row("a tested image is tagged", PASS, [HERE, BUILD, TO_LIVE, step("crane tag shop:1 live", job="live"), job("build"), job("live")], says="another tag"),
        Row("built in each", FAIL, [HERE, step("docker build .", job="test"), TO_TEST, step("docker build .", job="live"), TO_LIVE, job("test"), job("live", needs=("test",))]),
        Row("needed and not taken", NO_EVIDENCE, [HERE, BUILD, TO_TEST, TO_LIVE, job("build"), job("test", needs=("build",)), job("live", needs=("build",))]),
        Row("one deployment", NO_EVIDENCE, [HERE, BUILD, TO_LIVE, job("build"), job("live", needs=("build",), takes=True)]),
        Row("jobs that need each other in a circle", NO_EVIDENCE, [HERE, BUILD, job("build", needs=("live",)), job("live", needs=("build",))]),
        Row("nothing is built", NOT_APPLICABLE, [HERE, step("terraform apply", job="live"), job("live")]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, BUILD]),
        *dark([Repository, CiStep]),
        *dark([CiJob], BUILD),
    ],
    repository_environment_config_files: [
        Row("files for two", PASS, [HERE, settings("prod"), settings("dev")], says="Helm values"),
        Row("two families of one each", NO_EVIDENCE, [HERE, settings("prod"), settings("dev", "overlays"), root()]),
        Row("no production", NO_EVIDENCE, [HERE, settings("qa"), settings("dev"), root()]),
        Row("environments with variables", PASS, [HERE, job("a", environment="dev", reads_settings=True), job("b", environment="production", reads_settings=True)], says="GitHub environments"),
        Row("environments without variables", NO_EVIDENCE, [HERE, job("a", environment="dev"), job("b", environment="production"), root()]),
        Row("an environment that is an expression", NO_EVIDENCE, [HERE, job("a", environment="*", reads_settings=True), job("b", environment="production", reads_settings=True), root()]),
        Row("a branch for each", FAIL, [HERE, job("a", branches=("develop", "production"))], says="develop, production"),
        Row("one branch", NO_EVIDENCE, [HERE, job("a", branches=("main", "develop")), deploy("push")]),
        Row("nothing is deployed", NOT_APPLICABLE, [HERE, job("a", branches=("main",))]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, root()]),
        *dark([Repository, EnvironmentSettings, CiJob, CiStep, IacRoot]),
    ],
    repository_iac_static_checks_run: [
        Row("cfn-lint on every change", {"template.yaml": PASS}, [HERE, root(), step("cfn-lint template.yaml")]),
        Row("a SAM template", PASS, [HERE, root("SAM"), step("sam validate --lint")]),
        Row("tflint", PASS, [HERE, root("Terraform", "main.tf"), step("tflint")]),
        Row("an action", PASS, [HERE, root("Terraform", "main.tf"), step(uses="bridgecrewio/checkov-action")]),
        Row("a scanner of all kinds", PASS, [HERE, root("Pulumi", "Pulumi.yaml"), step("checkov -d .")]),
        Row("a linter of another kind", FAIL, [HERE, root("Terraform", "main.tf"), step("cfn-lint template.yaml")]),
        Row("each kind for itself", {"template.yaml": PASS, "main.tf": FAIL}, [HERE, root(), root("Terraform", "main.tf"), step("cfn-lint template.yaml")]),
        Row("one root of each kind is named", {"template.yaml": PASS}, [HERE, root(), root(path="other.yaml"), step("cfn-lint template.yaml")]),
        Row("a plan is a preview", FAIL, [HERE, root("Terraform", "main.tf"), step("terraform plan"), step("terraform fmt -check")]),
        Row("it may fail", FAIL, [HERE, root(), step("cfn-lint template.yaml", tolerated="|| true")], says="cannot fail (|| true)"),
        Row("at night", FAIL, [HERE, root(), step("cfn-lint template.yaml", triggers=("schedule",), on_change=False)], says="only on schedule"),
        Row("cdk synth alone", FAIL, [HERE, root("CDK", "cdk.json"), step("cdk synth")]),
        Row("cdk synth with cdk-nag", PASS, [HERE, root("CDK", "cdk.json"), step("cdk synth"), proof("cdk-nag")]),
        Row("cdk-nag that nothing runs", FAIL, [HERE, root("CDK", "cdk.json"), proof("cdk-nag")]),
        Row("a hook in CI", PASS, [HERE, root("Terraform", "main.tf"), step(hook="terraform_validate")]),
        Row("a hook that CI does not run", FAIL, [HERE, root(), Hook(repository=SHOP, name="cfn-lint")]),
        Row("a hook in pre-commit.ci", PASS, [HERE, root(), Hook(repository=SHOP, name="cfn-lint"), status("pre-commit.ci - pr")]),
        Row("another hook in pre-commit.ci", FAIL, [HERE, root(), Hook(repository=SHOP, name="black"), status("pre-commit.ci - pr")]),
        Row("a project of CodeBuild", PASS, [HERE, root(), project("cfn-lint template.yaml")], says="CodeBuild project shop"),
        Row("nothing", FAIL, [HERE, root()]),
        Row("for another cloud", NOT_APPLICABLE, [HERE, root("Terraform", "main.tf", aws=False)]),
        Row("no infrastructure code", NOT_APPLICABLE, [HERE]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, root()]),
        *dark([Repository, IacRoot]),
        *dark([CiStep, BuildProject, Pipeline, Hook], root()),
        *dark([IacTest], root("CDK", "cdk.json")),
        *dark([CommitStatus], root(), Hook(repository=SHOP, name="cfn-lint")),
    ],
    repository_iac_tests_run: [
        Row("assertions that CI runs", {"cdk.json": PASS}, [HERE, root("CDK", "cdk.json"), proof("CDK assertions"), step("npm test")], says="CDK assertions in test/stack.test.ts"),
        Row("assertions that nothing runs", FAIL, [HERE, root("CDK", "cdk.json"), proof("CDK assertions")]),
        Row("tests of something else", FAIL, [HERE, root("CDK", "cdk.json"), step("npm test")]),
        Row("terraform test", PASS, [HERE, root("Terraform", "main.tf"), step("terraform test")]),
        Row("Terratest", PASS, [HERE, root("Terraform", "main.tf"), proof("Terratest", "test/go.mod"), step("go test ./...")]),
        Row("assertions of CDK beside Terraform", {"cdk.json": PASS, "main.tf": FAIL}, [HERE, root("CDK", "cdk.json"), root("Terraform", "main.tf"), proof("CDK assertions"), step("npm test")]),
        Row("terraform test beside CDK", {"cdk.json": FAIL, "main.tf": PASS}, [HERE, root("CDK", "cdk.json"), root("Terraform", "main.tf"), step("terraform test")]),
        Row("policies", PASS, [HERE, root(), step("cfn-guard validate -r rules -d template.yaml")]),
        Row("cdk-nag", PASS, [HERE, root("CDK", "cdk.json"), step("cdk synth"), proof("cdk-nag")]),
        Row("a linter is no test", FAIL, [HERE, root(), step("cfn-lint template.yaml")], severity=Severity.MEDIUM),
        Row("tests are not required", FAIL, [HERE, root()], options={"require_iac_tests": False}, severity=Severity.INFO),
        Row("a project of CodeBuild", PASS, [HERE, root("Terraform", "main.tf"), project("terraform test")]),
        Row("no infrastructure code", NOT_APPLICABLE, [HERE, root("Helm", "Chart.yaml", aws=False)]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, root()]),
        *dark([Repository, IacRoot]),
        *dark([CiStep, BuildProject, Pipeline, IacTest], root()),
    ],
    repository_canary_defined: [
        Row("a template", {"template.yaml": PASS}, [HERE, CANARY]),
        Row("Argo Rollouts", PASS, [HERE, thing("Rollout", api="argoproj.io/v1alpha1", strategy="canary")]),
        Row("Argo Rollouts, blue/green", NO_EVIDENCE, [HERE, thing("Rollout", api="argoproj.io/v1alpha1", strategy="blueGreen"), SERVICE]),
        Row("Flagger", PASS, [HERE, thing("Canary", api="flagger.app/v1beta1")]),
        Row("a monitor that is called a canary", NO_EVIDENCE, [HERE, thing("Canary", api="synthetics.example.com/v1"), BALANCER]),
        Row("a load balancer", NO_EVIDENCE, [HERE, BALANCER]),
        Row("a web tier", NO_EVIDENCE, [HERE, beanstalk("WebServer")]),
        Row("a function's own address", NO_EVIDENCE, [HERE, ADDRESS]),
        Row("a worker", NOT_APPLICABLE, [HERE, beanstalk("Worker")]),
        Row("nothing serves", NOT_APPLICABLE, [HERE, thing()]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, CANARY]),
        *dark([Repository, CanaryDefinition, KubernetesObject, *FRONTS]),
    ],
    repository_feature_flag_sdk_present: [
        Row("a library", {"pyproject.toml": PASS}, [HERE, library()]),
        Row("a library for development", NO_EVIDENCE, [HERE, library(runtime=False), language()], says="for development"),
        Row("no library", NO_EVIDENCE, [HERE, language()]),
        Row("infrastructure alone", NOT_APPLICABLE, [HERE, language("Terraform"), language("Shell")]),
        Row("archived", NOT_APPLICABLE, [ARCHIVED, library()]),
        *dark([Repository, FlagLibrary, Language]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
