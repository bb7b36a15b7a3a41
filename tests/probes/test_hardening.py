"""What is seen of patches and vulnerabilities, and of what servers and containers may do."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.compute import Instance
from readiness.evidence.containers import TaskDefinition
from readiness.evidence.detection import InspectorStatus
from readiness.evidence.hardening import InspectedInstance, PatchCompliance
from readiness.evidence.templates import LaunchTemplateVersion
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

EC2 = f"arn:aws:ec2:{REGION}:{ACCOUNT}"


def test_patch_compliance_of_every_page() -> None:
    def summed(name: str, status: str, **more: Any) -> dict[str, Any]:
        return {
            "ComplianceType": "Patch",
            "ResourceType": "ManagedInstance",
            "ResourceId": name,
            "Status": status,
            "ExecutionSummary": {"ExecutionTime": NOW},
            **more,
        }

    operation = "ssm.list_resource_compliance_summaries"
    missing = summed("i-1", "NON_COMPLIANT", NonCompliantSummary={"NonCompliantCount": 7})
    other = {**summed("i-3", "COMPLIANT"), "ComplianceType": "Association"}
    asked = {
        "Filters": [{"Key": "ComplianceType", "Values": ["Patch"], "Type": "EQUAL"}],
        "MaxResults": 50,
    }
    pages = (
        Answer(operation, {"ResourceComplianceSummaryItems": [missing], "NextToken": "n"}, asked=asked),
        Answer(operation, {"ResourceComplianceSummaryItems": [summed("mi-2", "COMPLIANT"), other]}),
    )  # fmt: skip
    with answering(*pages) as there:
        found = seen(there, PatchCompliance)
        assert_made_as_declared(there, PatchCompliance)

    assert found == Evidence(
        (
            PatchCompliance(arn=f"{EC2}:instance/i-1", compliant=False, missing=7, scanned=NOW),
            PatchCompliance(
                arn=f"arn:aws:ssm:{REGION}:{ACCOUNT}:managed-instance/mi-2",
                compliant=True,
                missing=0,
                scanned=NOW,
            ),
        )
    )


def account(ec2: str) -> dict[str, Any]:
    state = {"errorCode": "ALREADY_ENABLED", "errorMessage": "none"}
    return {
        "accountId": ACCOUNT,
        "state": {"status": "ENABLED", **state},
        "resourceState": {
            "ec2": {"status": ec2, **state},
            "ecr": {"status": "ENABLED", **state},
        },
    }


def status(ec2: str = "ENABLED") -> Answer:
    return Answer("inspector2.batch_get_account_status", {"accounts": [account(ec2)]})


def test_instances_that_inspector_does_not_scan_are_not_asked_for() -> None:
    with answering(status("DISABLED")) as there:
        assert seen(there, InspectedInstance) == Evidence()


def equals(value: str) -> dict[str, str]:
    return {"comparison": "EQUALS", "value": value}


def summed(name: str, critical: int) -> dict[str, Any]:
    sums = {"instanceId": name, "severityCounts": {"all": 9, "critical": critical}}
    return {"ec2InstanceAggregation": sums}


def covered(name: str, code: str = "ACTIVE", reason: str = "SUCCESSFUL") -> dict[str, Any]:
    return {
        "resourceId": name,
        "resourceType": "AWS_EC2_INSTANCE",
        "accountId": ACCOUNT,
        "scanType": "PACKAGE",
        "scanStatus": {"statusCode": code, "reason": reason},
    }


def finding(number: int) -> dict[str, Any]:
    return {
        "findingArn": f"arn:finding/{number}",
        "awsAccountId": ACCOUNT,
        "type": "PACKAGE_VULNERABILITY",
        "description": "old",
        "remediation": {},
        "severity": "CRITICAL",
        "firstObservedAt": NOW,
        "lastObservedAt": NOW,
        "status": "ACTIVE",
        "resources": [{"type": "AWS_EC2_INSTANCE", "id": "i-00000001"}],
    }


SUMS = Answer(
    "inspector2.list_finding_aggregations",
    {
        "aggregationType": "AWS_EC2_INSTANCE",
        "responses": [summed("i-00000001", 3), summed("i-00000002", 0)],
    },
    asked={"aggregationType": "AWS_EC2_INSTANCE", "accountIds": [equals(ACCOUNT)]},
)


def test_critical_findings_are_counted_where_there_is_a_remedy() -> None:
    first = {"coveredResources": [covered("i-00000001")], "nextToken": "n"}
    rest = {"coveredResources": [covered("i-00000002", "INACTIVE", "UNMANAGED_EC2_INSTANCE")]}
    wanted = {
        "awsAccountId": [equals(ACCOUNT)],
        "resourceId": [equals("i-00000001")],
        "severity": [equals("CRITICAL")],
        "findingStatus": [equals("ACTIVE")],
        "fixAvailable": [equals("YES"), equals("PARTIAL")],
    }
    answers = (
        status(),
        SUMS,
        Answer("inspector2.list_coverage", first),
        Answer("inspector2.list_coverage", rest),
        Answer("inspector2.list_findings", {"findings": [finding(1)], "nextToken": "n"}),
        Answer("inspector2.list_findings", {"findings": [finding(2)]}, asked={"filterCriteria": wanted, "nextToken": "n"}),
    )  # fmt: skip
    with answering(*answers) as there:
        found = seen(there, InspectedInstance)
        assert_made_as_declared(there, InspectorStatus, InspectedInstance)

    assert found == Evidence(
        (
            InspectedInstance(
                arn=f"{EC2}:instance/i-00000001",
                scanned=True,
                reason="SUCCESSFUL",
                critical=3,
                fixable=2,
            ),
            InspectedInstance(
                arn=f"{EC2}:instance/i-00000002",
                scanned=False,
                reason="UNMANAGED_EC2_INSTANCE",
                critical=0,
                fixable=0,
            ),
        )
    )


def test_findings_that_are_refused_are_a_gap_about_their_instance() -> None:
    answers = (
        status(),
        SUMS,
        Answer("inspector2.list_coverage", {"coveredResources": [covered("i-00000001")]}),
        Answer("inspector2.list_findings", error=DENIED),
    )
    with answering(*answers) as there:
        found = seen(there, InspectedInstance)

    gap = refused("inspector2:ListFindings", resource=f"{EC2}:instance/i-00000001")
    assert found == Evidence(gaps=(gap,))


def test_what_a_task_definition_may_do() -> None:
    task = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:7"
    cluster = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/shop"
    service = {
        "serviceArn": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/shop/web",
        "serviceName": "web",
        "clusterArn": cluster,
        "status": "ACTIVE",
        "taskDefinition": task,
    }
    container = {
        "name": "web",
        "image": "web:1",
        "privileged": True,
        "readonlyRootFilesystem": True,
        "user": "1000:1000",
    }
    described = {
        "containerDefinitions": [container],
        "networkMode": "host",
        "pidMode": "host",
        "ipcMode": "task",
        "runtimePlatform": {"operatingSystemFamily": "WINDOWS_SERVER_2022_CORE"},
    }
    answers = (
        Answer("ecs.list_clusters", {"clusterArns": [cluster]}),
        Answer("ecs.list_services", {"serviceArns": [service["serviceArn"]]}),
        Answer("ecs.describe_services", {"services": [service]}),
        Answer("ecs.describe_task_definition", {"taskDefinition": described}),
    )
    with answering(*answers) as there:
        (found,) = seen(there, TaskDefinition)
    (seen_container,) = found.containers

    assert (found.network, found.processes, found.memory_segments) == ("host", "host", "task")
    assert found.windows
    assert (seen_container.privileged, seen_container.read_only) == (True, True)
    assert seen_container.user == "1000:1000"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        pytest.param({}, "", id="nothing is said"),
        pytest.param({"HttpTokens": "required"}, "required", id="a token is asked for"),
        pytest.param({"HttpTokens": "optional", "HttpEndpoint": "enabled"}, "optional", id="none is"),
        pytest.param({"HttpTokens": "optional", "HttpEndpoint": "disabled"}, "disabled", id="off"),
    ],
)  # fmt: skip
def test_what_a_metadata_service_asks_for(options: dict[str, str], expected: str) -> None:
    template = {
        "LaunchTemplateId": "lt-1",
        "VersionNumber": 1,
        "CreateTime": NOW,
        "DefaultVersion": True,
        "LaunchTemplateData": {"MetadataOptions": options},
    }
    instance = {
        "InstanceId": "i-1",
        "InstanceType": "t3.micro",
        "State": {"Name": "running"},
        "LaunchTime": NOW,
        "Placement": {"AvailabilityZone": f"{REGION}a"},
        "MetadataOptions": options,
        "VpcId": "vpc-1",
        "KeyName": "team",
        "Platform": "windows",
    }
    answers = (
        Answer("autoscaling.describe_auto_scaling_groups", {"AutoScalingGroups": []}),
        Answer("ec2.describe_launch_template_versions", {"LaunchTemplateVersions": [template]}),
    )
    with answering(*answers) as there:
        (version,) = seen(there, LaunchTemplateVersion)
    listed = {"Reservations": [{"Instances": [instance]}]}
    with answering(Answer("ec2.describe_instances", listed)) as there:
        (machine,) = seen(there, Instance)

    assert (version.metadata_tokens, machine.metadata_tokens) == (expected, expected)
    assert (machine.vpc, machine.key, machine.windows) == ("vpc-1", "team", True)
