"""What is seen of AWS Backup."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from readiness.evidence import Evidence
from readiness.evidence.backups import (
    BackupPlan,
    BackupPlanRules,
    BackupRule,
    BackupVault,
    CopyJob,
    ProtectedResource,
)
from tests.probes.looking import (
    DENIED,
    Answer,
    answering,
    assert_made_as_declared,
    refused,
    seen,
)
from tests.rows import ACCOUNT, NOW, REGION

BACKUP = f"arn:aws:backup:{REGION}:{ACCOUNT}"
DATABASE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
AWAY = f"arn:aws:backup:{REGION}:444455556666:backup-vault:central"


def plan(name: str, **more: Any) -> dict[str, Any]:
    return {
        "BackupPlanArn": f"{BACKUP}:backup-plan:{name}",
        "BackupPlanId": name,
        "BackupPlanName": name,
        "CreationDate": NOW,
        **more,
    }


def test_protected_resources_of_every_page() -> None:
    first = {"ResourceArn": DATABASE, "ResourceType": "RDS", "LastBackupTime": NOW}
    second = {"ResourceArn": "arn:aws:s3:::a", "ResourceType": "S3"}
    answers = (
        Answer("backup.list_protected_resources", {"Results": [first], "NextToken": "n"}, {}, {}),
        Answer("backup.list_protected_resources", {"Results": [second]}, {}, {"NextToken": "n"}),
    )
    with answering(*answers) as connection:
        found = seen(connection, ProtectedResource)
        assert_made_as_declared(connection, ProtectedResource)

    assert found == Evidence(
        (
            ProtectedResource(arn=DATABASE, type="RDS", last_backup=NOW),
            ProtectedResource(arn="arn:aws:s3:::a", type="S3", last_backup=None),
        )
    )


def test_plans_that_ran_and_that_did_not() -> None:
    listed = [plan("p1", LastExecutionDate=NOW), plan("p2")]
    with answering(Answer("backup.list_backup_plans", {"BackupPlansList": listed})) as connection:
        found = seen(connection, BackupPlan)
        assert_made_as_declared(connection, BackupPlan)

    assert found == Evidence(
        tuple(
            BackupPlan(
                arn=f"{BACKUP}:backup-plan:{name}", id=name, name=name, created=NOW, last_run=ran
            )
            for name, ran in (("p1", NOW), ("p2", None))
        )
    )


def rule(**changes: Any) -> BackupRule:
    values: dict[str, Any] = {
        "name": "nightly",
        "automatic": False,
        "delete_after_days": None,
        "copies_to": (),
        "air_gapped_vault": "",
    }
    return BackupRule(**values | changes)


RULES: dict[str, tuple[dict[str, Any], BackupRule]] = {
    "a schedule": ({"ScheduleExpression": "cron(0 5 ? * * *)"}, rule(automatic=True)),
    "continuous": ({"EnableContinuousBackup": True}, rule(automatic=True)),
    "on demand": ({}, rule()),
    "kept for 35 days": ({"Lifecycle": {"DeleteAfterDays": 35}}, rule(delete_after_days=35)),
    "kept for ever": ({"Lifecycle": {"DeleteAfterDays": -1}}, rule()),
    "copied": ({"CopyActions": [{"DestinationBackupVaultArn": AWAY}]}, rule(copies_to=(AWAY,))),
    "deleted once copied, which is kept for 90 days": (
        {
            "Lifecycle": {"DeleteAfterEvent": "DELETE_AFTER_COPY"},
            "CopyActions": [
                {"DestinationBackupVaultArn": AWAY, "Lifecycle": {"DeleteAfterDays": days}}
                for days in (3, 90)
            ],
        },
        rule(copies_to=(AWAY, AWAY), delete_after_days=90),
    ),
    "deleted once copied, which is kept for ever": (
        {
            "Lifecycle": {"DeleteAfterEvent": "DELETE_AFTER_COPY", "DeleteAfterDays": 3},
            "CopyActions": [{"DestinationBackupVaultArn": AWAY}],
        },
        rule(copies_to=(AWAY,)),
    ),
    "deleted once copied, and never copied": (
        {"Lifecycle": {"DeleteAfterEvent": "DELETE_AFTER_COPY", "DeleteAfterDays": 3}},
        rule(delete_after_days=3),
    ),
    "air-gapped": (
        {"TargetLogicallyAirGappedBackupVaultArn": f"{BACKUP}:backup-vault:gapped"},
        rule(air_gapped_vault=f"{BACKUP}:backup-vault:gapped"),
    ),
}


@pytest.mark.parametrize(
    ("given", "expected"), [pytest.param(*row, id=name) for name, row in RULES.items()]
)
def test_a_plans_rule(given: dict[str, Any], expected: BackupRule) -> None:
    named = {"RuleName": "nightly", "TargetBackupVaultName": "Default", **given}
    answers = (
        Answer("backup.list_backup_plans", {"BackupPlansList": [plan("p1")]}),
        Answer(
            "backup.get_backup_plan",
            {"BackupPlan": {"BackupPlanName": "p1", "Rules": [named]}},
            asked={"BackupPlanId": "p1"},
        ),
    )
    with answering(*answers) as connection:
        assert seen(connection, BackupPlanRules) == Evidence(
            (BackupPlanRules(arn=f"{BACKUP}:backup-plan:p1", rules=(expected,)),)
        )


def test_a_deleted_plan_is_gone_and_a_refused_one_is_a_gap() -> None:
    answers = (
        Answer("backup.list_backup_plans", {"BackupPlansList": [plan("p1"), plan("p2")]}),
        Answer(
            "backup.get_backup_plan",
            error={"service_error_code": "ResourceNotFoundException"},
        ),
        Answer("backup.get_backup_plan", error=DENIED),
    )
    with answering(*answers) as connection:
        found = seen(connection, BackupPlanRules)

    assert found == Evidence(
        gaps=(refused("backup:GetBackupPlan", resource=f"{BACKUP}:backup-plan:p2"),)
    )


def test_the_newest_copy_of_each_resource_to_each_vault() -> None:
    def job(name: str, completed: datetime, **more: Any) -> dict[str, Any]:
        return {
            "CopyJobId": name,
            "ResourceArn": DATABASE,
            "ResourceType": "RDS",
            "DestinationBackupVaultArn": AWAY,
            "State": "COMPLETED",
            "CompletionDate": completed,
            **more,
        }

    yesterday = NOW - timedelta(days=1)
    gapped = {
        "DestinationBackupVaultArn": f"{BACKUP}:backup-vault:gapped",
        "DestinationVaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT",
    }
    asked = {"ByCompleteAfter": NOW - timedelta(days=30), "MaxResults": 1000}
    failed = job("j3", yesterday, State="FAILED", StatusMessage="no key", **gapped)
    answers = (
        Answer(
            "backup.list_copy_jobs",
            {"CopyJobs": [job("j1", yesterday)], "NextToken": "n"},
            asked=asked,
        ),
        Answer(
            "backup.list_copy_jobs",
            {"CopyJobs": [job("j2", NOW), failed]},
            asked={**asked, "NextToken": "n"},
        ),
    )
    with answering(*answers) as connection:
        found = seen(connection, CopyJob)
        assert_made_as_declared(connection, CopyJob)

    assert found == Evidence(
        (
            CopyJob(
                arn=f"{BACKUP}:copy-job/j2",
                source=DATABASE,
                type="RDS",
                destination=AWAY,
                air_gapped=False,
                state="COMPLETED",
                message="",
                completed=NOW,
            ),
            CopyJob(
                arn=f"{BACKUP}:copy-job/j3",
                source=DATABASE,
                type="RDS",
                destination=f"{BACKUP}:backup-vault:gapped",
                air_gapped=True,
                state="FAILED",
                message="no key",
                completed=yesterday,
            ),
        )
    )


def test_vaults() -> None:
    named = [
        {"BackupVaultArn": f"{BACKUP}:backup-vault:open"},
        {"BackupVaultArn": f"{BACKUP}:backup-vault:shut", "Locked": True},
        {
            "BackupVaultArn": f"{BACKUP}:backup-vault:gapped",
            "VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT",
        },
    ]
    with answering(Answer("backup.list_backup_vaults", {"BackupVaultList": named})) as connection:
        found = seen(connection, BackupVault)
        assert_made_as_declared(connection, BackupVault)

    vaults = f"{BACKUP}:backup-vault"
    assert found == Evidence(
        (
            BackupVault(arn=f"{vaults}:open", locked=False, air_gapped=False),
            BackupVault(arn=f"{vaults}:shut", locked=True, air_gapped=False),
            BackupVault(arn=f"{vaults}:gapped", locked=False, air_gapped=True),
        )
    )


@pytest.mark.parametrize(
    ("kind", "operation", "action"),
    [
        (ProtectedResource, "list_protected_resources", "ListProtectedResources"),
        (BackupPlan, "list_backup_plans", "ListBackupPlans"),
        (BackupPlanRules, "list_backup_plans", "ListBackupPlans"),
        (CopyJob, "list_copy_jobs", "ListCopyJobs"),
        (BackupVault, "list_backup_vaults", "ListBackupVaults"),
    ],
)
def test_a_refused_list_is_a_gap(kind: type[Any], operation: str, action: str) -> None:
    with answering(Answer(f"backup.{operation}", error=DENIED)) as connection:
        assert seen(connection, kind) == Evidence(gaps=(refused(f"backup:{action}"),))
