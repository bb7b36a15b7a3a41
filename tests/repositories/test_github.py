"""What GitHub's REST API shows, in the shapes that it documents, and where the token goes."""

from __future__ import annotations

import base64
import gzip
import io
import json
import tarfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from readiness.evidence import Evidence, Gap, Reason
from readiness.evidence.code_security import (
    CodeScanningAlerts,
    ExposedSecret,
    SecretAlert,
    SecretAlerts,
    SecretScanning,
)
from readiness.evidence.coverage import CoverageSignal
from readiness.evidence.documents import ReadmeReferences
from readiness.evidence.files import Sighting
from readiness.evidence.infrastructure import DeployEnvironment, DeployVariable
from readiness.evidence.ownership import Ownership
from readiness.evidence.repository import (
    ApprovalTemplate,
    Branch,
    BranchRule,
    CiStep,
    Codeowners,
    CodeScanning,
    CommitStatus,
    DependabotAlerts,
    LastChange,
    LoadTest,
    MergedPullRequest,
    Provider,
    Release,
    Repository,
    SourceFile,
    WorkflowRun,
)
from readiness.repositories import github, read
from readiness.repositories.github import Host, HostError
from tests.repositories.records import CI, SHOP
from tests.rows import NOW

TOKEN = "github_pat_tests"
BASE = "/repos/acme/shop"


@dataclass
class Answer:
    content: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Sent as it is, instead of the content in JSON.
    body: bytes | None = None
    #: Sent as the length, where the body is cut off.
    length: int | None = None


@dataclass
class Server:
    """One host: its answers by path, and what it was asked."""

    url: str
    routes: dict[str, Answer | list[Answer]]
    asked: list[str] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)

    def answer(self, path: str) -> Answer:
        bare = path.partition("?")[0]
        found = self.routes.get(path, self.routes.get(bare))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found or Answer({"message": "Not Found", "status": "404"}, 404)


def serve() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            state.asked.append(self.path)
            state.tokens.add(self.headers.get("Authorization"))
            answer = state.answer(self.path)
            body = json.dumps(answer.content).encode() if answer.body is None else answer.body
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(answer.length or len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = answer.length is not None

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(f"http://127.0.0.1:{server.server_port}", {})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(github, "_RETRIES", github._RETRIES.new(backoff_factor=0))


@pytest.fixture
def host() -> Iterator[Server]:
    yield from serve()


@pytest.fixture
def other() -> Iterator[Server]:
    yield from serve()


# --- recorded shapes ------------------------------------------------------------------------------

ADMINISTRATION = {"X-Accepted-GitHub-Permissions": "administration=read"}
FILES = {
    ".github/workflows/ci.yml": b"on: push\njobs: {a: {steps: [{run: flake8}]}}\n",
    ".github/CODEOWNERS": b"* @acme/shop\n",
    "load/plan.jmx": b"<jmeterTestPlan/>",
    "shop/a.py": b"x = 1\n",
}


def settings(**changes: Any) -> Answer:
    return Answer(
        {
            "name": "shop",
            "full_name": "acme/shop",
            "default_branch": "main",
            "archived": False,
            "fork": False,
        }
        | changes
    )


def branch(*, protected: bool) -> Answer:
    commit = {"sha": "c0ffee", "commit": {"committer": {"date": "2026-11-20T12:00:00Z"}}}
    return Answer({"name": "main", "commit": commit, "protected": protected})


def packed(files: Mapping[str, bytes], *members: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(f"acme-shop-c0ffee/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        for member in members:
            archive.addfile(member, io.BytesIO(b"x" * member.size))
    return buffer.getvalue()


def tree(files: Mapping[str, bytes], **changes: Any) -> Answer:
    entries = [
        {"path": path, "mode": "100644", "type": "blob", "size": len(content)}
        for path, content in files.items()
    ]
    return Answer({"sha": "c0ffee", "truncated": False, "tree": entries} | changes)


def refused(message: str, status: int = 403, **headers: str) -> Answer:
    return Answer(
        {"message": message}, status, {key.replace("_", "-"): each for key, each in headers.items()}
    )


def look(host: Server, *kinds: type[Any], token: str = TOKEN, **changes: Any) -> Sighting:
    return read(
        SHOP, kinds=kinds, access=None, token=token, scan="s", now=NOW, github_url=host.url, **changes
    )  # fmt: skip


def whole(host: Server, files: Mapping[str, bytes] = FILES) -> None:
    """Give the host a repository with everything."""
    host.routes |= {
        BASE: settings(),
        f"{BASE}/branches/main": branch(protected=False),
        f"{BASE}/git/trees/main": tree(files),
        f"{BASE}/tarball/main": Answer(body=packed(files)),
        f"{BASE}/rules/branches/main": Answer([]),
        f"{BASE}/commits": Answer([{"commit": {"committer": {"date": "2026-01-02T03:04:05Z"}}}]),
        f"{BASE}/commits/main/status": Answer(
            {"state": "success", "statuses": [{"context": "pre-commit.ci - push", "state": "success"}]}
        ),
        f"{BASE}/pulls": Answer([]),
        f"{BASE}/actions/runs": Answer(
            {
                "total_count": 2,
                "workflow_runs": [
                    {"id": 8, "path": CI, "event": "push", "conclusion": None, "created_at": "2026-11-21T00:00:00Z"},
                    {"id": 7, "path": f"{CI}@refs/heads/main", "event": "push", "conclusion": "success", "created_at": "2026-11-20T00:00:00Z", "updated_at": "2026-11-20T00:05:00Z"},
                ],
            }
        ),
    }  # fmt: skip


ALL = (
    Repository, Branch, BranchRule, MergedPullRequest, WorkflowRun, CommitStatus, ApprovalTemplate,
    SourceFile, CiStep, Codeowners, LoadTest, LastChange,
)  # fmt: skip


# --- what is seen ---------------------------------------------------------------------------------


def test_a_repository_is_seen_whole_and_each_call_made_once(host: Server) -> None:
    whole(host)
    sighting = look(host, *ALL)

    assert sighting.failed is None
    assert {kind.__name__: sighting.of(kind).gaps for kind in ALL} == {k.__name__: () for k in ALL}
    assert sighting.of(Repository).seen == (
        Repository(arn=SHOP, provider=Provider.GITHUB, default_branch="main"),
    )
    pushed = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert sighting.of(Branch).seen == (Branch(repository=SHOP, name="main", committed=pushed),)
    assert [each.path for each in sighting.of(SourceFile).seen] == list(FILES)
    assert [each.command for each in sighting.of(CiStep).seen] == ["flake8"]
    assert sighting.of(Codeowners).seen[0].owned == 1
    changed = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert sighting.of(LastChange).seen == (
        LastChange(repository=SHOP, path="load/plan.jmx", committed=changed),
    )
    assert sighting.of(WorkflowRun).seen == (
        WorkflowRun(
            repository=SHOP,
            number=7,
            workflow=CI,
            event="push",
            conclusion="success",
            created=datetime(2026, 11, 20, tzinfo=UTC),
            ended=datetime(2026, 11, 20, 0, 5, tzinfo=UTC),
        ),
    )
    assert sighting.of(CommitStatus).seen == (
        CommitStatus(repository=SHOP, context="pre-commit.ci - push", state="success"),
    )
    assert len(host.asked) == len(set(host.asked)) == sum(sighting.calls.values())


@pytest.mark.parametrize(
    ("kind", "paths"),
    [
        (Repository, [""]),
        (BranchRule, ["", "/branches/main", "/rules/branches/main"]),
        (CommitStatus, ["", "/commits/main/status?per_page=100"]),
        (ApprovalTemplate, [""]),
    ],
)
def test_only_what_is_needed_is_asked(host: Server, kind: type[Any], paths: list[str]) -> None:
    whole(host)
    look(host, kind)

    bare = sorted(path.removeprefix(BASE).replace("?per_page=100", "") if kind is BranchRule else path.removeprefix(BASE) for path in host.asked)  # fmt: skip
    assert bare == sorted(paths)


def test_an_empty_repository_has_no_branch_and_no_files(host: Server) -> None:
    host.routes |= {BASE: settings()}
    sighting = look(host, Branch, SourceFile, BranchRule)

    assert sighting.of(Branch) == Evidence()
    assert sighting.of(SourceFile) == Evidence()


@pytest.mark.parametrize(("ahead", "idle"), [(0, True), (3, False)])
def test_a_fork_is_idle_while_it_has_no_commit_of_its_own(
    host: Server, ahead: int, idle: bool
) -> None:
    parent = {"owner": {"login": "upstream"}, "default_branch": "dev"}
    host.routes |= {
        BASE: settings(fork=True, parent=parent, archived=True),
        f"{BASE}/compare/upstream:dev...main": Answer({"ahead_by": ahead, "behind_by": 9}),
    }

    assert look(host, Repository).of(Repository).seen == (
        Repository(
            arn=SHOP,
            provider=Provider.GITHUB,
            default_branch="main",
            archived=True,
            idle_fork=idle,
        ),
    )


# --- protection -----------------------------------------------------------------------------------

PULL = {"type": "pull_request", "parameters": {"required_approving_review_count": 2}}
CHECKS = {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "ci"}]}}  # fmt: skip
NO_PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."


def rules(host: Server) -> tuple[list[tuple[str, int, tuple[str, ...]]], list[str]]:
    found = look(host, BranchRule).of(BranchRule)
    return (
        [(each.kind, each.approvals, each.contexts) for each in found.seen],
        [str(gap) for gap in found.gaps],
    )


def test_rulesets_and_classic_protection_are_one(host: Server) -> None:
    host.routes |= {
        BASE: settings(),
        f"{BASE}/branches/main": branch(protected=True),
        f"{BASE}/rules/branches/main": Answer([PULL, CHECKS]),
        f"{BASE}/branches/main/protection": Answer(
            {
                "required_pull_request_reviews": {"required_approving_review_count": 1},
                "required_status_checks": {"contexts": ["a"], "checks": [{"context": "a"}, {"context": "b"}]},
                "allow_force_pushes": {"enabled": False},
                "allow_deletions": {"enabled": True},
            }
        ),
    }  # fmt: skip

    assert rules(host) == (
        [
            ("pull_request", 2, ()),
            ("required_status_checks", 0, ("ci",)),
            ("pull_request", 1, ()),
            ("required_status_checks", 0, ("a", "b")),
            ("non_fast_forward", 0, ()),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("protected", "rulesets", "protection", "gaps"),
    [
        (False, [], refused("Not Found", 404), []),
        (True, [], refused("Branch not protected", 404), []),
        (True, [], refused("Not Found", 404), ["denied: Administration: read"]),
        (False, [PULL], refused("Not Found", 404), ["denied: Administration: read"]),
        (
            True,
            [],
            Answer({"message": "Resource not accessible by personal access token"}, 403, ADMINISTRATION),
            ["denied: Administration: read"],
        ),
        (True, [], refused("Server Error", 500), ["no answer from the target (GitHub answers get_branch_protection with 500)"]),
    ],
    ids=["none", "classic absent", "hidden", "hidden beside a ruleset", "refused", "broken"],
)  # fmt: skip
def test_classic_protection_that_is_hidden_is_a_gap(
    host: Server, protected: bool, rulesets: list[Any], protection: Answer, gaps: list[str]
) -> None:
    host.routes |= {
        BASE: settings(),
        f"{BASE}/branches/main": branch(protected=protected),
        f"{BASE}/rules/branches/main": Answer(rulesets),
        f"{BASE}/branches/main/protection": protection,
    }
    seen, found = rules(host)

    assert len(seen) == len(rulesets)
    assert found == gaps


@pytest.mark.parametrize("where", ["rules/branches/main", "branches/main/protection"])
def test_a_plan_without_protection_is_an_answer(host: Server, where: str) -> None:
    host.routes |= {
        BASE: settings(),
        f"{BASE}/branches/main": branch(protected=True),
        f"{BASE}/rules/branches/main": Answer([]),
        f"{BASE}/{where}": refused(NO_PLAN),
    }

    assert rules(host) == ([("not offered", 0, ())], [])


def test_a_list_is_read_to_its_last_page(host: Server) -> None:
    path = f"{BASE}/rules/branches/main"
    host.routes |= {
        BASE: settings(),
        f"{BASE}/branches/main": branch(protected=False),
        path: Answer([PULL], headers={"Link": f'<{host.url}{path}?page=2>; rel="next"'}),
        f"{path}?page=2": Answer([CHECKS]),
        f"{BASE}/branches/main/protection": refused("Branch not protected", 404),
    }
    seen, gaps = rules(host)

    assert [kind for kind, _, _ in seen] == ["pull_request", "required_status_checks"]
    assert gaps == []


def test_pages_that_lead_elsewhere_or_never_end_are_a_gap(host: Server, other: Server) -> None:
    path = f"{BASE}/rules/branches/main"
    host.routes |= {BASE: settings(), f"{BASE}/branches/main": branch(protected=False)}
    for start in (host, other):
        endless = Answer([PULL], headers={"Link": f'<{start.url}{path}?page=2>; rel="next"'})
        host.routes |= {path: endless, f"{path}?page=2": endless}
        found = look(host, BranchRule).of(BranchRule)

        assert [gap.reason for gap in found.gaps] == [Reason.TRUNCATED]
    assert other.asked == []


# --- merges ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "shared"), [("Organization", True), ("User", False)])
def test_an_owner_and_the_people_who_contributed(host: Server, kind: str, shared: bool) -> None:
    host.routes[BASE] = settings(owner={"login": "acme", "type": kind}, size=12)
    host.routes[f"{BASE}/contributors"] = Answer(
        [
            {"login": "mia", "type": "User"},
            {"login": "renovate[bot]", "type": "Bot"},
            {"login": "ben", "type": "User"},
        ]
    )

    assert look(host, Ownership).of(Ownership) == Evidence(
        (Ownership(arn=SHOP, owner="acme", shared=shared, people=2),)
    )


def test_nobody_contributed_where_nothing_was_pushed(host: Server) -> None:
    host.routes[BASE] = settings(owner={"login": "mia", "type": "User"}, size=0)

    assert look(host, Ownership).of(Ownership) == Evidence(
        (Ownership(arn=SHOP, owner="mia", shared=False, people=0),)
    )
    assert host.asked == [BASE]


def pull(number: int, merged: str | None = "2026-11-01T10:00:00Z", **user: str) -> dict[str, Any]:
    return {"number": number, "merged_at": merged, "user": {"login": "mia", "type": "User"} | user}


def review(login: str, state: str, at: str = "2026-11-01T09:00:00Z", **user: str) -> dict[str, Any]:
    return {"user": {"login": login, "type": "User"} | user, "state": state, "submitted_at": at}


REVIEWS: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
    "approved": ([review("tom", "APPROVED")], ("tom",)),
    "commented": ([review("tom", "COMMENTED")], ()),
    "approved, then commented": (
        [review("tom", "APPROVED"), review("tom", "COMMENTED", "2026-11-01T09:30:00Z")],
        ("tom",),
    ),
    "dismissed": ([review("tom", "DISMISSED")], ()),
    "approved, then changes wanted": (
        [review("tom", "CHANGES_REQUESTED", "2026-11-01T09:30:00Z"), review("tom", "APPROVED")],
        (),
    ),
    "approved after the merge": ([review("tom", "APPROVED", "2026-11-01T10:00:01Z")], ()),
    "approved by a bot": ([review("bot", "APPROVED", type="Bot")], ()),
    "approved by somebody who left": ([{**review("x", "APPROVED"), "user": None}], ("ghost",)),
    "pending": ([{**review("tom", "PENDING"), "submitted_at": None}], ()),
    "nobody": ([], ()),
}


@pytest.mark.parametrize("name", REVIEWS)
def test_an_approval_is_a_persons_last_word_before_the_merge(host: Server, name: str) -> None:
    reviews, approved_by = REVIEWS[name]
    host.routes |= {
        BASE: settings(),
        f"{BASE}/pulls": Answer([pull(3), pull(2, merged=None)]),
        f"{BASE}/pulls/3/reviews": Answer(reviews),
    }

    assert look(host, MergedPullRequest).of(MergedPullRequest) == Evidence(
        (
            MergedPullRequest(
                repository=SHOP,
                number=3,
                author="mia",
                bot=False,
                merged=datetime(2026, 11, 1, 10, tzinfo=UTC),
                approved_by=approved_by,
            ),
        )
    )


def test_one_pull_request_that_is_refused_is_a_gap_about_it(host: Server) -> None:
    host.routes |= {
        BASE: settings(),
        f"{BASE}/pulls": Answer([pull(3), pull(4, login="renovate[bot]")]),
        f"{BASE}/pulls/3/reviews": refused("Resource not accessible", x_accepted_github_permissions="pull_requests=read"),
        f"{BASE}/pulls/4/reviews": Answer([]),
    }  # fmt: skip
    found = look(host, MergedPullRequest).of(MergedPullRequest)

    assert [(each.number, each.bot) for each in found.seen] == [(4, True)]
    assert [(gap.resource, gap.action) for gap in found.gaps] == [(f"{SHOP}#3", "Pull requests: read")]  # fmt: skip


def test_twenty_merges_of_people_are_seen_beside_those_of_bots(host: Server) -> None:
    day = "2026-11-01T10:{:02}:00Z"
    bots = [pull(100 + n, day.format(30 + n), type="Bot") for n in range(25)]
    people = [pull(n, day.format(n)) for n in range(25)]
    host.routes |= {BASE: settings(), f"{BASE}/pulls": Answer(bots + people)}
    host.routes |= {f"{BASE}/pulls/{each['number']}/reviews": Answer([]) for each in bots + people}
    found = look(host, MergedPullRequest).of(MergedPullRequest).seen

    assert sorted(each.number for each in found if not each.bot) == list(range(5, 25))
    assert sorted(each.number for each in found if each.bot) == list(range(105, 125))


# --- refusals -------------------------------------------------------------------------------------

REFUSALS: dict[str, tuple[Answer, Reason, str]] = {
    "bad token": (refused("Bad credentials", 401), Reason.DENIED, "GitHub does not accept the token"),
    "no access": (refused("Not Found", 404), Reason.DENIED, "denied: Metadata: read (acme/shop does not exist"),
    "permission": (refused("Resource not accessible", x_accepted_github_permissions="metadata=read"), Reason.DENIED, "denied: Metadata: read"),
    "either permission": (refused("no", x_accepted_github_permissions="contents=read,issues=read; contents=write"), Reason.DENIED, "Contents: read, Issues: read"),
    "single sign-on": (refused("Protected by SSO", x_github_sso="required; url=https://x"), Reason.DENIED, "single sign-on"),
    "primary limit": (refused("API rate limit exceeded", x_ratelimit_remaining="0"), Reason.THROTTLED, "throttled"),
    "secondary limit": (refused("You have exceeded a secondary rate limit"), Reason.THROTTLED, "throttled"),
    "too many requests": (refused("slow down", 429, retry_after="60"), Reason.THROTTLED, "throttled"),
    "blocked": (refused("Repository access blocked", 451), Reason.NO_ANSWER, "with 451"),
    "no JSON": (Answer(body=b"<html>"), Reason.NOT_SUPPORTED, "does not answer in JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_gap_with_its_reason(host: Server, name: str) -> None:
    answer, reason, says = REFUSALS[name]
    host.routes |= {BASE: answer}
    sighting = look(host, Repository, SourceFile)

    assert sighting.failed is not None
    assert sighting.failed.reason is reason
    assert says in str(sighting.failed)
    assert TOKEN not in str(sighting)
    assert bool(sighting.throttled) is (reason is Reason.THROTTLED)


def test_where_schedules_fill_the_newest_runs_those_of_pushes_are_asked_for(host: Server) -> None:
    def run(number: int, event: str) -> dict[str, Any]:
        path = CI if event == "push" else ".github/workflows/cron.yml"
        return {"id": number, "path": path, "event": event, "conclusion": "success", "created_at": "2026-11-20T00:00:00Z"}  # fmt: skip

    whole(host)
    nightly = [run(number, "schedule") for number in range(101, 150)]
    host.routes |= {
        f"{BASE}/actions/runs": [
            Answer({"workflow_runs": [*nightly, run(99, "push")]}),
            Answer({"workflow_runs": [run(99, "push"), run(7, "push")]}),
        ]
    }
    found = look(host, WorkflowRun).of(WorkflowRun)

    assert found.gaps == ()
    assert len(found.seen) == 51
    assert [each.number for each in found.seen if each.event == "push"] == [99, 7]


def test_one_refused_call_hides_what_it_shows_and_nothing_else(host: Server) -> None:
    whole(host)
    host.routes |= {
        f"{BASE}/actions/runs": refused("no", x_accepted_github_permissions="actions=read")
    }
    sighting = look(host, *ALL)

    assert [kind for kind in ALL if sighting.of(kind).gaps] == [WorkflowRun]
    assert sighting.of(WorkflowRun).gaps[0].action == "Actions: read"


def test_an_error_of_the_server_is_tried_again(host: Server) -> None:
    host.routes |= {BASE: [refused("oops", 502), settings()]}

    assert look(host, Repository).failed is None


def test_a_host_that_is_not_there_is_a_gap(host: Server) -> None:
    gone = Server("http://127.0.0.1:9", {})
    sighting = look(gone, Repository)

    assert sighting.failed is not None
    assert sighting.failed.reason is Reason.NO_ANSWER


def test_after_the_deadline_nothing_is_asked(host: Server) -> None:
    sighting = look(host, Repository, deadline=time.monotonic() - 1)

    assert sighting.failed is not None
    assert sighting.failed.reason is Reason.TIMED_OUT
    assert host.asked == []


def test_an_answer_of_another_form_is_a_crash_of_that_type_alone(host: Server) -> None:
    whole(host)
    host.routes |= {f"{BASE}/actions/runs": Answer({"workflow_runs": [{"id": 1}]})}
    sighting = look(host, WorkflowRun, Branch)

    assert [gap.reason for gap in sighting.of(WorkflowRun).gaps] == [Reason.ODD_ANSWER]
    assert sighting.of(Branch).gaps == ()


# --- the token ------------------------------------------------------------------------------------


def test_the_token_does_not_follow_a_redirect_to_another_host(host: Server, other: Server) -> None:
    whole(host)
    location = f"{other.url}/acme/shop/legacy.tar.gz/refs/heads/main?token=short-lived"
    host.routes |= {f"{BASE}/tarball/main": Answer(status=302, headers={"Location": location}, body=b"")}  # fmt: skip
    other.routes |= {"/acme/shop/legacy.tar.gz/refs/heads/main": Answer(body=packed(FILES))}
    sighting = look(host, CiStep)

    assert [each.command for each in sighting.of(CiStep).seen] == ["flake8"]
    assert host.tokens == {f"Bearer {TOKEN}"}
    assert other.tokens == {None}


def test_the_token_follows_a_renamed_repository_on_the_same_host(host: Server) -> None:
    moved = f"{host.url}/repositories/7"
    host.routes |= {
        BASE: Answer(status=301, headers={"Location": moved}, body=b""),
        "/repositories/7": settings(),
    }

    assert look(host, Repository).failed is None
    assert host.tokens == {f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "target", ["http://example.com/a", "ftp://127.0.0.1/a", "file:///etc/passwd"]
)
def test_no_redirect_leads_to_an_address_without_tls(host: Server, target: str) -> None:
    host.routes |= {BASE: Answer(status=302, headers={"Location": target}, body=b"")}
    sighting = look(host, Repository)

    assert sighting.failed is not None
    assert "without TLS" in sighting.failed.detail
    assert len(host.asked) == 1


def test_redirects_end(host: Server) -> None:
    host.routes |= {BASE: Answer(status=302, headers={"Location": BASE}, body=b"")}
    sighting = look(host, Repository)

    assert sighting.failed is not None
    assert len(host.asked) == 4


def test_without_a_token_none_is_sent(host: Server) -> None:
    host.routes |= {BASE: settings()}

    assert look(host, Repository, token="").failed is None
    assert host.tokens == {None}


@pytest.mark.parametrize(
    ("url", "secret", "token"),
    [
        (github.API, "abc", "abc"),
        (github.API, '{"github.com": "abc", "ghe.example.com": "def"}', "abc"),
        ("https://ghe.example.com/api/v3", '{"github.com": "abc", "ghe.example.com": "def"}', "def"),
        ("https://ghe.example.com/api/v3", '{"github.com": "abc"}', ""),
        (github.API, "", ""),
    ],
)  # fmt: skip
def test_each_host_gets_its_own_token(url: str, secret: str, token: str) -> None:
    assert Host(url, secret).token == token


@pytest.mark.parametrize(
    "url", ["http://ghe.example.com/api/v3", "ftp://127.0.0.1", "ghe.example.com"]
)
def test_no_token_is_sent_without_tls(url: str) -> None:
    with pytest.raises(HostError, match="is not an https address"):
        Host(url, TOKEN)


@pytest.mark.parametrize(
    ("url", "secret", "says"),
    [
        ("http://ghe.example.com/api/v3", TOKEN, "is not an https address"),
        (github.API, "{broken", "the secret with the code hosts' tokens is not JSON"),
    ],
)
def test_a_host_that_cannot_be_used_is_the_reason_for_everything(
    url: str, secret: str, says: str
) -> None:
    sighting = look(Server(url, {}), Repository, token=secret)

    assert sighting.failed is not None
    assert sighting.failed.reason is Reason.NOT_SCANNED
    assert says in sighting.failed.detail
    assert secret not in sighting.failed.detail


def test_the_token_is_not_shown() -> None:
    assert TOKEN not in repr(Host(github.API, TOKEN))


# --- the archive ----------------------------------------------------------------------------------


def member(name: str, *, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> Any:
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, link
    return made


def unpacked(content: bytes) -> github.Archive:
    return github.unpacked(SHOP, io.BytesIO(content))  # type: ignore[arg-type]


def test_links_devices_and_ways_out_are_left_out_of_an_archive() -> None:
    archive = unpacked(
        packed(
            {"good.py": b"x"},
            member("acme-shop-c0ffee/../../etc/cron.d/evil", size=1),
            member("/etc/passwd", size=1),
            member("acme-shop-c0ffee/a\\..\\b", size=1),
            member("acme-shop-c0ffee/link", kind=tarfile.SYMTYPE, link="/etc/passwd"),
            member("acme-shop-c0ffee/hard", kind=tarfile.LNKTYPE, link="/etc/passwd"),
            member("acme-shop-c0ffee/pipe", kind=tarfile.FIFOTYPE),
            member("acme-shop-c0ffee/folder", kind=tarfile.DIRTYPE),
        )
    )

    assert [entry.path for entry in archive.entries] == ["good.py"]
    assert archive.gaps == ()


def test_an_archive_that_is_cut_off_is_truncated() -> None:
    whole = packed({f"f{number}.py": bytes(str(number) * 2_000, "ascii") for number in range(200)})
    archive = unpacked(whole[: len(whole) // 2])

    assert archive.entries
    assert [gap.reason for gap in archive.gaps] == [Reason.TRUNCATED]


@pytest.mark.parametrize(
    "content",
    [b"", b"not gzip", gzip.compress(b"not tar" * 1_000)],
    ids=["empty", "not gzip", "not tar"],
)
def test_an_archive_that_is_none_is_truncated(content: bytes) -> None:
    assert [gap.reason for gap in unpacked(content).gaps] == [Reason.TRUNCATED]


def test_an_archive_with_too_many_files_or_bytes_is_truncated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    files = {f"f{number}.py": b"12345" for number in range(5)}
    monkeypatch.setattr(github, "MAX_LISTED", 3)
    many = unpacked(packed(files))
    monkeypatch.setattr(github, "MAX_LISTED", 100)
    monkeypatch.setattr(github, "_MAX_UNPACKED", 12)
    large = unpacked(packed(files))

    assert [len(many.entries), len(large.entries)] == [3, 2]
    assert [gap.reason for gap in (*many.gaps, *large.gaps)] == [Reason.TRUNCATED] * 2


def test_an_archive_that_is_longer_than_allowed_is_truncated(
    host: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole(host)
    monkeypatch.setattr(github, "_MAX_ARCHIVE", 100)
    found = look(host, SourceFile, CiStep)

    assert [gap.reason for gap in found.of(CiStep).gaps] != []


def test_a_connection_that_breaks_in_the_archive_is_a_gap(host: Server) -> None:
    whole(host)
    content = packed(FILES)
    host.routes |= {f"{BASE}/tarball/main": Answer(body=content[:50], length=len(content))}
    found = look(host, CiStep).of(CiStep)

    assert found.seen == ()
    assert found.gaps != ()


def test_what_is_not_exported_is_listed_and_asked_for_by_itself(host: Server) -> None:
    whole(host)
    exported = {path: content for path, content in FILES.items() if not path.startswith(".github")}
    encoded = {
        "encoding": "base64",
        "content": base64.encodebytes(FILES[CI]).decode(),
    }
    host.routes |= {
        f"{BASE}/tarball/main": Answer(body=packed(exported)),
        f"{BASE}/contents/{CI}": Answer(encoded),
    }
    sighting = look(host, SourceFile, CiStep)

    assert [each.path for each in sighting.of(SourceFile).seen] == list(FILES)
    assert [each.command for each in sighting.of(CiStep).seen] == ["flake8"]


def test_a_tree_that_is_cut_off_is_truncated(host: Server) -> None:
    whole(host)
    host.routes |= {f"{BASE}/git/trees/main": tree(FILES, truncated=True)}
    found = look(host, SourceFile).of(SourceFile)

    assert len(found.seen) == len(FILES)
    assert [gap.reason for gap in found.gaps] == [Reason.TRUNCATED]


def test_links_and_submodules_of_a_tree_are_no_files(host: Server) -> None:
    whole(host)
    entries = [
        {"path": "a.py", "mode": "100755", "type": "blob", "size": 1},
        {"path": "link.py", "mode": "120000", "type": "blob", "size": 1},
        {"path": "lib", "mode": "160000", "type": "commit"},
        {"path": "src", "mode": "040000", "type": "tree"},
    ]
    host.routes |= {f"{BASE}/git/trees/main": tree({}, tree=entries)}

    assert [each.path for each in look(host, SourceFile).of(SourceFile).seen] == ["a.py"]


def test_a_readme_may_refer_to_links_and_submodules(host: Server) -> None:
    whole(host)
    entries = [
        {"path": "README.md", "mode": "100644", "type": "blob", "size": 1},
        {"path": "LICENSE", "mode": "120000", "type": "blob", "size": 1},
        {"path": "lib", "mode": "160000", "type": "commit"},
    ]
    content = base64.b64encode(b"[a](LICENSE) [b](lib/x.c) [c](gone.md)").decode()
    host.routes |= {
        f"{BASE}/git/trees/main": tree({}, tree=entries),
        f"{BASE}/contents/README.md": Answer({"encoding": "base64", "content": content}),
    }
    (found,) = look(host, ReadmeReferences).of(ReadmeReferences).seen

    assert found.broken == ("gone.md",)


def test_files_that_may_not_be_read_are_one_gap_for_every_fact_of_them(host: Server) -> None:
    whole(host)
    host.routes |= {f"{BASE}/tarball/main": refused("no", x_accepted_github_permissions="contents=read")}  # fmt: skip
    sighting = look(host, SourceFile, CiStep, LoadTest, LastChange, Branch)
    gap = Gap(reason=Reason.DENIED, action="Contents: read")

    for kind in (SourceFile, CiStep, LoadTest, LastChange):
        assert sighting.of(kind) == Evidence(gaps=(gap,))
    assert sighting.of(Branch).gaps == ()
    assert sum("tarball" in path for path in host.asked) == 1


# --- deployment environments ----------------------------------------------------------------------


def test_environments_and_whether_something_stands_before_them(host: Server) -> None:
    whole(host)
    listed = {
        "environments": [
            {"name": "production", "protection_rules": [{"type": "required_reviewers"}]},
            {"name": "staging", "protection_rules": []},
        ]
    }
    host.routes |= {f"{BASE}/environments": Answer(listed)}

    assert look(host, DeployEnvironment).of(DeployEnvironment) == Evidence(
        (
            DeployEnvironment(repository=SHOP, name="production", protected=True),
            DeployEnvironment(repository=SHOP, name="staging", protected=False),
        )
    )


def test_refused_environments_are_a_gap(host: Server) -> None:
    whole(host)
    denied = refused("no", x_accepted_github_permissions="actions=read")
    host.routes |= {f"{BASE}/environments": denied}
    (gap,) = look(host, DeployEnvironment).of(DeployEnvironment).gaps

    assert gap.action == "Actions: read"


def test_variables_that_hold_an_account_and_no_other(host: Server) -> None:
    whole(host)

    def listed(**variables: str) -> dict[str, Any]:
        named = [{"name": name, "value": value} for name, value in variables.items()]
        return {"total_count": len(named), "variables": named}

    role = "arn:aws:iam::111122223333:role/deploys"
    host.routes |= {
        f"{BASE}/environments": Answer({"environments": [{"name": "live/eu"}]}),
        f"{BASE}/actions/variables": Answer(listed(ROLE=role, TOKEN="hunter2", LONG="1" * 13)),
        f"{BASE}/environments/live%2Feu/variables": Answer(listed(ACCOUNT="444455556666")),
    }
    found = look(host, DeployVariable).of(DeployVariable)

    assert found == Evidence(
        (
            DeployVariable(repository=SHOP, environment="", name="ROLE", account="111122223333"),
            DeployVariable(
                repository=SHOP, environment="live/eu", name="ACCOUNT", account="444455556666"
            ),
        )
    )


def test_more_variables_than_are_read_are_a_gap(host: Server) -> None:
    whole(host)
    host.routes |= {
        f"{BASE}/environments": Answer({"environments": []}),
        f"{BASE}/actions/variables": Answer({"total_count": 31, "variables": []}),
    }
    gap = Gap(reason=Reason.TRUNCATED, detail="only the first 30 variables were read")

    assert look(host, DeployVariable).of(DeployVariable) == Evidence(gaps=(gap,))


# --- releases and code scanning -------------------------------------------------------------------


def tag(name: str) -> dict[str, Any]:
    return {"name": name, "commit": {"sha": f"sha-of-{name}"}}


def test_releases_are_dated_and_tags_beside_them_named(host: Server) -> None:
    whole(host)
    published = {"tag_name": "v2.0.0", "draft": False, "published_at": "2026-11-01T00:00:00Z"}
    draft = {"tag_name": "v3.0.0", "draft": True, "published_at": None}
    host.routes |= {
        f"{BASE}/releases": Answer([draft, published]),
        f"{BASE}/tags": Answer([tag("v2.0.0"), tag("v1.0.0")]),
    }

    assert look(host, Release).of(Release).seen == (
        Release(repository=SHOP, name="v2.0.0", published=datetime(2026, 11, 1, tzinfo=UTC)),
        Release(repository=SHOP, name="v1.0.0"),
    )


def test_without_a_release_the_newest_version_among_the_tags_is_dated(host: Server) -> None:
    whole(host)
    commit = {"commit": {"committer": {"date": "2026-10-01T00:00:00Z"}}}
    host.routes |= {
        f"{BASE}/releases": Answer([]),
        f"{BASE}/tags": Answer([tag("backup"), tag("1.1"), tag("1.0")]),
        f"{BASE}/commits/sha-of-1.1": Answer(commit),
    }

    assert look(host, Release).of(Release).seen == (
        Release(repository=SHOP, name="backup"),
        Release(repository=SHOP, name="1.1", published=datetime(2026, 10, 1, tzinfo=UTC)),
        Release(repository=SHOP, name="1.0"),
    )


def test_the_default_setup_of_code_scanning_needs_no_analysis(host: Server) -> None:
    whole(host)
    host.routes[f"{BASE}/code-scanning/default-setup"] = Answer({"state": "configured"})

    assert look(host, CodeScanning).of(CodeScanning) == Evidence(
        (CodeScanning(arn=SHOP, configured=True),)
    )


def test_without_the_default_setup_the_newest_analysis_counts(host: Server) -> None:
    whole(host)
    host.routes |= {
        f"{BASE}/code-scanning/default-setup": Answer({"state": "not-configured"}),
        f"{BASE}/code-scanning/analyses": Answer([{"created_at": "2026-11-20T00:00:00Z"}]),
    }
    newest = datetime(2026, 11, 20, tzinfo=UTC)

    assert look(host, CodeScanning).of(CodeScanning) == Evidence(
        (CodeScanning(arn=SHOP, configured=False, newest=newest),)
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"secret_scanning": {"status": "enabled"}, "secret_scanning_push_protection": {"status": "disabled"}}, (True, False)),
        ({"secret_scanning": {"status": "enabled"}, "secret_scanning_push_protection": {"status": "enabled"}}, (True, True)),
        ({"dependabot_security_updates": {"status": "enabled"}}, (False, False)),
    ],
    ids=["scanning", "both", "not offered"],
)  # fmt: skip
def test_whether_github_looks_for_secrets(
    host: Server, said: dict[str, Any], expected: tuple[bool, bool]
) -> None:
    whole(host)
    host.routes[BASE] = settings(security_and_analysis=said)
    found = look(host, SecretScanning).of(SecretScanning)

    assert [(each.enabled, each.push_protection) for each in found] == [expected]


@pytest.mark.parametrize("changes", [{}, {"security_and_analysis": None}], ids=["absent", "empty"])
def test_who_may_not_see_the_settings_does_not_know(host: Server, changes: dict[str, Any]) -> None:
    whole(host)
    host.routes[BASE] = settings(**changes)
    found = look(host, SecretScanning).of(SecretScanning)

    assert (found.seen, [gap.action for gap in found.gaps]) == ((), ["Administration: read"])


def test_open_alerts_of_secret_scanning_without_the_secrets(host: Server) -> None:
    leaked = "ghp_" + "q7W3" * 9
    listed = [
        {"number": 3, "secret": leaked, "secret_type": "github_pat", "secret_type_display_name": "GitHub Personal Access Token", "validity": "active"},
        {"number": 4, "secret": leaked, "secret_type": "custom", "validity": "unknown"},
    ]  # fmt: skip
    whole(host)
    path = f"{BASE}/secret-scanning/alerts?state=open&hide_secret=true&per_page=100"
    host.routes[path] = Answer(listed)
    sighting = look(host, SecretAlerts)

    pat = SecretAlert(number=3, kind="GitHub Personal Access Token", active=True)
    custom = SecretAlert(number=4, kind="custom", active=False)
    assert sighting.of(SecretAlerts) == Evidence(
        (SecretAlerts(arn=SHOP, enabled=True, open=(pat, custom)),)
    )
    assert leaked not in repr(sighting)


def test_secret_scanning_that_is_off_is_an_answer_and_one_that_is_refused_a_gap(
    host: Server,
) -> None:
    whole(host)
    alerts = f"{BASE}/secret-scanning/alerts"
    host.routes[alerts] = Answer(
        {"message": "Secret scanning is disabled on this repository."}, 404
    )
    off = look(host, SecretAlerts).of(SecretAlerts)
    host.routes[alerts] = refused("Resource not accessible by personal access token")
    hidden = look(host, SecretAlerts).of(SecretAlerts)

    assert off == Evidence((SecretAlerts(arn=SHOP, enabled=False),))
    assert [gap.action for gap in hidden.gaps] == ["Secret scanning alerts: read"]


def test_secrets_in_the_newest_files_and_a_history_that_is_not_fetched(host: Server) -> None:
    leaked = "ghp_" + "q7W3" * 9
    whole(host, {**FILES, "shop/settings.py": f"TOKEN = '{leaked}'".encode()})
    sighting = look(host, ExposedSecret)
    found = sighting.of(ExposedSecret)

    assert [(each.path, each.rule) for each in found.seen] == [("shop/settings.py", "github-pat")]
    assert [gap.reason for gap in found.gaps] == [Reason.NOT_SCANNED]
    assert leaked not in repr(sighting)


@pytest.mark.parametrize(
    ("answer", "enabled", "critical"),
    [
        (Answer([{"number": 1, "created_at": "2026-11-20T00:00:00Z"}]), True, {1: datetime(2026, 11, 20, tzinfo=UTC)}),
        (Answer([]), True, {}),
        (Answer({"message": "Not Found"}, 404), False, {}),
        (Answer({"message": "Dependabot alerts are disabled for this repository."}, 403), False, {}),
    ],
    ids=["one alert", "none", "not found", "disabled"],
)  # fmt: skip
def test_whether_there_are_dependabot_alerts(
    host: Server, answer: Answer, enabled: bool, critical: dict[int, datetime]
) -> None:
    whole(host)
    asked = "state=open&sort=created&direction=asc&per_page=100"
    host.routes[f"{BASE}/dependabot/alerts?severity=critical&{asked}"] = answer

    assert look(host, DependabotAlerts).of(DependabotAlerts) == Evidence(
        (DependabotAlerts(arn=SHOP, enabled=enabled, critical=critical),)
    )


def test_open_alerts_of_code_scanning_that_are_critical_or_high(host: Server) -> None:
    def alert(number: int, day: int) -> dict[str, Any]:
        rule = {"security_severity_level": "high", "description": "SQL injection in orders.py"}
        return {"number": number, "created_at": f"2026-11-{day:02}T00:00:00Z", "rule": rule}

    whole(host)
    asked = "state=open&sort=created&direction=asc&per_page=100"
    alerts = f"{BASE}/code-scanning/alerts"
    host.routes |= {
        f"{alerts}?severity=critical&{asked}": Answer([alert(1, 3)]),
        f"{alerts}?severity=high&{asked}": Answer([alert(7, 5), alert(8, 6)]),
    }
    found = look(host, CodeScanningAlerts).of(CodeScanningAlerts)

    created = {n: datetime(2026, 11, day, tzinfo=UTC) for n, day in ((1, 3), (7, 5), (8, 6))}
    assert found == Evidence((CodeScanningAlerts(arn=SHOP, created=created),))


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"message": "no analysis found"}, 404),
        refused("Advanced Security must be enabled for this repository to use code scanning."),
    ],
    ids=["never used", "not in the plan"],
)
def test_where_nothing_scans_there_are_no_alerts(host: Server, answer: Answer) -> None:
    whole(host)
    host.routes[f"{BASE}/code-scanning/alerts"] = answer

    assert look(host, CodeScanningAlerts).of(CodeScanningAlerts) == Evidence(
        (CodeScanningAlerts(arn=SHOP, created={}),)
    )


def test_refused_alerts_of_code_scanning_are_a_gap(host: Server) -> None:
    whole(host)
    host.routes[f"{BASE}/code-scanning/alerts"] = refused("Resource not accessible by token")
    found = look(host, CodeScanningAlerts).of(CodeScanningAlerts)

    assert (found.seen, [gap.action for gap in found.gaps]) == ((), ["Code scanning alerts: read"])


def test_refused_dependabot_alerts_are_a_gap(host: Server) -> None:
    whole(host)
    host.routes[f"{BASE}/dependabot/alerts"] = refused("Resource not accessible")
    found = look(host, DependabotAlerts).of(DependabotAlerts)

    assert (found.seen, [gap.action for gap in found.gaps]) == ((), ["Dependabot alerts: read"])


def test_code_scanning_that_is_off_is_an_answer_and_one_that_is_refused_a_gap(
    host: Server,
) -> None:
    whole(host)
    off = refused("Advanced Security must be enabled for this repository to use code scanning.")
    host.routes |= {
        f"{BASE}/code-scanning/default-setup": off,
        f"{BASE}/code-scanning/analyses": off,
    }
    assert look(host, CodeScanning).of(CodeScanning) == Evidence(
        (CodeScanning(arn=SHOP, configured=False),)
    )

    host.routes |= {
        f"{BASE}/code-scanning/default-setup": refused("Resource not accessible"),
        f"{BASE}/code-scanning/analyses": Answer([{"created_at": "2026-11-20T00:00:00Z"}]),
    }
    found = look(host, CodeScanning).of(CodeScanning)
    scanned = CodeScanning(arn=SHOP, configured=False, newest=datetime(2026, 11, 20, tzinfo=UTC))
    assert (found.seen, [gap.reason for gap in found.gaps]) == ((scanned,), [Reason.DENIED])

    host.routes[f"{BASE}/code-scanning/analyses"] = refused("Resource not accessible")
    found = look(host, CodeScanning).of(CodeScanning)
    assert (found.seen, [gap.reason for gap in found.gaps]) == ((), [Reason.DENIED])


# --- coverage -------------------------------------------------------------------------------------


def commit(sha: str, date: str) -> dict[str, Any]:
    return {"sha": sha, "commit": {"committer": {"date": date}}}


def artifact(name: str, date: str) -> dict[str, Any]:
    return {"name": name, "created_at": date}


def checks(*found: tuple[str, str, str]) -> Answer:
    return Answer(
        {"check_runs": [{"name": name, "conclusion": end, "app": {"slug": app}} for name, end, app in found]}
    )  # fmt: skip


COMMITS = [commit("c2", "2026-11-20T12:00:00Z"), commit("c1", "2026-11-10T12:00:00Z")]
COVERAGE: dict[str, tuple[dict[str, Answer], list[tuple[str, str, int]], int]] = {
    "an artifact of the newest commit asks for no more": (
        {"actions/artifacts": Answer({"artifacts": [artifact("coverage-old", "2026-11-01T00:00:00Z"), artifact("Coverage", "2026-11-20T12:05:00Z"), artifact("dist", "2026-11-20T12:05:00Z")]})},
        [("artifact", "Coverage", 20)], 3,
    ),
    "the newest commit with a word on it": (
        {"actions/artifacts": Answer({"artifacts": []}), "commits/c2/status": Answer({"statuses": [{"context": "codecov/project", "state": "pending"}]}), "commits/c2/check-runs": checks(("lint", "success", "github-actions")), "commits/c1/status": Answer({"statuses": [{"context": "codecov/project", "state": "failure"}]})},
        [("status", "codecov/project", 10)], 8,
    ),
    "a check of a service": (
        {"commits/c2/status": Answer({"statuses": []}), "commits/c2/check-runs": checks(("SonarCloud Code Analysis", "failure", "sonarcloud"))},
        [("check", "SonarCloud Code Analysis", 20)], 7,
    ),
    "a job of this name that failed is none, and its success is": (
        {"commits/c2/check-runs": checks(("coverage", "failure", "github-actions")), "commits/c1/check-runs": checks(("test / coverage", "success", "github-actions"))},
        [("check", "test / coverage", 10)], 9,
    ),
    "the head of a merged pull request": (
        {"pulls": Answer([{"number": 7, "merged_at": "2026-11-19T00:00:00Z", "user": None, "head": {"sha": "h7"}}, {"number": 8, "merged_at": None, "user": None, "head": {"sha": "h8"}}]), "commits/h7/status": Answer({"statuses": [{"context": "coverage/coveralls", "state": "success"}]})},
        [("status", "coverage/coveralls", 19)], 10,
    ),
    "nothing": ({}, [], 9),
}  # fmt: skip


@pytest.mark.parametrize("case", COVERAGE)
def test_what_shows_coverage_is_asked_newest_first(host: Server, case: str) -> None:
    routes, expected, calls = COVERAGE[case]
    whole(host)
    host.routes |= {f"{BASE}/commits": Answer(COMMITS), f"{BASE}/pulls": Answer([])}
    host.routes |= {f"{BASE}/{path}": answer for path, answer in routes.items()}
    found = look(host, CoverageSignal).of(CoverageSignal)

    assert [(each.kind, each.name, each.made.day) for each in found.seen] == expected
    assert (found.gaps, len(host.asked)) == ((), calls)


def test_checks_that_may_not_be_read_are_one_gap_and_statuses_still_count(host: Server) -> None:
    whole(host)
    host.routes |= {
        f"{BASE}/commits": Answer(COMMITS),
        f"{BASE}/pulls": Answer([]),
        f"{BASE}/commits/c2/check-runs": refused("no", x_accepted_github_permissions="checks=read"),
    }
    dark = look(host, CoverageSignal).of(CoverageSignal)
    host.routes |= {f"{BASE}/commits/c1/status": Answer({"statuses": [{"context": "codecov/project", "state": "success"}]})}  # fmt: skip
    seen = look(host, CoverageSignal).of(CoverageSignal)

    assert dark == Evidence(gaps=(Gap(reason=Reason.DENIED, action="Checks: read"),))
    assert [each.name for each in seen.seen] == ["codecov/project"]
