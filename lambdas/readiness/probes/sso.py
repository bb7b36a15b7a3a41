"""Look at Identity Center, as an account and as the organization see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence.identity import IdentityCenterInstance, OrganizationIdentityCenter
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(IdentityCenterInstance, "sso-admin.list_instances")
def identity_center_instances(aws: Aws) -> Iterator[IdentityCenterInstance]:
    for arn in _instances(aws):
        yield IdentityCenterInstance(arn=arn)


@probe(OrganizationIdentityCenter, "sso-admin.list_instances")
def organization_identity_center(aws: Aws) -> Iterator[OrganizationIdentityCenter]:
    for arn in _instances(aws):
        yield OrganizationIdentityCenter(arn=arn)


def _instances(aws: Aws) -> Iterator[str]:
    def ask() -> list[dict[str, Any]]:
        # An instance lives in one home region: ask for those of all of them.
        return list(aws.pages("sso-admin.list_instances", "Instances", RegionScope="ALL_REGIONS"))

    for each in aws.connection.shared.get(aws.account, "sso-admin.list_instances", ask):
        if each.get("Status", "ACTIVE") == "ACTIVE":
            yield each["InstanceArn"]
