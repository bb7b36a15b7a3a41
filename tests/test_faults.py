"""Spoiled answers make UNKNOWN what they hide, with the true reason, and change nothing else."""

from __future__ import annotations

import logging
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError
from botocore.retries import bucket, standard
from moto.moto_api._internal import mock_random
from moto.server import ThreadedMotoServer

from readiness import scanning
from readiness.checklist import ITEMS
from readiness.checklist.model import Status
from readiness.evidence import Reason
from readiness.probes import load, lookups
from readiness.probes.actions import action_of
from readiness.probes.models import session_of
from readiness.probes.refusals import THROTTLED, error_code, gap_of
from readiness.probes.whole import demand_whole
from readiness.scanning import Scan, scan
from tests.proxy import FAULTS, REFUSALS, spoiling
from tests.wire import operation, said
from tests.world import build

REGION = "us-east-1"
SEEDS = range(int(os.environ.get("READINESS_FAULT_SEEDS", "5")))
RATES = (0.01, 0.05, 0.2)
#: Items of many services and protocols, and lists, pages and single calls.
EVER = (
    "backups-and-restoring/configure-backup",
    "cost/clean-up-unused-resources",
    "networking/configure-security-groups",
    "security/create-a-password-policy-and-enforce-mfa",
    "security/record-audit-logs",
)
#: What a gap tells of each fault.
TOLD = {
    "500": "no answer from the target: {} (the service answered 500)",
    "503": "no answer from the target: {} (the service answered 503)",
    "throttle": "throttled: {}",
    "denied": "denied: {}",
    "expired": "denied: {} (the credentials expired)",
    "reset": "no answer from the target: {} (the connection broke)",
    "cut": "no answer from the target: {} (the answer broke off)",
    "silence": "timed out (the deadline passed)",
    "repeated": "truncated: {} (the same page came twice)",
}
_ON_ITS_WAY = re.compile(r"(?<=timed out): \S+")


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        # Names are made by chance: with the same ones, each seed spoils the same requests again.
        mock_random.seed(0)
        build(REGION)
    yield url
    server.stop()


@pytest.fixture(autouse=True, scope="module")
def _hurry() -> Iterator[None]:
    """Retry and look up as often as ever, without the waiting in between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standard.ExponentialBackoff, "delay_amount", lambda *_: 0.01)
        patch.setattr(bucket.Clock, "sleep", lambda *_: None)
        patch.setattr(lookups, "PAUSE", 0)
        # The emulator's server tells of every request.
        patch.setattr(logging.getLogger("werkzeug"), "disabled", True)
        yield


@pytest.fixture(scope="module")
def undisturbed(emulator: str) -> Scan:
    return looked(emulator)


def looked(url: str, *items: str) -> Scan:
    session = session_of(
        aws_access_key_id="AKIATESTS00000000000",
        aws_secret_access_key="tests",
        region_name=REGION,
    )
    return scan(session, regions=[REGION], items=items or None, endpoint_url=url)


def answers(found: Scan) -> dict[str, Status]:
    (verdicts,) = found.verdicts.values()
    return {item: verdict.status for item, verdict in verdicts.items()}


def told(found: Scan) -> dict[tuple[Any, ...], tuple[Status, str]]:
    """Return what is said of each resource; of none is it said twice."""
    assert len({each.key for each in found.findings}) == len(found.findings)
    return {each.key: (each.status, each.reason) for each in found.findings}


def statuses(found: Scan) -> dict[tuple[Any, ...], Status]:
    return {key: status for key, (status, _) in told(found).items()}


@dataclass(frozen=True)
class Spoiled:
    """A scan, and what was done to it."""

    scan: Scan
    done: Counter[str]
    done_to: Counter[tuple[str, str]]

    def differs(self, undisturbed: Scan) -> dict[str, Any]:
        """Return what is said otherwise than without faults, and is not UNKNOWN for the true reason."""
        before, verdicts = told(undisturbed), answers(undisturbed)
        true = {gap for fault, call in self.done_to for gap in _gaps_of(fault, call)}
        true.update(part for _, reason in before.values() for part in reason.split("; "))
        unlike: dict[str, Any] = {
            str(key): (now, reason)
            for key, (now, reason) in told(self.scan).items()
            if now is not before.get(key, ("",))[0]
            # A deadline passes whichever call is on its way.
            and (
                now is not Status.UNKNOWN
                or not true.issuperset(_ON_ITS_WAY.sub("", reason).split("; "))
            )
        }
        unlike |= {
            item: now
            for item, now in answers(self.scan).items()
            if now not in (Status.UNKNOWN, verdicts[item])
        }
        return unlike


def _gaps_of(fault: str, call: str) -> Iterator[str]:
    """Yield what a gap may tell of a fault that was done to a call."""
    if fault in TOLD:
        yield TOLD[fault].format(action_of(call))
    asked = operation(call)
    if fault in REFUSALS and asked.model.http["method"] == "HEAD":
        # Its answer has no body that could say more than the status.
        _, status = said(fault, asked.service, asked)
        yield TOLD["500"].format(action_of(call)).replace("500", str(status))


@pytest.fixture(scope="module")
def spoiled(emulator: str) -> Callable[[float, int], Spoiled]:
    @cache
    def run(rate: float, seed: int) -> Spoiled:
        others = random.Random(f"{rate} {seed}").sample(list(ITEMS), 3)
        with spoiling(emulator, rate=rate, seed=seed) as proxy:
            found = looked(proxy.url, *{*EVER, *others})
        return Spoiled(found, proxy.done, proxy.done_to)

    return run


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("rate", RATES)
def test_spoiled_answers_hide_and_never_lie(
    spoiled: Callable[[float, int], Spoiled], undisturbed: Scan, rate: float, seed: int
) -> None:
    found = spoiled(rate, seed)

    assert found.differs(undisturbed) == {}
    assert found.done.total() > 30


def test_every_fault_was_done(spoiled: Callable[[float, int], Spoiled]) -> None:
    done = sum((spoiled(rate, seed).done for rate in RATES for seed in SEEDS), Counter[str]())

    assert set(done) == {"", *FAULTS}
    assert min(done.values()) >= 3


@pytest.mark.parametrize("fault", ["empty", "split"])
def test_pages_without_records_and_short_ones_change_nothing(
    emulator: str, undisturbed: Scan, fault: str
) -> None:
    with spoiling(emulator, faults=(fault,)) as proxy:
        found = looked(proxy.url)

    assert statuses(found) == statuses(undisturbed)
    assert answers(found) == answers(undisturbed)
    assert len({operation for _, operation in proxy.done_to}) > 100
    assert proxy.done[fault] > 150


def test_lists_that_never_end_are_truncated(emulator: str, undisturbed: Scan) -> None:
    with spoiling(emulator, faults=("repeated",)) as proxy:
        found = Spoiled(looked(proxy.url), proxy.done, proxy.done_to)
    endless = {name for fault, name in proxy.done_to if fault == "repeated"}
    lost = {each.reason for each in found.scan.findings if "truncated" in each.reason}

    assert found.differs(undisturbed) == {}
    assert len(endless) > 100
    # Some of which botocore follows, and some of which it does not.
    assert {"ec2.describe_instances", "events.list_event_buses"} <= endless
    assert "truncated: ec2:DescribeInstances (the same page came twice)" in lost
    assert "truncated: events:ListEventBuses (the same page came twice)" in lost


def test_credentials_that_expire_in_the_middle_leave_what_was_seen(
    emulator: str, undisturbed: Scan
) -> None:
    with spoiling(emulator) as proxy:
        proxy.fate = lambda request: "" if request < 40 else "expired"
        found = Spoiled(looked(proxy.url, *EVER), proxy.done, proxy.done_to)
    known = Counter(status is not Status.UNKNOWN for status, _ in told(found.scan).values())

    assert found.differs(undisturbed) == {}
    assert any("the credentials expired" in each.reason for each in found.scan.findings)
    assert known[True] > 5


def test_a_target_that_falls_silent_is_left_at_its_deadline(
    emulator: str, undisturbed: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "TARGET_SECONDS", 2)
    with spoiling(emulator) as proxy:
        proxy.fate = lambda request: "" if request < 6 else "silence"
        found = Spoiled(looked(proxy.url, *EVER), proxy.done, proxy.done_to)

    assert found.differs(undisturbed) == {}
    assert any("the deadline passed" in each.reason for each in found.scan.findings)


#: What each refusal reads as, in the form of a service of each protocol: in the order of REFUSALS.
FORMS = {
    "ec2.describe_vpcs": "InternalError Unavailable RequestLimitExceeded UnauthorizedOperation RequestExpired",
    "s3.list_buckets": "InternalError ServiceUnavailable SlowDown AccessDenied ExpiredToken",
    "rds.describe_db_instances": "InternalFailure ServiceUnavailable Throttling AccessDenied ExpiredToken",
    "route53.list_hosted_zones": "InternalFailure ServiceUnavailable Throttling AccessDenied ExpiredToken",
    "dynamodb.list_tables": "InternalFailure ServiceUnavailableException ThrottlingException AccessDeniedException ExpiredTokenException",
    "codebuild.list_projects": "InternalFailure ServiceUnavailableException ThrottlingException AccessDeniedException ExpiredTokenException",
    "efs.describe_file_systems": "InternalFailure ServiceUnavailableException ThrottlingException AccessDeniedException ExpiredTokenException",
    "lambda.list_functions": "InternalFailure ServiceUnavailableException TooManyRequestsException AccessDeniedException ExpiredTokenException",
}
READS = dict(
    zip(
        REFUSALS,
        (Reason.NO_ANSWER, Reason.NO_ANSWER, Reason.THROTTLED, Reason.DENIED, Reason.DENIED),
        strict=True,
    )
)


@pytest.mark.parametrize("called", FORMS)
def test_a_service_refuses_in_its_own_form(emulator: str, called: str) -> None:
    service, _, method = called.partition(".")
    met: dict[str, tuple[str, Reason]] = {}
    with spoiling(emulator) as proxy:
        client: Any = session_of(region_name=REGION).client(  # type: ignore[call-overload]
            service, endpoint_url=proxy.url, config=Config(retries={"total_max_attempts": 1})
        )
        demand_whole(client)
        for fault in (*REFUSALS, "reset", "cut"):
            proxy.faults = (fault,)
            with pytest.raises((ClientError, BotoCoreError, ResponseParserError)) as refused:
                getattr(client, method)()
            error = refused.value
            name = error_code(error) if isinstance(error, ClientError) else type(error).__name__
            met[fault] = (name, gap_of(error, called).reason)
        client.close()
    codes = zip(REFUSALS, FORMS[called].split(), strict=True)

    assert met == {
        **{fault: (code, READS[fault]) for fault, code in codes},
        "reset": ("ConnectionClosedError", Reason.NO_ANSWER),
        "cut": ("IncompleteReadError", Reason.NO_ANSWER),
    }


CALLS = sorted({call for probe in load().values() for call in probe.calls})


def test_every_throttling_that_a_declared_call_may_answer_is_known() -> None:
    codes = {said("throttle", "", operation(call))[0] for call in CALLS}

    assert codes - THROTTLED == set()


#: Calls whose arguments or answers have a token that names no page.
NO_PAGES = {
    "kms.describe_key": "asks with a grant",
    "wafv2.get_rule_group": "answers with a lock",
    "wafv2.get_web_acl": "answers with a lock",
}


def test_the_proxy_can_spoil_the_pages_of_every_list() -> None:
    paged, unpaged = set(), set()
    for call in CALLS:
        asked = operation(call)
        shapes = (asked.model.input_shape, asked.model.output_shape)
        names = {name for shape in shapes if shape is not None for name in shape.members}
        if asked.paging:
            paged.add(call)
        elif any("token" in name.lower() or "marker" in name.lower() for name in names):
            unpaged.add(call)

    assert unpaged == set(NO_PAGES)
    assert len(paged) > 200
