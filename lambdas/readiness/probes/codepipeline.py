"""Look at CodePipeline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from readiness.evidence import Evidence, Gap
from readiness.evidence.pipelines import (
    Action,
    Execution,
    Pipeline,
    PipelineExecutions,
    Stage,
    target_of,
)
from readiness.probes import probe
from readiness.probes.aws import Aws
from readiness.repositories.commands import commands_of

#: The runs of each pipeline that are looked at.
NEWEST = 20


@probe(Pipeline, "codepipeline.list_pipelines", "codepipeline.get_pipeline")
def pipelines(aws: Aws) -> Iterator[Pipeline | Gap]:
    def look(listed: Mapping[str, Any]) -> Iterator[Pipeline]:
        answer = aws.call(
            "codepipeline.get_pipeline",
            absent=("PipelineNotFoundException",),
            name=listed["name"],
        )
        if answer is not None:
            yield _pipeline(_arn(aws, listed["name"]), answer["pipeline"])

    listed = aws.pages("codepipeline.list_pipelines", "pipelines")
    yield from aws.each(listed, look, arn=lambda each: _arn(aws, each["name"]))


def _arn(aws: Aws, name: str) -> str:
    return aws.arn("codepipeline", name)


def _pipeline(arn: str, each: Mapping[str, Any]) -> Pipeline:
    return Pipeline(
        arn=arn,
        name=each["name"],
        type=each.get("pipelineType", "V1"),
        stages=tuple(_stage(stage) for stage in each["stages"]),
        triggered=bool(each.get("triggers")),
    )


def _stage(each: Mapping[str, Any]) -> Stage:
    return Stage(
        name=each["name"],
        actions=tuple(_action(action) for action in each["actions"]),
        on_failure=each.get("onFailure", {}).get("result", ""),
        gated=bool(each.get("beforeEntry", {}).get("conditions")),
    )


def _action(each: Mapping[str, Any]) -> Action:
    kind = each["actionTypeId"]
    return Action(
        name=each["name"],
        category=kind["category"],
        owner=kind["owner"],
        provider=kind["provider"],
        region=each.get("region", ""),
        role=each.get("roleArn", ""),
        inputs=tuple(artifact["name"] for artifact in each.get("inputArtifacts") or ()),
        outputs=tuple(artifact["name"] for artifact in each.get("outputArtifacts") or ()),
        target=target_of(each.get("configuration") or {}),
        commands=tuple(
            str(command) for script in each.get("commands") or () for command in commands_of(script)
        ),
    )


@probe(PipelineExecutions, "codepipeline.list_pipeline_executions")
def pipeline_executions(
    aws: Aws, pipelines: Evidence[Pipeline]
) -> Iterator[PipelineExecutions | Gap]:
    def look(pipeline: Pipeline) -> Iterator[PipelineExecutions]:
        # Newest first; one page holds all that is asked for.
        found = aws.pages(
            "codepipeline.list_pipeline_executions",
            "pipelineExecutionSummaries",
            absent=("PipelineNotFoundException",),
            pipelineName=pipeline.name,
            PaginationConfig={"PageSize": NEWEST},
        )
        yield PipelineExecutions(
            arn=pipeline.arn,
            executions=tuple(_execution(each) for each in islice(found, NEWEST)),
        )

    yield from aws.each(pipelines, look)


def _execution(each: Mapping[str, Any]) -> Execution:
    trigger = each.get("trigger", {})
    return Execution(
        status=each["status"],
        started=each["startTime"],
        trigger=trigger.get("triggerType", ""),
        trigger_detail=trigger.get("triggerDetail", ""),
    )
