"""How is the coverage of tests measured, held to a floor and reported?

Records, and the data by which tools are recognised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from readiness.evidence import Scope, record


@record(Scope.REPOSITORY, "setup of coverage")
class CoverageSetup:
    """A configuration file that sets up the measurement of coverage, or where it goes."""

    repository: str
    path: str
    tool: str
    #: Whether tests measure it without being told to.
    always: bool = False
    #: Whether tests, or the service it goes to, fail below a floor.
    floor: bool = False

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}:{self.tool}"


@record(Scope.REPOSITORY, "published coverage")
class CoverageSignal:
    """A status, a check or an artifact by which GitHub shows coverage; the newest of each kind.

    Source: GET /repos/{owner}/{repo}/actions/artifacts, …/commits/{ref}/status, …/commits/{ref}/check-runs.
    """

    repository: str
    #: `artifact`, `status` or `check`.
    kind: str
    name: str
    #: When it was made; of a status and a check, when its commit was committed.
    made: datetime

    @property
    def arn(self) -> str:
        return f"{self.repository}:coverage:{self.kind}:{self.name}"


#: Languages with tools that measure coverage.
MEASURED = frozenset(
    {
        "Python", "JavaScript/TypeScript", "Java", "Kotlin", "Scala", "Go", "C#", "Ruby", "PHP", "Rust",
        "Swift", "C/C++",
    }
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Setup:
    """A tool by the texts of its configuration files; an empty pattern matches nothing."""

    tool: str
    #: Files by name, in any folder.
    files: tuple[str, ...]
    #: What such a file must say.
    said: str = r"(?s)."
    always: str = ""
    floor: str = ""


#: Options that pytest always takes.
_ADDED = r"(?m)^\s*addopts\b(?:(?!^\[)(?s:.)){0,2000}?--cov\b"
#: Where the measurement is set up.
SETUPS = (
    Setup(tool="coverage.py", files=(".coveragerc",), floor=r"(?m)^\s*fail_under\s*="),
    Setup(
        tool="coverage.py",
        files=("pyproject.toml", "setup.cfg", "tox.ini"),
        said=r"(?m)^\[tool\.coverage|^\[coverage:",
        floor=r"(?m)^\s*fail_under\s*=",
    ),
    Setup(
        tool="pytest-cov",
        files=("pyproject.toml", "setup.cfg", "tox.ini", "pytest.ini", ".pytest.ini"),
        said=_ADDED,
        always=_ADDED,
        floor=r"--cov-fail-under",
    ),
    Setup(
        tool="Jest",
        files=("jest.config.*", "package.json"),
        said=r"collectCoverage|coverageThreshold|coverageReporters|coverageDirectory",
        always=r"['\"]?collectCoverage['\"]?\s*:\s*true",
        floor=r"coverageThreshold",
    ),
    Setup(
        tool="Vitest",
        files=("vitest.config.*", "vite.config.*", "vitest.workspace.*"),
        said=r"\bcoverage\s*:",
        always=r"(?s)\bcoverage\s*:\s*\{.{0,400}?enabled\s*:\s*true",
        floor=r"(?s)\bcoverage\s*:\s*\{.{0,800}?thresholds?\s*:",
    ),
    Setup(tool="nyc", files=(".nycrc*", "nyc.config.*"), floor=r"check-coverage['\"]?\s*:\s*true"),
    Setup(tool="c8", files=(".c8rc*",), floor=r"check-coverage['\"]?\s*:\s*true"),
    Setup(tool="tap", files=(".taprc",), said=r"coverage", always=r"coverage", floor=r"allow-incomplete-coverage\s*:\s*false"),
    Setup(
        tool="JaCoCo",
        files=("pom.xml",),
        said=r"jacoco-maven-plugin",
        always=r"(?s)jacoco-maven-plugin.*?<goal>\s*prepare-agent",
        floor=r"(?s)jacoco-maven-plugin.*?<goal>\s*check\s*</goal>",
    ),
    Setup(
        tool="JaCoCo or Kover",
        files=("build.gradle", "build.gradle.kts"),
        said=r"\bjacoco\b|org\.jetbrains\.kotlinx\.kover",
        always=r"(id\s*\(?\s*['\"]|apply plugin:\s*['\"]|^\s*`?)jacoco\b|org\.jetbrains\.kotlinx\.kover",
        floor=r"jacocoTestCoverageVerification|koverVerify|kover[^}]*verify",
    ),
    Setup(tool="Cobertura", files=("pom.xml",), said=r"cobertura-maven-plugin"),
    Setup(tool="scoverage", files=("build.sbt",), said=r"coverageEnabled", always=r"coverageEnabled\s*:=\s*true", floor=r"coverageFailOnMinimum\s*:=\s*true"),
    Setup(tool="coverlet", files=("*.csproj", "Directory.Build.props"), said=r"coverlet\.(collector|msbuild)", always=r"<CollectCoverage>\s*true", floor=r"<Threshold>"),
    Setup(
        tool="SimpleCov",
        files=("spec_helper.rb", "rails_helper.rb", "test_helper.rb", ".simplecov"),
        said=r"SimpleCov",
        always=r"SimpleCov\.start",
        floor=r"minimum_coverage",
    ),
    Setup(tool="PHPUnit", files=("phpunit.xml*",), said=r"<coverage\b"),
    Setup(tool="tarpaulin", files=("tarpaulin.toml", ".tarpaulin.toml"), floor=r"fail-under"),
    Setup(tool="Codecov", files=("codecov.y*ml", ".codecov.y*ml"), floor=r"\btarget\s*:"),
    Setup(tool="Coveralls", files=(".coveralls.y*ml",)),
    Setup(tool="Sonar", files=("sonar-project.properties",), said=r"coverage|lcov|jacoco"),
)  # fmt: skip

#: Which tests a tool measures that is set up to do so always.
RUNNERS = {
    "pytest-cov": re.compile(r"(pytest|py\.test|coverage run)\b"),
    "Jest": re.compile(r"(jest|react-scripts test)\b"),
    "Vitest": re.compile(r"vitest\b"),
    "tap": re.compile(r"tap\b"),
    "JaCoCo": re.compile(r"mvn\b.*\b(test|verify|package|install|deploy)\b"),
    "JaCoCo or Kover": re.compile(r"gradle\b.*\b(\w*[tT]est|check|build|jacoco\w*|kover\w*)\b"),
    "scoverage": re.compile(r"sbt\b.*\btest\b"),
    "coverlet": re.compile(r"dotnet test\b"),
    "SimpleCov": re.compile(r"(rspec|rake|rails test|minitest|ruby\b.*test)\b"),
}
#: Commands that measure coverage, report it or send it away.
COVERAGE_COMMANDS = re.compile(
    r"(pytest|py\.test)\b.*--cov\b|coverage (run|report|xml|html|combine|json|lcov|erase)\b|slipcover\b|"
    r"(nyc|c8|tap)\b(?!.*--(disable|no)-coverage)|"
    r"(jest|vitest|react-scripts test|bun test|ng test|vue-cli-service test|karma start|wtr|web-test-runner|lerna|nx|turbo|npm|yarn|pnpm)\b.*--(code-)?coverage\b|"
    r"(node|tsx)\b.*--experimental-test-coverage|deno (test\b.*--coverage|coverage)\b|"
    r"(go test|gotestsum)\b.*-cover(profile|mode|pkg)?\b|go tool covdata?\b|"
    r"cargo (\+\S+ )?(tarpaulin|llvm-cov)\b|grcov\b|"
    r"mvn\b.*\b(jacoco|cobertura)|gradle\b.*\b(jacoco|kover)\w*|sbt\b.*\bcoverage|"
    r"dotnet test\b.*(--collect|CollectCoverage|--coverage)|dotnet-coverage\b|coverlet\b|reportgenerator\b|"
    r"(phpunit|pest|paratest)\b.*--coverage|swift test\b.*--enable-code-coverage|xcodebuild\b.*-enableCodeCoverage|"
    r"gcovr?\b|lcov\b|codecov(cli)?\b|coveralls\b|goveralls\b|codacy-coverage-reporter\b|cc-test-reporter\b|qlty coverage\b|"
    r"mix (test\b.*--cover|coveralls)|(npm|yarn|pnpm|bun)( run)? (\S*coverage\S*|cov|test[:-]cov\S*|cov\S*)(\s|$)|make( \S+)* \S*cov\S*(\s|$)|tox\b.*-e\S* ?\S*cov"
)
COVERAGE_ACTIONS = re.compile(
    r"(?i)^(codecov/|coverallsapp/|py-cov-action/|hynek/.*coverage|codacy/codacy-coverage|paambaati/codeclimate|"
    r"qltysh/qlty-action/coverage|irongut/codecoveragesummary|madrapps/jacoco-report|5monkeys/cobertura-action|"
    r"vladopajic/go-test-coverage|shogo82148/actions-goveralls|danielpalme/reportgenerator|romeovs/lcov|davelosert/vitest-coverage|"
    r".*coverage.*)"
)
#: How a report of CodeBuild is written down as a step.
COVERAGE_REPORTS = re.compile(r"report (JACOCOXML|SIMPLECOV|CLOVERXML|COBERTURAXML)$")
#: A command that fails below a floor.
FLOOR_COMMANDS = re.compile(
    r"--cov-fail-under|coverage report\b.*--fail-under|--check-coverage|--fail-under|jacocoTestCoverageVerification|koverVerify|/p:Threshold|-p:Threshold"
)
#: Names of statuses, checks and artifacts that carry coverage.
COVERAGE_NAMES = re.compile(r"(?i)coverage|codecov|coveralls|^sonar(cloud|qube)\b")


def report_of(form: str) -> str:
    """Return how a report of CodeBuild is written down as what a step uses."""
    return f"report {form.upper()}"


def covers(command: str, uses: str) -> str:
    """Return what of a step measures coverage or publishes it, empty where nothing does."""
    if command and COVERAGE_COMMANDS.match(command):
        return command
    shown = uses and (COVERAGE_ACTIONS.match(uses) or COVERAGE_REPORTS.match(uses))
    return uses if shown else ""
