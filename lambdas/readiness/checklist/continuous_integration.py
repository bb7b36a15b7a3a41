"""Judge the items of the category "Continuous Integration"."""

from __future__ import annotations

from readiness.checklist.analysed import (
    github_code_scanning_active,
    inspector2_code_repository_scanned,
    repository_static_analysis_runs,
)
from readiness.checklist.automated_tests import (
    codebuild_test_report_recent,
    repository_tests_present,
    repository_tests_run_on_change,
)
from readiness.checklist.builds import (
    codebuild_project_recent_build,
    codebuild_project_triggered_automatically,
    repository_build_definition_present,
    repository_build_runs_in_ci,
    repository_ci_runs_recent,
)
from readiness.checklist.delivered import codebuild_project_source_versioned
from readiness.checklist.dependencies import (
    codeartifact_repository_present,
    repository_ci_installs_from_lock,
    repository_dependency_manifest_locked,
    repository_dependency_updates_automated,
)
from readiness.checklist.formatted import (
    repository_formatter_configured,
    repository_formatter_gate_in_ci,
)
from readiness.checklist.model import category, every, item, some
from readiness.checklist.reviews import (
    codecommit_repository_approval_rule,
    github_branch_review_required,
    github_branch_status_checks_required,
    pullrequest_merged_review_ratio,
    repository_codeowners_present,
    repository_history_protected,
    repository_registered_active,
)
from readiness.checklist.versioned import (
    codeartifact_package_version_published,
    ecr_repository_version_tags,
    lambda_function_version_published,
    repository_release_published,
)

CATEGORY = category(
    "Continuous Integration",
    item(
        "Configure a build system",
        every(repository_build_definition_present, repository_build_runs_in_ci),
    ),
    item(
        "Configure static analysis",
        some(
            repository_static_analysis_runs,
            github_code_scanning_active,
            inspector2_code_repository_scanned,
        ),
    ),
    item(
        "Do code reviews",
        # Each of the first two is NOT_APPLICABLE where the other one's provider has the repository.
        every(
            github_branch_review_required,
            codecommit_repository_approval_rule,
            pullrequest_merged_review_ratio,
            supporting=(repository_codeowners_present,),
        ),
    ),
    item(
        "Pick a version control system",
        every(
            repository_registered_active,
            codebuild_project_source_versioned,
            repository_history_protected,
        ),
    ),
    item(
        "Publish versioned artifacts",
        some(
            ecr_repository_version_tags,
            codeartifact_package_version_published,
            repository_release_published,
            lambda_function_version_published,
        ),
    ),
    item(
        "Set up a build server",
        some(
            codebuild_project_recent_build,
            codebuild_project_triggered_automatically,
            repository_ci_runs_recent,
        ),
    ),
    item(
        "Set up automated tests",
        every(
            repository_tests_present,
            repository_tests_run_on_change,
            supporting=(codebuild_test_report_recent, github_branch_status_checks_required),
        ),
    ),
    item(
        "Set up automatic code formatting",
        every(
            every(repository_formatter_gate_in_ci, per="language"),
            supporting=(repository_formatter_configured,),
        ),
    ),
    item(
        "Use dependency management",
        every(
            repository_dependency_manifest_locked,
            repository_dependency_updates_automated,
            supporting=(repository_ci_installs_from_lock, codeartifact_repository_present),
        ),
    ),
)
