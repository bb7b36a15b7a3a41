"""Do the handlers get by with the roles of their template, and does each grant count?

MiniStack evaluates IAM (`AUTH=true`) while the handlers themselves run, each in a session of its own
role, on a member account that it plays as well. What it does not tell, the tests of the templates hold:

- It knows neither `aws:ResourceOrgID` nor `ses:FromAddress` nor which identity a mail is sent from, and
  makes up its organization's id: these conditions, and the resources of `ses:SendEmail`, are left out.
- In a session its `aws:PrincipalArn` is the session's ARN; on AWS it is the role's. Conditions on it
  are written for the role's sessions here.
- Without TLS, statements that ask for it would refuse everything, and are left out.
- Its storage, queue and table ask nobody for the key, functions here write no logs and no traces, and
  a missing object looks missing also to who may not list: `UNSEEN` are the grants whose lack shows
  nothing here.
- Its state machine and its schedule act without their roles.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest
from botocore import xform_name
from botocore.client import BaseClient
from botocore.exceptions import ClientError

import environment
from digest import NotDeliveredError
from readiness.demo.emulators import MINISTACK, free_port, hub_environment, processes
from readiness.judging import ORGANIZATION
from readiness.planning import Plan
from readiness.probes.access import Access
from readiness.probes.refusals import UnseenError
from readiness.workflow import result_key
from stacks.functions import HANDLERS
from tests.rows import NOW
from tests.stacks.deployed import ACCOUNT, REGION, Properties, Template, all_of, listed, the

MEMBER, MANAGEMENT = "444455556666", "999988887777"
REPOSITORY = f"codecommit:{MEMBER}:{REGION}:shop"
SENDER = "readiness@example.com"
CONFIGURATION = f"""\
accounts:
  include: ["{MEMBER}"]
regions: [{REGION}]
workloads:
  - name: shop
    accounts: ["{MEMBER}"]
    environment: production
    owners: [shop@example.com]
    repositories: ["{REPOSITORY}"]
audiences:
  - name: everyone
    addresses: [everyone@example.com]
    cadence: daily
fallback: everyone@example.com
"""
NOT_EVALUATED = {"aws:ResourceOrgID", "aws:PrincipalOrgID", "ses:FromAddress"}
UNSEEN = {"kms", "logs", "xray"}


LOADER = botocore.loaders.create_loader()


def session() -> boto3.Session:
    """Return a session that does not read botocore's models once more."""
    ours = botocore.session.Session()
    ours.register_component("data_loader", LOADER)
    return boto3.Session(botocore_session=ours)


@dataclass
class Hub:
    """The hub account under enforcement, and what the handlers' calls came to."""

    endpoint: str
    policies: dict[str, list[Properties]] = field(default_factory=dict)
    variables: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    scan: str = ""

    def root(self, service: str, account: str = ACCOUNT) -> Any:
        """Return a client of an account's root, to whom MiniStack refuses nothing."""
        return self.client(service, aws_access_key_id=account, aws_secret_access_key="root")

    def client(self, service: str, **credentials: str) -> Any:
        maker: Any = boto3
        return maker.client(service, endpoint_url=self.endpoint, region_name=REGION, **credentials)

    def assume(self, role: str) -> dict[str, str]:
        """Return credentials of a role; MiniStack takes root for any service that a role trusts."""
        arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
        answer = self.root("sts").assume_role(RoleArn=arn, RoleSessionName="readiness")
        return {
            "aws_access_key_id": answer["Credentials"]["AccessKeyId"],
            "aws_secret_access_key": answer["Credentials"]["SecretAccessKey"],
            "aws_session_token": answer["Credentials"]["SessionToken"],
        }

    def permit(self, handler: str, statements: list[Properties]) -> None:
        """Give a handler's role these statements and nothing else."""
        self.root("iam").put_role_policy(
            RoleName=f"readiness-{handler}",
            PolicyName="grants",
            PolicyDocument=document(statements),
        )


def document(statements: list[Properties]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


class Context:
    """What Lambda hands a handler, with so many seconds left."""

    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "test"

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return self.seconds * 1000


def evaluable(statements: list[Properties], token: str) -> list[Properties]:
    """Return the statements as MiniStack can evaluate them, as the module's first lines say."""
    kept = []
    for statement in statements:
        read = json.loads(json.dumps(statement).replace("secret:readiness/token", token))
        condition = {
            operator: {
                key: _of_sessions(value) if key == "aws:PrincipalArn" else value
                for key, value in keys.items()
                if key not in NOT_EVALUATED
            }
            for operator, keys in read.pop("Condition", {}).items()
        }
        if any(
            {"aws:SecureTransport", "s3:TlsVersion"} & keys.keys() for keys in condition.values()
        ):
            continue
        if condition := {operator: keys for operator, keys in condition.items() if keys}:
            read["Condition"] = condition
        if listed(read["Action"]) == ["ses:SendEmail"]:
            read["Resource"] = "*"
        kept.append(read)
    return kept


def _of_sessions(arns: list[str]) -> list[str]:
    return [
        f"{arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/*" for arn in arns
    ]


@pytest.fixture(scope="module")
def enforced(
    hub: Template,
    member: Template,
    organization: Template,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Hub]:
    """The two accounts as their templates have them, after one scan by the handlers."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    logs = tmp_path_factory.mktemp("enforced")
    with TemporaryDirectory() as scratch, processes(logs) as started:
        surroundings = {**hub_environment(port, endpoint, Path(scratch)), "AUTH": "true"}
        started.start("hub", [MINISTACK], surroundings, Path(scratch))
        started.wait_ready("hub", f"{endpoint}/_ministack/health")
        made = Hub(endpoint)
        token = furnish(made, hub)
        found(made, hub, token)
        admit(made, member, MEMBER)
        admit(made, organization, MANAGEMENT)
        with recorded(made):
            scan(made)
            yield made


def furnish(made: Hub, hub: Template) -> str:
    """Create what the handlers use, and return the token's name with what AWS appends to it."""
    storage = made.root("s3")
    storage.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    made.root("s3", MEMBER).create_bucket(
        Bucket="backups", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    storage.put_object(Bucket="bucket", Key="config/readiness.yaml", Body=CONFIGURATION.encode())
    table(made, hub)
    queue = made.root("sqs").create_queue(QueueName="readiness-refused")["QueueUrl"]
    secret = made.root("secretsmanager").create_secret(Name="readiness/token", SecretString="{}")
    made.root("sesv2").create_configuration_set(ConfigurationSetName="readiness")
    made.root("sesv2").create_email_identity(EmailIdentity=SENDER)
    for function in all_of(hub, "AWS::Lambda::Function"):
        name = function["FunctionName"].removeprefix("readiness-")
        made.variables[name] = {
            **function["Environment"]["Variables"],
            "READINESS_TOKEN_SECRET": secret["ARN"],
            "READINESS_REFUSED_QUEUE": queue,
            "READINESS_MEMBER_ENDPOINT": made.endpoint,
            "AWS_ENDPOINT_URL": made.endpoint,
            "AWS_DEFAULT_REGION": REGION,
        }
    return str(secret["ARN"].partition(":secret:")[2])


def found(made: Hub, hub: Template, token: str) -> None:
    """Create the handlers' roles with their policies, and the policy of the bucket."""
    for name in HANDLERS:
        (role,) = (
            each
            for each in all_of(hub, "AWS::IAM::Role")
            if each["RoleName"] == f"readiness-{name}"
        )
        made.root("iam").create_role(
            RoleName=role["RoleName"],
            AssumeRolePolicyDocument=json.dumps(role["AssumeRolePolicyDocument"]),
        )
        statements = [
            statement
            for policy in all_of(hub, "AWS::IAM::Policy")
            if role["RoleName"] in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        made.policies[name] = evaluable(statements, f"secret:{token}")
        made.permit(name, made.policies[name])
    (evidence,) = (
        each
        for each in the(hub, "AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
        if each.get("Sid") == "EvidenceForJudgesOnly"
    )
    made.root("s3").put_bucket_policy(Bucket="bucket", Policy=document(evaluable([evidence], "")))


def admit(made: Hub, template: Template, account: str) -> None:
    """Create the role through which an account is looked at."""
    role, client = the(template, "AWS::IAM::Role"), made.root("iam", account)
    trust = evaluable(role["AssumeRolePolicyDocument"]["Statement"], "")
    client.create_role(RoleName=role["RoleName"], AssumeRolePolicyDocument=document(trust))
    documents = [
        each["PolicyDocument"]
        for each in (*all_of(template, "AWS::IAM::ManagedPolicy"), *role["Policies"])
    ]
    for number, each in enumerate(documents):
        client.put_role_policy(
            RoleName=role["RoleName"],
            PolicyName=f"policy-{number}",
            PolicyDocument=json.dumps(each),
        )


def table(made: Hub, hub: Template) -> None:
    """Create the ledger, empty."""
    properties, client = the(hub, "AWS::DynamoDB::Table"), made.root("dynamodb")
    if "table" in client.list_tables()["TableNames"]:
        client.delete_table(TableName="table")
    client.create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        **{
            key: properties[key]
            for key in ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
        },
    )


@contextmanager
def recorded(made: Hub) -> Iterator[None]:
    """Note each call that is refused, whoever makes it and whatever becomes of it."""
    client: Any = BaseClient
    call = client._make_api_call

    def noting(self: BaseClient, operation: str, arguments: Mapping[str, Any]) -> Any:
        try:
            return call(self, operation, arguments)
        except ClientError as error:
            if error.response["Error"]["Code"].startswith("AccessDenied"):
                made.refused.append(f"{self.meta.service_model.signing_name}:{operation}")
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "_make_api_call", noting)
        yield


def perform(
    made: Hub, handler: str, *, account: str = MEMBER, seconds: int = 900, sender: str = SENDER
) -> Any:
    """Run a handler as its Lambda would, in a session of its role."""
    credentials = made.assume(f"readiness-{handler}")
    event = {
        "scan": made.scan,
        "account": account,
        "region": REGION,
        "repository": REPOSITORY,
        "workload": "shop",
        "audience": "everyone",
    }
    surroundings = {
        **made.variables[handler],
        **{name.upper(): value for name, value in credentials.items()},
        "READINESS_SENDER": sender,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "DEFAULT_SESSION", session())
        patch.setattr(environment.metrics, "namespace", "Readiness")
        for shared in vars(environment).values():
            if hasattr(shared, "cache_clear"):
                shared.cache_clear()
        try:
            return import_module(handler).handler(
                {} if handler == "plan" else event, Context(seconds)
            )
        finally:
            for shared in vars(environment).values():
                if hasattr(shared, "cache_clear"):
                    shared.cache_clear()


def scan(made: Hub) -> None:
    made.scan = perform(made, "plan")["scan"]
    for handler in HANDLERS:
        if handler != "plan":
            perform(made, handler)
    perform(made, "survey", account=ORGANIZATION)


def test_no_call_of_a_scan_is_refused(enforced: Hub) -> None:
    # MiniStack calls this action by its operation's name; IAM calls it ViewBudget, which is granted.
    assert set(enforced.refused) == {"budgets:DescribeBudgets"}


def grants(statements: list[Properties]) -> list[tuple[str, str]]:
    return [
        (action, resource)
        for statement in statements
        for action in listed(statement["Action"])
        for resource in listed(statement["Resource"])
    ]


def without(statements: list[Properties], action: str, resource: str) -> list[Properties]:
    """Return the statements with one grant less."""
    left = []
    for statement in statements:
        actions, resources = listed(statement["Action"]), listed(statement["Resource"])
        if action in actions and resource in resources:
            others = [each for each in actions if each != action]
            elsewhere = [each for each in resources if each != resource]
            left += [{**statement, "Action": others}] if others else []
            left += [{**statement, "Action": action, "Resource": elsewhere}] if elsewhere else []
        else:
            left.append(statement)
    return left


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("handler", HANDLERS)
def test_each_grant_is_missed(enforced: Hub, hub: Template, handler: str) -> None:
    statements, missed = enforced.policies[handler], set()
    wanted = {grant for grant in grants(statements) if grant[0].partition(":")[0] not in UNSEEN}
    # The first time nothing is taken away, and nothing is refused.
    for action, resource in [("", ""), *sorted(wanted)]:
        remember(enforced, hub)
        enforced.permit(handler, without(statements, action, resource))
        enforced.refused.clear()
        # SES refuses a stranger's mail for good, and only then is the queue used.
        sender = "stranger@example.com" if action == "sqs:SendMessage" else SENDER
        account = ORGANIZATION if resource.endswith("role/readiness-organization") else MEMBER
        with suppress(ClientError, NotDeliveredError):
            perform(enforced, handler, seconds=60, account=account, sender=sender)
        if enforced.refused:
            missed.add((action, resource))
    enforced.permit(handler, statements)
    unlisted = set() if handler == "plan" else {("s3:ListBucket", "arn:aws:s3:::bucket")}

    assert wanted - missed == unlisted


def remember(made: Hub, hub: Template) -> None:
    """Leave the ledger as a scan finds it whose predecessor's judge ended before it was done."""
    table(made, hub)
    older = "20200101T000000Z-0000"
    key = f"results/{older}/shop.json.gz"
    source = {"Bucket": "bucket", "Key": result_key(made.scan, "shop")}
    made.root("s3").copy_object(Bucket="bucket", Key=key, CopySource=source)
    for item in (
        {
            "pk": "W#shop",
            "sk": "LATEST",
            "scan": older,
            "writer": "20200102T000000Z-0000",
            "key": key,
        },
        {"pk": "W#shop#0", "sk": "F#gone", "state": "FAIL", "said": "something else"},
    ):
        made.root("dynamodb").put_item(
            TableName="table", Item={name: {"S": value} for name, value in item.items()}
        )


def test_an_organization_role_that_is_refused_is_named_by_the_plan(enforced: Hub) -> None:
    iam, named = enforced.root("iam", MANAGEMENT), {"RoleName": "readiness-organization"}
    trust = iam.get_role(**named)["Role"]["AssumeRolePolicyDocument"]
    nobody = [{**each, "Effect": "Deny"} for each in trust["Statement"]]
    iam.update_assume_role_policy(**named, PolicyDocument=document(nobody))
    scan = perform(enforced, "plan")["scan"]
    iam.update_assume_role_policy(**named, PolicyDocument=json.dumps(trust))
    key = f"scans/{scan}/plan.json"
    saved = enforced.root("s3").get_object(Bucket="bucket", Key=key)["Body"].read()
    plan = Plan.model_validate_json(saved)

    assert plan.unlisted == "denied: sts:AssumeRole"
    assert plan.organization
    # Those that the configuration names are scanned all the same.
    assert [each.id for each in plan.accounts] == [MEMBER]


def looking(made: Hub, external_id: str, credentials: Mapping[str, str]) -> Access:
    maker: Any = boto3
    return Access(
        session=maker.Session(region_name=REGION, **credentials),
        partition="aws",
        role_name="readiness-member",
        external_id=external_id,
        endpoint_url=made.endpoint,
    )


def reach(access: Access) -> str:
    """Return why the member role is refused; nothing where it is not."""
    try:
        access.member(MEMBER, scan="20261124T060000Z-aaaa", started=NOW).close()
    except UnseenError as error:
        return str(error.gap.reason.value)
    return ""


@pytest.mark.parametrize(
    ("handler", "external_id", "refused"),
    [
        ("probe", "readiness", ""),
        ("survey", "readiness", ""),
        ("repository", "readiness", ""),
        ("probe", "another", "denied"),
        ("probe", "", "denied"),
        ("judge", "readiness", "denied"),
        ("digest", "readiness", "denied"),
    ],
)
def test_the_member_role_opens_to_the_looking_roles_with_the_external_id_alone(
    enforced: Hub, handler: str, external_id: str, refused: str
) -> None:
    # Every role here may assume any: it is the member role that refuses.
    statements = enforced.policies[handler]
    anything = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    enforced.permit(handler, [*statements, anything])
    credentials = enforced.assume(f"readiness-{handler}")

    assert reach(looking(enforced, external_id, credentials)) == refused
    enforced.permit(handler, statements)


@pytest.mark.parametrize("account", [ACCOUNT, "777788889999"])
def test_the_member_role_opens_to_no_root(enforced: Hub, account: str) -> None:
    credentials = {"aws_access_key_id": account, "aws_secret_access_key": "root"}

    assert reach(looking(enforced, "readiness", credentials)) == "denied"


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("dynamodb", "Scan", {"TableName": "orders"}),
        ("s3", "GetObject", {"Bucket": "backups", "Key": "customers.csv"}),
        ("secretsmanager", "GetSecretValue", {"SecretId": "password"}),
        ("sqs", "ReceiveMessage", {"QueueUrl": f"http://127.0.0.1/{MEMBER}/orders"}),
        ("ssm", "GetParameter", {"Name": "/password"}),
    ],
)
def test_the_member_role_reads_no_data_whatever_else_is_allowed(
    enforced: Hub, service: str, operation: str, arguments: dict[str, str]
) -> None:
    iam = enforced.root("iam", MEMBER)
    named = {"RoleName": "readiness-member", "PolicyName": "everything"}
    anything = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    iam.put_role_policy(**named, PolicyDocument=document(anything))
    looking = enforced.client("sts", **enforced.assume("readiness-probe"))
    keys = looking.assume_role(
        RoleArn=f"arn:aws:iam::{MEMBER}:role/readiness-member",
        RoleSessionName="readiness",
        ExternalId="readiness",
    )["Credentials"]
    client = enforced.client(
        service,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    with pytest.raises(ClientError) as refused:
        getattr(client, xform_name(operation))(**arguments)
    iam.delete_role_policy(**named)

    assert refused.value.response["Error"]["Code"].startswith("AccessDenied")
    assert "explicit deny" in str(refused.value)
