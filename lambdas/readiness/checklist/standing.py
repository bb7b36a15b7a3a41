"""Is a repository, or a language of it, judged at all?

Pure: no AWS, no clock, no environment.
"""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from readiness.checklist.model import Result, Unit
from readiness.evidence import Evidence
from readiness.evidence.repository import Branch, Language, Provider, Repository, SourceFile
from readiness.evidence.unseen import known

#: A language of fewer files is no main language, whatever its share.
MIN_FILES = 3


def left_out(repository: Repository) -> str:
    """Say why nothing of a repository is judged, empty where it is."""
    if repository.archived:
        return "is archived"
    return "is a fork without commits of its own" if repository.idle_fork else ""


def empty(repository: Repository, files: Evidence[SourceFile]) -> str:
    """Say why there is nothing written in a repository that could be judged, empty where there is."""
    out = left_out(repository)
    return out or ("" if any(True for _ in files) else "is empty")


def unasked(
    repository: Repository, files: Evidence[SourceFile], libraries: Iterable[str] = ()
) -> str:
    """Say why a repository needs none of this, empty where it does."""
    if any(fnmatchcase(repository.arn, each) for each in libraries):
        return "is a library, by the configuration"
    return empty(repository, files)


def inactive(
    repository: Repository, branches: Evidence[Branch], unit: Unit, inactive_days: int
) -> str:
    """Say why nobody works on a repository any more, empty where somebody does."""
    if repository.provider is Provider.FOLDER and not known(
        lambda: any(map(bool, branches)), False
    ):
        return ""  # a plain folder has no history
    for branch in branches:
        days = round(unit.age_days(branch.committed))
        return f"had its newest commit {days} days ago" if days > inactive_days else ""
    return "has no commit on its default branch"


def minor(language: Language, repositories: Evidence[Repository], language_share: float) -> str:
    """Say why a language of a repository is not judged, empty where it is a main language."""
    repository = repositories.of(language.repository)
    out = left_out(repository) if repository else ""
    if not out and (language.files < MIN_FILES or language.share < language_share):
        return f"is {language.share:.0%} of the source ({language.files} files), no main language"
    return out


def of_language(language: Language, result: Result) -> Result:
    """Name a language as the resource, and as the group that the result rolls up in."""
    return result.about(language.arn, group=language.name)
