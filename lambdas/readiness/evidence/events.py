"""CloudTrail's event history: who deployed, who logged in to servers, who restored data?"""

from __future__ import annotations

from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record

#: The events that each question looks for, with the service whose event is meant.
DEPLOY_EVENTS = {
    "CreateDeployment": "codedeploy.amazonaws.com",
    "CreateStack": "cloudformation.amazonaws.com",
    "ExecuteChangeSet": "cloudformation.amazonaws.com",
    "StartInstanceRefresh": "autoscaling.amazonaws.com",
    "UpdateFunctionCode20150331v2": "lambda.amazonaws.com",
    "UpdateService": "ecs.amazonaws.com",
    "UpdateStack": "cloudformation.amazonaws.com",
}
ACCESS_EVENTS = {"SendCommand": "ssm.amazonaws.com", "StartSession": "ssm.amazonaws.com"}

RESTORE_EVENTS = {
    "StartRestoreJob": "backup.amazonaws.com",
    "RestoreDBInstanceFromDBSnapshot": "rds.amazonaws.com",
    "RestoreDBInstanceToPointInTime": "rds.amazonaws.com",
    "RestoreDBClusterFromSnapshot": "rds.amazonaws.com",
    "RestoreDBClusterToPointInTime": "rds.amazonaws.com",
    "RestoreTableFromBackup": "dynamodb.amazonaws.com",
    "RestoreTableToPointInTime": "dynamodb.amazonaws.com",
    "RestoreFromClusterSnapshot": "redshift.amazonaws.com",
    "CreateFileSystemFromBackup": "fsx.amazonaws.com",
}

#: Pages of 50 that are read of each event's name, the newest first.
PAGES = 4
#: The days that the history reaches back.
DAYS = 90


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event that succeeded: who did it, and to what. Nothing else of it is kept."""

    time: datetime
    #: IAMUser, Root, AssumedRole, AWSService, …
    principal_type: str
    principal_arn: str
    #: The role whose session it was, or the user.
    principal_name: str
    session: str
    #: Whether the session began in the console.
    console: bool
    #: The service that called on somebody's behalf, e.g. `cloudformation.amazonaws.com`.
    invoked_by: str
    #: The names of what was changed.
    resources: tuple[str, ...]
    #: Whether it changes what runs: an update of an ECS service may change its size alone.
    changes_code: bool = True
    #: The SSM document that was run, e.g. `AWS-RunPatchBaseline`; empty for other events.
    document: str = ""
    #: Whether a scan made it.
    scanner: bool = False
    #: The engine of a database, e.g. `aurora-mysql`; empty where it is not told.
    engine: str = ""


@dataclass(frozen=True, kw_only=True)
class _Lookup:
    #: `…:event/<name>`.
    arn: str
    name: str
    #: Newest first; failed calls and other services' events of the same name are left out.
    events: tuple[Event, ...]
    #: Whether there are more events than were looked at.
    sampled: bool


@record(Scope.REGION, "deployment event")
class DeployLookup(_Lookup):
    """The history of one kind of deployment. Source: cloudtrail.LookupEvents."""


@record(Scope.REGION, "access event")
class AccessLookup(_Lookup):
    """The history of one way to log in to servers. Source: cloudtrail.LookupEvents."""


@record(Scope.REGION, "restore event")
class RestoreLookup(_Lookup):
    """The history of one kind of restore. Source: cloudtrail.LookupEvents."""


#: Pages of 50 that are read of what was asked of Cost Explorer.
COST_PAGES = 5


@record(Scope.ORGANIZATION, "look at costs")
class CostLookup(_Lookup):
    """Who asked Cost Explorer for costs, by the console or the API. Source: cloudtrail.LookupEvents."""
