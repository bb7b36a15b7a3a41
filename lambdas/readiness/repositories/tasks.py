"""What do `make lint`, `npm run lint` or `tox -e lint` run in the end?

Task files are read as text, never executed: what they compute at run time stays unknown, as `*`.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from readiness.evidence.signals import PRE_COMMIT, one_of
from readiness.repositories.commands import Command, joined
from readiness.repositories.formats import (
    as_dict,
    as_list,
    load_ini,
    load_json,
    load_toml,
    load_yaml,
)
from readiness.repositories.reading import Reading


@dataclass(frozen=True, kw_only=True)
class Body:
    """What a task runs: a script, or a hook by its name."""

    label: str
    script: str = ""
    hook: str = ""
    folder: str = ""
    tolerated: str = ""


def bodies(reading: Reading, command: Command, folder: str) -> Iterator[Body]:
    """Yield what a command runs indirectly; nothing where it does itself what it does.

    `folder` is where it runs. Raises UnseenError where the task's file cannot be read.
    """
    words = command.words
    match command.program:
        case "make" | "gmake":
            yield from _make(reading, words[1:], folder)
        case "just":
            yield from _just(reading, words[1:], folder)
        case "task" | "go-task":
            yield from _taskfile(reading, words[1:], folder)
        case "npm" | "yarn" | "pnpm" | "bun" | "turbo" | "nx" | "lerna":
            yield from _node(reading, command.program, words[1:], folder)
        case "run-s" | "run-p" | "npm-run-all" | "npm-run-all2" | "concurrently":
            names = [word.removeprefix("npm:") for word in words[1:] if not word.startswith("-")]
            yield from _node_scripts(reading, [_package(reading, folder)], names)
        case "mvn":
            yield from _maven(reading, words[1:], folder)
        case "composer":
            yield from _composer(reading, words[1:], folder)
        case "tox":
            yield from _tox(reading, words[1:], folder)
        case "nox":
            yield from _nox(reading, words[1:], folder)
        case "pre-commit" | "prek":
            yield from _pre_commit(reading, words[1:])
        case "hatch" | "poe" | "pdm":
            yield from _python_tasks(reading, command.program, words[1:], folder)
        case "sh" | "bash" | "zsh" | "source" | ".":
            files = [word for word in words[1:] if not word.startswith("-")]
            yield from _script(reading, files[0], folder) if files else ()
        case _:
            # `pdm run lint` has lost its runner by now, and `lint` may be one of its scripts.
            yield from _python_tasks(reading, "pdm", words, folder)
            yield from _script(reading, words[0], folder)


def _script(reading: Reading, word: str, folder: str) -> Iterator[Body]:
    path = joined(folder, word)
    if path not in reading.sizes or ("/" not in word and not path.endswith((".sh", ".bash"))):
        return
    text = reading.text(path)
    shebang = text.partition("\n")[0]
    if not shebang.startswith("#!") or re.search(r"\b(ba|da|z|k)?sh\b", shebang):
        yield Body(label=path, script=text, folder=folder)


def _nearest(reading: Reading, folder: str, names: tuple[str, ...]) -> str:
    """Return the file of one of these names in a folder or the nearest one above it."""
    while True:
        found = next(
            (path for name in names if (path := joined(folder, name)) in reading.sizes), ""
        )
        if found or not folder:
            return found
        folder = folder.rpartition("/")[0]


def _options(words: tuple[str, ...], valued: Mapping[str, str]) -> tuple[list[str], dict[str, str]]:
    """Return the words that are no options, and the values of the options that have one."""
    plain: list[str] = []
    values: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        option, equals, value = word.partition("=")
        if word == "--":
            break
        if option in valued and option.startswith("-"):
            given = value if equals else (rest.pop(0) if rest else "")
            values[valued[option]] = ",".join(filter(None, (values.get(valued[option]), given)))
        elif not word.startswith("--") and word[:2] in valued and len(word) > 2:
            values[valued[word[:2]]] = word[2:]
        elif not word.startswith("-"):
            plain.append(word)
    return plain, values


# --- make, just, task -----------------------------------------------------------------------------

_TARGET = re.compile(r"^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^=#]*?)(?:\s*[;#].*)?$")
_VARIABLE = re.compile(r"^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:[:?+]?:?=)\s*(.*)$")
_REFERENCE = re.compile(r"\$[({]([A-Za-z_][\w.-]*)[)}]")


@dataclass(frozen=True)
class _Recipe:
    needs: tuple[str, ...]
    lines: tuple[str, ...]


def _make(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    plain, values = _options(
        words, {"-C": "folder", "--directory": "folder", "-f": "file", "-j": "jobs"}
    )
    below = joined(folder, values.get("folder", ""))
    names = (values["file"],) if "file" in values else ("GNUmakefile", "makefile", "Makefile")
    path = next((path for name in names if (path := joined(below, name)) in reading.sizes), "")
    if not path:
        return
    recipes = reading.parsed(path, _makefile)
    targets = [word for word in plain if "=" not in word and not word.isdigit()]
    yield from _recipes(recipes, targets or list(recipes)[:1], "make", below)


def _makefile(text: str) -> dict[str, _Recipe]:
    """Return the recipes of a Makefile by target, variables filled in where they are plain."""
    variables = {"MAKE": "make"}
    recipes: dict[str, _Recipe] = {}
    open_targets: list[str] = []
    for line in text.replace("\\\n", " ").split("\n"):
        if line.startswith("\t"):
            for target in open_targets:
                known = recipes[target]
                filled = _filled(line.strip(), variables)
                recipes[target] = replace(known, lines=(*known.lines, filled))
            continue
        variable = _VARIABLE.match(line)
        if variable:
            variables[variable[1]] = variable[2].partition(" #")[0].strip()
            continue
        rule = _TARGET.match(line)
        if rule and not rule[1].startswith("."):
            open_targets = _filled(rule[1], variables).split()
            needs = tuple(_filled(rule[2], variables).replace("|", " ").split())
            for target in open_targets:
                known = recipes.get(target, _Recipe((), ()))
                recipes[target] = replace(known, needs=(*known.needs, *needs))
        elif line.strip() and not line.startswith((" ", "#")):
            open_targets = []
    return recipes


def _filled(text: str, variables: Mapping[str, str]) -> str:
    for _ in range(3):
        text = _REFERENCE.sub(lambda found: variables.get(found[1], found[0]), text)[:10_000]
    return _REFERENCE.sub("*", text).replace("$$", "$")


def _recipes(
    recipes: Mapping[str, _Recipe], targets: list[str], tool: str, folder: str
) -> Iterator[Body]:
    """Yield what targets run, and what the targets that they need run."""
    pending, done = list(targets), set[str]()
    while pending:
        target = pending.pop(0)
        if target in done or target not in recipes:
            continue
        done.add(target)
        recipe = recipes[target]
        pending.extend(recipe.needs)
        label = f"{tool} {target}"
        for line in recipe.lines:
            bare = line.lstrip("@-+ ")
            prefix = line[: len(line) - len(bare)]
            tolerated = f"the - before it in {label}" if "-" in prefix else ""
            yield Body(label=label, script=bare, folder=folder, tolerated=tolerated)


_JUST_TARGET = re.compile(r"^@?([A-Za-z_][\w-]*)([^:=]*):(?!=)(.*)$")


def _just(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    path = _nearest(reading, folder, ("justfile", "Justfile", ".justfile"))
    if not path:
        return
    recipes = reading.parsed(path, _justfile)
    targets = [word for word in words if not word.startswith("-") and "=" not in word]
    yield from _recipes(recipes, targets or list(recipes)[:1], "just", path.rpartition("/")[0])


def _justfile(text: str) -> dict[str, _Recipe]:
    recipes: dict[str, _Recipe] = {}
    current = ""
    for line in text.replace("\\\n", " ").split("\n"):
        if line[:1] in (" ", "\t"):
            if current:
                known = recipes[current]
                said = re.sub(r"\{\{.*?\}\}", "*", line.strip())
                recipes[current] = replace(known, lines=(*known.lines, said))
            continue
        rule = _JUST_TARGET.match(line)
        current = rule[1] if rule else ("" if line.strip() else current)
        if rule:
            needs = re.findall(r"[A-Za-z_][\w-]*", rule[3].partition("#")[0])
            recipes[current] = _Recipe(tuple(needs), ())
    return recipes


def _taskfile(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    path = _nearest(reading, folder, ("Taskfile.yml", "Taskfile.yaml", "taskfile.yml"))
    if not path:
        return
    tasks = as_dict(as_dict(reading.parsed(path, load_yaml)).get("tasks"))
    pending = [word for word in words if not word.startswith("-") and "=" not in word] or [
        "default"
    ]
    done: set[str] = set()
    while pending:
        name = pending.pop(0)
        if name in done or name not in tasks:
            continue
        done.add(name)
        task = tasks[name] if isinstance(tasks[name], dict) else {"cmds": tasks[name]}
        for command in [*as_list(task.get("deps")), *as_list(task.get("cmds", task.get("cmd")))]:
            if isinstance(command, dict) and "task" in command:
                pending.append(str(command["task"]))
            elif (
                isinstance(command, str)
                and command in tasks
                and command in as_list(task.get("deps"))
            ):
                pending.append(command)
            else:
                said = as_dict(command)
                tolerated = (
                    "ignore_error"
                    if True in (said.get("ignore_error"), task.get("ignore_error"))
                    else ""
                )
                yield Body(
                    label=f"task {name}",
                    script=re.sub(
                        r"\{\{.*?\}\}", "*", str(said.get("cmd", "") if said else command)
                    ),
                    folder=joined(path.rpartition("/")[0], str(task.get("dir", ""))),
                    tolerated=tolerated,
                )


# --- Node and PHP ---------------------------------------------------------------------------------

#: Words of the package managers themselves; yarn and pnpm take every other word for a script.
_OWN_WORDS = one_of(
    "install i ci add remove audit publish pack login logout config cache version outdated update up "
    "upgrade link dlx exec init create info view list ls why set dedupe prune rebuild store"
)
_NODE_VALUED = {
    "--prefix": "folder", "--cwd": "folder", "-C": "folder", "--dir": "folder",
    "-w": "workspace", "--workspace": "workspace", "--filter": "workspace", "-F": "workspace",
    "-t": "target", "--target": "target", "--targets": "target", "--scope": "workspace",
}  # fmt: skip
_EVERYWHERE = frozenset({"--workspaces", "-ws", "-r", "--recursive", "workspaces", "workspace"})


def _package(reading: Reading, folder: str) -> str:
    return _nearest(reading, folder, ("package.json",))


def _node(reading: Reading, program: str, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    plain, values = _options(words, _NODE_VALUED)
    below = joined(folder, values.get("folder", ""))
    everywhere = (
        program in ("turbo", "nx", "lerna")
        or "workspace" in values
        or not _EVERYWHERE.isdisjoint(words)
    )
    plain = [word for word in plain if word not in ("workspaces", "foreach")]
    if program in ("turbo", "nx", "lerna"):
        names = [word for word in plain if word not in ("run", "run-many", "affected", "exec")]
        names += values.get("target", "").split(",")
    elif program == "npm" or plain[:1] in (["run"], ["run-script"]):
        verb, *rest = plain or [""]
        names = (
            rest[:1] if verb in ("run", "run-script") else ["test"] if verb in ("test", "t") else []
        )
    else:
        if plain[:1] == ["workspace"]:
            plain = plain[2:]
        plain = plain[1:] if plain[:1] == ["run"] else plain
        names = [] if not plain or plain[0] in _OWN_WORDS else plain[:1]
    names = [name for name in names if name]
    if not names:
        return
    packages = reading.named(("package.json",)) if everywhere else [_package(reading, below)]
    yield from _node_scripts(reading, packages, names)


def _node_scripts(reading: Reading, packages: list[str], names: list[str]) -> Iterator[Body]:
    for path in filter(None, packages):
        scripts = as_dict(as_dict(reading.parsed(path, load_json)).get("scripts"))
        for name, script in scripts.items():
            if any(fnmatchcase(name, wanted) for wanted in names):
                yield Body(
                    label=f"{name} in {path}", script=str(script), folder=path.rpartition("/")[0]
                )


_DEFAULT_GOAL = re.compile(r"<defaultGoal>\s*([^<]+?)\s*</defaultGoal>")


def _maven(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    """Yield the default goal of a build that names none."""
    valued = {
        "-f": "file",
        "--file": "file",
        "-P": "profiles",
        "-T": "threads",
        "-s": "settings",
        "-pl": "modules",
    }
    plain, values = _options(words, valued)
    path = joined(folder, values.get("file", "pom.xml"))
    if plain or path not in reading.sizes:
        return
    goal = _DEFAULT_GOAL.search(reading.text(path))
    if goal:
        yield Body(label="mvn", script=f"mvn {goal[1]}", folder=folder)


def _composer(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    path = _nearest(reading, folder, ("composer.json",))
    plain = [word for word in words if not word.startswith("-")]
    plain = plain[1:] if plain[:1] in (["run"], ["run-script"], ["exec"]) else plain
    if not path or not plain:
        return
    scripts = as_dict(as_dict(reading.parsed(path, load_json)).get("scripts"))
    pending, done = plain[:1], set[str]()
    while pending:
        name = pending.pop(0)
        if name in done:
            continue
        done.add(name)
        for script in as_list(scripts.get(name)):
            if str(script).startswith("@") and str(script)[1:] in scripts:
                pending.append(str(script)[1:])
            else:
                yield Body(
                    label=f"composer {name}",
                    script=str(script).removeprefix("@"),
                    folder=path.rpartition("/")[0],
                )


# --- Python ---------------------------------------------------------------------------------------


def _pyproject(reading: Reading, folder: str) -> tuple[str, dict[str, Any]]:
    path = _nearest(reading, folder, ("pyproject.toml",))
    return path, as_dict(reading.parsed(path, load_toml).get("tool")) if path else {}


def _python_tasks(
    reading: Reading, program: str, words: tuple[str, ...], folder: str
) -> Iterator[Body]:
    """Yield the scripts of Hatch, PDM and Poe the Poet, which all live in pyproject.toml."""
    plain = [word for word in words if not word.startswith("-")]
    if not plain or (program == "pdm" and not reading.named(("pdm.lock", "pdm.toml"))):
        return
    path, tool = _pyproject(reading, folder)
    if program == "hatch":
        if plain[0] != "run" or len(plain) < 2:
            return
        environment, _, name = plain[1].rpartition(":")
        environments = as_dict(as_dict(tool.get("hatch")).get("envs"))
        scripts = as_dict(as_dict(environments.get(environment or "default")).get("scripts"))
        if name not in scripts:
            yield Body(
                label="hatch run", script=" ".join(words[words.index("run") + 1 :]), folder=folder
            )
            return
    elif program == "poe":
        name, scripts = plain[0], as_dict(as_dict(tool.get("poe")).get("tasks"))
    else:
        name, scripts = plain[0], as_dict(as_dict(tool.get("pdm")).get("scripts"))
    pending, done = [name], set[str]()
    while pending:
        name = pending.pop(0)
        if name in done or name not in scripts:
            continue
        done.add(name)
        for script in _task_scripts(scripts[name]):
            first = script.split(" ", 1)[0]
            if first in scripts and first != name:
                pending.append(first)
            else:
                yield Body(label=f"{program} {name}", script=script, folder=path.rpartition("/")[0])


def _task_scripts(task: Any) -> list[str]:
    if isinstance(task, dict):
        said = next(
            (task[key] for key in ("cmd", "shell", "sequence", "composite") if key in task), None
        )
        return _task_scripts(said)
    if isinstance(task, list):
        return (
            [script for part in task for script in _task_scripts(part)]
            if any(isinstance(part, dict) for part in task)
            else [str(part) for part in task]
        )
    return [str(task)] if task else []


_TOX_VALUED = {
    "-e": "env", "--env": "env", "-f": "factor", "-c": "config", "--conf": "config", "-m": "label",
    "--installpkg": "", "-x": "", "--override": "", "--workdir": "", "-p": "", "-o": "",
}  # fmt: skip


def _tox(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    plain, values = _options(words, _TOX_VALUED)
    if plain and plain[0] not in ("run", "r", "run-parallel", "p"):
        return
    for path in _tox_files(reading, folder, values.get("config", "")):
        if path.endswith(".toml"):
            document = reading.parsed(path, load_toml)
            if path.endswith("pyproject.toml"):
                document = as_dict(as_dict(document.get("tool")).get("tox"))
            if isinstance(document.get("legacy_tox_ini"), str):
                tox: _Tox = _ToxIni(load_ini(document["legacy_tox_ini"]))
            else:
                tox = _ToxToml(document)
        else:
            tox = _ToxIni(reading.parsed(path, load_ini))
        environments = tox.environments()
        if not environments and not values.get("env"):
            continue
        for name in _chosen(environments, values):
            for script, tolerated in tox.scripts(name):
                yield Body(
                    label=f"tox -e {name}", script=script, folder=folder, tolerated=tolerated
                )
        return


def _tox_files(reading: Reading, folder: str, given: str) -> list[str]:
    names = (given,) if given else ("tox.ini", "setup.cfg", "pyproject.toml", "tox.toml")
    return [path for name in names if (path := joined(folder, name)) in reading.sizes]


def _chosen(environments: list[str], values: Mapping[str, str]) -> list[str]:
    wanted = [each for given in _split(values.get("env", "")) for each in _braces(given)]
    if wanted and wanted != ["ALL"]:
        chosen: list[str] = []
        for name in wanted:
            pattern = re.sub(r"\$\{?\w+\}?", "*", name)
            same = [each for each in environments if fnmatchcase(each, pattern)]
            chosen.extend(same if "*" in pattern else [name])
        return list(dict.fromkeys(chosen))
    factors = {
        factor
        for factor in re.split(r"[-,]", values.get("factor", ""))
        if factor and "*" not in factor and "$" not in factor
    }
    return [name for name in environments if factors <= set(name.split("-"))]


def _split(text: str) -> list[str]:
    """Split at commas and white space outside braces."""
    parts, depth, current = [], 0, ""
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character in ", \n\t" and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    return [part for part in (*parts, current) if part]


def _braces(text: str) -> list[str]:
    """Expand `py{39,310}-lint` and `py3{9-11}`; at most 200 names come of it."""
    parts = re.split(r"\{([^{}]*)\}", text.replace(" ", "").replace("\n", ""))
    choices = []
    for index, part in enumerate(parts):
        if index % 2 == 0:
            choices.append([part])
            continue
        span = re.fullmatch(r"(\d+)-(\d+)", part)
        numbers = range(int(span[1]), min(int(span[2]), int(span[1]) + 100) + 1) if span else ()
        choices.append([str(number) for number in numbers] or part.split(","))
    return ["".join(each) for each in itertools.islice(itertools.product(*choices), 200)]


class _ToxIni:
    """A tox.ini, or the same in setup.cfg."""

    def __init__(self, sections: Mapping[str, Mapping[str, str]]) -> None:
        self._sections = sections

    def environments(self) -> list[str]:
        head = self._sections.get("tox") or self._sections.get("tox:tox") or {}
        listed = head.get("env_list", head.get("envlist", ""))
        lines = (line.partition("#")[0] for line in listed.split("\n"))
        return [name for part in _split(" ".join(lines)) for name in _braces(part)]

    def scripts(self, name: str) -> Iterator[tuple[str, str]]:
        section = self._section(name)
        values = self._sections.get(section, {})
        base = self._sections.get("testenv", {})
        ignored = (
            "ignore_outcome"
            if values.get("ignore_outcome", base.get("ignore_outcome", "")).lower() == "true"
            else ""
        )
        holder = section if "commands" in values else "testenv"
        for script, tolerated in self._lines(holder, set(name.split("-")), depth=3):
            yield script, ignored or tolerated

    def _section(self, name: str) -> str:
        for section in self._sections:
            prefix, _, names = section.partition(":")
            if prefix == "testenv" and name in (
                each for part in _split(names) for each in _braces(part)
            ):
                return section
        return "testenv"

    def _lines(self, section: str, factors: set[str], depth: int) -> Iterator[tuple[str, str]]:
        text = self._sections.get(section, {}).get("commands", "").replace("\\\n", " ")
        for line in text.split("\n"):
            said = line.strip()
            condition = re.match(r"^([!\w.{}, -]+):\s+", said)
            if condition:
                if not _holds(condition[1], factors):
                    continue
                said = said[condition.end() :]
            bare = said.lstrip("-! ")
            tolerated = f"the - before it in [{section}]" if said.startswith("-") else ""
            other = re.fullmatch(r"\{\[([^\]]+)\]commands\}", bare)
            if other and depth:
                for script, why in self._lines(other[1], factors, depth - 1):
                    yield script, tolerated or why
            elif bare and not bare.startswith("#"):
                yield _substituted(bare), tolerated


def _holds(condition: str, factors: set[str]) -> bool:
    for alternative in _split(condition):
        for name in _braces(alternative):
            wanted = name.split("-")
            if all(
                (part[1:] not in factors) if part.startswith("!") else part in factors
                for part in wanted
            ):
                return True
    return False


def _substituted(text: str) -> str:
    text = re.sub(r"\{posargs:?([^{}]*)\}", r"\1", text)
    text = re.sub(r"\{envpython\}", "python", text)
    text = re.sub(r"\{(toxinidir|tox_root|/)\}/?", "", text)
    return re.sub(r"\{[^{}]*\}", "*", text)


class _ToxToml:
    """A tox.toml, or the same below `tool.tox`."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def environments(self) -> list[str]:
        listed = as_list(self._document.get("env_list"))
        return [name for each in listed if isinstance(each, str) for name in _braces(each)]

    def scripts(self, name: str) -> Iterator[tuple[str, str]]:
        base = as_dict(self._document.get("env_run_base"))
        own = as_dict(as_dict(self._document.get("env")).get(name))
        ignored = (
            "ignore_outcome"
            if own.get("ignore_outcome", base.get("ignore_outcome")) is True
            else ""
        )
        for command in as_list(own.get("commands", base.get("commands"))):
            words = [word if isinstance(word, str) else "*" for word in as_list(command)]
            if words:
                tolerated = ignored or ("the - before it in tox" if words[0] == "-" else "")
                yield (
                    _substituted(" ".join(words[1:] if words[0] in ("-", "!") else words)),
                    tolerated,
                )


_Tox = _ToxIni | _ToxToml


def _nox(reading: Reading, words: tuple[str, ...], folder: str) -> Iterator[Body]:
    _, values = _options(
        words,
        {"-s": "session", "--session": "session", "--sessions": "session", "-e": "session", "-f": "file",
         "--noxfile": "file", "-p": "", "--python": "", "-k": "", "-t": ""},
    )  # fmt: skip
    path = joined(folder, values.get("file", "noxfile.py"))
    if path not in reading.sizes:
        return
    wanted = [each.partition("(")[0] for each in _split(values.get("session", ""))]
    for name, script, tolerated in reading.parsed(path, _sessions):
        plain = [re.sub(r"-(\d[\w.]*|pypy[\w.]*|\*)$", "", each) for each in wanted]
        if not wanted or any(fnmatchcase(name, each) for each in (*wanted, *plain)):
            yield Body(label=f"nox -s {name}", script=script, folder=folder, tolerated=tolerated)


def _sessions(text: str) -> list[tuple[str, str, str]]:
    """Return session, command and tolerance of each `session.run(…)` of a noxfile, which is not run."""
    try:
        module = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    for function in (node for node in module.body if isinstance(node, ast.FunctionDef)):
        decorators = [ast.unparse(each) for each in function.decorator_list]
        if not any(re.match(r"(nox\.)?session\b", each) for each in decorators):
            continue
        named = re.search(r"\bname=['\"]([^'\"]+)", " ".join(decorators))
        name = named[1] if named else function.name
        for call in ast.walk(function):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr in ("run", "run_always")
            ):
                words = [
                    each.value
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                    else "*"
                    for each in call.args
                ]
                tolerated = (
                    "success_codes"
                    if any(each.arg == "success_codes" for each in call.keywords)
                    else ""
                )
                found.append((name, " ".join(words), tolerated))
    return found


def _pre_commit(reading: Reading, words: tuple[str, ...]) -> Iterator[Body]:
    plain, values = _options(
        words,
        {"--hook-stage": "stage", "-c": "", "--config": "", "--from-ref": "", "--to-ref": "", "-s": "", "-o": ""},
    )  # fmt: skip
    if plain[:1] != ["run"] or PRE_COMMIT not in reading.sizes:
        return
    only = plain[1:2] if "--files" not in words else []
    for name, script, stages in hooks_of(reading):
        if only and name not in only:
            continue
        if stages and values.get("stage", "pre-commit") not in stages:
            continue
        yield Body(label=f"pre-commit run {name}", hook=name, script=script)


def hooks_of(reading: Reading) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return each hook of the pre-commit configuration: its id, a local hook's command, its stages."""
    document = as_dict(reading.parsed(PRE_COMMIT, load_yaml))
    default = _stages(document.get("default_stages"))
    found = []
    for repository in as_list(document.get("repos")):
        local = as_dict(repository).get("repo") == "local"
        for hook in as_list(as_dict(repository).get("hooks")):
            said = as_dict(hook)
            words = [str(said.get("entry", "")), *map(str, as_list(said.get("args")))]
            script = " ".join(words) if local else ""
            found.append((str(said.get("id", "")), script, _stages(said.get("stages")) or default))
    return found


def _stages(value: Any) -> tuple[str, ...]:
    old = {"commit": "pre-commit", "push": "pre-push", "merge-commit": "pre-merge-commit"}
    return tuple(old.get(str(each), str(each)) for each in as_list(value))
