"""Records of one repository, for tests that need a few of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from readiness.evidence.repository import (
    Branch,
    BranchRule,
    CiStep,
    CommitStatus,
    Language,
    Manifest,
    MergedPullRequest,
    Provider,
    Repository,
    SourceFile,
    WorkflowRun,
)
from tests.rows import NOW

SHOP = "github:acme/shop"
CI = ".github/workflows/ci.yml"


def repository(**changes: Any) -> Repository:
    values: dict[str, Any] = {"arn": SHOP, "provider": Provider.GITHUB, "default_branch": "main"}
    return Repository(**values | changes)


def branch(*, days: float = 2) -> Branch:
    return Branch(repository=SHOP, name="main", committed=NOW - timedelta(days=days))


def language(name: str = "Python", *, files: int = 20, share: float = 1.0) -> Language:
    return Language(repository=SHOP, name=name, files=files, share=share)


def file(path: str, *, foreign: bool = False) -> SourceFile:
    return SourceFile(repository=SHOP, path=path, foreign=foreign)


def manifest(path: str, *sections: str) -> Manifest:
    return Manifest(repository=SHOP, path=path, sections=sections)


def step(command: str = "", **changes: Any) -> CiStep:
    values: dict[str, Any] = {
        "repository": SHOP,
        "workflow": CI,
        "job": "check",
        "number": 1,
        "command": command,
        "triggers": ("pull_request",),
        "on_change": True,
    }
    return CiStep(**values | changes)


def rule(kind: str = "pull_request", **changes: Any) -> BranchRule:
    values: dict[str, Any] = {"repository": SHOP, "branch": "main", "kind": kind}
    return BranchRule(**values | changes)


def status(context: str) -> CommitStatus:
    return CommitStatus(repository=SHOP, context=context, state="success")


def merge(number: int, *approved_by: str, days: float = 10, **changes: Any) -> MergedPullRequest:
    values: dict[str, Any] = {
        "repository": SHOP,
        "number": number,
        "author": "mia",
        "bot": False,
        "merged": NOW - timedelta(days=days, minutes=-number),
        "approved_by": approved_by,
    }
    return MergedPullRequest(**values | changes)


def run(number: int, conclusion: str, *, workflow: str = CI) -> WorkflowRun:
    return WorkflowRun(
        repository=SHOP,
        number=number,
        workflow=workflow,
        event="push",
        conclusion=conclusion,
        created=NOW - timedelta(days=100 - number),
    )
