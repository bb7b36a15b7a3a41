"""What the checks of "High Availability" say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.high_availability import (
    fis_experiment_recent,
    resilience_practice_recent,
)
from readiness.checklist.model import Check
from readiness.evidence.chaos import FaultExperiment, ResilienceApp, ZonalShiftResource
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)

OTHER = "444455556666"
HUB = f"arn:aws:resiliencehub:{REGION}:{ACCOUNT}:app/shop"
BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/shop/1"


def experiment(*, days: float = 30, account: str = ACCOUNT, **changes: Any) -> FaultExperiment:
    values: dict[str, Any] = {
        "arn": f"arn:aws:fis:{REGION}:{account}:experiment/EXP1",
        "status": "completed",
        "created": NOW - timedelta(days=days),
    }
    return FaultExperiment(**values | changes)


def hub(*, days: float | None = 30, compliance: str = "PolicyMet") -> ResilienceApp:
    assessed = None if days is None else NOW - timedelta(days=days)
    return ResilienceApp(arn=HUB, name="shop", compliance=compliance, assessed=assessed)


def shift(*, practice_runs: bool = True) -> ZonalShiftResource:
    return ZonalShiftResource(arn=BALANCER, practice_runs=practice_runs)


ROWS: dict[Check[..., Any], list[Row]] = {
    fis_experiment_recent: [
        Row("an experiment a month ago", {"experiment/EXP1": PASS}, (experiment(),), says="30 days ago"),
        Row("on the last day", PASS, (experiment(days=180),)),
        Row("a day too old", NO_EVIDENCE, (experiment(days=181),), says="180 days"),
        Row("too old, but a year is allowed", PASS, (experiment(days=181),), options={"experiment_max_age_days": 365}),
        Row("it failed", NO_EVIDENCE, (experiment(status="failed"),)),
        Row("it still runs", NO_EVIDENCE, (experiment(status="running"),)),
        Row("its stop condition ended it", NO_EVIDENCE, (experiment(status="stopped"),)),
        Row("its stop condition ended it, which counts", PASS, (experiment(status="stopped"),), options={"count_stopped": True}),
        Row("in another account", NO_EVIDENCE, (experiment(account=OTHER),)),
        Row("in another account that counts", PASS, (experiment(account=OTHER),), options={"chaos_accounts": (OTHER,)}),
        Row("in an account that does not count", NO_EVIDENCE, (experiment(account=OTHER),), options={"chaos_accounts": ("999999999999",)}),
        Row("none", {f"{ACCOUNT}/{REGION}": NO_EVIDENCE}),
        Row("a sandbox", NOT_APPLICABLE, unit={"environment": "dev"}),
        Row("experiments are dark", UNKNOWN, dark=[FaultExperiment]),
        Row("a witness among dark ones", PASS, (experiment(),), gaps={FaultExperiment: [dark_gap(FaultExperiment)]}),
    ],
    resilience_practice_recent: [
        Row("weekly practice runs", {"loadbalancer/app/shop/1": PASS}, (shift(),)),
        Row("an assessment a month ago", {"app/shop": PASS}, (hub(),), says="30 days ago (PolicyMet)"),
        Row("a breached policy", {"app/shop": FAIL}, (hub(compliance="PolicyBreached"),)),
        Row("a breached policy of last year", FAIL, (hub(compliance="PolicyBreached", days=400),)),
        Row("an old assessment", {"app/shop": NO_EVIDENCE}, (hub(days=181),)),
        Row("an old assessment, but a year is allowed", PASS, (hub(days=181),), options={"assessment_max_age_days": 365}),
        Row("never assessed", {"app/shop": NO_EVIDENCE}, (hub(days=None, compliance="NotAssessed"),)),
        Row("a resource that practises nothing", {f"{ACCOUNT}/{REGION}": NO_EVIDENCE}, (shift(practice_runs=False),)),
        Row("nothing", NO_EVIDENCE),
        Row("a sandbox", NOT_APPLICABLE, (hub(compliance="PolicyBreached"),), unit={"environment": "sandbox"}),
        Row("applications are dark", UNKNOWN, dark=[ResilienceApp]),
        Row("zonal shift is dark", UNKNOWN, dark=[ZonalShiftResource]),
        Row("practice runs while applications are dark", {"loadbalancer/app/shop/1": PASS, f"{ACCOUNT}/{REGION}": UNKNOWN}, (shift(),), dark=[ResilienceApp]),
        Row("a breach while zonal shift is dark", {"app/shop": FAIL, f"{ACCOUNT}/{REGION}": UNKNOWN}, (hub(compliance="PolicyBreached"),), dark=[ZonalShiftResource]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
