"""CodeBuild: what is built, from where, how often, and with which test reports."""

from __future__ import annotations

from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record
from readiness.evidence.variables import Variable


@dataclass(frozen=True, kw_only=True)
class BuildCommand:
    """One command of an inline buildspec, normalised as the commands of CI are."""

    #: install, pre_build, build or post_build.
    phase: str
    command: str
    #: Why its failure stops nothing; empty where it does.
    tolerated: str


@record(Scope.REGION, "build project")
class BuildProject:
    """A CodeBuild project. Source: codebuild.BatchGetProjects."""

    arn: str
    name: str
    #: CODECOMMIT, CODEPIPELINE, GITHUB, GITLAB, BITBUCKET, GITHUB_ENTERPRISE, S3, NO_SOURCE, …
    source: str
    #: The repository's address; empty where the source has none.
    location: str
    #: Where its buildspec is: `inline`, the path of a file in the source, or an S3 ARN.
    buildspec: str
    #: What an inline buildspec runs.
    commands: tuple[BuildCommand, ...]
    #: The formats of the reports that an inline buildspec declares, e.g. COBERTURAXML.
    reports: tuple[str, ...] = ()
    #: Whether a webhook starts it, and what for: EVENT patterns such as `PUSH`.
    webhook: bool
    webhook_events: tuple[str, ...]
    #: Whether it only lends its machines to another CI service.
    runner: bool
    created: datetime | None
    #: Its plain environment variables, without their values; what a store holds is not among them.
    variables: tuple[Variable, ...] = ()


@record(Scope.REGION, "build")
class Build:
    """A build of the last 90 days, at most 1,000 of the newest. Source: codebuild.BatchGetBuilds."""

    arn: str
    #: The project's name.
    project: str
    #: SUCCEEDED, FAILED, FAULT, TIMED_OUT, IN_PROGRESS or STOPPED.
    status: str
    started: datetime
    ended: datetime | None
    #: Who or what started it, e.g. `codepipeline/shop`, `GitHub-Hookshot/1`, a user's name.
    initiator: str
    #: The commit that was built; empty where the source has none.
    commit: str
    #: What was asked to be built: a commit, a branch, or `pr/7` for a pull request.
    version: str = ""

    @property
    def failed(self) -> bool:
        """Whether it ended, and not well."""
        return self.status in ("FAILED", "FAULT", "TIMED_OUT")

    @property
    def finished(self) -> bool:
        """Whether it came to an end of its own: nobody stopped it."""
        return self.ended is not None and (self.failed or self.status == "SUCCEEDED")

    @property
    def of_pull_request(self) -> bool:
        """Whether it built a change that was not merged yet."""
        return self.version.startswith(("pr/", "refs/pull/"))


@record(Scope.REGION, "build report")
class BuildReport:
    """A report of tests or coverage; CodeBuild keeps them 30 days. Source: codebuild.BatchGetReports."""

    arn: str
    #: The ARN of its report group.
    group: str
    #: TEST or CODE_COVERAGE.
    type: str
    #: GENERATING, SUCCEEDED, FAILED, INCOMPLETE or DELETING.
    status: str
    created: datetime
    #: How many tests it holds; 0 for coverage.
    tests: int
    #: The ARN of the build that made it; empty where it is not told.
    build: str = ""
    #: The share of lines that are covered, in percent; None where it is not told.
    lines: float | None = None

    @property
    def project(self) -> str:
        """The name of the project whose build made it."""
        return self.build.partition(":build/")[2].partition(":")[0]
