"""Look at the restores of AWS Backup, and at the plans that test them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from readiness.evidence import Evidence, Gap
from readiness.evidence.backups import ProtectedResource
from readiness.evidence.event_stores import EVENT_STORE_NAMES
from readiness.evidence.restores import (
    LatestRestore,
    RestoreJob,
    RestoreTestingPlan,
    RestoreTestingTypes,
)
from readiness.probes import probe
from readiness.probes.aws import Aws

DAYS = 90
#: Resources of one type that are asked for their latest restore.
PER_TYPE = 20


@probe(RestoreJob, "backup.list_restore_jobs")
def restore_jobs(aws: Aws) -> Iterator[RestoreJob]:
    since = aws.now - timedelta(days=DAYS)
    for each in aws.pages("backup.list_restore_jobs", "RestoreJobs", ByCreatedAfter=since):
        yield RestoreJob(
            arn=aws.arn("backup", f"restore-job/{each['RestoreJobId']}"),
            source=each.get("SourceResourceArn", ""),
            recovery_point=each.get("RecoveryPointArn", ""),
            type=each.get("ResourceType", ""),
            status=each["Status"],
            validation=each.get("ValidationStatus", ""),
            created=each["CreationDate"],
        )


@probe(LatestRestore, "backup.describe_protected_resource")
def latest_restores(
    aws: Aws, protected: Evidence[ProtectedResource], jobs: Evidence[RestoreJob]
) -> Iterator[LatestRestore | Gap]:
    completed = {job.type for job in jobs.seen if job.status == "COMPLETED"}
    by_type: dict[str, list[ProtectedResource]] = {}
    for resource in protected.seen:
        likely = re.search(EVENT_STORE_NAMES, re.split(r"[:/]", resource.arn)[-1])
        if likely or resource.type not in completed:
            kept = by_type.setdefault(resource.type, [])
            kept.insert(0, resource) if likely else kept.append(resource)

    def look(resource: ProtectedResource) -> Iterator[LatestRestore]:
        answer = aws.call(
            "backup.describe_protected_resource",
            ResourceArn=resource.arn,
            absent=("ResourceNotFoundException",),
        )
        if answer is not None:
            yield LatestRestore(
                arn=resource.arn,
                type=resource.type,
                restored=answer.get("LatestRestoreJobCreationDate"),
            )

    chosen = [resource for kept in by_type.values() for resource in kept[:PER_TYPE]]
    yield from aws.each(Evidence(tuple(chosen), protected.gaps), look)


@probe(RestoreTestingPlan, "backup.list_restore_testing_plans")
def restore_testing_plans(aws: Aws) -> Iterator[RestoreTestingPlan]:
    for each in aws.pages("backup.list_restore_testing_plans", "RestoreTestingPlans"):
        yield RestoreTestingPlan(
            arn=each["RestoreTestingPlanArn"],
            name=each["RestoreTestingPlanName"],
            created=each["CreationTime"],
            last_run=each.get("LastExecutionTime"),
        )


@probe(RestoreTestingTypes, "backup.list_restore_testing_selections")
def restore_testing_types(
    aws: Aws, plans: Evidence[RestoreTestingPlan]
) -> Iterator[RestoreTestingTypes | Gap]:
    def look(plan: RestoreTestingPlan) -> Iterator[RestoreTestingTypes]:
        listed = aws.pages(
            "backup.list_restore_testing_selections",
            "RestoreTestingSelections",
            absent=("ResourceNotFoundException",),
            RestoreTestingPlanName=plan.name,
        )
        types = tuple(sorted({each["ProtectedResourceType"] for each in listed}))
        yield RestoreTestingTypes(arn=plan.arn, types=types)

    yield from aws.each(plans, look)
