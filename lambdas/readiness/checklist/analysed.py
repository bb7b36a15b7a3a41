"""Is code analysed without running it?

The checks of "Configure static analysis".
"""

from __future__ import annotations

import re

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    counted,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.on_change import (
    asked_of,
    main_languages,
    no_source,
    run_by,
    run_of,
    stops_changes,
    wherever,
    why_not,
    witness,
)
from readiness.checklist.shown import configures, contexts
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Pooled
from readiness.evidence.builds import BuildProject
from readiness.evidence.code_scans import CodeRepositoryCoverage
from readiness.evidence.pipelines import Pipeline
from readiness.evidence.practices import ANALYSERS, Analyser
from readiness.evidence.repository import (
    BranchRule,
    CiStep,
    CodeScanning,
    CommitStatus,
    Language,
    Manifest,
    Provider,
    Repository,
    SourceFile,
)
from readiness.evidence.signals import REVIEW_SERVICES


@check(Severity.MEDIUM)
def repository_static_analysis_runs(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    projects: Evidence[BuildProject],
    pipelines: Evidence[Pipeline],
    configured: Evidence[SourceFile | Manifest],
    reported: Evidence[BranchRule | CommitStatus],
    *,
    require_sast: bool = False,
    language_share: float = 0.10,
) -> Result:
    """An analyser reads every path of the code, the ones that no test takes included.

    Pass: on every change CI runs an analyser of a main language, and its failure fails the run or its
    findings go to a gate of their own; or a service such as SonarCloud reports on the newest commit or
    is required. Type checkers count, unless `require_sast` is set.
    Fix: run CodeQL, Semgrep or the language's analyser in the workflow of pull requests.
    Blind spot: scanners of dependencies, images and infrastructure are no analysis of the code.
    See: https://docs.github.com/en/code-security/code-scanning/introduction-to-code-scanning/about-code-scanning
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)
    names = [each.name for each in main_languages(languages, language_share)]
    tools = tuple(
        tool
        for tool in ANALYSERS
        if any(tool.covers(name) for name in names)
        and not (require_sast and tool.types)
        and not (tool.infrastructure and set(names) != {"Terraform"})
    )

    asked = asked_of("is analysed", tools)

    def judge(steps: Evidence[CiStep]) -> Result:
        for step in steps:
            tool = run_by(tools, step)
            if isinstance(tool, Analyser) and tool.gated and step.on_change and not step.never:
                return passed(f"is analysed by {tool.name} in {run_of(step)}")
        found = witness(asked, steps)
        if found:
            return found
        shown = ""
        for file in configured:
            bound = next((tool for tool in tools if configures(tool, file)), None)
            if bound is None:
                continue
            shown = shown or f"{bound.name} ({file.path})"
            if any(bound.is_bound_to(step.command) and stops_changes(step) for step in steps):
                return passed(f"is analysed by {bound.name}, which {file.path} binds to the build")
        if repository.provider is not Provider.FOLDER:
            for context in contexts(reported):
                if _REVIEWED.search(context):
                    return passed(f"is analysed by {context}")
        said = f"is set up for {shown}, which no CI step runs" if shown else ""
        nothing = failed(said) if said else no_evidence("is analysed by no CI step")
        return why_not(asked, steps, nothing)

    return wherever(judge, repository.arn, steps, projects, pipelines)


#: Snyk reports on dependencies, too, under other names.
_REVIEWED = re.compile(rf"{REVIEW_SERVICES.pattern}|code/snyk|codeql|semgrep")


@check(Severity.MEDIUM)
def github_code_scanning_active(
    repository: Repository,
    scannings: Evidence[CodeScanning],
    languages: Evidence[Language],
    unit: Unit,
    *,
    days: int = 30,
    language_share: float = 0.10,
) -> Result:
    """GitHub's default setup scans every change without a workflow file.

    Pass: code scanning's default setup is configured, or the newest analysis is at most 30 days old.
    Fix: enable the default setup under the repository's code security settings.
    See: https://docs.github.com/en/code-security/code-scanning/enabling-code-scanning/configuring-default-setup-for-code-scanning
    """
    why = no_source(repository, languages, language_share)
    if repository.provider is Provider.CODECOMMIT:
        why = "is in CodeCommit, which GitHub does not scan"
    if why:
        return not_applicable(why)
    found = scanned(scannings, unit, days)
    if found:
        return found
    newest = max((each.newest for each in scannings if each.newest), default=None)
    if newest is None:
        return no_evidence("has no code scanning")
    age = counted(round(unit.age_days(newest)), "day")
    return no_evidence(f"had its newest code scanning analysis {age} ago")


def scanned(scannings: Evidence[CodeScanning], unit: Unit, days: int) -> Result | None:
    """Return PASS where GitHub scans the code; None once all was seen and it does not."""
    for each in scannings:
        if each.configured:
            return passed("is scanned by the default setup of code scanning")
        if each.newest is not None and unit.age_days(each.newest) <= days:
            age = counted(round(unit.age_days(each.newest)), "day")
            return passed(f"was scanned by code scanning {age} ago")
    return None


@check(Severity.MEDIUM)
def inspector2_code_repository_scanned(
    repository: Repository,
    coverages: Pooled[CodeRepositoryCoverage],
    unit: Unit,
    *,
    days: int = 30,
) -> Result:
    """Inspector reads the code of the repositories that are connected to it on every change.

    Pass: Inspector covers the repository in an account of the scan, is active, and scanned it in the last
    30 days.
    Fix: connect the code host in Amazon Inspector's code security, and start the scans again.
    Blind spot: members of an organization may see only what their delegated administrator connected.
    See: https://docs.aws.amazon.com/inspector/latest/user/code-security-assessments.html
    """
    out = left_out(repository)
    if out:
        return not_applicable(out)
    name = repository.arn.partition(":")[2].lower()
    for coverage in coverages:
        if coverage.project.lower() != name:
            continue
        if coverage.status != "ACTIVE":
            return failed(f"is not scanned by Inspector ({coverage.status.lower()})")
        if coverage.scanned is None:
            return no_evidence("was never scanned by Inspector")
        age = round(unit.age_days(coverage.scanned))
        said = f"was scanned by Inspector {age} days ago"
        return passed(said) if age <= days else no_evidence(said)
    return no_evidence("is not among the code repositories of Inspector")
