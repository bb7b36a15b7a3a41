"""What a folder shows, that nothing of it is executed, and that nothing outside it is read."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence import Reason
from readiness.evidence.documents import Diagram, Document, ReadmeReferences
from readiness.evidence.files import Sighting
from readiness.evidence.infrastructure import IacRoot
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    CommitStatus,
    LastChange,
    LoadTest,
    MergedPullRequest,
    Provider,
    Release,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.repositories import read
from tests.rows import NOW

GIT = {
    "GIT_AUTHOR_NAME": "Mia", "GIT_AUTHOR_EMAIL": "mia@example.com",
    "GIT_COMMITTER_NAME": "Mia", "GIT_COMMITTER_EMAIL": "mia@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.defpath,
}  # fmt: skip


def git(folder: Path, *words: str, date: str = "2026-11-20T12:00:00+01:00") -> None:
    dates = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date}
    subprocess.run(
        ["git", *words], cwd=folder, env={**GIT, **dates}, check=True, capture_output=True
    )


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


@pytest.fixture
def versioned(tmp_path: Path) -> Path:
    """A folder with two commits, an ignored file and an untracked one."""
    folder = tmp_path / "shop"
    write(folder, {"a.py": "", "load/plan.jmx": "", ".gitignore": "built\n", "built/x.py": ""})
    git(folder, "init", "--initial-branch", "trunk")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one", date="2025-01-01T00:00:00+00:00")
    write(folder, {"b.py": ""})
    git(folder, "add", ".")
    git(folder, "commit", "-m", "two")
    write(folder, {"untracked.py": ""})
    return folder


def look(folder: Path | str, *kinds: type[Any], **changes: Any) -> Sighting:
    return read(f"path:{folder}", kinds=kinds, access=None, token="", scan="s", now=NOW, **changes)


def paths(sighting: Sighting) -> list[str]:
    return [each.path for each in sighting.of(SourceFile).seen]


def test_a_versioned_folder_is_what_git_tracks(versioned: Path) -> None:
    sighting = look(versioned, SourceFile, Repository, Branch, LastChange, LoadTest)
    identity = f"path:{versioned}"

    assert paths(sighting) == [".gitignore", "a.py", "b.py", "load/plan.jmx"]
    assert sighting.of(Repository).seen == (
        Repository(arn=identity, provider=Provider.FOLDER, default_branch="trunk"),
    )
    newest = datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert sighting.of(Branch).seen == (
        Branch(repository=identity, name="trunk", committed=newest),
    )
    first = datetime(2025, 1, 1, tzinfo=UTC)
    assert sighting.of(LastChange).seen == (
        LastChange(repository=identity, path="load/plan.jmx", committed=first),
    )


def test_the_remote_says_which_branch_is_the_default(versioned: Path) -> None:
    git(versioned, "checkout", "-b", "feature")
    git(versioned, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(versioned, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")

    assert look(versioned, Repository).of(Repository).seen[0].default_branch == "main"


def test_a_folder_below_a_repository_has_its_own_history(versioned: Path) -> None:
    sighting = look(versioned / "load", SourceFile, Branch)

    assert paths(sighting) == ["plan.jmx"]
    assert sighting.of(Branch).seen[0].committed == datetime(2025, 1, 1, tzinfo=UTC)


def test_a_plain_folder_is_every_file_below_it(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "node_modules/b.js": "", ".venv/c.py": "", "d/e.py": ""})
    sighting = look(tmp_path, SourceFile, Branch, LastChange)

    assert paths(sighting) == ["a.py", "d/e.py"]
    assert sighting.of(Branch).seen == ()
    assert [gap.reason for gap in sighting.of(Branch).gaps] == [Reason.PROVIDER_UNSUPPORTED]


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    write(outside, {"secret.py": "", "ci/ci.yml": "on: push"})
    write(inside, {"a.py": ""})
    (inside / "link.py").symlink_to(outside / "secret.py")
    (inside / "folder").symlink_to(outside)
    (inside / ".github").mkdir()
    (inside / ".github" / "workflows").symlink_to(outside / "ci")

    assert paths(look(inside, SourceFile)) == ["a.py"]

    git(inside, "init")
    git(inside, "add", ".")

    assert paths(look(inside, SourceFile)) == ["a.py"]


def test_what_only_a_host_shows_is_not_supported(tmp_path: Path) -> None:
    kinds = (ApprovalTemplate, BranchRule, CommitStatus, MergedPullRequest, WorkflowRun)
    sighting = look(tmp_path, *kinds)

    reasons = {kind: [gap.reason for gap in sighting.of(kind).gaps] for kind in kinds}
    assert reasons == {kind: [Reason.PROVIDER_UNSUPPORTED] for kind in kinds}


def test_nothing_of_the_folder_is_executed(versioned: Path, tmp_path: Path) -> None:
    proof = tmp_path / "executed"
    evil = tmp_path / "evil.sh"
    evil.write_text(f"#!/bin/sh\ntouch {proof}\n")
    evil.chmod(0o755)
    for hook in ("pre-commit", "post-checkout", "fsmonitor-watchman", "post-index-change"):
        shutil.copy(evil, versioned / ".git" / "hooks" / hook)
    for name in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "gpg.program",
        "diff.external", "filter.x.clean", "filter.x.smudge", "filter.x.process", "alias.rev-list",
        "alias.ls-files", "credential.helper",
    ):  # fmt: skip
        git(versioned, "config", name, str(evil))
    git(versioned, "config", "log.showSignature", "true")
    write(versioned, {".gitattributes": "* filter=x\n"})

    sighting = look(versioned, SourceFile, Branch, LastChange, LoadTest, Repository)

    assert paths(sighting)
    assert sighting.of(Branch).seen
    assert not proof.exists()


def test_without_git_the_dates_are_a_gap(versioned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    sighting = look(versioned, Branch, SourceFile)

    assert [gap.reason for gap in sighting.of(Branch).gaps] == [Reason.NOT_SCANNED]
    assert "a.py" in paths(sighting)


def test_a_missing_folder_and_one_that_may_not_be_read_are_gaps(tmp_path: Path) -> None:
    missing = look(tmp_path / "missing", SourceFile)
    elsewhere = look(tmp_path, SourceFile, folders=False)

    assert missing.failed is not None
    assert missing.failed.detail.endswith("missing is not a folder")
    assert elsewhere.failed is not None
    assert elsewhere.failed.reason is Reason.NOT_SCANNED


def test_tags_are_the_releases_that_git_knows(versioned: Path) -> None:
    git(versioned, "tag", "v1.0.0")
    found = look(versioned, Release).of(Release)

    assert [(each.name, each.published is not None) for each in found.seen] == [("v1.0.0", True)]
    assert found.gaps == ()


def test_without_git_the_tags_are_a_gap(versioned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = look(versioned, Release).of(Release)

    assert found.seen == ()
    assert found.gaps


def test_folders_of_documents_and_infrastructure_are_dated_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    write(
        folder,
        {
            "docs/a.md": "x",
            "docs/c.drawio": "",
            "README.md": "x",
            "infra/main.tf": 'provider "aws" {}',
        },
    )
    git(folder, "init", "--initial-branch", "main")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "one", date="2025-01-01T00:00:00+00:00")
    write(folder, {"infra/more.tf": ""})
    git(folder, "add", ".")
    git(folder, "commit", "-m", "two", date="2026-01-01T00:00:00+00:00")

    kinds = (LastChange, LoadTest, Document, Diagram, IacRoot)
    found = look(folder, *kinds).of(LastChange)
    alone = look(folder, LastChange, LoadTest).of(LastChange)

    assert {each.path: each.committed.year for each in found.seen} == {
        "README.md": 2025, "docs": 2025, "docs/c.drawio": 2025, "infra": 2026,
    }  # fmt: skip
    assert (found.gaps, alone.seen) == ((), ())


def test_links_are_known_to_be_there_and_are_not_read(tmp_path: Path) -> None:
    write(
        tmp_path / "shop", {"README.md": "[a](LICENSE) [b](img/x.png) [c](gone.md)", "a/b.png": ""}
    )
    (tmp_path / "shop" / "LICENSE").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "shop" / "img").symlink_to(tmp_path / "shop" / "a")

    (found,) = look(tmp_path / "shop", ReadmeReferences).of(ReadmeReferences).seen

    assert found.broken == ("gone.md",)
