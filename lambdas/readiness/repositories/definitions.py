"""How is a repository built, and which conventions do its tools' configurations demand?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.practices import (
    BUILD_COMMANDS,
    BUILD_FILES,
    JAVASCRIPT,
    PYTHON,
    TEST_COMMANDS,
)
from readiness.evidence.repository import BuildDefinition, Convention, Readme
from readiness.evidence.signals import PRE_COMMIT, is_foreign, is_sample
from readiness.repositories.commands import commands_of
from readiness.repositories.formats import (
    as_dict,
    as_list,
    load_ini,
    load_json,
    load_toml,
    load_yaml,
)
from readiness.repositories.reading import Reading, each_file

# --- Builds ---------------------------------------------------------------------------------------

_TASK_FILES = (
    "Makefile",
    "makefile",
    "GNUmakefile",
    "justfile",
    "Justfile",
    "Taskfile.yml",
    "Taskfile.yaml",
)
_IMAGES = ("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile")
_TEMPLATES = ("template.yaml", "template.yml", "sam.yaml", "sam.yml")
#: Of one kind, the files that are read: those nearest to the root.
_MAX = 5
_SCRIPTS = re.compile(r"(?i)(build|compile|bundle|dist|package|prepack|prepare|prepublish)")
_COPIES = re.compile(r"(?mi)^\s*(COPY|ADD)\s+(?!--from)")
_COMPILES = re.compile(r"(\*|cc|gcc|g\+\+|clang(\+\+)?|ld|ar|javac|rustc|zig build|hugo)(\s|$)")
_RECIPE = re.compile(r"^(?:\t| {2,})[@-]*\s*(.+)$", re.MULTILINE)


def builds_of(reading: Reading) -> Iterator[BuildDefinition | Gap]:
    """Yield the files that say how something is built."""
    for pattern, languages in BUILD_FILES.items():
        for path in _own(reading, (pattern,)):
            yield _build(reading, path, *languages)
    for names, look in (
        (("pyproject.toml", "setup.cfg"), _python),
        (("package.json",), _node),
        (_TASK_FILES, _tasks),
        (_IMAGES, _image),
        (_TEMPLATES, _template),
    ):
        yield from each_file(_own(reading, names)[:_MAX], partial(look, reading))


def _own(reading: Reading, names: tuple[str, ...]) -> list[str]:
    return [path for path in reading.named(names) if not is_foreign(path) and not is_sample(path)]


def _build(reading: Reading, path: str, *languages: str) -> BuildDefinition:
    return BuildDefinition(repository=reading.repository, path=path, languages=languages)


def _python(reading: Reading, path: str) -> Iterator[BuildDefinition]:
    if path.endswith(".toml"):
        document = reading.parsed(path, load_toml)
        built = "build-system" in document or "project" in document
        # An extension in another language is built along with its package.
        backend = str(as_dict(document.get("build-system")).get("build-backend", ""))
        others = (
            ("C/C++", "Rust") if re.search(r"setuptools|mesonpy|scikit|maturin", backend) else ()
        )
    else:
        built, others = "metadata" in reading.parsed(path, load_ini), ()
    if built:
        yield _build(reading, path, PYTHON, *others)


def _node(reading: Reading, path: str) -> Iterator[BuildDefinition]:
    document = as_dict(reading.parsed(path, load_json))
    scripted = any(_SCRIPTS.search(name) for name in as_dict(document.get("scripts")))
    # What needs no compiler is packed as it is.
    packed = "name" in document and not {"main", "module", "exports", "bin", "files"}.isdisjoint(document)  # fmt: skip
    if scripted or packed:
        yield _build(reading, path, JAVASCRIPT)


def _tasks(reading: Reading, path: str) -> Iterator[BuildDefinition]:
    """Yield a task file one of whose tasks builds, packs or tests; `help` and `clean` do not."""
    text = reading.text(path)
    if path.endswith((".yml", ".yaml")):
        text = re.sub(r"(?m)^(\s*)- (?:cmd: )?", r"\1  ", text)
    for line in _RECIPE.findall(text):
        for command in commands_of(re.sub(r"\$[({]\w+[)}]|\{\{.*?\}\}", "*", line)):
            said = str(command)
            if BUILD_COMMANDS.match(said) or TEST_COMMANDS.match(said) or _COMPILES.match(said):
                yield _build(reading, path)
                return


def _image(reading: Reading, path: str) -> Iterator[BuildDefinition]:
    if _COPIES.search(reading.text(path)):
        yield _build(reading, path)


def _template(reading: Reading, path: str) -> Iterator[BuildDefinition]:
    if "AWS::Serverless-" in reading.text(path):
        yield _build(reading, path)


# --- Conventions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rule:
    """A convention that a configuration demands."""

    kind: str
    language: str
    tool: str
    strict: bool = True
    floor: int = 100


_Found = Iterator[_Rule]


def conventions_of(reading: Reading) -> Iterator[Convention | Gap]:
    """Yield the conventions that configurations demand: names, and documentation."""
    for names, look in _CONFIGURATIONS:
        yield from each_file(_own(reading, names)[:_MAX], partial(_conventions, reading, look))


def _conventions(reading: Reading, look: Any, path: str) -> Iterator[Convention]:
    for rule in look(reading, path):
        yield Convention(repository=reading.repository, path=path, **vars(rule))


_NAMING, _DOCUMENTATION, _FORM = "naming", "documentation", "form of documentation"


#: The rules that miss a docstring of a public class, method, function or nested class.
_RUFF_MISSING = ("D101", "D102", "D103", "D106")


def _ruff(said: dict[str, Any]) -> _Found:
    lint = {**said, **as_dict(said.get("lint"))}
    chosen = {str(each) for key in ("select", "extend-select") for each in as_list(lint.get(key))}
    ignored = {str(each) for key in ("ignore", "extend-ignore") for each in as_list(lint.get(key))}

    def on(code: str) -> bool:
        return _ruff_picks(chosen, code) and not _ruff_picks(ignored - {"ALL"}, code)

    if any(on(f"N{number}") for number in ("801", "802", "803", "806")):
        yield _Rule(_NAMING, PYTHON, "ruff")
    if any(map(on, _RUFF_MISSING)):
        yield _Rule(_DOCUMENTATION, PYTHON, "ruff")
    elif any(re.fullmatch(r"D\d*|DOC\d*|ALL", each) for each in chosen):
        yield _Rule(_FORM, PYTHON, "ruff", strict=False)


def _ruff_picks(selectors: set[str], code: str) -> bool:
    """Whether one of these selectors, such as `D` or `D1`, takes a rule."""
    return any(
        each == "ALL" or (each and code.startswith(each) and each[-1:].isalnum())
        for each in selectors
    )


def _ruff_file(reading: Reading, path: str) -> _Found:
    yield from _ruff(reading.parsed(path, load_toml))


def _pyproject(reading: Reading, path: str) -> _Found:
    document = reading.parsed(path, load_toml)
    tool = as_dict(document.get("tool"))
    if "ruff" in tool:
        yield from _ruff(as_dict(tool["ruff"]))
    if "pylint" in tool and not _DISABLED.search(str(tool["pylint"])):
        yield _Rule(_NAMING, PYTHON, "pylint")
        if "missing-" not in str(tool["pylint"]) and "C0114" not in str(tool["pylint"]):
            yield _Rule(_DOCUMENTATION, PYTHON, "pylint")
    if "pep8-naming" in reading.text(path):
        yield _Rule(_NAMING, PYTHON, "flake8")
    if "pydocstyle" in tool:
        yield _Rule(_DOCUMENTATION, PYTHON, "pydocstyle")
    if "interrogate" in tool:
        yield from _interrogate(as_dict(tool["interrogate"]).get("fail-under"))
    if "flake8-docstrings" in reading.text(path):
        yield _Rule(_DOCUMENTATION, PYTHON, "flake8")


#: What interrogate demands where it is not told.
_INTERROGATE = 80


def _interrogate(said: Any) -> _Found:
    found = re.match(r"\d+", str(_INTERROGATE if said is None else said))
    floor = int(found[0]) if found else 0
    yield _Rule(_DOCUMENTATION, PYTHON, "interrogate", floor=floor)


def _ini(reading: Reading, path: str) -> _Found:
    sections = reading.parsed(path, load_ini)
    if "interrogate" in sections:
        yield from _interrogate(sections["interrogate"].get("fail-under"))
    if "pydocstyle" in sections:
        yield _Rule(_DOCUMENTATION, PYTHON, "pydocstyle")


_DISABLED = re.compile(r"invalid-name|C0103")


def _pylintrc(reading: Reading, path: str) -> _Found:
    text = re.sub(r"(?m)^\s*#.*$", "", reading.text(path))
    disabled = re.search(r"(?ms)^disable\s*=(.*?)(?=^\S|\Z)", text)
    said = disabled[1] if disabled else ""
    if not _DISABLED.search(said):
        yield _Rule(_NAMING, PYTHON, "pylint")
    if not re.search(r"missing-\w*docstring|C011[1456]", said):
        yield _Rule(_DOCUMENTATION, PYTHON, "pylint")


def _mentions(reading: Reading, path: str) -> _Found:
    """Look at lists of plugins, where their names alone say that they run."""
    text = re.sub(r"(?m)^\s*#.*$", "", reading.text(path))
    if "pep8-naming" in text:
        yield _Rule(_NAMING, PYTHON, "flake8")
    if "flake8-docstrings" in text:
        yield _Rule(_DOCUMENTATION, PYTHON, "flake8")


_ESLINT_NAMING = re.compile(
    r"""['"]?(?:@typescript-eslint/naming-convention|camelcase)['"]?\s*:\s*\[?\s*['"]?(?:error|warn|[12]\b)"""
)
#: Plugins that look at how documentation is written.
_ESLINT_FORM = re.compile(
    r"""eslint-plugin-jsdoc|plugin:jsdoc|['"]tsdoc/syntax['"]\s*:\s*\[?\s*['"]?(?:error|warn|[12]\b)"""
)
_ESLINT_DOCUMENTATION = re.compile(
    r"""['"]jsdoc/require-jsdoc['"]\s*:\s*\[?\s*['"]?(?:error|warn|[12]\b)|jsdoc.{0,40}recommended"""
)


def _eslint(reading: Reading, path: str) -> _Found:
    text = reading.text(path)
    if _ESLINT_NAMING.search(text):
        yield _Rule(_NAMING, JAVASCRIPT, "ESLint")
    if _ESLINT_DOCUMENTATION.search(text):
        yield _Rule(_DOCUMENTATION, JAVASCRIPT, "ESLint")
    # That package.json has the plugin does not say that anything uses it.
    elif _ESLINT_FORM.search(text) and not path.endswith("package.json"):
        yield _Rule(_FORM, JAVASCRIPT, "ESLint")


def _biome(reading: Reading, path: str) -> _Found:
    if re.search(
        r'"useNamingConvention"\s*:\s*(?!\s|"off"|\{\s*"level"\s*:\s*"off")', reading.text(path)
    ):
        yield _Rule(_NAMING, JAVASCRIPT, "Biome")


def _checkstyle(reading: Reading, path: str) -> _Found:
    text = re.sub(r"(?s)<!--.*?-->", "", reading.text(path))
    if re.search(r'module name="\w*Name"', text):
        yield _Rule(_NAMING, "Java", "Checkstyle")
    if re.search(r'module name="MissingJavadoc', text):
        yield _Rule(_DOCUMENTATION, "Java", "Checkstyle")


def _java_build(reading: Reading, path: str) -> _Found:
    if re.search(r"(google|sun)_checks\.xml", reading.text(path)):
        yield _Rule(_NAMING, "Java", "Checkstyle")
        yield _Rule(_DOCUMENTATION, "Java", "Checkstyle")
    if re.search(
        r"org\.jlleitschuh\.gradle\.ktlint|com\.diffplug\.spotless.*ktlint", reading.text(path)
    ):
        yield _Rule(_NAMING, "Kotlin", "ktlint")
    if "io.gitlab.arturbosch.detekt" in reading.text(path):
        yield _Rule(_NAMING, "Kotlin", "detekt")


def _detekt(reading: Reading, path: str) -> _Found:
    naming = as_dict(as_dict(reading.parsed(path, load_yaml)).get("naming"))
    if naming.get("active") is not False:
        yield _Rule(_NAMING, "Kotlin", "detekt")


def _golangci(reading: Reading, path: str) -> _Found:
    text = re.sub(r"(?m)#.*$", "", reading.text(path))
    linters = as_dict(as_dict(reading.parsed(path, load_yaml)).get("linters")) if path.endswith(("yml", "yaml")) else {}  # fmt: skip
    enabled = {str(each) for each in as_list(linters.get("enable"))} or set(re.findall(r"[\w]+", text) if not linters else ())  # fmt: skip
    disabled = {str(each) for each in as_list(linters.get("disable"))}
    everything = linters.get("enable-all") is True or linters.get("default") == "all"
    for name in ("revive", "stylecheck"):
        if (everything or name in enabled) and name not in disabled:
            yield _Rule(_NAMING, "Go", "golangci-lint")
            break
    if ("revive" in enabled and re.search(r"\bexported\b", text)) or {"godot", "revive"} <= enabled:
        yield _Rule(_DOCUMENTATION, "Go", "golangci-lint")


_RUST_ALLOWS = re.compile(
    r"#!\[allow\([^)]*\b(nonstandard_style|non_snake_case|non_camel_case_types)\b"
)
_RUST_DOCUMENTED = re.compile(r"#!\[(deny|forbid|warn)\([^)]*\bmissing_docs\b")


def _cargo(reading: Reading, path: str) -> _Found:
    document = reading.parsed(path, load_toml)
    for part in (document, as_dict(document.get("workspace"))):
        said = as_dict(as_dict(part.get("lints")).get("rust")).get("missing_docs")
        level = str(as_dict(said).get("level") if isinstance(said, dict) else said)
        if level in ("warn", "deny", "forbid"):
            strict = level != "warn"
            yield _Rule(_DOCUMENTATION, "Rust", "the compiler", strict=strict)


def _revive(reading: Reading, path: str) -> _Found:
    if "exported" in as_dict(reading.parsed(path, load_toml).get("rule")):
        yield _Rule(_DOCUMENTATION, "Go", "revive")


def _rust(reading: Reading, path: str) -> _Found:
    if path.rpartition("/")[0].rpartition("/")[2] != "src":
        return
    text = reading.text(path)
    if not _RUST_ALLOWS.search(text):
        yield _Rule(_NAMING, "Rust", "the compiler")
    documented = _RUST_DOCUMENTED.search(text)
    if documented:
        strict = documented[1] != "warn"
        yield _Rule(_DOCUMENTATION, "Rust", "the compiler", strict=strict)


def _editorconfig(reading: Reading, path: str) -> _Found:
    if re.search(r"(?m)^\s*dotnet_naming_rule\.", reading.text(path)):
        yield _Rule(_NAMING, "C#", ".NET analyzers")


def _csproj(reading: Reading, path: str) -> _Found:
    text = reading.text(path)
    suppressed = any("1591" in found for found in re.findall(r"<NoWarn>(.*?)</NoWarn>", text))
    if re.search(r"(?i)<GenerateDocumentationFile>\s*true", text) and not suppressed:
        yield _Rule(_DOCUMENTATION, "C#", ".NET analyzers")


def _rubocop(reading: Reading, path: str) -> _Found:
    document = as_dict(reading.parsed(path, load_yaml))
    bare = as_dict(document.get("AllCops")).get("DisabledByDefault") is True
    if as_dict(document.get("Naming")).get("Enabled") is not False and not bare:
        yield _Rule(_NAMING, "Ruby", "RuboCop")
    if as_dict(document.get("Style/Documentation")).get("Enabled") is not False and not bare:
        yield _Rule(_DOCUMENTATION, "Ruby", "RuboCop")


def _phpcs(reading: Reading, path: str) -> _Found:
    if re.search(r'ref="(PSR1|PSR12|PER\w*|Squiz|PSR2)\b', reading.text(path)):
        yield _Rule(_NAMING, "PHP", "PHP_CodeSniffer")


def _swiftlint(reading: Reading, path: str) -> _Found:
    document = as_dict(reading.parsed(path, load_yaml))
    if "identifier_name" not in as_list(document.get("disabled_rules")):
        yield _Rule(_NAMING, "Swift", "SwiftLint")


def _tflint(reading: Reading, path: str) -> _Found:
    found = re.search(r'rule\s+"terraform_naming_convention"\s*\{([^}]*)', reading.text(path))
    if found and not re.search(r"enabled\s*=\s*false", found[1]):
        yield _Rule(_NAMING, "Terraform", "TFLint")


_CONFIGURATIONS: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("pyproject.toml",), _pyproject),
    (("ruff.toml", ".ruff.toml"), _ruff_file),
    ((".pylintrc", "pylintrc"), _pylintrc),
    ((PRE_COMMIT, "tox.ini", "setup.cfg", "requirements*.txt", "requirements*.in", "Pipfile"), _mentions),
    ((".eslintrc*", "eslint.config.*", "package.json"), _eslint),
    (("biome.json", "biome.jsonc"), _biome),
    (("checkstyle*.xml", "*_checks.xml"), _checkstyle),
    (("pom.xml", "build.gradle", "build.gradle.kts"), _java_build),
    (("detekt*.yml", "detekt*.yaml"), _detekt),
    ((".golangci.yml", ".golangci.yaml", ".golangci.toml", ".golangci.json"), _golangci),
    (("lib.rs", "main.rs"), _rust),
    (("Cargo.toml",), _cargo),
    (("revive.toml",), _revive),
    (("setup.cfg", "tox.ini"), _ini),
    ((".editorconfig",), _editorconfig),
    (("*.csproj", "Directory.Build.props"), _csproj),
    ((".rubocop.yml",), _rubocop),
    (("phpcs.xml*", ".phpcs.xml*"), _phpcs),
    ((".swiftlint.yml",), _swiftlint),
    ((".tflint.hcl",), _tflint),
)  # fmt: skip


# --- README ---------------------------------------------------------------------------------------

_READMES = ("readme.md", "readme.rst", "readme.adoc", "readme.txt", "readme.markdown", "readme")


def readmes_of(reading: Reading) -> Iterator[Readme | Gap]:
    """Yield the README at the root."""
    paths = [path for path in reading.sizes if path.lower() in _READMES]
    yield from each_file(sorted(paths), partial(_readme, reading))


def _readme(reading: Reading, path: str) -> Iterator[Readme]:
    text = reading.text(path)
    lines = sum(bool(line.strip()) for line in text.split("\n"))
    yield Readme(repository=reading.repository, path=path, lines=lines, characters=len(text))
