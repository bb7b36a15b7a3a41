import json
import os
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import cfnlint
import pytest
from aws_cdk import aws_s3 as s3

from stacks import ROOT, build
from stacks.functions import LayerError
from tests.stacks.deployed import Synthesize, all_of, template_of

CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]

# It stands for app.py under the CDK CLI, where neither credentials nor a network are to be had.
ALONE = """
import socket, sys

def refuse(*_):
    raise AssertionError("synthesis opened a connection")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
sys.argv = ["app.py"]
import runpy
runpy.run_path("app.py", run_name="__main__")
"""


def test_synthesis_needs_neither_credentials_nor_a_network(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-c", ALONE],
        cwd=ROOT,
        env={
            "CDK_CONTEXT_JSON": json.dumps(CONTEXT | {"platform": "local"}),
            "CDK_OUTDIR": str(tmp_path / "cdk.out"),
            "HOME": str(tmp_path),
            "JSII_NODE": os.environ["JSII_NODE"],
            "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(Path.home() / ".cache/aws/jsii/package-cache"),
        },
        check=False,
        capture_output=True,
        text=True,
    )

    assert (answer.returncode, answer.stderr) == (0, "")
    assert (tmp_path / "cdk.out" / "readiness-hub.template.json").exists()


def test_a_wrong_context_ends_synthesis_with_its_sentence(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=os.environ | {"CDK_CONTEXT_JSON": '{"platform": "windows"}'},
        check=False,
        capture_output=True,
        text=True,
    )

    assert (answer.returncode, answer.stderr) == (
        1,
        "The context key platform is 'windows': input should be 'arm64', 'x86_64' or 'local'.\n",
    )


def test_a_missing_layer_is_told_with_its_remedy(tmp_path: Path) -> None:
    app = cdk.App(outdir=str(tmp_path), context={"platform": "x86_64"})

    with pytest.raises(LayerError, match="run `make layer PLATFORM=x86_64`"):
        build(app, layers=tmp_path)


def test_the_platform_changes_nothing_but_the_layer(
    undecided: Path, synthesize: Synthesize
) -> None:
    local = template_of(synthesize(platform="local"), "hub")
    arm64 = template_of(undecided, "hub")
    for template in (local, arm64):
        (layer,) = all_of(template, "AWS::Lambda::LayerVersion")

        assert layer.pop("Content")

    assert local == arm64


def test_the_lambdas_carry_no_demo_and_no_caches(tmp_path: Path) -> None:
    source = tmp_path / "lambdas"
    for path in (
        "plan.py",
        "readiness/cli.py",
        "readiness/demo/stage.py",
        "readiness/digest/a.html",
    ):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(path)
    for path in (
        "requirements.txt",
        "readiness/ruff.toml",
        "readiness/__pycache__/cli.pyc",
        ".x/y",
    ):
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(path)
    app = synthesizable(tmp_path, handlers=source)
    app.synth()
    folders = list((tmp_path / "cdk.out").glob("asset.*"))

    assert {
        str(path.relative_to(folder))
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    } == {"plan.py", "readiness/cli.py", "readiness/digest/a.html", "python/library.py"}


def test_cfn_lint_has_nothing_to_say(assembly: Path) -> None:
    templates = sorted(str(path) for path in assembly.glob("*.template.json"))
    # W3005: CDK orders each function after its role's policy, and thereby names the role twice.
    config = cfnlint.config.ManualArgs(ignore_checks=["W3005"])
    told = [
        match
        for template in templates
        for match in cfnlint.api.lint(Path(template).read_text(), config=config)
    ]

    assert len(templates) == 4
    assert told == []


def test_cdk_nag_looked_and_every_acknowledgement_has_a_reason(assembly: Path) -> None:
    reasons = [
        reason
        for path in assembly.glob("*.metadata.json")
        for entries in json.loads(path.read_text()).values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for reason in entry["data"].values()
    ]

    assert len(reasons) > 10
    assert all(len(reason) > 20 and reason.endswith(".") for reason in reasons)


def test_what_cdk_nag_finds_ends_synthesis(tmp_path: Path) -> None:
    handlers = tmp_path / "lambdas"
    handlers.mkdir()
    app = synthesizable(tmp_path, handlers=handlers)
    s3.Bucket(cdk.Stack(app, "more"), "Open")

    with pytest.raises(RuntimeError, match="Acknowledge with 'AwsSolutions::AwsSolutions-S1'"):
        app.synth()


def synthesizable(folder: Path, *, handlers: Path) -> cdk.App:
    (folder / "layers" / "arm64" / "python").mkdir(parents=True)
    (folder / "layers" / "arm64" / "python" / "library.py").touch()
    app = cdk.App(outdir=str(folder / "cdk.out"), context=CONTEXT)
    build(app, handlers=handlers, layers=folder / "layers")
    return app
