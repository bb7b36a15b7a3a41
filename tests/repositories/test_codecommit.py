"""What CodeCommit shows, by answers that its service model allows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.code_security import ExposedSecret
from readiness.evidence.documents import Document, ReadmeReferences
from readiness.evidence.files import Sighting
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    CiStep,
    CommitStatus,
    LastChange,
    LoadTest,
    MergedPullRequest,
    Provider,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.probes import load
from readiness.probes.access import Access
from readiness.probes.actions import action_of
from readiness.probes.aws import Connection
from readiness.probes.refusals import UnseenError
from readiness.repositories import read
from tests.probes.looking import DENIED, Answer, answering, refused
from tests.rows import ACCOUNT, NOW, REGION

JOBS = f"codecommit:{ACCOUNT}:{REGION}:jobs"
HEAD = "a" * 40
NAMED = {"repositoryName": "jobs"}
AUTHOR = f"arn:aws:iam::{ACCOUNT}:user/mia"
REVIEWER = f"arn:aws:iam::{ACCOUNT}:user/tom"


@dataclass(frozen=True, kw_only=True)
class Opened(Access):
    """Access to one account that is open already."""

    connection: Connection

    def member(self, account: str, *, scan: str, started: datetime) -> Connection:
        assert (account, scan, started) == (ACCOUNT, "s", NOW)
        return self.connection


def look(connection: Connection, *kinds: type[Any]) -> Sighting:
    access = Opened(session=boto3.Session(), connection=connection)
    return read(JOBS, kinds=kinds, access=access, token="", scan="s", now=NOW)


def answered(*kinds: type[Any], answers: list[Answer]) -> Sighting:
    with answering(*answers) as connection:
        return look(connection, *kinds)


# --- answers --------------------------------------------------------------------------------------

OPEN = Answer(
    "codecommit.get_repository",
    {"repositoryMetadata": {"repositoryName": "jobs", "defaultBranch": "main", "accountId": ACCOUNT}},
    asked=NAMED,
)  # fmt: skip
EMPTY = Answer("codecommit.get_repository", {"repositoryMetadata": {"repositoryName": "jobs"}})
BRANCH = Answer(
    "codecommit.get_branch",
    {"branch": {"branchName": "main", "commitId": HEAD}},
    asked={**NAMED, "branchName": "main"},
)


COMMITTER = {"name": "Mia", "email": "mia@example.com", "date": "1763636400 +0100"}
COMMIT = Answer(
    "codecommit.get_commit",
    {"commit": {"commitId": HEAD, "committer": COMMITTER}},
    asked={**NAMED, "commitId": HEAD},
)


def tree(*paths: str, token: str = "", after: str = "", mode: str = "100644") -> Answer:
    blobs = [{"afterBlob": {"blobId": f"b-{path}", "path": path, "mode": mode}} for path in paths]
    asked = {**NAMED, "afterCommitSpecifier": HEAD} | ({"NextToken": after} if after else {})
    more = {"NextToken": token} if token else {}
    return Answer("codecommit.get_differences", {"differences": blobs, **more}, asked=asked)


def blob(path: str, content: bytes) -> Answer:
    return Answer(
        "codecommit.get_blob", {"content": content}, asked={**NAMED, "blobId": f"b-{path}"}
    )


def history(path: str) -> Answer:
    asked = {**NAMED, "commitSpecifier": HEAD, "filePath": path, "maxResults": 1}
    committed = {"commitId": "c1", "committer": COMMITTER}
    version = {"commit": committed, "blobId": f"b-{path}", "path": path}
    return Answer("codecommit.list_file_commit_history", {"revisionDag": [version]}, asked=asked)


TEMPLATES = Answer(
    "codecommit.list_associated_approval_rule_templates_for_repository",
    {"approvalRuleTemplateNames": ["two-eyes"]},
    asked=NAMED,
)
TEMPLATE = Answer(
    "codecommit.get_approval_rule_template",
    {
        "approvalRuleTemplate": {
            "approvalRuleTemplateName": "two-eyes",
            "approvalRuleTemplateContent": '{"Version": "2018-11-08", "DestinationReferences": ["refs/heads/main"],'
            ' "Statements": [{"Type": "Approvers", "NumberOfApprovalsNeeded": 2}]}',
        }
    },
    asked={"approvalRuleTemplateName": "two-eyes"},
)
CLOSED = Answer(
    "codecommit.list_pull_requests",
    {"pullRequestIds": ["7"]},
    asked={**NAMED, "pullRequestStatus": "CLOSED"},
)


def pull(number: int = 7, *, merged: bool = True, into: str = "refs/heads/main") -> Answer:
    target = {**NAMED, "destinationReference": into, "mergeMetadata": {"isMerged": merged}}
    return Answer(
        "codecommit.get_pull_request",
        {
            "pullRequest": {
                "pullRequestId": str(number),
                "authorArn": AUTHOR,
                "lastActivityDate": datetime(2026, 11, 1, tzinfo=UTC),
                "pullRequestStatus": "CLOSED",
                "pullRequestTargets": [target],
                "revisionId": f"r{number}",
            }
        },
        asked={"pullRequestId": str(number)},
    )


def approvals(number: int = 7, **states: str) -> Answer:
    found = [
        {"userArn": f"arn:aws:iam::{ACCOUNT}:user/{user}", "approvalState": state}
        for user, state in states.items()
    ]
    return Answer(
        "codecommit.get_pull_request_approval_states",
        {"approvals": found},
        asked={"pullRequestId": str(number), "revisionId": f"r{number}"},
    )


SCRIPTS: dict[type[Any], list[Answer]] = {
    Repository: [OPEN],
    Branch: [OPEN, BRANCH, COMMIT],
    CiStep: [OPEN, BRANCH, tree("buildspec.yml"), blob("buildspec.yml", b"phases: {build: {commands: [flake8]}}")],
    LastChange: [OPEN, BRANCH, tree("load/plan.jmx", "load/a.js"), blob("load/a.js", b""), history("load/plan.jmx")],
    ApprovalTemplate: [OPEN, TEMPLATES, TEMPLATE],
    MergedPullRequest: [OPEN, CLOSED, pull(), approvals(tom="APPROVE", lea="REVOKE", mia="APPROVE")],
}  # fmt: skip
SEEN: dict[type[Any], Any] = {
    Repository: Repository(arn=JOBS, provider=Provider.CODECOMMIT, default_branch="main"),
    Branch: Branch(repository=JOBS, name="main", committed=datetime(2025, 11, 20, 11, tzinfo=UTC)),
    CiStep: CiStep(
        repository=JOBS, workflow="buildspec.yml", job="build", number=0, command="flake8", on_change=None
    ),
    LastChange: LastChange(
        repository=JOBS, path="load/plan.jmx", committed=datetime(2025, 11, 20, 11, tzinfo=UTC)
    ),
    ApprovalTemplate: ApprovalTemplate(
        repository=JOBS, name="two-eyes", approvals=2, branches=("refs/heads/main",)
    ),
    MergedPullRequest: MergedPullRequest(
        repository=JOBS,
        number=7,
        author=AUTHOR,
        bot=False,
        merged=datetime(2026, 11, 1, tzinfo=UTC),
        approved_by=(AUTHOR, REVIEWER),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", SCRIPTS)
def test_each_fact_is_seen_with_the_calls_that_are_declared(kind: type[Any]) -> None:
    sighting = answered(kind, answers=SCRIPTS[kind])

    assert sighting.failed is None
    assert sighting.of(kind) == Evidence((SEEN[kind],))
    assert set(sighting.calls) == load()[kind].calls


REFUSALS = [
    pytest.param(kind, number, id=f"{kind.__name__} without {answer.operation}")
    for kind, script in SCRIPTS.items()
    for number, answer in enumerate(script)
]


@pytest.mark.parametrize(("kind", "number"), REFUSALS)
def test_a_refused_call_is_a_gap_that_names_its_action(kind: type[Any], number: int) -> None:
    script = SCRIPTS[kind]
    denied = script[number]
    after = script[number + 1 :] if denied.operation == "codecommit.get_blob" else []
    answers = [*script[:number], Answer(denied.operation, error=DENIED), *after]
    sighting = answered(kind, answers=answers)
    gaps = (sighting.failed,) if sighting.failed else sighting.of(kind).gaps

    assert [(gap.reason, gap.action, gap.account, gap.region) for gap in gaps] == [
        (Reason.DENIED, action_of(denied.operation), ACCOUNT, REGION)
    ]
    assert SEEN[kind] not in sighting.of(kind).seen or kind is LastChange


def test_secrets_in_the_newest_files_alone() -> None:
    leaked = "ghp_" + "q7W3" * 9
    answers = [OPEN, BRANCH, tree(".env", "a.py"), blob(".env", f"T={leaked}".encode()), Answer("codecommit.get_blob", error=DENIED)]  # fmt: skip
    sighting = answered(ExposedSecret, answers=answers)
    found = sighting.of(ExposedSecret)

    assert [(each.path, each.rule) for each in found.seen] == [(".env", "github-pat")]
    assert [(gap.reason, gap.action, gap.detail) for gap in found.gaps] == [
        (Reason.DENIED, "codecommit:GetBlob", "1 of 2 files were not searched for secrets"),
        (Reason.NOT_SCANNED, "", "CodeCommit is asked for the newest files alone, not for the history"),
    ]  # fmt: skip
    assert leaked not in repr(sighting)


def test_what_codecommit_does_not_have_is_absent_and_runs_are_not_supported() -> None:
    sighting = answered(BranchRule, CommitStatus, WorkflowRun, answers=[OPEN])

    assert sighting.of(BranchRule) == sighting.of(CommitStatus) == Evidence()
    assert [gap.reason for gap in sighting.of(WorkflowRun).gaps] == [Reason.PROVIDER_UNSUPPORTED]


def test_the_tree_is_read_to_its_last_page_without_links() -> None:
    pages = [
        tree("a.py", token="t"),
        replace(tree("link.py", mode="120000"), asked={**NAMED, "afterCommitSpecifier": HEAD, "NextToken": "t"}),
    ]  # fmt: skip
    found = answered(SourceFile, answers=[OPEN, BRANCH, *pages]).of(SourceFile)

    assert [(each.path, each.size, each.language) for each in found.seen] == [
        ("a.py", None, "Python")
    ]
    assert found.gaps == ()


def test_a_page_that_fails_leaves_what_was_listed_and_a_gap() -> None:
    pages = [tree("a.py", token="t"), Answer("codecommit.get_differences", error=DENIED)]
    found = answered(SourceFile, answers=[OPEN, BRANCH, *pages]).of(SourceFile)

    assert [each.path for each in found.seen] == ["a.py"]
    assert found.gaps == (refused("codecommit:GetDifferences"),)


def test_a_key_that_may_not_be_used_is_a_refusal_of_kms() -> None:
    error = {
        "service_error_code": "EncryptionKeyAccessDeniedException",
        "service_message": "no",
        "http_status_code": 400,
    }
    found = answered(SourceFile, answers=[OPEN, BRANCH, Answer("codecommit.get_differences", error=error)])  # fmt: skip

    assert found.of(SourceFile).gaps == (refused("kms:Decrypt"),)


def test_a_file_that_is_too_large_is_a_gap_about_it() -> None:
    error = {"service_error_code": "FileTooLargeException", "http_status_code": 400}
    answers = [OPEN, BRANCH, tree("load/a.js"), Answer("codecommit.get_blob", error=error)]
    found = answered(LoadTest, answers=answers).of(LoadTest)

    assert [(gap.reason, gap.resource) for gap in found.gaps] == [
        (Reason.TRUNCATED, f"{JOBS}:load/a.js")
    ]


@pytest.mark.parametrize(
    "answers",
    [
        [EMPTY],
        [OPEN, Answer("codecommit.get_branch", error={"service_error_code": "BranchDoesNotExistException", "http_status_code": 400})],
    ],
    ids=["no default branch", "nothing pushed to it"],
)  # fmt: skip
def test_an_empty_repository_has_no_branch_and_no_files(answers: list[Answer]) -> None:
    sighting = answered(Branch, SourceFile, answers=answers)

    assert sighting.of(Branch) == sighting.of(SourceFile) == Evidence()


def test_only_merges_into_the_default_branch_count_newest_first() -> None:
    listed = replace(CLOSED, answer={"pullRequestIds": ["7", "9", "10"]})
    answers = [
        OPEN, listed, pull(10), approvals(10), pull(9, merged=False), pull(7, into="refs/heads/dev")
    ]  # fmt: skip
    found = answered(MergedPullRequest, answers=answers).of(MergedPullRequest)

    assert [(each.number, each.approved_by) for each in found.seen] == [(10, ())]
    assert found.gaps == ()


def test_one_pull_request_that_is_refused_hides_no_other() -> None:
    listed = replace(CLOSED, answer={"pullRequestIds": ["7", "8"]})
    denied = Answer("codecommit.get_pull_request", error=DENIED)
    found = answered(MergedPullRequest, answers=[OPEN, listed, denied, pull(), approvals()]).of(
        MergedPullRequest
    )

    assert [each.number for each in found.seen] == [7]
    assert found.gaps == (refused("codecommit:GetPullRequest", resource=f"{JOBS}#8"),)


def test_a_repository_that_does_not_exist_is_not_seen() -> None:
    error = {"service_error_code": "RepositoryDoesNotExistException", "http_status_code": 400}
    sighting = answered(Branch, answers=[Answer("codecommit.get_repository", error=error)])

    assert sighting.failed is not None
    assert sighting.failed.reason is Reason.NO_ANSWER
    assert sighting.failed.detail == f"jobs does not exist in {ACCOUNT}, {REGION}"


def test_an_account_that_is_refused_is_the_reason_for_everything() -> None:
    gap = Gap(reason=Reason.DENIED, account=ACCOUNT, action="sts:AssumeRole")

    class Closed(Access):
        def member(self, account: str, *, scan: str, started: datetime) -> Connection:
            raise UnseenError(gap)

    closed = read(JOBS, kinds=[Branch], access=Closed(session=boto3.Session()), token="", scan="s", now=NOW)  # fmt: skip
    without = read(JOBS, kinds=[Branch], access=None, token="", scan="s", now=NOW)

    assert closed.of(Branch) == Evidence(gaps=(gap,))
    assert without.failed is not None
    assert without.failed.reason is Reason.NOT_SCANNED


def test_of_a_folder_the_first_files_are_dated_and_the_rest_is_a_gap() -> None:
    paths = [f"docs/{number}.md" for number in range(6)]
    answers = [
        OPEN, BRANCH, tree(*paths), *(blob(path, b"x") for path in paths), *map(history, paths[:5]),
    ]  # fmt: skip
    found = answered(Document, LastChange, LoadTest, answers=answers).of(LastChange)

    assert [each.path for each in found.seen] == paths[:5]
    assert [(each.reason, each.resource) for each in found.gaps] == [
        (Reason.TRUNCATED, f"{JOBS}:docs")
    ]


def test_links_and_submodules_are_there_and_are_no_files() -> None:
    readme = b"[a](LICENSE) [b](lib/x.c) [c](gone.md)"
    answers = [
        OPEN, BRANCH, tree("README.md", token="more"), tree("LICENSE", after="more", token="last", mode="120000"),
        tree("lib", after="last", mode="160000"), blob("README.md", readme),
    ]  # fmt: skip
    (found,) = answered(ReadmeReferences, answers=answers).of(ReadmeReferences).seen

    assert found.broken == ("gone.md",)
