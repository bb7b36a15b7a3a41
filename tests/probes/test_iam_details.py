"""What is seen of users, groups, roles and policies, and of access that nobody uses."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence
from readiness.evidence.rights import (
    Condition,
    IamGroup,
    IamRole,
    IamUser,
    InlinePolicy,
    ManagedPolicy,
    Statement,
    Trust,
    UnusedAccess,
    UnusedAccessAnalyzer,
)
from tests.identities import IAM, VENDOR, allow, deny, document, inline, managed, trust
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, REGION

DETAILS = "iam.get_account_authorization_details"
ANALYZER = f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/unused"
MADE = datetime(2026, 1, 2, tzinfo=UTC)


def written(*statements: Any) -> str:
    """Return a policy as IAM answers it."""
    return quote(json.dumps(document(*statements)))


def asked(*kinds: str, **more: Any) -> dict[str, Any]:
    return {"Filter": list(kinds), **more}


@mock_aws
def test_users_groups_and_roles_of_an_account_with_one_call_for_each_kind() -> None:
    account = boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]
    client: Any = boto3.client("iam", region_name=REGION)
    read = client.create_policy(PolicyName="read", PolicyDocument=json.dumps(document(allow("s3:Get*"))))["Policy"]["Arn"]  # fmt: skip
    client.create_user(UserName="ann")
    client.create_group(GroupName="devs")
    client.add_user_to_group(GroupName="devs", UserName="ann")
    client.attach_group_policy(GroupName="devs", PolicyArn=read)
    client.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=json.dumps(document(allow("iam:*"))))  # fmt: skip
    client.create_role(RoleName="ci", AssumeRolePolicyDocument=json.dumps(document(trust({"AWS": VENDOR}))), Tags=[{"Key": "team", "Value": "shop"}])  # fmt: skip
    client.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    client.attach_role_policy(RoleName="ci", PolicyArn=read)

    with connected(account) as connection:
        users = seen(connection, IamUser)
        groups = seen(connection, IamGroup)
        roles = seen(connection, IamRole)
        policies = seen(connection, ManagedPolicy)
        assert_made_as_declared(connection, IamUser, IamGroup, IamRole, ManagedPolicy)
        assert dict(connection.calls.made) == {DETAILS: 4}

    arn = f"arn:aws:iam::{account}"
    own = InlinePolicy(name="own", statements=inline(allow("iam:*")).statements)
    assert users == Evidence(
        (IamUser(arn=f"{arn}:user/ann", name="ann", groups=("devs",), inline=(own,)),)
    )
    assert groups == Evidence((IamGroup(arn=f"{arn}:group/devs", name="devs", attached=(read,)),))
    assert roles == Evidence(
        (
            IamRole(
                arn=f"{arn}:role/ci",
                name="ci",
                path="/",
                created=roles.seen[0].created,
                trusts=(Trust(principals=(VENDOR,)),),
                attached=(read,),
                tags={"team": "shop"},
            ),
        )
    )
    assert policies == Evidence(
        (ManagedPolicy(arn=read, statements=managed("read", allow("s3:Get*")).statements),)
    )


def role(name: str, *statements: Any, **more: Any) -> dict[str, Any]:
    return {
        "Path": "/",
        "RoleName": name,
        "RoleId": "AROAEXAMPLE123456789",
        "Arn": f"{IAM}:role/{name}",
        "CreateDate": MADE,
        "AssumeRolePolicyDocument": written(trust({"Service": "ec2.amazonaws.com"})),
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": written(*statements)}],
        **more,
    }


def test_every_page_of_roles_with_their_boundary_and_last_use() -> None:
    limit = {"PermissionsBoundaryArn": f"{IAM}:policy/limit", "PermissionsBoundaryType": "Policy"}
    last = {"RoleLastUsed": {"LastUsedDate": MADE, "Region": REGION}}
    first = {"RoleDetailList": [role("a", allow("*"), PermissionsBoundary=limit, **last)], "IsTruncated": True, "Marker": "more"}  # fmt: skip
    second = {"RoleDetailList": [role("b", allow("s3:GetObject", "arn:aws:s3:::orders/*"))]}
    answers = (
        Answer(DETAILS, first, asked=asked("Role")),
        Answer(DETAILS, second, asked=asked("Role", Marker="more")),
    )
    with answering(*answers) as connection:
        found = seen(connection, IamRole)

    trusts = (Trust(services=("ec2.amazonaws.com",)),)
    common: dict[str, Any] = {"path": "/", "created": MADE, "trusts": trusts}
    assert found == Evidence(
        (
            IamRole(arn=f"{IAM}:role/a", name="a", used=MADE, boundary=f"{IAM}:policy/limit", inline=(inline(allow("*")),), **common),
            IamRole(arn=f"{IAM}:role/b", name="b", inline=(InlinePolicy(name="own", statements=()),), **common),
        )
    )  # fmt: skip


def test_the_default_version_of_policies_that_are_in_use() -> None:
    def policy(arn: str, uses: int, boundaries: int = 0) -> dict[str, Any]:
        versions = [
            {"VersionId": "v1", "IsDefaultVersion": False, "Document": written(allow("*"))},
            {"VersionId": "v2", "IsDefaultVersion": True, "Document": written(allow("s3:Get*"))},
        ]
        counts = {"AttachmentCount": uses, "PermissionsBoundaryUsageCount": boundaries}
        return {"Arn": arn, "PolicyVersionList": versions, **counts}

    names = [
        (f"{IAM}:policy/idle", 0, 0),
        ("arn:aws:iam::aws:policy/Idle", 0, 0),
        ("arn:aws:iam::aws:policy/Used", 1, 0),
        ("arn:aws:iam::aws:policy/Limit", 0, 1),
    ]
    answer = {"Policies": [policy(*each) for each in names]}
    wanted = asked("LocalManagedPolicy", "AWSManagedPolicy")
    with answering(Answer(DETAILS, answer, asked=wanted)) as connection:
        found = seen(connection, ManagedPolicy)

    kept = (names[0], names[2], names[3])
    statements = inline(allow("s3:Get*")).statements
    assert found == Evidence(
        tuple(ManagedPolicy(arn=arn, statements=statements) for arn, *_ in kept)
    )


@pytest.mark.parametrize("kind", [IamUser, IamGroup, IamRole, ManagedPolicy])
def test_a_refused_listing_is_a_gap(kind: type[Any]) -> None:
    with answering(Answer(DETAILS, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(
            gaps=(refused("iam:GetAccountAuthorizationDetails"),)
        )


def test_a_statement_keeps_what_it_reaches_and_nothing_secret() -> None:
    tags = {"aws:ResourceTag/secret": "hush", "aws:PrincipalOrgID": ["o-acme"]}
    conditions = {"StringLike": tags, "Null": {"aws:TagKeys": True}}
    found = inline(
        allow(["S3:GetObject", "iam:PassRole"], ["arn:aws:s3:::orders/*", f"{IAM}:role/*"], Condition=conditions),
        deny("s3:*", "arn:aws:s3:::orders"),
    )  # fmt: skip

    assert found.statements == (
        Statement(
            allow=True,
            actions=("s3:getobject", "iam:passrole"),
            but=False,
            reach=("iam:role",),
            conditions=(
                Condition(operator="stringlike", key="aws:resourcetag/secret", open=False),
                Condition(
                    operator="stringlike",
                    key="aws:principalorgid",
                    open=False,
                    values=("o-acme",),
                ),
                Condition(operator="null", key="aws:tagkeys", open=False, values=("true",)),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("resource", "reach"),
    [
        ("*", ("*",)),
        ("**", ("*",)),
        ("arn:*", ("*",)),
        ("arn:aws:*", ("*",)),
        ("arn:*:*:*:*:*", ("*",)),
        ("arn:aws:iam::*", ("iam:*",)),
        ("arn:aws:iam:*", ("iam:*",)),
        (f"{IAM}:*", ("iam:*",)),
        ("arn:aws:iam::????????????:role/*", ("iam:role",)),
        ("arn:aws:iam::${aws:PrincipalAccount}:role/*", ("iam:role",)),
        (f"{IAM}:role*", ("iam:role*",)),
        ("arn:aws:lambda:eu-west-1:*:function:*", ("lambda:function",)),
        ("arn:aws:dynamodb:*:*:table/*", ("dynamodb:table",)),
        ("arn:aws:s3:::*", ("s3:*",)),
        ("arn:aws:s3:::*/*", ("s3:*",)),
        ("arn:aws:s3:::orders/*", ()),
        ("arn:aws:sns:*:*:orders-*", ()),
        ("arn:aws:iam::999988887777:role/*", ()),
        (f"{IAM}:role/app-*", ()),
        (f"{IAM}:role/*-app", ()),
        ([f"{IAM}:role/app", f"{IAM}:user/*"], ("iam:user",)),
        ([f"{IAM}:user/*", "*"], ("*",)),
    ],
)
def test_what_a_resource_pattern_reaches_as_a_whole(resource: Any, reach: tuple[str, ...]) -> None:
    assert [each.reach for each in inline(allow("x:*", resource)).statements] == (
        [reach] if reach else []
    )


def test_active_analyzers_of_unused_access() -> None:
    def analyzer(name: str, type_: str, status: str = "ACTIVE") -> dict[str, Any]:
        arn = f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/{name}"
        return {"arn": arn, "name": name, "type": type_, "createdAt": MADE, "status": status}

    first = [analyzer("unused", "ACCOUNT_UNUSED_ACCESS"), analyzer("external", "ACCOUNT")]
    second = [
        analyzer("all", "ORGANIZATION_UNUSED_ACCESS"),
        analyzer("new", "ACCOUNT_UNUSED_ACCESS", "CREATING"),
    ]
    answers = (
        Answer("accessanalyzer.list_analyzers", {"analyzers": first, "nextToken": "more"}),
        Answer("accessanalyzer.list_analyzers", {"analyzers": second}, asked={"nextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, UnusedAccessAnalyzer)
        assert_made_as_declared(connection, UnusedAccessAnalyzer)

    arns = (first[0]["arn"], second[0]["arn"])
    assert found == Evidence(tuple(UnusedAccessAnalyzer(arn=arn) for arn in arns))


def analyzers(*arns: str) -> Answer:
    common = {"name": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "createdAt": MADE, "status": "ACTIVE"}  # fmt: skip
    return Answer(
        "accessanalyzer.list_analyzers", {"analyzers": [{"arn": arn, **common} for arn in arns]}
    )


def test_findings_about_roles_of_this_account_and_one_refusal() -> None:
    finding = {
        "id": "f-1",
        "analyzedAt": MADE,
        "createdAt": MADE,
        "updatedAt": MADE,
        "resource": f"{IAM}:role/app",
        "resourceType": "AWS::IAM::Role",
        "resourceOwnerAccount": ACCOUNT,
        "status": "ACTIVE",
        "findingType": "UnusedIAMRole",
    }
    wanted = {
        "status": {"eq": ["ACTIVE"]},
        "findingType": {"eq": ["UnusedIAMRole", "UnusedPermission"]},
        "resourceOwnerAccount": {"eq": [ACCOUNT]},
    }
    listing = "accessanalyzer.list_findings_v2"
    answers = (
        analyzers(ANALYZER, f"{ANALYZER}-2", f"{ANALYZER}-3"),
        Answer(listing, {"findings": [finding]}, asked={"analyzerArn": ANALYZER, "filter": wanted}),
        Answer(listing, error=DENIED),
        Answer(listing, error={"service_error_code": "ResourceNotFoundException"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, UnusedAccess)
        assert_made_as_declared(connection, UnusedAccess, UnusedAccessAnalyzer)

    assert found == Evidence(
        (UnusedAccess(arn=f"{ANALYZER}/f-1", role=f"{IAM}:role/app", type="UnusedIAMRole"),),
        (refused("access-analyzer:ListFindings", resource=f"{ANALYZER}-2"),),
    )


def test_refused_analyzers_are_a_gap() -> None:
    with answering(Answer("accessanalyzer.list_analyzers", error=DENIED)) as connection:
        assert seen(connection, UnusedAccess) == Evidence(
            gaps=(refused("access-analyzer:ListAnalyzers"),)
        )
