"""Look at Organizations from within an account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.bucket_access import ResourceControlPolicy
from readiness.evidence.identity import Membership
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.policies import denials_of

_NO_POLICY = ("PolicyNotFoundException",)


def organization_of(aws: Aws) -> dict[str, Any] | None:
    """Return what any member may ask about its own organization; None where there is none."""
    operation = "organizations.describe_organization"
    return aws.connection.shared.get(
        aws.account,
        operation,
        lambda: aws.call(operation, absent=("AWSOrganizationsNotInUseException",)),
    )


@probe(Membership, "organizations.describe_organization")
def membership(aws: Aws) -> Iterator[Membership]:
    answer = organization_of(aws)
    organization = answer["Organization"] if answer else {"Id": "", "MasterAccountId": ""}
    yield Membership(
        arn=aws.arn("organizations", "account", region=""),
        organization=organization["Id"],
        management=organization["MasterAccountId"],
    )


@probe(
    ResourceControlPolicy,
    "organizations.list_policies",
    "organizations.describe_policy",
    "organizations.list_targets_for_policy",
)
def resource_control_policies(aws: Aws) -> Iterator[ResourceControlPolicy | Gap]:
    listed = aws.pages(
        "organizations.list_policies",
        "Policies",
        absent=("AWSOrganizationsNotInUseException",),
        Filter="RESOURCE_CONTROL_POLICY",
    )
    # AWS's own allows everything, and is attached to all.
    own = {each["Arn"]: each for each in listed if not each.get("AwsManaged", False)}

    def look(arn: str) -> Iterator[ResourceControlPolicy]:
        said = own[arn]
        answer = aws.call("organizations.describe_policy", absent=_NO_POLICY, PolicyId=said["Id"])
        if answer is None:
            return
        targets = aws.pages(
            "organizations.list_targets_for_policy",
            "Targets",
            absent=_NO_POLICY,
            PolicyId=said["Id"],
        )
        yield ResourceControlPolicy(
            arn=arn,
            name=said["Name"],
            denials=denials_of(answer["Policy"]["Content"], aws, arn),
            targets=tuple(each["TargetId"] for each in targets),
        )

    names: Any = own
    yield from aws.each(names, look, arn=str)
