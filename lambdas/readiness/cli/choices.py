"""What may be given to a command, and what was probably meant instead?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
from pydantic import TypeAdapter, ValidationError

from readiness.checklist import CATEGORIES, CHECKS, ITEMS
from readiness.checklist.model import Severity, slug
from readiness.config import AccountId, Address, faults_of, unknown_name
from readiness.config_files import Loaded, known_regions, load, read_folder
from readiness.repositories import reference_of

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


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


def _address(text: str) -> str:
    try:
        return TypeAdapter(Address).validate_python(text)
    except ValidationError as error:
        message = f"{text!r} is not a mail address"
        raise ValueError(message) from error


def _endpoint(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = f"{text!r} is not an address like https://host:port"
        raise ValueError(message)
    return text


ACCOUNT = Checked("id", _account)
ADDRESS = Checked("mail", _address)
CATEGORY = Checked("category", _category)
ENDPOINT = Checked("url", _endpoint)
ITEM = Checked("item", one_of(ITEMS, "item"))
ITEM_OR_CHECK = Checked("id", one_of([*ITEMS, *CHECKS], "item or check"))
REGION = Checked("region", one_of(known_regions(), "region"))
REPOSITORY = Checked("path|url", reference_of)
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
