"""What does CodeCommit show of a repository in a member account?

There is no git here: the file list comes from the difference between nothing and the newest commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
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
from readiness.probes import PROBES, probe
from readiness.probes.aws import Aws, Connection
from readiness.probes.refusals import UnseenError
from readiness.repositories.facts import KINDS, Facts
from readiness.repositories.reading import MAX_LISTED, Addition, Entry, no_history

_OPEN = ("codecommit.get_repository",)
_HEAD = (*_OPEN, "codecommit.get_branch")
#: GetDifferences and GetBlob read source code; a policy can limit them to the registered repositories.
_FILES = (*_HEAD, "codecommit.get_differences", "codecommit.get_blob")

#: Merged pull requests that are looked at, among at most this many closed ones.
SAMPLE = 20
MAX_CLOSED = 100


class CodeCommit:
    """One repository of one account and region."""

    def __init__(self, repository: str, connection: Connection) -> None:
        self.repository = repository
        _, _, region, self.name = repository.split(":", 3)
        declared = (PROBES[kind].calls for kind in _DECLARED)
        self.aws = Aws(connection, region, frozenset().union(*declared))
        self._answers: dict[str, dict[str, Any] | UnseenError | None] = {}

    def ask(
        self, operation: str, *, absent: tuple[str, ...] = (), **arguments: Any
    ) -> dict[str, Any] | None:
        """Ask one thing once; a key that may not be used is a refusal of KMS."""
        key = f"{operation} {sorted(arguments.items())}"
        if key not in self._answers:
            try:
                self._answers[key] = self.aws.call(
                    f"codecommit.{operation}", absent=absent, **arguments
                )
            except UnseenError as error:
                self._answers[key] = UnseenError(_by_key(error.gap))
        found = self._answers[key]
        if isinstance(found, UnseenError):
            raise found
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """Return the repository's metadata; raises UnseenError where there is none."""
        answer = self.ask(
            "get_repository",
            repositoryName=self.name,
            absent=("RepositoryDoesNotExistException",),
        )
        if answer is None:
            detail = f"{self.name} does not exist in {self.aws.account}, {self.aws.region}"
            raise UnseenError(Gap(reason=Reason.NO_ANSWER, detail=detail))
        found: dict[str, Any] = answer["repositoryMetadata"]
        return found

    @property
    def branch(self) -> str:
        return str(self.settings.get("defaultBranch") or "")

    @property
    def head(self) -> str:
        """The newest commit of the default branch, empty where nothing was ever pushed."""
        if not self.branch:
            return ""
        answer = self.ask(
            "get_branch",
            repositoryName=self.name,
            branchName=self.branch,
            absent=("BranchDoesNotExistException",),
        )
        return str(answer["branch"]["commitId"]) if answer else ""


def _committed(commit: dict[str, Any]) -> datetime:
    """Return when a commit was made, from git's own form, e.g. `1764000000 +0100`."""
    return datetime.fromtimestamp(int(commit["committer"]["date"].split()[0]), UTC)


def _by_key(gap: Gap) -> Gap:
    if gap.detail == "EncryptionKeyAccessDeniedException":
        return replace(gap, reason=Reason.DENIED, action="kms:Decrypt", detail="")
    return gap


@dataclass
class Files:
    """The default branch as a source."""

    codecommit: CodeCommit
    blobs: dict[str, str]
    gaps: tuple[Gap, ...]
    others: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(path) for path in self.blobs)  # CodeCommit lists no sizes

    def read(self, path: str) -> bytes:
        resource = f"{self.codecommit.repository}:{path}"
        try:
            answer = self.codecommit.ask(
                "get_blob",
                repositoryName=self.codecommit.name,
                blobId=self.blobs[path],
                absent=("FileTooLargeException",),
            )
        except UnseenError as error:
            raise UnseenError(replace(error.gap, resource=resource)) from error
        if answer is None:
            detail = f"{path}: it is too large for CodeCommit to send"
            raise UnseenError(Gap(reason=Reason.TRUNCATED, resource=resource, detail=detail))
        content: bytes = answer["content"]
        return content

    def at_hand(self, path: str) -> bool:
        return False

    def history(self) -> Iterator[Addition]:
        raise UnseenError(
            no_history("CodeCommit is asked for the newest files alone, not for the history")
        )


def files_of(codecommit: CodeCommit) -> Files:
    """Return the default branch's files; raises UnseenError where they may not be listed."""
    head = codecommit.head
    if not head:
        return Files(codecommit, {}, ())
    blobs: dict[str, str] = {}
    others: list[str] = []
    gaps: tuple[Gap, ...] = ()
    pages = codecommit.aws.pages(
        "codecommit.get_differences",
        "differences",
        repositoryName=codecommit.name,
        afterCommitSpecifier=head,
    )
    try:
        for each in islice(pages, MAX_LISTED):
            blob = each["afterBlob"]
            if blob["mode"] in ("100644", "100755"):  # no links and no submodules
                blobs[blob["path"]] = blob["blobId"]
            else:
                others.append(blob["path"])
        if next(pages, None) is not None:
            gaps = (Gap(reason=Reason.TRUNCATED, detail=f"only {MAX_LISTED} files were listed"),)
    except UnseenError as error:
        gaps = (_by_key(error.gap),)
    return Files(codecommit, blobs, gaps, tuple(others))


def facts_of(codecommit: CodeCommit) -> Facts:
    """Return what CodeCommit shows beside the files, by type."""
    return {
        Repository: partial(_repository, codecommit),
        Branch: partial(_branch, codecommit),
        ApprovalTemplate: partial(_templates, codecommit),
        MergedPullRequest: partial(_merges, codecommit),
        BranchRule: lambda: iter(()),  # CodeCommit protects no branch; IAM policies do
        CommitStatus: lambda: iter(()),  # and knows no statuses
        DeployEnvironment: lambda: iter(()),  # and no environments
        DeployVariable: lambda: iter(()),  # nor variables
        CodeScanning: lambda: iter(()),  # nor scans code
        CodeScanningAlerts: lambda: iter(()),  # so it has no alerts
        SecretScanning: lambda: iter(()),
        SecretAlerts: lambda: iter(()),
        DependabotAlerts: lambda: iter(()),  # nor knows advisories
        CoverageSignal: lambda: iter(()),  # its builds publish reports
        Release: lambda: iter(()),  # and lists no tags
        WorkflowRun: _runs,
        Ownership: lambda: iter(()),  # a repository is its account's
    }


@probe(Repository, *_OPEN)
def _repository(codecommit: CodeCommit) -> Iterator[Repository]:
    yield Repository(
        arn=codecommit.repository,
        provider=Provider.CODECOMMIT,
        default_branch=codecommit.branch,
    )


@probe(Branch, *_HEAD, "codecommit.get_commit")
def _branch(codecommit: CodeCommit) -> Iterator[Branch]:
    head = codecommit.head
    if not head:
        return
    answer = codecommit.ask("get_commit", repositoryName=codecommit.name, commitId=head)
    assert answer is not None
    yield Branch(
        repository=codecommit.repository,
        name=codecommit.branch,
        committed=_committed(answer["commit"]),
    )


@probe(
    ApprovalTemplate,
    *_OPEN,
    "codecommit.list_associated_approval_rule_templates_for_repository",
    "codecommit.get_approval_rule_template",
)
def _templates(codecommit: CodeCommit) -> Iterator[ApprovalTemplate]:
    names = codecommit.aws.pages(
        "codecommit.list_associated_approval_rule_templates_for_repository",
        "approvalRuleTemplateNames",
        repositoryName=codecommit.settings["repositoryName"],
    )
    for name in names:
        answer = codecommit.ask("get_approval_rule_template", approvalRuleTemplateName=name)
        assert answer is not None
        content = json.loads(answer["approvalRuleTemplate"]["approvalRuleTemplateContent"])
        statements = content.get("Statements") or ()
        needed = [int(each.get("NumberOfApprovalsNeeded", 0)) for each in statements]
        yield ApprovalTemplate(
            repository=codecommit.repository,
            name=name,
            approvals=max(needed, default=0),
            branches=tuple(content.get("DestinationReferences") or ()),
        )


@probe(
    MergedPullRequest,
    *_OPEN,
    "codecommit.list_pull_requests",
    "codecommit.get_pull_request",
    "codecommit.get_pull_request_approval_states",
)
def _merges(codecommit: CodeCommit) -> Iterator[MergedPullRequest | Gap]:
    numbers = codecommit.aws.pages(
        "codecommit.list_pull_requests",
        "pullRequestIds",
        repositoryName=codecommit.settings["repositoryName"],
        pullRequestStatus="CLOSED",
    )
    newest = sorted(map(int, numbers), reverse=True)[:MAX_CLOSED]
    seen = 0
    for number in newest:
        if seen == SAMPLE:
            return
        try:
            merged = _merge(codecommit, number)
        except UnseenError as error:
            yield replace(error.gap, resource=f"{codecommit.repository}#{number}")
            continue
        if merged:
            seen += 1
            yield merged


def _merge(codecommit: CodeCommit, number: int) -> MergedPullRequest | None:
    answer = codecommit.ask("get_pull_request", pullRequestId=str(number))
    assert answer is not None
    said = answer["pullRequest"]
    into = f"refs/heads/{codecommit.branch}"
    target = next(
        (each for each in said["pullRequestTargets"] if each["destinationReference"] == into), None
    )
    if target is None or not target["mergeMetadata"]["isMerged"]:
        return None
    states = codecommit.ask(
        "get_pull_request_approval_states",
        pullRequestId=str(number),
        revisionId=said["revisionId"],
    )
    assert states is not None
    return MergedPullRequest(
        repository=codecommit.repository,
        number=number,
        author=said["authorArn"],
        bot=False,
        merged=said["lastActivityDate"],  # a merge closes it, and says no time of its own
        approved_by=tuple(
            sorted(
                each["userArn"]
                for each in states["approvals"]
                if each["approvalState"] == "APPROVE"
            )
        ),
    )


def _listed(codecommit: CodeCommit) -> Iterator[Entry]:
    """List what the facts of the files start from; each type of them takes the same calls."""
    yield from files_of(codecommit).entries


for _kind in KINDS:
    probe(_kind, *_FILES)(_listed)
probe(LastChange, *_FILES, "codecommit.list_file_commit_history")(_listed)
_DECLARED = (Repository, Branch, ApprovalTemplate, MergedPullRequest, *KINDS, LastChange)


def _runs() -> Iterator[Gap]:
    detail = "CodeCommit keeps no runs"
    yield Gap(reason=Reason.PROVIDER_UNSUPPORTED, detail=detail)


def last_change(codecommit: CodeCommit, path: str) -> Iterator[LastChange]:
    """Yield when a file was last changed on the default branch."""
    answer = codecommit.ask(
        "list_file_commit_history",
        repositoryName=codecommit.name,
        commitSpecifier=codecommit.head,
        filePath=path,
        maxResults=1,
    )
    assert answer is not None
    for version in answer["revisionDag"][:1]:
        yield LastChange(
            repository=codecommit.repository, path=path, committed=_committed(version["commit"])
        )
