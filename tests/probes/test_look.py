"""How probes are run: what is seen, what is dark, and that nothing escapes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from itertools import count
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber
from moto import mock_aws
from urllib3 import HTTPResponse

from readiness import probes
from readiness.evidence import RECORDS, Evidence, Gap, Reason, Scope, record
from readiness.probes import PROBES, Probe, load, look
from readiness.probes.aws import Aws, Connection, UndeclaredCallError
from readiness.probes.models import session_of
from readiness.probes.refusals import UnseenError
from tests.rows import ACCOUNT, REGION


@record(Scope.REGION, "thing")
class Thing:
    arn: str


@record(Scope.REGION, "part of a thing")
class Part:
    arn: str


SECRET = "password=hunter2"

# Known to these tests alone.
for _kind in (Thing, Part):
    del RECORDS[_kind.__name__]


@pytest.fixture
def connection() -> Iterator[Connection]:
    session = boto3.Session(
        aws_access_key_id="AKIATEST", aws_secret_access_key="test", region_name=REGION
    )
    with mock_aws():
        made = Connection(session, account=ACCOUNT, started=datetime.now(UTC))
        yield made
        made.close()


Register = Callable[..., None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Return what makes a function the probe of a type, for one test."""
    load()

    def made(kind: type[Any], function: Any, *calls: str) -> None:
        monkeypatch.setitem(PROBES, kind, Probe(function, kind, frozenset(calls)))

    return made


def seen(connection: Connection, *kinds: type[Any]) -> dict[type[Any], Evidence[Any]]:
    return look(connection, REGION, Scope.REGION, kinds)


def test_a_crash_is_a_gap_and_keeps_what_was_seen(
    connection: Connection, register: Register
) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        yield Thing(arn="one")
        raise RuntimeError(SECRET)

    register(Thing, things)
    found = seen(connection, Thing)[Thing]

    assert found.seen == (Thing(arn="one"),)
    assert [gap.reason for gap in found.gaps] == [Reason.CRASHED]
    assert SECRET not in str(found.gaps[0])


def test_a_malformed_answer_is_a_gap(connection: Connection, register: Register) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        yield Thing(arn=None)  # type: ignore[arg-type]

    register(Thing, things)

    assert [gap.reason for gap in seen(connection, Thing)[Thing].gaps] == [Reason.ODD_ANSWER]


def test_a_call_that_was_not_declared_is_refused(connection: Connection) -> None:
    aws = Aws(connection, REGION, frozenset({"ec2.describe_vpcs"}))

    with pytest.raises(UndeclaredCallError, match=r"ec2\.describe_subnets is called but not"):
        list(aws.pages("ec2.describe_subnets", "Subnets"))


def test_what_a_dark_list_would_have_led_to_is_dark_too(
    connection: Connection, register: Register
) -> None:
    denied = Gap(reason=Reason.DENIED, action="a:ListThings", region=REGION)

    def things(aws: Aws) -> Iterator[Thing | Gap]:
        yield Thing(arn="one")
        yield denied

    def parts(aws: Aws, things: Evidence[Thing]) -> Iterator[Part | Gap]:
        for thing in things:
            yield Part(arn=thing.arn)

    register(Thing, things)
    parts.__annotations__ = {"aws": Aws, "things": Evidence[Thing], "return": Any}
    register(Part, parts)

    assert seen(connection, Part)[Part] == Evidence((Part(arn="one"),), (denied,))


def test_at_the_deadline_what_was_seen_stays_and_the_rest_is_a_gap(
    connection: Connection, register: Register
) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        yield Thing(arn="one")
        time.sleep(3)

    register(Thing, things)
    connection.deadline = time.monotonic() + 0.3
    found = seen(connection, Thing)[Thing]

    assert found.seen == (Thing(arn="one"),)
    assert [gap.reason for gap in found.gaps] == [Reason.TIMED_OUT]


def test_no_call_begins_after_the_deadline(connection: Connection, register: Register) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        for vpc in aws.pages("ec2.describe_vpcs", "Vpcs"):
            yield Thing(arn=vpc["VpcId"])

    register(Thing, things, "ec2.describe_vpcs")
    connection.deadline = time.monotonic() + 60
    assert seen(connection, Thing)[Thing].gaps == ()
    made = connection.calls.made["ec2.describe_vpcs"]
    connection.deadline = time.monotonic() - 1
    found = seen(connection, Thing)[Thing]

    assert {gap.reason for gap in found.gaps} == {Reason.TIMED_OUT}
    assert connection.calls.made["ec2.describe_vpcs"] == made == 1


def test_one_refused_resource_is_a_gap_about_itself_alone(connection: Connection) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="first")
    aws = Aws(connection, "us-east-1", frozenset({"s3.get_bucket_versioning"}))

    def versioning(thing: Thing) -> Iterator[Part]:
        aws.get("s3.get_bucket_versioning", Bucket=thing.arn)
        yield Part(arn=thing.arn)

    found = list(aws.each([Thing(arn="first"), Thing(arn="missing")], versioning))

    assert found[0] == Part(arn="first")
    assert isinstance(found[1], Gap)
    assert found[1].resource == "missing"
    assert found[1].action == "s3:GetBucketVersioning"


def answering(connection: Connection, service: str, *answers: Any) -> Stubber:
    stub = Stubber(connection.client(service, REGION))
    for operation, answer, asked in answers:
        stub.add_response(operation, answer, asked)
    return stub


def app(name: str) -> dict[str, Any]:
    return {
        "appArn": f"arn:aws:resiliencehub:{REGION}:{ACCOUNT}:app/{name}",
        "name": name,
        "creationTime": datetime.now(UTC),
    }


def test_a_list_without_a_paginator_is_read_to_its_end(connection: Connection) -> None:
    aws = Aws(connection, REGION, frozenset({"resiliencehub.list_apps"}))
    first = {"appSummaries": [app("a")], "nextToken": "more"}
    with answering(
        connection,
        "resiliencehub",
        ("list_apps", first, {}),
        ("list_apps", {"appSummaries": [app("b")]}, {"nextToken": "more"}),
    ):
        names = [each["name"] for each in aws.pages("resiliencehub.list_apps", "appSummaries")]

    assert names == ["a", "b"]


def test_a_token_that_comes_twice_is_a_list_cut_off(connection: Connection) -> None:
    aws = Aws(connection, REGION, frozenset({"resiliencehub.list_apps"}))
    page = {"appSummaries": [app("a")], "nextToken": "more"}
    with (
        answering(
            connection,
            "resiliencehub",
            ("list_apps", page, {}),
            ("list_apps", page, {"nextToken": "more"}),
        ),
        pytest.raises(UnseenError) as refused,
    ):
        list(aws.pages("resiliencehub.list_apps", "appSummaries"))

    assert refused.value.gap.reason is Reason.TRUNCATED


@pytest.mark.parametrize(("region", "gaps"), [("mx-central-1", []), (REGION, [Reason.NO_ANSWER])])
def test_a_service_that_a_region_does_not_offer_has_nothing_there(
    connection: Connection,
    register: Register,
    monkeypatch: pytest.MonkeyPatch,
    region: str,
    gaps: list[Reason],
) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://here")

    def things(aws: Aws) -> Iterator[Thing]:
        yield from aws.pages("resiliencehub.list_apps", "appSummaries")

    register(Thing, things, "resiliencehub.list_apps")
    client = connection.client("resiliencehub", region)
    monkeypatch.setattr(client, "list_apps", unreachable)
    monkeypatch.setattr(
        connection.session, "get_available_regions", lambda *_: [REGION, "us-east-1"]
    )
    found = look(connection, region, Scope.REGION, [Thing])[Thing]

    assert [gap.reason for gap in found.gaps] == gaps


@pytest.mark.parametrize(
    ("service", "operation", "member", "first"),
    [
        ("resiliencehub", "list_apps", "appSummaries", {"nextToken": "more"}),
        ("lambda", "list_functions", "Functions", {"NextMarker": "more"}),
    ],
    ids=["read by hand", "read by botocore"],
)
def test_an_error_that_answers_the_first_page_cuts_no_later_one_off(
    connection: Connection, service: str, operation: str, member: str, first: dict[str, Any]
) -> None:
    call = f"{service}.{operation}"
    aws = Aws(connection, REGION, frozenset({call}))

    def listed() -> list[Any]:
        return list(aws.pages(call, member, absent=("NotSubscribed",)))

    stub = Stubber(connection.client(service, REGION))
    stub.add_client_error(operation, "NotSubscribed")
    stub.add_response(operation, {member: [], **first})
    stub.add_client_error(operation, "NotSubscribed")
    with stub:
        assert listed() == []
        with pytest.raises(UnseenError):
            listed()


def test_no_more_calls_are_in_flight_than_are_allowed(register: Register) -> None:
    flying, most = 0, 0
    lock = threading.Lock()

    def answer(**_: Any) -> AWSResponse:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.01)
        with lock:
            flying -= 1
        body = HTTPResponse(BytesIO(b"<DescribeVpcsResponse/>"), preload_content=False)
        return AWSResponse("", 200, HTTPHeaders(), body)

    session: Any = session_of(
        aws_access_key_id="AKIATEST", aws_secret_access_key="test", region_name=REGION
    )
    connection = Connection(session, account=ACCOUNT, started=datetime.now(UTC), max_concurrency=2)
    connection.client("ec2", REGION).meta.events.register("before-send", answer)

    def things(aws: Aws) -> Iterator[Thing | Gap]:
        yield from aws.each([Thing(arn=f"{number}") for number in range(10)], partial(one, aws))

    def one(aws: Aws, thing: Thing) -> list[Thing]:
        aws.get("ec2.describe_vpcs")
        return [thing]

    def parts(aws: Aws) -> Iterator[Part]:
        for number in range(10):
            yield from (Part(arn=f"{number}") for _ in aws.pages("ec2.describe_vpcs", "Vpcs"))

    register(Thing, things, "ec2.describe_vpcs")
    register(Part, parts, "ec2.describe_vpcs")
    found = seen(connection, Thing, Part)
    connection.close()

    assert len(found[Thing].seen) == 10
    assert most == 2


def test_who_waits_for_a_turn_past_the_deadline_leaves_a_gap(
    connection: Connection, register: Register
) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        aws.get("sns.list_topics")
        yield Thing(arn="one")

    for _ in range(connection.max_concurrency):
        connection.turns.acquire()
    connection.deadline = time.monotonic() + 0.1
    register(Thing, things, "sns.list_topics")
    found = seen(connection, Thing)[Thing]

    assert found.seen == ()
    assert {gap.reason for gap in found.gaps} == {Reason.TIMED_OUT}


def answered(body: bytes, **headers: str) -> Any:
    """Return a handler that answers every request with these bytes."""

    def answer(**_: Any) -> AWSResponse:
        raw = SimpleNamespace(stream=lambda: iter([body]))
        return AWSResponse("http://x", 200, HTTPHeaders.from_dict(headers), raw)

    return answer


LIST = b'{"projects": ["shop"]}'


@pytest.mark.parametrize(
    ("body", "headers", "gaps"),
    [
        pytest.param(LIST, {}, [], id="whole"),
        pytest.param(LIST, {"content-length": "22"}, [], id="as long as was said"),
        pytest.param(LIST[:9], {"content-length": "22"}, ["no answer from the target: codebuild:ListProjects (the answer broke off)"], id="cut"),
        pytest.param(b"<html>Welcome</html>", {}, ["not supported by the endpoint: codebuild:ListProjects (the answer is not in the service's own form)"], id="of somebody else"),
    ],
)  # fmt: skip
def test_an_answer_that_is_not_whole_is_a_gap_and_no_empty_list(
    connection: Connection,
    register: Register,
    body: bytes,
    headers: dict[str, str],
    gaps: list[str],
) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        for name in aws.pages("codebuild.list_projects", "projects"):
            yield Thing(arn=name)

    register(Thing, things, "codebuild.list_projects")
    events = connection.client("codebuild", REGION).meta.events
    events.register_first("before-send", answered(body, **headers))
    found = seen(connection, Thing)[Thing]

    assert found.seen == (() if gaps else (Thing(arn="shop"),))
    assert [str(gap) for gap in found.gaps] == gaps


@pytest.mark.parametrize(
    ("call", "tokens"),
    [
        pytest.param("events.list_event_buses", "AA", id="names itself"),
        pytest.param("events.list_event_buses", "ABA", id="names an earlier one"),
        pytest.param("events.list_rules", "AA", id="names itself, with a paginator"),
        pytest.param("events.list_rules", "ABA", id="names an earlier one, with a paginator"),
    ],
)
def test_a_list_that_comes_round_is_truncated(
    connection: Connection, register: Register, call: str, tokens: str
) -> None:
    def things(aws: Aws) -> Iterator[Thing]:
        for answer in aws.answers(call):
            yield Thing(arn=answer["NextToken"])

    register(Thing, things, call)
    with Stubber(connection.client("events", REGION)) as stubber:
        for token in tokens:
            stubber.add_response(call.partition(".")[2], {"NextToken": token})
        found = seen(connection, Thing)[Thing]

    assert found.seen == tuple(Thing(arn=token) for token in tokens[:-1])
    assert [(gap.reason, gap.detail) for gap in found.gaps] == [
        (Reason.TRUNCATED, "the same page came twice")
    ]


def test_the_first_page_is_no_answer_where_there_are_more(connection: Connection) -> None:
    aws = Aws(connection, REGION, frozenset({"events.list_rules"}))
    with Stubber(connection.client("events", REGION)) as stubber:
        stubber.add_response("list_rules", {"Rules": [], "NextToken": "A"})
        with pytest.raises(UnseenError, match="truncated: events:ListRules") as refused:
            aws.get("events.list_rules")

    assert refused.value.gap.detail == "there are more pages"


def test_a_list_without_end_stops_at_its_probes_deadline(
    connection: Connection, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probes, "PROBE_SECONDS", 0.2)

    def things(aws: Aws) -> Iterator[Thing]:
        for number in count():
            aws.get("sns.list_topics")
            yield Thing(arn=f"{number}")

    register(Thing, things, "sns.list_topics")
    found = seen(connection, Thing)[Thing]

    assert found.seen
    assert {gap.reason for gap in found.gaps} == {Reason.TIMED_OUT}
