"""What `repo_load_test_present` of "High Availability" says, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.high_availability import repo_load_test_present
from readiness.checklist.model import Check
from readiness.evidence.repository import CiStep, LastChange, LoadTest, Repository
from tests.repositories.records import SHOP, repository, step
from tests.rows import NO_EVIDENCE, NOT_APPLICABLE, NOW, PASS, UNKNOWN, Row, assert_row, dark_gap

PATH = "tests/load/checkout.js"
K6 = LoadTest(repository=SHOP, path=PATH, tool="k6")


def changed(days: float, path: str = PATH) -> LastChange:
    return LastChange(repository=SHOP, path=path, committed=NOW - timedelta(days=days))


ROWS: dict[Check[..., Any], list[Row]] = {
    repo_load_test_present: [
        Row("changed this year", PASS, (repository(), K6, changed(30)), says="changed 30 days ago"),
        Row("old, but CI names it", PASS, (repository(), K6, changed(900), step("node run.js tests/load/checkout.js")), says="in its CI"),
        Row("CI puts load on a system", PASS, (repository(), step("vegeta attack -duration=60s", on_change=False)), says="puts load"),
        Row("an action puts load on a system", PASS, (repository(), step(uses="grafana/run-k6-action"))),
        Row("old and unused", NO_EVIDENCE, (repository(), K6, changed(366)), says="nobody changed in 365 days"),
        Row("old, two years allowed", PASS, (repository(), K6, changed(366)), options={"load_test_max_age_days": 730}),
        Row("a folder without history, and no CI", NO_EVIDENCE, (repository(), K6)),
        Row("none", NO_EVIDENCE, (repository(),), says="defines no load test"),
        Row("only runs count, by option", NO_EVIDENCE, (repository(), K6, changed(1)), options={"load_test_requires_run": True}),
        Row("not production", NOT_APPLICABLE, (repository(),), unit={"environment": "dev"}),
        Row("archived", NOT_APPLICABLE, (repository(archived=True),)),
        Row("the repository is dark", UNKNOWN, (K6, changed(1)), dark=[Repository]),
        Row("load tests are dark", UNKNOWN, (repository(),), dark=[LoadTest]),
        Row("steps are dark, and no test is seen", UNKNOWN, (repository(),), dark=[CiStep]),
        Row("steps are dark, a step was seen", PASS, (repository(), step("k6 run a.js")), gaps={CiStep: [dark_gap(CiStep)]}),
        Row("the change is dark", UNKNOWN, (repository(), K6), dark=[LastChange]),
        Row("one change is dark, another decides", PASS, (repository(), K6, changed(3)), gaps={LastChange: [dark_gap(LastChange)]}),
        Row("what is no load test was changed", NO_EVIDENCE, (repository(), K6, changed(3, "README.md"))),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "row", [pytest.param(row, id=row.id) for row in ROWS[repo_load_test_present]]
)
def test_the_check_says(row: Row) -> None:
    assert_row(repo_load_test_present, row)
