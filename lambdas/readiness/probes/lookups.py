"""Look into CloudTrail's event history, last and slowly: it answers two requests a second.

All look-ups of an account and region stand in one queue, and nothing is looked up where nothing runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from readiness.evidence import Evidence
from readiness.evidence.backups import ProtectedResource
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbCluster, DbInstance, Table
from readiness.evidence.delivery import DeploymentGroup
from readiness.evidence.events import (
    ACCESS_EVENTS,
    DAYS,
    DEPLOY_EVENTS,
    PAGES,
    RESTORE_EVENTS,
    AccessLookup,
    DeployLookup,
    Event,
    RestoreLookup,
)
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.scaling import AutoScalingGroup
from readiness.evidence.stacks import Stack
from readiness.evidence.storage import FsxFileSystem
from readiness.evidence.warehouses import RedshiftCluster
from readiness.probes import probe
from readiness.probes.aws import Aws

L = TypeVar("L", DeployLookup, AccessLookup, RestoreLookup)

#: Seconds between two requests.
PAUSE = 0.55


@probe(DeployLookup, "cloudtrail.lookup_events")
def deployments(
    aws: Aws,
    functions: Evidence[LambdaFunction],
    services: Evidence[EcsService],
    scaling: Evidence[AutoScalingGroup],
    groups: Evidence[DeploymentGroup],
    instances: Evidence[Instance],
    stacks: Evidence[Stack],
) -> Iterator[DeployLookup]:
    if _something(functions, services, scaling, groups, instances, stacks):
        yield from _lookups(aws, DeployLookup, DEPLOY_EVENTS)


@probe(AccessLookup, "cloudtrail.lookup_events")
def accesses(
    aws: Aws, instances: Evidence[Instance], queue: Evidence[DeployLookup]
) -> Iterator[AccessLookup]:
    if _something(instances):
        tuple(queue)  # where those before it were refused, so would these be
        yield from _lookups(aws, AccessLookup, ACCESS_EVENTS)


@probe(RestoreLookup, "cloudtrail.lookup_events")
def restores(
    aws: Aws,
    protected: Evidence[ProtectedResource],
    instances: Evidence[DbInstance],
    clusters: Evidence[DbCluster],
    tables: Evidence[Table],
    warehouses: Evidence[RedshiftCluster],
    file_systems: Evidence[FsxFileSystem],
    queue: Evidence[AccessLookup],
) -> Iterator[RestoreLookup]:
    found = {
        "backup.amazonaws.com": _something(protected),
        "rds.amazonaws.com": _something(instances, clusters),
        "dynamodb.amazonaws.com": _something(tables),
        "redshift.amazonaws.com": _something(warehouses),
        "fsx.amazonaws.com": _something(file_systems),
    }
    names = {name: source for name, source in RESTORE_EVENTS.items() if found[source]}
    if names:
        tuple(queue)  # where those before it were refused, so would these be
        yield from _lookups(aws, RestoreLookup, names)


def _something(*sets: Evidence[Any]) -> bool:
    """Whether anything is, or may be, there."""
    return any(each.seen or each.gaps for each in sets)


def _lookups(aws: Aws, kind: type[L], names: Mapping[str, str]) -> Iterator[L]:
    for name, source in names.items():
        events: list[Event] = []
        page: dict[str, str] = {}
        for _ in range(PAGES):
            answer = aws.get(
                "cloudtrail.lookup_events",
                LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}],
                StartTime=aws.now - timedelta(days=DAYS),
                EndTime=aws.now,
                MaxResults=50,
                **page,
            )
            events.extend(_events(answer.get("Events") or (), source))
            time.sleep(PAUSE)
            page = {"NextToken": answer["NextToken"]} if answer.get("NextToken") else {}
            if not page:
                break
        yield kind(
            arn=aws.arn("cloudtrail", f"event/{name}"),
            name=name,
            events=tuple(events),
            sampled=bool(page),
        )


def _events(listed: Any, source: str) -> Iterator[Event]:
    for each in listed:
        said = json.loads(each["CloudTrailEvent"])
        if said.get("errorCode") or said.get("eventSource") != source:
            continue
        yield _event(each, said)


def _event(each: Mapping[str, Any], said: Mapping[str, Any]) -> Event:
    identity = said.get("userIdentity") or {}
    issuer = (identity.get("sessionContext") or {}).get("sessionIssuer") or {}
    asked = said.get("requestParameters") or {}
    arn = identity.get("arn") or ""
    assumed = identity.get("type") == "AssumedRole"
    return Event(
        time=each["EventTime"],
        principal_type=identity.get("type") or "",
        principal_arn=arn,
        principal_name=issuer.get("userName") or identity.get("userName") or "",
        session=arn.rpartition("/")[2] if assumed else "",
        console=said.get("sessionCredentialFromConsole") == "true",
        invoked_by=identity.get("invokedBy") or "",
        resources=tuple(dict.fromkeys(_resources(each, asked))),
        changes_code=said.get("eventName") != "UpdateService"
        or bool(asked.get("taskDefinition") or asked.get("forceNewDeployment")),
        document=str(asked.get("documentName") or ""),
    )


#: Request parameters that name what an event changed; all others may hold anything.
_NAMES = (
    "target",
    "instanceIds",
    "service",
    "functionName",
    "stackName",
    "deploymentGroupName",
    "autoScalingGroupName",
    "recoveryPointArn",
    "resourceType",
    "dBSnapshotIdentifier",
    "sourceDBInstanceIdentifier",
    "sourceDBInstanceArn",
    "sourceDBClusterIdentifier",
    "snapshotIdentifier",
    "snapshotArn",
    "backupArn",
    "sourceTableName",
    "sourceTableArn",
    "backupId",
)


def _resources(each: Mapping[str, Any], asked: Mapping[str, Any]) -> Iterator[str]:
    for key in _NAMES:
        value = asked.get(key)
        yield from (value if isinstance(value, list) else [value] if value else [])
    for resource in each.get("Resources") or ():
        if resource.get("ResourceName"):
            yield resource["ResourceName"]
