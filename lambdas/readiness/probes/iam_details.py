"""Look at all users, groups, roles and policies of an account, in one listing of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from readiness.evidence import account_of
from readiness.evidence.rights import (
    IamGroup,
    IamRole,
    IamUser,
    InlinePolicy,
    ManagedPolicy,
)
from readiness.probes import probe
from readiness.probes.aws import Aws, tags_of
from readiness.probes.rights import statements_of, trusts_of

DETAILS = "iam.get_account_authorization_details"
_LINKED = "/aws-service-role/"


def _details(aws: Aws, member: str, *kinds: str) -> Iterator[Any]:
    return aws.pages(DETAILS, member, Filter=list(kinds))


@probe(ManagedPolicy, DETAILS)
def managed_policies(aws: Aws) -> Iterator[ManagedPolicy]:
    for each in _details(aws, "Policies", "LocalManagedPolicy", "AWSManagedPolicy"):
        uses = (each.get("AttachmentCount", 1), each.get("PermissionsBoundaryUsageCount", 0))
        if account_of(each["Arn"]) == "aws" and not any(uses):
            continue
        versions = {
            version["IsDefaultVersion"]: version["Document"]
            for version in each["PolicyVersionList"]
        }
        yield ManagedPolicy(arn=each["Arn"], statements=statements_of(versions[True], aws.account))


@probe(IamUser, DETAILS)
def users(aws: Aws) -> Iterator[IamUser]:
    for each in _details(aws, "UserDetailList", "User"):
        yield IamUser(
            arn=each["Arn"],
            name=each["UserName"],
            groups=tuple(each.get("GroupList") or ()),
            attached=_attached(each),
            inline=_inline(aws, each.get("UserPolicyList")),
            boundary=_boundary(each),
        )


@probe(IamGroup, DETAILS)
def groups(aws: Aws) -> Iterator[IamGroup]:
    for each in _details(aws, "GroupDetailList", "Group"):
        yield IamGroup(
            arn=each["Arn"],
            name=each["GroupName"],
            attached=_attached(each),
            inline=_inline(aws, each.get("GroupPolicyList")),
        )


@probe(IamRole, DETAILS)
def roles(aws: Aws) -> Iterator[IamRole]:
    for each in _details(aws, "RoleDetailList", "Role"):
        if not each["Path"].startswith(_LINKED):
            yield IamRole(
                arn=each["Arn"],
                name=each["RoleName"],
                path=each["Path"],
                created=each["CreateDate"],
                used=(each.get("RoleLastUsed") or {}).get("LastUsedDate"),
                trusts=trusts_of(each["AssumeRolePolicyDocument"]),
                attached=_attached(each),
                inline=_inline(aws, each.get("RolePolicyList")),
                boundary=_boundary(each),
                tags=tags_of(each),
            )


def _attached(each: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(policy["PolicyArn"] for policy in each.get("AttachedManagedPolicies") or ())


def _inline(aws: Aws, policies: Any) -> tuple[InlinePolicy, ...]:
    return tuple(
        InlinePolicy(
            name=each["PolicyName"], statements=statements_of(each["PolicyDocument"], aws.account)
        )
        for each in policies or ()
    )


def _boundary(each: Mapping[str, Any]) -> str:
    return str((each.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""))
