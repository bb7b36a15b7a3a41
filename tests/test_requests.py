"""A scan asks for nothing twice."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import boto3
from moto import mock_aws

from readiness.scanning import scan
from tests.world import build

REGION = "us-east-1"


@mock_aws
def test_no_request_is_sent_twice() -> None:
    build(REGION)
    session = boto3.Session(region_name=REGION)
    asked: Counter[tuple[str, ...]] = Counter()
    lock = threading.Lock()

    def note(model: Any, params: Any, **_: Any) -> None:
        place = params["context"]["client_region"]
        sent = (str(params[part]) for part in ("url", "query_string", "body"))
        with lock:
            asked[model.service_model.service_name, model.name, place, *sent] += 1

    session.events.register("before-call", note)
    found = scan(session, regions=[REGION])
    repeated = {request: count for request, count in asked.items() if count > 1}

    assert repeated == {}
    # What is counted for the reader is what was sent; who is calling is asked before the scan.
    counted = sum(sum(calls.values()) for calls in found.scan.calls.values())
    assert counted == asked.total() - 1
    assert counted > 60


@mock_aws
def test_a_region_is_looked_at_while_its_account_still_is() -> None:
    session = boto3.Session(region_name=REGION)
    region_asked = threading.Event()
    waited: list[bool] = []

    def wait(**_: Any) -> None:
        waited.append(region_asked.wait(30))

    session.events.register("before-call.iam.GetAccountSummary", wait)
    session.events.register("before-call.ec2.DescribeVpcs", lambda **_: region_asked.set())
    scan(session, regions=[REGION])

    assert waited == [True]
