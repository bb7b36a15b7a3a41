"""What looks for holes and secrets in a repository: alerts of its host, reviews, and the tools of CI.

Facts, never bodies: of an alert nothing is kept but its number, its date and its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

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
