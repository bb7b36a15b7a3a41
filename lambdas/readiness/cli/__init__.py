"""What can be done from a terminal?

Exit codes, the first that applies: 2 wrong usage or configuration, 4 nothing could be scanned,
1 `--fail-on` met, 3 part was not seen, 0 done. Errors are sentences on stderr that say what to do.
"""

from __future__ import annotations

import gc
import traceback
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from readiness import __version__
from readiness.cli.catalogue import (
    checks_command,
    explain_command,
    items_command,
    permissions_command,
)
from readiness.cli.configuration import config_group
from readiness.cli.records import attest_command, suppress_command
from readiness.cli.scanning import digest_command, judge_command, scan_command
from readiness.cli.start import start_command
from readiness.cli.terminal import STOPPED, hear_warnings, say
from readiness.config import faults_of
from readiness.config_files import ConfigurationError
from readiness.digest.render import counted
from readiness.output import ROOT, OutputError
from readiness.planning import PlanError
from readiness.scanning import ScanError

WRONG, NOTHING = 2, 4


class _Sentences(click.Group):
    """Turns what can go wrong into a sentence and an exit code; no traceback reaches a user."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            code = super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(STOPPED)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            said, code = _told(error)
            click.echo(said, err=True)
        ctx.exit(code or 0)


def _told(error: Exception) -> tuple[str, int]:
    """Return the sentence and the exit code of an error."""
    match error:
        case ConfigurationError():
            head = f"The configuration has {counted(len(error.problems), 'error')}:"
            return f"{head}\n{error}", WRONG
        case ValidationError():
            return "\n".join(f"Error: {said}" for _, said in faults_of(error)), WRONG
        case OutputError() | PlanError():
            return f"Error: {error}", WRONG
        case ScanError():
            return f"Error: {error}", NOTHING
        case OSError():
            where = f" ({error.filename})" if error.filename else ""
            return f"Error: {error.strerror or error}{where}", NOTHING
        case _:
            # An error of ours: the exit code must not look like findings.
            last = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{Path(last.filename).name}, line {last.lineno}"
            return (
                f"Error: readiness itself failed: {type(error).__name__} in {place}: {error}",
                NOTHING,
            )


@click.group(cls=_Sentences, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="readiness")
def cli() -> None:
    """Scan an AWS organization against a 124-item production-readiness checklist."""
    hear_warnings()


@cli.command("demo")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "demo",
    show_default=True,
    metavar="DIR",
    help="Where the files go.",
)
def demo_command(out: Path) -> int:
    """Deploy to an emulator, scan a simulated organization twice, and render its digest."""
    try:
        # It needs what only a checked-out project has.
        from readiness.demo.run import run
    except ImportError as error:
        say(f"Error: the demo runs from a checked-out project, with `make demo` ({error})")
        return NOTHING
    return run(out)


for command in (
    scan_command,
    start_command,
    judge_command,
    digest_command,
    items_command,
    checks_command,
    explain_command,
    permissions_command,
    attest_command,
    suppress_command,
    config_group,
):
    cli.add_command(command)


def main() -> None:
    """Run the command line and leave with its exit code."""
    # What was imported stays: the collector need not go through it again and again.
    gc.freeze()
    cli(prog_name="readiness")
