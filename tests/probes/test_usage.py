"""What is seen of how much is used: by Compute Optimizer, and by metrics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence, Gap
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.functions import FunctionUse
from readiness.evidence.usage import (
    DatabaseConnections,
    DatabaseHours,
    DayOfUse,
    InstanceRecommendation,
    InstanceType,
    InstanceUse,
    RunHours,
)
from readiness.probes.aws import Aws
from readiness.probes.usage import database_hours
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

METRICS = "cloudwatch.get_metric_data"
OPTIMIZER = "compute-optimizer.get_ec2_instance_recommendations"
NOT_ENROLLED = Answer(
    OPTIMIZER, error={"service_error_code": "OptInRequiredException", "http_status_code": 400}
)
MIDNIGHT = NOW.replace(hour=0)
IN_GROUP = [{"Key": "aws:autoscaling:groupName", "Value": "web"}]
PRODUCTION = [{"Key": "Environment", "Value": "Prod"}]


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def days(*numbers: float, last: datetime = MIDNIGHT) -> dict[str, Any]:
    """Return a number for each day, the newest first and the last of them begun at `last`."""
    stamps = [last - timedelta(days=number) for number in range(len(numbers))]
    return {"Timestamps": stamps, "Values": list(numbers)}


def hours(number: int) -> dict[str, Any]:
    stamps = [NOW - timedelta(hours=each + 1) for each in range(number)]
    return {"Timestamps": stamps, "Values": [1.0] * number}


def measured(*results: Mapping[str, Any]) -> Answer:
    named = [{"Id": f"m{number}", **each} for number, each in enumerate(results)]
    return Answer(METRICS, {"MetricDataResults": named})


def instances(*given: Mapping[str, Any]) -> Answer:
    whole = [
        {
            "InstanceId": f"i-{number}",
            "InstanceType": "m7g.large",
            "State": {"Name": "running"},
            "LaunchTime": NOW - timedelta(days=100),
            "Placement": {"AvailabilityZone": f"{REGION}a"},
            **each,
        }
        for number, each in enumerate(given, 1)
    ]
    return Answer("ec2.describe_instances", {"Reservations": [{"Instances": whole}]})


def groups(*given: Mapping[str, Any]) -> Answer:
    whole = [
        {
            "AutoScalingGroupARN": arn("autoscaling", f"group/{each['AutoScalingGroupName']}"),
            "AvailabilityZones": [f"{REGION}a"],
            "MinSize": 1,
            "MaxSize": 4,
            "DesiredCapacity": 2,
            "DefaultCooldown": 0,
            "HealthCheckType": "EC2",
            "CreatedTime": NOW - timedelta(days=100),
            **each,
        }
        for each in given
    ]
    return Answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": whole})


def asked(connection: Any) -> list[str]:
    """Note the dimensions of every metric that is asked for."""
    found: list[str] = []

    def note(params: Any, **_: Any) -> None:
        for query in params["MetricDataQueries"]:
            metric = query["MetricStat"]["Metric"]
            named = ",".join(each["Value"] for each in metric["Dimensions"])
            found.append(f"{metric['Namespace']} {metric['MetricName']} {named}".strip())

    client = connection.client("cloudwatch", REGION)
    client.meta.events.register("provide-client-params.cloudwatch.GetMetricData", note)
    return found


def test_the_types_that_run_each_once() -> None:
    described = [
        {"InstanceType": "m3.large", "CurrentGeneration": False},
        {
            "InstanceType": "m7g.large",
            "CurrentGeneration": True,
            "AutoRecoverySupported": True,
            "BareMetal": True,
            "InstanceStorageSupported": True,
        },
    ]
    answers = (
        instances(
            {},
            {},
            {"InstanceType": "m3.large"},
            {"InstanceType": "x", "State": {"Name": "stopped"}},
        ),
        Answer(
            "ec2.describe_instance_types",
            {"InstanceTypes": described},
            asked={"Filters": [{"Name": "instance-type", "Values": ["m3.large", "m7g.large"]}]},
        ),
    )
    with answering(*answers) as connection:
        assert seen(connection, InstanceType) == Evidence(
            (
                InstanceType(
                    arn=arn("ec2", "instance-type/m3.large"), name="m3.large", current=False
                ),
                InstanceType(
                    arn=arn("ec2", "instance-type/m7g.large"),
                    name="m7g.large",
                    current=True,
                    recoverable=True,
                    metal=True,
                    stores=True,
                ),
            )
        )


def option(percent: float | None, kind: str, discounted: float | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"instanceType": kind}
    if percent is not None:
        found["savingsOpportunity"] = {"savingsOpportunityPercentage": percent}
    if discounted is not None:
        found["savingsOpportunityAfterDiscounts"] = {"savingsOpportunityPercentage": discounted}
    return found


def test_recommendations_of_every_page_in_one_form() -> None:
    first = {
        "instanceArn": "a",
        "finding": "OVER_PROVISIONED",
        "recommendationOptions": [
            option(20, "small", discounted=12),
            option(15, "medium"),
            option(None, "large"),
        ],
        "utilizationMetrics": [{"name": "MEMORY"}],
        "externalMetricStatus": {"statusCode": "NO_EXTERNAL_METRIC_SET"},
    }
    second = {
        "instanceArn": "b",
        "finding": "Underprovisioned",
        "recommendationOptions": [option(None, "large")],
        "utilizationMetrics": [{"name": "Cpu"}],
        "externalMetricStatus": {"statusCode": "INSUFFICIENT_DATADOG_METRICS"},
    }
    answers = (
        instances({}),
        Answer(OPTIMIZER, {"instanceRecommendations": [first], "nextToken": "n"}, asked={"maxResults": 1000}),
        Answer(OPTIMIZER, {"instanceRecommendations": [second]}, asked={"maxResults": 1000, "nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, InstanceRecommendation) == Evidence(
            (
                InstanceRecommendation(
                    arn="a",
                    finding="overprovisioned",
                    saving_percent=15,
                    better="medium",
                    memory=True,
                ),
                InstanceRecommendation(
                    arn="b",
                    finding="underprovisioned",
                    saving_percent=None,
                    better="large",
                    memory=False,
                    outside="INSUFFICIENT_DATADOG_METRICS",
                ),
            )
        )
        assert_made_as_declared(connection, InstanceRecommendation, Instance)


def test_an_account_that_is_not_enrolled_has_no_recommendation() -> None:
    with answering(instances({}), NOT_ENROLLED) as connection:
        assert seen(connection, InstanceRecommendation) == Evidence()


def test_no_recommendation_is_asked_for_where_nothing_runs() -> None:
    with answering(instances({"State": {"Name": "stopped"}})) as connection:
        assert seen(connection, InstanceRecommendation) == Evidence()


def test_the_whole_days_of_what_has_run_long_enough() -> None:
    stopped = {"State": {"Name": "stopped"}}
    young = {"LaunchTime": NOW - timedelta(days=13)}
    recommended = {"instanceArn": arn("ec2", "instance/i-5"), "finding": "Optimized"}
    alone = {"instanceArn": arn("ec2", "instance/i-1"), "finding": "Optimized"}
    answers = (
        instances(
            {}, stopped, young, {"Operator": {"Managed": True}}, {"Tags": IN_GROUP}, {"Tags": IN_GROUP}
        ),
        Answer(OPTIMIZER, {"instanceRecommendations": [recommended, alone]}),
        # Today, of six hours, is no day; neither is one that lacks a number.
        measured(
            days(9, 2, 3, 4), days(9, 20, 30, 40), days(9, 200, 300, 400), days(9, 10),
            *[days()] * 4,
        ),
    )  # fmt: skip
    with answering(*answers) as connection:
        named = asked(connection)
        found = seen(connection, InstanceUse)

    assert found == Evidence(
        (
            InstanceUse(
                arn=arn("ec2", "instance/i-1"),
                days=(DayOfUse(cpu_average=2, cpu_maximum=20, network=210),),
            ),
            InstanceUse(arn=arn("ec2", "instance/i-6"), days=()),
        )
    )
    assert {name.rpartition(" ")[2] for name in named} == {"i-1", "i-6"}


def test_the_hours_of_what_stands_alone_and_of_groups() -> None:
    fresh = {"LaunchTime": NOW - timedelta(days=2)}
    answers = (
        instances(
            {}, fresh, {"Tags": IN_GROUP}, {"Tags": PRODUCTION}, {"InstanceLifecycle": "spot"}
        ),
        groups(
            {"AutoScalingGroupName": "web"},
            {"AutoScalingGroupName": "none", "MaxSize": 0},
            {"AutoScalingGroupName": "live", "Tags": PRODUCTION},
        ),
        measured(hours(100), hours(48), hours(337)),
    )
    with answering(*answers) as connection:
        named = asked(connection)
        found = seen(connection, RunHours)

    assert found == Evidence(
        (
            RunHours(arn=arn("ec2", "instance/i-1"), ran=100, there=336),
            RunHours(arn=arn("ec2", "instance/i-2"), ran=48, there=48),
            RunHours(arn=arn("autoscaling", "group/web"), ran=336, there=336),
        )
    )
    assert named == [f"AWS/EC2 CPUUtilization {name}" for name in ("i-1", "i-2", "web")]


def test_an_instance_that_was_started_again_is_as_old_as_its_first_interface() -> None:
    again = {
        "LaunchTime": NOW - timedelta(hours=5),
        "NetworkInterfaces": [
            {"Attachment": {"DeviceIndex": 0, "AttachTime": NOW - timedelta(days=50)}}
        ],
    }
    with answering(instances(again), groups(), measured(hours(5))) as connection:
        assert seen(connection, RunHours) == Evidence(
            (RunHours(arn=arn("ec2", "instance/i-1"), ran=5, there=336),)
        )


def databases(*given: Mapping[str, Any]) -> Answer:
    whole = [
        {
            "DBInstanceArn": arn("rds", f"db:{each['DBInstanceIdentifier']}"),
            "Engine": "postgres",
            "DBInstanceStatus": "available",
            "BackupRetentionPeriod": 7,
            "InstanceCreateTime": NOW - timedelta(days=100),
            **each,
        }
        for each in given
    ]
    return Answer("rds.describe_db_instances", {"DBInstances": whole})


def clusters(*given: Mapping[str, Any]) -> Answer:
    whole = [
        {
            "DBClusterArn": arn("rds", f"cluster:{each['DBClusterIdentifier']}"),
            "Engine": "aurora-mysql",
            "Status": "available",
            "BackupRetentionPeriod": 7,
            "ClusterCreateTime": NOW - timedelta(days=100),
            **each,
        }
        for each in given
    ]
    return Answer("rds.describe_db_clusters", {"DBClusters": whole})


def hours_of_databases(connection: Any, instances: Answer, clusters: Answer) -> Evidence[Any]:
    """Look with lists that were seen before: two probes that ask RDS come in no order."""
    with answering(instances) as listing:
        listed = seen(listing, DbInstance)
    with answering(clusters) as listing:
        clustered = seen(listing, DbCluster)
    aws = Aws(connection, REGION, frozenset({METRICS}))
    found = list(database_hours(aws, listed, clustered))
    gaps = tuple(each for each in found if isinstance(each, Gap))
    return Evidence(tuple(each for each in found if not isinstance(each, Gap)), gaps)


def test_the_hours_of_databases_on_their_own_and_of_clusters() -> None:
    listed = databases(
        {"DBInstanceIdentifier": "orders"},
        {"DBInstanceIdentifier": "one", "DBClusterIdentifier": "shop"},
        {"DBInstanceIdentifier": "live", "TagList": PRODUCTION},
    )
    clustered = clusters(
        {"DBClusterIdentifier": "shop"}, {"DBClusterIdentifier": "documents", "Engine": "docdb"}
    )
    with answering(measured(hours(100), hours(200), hours(300))) as connection:
        named = asked(connection)
        found = hours_of_databases(connection, listed, clustered)

    assert found == Evidence(
        (
            DatabaseHours(arn=arn("rds", "db:orders"), ran=100, there=336),
            DatabaseHours(arn=arn("rds", "cluster:shop"), ran=200, there=336),
            DatabaseHours(arn=arn("rds", "cluster:documents"), ran=300, there=336),
        )
    )
    assert named == [
        "AWS/RDS CPUUtilization orders",
        "AWS/RDS CPUUtilization shop",
        "AWS/DocDB CPUUtilization documents",
    ]


def test_refused_hours_of_databases_are_a_gap_about_each() -> None:
    with answering(Answer(METRICS, error=DENIED)) as connection:
        found = hours_of_databases(
            connection, databases({"DBInstanceIdentifier": "orders"}), clusters()
        )

    action = "cloudwatch:GetMetricData"
    assert found == Evidence(gaps=(refused(action, resource=arn("rds", "db:orders")),))


def test_the_last_day_with_a_connection_to_what_is_up() -> None:
    answers = (
        databases(
            {"DBInstanceIdentifier": "orders"},
            {"DBInstanceIdentifier": "idle"},
            {"DBInstanceIdentifier": "new"},
            {"DBInstanceIdentifier": "off", "DBInstanceStatus": "stopped"},
            {"DBInstanceIdentifier": "graph", "Engine": "neptune"},
        ),
        measured(days(0, 3, 5), days(0, 0), days()),
    )
    since = MIDNIGHT - timedelta(days=90)
    with answering(*answers) as connection:
        found = seen(connection, DatabaseConnections)

    assert found == Evidence(
        (
            # Yesterday ended at midnight.
            DatabaseConnections(arn=arn("rds", "db:orders"), connected=MIDNIGHT, measured=True, since=since),
            DatabaseConnections(arn=arn("rds", "db:idle"), connected=None, measured=True, since=since),
            DatabaseConnections(arn=arn("rds", "db:new"), connected=None, measured=False, since=since),
        )
    )  # fmt: skip


def functions(*names: str) -> Answer:
    listed = [{"FunctionName": name, "FunctionArn": arn("lambda", name)} for name in names]
    return Answer("lambda.list_functions", {"Functions": listed})


CONTROL_TOWER = "aws-controltower-NotificationForwarder"


@pytest.mark.parametrize(
    ("names", "results", "metrics", "expected"),
    [
        pytest.param(
            ("a", "b"), (days(3, 4),), ["AWS/Lambda Invocations"], 7, id="one series for all"
        ),
        pytest.param(
            ("a", "b", CONTROL_TOWER),
            (days(3), days(1)),
            ["AWS/Lambda Invocations a", "AWS/Lambda Invocations b"],
            4,
            id="ours alone",
        ),
    ],
)
def test_how_often_functions_were_called(
    names: tuple[str, ...], results: tuple[Any, ...], metrics: list[str], expected: float
) -> None:
    with answering(instances(), functions(*names), measured(*results)) as connection:
        named = asked(connection)
        found = seen(connection, FunctionUse)

    assert found == Evidence((FunctionUse(arn=arn("lambda", "functions"), calls=expected),))
    assert named == metrics


def test_no_call_is_counted_beside_an_instance_or_without_a_function_of_ours() -> None:
    with answering(instances({}), functions("a")) as connection:
        assert seen(connection, FunctionUse) == Evidence()
    with answering(instances(), functions(CONTROL_TOWER)) as connection:
        assert seen(connection, FunctionUse) == Evidence()


@pytest.mark.parametrize(
    ("kind", "answers", "resource"),
    [
        pytest.param(
            InstanceUse, (instances({}), NOT_ENROLLED), arn("ec2", "instance/i-1"), id="use"
        ),
        pytest.param(RunHours, (instances({}), groups()), arn("ec2", "instance/i-1"), id="hours"),
        pytest.param(
            DatabaseConnections,
            (databases({"DBInstanceIdentifier": "orders"}),),
            arn("rds", "db:orders"),
            id="connections",
        ),
        # What one function did decides for the region.
        pytest.param(FunctionUse, (instances(), functions("a")), "", id="calls"),
    ],
)
def test_a_refused_metric_is_a_gap_about_what_it_measures(
    kind: type[Any], answers: tuple[Answer, ...], resource: str
) -> None:
    with answering(*answers, Answer(METRICS, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(
            gaps=(refused("cloudwatch:GetMetricData", resource=resource),)
        )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (InstanceType, "ec2.describe_instance_types", "ec2:DescribeInstanceTypes"),
        (
            InstanceRecommendation,
            OPTIMIZER,
            "compute-optimizer:GetEC2InstanceRecommendations",
        ),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(instances({}), Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
