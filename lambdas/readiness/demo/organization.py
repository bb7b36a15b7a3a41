"""Which organization does the demo scan, and what is wrong in it?

Acme's accounts are made with boto3 through the role that every new account has, on the stage of
`readiness.demo.stage`.  `STAGED` is the one list of what was broken on purpose, where, and which check
says so; much else is there so that something passes.
"""

from __future__ import annotations

import io
import json
import os
import threading
import zipfile
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from readiness.demo.emulators import fetch
from readiness.demo.stage import FOUNDER_ROLE

MANAGEMENT = "123456789012"
HOME, SECOND = "us-east-1", "eu-west-1"
REGIONS = (HOME, SECOND)

#: Accounts by name: organizational unit and environment.
ACCOUNTS = {
    "platform-tools": ("Infrastructure", "production"),
    "log-archive": ("Security", "production"),
    "payments-prod": ("Production", "production"),
    "shop-prod": ("Production", "production"),
    "data-prod": ("Production", "production"),
    "sandbox-dev": ("Sandbox", "dev"),
    "erp-legacy": ("Onboarding", "production"),
    "campaign-2024": ("Onboarding", "production"),
}
#: Where Readiness itself is deployed.
HUB = "platform-tools"
#: Bought last month; nobody has deployed the member role there yet.
UNREACHABLE = "erp-legacy"
#: A service control policy on its unit denies every region but the home region.
CLOSED = ("sandbox-dev", SECOND)
#: Closed by its owner; Organizations keeps it for 90 days as suspended.
SUSPENDED = "campaign-2024"
#: A name that breaks pages which trust what AWS returns.
HOSTILE = '<img src=x onerror=alert(1)> "checkout" & errors'


@dataclass(frozen=True)
class Staged:
    """One thing that is wrong: the check that says so, where, and on which resource."""

    #: An account by its name; empty for a repository.
    account: str
    region: str
    check: str
    #: A part of the resource as the finding names it; empty where AWS makes its id up.
    resource: str
    story: str


STAGED = (
    # payments: a good account, with the exceptions that good accounts have
    Staged(
        "payments-prod", HOME, "rds_instance_backup_retention", "payments-reporting", "no backups"
    ),
    Staged("payments-prod", HOME, "rds_multi_az", "payments-reporting", "in one zone"),
    # shop: grown fast
    Staged("shop-prod", "", "iam_root_mfa_enabled", ":root", "root signs in with a password alone"),
    Staged("shop-prod", "", "iam_password_policy_strong", "", "8 characters are enough"),
    Staged("shop-prod", "", "iam_user_console_mfa_enabled", "user/alice", "password without MFA"),
    Staged("shop-prod", "", "cloudtrail_multi_region_logging", "", "the trail sees one region"),
    Staged("shop-prod", "", "cloudtrail_log_validation_enabled", "shop-trail", "no digest files"),
    Staged("shop-prod", "", "cloudtrail_encrypted_with_kms", "shop-trail", "no key"),
    Staged("shop-prod", "", "cloudtrail_bucket_not_public", "", "no public access block"),
    Staged("shop-prod", "", "s3_bucket_lifecycle_configured", "acme-shop-media", "kept for ever"),
    Staged("shop-prod", "", "s3_bucket_noncurrent_version_expiration", "acme-shop-exports", "kept"),
    Staged("shop-prod", "", "budgets_budget_alert_configured", "", "no budget"),
    Staged("shop-prod", "", "ce_anomaly_subscription_configured", "", "watched by no monitor"),
    Staged("shop-prod", HOME, "rds_instance_backup_retention", "shop-orders", "one day"),
    Staged("shop-prod", HOME, "rds_multi_az", "shop-orders", "in one zone"),
    Staged("shop-prod", HOME, "dynamodb_table_recovery_enabled", "shop-carts", "no PITR"),
    Staged(
        "shop-prod", HOME, "backup_resource_recent_recovery_point", "acme-shop-media", "no copy"
    ),
    Staged("shop-prod", HOME, "ec2_security_group_admin_ports_not_public", "#tcp/22/", "bastion"),
    Staged(
        "shop-prod", HOME, "ec2_security_group_admin_ports_not_public", "#tcp/3389/", "in halves"
    ),
    Staged("shop-prod", HOME, "ec2_security_group_high_risk_ports_not_public", "", "Redis, open"),
    Staged("shop-prod", HOME, "ec2_security_group_public_ports_authorized_only", "", "any port"),
    Staged(
        "shop-prod", HOME, "ec2_security_group_default_closed", "", "used, with its first rules"
    ),
    Staged("shop-prod", HOME, "compute_spans_multiple_az", "shop-web", "group in one zone"),
    Staged("shop-prod", HOME, "vpc_nat_gateway_per_az", "", "one gateway for two zones"),
    Staged("shop-prod", HOME, "ec2_volume_unattached", "", "200 GiB, unattached for 41 days"),
    Staged("shop-prod", HOME, "ec2_address_unassociated", "", "an address without an interface"),
    Staged("shop-prod", HOME, "elb_load_balancer_idle", "shop-campaign", "no request for 300 days"),
    Staged("shop-prod", HOME, "cloudwatch_alarm_action_configured", HOSTILE, "nobody is told"),
    Staged("shop-prod", HOME, "sns_alarm_topic_subscribed", "shop-oncall", "nobody subscribed"),
    Staged("shop-prod", HOME, "cloudwatch_alarm_live", "shop-latency", "no data for 30 days"),
    # data: stateful services, some in one zone
    Staged("data-prod", "", "cloudtrail_encrypted_with_kms", "data-trail", "no key"),
    Staged("data-prod", "", "iam_user_console_mfa_enabled", "user/carol", "password without MFA"),
    Staged("data-prod", "", "budgets_budget_alert_configured", "", "a budget that tells nobody"),
    Staged("data-prod", "", "s3_bucket_lifecycle_configured", "acme-lake-scratch", "kept for ever"),
    Staged("data-prod", SECOND, "backup_resource_recent_recovery_point", "warehouse", "one day"),
    Staged("data-prod", SECOND, "backup_resource_recent_recovery_point", "", "models: no copy"),
    Staged("data-prod", SECOND, "data_service_multi_az", "warehouse", "in one zone"),
    Staged("data-prod", SECOND, "data_service_multi_az", "search-logs", "in one zone"),
    Staged("data-prod", SECOND, "data_service_multi_az", "feature-cache", "in one zone"),
    Staged("data-prod", SECOND, "data_service_multi_az", "", "notebooks: in one zone"),
    Staged("data-prod", SECOND, "compute_spans_multiple_az", "ingest-events", "one subnet"),
    Staged("data-prod", SECOND, "ec2_nat_gateway_idle", "", "no byte for 60 days"),
    # sandbox: less is asked of it, a little all the same
    Staged("sandbox-dev", "", "cloudtrail_multi_region_logging", "", "no trail"),
    Staged(
        "sandbox-dev", HOME, "ec2_security_group_public_ports_authorized_only", "", "8080, open"
    ),
    # the web shop's repository
    Staged("", "", "repository_linter_runs_on_change", "acme/webshop", "a linter nothing runs"),
    Staged("", "", "github_branch_review_required", "acme/webshop", "no ruleset, no protection"),
    Staged("", "", "pullrequest_merged_review_ratio", "acme/webshop", "one merge in five reviewed"),
)
#: What `break_something` breaks.
BROKEN = (
    Staged("payments-prod", "", "cloudtrail_multi_region_logging", "", "the trail is stopped"),
    Staged("payments-prod", HOME, "dynamodb_table_recovery_enabled", "payment-intents", "PITR off"),
    Staged(
        "payments-prod", HOME, "ec2_security_group_admin_ports_not_public", "", "payments-app: 22"
    ),
)
#: And what it mends, of the above.
MENDED = (Staged("shop-prod", HOME, "rds_instance_backup_retention", "shop-orders", "one day"),)

#: No proxy stands between us and our own servers, and what they refuse once they refuse again.
CLIENT = Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, proxies={})

#: The code of every function in the organization.
_LAMBDA = io.BytesIO()
with zipfile.ZipFile(_LAMBDA, "w") as _packed:
    _packed.writestr("function.py", "def handler(event, context):\n    return None\n")

_CLOSED_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "DenyOtherRegions",
            "Effect": "Deny",
            "NotAction": ["iam:*", "organizations:*", "sts:*", "budgets:*", "ce:*"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": [HOME]}},
        }
    ],
}


def session() -> Any:
    """Return a session that knows nothing of this machine's profiles, not even a missing one."""
    unread = (None, None, os.devnull, None)
    settings: dict[str, Any] = {
        "profile": (None, None, None, None),
        "config_file": unread,
        "credentials_file": unread,
    }
    return boto3.Session(
        botocore_session=botocore.session.Session(session_vars=settings), region_name=HOME
    )


@dataclass
class Organization:
    """The simulated organization: its stage, its accounts by name, its clients."""

    endpoint: str
    accounts: dict[str, str] = field(default_factory=dict)
    _session: Any = field(default_factory=session)
    _keys: dict[str, dict[str, str]] = field(default_factory=dict)
    _clients: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def client(self, account: str, region: str, service: str) -> Any:
        """Return a client inside an account, by the role with which the account was made."""
        with self._lock:
            if (account, region, service) not in self._clients:
                if account not in self._keys:
                    self._keys[account] = self._assume(account)
                self._clients[account, region, service] = self._make(
                    service, region, self._keys[account]
                )
            return self._clients[account, region, service]

    def _assume(self, account: str) -> dict[str, str]:
        management = {"aws_access_key_id": MANAGEMENT, "aws_secret_access_key": "demo"}
        if account == MANAGEMENT:
            return management
        given = self._make("sts", HOME, management).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role/{FOUNDER_ROLE}", RoleSessionName="demo"
        )["Credentials"]
        return {
            "aws_access_key_id": given["AccessKeyId"],
            "aws_secret_access_key": given["SecretAccessKey"],
            "aws_session_token": given["SessionToken"],
        }

    def _make(self, service: str, region: str, keys: Mapping[str, str]) -> Any:
        return self._session.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            config=CLIENT,
            **keys,
        )

    def place(self, name: str, region: str = HOME) -> Place:
        return Place(self, self.accounts[name], region)

    def stage(self, method: str, path: str, content: Any = None) -> Any:
        """Ask the stage for what AWS has no API for."""
        return fetch(f"{self.endpoint}/_stage/{path}", method, content)


@dataclass(frozen=True)
class Place:
    """One account and region while it is furnished."""

    organization: Organization
    account: str
    region: str

    def __getattr__(self, service: str) -> Any:
        """Return the client of a service; `lambda_` is Lambda, since `lambda` is Python's."""
        return self.organization.client(self.account, self.region, service.removesuffix("_"))

    def at(self, region: str) -> Place:
        return Place(self.organization, self.account, region)

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def answers(self, service: str, operation: str, answer: Mapping[str, Any]) -> dict[str, Any]:
        """Put an answer into words for the stage; it holds in every region."""
        return {
            "account": self.account,
            "region": "",
            "service": service,
            "operation": operation,
            "answer": answer,
        }

    def age(self, resource: str, days: int) -> None:
        """Let a resource be older than this run."""
        content = {"account": self.account, "region": self.region, "resource": resource}
        self.organization.stage("POST", "ages", [{**content, "days": days}])


def found(endpoint: str) -> Organization:
    """Make the organization and its empty accounts; their ids are the same in every run."""
    organization = Organization(endpoint)
    fetch(f"{endpoint}/moto-api/seed?a=124", "POST")
    organizations = organization.client(MANAGEMENT, HOME, "organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = {
        name: organizations.create_organizational_unit(ParentId=root, Name=name)[
            "OrganizationalUnit"
        ]["Id"]
        for name in dict.fromkeys(unit for unit, _ in ACCOUNTS.values())
    }
    for name, (unit, environment) in ACCOUNTS.items():
        account = organizations.create_account(
            Email=f"aws+{name}@acme.example",
            AccountName=name,
            Tags=[
                {"Key": "environment", "Value": environment},
                {"Key": "owner", "Value": f"{name.partition('-')[0]}@acme.example"},
            ],
        )["CreateAccountStatus"]["AccountId"]
        organizations.move_account(
            AccountId=account, SourceParentId=root, DestinationParentId=units[unit]
        )
        organization.accounts[name] = account
    organizations.close_account(AccountId=organization.accounts[SUSPENDED])
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    policy = organizations.create_policy(
        Name="home-region-only",
        Description="Sandboxes stay in the home region",
        Type="SERVICE_CONTROL_POLICY",
        Content=json.dumps(_CLOSED_POLICY),
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=policy, TargetId=units["Sandbox"])
    return organization


def furnish(organization: Organization) -> None:
    """Fill the accounts, one thread each, and then put the organization's policies into force."""
    furnishers: dict[str, Callable[[Place], Iterable[dict[str, Any]]]] = {
        "platform-tools": _platform,
        "log-archive": _log_archive,
        "payments-prod": _payments,
        "shop-prod": _shop,
        "data-prod": _data,
        "sandbox-dev": _sandbox,
    }
    organization.stage("POST", "answers", list(_management(Place(organization, MANAGEMENT, HOME))))
    # The others' trails and copies go there.
    _archive(organization.place("log-archive"))
    places = [organization.place(name) for name in furnishers]
    with ThreadPoolExecutor(len(places)) as pool:
        for answers in pool.map(_furnished, furnishers.values(), places):
            organization.stage("POST", "answers", answers)
    organization.stage(
        "PUT",
        "policies",
        {
            "unreachable": [organization.accounts[UNREACHABLE]],
            "closed": [[organization.accounts[CLOSED[0]], CLOSED[1]]],
        },
    )


def _furnished(
    furnish_account: Callable[[Place], Iterable[dict[str, Any]]], place: Place
) -> list[dict[str, Any]]:
    return list(furnish_account(place))


def break_something(organization: Organization) -> None:
    """Let a week pass in which three things get worse and one gets better."""
    payments = organization.place("payments-prod")
    payments.cloudtrail.stop_logging(Name="payments-trail")
    payments.dynamodb.update_continuous_backups(
        TableName="payment-intents",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": False},
    )
    group = payments.ec2.describe_security_groups(
        Filters=[{"Name": "group-name", "Values": ["payments-app"]}]
    )["SecurityGroups"][0]["GroupId"]
    _open(payments, group, 22, "0.0.0.0/0")
    organization.place("shop-prod").rds.modify_db_instance(
        DBInstanceIdentifier="shop-orders", BackupRetentionPeriod=14, ApplyImmediately=True
    )


def configuration(organization: Organization) -> dict[str, str]:
    """Return the demo's configuration folder, by path."""
    accounts = organization.accounts
    today = datetime.now(UTC).date()
    return {
        "readiness.yaml": f"""\
# The management account is left out: the member role is not deployed there.
accounts:
  exclude: ["{MANAGEMENT}"]
regions: [{HOME}, {SECOND}]
workloads:
  - name: payments
    accounts: ["{accounts["payments-prod"]}"]
    environment: production
    owners: [payments@acme.example]
    repositories: ["github:acme/payments-api"]
  - name: shop
    accounts: ["{accounts["shop-prod"]}"]
    environment: production
    owners: [shop@acme.example]
    repositories: ["github:acme/webshop"]
  - name: analytics
    accounts: ["{accounts["data-prod"]}"]
    environment: production
    owners: [data@acme.example]
  - name: platform
    accounts: ["{accounts["platform-tools"]}", "{accounts["log-archive"]}"]
    environment: production
    owners: [platform@acme.example]
  - name: sandbox
    accounts: ["{accounts["sandbox-dev"]}"]
    environment: dev
    owners: [platform@acme.example]
  - name: erp
    accounts: ["{accounts["erp-legacy"]}"]
    environment: production
    owners: [platform@acme.example]
audiences:
  - name: platform
    addresses: [platform@acme.example]
    cadence: weekly
    day: monday
fallback: platform@acme.example
cost_explorer: true
""",
        "records/identity.yaml": f"""\
attestations:
  - item: security/create-a-password-policy-and-enforce-mfa
    check: identity_center_mfa_enforced
    statement: Identity Center asks every user for a passkey at every sign-in.
    evidence: https://wiki.acme.example/identity/mfa
    author: ines@acme.example
    date: {today - timedelta(days=355)}
    expires: {today + timedelta(days=9)}
""",
        "records/sandbox.yaml": f"""\
suppressions:
  - check: ec2_security_group_public_ports_authorized_only
    scope:
      account: "{accounts["sandbox-dev"]}"
    reason: Prototypes are shown to customers on port 8080.
    approver: ines@acme.example
    date: {today - timedelta(days=20)}
    expires: {today + timedelta(days=70)}
""",
    }


# What every well-run account has


def _identity(
    place: Place, *, root_mfa: bool = True, root_password: bool = True
) -> Iterable[dict[str, Any]]:
    """Protect the root user, or not."""
    place.iam.update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        PasswordReusePrevention=24,
    )
    yield place.answers(
        "iam",
        "GetAccountSummary",
        {
            "SummaryMap": {
                "AccountMFAEnabled": int(root_mfa),
                "AccountPasswordPresent": int(root_password),
                "AccountAccessKeysPresent": 0,
            }
        },
    )


def _user(place: Place, name: str, *, mfa: bool) -> None:
    place.iam.create_user(UserName=name)
    place.iam.create_login_profile(UserName=name, Password="Correct-Horse-1")
    if mfa:
        device = place.iam.create_virtual_mfa_device(VirtualMFADeviceName=name)
        place.iam.enable_mfa_device(
            UserName=name,
            SerialNumber=device["VirtualMFADevice"]["SerialNumber"],
            AuthenticationCode1="123456",
            AuthenticationCode2="654321",
        )


def _trail(
    place: Place, name: str, bucket: str = "", *, good: bool = True, key: bool = True
) -> None:
    """Record the account's calls, by default into the archive's bucket."""
    options: dict[str, Any] = {}
    if key:
        made = place.kms.create_key(Description=name)["KeyMetadata"]["Arn"]
        options["KmsKeyId"] = made
    place.cloudtrail.create_trail(
        Name=name,
        S3BucketName=bucket or _archive_bucket(place.organization),
        IsMultiRegionTrail=good,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=good,
        **options,
    )
    place.cloudtrail.put_event_selectors(
        TrailName=name,
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}],
    )
    place.cloudtrail.start_logging(Name=name)


def _archive_bucket(organization: Organization) -> str:
    return f"acme-trails-{organization.accounts['log-archive']}"


def _bucket(
    place: Place,
    name: str,
    *,
    lifecycle: bool = True,
    versioned: bool = True,
    private: bool = True,
) -> str:
    """Make a bucket; its full name ends in the account, as bucket names are global."""
    bucket = f"{name}-{place.account}"
    location = {} if place.region == HOME else {"LocationConstraint": place.region}
    place.s3.create_bucket(
        Bucket=bucket, **({"CreateBucketConfiguration": location} if location else {})
    )
    if versioned:
        place.s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    if lifecycle:
        place.s3.put_bucket_lifecycle_configuration(
            Bucket=bucket,
            LifecycleConfiguration={
                "Rules": [
                    {
                        "ID": "age",
                        "Status": "Enabled",
                        "Filter": {"Prefix": ""},
                        "Transitions": [{"Days": 90, "StorageClass": "GLACIER_IR"}],
                        "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
                        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                    }
                ]
            },
        )
    if private:
        place.s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
    return bucket


def _budget(place: Place, *, subscriber: str = "") -> Iterable[dict[str, Any]]:
    """Set a monthly budget; without a subscriber it alerts nobody."""
    place.budgets.create_budget(
        AccountId=place.account,
        Budget={
            "BudgetName": "monthly",
            "BudgetLimit": {"Amount": "5000", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
    )
    notification = {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
    }
    yield place.answers(
        "budgets",
        "DescribeBudgetNotificationsForAccount",
        {
            "BudgetNotificationsForAccount": [
                {"BudgetName": "monthly", "Notifications": [notification]}
            ]
        },
    )
    yield place.answers(
        "budgets",
        "DescribeSubscribersForNotification",
        {
            "Subscribers": [{"SubscriptionType": "EMAIL", "Address": subscriber}]
            if subscriber
            else []
        },
    )


def _quiet(place: Place) -> Iterable[dict[str, Any]]:
    """Answer, for services that moto does not play, that there is nothing there."""
    yield place.answers("backup", "ListProtectedResources", {"Results": []})
    yield place.answers("backup", "ListCopyJobs", {"CopyJobs": []})
    yield place.answers("arc-zonal-shift", "ListManagedResources", {"items": []})
    yield place.answers(
        "ec2",
        "DescribeVpcBlockPublicAccessOptions",
        {
            "VpcBlockPublicAccessOptions": {
                "AwsAccountId": place.account,
                "InternetGatewayBlockMode": "off",
                "State": "default-state",
            }
        },
    )
    yield place.answers(
        "ec2", "DescribeVpcBlockPublicAccessExclusions", {"VpcBlockPublicAccessExclusions": []}
    )


# Building blocks


@dataclass(frozen=True)
class Network:
    """A VPC with one public and one private subnet in each of two zones."""

    vpc: str
    public: tuple[str, str]
    private: tuple[str, str]
    default_group: str


def _network(place: Place, name: str, *, gateways: int = 2, closed_default: bool = True) -> Network:
    ec2 = place.ec2
    vpc = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=_named("vpc", name))["Vpc"][
        "VpcId"
    ]
    internet = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=internet, VpcId=vpc)
    subnets = [
        ec2.create_subnet(
            VpcId=vpc,
            CidrBlock=f"10.20.{index}.0/24",
            AvailabilityZone=f"{place.region}{zone}",
            TagSpecifications=_named("subnet", f"{name}-{tier}-{zone}"),
        )["Subnet"]["SubnetId"]
        for index, (tier, zone) in enumerate(
            (tier, zone) for tier in ("public", "private") for zone in "ab"
        )
    ]
    public, private = (subnets[0], subnets[1]), (subnets[2], subnets[3])
    outward = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=outward, DestinationCidrBlock="0.0.0.0/0", GatewayId=internet)
    for subnet in public:
        ec2.associate_route_table(RouteTableId=outward, SubnetId=subnet)
    made = [_nat_gateway(place, public[index]) for index in range(gateways)]
    for index, subnet in enumerate(private):
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        if made:
            ec2.create_route(
                RouteTableId=table,
                DestinationCidrBlock="0.0.0.0/0",
                NatGatewayId=made[min(index, len(made) - 1)],
            )
    default = ec2.describe_security_groups(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "group-name", "Values": ["default"]}]
    )["SecurityGroups"][0]
    if closed_default:
        for revoke, rules in (
            (ec2.revoke_security_group_ingress, default["IpPermissions"]),
            (ec2.revoke_security_group_egress, default["IpPermissionsEgress"]),
        ):
            if rules:
                revoke(GroupId=default["GroupId"], IpPermissions=rules)
    return Network(vpc, public, private, default["GroupId"])


def _nat_gateway(place: Place, subnet: str, *, used: bool = True) -> str:
    address = place.ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway: str = place.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)[
        "NatGateway"
    ]["NatGatewayId"]
    place.age(gateway, 60)
    if used:
        for metric in ("BytesOutToDestination", "BytesInFromSource"):
            _measure(place, "AWS/NATGateway", metric, {"NatGatewayId": gateway}, 8_000_000)
    return gateway


def _measure(
    place: Place, namespace: str, metric: str, dimensions: Mapping[str, str], value: float
) -> None:
    """Put down what a metric showed on each of the last three days."""
    now = datetime.now(UTC)
    place.cloudwatch.put_metric_data(
        Namespace=namespace,
        MetricData=[
            {
                "MetricName": metric,
                "Dimensions": [{"Name": key, "Value": each} for key, each in dimensions.items()],
                "Timestamp": now - timedelta(days=days, hours=2),
                "Value": value,
            }
            for days in range(3)
        ],
    )


def _group(place: Place, network: Network, name: str, *rules: tuple[int, str]) -> str:
    """Make a security group; a rule is a port and a CIDR, or a port and another group."""
    group: str = place.ec2.create_security_group(
        GroupName=name,
        Description=name,
        VpcId=network.vpc,
        TagSpecifications=_named("security-group", name),
    )["GroupId"]
    for port, source in rules:
        _open(place, group, port, source)
    return group


def _open(place: Place, group: str, port: int, source: str) -> None:
    """Let a CIDR or a group in; port -1 is every protocol and port."""
    rule: dict[str, Any] = {"IpProtocol": "-1"}
    if port != -1:
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    if source.startswith("sg-"):
        rule["UserIdGroupPairs"] = [{"GroupId": source}]
    elif ":" in source:
        rule["Ipv6Ranges"] = [{"CidrIpv6": source}]
    else:
        rule["IpRanges"] = [{"CidrIp": source}]
    place.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def _instance(place: Place, name: str, subnet: str, group: str, *, public: bool = False) -> str:
    """Run an instance whose volume has a snapshot."""
    image = place.ec2.register_image(
        Name=f"{name}-image",
        Architecture="arm64",
        RootDeviceName="/dev/xvda",
        BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8}}],
    )["ImageId"]
    instance = place.ec2.run_instances(
        ImageId=image,
        MinCount=1,
        MaxCount=1,
        InstanceType="t4g.small",
        NetworkInterfaces=[
            {
                "DeviceIndex": 0,
                "SubnetId": subnet,
                "Groups": [group],
                "AssociatePublicIpAddress": public,
            }
        ],
        TagSpecifications=_named("instance", name),
    )["Instances"][0]
    for volume in place.ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [instance["InstanceId"]]}]
    )["Volumes"]:
        place.ec2.create_snapshot(VolumeId=volume["VolumeId"], Description=name)
    made: str = instance["InstanceId"]
    return made


def _named(kind: str, name: str) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]


def _database(
    place: Place,
    name: str,
    *,
    days: int,
    multi_az: bool,
    groups: Iterable[str] = (),
    subnets: str = "",
) -> None:
    place.rds.create_db_instance(
        DBInstanceIdentifier=name,
        Engine="postgres",
        DBInstanceClass="db.t4g.medium",
        AllocatedStorage=50,
        MasterUsername="admin_user",
        MasterUserPassword="Correct-Horse-1",
        BackupRetentionPeriod=days,
        MultiAZ=multi_az,
        StorageEncrypted=True,
        VpcSecurityGroupIds=list(groups),
        **({"DBSubnetGroupName": subnets} if subnets else {}),
    )


def _table(place: Place, name: str, *, recovery: bool = True) -> None:
    place.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    if recovery:
        place.dynamodb.update_continuous_backups(
            TableName=name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )


def _topic(place: Place, name: str, *subscribers: str) -> str:
    topic: str = place.sns.create_topic(Name=name)["TopicArn"]
    for address in subscribers:
        place.sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    return topic


def _alarm(
    place: Place,
    name: str,
    *actions: str,
    state: str = "OK",
    metric: str = "AWS/RDS CPUUtilization",
) -> None:
    namespace, _, measured = metric.partition(" ")
    place.cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace=namespace,
        MetricName=measured,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=3,
        Period=300,
        Statistic="Average",
        Threshold=80.0,
        AlarmActions=list(actions),
        ActionsEnabled=True,
    )
    place.cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="staged")


def _function(place: Place, name: str, *subnets: str, group: str = "") -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    role = place.iam.create_role(
        RoleName=f"{name}-role", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    inside = {"VpcConfig": {"SubnetIds": list(subnets), "SecurityGroupIds": [group]}}
    place.lambda_.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role,
        Handler="function.handler",
        Code={"ZipFile": _LAMBDA.getvalue()},
        **(inside if subnets else {}),
    )


def _balancer(place: Place, name: str, network: Network, group: str, *, requests: int) -> None:
    balancer = place.elbv2.create_load_balancer(
        Name=name, Subnets=list(network.public), SecurityGroups=[group], Type="application"
    )["LoadBalancers"][0]["LoadBalancerArn"]
    target = place.elbv2.create_target_group(
        Name=name, Protocol="HTTP", Port=8080, VpcId=network.vpc, TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    place.elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
    )
    place.age(balancer, 300)
    if requests:
        dimension = {"LoadBalancer": balancer.partition(":loadbalancer/")[2]}
        _measure(place, "AWS/ApplicationELB", "RequestCount", dimension, requests)


def _service(place: Place, name: str, subnets: Iterable[str], group: str) -> None:
    place.ecs.create_cluster(clusterName=name)
    definition = place.ecs.register_task_definition(
        family=name,
        networkMode="awsvpc",
        requiresCompatibilities=["FARGATE"],
        cpu="512",
        memory="1024",
        containerDefinitions=[{"name": "web", "image": "web:7", "essential": True, "memory": 512}],
    )["taskDefinition"]["taskDefinitionArn"]
    place.ecs.create_service(
        cluster=name,
        serviceName=name,
        taskDefinition=definition,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={
            "awsvpcConfiguration": {"subnets": list(subnets), "securityGroups": [group]}
        },
    )


# The accounts


def _management(place: Place) -> Iterable[dict[str, Any]]:
    """Pay for all accounts, and watch the spend of one; moto has no part in anomaly detection."""
    monitor = f"arn:aws:ce::{place.account}:anomalymonitor/lake"
    lake = {"Key": "LINKED_ACCOUNT", "Values": [place.organization.accounts["data-prod"]]}
    yield place.answers(
        "ce",
        "GetAnomalyMonitors",
        {
            "AnomalyMonitors": [
                {
                    "MonitorArn": monitor,
                    "MonitorName": "lake",
                    "MonitorType": "CUSTOM",
                    "MonitorSpecification": {"Dimensions": lake},
                }
            ]
        },
    )
    yield place.answers(
        "ce",
        "GetAnomalySubscriptions",
        {
            "AnomalySubscriptions": [
                {
                    "SubscriptionArn": f"arn:aws:ce::{place.account}:anomalysubscription/daily",
                    "SubscriptionName": "daily",
                    "MonitorArnList": [monitor],
                    "Subscribers": [
                        {"Type": "EMAIL", "Address": "data@acme.example", "Status": "CONFIRMED"}
                    ],
                    "Frequency": "DAILY",
                }
            ]
        },
    )
    yield place.answers("iam", "ListOrganizationsFeatures", {"EnabledFeatures": []})


def _platform(place: Place) -> Iterable[dict[str, Any]]:
    yield from _quiet(place)
    yield from _identity(place)
    yield from _budget(place, subscriber="platform@acme.example")
    _trail(place, "platform-trail")
    _table(place, "deployments")
    _bucket(place, "acme-build-artifacts")
    _function(place, "release-notes")
    _alarm(place, "pipeline-failed", _topic(place, "platform-alerts", "platform@acme.example"))


def _log_archive(place: Place) -> Iterable[dict[str, Any]]:
    yield from _quiet(place)
    yield from _identity(place, root_mfa=False, root_password=False)
    yield from _budget(place, subscriber="platform@acme.example")
    _trail(place, "archive-trail")


def _archive(place: Place) -> None:
    """Keep what must outlive the other accounts: trails, copies, a vault that nobody can empty."""
    _bucket(place, "acme-trails")
    _bucket(place, "acme-copies")
    place.backup.create_backup_vault(BackupVaultName="archive")
    place.backup.put_backup_vault_lock_configuration(
        BackupVaultName="archive", MinRetentionDays=35, ChangeableForDays=3
    )


def _payments(place: Place) -> Iterable[dict[str, Any]]:
    yield from _quiet(place)
    yield from _identity(place)
    yield from _budget(place, subscriber="payments@acme.example")
    _user(place, "mia", mfa=True)
    _trail(place, "payments-trail")
    _copied(place, _bucket(place, "acme-payments-statements"))
    network = _network(place, "payments")
    front = _group(place, network, "payments-alb", (443, "0.0.0.0/0"), (443, "::/0"))
    app = _group(place, network, "payments-app", (8080, front))
    base = _group(place, network, "payments-db", (5432, app))
    _instance(place, "payments-batch", network.private[0], app)
    place.rds.create_db_subnet_group(
        DBSubnetGroupName="payments",
        DBSubnetGroupDescription="private",
        SubnetIds=list(network.private),
    )
    _database(place, "payments-ledger", days=35, multi_az=True, groups=[base], subnets="payments")
    _database(
        place, "payments-reporting", days=0, multi_az=False, groups=[base], subnets="payments"
    )
    _table(place, "payment-intents")
    _table(place, "payment-refunds")
    place.elasticache.create_replication_group(
        ReplicationGroupId="payments-sessions",
        ReplicationGroupDescription="sessions",
        Engine="redis",
        CacheNodeType="cache.t4g.small",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        SnapshotRetentionLimit=7,
    )
    _service(place, "payments-api", network.private, app)
    _balancer(place, "payments", network, front, requests=90_000)
    oncall = _topic(place, "payments-oncall", "payments@acme.example")
    _alarm(place, "payments-ledger-cpu", oncall)
    _alarm(place, "payments-5xx", oncall, metric="AWS/ApplicationELB HTTPCode_ELB_5XX_Count")
    yield from _copied_backups(place)
    yield from _experiment(place)
    second = place.at(SECOND)
    _table(second, "payment-intents-copy")


def _copied(place: Place, bucket: str) -> None:
    """Replicate a bucket into the archive."""
    archive = place.organization.accounts["log-archive"]
    place.s3.put_bucket_replication(
        Bucket=bucket,
        ReplicationConfiguration={
            "Role": f"arn:aws:iam::{place.account}:role/replication",
            "Rules": [
                {
                    "ID": "archive",
                    "Status": "Enabled",
                    "Priority": 1,
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {
                        "Bucket": f"arn:aws:s3:::acme-copies-{archive}",
                        "Account": archive,
                    },
                }
            ],
        },
    )


def _copied_backups(place: Place) -> Iterable[dict[str, Any]]:
    """Back the database up every night, and copy it into the archive's vault."""
    archive = place.organization.accounts["log-archive"]
    vault = f"arn:aws:backup:{place.region}:{archive}:backup-vault:archive"
    place.backup.create_backup_vault(BackupVaultName="nightly")
    place.backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "nightly",
            "Rules": [
                {
                    "RuleName": "nightly",
                    "TargetBackupVaultName": "nightly",
                    "ScheduleExpression": "cron(0 3 * * ? *)",
                    "Lifecycle": {"DeleteAfterDays": 35},
                    "CopyActions": [{"DestinationBackupVaultArn": vault}],
                }
            ],
        }
    )
    night = datetime.now(UTC) - timedelta(hours=9)
    volumes = place.ec2.describe_volumes()["Volumes"]
    protected = {
        "RDS": place.arn("rds", "db:payments-ledger"),
        "DynamoDB": place.arn("dynamodb", "table/payment-refunds"),
        "EBS": place.arn("ec2", f"volume/{volumes[0]['VolumeId']}"),
    }
    yield place.answers(
        "backup",
        "ListProtectedResources",
        {
            "Results": [
                {"ResourceArn": arn, "ResourceType": kind, "LastBackupTime": night.isoformat()}
                for kind, arn in protected.items()
            ]
        },
    )
    yield place.answers(
        "backup",
        "ListCopyJobs",
        {
            "CopyJobs": [
                {
                    "AccountId": place.account,
                    "CopyJobId": f"copy-{kind.lower()}",
                    "SourceBackupVaultArn": place.arn("backup", "backup-vault:nightly"),
                    "DestinationBackupVaultArn": vault,
                    "ResourceArn": arn,
                    "ResourceType": kind,
                    "CreationDate": night.isoformat(),
                    "CompletionDate": (night + timedelta(hours=1)).isoformat(),
                    "State": "COMPLETED",
                }
                for kind, arn in protected.items()
            ]
        },
    )


def _experiment(place: Place) -> Iterable[dict[str, Any]]:
    """Let the payments team have drained a zone in spring; moto's own experiments never end."""
    began = datetime.now(UTC) - timedelta(days=40)
    yield place.answers(
        "fis",
        "ListExperiments",
        {
            "experiments": [
                {
                    "id": "EXP7mKp3sVw2",
                    "arn": place.arn("fis", "experiment/EXP7mKp3sVw2"),
                    "experimentTemplateId": "EXT4zoneout",
                    "state": {"status": "completed", "reason": "Experiment completed."},
                    "creationTime": began.isoformat(),
                    "tags": {"Name": "zone outage"},
                }
            ]
        },
    )


def _shop(place: Place) -> Iterable[dict[str, Any]]:
    yield from _quiet(place)
    yield from _identity(place, root_mfa=False)
    yield place.answers(
        "budgets", "DescribeBudgetNotificationsForAccount", {"BudgetNotificationsForAccount": []}
    )
    place.iam.update_account_password_policy(MinimumPasswordLength=8)
    _user(place, "alice", mfa=False)
    _user(place, "ben", mfa=True)
    trail = _bucket(place, "acme-shop-trail", private=False)
    _trail(place, "shop-trail", trail, good=False, key=False)
    _bucket(place, "acme-shop-media", lifecycle=False, versioned=False)
    exports = _bucket(place, "acme-shop-exports", lifecycle=False)
    place.s3.put_bucket_lifecycle_configuration(
        Bucket=exports,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "old",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "daily/"},
                    "Expiration": {"Days": 365},
                }
            ]
        },
    )
    network = _network(place, "shop", gateways=1, closed_default=False)
    web = _group(place, network, "shop-web", (443, "0.0.0.0/0"), (80, "0.0.0.0/0"))
    remote = _group(place, network, "shop-remote", (3389, "0.0.0.0/1"), (3389, "128.0.0.0/1"))
    cache = _group(place, network, "shop-redis", (6379, "0.0.0.0/0"))
    anything = _group(place, network, "shop-migration", (-1, "::/0"))
    bastion = _group(place, network, "shop-bastion", (22, "0.0.0.0/0"))
    _instance(place, "shop-bastion", network.public[0], bastion, public=True)
    _instance(place, "shop-back-office", network.public[0], remote, public=True)
    _instance(place, "shop-redis", network.public[1], cache, public=True)
    _instance(place, "shop-migration", network.private[0], anything)
    _instance(place, "shop-cron", network.private[0], network.default_group)
    place.rds.create_db_subnet_group(
        DBSubnetGroupName="shop",
        DBSubnetGroupDescription="private",
        SubnetIds=list(network.private),
    )
    _database(place, "shop-orders", days=1, multi_az=False, groups=[web], subnets="shop")
    _table(place, "shop-carts", recovery=False)
    _table(place, "shop-sessions")
    place.ec2.create_launch_template(
        LaunchTemplateName="shop-web",
        LaunchTemplateData={"ImageId": "ami-0shop", "InstanceType": "t4g.small"},
    )
    place.autoscaling.create_auto_scaling_group(
        AutoScalingGroupName="shop-web",
        MinSize=0,
        MaxSize=6,
        DesiredCapacity=0,
        LaunchTemplate={"LaunchTemplateName": "shop-web", "Version": "1"},
        VPCZoneIdentifier=network.private[0],
    )
    for size in (200, 80):
        volume = place.ec2.create_volume(
            AvailabilityZone=f"{place.region}a",
            Size=size,
            VolumeType="gp3",
            TagSpecifications=_named("volume", "before the migration"),
        )["VolumeId"]
        place.age(volume, 41)
    place.ec2.allocate_address(Domain="vpc", TagSpecifications=_named("elastic-ip", "old shop"))
    _balancer(place, "shop", network, web, requests=40_000)
    _balancer(place, "shop-campaign", network, web, requests=0)
    _alarm(place, HOSTILE, metric="AWS/ApplicationELB HTTPCode_ELB_5XX_Count")
    oncall = _topic(place, "shop-oncall")
    _alarm(place, "shop-orders-cpu", oncall)
    _alarm(place, "shop-latency", oncall, state="INSUFFICIENT_DATA", metric="Shop Latency")
    place.age(place.arn("cloudwatch", "alarm:shop-latency"), 30)


def _data(place: Place) -> Iterable[dict[str, Any]]:
    yield from _quiet(place)
    yield from _identity(place)
    yield from _budget(place)
    _user(place, "carol", mfa=False)
    _trail(place, "data-trail", key=False)
    lake = place.at(SECOND)
    _bucket(lake, "acme-lake-raw")
    _bucket(lake, "acme-lake-scratch", lifecycle=False, versioned=True)
    network = _network(lake, "lake")
    _nat_gateway(lake, network.public[0], used=False)
    inside = _group(lake, network, "lake-inside", (443, "10.20.0.0/16"))
    lake.redshift.create_cluster(
        ClusterIdentifier="warehouse",
        NodeType="ra3.xlplus",
        ClusterType="multi-node",
        NumberOfNodes=2,
        MasterUsername="admin_user",
        MasterUserPassword="Correct-Horse-1",
        AutomatedSnapshotRetentionPeriod=1,
    )
    lake.opensearch.create_domain(
        DomainName="search-logs",
        EngineVersion="OpenSearch_2.19",
        ClusterConfig={
            "InstanceType": "r7g.large.search",
            "InstanceCount": 1,
            "ZoneAwarenessEnabled": False,
        },
    )
    lake.opensearch.create_domain(
        DomainName="search-catalogue",
        EngineVersion="OpenSearch_2.19",
        ClusterConfig={
            "InstanceType": "r7g.large.search",
            "InstanceCount": 2,
            "ZoneAwarenessEnabled": True,
            "ZoneAwarenessConfig": {"AvailabilityZoneCount": 2},
        },
    )
    one_zone = {"AvailabilityZoneName": f"{lake.region}a"}  # which is backed up unless one says no
    _file_system(lake, "notebooks", network.private[0], inside, **one_zone)
    _file_system(lake, "models", network.private[1], inside, Backup=False)
    _file_system(lake, "datasets", network.private[1], inside, Backup=True)
    lake.elasticache.create_replication_group(
        ReplicationGroupId="feature-cache",
        ReplicationGroupDescription="features",
        Engine="redis",
        CacheNodeType="cache.t4g.small",
        NumCacheClusters=1,
        AutomaticFailoverEnabled=False,
        MultiAZEnabled=False,
        SnapshotRetentionLimit=1,
    )
    _function(lake, "ingest-events", network.private[0], group=inside)
    _function(lake, "ingest-files", *network.private, group=inside)
    _table(lake, "lake-jobs")
    _alarm(lake, "lake-jobs-failed", _topic(lake, "data-oncall", "data@acme.example"))


def _file_system(place: Place, name: str, subnet: str, group: str, **options: Any) -> None:
    system = place.efs.create_file_system(
        CreationToken=name, Encrypted=True, Tags=[{"Key": "Name", "Value": name}], **options
    )["FileSystemId"]
    place.efs.create_mount_target(FileSystemId=system, SubnetId=subnet, SecurityGroups=[group])


def _sandbox(place: Place) -> Iterable[dict[str, Any]]:
    yield from _quiet(place)
    yield from _identity(place, root_mfa=False, root_password=False)
    yield place.answers(
        "budgets", "DescribeBudgetNotificationsForAccount", {"BudgetNotificationsForAccount": []}
    )
    network = _network(place, "sandbox", gateways=0)
    demo = _group(place, network, "prototype", (8080, "0.0.0.0/0"))
    _instance(place, "prototype", network.public[0], demo, public=True)
    place.rds.create_db_subnet_group(
        DBSubnetGroupName="sandbox",
        DBSubnetGroupDescription="private",
        SubnetIds=list(network.private),
    )
    _database(place, "prototype", days=7, multi_az=False, subnets="sandbox")
    _alarm(
        place,
        "spend",
        _topic(place, "sandbox-spend", "platform@acme.example"),
        metric="AWS/Billing EstimatedCharges",
    )
