"""Who may do more than needed: administrators, escalation, wildcards, unused access."""

from __future__ import annotations

from typing import Any

import pytest
from policy_sentry.querying.actions import get_action_data

from readiness.checklist.iam import rights_of
from readiness.checklist.least_privilege import (
    iam_access_unused,
    iam_policy_no_admin_equivalent,
    iam_policy_no_privilege_escalation,
    iam_policy_no_service_wildcard,
)
from readiness.checklist.model import Check, Severity
from readiness.evidence import Evidence
from readiness.evidence.escalations import ESCALATIONS, IAM_WRITES, REACHES
from readiness.evidence.rights import (
    IamGroup,
    IamRole,
    IamUser,
    ManagedPolicy,
    UnusedAccess,
    UnusedAccessAnalyzer,
)
from readiness.probes.rights import trusts_of
from tests.identities import (
    IAM,
    allow,
    days_ago,
    deny,
    document,
    iam_group,
    iam_role,
    iam_user,
    inline,
    managed,
    trust,
)
from tests.rows import (
    ACCOUNT,
    FAIL,
    NOT_APPLICABLE,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
    judged,
)
from tests.verdicts import verdict_of

ITEM = "security/aws-iam-permissions-are-minimal-users-only-have-permissions-they-need"
ADMIN = managed("AdministratorAccess", allow("*"), owner="aws")
POWER = managed(
    "PowerUserAccess",
    {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
    owner="aws",
)
FULL_IAM = managed("IAMFullAccess", allow(["iam:*", "organizations:DescribeAccount"]), owner="aws")
READ = managed("read", allow(["s3:Get*", "ec2:Describe*"]))
LIMIT = managed("limit", allow(["s3:*", "dynamodb:*"]))
NO_LIMIT = managed("no-limit", allow("*"))
GUARDED = managed("guarded", allow("*"), deny("iam:*"))
CDK = "cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1"
BY_CLOUDFORMATION = trusts_of(document(trust({"Service": "cloudformation.amazonaws.com"})))
SSO = "/aws-reserved/sso.amazonaws.com/"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
TAGGED = {"StringEquals": {"aws:ResourceTag/team": "shop"}}


def with_inline(*statements: Any) -> tuple[IamRole]:
    return (iam_role("app", *statements),)


def not_action(*actions: str, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "NotAction": list(actions), "Resource": resource, **more}


def attached(kind: Any, *policies: ManagedPolicy, **changes: Any) -> Any:
    return kind(attached=tuple(policy.arn for policy in policies), **changes)


ANALYZER = UnusedAccessAnalyzer(arn=f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/unused")


def unused(type_: str, role: str = "app") -> UnusedAccess:
    return UnusedAccess(arn=f"{ANALYZER.arn}/1", role=f"{IAM}:role/{role}", type=type_)


ROWS: dict[Check[..., Any], list[Row]] = {
    iam_policy_no_admin_equivalent: [
        Row("reads alone", {"role/app": PASS}, (attached(iam_role, READ), READ)),
        Row("no policy", {"user/ann": PASS}, (iam_user(),)),
        Row("AdministratorAccess of a role", {"role/app#AdministratorAccess": FAIL}, (attached(iam_role, ADMIN), ADMIN), severity=Severity.HIGH),
        Row("of a user", {"user/ann#AdministratorAccess": FAIL}, (attached(iam_user, ADMIN), ADMIN)),
        Row("of a group and of its member", {"group/devs#AdministratorAccess": FAIL, "user/ann#AdministratorAccess": FAIL}, (iam_user(groups=("devs",)), attached(iam_group, ADMIN), ADMIN), says="AdministratorAccess of group devs"),
        Row("everything, inline", {"role/app#own": FAIL}, with_inline(allow("*")), says="before SCP"),
        Row("an action as a list, and no list of statements", FAIL, with_inline(allow(["s3:Get*", "*"], ["*"]))),
        Row("*:*", FAIL, with_inline(allow("*:*"))),
        Row("** and wildcards for single characters", FAIL, with_inline(allow("?*:**"))),
        Row("every resource, written long", FAIL, with_inline(allow("*", "arn:aws:*:*:*:*"))),
        Row("every resource, written short", FAIL, with_inline(allow("*", "arn:*"))),
        Row("all resources but one", FAIL, with_inline({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::secret"})),
        Row("all resources but all", PASS, with_inline({"Effect": "Allow", "Action": "*", "NotResource": "*"})),
        Row("a short NotAction", FAIL, with_inline(not_action("aws-portal:*"))),
        Row("a NotAction that leaves IAM out", PASS, with_inline(not_action("iam:*"))),
        Row("a NotAction that leaves the writes out, in other letters", PASS, with_inline(not_action("IAM:Attach*", "iam:put*", "iam:Create*", "iam:PassRole"))),
        Row("a NotAction that leaves most of them out", FAIL, with_inline(not_action("iam:Attach*", "iam:Create*", "iam:PassRole"))),
        Row("single resources", PASS, with_inline(allow("*", "arn:aws:s3:::orders/*"))),
        Row("one service's resources", PASS, with_inline(allow("*", "arn:aws:s3:::*"))),
        Row("all of IAM is judged as escalation", PASS, with_inline(allow("iam:*"))),
        Row("AWS's own for IAM", {"role/app#IAMFullAccess": FAIL}, (attached(iam_role, FULL_IAM), FULL_IAM), severity=Severity.HIGH),
        Row("AWS's own for power users", {"role/app#PowerUserAccess": FAIL}, (attached(iam_role, POWER), POWER), severity=Severity.MEDIUM),
        Row("a power user within a boundary", PASS, (attached(iam_role, POWER, boundary=LIMIT.arn), POWER, LIMIT)),
        Row("an explicit deny of IAM", PASS, with_inline(allow("*"), deny("iam:*"))),
        Row("a deny in another policy", PASS, (iam_role(attached=(ADMIN.arn,), inline=(inline(deny("iam:*")),)), ADMIN)),
        Row("a deny in a policy of the group", PASS, (attached(iam_user, ADMIN, groups=("devs",)), iam_group("devs", deny("iam:*")), ADMIN)),
        Row("a deny of something else", FAIL, with_inline(allow("*"), deny("organizations:*"))),
        Row("a deny of some writes", FAIL, with_inline(allow("*"), deny("iam:CreateUser"))),
        Row("a deny of all but reads", PASS, with_inline(allow("*"), {"Effect": "Deny", "NotAction": ["s3:*"], "Resource": "*"})),
        Row("a deny with a condition reduces nothing", FAIL, with_inline(allow("*"), deny("iam:*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}))),
        Row("a deny of one role reduces nothing", FAIL, with_inline(allow("*"), deny("iam:*", f"{IAM}:role/admin"))),
        Row("a deny of everything but one resource", PASS, with_inline(allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::orders/*"})),
        Row("a deny that spares IAM reduces nothing", FAIL, with_inline(allow("*"), {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:iam::*:*"})),
        Row("within a boundary", PASS, (attached(iam_role, ADMIN, boundary=LIMIT.arn), ADMIN, LIMIT)),
        Row("within a boundary that denies IAM", PASS, (attached(iam_role, ADMIN, boundary=GUARDED.arn), ADMIN, GUARDED)),
        Row("within a boundary that limits nothing", FAIL, (attached(iam_role, ADMIN, boundary=NO_LIMIT.arn), ADMIN, NO_LIMIT)),
        Row("a condition on tags narrows", PASS, with_inline(allow("*", Condition=TAGGED))),
        Row("a condition on the device does not", FAIL, with_inline(allow("*", Condition=MFA))),
        Row("nor one on the region or the address", FAIL, with_inline(allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))),
        Row("nor one on who calls", FAIL, with_inline(allow("*", Condition={"StringEquals": {"aws:PrincipalTag/team": "shop"}}))),
        Row("nor one that holds without its key", FAIL, with_inline(allow("*", Condition={"StringEqualsIfExists": {"aws:ResourceTag/team": "shop"}}))),
        Row("nor one for all values", FAIL, with_inline(allow("*", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}))),
        Row("nor a negated one", FAIL, with_inline(allow("*", Condition={"StringNotEquals": {"aws:ResourceTag/team": "shop"}}))),
        Row("nor one that any value meets", FAIL, with_inline(allow("*", Condition={"StringLike": {"aws:ResourceTag/team": "*"}}))),
        Row("nor one that wants a key to be absent", FAIL, with_inline(allow("*", Condition={"Null": {"aws:ResourceTag/team": "true"}}))),
        Row("nor one that wants it in other words", FAIL, with_inline(allow("*", Condition={"Null": {"aws:ResourceTag/team": True}}))),
        Row("nor one on who calls for whom", FAIL, with_inline(allow("*", Condition={"Bool": {"aws:ViaAWSService": "false"}}))),
        Row("nor one on which machine calls", FAIL, with_inline(allow("*", Condition={"ArnEquals": {"ec2:SourceInstanceARN": "arn:aws:ec2:eu-west-1:111122223333:instance/i-1"}}))),
        Row("nor one on by way of what", FAIL, with_inline(allow("*", Condition={"ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}))),
        Row("one that wants a key narrows", PASS, with_inline(allow("*", Condition={"Null": {"aws:ResourceTag/team": "false"}}))),
        Row("AWS's policy of a service role", PASS, (iam_role(attached=("arn:aws:iam::aws:policy/service-role/AWSSomething",)),)),
        Row("the organization's way in", {"role/OrganizationAccountAccessRole#AdministratorAccess": PASS}, (iam_role("OrganizationAccountAccessRole", attached=(ADMIN.arn,)), ADMIN), says="as OrganizationAccountAccessRole allows"),
        Row("Identity Center's administrators", {f"role{SSO}AWSReservedSSO_Admin_1#AdministratorAccess": PASS}, (iam_role("AWSReservedSSO_Admin_1", path=SSO, attached=(ADMIN.arn,)), ADMIN)),
        Row("Identity Center's readers", NOT_APPLICABLE, (iam_role("AWSReservedSSO_Read_1", path=SSO, attached=(READ.arn,)), READ)),
        Row("a name like Identity Center's, on another path", FAIL, (iam_role("AWSReservedSSO_Admin_1", attached=(ADMIN.arn,)), ADMIN)),
        Row("CDK's execution role", PASS, (iam_role(CDK, attached=(ADMIN.arn,), trusts=BY_CLOUDFORMATION), ADMIN)),
        Row("CDK's execution role, and others may assume it", FAIL, (iam_role(CDK, attached=(ADMIN.arn,), trusts=trusts_of(document(trust({"Service": "cloudformation.amazonaws.com"}), trust({"AWS": ACCOUNT})))), ADMIN)),
        Row("one that we allow", PASS, (attached(iam_user, ADMIN), ADMIN), options={"admin_allow_list": ("ann",)}),
        Row("a user that is called as the organization's way in", FAIL, (iam_user("OrganizationAccountAccessRole", attached=(ADMIN.arn,)), ADMIN)),
        Row("one that we no longer allow", FAIL, (iam_role("OrganizationAccountAccessRole", attached=(ADMIN.arn,)), ADMIN), options={"admin_allow_list": ()}),
        Row("no principal", {ACCOUNT: NOT_APPLICABLE}),
        Row("a policy that is not listed", UNKNOWN, (attached(iam_role, READ),), says="has arn:aws:iam::111122223333:policy/read, which the account does not list"),
        Row("a group that is not listed", UNKNOWN, (iam_user(groups=("devs",)),), says="has group devs, which the account does not list"),
        Row("a boundary that is not listed", UNKNOWN, (iam_role(boundary=LIMIT.arn),)),
        Row("users are dark", UNKNOWN, dark=[IamUser]),
        Row("groups are dark, and a user is in one", {"user/ann": UNKNOWN, ACCOUNT: UNKNOWN}, (iam_user(groups=("devs",)),), dark=[IamGroup]),
        Row("groups are dark, and a user is in none", {"user/ann": PASS, ACCOUNT: UNKNOWN}, (iam_user(),), dark=[IamGroup]),
        Row("roles are dark", UNKNOWN, dark=[IamRole]),
        Row("policies are dark", UNKNOWN, (attached(iam_role, READ),), dark=[ManagedPolicy]),
        Row("policies are dark, and one by its name is an administrator's", UNKNOWN, (attached(iam_role, ADMIN),), dark=[ManagedPolicy]),
    ],
    iam_policy_no_privilege_escalation: [
        Row("reads alone", {"role/app": PASS}, (attached(iam_role, READ), READ), says="no path known on 2026-11-24"),
        Row("a new version of any policy", {"CreatePolicyVersion": FAIL}, with_inline(allow("iam:CreatePolicyVersion"))),
        Row("attaching to any role, in other letters", {"AttachRolePolicy": FAIL}, with_inline(allow("IAM:attachrolepolicy"))),
        Row("a wildcard in the middle", {"AttachRolePolicy": FAIL, "PutRolePolicy": FAIL, "UpdateAssumeRolePolicy": FAIL}, with_inline(allow("iam:*RolePolicy"))),
        Row("a wildcard for one character", {"PutRolePolicy": FAIL}, with_inline(allow("iam:PutRolePolic?"))),
        Row("any role of the account is every role", FAIL, with_inline(allow("iam:AttachRolePolicy", f"{IAM}:role/*"))),
        Row("any role of any account too", FAIL, with_inline(allow("iam:AttachRolePolicy", "arn:aws:iam::*:role/*"))),
        Row("all of IAM too", FAIL, with_inline(allow("iam:AttachRolePolicy", "arn:aws:iam::*"))),
        Row("any user is no role", PASS, with_inline(allow("iam:AttachRolePolicy", f"{IAM}:user/*"))),
        Row("another account's roles are out of reach", PASS, with_inline(allow("iam:AttachRolePolicy", "arn:aws:iam::999988887777:role/*"))),
        Row("one role", PASS, with_inline(allow("iam:AttachRolePolicy", f"{IAM}:role/app"))),
        Row("roles on a path", PASS, with_inline(allow("iam:AttachRolePolicy", f"{IAM}:role/shop/*"))),
        Row("oneself", PASS, (iam_user("ann", allow("iam:CreateAccessKey", f"{IAM}:user/${{aws:username}}")),)),
        Row("passing a role to a new function", {"InvokeFunction": FAIL}, with_inline(allow(["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"]))),
        Row("in two policies", FAIL, (iam_role("app", allow("iam:Pass*"), attached=(f"{IAM}:policy/run",)), managed("run", allow("ec2:RunInstances", "arn:aws:ec2:*:*:*")))),
        Row("half of it by the group", FAIL, (iam_user("ann", allow("iam:PassRole"), groups=("devs",)), iam_group("devs", allow("ec2:RunInstances")))),
        Row("in one region", FAIL, with_inline(allow("iam:PassRole"), allow("ec2:RunInstances", f"arn:aws:ec2:eu-west-1:{ACCOUNT}:*"))),
        Row("a set that is not complete", PASS, with_inline(allow(["iam:PassRole", "lambda:CreateFunction"]))),
        Row("passing certain roles", PASS, with_inline(allow("iam:PassRole", f"{IAM}:role/lambda-*"), allow("lambda:*"), deny(["lambda:UpdateFunctionC*"]))),
        Row("passing roles to one service", PASS, with_inline(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}), allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))),
        Row("passing roles to any service", FAIL, with_inline(allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*"}}), allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))),
        Row("passing roles to some service of AWS", FAIL, with_inline(allow("iam:PassRole", Condition={"StringLike": {"iam:PassedToService": "*.amazonaws.com"}}), allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))),
        Row("passing roles to one service, if it says so", FAIL, with_inline(allow("iam:PassRole", Condition={"StringEqualsIfExists": {"iam:PassedToService": "lambda.amazonaws.com"}}), allow(["lambda:CreateFunction", "lambda:InvokeFunction"]))),
        Row("what exists already", {"UpdateFunctionCode": FAIL}, with_inline(allow("lambda:UpdateFunctionCode"))),
        Row("a shell on any instance", {"StartSession": FAIL}, with_inline(allow("ssm:StartSession", ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:document/SSM-SessionManagerRunShell"]))),
        Row("a shell on tagged instances", PASS, with_inline(allow("ssm:StartSession", Condition={"StringLike": {"ssm:resourceTag/team": "shop"}}))),
        Row("a NotAction that leaves IAM", FAIL, (iam_user("ann", not_action("iam:Create*", "iam:Attach*", "iam:Put*", "iam:PassRole")),)),
        Row("all but IAM still changes functions", FAIL, with_inline(not_action("iam:*")), says="lambda:UpdateFunctionCode"),
        Row("denied", PASS, with_inline(allow("iam:CreatePolicyVersion"), deny("iam:Create*"))),
        Row("denied for all but a few", PASS, with_inline(allow("iam:CreatePolicyVersion"), {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"})),
        Row("denied for another type of resource", FAIL, with_inline(allow("iam:CreatePolicyVersion"), deny("iam:*", f"{IAM}:role/*"))),
        Row("denied for one type of the service", FAIL, with_inline(allow("lambda:UpdateFunctionCode"), deny("lambda:*", "arn:aws:lambda:*:*:layer:*"))),
        Row("denied in one region", FAIL, with_inline(allow("lambda:UpdateFunctionCode"), deny("lambda:*", "arn:aws:lambda:us-east-1:*:*"))),
        Row("denied with a condition", FAIL, with_inline(allow("iam:CreatePolicyVersion"), deny("iam:*", Condition={"Bool": {"aws:ViaAWSService": "false"}}))),
        Row("within a boundary", PASS, (iam_role("app", allow("iam:*"), boundary=LIMIT.arn), LIMIT)),
        Row("within a boundary with a condition", PASS, (iam_role("app", allow("iam:AttachRolePolicy"), boundary=f"{IAM}:policy/delegated"), managed("delegated", allow("iam:*", Condition={"StringEquals": {"iam:PermissionsBoundary": "x"}})))),
        Row("within a boundary that limits nothing", FAIL, (iam_role("app", allow("iam:AttachRolePolicy"), boundary=NO_LIMIT.arn), NO_LIMIT)),
        Row("an administrator takes every path", {"role/app": FAIL}, (attached(iam_role, ADMIN), ADMIN)),
        Row("one that may be an administrator", NOT_APPLICABLE, (iam_role("OrganizationAccountAccessRole", attached=(ADMIN.arn,)), ADMIN)),
        Row("the list is too old to pass", UNKNOWN, (attached(iam_role, READ), READ), unit={"now": days_ago(-366)}, says="the table from https://pathfinding.cloud is 366 days old"),
        Row("the list is old, and a path of it is open", FAIL, with_inline(allow("iam:CreatePolicyVersion")), unit={"now": days_ago(-366)}),
        Row("no principal", NOT_APPLICABLE),
        Row("a policy that is not listed", UNKNOWN, (attached(iam_role, READ),)),
        Row("a policy that is not listed, and a path is open", {"role/app": UNKNOWN, "CreatePolicyVersion": FAIL}, (iam_role("app", allow("iam:CreatePolicyVersion"), attached=(READ.arn,)),)),
        Row("users are dark", UNKNOWN, dark=[IamUser]),
        Row("groups are dark", {"user/ann": UNKNOWN}, (iam_user(groups=("devs",)),), dark=[IamGroup]),
        Row("roles are dark", UNKNOWN, dark=[IamRole]),
        Row("policies are dark", UNKNOWN, (attached(iam_role, READ),), dark=[ManagedPolicy]),
    ],
    iam_policy_no_service_wildcard: [
        Row("named actions", {"policy/read": PASS, "role/app#own": PASS}, (iam_role("app", allow("s3:GetObject"), attached=(READ.arn,)), READ)),
        Row("a whole service", {"role/app#own": FAIL}, with_inline(allow("s3:*")), says="allows s3:*"),
        Row("a whole service, as its ARN", FAIL, with_inline(allow("s3:*", "arn:aws:s3:::*"))),
        Row("a whole service on one bucket", PASS, with_inline(allow("s3:*", ["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"]))),
        Row("a whole service of another's resources", PASS, with_inline(allow("s3:*", "arn:aws:sqs:*:*:*"))),
        Row("everything", FAIL, with_inline(allow("*"))),
        Row("everything but IAM", FAIL, with_inline(not_action("iam:*")), says="everything but iam:*"),
        Row("many actions of a service", PASS, with_inline(allow("s3:Get*"))),
        Row("denied services are no rights", PASS, with_inline(deny("s3:*"))),
        Row("a customer's policy", {"policy/limit": FAIL}, (attached(iam_role, LIMIT), LIMIT), says="s3:*, dynamodb:*"),
        Row("of a group", {"group/devs#own": FAIL}, (iam_group("devs", allow("ec2:*")),)),
        Row("of a user", {"user/ann#own": FAIL}, (iam_user("ann", allow("kms:*")),), severity=Severity.LOW),
        Row("attached to nothing", {"policy/limit": FAIL}, (iam_role(), LIMIT), severity=Severity.INFO),
        Row("a boundary is not attached", {"policy/limit": FAIL}, (iam_role(boundary=LIMIT.arn), LIMIT), severity=Severity.INFO),
        Row("AWS's own", NOT_APPLICABLE, (attached(iam_role, ADMIN), ADMIN)),
        Row("what Identity Center keeps", NOT_APPLICABLE, (iam_role("AWSReservedSSO_A", allow("s3:*"), path=SSO),)),
        Row("nothing", NOT_APPLICABLE),
        Row("users are dark", UNKNOWN, (READ,), dark=[IamUser]),
        Row("groups are dark", UNKNOWN, (READ,), dark=[IamGroup]),
        Row("roles are dark", UNKNOWN, (READ,), dark=[IamRole]),
        Row("policies are dark", UNKNOWN, (iam_role(),), dark=[ManagedPolicy]),
        Row("policies are dark, and an inline one is seen", {"role/app#own": FAIL, ACCOUNT: UNKNOWN}, with_inline(allow("s3:*")), dark=[ManagedPolicy]),
    ],
    iam_access_unused: [
        Row("used yesterday", {"role/app": PASS}, (iam_role(),), says="was last used 1 day ago"),
        Row("an analyzer finds nothing", PASS, (iam_role(), ANALYZER), says="Access Analyzer finds nothing unused"),
        Row("used long ago", FAIL, (iam_role(used=days_ago(91)),), says="was last used 91 days ago"),
        Row("used long ago, which is well for us", PASS, (iam_role(used=days_ago(91)),), options={"role_unused_days": 180}),
        Row("never used", FAIL, (iam_role(used=None),), says="was not used in the 400 days since it was made"),
        Row("not used for longer than IAM remembers", FAIL, (iam_role(used=None, created=days_ago(900)),), says="was not used in the last 400 days"),
        Row("never used, and young", PASS, (iam_role(used=None, created=days_ago(30)),), says="is 30 days old"),
        Row("waits for a disaster", NOT_APPLICABLE, (iam_role(used=None, tags={"Disaster-Recovery": "yes"}),)),
        Row("waits for a disaster, by a tag of ours", NOT_APPLICABLE, (iam_role(used=None, tags={"standby": ""}),), options={"standby_tag": "standby"}),
        Row("waits for a disaster, by a tag of ours in capitals", NOT_APPLICABLE, (iam_role(used=None, tags={"standby": ""}),), options={"standby_tag": "Standby"}),
        Row("Identity Center's role", NOT_APPLICABLE, (iam_role("AWSReservedSSO_A", path=SSO, used=None),)),
        Row("an analyzer finds it unused", {"role/app": FAIL}, (iam_role(), ANALYZER, unused("UnusedIAMRole"))),
        Row("an analyzer finds another one unused", {"role/app": PASS}, (iam_role(), ANALYZER, unused("UnusedIAMRole", "other"))),
        Row("an analyzer finds permissions unused", {"role/app": PASS, "role/app#permissions": FAIL}, (iam_role(), ANALYZER, unused("UnusedPermission")), severity=Severity.LOW),
        Row("no role", NOT_APPLICABLE),
        Row("roles are dark", UNKNOWN, dark=[IamRole]),
        Row("analyzers are dark", UNKNOWN, (iam_role(),), dark=[UnusedAccessAnalyzer]),
        Row("findings are dark", UNKNOWN, (iam_role(), ANALYZER), dark=[UnusedAccess]),
        Row("findings are dark, and it was not used", FAIL, (iam_role(used=days_ago(91)),), dark=[UnusedAccess, UnusedAccessAnalyzer]),
        Row("findings of one analyzer are dark", UNKNOWN, (iam_role(), ANALYZER), gaps={UnusedAccess: [dark_gap(UnusedAccess, ANALYZER.arn)]}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


@pytest.mark.parametrize("action", sorted({*IAM_WRITES, *REACHES, *(one for each in ESCALATIONS for one in each)}))  # fmt: skip
def test_every_action_of_the_list_is_an_action_of_iam(action: str) -> None:
    service, _, name = action.partition(":")

    assert [each["action"] for each in get_action_data(service, name)[service]][:1] == [action]


def test_no_set_includes_another() -> None:
    sets = [frozenset(each) for each in ESCALATIONS]

    assert [each for each in sets if any(other < each for other in sets)] == []
    assert len(set(sets)) == len(sets)


@pytest.mark.parametrize("actions", ESCALATIONS, ids=" + ".join)
def test_each_set_is_found_when_it_is_complete_and_not_before(actions: tuple[str, ...]) -> None:
    def found(*allowed: str) -> list[str]:
        return list(rights_of(iam_user("ann", allow(list(allowed))), Evidence(), Evidence()).escalations)  # fmt: skip

    assert found(*actions) == [" + ".join(actions)]
    assert found(*actions[1:]) == []


def test_who_may_be_administrator_decides_nothing() -> None:
    seen = (iam_role("OrganizationAccountAccessRole", attached=(ADMIN.arn,)), ADMIN)
    results = judged(iam_policy_no_admin_equivalent, Row("allowed", PASS, seen))

    assert [result.severity for result in results] == [Severity.INFO]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ((iam_role("OrganizationAccountAccessRole"),), PASS),
        ((iam_role("AWSReservedSSO_Admin_1", path=SSO, attached=(ADMIN.arn,)), ADMIN), NOT_APPLICABLE),
        ((attached(iam_role, ADMIN), ADMIN), FAIL),
        ((attached(iam_role, LIMIT, boundary=READ.arn), LIMIT, READ), PASS),
    ],
    ids=["a good role", "Identity Center alone", "an administrator", "a low failure decides nothing"],
)  # fmt: skip
def test_the_item(seen: tuple[Any, ...], expected: Any) -> None:
    assert verdict_of(ITEM, seen) == expected
