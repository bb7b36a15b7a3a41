"""Are there tests, and do they stop a change that breaks them?

The checks of "Set up automated tests".
"""

from __future__ import annotations

from collections.abc import Iterator

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.on_change import main_languages, no_source, wherever
from readiness.checklist.standing import minor, of_language
from readiness.checklist.tested import is_test_data, is_test_of, tests_run
from readiness.evidence import Evidence
from readiness.evidence.builds import BuildProject, BuildReport
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import TEST_TEXTS
from readiness.evidence.repository import CiStep, Language, Outline, Repository, SourceFile


@check(Severity.HIGH)
def repository_tests_present(
    language: Language,
    repositories: Evidence[Repository],
    files: Evidence[SourceFile],
    outlines: Evidence[Outline],
    *,
    ratio: float = 0.05,
    language_share: float = 0.10,
) -> Result:
    """Code without tests is changed by hope.

    Pass: of the files of each main language 5 % are tests, and a sampled one holds a test.
    Fix: write tests beside the code, beginning with what breaks most often.
    Blind spot: what the tests assert is not read; their coverage is another item's.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_dev_integ_test_val_chg.html
    """
    why = minor(language, repositories, language_share)
    if not why and language.name == "Terraform":
        why = "is infrastructure, whose tests are another item's"
    if why:
        return of_language(language, not_applicable(why))
    tests = sum(is_test_of(file, language.name) for file in files)
    # What tests read or compile is neither code nor a test.
    number = language.files - sum(is_test_data(file, language.name) for file in files)
    sampled = [each for each in outlines if each.language == language.name]
    if language.name == "Rust":  # its unit tests are inside the files they test
        inside = sum(each.tests and not each.test for each in sampled)
        others = sum(not each.test for each in sampled) or 1
        tests += round(inside / others * language.files)
    share = tests / max(number, 1)
    said = f"has {tests} files of tests for {number} files ({share:.0%})"
    if share < ratio or not tests:
        return of_language(language, failed(said if tests else "has no file of tests"))
    if language.name in TEST_TEXTS and not any(each.tests for each in sampled):
        return of_language(language, failed(f"{said}, and no sampled one holds a test"))
    return of_language(language, passed(said))


@check(Severity.HIGH)
def repository_tests_run_on_change(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    *,
    language_share: float = 0.10,
) -> Result:
    """A test that stops no change is found broken by the next one, or by a customer.

    Pass: a CI step that runs on pull requests or on pushes to the default branch runs tests, none of its
    flags skips them, and its failure fails the run.
    Fix: run the test command in the workflow of pull requests, and make it a required check.
    Blind spot: a CodeBuild project of an account outside the workload is not seen, so that what its
    buildspec runs is UNKNOWN.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
    """
    why = no_source(repository, languages, language_share)
    if not why:
        names = {each.name for each in main_languages(languages, language_share)}
        why = (
            "" if names - {"Terraform"} else "holds infrastructure, whose tests are another item's"
        )
    if why:
        return not_applicable(why)
    return wherever(tests_run, repository.arn, steps, projects, pipelines)


@check(Severity.LOW)
def codebuild_test_report_recent(
    reports: Evidence[BuildReport],
    projects: Evidence[BuildProject],
    unit: Unit,
    *,
    days: int = 30,
) -> Iterator[Result]:
    """A report shows which test broke, and since when.

    Pass: the newest report of tests in a group succeeded, holds tests, and is at most 30 days old.
    Fix: declare the test results under reports in the buildspec.
    Blind spot: CodeBuild keeps reports for 30 days; absence proves nothing.
    See: https://docs.aws.amazon.com/codebuild/latest/userguide/test-reporting.html
    """
    newest: dict[str, BuildReport] = {}
    for report in reports:
        if report.type == "TEST" and report.status != "DELETING":
            known = newest.get(report.group)
            if known is None or report.created > known.created:
                newest[report.group] = report
    for group, report in sorted(newest.items()):
        age = round(unit.age_days(report.created))
        said = f"holds a report of {report.tests} tests, {age} days old ({report.status.lower()})"
        if report.status == "FAILED":
            result = failed(said)
        elif report.status == "SUCCEEDED" and report.tests > 0 and age <= days:
            result = passed(said)
        else:
            result = no_evidence(said)
        yield result.about(group)
    if not newest:
        if any(True for _ in projects):
            yield no_evidence("has no report of tests")
        else:
            yield not_applicable("has no CodeBuild project")
