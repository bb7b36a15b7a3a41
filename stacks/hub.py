"""What stands in the hub account?"""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from stacks.alarms import NAMESPACE, SERVICE, Alarms
from stacks.audit import accept, accept_resources
from stacks.dashboard import Dashboard
from stacks.functions import HANDLERS, Functions, role_name
from stacks.mail import Mail
from stacks.organization import ORGANIZATION_ROLE
from stacks.settings import Settings
from stacks.storage import Storage
from stacks.workflow import Workflow

EVIDENCE_READERS = ("pool", "judge")


class HubStack(cdk.Stack):
    """Storage, the eight Lambdas, the state machine, its schedule, mail and alarms."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        env: cdk.Environment,
        settings: Settings,
        handlers: Path,
        layer: Path,
    ) -> None:
        super().__init__(
            scope,
            id,
            env=env,
            description="Readiness: scans the organization every day and mails what changed.",
        )
        storage = Storage(
            self,
            "Storage",
            evidence_readers=[role_name(reader) for reader in EVIDENCE_READERS],
            organization_id=settings.organization_id,
        )
        alarms = Alarms(self, "Alarms", key=storage.key, address=settings.alarm_address)
        mail = Mail(self, "Mail", sender=settings.sender, returned=alarms.topic)
        functions = Functions(
            self,
            "Functions",
            handlers=handlers,
            layer=layer,
            architecture=lambda_.Architecture.X86_64
            if settings.platform == "x86_64"
            else lambda_.Architecture.ARM_64,
            environment={
                "POWERTOOLS_SERVICE_NAME": SERVICE,
                "POWERTOOLS_METRICS_NAMESPACE": NAMESPACE,
                "READINESS_BUCKET": storage.bucket.bucket_name,
                "READINESS_TABLE": storage.table.table_name,
                "READINESS_MEMBER_ROLE": settings.member_role_name,
                "READINESS_EXTERNAL_ID": settings.external_id,
                "READINESS_ORGANIZATION_ROLE": self._organization_role(settings),
                "READINESS_SENDER": settings.sender,
                "READINESS_CONFIGURATION_SET": mail.configuration_set.configuration_set_name,
            },
            key=storage.key,
        )
        functions["plan"].add_environment("READINESS_TIME_ZONE", settings.time_zone)
        token = self._token(storage)
        functions["repository"].add_environment("READINESS_TOKEN_SECRET", token.secret_arn)
        if settings.github_url:
            functions["repository"].add_environment("READINESS_GITHUB_URL", settings.github_url)
        functions.role("repository").add_to_policy(
            iam.PolicyStatement(
                actions=["secretsmanager:GetSecretValue"], resources=[token.secret_arn]
            )
        )
        self._grant(functions, storage=storage, mail=mail)
        self._let_look(functions, settings)
        workflow = Workflow(
            self,
            "Workflow",
            functions=functions,
            storage=storage,
            concurrency=settings.concurrency,
        )
        unstarted = self._schedule(workflow, storage=storage, settings=settings)
        refused = self._refused(functions, storage=storage)
        alarms.watch(state_machine=workflow.state_machine, unstarted=unstarted, refused=refused)
        Dashboard(
            self,
            "Dashboard",
            functions=functions,
            state_machine=workflow.state_machine,
            alarms=alarms.all,
        )
        for name, value in {
            "Bucket": storage.bucket.bucket_name,
            "Table": storage.table.table_name,
            "StateMachine": workflow.state_machine.state_machine_arn,
            "StartPolicy": workflow.start_policy().managed_policy_arn,
            "AlarmTopic": alarms.topic.topic_arn,
            "TokenSecret": token.secret_arn,
            "Key": storage.key.key_arn,
        }.items():
            cdk.CfnOutput(self, name, value=value)

    def _grant(self, functions: Functions, *, storage: Storage, mail: Mail) -> None:
        """Who reads and writes what: evidence flows to results, results to reports."""
        plan, survey, probe, repository, pool, judge, conclude, digest = (
            functions.role(name) for name in HANDLERS
        )
        read, write = storage.let_read, storage.let_write
        read(plan, "config")
        write(plan, "scans")
        for looking in (survey, probe, repository):
            read(looking, "scans")
            write(looking, "evidence")
        read(pool, "evidence", "scans")
        write(pool, "evidence", "scans")
        read(judge, "evidence", "results", "scans")
        write(judge, "results")
        read(conclude, "results", "scans")
        write(conclude, "scans")
        read(digest, "results", "scans")
        write(digest, "reports")
        mail.let_send(digest)
        ledger = storage.let_use_ledger
        ledger(plan, "PutItem")
        ledger(judge, "ConditionCheckItem", "GetItem", "PutItem", "Query", "UpdateItem")
        ledger(conclude, "GetItem", "PutItem", "UpdateItem")
        ledger(digest, "GetItem", "PutItem", "Query")

    def _let_look(self, functions: Functions, settings: Settings) -> None:
        """Let the roles that look assume the roles through which they look."""
        member = f"arn:{self.partition}:iam::*:role/{settings.member_role_name}"
        within = (
            {"StringEquals": {"aws:ResourceOrgID": settings.organization_id}}
            if settings.organization_id
            else {}
        )
        for name in ("survey", "probe", "repository"):
            role = functions.role(name)
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=["sts:AssumeRole"], resources=[member], conditions=within
                )
            )
            accept_resources(
                role,
                [member],
                reason="The role has this name in every account of the organization.",
            )
        organization = self._organization_role(settings)
        if organization:
            for name in ("plan", "survey"):
                functions.role(name).add_to_policy(
                    iam.PolicyStatement(actions=["sts:AssumeRole"], resources=[organization])
                )

    def _organization_role(self, settings: Settings) -> str:
        if not settings.management_account:
            return ""
        return f"arn:{self.partition}:iam::{settings.management_account}:role/{ORGANIZATION_ROLE}"

    def _token(self, storage: Storage) -> secretsmanager.Secret:
        token = secretsmanager.Secret(
            self,
            "Token",
            secret_name="readiness/token",
            description='Tokens of the code hosts, by host: {"github.com": "…"}.',
            encryption_key=storage.key,
            # Empty until someone puts a token in; a deployment never overwrites it.
            secret_object_value={},
        )
        accept(token, {"SMG4": "The code host issues the token; no Lambda can rotate it."})
        return token

    def _schedule(self, workflow: Workflow, *, storage: Storage, settings: Settings) -> sqs.Queue:
        """Start a scan each day; return the queue of the starts that failed."""
        unstarted = self._queue(
            "Unstarted", storage, "It is the dead-letter queue, of the schedule."
        )
        role = iam.Role(
            self,
            "ScheduleRole",
            role_name="readiness-schedule",
            description="Starts the daily scan.",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            ),
        )
        for action, resource in (
            ("states:StartExecution", workflow.state_machine.state_machine_arn),
            ("sqs:SendMessage", unstarted.queue_arn),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[resource]))
        storage.let_use_key(role, "kms:Decrypt", "kms:GenerateDataKey")
        hour, minute = settings.schedule.split(":")
        scheduler.Schedule(
            self,
            "Daily",
            schedule_name="readiness-daily",
            description="Starts the daily scan.",
            schedule=scheduler.ScheduleExpression.cron(
                hour=str(int(hour)),
                minute=str(int(minute)),
                time_zone=cdk.TimeZone.of(settings.time_zone),
            ),
            target=targets.StepFunctionsStartExecution(
                workflow.state_machine,
                input=scheduler.ScheduleTargetInput.from_object({}),
                dead_letter_queue=unstarted,
                role=role.without_policy_updates(),
            ),
        )
        return unstarted

    def _refused(self, functions: Functions, *, storage: Storage) -> sqs.Queue:
        """Return the queue of the mails that SES refuses for good."""
        refused = self._queue("Refused", storage, "It is the dead-letter queue, of the digests.")
        digest = functions.role("digest")
        digest.add_to_policy(
            iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[refused.queue_arn])
        )
        storage.let_use_key(digest, "kms:Decrypt", "kms:GenerateDataKey")
        functions["digest"].add_environment("READINESS_REFUSED_QUEUE", refused.queue_url)
        return refused

    def _queue(self, name: str, storage: Storage, purpose: str) -> sqs.Queue:
        """Return a queue in which something that failed waits for somebody to look."""
        queue = sqs.Queue(
            self,
            name,
            queue_name=f"readiness-{name.lower()}",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=storage.key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        accept(queue, {"SQS3": purpose})
        return queue
