"""How a probe's test looks: through moto in this process, or at answers written beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.stub import Stubber

from readiness.evidence import SCOPES, Evidence, Gap, Reason
from readiness.probes import load, look
from readiness.probes.aws import Connection
from readiness.probes.models import session_of
from tests.rows import ACCOUNT, NOW, REGION

DENIED = {
    "service_error_code": "AccessDeniedException",
    "service_message": "not allowed",
    "http_status_code": 403,
}


@contextmanager
def connected(account: str = ACCOUNT) -> Iterator[Connection]:
    """Connect to an account, one call at a time, so that answers come in order."""
    session = session_of(
        aws_access_key_id="AKIATEST", aws_secret_access_key="test", region_name=REGION
    )
    connection = Connection(session, account=account, started=NOW, max_concurrency=1)
    try:
        yield connection
    finally:
        connection.close()


def seen(connection: Connection, kind: type[Any]) -> Evidence[Any]:
    """Return what the probe of a type sees, with those it starts from."""
    return look(connection, REGION, SCOPES[kind], [kind])[kind]


def assert_made_as_declared(connection: Connection, *kinds: type[Any]) -> None:
    """Hold probes to their declarations: every call made is declared, every declared call made."""
    declared = {call for kind in kinds for call in load()[kind].calls}

    assert set(connection.calls.made) == declared


@dataclass
class Answer:
    """One answer of an operation, or its error (`DENIED`, or a code's own members)."""

    operation: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    asked: Mapping[str, Any] | None = None


@contextmanager
def answering(*answers: Answer, region: str = REGION) -> Iterator[Connection]:
    """Connect to an account in which each service gives these answers, in order, and no others."""
    services: dict[str, list[Answer]] = {}
    for each in answers:
        services.setdefault(each.operation.partition(".")[0], []).append(each)
    with connected() as connection:
        stubbers = []
        for service, expected in services.items():
            stubber = Stubber(connection.client(service, region))
            for each in expected:
                method = each.operation.partition(".")[2]
                if each.error:
                    stubber.add_client_error(method, expected_params=each.asked, **each.error)
                else:
                    stubber.add_response(method, dict(each.answer), each.asked)
            stubber.activate()
            stubbers.append(stubber)
        yield connection
        for stubber in stubbers:
            stubber.assert_no_pending_responses()


def refused(action: str, *, resource: str = "", region: str = REGION) -> Gap:
    """Return the gap that a denied action leaves."""
    return Gap(
        reason=Reason.DENIED, account=ACCOUNT, region=region, resource=resource, action=action
    )
