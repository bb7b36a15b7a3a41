"""What is said of room on disks and of who hears when it ends, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.headroom import (
    ec2_instance_disk_alarm,
    rds_instance_free_storage,
    rds_instance_free_storage_alarm,
    rds_instance_storage_autoscaling,
)
from readiness.checklist.model import Check
from readiness.evidence.alarms import (
    AlarmMetric,
    CentralAlarms,
    CompositeAlarm,
    MetricAlarm,
    ObservabilityLink,
)
from readiness.evidence.compute import Disk, Instance
from readiness.evidence.databases import DbInstance, FreeStorage
from readiness.evidence.disks import AGENT, LINUX, WINDOWS, DiskMetric, NodeDiskMetric
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

CENTRAL = "444455556666"
SINK = f"arn:aws:oam:{REGION}:{CENTRAL}:sink/1"
LINK = ObservabilityLink(
    arn=f"arn:aws:oam:{REGION}:{ACCOUNT}:link/1", sink=SINK, shares=("AWS::CloudWatch::Metric",)
)
GIB = 2**30


def arn(service: str, name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{REGION}:{account}:{name}"


def instance(**changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", "instance/i-1"),
        "id": "i-1",
        "type": "m7g.large",
        "state": "running",
        "launched": NOW - timedelta(days=30),
        "managed": False,
        "tags": {},
        "disks": (Disk(device="/dev/xvda", root=True, deleted=True),),
    }
    return Instance(**values | changes)


def told(*, of: str = "", group: str = "") -> DiskMetric:
    return DiskMetric(
        arn=arn("ec2", f"instance/{of or group or 'nameless'}#path=/"),
        instance=of,
        group=group,
        path="/",
        filesystem="xfs",
        metric=LINUX,
        dimensions=(),
    )


def alarm(*metrics: AlarmMetric, account: str = ACCOUNT, **changes: Any) -> MetricAlarm:
    values: dict[str, Any] = {
        "arn": arn("cloudwatch", "alarm:disk", account),
        "name": "disk",
        "actions_enabled": True,
        "actions": (arn("sns", "on-call"),),
        "state": "OK",
        "since": NOW,
        "missing_data": "missing",
        "metrics": metrics,
        "threshold": 85,
        "comparison": "GreaterThanThreshold",
    }
    return MetricAlarm(**values | changes)


def on(name: str = LINUX, namespace: str = AGENT, **dimensions: str) -> AlarmMetric:
    return AlarmMetric(namespace=namespace, name=name, dimensions=dimensions)


def of_rds(metric: str = "FreeStorageSpace", **dimensions: str) -> MetricAlarm:
    named = dimensions or {"DBInstanceIdentifier": "orders"}
    return alarm(on(metric, "AWS/RDS", **named), threshold=3e9, comparison="LessThanThreshold")


def database(**changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": arn("rds", "db:orders"),
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": True,
        "cluster": "",
        "replica": False,
        "availability_zone": f"{REGION}a",
        "tags": {},
        "created": NOW - timedelta(days=30),
        "allocated": 100,
    }
    return DbInstance(**values | changes)


def free(gib: float | None) -> FreeStorage:
    return FreeStorage(arn=arn("rds", "db:orders"), least=None if gib is None else gib * GIB)


HERE = (instance(), told(of="i-1"))
MEMBER = instance(tags={"aws:autoscaling:groupName": "web"})
NODE = instance(tags={"kubernetes.io/cluster/shop": "owned"})
NODE_TOLD = NodeDiskMetric(arn=arn("ec2", "instance/i-1"), cluster="shop")
NODE_NAMES = {"InstanceId": "i-1", "NodeName": "ip-10-0-0-7", "ClusterName": "shop"}
WINDOWS_ALARM = alarm(on(WINDOWS, InstanceId="i-1"), threshold=10, comparison="LessThanThreshold")
ALARM = alarm(on(InstanceId="i-1", path="/"))
AURORA = database(engine="aurora-mysql", cluster="shop")
NO_AURORA = database(arn=arn("rds", "db:other"))

ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_disk_alarm: [
        Row("an alarm at 85 %", {"instance/i-1": PASS}, (*HERE, ALARM), says="the alarm disk"),
        Row("an alarm at 90 %", PASS, (*HERE, alarm(on(InstanceId="i-1"), threshold=90))),
        Row("an alarm at 95 %", {"instance/i-1": FAIL}, (*HERE, alarm(on(InstanceId="i-1"), threshold=95)), says="at 90 % used"),
        Row("an alarm at 95 %, which is allowed", PASS, (*HERE, alarm(on(InstanceId="i-1"), threshold=95)), options={"used_limit_percent": 95}),
        Row("an alarm without a threshold", FAIL, (*HERE, alarm(on(InstanceId="i-1"), threshold=None))),
        Row("an alarm that compares the wrong way", FAIL, (*HERE, alarm(on(InstanceId="i-1"), comparison="LessThanThreshold"))),
        Row("Windows counts what is free", PASS, (*HERE, WINDOWS_ALARM)),
        Row("an alarm of Windows at 5 % free", FAIL, (*HERE, alarm(on(WINDOWS, InstanceId="i-1"), threshold=5, comparison="LessThanThreshold"))),
        Row("an alarm of Windows that compares the wrong way", FAIL, (*HERE, alarm(on(WINDOWS, InstanceId="i-1"), threshold=10))),
        Row("an alarm over all machines", PASS, (*HERE, alarm(on()))),
        Row("an alarm over all machines, whose sum nobody makes", FAIL, (*HERE, alarm(on(), state="INSUFFICIENT_DATA"))),
        Row("an alarm over all clusters, which there is no metric of", FAIL, (NODE, NODE_TOLD, alarm(on("node_filesystem_utilization", "ContainerInsights")))),
        Row("an alarm of another instance", FAIL, (*HERE, alarm(on(InstanceId="i-2")))),
        Row("an alarm that tells nobody", FAIL, (*HERE, alarm(on(InstanceId="i-1"), actions=()))),
        Row("an agent, and no alarm", FAIL, HERE),
        Row("no agent", {"instance/i-1": FAIL}, (instance(), ALARM), says="no agent"),
        Row("an agent that does not name its machine", UNKNOWN, (instance(), told()), says="agent_without_instance_dimension"),
        Row("another machine's agent does not name it", PASS, (*HERE, told(), ALARM)),
        Row("the disks of its group together", PASS, (MEMBER, told(group="web"), alarm(on(AutoScalingGroupName="web")))),
        Row("the disks of another group", FAIL, (MEMBER, told(group="jobs"), alarm(on(AutoScalingGroupName="jobs")))),
        Row("a machine of EKS, by its own", PASS, (NODE, NODE_TOLD, alarm(on("node_filesystem_utilization", "ContainerInsights", **NODE_NAMES)))),
        Row("a machine of EKS, by its cluster", PASS, (NODE, NODE_TOLD, alarm(on("node_filesystem_utilization", "ContainerInsights", ClusterName="shop")))),
        Row("a machine of EKS, by another cluster", FAIL, (NODE, NODE_TOLD, alarm(on("node_filesystem_utilization", "ContainerInsights", ClusterName="other")))),
        Row("a machine of ECS", PASS, (instance(), NODE_TOLD, alarm(on("instance_filesystem_utilization", "ECS/ContainerInsights", InstanceId="i-1", ClusterName="shop")))),
        Row("a machine of a cluster that nothing watches", FAIL, (NODE, NODE_TOLD)),
        Row("another tool watches", NOT_APPLICABLE, (instance(),), options={"external_monitoring": "Datadog"}, says="Datadog"),
        Row("no volume", NOT_APPLICABLE, (instance(disks=()),)),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("spot", NOT_APPLICABLE, (instance(lifecycle="spot"),)),
        Row("a service operates it", NOT_APPLICABLE, (instance(managed=True),)),
        Row("too new", NOT_APPLICABLE, (instance(launched=NOW - timedelta(hours=2)),)),
        Row("none", {f"{ACCOUNT}/{REGION}": NOT_APPLICABLE}),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("metrics are dark", UNKNOWN, (instance(),), dark=[DiskMetric]),
        Row("metrics of nodes are dark", UNKNOWN, (instance(),), dark=[NodeDiskMetric]),
        Row("metrics of nodes are dark, and it has an agent", PASS, (*HERE, ALARM), dark=[NodeDiskMetric]),
        Row("metrics of nodes are dark, and no alarm names the instance", UNKNOWN, HERE, dark=[NodeDiskMetric]),
        Row("alarms are dark", UNKNOWN, HERE, dark=[MetricAlarm]),
        Row("composite alarms are dark", UNKNOWN, (*HERE, alarm(on(InstanceId="i-1"), actions=())), dark=[CompositeAlarm]),
        Row("links are dark", UNKNOWN, HERE, dark=[ObservabilityLink]),
        Row("the alarms of a central account are dark", UNKNOWN, (*HERE, LINK), dark=[CentralAlarms]),
    ],
    rds_instance_storage_autoscaling: [
        Row("it grows", {"orders": PASS}, (database(allocated_at_most=200),), says="up to 200 GiB"),
        Row("it does not", {"orders": FAIL}, (database(),), says="100 GiB"),
        Row("its maximum is what it has", FAIL, (database(allocated_at_most=100),)),
        Row("Aurora", NOT_APPLICABLE, (AURORA,)),
        Row("DocumentDB", NOT_APPLICABLE, (database(engine="docdb", cluster="shop"),)),
        Row("Neptune", NOT_APPLICABLE, (database(engine="neptune", cluster="shop"),)),
        Row("RDS Custom", NOT_APPLICABLE, (database(engine="custom-oracle-ee"),)),
        Row("a Multi-AZ cluster", NOT_APPLICABLE, (database(engine="mysql", cluster="shop"),)),
        Row("none", NOT_APPLICABLE),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
    ],
    rds_instance_free_storage: [
        Row("a fifth is free", {"orders": PASS}, (database(), free(20)), says="20 % of its 100 GiB"),
        Row("just enough", PASS, (database(), free(15))),
        Row("a tenth is free", {"orders": FAIL}, (database(), free(10)), says="10 %"),
        Row("a tenth is free, which is allowed", PASS, (database(), free(10)), options={"free_percent": 5}),
        Row("no numbers", UNKNOWN, (database(), free(None))),
        Row("Aurora", NOT_APPLICABLE, (AURORA,)),
        Row("stopped", NOT_APPLICABLE, (database(status="stopped"), free(None))),
        Row("too new", NOT_APPLICABLE, (database(created=NOW), free(None))),
        Row("being made", NOT_APPLICABLE, (database(created=None), free(None))),
        Row("none", NOT_APPLICABLE),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
        Row("numbers are dark", UNKNOWN, (database(),), dark=[FreeStorage]),
    ],
    rds_instance_free_storage_alarm: [
        Row("an alarm on its storage", {"orders": PASS}, (database(), of_rds())),
        Row("an alarm on something else of it", {"orders": FAIL}, (database(), of_rds("CPUUtilization")), says="FreeStorageSpace"),
        Row("an alarm of another", FAIL, (database(), of_rds(DBInstanceIdentifier="carts"))),
        Row("no alarm, though it grows", FAIL, (database(allocated_at_most=200),)),
        Row("Aurora by its local storage", {"orders": PASS, "other": FAIL}, (AURORA, NO_AURORA, of_rds("FreeLocalStorage"))),
        Row("Aurora by its cluster's volume", {"orders": PASS, "other": FAIL}, (AURORA, NO_AURORA, of_rds("AuroraVolumeBytesLeftTotal", DBClusterIdentifier="shop"))),
        Row("Aurora by the storage that it has not", {"orders": FAIL, "other": FAIL}, (AURORA, NO_AURORA, of_rds())),
        Row("Aurora beside an instance with a disk", {"orders": FAIL}, (AURORA, instance())),
        Row("Aurora alone", {"orders": NOT_APPLICABLE}, (AURORA, instance(state="stopped"))),
        Row("another tool watches", NOT_APPLICABLE, (database(),), options={"external_monitoring": "Datadog"}),
        Row("none", {f"{ACCOUNT}/{REGION}": NOT_APPLICABLE}),
        Row("databases are dark", UNKNOWN, dark=[DbInstance]),
        Row("instances are dark, beside Aurora", UNKNOWN, (AURORA,), dark=[Instance]),
        Row("alarms are dark", UNKNOWN, (database(),), dark=[MetricAlarm]),
        Row("composite alarms are dark", UNKNOWN, (database(), alarm(on("FreeStorageSpace", "AWS/RDS", DBInstanceIdentifier="orders"), actions=())), dark=[CompositeAlarm]),
        Row("links are dark", UNKNOWN, (database(),), dark=[ObservabilityLink]),
        Row("the alarms of a central account are dark", UNKNOWN, (database(), LINK), dark=[CentralAlarms]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
