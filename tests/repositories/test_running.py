"""What files say of failures between services, and of what runs when."""

from __future__ import annotations

import pytest

from readiness.evidence.running import FailureSetting, ScheduleDefinition
from tests.repositories.reader import seen

ISTIO = "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nspec:\n  trafficPolicy:\n"
CDK_APP = {"cdk.json": "{}"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"k8s/orders.yaml": f"{ISTIO}    outlierDetection: {{}}"}, [("k8s/orders.yaml", "Istio")], id="Istio"),
        pytest.param({"k8s/orders.yaml": ISTIO}, [], id="Istio without any"),
        pytest.param({"k8s/orders.yaml": "kind: Job\nspec:\n  retries: 3"}, [], id="retries of something else"),
        pytest.param({"proxy/envoy.yaml": "clusters:\n- name: a\n  outlier_detection: {}"}, [("proxy/envoy.yaml", "Envoy")], id="Envoy"),
        pytest.param({"template.yaml": "Type: AWS::AppMesh::Route\nSpec:\n  RetryPolicy: {}"}, [("template.yaml", "App Mesh")], id="App Mesh"),
        pytest.param({"main.tf": 'resource "aws_sfn" {}\nretry_policy = 3'}, [], id="a retry policy of something else"),
        pytest.param({"ecs.tf": "service_connect_configuration {\n timeout {\n per_request_timeout_seconds = 5\n}}"}, [("ecs.tf", "ECS Service Connect")], id="ECS Service Connect in Terraform"),
        pytest.param({**CDK_APP, "lib/shop-stack.ts": "services: [{ perRequestTimeout: Duration.seconds(5) }]"}, [("lib/shop-stack.ts", "ECS Service Connect")], id="ECS Service Connect in CDK"),
        pytest.param({"examples/k8s/orders.yaml": f"{ISTIO}    outlierDetection: {{}}"}, [], id="examples"),
    ],
)  # fmt: skip
def test_settings_for_failures(files: dict[str, str], expected: list[tuple[str, str]]) -> None:
    found = seen(FailureSetting, files)

    assert [(each.path, each.tool) for each in found] == expected


WORKFLOW = ".github/workflows/nightly.yml"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"jobs.tf": 'resource "aws_scheduler_schedule" "x" {}'}, [("jobs.tf", "EventBridge Scheduler", False)], id="Scheduler in Terraform"),
        pytest.param({"template.yaml": "Type: AWS::Scheduler::Schedule"}, [("template.yaml", "EventBridge Scheduler", False)], id="Scheduler in CloudFormation"),
        pytest.param({"template.yaml": "Nightly:\n  Type: ScheduleV2"}, [("template.yaml", "EventBridge Scheduler", False)], id="Scheduler in SAM"),
        pytest.param({"template.yaml": "Type: AWS::Scheduler::ScheduleGroup"}, [], id="a group of schedules"),
        pytest.param({"template.yaml": "Type: AWS::Events::Rule\nProperties:\n  ScheduleExpression: rate(1 day)"}, [("template.yaml", "EventBridge", False)], id="a rule with a schedule"),
        pytest.param({"template.yaml": "Type: AWS::Events::Rule\nProperties:\n  EventPattern: {}"}, [], id="a rule without one"),
        pytest.param({**CDK_APP, "lib/jobs-stack.ts": "schedule: events.Schedule.rate(Duration.days(1))"}, [("lib/jobs-stack.ts", "EventBridge", False)], id="a rule in CDK"),
        pytest.param({WORKFLOW: "on:\n  schedule:\n    - cron: '0 3 * * *'\n"}, [(WORKFLOW, "GitHub Actions", False)], id="a workflow"),
        pytest.param({WORKFLOW: "on: push\njobs:\n  a:\n    steps:\n      - run: crontab -l"}, [], id="a workflow without one"),
        pytest.param({"k8s/nightly.yaml": "apiVersion: batch/v1\nkind: CronJob"}, [("k8s/nightly.yaml", "Kubernetes", False)], id="Kubernetes"),
        pytest.param({"k8s/nightly.yaml": "apiVersion: batch/v1\nkind: Job"}, [], id="a job of Kubernetes"),
        pytest.param({"scripts/user_data.sh": "echo '0 3 * * * root backup' > /etc/cron.d/backup"}, [("scripts/user_data.sh", "the cron of a host", True)], id="user data"),
        pytest.param({"ansible/roles/backup/tasks/main.yml": "- name: backup\n  ansible.builtin.cron:\n    hour: 3"}, [("ansible/roles/backup/tasks/main.yml", "the cron of a host", True)], id="Ansible"),
        pytest.param({"crontab": "0 3 * * * backup"}, [("crontab", "the cron of a host", True)], id="a crontab"),
        pytest.param({"scripts/user-data.sh": "yum update"}, [], id="user data without any"),
    ],
)  # fmt: skip
def test_schedules(files: dict[str, str], expected: list[tuple[str, str, bool]]) -> None:
    found = seen(ScheduleDefinition, files)

    assert [(each.path, each.tool, each.host) for each in found] == expected
