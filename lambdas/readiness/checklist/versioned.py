"""Has what is built a version by which it can be found again?

The checks of "Publish versioned artifacts".
"""

from __future__ import annotations

from datetime import datetime

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    passed,
)
from readiness.checklist.on_change import run_of
from readiness.checklist.standing import left_out
from readiness.evidence import Evidence
from readiness.evidence.functions import LambdaFunction
from readiness.evidence.practices import PUBLISH_ACTIONS, PUBLISH_COMMANDS, VERSION
from readiness.evidence.registry import (
    CacheRule,
    EcrImage,
    EcrRepository,
    PackageRepository,
    PackageVersion,
)
from readiness.evidence.repository import (
    Branch,
    BuildDefinition,
    CiStep,
    Provider,
    Release,
    Repository,
)
from readiness.evidence.tagging import TaggedResource
from readiness.evidence.versions import FunctionVersion


@check(Severity.MEDIUM)
def ecr_repository_version_tags(
    repository: EcrRepository,
    images: Evidence[EcrImage],
    rules: Evidence[CacheRule],
    *,
    ratio: float = 0.90,
    newest: int = 20,
) -> Result:
    """A tag that names a version says which commit runs; `latest` says when somebody pushed.

    Pass: of the 20 newest tagged images 90 % have a tag that is a version, a commit or a build number,
    and the newest is not only `latest`. Of fewer than 3 images the newest alone is judged. Copies that
    a pull-through cache rule makes are left out.
    Fix: tag every image with its version or commit where it is built.
    Blind spot: of a repository with more than 1,000 images the newest may not be among those listed.
    What a pull-through cache rule without a prefix copies is judged as one's own.
    See: https://docs.aws.amazon.com/AmazonECR/latest/userguide/docker-push-ecr-image.html
    """
    for rule in rules if "/" in repository.name else ():
        if repository.name.startswith(f"{rule.prefix}/"):
            return not_applicable(f"holds what the pull-through cache rule {rule.prefix} copies")
    own = list(images.about(repository.arn, "repository"))
    if not own:
        return not_applicable("holds no image")
    tagged = sorted((image for image in own if image.tags), key=_pushed, reverse=True)[:newest]
    if not tagged:
        return failed(f"holds {len(own)} images without a tag")
    judged = tagged if len(tagged) >= 3 else tagged[:1]
    good = sum(any(VERSION.fullmatch(tag) for tag in image.tags) for image in judged)
    said = f"has a version as a tag of {good} of its {len(judged)} newest tagged images"
    if set(tagged[0].tags) == {"latest"}:
        return failed("has only the tag latest on its newest image")
    return passed(said) if good >= ratio * len(judged) else failed(said)


def _pushed(image: EcrImage) -> tuple[datetime, str]:
    return image.pushed, image.digest


@check(Severity.LOW)
def codeartifact_package_version_published(
    repository: PackageRepository, versions: Evidence[PackageVersion]
) -> Result:
    """A package in a registry can be installed again as it was.

    Pass: a version of a package was published into the repository from inside.
    Fix: publish packages from CI after `aws codeartifact login`.
    Blind spot: only the first 20 packages that may be published into are looked at.
    See: https://docs.aws.amazon.com/codeartifact/latest/ug/packages-overview.html
    """
    version = versions.of(repository.arn)
    if version is not None:
        return passed(f"holds {version.package} {version.version}")
    return no_evidence(
        "shows no version that was published into it; copies from upstream do not count"
    )


@check(Severity.LOW)
def repository_release_published(
    repository: Repository,
    branches: Evidence[Branch],
    releases: Evidence[Release],
    steps: Evidence[CiStep],
    definitions: Evidence[BuildDefinition],
    unit: Unit,
    *,
    days: int = 365,
    behind_days: int = 90,
) -> Result:
    """A version with a name can be asked for, compared and gone back to.

    Pass: the newest release or tag is a version, and is at most 365 days old or 90 days behind the
    default branch.
    Fix: tag each release with its version, and publish it from CI.
    See: https://docs.github.com/en/repositories/releasing-projects-on-github/about-releases
    """
    out = left_out(repository)
    if repository.provider is Provider.CODECOMMIT:
        out = "is in CodeCommit, which lists no tags"
    if out:
        return not_applicable(out)
    if not any(True for _ in definitions):
        return not_applicable("builds nothing that could be published")
    versions = [each for each in releases if VERSION.fullmatch(each.name)]
    dated = [each for each in versions if each.published]
    if dated:
        newest = max(dated, key=lambda each: (each.published or unit.now, each.name))
        assert newest.published is not None
        age = round(unit.age_days(newest.published))
        said = f"published {newest.name} {age} days ago"
        if age <= days:
            return passed(said)
        for branch in branches:
            behind = round((branch.committed - newest.published).total_seconds() / 86400)
            if behind <= behind_days:
                return passed(f"{said}, {max(behind, 0)} days behind its default branch")
        return no_evidence(said)
    for step in steps:
        if PUBLISH_COMMANDS.match(step.command) or PUBLISH_ACTIONS.match(step.uses):
            return failed(f"is published in {run_of(step)} without a tag that is a version")
    return no_evidence("has no release and no tag that is a version")


@check(Severity.LOW)
def lambda_function_version_published(
    function: LambdaFunction,
    versions: Evidence[FunctionVersion],
    tagged: Evidence[TaggedResource],
    *,
    version_tag_keys: tuple[str, ...] = ("version", "commit", "git_sha"),
) -> Result:
    """A published version is the function as it was, and can be pointed to again.

    Pass: the newest published version holds the code of $LATEST, or a tag names version or commit.
    Fix: publish a version with each deployment, and call the function through an alias.
    See: https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
    """
    if function.incidental:
        return not_applicable("was made by a service or a deployment for itself")
    own = list(versions.about(function.arn, "function"))
    if own:
        newest = max(own, key=lambda each: each.number)
        if newest.code_sha256 and newest.code_sha256 == function.code_sha256:
            return passed(f"has its code published as version {newest.number}")
    for resource in tagged.about(function.arn):
        keys = {key.lower(): value for key, value in resource.tags.items()}
        key = next((key for key in version_tag_keys if keys.get(key.lower())), "")
        if key:
            return passed(f"names its version in the tag {key}")
    if own:
        return no_evidence("has newer code than its newest published version")
    return no_evidence("has only $LATEST")
