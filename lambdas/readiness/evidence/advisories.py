"""By which tools does a repository hear of published holes in what it depends on (R-DEP)?"""

from __future__ import annotations

from readiness.evidence.signals import Tool

ADVISORY_TOOLS = (
    Tool(
        name="OSV-Scanner",
        commands=r"osv-scanner\b",
        uses=r"(?i)google/osv-scanner(-action|-reusable)?",
        hooks=("osv-scanner",),
    ),
    Tool(
        name="Trivy",
        commands=r"trivy (fs|filesystem|repo|repository|image|i|rootfs|sbom)\b",
        uses=r"(?i)aquasecurity/trivy-action",
    ),
    Tool(name="Grype", commands=r"grype\b", uses=r"(?i)anchore/scan-action"),
    Tool(
        name="Snyk",
        commands=r"snyk (test|monitor)\b",
        uses=r"(?i)snyk/actions(?!/(iac|setup))",
    ),
    Tool(
        name="Dependency-Check",
        commands=r"(mvn|gradle)\b.*\bdependency-?check|dependency-check(\.sh)?\b",
        uses=r"(?i)dependency-check/dependency-check_action",
    ),
    Tool(name="npm audit", commands=r"(npm|pnpm|bun) audit\b(?! signatures)|yarn (npm )?audit\b"),
    Tool(
        name="pip-audit",
        commands=r"pip-audit\b|safety (check|scan)\b",
        uses=r"(?i)(pypa|trailofbits)/gh-action-pip-audit",
        hooks=("pip-audit",),
    ),
    Tool(name="govulncheck", commands=r"govulncheck\b", uses=r"(?i)golang/govulncheck-action"),
    Tool(
        name="cargo-audit or cargo-deny",
        commands=r"cargo (audit|deny)\b",
        uses=r"(?i)(rustsec/audit-check|actions-rust-lang/audit|embarkstudios/cargo-deny-action)",
    ),
    Tool(name="bundler-audit", commands=r"bundler?[- ]audit\b"),
    Tool(name="Composer", commands=r"composer audit\b"),
    Tool(name=".NET", commands=r"dotnet list\b.*--vulnerable"),
    Tool(name="Dependency review", uses=r"(?i)actions/dependency-review-action"),
    Tool(name="Renovate", commands=r"renovate\b", uses=r"(?i)renovatebot/github-action"),
)
