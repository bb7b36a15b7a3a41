"""What a repository's CI runs, when, and whether its failure stops anything."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from readiness.evidence import Gap, Reason
from readiness.repositories.ci import MAX_STEPS, steps_of
from tests.repositories.reader import reading, steps
from tests.repositories.records import CI, SHOP


def told(files: dict[str, str], **changes: Any) -> list[tuple[str, bool | None, str]]:
    """Return each step as what it runs, whether a change starts it, and why it stops nothing."""
    return [
        (each.command or each.uses or f"hook {each.hook}", each.on_change, each.tolerated)
        for each in steps(files, **changes)
    ]


def commands(files: dict[str, str]) -> list[str]:
    return [what for what, _, _ in told(files)]


def workflow(run: str, on: str = "pull_request") -> dict[str, str]:
    """Return a workflow with one command."""
    return {CI: f"on: {on}\njobs:\n  check:\n    steps:\n      - run: {run}\n"}


# --- what starts it -------------------------------------------------------------------------------

EVENTS = {
    "pull_request": True,
    "[push, workflow_dispatch]": True,
    "merge_group": True,
    "schedule": False,
    "workflow_dispatch": False,
    "workflow_call": False,
    "pull_request_target": False,
    "{push: {branches: [main]}}": True,
    "{push: {branches: ['ma*']}}": True,
    "{push: {branches: [release/**]}}": False,
    "{push: {branches: ['**', '!main']}}": False,
    "{push: {branches-ignore: [main]}}": False,
    "{push: {tags: ['v*']}}": False,
    "{push: {tags: ['v*'], branches: [main]}}": True,
    "{push: {paths: ['src/**']}}": True,
    "{pull_request: {branches: [develop]}}": False,
    "{pull_request: {types: [closed]}}": False,
    "{pull_request: {types: [opened, synchronize]}}": True,
    "{pull_request: }": True,
}


@pytest.mark.parametrize(("events", "on_change"), EVENTS.items(), ids=EVENTS)
def test_a_change_starts_a_workflow(events: str, on_change: bool) -> None:
    assert told(workflow("flake8", events)) == [("flake8", on_change, "")]


def test_a_default_branch_of_unknown_name_is_main_or_master() -> None:
    push = "{{push: {{branches: [{}]}}}}"
    started = {
        name: told(workflow("flake8", push.format(name)), branch="")[0][1]
        for name in ("main", "master", "release")
    }

    assert started == {"main": True, "master": True, "release": False}


CONDITIONS = {
    "false": (True, "if: false"),
    "${{ false }}": (True, "if: false"),
    "github.event_name == 'schedule'": (False, ""),
    "github.event_name == 'push' || github.event_name == 'schedule'": (True, ""),
    "github.event_name == 'pull_request'": (False, ""),
    "github.event_name == 'schedule' || github.ref == 'refs/heads/main'": (True, ""),
    "startsWith(github.ref, 'refs/tags/v')": (False, ""),
    "'!startsWith(github.ref, ''refs/tags/v'')'": (True, ""),
    "always()": (True, ""),
}


@pytest.mark.parametrize(("condition", "told_so"), CONDITIONS.items(), ids=CONDITIONS)
@pytest.mark.parametrize("place", ["job", "step"])
def test_a_condition_can_leave_changes_out(
    condition: str, told_so: tuple[bool, str], place: str
) -> None:
    of_job = f"    if: {condition}\n" if place == "job" else ""
    of_step = f"        if: {condition}\n" if place == "step" else ""
    text = f"on: push\njobs:\n  check:\n{of_job}    steps:\n      - run: flake8\n{of_step}"

    assert told({CI: text}) == [("flake8", *told_so)]


@pytest.mark.parametrize("place", ["job", "step"])
def test_a_condition_leaves_the_events_that_it_names(place: str) -> None:
    condition = "if: github.event_name == 'workflow_dispatch'"
    of_job = f"    {condition}\n" if place == "job" else ""
    of_step = f"        {condition}\n" if place == "step" else ""
    text = f"on: [push, workflow_dispatch]\njobs:\n  live:\n{of_job}    steps:\n      - run: cdk deploy\n{of_step}"

    assert [each.triggers for each in steps({CI: text})] == [("workflow_dispatch",)]


@pytest.mark.parametrize("place", ["job", "step"])
def test_continue_on_error_stops_nothing(place: str) -> None:
    of_job = "    continue-on-error: true\n" if place == "job" else ""
    of_step = "        continue-on-error: true\n" if place == "step" else ""
    text = f"on: push\njobs:\n  check:\n{of_job}    steps:\n      - run: flake8\n{of_step}"

    assert told({CI: text}) == [("flake8", True, "continue-on-error")]


def test_a_step_runs_where_its_workflow_its_job_or_itself_says() -> None:
    text = """\
        on: push
        defaults: {run: {working-directory: all}}
        jobs:
          one: {steps: [{run: a}, {run: cd sub && b}, {run: c, working-directory: ./web/}]}
          two: {defaults: {run: {working-directory: own}}, steps: [{run: d}]}
        """
    found = steps({CI: textwrap.dedent(text)})

    assert [(each.command, each.folder) for each in found] == [
        ("a", "all"),
        ("b", "all/sub"),
        ("c", "web"),
        ("d", "own"),
    ]


def test_a_matrix_makes_a_command_for_each_of_its_values() -> None:
    text = """\
        on: push
        jobs:
          check:
            strategy:
              matrix:
                tool: [flake8, pylint]
                python: [["3.10", "310"], ["3.11", "311"]]
                include: [{tool: ruff check}]
            steps:
              - run: ${{ matrix.tool }}
              - run: tox -e py${{ matrix.python[1] }}-${{ matrix.unknown }}
        """

    assert commands({CI: textwrap.dedent(text)}) == [
        "flake8",
        "pylint",
        "ruff check",
        "tox -e py310-*",
        "tox -e py311-*",
        "tox -e py*-*",
    ]


def test_on_is_a_word_and_a_version_keeps_its_zero() -> None:
    text = "on:\n  push:\njobs:\n  a:\n    strategy: {matrix: {v: [3.10]}}\n    steps:\n    - run: py-${{ matrix.v }}\n"

    assert commands({CI: text}) == ["py-3.10"]


# --- indirections ---------------------------------------------------------------------------------

LINTED = ["flake8 src"]
TASKS: dict[str, tuple[str, dict[str, str]]] = {
    "make": ("make lint", {"Makefile": "all: test\nlint: ## help\n\tflake8 src\ntest:\n\tpytest\n"}),
    "make by its first target": ("make", {"Makefile": ".PHONY: lint\nTOOL := flake8\nlint:\n\t@$(TOOL) src\n"}),
    "make by what a target needs": ("make check", {"Makefile": "check: lint\nlint:\n\tflake8 src\n"}),
    "make in a folder": ("make -C sub lint", {"sub/Makefile": "lint:\n\tflake8 src\n"}),
    "just": ("just lint", {"justfile": "set shell := ['sh']\nlint:\n    flake8 src\n"}),
    "task": ("task lint", {"Taskfile.yml": "tasks:\n  lint:\n    cmds:\n      - flake8 src\n"}),
    "task by what it needs": ("task all", {"Taskfile.yml": "tasks:\n  all: {deps: [lint]}\n  lint: flake8 src\n"}),
    "a shell script": ("./scripts/lint.sh", {"scripts/lint.sh": "#!/bin/sh\nset -e\nflake8 src\n"}),
    "a script without an ending": ("scripts/lint", {"scripts/lint": "flake8 src\n"}),
    "a script for bash": ("bash scripts/lint.sh", {"scripts/lint.sh": "flake8 src\n"}),
    "tox": ("tox -e lint", {"tox.ini": "[tox]\nenvlist = py,lint\n[testenv:lint]\ncommands = flake8 {posargs:src}\n"}),
    "tox by a factor": ("tox -e py311-lint", {"tox.ini": "[testenv]\ncommands =\n  lint: flake8 src\n  test: pytest\n"}),
    "tox by braces": ("tox -e py311-lint", {"tox.ini": "[testenv:py3{10,11}-{lint,style}]\ncommands = flake8 src\n"}),
    "tox by another section": ("tox -e all", {"tox.ini": "[testenv:all]\ncommands = {[testenv:lint]commands}\n[testenv:lint]\ncommands = flake8 src\n"}),
    "tox in pyproject.toml": ("tox run -e style", {"pyproject.toml": '[tool.tox]\nenv_list = ["style"]\n[tool.tox.env.style]\ncommands = [["flake8", "src"]]\n'}),
    "tox in pyproject.toml, the old way": ("tox -e lint", {"pyproject.toml": '[tool.tox]\nlegacy_tox_ini = """\n[testenv:lint]\ncommands = flake8 src\n"""\n'}),
    "nox": ("nox -s lint", {"noxfile.py": "import nox\n@nox.session(python=['3.12'])\ndef lint(session):\n    session.run('flake8', 'src')\n@nox.session\ndef test(session):\n    session.run('pytest')\n"}),
    "nox of one Python": ("nox -s lint-3.12", {"noxfile.py": "@session(name='lint')\ndef check(session):\n    session.run('flake8', 'src')\n"}),
    "hatch": ("hatch run style:check", {"pyproject.toml": '[tool.hatch.envs.style.scripts]\ncheck = ["flake8 src"]\n'}),
    "poe": ("poetry run poe lint", {"pyproject.toml": '[tool.poe.tasks]\nlint = { cmd = "flake8 src" }\n'}),
    "pdm": ("pdm run lint", {"pdm.lock": "", "pyproject.toml": '[tool.pdm.scripts]\nlint = "flake8 src"\n'}),
    "npm": ("npm run lint", {"package.json": '{"scripts": {"lint": "flake8 src"}}'}),
    "npm below a folder": ("npm --prefix web run lint", {"web/package.json": '{"scripts": {"lint": "flake8 src"}}'}),
    "npm in all workspaces": ("npm run lint --workspaces", {"a/package.json": '{"scripts": {"lint": "flake8 src"}}'}),
    "yarn without run": ("yarn lint", {"package.json": '{"scripts": {"lint": "flake8 src"}}'}),
    "turbo": ("turbo run lint", {"apps/a/package.json": '{"scripts": {"lint": "flake8 src"}}'}),
    "nx": ("npx nx run-many -t lint", {"apps/a/package.json": '{"scripts": {"lint": "flake8 src"}}'}),
    "composer": ("composer lint", {"composer.json": '{"scripts": {"lint": ["@style"], "style": "flake8 src"}}'}),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_a_task_is_followed_to_what_it_runs(name: str) -> None:
    command, files = TASKS[name]
    found = steps({**workflow(command), **files})

    assert [each.command for each in found if each.via and each.command not in ("set",)] == LINTED
    assert all(each.on_change and not each.tolerated for each in found)


TOLERANT: dict[str, tuple[str, dict[str, str]]] = {
    "a dash in make": ("make lint", {"Makefile": "lint:\n\t-flake8 src\n"}),
    "a dash in tox": ("tox -e lint", {"tox.ini": "[testenv:lint]\ncommands = -flake8 src\n"}),
    "a dash before another section": ("tox -e a", {"tox.ini": "[testenv:a]\ncommands = -{[testenv:b]commands}\n[testenv:b]\ncommands = flake8 src\n"}),
    "tox that minds no outcome": ("tox -e lint", {"tox.ini": "[testenv:lint]\nignore_outcome = true\ncommands = flake8 src\n"}),
    "a script that swallows it": ("npm run lint", {"package.json": '{"scripts": {"lint": "flake8 src || true"}}'}),
    "task": ("task lint", {"Taskfile.yml": "tasks:\n  lint:\n    ignore_error: true\n    cmds: [flake8 src]\n"}),
    "the caller": ("make lint || true", {"Makefile": "lint:\n\tflake8 src\n"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLERANT)
def test_what_a_task_tolerates_stops_nothing(name: str) -> None:
    command, files = TOLERANT[name]
    found = [each for each in steps({**workflow(command), **files}) if "flake8" in each.command]

    assert len(found) == 1
    assert found[0].tolerated


def test_two_indirections_are_followed_and_no_third() -> None:
    files = {
        "Makefile": "one:\n\tnpm run two\n",
        "package.json": '{"scripts": {"two": "sh three.sh"}}',
        "three.sh": "just four\n",
        "justfile": "four:\n    flake8\n",
    }

    assert commands({**workflow("make one"), **files}) == ["make one", "npm run two", "sh three.sh"]


def test_a_task_that_needs_itself_ends() -> None:
    files = {"Makefile": "a: b\n\tmake a\nb: a\n\tflake8\n"}

    assert set(commands({**workflow("make a"), **files})) == {"make a", "flake8"}


PRE_COMMIT = """\
repos:
  - repo: https://github.com/astral-sh/ruff-pre-commit
    hooks: [{id: ruff-check}, {id: ruff-format, stages: [manual]}]
  - repo: local
    hooks: [{id: types, entry: mypy, args: [src]}]
"""


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("pre-commit run --all-files", ["hook ruff-check", "hook types", "mypy src"]),
        ("prek run -a", ["hook ruff-check", "hook types", "mypy src"]),
        ("pre-commit run ruff-check --all-files", ["hook ruff-check"]),
        (
            "pre-commit run --hook-stage manual -a",
            ["hook ruff-check", "hook ruff-format", "hook types", "mypy src"],
        ),
        ("pre-commit install", []),
    ],
)
def test_pre_commit_runs_its_hooks(command: str, found: list[str]) -> None:
    files = {**workflow(command), ".pre-commit-config.yaml": PRE_COMMIT}

    assert commands(files)[1:] == found


def test_the_pre_commit_action_runs_all_hooks() -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n    - uses: pre-commit/action@v3.0.1\n"
    found = commands({CI: text, ".pre-commit-config.yaml": PRE_COMMIT})

    assert found == [
        "pre-commit/action",
        "pre-commit run --all-files",
        "hook ruff-check",
        "hook types",
        "mypy src",
    ]


def test_local_actions_and_workflows_are_followed_and_others_named() -> None:
    caller = """\
        on: pull_request
        jobs:
          own: {uses: ./.github/workflows/lint.yml, if: "github.event_name == 'push'"}
          other: {uses: acme/shared/.github/workflows/lint.yml@v1}
          act: {steps: [{uses: ./.github/actions/lint}, {uses: actions/checkout@v5}]}
        """
    files = {
        CI: textwrap.dedent(caller),
        ".github/workflows/lint.yml": "on: workflow_call\njobs:\n  l:\n    steps: [{run: flake8}]\n",
        ".github/actions/lint/action.yml": "runs:\n  using: composite\n  steps: [{run: pylint x, shell: bash}]\n",
    }
    found = [(each.workflow, each.command or each.uses, each.on_change) for each in steps(files)]

    assert found == [
        (CI, "flake8", False),
        (CI, "acme/shared/.github/workflows/lint.yml", True),
        (CI, "pylint x", True),
        (CI, "actions/checkout", True),
        (".github/workflows/lint.yml", "flake8", False),
    ]


def test_a_workflow_that_calls_itself_ends() -> None:
    text = f"on: push\njobs:\n  a: {{uses: ./{CI}}}\n"

    assert commands({CI: text}) == [f"./{CI}"]


# --- other services -------------------------------------------------------------------------------

SERVICES: dict[str, tuple[str, str, list[tuple[str, bool | None, str]]]] = {
    "GitLab": (
        ".gitlab-ci.yml",
        """\
        default: {before_script: [pip install flake8]}
        .base: {script: [!reference [.x, script], flake8]}
        lint: {extends: .base}
        soft: {script: flake8, allow_failure: true, before_script: []}
        night: {script: flake8, before_script: [], rules: [{if: '$CI_PIPELINE_SOURCE == "schedule"'}]}
        merge: {script: flake8, before_script: [], rules: [{if: '$CI_PIPELINE_SOURCE == "merge_request_event"'}]}
        hand: {script: flake8, before_script: [], when: manual}
        tags: {script: flake8, before_script: [], only: [tags]}
        """,
        [
            ("pip install flake8", True, ""),
            ("flake8", True, ""),
            ("flake8", True, "allow_failure"),
            ("flake8", False, ""),
            ("flake8", True, ""),
            ("flake8", False, ""),
            ("flake8", False, ""),
        ],
    ),
    "GitLab's includes from elsewhere": (
        ".gitlab-ci.yml",
        "include: [{project: acme/ci, file: lint.yml}]\n",
        [("an included file that is not in this repository", True, "")],
    ),
    "Azure": (
        "azure-pipelines.yml",
        """\
        stages:
          - jobs:
              - job: a
                steps:
                  - script: flake8
                  - bash: pylint x
                    continueOnError: true
                  - task: UsePythonVersion@0
        """,
        [("flake8", True, ""), ("pylint x", True, "continueOnError"), ("UsePythonVersion", True, "")],
    ),
    "Azure without triggers": (
        "azure-pipelines.yml",
        "trigger: none\npr: none\nsteps: [{script: flake8}]\n",
        [("flake8", False, "")],
    ),
    "Bitbucket": (
        "bitbucket-pipelines.yml",
        """\
        pipelines:
          default: [{step: {script: [flake8]}}]
          branches: {main: [{step: {script: [a], trigger: manual}}], dev: [{step: {script: [b]}}]}
          custom: {night: [{parallel: [{step: {script: [c]}}]}]}
        """,
        [("flake8", True, ""), ("a", False, ""), ("b", False, ""), ("c", False, "")],
    ),
    "CircleCI": (
        ".circleci/config.yml",
        """\
        commands: {lint: {steps: [{run: flake8}]}}
        jobs:
          check: {steps: [checkout, lint, {run: {command: eslint ., working_directory: web}}]}
          night: {steps: [{run: pylint x}]}
        workflows:
          all: {jobs: [check]}
          nightly: {triggers: [{schedule: {cron: x}}], jobs: [night]}
        """,
        [("checkout", True, ""), ("flake8", True, ""), ("eslint .", True, ""), ("pylint x", False, "")],
    ),
    "Buildkite": (
        ".buildkite/pipeline.yml",
        "steps:\n  - command: flake8\n  - commands: [pylint x]\n    soft_fail: true\n",
        [("flake8", None, ""), ("pylint x", None, "soft_fail")],
    ),
    "Jenkins": (
        "Jenkinsfile",
        "pipeline {\n // sh 'no'\n sh 'flake8'\n sh(script: \"\"\"\n  pylint x\n \"\"\", returnStatus: true)\n}\n",
        [("flake8", None, ""), ("pylint x", None, "returnStatus")],
    ),
    "CodeBuild": (
        "services/a/buildspec.yml",
        "version: 0.2\nphases:\n  pre_build: {on-failure: CONTINUE, commands: [flake8]}\n  build:\n    commands: [pytest]\n    finally: [rm -rf x]\n",
        [("flake8", None, "on-failure: CONTINUE"), ("pytest", None, ""), ("rm -rf x", None, "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_read(name: str) -> None:
    path, text, found = SERVICES[name]

    assert told({path: textwrap.dedent(text)}) == found


# --- what cannot be read --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (CI, "on: [push\njobs: {"),
        (CI, "[" * 100_000),
        (CI, "a: &a [x, x]\nb: &b [*a, *a]\nc: [" + "*b, " * 2_000 + "]"),
        (CI, "jobs: " + "x" * (1 << 20)),
    ],
    ids=["broken", "deep", "many aliases", "large"],
)
def test_a_ci_file_that_cannot_be_read_is_a_gap_about_it(path: str, text: str) -> None:
    found = list(steps_of(reading({path: text})))

    assert [each.resource for each in found if isinstance(each, Gap)] == [f"{SHOP}:{path}"]
    assert len(found) == 1


def test_a_task_file_that_cannot_be_read_is_a_gap_beside_the_step() -> None:
    found = list(steps_of(reading({**workflow("npm run lint"), "package.json": "{"})))

    assert [getattr(each, "command", "") for each in found] == ["npm run lint", ""]
    assert isinstance(found[1], Gap)
    assert found[1].reason is Reason.UNDECIDED


@pytest.mark.parametrize("text", ["", "a text", "[1, 2]", "on: push", "jobs: [1]\non: {push: 3}", "jobs: {a: {steps: [1, {run: [x]}]}}"])  # fmt: skip
def test_a_ci_file_of_another_form_has_no_steps_and_breaks_nothing(text: str) -> None:
    for path in (
        CI,
        ".gitlab-ci.yml",
        ".circleci/config.yml",
        "azure-pipelines.yml",
        "buildspec.yml",
    ):
        assert all(not isinstance(each, Gap) for each in steps_of(reading({path: text})))


def test_too_many_steps_are_cut_and_said() -> None:
    run = "|\n" + "\n".join(f"          tool{number}" for number in range(MAX_STEPS + 5))
    found = list(steps_of(reading(workflow(run))))

    assert len(found) == MAX_STEPS + 1
    assert found[-1].reason is Reason.TRUNCATED  # type: ignore[union-attr]


def test_every_step_has_a_name_of_its_own() -> None:
    found = steps({**workflow("flake8 && flake8"), ".github/workflows/b.yml": "on: push\njobs: {check: {steps: [{run: flake8}]}}"})  # fmt: skip

    assert len({each.arn for each in found}) == 3


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("push: true", ["docker buildx build --push"]),
        ("push: ${{ github.event_name != 'pull_request' }}", ["docker buildx build --push"]),
        ("outputs: type=registry", ["docker buildx build --push"]),
        ("push: false", []),
        ("tags: shop", []),
    ],
)
def test_an_action_that_pushes_the_image_it_builds(settings: str, expected: list[str]) -> None:
    workflow = f"""
on: push
jobs:
  image:
    steps:
      - uses: docker/build-push-action@v6
        with:
          {settings}
"""
    found = steps({".github/workflows/image.yml": workflow})

    assert [step.command for step in found if step.command] == expected
