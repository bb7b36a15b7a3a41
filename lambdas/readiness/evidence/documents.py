"""What a repository keeps in writing beside its code, and by which paths that is recognised.

Facts, never bodies: a document is reduced to its size, its form and the kinds of its headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.evidence import Scope, record
from readiness.evidence.signals import is_foreign, matches, one_of


@record(Scope.REPOSITORY, "document")
class Document:
    """A document in a source format, e.g. Markdown; the README is one as well."""

    repository: str
    path: str
    #: In bytes.
    size: int
    #: Lines that are not blank.
    lines: int
    #: Whether it has a numbered or bulleted list.
    listed: bool = False
    #: Whether it draws an architecture in Mermaid; sequences and schedules are none.
    drawn: bool = False
    #: How many headings it has, and what these are about: `purpose`, `setup`, `run`, `deploy`, `contact`.
    headings: int = 0
    sections: tuple[str, ...] = ()
    #: The tool that wrote it, where nobody has changed much of it.
    template: str = ""
    #: The first line that states how fast or how available something has to be; 0 where none does.
    target_line: int = 0

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "diagram")
class Diagram:
    """A file that is, or draws, a diagram of an architecture."""

    repository: str
    path: str
    #: E.g. `draw.io`, `PlantUML` or `a picture`.
    kind: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "README's references")
class ReadmeReferences:
    """What the README refers to within its repository, and which of it is not there."""

    repository: str
    #: The README's path.
    path: str
    #: How many references there are.
    number: int
    #: Paths, `make x` and `npm run x` that lead nowhere.
    broken: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "catalog entry")
class CatalogEntry:
    """A `catalog-info.yaml` of Backstage: whether it names an owner, and whether it has documents."""

    repository: str
    path: str
    owned: bool
    documented: bool

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


# --- By their paths -------------------------------------------------------------------------------

DOCUMENTS = ("*.md", "*.markdown", "*.mdx", "*.rst", "*.adoc", "*.asciidoc", "*.txt")
_README = re.compile(r"(?i)readme(\.(md|markdown|mdx|rst|adoc|asciidoc|txt))?$")
#: Where GitHub looks for the README of a repository; of several, the first is taken for it.
_README_FOLDERS = ("", ".github", "docs")
#: Text files that are lists for machines.
_LISTS = re.compile(
    r"(?i)^(requirements|constraints|packages|spelling|wordlist|dictionary|robots|humans|llms|CMakeLists|"
    r"license|licence|copying|notice|authors|version|objects|runtime)[^/]*\.txt$|[^/]*(words?|requirements|licen[sc]e)\.txt$"
)
_ASIDE = one_of(
    "test tests testing testdata fixtures __fixtures__ __tests__ spec example examples sample samples "
    "template templates .terraform locale locales"
)
_DOCUMENT_FOLDERS = one_of("docs doc documentation adr wiki")
SITE_FILES = re.compile(
    r"(?i)(^|/)(mkdocs\.ya?ml|docusaurus\.config\.\w+|antora\.ya?ml|book\.toml|\.vitepress/config\.\w+|"
    r"(docs?|documentation)/(source/|src/)?conf\.py)$"
)
_RUNBOOK_PATHS = re.compile(
    r"(?i)(^|/)(runbooks?[^/]*|playbooks?[^/]*|(docs?|documentation)/(runbook[^/]*|operations|on-?call))/|^ops/"
)
_RUNBOOK_NAMES = re.compile(
    r"(?i)(runbook|playbook|on-?call|incident|disaster.?recovery|troubleshoot)[^/]*$"
)
_ARCHITECTURE_NAMES = re.compile(r"(?i)(architect|design|overview|topology|infra|diagram|c4model)")


def is_aside(path: str) -> bool:
    """Whether a path is vendored, a sample, a template or a test, and says nothing of the whole."""
    folders = path.lower().split("/")[:-1]
    return is_foreign(path) or not _ASIDE.isdisjoint(folders) or "{{" in path


def is_document(path: str) -> bool:
    """Whether a file is a document of the repository's own, going by its path."""
    name = path.rpartition("/")[2]
    written = (matches(name.lower(), DOCUMENTS) and not _LISTS.match(name)) or _README.match(name)
    return bool(written) and not is_aside(path)


def readme_rank(path: str) -> int | None:
    """Return 0 for the README that stands for the repository, more for others; None for the rest."""
    folder, _, name = path.rpartition("/")
    if folder not in _README_FOLDERS or not _README.match(name):
        return None
    return _README_FOLDERS.index(folder)


def is_readme(path: str) -> bool:
    """Whether a document is the README of a folder."""
    return bool(_README.match(path.rpartition("/")[2]))


def in_document_folder(path: str) -> str:
    """Return the folder of documents that holds a path, empty where none does."""
    folders = path.split("/")[:-1]
    for depth, folder in enumerate(folders, start=1):
        if folder.lower() in _DOCUMENT_FOLDERS:
            return "/".join(folders[:depth])
    return ""


def document_places(paths: Iterable[str]) -> list[str]:
    """Return the folders that hold documents, those nearest to the root first."""
    listed = list(paths)
    found = {in_document_folder(path) for path in listed if is_document(path)}
    if not any(found):
        sites = (path for path in listed if SITE_FILES.search(path) and not is_aside(path))
        found = {path.rpartition("/")[0] for path in sites}
    return sorted(filter(None, found), key=lambda path: (path.count("/"), path))


def is_runbook(path: str) -> bool:
    """Whether a document is a runbook, going by its path; a README of a folder may be its contents."""
    name = path.rpartition("/")[2].rpartition(".")[0]
    said = _RUNBOOK_PATHS.search(path) or _RUNBOOK_NAMES.search(name)
    return bool(said) and is_document(path) and not path.lower().endswith(".txt")


_CHANGELOG = re.compile(r"(?i)(docs?/)?(change(log|s)|history|news|release[-_]?notes)(\.\w+)?$")
_CONTRIBUTING = re.compile(r"(?i)(\.github/|docs?/)?(contributing|development|hacking)(\.\w+)?$")
_DECISION_FOLDERS = re.compile(
    r"(?i)^((docs?/)?(adrs?|rfcs)|docs?/adr[^/]*|docs?/decisions|docs?/architecture/decisions)/"
)


def is_changelog(path: str) -> bool:
    """Whether a file is the repository's changelog, going by its path."""
    return bool(_CHANGELOG.fullmatch(path))


def is_contributing(path: str) -> bool:
    """Whether a file says how the code is developed, going by its path."""
    return bool(_CONTRIBUTING.fullmatch(path))


def is_decision(path: str) -> bool:
    """Whether a document records a decision, going by its path; templates and contents do not."""
    name = path.rpartition("/")[2].lower()
    told = bool(_DECISION_FOLDERS.search(path)) and is_document(path)
    return told and not is_readme(path) and "template" not in name and not name.startswith("index.")


def document_rank(path: str) -> tuple[int, int, str]:
    """Return the place of a document among those that are read: what is asked for most comes first."""
    likely = (
        readme_rank(path) is not None,
        is_runbook(path),
        bool(_ARCHITECTURE_NAMES.search(path)),
        bool(in_document_folder(path)) or "/" not in path,
    )
    return likely.index(True) if True in likely else len(likely), path.count("/"), path


# --- Diagrams -------------------------------------------------------------------------------------

#: Files that are diagrams by their name, by kind.
DIAGRAM_FILES = {
    "draw.io": ("*.drawio", "*.drawio.svg", "*.drawio.png", "*.drawio.xml", "*.dio"),
    "Excalidraw": ("*.excalidraw", "*.excalidraw.svg", "*.excalidraw.png", "*.excalidraw.json"),
    "Visio": ("*.vsdx", "*.vsd"),
    "Structurizr": ("workspace.dsl",),
    "D2": ("*.d2",),
}
#: Files that may be diagrams of something else, so that they are looked into.
DRAWN_FILES = {"Mermaid": ("*.mmd", "*.mermaid"), "PlantUML": ("*.puml", "*.plantuml", "*.pu")}
_PICTURE = re.compile(r"(?i)\.(png|jpe?g|svg|gif|webp)$")
#: What the name of such a picture says wherever it lies, and what it says where documents lie.
_SYSTEM_PICTURE = re.compile(
    r"(?i)architect|topology|(infra|system|network|deploy|component|aws|cloud|context|container)[\w -]*diagram"
)
_ANY_PICTURE = re.compile(r"(?i)architect|topology|infra|diagram|(?<![a-z0-9])c4(?![a-z0-9])")
_OTHER_PICTURE = re.compile(r"(?i)sequence|gantt|class.?diagram|icon|logo")


def is_architecture_picture(path: str) -> bool:
    """Whether a picture shows an architecture, going by its path."""
    folder = in_document_folder(path)
    name = path.rpartition("/")[2]
    if not _PICTURE.search(name) or _OTHER_PICTURE.search(name) or is_aside(path):
        return False
    return bool(
        _SYSTEM_PICTURE.search(name) or (folder and _ANY_PICTURE.search(path[len(folder) :]))
    )


_MERMAID = re.compile(r"(?i)(flowchart|graph|c4\w*|architecture(-beta)?|block(-beta)?)\b")


def is_architecture_chart(body: str) -> bool:
    """Whether a chart of Mermaid draws how parts hang together, going by its first word."""
    body = re.sub(r"(?s)\A\s*---\n.*?\n\s*---\s*\n", "", body)
    lines = (line.strip() for line in body.split("\n"))
    first = next((line for line in lines if line and not line.startswith("%%")), "")
    return bool(_MERMAID.match(first))


_PLANTUML_PARTS = re.compile(
    r"(?m)^\s*(component|node|package|cloud|database|rectangle|folder|frame|artifact|interface|\[)|"
    r"\b(Container|System|Deployment_Node|Component|Boundary)\w*\(|(?i:c4|awslib|aws-icons)"
)
_PLANTUML_OTHERS = re.compile(
    r"(?m)^\s*(@start(gantt|mindmap|wbs|salt|json|yaml)|participant|class\s|start\s*$|state\s)"
)


def is_architecture_plan(text: str) -> bool:
    """Whether a text of PlantUML draws parts and their relations, and no sequence, class or schedule."""
    return bool(_PLANTUML_PARTS.search(text)) or not _PLANTUML_OTHERS.search(text)


# --- What a README says ---------------------------------------------------------------------------

#: What a heading is about, by its words.
SECTIONS = {
    "purpose": re.compile(
        r"(?i)\b(overview|about|what|introduction|features?|description|summary|purpose|motivation|why)\b"
    ),
    "setup": re.compile(
        r"(?i)\b(install\w*|set-?up|setting up|getting[ -]started|prerequisites?|requirements?|quick ?-?start|dependencies)\b"
    ),
    "run": re.compile(
        r"(?i)\b(usage|use|using|run\w*|develop\w*|tests?|testing|examples?|quick ?-?start|tutorials?|build\w*|how to|commands?|hacking)\b"
    ),
    "deploy": re.compile(
        r"(?i)\b(deploy\w*|releas\w*|pipelines?|publish\w*|rollout|ci(/cd)?|continuous \w+)\b"
    ),
    "contact": re.compile(
        r"(?i)\b(owners?|contacts?|support\w*|team|contribut\w*|maintain\w*|community|authors?|help|feedback|questions?|issues?|credits)\b"
    ),
}  # fmt: skip
