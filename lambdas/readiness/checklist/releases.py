"""Do releases have names by which they can be found again, and are they as new as the code?

The checks of "Solution has release tags" that judge repositories.
"""

from __future__ import annotations

import re

from readiness.checklist.model import (
    Result,
    Severity,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
    unknown,
)
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence, Reason
from readiness.evidence.infrastructure import IacRoot, ImageDefinition
from readiness.evidence.repository import Branch, BuildDefinition, Provider, Release, Repository

#: What of a repository can be deployed: infrastructure, an image, or what a build makes.
DeployableCode = IacRoot | ImageDefinition | BuildDefinition

#: Versions, with or without the name of a part in front, and dates.
RELEASE_TAG = r"(.*[-/])?v?\d+\.\d+(\.\d+)?([-+].*)?|(.*[-/])?\d{4}[.-]\d{1,2}([.-]\d+)*"
#: As many tags as are listed of a repository.
_LISTED = 50


def _out(repository: Repository, code: Evidence[DeployableCode]) -> Result | None:
    """Return why the tags of a repository are not judged, None where they are."""
    out = left_out(repository)
    if not out and not repository.default_branch and repository.provider is not Provider.FOLDER:
        out = "is empty"
    if not out and not any(True for _ in code):
        out = "holds nothing that could be deployed"
    if out:
        return not_applicable(out)
    if repository.provider is Provider.CODECOMMIT:
        said = "may have tags, which CodeCommit does not list"
        return unknown(Reason.PROVIDER_UNSUPPORTED, said)
    return None


@check(Severity.MEDIUM)
def repository_release_tag_present(
    repository: Repository,
    releases: Evidence[Release],
    code: Evidence[DeployableCode],
    *,
    release_tag_regex: str = RELEASE_TAG,
) -> Result:
    """Without a name nobody can say which version runs, and go back to the one before.

    Pass: the repository has a tag or a release whose name is a version or a date; the name of a part
    may stand in front.
    Fix: tag each release in the pipeline, for example with semantic-release.
    Blind spot: a tag of another branch counts too; a folder shows the tags that were fetched into it.
    See: https://docs.github.com/en/repositories/releasing-projects-on-github/managing-releases-in-a-repository
    """
    if out := _out(repository, code):
        return out
    pattern = re.compile(release_tag_regex)
    seen = 0
    for release in releases:
        if pattern.fullmatch(release.name):
            return passed(f"has the release tag {release.name}")
        seen += 1
    if seen >= _LISTED:
        said = f"has no release among its newest {seen} tags, which are all that is listed"
        return unknown(Reason.TRUNCATED, said)
    return failed(f"has {seen} tags, none of which is a version" if seen else "has no tag")


@check(Severity.LOW)
def repository_release_tag_current(
    repository: Repository,
    releases: Evidence[Release],
    branches: Evidence[Branch],
    code: Evidence[DeployableCode],
    *,
    release_tag_regex: str = RELEASE_TAG,
    release_tag_lag_days: int = 90,
) -> Result:
    """Where the last release is far behind the code, what runs has no name again.

    Pass: the newest release tag is at most 90 days older than the newest commit of the default branch.
    Fix: tag each release in the pipeline that deploys it.
    Blind spot: GitHub dates releases and one tag alone, so that newer tags beside them have no date.
    See: https://docs.github.com/en/repositories/releasing-projects-on-github/managing-releases-in-a-repository
    """
    if out := _out(repository, code):
        return out
    pattern = re.compile(release_tag_regex)
    versions = [each for each in releases if pattern.fullmatch(each.name)]
    if not versions:
        return not_applicable("has no release tag, which another check says")
    dated = [(each.published, each.name) for each in versions if each.published]
    if not dated:
        return no_evidence(f"has the release tag {versions[0].name}, whose date is not told")
    published, name = max(dated)
    for branch in branches:
        days = max(0, round((branch.committed - published).total_seconds() / 86400))
        said = f"has the release tag {name}, {days} days behind its default branch"
        if days <= release_tag_lag_days:
            return passed(said)
        if len(dated) < len(versions):
            return no_evidence(f"{said}; {len(versions) - len(dated)} others have no date")
        return failed(said)
    return no_evidence(f"has the release tag {name}, and when its branch changed is not told")
