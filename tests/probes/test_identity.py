"""What is seen of root, users, password policies, identity providers and Identity Center."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from readiness.evidence import Evidence, Reason
from readiness.evidence.identity import (
    AccessKey,
    AccountAssignments,
    CentralRootAccess,
    IdentityCenterInstance,
    IssuedKey,
    Membership,
    OrganizationIdentityCenter,
    PasswordPolicy,
    RootUser,
    SamlProvider,
    UserCredentials,
    VirtualMfaDevice,
)
from readiness.evidence.places import OrganizationAccount
from readiness.evidence.secret_forms import fingerprint_of
from readiness.probes import iam
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    connected,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

IAM = f"arn:aws:iam::{ACCOUNT}"
REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date\n"
)
ROOT_ROW = (
    f"<root_account>,{IAM}:root,2020-01-01T00:00:00+00:00,not_supported,no_information,"
    "not_supported,true,true,2021-01-01T00:00:00+00:00,N/A,"
    "false,2021-01-01T00:00:00+00:00,2022-01-01T00:00:00+00:00\n"
)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam, "PAUSES", (0, 0))


@pytest.fixture
def account() -> Iterator[str]:
    with mock_aws():
        yield boto3.client("sts", region_name=REGION).get_caller_identity()["Account"]


def test_the_root_user_by_the_accounts_summary(account: str) -> None:
    with connected(account) as connection:
        found = seen(connection, RootUser)
        assert_made_as_declared(connection, RootUser)

    # moto does not tell of a password: it is taken for granted.
    root = RootUser(arn=f"arn:aws:iam::{account}:root", mfa=False, password=True, access_keys=False)
    assert found == Evidence((root,))


def test_a_member_without_root_credentials() -> None:
    summary = {"AccountMFAEnabled": 0, "AccountPasswordPresent": 0, "AccountAccessKeysPresent": 0}
    with answering(Answer("iam.get_account_summary", {"SummaryMap": summary})) as connection:
        found = seen(connection, RootUser)

    assert found == Evidence(
        (RootUser(arn=f"{IAM}:root", mfa=False, password=False, access_keys=False),)
    )


def test_users_by_the_credential_report(account: str) -> None:
    client = boto3.client("iam", region_name=REGION)
    for name in ("ann", "bob"):
        client.create_user(UserName=name)
    client.create_login_profile(UserName="ann", Password="Correct-Horse-7")
    client.create_access_key(UserName="ann")

    with connected(account) as connection:
        found = seen(connection, UserCredentials)
        assert_made_as_declared(connection, UserCredentials)

    arn = f"arn:aws:iam::{account}:user"
    ann, bob = found.seen
    made = {"created": ann.created, "reported": ann.reported}
    assert None not in made.values()
    assert [key.slot for key in ann.keys] == [1]
    changed = {"password_changed": ann.password_changed, "keys": ann.keys}
    assert ann == UserCredentials(
        arn=f"{arn}/ann", name="ann", password=True, mfa=False, **made, **changed
    )
    assert bob == UserCredentials(
        arn=f"{arn}/bob",
        name="bob",
        password=False,
        mfa=False,
        created=bob.created,
        password_changed=bob.password_changed,
        reported=bob.reported,
    )


def test_a_report_that_is_being_made_is_awaited() -> None:
    content = REPORT + ROOT_ROW
    answers = (
        Answer("iam.generate_credential_report", {"State": "STARTED"}),
        Answer("iam.get_credential_report", error={"service_error_code": "ReportNotPresent", "http_status_code": 410}),
        Answer("iam.get_credential_report", error={"service_error_code": "ReportInProgress", "http_status_code": 404}),
        Answer("iam.get_credential_report", {"Content": content.encode(), "ReportFormat": "text/csv", "GeneratedTime": NOW}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, UserCredentials)

    root = UserCredentials(
        arn=f"{IAM}:root",
        name="<root_account>",
        password=False,
        mfa=True,
        created=datetime(2020, 1, 1, tzinfo=UTC),
        keys=(
            AccessKey(slot=1, rotated=datetime(2021, 1, 1, tzinfo=UTC), used=None),
            AccessKey(
                slot=2,
                rotated=datetime(2021, 1, 1, tzinfo=UTC),
                used=datetime(2022, 1, 1, tzinfo=UTC),
                active=False,
            ),
        ),
        reported=NOW,
    )
    assert found == Evidence((root,))


def test_the_last_report_stands_where_another_may_not_be_made_yet() -> None:
    answers = (
        Answer("iam.generate_credential_report", error={"service_error_code": "LimitExceeded", "http_status_code": 409}),
        Answer("iam.get_credential_report", {"Content": REPORT.encode(), "ReportFormat": "text/csv"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        assert seen(connection, UserCredentials) == Evidence()


def test_access_keys_and_not_their_ids() -> None:
    def row(name: str) -> str:
        return f"{name},{IAM}:user/{name},2020-01-01T00:00:00+00:00,false,N/A,N/A,false,false,N/A,N/A,false,N/A,N/A\n"

    content = REPORT + ROOT_ROW + row("ann") + row("bob") + row("gone")
    gone = {"service_error_code": "NoSuchEntity", "http_status_code": 404}
    names = ("AKIA" + "QYLPMN5HHHFPZAM2", "AKIA" + "ZZZPMN5HHHFPZAM3")
    keys = [
        {"AccessKeyId": name, "Status": status}
        for name, status in zip(names, ("Active", "Inactive"), strict=True)
    ]
    answers = (
        Answer("iam.generate_credential_report", {"State": "COMPLETE"}),
        Answer(
            "iam.get_credential_report",
            {"Content": content.encode(), "ReportFormat": "text/csv", "GeneratedTime": NOW},
        ),
        Answer("iam.list_access_keys", {"AccessKeyMetadata": keys}, asked={"UserName": "ann"}),
        Answer("iam.list_access_keys", error=DENIED),
        Answer("iam.list_access_keys", error=gone),
    )
    with answering(*answers) as connection:
        found = seen(connection, IssuedKey)
        assert_made_as_declared(connection, UserCredentials, IssuedKey)

    one, two = map(fingerprint_of, names)
    assert found == Evidence(
        (
            IssuedKey(arn=f"{IAM}:user/ann#{one}", fingerprint=one, active=True),
            IssuedKey(arn=f"{IAM}:user/ann#{two}", fingerprint=two, active=False),
        ),
        (refused("iam:ListAccessKeys", resource=f"{IAM}:user/bob"),),
    )
    assert not any(name in repr(found) for name in names)  # fmt: skip


def test_a_report_that_never_comes_is_a_gap() -> None:
    started = Answer("iam.generate_credential_report", {"State": "STARTED"})
    none = Answer("iam.get_credential_report", error={"service_error_code": "ReportInProgress", "http_status_code": 404})  # fmt: skip
    with answering(started, none, none, none) as connection:
        found = seen(connection, UserCredentials)

    assert [(gap.reason, gap.action) for gap in found.gaps] == [
        (Reason.TIMED_OUT, "iam:GenerateCredentialReport")
    ]


def test_a_password_policy(account: str) -> None:
    boto3.client("iam", region_name=REGION).update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=False,
        PasswordReusePrevention=5,
    )
    with connected(account) as connection:
        found = seen(connection, PasswordPolicy)
        assert_made_as_declared(connection, PasswordPolicy)

    assert found == Evidence(
        (
            PasswordPolicy(
                arn=f"arn:aws:iam::{account}:account-password-policy",
                minimum_length=14,
                upper=True,
                lower=False,
                numbers=True,
                symbols=True,
                reuse_prevention=5,
                max_age_days=0,
            ),
        )
    )


def test_no_password_policy_is_an_answer(account: str) -> None:
    with connected(account) as connection:
        assert seen(connection, PasswordPolicy) == Evidence()


def test_every_page_of_virtual_devices() -> None:
    def page(name: str, **more: Any) -> dict[str, Any]:
        user = {
            "Path": "/",
            "UserName": name,
            "UserId": "AIDA1234567890123456",
            "Arn": f"{IAM}:{name}",
            "CreateDate": 0,
        }
        return {"VirtualMFADevices": [{"SerialNumber": f"{IAM}:mfa/{name}", "User": user}], **more}

    answers = (
        Answer("iam.list_virtual_mfa_devices", page("root", IsTruncated=True, Marker="more"), asked={"AssignmentStatus": "Assigned"}),
        Answer("iam.list_virtual_mfa_devices", page("user/ann"), asked={"AssignmentStatus": "Assigned", "Marker": "more"}),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, VirtualMfaDevice)
        assert_made_as_declared(connection, VirtualMfaDevice)

    assert found == Evidence(
        tuple(
            VirtualMfaDevice(arn=f"{IAM}:mfa/{name}", user=f"{IAM}:{name}")
            for name in ("root", "user/ann")
        )
    )


def test_saml_providers(account: str) -> None:
    boto3.client("iam", region_name=REGION).create_saml_provider(
        Name="Okta", SAMLMetadataDocument="a" * 1024
    )
    with connected(account) as connection:
        found = seen(connection, SamlProvider)
        assert_made_as_declared(connection, SamlProvider)

    assert found == Evidence((SamlProvider(arn=f"arn:aws:iam::{account}:saml-provider/Okta"),))


@pytest.mark.parametrize("kind", [IdentityCenterInstance, OrganizationIdentityCenter])
def test_instances_of_identity_center_in_every_region(kind: Any) -> None:
    def instance(name: str, status: str) -> dict[str, str]:
        arn = f"arn:aws:sso:::instance/{name}"
        return {"InstanceArn": arn, "Status": status, "PrimaryRegion": "eu-north-1"}

    first = {"Instances": [instance("ssoins-1111111111111111", "ACTIVE")], "NextToken": "more"}
    second = {"Instances": [instance("ssoins-2222222222222222", "DELETE_IN_PROGRESS")]}
    asked = {"RegionScope": "ALL_REGIONS"}
    answers = (
        Answer("sso-admin.list_instances", first, asked=asked),
        Answer("sso-admin.list_instances", second, asked={**asked, "NextToken": "more"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, kind)
        assert_made_as_declared(connection, kind)

    where = {"region": "eu-north-1"} if kind is OrganizationIdentityCenter else {}
    assert found == Evidence((kind(arn="arn:aws:sso:::instance/ssoins-1111111111111111", **where),))


def test_assignments_of_every_active_account_are_asked_where_identity_center_is_at_home() -> None:
    center = "arn:aws:sso:::instance/ssoins-1111111111111111"
    permissions = "arn:aws:sso:::permissionSet/ssoins-1111111111111111/ps-1111111111111111"
    first = {"InstanceArn": center, "AccountId": ACCOUNT}
    second = {**first, "AccountId": "222233334444"}

    def account(name: str, state: str) -> dict[str, str]:
        arn = f"arn:aws:organizations::000000000001:account/o-acme123456/{name}"
        return {"Id": name, "Arn": arn, "State": state}

    def assignment(kind: str, who: str) -> dict[str, str]:
        return {"PrincipalType": kind, "PrincipalId": who, "PermissionSetArn": permissions}

    listed = [account(ACCOUNT, "ACTIVE"), account("222233334444", "ACTIVE"), account("333344445555", "SUSPENDED")]  # fmt: skip
    person, group = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    answers = (
        Answer("sso-admin.list_instances", {"Instances": [{"InstanceArn": center, "PrimaryRegion": REGION}]}),
        Answer("organizations.list_accounts", {"Accounts": listed}),
        Answer("sso-admin.list_permission_sets_provisioned_to_account", {"PermissionSets": [permissions]}, asked=first),
        Answer("sso-admin.list_account_assignments", {"AccountAssignments": [assignment("GROUP", group)], "NextToken": "more"}, asked={**first, "PermissionSetArn": permissions}),
        Answer("sso-admin.list_account_assignments", {"AccountAssignments": [assignment("USER", person)]}, asked={**first, "PermissionSetArn": permissions, "NextToken": "more"}),
        Answer("sso-admin.list_permission_sets_provisioned_to_account", error=DENIED, asked=second),
    )  # fmt: skip
    with answering(*answers) as connection:
        found = seen(connection, AccountAssignments)
        assert_made_as_declared(connection, AccountAssignments, OrganizationIdentityCenter, OrganizationAccount)  # fmt: skip

    arn = listed[0]["Arn"]
    assert found == Evidence(
        (
            AccountAssignments(
                arn=arn, account=ACCOUNT, people=(("ps-1111111111111111", person),), groups=1
            ),
        ),
        (refused("sso:ListPermissionSetsProvisionedToAccount", resource=listed[1]["Arn"]),),
    )


def test_without_identity_center_nobody_is_asked_for_assignments() -> None:
    answers = (
        Answer("sso-admin.list_instances", {"Instances": []}),
        Answer("organizations.list_accounts", {"Accounts": []}),
    )
    with answering(*answers) as connection:
        assert seen(connection, AccountAssignments) == Evidence()


def test_a_member_of_an_organization_and_a_stand_alone_account(account: str) -> None:
    def membership(organization: str, management: str = "") -> Evidence[Membership]:
        arn = f"arn:aws:organizations::{account}:account"
        return Evidence((Membership(arn=arn, organization=organization, management=management),))

    with connected(account) as connection:
        alone = seen(connection, Membership)
    with connected(account) as connection:
        made = boto3.client("organizations", region_name="us-east-1").create_organization()
        member = seen(connection, Membership)
        assert_made_as_declared(connection, Membership)

    assert alone == membership("")
    assert member == membership(made["Organization"]["Id"], account)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"answer": {"OrganizationId": "o-acme", "EnabledFeatures": ["RootCredentialsManagement"]}}, CentralRootAccess(arn="o-acme", enabled=True)),
        ({"answer": {"OrganizationId": "o-acme", "EnabledFeatures": ["RootSessions"]}}, CentralRootAccess(arn="o-acme", enabled=False)),
        ({"error": {"service_error_code": "ServiceAccessNotEnabledException", "http_status_code": 400}}, CentralRootAccess(arn="organization", enabled=False)),
    ],
    ids=["on", "off", "no trusted access"],
)  # fmt: skip
def test_central_root_access(answer: dict[str, Any], expected: CentralRootAccess) -> None:
    with answering(Answer("iam.list_organizations_features", **answer)) as connection:
        found = seen(connection, CentralRootAccess)
        assert_made_as_declared(connection, CentralRootAccess)

    assert found == Evidence((expected,))


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (RootUser, "iam.get_account_summary", "iam:GetAccountSummary"),
        (VirtualMfaDevice, "iam.list_virtual_mfa_devices", "iam:ListVirtualMFADevices"),
        (UserCredentials, "iam.generate_credential_report", "iam:GenerateCredentialReport"),
        (PasswordPolicy, "iam.get_account_password_policy", "iam:GetAccountPasswordPolicy"),
        (SamlProvider, "iam.list_saml_providers", "iam:ListSAMLProviders"),
        (CentralRootAccess, "iam.list_organizations_features", "iam:ListOrganizationsFeatures"),
        (IdentityCenterInstance, "sso-admin.list_instances", "sso:ListInstances"),
        (OrganizationIdentityCenter, "sso-admin.list_instances", "sso:ListInstances"),
        (Membership, "organizations.describe_organization", "organizations:DescribeOrganization"),
    ],
)  # fmt: skip
def test_a_refused_call_is_a_gap_not_an_absence(
    kind: type[Any], operation: str, action: str
) -> None:
    with answering(Answer(operation, error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(action),))
