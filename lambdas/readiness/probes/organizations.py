"""Look at Organizations from within an account."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.evidence.identity import Membership
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(Membership, "organizations.describe_organization")
def membership(aws: Aws) -> Iterator[Membership]:
    # Any member may ask it about its own organization.
    answer = aws.call(
        "organizations.describe_organization", absent=("AWSOrganizationsNotInUseException",)
    )
    organization = answer["Organization"]["Id"] if answer else ""
    yield Membership(arn=aws.arn("organizations", "account", region=""), organization=organization)
