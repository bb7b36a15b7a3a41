"""What clients know of their services: what probes declare, and nothing else."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore import xform_name
from botocore.loaders import create_loader
from botocore.model import OperationModel, ServiceModel, Shape
from pydantic_core import to_json

from readiness.probes import load, models
from readiness.probes.models import (
    SAVED,
    DeclaredLoader,
    declared_loader,
    declared_part,
    session_of,
)

DECLARED = {call for probe in load().values() for call in probe.calls}
SERVICES = sorted({call.partition(".")[0] for call in DECLARED})


def client(service: str) -> Any:
    session: Any = session_of(aws_access_key_id="AKIA", aws_secret_access_key="x")
    return session.client(service, region_name="us-east-1")


def whole(service: str) -> ServiceModel:
    return ServiceModel(create_loader().load_service_model(service, "service-2"), service)


@pytest.mark.parametrize("service", SERVICES)
def test_a_client_knows_the_declared_operations_as_whole_as_botocore_does(service: str) -> None:
    known = client(service).meta.service_model
    declared = {call.partition(".")[2] for call in DECLARED if call.startswith(f"{service}.")}
    operations = {xform_name(name): name for name in known.operation_names}

    assert declared <= set(operations)
    for name in declared:
        ours = known.operation_model(operations[name])
        assert told(ours) == told(whole_model(service).operation_model(operations[name]))


_WHOLE: dict[str, ServiceModel] = {}


def whole_model(service: str) -> ServiceModel:
    return _WHOLE.setdefault(service, whole(service))


def told(operation: OperationModel) -> list[Any]:
    """Return everything that a model says of an operation's shapes, less the prose."""
    shapes = [operation.input_shape, operation.output_shape, *operation.error_shapes]
    seen: set[str] = set()
    return [shape_of(each, seen) for each in shapes if each is not None]


def shape_of(shape: Shape, seen: set[str]) -> Any:
    if shape.name in seen:
        return shape.name
    seen.add(shape.name)
    members = getattr(shape, "members", {})
    inner = [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
    return (
        shape.name,
        shape.type_name,
        dict(shape.serialization),
        {name: shape_of(each, seen) for name, each in members.items()},
        [shape_of(each, seen) for each in inner],
    )


def test_what_is_saved_is_what_probes_declare_of_this_botocore() -> None:
    current = gzip.decompress(SAVED.read_bytes()) == declared_loader().written()

    assert current, "run `make models`"


def test_a_service_whose_declaration_changed_is_cut_out_of_botocore() -> None:
    loader = DeclaredLoader({"ec2": {"describe_vpcs"}})

    operations = loader.load_service_model("ec2", "service-2")["operations"]

    assert list(operations) == ["DescribeVpcs"]


@pytest.mark.parametrize(("version", "used"), [(botocore.__version__, True), ("0", False)])
def test_what_was_saved_is_used_for_its_own_botocore_alone(
    version: str, used: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = {"operations": ["list_queues"], "model": {"operations": {}}}
    saved = tmp_path / "models.json.gz"
    saved.write_bytes(gzip.compress(to_json({"botocore": version, "services": {"sqs": empty}})))
    monkeypatch.setattr(models, "SAVED", saved)
    models.saved_models.cache_clear()

    found = DeclaredLoader({"sqs": {"list_queues"}}).load_service_model("sqs", "service-2")
    models.saved_models.cache_clear()

    assert list(found["operations"]) == ([] if used else ["ListQueues"])


def test_what_no_probe_declares_cannot_be_called() -> None:
    assert not hasattr(client("ec2"), "terminate_instances")
    assert not hasattr(client("s3"), "get_object")


def test_what_gives_credentials_is_left_whole() -> None:
    assert hasattr(client("sts"), "assume_role_with_web_identity")


def test_prose_is_left_out_and_a_member_of_that_name_is_not() -> None:
    model = {
        "metadata": {},
        "documentation": "prose",
        "operations": {
            "GetPart": {"documentation": "prose", "input": {"shape": "Part"}},
            "PutPart": {"input": {"shape": "Other"}},
        },
        "shapes": {
            "Part": {
                "type": "structure",
                "documentation": "prose",
                "members": {"documentation": {"shape": "Text", "documentation": "prose"}},
            },
            "Text": {"type": "string"},
            "Other": {"type": "string"},
        },
    }

    assert declared_part(model, frozenset({"get_part"})) == {
        "metadata": {},
        "operations": {"GetPart": {"input": {"shape": "Part"}}},
        "shapes": {
            "Part": {"type": "structure", "members": {"documentation": {"shape": "Text"}}},
            "Text": {"type": "string"},
        },
    }


def test_the_callers_own_session_is_left_as_it_is() -> None:
    session_of(aws_access_key_id="AKIA", aws_secret_access_key="x")
    own: Any = boto3.Session(aws_access_key_id="AKIA", aws_secret_access_key="x")

    assert hasattr(own.client("ec2", region_name="us-east-1"), "terminate_instances")
