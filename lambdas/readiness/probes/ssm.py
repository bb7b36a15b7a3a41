"""Look at Systems Manager."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.access import ManagedNode, SessionDocument
from readiness.evidence.compute import Instance
from readiness.evidence.hardening import PatchCompliance
from readiness.evidence.observability import InstalledAgent
from readiness.evidence.runbooks import AutomationRunbook
from readiness.evidence.settings import Parameter
from readiness.probes import probe
from readiness.probes.aws import Aws, gathered
from readiness.probes.ec2 import instance_arn


@probe(Parameter, "ssm.describe_parameters")
def parameters(aws: Aws) -> Iterator[Parameter]:
    # Without Shared: parameters of other accounts, and AWS's own, are not listed.
    for each in aws.pages("ssm.describe_parameters", "Parameters"):
        name = each["Name"]
        yield Parameter(
            arn=each.get("ARN") or aws.arn("ssm", f"parameter/{name.removeprefix('/')}"),
            name=name,
            type=each["Type"],
        )


#: What takes logs, by the names that packages have; the last is told apart, as it takes metrics too.
LOG_AGENTS = (
    "amazon-cloudwatch-agent",
    "Amazon CloudWatch Agent",
    "fluent-bit",
    "aws-for-fluent-bit",
    "td-agent",
    "fluentd",
    "vector",
)
DATADOG = "datadog-agent"


@probe(InstalledAgent, "ssm.get_inventory")
def installed_agents(aws: Aws, instances: Evidence[Instance]) -> Iterator[InstalledAgent | Gap]:
    listed, hidden = gathered(instances)
    running = {each.id: each.arn for each in listed if each.state == "running"}
    for name, packages in (("log agent", LOG_AGENTS), (DATADOG, (DATADOG,))) if running else ():
        wanted = {"Key": "AWS:Application.Name", "Values": [*packages], "Type": "Equal"}
        for each in aws.pages("ssm.get_inventory", "Entities", Filters=[wanted]):
            if each["Id"] in running:
                yield InstalledAgent(arn=running[each["Id"]], name=name)
    yield from hidden


#: Documents that services of AWS make in the account.
_BY_SERVICES = ("AWS-", "AWS_", "AWSQuickSetup", "AWSSupport", "Amazon")


@probe(AutomationRunbook, "ssm.list_documents")
def automation_runbooks(aws: Aws) -> Iterator[AutomationRunbook]:
    # Without the owner some hundred documents of AWS would be listed.
    filters = [
        {"Key": "Owner", "Values": ["Self"]},
        {"Key": "DocumentType", "Values": ["Automation"]},
    ]
    for each in aws.pages("ssm.list_documents", "DocumentIdentifiers", Filters=filters):
        if not each["Name"].startswith(_BY_SERVICES):
            name = each["Name"]
            yield AutomationRunbook(arn=aws.arn("ssm", f"automation-definition/{name}"), name=name)


@probe(ManagedNode, "ssm.describe_instance_information")
def managed_nodes(aws: Aws) -> Iterator[ManagedNode]:
    for each in aws.pages(
        "ssm.describe_instance_information", "InstanceInformationList", MaxResults=50
    ):
        yield ManagedNode(
            arn=_node_arn(aws, each["InstanceId"]), online=each["PingStatus"] == "Online"
        )


def _node_arn(aws: Aws, name: str) -> str:
    # Machines outside of EC2 have names of their own: mi-…
    if name.startswith("i-"):
        return instance_arn(aws, name)
    return aws.arn("ssm", f"managed-instance/{name}")


@probe(PatchCompliance, "ssm.list_resource_compliance_summaries")
def patch_compliance(aws: Aws) -> Iterator[PatchCompliance]:
    # Without a filter associations and whatever people report are summed up, too.
    only_patches = [{"Key": "ComplianceType", "Values": ["Patch"], "Type": "EQUAL"}]
    for each in aws.pages(
        "ssm.list_resource_compliance_summaries",
        "ResourceComplianceSummaryItems",
        Filters=only_patches,
        MaxResults=50,
    ):
        if each["ComplianceType"] == "Patch":
            missing = (each.get("NonCompliantSummary") or {}).get("NonCompliantCount", 0)
            yield PatchCompliance(
                arn=_node_arn(aws, each["ResourceId"]),
                compliant=each["Status"] == "COMPLIANT",
                missing=missing,
                scanned=each["ExecutionSummary"]["ExecutionTime"],
            )


_OWN_SESSIONS = [
    {"Key": "Owner", "Values": ["Self"]},
    {"Key": "DocumentType", "Values": ["Session"]},
]


@probe(SessionDocument, "ssm.list_documents", "ssm.get_document")
def session_documents(aws: Aws) -> Iterator[SessionDocument | Gap]:
    def look(name: str) -> Iterator[SessionDocument]:
        answer = aws.call(
            "ssm.get_document", absent=("InvalidDocument",), Name=name, DocumentFormat="JSON"
        )
        if answer is not None:
            yield _session_document(aws, name, json.loads(answer["Content"]))

    listed = aws.pages(
        "ssm.list_documents", "DocumentIdentifiers", Filters=_OWN_SESSIONS, MaxResults=50
    )
    names = (each["Name"] for each in listed)
    yield from aws.each(names, look, arn=lambda name: _document_arn(aws, name))


def _document_arn(aws: Aws, name: str) -> str:
    return aws.arn("ssm", f"document/{name}")


def _session_document(aws: Aws, name: str, content: Mapping[str, Any]) -> SessionDocument:
    inputs = content.get("inputs") or {}
    return SessionDocument(
        arn=_document_arn(aws, name),
        name=name,
        bucket=inputs.get("s3BucketName", ""),
        log_group=inputs.get("cloudWatchLogGroupName", ""),
        bucket_encrypted=inputs.get("s3EncryptionEnabled", False),
        log_group_encrypted=inputs.get("cloudWatchEncryptionEnabled", False),
    )
