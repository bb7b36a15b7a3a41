"""What do the files of a repository say of failures between services, and of what runs when?

A few files are read, those nearest to the root first; that there are more is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from readiness.evidence import Gap
from readiness.evidence.running import FailureSetting, ScheduleDefinition
from readiness.evidence.signals import (
    CANARY_PATHS,
    ENVOY_PATHS,
    FAILURE_TEXTS,
    GITHUB_WORKFLOWS,
    HOST_CRON,
    HOST_PATHS,
    MANIFEST_PATHS,
    SCHEDULE_TEXTS,
    SERVERLESS_FILES,
    TEMPLATE_PATHS,
    WORKFLOW_SCHEDULE,
    is_sample,
    matches,
)
from readiness.repositories.infrastructure import MAX_SOURCES, chosen, each_of, is_output
from readiness.repositories.reading import Reading


def _infrastructure(reading: Reading, path: str) -> bool:
    """Whether a file may say what runs where: a template, a manifest, Terraform, a CDK program."""
    programmed = any(each.endswith("cdk.json") for each in reading.sizes)
    name = path.rpartition("/")[2]
    return bool(
        TEMPLATE_PATHS.search(path)
        or MANIFEST_PATHS.search(path)
        or ENVOY_PATHS.search(path)
        or path.endswith((".tf", ".tofu"))
        or (programmed and CANARY_PATHS.search(path))
        or any(matches(name, names) for names in SERVERLESS_FILES.values())
    )


def _written_here(reading: Reading, *, hosts: bool = False) -> list[str]:
    def may(path: str) -> bool:
        if is_output(path) or is_sample(path):
            return False
        if hosts and (HOST_PATHS.search(path) or matches(path, GITHUB_WORKFLOWS)):
            return True
        return _infrastructure(reading, path)

    return chosen(reading, may)


def failure_settings(reading: Reading) -> Iterator[FailureSetting | Gap]:
    """Yield the files that set what happens between services where one of them fails."""

    def look(path: str) -> Iterator[FailureSetting]:
        text = reading.sample(path)
        for tool, said in FAILURE_TEXTS:
            if said.search(text):
                yield FailureSetting(repository=reading.repository, path=path, tool=tool)
                return

    paths = _written_here(reading)
    yield from each_of(paths, "files that may set what happens on failures", look, MAX_SOURCES)


def schedules(reading: Reading) -> Iterator[ScheduleDefinition | Gap]:
    """Yield the files that have something run at certain times, a host's own cron included."""

    def look(path: str) -> Iterator[ScheduleDefinition]:
        found = partial(ScheduleDefinition, repository=reading.repository, path=path)
        text = reading.sample(path)
        if matches(path, GITHUB_WORKFLOWS):
            if WORKFLOW_SCHEDULE.search(text):
                yield found(tool="GitHub Actions")
            return
        tool = next((tool for tool, said in SCHEDULE_TEXTS if said.search(text)), "")
        if tool:
            yield found(tool=tool)
        elif HOST_CRON.search(text) or path.endswith("crontab"):
            yield found(tool="the cron of a host", host=True)

    paths = _written_here(reading, hosts=True)
    yield from each_of(paths, "files that may set schedules", look, MAX_SOURCES)


KINDS = {FailureSetting: failure_settings, ScheduleDefinition: schedules}
