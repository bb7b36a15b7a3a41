"""In which order does a scan run, and what happens when a step fails?"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from readiness.workflow import STATE_MACHINE
from stacks.audit import accept_resources
from stacks.functions import HANDLERS, Functions
from stacks.storage import Storage

# What Lambda says when it is Lambda's fault, or when an account's concurrency is used up.
SERVICE_ERRORS = [
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
]
TRACE_AND_LOG = [
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
]
# Regions of one account at a time: the Lambdas of a scan are at most this times the concurrency.
REGIONS_AT_A_TIME = 4
# Each digest sends about two mails a second; a new production account of SES may send 14.
AUDIENCES_AT_A_TIME = 4


class Workflow(Construct):
    """The state machine: plan, look, pool, judge, conclude, tell."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        functions: Functions,
        storage: Storage,
        concurrency: int,
    ) -> None:
        super().__init__(scope, id)
        self._functions = functions
        self._bucket = storage.bucket
        group = logs.LogGroup(
            self,
            "Log",
            # Below this prefix CloudWatch Logs' resource policy does not grow with each machine.
            log_group_name="/aws/vendedlogs/states/readiness",
            encryption_key=storage.key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        role = self._role(functions, storage)
        self.state_machine = sfn.StateMachine(
            self,
            "Scan",
            state_machine_name=STATE_MACHINE,
            role=role.without_policy_updates(),
            comment="One scan: state carries pointers, never data.",
            definition_body=sfn.DefinitionBody.from_chainable(self._scan(concurrency)),
            # Shorter than the day until the next one.
            timeout=cdk.Duration.hours(23),
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=group, level=sfn.LogLevel.ALL, include_execution_data=True
            ),
        )
        self.state_machine.node.add_dependency(role)
        # CDK's policy for the maps is attached to nothing, since the role is ours.
        self.state_machine.node.try_remove_child("DistributedMapPolicy")

    def start_policy(self) -> iam.ManagedPolicy:
        """Return the policy for pipelines: start a scan, and follow it to its end."""
        executions = cdk.Stack.of(self).format_arn(
            service="states",
            resource="execution",
            resource_name=f"{STATE_MACHINE}:*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        policy = iam.ManagedPolicy(
            self,
            "Start",
            managed_policy_name=f"{STATE_MACHINE}-start",
            description="Starts a scan and follows it, as `readiness start` does.",
            statements=[
                iam.PolicyStatement(
                    actions=["states:StartExecution"],
                    resources=[self.state_machine.state_machine_arn],
                ),
                iam.PolicyStatement(actions=["states:DescribeExecution"], resources=[executions]),
            ],
        )
        accept_resources(policy, [executions], reason="Executions have names of their own.")
        return policy

    def _role(self, functions: Functions, storage: Storage) -> iam.Role:
        """Allow what the definition does; CDK's own grants would open the whole bucket."""
        stack = cdk.Stack.of(self)
        role = iam.Role(
            self,
            "Role",
            role_name=f"{STATE_MACHINE}-workflow",
            description="Runs the steps of a scan.",
            assumed_by=iam.ServicePrincipal(
                "states.amazonaws.com",
                conditions={"StringEquals": {"aws:SourceAccount": stack.account}},
            ),
        )
        machine, children = (
            stack.format_arn(
                service="states",
                resource=resource,
                resource_name=name,
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            )
            for resource, name in (
                ("stateMachine", STATE_MACHINE),
                ("execution", f"{STATE_MACHINE}/*"),
            )
        )
        for actions, resources in (
            (
                ["lambda:InvokeFunction"],
                [functions[name].function_arn for name in HANDLERS],
            ),
            (["states:StartExecution"], [machine]),
            (["states:DescribeExecution", "states:StopExecution"], [children]),
            (TRACE_AND_LOG, ["*"]),
        ):
            role.add_to_policy(iam.PolicyStatement(actions=actions, resources=resources))
        storage.let_read(role, "scans")
        storage.let_collect(role, "maps")
        accept_resources(
            role, ["*"], reason="Neither X-Ray nor the delivery of logs knows a resource."
        )
        accept_resources(role, [children], reason="The children of the maps have random names.")
        return role

    def _scan(self, concurrency: int) -> sfn.IChainable:
        concluded = sfn.Pass(self, "Concluded", input_path="$.conclusion")
        audiences = self._map(
            "Audiences", key="$.audiences", child=self._audience(), at_a_time=AUDIENCES_AT_A_TIME
        )
        conclude = self._step("conclude", payload="$.scan", result_path="$.conclusion").next(
            sfn.Choice(self, "Digest due?")
            .when(sfn.Condition.boolean_equals("$.digest", True), audiences.next(concluded))
            .otherwise(concluded)
        )
        workloads = self._map(
            "Workloads", key="$.workloads", child=self._workload(), at_a_time=concurrency
        ).next(conclude)
        pool = self._step("pool", payload="$.scan", result_path=sfn.JsonPath.DISCARD)
        pool.add_catch(
            sfn.Pass(self, "Not pooled").next(workloads), result_path=sfn.JsonPath.DISCARD
        )
        targets = self._map(
            "Targets", key="$.targets", child=self._target(), at_a_time=concurrency
        ).next(pool.next(workloads))
        return self._step("plan").next(
            sfn.Choice(self, "Planned?")
            .when(sfn.Condition.string_equals("$.status", "planned"), targets)
            .otherwise(sfn.Succeed(self, "Refused"))
        )

    def _target(self) -> sfn.IChainable:
        done = self._end("Target done")
        probe = self._step("probe")
        region_done = self._end("Region done")
        probe.add_catch(region_done)
        regions = sfn.Map(
            self, "Regions", items_path="$.regions", max_concurrency=REGIONS_AT_A_TIME
        ).item_processor(probe.next(region_done))
        regions.add_catch(done)
        survey = self._step("survey")
        survey.add_catch(done)
        repository = self._step("repository")
        repository.add_catch(done)
        return (
            sfn.Choice(self, "Account or repository?")
            .when(sfn.Condition.string_equals("$.kind", "account"), survey.next(regions).next(done))
            .when(sfn.Condition.string_equals("$.kind", "repository"), repository.next(done))
            # Neither leaves no evidence, and no evidence is the gap.
            .otherwise(done)
        )

    def _workload(self) -> sfn.IChainable:
        done = self._end("Workload done")
        judge = self._step("judge")
        judge.add_catch(done)
        return judge.next(done)

    def _audience(self) -> sfn.IChainable:
        done = self._end("Audience done")
        digest = self._step("digest")
        digest.add_catch(done)
        return digest.next(done)

    def _map(
        self, name: str, *, key: str, child: sfn.IChainable, at_a_time: int
    ) -> sfn.DistributedMap:
        return sfn.DistributedMap(
            self,
            name,
            label=name,
            item_reader=sfn.S3JsonItemReader(bucket=self._bucket, key=sfn.JsonPath.string_at(key)),
            map_execution_type=sfn.StateMachineType.STANDARD,
            max_concurrency=at_a_time,
            # What no Catch can see, such as a child that was aborted, is a gap and not the end.
            tolerated_failure_percentage=100,
            # Nothing reads it; without it, tens of thousands of results overflow the state.
            result_writer_v2=sfn.ResultWriterV2(bucket=self._bucket, prefix="maps"),
            result_path=sfn.JsonPath.DISCARD,
        ).item_processor(child)

    def _step(
        self, handler: str, *, payload: str | None = None, result_path: str | None = None
    ) -> tasks.LambdaInvoke:
        function: lambda_.Function = self._functions[handler]
        step = tasks.LambdaInvoke(
            self,
            handler.capitalize(),
            lambda_function=function,
            payload_response_only=True,
            payload=sfn.TaskInput.from_object({"scan": sfn.JsonPath.string_at(payload)})
            if payload
            else None,
            result_path=result_path,
            # The function ends by itself; this ends what Lambda lost.
            task_timeout=sfn.Timeout.duration(cdk.Duration.minutes(HANDLERS[handler].minutes + 1)),
            retry_on_service_exceptions=False,
        )
        step.add_retry(
            errors=SERVICE_ERRORS,
            max_attempts=6,
            # In all up to five minutes, in which the probes that hold the quota come to their end.
            interval=cdk.Duration.seconds(5),
            backoff_rate=2,
            jitter_strategy=sfn.JitterType.FULL,
        )
        step.add_retry(
            errors=[sfn.Errors.TASKS_FAILED], max_attempts=1, interval=cdk.Duration.seconds(2)
        )
        return step

    def _end(self, name: str) -> sfn.Pass:
        """End a child in a constant: what children return adds up in the parent's state."""
        return sfn.Pass(self, name, result=sfn.Result.from_number(0))
