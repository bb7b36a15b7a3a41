"""Does the whole path work: deployed template, real workflow, findings, mail, files?"""

from __future__ import annotations

import json
import operator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from readiness.checklist import ITEMS
from readiness.demo.organization import (
    BROKEN,
    CLOSED,
    HOSTILE,
    MENDED,
    STAGED,
    UNREACHABLE,
    Staged,
)
from readiness.demo.run import run
from readiness.output import READ, Saved, read
from readiness.storage import Folder
from readiness.workflow import judge_workload

pytestmark = pytest.mark.xdist_group("run")


@dataclass(frozen=True)
class Left:
    """What one run of the demo left behind."""

    code: int
    folder: Path
    printed: str
    said: str

    def json(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    @property
    def saved(self) -> Saved:
        return read(self.folder)

    @property
    def findings(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text("findings.jsonl").splitlines()]

    @property
    def names(self) -> dict[str, str]:
        """The accounts' names by their ids."""
        return {"": "", **{each.id: each.name for each in self.saved.plan.accounts}}

    def shown(self, staged: Staged, status: str = "FAIL") -> list[str]:
        """Return the resources of the findings that say what was staged."""
        return [
            finding["resource"]
            for finding in self.findings
            if finding["status"] == status
            and finding["check"] == staged.check
            and self.names[finding["account"]] == staged.account
            and finding["region"] == staged.region
            and staged.resource in finding["resource"]
        ]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder, printed, said = tmp_path_factory.mktemp("demo"), StringIO(), StringIO()
    with redirect_stdout(printed), redirect_stderr(said):
        code = run(folder)
    return Left(code, folder, printed.getvalue(), said.getvalue())


def test_the_demo_ends_well_although_its_scan_is_partial(left: Left) -> None:
    assert left.code == 0, left.said
    assert left.json("scan.json")["status"] == "PARTIAL"


def test_the_record_names_what_could_not_be_seen_and_why(left: Left) -> None:
    record, ids = left.json("scan.json"), {name: each for each, name in left.names.items()}

    assert record["accounts"]["failed"] == {ids[UNREACHABLE]: "denied: sts:AssumeRole"}
    assert record["regions"]["failed"] == {
        f"{ids[CLOSED[0]]}/{CLOSED[1]}": "denied by a service control policy"
    }
    assert record["repositories"]["failed"] == {}
    assert [each["entry"] for each in record["closed_regions"]] == [
        f"closed_regions: [{CLOSED[1]}]"
    ]


def fault(staged: Staged) -> str:
    return f"{staged.account or staged.resource}: {staged.check}: {staged.story}"


@pytest.mark.parametrize(
    "staged", [each for each in (*STAGED, *BROKEN) if each not in MENDED], ids=fault
)
def test_every_staged_fault_is_found(left: Left, staged: Staged) -> None:
    assert left.shown(staged) != []


@pytest.mark.parametrize("staged", MENDED, ids=fault)
def test_what_was_mended_passes(left: Left, staged: Staged) -> None:
    assert left.shown(staged) == []
    assert left.shown(staged, "PASS") != []


def test_every_workload_has_a_verdict_on_every_item_in_order(left: Left) -> None:
    verdicts = left.json("verdicts.json")

    assert list(verdicts) == ["payments", "shop", "analytics", "platform", "sandbox", "erp"]
    assert {tuple(items) for items in verdicts.values()} == {tuple(ITEMS)}


def test_good_accounts_pass(left: Left) -> None:
    verdicts = left.json("verdicts.json")
    passing = {
        name: sum(verdict["status"] == "PASS" for verdict in items.values())
        for name, items in verdicts.items()
    }

    assert verdicts["payments"]["cost/create-billing-alarms"]["status"] == "PASS"
    assert passing["payments"] > passing["shop"]


def test_the_mail_tells_what_got_worse_and_what_got_better(left: Left) -> None:
    text = left.text("digest.txt")
    subjects = [line for line in left.said.splitlines() if "[Readiness]" in line]

    assert ["regressions" in subject for subject in subjects] == [False, True]
    assert "payments-trail" in text
    assert "payment-intents" in text
    assert "shop-orders" in text


@pytest.mark.parametrize("page", ["digest.html", "report.html"])
def test_a_hostile_name_stays_text(left: Left, page: str) -> None:
    assert HOSTILE not in left.text(page)
    assert "<img src=x" not in left.text(page)


def test_the_digest_stays_below_what_mail_clients_cut(left: Left) -> None:
    assert len(left.text("digest.html").encode()) < 80_000


def test_the_evidence_judges_again_offline_to_the_same_verdicts(left: Left) -> None:
    saved, store = left.saved, Folder(left.folder)

    again = {
        each.workload: judge_workload(saved.plan, each.workload, store).verdicts
        for each in saved.results
    }

    assert again == {each.workload: each.verdicts for each in saved.results}


#: The second scan found the stopped trail and the open port; all else is well.
ALARMS = {
    "readiness-regression-critical": True,
    "readiness-regression-high": True,
    "readiness-coverage-drop": False,
    "readiness-known-drop": False,
    "readiness-digest-failed": False,
    "readiness-digest-overdue": False,
    "readiness-no-scan": False,
}
BREACHES = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}


def values_of(left: Left, alarm: dict[str, Any]) -> list[float]:
    """Return what the scans emitted of the metric that an alarm watches, in its unit and dimensions."""
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    found = []
    for line in map(json.loads, left.text("logs/metrics.jsonl").splitlines()):
        for each in line["_aws"]["CloudWatchMetrics"]:
            named = alarm["MetricName"] in [metric["Name"] for metric in each["Metrics"]]
            same = {name: line[name] for names in each["Dimensions"] for name in names}
            if named and each["Namespace"] == alarm["Namespace"] and same == dimensions:
                found += line[alarm["MetricName"]]
    return found


def test_every_alarm_on_our_metrics_watches_what_the_scans_emit(left: Left) -> None:
    alarms = [each for each in left.json("logs/alarms.json") if each["Namespace"] == "Readiness"]
    last = {each["AlarmName"]: (each, values_of(left, each)[-1]) for each in alarms}

    assert {
        name: BREACHES[alarm["ComparisonOperator"]](value, alarm["Threshold"])
        for name, (alarm, value) in last.items()
    } == ALARMS


def test_the_first_scan_is_a_baseline_and_raises_no_alarm(left: Left) -> None:
    alarms = [each for each in left.json("logs/alarms.json") if each["Namespace"] == "Readiness"]
    first = {each["AlarmName"]: (each, values_of(left, each)[:-1]) for each in alarms}

    assert not [
        name
        for name, (alarm, values) in first.items()
        if any(BREACHES[alarm["ComparisonOperator"]](each, alarm["Threshold"]) for each in values)
    ]


def test_it_prints_where_the_files_are(left: Left) -> None:
    names = [*READ, "findings.jsonl", "verdicts.json", "scan.json", "evidence"]

    assert left.printed.splitlines() == [str(left.folder / name) for name in names]
    assert [name for name in names if not (left.folder / name).exists()] == []
