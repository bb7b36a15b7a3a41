"""Which files of a repository set up the measurement of coverage?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from readiness.evidence import Gap, Reason
from readiness.evidence.coverage import SETUPS, CoverageSetup, Setup
from readiness.evidence.signals import is_foreign, is_sample
from readiness.repositories.reading import Reading, each_file

#: Of each kind, the files that are read: those nearest to the root.
_MAX = 20


def setups_of(reading: Reading) -> Iterator[CoverageSetup | Gap]:
    """Yield the setups of coverage."""
    for setup in SETUPS:
        # Helpers of tests lie where samples do.
        paths = [
            path
            for path in reading.named(setup.files)
            if not is_foreign(path) and (path.endswith(".rb") or not is_sample(path))
        ]
        yield from each_file(paths[:_MAX], partial(_setup, reading, setup))
        for path in paths[_MAX:]:
            detail = f"only the first {_MAX} files of its name were read"
            resource = f"{reading.repository}:{path}"
            yield Gap(reason=Reason.TRUNCATED, resource=resource, detail=detail)


def _setup(reading: Reading, setup: Setup, path: str) -> Iterator[CoverageSetup]:
    text = re.sub(r"(?m)^\s*(#|//).*$", "", reading.sample(path)) or " "
    if re.search(setup.said, text):
        yield CoverageSetup(
            repository=reading.repository,
            path=path,
            tool=setup.tool,
            always=bool(setup.always and re.search(setup.always, text)),
            floor=bool(setup.floor and re.search(setup.floor, text)),
        )
