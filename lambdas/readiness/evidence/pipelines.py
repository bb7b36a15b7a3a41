"""CodePipeline: what a pipeline deploys, from where, and what started it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of a stage."""

    name: str
    #: Source, Build, Deploy, Test, Invoke, Approval or Compute.
    category: str
    #: AWS, ThirdParty or Custom.
    owner: str
    #: The service, e.g. `CodeBuild`, `CloudFormation` or `S3`.
    provider: str
    #: The region it acts in; empty for the pipeline's own.
    region: str = ""
    #: The role that it acts with; empty for the pipeline's own.
    role: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    #: Where it acts: the settings that name a target, a source or a project, nothing else.
    target: Mapping[str, str]
    #: What an action of the provider Commands runs, normalised as the commands of CI are.
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a pipeline."""

    name: str
    actions: tuple[Action, ...]
    #: What follows a failure: ROLLBACK, FAIL, RETRY or SKIP; empty where nothing is said.
    on_failure: str = ""
    #: Whether it has conditions of entry.
    gated: bool = False

    def of(self, category: str) -> tuple[Action, ...]:
        """Return its actions of a category."""
        return tuple(action for action in self.actions if action.category == category)


@record(Scope.REGION, "pipeline")
class Pipeline:
    """A pipeline's definition. Source: codepipeline.GetPipeline."""

    arn: str
    name: str
    #: V1 or V2.
    type: str
    stages: tuple[Stage, ...]
    #: Whether a Git trigger is defined (V2).
    triggered: bool

    @property
    def deploying(self) -> tuple[Stage, ...]:
        """The stages that deploy."""
        return tuple(stage for stage in self.stages if stage.of("Deploy"))


@dataclass(frozen=True, kw_only=True)
class Execution:
    """One run of a pipeline."""

    #: Cancelled, InProgress, Stopped, Stopping, Succeeded, Superseded or Failed.
    status: str
    started: datetime
    #: What started it, e.g. `WebhookV2` or `StartPipelineExecution`; empty where it is not told.
    trigger: str
    #: Who or what that was: an ARN, or a rule's name.
    trigger_detail: str


@record(Scope.REGION, "pipeline's executions")
class PipelineExecutions:
    """The newest twenty runs of a pipeline, newest first. Source: codepipeline.ListPipelineExecutions."""

    #: The pipeline's ARN.
    arn: str
    executions: tuple[Execution, ...]


#: Settings of an action that name where it acts; all others may hold anything.
TARGET_KEYS = frozenset(
    {
        "ActionMode",
        "ApplicationName",
        "BranchName",
        "BucketName",
        "ClusterName",
        "DeploymentGroupName",
        "EnvironmentName",
        "FullRepositoryId",
        "FunctionName",
        "ImageTag",
        "Owner",
        "PollForSourceChanges",
        "ProjectName",
        "Repo",
        "RepositoryName",
        "S3Bucket",
        "ServiceName",
        "StackName",
        "StackSetName",
        "DetectChanges",
    }
)


def target_of(configuration: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings of an action that name where it acts."""
    return {key: str(value) for key, value in configuration.items() if key in TARGET_KEYS}
