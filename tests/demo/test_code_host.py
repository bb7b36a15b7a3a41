"""Does the demo's code host answer in GitHub's shapes?"""

from __future__ import annotations

import io
import tarfile
from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.test import Client

from readiness.demo.code_host import PAYMENTS, PREFIX, WEBSHOP, application


def ask(path: str, status: int = 200) -> Any:
    answer = Client(application).get(f"{PREFIX}/repos/{path}")
    assert answer.status_code == status
    return answer.get_json()


def test_a_repository_names_its_default_branch() -> None:
    answer = ask("acme/payments-api")

    assert {key: answer[key] for key in ("full_name", "default_branch", "archived")} == {
        "full_name": "acme/payments-api",
        "default_branch": "main",
        "archived": False,
    }


def test_a_tarball_holds_the_files_under_one_folder() -> None:
    packed = Client(application).get(f"{PREFIX}/repos/acme/webshop/tarball/main").get_data()

    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        names = archive.getnames()

    folder = f"acme-webshop-{WEBSHOP.head[:7]}"
    assert names == [f"{folder}/{path}" for path in WEBSHOP.files]


def test_a_tree_lists_the_same_files_with_their_sizes() -> None:
    tree = ask("acme/webshop/git/trees/main?recursive=1")

    assert {each["path"]: each["size"] for each in tree["tree"]} == {
        path: len(text) for path, text in WEBSHOP.files.items()
    }
    assert tree["truncated"] is False


@pytest.mark.parametrize(
    ("repository", "approvals", "protected"),
    [
        pytest.param("acme/payments-api", [1], True, id="a ruleset asks for one approval"),
        pytest.param("acme/webshop", [], False, id="nothing protects the branch"),
    ],
)
def test_protection_shows_by_ruleset_and_branch(
    repository: str, approvals: list[int], protected: bool
) -> None:
    rules = ask(f"{repository}/rules/branches/main")
    required = [rule["parameters"]["required_approving_review_count"] for rule in rules]

    assert required == approvals
    assert ask(f"{repository}/branches/main")["protected"] is protected
    assert ask(f"{repository}/branches/main/protection", 404)["message"] == "Branch not protected"


def test_a_branch_tells_when_it_was_last_committed_to() -> None:
    head = ask("acme/webshop/branches/main")["commit"]

    assert head["sha"] == WEBSHOP.head
    assert head["commit"]["committer"]["date"] < datetime.now(UTC).isoformat()


def test_merges_come_newest_first_with_the_reviews_they_had() -> None:
    merged = ask("acme/payments-api/pulls?state=closed&per_page=50")

    reviews = {
        each["number"]: [
            (review["user"]["login"], review["state"], review["submitted_at"] < each["merged_at"])
            for review in ask(f"acme/payments-api/pulls/{each['number']}/reviews")
        ]
        for each in merged
    }

    assert [each["user"]["login"] for each in merged] == [author for author, _ in PAYMENTS.merges]
    assert reviews == {
        6: [("tom", "APPROVED", True)],
        5: [("mia", "APPROVED", True)],
        4: [],
        3: [("tom", "APPROVED", True)],
        2: [("lea", "APPROVED", True)],
        1: [("lea", "APPROVED", True)],
    }
    assert merged[2]["user"] == {"login": "dependabot[bot]", "type": "Bot"}


def test_lists_come_in_pages_that_name_the_next_one() -> None:
    client, path = Client(application), f"{PREFIX}/repos/acme/webshop/commits"
    first = client.get(f"{path}?per_page=3")
    second = client.get(f"{path}?per_page=3&page=2")

    assert [len(first.get_json()), len(second.get_json())] == [3, 2]
    assert first.headers["Link"] == f'<http://localhost{path}?per_page=3&page=2>; rel="next"'
    assert "Link" not in second.headers
    assert ask("acme/webshop/commits?path=docs") == []


def test_the_newest_run_of_the_webshop_failed() -> None:
    runs = ask("acme/webshop/actions/runs?branch=main&per_page=50")

    assert runs["total_count"] == 3
    assert [(run["path"], run["conclusion"]) for run in runs["workflow_runs"]] == [
        (".github/workflows/deploy.yml", conclusion)
        for conclusion in ("failure", "success", "success")
    ]


@pytest.mark.parametrize(
    "path", ["acme/secret", "acme/webshop/hooks", "acme/webshop/pulls/99/reviews"]
)
def test_what_is_not_there_is_not_found_as_github_says_it(path: str) -> None:
    assert ask(path, 404)["message"] == "Not Found"
