"""What the checks of what a maintainer needs say, situation by situation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from readiness.checklist.handover import (
    repo_codeowners_present,
    repo_decision_records_present,
    repo_maintenance_docs_score,
)
from readiness.checklist.model import Check
from readiness.evidence import Gap, Reason
from readiness.evidence.documents import CatalogEntry, Diagram, Document
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
from tests.repositories.records import SHOP, repository
from tests.rows import FAIL, NO_EVIDENCE, NOT_APPLICABLE, NOW, PASS, UNKNOWN, Row, assert_row

README = "README.md"


def source(path: str, size: int | None = 900, **changes: Any) -> SourceFile:
    return SourceFile(repository=SHOP, path=path, size=size, **changes)


def document(path: str, *sections: str, **changes: Any) -> Document:
    values: dict[str, Any] = {"size": 900, "lines": 30, "sections": sections}
    return Document(repository=SHOP, path=path, **values | changes)


def lock(path: str = "uv.lock") -> DependencyManifest:
    return DependencyManifest(repository=SHOP, path="pyproject.toml", ecosystem="pip", lock=path)


def owners(owned: int = 1) -> Codeowners:
    return Codeowners(repository=SHOP, path="CODEOWNERS", owned=owned)


def entry(owned: bool = True) -> CatalogEntry:
    return CatalogEntry(repository=SHOP, path="catalog-info.yaml", owned=owned, documented=False)


def changed(path: str, days: float) -> LastChange:
    return LastChange(repository=SHOP, path=path, committed=NOW - timedelta(days=days))


def hidden(resource: str = "") -> list[Gap]:
    return [Gap(reason=Reason.DENIED, resource=resource, action="contents: read")]


RELEASE = Release(repository=SHOP, name="1.0")
DIAGRAM = Diagram(repository=SHOP, path="docs/a.drawio", kind="draw.io")
BASE = (repository(), source("main.py"))
WELL = (*BASE, source(README), document(README, "setup", "run", "deploy"))
RUNBOOK = (source("docs/runbook.md"), document("docs/runbook.md", listed=True))
TEMPLATE = ApprovalTemplate(repository=SHOP, name="two-eyes", approvals=1)
AWS = repository(provider=Provider.CODECOMMIT)

ROWS: dict[Check[..., Any], list[Row]] = {
    repo_maintenance_docs_score: [
        Row("five of eight", PASS, (*WELL, source("CONTRIBUTING.md"), lock()), says="has 5 of 8"),
        Row("everything", PASS, (*WELL, *RUNBOOK, source("docs/development.rst"), source("CHANGES"), DIAGRAM, lock()), says="has 8 of 8"),
        Row("releases stand for a changelog", PASS, (*WELL, RELEASE, lock())),
        Row("a chart in a document is a diagram", PASS, (*WELL, document("docs/a.md", drawn=True), lock())),
        Row("four of eight", FAIL, (*WELL, lock()), says="missing: how to contribute, a diagram of its architecture, a runbook, a changelog or releases"),
        Row("fewer are enough by option", PASS, (*WELL, lock()), options={"points": 4}),
        Row("a short runbook is none", FAIL, (*WELL, lock(), source("docs/runbook.md"), document("docs/runbook.md", lines=5, listed=True))),
        Row("a manifest without a lock", FAIL, (*WELL, source("CHANGELOG.md"), lock(""))),
        Row("nothing at all", NO_EVIDENCE, BASE, says="has 0 of 8"),
        Row("empty", NOT_APPLICABLE, (repository(),)),
        Row("archived", NOT_APPLICABLE, (repository(archived=True), source("main.py"))),
        Row("what is missing was not seen", UNKNOWN, (*WELL, lock()), gaps={Release: hidden()}),
        Row("enough was seen", PASS, (*WELL, source("CHANGELOG.md"), lock()), gaps={Release: hidden(), Diagram: hidden()}),
        *(
            Row(f"{kind.__name__} was not seen", UNKNOWN, (*WELL, lock()), dark=[kind])
            for kind in (Repository, SourceFile, Document, Diagram, DependencyManifest, Release)
        ),
    ],
    repo_codeowners_present: [
        Row("owners by path", PASS, (*BASE, owners()), says="names owners in CODEOWNERS"),
        Row("owners as Kubernetes names them", PASS, (*BASE, source("OWNERS")), says="names owners in OWNERS"),
        Row("an owner in the catalog", PASS, (*BASE, entry())),
        Row("an approval rule in CodeCommit", PASS, (AWS, source("main.py"), TEMPLATE)),
        Row("nobody", NO_EVIDENCE, BASE),
        Row("nobody in CodeCommit", NO_EVIDENCE, (AWS, source("main.py"))),
        Row("empty files", NO_EVIDENCE, (*BASE, owners(0), source("OWNERS", 0), entry(owned=False))),
        Row("an OWNERS file of a part", NO_EVIDENCE, (*BASE, source("pkg/OWNERS"))),
        Row("empty", NOT_APPLICABLE, (repository(),)),
        *(
            Row(f"{kind.__name__} was not seen", UNKNOWN, (AWS, source("main.py")), dark=[kind])
            for kind in (Repository, SourceFile, Codeowners, CatalogEntry, ApprovalTemplate)
        ),
    ],
    repo_decision_records_present: [
        Row("a decision", PASS, (*BASE, source("docs/adr/0001-use-queues.md")), says="docs/adr/0001-use-queues.md"),
        Row("a proposal", PASS, (*BASE, source("rfcs/0001.md"))),
        Row("a changelog of this year", PASS, (*BASE, source("CHANGELOG.md"), changed("CHANGELOG.md", 300)), says="300 days ago"),
        Row("an old changelog", NO_EVIDENCE, (*BASE, source("CHANGELOG.md"), changed("CHANGELOG.md", 400))),
        Row("older is enough by option", PASS, (*BASE, source("CHANGELOG.md"), changed("CHANGELOG.md", 400)), options={"changelog_days": 500}),
        Row("a template and a table of contents", NO_EVIDENCE, (*BASE, source("docs/adr/template.md"), source("docs/adr/README.md"))),
        Row("decisions of a vendored part", NO_EVIDENCE, (*BASE, source("vendor/x/docs/adr/0001.md"))),
        Row("nothing", NO_EVIDENCE, BASE),
        Row("empty", NOT_APPLICABLE, (repository(),)),
        *(
            Row(f"{kind.__name__} was not seen", UNKNOWN, (*BASE, source("CHANGELOG.md"), changed("CHANGELOG.md", 400)), dark=[kind])
            for kind in (Repository, SourceFile, LastChange)
        ),
        Row("the changelog was not dated", UNKNOWN, (*BASE, source("CHANGELOG.md")), gaps={LastChange: hidden(f"{SHOP}:CHANGELOG.md")}),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("check", "row"),
    [pytest.param(c, row, id=f"{c.id}-{row.id}") for c, rows in ROWS.items() for row in rows],
)
def test_a_check_says(check: Check[..., Any], row: Row) -> None:
    assert_row(check, row)
