"""Does the simulated organization answer as AWS would, where the scanner depends on it?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from readiness.demo import organization as world
from readiness.demo.emulators import processes, start_organization
from readiness.demo.organization import ACCOUNTS, HOME, MANAGEMENT, SECOND, Organization

pytestmark = pytest.mark.xdist_group("organization")


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organization]:
    """A furnished organization; the tests that change something come last in this module."""
    with processes(tmp_path_factory.mktemp("logs")) as started:
        organization = world.found(start_organization(started))
        world.furnish(organization)
        yield organization


def refusal(call: Any, **arguments: Any) -> tuple[str, int, str, int]:
    """Return how a call was refused: code, HTTP status, message and how often it was tried again."""
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    about, answer = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    return about["Code"], answer["HTTPStatusCode"], about["Message"], answer["RetryAttempts"]


def test_the_organization_lists_its_accounts_and_their_states(acme: Organization) -> None:
    listed = acme.client(MANAGEMENT, HOME, "organizations").list_accounts()["Accounts"]

    assert {each["Name"]: each["State"] for each in listed} == {
        "master": "ACTIVE",
        **dict.fromkeys(ACCOUNTS, "ACTIVE"),
        "campaign-2024": "SUSPENDED",
    }


def test_the_organization_heeds_none_of_the_machines_profiles(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "missing")

    assert world.session().region_name == HOME


def test_accounts_have_the_same_ids_in_every_run(acme: Organization) -> None:
    assert acme.accounts["payments-prod"] == "714034543366"


def test_an_account_declares_its_environment_and_owner_by_tags(acme: Organization) -> None:
    tags = acme.client(MANAGEMENT, HOME, "organizations").list_tags_for_resource(
        ResourceId=acme.accounts["sandbox-dev"]
    )["Tags"]

    assert tags == [
        {"Key": "environment", "Value": "dev"},
        {"Key": "owner", "Value": "sandbox@acme.example"},
    ]


def test_accounts_see_their_own_resources_only(acme: Organization) -> None:
    tables = {
        name: acme.place(name).dynamodb.list_tables()["TableNames"]
        for name in ("payments-prod", "shop-prod")
    }

    assert tables == {
        "payments-prod": ["payment-intents", "payment-refunds"],
        "shop-prod": ["shop-carts", "shop-sessions"],
    }


def test_no_role_of_the_unreachable_account_can_be_assumed(acme: Organization) -> None:
    role = f"arn:aws:iam::{acme.accounts['erp-legacy']}:role/readiness-member"
    sts = acme.client(acme.accounts["platform-tools"], HOME, "sts")

    code, status, message, _ = refusal(sts.assume_role, RoleArn=role, RoleSessionName="readiness")

    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {role}")


@pytest.mark.parametrize(
    ("service", "call", "arguments", "code", "status", "action"),
    [
        pytest.param(
            "ec2", "describe_vpcs", {}, "UnauthorizedOperation", 403, "ec2:DescribeVpcs", id="ec2"
        ),
        pytest.param(
            "rds",
            "describe_db_instances",
            {},
            "AccessDenied",
            403,
            "rds:DescribeDBInstances",
            id="query",
        ),
        pytest.param(
            "dynamodb",
            "list_tables",
            {},
            "AccessDeniedException",
            400,
            "dynamodb:ListTables",
            id="json",
        ),
        pytest.param(
            "lambda",
            "list_functions",
            {},
            "AccessDeniedException",
            403,
            "lambda:ListFunctions",
            id="rest-json",
        ),
        pytest.param(
            "s3",
            "get_bucket_versioning",
            {"Bucket": "any"},
            "AccessDenied",
            403,
            "s3:GetBucketVersioning",
            id="rest-xml",
        ),
        pytest.param(
            "cloudwatch",
            "describe_alarms",
            {},
            "AccessDeniedException",
            400,
            "cloudwatch:DescribeAlarms",
            id="signed with another name",
        ),
    ],
)
def test_a_closed_region_refuses_in_the_words_of_a_service_control_policy(
    acme: Organization,
    service: str,
    call: str,
    arguments: dict[str, str],
    code: str,
    status: int,
    action: str,
) -> None:
    client = acme.client(acme.accounts["sandbox-dev"], SECOND, service)

    refused = refusal(getattr(client, call), **arguments)

    assert refused[:2] == (code, status)
    assert refused[2].endswith(
        f"is not authorized to perform: {action} with an explicit deny in a service control policy"
    )


def test_the_closed_region_is_open_to_global_services_and_to_other_accounts(
    acme: Organization,
) -> None:
    closed, other = acme.accounts["sandbox-dev"], acme.accounts["payments-prod"]

    assert acme.client(closed, SECOND, "iam").list_users()["Users"] == []
    assert acme.client(closed, SECOND, "sts").get_caller_identity()["Account"] == closed
    assert acme.client(other, SECOND, "dynamodb").list_tables()["TableNames"] == [
        "payment-intents-copy"
    ]


@pytest.mark.parametrize(
    ("service", "call", "arguments"),
    [
        pytest.param("ec2", "describe_capacity_reservations", {}, id="ec2"),
        pytest.param("rds", "describe_certificates", {}, id="query"),
        pytest.param("codecommit", "list_repositories", {}, id="json"),
        pytest.param("backup", "list_restore_jobs", {}, id="rest-json"),
        pytest.param("route53", "list_traffic_policies", {}, id="rest-xml"),
        pytest.param("accessanalyzer", "list_analyzers", {}, id="a service moto does not know"),
    ],
)
def test_what_moto_lacks_is_refused_at_once_and_not_tried_again(
    acme: Organization, service: str, call: str, arguments: dict[str, str]
) -> None:
    client = acme.client(acme.accounts["shop-prod"], HOME, service)
    retrying = world.session().client(
        service,
        endpoint_url=acme.endpoint,
        aws_access_key_id=acme.accounts["shop-prod"],
        aws_secret_access_key="demo",
    )

    assert refusal(getattr(client, call), **arguments)[:2] == ("NotImplemented", 501)
    assert refusal(getattr(retrying, call), **arguments)[3] == 0


def test_an_answer_of_the_stage_reads_like_one_of_aws(acme: Organization) -> None:
    place = acme.place("payments-prod")
    summary = place.iam.get_account_summary()["SummaryMap"]
    copies = place.backup.list_copy_jobs()["CopyJobs"]
    public = place.ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]

    assert summary == {
        "AccountMFAEnabled": 1,
        "AccountPasswordPresent": 1,
        "AccountAccessKeysPresent": 0,
    }
    assert [(each["ResourceType"], each["State"]) for each in copies] == [
        ("RDS", "COMPLETED"),
        ("DynamoDB", "COMPLETED"),
        ("EBS", "COMPLETED"),
    ]
    assert copies[0]["CompletionDate"].tzinfo is not None
    assert public["InternetGatewayBlockMode"] == "off"


def test_resources_are_as_old_as_their_story(acme: Organization) -> None:
    place = acme.place("shop-prod")
    volumes = place.ec2.describe_volumes(Filters=[{"Name": "status", "Values": ["available"]}])
    gateways = place.ec2.describe_nat_gateways()
    balancers = place.elbv2.describe_load_balancers()
    alarms = place.cloudwatch.describe_alarms(AlarmNames=["shop-latency"])

    now = datetime.now(UTC)
    ages = {
        "volumes": {(now - each["CreateTime"]).days for each in volumes["Volumes"]},
        "gateways": {(now - each["CreateTime"]).days for each in gateways["NatGateways"]},
        "balancers": {(now - each["CreatedTime"]).days for each in balancers["LoadBalancers"]},
        "alarms": {(now - each["StateUpdatedTimestamp"]).days for each in alarms["MetricAlarms"]},
    }
    assert ages == {"volumes": {41}, "gateways": {60}, "balancers": {300}, "alarms": {30}}


def test_the_stage_counts_the_calls_of_each_account(acme: Organization) -> None:
    account = acme.accounts["data-prod"]
    acme.stage("DELETE", "calls")
    acme.client(account, SECOND, "efs").describe_file_systems()
    acme.client(account, SECOND, "efs").describe_file_systems()
    acme.client(account, SECOND, "s3").list_buckets()

    assert acme.stage("GET", "calls") == {
        account: {SECOND: {"efs.DescribeFileSystems": 2, "s3.ListBuckets": 1}}
    }


def test_something_breaks_and_something_is_mended(acme: Organization) -> None:
    payments, shop = acme.place("payments-prod"), acme.place("shop-prod")

    def state() -> dict[str, Any]:
        recovery = payments.dynamodb.describe_continuous_backups(TableName="payment-intents")
        group = payments.ec2.describe_security_groups(
            Filters=[{"Name": "group-name", "Values": ["payments-app"]}]
        )["SecurityGroups"][0]
        orders = shop.rds.describe_db_instances(DBInstanceIdentifier="shop-orders")
        return {
            "trail": payments.cloudtrail.get_trail_status(Name="payments-trail")["IsLogging"],
            "recovery": recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"][
                "PointInTimeRecoveryStatus"
            ],
            "open": [rule["FromPort"] for rule in group["IpPermissions"] if rule["IpRanges"]],
            "days": orders["DBInstances"][0]["BackupRetentionPeriod"],
        }

    before = state()
    world.break_something(acme)

    assert before == {"trail": True, "recovery": "ENABLED", "open": [], "days": 1}
    assert state() == {"trail": False, "recovery": "DISABLED", "open": [22], "days": 14}
