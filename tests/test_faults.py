"""Spoiled answers make UNKNOWN what they hide, with the true reason, and change nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.retries import bucket, standard
from moto.server import ThreadedMotoServer

from readiness.checklist.model import Status
from readiness.evidence import Reason
from readiness.scanning import Scan, scan
from tests.proxy import spoiling
from tests.world import build

REGION = "us-east-1"
SEEDS = int(os.environ.get("READINESS_FAULT_SEEDS", "5"))
#: Items of many services and protocols, and lists, pages and single calls.
ITEMS = (
    "backups-and-restoring/configure-backup",
    "cost/clean-up-unused-resources",
    "networking/configure-security-groups",
    "security/create-a-password-policy-and-enforce-mfa",
    "security/record-audit-logs",
)
#: What the proxy does to a call, as a gap tells it.
TRUE = (
    Reason.DENIED,
    Reason.THROTTLED,
    Reason.NO_ANSWER,
    Reason.TIMED_OUT,
    Reason.NOT_SUPPORTED,
    # An answer that was cut may still parse.
    Reason.ODD_ANSWER,
)


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ENDPOINT_URL", url)
    build(REGION)
    patch.undo()
    yield url
    server.stop()


@pytest.fixture(scope="module")
def undisturbed(emulator: str) -> Scan:
    return looked(emulator)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry as often as ever, without the waiting in between."""
    monkeypatch.setattr(standard.ExponentialBackoff, "delay_amount", lambda *_: 0.01)
    monkeypatch.setattr(bucket.Clock, "sleep", lambda *_: None)


def looked(url: str) -> Scan:
    session = boto3.Session("AKIATESTS00000000000", "tests", region_name=REGION)
    return scan(session, regions=[REGION], items=ITEMS, endpoint_url=url)


def answers(found: Scan) -> dict[str, Status]:
    (verdicts,) = found.verdicts.values()
    return {item: verdict.status for item, verdict in verdicts.items()}


def told(found: Scan) -> dict[tuple[Any, ...], Status]:
    return {each.key: each.status for each in found.findings}


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2])
def test_spoiled_answers_hide_and_never_lie(
    emulator: str, undisturbed: Scan, rate: float, seed: int
) -> None:
    with spoiling(emulator, rate=rate, seed=seed, spared=("sts",)) as proxy:
        found = looked(proxy.url)
        spoiled = proxy.done
    expected, verdicts = told(undisturbed), answers(undisturbed)
    unlike = {
        each.key: (each.status, each.reason)
        for each in found.findings
        if each.status is not Status.UNKNOWN and each.status is not expected.get(each.key)
    }
    reasons = {
        each.reason
        for each in found.findings
        if each.status is Status.UNKNOWN and expected.get(each.key) is not Status.UNKNOWN
    }

    assert unlike == {}
    assert [reason for reason in reasons if not any(each.value in reason for each in TRUE)] == []
    assert {
        item: status
        for item, status in answers(found).items()
        if status not in (Status.UNKNOWN, verdicts[item])
    } == {}
    assert spoiled.total() > 30


def test_credentials_that_expire_in_the_middle_leave_what_was_seen(
    emulator: str, undisturbed: Scan
) -> None:
    with spoiling(emulator, rate=1, seed=0, faults=("",)) as proxy:
        calls = 0
        choose = proxy.fault_of

        def expire(request: str) -> str:
            nonlocal calls
            calls += 1
            return choose(request) if calls < 25 else "expired"

        proxy.fault_of = expire  # type: ignore[method-assign]
        found = looked(proxy.url)
    expected = told(undisturbed)
    lost = [each for each in found.findings if each.status is Status.UNKNOWN]

    assert any("the credentials expired" in each.reason for each in lost)
    assert [
        each.key
        for each in found.findings
        if each.status not in (Status.UNKNOWN, expected.get(each.key))
    ] == []
