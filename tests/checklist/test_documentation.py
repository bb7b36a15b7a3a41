"""What the checks of diagrams, docstrings, documents, runbooks and the README say, situation by situation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.documentation import (
    repo_architecture_diagram_fresh,
    repo_architecture_diagram_present,
    repo_docs_directory_present,
    repo_docs_maintained,
    repo_docstring_coverage,
    repo_docstring_gate_configured,
    repo_readme_fresh,
    repo_readme_present,
    repo_readme_references_valid,
    repo_readme_sections,
    wellarchitected_workload_design_link,
)
from readiness.checklist.model import Check
from readiness.checklist.runbooks import (
    cloudwatch_alarm_runbook_link,
    repo_runbook_present,
    ssm_automation_runbook_present,
)
from readiness.evidence import Gap, Reason
from readiness.evidence.alarms import CompositeAlarm, LogAlarm, MetricAlarm
from readiness.evidence.architecture import WellArchitectedWorkload
from readiness.evidence.documents import CatalogEntry, Diagram, Document, ReadmeReferences
from readiness.evidence.infrastructure import IacRoot
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
from readiness.evidence.runbooks import AutomationRunbook
from tests.repositories.records import SHOP, branch, language, repository
from tests.rows import (
    ACCOUNT,
    FAIL,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    NOW,
    PASS,
    REGION,
    UNKNOWN,
    Row,
    assert_row,
)

README = "README.md"
HERE = f"{REGION}:{ACCOUNT}"


def source(path: str, size: int | None = 900) -> SourceFile:
    return SourceFile(repository=SHOP, path=path, size=size)


def document(path: str = README, **changes: Any) -> Document:
    values: dict[str, Any] = {"repository": SHOP, "path": path, "size": 900, "lines": 30}
    return Document(**values | changes)


def diagram(path: str = "docs/a.drawio") -> Diagram:
    return Diagram(repository=SHOP, path=path, kind="draw.io")


def changed(path: str, days: float) -> LastChange:
    return LastChange(repository=SHOP, path=path, committed=NOW - timedelta(days=days))


def root(path: str) -> IacRoot:
    return IacRoot(repository=SHOP, path=path, family="Terraform", aws=True)


def outline(path: str, declared: int, described: int, **changes: Any) -> Outline:
    values: dict[str, Any] = {"repository": SHOP, "path": path, "language": "Python"}
    return Outline(**values | {"declared": declared, "described": described} | changes)


def convention(tool: str, kind: str = "documentation", **changes: Any) -> Convention:
    values: dict[str, Any] = {"repository": SHOP, "path": "pyproject.toml", "language": "Python"}
    return Convention(**values | {"kind": kind, "tool": tool} | changes)


def references(number: int, *broken: str) -> ReadmeReferences:
    return ReadmeReferences(repository=SHOP, path=README, number=number, broken=broken)


def reviewed(*accounts: str, design: bool) -> WellArchitectedWorkload:
    arn = f"arn:aws:wellarchitected:{REGION}:999988887777:workload/1"
    return WellArchitectedWorkload(arn=arn, name="shop", accounts=accounts, design=design)


AUTOMATION = AutomationRunbook(
    arn=f"arn:aws:ssm:{HERE}:automation-definition/restart-shop", name="restart-shop"
)


def alarm(
    kind: type[Any] = MetricAlarm, name: str = "errors", action: str = "sns", **changes: Any
) -> Any:
    own: dict[str, Any] = {"rule": ""} if kind is CompositeAlarm else {"missing_data": "missing"}
    values = {
        "arn": f"arn:aws:cloudwatch:{HERE}:alarm:{name}", "name": name, "actions_enabled": True,
        "actions": (f"arn:aws:{action}:{HERE}:on-call",), "state": "OK", "since": NOW,
    }  # fmt: skip
    return kind(**values | own | changes)


def darks(seen: tuple[Any, ...], *kinds: type[Any]) -> Iterator[Row]:
    """Yield a row for each type of which nothing is seen; its own records are left out."""
    for kind in kinds:
        rest = tuple(each for each in seen if not isinstance(each, kind))
        yield Row(f"{kind.__name__} is dark", UNKNOWN, rest, dark=[kind])


PLAIN = (repository(), source(README), document())
FOLDER = (repository(provider=Provider.FOLDER), source(README), document())
ARCHIVED = (repository(archived=True), source(README))
EMPTY = (repository(),)
LIBRARY = {"libraries": ("github:acme/*",)}
OLD = (*PLAIN, diagram(), changed("docs/a.drawio", 400), branch())
CODE = (repository(), language())
DOCS = (repository(), source("docs/design.md"), branch())
RUNBOOK = (
    repository(),
    source("runbooks/restart.md"),
    document("runbooks/restart.md", listed=True),
)

ROWS: dict[Check[..., Any], list[Row]] = {
    repo_architecture_diagram_present: [
        Row("a file of draw.io", PASS, (*PLAIN, diagram()), says="docs/a.drawio (draw.io)"),
        Row("a chart of Mermaid", PASS, (*PLAIN, document("docs/a.md", drawn=True)), says="docs/a.md (Mermaid)"),
        Row("documents without a chart", NO_EVIDENCE, (*PLAIN, document("docs/a.md"))),
        Row("a document was not read", UNKNOWN, PLAIN, gaps={Document: [Gap(reason=Reason.TRUNCATED, resource=f"{SHOP}:docs/z.md")]}),
        Row("a library, by the configuration", NOT_APPLICABLE, PLAIN, options=LIBRARY),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        Row("empty", NOT_APPLICABLE, EMPTY),
        *darks((*PLAIN, diagram()), Repository, SourceFile, Diagram),
        Row("documents are dark", UNKNOWN, PLAIN, dark=[Document]),
    ],
    wellarchitected_workload_design_link: [
        Row("a workload of another account links it", PASS, [reviewed(ACCOUNT, design=True)]),
        Row("a workload without a link", NO_EVIDENCE, [reviewed(ACCOUNT, design=False)], says="links no design"),
        Row("a workload of other accounts", NO_EVIDENCE, [reviewed("444455556666", design=True)]),
        Row("no workload", NO_EVIDENCE),
        Row("dark", UNKNOWN, dark=[WellArchitectedWorkload]),
    ],
    repo_architecture_diagram_fresh: [
        Row("changed this year", PASS, (*PLAIN, diagram(), changed("docs/a.drawio", 300), branch())),
        Row("the second of two is young", PASS, (*OLD, diagram("docs/b.drawio"), changed("docs/b.drawio", 3))),
        Row("as old as all of it", PASS, (*PLAIN, diagram(), changed("docs/a.drawio", 500), branch(days=400))),
        Row("as old as the infrastructure code", PASS, (*OLD, root("infra/main.tf"), changed("infra", 300))),
        Row("older than the infrastructure code", FAIL, (*OLD, root("infra/main.tf"), changed("infra", 30)), says="370 days before"),
        Row("old, and no infrastructure code", FAIL, OLD, says="400 days ago"),
        Row("infrastructure code at the root is dated by one file", UNKNOWN, (*OLD, root("main.tf"), changed("main.tf", 390)), says="may be newer"),
        Row("one file at the root is enough to be newer", FAIL, (*OLD, root("main.tf"), changed("main.tf", 1))),
        Row("a sixth diagram was not dated", UNKNOWN, (*OLD, diagram("docs/z.drawio")), gaps={LastChange: [Gap(reason=Reason.TRUNCATED, resource=f"{SHOP}:docs/z.drawio")]}),
        Row("no diagram", NOT_APPLICABLE, PLAIN),
        Row("a folder without history", UNKNOWN, (*FOLDER, diagram()), says="has no history"),
        Row("a file without a commit", UNKNOWN, (*PLAIN, diagram())),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(OLD, Repository, SourceFile, Diagram, LastChange, Branch, IacRoot),
        Row("documents are dark", UNKNOWN, PLAIN, dark=[Document]),
    ],
    repo_docstring_coverage: [
        Row("most are described", PASS, (*CODE, outline("a.py", 10, 7)), says="7 of 10 public declarations described (70%)"),
        Row("many are not", FAIL, (*CODE, outline("a.py", 10, 6), outline("b.py", 10, 1)), says="missing in b.py, a.py"),
        Row("tests and fixtures do not count", PASS, (*CODE, outline("a.py", 2, 2), outline("test_a.py", 9, 0, test=True), outline("conftest.py", 9, 0))),
        Row("a sample says so", PASS, (*CODE, outline("a.py", 2, 2), outline("b.py", 2, 0)), options={"sample": 1}, says="in a sample of 1 of its 20 Python files"),
        Row("nothing is declared", NO_EVIDENCE, CODE),
        Row("few files", NOT_APPLICABLE, (repository(), language(files=9))),
        Row("infrastructure alone", NOT_APPLICABLE, (repository(), language("Terraform"))),
        Row("Go is judged by its gate", NOT_APPLICABLE, (repository(), language("Go")), says="no Python"),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), language())),
        *darks((*CODE, outline("a.py", 1, 1)), Repository, Language, Outline),
    ],
    repo_docstring_gate_configured: [
        Row("ruff's D", PASS, (*CODE, convention("ruff")), says="ruff (pyproject.toml)"),
        Row("interrogate with a floor of 80", PASS, (*CODE, convention("interrogate", floor=80))),
        Row("interrogate with a floor of 20", NO_EVIDENCE, (*CODE, convention("interrogate", floor=20)), says="lets too much"),
        Row("Rust warns", NO_EVIDENCE, (repository(), language("Rust"), convention("the compiler", strict=False))),
        Row("ESLint's jsdoc", PASS, (*CODE, convention("ESLint", "form of documentation"))),
        Row("a hook", PASS, (*CODE, Hook(repository=SHOP, name="pydocstyle"))),
        Row("a hook of interrogate with a floor of 20", NO_EVIDENCE, (*CODE, convention("interrogate", floor=20), Hook(repository=SHOP, name="interrogate"))),
        Row("rules for names", NO_EVIDENCE, (*CODE, convention("ruff", "naming"), Hook(repository=SHOP, name="ruff"))),
        Row("few files", NOT_APPLICABLE, (repository(), language(files=9))),
        *darks(CODE, Repository, Language, Convention, Hook),
    ],
    repo_docs_directory_present: [
        Row("a document in docs", PASS, DOCS, says="docs/design.md"),
        Row("a decision record", PASS, (repository(), source("adr/0001-queue.md"))),
        Row("the README of docs is none", NO_EVIDENCE, (repository(), source("docs/README.md"), document("docs/README.md"))),
        Row("a stub", NO_EVIDENCE, (repository(), source("docs/design.md", 499)), says="a wiki does not count"),
        Row("built pages alone", NO_EVIDENCE, (repository(), source("docs/index.html"), source("docs/requirements.txt"))),
        Row("documents of what is vendored", NO_EVIDENCE, (repository(), source("vendor/x/docs/a.md"))),
        Row("a site beside its pages", PASS, (repository(), source("website/docusaurus.config.js"), source("website/guides/a.md"))),
        Row("a book", PASS, (repository(), source("book.toml"), source("src/a.md"))),
        Row("a site without pages", NO_EVIDENCE, (repository(), source("mkdocs.yml"), source("CHANGELOG.md"))),
        Row("pages of a site elsewhere", NO_EVIDENCE, (repository(), source("site/mkdocs.yml"), source("src/a.md"))),
        Row("documents of Backstage", PASS, (repository(), source("pages/a.md"), CatalogEntry(repository=SHOP, path="catalog-info.yaml", owned=True, documented=True))),
        Row("a long README of a small repository", PASS, (repository(), source(README, 6500), document(size=6500, headings=6)), says=README),
        Row("a long README of a large one", NO_EVIDENCE, (repository(), source(README, 6500), document(size=6500, headings=6)), options={"small_files": 1}),
        Row("sizes that CodeCommit does not list", PASS, (repository(provider=Provider.CODECOMMIT), source("docs/a.md", None), document("docs/a.md"))),
        Row("a stub, measured", NO_EVIDENCE, (repository(provider=Provider.CODECOMMIT), source("docs/a.md", None), document("docs/a.md", size=3))),
        Row("documents in another repository", NOT_APPLICABLE, (repository(), source(README), document()), options={"docs_repository": "github:acme/docs"}),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(DOCS, Repository, SourceFile),
        Row("documents are dark", UNKNOWN, (repository(), source("docs/a.md", None)), dark=[Document]),
        Row("the catalog is dark", UNKNOWN, (repository(), source("pages/a.md")), dark=[CatalogEntry]),
    ],
    repo_docs_maintained: [
        Row("changed lately", PASS, (*DOCS, changed("docs", 100))),
        Row("one of its files was", PASS, (*DOCS, changed("docs/design.md", 100)), gaps={LastChange: [Gap(reason=Reason.TRUNCATED, resource=f"{SHOP}:docs")]}),
        Row("its files are old, and more were not dated", UNKNOWN, (*DOCS, changed("docs/design.md", 300)), gaps={LastChange: [Gap(reason=Reason.TRUNCATED, resource=f"{SHOP}:docs")]}),
        Row("as old as the code", PASS, (repository(), source("docs/design.md"), branch(days=250), changed("docs", 400))),
        Row("older than the code", FAIL, (*DOCS, changed("docs", 300)), says="298 days before"),
        Row("a README that stands for it", PASS, (repository(), source(README, 6500), document(size=6500, headings=6), branch(), changed(README, 1))),
        Row("no documents", NOT_APPLICABLE, PLAIN),
        Row("documents in another repository", NOT_APPLICABLE, DOCS, options={"docs_repository": "github:acme/docs"}),
        Row("a folder without history", UNKNOWN, (repository(provider=Provider.FOLDER), source("docs/a.md")), says="has no history"),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*DOCS, changed("docs", 300)), Repository, SourceFile, LastChange, Branch),
        Row("documents are dark", UNKNOWN, (repository(), source("docs/a.md", None)), dark=[Document]),
        Row("the catalog is dark", UNKNOWN, (repository(), source("pages/a.md")), dark=[CatalogEntry]),
    ],
    repo_runbook_present: [
        Row("a runbook", PASS, RUNBOOK, says="runbooks/restart.md (30 lines)"),
        Row("by its name", PASS, (repository(), source("docs/Incident-Response.md"), document("docs/Incident-Response.md", listed=True))),
        Row("a list of stubs", NO_EVIDENCE, (repository(), source("runbooks/a.md"), document("runbooks/a.md", lines=19, listed=True)), says="fewer than 20 lines"),
        Row("prose without steps", NO_EVIDENCE, (repository(), source("runbooks/a.md"), document("runbooks/a.md"))),
        Row("a playbook of Ansible", NO_EVIDENCE, (repository(), source("playbooks/site.yml"))),
        Row("a notebook", NO_EVIDENCE, (repository(), source("runbooks/a.ipynb"))),
        Row("a notebook, where these count", PASS, (repository(), source("runbooks/a.ipynb")), options={"notebooks": True}),
        Row("a library, by the configuration", NOT_APPLICABLE, RUNBOOK, options=LIBRARY),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(RUNBOOK, Repository, SourceFile, Document),
    ],
    ssm_automation_runbook_present: [
        Row("a document of its own", {"automation-definition/restart-shop": PASS}, [AUTOMATION]),
        Row("alarms and none", NO_EVIDENCE, [alarm()]),
        Row("a composite alarm and none", NO_EVIDENCE, [alarm(CompositeAlarm)]),
        Row("alarms that scale", NOT_APPLICABLE, [alarm(action="autoscaling")]),
        Row("nothing", NOT_APPLICABLE),
        Row("documents are dark", UNKNOWN, [alarm()], dark=[AutomationRunbook]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (MetricAlarm, CompositeAlarm, LogAlarm)),
    ],
    cloudwatch_alarm_runbook_link: [
        Row("a link", PASS, [alarm(description="https://wiki.example.com/errors")]),
        Row("a link of a composite and of a log alarm", PASS, [alarm(CompositeAlarm, description="https://wiki.example.com/errors"), alarm(LogAlarm, "logs", description="https://wiki.example.com/errors")]),
        Row("the name of a runbook", PASS, [alarm(description="see runbooks/restart.md"), source("runbooks/restart.md")]),
        Row("the bare name of a runbook", PASS, [alarm(description="Runbook: restart-the-shop"), source("runbooks/restart-the-shop.md")]),
        Row("a word that is no runbook's name", NO_EVIDENCE, [alarm(description="restart it"), source("runbooks/restart.md")]),
        Row("a file that is no runbook", NO_EVIDENCE, [alarm(description="see main.py"), source("src/main.py")]),
        Row("the name of an Automation document", PASS, [alarm(description="run Restart-Shop"), AUTOMATION]),
        Row("no description", NO_EVIDENCE, [alarm(), AUTOMATION]),
        Row("it scales", NOT_APPLICABLE, [alarm(action="autoscaling")]),
        Row("it does nothing", NOT_APPLICABLE, [alarm(actions=())]),
        Row("no alarm", NOT_APPLICABLE),
        Row("files are dark", UNKNOWN, [alarm(description="see restart.md")], dark=[SourceFile]),
        Row("documents are dark", UNKNOWN, [alarm(description="see restart.md")], dark=[AutomationRunbook]),
        *(Row(f"{kind.__name__} is dark", UNKNOWN, dark=[kind]) for kind in (MetricAlarm, CompositeAlarm, LogAlarm)),
    ],
    repo_readme_present: [
        Row("one at the root", PASS, PLAIN),
        Row("one for GitHub", PASS, (repository(), source(".github/README.md"), document(".github/README.md"))),
        Row("a short one and a long one", PASS, (repository(), source(README), source("docs/README.md"), document(size=3), document("docs/README.md"))),
        Row("a short one", FAIL, (repository(), source(README), document(size=499)), says="499 bytes, fewer than 500"),
        Row("one that a tool wrote", FAIL, (repository(), source(README), document(template="Vite")), says="that Vite wrote"),
        Row("one of a package", FAIL, (repository(), source("packages/a/README.md"), document("packages/a/README.md"))),
        Row("none", FAIL, (repository(), source("a.py")), says="has no README"),
        Row("a link that is not followed", UNKNOWN, (repository(), source("a.py")), gaps={Document: [Gap(reason=Reason.NOT_SCANNED, resource=f"{SHOP}:README.md")]}),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        Row("empty", NOT_APPLICABLE, EMPTY),
        *darks(PLAIN, Repository, SourceFile, Document),
    ],
    repo_readme_sections: [
        Row("three of five", PASS, (repository(), source(README), document(sections=("purpose", "setup", "run")))),
        Row("two of five", FAIL, (repository(), source(README), document(sections=("purpose", "run"))), says="how it is set up, how it is deployed or released, whom to ask"),
        Row("the README at the root stands for it", FAIL, (*PLAIN, source("docs/README.md"), document("docs/README.md", sections=("purpose", "setup", "run")))),
        Row("none", NOT_APPLICABLE, (repository(), source("a.py"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks(PLAIN, Repository, SourceFile, Document),
    ],
    repo_readme_fresh: [
        Row("changed lately", PASS, (*PLAIN, branch(), changed(README, 100))),
        Row("finished, and so is the code", PASS, (*PLAIN, branch(days=700), changed(README, 780))),
        Row("left behind", FAIL, (*PLAIN, branch(), changed(README, 200)), says="198 days before"),
        Row("old, and no commit of the default branch is seen", UNKNOWN, (*PLAIN, changed(README, 200)), says="shows no commit of its default branch"),
        Row("another file's change is not its own", UNKNOWN, (*PLAIN, branch(), changed("a.py", 1))),
        Row("a folder without history", UNKNOWN, FOLDER, says="has no history"),
        Row("none", NOT_APPLICABLE, (repository(), source("a.py"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, branch(), changed(README, 200)), Repository, SourceFile, Document, LastChange, Branch),
    ],
    repo_readme_references_valid: [
        Row("all are there", PASS, (*PLAIN, references(3)), says="3 references"),
        Row("none at all", PASS, (*PLAIN, references(0)), says="no reference"),
        Row("two lead nowhere", {"README.md#docs/a.md": FAIL, "README.md#make lint": FAIL}, (*PLAIN, references(3, "docs/a.md", "make lint"))),
        Row("no README", NOT_APPLICABLE, (repository(), source("a.py"))),
        Row("archived", NOT_APPLICABLE, ARCHIVED),
        *darks((*PLAIN, references(1)), Repository, SourceFile, ReadmeReferences),
    ],
}  # fmt: skip


def cases() -> list[Any]:
    return [
        pytest.param(check, row, id=f"{check.id}: {row.id}")
        for check, rows in ROWS.items()
        for row in rows
    ]


@pytest.mark.parametrize(("check", "row"), cases())
def test_the_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
