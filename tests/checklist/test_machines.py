"""What the checks of machine images, disks and groups say, situation by situation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.disks import (
    ebs_volume_type_current,
    ec2_instance_data_volume_preserved,
    ec2_instance_disk_usage_below_limit,
    ec2_instance_disk_usage_monitored,
)
from readiness.checklist.fleets import (
    asg_instances_on_current_version,
    asg_load_balanced_uses_elb_health_check,
    asg_uses_launch_template,
    ec2_instance_in_auto_scaling_group,
)
from readiness.checklist.machine_images import (
    ec2_image_in_use_fresh,
    ec2_image_owned_not_public,
    ec2_instance_image_org_built,
    image_build_pipeline_present,
)
from readiness.checklist.model import Check, Severity
from readiness.evidence import Gap, Reason
from readiness.evidence.alarms import (
    AlarmMetric,
    CentralAlarms,
    CompositeAlarm,
    MetricAlarm,
    ObservabilityLink,
)
from readiness.evidence.compute import Disk, Instance
from readiness.evidence.disks import AGENT, LINUX, DiskMetric, DiskUsage
from readiness.evidence.images import ImageBlock, ImagePipeline, InstanceImage, OwnImage
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.repository import CiStep, Repository, SourceFile
from readiness.evidence.scaling import AutoScalingGroup, GroupInstance, TemplateVersion
from readiness.evidence.storage import Volume
from readiness.evidence.templates import LaunchTemplateVersion
from tests.repositories.records import file, repository, step
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
)

IMAGES = "444455556666"
EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
DAY = timedelta(days=1)


def instance(name: str = "i-1", **changes: Any) -> Instance:
    values: dict[str, Any] = {
        "arn": f"{EC2}:instance/{name}",
        "id": name,
        "type": "m7g.large",
        "state": "running",
        "launched": NOW - 30 * DAY,
        "managed": False,
        "tags": {},
        "image": "ami-1",
        "disks": (Disk(device="/dev/xvda", root=True, deleted=True),),
    }
    return Instance(**values | changes)


def image(of: str = "i-1", *, days: float = 10, **changes: Any) -> InstanceImage:
    values: dict[str, Any] = {
        "arn": f"{EC2}:instance/{of}",
        "image": "ami-1",
        "name": "shop-2026",
        "owner": ACCOUNT,
        "alias": "",
        "state": "available",
        "created": NOW - days * DAY,
        "deprecated": None,
    }
    return InstanceImage(**values | changes)


def own(name: str = "ami-1", *, public: bool = False) -> OwnImage:
    return OwnImage(arn=f"arn:aws:ec2:{REGION}::image/{name}", public=public)


def block(state: str) -> ImageBlock:
    return ImageBlock(arn=f"{EC2}:image-block-public-access", state=state)


def pipeline(
    *, days: float | None = 3, enabled: bool = True, account: str = ACCOUNT, failed: bool = False
) -> Any:
    return ImagePipeline(
        arn=f"arn:aws:imagebuilder:{REGION}:{account}:image-pipeline/base",
        enabled=enabled,
        ran=None if days is None else NOW - days * DAY,
        failed=failed,
    )


def account(name: str) -> OrganizationAccount:
    return OrganizationAccount(
        arn=f"arn:aws:organizations::1:account/o-1/{name}",
        id=name,
        name=name,
        email="",
        state="ACTIVE",
        paths=(),
    )


def group(**changes: Any) -> AutoScalingGroup:
    values: dict[str, Any] = {
        "arn": f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web",
        "name": "web",
        "zones": (),
        "tags": {},
        "templates": (TemplateVersion(id="lt-1", version="$Latest"),),
    }
    return AutoScalingGroup(**values | changes)


NODE = {"eks:cluster-name": "shop"}
IN_GROUP = {"aws:autoscaling:groupName": "web"}
LATE = NOW - 200 * DAY

IMAGE_ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_image_org_built: [
        Row("its own image", PASS, [instance(), image()], dark=[OrganizationAccount], says="ami-1 (shop-2026)"),
        Row("an image that another account of the organization shares", PASS, [instance(), image(owner=IMAGES), account(IMAGES)]),
        Row("an image of a stranger", FAIL, [instance(), image(owner=IMAGES), account(ACCOUNT)]),
        Row("an image of Amazon's", FAIL, [instance(), image(owner="137112412989", alias="amazon")], dark=[OrganizationAccount], says="of Amazon"),
        Row("an image from the Marketplace", FAIL, [instance(), image(alias="aws-marketplace")]),
        Row("an image that is deregistered", FAIL, [instance(), image(state="deregistered")], severity=Severity.HIGH),
        Row("an image of which nothing is told", UNKNOWN, [instance()]),
        Row("an image whose owner is not told", UNKNOWN, [instance(), image(owner="")]),
        Row("images were not seen", UNKNOWN, [instance()], dark=[InstanceImage]),
        Row("accounts were not seen", UNKNOWN, [instance(), image(owner=IMAGES)], dark=[OrganizationAccount]),
        Row("instances were not seen", UNKNOWN, [image()], dark=[Instance]),
        Row("an instance that is stopped", NOT_APPLICABLE, [instance(state="stopped"), image()]),
        Row("an instance that a service operates", NOT_APPLICABLE, [instance(managed=True), image()]),
        Row("a node of a cluster", NOT_APPLICABLE, [instance(tags=NODE), image()]),
        Row("a node by its image's name", NOT_APPLICABLE, [instance(), image(name="bottlerocket-aws-k8s-1.34", alias="amazon")]),
        Row("an instance of EMR", NOT_APPLICABLE, [instance(tags={"aws:elasticmapreduce:job-flow-id": "j"}), image()]),
        Row("no instance", NOT_APPLICABLE),
    ],
    ec2_image_in_use_fresh: [
        Row("an image of ten days, run twice", {"image/ami-1": PASS}, [instance("i-1"), instance("i-2"), image("i-1"), image("i-2")], says="i-1, i-2"),
        Row("an old image", FAIL, [instance(), image(days=91)], says="91 days old"),
        Row("an image that is old enough by an option", PASS, [instance(), image(days=91)], options={"ami_max_age_days": 120}),
        Row("an image that was deprecated", FAIL, [instance(), image(deprecated=NOW - DAY)], says="deprecated"),
        Row("an image that will be deprecated", PASS, [instance(), image(deprecated=NOW + DAY)]),
        Row("an image that is disabled", FAIL, [instance(), image(state="disabled")]),
        Row("an image that does not tell its age", UNKNOWN, [instance(), image(created=None)]),
        Row("an image of which nothing is told", UNKNOWN, [instance()]),
        Row("images were not seen", UNKNOWN, [instance()], dark=[InstanceImage]),
        Row("instances were not seen", UNKNOWN, dark=[Instance]),
        Row("a node of a cluster alone", NOT_APPLICABLE, [instance(tags=NODE), image(days=900)]),
        Row("no instance", NOT_APPLICABLE),
    ],
    image_build_pipeline_present: [
        Row("a pipeline that ran", PASS, [instance(), image(), pipeline()]),
        Row("a pipeline of the image's account", PASS, [instance(), image(owner=IMAGES), pipeline(account=IMAGES)]),
        Row("a pipeline of an account whose image is not run", FAIL, [instance(), image(), pipeline(account=IMAGES), repository()]),
        Row("a pipeline that is disabled", FAIL, [instance(), image(), pipeline(enabled=False), repository()], says="is disabled"),
        Row("a pipeline that never ran", FAIL, [instance(), image(), pipeline(days=None), repository()], says="did not run"),
        Row("a pipeline that ran long ago", FAIL, [instance(), image(), pipeline(days=91), repository()]),
        Row("a pipeline that failed", FAIL, [instance(), image(), pipeline(failed=True), repository()], says="built no image when it last ran"),
        Row("Packer in CI", PASS, [instance(), image(), repository(), step("packer build base.pkr.hcl"), file("base.pkr.hcl")]),
        Row("Packer with a template in JSON", PASS, [instance(), image(), repository(), step("packer build base.json"), file("base.json")]),
        Row("Packer that may fail", FAIL, [instance(), image(), repository(), step("packer build base.pkr.hcl", tolerated="|| true"), file("base.pkr.hcl")]),
        Row("a template of Packer that CI does not build", FAIL, [instance(), image(), repository(), step("make"), file("base.pkr.hcl")]),
        Row("nothing builds it", FAIL, [instance(), image(), repository()]),
        Row("no repository is registered", UNKNOWN, [instance(), image()], says="no repository registered"),
        Row("images of Amazon's alone, and nothing builds one", NO_EVIDENCE, [instance(), image(alias="amazon")]),
        Row("instances were not seen", UNKNOWN, [pipeline()], dark=[Instance]),
        Row("images were not seen", UNKNOWN, [instance(), pipeline()], dark=[InstanceImage]),
        Row("pipelines were not seen", UNKNOWN, [instance(), image(), repository()], dark=[ImagePipeline]),
        Row("pipelines were not seen, and Packer builds", PASS, [instance(), image(), repository(), step("packer build base.pkr.hcl"), file("base.pkr.hcl")], dark=[ImagePipeline]),
        Row("pipelines of an account that owns no image were not seen", FAIL, [instance(), image(), repository()], gaps={ImagePipeline: [Gap(reason=Reason.DENIED, account=IMAGES)]}),
        Row("repositories were not seen", UNKNOWN, [instance(), image()], dark=[Repository]),
        Row("CI was not seen", UNKNOWN, [instance(), image(), repository()], dark=[CiStep]),
        Row("files were not seen", UNKNOWN, [instance(), image(), repository(), step("packer build .")], dark=[SourceFile]),
        Row("a cluster's machines alone", NOT_APPLICABLE, [instance(tags=NODE), image()]),
        Row("no instance", NOT_APPLICABLE, [repository()]),
    ],
    ec2_image_owned_not_public: [
        Row("a private image", PASS, [own(), group()]),
        Row("a private image that an instance could run", PASS, [own(), instance(), image()]),
        Row("a public image", FAIL, [own(public=True)], severity=Severity.CRITICAL),
        Row("publishing is not blocked", {"image/ami-1": PASS, "image-block-public-access": FAIL}, [own(), group(), block("unblocked")], severity=Severity.INFO),
        Row("publishing is blocked", PASS, [own(), group(), block("block-new-sharing")]),
        Row("the block was not seen", {"image/ami-1": PASS, f"{ACCOUNT}/{REGION}/public-images": UNKNOWN}, [own(), group()], dark=[ImageBlock]),
        Row("images were not seen", UNKNOWN, dark=[OwnImage]),
        Row("instances were not seen", UNKNOWN, [own()], dark=[Instance]),
        Row("groups were not seen", UNKNOWN, [own()], dark=[AutoScalingGroup]),
        Row("what instances run was not seen", PASS, [own(), instance()], dark=[InstanceImage]),
        Row("nothing launches from images", NOT_APPLICABLE, [own(), instance(tags=NODE), group(tags=NODE)]),
        Row("no image", NOT_APPLICABLE, [group()]),
    ],
}  # fmt: skip


# --- Disks ----------------------------------------------------------------------------------------


def told(*, of: str = "i-1", in_group: str = "") -> DiskMetric:
    return DiskMetric(
        arn=f"{EC2}:instance/{of or in_group}#path=/",
        instance=of,
        group=in_group,
        path="/",
        filesystem="xfs",
        metric=LINUX,
        dimensions=(("InstanceId", of),),
    )


def alarm(*metrics: AlarmMetric, acts: bool = True, queries: tuple[str, ...] = ()) -> MetricAlarm:
    return MetricAlarm(
        arn=f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:disk",
        name="disk",
        actions_enabled=True,
        actions=("arn:aws:sns:::ops",) if acts else (),
        state="OK",
        since=NOW,
        missing_data="missing",
        metrics=metrics,
        queries=queries,
    )


def on(namespace: str = AGENT, name: str = LINUX, **dimensions: str) -> AlarmMetric:
    return AlarmMetric(namespace=namespace, name=name, dimensions=dimensions)


LINK = ObservabilityLink(
    arn=f"arn:aws:oam:{REGION}:{ACCOUNT}:link/1",
    sink=f"arn:aws:oam:{REGION}:{IMAGES}:sink/1",
    shares=("AWS::CloudWatch::Metric",),
)
COMPOSITE = CompositeAlarm(
    arn=f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:all",
    name="all",
    actions_enabled=True,
    actions=("arn:aws:sns:::ops",),
    state="OK",
    since=NOW,
    rule='ALARM("disk")',
)


def usage(used: float | None = 40, *, path: str = "/", filesystem: str = "xfs") -> DiskUsage:
    return DiskUsage(
        arn=f"{EC2}:instance/i-1#path={path}", path=path, filesystem=filesystem, used=used
    )


def volume(kind: str, *instances: str, managed: bool = False) -> Volume:
    return Volume(
        arn=f"{EC2}:volume/vol-1",
        id="vol-1",
        state="in-use" if instances else "available",
        created=NOW,
        instances=tuple(f"{EC2}:instance/{name}" for name in instances),
        managed=managed,
        tags={},
        type=kind,
    )


ROOT = Disk(device="/dev/xvda", root=True, deleted=True)
MINE = on(InstanceId="i-1")

DISK_ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_disk_usage_monitored: [
        Row("a metric with an alarm", PASS, [instance(), told(), alarm(MINE)]),
        Row("a metric of its group with an alarm", PASS, [instance(tags=IN_GROUP), told(of="", in_group="web"), alarm(on(AutoScalingGroupName="web"))]),
        Row("an alarm on a query of all instances", PASS, [instance(), told(), alarm(queries=('SELECT MAX(disk_used_percent) FROM SCHEMA("CWAgent", InstanceId)',))]),
        Row("an alarm on a query of another instance", FAIL, [instance(), told(), alarm(queries=("SELECT MAX(disk_used_percent) FROM SCHEMA(\"CWAgent\", InstanceId) WHERE InstanceId = 'i-2'",))], severity=Severity.LOW),
        Row("an alarm that another one acts for", PASS, [instance(), told(), alarm(MINE, acts=False), COMPOSITE]),
        Row("an alarm that does nothing", FAIL, [instance(), told(), alarm(MINE, acts=False)], severity=Severity.LOW),
        Row("an alarm of another instance", FAIL, [instance(), told(), alarm(on(InstanceId="i-2"))], severity=Severity.LOW),
        Row("an alarm on memory", FAIL, [instance(), told(), alarm(on(name="mem_used_percent", InstanceId="i-1"))], severity=Severity.LOW),
        Row("no metric: the absence of an agent is the finding", FAIL, [instance(), told(of="i-2")], says="no agent", severity=Severity.MEDIUM),
        Row("an alarm on it that only scales", FAIL, [instance(), replace(alarm(on("Other", "fs.used", InstanceId="i-1")), actions=("arn:aws:autoscaling:::policy",))], options={"disk_metric_namespaces": ("Other",)}),
        Row("an agent of another maker", PASS, [instance(), alarm(on("Other", "fs.used", InstanceId="i-1"))], options={"disk_metric_namespaces": ("Other",)}),
        Row("an agent of another maker that nobody named", FAIL, [instance(), alarm(on("Other", "fs.used", InstanceId="i-1"))]),
        Row("metrics were not seen", UNKNOWN, [instance(), alarm(MINE)], dark=[DiskMetric]),
        Row("alarms were not seen", UNKNOWN, [instance(), told()], dark=[MetricAlarm]),
        Row("composite alarms were not seen", UNKNOWN, [instance(), told(), alarm(MINE, acts=False)], dark=[CompositeAlarm]),
        Row("what other accounts watch was not seen", UNKNOWN, [instance(), told()], dark=[ObservabilityLink]),
        Row("the alarms of the account that watches were not seen", UNKNOWN, [instance(), told(), LINK], dark=[CentralAlarms]),
        Row("instances were not seen", UNKNOWN, dark=[Instance]),
        Row("an instance of two hours", NOT_APPLICABLE, [instance(launched=NOW - timedelta(hours=2))]),
        Row("an instance that is stopped", NOT_APPLICABLE, [instance(state="stopped")]),
        Row("an instance store alone", NOT_APPLICABLE, [instance(disks=())]),
        Row("an instance that a service operates", NOT_APPLICABLE, [instance(managed=True)]),
    ],
    ec2_instance_disk_usage_below_limit: [
        Row("room enough", PASS, [usage(84.9)]),
        Row("almost full", FAIL, [usage(85)]),
        Row("almost full, and allowed to be", PASS, [usage(85)], options={"disk_used_limit": 90}),
        Row("a snap is always full", NOT_APPLICABLE, [usage(100, path="/snap/core/1")]),
        Row("a file system in memory", NOT_APPLICABLE, [usage(100, filesystem="tmpfs")]),
        Row("nothing was measured", UNKNOWN, [usage(None)]),
        Row("no metric: another check says so", NOT_APPLICABLE),
        Row("metrics were not seen", UNKNOWN, dark=[DiskUsage]),
    ],
    ebs_volume_type_current: [
        Row("gp3", PASS, [volume("gp3", "i-1"), instance()]),
        Row("gp2", FAIL, [volume("gp2", "i-1"), instance()], says="gp3"),
        Row("a type that is not known", UNKNOWN, [volume("gp9", "i-1"), instance()]),
        Row("a volume of no instance", NOT_APPLICABLE, [volume("gp2")]),
        Row("a volume that a service operates", NOT_APPLICABLE, [volume("gp2", "i-1", managed=True)]),
        Row("a volume of an instance that a service operates", NOT_APPLICABLE, [volume("gp2", "i-1"), instance(managed=True)]),
        Row("volumes were not seen", UNKNOWN, dark=[Volume]),
        Row("instances were not seen", UNKNOWN, [volume("gp3", "i-1")], dark=[Instance]),
    ],
    ec2_instance_data_volume_preserved: [
        Row("a volume that stays and one that goes", {"instance/i-1#/dev/sdf": PASS, "instance/i-1#/dev/sdg": FAIL}, [instance(disks=(ROOT, Disk(device="/dev/sdf", root=False, deleted=False), Disk(device="/dev/sdg", root=False, deleted=True)))]),
        Row("instances of a group keep nothing", NOT_APPLICABLE, [instance(tags=IN_GROUP, disks=(ROOT, Disk(device="/dev/sdg", root=False, deleted=True)))]),
        Row("no data volume", NOT_APPLICABLE, [instance()]),
        Row("an instance store alone", NOT_APPLICABLE, [instance(disks=())]),
        Row("instances were not seen", UNKNOWN, dark=[Instance]),
    ],
}  # fmt: skip


# --- Groups ---------------------------------------------------------------------------------------


def version(number: int, *, days: float = 10, newest: bool = True, default: bool = False) -> Any:
    return LaunchTemplateVersion(
        arn=f"{EC2}:launch-template/lt-1/{number}",
        template="lt-1",
        number=number,
        created=NOW - days * DAY,
        newest=newest,
        default=default,
        starts="",
        readable=True,
    )


def serving(*versions: str, state: str = "InService") -> tuple[GroupInstance, ...]:
    return tuple(
        GroupInstance(
            id=f"i-{number}",
            state=state,
            template=TemplateVersion(id="lt-1", version=each) if each else None,
        )
        for number, each in enumerate(versions)
    )


def by(name: str) -> tuple[TemplateVersion, ...]:
    return (TemplateVersion(id="lt-1", version=name),)


GROUP_ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_in_auto_scaling_group: [
        Row("in a group", PASS, [instance(tags=IN_GROUP)]),
        Row("in a fleet", PASS, [instance(tags={"aws:ec2:fleet-id": "fleet-1"})]),
        Row("in none", FAIL, [instance(), image()], says="30 days"),
        Row("in none for six days, which may be on purpose", NO_EVIDENCE, [instance(launched=NOW - 6 * DAY), image()]),
        Row("a bastion by its name", NOT_APPLICABLE, [instance(tags={"Name": "shop-bastion-a"}), image()]),
        Row("a name that only sounds like one", FAIL, [instance(tags={"Name": "signature"}), image()]),
        Row("a pet by its tag", NOT_APPLICABLE, [instance(tags={"pet": ""}), image()]),
        Row("named by an option", NOT_APPLICABLE, [instance(tags={"Name": "crm"}), image()], options={"asg_exempt": ("crm",)}),
        Row("an appliance from the Marketplace", NOT_APPLICABLE, [instance(bought=True), image()]),
        Row("stopped", NOT_APPLICABLE, [instance(state="stopped"), image()]),
        Row("a node of a cluster", NOT_APPLICABLE, [instance(tags=NODE), image()]),
        Row("a node by its image", NOT_APPLICABLE, [instance(), image(name="al2023-ami-ecs-hvm-2023")]),
        Row("images were not seen", UNKNOWN, [instance()], dark=[InstanceImage]),
        Row("instances were not seen", UNKNOWN, dark=[Instance]),
    ],
    asg_uses_launch_template: [
        Row("a launch template", PASS, [group()]),
        Row("a launch configuration", FAIL, [group(templated=False)]),
        Row("a cluster's machines", NOT_APPLICABLE, [group(templated=False, tags=NODE)]),
        Row("groups were not seen", UNKNOWN, dark=[AutoScalingGroup]),
    ],
    asg_instances_on_current_version: [
        Row("all of the newest version", PASS, [group(instances=serving("2", "2")), version(2)]),
        Row("all of the default version", PASS, [group(templates=by("$Default"), instances=serving("1")), version(2), version(1, newest=False, default=True)]),
        Row("all of the version that is named", PASS, [group(templates=by("1"), instances=serving("1")), version(2), version(1, newest=False)]),
        Row("two versions for days", FAIL, [group(instances=serving("2", "1")), version(2), version(1, newest=False)], says="i-1"),
        Row("two versions for an hour", NO_EVIDENCE, [group(instances=serving("2", "1")), version(2, days=1 / 24)]),
        Row("two versions for two days, and three are allowed", NO_EVIDENCE, [group(instances=serving("1")), version(2, days=2)], options={"hours": 72}),
        Row("two versions, being replaced", PASS, [group(instances=(*serving("1"), *serving("2", state="Pending"))), version(2)], says="replaces"),
        Row("one of an override's template", PASS, [group(templates=(*by("$Latest"), TemplateVersion(id="lt-2", version="7")), instances=(GroupInstance(id="i-9", state="InService", template=TemplateVersion(id="lt-2", version="7")),)), version(2), LaunchTemplateVersion(arn=f"{EC2}:launch-template/lt-2/7", template="lt-2", number=7, created=NOW, newest=True, default=True, starts="", readable=True)]),
        Row("one that a launch configuration made", FAIL, [group(instances=serving("")), version(2)]),
        Row("a version that is gone", UNKNOWN, [group(templates=by("5"), instances=serving("5")), version(2)]),
        Row("versions were not seen", UNKNOWN, [group(instances=serving("2"))], dark=[LaunchTemplateVersion]),
        Row("groups were not seen", UNKNOWN, dark=[AutoScalingGroup]),
        Row("no instance in service", NOT_APPLICABLE, [group(instances=serving("1", state="Standby")), version(2)]),
        Row("a launch configuration", NOT_APPLICABLE, [group(templates=(), templated=False)]),
        Row("a cluster's machines", NOT_APPLICABLE, [group(tags=NODE, instances=serving("1")), version(2)]),
    ],
    asg_load_balanced_uses_elb_health_check: [
        Row("checked by the load balancer", PASS, [group(balanced=True, health_check="EC2,ELB")]),
        Row("checked by EC2 alone", FAIL, [group(balanced=True)]),
        Row("checked by VPC Lattice", PASS, [group(balanced=True, lattice=True, health_check="VPC_LATTICE")]),
        Row("led to by VPC Lattice, checked as by a load balancer", PASS, [group(balanced=True, lattice=True, health_check="ELB")]),
        Row("led to by VPC Lattice, checked by EC2 alone", FAIL, [group(balanced=True, lattice=True)]),
        Row("a group of one passes here", PASS, [group(balanced=True, health_check="ELB", desired=1)]),
        Row("nothing leads to it", NOT_APPLICABLE, [group()]),
        Row("groups were not seen", UNKNOWN, dark=[AutoScalingGroup]),
    ],
}  # fmt: skip

ROWS = {**IMAGE_ROWS, **DISK_ROWS, **GROUP_ROWS}


@pytest.mark.parametrize(
    ("check", "row"),
    [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ],
)
def test_rows(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
