"""Are dependencies declared, pinned, installed as they are pinned, and kept up to date?

The checks of "Use dependency management".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from readiness.checklist.model import (
    Result,
    Severity,
    Unit,
    check,
    failed,
    no_evidence,
    not_applicable,
    not_seen,
    passed,
)
from readiness.checklist.on_change import no_source, run_of
from readiness.evidence import Evidence
from readiness.evidence.practices import PACKAGE_ACTIONS, PACKAGE_COMMANDS, PYTHON
from readiness.evidence.registry import PackageRepository
from readiness.evidence.repository import (
    BuildDefinition,
    CiStep,
    DependencyManifest,
    Language,
    MergedPullRequest,
    Outline,
    Repository,
    UpdateBot,
)
from readiness.evidence.signals import one_of
from readiness.evidence.unseen import tried


def published(
    manifest: DependencyManifest, steps: Evidence[CiStep], definitions: Evidence[BuildDefinition]
) -> bool:
    """Whether a manifest is that of a library: others install it, and nothing here deploys it."""
    package = manifest.package
    for definition in definitions:
        name = definition.path.rpartition("/")[2]
        # Requirements beside a package's own build file are the package's.
        package = package or (manifest.ecosystem == "pip" and PYTHON in definition.languages)
        if "ockerfile" in name or name in ("cdk.json", "serverless.yml", "template.yaml"):
            return False
    if manifest.ecosystem == "composer" and manifest.package:
        return True  # Packagist takes what is tagged, without a step
    for step in steps if package else ():
        if PACKAGE_COMMANDS.match(step.command) or PACKAGE_ACTIONS.match(step.uses):
            return True
    return False


@check(Severity.HIGH)
def repository_dependency_manifest_locked(
    repository: Repository,
    languages: Evidence[Language],
    manifests: Evidence[DependencyManifest],
    outlines: Evidence[Outline],
    steps: Evidence[CiStep],
    definitions: Evidence[BuildDefinition],
    *,
    language_share: float = 0.10,
) -> Iterator[Result]:
    """Without a lock, the build of tomorrow has other dependencies than the one that was tested.

    Pass: each manifest has its lock in its folder or at the root of its workspace. Maven and NuGet need
    exact versions instead. A library that others install needs none.
    Fix: commit the lock file of the package manager, or pin every requirement.
    Blind spot: what a library publishes is told from the steps of its CI.
    See: https://docs.github.com/en/code-security/supply-chain-security/understanding-your-software-supply-chain/dependency-graph-supported-package-ecosystems
    """
    why = no_source(repository, languages, language_share)
    if why:
        yield not_applicable(why)
        return
    found = False
    for manifest in manifests:
        found = True
        if manifest.loose:
            result = failed(f"leaves versions open: {', '.join(manifest.loose)}")
        elif manifest.lock:
            result = passed(f"is pinned by {manifest.lock}")
        elif published(manifest, steps, definitions):
            result = not_applicable("describes a library, which needs no lock")
        else:
            result = failed("has no lock")
        yield result.about(manifest.arn)
    if found:
        return
    imported = sorted({name for each in outlines if not each.test for name in each.imports})
    if imported:
        yield failed(f"imports {', '.join(imported[:5])}, and has no manifest")
    else:
        yield not_applicable("uses nothing from elsewhere")


@check(Severity.MEDIUM)
def repository_dependency_updates_automated(
    repository: Repository,
    languages: Evidence[Language],
    manifests: Evidence[DependencyManifest],
    bots: Evidence[UpdateBot],
    merges: Evidence[MergedPullRequest],
    unit: Unit,
    *,
    days: int = 90,
    language_share: float = 0.10,
) -> Iterator[Result]:
    """A dependency that nobody updates is a hole with a date on it.

    Pass: for each ecosystem of the repository a bot's configuration covers it, or a bot's pull request
    was merged in the last 90 days.
    Fix: add .github/dependabot.yml with every ecosystem, or a renovate.json.
    See: https://docs.github.com/en/code-security/dependabot/dependabot-version-updates/configuring-dependabot-version-updates
    """
    why = no_source(repository, languages, language_share)
    if why:
        yield not_applicable(why)
        return
    ecosystems = sorted({manifest.ecosystem for manifest in manifests})
    if not ecosystems:
        yield not_applicable("has no manifest of dependencies")
        return

    def judge(ecosystem: str) -> Iterator[Result]:
        for each in bots | merges:
            match each:
                case UpdateBot():
                    if not each.ecosystems or ecosystem in each.ecosystems:
                        yield passed(f"is kept up to date by {each.path}")
                        return
                case _:
                    by_bot = each.author.startswith(("dependabot", "renovate"))
                    if by_bot and unit.age_days(each.merged) <= days:
                        yield passed(f"is kept up to date by {each.author} (#{each.number})")
                        return
        yield failed("is kept up to date by no bot")

    for ecosystem in ecosystems:
        for result in tried(judge(ecosystem), not_seen):
            yield result.about(f"{repository.arn}:{ecosystem}")


_FROZEN = re.compile(
    r"npm (ci|clean-install)\b|yarn( install)?\b.*--(immutable|frozen-lockfile)|pnpm (i|install)\b.*--frozen-lockfile|"
    r"bun (i|install)\b.*--frozen-lockfile|uv sync\b.*--(locked|frozen)|uv (pip )?install\b.*--require-hashes|poetry (install|sync)|"
    r"pip\S* install\b.*--require-hashes|pip-sync\b|pdm (sync|install)\b|pipenv (sync|install\b.*--deploy)|"
    r"bundle install\b|cargo\b.*--(locked|frozen)|dotnet restore\b.*--locked-mode|composer (install|i)\b|go (build|test|mod download)\b|go install\b(?!.*\w\.\w+/)"
)

_LOOSE = re.compile(
    r"npm (install|i)( -\S+)*$|pnpm (install|i)\b.*--no-frozen-lockfile|composer update\b"
)

_PIP = re.compile(r"(uv )?pip\S* install\b(?P<rest>.*)")

#: What a build may install by name: its own tools.
_TOOLS = one_of(
    "pip setuptools wheel build tox nox uv poetry pre-commit hatch pdm pipenv twine virtualenv tox-uv tox-gh "
    "tox-gh-actions cibuildwheel awscli coverage codecov flit maturin pip-tools"
)


@check(Severity.LOW)
def repository_ci_installs_from_lock(
    repository: Repository,
    languages: Evidence[Language],
    steps: Evidence[CiStep],
    manifests: Evidence[DependencyManifest],
    *,
    language_share: float = 0.10,
) -> Result:
    """A lock that the build does not read pins nothing.

    Pass: CI installs with the flag that keeps to the lock, such as `npm ci` or `uv sync --locked`.
    Fix: install with the frozen flag of the package manager in every build.
    See: https://docs.npmjs.com/cli/commands/npm-ci
    """
    why = no_source(repository, languages, language_share)
    if why:
        return not_applicable(why)
    locks = {manifest.path: manifest.lock for manifest in manifests}
    if not locks:
        return not_applicable("has no manifest of dependencies")
    if not any(locks.values()):
        return no_evidence("has no lock to install from")
    frozen = loose = ""
    for step in steps:
        said = f"`{step.command[:80]}` in {run_of(step)}"
        if _FROZEN.match(step.command) or _from_files(step.command, locks):
            frozen = frozen or said
        elif _LOOSE.match(step.command) or _by_name(step.command):
            loose = loose or said
    if loose:
        return failed(f"installs without its lock: {loose}")
    if frozen:
        return passed(f"installs from its lock: {frozen}")
    return no_evidence("shows no step that installs from a lock")


def _asked_of_pip(command: str) -> list[str]:
    """Return what a command asks pip for, without its flags."""
    found = _PIP.match(command)
    return [word for word in found["rest"].split() if not word.startswith("-")] if found else []


def _from_files(command: str, locks: Mapping[str, str]) -> bool:
    """Whether a command installs what a pinned file of requirements names."""
    return any(locks.get(word) for word in _asked_of_pip(command))


def _by_name(command: str) -> bool:
    """Whether a command installs packages by their bare names; a build's own tools are none."""
    if re.search(r"\s-r\b|\s-e\b|\s\.", command):
        return False
    return any(
        re.fullmatch(r"[A-Za-z][\w.-]*(\[[\w,-]+\])?", word)
        and word.partition("[")[0].lower() not in _TOOLS
        and not word.endswith((".txt", ".in"))
        for word in _asked_of_pip(command)
    )


@check(Severity.INFO)
def codeartifact_repository_present(
    repositories: Evidence[PackageRepository],
) -> Iterator[Result]:
    """A registry of one's own still has the package that its author deleted.

    Pass: a CodeArtifact repository exists.
    Fix: create a CodeArtifact repository with an upstream, and let the builds install from it.
    See: https://docs.aws.amazon.com/codeartifact/latest/ug/welcome.html
    """
    found = False
    for repository in repositories:
        found = True
        yield passed("is there to install from").about(repository.arn)
    if not found:
        yield no_evidence("has no CodeArtifact repository")
