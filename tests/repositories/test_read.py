"""How a repository is named, and what the judge says of one that was read."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from werkzeug.serving import make_server

from readiness.checklist.model import Status
from readiness.config import Workload
from readiness.demo.code_host import PREFIX, application
from readiness.evidence import Gap, Reason
from readiness.evidence.code_security import ExposedSecret
from readiness.evidence.files import Sighting, dump, load
from readiness.findings import Finding
from readiness.judging import Judged, Seen, judge, kinds_of
from readiness.repositories import UnknownRepositoryError, read, reference_of
from tests.rows import FAIL, NOT_APPLICABLE, NOW, PASS, UNKNOWN

LINTED = "code-readability/code-is-being-linted-automatically"
REVIEWED = "continuous-integration/do-code-reviews"
TESTED = "high-availability/perform-load-tests-and-use-chaos-engineering"

# --- names ----------------------------------------------------------------------------------------

REFERENCES = {
    "github:acme/shop": "github:acme/shop",
    "https://github.com/acme/shop": "github:acme/shop",
    "https://github.com/acme/shop.git": "github:acme/shop",
    "https://github.com/acme/shop/": "github:acme/shop",
    "git@github.com:acme/shop.git": "github:acme/shop",
    "ssh://git@github.com/acme/shop.git": "github:acme/shop",
    "arn:aws:codecommit:eu-west-1:111122223333:jobs": "codecommit:111122223333:eu-west-1:jobs",
    "codecommit:111122223333:eu-west-1:jobs": "codecommit:111122223333:eu-west-1:jobs",
    "https://gitlab.com/acme/shop": "url:https://gitlab.com/acme/shop",
}


@pytest.mark.parametrize(("text", "reference"), REFERENCES.items(), ids=REFERENCES)
def test_an_address_names_a_repository(text: str, reference: str) -> None:
    assert reference_of(text) == reference


def test_an_enterprise_server_is_known_by_its_own_host() -> None:
    api = "https://ghe.example.com/api/v3"

    assert reference_of("https://ghe.example.com/acme/shop", api) == "github:acme/shop"
    assert reference_of("https://github.com/acme/shop", api).startswith("url:")


def test_a_folder_names_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert reference_of(".") == reference_of("path:.") == f"path:{tmp_path}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is neither a folder on this machine nor the address of a repository"),
        ("acme/shop", "is neither a folder on this machine"),
        ("http://github.com/acme/shop", "is neither a folder"),
        ("path:/no/such/folder", "/no/such/folder is not a folder"),
        ("https://github.com/acme", "write https://github.com/OWNER/NAME"),
        (
            "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/jobs",
            "write codecommit:ACCOUNT:REGION:NAME",
        ),
    ],
)
def test_what_names_no_repository_is_a_sentence(text: str, says: str) -> None:
    with pytest.raises(UnknownRepositoryError, match=says):
        reference_of(text)


# --- the judge ------------------------------------------------------------------------------------


def look(reference: str) -> Sighting:
    sighting = read(
        reference, kinds=kinds_of(), access=None, token="", scan="s", now=NOW, deadline=None
    )
    return load(dump(sighting))


def judged(*sightings: Sighting) -> Judged:
    names = tuple(each.target.repository for each in sightings)
    return judge(
        Workload(name="shop", repositories=names),
        Seen(started=NOW, sightings={each.target.id: each for each in sightings}),
        items=[LINTED, REVIEWED, TESTED],
    )


def verdicts(found: Judged) -> dict[str, tuple[Status, str]]:
    return {each.item: (each.status, each.because) for each in found.verdicts}


def finding(found: Judged, check: str, group: str = "") -> Finding:
    """Return a check's finding, of one language where it has several."""
    return next(
        each for each in found.findings if each.check == check and each.group in (group, "")
    )


FILES = {
    ".github/workflows/ci.yml": "on: {push: {branches: [main]}}\njobs: {a: {steps: [{run: make lint}]}}\n",
    "Makefile": "lint:\n\truff check .\n",
    "pyproject.toml": "[tool.ruff]\n",
    "shop/a.py": "",
    "shop/b.py": "",
    "shop/c.py": "",
    "shop/d.py": "",
    "load/checkout.js": "import http from 'k6/http';\n",
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_a_folder_is_judged_by_its_files_and_not_by_its_host(shop: Path) -> None:
    found = judged(look(f"path:{shop}"))
    told = verdicts(found)

    assert told[LINTED][0] is PASS
    assert told[REVIEWED] == (UNKNOWN, "provider unsupported (a local folder does not show it)")
    assert finding(found, "repository_linter_runs_on_change", "Python").because == (
        "is linted by ruff in .github/workflows/ci.yml by way of make lint"
    )
    assert finding(found, "repository_codeowners_present").status is FAIL


def test_an_old_folder_is_not_asked_for_reviews(shop: Path) -> None:
    def git(*words: str) -> None:
        names = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}  # fmt: skip
        dates = {f"GIT_{who}_DATE": "2026-01-01T00:00:00Z" for who in ("AUTHOR", "COMMITTER")}
        environment = {"PATH": "/usr/bin:/bin", **names, **dates}
        subprocess.run(["git", *words], cwd=shop, env=environment, check=True, capture_output=True)

    git("init", "--initial-branch", "main")
    git("add", ".")
    git("commit", "-m", "one")
    found = judged(look(f"path:{shop}"))

    assert verdicts(found)[REVIEWED][0] is NOT_APPLICABLE
    assert finding(found, "repo_load_test_present").status is PASS


def test_a_linter_that_nothing_runs_fails(shop: Path) -> None:
    (shop / "Makefile").write_text("lint:\n\tpytest\n")

    assert verdicts(judged(look(f"path:{shop}")))[LINTED][0] is FAIL


def test_a_file_that_cannot_be_read_makes_unknown_what_it_may_hide(shop: Path) -> None:
    (shop / "Makefile").write_text("lint:\n\tpytest\n")
    (shop / ".github/workflows/more.yml").write_text("jobs: [")
    found = judged(look(f"path:{shop}"))

    assert verdicts(found)[LINTED][0] is UNKNOWN
    assert (
        "more.yml: it is not YAML"
        in finding(found, "repository_linter_runs_on_change", "Python").reason
    )


def test_one_repository_that_fails_fails_the_workload(shop: Path, tmp_path: Path) -> None:
    other = tmp_path / "shop"
    found = judged(look(f"path:{shop}"), look(f"path:{other}"))

    assert verdicts(found)[LINTED][0] is FAIL


def test_a_provider_that_is_not_supported_is_unknown_and_can_be_attested() -> None:
    sighting = look("url:https://gitlab.com/acme/shop")

    assert sighting.failed is not None
    assert sighting.failed.reason is Reason.PROVIDER_UNSUPPORTED


def test_no_repository_is_one_reason() -> None:
    found = judge(Workload(name="shop"), Seen(started=NOW, sightings={}), items=[LINTED, REVIEWED])

    assert verdicts(found) == {
        LINTED: (UNKNOWN, "no repository registered"),
        REVIEWED: (UNKNOWN, "no repository registered"),
    }


@pytest.fixture(scope="module")
def code_host() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}{PREFIX}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("acme/payments-api", (PASS, PASS)), ("acme/webshop", (FAIL, FAIL))],
)
def test_the_simulated_repositories_are_judged_as_they_are_meant(
    code_host: str, name: str, expected: tuple[Status, Status]
) -> None:
    now = datetime.now(UTC)
    reference = f"github:{name}"
    sighting = read(
        reference, kinds=kinds_of(), access=None, token="", scan="s", now=now, github_url=code_host
    )
    found = judge(
        Workload(name="shop", repositories=(reference,)),
        Seen(started=now, sightings={reference: sighting}),
        items=[LINTED, REVIEWED],
    )

    gaps = {kind: each.gaps for kind, each in sighting.evidence.items() if each.gaps}
    history = "GitHub is asked for the newest files alone, not for the history"
    assert gaps == {ExposedSecret: (Gap(reason=Reason.NOT_SCANNED, detail=history),)}
    assert tuple(status for status, _ in verdicts(found).values()) == expected
