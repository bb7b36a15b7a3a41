"""By which files, commands and actions is a practice recognised in a repository?

Plain data, for the readers (what is worth reading) and for the checks (what it means) alike.
Commands are matched from their start, after runners such as `poetry run` or `npx` were taken off.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache


def one_of(text: str) -> frozenset[str]:
    """Return a set written as one line of words."""
    return frozenset(text.split())


# --- Languages ------------------------------------------------------------------------------------

_JAVASCRIPT = "JavaScript/TypeScript"
#: The language of a source file by its extension.
LANGUAGES = {
    extension: language
    for language, extensions in {
        "Python": "py",
        _JAVASCRIPT: "js jsx mjs cjs ts tsx mts cts",
        "Java": "java",
        "Kotlin": "kt kts",
        "Go": "go",
        "Rust": "rs",
        "C#": "cs",
        "Ruby": "rb",
        "PHP": "php",
        "Scala": "scala",
        "Swift": "swift",
        "C/C++": "c h cc cpp hpp",
        "Shell": "sh",
        "Terraform": "tf tofu",
    }.items()
    for extension in extensions.split()
}

_FOREIGN_FOLDERS = one_of(
    "node_modules vendor third_party dist build out target .venv site-packages migrations __generated__"
)
_FOREIGN_FILES = ("*_pb2.py", "*_pb2_grpc.py", "*.min.js", "*.designer.cs")


def is_foreign(path: str) -> bool:
    """Whether a file is vendored, generated or built, going by its path."""
    *folders, name = path.lower().split("/")
    return not _FOREIGN_FOLDERS.isdisjoint(folders) or matches(name, _FOREIGN_FILES)


_SAMPLE_FOLDERS = one_of(
    "test tests testdata fixtures __fixtures__ example examples sample samples docs doc templates"
)


def is_sample(path: str) -> bool:
    """Whether a file belongs to a test's data, an example or a template, going by its path."""
    return not _SAMPLE_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


def language_of(path: str) -> str:
    """Return the language of a source file, empty for everything else."""
    name = path.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return LANGUAGES.get(extension.lower(), "") if dot and stem else ""


def matches(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path matches one of these patterns; `*` crosses folders."""
    return any(fnmatchcase(path, pattern) for pattern in patterns)


# --- What is read ---------------------------------------------------------------------------------

GITHUB_WORKFLOWS = (".github/workflows/*.yml", ".github/workflows/*.yaml")
BUILDSPECS = ("buildspec*.yml", "buildspec*.yaml", "*/buildspec*.yml", "*/buildspec*.yaml")
#: CI definitions, by the service that reads them.
CI_FILES = {
    "github": GITHUB_WORKFLOWS,
    "gitlab": (".gitlab-ci.yml",),
    "azure": ("azure-pipelines.yml", "azure-pipelines.yaml", ".azure-pipelines/*.yml"),
    "bitbucket": ("bitbucket-pipelines.yml",),
    "circleci": (".circleci/config.yml",),
    "buildkite": (".buildkite/*.yml", ".buildkite/*.yaml"),
    "jenkins": ("Jenkinsfile",),
    "codebuild": BUILDSPECS,
}

PRE_COMMIT = ".pre-commit-config.yaml"
GIT_ATTRIBUTES = ".gitattributes"
#: Where GitHub looks for it, in its order.
CODEOWNERS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")

#: Configuration files whose sections say which tools are configured, by their format.
MANIFESTS = {
    "toml": ("pyproject.toml",),
    "ini": ("setup.cfg", "tox.ini", ".editorconfig"),
    "json": ("package.json",),
    "xml": ("pom.xml", "Directory.Build.props", "*.csproj"),
    "gradle": ("build.gradle", "build.gradle.kts"),
    "golangci": (".golangci.yml", ".golangci.yaml", ".golangci.toml"),
}

# --- Linters (S-LINT) -----------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Tool:
    """One tool, and everything by which it is recognised."""

    name: str
    #: The languages it covers; empty for all.
    languages: tuple[str, ...] = ()
    #: Files by name, in any folder.
    files: tuple[str, ...] = ()
    #: Sections of configuration files, as `file name: section`.
    sections: tuple[tuple[str, str], ...] = ()
    commands: str = ""
    hooks: tuple[str, ...] = ()
    #: Actions that run it, without their version.
    uses: str = ""
    #: Commands that run it because its plugin is configured: a section in `sections` and this command.
    bound: str = ""

    def covers(self, language: str) -> bool:
        return not self.languages or language in self.languages

    def is_file(self, path: str) -> bool:
        return matches(path.rpartition("/")[2], self.files)

    def has_section(self, path: str, sections: tuple[str, ...]) -> bool:
        """Whether a configuration file has a section of this tool, or one below it."""
        name = path.rpartition("/")[2]
        return any(
            fnmatchcase(name, file)
            and any(
                section == wanted
                or section.startswith(f"{wanted}.")
                or fnmatchcase(section, wanted)
                for section in sections
            )
            for file, wanted in self.sections
        )

    def runs_in(self, command: str, uses: str, hook: str) -> bool:
        """Whether a step runs it by itself."""
        return bool(
            (command and self.commands and _compiled(self.commands).match(command))
            or (uses and self.uses and _compiled(self.uses).match(uses))
            or (hook and hook in self.hooks)
        )

    def is_bound_to(self, command: str) -> bool:
        """Whether a build command runs it where the build file configures it."""
        return bool(command and self.bound and _compiled(self.bound).match(command))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_JS = (_JAVASCRIPT,)
_MAVEN = r"mvn\b.*\b(verify|install|deploy)\b"
_GRADLE = r"gradle\b.*\b(check|build)\b"

LINTERS = (
    Tool(
        name="ruff",
        languages=("Python",),
        files=("ruff.toml", ".ruff.toml"),
        sections=(("pyproject.toml", "tool.ruff"),),
        # `--select I` sorts imports and nothing else; before ruff 0.5 the word `check` was optional.
        commands=r"ruff (check\b(?!.*--select[= ]I(\s|$))|\.|src\b)|hatch fmt\b",
        hooks=("ruff", "ruff-check"),
        uses=r"(?i)(astral-sh/ruff-action|chartboost/ruff-action)$",
    ),
    Tool(
        name="flake8",
        languages=("Python",),
        files=(".flake8",),
        sections=(("setup.cfg", "flake8"), ("tox.ini", "flake8"), ("pyproject.toml", "tool.flake8")),
        commands=r"(py)?flake8\b",
        hooks=("flake8",),
        uses=r"(?i)(py-actions/flake8|suo/flake8-github-action)$",
    ),
    Tool(
        name="pylint",
        languages=("Python",),
        files=(".pylintrc", "pylintrc", ".pylintrc.toml", "pylintrc.toml"),
        sections=(
            ("pyproject.toml", "tool.pylint"),
            ("setup.cfg", "pylint*"),
            ("tox.ini", "pylint*"),
        ),
        commands=r"pylint\b",
        hooks=("pylint",),
    ),
    Tool(name="prospector", languages=("Python",), files=(".prospector.y*ml",), commands=r"prospector\b"),
    Tool(
        name="ESLint",
        languages=_JS,
        files=(".eslintrc*", "eslint.config.*"),
        sections=(("package.json", "eslintConfig"),),
        commands=r"eslint\b|next lint\b|ng lint\b|vue-cli-service lint\b|react-scripts lint\b",
        hooks=("eslint",),
    ),
    Tool(
        name="Biome",
        languages=_JS,
        files=("biome.json", "biome.jsonc"),
        commands=r"(@biomejs/)?biome (lint|check|ci)\b",
        hooks=("biome-lint", "biome-check", "biome-ci"),
    ),
    Tool(name="oxlint", languages=_JS, files=(".oxlintrc.json",), commands=r"oxlint\b", hooks=("oxlint",)),
    Tool(name="XO", languages=_JS, sections=(("package.json", "xo"),), commands=r"xo\b"),
    Tool(
        name="standard",
        languages=_JS,
        sections=(("package.json", "standard"),),
        commands=r"(ts-)?standard\b",
    ),
    Tool(name="deno lint", languages=_JS, sections=(("deno.json*", "lint"),), commands=r"deno lint\b"),
    Tool(
        name="Checkstyle",
        languages=("Java",),
        files=("checkstyle*.xml", "*_checks.xml"),
        sections=(("pom.xml", "maven-checkstyle-plugin:check"), ("build.gradle*", "checkstyle")),
        commands=r"(mvn|gradle)\b.*(checkstyle:check\b|checkstyle(Main|Test)\b)|checkstyle\b",
        bound=f"{_MAVEN}|{_GRADLE}",
    ),
    Tool(
        name="PMD",
        languages=("Java",),
        files=("pmd*.xml",),
        sections=(("pom.xml", "maven-pmd-plugin:check"), ("build.gradle*", "pmd")),
        commands=r"(mvn|gradle)\b.*(pmd:check\b|pmd(Main|Test)\b)|pmd check\b",
        bound=f"{_MAVEN}|{_GRADLE}",
    ),
    Tool(
        name="detekt",
        languages=("Kotlin",),
        files=("detekt*.y*ml",),
        sections=(("build.gradle*", "io.gitlab.arturbosch.detekt"),),
        commands=r"(mvn|gradle)\b.*\bdetekt|detekt\b",
        bound=_GRADLE,
    ),
    Tool(
        name="ktlint",
        languages=("Kotlin",),
        sections=(("build.gradle*", "org.jlleitschuh.gradle.ktlint"),),
        commands=r"(mvn|gradle)\b.*\bktlint|ktlint\b",
        bound=_GRADLE,
    ),
    Tool(
        name="golangci-lint",
        languages=("Go",),
        files=(".golangci.y*ml", ".golangci.toml", ".golangci.json"),
        commands=r"golangci-lint run\b",
        hooks=("golangci-lint", "golangci-lint-full"),
        uses=r"golangci/golangci-lint-action$",
    ),
    Tool(
        name="staticcheck",
        languages=("Go",),
        files=("staticcheck.conf",),
        commands=r"staticcheck\b",
        uses=r"dominikh/staticcheck-action$",
    ),
    Tool(name="revive", languages=("Go",), files=("revive.toml",), commands=r"revive\b"),
    Tool(name="go vet", languages=("Go",), commands=r"go vet\b", hooks=("go-vet",)),
    Tool(
        name="Clippy",
        languages=("Rust",),
        files=("clippy.toml", ".clippy.toml"),
        commands=r"cargo (\+\S+ )?clippy\b",
        hooks=("clippy",),
    ),
    Tool(
        name=".NET analyzers",
        languages=("C#",),
        sections=(
            (".editorconfig", "dotnet_diagnostic"),
            ("*.csproj", "EnableNETAnalyzers"),
            ("*.csproj", "TreatWarningsAsErrors"),
            ("Directory.Build.props", "EnableNETAnalyzers"),
            ("Directory.Build.props", "TreatWarningsAsErrors"),
        ),
        bound=r"dotnet (build|publish|pack|test)\b",
    ),
    Tool(name="RuboCop", languages=("Ruby",), files=(".rubocop.yml",), commands=r"rubocop\b", hooks=("rubocop",)),
    Tool(name="StandardRB", languages=("Ruby",), files=(".standard.yml",), commands=r"standardrb\b"),
    Tool(
        name="PHP_CodeSniffer",
        languages=("PHP",),
        files=("phpcs.xml*", ".phpcs.xml*"),
        commands=r"phpcs\b",
    ),
    Tool(
        name="ShellCheck",
        languages=("Shell",),
        files=(".shellcheckrc",),
        commands=r"shellcheck\b",
        hooks=("shellcheck",),
        uses=r"(?i)ludeeus/action-shellcheck$",
    ),
    Tool(
        name="SwiftLint",
        languages=("Swift",),
        files=(".swiftlint.yml",),
        commands=r"swiftlint\b",
        hooks=("swiftlint",),
    ),
    Tool(
        name="Scalafix",
        languages=("Scala",),
        files=(".scalafix.conf", "scalastyle-config.xml"),
        commands=r"sbt\b.*\b(scalafix|scalastyle)|scalafix\b|scalastyle\b",
    ),
    Tool(
        name="TFLint",
        languages=("Terraform",),
        files=(".tflint.hcl",),
        commands=r"tflint\b",
        hooks=("terraform_tflint", "tofu_tflint", "tflint"),
    ),
    Tool(
        name="clang-tidy",
        languages=("C/C++",),
        files=(".clang-tidy", "CPPLINT.cfg"),
        commands=r"(run-)?clang-tidy\b|cpplint\b|cppcheck\b",
        hooks=("clang-tidy", "cpplint", "cppcheck"),
    ),
    Tool(
        name="a linter of all languages",
        files=(".mega-linter.y*ml",),
        sections=(),
        commands=r"trunk check\b|mega-linter-runner\b",
        uses=r"(?i)(super-linter/super-linter|github/super-linter|oxsecurity/megalinter|trunk-io/trunk-action)",
    ),
)  # fmt: skip

#: Linters that nobody maintains any more: they count for nothing, and are named.
RETIRED_LINTERS = (
    Tool(
        name="TSLint",
        languages=_JS,
        files=("tslint.json", "tslint.y*ml"),
        commands=r"tslint\b",
        hooks=("tslint",),
    ),
)

#: Services that lint on every pull request without a step of ours, by what they call themselves.
PRE_COMMIT_CI = re.compile(r"(?i)pre-commit\.ci")
REVIEW_SERVICES = re.compile(r"(?i)sonar|codacy|codeclimate|code climate|deepsource")
#: Their configuration files, where they have one.
REVIEW_SERVICE_FILES = (
    "sonar-project.properties", ".sonarcloud.properties", ".codacy.y*ml", ".codeclimate.y*ml", ".deepsource.toml",
)  # fmt: skip

# --- Load tests (S-PERF, R-LOAD) ------------------------------------------------------------------

#: Files that are load tests by their name, by tool.
LOAD_TEST_FILES = {
    "JMeter": ("*.jmx",),
    "Locust": ("*locustfile*.py",),
    "Gatling": ("src/gatling/*", "*/src/gatling/*"),
    "Artillery": ("artillery*.y*ml", "*/artillery*.y*ml", "*.artillery.y*ml"),
    "Tsung": ("*tsung*.xml",),
}

#: What a file must say to be a load test or a fault experiment, by tool and by kind of file.
LOAD_TEST_TEXTS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("k6", ("*.js", "*.ts", "*.mjs"), re.compile(r"""(from|import|require\()\s*['"]k6(/|['"])""")),
    ("Locust", ("*.py",), re.compile(r"^\s*(from locust[. ]|import locust\b)", re.MULTILINE)),
    (
        "Gatling",
        ("*.scala", "*.java", "*.kt", "*.ts", "*.js"),
        re.compile(r"io\.gatling|@gatling\.io"),
    ),
    ("NBomber", ("*.cs",), re.compile(r"\bNBomber\b")),
    (
        "Artillery",
        ("*.yml", "*.yaml"),
        re.compile(r"(?s)\A(?=.*^config:)(?=.*^scenarios:)", re.MULTILINE),
    ),
    (
        "Taurus",
        ("*.yml", "*.yaml"),
        re.compile(r"(?s)\A(?=.*^execution:)(?=.*^scenarios:)", re.MULTILINE),
    ),
    (
        "a fault experiment",
        ("*.yml", "*.yaml", "*.json", "*.tf"),
        re.compile(
            r"AWS::FIS::ExperimentTemplate|aws_fis_experiment_template|aws:fis:|chaos-mesh\.org|"
            r"litmuschaos\.io|steady-state-hypothesis"
        ),
    ),
)

#: A path that says so is looked into; nothing else is, as every file read counts.
LOAD_TEST_PATHS = re.compile(
    r"(?i)(^|[/_.-])(k6|locust|load|loadtests?|perf|performance|stress|soak|spike|gatling|artillery|taurus|"
    r"benchmarks?|nbomber|fis|chaos)([/_.-]|$)"
)

#: Commands and actions that put load on a system.
LOAD_COMMANDS = re.compile(
    r"k6 (run|cloud)\b|locust\b.*--headless|jmeter\b.*(^|\s)-n\b|artillery run\b|bzt\b|vegeta attack\b|"
    r"(wrk2?|hey|ab|oha|ghz|autocannon) |(mvn|gradle|sbt)\b.*gatling|tsung\b.*\bstart\b"
)
LOAD_ACTIONS = re.compile(r"grafana/(run-)?k6-action$|(?i:artilleryio/action-cli)$")

# --- Targets (R-SLO) ------------------------------------------------------------------------------

#: What a load test says by which its run fails: k6, Artillery, Gatling and JMeter.
LOAD_TEST_BOUNDS = re.compile(
    r"\bthresholds\s*:|(?m:^\s*-?\s*ensure\s*:)|\.assertions\s*\(|\bassertions\s*:\s*\[|<DurationAssertion\b"
)
#: A line that states a target: a word for what is measured, and a number with its unit.
STATED_TARGET = re.compile(
    r"(?i)\b(p9\d(\.\d+)?|SLOs?|SLAs?|latency|throughput|response times?)\b.{0,60}?"
    r"(?<![\w.])\d+(\.\d+)?\s?(ms|s|seconds|milliseconds|rps|req/s|requests per second|tps|%)(?![\w/])"
)

#: A path on which others call us when something happened.
WEBHOOK_PATHS = r"(?i)(web)?hooks?|callback|/ingest|/events?(/|$)"

# --- Deployments (S-DEPLOY, R-DEPLOY) -------------------------------------------------------------

_AWS_OPTIONS = r"aws( --[\w-]+([ =](?!-)\S+)?)*"
#: Commands that bring something into an environment; a dry run brings nothing.
DEPLOY_COMMANDS = re.compile(
    r"(?!.*(--dry-run|--no-execute|--no-execute-changeset|--method[= ]prepare-change-set)\b)("
    r"cdk\b.*\bdeploy\b|sam deploy\b|rain deploy\b|"
    rf"{_AWS_OPTIONS} (cloudformation (deploy|create-stack|update-stack|execute-change-set)|"
    r"ecs (update-service|deploy)|deploy create-deployment|lambda update-function-code|s3 sync)\b|"
    r"(terraform|tofu)( -\S+)* apply\b|terragrunt\b.*\bapply\b|pulumi\b.*\bup\b|"
    r"(serverless|sls) deploy\b|sst deploy\b|copilot\b.*\bdeploy\b|eb deploy\b|"
    r"kubectl\b.*\b(apply|set image|rollout restart)\b|helm\b.*\b(upgrade|install)\b|"
    r"helmfile\b.*\b(apply|sync)\b|argocd app sync\b|zappa (deploy|update)\b|chalice deploy\b|"
    r"amplify (publish|push)\b)"
)
DEPLOY_ACTIONS = re.compile(
    r"(?i)aws-actions/(amazon-ecs-deploy-task-definition|aws-cloudformation-github-deploy|"
    r"aws-codebuild-run-build|aws-lambda-deploy)$|hashicorp/tfc-workflows-github"
)


def deploys(command: str, uses: str) -> bool:
    """Whether a step of CI brings something into an environment."""
    return bool(
        (command and DEPLOY_COMMANDS.match(command)) or (uses and DEPLOY_ACTIONS.match(uses))
    )


#: Commands that make an image or a package (S-BUILD), as opposed to applying infrastructure code.
PACKAGE_COMMANDS = re.compile(
    r"docker\b.*\bbuild\b|podman build\b|buildah\b|pack build\b|ko build\b|(uv|hatch|poetry|flit|pdm) build\b|"
    r"build\b|(npm|pnpm|bun)( run)? build\b|yarn( run)? build\b|(mvn|gradle)\b.*\b(package|install|build|assemble|jib)|"
    r"go build\b|cargo build\b|dotnet (build|publish)\b|sam build\b"
)
PACKAGE_ACTIONS = re.compile(r"docker/(build-push-action|bake-action)$")
#: Commands that give an artifact another name without building it again.
RETAG_COMMANDS = re.compile(
    r"docker buildx imagetools create\b|crane (copy|cp|tag)\b|skopeo copy\b|"
    rf"{_AWS_OPTIONS} ecr put-image\b|oras (copy|cp|tag)\b"
)

# --- Infrastructure as code (S-IAC, S-IACTEST) ----------------------------------------------------

CLOUDFORMATION = "CloudFormation"
CDK = "CDK"
TERRAFORM = "Terraform"
KUBERNETES = "Kubernetes"
#: Families whose root is one file of this name.
IAC_FILES = {
    CDK: ("cdk.json",),
    "Pulumi": ("Pulumi.yaml", "Pulumi.yml"),
    "Serverless Framework": ("serverless.yml", "serverless.yaml", "serverless.ts", "serverless.js"),
    "SST": ("sst.config.ts",),
    "Chalice": ("config.json",),
    "Helm": ("Chart.yaml",),
}
#: Paths of files that may be CloudFormation templates or Kubernetes manifests; no other is read.
TEMPLATE_PATHS = re.compile(
    r"(?i)(^|/)((sam-?)?template[^/]*|[^/]*(cloudformation|cfn|stack)[^/]*|[^/]*\.template(\.json)?)\.(ya?ml|json)$|"
    r"\.template$|(^|/)(cloudformation|cfn|stacks?|templates?)/[^/]+\.(ya?ml|json)$"
)
MANIFEST_PATHS = re.compile(
    r"(?i)(^|/)(k8s|kube|kubernetes|manifests?|deploy(ments?)?|overlays|base|kustomize|argo-?cd|argo|flux|gitops|"
    r"clusters|apps|releases|rollouts?|helm|charts?)/.*\.ya?ml$|"
    r"(^|/)(deployment|rollout|canary|service|hpa|application(set)?|kustomization|helmrelease)[^/]*\.ya?ml$"
)
#: Files under a chart's templates are no YAML: their values are filled in later.
CHART_TEMPLATES = re.compile(r"(?i)(^|/)templates/")
#: What an operator of GitOps pulls a repository by: group and kind; of Argo's kinds these two alone.
GITOPS = re.compile(r"argoproj\.io/\S+ Application(Set)?$|(kustomize|helm)\.toolkit\.fluxcd\.io/")

_ALL_STATIC = (
    r"checkov\b|trivy (config|conf)\b|kics scan\b|conftest test\b|opa eval\b|snyk iac test\b"
)
#: Commands that validate infrastructure code without running it, by family.
IAC_STATIC = {
    CLOUDFORMATION: re.compile(
        rf"cfn-lint\b|{_AWS_OPTIONS} cloudformation validate-template\b|sam validate\b|"
        rf"cfn-guard validate\b|cfn_nag(_scan)?\b|rain fmt --verify|{_ALL_STATIC}"
    ),
    CDK: re.compile(rf"cfn-lint\b|cfn-guard validate\b|cfn_nag(_scan)?\b|{_ALL_STATIC}"),
    TERRAFORM: re.compile(
        r"tflint\b|(terraform|tofu)( -\S+)* validate\b|terragrunt\b.*\bvalidate\b|tfsec\b|"
        rf"terrascan scan\b|{_ALL_STATIC}"
    ),
    KUBERNETES: re.compile(
        rf"kubeconform\b|kubeval\b|kube-linter\b|helm lint\b|kubectl\b.*--dry-run|{_ALL_STATIC}"
    ),
    "Serverless Framework": re.compile(rf"(serverless|sls) (package|print)\b|{_ALL_STATIC}"),
    "": re.compile(_ALL_STATIC),
}
IAC_STATIC_HOOKS = {
    CLOUDFORMATION: one_of("cfn-lint cfn-python-lint cfn-nag checkov"),
    CDK: one_of("cfn-lint cfn-python-lint checkov"),
    TERRAFORM: one_of(
        "terraform_validate terraform-validate terraform_tflint tflint terraform_tfsec tfsec checkov "
        "terraform_checkov terraform_trivy tofu_validate tofu_tflint terragrunt_validate"
    ),
    "": one_of("checkov"),
}
IAC_STATIC_ACTIONS = re.compile(
    r"(?i)scottbrenner/cfn-lint-action$|bridgecrewio/checkov-action$|aquasecurity/tfsec(-pr-commenter)?-action$|"
    r"checkmarx/kics-github-action$|stelligent/cfn_nag$|instrumenta/kubeval-action$|snyk/actions/iac$"
)
_ALL_TESTS = r"conftest (test|verify)\b|opa (test|eval)\b|checkov\b.*--external-checks"
_GUARD = r"cfn-guard (test|validate)\b"
#: Commands that run tests or policies against infrastructure code by themselves, by family.
IAC_TESTS = {
    CLOUDFORMATION: re.compile(rf"taskcat test run\b|{_GUARD}|{_ALL_TESTS}"),
    CDK: re.compile(rf"{_GUARD}|{_ALL_TESTS}"),
    TERRAFORM: re.compile(
        rf"(terraform|tofu)( -\S+)* test\b|kitchen (test|verify)\b|terraform-compliance\b|{_ALL_TESTS}"
    ),
    "Pulumi": re.compile(rf"pulumi\b.*--policy-pack|{_ALL_TESTS}"),
    "Helm": re.compile(rf"helm unittest\b|{_ALL_TESTS}"),
    "": re.compile(rf"{_GUARD}|{_ALL_TESTS}"),
}
#: Commands that run the tests of a program, which may be tests of its infrastructure code.
UNIT_TEST_COMMANDS = re.compile(
    r"pytest\b|unittest\b|tox\b|nox\b|(npm|pnpm|bun)( run)? test\b|yarn( run)? test\b|jest\b|vitest\b|mocha\b|"
    r"(mvn|gradle)\b.*\b(test|verify|check|build)\b|go test\b|dotnet test\b"
)
#: What a test of infrastructure code imports, by tool, and in which files it is looked for.
IAC_TEST_TEXTS = (
    (
        "CDK assertions",
        re.compile(r"aws_cdk[. ](import )?assertions|aws-cdk-lib/assertions|awscdk/v2/assertions|"
                   r"software\.amazon\.awscdk\.assertions|Amazon\.CDK\.Assertions|@aws-cdk/assert"),
    ),
    ("Terratest", re.compile(r"gruntwork-io/terratest")),
    ("Pulumi mocks", re.compile(r"pulumi\.runtime\.(set_mocks|setMocks)|@pulumi/pulumi/runtime")),
)  # fmt: skip
#: Tools by which a program's own tests test infrastructure code, and the families they test.
IAC_TEST_TOOLS = {
    "CDK assertions": (CDK,),
    "Terratest": (TERRAFORM, "Helm", KUBERNETES),
    "Pulumi mocks": ("Pulumi",),
}
IAC_TEST_PATHS = re.compile(
    r"(?i)(^|/)(test_[^/]+|[^/]+_test)\.py$|\.(test|spec)\.[cm]?[jt]sx?$|_test\.go$|Tests?\.(java|kt|cs)$|"
    r"(^|/)(__tests__|tests?)/[^/]+\.(py|ts|js|go)$"
)

# --- Canary deployments ---------------------------------------------------------------------------

#: What a file says that shifts traffic step by step, by tool.
CANARY_TEXTS = (
    ("SAM", re.compile(r"(?s)DeploymentPreference:.{0,400}?Type:\s*['\"]?\w*(Canary|Linear)")),
    ("CDK", re.compile(r"\b(Lambda|Ecs)DeploymentConfig\.(CANARY|LINEAR)_")),
    ("Serverless Framework", re.compile(r"serverless-plugin-canary-deployments")),
    ("Terraform", re.compile(r"\btime_based_(canary|linear)\b")),
    ("CloudFormation", re.compile(r"\bTimeBased(Canary|Linear)\b|CodeDeployDefault\.(Lambda|ECS)(Canary|Linear)")),
)  # fmt: skip
#: Files that may say so, by their names.
CANARY_PATHS = re.compile(
    r"(?i)(^|/)((infra(structure)?|cdk|iac|deploy(ment)?|stacks?|terraform|tf|lib|pipelines?)/.*\.(ts|py|java|cs|go|tf|tofu)|"
    r"[^/]*(stack|deploy|canary|codedeploy)[^/]*\.(ts|py|java|cs|go|tf|tofu)|serverless\.ya?ml)$"
)

# --- Containers and functions ---------------------------------------------------------------------

#: Files that build an image, or run one on a laptop or a cluster.
CONTAINER_BUILDS = (
    "Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile",
    "docker-compose*.yml", "docker-compose*.yaml", "compose.yml", "compose.yaml",
    "skaffold.yaml", "project.toml", ".ko.yaml", "Chart.yaml",
)  # fmt: skip
#: Plugins of Maven and Gradle that build an image without a Dockerfile.
JIB = frozenset({"jib-maven-plugin", "com.google.cloud.tools.jib"})

#: Files that declare functions by their name alone, by tool.
SERVERLESS_FILES = {
    "the Serverless Framework": ("serverless.yml", "serverless.yaml"),
    "SST": ("sst.config.*",),
}
#: What a file says that declares functions, by tool.
SERVERLESS_TEXTS = (
    ("SAM", re.compile(r"\bAWS::Serverless::Function\b")),
    ("CloudFormation", re.compile(r"\bAWS::Lambda::Function\b")),
    ("Terraform", re.compile(r'resource\s+"aws_lambda_function"|terraform-aws-modules/lambda/aws')),
    ("CDK", re.compile(r"aws-cdk-lib/aws-lambda|@aws-cdk/aws-lambda|aws_cdk[^\n]*\baws_lambda|services\.lambda\b|CDK\.AWS\.Lambda|/awslambda\b")),
)  # fmt: skip
# --- Monitoring -----------------------------------------------------------------------------------

#: What a file says that defines what is watched, by tool.
MONITORING_TEXTS = (
    ("OpenSLO", re.compile(r"(?m)^\s*['\"]?apiVersion['\"]?:\s*['\"]?openslo/v1")),
    ("Sloth", re.compile(r"(?m)^\s*['\"]?apiVersion['\"]?:\s*['\"]?sloth\.slok\.dev/v1")),
    ("Terraform", re.compile(r"\baws_cloudwatch_metric_alarm\b")),
    ("CloudFormation", re.compile(r"\bAWS::CloudWatch::(Alarm|Dashboard)\b|\bAWS::ApplicationSignals::ServiceLevelObjective\b")),
    ("CDK", re.compile(r"\bcloudwatch\.Alarm\(|\bnew (\w+\.)?Alarm\(")),
    ("Prometheus", re.compile(r"(?m)^\s*['\"]?kind['\"]?:\s*['\"]?PrometheusRule\b")),
    ("Datadog", re.compile(r"\bdatadog_monitor\b")),
    ("New Relic", re.compile(r"\bnewrelic_nrql_alert_condition\b")),
)  # fmt: skip
#: Files that say so by their names, and those that may because infrastructure is defined in them.
MONITORING_NAMES = re.compile(
    r"(?i)(alarm|alert|monitor|observab|dashboard|prometheus|(^|[/_-])slos?([/_.-]|$)|sloth|openslo)"
    r"[^/]*(/[^/]*)?\.(tf|tofu|ya?ml|json|ts|py|java|cs|go)$"
)
MONITORING_PATHS = re.compile(r"\.(tf|tofu)$")

#: Documents that say what is watched, and what the business is measured by.
MONITORING_DOCUMENTS = re.compile(
    r"(?i)(^|/)docs/(.*/)?(monitoring|observability|slo|sli|alert)[^/]*\.(md|rst|adoc)$"
)
OBJECTIVE_FILES = re.compile(r"(?i)(^|/)slos?([-_.][^/]*)?\.ya?ml$")
KPI_DOCUMENTS = re.compile(
    r"(?i)(^|/)docs/(.*/)?(kpi|business.?metric|analytics|product.?metric)[^/]*\.(md|rst|adoc|ya?ml)$"
)

# --- Settings by environment ----------------------------------------------------------------------

#: File names whose group says which environment their settings are for, by family.
ENVIRONMENT_FILES = (
    ("Terraform variables", re.compile(r"(?i)(^|/)(?P<env>[\w.-]+?)(\.auto)?\.tfvars(\.json)?$")),
    ("a folder for each environment", re.compile(r"(?i)(^|/)(envs?|environments?|live|accounts?)/(?P<env>[\w-]+)/")),
    ("Helm values", re.compile(r"(?i)(^|/)values[-_.](?P<env>[\w-]+)\.ya?ml$")),
    ("overlays", re.compile(r"(?i)(^|/)overlays/(?P<env>[\w-]+)/")),
    (".NET settings", re.compile(r"(^|/)appsettings\.(?P<env>\w+)\.json$")),
    ("Spring settings", re.compile(r"(^|/)application-(?P<env>[\w-]+)\.(ya?ml|properties)$")),
    ("environment files", re.compile(r"(?i)(^|/)\.env\.(?P<env>[\w-]+)(\.(example|sample|template|dist))?$")),
    ("configuration files", re.compile(r"(?i)(^|/)config(s|uration)?/(?P<env>[\w-]+)\.(ya?ml|json|toml|ts|js|py|exs)$")),
)  # fmt: skip

# --- Feature flags (S-FLAG) -----------------------------------------------------------------------

FLAG_PACKAGES = re.compile(
    r"(?i)^(launchdarkly-(server-sdk.*|.+-client-sdk)|@launchdarkly/.+|com\.launchdarkly(:.+)?|LaunchDarkly\.ServerSdk|"
    r"github\.com/launchdarkly/go-server-sdk.*|UnleashClient|unleash-(client|proxy-client).*|@unleash/.+|"
    r"io\.getunleash(:.+)?|flagsmith.*|configcat-.+|splitio([_-]client)?|@splitsoftware/splitio.*|growthbook|"
    r"@growthbook/.+|statsig.*|openfeature-sdk|@openfeature/.+|dev\.openfeature(:.+)?|"
    r"github\.com/open-feature/go-sdk.*|Microsoft\.FeatureManagement.*|flipper|laravel/pennant|ff4j.*|"
    r"org\.togglz(:.+)?|togglz.*|go-feature-flag.*|@aws-sdk/client-appconfigdata)$"
)
FLAG_IMPORT = re.compile(
    r"aws_lambda_powertools(\.utilities)?[. ](import )?(utilities\.)?feature_flags|FeatureFlags\("
)

# --- Container images (R-DOCKER) ------------------------------------------------------------------

IMAGE_BUILD_COMMANDS = re.compile(
    r"docker\b.*\b(build|buildx bake)\b|docker(-| )compose\b.*\bbuild\b|(podman|nerdctl|buildah) (build|bud)\b|"
    r"pack build\b|ko (build|publish|apply)\b|(/kaniko/)?executor\b|kaniko\b|buildctl\b.*\bbuild\b|"
    r"(mvn|gradle)\b.*\b(jib\b|jib:(build|dockerBuild)|bootBuildImage|spring-boot:build-image)"
)
IMAGE_BUILD_ACTIONS = re.compile(r"docker/(build-push-action|bake-action)$|.*kaniko")
#: Some tools push what they build unless they are told not to.
IMAGE_PUSH_COMMANDS = re.compile(
    r"docker\b.*\bpush\b|docker\b.*\bbuild.*--push\b|docker\b.*\bbake\b.*--push\b|(podman|nerdctl|buildah) push\b|"
    r"pack build\b.*--publish\b|ko (build|publish|apply)\b|(/kaniko/)?executor\b(?!.*--no-push)|crane (push|copy|cp)\b|"
    r"skopeo copy\b|buildctl\b.*push=true|(mvn|gradle)\b.*\b(jib\b|jib:build)"
)
IMAGE_PUSH_ACTIONS = re.compile(r"aws-actions/amazon-ecr-login$|.*kaniko")
#: What builds and pushes the images that infrastructure code asks for.
IMAGES_OF_ASSETS = re.compile(
    r"cdk\b.*\bdeploy\b|sam (build|deploy|package)\b|copilot\b.*\bdeploy\b|(serverless|sls) deploy\b|"
    r"pulumi\b.*\bup\b|terraform\b.*\bapply\b"
)

# --- Failures and schedules -----------------------------------------------------------------------

#: Libraries that break circuits, try again or give up in time.
RESILIENCE_PACKAGES = re.compile(
    r"(?i)^(resilience4j.*|spring-cloud-starter-circuitbreaker.*|(spring-cloud-starter-netflix-)?hystrix.*|failsafe|"
    r"libs\.(resilience4j|hystrix|failsafe).*|smallrye-fault-tolerance.*|quarkus-smallrye-fault-tolerance|"
    r"polly(\..+)?|microsoft\.extensions\.http\.(resilience|polly)|microsoft\.extensions\.resilience|steeltoe\.circuitbreaker.*|"
    r"tenacity|pybreaker|circuitbreaker|aiobreaker|purgatory|opossum|cockatiel|brakes|"
    r"(.+/)?(gobreaker(/v\d+)?|failsafe-go|hystrix-go(/.+)?|go-resiliency(/.+)?)|stoplight|circuitbox|semian|ganesha)$"
)
#: Libraries that do no more than try again.
RETRY_PACKAGES = re.compile(r"(?i)^(libs\.)?(spring[.-]retry|backoff|p-retry|axios-retry)$")
#: How the SDK of Python is told to give up in time, and how often to try before.
CALL_LIMITS = re.compile(
    r"(?s)\bConfig\((?=[^)]{0,500}\bretries\s*=)(?=[^)]{0,500}\b(connect|read)_timeout\s*=)"
)
#: What a file says that sets it between services, by tool.
FAILURE_TEXTS = (
    ("Istio", re.compile(r"(?s)networking\.istio\.io/.*?\b(outlierDetection|retries)\s*:")),
    ("Envoy", re.compile(r"(?m)^\s*-?\s*(outlier_detection|retry_policy)\s*:")),
    ("App Mesh", re.compile(
        r"(?s)(AWS::AppMesh::|aws_appmesh_|aws-appmesh|appmesh\.k8s\.aws).*?"
        r"\b(outlierDetection|OutlierDetection|outlier_detection|retryPolicy|RetryPolicy|retry_policy)\b")),
    ("ECS Service Connect", re.compile(r"\b([Pp]erRequestTimeout(Seconds)?|per_request_timeout(_seconds)?)\b")),
)  # fmt: skip
ENVOY_PATHS = re.compile(r"(?i)(^|/)[^/]*envoy[^/]*\.ya?ml$")
#: What a file says that has something run at certain times, by tool.
SCHEDULE_TEXTS = (
    ("EventBridge Scheduler", re.compile(r'AWS::Scheduler::Schedule\b|"aws_scheduler_schedule"|Type:\s*[\'"]?ScheduleV2\b|aws[_-]scheduler\b|awsscheduler\b')),
    ("EventBridge", re.compile(
        r"(?s)AWS::Events::Rule\b.{0,600}?ScheduleExpression|aws_cloudwatch_event_rule.{0,600}?schedule_expression|"
        r"Type:\s*[\'\"]?Schedule\b|\bevents\.Schedule\.|\bSchedule\.(cron|rate|expression|fromCron)\(|^\s*-\s*schedule:")),
    ("Kubernetes", re.compile(r"(?m)^\s*kind:\s*[\'\"]?CronJob\b")),
)  # fmt: skip
WORKFLOW_SCHEDULE = re.compile(r"(?m)^\s+schedule\s*:\s*(#.*)?\n(\s*#.*\n)*\s*-\s*cron\s*:")
#: How a host's own cron is set up, and where that is looked for.
HOST_CRON = re.compile(
    r"\bcrontab\b|/etc/cron\.(d|daily|hourly|weekly|monthly)\b|ansible\.builtin\.cron\s*:|(?m:^\s+cron:\s*$)"
)
HOST_PATHS = re.compile(
    r"(?i)(^|/)(ansible|roles|playbooks?|tasks)/.*\.ya?ml$|(^|/)[^/]*(user[-_]?data|cloud[-_]?init|bootstrap|provision)[^/]*$|"
    r"(^|/)(crontab|[^/]+\.cron(tab)?)$"
)
