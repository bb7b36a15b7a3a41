"""Look at Systems Manager."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.runbooks import AutomationRunbook
from readiness.evidence.settings import Parameter
from readiness.probes import probe
from readiness.probes.aws import Aws


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
