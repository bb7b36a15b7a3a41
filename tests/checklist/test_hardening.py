"""What the checks of hardened servers and containers say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.hardening import (
    ec2_instance_imdsv2_required,
    ecs_container_hardened,
    inspector_ec2_no_aged_critical,
    ssm_patch_compliant,
)
from readiness.checklist.model import Check, Severity, Status
from readiness.evidence.access import ManagedNode
from readiness.evidence.compute import Instance
from readiness.evidence.containers import Container, TaskDefinition
from readiness.evidence.detection import GuardDutyDetector, InspectorStatus
from readiness.evidence.hardening import InspectedInstance, PatchCompliance
from readiness.evidence.images import InstanceImage
from readiness.evidence.scaling import AutoScalingGroup, TemplateVersion
from readiness.evidence.templates import LaunchTemplateVersion
from tests.checklist.test_instance_access import instance, node
from tests.checklist.test_networking import EC2
from tests.checklist.test_networking_doors import arn, group_of
from tests.rows import (
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
)
from tests.verdicts import verdict_of

HERE = "111122223333/eu-west-1"
WATCH = f"{HERE}#guardduty"


def template(tokens: str = "required", **changes: Any) -> LaunchTemplateVersion:
    values: dict[str, Any] = {
        "arn": f"{EC2}:launch-template/lt-1/3",
        "template": "lt-1",
        "number": 3,
        "created": NOW,
        "newest": True,
        "default": False,
        "starts": "",
        "readable": True,
        "metadata_tokens": tokens,
    }
    return LaunchTemplateVersion(**values | changes)


def launching(version: str = "$Latest", template: str = "lt-1") -> AutoScalingGroup:
    return group_of(templates=(TemplateVersion(id=template, version=version),))


def patched(days: float = 3, *, compliant: bool = True) -> PatchCompliance:
    return PatchCompliance(
        arn=instance().arn,
        compliant=compliant,
        missing=0 if compliant else 7,
        scanned=NOW - timedelta(days=days),
    )


def image(days: float | None = 90, name: str = "ours") -> InstanceImage:
    return InstanceImage(
        arn=instance().arn,
        image="ami-1",
        name=name,
        owner="111122223333",
        alias="",
        state="available",
        created=None if days is None else NOW - timedelta(days=days),
        deprecated=None,
    )


def inspector(ec2: str = "ENABLED") -> InspectorStatus:
    return InspectorStatus(arn=arn("inspector2", "account"), types={"ec2": ec2, "ecr": "ENABLED"})


def inspected(**changes: Any) -> InspectedInstance:
    values: dict[str, Any] = {
        "arn": instance().arn,
        "scanned": True,
        "reason": "SUCCESSFUL",
        "critical": 0,
        "fixable": 0,
    }
    return InspectedInstance(**values | changes)


def detector(*features: str, enabled: bool = True) -> GuardDutyDetector:
    return GuardDutyDetector(
        arn=arn("guardduty", "detector/d1"), enabled=enabled, features=features
    )


MALWARE = detector("EBS_MALWARE_PROTECTION")
SCANNED = (instance(), inspector(), inspected())


def container(**changes: Any) -> Container:
    values: dict[str, Any] = {
        "name": "web",
        "image": "web:1",
        "essential": True,
        "consistent": True,
        "read_only": True,
    }
    return Container(**values | changes)


def task(*containers: Container, **changes: Any) -> TaskDefinition:
    values: dict[str, Any] = {"arn": arn("ecs", "task-definition/web"), "containers": containers}
    return TaskDefinition(**values | changes)


ROWS: dict[Check[..., Any], list[Row]] = {
    ec2_instance_imdsv2_required: [
        Row("a token is asked for", {"instance/i-1": PASS}, (instance(),)),
        Row("no metadata service", PASS, (instance(metadata_tokens="disabled"),)),
        Row("no token is asked for", FAIL, (instance(metadata_tokens="optional"),), severity=Severity.HIGH),
        Row("nothing is told", UNKNOWN, (instance(metadata_tokens=""),)),
        Row("a stopped instance", NOT_APPLICABLE, (instance(metadata_tokens="optional", state="stopped"),)),
        Row("a service of AWS operates it", NOT_APPLICABLE, (instance(metadata_tokens="optional", managed=True),)),
        Row("a template in use asks for one", {"launch-template/lt-1/3": PASS}, (template(), launching())),
        Row("a template in use asks for none", FAIL, (template("optional"), launching()), severity=Severity.MEDIUM),
        Row("by its number", FAIL, (template("optional"), launching("3"))),
        Row("by its default", FAIL, (template("optional", newest=False, default=True), launching("$Default"))),
        Row("another version is in use", NOT_APPLICABLE, (template("optional"), launching("2"))),
        Row("another template is in use", NOT_APPLICABLE, (template("optional"), launching(template="lt-2"))),
        Row("a template that says nothing", NO_EVIDENCE, (template(""), launching())),
        Row("neither", NOT_APPLICABLE),
        Row("instances are dark", {"launch-template/lt-1/3": PASS, HERE: UNKNOWN}, (template(), launching()), dark=[Instance]),
        Row("templates are dark", {"instance/i-1": PASS, HERE: UNKNOWN}, (instance(),), dark=[LaunchTemplateVersion]),
        Row("groups are dark", UNKNOWN, (template("optional"),), dark=[AutoScalingGroup]),
    ],
    ssm_patch_compliant: [
        Row("all patches", {"instance/i-1": PASS}, (instance(), image(), node(), patched())),
        Row("30 days ago", PASS, (instance(), image(), node(), patched(30))),
        Row("31 days ago", NO_EVIDENCE, (instance(), image(), node(), patched(31))),
        Row("31 days ago, which an option allows", PASS, (instance(), image(), node(), patched(31)), options={"max_age_days": 60}),
        Row("patches are missing", FAIL, (instance(), image(), node(), patched(compliant=False)), severity=Severity.HIGH, says="lacks 7"),
        Row("never scanned", FAIL, (instance(), image(), node()), severity=Severity.MEDIUM, says="never scanned"),
        Row("launched just now", NOT_APPLICABLE, (instance(launched=NOW - timedelta(minutes=5)), image(), node())),
        Row("launched just now, and patches are missing", FAIL, (instance(launched=NOW - timedelta(minutes=5)), image(), patched(compliant=False))),
        Row("not managed", FAIL, (instance(), image()), severity=Severity.MEDIUM, says="does not manage it"),
        Row("another instance was scanned", FAIL, (instance(), image(), PatchCompliance(arn=f"{EC2}:instance/i-gone", compliant=True, missing=0, scanned=NOW))),
        Row("a fresh image", FAIL, (instance(), image(3), node())),
        Row("a fresh image, of a fleet that is replaced", PASS, (instance(), image(30), node()), options={"immutable_patching": True}),
        Row("an old image of such a fleet", FAIL, (instance(), image(31), node()), options={"immutable_patching": True}),
        Row("an old scan and an old image", NO_EVIDENCE, (instance(), image(80), node(), patched(40)), options={"immutable_patching": True}, says="40 days ago"),
        Row("an image whose age is not told", FAIL, (instance(), image(None), node()), options={"immutable_patching": True}),
        Row("a fresh image that lacks patches", FAIL, (instance(), image(3), patched(compliant=False)), options={"immutable_patching": True}),
        Row("a machine of EKS", NOT_APPLICABLE, (instance(tags={"eks:cluster-name": "shop"}),)),
        Row("an image of Bottlerocket", NOT_APPLICABLE, (instance(), image(name="bottlerocket-aws-k8s-1.33-x86_64"))),
        Row("a stopped instance", NOT_APPLICABLE, (instance(state="stopped"),)),
        Row("EMR operates it", NOT_APPLICABLE, (instance(tags={"aws:elasticmapreduce:job-flow-id": "j-1"}),)),
        Row("no instance", NOT_APPLICABLE),
        Row("instances are dark", UNKNOWN, dark=[Instance]),
        Row("compliance is dark", UNKNOWN, (instance(), image(), node()), dark=[PatchCompliance]),
        Row("images are dark", UNKNOWN, (instance(), node(), patched()), dark=[InstanceImage]),
        Row("nodes are dark", FAIL, (instance(), image()), dark=[ManagedNode]),
    ],
    inspector_ec2_no_aged_critical: [
        Row("nothing found", {"instance/i-1": PASS, WATCH: PASS}, (*SCANNED, MALWARE), says="EBS_MALWARE_PROTECTION"),
        Row("runtime monitoring", {"instance/i-1": PASS, WATCH: PASS}, (*SCANNED, detector("RUNTIME_MONITORING"))),
        Row("critical, with a remedy", {"instance/i-1": FAIL, WATCH: PASS}, (instance(), inspector(), inspected(critical=3, fixable=2), MALWARE), severity=Severity.HIGH, says="has 2 critical"),
        Row("critical, without a remedy", {"instance/i-1": PASS, WATCH: PASS}, (instance(), inspector(), inspected(critical=3), MALWARE), says="a remedy for none"),
        Row("an instance that is not scanned", {"instance/i-1": NO_EVIDENCE, WATCH: PASS}, (instance(), inspector(), inspected(scanned=False, reason="UNMANAGED_EC2_INSTANCE"), MALWARE), says="UNMANAGED_EC2_INSTANCE"),
        Row("an instance that Inspector does not know", {"instance/i-1": NO_EVIDENCE, WATCH: PASS}, (instance(), inspector(), MALWARE)),
        Row("old findings of one that is not scanned any more", {"instance/i-1": FAIL, WATCH: PASS}, (instance(), inspector(), inspected(scanned=False, critical=1, fixable=1), MALWARE)),
        Row("Inspector is off", {HERE: FAIL, WATCH: PASS}, (instance(), inspector("DISABLED"), MALWARE), severity=Severity.MEDIUM),
        Row("Inspector is not offered", {HERE: NOT_APPLICABLE, WATCH: PASS}, (instance(), MALWARE)),
        Row("neither feature", {"instance/i-1": PASS, WATCH: FAIL}, (*SCANNED, detector("S3_DATA_EVENTS")), severity=Severity.LOW),
        Row("a detector that is suspended", {"instance/i-1": PASS, WATCH: FAIL}, (*SCANNED, detector("RUNTIME_MONITORING", enabled=False))),
        Row("no detector", {"instance/i-1": PASS, WATCH: FAIL}, SCANNED),
        Row("nothing runs", NOT_APPLICABLE, (instance(state="stopped"), inspector("DISABLED"))),
        Row("only what AWS operates runs", NOT_APPLICABLE, (instance(managed=True),)),
        Row("instances are dark", UNKNOWN, (inspector(), MALWARE), dark=[Instance]),
        Row("Inspector's status is dark", {HERE: UNKNOWN, WATCH: PASS}, (instance(), MALWARE), dark=[InspectorStatus]),
        Row("findings are dark", {"instance/i-1": UNKNOWN, WATCH: PASS}, (instance(), inspector(), MALWARE), dark=[InspectedInstance]),
        Row("one instance's findings are dark", {"instance/i-1": UNKNOWN, "instance/i-2": PASS, WATCH: PASS}, (instance(), instance("i-2"), inspector(), inspected(arn=f"{EC2}:instance/i-2"), MALWARE), gaps={InspectedInstance: [dark_gap(InspectedInstance, f"{EC2}:instance/i-1")]}),
        Row("detectors are dark", {"instance/i-1": PASS, WATCH: UNKNOWN}, SCANNED, dark=[GuardDutyDetector]),
    ],
    ecs_container_hardened: [
        Row("no more than it needs", {"task-definition/web#web": PASS}, (task(container(user="1000:1000")),)),
        Row("no user is named", PASS, (task(container()),)),
        Row("privileged", FAIL, (task(container(privileged=True)),), severity=Severity.HIGH),
        Row("it may write", FAIL, (task(container(read_only=False)),), severity=Severity.MEDIUM, says="may write"),
        Row("root by name", FAIL, (task(container(user="root")),)),
        Row("root by number", FAIL, (task(container(user="0:0")),)),
        Row("a user whose number begins with 0", PASS, (task(container(user="012")),)),
        Row("the host's processes", FAIL, (task(container(user="1000"), processes="host"),)),
        Row("the task's processes", PASS, (task(container(user="1000"), processes="task"),)),
        Row("the host's memory", FAIL, (task(container(user="1000"), memory_segments="host"),)),
        Row("the host's network without a user", FAIL, (task(container(), network="host"),), says="names no user"),
        Row("the host's network with a user", PASS, (task(container(user="1000"), network="host"),)),
        Row("Windows cannot be read-only", PASS, (task(container(read_only=False, user="ContainerUser"), windows=True),)),
        Row("one of two", {"task-definition/web#web": PASS, "task-definition/web#log": FAIL}, (task(container(), container(name="log", read_only=False)),)),
        Row("no service", NOT_APPLICABLE),
        Row("definitions are dark", UNKNOWN, dark=[TaskDefinition]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


ITEM = "security/use-server-hardening-practices"
GOOD = (*SCANNED, MALWARE, image(), node(), patched())


def test_a_hardened_server_passes_and_each_flaw_fails_it() -> None:
    assert verdict_of(ITEM, GOOD) is Status.PASS
    assert verdict_of(ITEM, (*GOOD, task(container(read_only=False)))) is Status.FAIL
    assert verdict_of(ITEM, GOOD, [PatchCompliance]) is Status.UNKNOWN
    assert verdict_of(ITEM, ()) is Status.NOT_APPLICABLE


def test_what_guardduty_lacks_does_not_fail_a_hardened_server() -> None:
    assert verdict_of(ITEM, [each for each in GOOD if each != MALWARE]) is Status.PASS
