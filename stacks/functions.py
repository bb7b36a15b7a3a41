"""What is each of the eight Lambdas, and what may it do?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.audit import accept, accept_resources
from stacks.settings import SettingsError

# What of lambdas/ does not run in Lambda.
LEFT_OUT = [
    "readiness/demo",
    "requirements.txt",
    "**/ruff.toml",
    "**/__pycache__",
    "**/*.pyc",
    "**/*.egg-info",
    "**/.*",
]


@dataclass(frozen=True)
class Handler:
    """One handler of lambdas/: its purpose and its size."""

    description: str
    minutes: int
    memory: int


HANDLERS = {
    "plan": Handler("Decides what a scan looks at and who is due a digest.", 5, 512),
    "survey": Handler("Looks at what an account has once: regions, contacts, IAM.", 15, 1024),
    "probe": Handler("Looks at one region of one account.", 15, 1024),
    "repository": Handler("Looks at one repository.", 15, 1024),
    "pool": Handler("Merges what accounts know about one another.", 10, 3008),
    "judge": Handler("Judges one workload and notes what changed.", 15, 3008),
    "conclude": Handler("Writes the scan's record and its metrics.", 5, 1024),
    "digest": Handler("Renders one audience's digest and report, and mails it.", 5, 1024),
}


class LayerError(SettingsError):
    """The layer with the dependencies has not been built."""


def role_name(handler: str) -> str:
    """Name the role of a handler; fixed, since trust policies of other accounts name it."""
    return f"readiness-{handler}"


class Functions(Construct):
    """The eight Lambdas, each with a role and a log group of its own, on one layer."""

    def __init__(
        self,
        scope: Construct,
        id: str,  # noqa: A002 - CDK's own name for it
        *,
        handlers: Path,
        layer: Path,
        architecture: lambda_.Architecture,
        environment: Mapping[str, str],
        key: kms.Key,
    ) -> None:
        super().__init__(scope, id)
        if not (layer / "python").is_dir():
            message = (
                f"The layer of the platform {layer.name} is not built: "
                f"run `make layer PLATFORM={layer.name}`."
            )
            raise LayerError(message)
        code = lambda_.Code.from_asset(str(handlers), exclude=LEFT_OUT)
        dependencies = lambda_.LayerVersion(
            self,
            "Dependencies",
            code=lambda_.Code.from_asset(str(layer)),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            description="What lambdas/requirements.txt pins.",
        )
        self._functions = {
            name: self._add(
                name,
                handler,
                code=code,
                layer=dependencies,
                architecture=architecture,
                environment=environment,
                key=key,
            )
            for name, handler in HANDLERS.items()
        }

    def __getitem__(self, name: str) -> lambda_.Function:
        return self._functions[name]

    def items(self) -> Iterable[tuple[str, lambda_.Function]]:
        return self._functions.items()

    def role(self, name: str) -> iam.Role:
        role = self[name].role
        assert isinstance(role, iam.Role)
        return role

    def _add(
        self,
        name: str,
        handler: Handler,
        *,
        code: lambda_.Code,
        layer: lambda_.LayerVersion,
        architecture: lambda_.Architecture,
        environment: Mapping[str, str],
        key: kms.Key,
    ) -> lambda_.Function:
        title = name.capitalize()
        group = logs.LogGroup(
            self,
            f"{title}Log",
            log_group_name=f"/aws/lambda/readiness-{name}",
            encryption_key=key,
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=cdk.RemovalPolicy.DESTROY,
        )
        role = iam.Role(
            self,
            f"{title}Role",
            role_name=role_name(name),
            description=handler.description,
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )
        group.grant_write(role)
        function = lambda_.Function(
            self,
            title,
            function_name=f"readiness-{name}",
            description=handler.description,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=architecture,
            code=code,
            handler=f"{name}.handler",
            layers=[layer],
            role=role,
            log_group=group,
            tracing=lambda_.Tracing.ACTIVE,
            timeout=cdk.Duration.minutes(handler.minutes),
            memory_size=handler.memory,
            environment=dict(environment),
        )
        accept_resources(
            role, ["*"], reason="X-Ray's write actions know no resource; nothing else has `*`."
        )
        accept(
            function, {"L1": "The code also runs on laptops; 3.13 is the runtime it is pinned to."}
        )
        return function
