"""Is the configuration valid, and how does it get to the hub?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError

from readiness.cli.choices import FOLDER, configured, credentials
from readiness.cli.terminal import say, show_json
from readiness.config import Configuration, Records
from readiness.config_files import MAIN, RECORDS, Loaded, read_folder, schema
from readiness.digest.render import counted
from readiness.output import OutputError
from readiness.storage import Bucket

F = TypeVar("F", bound=Callable[..., Any])

#: Where the hub looks for it in its bucket.
PREFIX = "config/"


@click.group("config")
def config_group() -> None:
    """Validate and upload the configuration."""


def _folder(command: F) -> F:
    """Add the folder: by itself or as `--config`, as every other command takes it."""
    named = click.option("--config", "folder", type=FOLDER, metavar="DIR", help="The same as DIR.")
    return named(click.argument("given", metavar="[DIR]", type=FOLDER, required=False)(command))


@config_group.command("check")
@_folder
def check_command(given: Path | None, folder: Path | None) -> None:
    """Validate a configuration folder (this one by default)."""
    folder = given or folder or Path()
    click.echo(f"{_named(folder)} is valid: {_summary(configured(folder))}.")


@config_group.command("push")
@_folder
@click.option("--bucket", required=True, help="The hub's bucket, as its stack names it.")
@credentials
def push_command(
    given: Path | None,
    folder: Path | None,
    bucket: str,
    profile: str | None,
    endpoint_url: str | None,
) -> None:
    """Validate a configuration folder and put it into the hub's bucket in place of the last one."""
    folder = given or folder or Path()
    loaded = configured(folder)
    files = {
        name: content
        for name, content in read_folder(folder).items()
        if name == MAIN or RECORDS.match(name)
    }
    if not files:
        message = f"{_named(folder)} holds neither {MAIN} nor records/*.yaml: nothing to push"
        raise OutputError(message)
    try:
        session: Any = boto3.Session(profile_name=profile)
        client = session.client("s3", endpoint_url=endpoint_url)
        store = Bucket(client, bucket)
        there = set(store.keys(PREFIX))
        for name, content in files.items():
            store.put(f"{PREFIX}{name}", content)
        # The bucket keeps versions: what was removed here can be had back there.
        stale = sorted(there - {f"{PREFIX}{name}" for name in files})
        for key in stale:
            client.delete_object(Bucket=bucket, Key=key)
    except (BotoCoreError, ClientError, ValueError) as error:
        message = f"the configuration could not be put into s3://{bucket}/{PREFIX}: {error}"
        raise OutputError(message) from error
    for name in files:
        click.echo(f"s3://{bucket}/{PREFIX}{name}")
    for key in stale:
        say(f"Removed s3://{bucket}/{key}, which is not in {_named(folder)}.")
    say(f"The next scan uses it: {_summary(loaded)}.")


@config_group.command("schema")
@click.argument("kind", type=click.Choice(["readiness", "records"]), default="readiness")
def schema_command(kind: str) -> None:
    """Print the JSON Schema of readiness.yaml, or of the files in records/, for editors."""
    show_json(schema(Configuration if kind == "readiness" else Records))


def _named(folder: Path) -> str:
    return "this folder" if folder == Path() else str(folder)


def _summary(loaded: Loaded) -> str:
    configuration = loaded.configuration
    return ", ".join(
        (
            counted(len(configuration.workloads), "workload"),
            counted(len(configuration.audiences), "audience"),
            counted(len(loaded.attestations), "attestation"),
            counted(len(loaded.suppressions), "suppression"),
        )
    )
