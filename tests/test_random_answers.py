"""Answers of any content that the models allow crash no probe and no check."""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3
import pytest

from readiness.evidence import Reason
from readiness.scanning import scan
from tests.answers import answering

SEEDS = int(os.environ.get("READINESS_SEEDS", "3"))
CALLER = {
    "Account": "123456789012",
    "Arn": "arn:aws:iam::123456789012:user/tester",
    "UserId": "AIDA",
}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_random_answers_crash_nothing(seed: int, caplog: pytest.LogCaptureFixture) -> None:
    session = boto3.Session("AKIA", "secret", region_name="us-east-1")
    random_answer = answering(seed)

    def answered(model: object, params: object, **rest: object) -> object:
        http, parsed = random_answer(model=model, params=params, **rest)
        name = getattr(model, "name", "")
        return http, (parsed | CALLER if name == "GetCallerIdentity" else parsed)

    events: Any = session.events
    events.register("before-call", answered)
    with caplog.at_level(logging.ERROR):
        found = scan(session, regions=["us-east-1"])
    crashed = {
        (each.check, each.reason)
        for each in found.findings
        if Reason.CRASHED.value in each.reason or Reason.CHECK_CRASHED.value in each.reason
    }

    assert [record.getMessage() for record in caplog.records] == []
    assert crashed == set()
    assert len(found.findings) > 100
