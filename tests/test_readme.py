"""The README says what is so."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from readiness.checklist import CHECKS

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text()


def test_the_generated_parts_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/docs.py", "--check"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "lambdas")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("target", sorted(set(re.findall(r"^make ([a-z ]+)$", TEXT, re.MULTILINE))))
def test_the_make_targets_exist(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text()

    for name in target.split():
        assert re.search(rf"^{name}:", makefile, re.MULTILINE), name


@pytest.mark.parametrize(
    "name",
    sorted(set(re.findall(r"readiness explain (\w+)|^      (\w+)\.\w+:", TEXT, re.MULTILINE))),
)
def test_the_checks_that_are_shown_exist(name: tuple[str, str]) -> None:
    assert (name[0] or name[1]) in CHECKS


@pytest.mark.parametrize("path", sorted(set(re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT))))
def test_the_pictures_exist(path: str) -> None:
    assert (ROOT / path).is_file()
