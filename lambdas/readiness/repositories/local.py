"""What does a folder on this machine hold, and what does its git history say?

Only reads: nothing of the folder is executed, no link is followed, and git is asked without the
folder's hooks, helpers, filters or remotes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from readiness.evidence import Gap, Reason
from readiness.evidence.code_security import CodeScanningAlerts, SecretAlerts, SecretScanning
from readiness.evidence.coverage import CoverageSignal
from readiness.evidence.infrastructure import DeployEnvironment, DeployVariable
from readiness.evidence.ownership import Ownership
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    CodeScanning,
    CommitStatus,
    DependabotAlerts,
    LastChange,
    MergedPullRequest,
    Provider,
    Release,
    Repository,
    WorkflowRun,
)
from readiness.evidence.signals import one_of
from readiness.probes.refusals import UnseenError
from readiness.repositories.facts import Facts
from readiness.repositories.reading import MAX_LISTED, Addition, Entry, no_history

#: What only the service that hosts a repository can show.
NEEDS_PROVIDER = (
    ApprovalTemplate, BranchRule, CodeScanning, CodeScanningAlerts, CommitStatus, CoverageSignal, DependabotAlerts,
    DeployEnvironment, DeployVariable, MergedPullRequest, Ownership, SecretAlerts, SecretScanning, WorkflowRun,
)  # fmt: skip
#: Tags that are looked at, the newest first.
_MAX_TAGS = 50
_SECONDS = 20
_SKIPPED = one_of(
    ".git .hg .svn .venv venv node_modules __pycache__ .tox .nox .mypy_cache .ruff_cache"
)


class Folder:
    """A folder as the source of a repository."""

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.root = Path(repository.removeprefix("path:")).resolve()
        if not self.root.is_dir():
            detail = f"{self.root} is not a folder"
            raise UnseenError(Gap(reason=Reason.NO_ANSWER, resource=repository, detail=detail))

    @cached_property
    def _listed(self) -> list[str]:
        """The tracked files where git knows the folder, else every file below it."""
        tracked = self._git("ls-files", "-z", "--cached") if self.versioned else None
        found = sorted(filter(None, (tracked or "").split("\0"))) or list(_walk(self.root))
        return found[: MAX_LISTED + 1]

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        found = []
        for path in self._listed[:MAX_LISTED]:
            file = self.root / path
            if not file.is_symlink() and file.is_file() and self._inside(file):
                found.append(Entry(path, file.stat().st_size))
        return tuple(found)

    @cached_property
    def others(self) -> tuple[str, ...]:
        files = {entry.path for entry in self.entries}
        return tuple(path for path in self._listed[:MAX_LISTED] if path not in files)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        if len(self._listed) <= MAX_LISTED:
            return ()
        return (Gap(reason=Reason.TRUNCATED, detail=f"only {MAX_LISTED} files were listed"),)

    def read(self, path: str) -> bytes:
        file = self.root / path
        if file.is_symlink() or not self._inside(file):
            raise UnseenError(self._gap(path, Reason.NOT_SCANNED, "it leads out of the folder"))
        try:
            return file.read_bytes()
        except OSError as error:
            raise UnseenError(self._gap(path, Reason.DENIED, error.strerror or "")) from error

    def at_hand(self, path: str) -> bool:
        return True

    def _inside(self, file: Path) -> bool:
        """Whether no folder on the way to a file is a link that leads out."""
        return file.resolve().is_relative_to(self.root)

    def _gap(self, path: str, reason: Reason, detail: str) -> Gap:
        return Gap(reason=reason, resource=f"{self.repository}:{path}", detail=f"{path}: {detail}")

    # --- git ---

    @property
    def versioned(self) -> bool:
        """Whether git knows the folder."""
        return any((folder / ".git").exists() for folder in (self.root, *self.root.parents))

    @cached_property
    def branch(self) -> str:
        """The remote's default branch, else the one that is checked out; empty where neither is known."""
        if not self.versioned:
            return ""
        remote = self._git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD") or ""
        here = self._git("symbolic-ref", "--quiet", "--short", "HEAD") or ""
        return remote.strip().removeprefix("origin/") or here.strip()

    def committed(self, path: str = "") -> datetime | None:
        """Return when the folder, or one file, was last committed; raises UnseenError without git."""
        if not self.versioned:
            return None
        asked = ("rev-list", "-1", "--no-commit-header", "--format=%cI", "HEAD")
        said = self._git(*asked, "--", path or ".")
        if said is None:
            gap = Gap(
                reason=Reason.NOT_SCANNED,
                resource=f"{self.repository}:{path}" if path else "",
                detail="git is not installed, or refuses this folder",
            )
            raise UnseenError(gap)
        return datetime.fromisoformat(said.strip()) if said.strip() else None

    def tags(self) -> Iterator[tuple[str, datetime]]:
        """Yield the newest tags with when they, or their commits, were made."""
        form = "--format=%(refname:short) %(creatordate:iso-strict)"
        asked = ("for-each-ref", "refs/tags", "--sort=-creatordate", f"--count={_MAX_TAGS}", form)
        said = self._git(*asked)
        if said is None:
            detail = "git is not installed, or refuses this folder"
            raise UnseenError(Gap(reason=Reason.NOT_SCANNED, detail=detail))
        for line in said.splitlines():
            name, _, when = line.rpartition(" ")
            if name:
                yield name, datetime.fromisoformat(when)

    def history(self) -> Iterator[Addition]:
        """Yield what was ever added, on all branches, tags and stashes that the folder has."""
        if not self.versioned:
            raise UnseenError(no_history("a folder without git has no history"))
        if (self._git("rev-parse", "--is-shallow-repository") or "").strip() != "false":
            raise UnseenError(no_history("the clone is shallow, or git refuses the folder"))
        try:
            with subprocess.Popen(
                self._asked(*_HISTORY),
                env=_QUIET,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            ) as process:
                try:
                    yield from _additions(process)
                finally:
                    process.kill()
        except OSError as error:
            raise UnseenError(no_history("git could not be started")) from error

    def _git(self, *words: str) -> str | None:
        """Ask git one question; None where it has no answer."""
        if shutil.which("git") is None:
            return None
        try:
            done = subprocess.run(
                self._asked(*words), env=_QUIET, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else None

    def _asked(self, *words: str) -> list[str]:
        """Return a question to git that runs nothing the folder brings along."""
        return [
            shutil.which("git") or "git", "--no-pager", "-C", str(self.root),
            "-c", f"safe.directory={self._top}", "-c", "core.fsmonitor=false",
            "-c", f"core.hooksPath={os.devnull}", "-c", "protocol.allow=never",
            *words,
        ]  # fmt: skip

    @property
    def _top(self) -> Path:
        folders = (self.root, *self.root.parents)
        return next((folder for folder in folders if (folder / ".git").exists()), self.root)


_QUIET = {
    "PATH": os.defpath,
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
#: Every line that was ever added; a merge is held against its first parent.
_HISTORY = (
    "-c", "core.quotePath=off", "-c", "log.showSignature=false", "log", "--all", "--patch", "--unified=0",
    "--format=%x01%H", "--diff-merges=first-parent", "--diff-filter=AMR", "--no-renames", "--no-color",
    "--no-ext-diff", "--no-textconv", "--relative", "--", ".",
)  # fmt: skip
#: A history is read for so long at most, in seconds and bytes.
_HISTORY_SECONDS = 120
_HISTORY_BYTES = 1 << 30
_HUNK = re.compile(r"@@ -\S+ \+(\d+)")


def _additions(process: subprocess.Popen[bytes]) -> Iterator[Addition]:
    """Yield the hunks of a log as it comes; raises UnseenError where it breaks off."""
    end = time.monotonic() + _HISTORY_SECONDS
    commit = path = ""
    first = read = 0
    added: list[str] = []

    def hunk() -> Iterator[Addition]:
        if added and path:
            yield Addition(commit, path, first, "\n".join(added))
        added.clear()

    assert process.stdout is not None  # it was asked for
    for line in process.stdout:
        read += len(line)
        if read > _HISTORY_BYTES or time.monotonic() > end:
            detail = f"its history is longer than {_HISTORY_SECONDS} seconds of reading"
            raise UnseenError(Gap(reason=Reason.TRUNCATED, detail=detail))
        text = line.decode("utf-8", errors="replace").rstrip("\n")
        if text.startswith("\x01"):
            yield from hunk()
            commit, path = text[1:], ""
        elif text.startswith("diff --git "):
            yield from hunk()
            path = ""
        elif not path and text.startswith("+++ "):
            path = text[4:].strip('"').removeprefix("b/").rstrip("\t")
        elif path and text.startswith("@@ "):
            yield from hunk()
            at = _HUNK.match(text)
            first = int(at[1]) if at else 1
        elif path and text.startswith("+"):
            added.append(text[1:])
    yield from hunk()
    if process.wait() != 0:
        raise UnseenError(no_history("git broke off its history"))


def _walk(root: Path) -> Iterator[str]:
    """Yield the files below a folder, links left out, until there are too many to list."""
    listed = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        folders[:] = sorted(set(folders) - _SKIPPED)
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        for name in sorted((*names, *links)):
            yield (Path(folder) / name).relative_to(root).as_posix()
            listed += 1
            if listed > MAX_LISTED:
                return


def facts_of(folder: Folder) -> Facts:
    """Return what a folder shows beside its files, by type."""
    facts: dict[type[Any], Any] = {
        Repository: partial(_repository, folder),
        Branch: partial(_branch, folder),
        Release: partial(_releases, folder),
    }
    return facts | {kind: partial(_unsupported, kind) for kind in NEEDS_PROVIDER}


def _repository(folder: Folder) -> Iterator[Repository]:
    yield Repository(arn=folder.repository, provider=Provider.FOLDER, default_branch=folder.branch)


def _branch(folder: Folder) -> Iterator[Branch | Gap]:
    if not folder.versioned:
        detail = "a folder without history shows no branch"
        yield Gap(reason=Reason.PROVIDER_UNSUPPORTED, detail=detail)
        return
    committed = folder.committed()
    if committed:
        name = folder.branch or "HEAD"
        yield Branch(repository=folder.repository, name=name, committed=committed)


def _releases(folder: Folder) -> Iterator[Release | Gap]:
    """Yield the newest tags; without a history there is nothing that could have them."""
    if not folder.branch:
        yield from _unsupported(Release)
        return
    for name, when in folder.tags():
        yield Release(repository=folder.repository, name=name, published=when)


def last_change(folder: Folder, path: str) -> Iterator[LastChange]:
    """Yield when a file was last committed; nothing where the folder has no history."""
    committed = folder.committed(path)
    if committed:
        yield LastChange(repository=folder.repository, path=path, committed=committed)


def _unsupported(kind: type[Any]) -> Iterator[Gap]:
    yield Gap(reason=Reason.PROVIDER_UNSUPPORTED, detail="a local folder does not show it")
