"""What may be given to a command, and what was probably meant instead?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
from pydantic import TypeAdapter, ValidationError

from readiness.checklist import CATEGORIES, CHECKS, ITEMS
from readiness.checklist.model import Severity, slug
from readiness.config import AccountId, RepositoryId, faults_of, unknown_name
from readiness.config_files import Loaded, known_regions, load, read_folder

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

_GITHUB = re.compile(
    r"(?:https://github\.com/|ssh://git@github\.com/|git@github\.com:)([\w.-]+/[\w.-]+?)(?:\.git)?/?"
)
_CODECOMMIT = re.compile(r"\w+://git-codecommit\.([a-z0-9-]+)\.[a-z.]+/v1/repos/([\w.-]+)/?")


class Checked(click.ParamType[Any]):
    """A word that a function accepts or refuses with a sentence."""

    def __init__(self, name: str, accept: Callable[[str], Any]) -> None:
        self.name = name
        self._accept = accept

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self._accept(value)
        except ValidationError as error:
            self.fail("; ".join(said for _, said in faults_of(error)), param, ctx)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def one_of(names: Iterable[str], what: str) -> Callable[[str], str]:
    """Accept one of these names; refuse others with the nearest."""
    known = list(names)

    def accept(name: str) -> str:
        if name not in known:
            raise ValueError(unknown_name(name, known, what))
        return name

    return accept


def _category(name: str) -> str:
    known = {slug(each.title): each.title for each in CATEGORIES}
    return one_of(known, "category")(slug(name))


def _account(text: str) -> str:
    try:
        return TypeAdapter(AccountId).validate_python(text)
    except ValidationError as error:
        message = f"{text!r} is not an account id (12 digits)"
        raise ValueError(message) from error


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = f"{text!r} is not an address like https://host:port"
        raise ValueError(message)
    return text


def repository_id(text: str) -> str:
    """Return how the configuration writes a repository that is given as a folder or an address."""
    github = _GITHUB.fullmatch(text)
    if github:
        return f"github:{github[1]}"
    codecommit = _CODECOMMIT.fullmatch(text)
    if codecommit:
        region, name = codecommit.groups()
        message = f"the address does not tell the account; write codecommit:ACCOUNT:{region}:{name}"
        raise ValueError(message)
    path = Path(text.removeprefix("path:"))
    if path.is_dir():
        return f"path:{path.resolve()}"
    try:
        if text.startswith("path:"):
            raise ValueError(text)
        return TypeAdapter(RepositoryId).validate_python(text)
    except ValueError as error:
        message = (
            f"{text!r} is neither a folder here nor a repository like "
            "https://github.com/owner/name, github:owner/name or codecommit:account:region:name"
        )
        raise ValueError(message) from error


ACCOUNT = Checked("id", _account)
CATEGORY = Checked("category", _category)
ENDPOINT = Checked("url", _endpoint)
ITEM = Checked("item", one_of(ITEMS, "item"))
ITEM_OR_CHECK = Checked("id", one_of([*ITEMS, *CHECKS], "item or check"))
REGION = Checked("region", one_of(known_regions(), "region"))
REPOSITORY = Checked("path|url", repository_id)
SEVERITY = Checked(
    "severity",
    lambda word: Severity(one_of([each.value for each in Severity], "severity")(word.lower())),
)


def configured(folder: Path | None) -> Loaded:
    """Load a configuration folder, and say what in it has no effect; nothing given is the default."""
    files = {} if folder is None else read_folder(folder)
    loaded = load(files)
    for warning in loaded.warnings:
        click.echo(f"Warning: {warning}", err=True)
    return loaded


def as_json(command: F) -> F:
    """Add `--json`."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON.")(command)


def credentials(command: F) -> F:
    """Add what says whose AWS is asked, and where."""
    profile = click.option("--profile", help="A profile of your AWS configuration.")
    endpoint = click.option(
        "--endpoint-url",
        type=ENDPOINT,
        envvar="AWS_ENDPOINT_URL",
        help="Ask this address instead of AWS.",
    )
    return profile(endpoint(command))
