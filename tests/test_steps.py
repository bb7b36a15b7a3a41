"""The steps after the looking, on a real table: killed and tried again, and blind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

import conclude
import environment
from readiness.checklist.model import Severity, Status
from readiness.evidence import Gap, Reason
from readiness.evidence.files import Sighting, Target
from readiness.ledger import Ledger
from readiness.planning import Plan
from readiness.results import load, load_record
from readiness.storage import Memory
from readiness.workflow import finish_workload, leave, pool, save_plan
from tests.rows import ACCOUNT, REGION
from tests.table import KilledError, Writes, made, rows
from tests.test_workflow import OTHER, plan, seen_everywhere

FIRST = plan().scan
#: What tells when something was done, and nothing of what.
MOMENTS = ("at", "expires", "record")


@dataclass
class Hub:
    """A store and a ledger whose writes are counted, and of which one kills."""

    ledger: Ledger
    store: Memory = field(default_factory=Memory)
    writes: Writes = field(default_factory=Writes)

    def __post_init__(self) -> None:
        put = self.store.put

        def counted(key: str, content: bytes) -> None:
            self.writes.count()
            put(key, content)

        self.store.put = counted  # type: ignore[method-assign]
        self.writes.watch(self.ledger)

    def documents(self) -> dict[str, bytes]:
        """Return what the store holds, less what tells when and in how many attempts."""
        found = {key: self.store.get(key) or b"" for key in self.store.keys("")}
        for key in found:
            if key.endswith("/scan.json"):
                record = load_record(found[key])
                found[key] = repr((record.status, record.workloads, record.accounts)).encode()
            if "/summaries/" in key:
                # The second attempt has less left to write.
                found[key] = re.sub(rb'"written":\d+', b"", found[key])
        return found

    def table(self) -> list[dict[str, Any]]:
        return [
            {name: value for name, value in row.items() if name not in MOMENTS}
            for row in rows(self.ledger)
        ]


class Context:
    """What a handler is told by Lambda."""

    function_name = "readiness-conclude"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:readiness-conclude"
    aws_request_id = "1"

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


def steps(hub: Hub, made_plan: Plan) -> Iterator[Any]:
    """Yield the steps after the looking, each as the workflow starts it."""
    yield lambda: pool(made_plan, hub.store)
    for workload in made_plan.workloads:
        yield lambda name=workload.name: finish_workload(made_plan, name, hub.store, hub.ledger)
    yield lambda: conclude.handler({"scan": made_plan.scan}, Context())


@pytest.fixture(autouse=True)
def _namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.metrics.provider, "namespace", "Readiness")


def scanned(hub: Hub, made_plan: Plan, monkeypatch: pytest.MonkeyPatch, kill_at: int = -1) -> int:
    """Run the steps of a scan, and each that is killed once more; return how much was written."""
    monkeypatch.setattr(conclude, "store", lambda: hub.store)
    monkeypatch.setattr(conclude, "ledger", lambda: hub.ledger)
    hub.writes.left = -1
    save_plan(made_plan, hub.store)
    seen_everywhere(made_plan, hub.store)
    if made_plan.scan > FIRST:
        # Something changes: what was seen of one region is UNKNOWN now.
        lost = Target(account=ACCOUNT, region=REGION)
        gap = Gap(reason=Reason.DENIED, account=ACCOUNT, region=REGION)
        leave(made_plan, Sighting(target=lost, failed=gap), hub.store)
    hub.writes.left, hub.writes.made = kill_at, 0
    for step in steps(hub, made_plan):
        try:
            step()
        except KilledError:
            step()
    return hub.writes.made


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_any_step_killed_at_any_write_and_tried_again_leaves_the_same(
    hub: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = Hub(made(hub("dynamodb")))
    first, second = (
        plan(),
        plan(scan="20261125T060000Z-bbbb", started=plan().started + timedelta(1)),
    )
    scanned(undisturbed, first, monkeypatch)
    writes = scanned(undisturbed, second, monkeypatch)
    expected = undisturbed.table(), undisturbed.documents()

    assert writes > 10
    for kill_at in range(writes):
        killed = Hub(made(hub("dynamodb")))
        scanned(killed, first, monkeypatch)
        scanned(killed, second, monkeypatch, kill_at)

        documents = killed.documents()
        changed = [key for key in documents if documents[key] != expected[1].get(key)]

        assert (killed.table(), changed) == (expected[0], []), f"killed at write {kill_at}"
        assert documents.keys() == expected[1].keys()


def test_a_scan_that_sees_nothing_changes_no_answer_and_raises_the_coverage_alarm_alone(
    hub: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    blind = Hub(made(hub("dynamodb")))
    first, second = (
        plan(),
        plan(scan="20261125T060000Z-bbbb", started=plan().started + timedelta(1)),
    )
    scanned(blind, first, monkeypatch)
    before = known(blind)
    capsys.readouterr()
    monkeypatch.setattr("tests.test_steps.seen_everywhere", refused_everywhere)
    scanned(blind, second, monkeypatch)
    emitted = next(
        document
        for document in map(json.loads, capsys.readouterr().out.splitlines())
        if "CoverageDrop" in document
    )

    assert len(before) > 100
    assert before.items() <= known(blind).items()
    assert emitted["CoverageDrop"] == [2.0]
    assert {name: emitted[name] for name in emitted if name.startswith("Regressions")} == {
        f"Regressions{each.value.capitalize()}": [0.0] for each in Severity
    }


def refused_everywhere(made_plan: Plan, store: Memory) -> None:
    for account in made_plan.accounts:
        gap = Gap(reason=Reason.DENIED, account=account.id, detail="sts:AssumeRole")
        leave(made_plan, Sighting(target=Target(account=account.id), failed=gap), store)


def known(hub: Hub) -> dict[tuple[str, ...], str]:
    """Return the last known answer of every finding in the newest results."""
    found: dict[tuple[str, ...], str] = {}
    for name in (ACCOUNT, OTHER):
        key = hub.ledger.before(name, "3") or ""
        for each in load(hub.store.get(key) or b"").findings:
            answer = each.last_known or each.status
            if answer != Status.UNKNOWN:
                found[(name, *each.key)] = str(answer)
    return found
