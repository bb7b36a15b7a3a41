"""Look at IAM, once per account."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Mapping
from datetime import datetime

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.identity import (
    AccessKey,
    CentralRootAccess,
    IssuedKey,
    PasswordPolicy,
    RootUser,
    SamlProvider,
    UserCredentials,
    VirtualMfaDevice,
)
from readiness.evidence.secret_forms import fingerprint_of
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.probes.refusals import UnseenError

#: Seconds to wait between looks at a credential report that is being made.
PAUSES = (1, 2, 4, 8, 15, 15, 15)

#: What the report calls the root user.
ROOT = "<root_account>"
_NOT_READY = ("ReportNotPresent", "ReportInProgress", "ReportExpired")


@probe(RootUser, "iam.get_account_summary")
def root_user(aws: Aws) -> Iterator[RootUser]:
    summary = aws.get("iam.get_account_summary")["SummaryMap"]
    yield RootUser(
        arn=aws.arn("iam", "root", region=""),
        mfa=summary["AccountMFAEnabled"] == 1,
        password=summary.get("AccountPasswordPresent", 1) == 1,
        access_keys=summary["AccountAccessKeysPresent"] > 0,
        certificates=summary.get("AccountSigningCertificatesPresent", 0) > 0,
    )


@probe(VirtualMfaDevice, "iam.list_virtual_mfa_devices")
def virtual_mfa_devices(aws: Aws) -> Iterator[VirtualMfaDevice]:
    listed = aws.pages(
        "iam.list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus="Assigned"
    )
    for each in listed:
        if "User" in each:
            yield VirtualMfaDevice(arn=each["SerialNumber"], user=each["User"]["Arn"])


@probe(UserCredentials, "iam.generate_credential_report", "iam.get_credential_report")
def user_credentials(aws: Aws) -> Iterator[UserCredentials]:
    report, made = _report(aws)
    for row in csv.DictReader(io.StringIO(report)):
        yield UserCredentials(
            arn=row["arn"],
            name=row["user"],
            password=row["password_enabled"] == "true",
            mfa=row["mfa_active"] == "true",
            created=_moment(row["user_creation_time"]),
            password_used=_moment(row["password_last_used"]),
            password_changed=_moment(row["password_last_changed"]),
            keys=tuple(_keys(row)),
            reported=made,
        )


@probe(IssuedKey, "iam.list_access_keys")
def issued_keys(aws: Aws, users: Evidence[UserCredentials]) -> Iterator[IssuedKey | Gap]:
    # The credential report tells no ids, and nobody tells those of the root user.
    def look(user: UserCredentials) -> Iterator[IssuedKey]:
        if user.name == ROOT:
            return
        for each in aws.pages(
            "iam.list_access_keys",
            "AccessKeyMetadata",
            absent=("NoSuchEntity",),
            UserName=user.name,
        ):
            known_by = fingerprint_of(each["AccessKeyId"])
            yield IssuedKey(
                arn=f"{user.arn}#{known_by}",
                fingerprint=known_by,
                active=each["Status"] == "Active",
            )

    yield from aws.each(users, look)


def _keys(row: Mapping[str, str]) -> Iterator[AccessKey]:
    """Yield the keys of a row; one that was never issued was neither rotated nor used."""
    for slot in (1, 2):
        key = AccessKey(
            slot=slot,
            rotated=_moment(row[f"access_key_{slot}_last_rotated"]),
            used=_moment(row[f"access_key_{slot}_last_used_date"]),
            active=row[f"access_key_{slot}_active"] == "true",
        )
        if key.active or key.rotated or key.used:
            yield key


def _moment(said: str) -> datetime | None:
    """Return a time of the report; `N/A`, `no_information` and `not_supported` are none."""
    return datetime.fromisoformat(said) if said[:1].isdigit() else None


def _report(aws: Aws) -> tuple[str, datetime | None]:
    """Return the credential report, at most four hours old, and its time; making it takes a while.

    Generating one changes nothing: IAM counts the action as a read.
    """
    # A report is made at most every four hours; asked too often, the last one stands.
    aws.call("iam.generate_credential_report", absent=("LimitExceeded",))
    for pause in (*PAUSES, 0):
        answer = aws.call("iam.get_credential_report", absent=_NOT_READY)
        if answer is not None:
            content: bytes = answer["Content"]
            return content.decode(), answer.get("GeneratedTime")
        time.sleep(pause)
    raise UnseenError(
        Gap(
            reason=Reason.TIMED_OUT,
            account=aws.account,
            region=aws.region,
            action="iam:GenerateCredentialReport",
            detail=f"the report was not ready after {sum(PAUSES)} seconds",
        )
    )


@probe(PasswordPolicy, "iam.get_account_password_policy")
def password_policy(aws: Aws) -> Iterator[PasswordPolicy]:
    answer = aws.call("iam.get_account_password_policy", absent=("NoSuchEntity",))
    if answer is None:
        return
    policy = answer["PasswordPolicy"]
    yield PasswordPolicy(
        arn=aws.arn("iam", "account-password-policy", region=""),
        minimum_length=policy["MinimumPasswordLength"],
        upper=policy["RequireUppercaseCharacters"],
        lower=policy["RequireLowercaseCharacters"],
        numbers=policy["RequireNumbers"],
        symbols=policy["RequireSymbols"],
        reuse_prevention=policy.get("PasswordReusePrevention") or 0,
        max_age_days=policy.get("MaxPasswordAge") or 0,
    )


@probe(SamlProvider, "iam.list_saml_providers")
def saml_providers(aws: Aws) -> Iterator[SamlProvider]:
    for each in aws.get("iam.list_saml_providers").get("SAMLProviderList") or ():
        yield SamlProvider(arn=each["Arn"])


@probe(CentralRootAccess, "iam.list_organizations_features")
def central_root_access(aws: Aws) -> Iterator[CentralRootAccess]:
    answer = aws.call(
        "iam.list_organizations_features", absent=("ServiceAccessNotEnabledException",)
    )
    # Where IAM has no trusted access to the organization, nothing is managed centrally.
    features = answer or {"OrganizationId": "organization", "EnabledFeatures": []}
    yield CentralRootAccess(
        arn=features["OrganizationId"],
        enabled="RootCredentialsManagement" in (features.get("EnabledFeatures") or ()),
    )
