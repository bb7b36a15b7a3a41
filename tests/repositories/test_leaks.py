"""Which secrets are found in files and histories, which are not, and that none of them is kept."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from readiness.evidence import Gap, Reason
from readiness.evidence.code_security import ExposedSecret
from readiness.evidence.secret_forms import FORMS, fingerprint_of, matches_in
from readiness.repositories import leaks
from readiness.repositories.leaks import leaks_of
from readiness.repositories.local import Folder
from readiness.repositories.reading import Addition, Reading
from tests.repositories.reader import Shelf
from tests.repositories.records import SHOP

#: Put together here, so that nobody who searches this file finds them.
TOKEN = "ghp_" + "q7W3" * 9
KEY = "AKIA" + "QYLPMN5HHHFPZAM2"
SECRET = "aB3/xY9+" * 5
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEowIBAAKCAQEA" * 4 + "\n-----END"
RANDOM = "k9Qz4LmX2vTn8RbW7yHs"
PASSWORD = "Zx8-qwMn52"


def found(
    files: Mapping[str, str | bytes], *, past: tuple[Addition, ...] = (), **changes: Any
) -> tuple[list[tuple[str, str, int, str]], list[Gap]]:
    """Return each secret's rule, path, line and commit, and the gaps."""
    contents = {
        path: text.encode() if isinstance(text, str) else text for path, text in files.items()
    }
    shelf = Shelf(contents, past=past, **changes)
    every = list(leaks_of(Reading(SHOP, "main", shelf)))
    secrets = [each for each in every if isinstance(each, ExposedSecret)]
    rows = [(each.rule, each.path, each.line, each.commit) for each in secrets]
    return rows, [each for each in every if isinstance(each, Gap)]


def rules(files: Mapping[str, str | bytes]) -> list[str]:
    return [rule for rule, *_ in found(files)[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"token = {TOKEN}", "github-pat", id="a token of GitHub"),
        pytest.param(f"AWS_ACCESS_KEY_ID={KEY}", "aws-access-token", id="an access key's id"),
        pytest.param(PEM, "private-key", id="a private key"),
        pytest.param(f'"key": "sk_live_{RANDOM}"', "stripe-access-token", id="a key of Stripe"),
        pytest.param(f"hooks.slack.com/services/T{'A1b2' * 11}", "slack-webhook-url", id="a webhook"),
        pytest.param(f"xox{'b'}-1234567890-{RANDOM}", "slack-token", id="a token of Slack"),
        pytest.param(f"glpat-{RANDOM}", "gitlab-pat", id="a token of GitLab"),
        pytest.param(f"postgres://app:{PASSWORD}@db/shop", "url-with-password", id="an address"),
        pytest.param(f'api_key = "{RANDOM}"', "generic-api-key", id="a random literal by its name"),
        pytest.param(f'password: "{RANDOM}"', "generic-api-key", id="in YAML"),
        pytest.param(f'"clientSecret": "{RANDOM}"', "generic-api-key", id="in JSON"),
    ],
)  # fmt: skip
def test_what_is_a_secret(text: str, expected: str) -> None:
    assert rules({"src/settings.py": f"import os\n{text}\n"}) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("AKIAIOSFODNN7EXAMPLE", id="the example of AWS's own documents"),
        pytest.param("ghp_" + "x" * 36, id="a placeholder"),
        pytest.param('password = "your-password-goes-here-1"', id="a placeholder by its words"),
        pytest.param('password = "${DB_PASSWORD}"', id="a variable"),
        pytest.param('secret = "{{ vault.secret_key_1234 }}"', id="a template"),
        pytest.param('secret_arn = "arn:aws:secretsmanager:eu:1:secret:db-k9Q4"', id="an ARN"),
        pytest.param('secretName: "shop-db-credentials-prod1"', id="a name"),
        pytest.param('token_type = "urn:ietf:params:oauth:1"', id="a type"),
        pytest.param('tokenizer = "bert-base-uncased-v2-k9Q"', id="another word"),
        pytest.param('password = "correcthorsebatterystaple"', id="words without a digit"),
        pytest.param("-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0B", id="a public key"),
        pytest.param("grep -q 'BEGIN RSA PRIVATE KEY-----' file", id="a word about keys"),
        pytest.param("$ANSIBLE_VAULT;1.1;AES256\n6136363237663", id="what Ansible sealed"),
        pytest.param("password: ENC[AES256_GCM,data:k9Qz4LmX2vTn8RbW7yHs,iv:a]", id="what sops sealed"),
        pytest.param("postgres://user:pass@localhost/db", id="an address of an example"),
        pytest.param("postgres://app:password@db/shop", id="the word itself"),
        pytest.param("postgres://postgres:postgres@db/shop", id="what everybody has"),
        pytest.param(f'client_request_token = "{RANDOM}"', id="a token of a request"),
        pytest.param("https://example.com/a:b@c", id="no password"),
        pytest.param(f'token = "{RANDOM}"  # gitleaks:allow', id="allowed by a comment"),
        pytest.param(f"{TOKEN}  # pragma: allowlist secret", id="allowed by another"),
        pytest.param(f"# pragma: allowlist nextline secret\n{TOKEN}", id="allowed on the line before"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_secret(text: str) -> None:
    assert rules({"src/settings.py": f"import os\n{text}\n"}) == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("package-lock.json", []),
        ("web/yarn.lock", []),
        ("go.sum", []),
        ("node_modules/a/index.js", []),
        ("logo.png", []),
        ("README.md", ["github-pat"]),
        ("src/app.py", ["github-pat", "generic-api-key"]),
        ("Dockerfile", ["github-pat", "generic-api-key"]),
        ("tests/test_app.py", ["github-pat"]),
        ("docs/setup.md", ["github-pat"]),
    ],
)
def test_where_secrets_are_looked_for(path: str, expected: list[str]) -> None:
    assert rules({path: f'{TOKEN}\napi_key = "{RANDOM}"\n'}) == expected


def test_what_lies_among_tests_is_marked() -> None:
    shelf = Shelf({"tests/a.py": TOKEN.encode(), "src/b.py": KEY.encode()})
    secrets = leaks_of(Reading(SHOP, "main", shelf))

    assert {each.arn: each.sample for each in secrets if isinstance(each, ExposedSecret)} == {
        f"{SHOP}:tests/a.py:1": True,
        f"{SHOP}:src/b.py:1": False,
    }


def test_a_file_that_is_no_text_is_left_out() -> None:
    assert rules({"data.bin": b"\0\1\2" + TOKEN.encode()}) == []


def test_the_history_tells_what_the_files_no_longer_hold() -> None:
    past = (
        Addition("c2", "src/b.py", 7, f"a\n{TOKEN}"),
        Addition("c1", "src/a.py", 3, f"key = {KEY}"),
        Addition("c0", "src/a.py", 1, f"key = {KEY}"),
    )
    rows, gaps = found({"src/b.py": f"x\n\n{TOKEN}\n"}, past=past)

    # Each secret once: where it still is, else by the newest commit that brought it.
    assert rows == [("github-pat", "src/b.py", 3, ""), ("aws-access-token", "src/a.py", 3, "c1")]
    assert gaps == []


def test_a_baseline_excuses_what_it_lists_unless_somebody_found_it_real() -> None:
    digests = [match.sha1 for text in (TOKEN, KEY) for match in matches_in(text)]
    listed = [
        {"hashed_secret": digests[0], "is_secret": False},
        {"hashed_secret": digests[1], "is_secret": True},
    ]
    baseline = json.dumps({"results": {"src/a.py": listed}})
    rows, _ = found({".secrets.baseline": baseline, "src/a.py": f"{TOKEN}\n{KEY}"})

    assert [rule for rule, *_ in rows] == ["aws-access-token"]


@pytest.mark.parametrize("baseline", ["not JSON", "[]", '{"results": []}', '{"results": {"a": 1}}'])
def test_a_baseline_that_cannot_be_read_excuses_nothing(baseline: str) -> None:
    assert rules({".secrets.baseline": baseline, "a.py": TOKEN}) == ["github-pat"]


def test_gitleaks_list_excuses_a_secret_wherever_it_is() -> None:
    ignored = "# found before\nc1:src/a.py:github-pat:3\nsrc/b.py:aws-access-token:1\n"
    past = (Addition("c1", "src/a.py", 3, TOKEN),)
    files = {".gitleaksignore": ignored, "src/c.py": TOKEN, "src/b.py": KEY, "src/d.py": PEM}
    rows, _ = found(files, past=past)

    assert rows == [("private-key", "src/d.py", 1, "")]


def test_files_that_have_to_be_fetched_are_searched_as_far_as_it_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaks, "MAX_FETCHED", 1)
    files = {"src/a.py": TOKEN, ".env": f"AWS={KEY}", "src/near.py": PEM}
    rows, gaps = found(files, far=frozenset({"src/a.py", ".env"}))

    assert [path for _, path, *_ in rows] == ["src/near.py", ".env"]
    detail = "1 of 3 files were not searched for secrets"
    assert gaps == [Gap(reason=Reason.TRUNCATED, detail=detail)]


def test_more_secrets_than_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "MAX_FOUND", 1)
    rows, gaps = found({"src/a.py": f"{TOKEN}\n{KEY}"})

    assert len(rows) == 1
    assert [gap.detail for gap in gaps] == ["only the first 1 secrets are told"]


def test_no_secret_is_kept() -> None:
    text = f"{TOKEN}\n{KEY}\n{PEM}\napi_key = '{RANDOM}'\npostgres://app:{PASSWORD}@db/shop\n"
    shelf = Shelf({"src/a.py": text.encode()})
    kept = repr(list(leaks_of(Reading(SHOP, "main", shelf))))

    assert "github-pat" in kept
    for secret in (TOKEN, KEY, "MIIEow", RANDOM, PASSWORD):
        assert secret not in kept
    assert fingerprint_of(KEY) in kept


def test_the_forms_have_words_that_are_in_what_they_match() -> None:
    assert all(word == word.lower() and word for form in FORMS for word in form.words)
    assert len({form.name for form in FORMS}) == len(FORMS)


# --- A folder with a history ----------------------------------------------------------------------


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def committed(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "x")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    return tmp_path


def past_of(folder: Path) -> list[tuple[str, int, str]]:
    return [(each.path, each.line, each.text) for each in Folder(f"path:{folder}").history()]


def test_every_line_that_was_ever_added_on_any_branch(folder: Path) -> None:
    committed(folder, "a.txt", "one\ntwo\n")
    committed(folder, "a.txt", "one\n2\nthree\n")
    git(folder, "switch", "--quiet", "--create", "other")
    committed(folder, "b/ü.txt", "+++ elsewhere\n")
    git(folder, "switch", "--quiet", "main")
    (folder / "a.txt").unlink()
    git(folder, "commit", "--all", "--message", "x")

    assert sorted(past_of(folder)) == [
        ("a.txt", 1, "one\ntwo"),
        ("a.txt", 2, "2\nthree"),
        ("b/ü.txt", 1, "+++ elsewhere"),
    ]


def test_what_a_merge_brought_by_itself_is_told(folder: Path) -> None:
    committed(folder, "a.txt", "one\n")
    git(folder, "switch", "--quiet", "--create", "other")
    committed(folder, "b.txt", "two\n")
    git(folder, "switch", "--quiet", "main")
    committed(folder, "c.txt", "three\n")
    git(folder, "merge", "--no-commit", "--quiet", "other")
    (folder / "evil.txt").write_text("four\n")
    git(folder, "add", "--all")
    git(folder, "commit", "--message", "x")

    assert ("evil.txt", 1, "four") in past_of(folder)


def test_a_secret_that_was_taken_back_is_still_found(folder: Path) -> None:
    committed(folder, "src/a.py", f"key = '{KEY}'\n")
    committed(folder, "src/a.py", "key = os.environ['KEY']\n")
    reading = Reading(f"path:{folder}", "main", Folder(f"path:{folder}"))
    (secret,) = leaks_of(reading)

    assert isinstance(secret, ExposedSecret)
    assert (secret.rule, secret.path, secret.line) == ("aws-access-token", "src/a.py", 1)
    assert len(secret.commit) == 40
    assert secret.arn == f"path:{folder}:{secret.commit[:12]}:src/a.py:1"


def test_a_clean_history_leaves_no_gap(folder: Path) -> None:
    committed(folder, "src/a.py", "x = 1\n")

    assert list(leaks_of(Reading("path:x", "main", Folder(f"path:{folder}")))) == []


def test_a_plain_folder_and_a_shallow_clone_hide_their_history(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    committed(folder, "a.txt", "one\n")
    committed(folder, "a.txt", "two\n")
    plain = tmp_path_factory.mktemp("plain")
    (plain / "a.py").write_text(f"{TOKEN}\n")
    shallow = tmp_path_factory.mktemp("shallow")
    git(shallow, "clone", "--quiet", "--depth=1", f"file://{folder}", ".")

    def gaps(place: Path) -> list[str]:
        reading = Reading(f"path:{place}", "main", Folder(f"path:{place}"))
        return [each.detail for each in leaks_of(reading) if isinstance(each, Gap)]

    assert gaps(plain) == ["a folder without git has no history"]
    assert gaps(shallow) == ["the clone is shallow, or git refuses the folder"]


def test_a_history_that_takes_too_long_is_cut_off_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(folder, "src/a.py", f"key = '{KEY}'\n")
    monkeypatch.setattr("readiness.repositories.local._HISTORY_BYTES", 10)
    (folder / "src/a.py").write_text("x = 1\n")
    found = list(leaks_of(Reading("path:x", "main", Folder(f"path:{folder}"))))

    assert [each.reason for each in found if isinstance(each, Gap)] == [Reason.TRUNCATED]
