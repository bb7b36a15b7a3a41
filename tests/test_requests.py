"""A scan asks for nothing twice."""

from __future__ import annotations

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

    def note(model: Any, params: Any, **_: Any) -> None:
        asked[
            model.service_model.service_name,
            model.name,
            params["context"]["client_region"],
            *(str(params[part]) for part in ("url", "query_string", "body")),
        ] += 1

    session.events.register("before-call", note)
    found = scan(session, regions=[REGION])
    repeated = {request: count for request, count in asked.items() if count > 1}

    assert repeated == {}
    # What is counted for the reader is what was sent; who is calling is asked before the scan.
    counted = sum(sum(calls.values()) for calls in found.scan.calls.values())
    assert counted == asked.total() - 1
    assert counted > 60
