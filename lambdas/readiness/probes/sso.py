"""Look at Identity Center, as an account and as the organization see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.identity import (
    AccountAssignments,
    IdentityCenterInstance,
    OrganizationIdentityCenter,
)
from readiness.evidence.places import OrganizationAccount
from readiness.probes import probe
from readiness.probes.aws import Aws


@probe(IdentityCenterInstance, "sso-admin.list_instances")
def identity_center_instances(aws: Aws) -> Iterator[IdentityCenterInstance]:
    for each in _instances(aws):
        yield IdentityCenterInstance(arn=each["InstanceArn"])


@probe(OrganizationIdentityCenter, "sso-admin.list_instances")
def organization_identity_center(aws: Aws) -> Iterator[OrganizationIdentityCenter]:
    for each in _instances(aws):
        yield OrganizationIdentityCenter(
            arn=each["InstanceArn"], region=each.get("PrimaryRegion", "")
        )


@probe(
    AccountAssignments,
    "sso-admin.list_permission_sets_provisioned_to_account",
    "sso-admin.list_account_assignments",
)
def account_assignments(
    aws: Aws,
    instances: Evidence[OrganizationIdentityCenter],
    accounts: Evidence[OrganizationAccount],
) -> Iterator[AccountAssignments | Gap]:
    centers = list(instances)

    def look(account: OrganizationAccount) -> Iterator[AccountAssignments]:
        found: list[tuple[str, str, str]] = []
        for center in centers:
            where = {"region": center.region, "InstanceArn": center.arn, "AccountId": account.id}
            for permissions in aws.pages(
                "sso-admin.list_permission_sets_provisioned_to_account", "PermissionSets", **where
            ):
                found.extend(
                    (each["PrincipalType"], permissions.rpartition("/")[2], each["PrincipalId"])
                    for each in aws.pages(
                        "sso-admin.list_account_assignments",
                        "AccountAssignments",
                        PermissionSetArn=permissions,
                        **where,
                    )
                )
        people = tuple((name, who) for kind, name, who in found if kind != "GROUP")
        yield AccountAssignments(
            arn=account.arn, account=account.id, people=people, groups=len(found) - len(people)
        )

    if centers:
        yield from aws.each((each for each in accounts if each.state == "ACTIVE"), look)


def _instances(aws: Aws) -> Iterator[dict[str, Any]]:
    def ask() -> list[dict[str, Any]]:
        # An instance lives in one home region: ask for those of all of them.
        return list(aws.pages("sso-admin.list_instances", "Instances", RegionScope="ALL_REGIONS"))

    for each in aws.connection.shared.get(aws.account, "sso-admin.list_instances", ask):
        if each.get("Status", "ACTIVE") == "ACTIVE":
            yield each
