"""What do a repository's source files declare, name, document and import?

A sample is read, spread evenly, and reduced to counts; nothing is executed.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
import warnings
from collections.abc import Iterator
from functools import partial

from readiness.evidence import Gap
from readiness.evidence.practices import BENCHMARK_TEXTS, JAVASCRIPT, PYTHON, TEST_TEXTS, is_test
from readiness.evidence.repository import Outline
from readiness.evidence.signals import CALL_LIMITS, is_foreign, is_sample, language_of
from readiness.repositories.reading import Reading, each_file

#: Source files that are read, and tests among them for each language.
MAX_SAMPLED = 300
MAX_TESTS = 10
#: Names that are kept of one file.
MAX_NAMES = 10


def outlines_of(reading: Reading, paths: list[str]) -> Iterator[Outline | Gap]:
    """Yield the outlines of a sample of these source files."""
    yield from each_file(_sampled(paths), partial(_outline, reading, _own_names(reading)))


def _sampled(paths: list[str]) -> list[str]:
    """Return a sample in an order that names nothing: tests of every language, then the rest."""
    own = [path for path in paths if not is_foreign(path)]
    # The same files are chosen in every scan.
    own.sort(key=lambda path: hashlib.sha256(path.encode()).digest())
    tests: dict[str, list[str]] = {}
    rest: list[str] = []
    for path in own:
        language = language_of(path)
        if is_test(path, language):
            tests.setdefault(language, []).append(path)
        elif not is_sample(path):
            rest.append(path)
    chosen = [path for found in tests.values() for path in found[:MAX_TESTS]]
    return [*chosen, *rest[: MAX_SAMPLED - len(chosen)]]


def _own_names(reading: Reading) -> frozenset[str]:
    """Return the names under which the repository's own modules may be imported."""
    parts = {part for path in reading.sizes for part in path.split("/")}
    return frozenset(part.partition(".")[0] for part in parts)


#: What a program writes at the head of what it wrote.
_GENERATED = re.compile(
    r"(?im)^\s*(#|//|/\*+|\*|--|<!--)\s*(@generated\b|(this|the) (file|code|module|class) (is|was|has been) "
    r"(auto(matically)?[- ]?)?generated\b|(auto[- ]?)?generated (by|from|with)\b|code generated .*do not edit)"
)


def _outline(reading: Reading, own: frozenset[str], path: str) -> Iterator[Outline]:
    text = reading.sample(path)
    if _GENERATED.search(text[:2000]):
        return
    language = language_of(path)
    said = TEST_TEXTS.get(language)
    bench = BENCHMARK_TEXTS.get(language)
    outline = Outline(
        repository=reading.repository,
        path=path,
        language=language,
        test=is_test(path, language),
        tests=bool(said.search(text)) if said else is_test(path, language),
        benchmarks=bool(bench and bench.search(text)),
        limits_calls=language == PYTHON and "botocore" in text and bool(CALL_LIMITS.search(text)),
    )
    if language == PYTHON:
        yield _python(outline, text, own)
    else:
        public, documented = _documented(language, text)
        aside = language != JAVASCRIPT or _ASIDE.search(path)
        imports = () if aside else _javascript_imports(text)
        yield _with(outline, public=public, documented=documented, imports=imports)


def _with(outline: Outline, **changes: object) -> Outline:
    return Outline(**{**vars(outline), **changes})


# --- Python ---------------------------------------------------------------------------------------

_CLASS = re.compile(r"_*[A-Z][A-Za-z0-9]*_*$")
_FUNCTION = re.compile(r"_*[a-z0-9][a-z0-9_]*$|_+$")
#: Names that a library's or a protocol's author chose.
_FOREIGN_NAME = re.compile(
    r"(visit|depart|leave|do|handle|generic|exitstatus|test)_\w+$|do_[A-Z]+$|__\w+__$|"
    r"(setUp|tearDown)(Class|Module|TestData)?$|assert\w*$|maxDiff$|runTest$|addCleanup$"
)
_FOREIGN_BASE = re.compile(
    r"^(logging\..*|(ast\.)?Node(Visitor|Transformer)|(html\.parser\.)?HTMLParser|.*(Handler|Formatter|"
    r"TestCase|Visitor|Transformer)|Q[A-Z]\w*|.*\.Q[A-Z]\w*|wx\..*)$"
)
#: A shorter function explains itself.
_WORTH_WORDS = 3
#: A word or two is no documentation.
_SHORTEST = 10


def _python(outline: Outline, text: str, own: frozenset[str]) -> Outline:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _with(outline, parsed=False)  # newer than this Python, or none
    names, odd = 0, []
    public, documented = 0, 0
    declared, described = 1, int(ast.get_docstring(tree) is not None)
    module = outline.path.rpartition("/")[2].removesuffix(".py")
    if tree.body and (not module.startswith("_") or (module == "__init__" and len(tree.body) > 3)):
        public += 1
        documented += _is_documented(tree)
    pending: list[tuple[ast.AST, bool, bool]] = [(tree, True, False)]
    while pending:
        parent, shown, overrides = pending.pop()
        for node in ast.iter_child_nodes(parent):
            match node:
                case ast.ClassDef():
                    names += 1
                    if not _CLASS.match(node.name):
                        odd.append(node.name)
                    visible = shown and not node.name.startswith("_")
                    if visible:
                        declared += 1
                        described += ast.get_docstring(node) is not None
                        public += 1
                        documented += _is_documented(node)
                    foreign = any(_FOREIGN_BASE.match(ast.unparse(base)) for base in node.bases)
                    pending.append((node, visible, foreign))
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    if not overrides and not _FOREIGN_NAME.match(node.name):
                        names += 1
                        if not _FUNCTION.match(node.name):
                            odd.append(node.name)
                    if shown and not node.name.startswith("_") and not _repeats(node):
                        declared += 1
                        described += ast.get_docstring(node) is not None
                        if _lines(node) >= _WORTH_WORDS:
                            public += 1
                            documented += _is_documented(node)
                    pending.append((node, False, False))
                case ast.If() | ast.Try() | ast.With():
                    pending.append((node, shown, overrides))
    return _with(
        outline,
        names=names,
        odd=tuple(odd),
        public=public,
        documented=documented,
        declared=declared,
        described=described,
        imports=() if _ASIDE.search(outline.path) else _python_imports(tree, own),
    )


def _is_documented(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> bool:
    return len((ast.get_docstring(node) or "").strip()) >= _SHORTEST


def _repeats(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is an overload or a setter of what is declared elsewhere."""
    marks = {ast.unparse(each).rpartition(".")[2] for each in node.decorator_list}
    return bool(marks & {"overload", "setter", "deleter"})


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


#: What its authors run themselves needs no manifest of the product's.
_ASIDE = re.compile(
    r"(^|/)((scripts?|tools?|ci|contrib|benchmarks?|\.\w+)/|(setup|noxfile|conftest|fabfile)\.py$)"
)


def _python_imports(tree: ast.Module, own: frozenset[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for node in tree.body:  # what a function imports is often optional
        match node:
            case ast.Import():
                tops = [alias.name.partition(".")[0] for alias in node.names]
            case ast.ImportFrom(module=str(module), level=0):
                tops = [module.partition(".")[0]]
            case _:
                continue
        found |= dict.fromkeys(
            top for top in tops if top not in sys.stdlib_module_names and top not in own
        )
    return tuple(found)[:MAX_NAMES]


# --- Other languages ------------------------------------------------------------------------------

_IMPORT = re.compile(
    r"""^\s*(?:import\b[^'"\n]*|export\b[^'"\n]*\bfrom\s*|.*\brequire\()\s*['"](@[\w.-]+/[\w.-]+|[\w-][\w.-]*)""",
    re.MULTILINE,
)
_NODE_MODULES = frozenset(
    [
        "assert",
        "buffer",
        "child_process",
        "cluster",
        "console",
        "constants",
        "crypto",
        "dgram",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "inspector",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "repl",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "tty",
        "url",
        "util",
        "v8",
        "vm",
        "wasi",
        "worker_threads",
        "zlib",
        "node",
        "k6",
        "bun",
        "deno",
    ]
)


def _javascript_imports(text: str) -> tuple[str, ...]:
    found = dict.fromkeys(name for name in _IMPORT.findall(text) if name not in _NODE_MODULES)
    return tuple(found)[:MAX_NAMES]


_MODIFIERS = r"(?:(?:static|final|abstract|async|sealed|partial|virtual|override|readonly|open|data|suspend|inline|unsafe|const|default|declare|synchronized|native|extern)\s+)*"
#: A public declaration, by language; a name where the comment must begin with it.
_DECLARED = {
    "Go": re.compile(r"^(?:func (?:\([^)]*\) )?|type )(?P<name>[A-Z]\w*)"),
    "Java": re.compile(rf"^\s*public\s+{_MODIFIERS}[\w<@]"),
    "Kotlin": re.compile(rf"^(?:    )?(?:public\s+)?{_MODIFIERS}(?:fun|class|interface|object)\s"),
    "C#": re.compile(rf"^\s*public\s+{_MODIFIERS}[\w<]"),
    "PHP": re.compile(
        rf"^\s*(?:public\s+{_MODIFIERS}function\s|{_MODIFIERS}(?:class|interface|trait|enum)\s+\w|function\s+\w)"
    ),
    JAVASCRIPT: re.compile(
        rf"^export\s+{_MODIFIERS}(?:function|class|interface|type|enum|const|let)\b"
    ),
    "Rust": re.compile(rf"^\s*pub\s+{_MODIFIERS}(?:fn|struct|enum|trait|type|static|mod|union)\s"),
}
#: What may stand between a comment and its declaration.
_BETWEEN = re.compile(r"^\s*(@|#\[|\[|#!\[|public\s+@)")
MEASURED = frozenset({PYTHON, *_DECLARED})


def _documented(language: str, text: str) -> tuple[int, int]:
    """Return how many public declarations there are, and how many follow a comment of documentation."""
    declared = _DECLARED.get(language)
    if declared is None:
        return 0, 0
    lines = text.split("\n")
    public = documented = 0
    for number, line in enumerate(lines):
        found = declared.match(line)
        if not found:
            continue
        public += 1
        before = number - 1
        while before >= 0 and _BETWEEN.match(lines[before]):
            before -= 1
        comment, first = _comment_above(lines, before)
        name = found.groupdict().get("name")
        marked = comment.startswith(("/**", "///")) if name is None else name in comment.split()[:4]
        # The first comment of a file is its licence.
        documented += marked and first > 0
    return public, documented


def _comment_above(lines: list[str], end: int) -> tuple[str, int]:
    """Return the comment that ends on a line, and the line on which it begins."""
    if end < 0:
        return "", end
    last = lines[end].strip()
    if last.endswith("*/"):
        first = end
        while first >= 0 and "/*" not in lines[first]:
            first -= 1
        return "\n".join(lines[first : end + 1]).strip(), first
    first = end
    while first >= 0 and lines[first].strip().startswith("//"):
        first -= 1
    return "\n".join(lines[first + 1 : end + 1]).strip(), first + 1
