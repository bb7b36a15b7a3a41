"""What may the hub see in a member account, and how does it get there?"""

from collections.abc import Iterable, Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from readiness.permissions import member_policies
from stacks.audit import accept_resources
from stacks.functions import role_name
from stacks.settings import Settings

# Data, whatever else is allowed: what stands inside objects, items, secrets, parameters, logs,
# queues, streams, code packages and images.
DATA = [
    "athena:GetQueryResults",
    "cloudtrail:GetQueryResults",
    "dynamodb:BatchGetItem",
    "dynamodb:GetItem",
    "dynamodb:GetRecords",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ec2:GetConsoleOutput",
    "ec2:GetConsoleScreenshot",
    "ec2:GetPasswordData",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "kinesis:GetRecords",
    "kms:Decrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    "lambda:GetFunction",
    "lambda:GetLayerVersion",
    "lambda:InvokeFunction",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:GetLogRecord",
    "logs:GetQueryResults",
    "logs:StartLiveTail",
    "logs:StartQuery",
    "logs:Unmask",
    "rds:DownloadCompleteDBLogFile",
    "rds:DownloadDBLogFilePortion",
    "s3:GetObject*",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "ssm:GetParameter*",
]


class LookingRole(Construct):
    """A read-only role that the hub's probes assume, and nobody else."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        name: str,
        description: str,
        hub_account: str,
        seekers: Iterable[str],
        policies: Iterable[Mapping[str, Any]],
        settings: Settings,
    ) -> None:
        super().__init__(scope, id)
        partition = cdk.Aws.PARTITION
        trust: dict[str, Any] = {
            # The account's root with this condition, not the roles themselves: a principal's ARN
            # becomes an id when it is saved, and then breaks when the hub is deployed anew.
            "ArnEquals": {
                "aws:PrincipalArn": [
                    f"arn:{partition}:iam::{hub_account}:role/{role_name(seeker)}"
                    for seeker in seekers
                ]
            },
            "StringEquals": {"sts:ExternalId": settings.external_id},
        }
        if settings.organization_id:
            trust["StringEquals"]["aws:PrincipalOrgID"] = settings.organization_id
        self.role = iam.Role(
            self,
            "Role",
            role_name=name,
            description=description,
            assumed_by=iam.PrincipalWithConditions(iam.AccountPrincipal(hub_account), trust),
            max_session_duration=cdk.Duration.hours(1),
            inline_policies={
                "never-data": iam.PolicyDocument(
                    statements=[
                        iam.PolicyStatement(effect=iam.Effect.DENY, actions=DATA, resources=["*"])
                    ]
                )
            },
        )
        for number, policy in enumerate(policies, start=1):
            managed = iam.ManagedPolicy(
                self,
                f"Policy{number}",
                description="What Readiness reads: generated from the calls that its probes declare.",
                document=iam.PolicyDocument.from_json(policy),
                roles=[self.role],
            )
            accept_resources(
                managed, ["*"], reason="A scanner looks at every resource; each action only reads."
            )


class MemberStack(cdk.Stack):
    """The member role. It needs no bootstrap, so a StackSet can roll it out."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:  # noqa: A002 - CDK's own name for it
        super().__init__(
            scope,
            id,
            description="Readiness: the read-only role through which the hub account looks.",
            synthesizer=cdk.BootstraplessSynthesizer(),
        )
        hub = hub_parameter(self, settings)
        member = LookingRole(
            self,
            "Member",
            name=settings.member_role_name,
            description="Readiness looks at this account through this role; it reads no data.",
            hub_account=hub,
            seekers=("survey", "probe", "repository"),
            policies=member_policies(),
            settings=settings,
        )
        cdk.CfnOutput(self, "MemberRole", value=member.role.role_arn)


def hub_parameter(stack: cdk.Stack, settings: Settings) -> str:
    """Ask for the hub account at deployment, so that one template serves every hub."""
    return cdk.CfnParameter(
        stack,
        "HubAccount",
        description="The account in which the Readiness hub is deployed.",
        allowed_pattern=r"^\d{12}$",
        constraint_description="an account id has twelve digits.",
        default=settings.hub_account,
    ).value_as_string
