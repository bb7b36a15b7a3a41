"""A secret that is planted where the scan looks appears nowhere in what it leaves."""

from __future__ import annotations

import gzip
import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness import output
from readiness.checklist.model import Status
from readiness.evidence.code_security import ExposedSecret
from readiness.evidence.files import load
from readiness.scanning import Scan, scan
from readiness.storage import Folder
from tests.repositories.test_leaks import git
from tests.world import ASSUMED_BY

REGION = "us-east-1"
PASSWORD = "Corre1ct-h0rse-batt3ry"
TOKEN = "ghp_" + "q7W3" * 9
IN_URL = "Z0rro-and-s0ns"
STORED = "K3pt-wh3re-it-belongs"
IN_FILE = "sk_live_" + "9Wq3Lx7Zt2Vb8Nc4Rm6K"
IN_HISTORY = "glpat-" + "Qw7zX2cV9bN4mL8kJ3hG"
BY_NAME = "k9Qz4LmX2vTn8RbW7yHs"
PLANTED = (PASSWORD, TOKEN, IN_URL, STORED, IN_FILE, IN_HISTORY, BY_NAME)
ITEMS = (
    "security/no-secrets-exposed-in-repository",
    "security/set-up-a-secrets-management-solution",
)


def plant(made: Any) -> None:
    """Put secrets into variables, parameters and a store."""
    role = made.client("iam").create_role(RoleName="runs", AssumeRolePolicyDocument=ASSUMED_BY)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("main.py", "def handler(event, context): return 0")
    made.client("lambda").create_function(
        FunctionName="pay",
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="main.handler",
        Code={"ZipFile": archive.getvalue()},
        Environment={"Variables": {"DB_PASSWORD": PASSWORD, "TABLE": "orders"}},
    )
    ecs = made.client("ecs")
    ecs.create_cluster(clusterName="shop")
    address = f"postgres://app:{IN_URL}@db.example.com/shop"
    ecs.register_task_definition(
        family="web",
        containerDefinitions=[
            {
                "name": "web",
                "image": "web:1",
                "memory": 128,
                "environment": [{"name": "DATABASE_URL", "value": address}],
            }
        ],
    )
    ecs.create_service(cluster="shop", serviceName="web", taskDefinition="web:1", desiredCount=1)
    made.client("codebuild").create_project(
        name="shop",
        source={"type": "GITHUB", "location": "https://github.com/acme/shop"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "RELEASES", "value": TOKEN}],
        },
        serviceRole=role["Role"]["Arn"],
    )
    made.client("ssm").put_parameter(Name="/shop/db-password", Value=PASSWORD, Type="String")
    made.client("secretsmanager").create_secret(Name="db", SecretString=STORED)


def repository(folder: Path) -> str:
    """Make a repository with secrets in its files, and with one that was taken back."""
    settings = folder / "shop" / "settings.py"
    settings.parent.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    settings.write_text(f"TOKEN = '{IN_HISTORY}'\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "x")
    settings.write_text(f"KEY = '{IN_FILE}'\nclient_secret = '{BY_NAME}'\n")
    workflow = folder / ".github" / "workflows" / "ci.yml"
    workflow.parent.mkdir(parents=True)
    run = f"curl -u app:{PASSWORD} https://example.com && deploy --token {TOKEN}"
    workflow.write_text(f"on: push\njobs: {{a: {{steps: [{{run: '{run}'}}]}}}}\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "x")
    return f"path:{folder}"


def failing(found: Scan) -> set[str]:
    return {
        finding.resource.rpartition(":")[2]
        for finding in found.findings
        if finding.status is Status.FAIL
    }


def exposed(folder: Path) -> list[ExposedSecret]:
    files = list((folder / "evidence").rglob("path*.gz"))
    return [each for path in files for each in load(path.read_bytes()).of(ExposedSecret)]


def left_in(folder: Path) -> str:
    """Return everything that lies in a folder, unpacked, as one text."""
    texts = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        texts.append(gzip.decompress(content) if path.suffix == ".gz" else content)
    return "\n".join(text.decode("utf-8", errors="replace") for text in texts)


@mock_aws
def test_no_planted_secret_is_in_evidence_findings_logs_digest_or_report(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    session = boto3.Session(region_name=REGION)
    plant(session)
    out = tmp_path / "out"
    output.prepare(out)
    with caplog.at_level(logging.DEBUG, logger="readiness"):
        found = scan(
            session,
            regions=[REGION],
            items=ITEMS,
            repositories=[repository(tmp_path / "shop")],
            store=Folder(out),
        )
        output.write(out, found)
    said = capfd.readouterr()
    kept = left_in(out)

    assert failing(found) == {
        "pay#DB_PASSWORD",
        "1#web/DATABASE_URL",
        "project/shop#RELEASES",
        "parameter/shop/db-password",
        # By the number of the line, behind the path and, for the history, the commit.
        "1",
        "2",
    }
    assert {each.rule for each in exposed(out)} == {
        "github-pat", "generic-api-key", "gitlab-pat", "stripe-access-token",
    }  # fmt: skip
    # The names are there, so what is looked through is what was left.
    assert all(name in kept for name in ("DB_PASSWORD", "DATABASE_URL", "RELEASES"))
    assert "<html" in kept
    for secret in PLANTED:
        assert secret not in kept
        assert secret not in json.dumps([each.public() for each in found.findings])
        assert secret not in caplog.text
        assert secret not in said.out + said.err
