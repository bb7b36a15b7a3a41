"""How does the command line speak?

What was asked for goes to stdout and nothing else does; progress, summaries and errors go to stderr.
"""

from __future__ import annotations

import json
import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from readiness.digest.names import clean
from readiness.scanning import Progress

#: The exit code of what was stopped by Ctrl-C.
STOPPED = 130

#: A live bar is one line; plain output has at most about this many.
_LINES = 100


def errors() -> Console:
    """Return the console on stderr."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str, style: str = "") -> None:
    """Say a line on stderr; names in it may come from anywhere and are no markup."""
    errors().print(Text(text, style=style))


def show_json(value: Any) -> None:
    """Print a document."""
    click.echo(json.dumps(value, indent=2))


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, as wide as the terminal; elsewhere one line a row."""
    console = Console(highlight=False)
    if not console.is_terminal:
        longest = sum(max(len(row[i]) for row in (columns, *rows)) for i in range(len(columns)))
        console = Console(highlight=False, width=longest + 4 * len(columns), color_system=None)
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell, 1000)) for cell in row))
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


@contextmanager
def progress() -> Iterator[Callable[[Progress], None]]:
    """Show how far a scan is: a live bar on a terminal, plain lines elsewhere."""
    console = errors()
    if not console.is_terminal:
        yield _plain()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Looking", total=None)

        def live(event: Progress) -> None:
            bar.update(
                task,
                completed=event.done,
                total=event.total,
                description=clean(event.label, 40),
            )

        yield live


def _plain() -> Callable[[Progress], None]:
    shown = 0

    def plain(event: Progress) -> None:
        nonlocal shown
        part = event.done * _LINES // max(event.total, 1)
        if event.total <= _LINES or part > shown or event.done == event.total:
            shown = part
            say(f"{event.done}/{event.total} {clean(event.label, 100)}")

    return plain


@contextmanager
def stoppable(clean_up: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C end everything at once, and quietly, while threads wait for answers.

    Python would first wait for them, and for whatever they have queued.
    """

    def stop(_signal: int, _frame: Any) -> None:
        errors().show_cursor()
        clean_up()
        os._exit(STOPPED)

    kept = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, kept)


class _Said(logging.Handler):
    """Says the warnings of our own modules on stderr, as sentences."""

    def emit(self, record: logging.LogRecord) -> None:
        say(clean(record.getMessage(), 500), "yellow")


def hear_warnings() -> None:
    """Let our own warnings be read, and keep those of libraries out of the way."""
    logging.getLogger().handlers = [logging.NullHandler()]
    ours = logging.getLogger("readiness")
    ours.handlers = [_Said(logging.WARNING)]
    ours.propagate = False
