"""What can be seen of one source repository, wherever it lives?

A local folder, GitHub and CodeCommit give the same evidence; what one of them cannot show is a gap.
The files are fetched once per repository and scan.
"""

from __future__ import annotations

import logging
import re
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from readiness.evidence import SCOPES, Evidence, Gap, Reason, Scope
from readiness.evidence.files import Sighting, Target
from readiness.evidence.repository import LastChange, LoadTest
from readiness.probes.access import Access
from readiness.probes.aws import Connection
from readiness.probes.refusals import DeadlineError, UnseenError, gap_of
from readiness.repositories import codecommit, dating, facts, github, local
from readiness.repositories.reading import Reading, Source, each_file

logger = logging.getLogger(__name__)


class UnknownRepositoryError(ValueError):
    """The text names no repository."""


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """One repository that is there and may be read."""

    branch: str
    source: Callable[[], Source]
    facts: facts.Facts
    last_change: Callable[[str], Iterator[LastChange]]
    #: Whether the last change of a whole folder can be asked for.
    dates_folders: bool = True


def read(
    reference: str,
    *,
    kinds: Iterable[type[Any]],
    access: Access | None,
    token: str,
    scan: str,
    now: datetime,
    deadline: float | None = None,
    github_url: str = github.API,
    folders: bool = True,
) -> Sighting:
    """Return what was seen of a repository, of these types; what was not seen is a gap.

    `token` is GitHub's, or a JSON object of tokens by host. `deadline` is a moment of
    `time.monotonic()`. `folders` says whether this machine's own folders may be read.
    """
    begun = time.monotonic()
    wanted = {kind for kind in kinds if SCOPES[kind] is Scope.REPOSITORY}
    evidence: dict[type[Any], Evidence[Any]] = {}
    failed: Gap | None = None
    connection: Connection | None = None
    host: github.GitHub | None = None
    try:
        if reference.startswith("github:"):
            host = github.GitHub(reference, github.Host(github_url, token), deadline)
            opened = _Opened(
                branch=host.branch,
                source=partial(github.files_of, host),
                facts=github.facts_of(host),
                last_change=partial(github.last_change, host),
            )
        elif reference.startswith("codecommit:"):
            connection = _connection(reference, access, scan, now)
            connection.deadline = deadline
            opened = _opened_in_account(codecommit.CodeCommit(reference, connection))
        elif reference.startswith("path:") and folders:
            opened = _opened_here(local.Folder(reference))
        else:
            raise UnseenError(_not_ours(reference))
        evidence = _looked(reference, opened, wanted, deadline)
    except UnseenError as error:
        failed = error.gap
    except github.HostError as error:
        failed = Gap(reason=Reason.NOT_SCANNED, detail=str(error))
    finally:
        if connection is not None:
            connection.close()
    counted = connection.calls if connection is not None else host
    return Sighting(
        target=Target(repository=reference),
        evidence=evidence,
        failed=failed,
        calls=dict(counted.made) if counted else {},
        throttled=dict(counted.throttled) if counted else {},
        seconds=time.monotonic() - begun,
    )


def _not_ours(reference: str) -> Gap:
    if reference.startswith("path:"):
        detail = "a folder is read only on the machine that has it"
        return Gap(reason=Reason.NOT_SCANNED, detail=detail)
    return Gap(reason=Reason.PROVIDER_UNSUPPORTED, detail=reference)


def _connection(reference: str, access: Access | None, scan: str, now: datetime) -> Connection:
    account = reference.split(":")[1]
    if access is None:
        detail = "there is no role to read CodeCommit with"
        raise UnseenError(Gap(reason=Reason.NOT_SCANNED, account=account, detail=detail))
    return access.member(account, scan=scan, started=now)


def _opened_in_account(repository: codecommit.CodeCommit) -> _Opened:
    return _Opened(
        branch=repository.branch,
        source=partial(codecommit.files_of, repository),
        facts=codecommit.facts_of(repository),
        last_change=partial(codecommit.last_change, repository),
        dates_folders=False,
    )


def _opened_here(folder: local.Folder) -> _Opened:
    return _Opened(
        branch=folder.branch,
        source=lambda: folder,
        facts=local.facts_of(folder),
        last_change=partial(local.last_change, folder),
    )


def _looked(
    repository: str, opened: _Opened, wanted: set[type[Any]], deadline: float | None
) -> dict[type[Any], Evidence[Any]]:
    @cache
    def reading() -> Reading | UnseenError:
        try:
            return Reading(repository, opened.branch, opened.source())
        except UnseenError as error:
            return error

    def of_files(kind: type[Any]) -> Iterator[Any]:
        found = reading()
        if isinstance(found, UnseenError):
            raise found
        yield from facts.facts_of(found)[kind]()

    def last_changes() -> Iterator[Any]:
        yield from evidence[LoadTest].gaps
        found = reading()
        listed = () if isinstance(found, UnseenError) else tuple(found.sizes)
        for asked in dating.dated(listed, evidence, wanted, opened.dates_folders):
            shown = asked.paths[: asked.most]
            yield from each_file(shown, lambda path: _about(path, opened.last_change(path)))
            for path in (*asked.paths[asked.most :], *asked.undated):
                resource = f"{repository}:{path}"
                yield Gap(reason=Reason.TRUNCATED, resource=resource, detail=asked.detail)

    def _about(path: str, found: Iterator[LastChange]) -> Iterator[LastChange]:
        try:
            yield from found
        except UnseenError as error:
            raise UnseenError(replace(error.gap, resource=f"{repository}:{path}")) from error

    evidence: dict[type[Any], Evidence[Any]] = {}
    looks: dict[type[Any], Callable[[], Iterator[Any]]] = {
        **opened.facts,
        **{kind: partial(of_files, kind) for kind in facts.KINDS},
        LastChange: last_changes,  # after what it dates
    }
    needed = wanted | ({LoadTest} if LastChange in wanted else set())
    for kind, look in looks.items():
        if kind in needed:
            late = deadline is not None and time.monotonic() >= deadline
            evidence[kind] = (
                Evidence(gaps=(gap_of(DeadlineError(), ""),)) if late else _seen(kind, look)
            )
    return {kind: found for kind, found in evidence.items() if kind in wanted}


def _seen(kind: type[Any], look: Callable[[], Iterator[Any]]) -> Evidence[Any]:
    """Collect one type; what stops it, its own crash included, is a gap."""
    records: list[Any] = []
    gaps: list[Gap] = []
    try:
        for found in look():
            (gaps if isinstance(found, Gap) else records).append(found)
    except UnseenError as error:
        gaps.append(error.gap)
    except Exception as error:
        # The last resort, as for probes: the message may repeat an answer and stays out of the log.
        where = traceback.extract_tb(error.__traceback__)[-1]
        logger.error(
            "Reading %s crashed: %s at %s:%s",
            kind.__name__,
            type(error).__name__,
            where.name,
            where.lineno,
        )
        gaps.append(gap_of(error, ""))
    return Evidence(tuple(records), tuple(dict.fromkeys(gaps)))


_GITHUB_NAME = re.compile(r"^[\w.-]+/[\w.-]+$")
_SSH = re.compile(r"^(?:ssh://)?git@([^:/]+)[:/](.+)$")
_CODECOMMIT_ARN = re.compile(r"^arn:[\w-]+:codecommit:([a-z0-9-]+):(\d{12}):([\w.-]+)$")


def reference_of(text: str, github_url: str = github.API) -> str:
    """Return the id of the repository that a path, an address or an id names.

    Raises UnknownRepositoryError with a sentence where it names none.
    """
    said = text.strip()
    if said.startswith(("github:", "codecommit:", "url:")):
        return said
    if said.startswith("path:") or (said and Path(said).is_dir()):
        folder = Path(said.removeprefix("path:")).resolve()
        if not folder.is_dir():
            message = f"{folder} is not a folder"
            raise UnknownRepositoryError(message)
        return f"path:{folder}"
    arn = _CODECOMMIT_ARN.match(said)
    if arn:
        return f"codecommit:{arn[2]}:{arn[1]}:{arn[3]}"
    ssh = _SSH.match(said)
    address = urlsplit(f"https://{ssh[1]}/{ssh[2]}" if ssh else said)
    if address.scheme != "https" or not address.hostname:
        message = (
            f"{text!r} is neither a folder on this machine nor the address of a repository, "
            "such as https://github.com/OWNER/NAME"
        )
        raise UnknownRepositoryError(message)
    if "git-codecommit" in address.hostname:
        message = (
            f"{text!r} does not say which account it is in; "
            "write codecommit:ACCOUNT:REGION:NAME, or the repository's ARN"
        )
        raise UnknownRepositoryError(message)
    name = address.path.strip("/").removesuffix(".git")
    if address.hostname == github.Host(github_url).name:
        if not _GITHUB_NAME.match(name):
            message = f"{text!r} names no repository; write https://{address.hostname}/OWNER/NAME"
            raise UnknownRepositoryError(message)
        return f"github:{name}"
    return f"url:https://{address.hostname}/{name}"
