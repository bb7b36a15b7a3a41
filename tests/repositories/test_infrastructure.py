"""What the files of a repository say of where its software runs and how it gets there."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest

from readiness.evidence import Gap, Reason
from readiness.evidence.infrastructure import (
    AwsLogin,
    CanaryDefinition,
    ChartResources,
    CiJob,
    DeployScript,
    EnvironmentSettings,
    FlagLibrary,
    IacRoot,
    IacTest,
    ImageDefinition,
    KubernetesObject,
    MonitoringDefinition,
    PodContainer,
    ServerlessDefinition,
)
from readiness.evidence.repository import CiStep
from readiness.repositories.infrastructure import MAX_OF_KIND
from tests.repositories.reader import seen
from tests.repositories.records import CI, SHOP


def roots(files: dict[str, str]) -> list[tuple[str, str, bool]]:
    return [(each.path, each.family, each.aws) for each in seen(IacRoot, files)]


TEMPLATE = (
    "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Queue:\n    Type: AWS::SQS::Queue\n"
)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"template.yaml": TEMPLATE}, [("template.yaml", "CloudFormation", True)], id="a template"),
        pytest.param({"infra/cfn/queue.json": '{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}'}, [("infra/cfn/queue.json", "CloudFormation", True)], id="a template in JSON"),
        pytest.param({"template.yml": "Transform: AWS::Serverless-2016-10-31\n" + TEMPLATE}, [("template.yml", "SAM", True)], id="a SAM template"),
        pytest.param({"template/schema.json": '{"properties": {"AWSTemplateFormatVersion": {"type": "string"}}}'}, [], id="a schema of templates"),
        pytest.param({"templates/mail.yaml": "subject: hello"}, [], id="a template of something else"),
        pytest.param({"infra/cdk.json": "{}", "cdk.out/shop.template.json": TEMPLATE}, [("infra/cdk.json", "CDK", True)], id="what cdk synth wrote is no root"),
        pytest.param({"main.tf": 'provider "aws" {}', "vars.tf": ""}, [("main.tf", "Terraform", True)], id="a folder of Terraform files is one root"),
        pytest.param({"dns/main.tf": 'provider "cloudflare" {}'}, [("dns/main.tf", "Terraform", False)], id="Terraform for another cloud"),
        pytest.param({"modules/x/main.tf": 'resource "aws_s3_bucket" "x" {}', "examples/y/main.tf": ""}, [], id="modules and examples are no roots"),
        pytest.param({"Pulumi.yaml": "", "requirements.txt": "pulumi-aws==6"}, [("Pulumi.yaml", "Pulumi", True)], id="Pulumi for AWS"),
        pytest.param({"Pulumi.yaml": "", "package.json": '{"dependencies": {"@pulumi/gcp": "1"}}'}, [("Pulumi.yaml", "Pulumi", False)], id="Pulumi for another cloud"),
        pytest.param({"serverless.yml": ""}, [("serverless.yml", "Serverless Framework", True)], id="Serverless Framework"),
        pytest.param({"api/.chalice/config.json": "{}", "config.json": "{}"}, [("api/.chalice/config.json", "Chalice", True)], id="Chalice"),
        pytest.param({"copilot/api/manifest.yml": "", "manifest.yml": ""}, [("copilot/api/manifest.yml", "Copilot", True)], id="Copilot"),
        pytest.param({"amplify/backend.ts": ""}, [("amplify/backend.ts", "Amplify", True)], id="Amplify"),
        pytest.param({"chart/Chart.yaml": ""}, [("chart/Chart.yaml", "Helm", False)], id="a chart makes nothing in AWS"),
        pytest.param({"tests/fixtures/template.yaml": TEMPLATE, "examples/cdk.json": "{}", "tool/templates/new/cdk.json": "{}"}, [], id="data of tests, examples, and what a tool makes for others"),
        pytest.param({"infra/templates/queue.yaml": TEMPLATE}, [("infra/templates/queue.yaml", "CloudFormation", True)], id="a folder of templates"),
        pytest.param({"vendor/x/template.yaml": TEMPLATE, "node_modules/y/cdk.json": ""}, [], id="vendored code"),
    ],
)  # fmt: skip
def test_roots(files: dict[str, str], expected: list[Any]) -> None:
    assert roots(files) == expected


def test_more_templates_than_are_read_are_a_gap() -> None:
    files = {f"cfn/{number:02}.yaml": TEMPLATE for number in range(MAX_OF_KIND + 3)}
    found = seen(IacRoot, files)

    assert len(found) == MAX_OF_KIND + 1
    assert found[-1] == Gap(
        reason=Reason.TRUNCATED, detail="only 12 of 15 files that may be templates were read"
    )


def manifest(text: str) -> list[KubernetesObject]:
    return seen(KubernetesObject, {"k8s/app.yaml": textwrap.dedent(text)})


def thing(**changes: Any) -> KubernetesObject:
    values: dict[str, Any] = {
        "repository": SHOP,
        "path": "k8s/app.yaml",
        "number": 0,
        "api": "apps/v1",
        "kind": "Deployment",
        "name": "web",
    }
    return KubernetesObject(**values | changes)


def test_objects_of_a_manifest() -> None:
    found = manifest(
        """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          strategy:
            type: RollingUpdate
            rollingUpdate: {maxUnavailable: 25%}
          template:
            spec:
              containers: [{name: web, image: shop, resources: {limits: {memory: 1Gi}}, env: [{name: PASSWORD, value: hunter2}]}]
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          minReplicas: 2
          scaleTargetRef: {name: web}
        ---
        # nothing
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: pay}
        spec:
          strategy:
            canary: {steps: []}
        """
    )

    assert found == [
        thing(
            strategy="RollingUpdate",
            replicas=3,
            unavailable="25%",
            # What has a limit and no request asks for its limit.
            containers=(
                PodContainer(
                    name="web",
                    image=True,
                    cpu_request=False,
                    memory_request=True,
                    memory_limit=True,
                ),
            ),
        ),
        thing(
            number=1, api="autoscaling/v2", kind="HorizontalPodAutoscaler", target="web", minimum=2
        ),
        thing(number=3, api="argoproj.io/v1alpha1", kind="Rollout", name="pay", strategy="canary"),
    ]
    assert "hunter2" not in repr(found)


def test_a_value_that_is_filled_in_elsewhere() -> None:
    found = manifest(
        """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: {{ .Values.replicas }}
        """
    )

    assert found == [thing(templated=True)]


def test_resources_that_are_filled_in_elsewhere() -> None:
    (found,) = manifest(
        """\
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: web}
        spec:
          jobTemplate:
            spec:
              template:
                spec:
                  containers:
                  - name: web
                    image: shop
                    resources: {{ .Values.resources }}
        """
    )

    assert [(each.name, each.image, each.templated) for each in found.containers] == [
        ("web", True, True)
    ]


def test_resources_of_charts() -> None:
    enough = "requests: {cpu: 1, memory: 1Gi}\n    limits: {memory: 1Gi}\n"
    files = {
        "chart/Chart.yaml": "",
        "chart/values.yaml": "web:\n  resources: {}\njob:\n  resources:\n    " + enough,
        "chart/values-prod.yaml": "web:\n  resources:\n    " + enough,
        "other/values.yaml": "resources: {}",
    }

    assert seen(ChartResources, files) == [
        ChartResources(
            repository=SHOP,
            path="chart/values.yaml",
            key="web.resources",
            lacks="requests.cpu, requests.memory, limits.memory",
            elsewhere="chart/values-prod.yaml",
        ),
        ChartResources(
            repository=SHOP, path="chart/values.yaml", key="job.resources", lacks="", elsewhere=""
        ),
    ]


JAVA = """\
FROM maven:3 AS build
RUN java -Xmx9g -jar build.jar
FROM eclipse-temurin:21-jre
ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75.0"
CMD ["java", "-Xmx512m", "-jar", "shop.jar"]
"""


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"Dockerfile": JAVA}, [("Dockerfile", "JVM", [("-Xmx512m", 512.0), ("-XX:MaxRAMPercentage=75.0", None)])], id="a JVM, as its last stage runs it"),
        pytest.param({"api/Containerfile": "FROM node:24\nENV NODE_OPTIONS=--max-old-space-size=400\n"}, [("api/Containerfile", "Node.js", [("--max-old-space-size=400", 400.0)])], id="Node.js"),
        pytest.param({"Dockerfile": "FROM mcr.microsoft.com/dotnet/aspnet:10.0\nENV DOTNET_GCHeapHardLimit=0x10000000\n"}, [("Dockerfile", ".NET", [("DOTNET_GCHeapHardLimit=0x10000000", 256.0)])], id=".NET counts in hexadecimal"),
        pytest.param({"Dockerfile": "FROM golang:1.25\nENV GOMEMLIMIT=1GiB\n"}, [("Dockerfile", "Go", [("GOMEMLIMIT=1GiB", 1024.0)])], id="Go"),
        pytest.param({"Dockerfile": "FROM scratch\nCOPY shop /\n"}, [("Dockerfile", "", [])], id="a runtime that is not known"),
        pytest.param({"project.toml": "[[build.buildpacks]]\nid = 'x'\n"}, [("project.toml", "", [])], id="buildpacks"),
        pytest.param({"project.toml": "[project]\n", "tests/Dockerfile": "FROM node", ".devcontainer/Dockerfile": "FROM node", "Dockerfile.dev": "FROM node"}, [], id="nothing that is deployed"),
    ],
)  # fmt: skip
def test_image_definitions(files: dict[str, str], expected: list[Any]) -> None:
    found = seen(ImageDefinition, files)

    assert [
        (each.path, each.runtime, [(bound.flag, bound.mebibytes) for bound in each.heap])
        for each in found
    ] == expected


def test_a_charts_templates_are_not_read() -> None:
    files = {"charts/web/templates/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\n"}

    assert seen(KubernetesObject, files) == []


def test_a_manifest_that_is_no_yaml_is_a_gap() -> None:
    (found,) = seen(KubernetesObject, {"k8s/app.yaml": "apiVersion: v1\nkind: [\n"})

    assert found.reason is Reason.UNDECIDED
    assert found.resource == f"{SHOP}:k8s/app.yaml"


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("template.yaml", "DeploymentPreference:\n  Type: Canary10Percent5Minutes\n", "SAM"),
        ("template.yaml", "DeploymentPreference:\n  Type: AllAtOnce\n", ""),
        ("lib/shop-stack.ts", "codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES", "CDK"),
        ("infra/deploy.tf", "time_based_linear {", "Terraform"),
        ("serverless.yml", "plugins: [serverless-plugin-canary-deployments]", "Serverless Framework"),
        ("cfn/deploy.yaml", "Type: TimeBasedCanary", "CloudFormation"),
        ("src/canary_bird.py", "sing()", ""),
        ("docs/canary.md", "LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES", ""),
    ],
)  # fmt: skip
def test_canaries(path: str, text: str, tool: str) -> None:
    expected = [CanaryDefinition(repository=SHOP, path=path, tool=tool)] if tool else []

    assert seen(CanaryDefinition, {"cdk.json": "{}", path: text}) == expected


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("modules/web/alarms.tf", 'resource "aws_cloudwatch_metric_alarm" "errors" {', "Terraform"),
        ("main.tf", 'resource "aws_instance" "web" {', ""),
        ("template.yaml", "Type: AWS::CloudWatch::Alarm", "CloudFormation"),
        ("templates/shop.yaml", "Type: AWS::CloudWatch::Dashboard", "CloudFormation"),
        ("cfn/slo.yaml", "Type: AWS::ApplicationSignals::ServiceLevelObjective", "CloudFormation"),
        ("template.yaml", "Type: AWS::CloudWatch::AlarmMuteRule", ""),
        ("lib/shop-stack.ts", 'new cloudwatch.Alarm(this, "Errors", {', "CDK"),
        ("lib/shop-stack.ts", 'new Alarm(this, "Errors", {', "CDK"),
        ("infra/shop_stack.py", "cloudwatch.Alarm(self, 'Errors')", "CDK"),
        ("src/clock.ts", "new Alarm()", ""),
        ("charts/web/templates/alerts.yaml", "kind: PrometheusRule\nspec: {{ .Values.rules }}", "Prometheus"),
        ("k8s/rules.yaml", "kind: PrometheusRule", "Prometheus"),
        ("datadog/monitors.tf", 'resource "datadog_monitor" "errors" {', "Datadog"),
        ("newrelic.tf", 'resource "newrelic_nrql_alert_condition" "errors" {', "New Relic"),
        ("slo/orders.yaml", "apiVersion: openslo/v1\nkind: SLO\n", "OpenSLO"),
        ("ops/sloth.yml", "apiVersion: sloth.slok.dev/v1\n", "Sloth"),
        ("examples/alarms.tf", 'resource "aws_cloudwatch_metric_alarm" "errors" {', ""),
        ("docs/alarms.json", "AWS::CloudWatch::Alarm", ""),
        ("vendor/x/alarms.tf", 'resource "aws_cloudwatch_metric_alarm" "errors" {', ""),
    ],
)  # fmt: skip
def test_what_defines_monitoring(path: str, text: str, tool: str) -> None:
    expected = [MonitoringDefinition(repository=SHOP, path=path, tool=tool)] if tool else []

    assert seen(MonitoringDefinition, {"cdk.json": "{}", path: text}) == expected


def test_an_alarm_of_a_program_is_none_where_no_infrastructure_is_programmed() -> None:
    assert seen(MonitoringDefinition, {"lib/shop-stack.ts": "new Alarm()"}) == []


def test_files_named_for_monitoring_are_read_before_all_others() -> None:
    alarms = "deep/down/below/alarms.tf"
    files = {f"{number}.tf": "" for number in range(70)}
    found = seen(MonitoringDefinition, {**files, alarms: "aws_cloudwatch_metric_alarm"})

    assert found[0] == MonitoringDefinition(repository=SHOP, path=alarms, tool="Terraform")
    assert found[1].reason is Reason.TRUNCATED
    assert found[1].detail == "only 60 of 71 files that may define monitoring were read"


def test_programs_are_no_canaries_where_no_infrastructure_is_programmed() -> None:
    text = "codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES"

    assert seen(CanaryDefinition, {"lib/shop-stack.ts": text}) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"prod.tfvars": "", "envs/dev.tfvars": ""}, {("Terraform variables", "prod"), ("Terraform variables", "dev")}, id="Terraform variables"),
        pytest.param({"terraform.tfvars": ""}, set(), id="variables of no environment"),
        pytest.param({"environments/staging/main.tf": "", "live/prod/main.tf": ""}, {("a folder for each environment", "staging"), ("a folder for each environment", "prod")}, id="folders"),
        pytest.param({"chart/values-prod.yaml": "", "chart/values.yaml": ""}, {("Helm values", "prod")}, id="Helm values"),
        pytest.param({"k8s/overlays/qa/kustomization.yaml": ""}, {("overlays", "qa")}, id="overlays"),
        pytest.param({"api/appsettings.Production.json": "", "api/appsettings.json": ""}, {(".NET settings", "Production")}, id=".NET"),
        pytest.param({"src/main/resources/application-prod.yml": ""}, {("Spring settings", "prod")}, id="Spring"),
        pytest.param({".env.production": "PASSWORD=hunter2", ".env.test.example": ""}, {("environment files", "production"), ("environment files", "test")}, id="environment files"),
        pytest.param({"config/prod.json": "", "config/routes.json": ""}, {("configuration files", "prod")}, id="configuration files"),
        pytest.param({"samconfig.toml": "version = 0.1\n[default.deploy.parameters]\n[prod.deploy.parameters]\n"}, {("SAM configurations", "default"), ("SAM configurations", "prod")}, id="SAM configurations"),
        pytest.param({"cdk.json": '{"context": {"@aws-cdk/core:test": true, "dev": {}, "environments": {"prod": {}}}}'}, {("CDK context", "dev"), ("CDK context", "prod")}, id="CDK context"),
        pytest.param({"serverless.yml": "params: {dev: {}, prod: {}}\ncustom: {url: '${opt:stage}'}\n"}, {("Serverless Framework stages", "dev"), ("Serverless Framework stages", "prod")}, id="Serverless Framework"),
        pytest.param({"serverless.yml": "params: {dev: {}, prod: {}}\n"}, set(), id="stages that nothing uses"),
        pytest.param({"copilot/api/manifest.yml": "environments: {test: {}, prod: {}}\n"}, {("Copilot environments", "test"), ("Copilot environments", "prod")}, id="Copilot"),
    ],
)  # fmt: skip
def test_settings_of_environments(files: dict[str, str], expected: set[Any]) -> None:
    found = seen(EnvironmentSettings, files)

    assert {(each.family, each.environment) for each in found} == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"requirements.txt": "launchdarkly-server-sdk==9\nboto3\n"}, [("launchdarkly-server-sdk", True)], id="requirements"),
        pytest.param({"requirements-dev.txt": "UnleashClient\n"}, [("UnleashClient", False)], id="requirements of developers"),
        pytest.param({"package.json": '{"dependencies": {"@openfeature/server-sdk": "1"}, "devDependencies": {"unleash-client": "1"}}'}, [("@openfeature/server-sdk", True), ("unleash-client", False)], id="npm"),
        pytest.param({"pyproject.toml": '[project]\ndependencies = ["openfeature-sdk>=1"]\n[dependency-groups]\ndev = ["growthbook"]\n'}, [("openfeature-sdk", True)], id="pyproject"),
        pytest.param({"go.mod": "require (\n\tgithub.com/open-feature/go-sdk v1.2.3\n\tgithub.com/launchdarkly/go-server-sdk/v7 v7.0.0 // indirect\n)\n"}, [("github.com/open-feature/go-sdk", True)], id="what only others need does not count"),
        pytest.param({"pom.xml": "<dependency><groupId>com.launchdarkly</groupId><artifactId>java-sdk</artifactId><scope>test</scope></dependency>"}, [("com.launchdarkly:java-sdk", False)], id="Maven"),
        pytest.param({"build.gradle": "implementation 'io.getunleash:unleash-client-java:9'\ntestImplementation 'dev.openfeature:sdk:1'\n"}, [("io.getunleash:unleash-client-java", True), ("dev.openfeature:sdk", False)], id="Gradle"),
        pytest.param({"api.csproj": '<PackageReference Include="Microsoft.FeatureManagement.AspNetCore" Version="4" />'}, [("Microsoft.FeatureManagement.AspNetCore", True)], id="NuGet"),
        pytest.param({"Gemfile": "gem 'flipper'\n"}, [("flipper", True)], id="Bundler"),
        pytest.param({"src/flags.py": "from aws_lambda_powertools.utilities.feature_flags import FeatureFlags\n"}, [("aws_lambda_powertools.utilities.feature_flags", True)], id="Powertools"),
        pytest.param({"package-lock.json": '{"packages": {"unleash-client": {}}}'}, [], id="a lock is no manifest"),
    ],
)  # fmt: skip
def test_feature_flag_libraries(files: dict[str, str], expected: list[Any]) -> None:
    assert [(each.name, each.runtime) for each in seen(FlagLibrary, files)] == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"main.tf": "", "tests/main.tftest.hcl": ""}, [("tests/main.tftest.hcl", "Terraform test")], id="Terraform test"),
        pytest.param({"cdk.json": "{}", "test/stack.test.ts": "import { Template } from 'aws-cdk-lib/assertions';"}, [("test/stack.test.ts", "CDK assertions")], id="CDK in TypeScript"),
        pytest.param({"cdk.json": "{}", "tests/test_stack.py": "from aws_cdk.assertions import Template"}, [("tests/test_stack.py", "CDK assertions")], id="CDK in Python"),
        pytest.param({"cdk.json": "{}", "tests/test_stack.py": "from aws_cdk import assertions"}, [("tests/test_stack.py", "CDK assertions")], id="CDK in Python, otherwise"),
        pytest.param({"cdk.json": "{}", "requirements.txt": "cdk-nag==2\n"}, [("requirements.txt", "cdk-nag")], id="cdk-nag"),
        pytest.param({"main.tf": "", "test/go.mod": "require github.com/gruntwork-io/terratest v1\n"}, [("test/go.mod", "Terratest")], id="Terratest"),
        pytest.param({"tests/test_app.py": "from aws_cdk.assertions import Template"}, [], id="no infrastructure code, no test of it"),
        pytest.param({"cdk.json": "{}", "tests/test_app.py": "assert True"}, [], id="a test of something else"),
    ],
)  # fmt: skip
def test_tests_of_infrastructure_code(files: dict[str, str], expected: list[Any]) -> None:
    assert [(each.path, each.tool) for each in seen(IacTest, files)] == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"Makefile": "deploy:\n\t@npx cdk deploy --all\n"}, [("Makefile", "cdk deploy --all")], id="make"),
        pytest.param({"package.json": '{\n"scripts": {\n  "deploy": "sam deploy --guided"\n}}'}, [("package.json", "sam deploy --guided")], id="npm"),
        pytest.param({"README.md": "# Shop\n\n    $ terraform apply\n"}, [("README.md", "terraform apply")], id="the README"),
        pytest.param({"scripts/deploy.sh": "#!/bin/sh\nset -e\nkubectl apply -f k8s\n"}, [("scripts/deploy.sh", "kubectl apply -f k8s")], id="a script"),
        pytest.param({"README.md": "We deploy with care.\n"}, [], id="a word about it"),
    ],
)  # fmt: skip
def test_ways_to_deploy_by_hand(files: dict[str, str], expected: list[Any]) -> None:
    assert [(each.path, each.command) for each in seen(DeployScript, files)] == expected


def test_jobs_of_workflows() -> None:
    text = """\
        on:
          push: {branches: [main, "release/**"]}
        jobs:
          build:
            steps: [{run: make}]
          test:
            needs: build
            environment: staging
            steps:
              - uses: actions/download-artifact@v4
              - run: deploy
                env: {TOKEN: "${{ secrets.TOKEN }}"}
          live:
            needs: [build, test]
            environment: {name: production}
            steps: [{run: "deploy ${{ needs.build.outputs.image }}"}]
          any:
            environment: ${{ inputs.where }}
            steps: [{run: "deploy ${{ github.sha }}"}]
        """

    def job(name: str, **changes: Any) -> CiJob:
        values: dict[str, Any] = {
            "repository": SHOP,
            "workflow": CI,
            "name": name,
            "environment": "",
            "reads_settings": False,
            "needs": (),
            "takes": False,
            "branches": ("main", "release/**"),
            "title": "ci",
        }
        return CiJob(**values | changes)

    assert seen(CiJob, {CI: textwrap.dedent(text)}) == [
        job("build"),
        job("test", environment="staging", needs=("build",), takes=True, reads_settings=True),
        job("live", environment="production", needs=("build", "test"), takes=True),
        job("any", environment="*", takes=True),
    ]


def test_the_jobs_of_a_workflow_that_is_called_come_before_whoever_needs_the_call() -> None:
    caller = """\
        on: push
        jobs:
          test: {steps: [{run: pytest}]}
          ship: {needs: test, uses: ./.github/workflows/ship.yml}
          after: {needs: ship, steps: [{run: smoke}]}
        """
    called = """\
        on: workflow_call
        jobs:
          build: {steps: [{run: docker build .}]}
          live: {needs: build, environment: production, steps: [{run: cdk deploy}]}
        """
    files = {
        CI: textwrap.dedent(caller),
        ".github/workflows/ship.yml": textwrap.dedent(called),
    }
    needs = {each.name: each.needs for each in seen(CiJob, files) if each.workflow == CI}
    named = [each.job for each in seen(CiStep, files) if each.workflow == CI]

    assert named == ["test", "ship / build", "ship / live", "after"]
    assert needs == {
        "test": (),
        "ship": ("test", "ship / build", "ship / live"),
        "ship / build": ("test",),
        "ship / live": ("test", "ship / build"),
        "after": ("ship",),
    }


def test_what_a_job_checks_out_and_when_it_runs_is_not_taken_from_others() -> None:
    text = """\
        on: push
        jobs:
          live:
            if: needs.changes.outputs.infra == 'true'
            steps:
              - {uses: actions/checkout@v5, with: {ref: "${{ github.sha }}"}}
              - {run: cdk deploy, if: needs.changes.outputs.app == 'true'}
        """

    assert [each.takes for each in seen(CiJob, {CI: textwrap.dedent(text)})] == [False]


def test_jobs_that_follow_a_workflow_or_run_in_any_case() -> None:
    text = """\
        name: Deploy
        on:
          workflow_run: {workflows: [CI, Lint], types: [completed]}
        jobs:
          live:
            if: ${{ github.event.workflow_run.conclusion == 'success' }}
            steps: [{run: deploy}]
          any:
            needs: live
            if: always()
            steps: [{run: deploy}]
        """
    found = seen(CiJob, {CI: textwrap.dedent(text)})

    assert [(each.title, each.follows, each.on_success, each.always) for each in found] == [
        ("Deploy", ("CI", "Lint"), True, False),
        ("Deploy", ("CI", "Lint"), False, True),
    ]


CDK_APP = {"cdk.json": "{}"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"serverless.yaml": ""}, [("serverless.yaml", "the Serverless Framework")], id="Serverless Framework"),
        pytest.param({"sst.config.mjs": ""}, [("sst.config.mjs", "SST")], id="SST"),
        pytest.param({"api/.chalice/config.json": "{}"}, [("api/.chalice/config.json", "Chalice")], id="Chalice"),
        pytest.param({"template.yml": "Type: AWS::Serverless::Function"}, [("template.yml", "SAM")], id="SAM"),
        pytest.param({"template.yml": "Type: AWS::Serverless::Api"}, [], id="SAM without functions"),
        pytest.param({"infra/jobs.template.json": '{"Type": "AWS::Lambda::Function"}'}, [("infra/jobs.template.json", "CloudFormation")], id="CloudFormation"),
        pytest.param({"jobs.tf": 'resource "aws_lambda_function" "jobs" {}'}, [("jobs.tf", "Terraform")], id="Terraform"),
        pytest.param({"net.tf": 'resource "aws_vpc" "main" {}'}, [], id="Terraform without functions"),
        pytest.param({**CDK_APP, "lib/shop-stack.ts": "import * as lambda from 'aws-cdk-lib/aws-lambda';"}, [("lib/shop-stack.ts", "CDK")], id="CDK in TypeScript"),
        pytest.param({**CDK_APP, "stacks/shop.py": "from aws_cdk import aws_lambda"}, [("stacks/shop.py", "CDK")], id="CDK in Python"),
        pytest.param({"stacks/shop.py": "from aws_cdk import aws_lambda"}, [], id="no CDK application"),
        pytest.param({"cdk.out/shop.template.json": "AWS::Lambda::Function", "examples/serverless.yml": "", "vendor/a/serverless.yml": ""}, [], id="output, examples and vendored code"),
    ],
)  # fmt: skip
def test_declarations_of_functions(files: dict[str, str], expected: list[Any]) -> None:
    found = seen(ServerlessDefinition, files)

    assert [(each.path, each.tool) for each in found] == expected


def test_more_files_than_are_read_for_functions_are_a_gap() -> None:
    files = {f"infra/{number:02}.tf": "" for number in range(61)}

    assert seen(ServerlessDefinition, files) == [
        Gap(
            reason=Reason.TRUNCATED,
            detail="only 60 of 61 files that may declare functions were read",
        )
    ]


def logins(text: str, path: str = CI) -> list[tuple[str, str, str, str, bool, bool]]:
    return [
        (each.job, each.environment, each.role, each.variable, each.keys, each.token)
        for each in seen(AwsLogin, {path: textwrap.dedent(text)})
    ]


def test_how_jobs_sign_in_to_aws() -> None:
    found = logins(
        """\
        permissions: {id-token: write}
        jobs:
          live:
            environment: production
            steps:
            - uses: aws-actions/configure-aws-credentials@v5
              with: {role-to-assume: "arn:aws:iam::111122223333:role/deploys"}
          named:
            environment: {name: "${{ inputs.stage }}"}
            permissions: {contents: read}
            steps:
            - uses: aws-actions/configure-aws-credentials@v5
              with: {role-to-assume: "${{ vars.DEPLOY_ROLE }}"}
          keys:
            steps:
            - uses: aws-actions/configure-aws-credentials@v5
              with: {aws-access-key-id: "${{ secrets.ID }}", aws-secret-access-key: "${{ secrets.KEY }}"}
          environment:
            env: {AWS_SECRET_ACCESS_KEY: "${{ secrets.KEY }}"}
          dummy:
            env: {AWS_SECRET_ACCESS_KEY: test}
          chained:
            steps:
            - run: export AWS_SECRET_ACCESS_KEY=$(jq -r .Credentials.SecretAccessKey out.json)
          exported:
            steps:
            - run: export AWS_SECRET_ACCESS_KEY=${{ secrets.KEY }}
          kept:
            steps:
            - run: echo "AWS_SECRET_ACCESS_KEY=${{ secrets.KEY }}" >> $GITHUB_ENV
          configured:
            steps:
            - run: aws configure set aws_secret_access_key "${{ secrets['KEY'] }}"
          given:
            steps:
            - uses: acme/deploys@v1
              with: {aws_secret_access_key: "${{ secrets.KEY }}"}
          called:
            uses: acme/workflows/.github/workflows/deploy.yml@v1
            secrets: {AWS_SECRET_ACCESS_KEY: "${{ secrets.KEY }}"}
          inherited:
            uses: acme/workflows/.github/workflows/deploy.yml@v1
            secrets: inherit
        """
    )

    assert found == [
        ("live", "production", "arn:aws:iam::111122223333:role/deploys", "", False, True),
        ("named", "*", "*", "vars.DEPLOY_ROLE", False, False),
        ("keys", "", "", "", True, True),
        ("environment", "", "", "", True, True),
        ("exported", "", "", "", True, True),
        ("kept", "", "", "", True, True),
        ("configured", "", "", "", True, True),
        ("given", "", "", "", True, True),
        ("called", "", "", "", True, True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("deploy:\n  variables:\n    AWS_SECRET_ACCESS_KEY: $KEY\n", [True], id="a variable"),
        pytest.param("deploy:\n  script:\n  - aws sts assume-role-with-web-identity\n  - export AWS_SECRET_ACCESS_KEY=$KEY\n", [], id="what a role gave"),
        pytest.param("deploy:\n  script: [cdk deploy]\n", [], id="nothing"),
    ],
)  # fmt: skip
def test_how_another_service_signs_in(text: str, expected: list[bool]) -> None:
    assert [keys for *_, keys, _ in logins(text, ".gitlab-ci.yml")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("env:\n  secrets-manager:\n    AWS_SECRET_ACCESS_KEY: deploys:secret\n", [True], id="a key from a store"),
        pytest.param("phases:\n  build:\n    commands:\n    - export AWS_SECRET_ACCESS_KEY=$KEY\n", [True], id="a variable"),
        pytest.param("phases:\n  build:\n    commands:\n    - export AWS_SECRET_ACCESS_KEY=$(jq -r .S c) AWS_SESSION_TOKEN=$(jq -r .T c)\n", [], id="a session"),
        pytest.param("phases: {build: {commands: [cdk deploy]}}\n", [], id="nothing"),
    ],
)  # fmt: skip
def test_how_a_buildspec_signs_in(text: str, expected: list[bool]) -> None:
    assert [keys for *_, keys, _ in logins(text, "buildspec.yml")] == expected


def test_the_account_of_an_environment_in_the_context_of_cdk() -> None:
    context = {
        "prod": {"account": "111122223333"},
        "dev": {"account": "<your account>"},
        "environments": {"staging": {"account": "444455556666"}},
    }
    found = seen(EnvironmentSettings, {"cdk.json": json.dumps({"context": context})})

    assert {each.environment: each.account for each in found} == {
        "prod": "111122223333",
        "dev": "",
        "staging": "444455556666",
    }
