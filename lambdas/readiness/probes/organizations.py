"""Look at Organizations from within an account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence.identity import Membership
from readiness.probes import probe
from readiness.probes.aws import Aws


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
