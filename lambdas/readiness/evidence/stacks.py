"""CloudFormation: which stacks there are, and which resources a scan found outside of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase

from readiness.evidence import Scope, record

#: Stacks that a service or another account makes and operates, by their names.
SERVICE_STACKS: Mapping[str, str] = {
    # Instances of a stack set carry its id at their end, and belong to the set's administrator.
    "StackSet-*-????????-????-????-????-????????????": "a stack set",
    "AWSControlTower*": "Control Tower",
    "aws-controltower-*": "Control Tower",
    "AWSReservedSSO*": "IAM Identity Center",
    "awseb-*": "Elastic Beanstalk",
    "aws-cloud9-*": "Cloud9",
}


@record(Scope.REGION, "stack")
class Stack:
    """A CloudFormation stack; deleted ones are left out. Source: cloudformation.DescribeStacks."""

    arn: str
    name: str
    status: str
    created: datetime
    updated: datetime | None
    rollback_disabled: bool
    #: How many alarms roll it back while it is deployed.
    rollback_triggers: int = 0
    #: The ARN of the stack that it is nested in; empty for a root stack.
    parent: str
    #: DRIFTED, IN_SYNC, UNKNOWN or NOT_CHECKED.
    drift: str
    drift_checked: datetime | None
    tags: Mapping[str, str]
    #: The solution of AWS that it says it is, e.g. `SO0062`; `Lambda Power Tuning` has no number.
    solution: str = ""

    @property
    def made_by(self) -> str:
        """The service that makes and operates it, in words; empty where it is ours."""
        return next(
            (
                service
                for pattern, service in SERVICE_STACKS.items()
                if fnmatchcase(self.name, pattern)
            ),
            "",
        )


@record(Scope.REGION, "resource in a stack")
class StackedResource:
    """A resource that the newest resource scan of 30 days found to be in a stack.

    Source: cloudformation.ListResourceScans, cloudformation.ListResourceScanResources.
    No scan is ever started: that is no read.
    """

    #: `…:resource-scan/<type>/<identifier>`: the scan tells no ARN.
    arn: str
    #: E.g. `AWS::Lambda::Function`.
    type: str
    #: Its primary identifier's parts, joined by `|`: a name or an ARN.
    identifier: str
