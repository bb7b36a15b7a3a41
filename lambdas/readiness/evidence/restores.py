"""Restores: which were made with AWS Backup, and which are tested by a plan."""

from __future__ import annotations

from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REGION, "restore job")
class RestoreJob:
    """A restore with AWS Backup. Source: backup.ListRestoreJobs, of the last 90 days where kept."""

    arn: str
    #: The ARN of the resource whose recovery point was restored; empty where it is not told.
    source: str
    #: The ARN of the recovery point.
    recovery_point: str
    #: AWS Backup's word for the resource's type.
    type: str
    #: PENDING, RUNNING, COMPLETED, ABORTED or FAILED.
    status: str
    #: VALIDATING, SUCCESSFUL, FAILED or TIMED_OUT; empty where nobody validates.
    validation: str
    created: datetime


@record(Scope.REGION, "resource's latest restore")
class LatestRestore:
    """When a protected resource was restored last. Source: backup.DescribeProtectedResource.

    Asked of at most twenty resources of a type of which no job is listed, likely event stores first.
    """

    #: The resource's ARN.
    arn: str
    type: str
    #: None where it never was.
    restored: datetime | None


@record(Scope.REGION, "restore testing plan")
class RestoreTestingPlan:
    """A plan that restores by schedule. Source: backup.ListRestoreTestingPlans."""

    arn: str
    name: str
    created: datetime
    #: None where it never ran.
    last_run: datetime | None


@record(Scope.REGION, "restore testing plan's selections")
class RestoreTestingTypes:
    """Which types a restore testing plan restores. Source: backup.ListRestoreTestingSelections."""

    #: The plan's ARN.
    arn: str
    types: tuple[str, ...]
