"""By which files, commands and actions are tests, builds, analysis and formatting recognised?

The tables of `signals` for the practices of integration; plain data likewise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from readiness.evidence.signals import Tool, matches, one_of

PYTHON = "Python"
JAVASCRIPT = "JavaScript/TypeScript"
#: What declares infrastructure or glues commands, and is not built.
NOT_BUILT = frozenset({"Shell", "Terraform"})
_JVM = ("Java", "Kotlin", "Scala")

# --- Formatters (S-FMT) ---------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Formatter(Tool):
    """A formatter: `commands` refuse unformatted code, `writes` rewrite it."""

    writes: str = ""

    def rewrites_in(self, command: str) -> bool:
        """Whether a command formats in place."""
        return bool(command and self.writes and re.match(self.writes, command))


FORMATTERS = (
    Formatter(
        name="Black",
        languages=(PYTHON,),
        sections=(("pyproject.toml", "tool.black"),),
        commands=r"(black|darker)\b.*(\s|^)(--check|--diff)\b",
        writes=r"(black|darker)\b",
        hooks=("black", "black-jupyter", "darker"),
        uses=r"psf/black$",
    ),
    Formatter(
        name="ruff format",
        languages=(PYTHON,),
        sections=(("pyproject.toml", "tool.ruff.format"), ("ruff.toml", "format"), (".ruff.toml", "format")),
        commands=r"ruff format\b.*\s(--check|--diff)\b|hatch fmt\b.*\s--check\b",
        writes=r"ruff format\b|hatch fmt\b",
        hooks=("ruff-format",),
    ),
    Formatter(
        name="YAPF",
        languages=(PYTHON,),
        files=(".style.yapf",),
        sections=(("pyproject.toml", "tool.yapf"), ("setup.cfg", "yapf")),
        commands=r"yapf\b.*\s(--diff|-d|--quiet|-q)\b",
        writes=r"yapf\b",
        hooks=("yapf",),
    ),
    Formatter(
        name="autopep8",
        languages=(PYTHON,),
        sections=(("pyproject.toml", "tool.autopep8"),),
        commands=r"autopep8\b.*\s(--exit-code|--diff|-d)\b",
        writes=r"autopep8\b",
        hooks=("autopep8",),
    ),
    Formatter(
        name="Prettier",
        languages=(JAVASCRIPT,),
        files=(".prettierrc*", "prettier.config.*"),
        sections=(("package.json", "prettier"),),
        commands=r"prettier\b.*\s(--check|-c|--list-different|-l)\b|eslint-plugin-prettier",
        writes=r"prettier\b|pretty-quick\b",
        hooks=("prettier",),
    ),
    Formatter(
        name="Biome",
        languages=(JAVASCRIPT,),
        files=("biome.json", "biome.jsonc"),
        commands=r"(@biomejs/)?biome (ci|check|format)\b(?!.*--(write|fix|apply))",
        writes=r"(@biomejs/)?biome (check|format)\b",
        hooks=("biome-check", "biome-ci", "biome-format"),
    ),
    Formatter(
        name="dprint",
        languages=(JAVASCRIPT,),
        files=("dprint.json", ".dprint.json"),
        commands=r"dprint check\b",
        writes=r"dprint fmt\b",
        uses=r"dprint/check$",
    ),
    Formatter(
        name="deno fmt",
        languages=(JAVASCRIPT,),
        sections=(("deno.json*", "fmt"),),
        commands=r"deno fmt\b.*--check\b",
        writes=r"deno fmt\b",
    ),
    # Linters that have the form among their findings.
    Formatter(
        name="standard",
        languages=(JAVASCRIPT,),
        sections=(("package.json", "standard"), ("package.json", "xo")),
        commands=r"(ts-)?standard\b(?!.*--fix)|xo\b(?!.*--fix)|neostandard\b",
        writes=r"(ts-)?standard\b|xo\b",
    ),
    Formatter(
        name="Spotless",
        languages=_JVM,
        sections=(("build.gradle*", "com.diffplug.spotless"),),
        commands=r"(mvn|gradle)\b.*\bspotless(:c|C)heck\b",
        writes=r"(mvn|gradle)\b.*\bspotless(:a|A)pply\b",
        bound=r"gradle\b.*\b(check|build)\b",
    ),
    Formatter(
        name="Spotless at a phase of Maven",
        languages=_JVM,
        sections=(("pom.xml", "spotless-maven-plugin:check"), ("pom.xml", "fmt-maven-plugin:check")),
        bound=r"mvn\b.*\b(verify|install|deploy)\b",
    ),
    Formatter(
        name="Spotless by hand",
        languages=_JVM,
        sections=(("pom.xml", "spotless-maven-plugin"),),
    ),
    Formatter(
        name="fmt-maven-plugin",
        languages=("Java",),
        sections=(("pom.xml", "fmt-maven-plugin"),),
        commands=r"mvn\b.*\bfmt:check\b|google-java-format\b.*(--dry-run|-n)\b",
        writes=r"mvn\b.*\bfmt:format\b|google-java-format\b",
        hooks=("google-java-format", "pretty-format-java"),
    ),
    Formatter(
        name="ktlint",
        languages=("Kotlin",),
        sections=(("build.gradle*", "org.jlleitschuh.gradle.ktlint"),),
        commands=r"ktlint\b(?!.*(-F|--format))|gradle\b.*\bktlintCheck\b",
        writes=r"ktlint\b|gradle\b.*\bktlintFormat\b",
        hooks=("ktlint", "pretty-format-kotlin"),
        bound=r"gradle\b.*\b(check|build)\b",
    ),
    Formatter(
        name="gofmt",
        languages=("Go",),
        commands=r"(gofmt|gofumpt|goimports)\b.*\s-\w*[ld]|golangci-lint fmt\b.*--diff",
        writes=r"(gofmt|gofumpt|goimports|go fmt|golangci-lint fmt)\b",
        hooks=("go-fmt", "gofmt", "go-fumpt", "golangci-lint-fmt", "go-imports"),
        uses=r"(?i)(Jerome1337/gofmt-action|keisuke-nakayama/go-fmt-action)$",
    ),
    # Its configuration names the formatters whose findings fail it.
    Formatter(
        name="golangci-lint",
        languages=("Go",),
        sections=tuple(
            (".golangci.*", f"enable.{name}") for name in ("gofmt", "gofumpt", "goimports", "gci")
        ),
        bound=r"golangci-lint run\b",
    ),
    Formatter(
        name="rustfmt",
        languages=("Rust",),
        files=("rustfmt.toml", ".rustfmt.toml"),
        commands=r"cargo (\+\S+ )?fmt\b.*--check\b|rustfmt\b.*--check\b",
        writes=r"cargo (\+\S+ )?fmt\b|rustfmt\b",
        hooks=("fmt", "rustfmt", "cargo-fmt"),
        uses=r"actions-rust-lang/rustfmt$",
    ),
    Formatter(
        name="terraform fmt",
        languages=("Terraform",),
        commands=r"(terraform|tofu) fmt\b.*-check\b|(terraform|tofu) fmt\b.*-diff\b.*-check",
        writes=r"(terraform|tofu) fmt\b",
        hooks=("terraform_fmt", "tofu_fmt", "terraform-fmt"),
    ),
    Formatter(
        name="dotnet format",
        languages=("C#",),
        files=(".csharpierrc*",),
        sections=((".editorconfig", "csharp_style"), (".editorconfig", "dotnet_diagnostic")),
        commands=r"dotnet format\b.*--verify-no-changes\b|(dotnet )?csharpier (check\b|.*--check)",
        writes=r"dotnet format\b|(dotnet )?csharpier\b",
        hooks=("dotnet-format", "csharpier"),
    ),
    Formatter(
        name="RuboCop",
        languages=("Ruby",),
        files=(".rubocop.yml", ".standard.yml"),
        commands=r"(rubocop|standardrb)\b(?!.*(--fix|-A|-a|--auto-?correct))",
        writes=r"(rubocop|standardrb)\b",
        hooks=("rubocop", "standardrb"),
    ),
    Formatter(
        name="PHP-CS-Fixer",
        languages=("PHP",),
        files=(".php-cs-fixer*", ".php_cs*", "pint.json", "phpcs.xml*", ".phpcs.xml*", "ecs.php"),
        commands=r"(php-)?php-cs-fixer\b.*(--dry-run|\scheck\b)|pint\b.*--test\b|phpcs\b|ecs check\b(?!.*--fix)|ecs(?!.*--fix)\b",
        writes=r"php-cs-fixer\b|pint\b|phpcbf\b|ecs\b",
        hooks=("php-cs-fixer", "pint"),
    ),
    Formatter(
        name="clang-format",
        languages=("C/C++",),
        files=(".clang-format",),
        commands=r"(run-)?clang-format\b.*(--dry-run|-n\b|-Werror|--Werror|--check)",
        writes=r"(run-|git-)?clang-format\b",
        hooks=("clang-format",),
        uses=r"(?i)(jidicula/clang-format-action|DoozyX/clang-format-lint-action)$",
    ),
    Formatter(
        name="shfmt",
        languages=("Shell",),
        commands=r"shfmt\b.*\s-\w*[dl]",
        writes=r"shfmt\b",
        hooks=("shfmt", "shfmt-docker", "shfmt-src"),
        uses=r"luizm/action-sh-checker$",
    ),
    Formatter(
        name="Scalafmt",
        languages=("Scala",),
        files=(".scalafmt.conf",),
        commands=r"sbt\b.*scalafmt(Sbt)?Check|scalafmt\b.*--(test|check|list)",
        writes=r"sbt\b.*scalafmt|scalafmt\b",
        hooks=("scalafmt",),
    ),
    Formatter(
        name="SwiftFormat",
        languages=("Swift",),
        files=(".swiftformat", ".swift-format"),
        commands=r"swiftformat\b.*--lint\b|swift-format lint\b|swift format lint\b",
        writes=r"swiftformat\b|swift-format\b|swift format\b",
        hooks=("swiftformat",),
    ),
    Formatter(
        name="a linter of all languages",
        files=(".mega-linter.y*ml",),
        commands=r"trunk (fmt|check)\b",
        uses=r"(?i)(super-linter/super-linter|github/super-linter|oxsecurity/megalinter|trunk-io/trunk-action)",
    ),
)  # fmt: skip

#: Commands that refuse what the formatter before them has changed, and bots that commit it.
REFUSES_CHANGES = re.compile(r"git diff\b.*--(exit-code|quiet)|git status\b.*--porcelain")
COMMITS_CHANGES = re.compile(
    r"(?i)^(autofix-ci/action|stefanzweifel/git-auto-commit-action|EndBug/add-and-commit)$"
)
#: What runs on the author's machine before a commit.
HOOK_FILES = (
    ".husky/*",
    "lefthook.y*ml",
    ".lefthook.y*ml",
    ".lintstagedrc*",
    "lint-staged.config.*",
)

# --- Static analysis (S-SAST, R-SAST) -------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Analyser(Tool):
    """A tool that finds bugs without running the code."""

    #: Whether it only checks types.
    types: bool = False
    #: Whether findings reach a dashboard or a gate of their own, so that its step need not fail.
    gated: bool = False
    #: Whether it looks at infrastructure.
    infrastructure: bool = False


ANALYSERS = (
    Analyser(
        name="CodeQL",
        uses=r"github/codeql-action/(init|analyze)",
        commands=r"codeql database\b",
        gated=True,
        files=("codeql-config.y*ml",),
    ),
    Analyser(
        name="Sonar",
        uses=r"(?i)sonarsource/sonar(qube|cloud)|sonarqube",
        commands=r"sonar-scanner\b|(dotnet )?sonarscanner\b|(mvn|gradle)\b.*\bsonar\b",
        files=("sonar-project.properties",),
        gated=True,
    ),
    Analyser(
        name="Semgrep",
        uses=r"(returntocorp|semgrep)/",
        commands=r"semgrep\b|opengrep\b",
        hooks=("semgrep",),
        files=(".semgrep.y*ml",),
        gated=True,
    ),
    Analyser(name="Snyk Code", uses=r"snyk/actions", commands=r"snyk code test\b", gated=True),
    Analyser(name="Qodana", uses=r"JetBrains/qodana-action", commands=r"qodana scan\b", files=("qodana.y*ml",), gated=True),
    Analyser(name="Checkmarx or Veracode", uses=r"(?i)(checkmarx|veracode)/", gated=True),
    Analyser(name="Infer", languages=("Java", "C/C++"), commands=r"infer run\b"),
    Analyser(
        name="Bandit",
        languages=(PYTHON,),
        uses=r"(?i)pycqa/bandit-action",
        commands=r"bandit\b",
        hooks=("bandit",),
        files=(".bandit",),
        sections=(("pyproject.toml", "tool.bandit"),),
    ),
    Analyser(name="Pysa", languages=(PYTHON,), uses=r"facebook/(pysa|pyre)-action", commands=r"pyre analyze\b"),
    Analyser(
        name="mypy",
        languages=(PYTHON,),
        commands=r"(d?mypy|mypy_primer)\b",
        hooks=("mypy",),
        files=("mypy.ini", ".mypy.ini"),
        sections=(("pyproject.toml", "tool.mypy"), ("setup.cfg", "mypy"), ("tox.ini", "mypy")),
        types=True,
    ),
    Analyser(
        name="a type checker",
        languages=(PYTHON,),
        uses=r"jakebailey/pyright-action$",
        commands=r"(based)?pyright\b|ty check\b|pyrefly check\b|pytype\b|pyre check\b",
        hooks=("pyright", "basedpyright", "ty", "pyrefly-check"),
        files=("pyrightconfig.json",),
        sections=(("pyproject.toml", "tool.pyright"), ("pyproject.toml", "tool.ty"), ("pyproject.toml", "tool.pyrefly")),
        types=True,
    ),
    Analyser(
        name="TypeScript",
        languages=(JAVASCRIPT,),
        commands=r"(vue-)?tsc\b|tsgo\b|svelte-check\b|flow check\b",
        files=("tsconfig*.json",),
        types=True,
    ),
    Analyser(name="njsscan", languages=(JAVASCRIPT,), commands=r"njsscan\b", hooks=("njsscan",)),
    Analyser(
        name="gosec, govulncheck or staticcheck",
        languages=("Go",),
        uses=r"(?i)(securego/gosec|golang/govulncheck-action|dominikh/staticcheck-action)$",
        commands=r"(gosec|govulncheck|staticcheck)\b",
        hooks=("gosec", "staticcheck"),
    ),
    # Its default set has staticcheck and govet in it.
    Analyser(
        name="golangci-lint",
        languages=("Go",),
        uses=r"golangci/golangci-lint-action$",
        commands=r"golangci-lint run\b",
        hooks=("golangci-lint", "golangci-lint-full"),
    ),
    Analyser(
        name="SpotBugs",
        languages=_JVM,
        commands=r"(mvn|gradle)\b.*\bspotbugs|spotbugs\b",
        sections=(("pom.xml", "spotbugs-maven-plugin:check"), ("build.gradle*", "com.github.spotbugs")),
        bound=r"mvn\b.*\b(verify|install|deploy)\b|gradle\b.*\b(check|build)\b",
    ),
    Analyser(
        name="PHPStan or Psalm",
        languages=("PHP",),
        commands=r"(phpstan|psalm|larastan)\b",
        hooks=("phpstan", "psalm"),
        files=("phpstan.neon*", "psalm.xml*"),
    ),
    Analyser(name="Brakeman", languages=("Ruby",), commands=r"brakeman\b", types=False),
    Analyser(name="Sorbet or Steep", languages=("Ruby",), commands=r"srb tc\b|steep check\b", types=True),
    Analyser(
        name="clang-tidy or Cppcheck",
        languages=("C/C++",),
        commands=r"(run-)?clang-tidy\b|cppcheck\b|scan-build\b|clang-analyzer\b",
        hooks=("clang-tidy", "cppcheck"),
        files=(".clang-tidy",),
    ),
    Analyser(
        name="a scanner of infrastructure",
        languages=("Terraform",),
        uses=r"(?i)(aquasecurity/(trivy|tfsec)|bridgecrewio/checkov|checkmarx/kics)",
        commands=r"(trivy config|tfsec|checkov|kics scan|terrascan)\b",
        hooks=("checkov", "terraform_checkov", "terraform_tfsec", "terraform_trivy", "tfsec"),
        infrastructure=True,
    ),
)  # fmt: skip

# --- Tests (S-TEST, R-TEST) -----------------------------------------------------------------------

_TEST_FILES = {
    PYTHON: ("test_*.py", "*_test.py", "tests.py"),
    JAVASCRIPT: ("*.test.*", "*.spec.*", "*-test.*", "*_test.*", "test.*js", "test-*", "test_*"),
    "Java": ("*Test.java", "*IT.java", "*Tests.java", "Test*.java"),
    "Kotlin": ("*Test.kt", "*IT.kt", "*Tests.kt"),
    "Scala": ("*Test.scala", "*Spec.scala", "*Suite.scala"),
    "Go": ("*_test.go",),
    "C#": ("*Tests.cs", "*Test.cs"),
    "Ruby": ("*_spec.rb", "*_test.rb", "test_*.rb"),
    "PHP": ("*Test.php",),
    "Swift": ("*Tests.swift", "*Test.swift"),
    "C/C++": ("test_*", "*_test.*", "*_tests.*", "*Test.*", "test.*", "*-test.*"),
    "Shell": ("*.bats", "test_*.sh", "*_test.sh"),
    "Terraform": ("*.tftest.hcl",),
}
#: Folders whose source files are tests, by language.
_TEST_FOLDERS = {
    JAVASCRIPT: one_of("__tests__ test tests spec specs"),
    "Java": one_of("test"),
    "Kotlin": one_of("test"),
    "Scala": one_of("test"),
    "Rust": one_of("tests"),
    "Swift": one_of("tests"),
    "C/C++": one_of("test tests unittest unittests"),
}


def is_test(path: str, language: str) -> bool:
    """Whether a source file is a test, going by its path."""
    *folders, name = path.split("/")
    if language == "C#" and any(folder.lower().endswith((".test", ".tests")) for folder in folders):
        return True
    below = _TEST_FOLDERS.get(language, frozenset())
    return matches(name, _TEST_FILES.get(language, ())) or any(
        folder.lower() in below for folder in folders
    )


#: What a test says, where a file's name alone proves little.
TEST_TEXTS = {
    PYTHON: re.compile(r"^\s*(async )?def test|^\s*class \w*Test|>>> |^@given", re.MULTILINE),
    "Rust": re.compile(r"#\[(cfg\(test\)|test\]|(\w+::)+test|rstest)"),
}
BENCHMARK_TEXTS = {
    "Go": re.compile(r"^func Benchmark\w*\(", re.MULTILINE),
    "Rust": re.compile(r"criterion_(group|main)!|#\[bench\]"),
    PYTHON: re.compile(r"def test\w*\([^)]*\bbenchmark\b"),
}

_RUNNERS = (
    r"pytest|py\.test|unittest|trial|stestr|zope-testrunner|ward|virtue|green|nose2|nosetests|slipcover\b.*pytest|"
    r"(python\S*|\*) (-\w+ )*(\./)?(\S*/)?(runtests?|test\w*)\.py|manage\.py test|setup\.py test|"
    r"(python\S* )?manage\.py test|coverage run\b.*(pytest|unittest|test)"
)
#: Commands that run tests themselves.
TEST_COMMANDS = re.compile(
    rf"({_RUNNERS}|jest|vitest|mocha|ava|tap|tape|uvu|qunit|karma start|c8|nyc|jasmine|wtr|web-test-runner|"
    r"cypress run|playwright test|ng test|react-scripts test|vue-cli-service test|deno test|bun test|"
    r"(node|tsx|ts-node)\b.*(--test|\btests?\b)|hereby\b.*test|gulp\b.*test|grunt\b.*test|"
    r"mvn\b.*\b(test|verify|package|install|deploy)|gradle\b.*\b(\S*[tT]est|check|build)|(rich)?go test|gotestsum|"
    r"cargo (\+\S+ )?(test|nextest|hack\b.*test|tarpaulin|llvm-cov)|cross test|dotnet (test|vstest)|"
    r"rspec|rake\b( \S+)* (test|spec)|rake$|rails test|minitest|phpunit|pest|paratest|ctest|meson test|"
    r"sbt\b.*\btest|swift test|xcodebuild\b.*\btest|bats|shellspec|behave|robot|newman run|mix test|"
    r"bazel(isk)?\b.*\btest|terraform test|tofu test|hatch test|cmake\b.*--target \S*test|ninja\b.*test)"
    r"(?=[\s:.,;]|$)"
)
#: Words that make such a command run no test.
NO_TESTS = re.compile(
    r"-DskipTests(?!=false)|-Dmaven\.test\.skip(=true)?|(-x|--exclude-task) \S*[tT]est|--collect-only|"
    r"--no-run\b|--if-present|--version\b|--help\b|\b(install|i|add) "
)
#: Commands that run what another file says; they count where it cannot be followed.
INDIRECT_TESTS = re.compile(
    r"((npm|yarn|pnpm)( run)? (test\S*|t)|make( \S+)* (test|check)\S*|tox|nox|just test\S*|task test\S*|"
    r"composer (run |run-script )?test\S*|(invoke|inv) test\S*|poe test\S*|nx\b.*\btest|turbo\b.*\btest|"
    r"lerna run test|pre-commit run\b.*test|bin/test\S*|(\./)?(script|scripts|ci|tools|bin)/\S*test\S*)($|\s)"
)
#: Tasks that are called as tests are.
TEST_TASKS = re.compile(
    r"(make|just|task|nox -s|tox -e|npm run|composer|hatch run|poe|inv|invoke|rake) (\S*[-_:])?(tests?|check|unit)([-_:.\d]\S*)?$"
)
#: Programs that are known, and test nothing.
NO_TEST_PROGRAMS = re.compile(
    r"(\$|echo|printf|exit|true|false|:|set|export|cd|mkdir|rm|cp|mv|ls|cat|touch|test|\[|source|\.|which|command|sleep|git|curl|wget|tar|unzip|docker|"
    r"pip\S*|uv|poetry|pdm|pipenv|npm|yarn|pnpm|bun|corepack|bundle|gem|apt-get|apt|brew|coverage|codecov|"
    r"ruff|flake8|pylint|black|isort|mypy|pyright|pre-commit|eslint|prettier|biome|xo|standard|tsc|tsd|rollup|webpack|vite|esbuild|babel|"
    r"rubocop|golangci-lint|gofmt|go|cargo|cmake|make|rimraf|cross-env|husky|twine|build|check-manifest|interrogate|bandit|codespell|pyproject-build|\*|…)(\s|$)"
)
TEST_ACTIONS = re.compile(r"(?i)(cypress-io/github-action|pypa/cibuildwheel)$")

# --- Levels of tests ------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level of tests above that of units, by paths, packages and commands."""

    paths: re.Pattern[str]
    #: In lower case.
    packages: re.Pattern[str]
    commands: re.Pattern[str]


TEST_LEVELS = {
    "end to end": Level(
        paths=re.compile(
            r"(?i)(^|/)(e2e|end[-_]?(2|to)[-_]?end|cypress|playwright|smoke([-_]?tests?)?|ui[-_]?tests?|browser[-_]?tests?)/|"
            r"(^|/)(playwright|cypress|wdio|nightwatch|codecept)\.conf(ig)?\.\w+$|(^|/)cypress\.json$|"
            r"[._-](e2e|smoke)([._-](test|spec))?\.\w+$|(^|/)test_(e2e|smoke)\w*\.py$|\.postman_collection\.json$"
        ),
        packages=re.compile(
            r"playwright|@playwright/test|pytest-playwright|cypress|selenium(-webdriver)?|webdriverio|nightwatch|testcafe|puppeteer|"
            r"karate(-\w+)?|com\.intuit\.karate.*|.*selenium-(java|api)|selenide|capybara|newman|detox|splinter|helium|microsoft\.playwright.*|selenium\.webdriver|aws_synthetics"
        ),
        commands=re.compile(
            r"(cypress run|playwright test|newman run|nightwatch|testcafe|wdio|protractor|ng e2e|karate)\b|"
            r"(npm|yarn|pnpm|bun)( run)? \S*(e2e|smoke)\S*|make \S*(e2e|smoke)\S*"
        ),
    ),
    "integration": Level(
        paths=re.compile(
            r"(?i)(^|/)(integ(ration)?|contracts?|functional|acceptance|component)[-_]?tests?/|(^|/)src/(it|int|integration)/|"
            r"(^|/)(tests?|spec|__tests__)/(\w+/)*(integ(ration)?|it|contracts?|functional|acceptance)/|"
            r"(integ(ration)?|contract|acceptance)[._-]?(tests?|spec)\.\w+$|_integration_test\.go$|(^|/)test_(integration|contract)\w*\.py$|"
            r"\w(IT|IntegrationTests?)\.(java|kt)$|\.feature$"
        ),
        packages=re.compile(
            r"testcontainers(\..+|-.+)?|@testcontainers/.+|.*org\.testcontainers.*|pact(-python|-jvm.*|_.+)?|@pact-foundation/.+|au\.com\.dius\.pact.*|"
            r"localstack(-.+)?|moto|pytest-docker(-compose)?|wiremock.*|.*spring-cloud-(starter-)?contract.*|github\.com/testcontainers/.+|"
            r"aws-cdk\.integ-tests-alpha|@aws-cdk/integ-tests-alpha"
        ),
        commands=re.compile(
            r"(npm|yarn|pnpm|bun)( run)? \S*integ\S*|make \S*integ\S*|pytest\b.*(integration|functional|acceptance)|"
            r"go test\b.*-tags[= ]\S*integration|(mvn|gradle)\b.*(failsafe|integration-?test|integrationTest)|behave\b|cucumber\b|"
            r"tox\b.*integration|nox\b.*integration|terraform test\b|schemathesis run\b"
        ),
    ),
}

# --- Builds (S-BUILD) -----------------------------------------------------------------------------

BUILD_COMMANDS = re.compile(
    r"(build|uv build|poetry build|pdm build|flit (build|publish)|hatch (build|publish)|maturin (build|develop|publish)|cibuildwheel|"
    r"setup\.py (sdist|bdist\w*|build\w*|install|develop)|"
    r"(python\S*|\*)( \S+)* setup\.py (sdist|bdist\w*|build\w*|install|develop)|pip\S* (install|wheel)\b.*(\s\.|\s-e|\s--editable)\S*|pip\S* wheel|"
    r"uv (sync|pip install\b.*(\s\.|\s-e))|poetry install|pdm install|"
    r"(npm|yarn|pnpm|bun)( run)? \S*(build|compile|bundle|dist|package|prepack|prepare)\S*|(npm|pnpm|yarn) pack|"
    r"(vue-)?tsc|webpack|rollup|vite build|esbuild|parcel build|next build|ng build|tsup|babel|nx\b.*\bbuild|turbo\b.*\bbuild|"
    r"mvn\b.*\b(compile|test|package|verify|install|deploy)|gradle\b.*\b(\w*[bB]uild|assemble\w*|jar|test|check|publish\w*)|"
    r"go (build|test|vet)|go install\b(?!.*\w\.\w+/)|goreleaser|ko (build|publish|apply)|cargo (\+\S+ )?(build|check|test|clippy|nextest|package|publish|hack)|cross build|"
    r"dotnet (build|publish|pack|test)|msbuild|docker (buildx )?(build|bake)|docker(-| )compose\b.*\bbuild|podman build|buildah|pack build|"
    r"sam build|cdk (synth|deploy)|serverless (package|deploy)|sls (package|deploy)|bazel(isk)?\b.*\b(build|test)|make|gmake|nmake|cmake|ninja|meson (setup|compile|test)|scons|"
    r"\./configure|gem build|rake\b.*\b(build|release|install)|rake|bundle (install|exec)|bundle|composer (install|build)|swift (build|test)|xcodebuild|sbt\b|jib)(?=[\s:.,;]|$)"
)
BUILD_ACTIONS = re.compile(
    r"(?i)^(docker/(build-push-action|bake-action)|pypa/cibuildwheel|PyO3/maturin-action|"
    r"hynek/build-and-inspect-python-package|goreleaser/goreleaser-action|ruby/setup-ruby|aws-actions/aws-codebuild-run-build)$"
)
#: Build files by name: the languages they build; empty for all.
BUILD_FILES: dict[str, tuple[str, ...]] = {
    "setup.py": (PYTHON, "C/C++"),
    "pom.xml": _JVM,
    "build.gradle": _JVM,
    "build.gradle.kts": _JVM,
    "build.sbt": _JVM,
    "go.mod": ("Go",),
    "Cargo.toml": ("Rust",),
    "*.sln": ("C#",),
    "*.slnx": ("C#",),
    "*.csproj": ("C#",),
    "Rakefile": ("Ruby",),
    "*.gemspec": ("Ruby", "C/C++"),
    "composer.json": ("PHP",),
    "CMakeLists.txt": ("C/C++",),
    "meson.build": ("C/C++",),
    "configure.ac": ("C/C++",),
    "Package.swift": ("Swift",),
    "*.xcodeproj": ("Swift",),
    "BUILD": (),
    "BUILD.bazel": (),
    "MODULE.bazel": (),
    "WORKSPACE": (),
    "nx.json": (),
    "turbo.json": (),
    "docker-bake.hcl": (),
    "cdk.json": (),
    "serverless.yml": (),
    "deno.json": (JAVASCRIPT,),
}

# --- Publishing (S-PUBLISH) -----------------------------------------------------------------------

PUBLISH_COMMANDS = re.compile(
    r"docker push\b|docker buildx build\b.*--push\b|ko build\b|twine upload\b|"
    r"(poetry|uv|npm|pnpm|cargo|flit|hatch|pdm|maturin)( \+\S+)? publish\b|yarn( npm)? publish\b|"
    r"mvn\b.*\bdeploy\b|gradle\b.*\bpublish|dotnet nuget push\b|gem push\b|semantic-release\b|release-please\b|"
    r"goreleaser\b|gh release create\b|sam (package|publish)\b|aws codeartifact login\b|changeset publish\b"
)
PUBLISH_ACTIONS = re.compile(
    r"(?i)^(pypa/gh-action-pypi-publish|changesets/action|goreleaser/goreleaser-action|softprops/action-gh-release|"
    r"google(apis|-github-actions)/release-please-action|actions/attest-build-provenance|actions/create-release|"
    r"rubygems/release-gem|python-semantic-release/python-semantic-release)$"
)
#: Of those, the ones by which a package reaches others.
PACKAGE_COMMANDS = re.compile(
    r"twine upload\b|(poetry|uv|npm|pnpm|cargo|flit|hatch|pdm|maturin)( \+\S+)? publish\b|yarn( npm)? publish\b|"
    r"mvn\b.*\bdeploy\b|gradle\b.*\bpublish|dotnet nuget push\b|gem push\b|semantic-release\b|changeset publish\b"
)
PACKAGE_ACTIONS = re.compile(
    r"(?i)^(pypa/gh-action-pypi-publish|changesets/action|rubygems/release-gem|PyO3/maturin-action|JS-DevTools/npm-publish|jupyter-server/jupyter_releaser/.*|"
    r"python-semantic-release/python-semantic-release)$"
)
#: What a version looks like, as the name of a tag, a release or an image.
VERSION = re.compile(
    r"v?\d+\.\d+(\.\d+)?([-+._a-zA-Z].*)?|(.*[-_])?[0-9a-f]{7,64}|\d{8,}|[A-Za-z@/][\w.@/-]*?[-_@/]v?\d+\.\d+(\.\d+)?.*"
)

# --- Benchmarks (S-PERF) --------------------------------------------------------------------------

BENCHMARK_COMMANDS = re.compile(
    r"pytest\b.*--benchmark|pytest\b.*--codspeed|go test\b.*-bench|cargo (\+\S+ )?(bench|codspeed)|asv (run|continuous)\b|"
    r"lhci autorun\b|gradle\b.*\bjmh|mvn\b.*\bjmh|vitest bench\b|pyperf\b|hyperfine\b|dotnet run\b.*[bB]enchmark"
)
BENCHMARK_ACTIONS = re.compile(
    r"(?i)^(CodSpeedHQ/action|treosh/lighthouse-ci-action|benchmark-action/.*)$"
)
BENCHMARK_FILES = ("asv.conf.json", ".lighthouserc*", "lighthouserc.*")
BENCHMARK_DEPENDENCIES = frozenset(
    {"pytest-benchmark", "pytest-codspeed", "criterion", "jmh-core", "benchmarkdotnet", "asv", "pyperf", "tinybench", "benchmark-ips", "divan", "locust", "k6", "artillery", "autocannon"}
)  # fmt: skip
