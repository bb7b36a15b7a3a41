"""What the checks of "Cost" say of machines: their size and their hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.checklist.model import Check, Status
from readiness.checklist.rightsizing import (
    compute_optimizer_instance_finding,
    ec2_instance_current_generation,
    ec2_instance_low_utilization,
    ec2_instance_offhours_stopped,
    ec2_instance_stopped_too_long,
    rds_instance_idle,
    rds_instance_offhours_stopped,
)
from readiness.evidence.compute import Instance
from readiness.evidence.databases import DbCluster, DbInstance
from readiness.evidence.scaling import AutoScalingGroup, GroupSchedule
from readiness.evidence.usage import (
    DatabaseConnections,
    DatabaseHours,
    DayOfUse,
    InstanceRecommendation,
    InstanceType,
    InstanceUse,
    RunHours,
)
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
from tests.verdicts import verdict_of

SIZES = "cost/pick-proper-ec2-instance-types-and-sizes"
HOURS = "cost/shut-down-ec2-instances-and-rds-dbs-when-not-using-them"


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def instance(name: str = "i-1", **changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": arn("ec2", f"instance/{name}"),
        "id": name,
        "type": "m7g.large",
        "state": "running",
        "launched": ago(100),
        "managed": False,
        "tags": {},
    }
    return Instance(**values | changes)


GROUP = AutoScalingGroup(
    arn=arn("autoscaling", "autoScalingGroup:1:autoScalingGroupName/web"),
    name="web",
    zones=("eu-west-1a",),
    tags={},
    maximum=4,
    in_service=2,
)
IN_GROUP = {"aws:autoscaling:groupName": "web"}
MEMBER, SECOND = instance("i-2", tags=IN_GROUP), instance("i-3", tags=IN_GROUP)
#: How a finding names the group.
NAMED = "autoScalingGroupName/web"


def found(finding: str, of: Instance | None = None, **changes: Any) -> InstanceRecommendation:
    values: dict[str, Any] = {
        "arn": (of or instance()).arn,
        "finding": finding,
        "saving_percent": None,
        "better": "",
        "memory": True,
    }
    return InstanceRecommendation(**values | changes)


OPTIMIZED = found("optimized")


def day(cpu: float = 1, highest: float = 2, megabytes: float = 1) -> DayOfUse:
    return DayOfUse(cpu_average=cpu, cpu_maximum=highest, network=megabytes * 1e6)


IDLE, BUSY = day(), day(40, 90, 900)


def use(idle: int, days: int = 14, low: DayOfUse = IDLE, of: Instance | None = None) -> InstanceUse:
    return InstanceUse(arn=(of or instance()).arn, days=(*[low] * idle, *[BUSY] * (days - idle)))


def kind(current: bool) -> InstanceType:
    name = instance().type
    return InstanceType(arn=arn("ec2", f"instance-type/{name}"), name=name, current=current)


DEV = {"Environment": "dev"}


def dev(**changes: Any) -> Instance:
    return instance(tags=DEV, **changes)


def ran(hours: int, there: int = 336, of: str = "") -> RunHours:
    return RunHours(arn=of or instance().arn, ran=hours, there=there)


DEV_GROUP = AutoScalingGroup(
    arn=GROUP.arn, name="web", zones=("eu-west-1a",), tags=DEV, maximum=4, in_service=2
)
NIGHT = GroupSchedule(arn="schedule/night", group="web", desired=0, minimum=0)
MORNING = GroupSchedule(arn="schedule/morning", group="web", desired=2)


def database(name: str = "orders", **changes: Any) -> DbInstance:
    values: dict[str, Any] = {
        "arn": arn("rds", f"db:{name}"),
        "engine": "postgres",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": False,
        "cluster": "",
        "replica": False,
        "availability_zone": "eu-west-1a",
        "tags": DEV,
        "created": ago(100),
    }
    return DbInstance(**values | changes)


def cluster(**changes: Any) -> DbCluster:
    values: dict[str, Any] = {
        "arn": arn("rds", "cluster:shop"),
        "engine": "aurora-postgresql",
        "status": "available",
        "backup_retention_days": 7,
        "multi_az": False,
        "members": ("one",),
        "tags": DEV,
        "created": ago(100),
    }
    return DbCluster(**values | changes)


def up(hours: int, there: int = 336, of: str = "") -> DatabaseHours:
    return DatabaseHours(arn=of or database().arn, ran=hours, there=there)


def connected(
    days: float | None, of: str = "", measured: bool = True, since: float = 90
) -> DatabaseConnections:
    return DatabaseConnections(
        arn=of or database().arn,
        connected=None if days is None else ago(days),
        measured=measured,
        since=ago(since),
    )


WRITER, READER = database("one", cluster="shop"), database("two", cluster="shop")

ROWS: dict[Check[..., Any], list[Row]] = {
    compute_optimizer_instance_finding: [
        Row("optimized", PASS, (instance(), OPTIMIZED), says="right size"),
        Row("a little too large", PASS, (instance(), found("overprovisioned", saving_percent=9.9)), says="10 % of its price at most"),
        Row("too large", FAIL, (instance(), found("overprovisioned", saving_percent=10, better="t4g.small")), says="t4g.small would do"),
        Row("too large, which is allowed", PASS, (instance(), found("overprovisioned", saving_percent=20)), options={"saving_percent": 25}),
        Row("too large by an unknown price", NO_EVIDENCE, (instance(), found("overprovisioned"))),
        Row("too small", FAIL, (instance(), found("underprovisioned", better="m7g.xlarge")), says="too small; m7g.xlarge would do"),
        Row("something else", NO_EVIDENCE, (instance(), found("notoptimized")), says="is not optimized"),
        Row("without memory", FAIL, (instance(), found("underprovisioned", memory=False)), says="memory not seen"),
        Row("with memory from outside", PASS, (instance(), found("optimized", memory=False, outside="INTEGRATION_SUCCESS")), says="outside metrics: INTEGRATION_SUCCESS"),
        Row("without a finding", NOT_APPLICABLE, (instance(),), says="its load is judged instead"),
        Row("another's finding", NOT_APPLICABLE, (instance(), found("underprovisioned", MEMBER))),
        Row("younger than two weeks", NOT_APPLICABLE, (instance(launched=ago(13.9)), found("underprovisioned")), says="too few of 14"),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"), found("underprovisioned"))),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True), found("underprovisioned"))),
        Row("once for a group", {NAMED: FAIL}, (MEMBER, GROUP, found("underprovisioned", MEMBER))),
        Row("its group is dark", UNKNOWN, (MEMBER, found("optimized", MEMBER)), dark=[AutoScalingGroup]),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("findings are dark", UNKNOWN, (instance(),), dark=[InstanceRecommendation]),
    ],
    ec2_instance_low_utilization: [
        Row("busy", PASS, (instance(), use(0)), says="0 of the last 14"),
        Row("idle on three days", PASS, (instance(), use(3))),
        Row("idle on four days", FAIL, (instance(), use(4)), says="4 of the last 14"),
        Row("idle on four days, of eight allowed", PASS, (instance(), use(4)), options={"low_days": 8}),
        Row("at the threshold", FAIL, (instance(), use(4, low=day(10, 99, 5)))),
        Row("above it by its CPU", PASS, (instance(), use(14, low=day(10.1, 99, 5)))),
        Row("above it by its network", PASS, (instance(), use(14, low=day(10, 99, 5.1)))),
        Row("Compute Optimizer decides", NOT_APPLICABLE, (instance(), OPTIMIZED, use(14)), says="Compute Optimizer"),
        Row("younger than two weeks", NOT_APPLICABLE, (instance(launched=ago(13)),)),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True), use(14))),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"), use(14))),
        Row("days are missing", UNKNOWN, (instance(), use(0, days=13)), says="13 days only"),
        Row("gone meanwhile", NOT_APPLICABLE, (instance(),)),
        Row("once for a group, as bad as the worst", {NAMED: FAIL}, (SECOND, GROUP, use(14, of=SECOND))),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("findings are dark", UNKNOWN, (instance(), use(0)), dark=[InstanceRecommendation]),
        Row("metrics are dark", UNKNOWN, (instance(),), dark=[InstanceUse]),
        Row("its group is dark", UNKNOWN, (MEMBER, use(0, of=MEMBER)), dark=[AutoScalingGroup]),
    ],
    ec2_instance_current_generation: [
        Row("current", PASS, (instance(), kind(True)), says="m7g.large"),
        Row("previous", FAIL, (instance(), kind(False)), says="previous generation"),
        Row("previous, and young", FAIL, (instance(launched=ago(1)), kind(False))),
        Row("unknown", UNKNOWN, (instance(),), says="does not describe"),
        Row("stopped", NOT_APPLICABLE, (instance(state="stopped"), kind(False))),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True), kind(False))),
        Row("once for a group", {NAMED: FAIL}, (MEMBER, GROUP, kind(False))),
        Row("its group is dark", UNKNOWN, (MEMBER, kind(True)), dark=[AutoScalingGroup]),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("types are dark", UNKNOWN, (instance(),), dark=[InstanceType]),
    ],
    ec2_instance_offhours_stopped: [
        Row("five days a week", PASS, (dev(), ran(240)), says="240 of 336 hours (71%)"),
        Row("three quarters", PASS, (dev(), ran(252))),
        Row("all the time", FAIL, (dev(), ran(336)), says="(100%)"),
        Row("all the time, which is allowed", PASS, (dev(), ran(336)), options={"nonprod_max_run_ratio": 1.0}),
        Row("a tag proves nothing", FAIL, (instance(tags={**DEV, "Schedule": "office-hours"}), ran(336))),
        Row("in a test account", FAIL, (instance(), ran(336)), unit={"environment": "test"}),
        Row("stopped now, and all the time before", FAIL, (dev(state="stopped"), ran(330))),
        Row("stopped for long", PASS, (dev(state="stopped"), ran(0))),
        Row("up without a number", UNKNOWN, (dev(), ran(0)), says="no number"),
        Row("of this week", NOT_APPLICABLE, (dev(), ran(167, there=167)), says="younger than a week"),
        Row("of last week", FAIL, (dev(), ran(168, there=168))),
        Row("production", NOT_APPLICABLE, (instance(tags={"env": "prod"}), ran(336))),
        Row("not declared", NOT_APPLICABLE, (instance(), ran(336)), says="nothing says otherwise"),
        Row("production by its tag, and not by the configuration", UNKNOWN, (instance(tags={"env": "prod"}),), unit={"production_values": ("main",)}, says="not asked for"),
        Row("Spot", NOT_APPLICABLE, (dev(lifecycle="spot"), ran(336))),
        Row("of a group, which is judged", {"instance/i-2": NOT_APPLICABLE, NAMED: FAIL}, (instance("i-2", tags={**DEV, **IN_GROUP}), DEV_GROUP, ran(336, of=GROUP.arn))),
        Row("of Karpenter", NOT_APPLICABLE, (instance(tags={**DEV, "karpenter.sh/nodepool": "a"}), ran(336)), says="Karpenter"),
        Row("a group that rests", PASS, (DEV_GROUP, ran(240, of=GROUP.arn))),
        Row("a group that a schedule empties", PASS, (DEV_GROUP, NIGHT), says="to no instance by a schedule"),
        Row("a group that may be empty, and a schedule empties", PASS, (replace(DEV_GROUP, minimum=0), replace(NIGHT, minimum=None))),
        Row("a group whose minimum forbids what its schedule asks for", FAIL, (DEV_GROUP, replace(NIGHT, minimum=None), ran(336, of=GROUP.arn))),
        Row("a group that a schedule empties once", FAIL, (DEV_GROUP, replace(NIGHT, recurs=False), ran(336, of=GROUP.arn))),
        Row("a group whose schedule is suspended", FAIL, (replace(DEV_GROUP, suspended=("ScheduledActions",)), NIGHT, ran(336, of=GROUP.arn))),
        Row("a group that a schedule fills", FAIL, (DEV_GROUP, MORNING, ran(336, of=GROUP.arn))),
        Row("a group of production", NOT_APPLICABLE, (GROUP,)),
        Row("a group of nothing", NOT_APPLICABLE, (AutoScalingGroup(arn=GROUP.arn, name="web", zones=(), tags=DEV, minimum=0, maximum=0),)),
        Row("gone meanwhile", NOT_APPLICABLE, (dev(),)),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("groups are dark", UNKNOWN, dark=[AutoScalingGroup]),
        Row("hours are dark", UNKNOWN, (dev(),), dark=[RunHours]),
        Row("schedules are dark", UNKNOWN, (DEV_GROUP,), dark=[GroupSchedule]),
    ],
    rds_instance_offhours_stopped: [
        Row("five days a week", PASS, (database(), up(240)), says="71%"),
        Row("all the time", FAIL, (database(), up(336))),
        Row("stopped", PASS, (database(status="stopped"),), says="starts it again after 7 days"),
        Row("a cluster that rests", PASS, (cluster(), up(200, of=cluster().arn))),
        Row("a cluster that does not", FAIL, (cluster(), up(336, of=cluster().arn))),
        Row("a cluster that scales down to nothing", PASS, (cluster(minimum_capacity=0),), says="to nothing"),
        Row("a cluster that scales down to half", FAIL, (cluster(minimum_capacity=0.5), up(336, of=cluster().arn))),
        Row("a Multi-AZ cluster", NOT_APPLICABLE, (cluster(engine="postgres", multi_az=True), up(336, of=cluster().arn)), says="cannot be stopped"),
        Row("a cluster of DocumentDB", FAIL, (cluster(engine="docdb"), up(336, of=cluster().arn))),
        Row("a member", NOT_APPLICABLE, (WRITER, up(336, of=WRITER.arn)), says="a cluster"),
        Row("a replica", NOT_APPLICABLE, (database(replica=True),)),
        Row("with replicas", NOT_APPLICABLE, (database(replicated=True),), says="has read replicas"),
        Row("SQL Server in several zones", NOT_APPLICABLE, (database(engine="sqlserver-se", standby_zone="b"),)),
        Row("SQL Server in one zone", FAIL, (database(engine="sqlserver-se"), up(336))),
        Row("custom Oracle", NOT_APPLICABLE, (database(engine="custom-oracle-ee"),)),
        Row("production", NOT_APPLICABLE, (database(tags={"Stage": "live"}), up(336))),
        Row("not declared", NOT_APPLICABLE, (database(tags={}), up(336))),
        Row("production by its tag, and not by the configuration", UNKNOWN, (database(tags={"Stage": "live"}),), unit={"production_values": ("main",)}, says="not asked for"),
        Row("of this week", NOT_APPLICABLE, (database(), up(100, there=100))),
        Row("up without a number", UNKNOWN, (cluster(), up(0, of=cluster().arn))),
        Row("gone meanwhile", NOT_APPLICABLE, (database(),)),
        Row("instances are dark", UNKNOWN, dark=[DbInstance]),
        Row("clusters are dark", UNKNOWN, dark=[DbCluster]),
        Row("hours are dark", UNKNOWN, (database(),), dark=[DatabaseHours]),
    ],
    ec2_instance_stopped_too_long: [
        Row("running", PASS, (instance(),), says="is running"),
        Row("stopped for a month", PASS, (instance(state="stopped", stopped=ago(30)),)),
        Row("stopped for longer", FAIL, (instance(state="stopped", stopped=ago(31)),), says="31 days ago"),
        Row("stopped for longer, which is allowed", PASS, (instance(state="stopped", stopped=ago(31)),), options={"stopped_days": 60}),
        Row("stopped, no date", UNKNOWN, (instance(state="stopped"),), says="since when"),
        Row("a service's own", NOT_APPLICABLE, (instance(managed=True, state="stopped", stopped=ago(99)),)),
        Row("none", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
    ],
    rds_instance_idle: [
        Row("connected", PASS, (database(), connected(0)), says="0 days ago"),
        Row("connected a week ago", PASS, (database(), connected(7))),
        Row("connected longer ago", FAIL, (database(), connected(8)), says="last 7 days"),
        Row("connected longer ago, which is allowed", PASS, (database(), connected(8)), options={"idle_days": 30}),
        Row("never connected", FAIL, (database(), connected(None))),
        Row("further back than is looked at", UNKNOWN, (database(created=ago(200)), connected(None)), options={"idle_days": 120}, says="all that is looked at"),
        Row("of production", FAIL, (database(tags={}), connected(None))),
        Row("no number", UNKNOWN, (database(), connected(None, measured=False)), says="no number of connections"),
        Row("stopped", NOT_APPLICABLE, (database(status="stopped"),)),
        Row("of this week", NOT_APPLICABLE, (database(created=ago(6)), connected(None))),
        Row("of Neptune", NOT_APPLICABLE, (database(engine="neptune"),), says="Neptune"),
        Row("a reader beside a busy writer", {"one": PASS, "two": PASS}, (WRITER, READER, connected(1, WRITER.arn), connected(None, READER.arn))),
        Row("a cluster that nobody uses", {"one": FAIL, "two": FAIL}, (WRITER, READER, connected(None, WRITER.arn), connected(None, READER.arn))),
        Row("a writer that was not seen", {"one": UNKNOWN, "two": UNKNOWN}, (WRITER, READER, connected(None, READER.arn)), gaps={DatabaseConnections: [dark_gap(DatabaseConnections, WRITER.arn)]}),
        Row("gone meanwhile", NOT_APPLICABLE, (database(),)),
        Row("instances are dark", UNKNOWN, dark=[DbInstance]),
        Row("connections are dark", UNKNOWN, (database(),), dark=[DatabaseConnections]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


VERDICTS: dict[str, tuple[str, tuple[Any, ...], Status]] = {
    "no instance": (SIZES, (), NOT_APPLICABLE),
    "a young instance": (SIZES, (instance(launched=ago(1)), kind(True)), PASS),
    "an optimized instance of an old type": (SIZES, (instance(), OPTIMIZED, kind(False)), PASS),
    "an idle instance": (SIZES, (instance(), use(14), kind(True)), FAIL),
    "nothing that could be stopped": (HOURS, (), NOT_APPLICABLE),
    "an instance that never rests": (HOURS, (dev(), ran(336)), FAIL),
    "a production instance": (HOURS, (instance(),), PASS),
    "an instance that was stopped for long": (
        HOURS,
        (dev(state="stopped", stopped=ago(90)), ran(0)),
        PASS,
    ),
    "a database that nobody uses": (HOURS, (database(tags={}), connected(None)), FAIL),
}


@pytest.mark.parametrize(
    ("item", "seen", "expected"), [pytest.param(*row, id=name) for name, row in VERDICTS.items()]
)
def test_the_verdict(item: str, seen: tuple[Any, ...], expected: Status) -> None:
    assert verdict_of(item, seen) is expected
