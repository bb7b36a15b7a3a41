"""What files show of documents, diagrams, and of what the README refers to."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.evidence import Gap, Reason
from readiness.evidence.documents import (
    CatalogEntry,
    Diagram,
    Document,
    ReadmeReferences,
    document_places,
    is_document,
    is_runbook,
)
from readiness.repositories.documents import MAX_DOCUMENTS
from tests.repositories.reader import seen
from tests.repositories.records import SHOP


def chart(kind: str) -> str:
    return f"# Shop\n\n```mermaid\n%% a comment\n{kind}\n  a --> b\n```\n"


DRAWN = {
    "a flowchart": ("docs/a.md", chart("flowchart LR"), True),
    "a graph": ("README.md", chart("graph TD"), True),
    "C4": ("docs/a.md", chart("C4Context"), True),
    "an architecture": ("docs/a.md", chart("architecture-beta"), True),
    "a block diagram behind front matter": ("a.md", "```mermaid\n---\ntitle: a\n---\nblock-beta\n```", True),
    "a sequence": ("docs/a.md", chart("sequenceDiagram"), False),
    "a schedule": ("docs/a.md", chart("gantt"), False),
    "the directive of Sphinx": ("docs/a.rst", "Shop\n====\n\n.. mermaid::\n\n   flowchart LR\n     a --> b\n", True),
    "the fence of Azure DevOps": ("docs/a.md", "::: mermaid\ngraph LR\n:::\n", True),
    "code of another language": ("docs/a.md", "```text\ngraph LR\n```\n", False),
}  # fmt: skip


@pytest.mark.parametrize("case", DRAWN)
def test_a_chart_of_mermaid_draws_an_architecture_or_something_else(case: str) -> None:
    path, text, drawn = DRAWN[case]

    assert [each.drawn for each in seen(Document, {path: text})] == [drawn]


DIAGRAMS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "files that are diagrams by their name": (
        {"a.drawio": "", "docs/b.drawio.svg": "", "c.excalidraw": "", "d.vsdx": "", "workspace.dsl": "", "e.d2": "", "f.dio": ""},
        {"a.drawio": "draw.io", "docs/b.drawio.svg": "draw.io", "c.excalidraw": "Excalidraw", "d.vsdx": "Visio", "workspace.dsl": "Structurizr", "e.d2": "D2", "f.dio": "draw.io"},
    ),
    "samples, templates and what is vendored": (
        {"examples/a.drawio": "", "node_modules/x/a.drawio": "", "vendor/a.d2": "", ".terraform/a.drawio": "", "tests/a.drawio": "", "{{cookiecutter.name}}/a.drawio": ""},
        {},
    ),
    "Mermaid in a file of its own": ({"a.mmd": "flowchart LR\n", "b.mmd": "sequenceDiagram\n"}, {"a.mmd": "Mermaid"}),
    "PlantUML": (
        {"a.puml": "@startuml\ncomponent A\nA -> B\n@enduml", "b.puml": "@startuml\nparticipant A\nA -> B\n@enduml", "c.puml": "@startgantt\n@endgantt", "d.puml": "@startuml\n[A] -> [B]\n@enduml"},
        {"a.puml": "PlantUML", "d.puml": "PlantUML"},
    ),
    "a program that draws": (
        {"docs/draw.py": "from diagrams.aws.compute import EC2\n", "docs/conf.py": "import sphinx\n", "scripts/infra_diagram.py": "import diagrams\n"},
        {"docs/draw.py": "Diagrams", "scripts/infra_diagram.py": "Diagrams"},
    ),
    "pictures by what their names say": (
        {"docs/architecture.png": "", "docs/img/c4-context.svg": "", "docs/diagram.jpg": "", "images/AWS Architecture.png": "", "docs/diagrams/overview.png": ""},
        {"docs/architecture.png": "a picture", "docs/img/c4-context.svg": "a picture", "docs/diagram.jpg": "a picture", "images/AWS Architecture.png": "a picture", "docs/diagrams/overview.png": "a picture"},
    ),
    "pictures of something else": (
        {"docs/logo.png": "", "docs/sequence-diagram.png": "", "docs/abc4.png": "", "static/diagram.png": "", "docs/architecture.txt": ""},
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DIAGRAMS)
def test_a_diagram_is_told_by_its_name_or_by_what_it_draws(case: str) -> None:
    files, expected = DIAGRAMS[case]

    assert {each.path: each.kind for each in seen(Diagram, files)} == expected


def test_a_document_is_reduced_to_its_size_and_form() -> None:
    text = "# Restart\n\nWhen it hangs:\n\n1. drain\n2. restart\n"

    assert seen(Document, {"runbooks/restart.md": text}) == [
        Document(
            repository=SHOP, path="runbooks/restart.md", size=len(text), lines=4, listed=True, headings=1
        )
    ]  # fmt: skip


LEAD = "# shop\n\n[![ci](https://x/y.svg)](https://x)\n\nShop sells things to people, takes their money and sends what they bought.\n\n"
SECTIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "a first paragraph says what it is": ("README.md", LEAD, ("purpose",)),
    "badges do not": ("README.md", "# shop\n\n[![ci and more words here](https://x/y.svg)](https://x)\n<img alt='a very long text about pictures' src='a.png'>\n\n## Licence\n", ()),
    "headings of both kinds": ("README.md", f"{LEAD}Getting started\n---\n\n## Deployment ##\n\n### Who maintains it: the shop's maintainers\n", ("purpose", "setup", "deploy", "contact")),
    "headings in HTML": ("README.md", "<h2 align='center'>Installation</h2>\n", ("setup",)),
    "what a code block says is no heading": ("README.md", "```sh\n# install\nmake\n```\n", ()),
    "rows of a table are none": ("README.md", "| Install | Usage |\n|---|---|\n", ()),
    "reStructuredText": ("README.rst", "====\nshop\n====\n\nUsage\n~~~~~\n\n.. image:: a.png\n\nSupport\n-------\n", ("run", "contact")),
    "AsciiDoc": ("README.adoc", "= shop\n\n== Usage\n\n== Releases\n", ("run", "deploy")),
    "a README of something else": ("packages/a/README.md", LEAD, ()),
}  # fmt: skip


@pytest.mark.parametrize("case", SECTIONS)
def test_headings_say_what_a_readme_covers(case: str) -> None:
    path, text, expected = SECTIONS[case]

    assert [each.sections for each in seen(Document, {path: text})] == [expected]


CDK = "# Welcome to your CDK TypeScript project\n\nThe `cdk.json` file tells the CDK Toolkit how to execute your app.\n"


def test_a_readme_that_a_tool_wrote_is_told_from_one_that_people_went_on_with() -> None:
    files = {"README.md": CDK, "docs/README.md": CDK + "Our shop. " * 100}

    assert [each.template for each in seen(Document, files)] == ["the AWS CDK", ""]


def test_the_readme_and_runbooks_are_read_before_all_others() -> None:
    files = {f"docs/{number}.md": "" for number in range(MAX_DOCUMENTS)}
    found: list[Any] = seen(Document, {**files, "README.md": "", "runbooks/a.md": ""})
    read = [each.path for each in found if isinstance(each, Document)]
    gaps = [each for each in found if isinstance(each, Gap)]

    assert read[:2] == ["README.md", "runbooks/a.md"]
    assert [(each.reason, each.resource) for each in gaps] == [
        (Reason.TRUNCATED, f"{SHOP}:docs/{number}.md") for number in (98, 99)
    ]


def test_a_readme_that_is_a_link_is_a_gap_about_itself() -> None:
    found: list[Any] = seen(Document, {}, others=("README.md", "docs/a.md"))

    assert [(each.reason, each.resource) for each in found] == [
        (Reason.NOT_SCANNED, f"{SHOP}:README.md")
    ]


@pytest.mark.parametrize(
    ("path", "document", "runbook"),
    [
        ("README", True, False),
        ("docs/a.rst", True, False),
        ("docs/requirements.txt", False, False),
        ("docs/spelling_wordlist.txt", False, False),
        ("LICENSE.txt", False, False),
        ("templates/README.md", False, False),
        ("docs/runbook-db.md", True, True),
        ("runbooks/db.adoc", True, True),
        ("docs/operations/db.md", True, True),
        ("ops/db.md", True, True),
        ("src/ops/db.md", True, False),
        ("docs/disaster_recovery.md", True, True),
        ("docs/oncall.md", True, True),
        ("playbooks/site.yml", False, False),
        ("runbooks/db.txt", True, False),
    ],
)
def test_documents_and_runbooks_are_told_by_their_paths(
    path: str, document: bool, runbook: bool
) -> None:
    assert (is_document(path), is_runbook(path)) == (document, runbook)


@pytest.mark.parametrize(
    ("paths", "places"),
    [
        (["docs/a.md", "web/docs/b/c.md", "src/a.py"], ["docs", "web/docs"]),
        (["docs/adr/0001.md"], ["docs"]),
        (["website/docusaurus.config.js", "website/guides/a.md"], ["website"]),
        (["README.md", "mkdocs.yml"], []),
    ],
)
def test_the_places_of_documents(paths: list[str], places: list[str]) -> None:
    assert document_places(paths) == places


def test_an_entry_of_backstage_names_owner_and_documents() -> None:
    text = "metadata:\n  annotations:\n    backstage.io/techdocs-ref: dir:.\nspec:\n  owner: shop\n"

    assert seen(CatalogEntry, {"catalog-info.yaml": text}) == [
        CatalogEntry(repository=SHOP, path="catalog-info.yaml", owned=True, documented=True)
    ]


MAKE = ".PHONY: test\ntest lint: deps\n\tpytest\ndeps:\n\tpip install .\n"
NPM = '{"scripts": {"build": "tsc"}}'
REFERENCES: dict[str, tuple[str, dict[str, str], tuple[int, tuple[str, ...]]]] = {
    "links, pictures and definitions": ("[a](docs/a.md#x) ![b](b.png?raw=true) [c](<docs/c d.md> 'c')\n\n[d]: ./d.md\n", {"docs/a.md": "", "b.png": ""}, (4, ("docs/c d.md", "./d.md"))),
    "HTML": ('<img width="9" src="a.png"> <a href="docs/">x</a> <img src=\'b.png\'>', {"a.png": "", "docs/x.md": ""}, (3, ("b.png",))),
    "hosts, anchors, mail and places to fill in": ("[a](https://x/y) [b](#b) [c](//x) [d](mailto:a@b) [e](a@b.example) [f]({url}) [g](www.x.example) ![h](data:x)", {}, (0, ())),
    "GitHub's own pages": ("[a](../../issues) ![b](../../actions/workflows/ci.yml/badge.svg)", {}, (0, ())),
    "from the root": ("[a](/docs/a.md) [b](/b.md)", {"docs/a.md": ""}, (2, ("/b.md",))),
    "case counts": ("[a](Docs/a.md)", {"docs/a.md": ""}, (1, ("Docs/a.md",))),
    "escapes and parentheses": ("[a](a%20b.md) [c](c_(d).md)", {"a b.md": "", "c_(d).md": ""}, (2, ())),
    "what is in code is an example": ("`[a](a.md)`\n\n```md\n[b](b.md)\n```\n<!-- [c](c.md) -->", {}, (0, ())),
    "footnotes are no paths": ("x[^1]\n\n[^1]: see.md\n", {}, (0, ())),
    "what the build makes": ("[a](dist/a.js) [b](site/x/y.html)", {".gitignore": "# made\ndist/\n/site\n"}, (2, ())),
    "targets of make": ("Run `make test`, make sure of it, then `make fmt`.\n\n```sh\n$ make lint deps\n$ FOO=1 make -j4 build\n```\n", {"Makefile": MAKE}, (5, ("make build", "make fmt"))),
    "make that leads elsewhere": ("```sh\nmake -C docs html\nmake <target>\nmake -f x.mk y\n```", {"Makefile": MAKE}, (0, ())),
    "make of another repository": ("```sh\ngit clone https://x/y/lib.git\ncd lib\nmake install\n```", {"Makefile": MAKE}, (0, ())),
    "make of this one": ("```sh\ngit clone https://github.com/acme/shop\ncd shop\nmake install\n```", {"Makefile": MAKE}, (1, ("make install",))),
    "targets that are not told apart": ("`make x`", {"Makefile": "include other.mk\n"}, (1, ())),
    "a Makefile that is made": ("```\n./configure\nmake install\n```", {"configure.ac": "", "Makefile": MAKE}, (1, ())),
    "scripts": ("```bash\nnpm run build\nyarn run lint\npnpm run --silent watch\nnpm install\n```", {"package.json": NPM}, (3, ("yarn run lint", "pnpm run watch"))),
    "scripts of a workspace": ("`npm run x -w web` and `npm run build`", {"web/package.json": NPM}, (1, ())),
    "a script that the reader is to write": ('```json\n{"scripts": {"lint": "x"}}\n```\n`npm run lint`', {"package.json": NPM}, (0, ())),
    "other languages of code": ("```python\nmake(x)\n```\n```make\nmake x\n```", {"Makefile": MAKE}, (0, ())),
}  # fmt: skip


@pytest.mark.parametrize("case", REFERENCES)
def test_what_a_readme_refers_to_is_there_or_not(case: str) -> None:
    text, files, (number, broken) = REFERENCES[case]

    assert seen(ReadmeReferences, {"README.md": text, **files}) == [
        ReadmeReferences(repository=SHOP, path="README.md", number=number, broken=broken)
    ]


RST = """\
shop
====

.. image:: docs/a.png
   :alt: a

.. |b| image:: b.png

See `the guide <docs/guide.rst>`_, `c <c.rst>`__, `d <https://x/d>`_ and `e <e_>`_.

.. _f: docs/f.rst

Run ``make test``::

    make lint x

.. code-block:: python

   "`g <g.rst>`_"
"""


def test_references_of_restructured_text() -> None:
    (found,) = seen(ReadmeReferences, {"README.rst": RST, "docs/a.png": "", "Makefile": MAKE})

    assert (found.number, found.broken) == (
        8, ("b.png", "docs/guide.rst", "c.rst", "docs/f.rst", "make x"),
    )  # fmt: skip


def test_references_of_asciidoc() -> None:
    text = "= shop\n\nimage::a.png[a] link:docs/b.adoc[b] link:https://x[x] xref:{c}[c]\n"
    (found,) = seen(ReadmeReferences, {"README.adoc": text, "a.png": ""})

    assert (found.number, found.broken) == (2, ("docs/b.adoc",))


def test_what_links_and_submodules_hold_is_taken_to_be_there() -> None:
    files = {"README.md": "[a](LICENSE) [b](lib/src/b.c) [c](libs/c.c)"}
    (found,) = seen(ReadmeReferences, files, others=("LICENSE", "lib"))

    assert found.broken == ("libs/c.c",)


def test_of_a_list_that_is_not_whole_nothing_is_broken() -> None:
    gap = Gap(reason=Reason.TRUNCATED)

    assert seen(ReadmeReferences, {"README.md": "[a](a.md)"}, gaps=(gap,)) == [gap]


def test_the_readme_at_the_root_is_asked_and_no_other() -> None:
    files = {"README.md": "[a](docs/README.md)", "docs/README.md": "[b](b.md)"}

    assert [each.path for each in seen(ReadmeReferences, files)] == ["README.md"]
