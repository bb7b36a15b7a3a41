"""What is seen of experiments, practice runs and assessments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.chaos import FaultExperiment, ResilienceApp, ZonalShiftResource
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

HUB = f"arn:aws:resiliencehub:{REGION}:{ACCOUNT}:app"
FIS = f"arn:aws:fis:{REGION}:{ACCOUNT}:experiment"


def test_every_page_of_experiments() -> None:
    def page(name: str, **more: str) -> dict[str, Any]:
        found = {
            "id": name,
            "arn": f"{FIS}/{name}",
            "state": {"status": "completed", "reason": "done"},
            "creationTime": NOW,
        }
        return {"experiments": [found], **more}

    answers = (
        Answer("fis.list_experiments", page("EXP1", nextToken="more"), asked={}),
        Answer("fis.list_experiments", page("EXP2"), asked={"nextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, FaultExperiment)
        assert_made_as_declared(connection, FaultExperiment)

    assert found == Evidence(
        tuple(
            FaultExperiment(arn=f"{FIS}/{name}", status="completed", created=NOW)
            for name in ("EXP1", "EXP2")
        )
    )


def test_every_page_of_applications() -> None:
    def page(name: str, **more: Any) -> dict[str, Any]:
        return {"appArn": f"{HUB}/{name}", "name": name, "creationTime": NOW, **more}

    assessed = {
        "complianceStatus": "PolicyMet",
        "lastAppComplianceEvaluationTime": NOW - timedelta(days=3),
    }
    answers = (
        Answer("resiliencehub.list_apps", {"appSummaries": [page("1", **assessed)], "nextToken": "more"}, asked={}),
        Answer("resiliencehub.list_apps", {"appSummaries": [page("2")]}, asked={"nextToken": "more"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, ResilienceApp)
        assert_made_as_declared(connection, ResilienceApp)

    assert found == Evidence(
        (
            ResilienceApp(
                arn=f"{HUB}/1", name="1", compliance="PolicyMet", assessed=NOW - timedelta(days=3)
            ),
            ResilienceApp(arn=f"{HUB}/2", name="2", compliance="NotAssessed", assessed=None),
        )
    )


def test_every_page_of_zonal_shift() -> None:
    def page(*statuses: str, **more: str) -> dict[str, Any]:
        return {
            "items": [
                {"arn": f"arn:{status}", "availabilityZones": [], "practiceRunStatus": status}
                for status in statuses
            ],
            **more,
        }

    operation = "arc-zonal-shift.list_managed_resources"
    answers = (
        Answer(operation, page("ENABLED", nextToken="more"), asked={}),
        Answer(operation, page("DISABLED"), asked={"nextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ZonalShiftResource)
        assert_made_as_declared(connection, ZonalShiftResource)

    assert found == Evidence(
        (
            ZonalShiftResource(arn="arn:ENABLED", practice_runs=True),
            ZonalShiftResource(arn="arn:DISABLED", practice_runs=False),
        )
    )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (FaultExperiment, "fis.list_experiments", "fis:ListExperiments"),
        (ResilienceApp, "resiliencehub.list_apps", "resiliencehub:ListApps"),
        (ZonalShiftResource, "arc-zonal-shift.list_managed_resources", "arc-zonal-shift:ListManagedResources"),
    ],
)  # fmt: skip
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
