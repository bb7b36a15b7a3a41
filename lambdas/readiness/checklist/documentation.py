"""Judge the items of the category "Documentation"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from readiness.checklist.model import (
    Mode,
    Result,
    Severity,
    Unit,
    category,
    check,
    every,
    failed,
    item,
    no_evidence,
    not_applicable,
    passed,
    some,
    unknown,
)
from readiness.checklist.runbooks import (
    cloudwatch_alarm_runbook_link,
    repo_runbook_present,
    ssm_automation_runbook_present,
)
from readiness.checklist.standing import left_out, unasked
from readiness.evidence import Evidence, Pooled, Reason, Scope
from readiness.evidence.architecture import WellArchitectedWorkload
from readiness.evidence.documents import (
    SITE_FILES,
    CatalogEntry,
    Diagram,
    Document,
    ReadmeReferences,
    document_places,
    document_rank,
    in_document_folder,
    is_aside,
    is_document,
    is_readme,
    readme_rank,
)
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.practices import JAVASCRIPT, PYTHON
from readiness.evidence.repository import (
    Branch,
    Convention,
    Hook,
    Language,
    LastChange,
    Outline,
    Provider,
    Repository,
    SourceFile,
)

# --- An architecture diagram is in place ----------------------------------------------------------


@check(Severity.MEDIUM)
def repo_architecture_diagram_present(
    repository: Repository,
    files: Evidence[SourceFile],
    found: Evidence[Diagram | Document],
    *,
    libraries: tuple[str, ...] = (),
) -> Result:
    """Whoever is called at night sees on one page what hangs together, and where it can break.

    Pass: the repository holds a diagram: a file of draw.io, Excalidraw, Visio, Structurizr, PlantUML or
    D2, a picture whose name says so, a program that imports `diagrams`, or a flowchart, C4 or
    architecture chart of Mermaid in a document.
    Fix: add docs/architecture.md with a Mermaid chart of the parts and what flows between them; attest
    a diagram that is kept in a wiki, with its link.
    Blind spot: whether the diagram is right. A picture is known by its name alone.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_evolve_ops_knowledge_management.html
    """
    if why := unasked(repository, files, libraries):
        return not_applicable(why)
    for each in found:
        if drawn := drawn_as(each):
            return passed(f"draws its architecture in {each.path} ({drawn})")
    return no_evidence("has no diagram of its architecture")


def drawn_as(each: Diagram | Document) -> str:
    """Return how a file draws an architecture, empty where it draws none."""
    if isinstance(each, Document):
        return "Mermaid" if each.drawn else ""
    return each.kind


@check(Severity.LOW, scope=Scope.ACCOUNT)
def wellarchitected_workload_design_link(
    workloads: Pooled[WellArchitectedWorkload], unit: Unit
) -> Result:
    """A review that links the design leads its readers to what was reviewed.

    Pass: a workload of the Well-Architected Tool that names the account links its architectural design.
    Fix: set the architectural design of the workload in the Well-Architected Tool to the diagram's link.
    Blind spot: what the link leads to is not fetched.
    See: https://docs.aws.amazon.com/wellarchitected/latest/userguide/define-workload.html
    """
    bare = ""
    for workload in workloads:
        if unit.account in workload.accounts:
            if workload.design:
                return passed(
                    f"has its design linked by the Well-Architected workload {workload.name}"
                )
            bare = workload.name
    if bare:
        return no_evidence(f"is in the Well-Architected workload {bare}, which links no design")
    return no_evidence("is in no workload of the Well-Architected Tool")


@check(Severity.LOW)
def repo_architecture_diagram_fresh(
    repository: Repository,
    files: Evidence[SourceFile],
    found: Evidence[Diagram | Document],
    changes: Evidence[LastChange],
    branches: Evidence[Branch],
    roots: Evidence[IacRoot],
    unit: Unit,
    *,
    max_age_days: int = 365,
    behind_days: int = 180,
    libraries: tuple[str, ...] = (),
) -> Result:
    """A diagram of the system before last sends people to the wrong place.

    Pass: a diagram was changed within 365 days, or at most 180 days before the infrastructure code.
    Fix: bring the diagram up to date, and let the template of pull requests ask for it.
    Blind spot: only the first five diagrams are dated. Infrastructure code at the root of a repository
    is dated by one file, so that an old diagram beside it is UNKNOWN.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_evolve_ops_knowledge_management.html
    """
    if why := unasked(repository, files, libraries):
        return not_applicable(why)
    newest: LastChange | None = None
    shown = ""
    for each in found:
        if not drawn_as(each):
            continue
        shown = shown or each.path
        for change in changes.about(each.arn):
            if unit.age_days(change.committed) <= max_age_days:
                return passed(f"changed {change.path} {_days(unit, change)} days ago")
            if newest is None or change.committed > newest.committed:
                newest = change
    if not shown:
        return not_applicable("has no diagram that could be out of date")
    if newest is None:
        return _undated(repository, shown)
    said = f"changed {newest.path} {_days(unit, newest)} days ago"
    for branch in branches:
        if _behind(newest, branch.committed) <= behind_days:
            return passed(f"{said}, within {behind_days} days of its newest commit")
    dated: list[datetime] = []
    whole = True
    for root in roots:
        whole = whole and bool(root.folder)
        dated += [each.committed for each in changes.about(f"{repository.arn}:{root.place}")]
    behind = round(_behind(newest, max(dated))) if dated else None
    if behind is not None and behind > behind_days:
        return failed(f"{said}, {behind} days before its infrastructure code")
    if behind is None and whole:
        return failed(f"{said}, and had commits since")
    if whole:
        return passed(f"{said}, within {behind_days} days of its infrastructure code")
    return unknown(Reason.UNDECIDED, f"{said}; its infrastructure code may be newer")


def _days(unit: Unit, change: LastChange) -> int:
    return round(unit.age_days(change.committed))


def _behind(change: LastChange, moment: datetime) -> float:
    """Return how many days before a moment something was changed."""
    return (moment - change.committed).total_seconds() / 86400


def _undated(repository: Repository, path: str) -> Result:
    if repository.provider is Provider.FOLDER:
        return unknown(Reason.PROVIDER_UNSUPPORTED, f"has no history that dates {path}")
    return unknown(Reason.UNDECIDED, f"shows no commit of {path}")


# --- Code has sufficient comments and docstrings --------------------------------------------------

#: Languages with a convention of documentation.
_CONVENTIONAL = frozenset({PYTHON, JAVASCRIPT, "Java", "Kotlin", "C#", "Go", "Rust", "Ruby", "PHP"})


def _undocumentable(
    repository: Repository, languages: Evidence[Language], minimum_files: int
) -> str:
    """Say why a repository's code needs no documentation, empty where it does."""
    if out := left_out(repository):
        return out
    files = sum(each.files for each in languages if each.name in _CONVENTIONAL)
    if files >= minimum_files:
        return ""
    return f"has {files} source files of languages with a convention of documentation"


@check(Severity.LOW)
def repo_docstring_coverage(
    repository: Repository,
    languages: Evidence[Language],
    outlines: Evidence[Outline],
    *,
    ratio: float = 0.70,
    sample: int = 300,
    minimum_files: int = 10,
) -> Result:
    """A sentence on each public name saves its reader from reading its body.

    Pass: of the modules, classes and public functions in up to 300 Python files 70 % have a docstring,
    counted as interrogate does. Tests, examples, migrations and generated files are left out.
    Fix: document the files that are named first, and let interrogate or ruff's rules D demand it of new
    ones.
    Blind spot: whether the words help is not measured; other languages are judged by their gate alone.
    See: https://interrogate.readthedocs.io/en/latest/
    """
    if why := _undocumentable(repository, languages, minimum_files):
        return not_applicable(why)
    python = next((each.files for each in languages if each.name == PYTHON), 0)
    if not python:
        return not_applicable("has no Python")
    own = [each for each in outlines if each.language == PYTHON and _is_measured(each)]
    files = own[:sample]
    declared = sum(each.declared for each in files)
    if not declared:
        return no_evidence("declares nothing public in Python")
    described = sum(each.described for each in files)
    share = described / declared
    said = f"has {described} of {declared} public declarations described ({share:.0%})"
    if len(files) >= sample:
        said = f"{said} in a sample of {len(files)} of its {python} Python files"
    if described >= ratio * declared:
        return passed(said)
    worst = sorted(files, key=lambda each: (each.described - each.declared, each.path))[:5]
    return failed(f"{said}; most are missing in {', '.join(each.path for each in worst)}")


#: Folders at the root that are not the product.
_ASIDE = re.compile(
    r"(testing|[\w-]*examples?|bench(marks?)?|tools|scripts|bin|ci)/|(.*/)?conftest\.py$"
)


def _is_measured(outline: Outline) -> bool:
    return not outline.test and outline.parsed and not _ASIDE.match(outline.path)


@check(Severity.LOW)
def repo_docstring_gate_configured(
    repository: Repository,
    languages: Evidence[Language],
    found: Evidence[Convention | Hook],
    *,
    floor: int = 70,
    minimum_files: int = 10,
) -> Result:
    """What a gate demands of every change never has to be caught up on.

    Pass: a configuration demands documentation: ruff's rules D, interrogate with a floor of 70 % or
    more, pydocstyle, pylint, ESLint's jsdoc or tsdoc, Checkstyle's MissingJavadoc rules, C#'s
    documentation file, Rust's `deny(missing_docs)`, revive's `exported` or RuboCop's Style/Documentation.
    Fix: add interrogate or ruff's rules D to CI, and raise the floor step by step.
    Blind spot: whether CI runs the tool is not judged here, but under readability.
    See: https://interrogate.readthedocs.io/en/latest/
    """
    if why := _undocumentable(repository, languages, minimum_files):
        return not_applicable(why)
    weak = ""
    lax: set[str] = set()
    for each in found:
        if isinstance(each, Hook):
            if each.name in {"pydocstyle", "interrogate"} - lax:
                return passed(f"demands documentation by the hook {each.name}")
        elif each.kind in ("documentation", "form of documentation"):
            if each.strict and each.floor >= floor:
                return passed(f"demands documentation by {each.tool} ({each.path})")
            weak = f"{each.tool} ({each.path})"
            lax.add(each.tool)
    if weak:
        return no_evidence(f"asks for documentation by {weak}, and lets too much of it be missing")
    return no_evidence("has no tool that demands documentation")


# --- Documentation is kept within the repository --------------------------------------------------


@check(Severity.MEDIUM)
def repo_docs_directory_present(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    catalog: Evidence[CatalogEntry],
    *,
    min_bytes: int = 500,
    small_files: int = 50,
    readme_bytes: int = 6000,
    readme_headings: int = 6,
    docs_repository: str = "",
) -> Result:
    """What is written beside the code changes along with it, and is there when the wiki is not.

    Pass: a folder such as docs/ holds a document of 500 bytes in a source format, or a site generator
    is set up with one; or a repository of less than 50 files has a README of more than 6,000 bytes with
    six headings.
    Fix: move what maintainers need from the wiki to docs/, as Markdown.
    Blind spot: the pages of a GitHub wiki lie in a repository of their own and do not count. What the
    documents say is not read.
    See: https://backstage.io/docs/features/techdocs/
    """
    if docs_repository and repository.arn != docs_repository:
        return not_applicable(f"keeps its documents in {docs_repository}, by the configuration")
    if why := unasked(repository, files):
        return not_applicable(why)
    place = _kept(files, documents, catalog, min_bytes, small_files, readme_bytes, readme_headings)
    if place:
        return passed(f"keeps its documents in {place}")
    wiki = "; a wiki does not count" if repository.provider is Provider.GITHUB else ""
    return no_evidence(f"keeps no documents beside its code{wiki}")


def _kept(
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    catalog: Evidence[CatalogEntry],
    min_bytes: int,
    small_files: int,
    readme_bytes: int,
    readme_headings: int,
) -> str:
    """Return a document that is kept beside the code, or a README that is one; empty for none."""
    unsized: list[SourceFile] = []
    outside: list[SourceFile] = []
    sites: list[str] = []
    number = 0
    for file in files:
        number += 1
        if SITE_FILES.search(file.path) and not is_aside(file.path):
            sites.append(file.path.rpartition("/")[0])
        if not is_document(file.path) or is_readme(file.path) or file.foreign:
            continue
        if not in_document_folder(file.path):
            outside += [file] if "/" in file.path else []
        elif file.size is None:
            unsized.append(file)
        elif file.size >= min_bytes:
            return file.path
    if outside and (sites or any(each.documented for each in catalog)):
        below = [f"{site}/" if site else "" for site in sites] or [""]
        within = [file for file in outside if any(map(file.path.startswith, below))]
        for file in within:
            if file.size is not None and file.size >= min_bytes:
                return file.path
        unsized += [file for file in within if file.size is None]
    for file in sorted(unsized, key=lambda each: document_rank(each.path)):
        document = documents.of(file.arn)
        if document and document.size >= min_bytes:
            return document.path
    readme = main_readme(files, documents) if number < small_files else None
    if readme and readme.size > readme_bytes and readme.headings >= readme_headings:
        return readme.path
    return ""


@check(Severity.LOW)
def repo_docs_maintained(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    catalog: Evidence[CatalogEntry],
    changes: Evidence[LastChange],
    branches: Evidence[Branch],
    unit: Unit,
    *,
    max_age_days: int = 180,
    behind_days: int = 180,
    min_bytes: int = 500,
    small_files: int = 50,
    readme_bytes: int = 6000,
    readme_headings: int = 6,
    docs_repository: str = "",
) -> Result:
    """Documents that nobody touches describe what the code did once.

    Pass: the folders of documents were changed within 180 days, or at most 180 days before the newest
    commit of the default branch.
    Fix: change the documents in the pull request that changes what they describe.
    Blind spot: one page that is changed makes all of them look cared for. CodeCommit dates files alone,
    so that only the first five of a folder are looked up.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_evolve_ops_knowledge_management.html
    """
    if docs_repository and repository.arn != docs_repository:
        return not_applicable(f"keeps its documents in {docs_repository}, by the configuration")
    if why := unasked(repository, files):
        return not_applicable(why)
    kept = _kept(files, documents, catalog, min_bytes, small_files, readme_bytes, readme_headings)
    if not kept:
        return not_applicable("keeps no documents that could be old")
    paths = [file.path for file in files]
    places = [kept] if is_readme(kept) else document_places(paths)
    own: Evidence[LastChange] = Evidence()
    for place in places:
        own |= changes.about(f"{repository.arn}:{place}")
    for path in paths:
        if is_document(path) and any(path.startswith(f"{place}/") for place in places):
            own |= changes.about(f"{repository.arn}:{path}")
    return _fresh(repository, own, branches, unit, kept, max_age_days, behind_days)


def _fresh(
    repository: Repository,
    changes: Evidence[LastChange],
    branches: Evidence[Branch],
    unit: Unit,
    path: str,
    max_age_days: int,
    behind_days: int,
) -> Result:
    """Judge whether something was changed lately, or along with the code."""
    newest: LastChange | None = None
    for change in changes:
        if unit.age_days(change.committed) <= max_age_days:
            return passed(f"changed {change.path} {_days(unit, change)} days ago")
        if newest is None or change.committed > newest.committed:
            newest = change
    if newest is None:
        return _undated(repository, path)
    said = f"changed {newest.path} {_days(unit, newest)} days ago"
    commits = [branch.committed for branch in branches]
    if not commits:
        return unknown(Reason.UNDECIDED, f"{said}, and shows no commit of its default branch")
    behind = _behind(newest, max(commits))
    if behind <= behind_days:
        return passed(f"{said}, within {behind_days} days of its newest commit")
    return failed(f"{said}, {behind:.0f} days before its newest commit")


# --- Updated and accurate README is included in repository ----------------------------------------


def main_readme(files: Evidence[SourceFile], documents: Evidence[Document]) -> Document | None:
    """Return the README that stands for the repository, None where there is none."""
    ranked = [(rank, file) for file in files if (rank := readme_rank(file.path)) is not None]
    if ranked:
        return documents.of(min(ranked, key=lambda each: (each[0], each[1].path))[1].arn)
    return None


@check(Severity.MEDIUM)
def repo_readme_present(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    *,
    min_bytes: int = 500,
) -> Result:
    """The README is the first thing that everybody reads, and often the last.

    Pass: README.md, .rst, .adoc or .txt at the root, in .github/ or in docs/ has 500 bytes and is not
    what a tool wrote into it.
    Fix: say in the README what it is, how it is run, tested and deployed, and whom to ask.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes
    """
    if why := unasked(repository, files):
        return not_applicable(why)
    short = ""
    for file in files:
        if readme_rank(file.path) is None:
            continue
        document = documents.of(file.arn)
        if document is None:
            continue
        if document.template:
            short = f"has a {file.path} that {document.template} wrote"
        elif document.size >= min_bytes:
            return passed(f"has a {file.path} of {document.size} bytes")
        else:
            short = f"has a {file.path} of {document.size} bytes, fewer than {min_bytes}"
    if short:
        return failed(short)
    for name in ("README.md", "README.rst", "README"):
        documents.of(f"{repository.arn}:{name}")  # raises where it is a link, which is not followed
    return failed("has no README")


@check(Severity.LOW)
def repo_readme_sections(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    *,
    groups: int = 3,
) -> Result:
    """Who finds how to run it, and not how to deploy it, asks; who finds nothing, guesses.

    Pass: the headings of the README cover three of five: what it is, how it is set up, how it is run or
    developed, how it is deployed or released, and whom to ask. A first paragraph says what it is.
    Fix: add headings for what is missing, with a few lines each.
    Blind spot: what stands below the headings is not read.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes
    """
    if why := unasked(repository, files):
        return not_applicable(why)
    readme = main_readme(files, documents)
    if readme is None:
        return not_applicable("has no README")
    missing = [name for name in _GROUPS if name not in readme.sections]
    said = ", ".join(_GROUPS[name] for name in missing)
    if len(readme.sections) >= groups:
        return passed(f"covers {len(readme.sections)} of {len(_GROUPS)} in {readme.path}")
    return failed(f"does not say in the headings of {readme.path} {said}")


_GROUPS = {
    "purpose": "what it is",
    "setup": "how it is set up",
    "run": "how it is run and developed",
    "deploy": "how it is deployed or released",
    "contact": "whom to ask",
}


@check(Severity.LOW)
def repo_readme_fresh(
    repository: Repository,
    files: Evidence[SourceFile],
    documents: Evidence[Document],
    changes: Evidence[LastChange],
    branches: Evidence[Branch],
    unit: Unit,
    *,
    max_age_days: int = 180,
    behind_days: int = 90,
) -> Result:
    """A README that nobody touches while the code changes is wrong somewhere.

    Pass: the README was changed within 180 days, or at most 90 days before the newest commit of the
    default branch.
    Fix: change the README in the same pull request; a line in the template of pull requests asks for it.
    Blind spot: a change of a comma counts.
    See: https://docs.aws.amazon.com/wellarchitected/latest/operational-excellence-pillar/ops_evolve_ops_knowledge_management.html
    """
    if why := unasked(repository, files):
        return not_applicable(why)
    readme = main_readme(files, documents)
    if readme is None:
        return not_applicable("has no README")
    own = changes.about(readme.arn)
    return _fresh(repository, own, branches, unit, readme.path, max_age_days, behind_days)


@check(Severity.MEDIUM)
def repo_readme_references_valid(
    repository: Repository,
    files: Evidence[SourceFile],
    references: Evidence[ReadmeReferences],
) -> Iterator[Result]:
    """A link that leads nowhere and a command that is not there cost every newcomer the same hour.

    Pass: every path that the README links or shows is in the repository, every `make` target that it
    names is in a Makefile, and every script in a package.json. Addresses with a host are not fetched,
    what .gitignore leaves out is taken to be made by the build.
    Fix: correct the reference, or remove it along with what it led to.
    Blind spot: targets of patterns, of included files and of generated Makefiles are taken to be there.
    See: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-readmes
    """
    if why := unasked(repository, files):
        yield not_applicable(why)
        return
    nothing = True
    for each in references:
        nothing = False
        for said in each.broken:
            missing = (
                "calls it, and nothing defines it"
                if " " in said
                else "links it, and it is not there"
            )
            yield failed(f"is broken: {each.path} {missing}").about(f"{each.arn}#{said}")
        if not each.broken:
            number = {0: "no reference", 1: "one reference"}.get(
                each.number, f"{each.number} references"
            )
            yield passed(f"has {number} to its repository, and none is broken").about(each.arn)
    if nothing:
        yield not_applicable("has no README")


CATEGORY = category(
    "Documentation",
    item(
        "An architecture diagram is in place",
        # One diagram, in a repository or linked by a review, speaks for the workload.
        every(
            some(repo_architecture_diagram_present, wellarchitected_workload_design_link),
            repo_architecture_diagram_fresh,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Code has sufficient comments and docstrings",
        some(repo_docstring_coverage, repo_docstring_gate_configured),
        mode=Mode.ATTESTED,
    ),
    item(
        "Documentation is kept within the repository",
        every(repo_docs_directory_present, repo_docs_maintained),
        mode=Mode.ATTESTED,
    ),
    item(
        "Operational runbooks are included",
        # One place with runbooks speaks for the workload: the repository or Systems Manager.
        every(
            some(repo_runbook_present, ssm_automation_runbook_present),
            cloudwatch_alarm_runbook_link,
        ),
        mode=Mode.ATTESTED,
        whole_workload=True,
    ),
    item(
        "Updated and accurate README is included in repository",
        every(
            repo_readme_present,
            repo_readme_sections,
            repo_readme_fresh,
            repo_readme_references_valid,
        ),
    ),
)
