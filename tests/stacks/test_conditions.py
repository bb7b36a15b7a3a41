"""Do the conditions of the templates' policies keep out whom they are there to keep out?

MiniStack's evaluator reads the statements as the templates have them. It is told of each request what
IAM documents that AWS tells: in a session of a role, `aws:PrincipalArn` is the role's ARN. It does not
know which keys AWS sends with which action (`test_policies` asks a linter), nor policy variables, so
that `reports/${aws:PrincipalAccount}/*` is held by `test_hub` alone.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping

import pytest

from readiness.demo.emulators import MINISTACK, plain_environment
from tests.stacks.deployed import ACCOUNT, REGION, Properties, Template, all_of, the

ALLOWED, DENIED, NOT_ALLOWED = "Allow", "Deny", "ImplicitDeny"
MEMBER = "444455556666"
WITHIN, OUTSIDE = {"aws:PrincipalOrgID": "o-abcdefghij"}, {"aws:PrincipalOrgID": "o-zyxwvutsrq"}
EXTERNAL_ID = {"sts:ExternalId": "readiness"}
BUCKET, KEY = "arn:aws:s3:::bucket", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/key"

#: Answers each line, a request and the policy that it meets, with a line: the decision.
EVALUATOR = """
import json, sys
from ministack.core import iam_evaluator as iam
for line in sys.stdin:
    asked = json.loads(line)
    context = iam.EvalContext(**asked["request"])
    if asked["attached"]:
        result = iam.evaluate(context, [iam.parse_policy_document(asked["policy"])])
    else:
        result = iam.evaluate_resource_policy(asked["policy"], context, asked["service"])
    print(result.decision, flush=True)
"""

#: (policy, action, resource, by, keys, attached) -> decision; `by` is a role's ARN or a service.
Decide = Callable[..., str]


@pytest.fixture(scope="module")
def decide() -> Iterator[Decide]:
    """Ask what a policy says to a request: a role's own policy (attached), or a resource's."""
    command = [str(MINISTACK.parent / "python"), "-c", EVALUATOR]
    piped = subprocess.PIPE
    with subprocess.Popen(
        command, env=plain_environment(), stdin=piped, stdout=piped, text=True
    ) as process:
        asking, answering = process.stdin, process.stdout
        assert asking
        assert answering

        def ask(
            policy: Properties,
            action: str,
            resource: str,
            by: str,
            keys: Mapping[str, str],
            *,
            attached: bool = False,
        ) -> str:
            role = by.startswith("arn:")
            request = {
                "principal_arn": by if role else "",
                "principal_type": "AssumedRole",
                "principal_account": by.split(":")[4] if role else "",
                "action": action,
                "resource_arn": resource,
                "region": REGION,
                "secure_transport": keys.get("aws:SecureTransport", "true") == "true",
                "principal_keys": {name.lower(): value for name, value in keys.items()},
            }
            asked = {
                "request": request,
                "policy": policy,
                "service": None if role else by,
                "attached": attached,
            }
            asking.write(json.dumps(asked) + "\n")
            asking.flush()
            return answering.readline().strip()

        yield ask
        asking.close()


def role(handler: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:role/readiness-{handler}"


@pytest.mark.parametrize(
    ("stack", "by", "keys", "decision"),
    [
        ("member", role("survey"), {**WITHIN, **EXTERNAL_ID}, ALLOWED),
        ("member", role("probe"), {**WITHIN, **EXTERNAL_ID}, ALLOWED),
        ("member", role("repository"), {**WITHIN, **EXTERNAL_ID}, ALLOWED),
        ("member", role("plan"), {**WITHIN, **EXTERNAL_ID}, NOT_ALLOWED),
        ("member", role("digest"), {**WITHIN, **EXTERNAL_ID}, NOT_ALLOWED),
        ("member", role("probe"), WITHIN, NOT_ALLOWED),
        ("member", role("probe"), {**WITHIN, "sts:ExternalId": "another"}, NOT_ALLOWED),
        # The hub has left the organization, or the account that trusts it went to another one.
        ("member", role("probe"), EXTERNAL_ID, NOT_ALLOWED),
        ("member", role("probe"), {**OUTSIDE, **EXTERNAL_ID}, NOT_ALLOWED),
        ("member", role("probe", MEMBER), {**WITHIN, **EXTERNAL_ID}, NOT_ALLOWED),
        (
            "member",
            role("probe").replace("role/", "role/x/"),
            {**WITHIN, **EXTERNAL_ID},
            NOT_ALLOWED,
        ),
        ("organization", role("plan"), {**WITHIN, **EXTERNAL_ID}, ALLOWED),
        ("organization", role("survey"), {**WITHIN, **EXTERNAL_ID}, ALLOWED),
        ("organization", role("probe"), {**WITHIN, **EXTERNAL_ID}, NOT_ALLOWED),
        ("organization", role("plan"), WITHIN, NOT_ALLOWED),
        ("organization", role("plan"), {**OUTSIDE, **EXTERNAL_ID}, NOT_ALLOWED),
    ],
)
def test_the_roles_open_to_the_hubs_looking_roles_within_the_organization(
    request: pytest.FixtureRequest,
    decide: Decide,
    stack: str,
    by: str,
    keys: dict[str, str],
    decision: str,
) -> None:
    trust = the(request.getfixturevalue(stack), "AWS::IAM::Role")["AssumeRolePolicyDocument"]

    assert decide(trust, "sts:AssumeRole", "*", by, keys) == decision


def own(hub: Template, handler: str) -> Properties:
    """Return what the hub's template lets a handler do."""
    return {
        "Statement": [
            statement
            for policy in all_of(hub, "AWS::IAM::Policy")
            if f"readiness-{handler}" in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
        ]
    }


SENDER = {"ses:FromAddress": "readiness@example.com"}
IDENTITY = f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/example.com"


@pytest.mark.parametrize(
    ("handler", "action", "resource", "keys", "decision"),
    [
        (
            "probe",
            "sts:AssumeRole",
            role("member", MEMBER),
            {"aws:ResourceOrgID": WITHIN["aws:PrincipalOrgID"]},
            ALLOWED,
        ),
        (
            "probe",
            "sts:AssumeRole",
            role("member", MEMBER),
            {"aws:ResourceOrgID": OUTSIDE["aws:PrincipalOrgID"]},
            NOT_ALLOWED,
        ),
        ("probe", "sts:AssumeRole", role("member", MEMBER), {}, NOT_ALLOWED),
        (
            "probe",
            "sts:AssumeRole",
            role("organization", "999988887777"),
            {"aws:ResourceOrgID": WITHIN["aws:PrincipalOrgID"]},
            NOT_ALLOWED,
        ),
        ("plan", "sts:AssumeRole", role("organization", "999988887777"), {}, ALLOWED),
        ("plan", "sts:AssumeRole", role("organization", MEMBER), {}, NOT_ALLOWED),
        ("digest", "ses:SendEmail", IDENTITY, SENDER, ALLOWED),
        ("digest", "ses:SendEmail", IDENTITY, {"ses:FromAddress": "ceo@example.com"}, NOT_ALLOWED),
        ("digest", "ses:SendEmail", IDENTITY, {}, NOT_ALLOWED),
        ("plan", "s3:ListBucket", BUCKET, {"s3:prefix": "config/"}, ALLOWED),
        ("plan", "s3:ListBucket", BUCKET, {"s3:prefix": "evidence/"}, NOT_ALLOWED),
        ("plan", "s3:ListBucket", BUCKET, {}, NOT_ALLOWED),
    ],
)
def test_a_handler_reaches_what_its_conditions_let_it_reach(
    hub: Template,
    decide: Decide,
    handler: str,
    action: str,
    resource: str,
    keys: dict[str, str],
    decision: str,
) -> None:
    policy = own(hub, handler)

    assert decide(policy, action, resource, role(handler), keys, attached=True) == decision


def policy_of(hub: Template, kind: str) -> Properties:
    """Return the policy of the hub's only resource of the type, or of the first."""
    properties = all_of(hub, kind)[0]
    document: Properties = properties.get("KeyPolicy") or properties["PolicyDocument"]
    return document


ALARM = {"aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:readiness-scan-failed"}
RETURNED = {
    "aws:SourceAccount": ACCOUNT,
    "aws:SourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/readiness",
}
PLAIN, OLD_TLS = {"aws:SecureTransport": "false"}, {"s3:TlsVersion": "1.1"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:readiness-alarms"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:readiness-unstarted"
THROUGH_S3 = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}
READER = {"aws:PrincipalAccount": MEMBER}
LOGS = {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/x"}


@pytest.mark.parametrize(
    ("kind", "action", "resource", "by", "keys", "decision"),
    [
        # The bucket: nobody without TLS 1.2, evidence for its two readers alone.
        ("S3::BucketPolicy", "s3:PutObject", f"{BUCKET}/scans/a", role("plan"), PLAIN, DENIED),
        ("S3::BucketPolicy", "s3:PutObject", f"{BUCKET}/scans/a", role("plan"), OLD_TLS, DENIED),
        (
            "S3::BucketPolicy",
            "s3:PutObject",
            f"{BUCKET}/scans/a",
            role("plan"),
            {"s3:TlsVersion": "1.2"},
            NOT_ALLOWED,
        ),
        ("S3::BucketPolicy", "s3:GetObject", f"{BUCKET}/evidence/a", role("digest"), {}, DENIED),
        ("S3::BucketPolicy", "s3:GetObject", f"{BUCKET}/evidence/a", role("x", MEMBER), {}, DENIED),
        (
            "S3::BucketPolicy",
            "s3:GetObject",
            f"{BUCKET}/evidence/a",
            role("judge"),
            {},
            NOT_ALLOWED,
        ),
        ("S3::BucketPolicy", "s3:GetObject", f"{BUCKET}/evidence/a", role("pool"), {}, NOT_ALLOWED),
        # The alarm topic: our alarms, and our configuration set.
        ("SNS::TopicPolicy", "sns:Publish", TOPIC, "cloudwatch.amazonaws.com", ALARM, ALLOWED),
        (
            "SNS::TopicPolicy",
            "sns:Publish",
            TOPIC,
            "cloudwatch.amazonaws.com",
            {"aws:SourceArn": ALARM["aws:SourceArn"].replace(ACCOUNT, MEMBER)},
            NOT_ALLOWED,
        ),
        ("SNS::TopicPolicy", "sns:Publish", TOPIC, "cloudwatch.amazonaws.com", {}, NOT_ALLOWED),
        ("SNS::TopicPolicy", "sns:Publish", TOPIC, "ses.amazonaws.com", RETURNED, ALLOWED),
        (
            "SNS::TopicPolicy",
            "sns:Publish",
            TOPIC,
            "ses.amazonaws.com",
            {**RETURNED, "aws:SourceAccount": MEMBER},
            NOT_ALLOWED,
        ),
        ("SNS::TopicPolicy", "sns:Publish", TOPIC, role("digest"), PLAIN, DENIED),
        ("SQS::QueuePolicy", "sqs:SendMessage", QUEUE, role("digest"), PLAIN, DENIED),
        # The key: a report's reader elsewhere in the organization, through S3; the log groups.
        (
            "KMS::Key",
            "kms:Decrypt",
            KEY,
            role("x", MEMBER),
            {**WITHIN, **THROUGH_S3, **READER},
            ALLOWED,
        ),
        ("KMS::Key", "kms:Decrypt", KEY, role("x", MEMBER), {**WITHIN, **READER}, NOT_ALLOWED),
        (
            "KMS::Key",
            "kms:Decrypt",
            KEY,
            role("x", MEMBER),
            {**OUTSIDE, **THROUGH_S3, **READER},
            NOT_ALLOWED,
        ),
        ("KMS::Key", "kms:Decrypt", KEY, role("x", MEMBER), {**THROUGH_S3, **READER}, NOT_ALLOWED),
        (
            "KMS::Key",
            "kms:Encrypt",
            KEY,
            role("x", MEMBER),
            {**WITHIN, **THROUGH_S3, **READER},
            NOT_ALLOWED,
        ),
        ("KMS::Key", "kms:Encrypt", KEY, f"logs.{REGION}.amazonaws.com", LOGS, ALLOWED),
        ("KMS::Key", "kms:Encrypt", KEY, f"logs.{REGION}.amazonaws.com", {}, NOT_ALLOWED),
    ],
)
def test_what_the_hub_keeps_opens_to_whom_it_is_for(
    hub: Template,
    decide: Decide,
    kind: str,
    action: str,
    resource: str,
    by: str,
    keys: dict[str, str],
    decision: str,
) -> None:
    assert decide(policy_of(hub, f"AWS::{kind}"), action, resource, by, keys) == decision


@pytest.mark.parametrize(
    ("name", "service"),
    [("schedule", "scheduler.amazonaws.com"), ("workflow", "states.amazonaws.com")],
)
@pytest.mark.parametrize(
    ("keys", "decision"),
    [
        ({"aws:SourceAccount": ACCOUNT}, ALLOWED),
        ({"aws:SourceAccount": MEMBER}, NOT_ALLOWED),
        ({}, NOT_ALLOWED),
    ],
)
def test_services_act_for_our_account_alone(
    hub: Template,
    decide: Decide,
    name: str,
    service: str,
    keys: dict[str, str],
    decision: str,
) -> None:
    (trust,) = (
        each["AssumeRolePolicyDocument"]
        for each in all_of(hub, "AWS::IAM::Role")
        if each["RoleName"] == f"readiness-{name}"
    )

    assert decide(trust, "sts:AssumeRole", "*", service, keys) == decision
