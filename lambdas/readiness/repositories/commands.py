"""What does a line of shell run, once everything around it is taken off?

`FOO=1 poetry run python -m ruff check .` is `ruff check .`.
Values that may be secret never leave this module.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from readiness.evidence.signals import one_of

#: Longer commands are cut; what decides stands at their start.
MAX_LENGTH = 300


@dataclass(frozen=True)
class Command:
    """One simple command of a script."""

    #: Its words, without what only prepares or wraps it; the first is the program as it is written.
    words: tuple[str, ...]
    #: Why its failure stops nothing; empty where it does.
    tolerated: str = ""
    #: The folder it runs in, below the script's own.
    folder: str = ""

    @property
    def program(self) -> str:
        return program_name(self.words[0])

    def __str__(self) -> str:
        return " ".join((self.program, *_presentable(self.program, self.words[1:])))[:MAX_LENGTH]


def commands_of(script: str) -> Iterator[Command]:
    """Yield the commands of a script, in order."""
    folder = ""
    for words, tolerated in _simple_commands(script):
        stripped = unwrapped(words)
        if not stripped:
            continue
        if stripped[0] in ("cd", "pushd"):
            folder = joined(folder, stripped[1]) if len(stripped) > 1 else folder
            continue
        yield Command(stripped, tolerated or _own_tolerance(stripped), folder)
        image = _image(words)
        if (
            image
        ):  # whether the first word is the image's tool or its argument, only the image knows
            yield Command((image, *stripped), tolerated, folder)


def joined(folder: str, below: str) -> str:
    """Return a path below a folder, normalised; what leads out of the repository stays at its root."""
    parts: list[str] = []
    for part in f"{folder}/{below}".split("/") if not below.startswith("/") else []:
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def program_name(word: str) -> str:
    """Return a program's bare name: without its folder, its version and its wrapper's ending."""
    name = word.rstrip("/").rpartition("/")[2] if not word.startswith("@") else word
    if name in ("gradlew", "mvnw", "gradlew.bat", "mvnw.cmd"):
        return name[: -len(".bat")].removesuffix("w") if "." in name else name.removesuffix("w")
    return re.sub(r"(?<=.)@[\w.^~*-]+$|==.*$|\.exe$", "", name)


# --- Cutting a script into commands -----------------------------------------------------------------

_EXPRESSION = re.compile(r"\$\{\{.*?\}\}|\$\([A-Za-z_]\w*\)")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(\w+)\1[^\n]*\n.*?\n\s*\2(?=\n|$)", re.DOTALL)
_SEPARATORS = frozenset({";", "&&", "||", "|", "&", "\n", ";;", "|&"})
_HARMLESS = frozenset({"true", ":", "echo", "printf"})


def _simple_commands(script: str) -> Iterator[tuple[list[str], str]]:
    """Yield each simple command with why its failure is tolerated, going by what follows it."""
    text = _EXPRESSION.sub("*", script).replace("\r\n", "\n").replace("\\\n", " ")
    text = _HEREDOC.sub("\n", text)
    for line in text.split("\n"):
        pieces = list(_pieces(line))
        ends_well = (
            len(pieces) > 1 and pieces[-1][0] == ["exit", "0"] and pieces[-2][1] in (";", "&")
        )
        for index, (words, separator) in enumerate(pieces):
            follower = pieces[index + 1][0] if index + 1 < len(pieces) else []
            if separator == "||" and _succeeds(follower):
                yield words, f"|| {' '.join(follower[:2])}"
            elif ends_well and index < len(pieces) - 1:
                yield words, "; exit 0"
            else:
                yield words, ""


def _succeeds(words: list[str]) -> bool:
    return bool(words) and (words[0] in _HARMLESS or words[:2] == ["exit", "0"])


def _pieces(line: str) -> Iterator[tuple[list[str], str]]:
    """Yield the words of each command of a line, and the separator that ends it."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|()")
    lexer.whitespace_split = True
    words: list[str] = []
    try:
        for token in lexer:
            if token in _SEPARATORS or set(token) <= set("();&|"):
                if words:
                    yield words, token
                words = []
            else:
                words.append(token)
    except ValueError:  # an unbalanced quote, as in a text over several lines
        words = line.split()
    if words:
        yield words, ""


_ZERO_EXIT = re.compile(r"(^| )(--exit-zero|--fix-only|--issues-exit-code[= ]0|--no-fail)( |$)")


def _own_tolerance(words: tuple[str, ...]) -> str:
    found = _ZERO_EXIT.search(" ".join(words))
    return found[2] if found else ""


# --- Taking off what wraps a command ------------------------------------------------------------------

_ASSIGNMENT = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*\+?=")
_WORDS = one_of(
    "if then else elif do while until ! { sudo time exec command nice nohup env cross-env stdbuf "
    "xvfb-run builtin eatmydata dotenv"
)
_PYTHON = re.compile(r"^(python|pypy|py|\$\(?\{?PYTHON\}?\)?|\*)[\d.]*$")

#: Runners: their own words, and their options that take a value of their own.
_RUNNERS: tuple[tuple[tuple[str, ...], frozenset[str]], ...] = tuple(
    (tuple(words.split()), frozenset(options.split()))
    for words, options in (
        ("poetry run", "-C -P --directory --project"),
        (
            "uv run",
            "--group --only-group --no-group --extra --with --with-editable --with-requirements "
            "--python -p --package --project --directory --env-file --index --index-url",
        ),
        ("uvx", "--with --with-editable --from --python -p --index --index-url --constraint -c"),
        ("uv tool run", "--with --from --python -p --index --index-url"),
        ("pipx run", "--spec --python --pip-args --index-url"),
        ("pdm run", "-p --project"),
        ("pipenv run", ""),
        ("rye run", "--pyproject"),
        ("pixi run", "-e --environment --manifest-path"),
        ("conda run", "-n --name -p --prefix"),
        ("micromamba run", "-n --name -p --prefix"),
        ("npx", "-p --package -w --workspace --prefix"),
        ("bunx", "--package -p"),
        ("bun x", ""),
        ("pnpm exec", ""),
        ("pnpm dlx", "--package"),
        ("yarn exec", ""),
        ("yarn dlx", "-p --package"),
        ("npm exec", "-w --workspace -p --package"),
        ("bundle exec", ""),
        ("composer exec", "-d --working-dir"),
        ("coverage run", "--source --rcfile --data-file --context --omit --include --concurrency"),
        ("timeout", "-s --signal -k --kill-after"),
        ("xargs", "-n -P -I -L -d -a -s"),
        ("nix develop", "-c --command"),
    )
)
_WITH_NUMBER = frozenset({"timeout"})


def unwrapped(words: list[str]) -> tuple[str, ...]:
    """Take runners, environment assignments and shell words off the front of a command."""
    rest = words
    for _ in range(8):
        shorter = _once_unwrapped(rest)
        if shorter == rest:
            break
        rest = shorter
    return tuple(rest)


def _once_unwrapped(words: list[str]) -> list[str]:
    if not words:
        return words
    first = words[0]
    name = program_name(first)
    if _ASSIGNMENT.match(first):
        return words[1:]
    if name in _WORDS:
        rest = words[1:]
        while rest and rest[0].startswith("-"):
            rest = rest[1:]
        return rest
    if _PYTHON.match(name) and "-m" in words[1:4]:
        return words[words.index("-m") + 1 :]
    if name == "php":
        rest = _after_options(words[1:], frozenset({"-d", "-c"}), number=False)
        # A tool that PHP runs, as opposed to a script of one's own.
        return rest if rest and re.search(r"(^|/)(vendor/bin|bin)/|\.phar$", rest[0]) else words
    if name == "find" and any(option in words for option in ("-exec", "-execdir")):
        at = next(index for index, word in enumerate(words) if word in ("-exec", "-execdir"))
        return words[at + 1 :]
    if name == "docker" and "run" in words[1:3]:
        return _in_container(words)
    for runner, valued in _RUNNERS:
        if (name, *words[1 : len(runner)]) == runner:
            return _after_options(words[len(runner) :], valued, number=name in _WITH_NUMBER)
    return words


def _after_options(words: list[str], valued: frozenset[str], *, number: bool) -> list[str]:
    rest = words
    while rest and rest[0].startswith("-"):
        option, rest = rest[0], rest[1:]
        if option == "--":
            break
        if option in valued and rest and option not in ("-c", "--command"):
            rest = rest[1:]
    if number and rest:
        rest = rest[1:]
    return rest


_DOCKER_VALUED = one_of(
    "-v --volume -e --env --env-file -w --workdir -u --user --name --network --net --entrypoint -p "
    "--publish --mount --platform --pull -h --hostname --label -l --cpus --memory -m"
)


def _in_container(words: list[str]) -> list[str]:
    """Return the command that `docker run … image command` runs; the image's name where it has none."""
    command = _after_options(words[words.index("run") + 1 :], _DOCKER_VALUED, number=False)[1:]
    return command if command and not command[0].startswith("-") else [_image(words), *command]


def _image(words: list[str]) -> str:
    """Return the bare name of the image that a `docker run` starts, empty for other commands."""
    at = next((index for index, word in enumerate(words) if program_name(word) == "docker"), None)
    if at is None or "run" not in words[at + 1 : at + 3]:
        return ""
    rest = _after_options(words[words.index("run", at) + 1 :], _DOCKER_VALUED, number=False)
    return rest[0].rpartition("/")[2].partition(":")[0] if rest else ""


# --- Keeping no secrets -------------------------------------------------------------------------------

_SECRET_NAME = re.compile(
    r"(?i)(pass(wd|word)?|secret|token|key|credential|auth|login|connection|dsn|webhook|cookie|bearer)"
)
_PLAIN = re.compile(r"^[\w@%+:,./=*\[\]{}!^~<>()#?$\\'\"&|; -]{1,160}$")
_RANDOM = re.compile(r"(?=[^/.]*\d)(?=[^/.]*[A-Za-z])[A-Za-z0-9_+-]{24,}")
_USERINFO = re.compile(r"//[^/@\s]+@")
_TEXT_FOLLOWS = one_of("-u --user -H --header --proxy-header")
#: Programs whose arguments are texts, headers and passwords rather than options.
_TALKATIVE = one_of(
    "curl wget http https echo printf export set openssl jq sed awk grep base64 gpg ssh scp mysql psql "
    "sqlcmd mongosh redis-cli vault op read cat tee sshpass twine htpasswd"
)


def _presentable(program: str, words: tuple[str, ...]) -> Iterator[str]:
    """Yield a command's arguments, each value that may be a secret as `…`."""
    if program in _TALKATIVE or words[:1] == ("login",):
        return
    hidden = False
    for word in words:
        option, equals, _ = word.partition("=")
        if hidden:
            yield "…"
            hidden = False
        elif _SECRET_NAME.search(option) and (equals or option.startswith("-")):
            yield f"{option}=…" if equals else option
            hidden = not equals
        elif word in _TEXT_FOLLOWS or (program.startswith("python") and word in ("-c", "-Ic")):
            yield word
            hidden = True
        elif not _PLAIN.match(word) or _USERINFO.search(word) or _RANDOM.search(word):
            yield f"{option}=…" if equals and not _RANDOM.search(option) else "…"
        else:
            yield word
