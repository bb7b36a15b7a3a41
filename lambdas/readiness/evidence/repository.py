"""What can be seen of a source repository: its files, its CI, its protection and its merges?

Facts, never bodies: what a file says is reduced to names where it is read.
Everything is named under the repository's id, e.g. `github:acme/shop:src/main.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from readiness.evidence import Scope, record


class Provider(StrEnum):
    """Where a repository lives."""

    GITHUB = "GitHub"
    CODECOMMIT = "CodeCommit"
    FOLDER = "local folder"


@record(Scope.REPOSITORY, "repository")
class Repository:
    """One registered repository."""

    #: The repository's id, as it is registered.
    arn: str
    provider: Provider
    #: Empty where nothing was ever pushed.
    default_branch: str
    archived: bool = False
    #: A fork whose default branch has no commit of its own.
    idle_fork: bool = False


@record(Scope.REPOSITORY, "default branch")
class Branch:
    """The default branch and its newest commit."""

    repository: str
    name: str
    #: When its newest commit was committed.
    committed: datetime

    @property
    def arn(self) -> str:
        return f"{self.repository}@{self.name}"


@record(Scope.REPOSITORY, "source file")
class SourceFile:
    """One file of the default branch; symbolic links and submodules are not files."""

    repository: str
    path: str
    #: None where the provider does not list sizes.
    size: int | None = None
    #: Empty for what is no source code.
    language: str = ""
    #: Vendored, generated or built: not written here.
    foreign: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "source language")
class Language:
    """One language of the repository's own source files; only seen where every file was."""

    repository: str
    name: str
    files: int
    #: Its part of all own source files, from 0 to 1.
    share: float

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.name}"


@record(Scope.REPOSITORY, "configuration file")
class Manifest:
    """What a tool's or a package's configuration file has sections for, e.g. `tool.ruff`."""

    repository: str
    path: str
    sections: tuple[str, ...]

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "commit hook")
class Hook:
    """One hook of `.pre-commit-config.yaml`."""

    repository: str
    name: str
    #: What a local hook runs, normalised as the commands of CI are.
    commands: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}:.pre-commit-config.yaml:{self.name}"


@record(Scope.REPOSITORY, "CI step")
class CiStep:
    """One command, action or hook that a CI definition runs, found through at most two indirections."""

    repository: str
    #: The CI definition's path.
    workflow: str
    job: str
    #: Its place among the steps of the repository.
    number: int
    #: The command without runner, environment and secrets, e.g. `ruff check .`; empty for the others.
    command: str = ""
    #: The action, image or workflow that is used, without its version.
    uses: str = ""
    #: The pre-commit hook that is run.
    hook: str = ""
    #: The folder it runs in; empty for the root.
    folder: str = ""
    #: What starts it, as the CI service calls it.
    triggers: tuple[str, ...] = ()
    #: Whether a change starts it: a pull request, or a push to the default branch.
    #: None where that is said elsewhere (a buildspec does not say who builds it).
    on_change: bool | None = False
    #: Why its failure stops nothing; empty where it does.
    tolerated: str = ""
    #: The indirections that led here, e.g. `make lint`.
    via: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.workflow}:{self.job}:{self.number}"

    @property
    def elsewhere(self) -> str:
        """The workflow of another repository that it calls; empty where it calls none."""
        return self.uses if ".github/workflows/" in self.uses else ""

    @property
    def called(self) -> bool:
        """Whether its workflow runs only where another one calls it, and is seen there."""
        return self.triggers == ("workflow_call",)

    @property
    def never(self) -> bool:
        """Whether it is switched off."""
        return self.tolerated in ("if: false", "condition: false")


@record(Scope.REPOSITORY, "CODEOWNERS file")
class Codeowners:
    """A CODEOWNERS file, and how many of its lines name an owner."""

    repository: str
    path: str
    owned: int

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "load test")
class LoadTest:
    """A file that defines a load test or a fault experiment."""

    repository: str
    path: str
    tool: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "load test's paths")
class LoadTestPaths:
    """Which paths of URLs a load test names; of each only its leading words, as tokens are none."""

    repository: str
    path: str
    #: E.g. `/api/webhooks`.
    paths: tuple[str, ...]
    #: Whether it says by which numbers its run fails.
    bounded: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "changed file")
class LastChange:
    """When a file or folder was last changed on the default branch, of the few that are asked for."""

    repository: str
    path: str
    committed: datetime

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "branch rule")
class BranchRule:
    """One thing that GitHub demands of the default branch, by a ruleset or by classic protection."""

    repository: str
    branch: str
    #: As rulesets call it: `pull_request`, `required_status_checks`, `non_fast_forward`, `deletion`;
    #: or `not offered`, where the plan has no protection for such a repository.
    kind: str
    #: The approvals that a pull request needs.
    approvals: int = 0
    #: The status checks that must pass.
    contexts: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}@{self.branch}"


@record(Scope.REPOSITORY, "approval rule template")
class ApprovalTemplate:
    """A CodeCommit approval rule template that is associated with the repository."""

    repository: str
    name: str
    approvals: int
    #: The branches it holds for; empty for all.
    branches: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.name}"


@record(Scope.REPOSITORY, "merged pull request")
class MergedPullRequest:
    """A pull request that was merged into the default branch, and who had approved it by then."""

    repository: str
    number: int
    author: str
    #: Whether a program opened it.
    bot: bool
    merged: datetime
    #: People, the author included, whose last word before the merge was an approval.
    approved_by: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}#{self.number}"


@record(Scope.REPOSITORY, "workflow run")
class WorkflowRun:
    """One completed run of a GitHub workflow on the default branch."""

    repository: str
    number: int
    #: The workflow's path.
    workflow: str
    event: str
    conclusion: str
    created: datetime
    #: When it was last changed, which of a completed run is its end; None where it is not told.
    ended: datetime | None = None

    @property
    def arn(self) -> str:
        return f"{self.repository}:run:{self.number}"

    @property
    def finished(self) -> bool:
        """Whether it came to an end of its own: neither skipped nor cancelled."""
        return self.conclusion in ("success", "failure", "timed_out", "startup_failure")


@record(Scope.REPOSITORY, "commit status")
class CommitStatus:
    """What another service says of the default branch's newest commit."""

    repository: str
    context: str
    state: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:status:{self.context}"


@record(Scope.REPOSITORY, "build definition")
class BuildDefinition:
    """A file that says how the repository, or one language of it, is built."""

    repository: str
    path: str
    #: The languages it builds; empty for all.
    languages: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "dependency manifest")
class DependencyManifest:
    """A file that names what the code needs from elsewhere, and the lock that pins it."""

    repository: str
    path: str
    #: The ecosystem as Dependabot calls it, e.g. `pip`.
    ecosystem: str
    #: The names of what it asks for; no versions.
    dependencies: tuple[str, ...] = ()
    #: The file that pins every version; empty where there is none.
    lock: str = ""
    #: What it leaves open where its format has no lock, e.g. `guava [1,2)`.
    loose: tuple[str, ...] = ()
    #: Whether it describes a package that others install.
    package: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "Dependabot's alerts")
class DependabotAlerts:
    """Whether GitHub tells of published holes in what the repository depends on."""

    #: The repository's id.
    arn: str
    enabled: bool
    #: When each open critical one was made, by its number; the oldest hundred.
    critical: Mapping[int, datetime] = field(default_factory=dict)


@record(Scope.REPOSITORY, "update bot's configuration")
class UpdateBot:
    """The configuration of a bot that proposes newer dependencies."""

    repository: str
    path: str
    #: The ecosystems it watches; empty for all.
    ecosystems: tuple[str, ...] = ()

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "convention")
class Convention:
    """A tool's configuration that demands conventional names, or documentation, of a language."""

    repository: str
    path: str
    #: `naming`, `documentation`, or `form of documentation` where only what is written is judged.
    kind: str
    language: str
    tool: str
    #: Whether breaking it is an error of the tool, and no warning.
    strict: bool = True
    #: The share of declarations, in %, that must keep to it.
    floor: int = 100

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}:{self.kind}:{self.tool}"


@record(Scope.REPOSITORY, "source file's outline")
class Outline:
    """What a sampled source file declares, as counts; never its text."""

    repository: str
    path: str
    language: str
    #: Whether it is a test going by its path.
    test: bool = False
    #: Whether it holds a test going by what it says.
    tests: bool = False
    #: Whether it holds a benchmark.
    benchmarks: bool = False
    #: Whether it could be parsed.
    parsed: bool = True
    #: Names of classes and functions that its author chose, and those that break the convention.
    names: int = 0
    odd: tuple[str, ...] = ()
    #: Public declarations, and those that are documented.
    public: int = 0
    documented: int = 0
    #: Modules, classes and public functions of Python as interrogate counts them, and those that have a
    #: docstring of any length.
    declared: int = 0
    described: int = 0
    #: What it imports that is neither of the language nor of the repository.
    imports: tuple[str, ...] = ()
    #: Whether it tells an SDK how often to try a call again, and when to give up.
    limits_calls: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "README")
class Readme:
    """A README at the root of the repository."""

    repository: str
    path: str
    #: Lines that are not blank.
    lines: int
    characters: int

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


@record(Scope.REPOSITORY, "release")
class Release:
    """A release or a tag, among the newest."""

    repository: str
    name: str
    #: When it was published, or its commit was made; None where only its name was looked up.
    published: datetime | None = None

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.name}"


@record(Scope.REPOSITORY, "code scanning")
class CodeScanning:
    """GitHub's code scanning of the repository."""

    #: The repository's id.
    arn: str
    #: Whether the default setup is configured.
    configured: bool
    #: When the newest analysis was made; None where there is none.
    newest: datetime | None = None
