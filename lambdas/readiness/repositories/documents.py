"""What does a repository keep in writing, and what does its README refer to?

A document is read once and reduced to its size and form; nothing that it links to is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from readiness.evidence import Gap, Reason
from readiness.evidence.documents import (
    DIAGRAM_FILES,
    DRAWN_FILES,
    SECTIONS,
    CatalogEntry,
    Diagram,
    Document,
    document_rank,
    is_architecture_chart,
    is_architecture_picture,
    is_architecture_plan,
    is_aside,
    is_document,
    readme_rank,
)
from readiness.evidence.signals import STATED_TARGET, matches
from readiness.repositories.formats import as_dict, load_yaml
from readiness.repositories.reading import Reading, each_file

#: Documents that are read; each of the others is a gap about itself.
MAX_DOCUMENTS = 300
#: Files of other forms that are looked into for a diagram.
MAX_DRAWN = 100

# --- Documents ------------------------------------------------------------------------------------


def documents_of(reading: Reading) -> Iterator[Document | Gap]:
    """Yield the documents, the README and runbooks first."""
    for path in reading.source.others:
        if readme_rank(path) is not None:
            yield reading.gap(path, Reason.NOT_SCANNED, "it is a link, which is not followed")
    paths = sorted(filter(is_document, reading.sizes), key=document_rank)
    yield from each_file(paths[:MAX_DOCUMENTS], partial(_document, reading))
    for path in paths[MAX_DOCUMENTS:]:
        yield Gap(
            reason=Reason.TRUNCATED,
            resource=f"{reading.repository}:{path}",
            detail=f"{MAX_DOCUMENTS} other documents were read before it",
        )


#: Of a longer line its beginning counts.
_MAX_LINE = 1000
_LISTED = re.compile(r"(?m)^\s*([-*+]|\d+[.)]|#\.)\s+\S|^[*.]+\s+\S")


def _document(reading: Reading, path: str) -> Iterator[Document]:
    text = reading.sample(path)
    page = Page(path, text)
    yield Document(
        repository=reading.repository,
        path=path,
        size=len(text.encode()),
        lines=sum(bool(line.strip()) for line in text.split("\n")),
        listed=bool(_LISTED.search(page.prose)),
        drawn=any(map(is_architecture_chart, page.charts())),
        headings=len(page.headings),
        sections=tuple(page.sections()) if readme_rank(path) is not None else (),
        template=_template(text) if readme_rank(path) is not None else "",
        target_line=next(
            (
                number
                for number, line in enumerate(text.split("\n"), 1)
                if STATED_TARGET.search(line[:_MAX_LINE])
            ),
            0,
        ),
    )


#: What tools write into a README, and how long that is at most.
_TEMPLATES = (
    ("the AWS CDK", r"tells the CDK Toolkit how to execute your app(?s:.*)standard Python project", 2300),
    ("the AWS CDK", r"tells the CDK Toolkit how to execute your app", 900),
    ("the AWS SAM CLI", r"source code and supporting files for a serverless application that you can deploy with the SAM CLI", 9500),
    ("Create React App", r"bootstrapped with \[Create React App\]", 3800),
    ("Vite", r"This template (provides a minimal setup|should help get you started)", 3000),
    ("Next.js", r"bootstrapped with \[`?create-next-app`?\]", 1900),
    ("the Angular CLI", r"This project was generated (with|using) \[Angular CLI\]", 2000),
    ("NestJS", r"framework TypeScript starter repository", 6500),
    ("SvelteKit", r"Everything you need to build a Svelte project, powered by", 1600),
    ("Docusaurus", r"This website is built using \[Docusaurus", 1100),
    ("Rails", r"This README would normally document whatever steps are necessary", 700),
    ("GitLab", r"here's a list of recommended next steps(?s:.*)## Editing this README", 7500),
    ("Azure DevOps", r"TODO: Give a short introduction of your project", 1400),
)  # fmt: skip


def _template(text: str) -> str:
    """Return the tool that wrote a README, where it is hardly longer than what the tool writes."""
    return next(
        (tool for tool, said, most in _TEMPLATES if len(text) <= most and re.search(said, text)),
        "",
    )


_FENCE = re.compile(r"^\s*(?:[>*-]\s+)?(`{3,}|~{3,}|:{3,})\s*\{?\.?([\w-]*)")
_UNDERLINE = re.compile(r"^([=\-~^\"'`*+#.:_])\1{2,}\s*$")
_ATX = re.compile(r"^ {0,3}(?:#{1,6}|={1,6})\s+(\S.*?)[\s#]*$")
_HTML_HEADING = re.compile(r"(?is)<h[1-6][^>]*>(.*?)</h[1-6]>")
_RST_BLOCK = re.compile(
    r"^(\s*)(?:\.\. (?:code(?:-block)?|sourcecode|mermaid)::\s*([\w-]*)|.*::)\s*$"
)
#: Pictures, badges, tags and link targets, which are no prose.
_NO_PROSE = re.compile(
    r"(?s)\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?|<!--.*?-->|<[^>]+>|^\.\. .*?$(?:\n[ \t]+.*$)*|^\s*:\w+:.*$",
    re.MULTILINE,
)
#: A first paragraph of so many characters says what it is about.
_LEAD = 60


class Page:
    """The text of a document, its code apart from its prose."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        #: Blocks of code: the language and the text.
        self.blocks: list[tuple[str, str]] = []
        self.prose = "\n".join(self._cut(text.replace("\r\n", "\n").split("\n")))
        self.headings = list(self._headings())

    @property
    def is_rst(self) -> bool:
        return self.path.lower().endswith(".rst")

    def _cut(self, lines: list[str]) -> Iterator[str]:
        """Yield the lines that are prose, and keep the blocks of code."""
        number = 0
        while number < len(lines):
            line = lines[number]
            number += 1
            fence = None if self.is_rst else _FENCE.match(line)
            block = _RST_BLOCK.match(line) if self.is_rst else None
            if fence:
                mark = fence[1]
                body = []
                while number < len(lines) and not lines[number].strip().startswith(mark):
                    body.append(lines[number])
                    number += 1
                number += 1
                self.blocks.append((fence[2].lower(), "\n".join(body)))
            elif block:
                yield line.removesuffix("::")
                body = []
                indent = len(block[1])
                while number < len(lines) and (
                    not lines[number].strip() or _indent(lines[number]) > indent
                ):
                    body.append(lines[number])
                    number += 1
                language = "mermaid" if "mermaid::" in line else (block[2] or "").lower()
                kept = [each for each in body if not re.match(r"\s+:\w+:", each)]
                directive = line.strip().startswith(".. ")
                code = not directive or re.match(r"\.\. (code|sourcecode|mermaid)", line.strip())
                if code:
                    self.blocks.append((language, _dedented(kept)))
                else:
                    yield from body
            else:
                yield line

    def _headings(self) -> Iterator[tuple[int, str]]:
        lines = self.prose.split("\n")
        for number, line in enumerate(lines):
            atx = None if self.is_rst else _ATX.match(line)
            below = lines[number + 1] if number + 1 < len(lines) else ""
            rule = _UNDERLINE.match(below)
            if atx:
                yield number, atx[1]
            elif rule and line.strip() and not _UNDERLINE.match(line) and "|" not in line:
                marked = self.is_rst or rule[1] in "=-"
                if marked and len(below.rstrip()) >= min(3, len(line.strip())):
                    yield number, line.strip()
        if not self.is_rst:
            for found in _HTML_HEADING.finditer(self.prose):
                yield self.prose.count("\n", 0, found.start()), found[1]

    def sections(self) -> Iterator[str]:
        """Yield what the headings, and the words before the second of them, are about."""
        said = [text for _, text in self.headings]
        for name, words in SECTIONS.items():
            if any(map(words.search, said)) or (name == "purpose" and self._lead()):
                yield name

    def _lead(self) -> bool:
        """Whether the text begins with a paragraph, under its title or without one."""
        lines = self.prose.split("\n")
        places = sorted(number for number, _ in self.headings)
        begin = places[0] + 1 if places and not any(map(_words, lines[: places[0]])) else 0
        end = next((place for place in places if place > begin), len(lines))
        text = _NO_PROSE.sub("", "\n".join(lines[begin:end]))
        return sum(len(line.strip()) for line in text.split("\n") if _words(line)) >= _LEAD

    def charts(self) -> Iterator[str]:
        """Yield the charts of Mermaid."""
        yield from (body for language, body in self.blocks if language == "mermaid")


def _words(line: str) -> bool:
    return len(re.findall(r"[^\W\d_]{2,}", _NO_PROSE.sub("", line))) >= 3


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _dedented(lines: list[str]) -> str:
    least = min((_indent(line) for line in lines if line.strip()), default=0)
    return "\n".join(line[least:] for line in lines).strip("\n")


# --- Diagrams -------------------------------------------------------------------------------------

_PYTHON_PATHS = re.compile(
    r"(?i)(diagram|architect|topology|infra)[^/]*\.py$|(^|/)docs?/[^/]*\.py$"
)
_PYTHON_DIAGRAM = re.compile(r"(?m)^\s*(from diagrams[. ]|import diagrams\b)")


def diagrams_of(reading: Reading) -> Iterator[Diagram | Gap]:
    """Yield the files that are diagrams by their name, or by what is drawn in them."""
    found = partial(Diagram, repository=reading.repository)
    looked: list[tuple[str, str]] = []
    for path in sorted(reading.sizes, key=lambda path: (path.count("/"), path)):
        if is_aside(path):
            continue
        name = path.rpartition("/")[2].lower()
        kind = _kind(DIAGRAM_FILES, name)
        drawn = _kind(DRAWN_FILES, name)
        if kind:
            yield found(path=path, kind=kind)
        elif is_architecture_picture(path):
            yield found(path=path, kind="a picture")
        elif drawn or _PYTHON_PATHS.search(path):
            looked.append((path, drawn or "Diagrams"))
    for path, kind in looked[:MAX_DRAWN]:
        yield from each_file([path], partial(_drawn, reading, kind))
    for path, _ in looked[MAX_DRAWN:]:
        detail = f"{MAX_DRAWN} other files were looked into before it"
        yield Gap(reason=Reason.TRUNCATED, resource=f"{reading.repository}:{path}", detail=detail)


def _kind(files: dict[str, tuple[str, ...]], name: str) -> str:
    return next((kind for kind, patterns in files.items() if matches(name, patterns)), "")


def _imports_diagrams(text: str) -> bool:
    return bool(_PYTHON_DIAGRAM.search(text))


#: Whether a file draws an architecture, by what it is written in.
_LOOKS: dict[str, Callable[[str], bool]] = {
    "Mermaid": is_architecture_chart,
    "PlantUML": is_architecture_plan,
    "Diagrams": _imports_diagrams,
}


def _drawn(reading: Reading, kind: str, path: str) -> Iterator[Diagram]:
    text = reading.sample(path)
    if _LOOKS[kind](text):
        yield Diagram(repository=reading.repository, path=path, kind=kind)


# --- Backstage ------------------------------------------------------------------------------------


def catalog_of(reading: Reading) -> Iterator[CatalogEntry | Gap]:
    """Yield the catalog entry at the root."""
    names = ("catalog-info.yaml", "catalog-info.yml")
    yield from each_file(
        (name for name in names if name in reading.sizes), partial(_catalog, reading)
    )


def _catalog(reading: Reading, path: str) -> Iterator[CatalogEntry]:
    said = as_dict(reading.parsed(path, load_yaml))
    annotations = as_dict(as_dict(said.get("metadata")).get("annotations"))
    yield CatalogEntry(
        repository=reading.repository,
        path=path,
        owned=bool(as_dict(said.get("spec")).get("owner")),
        documented="backstage.io/techdocs-ref" in annotations,
    )
