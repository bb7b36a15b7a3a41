"""How is a scan run, judged again and rendered from here?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from readiness.checklist import ITEMS
from readiness.checklist.model import Severity
from readiness.cli.choices import (
    ACCOUNT,
    ADDRESS,
    CATEGORY,
    FOLDER,
    ITEM,
    REGION,
    REPOSITORY,
    SEVERITY,
    configured,
    credentials,
)
from readiness.cli.summary import COLUMNS, document, failing_rows, summary
from readiness.cli.terminal import progress, say, show_json, show_table, stoppable
from readiness.digest.mail import ONCE, send
from readiness.digest.render import Mail, counted
from readiness.formats import asff_of, csv_of, junit_of, ocsf_of
from readiness.output import (
    READ,
    ROOT,
    OutputError,
    before_in,
    exit_code,
    prepare,
    previous,
    read,
    read_plan,
    render,
    results_in,
    write,
)
from readiness.probes.models import session_of
from readiness.repositories.github import API as GITHUB
from readiness.results import WorkloadResult
from readiness.scanning import Scan, ScanError, judged, scan
from readiness.storage import Folder

F = TypeVar("F", bound=Callable[..., Any])

_FILES = ("findings.jsonl", "verdicts.json", "scan.json", *READ)

FORMATS = ("table", "json", "csv", "ocsf", "asff", "junit")

_OUT = click.Path(file_okay=False, path_type=Path)


def _answer(command: F) -> F:
    """Add how the answer is given."""
    for option in (
        click.option(
            "--format",
            "form",
            type=click.Choice(FORMATS),
            default="table",
            show_default=True,
            help="What is printed on stdout: csv is for spreadsheets, ocsf and asff for security tools, junit for build servers.",
        ),
        click.option(
            "--fail-on",
            type=SEVERITY,
            help="Exit with 1 where a finding of this severity or above fails, not suppressed.",
        ),
        click.option(
            "--compare",
            type=FOLDER,
            metavar="DIR",
            help="Compare with the scan in this folder; the previous one by default.",
        ),
    ):
        command = option(command)
    return command


@click.command("scan")
@click.option("--config", "folder", type=FOLDER, metavar="DIR", help="The configuration's folder.")
@credentials
@click.option(
    "--account",
    "accounts",
    multiple=True,
    type=ACCOUNT,
    help="Scan this account; yours by default. Repeatable, as all of the following.",
)
@click.option("--region", "regions", multiple=True, type=REGION, help="Only this region.")
@click.option("--item", "items", multiple=True, type=ITEM, help="Only this item.")
@click.option("--category", "categories", multiple=True, type=CATEGORY, help="Only this category.")
@click.option(
    "--repository",
    "repositories",
    multiple=True,
    type=REPOSITORY,
    help="Scan this repository as well: a folder, or an address. GitHub's token: GITHUB_TOKEN.",
)
@click.option("--role-name", help="The member role to assume in other accounts.")
@click.option("--external-id", help="The external id that the member role asks for.")
@click.option(
    "--max-concurrency",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Calls at once in one account and region.",
)
@click.option(
    "--out",
    type=_OUT,
    metavar="DIR",
    help=f"Where the files go; {ROOT}/<scan id> by default.",
)
@_answer
def scan_command(
    folder: Path | None,
    profile: str | None,
    endpoint_url: str | None,
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    items: tuple[str, ...],
    categories: tuple[str, ...],
    repositories: tuple[str, ...],
    role_name: str | None,
    external_id: str | None,
    max_concurrency: int,
    out: Path | None,
    compare: Path | None,
    fail_on: Severity | None,
    form: str,
) -> int:
    """Scan from here, with your own credentials and nothing deployed.

    Exit codes: 2 wrong usage or configuration, 4 nothing could be scanned, 1 --fail-on met,
    3 part of it was not seen, 0 done.
    """
    loaded = configured(folder)
    known = _known(out, compare)
    session = _session(profile)
    place = out or ROOT / f".unfinished-{os.getpid()}"
    prepare(place)

    def clean_up() -> None:
        if place != out:
            shutil.rmtree(place, ignore_errors=True)

    try:
        with stoppable(clean_up), progress() as follow:
            found = scan(
                session,
                accounts=accounts or None,
                regions=regions or None,
                items=_chosen(items, categories),
                repositories=repositories,
                configuration=loaded.configuration,
                attestations=loaded.attestations,
                suppressions=loaded.suppressions,
                endpoint_url=endpoint_url,
                role_name=role_name or "",
                external_id=external_id or "",
                token=os.environ.get("GITHUB_TOKEN", ""),
                github_url=os.environ.get("GITHUB_API_URL") or GITHUB,
                max_concurrency=max_concurrency,
                progress=follow,
                previous=known,
                store=Folder(place),
            )
        if known is None:
            earlier = previous(ROOT, found.plan)
            if earlier:
                found = judged(found.plan, Folder(place), earlier, found.scan.ended)
        write(place, found)
        if out is None:
            place = out = place.rename(ROOT / found.scan.id)
    finally:
        clean_up()
    _tell(found, place, form)
    return exit_code(found, fail_on)


def _known(out: Path | None, compared: Path | None) -> dict[str, WorkloadResult] | None:
    """Return what the scan is compared with; None leaves it to the kept scans of the same scope."""
    if compared is not None:
        results = results_in(compared)
        if not results:
            message = f"{compared} holds no saved results; name a folder that a scan left"
            raise OutputError(message)
        return results
    return None if out is None else results_in(out)


def _session(profile: str | None) -> boto3.Session:
    """Return a session that has credentials; raises with a sentence where there are none."""
    try:
        session = session_of(profile_name=profile)
        found = session.get_credentials()
        if found is not None:
            found.get_frozen_credentials()
    except ProfileNotFound as error:
        known = ", ".join(boto3.Session().available_profiles) or "none"
        message = f"your AWS configuration has no profile {profile!r}; it has: {known}"
        raise click.UsageError(message) from error
    except BotoCoreError as error:
        message = f"your AWS credentials could not be loaded: {error}"
        raise ScanError(message) from error
    if found is None:
        message = (
            "no AWS credentials were found; name a profile with --profile, sign in with "
            "`aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
        raise ScanError(message)
    return session


def _chosen(items: Sequence[str], categories: Sequence[str]) -> tuple[str, ...] | None:
    """Return the items that were asked for, in the checklist's order; None for all."""
    if not (items or categories):
        return None
    return tuple(name for name in ITEMS if name in items or name.split("/")[0] in categories)


@click.command("judge")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=_OUT, metavar="OUT", help="Where the files go; into DIR by default.")
@_answer
def judge_command(
    folder: Path,
    out: Path | None,
    compare: Path | None,
    fail_on: Severity | None,
    form: str,
) -> int:
    """Judge the evidence of a saved scan again, offline, by this version's checks."""
    plan = read_plan(folder)
    before = before_in(folder) if compare is None else _known(None, compare) or {}
    saved = Folder(folder).get("scan.json")
    ended = read(folder).record.ended if saved else plan.started
    found = judged(plan, Folder(folder), before, ended)
    place = out or folder
    prepare(place)
    write(place, found)
    _tell(found, place, form)
    return exit_code(found, fail_on)


@click.command("digest")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--out", type=_OUT, metavar="OUT", help="Where the files go; into DIR by default.")
@click.option(
    "--send-test",
    "address",
    type=ADDRESS,
    metavar="ADDRESS",
    help="Mail the digest to this address through SES; the ledger does not hear of it.",
)
@click.option(
    "--sender",
    type=ADDRESS,
    metavar="ADDRESS",
    help="Whom --send-test comes from: an identity that SES has verified.",
)
@credentials
def digest_command(
    folder: Path,
    out: Path | None,
    address: str | None,
    sender: str | None,
    profile: str | None,
    endpoint_url: str | None,
) -> None:
    """Render the digest and the report of a saved scan, and print the digest's text."""
    if bool(address) != bool(sender):
        message = "--send-test and --sender go together: to whom, and from whom"
        raise click.UsageError(message)
    saved = read(folder)
    place = out or folder
    prepare(place)
    mail = render(place, saved, saved.record.ended)
    for name in READ:
        say(str(place / name))
    click.echo(mail.text, nl=False)
    if address and sender:
        message_id = _send_test(mail, address, sender, profile, endpoint_url)
        say(f"SES took the mail to {address}: {message_id}")


def _send_test(
    mail: Mail, address: str, sender: str, profile: str | None, endpoint_url: str | None
) -> str:
    """Mail a digest from here; raises with a sentence where SES does not take it."""
    session: Any = _session(profile)
    try:
        client = session.client("sesv2", endpoint_url=endpoint_url, config=ONCE)
        return send(client, mail, address=address, sender=sender)
    except (BotoCoreError, ClientError) as error:
        message = f"SES did not take the mail to {address}: {error}"
        raise ScanError(message) from error


def _tell(found: Scan, out: Path, form: str) -> None:
    """Print the answer on stdout, and what to know of it on stderr."""
    _show(found, form)
    for line in summary(found):
        say(line)
    for name in _FILES:
        say(str(out / name))


def _show(found: Scan, form: str) -> None:
    """Print what was found, in the form that was asked for."""
    match form:
        case "json":
            show_json(document(found))
        case "csv":
            click.echo(csv_of(found.results), nl=False)
        case "ocsf":
            show_json(ocsf_of(found.results, found.scan))
        case "asff":
            homes = {each.name: each.accounts[0] for each in found.plan.workloads if each.accounts}
            imported = asff_of(found.results, found.scan, homes)
            show_json(imported)
            if left := len(found.findings) - len(imported):
                say(
                    f"{counted(left, 'finding')} left out: Security Hub keeps none without an account"
                )
        case "junit":
            click.echo(junit_of(found.results, found.scan), nl=False)
        case _:
            if rows := failing_rows(found):
                show_table(COLUMNS, rows)
