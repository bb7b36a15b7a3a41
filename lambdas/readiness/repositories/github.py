"""What does GitHub show of a repository over its REST API?

The token goes to the configured host alone, over TLS, and to no host that an answer points to.
Calls follow one another: GitHub asks for that, and it keeps the shared rate limit in peace.
"""

from __future__ import annotations

import base64
import io
import json
import re
import tarfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, NoReturn
from urllib.parse import quote, urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as LateError

from readiness.evidence import Gap, Reason
from readiness.evidence.code_security import (
    CodeScanningAlerts,
    SecretAlert,
    SecretAlerts,
    SecretScanning,
)
from readiness.evidence.coverage import COVERAGE_NAMES, CoverageSignal
from readiness.evidence.infrastructure import DeployEnvironment, DeployVariable
from readiness.evidence.ownership import Ownership
from readiness.evidence.practices import VERSION
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
from readiness.probes.refusals import DeadlineError, UnseenError, gap_of
from readiness.repositories.facts import Facts
from readiness.repositories.reading import MAX_LISTED, MAX_SIZE, Addition, Entry, no_history

API = "https://api.github.com"
_TIMEOUT = urllib3.Timeout(connect=5, read=30)
_RETRIES = urllib3.Retry(
    total=2, redirect=0, status_forcelist=(500, 502, 503, 504), backoff_factor=0.5,
    raise_on_status=False, raise_on_redirect=False, respect_retry_after_header=False,
)  # fmt: skip
_HEADERS = {
    "Accept": "application/vnd.github+json",
    "User-Agent": "readiness",
    "X-GitHub-Api-Version": "2022-11-28",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: An answer in JSON is far smaller.
_MAX_ANSWER = 16 << 20
#: The archive as it is sent, and what is kept of it in memory.
_MAX_ARCHIVE = 512 << 20
_MAX_KEPT = 64 << 20
_MAX_UNPACKED = 8 << 30
_MAX_PAGES = 10
#: Merged pull requests whose reviews are read.
SAMPLE = 20


class HostError(Exception):
    """The host or its token is not usable."""


class PlanError(UnseenError):
    """The plan has no such feature for this repository: an answer where protection is asked for."""


class ScanningOffError(UnseenError):
    """Code scanning is not switched on, or the plan has none: an answer where it is asked for."""


class AlertsOffError(UnseenError):
    """Dependabot alerts are not switched on: an answer where they are asked for."""


#: GitHub's words for that: of alerts, and of what a plan does not have.
_NO_ALERTS = re.compile(r"(?i)dependabot alerts are (disabled|not available)")
_PLAN = re.compile(r"(?i)upgrade to github")
#: Calls that answer 404 to a token that may not ask, beside what they say of what is not there.
_HIDING = frozenset({"get_branch_protection"})
#: How a git tree writes a symbolic link.
_LINK = "120000"


@dataclass(frozen=True)
class Host:
    """Where the REST API answers, and the token that is shown to it and to nobody else."""

    url: str = API
    #: A token, or a JSON object of tokens by host.
    secret: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(self.url)):
            message = f"{self.url} is not an https address, so no token is sent to it"
            raise HostError(message)

    @property
    def name(self) -> str:
        """The host as people know it: the API's own, but for GitHub's cloud."""
        name = urlsplit(self.url).hostname or ""
        return "github.com" if name == urlsplit(API).hostname else name

    @property
    def token(self) -> str:
        """The token for this host, empty where there is none."""
        secret = self.secret.strip()
        if not secret.startswith("{"):
            return secret
        try:
            tokens = json.loads(secret)
        except ValueError as error:
            message = "the secret with the code hosts' tokens is not JSON"
            raise HostError(message) from error
        return str(tokens.get(self.name, ""))


def _is_loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def _place(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)


@dataclass
class GitHub:
    """One repository at one host: its answers, and how many were asked for."""

    repository: str
    host: Host
    #: A moment of `time.monotonic()` after which no call is begun.
    deadline: float | None = None
    made: Counter[str] = field(default_factory=Counter)
    throttled: Counter[str] = field(default_factory=Counter)
    _answers: dict[str, Any] = field(default_factory=dict)
    _pool: urllib3.PoolManager = field(
        default_factory=lambda: urllib3.PoolManager(timeout=_TIMEOUT, retries=_RETRIES)
    )

    @property
    def name(self) -> str:
        return self.repository.removeprefix("github:")

    @property
    def settings(self) -> dict[str, Any]:
        """Return the repository itself; raises UnseenError where it may not be read."""

        def ask() -> dict[str, Any]:
            found = self.get("get_repository", "", permission="Metadata: read")
            if found is None:
                detail = f"{self.name} does not exist, or the token may not see it"
                gap = Gap(reason=Reason.DENIED, action="Metadata: read", detail=detail)
                raise UnseenError(gap)
            return dict(found)

        found: dict[str, Any] = self.once("settings", ask)
        return found

    @property
    def branch(self) -> str:
        return str(self.settings.get("default_branch") or "")

    def get(self, call: str, path: str, /, *, permission: str, **query: Any) -> Any:
        """Return an answer in JSON; None where there is no such thing."""
        url = self._url(path, query)
        status, headers, body = self._ask(call, url)
        if status == 404 and (call not in _HIDING or _message(body) == "Branch not protected"):
            return None
        if status != 200:
            self._refuse(call, status, headers, body, permission)
        return self._json(call, body)

    def pages(self, call: str, path: str, /, *, permission: str, **query: Any) -> Iterator[Any]:
        """Yield the members of every page of a list; raises UnseenError where a page fails."""
        url: str | None = self._url(path, {"per_page": 100, **query})
        for _ in range(_MAX_PAGES):
            status, headers, body = self._ask(call, url or "")
            if status != 200:
                self._refuse(call, status, headers, body, permission)
            yield from self._json(call, body)
            following = re.search(r'<([^>]+)>;\s*rel="next"', headers.get("link", ""))
            url = following[1] if following else None
            if url is None:
                return
            if _place(url) != _place(self.host.url):
                break
        raise UnseenError(Gap(reason=Reason.TRUNCATED, detail=f"{call} has more pages"))

    def once(self, key: str, ask: Callable[[], Any]) -> Any:
        """Return what a call answers, asking it once; its refusal is remembered likewise."""
        if key not in self._answers:
            try:
                self._answers[key] = ask()
            except UnseenError as error:
                self._answers[key] = error
        found = self._answers[key]
        if isinstance(found, UnseenError):
            raise found
        return found

    def archive(self) -> Archive:
        """Return the default branch's files as the archive has them."""
        call, permission = "download_tarball", "Contents: read"
        url = self._url(f"tarball/{quote(self.branch, safe='')}", {})
        with self._open(call, url) as response:
            if response.status != 200:
                body = response.read(_MAX_ANSWER)
                self._refuse(call, response.status, response.headers, body, permission)
            try:
                return unpacked(self.repository, _Metered(response, self._check_deadline))
            except (HTTPError, OSError, EOFError) as error:
                raise UnseenError(self._broken(call, error)) from error

    # --- one request ---

    def _url(self, path: str, query: Mapping[str, Any]) -> str:
        owner, _, name = self.name.partition("/")
        base = f"{self.host.url.rstrip('/')}/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
        return f"{base}{'/' if path else ''}{path}{'?' if query else ''}{urlencode(query)}"

    def _ask(self, call: str, url: str) -> tuple[int, Mapping[str, str], bytes]:
        with self._open(call, url) as response:
            try:
                body = response.read(_MAX_ANSWER + 1)
            except (HTTPError, OSError) as error:
                raise UnseenError(self._broken(call, error)) from error
            if len(body) > _MAX_ANSWER:
                raise UnseenError(Gap(reason=Reason.TRUNCATED, detail=f"{call} answers too much"))
            return response.status, response.headers, body

    def _open(self, call: str, url: str) -> _Response:
        """Send a request and follow its redirects; the token stays with the configured host."""
        for _ in range(4):
            self._check_deadline()
            self.made[f"github.{call}"] += 1
            headers = dict(_HEADERS)
            if self.host.token and _place(url) == _place(self.host.url):
                headers["Authorization"] = f"Bearer {self.host.token}"
            try:
                answer = self._pool.request(
                    "GET", url, headers=headers, preload_content=False, redirect=False
                )
            except (HTTPError, OSError) as error:
                raise UnseenError(self._broken(call, error)) from error
            response = _Response(answer)
            target = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not target:
                return response
            response.close()
            url = urljoin(url, target)
            scheme = urlsplit(url).scheme
            here = _is_loopback(url) and _is_loopback(self.host.url)
            safe = scheme == "https" or (scheme == "http" and here)
            if not safe:
                break
        detail = f"{call} is redirected too often, or to an address without TLS"
        raise UnseenError(Gap(reason=Reason.NO_ANSWER, detail=detail))

    def _check_deadline(self) -> None:
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise UnseenError(gap_of(DeadlineError(), ""))

    def _broken(self, call: str, error: BaseException) -> Gap:
        cause = getattr(error, "reason", None) or error
        late = isinstance(cause, LateError) and not isinstance(cause, NewConnectionError)
        reason = Reason.TIMED_OUT if late else Reason.NO_ANSWER
        return Gap(reason=reason, detail=f"{call} at {urlsplit(self.host.url).hostname}")

    def _json(self, call: str, body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError as error:
            detail = f"{call} does not answer in JSON"
            raise UnseenError(Gap(reason=Reason.NOT_SUPPORTED, detail=detail)) from error

    def _refuse(
        self, call: str, status: int, headers: Mapping[str, str], body: bytes, permission: str
    ) -> NoReturn:
        if status == 403 and _PLAN.search(_message(body)):
            raise PlanError(self._gap(call, status, headers, body, permission))
        if status == 403 and "code_scanning" in call and _NO_SCANNING.search(_message(body)):
            raise ScanningOffError(self._gap(call, status, headers, body, permission))
        if status == 403 and _NO_ALERTS.search(_message(body)):
            raise AlertsOffError(self._gap(call, status, headers, body, permission))
        raise UnseenError(self._gap(call, status, headers, body, permission))

    def _gap(
        self, call: str, status: int, headers: Mapping[str, str], body: bytes, permission: str
    ) -> Gap:
        message = _message(body)
        if _is_rate_limit(status, headers, message):
            self.throttled[f"github.{call}"] += 1
            return Gap(reason=Reason.THROTTLED, action=f"GitHub {call}")
        if status == 401:
            return Gap(reason=Reason.DENIED, detail="GitHub does not accept the token")
        if status in (403, 404):
            named = headers.get("x-accepted-github-permissions", "").partition(";")[0]
            wanted = ", ".join(
                f"{name.strip().replace('_', ' ').capitalize()}: {level.strip()}"
                for name, _, level in (part.partition("=") for part in named.split(",") if part)
            )
            detail = "single sign-on" if "x-github-sso" in headers else ""
            return Gap(reason=Reason.DENIED, action=wanted or permission, detail=detail)
        return Gap(reason=Reason.NO_ANSWER, detail=f"GitHub answers {call} with {status}")


class _Response:
    """An answer that gives its connection back when it is done with."""

    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer
        self.status = answer.status
        self.headers: Mapping[str, str] = {
            key.lower(): value for key, value in answer.headers.items()
        }

    def read(self, size: int) -> bytes:
        return self._answer.read(size, decode_content=True)

    def close(self) -> None:
        self._answer.close()

    def __enter__(self) -> _Response:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _message(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("message", "")) if isinstance(said, dict) else ""


def _is_rate_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether a refusal is the primary or the secondary rate limit."""
    limited = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return status == 429 or (status == 403 and (limited or "rate limit" in message.lower()))


# --- the archive ----------------------------------------------------------------------------------


class _Metered(io.RawIOBase):
    """A stream that ends at a size and at the deadline."""

    def __init__(self, response: _Response, check: Any) -> None:
        self._response = response
        self._check = check
        self._left = _MAX_ARCHIVE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._check()
        content = self._response.read(min(len(buffer), self._left))
        buffer[: len(content)] = content
        self._left -= len(content)
        return len(content)


@dataclass(frozen=True)
class Archive:
    """The files of an archive: all their names, and the content of those that may be read."""

    repository: str
    entries: tuple[Entry, ...]
    contents: Mapping[str, bytes]
    gaps: tuple[Gap, ...] = ()
    #: Its links.
    others: tuple[str, ...] = ()

    def read(self, path: str) -> bytes:
        if path not in self.contents:
            detail = f"{path}: the archive holds too much to keep"
            resource = f"{self.repository}:{path}"
            raise UnseenError(Gap(reason=Reason.TRUNCATED, resource=resource, detail=detail))
        return self.contents[path]


def unpacked(repository: str, stream: io.RawIOBase) -> Archive:
    """Read an archive to its end, in memory; its links and whatever leads out of it are left out."""
    entries: list[Entry] = []
    contents: dict[str, bytes] = {}
    others: list[str] = []
    kept = whole = 0
    gap: Gap | None = None
    try:
        with tarfile.open(fileobj=io.BufferedReader(stream, 1 << 20), mode="r|gz") as archive:
            for member in archive:
                path = _inside(member.name)
                if path and (member.issym() or member.islnk()):
                    others.append(path)
                if not path or not member.isreg():
                    continue
                whole += member.size
                if len(entries) == MAX_LISTED or whole > _MAX_UNPACKED:
                    detail = f"only the first {len(entries)} files of the archive were listed"
                    gap = Gap(reason=Reason.TRUNCATED, detail=detail)
                    break
                entries.append(Entry(path, member.size))
                if member.size <= MAX_SIZE and kept + member.size <= _MAX_KEPT and _worth(path):
                    content = archive.extractfile(member)
                    contents[path] = content.read() if content else b""
                    kept += member.size
    except (tarfile.TarError, EOFError, OSError) as error:
        detail = f"the archive ends too early or is damaged ({type(error).__name__})"
        gap = Gap(reason=Reason.TRUNCATED, detail=detail)
    return Archive(
        repository, tuple(entries), contents, (gap,) if gap else (), tuple(others[:MAX_LISTED])
    )


def _inside(name: str) -> str:
    """Return a member's path below the archive's one folder, empty where it leads out of it."""
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        return ""
    return "/".join(part for part in parts[1:] if part not in ("", "."))


_PICTURES = re.compile(
    r"(?i)\.(png|jpe?g|gif|webp|ico|svg|pdf|zip|gz|tgz|jar|whl|woff2?|ttf|eot|mp[34]|mov|wasm|parquet|csv|lock|ipynb)$"
)


def _worth(path: str) -> bool:
    return not _PICTURES.search(path) and "node_modules/" not in path


@dataclass
class Files:
    """The default branch as a source: listed by its git tree, read from one archive.

    The archive alone would not do: what `.gitattributes` marks `export-ignore`, often `.github` and the
    tests, is not in it. Such a file is asked for by itself.
    """

    github: GitHub
    archive: Archive
    entries: tuple[Entry, ...]
    gaps: tuple[Gap, ...]
    others: tuple[str, ...] = ()

    def read(self, path: str) -> bytes:
        if path in self.archive.contents:
            return self.archive.contents[path]
        if any(entry.path == path for entry in self.archive.entries):
            return self.archive.read(path)
        found = self.github.get(
            "get_content",
            f"contents/{quote(path)}",
            permission="Contents: read",
            ref=self.github.branch,
        )
        if not isinstance(found, dict) or found.get("encoding") != "base64":
            gap = Gap(
                reason=Reason.NO_ANSWER,
                resource=f"{self.github.repository}:{path}",
                detail=f"{path}: GitHub does not send its content",
            )
            raise UnseenError(gap)
        return base64.b64decode(found["content"])

    def at_hand(self, path: str) -> bool:
        return path in self.archive.contents

    def history(self) -> Iterator[Addition]:
        raise UnseenError(
            no_history("GitHub is asked for the newest files alone, not for the history")
        )


def files_of(github: GitHub) -> Files:
    """Return the default branch's files; raises UnseenError where they may not be read."""
    if not github.branch or _branch_answer(github) is None:
        return Files(github, Archive(github.repository, (), {}), (), ())  # nothing was ever pushed
    archive = github.archive()
    path = f"git/trees/{quote(github.branch, safe='')}"
    tree = github.get("get_tree", path, permission="Contents: read", recursive=1)
    if tree is None or tree.get("truncated"):
        missing = Gap(reason=Reason.TRUNCATED, detail="its git tree is too large to list")
        gaps = (*archive.gaps, *([missing] if tree else []))
        return Files(github, archive, archive.entries, gaps, archive.others)
    listed = tuple(
        Entry(each["path"], each.get("size"))
        for each in tree["tree"]
        if each["type"] == "blob" and each["mode"] != _LINK
    )
    # Links and submodules.
    others = tuple(
        each["path"]
        for each in tree["tree"]
        if each["type"] == "commit" or (each["type"] == "blob" and each["mode"] == _LINK)
    )
    gaps = ()
    if len(listed) > MAX_LISTED:
        gaps = (Gap(reason=Reason.TRUNCATED, detail=f"only {MAX_LISTED} files were listed"),)
    return Files(github, archive, listed[:MAX_LISTED], gaps, others[:MAX_LISTED])


# --- the facts ------------------------------------------------------------------------------------


def facts_of(github: GitHub) -> Facts:
    """Return what GitHub shows beside the files, by type."""
    return {
        Repository: partial(_repository, github),
        Branch: partial(_branch, github),
        BranchRule: partial(_rules, github),
        MergedPullRequest: partial(_merges, github),
        WorkflowRun: partial(_runs, github),
        CommitStatus: partial(_statuses, github),
        Ownership: partial(_ownership, github),
        DeployEnvironment: partial(_environments, github),
        DeployVariable: partial(_variables, github),
        CodeScanning: partial(_code_scanning, github),
        CodeScanningAlerts: partial(_code_scanning_alerts, github),
        DependabotAlerts: partial(_dependabot_alerts, github),
        SecretScanning: partial(_secret_scanning, github),
        SecretAlerts: partial(_secret_alerts, github),
        Release: partial(_releases, github),
        CoverageSignal: partial(_coverage, github),
        ApprovalTemplate: lambda: iter(()),  # only CodeCommit has them
    }


def _repository(github: GitHub) -> Iterator[Repository]:
    said = github.settings
    yield Repository(
        arn=github.repository,
        provider=Provider.GITHUB,
        default_branch=github.branch,
        archived=said["archived"],
        idle_fork=bool(said["fork"]) and _is_idle(github),
    )


def _is_idle(github: GitHub) -> bool:
    """Whether a fork's default branch has nothing that its parent's has not."""
    parent = github.settings["parent"]
    base = f"{parent['owner']['login']}:{parent['default_branch']}"
    path = f"compare/{quote(base, safe=':')}...{quote(github.branch, safe='')}"
    said = github.get("compare_commits", path, permission="Contents: read", per_page=1)
    return said is not None and int(said["ahead_by"]) == 0


def _branch_answer(github: GitHub) -> Any:
    """Return the default branch, None where nothing was ever pushed."""
    path = f"branches/{quote(github.branch, safe='')}"
    return github.once(
        "branch", lambda: github.get("get_branch", path, permission="Contents: read")
    )


def _branch(github: GitHub) -> Iterator[Branch]:
    said = _branch_answer(github) if github.branch else None
    if said is not None:
        yield Branch(
            repository=github.repository,
            name=github.branch,
            committed=_time(said["commit"]["commit"]["committer"]["date"]),
        )


def _rules(github: GitHub) -> Iterator[BranchRule | Gap]:
    """Yield the union of rulesets and classic protection.

    Rulesets that only evaluate are not in GitHub's answer, rightly: they stop nothing.
    """
    if not github.branch:
        return
    branch = quote(github.branch, safe="")
    try:
        rulesets = list(
            github.pages(
                "get_branch_rules", f"rules/branches/{branch}", permission="Metadata: read"
            )
        )
    except PlanError:
        yield _rule(github, "not offered")
        return
    for said in rulesets:
        parameters = said.get("parameters") or {}
        checks = parameters.get("required_status_checks") or ()
        yield _rule(
            github,
            said["type"],
            approvals=parameters.get("required_approving_review_count") or 0,
            contexts=tuple(check["context"] for check in checks),
        )
    answer = _branch_answer(github)
    if not rulesets and (answer is None or answer["protected"] is False):
        return
    try:
        classic = github.get(
            "get_branch_protection",
            f"branches/{branch}/protection",
            permission="Administration: read",
        )
    except PlanError:
        yield _rule(github, "not offered")
        return
    yield from _classic(github, classic or {})


def _classic(github: GitHub, said: Mapping[str, Any]) -> Iterator[BranchRule]:
    reviews = said.get("required_pull_request_reviews")
    if reviews:
        approvals = reviews.get("required_approving_review_count") or 0
        yield _rule(github, "pull_request", approvals=approvals)
    checks = said.get("required_status_checks")
    if checks:
        contexts = [*(checks.get("contexts") or ())]
        contexts += [check["context"] for check in checks.get("checks") or ()]
        yield _rule(github, "required_status_checks", contexts=tuple(dict.fromkeys(contexts)))
    for kind, switch in (
        ("non_fast_forward", "allow_force_pushes"),
        ("deletion", "allow_deletions"),
    ):
        if said and not (said.get(switch) or {}).get("enabled", False):
            yield _rule(github, kind)


def _rule(
    github: GitHub, kind: str, *, approvals: int = 0, contexts: tuple[str, ...] = ()
) -> BranchRule:
    return BranchRule(
        repository=github.repository,
        branch=github.branch,
        kind=kind,
        approvals=approvals,
        contexts=contexts,
    )


def _merges(github: GitHub) -> Iterator[MergedPullRequest | Gap]:
    """Yield the newest merges, enough of them by people, with their reviews."""
    merged = _merged(github)
    people = [each for each in merged if not _is_bot(each["user"])][:SAMPLE]
    chosen = {each["number"]: each for each in (*merged[:SAMPLE], *people)}
    for number, each in chosen.items():
        try:
            reviews = list(
                github.pages(
                    "list_reviews", f"pulls/{number}/reviews", permission="Pull requests: read"
                )
            )
        except UnseenError as error:
            yield replace(error.gap, resource=f"{github.repository}#{number}")
            continue
        merged_at = _time(each["merged_at"])
        yield MergedPullRequest(
            repository=github.repository,
            number=number,
            author=_login(each["user"]),
            bot=_is_bot(each["user"]),
            merged=merged_at,
            approved_by=_approvers(reviews, merged_at),
        )


def _merged(github: GitHub) -> list[Any]:
    """Return the pull requests that were merged into the default branch, newest first."""
    listed = github.once(
        "pulls",
        lambda: github.get(
            "list_pull_requests",
            "pulls",
            permission="Pull requests: read",
            state="closed",
            base=github.branch,
            sort="updated",
            direction="desc",
            per_page=50,
        ),
    )
    merged = [each for each in listed or () if each["merged_at"]]
    return sorted(merged, key=lambda each: str(each["merged_at"]), reverse=True)


def _approvers(reviews: list[Any], merged: datetime) -> tuple[str, ...]:
    """Return the people whose last word before the merge was an approval.

    A comment is no word; a dismissal takes an approval back.
    """
    last: dict[str, str] = {}
    for review in sorted(reviews, key=lambda each: str(each.get("submitted_at") or "")):
        submitted = review.get("submitted_at")
        if not submitted or _time(submitted) > merged or _is_bot(review["user"]):
            continue
        if review["state"] in ("APPROVED", "CHANGES_REQUESTED", "DISMISSED"):
            last[_login(review["user"])] = review["state"]
    return tuple(sorted(user for user, state in last.items() if state == "APPROVED"))


def _login(user: Any) -> str:
    """Return a user's name; accounts that were deleted are GitHub's `ghost`."""
    return str(user["login"]) if user else "ghost"


def _is_bot(user: Any) -> bool:
    return bool(user) and (user.get("type") == "Bot" or str(user["login"]).endswith("[bot]"))


#: Runs that are asked for, the newest.
_RUNS = 50


def _runs(github: GitHub) -> Iterator[WorkflowRun]:
    """Yield the newest runs, and where schedules fill them the newest that a push started, too."""
    found: dict[int, Any] = {}
    for filters in ({}, {"event": "push"}):
        answer = github.get(
            "list_workflow_runs",
            "actions/runs",
            permission="Actions: read",
            branch=github.branch,
            per_page=_RUNS,
            exclude_pull_requests="true",
            **filters,
        )
        listed = (answer or {}).get("workflow_runs") or ()
        found |= {each["id"]: each for each in listed}
        if len(listed) < _RUNS:
            break
    for each in found.values():
        if each["conclusion"]:
            yield WorkflowRun(
                repository=github.repository,
                number=each["id"],
                # Runs of workflows from other repositories have the reference behind their path.
                workflow=each["path"].partition("@")[0],
                event=each["event"],
                conclusion=each["conclusion"],
                created=_time(each["created_at"]),
                ended=_time(each["updated_at"]) if each.get("updated_at") else None,
            )


def _statuses(github: GitHub) -> Iterator[CommitStatus]:
    if not github.branch:
        return
    path = f"commits/{quote(github.branch, safe='')}/status"
    answer = github.get("get_commit_status", path, permission="Commit statuses: read", per_page=100)
    for each in (answer or {}).get("statuses") or ():
        yield CommitStatus(
            repository=github.repository, context=each["context"], state=each["state"]
        )


#: GitHub's words where the plan has no code scanning, or nobody has switched it on.
_NO_SCANNING = re.compile(
    r"(?i)advanced security|code security|code scanning is not enabled|not enabled"
)


def _code_scanning(github: GitHub) -> Iterator[CodeScanning | Gap]:
    """Yield whether the code is scanned; an analysis shows it also where the setup is refused."""
    if not github.branch:
        return
    setup: Any = None
    refused: UnseenError | None = None
    try:
        setup = _scanning(
            github, "get_code_scanning_setup", "default-setup", "Administration: read"
        )
    except UnseenError as error:
        refused = error
    configured = isinstance(setup, dict) and setup.get("state") == "configured"
    listed = None
    if not configured:
        wanted = "Code scanning alerts: read"
        listed = _scanning(github, "list_code_scanning_analyses", "analyses", wanted, per_page=1)
    newest = max((_time(each["created_at"]) for each in listed or ()), default=None)
    yield CodeScanning(arn=github.repository, configured=configured, newest=newest)
    if refused:
        yield refused.gap


def _scanning(github: GitHub, call: str, path: str, permission: str, **query: Any) -> Any:
    """Return an answer about code scanning; None where it is not switched on."""
    try:
        return github.get(call, f"code-scanning/{path}", permission=permission, **query)
    except ScanningOffError:
        return None


#: The oldest open ones: they alone decide, and there may be thousands.
_OPEN_FIRST = {"state": "open", "sort": "created", "direction": "asc", "per_page": 100}


def _code_scanning_alerts(github: GitHub) -> Iterator[CodeScanningAlerts]:
    """Yield the open alerts that are critical or high; where nothing scans there are none."""
    if not github.branch:
        return
    created: dict[int, datetime] = {}
    for severity in ("critical", "high"):
        found = _scanning(
            github,
            "list_code_scanning_alerts",
            "alerts",
            "Code scanning alerts: read",
            severity=severity,
            **_OPEN_FIRST,
        )
        created |= {each["number"]: _time(each["created_at"]) for each in found or ()}
    yield CodeScanningAlerts(arn=github.repository, created=created)


def _secret_scanning(github: GitHub) -> Iterator[SecretScanning]:
    """Yield whether secrets are looked for; GitHub says so to owners and security managers alone."""
    said = github.settings.get("security_and_analysis")
    if said is None:
        detail = "GitHub shows it to owners and security managers alone"
        gap = Gap(reason=Reason.DENIED, action="Administration: read", detail=detail)
        raise UnseenError(gap)
    yield SecretScanning(
        arn=github.repository,
        enabled=_is_on(said, "secret_scanning"),
        push_protection=_is_on(said, "secret_scanning_push_protection"),
    )


def _is_on(said: Mapping[str, Any], feature: str) -> bool:
    return (said.get(feature) or {}).get("status") == "enabled"


def _secret_alerts(github: GitHub) -> Iterator[SecretAlerts]:
    """Yield the open alerts; GitHub is asked to leave the secrets out, and they are dropped anyhow."""
    found = github.get(
        "list_secret_scanning_alerts",
        "secret-scanning/alerts",
        permission="Secret scanning alerts: read",
        state="open",
        hide_secret="true",
        per_page=100,
    )
    yield SecretAlerts(
        arn=github.repository,
        enabled=found is not None,
        open=tuple(
            SecretAlert(
                number=each["number"],
                kind=each.get("secret_type_display_name") or each.get("secret_type") or "a secret",
                active=each.get("validity") == "active",
            )
            for each in found or ()
        ),
    )


def _dependabot_alerts(github: GitHub) -> Iterator[DependabotAlerts]:
    """Yield whether there are alerts, and the dates of the open ones that are critical."""
    try:
        found = github.get(
            "list_dependabot_alerts",
            "dependabot/alerts",
            permission="Dependabot alerts: read",
            severity="critical",
            **_OPEN_FIRST,
        )
    except AlertsOffError:
        found = None
    yield DependabotAlerts(
        arn=github.repository,
        enabled=found is not None,
        critical={each["number"]: _time(each["created_at"]) for each in found or ()},
    )


def _releases(github: GitHub) -> Iterator[Release]:
    """Yield the newest releases, and the newest tags with the date of the first that is a version."""
    if not github.branch:
        return
    permission = "Contents: read"
    named: dict[str, datetime | None] = {}
    for each in github.get("list_releases", "releases", permission=permission, per_page=20) or ():
        if not each["draft"] and each["published_at"]:
            named[each["tag_name"]] = _time(each["published_at"])
    tags = github.get("list_tags", "tags", permission=permission, per_page=50) or ()
    undated = [tag for tag in tags if tag["name"] not in named]
    for tag in undated:
        named[tag["name"]] = None
    first = next((tag for tag in undated if VERSION.fullmatch(tag["name"])), None)
    if first is not None and not any(named.values()):
        path = f"commits/{quote(first['commit']['sha'], safe='')}"
        commit = github.get("get_commit", path, permission=permission)
        if commit is not None:
            named[first["name"]] = _time(commit["commit"]["committer"]["date"])
    for name, published in named.items():
        yield Release(repository=github.repository, name=name, published=published)


def _environment_answers(github: GitHub) -> list[Any]:
    """Return the environments of the repository; two types of evidence are made of them."""

    def ask() -> list[Any]:
        answer = github.get(
            "list_environments", "environments", permission="Actions: read", per_page=100
        )
        return list((answer or {}).get("environments") or ())

    found: list[Any] = github.once("environments", ask)
    return found


#: So many variables are on a page, and of so many environments they are asked for.
_VARIABLES = 30
_MAX_ENVIRONMENTS = 10
_ACCOUNT_IN = re.compile(r"^(?:arn:[\w-]+:[\w-]+:[\w-]*:)?(\d{12})(?::.*)?$")


def _variables(github: GitHub) -> Iterator[DeployVariable | Gap]:
    """Yield the variables that hold an account's id or an ARN, the environments' own included."""
    names = [str(each["name"]) for each in _environment_answers(github)]
    places = {"": "actions/variables"}
    places |= {
        name: f"environments/{quote(name, safe='')}/variables" for name in names[:_MAX_ENVIRONMENTS]
    }
    for environment, path in places.items():
        permission = "Environments: read" if environment else "Variables: read"
        answer = github.get("list_variables", path, permission=permission, per_page=_VARIABLES)
        said = answer or {}
        for each in said.get("variables") or ():
            found = _ACCOUNT_IN.match(str(each["value"]))
            if found:
                yield DeployVariable(
                    repository=github.repository,
                    environment=environment,
                    name=each["name"],
                    account=found[1],
                )
        if said.get("total_count", 0) > _VARIABLES:
            detail = f"only the first {_VARIABLES} variables were read"
            yield Gap(reason=Reason.TRUNCATED, detail=detail)
    if len(names) > _MAX_ENVIRONMENTS:
        detail = f"only the variables of {_MAX_ENVIRONMENTS} environments were read"
        yield Gap(reason=Reason.TRUNCATED, detail=detail)


#: Commits of the default branch, and heads of merged pull requests, that are asked for their coverage.
_COMMITS = 20
_HEADS = 5


def _coverage(github: GitHub) -> Iterator[CoverageSignal | Gap]:
    """Yield what shows coverage: the newest artifact, and the newest commit that has a word on it."""
    answer = _branch_answer(github) if github.branch else None
    if answer is None:
        return
    artifact: CoverageSignal | None = None
    try:
        artifact = _artifact(github)
    except UnseenError as error:
        yield error.gap
    if artifact:
        yield artifact
        if artifact.made >= _time(answer["commit"]["commit"]["committer"]["date"]):
            return
    listed = github.get(
        "list_commits",
        "commits",
        permission="Contents: read",
        sha=github.branch,
        per_page=_COMMITS,
    )
    commits = [(each["sha"], _time(each["commit"]["committer"]["date"])) for each in listed or ()]
    # Some services speak of pull requests alone.
    heads = [(each["head"]["sha"], _time(each["merged_at"])) for each in _merged(github)[:_HEADS]]
    gaps: dict[str, Gap] = {}
    for sha, when in (*commits, *heads):
        for kind, ask in (("status", _contexts), ("check", _check_runs)):
            if kind in gaps:
                continue
            try:
                name = next(filter(COVERAGE_NAMES.search, ask(github, sha)), "")
            except UnseenError as error:
                gaps[kind] = error.gap
                continue
            if name:
                yield _signal(github, kind, name, when)
                return
    yield from gaps.values()


def _artifact(github: GitHub) -> CoverageSignal | None:
    answer = github.get(
        "list_artifacts", "actions/artifacts", permission="Actions: read", per_page=100
    )
    made = [
        _signal(github, "artifact", each["name"], _time(each["created_at"]))
        for each in (answer or {}).get("artifacts") or ()
        if COVERAGE_NAMES.search(each["name"])
    ]
    return max(made, key=lambda each: each.made, default=None)


def _contexts(github: GitHub, sha: str) -> Iterator[str]:
    answer = github.get(
        "get_commit_status",
        f"commits/{sha}/status",
        permission="Commit statuses: read",
        per_page=100,
    )
    for each in (answer or {}).get("statuses") or ():
        if each["state"] != "pending":
            yield each["context"]


def _check_runs(github: GitHub, sha: str) -> Iterator[str]:
    answer = github.get(
        "list_check_runs", f"commits/{sha}/check-runs", permission="Checks: read", per_page=100
    )
    for each in (answer or {}).get("check_runs") or ():
        # A job of this name that failed may have published nothing; the services' own checks did.
        ours = (each.get("app") or {}).get("slug") == "github-actions"
        if each["conclusion"] == "success" or (each["conclusion"] and not ours):
            yield each["name"]


def _signal(github: GitHub, kind: str, name: str, made: datetime) -> CoverageSignal:
    return CoverageSignal(repository=github.repository, kind=kind, name=name, made=made)


def _environments(github: GitHub) -> Iterator[DeployEnvironment]:
    for each in _environment_answers(github):
        yield DeployEnvironment(
            repository=github.repository,
            name=each["name"],
            protected=bool(each.get("protection_rules")),
        )


def _ownership(github: GitHub) -> Iterator[Ownership]:
    owner = github.settings["owner"]
    # The list is empty of content, and not JSON, where nothing was ever pushed.
    listed = (
        github.get("list_contributors", "contributors", permission="Metadata: read", per_page=100)
        if github.settings["size"]
        else ()
    )
    yield Ownership(
        arn=github.repository,
        owner=owner["login"],
        shared=owner["type"] == "Organization",
        people=sum(not _is_bot(each) for each in listed or ()),
    )


def last_change(github: GitHub, path: str) -> Iterator[LastChange]:
    """Yield when a file was last changed on the default branch."""
    listed = github.get(
        "list_commits",
        "commits",
        permission="Contents: read",
        sha=github.branch,
        path=path,
        per_page=1,
    )
    for each in listed or ():
        committed = _time(each["commit"]["committer"]["date"])
        yield LastChange(repository=github.repository, path=path, committed=committed)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
