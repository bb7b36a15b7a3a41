"""What the checks of "Security" say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.audit_logs import (
    cloudtrail_bucket_not_public,
    cloudtrail_encrypted_with_kms,
    cloudtrail_log_validation_enabled,
    cloudtrail_multi_region_logging,
)
from readiness.checklist.model import Check, Unit
from readiness.checklist.sign_in import (
    iam_password_policy_strong,
    iam_root_mfa_enabled,
    iam_user_console_mfa_enabled,
    identity_center_mfa_enforced,
)
from readiness.evidence import Evidence
from readiness.evidence.bucket_access import (
    AccountAccessBlock,
    BucketAccessBlock,
    BucketPolicyStatus,
)
from readiness.evidence.identity import (
    CentralRootAccess,
    IdentityCenterInstance,
    Membership,
    OrganizationIdentityCenter,
    PasswordPolicy,
    RootUser,
    SamlProvider,
    UserCredentials,
    VirtualMfaDevice,
)
from readiness.evidence.storage import Bucket
from readiness.evidence.trails import Trail, TrailSelection, TrailStatus
from readiness.judging import results_of
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    UNKNOWN,
    Row,
    assert_row,
    dark_gap,
    see_in,
)

OTHER = "444455556666"
TRAIL = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/audit"
ORGANIZATION_TRAIL = f"arn:aws:cloudtrail:eu-west-1:{OTHER}:trail/organization"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
BUCKET = "arn:aws:s3:::audit-logs"
ALL_FOUR = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def trail(**changes: Any) -> Trail:
    values: dict[str, Any] = {
        "arn": TRAIL,
        "home_region": "eu-west-1",
        "multi_region": True,
        "organization": False,
        "validated": True,
        "kms_key": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1",
        "bucket": "audit-logs",
    }
    return Trail(**values | changes)


def status(**changes: Any) -> TrailStatus:
    values: dict[str, Any] = {
        "arn": TRAIL,
        "logging": True,
        "delivery_error": "",
        "delivered": NOW - timedelta(hours=1),
    }
    return TrailStatus(**values | changes)


def selection(**changes: Any) -> TrailSelection:
    values: dict[str, Any] = {
        "arn": TRAIL,
        "management_reads": True,
        "management_writes": True,
        "excluded_sources": (),
    }
    return TrailSelection(**values | changes)


def root(**changes: bool) -> RootUser:
    values: dict[str, Any] = {"arn": ROOT, "mfa": True, "password": True, "access_keys": False}
    return RootUser(**values | changes)


def device(user: str = ROOT) -> VirtualMfaDevice:
    return VirtualMfaDevice(arn=f"arn:aws:iam::{ACCOUNT}:mfa/phone", user=user)


def central(*, enabled: bool = True) -> CentralRootAccess:
    return CentralRootAccess(arn="o-acme", enabled=enabled)


def user(name: str = "ann", *, password: bool = True, mfa: bool = True) -> UserCredentials:
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    return UserCredentials(arn=arn, name=name, password=password, mfa=mfa)


def policy(**changes: Any) -> PasswordPolicy:
    values: dict[str, Any] = {
        "arn": f"arn:aws:iam::{ACCOUNT}:account-password-policy",
        "minimum_length": 14,
        "upper": True,
        "lower": True,
        "numbers": True,
        "symbols": True,
        "reuse_prevention": 24,
        "max_age_days": 0,
    }
    return PasswordPolicy(**values | changes)


def member(organization: str = "o-acme") -> Membership:
    return Membership(arn=f"arn:aws:organizations::{ACCOUNT}:account", organization=organization)


INSTANCE = "arn:aws:sso:::instance/ssoins-1"
SAML = SamlProvider(arn=f"arn:aws:iam::{ACCOUNT}:saml-provider/Okta")


def bucket(name: str = "audit-logs") -> Bucket:
    return Bucket(arn=f"arn:aws:s3:::{name}", name=name, region="eu-west-1", account=ACCOUNT)


def public(value: bool = False, arn: str = BUCKET) -> BucketPolicyStatus:
    return BucketPolicyStatus(arn=arn, public=value)


def block(*on: str, arn: str = BUCKET) -> BucketAccessBlock:
    return BucketAccessBlock(arn=arn, on=on)


def account_block(*on: str) -> AccountAccessBlock:
    return AccountAccessBlock(arn=f"arn:aws:s3::{ACCOUNT}:public-access-block", on=on)


GOOD = (trail(), status(), selection())
SECOND = f"{TRAIL}-2"

ROWS: dict[Check[..., Any], list[Row]] = {
    cloudtrail_multi_region_logging: [
        Row("one trail records everything", PASS, GOOD),
        Row("no trail at all", FAIL, says="has no trail"),
        Row("one region only", FAIL, (trail(multi_region=False), status(), selection())),
        Row("logging is stopped", FAIL, (trail(), status(logging=False), selection())),
        Row("the bucket refuses", FAIL, (trail(), status(delivery_error="AccessDenied"), selection())),
        Row("silent for two days", FAIL, (trail(), status(delivered=NOW - timedelta(hours=48)), selection())),
        Row("silent for two days, three allowed", PASS, (trail(), status(delivered=NOW - timedelta(hours=48)), selection()), options={"delivery_hours": 72}),
        Row("writes only", FAIL, (trail(), status(), selection(management_reads=False))),
        Row("trails are dark", UNKNOWN, dark=[Trail], says="test:Trail"),
        Row("the only trail's status is dark", UNKNOWN, (trail(), selection()), dark=[TrailStatus]),
        Row("a flaw that is seen needs no status", FAIL, (trail(multi_region=False),), dark=[TrailStatus]),
        Row("never delivered", FAIL, (trail(), status(delivered=None), selection())),
        Row("reads only", FAIL, (trail(), status(), selection(management_writes=False))),
        Row("the organization's trail counts for a member", PASS, (trail(arn=ORGANIZATION_TRAIL, organization=True), status(arn=ORGANIZATION_TRAIL), selection(arn=ORGANIZATION_TRAIL)), says=ORGANIZATION_TRAIL),
        Row("a source is left out", PASS, (trail(), status(), selection(excluded_sources=("kms.amazonaws.com",))), says="without the events of kms.amazonaws.com"),
        Row("the selection is refused, and its owner shows it", PASS, GOOD, gaps={TrailSelection: [dark_gap(TrailSelection, TRAIL)]}),
        Row("the selection is refused everywhere", UNKNOWN, (trail(), status()), dark=[TrailSelection]),
        Row("one of two trails is seen whole", PASS, (trail(), trail(arn=SECOND), status(arn=SECOND), selection(arn=SECOND)), gaps={TrailStatus: [dark_gap(TrailStatus, TRAIL)]}),
        Row("one of two trails is flawed, the other hidden", UNKNOWN, (trail(), trail(arn=SECOND), status(arn=SECOND, logging=False)), gaps={TrailStatus: [dark_gap(TrailStatus, TRAIL)]}),
    ],
    cloudtrail_log_validation_enabled: [
        Row("validation is on", PASS, GOOD),
        Row("validation is off", {"trail/audit": FAIL}, (trail(validated=False),)),
        Row("no trail", NOT_APPLICABLE),
        Row("another account's trail", {"trail/organization": NOT_APPLICABLE}, (trail(arn=ORGANIZATION_TRAIL, validated=False),)),
        Row("trails are dark", UNKNOWN, dark=[Trail]),
    ],
    cloudtrail_encrypted_with_kms: [
        Row("a key of ours", {"trail/audit": PASS}, GOOD),
        Row("S3's own key", {"trail/audit": FAIL}, (trail(kms_key=""),)),
        Row("no trail", NOT_APPLICABLE),
        Row("another account's trail", NOT_APPLICABLE, (trail(arn=ORGANIZATION_TRAIL, kms_key=""),)),
        Row("trails are dark", UNKNOWN, dark=[Trail]),
    ],
    cloudtrail_bucket_not_public: [
        Row("blocked at the bucket", {"audit-logs": PASS}, (trail(), bucket(), bucket("website"), public(), block(*ALL_FOUR))),
        Row("blocked for the account", PASS, (trail(), bucket(), public(), block(), account_block(*ALL_FOUR))),
        Row("blocked by both together", PASS, (trail(), bucket(), public(), block(*ALL_FOUR[:2]), account_block(*ALL_FOUR[2:]))),
        Row("public, although blocked", FAIL, (trail(), bucket(), public(True), block(*ALL_FOUR)), says="public by its policy"),
        Row("nothing blocks", FAIL, (trail(), bucket(), public(), block(), account_block()), says="nothing blocks"),
        Row("some of it blocks", NO_EVIDENCE, (trail(), bucket(), public(), block("BlockPublicAcls"), account_block()), says="BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets is off"),
        Row("two trails, one bucket", {"audit-logs": PASS}, (trail(), trail(arn=SECOND), bucket(), public(), block(*ALL_FOUR))),
        Row("the organization's trail in our bucket", PASS, (trail(arn=ORGANIZATION_TRAIL), bucket(), public(), block(*ALL_FOUR))),
        Row("our trail in another account's bucket", {"audit-logs": NOT_APPLICABLE}, (trail(), bucket("website"))),
        Row("no trail", NOT_APPLICABLE, (bucket("website"),)),
        Row("trails are dark", UNKNOWN, dark=[Trail]),
        Row("buckets are dark", UNKNOWN, (trail(),), dark=[Bucket]),
        Row("a bucket that was deleted meanwhile", NOT_APPLICABLE, (trail(), bucket(), account_block())),
        Row("another bucket is dark", PASS, (trail(), bucket(), public(), block(*ALL_FOUR)), gaps={Bucket: [dark_gap(Bucket, "arn:aws:s3:::website")]}),
        Row("the policy is dark", UNKNOWN, (trail(), bucket(), block(*ALL_FOUR)), dark=[BucketPolicyStatus]),
        Row("the block is dark", UNKNOWN, (trail(), bucket(), public(), account_block(*ALL_FOUR)), dark=[BucketAccessBlock]),
        Row("the block is dark of a public bucket", FAIL, (trail(), bucket(), public(True)), dark=[BucketAccessBlock, AccountAccessBlock]),
        Row("the account's block is dark", UNKNOWN, (trail(), bucket(), public(), block()), dark=[AccountAccessBlock]),
        Row("the account's block is dark and not needed", PASS, (trail(), bucket(), public(), block(*ALL_FOUR)), dark=[AccountAccessBlock]),
    ],
    iam_root_mfa_enabled: [
        Row("MFA", {"root": PASS}, (root(),), says="a hardware MFA device"),
        Row("a virtual device", PASS, (root(), device()), says="a virtual MFA device"),
        Row("a user's virtual device", PASS, (root(), device(user().arn)), says="a hardware MFA device"),
        Row("a virtual device where hardware is required", FAIL, (root(), device()), options={"require_root_hardware_mfa": True}),
        Row("a hardware device where it is required", PASS, (root(), device(user().arn)), options={"require_root_hardware_mfa": True}),
        Row("no MFA", FAIL, (root(mfa=False),), says="can sign in without MFA"),
        Row("no MFA in an organization that could help", FAIL, (root(mfa=False), central()), says="remove root credentials centrally"),
        Row("no MFA and no password, but a key", FAIL, (root(mfa=False, password=False, access_keys=True),)),
        Row("a member without root credentials", PASS, (root(mfa=False, password=False), central())),
        Row("the summary is dark", UNKNOWN, dark=[RootUser]),
        Row("devices are dark", PASS, (root(),), dark=[VirtualMfaDevice], says="has an MFA device"),
        Row("devices are dark and hardware is required", UNKNOWN, (root(),), dark=[VirtualMfaDevice], options={"require_root_hardware_mfa": True}),
        Row("the organization is dark", FAIL, (root(mfa=False),), dark=[CentralRootAccess]),
    ],
    iam_user_console_mfa_enabled: [
        Row("everyone has MFA", {"user/ann": PASS, "user/bob": PASS}, (user(), user("bob"))),
        Row("one has not", {"user/ann": PASS, "user/bob": FAIL}, (user(), user("bob", mfa=False))),
        Row("a user with keys only", NOT_APPLICABLE, (user(password=False, mfa=False),)),
        Row("the root user is judged elsewhere", NOT_APPLICABLE, (UserCredentials(arn=ROOT, name="<root_account>", password=False, mfa=False),)),
        Row("no user", NOT_APPLICABLE),
        Row("the report is dark", UNKNOWN, dark=[UserCredentials]),
    ],
    iam_password_policy_strong: [
        Row("as demanded", {ACCOUNT: PASS}, (policy(), user())),
        Row("no policy", FAIL, (user(),), says="has no password policy"),
        Row("too short", FAIL, (policy(minimum_length=8), user()), says="allows 8 characters, fewer than 14"),
        Row("short, but long enough for us", PASS, (policy(minimum_length=8), user()), options={"minimum_length": 8}),
        Row("no symbols and no numbers", FAIL, (policy(symbols=False, numbers=False), user()), says="demands no numbers, symbols"),
        Row("no upper case", FAIL, (policy(upper=False), user())),
        Row("no lower case", FAIL, (policy(lower=False), user())),
        Row("the same password again", FAIL, (policy(reuse_prevention=0), user()), says="remembers 0 passwords, fewer than 24"),
        Row("five passwords are enough for us", PASS, (policy(reuse_prevention=5), user()), options={"reuse_prevention": 5}),
        Row("passwords live for ever, which is well", PASS, (policy(max_age_days=0), user())),
        Row("passwords live for ever, which we forbid", FAIL, (policy(max_age_days=0), user()), options={"password_max_age": 90}),
        Row("passwords live too long", FAIL, (policy(max_age_days=180), user()), options={"password_max_age": 90}),
        Row("passwords expire in time", PASS, (policy(max_age_days=90), user()), options={"password_max_age": 90}),
        Row("nobody has a password", NOT_APPLICABLE, (user(password=False),)),
        Row("nobody has a password, and a policy is wanted", FAIL, options={"require_password_policy_always": True}),
        Row("the policy is dark", UNKNOWN, (user(),), dark=[PasswordPolicy]),
        Row("the report is dark", UNKNOWN, (policy(minimum_length=8),), dark=[UserCredentials]),
        Row("the report is dark, and a policy is wanted", PASS, (policy(),), dark=[UserCredentials], options={"require_password_policy_always": True}),
    ],
    identity_center_mfa_enforced: [
        Row("a SAML provider", {"saml-provider/Okta": NO_EVIDENCE}, (SAML, member())),
        Row("an instance of its own", {"instance/ssoins-1": NO_EVIDENCE}, (IdentityCenterInstance(arn=INSTANCE), member(""))),
        Row("the organization's instance", {"instance/ssoins-1": NO_EVIDENCE}, (OrganizationIdentityCenter(arn=INSTANCE), member())),
        Row("nothing of the kind", NOT_APPLICABLE, (member(),)),
        Row("a stand-alone account", NOT_APPLICABLE, (member(""),)),
        Row("a stand-alone account has no organization to look at", NOT_APPLICABLE, (member(""),), dark=[OrganizationIdentityCenter]),
        Row("the organization is dark", UNKNOWN, (member(),), dark=[OrganizationIdentityCenter]),
        Row("the organization is dark, and the account shows a way in", NO_EVIDENCE, (SAML, member()), dark=[OrganizationIdentityCenter]),
        Row("the membership is dark", UNKNOWN, dark=[Membership]),
        Row("instances are dark", UNKNOWN, (member(""),), dark=[IdentityCenterInstance]),
        Row("SAML providers are dark", UNKNOWN, (member(""),), dark=[SamlProvider]),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(check, row, id=f"{check.id}: {row.id}") for check, rows in ROWS.items() for row in rows],
)  # fmt: skip
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)


def sees(own: Row, everywhere: Row) -> Any:
    """Return what an account sees of itself and, pooled, of every account."""
    mine, all_accounts = see_in(own), see_in(everywhere)

    def see(kind: type[Any], pooled: bool) -> Evidence[Any]:
        return all_accounts(kind, pooled) if pooled else mine(kind, pooled)

    return see


def test_a_bucket_is_judged_where_it_lies_whoever_writes_to_it() -> None:
    theirs = trail(arn=ORGANIZATION_TRAIL, bucket="central")
    central_bucket = "arn:aws:s3:::central"
    own = Row("the log archive has no trail", FAIL, (bucket("central"), public(arn=central_bucket), block(arn=central_bucket), account_block()))  # fmt: skip
    for everywhere in (
        Row("everything", FAIL, (theirs,)),
        Row("a dark account", FAIL, (theirs,), gaps={Trail: [dark_gap(Trail)]}),
    ):
        see = sees(own, everywhere)
        results = list(
            results_of(cloudtrail_bucket_not_public, Unit(account=ACCOUNT, now=NOW), see)
        )

        assert [(each.status, each.resource) for each in results] == [(FAIL, central_bucket)]


def test_a_bucket_of_a_stranger_is_no_finding_of_ours() -> None:
    theirs = trail(arn=ORGANIZATION_TRAIL, bucket="central")
    see = sees(Row("ours", PASS, (bucket("website"),)), Row("theirs", PASS, (theirs,)))
    results = list(results_of(cloudtrail_bucket_not_public, Unit(account=ACCOUNT, now=NOW), see))

    assert [(each.status, each.resource) for each in results] == [(NOT_APPLICABLE, ACCOUNT)]


def test_the_owners_account_shows_what_its_trail_records() -> None:
    seen = (trail(arn=ORGANIZATION_TRAIL), status(arn=ORGANIZATION_TRAIL))
    own = Row("a member", PASS, seen, dark=[TrailSelection])
    everywhere = Row("the owner", PASS, (selection(arn=ORGANIZATION_TRAIL),))
    check, unit = cloudtrail_multi_region_logging, Unit(account=ACCOUNT, now=NOW)
    results = list(results_of(check, unit, sees(own, everywhere)))

    assert [each.status for each in results] == [PASS]
