"""Which operation does a request ask for, and how does its service write pages and errors?

Read from botocore's models, those of the declared operations alone; written by moto's serializers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import parse_qsl, quote_plus, unquote_plus

from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.loaders import create_loader
from botocore.model import Shape
from botocore.parsers import create_parser
from moto.core.model import OperationModel, ServiceModel
from moto.core.serialize import get_serializer_class

from readiness.probes import load
from readiness.probes.models import declared_loader

#: What a member is called that says where the next page begins, where botocore does not say it.
_TOKEN = re.compile("token|marker", re.IGNORECASE)
#: A way through structures that a list or a token can be put at.
_WAY = re.compile(r"\w+(\.\w+)*")


@dataclass(frozen=True, kw_only=True)
class Paging:
    """How the pages of an operation hang together."""

    #: The argument that asks for a page.
    token: str
    #: Where an answer names the next page; where there are several, the first suffices.
    names: tuple[str, ...]
    #: Where it says that there is one.
    more: str
    #: Its lists, of which the first is the one that is paged.
    lists: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """An operation that is asked for, as its service describes it."""

    service: str
    model: OperationModel

    @property
    def name(self) -> str:
        """Return the operation as probes declare it."""
        return f"{self.service}.{xform_name(self.model.name)}"

    @property
    def protocol(self) -> str:
        return str(self.model.service_model.resolved_protocol)

    @cached_property
    def paging(self) -> Paging | None:
        """How the operation is paged: as botocore pages it, or else as its shapes tell."""
        said = _paginators(self.service).get(self.model.name)
        return _as_botocore_pages(said) if said else _as_shapes_tell(self.model)

    def read(self, status: int, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
        answer = {"status_code": status, "headers": headers, "body": content}
        shape: Any = self.model.output_shape
        parsed: dict[str, Any] = create_parser(self.protocol).parse(answer, shape)
        return {name: value for name, value in parsed.items() if name != "ResponseMetadata"}

    def write(self, answer: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
        written = get_serializer_class(self.service, self.protocol)(self.model).serialize(answer)
        body = written["body"]
        return body.encode() if isinstance(body, str) else body, dict(written["headers"])


def _as_botocore_pages(said: Mapping[str, Any]) -> Paging | None:
    token, names, lists = (
        tuple(each) if isinstance(each, list) else (each,)
        for each in (said["input_token"], said["output_token"], said["result_key"])
    )
    if not all(_WAY.fullmatch(each) for each in (*names, *lists)):
        return None
    return Paging(token=token[0], names=names, more=said.get("more_results", ""), lists=lists)


def _as_shapes_tell(model: OperationModel) -> Paging | None:
    given, told = _members(model.input_shape), _members(model.output_shape)
    token = next((name for name in given if name in told and _TOKEN.search(name)), None)
    lists = tuple(name for name, shape in told.items() if shape.type_name == "list")
    if token is None or not lists:
        return None
    return Paging(token=token, names=(token,), more="", lists=lists)


def _members(shape: Any) -> Mapping[str, Shape]:
    return shape.members if shape is not None else {}


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    try:
        found: dict[str, Any] = create_loader().load_service_model(service, "paginators-1")
    except UnknownServiceError:
        return {}
    return found["pagination"]  # type: ignore[no-any-return]


@cache
def _services() -> Mapping[str, tuple[ServiceModel, ...]]:
    """Return the services that probes ask, by the name that requests are signed for."""
    found: dict[str, tuple[ServiceModel, ...]] = {}
    names = {call.partition(".")[0] for probe in load().values() for call in probe.calls}
    for name in sorted({*names, "sts"}):
        model = ServiceModel(declared_loader().load_service_model(name, "service-2"), name)
        found[model.signing_name] = (*found.get(model.signing_name, ()), model)
    return found


@cache
def operation(name: str) -> Asked:
    """Return an operation by the name by which probes declare it."""
    service, _, method = name.partition(".")
    for models in _services().values():
        for model in models:
            if model.service_name == service:
                for each in model.operation_names:
                    if xform_name(each) == method:
                        return Asked(service=service, model=model.operation_model(each))
    raise AssertionError(name)


def asked_for(
    method: str, path: str, headers: Mapping[str, str], body: bytes
) -> tuple[str, Asked | None]:
    """Return the name that a request is signed for, and the operation if probes declare it."""
    scope = headers.get("Authorization", "").partition("Credential=")[2].split("/")
    signed = scope[3] if len(scope) > 3 else ""
    for model in _services().get(signed, ()):
        match model.resolved_protocol:
            case "json":
                prefix, _, name = headers.get("X-Amz-Target", "").rpartition(".")
                name = name if prefix == model.metadata["targetPrefix"] else ""
            case "query" | "ec2":
                form = dict(parse_qsl(body.decode()))
                name = form["Action"] if form["Version"] == model.api_version else ""
            case _:
                name = _routed(model, method, path)
        if name in model.operation_names:
            return signed, operation(f"{model.service_name}.{xform_name(name)}")
    return signed, None


def _routed(model: ServiceModel, method: str, path: str) -> str:
    """Return the operation whose address a path is, the one that says most of it."""
    place, _, query = path.partition("?")
    given = set(dict(parse_qsl(query, keep_blank_values=True)))
    fitting = [
        (len(words), len(route.pattern), name)
        for name, verb, route, words in _routes(model)
        if verb == method and words <= given and route.fullmatch(place)
    ]
    return max(fitting, default=(0, 0, ""))[2]


@cache
def _routes(model: ServiceModel) -> tuple[tuple[str, str, re.Pattern[str], frozenset[str]], ...]:
    return tuple(_routes_of(model))


def _routes_of(model: ServiceModel) -> Iterator[tuple[str, str, re.Pattern[str], frozenset[str]]]:
    for name in model.operation_names:
        http = model.operation_model(name).http
        place, _, query = http["requestUri"].partition("?")
        # A client of S3 takes the bucket out of the addresses, and leaves them as they were here.
        place = http.get("authPath", place)
        parts = re.split(r"(\{\w+\+?\})", place.rstrip("/"))
        pattern = "".join(
            (".+" if part.endswith("+}") else "[^/]+") if part.startswith("{") else re.escape(part)
            for part in parts
        )
        words = frozenset(dict(parse_qsl(query, keep_blank_values=True)))
        yield name, http["method"], re.compile(f"{pattern}/?"), words


def given(asked: Asked, argument: str, path: str, body: bytes) -> str:
    """Return the text of an argument in a request, empty where it is not given."""
    spelled = _members(asked.model.input_shape)[argument].serialization
    names = {argument, spelled.get("name"), spelled.get("queryName")}
    query = path.partition("?")[2]
    if body.startswith(b"{"):
        pairs = [*json.loads(body).items(), *parse_qsl(query)]
    else:
        pairs = parse_qsl(f"{body.decode()}&{query}")
    return str(next((value for name, value in pairs if name in names), ""))


def replaced(path: str, body: bytes, token: str, by: str) -> tuple[str, bytes]:
    """Ask for another page, or for the first where that has no name."""
    place, _, query = path.partition("?")
    path = f"{place}?{_in_pairs(query, token, by)}" if query else path
    if body.startswith(b"{"):
        said = {
            name: by if value == token else value
            for name, value in json.loads(body).items()
            if value != token or by
        }
        return path, json.dumps(said).encode()
    return path, _in_pairs(body.decode(), token, by).encode()


def _in_pairs(form: str, token: str, by: str) -> str:
    found = []
    for pair in form.split("&"):
        name, _, value = pair.partition("=")
        if unquote_plus(value) != token:
            found.append(pair)
        elif by:
            found.append(f"{name}={quote_plus(by)}")
    return "&".join(found)


def put(answer: dict[str, Any], way: str, value: Any) -> None:
    """Put a value into an answer; nothing takes it out."""
    *outer, name = way.split(".")
    for each in outer:
        answer = answer.setdefault(each, {})
    if value is None:
        answer.pop(name, None)
    else:
        answer[name] = value


def taken(answer: Mapping[str, Any], way: str) -> Any:
    found: Any = answer
    for name in way.split("."):
        found = (found or {}).get(name)
    return found


#: What services say where they refuse: the code and the status of each fault, by protocol.
_SAID: dict[str, dict[str, tuple[str, int]]] = {
    "ec2": {
        "500": ("InternalError", 500),
        "503": ("Unavailable", 503),
        "throttle": ("RequestLimitExceeded", 503),
        "denied": ("UnauthorizedOperation", 403),
        "expired": ("RequestExpired", 400),
    },
    "s3": {
        "500": ("InternalError", 500),
        "503": ("ServiceUnavailable", 503),
        "throttle": ("SlowDown", 503),
        "denied": ("AccessDenied", 403),
        "expired": ("ExpiredToken", 400),
    },
    "xml": {
        "500": ("InternalFailure", 500),
        "503": ("ServiceUnavailable", 503),
        "throttle": ("Throttling", 400),
        "denied": ("AccessDenied", 403),
        "expired": ("ExpiredToken", 403),
    },
    "json": {
        "500": ("InternalFailure", 500),
        "503": ("ServiceUnavailableException", 503),
        "throttle": ("ThrottlingException", 400),
        "denied": ("AccessDeniedException", 400),
        "expired": ("ExpiredTokenException", 400),
    },
    "rest-json": {
        "500": ("InternalFailure", 500),
        "503": ("ServiceUnavailableException", 503),
        "throttle": ("ThrottlingException", 429),
        "denied": ("AccessDeniedException", 403),
        "expired": ("ExpiredTokenException", 403),
    },
}
_THROTTLES = re.compile("Throttl|TooManyRequests")


def said(fault: str, signed: str, asked: Asked | None) -> tuple[str, int]:
    """Return the code and the status with which a service refuses."""
    if fault == "throttle" and asked is not None:
        for shape in asked.model.error_shapes:
            error = shape.metadata.get("error") or {}
            if _THROTTLES.search(shape.name):
                return error.get("code") or shape.name, error.get("httpStatusCode") or 400
    return _SAID[_form(signed, asked)][fault]


def refusal(code: str, signed: str, asked: Asked | None) -> tuple[bytes, dict[str, str]]:
    """Return an error as the protocol of a service spells it."""
    error = f"<Error><Code>{code}</Code><Message>by the proxy</Message></Error>"
    match _form(signed, asked):
        case "json":
            document = {"__type": code, "message": "by the proxy"}
            return json.dumps(document).encode(), {"content-type": "application/x-amz-json-1.1"}
        case "rest-json":
            headers = {"content-type": "application/json", "x-amzn-errortype": code}
            return json.dumps({"message": "by the proxy"}).encode(), headers
        case "ec2":
            text = f"<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"
        case "s3":
            text = error
        case _:
            text = f"<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"
    return text.encode(), {"content-type": "text/xml"}


def _form(signed: str, asked: Asked | None) -> str:
    """Return the protocol of an operation, or else of the service that a request is signed for."""
    models = (asked.model.service_model,) if asked else _services()[signed]
    (form,) = {
        model.service_name if model.service_name == "s3" else model.resolved_protocol
        for model in models[:1]
    }
    return "xml" if form in ("query", "rest-xml") else str(form)
