"""What is seen of room on disks and databases, and of who hears of their maintenance."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbEventSubscription, DbInstance, FreeStorage
from readiness.evidence.disks import NodeDiskMetric
from readiness.probes.aws import Aws
from readiness.probes.rds import event_subscriptions
from readiness.probes.refusals import UnseenError
from tests.probes.looking import DENIED, Answer, answering, assert_made_as_declared, refused, seen
from tests.rows import ACCOUNT, NOW, REGION

RDS = f"arn:aws:rds:{REGION}:{ACCOUNT}"
LIST = "cloudwatch.list_metrics"
METRICS = "cloudwatch.get_metric_data"


def databases(*engines: str, **more: Any) -> Answer:
    described = [
        {
            "DBInstanceArn": f"{RDS}:db:{engine}",
            "Engine": engine,
            "DBInstanceStatus": "available",
            "BackupRetentionPeriod": 7,
            **more,
        }
        for engine in engines
    ]
    return Answer("rds.describe_db_instances", {"DBInstances": described})


def instances(**states: str) -> Answer:
    described = [
        {
            "InstanceId": name.replace("_", "-"),
            "InstanceType": "m7g.large",
            "State": {"Name": state},
            "LaunchTime": NOW,
            "Placement": {"AvailabilityZone": f"{REGION}a"},
        }
        for name, state in states.items()
    ]
    return Answer("ec2.describe_instances", {"Reservations": [{"Instances": described}]})


def test_how_far_the_storage_of_a_database_grows() -> None:
    with answering(databases("postgres", AllocatedStorage=100, MaxAllocatedStorage=200)) as found:
        (grows,) = seen(found, DbInstance)
    with answering(databases("postgres", AllocatedStorage=100)) as found:
        (fixed,) = seen(found, DbInstance)

    assert (grows.allocated, grows.allocated_at_most) == (100, 200)
    assert (fixed.allocated, fixed.allocated_at_most) == (100, None)


def test_the_least_storage_of_databases_that_have_their_own() -> None:
    named = [{"Name": "DBInstanceIdentifier", "Value": "postgres"}]
    metric = {"Namespace": "AWS/RDS", "MetricName": "FreeStorageSpace", "Dimensions": named}
    stat = {"Metric": metric, "Period": 3600, "Stat": "Minimum"}
    asked = {
        "MetricDataQueries": [
            {"Id": "m0", "MetricStat": stat},
            {"Id": "m1", "MetricStat": {**stat, "Metric": {**metric, "Dimensions": [{**named[0], "Value": "mysql"}]}}},
        ],
        "StartTime": NOW - timedelta(days=1),
        "EndTime": NOW,
    }  # fmt: skip
    results = [
        {"Id": "m0", "Timestamps": [NOW, NOW - timedelta(hours=1)], "Values": [5e9, 3e9]},
        {"Id": "m1", "Timestamps": [], "Values": []},
    ]
    answers = (
        databases("postgres", "mysql", "aurora-mysql", "docdb", "neptune"),
        Answer(METRICS, {"MetricDataResults": results}, asked=asked),
    )
    with answering(*answers) as connection:
        found = seen(connection, FreeStorage)

    assert found == Evidence(
        (
            FreeStorage(arn=f"{RDS}:db:postgres", least=3e9),
            FreeStorage(arn=f"{RDS}:db:mysql", least=None),
        )
    )


def test_refused_numbers_are_a_gap_about_each_database() -> None:
    with answering(databases("postgres"), Answer(METRICS, error=DENIED)) as connection:
        found = seen(connection, FreeStorage)

    gap = refused("cloudwatch:GetMetricData", resource=f"{RDS}:db:postgres")
    assert found == Evidence(gaps=(gap,))


def database() -> DbInstance:
    with answering(databases("postgres")) as connection:
        (found,) = seen(connection, DbInstance)
    return found  # type: ignore[no-any-return]


def test_event_subscriptions_are_asked_for_where_there_are_databases() -> None:
    call = "rds.describe_event_subscriptions"
    whole = {
        "EventSubscriptionArn": f"{RDS}:es:dba",
        "Enabled": True,
        "SourceType": "db-instance",
        "EventCategoriesList": ["maintenance"],
        "SnsTopicArn": "arn:topic",
        "Status": "topic-not-exist",
    }
    bare = {"EventSubscriptionArn": f"{RDS}:es:all"}
    answers = (
        Answer(call, {"EventSubscriptionsList": [whole], "Marker": "more"}),
        Answer(call, {"EventSubscriptionsList": [bare]}),
    )
    with answering(*answers) as connection:
        aws = Aws(connection, REGION, frozenset({call}))
        found = list(event_subscriptions(aws, Evidence((database(),)), Evidence()))
        none = list(event_subscriptions(aws, Evidence(), Evidence()))

    assert found == [
        DbEventSubscription(
            arn=f"{RDS}:es:dba",
            enabled=True,
            source="db-instance",
            categories=("maintenance",),
            status="topic-not-exist",
        ),
        DbEventSubscription(arn=f"{RDS}:es:all", enabled=False, source="", categories=()),
    ]
    assert none == []


def test_refused_event_subscriptions_are_a_gap() -> None:
    call = "rds.describe_event_subscriptions"
    with answering(Answer(call, error=DENIED)) as connection:
        aws = Aws(connection, REGION, frozenset({call}))
        with pytest.raises(UnseenError, match="rds:DescribeEventSubscriptions"):
            list(event_subscriptions(aws, Evidence((database(),)), Evidence()))


def test_disks_of_the_machines_of_clusters() -> None:
    def metric(name: str, **named: str) -> dict[str, Any]:
        dimensions = [{"Name": key, "Value": value} for key, value in named.items()]
        return {"MetricName": name, "Dimensions": dimensions}

    node = "node_filesystem_utilization"
    first = [
        metric(node, ClusterName="shop"),
        metric(node, ClusterName="shop", InstanceId="i-1", NodeName="ip-1"),
        metric(node, ClusterName="shop", InstanceId="i-elsewhere"),
    ]
    second = [metric("instance_filesystem_utilization", InstanceId="i-2", ClusterName="jobs")]
    asked = {"Namespace": "ContainerInsights", "MetricName": node, "RecentlyActive": "PT3H"}
    answers = (
        instances(i_1="running", i_2="running", i_3="stopped"),
        Answer(LIST, {"Metrics": first[:1], "NextToken": "more"}, asked=asked),
        Answer(LIST, {"Metrics": first[1:]}, asked={**asked, "NextToken": "more"}),
        Answer(LIST, {"Metrics": second}),
    )
    with answering(*answers) as connection:
        found = seen(connection, NodeDiskMetric)
        assert_made_as_declared(connection, Instance, NodeDiskMetric)
    with answering(instances(i_3="stopped")) as connection:
        assert seen(connection, NodeDiskMetric) == Evidence()

    machine = f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance"
    assert found == Evidence(
        (
            NodeDiskMetric(arn=f"{machine}/i-1", cluster="shop"),
            NodeDiskMetric(arn=f"{machine}/i-2", cluster="jobs"),
        )
    )
