"""How is an attestation or a suppression written into the records, leaving all else as it stands?

The file is not rewritten: lines are put into it, and then it is read again and must say what it said
before, and the new record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import yaml
from pydantic import ValidationError

from readiness.checklist import ITEMS
from readiness.checklist.model import Mode
from readiness.cli.choices import ACCOUNT, FOLDER, ITEM, ITEM_OR_CHECK, REPOSITORY
from readiness.cli.terminal import say
from readiness.config import Attestation, Suppression, faults_of
from readiness.config_files import RECORDS, ConfigurationError, load, read_folder
from readiness.output import OutputError
from readiness.storage import Folder

F = TypeVar("F", bound=Callable[..., Any])
_DAY = click.DateTime(["%Y-%m-%d"])


def _scope(command: F) -> F:
    """Add where a record holds, and where it is written."""
    for option in (
        click.option(
            "--config",
            "folder",
            type=FOLDER,
            default=".",
            show_default="this folder",
            metavar="DIR",
            help="The configuration's folder.",
        ),
        click.option("--file", metavar="NAME", help="The file, below records/."),
        click.option("--date", "date", type=_DAY, help="When it begins; today by default."),
        click.option("--repository", type=REPOSITORY, help="Only in this repository."),
        click.option("--account", type=ACCOUNT, help="Only in this account."),
        click.option("--workload", help="Only in this workload."),
    ):
        command = option(command)
    return command


@click.command("attest")
@click.argument("item", type=ITEM)
@click.option("--statement", required=True, help="What you vouch for, in a sentence.")
@click.option("--evidence", required=True, metavar="LINK", help="An https link that shows it.")
@click.option("--author", required=True, metavar="ADDRESS", help="Who vouches, by mail address.")
@click.option("--check", help="Only for this check of the item.")
@click.option(
    "--expires", type=_DAY, help="The last day it holds; as long as the item allows by default."
)
@_scope
def attest_command(
    item: str,
    statement: str,
    evidence: str,
    author: str,
    check: str | None,
    expires: dt.datetime | None,
    **rest: Any,
) -> None:
    """Vouch for an ITEM that no API can show, with evidence and expiry."""
    if ITEMS[item].mode is Mode.AUTOMATED:
        message = f"{item} is decided by evidence alone; an attestation would change nothing"
        raise click.UsageError(message)
    date = _date(rest["date"])
    longest = dt.timedelta(days=ITEMS[item].validity_days)
    record = {
        "item": item,
        "check": check,
        "scope": _scope_of(rest),
        "statement": statement,
        "evidence": evidence,
        "author": author,
        "date": date,
        "expires": expires.date() if expires else date + longest,
    }
    _write(rest["folder"], rest["file"], "attestations", record)


@click.command("suppress")
@click.argument("name", metavar="ID", type=ITEM_OR_CHECK)
@click.option("--resource", default="*", show_default=True, help="A pattern with * and ?.")
@click.option("--reason", required=True, help="Why this failure is accepted, in a sentence.")
@click.option("--approver", required=True, metavar="ADDRESS", help="Who accepted it.")
@click.option(
    "--expires", type=_DAY, required=True, help="The last day it holds; at most 365 days ahead."
)
@_scope
def suppress_command(
    name: str, resource: str, reason: str, approver: str, expires: dt.datetime, **rest: Any
) -> None:
    """Accept the failures of an item or a check (ID), for a time and with a reason."""
    record = {
        "item" if name in ITEMS else "check": name,
        "scope": _scope_of(rest),
        "resource": resource,
        "reason": reason,
        "approver": approver,
        "date": _date(rest["date"]),
        "expires": expires.date(),
    }
    _write(rest["folder"], rest["file"], "suppressions", record)


def _date(given: dt.datetime | None) -> dt.date:
    return given.date() if given else dt.datetime.now(dt.UTC).date()


def _scope_of(rest: Mapping[str, Any]) -> dict[str, str]:
    return {key: rest[key] for key in ("workload", "account", "repository") if rest[key]}


def _write(folder: Path, file: str | None, kind: str, record: Mapping[str, Any]) -> None:
    """Put a record into its file; where it is not valid, say so and leave all as it was."""
    written = {key: value for key, value in record.items() if value}
    model = Attestation if kind == "attestations" else Suppression
    try:
        made = model.model_validate(written)
    except ValidationError as error:
        raise click.UsageError("; ".join(said for _, said in faults_of(error))) from error
    name = f"records/{(file or kind).removesuffix('.yaml')}.yaml"
    if not RECORDS.match(name):
        message = f"{file!r} is not a file's name; records lie in records/*.yaml"
        raise click.UsageError(message)
    files = read_folder(folder)
    before = load(files)
    old = files.get(name)
    content = with_record((old or b"").decode("utf-8-sig"), kind, written).encode()
    _verify(name, old, content, made, _entry(kind, written))
    fruitless = set(load({**files, name: content}).warnings) - set(before.warnings)
    if fruitless:
        raise click.UsageError(fruitless.pop().sentence)
    Folder(folder).put(name, content)
    say(f"{folder / name} now says:")
    click.echo(_entry(kind, written), nl=False)


def _verify(
    name: str, old: bytes | None, new: bytes, made: Attestation | Suppression, entry: str
) -> None:
    """Raise where a file would not say what it said before, and the new record."""
    before = load({name: old} if old else {})
    attestations, suppressions = before.attestations, before.suppressions
    if isinstance(made, Attestation):
        attestations = (*attestations, made)
    else:
        suppressions = (*suppressions, made)
    try:
        after = load({name: new})
    except ConfigurationError:
        after = before
    if (after.attestations, after.suppressions) != (attestations, suppressions):
        message = (
            f"{name} is laid out so that nothing can be added safely; add it yourself:\n{entry}"
        )
        raise OutputError(message)


def with_record(text: str, kind: str, record: Mapping[str, Any]) -> str:
    """Return a file's text with a record at the end of its list, and everything else untouched."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines()
    found = _list_of(text, kind)
    if found is None:
        head = [*lines, *([""] if lines else []), f"{kind}:"]
        return _joined(head, _lines(record, 2), [], newline)
    key, value = found
    if isinstance(value, yaml.SequenceNode) and value.value and not value.flow_style:
        at, indent = _last_line(value) + 1, value.start_mark.column
    else:
        # `[]` or nothing: the list begins below its key.
        at, indent = key.start_mark.line + 1, 2
        line = lines[at - 1]
        rest = line[value.end_mark.column :] if value.end_mark.line == at - 1 else ""
        lines[at - 1] = f"{line[: value.start_mark.column].rstrip()}{rest}"
    return _joined(lines[:at], _lines(record, indent), lines[at:], newline)


def _list_of(text: str, kind: str) -> tuple[yaml.Node, yaml.Node] | None:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next(((key, value) for key, value in pairs if key.value == kind), None)


def _last_line(node: yaml.Node) -> int:
    """Return the last line that a value stands on; its end is where the next one begins."""
    if isinstance(node, yaml.MappingNode):
        return max(_last_line(value) for _, value in node.value)
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return max(_last_line(value) for value in node.value)
    return int(node.end_mark.line) - (1 if node.end_mark.column == 0 else 0)


def _lines(record: Mapping[str, Any], indent: int) -> list[str]:
    entry = yaml.safe_dump([dict(record)], sort_keys=False, allow_unicode=True, width=100)
    return [f"{' ' * indent}{line}" for line in entry.splitlines()]


def _entry(kind: str, record: Mapping[str, Any]) -> str:
    return "\n".join((f"{kind}:", *_lines(record, 2), ""))


def _joined(head: list[str], entry: list[str], tail: list[str], newline: str) -> str:
    return newline.join((*head, *entry, *tail, ""))
