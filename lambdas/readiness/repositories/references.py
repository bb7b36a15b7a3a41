"""Which paths, `make` targets and scripts does a README refer to that are not in its repository?

Addresses with a host are not fetched, and what the README calls in another repository is left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote

from readiness.evidence import Gap
from readiness.evidence.documents import ReadmeReferences, is_aside, readme_rank
from readiness.probes.refusals import UnseenError
from readiness.repositories.commands import Command, commands_of
from readiness.repositories.documents import Page
from readiness.repositories.formats import FormatError, as_dict, load_json
from readiness.repositories.reading import Reading, git_pattern

#: References that are named; more are as bad.
MAX_BROKEN = 20
#: Packages and Makefiles in which a name is looked for.
_MAX_FILES = 10


def references_of(reading: Reading) -> Iterator[ReadmeReferences | Gap]:
    """Yield what the README that stands for the repository refers to."""
    if reading.source.gaps:
        return  # what is missing from a part of the list may be in the rest
    ranked = [(rank, path) for path in reading.sizes if (rank := readme_rank(path)) is not None]
    if not ranked:
        return
    path = min(ranked)[1]
    try:
        page = Page(path, reading.sample(path))
        found = [*_paths(reading, page), *_tasks(reading, page)]
    except UnseenError as error:
        yield error.gap
        return
    broken = dict.fromkeys(said for said, good in found if not good)
    yield ReadmeReferences(
        repository=reading.repository,
        path=path,
        number=len(found),
        broken=tuple(broken)[:MAX_BROKEN],
    )


# --- Paths ----------------------------------------------------------------------------------------

_TITLE = r"""(?:\s+(?:"[^"]*"|'[^']*'|\([^)]*\)))?"""
_MARKDOWN = re.compile(
    rf"\]\(\s*(?:<([^>\n]+)>|((?:[^\s()]|\([^\s()]*\))+)){_TITLE}\s*\)|"
    rf"(?m:^ {{0,3}}\[(?!\^)[^\]\n]+\]:\s*<?([^\s>]+)>?{_TITLE}\s*$)|"
    r"""<(?:img|a|source)\b[^>]*?\s(?:src|href)\s*=\s*["']([^"'\n]+)["']""",
    re.IGNORECASE,
)
_RST = re.compile(
    r"(?m)^\s*\.\. (?:\|[^|]*\| )?(?:image|figure|include)::\s*(\S+)\s*$|^\s*\.\. _[^:\n]+:\s+(\S+)\s*$|"
    r"`[^`<\n]*<([^>\s]+)>`__?"
)
_ADOC = re.compile(r"(?:link|xref|image|include)::?([^\s\[]+)\[")
_CODE_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: A host, a variable, or a place to fill in.
_ELSEWHERE = re.compile(r"^([a-z][a-z0-9+.-]*:|//|#|www\.)|[{}$<>*|]|^[^/]*@[^/]*$", re.IGNORECASE)
_RST_PATH = re.compile(r"/|\.\w{1,5}$")


def _paths(reading: Reading, page: Page) -> Iterator[tuple[str, bool]]:
    """Yield each path that is referred to, and whether it is there."""
    tree = _Tree(reading)
    folder = page.path.rpartition("/")[0]
    for said in _targets(page):
        target = unquote(re.split(r"[#?]", said, maxsplit=1)[0]).strip()
        if not target or _ELSEWHERE.search(said):
            continue
        whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
        path = posixpath.normpath(whole)
        if path.startswith(".."):
            continue  # GitHub's own pages lie there, such as ../../issues
        yield target, path in (".", "") or tree.has(path)


def _targets(page: Page) -> Iterator[str]:
    name = page.path.lower()
    prose = _COMMENT.sub("", page.prose)
    if page.is_rst:
        found = (next(filter(None, groups), "") for groups in _RST.findall(prose))
        # What another name or a role points to is no path.
        yield from (each for each in found if _RST_PATH.search(each) and not each.endswith("_"))
    elif name.endswith((".adoc", ".asciidoc")):
        yield from _ADOC.findall(prose)
    elif name.endswith((".md", ".markdown", ".mdx")):
        prose = _CODE_SPAN.sub("`code`", prose)
        yield from (next(filter(None, groups), "") for groups in _MARKDOWN.findall(prose))


class _Tree:
    """What is in a repository, its folders, links and submodules included, or is made by its build."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    @cached_property
    def known(self) -> frozenset[str]:
        paths = [*self.reading.sizes, *self.reading.source.others]
        folders: set[str] = set()
        for path in paths:
            while (path := path.rpartition("/")[0]) and path not in folders:
                folders.add(path)
        return frozenset((*paths, *folders))

    @cached_property
    def made(self) -> list[re.Pattern[str]]:
        """What .gitignore leaves out."""
        text = self.reading.sample(".gitignore") if ".gitignore" in self.reading.sizes else ""
        lines = (line.strip() for line in text.split("\n")[:1000])
        return [git_pattern(line) for line in lines if line and line[0] not in "#!"]

    def has(self, path: str) -> bool:
        parents = [path]
        while parents[-1]:
            parents.append(parents[-1].rpartition("/")[0])
        # Below a link or a submodule lies what this repository does not list.
        if path in self.known or not frozenset(self.reading.source.others).isdisjoint(parents):
            return True
        return any(pattern.match(each) for pattern in self.made for each in parents if each)


# --- Tasks ----------------------------------------------------------------------------------------

_SHELLS = frozenset(
    [
        "",
        "sh",
        "bash",
        "shell",
        "zsh",
        "console",
        "shell-session",
        "shellsession",
        "terminal",
        "text",
    ]
)
_PROMPT = re.compile(r"(?m)^\s*(?:\(\S+\)\s*)?(?:\S*[$%>❯]|#)\s+")
_NAME = re.compile(r"^[A-Za-z0-9][\w:./-]*$")
_NODE = frozenset({"npm", "yarn", "pnpm"})
#: Options that lead to another folder or file.
_LEADS_AWAY = re.compile(
    r"^(-C|-f|-w|-F|--directory|--file|--makefile|--workspaces?|--prefix|--filter|--cwd|--dir)(=|$)|^-C."
)
#: Tools that write a Makefile.
_MAKERS = re.compile(
    r"(?i)(^|/)(CMakeLists\.txt|configure(\.ac|\.in|\.ya?ml)?|Makefile\.(am|in|PL)|[^/]+\.pro|autogen\.sh|meson\.build|premake\w*\.lua|Build\.PL|extconf\.rb)$"
)


def _tasks(reading: Reading, page: Page) -> Iterator[tuple[str, bool]]:
    """Yield each target and script that is called, and whether it is there."""
    names = _Tasks(reading)
    shown = " ".join(text for language, text in page.blocks if language in ("json", "jsonc", "js"))
    for command in _commands(reading, page):
        words = command.words[1:]
        program = command.program
        if any(_LEADS_AWAY.match(word) for word in words):
            continue
        if program == "make" and names.has_makefile:
            for word in words:
                if _NAME.match(word) and not word.isdigit():
                    yield f"make {word}", names.makes(word)
        elif program in _NODE and names.has_package and words[:1] in (("run",), ("run-script",)):
            plain = [word for word in words[1:] if not word.startswith("-")]
            name = plain[0] if plain else ""
            # A script that the README shows is one that its readers are to write.
            if _NAME.match(name) and f'"{name}"' not in shown:
                yield f"{program} run {name}", names.scripts(name)


def _commands(reading: Reading, page: Page) -> Iterator[Command]:
    own = reading.repository.rpartition("/")[2].rpartition(":")[2].lower()
    for language, text in page.blocks:
        if language not in _SHELLS:
            continue
        script = _PROMPT.sub("", text)
        cloned = re.findall(r"\bgit clone\s+(?:-\S+\s+)*\S*?([\w.-]+?)(?:\.git)?/?(?:\s|$)", script)
        if any(name.lower() != own for name in cloned):
            continue
        yield from commands_of(script)
    prose = page.prose.replace("``", "`") if page.is_rst else page.prose
    for _, text in _CODE_SPAN.findall(prose):
        if re.match(r"(make|npm|yarn|pnpm)\s", text) and "\n" not in text:
            yield from commands_of(text)


class _Tasks:
    """The targets and scripts of the repository's own Makefiles and packages."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def _own(self, *names: str) -> list[str]:
        return [path for path in self.reading.named(names) if not is_aside(path)][:_MAX_FILES]

    @cached_property
    def _makefiles(self) -> str:
        paths = self._own("Makefile", "makefile", "GNUmakefile", "*.mk", "Makefile.*")
        return "\n".join(self.reading.sample(path) for path in paths)

    @property
    def has_makefile(self) -> bool:
        """Whether there is one; without it, `make` is called in what the README speaks of."""
        return bool(self._own("Makefile", "makefile", "GNUmakefile"))

    @property
    def has_package(self) -> bool:
        """Whether there is one; without it, scripts are those of the README's readers."""
        return bool(self._own("package.json"))

    def makes(self, target: str) -> bool:
        """Whether a Makefile has a target, or may have it."""
        text = self._makefiles
        if any(map(_MAKERS.search, self.reading.sizes)) or target in self.reading.sizes:
            return True
        # Targets of patterns, of variables and of other files are not told apart.
        if re.search(r"(?m)^-?include\s|^s?include\s|^[^\t#=\n]*[%$][^\n:=]*:(?!=)", text):
            return True
        return bool(
            re.search(
                rf"(?m)^[^\t#\n]*(?<![\w./-]){re.escape(target)}(?![\w./-])[^\n=]*:(?!=)", text
            )
        )

    def scripts(self, name: str) -> bool:
        """Whether a package has a script."""
        for path in self._own("package.json"):
            try:
                scripts = as_dict(as_dict(load_json(self.reading.sample(path))).get("scripts"))
            except FormatError:
                return True  # what cannot be read may have it
            if name in scripts:
                return True
        return False
