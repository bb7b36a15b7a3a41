"""What would the organization's code host answer?

Two repositories behind GitHub's REST API, in the shapes that GitHub documents: `acme/payments-api` works as
it should, `acme/webshop` has a linter that nothing runs and merges that nobody reviewed.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Where GitHub Enterprise Server puts its REST API.
PREFIX = "/api/v3"


@dataclass(frozen=True)
class Repository:
    """What is true of one repository; everything the API answers is made from it."""

    name: str
    files: Mapping[str, str]
    #: The author and approver of each merged pull request, newest first; no approver where it had none.
    merges: tuple[tuple[str, str], ...]
    #: Approvals that a ruleset requires on the default branch; none without a ruleset.
    required_approvals: int
    #: The workflow file that ran and how its newest runs ended.
    workflow: str
    conclusions: tuple[str, ...]

    @property
    def head(self) -> str:
        return hashlib.sha1(self.name.encode(), usedforsecurity=False).hexdigest()

    def pull_requests(self, now: datetime) -> list[dict[str, Any]]:
        """Return the merged pull requests, one each nine days."""
        count = len(self.merges)
        return [
            self._pull_request(count - index, author, now - timedelta(days=2 + 9 * index))
            for index, (author, _) in enumerate(self.merges)
        ]

    def _pull_request(self, number: int, author: str, merged: datetime) -> dict[str, Any]:
        return {
            "number": number,
            "state": "closed",
            "title": f"Change {number}",
            "user": _user(author),
            "created_at": _time(merged - timedelta(hours=20)),
            "updated_at": _time(merged),
            "closed_at": _time(merged),
            "merged_at": _time(merged),
            "draft": False,
            "base": {"ref": "main"},
            "head": {"ref": f"change-{number}", "sha": self.head},
        }


def _user(login: str) -> dict[str, Any]:
    return {"login": login, "type": "Bot" if login.endswith("[bot]") else "User"}


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


PAYMENTS = Repository(
    name="acme/payments-api",
    files={
        "README.md": "# payments-api\n\nTakes card payments.\n",
        ".github/CODEOWNERS": "* @acme/payments\n",
        ".github/workflows/ci.yml": """\
name: ci
on:
  pull_request:
  push:
    branches: [main]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: pip install -r requirements-dev.txt
      - run: ruff check .
      - run: pytest
""",
        "pyproject.toml": '[project]\nname = "payments-api"\nversion = "3.4.0"\n\n[tool.ruff]\nline-length = 100\n',
        "requirements-dev.txt": "pytest==9.2.0\nruff==0.17.6\n",
        "payments/__init__.py": '"""Card payments."""\n',
        "payments/authorize.py": "def authorize(amount: int) -> bool:\n    return amount > 0\n",
        "payments/refund.py": "def refund(amount: int) -> int:\n    return -amount\n",
        "payments/ledger.py": "def balance(entries: list[int]) -> int:\n    return sum(entries)\n",
        "tests/test_ledger.py": (
            "from payments.ledger import balance\n\n\n"
            "def test_an_empty_ledger_is_even():\n    assert balance([]) == 0\n"
        ),
        "tests/load/checkout.js": """\
import http from 'k6/http';

export const options = { vus: 50, duration: '10m', thresholds: { http_req_duration: ['p(95)<300'] } };

export default function () {
  http.post('https://staging.payments.example.com/authorize');
}
""",
    },
    merges=(
        ("mia", "tom"),
        ("tom", "mia"),
        ("dependabot[bot]", ""),
        ("lea", "tom"),
        ("mia", "lea"),
        ("tom", "lea"),
    ),
    required_approvals=1,
    workflow=".github/workflows/ci.yml",
    conclusions=("success", "success", "success"),
)

WEBSHOP = Repository(
    name="acme/webshop",
    files={
        "README.md": "# webshop\n",
        ".github/workflows/deploy.yml": """\
name: deploy
on:
  push:
    branches: [main]
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - run: npm ci
      - run: npm test || true
      - run: npx cdk deploy --require-approval never
""",
        "eslint.config.js": "export default [{ rules: { 'no-undef': 'error' } }];\n",
        "package.json": """\
{
  "name": "webshop",
  "scripts": { "test": "vitest run", "lint": "eslint src" },
  "devDependencies": { "eslint": "9.39.0", "vitest": "4.0.0" }
}
""",
        "src/cart.js": "export const total = (lines) => lines.reduce((sum, l) => sum + l.price, 0);\n",
        "src/checkout.js": "export const checkout = (cart) => ({ state: 'paid', cart });\n",
        "src/catalogue.js": "export const find = (items, name) => items.filter((i) => i.name === name);\n",
        "src/session.js": "export const isOpen = (session) => Boolean(session.user);\n",
    },
    merges=(("ben", ""), ("ben", ""), ("ana", "ben"), ("ben", ""), ("ana", "")),
    required_approvals=0,
    workflow=".github/workflows/deploy.yml",
    conclusions=("failure", "success", "success"),
)

REPOSITORIES = {each.name: each for each in (PAYMENTS, WEBSHOP)}

_ROUTES = Map(
    [
        Rule(f"{PREFIX}/repos/<owner>/<name>{path}", endpoint=endpoint)
        for path, endpoint in (
            ("", "repository"),
            ("/tarball/<ref>", "tarball"),
            ("/git/trees/<ref>", "tree"),
            ("/rules/branches/<branch>", "rules"),
            ("/branches/<branch>", "branch"),
            ("/branches/<branch>/protection", "protection"),
            ("/pulls", "pulls"),
            ("/pulls/<int:number>/reviews", "reviews"),
            ("/actions/runs", "runs"),
            ("/commits", "commits"),
            ("/commits/<ref>/status", "status"),
            ("/commits/<ref>/check-runs", "checks"),
            ("/actions/artifacts", "artifacts"),
        )
    ]
)


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer one request of GitHub's REST API."""
    request = Request(environ)
    try:
        endpoint, arguments = _ROUTES.bind_to_environ(environ).match()
        repository = REPOSITORIES[f"{arguments['owner']}/{arguments['name']}"]
        response = _answer(endpoint, repository, arguments, request)
    except (HTTPException, KeyError):
        response = _json(
            {
                "message": "Not Found",
                "documentation_url": "https://docs.github.com/rest",
                "status": "404",
            },
            404,
        )
    return response(environ, start_response)


def _answer(
    endpoint: str, repository: Repository, arguments: Mapping[str, Any], request: Request
) -> Response:
    now = datetime.now(UTC)
    match endpoint:
        case "repository":
            return _json(_repository(repository, now))
        case "tarball":
            return Response(tarball(repository), mimetype="application/x-gzip")
        case "rules":
            return _json(_rules(repository))
        case "branch":
            return _json(_branch(repository, now))
        case "tree":
            return _json(_tree(repository))
        case "protection":
            return _json({"message": "Branch not protected", "status": "404"}, 404)
        case "pulls":
            found = repository.pull_requests(now) if request.args.get("state") != "open" else []
            return _paged(found, request)
        case "reviews":
            return _json(_reviews(repository, arguments["number"], now))
        case "runs":
            runs = _runs(repository, now)
            return _json({"total_count": len(runs), "workflow_runs": _page(runs, request)})
        case "commits":
            return _paged(_commits(repository, request.args.get("path", ""), now), request)
        case "status":
            return _json(
                {"state": "pending", "statuses": [], "sha": repository.head, "total_count": 0}
            )
        case "checks":
            return _json({"total_count": 0, "check_runs": []})
        case "artifacts":
            return _json({"total_count": 0, "artifacts": []})
        case _:
            raise NotFound


def _json(content: Any, status: int = 200) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")


def _paged(found: list[Any], request: Request) -> Response:
    """Answer with one page of a list, and where the next one is."""
    response = _json(_page(found, request))
    size, number = _asked_page(request)
    if size * number < len(found):
        query = urlencode({**request.args, "page": number + 1})
        response.headers["Link"] = f'<{request.base_url}?{query}>; rel="next"'
    return response


def _page(found: list[Any], request: Request) -> list[Any]:
    size, number = _asked_page(request)
    return found[size * (number - 1) : size * number]


def _asked_page(request: Request) -> tuple[int, int]:
    return int(request.args.get("per_page", "30")), int(request.args.get("page", "1"))


def _repository(repository: Repository, now: datetime) -> dict[str, Any]:
    owner, _, name = repository.name.partition("/")
    return {
        "name": name,
        "full_name": repository.name,
        "private": True,
        "visibility": "private",
        "owner": {"login": owner, "type": "Organization"},
        "default_branch": "main",
        "archived": False,
        "disabled": False,
        "fork": False,
        "created_at": _time(now - timedelta(days=900)),
        "updated_at": _time(now - timedelta(days=2)),
        "pushed_at": _time(now - timedelta(days=2)),
        "size": 120,
        # As an owner's token sees it: who looks after reviews also lets secrets be looked for.
        "security_and_analysis": {
            "secret_scanning": _switch(repository.required_approvals > 0),
            "secret_scanning_push_protection": _switch(repository.required_approvals > 0),
        },
    }


def _switch(on: bool) -> dict[str, str]:
    return {"status": "enabled" if on else "disabled"}


def _branch(repository: Repository, now: datetime) -> dict[str, Any]:
    protected = bool(repository.required_approvals)
    return {
        "name": "main",
        "commit": _commits(repository, "", now)[0],
        "protected": protected,
        "protection": {"enabled": protected},
    }


def _tree(repository: Repository) -> dict[str, Any]:
    """List every file at once, as `recursive=1` asks; folders are entries of their own at GitHub."""
    return {
        "sha": repository.head,
        "tree": [
            {
                "path": path,
                "mode": "100644",
                "type": "blob",
                "sha": hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
                "size": len(text.encode()),
            }
            for path, text in repository.files.items()
        ],
        "truncated": False,
    }


def tarball(repository: Repository) -> bytes:
    """Pack the files the way GitHub does: under one folder named after owner, repository and commit."""
    folder = f"{repository.name.replace('/', '-')}-{repository.head[:7]}"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in repository.files.items():
            content = text.encode()
            member = tarfile.TarInfo(f"{folder}/{path}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def _rules(repository: Repository) -> list[dict[str, Any]]:
    if not repository.required_approvals:
        return []
    return [
        {
            "type": "pull_request",
            "ruleset_source_type": "Repository",
            "ruleset_source": repository.name,
            "ruleset_id": 42,
            "parameters": {
                "required_approving_review_count": repository.required_approvals,
                "dismiss_stale_reviews_on_push": True,
                "require_code_owner_review": True,
                "require_last_push_approval": False,
                "required_review_thread_resolution": False,
            },
        }
    ]


def _reviews(repository: Repository, number: int, now: datetime) -> list[dict[str, Any]]:
    index = len(repository.merges) - number
    if not 0 <= index < len(repository.merges):
        raise NotFound
    _, approver = repository.merges[index]
    if not approver:
        return []
    merged = now - timedelta(days=2 + 9 * index)
    return [
        {
            "id": 1000 + number,
            "user": _user(approver),
            "state": "APPROVED",
            "submitted_at": _time(merged - timedelta(hours=2)),
            "commit_id": repository.head,
        }
    ]


def _runs(repository: Repository, now: datetime) -> list[dict[str, Any]]:
    name = repository.workflow.rpartition("/")[2].removesuffix(".yml")
    return [
        {
            "id": 5000 - index,
            "name": name,
            "path": repository.workflow,
            "event": "push",
            "status": "completed",
            "conclusion": conclusion,
            "head_branch": "main",
            "head_sha": repository.head,
            "run_number": 90 - index,
            "created_at": _time(now - timedelta(days=2 + 9 * index)),
            "updated_at": _time(now - timedelta(days=2 + 9 * index, minutes=-6)),
        }
        for index, conclusion in enumerate(repository.conclusions)
    ]


def _commits(repository: Repository, path: str, now: datetime) -> list[dict[str, Any]]:
    if path and not any(each == path or each.startswith(f"{path}/") for each in repository.files):
        return []
    return [
        {
            "sha": repository.head if index == 0 else f"{repository.head[:-2]}{index:02d}",
            "author": _user(author),
            "commit": {
                "message": f"Change {len(repository.merges) - index}",
                "author": {"name": author, "date": _time(now - timedelta(days=2 + 9 * index))},
                "committer": {"name": author, "date": _time(now - timedelta(days=2 + 9 * index))},
            },
            "parents": [],
        }
        for index, (author, _) in enumerate(repository.merges)
    ]
