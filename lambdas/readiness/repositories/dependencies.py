"""Which manifests does a repository have, what do they ask for, and what pins it?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from readiness.evidence import Gap
from readiness.evidence.repository import DependencyManifest, UpdateBot
from readiness.evidence.signals import is_foreign, is_sample, matches
from readiness.repositories.commands import joined
from readiness.repositories.formats import as_dict, as_list, load_json, load_toml, load_yaml
from readiness.repositories.reading import Reading, each_file

#: Manifests that are read of one ecosystem: those nearest to the root.
MAX_MANIFESTS = 10

_REQUIREMENTS = ("requirements*.txt", "requirements*.in")
#: Manifests by name: the ecosystem as Dependabot calls it, and the locks of it.
_MANIFESTS: tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...] = (
    (("pyproject.toml", "Pipfile", "setup.py", "setup.cfg"), "pip", ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock*.toml", "pixi.lock", "conda-lock.yml")),
    (_REQUIREMENTS, "pip", ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock*.toml")),
    (("package.json",), "npm", ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")),
    (("go.mod",), "gomod", ("go.sum",)),
    (("Cargo.toml",), "cargo", ("Cargo.lock",)),
    (("pom.xml",), "maven", ()),
    (("build.gradle", "build.gradle.kts"), "gradle", ("gradle.lockfile", "verification-metadata.xml")),
    (("*.csproj",), "nuget", ("packages.lock.json",)),
    (("Gemfile",), "bundler", ("Gemfile.lock",)),
    (("composer.json",), "composer", ("composer.lock",)),
    (("Package.swift",), "swift", ("Package.resolved",)),
    (("Chart.yaml",), "helm", ("Chart.lock",)),
    (("mix.exs",), "mix", ("mix.lock",)),
    (("pubspec.yaml",), "pub", ("pubspec.lock",)),
)  # fmt: skip


def manifests_of(reading: Reading) -> Iterator[DependencyManifest | Gap]:
    """Yield the manifests of the repository's own code, not of its tests, examples and documents."""
    for names, ecosystem, locks in _MANIFESTS:
        own = [path for path in reading.named(names) if _is_own(path)]
        look = partial(_manifest, reading, ecosystem, locks)
        yield from each_file(own[:MAX_MANIFESTS], look)


_ASIDE = re.compile(
    r"(?i)(^|/)(docs?|examples?|samples?|tests?\w*|benchmarks?|demos?|e2e|templates?)/"
)
#: Requirements of the people who work on it are no part of what is built.
_ASIDE_FILES = re.compile(r"(?i)requirements[-_.](docs?|tests?\w*|lint|readthedocs|rtd)\.(txt|in)$")


def _is_own(path: str) -> bool:
    aside = _ASIDE.search(path) or _ASIDE_FILES.search(path)
    return not (is_foreign(path) or is_sample(path) or aside)


def _manifest(
    reading: Reading, ecosystem: str, locks: tuple[str, ...], path: str
) -> Iterator[DependencyManifest]:
    name = path.rpartition("/")[2]
    said = _SAID[next(pattern for pattern in _SAID if matches(name, (pattern,)))]
    found = said(reading, path)
    if found is None:
        return
    dependencies, loose, package = found
    lock = _lock(reading, path, locks)
    if ecosystem == "pip" and name.startswith("requirements") and not lock:
        lock = _pinned(reading, path)
    elif ecosystem == "pip" and not lock:
        lock = _pinned_beside(reading, path)
    elif ecosystem == "nuget" and not lock and not loose:
        lock = path if dependencies else ""
    elif ecosystem in ("maven", "gradle") and not lock and not loose:
        lock = path
    yield DependencyManifest(
        repository=reading.repository,
        path=path,
        ecosystem=ecosystem,
        dependencies=tuple(dict.fromkeys(dependencies))[:500],
        lock=lock,
        loose=loose[:10],
        package=package,
    )


def _lock(reading: Reading, path: str, locks: tuple[str, ...]) -> str:
    """Return the lock in a manifest's folder, or in one above it: the root of its workspace."""
    folder = path.rpartition("/")[0]
    while locks:
        inside = [
            each
            for each in reading.sizes
            if each.rpartition("/")[0]
            in (folder, joined(folder, "gradle"), joined(folder, ".swiftpm"))
            and matches(each.rpartition("/")[2], locks)
        ]
        if inside or not folder:
            return min(inside, default="")
        folder = folder.rpartition("/")[0]
    return ""


# --- Python ---------------------------------------------------------------------------------------

_NAME = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)")
_PIN = re.compile(
    r"^\s*[A-Za-z0-9][\w.\[\], -]*={2,3}\s*[\w.!+*-]+|^\s*\S+\s*@\s|^\s*(git\+|https?:)"
)
#: The part of pinned lines from which a file is a lock.
_MOSTLY = 0.95


def _requirement_lines(text: str) -> list[str]:
    lines = (line.partition(" #")[0].strip() for line in text.replace("\\\n", " ").split("\n"))
    return [line for line in lines if line and not line.startswith(("#", "-"))]


def _pinned(reading: Reading, path: str) -> str:
    """Return the path of a file of requirements that is its own lock, or has one beside it."""
    name = path.rpartition("/")[2]
    if name.endswith(".in"):
        compiled = f"{path.removesuffix('.in')}.txt"
        return compiled if compiled in reading.sizes and _is_pinned(reading, compiled) else ""
    return path if _is_pinned(reading, path) else ""


def _is_pinned(reading: Reading, path: str) -> bool:
    lines = _requirement_lines(reading.text(path))
    return bool(lines) and sum(bool(_PIN.match(line)) for line in lines) >= _MOSTLY * len(lines)


def _pinned_beside(reading: Reading, path: str) -> str:
    folder = path.rpartition("/")[0]
    beside = [
        each
        for each in reading.named(("requirements*.txt",))
        if each.rpartition("/")[0] in (folder, joined(folder, "requirements"))
    ]
    return next((each for each in beside[:5] if _is_own(each) and _is_pinned(reading, each)), "")


_Said = tuple[list[str], tuple[str, ...], bool]


def _requirements(reading: Reading, path: str) -> _Said | None:
    names = [found[1].lower() for line in _requirement_lines(reading.text(path)) if (found := _NAME.match(line))]  # fmt: skip
    return (names, (), False) if names else None


def _pyproject(reading: Reading, path: str) -> _Said | None:
    document = reading.parsed(path, load_toml)
    project, tool = as_dict(document.get("project")), as_dict(document.get("tool"))
    poetry = as_dict(tool.get("poetry"))
    if not project and not poetry and "dependency-groups" not in document:
        return None  # the settings of tools alone
    asked = [str(each) for each in as_list(project.get("dependencies"))]
    for group in as_dict(project.get("optional-dependencies")).values():
        asked += [str(each) for each in as_list(group)]
    for group in as_dict(document.get("dependency-groups")).values():
        asked += [each for each in as_list(group) if isinstance(each, str)]
    asked += [name for name in as_dict(poetry.get("dependencies")) if name != "python"]
    for group in as_dict(poetry.get("group")).values():
        asked += list(as_dict(as_dict(group).get("dependencies")))
    asked += list(as_dict(poetry.get("dev-dependencies")))
    names = [found[1].lower() for each in asked if (found := _NAME.match(each))]
    if not names and "dependencies" not in as_list(project.get("dynamic")):
        return None
    return names, (), "build-system" in document


_SETUP_NAME = re.compile(r"""['"]([A-Za-z][\w.-]*)\s*(?:\[[^\]]*\])?\s*(?:[<>=!~;].*)?['"]""")


def _setup_py(reading: Reading, path: str) -> _Said | None:
    text = reading.text(path)
    found = re.search(r"install_requires\s*=\s*\[(.*?)\]", text, re.DOTALL)
    if "install_requires" not in text or (found and not found[1].strip()):
        return None
    names = [name.lower() for name in _SETUP_NAME.findall(found[1])] if found else []
    return names, (), True


def _setup_cfg(reading: Reading, path: str) -> _Said | None:
    found = re.search(
        r"^install_requires\s*=\s*\n((?:[ \t]+.*\n?)+)", reading.text(path), re.MULTILINE
    )
    if not found:
        return None
    names = [name[1].lower() for line in found[1].split("\n") if (name := _NAME.match(line))]
    return names, (), True


def _pipfile(reading: Reading, path: str) -> _Said | None:
    document = reading.parsed(path, load_toml)
    names = [*as_dict(document.get("packages")), *as_dict(document.get("dev-packages"))]
    return ([name.lower() for name in names], (), False) if names else None


# --- Others ---------------------------------------------------------------------------------------


def _package_json(reading: Reading, path: str) -> _Said | None:
    document = as_dict(reading.parsed(path, load_json))
    names: list[str] = []
    for key in ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies"):
        names += as_dict(document.get(key))
    package = not document.get("private") and "version" in document and "name" in document
    return (names, (), package) if names else None


def _go_mod(reading: Reading, path: str) -> _Said | None:
    names = re.findall(
        r"^\s*(?:require\s+)?([\w.-]+\.[\w.-]+/\S+)\s+v\d", reading.text(path), re.MULTILINE
    )
    return (names, (), False) if names else None


def _cargo(reading: Reading, path: str) -> _Said | None:
    document = reading.parsed(path, load_toml)
    names: list[str] = []
    tables: list[Mapping[str, Any]] = [document, as_dict(document.get("workspace"))]
    tables += [as_dict(each) for each in as_dict(document.get("target")).values()]
    for table in tables:
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            names += as_dict(table.get(key))
    package = as_dict(document.get("package"))
    published = bool(package) and package.get("publish") is not False and "bin" not in document
    return (names, (), published) if names else None


_MAVEN_DEPENDENCY = re.compile(r"<dependency>(.*?)</dependency>", re.DOTALL)
_MAVEN_LOOSE = re.compile(r"^[\[(]|^(LATEST|RELEASE)$|-SNAPSHOT$")


def _pom(reading: Reading, path: str) -> _Said | None:
    text = re.sub(r"<!--.*?-->", "", reading.text(path), flags=re.DOTALL)
    names, loose = [], []
    for found in _MAVEN_DEPENDENCY.finditer(text):
        name = re.search(r"<artifactId>\s*([\w.${}-]+)", found[1])
        version = re.search(r"<version>\s*([^<\s]+)", found[1])
        if not name:
            continue
        names.append(name[1])
        if version and _MAVEN_LOOSE.search(version[1]):
            loose.append(f"{name[1]} {version[1]}")
    return (names, tuple(loose), "<distributionManagement>" in text) if names else None


_GRADLE_DEPENDENCY = re.compile(r"""['"]([\w.-]+):([\w.-]+):([^'":]+)(?::[^'"]*)?['"]""")


def _gradle(reading: Reading, path: str) -> _Said | None:
    text = reading.text(path)
    names, loose = [], []
    for _, name, version in _GRADLE_DEPENDENCY.findall(text):
        names.append(name)
        if "+" in version or version.startswith(("[", "(", "latest")):
            loose.append(f"{name} {version}")
    catalogue = reading.sizes.get("gradle/libs.versions.toml") is not None
    if catalogue and "libs." in text:
        versions = as_dict(reading.parsed("gradle/libs.versions.toml", load_toml).get("versions"))
        names += re.findall(r"\blibs\.([\w.]+)", text)
        loose += [f"{key} {value}" for key, value in versions.items() if "+" in str(value)]
    if not names and "dependencies" not in text:
        return None
    return names, tuple(loose), "maven-publish" in text


def _csproj(reading: Reading, path: str) -> _Said | None:
    names, loose = [], []
    for found in re.finditer(r"<PackageReference\b([^>]*)>", reading.text(path)):
        name = re.search(r"""Include=["']([^"']+)""", found[1])
        version = re.search(r"""Version=["']([^"']+)""", found[1])
        if name:
            names.append(name[1].lower())
            if version and ("*" in version[1] or version[1].startswith(("[", "("))):
                loose.append(f"{name[1]} {version[1]}")
    return (names, tuple(loose), False) if names else None


def _gemfile(reading: Reading, path: str) -> _Said | None:
    text = reading.text(path)
    names = re.findall(r"""^\s*gem\s+['"]([\w.-]+)""", text, re.MULTILINE)
    gem = "gemspec" in text
    return (names, (), gem) if names or gem else None


def _composer(reading: Reading, path: str) -> _Said | None:
    document = as_dict(reading.parsed(path, load_json))
    asked = {**as_dict(document.get("require")), **as_dict(document.get("require-dev"))}
    names = [name for name in asked if "/" in name]
    return (names, (), document.get("type", "library") == "library") if names else None


def _swift(reading: Reading, path: str) -> _Said | None:
    names = re.findall(
        r"""\.package\(.*?url:\s*"[^"]*/([\w.-]+?)(?:\.git)?\"""", reading.text(path), re.DOTALL
    )
    return (names, (), ".library(" in reading.text(path)) if names else None


def _chart(reading: Reading, path: str) -> _Said | None:
    asked = as_list(as_dict(reading.parsed(path, load_yaml)).get("dependencies"))
    names = [str(as_dict(each).get("name", "")) for each in asked]
    return (names, (), False) if names else None


def _mix(reading: Reading, path: str) -> _Said | None:
    names = re.findall(r"\{:(\w+),\s*[\"~>(]", reading.text(path))
    return (names, (), "package()" in reading.text(path)) if names else None


def _pubspec(reading: Reading, path: str) -> _Said | None:
    names = list(as_dict(as_dict(reading.parsed(path, load_yaml)).get("dependencies")))
    return (names, (), False) if names else None


_SAID = {
    "pyproject.toml": _pyproject,
    "Pipfile": _pipfile,
    "setup.py": _setup_py,
    "setup.cfg": _setup_cfg,
    "requirements*": _requirements,
    "package.json": _package_json,
    "go.mod": _go_mod,
    "Cargo.toml": _cargo,
    "pom.xml": _pom,
    "build.gradle*": _gradle,
    "*.csproj": _csproj,
    "Gemfile": _gemfile,
    "composer.json": _composer,
    "Package.swift": _swift,
    "Chart.yaml": _chart,
    "mix.exs": _mix,
    "pubspec.yaml": _pubspec,
}


# --- Bots -----------------------------------------------------------------------------------------

_DEPENDABOT = (".github/dependabot.yml", ".github/dependabot.yaml")
_RENOVATE = (
    "renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5",
    ".gitlab/renovate.json", ".renovaterc", ".renovaterc.json", ".renovaterc.json5", ".scala-steward.conf",
)  # fmt: skip


def bots_of(reading: Reading) -> Iterator[UpdateBot | Gap]:
    """Yield the configurations of update bots; Dependabot's names what it watches."""
    yield from each_file((path for path in _DEPENDABOT if path in reading.sizes), partial(_dependabot, reading))  # fmt: skip
    for path in _RENOVATE:
        if path in reading.sizes:
            yield UpdateBot(repository=reading.repository, path=path)
    if "package.json" in reading.sizes:
        yield from each_file(["package.json"], partial(_renovate_in_package, reading))


#: Ecosystems that read the same files under another name.
_SAME = {"uv": "pip", "pipenv": "pip", "poetry": "pip", "bun": "npm", "pnpm": "npm", "yarn": "npm"}


def _dependabot(reading: Reading, path: str) -> Iterator[UpdateBot]:
    updates = as_list(as_dict(reading.parsed(path, load_yaml)).get("updates"))
    named = [
        str(said.get("package-ecosystem", ""))
        for said in map(as_dict, updates)
        if str(said.get("open-pull-requests-limit")) != "0"  # which switches it off
    ]
    ecosystems = tuple(dict.fromkeys(_SAME.get(name, name) for name in named))
    yield UpdateBot(repository=reading.repository, path=path, ecosystems=ecosystems or ("none",))


def _renovate_in_package(reading: Reading, path: str) -> Iterator[UpdateBot]:
    if "renovate" in as_dict(reading.parsed(path, load_json)):
        yield UpdateBot(repository=reading.repository, path=path)
