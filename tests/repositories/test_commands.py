"""What a line of shell runs, and that no secret is left in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.repositories.commands import commands_of, joined

LINES = {
    "ruff check .": ["ruff check ."],
    "FOO=1 poetry run python -m ruff check .": ["ruff check ."],
    "python3.12 -m pip install -U pip && flake8": ["pip install -U pip", "flake8"],
    "uv run --frozen --group dev ruff check --output-format=github .": ["ruff check --output-format=github ."],
    "uvx --with tox-uv tox run -e lint": ["tox run -e lint"],
    "uvx ruff@0.9.1 check": ["ruff check"],
    "npx --yes eslint@9 src": ["eslint src"],
    "pnpm exec eslint .": ["eslint ."],
    "./gradlew check": ["gradle check"],
    "./mvnw -B verify": ["mvn -B verify"],
    "sudo -E env PATH=$PATH timeout 10m pytest": ["pytest"],
    ".venv/bin/ruff check": ["ruff check"],
    "vendor/bin/phpcs --standard=PSR12 src": ["phpcs --standard=PSR12 src"],
    "docker run --rm -v $PWD:/app -w /app golangci/golangci-lint:v2 golangci-lint run": [
        "golangci-lint run",
        "golangci-lint golangci-lint run",
    ],
    "docker run --rm koalaman/shellcheck:stable run.sh": ["run.sh", "shellcheck run.sh"],
    "git ls-files '*.sh' | xargs -n1 shellcheck": ["git ls-files *.sh", "shellcheck"],
    "find . -name '*.sh' -exec shellcheck {} +": ["shellcheck {} +"],
    "if ! ruff check; then exit 1; fi": ["ruff check", "exit 1", "fi"],
    "eslint \\\n  src": ["eslint src"],
    "tox -e py # flake8": ["tox -e py"],
    "cat <<EOF\nflake8\nEOF\npylint x": ["cat", "pylint x"],
    "$(PYTHON) -m flake8": ["flake8"],
    "${{ env.PY }} -m tox -e ${{ matrix.x }}": ["tox -e *"],
    "echo 'flake8; pylint'": ["echo"],
    "": [],
    "'": ["'"],
}  # fmt: skip


@pytest.mark.parametrize(("line", "commands"), LINES.items(), ids=LINES)
def test_a_command_is_what_is_left_without_its_wrappers(line: str, commands: list[str]) -> None:
    assert [str(command) for command in commands_of(line)] == commands


TOLERATED = {
    "flake8 || true": "|| true",
    "flake8 || echo failed": "|| echo failed",
    "flake8; exit 0": "; exit 0",
    "pylint --exit-zero src": "--exit-zero",
    "ruff check --fix-only": "--fix-only",
    "golangci-lint run --issues-exit-code=0": "--issues-exit-code=0",
    "flake8 || exit 1": "",
    "flake8 && echo good": "",
    "flake8 | tee log": "",
    "flake8\nexit 0": "",
}


@pytest.mark.parametrize(("line", "why"), TOLERATED.items(), ids=TOLERATED)
def test_a_failure_that_is_swallowed_is_said(line: str, why: str) -> None:
    assert next(commands_of(line)).tolerated == why


SECRETS = (
    "curl -H 'Authorization: Bearer hunter2' https://example.com",
    "curl https://user:hunter2@example.com",
    "pip install --extra-index-url https://user:hunter2@example.com/simple shop",
    "mvn -Dsonar.login=hunter2 sonar:sonar",
    "docker login -u user -p hunter2",
    "twine upload -u user -p hunter2 dist/*",
    "aws configure set aws_secret_access_key=hunter2",
    "npm config set //registry.npmjs.org/:_authToken=hunter2",
    "deploy --token hunter2",
    "deploy --api-key=hunter2 --region eu-west-1",
    "PASSWORD=hunter2 deploy",
    "export TOKEN=hunter2",
    "echo hunter2 | docker login --password-stdin",
    "python -c 'connect(\"hunter2\")'",
    "gh auth login --with-token hunter2",
    "sonar-scanner hunter2AKIAIOSFODNN7EXAMPLE0",
)


@pytest.mark.parametrize("line", SECRETS)
def test_no_secret_is_left(line: str) -> None:
    assert "hunter2" not in " ".join(str(command) for command in commands_of(line))


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for command in commands_of(text):
        assert len(str(command)) <= 300


def test_a_folder_is_followed_and_never_left() -> None:
    commands = list(commands_of("cd web && eslint . && cd ../../.. && flake8"))

    assert [(str(each), each.folder) for each in commands] == [("eslint .", "web"), ("flake8", "")]
    assert joined("a", "../../etc/passwd") == "etc/passwd"
    assert joined("a", "/etc/passwd") == ""
