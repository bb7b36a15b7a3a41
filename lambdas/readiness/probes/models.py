"""Which part of the service models does a scan need?

botocore describes every operation of a service, with its documentation; probes call a few. A scan asks
some eighty services, and their whole descriptions would be most of its memory and half of its start.
So the part that is needed lies beside this file, cut out of one version of botocore; with another
version, or another declaration, it is cut out anew where it is asked for.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore
import botocore.session
from botocore import xform_name
from botocore.loaders import Loader, create_loader
from botocore.utils import parse_timestamp
from pydantic_core import from_json, to_json

#: What botocore itself calls on a client, beside what is asked of it: where a bucket moved to.
_OWN_CALLS = {"s3": frozenset({"head_bucket"})}
#: What botocore asks for credentials; left whole.
_CREDENTIALS = frozenset({"signin", "sso", "sso-oidc", "sts"})
#: The declared parts, as `make models` writes them.
SAVED = Path(__file__).with_name("models.json.gz")


def session_of(**credentials: str | None) -> boto3.Session:
    """Return a session whose clients know what probes declare, and nothing else.

    The arguments are those of `boto3.Session`. All such sessions share what they have loaded.
    """
    core: Any = botocore.session.get_session()
    core.register_component("data_loader", declared_loader())
    core.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=_moment)
    return boto3.Session(botocore_session=core, **credentials)


def _moment(value: Any) -> datetime:
    """Read a timestamp of an answer: nearly all are ISO 8601, and botocore tries all forms there are."""
    if isinstance(value, str) and value[4:5] == "-":
        with suppress(ValueError):
            return datetime.fromisoformat(value)
    moment: datetime = parse_timestamp(value)
    return moment


@cache
def declared_loader() -> DeclaredLoader:
    """Return the loader of what probes declare, one for all."""
    # Probes know it, by way of what they call.
    from readiness.probes import load

    declared: dict[str, set[str]] = {}
    for probe in load().values():
        for call in probe.calls:
            service, _, operation = call.partition(".")
            declared.setdefault(service, set()).add(operation)
    return DeclaredLoader(declared)


class DeclaredLoader(Loader):
    """Loads the declared operations of each service, with the shapes that they need."""

    def __init__(self, declared: Mapping[str, Iterable[str]]) -> None:
        whole = create_loader()
        super().__init__(include_default_search_paths=False)
        self.search_paths.extend(whole.search_paths)
        self._declared = {
            service: _OWN_CALLS.get(service, frozenset()).union(operations)
            for service, operations in declared.items()
            if service not in _CREDENTIALS
        }
        self._lock = threading.Lock()
        self._models: dict[tuple[str, str | None], dict[str, Any]] = {}

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> dict[str, Any]:
        if type_name != "service-2" or service_name not in self._declared:
            found: dict[str, Any] = super().load_service_model(service_name, type_name, api_version)
            return found
        key = (service_name, api_version)
        with self._lock:
            if key not in self._models:
                saved = None if api_version else self._saved(service_name)
                self._models[key] = saved or self._cut(service_name, api_version)
            return self._models[key]

    def _saved(self, service: str) -> dict[str, Any] | None:
        """Return what was saved of a service, where it is of this botocore and these operations."""
        saved = saved_models()
        found: dict[str, Any] = saved["services"].get(service, {})
        same = saved["botocore"] == botocore.__version__
        if not same or found.get("operations") != sorted(self._declared[service]):
            return None
        model: dict[str, Any] = found["model"]
        return model

    def _cut(self, service: str, api_version: str | None = None) -> dict[str, Any]:
        # A loader of its own, as loaders keep all that they have read.
        whole = create_loader().load_service_model(service, "service-2", api_version)
        return declared_part(whole, self._declared[service])

    def written(self) -> bytes:
        """Return what SAVED should hold, before it is compressed."""
        services = {
            service: {"operations": sorted(operations), "model": self._cut(service)}
            for service, operations in sorted(self._declared.items())
        }
        return to_json({"botocore": botocore.__version__, "services": services})


@cache
def saved_models() -> dict[str, Any]:
    found: dict[str, Any] = from_json(gzip.decompress(SAVED.read_bytes()))
    return found


def declared_part(model: Mapping[str, Any], operations: frozenset[str]) -> dict[str, Any]:
    """Return a service model with these operations (in snake case), their shapes, and no prose."""
    kept = {
        name: _bare(operation)
        for name, operation in model["operations"].items()
        if xform_name(name) in operations
    }
    shapes: dict[str, Any] = {}
    wanted = [name for operation in kept.values() for name in _shapes_in(operation)]
    while wanted:
        name = wanted.pop()
        if name not in shapes:
            shapes[name] = _bare(model["shapes"][name])
            wanted.extend(_shapes_in(shapes[name]))
    rest = {key: value for key, value in model.items() if key != "documentation"}
    return {**rest, "operations": kept, "shapes": shapes}


def _shapes_in(node: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a model refers to."""
    if isinstance(node, list):
        for each in node:
            yield from _shapes_in(each)
    elif isinstance(node, Mapping):
        for key, value in node.items():
            if key == "shape" and isinstance(value, str):
                yield value
            else:
                yield from _shapes_in(value)


def _bare(node: Any) -> Any:
    """Return a part of a model without its prose; a member may be called `documentation` as well."""
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if isinstance(node, Mapping):
        return {
            key: _bare(value)
            for key, value in node.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    return node
