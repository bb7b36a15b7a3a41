"""What looks for holes and secrets in a repository: alerts of its host, reviews, and the tools of CI.

Facts, never bodies: of an alert nothing is kept but its number, its date and its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic.dataclasses import dataclass

from readiness.evidence import Scope, record
from readiness.evidence.documents import is_aside
from readiness.evidence.signals import Tool


@record(Scope.REPOSITORY, "code scanning's alerts")
class CodeScanningAlerts:
    """GitHub's open alerts of a critical or high severity about the code, the oldest hundred of each."""

    #: The repository's id.
    arn: str
    #: When each was made, by its number.
    created: Mapping[int, datetime]


@record(Scope.REPOSITORY, "secret scanning")
class SecretScanning:
    """Whether GitHub looks for secrets in the repository, and refuses pushes that bring some."""

    #: The repository's id.
    arn: str
    enabled: bool
    push_protection: bool


@dataclass(frozen=True, kw_only=True)
class SecretAlert:
    """One open alert of GitHub's secret scanning; never the secret."""

    number: int
    #: What kind of secret it is, in GitHub's words.
    kind: str
    #: Whether GitHub tried it, and it still opens a door.
    active: bool


@record(Scope.REPOSITORY, "secret scanning's alerts")
class SecretAlerts:
    """The open alerts of GitHub's secret scanning, the newest hundred."""

    #: The repository's id.
    arn: str
    enabled: bool
    open: tuple[SecretAlert, ...] = ()


@record(Scope.REPOSITORY, "exposed secret")
class ExposedSecret:
    """A secret in the repository's files or in its history; where it is, never what it is."""

    repository: str
    #: The rule that found it, by gitleaks' name of it.
    rule: str
    #: What it is, e.g. `a token of GitHub`.
    noun: str
    path: str
    line: int
    #: The commit that brought it; empty for what the newest files still hold.
    commit: str = ""
    #: By which it is known again: too little of its digest to find it by.
    fingerprint: str = ""
    #: Whether it lies among tests, examples or documents, where secrets are mostly made up.
    sample: bool = False

    @property
    def arn(self) -> str:
        place = f"{self.commit[:12]}:{self.path}" if self.commit else self.path
        return f"{self.repository}:{place}:{self.line}"


@record(Scope.REPOSITORY, "security review")
class ReviewDocument:
    """A document that is, by its name, a threat model or a review by OWASP's lists."""

    repository: str
    path: str

    @property
    def arn(self) -> str:
        return f"{self.repository}:{self.path}"


_REVIEWS = re.compile(r"(?i)threat[-_ ]?model|owasp|(?<![a-z])asvs(?![a-z])")
#: Forms in which reviews are written; code that is named so is none.
_WRITTEN = re.compile(
    r"(?i)\.(md|mdx|rst|adoc|asciidoc|txt|html?|pdf|docx?|odt|xlsx?|ods|csv|tm7|drawio|puml)$|"
    r"(^|/)(docs?|documentation|security)/.*\.(json|ya?ml)$"
)


def is_review(path: str) -> bool:
    """Whether a file is a security review, going by its path."""
    return bool(_REVIEWS.search(path) and _WRITTEN.search(path)) and not is_aside(path)


# --- Static analysis for security (R-SAST) --------------------------------------------------------

SAST_TOOLS = (
    Tool(
        name="CodeQL",
        uses=r"(?i)github/codeql-action/(init|analyze)",
        commands=r"codeql (database|github)\b",
    ),
    Tool(name="Semgrep", commands=r"(semgrep|opengrep)\b", uses=r"(?i)(returntocorp|semgrep)/", hooks=("semgrep",)),
    Tool(name="Snyk Code", commands=r"snyk code test\b"),
    Tool(
        name="Sonar",
        uses=r"(?i)sonarsource/sonar|.*sonarqube-scan-action",
        commands=r"sonar-scanner\b|(dotnet )?sonarscanner\b|(mvn|gradle)\b.*\bsonar\b",
    ),
    Tool(name="Bandit", commands=r"bandit\b", uses=r"(?i)pycqa/bandit-action", hooks=("bandit",)),
    Tool(name="gosec", commands=r"gosec\b", uses=r"(?i)securego/gosec", hooks=("gosec", "go-sec-mod")),
    Tool(name="Brakeman", commands=r"brakeman\b", uses=r"(?i).*/brakeman-action"),
    Tool(name="Find Security Bugs", commands=r"(find-?sec-?bugs|findsecbugs)\b"),
    Tool(name="Checkmarx", commands=r"(cx|ast-cli|checkmarx)\b", uses=r"(?i)checkmarx/(?!kics)"),
    Tool(name="Veracode", commands=r"(veracode|pipeline-scan)\b", uses=r"(?i)veracode/"),
    Tool(name="njsscan", commands=r"njsscan\b", hooks=("njsscan",)),
)  # fmt: skip
#: A plugin of ESLint that knows of security, and the command that runs it.
ESLINT_SECURITY = re.compile(r"^(@[\w-]+/)?eslint-plugin-security(-node)?$")
ESLINT = re.compile(r"eslint\b|next lint\b|ng lint\b|(npm|yarn|pnpm)( run)? lint\b")

# --- Dynamic analysis (R-DAST) --------------------------------------------------------------------

DAST_TOOLS = (
    Tool(
        name="ZAP",
        uses=r"(?i)zaproxy/action-",
        commands=r"zap-(baseline|full-scan|api-scan)|zap(\.sh)?\b.*-cmd\b|zaproxy\b",
    ),
    Tool(name="Nuclei", commands=r"nuclei\b", uses=r"(?i)projectdiscovery/nuclei-action"),
    Tool(name="StackHawk", commands=r"hawk\b.*\bscan\b", uses=r"(?i)stackhawk/hawkscan-action"),
    Tool(name="Dastardly", commands=r"dastardly\b", uses=r"(?i)portswigger.*/dastardly"),
    Tool(name="Wapiti", commands=r"wapiti\b"),
)

# --- Looking for secrets (R-SECRET) ---------------------------------------------------------------

SECRET_TOOLS = (
    Tool(
        name="Gitleaks",
        commands=r"gitleaks\b",
        uses=r"(?i)gitleaks/gitleaks-action|zricethezav/gitleaks",
        hooks=("gitleaks", "gitleaks-docker", "gitleaks-system"),
    ),
    Tool(
        name="detect-secrets",
        commands=r"detect-secrets(-hook)?\b",
        uses=r"(?i).*/detect-secrets-action",
        hooks=("detect-secrets",),
    ),
    Tool(
        name="TruffleHog",
        commands=r"trufflehog3?\b",
        uses=r"(?i)trufflesecurity/trufflehog",
        hooks=("trufflehog",),
    ),
    Tool(
        name="git-secrets",
        commands=r"git-secrets\b|git secrets\b",
        hooks=("git-secrets",),
    ),
    Tool(
        name="GitGuardian",
        commands=r"ggshield\b",
        uses=r"(?i)gitguardian/ggshield",
        hooks=("ggshield", "ggshield-push"),
    ),
    Tool(
        name="Talisman",
        commands=r"talisman\b",
        uses=r"(?i)carhartl/talisman-secrets-scan-action",
        hooks=("talisman-commit", "talisman-push"),
    ),
    Tool(
        name="pre-commit's own hooks",
        commands=r"detect-aws-credentials\b|detect-private-key\b",
        hooks=("detect-aws-credentials", "detect-private-key"),
    ),
)
