"""How does the simulated organization answer a call?

One web server: moto as it is, in server mode, and around it what moto lacks of an organization — refused
roles and regions, resources with a past, answers of operations that moto does not implement, counted
calls — and the code host of `readiness.demo.code_host`.  Run as `python -m readiness.demo.stage PORT`.
"""

from __future__ import annotations

import io
import json
import logging
import os
import re
import socket
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from moto.backends import get_backend
from moto.core.model import OperationModel
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import ResponseDict, get_serializer_class
from moto.core.utils import get_service_model
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.exceptions import NotFound
from werkzeug.serving import run_simple

from readiness.demo import code_host
from readiness.probes.actions import action_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

#: The role that made the accounts: never refused, or nobody could furnish a refused account.
FOUNDER_ROLE = "OrganizationAccountAccessRole"

#: botocore's names of the services that sign with another name.
SERVICES = {
    "access-analyzer": "accessanalyzer",
    "elasticfilesystem": "efs",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}

#: Outside every region: a region deny leaves them alone.
GLOBAL_SERVICES = frozenset(
    {"budgets", "ce", "cloudfront", "iam", "organizations", "route53", "sts", "support"}
)

#: moto makes a service's router at its first call, and two first calls at once break it.
_ROUTING = threading.Lock()
_CREDENTIAL = re.compile(r"Credential=([^/]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_ACCOUNT_AS_KEY = re.compile(r"\d{12}")
_EMPTY_OR_WEB_PAGE = re.compile(rb"\s*(<!doctype html|$)", re.IGNORECASE)


class StagedError(Exception):
    """An error that the stage answers with; moto writes any exception with a code and a message."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(message)


@dataclass
class Scenery:
    """What was asked of the stage beyond moto; written by the organization while it is furnished."""

    #: Accounts whose roles cannot be assumed.
    unreachable: set[str] = field(default_factory=set)
    #: Accounts and regions under a region deny.
    closed: set[tuple[str, str]] = field(default_factory=set)
    #: Whole answers by account, region (empty: every region), service and operation.
    answers: dict[tuple[str, str, str, str], dict[str, Any]] = field(default_factory=dict)
    #: Calls by account, region, service and operation.
    calls: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, call: Call) -> dict[str, Any] | None:
        """Return the answer that was put down for this call, the region's own first."""
        for region in (call.region, ""):
            key = (call.account, region, call.service, call.operation)
            if key in self.answers:
                return self.answers[key]
        return None

    def count(self, call: Call) -> None:
        with self.lock:
            self.calls[(call.account, call.region, call.service, call.operation)] += 1


@dataclass(frozen=True)
class Call:
    """One signed request as AWS reads it."""

    account: str
    region: str
    signing_name: str
    service: str
    operation: str
    model: OperationModel | None
    protocol: str
    parameters: Mapping[str, str]

    @property
    def action(self) -> str:
        """IAM's name of the operation."""
        if self.model is None:
            return f"{self.signing_name}:{self.operation}"
        return action_of(f"{self.service}.{xform_name(self.operation)}")


class Stage:
    """The WSGI application."""

    def __init__(self, moto: WSGIApplication) -> None:
        self.moto = moto
        self.scenery = Scenery()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if environ.get("HTTP_TRANSFER_ENCODING") != "chunked":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        if path.startswith("/_stage/"):
            return _reply(start_response, *control(self.scenery, environ))
        if path.startswith(code_host.PREFIX):
            return code_host.application(environ, start_response)
        credential = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        if not credential:
            return self.moto(environ, start_response)
        key, region, signing_name = credential.groups()
        if _ACCOUNT_AS_KEY.fullmatch(key):
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = key
        account = key if _ACCOUNT_AS_KEY.fullmatch(key) else get_account_id_from(key)
        call = read_call(environ, account, region, signing_name)
        self.scenery.count(call)
        if refusal := refuse(self.scenery, call):
            return _reply(start_response, *refusal)
        if (result := self.scenery.answer(call)) is not None:
            return _reply(start_response, *write(call, result))
        return self.play(call, environ, start_response)

    def play(
        self, call: Call, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let moto answer; what it does not implement is a 501, which no SDK asks for again."""
        begun: list[Any] = []

        def hold(*arguments: Any) -> Callable[[bytes], object]:
            begun[:] = arguments
            return lambda _: None

        try:
            body = b"".join(self.moto(environ, cast("StartResponse", hold)))
        except NotImplementedError as error:
            logger.info("%s.%s: %s", call.service, call.operation, error)
            return _reply(start_response, *not_implemented(call))
        except Exception:  # a fault of the simulation is no fault of the scanned account
            logger.exception("%s.%s", call.service, call.operation)
            return _reply(start_response, *not_implemented(call))
        asked_for_body = environ["REQUEST_METHOD"] != "HEAD"
        if begun[0][:3] in ("404", "405") and asked_for_body and _EMPTY_OR_WEB_PAGE.match(body):
            return _reply(start_response, *not_implemented(call))
        start_response(*begun)
        return [body]


Answer = tuple[int, Mapping[str, str], bytes]


def read_call(environ: WSGIEnvironment, account: str, region: str, signing_name: str) -> Call:
    """Find service and operation, by moto's own reading of botocore's models."""
    parameters: dict[str, str] = {}
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        body = environ["wsgi.input"].read()
        environ["wsgi.input"].seek(0)
        parameters = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    service = service_of(signing_name, environ["PATH_INFO"], parameters)
    operation, model, protocol = environ.get("HTTP_X_AMZ_TARGET", ""), None, "rest-json"
    try:
        service_model = get_service_model(service)
        protocol = determine_request_protocol(service_model, environ.get("CONTENT_TYPE"))
        if protocol in ("query", "ec2"):
            model = service_model.operation_model(parameters.get("Action", ""))
        else:
            with _ROUTING:
                model, _ = get_service_router(service).match(Request(dict(environ)))
    except (UnknownServiceError, NotFound, NotImplementedError, ValueError):
        logger.info(
            "no model of %s %s %s", service, environ["REQUEST_METHOD"], environ["PATH_INFO"]
        )
    name = model.name if model else operation.rpartition(".")[2] or parameters.get("Action", "")
    name = name or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    return Call(account, region, signing_name, service, name, model, protocol, parameters)


def service_of(signing_name: str, path: str, parameters: Mapping[str, str]) -> str:
    """Return botocore's name of the service that was called."""
    if signing_name == "s3" and path.startswith("/v20180820/"):
        return "s3control"
    if signing_name == "ses" and path.startswith("/v2/"):
        return "sesv2"
    if signing_name == "apigateway" and path.startswith("/v2/"):
        return "apigatewayv2"
    if signing_name == "elasticloadbalancing":
        return "elb" if parameters.get("Version") == "2012-06-01" else "elbv2"
    return SERVICES.get(signing_name, signing_name)


def refuse(scenery: Scenery, call: Call) -> Answer | None:
    """Return AWS's refusal of a call that a policy of the organization forbids, None where none does."""
    if (call.service, call.operation) == ("sts", "AssumeRole"):
        role = call.parameters["RoleArn"]
        if role.split(":")[4] in scenery.unreachable and not role.endswith(f"/{FOUNDER_ROLE}"):
            caller = f"arn:aws:iam::{call.account}:root"
            return error(
                call,
                403,
                "AccessDenied",
                f"User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}",
            )
    closed = (call.account, call.region) in scenery.closed
    if closed and call.signing_name not in GLOBAL_SERVICES:
        sentence = (
            f"User: arn:aws:sts::{call.account}:assumed-role/Readiness/readiness is not authorized to "
            f"perform: {call.action} with an explicit deny in a service control policy"
        )
        match call.protocol:
            case "ec2":
                sentence = f"You are not authorized to perform this operation. {sentence}"
                return error(call, 403, "UnauthorizedOperation", sentence)
            case "query" | "rest-xml":
                return error(call, 403, "AccessDenied", sentence)
            case "rest-json":
                return error(call, 403, "AccessDeniedException", sentence)
            case _:
                return error(call, 400, "AccessDeniedException", sentence)
    return None


def not_implemented(call: Call) -> Answer:
    return error(
        call,
        501,
        "NotImplemented",
        f"The simulated organization does not play {call.service}:{call.operation}",
    )


def error(call: Call, status: int, code: str, message: str) -> Answer:
    """Write an error in the form of the service's protocol."""
    _, headers, body = write(call, StagedError(code, message))
    return status, headers, body


def write(call: Call, result: dict[str, Any] | StagedError) -> Answer:
    """Write a result, or an error, in the form of the service's protocol."""
    if call.model is None:
        return _without_model(result)
    serializer = get_serializer_class(call.service, call.protocol)
    written: ResponseDict = serializer(call.model).serialize(result)
    body = written["body"]
    return (
        written["status_code"],
        written["headers"],
        body.encode() if isinstance(body, str) else body,
    )


def _without_model(result: dict[str, Any] | StagedError) -> Answer:
    if isinstance(result, StagedError):
        result = {"__type": result.code, "message": result.message}
    return 200, {"Content-Type": "application/json"}, json.dumps(result).encode()


def control(scenery: Scenery, environ: WSGIEnvironment) -> Answer:
    """Serve the organization's own requests to the stage, which AWS does not have."""
    content = environ["wsgi.input"].read()
    asked = json.loads(content) if content else {}
    given: dict[str, Any] = {}
    match environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/_stage/"):
        case "GET", "health":
            given = {"status": "ready"}
        case "GET", "calls":
            for (account, region, service, operation), made in sorted(scenery.calls.items()):
                given.setdefault(account, {}).setdefault(region, {})[f"{service}.{operation}"] = (
                    made
                )
        case "DELETE", "calls":
            scenery.calls.clear()
        case "PUT", "policies":
            scenery.unreachable = set(asked["unreachable"])
            scenery.closed = {(account, region) for account, region in asked["closed"]}
        case "POST", "answers":
            for each in asked:
                key = (each["account"], each["region"], each["service"], each["operation"])
                scenery.answers[key] = each["answer"]
        case "POST", "ages":
            for each in asked:
                backdate(each["account"], each["region"], each["resource"], each["days"])
        case _:
            return 404, {}, b""
    return 200, {"Content-Type": "application/json"}, json.dumps(given).encode()


def backdate(account: str, region: str, resource: str, days: int) -> None:
    """Make a volume, NAT gateway, load balancer or alarm of moto's as old as its story says."""
    past = timedelta(days=days)
    if resource.startswith("vol-"):
        volume = get_backend("ec2")[account][region].volumes[resource]
        volume.create_time -= past
    elif resource.startswith("nat-"):
        gateway = get_backend("ec2")[account][region].nat_gateways[resource]
        gateway._created_at -= past  # moto offers no other way to an older gateway
    elif ":loadbalancer/" in resource:
        balancer = get_backend("elbv2")[account][region].load_balancers[resource]
        created = datetime.fromisoformat(balancer.created_time) - past
        balancer.created_time = created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    elif ":alarm:" in resource:
        alarm = get_backend("cloudwatch")[account][region].alarms[resource.rpartition(":")[2]]
        alarm.state_updated_timestamp -= past
    else:
        message = f"{resource} has no age that can be set"
        raise ValueError(message)


def _reply(
    start_response: StartResponse, status: int, headers: Mapping[str, str], body: bytes
) -> Iterable[bytes]:
    sent = [(name, str(value)) for name, value in headers.items()]
    start_response(f"{status} Staged", [*sent, ("Content-Length", str(len(body)))])
    return [body]


class Handler(MotoRequestHandler):
    """Answer at once, and say nothing of requests that went well.

    Werkzeug closes every connection after its answer, so there is none to keep open.
    """

    def setup(self) -> None:
        super().setup()
        # Else an answer's body waits up to 40 ms for the client to acknowledge its headers.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Leave it to the counted calls."""


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
    port = int(sys.argv[1])
    os.environ["MOTO_PORT"] = str(port)
    moto = DomainDispatcherApplication(create_backend_app)
    run_simple(
        "127.0.0.1",
        port,
        Stage(cast("WSGIApplication", moto)),
        threaded=True,
        request_handler=Handler,
    )


if __name__ == "__main__":
    main()
