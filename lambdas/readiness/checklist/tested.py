"""Which files are tests, and which steps of CI run them?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from readiness.checklist.model import Result, Status, failed, unknown
from readiness.checklist.on_change import Asked, on_every_change, run_of, stops_changes, witness
from readiness.evidence import Evidence, Reason
from readiness.evidence.infrastructure import CiJob
from readiness.evidence.practices import (
    INDIRECT_TESTS,
    NO_TEST_PROGRAMS,
    NO_TESTS,
    TEST_ACTIONS,
    TEST_COMMANDS,
    TEST_TASKS,
    is_test,
)
from readiness.evidence.repository import CiStep, SourceFile


def is_test_of(file: SourceFile, language: str) -> bool:
    """Whether a file is a test of one's own in a language."""
    own = file.language == language or (language == "Shell" and file.path.endswith(".bats"))
    return own and not file.foreign and is_test(file.path, language)


_DATA = re.compile(
    r"(?i)(^|/)(testdata|test[-_]data|fixtures?|__fixtures__|__snapshots__)/|"
    r"(^|/)(tests?|spec)/([\w-]+/)*(data|cases|resources|samples?|corpus|snapshots)/"
)


def is_test_data(file: SourceFile, language: str) -> bool:
    """Whether a source file of a language is what a test reads, and no test itself."""
    own = file.language == language and not file.foreign
    return own and bool(_DATA.search(file.path)) and not is_test_of(file, language)


def tested(step: CiStep) -> str:
    """Name the tests that a step runs itself; empty where it runs none."""
    if NO_TESTS.search(step.command):
        return ""
    if TEST_ACTIONS.match(step.uses):
        return step.uses
    if TEST_COMMANDS.match(step.command):
        return step.command
    words = step.hook.split("-")
    return step.hook if step.hook and {"pytest", "tests"} & set(words) else ""


def test_steps(steps: Evidence[CiStep]) -> list[CiStep]:
    """Return the steps that run tests; a task that could not be followed is taken at its word."""
    listed = list(steps)
    followed = {(step.workflow, step.job, _head(via)) for step in listed for via in step.via}
    return [step for step in listed if tested(step) or _indirectly(step, followed)]


def tests_by(command: str) -> bool:
    """Whether a command runs tests, going by its words alone."""
    said = TEST_COMMANDS.match(command) or INDIRECT_TESTS.match(command)
    return bool(said) and not NO_TESTS.search(command)


def _indirectly(step: CiStep, followed: set[tuple[str, str, str]]) -> str:
    """Return a command that runs what another file says, where that could not be followed."""
    if NO_TESTS.search(step.command) or not INDIRECT_TESTS.match(step.command):
        return ""
    return "" if (step.workflow, step.job, _head(step.command)) in followed else step.command


def tests_run(steps: Evidence[CiStep]) -> Result:
    """Judge whether a step that stops every change runs tests."""
    asked = Asked("is tested", tested)
    found = witness(asked, steps)
    if found:
        return found
    followed = {(step.workflow, step.job, _head(via)) for step in steps for via in step.via}
    indirect = Asked("is tested", lambda step: tested(step) or _indirectly(step, followed))
    result = on_every_change(indirect, steps)
    if result.status is Status.FAIL:
        for step in steps:
            flag = NO_TESTS.search(step.command)
            if flag and stops_changes(step) and TEST_COMMANDS.match(step.command):
                return failed(
                    f"runs {step.command} in {run_of(step)}, where {flag[0]} skips the tests"
                )
    if result.status is Status.FAIL:
        for step in steps:
            strange = step.command and not NO_TEST_PROGRAMS.match(step.command)
            if strange and stops_changes(step) and any(map(TEST_TASKS.match, step.via)):
                said = f"may be tested by `{step.command[:80]}` in {run_of(step)}"
                return unknown(Reason.UNDECIDED, f"{said}, which is no runner that is known")
    return result


def _head(text: str) -> str:
    """Return the word by which a command and what it led to know each other."""
    words = [word for word in text.replace("npm run", "npm").split() if not word.startswith("-")]
    first = words[0] if words else ""
    return words[1] if first in ("npm", "yarn", "pnpm", "bun") and len(words) > 1 else first


def before(jobs: Iterable[CiJob]) -> dict[str, set[str]]:
    """Return the jobs that come before each job of a workflow, at any distance."""
    found = {job.name: set(job.needs) for job in jobs}
    for _ in found:  # no chain is longer
        for names in found.values():
            for name in tuple(names):
                names |= found.get(name, set())
    return {name: names - {name} for name, names in found.items()}
