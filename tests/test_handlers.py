"""What the handlers hand on: pointers and counts, never data."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

import conclude
import environment
from readiness.config import Configuration, Workload
from readiness.planning import Plan, PlanError, Request, make_plan, request_of
from readiness.results import Coverage, ScanRecord, ScanStatus
from readiness.rollup import Score
from readiness.workflow import Summary
from tests.rows import NOW

#: A state of Step Functions holds 256 KiB; ours stay far below whatever an organization's size.
LIMIT = 8 * 1024
#: AWS has fewer regions.
REGIONS = [f"ap-southeast-{number}" for number in range(40)]
SCORE = Score(score=0.5, known=0.5, attested=0.0, counted=124)


def plan(workloads: int) -> Plan:
    names = [
        f"workload with a name that is as long as names may be {each:08}x"
        for each in range(workloads)
    ]
    return make_plan(
        Request(),
        scan="20261124T060000Z-aaaa",
        started=NOW,
        configuration=Configuration(
            workloads=tuple(
                Workload(name=name, accounts=(f"{number:012}",))
                for number, name in enumerate(names)
            )
        ),
    )


def record(accounts: int, scanned: int) -> ScanRecord:
    ids = tuple(f"{number:012}" for number in range(accounts))
    return ScanRecord(
        id="20261124T060000Z-aaaa",
        started=NOW,
        ended=NOW + timedelta(minutes=10),
        status=ScanStatus.PARTIAL,
        accounts=Coverage(
            expected=ids, scanned=ids[:scanned], failed=dict.fromkeys(ids[scanned:], "denied")
        ),
        organization=SCORE,
    )


def summary(name: str) -> Summary:
    return Summary(
        workload=name,
        score=SCORE,
        known_before=0.75,
        verdicts=dict.fromkeys(["PASS", "FAIL", "UNKNOWN", "NO_EVIDENCE", "NOT_APPLICABLE"], 10**6),
        failing=dict.fromkeys(["critical", "high", "medium", "low", "info"], 10**6),
        regressions={"critical": 10**6, "high": 10**6},
        new_failures=10**6,
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"workload": ["shop"]}, "workload"),
        ({"accounts": ["1"]}, "'1' in accounts is not an account id (12 digits)"),
        ({"items": ["security/record-audit-log"]}, "security/record-audit-logs"),
        ({"digest": "perhaps"}, "digest"),
    ],
)
def test_a_wrong_input_is_told_in_a_sentence(given: dict[str, object], sentence: str) -> None:
    with pytest.raises(PlanError, match="the execution's input is wrong: ") as told:
        request_of(given)

    assert sentence in str(told.value)
    assert "pydantic" not in str(told.value)


def test_a_surveyed_account_fits_into_the_state() -> None:
    regions = [
        {"scan": "20261124T060000Z-aaaa", "account": "111122223333", "region": each}
        for each in REGIONS
    ]
    state = {"scan": "20261124T060000Z-aaaa", "account": "111122223333", "regions": regions}

    assert len(json.dumps(state)) < LIMIT


def test_the_conclusion_of_five_thousand_accounts_fits_into_the_state() -> None:
    made = plan(5000)
    asked = made.model_copy(
        update={"request": Request(workloads=tuple(each.name for each in made.workloads[:300]))}
    )
    summaries = [summary(each.name) for each in made.workloads]
    told = conclude._told(asked, record(5000, 4000), summaries)

    assert len(json.dumps(told)) < LIMIT
    assert told["accounts_scanned"] == 4000
    assert len(told["asked"]) == 20
    assert told["failing"]["high"] == 5000 * 10**6


@pytest.mark.parametrize(
    ("before", "accounts", "scanned", "listed", "drop"),
    [
        (None, 10, 8, True, 0),
        ({"accounts_scanned": 10}, 10, 10, True, 0),
        ({"accounts_scanned": 10}, 10, 7, True, 3),
        ({"accounts_scanned": 7}, 10, 7, True, 0),
        # Accounts that left the organization are no loss of coverage.
        ({"accounts_scanned": 10}, 6, 6, True, 0),
        ({"accounts_scanned": 10}, 6, 5, True, 1),
        # Those that it did not tell are.
        ({"accounts_scanned": 10}, 6, 6, False, 4),
        ({"accounts_scanned": 10}, 12, 12, False, 0),
    ],
)
def test_coverage_drops_by_the_accounts_that_were_seen_before(
    before: dict[str, int] | None, accounts: int, scanned: int, listed: bool, drop: int
) -> None:
    assert conclude.dropped(before, record(accounts, scanned), listed=listed) == drop


def test_a_workload_has_metrics_of_its_own_where_the_configuration_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment.metrics.provider, "namespace", "Readiness")
    monkeypatch.setattr(environment.metrics.provider, "service", "readiness")
    conclude._measure_workloads(["shop", "gone"], [summary("shop"), summary("other")])
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert [
        (
            each["_aws"]["CloudWatchMetrics"][0]["Namespace"],
            sorted(each["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]),
            each["workload"],
            metric["Name"],
            each[metric["Name"]],
        )
        for each in lines
        for metric in each["_aws"]["CloudWatchMetrics"][0]["Metrics"]
    ] == [
        ("Readiness", ["service", "workload"], "shop", name, [value])
        for name, value in {
            "Score": 50.0,
            "Known": 50.0,
            "Regressions": 2.0 * 10**6,
            "NewFailures": 1.0 * 10**6,
        }.items()
    ]
