"""Could somebody new maintain the code, by what its repository holds?"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from readiness.checklist.documentation import drawn_as, main_readme
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
from readiness.checklist.standing import unasked
from readiness.evidence import Evidence
from readiness.evidence.documents import (
    CatalogEntry,
    Diagram,
    Document,
    is_changelog,
    is_contributing,
    is_decision,
    is_runbook,
)
from readiness.evidence.repository import (
    ApprovalTemplate,
    Codeowners,
    DependencyManifest,
    LastChange,
    Provider,
    Release,
    Repository,
    SourceFile,
)
from readiness.evidence.unseen import known

_OWNERS = ("OWNERS", ".github/OWNERS", "docs/OWNERS")


@check(Severity.MEDIUM)
def repo_maintenance_docs_score(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    diagrams: Evidence[Diagram],
    manifests: Evidence[DependencyManifest],
    releases: Evidence[Release],
    *,
    points: int = 5,
    runbook_lines: int = 20,
) -> Result:
    """Whoever comes next starts from what is written down; the rest is asked, or guessed.

    Pass: five of eight are there: the README says how it is set up, how it is run and how it is
    deployed; a CONTRIBUTING or DEVELOPMENT file; a diagram of the architecture; a runbook; a changelog
    or releases; a dependency manifest with its lock.
    Fix: add what is named as missing, CONTRIBUTING.md and a changelog first.
    Blind spot: a repository of several packages is judged as one. What the documents say is not read.
    See: https://docs.github.com/en/communities/setting-up-your-project-for-healthy-contributions/setting-guidelines-for-repository-contributors
    """
    if why := unasked(repository, files):
        return not_applicable(why)

    def says(section: str) -> bool:
        readme = main_readme(files, documents)
        return readme is not None and section in readme.sections

    def runbook(file: SourceFile) -> bool:
        if file.foreign or not is_runbook(file.path):
            return False
        document = documents.of(file.arn)
        return bool(document and document.lines >= runbook_lines and document.listed)

    wanted: dict[str, Callable[[], bool]] = {
        "how it is set up": lambda: says("setup"),
        "how it is run": lambda: says("run"),
        "how it is deployed": lambda: says("deploy"),
        "how to contribute": lambda: any(is_contributing(each.path) for each in files),
        "a diagram of its architecture": lambda: (
            any(drawn_as(each) for each in diagrams) or any(map(drawn_as, documents))
        ),
        "a runbook": lambda: any(runbook(each) for each in files),
        "a changelog or releases": lambda: (
            any(is_changelog(each.path) for each in files) or any(True for _ in releases)
        ),
        "a locked dependency manifest": lambda: any(each.lock for each in manifests),
    }
    there = [name for name, found in wanted.items() if known(found, False)]
    if len(there) >= points:
        return passed(f"has {len(there)} of {len(wanted)} that a maintainer needs")
    # Raises where what is missing may only not have been seen.
    missing = [name for name, found in wanted.items() if not found()]
    said = (
        f"has {len(there)} of {len(wanted)} that a maintainer needs; missing: {', '.join(missing)}"
    )
    return failed(said) if there else no_evidence(said)


@check(Severity.MEDIUM)
def repo_codeowners_present(
    repository: Repository,
    files: Evidence[SourceFile],
    owners: Evidence[Codeowners],
    catalog: Evidence[CatalogEntry],
    templates: Evidence[ApprovalTemplate],
) -> Result:
    """Code whose owner nobody can name is changed by nobody, or by anybody.

    Pass: CODEOWNERS names an owner, or there is an OWNERS file, or `catalog-info.yaml` names an owner,
    or CodeCommit has an approval rule template for the repository.
    Fix: write a CODEOWNERS file that names a team.
    Blind spot: whether the team still exists. Of an OWNERS file, only that it is not empty is seen.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
    """
    if why := unasked(repository, files):
        return not_applicable(why)
    return next(
        _owners(repository, files, owners, catalog, templates), no_evidence("names no owner")
    )


def _owners(
    repository: Repository,
    files: Evidence[SourceFile],
    owners: Evidence[Codeowners],
    catalog: Evidence[CatalogEntry],
    templates: Evidence[ApprovalTemplate],
) -> Iterator[Result]:
    """Yield where an owner is named; raises where one may stand in what was not seen."""
    for file in owners:
        if file.owned:
            yield passed(f"names owners in {file.path}")
    for path in (file.path for file in files if file.path in _OWNERS and file.size):
        yield passed(f"names owners in {path}")
    for entry in catalog:
        if entry.owned:
            yield passed(f"names its owner in {entry.path}")
    if repository.provider is Provider.CODECOMMIT:
        for template in templates:
            yield passed(f"has the approval rule template {template.name}")


@check(Severity.LOW)
def repo_decision_records_present(
    repository: Repository,
    files: Evidence[SourceFile],
    changes: Evidence[LastChange],
    unit: Unit,
    *,
    changelog_days: int = 365,
) -> Result:
    """Why it is so is forgotten first, and asked for longest.

    Pass: a document lies in `adr/`, `docs/adr/`, `docs/decisions/`, `doc/architecture/decisions/` or
    `rfcs/`, or the changelog was changed within 365 days.
    Fix: write a page for each decision that was hard, with what was weighed, in docs/adr/.
    Blind spot: the newest change of the changelog stands for its newest entry.
    See: https://docs.aws.amazon.com/prescriptive-guidance/latest/architectural-decision-records/welcome.html
    """
    if why := unasked(repository, files):
        return not_applicable(why)
    for file in files:
        if is_decision(file.path):
            return passed(f"records decisions, such as {file.path}")
    for file in files:
        if is_changelog(file.path):
            for change in changes.about(file.arn):
                days = unit.age_days(change.committed)
                if days <= changelog_days:
                    return passed(f"changed {file.path} {days:.0f} days ago")
    return no_evidence("records no decisions, and changed no changelog lately")
