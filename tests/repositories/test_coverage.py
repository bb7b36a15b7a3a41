"""What files show of coverage, and which commands measure it."""

from __future__ import annotations

import pytest

from readiness.evidence.coverage import CoverageSetup, covers
from tests.repositories.reader import seen, steps
from tests.repositories.records import SHOP

SETUPS: dict[str, tuple[str, str, list[tuple[str, bool, bool]]]] = {
    "coverage.py": (".coveragerc", "[run]\nbranch = true\n", [("coverage.py", False, False)]),
    "coverage.py with a floor": ("pyproject.toml", "[tool.coverage.report]\nfail_under = 90\n", [("coverage.py", False, True)]),
    "pytest always": ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['-q', '--cov=shop', '--cov-fail-under=80']\n", [("pytest-cov", True, True)]),
    "pytest without": ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'\n\n[tool.x]\ny = '--cov'\n", []),
    "pytest in setup.cfg": ("setup.cfg", "[tool:pytest]\naddopts =\n    -ra\n    --cov\n", [("pytest-cov", True, False)]),
    "Jest": ("jest.config.js", "module.exports = {collectCoverage: true, coverageThreshold: {}}", [("Jest", True, True)]),
    "Jest in the package": ("package.json", '{"jest": {"coverageDirectory": "c"}}', [("Jest", False, False)]),
    "a comment": ("jest.config.js", "// collectCoverage: true\nmodule.exports = {}", []),
    "Vitest": ("vitest.config.ts", "test: { coverage: { provider: 'v8', enabled: true, thresholds: {} } }", [("Vitest", True, True)]),
    "Vitest on demand": ("vite.config.ts", "test: { coverage: { provider: 'v8' } }", [("Vitest", False, False)]),
    "JaCoCo with Maven": ("pom.xml", "<artifactId>jacoco-maven-plugin</artifactId><goal>prepare-agent</goal><goal>check</goal>", [("JaCoCo", True, True)]),
    "JaCoCo with Gradle": ("build.gradle", "plugins { id 'jacoco' }", [("JaCoCo or Kover", True, False)]),
    "coverlet": ("a.Tests.csproj", '<PackageReference Include="coverlet.collector" />', [("coverlet", False, False)]),
    "SimpleCov": ("spec/spec_helper.rb", "SimpleCov.start do\n  minimum_coverage 90\nend\n", [("SimpleCov", True, True)]),
    "Codecov": (".codecov.yml", "coverage:\n  status:\n    project:\n      default:\n        target: 80%\n", [("Codecov", False, True)]),
    "Sonar": ("sonar-project.properties", "sonar.python.coverage.reportPaths=c.xml\n", [("Sonar", False, False)]),
    "an example": ("examples/.coveragerc", "[run]\n", []),
    "vendored": ("vendor/x/.coveragerc", "[run]\n", []),
}  # fmt: skip


@pytest.mark.parametrize("case", SETUPS)
def test_a_setup_of_coverage(case: str) -> None:
    path, text, expected = SETUPS[case]
    found = seen(CoverageSetup, {path: text})

    assert found == [
        CoverageSetup(repository=SHOP, path=path, tool=tool, always=always, floor=floor)
        for tool, always, floor in expected
    ]


@pytest.mark.parametrize(
    ("command", "uses", "measures"),
    [
        ("pytest --cov=shop tests", "", True),
        ("pytest tests", "", False),
        ("coverage xml", "", True),
        ("coverage run -m pytest", "", True),
        ("nyc mocha", "", True),
        ("jest --coverage", "", True),
        ("vitest run --coverage", "", True),
        ("vitest run", "", False),
        ("npm run test:coverage", "", True),
        ("npm test", "", False),
        ("node --test --experimental-test-coverage", "", True),
        ("go test -race -coverprofile=c.out ./...", "", True),
        ("go test ./...", "", False),
        ("cargo llvm-cov --lcov", "", True),
        ("cargo tarpaulin", "", True),
        ("gradle jacocoTestReport", "", True),
        ("dotnet test --collect XPlat", "", True),
        ("phpunit --coverage-clover c.xml", "", True),
        ("gcovr -r .", "", True),
        ("make coverage", "", True),
        ("", "codecov/codecov-action", True),
        ("", "coverallsapp/github-action", True),
        ("", "py-cov-action/python-coverage-comment-action", True),
        ("", "actions/upload-artifact", False),
        ("", "report COBERTURAXML", True),
        ("", "report JUNITXML", False),
    ],
)
def test_a_step_that_measures_coverage(command: str, uses: str, measures: bool) -> None:
    assert bool(covers(command, uses)) is measures


def test_the_reports_of_a_buildspec_are_steps() -> None:
    text = "reports:\n  unit: {files: [a]}\n  lines: {file-format: CoberturaXml, files: [b]}\n"

    assert [(each.uses, each.on_change) for each in steps({"buildspec.yml": text})] == [
        ("report JUNITXML", None),
        ("report COBERTURAXML", None),
    ]
