"""What a scan spends on reading: it is counted, and Cost Explorer can be switched off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import HTTPClientError
from moto import mock_aws

from readiness.checklist.model import Status
from readiness.config import Configuration
from readiness.evidence import Gap, Reason
from readiness.evidence.billing import AnomalyMonitor
from readiness.evidence.files import Target
from readiness.judging import ORGANIZATION
from readiness.planning import Request, make_plan
from readiness.probes.access import Access
from readiness.probes.aws import Aws
from readiness.probes.metrics import CALL
from readiness.results import estimated_cost
from readiness.scanning import scan
from readiness.storage import Memory
from readiness.workflow import sighting_at, survey
from tests.probes.looking import Answer, answering
from tests.rows import REGION as PLACE

ACCOUNT = "123456789012"
REGION = "us-east-1"
BILLING = "cost/create-billing-alarms"


@pytest.mark.parametrize(
    ("calls", "metrics", "expected"),
    [
        pytest.param({}, 0, 0.0, id="nothing"),
        pytest.param({"ce.get_anomaly_monitors": 3}, 0, 0.03, id="Cost Explorer by the request"),
        pytest.param({"cloudwatch.get_metric_data": 2}, 700, 0.007, id="metrics, not requests"),
        pytest.param({"cloudwatch.describe_alarms": 1000}, 0, 0.01, id="CloudWatch's other calls"),
        pytest.param({"ec2.describe_instances": 9}, 0, 0.0, id="what costs nothing"),
        pytest.param(
            {"ce.get_cost_and_usage": 2, "cloudwatch.get_metric_data": 1}, 500, 0.025, id="both"
        ),
    ],
)
def test_the_estimate(calls: dict[str, int], metrics: int, expected: float) -> None:
    assert estimated_cost(calls, metrics) == expected


def test_metrics_are_counted_as_they_are_asked_for() -> None:
    metric = {"Metric": {"Namespace": "AWS/EC2", "MetricName": "CPU"}, "Period": 60, "Stat": "Sum"}
    queries = [{"Id": f"m{number}", "MetricStat": metric} for number in range(3)]
    moment = datetime.now(UTC)
    answers = (
        Answer(CALL, {"MetricDataResults": [], "NextToken": "n"}),
        Answer(CALL, {"MetricDataResults": []}),
    )
    with answering(*answers) as connection:
        aws = Aws(connection, PLACE, frozenset({CALL}))
        pages = aws.pages(
            CALL,
            "MetricDataResults",
            MetricDataQueries=queries,
            StartTime=moment - timedelta(days=1),
            EndTime=moment,
        )
        list(pages)

        # A page is asked for as the first one was.
        assert connection.calls.metrics == 6
        assert connection.calls.made[CALL] == 2


@mock_aws
def test_what_a_scan_spent_stands_in_its_record() -> None:
    session = boto3.Session(region_name=REGION)
    ec2 = session.client("ec2")
    for _ in range(2):
        ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=8)
    found = scan(session, regions=[REGION], items=["cost/clean-up-unused-resources", BILLING]).scan
    asked = sum(found.calls["ce"].values())

    assert asked == 2
    assert found.metrics == 2
    assert found.cost_usd == pytest.approx(0.01 * asked + 2 * 0.01 / 1000, abs=0.0001)


@mock_aws
@pytest.mark.parametrize("on", [True, False])
def test_cost_explorer_is_asked_unless_it_is_switched_off(on: bool) -> None:
    found = scan(
        boto3.Session(region_name=REGION),
        regions=[REGION],
        items=[BILLING],
        configuration=Configuration(cost_explorer=on),
    )
    (anomalies,) = (
        finding
        for finding in found.findings
        if finding.check == "ce_anomaly_subscription_configured"
    )

    assert ("ce" in found.scan.calls) is on
    assert (found.scan.cost_usd >= 0.01) is on
    assert anomalies.status is Status.UNKNOWN
    assert ("switched off" in anomalies.reason) is not on
    if not on:
        assert anomalies.reason == (
            "switched off: ce:GetAnomalyMonitors (cost_explorer: false); "
            "switched off: ce:GetAnomalySubscriptions (cost_explorer: false)"
        )


@mock_aws
def test_the_deployed_survey_keeps_to_the_switch_in_the_plan() -> None:
    store = Memory()
    plan = make_plan(
        Request(items=(BILLING,)),
        scan="20261124T060000Z-0001",
        started=datetime.now(UTC) - timedelta(minutes=1),
        configuration=Configuration(cost_explorer=False),
        own_account=ACCOUNT,
    ).model_copy(update={"organization": True})
    access = Access(session=boto3.Session(region_name=REGION), own_account=ACCOUNT)
    survey(plan, ORGANIZATION, access, store)
    sighting = sighting_at(plan, Target(account=ORGANIZATION), store)

    assert sighting.of(AnomalyMonitor).gaps == (
        Gap(
            reason=Reason.SWITCHED_OFF,
            account=ACCOUNT,
            region=REGION,
            action="ce:GetAnomalyMonitors",
            detail="cost_explorer: false",
        ),
    )
    assert not [call for call in sighting.calls if call.startswith("ce.")]
    # To be told not to look is no crash.
    assert sighting.crashed == ()


@mock_aws
def test_no_host_outside_the_simulated_account_is_reached() -> None:
    # Its host ends in `api.aws`, which moto does not answer for.
    client = boto3.client("bcm-data-exports", region_name=REGION)

    with pytest.raises(HTTPClientError, match=r"a test tried to reach .*\.api\.aws"):
        client.list_exports()


HOUR = timedelta(hours=1)
METRICS = "monitoring/track-business-metrics"


@mock_aws
def test_the_business_metrics_of_the_configuration_are_asked_for() -> None:
    boto3.client("cloudwatch", REGION).put_metric_data(
        Namespace="Shop",
        MetricData=[{"MetricName": "Orders", "Value": 1, "Timestamp": datetime.now(UTC) - HOUR}],
    )
    option = "cloudwatch_business_metric_active.business_metrics"
    named = {option: [{"namespace": "Shop", "metric": "Orders"}]}
    found = scan(
        boto3.Session(region_name=REGION), regions=[REGION], items=[METRICS], options=named
    )
    (told,) = [each for each in found.findings if each.check == "cloudwatch_business_metric_active"]

    assert told.status is Status.PASS, told.because
    assert told.resource == f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:metric/Shop/Orders"
