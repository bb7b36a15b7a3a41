"""Which files are tests, and which steps of CI run them?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from readiness.checklist.model import Result, Status, failed
from readiness.checklist.on_change import Asked, on_every_change, run_of, stops_changes, witness
from readiness.evidence import Evidence
from readiness.evidence.practices import (
    INDIRECT_TESTS,
    NO_TESTS,
    TEST_ACTIONS,
    TEST_COMMANDS,
    is_test,
)
from readiness.evidence.repository import CiStep, SourceFile


def is_test_of(file: SourceFile, language: str) -> bool:
    """Whether a file is a test of one's own in a language."""
    own = file.language == language or (language == "Shell" and file.path.endswith(".bats"))
    return own and not file.foreign and is_test(file.path, language)


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


def tests_run(steps: Evidence[CiStep]) -> Result:
    """Judge whether a step that stops every change runs tests."""
    asked = Asked("is tested", tested)
    found = witness(asked, steps)
    if found:
        return found
    # A command whose own file could not be followed is taken at its word.
    followed = {(step.workflow, step.job, _head(via)) for step in steps for via in step.via}

    def indirectly(step: CiStep) -> str:
        own = tested(step)
        if own or NO_TESTS.search(step.command):
            return own
        said = INDIRECT_TESTS.match(step.command)
        known = said and (step.workflow, step.job, _head(step.command)) in followed
        return step.command if said and not known else ""

    result = on_every_change(Asked("is tested", indirectly), steps)
    if result.status is Status.FAIL:
        for step in steps:
            flag = NO_TESTS.search(step.command)
            if flag and stops_changes(step) and TEST_COMMANDS.match(step.command):
                return failed(
                    f"runs {step.command} in {run_of(step)}, where {flag[0]} skips the tests"
                )
    return result


def _head(text: str) -> str:
    """Return the word by which a command and what it led to know each other."""
    words = [word for word in text.replace("npm run", "npm").split() if not word.startswith("-")]
    first = words[0] if words else ""
    return words[1] if first in ("npm", "yarn", "pnpm", "bun") and len(words) > 1 else first
