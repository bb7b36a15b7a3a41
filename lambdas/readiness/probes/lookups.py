"""Look into CloudTrail's event history, last and slowly: it answers two requests a second.

All look-ups of an account and region stand in one queue, and nothing is looked up where nothing runs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from readiness.evidence import Evidence, Gap
from readiness.evidence.backups import ProtectedResource
from readiness.evidence.billing import Payer
from readiness.evidence.compute import Instance
from readiness.evidence.containers import EcsService
from readiness.evidence.databases import DbCluster, DbInstance, Table
from readiness.evidence.delivery import DeploymentGroup
from readiness.evidence.events import (
    ACCESS_EVENTS,
    COST_PAGES,
    DAYS,
    DEPLOY_EVENTS,
    PAGES,
    RESTORE_EVENTS,
    AccessLookup,
    CostLookup,
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
from readiness.probes.aws import AGENT, Aws
from readiness.probes.budgets import other_payers
from readiness.probes.ce import pays

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


#: What the console and most tools ask Cost Explorer, in lower case: CloudTrail's own case differs.
_COST_EVENTS = "getcostandusage"


@probe(CostLookup, "cloudtrail.lookup_events")
def cost_looks(aws: Aws, payers: Evidence[Payer]) -> Iterator[CostLookup | Gap]:
    if pays(aws, payers):
        source = "ce.amazonaws.com"
        asked = [{"AttributeKey": "EventSource", "AttributeValue": source}]
        listed, sampled = _looked_up(aws, asked, COST_PAGES)
        yield CostLookup(
            arn=aws.arn("cloudtrail", f"source/{source}"),
            name=source,
            events=tuple(
                event
                for each in listed
                if each["EventName"].lower().startswith(_COST_EVENTS)
                for event in _events([each], source)
            ),
            sampled=sampled,
        )
    yield from other_payers(aws, payers, "cloudtrail:LookupEvents")


def _something(*sets: Evidence[Any]) -> bool:
    """Whether anything is, or may be, there."""
    return any(each.seen or each.gaps for each in sets)


def _lookups(aws: Aws, kind: type[L], names: Mapping[str, str]) -> Iterator[L]:
    for name, source in names.items():
        asked = [{"AttributeKey": "EventName", "AttributeValue": name}]
        listed, sampled = _looked_up(aws, asked, PAGES)
        yield kind(
            arn=aws.arn("cloudtrail", f"event/{name}"),
            name=name,
            events=tuple(_events(listed, source)),
            sampled=sampled,
        )


def _looked_up(
    aws: Aws, attributes: list[dict[str, str]], pages: int
) -> tuple[list[dict[str, Any]], bool]:
    """Return the newest events, and whether there are more."""
    events: list[dict[str, Any]] = []
    for answer in aws.answers(
        "cloudtrail.lookup_events",
        LookupAttributes=attributes,
        StartTime=aws.now - timedelta(days=DAYS),
        EndTime=aws.now,
        MaxResults=50,
    ):
        events.extend(answer.get("Events") or ())
        time.sleep(PAUSE)
        # A page without events takes none of the others' places.
        pages -= bool(answer.get("Events"))
        if not pages:
            return events, bool(answer.get("NextToken"))
    return events, False


def _events(listed: Any, source: str) -> Iterator[Event]:
    for each in listed:
        said = json.loads(each["CloudTrailEvent"])
        if not isinstance(said, dict):
            message = "an event is not an object"
            raise ValueError(message)
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
        scanner=f" {AGENT}" in f" {said.get('userAgent') or ''}"
        or (assumed and arn.rpartition("/")[2].startswith(f"{AGENT}-")),
        engine=str(asked.get("engine") or (said.get("responseElements") or {}).get("engine") or ""),
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
